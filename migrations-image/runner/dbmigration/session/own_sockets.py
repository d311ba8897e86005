"""Which connections to a server are this process's own, whoever in it has opened them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

# Of IPv6 there may be none.
_TABLES = ("/proc/self/net/tcp", "/proc/self/net/tcp6")
_DESCRIPTORS = "/proc/self/fd"
# The columns of a table: the address and port at this end, and what its descriptors lead to.
_HERE, _INODE = 1, 9


def has_port(port: int) -> bool:
    """Whether a connection of this process begins at that port."""
    sockets = {f"socket:[{inode}]" for table in filter(os.path.exists, _TABLES) for inode in _inodes(table, port)}
    return any(target in sockets for target in _targets())


def _inodes(table: str, port: int) -> Iterator[str]:
    with open(table) as lines:
        next(lines)
        for columns in map(str.split, lines):
            if int(columns[_HERE].rpartition(":")[2], 16) == port:
                yield columns[_INODE]


def _targets() -> Iterator[str]:
    for name in os.listdir(_DESCRIPTORS):
        # One may be closed meanwhile, as that of this very list is.
        with contextlib.suppress(OSError):
            yield os.readlink(f"{_DESCRIPTORS}/{name}")
