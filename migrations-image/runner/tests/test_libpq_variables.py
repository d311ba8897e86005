"""Where a variable of libpq decides, it is named, and neither the URL nor env.py is sent to be looked through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project import Project, Result
from tests.refusing_server import server_that_refuses

# What is set, and the variable that is to blame.
CASES = {
    "a service that nobody defined": ("PGSERVICE", "nowhere"),
    "encryption that the server has not": ("PGSSLMODE", "require"),
    "a mode that is none": ("PGSSLMODE", "requier"),
    "a root certificate that is not there": ("PGSSLROOTCERT", "/nonexistent/ca.crt"),
    "channel binding without encryption": ("PGCHANNELBINDING", "require"),
    "a login by another method": ("PGREQUIREAUTH", "gss"),
    "encryption by Kerberos": ("PGGSSENCMODE", "require"),
    "certificates that nobody asks for": ("PGSSLCERTMODE", "require"),
    "a version of TLS that is none": ("PGSSLMINPROTOCOLVERSION", "x"),
    "a negotiation that the usual mode does not go with": ("PGSSLNEGOTIATION", "direct"),
    "a role that is asked for as a setting": ("PGOPTIONS", "-c role=nosuch"),
    "a form of dates": ("PGDATESTYLE", "x"),
    "a time zone": ("PGTZ", "Nowhere"),
    "an encoding": ("PGCLIENTENCODING", "x"),
    "a planner": ("PGGEQO", "x"),
    "another address": ("PGHOSTADDR", "127.0.0.9"),
    "a setting that the server does not know": ("PGOPTIONS", "-c nosuch=1"),
    "another kind of server": ("PGTARGETSESSIONATTRS", "standby"),
    "a search path on which no schema is": ("PGOPTIONS", "-c search_path=nosuch"),
    "sessions that may not write": ("PGOPTIONS", "-c default_transaction_read_only=on"),
}
WITH = {"PGSSLROOTCERT": {"PGSSLMODE": "verify-full"}, "PGCHANNELBINDING": {"PGSSLMODE": "disable"}}
# What the URL may say about it itself.
SAID = {
    "PGSSLMODE": "sslmode=disable",
    "PGTARGETSESSIONATTRS": "target_session_attrs=any",
    "PGOPTIONS": "options=-cwork_mem=4MB",
}


def _run(project: Project, driver: str, environment: dict[str, str | None], options: str = "", **parts: str) -> Result:
    project.use(driver)
    project.line("001")
    url = project.database.url(driver, **parts)
    if driver.startswith("psycopg") and "127.0.0.9" in environment.values():
        url = url.replace(url.rpartition(":")[2].partition("/")[0], "1")
    return project.run("head", url=url + options, environment=environment)


def _names(result: Result, variable: str) -> None:
    assert f"comes of the variable {variable}" in result.message, result.message
    assert "spec.podTemplate (env, envFrom)" in result.message
    for elsewhere in ("Check host", "behind its ?", "in the Secret", "connect_args", "spec.database.certificates"):
        assert elsewhere not in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
@pytest.mark.parametrize("case", CASES)
def test_the_variable_that_decides_is_named(project: Project, driver: str, case: str) -> None:
    variable, value = CASES[case]
    environment: dict[str, str | None] = {variable: value, **WITH.get(variable, {})}
    with server_that_refuses("57P03", "it speaks no TLS, and is not asked for anything else") as host:
        is_of_tls = variable in ("PGSSLMODE", "PGSSLROOTCERT")
        result = _run(project, driver, environment, **({"host": host} if is_of_tls else {}))
    if case == "a root certificate that is not there" and "does not support SSL" in result.message:
        variable = "PGSSLMODE"
    _names(result, variable)


@pytest.mark.parametrize(("variable", "said"), SAID.items())
def test_what_the_url_says_itself_counts_and_the_variable_is_not_blamed(project: Project, variable: str, said: str) -> None:
    value = next(value for name, value in CASES.values() if name == variable)
    result = _run(project, "psycopg", {variable: value}, f"?{said}")
    assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg"])
@pytest.mark.parametrize("part", ["user", "password", "host", "dbname"])
def test_a_part_that_the_url_leaves_out_comes_of_the_variable(project: Project, driver: str, part: str) -> None:
    project.use(driver)
    project.line("001")
    url = project.database.url(driver)
    scheme, _, rest = url.partition("://")
    login, _, place = rest.partition("@")
    user, _, password = login.partition(":")
    host, _, name = place.partition("/")
    url, environment = {
        "user": (f"{scheme}://:{password}@{place}", {"PGUSER": "somebody"}),
        "password": (f"{scheme}://{user}@{place}", {"PGPASSWORD": "not-the-one"}),
        "host": (f"{scheme}://{login}@/{name}", {"PGHOST": "127.0.0.1", "PGPORT": "1"}),
        "dbname": (f"{scheme}://{login}@{host}", {"PGDATABASE": "nowhere"}),
    }[part]
    result = project.run("head", url=url, environment=dict(environment))
    assert f"comes of the variable {next(iter(environment))}" in result.message, result.message


def test_of_the_resources_own_certificates_nothing_else_is_said(project: Project, tmp_path: Path) -> None:
    ca = tmp_path / "ca.crt"
    ca.write_text("")
    project.use("psycopg")
    project.line("001")
    result = project.run(
        "head", database={"variable": "DATABASE_URL", "certificates": {"ca": str(ca)}}, environment={"PGUSER": "x"}
    )
    assert result.reason != "AtTargetRevision"
    assert "comes of the variable" not in result.message


def test_pg8000_reads_none(project: Project) -> None:
    result = _run(project, "pg8000", {"PGSSLMODE": "verify-full", "PGHOSTADDR": "127.0.0.9"}, host="127.0.0.1:1")
    assert "variable PG" not in result.message
