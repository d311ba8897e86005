"""What rows say of revisions that are waited for, on histories of every shape."""

import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from conftest import PLATFORM

sys.path.insert(0, str(PLATFORM))

from app.rows import judge

# a1 ─ a2 ─ a3       b1 ─ b2 (needs a2) ─ b3
HISTORY = {"a1": (None, None), "a2": ("a1", None), "a3": ("a2", None)}
HISTORY |= {"b1": (None, None), "b2": ("b1", "a2"), "b3": ("b2", None)}
HEADS = ("a3", "b3")


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> ScriptDirectory:
    directory: Path = tmp_path_factory.mktemp("history")
    versions = directory / "versions"
    versions.mkdir()
    for revision, (down, needed) in HISTORY.items():
        versions.joinpath(f"{revision}.py").write_text(f"revision, down_revision, depends_on = {(revision, down, needed)!r}\n")
    return ScriptDirectory(str(directory))


@pytest.mark.parametrize(
    ("rows", "wanted", "missing"),
    [
        ([], HEADS, HEADS),
        (["a3", "b3"], HEADS, ()),
        (["a2"], ["a3"], ("a3",)),
        (["a3"], ["a2"], ()),
        (["a3"], HEADS, ("b3",)),
        # what a row depends on is applied as well, and has no row
        (["b3"], ["a2"], ()),
        (["b3"], ["a3"], ("a3",)),
    ],
)
def test_a_row_stands_for_all_that_it_builds_on(
    scripts: ScriptDirectory, rows: list[str], wanted: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    found = judge(scripts, rows, wanted)
    assert (found.missing, found.unknown) == (missing, ())


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        (["z9"], ()),
        (["a3", "z9"], ()),
        # a3 is not applied: a2 would have no row of its own
        (["a2", "z9"], ("a3", "b3")),
        (["b1", "z9"], ("b3",)),
        (["a1", "b1", "z9"], HEADS),
        # not a2, whose beginning it is
        (["a"], ()),
    ],
)
def test_a_row_that_the_scripts_do_not_know_is_ahead_unless_another_one_shows_what_is_missing(
    scripts: ScriptDirectory, rows: list[str], missing: tuple[str, ...]
) -> None:
    found = judge(scripts, rows, HEADS)
    assert found.missing == missing
    assert len(found.unknown) == 1
