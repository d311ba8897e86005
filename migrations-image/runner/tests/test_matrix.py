"""The matrix has the values that it promises, and the README says what it has."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from matrix import readme
from matrix.cells import CELLS, DRIVERS, Cell
from tests.features import FEATURES, Feature, lacking, numbers, under_test, versions

README = Path(__file__).parent.parent / "README.md"

ALEMBIC = ["1.9", "1.13", "1.16", "1.18", "1.20"]
SQLALCHEMY = ["1.4", "2.0", "2.1"]


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _pairs(first: str, second: str) -> set[tuple[str, str]]:
    return {(_minor(str(getattr(cell, first))), _minor(str(getattr(cell, second)))) for cell in CELLS}


def test_every_alembic_meets_every_sqlalchemy_that_it_can_be_installed_with() -> None:
    assert _pairs("alembic", "sqlalchemy") == set(itertools.product(ALEMBIC, SQLALCHEMY)) - {("1.20", "1.4")}


def test_every_driver_meets_every_sqlalchemy_that_knows_it() -> None:
    assert _pairs("driver", "sqlalchemy") == set(itertools.product(DRIVERS, SQLALCHEMY)) - {("psycopg", "1.4")}


@pytest.mark.parametrize("cells", [CELLS, [cell for cell in CELLS if cell.diagonal]], ids=["all", "diagonal"])
def test_every_version_is_there(cells: list[Cell]) -> None:
    assert {cell.python for cell in cells} == {"3.9", "3.10", "3.11", "3.12", "3.13"}
    assert {_minor(cell.alembic) for cell in cells} == set(ALEMBIC)
    assert {_minor(cell.sqlalchemy) for cell in cells} == set(SQLALCHEMY)
    assert {cell.driver for cell in cells} == set(DRIVERS)
    assert {cell.postgresql for cell in cells} == {14, 15, 16, 17, 18}


def test_the_newest_versions_are_those_of_the_other_tests() -> None:
    newest = CELLS[-1]
    required = README.with_name("requirements-dev.txt").read_text().split()
    assert {f"alembic=={newest.alembic}", f"SQLAlchemy[asyncio]=={newest.sqlalchemy}"} <= set(required)
    assert {driver.replace("<=", "==") for driver in newest.drivers} <= set(required)


def test_the_readme_says_what_is_tested_and_what_versions_lack() -> None:
    text = README.read_text()
    assert readme.tested() in text, "python -m matrix --readme prints what belongs there"
    assert readme.lacking() in text, "python -m matrix --readme prints what belongs there"


@pytest.mark.parametrize("feature", [feature for feature in FEATURES.values() if feature.since])
def test_a_feature_is_missed_by_what_is_older_than_it(feature: Feature) -> None:
    here = versions(under_test())[feature.library]
    assert here is not None
    reason = lacking(feature, under_test())
    assert (reason is None) == (numbers(here) >= numbers(feature.since))
    assert reason is None or (feature.since in reason and here in reason)
