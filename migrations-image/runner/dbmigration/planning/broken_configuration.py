"""A configuration by which no scripts can be found, and what to do about it."""

from __future__ import annotations

import configparser
import os
from typing import TYPE_CHECKING

from dbmigration.planning import absent, container_user, interpolation, mounts, name_taken
from dbmigration.planning.barrier import barrier
from dbmigration.planning.configuration import PYPROJECT
from dbmigration.planning.place import chain, innermost
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from alembic.config import Config

_BYTE_ORDER_MARK = "\ufeff"


def refusal(config: Config, section: str, error: Exception) -> Refusal:
    location = _location(config)
    hidden = barrier(location) if location else None
    if hidden is not None:
        return Refusal(CONFIGURATION_ERROR, container_user.may_not_read(hidden, location or ""))
    name = config.config_file_name
    if not (name and os.path.isfile(name)):
        name = PYPROJECT
    elif not _has_section(config, section):
        return Refusal(
            CONFIGURATION_ERROR,
            f"{os.path.abspath(name)} has no section [{section}]. Name the section that holds script_location "
            "in spec.alembic.section.",
        )
    # Alembic imports the package in which the scripts are.
    at = innermost(error)
    return Refusal(
        CONFIGURATION_ERROR,
        f"the configuration {os.path.abspath(name)} cannot be used: {type(error).__name__}: {_said(error)}"
        f"{f' (at {at})' if at else ''}. "
        + (mounts.hint(location) if location and not os.path.exists(location) else "")
        + (
            _of_the_file(error)
            or name_taken.remedy_of(location)
            or absent.remedy(chain(error))
            or (f"That is the package of script_location {location}: correct it, or its settings." if at else None)
            or "Correct it (a relative script_location starts at the working directory; %(here)s stands for the file's own "
            "directory)."
        ),
    )


def _of_the_file(error: Exception) -> str | None:
    """Where it is not what the options say that is wrong, but how they are written."""
    if interpolation.is_interpolation(error):
        return interpolation.remedy(error)
    if isinstance(error, configparser.MissingSectionHeaderError) and error.line.startswith(_BYTE_ORDER_MARK):
        return "It begins with a byte order mark, as some editors write it: save it as UTF-8 without one."
    return "Correct the file." if isinstance(error, configparser.ParsingError) else None


def _location(config: Config) -> str | None:
    """Of the scripts."""
    try:
        # Since Alembic 1.16 it may stand in pyproject.toml.
        return getattr(config, "get_alembic_option", config.get_main_option)("script_location")
    except Exception:
        # What is wrong with the configuration is at hand already.
        return None


def _said(error: Exception) -> str:
    # Alembic speaks to somebody who begins a project; who has one would make a second one by that advice.
    return str(error).partition("Please use the 'init' command")[0].rstrip(". ")


def _has_section(config: Config, section: str) -> bool:
    try:
        return bool(config.file_config.has_section(section))
    except configparser.Error:
        # Then the file itself is what is wrong, and the error at hand says how.
        return True
