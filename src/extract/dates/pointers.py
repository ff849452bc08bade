"""Units that words point to and do not name: אותה שנה; העשור, השנה שלאחר מכן behind a part of them."""

from __future__ import annotations

from extract.dates.grammar import STRONG, Point, neighbour_after, point_of
from extract.dates.lexicon import is_particle
from extract.dates.tokens import DASH, WORD, Tokens
from extract.dates.units import Unit

__all__ = ["anchored_form", "beside_quarter_form", "same_form"]


def same_form(tokens: Tokens, index: int) -> Point | None:
    """אותה שנה; אותו חודש; אותו יום (R5)."""
    token = tokens[index]
    length = token.readings["same"][0]
    named = _same_unit(tokens, index + 1)
    if named is None:
        return None
    unit, rule = named
    start = tokens.at(index, length)
    return point_of(tokens, index + 2, start, unit, STRONG, f"same-{rule}", token.text[:length])


def _same_unit(tokens: Tokens, index: int) -> tuple[Unit, str] | None:
    """Return the unit that a word behind אותו names, and what it is of."""
    token = tokens[index]
    if token.gap == 2:
        return None
    for category, level in _SAME_LEVELS:
        reading = token.readings.get(category)
        if reading and token.text[: reading[0]] in {"", "ה"}:
            if level == "day" and tokens[index + 1].readings.get("ordinal"):
                return None
            return Unit(level, same=level, implied="relative"), level
    reading = token.readings.get("month")
    if reading and reading[0] == 0:
        return Unit("month", None, reading[1], same="year", implied="relative"), "named-month"
    reading = token.readings.get("season")
    if reading and token.text[: reading[0]] in {"", "ה"}:
        return Unit("season", number=reading[1], same="year", implied="relative"), "season"
    return None


def anchored_form(tokens: Tokens, index: int) -> Point | None:
    """העשור, השנה, השנה שלאחר מכן after a part of them: those of the anchor (A2, R5)."""
    token, following = tokens[index], tokens[index + 1]
    for category, level in _ANCHORED_LEVELS:
        length = token.readings.get(category, (0, 0))[0]
        if length != 1 or token.text[0] != "ה":
            continue
        beside = neighbour_after(tokens, index + 1)
        if beside:
            unit = Unit(level, same=level, shift=beside[1], implied="relative")
            start = tokens.at(index)
            return point_of(tokens, beside[0], start, unit, STRONG, f"beside-{level}", "ה")
        if following.kind == WORD and following.gap == 1:
            article = following.text.startswith("ה") and not is_particle(following.text, "pronouns")
            told = is_particle(following.text[:2], "verb_starts")
            if "ordinal" in following.readings or "this" in following.readings:
                return None
            if (article and not told) or is_particle(following.text, "of"):
                return None
        elif following.kind == DASH:
            return None
        unit = Unit(level, same=level, implied="relative")
        return point_of(tokens, index + 1, tokens.at(index), unit, STRONG, f"anchored-{level}", "ה")
    return None


def beside_quarter_form(tokens: Tokens, index: int) -> Point | None:
    """הרבעון שלאחריו; ברבעון העוקב: the quarter beside that of the anchor (R5)."""
    token = tokens[index]
    beside = neighbour_after(tokens, index + 1)
    length = token.readings["quarter"][0]
    if not beside or not length:
        return None
    unit = Unit("quarter", same="quarter", shift=beside[1], implied="relative")
    start = tokens.at(index, 0 if token.text.startswith("ה") else length)
    return point_of(tokens, beside[0], start, unit, STRONG, "beside-quarter", token.text[:length])


_ANCHORED_LEVELS = (
    ("decade", "decade"),
    ("century", "century"),
    ("year_plain", "year"),
    ("month_head", "month"),
)


_SAME_LEVELS = (
    ("year_plain", "year"),
    ("month_head", "month"),
    ("day", "day"),
    ("decade", "decade"),
    ("century", "century"),
    ("quarter", "quarter"),
)
