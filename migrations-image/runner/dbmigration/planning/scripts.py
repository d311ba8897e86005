"""Reads the scripts of a project, and finds in them what the target means, unless that is an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.target import is_instant, resolve

if TYPE_CHECKING:
    from dbmigration.planning.project import Project
    from dbmigration.planning.request import Request
    from dbmigration.planning.task import Task


def read(task: Task, project: Project, request: Request) -> None:
    project.load()
    task.graph, task.scripts = project.graph, dict(project.scripts)
    if is_instant(request.target):
        from dbmigration.planning import instants

        # Where the database was only the database can tell; that it is an instant can be said now.
        instants.read(request.target)
        return
    task.target = resolve(request.target, project.directory.revision_map, project.graph)
