"""`python -m app.wait`, against a real server."""

import signal
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import make_url

from conftest import PLATFORM, Database, Project
from server import Server, forwarded, free_port
from waiting import Waiting

Start = Callable[..., Waiting]
STARTS = "The release may start."


@pytest.fixture
def start(database: Database) -> Iterator[Start]:
    running: list[Waiting] = []

    def started(*arguments: str, url: str | None = database.url, project: Project | None = None) -> Waiting:
        directory = project.directory if project else PLATFORM
        running.append(Waiting(directory, url, "-m", "app.wait", *arguments))
        return running[-1]

    yield started
    for waiting in running:
        waiting.process.kill()
        waiting.process.wait()


def test_a_database_that_has_the_revision_lets_the_release_start(database: Database, start: Start) -> None:
    database.upgrade("head")
    waiting = start()
    assert waiting.code() == 0
    assert "it is at 019. " + STARTS in waiting.said(STARTS)


def test_the_release_is_held_until_the_migration_has_run(database: Database, start: Start) -> None:
    database.upgrade("003")
    waiting = start()
    line = waiting.said("it is at 003")
    assert "Waiting for 019" in line
    assert "kubectl get dbmigrations" in line
    database.upgrade("head")
    assert waiting.code() == 0


@pytest.mark.parametrize("made", ["", "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)"])
def test_a_database_without_revisions_is_waited_for_and_left_as_it_is(database: Database, start: Start, made: str) -> None:
    database.sql(made)
    before = database.tables()
    waiting = start()
    waiting.said("it has no revision yet")
    assert waiting.process.poll() is None
    assert database.tables() == before


def test_a_database_that_is_ahead_lets_an_older_image_pass_and_says_so(
    database: Database, start: Start, project: Project
) -> None:
    database.upgrade("head")
    for name in ("018_require_executions_cost_usd.py", "019_add_executions_partitions_2027.py"):
        (project.versions / name).unlink()
    waiting = start(project=project)
    assert waiting.code() == 0
    assert "it is at 019; this image does not know 019, so the database is ahead of it" in waiting.said(STARTS)


def test_a_revision_that_is_named_is_enough(database: Database, start: Start) -> None:
    database.upgrade("004")
    assert start("--revision", "003").code() == 0


def test_a_revision_that_the_image_does_not_have_ends_it_at_once(database: Database, start: Start) -> None:
    waiting = start("--revision", "999")
    assert waiting.code() == 2
    assert "'999'. This image has the heads 019: correct --revision" in waiting.said("FAILED")


def test_all_heads_are_waited_for(database: Database, start: Start, project: Project) -> None:
    for revision in ("020", "021"):
        project.alembic("revision", "--head", "019", "--splice", "--rev-id", revision, "-m", "x", url=None)
    database.upgrade("head")
    assert project.alembic("upgrade", "020", url=database.url).returncode == 0
    waiting = start(project=project)
    assert "Waiting for 020, 021" in waiting.said("it is at 020")
    assert project.alembic("upgrade", "021", url=database.url).returncode == 0
    assert waiting.code() == 0
    assert "it is at 020, 021" in waiting.said(STARTS)


@pytest.mark.parametrize(("arguments", "url", "says"), [((), None, "DATABASE_URL is not set"), ((), "mysql://h/d", "mysql")])
def test_what_waiting_does_not_mend_ends_it(start: Start, arguments: tuple[str, ...], url: str | None, says: str) -> None:
    waiting = start(*arguments, url=url)
    assert waiting.code() == 2
    assert says in waiting.said("FAILED")


def test_an_image_without_scripts_holds_nothing_back_silently(start: Start, project: Project) -> None:
    for script in project.versions.glob("*.py"):
        script.unlink()
    waiting = start(project=project)
    assert waiting.code() == 2
    assert "There are no revisions under" in waiting.said("FAILED")


def test_an_env_py_that_is_broken_is_named_by_its_line_and_not_by_its_words(
    database: Database, start: Start, project: Project
) -> None:
    env = project.directory / "migrations" / "env.py"
    env.write_text('raise RuntimeError("s3cret")\n')
    waiting = start(project=project)
    assert waiting.code() == 2
    assert "RuntimeError in env.py, line 1" in waiting.said("FAILED")
    assert "s3cret" not in waiting.text


