"""Whatever is found in the place of the database's history, a migration runs, and nothing of somebody else's is obeyed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.project import Project, Result
from tests.test_history import DRIVERS, steps, warnings


def _told(result: Result, beginning: str) -> str:
    (told,) = warnings(result)
    assert told.startswith(beginning), told
    assert len(told) < 300
    return told.removeprefix(beginning)


def _flaw(result: Result) -> str:
    return _told(result, "these steps are missing in the database's history, as ")


def _problem(result: Result) -> str:
    return _told(result, "one of these steps or more are missing in dbmigrations.history: ")


def test_who_may_not_make_it_migrates_and_is_told_what_to_do(project: Project) -> None:
    name, admin = project.database.name, True
    project.database.execute(f"ALTER DATABASE {name} OWNER TO postgres; GRANT ALL ON SCHEMA public TO {name}", admin)
    project.line("001", "002")
    told = _flaw(project.run("001"))
    assert told.startswith(f"{name} may not create schema dbmigrations in {name}: GRANT CREATE ON DATABASE"), told
    project.database.execute(f'CREATE SCHEMA dbmigrations AUTHORIZATION "{name}"', admin)
    assert warnings(project.run("002")) == []
    assert steps(project) == ["Upgrade 002: {001} {002}"]


def _planted(project: Project, sql: str) -> None:
    project.database.execute("CREATE SCHEMA dbmigrations")
    project.database.execute(sql.format(me=project.database.name), superuser=True)


def _made(project: Project) -> None:
    project.line("001", "002", "003")
    assert project.run("001").code == 0


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("CREATE TABLE dbmigrations.history (id int)", "belongs to role postgres"),
        ("SET ROLE {me}; CREATE TABLE dbmigrations.history (id int)", "has not the columns"),
        ("SET ROLE {me}; CREATE VIEW dbmigrations.history AS SELECT 1 AS id", "is no table"),
        ("SET ROLE {me}; CREATE SEQUENCE dbmigrations.history", "is no table"),
        ("SET ROLE {me}; CREATE TABLE dbmigrations.history (revision text[], heads text)", "has not the columns"),
    ],
)
def test_what_somebody_planted_is_told_and_left_alone(project: Project, sql: str, said: str) -> None:
    _planted(project, sql)
    project.line("001")
    result = project.run("head")
    told = warnings(result)
    assert len(told) <= 2
    if "postgres" not in said:
        assert said in told[0], told
    assert project.database.rows() == ["001"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "CREATE FUNCTION dbmigrations.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''caught''; END'; "
            "CREATE TRIGGER t BEFORE INSERT ON dbmigrations.history EXECUTE FUNCTION dbmigrations.f()",
            "has triggers, rules or policies",
        ),
        ("CREATE RULE r AS ON INSERT TO dbmigrations.history DO INSTEAD NOTHING", "has triggers, rules or policies"),
        ("ALTER TABLE dbmigrations.history ENABLE ROW LEVEL SECURITY", "has triggers, rules or policies"),
        ("ALTER TABLE dbmigrations.history ALTER COLUMN at TYPE text", "has not the columns that it is made with (at)"),
        ("ALTER TABLE dbmigrations.history DROP COLUMN heads", "has not the columns that it is made with (heads)"),
        (
            "ALTER TABLE dbmigrations.history RENAME TO former; CREATE VIEW dbmigrations.history AS TABLE dbmigrations.former",
            "no",
        ),
    ],
)
def test_one_that_was_changed_is_told_and_left_alone(project: Project, sql: str, said: str) -> None:
    _made(project)
    project.database.execute(sql)
    result = project.run("002")
    assert said in warnings(result)[-1]
    assert project.database.rows() == ["002"]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("ALTER TABLE dbmigrations.history ADD COLUMN more int NOT NULL", 'null value in column "more"'),
        ("ALTER TABLE dbmigrations.history ADD CHECK (revision <> '003')", "violates check constraint"),
        ("ALTER TABLE dbmigrations.history ALTER COLUMN id DROP IDENTITY", 'null value in column "id"'),
    ],
)
@pytest.mark.parametrize("driver", DRIVERS)
def test_a_row_that_cannot_be_written_stops_nothing(project: Project, driver: str, sql: str, said: str) -> None:
    project.use(driver)
    _made(project)
    project.database.execute("DELETE FROM dbmigrations.history")
    project.database.execute(sql)
    assert said in _problem(project.run("003"))
    assert project.database.rows() == ["003"]


@pytest.fixture
def another_role(project: Project) -> Iterator[str]:
    # No piece of a password, which would be masked.
    name = f"keeper_{secrets.token_hex(4)}"
    project.database.execute(f"CREATE ROLE {name}", superuser=True)
    yield name
    project.database.execute(f"DROP OWNED BY {name} CASCADE; DROP ROLE {name}", superuser=True)


@pytest.mark.parametrize("driver", DRIVERS)
def test_what_a_step_does_to_the_session_stops_nothing(project: Project, another_role: str, driver: str) -> None:
    project.use(driver)
    grants = f"GRANT {another_role} TO {project.database.name}; GRANT ALL ON SCHEMA public TO {another_role}"
    project.database.execute(grants, superuser=True)
    _made(project)
    project.script("002", "001", upgrade=f'op.execute("SET ROLE {another_role}")')
    project.script("003", "002", upgrade='op.execute("SET search_path = public, pg_catalog")')
    project.database.execute(f"GRANT ALL ON alembic_version TO {another_role}")
    assert "permission denied" in _problem(project.run("head"))
    assert project.database.rows() == ["003"]


def test_one_that_belongs_to_another_role_is_neither_written_nor_read(project: Project, another_role: str) -> None:
    _made(project)
    database, me = project.database, project.database.name
    grants = f"GRANT ALL ON dbmigrations.history TO {me}"
    database.execute(f"ALTER TABLE dbmigrations.history OWNER TO {another_role}; {grants}", superuser=True)
    database.execute("UPDATE dbmigrations.history SET script = 'another'", superuser=True)
    told = warnings(project.run("002"))
    assert [f"dbmigrations.history belongs to role {another_role}" in text for text in told] == [True, True], told
    assert steps(project) == ["Upgrade 001: {} {001}"]
    database.execute(f"ALTER TABLE dbmigrations.history OWNER TO {me}", superuser=True)
    database.execute(f"ALTER SCHEMA dbmigrations OWNER TO {another_role}", superuser=True)
    assert "schema dbmigrations belongs to role" in warnings(project.run("003"))[-1]
    database.execute(f"GRANT {another_role} TO {me}", superuser=True)
    assert any("was edited" in told for told in warnings(project.run("002")))
    assert len(steps(project)) == 2


def test_a_superuser_believes_nobody_else(project: Project) -> None:
    _made(project)
    url = f"{project.database.server.url.rpartition('/')[0]}/{project.database.name}"
    url = url.replace("postgresql://", f"postgresql+{project.driver}://")
    assert "schema dbmigrations belongs to role" in warnings(project.run("002", url=url))[-1]
    assert len(steps(project)) == 1


@pytest.mark.parametrize("driver", DRIVERS)
def test_one_that_somebody_has_locked_holds_nothing_up_for_longer_than_the_limit(project: Project, driver: str) -> None:
    project.use(driver)
    _made(project)
    with project.database.connect() as other:
        other.execute("BEGIN; LOCK TABLE dbmigrations.history")
        told = warnings(project.run("002", timeouts={"lock": 300}))
    assert told[0] == "the database's history was not read: dbmigrations.history: it is locked."
    assert "canceling statement due to lock timeout" in told[1]
    assert (project.database.rows(), steps(project)) == (["002"], ["Upgrade 001: {} {001}"])
