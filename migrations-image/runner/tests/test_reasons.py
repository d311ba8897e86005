"""The reasons, their tests and their documentation are the same list."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from dbmigration import reasons

REASONS = {value for name, value in vars(reasons).items() if name.isupper()}


def test_every_reason_is_provoked_by_a_test_that_runs_the_runner() -> None:
    tests = [ast.parse(path.read_text()) for path in Path(__file__).parent.glob("test_*.py")]
    functions = [node for tree in tests for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    provoked = {reason for function in functions if _runs_the_runner(function) for reason in _expected(function)}
    assert REASONS - provoked == set()


def _runs_the_runner(function: ast.FunctionDef) -> bool:
    return function.name.startswith("test_") and any(argument.arg == "project" for argument in function.args.args)


def _expected(function: ast.FunctionDef) -> set[str]:
    """What it names, parameters included, but for what is not to be."""
    unexpected = [node for node in ast.walk(function) if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.NotEq)]
    hidden = {id(inner) for node in unexpected for inner in ast.walk(node)}
    return {
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden
    }


def test_every_reason_is_documented_with_its_remedy() -> None:
    readme = Path(__file__).parent.parent.joinpath("README.md").read_text()
    section = readme.split("\n## Reasons\n")[1].split("\n## ")[0]
    documented = set(re.findall(r"^\| `([A-Z][A-Za-z]+)`", section, re.MULTILINE))
    assert documented == REASONS
