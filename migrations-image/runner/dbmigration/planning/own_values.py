"""What belongs to one process, and is another in the next: the present time, and the name and the address of its Pod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property

# A shorter name may be a word that somebody means.
_SHORTEST = 7
_LEAST_OF_A_TIME = len("2026-01-11T08:00:00")
_MOST_OF_A_TIME = 40
_COMPACT = len("20260111080000")
# Of others a clock of this place may have no seconds.
_FIRST_YEAR, _LAST_YEAR = 1970, 9999
# Of seconds, and of the parts of one that they are counted in.
_SCALES = (1, 10**3, 10**6, 10**9)
# Those of a clock that was read as the process began, and of one that cuts off the parts of a second.
_MARGIN = 1.0
_SAME_FOR_HOURS = 6


@dataclass(frozen=True)
class OwnValues:
    begun: float
    until: float
    """Between these the process ran until now."""
    names: Mapping[str, str]
    """What is the Pod's alone, and the variable that it is known by."""

    def may_stand_in(self, text: str) -> bool:
        """False where a look at its tokens finds nothing."""
        return any(sign in text for sign in self._signs)

    def covered(self, value: str) -> str | None:
        """What is the same in each process; None if that is the value itself."""
        if self._is_of_now(value):
            return "the time"
        found = value
        for own, name in self._names:
            found = _replaced(found, own, f"${name}")
        return None if found == value else found

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        return [(own, name) for own, name in self.names.items() if len(own) >= _SHORTEST]

    @cached_property
    def _signs(self) -> set[str]:
        """Of the names and of the days and hours."""
        found = {own for own, _ in self._names}
        for second in (self.begun - _MARGIN, self.until + _MARGIN):
            found.add(str(int(second))[:_SAME_FOR_HOURS])
            for day in (datetime.fromtimestamp(second, timezone.utc), datetime.fromtimestamp(second)):
                found |= {day.strftime("%Y-%m-%d"), day.strftime("%Y%m%d")}
        return found

    def _is_of_now(self, value: str) -> bool:
        return any(self.begun - _MARGIN <= second <= self.until + _MARGIN for second in _seconds(value))


def _seconds(value: str) -> Iterator[float]:
    """Since 1970, by each way in which it may be read."""
    if len(value) > _MOST_OF_A_TIME:
        return
    if value.replace(".", "", 1).isdecimal() and value.isascii():
        yield from (float(value) / scale for scale in _SCALES)
    read = _read(value)
    if read is not None and _FIRST_YEAR < read.year < _LAST_YEAR:
        yield read.timestamp()
        yield read.replace(tzinfo=read.tzinfo or timezone.utc).timestamp()


def _read(value: str) -> datetime | None:
    if len(value) == _COMPACT and value.isdecimal():
        value = f"{value[:4]}-{value[4:6]}-{value[6:8]}T{value[8:10]}:{value[10:12]}:{value[12:]}"
    if len(value) < _LEAST_OF_A_TIME:
        # A day alone, which anybody may mean.
        return None
    try:
        return datetime.fromisoformat(f"{value[:-1]}+00:00" if value.endswith("Z") else value)
    except ValueError:
        return None


def _replaced(text: str, own: str, by: str) -> str:
    """Where it stands by itself, and is no part of another word or number."""
    parts, done, place = [], 0, text.find(own)
    while place >= 0:
        end = place + len(own)
        if not text[place - 1 : place].isalnum() and not text[end : end + 1].isalnum():
            parts += [text[done:place], by]
            done = end
        place = text.find(own, end)
    return "".join(parts) + text[done:]
