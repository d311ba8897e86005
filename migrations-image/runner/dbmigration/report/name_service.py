"""How the Pod finds the address of a name: by its own files, which the template of a Pod changes."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbmigration.state import State

_RESOLVER = "/etc/resolv.conf"
_HOSTS = "/etc/hosts"
# The kubelet writes this above the entries that a Pod asks for.
_ALIASES = "# Entries added by HostAliases."
# Without which it is no Pod.
_CLUSTER = "KUBERNETES_SERVICE_HOST"
_WORDS = ("failed to resolve host", "could not translate host name")


def described(causes: list[BaseException], state: State) -> str | None:
    """What of the Pod's template a name is led by, where that is not as usual; None otherwise."""
    host = state.course.given.get("host")
    if not isinstance(host, str) or not host or not os.environ.get(_CLUSTER):
        return None
    if is_alias(host, _read(_HOSTS)):
        return f"The Pod takes the address of {host} from hostAliases in spec.podTemplate: correct it there, or take it out."
    if not _is_unresolved(causes) or not may_be_a_service(host) or asks_the_cluster(_read(_RESOLVER)):
        return None
    return (
        f"If {host} is a Service: this Pod does not look for names in the cluster, as {_RESOLVER} has no search domain of it. "
        "That comes of dnsPolicy, dnsConfig or hostNetwork in spec.podTemplate: leave dnsPolicy out there, or write "
        "ClusterFirst, or ClusterFirstWithHostNet beside hostNetwork. Otherwise correct the host in the database's URL."
    )


def is_alias(host: str, hosts: str) -> bool:
    _, _, aliases = hosts.partition(_ALIASES)
    return any(host in line.partition("#")[0].split()[1:] for line in aliases.splitlines())


def may_be_a_service(host: str) -> bool:
    """`name`, `name.namespace`, or one that ends in the cluster's domain."""
    return host.rstrip(".").count(".") < 2 or ".svc" in host


def asks_the_cluster(resolver: str) -> bool:
    lines = (line.split() for line in resolver.splitlines())
    found = [domains for word, *domains in filter(None, lines) if word == "search"]
    return bool(found) and any(domain.startswith("svc.") or ".svc." in domain for domain in found[-1])


def _is_unresolved(causes: list[BaseException]) -> bool:
    return any(isinstance(cause, socket.gaierror) or any(words in str(cause) for words in _WORDS) for cause in causes)


def _read(path: str) -> str:
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
    return ""
