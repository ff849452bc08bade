"""Text as tokens, and the passages of it worth reading.

A text is cut at its spaces; each piece is cut into tokens once and remembered, so that
plain prose costs one dictionary look-up a word.  Only passages around a piece with an
*anchor* (a digit, a letter numeral, a word no date form can do without) are tokenised.
Bidirectional marks and footnote marks (``[3]``) are no tokens: what they touch stays
joined, so they never change a value.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
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
    readable,
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
    "Token",
    "Tokens",
    "find_passages",
]

WORD, NUMBER, NUMERIC, DASH = "word", "number", "numeric", "dash"
PUNCT, JUNK, END = "punct", "junk", "end"


class Token(NamedTuple):
    """A token of a piece, the same wherever the piece stands: its places are counted in the piece."""

    kind: str
    start: int
    end: int
    text: str
    """Letters without points, quotes as ``'`` and ``"``; digits; one sign."""
    readings: dict[str, Reading]
    gap: int
    """0 joined to the token before, 1 after a space, 2 after the end of a line."""
    offsets: tuple[int, ...] | None = None
    """Places of the letters in the token, where points or marks stand between them."""


class Tokens(list[Token]):
    """The tokens of a part of a text that may hold dates, between stops."""

    __slots__ = ("firsts", "offsets", "starts")

    firsts: list[int]
    """Index of the first token of each piece."""
    offsets: list[int]
    """Place of each piece in the text, without the spaces between them here."""
    starts: list[int]
    """Indices of the tokens that an expression may begin with."""

    def at(self, index: int, letters: int = 0) -> int:
        """Return the position in the text of a token, or of the letter of it with this number."""
        token = self[index]
        inside = letters if token.offsets is None else token.offsets[letters]
        piece = bisect_right(self.firsts, index) - 1
        return self.offsets[piece] + piece + token.start + inside

    def end(self, index: int) -> int:
        """Return the position in the text behind a token."""
        piece = bisect_right(self.firsts, index) - 1
        return self.offsets[piece] + piece + self[index].end


_MARKS = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"
_POINTS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
_GERESH = "'\u05f3\u2019\u2018\u00b4`"
_QUOTE = '"\u05f4\u201d\u201c\u201e\u201f'
_LETTERED = rf"""[\u05d0-\u05ea][\u05d0-\u05ea{_POINTS}]*
        (?:(?:[{_GERESH}]{{1,2}}|[{_QUOTE}])[\u05d0-\u05ea][\u05d0-\u05ea{_POINTS}]*)*
        (?:[{_GERESH}](?![{_GERESH}]))?"""
