"""Visible words of a span of wikitext: scan, flatten, split into blocks, render."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from extract.model import Link
from extract.wikitext.blocks import Block, split_blocks
from extract.wikitext.cited import find_address, find_parts
from extract.wikitext.flatten import File, Flat, flatten, shows_itself
from extract.wikitext.grid import read_table
from extract.wikitext.inline import Plain, render, render_common
from extract.wikitext.scanner import MARKER, TEMPLATE, Node, scan
from extract.wikitext.templates import read_name, read_values

__all__ = ["join_plain", "plain_text", "read_plain", "render_blocks", "to_plain"]

_new = tuple.__new__

_BLOCK_SIGNS = "*#:;={ -"
# An alternative a sign, so that ``re`` can skip to the next of them.
_MARKUP = re.compile(r"\[|<|&|\{|\}|>|//|__|''|  |\n|\t|\r|\f|\v|\x7f|\]")


def to_plain(text: str, start: int = 0, end: int | None = None) -> Plain:
    """Return the visible words of ``text[start:end]``, one line a block; sources are absolute."""
    limit = len(text) if end is None else end
    quick = _read_quickly(text, start, limit)
    if quick is not None:
        return quick
    if text.find(MARKER, start, limit) >= 0:
        text = text.replace(MARKER, "\ufffd")
    return read_plain(text, start, limit, scan(text, start, limit))


def _read_quickly(text: str, start: int, end: int) -> Plain | None:
    """Return the words of a line without templates, tags, pictures; None where it may have some."""
    words = text[start:end]
    if not words:
        return Plain("", (), (), ())
    if (
        words[0] in _BLOCK_SIGNS
        or "\n" in words
        or "{" in words
        or MARKER in words
        or (":" in words and "[[" in words)
    ):
        return None
    return render_common(words.strip(" \t"))


def read_plain(text: str, start: int, end: int, nodes: Sequence[Node]) -> Plain:
    """Return the visible words of ``text[start:end]``, where ``scan`` has found ``nodes``."""
    if not nodes:
        quick = _read_quickly(text, start, end)
        if quick is not None:
            return quick
    elif len(nodes) == 1 and nodes[0].end - nodes[0].start == end - start:
        quick = _read_lone_source(text, nodes[0])
        if quick is not None:
            return quick
    flat = flatten(text, start, end, nodes)
    body = flat.text
    if "\n" not in body and "<" not in body and body[:1] not in _BLOCK_SIGNS:
        return render(flat, 0, len(body))
    return render_blocks(flat, split_blocks(body))


def _read_lone_source(text: str, node: Node) -> Plain | None:
    """Return the words of a source without markup in it; None where it may have some."""
    if node.kind != TEMPLATE or node.children or node.shields:
        return None
    name = read_name(text, node)
    if shows_itself(name):
        return None
    values = read_values(text, node)
    words = ""
    links: list[Link] = []
    for before, part, url, site in find_parts(name, values) or ():
        value = values[part] if part else site
        words += before
        address = find_address(value, values[url]) if url else ""
        if address:
            if "http" in value or "'" in address or '"' in address:
                return None
            stop = len(words) + len(value)
            links.append(_new(Link, (len(words), stop, "external", unescape(address), None)))
        words += value
    if not words or words[0] in _BLOCK_SIGNS or _MARKUP.search(words) or words != words.strip():
        return None
    return _new(Plain, (words, tuple(links), (), ()))


def plain_text(text: str) -> str:
    """Return the visible words of wikitext, one line a block."""
    return to_plain(text).text


def render_blocks(flat: Flat, blocks: Sequence[Block]) -> Plain:
    """Return blocks of flattened text as one Plain, a line each; a table's cells likewise."""
    pieces = []
    for block in blocks:
        if block.kind == "table":
            grid = read_table(flat.text, block.start, block.end)
            pieces += [render(flat, cell.start, cell.end) for cell in grid.cells]
        elif block.kind == "preformatted":
            pieces += _render_lines(flat, block.start, block.end)
        else:
            pieces.append(render(flat, block.start, block.end))
    if len(pieces) == 1:
        return pieces[0]
    return join_plain([piece for piece in pieces if piece.text or piece.marks or piece.files])


def _render_lines(flat: Flat, start: int, end: int) -> list[Plain]:
    pieces = []
    while start < end:
        stop = flat.text.find("\n", start, end)
        stop = end if stop < 0 else stop
        pieces.append(render(flat, start, stop))
        start = stop + 1
    return pieces


def join_plain(pieces: Sequence[Plain]) -> Plain:
    """Return several Plain as one, a line each."""
    texts: list[str] = []
    links: list[Link] = []
    marks: list[tuple[int, int]] = []
    files: list[File] = []
    size = 0
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
