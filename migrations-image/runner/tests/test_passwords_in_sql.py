"""Passwords that a script sets: the log of the Job shows the statement that failed, and not these."""

from __future__ import annotations

import pytest

from dbmigration.report.redact import Secrets
from tests.project import Project
from tests.proportion import assert_in_proportion

FORMS = [
    *("'hunter2 x'", "'it''s hunter2'", "E'hunter2\\'x'", "U&'hunter2'", "'a'\n  'hunter2'"),
    *("$$hunter2$$", "$$it's hunter2; $$", "$tag$hunter2 $$ x$tag$"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("between", ["", " ", "  ", "\n", "\t"])
def test_a_password_in_sql_is_hidden_in_every_form(form: str, between: str) -> None:
    if not between and not form.startswith("'"):
        # Then it is a piece of a name.
        between = " "
    text = f"[SQL: CREATE ROLE r LOGIN ENCRYPTED PASSWORD{between}{form} VALID UNTIL 'infinity']"
    cleaned = Secrets({}).clean(text)
    assert "hunter2" not in cleaned
    assert cleaned.startswith("[SQL: CREATE ROLE r LOGIN ENCRYPTED PASSWORD")
    assert "VALID UNTIL 'infinity'" in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "DO $do$ BEGIN EXECUTE 'CREATE ROLE r PASSWORD ''hunter2'''; END $do$",
        "LINE 1: ALTER ROLE r PASSWORD $$hunter2...",
        "ALTER ROLE r PASSWORD $$hunter2$$; ALTER ROLE s PASSWORD $x$hunter2$x$",
        "SELECT dblink_connect('host=h user=u password=''hunter2 x''')",
        "INSERT INTO settings VALUES ('smtp_password', 'hunter2 x'), ('a', 'b')",
        "SELECT set_config('app.password' , $$hunter2$$, false)",
        "ALTER ROLE r PASSWORD /* a ' b */ 'hunter2'",
        "ALTER ROLE r PASSWORD -- it's\n 'hunter2'",
    ],
)
def test_one_within_a_string_and_one_that_was_cut_are_hidden(text: str) -> None:
    assert "hunter2" not in Secrets({}).clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "the password isn't right: it's wrong",
        "password authentication failed for user 'app'",
        "PASSWORD NULL VALID UNTIL 'x'",
        "ALTER ROLE r PASSWORD $1",
        "ALTER ROLE r PASSWORD '' VALID UNTIL 'x', 'y'",
        "set the password expression to x",
        "INSERT INTO settings VALUES ('smtp_password', NULL), ('a', 'b')",
        "VALUES ('password', 1, 'x')",
    ],
)
def test_what_is_no_password_stays(text: str) -> None:
    assert Secrets({}).clean(text).replace("***", "''") == text


@pytest.mark.parametrize(
    "piece", ["password $a", "password $$", "password '", "password ''a", "password " * 3, "password $a$ "]
)
def test_it_takes_time_in_proportion(piece: str) -> None:
    assert_in_proportion(lambda times: Secrets({}).clean(piece * times), 1000)


def test_it_is_hidden_in_the_log_of_a_run(project: Project) -> None:
    project.script("001", upgrade='op.execute("CREATE ROLE x_of_a_test PASSWORD $$hunter2 x$$")')
    result = project.run("head")
    assert result.reason == "PermissionDenied", result.message
    assert "CREATE ROLE x_of_a_test PASSWORD ***" in result.stderr
    # The interpreter quotes the script's own line, too.
    assert "hunter2" not in result.stdout + result.stderr + result.message
