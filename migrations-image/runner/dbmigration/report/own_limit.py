"""A limit that env.py has itself: the handler of a signal, such as an alarm, or asyncio's around the migration.

It goes off wherever the run is at that moment, mostly while a driver waits for the server: neither this one nor the script has
failed.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import CodeType
from typing import TYPE_CHECKING

from dbmigration.planning.place import frames, innermost, is_of_the_project
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.report import env_py_beside
from dbmigration.report.project_remedy import told

if TYPE_CHECKING:
    from dbmigration.state import State

# By the end of the file: `asyncio.wait_for`, which of old raised it itself, and `asyncio.timeout`.
_LIMITS = ("asyncio/tasks.py", "asyncio/timeouts.py")


def refusal(error: BaseException, causes: list[BaseException], state: State) -> Refusal | None:
    session, running = state.course.session, state.course.running
    if session is None or state.task.env_py is None:
        return None
    handlers = set(_handlers())
    limit = next((cause for cause in causes if not handlers.isdisjoint(_codes(cause))), None)
    if limit is None and _is_asyncios(error) and not env_py_beside.is_of_a_script([error]):
        limit = error
    if limit is None:
        return None
    during = f" in {running.step.direction.lower()}() of revision {running.step.revision}{state.course.turn}" if running else ""
    return Refusal(
        CONFIGURATION_ERROR,
        f"a limit of the project's own ended the run{during} ({innermost(limit)}: {told(limit).rstrip('.')}). Neither the "
        "server nor the script failed: raise that limit or take it out, and build the image again; spec.timeouts.run and "
        "spec.timeouts.statement are limits that the resource has.",
        running.step.revision if running else None,
    )


def _handlers() -> Iterator[CodeType]:
    """What runs when a signal arrives, in between two instructions of whatever was running."""
    for number in signal.valid_signals():
        code = getattr(signal.getsignal(number), "__code__", None)
        if isinstance(code, CodeType) and is_of_the_project(code.co_filename):
            yield code


def _codes(cause: BaseException) -> Iterator[CodeType]:
    step = cause.__traceback__
    while step is not None:
        yield step.tb_frame.f_code
        step = step.tb_next


def _is_asyncios(error: BaseException) -> bool:
    return type(error).__name__ == "TimeoutError" and bool(frames(error)) and frames(error)[-1][0].endswith(_LIMITS)
