"""By what the Pod of this process is told from every other one."""

from __future__ import annotations

import contextlib
import ipaddress
import socket

# Written by the kubelet; a name service is not to be waited for.
_HOSTS = "/etc/hosts"


def names() -> dict[str, str]:
    """Its name and its addresses, each with the name of a variable that usually has it."""
    host = socket.gethostname()
    return {host: "HOSTNAME", **dict.fromkeys(_addresses(host), "POD_IP")}


def _addresses(host: str) -> list[str]:
    found = []
    with contextlib.suppress(OSError, ValueError), open(_HOSTS, encoding="utf-8", errors="replace") as file:
        for line in file:
            address, *called = line.partition("#")[0].split() or [""]
            if host in called and not ipaddress.ip_address(address).is_loopback:
                found.append(address)
    return found
