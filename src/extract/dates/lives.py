"""A life told in a parenthesis: dates in one or two calendars and places, on two sides of a dash (R7).

    (14 במרץ 1898, כ' באדר תרנ"ח, לודז' – 2 באוגוסט 1971, תל אביב)

Each side is a list of items between commas; an item is a date, a place, or a place and a
date.  Words that tell of birth or death make clauses of their own and are left to the rules
of prose, as is a plain range without places.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from extract.dates.lexicon import is_particle, lexicon
from extract.model import DateExpression

__all__ = ["LEAST_LIFE", "LONGEST_LIFE", "find_lives", "overlap"]

Reader = Callable[[str], "DateExpression | None"]

_PARENTHESIS = re.compile(r"\((?<=\S \()((?:[^()\n]|\([^()\n]{1,40}\)){9,240})\)")
_PLAIN_RANGE = re.compile(r"\d+( ?)[-\u05be\u2010-\u2015\u2212]\1\d+")
_SPACED_DASH = re.compile(r"\s[-\u05be\u2010-\u2015\u2212]\s")
_TIGHT_DASH = re.compile(r"(?<=\w)[\u2012-\u2015](?=\w)")
_ANY_DASH = re.compile(
    r"[-\u05be\u2010-\u2015\u2212](?:(?<=\s.)(?=\s)|(?<=\w[\u2012-\u2015])(?=\w))"
)
"""Either dash, found faster than the two: without one a text tells of no life."""
_ITEM = re.compile(r"[^,/()\s\u200b-\u200f\u202a-\u202e](?:[^,/()]*[^,/()\s])?")
_DATED = re.compile(r"\d{2}|[\"\u05f4\u201d']")
_LAST_WORD = re.compile(r"[\u05d0-\u05ea]+(?=[\s\u200e\u200f]*$)")
_WORD, _SPACE = re.compile(r"\S+"), re.compile(r"\s+")
_UNREAD = re.compile(r"\d|[\"\u05f4\u201d]")
_MOST_WORDS, _LONGEST_ITEM = 8, 60
LEAST_LIFE, LONGEST_LIFE = 12, 115
"""Years from birth to death."""
_PRECISIONS = frozenset({"day", "month", "year"})


def find_lives(text: str, read: Reader) -> list[list[DateExpression]]:
    """Return the dates of each life told in a parenthesis, in order of the text.

    ``read`` reads the date that a whole string is.  The dates have their place in the text,
    kind *lifespan*, and ``same_as`` counted from the first date of their life.
    """
    if not _ANY_DASH.search(text):
        return []
    lives = []
    for match in _PARENTHESIS.finditer(text):
        if not _DATED.search(match[1]) or _PLAIN_RANGE.fullmatch(match[1]):
            continue
        if _names_period(text, match.start()):
            continue
        start, end = match.span(1)
        start = max(start, text.rfind(";", start, end) + 1)
        life = _read_life(text, start, end, read)
        if life:
            lives.append(life)
    return lives


def _names_period(text: str, at: int) -> bool:
    word = _LAST_WORD.search(text, max(0, at - 30), at)
    periods = lexicon().sets["periods"]
    return word is not None and (word[0] in periods or word[0][1:] in periods)


def _read_life(text: str, start: int, end: int, read: Reader) -> list[DateExpression]:
    dashes = list(_SPACED_DASH.finditer(text, start, end)) or list(
        _TIGHT_DASH.finditer(text, start, end)
    )
    if len(dashes) != 1 or not _DATED.search(text, start, dashes[0].start()):
        return []
    if not _DATED.search(text, dashes[0].end(), end):
        return []
    birth = _read_side(text, start, dashes[0].start(), read)
    death = birth and _read_side(text, dashes[0].end(), end, read)
    if not birth or not death or not _is_life(birth[0].date, death[0].date):
        return []
    first, last = birth[0], death[0]
    if len(birth) == len(death) == 1 and dashes[0].span() == (first.end, last.start):
        if not text[start : first.start].strip() and not text[last.end : end].strip():
            return []
        return _join(text, first.start, last.end, read)
    return [
        *(item.date for item in birth),
        *(item.date if item is last else item.date._replace(same_as=len(birth)) for item in death),
    ]


def _is_life(birth: DateExpression, death: DateExpression) -> bool:
    if birth.start_jdn is None or death.end_jdn is None:
        return False
    years = (death.end_jdn - birth.start_jdn) / 365.25
    return LEAST_LIFE <= years <= LONGEST_LIFE


def _join(text: str, start: int, end: int, read: Reader) -> list[DateExpression]:
    """Return the range of two dates with nothing but a dash between them: it is one date."""
    date = read(text[start:end])
    if date is None or "/" not in date.edtf:
        return []
    return [date._replace(start=start + date.start, end=start + date.end, kind="lifespan")]


class _Item(NamedTuple):
    """A date, and where the item that holds it stands."""

    start: int
    end: int
    date: DateExpression


def _read_side(text: str, start: int, end: int, read: Reader) -> list[_Item]:
    """Return the dates of one side, all of one moment; none where it is told in another way."""
    items: list[_Item] = []
    for match in _ITEM.finditer(text, start, end):
        if match.end() - match.start() > _LONGEST_ITEM:
            return []
        date = _read_item(match[0], read)
        found = _read_pair(match[0], read) if date is None else [date]
        if not found and (_UNREAD.search(match[0]) or _tells(match[0])):
            return []
        for date in found:
            if date.precision not in _PRECISIONS or _is_life(date, date):
                return []
            if items and not _agree(items[0].date, date):
                return []
            at = match.start()
            placed = date._replace(
                start=at + date.start,
                end=at + date.end,
                kind="lifespan",
                same_as=0 if items else None,
            )
            items.append(_Item(*match.span(), placed))
    return items


_AUTUMN = 120
"""The most days from a new Hebrew year to the civil one."""


def _agree(first: DateExpression, second: DateExpression) -> bool:
    """Tell whether two dates beside each other are of one moment."""
    return overlap(first, second) or _in_year(first, second) or _in_year(second, first)


def _in_year(day: DateExpression, year: DateExpression) -> bool:
    """Tell whether a Hebrew date in the autumn has the civil year beside it that most of its
    Hebrew year lies in: י' בכסלו תרנ"א, 1891."""
    if day.calendar != "hebrew" or year.calendar == "hebrew" or year.precision != "year":
        return False
    if day.end_jdn is None or year.start_jdn is None:
        return False
    return 0 < year.start_jdn - day.end_jdn <= _AUTUMN


