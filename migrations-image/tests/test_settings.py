import sys

import pytest

from conftest import PLATFORM, Database, Project
from server import Server

sys.path.insert(0, str(PLATFORM))

from app.config import SettingsError, asyncpg_url


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg"])
def test_every_scheme_becomes_asyncpgs(scheme: str) -> None:
    url = asyncpg_url(f"{scheme}://user:secret@db.example:5433/agent_platform")
    assert url.render_as_string(hide_password=False) == ("postgresql+asyncpg://user:secret@db.example:5433/agent_platform")


def test_sslmode_becomes_ssl() -> None:
    url = asyncpg_url("postgresql://u:p@h/d?sslmode=require&application_name=x")
    assert dict(url.query) == {"ssl": "require", "application_name": "x"}


@pytest.mark.parametrize(("written", "meant"), [("p%25s", "p%s"), ("50%", "50%"), ("a%40b%3Ac%2Fd", "a@b:c/d")])
def test_percent_signs_in_passwords(written: str, meant: str) -> None:
    assert asyncpg_url(f"postgresql://u:{written}@h/d").password == meant


@pytest.mark.parametrize(
    "value", ["postgresql//u:s3cret@h/d", "s3cret", "mysql://u:s3cret@h/d", "postgresql://u:s3cret@h:port/d"]
)
def test_a_wrong_url_is_refused_without_repeating_it(value: str) -> None:
    with pytest.raises(SettingsError, match="postgresql://USER:PASSWORD@HOST") as refused:
        asyncpg_url(value)
    assert "s3cret" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("login", ["u:p@s3cret", "u:p@s3cret/", "u:p@s3cret?", "u:s3cret@5"])
def test_an_at_sign_that_is_not_encoded_is_refused_before_a_piece_of_the_password_is_taken_for_the_host(login: str) -> None:
    with pytest.raises(SettingsError, match="%40") as refused:
        asyncpg_url(f"postgresql://{login}@h/d")
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_a_role_with_an_awkward_password_connects(server: Server, database: Database, project: Project, scheme: str) -> None:
    server.sql(f"CREATE ROLE {database.name} LOGIN PASSWORD 'p%w@:/?#'")
    try:
        host = f"{server.url.host}:{server.url.port or 5432}"
        url = f"{scheme}://{database.name}:p%25w%40%3A%2F%3F%23@{host}/{database.name}?sslmode=prefer"
        done = project.alembic("current", url=url + "\n")  # as `echo URL | base64` leaves it in a Secret
        assert done.returncode == 0, done.stderr
    finally:
        server.sql(f"DROP ROLE {database.name}")
