"""Days as nearly everyone writes them: ``2010-03-12``, ``12 במרץ 2010``, ``מרץ 2010``, ``2010``.

A source or an infobox holds such a day and nothing else.  ``extract.dates`` reads the same in
it, and far more, and takes a hundred times as long.
"""

from __future__ import annotations

import re
from calendar import isleap
from functools import cache
from typing import NamedTuple

from extract.hewiki import load_toml

__all__ = ["Day", "read_day"]

_ISO = re.compile(r"([12][0-9]{3})-([01][0-9])-([0-3][0-9])")
_WRITTEN = re.compile(r"(?:([0-3]?[0-9]) \u05d1?)?([\u05d0-\u05ea]{2,8}) ([12][0-9]{3})")
_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_GREGORIAN = 1583
"""The first year whose days are all of this calendar."""


class Day(NamedTuple):
    """A day, or the month or year that is all that is known of it; as EDTF, with its bounds."""

    edtf: str
    start_date: str
    end_date: str
    is_gregorian: bool
    """Else the bounds, too, are days of the calendar before."""


@cache
def _months() -> dict[str, int]:
    table = load_toml("months.toml")["gregorian"]
    return {name: int(number) for number, names in table.items() for name in names}


def read_day(text: str) -> Day | None:
    """Return the day, month or year that a whole text is, if it is written in a common form."""
    if text.isdecimal():
        whole = len(text) == 4 and text.isascii() and text[0] in "12"
        return _make(int(text)) if whole else None
    if match := _WRITTEN.fullmatch(text):
        day, month, year = match.groups()
        number = _months().get(month)
        return _make(int(year), number, int(day) if day else None) if number else None
    if match := _ISO.fullmatch(text):
        return _make(int(match[1]), int(match[2]), int(match[3]))
    return None


def _make(year: int, month: int | None = None, day: int | None = None) -> Day | None:
    known = year >= _GREGORIAN
    if month is None:
        return Day(f"{year}", f"{year}-01-01", f"{year}-12-31", known)
    if not 1 <= month <= 12:
        return None
    last = _LAST_DAYS[month - 1] + (month == 2 and isleap(year))
    start = f"{year}-{month:02}"
    if day is None:
        return Day(start, f"{start}-01", f"{start}-{last}", known)
    whole = f"{start}-{day:02}"
    return Day(whole, whole, whole, known) if 1 <= day <= last else None
