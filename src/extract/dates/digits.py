"""Dates in digits with points, slashes or hyphens between them, without a word: 27.9.1951, 1983/84."""

from __future__ import annotations

from extract.dates.grammar import BARE, STRONG, WEAK, Point, is_counted, point_of
from extract.dates.tokens import DASH, NUMERIC, Tokens
from extract.dates.units import Unit

__all__ = ["day_and_month", "numeric_form"]


def numeric_form(tokens: Tokens, index: int) -> Point | None:
    """27.9.1951; 03/11/1998 (day first); 2004-02-04; 3.11.48; 1983/84; 1138/9."""
    token = tokens[index]
    text = token.text
    sign = next(c for c in text if not c.isdigit())
    parts = text.split(sign)
    if len(parts) == 2:
        return _slash_years(tokens, index, parts)
    first, second, third = parts
    if len(first) == 4:
        unit = Unit("day", int(first), int(second), int(third))
    elif len(third) == 4:
        unit = Unit("day", int(third), int(second), int(first))
    else:
        unit = Unit("day", None, int(second), int(first), int(third), implied="short")
        if is_counted(tokens, index + 1):
            return None
    after, era = index + 1, 0
    if not 1 <= (unit.month or 0) <= 12 or not 1 <= (unit.day or 0) <= 31 or era:
        return None
    strength = STRONG if unit.year is not None and 1000 <= unit.year <= 2199 else WEAK
    return point_of(tokens, after, tokens.at(index), unit, strength, "numeric-day")


def day_and_month(tokens: Tokens, index: int) -> Point | None:
    """The beginning of 12.5–14.5.1920."""
    token = tokens[index]
    if tokens[index + 1].kind != DASH or tokens[index + 2].kind != NUMERIC:
        return None
    day, _, month = token.text.partition(".")
    if not (day.isdigit() and month.isdigit() and 1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return None
    unit = Unit("day", None, int(month), int(day))
    return point_of(tokens, index + 1, tokens.at(index), unit, BARE, "numeric-day-month")


def _slash_years(tokens: Tokens, index: int, parts: list[str]) -> Point | None:
    first, second = parts
    if is_counted(tokens, index + 1) or int(first) > 2199 or int(first) == 0:
        return None
    unit = Unit("year", int(first), number=int(second), implied=f"slash{len(second)}")
    return point_of(tokens, index + 1, tokens.at(index), unit, WEAK, "slash-years")
