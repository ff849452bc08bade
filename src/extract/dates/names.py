"""Names and titles: expressions that look like dates but are part of what something is called.

Of an occurrence, a law, a work, a street or a place; and the years of citations (C7, F3, F7, S9).
"""

from __future__ import annotations

from functools import lru_cache

from extract.dates.grammar import Point
from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.signals import Before
from extract.dates.tokens import DASH, END, NUMBER, PUNCT, WORD, Tokens
from extract.dates.units import Unit, is_complete

__all__ = [
    "is_citation",
    "is_name",
    "is_place_name",
    "is_statute",
    "is_title",
    "is_vote_day",
    "named_kind",
    "names_law",
]


def names_law(tokens: Tokens, index: int, at: int, points: list[Point]) -> bool:
    """Tell whether a Hebrew year closes the title of a law, after a comma or with its twin (S9)."""
    after = points[-1].next
    twin = (
        tokens[after].kind == DASH
        and tokens[after + 1].kind == NUMBER
        and len(tokens[after + 1].text) == 4
    )
    return (twin or tokens[at].text == ",") and is_statute(tokens, index)


def named_kind(tokens: Tokens, at: int, before: Before) -> str:
    """Return in_name where the words before name a dated occurrence (F3)."""
    if before.prefix not in {"", "ה"} or before.modifiers or before.opened or before.signal:
        return ""
    for step in range(4):
        token = tokens[at - step]
        if token.kind != WORD:
            break
        named = _named_by(token.text)
        if named is not None:
            return "in_name" if named else ""
    return ""


@lru_cache(maxsize=1 << 15)
def _named_by(text: str) -> bool | None:
    """Tell whether a word names what happens (True) or what is made (False)."""
    sets = lexicon().sets
    if text in sets["occurrences.products"]:
        return False
    for length in range(3):
        bare = text[length:]
        if bare.replace("וו", "ו", 1) in sets["occurrences"] or bare in sets["occurrences"]:
            if length and not is_prefix(text[:length]):
                continue
            return True
    return None


def is_statute(tokens: Tokens, at: int) -> bool:
    """Tell whether a word of laws stands before an expression in its sentence (S9)."""
    statutes = lexicon().sets["occurrences.statutes"]
    for step in range(1, 14):
        token = tokens[max(0, at - step)]
        if token.kind == END or token.text in {".", ";"}:
            return False
        if token.kind == WORD and (
            token.text in statutes or token.text[1:] in statutes or token.text[2:] in statutes
        ):
            return True
    return False


def is_citation(tokens: Tokens, after: int, at: int) -> bool:
    """Author and year, year and pages (F7)."""
    sets = lexicon().sets
    following = tokens[after]
    if following.text in {",", ":"} and (
        tokens[after + 1].text in sets["citations.pages"]
        or (following.text == ":" and tokens[after + 1].kind == NUMBER)
    ):
        return True
    if tokens[at].text != "(" or following.text != ")":
        return False
    return tokens[after + 1].text in sets["citations.verbs"] or _names_author(tokens, at)


def _names_author(tokens: Tokens, at: int) -> bool:
    """Tell whether an author stands before a parenthesis: לפי לוי, מחקרה של לוי, לוי ואחרים."""
    sets = lexicon().sets
    before = tokens[max(0, at - _LONGEST_AUTHOR) : at]
    if any(token.text in sets["citations.leads"] for token in before[-3:]):
        return True
    if before[-1:] and before[-1].text in sets["citations.others"]:
        return True
    for step, token in enumerate(before[:-1]):
        named = not sets["citations.works"].isdisjoint([token.text, token.text[1:]])
        if named and is_particle(before[step + 1].text, "of"):
            return all(other.kind == WORD for other in before[step:])
    second, closed, year, opened = before[-1:], *(tokens[at - step] for step in (2, 3, 4))
    if not second or not second[0].text.startswith("ו") or (closed.text, opened.text) != (")", "("):
        return False
    return at > 4 and year.kind == NUMBER and _names_author(tokens, at - 4)


_LONGEST_AUTHOR = 6


_QUOTES = frozenset({'"', "“", "”", "„"})


def _is_quoted(tokens: Tokens, first: int) -> bool:
    """Tell whether a quotation opens a few words before a token."""
    for step, token in enumerate(tokens[first - 1 : first - 6 : -1]):
        text = token.text
        if text in _QUOTES:
            said = is_particle(tokens[first - step - 2].text, "saying")
            return token.kind == PUNCT and not tokens[first - step].gap and not said
        if token.kind == END:
            return False
        if '"' in text and token.kind == WORD and is_prefix(text.partition('"')[0]):
            return True  # what stands behind a fused prefix, as in ב"מגרש 1930", is no acronym
    return False


def is_title(tokens: Tokens, first: int, after: int) -> bool:
    """Tell whether an expression stands inside a short quotation, as the name of a work does (F3)."""
    if not _is_quoted(tokens, first):
        return False
    for token in tokens[after : after + 6]:
        if token.kind == END or (token.kind == PUNCT and token.text in ".;"):
            return False
        if token.kind == PUNCT and token.text in '"“”':
            return token.gap == 0
    return False


def is_name(
    tokens: Tokens, index: int, points: list[Point], units: list[Unit], before: Before
) -> bool:
    """Tell whether an expression is a name; the vote's day, where it is none, gets its year (C7)."""
    whole_day = units[0].level == "day" and is_complete(units[0])
    if not whole_day and is_title(tokens, index, points[-1].next):
        return True
    if is_place_name(tokens, before, points[0]) and (
        units[0].level == "season" or not is_complete(units[0])
    ):
        return True
    lettered = _lettered_day(tokens, index, units[0], before)
    if lettered is not None:
        units[0] = lettered
    return lettered is None


def is_vote_day(unit: Unit) -> bool:
    """Tell whether a day is 29 November, whose letters name streets and places (C7)."""
    return (unit.month, unit.day) == (11, 29)


def _lettered_day(tokens: Tokens, index: int, unit: Unit, before: Before) -> Unit | None:
    """The vote of 29 November 1947, known by its letters (C7); elsewhere they are a name."""
    lettered = unit.level == "day" and tokens[index].kind == WORD and '"' in tokens[index].text
    if not lettered or unit.calendar == "hebrew" or not is_vote_day(unit) or is_complete(unit):
        return unit
    about = lexicon().sets["places.vote"]
    near = tokens[max(0, index - 25) : index + 25]
    if any(token.text in about or token.text[1:] in about for token in near):
        return unit._replace(year=1947, implied="implicit")
    return unit if "ב" in before.prefix else None


def is_place_name(tokens: Tokens, before: Before, point: Point) -> bool:
    """כ"ט בנובמבר as a street or a kibbutz (C7)."""
    if point.unit.level == "season":
        return tokens[before.at].text[-2:] in lexicon().sets["places.leads"]
    if point.unit.level != "day" or is_complete(point.unit) or point.unit.same or before.prefix:
        return False
    if point.rule != "day-month":
        return False
    text = tokens[before.at].text
    if text in lexicon().sets["places.not"] or text[1:] in lexicon().sets["places.not"]:
        return False
    named = tokens[before.at].kind == WORD and not before.signal and not before.modifiers
    return named and tokens[before.at + 1].gap < 2 and "weekday" not in tokens[before.at].readings
