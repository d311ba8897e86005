"""Loops in the source of an env.py, each round of which may be another tenant's."""

from __future__ import annotations

import ast

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def at(source: str, line: int) -> bool:
    try:
        found = _all(source)
    except (SyntaxError, ValueError):
        # What cannot be read may be one.
        return True
    return any(loop.lineno <= line <= (loop.end_lineno or 0) for loop in found)


def first(source: str) -> int | None:
    """The line of the first one."""
    try:
        return min((loop.lineno for loop in _all(source)), default=None)
    except (SyntaxError, ValueError):
        return None


def has_rounds(source: str) -> bool:
    """Those of comprehensions as well."""
    try:
        return any(isinstance(node, (*_LOOPS, *_COMPREHENSIONS)) for node in ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError):
        return False


def _all(source: str) -> list[ast.For | ast.AsyncFor | ast.While]:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, _LOOPS)]
