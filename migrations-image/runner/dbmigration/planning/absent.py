"""What the project asks for and the container lacks: a variable of its environment, or a package. The project is right then."""

from __future__ import annotations

from collections.abc import Iterable

from dbmigration.planning import container_user, mounts
from dbmigration.planning.barrier import barrier_of_module
from dbmigration.planning.place import frames
from dbmigration.remedy import ENTRYPOINT

VARIABLES = "give it to the container migration of spec.podTemplate (env)"


def remedy(causes: Iterable[BaseException]) -> str | None:
    """What to do about it, if that is what happened."""
    for cause in causes:
        name = variable(cause)
        if name is not None:
            return f"The environment variable {name} is not set: {VARIABLES}. {ENTRYPOINT}."
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            return of_module(cause.name)
    return None


def variable(error: BaseException) -> str | None:
    """The one that was looked for in os.environ."""
    of_python = isinstance(error, KeyError) and any(
        name.endswith(("/os.py", "<frozen os>")) for name, _, _ in frames(error)[-1:]
    )
    return str(error.args[0]) if of_python else None


def of_module(name: str) -> str:
    hidden = barrier_of_module(name)
    if hidden is not None:
        return f"It may be there all the same: {container_user.may_not_read(hidden)}"
    own = "if it is the project's own, see prepend_sys_path and spec.alembic.workingDirectory."
    advice = f"Install {name or 'it'} in the image; {own}"
    return f"{mounts.otherwise(mounts.hint_of_packages(), advice)} {ENTRYPOINT}."
