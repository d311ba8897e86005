"""What the operator asks for: one JSON document in one environment variable, with the keys of contract.json and no others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timezone
from typing import Any, ClassVar

from dbmigration.reasons import INTERNAL_ERROR
from dbmigration.refusal import Refusal

VARIABLE = "DBMIGRATION_REQUEST"
VERSION = 1


@dataclass(frozen=True)
class Resource:
    """One incarnation of the resource: what is deleted and made again under its name is another one."""

    uid: str
    created: str
    """RFC 3339, as Kubernetes writes it: in whole seconds."""
    version: str
    over: str | None = None
    """An incarnation that the operator knows to be gone, however new it looks."""


@dataclass(frozen=True)
class Timeouts:
    """In seconds; 0 means without limit."""

    lock: float = 5.0
    statement: float = 0.0
    busy: float = 60.0
    run: float = 0.0


@dataclass(frozen=True)
class Rollback:
    """Whether a plan may go down at all, and by steps that take nothing back."""

    ALLOW: ClassVar = "Allow"
    FORBID: ClassVar = "Forbid"

    policy: str = ALLOW
    irreversible: str = FORBID


@dataclass(frozen=True)
class Connection:
    """The variables of the environment that have the parts of the database's URL, where no variable has it as a whole."""

    host_variable: str
    name_variable: str
    user_variable: str
    port_variable: str | None = None
    password_variable: str | None = None
    driver: str | None = None

    def variables(self) -> list[tuple[str, str]]:
        """By part, of those that there are."""
        found = {
            "host": self.host_variable,
            "name": self.name_variable,
            "user": self.user_variable,
            "port": self.port_variable,
            "password": self.password_variable,
        }
        return [(part, variable) for part, variable in found.items() if variable]


@dataclass(frozen=True)
class Database:
    """How the resource names its database."""

    ALLOW: ClassVar = "Allow"
    FORBID: ClassVar = "Forbid"

    variable: str
    """Of the environment, with the URL: the Secret's, or the one that is made of the connection's parts."""
    connection: Connection | None = None
    unverified: str = FORBID
    """Whether one is migrated of which nobody can tell whether it is that one."""


@dataclass(frozen=True)
class Request:
    MIGRATE: ClassVar = "Migrate"
    CHECK: ClassVar = "Check"
    FORBID: ClassVar = "Forbid"
    DROP: ClassVar = "Drop"

    name: str
    target: str
    mode: str = MIGRATE
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
    timeouts: Timeouts = Timeouts()
    rollback: Rollback = Rollback()
    down_from: tuple[str, ...] | None = None
    """Rows that this resource left. Nothing is taken back but these and what they build on; None where anything may be."""

    invalid_indexes: str = FORBID
    """What becomes of those that an earlier attempt has left."""

    claimants: tuple[str, ...] = ()
    """The uids of resources of other names that live, and may declare something for this database."""

    @property
    def only_checks(self) -> bool:
        return self.mode == self.CHECK

    @property
    def drop_invalid_indexes(self) -> bool:
        return self.invalid_indexes == self.DROP


def read(environment: Mapping[str, str]) -> Request:
    text = environment.get(VARIABLE)
    if not text:
        raise _invalid("it is not set")
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _invalid(f"it is not JSON ({error})") from error
    if not isinstance(document, dict):
        raise _invalid("it is not a JSON object")
    if document.get("version") != VERSION:
        raise _invalid(f"its version is {document.get('version')!r}, and this runner knows version {VERSION}")
    _refuse_unknown(document, Request, "", "version")
    defaults = Request("", "")
    arguments = _value(document, "arguments", dict, {})
    resource = _value(document, "resource", dict, {})
    if resource:
        # Without its name and number an attempt has no place in their order.
        _refuse_missing(document, "", "name", "attempt")
    return Request(
        name=_value(document, "name", str, "unnamed"),
        target=_value(document, "target", str, ""),
        mode=_one_of(document, "mode", Request.MIGRATE, Request.CHECK),
        resource=_resource(resource) if resource else None,
        attempt=_value(document, "attempt", int, defaults.attempt),
        config=_value(document, "config", str, defaults.config),
        section=_value(document, "section", str, defaults.section),
        arguments=tuple(f"{key}={value}" for key, value in arguments.items()),
        database=_database(_value(document, "database", dict, {})),
        url_options=defaults.url_options if document.get("urlOptions") is None else _texts(document, "urlOptions"),
        timeouts=_timeouts(_value(document, "timeouts", dict, {})),
        rollback=_rollback(_value(document, "rollback", dict, {})),
        down_from=None if document.get("downFrom") is None else _texts(document, "downFrom"),
        invalid_indexes=_one_of(document, "invalidIndexes", Request.FORBID, Request.DROP),
        claimants=_texts(document, "claimants"),
    )


