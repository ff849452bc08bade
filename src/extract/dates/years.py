"""Years as written: in digits, in words, in letters; before the context admits them."""

from __future__ import annotations

from typing import Any, NamedTuple

from extract.dates.grammar import (
    Tokens,
    era_after,
    is_counted,
    match_phrase,
    neighbour_after,
    skip_prefix,
    start_of,
    words_number,
)
from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.numerals import plain_letters, value_of
from extract.dates.tokens import DASH, END, NUMBER, PUNCT, WORD

__all__ = ["Year", "hebrew_year", "is_quantity", "year_after", "year_at", "year_fields"]


class Year(NamedTuple):
    """A year as written, before the context says whether it is one."""

    next: int
    year: int
    era: int = 0
    calendar: str = "gregorian"
    marked: bool = True
    short: bool = False
    """Two digits: the century is to be supplied."""
    start: int = 0
    prefix: str = ""
    alone: bool = True
    """Could stand with a signal only (four digits, a ת… token)."""


def hebrew_year(tokens: Tokens, index: int, *, trusted: bool) -> Year | None:
    """Read a Hebrew year in letters (C5, F6); ``trusted`` where a date context is certain."""
    token = tokens[index]
    text = token.text
    if token.kind != WORD:
        return None
    thousand = _separate_thousand(tokens, index)
    if thousand:
        spelt = is_particle(tokens[index + 1].text, "thousands")
        inner = hebrew_year(tokens, index + 1 + spelt, trusted=True)
        if inner and inner.prefix == "" and inner.year > 0:
            length = len(text) - 2
            year = thousand + inner.year % 1000
            return inner._replace(
                year=year, marked=True, start=tokens.at(index, length), prefix=text[:length]
            )
    if '"' not in text or len(text) > 11:
        return None
    sets = lexicon().sets
    decreed = tokens[index - 1].text in sets["occurrences.decrees"]
    acronyms = frozenset() if trusted or decreed else sets["acronyms"]
    for length in range(min(5, len(text) - 2)):
        if length and text[:length] not in lexicon().prefixes:
            continue
        rest = text[length:]
        base, letters, marked = 5000, rest, False
        if rest[:2] in {"ה'", "ד'"}:
            base, letters, marked = (5000 if rest[0] == "ה" else 4000), rest[2:], True
        elif rest[0] in "הד" and rest[1:2] == "ת":
            base, letters, marked = (5000 if rest[0] == "ה" else 4000), rest[1:], True
        if '"' not in letters or letters[0] == '"' or "'" in letters:
            continue
        if not marked and not trusted and letters[0] != "ת":
            continue
        if letters in acronyms and not (marked and rest[1:2] == "'"):
            continue
        value = value_of(plain_letters(letters)) or (_permuted(letters) if letters[0] == "ת" else 0)
        if not 0 < value < 1000:
            continue
        if not marked and value < (100 if trusted else 400):
            continue
        return Year(
            index + 1, base + value, 0, "hebrew", marked, start=tokens.at(index, length), prefix=text[:length],
            alone=marked or decreed or (letters[0] == "ת" and len(letters) >= 4),
        )  # fmt: skip
    return None


def _permuted(letters: str) -> int:
    """Read a year whose letters were reordered to avoid an ill word (תרח"צ, תשד"מ)."""
    plain = plain_letters(letters)
    values = [value_of(letter) for letter in plain]
    if len(set(values)) != len(values) or not all(values) or len(values) < 4:
        return 0
    ranks = {len(str(value)) for value in values[1:]}
    return sum(values) if values[0] == 400 and len(ranks) == 3 else 0


def _separate_thousand(tokens: Tokens, index: int) -> int:
    text = tokens[index].text
    if len(text) > 4 or text[-2:] not in {"ה'", "ד'"} or (text[:-2] and not is_prefix(text[:-2])):
        return 0
    spelt = is_particle(tokens[index + 1].text, "thousands")
    following = tokens[index + 1 + spelt]
    if following.kind != WORD or following.gap == 2 or '"' not in following.text:
        return 0
    return 5000 if text[-2] == "ה" else 4000


