"""What every form is made of: points, prefixes, phrases, and numbers in words and letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.numerals import plain_letters, value_of
from extract.dates.tokens import DASH, NUMBER, NUMERIC, PUNCT, WORD, Token, Tokens
from extract.dates.units import Unit

__all__ = [
    "BARE", "STRONG", "WEAK", "Form", "Point", "Tokens", "era_after", "is_counted", "letters_number", "match_phrase",
    "names_games", "neighbour_after", "ordinal_at", "past_siblings", "point_of", "short_number", "skip_prefix", "start_of", "words_number",
]  # fmt: skip

STRONG, WEAK, BARE = 2, 1, 0
"""Is the form a date by itself, with a signal beside it, or only in a range or a list."""


class Point(NamedTuple):
    """One date as a form read it: ``tokens[index:next]``, text from ``start`` to ``end``."""

    start: int
    end: int
    next: int
    unit: Unit
    strength: int
    rule: str
    prefix: str = ""
    """Prefix letters fused to the first word."""


Form = Callable[[Tokens, int], "Point | None"]
"""What reads a date at a token."""


def point_of(
    tokens: Tokens,
    after: int,
    start: int,
    unit: Unit,
    strength: int,
    rule: str,
    prefix: str = "",
) -> Point:
    """Return the point that ends before a token."""
    return Point(start, tokens.end(after - 1), after, unit, strength, rule, prefix)


def start_of(tokens: Tokens, index: int, length: int) -> int:
    """Return where a word's span begins: its article is inside, other prefixes are not (S1, S2)."""
    if length and tokens[index].text[length - 1] == "ה":
        length -= 1
    return tokens.at(index, length)


def match_phrase(tokens: Tokens, index: int, table: str, length: int = 0) -> tuple[int, Any] | None:
    """Return the index after the longest phrase of a table at a token, and its value.

    ``length`` prefix letters of the first word are passed over.
    """
    token = tokens[index]
    if token.kind != WORD:
        return None
    for words, value in lexicon().phrases[table].get(token.text[length:], ()):
        after = index + 1
        for word in words[1:]:
            if tokens[after].kind == DASH:
                after += 1
            if tokens[after].text != word or tokens[after].gap == 2:
                break
            after += 1
        else:
            return after, value
    return None


