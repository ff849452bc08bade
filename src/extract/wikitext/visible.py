"""Visible words of a span of wikitext: scan, flatten, render line by line."""

from __future__ import annotations

import re

from extract.model import Link
from extract.wikitext.flatten import File, Flat, flatten
from extract.wikitext.inline import Plain, render
from extract.wikitext.scanner import MARKER, scan

__all__ = ["plain_text", "to_plain"]

_LIST = re.compile(r"[*#:;]++[ \t]*")
_TABLE = re.compile(r"^[ \t:]*\{\|", re.MULTILINE)
_CELL = re.compile(
    r"^(?:[ \t]*(?:\{\||\|\}|\|-)[^\n]*|[ \t]*[|!]\+?(?:[^|\n\[\]]*\|(?![|]))?)|\|\||!!",
    re.MULTILINE,
)
_HEADING = re.compile(r"={1,6}(.*?)={1,6}[ \t]*$")
_RULE = re.compile(r"-{4,}+")


def to_plain(text: str, start: int = 0, end: int | None = None) -> Plain:
    """Return the visible words of ``text[start:end]``, one line a block; sources are absolute."""
    limit = len(text) if end is None else end
    if MARKER in text:
        text = text.replace(MARKER, "\ufffd")
    flat = flatten(text, start, limit, scan(text, start, limit))
    return render_lines(flat)


def plain_text(text: str) -> str:
    """Return the visible words of wikitext."""
    return to_plain(text).text


def render_lines(flat: Flat) -> Plain:
    """Return flattened text as one Plain: blocks are lines, marks of lists are left out."""
    body = flat.text
    if "\n" not in body and body[:1] not in "*#:;={":
        return render(flat, 0, len(body))
    pieces = [render(flat, start, end) for start, end in _line_spans(body)]
    return join_plain([piece for piece in pieces if piece.text or piece.marks or piece.files])


def join_plain(pieces: list[Plain]) -> Plain:
    """Return several Plain as one, a line each."""
    texts: list[str] = []
    links: list[Link] = []
    marks: list[tuple[int, int]] = []
    size = 0
    files: list[File] = []
    for piece in pieces:
        if piece.text and texts:
            size += 1
        base = size
        if piece.text:
            texts.append(piece.text)
            size += len(piece.text)
        links += [Link(base + k.start, base + k.end, *k[2:]) for k in piece.links]
        marks += [(base + at, source) for at, source in piece.marks]
        files += piece.files
    return Plain("\n".join(texts), tuple(links), tuple(marks), tuple(files))


def _line_spans(body: str) -> list[tuple[int, int]]:
    """Return the spans of the lines a reader sees: joined where MediaWiki joins them."""
    spans: list[tuple[int, int]] = []
    open_start = -1
    open_end = -1
    position = 0
    has_table = _TABLE.search(body) is not None
    for line in body.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        marked = _LIST.match(line)
        first = line.lstrip(" \t")[:1]
        apart = (
            bool(marked)
            or first in {"|", "!", "{", ""}
            or line[:1] in {"=", " "}
            or bool(_RULE.match(line))
        )
        if apart or open_start < 0:
            if open_start >= 0:
                spans.append((open_start, open_end))
                open_start = -1
            if not line.strip():
                continue
            if marked:
                spans.append((start + marked.end(), end))
            elif line[:1] == "=" and (heading := _HEADING.match(line)):
                spans.append((start + heading.start(1), start + heading.end(1)))
            elif first in {"|", "!", "{"} and has_table:
                spans += _cell_spans(body, start, end)
            elif apart:
                rule = _RULE.match(line)
                spans.append((start + (rule.end() if rule else 0), end))
            else:
                open_start, open_end = start, end
        else:
            open_end = end
    if open_start >= 0:
        spans.append((open_start, open_end))
    return spans


def _cell_spans(body: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = []
    position = start
    for match in _CELL.finditer(body, start, end):
        if match.start() > position:
            spans.append((position, match.start()))
        position = match.end()
    if position < end:
        spans.append((position, end))
    return spans
