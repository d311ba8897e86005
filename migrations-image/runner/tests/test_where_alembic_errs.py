"""Each defect of Alembic that may explain a difference, by itself: what Alembic does, and what the runner does instead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dbmigration.planning.plan import Plan
from dbmigration.refusal import Refusal
from tests import differences
from tests.alembic_alone import upgraded_and_downgraded
from tests.definition import below
from tests.differences import difference, outcome_of
from tests.features import FEATURES, lacking
from tests.graphs import History, history_of, revision_map
from tests.project import Project

LINE = history_of(("0001",), ("0002", "0001"), ("0003", "0002"))
# 0001 - a0002 - a0003 and a0004 (label a), 0001 - b0002 (label b).
FORK = history_of(("0001",), ("a0002", "0001", None, "a"), ("a0003", "a0002"), ("a0004", "a0002"), ("b0002", "0001", None, "b"))
NEEDS = history_of(("a001", None, None, "a"), ("n001", None, "a001", "net"))
# Both heads of line a, one of which needs the other.
NEEDED_HEAD = history_of(("a001", None, None, "a"), ("a002", "a001"), ("a003", "a001"), ("a004", "a003", "a002"))
# A merge that names the fork beside both of its sides.
TRIANGLE = history_of(("0001",), ("0002", "0001"), ("0003", "0001"), ("0004", ("0001", "0002", "0003")), ("other",))
NEEDLESS_NEED = history_of(("a001",), ("a002", "a001"), ("x001", "a001", "a002"), ("other",))


@pytest.mark.parametrize(
    ("history", "rows", "target", "name", "alembic", "ours"),
    [
        # It leaves a row for the ancestor too: rows that contradict each other, upon which it later cannot go on.
        (
            NEEDLESS_NEED,
            {"x001", "other"},
            "x001@a001",
            differences.NEEDLESS_PARENT,
            {"a001", "a002", "other"},
            "InvalidScripts",
        ),
        (TRIANGLE, {"0004", "other"}, "0002", differences.NEEDLESS_PARENT, {"0001", "0002", "0003", "other"}, "InvalidScripts"),
        # Or it fails, when the migration itself has run.
        (TRIANGLE, set(), "0004", differences.NEEDLESS_PARENT, KeyError, "InvalidScripts"),
        (NEEDS, {"n001"}, "a001", differences.DENIES_DEPENDENCY, "Nothing to drop", None),
        (NEEDS, {"n001"}, "a", differences.DENIES_DEPENDENCY, "Nothing to drop", None),
        (FORK, {"0001"}, "heads", differences.HEADS_HAVE_NO_WAY_DOWN, "Multiple heads", {"a0003", "a0004", "b0002"}),
        (FORK, {"a0003"}, "b@head", differences.LABEL_OF_HEAD_FORGOTTEN, "Multiple heads", {"a0003", "b0002"}),
        (FORK, {"a0003"}, "b@b0002+0", None, {"a0003", "b0002"}, {"a0003", "b0002"}),
        (FORK, {"a0003"}, "b@head+0", differences.LABEL_OF_HEAD_FORGOTTEN, "Multiple heads", {"a0003", "b0002"}),
        (
            history_of(("abcd1", None, None, "a"), ("abcd2", None, None, "b")),
            set(),
            "b@abcd",
            differences.LABEL_OF_PREFIX_FORGOTTEN,
            "Multiple revisions start",
            {"abcd2"},
        ),
        (FORK, {"a0003", "b0002"}, "a@a0002", differences.LINE_LOST_BEHIND_LABEL, "Not a valid", {"a0002", "b0002"}),
        (NEEDED_HEAD, set(), "a@heads", differences.HEADS_OVERLAP, "overlaps", {"a004"}),
        (NEEDED_HEAD, {"a004"}, "a@heads-1", differences.HEADS_OVERLAP, "Multiple heads", {"a002", "a003"}),
        (LINE, {"0003"}, "0001-1", differences.BASE_NOT_REACHED_BY_COUNTING, AssertionError, set()),
        # From base down it comes to the head, and applies everything.
        (LINE, set(), "base-1", differences.BELOW_BASE_IS_HEAD, {"0003"}, "RevisionNotFound"),
        (LINE, {"0003"}, "base-2", differences.BELOW_BASE_IS_HEAD, {"0002"}, "RevisionNotFound"),
        # A mistyped label takes everything down.
        (LINE, {"0003"}, "acounts@base", differences.LABEL_NOT_LOOKED_UP, set(), "RevisionNotFound"),
        (LINE, set(), "@head", differences.LABEL_NOT_LOOKED_UP, {"0003"}, "RevisionNotFound"),
        # A date is no relative expression.
        (LINE, {"0003"}, "0003-1x", differences.REST_IGNORED, {"0002"}, "RevisionNotFound"),
        (LINE, {"0003"}, "0003-01-11", differences.REST_IGNORED, {"0002"}, "RevisionNotFound"),
        (LINE, {"0001"}, "0003,0001", differences.SET_OF_ONE_LINE, {"0001"}, "ConfigurationError"),
        (
            history_of(
                ("abcd1",),
            ),
            set(),
            "ab",
            differences.SHORT_PREFIX,
            {"abcd1"},
            "RevisionNotFound",
        ),
    ],
)
def test_alembic_errs_and_the_runner_does_not(
    history: History, rows: set[str], target: str, name: str | None, alembic: object, ours: object
) -> None:
    made = revision_map(history)
    assert difference(history, made, rows, target) == name
    left = upgraded_and_downgraded(made, rows, below(history, *rows), target)
    if isinstance(alembic, set):
        assert (left.error, left.rows) == (None, alembic)
    elif isinstance(alembic, str):
        assert alembic in str(left.error)
    else:
        assert type(left.error) is alembic
    outcome = outcome_of(made, rows, target)
    if isinstance(outcome, Plan):
        assert set(outcome.after) == (rows if ours is None else ours)
    else:
        assert outcome.reason == ours


def test_every_defect_that_may_explain_a_difference_has_its_test() -> None:
    named = {name for name, value in vars(differences).items() if name.isupper() and isinstance(value, str)} - {"TABLE"}
    here = Path(__file__).read_text()
    assert {name for name in named if f"differences.{name}" not in here} == {"INVALID_SCRIPTS"} & named


def _alembic(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The bare command, with the interpreter that the runner has."""
    environment = {"PATH": "/usr/bin:/bin", "DATABASE_URL": project.database.url(project.driver)}
    command = [project.python, "-m", "alembic", *arguments]
    return subprocess.run(command, cwd=project.directory, env=environment, capture_output=True, text=True)


