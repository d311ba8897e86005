"""A limit that env.py has itself: the handler of a signal, such as an alarm, or asyncio's around the migration.

It goes off wherever the run is at that moment, mostly within a driver that waits for the server: neither this one nor the
script has failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.place import frames, innermost, is_of_the_project
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.report import env_py_beside, own_connection

if TYPE_CHECKING:
    from dbmigration.state import State

# By the end of the file: `asyncio.wait_for`, which of old raised it itself, and `asyncio.timeout`.
_LIMITS = ("asyncio/tasks.py", "asyncio/timeouts.py")


def refusal(error: BaseException, causes: list[BaseException], state: State) -> Refusal | None:
    session, running = state.course.session, state.course.running
    if session is None or state.task.env_py is None:
        return None
    limit = next((cause for cause in causes if _is_of_a_handler(cause)), None)
    if limit is None and _is_asyncios(error) and not env_py_beside.is_of_a_script([error]):
        limit = error
    if limit is None:
        return None
    during = f" in {running.step.direction.lower()}() of revision {running.step.revision}{state.course.turn}" if running else ""
    said = f"{type(limit).__name__}: {limit}" if str(limit) else type(limit).__name__
    return Refusal(
        CONFIGURATION_ERROR,
        f"a limit of the project's own ended the run{during} ({innermost(limit)}: {said}). Neither the server nor the script "
        "failed: raise that limit or take it out, and build the image again; spec.timeouts.run and spec.timeouts.statement are "
        "limits that the resource has.",
        running.step.revision if running else None,
    )


def _is_of_a_handler(cause: BaseException) -> bool:
    """Whether it was raised by code of the project's for which a driver, or what that waits with, was interrupted."""
    found = frames(cause)
    if not found or not is_of_the_project(found[-1][0]):
        return False
    driver = max((n for n, (file, _, _) in enumerate(found) if own_connection.is_of_a_driver(file)), default=None)
    return driver is not None and not any(is_of_the_project(file) for file, _, _ in found[driver + 1 : -1])


def _is_asyncios(error: BaseException) -> bool:
    return type(error).__name__ == "TimeoutError" and bool(frames(error)) and frames(error)[-1][0].endswith(_LIMITS)
