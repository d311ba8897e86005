"""Whose code runs at the moment, for a message about what it should not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.state import State


def author(state: State) -> str:
    running = state.course.running
    if running is not None:
        return f"{running.step.direction.lower()}() of revision {running.step.revision}"
    if state.task.application is not None:
        return str(state.task.application)
    if state.task.env_py is not None:
        return f"{state.task.env_py}, or what it imports,"
    return "a package that the configuration names"
