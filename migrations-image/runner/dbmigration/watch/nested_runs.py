"""Runs of Alembic that the project begins by itself within this one, as an application does that migrates when it is made.

They would migrate without the lock, the plan and any approval, in mode Plan as well. So they are stopped before they begin.
Runs that only look may look.
"""

from __future__ import annotations

import os
from typing import Any, NoReturn

from dbmigration.planning.place import here
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.session.own_environment import is_own
from dbmigration.state import State
from dbmigration.watch.author import author
from dbmigration.watch.forks import Forks
from dbmigration.watch.version_rows import VersionRows

_VERBS = frozenset(("upgrade", "downgrade", "stamp"))


class NestedRuns:
    def __init__(self, state: State, forks: Forks) -> None:
        self._state = state
        self._forks = forks

    def forbid(self) -> None:
        self._forbid_environments()
        self._forbid_commands()
        VersionRows(self._state, self._refuse).guard()

    def _forbid_environments(self) -> None:
        from alembic.runtime.environment import EnvironmentContext

        enter = EnvironmentContext.__enter__

        def entered(environment: EnvironmentContext) -> EnvironmentContext:
            options = environment.context_opts
            if not is_own(environment) and not options.get("as_sql") and not options.get("dont_mutate"):
                self._refuse("runs Alembic")
            return enter(environment)

        EnvironmentContext.__enter__ = entered  # type: ignore[method-assign]

    def _forbid_commands(self) -> None:
        """In processes of their own."""
        import subprocess

        start, system = subprocess.Popen.__init__, os.system

        def started(process: Any, args: Any, *others: Any, **kw: Any) -> None:
            if _migrates(args):
                self._refuse("starts the command `alembic` or `flask db`")
            start(process, args, *others, **kw)

        def called(command: Any) -> int:
            if _migrates(command):
                self._refuse("starts the command `alembic` or `flask db`")
            return system(command)

        subprocess.Popen.__init__ = started  # type: ignore[method-assign,assignment]
        os.system = called

    def _refuse(self, does: str) -> NoReturn:
        self._forks.refuse()
        at = here()
        refusal = Refusal(
            CONFIGURATION_ERROR,
            f"{author(self._state)} {does} by itself{f' (at {at})' if at else ''}, within a run of DatabaseMigration. That was "
            "stopped before it began: it would go without lock, plan and approval. Take it out (upgrade(), stamp() and "
            "the like), or let it depend on a variable that only the application's own Pods have, and build the image again.",
        )
        # Whoever called it may catch this; the run ends with it all the same.
        self._state.stop.by(refusal)
        raise refusal


def _migrates(args: Any) -> bool:
    """Whether these words are `alembic … upgrade …` or `flask … db upgrade …`, by whatever interpreter."""
    given = args.split() if isinstance(args, str) else args if isinstance(args, (list, tuple)) else ()
    words = [os.path.basename(os.fsdecode(word)) for word in given if isinstance(word, (str, bytes, os.PathLike))]
    if "--sql" in words:
        return False
    for place, word in enumerate(words):
        if word == "alembic" and not _VERBS.isdisjoint(words[place + 1 :]):
            return True
        if word == "db" and not _VERBS.isdisjoint(words[place + 1 : place + 2]):
            return True
    return False
