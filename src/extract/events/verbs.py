"""Which words are verbs: every form of the verbs listed in ``hewiki/verbs.toml``.

Hebrew text carries no vowels and this package no tagger, so a word is called a verb when
it is a form of a listed verb; forms that are as often a noun are *doubtful* and the
caller looks at what stands beside them.  The forms follow the regular paradigms of modern
Hebrew in full spelling.
"""

from __future__ import annotations

import re
from functools import cache

from extract.hewiki import load_toml

__all__ = [
    "DOUBTFUL",
    "FUTURE",
    "PAST",
    "PRESENT",
    "find_verb",
    "is_shaped",
    "load_shaped",
    "load_verbs",
    "looks_like_verb",
]

PRESENT = 1 << 4
"""A participle: a present tense, a noun or an adjective.  The kinds are bits in rising order."""
DOUBTFUL = 1 << 5
"""A past tense that is as often another word."""
PAST = 1 << 6
FUTURE = 1 << 7

_AND, _THAT, _AS, _TO, _FROM = "\u05d5", "\u05e9", "\u05db", "\u05dc", "\u05de"
_HE, _TAV, _YOD, _NUN, _VAV = "\u05d4", "\u05ea", "\u05d9", "\u05e0", "\u05d5"
_PLURALS = ("\u05d9\u05dd", "\u05d5\u05ea")  # -im, -ot
_RELATIVE = (_THAT, _AS + _THAT, _TO + _AS + _THAT)
_RELATIVE_INITIALS = _THAT + _AS + _TO


_CLITICS = _HE + _FROM + _TO + _AS + "\u05d1"
_SHAPE = re.compile(
    f"{_NUN}|{_HE}(?:{_VAV}|{_TAV}|[\u05e1\u05e9]{_TAV}|\u05e6\u05d8)"
    f"|.{_VAV}..|[^{_CLITICS}].+[^{_YOD}{_TAV}]{_VAV}\\Z",
    re.DOTALL,
)
"""How a past tense begins, or its second letter or its ending."""
_MEDIAL = str.maketrans("\u05da\u05dd\u05df\u05e3\u05e5", "\u05db\u05de\u05e0\u05e4\u05e6")
"""A letter's final shape gives way to the common one before an ending."""


def _endings(word: str, *endings: str) -> list[str]:
    stem = word[:-1] + word[-1].translate(_MEDIAL)
    return [word, *(stem + ending for ending in endings)]


def _participles(stem: str) -> list[str]:
    """The four present forms; a final he falls before the endings."""
    if stem.endswith(_HE):
        return [stem, stem[:-1] + _PLURALS[0], stem[:-1] + _PLURALS[1]]
    return _endings(stem, _TAV, *_PLURALS)


def _past(word: str) -> list[str]:
    if word.endswith(_HE):
        return [word, word[:-1] + _TAV + _HE, word[:-1] + _VAV]
    return _endings(word, _HE, _VAV)


def _future(stem: str, feminine: bool = False) -> list[str]:
    plural = stem[:-1] if stem.endswith(_HE) else stem[:-1] + stem[-1].translate(_MEDIAL)
    forms = [_YOD + stem, _YOD + plural + _VAV]
    return [*forms, _TAV + stem] if feminine else forms


def _present_and_future(paradigm: str, word: str) -> tuple[list[str], list[str]]:
    rest = word[1:]
    if paradigm in {"strong", "weak_final"}:
        return _participles(word[0] + _VAV + rest), []
    if paradigm == "hollow":
        return _endings(word, *_PLURALS), []
    if paradigm.startswith("nifal"):
        future = [] if word[1] in _VAV + _YOD else _future(_YOD + rest, feminine=True)
        return _participles(word), [form for form in future if len(form) > 3]
    if paradigm.startswith("piel"):
        short = word[0] + word[2:] if word[1] == _YOD and len(word) > 3 else word
        return _participles(_FROM + short), _future(short)
    if paradigm.startswith("pual"):
        return _participles(_FROM + word), _future(word)
    if paradigm == "hifil":
        return _endings(_FROM + rest, _HE, *_PLURALS), _future(rest)
    if paradigm in {"hifil_final", "hufal", "hufal_final"}:
        return _participles(_FROM + rest), _future(rest)
    return _participles(_FROM + rest), _future(rest, feminine=True)


@cache
def load_verbs() -> dict[str, int]:
    """Every known form without prefixes, with its kind."""
    data = load_toml("verbs.toml")
    verbs: dict[str, int] = {}
    past: dict[str, int] = {}
    for paradigm, table in data.items():
        if paradigm in {"irregular", "planned", "doubtful"}:
            continue
        for word in table["words"].split():
            present, future = _present_and_future(paradigm, word)
            for form in present:
                verbs.setdefault(form, PRESENT)
            for form in future:
                past.setdefault(form, FUTURE)
            for form in _past(word):
                past[form] = PAST
    verbs.update(past)
    for word in data["irregular"]["finite"].split():
        verbs[word] = FUTURE if word[0] in _YOD + _TAV and verbs.get(word) != PAST else PAST
    verbs |= dict.fromkeys(data["irregular"]["past"].split(), PAST)
    for word in data["doubtful"]["words"].split():
        if word in verbs:
            verbs[word] = min(DOUBTFUL, verbs[word])
    for word in data["doubtful"]["never"].split():
        verbs[word] = 0
    return verbs


def find_verb(word: str) -> tuple[int, bool, bool]:
    """Return (kind or 0, joined by *and*, inside a clause opened by *that*) of a word.

    The word is read as it stands first, then without the conjunction, the relative
    particle, or both.
    """
    verbs = load_verbs()
    known = verbs.get(word)
    kind = known or 0
    if kind > PRESENT or known == 0 or len(word) < 3:
        return kind, False, False
    joined = word[0] == _AND
    rest = word[1:] if joined else word
    if joined:
        found = verbs.get(rest, 0)
        if found > kind:
            return found, True, False
    if rest[0] not in _RELATIVE_INITIALS:
        return kind, False, False
    for opener in _RELATIVE:
        if rest.startswith(opener):
            found = verbs.get(rest[len(opener) :], 0)
            if found > kind and not (found == DOUBTFUL and len(rest) - len(opener) < 3):
                return found, joined, True
    return kind, False, False


@cache
def load_shaped() -> frozenset[str]:
    """Words that only look like verbs."""
    return frozenset(load_toml("verbs.toml")["doubtful"]["shaped"].split())


def is_shaped(word: str) -> bool:
    """Whether a word only looks like a verb, with its prefixes or without."""
    return word in load_shaped()


def looks_like_verb(word: str) -> bool:
    """Whether an unlisted word has the shape of a past tense.

    A guess for the place where a verb is due: right after a date that opens a clause, or
    right before one after *and*.
    """
    return (
        _SHAPE.match(word) is not None
        and len(word) > 2
        and word not in load_shaped()
        and not word.endswith(_PLURALS)
        and '"' not in word
    )
