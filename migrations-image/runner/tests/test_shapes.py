"""Projects of every shape: where configuration, scripts and version tables are, and what env.py does with them."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import no_session_is_left
from tests.project import Project
from tests.test_approvals import DRIVERS


def test_several_sections_of_one_file_are_several_projects(project: Project) -> None:
    project.sync('version_table="v_" + config.config_ini_section')
    project.line("001")
    logging = project.ini.read_text().split("[loggers]")[1]
    project.ini.write_text(
        "[DEFAULT]\nprepend_sys_path = .\n[billing]\nscript_location = %(here)s/migrations\n"
        f"[users]\nscript_location = users\n[loggers]{logging}"
    )
    shutil.copytree(project.directory / "migrations", project.directory / "users")
    project.directory.joinpath("users/versions/001.py").unlink()
    project.versions = project.directory / "users" / "versions"
    project.line("u001", "u002")
    billing = project.run("head", section="billing")
    users = project.run("head", section="users")
    assert (billing.outcome["versionTable"], billing.outcome["after"]) == ("public.v_billing", ["001"])
    assert (users.outcome["versionTable"], users.outcome["after"]) == ("public.v_users", ["u002"])
    assert project.run("base", section="billing").outcome["after"] == []
    assert project.database.tables() == ["t_u001", "t_u002", "v_billing", "v_users"]
    none = project.run("head")
    assert none.reason == "ConfigurationError"
    assert "no section [alembic]" in none.message


def test_scripts_of_several_directories_are_one_graph(project: Project) -> None:
    project.line("001")
    project.versions = project.directory / "plugin"
    project.versions.mkdir()
    project.script("p001", depends="001", labels="plugin")
    locations = "version_path_separator = os\nversion_locations = %(here)s/migrations/versions:%(here)s/plugin\n"
    project.ini.write_text(project.ini.read_text().replace("[loggers]", f"{locations}[loggers]", 1))
    result = project.run("plugin@head")
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["p001"]), result.outcome
    assert project.database.tables() == ["alembic_version", "t_001", "t_p001"]
    project.script("001", file="again.py")
    twice = project.run("heads")
    assert twice.reason == "InvalidScripts"
    assert "/plugin/again.py" in twice.message
    assert "/migrations/versions/001.py" in twice.message


@pytest.mark.requires("recursive_version_locations")
def test_scripts_below_the_directory_are_found_if_alembic_is_told_to_look_there(project: Project) -> None:
    project.line("001")
    project.versions = project.versions / "2026" / "01"
    project.versions.mkdir(parents=True)
    project.script("002", "001")
    assert project.run("head").outcome["after"] == ["001"]
    project.ini.write_text(project.ini.read_text().replace("[loggers]", "recursive_version_locations = true\n[loggers]", 1))
    assert project.run("head").outcome["after"] == ["002"]


@pytest.mark.requires("pyproject")
@pytest.mark.parametrize("named", ["alembic.ini", "pyproject.toml"])
def test_scripts_are_named_in_pyproject_toml_and_the_database_in_the_ini_file(project: Project, named: str) -> None:
    project.line("001")
    project.versions = project.directory / "more"
    project.versions.mkdir()
    project.script("002", "001")
    project.ini.write_text(project.ini.read_text().replace("script_location = %(here)s/migrations\n", "who = ${ini}\n"))
    project.directory.joinpath("pyproject.toml").write_text(
        '[project]\nname = "app"\n[tool.alembic]\nscript_location = "%(here)s/migrations"\n'
        'version_locations = ["%(here)s/migrations/versions", "%(here)s/more"]\nprepend_sys_path = ["."]\n'
    )
    project.env_py.write_text(
        project.env_py.read_text().replace(
            "config = context.config\n", "config = context.config\nassert config.get_main_option('who') == '${ini}'\n"
        )
    )
    result = project.run("head", config=named)
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["002"]), result.outcome


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[tool.alembic\n", "not valid TOML"),
        ('[tool.alembic]\nscript_location = "elsewhere"\n', "elsewhere"),
        ("", "alembic.ini"),
    ],
)
@pytest.mark.requires("pyproject")
def test_a_pyproject_toml_that_leads_nowhere_is_quoted(project: Project, toml: str, said: str) -> None:
    project.line("001")
    project.ini.unlink()
    project.directory.joinpath("pyproject.toml").write_text(toml)
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert said in result.message


def test_a_value_may_refer_to_others(project: Project) -> None:
    project.line("001")
    text = project.ini.read_text().replace("%(here)s/migrations", "%(here)s/%(folder)s")
    project.ini.write_text("[DEFAULT]\nfolder = migrations\n" + text)
    assert project.run("head").outcome["after"] == ["001"]


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("schema", ['Own"Schema', "50%.a%%s"])
@pytest.mark.parametrize("table", ["MixedCase", 'with "quotes"', "select", "é" * 31, "pct%s", "%(x)s", "a%%b.c"])
def test_a_version_table_may_have_any_name(project: Project, table: str, schema: str, driver: str) -> None:
    """And its plan may be looked at: what Alembic writes into it is none of the script's."""
    quoted = schema.replace('"', '""')
    project.database.execute(f'CREATE SCHEMA "{quoted}"')
    project.use(driver, f"version_table={table!r}, version_table_schema={schema!r}")
    project.line("001", "002")
    up = project.run("head", approval={"upgrades": "WhenLossy"})
    assert (up.reason, up.outcome["versionTable"]) == ("AtTargetRevision", f"{schema}.{table}"), up.outcome
    down = project.run("001", approval={})
    assert (down.reason, down.outcome["before"], down.outcome["after"]) == ("AtTargetRevision", ["002"], ["001"]), down.message
    assert project.database.query("SELECT count(*) FROM pg_tables WHERE tablename = 'alembic_version'") == [(0,)]


