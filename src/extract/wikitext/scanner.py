"""One pass over wikitext for what encloses other text.

The pass follows MediaWiki's preprocessor (``Preprocessor_Hash``): runs of braces are
matched by count with a stack, ``[[ ]]`` shields what is inside it, an opener that nothing
closes is text, the content of extension tags and comments is cut out whole.  It is linear:
every token is pushed and popped once, every node is handed to its parent once, and what
cannot be found after a place is not looked for again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from extract.hewiki import load_toml

if TYPE_CHECKING:
    from extract.wikitext.templates import Template

__all__ = [
    "ARGUMENT",
    "COMMENT",
    "LINK",
    "TAG",
    "TEMPLATE",
    "Node",
    "find_barriers",
    "link_kind",
    "read_pipes",
    "scan",
]

TEMPLATE, ARGUMENT, TAG, COMMENT, LINK = range(5)

MARKER = "\x7f"
"""Stands for cut-out things in flattened text, so it must not occur in the source."""


class Node:
    """Something balanced: a span of the text, and the nodes inside it.

    ``name`` of a tag is its lower-case name, of a link its kind (``file``, ``category``,
    ``interlanguage``, ``media``), else empty.  ``inner`` is the span of a tag's content, None when
    it closes itself.  ``shields`` are the spans of the links in a template, in which no sign parts
    its parameters; ``pipes``, ``barriers``, ``title`` and ``template`` are what was read of it once.
    """

    inner: tuple[int, int] | None = None
    shields: list[tuple[int, int]] | None = None
    pipes: Sequence[int] | None = None
    barriers: list[tuple[int, int]] | None = None
    title: str | None = None
    template: Template | None = None

    def __init__(
        self,
        kind: int,
        start: int,
        end: int,
        name: str = "",
        children: Sequence[Node] = (),
    ) -> None:
        """Make a node; ``inner`` and ``shields`` are set where they apply."""
        self.kind = kind
        self.start = start
        self.end = end
        self.name = name
        self.children = children


@cache
def link_kinds() -> dict[str, str]:
    """Return the prefixes that make a link more than a link, lower case, with their kind."""
    links = load_toml("namespaces.toml")["links"]
    kinds = dict.fromkeys(links["interlanguage"], "interlanguage")
    for kind in ("file", "media", "category"):
        kinds.update(dict.fromkeys(links[kind], kind))
    return kinds


def link_kind(target: str) -> str:
    """Return what the prefix of a link's target makes it: ``file``, ``category``, …, or ``""``."""
    prefix, colon, _ = target.partition(":")
    return _prefix_kind(prefix) if colon else ""


@lru_cache(maxsize=1 << 11)
def _prefix_kind(prefix: str) -> str:
    prefix = prefix.strip(" _\t\n\u200e\u200f").lower()
    return link_kinds().get(prefix.replace("_", " "), "")


_PLAIN_LINK = r"\[\[[^][{}<|\n:]*+(?:\|[^][{}<\n]*+)?+\]\]"
_plain_links = re.compile(_PLAIN_LINK).finditer


@cache
def _tokens() -> re.Pattern[str]:
    names = "|".join(sorted(load_toml("tags.toml")["extension"], key=len, reverse=True))
    # Every alternative begins with a literal, or ``re`` cannot skip to the next candidate.
    # The first, of no group, are links that can be no more than links, with the words between
    # them; most templates hold neither another nor a link.
    return re.compile(
        rf"{_PLAIN_LINK}(?:[^][{{}}<]*+{_PLAIN_LINK})*+"
        r"|\[\[([^][{}<|\n]*+)(?:\|[^][{}<\n]*+)?+\]\]"
        r"|\{\{(?!\{)[^][{}<]*+\}\}()|\{\{++()|\}\}++()|\]\]()|\[\[(?!\[)()"
        rf"|<(!--|(?i:{names})(?=[\s/>]))"
    )


_LINK, _BARE, _OPEN, _CLOSE, _LINK_CLOSE, _LINK_OPEN, _TAG_OPEN = range(1, 8)


class _Piece:
    """An opener on the stack, with where its nodes and shields begin in the shared lists."""

    __slots__ = ("count", "mark", "shield_mark", "square", "start")

    def __init__(self, square: bool, start: int, count: int, mark: int, shield_mark: int) -> None:
        self.square = square
        self.start = start
        self.count = count
        self.mark = mark
        self.shield_mark = shield_mark


class _Cutter:
    """Finds where comments and extension tags end, never looking twice for what is not there."""

    def __init__(self, text: str, end: int) -> None:
        self.text = text
        self.end = end
        self.next_gt = -2
        self.unclosed: dict[str, list[int]] = {}
        """Where what nothing closes begins, by its opener: ``<!--`` or the name of a tag."""

    def comment(self, start: int, floor: int) -> Node:
        text = self.text
        close = text.find("-->", start + 4, self.end)
        if close < 0:
            self.unclosed["<!--"] = [start]
        end = self.end if close < 0 else close + 3
        before = start
        while before > floor and text[before - 1] in " \t":
            before -= 1
        after = end
        while after < self.end and text[after] in " \t":
            after += 1
        if (
            before > 0
            and text[before - 1] == "\n"
            and text[after : after + 1] == "\n"
            and after < self.end
        ):
            return Node(COMMENT, before, after + 1)
        return Node(COMMENT, start, end)

    def tag(self, start: int, name_end: int) -> Node | None:
        """Return the extension tag that opens at ``start``, or None where it is only text."""
        text = self.text
        name = text[start + 1 : name_end].lower()
        gt = self.next_gt
        if gt != -1 and gt < name_end:
            gt = self.next_gt = text.find(">", name_end, self.end)
        if gt < 0:
            return None
        if text[gt - 1] == "/":
            return Node(TAG, start, gt + 1, name)
        known = self.unclosed.get(name)
        if known is not None:
            known.append(start)
            return None
        close = _closers(name).search(text, gt + 1, self.end)
        if close is None:
            self.unclosed[name] = [start]
            # MediaWiki's ``xmlishAllowMissingEndTag``; the rest is not for the page itself.
            return Node(TAG, start, self.end, name) if name == "includeonly" else None
        node = Node(TAG, start, close.end(), name)
        node.inner = (gt + 1, close.start())
        return node


