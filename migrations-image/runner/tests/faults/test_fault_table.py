"""Every fault of the table, at every moment, for every kind of migration; see FAULTS.md, which is made of the same table."""

from __future__ import annotations

import itertools
import os
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.faults import check
from tests.faults.cluster import Cluster
from tests.faults.small_disk import tablespace
from tests.faults.story import Story
from tests.faults.strikes import LIMITS, STRIKES, server_fault
from tests.faults.table import CASES, SERVER, Case, selection

# Waiting is most of what a story does; more at once only slow each other down.
_AT_ONCE = 4
_TOGETHER = 10


def _groups() -> Iterator[tuple[str, list[Case]]]:
    """A fault of the server strikes all of a group at once."""
    cases = CASES if os.environ.get("DBMIGRATION_TEST_FAULTS") == "all" else selection()

    def key(case: Case) -> tuple[str, str]:
        # Who ends sets something free that the others of the group lack.
        return case.fault, {"connections used up": case.moment, "disk full": f"{case.moment}, {case.kind.name}"}.get(
            case.fault, ""
        )

    for (fault, moment), found in itertools.groupby(sorted(cases, key=key), key):
        group = list(found)
        for start in range(0, len(group), _TOGETHER):
            part = group[start : start + _TOGETHER]
            yield f"{fault}{moment and f', {moment}'}: {part[0].kind.name}, {part[0].moment} and {len(part) - 1} more", part


GROUPS = dict(_groups())


@pytest.mark.parametrize("cases", GROUPS.values(), ids=GROUPS.keys())
def test_after_a_fault(cases: list[Case], cluster: Cluster, ledger: str, tmp_path: Path) -> None:
    stories = [Story(case, cluster, ledger, tmp_path) for case in cases]
    failures: list[str] = []

    def each(part: Callable[[Story], None], of: list[Story]) -> list[Story]:
        def tried(story: Story) -> Story | None:
            try:
                part(story)
            except Exception:
                failures.append(f"{story.case}\n{traceback.format_exc()}")
                return None
            return story

        return [story for story in pool.map(tried, of) if story is not None]

    with tablespace(cluster) if cases[0].fault == "disk full" else nullcontext(), ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            if cases[0].fault in SERVER:
                there = each(_begin, stories)
                with server_fault(cases[0].fault, cluster, there):
                    there = each(_ended, there)
                each(_aftermath, there)
            else:
                each(_alone, stories)
        finally:
            each(Story.end, stories)
    assert not failures, "\n\n".join(failures)


def _alone(story: Story) -> None:
    _begin(story)
    STRIKES[story.case.fault](story)
    _ended(story)
    _aftermath(story)


def _begin(story: Story) -> None:
    story.timeouts.update(LIMITS.get(story.case.fault, {}))
    story.prepare()
    story.reach()


def _ended(story: Story) -> None:
    check.outcome_is_as_documented(story, story.result())


def _aftermath(story: Story) -> None:
    case = story.case
    story.proxy.flow()
    story.nothing_left()
    story.unblock()
    story.open_gate()
    check.rows_and_schema_agree(story, case.steps, part=bool(case.kind.at(case.moment).part or case.kind.at(case.moment).index))
    for expected, remedy in case.again():
        with story.ask() as connection:
            if remedy:
                connection.execute(remedy)
        result = story.start().result(60)
        assert result.reason == expected, f"{result.outcome}\n{result.stderr[-3000:]}"
    story.nothing_left()
    check.nothing_happened_twice(story)
