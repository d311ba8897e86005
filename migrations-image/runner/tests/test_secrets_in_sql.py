"""Secrets that a script writes: the plan's SQL and the log show where they go, and not what they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbmigration.report.redact import Secrets
from tests.project import Project
from tests.proportion import assert_in_proportion

HIDDEN = [
    "INSERT INTO accounts(login, password) VALUES ('root', @)",
    "INSERT INTO accounts (login, password) VALUES ('root', @), ('app', @)",
    "INSERT INTO app.accounts AS a (login, \"Password\", n) OVERRIDING USER VALUE VALUES ('root', E@::text), (f(','), @)",
    "INSERT INTO accounts (api_token, login) VALUES (md5(@ || 'b'), 'root') ON CONFLICT (login) DO UPDATE SET api_token = @",
    "INSERT INTO accounts (login, password) SELECT 'root', @ FROM other WHERE note = 'b'",
    "WITH a AS (INSERT INTO accounts (login, pwd) VALUES ('root', @) RETURNING 1) SELECT 'b'",
    "MERGE INTO a USING b ON a.x = b.x WHEN NOT MATCHED THEN INSERT (login, secret) VALUES ('root', @)",
    "DO $$ BEGIN INSERT INTO accounts (login, secret_key) VALUES ('root', @); END $$",
    "DO $do$ BEGIN EXECUTE 'INSERT INTO accounts (login, password) VALUES (''root'', '@')'; END $do$",
    "op.execute('INSERT INTO accounts (login, password) VALUES (\\'root\\', \\'hunter2 x\\')')",
    'op.execute("INSERT INTO \\"accounts\\" (\\"login\\", \\"password\\") VALUES (\'root\', @)")',
    "LINE 1: INSERT INTO accounts(login, password) VALUES ('root', 'hunter2 x\n               ^",
    "INSERT INTO settings VALUES (1, 'smtp.token', @, 'b')",
    "INSERT INTO settings (key, value) VALUES ('api_key', @), ('b', 'c')",
    "UPDATE accounts SET (login, password) = ('root', @)",
    "UPDATE accounts SET encryption_key = @ WHERE login = 'b'",
    "UPDATE accounts SET password_hash=encode(sha256(@), 'hex'), login = 'b'",
    "UPDATE accounts SET password = (@), login = 'b'",
    "UPDATE accounts SET password = @ || @ WHERE login = 'b'",
    "UPDATE accounts SET pwd = CASE WHEN id = 1 THEN @ ELSE @ END WHERE login = 'b'",
    "UPDATE accounts SET password = v.password FROM (VALUES ('root', @), ('root', @)) AS v (login, password) WHERE 'b' = 'b'",
    "WITH v (login, password) AS (VALUES ('root', @)) INSERT INTO accounts (login, password) SELECT login, password FROM v",
    "UPDATE accounts SET note = jsonb_build_object('login', 'root', 'api_token', @)",
    "SELECT create_account(login => 'root', secret => @)",
    "ALTER TABLE accounts ALTER COLUMN signing_key SET DEFAULT @",
    "CREATE TABLE accounts (login text DEFAULT 'b', auth_token varchar(20) NOT NULL DEFAULT @)",
    "SET LOCAL app.encryption_key = @",
    "SET app.enc_key TO @; SELECT 'b'",
    "ALTER ROLE app SET shop.hmac_key = @",
    "SELECT set_config('app.key', @, true), 'b'",
    "SELECT SET_CONFIG ('shop.token', @, false)",
    "INSERT INTO accounts VALUES ('x', crypt(@, gen_salt('bf')))",
    "SELECT encode(digest(@, 'sha256'), 'hex')",
    "SELECT hmac(name, @, 'sha256') FROM accounts WHERE b = 'b'",
    "UPDATE accounts SET note = encrypt('note'::bytea, @::bytea, 'aes')",
    "SELECT decrypt_iv(note, @, '\\x00', 'aes')",
    "SELECT pgp_sym_encrypt('x', @, 'cipher-algo=aes256')",
    "SELECT pgp_sym_decrypt(note, @) FROM accounts",
    "SELECT pgp_pub_decrypt(note, dearmor('key'), @)",
    "[SQL: INSERT INTO accounts (login, password) VALUES ($1::VARCHAR, $2::VARCHAR)]\n[parameters: ('root', 'hunter2 x')]",
    "[SQL: INSERT INTO accounts (password, n) VALUES (%s, %s)]\n[parameters: [(\"hunter2's\", 1), ('hunter2 x', 1)]]",
    "[SQL: INSERT INTO accounts (n, aes) VALUES (%(n)s, %(encryption_key)s)]\n[parameters: {'encryption_key': 'hunter2 x'}]",
    "SELECT dblink_connect('a', 'host=h user=u password=hunter2_x')",
    "COPY t FROM PROGRAM 'curl -s -u app:hunter2_x http://x'",
    "COPY t FROM PROGRAM 'curl --user ''app:hunter2 x'' http://x'",
    "COPY t FROM PROGRAM 'curl -H \"Authorization: Bearer hunter2_x\" http://x'",
    "SELECT http((('GET', 'http://x', ARRAY[http_header('Authorization','Bearer hunter2_xxxxxxxxxxx')], NULL, NULL)))",
    "COPY t FROM PROGRAM 'curl -H ''X-Api-Key: hunter2_x'' http://x'",
]
SHOWN = [
    "INSERT INTO accounts (login, note) VALUES ('root', 'x'), ('a', 'b')",
    "INSERT INTO accounts VALUES ('root', 'x')",
    "[SQL: INSERT INTO accounts (login, password) VALUES ($1, $2)] [parameters: ('x', 1)] ('a', 'b')",
    "[SQL: INSERT INTO accounts (login, password) VALUES (%(login)s, NULL)] [parameters: {'login': 'x'}]",
    "INSERT INTO flights (passenger, passing) VALUES ('a', 'b')",
    "INSERT INTO settings (key, value) VALUES ('colour', 'red')",
    "INSERT INTO accounts (login, password) VALUES ('root', NULL), ('a', :password)",
    "INSERT INTO accounts (login, password) SELECT login, password FROM other WHERE note = 'b'",
    "ALTER TABLE accounts ADD COLUMN password varchar(20) DEFAULT NULL, ADD COLUMN note text DEFAULT 'b'",
    "SET search_path TO 'a', 'b'",
    "UPDATE t SET note = v.note FROM (VALUES ('root', 'x')) AS v (login, note), accounts AS a (password)",
    "COMMENT ON COLUMN accounts.password IS 'what it is'",
    "SELECT set_config('search_path', 'a', true)",
    "UPDATE accounts SET key = 'a'",
    "CREATE INDEX ON accounts (password, digest); SELECT 'a'",
    "the digest (it isn't 'x') of the plan, and what it doesn't encrypt ('a')",
    "insert into the table what isn't there ('a')",
    "psql -u a:b is no option, and the bearer of it isn't known",
]


def written(text: str) -> Iterator[str]:
    for form in ("'hunter2 x'", "'hunter2''x'"):
        # Between quotes that are doubled its own ones are as well.
        doubled = form.replace("'hunter2''x'", "'hunter2 x'")[1:-1] if "'@'" in text else form
        yield text.replace("'@'", f"''{doubled}''").replace("@", form)


@pytest.mark.parametrize("text", HIDDEN)
def test_what_goes_where_a_secret_belongs_is_hidden(text: str) -> None:
    for shown in written(text):
        cleaned = Secrets({}).clean(shown)
        assert "hunter2" not in cleaned
        assert "***" in cleaned
        # What stands beside it is what somebody has to read.
        for beside in ("'root'", "'b'", "accounts"):
            assert cleaned.count(beside) == shown.count(beside) or "md5" in shown, cleaned


@pytest.mark.parametrize("text", SHOWN)
def test_what_goes_elsewhere_is_shown(text: str) -> None:
    assert Secrets({}).clean(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        *("insert into a(", "insert into a(password) values (", "insert into a(password) values ('x'), ", "insert ("),
        *("set a.key = ", "set (", "set (password) = (", "password default ", "password a ", "password = f(", "crypt("),
        *(
            "set_config('a.key', ",
            "curl -u ",
            "curl -u a:",
            " -u 'a",
            "authorization: bearer ",
            "x-a-",
            "bearer ",
            "''x",
            "\\'",
        ),
        *("password /* ", "password = ''x", "insert into a(password) values (''x", "a.a", "private"),
        *("(values (", "(a) as (", "(values ('x'), ", "password = (", "password = case ", "password = 'x' || ", "hstore("),
    ],
)
def test_it_takes_time_in_proportion(piece: str) -> None:
    assert_in_proportion(lambda length: Secrets({}).clean("curl " + piece * (length // len(piece))), 5000)


def test_the_sql_of_a_plan_shows_none(project: Project) -> None:
    project.line("001")
    table = 'sa.table("accounts", sa.column("login", sa.Text), sa.column("password", sa.Text), sa.column("n"))'
    project.script(
        "002",
        "001",
        upgrade=f'op.bulk_insert({table}, [{{"login": "root", "password": "hunter2 x"}}])\n'
        f'op.execute({table}.insert().values(login="app", password="hunter2 x", n={{"a": "it\'s"}}))\n'
        "op.execute(\"SELECT pgp_sym_encrypt('note', 'hunter2 x')\")",
    )
    shown = project.run("head", mode="Plan")
    assert "hunter2" not in shown.stdout + shown.stderr
    assert "INSERT INTO accounts (login, password) VALUES ('root', ***)" in shown.stdout