def test_a_schema_that_does_not_exist_is_named(project: Project) -> None:
    project.sync('version_table_schema="Nowhere"')
    project.line("001")
    result = project.run("head")
    assert (result.reason, result.outcome["sqlstate"]) == ("ConfigurationError", "3F000")
    assert '"Nowhere"' in result.message
    assert "version_table_schema" in result.message
    assert project.database.tables() == []


@pytest.mark.parametrize(
    "pool",
    [
        "poolclass=pool.QueuePool, pool_pre_ping=True",
        "poolclass=pool.QueuePool, pool_size=1, max_overflow=0",
        "poolclass=pool.StaticPool",
    ],
)
def test_an_engine_may_have_any_pool(project: Project, pool: str) -> None:
    project.sync()
    project.line("001")
    project.env_py.write_text(project.env_py.read_text().replace("poolclass=pool.NullPool", pool))
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["001"]), result.stderr
    no_session_is_left(project.database)


def test_an_asynchronous_engine_may_have_a_pool_that_asks_first(project: Project) -> None:
    project.asynchronous()
    project.line("001")
    project.env_py.write_text(project.env_py.read_text().replace("poolclass=pool.NullPool", "pool_pre_ping=True"))
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("AtTargetRevision", ["001"]), result.stderr
    no_session_is_left(project.database)


@pytest.mark.parametrize("options", ["", "transaction_per_migration=True"])
def test_a_transaction_of_env_py_holds_all_steps_or_none(project: Project, options: str) -> None:
    project.sync(options)
    text = project.env_py.read_text().replace(
        "engine.connect() as connection:", "engine.connect() as connection, connection.begin():"
    )
    assert "connection.begin()" in text
    project.env_py.write_text(text)
    project.line("001")
    project.script("002", "001", upgrade='op.execute("SELECT 1/0")')
    failed = project.run("head")
    assert (failed.reason, failed.outcome["revision"], failed.outcome["after"]) == ("MigrationFailed", "002", [])
    assert project.database.made() == []
    assert project.run("001").outcome["after"] == ["001"]


# As Alembic's cookbook has it: one version table in each schema, found by the search path.
TENANTS = """
import os
from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.{pool}, future=True)
for tenant in os.environ["TENANTS"].split():
    with engine.connect() as connection:
        connection.execute(text('SET search_path TO "%s"' % tenant))
        connection.commit()
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection, target_metadata=None{options})
        with context.begin_transaction():
            context.run_migrations()
"""


