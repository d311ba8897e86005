"""Whoever may create objects in a schema of the search path can plant operators, functions and types there. None of the
runner's own queries picks one up: each names the schema of everything that it uses."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from dbmigration.sql.lexer import Kind, tokens
from tests.conftest import wait_until
from tests.faults.proxy import Proxy
from tests.project import RUNNER, Project

# What the grammar itself takes from pg_catalog, or what is no function at all.
# Of WITH: they come before whatever table has such a name.
COMMON = ("extension", "own", "calls", "rule", "found", "holds", "typed", "written", "family")
NO_FUNCTIONS = {
    *("select", "from", "and", "or", "where", "exists", "any", "operator", "case", "when", "then", "not", "extract"),
    *("coalesce", "as", "on", "is", "by", "values", "lateral"),
}
# Each stands for an operator that is looked up by its bare name.
HIDDEN_OPERATORS = frozenset(["in", "between", "like", "ilike", "similar", "using", "overlaps", "nullif"])


def _queries() -> Iterator[tuple[str, str]]:
    """Every text in the runner that is SQL, with $1 for what is put in, and where it stands."""
    for path in sorted(RUNNER.rglob("*.py")):
        tree = ast.parse(path.read_text())
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(v.value) if isinstance(v, ast.Constant) else "$1" for v in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                text = re.sub(r"\{[^{}]*\}", "$1", node.value)
            else:
                continue
            if re.match(r"\s*(SELECT|WITH|EXISTS|UPDATE|INSERT|DELETE)\b", text) or re.search(r"\bpg_catalog\.", text):
                yield f"{path.name}:{node.lineno}", text


def test_there_are_queries_and_all_of_them_are_found() -> None:
    assert len(list(_queries())) > 30


@pytest.mark.parametrize(("place", "query"), [pytest.param(*found, id=found[0]) for found in _queries()])
def test_a_query_names_the_schema_of_all_that_it_uses(place: str, query: str) -> None:
    found = [(token.kind, query[token.start : token.end]) for token in tokens(query)]
    texts = ["", "", "", "", *(text.lower() for _, text in found), "", ""]
    for number, (kind, text) in enumerate(found, 4):
        before, after = texts[:number], texts[number + 1 :]
        if kind is Kind.OPERATOR:
            assert before[-4:] == ["operator", "(", "pg_catalog", "."], f"{place}: operator {text}"
        if text == "::":
            assert after[:2] == ["pg_catalog", "."], f"{place}: cast to {after[0]}"
        if kind is Kind.NAME and after[0] == "(" and text.lower() not in (*NO_FUNCTIONS, *COMMON) and before[-1] != "as":
            assert before[-2:] == ["pg_catalog", "."], f"{place}: function {text}"
        if text.lower() in ("from", "join") and before[-1] != "epoch":
            assert after[0] in ("(", "$1", "lateral", *COMMON) or after[:2] == ["pg_catalog", "."], (
                f"{place}: relation {after[0]}"
            )
        assert text.lower() not in HIDDEN_OPERATORS, f"{place}: {text}"


# Writes down what the runner asks on each of its sessions.
RECORDING = """
import json, os, sys
from dbmigration.session import session
original = session.query
def recorded(raw, sql):
    with open(os.environ["RECORDED"], "a") as file:
        file.write(json.dumps(sql) + "\\\\n")
    return original(raw, sql)
for name, module in list(sys.modules.items()):
    if name.startswith("dbmigration.") and getattr(module, "query", None) is original:
        module.query = recorded
