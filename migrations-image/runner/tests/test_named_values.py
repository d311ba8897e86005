"""Values behind the name of a secret, as a message, a log or a complaint of pydantic's has them."""

from __future__ import annotations

import json

import pytest

from dbmigration.report.redact import Secrets
from dbmigration.report.setting_names import is_secret
from tests.project import Project

SECRET = "Kx7pQz9wLm"
NAMES = [
    *("password", "DB_PASS", "SMTP_PASS", "db_pass", "DB_PRIVATE", "privateKey", "credentials", "CREDENTIAL", "api_key"),
    *("secret_key", "secretAccessKey", "AccountKey", "auth_token", "SECRET_SAUCE", "TOKEN_2", "password_hash"),
]
HIDDEN = [
    "https://s3.example/b?X-Amz-Credential=@&X-Amz-Signature=@",
    "https://s3.example/b?sv=2026&sig=@",
    "SharedAccessSignature sig=@",
    "AccountKey=@==;EndpointSuffix=x",
    "privateKey: @",
    "credentials: @",
    "credentials: [\"@\", 'app']",
    "vault token hvs.CAESI@",
    "ghp_16C7@ is no longer valid",
    "header eyJhbGciOiJIUzI1NiJ9.eyJzdWIi@.@",
    '{"password": {"value": "@"}}',
    '{"password": {"of": {"value": "@"}, "n": 1}}',
    '{"password": {"value": "@',
    '{"db_password_main": "@"}',
    "{'secrets': {'main': '@'}}",
    "<password>@</password>",
    "<db:password>@</db:password>",
    "('password', '@')",
    "[('host', 'db'), ('DB_PASS', '@')]",
    "secret_key=\n  @",
    "password := @",
    "password => '@'",
    "{'DB_USER': 'app',..._PRIVATE': '@'}",
    "{'DB_USER': 'app', …RIVATE_KEY': '@'}",
    # By pydantic, which cuts at any place.
    "1 validation error for S\nX\n  Field required [type=missing, input_value={'DB_PASS': '@',...rd': 1}, input_type=dict]",
    "X\n  Field required [type=missing, input_value={'DB_USER': 'app', 'O...TE': '@'}, input_type=dict]",
    "X\n  Field required [type=missing, input_value={'DB_USER': 'app', 'OT...@'}, input_type=dict]",
    "X\n  Field required [type=missing, input_value={'DB_PASS': '@...ab', 'n': 1}, input_type=dict]",
    "DB_PASS\n  Input should be a valid integer [type=int_parsing, input_value='@', input_type=str]",
    "  Input should be a valid integer [type=int_parsing, input_value='@', input_type=str]",
    "db.password\n  Value error, too weak [type=value_error, input_value=@, input_type=str]",
    'duplicate key value\nDETAIL:  Key (login, "password")=(app, @) already exists.',
    "DETAIL:  Key (token)=(a)b, @) conflicts with existing key (token)=(@).",
    "{'S': 'ERROR', 'D': 'Key (api_key)=(@) already exists.', 's': 'public'}",
    "DÉTAIL : La clé « (password)=(@) » existe déjà.",
    "DETAIL:  Failing row contains (1, null, @).",
]
SHOWN = [
    "passenger: 12, passengers='x'",
    "the private schema: 'app' of revision 001",
    "private_schema='app', version_table='token_table', token_table='users'",
    'relation "private.tokens" does not exist',
    "private.alembic_version was at 001 and is now at 002",
    "DROP TABLE tokens, passwords; DROP TABLE private.users",
    "tokens: 3 rows, credential_types: 4",
    "UPDATE a SET n = b.n FROM b WHERE a.token_id = b.token_id AND a.password_changed_at > now()",
    "op.drop_index('ix_tokens', 'tokens'), op.drop_column('tokens', 'expires')",
    "SELECT 1 WHERE table_name IN ('token', 'users')",
    "('add_index', 'ix_tokens'), ('tokens', 'users')",
    "password_file='/run/secrets/db', /app/private/versions/001_tokens.py: 3",
    "bypass='x', compass: north, 12 tests passed: users, private/versions/001.py",
    "design='x', assignment=3, the signature: upgrade()",
    "Key (login, name)=(app, x) already exists.",
    "UPDATE t SET (a, b)=(1, 2)",
    "X\n  Field required [type=missing, input_value={'DB_USER': 'app', 'n': 1}, input_type=dict]",
    "password\n  Field required [type=missing, input_value={}, input_type=dict]",
    "DB_PORT\n  Input should be a valid integer [type=int_parsing, input_value='a', input_type=str]",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "form", ["{'$': '@', 'b': 'c'}", '{"$": "@"}', "$=@", "$: @", "S($='@', b='c')", "$ = '@'", "bad $ '@'", "(('$', '@'), 1)"]
)
def test_one_list_of_names_holds_for_environment_columns_and_texts(name: str, form: str) -> None:
    assert is_secret(name)
    told = form.replace("$", name)
    shown = told.replace("'@'", "***").replace('"@"', "***").replace("@", "***")
    assert Secrets({}).clean(told.replace("@", SECRET)) == shown
    clean = Secrets({name: SECRET}).clean
    assert clean(f"the value {SECRET}") == "the value ***"


@pytest.mark.parametrize("text", HIDDEN)
def test_a_value_behind_such_a_name_is_hidden(text: str) -> None:
    cleaned = Secrets({}).clean(text.replace("@", SECRET))
    assert [SECRET[n : n + 4] for n in range(len(SECRET) - 3) if SECRET[n : n + 4] in cleaned] == [], cleaned
    assert "***" in cleaned


@pytest.mark.parametrize("text", SHOWN)
def test_revisions_tables_and_paths_are_shown(text: str) -> None:
    assert Secrets({}).clean(text) == text


def test_what_env_py_repeats_of_a_file_that_never_was_in_the_environment(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(
        f"s = {{'DB_USER': 'app', 'DB_PASS': '{SECRET}', 'DB_PRIVATE': '{SECRET[::-1]}'}}\n"
        "raise ValueError(f'incomplete settings: {s}')\n" + project.env_py.read_text()
    )
    result = project.run("head")
    assert "incomplete settings: {'DB_USER': 'app', 'DB_PASS': ***, 'DB_PRIVATE': ***}" in result.message
    written = json.dumps(result.outcome) + result.stdout + result.stderr
    # The line of the file itself, which a traceback quotes, has them as well.
    assert SECRET not in written
    assert SECRET[::-1] not in written