def test_heads_are_reached_where_alembic_says_that_they_are_not(project: Project) -> None:
    """A head that another line depends on is no row, and `alembic current --check-heads` misses it there."""
    project.line("a001", "a002")
    project.script("n001", depends="a002")
    result = project.run("heads")
    assert (result.reason, result.outcome["target"], result.outcome["after"]) == ("AtTargetRevision", ["n001"], ["n001"])
    assert result.outcome["applied"] == 3
    assert "already" in project.run("heads").message
    check = _alembic(project, "current", "--check-heads")
    assert (check.returncode != 0, "head" in check.stderr + check.stdout) == (True, True), check
    # `head`, which is one, is refused: there are two, as far as down_revision goes.
    refused = project.run("head")
    assert refused.reason == "MultipleHeads"
    assert "a002" in refused.message
    assert "n001" in refused.message


def test_a_graph_in_which_alembic_would_write_wrong_rows_is_refused_before_anything_runs(project: Project) -> None:
    """With one revision and its row in each transaction, a refusal at the step itself would come too late."""
    project.sync("transaction_per_migration=True")
    project.line("a001", "a002")
    project.script("other")
    project.script("x001", "a001", depends="a002")
    project.line("x002", down="x001")
    assert project.run("heads").outcome["after"] == ["other", "x002"]
    # Steps that do not touch the needless parent are none of its business.
    assert project.run("x001").outcome["after"] == ["other", "x001"]
    assert project.run("x002").outcome["after"] == ["other", "x002"]
    before = project.database.catalog()
    result = project.run("x001@a001")
    assert (result.reason, result.outcome["revision"], result.outcome["applied"]) == ("InvalidScripts", "x001", 0)
    assert "would leave the rows a001, a002, other" in result.message
    assert "the needless one from the script of x001" in result.message
    assert (project.database.rows(), project.database.catalog()) == (["other", "x002"], before)
    assert _alembic(project, "downgrade", "x001@a001").returncode == 0
    assert project.database.rows() == ["a001", "a002", "other"]


@pytest.mark.parametrize("schema", [None, "tenant"])
def test_a_version_table_that_alembic_writes_and_does_not_find_is_refused(project: Project, schema: str | None) -> None:
    project.use("psycopg2")
    project.database.execute("CREATE SCHEMA other; CREATE SCHEMA tenant")
    project.sync(f"version_table_schema={schema!r}")
    moved = f"NullPool, execution_options={{'schema_translate_map': {{{schema!r}: 'other'}}}}"
    text = project.env_py.read_text().replace("NullPool", moved)
    project.env_py.write_text(text)
    project.line("001", "002")
    result = project.run("head")
    assert result.reason == "ConfigurationError"
    assert f"the version table {schema or 'public'}.alembic_version to schema other" in result.message
    assert project.database.query("SELECT 1 FROM pg_tables WHERE tablename LIKE 't_%'") == []
    assert _alembic(project, "upgrade", "head").returncode == 0
    again = _alembic(project, "upgrade", "head")
    assert 'relation "t_001" already exists' in again.stderr

    project.env_py.write_text(text.replace(f"version_table_schema={schema!r}", "version_table_schema='other'"))
    assert project.run("head").message == "The database is at 002 already, nothing had to be done"


def test_where_an_older_alembic_alone_would_miscount_it_alone_is_not_let() -> None:
    """Down from a revision that needs the one beside it."""
    history = history_of(("a001",), ("a002", "a001"), ("a003", "a001", "a002"))
    outcome = outcome_of(revision_map(history), {"a003"}, "a001")
    if lacking(FEATURES["needed_head"], sys.executable) is None:
        assert isinstance(outcome, Plan)
        assert outcome.after == ("a001",)
    else:
        assert isinstance(outcome, Refusal)
        assert outcome.reason == "InvalidScripts"
