"""What `flask db init` makes, unchanged: a configuration that names no scripts, and an env.py that asks for the application."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.flask_init import made_by_flask
from tests.project import Project
from tests.server import Database

pytestmark = pytest.mark.requires("flask")

MODULE = """
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate()

def create_app(name="production"):
    app = Flask(__name__)
    {configuration}
    db.init_app(app)
    migrate.init_app(app, db)
    return app
"""
NOWHERE = "postgresql+psycopg://nobody@nowhere/none"
READS = 'app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["{variable}"]'


@pytest.fixture
def shop(project: Project) -> Project:
    """With the application in shop.py, two revisions, and nothing that names the application."""
    write(project, READS.format(variable="DATABASE_URL"))
    project.ini.unlink()
    for name, text in made_by_flask(MODULE.format(configuration=READS.format(variable="DATABASE_URL")), NOWHERE).items():
        project.directory.joinpath("migrations", name).write_text(text)
    project.line("001", "002")
    return project


def write(project: Project, configuration: str, file: str = "shop.py", after: str = "") -> None:
    project.directory.joinpath(file).write_text(MODULE.format(configuration=configuration) + after)


def test_an_unchanged_project_goes_up_and_back_by_flasks_own_variable(shop: Project) -> None:
    variables = {"FLASK_APP": "shop.py"}
    up = shop.run("head", environment=variables)
    assert (up.reason, up.outcome["after"]) == ("AtTargetRevision", ["002"]), up.message + up.stderr
    assert shop.database.tables() == ["alembic_version", "t_001", "t_002"]
    down = shop.run("001", environment=variables)
    assert (down.reason, down.outcome["after"]) == ("AtTargetRevision", ["001"]), down.message
    again = shop.run("head", environment=variables)
    assert (again.reason, shop.database.rows()) == ("AtTargetRevision", ["002"]), again.message


def test_flasks_own_variable_may_stand_in_the_file_that_flask_reads(shop: Project) -> None:
    shop.directory.joinpath(".flaskenv").write_text(f"FLASK_APP=shop:create_app\nDATABASE_URL={NOWHERE}\n")
    result = shop.run("head")
    assert (result.reason, shop.database.rows()) == ("AtTargetRevision", ["002"]), result.message


def test_a_url_that_is_made_of_parts_is_there_before_the_application_is_and_before_flasks_file(shop: Project) -> None:
    shop.directory.joinpath(".env").write_text(f"FLASK_APP=shop:create_app\nDATABASE_URL={NOWHERE}\n")
    url = urlsplit(shop.database.url())
    parts = {"HOST": url.hostname, "PORT": str(url.port), "NAME": shop.database.name, "USER": url.username}
    if url.password:
        parts["PASSWORD"] = url.password
    connection = {f"{part.lower()}Variable": f"SHOP_{part}" for part in parts}
    result = shop.run(
        "head",
        database={"variable": "DATABASE_URL", "connection": connection},
        environment={"DATABASE_URL": None, **{f"SHOP_{part}": value for part, value in parts.items()}},
    )
    assert (result.reason, shop.database.made()) == ("AtTargetRevision", ["t_001", "t_002"]), result.message


def test_a_password_that_flask_reads_from_a_file_is_a_secret(shop: Project) -> None:
    shop.directory.joinpath(".env").write_text("FLASK_APP=shop:create_app\nSHOP_PASSWORD=correct-horse-battery\n")
    write(shop, "raise ValueError(os.environ['SHOP_PASSWORD'])")
    result = shop.run("head")
    assert "(the variable FLASK_APP) could not be made" in result.message
    assert "horse" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    "named", ["shop:create_app", "shop:create_app()", "shop:create_app('testing')", "shop", "shop.py", "shop:made"]
)
def test_the_resource_names_the_application_as_flask_does(shop: Project, named: str) -> None:
    write(shop, READS.format(variable="DATABASE_URL"), after="made = create_app()\n")
    result = shop.run("head", flaskApp=named, environment={"FLASK_APP": "none_of_these:app"})
    assert (result.reason, shop.database.made()) == ("AtTargetRevision", ["t_001", "t_002"]), result.message


def test_the_application_may_be_in_a_package_that_is_installed(shop: Project, tmp_path: Path) -> None:
    installed = tmp_path / "site" / "store"
    installed.mkdir(parents=True)
    shop.directory.joinpath("shop.py").rename(installed / "__init__.py")
    result = shop.run("head", flaskApp="store:create_app", environment={"PYTHONPATH": str(installed.parent)})
    assert result.reason == "AtTargetRevision", result.message


@pytest.mark.parametrize("file", ["wsgi.py", "app.py"])
def test_the_application_is_found_where_flask_looks_for_it(shop: Project, file: str) -> None:
    shop.directory.joinpath(file).write_text("from shop import create_app\n\napp = create_app()\n")
    assert shop.run("head").reason == "AtTargetRevision"


def test_the_configuration_may_be_named_and_lie_elsewhere(shop: Project) -> None:
    shop.directory.joinpath("migrations").rename(shop.directory / "db")
    missing = shop.run("head", flaskApp="shop")
    assert missing.reason == "ConfigurationError"
    assert "here is no configuration file" in missing.message
    assert shop.run("head", flaskApp="shop", config="db/alembic.ini").reason == "AtTargetRevision"


def test_an_env_py_that_gives_itself_the_context_is_left_to_itself(shop: Project) -> None:
    text = shop.env_py.read_text()
    shop.env_py.write_text(f"from shop import create_app\n\ncreate_app().app_context().push()\n{text}")
    result = shop.run("head", environment={"FLASK_APP": "none_of_these:app", "PYTHONPATH": str(shop.directory)})
    assert result.reason == "AtTargetRevision", result.message


def test_what_the_application_does_to_the_configuration_counts(shop: Project) -> None:
    shop.versions.rename(shop.directory / "elsewhere")
    after = (
        "@migrate.configure\ndef configure(config):\n"
        f"    config.set_main_option('version_locations', '{shop.directory}/elsewhere')\n    return config\n"
    )
    write(shop, READS.format(variable="DATABASE_URL"), after=after)
    result = shop.run("head", flaskApp="shop")
    assert (result.reason, shop.database.rows()) == ("AtTargetRevision", ["002"]), result.message


@pytest.mark.parametrize(
    ("configuration", "variable"),
    [
        (READS.format(variable="SQLALCHEMY_DATABASE_URI"), "SQLALCHEMY_DATABASE_URI"),
        ("app.config.from_prefixed_env()", "FLASK_SQLALCHEMY_DATABASE_URI"),
    ],
)
def test_the_url_is_in_the_variable_that_the_application_reads(shop: Project, configuration: str, variable: str) -> None:
    write(shop, configuration)
    url = shop.database.url()
    missing = shop.run("head", flaskApp="shop")
    assert missing.reason == "ConfigurationError"
    assert "spec.database.variable" in missing.message
    assert shop.database.tables() == []
    variables = {variable: url, "DATABASE_URL": None}
    result = shop.run("head", flaskApp="shop", database={"variable": variable}, environment=variables)
    assert result.reason == "AtTargetRevision", result.message


def test_an_application_with_another_database_is_refused_with_what_it_has_to_read(
    shop: Project, other_database: Database
) -> None:
    write(shop, f'app.config["SQLALCHEMY_DATABASE_URI"] = "{other_database.url()}"')
    result = shop.run("head", flaskApp="shop:create_app")
    assert (result.reason, other_database.tables()) == ("DatabaseMismatch", []), result.message
    assert "the Flask application shop:create_app (spec.alembic.flaskApp)" in result.message
    assert "SQLALCHEMY_DATABASE_URI = os.environ['DATABASE_URL']" in result.message
    assert "spec.database.variable" in result.message
    assert other_database.password not in result.stdout + result.stderr


def test_one_that_falls_back_to_sqlite_is_told_the_same(shop: Project) -> None:
    write(shop, 'app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DB") or "sqlite:///shop.db"')
    result = shop.run("head", flaskApp="shop")
    assert result.reason == "ConfigurationError"
    assert "connected to sqlite" in result.message
    assert "spec.database.variable" in result.message


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nosuch:create_app", "Could not import 'nosuch'"),
        ("shop:make", "Failed to find attribute 'make' in 'shop'"),
        ("shop:os", "A valid Flask application was not obtained from 'shop:os'"),
        ("shop:create_app(1, 2)", "could not be called with the specified arguments"),
    ],
)
@pytest.mark.parametrize("field", ["spec.alembic.flaskApp", "the variable FLASK_APP"])
def test_an_application_that_is_not_there_is_named_with_its_field(shop: Project, named: str, said: str, field: str) -> None:
    by_field = field.startswith("spec")
    result = shop.run(
        "head", flaskApp=named if by_field else None, environment={} if by_field else {"FLASK_APP": named, "HOME": "/"}
    )
    assert result.reason == "ConfigurationError", result.message
    assert f"he Flask application {named} ({field}) could not be made" in result.message
    assert said in result.message
    assert "as in shop:create_app" in result.message
    assert shop.database.tables() == []


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("shop:create_app", "hand it the arguments that it takes, as in shop:create_app('production')"),
        ("shop:create_app()", "hand it the arguments that it takes, as in shop:create_app('production')"),
        ("shop.py:create_app", "hand it the arguments that it takes, as in shop.py:create_app('production')"),
        ("shop", "hand it the arguments that it takes, as in shop:create_app('production')"),
        ("shop:create_app(1, 2, 3)", "hand it the arguments that it takes, as in shop:create_app('production')"),
    ],
)
@pytest.mark.parametrize("by_field", [True, False])
def test_a_factory_that_needs_an_argument_is_told_how_to_get_it(shop: Project, named: str, said: str, by_field: bool) -> None:
    file = shop.directory / "shop.py"
    file.write_text(file.read_text().replace('name="production"', "name"))
    field = "spec.alembic.flaskApp" if by_field else "The variable FLASK_APP"
    asked: dict[str, Any] = {"flaskApp": named} if by_field else {"environment": {"FLASK_APP": named, "HOME": "/"}}
    result = shop.run("head", **asked)
    assert result.reason == "ConfigurationError", result.message
    assert f"{field} has to {said}" in result.message, result.message
    assert "create_app() " in result.message
    assert "as in shop:create_app or shop:app" not in result.message
    assert shop.run("head", flaskApp="shop:create_app('production')").reason == "AtTargetRevision"


def test_a_factory_that_flask_finds_and_that_needs_an_argument_is_named(shop: Project) -> None:
    file = shop.directory / "shop.py"
    file.write_text(file.read_text().replace('name="production"', "name"))
    file.rename(shop.directory / "wsgi.py")
    result = shop.run("head")
    assert "Name it in spec.alembic.flaskApp with its arguments, as in wsgi:create_app('production')" in result.message


def test_an_application_that_nobody_names_is_asked_for(shop: Project) -> None:
    result = shop.run("head")
    assert result.reason == "ConfigurationError"
    assert "Name the application in spec.alembic.flaskApp, as in shop:create_app" in result.message
    assert "FLASK_APP" in result.message


def test_an_application_without_flask_migrate_is_told_what_it_lacks(shop: Project) -> None:
    file = shop.directory / "shop.py"
    file.write_text(file.read_text().replace("migrate.init_app(app, db)", ""))
    result = shop.run("head", flaskApp="shop")
    assert result.reason == "ConfigurationError"
    assert "Migrate(app, db)" in result.message


def test_an_image_without_flask_says_so(project: Project, tmp_path: Path) -> None:
    project.line("001")
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    # An interpreter that has no Flask, whatever is installed beside it.
    hidden.joinpath("sitecustomize.py").write_text("import sys\nsys.modules['flask'] = None\n")
    result = project.run("head", flaskApp="shop:app", environment={"PYTHONPATH": str(hidden)})
    assert result.reason == "ConfigurationError"
    assert "spec.alembic.flaskApp is shop:app, and the image has no Flask" in result.message
    assert project.database.tables() == []


@pytest.mark.parametrize("raised", ['raise ValueError("settings of shop")', "import nosuch_settings", 'os.environ["SHOP_KEY"]'])
def test_an_application_that_fails_is_blamed_with_its_line(shop: Project, raised: str) -> None:
    write(shop, raised)
    result = shop.run("head", flaskApp="shop:create_app")
    assert result.reason == "ConfigurationError"
    assert "he Flask application shop:create_app (spec.alembic.flaskApp) could not be made" in result.message
    assert "shop.py:12" in result.message
    assert "env.py failed" not in result.message
    assert "Correct env.py" not in result.message


def test_an_application_that_reads_what_a_migration_makes_is_told_to_do_so_later(shop: Project) -> None:
    reads = "with create_app().app_context():\n    db.session.execute(db.text('SELECT * FROM settings'))\n"
    write(shop, READS.format(variable="DATABASE_URL"), after=reads)
    result = shop.run("head", flaskApp="shop")
    assert result.reason == "ConfigurationError"
    assert "The application asks for a table while it is made" in result.message


def test_what_the_module_of_the_application_fails_to_import_is_named(shop: Project) -> None:
    write(shop, READS.format(variable="DATABASE_URL"), after="import nosuch_settings\n")
    result = shop.run("head", flaskApp="shop:create_app")
    assert result.reason == "ConfigurationError"
    assert "(spec.alembic.flaskApp) could not be made" in result.message
    assert "No module named 'nosuch_settings'. Install nosuch_settings in the image" in result.message
    assert "Traceback" not in result.message


def test_an_application_that_cannot_connect_while_it_is_made_is_tried_again(shop: Project) -> None:
    write(shop, READS.format(variable="DATABASE_URL"), after="with create_app().app_context():\n    db.create_all()\n")
    result = shop.run("head", flaskApp="shop", url=shop.database.url(host="127.0.0.1:1"))
    assert result.reason == "DatabaseUnreachable", result.message
