"""A URL that cannot be read: the resource's own, or one that env.py makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbmigration.planning.database_url import hosts_as_options
from dbmigration.planning.place import frames
from dbmigration.planning.url_shape import correction, references, shape
from dbmigration.report.connection_option import remedy
from dbmigration.report.misreading import QUOTE

if TYPE_CHECKING:
    from dbmigration.planning.own_database import OwnDatabase


def of_the_resource(own: OwnDatabase | None) -> str | None:
    """What stands in its place; None if it is one, as far as can be seen."""
    for variable, text in own.urls.items() if own is not None else ():
        found = shape(text)
        if found is not None:
            what = f"The value of {variable} {found.what}, and so it is no URL of SQLAlchemy's: {found.remedy}"
            return f"{what}. {correction()}"
    return None


def unreplaced(own: OwnDatabase | None) -> str | None:
    """Of references in it, which nobody in a Secret replaces."""
    for variable, text in own.urls.items() if own is not None else ():
        found = references(text)
        if found is not None:
            return f"The value of {variable} {found.what}: {found.remedy}. {correction()}"
    return None


def of_env_py(causes: list[BaseException], own: OwnDatabase | None) -> str | None:
    """Where the resource's own can be read, and SQLAlchemy was given one that cannot."""
    from sqlalchemy.exc import ArgumentError

    is_right = own is not None and all(named is not None for named in own.named.values())
    for cause in causes:
        if not {"make_url", "_parse_url"}.intersection(function for _, _, function in frames(cause)):
            continue
        if isinstance(cause, ValueError) and "int()" in str(cause):
            # Which SQLAlchemy says in Python's words alone.
            return (
                _of_hosts(cause, own)
                or unreplaced(own)
                or (_OF_PORT if is_right else f"That is the port of a URL. {remedy('port')}")
            )
        if isinstance(cause, ArgumentError) and own is not None and is_right:
            return f"That is no URL of the resource's, which can be read. {own.remedy}; if it makes one of parts, {QUOTE}."
    return None


def _of_hosts(cause: ValueError, own: OwnDatabase | None) -> str | None:
    if "," not in str(cause):
        return None
    for variable, text in own.urls.items() if own is not None else ():
        options = hosts_as_options(text)
        if options is not None:
            return (
                f"That is the URL of {variable}, in which several hosts have a port each: libpq reads that, SQLAlchemy "
                "does not. Let nothing stand between the @ and the / in front of the database's name, and the hosts behind "
                f"that name: ?{options} . {correction()}"
            )
    return None


_OF_PORT = (
    "That is the port of a URL that env.py makes, and not of the resource's. If a character of the password is not quoted, "
    f"what stands behind it counts as the port: {QUOTE}. Otherwise see the variable of the port: in that which Kubernetes "
    "sets by itself for a Service it is tcp://… and no number."
)
# As env.py itself makes a number of the port.
OF_A_SERVICE = (
    "That is what Kubernetes sets by itself in a variable that is called NAME_PORT, for a Service that is called so: let "
    "env.py read a variable of another name, set this one in spec.podTemplate, or let spec.podTemplate have "
    "enableServiceLinks: false."
)
