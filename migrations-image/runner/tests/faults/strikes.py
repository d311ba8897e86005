"""How each fault is brought about, and how it ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from tests.conftest import wait_until
from tests.faults.cluster import ROLE, ROLE_PASSWORD, Cluster
from tests.faults.story import Story
from tests.private_server import PASSWORD

Strike = Callable[[Story], None]


def _signal(number: int) -> Strike:
    return lambda story: story.terminate(number)


def _cut(story: Story) -> None:
    story.proxy.silent = False
    story.proxy.cut()
    story.unblock()
    story.go()


def _gone(story: Story) -> None:
    story.proxy.down = True
    story.proxy.cut()
    story.go()


def _stall(story: Story) -> None:
    story.proxy.stall()
    story.terminate(signal.SIGTERM)


def _ask_of_backend(function: str) -> Strike:
    def strike(story: Story) -> None:
        story.query(f"SELECT {function}({story.migrating_pid()})")
        story.unblock()
        story.go()

    return strike


def _nothing(story: Story) -> None:
    """The gate stays closed until a limit of the run's own is over."""


def _lock_held(story: Story) -> None:
    application = psycopg.connect(story.cluster.primary.url, dbname=story.name, autocommit=True)
    application.execute(f"SET application_name = 'shop'; BEGIN; LOCK TABLE other_{story.case.moment[-1]}")
    story.cleanup.append(application.close)
    story.go()


def _deadlock(story: Story) -> None:
    application = psycopg.connect(story.cluster.primary.url, dbname=story.name, autocommit=True)
    # The migration is the one that finds it.
    application.execute("SET deadlock_timeout = '30s'; SET application_name = 'shop'; BEGIN; LOCK TABLE other_2")
    waiting = story.in_background(lambda: application.execute("LOCK TABLE other_1"))
    wait_until(
        lambda: story.query(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'shop' "
            "AND wait_event_type = 'Lock'"
        )
    )
    story.cleanup += [application.close, waiting.join]
    story.go()


def _read_only(story: Story) -> None:
    def set_to(value: str) -> None:
        with story.cluster.ask() as admin:
            admin.execute(f"ALTER DATABASE {story.name} SET default_transaction_read_only = {value}")

    set_to("on")
    story.cleanup.append(lambda: set_to("off"))
    story.go()


STRIKES: dict[str, Strike] = {
    "SIGTERM": _signal(signal.SIGTERM),
    "SIGINT": _signal(signal.SIGINT),
    "SIGKILL": _signal(signal.SIGKILL),
    "deadline": _nothing,
    "network cut": _cut,
    "network gone": _gone,
    "stall": _stall,
    "pg_terminate_backend": _ask_of_backend("pg_terminate_backend"),
    "pg_cancel_backend": _ask_of_backend("pg_cancel_backend"),
    "statement timeout": _nothing,
    "lock held": _lock_held,
    "deadlock": _deadlock,
    "read-only": _read_only,
}
LIMITS = {"statement timeout": {"statement": 1500}, "deadline": {"run": 20000}}


@contextmanager
def server_fault(fault: str, cluster: Cluster, stories: list[Story]) -> Iterator[None]:
    """Strikes the server once, for all who are on it; what has to last until the runs have ended lasts as long as this."""
    with ExitStack() as lasting:
        _strike_server(fault, cluster, stories, lasting)
        for story in stories:
            story.unblock()
            if story.case.moment == "COMMIT unanswered":
                # What the server had answered would arrive, were it not for this.
                story.proxy.cut()
            if fault == "connections used up":
                story.open_gate()
            story.go()
        yield


def _strike_server(fault: str, cluster: Cluster, stories: list[Story], lasting: ExitStack) -> None:
    def stopped() -> None:
        cluster.primary.stop("fast")
        lasting.callback(cluster.primary.start)

    def fail_over() -> None:
        cluster.follow()
        cluster.fail_over()

    def lead_to_standby() -> None:
        standby = cluster.follow()
        lasting.callback(cluster.fail_over)
        for story in stories:
            story.proxy.leads_to = ("127.0.0.1", standby.port)
            lasting.callback(setattr, story.proxy, "leads_to", None)

    def fill_disk() -> None:
        assert cluster.disk is not None
        lasting.enter_context(cluster.disk.full())

    {
        "restart, fast": lambda: cluster.restart("fast"),
        "restart, immediate": lambda: cluster.restart("immediate"),
        "backend killed": cluster.crash,
        "server stopped": stopped,
        "failover": fail_over,
        "standby": lead_to_standby,
        "connections used up": lambda: lasting.enter_context(_used_up(cluster)),
        "disk full": fill_disk,
    }[fault]()


@contextmanager
def _used_up(cluster: Cluster) -> Iterator[None]:
    url = cluster.primary.url.replace(f"postgres:{PASSWORD}", f"{ROLE}:{ROLE_PASSWORD}")
    with ExitStack() as others:
        while _free(cluster):
            others.enter_context(psycopg.connect(url))
        yield


def _free(cluster: Cluster) -> bool:
    with cluster.ask() as admin:
        [(free,)] = admin.execute(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int "
            "- count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
    return bool(free > 0)
