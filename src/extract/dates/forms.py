"""The forms of one date: functions that read a unit at a token.

Each form is ``form(tokens, index) -> Point | None`` and looks a bounded number of tokens
ahead.  ``FORMS`` lists them by the kind or reading of their first token, the most specific
first; ``read_point`` tries them in that order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from extract.dates.calendars import month_length
from extract.dates.grammar import (
    BARE,
    STRONG,
    WEAK,
    Point,
    Tokens,
    era_after,
    is_counted,
    letters_number,
    match_phrase,
    names_games,
    neighbour_after,
    ordinal_at,
    point_of,
    skip_prefix,
    start_of,
    words_number,
)  # fmt: skip
from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.tokens import DASH, END, JUNK, NUMBER, NUMERIC, PUNCT, WORD, Token
from extract.dates.units import Unit
from extract.dates.years import hebrew_year, year_after, year_at, year_fields

__all__ = ["BARE", "FORMS", "STRONG", "WEAK", "Point", "day_form", "decade_member", "decade_tail", "era_after", "is_counted",
           "letters_number", "match_phrase", "ordinal_at", "read_point", "short_number", "skip_prefix", "start_of",
           "words_number", "year_at", "year_form"]  # fmt: skip

# --- days and months ---------------------------------------------------------------------------


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


def _month_at(
    tokens: Tokens, index: int, prefixes: frozenset[str], *, opens: bool = False
) -> tuple[int, int, str]:
    """Return the index after a month name, its number and its calendar; (index, 0, "") if none.

    ``opens`` where the month begins the expression: it may stand at the head of a line.
    """
    at = index
    token = tokens[at]
    if is_particle(token.text, "of"):
        at += 1
        token = tokens[at]
    if "month_head" in token.readings and token.text[: token.readings["month_head"][0]] in {
        "",
        "ב",
        "ל",
    }:
        at += 1
        token = tokens[at]
        prefixes |= {""}
    if token.kind != WORD or (token.gap == 2 and not opens):
        return index, 0, ""
    reading = token.readings.get("month")
    if reading and token.text[: reading[0]] in prefixes:
        return at + 1, reading[1], "gregorian"
    lead = next((n for n in range(3) if is_particle(token.text[n:], "month_leads")), None)
    if lead is not None:
        named = at + 2 if tokens[at + 1].kind == DASH and tokens[at + 1].gap == 0 else at + 1
        if tokens[named].readings.get("hmonth", (1, 0))[0] == 0:
            return named + 1, tokens[named].readings["hmonth"][1], "hebrew"
    reading = token.readings.get("hmonth")
    if reading and token.text[: reading[0]] in prefixes:
        if reading[1] == 14:
            return _adar(tokens, at + 1)
        return at + 1, reading[1], "hebrew"
    return index, 0, ""


def _adar(tokens: Tokens, index: int) -> tuple[int, int, str]:
    token, following = tokens[index], tokens[index + 1]
    dashed = following.kind == DASH and following.gap == 0
    first = is_particle(token.text, "adar_first") and not dashed
    second = is_particle(token.text, "adar_second") and not dashed
    if token.kind == WORD and token.gap == 1 and (first or second):
        return index + 1, 12 if first else 13, "hebrew"
    return index, 14, "hebrew"


_DAY_PREFIXES = frozenset({"", "ב", "ל", "ה"})
_MONTH_PREFIXES = frozenset({"", "ב", "ל", "מ", "ש", "ו", "וב", "ול", "ומ", "שב", "כ", "שמ", "ה"})


def day_form(tokens: Tokens, index: int) -> Point | None:
    """3 במרץ 1918; כ"ג בתמוז תרצ"ה; ראשון בספטמבר; ה-3 לחודש מאי (A1, C4, C7)."""
    after, day, start, prefix = _day_number(tokens, index)
    if not day:
        return None
    if tokens[after].kind == PUNCT and tokens[after].text == "," and tokens[after + 1].kind == WORD:
        return None
    after, day = _in_new_style(tokens, after, day)
    after_month, month, calendar = _month_at(tokens, after, _DAY_PREFIXES)
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
        return point_of(
            tokens,
            after_month,
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
    after, other_month, calendar = _month_at(tokens, after, _DAY_PREFIXES)
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
        at += 1
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
    return inner._replace(
        start=start_of(tokens, index, length), strength=STRONG, prefix=token.text[:length]
    )


def _is_weekday(token: Token) -> bool:
    if token.kind != WORD:
        return False
    return "weekday" in token.readings or is_particle(token.text, "weekday_letters")


def month_form(tokens: Tokens, index: int) -> Point | None:
    """פברואר 1989; חודש מאי 1924; אלול תר"ף; bare months only with an anchor (R2)."""
    token = tokens[index]
    head = token.readings.get("month_head") or token.readings.get("months")
    at = index
    length = 0
    if head:
        at, length = index + 1, head[0]
    prefixes = frozenset({""}) if head else _MONTH_PREFIXES
    after, month, calendar = _month_at(tokens, at, prefixes, opens=not head)
    if (
        not month
        or is_particle(tokens[at].text, "of")
        or (at == index and is_particle(tokens[at].text, "month_dative"))
    ):
        return None
    if not head:
        pair = token.readings.get("month") or token.readings.get("hmonth")
        length = (
            pair[0]
            if pair
            else next((n for n in range(3) if is_particle(token.text[n:], "month_leads")), 0)
        )
    prefix = token.text[:length]
    if prefix == "ש" and is_particle(token.text[length:], "father"):
        return None  # שאב is a verb
    unit = Unit("month", None, month, calendar=calendar)
    year = year_after(tokens, after)
    start = start_of(tokens, index, length)
    if year is not None:
        after_year, fields = year
        if fields.get("same"):
            return point_of(
                tokens,
                after_year,
                start,
                unit._replace(**fields),
                STRONG,
                "month-same-year",
                prefix,
            )
        agrees = fields.get("calendar", "gregorian") == calendar
        if agrees and not (fields.get("implied") == "short" and calendar == "hebrew"):
            return point_of(
                tokens,
                after_year,
                start,
                unit._replace(**fields),
                STRONG,
                f"{calendar}-month",
                prefix,
            )
        if calendar == "hebrew" and fields.get("year") and not fields.get("era"):
            unit = unit._replace(civil_year=fields["year"])
            return point_of(
                tokens, after_year, start, unit, STRONG, "hebrew-month-civil-year", prefix
            )
    strength = WEAK if head or prefix.endswith(("ב", "מ", "ל")) else BARE
    if prefix and "next" in tokens[after].readings:  # its direction word is part of it (S10)
        then = match_phrase(tokens, after, "next")
        after = then[0] if then else after
    return point_of(tokens, after, start, unit, strength, "month", prefix)


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


