"""A file system that is small enough to be filled: of the machine's own making, or the one that it is told of."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cluster import Cluster


class SmallDisk:
    def __init__(self, directory: str) -> None:
        self.directory = directory

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        ballast = Path(self.directory, "ballast")
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        try:
            yield
        finally:
            ballast.unlink()


@contextlib.contextmanager
def tablespace(cluster: Cluster) -> Iterator[None]:
    """The tablespace `small`, as long as this lasts."""
    with small_disk() as disk:
        # Its owner is whoever the server runs as.
        shutil.chown(disk.directory, Path(cluster.primary.data).owner())
        with cluster.ask() as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{disk.directory}'")
        cluster.disk = disk
        try:
            yield
        finally:
            cluster.disk = None
            with cluster.ask() as admin:
                admin.execute("DROP TABLESPACE small")


@contextlib.contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Each test process has a directory of its own there, and fills it alone only if nobody else does."""
    named = os.environ.get("DBMIGRATION_TEST_SMALL_DISK")
    if named:
        place = tempfile.mkdtemp(dir=named)
        try:
            yield SmallDisk(place)
        finally:
            shutil.rmtree(place)
        return
    if getpass.getuser() != "root":
        pytest.fail(
            "A full disk needs a file system that may be filled: set DBMIGRATION_TEST_SMALL_DISK to the directory of a small "
            "one that the server may write to (a tmpfs of 16 MB), or run as root, who can make one."
        )
    place = tempfile.mkdtemp(prefix="dbmigration-disk-")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=1777", "none", place], check=True)
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", place], check=True)
        os.rmdir(place)