def _tenants(project: Project, *names: str, options: str = "", pool: str = "NullPool") -> dict[str, str]:
    project.sync()
    for name in names:
        project.database.execute(f'CREATE SCHEMA "{name}"')
    project.env_py.write_text(TENANTS.format(options=options, pool=pool))
    return {"TENANTS": " ".join(names)}


@pytest.mark.parametrize("pool", ["NullPool", "QueuePool"])
def test_each_tenant_goes_from_where_it_is(project: Project, pool: str) -> None:
    tenants = _tenants(project, "a", "B", "c", pool=pool)
    project.line("001", "002", "003")
    assert project.run("001", environment={"TENANTS": "a"}).reason == "AtTargetRevision"
    assert project.run("002", environment={"TENANTS": "B"}).reason == "AtTargetRevision"
    result = project.run("002", environment=tenants)
    assert result.reason == "AtTargetRevision", result.outcome
    assert "he database is at 002 in all 3 version tables: 3 steps up from" in result.message
    assert "001 (a.alembic_version); 002 (B.alembic_version); base (c.alembic_version)" in result.message
    assert (result.outcome["before"], result.outcome["after"]) == (None, ["002"])
    assert (result.outcome["versionTable"], result.outcome["applied"]) == (None, 3)
    names = ["B.alembic_version", "a.alembic_version", "c.alembic_version"]
    assert result.outcome["versionTables"] == {"count": 3, "names": names}
    check = project.run("002", environment=tenants, mode="Check")
    assert (check.reason, check.outcome["versionTables"]["names"]) == ("AtTargetRevision", names)


@pytest.mark.diagonal
def test_of_a_failure_at_one_tenant_it_is_said_where_each_of_them_is(project: Project) -> None:
    tenants = _tenants(project, "a", "b", "c")
    project.line("001")
    project.script("002", "001", upgrade="op.execute(\"SELECT 1 / (current_schema() <> 'b')::int\")", downgrade="pass")
    result = project.run("head", environment=tenants)
    assert (result.reason, result.outcome["revision"], result.outcome["after"]) == ("PartiallyApplied", "002", None)
    assert "upgrade() of revision 002 (b.alembic_version)" in result.message
    assert "a.alembic_version was at base and is now at 002" in result.message
    assert "b.alembic_version still at base" in result.message
    assert result.outcome["applied"] == 2
    project.script("002", "001", upgrade="pass", downgrade="pass")
    again = project.run("head", environment=tenants)
    assert (again.reason, again.outcome["after"]) == ("AtTargetRevision", ["002"])


def test_a_tenant_that_is_ahead_stops_the_run_before_anything_of_it_is_touched(project: Project) -> None:
    tenants = _tenants(project, "a", "b")
    project.line("001")
    assert project.run("head", environment={"TENANTS": "b"}).reason == "AtTargetRevision"
    project.database.execute("UPDATE b.alembic_version SET version_num = 'unknown'")
    result = project.run("head", environment=tenants)
    assert result.reason == "DatabaseAhead"
    assert "b.alembic_version" in result.message
    assert "a.alembic_version was at base and is now at 001" in result.message
    assert "b.alembic_version still at unknown" in result.message


def test_an_env_py_that_goes_on_after_a_failed_tenant_does_not_hide_it(project: Project) -> None:
    tenants = _tenants(project, "a", "b")
    project.script("001", upgrade="op.execute(\"SELECT 1 / (current_schema() <> 'a')::int\")", downgrade="pass")
    text = project.env_py.read_text().replace(
        "with engine.connect()", "import contextlib\n    with contextlib.suppress(Exception), engine.connect()"
    )
    project.env_py.write_text(text)
    result = project.run("head", environment=tenants)
    assert (result.reason, result.outcome["sqlstate"]) == ("PartiallyApplied", "22012")
    assert "a.alembic_version still at base" in result.message
    assert "b.alembic_version was at base and is now at 001" in result.message
