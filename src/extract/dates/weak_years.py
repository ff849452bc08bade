"""Weak years: whether a number or letters that no head tells to be a year are one (F1, F3, F6).

The rules of ``_YEAR_RULES`` are asked in order; the first that can tell decides.
"""

from __future__ import annotations

from typing import NamedTuple

from extract.dates.edges import is_numbered
from extract.dates.grammar import BARE, Point, is_counted, skip_prefix
from extract.dates.lexicon import is_particle, lexicon
from extract.dates.names import is_statute, named_kind
from extract.dates.signals import (
    CLAUSE_ENDS,
    Before,
    is_outside_head,
    is_unknown_start,
    look_after,
)
from extract.dates.tokens import DASH, END, NUMBER, PUNCT, WORD, Token, Tokens
from extract.dates.units import Unit
from extract.dates.years import year_at

__all__ = ["year_admitted"]


class _Case(NamedTuple):
    """A weak year and what stands around it."""

    tokens: Tokens
    place: int
    points: list[Point]
    before: Before
    previous: Token
    following: Token
    ranged: bool
    unit: Unit
    known: bool
    """The number is one that years have."""


def year_admitted(
    tokens: Tokens, index: int, points: list[Point], links: list[str], before: Before
) -> tuple[bool, str]:
    """Tell whether a weak year is let in, by the first rule that can tell, and its kind."""
    after = tokens[points[-1].next]
    unit = points[0].unit
    known = unit.calendar == "hebrew" or (unit.year is not None and 1000 <= unit.year <= 2199)
    case = _Case(
        tokens, index, points, before, tokens[before.at], after, "range" in links, unit, known
    )
    for rule in _YEAR_RULES:
        kind = rule(case)
        if kind is not None:
            return bool(kind), kind
    return False, ""


# Each rule returns the kind of a year it lets in, "" for what is none, None where it cannot tell.


def _by_size(case: _Case) -> str | None:
    first = case.points[0]
    small = case.unit.calendar == "gregorian" and case.unit.year is not None and not case.known
    if small and first.strength == BARE:
        lived = (
            case.previous.text == "("
            and case.following.text in {")", ","}
            and _is_life(case.points)
        )
        if case.following.text == ")" and not case.ranged:
            lived = lived or is_unknown_start(case.tokens, case.before)
        if lived or any(p.unit.era for p in case.points):
            return "explicit"
        return "ancient" if "ב" in case.before.prefix and not case.ranged else ""
    weak_letters = case.unit.calendar == "hebrew" and case.before.signal
    return "" if first.strength == BARE and not weak_letters else None


def _by_count(case: _Case) -> str | None:
    """Letters before what tradition counts in letters are a number: בתרי"ג מצוות (F1)."""
    if case.unit.calendar != "hebrew" or case.following.kind != WORD or case.following.gap != 1:
        return None
    noun, counted = case.following.text, lexicon().sets["lettered"]
    return "" if noun in counted or (noun[0] == "ה" and noun[1:] in counted) else None


def _by_name(case: _Case) -> str | None:
    named = named_kind(case.tokens, case.before.at, case.before)
    return named or ("in_name" if _closes_name(case) else None)


_NAMED_FROM, _NAMED_TO = 1800, 2100
"""Years that names and lists after a colon hold, where only grammar shows that they are years."""


def _closes_name(case: _Case) -> bool:
    """Tell whether a year closes a noun phrase that is a name (F3): קרבות 1948, ביורובאסקט 2015.

    A number that counts stands before its noun; one right behind a noun in the construct, or
    behind a noun that a preposition leads, is part of its name, and a year unless the noun
    is one of a thing that has a number.
    """
    before, tokens, year = case.before, case.tokens, case.unit.year
    if before.prefix or before.modifiers or before.opened or before.signal or year is None:
        return False
    if case.unit.calendar != "gregorian" or not _is_modern(year):
        return False
    noun, head = case.previous, tokens[before.at - 1]
    if noun.kind != WORD or tokens[case.place].gap != 1 or not _is_name_noun(noun.text):
        return False
    if head.kind == WORD and noun.gap == 1 and (_is_thing(head.text) or is_numbered(head.text)):
        return False
    if is_particle(noun.text[-1:], "construct_ends") and not noun.text.startswith("ה"):
        return True
    return _is_led(noun.text) or (
        head.kind == WORD and noun.gap == 1 and _is_led(head.text) and _is_name_noun(head.text)
    )


def _is_modern(year: int | None) -> bool:
    return year is not None and _NAMED_FROM <= year < _NAMED_TO and year % 100 != 0


def _is_name_noun(text: str) -> bool:
    if len(text) < 4 or (text[-1] == "ו" and not _is_led(text)) or _is_thing(text):
        return False
    return not is_particle(text, "counting_words") and not is_particle(text[1:], "counting_words")


