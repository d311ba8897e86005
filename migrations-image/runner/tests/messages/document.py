"""Writes MESSAGES.md by running the runner: `python -m tests.messages.document > MESSAGES.md`, for some minutes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.faults.proxy import Proxy
from tests.messages import (
    beside,
    images,
    logins,
    other_places,
    own_ways,
    schemas,
    scripts,
    transactions,
    urls,
    users,
    variables,
)
from tests.messages.scene import Case, Scene
from tests.project import Project
from tests.server import Server, new_database, server_of_the_tests

_HEAD = """# What is said of what is really wrong

<!-- Written by `python -m tests.messages.document > MESSAGES.md`; a test compares each message. -->

For a person to read through: does each message blame what is to blame, does its remedy help, and does nobody lose a row by
it? Each comes from a run of the runner on a project that has this very fault. The project is in `/app`, its database is
`shop` on `localhost:5432`, another one there is `other`, and `localhost:6432` is another address of the same server.
"""

SECTIONS: dict[str, tuple[Case, ...]] = {
    "Another database than the resource's": other_places.WRONG_DATABASE,
    "No connection": other_places.CONNECTIONS,
    "A variable of libpq that decides": variables.VARIABLES,
    "A password that a URL cannot hold like that": urls.PASSWORDS,
    "A login with another password than the resource's": logins.LOGINS,
    "Another URL than was meant": urls.URLS,
    "No URL at all, or one that nobody can use": logins.VALUES,
    "A driver of another kind than env.py": logins.KINDS,
    "A schema that is older than its version table": schemas.ADOPTION,
    "Several version tables": schemas.SEVERAL_TABLES,
    "An env.py that goes its own way": own_ways.ENVIRONMENTS,
    "A transaction that somebody else ends, and what is done behind a failure": transactions.TRANSACTIONS,
    "What env.py asks by itself, and what it is given": beside.QUESTIONS,
    "What is beside the scripts, or of their own making": beside.BESIDE,
    "Files that cannot be written": own_ways.FILES,
    "Files of another user, and a user without a name": users.USERS,
    "Scripts that env.py looks for elsewhere": own_ways.LOCATIONS,
    "An empty search path": own_ways.SEARCH_PATH,
    "Targets": scripts.TARGETS,
    "Rollbacks": scripts.ROLLBACKS,
    "Scripts that fail": scripts.FAILURES,
    "Images": images.IMAGES,
    "Configurations": images.CONFIGURATIONS,
}
CASES = [case for cases in SECTIONS.values() for case in cases]


def written(told: dict[str, str]) -> str:
    """The page, with what is told of each cause."""
    parts = [_HEAD]
    for title, cases in SECTIONS.items():
        parts.append(f"## {title}\n")
        parts += [f"{headed(case)}:\n\n{told[case.cause]}\n" for case in cases]
    return "\n".join(parts)


def headed(case: Case) -> str:
    """As a sentence, unless it begins with a name."""
    word = case.cause.split()[0]
    return case.cause[0].upper() + case.cause[1:] if word.isalpha() else case.cause


def quoted(case: Case, scene: Scene) -> str:
    result = case.play(scene)
    told = scene.told(result)
    # What a name server in distress says of a host that does not exist.
    for now, ever in (("[Errno -3] ", "[Errno -2] "), ("Temporary failure in name resolution", "Name or service not known")):
        told = told.replace(now, ever)
    return f"> `{result.reason}`: {told}"


@contextmanager
def scene_of(server: Server, admin: psycopg.Connection[object], directory: Path) -> Iterator[Scene]:
    split = urlsplit(server.url)
    with ExitStack() as stack:
        database, other = (stack.enter_context(new_database(server, admin)) for _ in range(2))
        proxy = Proxy(lambda: (str(split.hostname), split.port or 5432))
        stack.callback(proxy.close)
        yield Scene(Project(directory / "app", database), other, proxy)


def main() -> None:
    told = {}
    with server_of_the_tests() as server, psycopg.connect(server.url, autocommit=True) as admin:
        for case in CASES:
            with tempfile.TemporaryDirectory() as directory, scene_of(server, admin, Path(directory)) as scene:
                told[case.cause] = quoted(case, scene)
            print(case.cause, file=sys.stderr)
    print(written(told), end="")


if __name__ == "__main__":
    main()
