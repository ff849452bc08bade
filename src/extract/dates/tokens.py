"""Text as tokens, and the passages of it worth reading.

A text is cut at its spaces; each piece is cut into tokens once and remembered, so that
plain prose costs one dictionary look-up a word.  Only passages around a piece with an
*anchor* (a digit, a letter numeral, a word no date form can do without) are tokenised.
Bidirectional marks and footnote marks (``[3]``) are no tokens: what they touch stays
joined, so they never change a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from extract.dates.lexicon import (
    ANCHORS,
    COMPANIONS,
    STARTS,
    WEAK_ANCHORS,
    Reading,
    is_prefix,
    lexicon,
    may_have_reading,
    readings_of,
)
from extract.dates.numerals import plain_letters, value_of

__all__ = [
    "DASH",
    "END",
    "JUNK",
    "NUMBER",
    "NUMERIC",
    "PUNCT",
    "WORD",
    "Passage",
    "Token",
    "find_passages",
]

WORD, NUMBER, NUMERIC, DASH = "word", "number", "numeric", "dash"
PUNCT, JUNK, END = "punct", "junk", "end"


class Token(NamedTuple):
    """A token with its place in the text; ``gap`` is 0 where it is joined to the one before."""

    kind: str
    start: int
    end: int
    text: str
    """Letters without points, quotes as ``'`` and ``"``; digits; one sign."""
    readings: dict[str, Reading]
    gap: int
    """0 joined, 1 after a space, 2 after the end of a line."""
    starts: bool = False
    """An expression may begin here."""
    offsets: tuple[int, ...] | None = None
    """Places of the letters in the text, where points or marks stand between them."""

    def at(self, letters: int) -> int:
        """Return the position in the text of the letter with this number."""
        return self.start + letters if self.offsets is None else self.start + self.offsets[letters]


