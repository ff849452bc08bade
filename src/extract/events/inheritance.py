"""Undated sentences that go on with the dated one before them (rule E8)."""

from __future__ import annotations

from extract.events.tokens import RELATIVE, WORD, tokenize
from extract.events.verbs import PAST
from extract.events.words import load_words

__all__ = ["follows"]

_OPENING = 80
"""Characters of a sentence in which its connection and verb are looked for."""


def follows(text: str, start: int, end: int) -> bool:
    """Whether the undated sentence ``text[start:end]`` tells more of the event before it.

    It must open with a word that ties it to that event (*as a result of this*, *he also*)
    and have a verb in the past.
    """
    words = load_words()
    opening = text[start : min(end, start + _OPENING)]
    if not opening.startswith(words.alone):
        first, *rest = opening.split(maxsplit=5)
        if first not in words.causal:
            return False
        if not any(word.strip(",;:.") in words.demonstrative for word in rest[:4]):
            return False
    line = tokenize(text, start, min(end, start + 2 * _OPENING), (), ())
    return any(bit & WORD and bit & PAST and not bit & RELATIVE for bit in line.bits)
