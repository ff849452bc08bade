"""Relative expressions: distances from the anchor and the anchor's own unit (A2, S10, R4, R5)."""

from __future__ import annotations

from extract.dates.drafts import Draft, Offset
from extract.dates.grammar import match_phrase, neighbour_after, skip_prefix, start_of, words_number
from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.tokens import DASH, END, NUMBER, PUNCT, WORD, Tokens

__all__ = ["read_offset"]

_Quantity = tuple[int, float, str, int, int]
"""Index after it, amount, unit, span start, months beside the years."""


def _quantity(tokens: Tokens, index: int) -> tuple[_Quantity, bool] | None:
    """Read שלוש שנים, שנתיים, חודשיים וחצי, חצי שנה, כ-20 יום; and whether it is approximate."""
    approximate = False
    at = skip_prefix(tokens, index)
    if at > index:
        if tokens[index].text[-1] not in "כהו":
            return None
        approximate = tokens[index].text[-1] == "כ"
    token = tokens[at]
    if token.kind == WORD and tokens[at].text in lexicon().sets["approximate_words"]:
        inner = _quantity(tokens, at + 1)
        return ((*inner[0][:3], tokens.at(at), inner[0][4]), True) if inner else None
    if token.kind == NUMBER:
        unit = tokens[at + 1].readings.get("offset_unit")
        if unit is None or unit[0] or len(token.text) > 3 or tokens[at + 1].gap == 2:
            return None
        return (at + 2, float(token.text), unit[1], tokens.at(at), 0), approximate
    if token.kind != WORD:
        return None
    length = 0
    for category in (
        "offset_dual",
        "unit",
        "ten",
        "teen",
        "hundred",
        "offset_unit",
        "offset_halves",
    ):
        if category in token.readings:
            length = token.readings[category][0]
            if token.text[:length].endswith(("ה", "מ")):
                continue
            found = _word_quantity(tokens, at, category)
            if found:
                if length and not is_prefix(token.text[:length]):
                    return None
                return found, approximate or token.text[:length].endswith("כ")
    return None


def _word_quantity(tokens: Tokens, at: int, category: str) -> _Quantity | None:
    token = tokens[at]
    length, value = token.readings[category]
    start = tokens.at(at, length)
    if category == "offset_dual":
        amount, unit = (50.0, "year") if value == "jubilee" else (2.0, value)
        return _tail_quantity(tokens, at + 1, amount, unit, start)
    if category == "offset_unit":
        if not is_particle(token.text[length:], "singular_units"):
            return None
        after = at + 1
        whole = value in {"week", "month"} and is_particle(tokens[after].text, "of_days")
        if whole or is_particle(tokens[after].text, "one"):
            after += 1
        return _tail_quantity(tokens, after, 1.0, value, start)
    if category == "offset_halves":
        unit = tokens[at + 1].readings.get("offset_unit")
        if (
            unit is None
            or tokens[at + 1].text[: unit[0]] not in {"", "ה"}
            or tokens[at + 1].gap == 2
        ):
            return None
        if unit[1] == "year":
            return at + 2, 6.0, "month", start, 0
        if unit[1] in {"decade", "century"}:
            return at + 2, 5.0 if unit[1] == "decade" else 50.0, "year", start, 0
        return None
    after, number = words_number(tokens, at, length)
    unit = tokens[after].readings.get("offset_unit")
    if not number or unit is None or unit[0] or tokens[after].gap == 2:
        return None
    return _tail_quantity(tokens, after + 1, float(number), unit[1], start)


def _tail_quantity(tokens: Tokens, after: int, amount: float, unit: str, start: int) -> _Quantity:
    token = tokens[after]
    if is_particle(token.text, "and_half"):
        return after + 1, amount + 0.5, unit, start, 0
    if unit == "year" and token.kind == WORD and token.text[0] == "ו":
        more = _quantity(tokens, after)
        if more and more[0][2] == "month":
            return more[0][0], amount, unit, start, int(more[0][1])
    return after, amount, unit, start, 0


def _draft(
    tokens: Tokens,
    index: int,
    after: int,
    start: int,
    offset: Offset,
    rule: str,
    *,
    approximate: bool = False,
) -> Draft:
    modifiers = frozenset({"approximate"}) if approximate else frozenset()
    return Draft(
        start,
        tokens.end(after - 1),
        "offset",
        (),
        modifiers,
        rule,
        index,
        after,
        "relative",
        offset=offset,
    )