def _is_thing(text: str) -> bool:
    things = lexicon().sets["occurrences.products"] | lexicon().sets["occurrences.things"]
    return text in things or text[1:] in things


def _is_led(text: str) -> bool:
    return len(text) > 4 and text[0] in "בל"


def _by_form(case: _Case) -> str | None:
    if case.unit.implied.startswith("slash") and _is_season_pair(case.unit):
        return "explicit"
    return "explicit" if case.known and look_after(case.tokens, case.points[-1].next)[0] else None


_LOCATING = frozenset("במל")


_TO_ABOUT = frozenset({"לכ", "ולכ", "שלכ"})


def _by_signal(case: _Case) -> str | None:
    before, previous = case.before, case.previous
    if before.opened == "between" and not case.ranged and len(case.points) == 1:
        return ""
    if before.opened == "from" and _is_from_amount(case):
        return ""
    if before.prefix in _TO_ABOUT and not case.ranged:
        return ""  # an amount: לכ-1500 מתושביה
    if before.near:
        if previous.kind == NUMBER:
            return ""  # what the year before it counts: ב-1960 כ-1900
        opens = previous.kind in {PUNCT, END} and not case.ranged
        closes = case.following.kind in {PUNCT, DASH, END} and not is_particle(
            previous.text, "counting_verbs"
        )
        return "explicit" if opens or closes or before.signal else ""
    if before.prefix in {"ל", "לכ"} and (previous.kind == NUMBER or _reaches(previous.text)):
        return ""  # a ratio: 1 ל-1950; an amount reached: ירד ל-950
    if before.modifiers or before.signal or before.opened or _LOCATING.intersection(before.prefix):
        return "explicit"
    return "explicit" if is_unknown_start(case.tokens, before) else None


def _reaches(text: str) -> bool:
    """Tell whether a word is a verb of an amount, which ל leads to the new one."""
    verb = text[1:] if text.startswith(("ו", "ש")) else text
    sets = lexicon().sets
    changing = sets["particles.changing_verbs"] | sets["particles.reaching_verbs"]
    return text in changing or verb in changing


_MOST_BEFORE_AMOUNT = 5


def _is_from_amount(case: _Case) -> bool:
    """Tell whether numbers are an amount before and after: ירד מ-1200 ל-950 (F1).

    One falls, or the verb is of what grows and shrinks, or the second is counted.
    """
    tokens, points = case.tokens, case.points
    to = points[0].next
    if tokens[to].text not in {"ל", "לכ"} or any(point.unit.era for point in points):
        return False
    if len(points) == 1:
        at = skip_prefix(tokens, to)
        return at > to and tokens[at].kind == NUMBER and is_counted(tokens, at + 1)
    first, last = points[0].unit.year, points[1].unit.year
    if first is not None and last is not None and first > last:
        return True
    for step in range(_MOST_BEFORE_AMOUNT):
        token = tokens[case.before.at - step]
        if token.kind == END or token.text in CLAUSE_ENDS:
            return False
        verb = token.text[1:] if token.text.startswith(("ו", "ש")) else token.text
        if is_particle(token.text, "changing_verbs") or is_particle(verb, "changing_verbs"):
            return True
    return False


def _by_bracket(case: _Case) -> str | None:
    before, previous, after = case.before, case.previous, case.following
    if (
        previous.kind == DASH
        and after.text in {")", ","}
        and _in_dated_parenthesis(case.tokens, before.at)
    ):
        return "explicit"
    if previous.text == "," and after.text == ")" and _has_latin_title(case.tokens, before.at):
        return "explicit"
    closes = after.text in {")", ",", ";"} or after.kind == DASH or case.ranged
    listed = len(case.points) > 1 and case.known
    listed = listed and not is_counted(case.tokens, case.points[-1].next)
    if previous.text == ":" and previous.gap == 0:
        if case.known and is_outside_head(case.tokens[before.at - 1]):
            return "explicit"  # נולדה: 1871
        listed = listed or _is_counted_off(case)
        return "explicit" if listed and all(_is_modern(p.unit.year) for p in case.points) else None
    return "explicit" if previous.text == "(" and (closes or listed) else None


def _is_counted_off(case: _Case) -> bool:
    """Tell whether the number of years stands in brackets before their colon: גביע (1): 2013."""
    if case.following.kind != END:
        return False
    at = case.before.at
    opened, count, closed = (case.tokens[at - step] for step in (3, 2, 1))
    return opened.text == "(" and count.text == str(len(case.points)) and closed.text == ")"


