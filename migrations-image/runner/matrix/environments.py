"""The virtual environment of a cell: uv makes it in seconds from its cache, and it is kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from uv import find_uv_bin

from matrix import central
from matrix.cells import Cell


def environment(cell: Cell) -> Path:
    """The interpreter of an environment that has what the cell says."""
    base = _interpreter(cell.python)
    key = hashlib.sha256("\n".join((base, *cell.requirements)).encode()).hexdigest()[:16]
    place = central.cache() / f"environment-{key}"
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f"{place.name}.", dir=place.parent))
        try:
            _uv("venv", "--allow-existing", "--relocatable", "--python", base, str(new))
            # SQLAlchemy 1.4 and its like would otherwise be built from source where there is no wheel.
            options = ("--compile-bytecode", "--only-binary=:all:", "--python", str(new / "bin/python"))
            _uv("pip", "install", *options, *cell.requirements)
            new.chmod(0o755)
            new.rename(place)
        except BaseException:
            shutil.rmtree(new)
            raise
    return place / "bin/python"


def _interpreter(version: str) -> str:
    """This machine's own, or that of Maven Central."""
    command = [find_uv_bin(), "python", "find", "--no-python-downloads", "--no-project", "--system", version]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else str(central.python(version))


def _uv(*command: str) -> None:
    done = subprocess.run(
        [find_uv_bin(), "--quiet", *command],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            # Beside the environments, which share the files of one package that several of them have.
            "UV_CACHE_DIR": str(central.cache() / "uv"),
            "UV_PYTHON_DOWNLOADS": "never",
            # Whom this machine trusts, as pip does, is to be trusted.
            "UV_SYSTEM_CERTS": "1",
        },
    )
    if done.returncode != 0:
        raise central.NotAvailable(f"uv {command[0]}: {' '.join(done.stderr.split())}")
