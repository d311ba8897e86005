"""The database's URL reaches every env.py that reads its own from the configuration."""

from __future__ import annotations

import pytest

from tests.project import Project
from tests.server import Database

PASSWORD = "p@ss%word/100%(x)s"
ENCODED = "p%40ss%25word%2F100%25%28x%29s"

ENV_PY = """
from logging.config import fileConfig
from alembic import context
from sqlalchemy import create_engine, engine_from_config, pool
config = context.config
{how}
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""
FROM_SECTION = (
    'engine = engine_from_config(config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", '
    "poolclass=pool.NullPool)"
)
WAYS = {
    "get_section": FROM_SECTION,
    "attribute of the context": FROM_SECTION.replace("config.get_section", "context.config.get_section"),
    "get_main_option": 'engine = create_engine(config.get_main_option("sqlalchemy.url"))',
    "get_section_option": 'engine = create_engine(config.get_section_option("alembic", "sqlalchemy.url"))',
    "file_config": 'engine = create_engine(config.file_config["alembic"]["sqlalchemy.url"])',
    "logging read before": "fileConfig(config.config_file_name)\n" + FROM_SECTION,
    "set to what it is": 'url = config.get_main_option("sqlalchemy.url")\n'
    'config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))\n' + FROM_SECTION,
}


def _with(project: Project, how: str, url: str = "driver://user:pass@localhost/dbname", option: str = "sqlalchemy.url") -> None:
    project.env_py.write_text(ENV_PY.format(how=how))
    project.ini.write_text(project.ini.read_text().replace("[alembic]", f"[alembic]\n{option} = {url}"))
    project.line("001")


def _plain(database: Database, **parts: str) -> str:
    return database.url("x", **parts).replace("postgresql+x", "postgresql")


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_read_it_leads_to_the_secrets_database(project: Project, way: str) -> None:
    project.database.execute(f"ALTER ROLE {project.database.name} PASSWORD '{PASSWORD}'", superuser=True)
    _with(project, WAYS[way])
    result = project.run("head", url=_plain(project.database, password=ENCODED))
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message + result.stderr
    assert "word" not in result.stdout + result.stderr


def test_a_percent_sign_in_front_of_two_digits_is_still_one_whoever_renders_the_url(project: Project) -> None:
    project.database.execute(f"ALTER ROLE {project.database.name} PASSWORD 'p%41ss:x@'", superuser=True)
    _with(project, FROM_SECTION)
    result = project.run("head", url=_plain(project.database, password="p%2541ss%3Ax%40"))
    assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+asyncpg"])
def test_whatever_the_secrets_scheme_a_synchronous_env_py_gets_a_driver_that_it_can_use(project: Project, scheme: str) -> None:
    _with(project, FROM_SECTION)
    result = project.run("head", url=_plain(project.database).replace("postgresql", scheme, 1))
    assert result.reason == "AtTargetRevision", result.message


def test_a_driver_that_the_configuration_names_is_kept(project: Project) -> None:
    _with(project, 'engine = create_engine(config.get_main_option("sqlalchemy.url"))\nprint("by", engine.driver)')
    project.ini.write_text(project.ini.read_text().replace("driver://", "postgresql+pg8000://"))
    result = project.run("head", url=_plain(project.database))
    assert result.reason == "AtTargetRevision", result.message
    assert "by pg8000\n" in result.stdout


@pytest.mark.parametrize(
    "url", ["%(DATABASE_URL)s", "postgresql://%(DB_USER)s:x@h/d", "", "postgresql+psycopg2://dev:dev@localhost:5432/dev"]
)
def test_what_the_configuration_says_there_does_not_matter(project: Project, url: str) -> None:
    _with(project, FROM_SECTION, url)
    result = project.run("head", url=_plain(project.database))
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


def test_the_configuration_need_not_have_the_option_at_all(project: Project) -> None:
    project.env_py.write_text(ENV_PY.format(how=FROM_SECTION))
    project.line("001")
    assert project.run("head", url=_plain(project.database)).reason == "AtTargetRevision"


def test_what_env_py_sets_afterwards_counts(project: Project) -> None:
    _with(
        project,
        'import os\nconfig.set_main_option("sqlalchemy.url", os.environ["MINE"])\n' + FROM_SECTION,
    )
    nowhere = _plain(project.database, name="nowhere")
    result = project.run("head", url=_plain(project.database), environment={"MINE": nowhere})
    assert '"nowhere" does not exist' in result.message


@pytest.mark.parametrize("option", ["url", "main:db.url", "DEFAULT:url"])
def test_an_option_of_another_name_is_named(project: Project, option: str) -> None:
    section, _, name = option.rpartition(":")
    section = section or "alembic"
    read = f'config.get_section("{section}")["{name}"]' if section != "DEFAULT" else f'config.get_main_option("{name}")'
    _with(project, f"engine = create_engine({read})")
    result = project.run("head", url=_plain(project.database), urlOptions=[option])
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


def test_a_variable_that_an_option_names_has_to_be_there(project: Project) -> None:
    project.line("001")
    result = project.run("head", urlOptions=["sqlalchemy.url", "reports:sqlalchemy.url=REPORTS_URL"])
    assert result.reason == "ConfigurationError"
    assert "variable REPORTS_URL in sqlalchemy.url, and that variable is not set" in result.message


def test_nothing_is_handed_over_where_nothing_is_asked_for(project: Project) -> None:
    _with(project, FROM_SECTION)
    result = project.run("head", url=_plain(project.database), urlOptions=[])
    assert result.reason == "ConfigurationError"
    assert "sqlalchemy.dialects:driver" in result.message
    assert "scheme of another URL than the resource's" in result.message
    assert "did not read DATABASE_URL" in result.message
    assert "Secret" not in result.message


@pytest.mark.parametrize(
    ("driver", "options"),
    [
        ("asyncpg", "?sslmode=prefer&connect_timeout=5&application_name=shop"),
        ("psycopg", "?ssl=prefer"),
        ("pg8000", "?sslmode=prefer"),
    ],
)
def test_options_for_another_driver_are_translated(project: Project, driver: str, options: str) -> None:
    project.use(driver)
    text = project.env_py.read_text().replace('os.environ["DATABASE_URL"]', 'config.get_main_option("sqlalchemy.url")')
    project.env_py.write_text(text)
    project.ini.write_text(project.ini.read_text().replace("[alembic]", f"[alembic]\nsqlalchemy.url = postgresql+{driver}://"))
    project.line("001")
    result = project.run("head", url=_plain(project.database) + options)
    assert result.reason == "AtTargetRevision", result.message


def test_several_hosts_as_libpq_writes_them_reach_env_py(project: Project) -> None:
    _with(project, FROM_SECTION)
    url = _plain(project.database)
    place = url.rpartition("@")[2].partition("/")[0]
    result = project.run("head", url=url.replace(place, f"{place},localhost:1") + "?target_session_attrs=read-write")
    assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg", "pg8000"])
@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " \t{}"])
def test_white_space_around_the_url_is_gone_before_env_py_reads_it(project: Project, driver: str, around: str) -> None:
    project.use(driver)
    project.line("001")
    result = project.run("head", url=around.format(project.database.url(driver)))
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


def test_white_space_around_the_url_of_an_option_is_gone_as_well(project: Project) -> None:
    _with(project, 'import os\nengine = create_engine(os.environ["REPORTS_URL"])')
    options = ["sqlalchemy.url", "reports:sqlalchemy.url=REPORTS_URL"]
    reports = {"REPORTS_URL": f" {project.database.url(project.driver)}\n"}
    result = project.run(
        "head", urlOptions=options, url=project.database.url(project.driver, name="nowhere"), environment=reports
    )
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


def test_a_database_whose_name_env_py_ends_with_a_newline_is_not_waited_for(project: Project) -> None:
    _with(project, 'import os\nengine = create_engine(os.environ["MINE"])')
    for name in ("nowhere\n", " nowhere"):
        mine = {"MINE": project.database.url(project.driver, name=name)}
        result = project.run("head", environment=mine)
        assert result.reason == "ConfigurationError", result.message
        assert "white space around the name of the database" in result.message
