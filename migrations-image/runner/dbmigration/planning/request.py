"""What the operator asks for: one JSON document in one environment variable, with the keys of contract.json and no others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple

from dbmigration.planning import choices
from dbmigration.planning.approval import Approval, approval_of
from dbmigration.planning.document import VARIABLE, invalid, one_of, refuse_missing, refuse_unknown, texts, value_of
from dbmigration.planning.named_database import Database, database_of

VERSION = 1


class Resource(NamedTuple):
    """One incarnation of the resource: what is deleted and made again under its name is another one."""

    uid: str
    created: str
    """RFC 3339, as Kubernetes writes it: in whole seconds."""
    version: str
    over: str | None = None
    """An incarnation that the operator knows to be gone, however new it looks."""


class Declaration(NamedTuple):
    """What another resource declares that was at its target before any attempt, and so noted nothing in the database."""

    uid: str
    name: str
    created: str
    table: str
    target: tuple[str, ...]
    database: str
    """The name of the one that it was read in."""
    system: str | None
    """PostgreSQL's identifier of the server, where it was to be read."""


class Timeouts(NamedTuple):
    """In seconds; 0 means without limit."""

    lock: float = 5.0
    statement: float = 0.0
    busy: float = 60.0
    run: float = 0.0


class Rollback(NamedTuple):
    """Whether a plan may go down at all, and by steps that take nothing back."""

    policy: str = choices.ALLOW
    irreversible: str = choices.FORBID


class Request(NamedTuple):
    name: str
    target: str
    mode: str = choices.MIGRATE
    resource: Resource | None = None
    """None where nobody's attempts come one after the other, as with a run that somebody starts by hand."""
    attempt: int = 1
    config: str = "alembic.ini"
    section: str = "alembic"
    arguments: tuple[str, ...] = ()
    database: Database | None = None
    """None where no resource names one, as with a run that somebody starts by hand."""
    url_options: tuple[str, ...] = ("sqlalchemy.url",)
    """Of the configuration: where env.py reads the URL."""
    flask_app: str | None = None
    """The application whose context env.py needs, as FLASK_APP names one."""
    version_table: str | None = None
    """With its schema: the one that env.py has to use. None for any."""
    timeouts: Timeouts = Timeouts()
    rollback: Rollback = Rollback()
    approval: Approval | None = None
    """None where no plan asks for approval, as in a run that somebody starts by hand."""
    down_from: tuple[str, ...] | None = None
    """Rows that this resource left. Nothing is taken back but these and what they build on; None where anything may be."""

    invalid_indexes: str = choices.FORBID
    """What becomes of those that an earlier attempt has left."""

    claimants: tuple[str, ...] = ()
    """The uids of resources of other names that live, and may declare something for this database."""

    declarations: tuple[Declaration, ...] = ()
    """Of those of them that have noted nothing."""

    history: str = choices.ENABLED
    """Whether the database keeps what is run in it."""

    image: str | None = None
    """In which this runs, for the history alone."""

    setup: str | None = None
    """What the resource asks for besides its target, in the operator's words: noted, and not read here. None for nothing."""

    @property
    def only_checks(self) -> bool:
        return self.mode == choices.CHECK

    @property
    def only_plans(self) -> bool:
        return self.mode == choices.PLAN

    @property
    def runs_nothing(self) -> bool:
        return self.only_checks or self.only_plans

    @property
    def keeps_history(self) -> bool:
        return self.history == choices.ENABLED

    @property
    def drop_invalid_indexes(self) -> bool:
        return self.invalid_indexes == choices.DROP


