"""Parts of a unit: beginnings and ends, halves and quarters, weeks.

    ראשית המאה ה-19  ·  סוף 1947  ·  המחצית השנייה של המאה ה-19  ·  השבוע השני של מרץ 1921

Whatever ``inner_point`` reads may have parts.
"""

from __future__ import annotations

from extract.dates.grammar import (
    STRONG,
    WEAK,
    Form,
    Point,
    ordinal_at,
    past_siblings,
    point_of,
    skip_prefix,
    start_of,
)
from extract.dates.lexicon import is_particle
from extract.dates.months import month_form
from extract.dates.periods import (
    century_form,
    decade_form,
    millennium_form,
    numbered_decade_at,
    numbered_decade_form,
    year_form,
)
from extract.dates.pointers import anchored_form, same_form
from extract.dates.seasons import season_form
from extract.dates.tokens import DASH, NUMBER, WORD, Token, Tokens
from extract.dates.units import Unit
from extract.dates.years import year_at, year_fields

__all__ = ["fraction_form", "part_form", "sibling_form", "week_form", "years_part_form"]


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
    head, parts, length = _fraction_of(token)
    after, number = _ordinal_of(tokens, index + 1, parts)
    several = 0
    if number and tokens[index + 1].kind != NUMBER:
        several = after
        after = past_siblings(tokens, after, head)
        several = several if after > several else 0
        inner = _whole_at(tokens, after)
    elif head == "quarter_plural":
        return None
    else:
        inner = inner_point(tokens, index + 1)
        if inner is None:
            return None
        follow, number = ordinal_at(tokens, inner.next, most=4)
        written = tokens[inner.next]
        if not number or written.kind != WORD or not written.text.startswith("ה"):
            return _half_as_middle(tokens, index, inner)
        inner = inner._replace(next=follow, end=tokens.end(follow - 1))
    if inner is None or (head == "quarter_plural" and not several):
        return None
    found = _fraction_point(head, inner, number, parts)
    if found is None:
        return None
    found = found._replace(start=start_of(tokens, index, length), prefix=token.text[:length])
    return _first_of(tokens, found, several) if several else found


def _ordinal_of(tokens: Tokens, index: int, parts: int) -> tuple[int, int]:
    after, number = ordinal_at(tokens, index, most=4)
    if parts == 3 and is_particle(tokens[index].text, "middle"):
        return index + 1, 2
    return after, number


def _whole_at(tokens: Tokens, index: int) -> Point | None:
    """Read the unit behind the ordinals of its parts."""
    if tokens[index].text[:1] == "ל" and "year" in tokens[index].readings:
        return year_form(tokens, index)
    if tokens[index].text == "ל" and tokens[index + 1].kind == DASH:
        index += 1
    return inner_point(tokens, index + 1 if tokens[index].kind == DASH else index)


def _half_as_middle(tokens: Tokens, index: int, inner: Point) -> Point | None:
    """מחצית המאה ה-19: without an ordinal it is the middle."""
    token = tokens[index]
    if "half" not in token.readings or inner.unit.level not in {"century", "decade", "year"}:
        return None
    length = token.readings["half"][0]
    if not is_particle(token.text[length:], "half_alone") or inner.unit.part:
        return None
    return inner._replace(
        start=start_of(tokens, index, length),
        unit=inner.unit._replace(part="mid"),
        prefix=token.text[:length],
        rule="half-as-middle",
    )


def _fraction_point(head: str, inner: Point, number: int, parts: int) -> Point | None:
    """Return a part of a unit, by its number."""
    number = parts if number < 0 else number
    if inner.unit.part or inner.unit.fraction or number > parts:
        return None
    unit = _fractioned(head, inner.unit, number, parts)
    return inner._replace(unit=unit, strength=STRONG, rule="fraction") if unit else None


def _first_of(tokens: Tokens, found: Point, after: int) -> Point:
    """Return a member of several as short as it is written: what it leaves out is known (S8)."""
    unit = found.unit
    if not unit.implied and not is_particle(tokens[after].text, "up_to"):
        unit = unit._replace(implied="implicit")
    return found._replace(next=after, end=tokens.end(after - 1), unit=unit, rule="sibling")


_FRACTIONS = (("half", 2), ("quarter", 4), ("quarter_plural", 4), ("fourth", 4), ("third", 3))


def _fraction_of(token: Token) -> tuple[str, int, int]:
    """Return the head of a fraction, how many of it make the whole, and the letters before it."""
    for head, parts in _FRACTIONS:
        if head in token.readings:
            return head, parts, token.readings[head][0]
    return "", 0, 0


def _fractioned(head: str, unit: Unit, number: int, parts: int) -> Unit | None:
    if unit.level in {"day", "week", "season", "quarter", "holiday"}:
        return None
    if unit.level == "year" and unit.calendar == "gregorian" and parts in {2, 4}:
        return unit._replace(level="half_year" if parts == 2 else "quarter", number=number)
    if head.startswith("quarter") and unit.level != "year":
        return None
    return unit._replace(fraction=(number, parts))


def week_form(tokens: Tokens, index: int) -> Point | None:
    """השבוע השני של מרץ 1921; השבוע האחרון של אותה שנה."""
    token = tokens[index]
    length = token.readings["week"][0]
    if tokens[index + 1].kind == NUMBER:
        return None
    after, number = ordinal_at(tokens, index + 1, most=5)
    following = past_siblings(tokens, after, "week")
    found = _week_point(tokens, following, number)
    if found is None:
        return None
    found = found._replace(start=start_of(tokens, index, length), prefix=token.text[:length])
    return _first_of(tokens, found, after) if following > after else found


def _week_point(tokens: Tokens, index: int, number: int) -> Point | None:
    inner = inner_point(tokens, index) if number else None
    if inner is None or inner.unit.level not in {"month", "year"}:
        return None
    if inner.unit.part or inner.unit.calendar == "hebrew":
        return None
    named = is_particle(tokens[index].text, "of") or inner.unit.level == "month"
    if not named and not inner.unit.same:
        return None
    unit = inner.unit._replace(level="week", number=number)
    strength = STRONG if inner.strength == STRONG else WEAK
    return inner._replace(unit=unit, rule="week", strength=strength)


def sibling_form(tokens: Tokens, index: int, last: Point) -> Point | None:
    """Read a further ordinal of the head that the one before it has: והשלישי (S8)."""
    level, fraction = last.unit.level, last.unit.fraction
    head, parts = _SIBLING_HEADS.get(level, ("", 0))
    if fraction:
        head, parts = {2: "half", 3: "third"}.get(fraction[1], "fourth"), fraction[1]
    if level == "decade" and not fraction:
        found, after, following = numbered_decade_at(tokens, index), index, index
    else:
        after, number = _ordinal_of(tokens, index, parts)
        following = past_siblings(tokens, after, head)
        if head == "week":
            found = _week_point(tokens, following, number)
        else:
            inner = _whole_at(tokens, following) if number else None
            found = inner and _fraction_point(head, inner, number, parts)
    if found is None:
        return None
    token = tokens[index]
    start = tokens.at(index, 1) if token.text.startswith("ו") else tokens.at(index)
    number_at = skip_prefix(tokens, index)
    if number_at > index:
        start = tokens.at(number_at)
    found = found._replace(start=start, prefix="")
    return _first_of(tokens, found, after) if following > after else found


_SIBLING_HEADS = {"quarter": ("quarter", 4), "half_year": ("half", 2), "week": ("week", 5)}


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
