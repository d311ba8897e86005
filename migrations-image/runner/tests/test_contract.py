"""What the runner reads and writes is what contract.json says, no more and no less: the operator is checked against it too."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from dbmigration import reasons
from dbmigration.planning import attempts, request
from dbmigration.planning.approval import Approval
from dbmigration.planning.attempts import Attempt
from dbmigration.planning.document import VARIABLE, keys
from dbmigration.planning.examination import Examination
from dbmigration.planning.named_database import Certificates, Connection, Database
from dbmigration.planning.plan import Plan, Step
from dbmigration.planning.request import Declaration, Request, Resource, Rollback, Timeouts, read
from dbmigration.refusal import Refusal
from dbmigration.report.outcome import Outcome
from dbmigration.session import notes
from dbmigration.session.notes import Comment

CONTRACT = json.loads(Path(__file__).parent.parent.joinpath("contract.json").read_text())
ASKED: dict[str, Any] = CONTRACT["request"]
ANSWERED: dict[str, Any] = CONTRACT["outcome"]


def whole() -> dict[str, Any]:
    """A request with every key, each with the first value that is allowed."""

    def value(of: Any, key: str) -> Any:
        if isinstance(of, dict):
            return {inner: value(one, inner) for inner, one in of.items()}
        if isinstance(of, list):
            # Words of which one is meant, or what a list is made of.
            if isinstance(of[0], dict):
                return [value(of[0], key)]
            return of if of[0] in ("string", "string?") else of[0]
        return {"created": "2026-01-11T08:00:00Z"}.get(key, of)

    return {key: value(of, key) for key, of in ASKED.items()}


def part(path: str) -> dict[str, Any]:
    """Of the request's contract."""
    place = ASKED
    for room in path.split("."):
        place = place[room]
    return place


def understood(document: dict[str, Any]) -> Request:
    return read({VARIABLE: json.dumps(document)})


def changed(path: str, value: Any) -> dict[str, Any]:
    document = whole()
    *rooms, key = path.split(".")
    place = document
    for room in rooms:
        place = place[room]
    place[key] = value
    return document


def test_the_reasons_are_those_of_the_contract() -> None:
    assert [value for name, value in vars(reasons).items() if name.isupper()] == CONTRACT["reasons"]


def test_the_request_has_the_keys_of_the_contract() -> None:
    assert keys(Request) | {"version"} == set(ASKED)
    for name, kind in (
        ("resource", Resource),
        ("database", Database),
        ("database.connection", Connection),
        ("database.certificates", Certificates),
        ("timeouts", Timeouts),
        ("rollback", Rollback),
        ("approval", Approval),
    ):
        assert keys(kind) == set(part(name)), name
    assert keys(Declaration) == set(ASKED["declarations"][0])
    assert ASKED["version"] == request.VERSION


def test_a_request_as_in_the_contract_is_understood_in_every_part() -> None:
    made = understood({**whole(), "arguments": {"tenant": "a"}, "timeouts": dict.fromkeys(ASKED["timeouts"], 1500)})
    assert made == Request(
        name="namespace/name",
        target="string",
        mode="Migrate",
        resource=Resource("string", "2026-01-11T08:00:00Z", "string", "string?"),
        attempt=1,
        config="string",
        section="string",
        arguments=("tenant=a",),
        database=Database("string", Connection(*["string?"] * 6), Certificates(*["string?"] * 3), "Forbid"),
        url_options=("string",),
        flask_app="string?",
        version_table="string?",
        timeouts=Timeouts(1.5, 1.5, 1.5, 1.5),
        rollback=Rollback("Allow", "Forbid"),
        approval=Approval("WhenLossy", "Never", ("string",), "string?", "string?", "string?", ("string",)),
        down_from=("string?",),
        invalid_indexes="Forbid",
        claimants=("string",),
        declarations=(Declaration("string", "string", "2026-01-11T08:00:00Z", "string", ("string",), "string", "string?"),),
        history="Enabled",
        image="string?",
        setup="string?",
    )


@pytest.mark.parametrize(
    "path",
    [
        *("mode", "database.unverified", "rollback.policy", "rollback.irreversible", "invalidIndexes", "history"),
        *("approval.rollbacks", "approval.upgrades"),
    ],
)
def test_the_words_of_the_contract_are_known_and_no_others(path: str) -> None:
    room, _, key = path.rpartition(".")
    words = (ASKED[room] if room else ASKED)[key]
    for word in words:
        understood(changed(path, word))
    for word in ("Refuse", "forbid", ""):
        with pytest.raises(Refusal, match=rf"{key} is '{word}', and this runner knows {', '.join(words[:-1])} and {words[-1]}"):
            understood(changed(path, word))


