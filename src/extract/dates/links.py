"""Links: the dashes, commas and words that join members to a range, a list or alternatives."""

from __future__ import annotations

from extract.dates.grammar import Point, skip_prefix
from extract.dates.lexicon import is_particle, lexicon
from extract.dates.members import read_member
from extract.dates.signals import Before
from extract.dates.tokens import DASH, END, NUMBER, PUNCT, WORD, Tokens
from extract.dates.units import Unit, is_complete

__all__ = ["MOST_MEMBERS", "chain"]

MOST_MEMBERS = 40


def _link(tokens: Tokens, index: int, before: Before) -> tuple[str, int]:
    """Return how the next expression is joined (range, list, or) and where it begins."""
    token = tokens[index]
    if token.gap == 2 or token.kind == END:
        return "", index
    if token.kind == DASH:
        return "range", index + 1
    if token.kind == PUNCT:
        if token.text == "/" and token.gap == 0 and tokens[index + 1].gap == 0:
            number = tokens[index + 1]
            short = number.kind == NUMBER and len(number.text) <= 2
            return ("range" if short else ""), index + 1
        return ("list", index + 1) if token.text == "," else ("", index)
    if token.kind != WORD:
        glued = token.kind == NUMBER and token.gap == 0 and before.opened
        return ("range" if glued else ""), index
    sets = lexicon().sets
    text = token.text
    if text in sets["links.range"] or (before.opened and text in sets["links.between"]):
        return "range", index + 1
    if text in sets["links.or"]:
        return "or", index + 1
    if text[0] == "ל" and before.opened and text not in sets["after_words.approximate"]:
        return "range", index
    if text[0] == "ו":
        between = before.opened == "between" and text[1:2] != "ב"
        return ("range" if between else "list"), index
    return "", index


def chain(
    tokens: Tokens, first: Point, before: Before, most: int = MOST_MEMBERS
) -> tuple[list[Point], list[str]]:
    """Return the members of the phrase that an expression begins, and the links between them."""
    points: list[Point] = [first]
    links: list[str] = []
    while len(points) < most:
        last = points[-1]
        link, at = _link(tokens, last.next, before)
        if not link:
            signed = _signed_link(tokens, last, before)
            if signed:
                points[-1], link, at = signed
                last = points[-1]
        if not link or (link == "range" and links and links[-1] == "range"):
            break
        if link == "list" and tokens[at - 1].text == "," and tokens[at].text in {"ו", "וב"}:
            at = skip_prefix(tokens, at)
        member = read_member(tokens, at, last, link)
        if member is None or not _joins(tokens, last, member, link, at):
            break
        points.append(member)
        links.append(link)
    while len(points) > 1 and points[-1].rule == "bare-day":
        points.pop()
        links.pop()
    return points, links


def _signed_link(tokens: Tokens, last: Point, before: Before) -> tuple[Point, str, int] | None:
    """Read on past a qualified first end: 1475 לערך – 1540; 1850?–1912; מ-1210 בערך ועד 1250."""
    token, following = tokens[last.next], tokens[last.next + 1]
    near = token.text in lexicon().sets["after_words.approximate"]
    if not near and not (token.text == "?" and token.gap == 0):
        return None
    unit = last.unit._replace(sign="~" if near else "?")
    if near and before.opened and following.kind == WORD:
        link, at = _link(tokens, last.next + 1, before)
        if link == "range":
            return last._replace(unit=unit, next=last.next + 1), link, at
    if following.kind != DASH and not is_particle(following.text, "up_to"):
        return None
    return last._replace(unit=unit, next=last.next + 1), "range", last.next + 2


_RANGE_LEVELS = {"day": 0, "week": 1, "month": 1, "season": 2, "quarter": 2, "half_year": 2, "year": 3, "decade": 4,
                 "century": 5, "millennium": 6, "holiday": 0}  # fmt: skip


def _joins(tokens: Tokens, last: Point, member: Point, link: str, at: int) -> bool:
    a, b = last.unit, member.unit
    if tokens[last.next].text == "/" or last.rule == "short-pair":
        night = b.level == "day" and _is_next_day(last, b)  # between two days
        return night or last.rule == "short-pair"
    dashed = tokens[last.next].kind == DASH
    if link == "range":
        if _is_no_end(a, b, dashed=dashed):
            return False
        if a.calendar == "hebrew" != b.calendar and is_complete(a):
            return True
        if member.rule == "day-of-month" or b.same == "month":
            return a.level == "day"
        return abs(_RANGE_LEVELS[a.level] - _RANGE_LEVELS[b.level]) <= 3
    if a.level != b.level:
        return False
    if link == "or":
        return a.level in {"year", "day", "month", "season", "decade", "century"}
    if a.level == "year":
        numeric = tokens[at].kind == NUMBER or tokens[skip_prefix(tokens, at)].kind == NUMBER
        return numeric or (a.calendar == "hebrew" and b.calendar == "hebrew")
    return last.rule == "sibling" or member.rule == "elliptic" or not is_complete(a)


def _is_no_end(a: Unit, b: Unit, *, dashed: bool) -> bool:
    """Tell whether what follows a link ends no range that the expression before it begins."""
    if dashed and not b.era and 100 <= (b.year or 0) < 1000 <= (a.year or 0):
        return True  # what the dash gives to a year is a count: ב-1931 – 655
    if dashed and a.calendar != b.calendar:
        return True  # a time in two calendars (S9)
    inside = a.level == "year" and b.level in {"day", "month"}
    return inside and not is_complete(b) and not b.same  # a day of that year: ב-1948 – 5 במאי


_LEAST_OF_MONTH = 28


def _is_next_day(last: Point, unit: Unit) -> bool:
    a = last.unit
    if last.rule == "bare-day":
        return (unit.day or 0) == (a.day or 0) + 1
    if last.rule != "day-month" or a.calendar != unit.calendar or a.month is None:
        return False
    return unit.day == 1 and (a.day or 0) >= _LEAST_OF_MONTH and unit.month == a.month % 12 + 1
