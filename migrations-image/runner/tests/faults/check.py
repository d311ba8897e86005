"""What must be true after a fault, and after the same request was made again.

What the ledger proves. Every test migration writes, through a connection of its own to a server that no fault hits, when
the effect of a step begins and when it ends, and how many other sessions are within a step at that moment. The effect
itself leaves a row in `effects` of the migrated database, in the transaction that writes the version row. So:

- an effect that was committed has exactly one row in `effects`; a second one would be a doubled effect;
- the row names the run that made it, and that run has an entry in the ledger for it: nothing was applied unwitnessed;
- an entry begins only after the one before it has ended, or, if that one was interrupted, after its session was seen to be
  gone: no two effects overlap;
- no entry saw another session within a step.

What it cannot prove: how often a statement inside an autocommit block took effect, as that is committed apart from the
step's row. For these the objects themselves are counted (`notes`, `items.touched`, the index).
"""

from __future__ import annotations

from typing import Any

import psycopg

from tests.faults.story import Story
from tests.project import Result

LEDGER = """
CREATE TABLE IF NOT EXISTS ledger (id serial PRIMARY KEY, story text, run int, pid int, revision text, direction text,
  alongside int, began timestamptz DEFAULT clock_timestamp(), ended timestamptz)
"""


def outcome_is_as_documented(story: Story, result: Result) -> None:
    case, kind = story.case, story.case.kind
    if case.reason is None:
        assert result.outcome == {}, "a killed runner cannot have written an outcome"
        return
    said = f"{result.outcome}\n{result.stderr[-3000:]}"
    assert result.reason in case.reasons, said
    rows = sorted(kind.rows[case.steps])
    after = result.outcome["after"]
    if case.after == "rows":
        assert after == rows, said
    elif case.after == "null":
        assert after is None, said
    else:
        assert after in (rows, None), said
        assert after is None or result.reason == case.reason, said
    applied = result.outcome["applied"]
    if after is not None:
        assert applied == case.steps, said
    else:
        # Of rows that could not be read, those whose COMMIT was answered: there may be more, and never fewer.
        assert applied is None or 0 < applied <= case.steps, said
    assert "pw-of" not in result.stdout + result.stderr


def rows_and_schema_agree(story: Story, steps: int, part: bool = False) -> None:
    kind = story.case.kind
    assert sorted(story.rows()) == sorted(kind.rows[steps])
    done = [(revision, direction) for revision, direction in kind.steps[:steps]]
    assert story.query("SELECT revision, direction FROM effects ORDER BY step") == done
    if part:
        return
    columns = {f"c_{revision}" for revision, parent in kind.graph().items() if _at_start(kind.rows[0][0], revision, parent)}
    for revision, direction in done:
        (columns.add if direction == "up" else columns.discard)(f"c_{revision}")
    found = story.query(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname LIKE 'c!_%' ESCAPE '!' "
        "AND NOT attisdropped"
    )
    assert {name for (name,) in found} == columns


def _at_start(row: str, revision: str, parent: str) -> bool:
    return revision.startswith("0") and parent < row


def nothing_happened_twice(story: Story) -> None:
    """After the target is reached."""
    kind = story.case.kind
    rows_and_schema_agree(story, len(kind.steps))
    entries = _entries(story)
    effects = story.query("SELECT revision, direction, run FROM effects ORDER BY step")
    witnessed = {(revision, direction, run) for run, revision, direction, *_ in entries}
    assert set(effects) <= witnessed
    assert [alongside for *_, alongside, _, _ in entries if alongside] == []
    for (run, *_, ended), (next_run, *_, began, _) in zip(entries, entries[1:]):
        # Without an end it was interrupted; the test saw its session gone before it made the request again.
        assert (ended is not None and ended <= began) or run < next_run
    if "block" in kind.name:
        assert story.query("SELECT revision FROM notes") == [("003",)]
    if kind.name == "data in batches":
        assert story.query("SELECT DISTINCT touched, c_002 = id FROM items") == [(1, True)]
    if "index" in kind.name:
        assert story.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_003'::regclass") == [(True,)]


def _entries(story: Story) -> list[tuple[Any, ...]]:
    with psycopg.connect(story.ledger) as ledger:
        return ledger.execute(
            "SELECT run, revision, direction, pid, alongside, began, ended FROM ledger WHERE story = %s ORDER BY id",
            (story.name,),
        ).fetchall()
