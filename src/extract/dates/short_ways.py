"""The short ways: the dates most prose has, where the words beside them say nothing of time.

    ב-1948  ·  (1948)  ·  (1948–1950)  ·  בשנת 1948  ·  בין השנים 1948–1950  ·  משנת 1948 עד 1950
    ב-14 במאי 1948  ·  במאי 1948  ·  בין מאי 1948 ליוני 1949  ·  בשנות ה-50  ·  המאה ה-19

``read_short`` decides at once what the long way decides by many questions, where the answers
to these are known: nothing before an expression qualifies or numbers it, nothing behind it
goes on with it.  It also tells at once of most words and numbers an expression may begin
with that none does.  Wherever it cannot tell, it leaves the token to the long way
(``read_offset`` and ``read_phrase``), which comes to the same drafts: a law of
tests/test_dates_laws.py.
"""

from __future__ import annotations

from functools import lru_cache

from extract.dates.drafts import Draft, plain_draft
from extract.dates.edges import ends, is_mute_before, may_remark, signals_of
from extract.dates.grammar import is_counted, match_phrase, start_of
from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.names import is_citation, is_title
from extract.dates.signals import is_doubted
from extract.dates.tokens import DASH, JUNK, NUMBER, NUMERIC, PUNCT, WORD, Token, Tokens
from extract.dates.units import Unit
from extract.dates.years import is_quantity

__all__ = ["read_short"]

_IN = frozenset({"ב", "וב", "שב", "מ", "ומ", "שמ"})
_PREFIXES = _IN | {""}
"""Prefixes that only place an expression in time."""

Drafts = list[Draft]


@lru_cache(maxsize=1 << 12)
def _year_unit(digits: str) -> Unit:
    return Unit("year", int(digits))


def _is_whole_year(token: Token) -> bool:
    return token.kind == NUMBER and len(token.text) == 4 and 1000 <= int(token.text) <= 2199


def _begins(tokens: Tokens, at: int) -> bool:
    """Tell whether nothing up to a token, the one before an expression, belongs to it."""
    token = tokens[at]
    if token.kind == WORD:
        return is_mute_before(token.text) and not is_doubted(tokens, at)
    if token.kind == PUNCT:
        return token.text != "[" and not (token.text == "," and is_doubted(tokens, at))
    return token.kind != DASH


def _before(tokens: Tokens, index: int) -> int:
    """Return the index before an expression and the ב or מ joined to it, 0 if unclear."""
    at = index - 1
    if tokens[at].kind == DASH:
        joined = tokens[at].gap == 0 and tokens[index].gap == 0
        at = index - 3 if joined and tokens[index - 2].text in _IN else 0
    return at if at and _begins(tokens, at) else 0


def _is_placed(tokens: Tokens, index: int, length: int) -> bool:
    """Tell whether a word stands apart, with no כ among its prefixes: it would mean about."""
    token = tokens[index]
    return token.gap > 0 and "כ" not in token.text[:length] and _begins(tokens, index - 1)


def _is_between(tokens: Tokens, index: int) -> bool:
    """Tell whether the word before an expression opens a range: בין."""
    return tokens[index].gap == 1 and signals_of(tokens[index - 1].text)[:1] == ("between",)


def _alone(
    tokens: Tokens, start: int, index: int, after: int, unit: Unit, rule: str
) -> Drafts | None:
    if unit.level != "day" and is_title(tokens, index, after):
        return None
    return [plain_draft(start, tokens.end(after - 1), (unit,), rule, index, after)]


def _closes(tokens: Tokens, after: int) -> bool:
    """Tell whether nothing from a token on goes on with a whole civil year, month or day.

    Behind a comma only a number does, a weekday or the remark on a calendar: another date
    is one of its own.
    """
    if ends(tokens, after):
        return True
    word = tokens[after + 1]
    if tokens[after].text != "," or word.kind != WORD or is_prefix(word.text):
        return False
    return "day" not in word.readings and not may_remark(word.text)


# --- years -------------------------------------------------------------------------------------


def _past_years(tokens: Tokens, index: int) -> int:
    """Return the index after a year in digits and, if there is one, the year a dash or עד joins to it."""
    link, last = tokens[index + 1], tokens[index + 2]
    if link.kind not in {DASH, WORD} or link.gap == 2 or not _is_whole_year(last):
        return index + 1
    if link.kind == DASH:
        return index + 3 if last.gap < 2 else index + 1
    if not _leads_to_end(link) or last.gap != 1 or is_quantity(tokens, index + 2, joined=True):
        return index + 1
    return index + 1 if is_particle(tokens[index + 3].text, "other_eras") else index + 3


def _leads_to_end(token: Token) -> bool:
    return token.text in lexicon().sets["links.range"]


