"""Days: a number of the month beside its name, with a weekday, a second calendar, an aside.

    3 במרץ 1918  ·  כ"ג בתמוז תרצ"ה  ·  הראשון בספטמבר  ·  14 (26) בדצמבר 1825
    יום שלישי, ה-3 במרץ 1953  ·  ה-3 לחודש מאי  ·  9 בחודש

The month's name is of ``months``; a year stands behind it or is left to the context.
"""

from __future__ import annotations

from typing import Any

from extract.dates.calendars import gregorian_jdn, month_length
from extract.dates.digits import numeric_form
from extract.dates.grammar import (
    STRONG,
    WEAK,
    Point,
    is_counted,
    letters_number,
    match_phrase,
    neighbour_after,
    point_of,
    skip_prefix,
    start_of,
    words_number,
)
from extract.dates.lexicon import is_particle, lexicon
from extract.dates.months import month_at
from extract.dates.tokens import DASH, END, NUMBER, NUMERIC, PUNCT, WORD, Token, Tokens
from extract.dates.units import Unit
from extract.dates.years import year_after

__all__ = ["dated_day_form", "day_form"]


def _day_number(tokens: Tokens, index: int) -> tuple[int, int, int, str]:
    """Return the index after a day of the month, the day, its start and its prefix."""
    token = tokens[index]
    if token.kind == NUMBER:
        ok = len(token.text) <= 2 and 1 <= int(token.text) <= 31 and not _numbers(tokens, index)
        return (index + 1, int(token.text), tokens.at(index), "") if ok else (index, 0, 0, "")
    if token.kind != WORD:
        return index, 0, 0, ""
    length, value = letters_number(token, most=31)
    if value:
        return index + 1, value, tokens.at(index, length), token.text[:length]
    for category in ("ten", "teen", "unit", "day_ordinal"):
        if category in token.readings:
            length = token.readings[category][0]
            after, value = words_number(tokens, index, length)
            prefix = token.text[:length]
            if 0 < value <= 31 and _is_day_place(tokens, index, after, prefix, value):
                return after, value, start_of(tokens, index, length), prefix
    return index, 0, 0, ""


def _numbers(tokens: Tokens, index: int) -> bool:
    """Tell whether a number with the article is the ordinal of the definite noun before it.

    הכנסת ה-14, but ליל ה-14 and חגיגות ה-14: no construct has the article.
    """
    article, noun = tokens[index - 2], tokens[index - 3]
    if tokens[index - 1].kind != DASH or tokens[index].gap or article.text != "ה":
        return False
    if noun.kind != WORD or article.gap != 1 or len(noun.text) < 4:
        return False
    if {"day", "weekday"} & noun.readings.keys() or is_particle(noun.text, "day_leads"):
        return False
    bare = noun.text[1:]
    if noun.text[0] == "ה" or (noun.text[0] in "בלמ" and is_particle(bare, "numbered_bodies")):
        return not is_particle(noun.text, "dates_word")
    return False


_LOCATING = frozenset("במל")


_MOST_BETWEEN = 14
"""Tokens looked through for the next member of an enumeration."""


def _is_day_place(tokens: Tokens, index: int, after: int, prefix: str, value: int) -> bool:
    """Tell whether a number in words stands where a day does, not behind a noun it describes.

    After a preposition, a signal or a pause it is a day; behind a noun only where it cannot
    agree with it, as behind a construct: חגיגות הראשון במאי, but אלבומה הראשון במאי.
    """
    if not _LOCATING.isdisjoint(prefix):
        return True
    previous = tokens[index - 1]
    if prefix not in {"", "ה"} or (prefix and _is_enumerated(tokens, after, value)):
        return False
    if tokens[index].gap == 2 or previous.kind in {END, DASH, PUNCT}:
        return previous.text not in {")", '"'}
    if previous.kind != WORD:
        return False
    if is_particle(previous.text, "day_leads"):
        return True
    if "day" in previous.readings:
        return bool(prefix) or "day_ordinal" not in tokens[index].readings
    if not prefix:
        return value == 1 and "unit" in tokens[index].readings
    return not previous.text.startswith("ה") and is_particle(previous.text[-1:], "construct_ends")


def _is_enumerated(tokens: Tokens, after: int, value: int) -> bool:
    """Tell whether the next of its kind follows: הראשון במאי … והשני ביוני."""
    for token in tokens[after : after + _MOST_BETWEEN]:
        if token.kind == END:
            return False
        length, number = token.readings.get("ordinal", (0, 0))
        if number == value + 1 and length == 2:
            return True
    return False


