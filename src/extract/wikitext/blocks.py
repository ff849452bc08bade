"""Flattened text → blocks: headings, paragraphs, list items, quotations, tables.

Lines follow MediaWiki's block pass: a blank line ends a paragraph, a single newline does not; a
line that holds a block tag or a picture that stands apart is a block of its own; ``*#:;`` open
list items.  A table that is never closed ends before the next heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from extract.hewiki import load_toml

__all__ = ["Block", "heading_level", "split_blocks"]


class Block(NamedTuple):
    """A block: ``text[start:end]`` of the flattened text, without the marks that made it one."""

    kind: str
    """``heading``, ``paragraph``, ``list_item``, ``definition_term``, ``definition``,
    ``quotation``, ``preformatted`` or ``table`` (whole, with its marks)."""
    depth: int
    """Level of a heading, nesting of a list item; 1 for a table that nothing closes."""
    start: int
    end: int


_new = tuple.__new__
_LIST_KINDS = {"*": "list_item", "#": "list_item", ";": "definition_term", ":": "definition"}
_WORD_SIGNS = frozenset("'\"[(")
"""With them, as with letters, a line of words begins."""
_ITEM_TAGS = {"li": "list_item", "dt": "definition_term", "dd": "definition"}
_NOTHING = re.compile(r"(?:\x7f[jc]\d*+\x7f|[ \t\r])++")
_EMPTY_MARKERS = re.compile(r"\x7f[jc]\d*+\x7f")
_ALL_MARKERS = re.compile(r"\x7f[a-zA-Z]\d*+\x7f")
# Beginning with a literal, ``re`` skips to the next line instead of trying every character.
_TABLE_LINE = re.compile(r"\n[ \t:]*+(\{\||\|\})")
_TABLE_OPEN = re.compile(r"[ \t:]*+\{\|")
_TABLE_TAG = re.compile(r"<(/?)(?i:table)\b[^<>]*+>")
_HEADING_LINE = re.compile(r"^=[^\n]*=[ \t]*+$", re.MULTILINE)
_COLON = re.compile(r"(:)(?!//)|\[\[[^\]\n]*+\]?+|\[[^\]\n]*+|<(/?)([a-zA-Z]*+)[^<>\n]*+>|(''+)")
HIDDEN = re.compile(r"display\s{0,5}+:\s{0,5}+none", re.IGNORECASE)
"""In the attributes of a tag: a reader sees nothing of what it holds."""
_APART = re.compile(r"\x7fF\d++\x7f|\x7fp\d++\x7f")


@cache
def _block_tags() -> re.Pattern[str]:
    names = "|".join(sorted(load_toml("tags.toml")["block"], key=len, reverse=True))
    return re.compile(rf"<(/?)((?i:{names}))(?=[\s/>])[^<>]*+>")


@cache
def _pairing_tags() -> frozenset[str]:
    tags = load_toml("tags.toml")
    return frozenset(tags["inline"]) - frozenset(tags["void"])


def _find_tag_tables(body: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans from ``<table>`` to its ``</table>``, sorted; those in others, too."""
    spans = []
    stack = []
    for match in _TABLE_TAG.finditer(body, start, end):
        if not match[1]:
            stack.append(match.start())
        elif stack:
            spans.append((stack.pop(), match.end()))
    return sorted(spans)


