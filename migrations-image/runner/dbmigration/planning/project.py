"""The user's Alembic project: where its scripts are and what they say, read as the `alembic` command reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dbmigration.planning import configuration, container_user, mounts
from dbmigration.planning.configuration import PYPROJECT
from dbmigration.planning.graph import Graph
from dbmigration.planning.url_options import source_of
from dbmigration.reasons import CONFIGURATION_ERROR, INVALID_SCRIPTS
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script, ScriptDirectory

    from dbmigration.planning.request import Request


class Project:
    def __init__(self, request: Request) -> None:
        self.config = configuration.read(request, os.environ)
        self._request = request
        self._open()
        self.scripts: dict[str, Script] = {}
        self.graph = Graph({}, {})

    def _open(self) -> None:
        self.directory = _directory(self.config, self._request)
        self.env_py = os.path.join(str(self.directory.dir), "env.py")
        self.source = source_of(self.env_py)
        # None in an Alembic of before 1.16 where the configuration names no others.
        self._locations_at_first = list(self.directory.version_locations or ())

    def configured(self, config: Config) -> None:
        """By whom the project lets have a hand in it before anything is read."""
        path = list(sys.path)
        self.config = config
        self._open()
        # That has put prepend_sys_path there once more.
        sys.path[:] = path

    @property
    def is_placed_by_env_py(self) -> bool:
        """Where the scripts are is known when env.py has said so, by the script directory or by the configuration."""
        return "version_locations" in self.source

    def load(self) -> None:
        if self.is_placed_by_env_py:
            self._follow_env_py()
        self.graph = self._load()

    def _follow_env_py(self) -> None:
        from alembic.script import ScriptDirectory
        from alembic.script.revision import RevisionMap

        path = list(sys.path)
        if list(self.directory.version_locations or ()) == self._locations_at_first:
            self.directory.version_locations = ScriptDirectory.from_config(self.config).version_locations
        # That has put prepend_sys_path there once more.
        sys.path[:] = path
        vars(self.directory).pop("_version_locations", None)
        self.directory.revision_map = RevisionMap(self.directory._load_revisions)

    def _load(self) -> Graph:
        self._refuse_what_may_not_be_read()
        revision_map = self.directory.revision_map
        # Alembic keeps the last of several scripts with one id and says so in a warning only.
        originals = revision_map._generator
        revision_map._generator = lambda: self._record(originals())  # type: ignore[arg-type]
        try:
            heads = revision_map.heads
        except Refusal:
            raise
        except Exception as error:
            raise self._unloadable(error) from error
        if not heads:
            remedy = (
                "The image was probably built without them: check what its Dockerfile copies, .dockerignore, and "
                "version_locations in the configuration or env.py."
            )
            told = mounts.otherwise(mounts.hint(*self._places()), self._unseparated() or remedy)
            raise Refusal(INVALID_SCRIPTS, f"there is no migration script in {self._locations()}. {told}")
        return Graph.of(revision_map)

    def _unseparated(self) -> str | None:
        """Of several places that count as one, as they are not separated as the configuration says."""
        for place in self._places():
            parts = place.replace(",", " ").replace(":", " ").replace(";", " ").split()
            if len(parts) > 1 and not os.path.exists(place) and any(map(os.path.isdir, parts)):
                return (
                    f"version_locations is taken for one directory, {place}: separate its names as path_separator (before "
                    "Alembic 1.16 version_path_separator) of the configuration says, or let that be space."
                )
        return None

    def _refuse_what_may_not_be_read(self) -> None:
        """Alembic passes over it, as if there were no scripts in it."""
        denied: list[OSError] = []
        for place in self._places():
            hidden = container_user.barrier(place)
            if hidden is not None:
                raise Refusal(INVALID_SCRIPTS, container_user.may_not_read(hidden, place))
            if getattr(self.directory, "recursive_version_locations", False):
                for _ in os.walk(place, onerror=denied.append):
                    pass
        for error in denied:
            if isinstance(error, PermissionError):
                raise Refusal(INVALID_SCRIPTS, container_user.may_not_read(str(error.filename)))

    def _record(self, scripts: Iterator[Any]) -> Iterator[Any]:
        for script in scripts:
            other = self.scripts.get(script.revision)
            if other is not None:
                raise Refusal(
                    INVALID_SCRIPTS,
                    f"two scripts have the revision id {script.revision}: {other.path} and {script.path}. Give one of them "
                    "an id of its own, put it behind the other (down_revision), and build the image again.",
                )
            self.scripts[script.revision] = script
            yield script

    def _unloadable(self, error: Exception) -> Refusal:
        from alembic.script.revision import CycleDetected

        from dbmigration.planning import container
        from dbmigration.planning.place import chain, innermost, loading

        if isinstance(error, CycleDetected):
            files = ", ".join(self._file(revision) for revision in sorted(error.revisions)[:5])
            return Refusal(
                INVALID_SCRIPTS,
                f"the scripts build on one another in a circle: {files}. Correct down_revision (or depends_on) of one of "
                "them and build the image again.",
            )
        if isinstance(error, KeyError) and (missing := self._missing_parent()) is not None:
            parent, child = missing
            return Refusal(
                INVALID_SCRIPTS,
                f"{self._file(child)} builds on revision {parent}, and no script of {self._locations()} has that id. "
                f"{mounts.hint(*self._places())}Either the image lacks a script, or down_revision (or depends_on) is misspelt: "
                "correct that, and build the image again.",
                revision=child,
            )
        file = loading(error)
        what = f"migration script {file} of {self._locations()}" if file else "migration scripts"
        at = innermost(error)
        return Refusal(
            INVALID_SCRIPTS,
            f"the {what} cannot be loaded: {type(error).__name__}: {error}{f' (at {at})' if at else ''}. "
            f"{container.remedy(chain(error)) or 'Correct it and build the image again.'}",
        )

    def _missing_parent(self) -> tuple[str, str] | None:
        labels = {label for script in self.scripts.values() for label in script.branch_labels}
        for script in self.scripts.values():
            down = (script.down_revision,) if isinstance(script.down_revision, str) else script.down_revision or ()
            depends = (script.dependencies,) if isinstance(script.dependencies, str) else script.dependencies or ()
            for parent in (*down, *depends):
                if parent not in self.scripts and parent not in labels:
                    return parent, script.revision
        return None

    def _file(self, revision: str) -> str:
        script = self.scripts.get(revision)
        return f"{script.path} (revision {revision})" if script is not None else f"revision {revision}"

    def _places(self) -> list[str]:
        return list(map(str, self.directory.version_locations or [os.path.join(str(self.directory.dir), "versions")]))

    def _locations(self) -> str:
        return ", ".join(self._places())


def _directory(config: Config, request: Request) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    try:
        return ScriptDirectory.from_config(config)
    except Refusal:
        # A package in which they lie has run what it may not.
        raise
    except Exception as error:
        from dbmigration.planning import interpolation, name_taken

        location = _location(config)
        hidden = container_user.barrier(location) if location else None
        if hidden is not None:
            raise Refusal(CONFIGURATION_ERROR, container_user.may_not_read(hidden, location or "")) from error
        name = config.config_file_name
        if not (name and os.path.isfile(name)):
            name = PYPROJECT
        elif not _has_section(config, request.section):
            raise Refusal(
                CONFIGURATION_ERROR,
                f"{os.path.abspath(name)} has no section [{request.section}]. Name the section that holds script_location "
                "in spec.alembic.section.",
            ) from error
        raise Refusal(
            CONFIGURATION_ERROR,
            f"the configuration {os.path.abspath(name)} cannot be used: {type(error).__name__}: {_said(error)}. "
            + (mounts.hint(location) if location and not os.path.exists(location) else "")
            + (f"{interpolation.REMEDY} " if interpolation.is_interpolation(error) else "")
            + (
                name_taken.remedy_of(location)
                or "Correct it (a relative script_location starts at the working directory; %(here)s stands for the file's own "
                "directory)."
            ),
        ) from error


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
    import configparser

    try:
        return bool(config.file_config.has_section(section))
    except configparser.Error:
        # Then the file itself is what is wrong, and the error at hand says how.
        return True
