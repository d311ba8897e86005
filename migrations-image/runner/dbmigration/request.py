"""What the operator asks for: one JSON document in one environment variable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from dbmigration.refusal import INTERNAL_ERROR, Refusal

VARIABLE = "DBMIGRATION_REQUEST"
VERSION = 1


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
    REFUSE: ClassVar = "Refuse"

    policy: str = ALLOW
    irreversible: str = REFUSE


@dataclass(frozen=True)
class Request:
    name: str
    target: str
    attempt: int = 1
    config: str = "alembic.ini"
    section: str = "alembic"
    arguments: tuple[str, ...] = ()
    timeouts: Timeouts = Timeouts()
    rollback: Rollback = Rollback()
    drop_invalid_indexes: bool = False
    """Those that an earlier attempt has left."""


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
    defaults = Request("", "")
    arguments = _typed(document, "arguments", dict, {})
    return Request(
        name=_typed(document, "name", str, "unnamed"),
        target=_typed(document, "target", str, ""),
        attempt=_typed(document, "attempt", int, defaults.attempt),
        config=_typed(document, "config", str, defaults.config),
        section=_typed(document, "section", str, defaults.section),
        arguments=tuple(f"{key}={value}" for key, value in arguments.items()),
        timeouts=_timeouts(_typed(document, "timeouts", dict, {})),
        rollback=_rollback(_typed(document, "rollback", dict, {})),
        drop_invalid_indexes=_one_of(document, "invalidIndexes", "Refuse", "Drop") == "Drop",
    )


def _timeouts(document: Mapping[str, Any]) -> Timeouts:
    defaults = Timeouts()

    def seconds(key: str, default: float) -> float:
        milliseconds = _typed(document, key, int, round(default * 1000))
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
    return Rollback(
        policy=_one_of(document, "policy", Rollback.ALLOW, Rollback.FORBID),
        irreversible=_one_of(document, "irreversible", Rollback.REFUSE, Rollback.ALLOW),
    )


def _one_of(document: Mapping[str, Any], key: str, default: str, other: str) -> str:
    value = str(_typed(document, key, str, default))
    if value not in (default, other):
        raise _invalid(f"{key} is {value!r}, and this runner knows {default} and {other}")
    return value


def _typed(document: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = document.get(key)
    if value is None:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _invalid(f"{key} is {type(value).__name__} and should be {kind.__name__}")
    return value


def _invalid(what: str) -> Refusal:
    return Refusal(
        INTERNAL_ERROR,
        f"the request in the environment variable {VARIABLE} cannot be used: {what}. The operator writes it, so operator "
        "and runner are probably of different releases: upgrade the operator's chart as a whole.",
    )
