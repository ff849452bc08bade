"""Hebrew numerals: letters as numbers (gematria) and back."""

from __future__ import annotations

from functools import cache, lru_cache

from extract.hewiki import load_toml

__all__ = ["gematria", "plain_letters", "value_of"]


@cache
def _letters() -> tuple[dict[str, int], dict[str, str]]:
    table = load_toml("numerals.toml")["letters"]
    values: dict[str, int] = dict(table["values"])
    for final, base in table["finals"].items():
        values[final] = values[base]
    return values, {str(value): letter for letter, value in table["values"].items()}


def plain_letters(text: str) -> str:
    """Return the letters of a token without geresh and gershayim."""
    return text.replace('"', "").replace("'", "")


@lru_cache(maxsize=8192)
def value_of(letters: str) -> int:
    """Return the number that letters write, 0 where they write none.

    The letters must descend, as in every numeral, save 15 and 16, which may be written
    either way (C5).  Thousands are the caller's: this reads 1 to 1599.
    """
    values, _ = _letters()
    if letters[:-2] and letters[-2:] in _fifteens():
        head = value_of(letters[:-2])
        return head + _fifteens()[letters[-2:]] if head >= 100 else 0
    if letters in _fifteens():
        return _fifteens()[letters]
    total, last = 0, 1000
    for letter in letters:
        value = values.get(letter, 0)
        if not value or value > last or (value == last and value != 400) or _same_rank(value, last):
            return 0
        total += value
        last = value
    return total


def _same_rank(value: int, last: int) -> bool:
    if value < 10:
        return last < 10
    if value < 100:
        return last < 100
    return last < 400 and value != last


@cache
def _fifteens() -> dict[str, int]:
    _, letters = _letters()
    nine, five, six = letters["9"], letters["5"], letters["6"]
    seven, ten = letters["7"], letters["10"]
    return {nine + six: 15, nine + seven: 16, ten + five: 15, ten + six: 16}


def gematria(number: int) -> str:
    """Return a number from 1 to 1599 in Hebrew letters, without quotes and finals."""
    _, letters = _letters()
    out = []
    rest = number
    while rest >= 400:
        out.append(letters["400"])
        rest -= 400
    for rank in (100, 10):
        digit = rest // rank * rank
        if rank == 10 and rest in {15, 16}:
            out.append(letters["9"] + letters[str(rest - 9)])
            rest = 0
            break
        if digit:
            out.append(letters[str(digit)])
            rest -= digit
    if rest:
        out.append(letters[str(rest)])
    return "".join(out)
