"""Reads the scripts of a project, and finds in them what the target means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.target import resolve

if TYPE_CHECKING:
    from dbmigration.planning.project import Project
    from dbmigration.planning.request import Request
    from dbmigration.planning.task import Task


def read(task: Task, project: Project, request: Request) -> None:
    project.load()
    task.graph, task.scripts = project.graph, dict(project.scripts)
    task.target = resolve(request.target, project.directory.revision_map, project.graph)
