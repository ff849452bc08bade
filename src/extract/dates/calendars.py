"""Day numbers of the Gregorian, Julian and Hebrew calendars.

Every day is a Julian day number (JDN, the integer of the day's noon); years are astronomical
(1 BCE is 0).  The Hebrew months are numbered from Nisan, 12 is Adar (Adar I in a leap year)
and 13 Adar II, as in the data files.

Sources: Meeus, *Astronomical Algorithms*, ch. 7, for the civil calendars; Dershowitz and
Reingold, *Calendrical Calculations*, for the molad arithmetic; the anonymous Gregorian
computus (Nature, 1876) for Easter.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = [
    "GREGORIAN_START",
    "civil_from_jdn",
    "easter_jdn",
    "gregorian_from_jdn",
    "gregorian_jdn",
    "hebrew_from_jdn",
    "hebrew_jdn",
    "hebrew_month_length",
    "hebrew_new_year",
    "hebrew_year_months",
    "is_hebrew_leap",
    "julian_from_jdn",
    "julian_jdn",
    "month_length",
]

GREGORIAN_START = 2299161
"""JDN of 15 October 1582, the first day of the Gregorian calendar."""

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_HEBREW_EPOCH = 347998


def month_length(year: int, month: int, *, julian: bool = False) -> int:
    """Return the number of days of a Gregorian (or Julian) month."""
    if month == 2 and year % 4 == 0 and (julian or year % 100 != 0 or year % 400 == 0):
        return 29
    return _LENGTHS[month - 1]


def gregorian_jdn(year: int, month: int, day: int) -> int:
    """Return the JDN of a proleptic Gregorian date."""
    shift = (14 - month) // 12
    y = year + 4800 - shift
    m = month + 12 * shift - 3
    return day + (153 * m + 2) // 5 + 365 * y + y // 4 - y // 100 + y // 400 - 32045


def julian_jdn(year: int, month: int, day: int) -> int:
    """Return the JDN of a Julian date."""
    shift = (14 - month) // 12
    y = year + 4800 - shift
    m = month + 12 * shift - 3
    return day + (153 * m + 2) // 5 + 365 * y + y // 4 - 32083


def _from_march_days(c: int, century_years: int) -> tuple[int, int, int]:
    d = (4 * c + 3) // 1461
    e = c - 1461 * d // 4
    m = (5 * e + 2) // 153
    return century_years + d - 4800 + m // 10, m + 3 - 12 * (m // 10), e - (153 * m + 2) // 5 + 1


@lru_cache(maxsize=1 << 15)
def gregorian_from_jdn(jdn: int) -> tuple[int, int, int]:
    """Return the proleptic Gregorian year, month and day of a JDN."""
    a = jdn + 32044
    b = (4 * a + 3) // 146097
    return _from_march_days(a - 146097 * b // 4, 100 * b)


def julian_from_jdn(jdn: int) -> tuple[int, int, int]:
    """Return the Julian year, month and day of a JDN."""
    return _from_march_days(jdn + 32082, 0)


@lru_cache(maxsize=1 << 15)
def civil_from_jdn(jdn: int) -> tuple[int, int, int]:
    """Return year, month and day in the civil calendar in force that day (C2, C4)."""
    return gregorian_from_jdn(jdn) if jdn >= GREGORIAN_START else julian_from_jdn(jdn)


def easter_jdn(year: int) -> int:
    """Return the JDN of Western Easter Sunday."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    total = h + k - 7 * m + 114
    return gregorian_jdn(year, total // 31, total % 31 + 1)


def is_hebrew_leap(year: int) -> bool:
    """Tell whether a Hebrew year has thirteen months."""
    return (7 * year + 1) % 19 < 7


def _elapsed_days(year: int) -> int:
    months = (235 * year - 234) // 19
    parts = 12084 + 13753 * months
    days = 29 * months + parts // 25920
    return days + 1 if (3 * (days + 1)) % 7 < 3 else days


@lru_cache(maxsize=4096)
def hebrew_new_year(year: int) -> int:
    """Return the JDN of 1 Tishri of a Hebrew year."""
    before, this, after = _elapsed_days(year - 1), _elapsed_days(year), _elapsed_days(year + 1)
    delay = 2 if after - this == 356 else 1 if this - before == 382 else 0
    return _HEBREW_EPOCH + this + delay


def hebrew_year_months(year: int) -> tuple[int, ...]:
    """Return the months of a Hebrew year in order, from Tishri to Elul."""
    adars = (12, 13) if is_hebrew_leap(year) else (12,)
    return (7, 8, 9, 10, 11, *adars, 1, 2, 3, 4, 5, 6)


def hebrew_month_length(year: int, month: int) -> int:
    """Return the number of days of a Hebrew month."""
    if month in {2, 4, 6, 10, 13}:
        return 29
    if month == 12:
        return 30 if is_hebrew_leap(year) else 29
    if month in {8, 9}:
        days = (hebrew_new_year(year + 1) - hebrew_new_year(year)) % 10
        return 30 if (days == 5 if month == 8 else days != 3) else 29
    return 30


def hebrew_jdn(year: int, month: int, day: int) -> int:
    """Return the JDN of the civil day of a Hebrew date's daytime (C4)."""
    jdn = hebrew_new_year(year) + day - 1
    for each in hebrew_year_months(year):
        if each == month:
            break
        jdn += hebrew_month_length(year, each)
    return jdn


def hebrew_from_jdn(jdn: int) -> tuple[int, int, int]:
    """Return the Hebrew year, month and day whose daytime falls on a JDN."""
    year = (jdn - _HEBREW_EPOCH) * 98496 // 35975351 + 1
    while hebrew_new_year(year) > jdn:
        year -= 1
    while hebrew_new_year(year + 1) <= jdn:
        year += 1
    day = jdn - hebrew_new_year(year)
    for month in hebrew_year_months(year):
        length = hebrew_month_length(year, month)
        if day < length:
            return year, month, day + 1
        day -= length
    raise AssertionError(jdn)  # the months of a year sum to its length
