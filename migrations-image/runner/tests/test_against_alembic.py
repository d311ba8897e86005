"""Random histories, rows and targets: the runner's plan and end state against Alembic's own two commands, and against the
definition. A difference that no known defect of Alembic explains is a failure."""

from __future__ import annotations

import os
import random

import pytest

from tests.differences import difference
from tests.graphs import random_history, random_rows, random_target, revision_map

GRAPHS = int(os.environ.get("DBMIGRATION_TEST_GRAPHS", "20000"))
# One test each, so that several processes share them.
BLOCK = 500
TARGETS = 3


@pytest.mark.parametrize("block", range((GRAPHS + BLOCK - 1) // BLOCK))
def test_every_target_leaves_what_alembic_or_where_it_errs_the_definition_says(block: int) -> None:
    agreed = 0
    for number in range(block * BLOCK, min((block + 1) * BLOCK, GRAPHS)):
        chance = random.Random(number)
        history = random_history(chance)
        made = revision_map(history)
        at = random_rows(chance, history)
        for target in [random_target(chance, history) for _ in range(TARGETS)]:
            agreed += difference(history, made, at, target) is None
    assert agreed > BLOCK