def _day_and_month(tokens: Tokens, index: int) -> Point | None:
    """The beginning of 12.5–14.5.1920."""
    token = tokens[index]
    if tokens[index + 1].kind != DASH or tokens[index + 2].kind != NUMERIC:
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
    unit = Unit("year", int(first), number=int(second), implied=f"slash{len(second)}")
    return point_of(tokens, index + 1, tokens.at(index), unit, WEAK, "slash-years")


# --- years, decades, centuries ------------------------------------------------------------------


def year_form(tokens: Tokens, index: int) -> Point | None:
    """שנת 1908; השנים 1936…; 1917; תרפ"ט; 37 לפנה"ס; years in words."""
    token = tokens[index]
    head = token.readings.get("year") or token.readings.get("years")
    if head and "decades" not in token.readings:
        plural = "years" in token.readings
        at = skip_prefix(tokens, index + 1)
        if plural and at > index + 1 and tokens[at].kind == NUMBER and len(tokens[at].text) == 2:
            return _decade_of_years(tokens, index, head[0])
        if tokens[at].kind == NUMERIC and at == index + 1:
            inner = numeric_form(tokens, at)
            if inner and inner.rule == "slash-years":
                old = (
                    not plural and (inner.unit.year or 0) < 1800
                )  # one of two years, not a season of play
                unit = (
                    inner.unit._replace(implied="slash1")
                    if old and inner.unit.implied in {"slash2", "slash4"}
                    else inner.unit
                )
                return inner._replace(
                    start=start_of(tokens, index, head[0]),
                    strength=STRONG,
                    prefix=token.text[: head[0]],
                    unit=unit,
                )
            return None
        if token.text.startswith("ה") and not plural:
            return None
        if not plural and at > index + 1 and tokens[index + 1].text == "ה":
            return None  # the hundredth year of something: שנת ה-100 להולדתו
        found = year_at(tokens, at, headed=True)
        if (
            found
            and plural
            and not found.alone
            and not found.era
            and not _continues(tokens, found.next)
        ):
            found = None
        if found is None or found.prefix not in {"", "ה"}:
            return None
        unit = Unit("year", **year_fields(found))
        return point_of(
            tokens,
            found.next,
            start_of(tokens, index, head[0]),
            unit,
            STRONG,
            "headed-year",
            token.text[: head[0]],
        )
    found = year_at(tokens, index)
    if found is None:
        return None
    strength = WEAK if found.alone else BARE
    if found.era:
        strength = STRONG
    if found.calendar == "hebrew" and found.marked and found.alone:
        strength = STRONG if token.kind == WORD else WEAK
    unit = Unit("year", **year_fields(found))
    return point_of(tokens, found.next, found.start, unit, strength, "year", found.prefix)


