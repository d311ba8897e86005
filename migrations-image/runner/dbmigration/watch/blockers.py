"""Who holds the lock that a statement waits for, seen from a second session, as the first one is busy waiting."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from dbmigration.reasons import MIGRATION_FAILED
from dbmigration.refusal import Refusal
from dbmigration.session import threads
from dbmigration.session.observer_session import with_session
from dbmigration.session.session import Ask
from dbmigration.sql.script import head

if TYPE_CHECKING:
    from dbmigration.report.progress import Progress
    from dbmigration.session.traffic import Statement
    from dbmigration.state import State

# Most statements end sooner, and then no second session is opened at all.
_PATIENCE = 1.0
_INTERVAL = 0.25

_BLOCKERS = """
SELECT b.pid, a.application_name::pg_catalog.text, a.usename::pg_catalog.text, pg_catalog.host(a.client_addr),
       a.state::pg_catalog.text, extract(epoch FROM pg_catalog.now() OPERATOR(pg_catalog.-) a.xact_start)::pg_catalog.int4,
       w.mode::pg_catalog.text, w.relation::pg_catalog.regclass::pg_catalog.text, a.client_port
FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid})) AS b(pid)
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) b.pid
LEFT JOIN pg_catalog.pg_locks w ON w.pid OPERATOR(pg_catalog.=) {pid} AND NOT w.granted
LIMIT 1
"""


class Blockers:
    def __init__(self, state: State, progress: Progress, lock_timeout: float) -> None:
        self._state = state
        self._progress = progress
        self._patience = min(_PATIENCE, lock_timeout / 5) if lock_timeout else _PATIENCE
        self._interval = min(_INTERVAL, self._patience / 2)

    def start(self) -> None:
        threads.Thread(self._run)

    def _run(self) -> None:
        while True:
            threads.sleep(self._interval)
            statement = self._state.traffic.current
            if statement is None:
                continue
            if statement.number is None and time.monotonic() - statement.started < self._patience:
                continue
            try:
                self._follow(statement)
            except Exception as error:
                # The migration does not depend on it; without a second session the blocker stays unnamed.
                statement.blockers = f"a session that could not be looked up ({type(error).__name__}: {error})"
                return

    def _follow(self, statement: Statement) -> None:
        def look(ask: Ask) -> None:
            known, prepared, is_of_this_run = None, None, False
            while self._state.traffic.current is statement:
                if statement.number is not None:
                    statement.number(ask)
                rows = ask(_BLOCKERS.format(pid=statement.pid))
                blocker = rows[0] if rows else None
                if blocker is None or blocker[0] != known:
                    # 0 stands for those that no process has
                    known = blocker[0] if blocker else None
                    prepared = _prepared(ask, statement) if known == 0 else None
                    is_of_this_run = blocker is not None and _is_of_this_run(blocker)
                    statement.waits_for = (prepared or _description(blocker, _beginning(blocker))) if blocker else None
                if blocker is not None:
                    # These stay when the wait has ended, as it does before it is told of.
                    statement.undecided = prepared is not None
                    statement.is_held_by_this_run = is_of_this_run
                    told = statement.blockers
                    statement.blockers = prepared or _description(blocker, f"of {blocker[5]} s")
                    if told is None:
                        self._progress.emit("waiting", what="a lock", holder=statement.blockers)
                    if statement.beside and self._waits_for_itself(ask, statement):
                        return
                threads.sleep(self._interval)

        with_session(statement.engine, look)

    def _waits_for_itself(self, ask: Ask, statement: Statement) -> bool:
        """Ends it then: the server sees no deadlock, as the session that holds the lock is idle, and its client waits."""
        session, running = self._state.course.session, self._state.course.running
        if session is None or running is None:
            return False
        blocks = f"pid OPERATOR(pg_catalog.=) ANY (pg_catalog.pg_blocking_pids({statement.pid}))"
        if not ask(f"SELECT 1 FROM pg_catalog.pg_stat_activity WHERE {session.identity} AND {blocks}"):
            return False
        step = running.step
        self._state.stop.refusal = Refusal(
            MIGRATION_FAILED,
            f"{step.direction.lower()}() of revision {step.revision}{self._state.course.turn} waits for itself: "
            f"`{head(statement.text)}` on a connection of its own needs what its transaction on Alembic's connection holds. "
            "Execute it with op.execute(), and in `with op.get_context().autocommit_block():` if it has to be outside the "
            "transaction; then build the image again.",
            step.revision,
        )
        ask(f"SELECT pg_catalog.pg_cancel_backend({statement.pid})")
        return True


def _prepared(ask: Ask, statement: Statement) -> str:
    from dbmigration.session import prepared_transactions

    return prepared_transactions.blocking(ask, statement.pid) or "a transaction that is prepared"


def _is_of_this_run(row: tuple[Any, ...]) -> bool:
    from dbmigration.session import own_sockets

    port = row[-1]
    return port is not None and port > 0 and own_sockets.has_port(port)


def _beginning(row: tuple[Any, ...]) -> str:
    began = datetime.now(timezone.utc) - timedelta(seconds=float(row[5] or 0))
    return began.strftime("since %Y-%m-%dT%H:%M:%SZ")


def _description(row: tuple[Any, ...], duration: str) -> str:
    pid, name, user, address, state, seconds, mode, relation, _ = row
    doing = (state or "").replace(" in transaction", "")
    since = f", {doing} in a transaction {duration}" if seconds is not None else f", {state}" if state else ""
    wanted = f"; {mode} on {relation} was wanted" if relation else ""
    origin = f", from {address}" if address else ""
    return f"process {pid}, application {name or 'without a name'}, user {user}{origin}{since}{wanted}"
