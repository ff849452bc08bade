"""Wikitext of an article → Document.

One scan finds what encloses other text; one flattening replaces templates by what they show;
lines become blocks; blocks become plain text with links and marks by position.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.model import (
    Cell,
    Document,
    Field,
    Image,
    Mark,
    Page,
    Paragraph,
    Section,
)
from extract.parsing.infobox import read_infoboxes
from extract.parsing.notes import NoteUses, read_notes
from extract.parsing.unclosed import unclosed_problems
from extract.wikitext import File, Plain, Template, normalize_title, to_plain
from extract.wikitext.blocks import Block, split_blocks
from extract.wikitext.display import title_key
from extract.wikitext.flatten import Flat, flatten
from extract.wikitext.grid import read_table
from extract.wikitext.inline import read_target, render
from extract.wikitext.scanner import MARKER, TEMPLATE, scan
from extract.wikitext.templates import read_template
from extract.wikitext.visible import join_plain, render_blocks

__all__ = ["parse_wikitext"]

_REDIRECT = re.compile(r"\s*+(#[^\s\[#*:;]++)[ \t]*+:?[ \t]*+\[\[([^\]|\n]++)[^\]\n]*+\]\](\s*+)")
_UNCLOSED = re.compile(r"\{\{[^\n]*+(?:\n[ \t]*+[|}][^\n]*+)*+")
"""A template that nothing closes, with the lines that look like its parameters."""
_MARKERS = re.compile(r"(?:\x7f[a-zA-Z]\d*+\x7f|\s)++")
_DEEPEST_TABLE = 5
_DEEPEST_CAPTION = 2
_MOST_SPANS = 50
"""Fields of nested boxes behind which the field round a mark is looked for."""


_new = tuple.__new__


class _Spot(NamedTuple):
    """Where a mark was met."""

    context: str
    section_id: int
    paragraph_id: int | None = None
    position: int | None = None
    table_id: int | None = None
    image_id: int | None = None


class _Builder:
    def __init__(self, text: str, flat: Flat) -> None:
        self.text = text
        self.flat = flat
        self.sections: list[Section] = [Section(0, None, 1, "", ())]
        self.section_starts: list[int] = [0]
        self.open: list[Section] = []
        self.paragraphs: list[Paragraph] = []
        self.cells: list[Cell] = []
        self.images: list[Image] = []
        self.image_starts: list[int] = []
        self.spots: dict[int, _Spot] = {}
        self.tables = 0
        self.left_out = 0
        """Templates that nothing closes, whose lines are no prose."""
        self.torn_tables: list[int] = []
        self.torn = "{{" in flat.text

    def read(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if block.kind == "heading":
                self.heading(block)
            elif block.kind == "table":
                if block.depth:
                    self.torn_tables.append(self.flat.source_start(block.start))
                self.table(block.start, block.end, 0)
            elif self.torn:
                self.torn_paragraph(block)
            else:
                self.paragraph(block)

    def torn_paragraph(self, block: Block) -> None:
        """Read a block apart at the lines that open a template which nothing closes."""
        body = self.flat.text
        start = block.start
        while True:
            at = body.find("\n{{", start, block.end)
            if at < 0:
                break
            self.paragraph(block._replace(start=start, end=at))
            start = at + 1
        self.paragraph(block._replace(start=start))

    def heading(self, block: Block) -> None:
        plain = render(self.flat, block.start, block.end)
        title = plain.text
        level = block.depth
        while self.open and self.open[-1].level >= level:
            self.open.pop()
        parent = self.open[-1] if self.open else self.sections[0]
        number = len(self.sections)
        path = (*parent.path, title)
        section = _new(Section, (number, parent.section_id, level, title, path))
        self.sections.append(section)
        self.section_starts.append(self.flat.source_start(block.start))
        self.open.append(section)
        if plain.marks:
            self.meet(plain, "heading")
        if plain.files:
            self.pictures(plain.files)

    def meet(self, plain: Plain, context: str, **where: int) -> None:
        section_id = len(self.sections) - 1
        for _, opener in plain.marks:
            self.spots.setdefault(opener, _Spot(context, section_id, **where))

    def pictures(self, files: Sequence[File], depth: int = 0) -> None:
        for file in files:
            caption = None
            number = len(self.images)
            if file.caption is not None:
                plain = to_plain(self.text, *file.caption)
                caption = plain.text or None
                self.meet(plain, "caption", image_id=number)
            self.images.append(Image(number, len(self.sections) - 1, file.name, caption))
            self.image_starts.append(file.start)
            if file.caption is not None and depth < _DEEPEST_CAPTION:
                self.pictures(plain.files, depth + 1)

    def paragraph(self, block: Block) -> None:
        kind, depth, start, end = block
        flat = self.flat
        body = flat.text
        if kind == "preformatted":
            kind = "paragraph"
            text, links, marks, files = render_blocks(flat, [block])
        else:
            text, links, marks, files = render(flat, start, end)
        if files:
            self.pictures(files)
        if self.torn and text.startswith("{{") and body.startswith("{{", start):
            after = _UNCLOSED.match(body, start, end)
            if after:
                self.left_out += 1
                start = after.end()
                text, links, marks, _ = render(flat, start, end)
        section_id = len(self.sections) - 1
        number = len(self.paragraphs)
        if text:
            if body[start] == " " and body[start + 1].isalnum():
                start += 1
            elif body[start] in "\x7f \t\r\n":
                skipped = _MARKERS.match(body, start, end)
                if skipped and skipped.end() < end:
                    start = skipped.end()
            while body[end - 1] in " \t\r\n" and end > start:
                end -= 1
            low, high = flat.source_span(start, end)
            self.paragraphs.append(
                _new(Paragraph, (number, section_id, kind, text, low, high, links, depth))
            )
        if marks:
            spots = self.spots
            for position, opener in marks:
                if opener not in spots:
                    place = (number, position) if text else (None, None)
                    spots[opener] = _new(_Spot, ("paragraph", section_id, *place, None, None))

    def table(self, start: int, end: int, depth: int) -> None:
        flat = self.flat
        grid = read_table(flat.text, start, end)
        number = self.tables
        self.tables += 1
        section_id = len(self.sections) - 1
        caption = None
        if grid.caption is not None:
            plain = render(flat, *grid.caption)
            caption = plain.text or None
            self.meet(plain, "table", table_id=number)
            self.pictures(plain.files)
        inner = grid.inner
        index = 0
        body = flat.text
        for row, column, rowspan, colspan, is_header, low, high in grid.cells:
            holes: list[tuple[int, int]] = []
            while index < len(inner) and inner[index][0] < high:
                if inner[index][0] >= low:
                    holes.append(inner[index])
                index += 1
            line = body.find("\n", low, high)
            if (line < 0 or line == high - 1) and not holes:
                plain = render(flat, low, high)
            else:
                plain = self.cell_text(low, line if line >= 0 else high, high, holes)
            words, _, marks, files = plain
            if marks:
                self.meet(plain, "table", table_id=number)
            if files:
                self.pictures(files)
            place = (number, section_id, caption, row, column, rowspan, colspan, is_header, words)
            self.cells.append(_new(Cell, place))
        if depth < _DEEPEST_TABLE:
            for low, high in inner:
                self.table(low, high, depth + 1)

    def cell_text(self, start: int, line: int, end: int, holes: Sequence[tuple[int, int]]) -> Plain:
        """Return the words of a cell whose first line ends at ``line``."""
        flat = self.flat
        # What follows the bar on its line is no paragraph of its own.
        pieces = [render(flat, start, line)] if not holes or line < holes[0][0] else []
        start = line if pieces else start
        for low, high in holes:
            pieces.append(render_blocks(flat, split_blocks(flat.text, start, low)))
            start = high
        pieces.append(render_blocks(flat, split_blocks(flat.text, start, end)))
        return join_plain([piece for piece in pieces if piece.text or piece.marks or piece.files])


def _read_redirect(text: str) -> str | None:
    match = _REDIRECT.match(text)
    if match is None:
        return None
    word = match[1].lower()
    known = load_toml("namespaces.toml")["redirect"]["words"]
    rest = text[match.end() :]
    if word not in known and rest.strip() and "\n" not in match[3]:
        return None
    if not word[1:].isalpha():
        return None
    _, title, fragment = read_target(match[2])
    return f"{title}#{fragment}" if fragment else title or None


@cache
def _page_words() -> tuple[frozenset[str], tuple[str, ...]]:
    table = load_toml("namespaces.toml")["disambiguation"]
    return frozenset(title_key(name) for name in table["templates"]), tuple(table["switches"])


def _read_links(flat: Flat) -> tuple[tuple[str, ...], tuple[str, ...]]:
    categories: dict[str, None] = {}
    interwiki: dict[str, None] = {}
    for kind, inside in flat.links:
        target = inside.partition("|")[0]
        prefix, _, rest = target.partition(":")
        title = normalize_title(rest)
        if not title:
            continue
        if kind == "category":
            categories[title_key(title)] = None
        else:
            interwiki[f"{prefix.strip().lower()}:{title}"] = None
    return tuple(categories), tuple(interwiki)


def _order_images(
    builder: _Builder, fields: Sequence[Field], boxed: Sequence[Image]
) -> tuple[tuple[Image, ...], list[int]]:
    """Return all pictures in the order of the page, and the new numbers of the prose's."""
    if not boxed:
        return tuple(builder.images), list(range(len(builder.images)))
    starts = (fields[image.field_id or 0].source_start or 0 for image in boxed)
    waiting = deque(
        (max(bisect_right(builder.section_starts, start) - 1, 0), start, image)
        for start, image in zip(starts, boxed, strict=True)
    )
    images: list[Image] = []
    numbers: list[int] = []
    for start, image in zip(builder.image_starts, builder.images, strict=True):
        while waiting and waiting[0][:2] < (image.section_id, start):
            section_id, _, box_image = waiting.popleft()
            images.append(box_image._replace(section_id=section_id))
        numbers.append(len(images))
        images.append(image)
    images += [image._replace(section_id=section_id) for section_id, _, image in waiting]
    return tuple(image._replace(image_id=index) for index, image in enumerate(images)), numbers