def _decade_of_years(tokens: Tokens, index: int, length: int) -> Point | None:
    """שנים ה-30: the plural of the year for its construct."""
    found = decade_member(tokens, index + 1)
    if found is None:
        return None
    after, unit = decade_tail(tokens, *found)
    token = tokens[index]
    return point_of(
        tokens, after, start_of(tokens, index, length), unit, STRONG, "decade", token.text[:length]
    )


def _continues(tokens: Tokens, index: int) -> bool:
    token = tokens[index]
    return (
        token.kind == DASH
        or token.text == ","
        or is_particle(token.text, "up_to")
        or token.text.startswith(("ו", "ל"))
    )


def decade_form(tokens: Tokens, index: int) -> Point | None:
    """שנות ה-50; שנות השישים של המאה ה-19; שנות ה-1920; שנות האלפיים (R3, F4)."""
    token = tokens[index]
    length = token.readings["decades"][0]
    found = decade_member(tokens, index + 1)
    if found is None:
        return None
    after, unit = found
    after, unit = decade_tail(tokens, after, unit)
    if _is_of_life(tokens, after):
        return None
    return point_of(
        tokens, after, start_of(tokens, index, length), unit, STRONG, "decade", token.text[:length]
    )


_MOST_OF_LIFE = 3
_JOINTS = frozenset({",", "או"})


def _is_of_life(tokens: Tokens, after: int) -> bool:
    """Tell whether decades are of a life, which may follow the last of them: ה-40 וה-50 לחייהם (F4)."""
    for _ in range(_MOST_OF_LIFE):
        token = tokens[after]
        if token.text in lexicon().sets["of_life"]:
            return True
        joint = token.kind == DASH or token.text in _JOINTS
        member = decade_member(tokens, after + joint)
        if member is None:
            return False
        after, _ = decade_tail(tokens, *member)
    return False


