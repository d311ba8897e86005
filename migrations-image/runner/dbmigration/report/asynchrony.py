"""A driver that has to be awaited where nobody awaits it, or one that cannot be where somebody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dbmigration.planning.driver import (
    ASYNCHRONOUS,
    PREFERRED,
    SYNCHRONOUS,
    default_driver,
    is_usable,
    makes_asynchronous_engine,
    name_of,
)
from dbmigration.planning.url_options import source_of
from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from dbmigration.state import State


@dataclass(frozen=True)
class Mismatch:
    driver: str
    """Empty where that is not known."""
    is_asynchronous: bool

    @property
    def _instead(self) -> tuple[str, bool]:
        """A driver that would do, and whether the image has it."""
        others = [one for one in PREFERRED if one not in (ASYNCHRONOUS if self.is_asynchronous else SYNCHRONOUS)]
        # The one of them that was made for it, or the newest one.
        others.sort(key=lambda one: (one in ASYNCHRONOUS, one == "psycopg"), reverse=True)
        found = next(filter(is_usable, others), None)
        return found or others[0], found is not None

    def remedy(self, state: State) -> str:
        called = f"The driver {self.driver}" if self.driver else "The driver"
        if state.course.running is not None:
            return f"{called} has to be awaited, and a script cannot: let it use the connection of op.get_bind()."
        who = str(state.task.application or "env.py")
        if not self.is_asynchronous:
            said = f"{called} is synchronous, and {who} makes an asynchronous engine"
            return f"{said}: {self._correction(state)}, or let it make a synchronous engine (create_engine)."
        if makes_asynchronous_engine(source_of(str(state.task.env_py))):
            return (
                f"{called} is asynchronous, and it is used outside of run_sync(): let all that needs the connection happen in "
                "there, in the same thread, as the env.py of `alembic init -t async` does it, or let env.py make a synchronous "
                "engine (create_engine) with a synchronous driver."
            )
        return (
            f"{called} is asynchronous, and {who} connects synchronously: {self._correction(state)}, or let it connect as "
            "the env.py of `alembic init -t async` does it."
        )

    def _correction(self, state: State) -> str:
        driver, is_there = self._instead
        named, own, request = f"postgresql+{self.driver}", state.task.own, state.task.request
        connection = request.database.connection if request and request.database else None
        install = "" if is_there else f" (and install {driver} in the image)"
        if connection is not None and connection.driver == self.driver:
            return f"let spec.database.connection.driver be {driver}{install}"
        if connection is None and own is not None and own.names_scheme(named):
            return f"write postgresql+{driver}:// in the Secret{install}, and {RETRY}"
        if connection is None and own is not None and own.names_scheme("postgresql") and self.driver == default_driver():
            means = f"A URL that names none means {self.driver} to this SQLAlchemy"
            return f"write postgresql+{driver}:// in the Secret{install}, and {RETRY} ({means})"
        return f"let the URL that env.py makes begin with postgresql+{driver}://{install}"


def mismatch(causes: list[BaseException], state: State) -> Mismatch | None:
    """None if that is not what went wrong."""
    from sqlalchemy.exc import InvalidRequestError, MissingGreenlet

    for cause in causes:
        if isinstance(cause, MissingGreenlet):
            return Mismatch(_driver_in_use(state), True)
        engine = _refused_engine(cause) if isinstance(cause, InvalidRequestError) else None
        if engine is not None:
            return Mismatch(name_of(engine.dialect), False)
    return None


def _driver_in_use(state: State) -> str:
    if state.course.connecting is not None:
        return state.course.connecting.driver
    return name_of(state.course.session.engine.dialect) if state.course.session is not None else ""


def _refused_engine(error: BaseException) -> Any:
    """The synchronous one of which an AsyncEngine was to be made."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None or not step.tb_frame.f_code.co_filename.endswith("sqlalchemy/ext/asyncio/engine.py"):
        return None
    engine = step.tb_frame.f_locals.get("sync_engine")
    return None if getattr(getattr(engine, "dialect", None), "is_async", True) else engine
