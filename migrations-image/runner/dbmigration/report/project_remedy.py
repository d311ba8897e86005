"""What failed in env.py, or before it began, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning import absent, container, interpolation, mounts
from dbmigration.planning.database_url import readable
from dbmigration.planning.flask_project import NAMELESS
from dbmigration.planning.place import frames
from dbmigration.planning.url_options import source_of
from dbmigration.remedy import ENTRYPOINT, RETRY
from dbmigration.report import connection_option, wrong_url
from dbmigration.report.asynchrony import mismatch
from dbmigration.session.sqlstate import find_sqlstate

if TYPE_CHECKING:
    from dbmigration.planning.own_database import OwnDatabase
    from dbmigration.state import State

_DRIVERS = ("asyncpg", "psycopg", "psycopg2", "pg8000", "psycopg_c", "psycopg_binary")
# By the kind of the error and words of its text.
_SAID = (
    ("ValueError", "'tcp://", wrong_url.OF_A_SERVICE),
    ("ValueError", "greenlet", "Install SQLAlchemy with its extra: pip install 'SQLAlchemy[asyncio]'."),
    (
        "ArgumentError",
        "number of hosts and ports",
        f"SQLAlchemy wants a port for each of the hosts: ?host=a,b&port=5432,5432 . Correct the URL, and {RETRY}.",
    ),
    # As Pydantic says it of settings that it takes from variables.
    ("ValidationError", "missing", f"Nothing was run. If that is a variable, {absent.VARIABLES}. {ENTRYPOINT}."),
)
_OF_BYTES = (
    "psycopg 3 gives bytes where the encoding is SQL_ASCII, of which SQLAlchemy makes nothing. If PGCLIENTENCODING says so, "
    "take it away. If it is the database's own, let the client have one: ?client_encoding=utf8 behind the name of the database "
    f"in its URL, and {RETRY}; or let env.py use psycopg2."
)
_NO_TABLE = "42P01"


def told(error: BaseException) -> str:
    variable = absent.variable(error)
    if variable is not None:
        return f"it reads the environment variable {variable}, and that is not set."
    text = str(error).strip().rstrip(".")
    return f"{type(error).__name__}: {text}." if text else f"{type(error).__name__}."


def remedy(error: BaseException, causes: list[BaseException], state: State) -> str:
    if absent.variable(error) is not None:
        urls = "If it is to have the database's URL, name it in spec.database.variable"
        return f"{urls}; otherwise {absent.VARIABLES}. {ENTRYPOINT}."
    known = container.remedy(causes) or wrong_url.of_env_py(causes, state.task.own) or _of_flask(causes)
    if known:
        return known
    kind = mismatch(causes, state)
    if kind is not None:
        return kind.remedy(state)
    for cause in causes:
        special = _special(cause, state)
        if special:
            return special
    if state.course.connecting is not None:
        # What env.py does there came between: nobody was asked by the URL.
        return (
            "That is what env.py does before it connects (a hook, a creator, a password), and the database was not asked: "
            "correct it, or what it needs, such as a file that spec.podTemplate is to mount."
        )
    if any(database.first.has_begun or database.finished for database in state.course.databases):
        # The URL was good enough for that.
        return "Correct env.py or its settings; what is committed stays."
    return _of_the_url(state.task.own) or _otherwise(causes, state)


def _of_the_url(own: OwnDatabase | None) -> str | None:
    if own is not None and not next(iter(own.urls.values())):
        return f"{_variable(own)} is empty: write the URL into the Secret, and {RETRY}."
    return wrong_url.of_the_resource(own)


def _otherwise(causes: list[BaseException], state: State) -> str:
    if state.task.application is not None:
        return _of_the_application(causes)
    otherwise = f"or, if the database's URL is what is wrong, correct that and {RETRY}"
    return f"Nothing was run. Correct env.py or its settings; {otherwise}."


def _of_the_application(causes: list[BaseException]) -> str:
    if find_sqlstate(causes) == _NO_TABLE:
        return (
            "Nothing was run. The application asks for a table while it is made, and it is a migration that makes the tables: "
            "let it ask later, or go on without one."
        )
    return "Nothing was run. Correct the application, or the settings that it needs."


def _special(cause: BaseException, state: State) -> str:
    if interpolation.is_interpolation(cause):
        return interpolation.remedy(cause)
    if isinstance(cause, (KeyError, RuntimeError, ValueError)) and _is_of_logging(cause):
        return (
            "That is of the settings of the log, not of the database: correct them (for fileConfig() the sections [loggers], "
            "[handlers] and [formatters], and those that they name), or take fileConfig() or dictConfig() out of env.py."
        )
    if isinstance(cause, ModuleNotFoundError):
        return _missing_module(cause, state.task.own)
    if type(cause).__name__ == "NoSuchModuleError":
        return _unknown_scheme(str(cause).rpartition(":")[2].replace(".", "+"), state.task.own)
    if isinstance(cause, KeyError) and _is_an_argument(cause, state):
        return f"If that is an argument that env.py takes by -x, give it in spec.alembic.arguments: {{{cause.args[0]}: …}}."
    if isinstance(cause, TypeError):
        return connection_option.given_as_text(_options(state.task.own)) or (_OF_BYTES if _reads_bytes(cause) else "")
    found = (remedy for kind, words, remedy in _SAID if type(cause).__name__ == kind and words in str(cause))
    return next(found, "")


def _options(own: OwnDatabase | None) -> dict[str, object]:
    """What stands behind the ? of the resource's URLs."""
    urls = map(readable, own.urls.values()) if own is not None else ()
    return {name: value for url in urls if url is not None for name, value in url.query.items()}


