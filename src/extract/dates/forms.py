"""The forms of one date, in the order they are tried.

Each form is ``form(tokens, index) -> Point | None`` and looks a bounded number of tokens
ahead.  ``FORMS`` lists them by the kind or reading of their first token, the most specific
first; ``read_point`` tries them in that order.
"""

from __future__ import annotations

from functools import lru_cache

from extract.dates.days import dated_day_form, day_form
from extract.dates.digits import day_and_month, numeric_form, short_pair
from extract.dates.grammar import Form, Point
from extract.dates.holidays import holiday_day_form, holiday_form
from extract.dates.months import month_form
from extract.dates.parts import fraction_form, part_form, week_form, years_part_form
from extract.dates.periods import (
    century_form,
    decade_form,
    millennium_form,
    numbered_decade_form,
    year_form,
)
from extract.dates.pointers import beside_quarter_form, same_form
from extract.dates.seasons import season_form
from extract.dates.tokens import JUNK, NUMBER, NUMERIC, PUNCT, WORD, Tokens

__all__ = ["FORMS", "read_point"]

FORMS: tuple[tuple[str, tuple[Form, ...]], ...] = (
    ("part", (part_form,)),
    ("half", (fraction_form,)),
    ("quarter", (fraction_form, beside_quarter_form)),
    ("quarter_plural", (fraction_form,)),
    ("fourth", (fraction_form,)),
    ("third", (fraction_form,)),
    ("week", (week_form,)),
    ("new_moon", (holiday_form,)),
    ("eve", (holiday_form,)),
    ("holiday", (holiday_form,)),
    ("candle", (holiday_day_form,)),
    ("day", (dated_day_form, holiday_day_form)),
    ("days", (dated_day_form,)),
    ("weekday", (dated_day_form,)),
    ("decades", (decade_form,)),
    ("century", (century_form,)),
    ("centuries", (century_form,)),
    ("decade", (numbered_decade_form,)),
    ("decade_plural", (numbered_decade_form,)),
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
        found = (short_pair(tokens, index) or day_form(tokens, index)) if short else None
        return found or year_form(tokens, index)
    if token.kind == NUMERIC:
        return numeric_form(tokens, index)
    if token.kind == JUNK:
        return day_and_month(tokens, index)
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
        found = day_form(tokens, index) or year_form(tokens, index)
        joined = tokens[index + 1].text[:1] == "ד"  # ב' דראש השנה
        return holiday_day_form(tokens, index) if found is None and joined else found
    return None
