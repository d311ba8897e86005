"""A variable of libpq, set in the image or in the Pod template, that decides what nobody looks for there."""

from __future__ import annotations

from tests.messages.scene import Case, Scene
from tests.project import Result
from tests.refusing_server import server_that_refuses


def _with(cause: str, variable: str, value: str, host: str | None = None) -> Case:
    def play(scene: Scene) -> Result:
        scene.project.use("psycopg")
        scene.project.line("001")
        return scene.run(url=scene.url(**({"host": host} if host else {})), environment={variable: value})

    return Case(f"{cause}, by {variable}", play)


def _without_tls(scene: Scene) -> Result:
    scene.project.use("psycopg")
    scene.project.line("001")
    with server_that_refuses("57P03", "it speaks no TLS, and is not asked for anything else") as host:
        result = scene.run(url=scene.url(host=host), environment={"PGSSLMODE": "require"})
    result.outcome["message"] = result.message.replace(host, "127.0.0.1:5432")
    return result


VARIABLES = (
    _with("a service that is defined nowhere is asked for", "PGSERVICE", "shop"),
    Case("encryption is asked for, and the server has none, by PGSSLMODE", _without_tls),
    _with("the connection leads to another address than the URL's host", "PGHOSTADDR", "127.0.0.9", "localhost:1"),
    _with("no schema of the search path is there", "PGOPTIONS", "-c search_path=other_schema"),
    _with("the server does not know a setting", "PGOPTIONS", "-c nosuch=1"),
)