def heading_level(line: str) -> int:
    """Return the level of a heading line without spaces at its end, 0 where it is none."""
    size = len(line)
    opening = size - len(line.lstrip("="))
    if opening == size:
        return min(6, (size - 1) // 2) if size >= 3 else 0
    closing = size - len(line.rstrip("="))
    return min(opening, closing, 6)


def _title_span(line: str, low: int, level: int) -> tuple[int, int]:
    """Return where the title of a heading stands; markers may stand among the signs round it."""
    high = len(line)
    for _ in range(level):
        low = line.index("=", low) + 1
        high = line.rindex("=", 0, high)
    return low, max(low, high)


def _find_colon(body: str, start: int, end: int) -> int:
    """Return where the term of a line ends: at a colon in no link, tag or quotes; -1 if nowhere."""
    tags = 0
    bold = italic = False
    for match in _COLON.finditer(body, start, end):
        colon, closing, tag, quotes = match.groups()
        if colon:
            if not (tags or bold or italic):
                return match.start()
        elif quotes:
            count = len(quotes)
            bold ^= count > 2
            italic ^= count == 2 or count > 4
        elif tag and tag.lower() in _pairing_tags() and body[match.end() - 2] != "/":
            tags = max(0, tags - 1) if closing else tags + 1
    return -1


class _Splitter:
    def __init__(self, body: str, start: int, end: int) -> None:
        self.body = body
        self.start = start
        self.end = end
        self.blocks: list[Block] = []
        self.open_start = -1
        self.open_end = -1
        self.open_kind = "paragraph"
        self.quoted = 0
        self.item = 0
        self.item_kind = "list_item"
        self.level = 0
        """Of the heading tag that is open."""
        self.hidden: list[str] = []
        """The tag that hides what follows it, and those of its name inside it."""
        self.unclosed: frozenset[int] = frozenset()
        """Where tables begin that nothing closes."""

    def flush(self) -> None:
        if self.open_start >= 0:
            kind = self.open_kind
            depth = 0
            if kind == "paragraph":
                if self.quoted:
                    kind = "quotation"
                elif self.item:
                    kind, depth = self.item_kind, self.item
            self.blocks.append(_new(Block, (kind, depth, self.open_start, self.open_end)))
            self.open_start = -1

    def extend(self, start: int, end: int, kind: str = "paragraph") -> None:
        if self.open_start >= 0 and self.open_kind != kind:
            self.flush()
        if self.open_start < 0:
            self.open_start = start
            self.open_kind = kind
        self.open_end = end

    def tables(self) -> dict[int, int]:
        """Return, for the position of each line that opens a table, where the table ends."""
        body = self.body
        ends: dict[int, int] = {}
        stack: list[int] = []
        at_line = self.start == 0 or body[self.start - 1] == "\n"
        if at_line and _TABLE_OPEN.match(body, self.start, self.end):
            stack.append(self.start)
        for match in _TABLE_LINE.finditer(body, self.start, self.end):
            if match[1] == "{|":
                stack.append(match.start() + 1)
            elif stack:
                ends[stack.pop()] = match.end()
        if stack:
            self.unclosed = frozenset(stack)
            headings = [m.start() for m in _HEADING_LINE.finditer(body, self.start, self.end)]
            headings.append(self.end)
            for opener in reversed(stack):
                while len(headings) > 1 and headings[-2] > opener:
                    headings.pop()
                ends[opener] = headings[-1]
        return ends

    def tag_tables(self, tables: dict[int, int]) -> Iterator[tuple[int, int]]:
        """Yield the spans of tables written as tags that stand in no other table."""
        taken = sorted(tables.items())
        index = reach = 0
        for low, high in _find_tag_tables(self.body, self.start, self.end):
            while index < len(taken) and taken[index][0] < low:
                reach = max(reach, taken[index][1])
                index += 1
            if low >= reach:
                reach = high
                yield low, high

    def run(self) -> list[Block]:
        body, end = self.body, self.end
        tables = self.tables() if body.find("{|", self.start, end) >= 0 else {}
        position = self.start
        if body.find("<table", position, end) >= 0 or body.find("<TABLE", position, end) >= 0:
            for low, high in self.tag_tables(tables):
                self.table_lines(position, low, tables)
                self.blocks.append(Block("table", 0, low, high))
                position = high
                while position < end and body[position] in " \t":
                    position += 1
        self.table_lines(position, end, tables)
        return self.blocks

    def table_lines(self, position: int, end: int, tables: dict[int, int]) -> None:
        """Read lines among which tables begin."""
        body = self.body
        for start in sorted(tables):
            if not position <= start < end:
                continue
            if start > position:
                self.lines(position, start - 1)
            self.flush()
            skip = max(tables[start], start + 1)
            torn = int(start in self.unclosed)
            self.blocks.append(_new(Block, ("table", torn, start, tables[start])))
            if body[skip - 1] == "\n":  # what follows a table that a heading ends begins a line
                position = skip
                continue
            rest = body.find("\n", skip, end)
            rest = end if rest < 0 else rest
            if body[skip:rest].strip():
                self.line(body[skip:rest], skip)
            position = rest + 1
        if position < end:
            self.lines(position, end)
        else:
            self.flush()

    def lines(self, position: int, end: int) -> None:
        """Read lines among which no table begins."""
        for line in self.body[position:end].split("\n"):
            start = position
            position += len(line) + 1
            if not line:
                if self.open_start >= 0:
                    self.flush()
                continue
            if (
                (line[0].isalnum() or line[0] in _WORD_SIGNS)
                and "<" not in line
                and not ("\x7f" in line and _APART.search(line))
            ):
                # Most lines are words.
                if self.open_start < 0:
                    self.open_start = start
                    self.open_kind = "paragraph"
                elif self.open_kind != "paragraph":
                    self.extend(start, start)
                self.open_end = position - 1
                continue
            if line[0] in _LIST_KINDS:
                self.list_line(line, start, 0)
            else:
                self.line(line, start)
        self.flush()

    def line(self, line: str, start: int) -> None:  # noqa: C901, PLR0912 -- one test a kind of line
        first = line[:1]
        lead = 0
        if "\x7f" in line or line.isspace():
            nothing = _NOTHING.match(line)
            lead = nothing.end() if nothing else 0
            if lead == len(line):
                if "\x7fj" in line or "\x7f" not in line:
                    self.flush()
                return
            if (
                "\x7fj" in line
                and "\x7ft" not in line
                and not _ALL_MARKERS.sub("", line).strip()
                and not _APART.search(line)
            ):
                self.flush()
                return
            if first == "\x7f":
                after = _EMPTY_MARKERS.match(line)
                while after:
                    first = line[after.end() : after.end() + 1]
                    lead = after.end()
                    after = _EMPTY_MARKERS.match(line, lead)
            else:
                lead = 0
        end = start + len(line)
        if first in {"*", "#", ":", ";"}:
            self.list_line(line, start, lead)
            return
        if first == "=":
            kept = line[lead:].rstrip()
            if "\x7f" in kept:
                kept = _EMPTY_MARKERS.sub("", kept).rstrip()
            level = heading_level(kept)
            if level:
                self.flush()
                self.quoted = self.item = 0
                low, high = _title_span(line, lead, level)
                self.blocks.append(_new(Block, ("heading", level, start + low, start + high)))
                return
        if first == "-" and line.startswith("----"):
            self.flush()
            rest = line.lstrip("-")
            if rest.strip():
                self.extend(end - len(rest), end)
                self.flush()
            return
        has_tags = "<" in line and _block_tags().search(line) is not None
        if has_tags:
            self.tagged_line(line, start)
            return
        if "\x7f" in line and _APART.search(line):
            self.flush()
            self.apart_line(line, start)
            return
        if first == " " and not self.quoted and not self.item:
            self.extend(start, end, "preformatted")
            return
        self.extend(start, end)

    def apart_line(self, line: str, start: int) -> None:
        """Read a line with pictures that stand apart: they come first, then its words."""
        self.extend(start, start + len(line))
        self.flush()

    def list_line(self, line: str, start: int, lead: int) -> None:
        if self.open_start >= 0:
            self.flush()
        end = start + len(line)
        words = line[lead:].lstrip("*#:;")
        depth = len(line) - lead - len(words)
        kind = _LIST_KINDS[line[lead + depth - 1]]
        low = end - len(words)
        if self.quoted:
            kind = "quotation" if kind == "definition" else kind
        if kind == "definition_term":
            colon = _find_colon(self.body, low, end)
            if colon >= 0:
                self.blocks.append(Block(kind, depth, low, colon))
                kind, low = "definition", colon + 1
        if "<" in line and _block_tags().search(line):
            self.item, self.item_kind = depth, kind
            self.tagged_line(line[low - start :], low, listed=True)
            self.item = 0
            return
        self.blocks.append(_new(Block, (kind, depth, low, end)))

    def tagged_line(self, line: str, start: int, *, listed: bool = False) -> None:
        """Read a line with block tags: each stretch between them is a block."""
        if not listed:
            self.flush()
        position = 0
        closers: dict[str, int] = {}
        for match in _block_tags().finditer(line):
            self.stretch(line, start, position, match.start())
            position = match.end()
            name = match[2].lower()
            if self.hidden:
                self.hide(name, match[1])
            elif not match[1] and HIDDEN.search(match.group()):
                # What is not closed in its line would hide the rest of the page.
                if name not in closers:
                    closers[name] = line.rfind(f"</{name}")
                self.hidden = [name] if closers[name] >= position else []
            else:
                self.tag(name, -1 if match[1] else 1)
        self.hidden = []
        self.stretch(line, start, position, len(line))
        self.level = 0

    def hide(self, name: str, closing: str) -> None:
        if name == self.hidden[0]:
            if closing:
                self.hidden.pop()
            else:
                self.hidden.append(name)

    def tag(self, name: str, step: int) -> None:
        """Take note of a block tag that opens (1) or closes (-1)."""
        if name == "blockquote":
            self.quoted = max(0, self.quoted + step)
        elif name in {"ul", "ol", "dl"}:
            self.item = max(0, self.item + step)
            self.item_kind = "list_item"
        elif name in _ITEM_TAGS and step > 0:
            self.item = max(1, self.item)
            self.item_kind = _ITEM_TAGS[name]
        elif name[0] == "h" and name[1].isdecimal():
            self.level = int(name[1]) if step > 0 else 0

    def stretch(self, line: str, start: int, low: int, high: int) -> None:
        if self.hidden or not line[low:high].strip():
            return
        if self.level:
            self.flush()
            self.blocks.append(Block("heading", self.level, start + low, start + high))
            return
        self.extend(start + low, start + high)
        self.flush()


def split_blocks(body: str, start: int = 0, end: int | None = None) -> list[Block]:
    """Return the blocks of ``body[start:end]`` in order, in linear time."""
    return _Splitter(body, start, len(body) if end is None else end).run()
