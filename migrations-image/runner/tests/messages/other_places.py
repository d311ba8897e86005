"""env.py connects elsewhere, or nowhere."""

from __future__ import annotations

from typing import Any

from tests.messages.scene import Case, Scene
from tests.project import Result
from tests.refusing_server import server_that_refuses
from tests.test_threads import WAYS

ENVIRONMENT = 'os.environ["DATABASE_URL"]'


def _elsewhere(scene: Scene, mine: str, **asked: Any) -> Result:
    scene.project.use("psycopg2")
    scene.project.line("001")
    scene.edit(ENVIRONMENT, repr(mine))
    return scene.run(**asked)


def _another_key(scene: Scene) -> Result:
    scene.project.use("psycopg2")
    scene.project.line("001")
    scene.edit(ENVIRONMENT, 'config.get_main_option("db_url")')
    ini = scene.project.ini
    ini.write_text(ini.read_text().replace("[alembic]", f"[alembic]\ndb_url = {scene.other.url('psycopg2')}"))
    return scene.run()


def _placeholder(scene: Scene) -> Result:
    scene.project.line("001")
    scene.edit(ENVIRONMENT, 'config.get_main_option("db_url")')
    ini = scene.project.ini
    ini.write_text(ini.read_text().replace("[alembic]", "[alembic]\ndb_url = driver://user:pass@localhost/dbname"))
    return scene.run()


def _secret_lets_nobody_in(scene: Scene) -> Result:
    return _elsewhere(scene, scene.database.url("psycopg2", host=scene.proxy.host), url=scene.url(password="none"))


def _several(scene: Scene) -> Result:
    scene.project.use("psycopg2")
    scene.project.line("001")
    text = scene.project.env_py.read_text()
    body = text[text.index("def run_migrations_online") :].replace(ENVIRONMENT, "url").replace("online():", "online(url):")
    body = body.replace("\nrun_migrations_online()", f"\nfor url in ({ENVIRONMENT}, {scene.other.url('psycopg2')!r}):\n    ")
    scene.project.env_py.write_text(
        text[: text.index("def run_migrations_online")] + body.rstrip() + "\n    run_migrations_online(url)\n"
    )
    return scene.run()


def _in_a_thread(way: str, **parts: str) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.use("psycopg2")
        scene.project.line("001")
        head, _, _ = scene.project.env_py.read_text().rpartition("run_migrations_online()")
        scene.project.env_py.write_text(head + WAYS[way])
        return scene.run(url=scene.url(**parts))

    what = {"host": "nothing listens at the port of the Secret's URL", "name": "the database is not there yet"}[
        next(iter(parts))
    ]
    if "invalid" in str(parts):
        what = "there is no host of the name in the Secret's URL"
    return Case(f"env.py connects in a worker thread ({way}), and {what}", play)


def _plain(cause: str, driver: str, **parts: str) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.use(driver)
        scene.project.line("001")
        return scene.run(url=scene.url(**parts))

    return Case(f"{cause} ({driver})", play)


def _closed(scene: Scene) -> Result:
    scene.project.use("psycopg")
    scene.project.line("001")
    scene.other.execute(f"ALTER DATABASE {scene.database.name} ALLOW_CONNECTIONS false", superuser=True)
    return scene.run()


def _refused(cause: str, sqlstate: str, said: str) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.use("psycopg")
        scene.project.line("001")
        with server_that_refuses(sqlstate, said) as host:
            result = scene.run(url=scene.url(host=host))
        result.outcome["message"] = result.message.replace(host, "localhost:5432")
        return result

    return Case(cause, play)


def _with_options(cause: str, options: str) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.use("psycopg")
        scene.project.line("001")
        return scene.run(url=f"{scene.url()}?{options}")

    return Case(cause, play)


def _no_login(scene: Scene) -> Result:
    scene.database.execute(f"ALTER ROLE {scene.database.name} NOLOGIN", superuser=True)
    scene.project.use("psycopg")
    scene.project.line("001")
    return scene.run()


WRONG_DATABASE = (
    Case(
        "env.py has a URL of its own, and another database answers there",
        lambda scene: _elsewhere(scene, scene.other.url("psycopg2")),
    ),
    Case("env.py reads a key of alembic.ini that is not sqlalchemy.url, and another database answers there", _another_key),
    Case("env.py reads a key of alembic.ini in which the placeholder of `alembic init` stands", _placeholder),
    Case(
        "env.py has the URL of somebody's own machine, where nothing listens",
        lambda scene: _elsewhere(scene, "postgresql+psycopg2://app:app@127.0.0.1:1/app"),
    ),
    Case(
        "env.py has a URL of its own with a password of its own, which is wrong",
        lambda scene: _elsewhere(scene, scene.other.url("psycopg2", password="none", host=scene.proxy.host)),
    ),
    Case("env.py goes through a proxy to the right database, and the Secret's URL lets nobody in", _secret_lets_nobody_in),
    Case("env.py migrates the Secret's database and then one that nobody named", _several),
    Case("env.py has a URL of SQLite, from the days before PostgreSQL", lambda scene: _elsewhere(scene, "sqlite://")),
)

CONNECTIONS = (
    _in_a_thread("asyncio.to_thread", host="127.0.0.1:1"),
    _in_a_thread("ThreadPoolExecutor", host="no-such-host.invalid:5432"),
    _in_a_thread("Thread", name="nowhere"),
    _plain("nothing listens at the port of the Secret's URL", "psycopg", host="127.0.0.1:1"),
    _plain("nothing listens at the port of the Secret's URL", "asyncpg", host="127.0.0.1:1"),
    _plain("there is no host of the name in the Secret's URL", "psycopg", host="no-such-host.invalid:5432"),
    _plain("there is no host of the name in the Secret's URL", "pg8000", host="no-such-host.invalid:5432"),
    _plain("the database is not there yet", "psycopg", name="nowhere"),
    _plain("the password in the Secret is wrong", "psycopg", password="not-the-right-one"),
    _plain("the password in the Secret is wrong", "asyncpg", password="not-the-right-one"),
    _plain("the user in the Secret's URL does not exist", "psycopg", user="nobody"),
    Case("the database is closed to connections, for maintenance", _closed),
    _refused("the server is starting", "57P03", "the database system is starting up"),
    _refused("all connections of the server are taken", "53300", "sorry, too many clients already"),
    _refused("the server recovers from a crash", "57P03", "the database system is in recovery mode"),
    _refused(
        "the password is wrong, and the server speaks German",
        "28P01",
        "Passwort-Authentifizierung für Benutzer »app« fehlgeschlagen",
    ),
    Case("the role may not log in", _no_login),
    _with_options("the options of the Secret's URL set what the server does not know", "options=-cnosuch=1"),
    _with_options("the options of the Secret's URL set a role that is not there", "options=-crole%3Dnosuch"),
    _with_options("the Secret's URL asks for a standby, and the server is none", "target_session_attrs=standby"),
    _with_options(
        "the Secret's URL asks for channel binding without encryption",
        "channel_binding=require&sslmode=disable",
    ),
)
