"""Of a line or a text that is very long no more is looked at than of a short one, and what is shown of it has no piece of a
secret, wherever it was cut."""

from __future__ import annotations

import io
import random
import threading

import pytest

from dbmigration.report import long_text
from dbmigration.report.masked_output import MaskedOutput
from dbmigration.report.redact import Secrets
from tests.test_masked_output import SECRET, URL, Target, masked

# Each is known by what stands before it, or behind it, and by nothing else.
SHOWN = [
    *("postgresql://app:{}@other/x ", "//{}@other", "password={} ", "password='{}' ", 'password = "{}"', '"secret": "{}"'),
    *("ALTER ROLE app PASSWORD '{}'; ", "PASSWORD $${}$$ ", "EXECUTE 'ALTER ROLE app PASSWORD ''{}'''", "<token>{}</token>"),
    *(" ('api_key', '{}')", " crypt('{}', gen_salt('bf'))", "SELECT set_config('app.token', '{}', true)", " hvs.{}"),
]


def _pieces(secret: str) -> list[str]:
    return [secret[n : n + 4] for n in range(len(secret) - 3)]


@pytest.mark.parametrize("shown", ["{} ", *SHOWN])
@pytest.mark.parametrize("seed", range(6))
def test_of_a_long_line_the_beginning_is_shown_and_no_piece_of_a_secret(shown: str, seed: int) -> None:
    """Wherever it is cut: the secrets stand close together, in a text that has nothing of them, and differ in their length."""
    chance = random.Random(f"{shown} {seed}")
    length = chance.choice([12, 90, 450])
    # Of letters that stand nowhere else.
    secret = SECRET if shown == "{} " else "".join(chance.choices("QZJXVK", k=length))
    # A text that has too many of them is cut somewhere by chance, and between them by most.
    fillings = ("".join(chance.choices("0369 ", k=chance.choice([1, 7, 400]))) for _ in range(2000))
    line = "".join(filling + shown.format(secret) for filling in fillings)[: chance.choice([34_000, 40_000, 48_000])]
    data = f"first\n{line}\nlast\n".encode()
    target = Target()
    output = masked(target)
    place = 0
    while place < len(data):
        end = place + chance.choice([4, 5000, 100_000])
        output.write(data[place:end])
        place = end
    told = target.getvalue().decode().split("\n")
    assert (told[0], told[2:]) == ("first", ["last", ""])
    beginning, _, rest = told[1].partition("... (")
    assert rest.endswith(" more characters of this line are left out)")
    assert int(rest.partition(" ")[0]) > len(line) // 2
    assert [piece for piece in _pieces(secret) if piece in beginning] == []
    # Where they stand close together and are long, there may be no place to cut.
    assert "***" in beginning or (not beginning and length > 12)


@pytest.mark.parametrize("shown", ["password='{}", "//app:{}", "PASSWORD $${}", '"token": "{}'])
def test_of_a_long_line_that_is_one_secret_nothing_of_it_is_shown(shown: str) -> None:
    target = Target()
    masked(target).write(f"0369 {shown.format('QZJX' * 50_000)}'\"@host\n".encode())
    assert "QZJX" not in target.getvalue().decode()
    assert target.getvalue().endswith(b"left out)\n")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize("size", [100, 1001, 10**7])
def test_the_characters_that_are_left_out_are_counted(encoding: str, size: int) -> None:
    target = Target()
    output = masked(target, encoding)
    line = "€" * 40_000
    data = line.encode(encoding)
    for start in range(0, len(data), size):
        output.write(data[start : start + size])
        output.flush()
    assert target.getvalue() == b""
    output.write(b"\r")
    output.flush()
    beginning, _, rest = target.getvalue().decode(encoding).partition("... (")
    assert set(beginning) == {"€"}
    assert len(beginning) > 5_000
    assert rest == f"{len(line) - len(beginning)} more characters of this line are left out)\r"


def test_a_line_that_is_not_long_is_shown_as_a_whole_however_it_is_written() -> None:
    lines = (b"x" * 32_768 + b"\n") * 3
    for size in (1000, 5000, 10**6):
        target = io.BytesIO()
        output = masked(target)
        for start in range(0, len(lines), size):
            output.write(lines[start : start + size])
        assert target.getvalue() == lines


