"""What the words beside an expression are to it: signals, things with numbers, or nothing at all.

A word is *mute* where it neither qualifies an expression nor goes on with it; what a word is,
is remembered of it.  Most dates of prose stand between mute words.
"""

from __future__ import annotations

from functools import cache

from extract.dates.lexicon import ABOUT, lexicon
from extract.dates.tokens import END, PUNCT, WORD, Token, Tokens

__all__ = ["ends", "is_mute_before", "is_numbered", "may_remark", "signal_kinds", "signals_of"]

_KINDS = ("since", "until", "before", "after", "approximate", "uncertain", "between", "neutral")


def signal_kinds(token: Token) -> tuple[str, ...]:
    """Return the kinds of signal a word may be (S6), the likeliest first."""
    return signals_of(token.text)


_SIGNAL_PREFIXES = ("ו", "ש", "כ", "ב", "מ", "וש", "ול", "וכ", "ומ")
_NUMBERED_PREFIXES = "בלמהו"


@cache
def _signals() -> dict[str, tuple[str, ...]]:
    """Return the kinds of every word that is a signal, with and without prefix letters."""
    sets = lexicon().sets
    found: dict[str, tuple[str, ...]] = {}
    for prefix in ("", *_SIGNAL_PREFIXES):
        bare: dict[str, tuple[str, ...]] = {}
        for kind in _KINDS:
            for word in sets[f"before.{kind}"]:
                if not prefix or len(word) > 1:
                    bare[prefix + word] = (*bare.get(prefix + word, ()), kind)
        found = bare | found
    return found


def signals_of(text: str) -> tuple[str, ...]:
    """Return the kinds of signal that a word without its token may be."""
    return _signals().get(text, ())


@cache
def _numbered() -> frozenset[str]:
    words = lexicon().sets["numbered"]
    led = {letter + word for word in words if len(word) > 2 for letter in _NUMBERED_PREFIXES}
    return words | led


def is_numbered(text: str) -> bool:
    """Tell whether a word is one of a thing that has a number."""
    return text in _numbered()


@cache
def _remarks() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that may begin a remark on the calendar: as they are, and behind letters."""
    phrases = lexicon().phrases
    behind = frozenset(phrases["julian_remark"]) | frozenset(phrases["gregorian_remark"])
    return lexicon().sets["remark_leads"], behind


def may_remark(text: str) -> bool:
    """Tell whether a word may begin the remark that names a calendar."""
    leads, behind = _remarks()
    return text in leads or text in behind or text[1:] in behind or text[2:] in behind


_LIMITS = ("later_denied", "earlier_denied", "than", "latest", "earliest")


@cache
def _telling_before() -> frozenset[str]:
    """Return the words before an expression that qualify it or number it."""
    lex = lexicon()
    hedges = lex.sets["hedges"]
    led = {letter + word for word in hedges for letter in lex.prefixes if len(letter) == 1}
    names = lex.sets["particles.of"] | lex.sets["particles.century_names"]
    limits = frozenset().union(*(lex.sets[f"particles.{name}"] for name in _LIMITS))
    prefixes = (lex.prefixes | ABOUT) - {""}
    return frozenset().union(hedges, led, names, limits, prefixes, _signals(), _numbered())


def is_mute_before(text: str) -> bool:
    """Tell whether a word before an expression neither qualifies nor numbers it."""
    return text not in _telling_before()


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
    "at_most",
    "merely",
    "holy",
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


@cache
def _telling_after() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that may go on with an expression: as they are, and behind letters."""
    leads, behind = _remarks()
    prefixes = (lexicon().prefixes | ABOUT) - {""}
    behind |= lexicon().sets["particles.month_leads"]
    return _going_on() | leads | behind | prefixes, behind


def _is_mute_after(text: str) -> bool:
    told, behind = _telling_after()
    if text in told or text[1:] in behind or text[2:] in behind:
        return False
    return not ('"' in text or "'" in text)


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
