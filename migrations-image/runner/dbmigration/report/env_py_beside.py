"""What env.py does beside the scripts while steps are run: hooks such as on_version_apply, events, statements of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.place import frames, innermost, is_of_the_project, within
from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from dbmigration.state import State

Frame = tuple[str, int, str]
# By the end of the file: Alembic's loop over the steps; what the runner has around a script's function; a statement.
_LOOP = ("alembic/runtime/migration.py", ("run_migrations",))
_SCRIPT = ("dbmigration/session/search_path.py", ("run",))
_STATEMENT = ("sqlalchemy/engine/base.py", ("_execute_context", "_exec_single_context", "_exec_insertmany_context"))


def hook_of(causes: list[BaseException], state: State) -> str | None:
    """File and line of env.py where something that is called beside a script's function, or from within it, has failed."""
    env_py = str(state.task.env_py)
    for cause in causes:
        found = frames(cause)
        loop = _last(found, _LOOP)
        if loop is None:
            continue
        at = innermost(cause) or ""
        if _last(found, _SCRIPT) is not None:
            return at if at.startswith(f"{env_py}:") else None
        behind = found[loop + 1 :]
        # Where it cannot even be called, there is no frame of its own.
        return at or env_py if not behind or any(is_of_the_project(file) for file, _, _ in behind) else None
    return None


def is_of_a_script(causes: list[BaseException]) -> bool:
    """Whether it was raised while the function of a script ran."""
    return any(_last(frames(cause), _SCRIPT) is not None for cause in causes)


def statement_of(causes: list[BaseException], state: State) -> str | None:
    """The same, of a statement that env.py sends when no step is being run."""
    if state.course.running is not None or not causes:
        return None
    found = frames(causes[0])
    is_own = _last(found, _STATEMENT) is not None and _last(found, _LOOP) is None
    return within(causes[0], str(state.task.env_py)) if is_own else None


def remedy(at: str) -> str:
    what = f"It is env.py that has it beside the scripts ({at})"
    return f"{what}: correct that and build the image again, or mend the cause in the database and {RETRY}"


def _last(found: list[Frame], place: tuple[str, tuple[str, ...]]) -> int | None:
    end, functions = place
    return max((n for n, (file, _, name) in enumerate(found) if file.endswith(end) and name in functions), default=None)
