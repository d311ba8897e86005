"""What env.py asks for by itself, what it does beside the scripts, and what was given to it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.messages.scene import Case, Play, Scene
from tests.project import Result
from tests.test_certificates import Authority
from tests.test_env_py_beside_the_scripts import BEHIND, OF_THE_SCRIPT
from tests.test_own_questions import HEAD, HOOK, REFUSED, WAITS

FILE = "open('/var/run/secrets/db/token')"


def _hook(code: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.line("001")
        body = "\n".join(f"    {line}" for line in code.splitlines())
        scene.project.env_py.write_text(HOOK.format(code=body) + scene.project.env_py.read_text())
        return scene.run()

    return play


def _wait(scene: Scene) -> Result:
    scene.project.line("001")
    scene.project.env_py.write_text(HEAD + WAITS["socket"] + scene.project.env_py.read_text())
    return scene.run(url=scene.url(host="127.0.0.1:1"))


def _string(scene: Scene) -> Result:
    scene.project.use("psycopg")
    scene.project.line("001")
    scene.edit("import os\n", "import os, psycopg\npsycopg.connect(os.environ['DATABASE_URL'])\n")
    return scene.run()


def _hosts(scene: Scene) -> Result:
    scene.project.use("psycopg")
    scene.project.line("001")
    return scene.run(url=scene.url(host="db-1.example:5432,db-2.example:5432"))


def _argument(scene: Scene) -> Result:
    scene.project.line("001")
    scene.edit("config = context.config\n", "config = context.config\ncontext.get_x_argument(as_dictionary=True)['tenant']\n")
    return scene.run()


def _template(scene: Scene) -> Result:
    path = scene.project.script("001")
    path.write_text(path.read_text().replace("def upgrade()", "def upgrade(engine_name)"))
    return scene.run()


def _edited(old: str, new: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.sync()
        scene.project.line("001")
        scene.edit(old, new)
        return scene.run()

    return play


def _script(code: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.sync()
        scene.project.script("001", upgrade=code)
        return scene.run()

    return play


def _certificates(kind: str) -> Play:
    def play(scene: Scene) -> Result:
        scene.project.use("pg8000")
        scene.project.line("001")
        with tempfile.TemporaryDirectory() as directory:
            authority = Authority(Path(directory) / "authority")
            client, key = authority.sign("shop")
            if kind == "another":
                key = authority.sign("somebody")[1]
            else:
                locked = Path(directory) / "locked"
                command = ["openssl", "pkey", "-in", str(key), "-aes256", "-passout", "pass:unheard", "-out", str(locked)]
                subprocess.run(command, check=True)
                key = locked
            files = {"ca": str(authority.certificate), "client": str(client), "clientKey": str(key)}
            return scene.run(database={"variable": "DATABASE_URL", "certificates": files})

    return play


ISOLATION, TIMEOUT, CAUGHT = OF_THE_SCRIPT
QUESTIONS = (
    Case("env.py asks for a token in a hook do_connect, and the endpoint refuses", _hook(REFUSED)),
    Case("env.py reads a token in a hook do_connect, and the file is not mounted", _hook(FILE)),
    Case("env.py waits for the database by a socket, and the server is down", _wait),
    Case("env.py gives the URL of SQLAlchemy to psycopg", _string),
    Case("the Secret's URL has a port behind each host, as libpq reads it", _hosts),
    Case("env.py takes an argument -x that the resource does not give", _argument),
    Case("the key in spec.database.certificates.client is that of another certificate", _certificates("another")),
    Case("the key in spec.database.certificates.client has a passphrase", _certificates("passphrase")),
)

BESIDE = (
    Case("a script is of the template multidb, and env.py is not", _template),
    Case(
        "env.py has an on_version_apply that cannot be called",
        _edited("target_metadata=None", "target_metadata=None, on_version_apply=lambda step, heads: None"),
    ),
    Case(
        "env.py has a statement of its own behind the scripts, which fails",
        _edited(BEHIND, BEHIND + "            connection.exec_driver_sql('GRANT SELECT ON nosuch TO PUBLIC')\n"),
    ),
    Case("a script sets the isolation of its transaction", _script(ISOLATION)),
    Case("a script sets a statement_timeout by itself", _script(TIMEOUT)),
    Case("a script catches an error of the database, and goes on", _script(CAUGHT)),
)
