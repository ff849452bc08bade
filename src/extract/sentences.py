"""Sentence boundaries of Hebrew prose.

A sentence ends after ``.``, ``!``, ``?``, ``…`` or a run of them, together with the quotes,
brackets and footnote marks that close right after; a line break always ends one.  A stop
inside a number, a date, an address, an abbreviation, a row of initials or a bracket opened
within the sentence ends nothing.
"""

from __future__ import annotations

import re
from functools import cache
from string import ascii_letters, ascii_lowercase, digits
from typing import NamedTuple

from extract.hewiki import load_toml

__all__ = ["find_sentences"]

_LETTER = "\u05d0-\u05ea"
_LETTERS = "".join(map(chr, range(0x5D0, 0x5EB)))
_OPENINGS = _LETTERS + ascii_letters + '"('
"""What a sentence may begin with that neither a footnote mark nor a number does."""
_CLOSERS = "\"\u201d\u201c\u05f4'\u2019\u05f3\u00bb)\\]}"
_END = re.compile(
    r"[.!?\u2026\n](?:(?<=\n)\n*|"
    rf"[.!?\u2026]*(?P<closers>[{_CLOSERS}\u200e\u200f]{{0,4}})"
    r"(?P<marks>(?:[ \u00a0]?\[[^\[\]\s]{1,8}\])*))"
)
"""It begins with one class of characters, which the engine scans for fastest."""
_BRACKET = re.compile(r"[()\n]")
_DOTTED_DATE = re.compile(r"(?<!\d)\d{1,2}\. ?\d{1,2}\. ?\d{2,4}(?!\d)")
_DIGIT_NEXT = re.compile(r"\. ?\d")
_NEXT_WORD = re.compile(rf"\s*([{_LETTER}A-Za-z]{{1,20}})")
_RUN_ON = re.compile(rf"[{_LETTER}](?:[{_LETTER}]|[-\u05be]\d)")
_WORD_END = re.compile(rf"[{_LETTER}\"\u201d)][{_LETTER}\"\u201d)]")
_INITIAL = re.compile(
    rf"(?:^|[^{_LETTER}A-Za-z'\"\u05f3\u05f4\u2019])(?:[{_LETTER}]|[A-Z])['\u05f3]?$"
)
_NUMBERED = re.compile(rf"(?:\d{{1,3}}(?:\.\d{{1,3}})*|[{_LETTER}]['\u05f3]?)$")
_SPACE = re.compile(r"\s*")
_BRACKET_LIMIT = 400
"""Longest bracket, in characters, whose inner stops are its own."""
_LOOK_BACK = 64
_SHORT = 16
"""Longest number of a section that opens a line."""


class _Words(NamedTuple):
    abbreviations: frozenset[str]
    graded: frozenset[str]
    saying: frozenset[str]


@cache
def _load_words() -> _Words:
    data = load_toml("sentences.toml")
    return _Words(*(frozenset(data[name].split()) for name in _Words._fields))


@cache
def _load_plain() -> frozenset[str]:
    """The last two characters of words that are no abbreviations and no initials."""
    ends = {one + two for one in _LETTERS + '"' for two in _LETTERS}
    ends |= {one + two for one in _LETTERS + digits + '"-\u2013' for two in digits + ")"}
    ends |= {one + two for one in ascii_lowercase for two in ascii_lowercase}
    words = _load_words().abbreviations
    return frozenset(ends.difference(*({word[-2:], '"' + word} for word in words)))


class _Stretches:
    """Stretches of a text in which a stop ends nothing, asked from left to right."""

    __slots__ = ("_at", "_spans")

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = spans
        self._at = 0

    def hold(self, at: int, low: int) -> bool:
        """Whether a stretch that begins after ``low`` holds the stop at ``at``."""
        spans = self._spans
        while self._at < len(spans) and spans[self._at][1] <= at:
            self._at += 1
        return self._at < len(spans) and low < spans[self._at][0] < at


def _find_brackets(text: str) -> list[tuple[int, int]]:
    """Spans of matched round brackets, outermost only, in order."""
    spans: list[tuple[int, int]] = []
    stack: list[int] = []
    for match in _BRACKET.finditer(text):
        at = match.start()
        char = text[at]
        if char == "(":
            stack.append(at)
        elif char == "\n":
            stack.clear()
        elif stack:
            start = stack.pop()
            if at - start <= _BRACKET_LIMIT:
                while spans and spans[-1][0] > start:
                    spans.pop()
                spans.append((start, at + 1))
    return spans


def _opens_at(text: str, start: int, at: int) -> int:
    """Where the quotation that closes at ``at`` opened, -1 if before ``start``."""
    low = max(start, at - _BRACKET_LIMIT)
    while (at := text.rfind('"', low, at)) >= 0:
        before = text[at - 1 : at]
        if (
            not before.strip()
            or not before.isalnum()
            or before in "\u05d4\u05d1\u05dc\u05de\u05e9\u05d5\u05db"
        ):
            return at
    return -1