def keys(kind: type) -> set[str]:
    """Of the document that becomes this dataclass."""
    return {first + "".join(map(str.capitalize, rest)) for first, *rest in (f.name.split("_") for f in fields(kind))}


def seconds_of(created: str) -> int:
    """Since 1970. A ValueError if that is no time with its zone."""
    # Python before 3.11 does not know the Z.
    moment = datetime.fromisoformat(created.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError(f"{created!r} has no time zone")
    return int((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds())


def _resource(document: Mapping[str, Any]) -> Resource:
    _refuse_unknown(document, Resource, "resource.")
    _refuse_missing(document, "resource.", "uid", "created", "version")
    made = Resource(
        uid=_value(document, "uid", str, ""),
        created=_value(document, "created", str, ""),
        version=_value(document, "version", str, ""),
        over=_value(document, "over", str, None),
    )
    try:
        seconds_of(made.created)
    except ValueError as error:
        raise _invalid(f"resource.created is {made.created!r}, and that is no time") from error
    return made


def _database(document: Mapping[str, Any]) -> Database | None:
    if not document:
        return None
    _refuse_unknown(document, Database, "database.")
    _refuse_missing(document, "database.", "variable")
    return Database(
        variable=_value(document, "variable", str, ""),
        connection=_connection(_value(document, "connection", dict, {})),
        unverified=_one_of(document, "unverified", Database.FORBID, Database.ALLOW),
    )


def _connection(document: Mapping[str, Any]) -> Connection | None:
    if not document:
        return None
    _refuse_unknown(document, Connection, "database.connection.")
    _refuse_missing(document, "database.connection.", "hostVariable", "nameVariable", "userVariable")
    return Connection(
        host_variable=_value(document, "hostVariable", str, ""),
        name_variable=_value(document, "nameVariable", str, ""),
        user_variable=_value(document, "userVariable", str, ""),
        port_variable=_value(document, "portVariable", str, None),
        password_variable=_value(document, "passwordVariable", str, None),
        driver=_value(document, "driver", str, None),
    )


def _timeouts(document: Mapping[str, Any]) -> Timeouts:
    _refuse_unknown(document, Timeouts, "timeouts.")
    defaults = Timeouts()

    def seconds(key: str, default: float) -> float:
        milliseconds = _value(document, key, int, round(default * 1000))
        if milliseconds < 0:
            raise _invalid(f"timeouts.{key} is negative")
        return float(milliseconds) / 1000

    return Timeouts(
        lock=seconds("lock", defaults.lock),
        statement=seconds("statement", defaults.statement),
        busy=seconds("busy", defaults.busy),
        run=seconds("run", defaults.run),
    )


def _rollback(document: Mapping[str, Any]) -> Rollback:
    _refuse_unknown(document, Rollback, "rollback.")
    return Rollback(
        policy=_one_of(document, "policy", Rollback.ALLOW, Rollback.FORBID),
        irreversible=_one_of(document, "irreversible", Rollback.FORBID, Rollback.ALLOW),
    )


def _one_of(document: Mapping[str, Any], key: str, default: str, other: str) -> str:
    value = str(_value(document, key, str, default))
    if value not in (default, other):
        raise _invalid(f"{key} is {value!r}, and this runner knows {default} and {other}")
    return value


def _value(document: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = document.get(key)
    if value is None:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _invalid(f"{key} is {type(value).__name__} and should be {kind.__name__}")
    return value


def _texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _value(document, key, list, [])
    if not all(isinstance(value, str) for value in values):
        raise _invalid(f"{key} holds something that is not a text")
    return tuple(values)


def _refuse_unknown(document: Mapping[str, Any], kind: type, path: str, *more: str) -> None:
    unknown = sorted(set(document) - keys(kind) - set(more))
    if unknown:
        named = ", ".join(path + key for key in unknown[:5])
        raise _invalid(f"it asks for {named}, of which this runner knows nothing")


def _refuse_missing(document: Mapping[str, Any], path: str, *needed: str) -> None:
    for key in needed:
        if document.get(key) in (None, ""):
            raise _invalid(f"{path}{key} is missing")


def _invalid(what: str) -> Refusal:
    return Refusal(
        INTERNAL_ERROR,
        f"the request in the environment variable {VARIABLE} cannot be used: {what}. The operator writes it, so operator "
        "and runner are probably of different releases: upgrade the operator's chart as a whole.",
    )