def _is_of_logging(cause: BaseException) -> bool:
    return any(file.endswith("logging/config.py") for file, _, _ in frames(cause))


def _reads_bytes(cause: TypeError) -> bool:
    found = frames(cause)
    return "bytes-like object" in str(cause) and any("dialects/postgresql/" in file for file, _, _ in found)


def _is_an_argument(cause: KeyError, state: State) -> bool:
    request, env_py = state.task.request, state.task.env_py
    if request is None or env_py is None or not cause.args or cause.args[0] in request.arguments:
        return False
    # Of something in env.py itself.
    return "get_x_argument" in source_of(env_py) and any(name == env_py for name, _, _ in frames(cause)[-1:])


def _variable(own: OwnDatabase) -> str:
    return f"The variable {next(iter(own.urls))}, which has the Secret's URL,"


def _missing_module(cause: ModuleNotFoundError, own: OwnDatabase | None) -> str:
    if cause.name in _DRIVERS:
        other = "psycopg2" if cause.name == "psycopg" else "psycopg"
        silent = own is not None and own.names_scheme("postgresql")
        return (
            f"The driver {cause.name} of the database's URL is not in the image: install it, or let the URL name one that is "
            f"there, such as postgresql+{other}."
            + (f" A URL that names none means {cause.name} to this SQLAlchemy." if silent else "")
            + f" {mounts.hint_of_packages()}{ENTRYPOINT}."
        )
    if any(function in ("import_dbapi", "dbapi") for _, _, function in frames(cause)):
        # SQLAlchemy asks for it as the URL says, whatever kind of database that is of.
        return (
            "It is the driver of the URL that env.py connects with. Only PostgreSQL can be migrated: if that URL is one of "
            f"another kind of database, correct it (in the Secret, and {RETRY}; or in env.py); otherwise install the driver."
        )
    return absent.of_module(cause.name or "")


def _unknown_scheme(scheme: str, own: OwnDatabase | None) -> str:
    capitals = wrong_url.of_the_resource(own) if scheme != scheme.lower() else None
    if capitals is not None:
        return capitals
    if own is not None and not own.names_scheme(scheme):
        return f"That is the scheme of another URL than the resource's, {own}. {own.remedy}."
    if scheme == "postgres":
        return (
            "SQLAlchemy takes no URL that begins with postgres:// since its version 1.4: write postgresql:// in the Secret, "
            f"and {RETRY}; or, if somebody else writes the Secret, let env.py replace it."
        )
    return (
        "The scheme of the database's URL names a driver that the image's SQLAlchemy does not know: correct it in the "
        f"Secret, and {RETRY}."
    )


def _of_flask(causes: list[BaseException]) -> str | None:
    for cause in causes:
        if isinstance(cause, RuntimeError) and "outside of application context" in str(cause):
            return NAMELESS
        if isinstance(cause, KeyError) and cause.args == ("migrate",):
            return "The Flask application does not know Flask-Migrate: let it call Migrate(app, db)."
    return None
