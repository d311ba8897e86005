"""The README's init container for any image: a project as Alembic makes it, nothing of ours in it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest
from sqlalchemy import make_url

from conftest import PLATFORM, Database, Project
from waiting import Waiting

README = Path(__file__).parent.parent / "README.md"
OF_THE_CHART = Path(__file__).parents[2] / "helm" / "dbmigration-operator" / "files" / "wait.py"


def documented() -> str:
    """The text of the argument that is a block, in the Pod of the README."""
    _, _, section = README.read_text().partition("### With any image")
    block = section.partition("      - |\n")[2].partition("      - alembic.ini")[0]
    return dedent(block)


@pytest.fixture(scope="module")
def code() -> str:
    return documented()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """`alembic init -t async`, unchanged, with two revisions."""
    directory = tmp_path / "shop"
    run = [sys.executable, "-m", "alembic"]
    directory.mkdir()
    subprocess.run([*run, "init", "-t", "async", "migrations"], cwd=directory, check=True, capture_output=True)
    for revision, down in (("aaaa", None), ("bbbb", "aaaa")):
        (directory / "migrations" / "versions" / f"{revision}.py").write_text(
            f"revision, down_revision = {revision!r}, {down!r}\n\ndef upgrade():\n    pass\n"
        )
    return directory


@pytest.fixture
def url(database: Database) -> str:
    return make_url(database.url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


@pytest.fixture
def waiting(code: str, shop: Path, url: str) -> Iterator[Waiting]:
    with Waiting(shop, url, "-c", code, "alembic.ini") as started:
        yield started


def stamp(database: Database, *rows: str) -> None:
    values = "".join(f"INSERT INTO alembic_version VALUES ('{row}');" for row in rows)
    database.sql(f"CREATE TABLE IF NOT EXISTS alembic_version (version_num text); DELETE FROM alembic_version; {values}")


def test_the_chart_has_the_same() -> None:
    assert documented() == OF_THE_CHART.read_text()
    assert indent(documented(), " " * 10) in README.read_text()


def test_it_holds_the_release_back_until_the_migration_has_run(database: Database, waiting: Waiting) -> None:
    assert "waiting for bbbb" in waiting.said("at no revision yet")
    stamp(database, "aaaa")
    waiting.said("at aaaa")
    assert waiting.process.poll() is None
    stamp(database, "bbbb")
    assert waiting.code() == 0


def test_a_database_that_is_ahead_passes(database: Database, waiting: Waiting) -> None:
    stamp(database, "cccc")
    assert waiting.code() == 0
    waiting.said("at cccc; the release may start")


def test_a_line_that_is_not_at_its_end_is_waited_for_beside_a_row_that_nobody_knows(
    database: Database, code: str, shop: Path, url: str
) -> None:
    stamp(database, "aaaa", "xxxx")
    with Waiting(shop, url, "-c", code, "alembic.ini") as started:
        started.said("at aaaa, xxxx")
        stamp(database, "bbbb", "xxxx")
        assert started.code() == 0


def test_the_revision_that_is_named_is_enough(database: Database, code: str, shop: Path, url: str) -> None:
    stamp(database, "aaaa")
    with Waiting(shop, url, "-c", code, "alembic.ini", "aaaa") as started:
        assert started.code() == 0


@pytest.mark.parametrize(("arguments", "says"), [(["999"], "Can't locate revision"), ([], "no revisions here")])
def test_nothing_passes_by_mistake(code: str, shop: Path, url: str, arguments: list[str], says: str) -> None:
    if not arguments:
        for script in (shop / "migrations" / "versions").glob("*.py"):
            script.unlink()
    with Waiting(shop, url, "-c", code, "alembic.ini", *arguments) as started:
        assert started.code() == 1
        started.said(says)


def test_a_login_that_is_refused_is_waited_for_without_a_word_of_the_password(code: str, shop: Path, url: str) -> None:
    wrong = make_url(url).set(username="nobody_here", password="s3cretword").render_as_string(hide_password=False)
    with Waiting(shop, wrong, "-c", code, "alembic.ini") as started:
        started.said("not readable: ")
        assert started.process.poll() is None
        assert "s3cretword" not in started.text


def test_it_ends_when_the_pod_does(waiting: Waiting) -> None:
    waiting.said("at no revision yet")
    assert waiting.ended_after(signal.SIGTERM) < 5
    assert waiting.code() == 143


def test_it_leaves_the_database_as_it_is(database: Database, waiting: Waiting) -> None:
    waiting.said("at no revision yet")
    assert database.tables() == set()


def test_an_env_py_that_reads_the_environment_is_run_as_it_is(database: Database, code: str, project: Project) -> None:
    database.upgrade("head")
    assert project.directory != PLATFORM
    with Waiting(project.directory, database.url, "-c", code, "alembic.ini") as started:
        assert started.code() == 0
        started.said("at 019")