_DAY_PREFIXES = frozenset({"", "ב", "ל", "ה"})


def day_form(tokens: Tokens, index: int) -> Point | None:
    """3 במרץ 1918; כ"ג בתמוז תרצ"ה; ראשון בספטמבר; ה-3 לחודש מאי (A1, C4, C7)."""
    after, day, start, prefix = _day_number(tokens, index)
    if not day:
        return None
    if tokens[after].kind == PUNCT and tokens[after].text == "," and tokens[after + 1].kind == WORD:
        return None
    after, day = _in_new_style(tokens, after, day)
    after_month, month, calendar = month_at(tokens, after, _DAY_PREFIXES)
    if not month:
        return _in_month(tokens, index, after, day, start, prefix)
    joined = tokens[after_month - 1].text
    if calendar == "gregorian":
        after_month, month, day = _in_new_month(tokens, after_month, month, day)
    unit = Unit("day", None, month, day, calendar=calendar)
    year = year_after(tokens, after_month)
    if year is None and calendar == "gregorian":
        year = _year_after_aside(tokens, after_month)
    plain_prefix = "month" in tokens[after].readings and tokens[after].readings["month"][0] == 0
    if year is None:
        if calendar == "gregorian" and plain_prefix and tokens[index].kind != NUMBER:
            return None
        if calendar == "hebrew" and tokens[index].kind == NUMBER and is_particle(joined, "father"):
            return None
        then = neighbour_after(tokens, after_month)
        return point_of(
            tokens,
            then[0] if then and then[1] > 0 else after_month,
            start,
            unit,
            WEAK if plain_prefix else STRONG,
            "day-month",
            prefix,
        )
    after_year, fields = year
    if fields.get("same"):
        unit = unit._replace(**fields)
    elif calendar == "hebrew" and fields.get("calendar") != "hebrew":
        if fields.get("year") is None:
            return point_of(tokens, after_month, start, unit, STRONG, "day-month", prefix)
        unit = unit._replace(civil_year=fields["year"])
    elif calendar == "gregorian" and fields.get("calendar") == "hebrew":
        return point_of(tokens, after_month, start, unit, STRONG, "day-month", prefix)
    else:
        unit = unit._replace(**fields)
    return point_of(tokens, after_year, start, unit, STRONG, f"{calendar}-day", prefix)


_STYLES_APART = range(10, 14)
"""Days between the Julian and the Gregorian calendar since 1582 (C3)."""


def _in_new_style(tokens: Tokens, index: int, day: int) -> tuple[int, int]:
    """Read a day of both calendars, 14 (26) בדצמבר 1825, as the Gregorian one."""
    opened, number, closed = tokens[index : index + 3]
    if opened.text != "(" or number.kind != NUMBER or closed.text != ")" or len(number.text) > 2:
        return index, day
    other = int(number.text)
    later = max(day, other)
    return (index + 3, later) if abs(day - other) in _STYLES_APART and later <= 31 else (index, day)


def _in_new_month(tokens: Tokens, index: int, month: int, day: int) -> tuple[int, int, int]:
    """Read 25 באוקטובר (7 בנובמבר) 1917, whose year stands behind both, as the Gregorian day."""
    same = index, month, day
    if tokens[index].text != "(" or tokens[index + 1].kind != NUMBER:
        return same
    after, other, _, _ = _day_number(tokens, index + 1)
    after, other_month, calendar = month_at(tokens, after, _DAY_PREFIXES)
    if not other or calendar != "gregorian" or tokens[after].text != ")":
        return same
    if not year_after(tokens, after + 1) or tokens[after + 1].kind != NUMBER:
        return same
    first, last = sorted([(month, day), (other_month, other)])
    apart = month_length(2001, first[0]) - first[1] + last[1]
    if last[0] != first[0] + 1 or apart not in _STYLES_APART:
        return same
    return after + 1, *last


_LONGEST_ASIDE = 10


_BRACKETS = {"(": ")", "[": "]"}


def _year_after_aside(tokens: Tokens, index: int) -> tuple[int, dict[str, Any]] | None:
    """Read the year of 9 ביוני [30 במאי לפי הלוח היוליאני] 1672 behind the words in brackets."""
    closing = _BRACKETS.get(tokens[index].text)
    if closing is None or tokens[index].gap != 1:
        return None
    inside = [token.text for token in tokens[index + 1 : index + 2 + _LONGEST_ASIDE]]
    if closing not in inside or not inside.index(closing):
        return None
    after = index + 2 + inside.index(closing)
    words = tokens[index + 1 : after - 1]
    julian = any(match_phrase(tokens, index + 1 + at, "julian_remark") for at in range(len(words)))
    if julian and not any(token.kind == NUMBER for token in words):
        return None
    year = tokens[after]
    if year.kind != NUMBER or len(year.text) != 4 or year.gap != 1:
        return None
    return None if is_counted(tokens, after + 1) else year_after(tokens, after)


