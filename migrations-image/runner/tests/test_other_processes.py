"""An env.py that migrates in processes of its own: there is no lock, no plan and no approval, and nobody to tell of it."""

from __future__ import annotations

import pytest

from tests.project import SYNC, Project, Result

TENANTS = """
import multiprocessing, os
from alembic import context
from sqlalchemy import create_engine, pool
def tenant(name):
    engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, version_table=name)
        with context.begin_transaction():
            context.run_migrations()
fork = multiprocessing.get_context("fork")
"""
WAYS = {
    "processes": """
processes = [fork.Process(target=tenant, args=(name,)) for name in ("a", "b")]
for one in processes: one.start()
for one in processes: one.join()
""",
    "processes that are looked after": """
one = fork.Process(target=tenant, args=("a",))
one.start()
one.join()
if one.exitcode: raise SystemExit(one.exitcode)
""",
    # What it is to do has to be found by its name.
    "a pool": """
import sys, types
sys.modules["tenants"] = types.ModuleType("tenants")
sys.modules["tenants"].tenant, tenant.__module__ = tenant, "tenants"
with fork.Pool(2) as workers: workers.map(tenant, ["a", "b"])
""",
    "alembic's own command": """
import alembic.command, alembic.config
def upgrade(): alembic.command.upgrade(alembic.config.Config("alembic.ini"), "head")
one = fork.Process(target=upgrade)
one.start()
one.join()
""",
    "os.fork()": """
child = os.fork()
if not child: tenant("a")
else: os.waitpid(child, 0)
""",
    "the last one in this process": """
one = fork.Process(target=tenant, args=("a",))
one.start()
one.join()
tenant("b")
""",
}
# What a process of its own does that nobody recognises.
SCRIPT = """
import os, subprocess, sys
from alembic import context
if os.environ.get("INNER"):
    {inner}
else:
    subprocess.run([sys.executable, {script!r}], check=True, env={{**os.environ, "INNER": "1"}})
"""
INNER = """
from alembic.config import main
main(["upgrade", "head"])
"""


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_migrated_in_a_process_that_is_forked(project: Project, way: str) -> None:
    project.use("psycopg2")
    project.line("001")
    project.env_py.write_text(TENANTS + WAYS[way])
    result = project.run("head")
    assert result.reason == "ConfigurationError", result.message + result.stderr
    assert "or what it imports, was about to migrate in a process that it forked" in result.message
    assert "one after the other in a loop; or make a resource for each" in result.message
    alone = way == "the last one in this process"
    assert project.database.tables() == (["b", "t_001"] if alone else [])
    assert ("The database was not touched." in result.message) != alone
    # It has not told its own story.
    assert result.stdout.count('"reason"') == 1


def _run_beside(project: Project, process: str) -> Result:
    """Of an env.py that starts a process with this program, and hands nothing over."""
    project.use("psycopg2")
    project.line("001")
    script = project.directory / "migrate.py"
    script.write_text(process)
    inner = SYNC.format(options="").replace("\n", "\n    ")
    project.env_py.write_text(SCRIPT.format(inner=inner, script=str(script)))
    return project.run("head")


def test_what_other_processes_did_is_not_denied(project: Project) -> None:
    result = _run_beside(project, INNER)
    assert (result.reason, project.database.rows()) == ("ConfigurationError", ["001"]), result.message
    assert "ended without a call of context.configure(). If the processes that it started are to migrate" in result.message
    assert result.message.endswith("It had started processes, of which the runner sees nothing: what they did stands.")
    for untrue in ("not touched", "nothing was"):
        assert untrue not in result.message


def test_an_env_py_that_fails_after_them_does_not_deny_it_either(project: Project) -> None:
    result = _run_beside(project, INNER + "\nraise SystemExit(1)\n")
    assert (result.reason, project.database.rows()) == ("ConfigurationError", ["001"]), result.message
    assert "CalledProcessError" in result.message
    assert result.message.endswith("It had started processes, of which the runner sees nothing: what they did stands.")
    for untrue in ("not touched", "othing was"):
        assert untrue not in result.message


@pytest.mark.requires("flask")
def test_an_application_that_has_some_migrate_and_fails_does_not_deny_it(project: Project) -> None:
    project.line("001")
    script = project.directory / "migrate.py"
    script.write_text(INNER)
    run = f"import subprocess, sys\nsubprocess.run([sys.executable, {str(script)!r}], check=True)\nraise ValueError('broken')\n"
    project.directory.joinpath("shop.py").write_text(run)
    result = project.run("head", flaskApp="shop:app")
    assert (result.reason, project.database.rows()) == ("ConfigurationError", ["001"]), result.message
    assert result.message.endswith("It had started processes, of which the runner sees nothing: what they did stands.")


def test_an_env_py_without_any_is_told_what_it_was_before(project: Project) -> None:
    project.line("001")
    project.env_py.write_text("x = 1\n")
    message = project.run("head").message
    assert "ended without a call of context.configure(): nothing was migrated" in message
    assert message.endswith("The database was not touched.")


def test_a_script_may_compute_in_processes(project: Project) -> None:
    upgrade = """
        import multiprocessing
        with multiprocessing.get_context("fork").Pool(2) as workers:
            found = workers.map(abs, [-1, -2])
        op.create_table("t", *[sa.Column(f"c{one}", sa.Integer) for one in found])
    """
    project.use("psycopg2")
    project.script("001", upgrade=upgrade)
    result = project.run("head")
    assert (result.reason, project.database.made()) == ("AtTargetRevision", ["t"]), result.message
