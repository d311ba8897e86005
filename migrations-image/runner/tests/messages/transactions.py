"""Who ends the transaction of the steps, and what is done behind their failure."""

from __future__ import annotations

from tests.messages.scene import Case, Play, Scene
from tests.project import Result
from tests.test_behind_a_failure import BEHIND, ENDS, FAILS, SOUTH, SYNC, TENANTS
from tests.test_rolled_back import WAYS


def _gives_its_lock_back(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.env_py.write_text(SYNC.format(options="", behind=BEHIND["unlocks"]))
    scene.project.line("001")
    scene.project.script("002", "001", upgrade=FAILS)
    return scene.run()


def _rolls_back(way: str, options: str = "") -> Play:
    def play(scene: Scene) -> Result:
        scene.project.sync(options)
        scene.project.line("001")
        scene.project.script("002", "001", upgrade=WAYS[way])
        scene.project.script("003", "002")
        return scene.run()

    return play


def _rolls_back_before_anything_else(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.script("001", upgrade='op.get_bind().rollback()\nop.execute("CREATE TABLE t (id int)")')
    return scene.run()


def _runs_dry(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.line("001", "002")
    scene.edit("engine.connect()", "engine.begin()")
    scene.edit("context.run_migrations()\n", "context.run_migrations()\n        connection.rollback()\n")
    return scene.run()


def _goes_on(end: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.sync()
        scene.project.env_py.write_text(TENANTS + ENDS[end])
        scene.project.line("001")
        scene.project.script("002", "001", upgrade=SOUTH)
        return scene.run()

    return play


def _has_no_tenants(scene: Scene) -> Result:
    scene.project.sync()
    scene.project.line("001")
    scene.edit("\nrun_migrations_online()", "\nfor tenant in ():\n    run_migrations_online()")
    return scene.run()


TRANSACTIONS = (
    Case("a script fails, and env.py gives a lock of its own back in its finally, and commits that", _gives_its_lock_back),
    Case("a script catches what may fail, and rolls its session back", _rolls_back("session")),
    Case(
        "a script rolls the connection back, and each step has a transaction of its own",
        _rolls_back("connection", "transaction_per_migration=True"),
    ),
    Case("a script rolls back before it does anything else", _rolls_back_before_anything_else),
    Case("env.py rolls back behind context.run_migrations(), as a dry run", _runs_dry),
    Case("a script fails at the second of three tenants, and env.py goes on and ends by sys.exit()", _goes_on("exits")),
    Case("a script fails at the second of three tenants, and env.py goes on and hides it", _goes_on("returns")),
    Case("env.py goes over tenants, and there are none", _has_no_tenants),
)
