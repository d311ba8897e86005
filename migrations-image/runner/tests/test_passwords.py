"""No piece of a password is told, whatever it consists of, whoever made a message of it, and however that was cut."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterable

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


def _without(ids: Iterable[str], told: str) -> str:
    """Those that are words of a sentence."""
    for word in ids:
        told = re.sub(rf"(?:(?<=\s)|(?<=\()){re.escape(word)}(?=[:).]|\s|$)", "\0", told)
    return told


def _pieces(secret: str, told: str) -> set[str]:
    shown = _NAMED.sub("\0", told).replace(MASK, "\0")
    windows, coded = _windows(passwords.forms(secret), 4), _windows(passwords.base64_forms(secret), 6)
    told = shown
    if len(secret) <= 128:
        shown, windows = shown.lower(), windows | {piece.lower() for piece in windows}
    else:
        # Of hundreds of characters some spell a word of the message.
        shown = _SENTENCES.sub("\0", shown)
    # And where somebody who reads it puts its broken lines together.
    return {piece for piece in windows if piece in shown or piece in _joined(shown)} | {
        piece for piece in coded if piece in told or piece in _joined(told)
    }


def _joined(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text)


def _windows(forms: Iterable[str], length: int) -> set[str]:
    found = {form[place : place + length] for form in forms for place in range(len(form) - length + 1)}
    return {piece for piece in found if piece.strip()}
