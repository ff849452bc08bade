"""What the words beside an expression are to it: signals, things with numbers, or nothing at all.

A word is *mute* where it neither qualifies an expression nor goes on with it; what a word is,
is remembered of it.  Most dates of prose stand between mute words.
"""

from __future__ import annotations

from functools import cache, lru_cache

from extract.dates.lexicon import is_particle, is_prefix, lexicon
from extract.dates.tokens import END, PUNCT, WORD, Token, Tokens

__all__ = ["ends", "is_mute_before", "is_numbered", "may_remark", "signal_kinds", "signals_of"]

_KINDS = ("since", "until", "before", "after", "approximate", "uncertain", "between", "neutral")


def signal_kinds(token: Token) -> tuple[str, ...]:
    """Return the kinds of signal a word may be (S6), the likeliest first."""
    return signals_of(token.text)


@lru_cache(maxsize=1 << 15)
def signals_of(text: str) -> tuple[str, ...]:
    """Return the kinds of signal that a word without its token may be."""
    sets = lexicon().sets
    for length in range(3):
        if length and not (
            len(text) > length + 1
            and text[:length] in {"ו", "ש", "כ", "וש", "ב", "ול", "וכ", "מ", "ומ"}
        ):
            continue
        word = text[length:]
        kinds = tuple(kind for kind in _KINDS if word in sets[f"before.{kind}"])
        if kinds:
            return kinds
    return ()


def is_numbered(text: str) -> bool:
    """Tell whether a word is one of a thing that has a number."""
    words = lexicon().sets["numbered"]
    return text in words or (len(text) > 3 and text[0] in "בלמהו" and text[1:] in words)


@lru_cache(maxsize=1 << 15)
def may_remark(text: str) -> bool:
    """Tell whether a word may begin the remark that names a calendar."""
    phrases = lexicon().phrases
    return text in lexicon().sets["remark_leads"] or any(
        text[length:] in phrases[table]
        for table in ("julian_remark", "gregorian_remark")
        for length in range(3)
    )


@lru_cache(maxsize=1 << 15)
def is_mute_before(text: str) -> bool:
    """Tell whether a word before an expression neither qualifies nor numbers it."""
    hedges = lexicon().sets["hedges"]
    if text in hedges or text[1:] in hedges or is_prefix(text) or is_particle(text, "of"):
        return False
    if is_particle(text, "century_names"):
        return False
    return not signals_of(text) and not is_numbered(text)


_GOING_ON = (
    "of",
    "up_to",
    "counted_from",
    "more",
    "on_date",
    "and_half",
    "one",
    "early_years",
    "late_years",
    "middle",
    "of_days",
    "other_eras",
)
_APART = frozenset({"recurrence", "today"})
"""Phrases that are no part of the expression beside them."""


@cache
def _going_on() -> frozenset[str]:
    """Return the words behind an expression, or behind a word of one, that may go on with it."""
    sets = lexicon().sets
    names = ("links.", "after_words.", "citations.pages", "in_month", "of_life")
    found = [words for name, words in sets.items() if name.startswith(names)]
    found += [sets[f"particles.{name}"] for name in _GOING_ON]
    for name, table in lexicon().phrases.items():
        if name not in _APART:
            phrases = (words for entries in table.values() for words, _ in entries)
            found.append(frozenset(word for words in phrases for word in words))
    return frozenset().union(*found)


@lru_cache(maxsize=1 << 15)
def _is_mute_after(text: str) -> bool:
    quoted = '"' in text or "'" in text
    leads = any(is_particle(text[length:], "month_leads") for length in range(3))
    return not (quoted or leads or is_prefix(text) or text in _going_on() or may_remark(text))


_CONNECTING = frozenset({"of", "or"})
"""Readings of words that connect: only without a prefix, as they stand among those that go on."""


def _is_mute(token: Token) -> bool:
    if token.readings and not token.readings.keys() <= _CONNECTING:
        return False
    return _is_mute_after(token.text)


_CLOSING = frozenset({".", ")", ";"})


def ends(tokens: Tokens, after: int) -> bool:
    """Tell whether nothing from a token on, the one behind an expression, belongs to it."""
    token = tokens[after]
    if token.kind == PUNCT:
        if token.text in _CLOSING:
            return True
        if token.text != ",":
            return False
        token = tokens[after + 1]
        return token.kind == END or (token.kind == WORD and _is_mute(token))
    if token.kind == WORD:
        return _is_mute(token)
    return token.kind == END
