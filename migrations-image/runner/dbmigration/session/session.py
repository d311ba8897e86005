"""The session that env.py opened: read and prepared through the driver, beside SQLAlchemy's own bookkeeping.

Statements sent through SQLAlchemy would begin a transaction of its own, which Alembic would then take for the user's and
never commit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dbmigration.reasons import CONFIGURATION_ERROR, DATABASE_UNREACHABLE, POOLER_DETECTED
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.session import keepalive
from dbmigration.session.version_table import VersionTable
from dbmigration.sql.quote import identifier, literal

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from dbmigration.planning.request import Request

Ask = Callable[[str], list[tuple[Any, ...]]]
PAST_POOLERS = f"Let the database's URL lead to PostgreSQL itself, usually port 5432, and {RETRY}."
# PostgreSQL cuts application_name to 63 bytes.
LONGEST_NAME = 63


class Session:
    """One connection that was handed to `context.configure()`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        if connection.dialect.name != "postgresql":
            raise Refusal(
                CONFIGURATION_ERROR,
                f"env.py connected to {connection.dialect.name}, and only PostgreSQL can be migrated safely: check the URL in "
                "the Secret and what env.py makes of it.",
            )
        self.engine = connection.engine
        self.statement_timeout = 0.0
        self.idle_limit = "0"
        self.lost = False
        self._look()

    def _look(self) -> None:
        row = self.query(
            "SELECT pg_catalog.pg_backend_pid(), pg_catalog.current_setting('server_version'), "
            "pg_catalog.pg_is_in_recovery()::pg_catalog.text, pg_catalog.current_database()::pg_catalog.text, "
            "(SELECT extract(epoch FROM a.backend_start)::pg_catalog.text FROM pg_catalog.pg_stat_activity a "
            "WHERE a.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()), CURRENT_USER::pg_catalog.text"
        )[0]
        self.pid = int(row[0])
        self.server_version = str(row[1]).split()[0]
        self.database = str(row[3])
        # With the process id it tells this session from any later one of the same id.
        self.began = str(row[4])
        self.user = str(row[5])
        announced = process_of(self.raw())
        self.is_pooled = announced is not None and announced != self.pid
        """Something between has announced a process of its own."""
        if row[2] == "true":
            raise Refusal(
                DATABASE_UNREACHABLE,
                f"the server of database {self.database} is a read-only standby. If a failover is under way, the next "
                "attempt finds the primary; otherwise let the database's URL lead to the primary.",
            )

    def prepare(self, request: Request, table: str, schema: str | None) -> VersionTable:
        """Sets what protects the application and names the session; says where the version table is or will be."""
        keepalive.watch(self._driver_connection())
        name = identifier(table) if schema is None else f"{identifier(schema)}.{identifier(table)}"
        row = self.query(
            "SELECT n.nspname::pg_catalog.text, pg_catalog.current_schema()::pg_catalog.text, "
            "extract(epoch FROM pg_catalog.current_setting('statement_timeout')::pg_catalog.interval)::pg_catalog.float8, "
            "pg_catalog.current_setting('idle_in_transaction_session_timeout'), "
            f"{_settings(request)} "
            f"FROM (SELECT pg_catalog.to_regclass({literal(name)}) AS oid) t "
            "LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.oid::pg_catalog.oid "
            "LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
        )[0]
        found, current = row[0], row[1]
        # Without a limit of the request's, one that the role has stays.
        self.statement_timeout = request.timeouts.statement or float(row[2])
        self.idle_limit = str(row[3])
        return VersionTable(str(schema or found or current or "public"), table)

    def remind(self, request: Request) -> None:
        """Sets again what a statement such as DISCARD ALL took away."""
        # With asyncpg SQLAlchemy keeps prepared statements, and these are gone.
        prepared = getattr(self.raw(), "_prepared_statement_cache", None)
        if prepared is not None:
            prepared.clear()
        self.query(f"SELECT {_settings(request)}")

    def rows(self, table: VersionTable) -> tuple[str, ...]:
        return read_rows(self.query, table)

    @property
    def identity(self) -> str:
        """A condition for the one row of pg_stat_activity that is this session's, on whichever server it is asked."""
        began = f"extract(epoch FROM backend_start)::pg_catalog.text OPERATOR(pg_catalog.=) {literal(self.began)}"
        return f"pid OPERATOR(pg_catalog.=) {self.pid} AND {began}"

    def is_of(self, connection: Connection) -> bool:
        """Whether a statement of this connection belongs to the session."""
        mine = self._connection
        return connection is mine or (
            not mine.closed and not mine.invalidated and not connection.invalidated and raw_of(connection) is raw_of(mine)
        )

    @property
    def autocommit(self) -> bool:
        """Whether every statement is committed at once, as in Alembic's autocommit_block()."""
        return is_autocommit(self.raw())

    @property
    def closed(self) -> bool:
        """By env.py, which is done with it."""
        return bool(self._connection.closed)

    def name(self, text: str) -> None:
        """Lets everybody with a connection see what this session is doing."""
        name = literal(application_name(text))
        found = self.query(f"SELECT pg_catalog.set_config('application_name', {name}, false), pg_catalog.pg_backend_pid()")
        if int(found[0][1]) != self.pid:
            raise Refusal(
                POOLER_DETECTED,
                f"the pooler between env.py and database {self.database} has given the session another process of the server "
                f"({found[0][1]} instead of {self.pid}), and with it the lock and the settings are gone. {PAST_POOLERS}",
            )

    def search_path(self) -> str:
        return str(self.query("SELECT pg_catalog.current_setting('search_path')")[0][0])

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        raw = self.raw()
        try:
            result = query(raw, sql)
            # Left open, a transaction of ours would keep a snapshot, and an isolation level could not be changed; one of
            # env.py's is not ours to end.
            if not self._connection.in_transaction():
                raw.commit()
        except Exception as error:
            # Only now: later env.py has closed the connection, and every one looks lost.
            dialect = self._connection.dialect
            self.lost = is_network(error) or dialect.is_disconnect(error, raw, None)  # type: ignore[arg-type]
            raise
        return result

    def leave_transaction(self) -> None:
        """In autocommit mode. Alembic asks for the isolation level before, and pg8000 keeps the transaction of that open."""
        self.raw().commit()

    @property
    def in_transaction(self) -> bool:
        """Whether env.py has begun one."""
        return self._connection.in_transaction()

    @property
    def is_in_open_transaction(self) -> bool:
        """What is sent now is committed by env.py, or not at all."""
        return self.in_transaction and not self.autocommit

    def undo(self) -> None:
        """After a statement of ours that failed outside every transaction of env.py's."""
        self.raw().rollback()

    def outside_transaction(self, sql: str) -> None:
        """Runs a statement that waits for others by its nature and for which there may be no transaction."""
        limit = self.query(
            "SELECT pg_catalog.current_setting('lock_timeout'), pg_catalog.set_config('lock_timeout', '0', false)"
        )[0][0]
        if self.autocommit:
            self.query(sql)
        else:
            # As Alembic's autocommit_block() does it.
            level: Any = self._connection.get_isolation_level()
            self.raw().commit()
            switched = self._connection.execution_options(isolation_level="AUTOCOMMIT")
            try:
                self.query(sql)
            finally:
                switched.execution_options(isolation_level=level)
        self.query(f"SELECT pg_catalog.set_config('lock_timeout', {literal(str(limit))}, false)")

    def raw(self) -> Any:
        return raw_of(self._connection)

    @property
    def connection(self) -> Connection:
        """As env.py has it."""
        return self._connection

    def _driver_connection(self) -> Any:
        return driver_connection(self.raw())


