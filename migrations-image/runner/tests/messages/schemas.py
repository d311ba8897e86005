"""What is in the database already."""

from __future__ import annotations

from tests.messages.scene import Case, Play, Scene
from tests.project import Result
from tests.test_checks import TENANTS

VERSIONS = "alembic_version (version_num varchar(32) PRIMARY KEY)"


def _made_without_alembic(*statements: str) -> Play:
    def play(scene: Scene) -> Result:
        for statement in ("CREATE TABLE roles (id int); INSERT INTO roles VALUES (7)", *statements):
            scene.database.execute(statement)
        scene.project.script("001", upgrade='op.create_table("roles", sa.Column("id", sa.Integer))')
        return scene.run()

    return play


def _by_hand(scene: Scene) -> Result:
    scene.project.line("001")
    assert scene.run().code == 0
    scene.database.execute("CREATE TABLE t_002 (id int)")
    scene.project.line("002", down="001")
    return scene.run()


def _back_by_hand(scene: Scene) -> Result:
    scene.project.script("001", downgrade='op.create_table("t_001", sa.Column("id", sa.Integer))')
    assert scene.run().code == 0
    return scene.run("base")


def _ahead(scene: Scene) -> Result:
    scene.project.line("001")
    assert scene.run().code == 0
    scene.database.execute("UPDATE alembic_version SET version_num = '002'")
    return scene.run()


def _tenants(cause: str, *statements: str, target: str = "x@head", upgrade: str | None = None) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.sync()
        scene.project.env_py.write_text(TENANTS)
        scene.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
        for statement in statements:
            scene.database.execute(statement)
        scene.project.script("x1", labels=("x",), upgrade=upgrade)
        scene.project.script("y1", labels=("y",))
        return scene.run(target)

    return Case(cause, play)


def _planned_back(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.env_py.write_text(TENANTS)
    scene.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    scene.project.line("001", "002")
    assert scene.run().code == 0
    scene.database.execute("INSERT INTO b.t_002 VALUES (1), (2)")
    return scene.run("001", mode="Plan", approval={})


ADOPTION = (
    Case("create_all() has made the schema, Alembic never ran, and the table holds rows", _made_without_alembic()),
    Case("the same, and the version table is there and empty", _made_without_alembic(f"CREATE TABLE {VERSIONS}")),
    Case(
        "the version table is in another schema than env.py says",
        _made_without_alembic(
            f"CREATE SCHEMA app; CREATE TABLE app.{VERSIONS}; INSERT INTO app.alembic_version VALUES ('001')"
        ),
    ),
    Case("somebody has made one table by hand that a later revision makes", _by_hand),
    Case("a downgrade makes a table that is there", _back_by_hand),
    Case("the database has a revision that the image does not have", _ahead),
)

SEVERAL_TABLES = (
    _tenants(
        "each tenant has a version table, and one of them has a line more than the target names",
        f"CREATE TABLE b.{VERSIONS}; INSERT INTO b.alembic_version VALUES ('y1')",
    ),
    _tenants(
        "one tenant's version table holds a revision that the image does not have",
        f"CREATE TABLE b.{VERSIONS}; INSERT INTO b.alembic_version VALUES ('zz9')",
    ),
    Case("only the plan of a rollback is asked for, and the second of two tenants has rows", _planned_back),
    _tenants(
        "a script fails at the second tenant",
        upgrade="op.execute(\"SELECT 1 / (current_schema() <> 'b')::int\")",
    ),
)
