"""A statement as a person would write it: with its values where they can be written."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError


def plain(dialect: Any) -> Any:
    """The dialect for a text that goes to no driver, in which each % is one."""
    other = copy.copy(dialect)
    other.paramstyle, other.positional = "named", False
    other.identifier_preparer = other.preparer(other)
    return other


def rendered(construct: Any, dialect: Any, translate_map: Mapping[Any, Any] | None) -> str:
    """Values of types that have no literal stand in a comment before it."""
    how: dict[str, Any] = {"dialect": dialect}
    if translate_map:
        how.update(schema_translate_map=translate_map, render_schema_translate=True)
    try:
        return str(construct.compile(**how, compile_kwargs={"literal_binds": True}))
    except (SQLAlchemyError, NotImplementedError, AttributeError, TypeError, ValueError):
        compiled = construct.compile(**how)
        values = ", ".join(f"{name} = {value!r}" for name, value in sorted(compiled.params.items()))
        return f"-- with {values!r}\n{compiled}" if values else str(compiled)
