import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from conftest import PLATFORM
from revisions import REVISIONS, SCRIPTS

FILES = sorted((PLATFORM / "migrations" / "versions").glob("*.py"))


def test_they_are_numbered_one_after_the_other() -> None:
    expected = [f"{number:03}" for number in range(1, len(FILES) + 1)]
    assert expected == REVISIONS
    assert len(REVISIONS) >= 10


def test_no_two_files_have_the_same_number() -> None:
    # Two branches that both add 020 merge without a conflict in Git, and Alembic then loads only one of the two.
    numbers = Counter(path.name.partition("_")[0] for path in FILES)
    assert [number for number, files in numbers.items() if files > 1] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_is_named_after_its_revision(path: Path) -> None:
    assert re.fullmatch(r"\d{3}_[a-z0-9_]+\.py", path.name)
    assert SCRIPTS.get_revision(path.name[:3]).path == str(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_directions_do_something(path: Path) -> None:
    functions = {node.name: node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}
    for name in ("upgrade", "downgrade"):
        assert any(isinstance(node, ast.Call) for node in ast.walk(functions[name])), f"{name}() is empty"
