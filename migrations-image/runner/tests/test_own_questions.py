"""What env.py asks on its way to a connection, a token or whether a server is there, is not the database's fault."""

from __future__ import annotations

import socket
import textwrap
from collections.abc import Iterator

import pytest

from tests.project import Project, Result

HOOK = """
from sqlalchemy import event
from sqlalchemy.engine import Engine
@event.listens_for(Engine, "do_connect")
def token(dialect, record, arguments, parameters):
{code}
"""
CREATOR = """
import os
from alembic import context
from sqlalchemy import create_engine
def creator():
{code}
with create_engine("postgresql+psycopg://", creator=creator).connect() as connection:
    context.configure(connection=connection)
    context.run_migrations()
"""
PASSWORD = """
import os
def password():
{code}
"""
REFUSED = "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1/token', timeout=5)"
UNKNOWN = "import socket\nsocket.getaddrinfo('sts.nowhere.invalid', 443)"
HTTP = "import urllib.error\nraise urllib.error.HTTPError('http://vault/db', {status}, 'later', {{}}, None)"
# As requests and httpx have it, and as botocore does.
RESPONSE = "from types import SimpleNamespace\nerror = Exception('later')\nerror.response = {response}\nraise error"
PASSING = {
    REFUSED: "env.py asks localhost:1 for something",
    UNKNOWN: "env.py asks sts.nowhere.invalid:443 for something",
    HTTP.format(status=503): "that one cannot answer now: HTTPError: HTTP Error 503: later",
    HTTP.format(status=429): "that one cannot answer now",
    RESPONSE.format(response="SimpleNamespace(status_code=502)"): "that one cannot answer now: Exception: later",
    RESPONSE.format(response="{'ResponseMetadata': {'HTTPStatusCode': 500}}"): "that one cannot answer now",
}
LASTING = {
    "raise RuntimeError('Unable to locate credentials')": "Unable to locate credentials",
    "open('/var/run/nowhere/token')": "No such file or directory: '/var/run/nowhere/token'",
    "import os\nos.environ['AWS_REGION']": "it reads the environment variable AWS_REGION, and that is not set",
    HTTP.format(status=403): "HTTP Error 403: later",
    RESPONSE.format(response="SimpleNamespace(status_code=401)"): "Exception: later",
}
WAYS = ["a hook, psycopg", "a hook, psycopg2", "a hook, pg8000", "a hook, asyncpg", "a creator, psycopg", "a password, asyncpg"]


def _run(project: Project, way: str, code: str) -> Result:
    kind, _, driver = way.partition(", ")
    project.use(driver)
    project.line("001")
    body = textwrap.indent(code, "    ")
    if kind == "a creator":
        project.env_py.write_text(CREATOR.format(code=body))
    elif kind == "a password":
        given = project.env_py.read_text().replace("NullPool)", "NullPool, connect_args={'password': password})")
        project.env_py.write_text(PASSWORD.format(code=body) + given)
    else:
        project.env_py.write_text(HOOK.format(code=body) + project.env_py.read_text())
    return project.run("head")


@pytest.mark.parametrize("code", PASSING)
@pytest.mark.parametrize("way", WAYS)
def test_who_is_asked_for_a_token_and_does_not_answer_may_do_so_later(project: Project, way: str, code: str) -> None:
    result = _run(project, way, code)
    assert result.reason == "DatabaseUnreachable"
    assert PASSING[code] in result.message
    assert "The database itself is not to blame" in result.message
    assert "host and port in the database's URL" not in result.message


@pytest.mark.parametrize("code", LASTING)
@pytest.mark.parametrize("way", WAYS)
def test_what_else_goes_wrong_on_the_way_is_env_pys(project: Project, way: str, code: str) -> None:
    if way == "a password, asyncpg" and "environ" in code:
        code = code.removeprefix("import os\n")
    result = _run(project, way, code)
    assert result.reason == "ConfigurationError"
    assert LASTING[code if code in LASTING else f"import os\n{code}"] in result.message
    assert "No connection to" not in result.message


def test_a_hook_that_connects_has_its_server_named(project: Project) -> None:
    code = "import psycopg\nreturn psycopg.connect(host='127.0.0.1', port=1)"
    result = _run(project, "a hook, psycopg", code)
    assert (result.reason, "No connection to the server" in result.message) == ("DatabaseUnreachable", True)


WAITS = {
    "socket": "import socket\nsocket.create_connection((url.host, url.port), timeout=5).close()",
    "pg_isready": "import subprocess\nsubprocess.run(['pg_isready', '-h', url.host, '-p', str(url.port)], check=True)",
    "exit": "import sys\ntry:\n    {socket}\nexcept OSError:\n    sys.exit('no database')",
}
WAITS["exit"] = WAITS["exit"].format(socket=WAITS["socket"].replace("\n", "\n    "))
HEAD = "import os\nfrom sqlalchemy.engine import make_url\nurl = make_url(os.environ['DATABASE_URL'])\n"


@pytest.fixture
def port() -> Iterator[int]:
    """On which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize("wait", WAITS)
def test_a_wait_for_the_database_tells_of_its_outage(project: Project, port: int, wait: str) -> None:
    project.line("001")
    project.env_py.write_text(HEAD + WAITS[wait] + project.env_py.read_text())
    assert project.run("head").reason == "AtTargetRevision"
    result = project.run("head", url=f"postgresql+{project.driver}://app:unheard@127.0.0.1:{port}/app")
    assert result.reason == "DatabaseUnreachable"
    assert f"no connection to the server at 127.0.0.1:{port}" in result.message
    assert "env.py gave up before it connected" in result.message


def test_a_program_that_fails_where_the_database_answers_is_env_pys(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("import subprocess\nsubprocess.run(['false'], check=True)\n" + project.env_py.read_text())
    assert project.run("head").reason == "ConfigurationError"
