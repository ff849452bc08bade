"""Holidays and their eves, and new moons, which are dates only with a year behind them."""

from __future__ import annotations

from extract.dates.grammar import STRONG, Point, match_phrase, point_of, start_of
from extract.dates.lexicon import is_prefix, lexicon
from extract.dates.months import month_at
from extract.dates.tokens import Tokens
from extract.dates.units import Unit
from extract.dates.years import year_after

__all__ = ["holiday_form"]


def holiday_form(tokens: Tokens, index: int) -> Point | None:
    """יום הכיפורים תשל"ד; ערב סוכות תר"ס; חג המולד 1914; ראש חודש אייר תש"ח (C8)."""
    token = tokens[index]
    at, before = index, 0
    length = 0
    eve = next(
        (
            n
            for n in range(4)
            if token.text[n:] in lexicon().sets["eve"] and (n == 0 or is_prefix(token.text[:n]))
        ),
        None,
    )
    if eve is not None:
        at, before, length = index + 1, -1, eve
    moon = _new_moon(tokens, index, at, before, length)
    if moon:
        return moon
    own = tokens[at].readings.get("holiday")
    if own is None:
        return None
    found = match_phrase(tokens, at, "holiday", own[0])
    if found is None:
        return None
    after, (calendar, entry) = found
    if at == index:
        length = own[0]
    feast = (
        entry.get("month"),
        entry.get("day"),
        entry.get("days", 1),
        entry.get("shift", ""),
        entry.get("easter"),
        before,
    )
    year = year_after(tokens, after)
    if year is None or tokens[after].text == ",":
        return None
    after_year, fields = year
    unit = Unit("holiday", calendar=calendar, feast=feast)
    if fields.get("same"):
        unit = unit._replace(**fields, implied="relative")
    elif fields.get("calendar") == "hebrew" and calendar == "hebrew":
        before_new_year = before and entry.get("month") == 7 and entry.get("day") == 1
        unit = unit._replace(year=fields["year"], marked=fields["marked"] or bool(before_new_year))
    elif fields.get("year") is not None and fields.get("calendar") != "hebrew":
        unit = unit._replace(
            **({"civil_year": fields["year"]} if calendar == "hebrew" else {"year": fields["year"]})
        )
    else:
        return None
    return point_of(
        tokens,
        after_year,
        start_of(tokens, index, length),
        unit,
        STRONG,
        "holiday",
        token.text[:length],
    )


def _new_moon(tokens: Tokens, index: int, at: int, before: int, length: int) -> Point | None:
    own = tokens[at].readings.get("new_moon")
    found = match_phrase(tokens, at, "new_moon", own[0]) if own else None
    if own is None or found is None:
        return None
    after, month, calendar = month_at(tokens, found[0], frozenset({""}))
    if calendar != "hebrew":
        return None
    year = year_after(tokens, after)
    if year is None or year[1].get("calendar") != "hebrew":
        return None
    if at == index:
        length = own[0]
    unit = Unit(
        "holiday",
        year[1]["year"],
        calendar="hebrew",
        marked=year[1]["marked"],
        feast=(month, 1, 1, "", None, before),
    )
    token = tokens[index]
    return point_of(
        tokens,
        year[0],
        start_of(tokens, index, length),
        unit,
        STRONG,
        "new-moon",
        token.text[:length],
    )
