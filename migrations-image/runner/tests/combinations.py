"""Of tests that go through each driver at each of their cases, those that are run every day: each case and each driver once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest

_DRIVER = "driver"


def diagonal(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    kept = set()
    functions: dict[str, list[tuple[str, str, pytest.Item]]] = defaultdict(list)
    for item in items:
        call = getattr(item, "callspec", None)
        if call is None or _DRIVER not in call.params or len(call.params) == 1:
            kept.add(item)
        else:
            case = repr([(name, value) for name, value in sorted(call.params.items()) if name != _DRIVER])
            functions[item.nodeid.partition("[")[0]].append((case, str(call.params[_DRIVER]), item))
    for found in functions.values():
        kept.update(_of_one_function(found))
    return kept


def _of_one_function(found: list[tuple[str, str, pytest.Item]]) -> Iterable[pytest.Item]:
    cases = list(dict.fromkeys(case for case, _, _ in found))
    drivers = list(dict.fromkeys(driver for _, driver, _ in found))
    longer, shorter = max(len(cases), len(drivers)), min(len(cases), len(drivers))
    for case, driver, item in found:
        row, column = cases.index(case), drivers.index(driver)
        if len(cases) == longer:
            row %= shorter
        else:
            column %= shorter
        if row == column or len([one for one in found if one[0] == case]) < len(drivers):
            yield item
