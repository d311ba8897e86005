"""Where in the user's files an exception arose."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator

# With the rooms, of which this file is in one.
_OWN = os.path.join(os.path.dirname(os.path.dirname(__file__)), "")
# Hand on what the project prints, and that it ends the process: what is raised there is the project's.
_ON_BEHALF = (os.path.join(_OWN, "report", "streams.py"), os.path.join(_OWN, "watch", "exits.py"))
# Names relative to where a package was built.
_COMPILED = (".pyx", ".pxi", ".pxd")


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that led to it, what the driver raised included."""
    seen: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        current = todo.pop(0)
        if current is None or any(current is other for other in seen):
            continue
        seen.append(current)
        yield current
        original = getattr(current, "orig", None)
        todo += [original if isinstance(original, BaseException) else None, current.__cause__]
        todo += list(getattr(current, "exceptions", ()))
        if not current.__suppress_context__:
            todo.append(current.__context__)


def frames(error: BaseException) -> list[tuple[str, int, str]]:
    """File, line and function, the outermost first."""
    found = [(f.filename, f.lineno or 0, f.name) for f in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        found.append((error.filename, error.lineno or 0, "<syntax>"))
    return found


def innermost(error: BaseException) -> str | None:
    """File and line of the user's own code that is nearest to the fault."""
    return _innermost(frames(error))


def here() -> str | None:
    """File and line of the user's own code that is being run."""
    return _innermost([(f.filename, f.lineno or 0, f.name) for f in traceback.extract_stack()])


def _innermost(found: list[tuple[str, int, str]]) -> str | None:
    theirs = [f"{name}:{line}" for name, line, _ in found if is_of_the_project(name)]
    return theirs[-1] if theirs else None


def is_of_the_project(file: str) -> bool:
    """And not of a package that it uses, of Python, or of the runner."""
    if file.startswith((_OWN, "<", os.path.dirname(os.__file__))) or file.endswith(_COMPILED):
        return False
    return "/site-packages/" not in file and "/dist-packages/" not in file


def is_own(error: BaseException) -> bool:
    """Whether this very program raised it."""
    found = frames(error)
    return bool(found) and found[-1][0].startswith(_OWN) and found[-1][0] not in _ON_BEHALF


def loading(error: BaseException) -> str | None:
    """The migration script that Alembic was loading."""
    step = error.__traceback__
    while step is not None:
        # The second is its name before Alembic 1.10.
        if step.tb_frame.f_code.co_name in ("_from_path", "_from_filename"):
            found = step.tb_frame.f_locals.get("filename")
            return None if found is None else str(found)
        step = step.tb_next
    return None


def within(error: BaseException, path: str) -> str | None:
    """File and line in this very file, if the exception passed through it."""
    real = os.path.realpath(path)
    lines = [line for name, line, _ in frames(error) if os.path.realpath(name) == real]
    return f"{path}:{lines[-1]}" if lines else None
