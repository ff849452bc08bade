"""Periods by their number: years behind a head, decades, centuries and millennia.

How a year itself is written, ``years`` tells.  A decade may name its century behind it, and a
head in the plural may stand for a decade: שנים ה-30.
"""

from __future__ import annotations

from extract.dates.digits import numeric_form
from extract.dates.grammar import (
    BARE,
    STRONG,
    WEAK,
    Point,
    era_after,
    is_counted,
    match_phrase,
    ordinal_at,
    past_siblings,
    point_of,
    skip_prefix,
    start_of,
)
from extract.dates.lexicon import is_particle, lexicon
from extract.dates.tokens import DASH, NUMBER, NUMERIC, WORD, Token, Tokens
from extract.dates.units import Unit
from extract.dates.years import hebrew_year, year_at, year_fields

__all__ = [
    "century_form",
    "decade_form",
    "decade_member",
    "decade_tail",
    "millennium_form",
    "numbered_decade_at",
    "numbered_decade_form",
    "year_form",
]


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
        if is_particle(token.text, "of") and is_particle(tokens[after + 1].text, "lives"):
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
    if token.text == "ה" and tokens[at + 1].kind == NUMBER and tokens[at + 1].gap == 1:
        token, at = tokens[at + 1], at + 1  # its hyphen is left out: שנות ה 50
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
    """העשור השני של המאה ה-20; העשורים השני והשלישי של המאה ה-20."""
    token = tokens[index]
    head = "decade" if "decade" in token.readings else "decade_plural"
    length = token.readings[head][0]
    found = numbered_decade_at(tokens, index + 1)
    if found is None or (head == "decade_plural" and found.rule != "sibling"):
        return None
    return found._replace(start=start_of(tokens, index, length), prefix=token.text[:length])


def numbered_decade_at(tokens: Tokens, index: int) -> Point | None:
    """Read the number of a decade in its century: השני של המאה ה-20, and further ones (S8)."""
    own, value = ordinal_at(tokens, index, most=10)
    if not value:
        return None
    after = past_siblings(tokens, own, "decade")
    number = 90 if value < 0 else 10 * (value - 1)
    following, unit = decade_tail(tokens, after, Unit("decade", number=number))
    if unit.century is None:
        return None
    start = start_of(tokens, index, 1)
    if after > own:
        if not is_particle(tokens[own].text, "up_to"):
            unit = unit._replace(implied="implicit")
        return point_of(tokens, own, start, unit, STRONG, "sibling")
    return point_of(tokens, following, start, unit, STRONG, "numbered-decade")


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
