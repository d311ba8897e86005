"""A rollback of the transaction in which the steps are applied is named, and so is who did it."""

from __future__ import annotations

import pytest

from tests.project import Project

pytestmark = pytest.mark.requires("autobegin")

WAYS = {
    "session": """
        from sqlalchemy.orm import Session
        session = Session(bind=op.get_bind())
        op.create_table("t_002", sa.Column("id", sa.Integer))
        try:
            session.execute(sa.text("insert into nosuch values (1)"))
        except Exception:
            session.rollback()
    """,
    "connection": """
        op.create_table("t_002", sa.Column("id", sa.Integer))
        try:
            op.execute("insert into nosuch values (1)")
        except Exception:
            op.get_bind().rollback()
    """,
    "statement": """
        op.create_table("t_002", sa.Column("id", sa.Integer))
        op.execute("ROLLBACK")
    """,
}


def _project(project: Project, way: str, options: str = "") -> Project:
    project.line("001")
    project.script("002", "001", upgrade=WAYS[way])
    project.script("003", "002")
    if options:
        project.sync(options)
    return project


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
@pytest.mark.parametrize("way", WAYS)
def test_a_script_that_rolls_back_is_named(project: Project, driver: str, way: str) -> None:
    project.use(driver)
    result = _project(project, way).run("head")
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("MigrationFailed", "002", [])
    assert "upgrade() of revision 002 rolled back the transaction that Alembic had begun (at " in result.message
    assert "versions/002.py:" in result.message
    assert "What was done in it is gone: CREATE TABLE t_002, and the steps before it (001)" in result.message
    assert "with op.get_bind().begin_nested():" in result.message
    assert ('after the server had said: relation "nosuch" does not exist' in result.message) == (way != "statement")
    assert project.database.made() == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_no_row_is_written_for_what_is_gone(project: Project, way: str, options: str) -> None:
    _project(project, way, options)
    assert project.run("001").code == 0
    for target in ("002", "003"):
        result = project.run(target)
        assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "002"), result.message
        assert "What was done in it is gone: CREATE TABLE t_002. To go on" in result.message
        assert (project.database.made(), project.database.rows()) == (["t_001"], ["001"])
    project.script("002", "001", upgrade=WAYS["connection"].replace("op.get_bind().rollback()", "pass").replace("try:", NESTED))
    assert project.run("head").reason == "AtTargetRevision"
    assert project.database.made() == ["t_001", "t_002", "t_003"]


NESTED = "try:\n          with op.get_bind().begin_nested():"


def test_one_that_catches_the_refusal_does_not_go_on(project: Project) -> None:
    project.sync()
    _project(project, "connection")
    text = project.env_py.read_text().replace("\nrun_m", "\ntry:\n    run_m") + "except Exception: pass\n"
    project.env_py.write_text(text)
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("MigrationFailed", "002")
    assert project.database.made() == []


def test_a_failure_behind_it_is_told_with_it(project: Project) -> None:
    project.line("001")
    behind = "op.get_bind().rollback()\nop.execute('insert into t_001 values (1)')"
    project.script("002", "001", upgrade=behind)
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("MigrationFailed", "42P01")
    assert 'relation "t_001" does not exist' in result.message
    assert "Before that, upgrade() of revision 002 rolled back the transaction" in result.message


def test_what_is_committed_behind_it_is_told(project: Project) -> None:
    project.line("001")
    own = "op.execute('CREATE TABLE lost (id int)')\nop.get_bind().rollback()\nop.execute('CREATE TABLE kept (id int)')\n"
    project.script("002", "001", upgrade=own + "op.get_bind().commit()")
    result = project.run("head")
    assert (result.reason, result.outcome["revision"]) == ("PartiallyApplied", "002")
    assert "(committed: CREATE TABLE kept)" in result.message
    assert "What was done in it is gone: CREATE TABLE lost, and the steps before it (001)" in result.message


def test_an_empty_transaction_may_be_rolled_back(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001")
    project.script("002", "001", upgrade='op.get_bind().rollback()\nop.create_table("t_002", sa.Column("id", sa.Integer))')
    project.script("003", "002")
    result = project.run("head")
    assert (result.reason, "rolled back" in str(result.outcome)) == ("AtTargetRevision", False), result.message
    assert project.database.made() == ["t_001", "t_002", "t_003"]


def test_a_query_that_is_rolled_back_is_a_warning(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.line("001")
    looks = "op.execute('SELECT count(*) FROM t_001')\nop.get_bind().rollback()\n"
    project.script("002", "001", upgrade=looks + 'op.create_table("t_002", sa.Column("id", sa.Integer))')
    project.script("003", "002")
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message
    assert any("revision 002 rolled back the transaction" in warning for warning in result.outcome["warnings"])


def test_a_rollback_after_which_nobody_commits_is_named_as_why(project: Project) -> None:
    project.line("001")
    assert project.run("001").code == 0
    project.script("002", "001", upgrade='op.get_bind().rollback()\nop.create_table("t_002", sa.Column("id", sa.Integer))')
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("NotCommitted", ["001"])
    assert "upgrade() of revision 002 rolled back the transaction that Alembic had begun" in result.message
    assert "what came behind it was in another transaction, which nobody commits" in result.message
    assert "env.py began" not in result.message


# As people write a dry run.
DRY_RUNS = {
    "of Alembic's transaction": (
        "with context.begin_transaction():\n            context.run_migrations()",
        "with context.begin_transaction() as transaction:\n            context.run_migrations()\n"
        "            transaction.rollback()",
    ),
    "of one of its own": (
        "        context.configure(",
        "        transaction = connection.begin()\n        context.configure(",
    ),
    "of the connection": ("engine.connect()", "engine.begin()"),
}
BEHIND = {"of one of its own": "        transaction.rollback()\n", "of the connection": "        connection.rollback()\n"}


@pytest.mark.parametrize("way", DRY_RUNS)
def test_a_dry_run_of_env_py_is_named(project: Project, way: str) -> None:
    project.sync()
    old, new = DRY_RUNS[way]
    text = project.env_py.read_text()
    assert old in text
    run = "            context.run_migrations()\n"
    project.env_py.write_text(text.replace(run, run + BEHIND.get(way, "")).replace(old, new))
    project.line("001", "002")
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("NotCommitted", []), result.message
    assert "All 2 steps ran without an error, and nothing was committed: /" in result.message
    assert "env.py:" in result.message
    assert "rolled back the transaction in which they ran, as a dry run does" in result.message
    assert "let spec.mode be Plan" in result.message


def test_an_env_py_that_commits_nothing_has_rolled_nothing_back(project: Project) -> None:
    project.sync()
    begins = "        connection.exec_driver_sql('SELECT 1')\n        context.configure("
    project.env_py.write_text(project.env_py.read_text().replace("        context.configure(", begins))
    project.line("001")
    result = project.run("head")
    assert result.reason == "NotCommitted"
    assert "env.py began a transaction that it does not commit" in result.message
