"""Whether a plan may go down: by the policy, and by what the downgrades of its revisions can take back."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from types import CodeType
from typing import Any

from dbmigration.planning import choices
from dbmigration.planning.plan import Plan
from dbmigration.planning.request import Rollback
from dbmigration.reasons import INVALID_SCRIPTS, IRREVERSIBLE, ROLLBACK_FORBIDDEN
from dbmigration.refusal import Refusal

# So that the remedy, which stands behind it, is never cut off.
_LONGEST_LIST = 450


class RollbackGuard:
    def __init__(self, rollback: Rollback, target: str, scripts: Mapping[str, Any]) -> None:
        self._rollback = rollback
        self._target = target
        self._scripts = scripts
        self._directory = os.getcwd()

    def check(self, plan: Plan) -> None:
        """Raises a refusal if a step of the plan may not or cannot be run. Called before any is."""
        for step in plan.steps:
            if step.is_upgrade:
                self._refuse_what_cannot_go_up(step.revision)
        down = [step.revision for step in plan.steps if not step.is_upgrade]
        if not down:
            return
        if self._rollback.policy == choices.FORBID:
            raise Refusal(
                ROLLBACK_FORBIDDEN,
                f"the target {self._target} takes back {_list(down, ', ')}, and spec.rollback.policy is Forbid: nothing was "
                "run. Let spec.targetRevision name a revision that needs no step down, or set spec.rollback.policy to Allow.",
                revision=down[0],
            )
        self._refuse_irreversible(down)

    def _refuse_what_cannot_go_up(self, revision: str) -> None:
        script = self._scripts[revision]
        if not callable(getattr(script.module, "upgrade", None)):
            flaw = "has no upgrade(). Write it"
        else:
            deferred = _deferred(script.module)
            if deferred is None:
                return
            flaw = deferred
        raise Refusal(
            INVALID_SCRIPTS, f"revision {revision} ({script.path}) {flaw}, and build the image again.", revision=revision
        )

    def _refuse_irreversible(self, down: list[str]) -> None:
        from dbmigration.planning.reversibility import Reversibility

        reversibility = Reversibility(self._directory)
        flaws = {revision: reversibility.flaw(self._scripts[revision].module) for revision in down}
        found = {revision: flaw for revision, flaw in flaws.items() if flaw is not None}
        if self._rollback.irreversible == choices.ALLOW:
            # Alembic cannot run what is not there, halfway through a plan at the latest.
            found = {r: flaw for r, flaw in found.items() if not callable(getattr(self._scripts[r].module, "downgrade", None))}
        if not found:
            return
        told = [f"{revision} ({os.path.basename(self._scripts[revision].path)}) {flaw}" for revision, flaw in found.items()]
        steps = "the step" if len(down) == 1 else f"{len(found)} of the {len(down)} steps"
        if self._rollback.irreversible == choices.ALLOW:
            way = "spec.rollback.irreversible is Allow, but there is nothing that could be run: write it"
        else:
            way = (
                "Write what is missing, and build the image again; or choose a target that needs no such step; or set "
                "spec.rollback.irreversible to Allow, to go down all the same and leave in the schema what they leave"
            )
        raise Refusal(
            IRREVERSIBLE,
            f"{steps} down to {self._target} cannot be taken, and nothing was run: revision {_list(told, '; ')}. {way}.",
            revision=next(iter(found)),
        )


def _deferred(module: Any) -> str | None:
    """Of an upgrade() that a call only prepares, what to do about it: its row would be written, and nothing of it run."""
    names = ["upgrade"]
    if "globals" in getattr(_code(module.upgrade), "co_names", ()):
        # The scripts of a project with several databases: upgrade(engine_name) calls upgrade_ENGINE().
        names += sorted(name for name in vars(module) if name.startswith("upgrade_"))
    for name in names:
        flags = getattr(_code(getattr(module, name)), "co_flags", 0)
        if flags & (inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
            return (
                f"has an `async def {name}()`, of which nothing is run when Alembic calls it, since Alembic awaits nothing. "
                f"Write `def {name}()`, with op.run_async() for what is to be awaited"
            )
        if flags & inspect.CO_GENERATOR:
            return (
                f"has a yield in {name}(), which makes it a generator, of which nothing is run when Alembic calls it. Take the "
                "yield out of it"
            )
    return None


def _code(function: object) -> CodeType | None:
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _list(items: list[str], separator: str) -> str:
    text = items[0]
    for number, item in enumerate(items[1:], 1):
        longer = text + separator + item
        if len(longer) > _LONGEST_LIST:
            return f"{text} and {len(items) - number} more"
        text = longer
    return text
