"""Migration scripts that cannot be used, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from dbmigration.planning import absent, container, container_user, mounts
from dbmigration.planning.place import chain, innermost, loading
from dbmigration.reasons import INVALID_SCRIPTS
from dbmigration.refusal import Refusal


def none_found(places: Sequence[str]) -> Refusal:
    remedy = (
        "The image was probably built without them: check what its Dockerfile copies, .dockerignore, and "
        "version_locations in the configuration or env.py."
    )
    told = mounts.otherwise(mounts.hint(*places), _unseparated(places) or remedy)
    return Refusal(INVALID_SCRIPTS, f"there is no migration script in {', '.join(places)}. {told}")


def unreadable(hidden: str, place: str = "") -> Refusal:
    return Refusal(INVALID_SCRIPTS, container_user.may_not_read(hidden, place))


def unloadable(error: Exception, scripts: Mapping[str, Any], places: Sequence[str]) -> Refusal:
    from alembic.script.revision import CycleDetected

    if isinstance(error, CycleDetected):
        files = ", ".join(_file(scripts, revision) for revision in sorted(error.revisions)[:5])
        return Refusal(
            INVALID_SCRIPTS,
            f"the scripts build on one another in a circle: {files}. Correct down_revision (or depends_on) of one of "
            "them and build the image again.",
        )
    if isinstance(error, KeyError) and (missing := _missing_parent(scripts)) is not None:
        parent, child = missing
        return Refusal(
            INVALID_SCRIPTS,
            f"{_file(scripts, child)} builds on revision {parent}, and no script of {', '.join(places)} has that id. "
            f"{mounts.hint(*places)}Either the image lacks a script, or down_revision (or depends_on) is misspelt: "
            "correct that, and build the image again.",
            revision=child,
        )
    file = loading(error)
    what = f"migration script {file} of {', '.join(places)}" if file else "migration scripts"
    at = innermost(error)
    return Refusal(
        INVALID_SCRIPTS,
        f"the {what} cannot be loaded: {type(error).__name__}: {error}{f' (at {at})' if at else ''}. {_remedy(error)}",
    )


def _remedy(error: Exception) -> str:
    return container.remedy(chain(error)) or absent.remedy(chain(error)) or "Correct it and build the image again."


def _missing_parent(scripts: Mapping[str, Any]) -> tuple[str, str] | None:
    labels = {label for script in scripts.values() for label in script.branch_labels}
    for script in scripts.values():
        down = (script.down_revision,) if isinstance(script.down_revision, str) else script.down_revision or ()
        depends = (script.dependencies,) if isinstance(script.dependencies, str) else script.dependencies or ()
        for parent in (*down, *depends):
            if parent not in scripts and parent not in labels:
                return parent, script.revision
    return None


def _file(scripts: Mapping[str, Any], revision: str) -> str:
    script = scripts.get(revision)
    return f"{script.path} (revision {revision})" if script is not None else f"revision {revision}"


def _unseparated(places: Sequence[str]) -> str | None:
    """Of several places that count as one, or one as several, as they are not separated as the configuration says."""
    if len(places) > 1 and os.path.isdir(" ".join(places)):
        return (
            f"version_locations is one directory with a space in its name, {' '.join(places)}, and was taken for several: let "
            "path_separator (before Alembic 1.16 version_path_separator) of the configuration be newline or os."
        )
    for place in places:
        parts = place.replace(",", " ").replace(":", " ").replace(";", " ").split()
        if len(parts) > 1 and not os.path.exists(place) and any(map(os.path.isdir, parts)):
            return (
                f"version_locations is taken for one directory, {place}: separate its names as path_separator (before "
                "Alembic 1.16 version_path_separator) of the configuration says, or let that be space."
            )
    return None
