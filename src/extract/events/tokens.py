"""A sentence as tokens: words with what kind of verb they are, dates, and marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from extract.events.verbs import DOUBTFUL, PAST, find_verb, is_shaped, looks_like_verb
from extract.events.words import find_flags, flag_of, load_words
from extract.model import DateExpression

__all__ = ["DATE", "MARK", "NUMBER", "WORD", "Line", "Token", "tokenize"]

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
    flags: int = 0
    """Which word sets it is in (``words.flag_of``)."""


_PLANNED = flag_of("planned", bare=True)
_PRONOUNS, _THERE, _LEADS, _OPENERS = map(flag_of, ("pronouns", "there", "leads", "openers"))


class Line(list[Token]):
    """The tokens of a sentence or of a piece of it, with what is often asked of them all."""

    __slots__ = ("_finite", "_flags")
    _finite: list[bool]
    _flags: int

    @property
    def flags(self) -> int:
        """The flags of all tokens together."""
        try:
            return self._flags
        except AttributeError:
            flags = 0
            for token in self:
                flags |= token.flags
            self._flags = flags
            return flags

    @property
    def finite(self) -> list[bool]:
        """Of each token, whether it is the verb of a clause."""
        try:
            return self._finite
        except AttributeError:
            self._finite = _find_finite(self)
            return self._finite

    def part(self, first: int, last: int) -> Line:
        """Return the tokens ``first`` to ``last`` (exclusive), looked at by themselves."""
        return self if first == 0 and last >= len(self) else Line(self[first:last])


def _find_finite(tokens: Line) -> list[bool]:
    """Ask of the few tokens that may be verbs: known forms, plans, the neighbours of dates."""
    finite = [token.verb >= PAST for token in tokens]
    size = len(tokens)
    for at, token in enumerate(tokens):
        if token.kind == DATE:
            for near in (at - 2, at + 1):
                if 0 <= near < size and not tokens[near].verb:
                    finite[near] = _is_finite(tokens, near)
        elif not finite[at] and (token.verb or token.flags & _PLANNED):
            finite[at] = _is_finite(tokens, at)
    return finite


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


_Proto = tuple[int, int, str, str, int, bool, bool, int]
_memory: dict[str, tuple[_Proto, ...]] = {}
"""What is remembered of a piece of text between spaces."""
_LONGEST, _MOST = 48, 40_000


def _cut(text: str, start: int, end: int) -> tuple[_Proto, ...]:
    """Cut ``text[start:end]`` into tokens whose positions count from ``start``."""
    protos: list[_Proto] = []
    for match in _TOKEN.finditer(text, start, end):
        kind = match.lastgroup or WORD
        first, last = match.start() - start, match.end() - start
        if kind == WORD:
            word, verb, joined, relative = _read_word(match[0])
            protos.append((first, last, WORD, word, verb, joined, relative, find_flags(word)))
        else:
            protos.append((first, last, kind, match[0], 0, False, False, find_flags(match[0])))
    return tuple(protos)


def _remember(piece: str) -> tuple[_Proto, ...]:
    found = _cut(f" {piece} ", 1, len(piece) + 2)
    if len(piece) <= _LONGEST:
        if len(_memory) >= _MOST:
            _memory.clear()
        _memory[piece] = found
    return found


def tokenize(
    text: str, start: int, end: int, dates: Sequence[DateExpression], indexes: Sequence[int]
) -> Line:
    """Cut ``text[start:end]`` into tokens; ``indexes`` are the dates inside, in order.

    Each piece between spaces is cut once and remembered.
    """
    tokens = Line()
    append, new, known = tokens.append, tuple.__new__, _memory.get
    depth = 0
    at = start
    for index in [*indexes, -1]:
        stop = max(at, dates[index].start if index >= 0 else end)
        pieces = text[at:stop].split(" ")
        final = pieces[-1]
        whole = None
        if pieces[0][:1] == "-" or (final[-1:] == "-" and not final[-2:-1].strip()):
            # a dash at an edge is a mark between spaces alone: read in its place
            whole = _cut(text, at, stop)
            pieces = [""]
        for piece in pieces:
            protos = known(piece) if whole is None else whole
            if protos is None:
                protos = _remember(piece)
            for first, second, kind, word, verb, joined, relative, bits in protos:
                if kind == MARK and word == ")":
                    depth = max(0, depth - 1)
                append(
                    new(
                        Token,
                        (
                            at + first,
                            at + second,
                            kind,
                            word,
                            verb,
                            joined,
                            relative,
                            -1,
                            depth,
                            bits,
                        ),
                    )
                )
                if kind == MARK and word == "(":
                    depth += 1
            at += len(piece) + 1
        if index >= 0:
            date = dates[index]
            bits = find_flags(date.text)
            append(
                new(
                    Token,
                    (date.start, date.end, DATE, date.text, 0, False, False, index, depth, bits),
                )
            )
            at = date.end
    return tokens


def _is_finite(tokens: Sequence[Token], at: int) -> bool:
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
        if before.kind == DATE or before.flags & _PRONOUNS:
            return True
        if before.text == "," and at > 1 and tokens[at - 2].kind == DATE:
            return True
        if before.flags & _THERE and at > 1 and tokens[at - 2].text == ",":
            return True
    if after is not None and after.kind == WORD:
        if after.text == "\u05d0\u05ea":  # the sign of a direct object
            return True
        if after.flags & _LEADS and at + 2 < len(tokens) and tokens[at + 2].kind == DATE:
            return True
    return token.relative and token.verb == DOUBTFUL and not is_shaped(token.text)


def _is_due(tokens: Sequence[Token], at: int) -> bool:
    """Whether an unlisted word stands where a verb is due and has the shape of one."""
    token = tokens[at]
    if at and tokens[at - 1].kind == DATE and _opens(tokens, at - 1):
        return looks_like_verb(token.text)
    if at + 2 >= len(tokens) or tokens[at + 2].kind != DATE:
        return False
    if not tokens[at + 1].flags & _LEADS or token.flags & _LEADS:
        return False
    if token.joined:
        return len(token.text) > 3 and looks_like_verb(token.text[1:])
    before = tokens[at - 1] if at else token
    parted = before.kind == MARK or bool(before.flags & _OPENERS)
    return parted and looks_like_verb(token.text)


def _opens(tokens: Sequence[Token], at: int) -> bool:
    """Whether only words that lead to a date stand between a boundary and the date."""
    for back in range(at - 1, -1, -1):
        token = tokens[back]
        if token.kind == MARK:
            return token.text in ",;-\u2013\u2014"
        if token.kind != WORD or not token.flags & _LEADS:
            return False
        if token.joined:
            return True
    return True
