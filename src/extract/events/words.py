"""The words of ``hewiki/clauses.toml``, as sets."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from extract.hewiki import load_toml

__all__ = ["FIRST_FLAG", "Words", "find_flags", "flag_of", "flagged", "load_words"]

_Set = frozenset[str]


class Words(NamedTuple):
    """One set a list of the data file; see its comments for what each is for."""

    openers: _Set
    temporal_openers: _Set
    relatives: _Set
    resumptives: _Set
    name_stops: _Set
    there: _Set
    pronouns: _Set
    leads: _Set
    joints: _Set
    after: _Set
    before: _Set
    during: _Set
    not_heads: _Set
    events: _Set
    dating: _Set
    as_of: _Set
    counted: _Set
    counting: _Set
    surveys: _Set
    rates: _Set
    story: _Set
    stories: _Set
    telling: _Set
    inscribed: _Set
    ascribed: _Set
    named_after: _Set
    enacting: _Set
    began: _Set
    set_in: _Set
    pages: _Set
    recurring: _Set
    copulas: _Set
    works: _Set
    creating: _Set
    negative: _Set
    hypothetical: _Set
    unreal: _Set
    that_not: _Set
    birth: _Set
    death: _Set
    start: _Set
    end: _Set
    since: _Set
    until: _Set
    day_heads: _Set
    states: _Set
    attribute: _Set
    of: _Set
    alone: tuple[str, ...]
    causal: _Set
    demonstrative: _Set
    planned: _Set
    comparing: _Set
    adversative: _Set
    times: _Set
    year_heads: _Set
    in_time: _Set
    amounts: _Set
    periods: _Set
    so: _Set
    again: _Set
    noun_verbs: _Set
    noun_seconds: _Set
    utterances: _Set
    excepting: _Set
    meant: _Set
    against: _Set
    open: _Set
    whether: _Set
    even: _Set


@cache
def load_words() -> Words:
    """Read the sets once."""
    data = load_toml("clauses.toml")
    found: dict[str, str] = {}
    for name in (
        "boundaries",
        "phrases",
        "nominal",
        "exclusions",
        "polarity",
        "roles",
        "inherited",
    ):
        found |= {key: value for key, value in data[name].items() if isinstance(value, str)}
    found |= {"before": data["nominal"]["before"], "attribute": data["attribute"]["before"]}
    found["of"] = data["attribute"]["of"]
    found |= load_toml("verbs.toml")["planned"]
    found["planned"] = found["words"]
    sets = {name: frozenset(value.split()) for name, value in found.items()}
    numerals = load_toml("numerals.toml")
    sets["amounts"] = frozenset(
        word for kind in ("tens", "hundreds", "thousands") for words in numerals[kind].values() for word in words
    )  # fmt: skip
    alone = tuple(phrase.replace("_", " ") for phrase in found["alone"].split())
    return Words(**{name: alone if name == "alone" else sets[name] for name in Words._fields})  # type: ignore[arg-type]


_BARE = (
    "events",
    "surveys",
    "rates",
    "birth",
    "creating",
    "works",
    "planned",
    "times",
    "utterances",
    "meant",
    "dating",
)
"""Sets that are asked for behind prefixes too."""
FIRST_FLAG = 28
"""The bits below say what a token is (``extract.events.tokens``)."""
_OUTER = "\u05d5\u05e9"
_PREFIXES = "\u05d1\u05dc\u05de\u05db\u05d4\u05d5\u05e9"


def flag_of(name: str, *, bare: bool = False) -> int:
    """Return the bit that says a word is in a set, or, ``bare``, is with or without prefixes."""
    place = len(Words._fields) + _BARE.index(name) if bare else Words._fields.index(name)
    return 1 << (FIRST_FLAG + place)


@cache
def _load_flags() -> tuple[dict[str, int], dict[str, int]]:
    """The bits of words as they stand, and of what prefixes may stand before."""
    words = load_words()
    bare: dict[str, int] = {}
    for name in _BARE:
        for word in getattr(words, name):
            bare[word] = bare.get(word, 0) | flag_of(name, bare=True)
    flags = bare.copy()
    for name in Words._fields:
        if name != "alone":
            for word in getattr(words, name):
                flags[word] = flags.get(word, 0) | flag_of(name)
    return flags, bare


def flagged() -> Collection[str]:
    """Return all words that have bits, without prefixes."""
    return _load_flags()[0].keys()


def find_flags(word: str) -> int:
    """Return the bits (``flag_of``) of all sets a word is in, behind one or two prefixes where asked."""
    flags, bare = _load_flags()
    found = flags.get(word, 0)
    if len(word) < 3 or word[0] not in _PREFIXES:
        return found
    found |= bare.get(word[1:], 0)
    if word[0] in _OUTER and word[1] in _PREFIXES and len(word) > 3:
        found |= bare.get(word[2:], 0)
    return found
