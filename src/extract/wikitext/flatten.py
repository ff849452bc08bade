r"""Wikitext with everything that encloses other text replaced, as MediaWiki's parser sees it.

MediaWiki first expands templates and cuts out extension tags, leaving strip markers, and
only then reads lines, links and quotes.  So does this module: comments vanish, templates
become what they show, and what stays for later becomes a marker ``\x7f LETTER NUMBER \x7f``:

========  ==================================================================================
``n``     a footnote; the number is the source position of its opener
``j``     something that leaves no words was here
``t``     literal text (nowiki), ``items[number]``
``p``     literal lines (pre, source code), ``items[number]``
``f``     a picture in the line, ``F`` one that stands apart; ``items[number]`` is a File
========  ==================================================================================
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.wikitext.arithmetic import evaluate
from extract.wikitext.cited import find_address, find_parts, is_listed
from extract.wikitext.display import (
    Pattern,
    Piece,
    find_pattern,
    functions,
    title_key,
)
from extract.wikitext.footnotes import find_list_template, find_note_template
from extract.wikitext.scanner import (
    ARGUMENT,
    COMMENT,
    MARKER,
    TAG,
    TEMPLATE,
    Node,
    read_pipes,
    scan,
)
from extract.wikitext.templates import (
    Template,
    normalize_title,
    read_name,
    read_template,
    without_comments,
)

__all__ = ["RARE_SIGNS", "File", "Flat", "flatten", "shows_itself"]

MAX_DEPTH = 40
"""MediaWiki's own limit of templates inside templates."""


_PREFIX = re.compile(
    r"(?<![^\s(\"|=])[\u05d5\u05e9\u05db]{0,2}[\u05d1\u05d4\u05d5\u05db\u05dc\u05de\u05e9][-\u05be]?\Z"
)
_LONGEST_PREFIX = 5
_BARS = re.compile(r"\[\[|\]\]|\|")
_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+\Z)")
_LONGEST_NUMBER = 40
RARE_SIGNS = (
    "<", "&", "//", "{", "__", "[mailto", ">", "}", "\t", "\r", "\f", "\v",
)  # fmt: skip
"""What running text seldom holds besides links, marks and quotes; most pages lack most of them."""
_node_start = attrgetter("start")


class File(NamedTuple):
    """A picture: its name, the span of its caption in the source, and whether it stands apart."""

    name: str
    start: int
    end: int
    caption: tuple[int, int] | None
    apart: bool


class Flat:
    """Flattened text and the way back to the source.

    ``starts`` tells where each piece of the text begins, ``sources`` the span of the source it
    stands for; ``links`` are the categories and interlanguage links that were cut out, by kind
    and inside; ``rare`` those of the rare signs that occur in the text.
    """

    __slots__ = ("items", "links", "rare", "sources", "starts", "text")

    def __init__(
        self,
        text: str,
        starts: list[int],
        sources: list[tuple[int, int]],
        items: list[str | File],
        links: list[tuple[str, str]],
        rare: tuple[str, ...] = RARE_SIGNS,
    ) -> None:
        """Keep what a flattening wrote."""
        self.text = text
        self.starts = starts
        self.sources = sources
        self.items = items
        self.links = links
        self.rare = rare

    def source_start(self, position: int) -> int:
        """Return where the character at a position comes from."""
        index = bisect_right(self.starts, position) - 1
        if index < 0:
            return 0
        start, end = self.sources[index]
        return min(start + position - self.starts[index], end)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where, in the source, a span of the text comes from; it must hold something."""
        starts, sources = self.starts, self.sources
        following = bisect_right(starts, start)
        if not following:
            return 0, 0
        begin = starts[following - 1]
        low, high = sources[following - 1]
        source_start = low + start - begin
        source_start = min(source_start, high)
        last = bisect_right(starts, end - 1, following)
        if last > following:
            begin = starts[last - 1]
            low, high = sources[last - 1]
        after = starts[last] if last < len(starts) else len(self.text)
        if after - begin == high - low:
            high = low + end - begin
        return source_start, max(source_start, high)


@cache
def _ignored() -> frozenset[str]:
    return frozenset(
        word.lower() for word in load_toml("inline_templates.toml")["functions"]["ignored"]
    )


@cache
def _defaults() -> frozenset[str]:
    words = load_toml("inline_templates.toml")["functions"]["default"]
    return frozenset(word.lower() for word in words)


@cache
def _file_options() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    options = load_toml("namespaces.toml")["file_options"]
    units = "|".join(options["size"])
    size = re.compile(rf"x?\d*\s*x?\s*\d*\s*(?:{units})", re.IGNORECASE)
    return frozenset(options["block"]), frozenset(options["inline"] + options["block"]), size


@cache
def _named_options() -> frozenset[str]:
    return frozenset(load_toml("namespaces.toml")["file_options"]["named"])


def _is_option(option: str) -> bool:
    _, known, size = _file_options()
    word = option.lower()
    if word in known or not word:
        return True
    if size.fullmatch(word):
        return True
    name, equals, _ = word.partition("=")
    return bool(equals) and name.strip() in _named_options()


def _group_digits(value: str) -> str:
    """Return a number as MediaWiki's ``formatnum`` prints it: commas between thousands."""
    whole, point, rest = value.strip().partition(".")
    if len(whole) > _LONGEST_NUMBER or not whole.lstrip("-\u2212").isdigit():
        return value
    return _THOUSANDS.sub(",", whole) + point + rest


