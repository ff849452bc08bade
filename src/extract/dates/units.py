"""Units of time and their values: EDTF text and first and last day (docs/dates.md N1–N7).

A *unit* is what the words say (``Unit``); fields the words leave open are None until
resolution supplies them.  ``evaluate`` gives a complete unit's value.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from extract.dates import calendars as cal

__all__ = [
    "Unit",
    "Value",
    "bound_texts",
    "edtf_day",
    "edtf_year",
    "evaluate",
    "is_complete",
    "month_after",
    "second_year",
]

_SPAN = {"decade": 10, "century": 100, "millennium": 1000}
_THIRDS = {"early": (0, 3), "mid": (3, 7), "late": (7, 10)}
_DECADE_THIRDS = {"early": (0, 4), "mid": (4, 7), "late": (7, 10)}


class Unit(NamedTuple):
    """What the words of one date say.

    ``level`` is day, week, month, season, quarter, half_year, year, decade, century,
    millennium or holiday.  ``year`` is astronomical (or Hebrew); ``number`` is the ordinal
    of a century or millennium, the first year in its century of a decade, the code of a
    season, the index of a week or quarter.
    """

    level: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    number: int | None = None
    century: int | None = None
    """Of a decade: the ordinal of its century."""
    era: int = 0
    """-1 before, 1 after, 0 not said."""
    calendar: str = "gregorian"
    """gregorian, hebrew, or julian where a remark says so."""
    part: str = ""
    """early, mid, late."""
    fraction: tuple[int, int] | None = None
    """(2, 3): the second third."""
    feast: Any = None
    """Of a holiday: (month, day, days, shift, easter, days before)."""
    civil_year: int | None = None
    """A Gregorian year that fixes the year of a Hebrew day or holiday."""
    implied: str = ""
    """Why the date is implicit or relative, once something was supplied."""
    marked: bool = True
    """Of a Hebrew year: the thousands are written."""
    sign: str = ""
    """~ or ? where this end of a range alone is qualified."""
    same: str = ""
    """The unit of the anchor this one points to (אותה שנה)."""
    shift: int = 0
    """How many such units after it (השנה הבאה: 1)."""


class Value(NamedTuple):
    """A unit's value: EDTF, written first and last day, their day numbers."""

    edtf: str
    first: tuple[int, int, int]
    last: tuple[int, int, int]
    start: int
    end: int
    precision: str
    calendar: str
    exact: bool
    """False where a range must write the bounds instead of the text (N6, N7)."""


def edtf_year(year: int) -> str:
    """Return a year as EDTF."""
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def edtf_day(day: tuple[int, int, int]) -> str:
    """Return a day as EDTF."""
    year, month, number = day
    if 1000 <= year <= 9999:
        return f"{year}-{month:02d}-{number:02d}"
    return f"{edtf_year(year)}-{month:02d}-{number:02d}"


def bound_texts(value: Value) -> tuple[str, str]:
    """Return a value as the start and as the end of a range, as coarse as it coincides (N6, N7)."""
    if value.exact:
        return value.edtf, value.edtf
    (y, m, d), (yy, mm, dd) = value.first, value.last
    start = edtf_day(value.first)
    end = edtf_day(value.last)
    if value.calendar != "hebrew":
        if d == 1:
            start = edtf_year(y) if m == 1 else start[:-3]
        if dd >= cal.month_length(yy, mm, julian=value.calendar == "julian"):
            end = edtf_year(yy) if mm == 12 else end[:-3]
    return start, end


def is_complete(unit: Unit) -> bool:
    """Tell whether nothing is left for resolution to supply."""
    if unit.level == "decade":
        return unit.century is not None
    if unit.level in {"century", "millennium"}:
        return unit.number is not None
    if unit.year is None and unit.civil_year is None:
        return False
    return not (unit.level == "day" and (unit.month is None or unit.day is None))


_MOST_BETWEEN = 40


def second_year(unit: Unit) -> int | None:
    """Return the second year of 1983/84 or 1138/9, None where the numbers are none of two years."""
    year, number = unit.year or 0, unit.number or 0
    size = int(unit.implied[5:])
    scale = 10 ** max(len(str(number)), min(size, 2))
    second = number if size > 2 else year - year % scale + number
    if second <= year and size == 2:
        second += 100
    return second if year < second <= year + _MOST_BETWEEN else None


def month_after(year: int, month: int, count: int) -> tuple[int, int]:
    """Return year and month ``count`` months later."""
    index = year * 12 + month - 1 + count
    return index // 12, index % 12 + 1


