"""What a script puts where a secret belongs, and the server or the driver repeats in its message."""

from __future__ import annotations

import json

import pytest

from dbmigration.report import repeated_values
from tests.project import Project
from tests.test_secrets_in_sql import HIDDEN

SECRET = "Kx7pQz9wLm"
COMPLAINT = ValueError(f'invalid input syntax for type uuid: "{SECRET}", of app')
DRIVERS = ["psycopg", "psycopg2", "asyncpg", "pg8000"]
# A column of each kind, and what the server says of a value that is none of it.
REFUSED = {
    "uuid": "invalid input syntax for type uuid",
    "integer": "invalid input syntax for type integer",
    "mood": "invalid input value for enum mood",
    "date": "invalid input syntax for type date",
    # Its detail has the value.
    "jsonb": "invalid input syntax for type json",
}
INSERTS = """
bind = op.get_bind()
kinds = {kinds!r}
for kind in kinds:
    op.execute(f"CREATE TABLE of_{{kind}} (login text, password {{kind}})")
op.execute("CREATE TABLE k (login text NOT NULL, password text UNIQUE CHECK (length(password) > 3), token varchar(4))")
op.execute("INSERT INTO k VALUES ('app', 'Kx7pQz9wLm')")
def tried(sql, *values):
    try:
        with bind.begin_nested():
            bind.execute(sa.text(sql), *values)
    except Exception as error:
        print("tried", error)
        return
    raise AssertionError(sql)
for kind in kinds:
    tried(f"INSERT INTO of_{{kind}} (login, password) VALUES ('app', 'Kx7pQz9wLm')")
    tried(f"INSERT INTO of_{{kind}} VALUES ('app', CAST(CAST(:password AS text) AS {{kind}}))", {{"password": "Kx7pQz9wLm"}})
tried("INSERT INTO k (login, password) VALUES ('b', 'Kx7pQz9wLm')")
tried("INSERT INTO k (login, password) VALUES (:login, :password)", {{"login": "b", "password": "Kx7pQz9wLm"}})
tried("UPDATE k SET login = NULL")
tried("INSERT INTO k (login, token) VALUES ('b', 'Kx7pQz9wLm')")
{last}
"""
LAST = "op.execute(\"INSERT INTO of_uuid (login, password) VALUES ('b', 'Kx7pQz9wLm')\")"
# asyncpg complains of this by itself.
LAST_OF_ASYNCPG = """
u = op.create_table("u", sa.Column("login", sa.Text), sa.Column("password", sa.LargeBinary))
op.bulk_insert(u, [{"login": "b", "password": None}, {"login": "b", "password": "Kx7pQz9wLm"}])
"""


def _pieces(text: str) -> list[str]:
    return [SECRET[n : n + 4] for n in range(len(SECRET) - 3) if SECRET[n : n + 4] in text]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_masked_in_a_statement_is_known_in_what_is_said_of_it(text: str) -> None:
    shown = text.replace("hunter2 x", SECRET).replace("hunter2_x", SECRET).replace("hunter2's", "x")
    if "@" not in shown and f"'{SECRET}" not in shown.replace("\\'", "'"):
        # Of a command within it, which the server does not read.
        return
    shown = shown.replace("'@'", f"''{SECRET}''").replace("@", f"'{SECRET}'")
    assert SECRET in set(repeated_values.of_text(shown, COMPLAINT))


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        ("INSERT INTO u (login, password) VALUES (%s, %s)", ("app", SECRET)),
        ("INSERT INTO u (login, password) VALUES ($1::VARCHAR, $2::VARCHAR), ($3::VARCHAR, $4)", ("app", "x", "app", SECRET)),
        ("INSERT INTO u (login, password) VALUES (%s, %s)", [("app", "x"), ("app", SECRET)]),
        ("INSERT INTO u (login, password) VALUES (%(a)s, %(b)s)", {"a": "app", "b": SECRET}),
        ("INSERT INTO u (login, password) VALUES (%(a)s, %(b)s)", [{"a": "app", "b": SECRET}]),
        ("UPDATE u SET login = $2, password = $1", (SECRET, "app")),
        ("UPDATE u SET login = %s WHERE password = %s", ("app", SECRET)),
        ("SELECT crypt(%s, gen_salt('bf')), %s", (SECRET, "app")),
        ("SELECT f(:n, :password)", {"n": "app", "password": SECRET}),
    ],
)
def test_a_parameter_is_known_by_its_name_or_by_its_place(statement: str, parameters: object) -> None:
    assert list(repeated_values.of_statement(statement, parameters, None, COMPLAINT)) == [SECRET]


def test_what_nobody_repeats_is_not_learnt() -> None:
    found = repeated_values.of_statement("INSERT INTO u (password) VALUES (%s)", [("public",)] * 3, None, COMPLAINT)
    assert list(found) == []


@pytest.mark.parametrize("driver", DRIVERS)
def test_neither_message_nor_status_nor_log_has_a_piece(project: Project, driver: str) -> None:
    project.use(driver)
    project.database.execute("CREATE TYPE mood AS ENUM ('sad')")
    last = LAST_OF_ASYNCPG if driver == "asyncpg" else LAST
    project.script("001", upgrade=INSERTS.format(kinds=list(REFUSED), last=last))
    result = project.run("head")
    assert (result.code, result.reason) == (1, "MigrationFailed"), result.message
    said = "$2 in element #1 of executemany() sequence: '***' (" if driver == "asyncpg" else 'type uuid: "***"'
    assert said in result.message
    tried = [line for line in result.stdout.splitlines() if line.startswith("tried ")]
    assert len(tried) == 2 * len(REFUSED) + 4, result.stdout
    for words in REFUSED.values():
        assert f'{words}: "***"' in result.stdout or (words.endswith("json") and words in result.stdout), words
    written = json.dumps(result.outcome) + result.stdout + result.stderr
    assert _pieces(written) == []
    assert "value too long for type character varying(4)" in written


@pytest.mark.parametrize("driver", DRIVERS)
def test_past_sqlalchemy_the_line_of_the_script_tells(project: Project, driver: str) -> None:
    project.use(driver)
    insert = f"INSERT INTO u (login, password) VALUES ('app', '{SECRET}')"
    project.script(
        "001",
        upgrade='op.execute("CREATE TABLE u (login text, password uuid)")\n'
        f'op.get_bind().connection.cursor().execute("{insert}")',
    )
    result = project.run("head")
    assert result.code == 1
    assert 'type uuid: "***"' in result.message
    assert _pieces(json.dumps(result.outcome) + result.stdout + result.stderr) == []
