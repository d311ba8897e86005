"""What a plan is told apart by: from where, to where and by which steps, and all that decides what these do.

Not by the image, its tag or the commit: a rebuilt image with the same scripts has the same plan, and a moved tag with other
scripts another one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dbmigration.planning.fingerprint import fingerprint


@dataclass(frozen=True)
class Covered:
    before: Sequence[str]
    """The rows of the version table."""
    after: Sequence[str]
    steps: Sequence[Sequence[str]]
    """In their order: revision, direction, and the fingerprint of the script's bytes."""
    does: Sequence[Sequence[Any]]
    """What each would send: what a script takes from other modules is not in its own bytes."""
    env_py: str
    """The fingerprint of its bytes."""
    section: Mapping[str, Any]
    """Of the configuration, as it is written there."""
    arguments: Sequence[str]
    """Those of `-x`."""
    database: Sequence[str]
    """The server, the database, the version table, and the schemas in which names without one are looked up."""
    ran: Sequence[Any]
    """The plan that was run last, so that an approval is spent once."""
    last: Sequence[Any]
    """The last entry of the history, for the same; nothing where there is none that is believed."""
    served: int = 0
    """How often it was called otherwise before, by what the database does not know any more, as after a restore."""


def digest(covered: Covered) -> str:
    """64 hexadecimal characters."""
    document = json.dumps(asdict(covered), sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return fingerprint(document.encode())


def unspent(covered: Covered, spent: Sequence[str]) -> str:
    """A digest that begins as none of these does, which were those of plans that were run."""
    found = digest(covered)
    while found.startswith(tuple(spent)):
        covered = replace(covered, served=covered.served + 1)
        found = digest(covered)
    return found
