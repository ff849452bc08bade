"""Tables and infoboxes of a rendered page."""

from __future__ import annotations

from typing import Any

from extract.model import LinkText
from extract.parsing.html_boxes import BoxCell
from extract.parsing.html_nodes import read_data
from extract.parsing.html_pictures import PictureReader
from extract.parsing.html_state import Attributes, Box, Element, Leave, Sink, Table
from extract.parsing.rendered import strip_remarks
from extract.wikitext import normalize_title

__all__ = ["TableReader", "template_names"]

_LARGEST_SPAN = 1000
_DEEPEST_BOX = 4


class TableReader(PictureReader):
    """Reads tables to cells in a grid, boxes to rows of cells."""

    def table(self, element: Element) -> Leave:
        """Begin a table, a box, or a table that lays out a cell of a box."""
        self.break_block()
        if not self.words.infobox.isdisjoint(element.classes):
            return self.open_box(element.attributes)
        if (
            any(isinstance(one, Box) for one in self.open_tables[-1:])
            or None in self.open_tables[-1:]
        ):
            # A table that lays out a cell of a box: its rows are lines of that cell.
            self.open_tables.append(None)
            return self.close_table
        table = Table(len(self.tables), len(self.sections) - 1)
        self.tables.append(table)
        self.open_tables.append(table)
        return self.close_table

    def close_table(self) -> None:
        """End a table."""
        self.open_tables.pop()
        self.break_block()

    def open_box(self, attributes: Attributes) -> Leave:
        """Begin an infobox."""
        outer = [one for one in self.open_tables if isinstance(one, Box)]
        if len(outer) >= _DEEPEST_BOX:
            self.open_tables.append(None)
            return self.close_table
        names = template_names(read_data(attributes))
        box = Box(
            len(self.boxes),
            outer[-1].infobox_id if outer else None,
            names[0] if names else None,
        )
        self.boxes.append(box)
        self.open_tables.append(box)
        return self.close_table

    def table_row(self, _: Element) -> Leave | None:
        """Begin a row."""
        table = self.open_tables[-1] if self.open_tables else None
        if isinstance(table, Table):
            table.next_row()
        elif isinstance(table, Box):
            table.rows.append([])
        else:
            return self.block()
        return None

    def table_cell(self, element: Element) -> Leave:
        """Begin a cell."""
        table = self.open_tables[-1] if self.open_tables else None
        if table is None:
            self.run.space()
            return self.run.space
        if isinstance(table, Box):
            return self.box_cell(table, element)
        sink = self.push(Sink("cell"))
        sink.table = table
        rowspan, colspan = (
            _read_span(element.attributes, "rowspan"),
            _read_span(element.attributes, "colspan"),
        )
        row, column = table.place(rowspan, colspan)
        index = len(table.cells)
        table.cells.append((row, column, rowspan, colspan, element.tag == "th", ""))

        def leave() -> None:
            _, done = self.pop()
            table.cells[index] = (row, column, rowspan, colspan, element.tag == "th", done.text)

        return leave

    def box_cell(self, box: Box, element: Element) -> Leave:
        """Begin a cell of an infobox."""
        sink = self.push(Sink("box"))
        sink.cell = self.box_cells
        self.box_cells += 1
        if not box.rows:
            box.rows.append([])
        row = box.rows[-1]
        index = len(row)
        row.append(BoxCell("", element.tag == "th"))

        def leave() -> None:
            _, done = self.pop()
            links = [LinkText(done.text[link.start : link.end], link.target) for link in done.links]
            text, from_wikidata = strip_remarks(done.text)
            row[index] = BoxCell(
                text,
                element.tag == "th",
                tuple(links),
                (),
                tuple(dict.fromkeys(sink.files)),
                (element.node.inner_html or "").strip(),
                sink.from_wikidata or (from_wikidata and bool(text)),
                sink.cell,
            )

        return leave

    def table_caption(self, _: Element) -> Leave:
        """Begin the caption of a table; that of a box is its title."""
        table = self.open_tables[-1] if self.open_tables else None
        sink = self.push(Sink("cell" if isinstance(table, Table) else "heading"))
        sink.table = table if isinstance(table, Table) else None

        def leave() -> None:
            _sink, done = self.pop()
            if isinstance(table, Table) and table.caption is None:
                table.caption = done.text or None

        return leave


def _read_span(attributes: Attributes, name: str) -> int:
    raw = (attributes.get(name) or "").strip()
    return max(1, min(int(raw[:6]), _LARGEST_SPAN)) if raw.isascii() and raw.isdigit() else 1


def template_names(data: dict[str, Any]) -> list[str]:
    """Return the templates that Parsoid says made an element."""
    names = []
    parts = data.get("parts")
    for part in parts if isinstance(parts, list) else ():
        template = part.get("template") if isinstance(part, dict) else None
        target = template.get("target") if isinstance(template, dict) else None
        name = target.get("wt") if isinstance(target, dict) else None
        if isinstance(name, str) and name.strip():
            names.append(normalize_title(name))
    return names