def test_a_line_without_an_end_is_not_kept_for_ever() -> None:
    target = Target()
    output = masked(target)
    written = b"x" * 100 + SECRET.encode()
    for _ in range(10_000):
        output.write(written)
        assert len(output._pending) + len(output._shortened or b"") < 70_000
    output.end()
    assert target.getvalue().startswith((b"x" * 100 + b"***") * 90)
    assert target.getvalue().endswith(b" more characters of this line are left out)\n")
    output.write(b"next\n")
    assert target.getvalue().endswith(b"\nnext\n")


@pytest.mark.parametrize("size", [8192, 10**9])
def test_of_a_long_line_no_more_is_masked_than_of_a_short_one(size: int) -> None:
    looked_at: list[int] = []

    def clean(text: str) -> str:
        looked_at[-1] += len(text)
        return text

    for length in (100_000, 20_000_000):
        looked_at.append(0)
        output = MaskedOutput(io.BytesIO(), "utf-8", clean)
        data = b"x" * length
        for start in range(0, length, size):
            output.write(data[start : start + size])
        output.end()
    assert looked_at[0] == looked_at[1] < 100_000


def test_many_lines_that_are_written_at_once_are_masked_by_and_by_and_nothing_is_lost() -> None:
    pieces = f"another {SECRET[:6]}\n{SECRET[6:]} that is broken\n"
    text = (f"a line with {SECRET} in it, and\n{pieces}" * 3000).encode()
    seen, secrets = [], Secrets({"U": URL})

    def clean(text: str) -> str:
        seen.append(len(text))
        return secrets.clean(text)

    target = io.BytesIO()
    MaskedOutput(target, "utf-8", clean).write(text)
    assert max(seen) < 100_000
    assert sum(seen) < 3 * len(text)
    assert target.getvalue() == f"a line with *** in it, and\n{pieces}".replace(pieces[8:24], "***").encode() * 3000


def test_who_ends_a_run_does_not_wait_for_what_is_still_being_written() -> None:
    begun = threading.Event()

    def clean(text: str) -> str:
        begun.set()
        return text

    target = io.BytesIO()
    output = MaskedOutput(target, "utf-8", clean)
    writing = threading.Thread(target=lambda: output.write(b"0123456\n" * 5_000_000))
    writing.start()
    assert begun.wait(20)
    output.flush()
    output.end()
    written = len(target.getvalue())
    writing.join(20)
    assert not writing.is_alive()
    assert len(target.getvalue()) == written < 40_000_000


@pytest.mark.parametrize("shown", ["{} ", *SHOWN])
@pytest.mark.parametrize("seed", range(4))
def test_of_a_long_text_both_ends_are_shown_and_no_piece_of_a_secret(shown: str, seed: int) -> None:
    chance = random.Random(f"{shown} {seed}")
    secret = SECRET if shown == "{} " else "".join(chance.choices("QZJXVK", k=chance.choice([12, 90])))
    fillings = ("".join(chance.choices("0369 ", k=chance.choice([1, 7, 400]))) for _ in range(2000))
    text = "".join(filling + shown.format(secret) for filling in fillings) + " and the remedy"
    told = long_text.with_both_ends(text, Secrets({"U": URL}).clean)
    assert [piece for piece in _pieces(secret) if piece in told] == []
    first, _, rest = told.partition("... (")
    number, _, last = rest.partition(" characters are left out) ...")
    assert int(number) > len(text) - 2 * long_text.LONGEST
    assert len(first) + len(last) < long_text.LONGEST
    assert last.endswith(" and the remedy") or not last


def test_of_a_long_text_no_more_is_masked_than_of_a_short_one() -> None:
    seen: list[int] = []

    def clean(text: str) -> str:
        seen[-1] += len(text)
        return text

    for length in (100_000, 20_000_000):
        seen.append(0)
        told = long_text.with_both_ends("It failed: " + "x" * length + ". Mend it.", clean)
        assert told.startswith("It failed: x")
        assert told.endswith("x. Mend it.")
    assert seen[0] == seen[1] < 150_000


def test_a_text_that_is_not_long_is_masked_as_a_whole() -> None:
    text = f"{SECRET} " + "x" * (long_text.LONGEST - len(SECRET) - 1)
    assert long_text.with_both_ends(text, Secrets({"U": URL}).clean) == text.replace(SECRET, "***")
