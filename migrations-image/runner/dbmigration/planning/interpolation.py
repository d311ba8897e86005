"""A percent sign that configparser takes for its own: the trap of Alembic's that is met most often."""

from __future__ import annotations

from dbmigration.planning.place import frames
from dbmigration.planning.url_options import DEFAULT_OPTION


def is_interpolation(error: BaseException) -> bool:
    """Whether a value with such a sign was refused when it was set, or when it was read."""
    # By their names, since importing configparser takes time that no run needs that goes well.
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    if "configparser.InterpolationError" in names:
        return True
    raised_in = [name.rpartition("/")[2].strip("<>") for name, _, _ in frames(error)[-1:]]
    return isinstance(error, ValueError) and "invalid interpolation syntax" in str(error) and raised_in == ["configparser.py"]


def remedy(error: BaseException) -> str:
    """Of whatever option it is; one that env.py sets is refused without its name."""
    option = getattr(error, "option", None)
    if option in (None, DEFAULT_OPTION):
        return _OF_THE_URL
    return (
        f"That is the option {option}, in whose value the configuration takes a % for the beginning of a substitution: write "
        '%% in the file; or, where env.py sets it, value.replace("%", "%%").'
    )


_OF_THE_URL = (
    "Alembic's configuration takes a % for the beginning of a substitution, and a percent-encoded password has some. In the "
    "URL they are right, and the *** that hides them is not the cause: double each % where env.py sets the value, "
    'config.set_main_option("sqlalchemy.url", url.replace("%", "%%")), or in the file, if it stands there.'
)
