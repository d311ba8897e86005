"""Runs the tests with many versions: `python -m matrix`, or `python -m matrix --diagonal` for a fast part of it."""

from __future__ import annotations

import argparse
import collections
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from matrix import central, readme
from matrix.cells import CELLS, Cell
from matrix.environments import environment
from tests.private_server import private_server

RUNNER = Path(__file__).parent.parent


@dataclass
class Result:
    cell: Cell
    verdict: str = "passed"
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: collections.Counter[str] = field(default_factory=collections.Counter)
    seconds: float = 0.0

    @property
    def green(self) -> bool:
        return self.verdict == "passed"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m matrix", description=__doc__)
    parser.add_argument("--diagonal", action="store_true", help="5 cells from the oldest to the newest, marked tests only")
    parser.add_argument("--cell", type=int, action="append", metavar="N", help="only this one; see --list")
    parser.add_argument("--list", action="store_true", help="say which cells there are")
    parser.add_argument("--readme", action="store_true", help="print the tables of the README")
    parser.add_argument("--prepare", action="store_true", help="only fetch and make what the cells need")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    asked = parser.parse_args()
    cells = [
        (number, cell)
        for number, cell in enumerate(CELLS, 1)
        if (cell.diagonal or not asked.diagonal) and (not asked.cell or number in asked.cell)
    ]
    if asked.readme:
        print(readme.tested(), readme.lacking(), sep="\n")
        return 0
    if asked.list:
        print(*(f"{number:2} {cell}" for number, cell in cells), sep="\n")
        return 0
    # A server that was started is to be stopped then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results = []
    for number, cell in cells:
        print(f"== {number} {cell}", flush=True)
        results.append(_result(cell, asked))
    print(f"\n{'':66}  passed failed skipped seconds")
    for result in results:
        _report(result)
    return 0 if results and all(result.green for result in results) else 1


def _result(cell: Cell, asked: argparse.Namespace) -> Result:
    started = time.monotonic()
    result = Result(cell)
    try:
        python, binaries = environment(cell), central.postgres(cell.postgresql)
    except central.NotAvailable as error:
        result.verdict = f"not available here: {error}"
        return result
    if not asked.prepare:
        arguments = [*(["-m", "diagonal"] if asked.diagonal else []), *asked.pytest]
        _test(result, python, binaries, arguments)
    result.seconds = time.monotonic() - started
    return result


def _test(result: Result, python: Path, binaries: Path, arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory, private_server(str(binaries)) as url:
        report = Path(directory, "report.xml")
        done = subprocess.run(
            [
                *(str(python), "-m", "pytest", "-q", "-r", "fE", "-n", "auto", "-p", "no:cacheprovider"),
                *(f"--junitxml={report}", *arguments),
            ],
            cwd=RUNNER,
            env={
                **{name: value for name, value in os.environ.items() if name != "DBMIGRATION_TEST_PYTHON"},
                "DBMIGRATION_TEST_URL": url,
                "DBMIGRATION_TEST_DRIVER": result.cell.driver,
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            check=False,
        )
        if report.exists():
            _count(result, ElementTree.parse(report).getroot())
    if done.returncode != 0 or not result.passed:
        result.verdict = f"FAILED (pytest ended with {done.returncode})"


def _count(result: Result, report: ElementTree.Element) -> None:
    for case in report.iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            result.skipped[skipped.get("message") or "no reason"] += 1
        elif case.find("failure") is not None or case.find("error") is not None:
            result.failed.append(f"{case.get('classname')}::{case.get('name')}")
        else:
            result.passed += 1


def _report(result: Result) -> None:
    counts = f"{result.passed:6} {len(result.failed):6} {sum(result.skipped.values()):7} {result.seconds:7.1f}"
    print(f"{result.cell}  {counts}  {result.verdict}")
    for reason, count in sorted(result.skipped.items()):
        print(f"       skipped {count:3}: {reason}")
    for name in result.failed:
        print(f"       failed: {name}")


if __name__ == "__main__":
    sys.exit(main())
