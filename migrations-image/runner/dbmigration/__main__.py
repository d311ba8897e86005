"""The entry point: `python3 DIRECTORY`, where DIRECTORY holds these files, in an image that knows nothing of them.

This file alone is kept readable for every Python from 2.7 on, so that an interpreter that is too old is told so.
"""

import signal
import sys

# All that the outcome has besides, so that it has every key that the operator knows.
_REST = (
    ', "before": null, "after": null, "target": null, "left": null, "held": null, "exclusive": null, '
    '"digests": null, "newest": null, "claim": null, "plan": null, '
    '"applied": null, "revision": null, "sqlstate": null, "alembic": null, "serverVersion": null, '
    '"database": null, "versionTable": null, "versionTables": null, "durationMs": 0, "warnings": []}'
)


def _leave(reason, message):
    # type: (str, str) -> None
    """Writes an outcome with nothing but the interpreter's own means; the message is the inside of a JSON string."""
    # Loaded by every interpreter before it comes here. Whatever else is, may be half loaded now.
    import os

    line = '{"version": 1, "reason": "%s", "message": "%s"%s' % (reason, message, _REST)
    print(line)
    sys.stdout.flush()
    path = os.environ.get("DBMIGRATION_TERMINATION_LOG") or "/dev/termination-log"
    try:
        with open(path, "w") as log:
            log.write(line)
    except (IOError, OSError) as error:
        sys.stderr.write("the outcome could not be written to %s: %s\n" % (path, error))
        sys.stderr.flush()
    os._exit(1)


def _interrupted(number, _frame):
    # type: (int, object) -> None
    _leave(
        "Interrupted",
        "%s arrived while the runner was being loaded: nothing was run. The Pod was deleted, evicted, or its node drained: "
        "its events say which." % ("SIGINT" if number == signal.SIGINT else "SIGTERM"),
    )


# As process 1 of a container Python ignores signals for which it has no handler, and importing takes most of a second:
# the signal would be lost, and what the operator has deleted would migrate. Later the watchdog takes them over.
signal.signal(signal.SIGTERM, _interrupted)
signal.signal(signal.SIGINT, _interrupted)

import gc  # noqa: E402

# Nothing that is imported becomes garbage, and looking for it takes a tenth of the time until env.py begins.
gc.disable()

_here = __file__.rpartition("/")[0] or "."
# `python3 DIRECTORY` puts DIRECTORY first: a user's module named `plan` or `lock` would be hidden by ours. What
# remains is the path that the `alembic` command sees; Alembic itself adds `prepend_sys_path`.
sys.path[:] = [entry for entry in sys.path if entry != _here]


def _last_resort(reason, message):
    # type: (str, str) -> None
    """For when the runner itself cannot be loaded."""
    import json

    _leave(reason, json.dumps(message[:1000])[1:-1])


if sys.version_info < (3, 9):
    _last_resort(
        "ConfigurationError",
        "%s is Python %d.%d, and Python 3.9 or later is needed: name another interpreter of the image in "
        "spec.alembic.python, or build the image from a newer Python."
        % (sys.executable, sys.version_info[0], sys.version_info[1]),
    )

try:
    # Loaded by its place, not found by its name: no directory has to stand on sys.path for it.
    import importlib.util

    _spec = importlib.util.spec_from_file_location("dbmigration", _here + "/__init__.py", submodule_search_locations=[_here])
    _package = importlib.util.module_from_spec(_spec)  # type: ignore[arg-type]
    sys.modules["dbmigration"] = _package
    _spec.loader.exec_module(_package)  # type: ignore[union-attr]
    from dbmigration.run import main

    main()
except BaseException as _error:
    _step = _error.__traceback__
    while _step is not None and _step.tb_next is not None:
        _step = _step.tb_next
    # Its words may hold anything, and nothing is there that could mask them; those of an import hold the name of a module.
    _what = type(_error).__name__ + (": %s" % _error if isinstance(_error, ImportError) else "")
    _last_resort(
        "InternalError",
        "The runner itself failed (%s at %s:%d): the operator mounts it, so reinstall the operator, and report this message "
        "if it stays." % (_what, _step.tb_frame.f_code.co_filename if _step else "?", _step.tb_lineno if _step else 0),
    )
