"""What failed in env.py, or before it began, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning import interpolation, writing
from dbmigration.planning.flask_project import NAMELESS
from dbmigration.planning.place import frames
from dbmigration.remedy import RETRY
from dbmigration.report.connection_option import remedy_of_port

if TYPE_CHECKING:
    from dbmigration.state import State


def told(error: BaseException) -> str:
    if _missing_variable(error):
        return f"it reads the environment variable {error.args[0]}, and that is not set."
    text = str(error).strip()
    return f"{type(error).__name__}: {text}." if text else f"{type(error).__name__}."


def _missing_variable(error: BaseException) -> bool:
    return isinstance(error, KeyError) and any(name.endswith(("/os.py", "<frozen os>")) for name, _, _ in frames(error)[-1:])


def remedy(error: BaseException, causes: list[BaseException], state: State) -> str:
    if _missing_variable(error):
        return (
            "Name the variable that has the URL in spec.database.variable, or set the other ones by spec.podTemplate or in the "
            "image."
        )
    known = writing.remedy(causes) or remedy_of_port(causes) or _of_flask(causes)
    if known:
        return known
    for cause in causes:
        if interpolation.is_interpolation(cause):
            return interpolation.REMEDY
        if isinstance(cause, ModuleNotFoundError):
            if cause.name in ("asyncpg", "psycopg", "psycopg2", "pg8000", "psycopg_c", "psycopg_binary"):
                return f"The driver {cause.name} of the database's URL is not in the image: install it, or change the URL."
            return (
                "Install it in the image; if it is the project's own, see prepend_sys_path and spec.alembic.workingDirectory."
            )
        if type(cause).__name__ == "NoSuchModuleError":
            own = state.task.own
            if own is not None and not own.names_scheme(str(cause).rpartition(":")[2].replace(".", "+")):
                return f"That is the scheme of another URL than the resource's, {own}. {own.remedy}."
            return (
                "The scheme of the database's URL names a driver that the image's SQLAlchemy does not know: correct it in the "
                f"Secret, and {RETRY}."
            )
        if isinstance(cause, ValueError) and "greenlet" in str(cause):
            return "Install SQLAlchemy with its extra: pip install 'SQLAlchemy[asyncio]'."
    untouched = (
        "" if any(database.first.begun or database.finished for database in state.course.databases) else "Nothing was run. "
    )
    return f"{untouched}Correct env.py or its settings; or, if the database's URL is what is wrong, correct that and {RETRY}."


def _of_flask(causes: list[BaseException]) -> str | None:
    for cause in causes:
        if isinstance(cause, RuntimeError) and "outside of application context" in str(cause):
            return NAMELESS
        if isinstance(cause, KeyError) and cause.args == ("migrate",):
            return "The Flask application does not know Flask-Migrate: let it call Migrate(app, db)."
    return None