def _by_letters(case: _Case) -> str | None:
    if case.unit.calendar != "hebrew":
        return None
    at = case.points[-1].next
    number = case.tokens[at + 1]
    statute = "in_name" if is_statute(case.tokens, case.place) else ""
    if case.following.kind == DASH and number.kind == NUMBER and len(number.text) == 4:
        return statute or "explicit"
    if _is_same_year(case.unit, case.tokens, at) or case.ranged:
        return "explicit"
    if case.previous.text in {",", "("} and statute:
        return statute
    if _closes_imprint(case):
        return "explicit"
    return "explicit" if case.before.prefix in {"ש", "ו"} and len(case.points) > 1 else ""


_LONGEST_IMPRINT = 6


def _closes_imprint(case: _Case) -> bool:
    """Tell whether a year closes a place of print: (ורשה תר"ע); נדפס בווילנה, תרל"ט."""
    tokens, at = case.tokens, case.before.at
    if case.previous.text == ",":
        long = len(tokens[case.place].text) > 4 and not case.before.prefix
        if long and (case.following.kind == END or case.following.text == "."):
            return True
    if case.following.text != ")" or case.before.prefix:
        return False
    for step in range(_LONGEST_IMPRINT):
        token = tokens[at - step]
        if token.text == "(":
            return step > 0
        if token.kind != WORD and token.text not in {",", ":"}:
            return False
    return False


def _by_company(case: _Case) -> str | None:
    tokens, at = case.tokens, case.before.at
    slashed = case.previous.text == "/" and year_at(tokens, at - 1, headed=True) is not None
    joined = case.previous.kind == DASH or slashed
    if joined and tokens[at - 1].kind == WORD and '"' in tokens[at - 1].text:
        return "in_name" if is_statute(tokens, case.place) else "explicit"
    if case.ranged and case.known and case.unit.implied != "slash4":
        return "explicit"
    if case.previous.kind == WORD and is_particle(case.previous.text, "of") and case.known:
        noun = tokens[at - 1].text
        measured = noun in lexicon().sets["measures"] or noun[1:] in lexicon().sets["measures"]
        round_sum = (case.unit.year or 0) % 100 == 0 and noun[:1] != "ה"
        definite = noun[:1] in set("הבלמ") and not measured and not round_sum
        return named_kind(tokens, at - 1, case.before) or ("explicit" if definite else "")
    if case.known and is_particle(case.previous.text, "copulas") and _tells_year(tokens, at):
        return "explicit"
    opens = tokens[case.place].gap == 2 or case.previous.kind == END
    opens = opens or (case.previous.text in {";", ":", "."} and case.previous.gap == 0)
    headed = case.following.text == ":" or (case.following.kind == DASH and case.following.gap)
    return "explicit" if case.known and opens and headed else None


def _tells_year(tokens: Tokens, at: int) -> bool:
    """Tell whether a copula speaks of a year: השנה החמה ביותר הייתה 2010; שנת ייסודו היא 1950."""
    for step in range(1, 8):
        token = tokens[at - step]
        if token.kind == END or token.text in {".", ";"}:
            return False
        if is_particle(token.text, "year_nouns"):
            return True
    return False


_YEAR_RULES = (
    _by_size,
    _by_count,
    _by_name,
    _by_form,
    _by_signal,
    _by_bracket,
    _by_letters,
    _by_company,
)
"""What lets a year in, in order (F1, F3, F6)."""


def _is_same_year(unit: Unit, tokens: Tokens, index: int) -> bool:
    """Tell whether a civil year in brackets confirms a Hebrew year: תתקל"א (1171) (C5)."""
    number = tokens[index + 1]
    if (
        tokens[index].text not in {"(", ",", "–", "-", "/"}
        or number.kind != NUMBER
        or len(number.text) not in {3, 4}
    ):
        return False
    return unit.year is not None and (unit.year - 3760 - int(number.text)) % 1000 in {0, 999}


def _has_latin_title(tokens: Tokens, at: int) -> bool:
    """Tell whether a parenthesis so far holds a foreign title: (Glass Garden, 1968)."""
    for step in range(1, 12):
        token = tokens[at - step]
        if token.text == "(":
            return step > 1
        if token.kind in {WORD, END}:
            return False
    return False


def _in_dated_parenthesis(tokens: Tokens, at: int) -> bool:
    """Tell whether a parenthesis opened just before, with a year in it (born, place – died)."""
    for step in range(1, 9):
        token = tokens[at - step]
        if token.kind == END or token.text == ")":
            return False
        if token.text == "(":
            return any(t.kind == NUMBER and len(t.text) == 4 for t in tokens[at - step : at])
    return False


def _is_season_pair(unit: Unit) -> bool:
    scale = 10 ** max(2, int(unit.implied[5:]))
    year = unit.year or 0
    return (
        1000 <= year <= 2199
        and (year + 1) % scale == (unit.number or 0) % scale
        and unit.implied != "slash1"
    )


def _is_life(points: list[Point]) -> bool:
    if len(points) != 2:
        return False
    first, last = points[0].unit.year, points[1].unit.year
    return first is not None and last is not None and 10 <= abs(last - first) <= 110
