"""What a message is asked of: a project, its database, another one beside it, and the run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.faults.proxy import Proxy
from tests.project import Project, Result
from tests.server import Database


@dataclass
class Scene:
    project: Project
    other: Database
    proxy: Proxy
    """Another address of the same server."""

    @property
    def database(self) -> Database:
        return self.project.database

    def url(self, **parts: str) -> str:
        return self.database.url(self.project.driver, **parts)

    def run(self, target: str = "head", **asked: Any) -> Result:
        return self.project.run(target, timeout=300, **asked)

    def edit(self, old: str, new: str) -> None:
        """Of env.py, in which that stands."""
        text = self.project.env_py.read_text()
        assert old in text, old
        self.project.env_py.write_text(text.replace(old, new))

    def append(self, text: str) -> None:
        self.project.env_py.write_text(self.project.env_py.read_text() + "\n" + text)

    def told(self, result: Result) -> str:
        """The message, with what differs from run to run as it is in an ordinary image."""
        # Of whoever runs the tests, as those of most images are root's.
        owner = os.getuid()
        root = "runAsUser: 0 with runAsNonRoot: false, where the namespace admits root, in"
        port = str(urlsplit(self.database.server.url).port or 5432)
        text = result.message.replace(str(self.project.directory), "/app").replace(self.project.python, "/usr/bin/python3")
        for written, name in ((self.other.name, "other"), (self.database.name, "shop")):
            text = text.replace(written, name)
        text = re.sub(rf"(localhost:|127\.0\.0\.1:|\bport ){port}\b", r"\g<1>5432", text)
        text = text.replace(self.proxy.host.rpartition(":")[2], "6432")
        text = re.sub(r"Python 3\.\d+\.\d+", "Python 3.13.1", text)
        text = text.replace(f"belongs to user {owner}", "belongs to user 0").replace(f"runAsUser: {owner} in", root)
        text = re.sub(r"process \d+", "process 4711", text)
        text = re.sub(r"in a transaction of \d+ s", "in a transaction of 3 s", text)
        text = re.sub(r"prepared since [\d:TZ-]+", "prepared since 2026-11-28T08:00:00Z", text)
        text = re.sub(r"\b([Pp]lan) [0-9a-f]{12}\b", r"\1 3f2a9c01b7de", text)
        return re.sub(r"(/usr|/opt|/tmp|/root|/home)[\w./+-]*/((?:site-packages|python3\.\d+)/[\w./-]+):\d+", r"…/\2", text)


Play = Callable[[Scene], Result]


@dataclass(frozen=True)
class Case:
    cause: str
    """What is really wrong, in the words of a person."""
    play: Play
