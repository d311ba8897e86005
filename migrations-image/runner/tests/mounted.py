"""A container of a Pod over whose directories something is mounted, as far as the runner can see it."""

from __future__ import annotations

from tests.project import Project

_CODE = """
import builtins, io, runpy, sys
table, real = {table!r}, open
builtins.open = lambda file, *a, **kw: io.StringIO(table) if file == '/proc/self/mountinfo' else real(file, *a, **kw)
runpy.run_path(sys.argv[1] + '/__main__.py', run_name='__main__')
"""
POD = {"KUBERNETES_SERVICE_HOST": "10.43.0.1"}


def table_of(*points: str) -> str:
    lines = ("/", "/proc", "/dev", "/etc/hosts", *points)
    return "".join(f"{n} 1 0:{n} / {point} rw,relatime - ext4 /dev/sda1 rw\n" for n, point in enumerate(lines))


def mounted(project: Project, *points: object) -> Project:
    project.words = [project.python, "-c", _CODE.format(table=table_of(*map(str, points)))]
    return project
