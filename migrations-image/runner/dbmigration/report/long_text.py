"""Of a text that is very long only the ends are masked and shown: to look through megabytes takes so long that a signal or a
deadline would come in vain, and nobody reads them.

Where it is cut, a secret may begin before and end behind. Of one that is known each piece is masked by itself. One that is
known by its neighbours alone, such as a password in a URL, is known no more without them; so it is cut where what is shown is
masked as it is together with what is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

Clean = Callable[[str], str]

# In characters. A container runtime cuts its lines at 16 KiB.
LONGEST = 32_768
_SHOWN = 12_288
# How far from a place that will not do another one is tried, and how many are.
_STEP = 2_000
_TRIES = 5
# Where what is looked at ends, and where else if that will not do.
_MARGINS = (0, 700, 1_500)
# With one of these behind it, a secret whose end is left out is known for one: a host, and the quotes and brackets of others.
_ENDS = "@h'') ') \")"


def beginning(text: str, clean: Clean) -> tuple[str, int]:
    """Of one that is longer: masked, and how many of its characters that are. None at all where no place to cut will do."""
    for left_out in _MARGINS:
        window = text[: LONGEST - left_out]
        # With the ends a part of a host may be taken for one of a password, and be masked wherever it stands.
        whole = clean(window + _ENDS)
        for place in _places(min(_SHOWN, len(window) // 2)):
            shown = clean(window[:place])
            if whole.startswith(shown):
                return shown, place
    return "", 0


def _end(text: str, clean: Clean) -> tuple[str, int]:
    window = text[-LONGEST:]
    whole = clean(window)
    for length in _places(_SHOWN):
        shown = clean(window[-length:])
        if whole.endswith(shown):
            return shown, length
    return "", 0


def with_both_ends(text: str, clean: Clean) -> str:
    """Masked; as a whole if it is not long."""
    if len(text) <= LONGEST:
        return clean(text)
    first, behind = beginning(text, clean)
    last, before = _end(text, clean)
    return f"{first}... ({len(text) - behind - before} characters are left out) ...{last}"


def _places(most: int) -> Iterable[int]:
    return [most - _STEP * number for number in range(_TRIES) if most > _STEP * number]
