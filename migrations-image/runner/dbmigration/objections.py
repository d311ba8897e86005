"""What speaks against a plan that the scripts themselves allow: another resource's claim, or whose revisions it takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.course import Database
    from dbmigration.planning.plan import Plan
    from dbmigration.planning.project import Project
    from dbmigration.planning.request import Declaration, Request


def refuse(made: Plan, database: Database, request: Request, project: Project, run_before: bool) -> None:
    """`run_before` says whether steps were run already, at another version table."""
    if made.steps and request.claimants and not request.only_plans and database.fence is not None:
        from dbmigration.planning import claims
        from dbmigration.planning.attempts import Attempt

        fence, table = database.fence, str(database.table)
        noted = [*fence.noted(), *(Attempt.declared(one) for one in request.declarations if _speaks_of(one, database))]
        claims.refuse(made, project.graph, fence.attempt, noted, request.claimants, table, run_before)
    if request.only_checks:
        from dbmigration.planning import decision

        decision.refuse_steps(made, request.target, str(database.table))
    if any(not step.is_upgrade for step in made.steps):
        from dbmigration.planning import descent

        down_from, words = request.down_from, descent.LEFT
        if down_from is None and database.fence is not None:
            # It was asked for then, and is not asked for again.
            down_from, words = database.fence.first_rows, descent.BEGAN
        descent.refuse(made, project.graph, down_from, request.target, str(database.table), run_before, words)


def _speaks_of(declaration: Declaration, database: Database) -> bool:
    """Of version tables of that name there is one in nearly every database."""
    is_elsewhere = None not in (declaration.system, database.system) and declaration.system != database.system
    named = (declaration.database, declaration.table)
    return not is_elsewhere and named == (database.session.database, str(database.table))
