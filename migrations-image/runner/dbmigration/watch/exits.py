"""A project that ends the process by os._exit(), as some do whose libraries leave threads behind.

Nothing could be told after it, and a migration that was committed would count as one that was not heard of, however often
it were begun.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn


@contextlib.contextmanager
def caught(end_streams: Callable[[], None]) -> Iterator[None]:
    """Meanwhile os._exit() raises SystemExit in the main thread, which is where the project runs.

    Another thread means the process as it is, and so does a child that the project has forked: what they have printed is
    passed on before, and when the project has ended here.
    """
    process, leave = os.getpid(), os._exit

    def end(status: int) -> NoReturn:
        if threading.current_thread() is threading.main_thread() and os.getpid() == process:
            raise SystemExit(status)
        end_streams()
        leave(status)

    os._exit = end
    try:
        yield
    finally:
        os._exit = leave
        end_streams()
