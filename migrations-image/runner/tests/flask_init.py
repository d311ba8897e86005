"""What `flask db init` makes, which is the same whatever the application is."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.features import under_test


@cache
def made_by_flask(source: str, url: str) -> dict[str, str]:
    """Each file of its directory `migrations`. It makes the application, and connects to nothing."""
    with TemporaryDirectory() as directory:
        Path(directory, "shop.py").write_text(source)
        environment = {"PATH": os.environ["PATH"], "FLASK_APP": "shop.py", "DATABASE_URL": url}
        command = [under_test(), "-m", "flask", "db", "init"]
        subprocess.run(command, cwd=directory, env=environment, check=True, capture_output=True)
        migrations = Path(directory, "migrations")
        return {str(path.relative_to(migrations)): path.read_text() for path in migrations.rglob("*") if path.is_file()}
