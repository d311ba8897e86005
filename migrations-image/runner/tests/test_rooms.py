"""The rooms of the runner: what may know what, and that no two modules import each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.project import RUNNER

# From the bottom to the top: each may import what stands before it. A name is a room, or a module beside the rooms.
ORDER = [
    *("reasons", "refusal", "remedy"),
    *("sql", "planning", "session", "indexes"),
    *("course", "state"),
    *("report", "watch"),
    *("record", "objections", "migration", "run", "__main__"),
]
MODULES = {".".join(path.relative_to(RUNNER).with_suffix("").parts): path for path in sorted(RUNNER.rglob("*.py"))}


def _imports(module: str) -> Iterator[str]:
    """Those within the runner, those in functions and for types alone included."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "dbmigration":
            package = (node.module or "").partition(".")[2]
            for alias in node.names:
                inner = f"{package}.{alias.name}".lstrip(".")
                yield inner if inner in MODULES else package


IMPORTS = {module: set(_imports(module)) for module in MODULES}


def test_every_import_is_understood() -> None:
    assert sum(map(len, IMPORTS.values())) > 100
    assert set().union(*IMPORTS.values()) <= set(MODULES)


def test_every_module_is_in_a_room_or_has_its_place_beside_them() -> None:
    assert {module.split(".")[0] for module in MODULES} - {"__init__"} == set(ORDER)
    for room in ORDER:
        assert len(room.split(".")) == 1
    docstrings = {module: ast.get_docstring(ast.parse(path.read_text())) for module, path in MODULES.items()}
    assert [module for module, text in docstrings.items() if not text] == []


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"__init__"}))
def test_a_module_knows_only_what_stands_below_it(module: str) -> None:
    place = ORDER.index(module.split(".")[0])
    for other in IMPORTS[module]:
        assert ORDER.index(other.split(".")[0]) <= place, f"{module} imports {other}"


def test_no_modules_import_each_other_however_far_around() -> None:
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " imports ".join((*way[way.index(module) :], module))
        if module not in done:
            for other in IMPORTS[module]:
                visit(other, (*way, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


@pytest.mark.parametrize("directory", ["dbmigration", "tests", "matrix", "benchmark"])
def test_each_file_fits_on_a_few_screens(directory: str) -> None:
    files = {str(path): len(path.read_text().splitlines()) for path in (RUNNER.parent / directory).rglob("*.py")}
    assert files
    assert {path: length for path, length in files.items() if length >= 300} == {}
