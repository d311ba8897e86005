"""The request is made again while what the killed run left on the server is still at work."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.conftest import wait_until
from tests.faults import check
from tests.faults.cluster import Cluster
from tests.faults.story import Story
from tests.faults.table import CASES


@pytest.mark.parametrize("kind", ["one transaction", "data in batches"])
@pytest.mark.parametrize("fault", ["SIGKILL", "network cut"])
def test_the_next_run_begins_no_step_before_the_orphan_is_gone(
    fault: str, kind: str, cluster: Cluster, ledger: str, tmp_path: Path
) -> None:
    [case] = [c for c in CASES if (c.fault, c.moment, c.kind.name) == (fault, "inside 2", kind)]
    story = Story(case, cluster, ledger, tmp_path)
    try:
        story.prepare()
        story.reach()
        orphan = story.migrating_pid()
        assert story.running is not None
        if fault == "network cut":
            # The runner ends the orphan itself, if it can still reach the server.
            story.proxy.cut()
            story.proxy.down = True
            story.result()
            story.proxy.down = False
        else:
            story.terminate(signal.SIGKILL)
        again = story.start()
        # The server looks every second whether its client is there.
        wait_until(lambda: not story.sessions(f"pid = {orphan}"), 3)
        story.open_gate()
        result = again.result()
        assert result.reason == "AtTargetRevision", f"{result.outcome}\n{result.stderr}"
        check.nothing_happened_twice(story)
    finally:
        story.end()
