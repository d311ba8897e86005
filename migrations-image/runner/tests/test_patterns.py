"""Regular expressions see what users wrote, so none of them may take more time than in proportion to it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dbmigration.report import (
    named_values,
    repeated_values,
    secret_arguments,
    secret_columns,
    server_details,
    setting_lines,
    setting_names,
    validation_inputs,
)
from dbmigration.report.redact import Secrets
from tests.proportion import assert_in_proportion

RUNNER = Path(__file__).parent.parent / "dbmigration"
CALLS = ("compile", "match", "search", "sub", "subn", "split", "fullmatch", "findall", "finditer")


def _framed(expression: re.Pattern[str]) -> str:
    """As it is written, with the names of its parts."""
    text = expression.pattern
    for part in (named_values._QUOTED, named_values._BEHIND, setting_names.WORDS):
        text = text.replace(part, "{}")
    return text


# Every expression, and why it cannot take longer: a run of one class with nothing behind it is never shortened; where
# something stands behind a run, it shares no character with it, and no second run meets the same characters.
ALLOWED = {
    "lexer.py": {
        r"[ \t\n\r\f\v]*": "one run",
        r"[^\n\r]*": "one run",
        r"/\*|\*/": "two characters",
        r"[^\x00-#%-/:-@\[-^`{-\x7f]+": "one run",
        "[0-9_]+": "one run",
        "[0-9]+": "one run",
        "[0-9A-Fa-f_]+": "one run",
        r"[^\x00-/:-@\[-^`{-\x7f]*": "one run",
        r"[~!@#^&|`?+\-*/%<>=]{1,65}": "one run, of a bounded length",
        r"['\\]": "one character",
        "[~!@#^&|`?%]": "one character",
    },
    "splitter.py": {r"['\"$;/\-]": "one character"},
    "invalid_indexes.py": {r"(?<!\w){}(?!\w)": "a name of at most 63 characters, as it is"},
    "connection_failure.py": {
        r"^(?:connection failed: )?connection to server at \"[^\"]*\"(?: \([^)]*\))?, port \d+ failed: (?:FATAL: +)?": (
            "libpq's own words, once, from the beginning; each run ends at a character that is not of it"
        )
    },
    "instants.py": {
        r"@(\d{4})-(\d\d)-(\d\d)(?:([Tt ])(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(?:([Zz])|([+-])(\d\d):(\d\d))?": (
            "each part of a bounded length"
        ),
    },
    "target.py": {
        r"(?P<symbol>\w+)?(?P<offset>[+-]\d+)": "the whole of a target; no sign is of the run before it",
        "[@,+-]": "one character",
    },
    "statement.py": {r" at 0x[0-9A-Fa-f]+": "a word, and a run with nothing behind it"},
    "unbroken.py": {r"(?: (?=\s)|[^\S ])\s*": "one run, with nothing behind it"},
    "driver_text.py": {
        r"%(?:[%s]|\([^()%]*\)s)": "a run that shares no character with what may stand before or behind it",
    },
    "outcome.py": {r"[a-z]+(?=[\s,:;]|$)": "the first word; what may follow is not of the run"},
    "redact.py": {
        r"\S*": "one run",
        r"(?i)true|false|none|null|enabled|disabled|required|optional|\d{1,5}": "words, and a run of a bounded length",
        r"(?:^|[\s?&])(?:host|hostaddr|port|user|dbname|database)=([^\s&'\"]+)": "words, and a run with nothing behind it",
        "[@/?#:]": "one character",
        r"\\(.)": "two characters",
    },
    "setting_names.py": {
        "": "WORDS, which are words",
        setting_names.USUAL.pattern: "the name of a variable, which is not the user's text and short",
        setting_names.PLACE.pattern: "words",
        setting_names.ADDRESS.pattern: "words",
        setting_names.NAME.pattern: "words",
    },
    "setting_lines.py": {
        setting_lines._PAIR.pattern: "once, from the beginning of a line; what may follow the run of a name is not of it",
    },
    "sql_strings.py": {
        r"""(?i)(?<!['"])password\s*""": "a word, and a run of spaces with nothing behind it",
        r"'\s*,\s*": "runs of spaces with a sign between them, from one place only",
    },
    "sql_literals.py": {r"[^\n]*": "one run"},
    "named_values.py": {
        _framed(named_values.NAMED): "words and a bounded run, then runs of spaces with a sign between them; what may follow "
        "a run of a quoted value is not of it, and a quoted value that has no end is the last one",
        _framed(named_values._LONGER): "the same",
        _framed(named_values._ELEMENT): "runs of a bounded length",
        _framed(named_values._PAIR): "as the first one",
        _framed(named_values._CUT): "the same",
        named_values._TOKEN.pattern: "words, and runs that share no character with what follows",
    },
    "repeated_values.py": {repeated_values._GIVEN.pattern: "signs, and runs of a bounded length"},
    "server_details.py": {server_details._BEHIND.pattern: "a sign, and words behind it"},
    "validation_inputs.py": {
        validation_inputs._REST_OF_NAME.pattern: "once, from a cut; what may follow a run is not of it",
        validation_inputs._REST_OF_VALUE.pattern: "one run",
    },
    "secret_columns.py": {
        r"(?i)\binsert\s+into\b|\binsert(?=\s*\()": "words, and a run of spaces between them, from one place only",
        r"(?i)\bset\b\s*(?:local\s+|session\s+)?": "the same",
        secret_columns._TABLE.pattern: "a run that ends at any parenthesis, and spaces between words",
        r"(?i)\b(?:jsonb?_build_object|hstore)\(": "words",
        r"[\w$.\-]*": "one run",
        r"[\w.]+": "one run",
    },
    "secret_arguments.py": {
        secret_arguments._CALL.pattern: "words, and a run of spaces before a sign",
        secret_arguments._LOGIN.pattern: "a run that ends at a colon, of a bounded length, and one with nothing behind it",
        secret_arguments._HEADER.pattern: "words and signs, between them runs that share no character with what "
        "follows, or of a bounded length",
    },
    "notices.py": {r"(alembic|sqlalchemy|dbmigration)(\.|$)|\w+_py$": "the name of a module, once, from the beginning"},
}
PIECES = [
    *(
        "//",
        "//a:",
        "//a:b",
        "//a:b@",
        "@",
        ":",
        "'",
        "''",
        '"',
        "\\",
        "\\'",
        "password",
        "password=",
        "password ",
        "password='",
    ),
    *(
        "password=''",
        'token="',
        "token='\\",
        " ",
        " \n",
        "\n ",
        "a",
        "a\n",
        "a \n ",
        "secret: ",
        "pwd = '",
        "a b",
        "b  \n",
        "=" * 3,
        "...",
        "@h",
        "//a@",
        "..@",
        "aaa.",
        "app ",
        "name-",
        "tokens={",
        "token>",
        "('token', ",
        "DB_TOKEN_",
        "...a': ",
        "token)=(",
        "input_value={...",
        "Failing row contains (",
    ),
]
LENGTH = 3000


