"""Whether scripts take what env.py gives them: those of one template of Alembic's, beside an env.py of another, do not."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from dbmigration.planning.plan import Step
from dbmigration.reasons import INVALID_SCRIPTS
from dbmigration.refusal import Refusal


def refuse(steps: Iterable[Step], scripts: Mapping[str, Any], arguments: Mapping[str, Any], env_py: str) -> None:
    """`arguments` are those of context.run_migrations()."""
    found = ((step, _signature(step, scripts)) for step in steps)
    unfit = [(step, signature) for step, signature in found if signature is not None and not _takes(signature, arguments)]
    if not unfit:
        return
    step, signature = unfit[0]
    name = _name(step)
    given = ", ".join(f"{argument}=…" for argument in arguments)
    wanted = f"def {name}({', '.join(arguments)})"
    others = f" {len(unfit)} revisions of the plan are like that." if len(unfit) > 1 else ""
    raise Refusal(
        INVALID_SCRIPTS,
        f"{name}{signature} of revision {step.revision} ({scripts[step.revision].path}) takes other arguments than {env_py} "
        f"gives it, which calls context.run_migrations({given}): one of them is of another template of Alembic's, such as "
        f"multidb with its engine_name.{others} Write {wanted} in the script, or let env.py give what the scripts take, and "
        "build the image again.",
        step.revision,
    )


def _name(step: Step) -> str:
    return "upgrade" if step.is_upgrade else "downgrade"


def _signature(step: Step, scripts: Mapping[str, Any]) -> inspect.Signature | None:
    """None where there is no such function, of which others tell, or where it does not tell."""
    function = getattr(scripts[step.revision].module, _name(step), None) if step.revision in scripts else None
    try:
        return inspect.signature(function) if function is not None else None
    except (TypeError, ValueError):
        return None


def _takes(signature: inspect.Signature, arguments: Mapping[str, Any]) -> bool:
    try:
        signature.bind(**arguments)
    except TypeError:
        return False
    return True