def _in_month(
    tokens: Tokens, index: int, after: int, day: int, start: int, prefix: str
) -> Point | None:
    """9 בחודש; 12 בו: a day of the anchor's month (R5)."""
    token = tokens[after]
    if token.gap != 1:
        return None
    pointed = _points_to_month(tokens, after)
    if not pointed and token.text not in lexicon().sets["in_month"]:
        return None
    dated = tokens[index].kind == NUMBER or '"' in tokens[index].text or "'" in tokens[index].text
    if not dated and tokens[index].readings.get("unit", (0, 0))[1] != 1:
        return None
    if (
        is_particle(token.text, "in_it")
        and tokens[index].kind == NUMBER
        and skip_prefix(tokens, index - 2) != index
        and not is_particle(tokens[index - 1].text, "up_to")
    ):
        return None
    following = tokens[after + 1].text
    if pointed:
        after += 1
    elif is_particle(following, "this_month") or (
        is_particle(token.text, "month_dative") and "month" in tokens[after + 1].readings
    ):
        return None
    calendar = "gregorian" if tokens[index].kind == NUMBER or not dated else "hebrew"
    unit = Unit("day", None, None, day, same="month", implied="relative", calendar=calendar)
    return point_of(tokens, after + 1, start, unit, STRONG, "day-of-month", prefix)


def _points_to_month(tokens: Tokens, index: int) -> bool:
    """Tell whether באותו חודש stands at a token."""
    same, head = tokens[index].readings.get("same"), tokens[index + 1].readings.get("month_head")
    if same is None or head is None or tokens[index + 1].gap != 1:
        return False
    return tokens[index].text[: same[0]] in {"ב", "ל"} and tokens[index + 1].text[: head[0]] in {
        "",
        "ה",
    }


def dated_day_form(tokens: Tokens, index: int) -> Point | None:
    """יום שלישי, ה-3 במרץ 1953; שבת 7 ביוני; יום 3 במאי (S3, S5)."""
    token = tokens[index]
    reading = token.readings.get("day") or token.readings.get("days")
    at = index
    if reading:
        at += 1
        length = reading[0]
    else:
        length = token.readings.get("weekday", (0, 0))[0]
        if "ordinal" in token.readings and token.text[:length].endswith("ה"):
            return None  # הראשון ב-5 במאי, השני ב-12 ביוני: no weekday has the article
    if _is_weekday(tokens[at]):
        at += 2 if is_particle(tokens[at + 1].text, "holy") else 1
        if tokens[at].kind == PUNCT and tokens[at].text == ",":
            at += 1
        if is_particle(tokens[at].text, "on_date"):
            at += 1
        if tokens[at].text == "ב" and tokens[at + 1].kind == DASH:
            at += 2
    at = skip_prefix(tokens, at)
    if at == index:
        return None
    inner = numeric_form(tokens, at) if tokens[at].kind == NUMERIC else day_form(tokens, at)
    if inner is None and reading and tokens[index + 1].text.startswith("ה"):
        inner = day_form(tokens, index + 1)  # no weekday: היום השלישי לחודש מאי
    if inner is None or inner.unit.level != "day" or inner.rule == "day-of-month":
        return None
    if inner.prefix not in {"", "ה", "ב"}:
        return None
    if not reading and tokens[index - 1].kind == WORD and _is_other_weekday(token, inner.unit):
        return None  # כרך ראשון ב-3 בספטמבר 2021 is no Sunday
    return inner._replace(
        start=start_of(tokens, index, length), strength=STRONG, prefix=token.text[:length]
    )


def _is_other_weekday(token: Token, unit: Unit) -> bool:
    """Tell whether a word that may be a weekday is not that of a whole day."""
    if not unit.year or unit.calendar != "gregorian":
        return False
    weekday = token.readings.get("weekday", (0, 0))[1]
    day = gregorian_jdn(unit.year, unit.month or 1, unit.day or 1)
    return unit.year > _JULIAN_UNTIL and (day + 1) % 7 + 1 != weekday


_JULIAN_UNTIL = 1582


def _is_weekday(token: Token) -> bool:
    if token.kind != WORD:
        return False
    return "weekday" in token.readings or is_particle(token.text, "weekday_letters")
