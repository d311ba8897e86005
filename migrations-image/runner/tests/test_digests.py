"""A digest differs if and only if what would run differs, or from where."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from typing import Any

import pytest

from dbmigration.planning.approval import Approval
from dbmigration.planning.digest import Covered, digest

ALPHABET = ['"', ",", "[", "]", "a", "b", "\\", "é", " ", "0"]


def text(chance: random.Random) -> str:
    return "".join(chance.choices(ALPHABET, k=chance.randrange(4)))


def texts(chance: random.Random) -> tuple[str, ...]:
    return tuple(text(chance) for _ in range(chance.randrange(4)))


def covered(chance: random.Random) -> Covered:
    return Covered(
        before=texts(chance),
        after=texts(chance),
        steps=tuple((text(chance), chance.choice(["Upgrade", "Downgrade"]), text(chance)) for _ in range(chance.randrange(3))),
        does=tuple(texts(chance) for _ in range(chance.randrange(3))),
        env_py=text(chance),
        section={"ini": {text(chance): text(chance) for _ in range(chance.randrange(3))}},
        arguments=texts(chance),
        database=(text(chance), text(chance), text(chance)),
        ran=tuple({"plan": text(chance), "at": text(chance)} for _ in range(chance.randrange(2))),
        last=texts(chance),
    )


@pytest.mark.parametrize("seed", range(300))
def test_a_digest_differs_if_and_only_if_something_that_it_covers_differs(seed: int) -> None:
    chance = random.Random(seed)
    one, other = covered(chance), covered(chance)
    assert (digest(one) == digest(other)) == (one == other)
    for field in fields(Covered):
        value: Any = getattr(other, field.name)
        changed = replace(one, **{field.name: value})
        assert (digest(one) == digest(changed)) == (getattr(one, field.name) == value), field.name
    again = {key: dict(reversed(list(section.items()))) for key, section in one.section.items()}
    assert digest(replace(one, section=again)) == digest(one)
    assert len(digest(one)) == 64


def test_what_stands_between_two_texts_belongs_to_neither() -> None:
    base = covered(random.Random(1))
    pairs = [(("a,b",), ("a", "b")), (("a", ""), ("a",)), (('a","b',), ("a", "b")), (("",), ())]
    for one, other in pairs:
        assert digest(replace(base, before=one)) != digest(replace(base, before=other))


@pytest.mark.parametrize(
    ("plans", "given"),
    [
        (["3f2a9c01"], True),
        (["3F2A9C01B7DE"], True),
        (["0" * 64, "3f2a9c01b7de"], True),
        (["3f2a9c0"], False),
        (["3f2a9c02"], False),
        (["3f2a9c01b7dg"], False),
        ([""], False),
        ([], False),
    ],
)
def test_a_plan_is_approved_by_a_prefix_of_eight_or_more(plans: list[str], given: bool) -> None:
    assert Approval(plans=tuple(plans)).is_given_to("3f2a9c01b7de" + "0" * 52) is given