@cache
def _closers(name: str) -> re.Pattern[str]:
    return re.compile(rf"</(?i:{re.escape(name)})\s*+>")


def scan(  # noqa: C901, PLR0912, PLR0915 -- the hot loop: one token, one branch
    text: str,
    start: int = 0,
    end: int | None = None,
    unclosed: dict[str, list[int]] | None = None,
) -> list[Node]:
    """Return the outermost balanced things of ``text[start:end]``, in order, in linear time.

    ``unclosed`` is given the positions of what nothing closes, by ``{{``, ``[[``, ``<!--`` or
    the name of a tag.
    """
    limit = len(text) if end is None else end
    nodes: list[Node] = []
    shields: list[tuple[int, int]] = []
    stack: list[_Piece] = []
    cutter: _Cutter | None = None
    find = _tokens().finditer
    position = skip = start
    while position < limit:
        for match in find(text, position, limit):
            kind = match.lastindex
            if kind is None and not stack:
                continue
            at, after = match.span()
            if at < skip:
                if after > skip:
                    position = skip
                    break
                continue
            if kind is None:
                shields += [link.span() for link in _plain_links(text, at, after)]
            elif kind == _BARE:
                nodes.append(Node(TEMPLATE, at, after))
            elif kind == _LINK:
                special = link_kind(match[1])
                if special:
                    nodes.append(Node(LINK, at, after, special))
                if stack:
                    shields.append((at, after))
            elif kind == _OPEN:
                stack.append(_Piece(False, at, after - at, len(nodes), len(shields)))
            elif kind == _CLOSE:
                _close_braces(stack, nodes, shields, at, after)
            elif kind == _LINK_OPEN:
                stack.append(_Piece(True, at, 2, len(nodes), len(shields)))
            elif kind == _LINK_CLOSE:
                if stack and stack[-1].square:
                    piece = stack.pop()
                    del shields[piece.shield_mark :]
                    shields.append((piece.start, after))
                    _close_link(text, piece, nodes, after)
            else:
                if cutter is None:
                    cutter = _Cutter(text, limit)
                if match[_TAG_OPEN] == "!--":
                    floor = nodes[-1].end if nodes else start
                    node: Node | None = cutter.comment(at, max(floor, skip, start))
                else:
                    node = cutter.tag(at, after)
                if node is not None:
                    nodes.append(node)
                    skip = node.end
        else:
            break
    if unclosed is not None:
        if cutter is not None:
            unclosed |= cutter.unclosed
        for piece in stack:
            unclosed.setdefault("[[" if piece.square else "{{", []).append(piece.start)
    return nodes


def _close_link(text: str, piece: _Piece, nodes: list[Node], end: int) -> None:
    colon = text.find(":", piece.start + 2, min(piece.start + 40, end))
    if colon < 0:
        return
    special = link_kind(text[piece.start + 2 : colon + 1])
    if special:
        children = nodes[piece.mark :]
        del nodes[piece.mark :]
        nodes.append(Node(LINK, piece.start, end, special, children))


def _close_braces(
    stack: list[_Piece],
    nodes: list[Node],
    shields: list[tuple[int, int]],
    at: int,
    run_end: int,
) -> None:
    while run_end - at >= 2 and stack and not stack[-1].square:
        piece = stack[-1]
        count = min(run_end - at, piece.count, 3)
        start = piece.start + piece.count - count
        children = nodes[piece.mark :]
        node = Node(TEMPLATE if count == 2 else ARGUMENT, start, at + count, "", children)
        del nodes[piece.mark :]
        own = shields[piece.shield_mark :]
        del shields[piece.shield_mark :]
        node.shields = own or None
        nodes.append(node)
        at += count
        piece.count -= count
        if piece.count < 2:
            stack.pop()


def read_pipes(text: str, node: Node) -> Sequence[int]:
    """Return the positions of the bars of a template or argument, read once."""
    if node.pipes is None:
        pipes = []
        low = node.start + 2
        for start, end in [*find_barriers(node), (node.end - 2, node.end)]:
            at = text.find("|", low, start)
            while at >= 0:
                pipes.append(at)
                at = text.find("|", at + 1, start)
            low = max(low, end)
        node.pipes = pipes
    return node.pipes


def find_barriers(node: Node) -> list[tuple[int, int]]:
    """Return the spans inside a node in which no sign is its own, in order; found once."""
    if node.barriers is None:
        spans = [(child.start, child.end) for child in node.children]
        node.barriers = sorted(spans + node.shields) if node.shields else spans
    return node.barriers
