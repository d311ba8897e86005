"""Scripts that were edited after they were applied: what is in the database is not what they say now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dbmigration.planning.fingerprint import fingerprint

_MOST_NAMES = 3


class Noted(NamedTuple):
    """With which script a revision was applied, and when."""

    revision: str
    script: str
    at: str


def fingerprint_of(script: Any) -> str | None:
    """Of the file; None where it is no source: what was compiled is another one each time."""
    path = Path(str(script.path))
    try:
        return fingerprint(path.read_bytes()) if path.suffix == ".py" else None
    except OSError:
        return None


def warning(applied: Collection[str], noted: Iterable[Noted], scripts: Mapping[str, Any]) -> str | None:
    """None where no script is known to be another one than it was."""
    edited = []
    for note in sorted(noted, key=lambda note: note.at, reverse=True):
        if note.revision in applied and note.revision in scripts:
            now = fingerprint_of(scripts[note.revision])
            if now is not None and now != note.script:
                edited.append(f"{note.revision} (applied {note.at[:19]}Z)")
    if not edited:
        return None
    more = f" and {len(edited) - _MOST_NAMES} more" if len(edited) > _MOST_NAMES else ""
    what = "the script of revision" if len(edited) == 1 else "the scripts of revisions"
    was, it = ("was", "it") if len(edited) == 1 else ("were", "they")
    return (
        f"{what} {', '.join(edited[:_MOST_NAMES])}{more} {was} edited after {it} {was} applied: the database has what {it} "
        "said then. Put that back, and write the change as a new revision."
    )