def _years(
    tokens: Tokens, start: int, index: int, number: int, after: int, rule: str
) -> Drafts | None:
    """Return the draft of the year, or the two, in digits at ``number``."""
    if is_title(tokens, index, after):
        return None
    units: tuple[Unit, ...] = (_year_unit(tokens[number].text),)
    if after > number + 1:
        units, rule = (*units, _year_unit(tokens[after - 1].text)), "range-year-member"
    return [plain_draft(start, tokens.end(after - 1), units, rule, index, after)]


def _year(tokens: Tokens, index: int) -> Drafts | None:
    at = _before(tokens, index)
    bracketed = at == index - 1
    if not at or (bracketed and tokens[at].text != "("):
        return None
    after = _past_years(tokens, index)
    if not _closes(tokens, after) or is_counted(tokens, after) or is_citation(tokens, after, at):
        return None
    if bracketed and after == index + 1 and tokens[after].text != ")":
        return None
    return _years(tokens, tokens.at(index), index, index, after, "year")


def _headed_year(tokens: Tokens, index: int) -> Drafts | None:
    length = tokens[index].readings["year"][0]
    if not _is_whole_year(tokens[index + 1]) or tokens[index].text[0] == "ה":
        return None
    after = _past_years(tokens, index + 1)
    if not _closes(tokens, after) or is_counted(tokens, after):
        return None
    if not _is_placed(tokens, index, length):
        return None
    return _years(tokens, tokens.at(index, length), index, index + 1, after, "headed-year")


def _headed_years(tokens: Tokens, index: int) -> Drafts | None:
    length = tokens[index].readings["years"][0]
    if not _is_whole_year(tokens[index + 1]):
        return None
    after = _past_years(tokens, index + 1)
    if after == index + 2 or not _closes(tokens, after) or is_counted(tokens, after):
        return None
    if _is_between(tokens, index):
        if tokens[index].text[:length] not in {"", "ה"} or not _begins(tokens, index - 2):
            return None
    elif not _is_placed(tokens, index, length):
        return None
    return _years(tokens, start_of(tokens, index, length), index, index + 1, after, "")


# --- days, months, decades, centuries ------------------------------------------------------------


def _has_year(tokens: Tokens, index: int) -> bool:
    """Tell whether a word is no more than a month, and its year stands behind it."""
    year = tokens[index + 1]
    return len(tokens[index].readings) == 1 and year.gap == 1 and _is_whole_year(year)


def _is_dated(tokens: Tokens, index: int) -> bool:
    """Tell whether a word is no more than a month, and its year ends the expression."""
    return _has_year(tokens, index) and _closes(tokens, index + 2)


def _day(tokens: Tokens, index: int) -> Drafts | None:
    day, word = int(tokens[index].text), tokens[index + 1]
    month = word.readings.get("month")
    if month is None or word.text[: month[0]] not in {"", "ב"} or not 1 <= day <= 31:
        return None
    if word.gap == 2:
        return None
    if not _is_dated(tokens, index + 1) or not _before(tokens, index):
        return None
    unit = Unit("day", int(tokens[index + 2].text), month[1], day)
    return _alone(tokens, tokens.at(index), index, index + 3, unit, "gregorian-day")


def _month_unit(tokens: Tokens, index: int) -> Unit:
    return Unit("month", int(tokens[index + 1].text), tokens[index].readings["month"][1])


def _month(tokens: Tokens, index: int) -> Drafts | None:
    length = tokens[index].readings["month"][0]
    if tokens[index].text[:length] not in _PREFIXES or not _has_year(tokens, index):
        return None
    if not _closes(tokens, index + 2):
        return _months(tokens, index, length)
    if not _is_placed(tokens, index, length):
        return None
    start = tokens.at(index, length)
    return _alone(tokens, start, index, index + 2, _month_unit(tokens, index), "gregorian-month")


def _months(tokens: Tokens, index: int, length: int) -> Drafts | None:
    """Return the draft of the months of בין יוני 2017 לאפריל 2022; מיוני 2017 עד אפריל 2022."""
    between = _is_between(tokens, index)
    if between and (length or not _begins(tokens, index - 2)):
        return None
    if not between and not _is_placed(tokens, index, length):
        return None
    last = index + 3 if _leads_to_end(tokens[index + 2]) else index + 2
    month = tokens[last].readings.get("month")
    if month is None or tokens[index + 2].gap != 1 or tokens[last].gap != 1:
        return None
    opened = between or "מ" in tokens[index].text[:length]
    lead = "ל" if last == index + 2 and opened else "" if last == index + 3 else None
    if tokens[last].text[: month[0]] != lead or not _is_dated(tokens, last):
        return None
    if is_title(tokens, index, last + 2):
        return None
    units = _month_unit(tokens, index), _month_unit(tokens, last)
    start, end = tokens.at(index, length), tokens.end(last + 1)
    return [plain_draft(start, end, units, "range-gregorian-month", index, last + 2)]


