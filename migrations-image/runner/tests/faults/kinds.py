"""The kinds of migration that are interrupted, and what each has committed at which moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.project import Project

# Moments in the order in which a run of three steps comes to them.
MOMENTS = (
    "before connecting",
    "while connecting",
    "before the first step",
    *("before 1", "inside 1", "after 1", "between 1 and 2"),
    *("before 2", "inside 2", "later in 2", "after 2", "between 2 and 3"),
    *("before 3", "inside 3", "after 3"),
    "in COMMIT",
    "COMMIT unanswered",
    "after COMMIT",
    "while the rows are read",
)

# What a story finds in its database. `gate` stays in a statement on the server until the test says go: it asks for a lock
# again and again, so that it waits for nothing and no timeout but the statement's own ends it.
PREPARED = """
CREATE TABLE items (id int PRIMARY KEY, v int, touched int NOT NULL DEFAULT 0);
INSERT INTO items SELECT n, n FROM generate_series(1, 15) n;
CREATE TABLE other_1 (id int); CREATE TABLE other_2 (id int); CREATE TABLE other_3 (id int);
CREATE TABLE notes (revision text);
CREATE TABLE effects (step int, revision text, direction text, run int);
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE FUNCTION gate(n int) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF NOT pg_catalog.pg_try_advisory_xact_lock_shared(7701, n) THEN
    PERFORM pg_catalog.pg_advisory_xact_lock_shared(7702, n);
    WHILE NOT pg_catalog.pg_try_advisory_xact_lock_shared(7701, n) LOOP PERFORM pg_catalog.pg_sleep(0.01); END LOOP;
  END IF;
  RETURN 0;
