"""The runner in an image that was not made for it: mounted, started anywhere, beside modules of any name."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.project import RUNNER, Project

TELL = """
import json, sys
with open("seen.json", "w") as seen:
    json.dump({"path": sys.path, "modules": sorted(sys.modules)}, seen)
"""


def _mounted(directory: Path) -> Path:
    """As the kubelet mounts a ConfigMap: links to a directory that can be exchanged, nothing writable."""
    data = directory / "dbmigration" / "..2026_01_11"
    data.mkdir(parents=True)
    for file in RUNNER.rglob("*.py"):
        place = data / file.relative_to(RUNNER)
        place.parent.mkdir(exist_ok=True)
        shutil.copy(file, place)
        place.chmod(0o444)
    for entry in data.iterdir():
        (directory / "dbmigration" / entry.name).symlink_to(f"..data/{entry.name}")
    (directory / "dbmigration" / "..data").symlink_to(data.name)
    data.chmod(stat.S_IRUSR | stat.S_IXUSR)
    return directory / "dbmigration"


def test_a_mounted_config_map_is_all_it_needs(project: Project, tmp_path: Path) -> None:
    project.runner = _mounted(tmp_path / "mount")
    project.line("001")
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.stderr
    assert result.stdout.splitlines()[-1] == json.dumps(result.outcome, ensure_ascii=False, separators=(",", ":"))


def test_modules_of_the_project_may_be_called_like_those_of_the_runner(project: Project) -> None:
    names = [path.stem for path in RUNNER.rglob("*.py") if not path.stem.startswith("_")]
    names += [path.name for path in RUNNER.iterdir() if path.is_dir() and not path.name.startswith("_")]
    assert {"plan", "lock", "session", "run", "target", "report"} <= set(names)
    for name in names:
        project.directory.joinpath(f"{name}.py").write_text("mine = True\n")
    imports = "".join(f"import {name}\nassert {name}.mine\n" for name in names)
    project.line("001")
    project.env_py.write_text(imports + project.env_py.read_text())
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.stderr


def test_env_py_sees_the_path_that_the_alembic_command_sees(project: Project) -> None:
    project.line("001")
    project.env_py.write_text(TELL + project.env_py.read_text())
    assert project.run("head", environment={"PYTHONPATH": "/some/where"}).reason == "AtTargetRevision"
    seen = json.loads(project.directory.joinpath("seen.json").read_text())
    # prepend_sys_path of alembic.ini, then what the interpreter has by itself.
    assert seen["path"][:2] == [".", "/some/where"]
    assert str(RUNNER) not in seen["path"]
    assert str(RUNNER.parent) not in seen["path"]


def test_the_working_directory_is_where_relative_names_start(project: Project) -> None:
    project.line("001")
    moved = project.directory / "conf" / "db.ini"
    moved.parent.mkdir()
    moved.write_text(project.ini.read_text().replace("%(here)s/migrations", "migrations").replace("[alembic]", "[billing]"))
    project.ini.unlink()
    assert project.run("head", config="conf/db.ini", section="billing").reason == "AtTargetRevision"


def test_arguments_reach_env_py_as_those_of_the_command_line(project: Project) -> None:
    project.line("001")
    check = """
from alembic import context as c
assert c.get_x_argument(as_dictionary=True) == {"tenant": "a", "empty": ""}
assert c.get_x_argument() == ["tenant=a", "empty="]
assert c.config.cmd_opts.revision == "head"
assert c.get_revision_argument() == "001"
assert not c.is_offline_mode()
"""
    project.env_py.write_text(check + project.env_py.read_text())
    result = project.run("head", arguments={"tenant": "a", "empty": ""})
    assert result.reason == "AtTargetRevision", result.stderr


@pytest.mark.requires("pyproject")
def test_a_project_configured_in_pyproject_toml_alone_is_migrated(project: Project) -> None:
    project.line("001")
    project.ini.unlink()
    project.directory.joinpath("pyproject.toml").write_text('[tool.alembic]\nscript_location = "%(here)s/migrations"\n')
    project.env_py.write_text(project.env_py.read_text().replace("fileConfig(config.config_file_name)", ""))
    assert project.run("head").reason == "AtTargetRevision"
    assert project.run("base", config="pyproject.toml").reason == "AtTargetRevision"


def test_a_version_table_of_another_name_and_schema_is_found(project: Project) -> None:
    project.database.execute('CREATE SCHEMA "Ops"')
    project.sync('version_table="My versions", version_table_schema="Ops"')
    project.line("001", "002")
    assert project.run("002").outcome["versionTable"] == "Ops.My versions"
    down = project.run("001")
    assert (down.outcome["before"], down.outcome["after"]) == (["002"], ["001"])
    assert project.database.query('SELECT version_num FROM "Ops"."My versions"') == [("001",)]


def test_a_search_path_of_the_role_decides_where_the_version_table_is(project: Project) -> None:
    project.database.execute("CREATE SCHEMA app")
    project.database.execute(f"ALTER ROLE {project.database.name} SET search_path = app, public")
    project.line("001")
    first = project.run("head")
    assert (first.reason, first.outcome["versionTable"]) == ("AtTargetRevision", "app.alembic_version")


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_an_engine_with_a_pool_that_outlives_env_py_is_no_obstacle(project: Project, driver: str) -> None:
    project.line("001")
    project.script("002", "001")
    project.use(driver)
    text = project.env_py.read_text().replace(", poolclass=pool.NullPool", "").replace("    await engine.dispose()\n", "")
    line = next(line for line in text.splitlines() if "engine = create" in line)
    text = text.replace(line + "\n", "").replace(
        "config = context.config", "import shared\nengine = shared.engine\nconfig = context.config"
    )
    project.directory.joinpath("shared.py").write_text(
        "import os\nfrom sqlalchemy import create_engine\nfrom sqlalchemy.ext.asyncio import create_async_engine\n"
        + line.strip()
        + "\n"
    )
    project.env_py.write_text(text)
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.stderr + str(result.outcome)


def test_an_engine_with_its_own_way_to_connect_is_verified_through_env_py(project: Project) -> None:
    """Such as a cloud provider's connector, whose connections only env.py's own code can open."""
    project.use("psycopg2")
    project.line("001")
    text = project.env_py.read_text().replace(
        'engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)',
        "import psycopg2\n    opened = []\n    def creator():\n        opened.append(1)\n"
        "        assert len(opened) < 2, 'only one'\n"
        "        return psycopg2.connect(os.environ['DATABASE_URL'].replace('+psycopg2', ''))\n"
        "    engine = create_engine('postgresql+psycopg2://', creator=creator, poolclass=pool.NullPool)",
    )
    project.env_py.write_text(text)
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.stderr + str(result.outcome)
    # What the second run of env.py asks and commits is no part of the revision that failed.
    project.script("002", "001", upgrade='op.execute("SELECT 1 / 0")')
    result = project.run("head")
    assert (result.reason, result.outcome["after"]) == ("MigrationFailed", ["001"]), result.message


@pytest.mark.requires("autobegin")
def test_an_env_py_that_migrates_several_schemas_takes_each_through_its_own_plan(project: Project) -> None:
    project.sync()
    project.database.execute("CREATE SCHEMA a; CREATE SCHEMA b")
    project.line("001", "002")
    project.env_py.write_text("""
