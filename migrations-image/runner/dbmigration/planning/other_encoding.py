"""A configuration in another encoding than the one that Python takes it for, by the locale of the container."""

from __future__ import annotations

from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal


def refusal(file: str, encoding: str) -> Refusal:
    with open(file, "rb") as written:
        lines = written.read().splitlines()
    number = next((number for number, line in enumerate(lines, 1) if not _is(encoding, line)), 0)
    place = f"{file}:{number}" if number else file
    if encoding.replace("-", "").lower() != "utf8" and all(_is("utf-8", line) for line in lines):
        return Refusal(
            CONFIGURATION_ERROR,
            f"the configuration {place} is UTF-8, and Python reads it as {encoding} here, by the locale of the container: set "
            "PYTHONUTF8=1 in the container migration of spec.podTemplate (env) or in the Dockerfile.",
        )
    return Refusal(
        CONFIGURATION_ERROR,
        f"the configuration {place} has a character that is no {encoding}, as which Python reads it here: save the file as "
        "UTF-8, and build the image again.",
    )


def _is(encoding: str, line: bytes) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