def decade_member(tokens: Tokens, index: int) -> tuple[int, Unit] | None:
    """Read the number of a decade: ה-50, השבעים, ה-1920, האלפיים, התש"ך."""
    at = skip_prefix(tokens, index)
    token = tokens[at]
    if token.kind == NUMBER:
        value = int(token.text) if len(token.text) <= 4 else -1
        after = at + 1
        if tokens[after].text == "'" and tokens[after].gap == 0:
            after += 1
        if len(token.text) == 4 and 1000 <= value <= 2999 and value % 10 == 0:
            return after, Unit("decade", number=value % 100, century=value // 100 + 1)
        if len(token.text) == 3 and value % 10 == 0:
            return after, Unit("decade", number=value % 100, century=value // 100 + 1)
        if len(token.text) == 2 and value % 10 == 0:
            return after, Unit("decade", number=value)
        return None
    if token.kind != WORD:
        return None
    for category in ("ten", "teen"):
        reading = token.readings.get(category)
        if reading and token.text[: reading[0]] in {"", "ה", "וה", "ו", "לה", "ל"}:
            return at + 1, Unit("decade", number=reading[1])
    reading = token.readings.get("thousand")
    if reading and reading[1] == 2000 and reading[0]:
        return at + 1, Unit("decade", number=0, century=21)
    found = hebrew_year(tokens, at, trusted=True)
    if found and found.year % 10 == 0 and found.prefix in {"", "ה"}:
        return at + 1, Unit("decade", found.year, number=0, century=0, calendar="hebrew")
    return None


def decade_tail(tokens: Tokens, index: int, unit: Unit) -> tuple[int, Unit]:
    """Read what follows a decade: המאוחרות, של המאה ה-19, לפנה"ס."""
    reading = tokens[index].readings.get("part_after")
    if reading and tokens[index].text[: reading[0]] == "ה":
        unit = unit._replace(part=reading[1])
        index += 1
    at = index + 1 if is_particle(tokens[index].text, "of") else index
    head = tokens[at].readings.get("century")
    if (
        head
        and unit.century is None
        and (at > index or tokens[at].text[: head[0]] in {"ב", "ה", "ל"})
    ):
        found = century_member(tokens, at + 1, head=tokens[at])
        if found:
            after, century = found
            after, era = era_after(tokens, after)
            implied = century.implied or unit.implied
            return after, unit._replace(
                century=century.number, era=era or century.era, implied=implied
            )
    return index, unit


def century_member(tokens: Tokens, index: int, head: Token | None) -> tuple[int, Unit] | None:
    """Read the number of a century: ה-19, השש-עשרה, הי"ט, הקודמת."""
    token = tokens[index]
    for table, number in (("previous_century", 20), ("current_century", 21)):
        if token.kind == WORD and match_phrase(tokens, index, table):
            return index + 1, Unit("century", number=number, implied="implicit")
    apart = token.text == "ה" and tokens[index + 1].kind == NUMBER and tokens[index + 1].gap == 1
    after, value = ordinal_at(tokens, index + apart, most=40)
    if not value or value < 0:
        return None
    written = tokens[index].text.startswith("ה") or tokens[index].text.startswith("וה")
    if not written and head is not None:
        definite = head.text.startswith(("ה", "ב", "ל", "מה", "שב", "וב", "וה"))
        if tokens[index].kind != NUMBER or not definite or value > 21 or is_counted(tokens, after):
            return None
    return after, Unit("century", number=value)


def century_form(tokens: Tokens, index: int) -> Point | None:
    """המאה ה-12; המאות ה-16 …; המאה ה-8 לפנה"ס (N4, F4)."""
    token = tokens[index]
    length = (token.readings.get("century") or token.readings["centuries"])[0]
    if is_particle(tokens[index - 1].text, "century_names"):
        return None
    found = century_member(tokens, index + 1, token)
    if found is None or is_particle(tokens[index + 1].text, "plural_ordinals"):
        return None
    after, unit = found
    after, era = era_after(tokens, after)
    start = start_of(tokens, index, length)
    return point_of(
        tokens, after, start, unit._replace(era=era), STRONG, "century", token.text[:length]
    )


def numbered_decade_form(tokens: Tokens, index: int) -> Point | None:
    """העשור השני של המאה ה-20."""
    token = tokens[index]
    length = token.readings["decade"][0]
    after, value = ordinal_at(tokens, index + 1, most=10)
    if not value:
        return None
    number = 90 if value < 0 else 10 * (value - 1)
    following, unit = decade_tail(tokens, after, Unit("decade", number=number))
    if unit.century is None:
        return None
    return point_of(
        tokens,
        following,
        start_of(tokens, index, length),
        unit,
        STRONG,
        "numbered-decade",
        token.text[:length],
    )


def millennium_form(tokens: Tokens, index: int) -> Point | None:
    """האלף השלישי לפנה"ס; האלף ה-2."""
    token = tokens[index]
    length = (token.readings.get("millennium") or token.readings["millennia"])[0]
    if not tokens[index + 1].text.startswith("ה") or not length:
        return None
    after, value = ordinal_at(tokens, index + 1, most=9)
    if value <= 0:
        return None
    after, era = era_after(tokens, after)
    unit = Unit("millennium", number=value, era=era)
    return point_of(
        tokens,
        after,
        start_of(tokens, index, length),
        unit,
        BARE if value > 3 and not era else STRONG,
        "millennium",
        token.text[:length],
    )


# --- parts, fractions, seasons, weeks, holidays ----------------------------------------------


def inner_point(tokens: Tokens, index: int) -> Point | None:
    """Read the unit that a part, a fraction or a week is of."""
    at = index + 1 if is_particle(tokens[index].text, "of") else index
    token = tokens[at]
    readings = token.readings
    if token.kind == WORD:
        for category, form in _INNER:
            if category in readings:
                found = form(tokens, at)
                if found and found.prefix in {"", "ה", "ב", "ל"}:
                    return found
        if "same" in readings and readings["same"][0] == 0:
            return same_form(tokens, at)
        anchored = _anchored_form(tokens, at)
        if anchored:
            return anchored
    year = year_at(tokens, at, trusted=True)
    if year and (year.alone or year.era or year.short) and year.prefix in {"", "ה", "ב"}:
        unit = Unit("year", **year_fields(year))
        return point_of(tokens, year.next, year.start, unit, STRONG, "year")
    return None


def same_form(tokens: Tokens, index: int) -> Point | None:
    """אותה שנה; אותו חודש; אותו יום (R5)."""
    token = tokens[index]
    length = token.readings["same"][0]
    following = tokens[index + 1]
    if following.gap == 2:
        return None
    for category, level in _SAME_LEVELS:
        reading = following.readings.get(category)
        if reading and following.text[: reading[0]] in {"", "ה"}:
            unit = Unit(level, same=level, implied="relative")
            if level == "day" and tokens[index + 2].readings.get("ordinal"):
                return None
            return point_of(
                tokens,
                index + 2,
                tokens.at(index, length),
                unit,
                STRONG,
                f"same-{level}",
                token.text[:length],
            )
    reading = following.readings.get("month")
    if reading and reading[0] == 0:
        unit = Unit("month", None, reading[1], same="year", implied="relative")
        return point_of(
            tokens,
            index + 2,
            tokens.at(index, length),
            unit,
            STRONG,
            "same-named-month",
            token.text[:length],
        )
    reading = following.readings.get("season")
    if reading and following.text[: reading[0]] in {"", "ה"}:
        unit = Unit("season", number=reading[1], same="year", implied="relative")
        return point_of(
            tokens,
            index + 2,
            tokens.at(index, length),
            unit,
            STRONG,
            "same-season",
            token.text[:length],
        )
    return None


def _anchored_form(tokens: Tokens, index: int) -> Point | None:
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
)


def part_form(tokens: Tokens, index: int) -> Point | None:
    """ראשית המאה ה-19; סוף 1947; סופה של שנת 1991 (S4, N5)."""
    token = tokens[index]
    length, part = token.readings["part"]
    if is_particle(token.text, "not_parts"):
        return None
    if token.text[:length].endswith("ה"):
        return None  # a part has no article: הסופה של 1927 is a storm
    found = inner_point(tokens, index + 1)
    if found is None:
        return _elliptic_part(tokens, index)
    if found.unit.part or found.unit.level == "day" or tokens[index + 1].gap == 2:
        return None
    bare = found.strength < STRONG
    if found.unit.fraction or (
        bare and (found.unit.level != "month" or found.unit.calendar != "gregorian")
    ):
        return None
    unit = found.unit._replace(part=part)
    return found._replace(
        start=start_of(tokens, index, length),
        unit=unit,
        prefix=token.text[:length],
        strength=WEAK if bare else STRONG,
        rule=f"part-{found.rule}",
    )


def years_part_form(tokens: Tokens, index: int) -> Point | None:
    """השנים האחרונות של המאה ה-20: the first or the last years of a unit are its part (N5)."""
    token, ordinal = tokens[index], tokens[index + 1]
    if not is_particle(tokens[index + 2].text, "of") or ordinal.gap == 2:
        return None
    part = next((p for p in ("early", "late") if is_particle(ordinal.text, f"{p}_years")), "")
    found = inner_point(tokens, index + 2) if part else None
    if found is None or found.unit.part or found.unit.fraction or found.strength < STRONG:
        return None
    if found.unit.level not in {"decade", "century", "millennium"}:
        return None
    length = token.readings["years"][0]
    return found._replace(
        start=start_of(tokens, index, length),
        unit=found.unit._replace(part=part),
        prefix=token.text[:length],
        rule=f"part-{found.rule}",
    )


def _elliptic_part(tokens: Tokens, index: int) -> Point | None:
    """The first part of two of one unit: אמצע ועד סוף המאה ה-19; ראשית ובאמצע המאה ה-16."""
    token = tokens[index]
    length, part = token.readings["part"]
    at = index + 2 if is_particle(tokens[index + 1].text, "up_to") else index + 1
    other = tokens[at].readings.get("part")
    if other is None or tokens[at].gap == 2 or (at == index + 1 and other[0] == 0):
        return None
    if tokens[at].text[: other[0]] not in {"", "ו", "ל", "וב", "ול"}:
        return None
    found = inner_point(tokens, at + 1)
    if found is None or found.strength < STRONG or found.unit.part or found.unit.fraction:
        return None
    if found.unit.level not in {"year", "decade", "century", "month"}:
        return None
    unit = found.unit._replace(part=part)
    start, prefix = start_of(tokens, index, length), token.text[:length]
    return point_of(tokens, index + 1, start, unit, STRONG, "part-elliptic", prefix)


def fraction_form(tokens: Tokens, index: int) -> Point | None:
    """המחצית השנייה של המאה ה-19; הרבע האחרון; הרבעון הראשון של 2020; מחצית 1943 הראשונה."""
    token = tokens[index]
    parts, length = _fraction_of(token)
    after, number = ordinal_at(tokens, index + 1, most=4)
    if parts == 3 and is_particle(tokens[index + 1].text, "middle"):
        after, number = index + 2, 2
    if number and tokens[index + 1].kind != NUMBER:
        if tokens[after].text[:1] == "ל" and "year" in tokens[after].readings:
            inner = year_form(tokens, after)
        else:
            after = (
                after + 1 if tokens[after].text == "ל" and tokens[after + 1].kind == DASH else after
            )
            after = after + 1 if tokens[after].kind == DASH else after
            inner = inner_point(tokens, after)
    else:
        inner = inner_point(tokens, index + 1)
        if inner is None:
            return None
        follow, number = ordinal_at(tokens, inner.next, most=4)
        written = tokens[inner.next]
        if not number or written.kind != WORD or not written.text.startswith("ה"):
            if (
                parts != 2
                or "half" not in token.readings
                or inner.unit.level not in {"century", "decade", "year"}
            ):
                return None
            if not is_particle(token.text[length:], "half_alone") or inner.unit.part:
                return None
            unit = inner.unit._replace(part="mid")
            return inner._replace(
                start=start_of(tokens, index, length),
                unit=unit,
                prefix=token.text[:length],
                rule="half-as-middle",
            )
        inner = inner._replace(next=follow, end=tokens.end(follow - 1))
    if inner is None or inner.unit.part or inner.unit.fraction:
        return None
    number = parts if number < 0 else number
    if number > parts:
        return None
    fractioned = _fractioned(token, inner.unit, number, parts)
    if fractioned is None:
        return None
    return inner._replace(
        start=start_of(tokens, index, length),
        unit=fractioned,
        prefix=token.text[:length],
        strength=STRONG,
        rule="fraction",
    )


def _fraction_of(token: Token) -> tuple[int, int]:
    for category, parts in (("half", 2), ("quarter", 4), ("fourth", 4), ("third", 3)):
        if category in token.readings:
            return parts, token.readings[category][0]
    return 0, 0


def _fractioned(token: Token, unit: Unit, number: int, parts: int) -> Unit | None:
    if unit.level in {"day", "week", "season", "quarter", "holiday"}:
        return None
    if unit.level == "year" and unit.calendar == "gregorian" and parts in {2, 4}:
        return unit._replace(level="half_year" if parts == 2 else "quarter", number=number)
    if "quarter" in token.readings and unit.level != "year":
        return None
    return unit._replace(fraction=(number, parts))


def season_form(tokens: Tokens, index: int) -> Point | None:
    """אביב 1941; חורף 1941–1942; קיץ תרס"ט; קיץ אותה שנה; חודשי הקיץ של 1941 (N3, C9)."""
    token = tokens[index]
    at, length = index, 0
    if "months" in token.readings:
        length = token.readings["months"][0]
        at = index + 1
        if "season" not in tokens[at].readings:
            return None
    else:
        length = token.readings["season"][0]
    if length and names_games(tokens[index - 1]):
        return None
    number = tokens[at].readings["season"][1]
    after = at + 1
    following = tokens[after]
    prefix, start = token.text[:length], start_of(tokens, index, length)
    if following.gap == 2:
        return None
    skip = after + 1 if is_particle(following.text, "of") else after
    if "year" in tokens[skip].readings and tokens[skip].readings["year"][0] == 0:
        skip += 1
    if tokens[skip].kind == NUMERIC:
        pair = numeric_form(tokens, skip)
        if pair and pair.rule == "slash-years":
            unit = Unit("season", pair.unit.year, number=number)
            return point_of(tokens, pair.next, start, unit, STRONG, "season", prefix)
    then = match_phrase(tokens, after, "next") if "next" in following.readings else None
    if then and prefix and "months" not in token.readings:
        unit = Unit("season", number=number, implied="next")
        return point_of(tokens, then[0], start, unit, STRONG, "next-season", prefix)
    year = year_after(tokens, after)
    if year is None or following.text == ",":
        alone = (
            (prefix in {"ב", "וב", "שב"} or following.kind == DASH)
            and "months" not in token.readings
            and (not following.readings or _adds_season(following))
        )
        unit = Unit("season", number=number)
        return point_of(tokens, after, start, unit, WEAK, "bare-season", prefix) if alone else None
    after_year, fields = year
    unit = Unit("season", number=number)
    if fields.get("implied") == "short":
        unit = unit._replace(year=1900 + fields["number"])
    else:
        unit = unit._replace(**{k: v for k, v in fields.items() if k != "number"})
    if fields.get("same"):
        unit = unit._replace(implied="relative")
    elif number == 24 and unit.calendar == "gregorian":
        after_year = _past_second_year(tokens, after_year, unit.year or 0)
    return point_of(tokens, after_year, start, unit, STRONG, "season", prefix)


def _adds_season(token: Token) -> bool:
    return "season" in token.readings and token.text.startswith("ו")


def _past_second_year(tokens: Tokens, index: int, year: int) -> int:
    """Pass over the second year of a winter: 1941–1942, 1941–42 (N3)."""
    number = tokens[index + 1]
    if tokens[index].kind != DASH or number.kind != NUMBER or len(number.text) not in {2, 4}:
        return index
    return index + 2 if int(number.text) in {year + 1, (year + 1) % 100} else index


def week_form(tokens: Tokens, index: int) -> Point | None:
    """השבוע השני של מרץ 1921; השבוע האחרון של אותה שנה."""
    token = tokens[index]
    length = token.readings["week"][0]
    after, number = ordinal_at(tokens, index + 1, most=5)
    if not number or tokens[index + 1].kind == NUMBER:
        return None
    inner = inner_point(tokens, after)
    if (
        inner is None
        or inner.unit.level not in {"month", "year"}
        or inner.unit.part
        or inner.unit.calendar == "hebrew"
    ):
        return None
    named = (
        is_particle(tokens[after].text, "of")
        or inner.unit.level == "month"
        or bool(inner.unit.same)
    )
    if not named:
        return None
    unit = inner.unit._replace(level="week", number=number)
    strength = STRONG if inner.strength == STRONG else WEAK
    return inner._replace(
        start=start_of(tokens, index, length),
        unit=unit,
        prefix=token.text[:length],
        rule="week",
        strength=strength,
    )


def holiday_form(tokens: Tokens, index: int) -> Point | None:
    """יום הכיפורים תשל"ד; ערב סוכות תר"ס; חג המולד 1914; ראש חודש אייר תש"ח (C8)."""
    token = tokens[index]
    at, before = index, 0
    length = 0
    eve = next(
        (
            n
            for n in range(4)
            if token.text[n:] in lexicon().sets["eve"] and (n == 0 or is_prefix(token.text[:n]))
        ),
        None,
    )
    if eve is not None:
        at, before, length = index + 1, -1, eve
    moon = _new_moon(tokens, index, at, before, length)
    if moon:
        return moon
    own = tokens[at].readings.get("holiday")
    if own is None:
        return None
    found = match_phrase(tokens, at, "holiday", own[0])
    if found is None:
        return None
    after, (calendar, entry) = found
    if at == index:
        length = own[0]
    feast = (
        entry.get("month"),
        entry.get("day"),
        entry.get("days", 1),
        entry.get("shift", ""),
        entry.get("easter"),
        before,
    )
    year = year_after(tokens, after)
    if year is None or tokens[after].text == ",":
        return None
    after_year, fields = year
    unit = Unit("holiday", calendar=calendar, feast=feast)
    if fields.get("same"):
        unit = unit._replace(**fields, implied="relative")
    elif fields.get("calendar") == "hebrew" and calendar == "hebrew":
        before_new_year = before and entry.get("month") == 7 and entry.get("day") == 1
        unit = unit._replace(year=fields["year"], marked=fields["marked"] or bool(before_new_year))
    elif fields.get("year") is not None and fields.get("calendar") != "hebrew":
        unit = unit._replace(
            **({"civil_year": fields["year"]} if calendar == "hebrew" else {"year": fields["year"]})
        )
    else:
        return None
    return point_of(
        tokens,
        after_year,
        start_of(tokens, index, length),
        unit,
        STRONG,
        "holiday",
        token.text[:length],
    )


def _new_moon(tokens: Tokens, index: int, at: int, before: int, length: int) -> Point | None:
    own = tokens[at].readings.get("new_moon")
    found = match_phrase(tokens, at, "new_moon", own[0]) if own else None
    if own is None or found is None:
        return None
    after, month, calendar = _month_at(tokens, found[0], frozenset({""}))
    if calendar != "hebrew":
        return None
    year = year_after(tokens, after)
    if year is None or year[1].get("calendar") != "hebrew":
        return None
    if at == index:
        length = own[0]
    unit = Unit(
        "holiday",
        year[1]["year"],
        calendar="hebrew",
        marked=year[1]["marked"],
        feast=(month, 1, 1, "", None, before),
    )
    token = tokens[index]
    return point_of(
        tokens,
        year[0],
        start_of(tokens, index, length),
        unit,
        STRONG,
        "new-moon",
        token.text[:length],
    )


def short_number(tokens: Tokens, index: int) -> int:
    """Return the value of a number of one or two digits, 0 if it is none."""
    token = tokens[index]
    return int(token.text) if token.kind == NUMBER and len(token.text) <= 2 else 0


Form = Callable[[Tokens, int], "Point | None"]

FORMS: tuple[tuple[str, tuple[Form, ...]], ...] = (
    ("part", (part_form,)),
    ("half", (fraction_form,)),
    ("quarter", (fraction_form,)),
    ("fourth", (fraction_form,)),
    ("third", (fraction_form,)),
    ("week", (week_form,)),
    ("new_moon", (holiday_form,)),
    ("eve", (holiday_form,)),
    ("holiday", (holiday_form,)),
    ("day", (dated_day_form,)),
    ("days", (dated_day_form,)),
    ("weekday", (dated_day_form,)),
    ("decades", (decade_form,)),
    ("century", (century_form,)),
    ("centuries", (century_form,)),
    ("decade", (numbered_decade_form,)),
    ("millennium", (millennium_form,)),
    ("millennia", (millennium_form,)),
    ("season", (season_form,)),
    ("months", (season_form, month_form)),
    ("month_head", (month_form,)),
    ("year", (year_form,)),
    ("years", (years_part_form, year_form)),
    ("ten", (day_form,)),
    ("teen", (day_form,)),
    ("unit", (day_form,)),
    ("day_ordinal", (day_form,)),
    ("same", (same_form,)),
    ("month", (month_form,)),
    ("hmonth", (month_form,)),
    ("month_lead", (month_form,)),
    ("thousand", (year_form,)),
)
"""Forms by a reading of their first token, the most specific first."""

_FORM_ORDER = {category: number for number, (category, _) in enumerate(FORMS)}

_INNER: tuple[tuple[str, Form], ...] = (
    ("decades", decade_form),
    ("century", century_form),
    ("decade", numbered_decade_form),
    ("millennium", millennium_form),
    ("season", season_form),
    ("month_head", month_form),
    ("month", month_form),
    ("hmonth", month_form),
    ("year", year_form),
    ("half", fraction_form),
    ("quarter", fraction_form),
)


@lru_cache(maxsize=1 << 12)
def _forms_of(readings: tuple[str, ...]) -> tuple[Form, ...]:
    """Return the forms to try for a word with these readings, in order."""
    places = sorted(_FORM_ORDER[category] for category in readings if category in _FORM_ORDER)
    return tuple(form for place in places for form in FORMS[place][1])


def read_point(tokens: Tokens, index: int) -> Point | None:
    """Return the date that begins at a token, by the first form that fits."""
    token = tokens[index]
    if token.kind == NUMBER:
        short = len(token.text) <= 2
        return (day_form(tokens, index) if short else None) or year_form(tokens, index)
    if token.kind == NUMERIC:
        return numeric_form(tokens, index)
    if token.kind == JUNK:
        return _day_and_month(tokens, index)
    if token.kind == PUNCT:
        return year_form(tokens, index) if token.text == "'" else None
    if token.kind != WORD:
        return None
    readings = token.readings
    if readings:
        for form in _forms_of(tuple(readings)):
            found = form(tokens, index)
            if found:
                return found
    if "'" in token.text or '"' in token.text:
        return day_form(tokens, index) or year_form(tokens, index)
    return None