def neighbour_after(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Return the index after שלאחר מכן, הבאה or הקודמת and its direction, 1 or -1 (R5)."""
    for table, direction in (("next", 1), ("previous", -1)):
        found = match_phrase(tokens, index, table)
        if found and tokens[index].gap < 2:
            return found[0], direction
    return None


def names_games(token: Token) -> bool:
    """Tell whether a season and a year behind a word name games: באולימפיאדת (F3)."""
    return any(is_particle(token.text[length:], "games") for length in range(3))


def skip_prefix(tokens: Tokens, index: int) -> int:
    """Return the index after prefix letters joined (or dashed) to what follows."""
    token = tokens[index]
    if token.kind != WORD or not is_prefix(token.text):
        return index
    following = tokens[index + 1]
    if following.gap:
        return index
    if following.kind == DASH:
        return index + 2 if tokens[index + 2].gap < 2 else index
    return index + 1 if following.kind in {NUMBER, NUMERIC} else index


def is_counted(tokens: Tokens, index: int) -> bool:
    """Tell whether the word at an index is something counted by a number before it (F1)."""
    token = tokens[index]
    if token.kind == PUNCT and token.text in "%×°$€£₪":
        return True
    if token.kind != WORD or token.gap == 2 or token.readings.get("ten", (1, 0))[0] == 0:
        return False
    return _is_counted_word(token.text) and (
        "month" not in token.readings or _is_listed(token.text)
    )


def _is_listed(text: str) -> bool:
    sets = lexicon().sets
    return text in sets["counted"] or (text[0] == "ה" and text[1:] in sets["counted"])


@lru_cache(maxsize=1 << 15)
def _is_counted_word(text: str) -> bool:
    """Tell whether a word that is no month is counted, by the list or by its ending."""
    sets = lexicon().sets
    if _is_listed(text):
        return True
    if text in sets["not_counted"] or len(text) < 4 or '"' in text:
        return False
    return is_particle(text[-2:], "plural_endings") and text[0] not in "בלכמשוה"


def era_after(tokens: Tokens, index: int) -> tuple[int, int]:
    """Return the index after an era marker, and the era: -1, 1, or 0 where there is none (S5)."""
    token = tokens[index]
    if token.kind == WORD and "eras" in token.readings:
        found = match_phrase(tokens, index, "eras")
        if found:
            return found[0], int(found[1])
    return index, 0


def short_number(tokens: Tokens, index: int) -> int:
    """Return the value of a number of one or two digits, 0 if it is none."""
    token = tokens[index]
    return int(token.text) if token.kind == NUMBER and len(token.text) <= 2 else 0


def words_number(tokens: Tokens, index: int, prefix: int) -> tuple[int, int]:
    """Return the index after a number in words and the number; (index, 0) where there is none."""
    total, rank, at = 0, 10_000, index
    for _ in range(7):
        token = tokens[at]
        if token.kind != WORD or (at > index and token.gap == 2):
            break
        step = _number_word(tokens, at, rank, prefix if at == index else -1)
        if step is None:
            break
        at, value, rank = step
        total += value
        if rank == 0:
            break
    return at, total


def _number_word(tokens: Tokens, at: int, rank: int, prefix: int) -> tuple[int, int, int] | None:
    token = tokens[at]
    readings = token.readings

    def value(category: str) -> int:
        length, number = readings.get(category, (0, 0))
        if prefix < 0:
            return number if token.text[:length] in {"", "ו"} else 0
        return number if length == prefix else 0

    following = tokens[at + 1]
    joined = at + 2 if following.kind == DASH and following.gap == 0 else at + 1
    end = tokens[joined].readings.get("teen_end")
    unit = value("unit")
    if unit == 2 and "years" in readings and end is None:
        unit = 0
    if rank > 1000 and value("thousand"):
        return at + 1, value("thousand"), 1000
    if rank > 100 and unit > 2 and following.readings.get("hundred_end", (1, 0))[0] == 0:
        return at + 2, 100 * unit, 100
    if rank > 100 and value("hundred"):
        return at + 1, value("hundred"), 100
    if rank > 10 and unit and end and end[0] == 0 and tokens[joined].gap < 2:
        return joined + 1, 10 + unit, 0
    if rank > 10 and value("ten"):
        return at + 1, value("ten"), 10
    if rank > 10 and value("teen"):
        return at + 1, 10, 0
    if rank > 1 and (unit or value("ordinal") > 0):
        return at + 1, unit or value("ordinal"), 0
    return None


def letters_number(token: Token, *, most: int, bare: bool = False) -> tuple[int, int]:
    """Return prefix letters and value of a letter numeral with geresh or gershayim (C5)."""
    text = token.text
    if token.kind != WORD or not ("'" in text or '"' in text or bare) or len(text) > 9:
        return 0, 0
    for length in range(min(4, len(text) - 1)):
        if length and text[:length] not in lexicon().prefixes:
            continue
        rest = text[length:]
        if not bare and (rest[0] in "'\"" or not ("'" in rest or '"' in rest)):
            break
        value = value_of(plain_letters(rest))
        if 0 < value <= most:
            return length, value
    return 0, 0


def ordinal_at(tokens: Tokens, index: int, most: int = 40) -> tuple[int, int]:
    """Return the index after an ordinal (ה-19, השלישי, הי"ט, העשרים ואחת) and its value, 0 if none."""
    at = skip_prefix(tokens, index)
    token = tokens[at]
    if token.kind == NUMBER and len(token.text) <= 4:
        value = int(token.text)
        return (at + 1, value) if 0 < value <= most else (index, 0)
    if token.kind != WORD:
        return index, 0
    reading = token.readings.get("ordinal")
    following = tokens[at + 1]
    compound = following.kind == DASH or "teen_end" in following.readings
    if reading and not compound:
        return at + 1, int(reading[1])
    for prefix in (1, 0, 2):
        if prefix and not token.text.startswith(("ה", "וה", "בה")):
            continue
        after, value = words_number(tokens, at, prefix)
        if 0 < value <= most:
            return after, value
    if reading:
        return at + 1, int(reading[1])
    length, value = letters_number(token, most=most)
    return (at + 1, value) if value and token.text[:length] in {"", "ה"} else (index, 0)


_MOST_SIBLINGS = 4
_SIBLING_PREFIXES = frozenset({"ו", "וב", "ול", "ומ"})


def past_siblings(tokens: Tokens, index: int, head: str) -> int:
    """Return the index after more ordinals of one head: והשלישי in הרבעון השני והשלישי של 1999 (S8).

    The head may be said again: המחצית הראשונה ובמחצית השנייה.  The index itself where there are
    none.
    """
    after, joined = index, False
    for _ in range(_MOST_SIBLINGS):
        token = tokens[after]
        ranged = is_particle(token.text, "up_to")
        at = after + 1 if ranged or token.text == "," else after
        length = tokens[at].readings.get(head, (0, 0))[0]
        if length and tokens[at].text[:length] in _SIBLING_PREFIXES:
            at += 1
        elif not tokens[at].text.startswith("ה" if at > after else "וה"):
            break
        following, number = ordinal_at(tokens, at, most=10)
        if not number or token.gap == 2:
            break
        after, joined = following, joined or token.text != ","
        if ranged:
            break
    return after if joined else index
