"""Downgrades that take nothing back, found by reading their syntax tree: nothing of them is run.

Which definition counts is known from the script as Alembic has loaded it, wherever it was written: conditionally, twice,
in another module. What it does is read. What cannot be read counts as reversible, and so does all that does anything.
"""

from __future__ import annotations

import ast
import dis
import inspect
import os
import tokenize
from collections.abc import Sequence
from types import CodeType, ModuleType

_DEFERRED = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
_RAISE = dis.opmap["RAISE_VARARGS"]
_LOADING = ("LOAD_GLOBAL", "LOAD_NAME")
_TELLING = ("debug", "info", "warn", "warning", "error", "exception", "critical", "log")
_MAKING_TEXT = ("getLogger", "get_logger", "format", "join", "str", "repr")


class Reversibility:
    def __init__(self, directory: str) -> None:
        """`directory` is the one in which the scripts were loaded: env.py may have gone to another one since."""
        self._directory = directory
        self._definitions: dict[str, dict[tuple[str, int], Sequence[ast.stmt]]] = {}

    def flaw(self, module: ModuleType) -> str | None:
        """Why the downgrade of this script takes nothing back; None if it may do so."""
        flaw = self._flaw(module, "upgrade", "downgrade")
        code = _code(getattr(module, "downgrade", None))
        if flaw is not None or code is None or "globals" not in code.co_names:
            return flaw
        # The scripts of a project with several databases: upgrade(engine_name) calls upgrade_ENGINE().
        engines = {name.partition("_")[2] for name in vars(module) if name.startswith(("upgrade_", "downgrade_"))}
        flaws = (self._flaw(module, f"upgrade_{engine}", f"downgrade_{engine}") for engine in sorted(engines))
        return next((found for found in flaws if found is not None), None)

    def _flaw(self, module: ModuleType, up: str, down: str) -> str | None:
        upgrade, downgrade = getattr(module, up, None), getattr(module, down, None)
        if not callable(downgrade):
            return f"has no {down}()"
        if _certainly_acts(downgrade):
            return None
        body = self._body(downgrade)
        if body is None:
            return None
        raised = _exception_of(body)
        if raised is not None:
            return f"has a {down}() that only raises{raised}"
        if _does_nothing(body) and self._does_something(upgrade):
            return f"has a {down}() that does nothing, although its {up}() does something"
        return None

    def _does_something(self, function: object) -> bool:
        body = self._body(function)
        return body is not None and not _does_nothing(body)

    def _body(self, function: object) -> Sequence[ast.stmt] | None:
        """The statements that a call of this function runs; None if they are not known."""
        code = _code(function)
        if code is None:
            return None
        if code.co_flags & _DEFERRED:
            # Alembic calls it, and neither awaits nor iterates what it gets.
            return ()
        path = os.path.join(self._directory, code.co_filename)
        if path not in self._definitions:
            self._definitions[path] = _definitions(path)
        return self._definitions[path].get((code.co_name, code.co_firstlineno))


def _certainly_acts(function: object) -> bool:
    """It uses `op` and raises nothing: nearly all do, and reading thousands would take longer than planning them."""
    code = _code(function)
    if code is None or code.co_flags & _DEFERRED:
        return False
    names = {instruction.argval for instruction in dis.get_instructions(code) if instruction.opname in _LOADING}
    return "op" in names and _RAISE not in code.co_code[::2]


def _code(function: object) -> CodeType | None:
    code = getattr(function, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _definitions(path: str) -> dict[tuple[str, int], Sequence[ast.stmt]]:
    try:
        with tokenize.open(path) as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        # There is only bytecode, or the script was loaded in a way of its own.
        return {}
    found: dict[tuple[str, int], Sequence[ast.stmt]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            found[node.name, first] = node.body
    return found


def _exception_of(body: Sequence[ast.stmt]) -> str | None:
    """What the first statement with any effect raises; None if it does something else."""
    for statement in body:
        if isinstance(statement, ast.Raise):
            raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
            return f" {_name(raised)}" if raised is not None and _name(raised) else ""
        if isinstance(statement, ast.Assert) and isinstance(statement.test, ast.Constant) and not statement.test.value:
            return " AssertionError"
        if not _is_without_effect(statement):
            return None
    return None


def _does_nothing(body: Sequence[ast.stmt]) -> bool:
    for statement in body:
        if isinstance(statement, ast.Return):
            return statement.value is None or _is_harmless(statement.value)
        if not _is_without_effect(statement):
            return False
    return True


def _is_without_effect(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Pass, ast.Import, ast.ImportFrom)):
        return True
    if isinstance(statement, ast.Expr):
        return _is_harmless(statement.value)
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name) for target in statement.targets) and _is_harmless(statement.value)
    return False


def _is_harmless(expression: ast.expr) -> bool:
    """It computes or tells something: a docstring, `...`, print(), a line of log."""
    active = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
    return all(_tells(node) for node in ast.walk(expression) if isinstance(node, active))


def _tells(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = _name(node.func)
    if isinstance(node.func, ast.Attribute):
        receiver = _name(node.func.value).lower()
        if name in _TELLING:
            return "log" in receiver or receiver == "warnings"
    return name in _MAKING_TEXT or name == "print"


def _name(node: ast.AST) -> str:
    """The last part of the name of what is called or looked at."""
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