def _is_julian(unit: Unit, day: tuple[int, int, int]) -> bool:
    return unit.calendar == "gregorian" and day < (1582, 10, 15)


def _days(
    unit: Unit, first: tuple[int, int, int], last: tuple[int, int, int]
) -> tuple[int, int, str, bool]:
    """Return day numbers, calendar, and whether a remark converted them (C2, C3)."""
    if unit.calendar == "julian":
        converted = first >= (1582, 10, 15)
        return cal.julian_jdn(*first), cal.julian_jdn(*last), "julian", converted
    if _is_julian(unit, first):
        return cal.julian_jdn(*first), cal.julian_jdn(*last), "julian", False
    return cal.gregorian_jdn(*first), cal.gregorian_jdn(*last), "gregorian", False


def _day_value(
    unit: Unit, first: tuple[int, int, int], last: tuple[int, int, int], edtf: str, *, exact: bool
) -> Value:
    start, end, calendar, converted = _days(unit, first, last)
    if converted:
        first, last = cal.gregorian_from_jdn(start), cal.gregorian_from_jdn(end)
        edtf = edtf_day(first) if start == end else f"{edtf_day(first)}/{edtf_day(last)}"
        exact = start == end
    return Value(edtf, first, last, start, end, unit.level, calendar, exact)


def _day(unit: Unit) -> Value | None:
    year, month, day = unit.year, unit.month, unit.day
    if year is None or month is None or day is None:
        return None
    julian = unit.calendar == "julian" or (year, month, day) < (1582, 10, 15)
    if not 1 <= month <= 12 or not 1 <= day <= cal.month_length(year, month, julian=julian):
        return None
    whole = (year, month, day)
    return _day_value(unit, whole, whole, edtf_day(whole), exact=True)


def _month(unit: Unit) -> Value | None:
    year, month = unit.year, unit.month
    if year is None or month is None:
        return None
    julian = unit.calendar == "julian" or (year, month) < (1582, 10)
    length = cal.month_length(year, month, julian=julian)
    low, high = 1, length
    edtf = f"{edtf_year(year)}-{month:02d}"
    exact = True
    if unit.level == "week":
        index = unit.number or 1
        low = length - 6 if index < 0 else 7 * (index - 1) + 1
        high = min(length, low + 6)
        if low > length:
            return None
    elif unit.fraction:
        index, parts = unit.fraction
        if parts == 2:
            low, high = (1, 15) if index == 1 else (16, length)
        else:
            low, high = (
                (index - 1) * 30 // parts + 1,
                (length if index == parts else index * 30 // parts),
            )
    elif unit.part:
        low, high = {"early": (1, 10), "mid": (11, 20), "late": (21, length)}[unit.part]
        exact = False
    if unit.level == "week" or unit.fraction:
        edtf = f"{edtf_day((year, month, low))}/{edtf_day((year, month, high))}"
        exact = False
    return _day_value(unit, (year, month, low), (year, month, high), edtf, exact=exact)


def _months(unit: Unit, low: int, high: int, edtf: str, *, exact: bool = False) -> Value:
    """Value of a run of months of a year, counted from 1, beyond 12 in the next year."""
    assert unit.year is not None
    year, month = month_after(unit.year, 1, low - 1)
    last_year, last_month = month_after(unit.year, 1, high - 1)
    first = (year, month, 1)
    last = (last_year, last_month, cal.month_length(last_year, last_month))
    return Value(
        edtf,
        first,
        last,
        cal.gregorian_jdn(*first),
        cal.gregorian_jdn(*last),
        unit.level,
        "gregorian",
        exact,
    )


def _run(year: int, low: int, high: int) -> str:
    return f"{edtf_year(year)}-{low:02d}/{edtf_year(year)}-{high:02d}"


def _year(unit: Unit) -> Value | None:
    year = unit.year
    if year is None:
        return None
    text = edtf_year(year)
    if unit.level == "year" and not unit.part and not unit.fraction:
        first, last = (year, 1, 1), (year, 12, 31)
        start, end = cal.gregorian_jdn(*first), cal.gregorian_jdn(*last)
        return Value(text, first, last, start, end, "year", "gregorian", exact=True)
    if unit.level == "season":
        low = 3 * ((unit.number or 21) - 20)
        shift = {"early": (low, low), "mid": (low + 1, low + 1), "late": (low + 2, low + 2)}
        low, high = shift.get(unit.part, (low, low + 2))
        return _months(unit, low, high, f"{text}-{unit.number}")
    if unit.level == "quarter":
        low = 3 * (unit.number or 1) - 2
        shift = {"early": (low, low), "mid": (low + 1, low + 1), "late": (low + 2, low + 2)}
        low, high = shift.get(unit.part, (low, low + 2))
        return _months(unit, low, high, f"{text}-{32 + (unit.number or 1)}")
    if unit.level == "half_year":
        low = 6 * (unit.number or 1) - 5
        return _months(unit, low, low + 5, f"{text}-{39 + (unit.number or 1)}")
    if unit.fraction:
        index, parts = unit.fraction
        low, high = (index - 1) * 12 // parts + 1, index * 12 // parts
        return _months(unit, low, high, _run(year, low, high))
    if unit.level == "week":
        return _week_of_year(year, unit.number or 1)
    low, high = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}.get(unit.part, (1, 12))
    return _months(unit, low, high, text, exact=not unit.part)


