"""A table of flattened wikitext, in its own marks or in tags → cells in a grid, spans laid out."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["GridCell", "TableGrid", "read_table"]

WIDEST = 256
"""Columns beyond this one are not kept free under cells that span rows."""
LARGEST_SPAN = 1000


class GridCell(NamedTuple):
    """A cell: its place, and the span of its content in the flattened text."""

    row: int
    column: int
    rowspan: int
    colspan: int
    is_header: bool
    start: int
    end: int


class TableGrid(NamedTuple):
    """A table: the span of its caption, its cells, and the spans of tables inside it."""

    caption: tuple[int, int] | None
    cells: list[GridCell]
    inner: list[tuple[int, int]]


_new = tuple.__new__

_SPAN = re.compile(r"\b(row|col)span\s*+=\s*+[\"']?\s*+(\d{1,9})", re.IGNORECASE)
# Beginning with a literal, ``re`` skips to the next line instead of trying every character.
_INNER = re.compile(r"\n([ \t:]*+)(\{\||\|\})")
_SPLIT = re.compile(r"\|\||!!")
_TAG = re.compile(r"<(/?)((?i:table|tr|td|th|caption))\b[^<>]*+>")
_LINE = re.compile(r"\n[ \t]*+(\|[}+-]?|!)")


def _find_inner(body: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of the tables inside ``body[start:end]``, outermost only."""
    spans = []
    depth = 0
    low = start
    for match in _INNER.finditer(body, start, end):
        if match[2] == "{|":
            if depth == 0:
                low = match.start(1)
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                spans.append((low, match.end()))
    if depth:
        spans.append((low, end))
    return spans


def _read_spans(body: str, start: int, end: int) -> tuple[int, int]:
    """Return over how many rows and columns a cell goes, by its attributes."""
    rowspan = colspan = 1
    for match in _SPAN.finditer(body, start, end):
        value = max(1, min(int(match[2]), LARGEST_SPAN))
        if match[1].lower() == "row":
            rowspan = value
        else:
            colspan = value
    return rowspan, colspan


def _read_attributes(body: str, start: int, end: int) -> tuple[int, int, int]:
    """Return over how many rows and columns a cell goes and where its content begins.

    Its line ends at ``end``; attributes stand before a single bar.
    """
    bar = body.find("|", start, end)
    if bar < 0 or body.find("[[", start, bar) >= 0 or body.find("\x7f", start, bar) >= 0:
        return 1, 1, start
    return *_read_spans(body, start, bar), bar + 1


class _Reader:
    def __init__(self, body: str) -> None:
        self.body = body
        self.cells: list[GridCell] = []
        self.caption: tuple[int, int] | None = None
        self.row = -1
        self.column = 0
        self.taken: dict[int, int] = {}
        self.open: tuple[bool, int, int, int] | None = None
        """Of the cell that is open: whether it is a header, its rows, columns and beginning."""
        self.captioned = -1

    def close(self, end: int) -> None:
        """End the cell or caption that is open."""
        if self.captioned >= 0:
            if self.caption is None:
                self.caption = (self.captioned, max(self.captioned, end))
            self.captioned = -1
        if self.open is not None:
            is_header, rowspan, colspan, start = self.open
            self.open = None
            self.put(is_header, rowspan, colspan, start, max(start, end))

    def put(self, is_header: bool, rowspan: int, colspan: int, start: int, end: int) -> None:
        """Give a cell the next free place of its row."""
        self.row = max(self.row, 0)
        row, column, taken = self.row, self.column, self.taken
        if taken:
            while taken.get(column, -1) >= row:
                column += 1
        place = (row, column, rowspan, colspan, is_header, start, end)
        self.cells.append(_new(GridCell, place))
        if rowspan > 1:
            last = row + rowspan - 1
            for covered in range(column, min(column + colspan, WIDEST)):
                taken[covered] = last
        self.column = column + colspan

    def begin_row(self) -> None:
        """Go to the next row, unless that begun last has no cell yet."""
        if self.row < 0 or (self.cells and self.cells[-1].row == self.row):
            self.row += 1
            self.column = 0

    def cell_line(self, start: int, end: int, is_header: bool) -> None:
        """Read the cells of a line, of which the last stays open."""
        body = self.body
        for match in _SPLIT.finditer(body, start, end):
            if is_header or match.group() == "||":
                at, after = match.span()
                self.put(is_header, *_read_attributes(body, start, at), at)
                start = after
        self.open = (is_header, *_read_attributes(body, start, end))

    def line(self, mark: str, at: int, low: int, high: int) -> bool:
        """Read a line of table marks; False at the table's end."""
        self.close(at)
        if mark == "|}":
            return False
        if mark == "|-":
            self.begin_row()
        elif mark == "|+":
            bar = self.body.find("|", low, high)
            if bar >= 0 and self.body.find("[[", low, bar) < 0:
                low = bar + 1
            self.captioned = low
        else:
            self.cell_line(low, high, mark == "!")
        return True


def _read_tag_table(body: str, start: int, end: int) -> TableGrid:
    reader = _Reader(body)
    inner: list[tuple[int, int]] = []
    depth = low = 0
    for match in _TAG.finditer(body, start, end):
        at = match.start()
        closing, name = match[1], match[2].lower()
        if name == "table":
            depth += -1 if closing else 1
            if depth == 2 and not closing:
                low = at
            elif depth == 1 and closing:
                inner.append((low, match.end()))
        elif depth == 1:
            reader.close(at)
            if name == "tr":
                reader.begin_row()
            elif not closing and name == "caption":
                reader.captioned = match.end()
            elif not closing:
                reader.open = (name == "th", *_read_spans(body, at, match.end()), match.end())
    reader.close(end)
    return TableGrid(reader.caption, reader.cells, inner)


def read_table(body: str, start: int, end: int) -> TableGrid:
    """Return the table ``body[start:end]``, which begins with the line of its ``{|`` or its tag."""
    if body.startswith("<", start):
        return _read_tag_table(body, start, end)
    first = body.find("\n", start, end)
    if first < 0:
        return TableGrid(None, [], [])
    inner = _find_inner(body, first, end) if body.find("{|", first, end) >= 0 else []
    reader = _Reader(body)
    index = 0
    limit = end
    for match in _LINE.finditer(body, first, end):
        at = match.start() + 1
        while index < len(inner) and inner[index][1] <= at:
            index += 1
        if index < len(inner) and inner[index][0] <= at:
            continue
        high = body.find("\n", match.end(), end)
        high = end if high < 0 else high
        if not reader.line(match[1], at, match.end(), high):
            limit = at
            break
    reader.close(limit)
    return TableGrid(reader.caption, reader.cells, inner)