def year_at(
    tokens: Tokens, index: int, *, headed: bool = False, trusted: bool = False
) -> Year | None:
    """Read a year in digits, words or letters at a token.

    ``headed`` after שנת or the like: any number will do; ``trusted`` after a month or a part.
    """
    token = tokens[index]
    if token.kind == NUMBER:
        return _digit_year(tokens, index, headed=headed, trusted=trusted)
    if token.kind == PUNCT and token.text == "'" and tokens[index + 1].kind == NUMBER:
        number = tokens[index + 1]
        if number.gap == 0 and len(number.text) == 2:
            return Year(index + 2, int(number.text), short=True, start=tokens.at(index + 1))
        return None
    if token.kind != WORD:
        return None
    if "thousand" in token.readings or (headed and "unit" in token.readings):
        length = token.readings.get("thousand", token.readings.get("unit", (0, 0)))[0]
        after, value = words_number(tokens, index, length)
        enough = 1000 if not headed else 100
        if enough <= value <= 2999 and (headed or trusted or after > index + 1):
            if not headed and is_counted(tokens, after):
                return None
            after, era = era_after(tokens, after)
            return Year(
                after, 1 - value if era < 0 else value, era, start=start_of(tokens, index, length),
                prefix=token.text[:length], alone=after > index + 1,
            )  # fmt: skip
    return hebrew_year(tokens, index, trusted=headed or trusted)


def _digit_year(tokens: Tokens, index: int, *, headed: bool, trusted: bool) -> Year | None:
    token = tokens[index]
    size = len(token.text)
    if size > 4:
        return None
    value = int(token.text)
    following = tokens[index + 1]
    if size == 2 and following.gap == 0 and following.text == "'":
        return Year(index + 2, value, short=True, start=tokens.at(index))
    after, era = era_after(tokens, index + 1)
    if era:
        if value == 0:
            return None
        return Year(after, 1 - value if era < 0 else value, era, start=tokens.at(index))
    world = match_phrase(tokens, index + 1, "anno_mundi")
    if size == 4 and (world or (5000 <= value <= 5999 and (headed or trusted))):
        if 3000 <= value <= 5999:
            return Year(
                world[0] if world else index + 1, value, 0, "hebrew", start=tokens.at(index)
            )
        return None
    counted = token.text[0] == "0" or is_particle(following.text, "counted_from")
    counted = counted and size < 4
    old = headed and following.kind == DASH and era_after(tokens, index + 3)[1] < 0
    if value == 0 or (value > 2999 and not old) or counted or _is_of_other_era(tokens, index + 1):
        return None
    if (
        not headed
        and not (trusted and size == 4 and 1000 <= value <= 2199)
        and is_quantity(tokens, index)
    ):
        return None
    if headed or (size >= 3 and trusted) or (size == 4 and value >= 1000):
        return Year(index + 1, value, start=tokens.at(index), alone=size == 4)
    return Year(index + 1, value, start=tokens.at(index), alone=False) if size == 3 else None


_MOST_IN_RANGE = 5
"""Tokens from the first year of a range to behind the last: 1400 ל - 1410 להג'רה."""


def _is_of_other_era(tokens: Tokens, index: int) -> bool:
    """Tell whether an era that is not counted here stands behind a year, or behind a range it begins."""
    for token in tokens[index : index + _MOST_IN_RANGE]:
        if is_particle(token.text, "other_eras"):
            return True
        joining = token.text in lexicon().sets["links.range"] or is_prefix(token.text)
        if not joining and token.kind not in {DASH, NUMBER}:
            return False
    return False