def _is_abbreviation(text: str, start: int, dot: int) -> bool:
    """Whether the stop at ``dot`` belongs to the word, initial or number before it."""
    low = max(start, dot - _LOOK_BACK)
    before, _, word = text[low:dot].replace("\u00a0", " ").rpartition(" ")
    words = _load_words()
    if word.strip('-.("\u200e\u200f') in words.abbreviations:
        return True
    if dot - start <= _SHORT:
        opening = text[start:dot].strip("\u200e\u200f (")
        if not opening or _NUMBERED.fullmatch(opening):
            return True  # a section or item number opens the sentence
    if _INITIAL.search(word):
        graded = before.rstrip().rpartition(" ")[2].strip("-")
        return graded not in words.graded and graded[1:] not in words.graded
    return False


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a ``!`` or ``?`` closes a quotation inside a longer sentence."""
    closers = match["closers"]
    after = _NEXT_WORD.match(text, match.end())
    if not closers or not after:
        return False
    if closers[0] in ")]":
        at = match.start()
        whole = text[start] in "([" and at - start <= _BRACKET_LIMIT
        return not (whole and text.find(closers[0], start, at) < 0)
    if after[1] in _load_words().saying:
        return True
    if text[match.start()] in ".\u2026":
        return False
    opened = _opens_at(text, start, match.start())
    before = text[max(start, opened - 3) : opened].strip()
    return opened >= 0 and not before.endswith((":", ","))


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the run of marks in ``match`` ends the sentence begun at ``start``."""
    at, end = match.span()
    following = text[end : end + 1]
    stop = match[0][: end - at]
    single = stop[0] == "." and text[at + 1 : at + 2] != "."
    if following and not following.isspace():
        # a missing space after a full word is a slip of the pen; anything else is a number or address
        if match["marks"]:
            return following not in ".,;:!?"
        return bool(
            single
            and not match["closers"]
            and _RUN_ON.match(text, end)
            and at - start > 2
            and _WORD_END.match(text, at - 2)
            and text[at - 3 : at - 2] != "."
        )
    if single and not match["closers"] and following and _is_abbreviation(text, start, at):
        return False
    if match["closers"] or not single:
        if _goes_on(text, start, match):
            return False
        nearby = text[end : end + 3].lstrip()
        if nearby[:1] in tuple(",;:)\u2013-"):
            return False
    return True


def find_sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of ``text``, in order and disjoint.

    A span holds the final mark and what closes with it and no surrounding white space;
    every other character lies in exactly one span.  Linear in the text.
    """
    size = len(text)
    plain = not ("\n" in text or "?" in text or "!" in text or "\u2026" in text)
    if plain and text.find(".", 0, -1) < 0 and text.strip() == text != "":
        return [(0, size)]  # an item, a caption: nothing in it can end a sentence
    spans: list[tuple[int, int]] = []
    start = _skip_space(text, 0) if text[:1].isspace() else 0
    if plain:
        start = _read_plain(text, start, spans)
    if start < size:
        _read_rest(text, start, spans)
    return spans


def _read_plain(text: str, start: int, spans: list[tuple[int, int]]) -> int:
    """Append the sentences from ``start`` on of which nothing need be asked, and return where
    the first begins of which something must.

    They have no stop but the one that ends them, behind a full word and before another; the
    text has none but full stops.
    """
    plain, size = _load_plain(), len(text)
    for piece in f"{text[start:]} ".split(". "):
        at = start + len(piece)
        if (
            at - start <= _SHORT
            or piece[-2:] not in plain
            or text[at + 2 : at + 3] not in _OPENINGS
            or "." in piece
            or ("(" in piece and _is_open(piece))
        ):
            if start < size < at and "." not in piece:  # no stop to the end of the text
                _append(text, spans, start, size)
                return size
            break
        spans.append((start, at + 1))
        start = at + 2
    return start


def _is_open(piece: str) -> bool:
    """Whether a bracket that a piece of text opens is open at its end."""
    depth = 1
    for part in piece.split(")"):
        depth = max(0, depth - 1) + part.count("(")
    return depth > 0


def _read_rest(text: str, start: int, spans: list[tuple[int, int]]) -> None:  # noqa: C901  (a hot loop)
    """Append the sentences from ``start`` on."""
    append = spans.append
    plain = _load_plain()
    brackets: _Stretches | None = None
    dates: _Stretches | None = None
    size = len(text)
    bracket = 0
    for match in _END.finditer(text, start):
        at, end = match.span()
        if at < start:
            continue
        if text[at] == "\n":
            _append(text, spans, start, at)
            start = _skip_space(text, end)
            continue
        if bracket <= start:
            bracket = text.find("(", start + 1)
            if bracket < 0:
                bracket = size
        if bracket < at and text.find(")", at, at + _BRACKET_LIMIT) >= 0:
            if brackets is None:
                brackets = _Stretches(_find_brackets(text))
            if brackets.hold(at, start):
                continue
        if text[at - 1].isdigit() and _DIGIT_NEXT.match(text, at):
            if dates is None:
                dates = _Stretches([found.span() for found in _DOTTED_DATE.finditer(text)])
            if dates.hold(at, -1):
                continue
        if (
            text[at:end] != "."
            or text[at - 2 : at] not in plain
            or at - start <= _SHORT
            or text[end : end + 1] not in " \n"
        ) and not _ends(text, start, match):
            continue
        append((start, end))
        start = end + 1 if text[end : end + 1] == " " else end
        if text[start : start + 1].isspace():
            start = _skip_space(text, start)
    if start < size:
        _append(text, spans, start, size)


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _append(text: str, spans: list[tuple[int, int]], start: int, end: int) -> None:
    if text[end - 1].isspace():
        end = start + len(text[start:end].rstrip())
    if end > start:
        spans.append((start, end))
