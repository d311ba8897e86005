"""A plan is the same one in the next process, whatever belongs to the process alone, and another one with anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbmigration.session import own_pod
from tests.project import Project
from tests.test_approvals import approval, digest_of

SHARED = 'import sys\nsys.path.insert(0, ".")\nimport shared_by_scripts as shared\n'


def reverting(project: Project, body: str) -> Project:
    project.line("001")
    project.script("002", "001", upgrade="pass", downgrade=f"{SHARED}{body}")
    share(project, "a")
    assert project.run("head").code == 0
    project.database.execute("CREATE TABLE other (id int, note text); INSERT INTO other VALUES (1, 'a'), (2, 'b')")
    return project


def share(project: Project, who: str) -> None:
    text = f"import datetime\nNOW = datetime.datetime.utcnow()\nWHO = {who!r}\n"
    (project.directory / "shared_by_scripts.py").write_text(text)


def plan(project: Project, **environment: str) -> str:
    return digest_of(project.run("001", mode="Plan", environment=environment))


@pytest.mark.parametrize(
    "body",
    [
        # It differs between two renderings, and so it does where no literal can be written.
        'import time\nq = sa.text("DELETE FROM other WHERE note = :n AND :t > 1")\n'
        "op.execute(q.bindparams(n=shared.WHO, t=time.time()))",
        'import time\nt = sa.table("other", sa.column("id"), sa.column("note"))\n'
        'op.execute(t.insert().values(id={"at": time.time()}, note=shared.WHO))\nop.drop_table("other")',
        # In more rows than are shown, with an expression that has an address of its own.
        't = sa.table("other", sa.column("id", sa.Integer), sa.column("note", sa.Text))\n'
        'rows = [{"id": n, "note": shared.WHO if n > 55 else sa.func.lower("X")} for n in range(60)]\n'
        'op.bulk_insert(t, rows, multiinsert=False)\nop.drop_table("other")',
        # The same in both renderings, and another in each process.
        'op.execute(sa.text("DELETE FROM other WHERE note IN (:n, :t)").bindparams(n=shared.WHO, t=str(shared.NOW)))',
        't = sa.table("other", sa.column("id"), sa.column("note"))\n'
        'op.execute(t.delete().where(t.c.note == shared.WHO, sa.literal(shared.NOW) > "2020"))',
    ],
)
def test_the_time_makes_no_other_plan_and_a_value_beside_it_does(project: Project, body: str) -> None:
    reverting(project, body)
    first = plan(project)
    assert plan(project) == first
    share(project, "b")
    waiting = project.run("001", approval=approval(first))
    assert digest_of(waiting) != first
    assert "makes other SQL in each process" in waiting.message
    assert project.database.query("SELECT count(*) FROM other") == [(2,)]


def test_the_name_of_the_pod_makes_no_other_plan(project: Project) -> None:
    reverting(project, 'import os\nop.execute("DELETE FROM other WHERE note = \'%s\'" % os.environ["HOSTNAME"])')
    named = "import os, socket\nsocket.gethostname = lambda: os.environ['POD']\n"
    project.env_py.write_text(named + project.env_py.read_text())
    pods = [{"HOSTNAME": name, "POD": name} for name in ("shop-migrate-3-x7k2p", "shop-migrate-4-abcde")]
    assert len({plan(project, **pod) for pod in pods}) == 1
    # Who sets the variable to something else means that.
    tenants = [{"HOSTNAME": name, "POD": "shop-migrate-3-x7k2p"} for name in ("tenant-one", "tenant-two")]
    assert len({plan(project, **pod) for pod in tenants}) == 2


def test_the_addresses_of_the_pod_stand_beside_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text(
        "# Kubernetes-managed hosts file (shop-3-x7k2p).\n127.0.0.1\tlocalhost\n::1\tlocalhost shop-3-x7k2p\n\n"
        "10.42.0.7\tshop-3-x7k2p\nfd00::7\tshop-3-x7k2p # both\n10.42.0.8\tshop-db\n"
    )
    monkeypatch.setattr(own_pod, "_HOSTS", str(hosts))
    monkeypatch.setattr("socket.gethostname", lambda: "shop-3-x7k2p")
    assert own_pod.names() == {"shop-3-x7k2p": "HOSTNAME", "10.42.0.7": "POD_IP", "fd00::7": "POD_IP"}
    hosts.write_text("what is no address shop-3-x7k2p\n")
    assert own_pod.names() == {"shop-3-x7k2p": "HOSTNAME"}
    hosts.unlink()
    assert own_pod.names() == {"shop-3-x7k2p": "HOSTNAME"}


def test_a_set_makes_no_other_plan_where_hashes_are_not_random(project: Project) -> None:
    """As in the operator's Jobs."""
    reverting(project, 'for name in {"ta", "tb", "tc", "td", "te"}:\n    op.execute(f"DROP TABLE IF EXISTS {name}")')
    assert len({plan(project, PYTHONHASHSEED="0") for _ in range(2)}) == 1


def test_a_log_that_is_written_beside_the_scripts_makes_no_other_plan(project: Project) -> None:
    reverting(project, 'if op.get_bind().execute(sa.text("SELECT 1")).scalar():\n    op.drop_table("other")')
    first = plan(project)
    for name in ("app.log", "app.log.2026-11-27", "app.log.1.gz", "gunicorn.pid", ".pytest_cache/nodeids"):
        path = project.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    assert plan(project) == first
    (project.directory / "catalog.csv").write_text("x")
    assert plan(project) != first


def test_the_same_name_in_another_schema_is_another_plan(project: Project) -> None:
    reverting(project, 'op.execute("DROP TABLE other")')
    for tenant in ("a", "b"):
        project.database.execute(f"CREATE SCHEMA {tenant}; CREATE TABLE {tenant}.other AS SELECT 1 AS id")
    env_py = project.env_py.read_text().replace(
        "        context.configure(",
        """        connection.exec_driver_sql("SET search_path TO " + os.environ["TENANT"])
        connection.commit()
        context.configure(version_table_schema="public", """,
    )
    project.env_py.write_text(env_py)
    assert plan(project, TENANT="a") == plan(project, TENANT="a") != plan(project, TENANT="b")
