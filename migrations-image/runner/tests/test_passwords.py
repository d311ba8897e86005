"""No piece of a password is told, whatever it consists of, whoever made a message of it, and however that was cut."""

from __future__ import annotations

import json
import os
import random
import re

import pytest

from dbmigration.report.common_words import COMMON_WORDS
from dbmigration.report.outcome import Outcome
from dbmigration.report.redact import MASK, Secrets
from tests import passwords

CASES = int(os.environ.get("DBMIGRATION_TEST_PASSWORDS", "1000"))
CHUNKS = 20
_NAMED = re.compile("|".join(rf"(?<![\w.-]){re.escape(name)}(?![\w-])" for name in passwords.NAMES), re.IGNORECASE)


_SENTENCES = re.compile(rf"\b(?:{'|'.join(COMMON_WORDS)})\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", passwords._unknown_host)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_four_characters_of_a_password_are_told(chunk: int) -> None:
    seed, done = chunk, 0
    while done < CASES // CHUNKS:
        chance = random.Random(seed)
        seed += CHUNKS
        secret = passwords.password(chance)
        url = passwords.address(secret, chance)
        secrets = Secrets({"DATABASE_URL": url})
        texts = list(passwords.messages(url, secret))
        for text in chance.sample(texts, min(10, len(texts))):
            shown = secrets.clean(passwords.altered(text, secret, chance))
            outcome = json.loads(Outcome("ConfigurationError", shown, warnings=[shown]).encode())
            for told in (shown, outcome["message"], *outcome["warnings"]):
                assert _pieces(secret, told) == set(), (seed - CHUNKS, secret, url, text, shown)
            done += 1


def _pieces(secret: str, told: str) -> set[str]:
    shown = _NAMED.sub("\0", told).replace(MASK, "\0")
    windows = _windows(secret)
    if len(secret) <= 128:
        shown, windows = shown.lower(), windows | {piece.lower() for piece in windows}
    else:
        # Of hundreds of characters some spell a word of the message.
        shown = _SENTENCES.sub("\0", shown)
    # And where somebody who reads it puts its broken lines together.
    joined = re.sub(r"\s*\n\s*", "", shown)
    return {piece for piece in windows if piece in shown or piece in joined}


def _windows(secret: str) -> set[str]:
    found = {form[place : place + 4] for form in passwords.forms(secret) for place in range(len(form) - 3)}
    return {piece for piece in found if piece.strip()}
