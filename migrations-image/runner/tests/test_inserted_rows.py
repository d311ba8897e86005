"""Rows that are too many to be shown are known by fingerprints: the same for the same rows, and another for any other."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dbmigration.session.inserted_rows import fingerprints
from tests.proportion import TIMES, assert_in_proportion

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def rows() -> list[dict[str, Any]]:
    return [{"id": n, "note": sa.func.lower(f"X{n}"), "at": datetime(2026, 1, 11), "price": Decimal("1.0")} for n in range(60)]


def test_the_same_rows_are_the_same_in_whatever_order_they_name_their_columns() -> None:
    first = fingerprints(rows(), DIALECT)
    assert list(first) == ["id", "note", "at", "price"]
    assert fingerprints(rows(), DIALECT) == first
    assert fingerprints([dict(reversed(row.items())) for row in rows()], DIALECT) == first


def test_any_other_row_is_seen_in_its_column_and_in_no_other_one() -> None:
    first = fingerprints(rows(), DIALECT)
    others: list[Any] = ["x", None, "59", 59.0, sa.func.lower("X58"), sa.func.upper("X59")]
    found = set()
    for other in others:
        changed = rows()
        changed[59]["note"] = other
        after = fingerprints(changed, DIALECT)
        assert {column for column in first if first[column] != after[column]} == {"note"}
        found.add(after["note"])
    assert len(found) == len(others)
    without = rows()
    del without[59]["note"]
    assert fingerprints(without, DIALECT)["note"] not in {*found, first["note"]}
    swapped = rows()
    swapped[58], swapped[59] = swapped[59], swapped[58]
    assert fingerprints(swapped, DIALECT)["note"] != first["note"]


def test_where_a_value_lies_in_memory_makes_no_other_row() -> None:
    def now(*values: Any) -> str:
        return fingerprints([{"note": value} for value in values], DIALECT)["note"]

    assert now({"a": object()}) == now({"a": object()}) != now({"b": object()})
    assert now("<object at 0x1f>") != now("<object at 0x2f>")


def test_rows_cost_in_proportion_to_their_number() -> None:
    now = sa.func.now()
    many = [{"id": n, "note": f"note of {n}", "at": now} for n in range(16_000)]
    assert_in_proportion(lambda count: fingerprints(many[:count], DIALECT), len(many) // TIMES)
