"""A run that has no more rights than an image's files give to its user, though the tests may be root's."""

from __future__ import annotations

import os

from tests.project import Project

# Of which the interpreter itself may lie in a directory that no other user may enter.
_WITHOUT_CAPABILITIES = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
_AS = "import os, runpy, sys; os.getuid = lambda: {user}; runpy.run_path(sys.argv[1] + '/__main__.py', run_name='__main__')"


def as_user(project: Project, user: int) -> Project:
    """Files that nobody may read it may not read; and it takes itself for that one."""
    drop = _WITHOUT_CAPABILITIES if os.getuid() == 0 else []
    project.words = [*drop, project.python, "-c", _AS.format(user=user)]
    return project