END $$;
CREATE FUNCTION gated(n int, value int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
  'BEGIN RETURN value + public.gate(n); END';
CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM public.gate(90 + NEW.step); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON effects DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION at_commit();
"""


@dataclass(frozen=True)
class Committed:
    """What cannot be rolled back any more at a moment."""

    steps: int = 0
    """Of so many steps the version rows are committed."""
    part: bool = False
    """And of one more a part that its version row does not tell."""
    index: bool = False
    """And an index is being built, of which an interruption leaves an invalid one."""
    at_once: bool = False
    """The statement of the moment is committed by itself: whether it was is only known if its answer came."""


NOTHING = Committed()
ALL = Committed(3)


@dataclass(frozen=True)
class Kind:
    name: str
    told: str
    rows: tuple[tuple[str, ...], ...] = (("001",), ("002",), ("003",), ("004",))
    """Of the version table, before the first step and after each."""
    steps: tuple[tuple[str, str], ...] = (("002", "up"), ("003", "up"), ("004", "up"))
    target: str = "004"
    each: bool = False
    asynchronous: bool = False
    bodies: Mapping[int, str] = field(default_factory=dict)
    committed: Mapping[str, Committed] = field(default_factory=dict)
    """At the moments at which something is, other than the last COMMIT."""
    commit_of: int = 3
    """The step whose COMMIT the moments `in COMMIT` and `COMMIT unanswered` mean."""
    take_back: str = ""
    """What a person does about a part that is committed, as the outcome says."""

    def at(self, moment: str) -> Committed:
        if moment in ("after COMMIT", "while the rows are read"):
            return ALL
        if moment == "COMMIT unanswered":
            return Committed(self.commit_of)
        return self.committed.get(moment, NOTHING)

    @property
    def moments(self) -> tuple[str, ...]:
        return tuple(m for m in MOMENTS if m != "later in 2" or m in self.committed)

    def write(self, project: Project) -> None:
        options = "on_version_apply=witness.version_written" + (", transaction_per_migration=True" if self.each else "")
        if self.asynchronous:
            project.asynchronous(options)
        else:
            project.sync(options)
        text = project.env_py.read_text()
        text = text.replace("import os\n", "import os\nimport witness\nwitness.stop('before connecting')\n", 1)
        indent = "        " if not self.asynchronous else "    "
        begin = f"{indent}with context.begin_transaction()"
        text = text.replace(begin, f"{indent}witness.stop('before the first step')\n{begin}")
        project.env_py.write_text(text + "\nwitness.stop('after COMMIT')\nwitness.stop('while the rows are read')\n")
        self._scripts(project)

    def _scripts(self, project: Project) -> None:
        numbers = {revision: number for number, (revision, _) in enumerate(self.steps, 1)}
        ups = {revision for revision, direction in self.steps if direction == "up"}
        project.script("001", upgrade="pass", downgrade="pass")
        for revision, parent in self.graph().items():
            number = numbers.get(revision, 0)
            up = self.bodies.get(number) or _plain(number, revision)
            project.script(
                revision,
                parent,
                upgrade=_witnessed(number, revision, "up", up) if revision in ups else "raise AssertionError('not asked for')",
                downgrade=_witnessed(number, revision, "down", _taken_back(number, revision)),
            )

    def graph(self) -> dict[str, str]:
        if self.name == "mixed plan":
            return {"002": "001", "003": "002", "004": "003", "b02": "001"}
        return {"002": "001", "003": "002", "004": "003"}


def _witnessed(number: int, revision: str, direction: str, body: str) -> str:
    lock = f'op.execute("LOCK TABLE other_{number} IN SHARE ROW EXCLUSIVE MODE")'
    lines = (lock, *body.strip("\n").splitlines())
    return f"import witness\nwith witness.step({number}, {revision!r}, {direction!r}):\n" + "".join(
        f"    {line}\n" for line in lines
    )


def _plain(number: int, revision: str) -> str:
    return f'op.execute("ALTER TABLE items ADD COLUMN c_{revision} int DEFAULT public.gate({number})")'


def _taken_back(number: int, revision: str) -> str:
    return (
        f'op.execute("UPDATE items SET v = v + public.gate({number}) WHERE id = 1")\n'
        f'op.execute("ALTER TABLE items DROP COLUMN c_{revision}")'
    )


_BLOCK = """
op.execute("ALTER TABLE items ADD COLUMN before_003 int")
with op.get_context().autocommit_block():
    op.execute("INSERT INTO notes SELECT '003' WHERE public.gate(2) = 0")
op.execute("ALTER TABLE items ADD COLUMN c_003 int DEFAULT public.gate(12)")
"""

_BATCHES = """
with op.get_context().autocommit_block():
    for gate in (2, 12, 22):
        op.execute(
            "UPDATE items SET c_002 = id, touched = touched + 1 WHERE id IN (SELECT id FROM items "
            f"WHERE c_002 = 0 ORDER BY id LIMIT 5) AND public.gate({gate}) = 0"
        )
op.execute("ALTER TABLE items ADD COLUMN c_003 int")
"""


def _index(if_not_exists: str) -> str:
    return f"""
with op.get_context().autocommit_block():
    op.execute("CREATE INDEX CONCURRENTLY {if_not_exists}ix_003 ON items (public.gated(2, v))")
op.execute("ALTER TABLE items ADD COLUMN c_003 int")
"""


def _after_block(part: Committed, inside: Committed, later: Committed | None) -> dict[str, Committed]:
    """From the block in step 2 to the last COMMIT nothing but the block commits."""
    found = dict.fromkeys(MOMENTS[MOMENTS.index("after 2") : MOMENTS.index("COMMIT unanswered")], part)
    found["inside 2"] = inside
    if later is not None:
        found["later in 2"] = later
    return found


_EACH = {
    moment: Committed(steps)
    for steps, moments in (
        (1, ("before 2", "inside 2", "after 2", "between 2 and 3", "in COMMIT")),
        (2, ("before 3", "inside 3", "after 3")),
    )
    for moment in moments
}

_PART = Committed(1, part=True)
_INDEX = Committed(1, index=True)
# An index that was built is there as a whole: to build it again fails without harm, or finds it.
_BUILT = Committed(1, part=True)

KINDS = (
    Kind("one transaction", "`upgrade`, three steps in one transaction (Alembic's default)"),
    Kind("asyncpg", "the same with an asynchronous `env.py` and asyncpg", asynchronous=True),
    Kind("each its own", "`transaction_per_migration`", each=True, committed=_EACH, commit_of=2),
    Kind(
        "each asyncpg",
        "`transaction_per_migration` with asyncpg",
        each=True,
        asynchronous=True,
        committed=_EACH,
        commit_of=2,
    ),
    Kind(
        "autocommit block",
        "step 2 adds a column, has an `autocommit_block()` with an INSERT, and adds another column",
        bodies={2: _BLOCK},
        committed=_after_block(_PART, Committed(1, part=True, at_once=True), _PART),
        take_back="DELETE FROM notes; ALTER TABLE items DROP COLUMN before_003",
    ),
    Kind(
        "block asyncpg",
        "the same with asyncpg",
        asynchronous=True,
        bodies={2: _BLOCK},
        committed=_after_block(_PART, Committed(1, part=True, at_once=True), _PART),
        take_back="DELETE FROM notes; ALTER TABLE items DROP COLUMN before_003",
    ),
    Kind(
        "concurrent index",
        "step 2 has an `autocommit_block()` with CREATE INDEX CONCURRENTLY and adds a column",
        bodies={2: _index("")},
        committed=_after_block(_BUILT, _INDEX, None),
        take_back="DROP INDEX CONCURRENTLY ix_003",
    ),
    Kind(
        "index if not exists",
        "the same with IF NOT EXISTS",
        bodies={2: _index("IF NOT EXISTS ")},
        committed=_after_block(_BUILT, _INDEX, None),
        take_back="",
    ),
    Kind(
        "data in batches",
        "step 2 updates rows in three batches, each committed at once, of rows that are not done yet",
        bodies={2: _BATCHES},
        committed=_after_block(_PART, Committed(1, at_once=True), Committed(1, part=True, at_once=True)),
    ),
    Kind(
        "downgrade",
        "three steps down in one transaction",
        rows=(("004",), ("003",), ("002",), ("001",)),
        steps=(("004", "down"), ("003", "down"), ("002", "down")),
        target="001",
    ),
    Kind(
        "mixed plan",
        "two steps down and one up in one transaction",
        rows=(("004",), ("003",), ("002",), ("002", "b02")),
        steps=(("004", "down"), ("003", "down"), ("b02", "up")),
        target="002,b02",
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
