"""Sentence boundaries of Hebrew prose.

A sentence ends after ``.``, ``!``, ``?``, ``…`` or a run of them, together with the quotes,
brackets and footnote marks that close right after; a line break always ends one.  A stop
inside a number, a date, an address, an abbreviation, a row of initials or a bracket opened
within the sentence ends nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from extract.hewiki import load_toml

__all__ = ["find_sentences"]

_LETTER = "\u05d0-\u05ea"
_CLOSERS = "\"\u201d\u201c\u05f4'\u2019\u05f3\u00bb)\\]}"
_CANDIDATE = re.compile("[.!?\u2026\n]")
"""A character class alone, which the engine scans for several times faster than ``_END``."""
_END = re.compile(
    rf"[.!?\u2026]+(?P<closers>[{_CLOSERS}\u200e\u200f]{{0,4}})"
    r"(?P<marks>(?:[ \u00a0]?\[[^\[\]\s]{1,8}\])*)|\n+"
)
_DOTTED_DATE = re.compile(r"(?<!\d)\d{1,2}\. ?\d{1,2}\. ?\d{2,4}(?!\d)")
_DIGIT_NEXT = re.compile(r"\. ?\d")
_PLAIN = re.compile(rf"[{_LETTER}]{{7}}")
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


def _find_brackets(text: str) -> list[tuple[int, int]]:
    """Spans of matched round brackets, outermost only, in order."""
    spans: list[tuple[int, int]] = []
    stack: list[int] = []
    for match in re.finditer(r"[()\n]", text):
        char, at = match[0], match.start()
        if char == "(":
            stack.append(at)
        elif char == "\n":
            stack.clear()
        elif stack:
            start = stack.pop()
            if at - start <= _BRACKET_LIMIT:
                while spans and spans[-1][0] > start:
                    spans.pop()
                spans.append((start, at))
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
    if _PLAIN.fullmatch(text, max(start, dot - 7), dot):
        return False  # a long word is no abbreviation
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
    spans: list[tuple[int, int]] = []
    brackets = _find_brackets(text) if "(" in text else []
    dates: list[tuple[int, int]] | None = None
    inner = date = done = 0
    start = _skip_space(text, 0)
    for candidate in _CANDIDATE.finditer(text):
        at = candidate.start()
        if at < done:
            continue
        match = _END.match(text, at)
        if match is None:
            continue
        done = end = match.end()
        if at < start:
            continue
        stop = at
        if text[at] != "\n":
            while inner < len(brackets) and brackets[inner][1] < at:
                inner += 1
            if inner < len(brackets) and start < brackets[inner][0] < at:
                continue
            if text[at - 1].isdigit() and _DIGIT_NEXT.match(text, at):
                if dates is None:
                    dates = [found.span() for found in _DOTTED_DATE.finditer(text)]
                while date < len(dates) and dates[date][1] <= at:
                    date += 1
                if date < len(dates) and dates[date][0] < at:
                    continue
            if not _ends(text, start, match):
                continue
            stop = end
        _append(text, spans, start, stop)
        start = _skip_space(text, end)
    _append(text, spans, start, len(text))
    return spans


def _skip_space(text: str, at: int) -> int:
    if text[at : at + 1] == " ":
        at += 1
    if not text[at : at + 1].isspace():
        return at
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _append(text: str, spans: list[tuple[int, int]], start: int, end: int) -> None:
    if end > start and text[end - 1].isspace():
        end = start + len(text[start:end].rstrip())
    if end > start:
        spans.append((start, end))
