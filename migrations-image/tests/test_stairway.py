"""Up and down again, one revision after the other."""

import pytest
from alembic import command

from conftest import Database
from revisions import REVISIONS, STEPS


@pytest.mark.parametrize(("before", "revision"), STEPS)
def test_a_revision_goes_up_down_and_up_to_identical_schemas(database: Database, before: str, revision: str) -> None:
    if before == "base":
        database.upgrade("001")
        database.downgrade("base")  # leaves the version table, which a new database does not have
    else:
        database.upgrade(before)
    below = database.schema()

    database.upgrade(revision)
    above = database.schema()
    assert above != below

    database.downgrade(before)
    assert database.schema() == below

    database.upgrade(revision)
    assert database.schema() == above


def test_all_the_way_up_and_down_leaves_only_the_empty_version_table(database: Database) -> None:
    database.upgrade("head")
    assert database.revision() == REVISIONS[-1]
    database.downgrade("base")
    assert database.revision() == ""
    assert database.tables() == {"alembic_version"}
    left = "SELECT typname FROM pg_type WHERE typtype = 'e' UNION SELECT proname FROM pg_proc WHERE pronamespace = {0}"
    assert database.sql(left.format("'public'::regnamespace")) == ""


def test_back_at_003_the_schema_is_what_it_was(database: Database) -> None:
    database.upgrade("003")
    first = database.schema()
    assert database.tables() == {
        "alembic_version",
        "organizations",
        "users",
        "agents",
        "marketplace_listings",
        "marketplace_reviews",
    }
    database.upgrade("head")
    assert "executions" in database.tables()
    database.downgrade("003")
    assert database.schema() == first


@pytest.mark.parametrize(("before", "revision"), STEPS)
def test_the_sql_preview_of_a_revision_does_what_the_revision_does(database: Database, before: str, revision: str) -> None:
    if before == "base":
        database.upgrade("001")
    else:
        database.upgrade(before)
        below = database.schema()
        database.upgrade(revision)
    above = database.schema()

    database.sql(database.preview(command.downgrade, f"{revision}:{before}"))
    if before != "base":
        assert database.schema() == below
        database.sql(database.preview(command.upgrade, f"{before}:{revision}"))
    else:
        assert database.revision() == ""
        database.sql("DROP TABLE IF EXISTS alembic_version")  # a preview from base creates it
        database.sql(database.preview(command.upgrade, revision))
    assert database.schema() == above
