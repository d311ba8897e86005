"""Writes FAULTS.md from the table: `python -m tests.faults.document > FAULTS.md`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.faults.kinds import KINDS, MOMENTS
from tests.faults.table import CASES, FAULTS, SERVER, Case, selection

_HEAD = """# What happens when something goes wrong

<!-- Written by `python -m tests.faults.document > FAULTS.md`; a test compares the two. -->

The tests bring a run to a moment, let a fault strike, compare what is left with this table, and make the same request again.
There are {all} combinations, of which the tests choose {some} that have every fault at every moment and in every kind of
migration; `DBMIGRATION_TEST_FAULTS=all` runs all of them. PostgreSQL is a real one, between it and the runner stands a proxy
of the test's.

After each fault: the outcome has the reason below and the rows that are really there; rows and schema agree; two seconds
after the run there is no session and no advisory lock of it. After the request was made again: every step's effect is there
exactly once, no two overlapped. How that is known is told in `tests/faults/check.py`.

*Rows* is the number of steps that the version table shows, as the outcome says it too; in brackets if the outcome may say
`null` instead, because the server did not answer in time; it then gives no more than the first cause, such as `Interrupted`.
*Again* is what the same request comes to when it is made again: `=` reaches the target, without anybody's help.

A network that swallows packets (`stall`) is noticed by neither end of a connection through a proxy. On a real one the runner
notices within half a minute, and so does the server (TCP keepalives and user timeout, see the README): until then the session
and its locks live on. The two seconds above count from the moment when the network is back.

## Kinds of migration

{kinds}

## Moments

`before 2`: the step has begun and has executed nothing; `inside 2`: a statement of it runs on the server (a concurrent index
is being built, the first batch is being updated); `later in 2`: the next statement that matters (DDL after the block, the
second batch); `after 2`: all its statements are executed; `between 1 and 2`: the version row of step 1 is written; `in
COMMIT`: the server is executing COMMIT (of the last step, or of step 2 where each has its own); `COMMIT unanswered`: it is
committed and the answer has not arrived; `after COMMIT`: `env.py` is about to return; `while the rows are read`: on the
second connection.
"""


def written() -> str:
    kinds = "\n".join(f"- **{kind.name}**: {kind.told}" for kind in KINDS)
    parts = [_HEAD.format(all=len(CASES), some=len(selection()), kinds=kinds)]
    by_fault = sorted(CASES, key=lambda case: list(FAULTS).index(case.fault))
    for fault, cases in itertools.groupby(by_fault, lambda case: case.fault):
        everyone = " It strikes all who are on the server." if fault in SERVER else ""
        parts.append(f"\n## {fault}\n\n{FAULTS[fault][0].upper()}{FAULTS[fault][1:]}.{everyone}\n")
        parts.append("| moment | kinds | outcome | rows | again |\n| --- | --- | --- | --- | --- |")
        parts += _lines(list(cases))
    return "\n".join(parts) + "\n"


def _lines(cases: list[Case]) -> Iterator[str]:
    def told(case: Case) -> tuple[str, str, str, str]:
        reason = f"`{case.reason}`" if case.reason else "none"
        rows = {"either": f"({case.steps})", "null": "null"}.get(case.after if case.reason else "", str(case.steps))
        return case.moment, reason, rows, _again(case)

    ordered = sorted(cases, key=lambda case: (MOMENTS.index(case.moment), told(case)))
    for (moment, reason, rows, again), same in itertools.groupby(ordered, told):
        names = ", ".join(case.kind.name for case in same)
        yield f"| {moment} | {names} | {reason} | {rows} | {again} |"


def _again(case: Case) -> str:
    tries = [f"`{reason}`" for reason, _ in case.again()[:-1]]
    if case.then:
        tries.append(f"= after `{case.then}`")
    return ", then ".join(tries) or "="


if __name__ == "__main__":
    print(written(), end="")