def test_an_env_py_that_reads_nothing_lets_nothing_pass(database: Database, start: Start, project: Project) -> None:
    (project.directory / "migrations" / "env.py").write_text("")
    waiting = start(project=project)
    assert waiting.code() == 2
    assert "did not run context.run_migrations()" in waiting.said("FAILED")


def test_whatever_env_py_does_nothing_is_written(database: Database, start: Start, project: Project) -> None:
    env = project.directory / "migrations" / "env.py"
    env.write_text(
        env.read_text().replace(
            "    with context.begin_transaction():\n        context.run_migrations()\n\n\nasync def",
            '    with context.begin_transaction():\n        connection.exec_driver_sql("CREATE SCHEMA stray")\n'
            "        context.run_migrations()\n\n\nasync def",
        )
    )
    assert "stray" in env.read_text()
    database.upgrade("head")
    waiting = start(project=project)
    waiting.said("it cannot be read (SQLSTATE 25006)")
    assert database.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'stray'") == "0"


def test_a_login_that_is_refused_is_waited_for_without_a_word_of_the_password(database: Database, start: Start) -> None:
    url = make_url(database.url).set(username="nobody_here", password="s3cretword").render_as_string(hide_password=False)
    waiting = start(url=url)
    waiting.said("the server refuses the login")
    assert "s3cretword" not in waiting.text
    assert waiting.process.poll() is None


def test_a_login_that_may_not_read_the_table_is_told_so(server: Server, database: Database, start: Start) -> None:
    database.upgrade("001")
    server.sql(f"CREATE ROLE {database.name} LOGIN PASSWORD 'x'")
    try:
        url = make_url(database.url).set(username=database.name, password="x").render_as_string(hide_password=False)
        start(url=url).said("may not read the version table")
    finally:
        server.sql(f"DROP ROLE {database.name}")


def test_a_database_that_is_not_there_yet_is_waited_for(server: Server, database: Database, start: Start) -> None:
    later = f"{database.name}_later"
    waiting = start("--revision", "001", url=make_url(database.url).set(database=later).render_as_string(hide_password=False))
    waiting.said("there is no such database")
    database.upgrade("001")
    server.sql(f"CREATE DATABASE {later} TEMPLATE {database.name}")
    try:
        assert waiting.code() == 0
    finally:
        server.sql(f"DROP DATABASE {later} WITH (FORCE)")


def test_a_server_that_does_not_answer_is_waited_for_until_it_does(database: Database, start: Start) -> None:
    database.upgrade("head")
    port, behind = free_port(), make_url(database.url)
    waiting = start(url=behind.set(host="127.0.0.1", port=port).render_as_string(hide_password=False))
    assert f"at 127.0.0.1:{port}: nobody answers there" in waiting.said("nobody answers")
    with forwarded(port, behind.host or "127.0.0.1", behind.port or 5432):
        assert waiting.code() == 0


def test_it_ends_with_its_time_and_says_what_it_saw(database: Database, start: Start) -> None:
    database.upgrade("003")
    waiting = start("--timeout", "2")
    assert waiting.code() == 1
    line = waiting.said("Given up")
    assert database.name in line
    for seen in ("it is at 003", "Waiting for 019", "kubectl get dbmigrations"):
        assert seen in line


def test_its_time_also_ends_a_look_that_hangs(database: Database, start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = make_url(database.url).set(host="127.0.0.1", port=silent.getsockname()[1])
        waiting = start("--timeout", "2", url=url.render_as_string(hide_password=False))
        assert waiting.code() == 1


@pytest.mark.parametrize("hangs", [False, True])
def test_it_ends_when_the_pod_does(database: Database, start: Start, hangs: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = make_url(database.url)
        if hangs:
            url = url.set(host="127.0.0.1", port=silent.getsockname()[1])
        waiting = start(url=url.render_as_string(hide_password=False))
        if hangs:
            silent.accept()
        else:
            waiting.said("it has no revision yet")
        # The exit code shows the handler, without which the first process of a container would not notice.
        assert waiting.ended_after(signal.SIGTERM) < 5
        assert waiting.code() == 143


def test_it_says_the_same_once(database: Database, start: Start) -> None:
    waiting = start()
    waiting.said("it has no revision yet")
    time.sleep(3)
    assert len(waiting.lines) == 2, waiting.text


def test_between_two_looks_it_has_no_connection(database: Database, start: Start) -> None:
    waiting = start()
    waiting.said("it has no revision yet")
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.name}' AND pid <> pg_backend_pid()"
    seen = {database.server.sql(query) for _ in range(10)}
    assert "0" in seen
