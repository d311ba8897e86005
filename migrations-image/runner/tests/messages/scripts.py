"""Targets, scripts and what they come upon in the database."""

from __future__ import annotations

from typing import Any

from tests.messages.scene import Case, Play, Scene
from tests.project import Result
from tests.test_aborted import CAUGHT

USAGE = "GRANT USAGE ON SCHEMA public TO PUBLIC"
_EARNEST = 'if type(op.get_bind()) is sa.engine.Connection:\n    op.execute("UPDATE t_001 SET id = 0")'
BLOCK = "with op.get_context().autocommit_block():\n    "


def _asked(target: str, *line: str, **asked: Any) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line(*line)
        return scene.run(target, **asked)

    return play


def _fails(upgrade: str, **asked: Any) -> Play:
    """In the second of two revisions, each in a transaction of its own if that is asked for."""

    def play(scene: Scene) -> Result:
        scene.project.script("001", upgrade='op.execute("CREATE TABLE items (id int); INSERT INTO items VALUES (1), (1)")')
        scene.project.script("002", "001", upgrade=upgrade)
        return scene.run(**asked)

    return play


def _uses_a_new_value(scene: Scene) -> Result:
    # Of a type that was made before: PostgreSQL 17 lets a transaction use what is all its own.
    scene.database.execute("CREATE TYPE m AS ENUM ('a')")
    add, use = "op.execute(\"ALTER TYPE m ADD VALUE 'b'\")", "op.execute(\"UPDATE items SET m = 'b'\")"
    return _fails(f'op.execute("ALTER TABLE items ADD m m")\n{add}\n{use}')(scene)


def _back(downgrade: str, **rollback: Any) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        scene.project.script("002", "001", downgrade=downgrade)
        assert scene.run().code == 0
        return scene.run("001", **rollback)

    return play


def _beside_the_plan(scene: Scene) -> Result:
    run = "            context.run_migrations()\n"
    scene.edit(run, f"{run}            connection.exec_driver_sql('UPDATE t_001 SET id = 0')\n")
    return _back('op.drop_table("t_002")', approval={})(scene)


def _two_heads(scene: Scene) -> Result:
    scene.project.line("001", "002")
    scene.project.script("003", "001")
    return scene.run()


def _parent_is_missing(scene: Scene) -> Result:
    scene.project.script("002", "001")
    return scene.run()


def _altered(scene: Scene) -> None:
    scene.project.script("001", upgrade='op.execute("CREATE TABLE items (id int)")')
    assert scene.run().code == 0
    scene.project.script("002", "001", upgrade='op.execute("ALTER TABLE items ADD a int")')


def _locked_by_itself(scene: Scene) -> Result:
    _altered(scene)
    url = scene.database.url("psycopg").replace("+psycopg", "")
    reads = f'import psycopg\nother = psycopg.connect("{url}")\nother.execute("SELECT 1 FROM items")\n'
    scene.project.script("002", "001", upgrade=f'{reads}op.execute("ALTER TABLE items ADD a int")')
    return scene.run(timeouts={"lock": 1500})


def _locked_by_nobody(scene: Scene) -> Result:
    _altered(scene)
    with scene.database.connect() as other:
        other.execute("BEGIN")
        other.execute("INSERT INTO items VALUES (1)")
        other.execute(f"PREPARE TRANSACTION '{scene.database.name}'")
    result = scene.run(timeouts={"lock": 1500})
    scene.database.execute(f"ROLLBACK PREPARED '{scene.database.name}'")
    return result


def _several_statements(scene: Scene) -> Result:
    scene.project.use("asyncpg")
    scene.project.script("001", upgrade='op.execute("CREATE TABLE items (id int); CREATE TABLE prices (id int)")')
    return scene.run()


def _locked(scene: Scene) -> Result:
    scene.project.line("001")
    scene.project.script("002", "001", upgrade='op.add_column("t_001", sa.Column("a", sa.Integer))')
    assert scene.run("001").code == 0
    with scene.database.connect(superuser=True) as holder:
        holder.execute("SET application_name = 'nightly-report'")
        holder.execute("BEGIN; LOCK TABLE t_001")
        return scene.run(timeouts={"lock": 3000})


def _migrated_by_the_application(scene: Scene) -> Result:
    scene.project.line("001")
    assert scene.run().code == 0
    scene.project.line("002", down="001")
    with scene.database.connect(superuser=True) as application:
        application.execute("SET application_name = 'shop-web'")
        application.execute("BEGIN; UPDATE alembic_version SET version_num = '001'")
        return scene.run(timeouts={"busy": 1000})


