"""What Python writes to the log, by whichever of its ways and in however many pieces."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pytest

from dbmigration.report.masked_output import MaskedOutput
from dbmigration.report.redact import Secrets
from tests.project import Project

SECRET = "Zwiebel77kuchen"
URL = f"postgresql://app:{SECRET}@db/x"
BINARY = bytes(range(256))


class Target(io.BytesIO):
    """A raw writer, which takes what it likes."""

    def write(self, data: object) -> int:
        return super().write(data[:7])  # type: ignore[index]


def masked(target: io.BytesIO, encoding: str = "utf-8") -> MaskedOutput:
    return MaskedOutput(target, encoding, Secrets({"U": URL}).clean)


@pytest.mark.parametrize("seed", range(40))
def test_no_piece_is_shown_however_it_is_written_and_nothing_else_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    target = Target()
    output = masked(target)
    words = [SECRET, URL, " ", "\n", "grün 日本 ", "\r", BINARY.decode("latin-1"), "-" * 5000, "x" * 10_000 + "\n"]
    text = " ".join(chance.choices(words, k=40))
    data = text.encode() if chance.random() < 0.5 else text.encode("utf-8").replace("ü".encode(), b"\xfc\xff")
    place = 0
    while place < len(data):
        end = place + chance.choice([1, 3, 4, 50, 9000])
        assert output.write(data[place:end]) == len(data[place:end])
        if chance.random() < 0.3:
            output.flush()
        place = end
    output.end()
    shown = target.getvalue()
    assert [SECRET[n : n + 4] for n in range(len(SECRET) - 3) if SECRET[n : n + 4].encode() in shown] == []
    rest = data.replace(SECRET.encode(), b"")
    assert b"".join(shown.replace(b"***", b"").split()) == b"".join(rest.split())


def test_what_holds_no_secret_is_the_same_to_the_byte() -> None:
    target = Target()
    output = masked(target)
    output.write(BINARY * 1000)
    output.write(bytearray(b"rest"))
    output.end()
    assert target.getvalue() == BINARY * 1000 + b"rest\n"
    output.close()
    with pytest.raises(ValueError, match="closed"):
        output.write(b"more")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252", "ascii"])
def test_a_secret_is_masked_in_the_encoding_of_the_stream(encoding: str) -> None:
    target = Target()
    output = masked(target, encoding)
    line = f"{SECRET} grün".encode("utf-8" if encoding == "ascii" else encoding)
    output.write(line + BINARY + b"\n")
    assert target.getvalue() == line.replace(SECRET.encode(), b"***") + BINARY + b"\n"


def test_a_line_is_shown_when_it_is_complete_and_at_the_end_at_the_latest() -> None:
    target = Target()
    output = masked(target)
    output.write(b"one\nZwi")
    output.flush()
    assert target.getvalue() == b"one\n"
    output.write(b"ebel77kuchen")
    output.flush()
    assert target.getvalue() == b"one\n"
    output.end()
    assert target.getvalue() == b"one\n***\n"
    output.end()
    assert target.getvalue() == b"one\n***\n"


def test_a_bar_that_is_drawn_over_itself_is_shown_at_once() -> None:
    target = Target()
    output = masked(target)
    output.write(b"\r10%")
    output.flush()
    output.write(b"\r20%")
    output.flush()
    assert target.getvalue() == b"\r10%\r"


def test_other_than_bytes_are_refused_as_by_every_stream_of_bytes() -> None:
    output = masked(Target())
    with pytest.raises(TypeError):
        output.write("text")
    with pytest.raises(TypeError):
        output.write(5)


def test_the_stream_is_what_it_was(tmp_path: Path) -> None:
    with open(tmp_path / "log", "wb", buffering=0) as target:
        output = masked(target)  # type: ignore[arg-type]
        stream = io.TextIOWrapper(output, encoding="utf-8", write_through=True)
        assert (stream.fileno(), stream.isatty(), stream.name) == (target.fileno(), False, target.name)
        assert stream.writable()
        stream.reconfigure(errors="backslashreplace", line_buffering=True)
        print("Zwi", "ebel", "77k", "uchen", "\udcff", sep="", file=stream)
        assert (tmp_path / "log").read_bytes() == b"***\\udcff\n"


TELL = r"""
import io, os, sys, threading
secret = os.environ["DATABASE_URL"].split(":")[2].split("@")[0]
print("print", end=" ", flush=True)
for character in secret:
    print(character, end="", flush=True)
print()
print("pieces", *secret, sep="", flush=True)
sys.stdout.buffer.write(b"buffer " + secret.encode() + b"\n")
sys.__stdout__.write("original " + secret + "\n")
sys.stderr.writelines(["lines ", secret[:3], secret[3:6], secret[6:], "\n"])
sys.stdout.buffer.write(b"binary \x00\n")
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
print("wrapped", secret)
print("still", end=" ")
print("half", secret[:3], end="", flush=True)
child = os.fork()
if child == 0:
    print("child", secret[:2], secret[2:], sep="", flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.parametrize("unbuffered", ["1", ""])
@pytest.mark.parametrize("ends", ["", "\nos._exit(3)\n", "\nraise ValueError(secret)\n", "\nprint()\nsys.stdout.close()\n"])
def test_the_log_of_a_run_shows_no_piece_and_all_the_rest(project: Project, unbuffered: str, ends: str) -> None:
    secret = "Zq7-horse_Battery.9"
    project.database.execute(f"ALTER ROLE {project.database.name} PASSWORD '{secret}'", superuser=True)
    project.line("001")
    project.env_py.write_text(TELL + ends + project.env_py.read_text())
    result = project.run(
        "head", url=project.database.url(password=secret), environment={"PYTHONUNBUFFERED": unbuffered}, anew=True
    )
    lines = result.stdout.splitlines()
    for line in ("print ***", "pieces***", "buffer ***", "original ***", "binary \0", "wrapped ***", "child***"):
        assert line in lines, (line, result.stdout)
    assert "lines ***" in result.stderr.splitlines()
    assert [line for line in lines if line.startswith("still half ")] != []
    written = json.dumps(result.outcome) + result.stdout + result.stderr
    assert [secret[n : n + 4] for n in range(len(secret) - 3) if secret[n : n + 4] in written] == []
    assert json.loads(lines[-1])["reason"] == result.reason


def test_what_was_printed_before_another_thread_ends_the_process_is_in_the_log(project: Project) -> None:
    project.line("001")
    end = "import os, sys, threading\nsys.stdout.write('last words')\nsys.stderr.write('and more')\n"
    end += "threading.Thread(target=os._exit, args=(4,)).start()\nthreading.Event().wait()\n"
    project.env_py.write_text(end + project.env_py.read_text())
    result = project.run("head")
    assert (result.code, result.stdout) == (4, "last words\n")
    assert result.stderr.strip().endswith("and more")
