"""Resolution: drafts become date expressions, with what the context supplies (R1–R7)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from extract.dates import calendars as cal
from extract.dates.drafts import Draft, Offset
from extract.dates.units import (
    Unit,
    Value,
    bound_texts,
    edtf_day,
    evaluate,
    is_complete,
    month_after,
    second_year,
)
from extract.model import DateExpression

__all__ = ["Anchor", "DateContext", "resolve"]

_RANK = {"day": 0, "holiday": 0, "week": 1, "month": 1, "season": 2, "quarter": 2, "half_year": 2, "year": 2,
         "decade": 3, "century": 4, "millennium": 5}  # fmt: skip


class Anchor(NamedTuple):
    """A date that later expressions may lean on."""

    rank: int
    """0 day, 1 month, 2 year, 3 decade, 4 century, 5 millennium."""
    first: tuple[int, int, int]
    """First day as written in the civil calendar."""
    last: tuple[int, int, int]
    start: int
    """The same as Julian day numbers."""
    end: int
    calendar: str
    place: int | None
    """Place among the expressions of this text; None from an earlier one."""
    single: bool = True


class DateContext(NamedTuple):
    """What earlier paragraphs leave behind for the next one (R1): immutable."""

    context_year: int | None = None
    """The year the section's heading names."""
    anchors: tuple[Anchor, ...] = ()
    """The last few anchors, latest last, all without a place."""


def _anchor_of(anchors: list[Anchor], rank: int) -> Anchor | None:
    return next((anchor for anchor in reversed(anchors) if anchor.rank <= rank), None)


def _with_year(
    unit: Unit, draft: Draft, anchors: list[Anchor], context_year: int | None
) -> tuple[Unit, Anchor | None]:
    """Supply the year of a day or a month (R2)."""
    anchor = _anchor_of(anchors, 2)
    if unit.calendar == "hebrew":
        if anchor is None or (unit.level == "month" and anchor.calendar != "hebrew"):
            return unit, None
        if anchor.calendar == "hebrew":
            return unit._replace(
                year=cal.hebrew_from_jdn(anchor.end)[0], implied="implicit"
            ), anchor
        return unit._replace(civil_year=anchor.last[0], implied="implicit"), anchor
    if anchor is None:
        return (
            unit if context_year is None else unit._replace(year=context_year, implied="implicit")
        ), None
    year = anchor.last[0]
    if draft.beside or draft.remark == "julian":
        year = _closest_year(unit, draft, anchor)
    elif (
        anchor.rank <= 1
        and anchor.single
        and unit.month is not None
        and unit.month < anchor.last[1]
        and not draft.aside
    ):
        year += 1
    return unit._replace(year=year, implied="implicit"), anchor


def _with_season_year(
    unit: Unit, anchors: list[Anchor], context_year: int | None
) -> tuple[Unit | None, Anchor | None]:
    """Supply the year of a season, from the heading or a finer date of the same text only."""
    anchor = anchors[-1] if anchors else None
    if (
        anchor is not None
        and anchor.place is not None
        and anchor.rank <= 2
        and anchor.single
        and (anchor.calendar != "hebrew" or unit.implied == "next")
    ):
        year = anchor.last[0]
        first = 3 * ((unit.number or 21) - 20)
        if unit.implied == "next":
            year += first <= min(anchor.last[1], 11)
            return unit._replace(year=year, implied="relative"), anchor
        if anchor.rank <= 1 and first + 2 < anchor.last[1]:
            year += 1
        return unit._replace(year=year, implied="implicit"), anchor
    if anchor is None and context_year is not None and unit.implied != "next":
        return unit._replace(year=context_year, implied="implicit"), None
    return None, None


def _closest_year(unit: Unit, draft: Draft, anchor: Anchor) -> int:
    best, least = anchor.last[0], 10**9
    for year in (anchor.last[0] - 1, anchor.last[0], anchor.last[0] + 1):
        calendar = draft.remark or unit.calendar
        value = evaluate(unit._replace(year=year, calendar=calendar))
        if value is not None and anchor.rank < 2 and abs(value.start - anchor.start) < least:
            best, least = year, abs(value.start - anchor.start)
    return best


