"""A sentence as tokens: words with what kind of verb they are, dates, and marks.

What is asked of a token most often are the bits of one number: what it is, what kind of
verb, which word sets it is in (``words.flag_of``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from itertools import chain
from operator import or_
from typing import NamedTuple

from extract.events.verbs import (
    DOUBTFUL,
    FUTURE,
    PAST,
    PRESENT,
    find_verb,
    is_shaped,
    looks_like_verb,
)
from extract.events.words import find_flags, flag_of, load_words
from extract.model import DateExpression

__all__ = [
    "CLOSE",
    "COLON",
    "COMMA",
    "DASH",
    "DATE",
    "FINITE",
    "JOINED",
    "LONG_DASH",
    "MARK",
    "NUMBER",
    "OPEN",
    "RELATIVE",
    "SEMICOLON",
    "VERB",
    "WORD",
    "Line",
    "Token",
    "tokenize",
]

WORD, NUMBER, MARK, DATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3
"""What a token is."""
FINITE = PAST | FUTURE
VERB = PRESENT | DOUBTFUL | FINITE
JOINED = 1 << 8
"""*And* is written as part of the word."""
RELATIVE = 1 << 9
"""The word opens a relative clause."""
COMMA, SEMICOLON, COLON, OPEN, CLOSE, DASH, LONG_DASH = (1 << place for place in range(10, 17))
"""Which mark it is."""

_MARKS = {
    ",": COMMA,
    ";": SEMICOLON,
    ":": COLON,
    "(": OPEN,
    ")": CLOSE,
    "-": DASH,
    "\u2013": DASH,
    "\u2014": LONG_DASH,
}
_LETTER = "\u05d0-\u05ea\u05b0-\u05bd\u05bf-\u05c2\u05c7"
_POINTS = dict.fromkeys([*range(0x5B0, 0x5BE), *range(0x5BF, 0x5C3), 0x5C7])
_TOKEN = re.compile(
    rf"(?P<w>[{_LETTER}A-Za-z]+(?:[\"'\u05f3\u05f4\u2019\u201d][{_LETTER}A-Za-z]+|['\u05f3\u2019])*)"
    r"|(?P<n>\d+(?:[.,:/]\d+)*%?)"
    r"|(?P<m>[,;:()]|[\u2013\u2014]|(?<=\s)-(?=\s))"
)
_THE, _THAT, _AND = "\u05d4", "\u05e9", "\u05d5"
_OBJECT_SIGN = "\u05d0\u05ea"

_PLANNED = flag_of("planned", bare=True)
_PRONOUNS, _THERE, _LEADS, _OPENERS = map(flag_of, ("pronouns", "there", "leads", "openers"))
_MAYBE = VERB | _PLANNED
_PARTICLE = flag_of("relatives")


class Token(NamedTuple):
    """A word, number, mark or date; where it stands is its line's affair."""

    bits: int
    text: str
    """A word is without its vowel points."""
    start: int
    """Counted from the piece of text it was cut from."""
    size: int


_Segment = tuple[int, list[str], list[tuple[Token, ...]]]
"""Where a stretch between dates begins, its pieces between spaces, and their tokens."""


