"""The words of the grammar, read from the data files and found behind their prefixes.

A *reading* of a word is a category with a value and the number of prefix letters before
it: ``ובשנת`` has the reading ``year`` behind two letters.  Prefixes are grammar (S1): the
stack ו, ש or כש, one of ב ל מ כ, ה, each at most once and in this order.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from extract.hewiki import load_toml

__all__ = [
    "ABOUT",
    "ANCHORS",
    "COMPANIONS",
    "STARTS",
    "WEAK_ANCHORS",
    "Lexicon",
    "Reading",
    "is_particle",
    "is_prefix",
    "lexicon",
    "past_stems",
    "readable",
    "readings_of",
]

Reading = tuple[int, Any]
"""Prefix letters before the word, and its value."""

ANCHORS = frozenset({
    "month", "hmonth", "season", "decades", "century", "centuries", "decade", "millennium", "millennia",
    "quarter", "year", "years", "offset_dual", "offset_unit", "thousand", "tomorrow", "era_word", "months", "month_head",
})  # fmt: skip
"""Categories without which no form begins: a passage without any is not looked at."""


WEAK_ANCHORS = frozenset({"offset_unit", "offset_dual", "years", "months"})
"""Anchors too common to open a passage alone: a companion must stand near them."""

COMPANIONS = frozenset({
    "offset_lead", "offset_tail", "next", "previous", "same", "this", "thousand", "unit", "ten", "era_word", "month", "season", "part",
})  # fmt: skip
"""Categories of those companions; numbers are companions too."""

STARTS = frozenset({
    "part", "half", "quarter", "quarter_plural", "decade_plural", "fourth", "third", "week", "new_moon", "eve", "candle", "holiday", "day", "days", "weekday", "decades",
    "century", "centuries", "decade", "millennium", "millennia", "season", "months", "month_head", "year", "years",
    "ten", "teen", "unit", "day_ordinal", "same", "month", "hmonth", "month_lead", "thousand", "tomorrow", "offset_lead",
    "offset_unit", "offset_dual", "offset_halves", "hundred", "approximate_word",
})  # fmt: skip
"""Categories of the words an expression may begin with."""


ABOUT = frozenset(a + i + "כ" for a in ("", "ו", "ש") for i in "מל")
"""Two prepositions before a number, which no word has: מכ-1950 ועד לכ-1960."""


class Lexicon(NamedTuple):
    """Words by category, phrases by table and first word, plain word sets."""

    words: dict[str, dict[str, Any]]
    phrases: dict[str, dict[str, list[tuple[tuple[str, ...], Any]]]]
    sets: dict[str, frozenset[str]]
    prefixes: frozenset[str]


def _prefixes() -> frozenset[str]:
    ands, whens, ins, the = ("", "ו"), ("", "ש", "כש", "מש", "לכש"), ("", *"בלמכ"), ("", "ה")
    return frozenset(a + w + i + t for a in ands for w in whens for i in ins for t in the)


def _add_words(
    words: dict[str, dict[str, Any]], category: str, table: dict[str, list[str]]
) -> None:
    for value, spellings in table.items():
        for spelling in spellings:
            words.setdefault(spelling, {})[category] = int(value)


def _split(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.replace("־", " ").replace("-", " ").split())


def _phrases(pairs: list[tuple[str, Any]]) -> dict[str, list[tuple[tuple[str, ...], Any]]]:
    table: dict[str, list[tuple[tuple[str, ...], Any]]] = {}
    for phrase, value in pairs:
        parts = _split(phrase)
        table.setdefault(parts[0], []).append((parts, value))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


_Words = dict[str, dict[str, Any]]
_PLAIN_PHRASES = (
    "anno_mundi", "julian_remark", "gregorian_remark", "today", "next", "previous", "tomorrow",
    "previous_century", "current_century", "recurrence",
)  # fmt: skip
_SIGNAL_SETS = (
    "outside_heads", "remark_leads", "in_month", "of_life", "approximate_words", "doubts", "hedges",
)  # fmt: skip


def _mark(words: _Words, category: str, spellings: Iterable[str], value: Any = 1) -> None:
    for spelling in spellings:
        words.setdefault(spelling, {})[category] = value


def _calendar_words(words: _Words) -> None:
    months, numerals = load_toml("months.toml"), load_toml("numerals.toml")
    _add_words(words, "month", months["gregorian"])
    _add_words(words, "hmonth", months["hebrew"])
    _add_words(words, "season", months["seasons"])
    _add_words(words, "weekday", months["weekdays"])
    _mark(words, "month_lead", months["leads"]["words"])
    for category in ("units", "tens", "hundreds", "thousands", "ordinals", "teens"):
        _add_words(words, category[:-1], numerals[category])
    _mark(words, "day_ordinal", numerals["day_ordinals"]["words"])
    _mark(words, "teen_end", numerals["teen_ends"]["words"], 10)
    _mark(words, "hundred_end", numerals["hundred_ends"]["words"], 100)


def _signal_words(words: _Words) -> None:
    signals = load_toml("date_signals.toml")
    for category, spellings in signals["heads"].items():
        _mark(words, category, spellings)
    for part, spellings in signals["parts"].items():
        name, after, _ = part.partition("_after")
        _mark(words, "part_after" if after else "part", spellings, name)
    for category in ("offset_unit", "offset_dual"):
        for unit, spellings in signals[f"{category}s"].items():
            _mark(words, category, spellings, unit)
    for category in ("same", "this", "offset_halves"):
        _mark(words, category, signals[category]["words"])
    _mark(words, "approximate_word", signals["approximate_words"]["words"])
    _mark(words, "offset_lead", signals["offset_lead"]["after"])
    for era in signals["eras"]:
        _mark(words, "era_word", (_split(phrase)[-1] for phrase in era["phrases"]))


def _all_phrases() -> dict[str, dict[str, list[tuple[tuple[str, ...], Any]]]]:
    signals, holidays = load_toml("date_signals.toml"), load_toml("holidays.toml")
    phrases = {n: _phrases([(p, 1) for p in signals[n]["phrases"]]) for n in _PLAIN_PHRASES}
    phrases["eras"] = _phrases([(p, e["era"]) for e in signals["eras"] for p in e["phrases"]])
    phrases["offset_tail"] = _phrases(
        [(p, 1 if way == "after" else -1) for way, ps in signals["offset_tail"].items() for p in ps]
    )
    phrases["holiday"] = _phrases(
        [(name, (c, entry)) for c in ("hebrew", "gregorian") for name, entry in holidays[c].items()]
    )
    moons = holidays["new_moon"]
    phrases["new_moon"] = _phrases([(p, -(k == "eves")) for k, ps in moons.items() for p in ps])
    return phrases


def _all_sets() -> dict[str, frozenset[str]]:
    signals, stops = load_toml("date_signals.toml"), load_toml("date_stoplists.toml")
    sets = {name: frozenset(table["words"]) for name, table in stops.items() if "words" in table}
    sets |= {
        f"{n}.{k}": frozenset(v) for n, t in stops.items() for k, v in t.items() if k != "words"
    }
    sets |= {name: frozenset(signals[name]["words"]) for name in _SIGNAL_SETS}
    for name in ("before", "after_words", "links", "particles"):
        sets |= {f"{name}.{k}": frozenset(v) for k, v in signals[name].items()}
    sets["particles.month_leads"] = frozenset(load_toml("months.toml")["leads"]["words"])
    holidays = load_toml("holidays.toml")
    sets["eve"] = frozenset(holidays["eves"])
    sets |= {f"feasts.{name}": frozenset(holidays[name]["words"]) for name in ("candles", "ends")}
    return sets


@cache
def lexicon() -> Lexicon:
    """Return the words of the grammar; loaded once."""
    words: _Words = {}
    _calendar_words(words)
    _signal_words(words)
    phrases, sets = _all_phrases(), _all_sets()
    _mark(words, "eve", sets["eve"])
    _mark(words, "candle", sets["feasts.candles"])
    for name in (
        "holiday",
        "new_moon",
        "tomorrow",
        "eras",
        "anno_mundi",
        "offset_tail",
        "next",
        "previous",
    ):
        _mark(words, name, phrases[name])
    return Lexicon(words, phrases, sets, _prefixes())


@lru_cache(maxsize=1 << 15)
def is_particle(text: str, name: str) -> bool:
    """Tell whether a text is one of the small words of a name in ``particles``."""
    return text in lexicon().sets[f"particles.{name}"]


@cache
def past_stems() -> frozenset[str]:
    """Return the verbs of ``verbs.toml``, in the past, as the feminine and plural endings leave them."""
    data = load_toml("verbs.toml")
    medial = str.maketrans(load_toml("numerals.toml")["letters"]["finals"])
    words = (
        word
        for name, table in data.items()
        if name not in {"irregular", "planned", "doubtful"}
        for word in table["words"].split()
    )
    stems = {word[:-1] + word[-1].translate(medial) for word in words if len(word) > 2}
    return frozenset(
        stems - set(data["doubtful"]["words"].split()) - set(data["doubtful"]["never"].split())
    )


def is_prefix(text: str) -> bool:
    """Tell whether a word is a stack of prefix letters and nothing else."""
    return 0 < len(text) <= 5 and (text in lexicon().prefixes or text in ABOUT)


@cache
def readable() -> frozenset[str]:
    """Return all words that have readings, each with every stack of prefix letters before it."""
    words, prefixes = lexicon().words, [p for p in lexicon().prefixes if len(p) < _PREFIXED]
    return frozenset(prefix + word for word in words if len(word) > 1 for prefix in prefixes)


_PREFIXED = 5
"""Letters of a word of which at most so many, less one, are looked at as prefixes."""


def readings_of(word: str) -> dict[str, Reading]:
    """Return every reading of a word, the one with the fewest prefix letters each."""
    lex = lexicon()
    readings: dict[str, Reading] = {}
    most = _PREFIXED if word[:1] in lex.prefixes else 1
    for length in range(min(most, len(word) - 1)):
        if length and word[:length] not in lex.prefixes:
            continue
        entry = lex.words.get(word[length:])
        if entry:
            for category, value in entry.items():
                readings.setdefault(category, (length, value))
    return readings