def read(environment: Mapping[str, str]) -> Request:
    text = environment.get(VARIABLE)
    if not text:
        raise invalid("it is not set")
    try:
        document = json.loads(text)
    except ValueError as error:
        raise invalid(f"it is not JSON ({error})") from error
    if not isinstance(document, dict):
        raise invalid("it is not a JSON object")
    if document.get("version") != VERSION:
        raise invalid(f"its version is {document.get('version')!r}, and this runner knows version {VERSION}")
    refuse_unknown(document, Request, "", "version")
    defaults = Request("", "")
    arguments = value_of(document, "arguments", dict, {})
    resource = value_of(document, "resource", dict, {})
    if resource:
        # Without its name and number an attempt has no place in their order.
        refuse_missing(document, "", "name", "attempt")
    return Request(
        name=value_of(document, "name", str, "unnamed"),
        target=value_of(document, "target", str, ""),
        mode=one_of(document, "mode", choices.MIGRATE, choices.CHECK, choices.PLAN),
        resource=_resource(resource) if resource else None,
        attempt=value_of(document, "attempt", int, defaults.attempt),
        config=value_of(document, "config", str, defaults.config),
        section=value_of(document, "section", str, defaults.section),
        arguments=tuple(f"{key}={value}" for key, value in arguments.items()),
        database=database_of(value_of(document, "database", dict, {})),
        url_options=defaults.url_options if document.get("urlOptions") is None else texts(document, "urlOptions"),
        flask_app=value_of(document, "flaskApp", str, None),
        version_table=value_of(document, "versionTable", str, None),
        timeouts=_timeouts(value_of(document, "timeouts", dict, {})),
        rollback=_rollback(value_of(document, "rollback", dict, {})),
        approval=approval_of(value_of(document, "approval", dict, None)),
        down_from=None if document.get("downFrom") is None else texts(document, "downFrom"),
        invalid_indexes=one_of(document, "invalidIndexes", choices.FORBID, choices.DROP),
        claimants=texts(document, "claimants"),
        declarations=tuple(map(_declaration, value_of(document, "declarations", list, []))),
        history=one_of(document, "history", choices.ENABLED, choices.DISABLED),
        image=value_of(document, "image", str, None),
        setup=value_of(document, "setup", str, None),
    )


def seconds_of(created: str) -> int:
    """Since 1970. A ValueError if that is no time with its zone."""
    # Python before 3.11 does not know the Z.
    moment = datetime.fromisoformat(created.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{created!r} has no time zone")
    return int((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds())


def _resource(document: Mapping[str, Any]) -> Resource:
    refuse_unknown(document, Resource, "resource.")
    refuse_missing(document, "resource.", "uid", "created", "version")
    made = Resource(
        uid=value_of(document, "uid", str, ""),
        created=value_of(document, "created", str, ""),
        version=value_of(document, "version", str, ""),
        over=value_of(document, "over", str, None),
    )
    _refuse_no_time("resource.created", made.created)
    return made


def _declaration(document: Any) -> Declaration:
    if not isinstance(document, dict):
        raise invalid(f"declarations has {document!r}, which is no object")
    refuse_unknown(document, Declaration, "declarations.")
    refuse_missing(document, "declarations.", "uid", "name", "created", "table", "target", "database")
    uid, name, created, table = (value_of(document, key, str, "") for key in ("uid", "name", "created", "table"))
    _refuse_no_time("declarations.created", created)
    database, system = value_of(document, "database", str, ""), value_of(document, "system", str, None)
    return Declaration(uid, name, created, table, texts(document, "target"), database, system)


def _refuse_no_time(key: str, text: str) -> None:
    try:
        seconds_of(text)
    except ValueError as error:
        raise invalid(f"{key} is {text!r}, and that is no time") from error


def _timeouts(document: Mapping[str, Any]) -> Timeouts:
    refuse_unknown(document, Timeouts, "timeouts.")
    defaults = Timeouts()

    def seconds(key: str, default: float) -> float:
        milliseconds = value_of(document, key, int, round(default * 1000))
        if milliseconds < 0:
            raise invalid(f"timeouts.{key} is negative")
        return float(milliseconds) / 1000

    return Timeouts(
        lock=seconds("lock", defaults.lock),
        statement=seconds("statement", defaults.statement),
        busy=seconds("busy", defaults.busy),
        run=seconds("run", defaults.run),
    )


def _rollback(document: Mapping[str, Any]) -> Rollback:
    refuse_unknown(document, Rollback, "rollback.")
    return Rollback(
        policy=one_of(document, "policy", choices.ALLOW, choices.FORBID),
        irreversible=one_of(document, "irreversible", choices.FORBID, choices.ALLOW),
    )