class Line:
    """The tokens of a sentence or of a piece of it, column by column."""

    __slots__ = (
        "_finite",
        "_segments",
        "_starts",
        "bits",
        "dates",
        "depths",
        "flags",
        "indexes",
        "tokens",
    )
    tokens: list[Token]
    bits: list[int]
    flags: int
    """The bits of all tokens together."""
    depths: Sequence[int]
    """Positive inside round brackets."""
    dates: dict[int, DateExpression]
    """The expressions by the position of their token, in order."""
    indexes: dict[int, int]
    """The same, as indexes into the list of the text's expressions."""

    def __init__(
        self,
        tokens: list[Token],
        dates: dict[int, DateExpression],
        indexes: dict[int, int],
        segments: Sequence[_Segment],
        starts: list[int] | None = None,
        depths: Sequence[int] | None = None,
    ) -> None:
        self.tokens = tokens
        self.bits = bits = [token[0] for token in tokens]
        for at in dates:  # a verb right behind a date is no relative particle
            if at + 1 < len(bits) and bits[at + 1] & _PARTICLE and bits[at + 1] & VERB:
                bits[at + 1] &= ~RELATIVE
        self.flags = reduce(or_, bits, 0)
        self.dates = dates
        self.indexes = indexes
        self._segments = segments
        self._starts = starts
        self._finite: list[int] | None = None
        if depths is None:
            depths = _find_depths(bits) if self.flags & (OPEN | CLOSE) else bytes(len(bits))
        self.depths = depths

    @property
    def finite(self) -> list[int]:
        """Of each token, whether it is the verb of a clause: not 0."""
        found = self._finite
        if found is None:
            found = self._finite = _find_finite(self)
        return found

    @property
    def starts(self) -> list[int]:
        """Where each token starts in the text."""
        found = self._starts
        if found is None:
            found = self._starts = _find_starts(self._segments)
        return found

    def end_of(self, at: int) -> int:
        """Return where the token at ``at`` ends in the text."""
        return self.starts[at] + self.tokens[at].size

    def part(self, first: int, last: int) -> Line:
        """Return the tokens ``first`` to ``last`` (exclusive), looked at by themselves."""
        if first == 0 and last >= len(self.bits):
            return self
        return Line(
            self.tokens[first:last],
            {at - first: date for at, date in self.dates.items() if first <= at < last},
            {at - first: index for at, index in self.indexes.items() if first <= at < last},
            (),
            self.starts[first:last],
            self.depths[first:last],
        )


def _find_finite(line: Line) -> list[int]:
    """Ask of the few tokens that may be verbs: known forms, plans, the neighbours of dates."""
    bits = line.bits
    finite = [bit & FINITE for bit in bits]
    if line.flags & (PRESENT | DOUBTFUL | _PLANNED):
        for at, bit in enumerate(bits):
            if bit & _MAYBE and not finite[at] and not bit & DATE:
                finite[at] = _is_finite(line, at)
    size = len(bits)
    for at in line.dates:
        for near in (at - 2, at + 1):
            if 0 <= near < size and not bits[near] & VERB:
                finite[near] = _is_finite(line, near)
    return finite


def _read_word(text: str) -> tuple[str, int]:
    """A word without vowel points, and its bits."""
    if not text.isalpha():
        text = text.translate(_POINTS) or text
    bits, joined, relative = find_verb(text)
    if relative or (
        text in load_words().relatives
        or (not bits and len(text) > 4 and text.startswith(_THAT + _THE))
    ):
        bits |= RELATIVE
    if joined or (text[0] == _AND and not is_shaped(text)):
        bits |= JOINED
    return text, bits | WORD | find_flags(text)


_LONGEST, _MOST = 48, 40_000
"""The longest piece that is remembered, and how many are."""


