"""Those of a migration that change where a sequence stands, and others that do not."""

from __future__ import annotations

from tests.operations import Operation, sql

DELETING = {
    "a sequence with its schema": Operation(sql("DROP SCHEMA desk CASCADE"), ["sequence desk.tickets (its position)"]),
    "a sequence begins anew": Operation(sql("ALTER SEQUENCE numbers RESTART WITH 5"), ["the position of sequence numbers"]),
    "a sequence is set": Operation(sql("SELECT setval('public.numbers'::regclass, 5)"), ["the position of sequence numbers"]),
    "the sequence of a column is set": Operation(
        sql("SELECT setval(pg_get_serial_sequence('numbered', 'n'), coalesce(max(n), 1)) FROM numbered"),
        ["the position of sequence numbered_n_seq"],
    ),
    "a column numbers anew": Operation(
        sql("ALTER TABLE numbered ALTER id RESTART"), ["the position of sequence numbered_id_seq"]
    ),
    "a column numbers no more": Operation(
        sql("ALTER TABLE numbered RENAME id TO nr; ALTER TABLE numbered ALTER nr DROP IDENTITY"),
        ["the position of sequence numbered_id_seq"],
    ),
    "a sequence that goes with a column from now on": Operation(
        sql("ALTER SEQUENCE numbers OWNED BY numbered.n"), ["the position of sequence numbers"]
    ),
    "the sequence of a column that numbers another one as well": Operation(
        sql("DROP TABLE shared CASCADE"), ["sequence shared_n_seq (its position)"]
    ),
    "truncate and number anew": Operation(
        sql("TRUNCATE numbered RESTART IDENTITY"),
        ["the position of sequence numbered_id_seq", "the position of sequence numbered_n_seq"],
    ),
}
HARMLESS = {
    "a sequence goes on": sql("SELECT nextval('numbers'); ALTER SEQUENCE numbers INCREMENT 2 START 7 OWNED BY NONE"),
    "a sequence that the plan makes": sql("CREATE SEQUENCE fresh; SELECT setval('fresh', 7); ALTER SEQUENCE fresh RESTART"),
    "a column without its default": sql("ALTER TABLE numbered ALTER n DROP DEFAULT"),
    "truncate what is empty": sql("TRUNCATE numbered"),
    "drop what is empty, with its sequences": sql("DROP TABLE numbered CASCADE"),
}
ALARMS = {
    "a sequence whose name is computed": sql("SELECT setval(seqrelid::regclass, 1) FROM pg_sequence"),
    "a sequence by another path": sql("SET search_path = desk; ALTER SEQUENCE tickets RESTART"),
}
