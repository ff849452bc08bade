"""Admission: what lets a weak expression in, one that is a date only where its surroundings say so."""

from __future__ import annotations

from extract.dates.edges import is_numbered
from extract.dates.grammar import STRONG, Point
from extract.dates.lexicon import is_particle
from extract.dates.names import is_citation, named_kind, names_law
from extract.dates.signals import Before
from extract.dates.tokens import DASH, END, JUNK, NUMBER, NUMERIC, PUNCT, WORD, Tokens
from extract.dates.weak_years import year_admitted

__all__ = ["is_admitted"]


def is_admitted(
    tokens: Tokens, index: int, points: list[Point], links: list[str], before: Before
) -> tuple[bool, str]:
    """Tell whether a weak expression has its signal (F1, F6), and its kind."""
    first = points[0]
    at = before.at
    previous = tokens[at]
    numbered = (
        previous.kind == WORD
        and first.rule in _NUMBERABLE
        and before.prefix in {"", "ה"}
        and is_numbered(previous.text)
    )
    civil = first.strength < STRONG and first.unit.calendar == "gregorian"
    if numbered or (civil and _is_in_code(tokens, index, points[-1].next)):
        return False, ""
    if first.strength == STRONG:
        kind = ""
        if first.unit.level == "year" and first.rule == "year":
            kind = named_kind(tokens, at, before)
            if (
                not kind
                and first.unit.calendar == "hebrew"
                and names_law(tokens, index, at, points)
            ):
                kind = "in_name"
        elif first.rule == "headed-year" and len(points) == 1 and is_particle(previous.text, "of"):
            kind = named_kind(tokens, at - 1, before)
        return True, kind or "explicit"
    unit = first.unit
    if first.rule == "slash-years" or unit.level == "year":
        if is_citation(tokens, points[-1].next, at):
            return False, ""
        return year_admitted(tokens, index, points, links, before)
    if first.rule == "numeric-day":
        return True, "explicit"
    if unit.level == "week":
        return True, "implicit"
    if unit.level in {"month", "season"}:
        return _is_month_admitted(tokens, index, points, before)
    if first.rule == "day-month":
        good = bool(before.prefix) or len(points) > 1 or previous.kind in {END, PUNCT}
        return good, "explicit"
    return len(points) > 1, "explicit"


_NUMBERABLE = frozenset({"year", "slash-years", "numeric-day", "month", "day-month"})
"""Rules of expressions that may be the number or the name of a thing: they have no head (S3)."""


def _is_month_admitted(
    tokens: Tokens, index: int, points: list[Point], before: Before
) -> tuple[bool, str]:
    """Tell whether a month or a season without a year stands where a time does."""
    first = points[0]
    if len(points) > 1 and any(p.strength == STRONG for p in points):
        return True, "explicit"
    placed = "ב" in before.prefix or bool(before.modifiers & _OPEN_SIGNALS)
    if first.unit.level == "month":
        if _is_common_noun(tokens, index, points[-1].next):
            return False, ""
        if before.prefix in {"ל", "מ", "ול", "ומ"}:
            placed = is_particle(tokens[index].text[len(first.prefix) :], "plain_months")
    return placed or (len(points) > 1 and bool(before.opened)), "implicit"


_OPEN_SIGNALS = frozenset({"since", "until", "before", "after"})


def _is_common_noun(tokens: Tokens, index: int, after: int) -> bool:
    """Tell whether במאי is the director of a film, or במרץ with energy, not the month (F5).

    The director is one behind a preposition or a copula, or before what he directs or an adjective.
    """
    previous, following = tokens[index - 1], tokens[after]
    if is_particle(tokens[index].text, "energy"):
        verb = previous.text[1:] if previous.text.startswith(("ו", "ש")) else previous.text
        return previous.kind == WORD and is_particle(verb, "energetic_verbs")
    if not is_particle(tokens[index].text, "director"):
        return False
    if (
        previous.kind == WORD
        and tokens[index].gap == 1
        and is_particle(previous.text, "noun_leads")
    ):
        return True
    if following.kind != WORD or following.gap == 2:
        return False
    text = following.text
    if (
        is_particle(text, "of")
        or is_particle(text, "directed")
        or is_particle(text[1:], "directed")
    ):
        return True
    return len(text) > 4 and text[-1] == "י" and text[-2] != "נ"


def _is_in_code(tokens: Tokens, index: int, after: int) -> bool:
    """Tell whether dashes join the numbers to more numbers: an ISBN, a telephone (F2)."""
    numbers = {NUMBER, JUNK, NUMERIC}
    dash, following = tokens[index - 1], tokens[after]
    joined = dash.kind == DASH and dash.gap == 0 and tokens[index].gap == 0
    if joined and tokens[index - 2].kind in numbers:
        return True
    return (
        following.kind == DASH
        and following.gap == 0
        and tokens[after + 1].kind in numbers
        and tokens[after + 1].gap == 0
    )
