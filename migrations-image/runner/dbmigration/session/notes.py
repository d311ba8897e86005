"""What the runner keeps in the database: lines behind what somebody else wrote into the comment of the version table.

It is the one place that is there, is ours and lives as long as the rows. Each kind of note is one line of JSON. What the
comment says besides stays to the letter, and so does a line that somebody has edited until it is no note any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from dbmigration.sql.quote import literal, without_percent

if TYPE_CHECKING:
    from dbmigration.session.session import Ask
    from dbmigration.session.version_table import VersionTable

BUILDS = "builds concurrently"
ATTEMPTS = "attempts"
FOUND = "found"
RAN = "ran"
_PREFIXES = {kind: f"[dbmigration] {kind}: " for kind in (ATTEMPTS, BUILDS, FOUND, RAN)}


class Comment(NamedTuple):
    text: str = ""
    """What somebody else wrote."""
    notes: Mapping[str, Any] = MappingProxyType({})
    """By their kind, as JSON has them: what they should look like, nobody has checked."""

    @classmethod
    def parse(cls, comment: str) -> Comment:
        lines, notes = [], {}
        for line in comment.split("\n"):
            kind = next((kind for kind, prefix in _PREFIXES.items() if line.startswith(prefix)), None)
            try:
                if kind is not None:
                    notes[kind] = json.loads(line[len(_PREFIXES[kind]) :])
                    continue
            except (ValueError, RecursionError):
                # Somebody has edited it; what it was to say nobody knows.
                pass
            lines.append(line)
        return cls("\n".join(lines), notes)

    def with_note(self, kind: str, value: Any) -> Comment:
        """With this note instead of the one of its kind; without any if it has nothing to say."""
        notes = {other: value for other, value in self.notes.items() if other != kind}
        return Comment(self.text, {**notes, kind: value} if value else notes)

    def __str__(self) -> str:
        lines = [prefix + json.dumps(self.notes[kind]) for kind, prefix in _PREFIXES.items() if kind in self.notes]
        return "\n".join([self.text, *lines] if self.text or not lines else lines)


def read(ask: Ask, table: VersionTable) -> Comment:
    found = ask(f"SELECT pg_catalog.obj_description(pg_catalog.to_regclass({literal(table.quoted)}), 'pg_class')")
    return Comment.parse(found[0][0] or "")


def statement(kind: str, quoted: str, comment: Comment) -> str:
    """What writes it, onto a table or a sequence."""
    text = str(comment)
    return f"COMMENT ON {kind} {quoted} IS {without_percent(text) if text else 'NULL'}"


def write(ask: Ask, table: VersionTable, comment: Comment) -> None:
    ask(statement("TABLE", table.quoted, comment))
