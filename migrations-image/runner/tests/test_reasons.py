"""The reasons, their tests and their documentation are the same list."""

from __future__ import annotations

import re
from pathlib import Path

from dbmigration import refusal

REASONS = {value for name, value in vars(refusal).items() if name.isupper() and name != "RETRY"}


def test_every_reason_is_provoked_by_a_test() -> None:
    here = Path(__file__)
    text = "".join(path.read_text() for path in here.parent.glob("test_*.py") if path != here)
    assert {reason for reason in REASONS if f'"{reason}"' not in text} == set()


def test_every_reason_is_documented_with_its_remedy() -> None:
    readme = Path(__file__).parent.parent.joinpath("README.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z][A-Za-z]+)`", readme, re.MULTILINE))
    assert documented == REASONS
