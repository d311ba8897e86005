"""Why the application that env.py needs could not be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning import name_taken
from dbmigration.planning.place import chain, innermost
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal
from dbmigration.report.project_remedy import remedy, told

if TYPE_CHECKING:
    from dbmigration.planning.flask_project import FlaskApplication
    from dbmigration.state import State


def application_failure(
    error: BaseException, causes: list[BaseException], state: State, application: FlaskApplication
) -> Refusal:
    if type(error).__name__ == "NoAppException" and isinstance(error.__context__, ImportError) and innermost(error.__context__):
        # Of a module that the application imports. Flask has put its whole traceback into words.
        error = error.__context__
        causes = list(chain(error))
    at = innermost(error)
    if isinstance(error, SystemExit):
        said, advice = f"it ended the interpreter (exit {error.code}).", "What it printed before, in the Job's log, says why."
    elif type(error).__name__ == "NoAppException" and isinstance(error.__cause__, TypeError):
        # Of a factory that Flask has called with too few arguments, or with others.
        called = str(error.__cause__)
        said = f"{_words(error)} ({called})."
        advice = application.argument_remedy(called.partition("(")[0].rpartition(".")[2])
    elif type(error).__name__ == "NoAppException":
        said, advice = f"{_words(error)}.", name_taken.remedy_of(application.name) or application.remedy
    elif "SQLALCHEMY_DATABASE_URI" in str(error) and state.task.own is not None:
        said, advice = told(error), f"{state.task.own.remedy}."
    else:
        said, advice = told(error), remedy(error, causes, state)
    return Refusal(CONFIGURATION_ERROR, f"{application} could not be made{f' ({at})' if at else ''}: {said} {advice}")


def _words(error: BaseException) -> str:
    """Of click, which has its own in this."""
    return str(getattr(error, "message", error)).rstrip(". ")
