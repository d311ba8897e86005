"""A copy of a server has all its identifiers, and is another server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.faults.cluster import ROLE, ROLE_PASSWORD, Cluster
from tests.project import Project


@contextlib.contextmanager
def _two_servers() -> Iterator[tuple[Cluster, str, str]]:
    """A primary and its standby, each with its URL without the scheme."""
    with Cluster().running() as cluster:
        with cluster.ask() as connection:
            connection.execute(f"CREATE DATABASE shop OWNER {ROLE}")
        standby = cluster.follow()
        login = f"://{ROLE}:{ROLE_PASSWORD}@127.0.0.1"
        yield cluster, f"{login}:{cluster.primary.port}/shop", f"{login}:{standby.port}/shop"


def test_a_copy_of_a_server_is_another_one_although_all_its_identifiers_are_the_same(project: Project) -> None:
    project.use("psycopg2")
    project.env_py.write_text(project.env_py.read_text().replace('os.environ["DATABASE_URL"]', 'os.environ["MINE"]'))
    project.line("001")
    with _two_servers() as (cluster, primary, copy):
        standby = cluster.standby
        assert standby is not None
        reading = project.run("head", url=f"postgresql{copy}", environment={"MINE": f"postgresql+psycopg2{primary}"})
        assert reading.reason == "DatabaseMismatch"
        assert "leads to a read-only standby" in reading.message
        standby.promote()
        result = project.run("head", url=f"postgresql{copy}", environment={"MINE": f"postgresql+psycopg2{primary}"})
        assert result.reason == "DatabaseMismatch"
        assert "is another database than the resource's" in result.message
