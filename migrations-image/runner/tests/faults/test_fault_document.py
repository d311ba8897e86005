"""The table that people read is the one that the tests run."""

from __future__ import annotations

from pathlib import Path

from tests.faults import document


def test_the_document_is_the_table() -> None:
    found = Path(__file__).parents[2].joinpath("FAULTS.md").read_text()
    assert found == document.written(), "the table has changed: python -m tests.faults.document > FAULTS.md"