def _expressions(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.func.attr in CALLS
        arguments = [node.args[0]] if of_re else [keyword.value for keyword in node.keywords if keyword.arg == "module"]
        found.update(_text(argument) for argument in arguments)
    return found


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


@pytest.mark.parametrize("path", sorted(RUNNER.glob("**/*.py")), ids=lambda path: path.name)
def test_every_expression_is_one_of_which_somebody_has_thought(path: Path) -> None:
    assert _expressions(path) == set(ALLOWED.get(path.name, {}))


@pytest.mark.parametrize("end", ["", "@", "'", "x", "\\\n"])
@pytest.mark.parametrize("piece", PIECES)
def test_secrets_are_looked_for_in_proportion_to_the_text(piece: str, end: str) -> None:
    of_spaces = {"A_SECRET": "a" * 20 + "b", "B_SECRET": "a" + " " * 30 + "b", "C_SECRET": "a \n " * 20 + "b"}
    secrets = Secrets({**of_spaces, "URL": "postgresql://app:a:aaa.name-pass@h/name-", "LONG_TOKEN": "password//a:" * 50})
    secrets.add([" " * 12 + "b", " " * 12])
    assert_in_proportion(lambda length: secrets.clean(piece * (length // len(piece)) + end), LENGTH)


def test_a_secret_is_found_where_its_line_was_broken() -> None:
    secrets = Secrets({"A_SECRET": "correct horse"})
    for shown in ("correct horse", "correct\nhorse", "corr\n   ect horse", "correct \n horse"):
        assert secrets.clean(f"it is {shown}.") == "it is ***."
