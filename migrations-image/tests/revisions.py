"""The example's revisions as their files declare them."""

from alembic.config import Config
from alembic.script import ScriptDirectory

from conftest import PLATFORM

SCRIPTS = ScriptDirectory.from_config(Config(PLATFORM / "alembic.ini"))
# Oldest first.
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
# ("base", "001"), ("001", "002"), ...
STEPS = list(zip(["base", *REVISIONS], REVISIONS, strict=False))
