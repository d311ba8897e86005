"""The page of messages says what the runner says, and advises nothing that costs anybody a row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.features import numbers, under_test, versions
from tests.messages import document
from tests.messages.scene import Case
from tests.server import Server

PAGE = Path(__file__).parents[2].joinpath("MESSAGES.md")
HOW = "python -m tests.messages.document > MESSAGES.md"
# Words of libraries are in it, so it is that of the versions that the requirements name.
_PINNED = dict(re.findall(r"(?m)^(alembic|asyncpg|SQLAlchemy)\S*==(\S+)$", PAGE.with_name("requirements-dev.txt").read_text()))


def _entries() -> dict[str, str]:
    found = re.findall(r"(?m)^([\w/].*):\n\n(> .*)$", PAGE.read_text())
    return dict(found)


def _has_pinned_versions() -> bool:
    found = {name.lower(): number for name, number in versions(under_test()).items()}
    return all(found[name.lower()] and numbers(str(found[name.lower()])) == numbers(number) for name, number in _PINNED.items())


@pytest.mark.parametrize("case", document.CASES, ids=lambda case: case.cause)
def test_a_message_is_as_the_page_has_it(case: Case, server: Server, admin: psycopg.Connection[Any], tmp_path: Path) -> None:
    if not _has_pinned_versions():
        pytest.skip("the page has the words of other versions: " + ", ".join(map(" ".join, _PINNED.items())))
    with document.scene_of(server, admin, tmp_path) as scene:
        told = document.quoted(case, scene)
    assert _entries().get(document.headed(case)) == told, HOW


def test_the_page_has_these_cases_and_no_others() -> None:
    entries = _entries()
    told = {case.cause: entries.get(document.headed(case), "") for case in document.CASES}
    assert len(told) == len(document.CASES), "two cases have one name"
    assert PAGE.read_text() == document.written(told), HOW


def test_no_message_shows_what_was_masked_for_the_page_or_advises_a_loss() -> None:
    for cause, told in _entries().items():
        assert not re.search(r"t\d+_\d+|pW9|Kx7|pQz9|40ss|/tmp/pytest", told), told
        # Of an invalid index alone, which nobody can use. What a plan would delete is no advice.
        words = re.sub(r"DROP INDEX CONCURRENTLY \S+|would delete", "", told)
        assert not re.search(r"\b(drop|delete|truncate|remove)\b", words, re.IGNORECASE), (cause, told)
