"""A sentence as tokens: words with what kind of verb they are, dates, and marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from extract.events.verbs import DOUBTFUL, PAST, find_verb, is_shaped, looks_like_verb
from extract.events.words import load_words
from extract.model import DateExpression

__all__ = ["DATE", "MARK", "NUMBER", "WORD", "Token", "is_finite", "tokenize"]

WORD, NUMBER, MARK, DATE = "w", "n", "m", "d"

_LETTER = "\u05d0-\u05ea\u05b0-\u05bd\u05bf-\u05c2\u05c7"
_POINTS = dict.fromkeys([*range(0x5B0, 0x5BE), *range(0x5BF, 0x5C3), 0x5C7])
_TOKEN = re.compile(
    rf"(?P<w>[{_LETTER}A-Za-z]+(?:[\"'\u05f3\u05f4\u2019\u201d][{_LETTER}A-Za-z]+|['\u05f3\u2019])*)"
    r"|(?P<n>\d+(?:[.,:/]\d+)*%?)"
    r"|(?P<m>[,;:()]|[\u2013\u2014]|(?<=\s)-(?=\s))"
)
_THE, _THAT, _AND = "\u05d4", "\u05e9", "\u05d5"


class Token(NamedTuple):
    """A word, number, mark or date; ``verb`` is 0 or a kind of ``extract.events.verbs``."""

    start: int
    end: int
    kind: str
    text: str
    verb: int = 0
    joined: bool = False
    relative: bool = False
    """Opens a relative clause."""
    date: int = -1
    depth: int = 0
    """Inside round brackets when positive."""


@lru_cache(maxsize=1 << 15)
def _read_word(text: str) -> tuple[str, int, bool, bool]:
    """A word without vowel points, its verb kind, whether *and* joins it, whether it opens
    a relative clause."""
    if not text.isalpha():
        text = text.translate(_POINTS) or text
    verb, joined, relative = find_verb(text)
    if text in load_words().relatives or (
        not verb and len(text) > 4 and text.startswith(_THAT + _THE)
    ):
        relative = True
    joined = joined or (text[0] == _AND and not is_shaped(text))
    return text, verb, joined, relative


def tokenize(
    text: str, start: int, end: int, dates: Sequence[DateExpression], indexes: Sequence[int]
) -> list[Token]:
    """Cut ``text[start:end]`` into tokens; ``indexes`` are the dates inside, in order."""
    tokens: list[Token] = []
    depth = 0
    at = start
    for index in [*indexes, -1]:
        stop = dates[index].start if index >= 0 else end
        for match in _TOKEN.finditer(text, at, max(at, stop)):
            kind = match.lastgroup or WORD
            if kind == WORD:
                word, verb, joined, relative = _read_word(match[0])
                tokens.append(Token(*match.span(), WORD, word, verb, joined, relative, -1, depth))
                continue
            if match[0] == ")":
                depth = max(0, depth - 1)
            tokens.append(Token(match.start(), match.end(), kind, match[0], depth=depth))
            if match[0] == "(":
                depth += 1
        if index >= 0:
            date = dates[index]
            tokens.append(Token(date.start, date.end, DATE, date.text, date=index, depth=depth))
            at = date.end
    return tokens


def is_finite(tokens: Sequence[Token], at: int) -> bool:
    """Whether the word at ``at`` is the verb of a clause.

    A participle or a doubtful form counts only beside a date or after a pronoun, and a
    doubtful form also before a direct object.
    """
    token = tokens[at]
    if token.verb >= PAST:
        return True
    words = load_words()
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    bare = token.text[1:] if token.joined else token.text
    if following[:1] == "\u05dc" and len(following) > 3 and bare in words.planned:
        return True  # a plan with its infinitive
    if not token.verb:
        return _is_due(tokens, at)
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is not None:
        if before.kind == DATE or before.text in words.pronouns:
            return True
        if before.text == "," and at > 1 and tokens[at - 2].kind == DATE:
            return True
        if before.text in words.there and at > 1 and tokens[at - 2].text == ",":
            return True
    if after is not None and after.kind == WORD:
        if after.text == "\u05d0\u05ea":  # the sign of a direct object
            return True
        if after.text in words.leads and at + 2 < len(tokens) and tokens[at + 2].kind == DATE:
            return True
    return token.relative and token.verb == DOUBTFUL and not is_shaped(token.text)


def _is_due(tokens: Sequence[Token], at: int) -> bool:
    """Whether an unlisted word stands where a verb is due and has the shape of one."""
    token = tokens[at]
    if at and tokens[at - 1].kind == DATE and _opens(tokens, at - 1):
        return looks_like_verb(token.text)
    if at + 2 >= len(tokens) or tokens[at + 2].kind != DATE:
        return False
    words = load_words()
    if tokens[at + 1].text not in words.leads or token.text in words.leads:
        return False
    if token.joined:
        return len(token.text) > 3 and looks_like_verb(token.text[1:])
    before = tokens[at - 1] if at else token
    parted = before.kind == MARK or before.text in words.openers
    return parted and looks_like_verb(token.text)


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether only words that lead to a date stand between a boundary and the date."""
    words = load_words()
    for back in range(at - 1, -1, -1):
        token = tokens[back]
        if token.kind == MARK:
            return token.text in ",;-\u2013\u2014"
        if token.kind != WORD or token.text not in words.leads:
            return False
        if token.joined:
            return True
    return True
