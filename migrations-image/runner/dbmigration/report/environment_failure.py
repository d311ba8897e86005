"""What it means when env.py itself failed, and nobody else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dbmigration import reasons
from dbmigration.planning import container_user, mounts
from dbmigration.planning.barrier import barrier
from dbmigration.planning.place import innermost, within
from dbmigration.refusal import Refusal
from dbmigration.report.project_remedy import remedy, told

if TYPE_CHECKING:
    from dbmigration.state import State


def environment_failure(error: BaseException, causes: list[BaseException], sqlstate: str | None, state: State) -> Refusal:
    env_py = str(state.task.env_py)
    place = within(error, env_py) or env_py
    inner = innermost(error)
    at = f"{place}, at {inner}" if inner and not inner.startswith(env_py) else place
    if not os.path.exists(env_py):
        hidden = barrier(env_py)
        if hidden is not None:
            return Refusal(reasons.CONFIGURATION_ERROR, container_user.may_not_read(hidden, env_py))
        correct = "Correct script_location in the configuration, or build the image with the whole project."
        missing = f"there is no {env_py}. {mounts.otherwise(mounts.hint(env_py), correct)}"
        return Refusal(reasons.CONFIGURATION_ERROR, missing)
    if isinstance(error, SystemExit):
        return Refusal(
            reasons.CONFIGURATION_ERROR,
            f"{at} ended the interpreter (exit {error.code}): what it printed before, in the log of the Job, says why. Correct "
            "it or its settings.",
        )
    return Refusal(
        reasons.CONFIGURATION_ERROR, f"env.py failed ({at}): {told(error)} {remedy(error, causes, state)}", sqlstate=sqlstate
    )
