"""A sentence as tokens: words with what kind of verb they are, dates, and marks.

What is asked of a token most often are the bits of one number: what it is, what kind of
verb, which word sets it is in (``words.flag_of``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache, reduce
from itertools import chain
from operator import or_

from extract.events.verbs import (
    DOUBTFUL,
    FUTURE,
    PAST,
    PRESENT,
    find_verb,
    is_shaped,
    load_shaped,
    load_verbs,
    looks_like_verb,
)
from extract.events.words import FIRST_FLAG, find_flags, flag_of, flagged, load_words
from extract.model import DateExpression

__all__ = [
    "ADVERBIAL",
    "ASKED",
    "CLOSE",
    "COLON",
    "COMMA",
    "DASH",
    "DATE",
    "FINITE",
    "JOINED",
    "LEADING",
    "LONG",
    "LONG_DASH",
    "MARK",
    "NUMBER",
    "OPEN",
    "PAST",
    "RELATIVE",
    "SEMICOLON",
    "SPELT",
    "VERB",
    "WORD",
    "Line",
    "is_finite",
    "tokenize",
    "without_points",
]

WORD, NUMBER, MARK, DATE = (1 << place for place in range(4))
"""What a token is."""
FINITE = PAST | FUTURE
VERB = PRESENT | DOUBTFUL | FINITE
"""What kind of verb: the bits 4 to 7."""
JOINED = 1 << 8
"""*And* is written as part of the word."""
RELATIVE = 1 << 9
"""The word opens a relative clause."""
COMMA, SEMICOLON, COLON, OPEN, CLOSE, DASH, LONG_DASH = (1 << place for place in range(10, 17))
"""Which mark it is."""
LONG = 1 << 17
"""It has more than three letters."""
ADVERBIAL, LEADING = 1 << 18, 1 << 19
"""It begins with a preposition; with one that leads to a time, or with *and*."""
_LIKELY, _LIKELY_REST = 1 << 20, 1 << 21
"""It has the shape of a verb; what follows *and* has."""
_PLAN, _INFINITIVE, _OBJECT_SIGN = 1 << 22, 1 << 23, 1 << 24
"""It announces a plan; it may be the infinitive after one; it is the sign of an object."""
_TOLD = 1 << 25
"""A doubtful verb behind *that* which is not only shaped like one."""
SPELT = 1 << 26
"""It is a word of more than one letter."""
_BESIDE = 1 << (FIRST_FLAG - 1)
"""It stands, shaped like a verb, where an unlisted word beside a date may be one.  The bits above are of words."""

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
_WORD = re.compile("[\u05d0-\u05eaA-Za-z]+")
"""A word without vowel points."""
_THE, _THAT, _AND, _TO, _OBJECT_MARKER = "\u05d4", "\u05e9", "\u05d5", "\u05dc", "\u05d0\u05ea"
_INITIALS = dict.fromkeys("\u05d1\u05dc\u05de", ADVERBIAL | LEADING) | {
    "\u05db": ADVERBIAL,
    _AND: LEADING,
}

_PLANNED = flag_of("planned", bare=True)
_PRONOUNS, _THERE, _LEADS, _OPENERS = map(flag_of, ("pronouns", "there", "leads", "openers"))
_PARTICLE = flag_of("relatives")
_NOUN_VERBS, _NOUN_SECONDS = flag_of("noun_verbs"), flag_of("noun_seconds")
ASKED = VERB | _PLANNED | _BESIDE
"""A token with none of these is no verb of a clause and announces none."""
_MAY_BE_FINITE = VERB | _PLAN | _BESIDE
"""A token with none of these is no verb of a clause."""
_SHAPED = _LIKELY | _LIKELY_REST
_BEFORE_VERBS, _PARTING = DATE | _PRONOUNS, MARK | _OPENERS
_BRACKETS, _BOUNDARIES = OPEN | CLOSE, COMMA | SEMICOLON | DASH | LONG_DASH


class Line:
    """The tokens of a sentence or of a piece of it: the bits of each, and what they tell.

    Where a token stands is asked of few and is looked up then.
    """

    __slots__ = (
        "_depths",
        "_finite",
        "_first",
        "_places",
        "_span",
        "_whole",
        "bits",
        "dates",
        "flags",
        "indexes",
        "text",
    )
    text: str
    bits: list[int]
    flags: int
    """The bits of all tokens together."""
    dates: dict[int, DateExpression]
    """The expressions by the position of their token, in order."""
    indexes: dict[int, int]
    """The same, as indexes into the list of the text's expressions."""

    def __init__(
        self,
        text: str,
        span: tuple[int, int],
        bits: list[int],
        dates: dict[int, DateExpression],
        indexes: dict[int, int],
    ) -> None:
        self.text = text
        self.bits = bits
        self.flags = reduce(or_, bits, 0)
        self.dates = dates
        self.indexes = indexes
        self._span = span
        self._whole: Line | None = None
        self._first = 0
        self._places: list[int] | None = None
        self._depths: Sequence[int] | None = None
        self._finite: list[int] | None = None

    @property
    def depths(self) -> Sequence[int]:
        """Of each token, in how many round brackets it stands."""
        found = self._depths
        if found is None:
            bits = self.bits
            found = _find_depths(bits) if self.flags & _BRACKETS else bytes(len(bits))
            self._depths = found
        return found

    @property
    def finite(self) -> list[int]:
        """Of each token, whether it is the verb of a clause: not 0."""
        found = self._finite
        if found is None:
            found = self._finite = _find_finite(self)
        return found

    def start_of(self, at: int) -> int:
        """Return where the token at ``at`` starts in the text."""
        if at in self.dates:
            return self.dates[at].start
        return self._locate(at)[0]

    def span_of(self, at: int) -> tuple[int, int]:
        """Return where the token at ``at`` stands in the text."""
        if at in self.dates:
            return self.dates[at].start, self.dates[at].end
        return self._locate(at)

    def _locate(self, at: int) -> tuple[int, int]:
        """Cut the stretch between dates once more that the token is in."""
        if self._whole is not None:
            return self._whole.span_of(self._first + at)
        dates, places = self.dates, self._places
        if places is None:
            places = self._places = [*dates]
        after = bisect_right(places, at)
        start, end = self._span
        if after < len(places):
            end = dates[places[after]].start
        if after:
            before = places[after - 1]
            start = dates[before].end
            at -= before + 1
        return _token_spans(self.text, start, end)[at]

    def word(self, at: int) -> str:
        """Return the word at ``at`` without its vowel points."""
        start, end = self.span_of(at)
        return without_points(self.text[start:end])

    def part(self, first: int, last: int) -> Line:
        """Return the tokens ``first`` to ``last`` (exclusive), looked at by themselves."""
        if first == 0 and last >= len(self.bits):
            return self
        part = Line(
            self.text,
            self._span,
            self.bits[first:last],
            {at - first: date for at, date in self.dates.items() if first <= at < last},
            {at - first: index for at, index in self.indexes.items() if first <= at < last},
        )
        part._whole = self._whole or self
        part._first = self._first + first
        part._depths = self.depths[first:last]
        return part


