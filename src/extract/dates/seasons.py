"""Seasons: of a year, of the two years of a winter, of no year where they stand as a time."""

from __future__ import annotations

from extract.dates.digits import numeric_form
from extract.dates.grammar import STRONG, WEAK, Point, match_phrase, names_games, point_of, start_of
from extract.dates.lexicon import is_particle
from extract.dates.tokens import DASH, NUMBER, NUMERIC, Token, Tokens
from extract.dates.units import Unit
from extract.dates.years import year_after

__all__ = ["season_form"]


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