def _week_of_year(year: int, number: int) -> Value:
    start = (
        cal.gregorian_jdn(year, 1, 1) + 7 * (number - 1)
        if number > 0
        else cal.gregorian_jdn(year, 12, 25)
    )
    first, last = cal.gregorian_from_jdn(start), cal.gregorian_from_jdn(start + 6)
    edtf = f"{edtf_day(first)}/{edtf_day(last)}"
    return Value(edtf, first, last, start, start + 6, "week", "gregorian", exact=False)


def _years(unit: Unit) -> Value | None:
    """Decades, centuries and millennia, whole, in parts and in fractions (N3–N5)."""
    size = _SPAN[unit.level]
    if unit.level == "decade":
        if unit.century is None or unit.number is None:
            return None
        if unit.era < 0:
            last = 1 - (100 * (unit.century - 1) + unit.number)
            low = last - 9
            edtf = f"{edtf_year(low)}/{edtf_year(last)}"
        else:
            low = 100 * (unit.century - 1) + unit.number
            edtf = f"{low:04d}"[:3] + "X"
    else:
        number = unit.number or 1
        mask = "X" * (2 if size == 100 else 3)
        if unit.era < 0:
            low = -size * number + 1
            edtf = f"-{(number - 1) * size:04d}"[: 5 - len(mask)] + mask
        else:
            low = size * (number - 1)
            edtf = f"{low:04d}"[: 4 - len(mask)] + mask
    start, stop = 0, size
    if unit.fraction:
        index, parts = unit.fraction
        start, stop = round((index - 1) * size / parts), round(index * size / parts)
        edtf = f"{edtf_year(low + start)}/{edtf_year(low + stop - 1)}"
    elif unit.part:
        thirds = _DECADE_THIRDS if size == 10 else _THIRDS
        start, stop = thirds[unit.part]
        start, stop = start * size // 10, stop * size // 10
    opening, closing = (low + start, 1, 1), (low + stop - 1, 12, 31)
    return Value(
        edtf,
        opening,
        closing,
        cal.gregorian_jdn(*opening),
        cal.gregorian_jdn(*closing),
        unit.level,
        "gregorian",
        False,
    )


def _hebrew_interval(unit: Unit, start: int, end: int) -> Value:
    first, last = cal.civil_from_jdn(start), cal.civil_from_jdn(end)
    edtf = edtf_day(first) if start == end else f"{edtf_day(first)}/{edtf_day(last)}"
    precision = "day" if unit.level == "holiday" else unit.level
    return Value(edtf, first, last, start, end, precision, "hebrew", start == end)


def _hebrew_month(year: int, month: int) -> tuple[int, ...]:
    """Return the months a written month may mean: both Adars where the text does not tell (C6)."""
    leap = cal.is_hebrew_leap(year)
    if month == 14:
        return (12, 13) if leap else (12,)
    return (12,) if month == 13 and not leap else (month,)


def _hebrew_in(unit: Unit, year: int) -> Value | None:
    months = _hebrew_month(year, unit.month or 7)
    start = cal.hebrew_jdn(year, months[0], 1)
    end = cal.hebrew_jdn(year, months[-1], 1) + cal.hebrew_month_length(year, months[-1]) - 1
    if unit.level == "month" or len(months) > 1:
        if unit.part:
            length = end - start + 1
            low, high = {"early": (0, 10), "mid": (10, 20), "late": (20, length)}[unit.part]
            whole = _hebrew_interval(unit._replace(level="month"), start, end)
            return whole._replace(start=start + low, end=start + high - 1)
        return _hebrew_interval(unit._replace(level="month"), start, end)
    day = unit.day or 1
    if not 1 <= day <= end - start + 1:
        return None
    return _hebrew_interval(unit, start + day - 1, start + day - 1)


