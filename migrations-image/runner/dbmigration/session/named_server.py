"""The way to the server that a URL names, by nothing but that URL.

What libpq and asyncpg find in variables of the environment, or in a service that one of these names, leads env.py's
connections elsewhere; whoever asks whether they are where the URL leads must not be led there as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbmigration.planning.database_url import DEFAULT_PORT
from dbmigration.planning.url_options import with_driver

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Engine

# A URL with one of these leaves host and port to what that says.
_SAID_THERE = ("service", "dsn")


def engine(url: URL, driver: str) -> Engine:
    """What the URL leaves open altogether stays the driver's, and so the environment's."""
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    made = create_engine(with_driver(url, driver), poolclass=NullPool)

    def connecting(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        parameters.update(_settled(parameters, driver))

    event.listen(made, "do_connect", connecting)
    return made


def _settled(given: dict[str, Any], driver: str) -> dict[str, Any]:
    """What has to be said besides, so that no variable says it. The process's own environment is everybody's, and stays."""
    if not (given.get("host") or given.get("hostaddr")) or any(given.get(name) for name in _SAID_THERE):
        return {}
    said: dict[str, Any] = {} if given.get("port") else {"port": DEFAULT_PORT}
    if driver.startswith("psycopg") and not given.get("hostaddr"):
        # Empty, and yet said: so libpq looks the host up, and looks for no address elsewhere.
        said["hostaddr"] = ""
    return said
