"""Shows that the database that env.py connected to is the one that the resource names, before anything is done in it.

Where the names are the same nothing has to be asked. Otherwise the session takes a lock that has a random number for a name,
and a second one, opened with the resource's own URL, looks whether it is there. Nothing that a copy of a server shares with
its original, such as identifiers and names, is taken for a proof.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from dbmigration.planning.database_url import readable
from dbmigration.planning.own_database import OwnDatabase
from dbmigration.planning.place import chain
from dbmigration.reasons import DATABASE_MISMATCH, DATABASE_UNREACHABLE
from dbmigration.refusal import Refusal
from dbmigration.remedy import RETRY
from dbmigration.session.address import address_of, description, led_by
from dbmigration.session.observer_session import from_another_thread, with_session
from dbmigration.session.session import Session
from dbmigration.session.sqlstate import find_sqlstate, primary_message

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from dbmigration.planning.database_url import Address
    from dbmigration.session.session import Ask

# Of a server that has no connection to spare, or that starts or stops: a moment later it may answer.
_PASSING = ("53", "57P")
_LOOK = (
    "SELECT pg_catalog.pg_is_in_recovery()::pg_catalog.text, EXISTS (SELECT FROM pg_catalog.pg_locks l "
    "WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.classid OPERATOR(pg_catalog.=) {first}::pg_catalog.oid "
    "AND l.objid OPERATOR(pg_catalog.=) {second}::pg_catalog.oid AND l.objsubid OPERATOR(pg_catalog.=) 2 "
    "AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d "
    "WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))::pg_catalog.text"
)


class _Unknown(NamedTuple):
    """Why nobody can tell."""

    text: str
    passes: bool = False


class Verification:
    """Of each connection that env.py hands over; what was found out about a place holds for the whole run."""

    def __init__(self, own: OwnDatabase | None) -> None:
        """Without a database that the resource names nothing is compared."""
        self._own = own
        self._seen: set[tuple[Address, str]] = set()

    def open_session(self, connection: Connection) -> Session:
        """What is wrong with another server than the resource's is no matter of the Secret's."""
        try:
            session = Session(connection)
            if session.is_pooled:
                from dbmigration.session import pooling

                pooling.refuse_unless_kept(session)
            return session
        except Refusal as refusal:
            if self._own is None:
                raise
            is_postgresql = connection.dialect.name == "postgresql"
            otherwise = f"The resource's is {self._own}. {self._own.remedy}."
            doubt = self._doubt(connection) if is_postgresql else otherwise
            raise Refusal(refusal.reason, f"{refusal.message} {doubt}".rstrip()) from refusal

    def _doubt(self, connection: Connection) -> str:
        assert self._own is not None
        address = address_of(connection)
        return self._own.doubt(address) or led_by(connection, address, self._own) or ""

    def verify(self, session: Session, connection: Connection, address: Address | None) -> list[str]:
        """Returns what is in doubt and allowed all the same: usually nothing."""
        own = self._own
        if own is None or own.is_at(address, session.database):
            return []
        if address is not None and (address, session.database) in self._seen:
            return []
        unknown = _looked_for(session, own)
        doubts: list[str] = []
        if unknown is not None:
            here = f"{description(connection, address)}/{session.database}"
            led = led_by(connection, address, own) if own.may_be_called(session.database) else None
            doubts = _judged(session.database, here, own, unknown, led)
        if address is not None:
            self._seen.add((address, session.database))
        return doubts


def _judged(database: str, here: str, own: OwnDatabase, unknown: list[_Unknown], led: str | None) -> list[str]:
    """`led` is what to correct, where that is neither env.py nor the Secret."""
    why = "; ".join(found.text for found in unknown)
    if not unknown or not own.may_be_called(database):
        raise Refusal(
            DATABASE_MISMATCH,
            f"env.py connected to {here}, and {'by its name ' if unknown else ''}that is another database than the resource's, "
            f"{own}. {f'It could not be asked: {why}. ' if unknown else ''}"
            + (led or f"{own.remedy}. If the Secret is wrong, correct it, and {RETRY}."),
        )
    doubt = f"env.py connected to {here}, and whether that is the resource's database, {own}, could not be decided: {why}"
    if own.allows_unverified:
        return [f"{doubt}. It was migrated since spec.database.unverified is Allow."]
    raise Refusal(
        DATABASE_UNREACHABLE if any(found.passes for found in unknown) else DATABASE_MISMATCH,
        f"{doubt}. {led or f'If the Secret is wrong, correct it, and {RETRY}. {own.remedy}.'} If it has to go another way (a "
        "token, a proxy), let spec.database.unverified be Allow.",
    )


def _looked_for(session: Session, own: OwnDatabase) -> list[_Unknown] | None:
    """None if a URL of the resource leads to this very database, otherwise those of which that is not known."""
    name = secrets.randbits(31), secrets.randbits(31)
    session.query(f"SELECT pg_catalog.pg_try_advisory_lock({name[0]}, {name[1]})")
    try:
        unknown = []
        for variable, url in own.urls.items():
            found = _leads_here(session, variable, url, name)
            if found is True:
                return None
            if isinstance(found, _Unknown):
                unknown.append(found)
        return unknown
    finally:
        session.query(f"SELECT pg_catalog.pg_advisory_unlock({name[0]}, {name[1]})")


def _leads_here(session: Session, variable: str, text: str, name: tuple[int, int]) -> bool | _Unknown:
    def look(ask: Ask) -> tuple[str, str]:
        standby, there = ask(_LOOK.format(first=name[0], second=name[1]))[0]
        return standby, there

    if not text.strip():
        return _Unknown(f"the variable {variable} has no URL")
    try:
        url = readable(text)
        if url is None:
            from dbmigration.planning.url_shape import shape

            found = shape(text)
            if found is not None:
                return _Unknown(f"the value of {variable} {found.what}")
            return _Unknown(f"the URL of {variable} cannot be read (write @ as %40, / as %2F in user and password)")
        from dbmigration.session import named_server

        # With env.py's driver, which the image has; and env.py's event loop may be running in this thread.
        engine = named_server.engine(url, session.engine.dialect.driver)
        standby, there = from_another_thread(lambda: with_session(engine, look))
    except Exception as error:
        causes = list(chain(error))
        said = primary_message(causes)
        passes = (find_sqlstate(causes) or "").startswith(_PASSING) or "too many" in said or "remaining connection" in said
        return _Unknown(f"the URL of {variable} opens no connection ({said})", passes)
    if there != "true" and standby == "true":
        return _Unknown(f"the URL of {variable} leads to a read-only standby")
    return there == "true"
