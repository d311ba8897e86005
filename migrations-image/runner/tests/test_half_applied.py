"""What cannot be rolled back: autocommit blocks, concurrent indexes, and what a failure leaves of them."""

from __future__ import annotations

import pytest

from tests.conftest import wait_until
from tests.project import Project

SLEEP = 'op.execute("SELECT pg_sleep(30)")'


def test_a_revision_that_committed_a_part_and_then_failed_is_half_applied(project: Project) -> None:
    project.line("001")
    project.script(
        "002",
        "001",
        upgrade="""
        op.execute("CREATE TABLE kept (id int)")
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY i ON kept (id)")
        op.execute("SELECT 1/0")
    """,
    )
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["sqlstate"]) == ("PartiallyApplied", "002", "22012")
    assert "CREATE TABLE kept; CREATE INDEX CONCURRENTLY i ON kept" in result.message
    # Entering the block committed revision 001 too.
    assert result.outcome["after"] == ["001"]


def test_a_migration_that_commits_by_itself_is_half_applied_when_it_fails(project: Project) -> None:
    project.script("001", upgrade='op.execute("CREATE TABLE a (id int)"); op.execute("COMMIT"); op.execute("SELECT 1/0")')
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("PartiallyApplied", "001", [])
    assert "CREATE TABLE a" in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize(
    ("statements", "committed"),
    [
        ("CREATE TABLE a (id int); COMMIT; CREATE TABLE b (id int)", "CREATE TABLE a; CREATE TABLE b"),
        ("/* ; */ CREATE TABLE a (id int);\n-- left\nCOMMIT", "CREATE TABLE a"),
        ("CREATE TABLE lost (id int); ROLLBACK; CREATE TABLE b (id int)", "CREATE TABLE b"),
        ("CREATE TABLE a (id int); COMMIT; SELECT 1/0", "CREATE TABLE a"),
    ],
)
def test_each_statement_of_one_string_counts(project: Project, driver: str, statements: str, committed: str) -> None:
    project.use(driver)
    project.script("001", upgrade=f"op.execute({statements!r})\nop.execute('SELECT 1/0')")
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("PartiallyApplied", "001", [])
    assert f"(committed: {committed})" in result.message
    assert [table for table in project.database.tables() if table != "alembic_version"] == [
        part.split()[-1] for part in committed.split("; ")
    ]


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE a (id int); COMMIT; SELEC 1",
        "CREATE TABLE a (id int); SELECT $$; COMMIT;$$; SELECT 1/0",
        "CREATE TABLE a (id int); SELECT 1/0; COMMIT",
    ],
)
def test_a_string_of_which_nothing_is_committed_is_not_half_applied(project: Project, statements: str) -> None:
    project.script("001", upgrade=f"op.execute({statements!r})")
    assert project.run("head").reason == "MigrationFailed"
    assert project.database.made() == []


@pytest.mark.diagonal
def test_a_concurrent_index_that_fails_is_named_and_never_stamped_over(project: Project) -> None:
    project.script("001", upgrade='op.execute("CREATE TABLE d (v int)"); op.execute("INSERT INTO d VALUES (1), (1)")')
    project.script(
        "002",
        "001",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ux ON d (v)")
    """,
        downgrade='op.execute("DROP INDEX ux")',
    )
    first = project.run("head")
    assert (first.reason, first.outcome["revision"], first.outcome["sqlstate"]) == ("InvalidIndex", "002", "23505")
    assert 'DROP INDEX CONCURRENTLY "public"."ux"' in first.message
    assert first.outcome["after"] == ["001"]
    second = project.run("head")
    assert (second.reason, second.outcome["revision"]) == ("InvalidIndex", "002")
    assert project.database.rows() == ["001"]
    project.database.execute("DELETE FROM d; DROP INDEX ux")
    assert project.run("head").outcome["after"] == ["002"]


def test_an_index_that_is_already_invalid_at_the_target_is_named(project: Project) -> None:
    project.script("001", upgrade='op.execute("CREATE TABLE d (v int)"); op.execute("CREATE INDEX ix_d_v ON d (v)")')
    assert project.run("head").code == 0
    project.database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_d_v'::regclass", superuser=True)
    result = project.run("head")
    assert (result.code, result.reason) == (1, "InvalidIndex")
    assert "public.ix_d_v" in result.message


def test_an_invalid_index_that_no_script_speaks_of_stops_nobody(project: Project) -> None:
    project.line("001", "002")
    assert project.run("001").code == 0
    project.database.execute("CREATE INDEX by_hand ON t_001 (id)")
    project.database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_hand'::regclass", superuser=True)
    assert project.run("head").reason == "AtTargetRevision"


def test_the_lock_timeout_does_not_break_a_concurrent_index(project: Project) -> None:
    project.line("001")
    project.script(
        "002",
        "001",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY i ON t_001 (id)")
        op.execute("CREATE TABLE limits AS SELECT current_setting('lock_timeout') AS after_it")
    """,
    )
    assert project.run("001").code == 0
    with project.database.connect() as reader:
        reader.execute("BEGIN; SELECT * FROM t_001; INSERT INTO t_001 VALUES (1)")
        running = project.start("head", timeouts={"lock": 200})
        wait_until(
            lambda: project.database.query(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONC%'"
            )
        )
        with pytest.raises(Exception, match="timed out"):
            running.process.wait(1)
        reader.execute("COMMIT")
    assert running.result().reason == "AtTargetRevision"
    assert project.database.query("SELECT after_it FROM limits") == [("200ms",)]