def _cut(text: str, start: int, end: int) -> tuple[Token, ...]:
    """Cut ``text[start:end]`` into tokens whose positions count from ``start``."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text, start, end):
        first, word = match.start() - start, match[0]
        if match.lastgroup == "w":
            read, bits = _read_word(word)
            found.append(Token(bits, read, first, len(word)))
        else:
            bits = NUMBER if match.lastgroup == "n" else MARK | _MARKS[word]
            found.append(Token(bits | find_flags(word), word, first, len(word)))
    return tuple(found)


class _Pieces(dict[str, tuple[Token, ...]]):
    """What is remembered of a piece of text between spaces."""

    def __missing__(self, piece: str) -> tuple[Token, ...]:
        found = _cut(f" {piece} ", 1, len(piece) + 2)
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[piece] = found
        return found


class _Dates(dict[str, Token]):
    """What is remembered of the text of a date."""

    def __missing__(self, text: str) -> Token:
        if len(self) >= _MOST:
            self.clear()
        token = self[text] = Token(DATE | find_flags(text), text, 0, len(text))
        return token


_pieces, _dates = _Pieces(), _Dates()


def tokenize(
    text: str, start: int, end: int, dates: Sequence[DateExpression], indexes: Sequence[int]
) -> Line:
    """Cut ``text[start:end]`` into tokens; ``indexes`` are the dates inside, in order.

    Each piece between spaces is cut once and remembered.
    """
    tokens: list[Token] = []
    segments: list[_Segment] = []
    places: dict[int, DateExpression] = {}
    numbers: dict[int, int] = {}
    at = start
    for index in indexes:
        date = dates[index]
        if date.start > at:
            segment = _read_segment(text, at, date.start)
            segments.append(segment)
            tokens += chain.from_iterable(segment[2])
        places[len(tokens)] = date
        numbers[len(tokens)] = index
        token = _dates[date.text]
        tokens.append(token)
        segments.append((date.start, [date.text], [(token,)]))
        at = date.end
    if end > at:
        segment = _read_segment(text, at, end)
        segments.append(segment)
        tokens += chain.from_iterable(segment[2])
    return Line(tokens, places, numbers, segments)


def _read_segment(text: str, start: int, end: int) -> _Segment:
    stretch = text[start:end]
    pieces = stretch.split(" ")
    final = pieces[-1]
    if pieces[0][:1] == "-" or (final[-1:] == "-" and not final[-2:-1].strip()):
        # a dash at an edge is a mark between spaces alone: read in its place
        return start, [stretch], [_cut(text, start, end)]
    return start, pieces, list(map(_pieces.__getitem__, pieces))


def _find_starts(segments: Sequence[_Segment]) -> list[int]:
    starts: list[int] = []
    for at, pieces, found in segments:
        place = at
        for piece, tokens in zip(pieces, found, strict=True):
            starts += [place + token[2] for token in tokens]
            place += len(piece) + 1
    return starts


def _find_depths(bits: Sequence[int]) -> list[int]:
    depths: list[int] = []
    depth = 0
    for bit in bits:
        if bit & CLOSE and depth:
            depth -= 1
        depths.append(depth)
        if bit & OPEN:
            depth += 1
    return depths


def _is_finite(line: Line, at: int) -> bool:
    """Whether the word at ``at`` is the verb of a clause.

    A participle or a doubtful form counts only beside a date or after a pronoun, and a
    doubtful form also before a direct object.
    """
    bits, tokens = line.bits, line.tokens
    bit, last = bits[at], len(bits) - 1
    if bit & FINITE:
        return True
    if at < last:
        following = tokens[at + 1].text
        if following[:1] == "\u05dc" and len(following) > 3:
            text = tokens[at].text
            if (text[1:] if bit & JOINED else text) in load_words().planned:
                return True  # a plan with its infinitive
    if not bit & VERB:
        return _is_due(line, at)
    if at:
        before = bits[at - 1]
        if before & (DATE | _PRONOUNS):
            return True
        if at > 1 and (
            (before & COMMA and bits[at - 2] & DATE) or (before & _THERE and bits[at - 2] & COMMA)
        ):
            return True
    if at < last and bits[at + 1] & WORD:
        if tokens[at + 1].text == _OBJECT_SIGN:
            return True
        if bits[at + 1] & _LEADS and at + 1 < last and bits[at + 2] & DATE:
            return True
    return bool(bit & RELATIVE and bit & DOUBTFUL) and not is_shaped(tokens[at].text)


def _is_due(line: Line, at: int) -> bool:
    """Whether an unlisted word stands where a verb is due and has the shape of one."""
    bits = line.bits
    bit, text = bits[at], line.tokens[at].text
    if at and bits[at - 1] & DATE and _opens(bits, at - 1):
        return looks_like_verb(text)
    if at + 2 >= len(bits) or not bits[at + 2] & DATE:
        return False
    if not bits[at + 1] & _LEADS or bit & _LEADS:
        return False
    if bit & JOINED:
        return len(text) > 3 and looks_like_verb(text[1:])
    before = bits[at - 1] if at else bit
    return bool(before & (MARK | _OPENERS)) and looks_like_verb(text)


def _opens(bits: Sequence[int], at: int) -> bool:
    """Whether only words that lead to a date stand between a boundary and the date."""
    for back in range(at - 1, -1, -1):
        bit = bits[back]
        if bit & MARK:
            return bool(bit & (COMMA | SEMICOLON | DASH | LONG_DASH))
        if not bit & WORD or not bit & _LEADS:
            return False
        if bit & JOINED:
            return True
    return True