@lru_cache(maxsize=4)
def _token_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the tokens of a stretch stand: asked for seldom, and then for several."""
    return [match.span() for match in _TOKEN.finditer(text, start, end)]


def _find_finite(line: Line) -> list[int]:
    """Ask of the few tokens that may be verbs: known forms, plans, the neighbours of dates."""
    bits = line.bits
    if not line.flags & _MAY_BE_FINITE:
        return [0] * len(bits)
    return [bit & _MAY_BE_FINITE and is_finite(bits, at) for at, bit in enumerate(bits)]


_PLAIN = WORD | SPELT | LONG
_PLAIN_BY_INITIAL = {initial: _PLAIN | bits for initial, bits in _INITIALS.items()}
_PLAIN_BY_INITIAL[_TO] |= _INFINITIVE
_PLAIN_BY_INITIAL[_AND] |= JOINED
_PREFIXES = frozenset("\u05d1\u05d4\u05d5\u05db\u05dc\u05de\u05e9")
_SHORT = 3
"""Letters of a word that is not worth asking whether it is known."""


@cache
def _known() -> frozenset[str]:
    """The words of which more is known than their letters tell, without prefixes."""
    return frozenset().union(load_verbs(), flagged(), load_shaped(), (_OBJECT_MARKER,))


def _read_word(text: str) -> int:
    """The bits of a word, of which mostly no more is known than its letters tell."""
    initial = text[0]
    rest, known = text, _known()
    if initial in _PREFIXES:
        while rest not in known:
            rest = rest[1:]
            if rest[:1] not in _PREFIXES:
                break
    if rest in known or len(text) <= _SHORT:
        return _read_known(text)
    bits = _PLAIN_BY_INITIAL.get(initial, _PLAIN)
    if looks_like_verb(text):
        bits |= _LIKELY
    if initial == _AND:
        if looks_like_verb(text[1:]):
            bits |= _LIKELY_REST
    elif initial == _THAT and text[1] == _THE and len(text) > 4:
        bits |= RELATIVE
    return bits


def _read_known(text: str) -> int:
    """The bits of a word that may be known."""
    verb, joined, relative = find_verb(text)
    bits = WORD | verb | find_flags(text)
    if len(text) > 1:
        bits |= SPELT
    if (
        relative
        or bits & _PARTICLE
        or (not verb and len(text) > 4 and text.startswith(_THAT + _THE))
    ):
        bits |= RELATIVE
        if verb == DOUBTFUL and not is_shaped(text):
            bits |= _TOLD
    if joined or (text[0] == _AND and not is_shaped(text)):
        rest = text[1:]
        if len(rest) > 2 and looks_like_verb(rest):
            bits |= _LIKELY_REST
        return _read_letters(text, rest, bits | JOINED)
    return _read_letters(text, text, bits)


def _read_letters(text: str, bare: str, bits: int) -> int:
    """Add the bits of any token that its letters alone tell; ``bare`` is without *and*."""
    initial = text[0]
    if initial in _INITIALS:
        bits |= _INITIALS[initial]
    if len(text) > 3:
        bits |= LONG
        if initial == _TO:
            bits |= _INFINITIVE
    if looks_like_verb(text):
        bits |= _LIKELY
    if bits & _PLANNED and bare in load_words().planned:
        bits |= _PLAN
    if text == _OBJECT_MARKER:
        bits |= _OBJECT_SIGN
    return bits


def without_points(text: str) -> str:
    """Return a word without vowel points, or as it is where it has nothing else."""
    return text.translate(_POINTS) or text


_LONGEST, _MOST, _MOST_DATES = 48, 100_000, 10_000
"""The longest piece that is remembered, and how many pieces (some 11 MB) and dates are."""


def _cut(text: str, start: int, end: int) -> tuple[int, ...]:
    """The bits of the tokens of ``text[start:end]``."""
    found: list[int] = []
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        if match.lastgroup == "w":
            found.append(_read_word(word if word.isalpha() else without_points(word)))
        elif match.lastgroup == "n":
            found.append(NUMBER | find_flags(word))
        else:
            found.append(MARK | _MARKS[word] | find_flags(word))
    return tuple(found)


_CLOSING = {mark: (MARK | _MARKS[mark] | find_flags(mark),) for mark in ",;:)"} | {".": ()}
"""What stands behind a word without a space, as tokens."""


class _Pieces(dict[str, tuple[int, ...]]):
    """What is remembered of a piece of text between spaces."""

    __slots__ = ("_shared",)

    def __init__(self) -> None:
        super().__init__()
        self._shared: dict[tuple[int, ...], tuple[int, ...]] = {}

    def __missing__(self, piece: str) -> tuple[int, ...]:
        if _WORD.fullmatch(piece):
            found: tuple[int, ...] = (_read_word(piece),)
        elif piece[-1:] in _CLOSING and _WORD.fullmatch(piece, 0, len(piece) - 1):
            found = self[piece[:-1]] + _CLOSING[piece[-1]]
        else:
            found = _cut(f" {piece} ", 1, len(piece) + 2)
        if len(piece) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
                self._shared.clear()
            found = self[piece] = self._shared.setdefault(found, found)
        return found


class _Dates(dict[str, int]):
    """What is remembered of the text of a date."""

    def __missing__(self, text: str) -> int:
        if len(self) >= _MOST_DATES:
            self.clear()
        bits = self[text] = _read_letters(text, text, DATE | find_flags(text))
        return bits


_pieces, _dates = _Pieces(), _Dates()
_read_piece = _pieces.__getitem__


def tokenize(
    text: str, start: int, end: int, dates: Sequence[DateExpression], indexes: Sequence[int]
) -> Line:
    """Cut ``text[start:end]`` into tokens; ``indexes`` are the dates inside, in order.

    Each piece between spaces is cut once and remembered.
    """
    bits: list[int] = []
    places: dict[int, DateExpression] = {}
    numbers: dict[int, int] = {}
    at = start
    for index in indexes:
        date = dates[index]
        if date.start > at:
            bits += _read_stretch(text, at, date.start)
        place = len(bits)
        places[place] = date
        numbers[place] = index
        bits.append(_dates[date.text])
        at = date.end
    if end > at:
        bits += _read_stretch(text, at, end)
    size = len(bits)
    for place in places:
        if place > 1 and bits[place - 2] & _SHAPED:
            bits[place - 2] |= _BESIDE
        if place + 1 < size:
            following = bits[place + 1]
            if following & _SHAPED:
                bits[place + 1] |= _BESIDE
            if following & VERB and following & _PARTICLE:
                bits[place + 1] &= ~RELATIVE  # a verb right behind a date, no particle
    return Line(text, (start, end), bits, places, numbers)


def _read_stretch(text: str, start: int, end: int) -> Iterable[int]:
    """The bits of the tokens between dates."""
    stretch = text[start:end]
    if stretch[0] == "-" or (stretch[-1] == "-" and not stretch[-2:-1].strip()):
        return _cut(text, start, end)  # a dash is a mark between spaces alone
    return chain.from_iterable(map(_read_piece, stretch.split(" ")))


def _find_depths(bits: Sequence[int]) -> list[int]:
    depths = [0] * len(bits)
    depth = since = 0
    for at in [at for at, bit in enumerate(bits) if bit & _BRACKETS]:
        if depth:
            depths[since:at] = [depth] * (at - since)
        if bits[at] & OPEN:
            depths[at] = depth
            depth += 1
            since = at + 1
        else:
            depth = max(0, depth - 1)
            since = at
    if depth:
        depths[since:] = [depth] * (len(bits) - since)
    return depths


def is_finite(bits: Sequence[int], at: int) -> bool:
    """Return whether the word at ``at`` is the verb of a clause.

    It is none unless it has a bit of ``ASKED``.

    A participle or a doubtful form counts only beside a date or after a pronoun, and a
    doubtful form also before a direct object.
    """
    bit, last = bits[at], len(bits) - 1
    following = bits[at + 1] if at < last else 0
    if bit & FINITE:
        return not (bit & _NOUN_VERBS and following & _NOUN_SECONDS)
    if bit & _PLAN and following & _INFINITIVE:
        return True
    if not bit & VERB:
        return bit & _SHAPED != 0 and not bit & _OPENERS and _is_due(bits, at)
    if at:
        before = bits[at - 1]
        if before & _BEFORE_VERBS:
            return True
        if at > 1 and (
            (before & COMMA and bits[at - 2] & DATE) or (before & _THERE and bits[at - 2] & COMMA)
        ):
            return True
    if following & WORD:
        if following & _OBJECT_SIGN:
            return True
        if following & _LEADS and at + 1 < last and bits[at + 2] & DATE:
            return True
    return bit & _TOLD != 0


_FEW_WORDS = 4


def _is_due(bits: Sequence[int], at: int) -> bool:
    """Whether an unlisted word stands where a verb is due and has the shape of one."""
    bit = bits[at]
    if at and bits[at - 1] & DATE and _opens(bits, at - 1):
        return bit & _LIKELY != 0
    if at + 2 >= len(bits) or not bits[at + 2] & DATE:
        return False
    if not bits[at + 1] & _LEADS or bit & _LEADS:
        return False
    if bit & JOINED:
        return bit & _LIKELY_REST != 0
    before = bits[at - 1] if at else bit
    return before & _PARTING != 0 and bit & _LIKELY != 0


def _opens(bits: Sequence[int], at: int) -> bool:
    """Whether only words that lead to a date stand between a boundary and the date, or a
    few more that a preposition opens: *behind the floods of 1962 ...*"""
    others = 0
    for back in range(at - 1, -1, -1):
        bit = bits[back]
        if bit & MARK:
            parted = bit & _BOUNDARIES != 0
            return parted and (not others or bits[back + 1] & ADVERBIAL != 0)
        if not bit & WORD or bit & VERB:
            return False
        if not bit & _LEADS:
            others += 1
            if others > _FEW_WORDS:
                return False
        if bit & JOINED:
            return not others
    return not others or bits[0] & ADVERBIAL != 0
