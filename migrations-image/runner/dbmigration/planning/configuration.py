"""The configuration of an Alembic project, found as the `alembic` command finds it, or `flask db`."""

from __future__ import annotations

import configparser
import contextlib
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbmigration.planning.barrier import barrier
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from alembic.config import Config

    from dbmigration.planning.request import Request

DEFAULT_INI = "alembic.ini"
PYPROJECT = "pyproject.toml"
# Where `flask db init` puts it.
FLASK_INI = os.path.join("migrations", DEFAULT_INI)
# By which the `alembic` command is told another default.
VARIABLE = "ALEMBIC_CONFIG"


def passed_over(request: Request, environment: Mapping[str, str]) -> str | None:
    """What to say of the usual file that lies there, where the variable names another one."""
    name = _name(request, environment)
    if name == request.config or os.path.basename(name) == PYPROJECT or not os.path.isfile(DEFAULT_INI):
        return None
    if os.path.realpath(name) == os.path.realpath(DEFAULT_INI):
        return None
    return (
        f"the configuration is {name}, which the variable {VARIABLE} of the container names, as for the `alembic` command, "
        f"and not {os.path.abspath(DEFAULT_INI)}; for that one let spec.alembic.config be ./{DEFAULT_INI}"
    )


def _name(request: Request, environment: Mapping[str, str]) -> str:
    """Nobody can tell the operator's default from the same word of a person. Both mean what `alembic` without -c takes."""
    return (request.config == DEFAULT_INI and environment.get(VARIABLE)) or request.config


def read(request: Request, environment: Mapping[str, str]) -> Config:
    from argparse import Namespace

    import alembic
    from alembic import command
    from alembic.config import Config

    name = _name(request, environment)
    names: dict[str, Any] = {"file_": name, "ini_section": request.section}
    in_toml = os.path.basename(name) == PYPROJECT
    if hasattr(Config, "toml_file_name"):
        # As the command line does it: both, whichever of them is named.
        names["toml_file"] = name if in_toml else PYPROJECT
        names["file_"] = DEFAULT_INI if in_toml else name
    elif in_toml:
        raise Refusal(
            CONFIGURATION_ERROR,
            f"{name} is to be the configuration, and Alembic {alembic.__version__} of this image reads ini files "
            "only: install Alembic 1.16 or later, or name an ini file in spec.alembic.config.",
        )
    # What env.py finds in config.cmd_opts when the command line is `alembic -x … upgrade TARGET`.
    names["cmd_opts"] = Namespace(
        cmd=(command.upgrade, ["revision"], ["sql", "tag"]),
        config=[name],
        name=request.section,
        x=list(request.arguments) or None,
        raiseerr=False,
        quiet=False,
        revision=request.target,
        sql=False,
        tag=None,
    )
    config = Config(**names)
    _refuse_what_may_not_be_read(name, *([PYPROJECT] if hasattr(Config, "toml_file_name") else []))
    if os.path.isfile(name):
        _place_scripts(config)
    elif not (name == DEFAULT_INI and _in_toml(config)):
        if name == DEFAULT_INI:
            _refuse_what_may_not_be_read(FLASK_INI)
        flask = Config(**{**names, "file_": FLASK_INI})
        if name != DEFAULT_INI or not os.path.isfile(FLASK_INI) or not _place_scripts(flask):
            from dbmigration.planning import mounts

            path = os.path.abspath(name)
            hidden = mounts.hint(path)
            raise Refusal(
                CONFIGURATION_ERROR,
                f"there is no configuration file {path}{'' if hidden else ' in the image'}. {hidden}"
                f"{_remedy(request, name)}; a relative path starts at the working directory, which "
                "spec.alembic.workingDirectory sets.",
            )
        return flask
    return config


def _remedy(request: Request, name: str) -> str:
    """Where it is not there."""
    if name == request.config:
        return "Name the file in spec.alembic.config"
    return f"The variable {VARIABLE} of the container names it: correct that, or name another file in spec.alembic.config"


def section_as_written(config: Config) -> dict[str, Any]:
    """The main section of each file, without what was put there since, and with nothing replaced in it."""
    found: dict[str, Any] = {}
    parser = configparser.RawConfigParser(strict=False)
    if config.config_file_name is not None:
        parser.read(config.config_file_name, encoding="locale" if sys.version_info >= (3, 10) else None)
    if parser.has_section(config.config_ini_section):
        found["ini"] = dict(parser.items(config.config_ini_section))
    if _in_toml(config):
        found["toml"] = dict(config.toml_alembic_config)
    return found


def _place_scripts(config: Config) -> bool:
    """Beside the configuration, where that names no others, as `flask db` does it. Whether they are."""
    section, file = config.config_ini_section, os.path.abspath(str(config.config_file_name))
    directory = os.path.dirname(file)
    # A file that cannot be read is told of when it is used.
    with contextlib.suppress(configparser.Error):
        parser = _parsed(config, file)
        is_named = not parser.has_section(section) or parser.has_option(section, "script_location")
        if not is_named and not _in_toml(config) and os.path.isfile(os.path.join(directory, "env.py")):
            config.set_section_option(section, "script_location", directory.replace("%", "%%"))
            return True
    return False


def _parsed(config: Config, file: str) -> Any:
    try:
        return config.file_config
    except UnicodeDecodeError as error:
        from dbmigration.planning import other_encoding

        raise other_encoding.refusal(file, error.encoding) from error


def _refuse_what_may_not_be_read(*files: str) -> None:
    """Python and Alembic call a file missing that only another user may read. It may well not be there: a configuration in
    pyproject.toml needs no alembic.ini."""
    for file in files:
        hidden = barrier(file)
        if hidden is not None:
            from dbmigration.planning import container_user

            raise Refusal(CONFIGURATION_ERROR, container_user.may_not_read(hidden, file))


def _in_toml(config: Config) -> bool:
    try:
        return bool(getattr(config, "toml_alembic_config", None))
    except ValueError as error:
        raise Refusal(CONFIGURATION_ERROR, f"{os.path.abspath(PYPROJECT)} is not valid TOML: {error}. Correct it.") from error
