"""Months: a name of one in either calendar, behind its prefix or its head, and the year after it."""

from __future__ import annotations

from extract.dates.grammar import BARE, STRONG, WEAK, Point, match_phrase, point_of, start_of
from extract.dates.lexicon import is_particle
from extract.dates.tokens import DASH, WORD, Tokens
from extract.dates.units import Unit
from extract.dates.years import year_after

__all__ = ["month_at", "month_form"]


def month_at(
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


def _is_surname(tokens: Tokens, index: int, after: int, prefix: str) -> bool:
    """Tell whether a bare Hebrew month is a name with a civil year behind its comma (F5).

    דנה אדר, 1967
    """
    before = tokens[index - 1]
    named = before.kind == WORD and tokens[index].gap == 1
    return named and not prefix and tokens[after].text == ","


_MONTH_PREFIXES = frozenset({"", "ב", "ל", "מ", "ש", "ו", "וב", "ול", "ומ", "שב", "כ", "שמ", "ה"})


def month_form(tokens: Tokens, index: int) -> Point | None:
    """פברואר 1989; חודש מאי 1924; אלול תר"ף; bare months only with an anchor (R2)."""
    token = tokens[index]
    head = token.readings.get("month_head") or token.readings.get("months")
    at = index
    length = 0
    if head:
        at, length = index + 1, head[0]
    prefixes = frozenset({""}) if head else _MONTH_PREFIXES
    after, month, calendar = month_at(tokens, at, prefixes, opens=not head)
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
            if not head and _is_surname(tokens, index, after, prefix):
                return None
            unit = unit._replace(civil_year=fields["year"])
            return point_of(
                tokens, after_year, start, unit, STRONG, "hebrew-month-civil-year", prefix
            )
    strength = WEAK if head or prefix.endswith(("ב", "מ", "ל")) else BARE
    if prefix and "next" in tokens[after].readings:  # its direction word is part of it (S10)
        then = match_phrase(tokens, after, "next")
        after = then[0] if then else after
    return point_of(tokens, after, start, unit, strength, "month", prefix)
