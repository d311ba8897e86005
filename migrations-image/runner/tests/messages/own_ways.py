"""An env.py, or a script, that does more than it is asked for."""

from __future__ import annotations

from tests.conftest import wait_until
from tests.messages.scene import Case, Play, Scene
from tests.project import Result
from tests.test_at_once import AT_ONCE, SLOW
from tests.test_early_writes import CREATE_ALL, URL
from tests.test_env_py_that_does_more import AGAIN, FAILURES
from tests.test_other_processes import TENANTS
from tests.test_other_processes import WAYS as FORKS
from tests.test_own_limits import ALARM
from tests.test_own_migrations import NESTED
from tests.test_search_path import EMPTY
from tests.test_traps import LOG_FILE, READ_ONLY
from tests.test_version_locations import WAYS
from tests.test_version_rows import CREATE_ALL as STAMPED
from tests.test_version_rows import RUNS, SENT


def _again(scene: Scene) -> None:
    head, run, _ = scene.project.env_py.read_text().rpartition("run_migrations_online()")
    scene.project.env_py.write_text(head + AGAIN.format(run=run))


def _again_with_success(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.line("001")
    scene.project.script("002", "001", upgrade='op.add_column("t_001", sa.Column("a", sa.Integer))')
    assert scene.run("001").code == 0
    _again(scene)
    with scene.database.connect(superuser=True) as holder:
        holder.execute("BEGIN; LOCK TABLE t_001")
        running = scene.project.start("head", timeouts={"lock": 700})
        wait_until(lambda: "lock timeout" in running.printed(), seconds=300)
        holder.execute("ROLLBACK")
        return running.result(300)


def _again_in_vain(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.script("001", upgrade='op.execute("SELECT 1/0")')
    _again(scene)
    return scene.run()


def _without_log(scene: Scene) -> Result:
    scene.project.line("001")
    scene.project.ini.write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    return scene.run()


def _fails_afterwards(failure: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001", "002")
        assert scene.run("001").code == 0
        scene.append(FAILURES[failure])
        return scene.run()

    return play


def _fails_before_the_next(scene: Scene) -> Result:
    scene.project.line("001")
    loop = "for tenant in ('a', 'b'):\n    if tenant == 'b': raise KeyError(tenant)\n    run_migrations_online()\n"
    scene.edit("\nrun_migrations_online()\n", "\n" + loop)
    return scene.run()


def _commits(driver: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.use(driver)
        scene.database.execute("CREATE TYPE mood AS ENUM ('a')")
        upgrade = 'op.execute("COMMIT")\nop.execute("ALTER TYPE mood ADD VALUE \'b\'")\nop.execute("SELECT 1/0")'
        scene.project.script("001", upgrade=upgrade)
        return scene.run()

    return play


def _begins_before_configure(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.line("001")
    scene.edit("        context.configure(", "        connection.exec_driver_sql('SELECT 1')\n        context.configure(")
    return scene.run()


def _located(place: str, target: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        scene.project.versions.rename(scene.project.directory / "elsewhere")
        scene.edit("config = context.config\n", "config = context.config\n" + WAYS["main option"].format(place=place))
        return scene.run(target)

    return play


def _writes(number: str, in_a_script: bool) -> Play:
    def play(scene: Scene) -> Result:
        path = str(scene.project.directory / "migrations.log")
        code = READ_ONLY.format(path=path, number=number) + LOG_FILE.format(path=path)
        if in_a_script:
            scene.project.script("001", upgrade=code)
        else:
            scene.project.line("001")
            scene.project.env_py.write_text(code + scene.project.env_py.read_text())
        return scene.run()

    return play


def _dump(scene: Scene) -> Result:
    scene.project.script("001", upgrade=f'op.execute("{EMPTY}")\nop.execute("CREATE TABLE t (id int)")')
    return scene.run()


def _first(code: str, mode: str = "Migrate") -> Play:
    """What env.py does before it connects."""

    def play(scene: Scene) -> Result:
        scene.project.sync()
        scene.project.line("001")
        scene.project.env_py.write_text(code + scene.project.env_py.read_text())
        return scene.run(mode=mode)

    return play


def _only(code: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        scene.project.env_py.write_text(code)
        return scene.run()

    return play


def _tenants_at_once(scene: Scene) -> Result:
    scene.project.use("psycopg2")
    scene.project.script("001", upgrade=SLOW.format("001"))
    scene.project.env_py.write_text(AT_ONCE["a pool of threads"].replace("{options}", ""))
    return scene.run()


def _writes_rows(what: str, mode: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.sync()
        scene.project.line("001", "002")
        assert scene.run("001").code == 0
        scene.edit(RUNS, f"            {SENT[what]}\n{RUNS}")
        return scene.run(mode=mode)

    return play


def _stamps_what_is_fresh(scene: Scene) -> Result:
    scene.project.use("psycopg2")
    scene.project.line("001", "002")
    scene.project.env_py.write_text(STAMPED)
    return scene.run()


def _rings(scene: Scene) -> Result:
    scene.project.use("psycopg2")
    scene.project.script("001", upgrade='op.execute("SELECT pg_sleep(10)")')
    scene.project.env_py.write_text(ALARM.format(kind="Late") + scene.project.env_py.read_text())
    return scene.run()


_TABLE = CREATE_ALL.format(table="t_001", url=URL)
# It takes as long as Alembic does.
_PROCESS = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "import time\\nwhile time.process_time() < 0.3: pass"])
"""
ENVIRONMENTS = (
    Case("env.py tries again by itself after a lock timeout, and succeeds", _again_with_success),
    Case("env.py tries again by itself, and a script fails each time", _again_in_vain),
    Case("env.py writes a report when all is committed, and cannot", _fails_afterwards("OSError")),
    Case("env.py ends the interpreter when all is committed", _fails_afterwards("exit 3")),
    Case("env.py fails before it comes to the second tenant", _fails_before_the_next),
    Case('a script has op.execute("COMMIT") and fails later; psycopg2 commits what follows', _commits("psycopg2")),
    Case('a script has op.execute("COMMIT") and fails later; psycopg 3 commits nothing', _commits("psycopg")),
    Case("env.py executes a statement before context.configure(), so that nobody commits", _begins_before_configure),
    Case("env.py makes the tables by create_all() before the scripts do", _first(_TABLE)),
    Case("env.py makes the tables by create_all(), and only the plan is asked for", _first(_TABLE, "Plan")),
    Case("env.py runs alembic.command.upgrade() by itself", _first(NESTED.format(command="upgrade"))),
    Case("env.py migrates each tenant in a process that it forks", _only(TENANTS + FORKS["processes"])),
    Case("env.py starts processes and hands nothing over", _only(_PROCESS)),
    Case("env.py migrates its tenants at the same time, in threads", _tenants_at_once),
    Case("env.py writes the version table by itself before the steps", _writes_rows("an UPDATE", "Migrate")),
    Case("env.py writes the version table by itself, and only the plan is asked for", _writes_rows("an UPDATE", "Plan")),
    Case("env.py makes a fresh database by create_all() and stamps it", _stamps_what_is_fresh),
    Case("env.py has an alarm of its own, which goes off while a script runs", _rings),
)

FILES = (
    Case("env.py writes its log beside the scripts, and the root file system is read-only", _writes("EROFS", False)),
    Case("a script writes a file, and the root file system is read-only", _writes("EROFS", True)),
    Case("/tmp is full", _writes("ENOSPC", False)),
    Case("alembic.ini has no sections for the log, and env.py calls fileConfig()", _without_log),
)

LOCATIONS = (
    Case("env.py sets version_locations, and nothing is there", _located("db/versions", "head")),
    Case("env.py sets version_locations, and the target is not there", _located("elsewhere", "999")),
)

SEARCH_PATH = (Case("the text of a pg_dump empties the search path, and the script goes on without schemas", _dump),)
