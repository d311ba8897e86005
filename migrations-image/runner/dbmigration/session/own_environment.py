"""The environments of Alembic in which the runner itself has env.py run, and no others."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from dbmigration.planning.target import is_instant

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext
    from alembic.runtime.migration import MigrationContext

    from dbmigration.planning.project import Project
    from dbmigration.planning.target import Target

# Alembic keeps options that it does not know.
_MARK = "dbmigration"


def own_environment(project: Project, **options: Any) -> EnvironmentContext:
    from alembic.runtime.environment import EnvironmentContext

    return EnvironmentContext(project.config, project.directory, as_sql=False, **options, **{_MARK: True})


def destination_of(asked: str, target: Target | None) -> Any:
    """As env.py may ask for it; None where that is found out when it has connected."""
    if is_instant(asked):
        return None
    if target is None:
        return asked
    return target.revisions[0] if len(target.revisions) == 1 else target.revisions or "base"


def is_own(environment: EnvironmentContext) -> bool:
    return bool(environment.context_opts.get(_MARK))


@contextlib.contextmanager
def observed(
    before: Callable[[Any], None],
    after: Callable[[MigrationContext], None],
    running: Callable[[], contextlib.AbstractContextManager[None]],
    on_version_apply: Callable[..., None],
) -> Iterator[None]:
    """Meanwhile each call of context.configure() in an environment of the runner's is heard of, before it is done with the
    connection that it is given; and each of context.run_migrations() is within `running`."""
    from alembic.runtime.environment import EnvironmentContext

    original, run = EnvironmentContext.configure, EnvironmentContext.run_migrations

    def configure(environment: EnvironmentContext, *args: Any, **kw: Any) -> None:
        if not is_own(environment):
            original(environment, *args, **kw)
            return
        before(args[0] if args else kw.get("connection"))
        theirs = kw.pop("on_version_apply", None) or ()
        theirs = (theirs,) if callable(theirs) else tuple(theirs)
        original(environment, *args, **{**kw, "on_version_apply": (*theirs, on_version_apply)})
        after(environment.get_context())

    def run_migrations(environment: EnvironmentContext, **kw: Any) -> None:
        with running() if is_own(environment) else contextlib.nullcontext():
            run(environment, **kw)

    EnvironmentContext.configure = configure  # type: ignore[method-assign,assignment]
    EnvironmentContext.run_migrations = run_migrations  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        EnvironmentContext.configure = original  # type: ignore[method-assign]
        EnvironmentContext.run_migrations = run  # type: ignore[method-assign]
