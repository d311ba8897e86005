"""Secrets that come as files, and those that come in another writing than they are shown in."""

from __future__ import annotations

import json
import os
import random
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from dbmigration.report.redact import TOLD, TOLD_FILES, Secrets
from tests import passwords
from tests.project import Project
from tests.proportion import assert_in_proportion
from tests.test_passwords import _pieces as pieces

SECRET = "Bratwurst4711kraut"
OTHER = "Sauerkraut55topf"


def learned(volume: Path, **files: str | bytes) -> Secrets:
    for name, content in files.items():
        (volume / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return Secrets({TOLD_FILES: str(volume)})


def mounted(volume: Path, files: dict[str, str]) -> None:
    """As a kubelet does it: each is a link to where everything is replaced at once."""
    (volume / "..2026_11_27").mkdir(parents=True)
    (volume / "..data").symlink_to("..2026_11_27")
    for name, content in files.items():
        (volume / "..2026_11_27" / name).parent.mkdir(exist_ok=True)
        (volume / "..2026_11_27" / name).write_text(content)
        first = name.split("/")[0]
        if not (volume / first).is_symlink():
            (volume / first).symlink_to(f"..data/{first}")


def test_each_file_is_learned_however_it_is_mounted(tmp_path: Path) -> None:
    mounted(tmp_path / "volume", {"db_key": f"{SECRET}\n", "below/it": "Kartoffel99brei"})
    (tmp_path / "file").write_text(OTHER)
    clean = Secrets({TOLD_FILES: f"{tmp_path}/volume:{tmp_path}/file:{tmp_path}/none"}).clean
    assert clean(f"{SECRET} {SECRET[:7]} {OTHER} Kartoffel") == "*** *** *** ***"
    assert Secrets({}).clean(SECRET) == SECRET


@pytest.mark.parametrize(
    "text",
    [
        "LEVEL=debug\nexport SIGNING='{}'\nREGION=eu\n",
        '{{"db": {{"key": "{}", "level": "debug", "on": true}}}}',
        '{{\n  "level": "debug",\n  "db": {{\n    "key": "{}"\n  }}\n}}\n',
        "[db]\nlevel = debug\nkey = {}\n",
        "[db]\nlevel = debug\npassword {}\n",
        "machine example\nlogin app\npassword {}\n",
        "machine example login region password {}",
        "db:\n  level: debug\n  - key: '{}'\n",
        "db:\n  level: debug\n  key: |\n    {}\n",
        'level = "debug"\nkey = "{}"\n',
        '{{\n  "level": "debug",\n  "key": "{}",\n  "on": true\n}}',
        "# of the vault\nlevel: debug\n{}\n",
        "password={}",
    ],
)
def test_of_a_file_of_settings_its_values_are_learned_and_not_its_names(tmp_path: Path, text: str) -> None:
    clean = learned(tmp_path, config=text.format(SECRET)).clean
    assert clean(f"{SECRET} {SECRET[5:12]}") == "*** ***"
    told = "The level debug of the key is true, the password was refused: region eu, database, signing, example."
    assert clean(told) == told


def test_where_they_are_is_no_secret() -> None:
    environment = {TOLD_FILES: "/etc/shop/db_password:/etc/shop/api_signing", TOLD: "DB_PASSWORD SIGNING_KEY"}
    told = "/etc/shop/api_signing is missing, and neither DB_PASSWORD nor SIGNING_KEY is set"
    assert Secrets(environment).clean(told) == told


@pytest.mark.parametrize("text", ["MySecret Garden 42", "Password-Garden Nr 42\n\n", "# of the vault\nMySecret Garden 42"])
def test_a_passphrase_is_no_setting(tmp_path: Path, text: str) -> None:
    shown = learned(tmp_path, key=text).clean(text.splitlines()[-1] or text.splitlines()[0])
    assert "Secret" not in shown
    assert "Garden" not in shown


def test_what_is_short_or_a_name_or_a_word_stays(tmp_path: Path) -> None:
    files = {"username": "shop-writer", "db-host": "shop-db.platform", "port": "5432", "debug": "true", "region": "eu-1"}
    clean = learned(tmp_path, **files, password="", lines="\n\n").clean
    told = "shop-writer at shop-db.platform:5432 in eu-1: true"
    assert clean(told) == told


def test_of_keys_the_private_one_is_learned(tmp_path: Path) -> None:
    lines = [b64encode(bytes((7 * n + m) % 256 for m in range(48))).decode() for n in range(30)]
    body = "\n".join(lines)
    private = learned(tmp_path, key=f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n").clean
    assert private(f"no key: {lines[3]}!") == "no key: ***!"
    told = " ".join(f"{lines[n][n:][:4]} {lines[n][n:][:4].lower()}" for n in range(30))
    assert private(told) == told
    assert private("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----"
    public = learned(tmp_path, key=f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n").clean
    assert public(lines[3]) == lines[3]


def test_what_is_no_text_or_too_much_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    words = " ".join(f"word{n}" for n in range(40_000))
    prose = f"{words}\n{words}\ndb_password = {SECRET}\n"
    files = {f"z{n}": random.Random(n).randbytes(60_000) for n in range(70)}
    clean = learned(tmp_path, a=prose[-60_000:], b=b"Zwie\0bel77", **files).clean
    assert clean(f"{SECRET} word17 word23") == "*** word17 word23"


@pytest.mark.parametrize("depth", [300, 900, 5_000])
def test_what_is_nested_too_deep_stops_nothing(tmp_path: Path, depth: int) -> None:
    clean = learned(tmp_path, a='{"a":' * depth + "1" + "}" * depth, b=SECRET).clean
    assert clean(SECRET) == "***"


def test_what_stands_in_objects_within_objects_is_learned(tmp_path: Path) -> None:
    clean = learned(tmp_path, a='{"a":' * 30 + json.dumps(SECRET) + "}" * 30).clean
    assert clean(f"it is {SECRET}") == "it is ***"


def test_what_comes_behind_large_texts_is_learned(tmp_path: Path) -> None:
    files = {f"a{n}": random.Random(n).randbytes(4000).hex() for n in range(63)}
    clean = learned(tmp_path, **files, z=SECRET).clean
    assert clean(f"it is {SECRET}") == "it is ***"


def test_files_are_read_in_proportion_to_their_number(tmp_path: Path) -> None:
    made = iter(range(1000))

    def read(count: int) -> None:
        directory = tmp_path / str(next(made))
        directory.mkdir()
        learned(directory, **{f"a{n}": random.Random(n).randbytes(4000).hex() for n in range(count)}, z=SECRET)

    assert_in_proportion(read, 8)


def test_files_are_read_in_proportion_to_their_length_whatever_they_hold(tmp_path: Path) -> None:
    made = iter(range(1000))

    def read(length: int) -> None:
        directory = tmp_path / str(next(made))
        directory.mkdir()
        nested, words = '{"a":' * (length // 6) + "1" + "}" * (length // 6), " ".join(f"word{n}" for n in range(length // 8))
        learned(directory, nested=nested, words=words, bytes=random.Random(length).randbytes(length), hex="4f" * (length // 2))

    assert_in_proportion(read, 4000)


@pytest.mark.parametrize("made", [b64encode, urlsafe_b64encode, lambda data: b64encode(data).rstrip(b"=")])
def test_what_a_secret_says_in_base64_is_masked_as_well(made: object) -> None:
    secret = "Wür?st>~4711 kraut"
    for text in (secret, json.dumps({"db": {"key": secret}}), f"LEVEL=debug\nKEY={secret}\n"):
        coded = made(text.encode()).decode()  # type: ignore[operator]
        clean = Secrets({TOLD: "DB_B64", "DB_B64": coded}).clean
        assert clean(f"debug {secret[:8]} {secret} {coded}").replace("==", "").replace("=", "") == "debug *** *** ***"


SHAPES: tuple[Callable[[str], str], ...] = (
    lambda secret: secret,
    lambda secret: f"{secret}\n",
    lambda secret: json.dumps({"level": "debug", "deep": {"key": secret}}),
    lambda secret: json.dumps({"level": "debug", "deep": {"key": secret}}, indent=2, ensure_ascii=False),
    lambda secret: f"LEVEL=debug\nKEY={secret}\n",
    lambda secret: f"[a]\nlevel = debug\nkey = {secret}\n[b]\n",
    lambda secret: f"level: debug\nkey: {json.dumps(secret, ensure_ascii=False)}\n",
    lambda secret: b64encode(secret.encode()).decode(),
)


@pytest.mark.parametrize("seed", range(60))
def test_no_four_characters_of_a_file_are_told_whatever_it_consists_of(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    secret = ""
    while not 12 <= len(secret) < 512 or secret != secret.strip("'\" \t,#;[") or secret.startswith(("//", "{")):
        secret = passwords.password(chance)
    for number, shape in enumerate(SHAPES):
        clean = learned(tmp_path, key=shape(secret)).clean
        for _ in range(5):
            shown = clean(passwords.altered(f"Field required, input_value={secret!r}", secret, chance))
            assert pieces(secret, shown) == set(), (number, secret, shown)


def test_a_word_that_could_be_base64_hides_nothing_else() -> None:
    clean = Secrets({TOLD: "A", "A": "Zwiebel77kuchen1"}).clean
    told = "No revision was found in the database; correct spec.targetRevision."
    assert clean(told) == told


SETTINGS = """
from pydantic import BaseModel
import os
class Settings(BaseModel):
    pool_size: int
    region: str
Settings(**{name: open(os.path.join(DIRECTORY, name)).read() for name in sorted(os.listdir(DIRECTORY))
    if not name.startswith(".")})
"""


def test_an_outcome_shows_nothing_of_a_mounted_secret(project: Project, tmp_path: Path) -> None:
    project.line("001")
    mounted(tmp_path / "volume", {"db_key": SECRET, "pool_size": OTHER})
    settings = SETTINGS.replace("DIRECTORY", repr(str(tmp_path / "volume")))
    project.env_py.write_text(settings + project.env_py.read_text())
    result = project.run("head", environment={TOLD_FILES: str(tmp_path / "volume")})
    assert "pool_size" in result.message
    written = json.dumps(result.outcome) + result.stdout + result.stderr
    assert pieces(SECRET, written) | pieces(OTHER, written) == set()