import os
from alembic import context
from sqlalchemy import create_engine, pool, text

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
for schema in os.environ["SCHEMAS"].split():
    with engine.connect() as connection:
        connection.execute(text(f"SET search_path TO {schema}"))
        connection.commit()
        connection.dialect.default_schema_name = schema
        context.configure(connection=connection, version_table_schema=schema)
        with context.begin_transaction():
            context.run_migrations()
""")
    assert project.run("001", environment={"SCHEMAS": "a"}).reason == "AtTargetRevision"
    both = project.run("head", environment={"SCHEMAS": "a b"})
    assert both.reason == "AtTargetRevision", both.outcome
    assert (both.outcome["before"], both.outcome["after"]) == (None, ["002"])
    assert both.outcome["plan"] == {"direction": "Upgrade", "steps": 3}
    assert project.database.query(
        "SELECT version_num FROM a.alembic_version UNION ALL SELECT version_num FROM b.alembic_version"
    ) == [("002",), ("002",)]


@pytest.mark.diagonal
def test_settings_of_env_py_for_transactions_are_kept(project: Project) -> None:
    project.sync("transaction_per_migration=True")
    project.script("001", upgrade="op.execute(\"CREATE TYPE mood AS ENUM ('a')\")", downgrade='op.execute("DROP TYPE mood")')
    project.script(
        "002",
        "001",
        upgrade="""
        with op.get_context().autocommit_block():
            op.execute("ALTER TYPE mood ADD VALUE 'b'")
    """,
        downgrade="pass",
    )
    project.script(
        "003", "002", upgrade="op.execute(\"CREATE TABLE m AS SELECT 'b'::mood AS v\")", downgrade='op.drop_table("m")'
    )
    assert project.run("head").reason == "AtTargetRevision"
    assert project.run("base", rollback={"irreversible": "Allow"}).reason == "AtTargetRevision"


def test_a_callback_of_env_py_is_still_called(project: Project) -> None:
    project.sync('on_version_apply=lambda ctx, step, heads, **kw: print("applied", step.up_revision_id)')
    project.line("001", "002")
    assert "applied 001\n" in project.run("head").stdout


def test_a_root_file_system_that_is_read_only_is_enough(project: Project) -> None:
    project.line("001")
    project.run("001")
    seen = set(project.directory.rglob("*"))
    assert project.run("base").code == 0
    assert set(project.directory.rglob("*")) == seen
    assert not [name for name in os.listdir(RUNNER) if name == "__pycache__"]


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2", "pg8000", "asyncpg"])
def test_both_ends_ask_whether_the_other_is_there(project: Project, driver: str) -> None:
    project.use(driver)
    project.script(
        "001",
        upgrade="""
            import os, socket
            alive = []
            for name in os.listdir("/proc/self/fd"):
                try:
                    found = socket.socket(fileno=os.dup(int(name)))
                    options = (socket.TCP_KEEPIDLE, getattr(socket, "TCP_USER_TIMEOUT", 18))
                    alive.append([found.getsockopt(socket.IPPROTO_TCP, option) for option in options])
                except OSError:
                    pass
            assert [15, 30000] in alive, alive
            op.execute("CREATE TABLE seen AS SELECT current_setting('tcp_keepalives_idle') AS idle, "
                       "current_setting('tcp_user_timeout') AS unanswered")
        """,
    )
    result = project.run("head")
    assert result.reason == "AtTargetRevision", result.message
    assert project.database.query("SELECT idle, unanswered FROM seen") == [("15", "30000")]