_MARKS = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
_POINTS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
_GERESH = "'\u05f3\u2019\u2018\u00b4`"
_QUOTE = '"\u05f4\u201d\u201c\u201e\u201f'
_TOKEN = re.compile(
    rf"""
    (?P<skip>[{_MARKS}]+|\[(?:\d{{1,3}}|[\u05d0-\u05ea]{{1,2}}|[\u05d0-\u05ea]{{3,6}}[\ \u00a0]?\d{{1,3}}|\?{{0}})\])
  | (?P<word>[\u05d0-\u05ea][\u05d0-\u05ea{_POINTS}]*
        (?:(?:[{_GERESH}]{{1,2}}|[{_QUOTE}])[\u05d0-\u05ea][\u05d0-\u05ea{_POINTS}]*)*
        (?:[{_GERESH}](?![{_GERESH}]))?)
  | (?P<numeric>\d{{4}}-\d{{1,2}}-\d{{1,2}}(?!\d|[\-./]\d)
      | \d{{1,2}}(?P<sep>[./\-])\d{{1,2}}(?P=sep)(?:\d{{4}}|\d{{2}})(?![\d]|[./\-]\d)
      | \d{{3,4}}/\d{{1,4}}(?![\d/]))
  | (?P<junk>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+:\d+(?::\d+)*|\d+(?:\.\d+)+|\d+/\d+(?:/\d+)+|\d{{3,}}/\d+|\d{{1,2}}/\d{{3,}}
      |[A-Za-z\u00c0-\u024f\u0370-\u04ff_]+[\w.:/]*)
  | (?P<number>\d+)
  | (?P<space>\s+)
  | (?P<dash>[-\u05be\u2010-\u2015\u2212])
  | (?P<punct>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FOLD = {ord(c): "'" for c in _GERESH} | {ord(c): '"' for c in _QUOTE}
_BARE = re.compile(f"[{_POINTS}]")
_LONG = 48
_MEMORY = 40_000
_BEFORE, _AFTER = 10, 9

_Proto = tuple[str, int, int, str, dict[str, Reading], int, bool, "tuple[int, ...] | None"]
_memory: dict[str, _Piece] = {}
_plain: set[str] = {""}


def _word(raw: str) -> tuple[str, tuple[int, ...] | None]:
    text = raw.translate(_FOLD)
    offsets = None
    if _BARE.search(text):
        offsets = (*(i for i, c in enumerate(text) if not _BARE.match(c)), len(text))
        text = _BARE.sub("", text)
    if "''" in text:
        if offsets is None:
            offsets = tuple(range(len(text) + 1))
        place = text.index("''")
        while place >= 0:
            offsets = offsets[:place] + offsets[place + 1 :]
            text = text[:place] + '"' + text[place + 2 :]
            place = text.find("''")
    return text, offsets


def _cut(piece: str) -> Iterator[_Proto]:
    gap = 0
    glued_junk = False
    for match in _TOKEN.finditer(piece):
        kind = match.lastgroup or PUNCT
        if kind == "skip":
            continue
        raw = match.group()
        start, end = match.span()
        if kind == "space":
            gap = 2 if "\n" in raw else max(gap, 1)
            glued_junk = False
            continue
        text, offsets, readings = raw, None, {}
        if kind == WORD:
            text, offsets = _word(raw)
            if len(text) > _LONG:  # no word: what is remembered of it must stay small
                text = text[:_LONG]
            readings = readings_of(text)
            if text in {"ו", "ה", "ב", "ל", "מ", "כ", "ש"}:
                readings = {}
        elif kind == "sep":
            kind = NUMERIC
        if kind in {NUMBER, NUMERIC} and (glued_junk or _spoiled(piece, end)):
            kind = JUNK
        glued_junk = kind == JUNK
        yield kind, start, end, text, readings, gap, _starts(kind, text, readings), offsets
        gap = 0


def _starts(kind: str, text: str, readings: dict[str, Reading]) -> bool:
    if kind == WORD:
        quoted = ('"' in text and _is_numeral(text)) or ("'" in text and len(text) <= 7)
        return quoted or not STARTS.isdisjoint(readings)
    if kind == JUNK:
        return len(text) <= 5 and text[0].isdigit() and text.count(".") == 1
    return kind in {NUMBER, NUMERIC} or (kind == PUNCT and text == "'")


def _spoiled(piece: str, end: int) -> bool:
    """Tell whether what is glued behind a number makes it no date (F1, F7)."""
    after = piece[end : end + 2]
    if not after:
        return False
    return (
        after[0].isalpha()
        or after[0] in "%×°$€£₪⁰²³_"
        or (after[0] in ":*+=" and after[1:2].isdigit())
    )


def _weight(protos: tuple[_Proto, ...], at: int) -> int:
    """Return 2 for an anchor, 1 for one that needs a companion near it, 0 for neither."""
    kind, _, _, text, readings, gap, _, _ = protos[at]
    if kind == NUMERIC:
        return 2
    if kind == NUMBER:
        marked = len(protos) > at + 1 and protos[at + 1][3] == "'"
        return 2 if len(text) in {3, 4, 8} or (at > 0 and gap == 0) or marked else 0
    if kind != WORD or text in lexicon().sets["deictics"]:
        return 0
    anchors = ANCHORS & readings.keys()
    if "offset_unit" in anchors:
        anchors -= {"tomorrow"}
    if anchors - WEAK_ANCHORS or ('"' in text and _is_numeral(text)):
        return 2
    return 1 if anchors else 0


def _is_companion(proto: _Proto) -> bool:
    return proto[0] in {NUMBER, NUMERIC} or not COMPANIONS.isdisjoint(proto[4])


def _is_numeral(text: str) -> bool:
    """Tell whether a token with gershayim may be a Hebrew year or a day (C5)."""
    if len(text) > 11:
        return False
    for length in range(min(4, len(text) - 2)):
        if length and not is_prefix(text[:length]):
            continue
        rest = text[length:]
        if rest[1:2] == "'" and value_of(rest[0]) in {4, 5}:
            return True
        letters = plain_letters(rest)
        value = value_of(letters) or value_of(letters[1:])
        if value >= 400 or 0 < value <= 30 or value_of(letters[0]) == 400:
            return True
    return False


_SIMPLE = re.compile(f'([("]?)([\u05d0-\u05ea]{{2,{_LONG}}})([,.:;)]?)')
_NO_READINGS: dict[str, Reading] = {}


def _cut_word(opened: str, word: str, closed: str) -> tuple[_Proto, ...]:
    """Return the tokens of a word without readings and the signs beside it, as most pieces are."""
    start, end = len(opened), len(opened) + len(word)
    protos: tuple[_Proto, ...] = ((WORD, start, end, word, _NO_READINGS, 0, False, None),)
    if opened:
        protos = ((PUNCT, 0, start, opened, _NO_READINGS, 0, False, None), *protos)
    if closed:
        protos = (*protos, (PUNCT, end, end + 1, closed, _NO_READINGS, 0, False, None))
    return protos


class _Piece(NamedTuple):
    """What is remembered of a piece of text between spaces."""

    protos: tuple[_Proto, ...]
    weight: int
    companion: bool


def _lookup(piece: str) -> _Piece:
    known = _memory.get(piece)
    if known is None:
        word = _SIMPLE.fullmatch(piece)
        if word is not None and not may_have_reading(word[2]):
            protos = _cut_word(*word.groups())
        else:
            protos = tuple(_cut(piece))
        weight = max((_weight(protos, at) for at in range(len(protos))), default=0)
        known = _Piece(protos, weight, any(map(_is_companion, protos)))
        if len(piece) <= _LONG:
            if len(_memory) >= _MEMORY:
                _memory.clear()
                _plain.clear()
                _plain.add("")
            _memory[piece] = known
            if not weight:
                _plain.add(piece)
    return known


_MOST_PLAIN = 80_000
_MEANING = re.compile("[\\d\u05d0-\u05ea]")


def _is_plain(piece: str) -> bool:
    """Tell whether a piece not met before has no meaning to dates: one word, or only signs.

    Most pieces of a text are so, and many come once: they need not be cut.  It is remembered.
    """
    match = _SIMPLE.fullmatch(piece)
    if match is None:
        if _MEANING.search(piece):
            return False
        if len(piece) > _LONG:
            return True
    elif may_have_reading(match[2]):
        return False
    if len(_plain) >= _MOST_PLAIN:
        _plain.clear()
        _plain.add("")
    _plain.add(piece)
    return True


def _accompanies(piece: str) -> bool:
    if piece not in _memory and _is_plain(piece):
        return False
    return _lookup(piece).companion


def _is_hit(pieces: list[str], at: int) -> bool:
    if pieces[at] not in _memory and _is_plain(pieces[at]):
        return False
    weight = _lookup(pieces[at]).weight
    if weight != 1:
        return weight == 2
    return any(_accompanies(piece) for piece in pieces[max(0, at - 4) : at + 5])


_STOP = tuple(Token(END, 0, 0, "", {}, 2) for _ in range(12))


class Passage(NamedTuple):
    """A part of a text that may hold dates, as tokens between stops."""

    tokens: list[Token]
    starts: list[int]
    """Indices of the tokens that an expression may begin with."""


def _passage(pieces: list[str], offsets: list[int], first: int, last: int) -> Passage:
    tokens = list(_STOP)
    begins: list[int] = []
    new, memory = tuple.__new__, _memory  # a named tuple's own constructor costs as much again
    append = tokens.append
    for piece, offset in zip(pieces[first:last], offsets[first:last], strict=True):
        known = memory.get(piece) or _lookup(piece)
        gap = 1
        for kind, start, end, text, readings, space, starts, letters in known[0]:
            gap = space or gap
            if starts:
                begins.append(len(tokens))
            append(
                new(
                    Token,
                    (kind, offset + start, offset + end, text, readings, gap, starts, letters),
                )
            )
            gap = 0
    tokens.extend(_STOP)
    return Passage(tokens, begins)


def find_passages(text: str) -> Iterator[Passage]:
    """Yield the passages of a text that may hold dates."""
    pieces = text.split(" ")
    plain = _plain
    hits = [i for i, piece in enumerate(pieces) if piece not in plain]
    hits = [i for i in hits if _is_hit(pieces, i)]
    if not hits:
        return
    offsets = [0, *accumulate([len(piece) + 1 for piece in pieces])]
    first, last = max(0, hits[0] - _BEFORE), hits[0] + _AFTER
    for hit in hits:
        if hit - _BEFORE > last:
            yield _passage(pieces, offsets, first, min(last, len(pieces)))
            first = hit - _BEFORE
        last = hit + _AFTER
    yield _passage(pieces, offsets, first, min(last, len(pieces)))