def _read_pair(item: str, read: Reader) -> list[DateExpression]:
    """Return the two dates of an item that has one moment in two calendars: תרי"ג 1853."""
    if not _DATED.search(item):
        return []
    gaps = [space.span() for space in _SPACE.finditer(item)]
    for end, start in gaps if len(gaps) < _MOST_WORDS else ():
        first = read(item[:end])
        second = first and read(item[start:])
        if first and second and first.calendar != second.calendar and _agree(first, second):
            return [first, second._replace(start=start + second.start, end=start + second.end)]
    return []


def _read_item(item: str, read: Reader) -> DateExpression | None:
    """Return the date that an item is, or holds beside the name of a place."""
    if not _DATED.search(item):
        return None
    date = read(item)
    if date is not None:
        return date
    words = list(_WORD.finditer(item))
    if len(words) > _MOST_WORDS:
        return None
    for size in range(len(words) - 1, 0, -1):
        for first in (0, len(words) - size):
            start, end = words[first].start(), words[first + size - 1].end()
            rest = f"{item[:start]} {item[end:]}"
            if _UNREAD.search(rest) or _tells(rest):
                continue
            date = read(item[start:end])
            if date is not None:
                return date._replace(start=start + date.start, end=start + date.end)
    return None


def _tells(words: str) -> bool:
    return any(is_particle(word, "life_verbs") for word in words.split())


def overlap(first: DateExpression, second: DateExpression) -> bool:
    """Tell whether two dates with known bounds have a day in common."""
    if first.start_jdn is None or second.start_jdn is None:
        return False
    if first.end_jdn is None or second.end_jdn is None:
        return False
    return first.start_jdn <= second.end_jdn and second.start_jdn <= first.end_jdn