def protect(raw: Any, request: Request) -> int:
    """What protects the application, on a connection that a migration opens for itself; returns its process of the server."""
    keepalive.watch(driver_connection(raw))
    found = query(raw, f"SELECT pg_catalog.pg_backend_pid(), {_settings(request)}")
    raw.commit()
    return int(found[0][0])


def _settings(request: Request) -> str:
    settings = {
        "application_name": application_name(request.name),
        # The server notices a client that is gone and ends its statement, and with it its locks.
        "client_connection_check_interval": "1s",
        **keepalive.SERVER_SETTINGS,
    }
    if request.timeouts.lock:
        settings["lock_timeout"] = milliseconds(request.timeouts.lock)
    if request.timeouts.statement:
        settings["statement_timeout"] = milliseconds(request.timeouts.statement)
    # A name that the server does not know is left out by the condition: that one setting came with version 14.
    return ", ".join(
        f"CASE WHEN pg_catalog.current_setting({literal(name)}, true) IS NOT NULL "
        f"THEN pg_catalog.set_config({literal(name)}, {literal(value)}, false) END"
        for name, value in settings.items()
    )


def milliseconds(seconds: float) -> str:
    """As a setting of the server's takes it."""
    return f"{seconds * 1000:.0f}ms"


def raw_of(connection: Connection) -> Any:
    """The driver's connection, as SQLAlchemy sees it."""
    fairy: Any = connection.connection
    return getattr(fairy, "dbapi_connection", None) or fairy.connection


def is_network(error: BaseException) -> bool:
    """Whether the system itself has said it, which not every driver tells in an error of its own."""
    return isinstance(error, OSError)


def is_autocommit(raw: Any) -> bool:
    return bool(getattr(raw, "autocommit", False))


def begins_by_itself(raw: Any) -> bool:
    """Whether the driver begins a transaction again when a statement has ended the last one. These ask the server in what
    state it is; the others know only of the transactions that they ended themselves."""
    return type(driver_connection(raw)).__module__.split(".")[0] in ("psycopg", "pg8000") and not is_autocommit(raw)


def process_of(raw: Any) -> int | None:
    """The server's process, as it was announced when the connection began."""
    return _announced_pid(driver_connection(raw))


def driver_connection(raw: Any) -> Any:
    return getattr(raw, "driver_connection", None) or getattr(raw, "_connection", None) or raw


def query(raw: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor = raw.cursor()
    try:
        cursor.execute(sql)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []
    finally:
        cursor.close()


def exists(ask: Any, table: VersionTable) -> bool:
    return ask(f"SELECT pg_catalog.to_regclass({literal(table.quoted)})::pg_catalog.text")[0][0] is not None


def read_rows(ask: Any, table: VersionTable) -> tuple[str, ...]:
    if not exists(ask, table):
        return ()
    # A table that somebody else has created may have a row that is NULL, or padded, which a cast would hide.
    return tuple(sorted(str(row[0]) for row in ask(f"SELECT pg_catalog.concat(version_num) FROM {table.quoted}")))


def application_name(text: str) -> str:
    return f"dbmigration {text}".encode("ascii", "replace").decode()[:LONGEST_NAME]


def _announced_pid(connection: Any) -> int | None:
    """The process id that the server gave when the connection began, as each driver keeps it."""
    if hasattr(connection, "get_server_pid"):  # asyncpg
        return int(connection.get_server_pid())
    if hasattr(connection, "info") and hasattr(connection.info, "backend_pid"):  # psycopg 3, psycopg2
        return int(connection.info.backend_pid)
    key = getattr(connection, "_backend_key_data", None)  # pg8000
    return int(struct.unpack("!i", key[:4])[0]) if key else None
