"""Holidays, their eves and their days, and new moons, which are dates only with a year behind them."""

from __future__ import annotations

from typing import Any

from extract.dates.grammar import (
    STRONG,
    Point,
    letters_number,
    match_phrase,
    ordinal_at,
    point_of,
    start_of,
)
from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.months import month_at
from extract.dates.tokens import Tokens
from extract.dates.units import Unit
from extract.dates.years import year_after

__all__ = ["holiday_day_form", "holiday_form"]


def holiday_form(tokens: Tokens, index: int) -> Point | None:
    """יום הכיפורים תשל"ד; ערב סוכות תר"ס; חג המולד 1914; ראש חודש אייר תש"ח (C8)."""
    token = tokens[index]
    eve = next((n for n in range(4) if _is_behind(token.text, n, "eve")), None)
    at, before = (index, 0) if eve is None else (index + 1, -1)
    own = tokens[at].readings.get("new_moon") or tokens[at].readings.get("holiday")
    if own is None:
        return None
    length = own[0] if eve is None else eve
    moon = _new_moon(tokens, at, own[0])
    if moon:
        eve = before or moon[2]
        return _dated(tokens, index, length, _moon_at(moon, eve, of_two=eve < 0))
    named = _named(tokens, at, own[0])
    if named is None:
        return None
    after, calendar, entry = named
    days, day = entry.get("days", 1), entry.get("day")
    if days > 1 and any(_is_behind(tokens[index - 1].text, n, "feasts.ends") for n in range(4)):
        days, before = 1, days - 1
    feast = (entry.get("month"), day, days, entry.get("shift", ""), entry.get("easter"), before)
    return _dated(tokens, index, length, (after, Unit("holiday", calendar=calendar, feast=feast)))


def _is_behind(text: str, length: int, words: str) -> bool:
    """Tell whether a word is one of a set behind so many prefix letters."""
    return text[length:] in lexicon().sets[words] and (length == 0 or is_prefix(text[:length]))


def _named(tokens: Tokens, index: int, length: int) -> tuple[int, str, dict[str, Any]] | None:
    found = match_phrase(tokens, index, "holiday", length)
    return (found[0], *found[1]) if found else None


_DOUBLED = (7, 1)
"""The new year, of one name and two days."""
_MOST_DAYS = 8


def holiday_day_form(tokens: Tokens, index: int) -> Point | None:
    """נר שלישי של חנוכה תש"ח; היום השני של סוכות תר"ס; ב' דראש השנה תש"ח; א' דר"ח אייר תש"ח (C8)."""
    token = tokens[index]
    head = token.readings.get("candle") or token.readings.get("day")
    if head:
        length = head[0]
        after, number = ordinal_at(tokens, index + 1, most=_MOST_DAYS)
        of = is_particle(tokens[after].text, "of")
        at, lead = (after + 1, 0) if of else (after, 1)
        led = of or tokens[after].text[:1] == "ל"
    else:
        length, number = letters_number(token, most=_MOST_DAYS)
        at, lead = index + 1, 1
        led = tokens[at].text[:1] == "ד"
    if number < 1 or not led or tokens[at].gap != 1:
        return None
    if not head and number <= 2:
        moon = _new_moon(tokens, at, lead)
        if moon:
            return _dated(tokens, index, length, _moon_at(moon, 0, of_two=number == 1))
    named = _named(tokens, at, lead)
    if named is None:
        return None
    after, calendar, entry = named
    days = 2 if (entry.get("month"), entry.get("day")) == _DOUBLED else entry.get("days", 1)
    if number > days:
        return None
    feast = (entry["month"], entry["day"], 1, "", None, number - 1)
    return _dated(tokens, index, length, (after, Unit("holiday", calendar=calendar, feast=feast)))


def _dated(tokens: Tokens, index: int, length: int, named: tuple[int, Unit]) -> Point | None:
    """Return a holiday with the year behind it, None where there is none."""
    after, unit = named
    year = year_after(tokens, after)
    if year is None or tokens[after].text == ",":
        return None
    after, fields = year
    if fields.get("same"):
        unit = unit._replace(**fields, implied="relative")
    elif fields.get("calendar") == "hebrew" and unit.calendar == "hebrew":
        month, day, _, _, _, before = unit.feast
        marked = fields["marked"] or (before < 0 and (month, day) == _DOUBLED)
        unit = unit._replace(year=fields["year"], marked=marked)
    elif fields.get("year") is not None and fields.get("calendar") != "hebrew":
        known = "civil_year" if unit.calendar == "hebrew" else "year"
        unit = unit._replace(**{known: fields["year"]})
    else:
        return None
    start = start_of(tokens, index, length)
    rule = "holiday"
    return point_of(tokens, after, start, unit, STRONG, rule, tokens[index].text[:length])


def _new_moon(tokens: Tokens, index: int, length: int) -> tuple[int, int, int] | None:
    """Return the index after a new moon, its month, and -1 where the word itself is its eve."""
    found = match_phrase(tokens, index, "new_moon", length)
    if found is None:
        return None
    after, month, calendar = month_at(tokens, found[0], frozenset({""}))
    return (after, month, found[1]) if calendar == "hebrew" else None


def _moon_at(moon: tuple[int, int, int], before: int, *, of_two: bool) -> tuple[int, Unit]:
    """Return the first of a month; ``of_two`` the first day of a new moon that may have two."""
    after, month, _ = moon
    feast = (month, 1, 1, "new_moon" if of_two else "", None, before)
    return after, Unit("holiday", calendar="hebrew", feast=feast)