def is_quantity(tokens: Tokens, index: int, *, joined: bool = False) -> bool:
    """Tell whether a number counts the noun after it (F1).

    A year may stand before a plural that only begins the rest of its clause: ב-1949 עולים
    רבים התיישבו כאן.  It is one where the number is not round, what follows is no measure,
    and a preposition of time, not of the verb, leads it; ``joined`` to a year before it.
    """
    if _is_limit(tokens, index):
        return True
    if not is_counted(tokens, index + 1):
        return False
    token, noun = tokens[index], tokens[index + 1].text
    year = len(token.text) == 4 and 1000 <= int(token.text) <= 2199 and token.text[2:] != "00"
    if not year or not is_particle(noun[-2:], "plural_endings") or is_particle(noun, "measures"):
        return True
    if joined:
        return False
    at = index - 1
    if tokens[at].kind == DASH and tokens[at].gap == 0:
        at -= 1
    if tokens[at + 1].gap == 0 and is_particle(tokens[at].text, "in"):
        return is_particle(tokens[at - 1].text, "amount_verbs")
    return not is_particle(tokens[at].text, "since")


def _is_limit(tokens: Tokens, index: int) -> bool:
    """Tell whether a number is how many there are at most: מאחסן עד 1850 מכולות.

    Behind *until* a year may stand before a plural as well, but then its clause goes on.
    """
    noun, after = tokens[index + 1], tokens[index + 2]
    if not is_particle(tokens[index - 1].text, "up_to") or noun.kind != WORD or noun.gap != 1:
        return False
    if not is_particle(noun.text[-2:], "plural_endings") or noun.text[0] in "בלכוש":
        return False
    if noun.text in lexicon().sets["not_counted"]:
        return False
    if after.kind == WORD and after.text[0] in "בל":
        after = tokens[index + 3]
    return after.kind in {PUNCT, END}


def year_after(tokens: Tokens, index: int) -> tuple[int, dict[str, Any]] | None:
    """Read the year that completes a month, a season or a holiday; None where there is none."""
    at = index
    comma = tokens[at].kind == PUNCT and tokens[at].text == "," and tokens[at].gap == 0
    if comma:
        at += 1
    if is_particle(tokens[at].text, "of"):
        at += 1
    token = tokens[at]
    if token.gap == 2:
        return None
    pointing = None if comma else _year_of_anchor(tokens, at)
    if pointing:
        return pointing
    if "year" in token.readings and token.text[: token.readings["year"][0]] in {"", "ב", "ל", "מ"}:
        found = year_at(tokens, skip_prefix(tokens, at + 1), headed=True)
    else:
        skipped = at
        if token.text in {"ה", "ב", "ל"} and tokens[at + 1].kind == DASH:
            skipped = skip_prefix(tokens, at)
        found = year_at(tokens, skipped, trusted=True)
        if found and found.prefix not in {"", "ה", "ב", "ל"}:
            return None
        if found and (comma or skipped > at) and not found.alone:
            return None
    return (found.next, year_fields(found)) if found else None


def _year_of_anchor(tokens: Tokens, index: int) -> tuple[int, dict[str, Any]] | None:
    """Read אותה שנה and השנה שלאחר מכן: the anchor's year, or the one beside it (R5, S10)."""
    token, following = tokens[index], tokens[index + 1]
    same = token.readings.get("same")
    if same and token.text[: same[0]] in {"", "ב", "ל"}:
        named = is_particle(following.text, "year_word")
        return (index + 2, {"same": "year"}) if named else None
    year = token.readings.get("year_plain")
    beside = neighbour_after(tokens, index + 1) if year else None
    if year and beside and token.text[: year[0]] in {"ה", "ב", "בה"}:
        return beside[0], {"same": "year", "shift": beside[1]}
    return None


def year_fields(found: Year) -> dict[str, Any]:
    """Return a year as the fields of a unit."""
    if found.short:
        return {"year": None, "number": found.year, "implied": "short"}
    fields: dict[str, Any] = {"year": found.year, "era": found.era}
    if found.calendar == "hebrew":
        fields |= {"calendar": "hebrew", "marked": found.marked}
    return fields
