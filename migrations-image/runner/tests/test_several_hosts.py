"""Of several hosts in a URL the driver takes the one that answers, and they are named as the driver is given them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.project import Project

STOCK = (
    'create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)',
    'engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)',
)
WAYS = ["by the variable", "by the configuration"]


def _url(project: Project, place: str, options: str = "") -> str:
    database = project.database
    login = f"{database.name}:{database.password}"
    port = urlsplit(database.server.url).port
    made = f"postgresql+{project.driver}://{login}@{place}/{database.name}{options}"
    return made.replace("PORT", str(port))


def _use(project: Project, driver: str, way: str) -> None:
    project.use(driver)
    project.line("001")
    if way == "by the configuration":
        text = project.env_py.read_text().replace(*STOCK)
        project.env_py.write_text(text.replace("import create_engine", "import engine_from_config"))


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("way", WAYS)
def test_one_port_is_that_of_all_hosts(project: Project, driver: str, way: str) -> None:
    _use(project, driver, way)
    result = project.run("head", url=_url(project, "127.0.0.1,localhost:PORT"), urlOptions=["sqlalchemy.url"])
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


def test_of_several_hosts_that_do_not_answer_none_is_elsewhere(project: Project) -> None:
    _use(project, "psycopg", "by the variable")
    result = project.run("head", url=_url(project, "127.0.0.1,localhost:1"))
    assert result.reason == "DatabaseUnreachable"
    assert "That is not where the resource's database is" not in result.message


def test_a_port_behind_each_host_is_read_by_no_create_engine(project: Project) -> None:
    place = "127.0.0.1:PORT,localhost:PORT"
    _use(project, "psycopg", "by the variable")
    result = project.run("head", url=_url(project, place))
    assert result.reason == "ConfigurationError"
    port = urlsplit(project.database.server.url).port
    assert f"?host=127.0.0.1:{port}&host=localhost:{port} . Correct it in the Secret" in result.message
    _use(project, "psycopg", "by the configuration")
    result = project.run("head", url=_url(project, place), urlOptions=["sqlalchemy.url"])
    assert result.reason == "AtTargetRevision", result.message
    _use(project, "psycopg", "by the variable")
    options = f"?host=127.0.0.1:{port}&host=localhost:{port}"
    assert project.run("head", url=_url(project, "", options)).reason == "AtTargetRevision"
