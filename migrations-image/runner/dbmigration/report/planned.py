"""What a run says that was asked for nothing but the plan: it goes through every version table that env.py hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.url_options import source_of
from dbmigration.refusal import Refusal
from dbmigration.report import plans

if TYPE_CHECKING:
    from dbmigration.report.progress import Progress
    from dbmigration.state import State


def is_told_later(state: State, progress: Progress) -> bool:
    """Whether nothing but the plan was asked for, and env.py may hand over more. Where it has one version table it ends here:
    what it does behind its migrations may need them."""
    if state.task.request is None or not state.task.request.only_plans:
        return False
    import traceback

    from dbmigration.report import loops

    files = {str(state.task.env_py), *(frame.filename for frame in traceback.extract_stack())}
    sources = [source_of(file) for file in files if "alembic/" not in file and "dbmigration/" not in file]
    may_go_on = any("run_migrations" in source and loops.has_rounds(source) for source in sources)
    found = None if may_go_on else refusal(state, progress)
    if found is not None:
        raise found
    return True


def refusal(state: State, progress: Progress) -> Refusal | None:
    """The answer, of which the log has the whole; None where something else was asked for, or nothing is to be done."""
    found = plans.examined(state) if state.task.request is not None and state.task.request.only_plans else []
    if not found:
        return None
    from dbmigration.planning import decision

    plans.show(found, progress)
    return decision.planned([(one.table, one.plan, one.examined) for one in found])


def behind(error: BaseException, state: State, progress: Progress) -> Refusal | None:
    """The same where env.py has failed at what it does behind a plan that was not run; None where it has not."""
    last = state.course.database
    is_behind = last is not None and last.examined is not None and last.finished and state.course.connecting is None
    answer = refusal(state, progress) if is_behind and state.stop.refusal is None else None
    if answer is None:
        return None
    from dbmigration.report import besides

    return Refusal(
        answer.reason,
        f"{answer.message} Then env.py failed, which may come of that, so further version tables, if there are any, were not "
        f"looked at: {besides.said(error).rstrip('.')}.",
    )
