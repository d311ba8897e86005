"""The entry point: `python3 DIRECTORY`, where DIRECTORY holds these files, in an image that knows nothing of them.

This file alone is kept readable for every Python from 2.7 on, so that an interpreter that is too old is told so.
"""

import gc
import sys

# Nothing that is imported becomes garbage, and looking for it takes a tenth of the time until env.py begins.
gc.disable()

_here = __file__.rpartition("/")[0] or "."
# `python3 DIRECTORY` puts DIRECTORY first: a user's module named `plan` or `lock` would be hidden by ours. What
# remains is the path that the `alembic` command sees; Alembic itself adds `prepend_sys_path`.
sys.path[:] = [entry for entry in sys.path if entry != _here]


def _last_resort(reason, message):
    # type: (str, str) -> None
    """Writes an outcome with nothing but the interpreter's own means, for when the runner itself cannot be loaded."""
    import json
    import os

    line = json.dumps({"version": 1, "reason": reason, "message": message[:1000]})
    print(line)
    sys.stdout.flush()
    path = os.environ.get("DBMIGRATION_TERMINATION_LOG") or "/dev/termination-log"
    try:
        with open(path, "w") as log:
            log.write(line)
    except (IOError, OSError) as error:
        sys.stderr.write("the outcome could not be written to %s: %s\n" % (path, error))
    sys.exit(1)


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
    _last_resort(
        "InternalError",
        "The runner itself failed (%s: %s): the operator mounts it, so reinstall the operator, and report this message if "
        "it stays." % (type(_error).__name__, _error),
    )
