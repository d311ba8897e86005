"""A server is verified, and a role let in by its certificate, whatever the driver and without a word in env.py."""

from __future__ import annotations

import base64
import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from dbmigration.planning.named_database import Certificates
from dbmigration.session import certificate_files
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

    def sign(self, name: str, days: int = 2) -> tuple[Path, Path]:
        """The certificate and the key of whoever has that name, the same each time. Of no days it has expired."""
        signed = self._directory / f"{name}.crt", self._directory / f"{name}.key"
        if signed[0].exists():
            return signed
        self._openssl("req", *NEW_KEY, "-keyout", f"{name}.key", "-subj", f"/CN={name}", out=f"{name}.csr")
        (self._directory / "names").write_text(f"subjectAltName=DNS:{name}\n")
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", str(days)),
            *("-extfile", "names"),
            out=f"{name}.crt",
        )
        if days == 0:
            # It is good for the second in which it was made.
            time.sleep(1.1)
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
        "The server's certificate does not pass. See whether the authority in spec.database.certificates.ca" in result.message
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
    result = run(project, password=False, files={})
    assert result.reason == "AuthenticationFailed"
    assert "the resource names none: name one in spec.database.certificates.client" in result.message


def _spoiled(kind: str, given: dict[str, Path], authority: Authority, directory: Path) -> dict[str, Path]:
    """The files of a role, one of which is wrong."""
    client, key, other = given["client"], given["clientKey"], directory / "other"
    if kind == "key of another certificate":
        return given | {"clientKey": authority.sign("somebody")[1]}
    if kind == "exchanged":
        return given | {"client": key, "clientKey": client}
    if kind == "passphrase":
        command = ["openssl", "pkey", "-in", str(key), "-aes256", "-passout", "pass:unheard", "-out", str(other)]
        subprocess.run(command, check=True)
        return given | {"clientKey": other}
    if kind == "authority in DER":
        command = ["openssl", "x509", "-in", str(given["ca"]), "-outform", "DER", "-out", str(other)]
        subprocess.run(command, check=True)
        return given | {"ca": other}
    if kind == "Base64":
        other.write_bytes(base64.b64encode(client.read_bytes()))
        return given | {"client": other}
    if kind == "missing":
        return given | {"clientKey": directory / "nowhere"}
    other.touch()
    return given | {kind.partition(", ")[2]: other}


SPOILED = {
    "key of another certificate": "The key of spec.database.certificates.client is that of another certificate",
    "exchanged": "Certificate and key of spec.database.certificates.client are exchanged",
    "passphrase": "The key of spec.database.certificates.client has a passphrase",
    "authority in DER": "spec.database.certificates.ca is in DER",
    "Base64": "The certificate of spec.database.certificates.client is Base64: it was encoded twice",
    "missing": "The key of spec.database.certificates.client is not there",
    "empty, ca": "spec.database.certificates.ca is empty",
    "empty, client": "The certificate of spec.database.certificates.client is empty",
    "empty, clientKey": "The key of spec.database.certificates.client is empty",
}


@pytest.mark.parametrize("kind", SPOILED)
def test_what_is_wrong_in_a_file_is_told_by_its_field(tmp_path: Path, kind: str) -> None:
    authority = Authority(tmp_path / "authority")
    client, key = authority.sign("role")
    given = {"ca": authority.certificate, "client": client, "clientKey": key}
    assert _fault(given) is None
    told = _fault(_spoiled(kind, given, authority, tmp_path)) or ""
    assert told.lower().startswith(SPOILED[kind].lower())


def _fault(given: Mapping[str, Path]) -> str | None:
    return certificate_files.fault(Certificates(*(str(given[name]) for name in ("ca", "client", "clientKey"))))


@pytest.mark.parametrize(
    ("driver", "kind"),
    [
        *[(driver, "key of another certificate") for driver in DRIVERS],
        *[("psycopg", "empty, clientKey"), ("pg8000", "passphrase"), ("pg8000", "authority in DER"), ("asyncpg", "exchanged")],
        ("psycopg", "missing"),
    ],
)
def test_no_driver_has_a_wrong_file_blamed_on_url_or_runner(
    project: Project, authority: Authority, tmp_path: Path, driver: str, kind: str
) -> None:
    project.use(driver)
    given = _spoiled(kind, certified(project.database, authority), authority, tmp_path)
    result = run(project, password=False, files=given)
    assert (result.reason, project.database.tables()) == ("ConfigurationError", [])
    assert SPOILED[kind].lower() in result.message.lower()
    assert not any(words in result.message for words in ("connect_args", "Please report"))


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("kind", ["expired", "of another authority"])
def test_a_certificate_that_the_server_does_not_take_is_named(
    project: Project, authority: Authority, tmp_path: Path, driver: str, kind: str
) -> None:
    project.use(driver)
    given = certified(project.database, authority)
    other = authority if kind == "expired" else Authority(tmp_path / "other")
    client, key = other.sign(f"{kind} {project.database.name}", days=0 if kind == "expired" else 2)
    result = run(project, password=False, files=given | {"client": client, "clientKey": key})
    if kind == "expired":
        assert result.reason == "AuthenticationFailed"
        assert "does not take the certificate of spec.database.certificates.client, which has expired" in result.message
    else:
        # What the server says is lost where its end of the connection is heard of before.
        assert result.reason in ("AuthenticationFailed", "DatabaseUnreachable")
        assert "et an authority sign it that the server knows (its ssl_ca_file)" in result.message
        assert "spec.database.certificates.client" in result.message


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
