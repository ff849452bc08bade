"""Members of ranges and lists: how they are read behind the one before, and what they borrow.

A member may leave out its head, its century or its month: וה-80 after שנות ה-70, 1939–45,
3–5 במאי.  What it leaves out, it takes from the member beside it.
"""

from __future__ import annotations

from extract.dates.days import day_form
from extract.dates.edges import signal_kinds
from extract.dates.forms import read_point
from extract.dates.grammar import (
    BARE,
    STRONG,
    Point,
    era_after,
    is_counted,
    letters_number,
    ordinal_at,
    short_number,
    skip_prefix,
    start_of,
)
from extract.dates.lexicon import is_particle
from extract.dates.numerals import value_of
from extract.dates.parts import sibling_form
from extract.dates.periods import decade_member, decade_tail
from extract.dates.tokens import DASH, END, NUMBER, PUNCT, WORD, Tokens
from extract.dates.units import Unit, is_complete, second_year
from extract.dates.years import is_quantity, year_at

__all__ = ["bare_day", "fill", "read_member"]

_LIST_PREFIXES = frozenset({"", "ו", "וב", "ב", "ה", "וה", "ול", "ל", "ומ", "מ", "ושל"})


_RANGE_PREFIXES = frozenset({"", "ה", "ל", "ב", "ו", "לה", "וה"})


def read_member(tokens: Tokens, index: int, last: Point, link: str) -> Point | None:
    """Return the next member of a range or a list, None if what follows the link is none."""
    about = link == "range" and "approximate" in signal_kinds(tokens[index])
    index += about  # the second end is qualified as well: סביב 1450 – סביב 1510
    at = skip_prefix(tokens, index)
    if tokens[at].gap == 2 or tokens[at].kind == END:
        return None
    level = last.unit.level
    allowed = _LIST_PREFIXES if link == "list" else _RANGE_PREFIXES
    found = None
    if last.rule == "short-pair":
        return _second_of_pair(tokens, at, last)
    if last.rule == "sibling":
        return sibling_form(tokens, index, last) or read_point(tokens, index)
    if level in {"decade", "century", "millennium"}:
        found = _elliptic(tokens, at, index, last)
    elif level == "year" and tokens[at].kind in {NUMBER, PUNCT}:
        found = _year_member(tokens, at, last, link)
    elif link == "or" and level in _IN_YEARS and tokens[at].kind == NUMBER:
        found = _other_year(tokens, at, last)
    elif level == "day" and tokens[at].kind == WORD:
        found = day_form(tokens, at)
    if found is None:
        found = read_point(tokens, at) or _short_hebrew_year(tokens, at, last)
        found = found or bare_day(tokens, at) or _part_of_it(tokens, at, last, link)
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


def _second_of_pair(tokens: Tokens, at: int, last: Point) -> Point:
    """The year after the first of two, which may begin a century: 99/00."""
    unit = last.unit._replace(number=(last.unit.number or 0) + 1)
    return last._replace(
        start=tokens.at(at), end=tokens.end(at), next=at + 1, unit=unit, rule="year-member"
    )


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


def _part_of_it(tokens: Tokens, at: int, last: Point, link: str) -> Point | None:
    """Another part of the unit that the member before is a part of: ועד סופה; ובסופה (R5)."""
    length, part = tokens[at].readings.get("part", (0, ""))
    if not part or not last.unit.part or not is_particle(tokens[at].text[length:], "parts_of_it"):
        return None
    unit = last.unit._replace(part=part)
    if link == "list" and not unit.implied:
        unit = unit._replace(implied="implicit")
    prefix = tokens[at].text[:length]
    return Point(tokens.at(at, length), tokens.end(at), at + 1, unit, BARE, "elliptic", prefix)


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


_IN_YEARS = frozenset({"day", "month", "season"})


def _other_year(tokens: Tokens, at: int, last: Point) -> Point | None:
    """The other year that a day, month or season may be of: בקיץ 1131 או 1132."""
    unit = last.unit
    if unit.calendar != "gregorian" or unit.year is None or len(tokens[at].text) != 4:
        return None
    found = _year_member(tokens, at, last, "or")
    if found is None or found.unit.year is None or found.unit.era or is_counted(tokens, found.next):
        return None
    return found._replace(unit=unit._replace(year=found.unit.year))


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


def _short_hebrew_year(tokens: Tokens, at: int, last: Point) -> Point | None:
    """The second year of תש"ח–ט' or תש"ח–י"ב, which leaves out what it shares with the first."""
    token, start = tokens[at], last.unit.year
    if last.unit.calendar != "hebrew" or last.unit.level != "year" or start is None:
        return None
    if tokens[at - 1].kind != DASH or token.gap or token.kind != WORD:
        return None
    length, value = letters_number(token, most=99)
    value = value or (value_of(token.text) if len(token.text) == 1 else 0)
    size = 10 if value < 10 else 100
    year = start - start % size + value
    if not value or length or year <= start:
        return None
    unit = last.unit._replace(year=year)
    return Point(tokens.at(at), tokens.end(at), at + 1, unit, BARE, "year-member")


def bare_day(tokens: Tokens, index: int) -> Point | None:
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


# --- filling from within the phrase ---------------------------------------------------------------


def fill(units: list[Unit], links: list[str]) -> list[Unit]:
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
        if ranged and units[index].implied.startswith("slash"):
            units[index] = _to_its_end(units[index])
        if ranged and units[index].same:
            units[index] = _of_first_end(units[index], units[index - 1])
        units[index] = _lend(units[index], units[index - 1], back=False, forward=ranged)
    return units


def _to_its_end(unit: Unit) -> Unit:
    """Take the second of two years as the end of a range: 1999/2000–2003/04."""
    second = second_year(unit)
    return unit if second is None else unit._replace(year=second, number=None, implied="")


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
    if unit.same in {"decade", "century"}:
        return _in_period(unit, first)
    return unit


def _in_period(unit: Unit, first: Unit) -> Unit:
    """Take the decade or the century that the second end points to from the first: עד סוף אותו עשור."""
    told = unit._replace(same="", implied=first.implied)
    if first.year is not None and first.year <= 0:
        number = -first.year // 100 + 1 - unit.shift
        return told._replace(number=number, era=-1, shift=0) if unit.same == "century" else unit
    if first.year is not None:
        year = first.year + 10 * unit.shift
        if unit.same == "decade":
            number, century = year % 100 // 10 * 10, year // 100 + 1
            return told._replace(number=number, century=century, shift=0)
        return told._replace(number=first.year // 100 + 1 + unit.shift, shift=0)
    if unit.shift:
        return unit
    if first.level == unit.same:
        return told._replace(number=first.number, century=first.century, era=first.era)
    if first.level == "decade" and first.century is not None:
        return told._replace(number=first.century, era=first.era)
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