@pytest.mark.parametrize(
    "path",
    [
        "extra",
        "resource.extra",
        "database.extra",
        "database.connection.extra",
        "database.certificates.extra",
        "timeouts.extra",
        "rollback.extra",
        "approval.extra",
    ],
)
def test_a_key_that_nobody_knows_is_named(path: str) -> None:
    with pytest.raises(Refusal, match=f"it asks for {path}, of which this runner knows nothing") as refused:
        understood(changed(path, 1))
    assert refused.value.reason == "InternalError"


@pytest.mark.parametrize(
    "path",
    [
        "name",
        "attempt",
        "resource.uid",
        "resource.created",
        "resource.version",
        "database.variable",
        "database.connection.hostVariable",
    ],
)
def test_an_attempt_of_a_resource_says_which_it_is(path: str) -> None:
    with pytest.raises(Refusal, match=f"{path} is missing"):
        understood(changed(path, None))


def test_no_url_options_are_something_else_than_none_that_are_named() -> None:
    assert understood(changed("urlOptions", [])).url_options == ()
    assert understood(changed("urlOptions", None)).url_options == ("sqlalchemy.url",)


@pytest.mark.parametrize("path", ["claimants", "downFrom", "approval.plans"])
@pytest.mark.parametrize("texts", [[7], ["0a1b", None], [{"uid": "0a1b"}]])
def test_who_may_have_a_claim_and_what_may_go_down_is_named_by_texts(path: str, texts: list[Any]) -> None:
    with pytest.raises(Refusal, match=f"{path.rpartition('.')[2]} holds something that is not a text"):
        understood(changed(path, texts))


def test_to_go_down_from_anything_is_something_else_than_from_base() -> None:
    assert understood(changed("downFrom", None)).down_from is None
    assert understood(changed("downFrom", [])).down_from == ()


def test_a_resource_was_created_at_a_time() -> None:
    with pytest.raises(Refusal, match=r"resource\.created is .yesterday., and that is no time"):
        understood(changed("resource.created", "yesterday"))


@pytest.mark.parametrize(
    "path",
    [
        "resource.over",
        "resource",
        "image",
        "approval",
        "approval.by",
        "approval.override",
        "approval.overridden",
        "database.connection",
        "database.connection.portVariable",
    ],
)
def test_a_run_may_be_nobodys_and_stand_over_nobody(path: str) -> None:
    understood(changed(path, None))


def test_the_outcome_has_the_keys_of_the_contract_in_its_order() -> None:
    document = json.loads(Outcome("AtTargetRevision", "It is there.").encode())
    assert list(document) == list(ANSWERED)
    assert [field.name for field in fields(Outcome)] == [key for key in ANSWERED if key != "version"]


def test_the_plan_of_the_outcome_is_told_in_the_words_of_the_contract() -> None:
    up, down = Step("001", True, frozenset()), Step("002", False, frozenset())
    summaries = [Plan((), (), steps).summary() for steps in ((), (up,), (down,), (down, up))]
    assert [summary["direction"] for summary in summaries] == ANSWERED["plan"]["direction"]
    examined = Examination("0" * 64, ()).summary()
    assert all(set(summary) | set(examined) == set(ANSWERED["plan"]) for summary in summaries)


def test_a_run_by_hand_asks_for_no_approval_and_a_resource_for_that_of_lossy_rollbacks() -> None:
    assert understood(changed("approval", None)).approval is None
    assert understood(changed("approval", {})).approval == Approval("WhenLossy", "Never")


def test_the_note_has_the_keys_of_the_contract() -> None:
    attempt = Attempt("namespace/name", "string", "2026-01-11T08:00:00Z", "1", 1)
    found = attempts.note_found(None, attempt, ["string"], [attempt.name], "string?")
    line = str(Comment().with_note(notes.FOUND, found))
    asked = CONTRACT["note"]
    assert line.startswith(asked["prefix"])
    note = json.loads(line.removeprefix(asked["prefix"]))
    assert set(note["namespace/name"]) == set(asked["resource"])
    # Who runs it by hand has no resource's words for it.
    assert "setup" not in attempts.note_found(None, attempt, [], [])[attempt.name]
