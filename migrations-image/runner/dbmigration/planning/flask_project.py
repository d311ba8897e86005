"""An env.py that asks Flask for the application, as that of Flask-Migrate does: it is made, and its context entered."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal

if TYPE_CHECKING:
    from alembic.config import Config

FIELD = "spec.alembic.flaskApp"
VARIABLE = "FLASK_APP"
NAMELESS = (
    f"Name the application in {FIELD}, as in shop:create_app or shop:app. Neither {VARIABLE} nor a wsgi.py or app.py in the "
    "working directory names one."
)
# Where Flask looks by itself, as files or packages.
_USUAL = ("wsgi", "app")


@dataclass(frozen=True)
class FlaskApplication:
    name: str | None
    """None where Flask looks for it by itself."""
    field: str
    """Who names it."""

    def __str__(self) -> str:
        return f"the Flask application {self.name} ({self.field})" if self.name else f"the Flask application of {self.field}"

    @property
    def remedy(self) -> str:
        """Where it is not there."""
        correct = f"Correct {self.field}" if self.name else f"Name it in {FIELD} or {VARIABLE}"
        return (
            f"{correct}, as in shop:create_app or shop:app; the module is looked for from the working directory, which "
            "spec.alembic.workingDirectory sets."
        )

    def argument_remedy(self, factory: str) -> str:
        """Where this factory cannot be called like that."""
        if self.name is None:
            return f"Name it in {FIELD} with its arguments, as in {self._module}:{factory}('production')."
        field = self.field if self.field == FIELD else f"The variable {VARIABLE}"
        example = f"{self.name.partition(':')[0]}:{factory}('production')"
        return f"{field} has to hand it the arguments that it takes, as in {example}."

    @property
    def _module(self) -> str:
        """Where Flask has found it by itself."""
        return self.field.partition(".")[0]

    def database_remedy(self, variable: str) -> str:
        """Where its database is not that of the variable."""
        return (
            f"Most likely {self} did not take its database from {variable}: let its configuration have "
            f"SQLALCHEMY_DATABASE_URI = os.environ[{variable!r}], or name the variable that it reads in spec.database.variable "
            "(FLASK_SQLALCHEMY_DATABASE_URI, if that is from_prefixed_env())"
        )

    def enter(self, config: Config) -> Config:
        """Makes it as the command `flask` does, and returns the configuration as it wants it. The context is for the rest of
        the process: env.py may be run once more, to read the rows."""
        from flask.cli import ScriptInfo

        app: Any = ScriptInfo(app_import_path=self.name).load_app()
        app.app_context().push()
        extension = app.extensions.get("migrate")
        configured: Callable[[Config], Config] | None = getattr(
            getattr(extension, "migrate", None), "call_configure_callbacks", None
        )
        return config if configured is None else configured(config)


def find(named: str | None, source: str, environment: Mapping[str, str]) -> FlaskApplication | None:
    """What the resource says, or else Flask's own variable, or Flask's own search, for an env.py that needs one and does not
    see to it itself."""
    if named is not None:
        if not _has_flask():
            raise Refusal(
                CONFIGURATION_ERROR,
                f"{FIELD} is {named}, and the image has no Flask in the interpreter that runs Alembic: install it there, name "
                "that interpreter in spec.alembic.python, or leave the field out.",
            )
        return FlaskApplication(named, FIELD)
    if "current_app" not in source or "app_context" in source or not _has_flask():
        return None
    from flask.cli import load_dotenv

    # As the command does it: FLASK_APP often stands in .flaskenv. What the container has goes before.
    load_dotenv()
    if environment.get(VARIABLE):
        return FlaskApplication(environment[VARIABLE], f"the variable {VARIABLE}")
    found = [place for name in _USUAL for place in (f"{name}.py", name) if os.path.exists(place)]
    return FlaskApplication(None, found[0]) if found else None


def _has_flask() -> bool:
    try:
        return importlib.util.find_spec("flask") is not None
    except ValueError:
        # Somebody has put something else in its place.
        return False
