"""A statement as a person would write it: with its values where they can be written."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.expression import Insert, TextClause

from dbmigration.planning.sent import Sent

_PLACE = " at 0x"
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")


def plain(dialect: Any) -> Any:
    """The dialect for a text that goes to no driver, in which each % is one."""
    other = copy.copy(dialect)
    other.paramstyle, other.positional = "named", False
    other.identifier_preparer = other.preparer(other)
    return other


def rendered(construct: Any, dialect: Any, translate_map: Mapping[Any, Any] | None) -> Sent:
    """Values of types that have no literal stand in a comment before it."""
    how: dict[str, Any] = {"dialect": dialect}
    if translate_map:
        how.update(schema_translate_map=translate_map, render_schema_translate=True)
    try:
        return Sent(str(construct.compile(**how, compile_kwargs={"literal_binds": True})))
    except (SQLAlchemyError, NotImplementedError, AttributeError, TypeError, ValueError):
        compiled = construct.compile(**how)
        values = {name: told(value) for name, value in sorted(compiled.params.items())}
        shown = ", ".join(f"{name} = {value}" for name, value in values.items())
        return Sent(f"-- with {shown!r}\n{compiled}" if shown else str(compiled), {**values, **_times(compiled.params)})


def told(value: Any) -> str:
    """As Python writes it, but for where it lies in memory."""
    text = repr(value)
    return text if isinstance(value, (str, bytes)) or _PLACE not in text else _ADDRESS.sub(_PLACE, text)


def _times(values: Mapping[str, Any]) -> dict[str, str]:
    """As SQL writes them."""
    return {name: value.isoformat() for name, value in values.items() if isinstance(value, datetime)}


def written_out(text: str, context: Any) -> list[str]:
    """What SQLAlchemy has compiled to this text, with each set of its values; nothing where it is not what was compiled."""
    compiled = getattr(context, "compiled", None)
    if compiled is None or text != context.statement:
        return []
    construct = getattr(context, "invoked_statement", None)
    # A compiled one may be kept from another of the same form, with other values; one of the schema has none.
    construct = compiled.statement if construct is None else construct
    dialect, translate_map = plain(context.dialect), context.execution_options.get("schema_translate_map")
    sets = getattr(context, "compiled_parameters", None) or [{}]
    return [rendered(with_values(construct, values), dialect, translate_map).text for values in sets]


def with_values(construct: Any, values: Any) -> Any:
    """Those that it is sent with in place of its own; the same one where that cannot be written."""
    if not values or not isinstance(values, Mapping):
        return construct
    if isinstance(construct, Insert):
        return construct.values(values)
    try:
        # By which a text has their types as well.
        return construct.bindparams(**values) if isinstance(construct, TextClause) else construct.params(values)
    except (SQLAlchemyError, AttributeError, NotImplementedError):
        return construct
