"""What a target that is an instant may look like, and what is said of what is none."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from dbmigration.planning import instants
from dbmigration.planning.target import is_instant
from dbmigration.refusal import Refusal


@pytest.mark.parametrize(
    ("target", "instant"),
    [
        ("@2026-01-11T10:00:00Z", datetime(2026, 1, 11, 10)),
        ("@2026-01-11T10:00:00.5Z", datetime(2026, 1, 11, 10, 0, 0, 500000)),
        ("@2026-01-11T10:00:00.123456789+02:00", datetime(2026, 1, 11, 8, 0, 0, 123456)),
        ("@2026-01-11T23:30:00-01:30", datetime(2026, 1, 12, 1)),
    ],
)
def test_an_instant_is_read(target: str, instant: datetime) -> None:
    assert is_instant(target)
    assert instants.read(target) == instant.replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("@", "it begins with @. Write into spec.targetRevision date, time and zone behind that"),
        ("@yesterday", "it begins with @."),
        ("@head", "or a branch label before the @, as in billing@head."),
        ("@2026-01-11T10:00:00Z,001", "it begins with @."),
        ("@٢٠٢٦-01-11T10:00:00Z", "it begins with @."),
        ("@2026-01-11", "it names a day and no time. Write into spec.targetRevision time and zone behind it, as in "),
        ("@2026-01-11T10:00", "its time has no seconds."),
        ("@2026-01-11T10:00:00", "it has no zone."),
        ("@2026-01-11Z", "as in @2026-01-11T00:00:00Z."),
        (
            "@2026-01-11T10:00",
            "them as well, as in @2026-01-11T10:00:00Z.",
        ),
        ("@2026-01-11T10:00+02:00", "as in @2026-01-11T10:00:00+02:00."),
        (
            "@2026-01-11T10:00:00",
            "one behind it, as in @2026-01-11T10:00:00Z for UTC",
        ),
        ("@2026-01-11t10:00:00z", "are capital letters. Write into spec.targetRevision @2026-01-11T10:00:00Z."),
        ("@2026-01-11 10:00:00+02:00", "Write into spec.targetRevision @2026-01-11T10:00:00+02:00."),
        ("@2026-02-30T10:00:00Z", "the calendar has no 2026-02-30. Write into spec.targetRevision a day that there was"),
        ("@2025-02-29T10:00:00Z", "the calendar has no 2025-02-29."),
        ("@2026-13-01T10:00:00Z", "the calendar has no 2026-13-01."),
        ("@0000-01-01T10:00:00Z", "the calendar has no 0000-01-01."),
        ("@0001-01-01T00:00:00+01:00", "the calendar has no 0001-01-01."),
        ("@2026-01-11T25:00:00Z", "there is no hour 25. Write into spec.targetRevision one from 00 to 23, as in "),
        ("@2026-01-11T24:00:00Z", "there is no hour 24."),
        ("@2026-01-11T10:60:00Z", "there is no minute 60."),
        ("@2026-01-11T10:00:60Z", "there is no second 60."),
        ("@2026-01-11T10:00:00+25:00", "there is no hour of an offset 25."),
        ("@2026-01-11T10:00:00-01:75", "there is no minute of an offset 75."),
    ],
)
def test_what_is_none_is_refused_with_what_to_write(target: str, why: str) -> None:
    with pytest.raises(Refusal, match=f"the target {target!r} is no instant: ".replace("+", "[+]")) as error:
        instants.read(target)
    assert error.value.reason == "RevisionNotFound"
    assert why in str(error.value), str(error.value)
