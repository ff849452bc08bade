"""Parts of a unit: beginnings and ends, halves and quarters, weeks.

    ראשית המאה ה-19  ·  סוף 1947  ·  המחצית השנייה של המאה ה-19  ·  השבוע השני של מרץ 1921

Whatever ``inner_point`` reads may have parts.
"""

from __future__ import annotations

from extract.dates.grammar import STRONG, WEAK, Form, Point, ordinal_at, point_of, start_of
from extract.dates.lexicon import is_particle
from extract.dates.months import month_form
from extract.dates.periods import (
    century_form,
    decade_form,
    millennium_form,
    numbered_decade_form,
    year_form,
)
from extract.dates.pointers import anchored_form, same_form
from extract.dates.seasons import season_form
from extract.dates.tokens import DASH, NUMBER, WORD, Token, Tokens
from extract.dates.units import Unit
from extract.dates.years import year_at, year_fields

__all__ = ["fraction_form", "part_form", "week_form", "years_part_form"]


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
        anchored = anchored_form(tokens, at)
        if anchored:
            return anchored
    year = year_at(tokens, at, trusted=True)
    if year and (year.alone or year.era or year.short) and year.prefix in {"", "ה", "ב"}:
        unit = Unit("year", **year_fields(year))
        return point_of(tokens, year.next, year.start, unit, STRONG, "year")
    return None


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