class _Flattener:
    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        self.size = 0
        self.sources: list[tuple[int, int]] = []
        self.items: list[str | File] = []
        self.links: list[tuple[str, str]] = []
        self.poem = False
        self.left = 0
        """What may still be written: a parameter shown twice, nested, doubles at each depth."""

    # -- writing

    def put(self, text: str, start: int, end: int) -> None:
        """Write text that stands for a span of the source."""
        if text:
            self.parts.append(text)
            self.sources.append((start, end))
            self.size += len(text)

    def copy(self, start: int, end: int) -> None:
        """Write a span of the source as it is."""
        if not self.poem:
            self.put(self.text[start:end], start, end)
            return
        while start < end:
            stop = self.text.find("\n", start, end)
            if stop < 0:
                self.put(self.text[start:end], start, end)
                return
            self.put(self.text[start:stop], start, stop)
            blank = stop + 1 < end and self.text[stop + 1] == "\n"
            after_blank = stop > 0 and self.text[stop - 1] == "\n"
            self.put("\n" if blank or after_blank else "<br>", stop, stop + 1)
            start = stop + 1

    def mark(self, letter: str, number: int, node: Node) -> None:
        self.put(f"{MARKER}{letter}{number}{MARKER}", node.start, node.end)

    def keep(self, letter: str, item: str | File, node: Node) -> None:
        self.items.append(item)
        self.mark(letter, len(self.items) - 1, node)

    # -- reading

    def span(self, start: int, end: int, nodes: Sequence[Node], depth: int) -> None:
        """Write a span with the nodes in it replaced."""
        position = start
        text, parts = self.text, self.parts
        for node in nodes:
            stop = node.start
            if stop > position:
                if self.poem:
                    self.copy(position, stop)
                else:
                    parts.append(text[position:stop])
                    self.sources.append((position, stop))
                    self.size += stop - position
            kind = node.kind
            if kind == TEMPLATE:
                self.template(node, depth)
            elif kind == TAG:
                if node.name == "ref":
                    self.mark("n", stop, node)
                else:
                    self.tag(node, depth)
            elif kind == ARGUMENT:
                self.argument(node, depth)
            elif kind != COMMENT:
                self.link(node)
            position = node.end
        if position < end:
            self.copy(position, end)

    def part(self, node: Node, start: int, end: int, depth: int) -> None:
        """Write a part of a node."""
        children = node.children
        if not children:
            if start < end:
                self.copy(start, end)
        else:
            first = bisect_left(children, start, key=_node_start)
            last = bisect_left(children, end, key=_node_start)
            self.span(start, end, children[first:last], depth + 1)

    def expand(self, node: Node, start: int, end: int, depth: int) -> str:
        """Return a part of a node flattened, without writing it."""
        if not node.children:
            return self.text[start:end]
        kept = self.parts, self.size, len(self.sources), len(self.items), len(self.links)
        self.parts, self.size = [], 0
        self.part(node, start, end, depth)
        result = "".join(self.parts)
        self.parts, self.size = kept[0], kept[1]
        del self.sources[kept[2] :]
        return result

    def notes(self, node: Node, depth: int) -> None:
        """Write the marks of the notes inside a node that shows nothing itself."""
        for child in node.children:
            if child.kind == TEMPLATE:
                if find_note_template(read_name(self.text, child)):
                    self.mark("n", child.start, child)
                elif depth < MAX_DEPTH:
                    self.notes(child, depth + 1)
            elif child.kind == TAG:
                if child.name == "ref":
                    self.mark("n", child.start, child)
            elif depth < MAX_DEPTH:
                self.notes(child, depth + 1)

    def drop(self, node: Node, depth: int) -> None:
        self.mark("j", 0, node)
        if node.children:
            self.notes(node, depth)

    def template(self, node: Node, depth: int) -> None:
        name = read_name(self.text, node)
        self.left -= 20
        if depth > MAX_DEPTH or self.size > self.left:
            self.mark("j", 0, node)
            return
        if find_note_template(name):
            self.mark("n", node.start, node)
            return
        pattern = find_pattern(name)
        if pattern is not None:
            self.show(node, pattern, depth)
        elif ":" in name and self.function(node, name, depth):
            pass
        elif find_list_template(name):
            self.mark("j", 0, node)
        elif not self.citation(node, name, depth) and not self.completes(node, depth):
            self.drop(node, depth)

    def completes(self, node: Node, depth: int) -> bool:
        """Write the one parameter of a template that is not known but ends a word: ב-{{...|15}}.

        A prefix letter is no word: what stands behind it shows something.
        """
        if not _PREFIX.search(self.text, max(0, node.start - _LONGEST_PREFIX), node.start):
            return False
        given = [p for p in read_template(self.text, node).parameters if p.positional]
        if len(given) != 1 or "\n" in given[0].value or not given[0].value.strip():
            return False
        self.part(node, given[0].start, given[0].end, depth)
        return True

    def show(self, node: Node, pattern: Pattern, depth: int) -> None:
        if not pattern:
            self.drop(node, depth)
            return
        template = read_template(self.text, node)
        poem, self.poem = self.poem, False
        before = self.size
        self.pieces(node, template, pattern, depth)
        self.poem = poem
        if self.size == before:
            self.mark("j", 0, node)

    def holds(self, template: Template, test: tuple[str, str, str | None]) -> bool:
        kind, name, value = test
        given = (template.get(name) or "").strip()
        if kind == "=":
            return given == value
        return bool(given) == (kind == "?")

    def pieces(self, node: Node, template: Template, pattern: Pattern, depth: int) -> None:
        for piece in pattern:
            if piece.kind == "text":
                self.put(piece.text, node.start, node.end)
            elif piece.kind == "parameter":
                self.parameter(node, template, piece, depth)
            elif piece.kind == "positional":
                self.positional(node, template, piece, depth)
            else:
                shown = all(self.holds(template, test) for test in piece.tests)
                if shown and not piece.tests:
                    shown = all(
                        any((template.get(name) or "").strip() for name in inner.names)
                        for inner in piece.pieces
                        if inner.kind == "parameter"
                    )
                if shown:
                    self.pieces(node, template, piece.pieces, depth)

    def parameter(self, node: Node, template: Template, piece: Piece, depth: int) -> None:
        for name in piece.names:
            for parameter in reversed(template.parameters):
                if parameter.name == name:
                    if parameter.value.strip():
                        self.part(node, parameter.start, parameter.end, depth)
                        return
                    break

    def positional(self, node: Node, template: Template, piece: Piece, depth: int) -> None:
        first = True
        for parameter in template.parameters:
            if parameter.positional and parameter.value.strip():
                if not first:
                    self.put(piece.text, node.start, node.end)
                self.part(node, parameter.start, parameter.end, depth)
                first = False

    def function(self, node: Node, name: str, depth: int) -> bool:
        """Write what a parser function leaves; False where the braces are no function."""
        word = name.partition(":")[0].strip().lower()
        kind = functions().get(word)
        if kind is None:
            if word.startswith("#") or word in _ignored():
                self.drop(node, depth)
                return True
            return False
        colon = self.text.index(":", node.start)
        bounds = [colon, *read_pipes(self.text, node), node.end - 2]
        spans = [(low + 1, high) for low, high in pairwise(bounds)]
        if kind in {"lowercase", "uppercase"}:
            value = self.expand(node, *spans[0], depth)
            self.put(value.lower() if kind == "lowercase" else value.upper(), node.start, node.end)
            return True
        if kind == "number":
            value = self.expand(node, *spans[0], depth)
            self.put(value if len(spans) > 1 else _group_digits(value), node.start, node.end)
            return True
        if kind == "tag":
            if self.text[slice(*spans[0])].strip().lower() == "ref":
                self.mark("n", node.start, node)
            else:
                self.drop(node, depth)
            return True
        first = self.expand(node, *spans[0], depth).strip()
        if kind == "switch":
            self.switch(node, first, depth)
            return True
        if kind == "expr":
            self.arithmetic(node, first, depth)
            return True
        branch = 1
        if kind == "ifeq":
            second = self.expand(node, *spans[1], depth).strip() if len(spans) > 1 else ""
            holds = first == second
            branch = 2
            first += second
        else:
            holds = bool(first)
        if MARKER in first:
            self.drop(node, depth)
            return True
        branch += not holds
        if branch < len(spans):
            low, high = spans[branch]
            value = self.text[low:high]
            low += len(value) - len(value.lstrip())
            high = max(low, high - len(value) + len(value.rstrip()))
            self.part(node, low, high, depth)
        return True

    def arithmetic(self, node: Node, expression: str, depth: int) -> None:
        value = evaluate(expression)
        if value is None:
            self.drop(node, depth)
        else:
            self.put(value, node.start, node.end)

    def switch(self, node: Node, value: str, depth: int) -> None:
        """Write the case of ``#switch`` that fits, else its default.

        A case without a value of its own has that of the next case that has one.
        """
        chosen = None
        matched = False
        given = () if MARKER in value else read_template(self.text, node).parameters
        for parameter in given:
            if parameter.positional:
                matched |= self.expand(node, parameter.start, parameter.end, depth).strip() == value
            elif matched or parameter.name == value:
                chosen = parameter
                break
            elif parameter.name.lower() in _defaults():
                chosen = parameter
        else:
            if given and given[-1].positional:
                chosen = given[-1]
        if chosen is None:
            self.drop(node, depth)
            return
        low, high = chosen.start, chosen.end
        raw = self.text[low:high]
        self.part(node, low + len(raw) - len(raw.lstrip()), low + len(raw.rstrip()), depth)

    def citation(self, node: Node, name: str, depth: int) -> bool:
        """Write a source as a reader sees one; False where the template is none."""
        template = read_template(self.text, node)
        if is_listed(name):
            self.put(name + " ", node.start, node.end)
            self.positional(node, template, Piece("positional", ", "), depth)
            return True
        given = {p.name: p for p in template.parameters if p.says_something}
        parts = find_parts(name, given)
        if parts is None:
            return False
        for before, part, url, site in parts:
            self.put(before, node.start, node.end)
            if not part:
                self.put(site, node.start, node.end)
                continue
            shown = given[part]
            address = find_address(shown.value, given[url].value) if url else ""
            if address:
                self.put(f"[{address} ", node.start, node.end)
            self.part(node, shown.start, shown.end, depth)
            if address:
                self.put("]", node.start, node.end)
        return True

    def argument(self, node: Node, depth: int) -> None:
        """Write the default of a template argument, which an article never gets."""
        pipes = read_pipes(self.text, node)
        if pipes and depth <= MAX_DEPTH:
            end = pipes[1] if len(pipes) > 1 else node.end - 3
            self.part(node, pipes[0] + 1, end, depth)
        else:
            self.mark("j", 0, node)

    def tag(self, node: Node, depth: int) -> None:
        name = node.name
        if node.inner is None or depth > MAX_DEPTH:
            self.mark("j", 0, node)
        elif name == "nowiki":
            self.keep("t", self.text[slice(*node.inner)], node)
        elif name in {"pre", "syntaxhighlight", "source"}:
            self.keep("p", self.text[slice(*node.inner)].strip("\n"), node)
        elif name == "poem":
            self.block(node, depth)
        elif name == "gallery":
            self.gallery(node)
        elif name in {"math", "chem", "ce"}:
            body = self.text[slice(*node.inner)].strip()
            plain = re.fullmatch(r"[^\\{}_^\x7f\n]*", body)
            if plain and body:
                self.keep("t", body, node)
            else:
                self.mark("j", 0, node)
        else:
            self.mark("j", 0, node)

    def block(self, node: Node, depth: int) -> None:
        start, end = node.inner or (node.end, node.end)
        if self.text[start : start + 1] == "\n":
            start += 1
        if end > start and self.text[end - 1] == "\n":
            end -= 1
        self.put("\n\n", node.start, start)
        self.poem = True
        self.span(start, end, scan(self.text, start, end), depth + 1)
        self.poem = False
        self.put("\n\n", end, node.end)

    def gallery(self, node: Node) -> None:
        start, end = node.inner or (node.end, node.end)
        while start < end:
            stop = self.text.find("\n", start, end)
            if stop < 0:
                stop = end
            line = self.text[start:stop]
            if line.strip():
                self.gallery_line(node, start, stop)
            start = stop + 1
        self.put("\n", node.start, node.end)

    def gallery_line(self, node: Node, start: int, end: int) -> None:
        head, bar, _ = self.text[start:end].partition("|")
        name = head.partition(":")[2] if ":" in head else head
        caption = None
        if bar:
            low = start + len(head) + 1
            for child in _split_bars(self.text, low, end):
                if not _is_option(self.text[slice(*child)].strip()):
                    caption = child
        name = title_key(normalize_title(name))
        if name:
            self.keep("F", File(name, start, end, caption, True), node)

    def link(self, node: Node) -> None:
        text = self.text
        kind = node.name
        if kind == "file":
            item = _read_file(text, node)
            self.keep("F" if item.apart else "f", item, node)
        elif kind == "media":
            self.copy(node.start, node.end)
        else:
            inside = without_comments(text, node.start + 2, node.end - 2, node.children)
            self.links.append((kind, inside))
            self.category(node)

    def category(self, node: Node) -> None:
        """Cut a category out, with the space before it, as MediaWiki does."""
        self.put(f"{MARKER}c{MARKER}", node.start, node.end)