def _led(tokens: Tokens, index: int) -> Draft | None:
    """כעבור שלוש שנים; מקץ שנתיים; לאחר חודשיים."""
    token = tokens[index]
    if "offset_lead" not in token.readings:
        return None
    lead = token.readings["offset_lead"][0]
    first = index + 2 if is_particle(tokens[index + 1].text, "more") else index + 1
    found = _quantity(tokens, first)
    if found is None or tokens[index + 1].gap == 2:
        return None
    (after, amount, unit, _, months), approximate = found
    following = tokens[after]
    if is_particle(token.text[lead:], "loose_lead"):
        closed = following.kind in {PUNCT, END} or (following.kind == WORD and following.gap < 2)
        if (
            not closed
            or is_particle(following.text, "of")
            or (following.text[:1] == "מ" and len(following.text) > 4)
            or "offset_tail" in following.readings
        ):
            return None
        noun = (
            following.kind == WORD and following.text[:1] in set("הבל") and len(following.text) > 3
        )
        if noun and not is_particle(following.text[:2], "verb_starts"):
            return None
    offset = Offset(amount, unit, 1, months)
    return _draft(
        tokens, index, after, tokens.at(index, lead), offset, "offset-led", approximate=approximate
    )


_LEAST_YEAR = 4
"""Digits of a number that counts nothing: ב-1930 וחודש לאחר מכן."""
_COUNTS = frozenset({"unit", "ten", "teen", "hundred", "teen_end", "hundred_end"})


def _is_counted_before(tokens: Tokens, index: int) -> bool:
    """Tell whether a distance is of more or less than a number: יותר מעשרים שנה לאחר מכן."""
    previous = tokens[index - 1]
    if tokens[index].kind == NUMBER:
        joined = previous.kind == DASH and tokens[index].gap == 0
        return joined and tokens[index - 2].text.endswith("מ")
    if tokens[index].readings.get("offset_unit", (1, ""))[0] or tokens[index].gap != 1:
        return False
    if previous.kind == NUMBER:
        return len(previous.text) < _LEAST_YEAR
    return not _COUNTS.isdisjoint(previous.readings)


def _trailed(tokens: Tokens, index: int) -> Draft | None:
    """שנה לאחר מכן; שנתיים קודם לכן; יומיים מאוחר יותר."""
    found = _quantity(tokens, index)
    if found is None or _is_counted_before(tokens, index):
        return None
    (after, amount, unit, start, months), approximate = found
    after += is_particle(tokens[after].text, "merely")
    if tokens[index].kind == NUMBER and tokens[index - 1].kind == DASH and tokens[index].gap == 0:
        approximate = tokens[index - 2].text.endswith("כ") and is_prefix(tokens[index - 2].text)
    tail = match_phrase(tokens, after, "offset_tail")
    if tail is None or tokens[after].gap == 2:
        return None
    offset = Offset(amount, unit, tail[1], months)
    return _draft(tokens, index, tail[0], start, offset, "offset-trailed", approximate=approximate)


def _neighbour(tokens: Tokens, index: int) -> Draft | None:
    """השנה שלאחר מכן; החודש הבא; השנה הקודמת; שנה זו (R5)."""
    token = tokens[index]
    reading = token.readings.get("offset_unit")
    if (
        reading is None
        or not is_particle(token.text[reading[0] :], "singular_units")
        or reading[1] == "century"
    ):
        return None
    length, unit = reading
    following = tokens[index + 1]
    if following.gap == 2 or following.kind != WORD:
        return None
    definite = token.text[:length].endswith(("ה", "ב", "ל", "מ")) or not length
    found = neighbour_after(tokens, index + 1)
    if found and definite:
        after, direction = found
        rule = f"{'next' if direction > 0 else 'previous'}-{unit}"
        offset = Offset(1.0, unit, direction, whole=True)
        return _draft(tokens, index, after, start_of(tokens, index, length), offset, rule)
    if (
        "this" in following.readings
        and following.readings["this"][0] == 0
        and unit in {"year", "month"}
        and length
    ):
        return _draft(
            tokens,
            index,
            index + 2,
            start_of(tokens, index, length),
            Offset(0.0, unit, 1, whole=True),
            f"this-{unit}",
        )
    return None


def _tomorrow(tokens: Tokens, index: int) -> Draft | None:
    token = tokens[index]
    length = token.readings["tomorrow"][0]
    found = match_phrase(tokens, index, "tomorrow", length)
    if found is None:
        return None
    return _draft(
        tokens, index, found[0], tokens.at(index, length), Offset(1.0, "day", 1), "tomorrow"
    )


_OPENERS = frozenset({
    "tomorrow", "offset_lead", "offset_unit", "offset_dual", "offset_halves", "approximate_word",
    "unit", "ten", "teen", "hundred",
})  # fmt: skip
"""Readings of the words a relative expression may begin with."""


def read_offset(tokens: Tokens, index: int) -> Draft | None:
    """Return the relative expression that begins at a token, or None."""
    token = tokens[index]
    if token.kind == NUMBER:
        counts = "offset_unit" in tokens[index + 1].readings
        return _trailed(tokens, index) if counts else None
    if token.kind != WORD:
        return None
    readings = token.readings
    if _OPENERS.isdisjoint(readings) and not is_prefix(token.text):
        return None
    if "tomorrow" in readings:
        found = _tomorrow(tokens, index)
        if found:
            return found
    if tokens[index + 1].kind != END:
        found = _led(tokens, index)
        if found:
            return found
    if not readings:
        return None
    return _neighbour(tokens, index) or _trailed(tokens, index)
