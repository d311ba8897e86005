"""What a run says where a library shows a piece of the password, or takes it for something else."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from pathlib import Path

import pytest

from dbmigration.report.redact import TOLD, Secrets
from dbmigration.report.unescaped import advice
from tests.project import RUNNER, Project

HORSE = "postgresql://app:correct-horse-battery@db/shop"
POSTGRES = "postgresql://postgres:postgres@postgres:5432/postgres"


@pytest.mark.parametrize(
    ("url", "text", "clean"),
    [
        # Cut by a library.
        (HORSE, "'postgre...horse-battery@db/shop'", "'postgre...***@db/shop'"),
        (HORSE, "'postgresql://app:correct-horse...tery@db/shop'", "'postgresql://app:***@db/shop'"),
        (HORSE, "it was correct-ho… and then ...ry@db/shop", "it was ***… and then ...***@db/shop"),
        (None, "'postgre...horse-battery@db/shop'", "'postgre...***@db/shop'"),
        # The rest of a value, as configparser quotes it.
        (
            None,
            "'%' must be followed by '%' or '(', found: '%40ss@db/shop'",
            "'%' must be followed by '%' or '(', found: '%***@db/shop'",
        ),
        # A rest of it is taken for something else.
        ("postgresql://app:Top@Secret123@postgres:5432/shop", "at Secret123@postgres:5432", "at ***@postgres:5432"),
        ("postgresql://app:p@abc@db/shop", 'translate host name "abc@db"', 'translate host name "***@db"'),
        ("postgresql://app:Top@Secret123@db/shop", "unknown host secret123@db", "unknown host ***@db"),
        ("postgresql://app:se/cr@db/shop", "int() with base 10: 'se'", "int() with base 10: '***'"),
        ("postgresql://app:se#cret/word@db/shop", 'database "word" does not exist', 'database "***" does not exist'),
        # One that stands in sentences, or is a name as well, is hidden where it is the password.
        (POSTGRES, f"{POSTGRES} failed", "postgresql://postgres:***@postgres:5432/postgres failed"),
        (POSTGRES, 'for user "postgres" at postgres:5432', 'for user "postgres" at postgres:5432'),
        (POSTGRES, "password='postgres', 'postgres...gres@postgres'", "password=***, '***...***@postgres'"),
        (
            "postgresql://app:password@db/x",
            "password authentication failed: 'password'",
            "password authentication failed: '***'",
        ),
        ("postgresql://app:database@db/x", "The database said no.", "The database said no."),
        # What the URL names stays what it is, but for a part of the password.
        ("postgresql://app:x5432y@db:5432/shop", "db:5432 is port 5432, x5432y", "db:5432 is port 5432, ***"),
        ("postgresql://app:shop-2024@db.shop/shop-1", "shop-1 at db.shop, shop-2024", "shop-1 at db.shop, ***"),
        # Its own spelling.
        (HORSE, "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5", "***==".rstrip("=")),
        ("postgresql://app:a%40b%25c@db/x", "a@b%c a%40b%25c a%2540b%2525c a%%40b%%25c", "*** *** *** ***"),
        ("postgresql:app:s3cret-word@db/x", "Could not parse 'postgresql:app:s3cret-word@db/x'", None),
        ("s3cret-word", "Could not parse 's3cret-word'", "Could not parse '***'"),
        # Among its options, and where a port belongs.
        ("postgresql://db:5432/us?user=app&password=Kx7pQz9w@kuchen", "'kuchen', 'db', 'us'", "'***', 'db', 'us'"),
        ("postgresql://db:5432/us?password=Kx7pQz9w@kuchen&user=app", "'kuchen', port 5432", "'***', port 5432"),
        ("postgresql://app@db:Kx7pQz9w/us", "base 10: 'Kx7pQz9w', 'db'", "base 10: '***', 'db'"),
    ],
)
def test_pieces_of_a_password_are_masked_and_names_are_not(url: str | None, text: str, clean: str | None) -> None:
    shown = Secrets({"DATABASE_URL": url} if url else {}).clean(text)
    assert shown == clean if clean is not None else "s3cret" not in shown, shown


def test_names_of_the_environment_and_of_options_are_shown() -> None:
    environment = {"PGUSER": "horse_rw", "PGPASSWORD": "horse_rw-1", "DSN": "host=my-horse password=my-horses dbname=horses"}
    clean = Secrets(environment).clean
    assert clean("horse_rw at my-horse/horses") == "horse_rw at my-horse/horses"
    assert clean("horse_rw-1 my-horses horse") == "*** *** ***"


@pytest.mark.parametrize(
    ("environment", "text", "clean"),
    [
        # What follows an @ in what is no URL is no host.
        ({"DB_PASSWORD": "Top@Secret77/b"}, "failed to resolve host 'Secret77'", "failed to resolve host '***'"),
        (
            {"DB_PW": "Top@Secret77", "U": "postgresql://app:pw@db/x"},
            "host 'Secret77@db', Secret77@db:5432",
            "host '***@db', ***@db:5432",
        ),
        # Of whatever name, where the operator says that it comes from a Secret.
        ({TOLD: "DB_PW KEY", "DB_PW": "Bratwurst47", "KEY": "s3cret-word"}, "'Bratwurst47' wurst47 s3cret", "'***' *** ***"),
        ({TOLD: "DB_HOST", "DB_HOST": "shop-db"}, "at shop-db:5432", "at shop-db:5432"),
        # One that has its login as JSON.
        (
            {"DB_SECRET": '{"username": "shop-app", "password": "s3cret-word", "host": "shop-db", "engine": "postgres"}'},
            "s3cret-word of shop-app at shop-db (postgres), annotate dbmigrations.io/retry",
            "*** of shop-app at shop-db (postgres), annotate dbmigrations.io/retry",
        ),
        ({"X": '{"db": {"password": "s3cret-word", "port": 5432}}'}, "s3cret-word at 5432", "*** at 5432"),
        ({"DB_SECRET": '{"value": "s3cret-words"}'}, "s3cret-words", "***"),
        ({"DB_SECRET": '{"s3cret-word'}, "s3cret-word", "***"),
        ({"DB_SECRET": '["s3cret-word"]'}, "s3cret-word", "***"),
        # A whole Secret: anything may be one of its keys, but for what an image and a cluster have.
        (
            {TOLD: "*", "SALT": "s3cret-word", "PYTHON_VERSION": "3.13.1-slim", "SHOP_PORT_80_TCP_ADDR": "10.43.16.162"},
            "s3cret-word 3.13.1-slim 10.43.16.162",
            "*** 3.13.1-slim 10.43.16.162",
        ),
        ({"SALT": "s3cret-word"}, "s3cret-word", "s3cret-word"),
        # What begins as a path does, and is none.
        ({TOLD: "A B", "A": "/9j4AAQSkZ+JRg==", "B": "/srv/key.pem"}, "9j4AAQSk in /srv/key.pem", "*** in /srv/key.pem"),
    ],
)
def test_what_a_variable_has_is_masked_by_its_name_or_by_the_operators_word(
    environment: dict[str, str], text: str, clean: str
) -> None:
    assert Secrets(environment).clean(text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("bad setting DB_PASSWORD 'Bratwurst4711kraut' Bratwur", "bad setting DB_PASSWORD *** ***"),
        ("password=Bratwurst4711kraut, urst4711", "password=***, ***"),
        ("password = 'Bratwurst4711kraut', urst4711", "password = ***, ***"),
        ('{"api_key": "Bratwurst4711kraut"} begins with Bratwurst4...', '{"api_key": ***} begins with ***...'),
        ("//app:Bratwurst4711kraut@db is Bratwurst for app", "//***@db is *** for app"),
        ("ALTER ROLE app PASSWORD $$Bratwurst4711kraut$$ Bratwurst", "ALTER ROLE app PASSWORD *** ***"),
        ("unexpected token: expected a comma", "unexpected token: *** a comma"),
        ("password: unexpected end, expected more", "password: *** end, expected more"),
        ("'password={password}': no such password", "'password=***': no such password"),
        ("secret='default' is the default", "secret=*** is the default"),
    ],
)
def test_what_a_text_shows_to_be_a_secret_is_masked_in_all_of_it(text: str, clean: str) -> None:
    assert Secrets({}).clean(text) == clean


def test_a_secret_that_env_py_reads_into_its_environment_is_masked(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(
        "import os\nos.environ['DB_PASSWORD'] = 'Bratwurst' + '4711kraut'\n"
        "raise ValueError('cannot use ' + os.environ['DB_PASSWORD'][:9])\n"
    )
    assert "cannot use ***" in project.run("head").message


def test_a_target_with_a_label_is_shown_and_an_argument_that_is_a_secret_is_not() -> None:
    request = {"name": "shop/shop", "target": "billing@head", "arguments": {"token": "opensesame", "at": "a:sesame@b"}}
    clean = Secrets({"DBMIGRATION_REQUEST": json.dumps(request)}).clean
    told = "no revision for the target 'billing@head': no label is called 'billing'. Correct spec.targetRevision."
    assert clean(told) == told
    assert clean("opensesame") == "***"


def test_base64_is_masked_where_it_holds_four_characters_and_makes_no_word_by_chance() -> None:
    password = "8b4cd18b6f40"
    clean = Secrets({"U": f"postgresql://app:{password}@db/x"}).clean
    told = "nothing was run"
    assert "hing" in b64encode(f"-{password}".encode()).decode().lower()
    assert clean(told) == told
    for before in (b"", b":", b"a:"):
        coded = b64encode(before + password.encode() + b"@").decode()
        for start in range(3, len(coded) - 10):
            shown = clean(f"it is {coded[start : start + 6]} here")
            assert shown == "it is *** here", (shown, coded, start)


def test_the_advice_is_not_masked_with_the_password() -> None:
    secrets = Secrets({"U": "postgresql://app:a@.b/,c@db/x"})
    told = advice(secrets.unescaped, "DatabaseUnreachable")
    assert "write @ as %40 and / as %2F instead" in secrets.clean(told)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "asyncpg", "pg8000"])
def test_an_unescaped_at_sign_shows_nothing_and_is_said(project: Project, driver: str) -> None:
    project.use(driver)
    project.line("001")
    url = project.database.url(driver, password="Top@Secret123")
    result = project.run("head", url=url)
    assert result.code == 1
    assert "Secret123" not in json.dumps(result.outcome) + result.stdout + result.stderr
    assert "write @ as %40" in result.message
    assert "Secret123".lower() not in (json.dumps(result.outcome) + result.stderr).lower()


def test_an_at_sign_in_a_url_that_env_py_makes_of_parts_is_blamed_on_neither_host_nor_network(project: Project) -> None:
    project.line("001")
    url = f'"postgresql+{project.driver}://app:" + os.environ["DB_PASSWORD"] + "@127.0.0.1/shop"'
    project.env_py.write_text(project.env_py.read_text().replace('os.environ["DATABASE_URL"]', url))
    result = project.run("head", environment={"DB_PASSWORD": "Top@Secret123"})
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert "quote(part, safe='') of urllib.parse" in result.message
    assert "network" not in result.message
    assert "Secret123" not in json.dumps(result.outcome) + result.stdout + result.stderr


def test_in_a_password_that_stands_by_itself_nothing_has_to_be_escaped() -> None:
    assert Secrets({"DB_PASSWORD": "p@ss@wor%zd", "TOKEN": "a/b@c?d"}).unescaped == ""


def test_an_unescaped_slash_shows_nothing_and_is_said(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(
        "import os\nfrom urllib.parse import urlsplit\nurlsplit(os.environ['DATABASE_URL']).port\n" + project.env_py.read_text()
    )
    result = project.run("head", url=project.database.url(password="se/Secret123#x"))
    assert (result.code, result.reason) == (1, "ConfigurationError")
    assert "'se'" not in result.message
    assert "write / as %2F and # as %23 instead" in result.message


def test_a_wrong_password_is_no_matter_of_escapes(project: Project) -> None:
    project.line("001")
    result = project.run("head", url=project.database.url(name="nosuch"))
    assert result.reason == "DatabaseMissing"
    assert "%40" not in result.message


TELL = """
import logging, os, sys, warnings
url = os.environ["DATABASE_URL"]
secret = url.split(":")[2].split("@")[0]
print("print", url, secret[3:], flush=True)
sys.stderr.write("write " + secret + "\\n")
sys.stderr.writelines(["lines " + secret + "\\n"])
logging.basicConfig(stream=sys.stderr, force=True)
logging.error("log %s", url)
warnings.warn("warn " + url[:40] + "..." + secret[4:] + "@db")
try:
    try:
        raise KeyError(secret)
    except KeyError as first:
        raise ValueError("again " + secret[2:]) from first
