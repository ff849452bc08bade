"""Phrases of dates: ranges, lists, alternatives, open ends, and the signals around them.

``read_phrase`` turns the tokens at an index into *drafts*: expressions with spans, units
and modifiers, whose missing years, months and centuries the context still has to supply.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from extract.dates.days import day_form
from extract.dates.edges import ends, is_numbered, may_remark, signal_kinds
from extract.dates.forms import read_point
from extract.dates.grammar import (
    BARE,
    STRONG,
    Point,
    era_after,
    is_counted,
    letters_number,
    match_phrase,
    names_games,
    ordinal_at,
    short_number,
    skip_prefix,
    start_of,
)
from extract.dates.lexicon import is_particle, is_prefix, lexicon, past_stems
from extract.dates.periods import decade_member, decade_tail, year_form
from extract.dates.tokens import DASH, END, JUNK, NUMBER, NUMERIC, PUNCT, WORD, Token, Tokens
from extract.dates.units import Unit, is_complete
from extract.dates.years import is_quantity, year_at

__all__ = [
    "Draft",
    "Offset",
    "is_citation",
    "is_doubted",
    "is_title",
    "plain_draft",
    "read_phrase",
]

_MOST_MEMBERS = 40


class Offset(NamedTuple):
    """A distance from the anchor: כעבור שלוש שנים is (3, "year", 1)."""

    amount: float
    unit: str
    direction: int
    months: int = 0
    """Months beside the years: שנה ושלושה חודשים."""
    whole: bool = False
    """The unit itself, not a distance: השנה שלאחר מכן."""


class Draft(NamedTuple):
    """An expression before resolution."""

    start: int
    end: int
    shape: str
    """single, range, alternatives or offset."""
    units: tuple[Unit, ...]
    modifiers: frozenset[str]
    rule: str
    first: int
    """Index of its first token."""
    next: int
    kind: str = "explicit"
    remark: str = ""
    """julian or gregorian, where the text names the calendar (C3)."""
    aside: bool = False
    """In a parenthesis or a comparison (לראשונה מאז 1990): no anchor (R1)."""
    offset: Offset | None = None
    recurring: bool = False
    beside: bool = False
    """Directly after the expression before it, as a parallel date is."""
    needs_anchor: bool = False


_NOTHING: frozenset[str] = frozenset()


def plain_draft(
    start: int, end: int, units: tuple[Unit, ...], rule: str, first: int, after: int
) -> Draft:
    """Return the draft of a date or of a range that nothing qualifies."""
    shape = "single" if len(units) == 1 else "range"
    return tuple.__new__(
        Draft,
        (start, end, shape, units, _NOTHING, rule, first, after, "explicit", "", False, None, False, False, False),
    )  # fmt: skip


class _Before(NamedTuple):
    """What stands before an expression."""

    prefix: str
    modifiers: frozenset[str]
    opened: str
    """between, from or nothing."""
    signal: bool
    at: int
    """Index of the first token that is none of this."""
    near: bool = False
    """The prefix כ: about."""


def _fused_before(tokens: Tokens, point: Point, index: int) -> tuple[str, int]:
    """Return the prefix letters of an expression and the index before them."""
    at = index - 1
    if tokens[at].text == "[" and tokens[index].gap == 0:
        at -= 1
    previous = tokens[at]
    if previous.kind == DASH and previous.gap == 1 and is_particle(tokens[at - 1].text, "in"):
        return tokens[at - 1].text, at - 2  # with spaces about the hyphen: ב - 1929
    if previous.kind == DASH and previous.gap == 0:
        doubled = tokens[at - 1].kind == DASH and tokens[at - 1].gap == 0
        holder = at - 2 if doubled else at - 1
        if tokens[holder].kind == WORD and is_prefix(tokens[holder].text):
            return tokens[holder].text, holder - 1
    if previous.kind == WORD and is_prefix(previous.text):
        spaced = previous.text in {"ב", "וב"} and tokens[index].kind == NUMBER
        if tokens[at + 1].gap == 0 or spaced:
            return previous.text, at - 1
    return point.prefix, index - 1


_DENIED = {"before": "since", "after": "until"}
"""What a signal means where it is denied: לא לפני 1938 is from 1938 on."""


def _look_before(tokens: Tokens, point: Point, index: int) -> _Before:
    prefix, at = _fused_before(tokens, point, index)
    modifiers: set[str] = set()
    opened, signal = "", False
    for _ in range(4):
        token = tokens[at]
        if token.kind != WORD or tokens[at + 1].gap == 2:
            break
        kind = next(iter(signal_kinds(token)), "")
        if not kind:
            signal = signal or (_is_outside_head(token) and not names_games(tokens[at - 1]))
            if token.text in lexicon().sets["hedges"] or token.text[1:] in lexicon().sets["hedges"]:
                at -= 1
                continue
            break
        if not _governs(tokens, at, kind, prefix):
            break
        if kind == "between":
            opened = "between"
        elif kind != "neutral":
            denied = kind in _DENIED and is_particle(tokens[at - 1].text, "not")
            modifiers.add(_DENIED[kind] if denied else kind)
        signal = True
        at -= 1
        if kind in {"approximate", "uncertain", "between"}:
            continue
        prefix = prefix if prefix or kind == "neutral" else "ה"
        break
    if "uncertain" not in modifiers and is_doubted(tokens, at):
        modifiers.add("uncertain")
    if "מ" in prefix and not opened:
        opened = "from"
    near = prefix.endswith("כ") or prefix == "כה"
    return _Before(prefix, frozenset(modifiers), opened, signal, at, near)


def _governs(tokens: Tokens, at: int, kind: str, prefix: str) -> bool:
    """Tell whether a signal governs the date itself, past the prefix between them (N9)."""
    if kind in {"before", "after"}:
        return prefix in {"", "ה", "ל"}
    if kind in {"since", "until"} and "ש" in prefix:
        return False
    return not (kind == "since" and is_particle(tokens[at].text[-3:], "began")) or _is_opening(
        tokens, at, prefix
    )


@cache
def _load_doubts() -> frozenset[str]:
    """Return the words of doubt, alone and behind *and* or *that*."""
    return frozenset(lead + word for word in lexicon().sets["doubts"] for lead in ("", "ו", "ש"))


def is_doubted(tokens: Tokens, at: int) -> bool:
    """Tell whether the verb a date stands with is doubted: ככל הנראה נוסד ב-1780 (S6)."""
    doubts = _load_doubts()
    if (
        tokens[at - 1].text not in doubts
        and tokens[at - 2].text not in doubts
        and tokens[at - 3].text not in doubts
    ):
        return False
    if tokens[at].text == "," and tokens[at - 1].text in doubts:
        return True  # in commas of its own: ככל הנראה,
    for step in range(4):
        token = tokens[at - step]
        if token.kind != WORD or tokens[at - step + 1].gap == 2:
            return False
        if token.text in doubts:
            return step > 0
    return False


def _is_outside_head(token: Token) -> bool:
    words = lexicon().sets["outside_heads"]
    return token.text in words or token.text[1:] in words


def _is_opening(tokens: Tokens, at: int, prefix: str) -> bool:
    """Tell whether החל is the signal, not the verb: החל מ always, החל ב opening a clause."""
    if "מ" in prefix:
        return True
    previous = tokens[at - 1]
    if previous.kind in {END, PUNCT} or tokens[at].gap == 2:
        return True
    return _is_told_before(tokens, at) or _has_predicate(tokens, at)


def _has_predicate(tokens: Tokens, at: int) -> bool:
    """Tell whether the clause before החל has a verb that החל dates.

    One of what lasts, or one in the feminine or the plural, which החל could not go on.
    """
    if not is_particle(tokens[at].text, "began"):
        return False
    first = at
    while tokens[first - 1].kind == WORD and tokens[first].gap < 2 and at - first < 10:
        first -= 1
    return any(
        is_particle(token.text, "lasting_verbs")
        or (token.text[-1] in "הו" and token.text[:-1] in past_stems())
        for token in tokens[first:at]
    )


def _is_told_before(tokens: Tokens, at: int) -> bool:
    """Tell whether a clause before החל has its own verb, which החל does not agree with (N3).

    Only what agreement shows: a feminine participle that opens the clause, or one, or a
    plural, after a definite subject of its own kind.
    """
    first = at
    while tokens[first - 1].kind == WORD and tokens[first].gap < 2 and at - first < 10:
        first -= 1
    if at == first or tokens[first - 1].kind not in {END, PUNCT}:
        return False
    subject, verb = tokens[first].text, tokens[first + 1].text
    if len(subject) > 4 and subject[1] == "ו" and subject[-1] == "ת" and subject[-2] not in "וי":
        return True
    if at - first < 3 or subject[0] != "ה" or verb[0] in "הבלו" or len(verb) < 4:
        return False
    plural = subject.endswith("ים") and verb.endswith("ים")
    return plural or (subject.endswith(("ה", "ת")) and verb[-1] == "ת" and verb[-2] != "ו")


# --- links and members --------------------------------------------------------------------------


def _link(tokens: Tokens, index: int, before: _Before) -> tuple[str, int]:
    """Return how the next expression is joined (range, list, or) and where it begins."""
    token = tokens[index]
    if token.gap == 2 or token.kind == END:
        return "", index
    if token.kind == DASH:
        return "range", index + 1
    if token.kind == PUNCT:
        if token.text == "/" and token.gap == 0 and tokens[index + 1].gap == 0:
            return ("range" if short_number(tokens, index + 1) else ""), index + 1
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
    if text[0] == "ל" and before.opened:
        return "range", index
    if text[0] == "ו":
        between = before.opened == "between" and text[1:2] != "ב"
        return ("range" if between else "list"), index
    return "", index


_LIST_PREFIXES = frozenset({"", "ו", "וב", "ב", "ה", "וה", "ול", "ל", "ומ", "מ", "ושל"})
_RANGE_PREFIXES = frozenset({"", "ה", "ל", "ב", "ו", "לה", "וה"})


def _member(tokens: Tokens, index: int, last: Point, link: str) -> Point | None:
    about = link == "range" and "approximate" in signal_kinds(tokens[index])
    index += about  # the second end is qualified as well: סביב 1450 – סביב 1510
    at = skip_prefix(tokens, index)
    if tokens[at].gap == 2 or tokens[at].kind == END:
        return None
    level = last.unit.level
    allowed = _LIST_PREFIXES if link == "list" else _RANGE_PREFIXES
    found = None
    if level in {"decade", "century", "millennium"}:
        found = _elliptic(tokens, at, index, last)
    elif level == "year" and tokens[at].kind in {NUMBER, PUNCT}:
        found = _year_member(tokens, at, last, link)
    elif level == "day" and tokens[at].kind == WORD:
        found = day_form(tokens, at)
    if found is None:
        found = read_point(tokens, at) or _bare_day(tokens, at)
        if (
            found
            and link == "list"
            and at == index
            and found.strength == STRONG
            and is_complete(last.unit)
        ):
            return None
    if found is None or (at == index and found.prefix not in allowed):
        return None
    if about or (at > index and tokens[index].text.endswith("כ")):
        found = found._replace(unit=found.unit._replace(sign="~"))
    if level == "year" and found.unit.level == "day" and found.unit.month is None:
        return None
    return found


def _elliptic(tokens: Tokens, at: int, index: int, last: Point) -> Point | None:
    """A member that leaves out its head: וה-80 after שנות ה-70."""
    token = tokens[at]
    if "part" in token.readings and last.unit.level == "century":
        return _elliptic_part(tokens, at, last)
    if any(
        c in token.readings
        for c in ("decades", "century", "centuries", "millennium", "part", "half")
    ):
        return None
    prefix = token.text if token.kind == WORD else ""
    definite = prefix.startswith(("ה", "ו", "ל")) or tokens[index - 1].kind == DASH
    if at == index and not definite:
        return None
    if last.unit.level == "decade":
        member = decade_member(tokens, at)
        if member is None:
            return None
        after, unit = decade_tail(tokens, member[0], member[1])
    else:
        after, value = ordinal_at(tokens, at, most=40)
        if value <= 0:
            return None
        after, era = era_after(tokens, after)
        unit = Unit(last.unit.level, number=value, era=era)
    if is_counted(tokens, after) or "month" in tokens[after].readings:
        return None
    start = start_of(tokens, at, 1) if token.kind == WORD and prefix[0] in "ולה" else tokens.at(at)
    if token.kind == WORD and prefix.startswith(("וה", "לה")):
        start = tokens.at(at, 1)
    return Point(start, tokens.end(after - 1), after, unit, STRONG, "elliptic", "")


def _elliptic_part(tokens: Tokens, index: int, last: Point) -> Point | None:
    """A part of a century whose head is left out: ותחילת ה-20 after סוף המאה ה-19."""
    length, part = tokens[index].readings["part"]
    at = skip_prefix(tokens, index + 1)
    if at == index + 1 or tokens[index + 1].gap != 1:
        return None
    found = _elliptic(tokens, at, index + 1, last)
    if found is None:
        return None
    start = start_of(tokens, index, length)
    return found._replace(start=start, unit=found.unit._replace(part=part))


def _year_member(tokens: Tokens, at: int, last: Point, link: str) -> Point | None:
    token = tokens[at]
    start = last.unit.year
    if (
        token.kind == NUMBER
        and link == "range"
        and len(token.text) <= 2
        and start is not None
        and start >= 1000
    ):
        following = tokens[at + 1]
        if tokens[at - 1].kind != DASH or token.gap or last.unit.calendar != "gregorian":
            return None
        if not era_after(tokens, at + 1)[1] and "month" not in following.readings:
            unit_size = 10 ** len(token.text)
            year = start - start % unit_size + int(token.text)
            year += unit_size if year <= start and unit_size == 100 else 0
            if year <= start or is_counted(tokens, at + 1):
                return None
            after = at + 2 if following.text == "'" and following.gap == 0 else at + 1
            return Point(
                tokens.at(at),
                tokens.end(after - 1),
                after,
                Unit("year", year),
                STRONG,
                "short-year",
            )
    if token.kind == NUMBER and "month" in tokens[at + 1].readings and len(token.text) <= 2:
        return None
    found = year_at(tokens, at, trusted=True)
    if found and token.kind == NUMBER and not found.era and is_quantity(tokens, at, joined=True):
        return None
    if found is None and token.kind == NUMBER:
        headed = year_at(tokens, at, headed=True)
        small = headed is not None and (
            headed.era or (start is not None and abs(start) < 1000 and link == "range")
        )
        found = headed if small and not is_counted(tokens, at + 1) else None
    if found is None:
        return None
    if len(token.text) == 3 and not found.era and (start is None or start >= 1000):
        return None
    unit = Unit("year", None if found.short else found.year, era=found.era, number=found.year if found.short else None,
                implied="short" if found.short else "", calendar=found.calendar, marked=found.marked)  # fmt: skip
    return Point(found.start, tokens.end(found.next - 1), found.next, unit, STRONG, "year-member")


def _bare_day(tokens: Tokens, index: int) -> Point | None:
    """A day number alone, good only where its month follows in the same phrase (S8)."""
    token = tokens[index]
    if token.kind == NUMBER:
        value, prefix = short_number(tokens, index), ""
        if not 1 <= value <= 31:
            return None
        start = tokens.at(index)
        return Point(
            start, tokens.end(index), index + 1, Unit("day", day=value), BARE, "bare-day", prefix
        )
    if token.kind == WORD and ("'" in token.text or '"' in token.text):
        length, value = letters_number(token, most=30)
        if value:
            return Point(
                tokens.at(index, length),
                tokens.end(index),
                index + 1,
                Unit("day", day=value),
                BARE,
                "bare-day",
                token.text[:length],
            )
    return None


def _chain(
    tokens: Tokens, first: Point, before: _Before, most: int = _MOST_MEMBERS
) -> tuple[list[Point], list[str]]:
    points: list[Point] = [first]
    links: list[str] = []
    while len(points) < most:
        last = points[-1]
        link, at = _link(tokens, last.next, before)
        if not link:
            signed = _signed_link(tokens, last)
            if signed:
                points[-1], link, at = signed
                last = points[-1]
        if not link or (link == "range" and links and links[-1] == "range"):
            break
        if link == "list" and tokens[at - 1].text == "," and tokens[at].text in {"ו", "וב"}:
            at = skip_prefix(tokens, at)
        member = _member(tokens, at, last, link)
        if member is None or not _joins(tokens, last, member, link, at):
            break
        points.append(member)
        links.append(link)
    while len(points) > 1 and points[-1].rule == "bare-day":
        points.pop()
        links.pop()
    return points, links


def _signed_link(tokens: Tokens, last: Point) -> tuple[Point, str, int] | None:
    """Read on past a qualified first end: 1475 לערך – 1540; 1850?–1912."""
    token, following = tokens[last.next], tokens[last.next + 1]
    near = token.text in lexicon().sets["after_words.approximate"]
    if following.kind != DASH or not (near or (token.text == "?" and token.gap == 0)):
        return None
    unit = last.unit._replace(sign="~" if near else "?")
    return last._replace(unit=unit, next=last.next + 1), "range", last.next + 2


_RANGE_LEVELS = {"day": 0, "week": 1, "month": 1, "season": 2, "quarter": 2, "half_year": 2, "year": 3, "decade": 4,
                 "century": 5, "millennium": 6, "holiday": 0}  # fmt: skip


def _joins(tokens: Tokens, last: Point, member: Point, link: str, at: int) -> bool:
    a, b = last.unit, member.unit
    if tokens[last.next].text == "/":  # the night between two days
        return b.level == "day" and _is_next_day(last, b)
    dashed = tokens[last.next].kind == DASH
    if link == "range":
        if dashed and not b.era and 100 <= (b.year or 0) < 1000 <= (a.year or 0):
            return False  # what the dash gives to a year is a count: ב-1931 – 655
        if dashed and a.level == "year" == b.level and a.calendar != b.calendar:
            return False  # a statute's two calendars (S9)
        if a.calendar == "hebrew" and b.calendar != "hebrew" and is_complete(a):
            return not dashed
        if member.rule == "day-of-month" or b.same == "month":
            return a.level == "day"
        return abs(_RANGE_LEVELS[a.level] - _RANGE_LEVELS[b.level]) <= 3
    if a.level != b.level:
        return False
    if link == "or":
        return a.level in {"year", "day", "month", "decade", "century"}
    if a.level == "year":
        numeric = tokens[at].kind == NUMBER or tokens[skip_prefix(tokens, at)].kind == NUMBER
        return numeric or (a.calendar == "hebrew" and b.calendar == "hebrew")
    return member.rule == "elliptic" or not is_complete(a)


_LEAST_OF_MONTH = 28


def _is_next_day(last: Point, unit: Unit) -> bool:
    a = last.unit
    if last.rule == "bare-day":
        return (unit.day or 0) == (a.day or 0) + 1
    if last.rule != "day-month" or a.calendar != unit.calendar or a.month is None:
        return False
    return unit.day == 1 and (a.day or 0) >= _LEAST_OF_MONTH and unit.month == a.month % 12 + 1


# --- filling from within the phrase ---------------------------------------------------------------


def _fill(units: list[Unit], links: list[str]) -> list[Unit]:
    """Supply what a member leaves out from the member after it, then from the one before (S8, R2)."""
    for index in range(len(units) - 2, -1, -1):
        lent = _lend(units[index], units[index + 1], back=True)
        if (
            lent is not units[index]
            and links[index] == "list"
            and lent != units[index]
            and not lent.implied
            and lent.level not in {"year", "century", "millennium"}
        ):
            lent = lent._replace(implied="implicit")
        units[index] = lent
    for index in range(1, len(units)):
        ranged = links[index - 1] == "range"
        if ranged and units[index].same:
            units[index] = _of_first_end(units[index], units[index - 1])
        units[index] = _lend(units[index], units[index - 1], back=False, forward=ranged)
    return units


def _of_first_end(unit: Unit, first: Unit) -> Unit:
    """Take what the second end of a range points to from the first: מ-5 ביוני 1967 עד ה-10 בו (R5)."""
    if unit.calendar != first.calendar:
        return unit
    if unit.same == "month" and first.level in {"day", "month"} and not unit.shift:
        dated = unit._replace(year=first.year, month=first.month, era=first.era, same="")
        return dated._replace(implied=first.implied, marked=first.marked)
    if unit.same == "year" and first.year is not None:
        dated = unit._replace(year=first.year + unit.shift, era=first.era, same="", shift=0)
        return dated._replace(implied=first.implied, marked=first.marked)
    return unit


def _lend(unit: Unit, donor: Unit, *, back: bool, forward: bool = False) -> Unit:
    if unit.level in {"century", "millennium"} and donor.level == unit.level:
        return unit._replace(era=donor.era) if back and not unit.era and donor.era < 0 else unit
    if unit.level == "decade" and donor.level == "decade":
        lacking = unit.century is None and donor.century is not None
        return unit._replace(century=donor.century, era=donor.era) if lacking else unit
    if unit.level == "year" and donor.level == "year":
        return _lend_era(unit, donor, back=back)
    if unit.level == "day" and unit.month is None:
        if donor.month is not None and not unit.same:
            unit = unit._replace(month=donor.month, calendar=donor.calendar)
        elif donor.same == "month":
            return unit._replace(same="month", implied="relative")
    return _lend_year(unit, donor, back=back, forward=forward)


def _lend_era(unit: Unit, donor: Unit, *, back: bool) -> Unit:
    if (
        back
        and not unit.era
        and donor.era < 0
        and unit.year is not None
        and unit.calendar == "gregorian"
    ):
        return unit._replace(year=1 - unit.year, era=-1)
    if unit.implied == "short" and unit.year is None and donor.year is not None:
        return unit._replace(
            year=donor.year - donor.year % 100 + (unit.number or 0), number=None, implied=""
        )
    return unit


def _lend_year(unit: Unit, donor: Unit, *, back: bool, forward: bool) -> Unit:
    dated = unit.year is not None or unit.civil_year is not None or bool(unit.same)
    if dated or unit.calendar != donor.calendar:
        return unit
    if unit.level == "season" == donor.level:
        return unit._replace(year=donor.year, same=donor.same, implied=donor.implied)
    if unit.level not in {"day", "month"} or unit.month is None:
        return unit
    if donor.civil_year is not None:
        return unit._replace(civil_year=donor.civil_year)
    if donor.same == "year" and back:
        return unit._replace(same=donor.same, implied="relative")
    if donor.year is None or donor.level not in {"day", "month"} or donor.month is None:
        return unit
    year = donor.year
    if unit.calendar == "gregorian":
        if back and unit.month > donor.month:
            year -= 1
        elif forward and unit.month < donor.month:
            year += 1
    return unit._replace(year=year, era=donor.era, marked=donor.marked)


# --- what lets a weak date in -----------------------------------------------------------------------


def _is_admitted(
    tokens: Tokens, index: int, points: list[Point], links: list[str], before: _Before
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
            kind = _named_kind(tokens, at, before)
            if (
                not kind
                and first.unit.calendar == "hebrew"
                and _names_law(tokens, index, at, points)
            ):
                kind = "in_name"
        elif first.rule == "headed-year" and len(points) == 1 and is_particle(previous.text, "of"):
            kind = _named_kind(tokens, at - 1, before)
        return True, kind or "explicit"
    unit = first.unit
    if first.rule == "slash-years" or unit.level == "year":
        if is_citation(tokens, points[-1].next, at):
            return False, ""
        return _year_admitted(tokens, index, points, links, before)
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
    tokens: Tokens, index: int, points: list[Point], before: _Before
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


def _names_law(tokens: Tokens, index: int, at: int, points: list[Point]) -> bool:
    """Tell whether a Hebrew year closes the title of a law, after a comma or with its twin (S9)."""
    after = points[-1].next
    twin = (
        tokens[after].kind == DASH
        and tokens[after + 1].kind == NUMBER
        and len(tokens[after + 1].text) == 4
    )
    return (twin or tokens[at].text == ",") and _is_statute(tokens, index)


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


def _named_kind(tokens: Tokens, at: int, before: _Before) -> str:
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


def _is_statute(tokens: Tokens, at: int) -> bool:
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


class _Case(NamedTuple):
    """A weak year and what stands around it."""

    tokens: Tokens
    place: int
    points: list[Point]
    before: _Before
    previous: Token
    following: Token
    ranged: bool
    unit: Unit
    known: bool
    """The number is one that years have."""


def _year_admitted(
    tokens: Tokens, index: int, points: list[Point], links: list[str], before: _Before
) -> tuple[bool, str]:
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
            lived = lived or _is_unknown_start(case.tokens, case.before)
        if lived or any(p.unit.era for p in case.points):
            return "explicit"
        return "ancient" if "ב" in case.before.prefix and not case.ranged else ""
    weak_letters = case.unit.calendar == "hebrew" and case.before.signal
    return "" if first.strength == BARE and not weak_letters else None


def _by_name(case: _Case) -> str | None:
    named = _named_kind(case.tokens, case.before.at, case.before)
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
    return "explicit" if case.known and _look_after(case.tokens, case.points[-1].next)[0] else None


_LOCATING = frozenset("במל")


def _by_signal(case: _Case) -> str | None:
    before, previous = case.before, case.previous
    if before.near:
        opens = previous.kind in {PUNCT, END} and not case.ranged
        closes = case.following.kind in {PUNCT, DASH, END} and not is_particle(
            previous.text, "counting_verbs"
        )
        return "explicit" if opens or closes or before.signal else ""
    if before.prefix == "ל" and (previous.kind == NUMBER or _reaches(previous.text)):
        return ""  # a ratio: 1 ל-1950; an amount reached: ירד ל-950
    if before.opened == "between" and not case.ranged and len(case.points) == 1:
        return ""
    if before.opened == "from" and _is_from_amount(case):
        return ""
    if before.modifiers or before.signal or before.opened or _LOCATING.intersection(before.prefix):
        return "explicit"
    return "explicit" if _is_unknown_start(case.tokens, before) else None


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
    if tokens[to].text != "ל" or any(point.unit.era for point in points):
        return False
    if len(points) == 1:
        at = skip_prefix(tokens, to)
        return at > to and tokens[at].kind == NUMBER and is_counted(tokens, at + 1)
    first, last = points[0].unit.year, points[1].unit.year
    if first is not None and last is not None and first > last:
        return True
    for step in range(_MOST_BEFORE_AMOUNT):
        token = tokens[case.before.at - step]
        if token.kind == END or token.text in _CLAUSE_ENDS:
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
        return "explicit" if listed and all(_is_modern(p.unit.year) for p in case.points) else None
    return "explicit" if previous.text == "(" and (closes or listed) else None


def _by_letters(case: _Case) -> str | None:
    if case.unit.calendar != "hebrew":
        return None
    at = case.points[-1].next
    number = case.tokens[at + 1]
    statute = "in_name" if _is_statute(case.tokens, case.place) else ""
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
        return "in_name" if _is_statute(tokens, case.place) else "explicit"
    if case.ranged and case.known and case.unit.implied != "slash4":
        return "explicit"
    if case.previous.kind == WORD and is_particle(case.previous.text, "of") and case.known:
        noun = tokens[at - 1].text
        measured = noun in lexicon().sets["measures"] or noun[1:] in lexicon().sets["measures"]
        round_sum = (case.unit.year or 0) % 100 == 0 and noun[:1] != "ה"
        definite = noun[:1] in set("הבלמ") and not measured and not round_sum
        return _named_kind(tokens, at - 1, case.before) or ("explicit" if definite else "")
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


_YEAR_RULES = (_by_size, _by_name, _by_form, _by_signal, _by_bracket, _by_letters, _by_company)
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
            said = tokens[first - step - 2].text == ":"
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


# --- what stands after ------------------------------------------------------------------------------


def _look_after(tokens: Tokens, index: int) -> tuple[frozenset[str], str]:
    """Return modifiers written after an expression, and the end of an open lifespan."""
    token = tokens[index]
    sets = lexicon().sets
    if token.gap == 2:
        return frozenset(), ""
    if token.text in sets["after_words.since"]:
        return frozenset({"since"}), ""
    if token.text in sets["after_words.approximate"]:
        quantity = tokens[index + 1].kind not in {WORD, PUNCT, END, DASH} or tokens[
            index + 1
        ].text in {"ב", "כ"}
        return (frozenset() if quantity else frozenset({"approximate"})), ""
    if (
        token.text == "?"
        and token.gap == 0
        and (tokens[index + 1].kind == DASH or tokens[index + 1].text in {")", ","})
    ):
        return frozenset({"uncertain"}), ""
    if token.text == "(" and tokens[index + 1].text == "?" and tokens[index + 2].text == ")":
        return frozenset({"uncertain"}), ""
    if (
        token.text == "("
        and tokens[index + 1].text in sets["after_words.approximate"]
        and tokens[index + 2].text == ")"
    ):
        return frozenset({"approximate"}), ""
    if is_particle(token.text, "up_to") or token.kind == DASH:
        following = tokens[index + 1]
        for length in (0, 1) if following.text[0:1] == "ל" else (0,):
            if match_phrase(tokens, index + 1, "today", length):
                return frozenset({"since"}), ""
    if token.kind == DASH and tokens[index + 1].text == ")":
        return frozenset(), "open"
    if token.kind == DASH and tokens[index + 1].text == "?" and tokens[index + 2].text == ")":
        return frozenset(), "unknown"
    return frozenset(), ""


def _remark(tokens: Tokens, index: int) -> str:
    """Return julian or gregorian where the text names the calendar after a date (C3)."""
    at = index
    if tokens[at].text in {"(", ","}:
        at += 1
    if tokens[at].kind != WORD or not may_remark(tokens[at].text):
        return ""
    leads = lexicon().sets["remark_leads"]
    for _ in range(3):
        token = tokens[at]
        if token.kind != WORD:
            return ""
        for length in range(3):
            if length and not is_prefix(token.text[:length]):
                continue
            for table in ("julian_remark", "gregorian_remark"):
                if match_phrase(tokens, at, table, length):
                    return table.partition("_")[0]
        if token.text not in leads:
            return ""
        at = skip_prefix(tokens, at) if skip_prefix(tokens, at) > at else at + 1
    return ""


_CLAUSE_ENDS = frozenset({".", ";", "!", "?"})


def _is_recurring(tokens: Tokens, first: int, after: int) -> bool:
    for step in range(1, 12):
        token = tokens[first - step]
        if token.kind == END or token.text in _CLAUSE_ENDS or token.gap == 2:
            break
        if match_phrase(tokens, first - step, "recurrence"):
            return True
    for step in range(10):
        token = tokens[after + step]
        if token.kind == END or token.text in _CLAUSE_ENDS or token.gap == 2:
            break
        if match_phrase(tokens, after + step, "recurrence"):
            return True
    return False


# --- the phrase ---------------------------------------------------------------------------------------


_LAST_YEAR = 2199
"""A greater number is no year but one before the common era."""


def _year_before_era(tokens: Tokens, index: int) -> Point | None:
    """The small number that begins a range of years whose era stands at its end: 70–19 לפנה"ס.

    Or that begins a life in brackets behind a name: (76–138).
    """
    token = tokens[index]
    if token.kind != NUMBER or len(token.text) > 4 or token.text[0] == "0":
        return None
    if len(token.text) == 4 and int(token.text) <= _LAST_YEAR:
        return None
    joint = tokens[index + 1]
    if joint.kind != DASH and joint.text not in {"ל", "ו"} and not is_particle(joint.text, "up_to"):
        return None
    at = skip_prefix(tokens, index + 1)
    at = at if at > index + 1 else index + 2
    at = skip_prefix(tokens, at)
    if tokens[at].kind != NUMBER:
        return None
    if not era_after(tokens, at + 1)[1] and not _is_early_life(tokens, index):
        return None
    return Point(
        tokens.at(index), tokens.end(index), index + 1, Unit("year", int(token.text)), BARE, "year"
    )


_LEAST_EARLY, _MOST_EARLY = 30, 110
"""Years of a life told by small numbers: scores and pages are closer together."""


def _is_early_life(tokens: Tokens, index: int) -> bool:
    opened, last = tokens[index - 1], tokens[index + 2]
    if opened.text != "(" or tokens[index - 2].kind != WORD or tokens[index + 1].kind != DASH:
        return False
    if last.kind != NUMBER or len(last.text) != 3 or tokens[index + 3].text not in {")", ","}:
        return False
    return _LEAST_EARLY <= int(last.text) - int(tokens[index].text) <= _MOST_EARLY


def _glued_years(tokens: Tokens, index: int) -> list[Draft]:
    """Two years whose dash the rendering lost: בין השנים 19551958."""
    token = tokens[index]
    at = index + 1
    if "years" not in token.readings or tokens[at].kind != NUMBER or len(tokens[at].text) != 8:
        return []
    first, last = int(tokens[at].text[:4]), int(tokens[at].text[4:])
    if not 1000 <= first <= 2199 or not 1000 <= last <= 2199:
        return []
    start = start_of(tokens, index, token.readings["years"][0])
    units = (Unit("year", min(first, last)), Unit("year", max(first, last)))
    return [Draft(start, tokens.end(at), "range", units, frozenset(), "glued-years", index, at + 1)]


def read_phrase(tokens: Tokens, index: int, *, trusted: bool = False) -> list[Draft]:
    """Return the drafts of the phrase that begins at a token, none where there is no date.

    ``trusted`` where the text is known to be a date: no signal is asked for.  A draft of
    shape ``name`` covers words that look like a date but name something (C7, F3).
    """
    first = _year_before_era(tokens, index) or read_point(tokens, index)
    if first is None:
        glued = _glued_years(tokens, index)
        if glued:
            return glued
        first = _bare_day(tokens, index)
        if first is None:
            return []
    before = _look_before(tokens, first, index)
    ended = ends(tokens, first.next)
    strong = first.strength == STRONG and not trusted
    if strong and ended and _stands_alone(tokens, index, first, before):
        return [_single(tokens, index, first, before)]
    unsigned = (
        first.unit.level == "year"
        and first.strength < STRONG
        and not before.prefix
        and not before.signal
    )
    most = 1 if ended else 2 if unsigned else _MOST_MEMBERS
    points, links = _chain(tokens, first, before, most)
    if first.rule == "bare-day":
        if not any(p.unit.month is not None or p.unit.same for p in points):
            retry = year_form(tokens, index) if tokens[index].kind == NUMBER else None
            if retry is None:
                return []
            points, links = [retry], []
        elif points[1].unit.level != "day":
            return []
    admitted, kind = (
        (True, "explicit") if trusted else _is_admitted(tokens, index, points, links, before)
    )
    if not admitted:
        lettered = tokens[index].kind == WORD and '"' in tokens[index].text
        if lettered and _is_vote_day(first.unit) and _is_place_name(tokens, before, first):
            return [
                Draft(first.start, first.end, "name", (), frozenset(), "name", index, first.next)
            ]
        return []
    if unsigned and len(points) == 2:
        points, links = _chain(tokens, first, before)
    units = _fill([p.unit for p in points], links)
    if not trusted and _is_name(tokens, index, points, units, before):
        last = points[-1]
        return [Draft(first.start, last.end, "name", (), frozenset(), "name", index, last.next)]
    if ended and points[0] is first:
        return [_single(tokens, index, first._replace(unit=units[0]), before, kind)]
    return _drafts(tokens, index, points, links, units, before, kind)


def _stands_alone(tokens: Tokens, index: int, point: Point, before: _Before) -> bool:
    """Tell whether an expression is one date that nothing beside it qualifies but what is before it.

    It may lack nothing but its century or the anchor's year: such a one is let in unasked.
    """
    previous, unit = tokens[before.at], point.unit
    if before.near or point.rule == "year" or previous.kind == DASH or unit.level == "season":
        return False
    if not (is_complete(unit) or unit.level in {"decade", "year"}):
        return False
    if previous.kind == WORD and (is_numbered(previous.text) or is_particle(previous.text, "of")):
        return False
    whole_day = unit.level == "day" and is_complete(unit)
    return whole_day or not is_title(tokens, index, point.next)


_DRIFTING = frozenset({"day", "month", "season"})
"""Levels of units that come again every year where none is told."""


def _recurs(tokens: Tokens, index: int, after: int, unit: Unit) -> bool:
    return unit.level in _DRIFTING and not is_complete(unit) and _is_recurring(tokens, index, after)


def _single(
    tokens: Tokens, index: int, point: Point, before: _Before, kind: str = "explicit"
) -> Draft:
    """Return the draft of one date with nothing behind it that belongs to it."""
    start, modifiers = point.start, before.modifiers
    if before.near:
        modifiers |= {"approximate"}
    if _is_unknown_start(tokens, before):
        modifiers |= {"unknown_start"}
        start = tokens.at(before.at - 1)
    return Draft(
        start, point.end, "single", (point.unit,), modifiers, point.rule, index, point.next, kind,
        aside="since" in modifiers and is_particle(tokens[before.at].text, "comparing"),
        recurring=_recurs(tokens, index, point.next, point.unit),
    )  # fmt: skip


def _is_name(
    tokens: Tokens, index: int, points: list[Point], units: list[Unit], before: _Before
) -> bool:
    whole_day = units[0].level == "day" and is_complete(units[0])
    if not whole_day and is_title(tokens, index, points[-1].next):
        return True
    if _is_place_name(tokens, before, points[0]) and (
        units[0].level == "season" or not is_complete(units[0])
    ):
        return True
    lettered = _lettered_day(tokens, index, units[0], before)
    if lettered is not None:
        units[0] = lettered
    return lettered is None


def _is_vote_day(unit: Unit) -> bool:
    """Tell whether a day is 29 November, whose letters name streets and places (C7)."""
    return (unit.month, unit.day) == (11, 29)


def _lettered_day(tokens: Tokens, index: int, unit: Unit, before: _Before) -> Unit | None:
    """The vote of 29 November 1947, known by its letters (C7); elsewhere they are a name."""
    lettered = unit.level == "day" and tokens[index].kind == WORD and '"' in tokens[index].text
    if not lettered or unit.calendar == "hebrew" or not _is_vote_day(unit) or is_complete(unit):
        return unit
    about = lexicon().sets["places.vote"]
    near = tokens[max(0, index - 25) : index + 25]
    if any(token.text in about or token.text[1:] in about for token in near):
        return unit._replace(year=1947, implied="implicit")
    return unit if "ב" in before.prefix else None


def _is_place_name(tokens: Tokens, before: _Before, point: Point) -> bool:
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


def _drafts(
    tokens: Tokens,
    index: int,
    points: list[Point],
    links: list[str],
    units: list[Unit],
    before: _Before,
    kind: str,
) -> list[Draft]:
    drafts: list[Draft] = []
    at = 0
    while at < len(points):
        stop = at
        while stop < len(links) and links[stop] in {"range", "or"}:
            stop += 1
            if links[stop - 1] == "range":
                break
        shape = "single" if stop == at else "alternatives" if links[at] == "or" else "range"
        if stop == len(points) - 1 and points[stop].unit.level == "day":
            points[stop] = _with_weekday(tokens, points[stop])
        after, closing = _look_after(tokens, points[stop].next)
        if before.near and at == 0:
            if shape == "single":
                after |= {"approximate"}
            else:
                units[at] = units[at]._replace(sign="~")
        modifiers = after | (
            before.modifiers
            if at == 0 or not before.modifiers & {"since", "until"}
            else frozenset()
        )
        if shape == "range":
            modifiers -= {"since", "until"}
        if closing:
            modifiers |= {f"closing-{closing}"}
        start = points[at].start
        if at == 0 and len(points) > 1 and units[0].level == "day":
            start = _start_of_days(tokens, index, start)
        if shape == "single" and _is_unknown_start(tokens, before):
            modifiers |= {"unknown_start"}
            start = tokens.at(before.at - 1)
        drafts.append(
            Draft(
                start, points[stop].end, shape, tuple(units[at : stop + 1]), modifiers, points[stop].rule if shape == "single" else f"{shape}-{points[stop].rule}",
                index, points[stop].next, kind, _remark(tokens, points[stop].next),
                aside="since" in modifiers and is_particle(tokens[before.at].text, "comparing"),
                recurring=_recurs(tokens, index, points[stop].next, units[at]),
            )
        )  # fmt: skip
        at = stop + 1
    return drafts


def _start_of_days(tokens: Tokens, index: int, start: int) -> int:
    """Return where several days start: with their head, בימים 3–5 במאי, if they have one (S3)."""
    joined = tokens[index - 1].kind == DASH and tokens[index - 2].text == "ה"
    head = tokens[index - 3] if joined else tokens[index - 1]
    length = head.readings.get("days", (0, 0))[0]
    if not length or tokens[index - 2 if joined else index].gap != 1:
        return start
    return start_of(tokens, index - 3 if joined else index - 1, length)


def _with_weekday(tokens: Tokens, point: Point) -> Point:
    """Take the weekday behind a day into it: 12 במרץ 1952, יום רביעי (S5)."""
    at = point.next
    if tokens[at].text == "," and tokens[at].gap == 0:
        at += 1
    if "day" not in tokens[at].readings or tokens[at].gap == 2:
        return point
    weekday = tokens[at + 1]
    if "weekday" not in weekday.readings and not is_particle(weekday.text, "weekday_letters"):
        return point
    after = at + 2
    following = after + 1 if tokens[after].text == "," else after
    if day_form(tokens, skip_prefix(tokens, following)):
        return point  # it is the weekday of the next date
    return point._replace(end=tokens.end(at + 1), next=after)


def _is_unknown_start(tokens: Tokens, before: _Before) -> bool:
    at = before.at
    return tokens[at].kind == DASH and tokens[at - 1].text == "?" and tokens[at - 2].text == "("
