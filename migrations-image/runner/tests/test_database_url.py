"""What a URL names, by which driver env.py reaches it, and in which words."""

from __future__ import annotations

import pytest

from dbmigration.planning.database_url import Address, bare, hosts_as_options, named_by
from dbmigration.planning.driver import choose, makes_asynchronous_engine
from dbmigration.planning.driver_options import translated
from dbmigration.planning.url_options import UrlOption, for_env_py

SHOP = "postgresql+psycopg://app:secret@db.example:5432/shop"


@pytest.mark.parametrize(
    "same",
    [
        "postgresql://somebody@db.example/shop",
        "postgres://app:other@DB.Example.:5432/shop",
        "postgresql+asyncpg://app@db.example/shop?ssl=require",
        "postgresql://app@/shop?host=db.example",
        "postgresql://app@/shop?host=db.example:5432",
        "postgresql://app@/?host=db.example&port=5432&dbname=shop",
        "  postgresql://app@db.example/shop\n",
    ],
)
def test_one_database_may_be_written_in_many_ways(same: str) -> None:
    assert named_by(same) == named_by(SHOP)


# What Character.isWhitespace() of Java counts, by which the operator's String.strip() goes.
JAVAS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2006\u2008\u200a\u2028\u2029\u205f\u3000"


def test_what_the_operator_takes_away_around_a_url_is_taken_away_and_nothing_else() -> None:
    assert bare(f"{JAVAS}{SHOP}{JAVAS}") == SHOP
    for kept in "\x85\xa0\u2007\u202f\u200b\ufeff":
        assert bare(f" {kept}{SHOP}{kept}\n") == f"{kept}{SHOP}{kept}"


@pytest.mark.parametrize(
    "other",
    [
        "postgresql://app@db.example:5433/shop",
        "postgresql://app@db.example/Shop",
        "postgresql://app@db.example/shop2",
        "postgresql://app@db/shop",
        "postgresql://app@db.example/",
        "postgresql:///shop",
        "postgresql://app@db.example/shop?hostaddr=10.0.0.1",
        "postgresql://app@db.example/shop?service=x",
    ],
)
def test_another_name_is_not_the_same(other: str) -> None:
    assert named_by(other) != named_by(SHOP)


@pytest.mark.parametrize("local", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST.", "[0:0:0:0:0:0:0:1]"])
def test_the_forms_of_localhost_are_one(local: str) -> None:
    named = named_by(f"postgresql://app@{local}:6000/shop")
    assert named is not None
    assert named.is_at(Address.of("localhost", 6000), "shop")
    assert not named.is_at(Address.of("localhost", 6001), "shop")
    assert not named.is_at(None, "shop")


def test_of_several_hosts_each_is_named() -> None:
    for text in (
        "postgresql://app:pw@one:5432,two:6000/shop?target_session_attrs=read-write",
        "postgresql://app:pw@/shop?host=one:5432&host=two:6000",
        "postgresql://app:pw@/shop?host=one,two&port=5432,6000",
    ):
        named = named_by(text)
        assert named is not None
        assert str(named) == "one:5432,two:6000/shop"
        assert named.is_at(Address.of("two", 6000), "shop")
        assert not named.is_at(Address.of("two", 5432), "shop")


def test_one_port_behind_several_hosts_is_that_of_all() -> None:
    assert str(named_by("postgresql://app:pw@one,two:6000/shop")) == "one:6000,two:6000/shop"
    assert str(named_by("postgresql://app:pw@one,two/shop")) == "one:5432,two:5432/shop"
    assert str(named_by("postgresql://app:pw@one:6000,two/shop")) == "one:6000,two:5432/shop"


def test_only_ports_behind_each_host_have_to_be_options() -> None:
    assert hosts_as_options("postgresql://app:pw@one:1,two:2/shop?sslmode=require") == "host=one:1&host=two:2"
    for text in (
        "postgresql://app:pw@one,two:6000/shop",
        "postgresql://app:pw@/shop?host=one:1&host=two:2",
        "",
        "x@y,z:1",
        "postgresql://app:pw,ab:1/shop",
    ):
        assert hosts_as_options(text) is None


def test_a_socket_is_its_directory() -> None:
    for text in ("postgresql://app@/shop?host=/var/run/pg/", "postgresql://app@%2Fvar%2Frun%2Fpg/shop"):
        named = named_by(text)
        assert named is not None
        assert named.is_at(Address.of("/var/run/pg", ""), "shop")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop",
        "postgresql://app:half@Secret123@db/shop",
        "postgresql://app/x:Secret123@db/shop",
        "postgresql://app/x:Sec?ret123@db/shop",
        "postgresql://app:Secret123/db",
    ],
)
def test_where_a_password_might_count_as_a_name_nothing_is_named(text: str) -> None:
    assert named_by(text) is None