def test_an_env_py_that_owns_its_transaction_and_commits_it_is_right(project: Project) -> None:
    project.sync()
    project.line("001", "002")
    text = project.env_py.read_text().replace("engine.connect()", "engine.begin()")
    project.env_py.write_text(text)
    assert project.run("head").outcome["after"] == ["002"]
    assert project.run("001").outcome["after"] == ["001"]


def test_an_autocommit_block_within_the_transaction_of_env_py_is_explained(project: Project) -> None:
    project.sync()
    project.script("001", upgrade="with op.get_context().autocommit_block():\n    pass")
    project.env_py.write_text(project.env_py.read_text().replace("engine.connect()", "engine.begin()"))
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("ConfigurationError", "001")
    assert "autocommit_block()" in result.message


def test_a_concurrent_index_inside_a_transaction_is_refused_with_the_way_out(project: Project) -> None:
    project.script("001", upgrade='op.execute("CREATE TABLE a (v int)"); op.execute("CREATE INDEX CONCURRENTLY i ON a (v)")')
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "25001")
    assert "autocommit_block()" in result.message


def test_an_engine_that_commits_every_statement_leaves_a_half_applied_revision(project: Project) -> None:
    project.env_py.write_text(
        project.env_py.read_text().replace("pool.NullPool)", "pool.NullPool, isolation_level='AUTOCOMMIT')")
    )
    project.script("001", upgrade='op.execute("CREATE TABLE a (id int)"); op.execute("SELECT 1/0")')
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("PartiallyApplied", "001")
    assert "CREATE TABLE a" in result.message


def test_a_failure_beside_a_half_applied_revision_names_the_invalid_index_too(project: Project) -> None:
    project.line("001")
    project.script(
        "002",
        "001",
        upgrade="""
        op.execute("CREATE TABLE d AS SELECT 1 AS v UNION ALL SELECT 1")
        with op.get_context().autocommit_block():
            op.execute("CREATE UNIQUE INDEX CONCURRENTLY ux ON d (v)")
    """,
    )
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("PartiallyApplied", "002")
    assert "CREATE TABLE d AS SELECT" in result.message
    assert "public.ux" in result.message


@pytest.mark.requires("autobegin")
@pytest.mark.parametrize("position", ["001", "002"])
def test_a_script_that_commits_by_itself_is_named_with_what_it_committed(project: Project, position: str) -> None:
    """Alembic's own transaction is over then, and all that follows is lost without an error."""
    project.line("001", "002", "003")
    own = 'op.execute("CREATE TABLE a (id int)")\nop.get_bind().commit()\nop.execute("CREATE TABLE b (id int)")'
    project.script(position, {"001": None, "002": "001"}[position], upgrade=own)
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("PartiallyApplied", position), result.message
    assert "(committed: CREATE TABLE a)" in result.message
    assert "op.get_bind().commit()" in result.message
    assert result.outcome["after"] == project.database.rows() == ([] if position == "001" else ["001"])
    assert "a" in project.database.tables()
    assert "b" not in project.database.tables()


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_an_autocommit_block_is_outside_of_every_transaction_whatever_the_driver(project: Project, driver: str) -> None:
    """With pg8000 alone it is not: the bare command fails there."""
    project.use(driver)
    project.line("001")
    project.script(
        "002",
        "001",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY i ON t_001 (id)")
            op.execute("INSERT INTO t_001 VALUES (7)")
            raise ValueError("no")
    """,
    )
    result = project.run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("PartiallyApplied", "002", ["001"])
    assert "INSERT INTO t_001 VALUES" in result.message
    assert "raised ValueError: no" in result.message
    assert project.database.query("SELECT id FROM t_001") == [(7,)]
    project.database.execute("DELETE FROM t_001; DROP INDEX i")
    project.script(
        "002", "001", upgrade='with op.get_context().autocommit_block():\n    op.execute("REINDEX TABLE CONCURRENTLY t_001")'
    )
    assert project.run("head").reason == "AtTargetRevision"
