"""Puts the database's URL where env.py reads its own from the configuration, as `alembic init` has it do."""

from __future__ import annotations

import configparser
import contextlib
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dbmigration.planning.database_url import bare, readable
from dbmigration.planning.driver import choose, default_driver, is_usable, makes_asynchronous_engine
from dbmigration.planning.driver_options import translated
from dbmigration.reasons import CONFIGURATION_ERROR
from dbmigration.refusal import Refusal

# Where every template of `alembic init` reads it.
DEFAULT_OPTION = "sqlalchemy.url"

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import URL

    from dbmigration.planning.request import Request


class UrlOption(NamedTuple):
    """`option`, `section:option`, or one of these with `=VARIABLE` where another variable than the resource's has the URL."""

    option: str
    section: str | None = None
    variable: str | None = None

    @staticmethod
    def of(text: str) -> UrlOption:
        place, _, variable = text.partition("=")
        section, _, option = place.rpartition(":")
        return UrlOption(option, section or None, variable or None)


def urls(request: Request, environment: MutableMapping[str, str]) -> dict[str, str]:
    """By the variables that have them, the resource's own first: the databases that the resource names. What whoever made a
    Secret left around a URL is taken away in the variable, too: env.py would have it in the name of the database."""
    if request.database is None:
        return {}
    variables = [request.database.variable]
    for option in map(UrlOption.of, request.url_options):
        if option.variable is None:
            continue
        if not environment.get(option.variable):
            raise Refusal(
                CONFIGURATION_ERROR,
                f"spec.alembic.urlOptions wants the URL of the variable {option.variable} in {option.option}, and that "
                "variable is not set: give it to the container, or correct the name.",
            )
        variables.append(option.variable)
    found = {variable: bare(environment.get(variable, "")) for variable in variables}
    for variable, text in found.items():
        # Without a glance at its shape where it is one line, as ever.
        if len(text.splitlines()) > 1:
            from dbmigration.planning.url_shape import refuse_lines

            refuse_lines(variable, text)
    environment.update({variable: url for variable, url in found.items() if variable in environment})
    return found


def hand_over(config: Config, request: Request, found: Mapping[str, str], source: str) -> None:
    """Each URL into its option. What env.py sets afterwards by itself counts."""
    if request.database is None:
        return
    asynchronous = makes_asynchronous_engine(source)
    for option in map(UrlOption.of, request.url_options):
        section = option.section or config.config_ini_section
        text = found[option.variable or request.database.variable]
        if not text:
            continue
        made = for_env_py(text, _own(config, section, option.option), asynchronous)
        parser = config.file_config
        if not parser.has_section(section) and section != parser.default_section:
            parser.add_section(section)
        # A single % is the beginning of a reference to another option.
        parser.set(section, option.option, made.replace("%", "%%"))


def driver_for(config: Config, source: str) -> str | None:
    """For a URL that names none: one that env.py can use and that the image has, by preference the configuration's own."""
    own = _own(config, config.config_ini_section, DEFAULT_OPTION)
    return _chosen(None, own, makes_asynchronous_engine(source))


def _chosen(named: str | None, own: str, asynchronous: bool | None) -> str | None:
    return choose(named, _driver_of(readable(own)), asynchronous, default_driver(), is_usable)


def for_env_py(text: str, own: str, asynchronous: bool | None) -> str:
    """The URL with a driver that env.py can use and that the image has; one that cannot be read stays as it is."""
    url = readable(text)
    if url is None or url.get_backend_name() != "postgresql":
        return text
    driver = _chosen(_driver_of(url), own, asynchronous)
    return text if driver is None else _rendered(with_driver(url, driver))


def _rendered(url: URL) -> str:
    """So that it is read as it is: before version 2.0 SQLAlchemy leaves a % alone here, and takes it for a code there."""
    from sqlalchemy.engine import make_url

    text = url.render_as_string(hide_password=False)
    found = make_url(text)
    if (found.username, found.password) == (url.username, url.password):
        return text
    user, password = ((part or "").replace("%", "%25") for part in (url.username, url.password))
    return url.set(username=user, password=password).render_as_string(hide_password=False)


def with_driver(url: URL, driver: str) -> URL:
    return url.set(drivername=f"postgresql+{driver}", query=translated(url.query, driver))


def _driver_of(url: URL | None) -> str | None:
    dialect, _, driver = url.drivername.partition("+") if url is not None else ("", "", "")
    return driver or None if dialect == "postgresql" else None


def _own(config: Config, section: str, option: str) -> str:
    """What the configuration says there, as far as it can be read: it may refer to what env.py is to set."""
    with contextlib.suppress(configparser.Error):
        if config.file_config.has_option(section, option):
            return config.file_config.get(section, option, raw=True)
    toml: Mapping[str, Any] = getattr(config, "toml_alembic_config", None) or {}
    return str(toml.get(option) or "") if section == config.config_ini_section else ""


def source_of(env_py: str) -> str:
    """Empty where it cannot be read: whether it is missing is told when it is to be run."""
    try:
        with open(env_py, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""