SYNC, ASYNC, UNKNOWN = False, True, None


@pytest.mark.parametrize(
    ("named", "own", "kind", "image", "chosen"),
    [
        (None, None, UNKNOWN, ["psycopg2", "asyncpg"], "psycopg2"),
        (None, None, SYNC, ["asyncpg", "psycopg"], "psycopg"),
        (None, None, SYNC, ["asyncpg", "pg8000"], "pg8000"),
        (None, None, ASYNC, ["psycopg2", "psycopg", "asyncpg"], "psycopg"),
        (None, None, ASYNC, ["psycopg2", "asyncpg"], "asyncpg"),
        (None, "asyncpg", UNKNOWN, ["psycopg2", "asyncpg"], "asyncpg"),
        (None, "asyncpg", ASYNC, ["psycopg", "asyncpg"], "asyncpg"),
        (None, "pg8000", SYNC, ["psycopg2", "pg8000"], "pg8000"),
        (None, "psycopg2", SYNC, ["psycopg"], "psycopg"),
        (None, None, SYNC, [], None),
        ("asyncpg", "psycopg2", UNKNOWN, ["psycopg2", "asyncpg"], "asyncpg"),
        ("asyncpg", "psycopg2", SYNC, ["psycopg2", "asyncpg"], "psycopg2"),
        ("asyncpg", None, SYNC, ["psycopg", "asyncpg"], "psycopg"),
        ("psycopg2", None, ASYNC, ["psycopg2", "asyncpg"], "asyncpg"),
        ("psycopg2", None, SYNC, [], "psycopg2"),
        ("asyncpg", None, SYNC, ["asyncpg"], "asyncpg"),
    ],
)
def test_the_driver_is_one_that_env_py_can_use(
    named: str | None, own: str | None, kind: bool | None, image: list[str], chosen: str | None
) -> None:
    assert choose(named, own, kind, "psycopg2", image.__contains__) == chosen


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("from sqlalchemy import engine_from_config", SYNC),
        ("import sqlalchemy as sa\nsa.create_engine(u)", SYNC),
        ("from sqlalchemy.ext.asyncio import async_engine_from_config", ASYNC),
        ("# no create_engine here\nfrom sqlalchemy.ext.asyncio import create_async_engine", ASYNC),
        ("AsyncEngine(engine_from_config(c))", ASYNC),
        ("from app.db import engine", UNKNOWN),
        ("create_engine(u) if x else create_async_engine(u)", UNKNOWN),
        ("def", UNKNOWN),
    ],
)
def test_the_kind_of_env_py_is_read_from_the_names_that_it_uses(source: str, kind: bool | None) -> None:
    assert makes_asynchronous_engine(source) is kind


@pytest.mark.parametrize(
    ("options", "driver", "made"),
    [
        ({"sslmode": "require"}, "asyncpg", {"ssl": "require"}),
        ({"sslmode": "verify-full", "connect_timeout": "5"}, "asyncpg", {"ssl": "verify-full"}),
        ({"ssl": "require"}, "psycopg", {"sslmode": "require"}),
        ({"ssl": "require", "prepared_statement_cache_size": "0"}, "psycopg2", {"sslmode": "require"}),
        ({"sslmode": "require"}, "psycopg2", {"sslmode": "require"}),
        ({"sslmode": "prefer", "application_name": "shop"}, "pg8000", {}),
        ({"sslmode": "require"}, "pg8000", {"sslmode": "require"}),
        ({"gssencmode": "disable", "channel_binding": "prefer"}, "asyncpg", {}),
        ({"channel_binding": "require", "options": "-c x=y"}, "asyncpg", {"channel_binding": "require", "options": "-c x=y"}),
        ({"host": ("one:1", "two:2")}, "asyncpg", {"host": ("one:1", "two:2")}),
        ({"sslmode": "require"}, "somebodys", {"sslmode": "require"}),
    ],
)
def test_an_option_is_said_in_the_drivers_words_if_it_means_the_same(
    options: dict[str, str], driver: str, made: dict[str, str]
) -> None:
    assert translated(options, driver) == made


def test_what_is_no_url_of_postgresql_is_handed_over_as_it_is() -> None:
    for text in ("mysql://u@h/d", "nonsense", "postgresql://a:b@c@d/e"):
        assert for_env_py(text, "", None) == text


def test_an_option_of_the_configuration_may_have_a_section_and_a_variable() -> None:
    assert UrlOption.of("url") == UrlOption("url")
    assert UrlOption.of("engine1:sqlalchemy.url") == UrlOption("sqlalchemy.url", "engine1")
    assert UrlOption.of("a:b:url=REPORTS_URL") == UrlOption("url", "a:b", "REPORTS_URL")
    assert UrlOption.of("url=REPORTS_URL") == UrlOption("url", None, "REPORTS_URL")
