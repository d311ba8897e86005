"""That something takes time in proportion to what it is given: two sizes compared within one run, on whatever machine."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 8
# Between 8 of what is proportional and 64 of what is quadratic.
_GROWTH = 24
_TRIES = 3


def assert_in_proportion(work: Callable[[int], object], few: int) -> None:
    """Has `work` done for a `few` and for eight times as many. A few should take some milliseconds."""
    for _ in range(_TRIES):
        little = min(_cost(work, few), _cost(work, few))
        much = _cost(work, few * TIMES)
        if much <= _GROWTH * little:
            return
    raise AssertionError(f"{few} took {little:.4f} s of the processor, and {few * TIMES} took {much:.4f} s")


def _cost(work: Callable[[int], object], size: int) -> float:
    started = time.process_time()
    work(size)
    return time.process_time() - started
