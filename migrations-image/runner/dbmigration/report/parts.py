"""A resource that names the parts of its database's URL has none that could be corrected: messages name those parts instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.state import State

CONNECTION = "spec.database.connection"
# What is said of any resource, the longer words first.
_WORDS = {
    "in the database's URL (options stand behind its ?), or in connect_args": "in connect_args",
    "its name in the database's URL": f"{CONNECTION}.name",
    "the database's URL": CONNECTION,
}


def are_named(state: State) -> bool:
    request = state.task.request
    return request is not None and request.database is not None and request.database.connection is not None


def told(text: str, state: State) -> str:
    if are_named(state):
        for words, instead in _WORDS.items():
            text = text.replace(words, instead)
    return text