def _hebrew_year(unit: Unit, year: int) -> Value | None:
    start, end = cal.hebrew_new_year(year), cal.hebrew_new_year(year + 1) - 1
    if unit.level == "season":
        # C9: the season that begins inside the Hebrew year; autumn and winter lie in its first civil year
        code = unit.number or 21
        civil = cal.civil_from_jdn(start)[0] + (1 if code in {21, 22} else 0)
        value = _year(Unit("season", civil, number=code, part=unit.part))
        return value and value._replace(calendar="hebrew")
    if unit.level == "decade":
        end = cal.hebrew_new_year(year + 10) - 1
    value = _hebrew_interval(unit, start, end)
    if unit.part and unit.level == "year":
        months = cal.hebrew_year_months(year)
        cut, stop = {"early": (0, 4), "mid": (4, 8), "late": (8, len(months))}[unit.part]
        low = cal.hebrew_jdn(year, months[cut], 1)
        high = cal.hebrew_jdn(year, months[stop], 1) - 1 if stop < len(months) else end
        return value._replace(start=low, end=high)
    if unit.fraction:
        months = cal.hebrew_year_months(year)
        index, parts = unit.fraction
        cut, stop = (index - 1) * len(months) // parts, index * len(months) // parts
        low = cal.hebrew_jdn(year, months[cut], 1)
        high = cal.hebrew_jdn(year, months[stop], 1) - 1 if stop < len(months) else end
        return _hebrew_interval(unit, low, high)
    return value


def _shifted(shift: str, year: int, jdn: int) -> int:
    """Move a day off the sabbath as law and custom do (C8)."""
    weekday = (jdn + 1) % 7  # 0 is Sunday
    if shift == "after_sabbath":
        return jdn + 1 if weekday == 6 else jdn
    if shift == "before_friday":
        return jdn - 2 if weekday == 6 else jdn
    if shift == "holocaust":
        return jdn - 1 if weekday == 5 else jdn + 1 if weekday == 0 and year >= 5757 else jdn
    if shift == "memorial":
        return _shifted("independence", year, jdn + 1) - 1
    if shift == "independence":
        late = year >= 5764 and weekday == 1
        return jdn - {5: 1, 6: 2}.get(weekday, 0) + (1 if late else 0)
    return jdn


def _holiday(unit: Unit) -> Value | None:
    month, day, days, shift, easter, before = unit.feast
    year = unit.year
    if unit.calendar != "hebrew":
        if year is None:
            return None
        if easter is not None:
            jdn = cal.easter_jdn(year) + easter + before
            first = cal.gregorian_from_jdn(jdn)
            return Value(edtf_day(first), first, first, jdn, jdn, "day", "gregorian", True)
        whole = _day(unit._replace(level="day", month=month, day=day))
        if whole is None or not before:
            return whole
        first = cal.civil_from_jdn(whole.start + before)
        return whole._replace(
            edtf=edtf_day(first),
            first=first,
            last=first,
            start=whole.start + before,
            end=whole.start + before,
        )
    if year is None:
        return None
    real = (13 if cal.is_hebrew_leap(year) else 12) if month == 14 else month
    first_day = cal.hebrew_jdn(year, real, day)
    if shift == "new_moon":  # a month of 30 days gives its last to the new moon after it
        previous = real - 1 or (13 if cal.is_hebrew_leap(year) else 12)
        first_day -= cal.hebrew_month_length(year, previous) == 30
    start = _shifted(shift, year, first_day) + before
    length = 1 if before else days
    return _hebrew_interval(unit, start, start + length - 1)


def _civil_candidates(unit: Unit) -> Value | None:
    """Return the Hebrew day that falls inside a civil year."""
    assert unit.civil_year is not None
    for year in (unit.civil_year + 3760, unit.civil_year + 3761):
        value = evaluate(unit._replace(year=year, civil_year=None))
        if value is not None and value.first[0] == unit.civil_year:
            return value
    return None


def evaluate(unit: Unit) -> Value | None:
    """Return the value of a complete unit, None where there is no such day."""
    if unit.civil_year is not None and unit.calendar == "hebrew":
        return _civil_candidates(unit)
    if unit.year is not None and not -9000 <= unit.year <= 9000:
        return None
    if unit.level == "holiday":
        return _holiday(unit)
    if unit.calendar == "hebrew":
        if unit.year is None or not 1 <= unit.year <= 6999:
            return None
        if unit.level in {"day", "month"}:
            return _hebrew_in(unit, unit.year)
        return _hebrew_year(unit, unit.year)
    if unit.level in _SPAN:
        return _years(unit)
    if unit.level == "day":
        return _day(unit)
    return _month(unit) if unit.month is not None else _year(unit)