_TOKEN = re.compile(
    rf"""
    (?P<skip>[{_MARKS}]+|\[(?:\d{{1,3}}|[\u05d0-\u05ea]{{1,2}}|[\u05d0-\u05ea]{{3,6}}[\ \u00a0]?\d{{1,3}}|\?{{0}})\])
  | (?P<word>{_LETTERED})
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
"""Characters of a piece; what is longer is no word, and not remembered."""
_LONGEST_WORD = 2_000
"""Characters without any space: what is longer is no language."""
_MOST_PIECES, _MOST_PLAIN = 50_000, 200_000
_BEFORE, _AFTER = 8, 8
"""Pieces of a passage before and behind an anchor: more of them change no date of fixtures or gold."""

_NO_READINGS: dict[str, Reading] = {}
_new = tuple.__new__  # a named tuple's own constructor costs as much again


def _word(raw: str) -> tuple[str, tuple[int, ...] | None]:
    if raw.isalpha():
        return raw, None
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


def _cut(piece: str) -> Iterator[Token]:
    gap = 1
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
        text, offsets, readings = raw, None, _NO_READINGS
        if kind == WORD:
            text, offsets = _word(raw)
            if len(text) > _LONG:  # no word: what is remembered of it must stay small
                text = text[:_LONG]
            readings = readings_of(text)
        elif kind == "sep":
            kind = NUMERIC
        if kind in {NUMBER, NUMERIC} and (glued_junk or _spoiled(piece, end)):
            kind = JUNK
        glued_junk = kind == JUNK
        yield _new(Token, (kind, start, end, text, readings, gap, offsets))
        gap = 0


def _starts(token: Token) -> bool:
    """Tell whether an expression may begin at a token."""
    kind, text = token.kind, token.text
    if kind == WORD:
        if not STARTS.isdisjoint(token.readings):
            return True
        if "'" in text and len(text) <= 7 and ('"' in text or _is_lettered(text)):
            return True
        return '"' in text and _is_numeral(text)
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


def _weight(tokens: Sequence[Token], at: int) -> int:
    """Return 2 for an anchor, 1 for one that needs a companion near it, 0 for neither."""
    token = tokens[at]
    kind, text = token.kind, token.text
    if kind == NUMERIC:
        return 2
    if kind == NUMBER:
        marked = len(tokens) > at + 1 and tokens[at + 1].text == "'" and not tokens[at + 1].gap
        return 2 if len(text) in {3, 4, 8} or token.gap == 0 or marked else 0
    if kind != WORD or text in lexicon().sets["deictics"]:
        return 0
    anchors = ANCHORS & token.readings.keys()
    if "offset_unit" in anchors:
        anchors -= {"tomorrow"}
    if anchors - WEAK_ANCHORS or ('"' in text and _is_numeral(text)):
        return 2
    return 1 if anchors else 0


def _is_companion(token: Token) -> bool:
    return token.kind in {NUMBER, NUMERIC} or not COMPANIONS.isdisjoint(token.readings)


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


def _is_lettered(text: str) -> bool:
    """Tell whether a token with geresh may be a day, or the thousands of a Hebrew year (C5)."""
    return text[-2:] in {"ה'", "ד'"} or any(
        0 < value_of(plain_letters(text[length:])) <= 31 for length in range(min(4, len(text) - 1))
    )


class _Piece(NamedTuple):
    """What is remembered of a piece of text between spaces."""

    tokens: tuple[Token, ...]
    starts: tuple[int, ...]
    """Places among them of those an expression may begin with."""


_SIMPLE = re.compile(f'([("]?)([\u05d0-\u05ea]{{2,{_LONG}}})([,.:;)]?)')
_COUNTED = re.compile(
    '([("]?)(?:([\u05d0-\u05ea]{1,5})([-\u05be\u2013]))?(\\d{1,8})'
    "(?:([-\u05be\u2013])(\\d{1,8}))?([,.:;)]?)"
)
_COUNTED_KINDS = (PUNCT, WORD, DASH, NUMBER, DASH, NUMBER, PUNCT)


def _readings(word: str) -> dict[str, Reading]:
    return readings_of(word) if word in readable() else _NO_READINGS


def _word_tokens(match: re.Match[str], readings: dict[str, Reading]) -> tuple[Token, ...]:
    """Return the tokens of a word and the signs beside it."""
    opened, word, closed = match.groups()
    start, end = len(opened), len(opened) + len(word)
    token = _new(Token, (WORD, start, end, word, readings, 1 - start, None))
    if opened:
        sign = _new(Token, (PUNCT, 0, 1, opened, _NO_READINGS, 1, None))
        if not closed:
            return sign, token
        return sign, token, _new(Token, (PUNCT, end, end + 1, closed, _NO_READINGS, 0, None))
    if closed:
        return token, _new(Token, (PUNCT, end, end + 1, closed, _NO_READINGS, 0, None))
    return (token,)


def _joined(kinds: Sequence[str], texts: Sequence[str | None]) -> tuple[Token, ...]:
    """Return texts as tokens of these kinds, joined to each other."""
    tokens = []
    start, gap = 0, 1
    for kind, text in zip(kinds, texts, strict=True):
        if text:
            readings = _readings(text) if kind == WORD else _NO_READINGS
            end = start + len(text)
            tokens.append(_new(Token, (kind, start, end, text, readings, gap, None)))
            start, gap = end, 0
    return tuple(tokens)


def _lines(piece: str) -> Iterator[Token]:
    """Yield the tokens of a piece with ends of lines in it, by what is known of each line."""
    offset = 0
    for line in piece.split("\n"):
        gap = 2 if offset else 0
        for kind, start, end, text, readings, space, letters in (
            _lookup(line).tokens if line else ()
        ):
            fields = (kind, offset + start, offset + end, text, readings, gap or space, letters)
            yield _new(Token, fields)
            gap = 0
        offset += len(line) + 1


def _tokens_of(piece: str) -> tuple[Token, ...]:
    """Return the tokens of a piece that is no lone word, in a short way where it is a number with signs."""
    match = _COUNTED.fullmatch(piece)
    if match:
        return _joined(_COUNTED_KINDS, match.groups())
    return tuple(_lines(piece) if "\n" in piece else _cut(piece))


class _Pieces(dict[str, _Piece]):
    """The tokens of pieces; one not met before is cut when it is asked for."""

    __slots__ = ()

    def __missing__(self, piece: str) -> _Piece:
        match = _SIMPLE.fullmatch(piece)
        if match and match[2] not in readable():  # as most are
            known = _new(_Piece, (_word_tokens(match, _NO_READINGS), ()))
        else:
            tokens = _word_tokens(match, readings_of(match[2])) if match else _tokens_of(piece)
            starts = [at for at, token in enumerate(tokens) if _starts(token)]
            known = _new(_Piece, (tokens, tuple(starts)))
        if len(piece) <= _LONG:
            if len(self) >= _MOST_PIECES:
                self.clear()
            self[piece] = known
        return known


_pieces = _Pieces()
_lookup = _pieces.__getitem__

_SIGNS = f"{_QUOTE}.,:;!?()"
_LETTERS_RUN = re.compile("[\u05d0-\u05ea]+")
_ODD = re.compile(f"[\\d{_GERESH}{_QUOTE}{_POINTS}]")
_ODD_WORD = re.compile(_LETTERED, re.VERBOSE)
_AMOUNT = re.compile(
    r"(?:[\u05d0-\u05ea]{1,3}[-\u05be\u2013])?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?=%))%?"
)
_MEANING = re.compile("[\\d\u05d0-\u05ea]")
"""Without one of these a piece is no more than signs."""
_SPACE = re.compile(r"\s")


def _is_plain(piece: str, inner: str) -> bool:
    """Tell at once of most pieces that they hold no anchor; ``inner`` is without the signs at its ends."""
    if len(piece) > _LONG:
        return False
    if _ODD.search(inner):
        if _ODD_WORD.fullmatch(inner):
            word = _word(inner)[0]
            return word not in readable() and not ('"' in word and _is_numeral(word))
        return _AMOUNT.fullmatch(inner) is not None
    return readable().isdisjoint(_LETTERS_RUN.findall(inner))


def _is_noise(piece: str) -> bool:
    """Tell whether a long piece is nothing but signs, or has no end."""
    endless = len(piece) > _LONGEST_WORD and not _SPACE.search(piece)
    return endless or not _MEANING.search(piece)


_plain: set[str] = set()
"""Pieces without an anchor.  Most are so, and many come once: these need not be cut."""
_anchored: dict[str, int] = {}
"""The weights of others."""
_companions: set[str] = set()
"""Pieces of either kind that are the companion a weak anchor needs."""


def _learn(pieces: Iterable[str]) -> None:
    """Remember what pieces not met before are, but for those too long."""
    read = readable()
    for piece in pieces:
        inner = piece.strip(_SIGNS)
        if inner.isalpha() and len(piece) <= _LONG:
            plain = inner not in read
        else:
            plain = _is_plain(piece, inner)
        if plain:
            _plain.add(piece)
        elif len(piece) <= _LONG:
            _weigh(piece)


def _forget() -> None:
    """Forget all pieces at once, as each is known by where it is and where it is not."""
    for memory in (_plain, _anchored, _companions):
        memory.clear()


def _weigh(piece: str) -> int:
    """Return the weight of a piece that may not be plain, and remember what it is."""
    if len(piece) > _LONG and _is_noise(piece):
        return 0
    tokens = _lookup(piece).tokens
    weight = max([_weight(tokens, at) for at in range(len(tokens))], default=0)
    accompanies = any(map(_is_companion, tokens))
    if accompanies and weight:
        weight = 2
    if len(piece) <= _LONG:
        if weight:
            _anchored[piece] = weight
        else:
            _plain.add(piece)
        if accompanies:
            _companions.add(piece)
    return weight


_STOP = (Token(END, 0, 0, "", _NO_READINGS, 2),) * 12


def _passage(pieces: list[str], offset: int) -> Tokens:
    """Return the tokens of pieces that stand in the text from an offset on, a space apart."""
    tokens = Tokens(_STOP)
    starts: list[int] = []
    firsts: list[int] = []
    first = len(_STOP)
    for piece in pieces:
        cut, places = _lookup(piece)
        tokens += cut
        firsts.append(first)
        if places:
            starts += [first + at for at in places]
        first += len(cut)
    tokens += _STOP
    tokens.starts, tokens.firsts = starts, firsts
    tokens.offsets = [*accumulate(map(len, pieces), initial=offset)]
    return tokens


def _find_hits(pieces: list[str]) -> list[int]:
    """Return the places of the pieces with an anchor, or with a weak one and its companion."""
    if len(_plain) > _MOST_PLAIN or len(_anchored) > _MOST_PIECES:
        _forget()
    odd = [at for at, piece in enumerate(pieces) if piece not in _plain]
    fresh = [pieces[at] for at in odd if pieces[at] not in _anchored]
    if fresh:
        _learn(fresh)
        odd = [at for at in odd if pieces[at] not in _plain]
    hits = []
    for at in odd:
        weight = _anchored.get(pieces[at]) or _weigh(pieces[at])
        if weight == 2 or (weight and not _companions.isdisjoint(pieces[max(0, at - 4) : at + 5])):
            hits.append(at)
    return hits


def _windows(hits: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each run of pieces around hits."""
    first, last = max(0, hits[0] - _BEFORE), hits[0] + _AFTER
    for hit in hits:
        if hit - _BEFORE > last:
            yield first, last
            first = hit - _BEFORE
        last = hit + _AFTER
    yield first, last


def find_passages(text: str) -> Iterator[Tokens]:
    """Yield the passages of a text that may hold dates."""
    pieces = text.split(" ")
    hits = _find_hits(pieces)
    if not hits:
        return
    place = offset = 0
    for first, last in _windows(hits):
        offset += sum(map(len, pieces[place:first])) + first - place
        place = first
        yield _passage(pieces[first:last], offset)
