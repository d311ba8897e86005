"""A server is verified, and a role let in by its certificate, whatever the driver and without a word in env.py."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.private_server import private_server, server_binaries
from tests.project import Project, Result
from tests.server import Database, Server

DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


class Authority:
    """One that signs certificates, by openssl."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir()
        self.certificate = directory / "ca.crt"
        self._openssl("req", "-x509", *NEW_KEY, "-keyout", "ca.key", "-subj", "/CN=ca")

    def sign(self, name: str) -> tuple[Path, Path]:
        """The certificate and the key of whoever has that name, the same each time."""
        signed = self._directory / f"{name}.crt", self._directory / f"{name}.key"
        if signed[0].exists():
            return signed
        self._openssl("req", *NEW_KEY, "-keyout", f"{name}.key", "-subj", f"/CN={name}", out=f"{name}.csr")
        (self._directory / "names").write_text(f"subjectAltName=DNS:{name}\n")
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"),
            *("-extfile", "names"),
            out=f"{name}.crt",
        )
        return signed

    def _openssl(self, *arguments: str, out: str = "ca.crt") -> None:
        command = ["openssl", *arguments, "-out", out]
        subprocess.run(command, check=True, cwd=self._directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "authority")


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[Server]:
    """A private one that speaks TLS as localhost, and as no address."""
    binaries = server_binaries()
    assert binaries, "these tests start a server of their own: install one (apt-get install postgresql)"
    certificate, key = authority.sign("localhost")
    with private_server(binaries) as url:
        with psycopg.connect(url, autocommit=True) as admin:
            (data,) = admin.execute("SHOW data_directory").fetchone()  # type: ignore[misc]
            for source, name in ((certificate, "server.crt"), (key, "server.key"), (authority.certificate, "ca.crt")):
                _give(source, Path(data, name))
            admin.execute("CREATE ROLE certified")
            rules = Path(data, "pg_hba.conf")
            rules.write_text("hostssl all +certified all cert\nhost all all all scram-sha-256\n")
            admin.execute("ALTER SYSTEM SET ssl_ca_file = 'ca.crt'")
            admin.execute("ALTER SYSTEM SET ssl = on")
            admin.execute("SELECT pg_reload_conf()")
        yield Server(url)


def _give(source: Path, target: Path) -> None:
    shutil.copy(source, target)
    target.chmod(0o600)
    if getpass.getuser() == "root":
        shutil.chown(target, "postgres")


@pytest.fixture(scope="module")
def admin(server: Server) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        yield connection


def run(
    project: Project, host: str = "localhost", password: bool = True, options: str = "", *, files: Mapping[str, Path]
) -> Result:
    database = project.database
    port = urlsplit(database.server.url).port
    login = f"{database.name}:{database.password}" if password else database.name
    project.line("001")
    return project.run(
        "head",
        url=f"postgresql+{project.driver}://{login}@{host}:{port}/{database.name}{options}",
        database={
            "variable": "DATABASE_URL",
            "certificates": {name: str(path) for name, path in files.items()},
        },
    )


def certified(database: Database, authority: Authority) -> dict[str, Path]:
    database.execute(f"GRANT certified TO {database.name}", superuser=True)
    client, key = authority.sign(database.name)
    # As a volume of Kubernetes has it.
    key.chmod(0o444)
    return {"ca": authority.certificate, "client": client, "clientKey": key}


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_server_that_the_authority_signed_is_migrated(project: Project, authority: Authority, driver: str) -> None:
    project.use(driver)
    result = run(project, files={"ca": authority.certificate})
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_role_is_let_in_by_its_certificate(project: Project, authority: Authority, driver: str) -> None:
    project.use(driver)
    result = run(project, password=False, files=certified(project.database, authority))
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t_001"]), result.message + result.stderr


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_certificate_is_enough_without_an_authority(project: Project, authority: Authority, driver: str) -> None:
    project.use(driver)
    given = certified(project.database, authority)
    del given["ca"]
    assert run(project, password=False, files=given).reason == "AtTargetRevision"


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_server_that_another_authority_signed_is_not(project: Project, tmp_path: Path, driver: str) -> None:
    project.use(driver)
    result = run(project, files={"ca": Authority(tmp_path / "other").certificate})
    _is_refused(project, result)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_server_of_another_name_is_not(project: Project, authority: Authority, driver: str) -> None:
    project.use(driver)
    _is_refused(project, run(project, host="127.0.0.1", files={"ca": authority.certificate}))


def _is_refused(project: Project, result: Result) -> None:
    assert (result.reason, project.database.tables()) == ("DatabaseUnreachable", [])
    assert (
        "The server's certificate does not pass: see whether the authority in spec.database.certificates.ca" in result.message
    )


@pytest.mark.parametrize(("driver", "option"), [("psycopg", "sslmode"), ("psycopg2", "sslmode"), ("asyncpg", "ssl")])
def test_what_the_url_says_counts(project: Project, authority: Authority, driver: str, option: str) -> None:
    project.use(driver)
    # As verify-ca: a name that the certificate lacks is no matter then.
    result = run(project, host="127.0.0.1", options=f"?{option}=require", files={"ca": authority.certificate})
    assert result.reason == "AtTargetRevision", result.message


def test_without_its_certificate_the_role_is_not_let_in(project: Project, authority: Authority) -> None:
    given = certified(project.database, authority)
    result = run(project, password=False, files={"ca": given["ca"]})
    assert result.reason == "AuthenticationFailed"
    assert "certificate" in result.message


def test_the_copy_of_the_key_is_for_its_user_alone(project: Project, authority: Authority) -> None:
    project.env_py.write_text(
        'import os, stat\npath = os.environ["PGSSLKEY"]\n'
        'print("modes", oct(os.stat(path).st_mode & 0o777), oct(os.stat(os.path.dirname(path)).st_mode & 0o777))\n'
        + project.env_py.read_text()
    )
    result = run(project, password=False, files=certified(project.database, authority))
    assert result.reason == "AtTargetRevision"
    assert "modes 0o600 0o700\n" in result.stdout
    key = Path(os.fspath(authority.sign(project.database.name)[1])).read_text().splitlines()[1]
    assert key not in result.stdout + result.stderr