def shows_itself(name: str) -> bool:
    """Tell whether a template is shown in a way of its own, whatever source it may name."""
    return (
        find_note_template(name) is not None
        or find_pattern(name) is not None
        or ":" in name
        or find_list_template(name) is not None
        or is_listed(name)
    )


def _split_bars(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans between the bars of ``text[start:end]`` that stand in no inner thing."""
    words = text[start:end]
    spans = []
    low = start
    if "[[" not in words and "{" not in words and "<" not in words:
        for piece in words.split("|"):
            spans.append((low, low + len(piece)))
            low += len(piece) + 1
        return spans
    nodes = scan(text, start, end)
    index = 0
    position = start
    depth = 0
    for match in _BARS.finditer(words):
        at = start + match.start()
        while index < len(nodes) and nodes[index].end <= at:
            index += 1
        if index < len(nodes) and nodes[index].start <= at:
            continue
        sign = match.group()
        if sign == "[[":
            depth += 1
        elif sign == "]]":
            depth = max(0, depth - 1)
        elif depth == 0 and at >= position:
            spans.append((low, at))
            low = at + 1
    spans.append((low, end))
    return spans


def _read_file(text: str, node: Node) -> File:
    spans = _split_bars(text, node.start + 2, node.end - 2)
    low, high = spans[0]
    name = title_key(normalize_title(text[low:high].partition(":")[2]))
    caption = None
    apart = False
    block, _, _ = _file_options()
    for span in spans[1:]:
        option = text[slice(*span)].strip()
        if _is_option(option):
            word = option.lower().partition("=")[0].strip()
            apart = apart or word in block
        else:
            caption = span
    return File(name, node.start, node.end, caption, apart)


def flatten(text: str, start: int, end: int, nodes: Sequence[Node]) -> Flat:
    """Return ``text[start:end]`` flattened; ``nodes`` is what ``scan`` found there."""
    flattener = _Flattener(text)
    flattener.left = 8 * (end - start) + 10_000
    flattener.span(start, end, nodes, 0)
    result = "".join(flattener.parts)
    starts = list(accumulate(map(len, flattener.parts), initial=0))
    starts.pop()
    return Flat(
        result,
        starts,
        flattener.sources,
        flattener.items,
        flattener.links,
        # One character is sought much faster than two.
        tuple([sign for sign in RARE_SIGNS if sign[0] in result and sign in result]),
    )