"""
TYPES = ["text", "name", '"char"', "int4", "int8", "oid", "regclass", "float8", "numeric", "interval", "timestamptz", "bool"]
OPERATORS = ["=", "<>", "<", ">", "<=", ">=", "-", "+", "||", "~", "!~"]


@pytest.fixture
def hostile(project: Project) -> Project:
    """A schema with an operator for each pair of types, a function for each that is used, and types of the usual names."""
    with project.database.connect(superuser=True) as admin:
        admin.execute("CREATE SCHEMA hostile; CREATE SCHEMA probe")
        for left, right in itertools.product(TYPES, TYPES):
            admin.execute(
                f"CREATE FUNCTION hostile.mine(pg_catalog.{left}, pg_catalog.{right}) RETURNS pg_catalog.bool "
                "LANGUAGE sql AS 'SELECT true';"
                + ";".join(
                    f"CREATE OPERATOR hostile.{name} (LEFTARG = pg_catalog.{left}, RIGHTARG = pg_catalog.{right}, "
                    "FUNCTION = hostile.mine)"
                    for name in OPERATORS
                )
            )
        for name in TYPES:
            admin.execute(f"CREATE DOMAIN hostile.{name} AS pg_catalog.{name}")
        used = {name for _, query in _queries() for name in re.findall(r"(\w+)\(", query)}
        for name, arguments in admin.execute(
            "SELECT proname, pg_catalog.oidvectortypes(proargtypes) FROM pg_catalog.pg_proc "
            "WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (%s) AND NOT proretset AND prokind = 'f' "
            "AND pg_catalog.oidvectortypes(proargtypes) !~ 'any|internal'",
            [sorted(used)],
        ).fetchall():
            admin.execute(f"CREATE FUNCTION hostile.{name}({arguments}) RETURNS pg_catalog.text LANGUAGE sql AS 'SELECT NULL'")
    return project


def _picked_up(admin: psycopg.Connection[Any], query: str) -> list[str]:
    """What a query would use of the hostile schema: the server writes down what the body of a function depends on."""
    admin.execute("SET search_path = hostile, public, pg_catalog")
    # Its columns may have any types and names.
    admin.execute(f"CREATE FUNCTION probe.asked() RETURNS SETOF pg_catalog.record BEGIN ATOMIC {query}; END".encode())
    admin.execute("SET search_path = pg_catalog")
    found = admin.execute(
        "SELECT pg_describe_object(d.refclassid, d.refobjid, 0) FROM pg_depend d "
        "WHERE d.objid = 'probe.asked()'::regprocedure AND pg_describe_object(d.refclassid, d.refobjid, 0) LIKE '%hostile%'"
    ).fetchall()
    admin.execute("DROP FUNCTION probe.asked()")
    return [row[0] for row in found]


def test_what_the_runner_asked_uses_nothing_that_somebody_planted(hostile: Project, tmp_path: Path) -> None:
    recorded = _recorded(hostile, tmp_path / "recorded")
    with hostile.database.connect(superuser=True) as admin:
        # What is written without a schema is picked up, or this test would show nothing.
        for careless in (
            "SELECT 1 WHERE 'a'::pg_catalog.text = 'b'::pg_catalog.text",
            "SELECT 'a'::text",
            "SELECT current_schema()",
        ):
            assert _picked_up(admin, careless), careless
        for query in recorded:
            assert _picked_up(admin, query) == [], query
    # Nearly all of them were asked: the others are variants of these.
    asked = "\n".join(recorded)
    for view in (
        "pg_locks",
        "pg_stat_activity",
        "pg_blocking_pids",
        "pg_index",
        "pg_settings",
        "pg_is_in_recovery()::pg_catalog.text, EXISTS",
        "obj_description",
        "version_num",
        "DISTINCT ON (s.revision)",
        "e.heads_before",
    ):
        assert view in asked, view


def _recorded(project: Project, file: Path) -> list[str]:
    """Runs with an index that somebody is in the way of, with a step that forgets its settings, and beside another run."""
    project.env_py.write_text(RECORDING.replace("\\\\n", "\\n") + project.env_py.read_text())
    autocommit = "with op.get_context().autocommit_block():\n    "
    project.script("001", upgrade=f'{autocommit}op.execute("DISCARD ALL")\n{autocommit}op.execute("SET lock_timeout = 0")')
    project.script("002", "001", upgrade=f'{autocommit}op.execute("CREATE UNIQUE INDEX CONCURRENTLY ux ON d (v)")')
    project.database.execute("CREATE TABLE d AS SELECT 1 AS v")
    split = urlsplit(project.database.server.url)
    # By another name, so that the database is asked whether it is the same.
    proxy = Proxy(lambda: (str(split.hostname), split.port or 5432))
    environment = {"RECORDED": str(file), "DATABASE_URL": project.database.url(project.driver, host=proxy.host)}
    environment |= {"NAMED": project.database.url(project.driver)}
    asked: dict[str, Any] = {"environment": environment, "database": {"variable": "NAMED"}}
    with project.database.connect() as other:
        other.execute("BEGIN; INSERT INTO d VALUES (1)")
        running = project.start("head", invalidIndexes="Drop", **asked)
        wait_until(lambda: any(event["event"] == "waiting" for event in _events(running.printed())))
        assert project.run("head", timeouts={"busy": 300}, **asked).reason == "DatabaseBusy"
        other.execute("COMMIT")
    assert running.result().reason == "InvalidIndex"
    project.database.execute("DELETE FROM d")
    assert project.run("head", invalidIndexes="Drop", **asked).reason == "AtTargetRevision"
    assert project.run(f"@{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}", **asked).reason == "AtTargetRevision"
    proxy.close()
    queries = {json.loads(line) for line in file.read_text().splitlines()}
    return sorted(query for query in queries if query.lstrip().startswith("SELECT"))


def _events(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines() if line.startswith('{"event"')]


def test_a_planted_version_table_is_read_only_where_alembic_reads_it_and_is_named(project: Project) -> None:
    project.line("001", "002")
    assert project.run("002").code == 0
    planted = "CREATE SCHEMA planted; CREATE TABLE planted.alembic_version AS SELECT '001'::varchar(32) AS version_num"
    project.database.execute(planted)
    set_path = f"ALTER ROLE {project.database.name} SET search_path = "
    project.database.execute(set_path + "public, planted", superuser=True)
    assert project.run("002").outcome["versionTable"] == "public.alembic_version"
    project.database.execute(set_path + "planted, public", superuser=True)
    first = project.run("001")
    assert (first.reason, first.outcome["versionTable"]) == ("AtTargetRevision", "planted.alembic_version")
