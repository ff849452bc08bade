"""Dates in digits with points, slashes or hyphens between them, without a word: 27.9.1951, 1983/84."""

from __future__ import annotations

from extract.dates.grammar import BARE, STRONG, WEAK, Point, is_counted, point_of
from extract.dates.lexicon import is_particle, is_prefix
from extract.dates.tokens import DASH, NUMBER, NUMERIC, WORD, Tokens
from extract.dates.units import Unit

__all__ = ["day_and_month", "numeric_form", "short_pair"]


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
    """The beginning of 12.5–14.5.1920; 1.9 עד 31.10.1956; 1.9 ל-31.10.1956."""
    token, joint = tokens[index], tokens[index + 1]
    if joint.kind != DASH and not is_particle(joint.text, "up_to") and joint.text != "ל":
        return None
    if tokens[index + 3 if joint.text == "ל" else index + 2].kind != NUMERIC:
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
    year, number, size, strength = int(first), int(second), len(second), WEAK
    if size < 3 and (year + 1) % 10**size == number and _spans_two_years(tokens, index):
        number, size, strength = (year + 1) % 100, 2, STRONG  # both, not one of them
    unit = Unit("year", year, number=number, implied=f"slash{size}")
    return point_of(tokens, index + 1, tokens.at(index), unit, strength, "slash-years")


def short_pair(tokens: Tokens, index: int) -> Point | None:
    """The first year of עונת 95/96, whose second is the next."""
    token, joint, second = tokens[index], tokens[index + 1], tokens[index + 2]
    if joint.gap or second.gap or not (joint.text == "/" or joint.kind == DASH):
        return None
    if second.kind != NUMBER or not len(token.text) == len(second.text) == 2:
        return None
    if (int(token.text) + 1) % 100 != int(second.text) or not _spans_two_years(tokens, index):
        return None
    unit = Unit("year", number=int(token.text), implied="short")
    return point_of(tokens, index + 1, tokens.at(index), unit, STRONG, "short-pair")


_MOST_LISTED = 24
"""Tokens of a list of seasons that stand behind its head."""


def _spans_two_years(tokens: Tokens, index: int) -> bool:
    """Tell whether years are of what is named by two: עונת 95/96, עונת המשחקים 95/96, עונות 95/96 ו-96/97."""
    at = index - 1
    for _ in range(_MOST_LISTED):
        token = tokens[at]
        digits = token.kind in {NUMBER, NUMERIC, DASH} or token.text in {",", "/"}
        if not digits and not is_prefix(token.text):
            break
        at -= 1
    if tokens[at].kind != WORD or tokens[at + 1].gap == 2:
        return False
    if tokens[at].text.startswith("ה") and tokens[at].gap == 1:
        return _is_of_two(tokens[at].text) or _is_of_two(tokens[at - 1].text)
    return _is_of_two(tokens[at].text)


def _is_of_two(text: str) -> bool:
    return any(is_particle(text[length:], "two_years") for length in range(3))
