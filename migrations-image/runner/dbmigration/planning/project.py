"""The user's Alembic project: where its scripts are and what they say, read as the `alembic` command reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dbmigration.planning import configuration
from dbmigration.planning.barrier import barrier
from dbmigration.planning.graph import Graph
from dbmigration.planning.url_options import source_of
from dbmigration.reasons import INVALID_SCRIPTS
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
            from dbmigration.planning import broken_scripts

            raise broken_scripts.unloadable(error, self.scripts, self._places()) from error
        if not heads:
            from dbmigration.planning import broken_scripts

            raise broken_scripts.none_found(self._places())
        return Graph.of(revision_map)

    def _refuse_what_may_not_be_read(self) -> None:
        """Alembic passes over it, as if there were no scripts in it."""
        denied: list[OSError] = []
        for place in self._places():
            hidden = barrier(place)
            if hidden is not None:
                from dbmigration.planning import broken_scripts

                raise broken_scripts.unreadable(hidden, place)
            if getattr(self.directory, "recursive_version_locations", False):
                for _ in os.walk(place, onerror=denied.append):
                    pass
        for error in denied:
            if isinstance(error, PermissionError):
                from dbmigration.planning import broken_scripts

                raise broken_scripts.unreadable(str(error.filename))

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

    def _places(self) -> list[str]:
        return list(map(str, self.directory.version_locations or [os.path.join(str(self.directory.dir), "versions")]))


def _directory(config: Config, request: Request) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    try:
        return ScriptDirectory.from_config(config)
    except Refusal:
        # A package in which they lie has run what it may not.
        raise
    except Exception as error:
        from dbmigration.planning import broken_configuration

        raise broken_configuration.refusal(config, request.section, error) from error
