"""Is there an Alembic that can be used, with a SQLAlchemy that can?"""

from __future__ import annotations

import sys

from dbmigration.planning.barrier import barrier_of_module
from dbmigration.reasons import ALEMBIC_MISSING
from dbmigration.refusal import Refusal
from dbmigration.remedy import ENTRYPOINT

OLDEST = (1, 9)
# Alembic itself takes an older one up to its version 1.15.
_OLDEST_SQLALCHEMY = (1, 4)
_INTERPRETER = (
    "If Alembic is installed for another interpreter of the image, such as a virtual environment's, name that one in "
    f"spec.alembic.python (for example /app/.venv/bin/python). {ENTRYPOINT}"
)


def version() -> str:
    """The version of Alembic, once it has been imported and found to be recent enough."""
    try:
        import alembic
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name == "alembic":
            _refuse_what_may_not_be_read()
            raise _missing("has no Alembic") from error
        raise _missing(f"cannot import its Alembic ({type(error).__name__}: {error})") from error
    found: str | None = getattr(alembic, "__version__", None)
    if found is None:
        _refuse_what_may_not_be_read()
        place = getattr(alembic, "__file__", None) or ", ".join(getattr(alembic, "__path__", []))
        raise Refusal(
            ALEMBIC_MISSING,
            f"for {sys.executable} the name `alembic` means {place}, which is not the library: PYTHONPATH leads to a "
            "directory of that name. Take it off PYTHONPATH, or install Alembic. " + _INTERPRETER + ".",
        )
    if _numbers(found) < OLDEST:
        raise _missing(f"has Alembic {found}, and {'.'.join(map(str, OLDEST))} or later is needed")
    # Which Alembic has imported.
    beneath = str(getattr(sys.modules.get("sqlalchemy"), "__version__", ""))
    if beneath and _numbers(beneath) < _OLDEST_SQLALCHEMY:
        needed = ".".join(map(str, _OLDEST_SQLALCHEMY))
        raise _missing(
            f"has Alembic {found} with SQLAlchemy {beneath}, and SQLAlchemy {needed} or later is needed",
            f"Install that in the image (pip install 'sqlalchemy>={needed}'), which the application has to bear as well.",
        )
    return found


def _refuse_what_may_not_be_read() -> None:
    hidden = barrier_of_module("alembic")
    if hidden is not None:
        from dbmigration.planning import container_user

        raise Refusal(ALEMBIC_MISSING, f"there may be an Alembic, and {container_user.may_not_read(hidden)}")


def _numbers(text: str) -> tuple[int, ...]:
    numbers = []
    for part in text.split(".")[:2]:
        digits = "".join(c for c in part if c.isdigit())
        numbers.append(int(digits or 0))
    return tuple(numbers)


def _missing(
    what: str, correct: str = "Install it in the image (pip install alembic, with the driver of the database)."
) -> Refusal:
    from dbmigration.planning import mounts

    remedy = mounts.otherwise(mounts.hint_of_packages(), correct)
    return Refusal(
        ALEMBIC_MISSING,
        f"the image's interpreter {sys.executable} (Python {sys.version.split()[0]}) {what}. {remedy} {_INTERPRETER}.",
    )