def _make_marks(
    builder: _Builder, uses: NoteUses, fields: Sequence[Field], images: Sequence[int]
) -> tuple[Mark, ...]:
    """Return the marks; ``images`` gives the number of each picture of the prose."""
    if not uses.note_at:
        return ()
    spans = sorted(
        (f.source_start, f.source_end, f.infobox_id, f.field_id)
        for f in fields
        if f.source_start is not None and f.source_end is not None
    )
    starts = [span[0] for span in spans]
    reaches = list(accumulate((span[1] for span in spans), max))
    marks = []
    for number, opener in enumerate(sorted(uses.note_at)):
        reference_id = uses.note_at[opener]
        section_id = max(bisect_right(builder.section_starts, opener) - 1, 0)
        inside = uses.inside.get(opener)
        index = -1 if inside is not None else _find_span(spans, starts, reaches, opener)
        spot = builder.spots.get(opener)
        image = None
        place: tuple[object, ...]
        if inside is not None:
            place = ("reference", section_id, None, None, None, None, None)
        elif index >= 0:
            place = ("infobox", section_id, None, None, *spans[index][2:], None)
        elif spot is None:
            place = ("paragraph", section_id, None, None, None, None, None)
        else:
            context, section_id, paragraph_id, position, table_id, image_id = spot
            place = (context, section_id, paragraph_id, position, None, None, table_id)
            image = images[image_id] if image_id is not None else None
        marks.append(_new(Mark, (number, reference_id, *place, image, inside)))
    return tuple(marks)


