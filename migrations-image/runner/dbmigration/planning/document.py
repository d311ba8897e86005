"""Takes the request's document apart: each value of the kind that it has to be, and no key that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dbmigration.reasons import INTERNAL_ERROR
from dbmigration.refusal import Refusal

VARIABLE = "DBMIGRATION_REQUEST"


def keys(kind: type[Any]) -> set[str]:
    """Of the document that becomes one of this kind."""
    return {first + "".join(map(str.capitalize, rest)) for first, *rest in (name.split("_") for name in kind._fields)}


def one_of(document: Mapping[str, Any], key: str, default: str, *others: str) -> str:
    value = str(value_of(document, key, str, default))
    if value not in (default, *others):
        known = ", ".join((default, *others[:-1])) + f" and {others[-1]}"
        raise invalid(f"{key} is {value!r}, and this runner knows {known}")
    return value


def value_of(document: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = document.get(key)
    if value is None:
        return default
    if not isinstance(value, kind) or isinstance(value, bool):
        raise invalid(f"{key} is {type(value).__name__} and should be {kind.__name__}")
    return value


def texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = value_of(document, key, list, [])
    if not all(isinstance(value, str) for value in values):
        raise invalid(f"{key} holds something that is not a text")
    return tuple(values)


def refuse_unknown(document: Mapping[str, Any], kind: type[Any], path: str, *more: str) -> None:
    unknown = sorted(set(document) - keys(kind) - set(more))
    if unknown:
        named = ", ".join(path + key for key in unknown[:5])
        raise invalid(f"it asks for {named}, of which this runner knows nothing")


def refuse_missing(document: Mapping[str, Any], path: str, *needed: str) -> None:
    for key in needed:
        if document.get(key) in (None, ""):
            raise invalid(f"{path}{key} is missing")


def invalid(what: str) -> Refusal:
    return Refusal(
        INTERNAL_ERROR,
        f"the request in the environment variable {VARIABLE} cannot be used: {what}. The operator writes it, so operator "
        "and runner are probably of different releases: upgrade the operator's chart as a whole.",
    )