def _no_right(grants: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        taken = "REVOKE ALL ON SCHEMA public FROM PUBLIC; ALTER SCHEMA public OWNER TO CURRENT_USER"
        scene.database.execute(f"{taken}; {grants}", superuser=True)
        return scene.run()

    return play


def _not_the_owner(scene: Scene) -> Result:
    scene.database.execute("CREATE TABLE orders (id int)", superuser=True)
    scene.project.script("001", upgrade='op.add_column("orders", sa.Column("a", sa.Integer))')
    return scene.run()


def _at_the_first_and(*statements: str, superuser: bool = True) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001", "002")
        assert scene.run("001").code == 0
        for statement in statements:
            scene.database.execute(statement, superuser=superuser)
        return scene.run()

    return play


def _idle(scene: Scene) -> Result:
    limit = f"ALTER ROLE {scene.database.name} SET idle_in_transaction_session_timeout = '500ms'"
    scene.database.execute(limit, superuser=True)
    scene.project.use("psycopg")
    return _fails('import time\ntime.sleep(1.5)\nop.execute("SELECT 1")')(scene)


TARGETS = (
    Case("the target is mistyped", _asked("a1b2c3d5", "a1b2c3d4", "b2c3d4e5")),
    Case("the target is counted from wherever the database is", _asked("-1", "001", "002")),
    Case("the target is a prefix that is too short", _asked("a1b", "a1b2c3d4")),
    Case("two branches were merged in git, and nobody merged their revisions", _two_heads),
    Case("a revision was left out of the image", _parent_is_missing),
    Case("the image has no revisions at all", _asked("head")),
)

ROLLBACKS = (
    Case("the downgrade of a revision is empty", _back("pass", rollback={"policy": "Allow", "irreversible": "Forbid"})),
    Case("the downgrade of a revision raises", _back("raise NotImplementedError('no way back')")),
    Case("rollback.policy is Forbid, and the target is an older revision", _back("pass", rollback={"policy": "Forbid"})),
    Case("a script does something else in earnest than when its plan is looked at", _back(_EARNEST, approval={})),
    Case("env.py changes rows beside the steps of a plan that is looked at", _beside_the_plan),
)

FAILURES = (
    Case("a script has a mistake in its SQL", _fails('op.execute("ALTER TABLE itms ADD COLUMN a int")')),
    Case("a script catches the error of its last statement", _fails(CAUGHT)),
    Case("a script raises an error of Python", _fails("{}['size']")),
    Case(
        "a script makes a column NOT NULL without a default, and there are rows",
        _fails('op.add_column("items", sa.Column("a", sa.Integer, nullable=False))'),
    ),
    Case(
        "a script makes an index CONCURRENTLY within the transaction",
        _fails('op.execute("CREATE INDEX CONCURRENTLY i ON items (id)")'),
    ),
    Case(
        "an index that is made CONCURRENTLY is unique, and the rows are not",
        _fails(f'{BLOCK}op.execute("CREATE UNIQUE INDEX CONCURRENTLY ux ON items (id)")'),
    ),
    Case(
        "a script commits a part in an autocommit_block() and fails after it",
        _fails(f'{BLOCK}op.execute("INSERT INTO items VALUES (2)")\nop.execute("SELECT 1/0")'),
    ),
    Case(
        "a script adds a value to an enum and uses it",
        _uses_a_new_value,
    ),
    Case(
        "a statement takes longer than timeouts.statement",
        _fails('op.execute("SELECT pg_sleep(20)")', timeouts={"statement": 300}),
    ),
    Case("a report holds the table that a script alters", _locked),
    Case("a script reads the table that it alters by a connection of its own", _locked_by_itself),
    Case("a transaction that was prepared holds the table that a script alters", _locked_by_nobody),
    Case("a script has several statements in one string, and the driver is asyncpg", _several_statements),
    Case("an application migrates at its start, at the same time", _migrated_by_the_application),
    Case(
        "the role may not create anything in the schema public, as from PostgreSQL 15 on",
        _no_right(USAGE),
    ),
    Case("the role may not even look into the schema public", _no_right("")),
    Case("another role owns the table that a script alters", _not_the_owner),
    Case(
        "the version table is somebody else's and has row level security, and no policy is for the role",
        _at_the_first_and(
            "ALTER TABLE alembic_version OWNER TO CURRENT_USER; GRANT ALL ON alembic_version TO PUBLIC",
            "ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY",
        ),
    ),
    Case(
        "the version table has no primary key, and a publication publishes all tables",
        _at_the_first_and(
            "ALTER TABLE alembic_version DROP CONSTRAINT alembic_version_pkc", "CREATE PUBLICATION p FOR ALL TABLES"
        ),
    ),
    Case("a script does something else for longer than idle_in_transaction_session_timeout", _idle),
)