def _find_span(
    spans: Sequence[tuple[int, int, int, int]],
    starts: Sequence[int],
    reaches: Sequence[int],
    at: int,
) -> int:
    """Return the index of the innermost span round a position, -1 if there is none.

    A nested box's spans follow their value's; ``reaches`` are the furthest ends so far.
    """
    last = bisect_right(starts, at) - 1
    for index in range(last, max(last - _MOST_SPANS, -1), -1):
        if reaches[index] <= at:
            break
        if spans[index][1] > at:
            return index
    return -1


def parse_wikitext(page: Page) -> Document:
    """Return the document of a page of wikitext; never raises, linear in its length."""
    text = page.text
    if MARKER in text:
        text = text.replace(MARKER, "\ufffd")
    if "\r" in text:
        text = text.replace("\r", " ")
    unclosed: dict[str, list[int]] = {}
    nodes = scan(text, unclosed=unclosed)
    templates: list[Template] = [
        read_template(text, node) for node in nodes if node.kind == TEMPLATE
    ]
    flat = flatten(text, 0, len(text), nodes)
    builder = _Builder(text, flat)
    redirect = _read_redirect(text) or page.redirect_target
    if redirect is None:
        builder.read(split_blocks(flat.text))
    uses = read_notes(text, nodes)
    fields, boxed = read_infoboxes(text, templates, uses.note_at)
    images, numbers = _order_images(builder, fields, boxed)
    marks = _make_marks(builder, uses, fields, numbers)
    categories, interwiki = _read_links(flat)
    names, switches = _page_words()
    disambiguation = not names.isdisjoint([title_key(template.name) for template in templates])
    disambiguation = disambiguation or any(switch in text for switch in switches)
    return Document(
        page,
        tuple(builder.sections),
        tuple(builder.paragraphs),
        fields,
        uses.notes,
        marks,
        tuple(builder.cells),
        images,
        categories,
        interwiki,
        redirect,
        disambiguation,
        page.wikidata_id,
        (*uses.problems, *unclosed_problems(text, unclosed, builder.torn_tables, builder.left_out)),
    )
