"""The script of a step while it runs: who follows its statements has to know when it begins and how it ended."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbmigration.course import Database, Running
    from dbmigration.session.traffic import Traffic


def followed(body: Callable[..., Any], running: Running, database: Database, traffic: Traffic) -> Callable[..., Any]:
    """The same one. It may not go on to its row where its transaction is not the one in which it began."""

    @functools.wraps(body)
    def run(*args: Any, **kw: Any) -> None:
        running.under_way = True
        try:
            body(*args, **kw)
        except BaseException as error:
            running.error, running.last = error, traffic.last
            raise
        finally:
            running.under_way = False
        if any(rollback.step is running for rollback in database.rollbacks):
            from dbmigration.report import rolled_back

            rolled_back.refuse(running, database)

    return run