def _number_after(tokens: Tokens, index: int) -> int:
    """Return the number of ה-50 behind a word, 0 if something else stands there."""
    article, dash, number = tokens[index + 1 : index + 4]
    if article.text != "ה" or dash.kind != DASH or number.kind != NUMBER:
        return 0
    joined = article.gap == 1 and dash.gap == 0 and number.gap == 0
    return int(number.text) if joined and len(number.text) <= 2 else 0


def _decade(tokens: Tokens, index: int) -> Drafts | None:
    number, length = _number_after(tokens, index), tokens[index].readings["decades"][0]
    if not number or number % 10 or not ends(tokens, index + 4):
        return None
    if not _is_placed(tokens, index, length):
        return None
    unit, start = Unit("decade", number=number), start_of(tokens, index, length)
    return _alone(tokens, start, index, index + 4, unit, "decade")


def _century(tokens: Tokens, index: int) -> Drafts | None:
    number, length = _number_after(tokens, index), tokens[index].readings["century"][0]
    if not 0 < number <= 40 or not ends(tokens, index + 4):
        return None
    if not _is_placed(tokens, index, length):
        return None
    unit, start = Unit("century", number=number), start_of(tokens, index, length)
    return _alone(tokens, start, index, index + 4, unit, "century")


# --- what begins no expression -------------------------------------------------------------------

_OF_THEMSELVES = frozenset({"month", "hmonth", "month_lead", "season"})
"""Readings of words that may be an expression with nothing behind them."""


def _is_idle(tokens: Tokens, index: int) -> bool:
    """Tell whether a word of the grammar begins nothing, as what it asks for is not behind it."""
    token = tokens[index]
    readings, text = token.readings, token.text
    if not _OF_THEMSELVES.isdisjoint(readings) or '"' in text or "'" in text:
        return False
    if not ends(tokens, index + 1):
        return False
    tomorrow = readings.get("tomorrow")
    return tomorrow is None or match_phrase(tokens, index, "tomorrow", tomorrow[0]) is None


_MEASURES = frozenset({"unit", "years", "days", "offset_unit"})
"""Readings of the plurals that a number measures: 12 שנים."""


def _is_measure(tokens: Tokens, index: int) -> bool:
    """Tell whether a word is what the number before it measures, and no distance from a date."""
    token = tokens[index]
    if token.kind != WORD or not token.readings or not token.readings.keys() <= _MEASURES:
        return False
    return not any(length for length, _ in token.readings.values()) and ends(tokens, index + 1)


_GOING_ON = frozenset({",", "/", "'", "?", "("})
"""Signs behind a day that another day, a month or a year may follow."""


def _is_cut_off(tokens: Tokens, after: int) -> bool:
    """Tell whether what stands behind a short number is no word, and no sign that joins one to it."""
    token = tokens[after]
    if token.kind == PUNCT:
        if token.text == "(":
            return tokens[after + 1].kind != NUMBER
        return token.text not in _GOING_ON
    return token.kind in {JUNK, NUMERIC} or (token.kind == NUMBER and token.gap > 0)


def _is_amount(tokens: Tokens, index: int) -> bool:
    """Tell whether a number is neither a year nor a day: 12 and 500 with nothing of time beside them."""
    size = len(tokens[index].text)
    if size > 4 or (size < 3 and _is_cut_off(tokens, index + 1)):
        return True
    if size == 4 or not (ends(tokens, index + 1) or _is_measure(tokens, index + 1)):
        return False
    if size < 3:
        return True
    previous, holder = tokens[index - 1], tokens[index - 2]
    if previous.kind == DASH:
        return previous.gap == 0 and holder.kind == WORD and "ב" not in holder.text
    if previous.kind == WORD:
        return not is_prefix(previous.text)
    return previous.text not in {"(", "["}


def _is_imprint(tokens: Tokens, index: int) -> bool:
    """Tell whether a year closes a list as that of a book does, which is no date: תל אביב, 1994."""
    before, after = tokens[index - 1], tokens[index + 1]
    if before.text != "," or tokens[index].gap != 1 or after.text in {")", ":"}:
        return False
    return ends(tokens, index + 1) and _begins(tokens, index - 1)


# --- the choice ------------------------------------------------------------------------------------

_WAYS = (
    ("decades", _decade),
    ("century", _century),
    ("year", _headed_year),
    ("years", _headed_years),
    ("month", _month),
)


def read_short(tokens: Tokens, index: int) -> Drafts | None:
    """Return what begins at a token, an empty list for nothing, None where only the long way can tell."""
    token = tokens[index]
    if token.kind == NUMBER:
        if _is_amount(tokens, index):
            return []
        if len(token.text) <= 2:
            return _day(tokens, index)
        if not _is_whole_year(token):
            return None
        return [] if _is_imprint(tokens, index) else _year(tokens, index)
    if token.kind != WORD:
        return None
    if _is_idle(tokens, index):
        return []
    for category, way in _WAYS:
        if category in token.readings:
            return way(tokens, index)
    return None
