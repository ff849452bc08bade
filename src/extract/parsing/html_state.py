"""What the walk over a rendered page holds: open parts, what is gathered, what is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from extract.model import Image, Page, Paragraph, Section
from extract.parsing.html_boxes import BoxCell
from extract.parsing.html_nodes import Words, load_words
from extract.parsing.html_notes import MarkUse, NoteItem, NoteList
from extract.parsing.html_runs import Run, RunText
from extract.parsing.rendered import strip_remarks

__all__ = [
    "NO_CLASSES",
    "SKIP",
    "Attributes",
    "Box",
    "Element",
    "Leave",
    "PageState",
    "Sink",
    "Table",
]

_WIDEST = 256
"""Columns beyond this one are not kept free under cells that span rows."""

Attributes = dict[str, str | None]
Leave = Callable[[], None]
NO_CLASSES: list[str] = []


class Element(NamedTuple):
    """An element at which the walk stands."""

    tag: str
    node: Any
    attributes: Attributes
    classes: list[str]


def SKIP() -> None:  # noqa: N802
    """Stand for an element that is not entered; compared by identity."""


class Sink:
    """A part of the page that keeps words of its own."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        """``prose``, ``heading``, ``cell``, ``box``, ``caption``, ``note``, ``picture``, ``aside``."""
        self.run: Run[MarkUse] = Run()
        self.files: list[str] = []
        self.from_wikidata = False
        self.table: Table | None = None
        self.image_id: int | None = None
        self.item: NoteItem | None = None
        self.cell = 0


class Table:
    """A table of the page, its cells laid out as they are met."""

    def __init__(self, table_id: int, section_id: int) -> None:
        self.table_id = table_id
        self.section_id = section_id
        self.caption: str | None = None
        self.row = 0
        self.column = 0
        self.taken: dict[int, int] = {}
        self.cells: list[tuple[int, int, int, int, bool, str]] = []

    def next_row(self) -> None:
        """Begin a row; one without cells is none."""
        if self.cells and self.cells[-1][0] == self.row:
            self.row += 1
        self.column = 0

    def place(self, rowspan: int, colspan: int) -> tuple[int, int]:
        """Return row and column of the next cell."""
        while self.taken.get(self.column, -1) >= self.row:
            self.column += 1
        column = self.column
        if rowspan > 1:
            for taken in range(column, min(column + colspan, _WIDEST)):
                self.taken[taken] = self.row + rowspan - 1
        self.column += colspan
        return self.row, column


class Box:
    """An infobox: rows of cells."""

    def __init__(self, infobox_id: int, parent: int | None, template: str | None) -> None:
        self.infobox_id = infobox_id
        self.parent = parent
        self.template = template
        self.rows: list[list[BoxCell]] = []


class PageState:
    """A page as it is read: the parts that are open, and the rows made so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.words: Words = load_words()
        self.sections: list[Section] = [Section(0, None, 1, "", ())]
        self.open: list[Section] = []
        self.paragraphs: list[Paragraph] = []
        self.prose = Sink("prose")
        self.sinks: list[Sink] = [self.prose]
        self.run = self.prose.run
        self.kinds: list[tuple[str, int]] = [("paragraph", 0)]
        self.lists = 0
        self.quoted = 0
        self.verbatim = 0
        self.tables: list[Table] = []
        self.open_tables: list[Table | Box | None] = []
        self.boxes: list[Box] = []
        self.box_cells = 0
        self.images: list[Image] = []
        self.marks: list[MarkUse] = []
        self.note_lists: list[NoteList] = []
        self.open_notes: list[NoteList] = []
        self.order = 0
        self.categories: dict[str, None] = {}
        self.interwiki: dict[str, None] = {}
        self.redirect: str | None = None
        self.disambiguation = False
        self.dropped: set[str] = set()
        self.errors = 0

    def push(self, sink: Sink) -> Sink:
        """Open a part that keeps words of its own."""
        self.sinks.append(sink)
        self.run = sink.run
        return sink

    def pop(self) -> tuple[Sink, RunText[MarkUse]]:
        """Close the innermost part and return it with its words."""
        sink = self.sinks.pop()
        self.run = self.sinks[-1].run
        return sink, sink.run.finish()

    def block(self) -> Leave:
        """Begin a block."""
        self.break_block()
        return self.break_block

    def break_block(self) -> None:
        """End the paragraph or line that is being gathered."""
        if self.sinks[-1] is self.prose:
            self.flush()
        else:
            self.run.line()

    def add_file(self, name: str) -> None:
        """Take a file for the picture that is open, or as one of its own."""
        sink = self.sinks[-1]
        if sink.kind == "picture":
            if name not in sink.files:
                sink.files.append(name)
            return
        if sink.kind == "box":
            sink.files.append(name)
        self.images.append(Image(len(self.images), len(self.sections) - 1, name, None))
        self.place_in_box(sink)

    def place_in_box(self, sink: Sink) -> None:
        """Remember box and cell of the last picture, where it stands in a box."""
        box = self.open_tables[-1] if self.open_tables else None
        if sink.kind == "box" and isinstance(box, Box):
            self.images[-1] = self.images[-1]._replace(
                infobox_id=box.infobox_id, field_id=sink.cell
            )

    def flush(self) -> None:
        """End the paragraph that is being gathered."""
        if self.prose.run.skip():
            return
        done = self.prose.run.finish()
        if not done.text:
            return
        if "[" in done.text or any(mark in done.text for mark in self.words.pencils):
            text, _ = strip_remarks(done.text)
            if text != done.text:
                done = _cut_text(done, text)
        if not done.text:
            return
        kind, depth = self.kinds[-1]
        if self.quoted and kind in {"paragraph", "definition"}:
            kind = "quotation"
        number = len(self.paragraphs)
        section_id = len(self.sections) - 1
        self.paragraphs.append(
            Paragraph(number, section_id, kind, done.text, None, None, done.links, depth)
        )
        for position, mark in done.marks:
            mark.paragraph_id = number
            mark.position = position


def _cut_text(done: RunText[MarkUse], text: str) -> RunText[MarkUse]:
    """Return a run whose text lost remarks; links and marks keep their words."""
    size = len(text)
    links = []
    for link in done.links:
        words = done.text[link.start : link.end]
        at = text.find(words, max(0, link.start - (len(done.text) - size)))
        if at >= 0:
            links.append(link._replace(start=at, end=at + len(words)))
    return RunText(text, tuple(links), tuple((min(at, size), mark) for at, mark in done.marks))