except ValueError as second:
    error = RuntimeError("last " + secret[:9])
    if hasattr(error, "add_note"):
        error.add_note("note " + secret[1:])
    logging.exception("logged")
    raise error from second
"""


@pytest.mark.parametrize("where", ["env.py", "a script"])
def test_neither_log_nor_warning_nor_chain_nor_note_shows_a_piece(project: Project, where: str) -> None:
    secret = "Zq7-horse_Battery.9"
    project.database.execute(f"ALTER ROLE {project.database.name} PASSWORD '{secret}'", superuser=True)
    if where == "env.py":
        project.line("001")
        project.env_py.write_text(TELL)
    else:
        project.script("001", upgrade=TELL)
    result = project.run("head", url=project.database.url(password=secret))
    written = json.dumps(result.outcome) + result.stdout + result.stderr
    assert "RuntimeError: last ***" in result.message
    assert [word for word in ("print ", "write ", "lines ", "log ", "logged", "warn ") if word not in written] == []
    # Its own text, which the interpreter quotes in a traceback, has none of it.
    assert [secret[n : n + 4] for n in range(len(secret) - 3) if secret[n : n + 4] in written] == []


def test_what_a_url_lacks_is_not_taken_for_a_name() -> None:
    assert Secrets({"U": "postgresql://app:hunter-22/db"}).clean("port 'hunter-22', host 'app'") == "port '***', host 'app'"
    spaced = Secrets({"U": "postgresql://app:one?two-three four@db/x"})
    assert spaced.clean("bad query field: 'two-three'") == "bad query field: '***'"
    assert spaced.clean("app at db") == "app at db"


def test_a_runner_that_cannot_be_loaded_says_where_and_not_what(project: Project, tmp_path: Path) -> None:
    project.line("001")
    project.runner = tmp_path / "runner"
    shutil.copytree(RUNNER, project.runner)
    broken = project.runner / "reasons.py"
    broken.write_text(broken.read_text() + "\nimport os\nraise ValueError(os.environ['DATABASE_URL'])\n")
    result = project.run("head", anew=True)
    assert (result.code, result.reason) == (1, "InternalError")
    assert "ValueError at " in result.message
    assert "reasons.py:" in result.message
    assert project.database.password not in json.dumps(result.outcome) + result.stdout + result.stderr


def test_what_a_connection_names_is_shown_unless_it_may_be_a_piece_of_the_password() -> None:
    tenant = {"host": "db", "user": "tenant_7", "dbname": "tenant_7", "password": "tenant_7-horse", "port": 5432}
    followed = Secrets({})
    followed.follow(tenant)
    assert followed.clean("tenant_7 is at 001, tenant_7-horse") == "tenant_7 is at 001, ***"
    taken = Secrets({"U": "postgresql://app:horse@battery@db/x"})
    taken.follow({"host": "battery", "user": "app", "password": "horse"})
    assert taken.clean("battery") == "***"
    unknown = Secrets({})
    unknown.follow({"host": "battery@db", "user": "app", "password": "horse@battery"})
    assert unknown.clean("no battery@db") == "no ***@db"