def _with_century(
    unit: Unit, anchors: list[Anchor], context_year: int | None
) -> tuple[Unit, Anchor | None]:
    """Supply the century of a decade (R3)."""
    anchor = anchors[-1] if anchors else None
    year = anchor.last[0] if anchor else context_year
    if year is None:
        return unit._replace(century=20, implied="implicit"), None
    if year <= 0:
        return unit._replace(century=-year // 100 + 1, era=-1, implied="implicit"), anchor
    century = year // 100 + 1
    if anchor and year < 1500 and anchor.rank != 3:
        century = 20  # an ancient year before does not make a bare decade ancient
    if anchor and century == 19 and 1800 + (unit.number or 0) + 9 < anchor.first[0]:
        century = 20  # prose goes forward in time
    first = 100 * (century - 1) + (unit.number or 0)
    if first > 2029 and first > 9 + max((a.last[0] for a in anchors), default=year):
        century = 20  # what is to come is told beside a year to come
    return unit._replace(century=century, implied="implicit"), anchor


def _with_anchor(unit: Unit, anchors: list[Anchor]) -> tuple[Unit | None, Anchor | None]:
    """Supply what אותה שנה, בחודש and their like take from the anchor (R5, R6)."""
    anchor = anchors[-1] if anchors else None
    ranks = {"year": 2, "month": 1, "day": 0, "quarter": 2, "decade": 3, "century": 4}
    if anchor is None or anchor.rank > ranks[unit.same]:
        return None, None
    if unit.same in {"century", "decade"}:
        return _with_decade(unit, anchor), anchor
    if unit.same == "quarter":
        return _with_quarter(unit, anchor), anchor
    if anchor.calendar == "hebrew" and (
        unit.same in {"month", unit.level}
        or (unit.calendar == "hebrew" and unit.level in {"year", "month", "day", "holiday"})
    ):
        year, month, day = cal.hebrew_from_jdn(anchor.end)
        if unit.shift and unit.same != "year":
            return None, anchor
        filled = unit._replace(calendar="hebrew", year=year + unit.shift, civil_year=None, shift=0)
        if unit.same in {"month", "day"}:
            filled = filled._replace(month=month)
        if unit.same == "day":
            filled = filled._replace(day=day)
        return filled._replace(same="", implied="relative"), anchor
    year, month, day = anchor.last
    if unit.shift:
        months = unit.shift * (1 if unit.same == "month" else 12)
        year, month = month_after(year, month, months)
        unit = unit._replace(shift=0)
    if unit.calendar == "hebrew" and unit.same == "month" and unit.level == "day":
        year, month, _ = cal.hebrew_from_jdn(anchor.end)
        return unit._replace(year=year, month=month, same="", implied="relative"), anchor
    if unit.calendar == "hebrew":
        return unit._replace(civil_year=year, same="", implied="relative"), anchor
    filled = unit._replace(year=year, era=-1 if year <= 0 else 0, same="", implied="relative")
    if unit.same in {"month", "day"}:
        filled = filled._replace(month=month)
    if unit.same == "day":
        filled = filled._replace(day=day)
    return filled, anchor


def _with_decade(unit: Unit, anchor: Anchor) -> Unit | None:
    """Return the decade or century of the anchor, or the one beside it."""
    year = anchor.last[0] + (100 if unit.same == "century" else 10) * unit.shift
    if year <= 0:
        return None
    century = year // 100 + 1
    if unit.same == "century":
        return Unit("century", number=century, part=unit.part, implied="relative")
    number = year % 100 // 10 * 10
    return Unit("decade", number=number, century=century, part=unit.part, implied="relative")


def _with_quarter(unit: Unit, anchor: Anchor) -> Unit | None:
    """Return the quarter of the anchor, or the one beside it."""
    (year, month, _), last = anchor.first, anchor.last
    if (
        year <= 0
        or anchor.calendar != "gregorian"
        or month % 3 != 1
        or last[:2] != (year, month + 2)
    ):
        return None
    year, month = month_after(year, month, 3 * unit.shift)
    return Unit("quarter", year, number=month // 3 + 1, implied="relative")


def _supplied(
    unit: Unit, draft: Draft, anchors: list[Anchor], context_year: int | None
) -> tuple[Unit | None, Anchor | None]:
    if unit.same:
        return _with_anchor(unit, anchors)
    if unit.implied == "short":
        base = 1900
        if context_year is not None:
            base = context_year - context_year % 100
        year = base + (unit.number or 0)
        return unit._replace(year=year, number=None, implied=""), None
    if unit.implied.startswith("slash"):
        return unit, None
    if is_complete(unit):
        return unit, None
    if unit.level == "decade":
        return _with_century(unit, anchors, context_year)
    if unit.level == "season":
        return _with_season_year(unit, anchors, context_year)
    if unit.level in {"day", "month", "week"}:
        return _with_year(unit, draft, anchors, context_year)
    return None, None


# --- offsets --------------------------------------------------------------------------------------------


def _moved(offset: Offset, anchor: Anchor) -> tuple[Unit, bool] | None:
    """Return the unit at a distance from an anchor, and whether it is approximate (R4–R6)."""
    needs = {"day": 0, "week": 0, "month": 1, "year": 2, "decade": 3, "century": 2}
    if anchor.rank > needs[offset.unit]:
        return None
    base = anchor.last if offset.direction >= 0 and anchor.rank < 3 else anchor.first
    jdn = anchor.end if offset.direction >= 0 else anchor.start
    amount = int(offset.amount) * offset.direction
    half = offset.amount != int(offset.amount)
    if offset.unit in {"day", "week"}:
        days = round(offset.amount * (1 if offset.unit == "day" else 7)) * offset.direction
        year, month, day = _civil(jdn + days, anchor)
        level = "week" if offset.whole and offset.unit == "week" else "day"
        return Unit("day", year, month, day, era=1), level == "week" or offset.unit == "week"
    if offset.unit == "month":
        if half and anchor.rank == 0:
            year, month = month_after(base[0], base[1], amount)
            year, month, _ = cal.gregorian_from_jdn(
                cal.gregorian_jdn(year, month, base[2]) + 15 * offset.direction
            )
        else:
            year, month = month_after(base[0], base[1], amount)
        return Unit("month", year, month, era=1), False
    return _moved_years(offset, anchor, base, amount, half=half)


def _moved_years(
    offset: Offset, anchor: Anchor, base: tuple[int, int, int], amount: int, *, half: bool
) -> tuple[Unit, bool] | None:
    if offset.unit == "decade" and offset.whole:
        year = base[0] + 10 * amount
        return (
            (Unit("decade", number=year % 100 // 10 * 10, century=year // 100 + 1), False)
            if year > 0
            else None
        )
    if offset.months:
        if anchor.rank > 1:
            return None
        year, month = month_after(base[0], base[1], 12 * amount + offset.months * offset.direction)
        return Unit("month", year, month, era=1), False
    if half and offset.unit == "year":
        if anchor.rank <= 1:
            year, _ = month_after(base[0], base[1], 12 * amount + 6 * offset.direction)
            return Unit("year", year, era=1), False
        return Unit("year", base[0] + amount, era=1), True
    scale = {"year": 1, "decade": 10, "century": 100}[offset.unit]
    if anchor.calendar == "hebrew" and offset.unit == "year":
        return Unit("year", cal.hebrew_from_jdn(anchor.end)[0] + amount, calendar="hebrew"), False
    years = round(offset.amount * scale) * offset.direction
    return Unit("year", base[0] + years, era=1), offset.unit != "year"


def _civil(jdn: int, anchor: Anchor) -> tuple[int, int, int]:
    julian = anchor.calendar == "julian" and anchor.last < (1582, 10, 15)
    return cal.julian_from_jdn(jdn) if julian else cal.gregorian_from_jdn(jdn)


# --- values -----------------------------------------------------------------------------------------------


_CODED = frozenset({"season", "quarter", "half_year"})
"""Levels that EDTF writes as a code in the month's place: it takes no sign and no set there."""

_SIGNS = (("approximate", "~"), ("uncertain", "?"))
_ORDER = (
    "since",
    "until",
    "before",
    "after",
    "unknown_start",
    "unknown_end",
    "early",
    "mid",
    "late",
)


def _sign(modifiers: frozenset[str]) -> str:
    both = modifiers & {"approximate", "uncertain"}
    return "%" if len(both) == 2 else "~" if "approximate" in both else "?" if both else ""


@lru_cache(maxsize=256)
def _modifier(modifiers: frozenset[str]) -> str:
    names = [name for name in _ORDER if name in modifiers]
    names += [name for name, _ in _SIGNS if name in modifiers]
    return "+".join(names) or "none"


class _Shaped(NamedTuple):
    edtf: str
    start: int | None
    end: int | None
    precision: str
    calendar: str
    modifiers: frozenset[str]
    days: tuple[tuple[int, int, int], tuple[int, int, int]] | None = None
    """First and last day in the Gregorian calendar, where they are known."""


def _signed(edtf: str, sign: str) -> str:
    return (
        "/".join(side + sign if side not in {"", ".."} else side for side in edtf.split("/"))
        if sign
        else edtf
    )


def _single(value: Value, modifiers: frozenset[str]) -> _Shaped:
    sign = _sign(modifiers)
    start, end = bound_texts(value)
    if "closing-open" in modifiers:
        return _Shaped(
            f"{start}{sign}/..",
            value.start,
            None,
            value.precision,
            value.calendar,
            modifiers | {"since"},
        )
    if "closing-unknown" in modifiers:
        return _Shaped(
            f"{start}{sign}/",
            value.start,
            None,
            value.precision,
            value.calendar,
            modifiers | {"unknown_end"},
        )
    if "unknown_start" in modifiers:
        return _Shaped(f"/{end}{sign}", None, value.end, value.precision, value.calendar, modifiers)
    if modifiers & {"since", "after"}:
        return _Shaped(
            f"{_first_text(value, start)}{sign}/..",
            value.start,
            None,
            value.precision,
            value.calendar,
            modifiers,
        )
    if modifiers & {"until", "before"}:
        return _Shaped(
            f"../{_last_text(value, end)}{sign}",
            None,
            value.end,
            value.precision,
            value.calendar,
            modifiers,
        )
    edtf = value.edtf
    if sign and value.precision in _CODED:
        edtf = f"{start}/{end}"  # EDTF has no sign for a code that is no month
    return _Shaped(
        _signed(edtf, sign),
        value.start,
        value.end,
        value.precision,
        value.calendar,
        modifiers,
    )


def _first_text(value: Value, text: str) -> str:
    return edtf_day(value.first) if value.calendar == "hebrew" else text


def _last_text(value: Value, text: str) -> str:
    return edtf_day(value.last) if value.calendar == "hebrew" else text


def _range(
    values: list[Value], modifiers: frozenset[str], signs: tuple[str, str] = ("", "")
) -> _Shaped | None:
    first, last = values
    if first.start > last.end or (first.start > last.start and first.end > last.end):
        first, last = last, first  # written right to left: order by value
        signs = signs[::-1]
    if first.start > last.end:
        return None
    sign = _sign(modifiers)
    start, end = _first_text(first, bound_texts(first)[0]), _last_text(last, bound_texts(last)[1])
    if not sign:
        modifiers |= {name for name, mark in _SIGNS if mark in signs}
    precision = first.precision if first.precision == last.precision else "mixed"
    kinds = {first.calendar, last.calendar}
    calendar = next((c for c in ("hebrew", "julian") if c in kinds), "gregorian")
    return _Shaped(
        f"{start}{sign or signs[0]}/{end}{sign or signs[1]}",
        first.start,
        last.end,
        precision,
        calendar,
        modifiers,
    )


_OPEN = frozenset({"until", "before", "since", "after"})


def _alternatives(values: list[Value], modifiers: frozenset[str]) -> _Shaped | None:
    values = sorted(values, key=lambda value: value.start)
    if any("/" in value.edtf or value.precision in _CODED for value in values):
        return _range([values[0], values[-1]], modifiers | {"uncertain"})
    if modifiers & _OPEN:
        return _single(values[-1] if modifiers & {"until", "before"} else values[0], modifiers)
    text = ",".join(value.edtf for value in values)
    return _Shaped(
        f"[{text}]",
        values[0].start,
        values[-1].end,
        values[0].precision,
        values[0].calendar,
        modifiers | {"uncertain"},
    )


def _slash(unit: Unit, modifiers: frozenset[str]) -> _Shaped | None:
    """1983/84 is two years, 1138/9 one of two (N3)."""
    second = second_year(unit)
    if second is None:
        return None
    values = [evaluate(Unit("year", unit.year)), evaluate(Unit("year", second))]
    found = [value for value in values if value is not None]
    if len(found) != 2:
        return None
    one = unit.implied == "slash1" or modifiers & _OPEN
    return _alternatives(found, modifiers) if one else _range(found, modifiers)


def _recurring(draft: Draft, text: str, unit: Unit) -> DateExpression | None:
    if (
        unit.calendar == "hebrew"
        or unit.level != "day"
        or unit.month is None
        or unit.day is None
        or draft.shape != "single"
    ):
        return None
    if unit.day > cal.month_length(2000, unit.month):
        return None
    edtf = f"XXXX-{unit.month:02d}-{unit.day:02d}"
    return DateExpression(
        draft.start,
        draft.end,
        text[draft.start : draft.end],
        edtf,
        None,
        None,
        None,
        None,
        "day",
        "gregorian",
        "none",
        "recurring",
        None,
        draft.rule,
    )


def _shape(
    shape: str, units: tuple[Unit, ...], modifiers: frozenset[str], remark: str
) -> _Shaped | None:
    """Give complete units their value."""
    if shape == "single":
        unit = units[0]
        if unit.implied.startswith("slash"):
            return _slash(unit, modifiers)
        if not modifiers and not remark and not unit.part:
            found = evaluate(unit)
            if found is None:
                return None
            days = (found.first, found.last) if found.calendar == "gregorian" else None
            return _Shaped(
                found.edtf, found.start, found.end, found.precision, found.calendar, modifiers, days
            )
    values: list[Value] = []
    for unit in units:
        remarked = (
            remark == "julian"
            and unit.calendar == "gregorian"
            and unit.level in {"day", "month", "week"}
        )
        value = evaluate(unit._replace(calendar="julian") if remarked else unit)
        if value is not None and remark == "gregorian" and value.calendar == "julian":
            start, end = cal.gregorian_jdn(*value.first), cal.gregorian_jdn(*value.last)
            value = value._replace(start=start, end=end, calendar="gregorian")
        if value is None:
            return None
        values.append(value)
    if shape == "range":
        return _range(values, modifiers, (units[0].sign, units[1].sign))
    if shape == "alternatives":
        return _alternatives(values, modifiers)
    return _single(values[0], modifiers | ({units[0].part} if units[0].part else frozenset()))


def _written(jdn: int | None) -> tuple[int, int, int] | None:
    """Return the day of a JDN in the proleptic Gregorian calendar."""
    return None if jdn is None else cal.gregorian_from_jdn(jdn)


class _Told(NamedTuple):
    """What complete units say, whatever stands around them."""

    values: tuple[str, str | None, str | None, int | None, int | None, str, str, str]
    """The fields of an expression from ``edtf`` to ``modifier``."""
    kind: str
    """relative, implicit, holiday, or nothing where the words alone decide."""
    anchor: tuple[int, tuple[int, int, int], tuple[int, int, int], int, int, str] | None
    """The fields of an anchor from ``rank`` to ``calendar``."""


@lru_cache(maxsize=1 << 15)
def _tell(
    shape: str, units: tuple[Unit, ...], modifiers: frozenset[str], remark: str
) -> _Told | None:
    """Return what units say; an encyclopaedia has the same years again and again."""
    shaped = _shape(shape, units, modifiers, remark)
    if shaped is None:
        return None
    edtf, start, end, precision, calendar, modifiers, days = shaped
    first, last = days or (_written(start), _written(end))
    values = (
        edtf, first and edtf_day(first), last and edtf_day(last), start, end, precision, calendar,
        _modifier(modifiers),
    )  # fmt: skip
    anchor = None
    opening, closing = (end if start is None else start), (start if end is None else end)
    if opening is not None and closing is not None:
        rank = _RANK[units[0].level]
        if len(units) > 1:
            rank = max(_RANK[unit.level] for unit in units)
        if calendar == "gregorian" and first and last:
            bounds = first, last
        else:
            convert = cal.gregorian_from_jdn if calendar == "gregorian" else cal.civil_from_jdn
            bounds = convert(opening), convert(closing)
        anchor = (rank, *bounds, opening, closing, calendar)
    return _Told(values, _kind(units), anchor)


def _kind(units: tuple[Unit, ...]) -> str:
    if "holiday" in [unit.level for unit in units]:
        return "holiday"
    implied = [unit.implied for unit in units]
    return next((kind for kind in ("relative", "implicit") if kind in implied), "")


def _resolve_offset(
    draft: Draft, anchors: list[Anchor]
) -> tuple[list[Unit], frozenset[str], Anchor] | None:
    if draft.offset is None or not anchors:
        return None
    anchor = anchors[-1]
    moved = _moved(draft.offset, anchor)
    if moved is None:
        return None
    unit, approximate = moved
    return [unit], draft.modifiers | ({"approximate"} if approximate else frozenset()), anchor


def _complete(
    draft: Draft, anchors: list[Anchor], context_year: int | None
) -> tuple[list[Unit], Anchor | None, bool]:
    """Return the units of a draft with what they lack, the anchor used, and whether nothing is lacking."""
    used = None
    units: list[Unit] = []
    for unit in draft.units:
        if unit.same or unit.implied or not is_complete(unit):
            supplied, anchor = _supplied(unit, draft, anchors, context_year)
            if supplied is None:
                return [], None, False
            if not is_complete(supplied):
                return [supplied], None, False
            used = used or anchor
            units.append(supplied)
        else:
            units.append(unit)
    return units, used, True


def resolve(
    draft: Draft, text: str, anchors: list[Anchor], context_year: int | None, index: int
) -> DateExpression | None:
    """Return a draft as a date expression, or None where the context does not supply what it lacks.

    ``index`` is the expression's place in the result; a new anchor is appended to ``anchors``.
    """
    shape, modifiers, used = draft.shape, draft.modifiers, None
    if shape == "name":
        return None
    if shape == "offset":
        moved = _resolve_offset(draft, anchors)
        if moved is None:
            return None
        units, modifiers, used = moved
    elif draft.recurring:
        return _recurring(draft, text, draft.units[0]) if len(draft.units) == 1 else None
    else:
        units, used, complete = _complete(draft, anchors, context_year)
        if not complete:
            return _recurring(draft, text, units[0]) if units and len(draft.units) == 1 else None
    told = _tell(shape, tuple(units), modifiers, draft.remark)
    if told is None:
        return None
    kind = draft.kind
    if kind not in {"lifespan", "relative"}:
        kind = told.kind or ("in_name" if kind == "in_name" else "explicit")
    new = tuple.__new__  # a named tuple's own constructor costs as much again
    if told.anchor is not None and not draft.aside:  # R1
        anchors.append(new(Anchor, (*told.anchor, index, shape in {"single", "offset"})))
    start, end = draft.start, draft.end
    place = used.place if used else None
    fields = (start, end, text[start:end], *told.values, kind, place, draft.rule, None)
    return new(DateExpression, fields)
