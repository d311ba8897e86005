"""The PostgreSQL that the tests run against, and its own client programs."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, make_url

REMEDY = (
    "install PostgreSQL (Debian: apt-get install postgresql), which is then started privately for the tests, "
    "or set DBMIGRATION_TEST_URL to the URL of a superuser; the client programs are needed in both cases"
)


def binaries() -> Path:
    """Where the newest installed PostgreSQL has its programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    pg_dump = shutil.which("pg_dump")
    if pg_dump is None:
        raise RuntimeError(f"No PostgreSQL programs under /usr/lib/postgresql or on PATH: {REMEDY}.")
    return Path(pg_dump).resolve().parent


class Server:
    def __init__(self, url: URL) -> None:
        self.url = url

    def run(self, program: str, *arguments: str, database: str = "postgres", stdin: str | None = None) -> str:
        """Run psql or pg_dump; the password travels in the environment, not in the arguments."""
        environment = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C",
            "PGHOST": self.url.host or "",
            "PGPORT": str(self.url.port or 5432),
            "PGUSER": self.url.username or "",
            "PGPASSWORD": self.url.password or "",
            "PGDATABASE": database,
        }
        done = subprocess.run([binaries() / program, *arguments], env=environment, input=stdin, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed on database {database}: {done.stderr.strip()}")
        return done.stdout

    def sql(self, statements: str, database: str = "postgres") -> str:
        """Run a script, stopping at the first error; rows come back as `a|b` lines."""
        options = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1")
        return self.run("psql", *options, database=database, stdin=statements).strip()


@contextmanager
def server() -> Iterator[Server]:
    given = os.environ.get("DBMIGRATION_TEST_URL")
    if given:
        yield Server(make_url(given))
    else:
        with private_server() as started:
            yield started


@contextmanager
def private_server() -> Iterator[Server]:
    if not (binaries() / "initdb").exists():
        raise RuntimeError(f"{binaries()} has clients but no server: {REMEDY}.")
    # A password with everything in it that URLs and ini files trip over.
    password, port = "p%s:w@rd/#", free_port()
    with TemporaryDirectory(prefix="platform-tests-") as directory:
        data, password_file = Path(directory) / "data", Path(directory) / "password"
        password_file.write_text(password)
        as_postgres: dict[str, object] = {}
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            as_postgres = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(directory, "postgres", "postgres")
            shutil.chown(password_file, "postgres", "postgres")

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [binaries() / program, "-D", data, *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                cwd=directory,
                **as_postgres,  # type: ignore[call-overload]
            )

        run("initdb", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password_file}", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {directory} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--log", f"{directory}/log", "--options", options)
        try:
            yield Server(URL.create("postgresql", "postgres", password, "127.0.0.1", port))
        finally:
            run("pg_ctl", "stop", "--mode", "immediate")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def forwarded(port: int, host: str, behind: int) -> Iterator[None]:
    """The server on one more port, from now on."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection((host, behind))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", port)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield
