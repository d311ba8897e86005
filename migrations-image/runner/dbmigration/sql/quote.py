"""How a name or a text is written into a statement of ours."""

from __future__ import annotations


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    quoted = "'" + text.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in text else quoted


def without_percent(text: str) -> str:
    """A literal, too: a percent sign is a placeholder to some drivers, wherever it stands."""
    return "E" + literal(text).lstrip("E").replace("%", "\\x25") if "%" in text else literal(text)
