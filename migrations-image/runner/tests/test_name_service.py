"""A name that the Pod's template leads elsewhere, or nowhere: the template is named, where it is known to be the cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbmigration.course import Endpoint
from dbmigration.report import name_service
from dbmigration.state import State
from tests.project import Project

CLUSTER = "search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"
NODE = "# of the node\nnameserver 192.168.1.1\nsearch fritz.box\n"
ALIASES = "127.0.0.1\tlocalhost\n\n# Entries added by HostAliases.\n10.1.2.3\tdb.prod\tdb\n"
ENDED: list[BaseException] = [OSError("failed to resolve host 'db.prod': [Errno -2] Name or service not known")]


def _told(
    monkeypatch: pytest.MonkeyPatch, host: str, causes: list[BaseException], resolver: str, hosts: str = ""
) -> str | None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.96.0.1")
    monkeypatch.setattr(name_service, "_read", {"/etc/resolv.conf": resolver, "/etc/hosts": hosts}.__getitem__)
    state = State(started=0.0)
    state.course.connecting = Endpoint(host, parameters={"host": host})
    return name_service.described(causes, state)


@pytest.mark.parametrize("host", ["db", "db.prod", "db.prod.svc", "db.prod.svc.cluster.local"])
@pytest.mark.parametrize("resolver", [NODE, "nameserver 1.1.1.1\n", ""])
def test_a_pod_that_does_not_ask_the_cluster_is_told_of(monkeypatch: pytest.MonkeyPatch, host: str, resolver: str) -> None:
    told = _told(monkeypatch, host, ENDED, resolver)
    assert told is not None
    for field in ("dnsPolicy", "dnsConfig", "hostNetwork", "spec.podTemplate"):
        assert field in told


@pytest.mark.parametrize(
    ("host", "causes", "resolver"),
    [
        ("db.prod", ENDED, CLUSTER),
        ("shop.abc123.eu-central-1.rds.amazonaws.com", ENDED, NODE),
        ("db.prod", [OSError("Connection refused")], NODE),
    ],
)
def test_otherwise_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, host: str, causes: list[BaseException], resolver: str
) -> None:
    assert _told(monkeypatch, host, causes, resolver) is None


def test_outside_a_cluster_there_is_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    state = State(started=0.0)
    state.course.connecting = Endpoint("db", parameters={"host": "db"})
    assert name_service.described(ENDED, state) is None


def test_an_alias_is_named_with_its_address_whatever_went_wrong_there(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _told(monkeypatch, "db.prod", [OSError("Connection refused")], CLUSTER, ALIASES)
    assert told is not None
    assert "hostAliases in spec.podTemplate" in told
    assert _told(monkeypatch, "localhost", [OSError("Connection refused")], CLUSTER, ALIASES) is None


@pytest.mark.skipif(".svc." in Path("/etc/resolv.conf").read_text(), reason="this machine asks a cluster")
@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_a_run_tells_it(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    url = project.database.url(driver, host="postgres.platform")
    result = project.run("head", url=url, environment={"KUBERNETES_SERVICE_HOST": "10.96.0.1"})
    assert result.reason == "DatabaseUnreachable"
    assert "If postgres.platform is a Service: this Pod does not look for names in the cluster" in result.message, (
        result.message
    )
    assert "network policies" not in result.message
