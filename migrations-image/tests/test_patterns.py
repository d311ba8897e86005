"""What each pattern promises, with rows in the tables."""

import pytest
from sqlalchemy.exc import DBAPIError

from conftest import Database

ORGANIZATION, USER, AGENT = (f"{digit * 8}-0000-0000-0000-000000000000" for digit in "123")
SEED = f"""
    INSERT INTO organizations (id, name, slug, plan) VALUES ('{ORGANIZATION}', 'Acme', 'acme', 'pro');
    INSERT INTO users (id, organization_id, email, name) VALUES ('{USER}', '{ORGANIZATION}', 'a@acme.io', 'Ada');
    INSERT INTO agents (id, organization_id, name, config) VALUES ('{AGENT}', '{ORGANIZATION}', 'Scout', '{{}}');
    """


@pytest.fixture
def database(database: Database) -> Database:
    database.upgrade("003")
    database.sql(SEED)
    return database


def executions(count: int, start: str) -> str:
    return f"""
        INSERT INTO executions (agent_id, input, tokens_used, created_at)
        SELECT '{AGENT}', '{{}}', n, timestamptz '{start}' + n * interval '1 minute' FROM generate_series(1, {count}) n
        """


def insert_user(name_column: str, name: str) -> str:
    return f"""
        INSERT INTO users (organization_id, email, {name_column})
        VALUES ('{ORGANIZATION}', '{name}@acme.io', '{name}')
        """


def test_rename_old_and_new_code_work_side_by_side(database: Database) -> None:
    database.upgrade("006")
    database.sql(insert_user("name", "Old"))
    database.sql(insert_user("full_name", "New"))
    database.sql("UPDATE users SET name = 'Older' WHERE name = 'Old'")
    database.sql("UPDATE users SET full_name = 'Newer' WHERE full_name = 'New'")
    rows = "SELECT name, full_name FROM users ORDER BY name"
    assert database.sql(rows) == "Ada|\nNewer|Newer\nOlder|Older"
    database.upgrade("007")
    assert database.sql(rows) == "Ada|Ada\nNewer|Newer\nOlder|Older"


def test_rename_keeps_every_name_in_both_directions(database: Database) -> None:
    database.upgrade("008")
    database.sql(insert_user("full_name", "Grace"))
    assert database.sql("SELECT full_name FROM users ORDER BY 1") == "Ada\nGrace"
    database.downgrade("007")
    assert database.sql("SELECT name, full_name FROM users ORDER BY 1") == "Ada|Ada\nGrace|Grace"
    database.downgrade("005")
    assert database.sql("SELECT name FROM users ORDER BY 1") == "Ada\nGrace"


def test_foreign_key_holds_for_new_rows_first_and_for_all_in_the_end(database: Database) -> None:
    validated = "SELECT convalidated FROM pg_constraint WHERE conname = 'fk_agents_owner_id'"
    database.upgrade("009")
    assert database.sql(validated) == "f"
    with pytest.raises(RuntimeError, match="violates foreign key"):
        database.sql(f"UPDATE agents SET owner_id = '{AGENT}'")
    database.upgrade("010")
    assert database.sql(validated) == "t"


def test_concurrent_index_replaces_the_leftover_of_a_failed_build(database: Database) -> None:
    database.upgrade("010")
    database.sql(f"INSERT INTO agents (organization_id, name, config) VALUES ('{ORGANIZATION}', 'Scout', '{{}}')")
    with pytest.raises(RuntimeError, match="could not create unique index"):
        database.sql("CREATE UNIQUE INDEX CONCURRENTLY idx_agents_name ON agents (name)")
    state = """
        SELECT relname, indisvalid, indisunique FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relname IN ('idx_agents_name', 'idx_agents_owner_id') ORDER BY relname
        """
    assert database.sql(state) == "idx_agents_name|f|t"
    database.upgrade("011")
    assert database.sql(state) == "idx_agents_name|t|f\nidx_agents_owner_id|t|f"


def test_data_migration_moves_rows_and_moves_them_back(database: Database) -> None:
    tier = "SELECT tier FROM agents"
    database.upgrade("012")
    assert database.sql(tier) == "free"
    database.upgrade("013")
    assert database.sql(tier) == "pro"
    database.downgrade("012")
    assert database.sql(tier) == "free"


def test_enum_refuses_other_values(database: Database) -> None:
    database.upgrade("014")
    assert database.sql("SELECT visibility FROM agents") == "private"
    with pytest.raises(RuntimeError, match="invalid input value for enum agent_visibility"):
        database.sql("UPDATE agents SET visibility = 'secret'")


def test_backfill_reaches_every_row_in_more_than_one_batch(database: Database) -> None:
    database.upgrade("014")
    database.sql(executions(12_000, "2026-03-28 00:00+00"))
    database.upgrade("015")
    missing = "SELECT count(*) FROM executions WHERE cost_usd IS NULL"
    assert database.sql(missing) == "12000"
    database.sql(f"INSERT INTO executions (agent_id, input, cost_usd) VALUES ('{AGENT}', '{{}}', 7)")
    database.upgrade("016")
    assert database.sql(missing) == "0"
    assert database.sql("SELECT sum(cost_usd) FROM executions") == "151.012000"  # 7 was left alone
    assert database.sql("SELECT count(DISTINCT xmin::text) >= 3 FROM executions") == "t"
    database.upgrade("head")
    database.downgrade("015")
    assert database.sql(missing) == "12000"


def test_contract_refuses_rows_that_the_backfill_missed(database: Database) -> None:
    database.upgrade("016")
    database.sql(f"INSERT INTO executions (agent_id, input, cost_usd) VALUES ('{AGENT}', '{{}}', NULL)")
    with pytest.raises(DBAPIError, match="ck_executions_cost_usd_not_null"):
        database.upgrade("018")
    assert database.revision() == "017"
    database.sql("UPDATE executions SET cost_usd = 0 WHERE cost_usd IS NULL")
    database.upgrade("018")
    assert database.revision() == "018"


def test_partitions_are_ready_before_their_month_and_no_month_is_refused(database: Database) -> None:
    database.upgrade("004")
    for day in ("2026-01-01", "2026-12-31", "2031-05-05"):
        database.sql(executions(1, f"{day} 00:00+00"))
    where = "SELECT tableoid::regclass FROM executions ORDER BY created_at"
    assert database.sql(where) == "executions_2026_01\nexecutions_2026_12\nexecutions_default"


def test_new_partitions_take_over_rows_that_wait_and_give_them_back(database: Database) -> None:
    database.upgrade("018")
    for day in ("2027-01-01", "2027-12-31", "2031-05-05"):
        database.sql(executions(1, f"{day} 00:00+00"))
    where = "SELECT tableoid::regclass FROM executions ORDER BY created_at"
    database.upgrade("019")
    assert database.sql(where) == "executions_2027_01\nexecutions_2027_12\nexecutions_default"
    database.downgrade("018")
    assert database.sql(where) == "executions_default\nexecutions_default\nexecutions_default"


def test_dropping_executions_stops_at_what_others_built_on_it(database: Database) -> None:
    database.upgrade("004")
    database.sql("CREATE VIEW report AS SELECT count(*) FROM executions")
    with pytest.raises(DBAPIError, match="other objects depend on it"):
        database.downgrade("003")
    assert database.revision() == "004"
