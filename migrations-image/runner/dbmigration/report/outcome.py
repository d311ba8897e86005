"""The one document in which a run ends: small enough for the termination message of a container."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from dbmigration.reasons import AT_TARGET

VERSION = 1
LARGEST = 4096
LONGEST_MESSAGE = 1000
LONGEST_WARNING = 300
# Of a revision, which is far shorter but where somebody made one up to harm.
LONGEST_NAME = 70
MOST_WARNINGS = 5
MOST_TOLD = 20
LONGEST_LOSS = 120
LISTS = ("before", "after", "target", "left", "held")
DIGITS = 16
PATH_VARIABLE = "DBMIGRATION_TERMINATION_LOG"
PATH = "/dev/termination-log"
# One of our own words, and not a name such as `env.py`, `downgrade()` or a path: those keep their letters.
_WORD = re.compile(r"[a-z]+(?=[\s,:;]|$)")


@dataclass
class Outcome:
    reason: str
    message: str
    before: Sequence[str] | None = None
    after: Sequence[str] | None = None
    target: Sequence[str] | None = None
    left: Sequence[str] | None = None
    held: Sequence[str] | None = None
    exclusive: bool | None = None
    digests: dict[str, str | None] | None = None
    """Of the lists that do not fit into the document, set by encode()."""
    newest: dict[str, Any] | None = None
    claim: dict[str, Any] | None = None
    plan: dict[str, Any] | None = None
    applied: int | None = None
    revision: str | None = None
    sqlstate: str | None = None
    alembic: str | None = None
    serverVersion: str | None = None  # noqa: N815 - the names of the document
    database: dict[str, str | None] | None = None
    versionTable: str | None = None  # noqa: N815
    versionTables: dict[str, Any] | None = None  # noqa: N815
    durationMs: int = 0  # noqa: N815
    warnings: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 0 if self.reason == AT_TARGET else 1

    def encode(self) -> str:
        """JSON on one line of at most 4096 bytes, valid whatever the texts hold."""
        document = {"version": VERSION, **asdict(self)}
        document["message"] = _with_both_ends(_as_sentence(self.message), LONGEST_MESSAGE)
        document["warnings"] = [one_line(text, LONGEST_WARNING) for text in self.warnings[:MOST_WARNINGS]]
        losses = [one_line(text, LONGEST_LOSS) for text in (self.plan or {}).get("deletes", ())]
        _tell_losses(document, losses, MOST_TOLD)
        for key in LISTS:
            # As it cannot fit in, it need not be measured again and again.
            if sum(map(len, document[key] or ())) > LARGEST:
                _count_list(document, key)
        cut_deletes = partial(_cut_deletes, losses)
        for make_smaller in (_drop_warnings, cut_deletes, _drop_tables, _drop_lists, _shorten_names, _shorten_message):
            if _size(document) <= LARGEST:
                break
            make_smaller(document)
        return _json(document)


def digest(rows: Iterable[str]) -> str:
    """By which whoever reads the rows knows them for those that did not fit in."""
    lines = "\n".join(sorted(rows)).encode("utf-8", "replace")
    return hashlib.sha256(lines).hexdigest()[:DIGITS]


def one_line(text: str, longest: int) -> str:
    """Without line breaks, control characters and halves of characters, which no reader of one line can use."""
    text = _printable(text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _with_both_ends(text: str, longest: int) -> str:
    """As one line: a message begins with what happened and ends with what to do. In between stands what others said."""
    text = _printable(text)
    if len(text) <= longest:
        return text
    end = longest * 2 // 5
    return text[: longest - end - 1] + "…" + text[len(text) - end :]


def _printable(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _as_sentence(message: str) -> str:
    """Messages are composed of parts that stand in the middle of a sentence as well; here it begins."""
    return message[:1].upper() + message[1:] if _WORD.match(message) else message


def _json(document: dict[str, Any]) -> str:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    text = text.encode("utf-8", "replace").decode("utf-8")
    # Some readers take more for the end of a line than Python's json does.
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _size(document: dict[str, Any]) -> int:
    return len(_json(document).encode())


def _drop_warnings(document: dict[str, Any]) -> None:
    document["warnings"] = document["warnings"][:1]


def _cut_deletes(losses: list[str], document: dict[str, Any]) -> None:
    most = min(len(losses), MOST_TOLD)
    while _size(document) > LARGEST and most > 1:
        most //= 2
        _tell_losses(document, losses, most)


def _tell_losses(document: dict[str, Any], losses: list[str], most: int) -> None:
    """At most so many, of which the last one counts the others."""
    if losses:
        shown = losses if len(losses) <= most else [*losses[: most - 1], f"and {len(losses) - most + 1} more"]
        document["plan"] = {**document["plan"], "deletes": shown}


def _drop_tables(document: dict[str, Any]) -> None:
    # Before any rows: without these nobody can say what the database holds. How many tables there are stays.
    if document["versionTables"]:
        document["versionTables"] = {**document["versionTables"], "names": None}


def _drop_lists(document: dict[str, Any]) -> None:
    # A list that is cut short would be a wrong statement about the database; none is an honest one.
    for key in LISTS:
        revisions = document[key]
        if revisions is not None and _size({key: revisions}) > LARGEST // 9:
            _count_list(document, key)


def _count_list(document: dict[str, Any], key: str) -> None:
    message = f"({key}: {len(document[key])} revisions) " + document["message"]
    document["message"] = _with_both_ends(message, LONGEST_MESSAGE)
    _drop_list(document, key)


def _drop_list(document: dict[str, Any], key: str) -> None:
    digests = document["digests"] or dict.fromkeys(LISTS)
    document["digests"] = {**digests, key: digest(document[key])}
    document[key] = None


def _shorten_names(document: dict[str, Any]) -> None:
    document["warnings"] = []
    for key in ("versionTable", "database"):
        # A name that is cut short would be that of another one.
        if document[key] and _size({key: document[key]}) > LARGEST // 18:
            document[key] = None
    for key, value in document.items():
        if isinstance(value, str) and key not in ("message", "versionTable"):
            document[key] = one_line(value, LONGEST_NAME)
    if document["newest"]:
        document["newest"] = {**document["newest"], "uid": one_line(document["newest"]["uid"], LONGEST_NAME)}
    if document["claim"] and not _leaves_room(document):
        # A list that is cut short would be wrong. The message says whose claim it is.
        document["claim"] = None
    if document["left"] and not _leaves_room(document):
        _drop_list(document, "left")


def _leaves_room(document: dict[str, Any]) -> bool:
    """For the message."""
    return _size({**document, "message": ""}) <= LARGEST * 3 // 4


def _shorten_message(document: dict[str, Any]) -> None:
    message, longest = document["message"], LONGEST_MESSAGE
    # What remains beside the message takes less than three quarters of the room, whatever it consists of.
    while _size(document) > LARGEST and longest > 1:
        longest = longest * 7 // 8
        document["message"] = _with_both_ends(message, longest)


def write(line: str) -> str | None:
    """The problem, if there is one: outside Kubernetes there is no such file. The last line of stdout says the same."""
    path = os.environ.get(PATH_VARIABLE) or PATH
    try:
        with open(path, "wb") as log:
            log.write(line.encode())
    except OSError as error:
        return f"the outcome could not be written to {path}: {error}"
    return None
