"""Headings, lists and quotations of a rendered page; footnote marks and lists of notes."""

from __future__ import annotations

from typing import Any

from extract.model import Section
from extract.parsing.html_nodes import read_data
from extract.parsing.html_notes import MarkUse, NoteItem, NoteList, split_label
from extract.parsing.html_state import SKIP, Attributes, Element, Leave, Sink
from extract.parsing.html_tables import TableReader

__all__ = ["HEADINGS", "ITEMS", "LISTS", "ListReader"]

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
LISTS = frozenset({"ul", "ol", "dl"})
ITEMS = {"li": "list_item", "dt": "definition_term", "dd": "definition"}
_CONTEXTS = {
    "prose": "paragraph",
    "heading": "heading",
    "cell": "table",
    "box": "infobox",
    "caption": "caption",
    "picture": "caption",
    "note": "reference",
    "aside": "reference",
}


class ListReader(TableReader):
    """Reads blocks that nest, and notes."""

    # blocks

    def heading(self, element: Element) -> Leave:
        """Begin a heading, and with it a section."""
        if self.sinks[-1] is not self.prose or self.open_tables:
            return self.block()
        self.flush()
        level = HEADINGS[element.tag]
        while self.open and self.open[-1].level >= level:
            self.open.pop()
        parent = self.open[-1] if self.open else self.sections[0]
        section = Section(len(self.sections), parent.section_id, level, "", parent.path)
        self.sections.append(section)
        self.push(Sink("heading"))

        def leave() -> None:
            _, done = self.pop()
            title = " ".join(done.text.split())
            kept = section._replace(title=title, path=(*section.path, title))
            self.sections[kept.section_id] = kept
            self.open.append(kept)

        return leave

    def list_block(self, element: Element) -> Leave:
        """Begin a list."""
        if element.tag == "ol" and not self.words.note_list.isdisjoint(element.classes):
            return self.note_list(element.attributes)
        self.break_block()
        self.lists += 1

        def leave() -> None:
            self.break_block()
            self.lists -= 1

        return leave

    def list_item(self, element: Element) -> Leave:
        """Begin an item, a term or its definition."""
        if element.tag == "li" and self.open_notes and self.sinks[-1].kind == "aside":
            return self.note_item(element.attributes)
        self.break_block()
        self.kinds.append((ITEMS[element.tag], max(1, self.lists)))

        def leave() -> None:
            self.break_block()
            self.kinds.pop()

        return leave

    def quotation(self, _: Element) -> Leave:
        """Begin a quotation."""
        self.break_block()
        self.quoted += 1

        def leave() -> None:
            self.break_block()
            self.quoted -= 1

        return leave

    def preformatted(self, _: Element) -> Leave:
        """Begin text whose lines stay."""
        self.break_block()
        self.verbatim += 1

        def leave() -> None:
            self.break_block()
            self.verbatim -= 1

        return leave

    def line_break(self, _: Element) -> Leave:
        """End a line."""
        self.run.line()
        return SKIP

    # notes

    def note_list(self, attributes: Attributes) -> Leave:
        """Begin a printed list of notes."""
        self.break_block()
        one = NoteList(attributes.get("data-mw-group"))
        self.note_lists.append(one)
        self.open_notes.append(one)
        self.push(Sink("aside"))

        def leave() -> None:
            self.pop()
            self.open_notes.pop()
            self.order += 1
            one.end = self.order
            self.break_block()

        return leave

    def note_item(self, attributes: Attributes) -> Leave:
        """Begin a note of a list."""
        self.order += 1
        item = NoteItem(attributes.get("id") or "", self.order)
        self.open_notes[-1].items.append(item)
        sink = self.push(Sink("note"))
        sink.item = item

        def leave() -> None:
            _, done = self.pop()
            if not item.raw:
                item.text, item.links = done.text, done.links

        return leave

    def open_note_text(self, node: Any) -> Leave | None:
        """Begin the words of a note."""
        item = self.sinks[-1].item
        if item is None or item.raw:
            return None
        item.raw = (node.inner_html or "").strip()
        sink = self.push(Sink("note"))
        sink.item = item

        def leave() -> None:
            _, done = self.pop()
            item.text, item.links = done.text, done.links

        return leave

    def add_mark(self, node: Any, attributes: Attributes) -> Leave:
        """Take a footnote mark."""
        self.order += 1
        sink = self.sinks[-1]
        mark = MarkUse(self.order, _CONTEXTS.get(sink.kind, "paragraph"), len(self.sections) - 1)
        text = node.text(deep=True) or ""
        mark.group, mark.label, mark.number = split_label(text)
        anchor = node.css_first("a")
        if anchor is not None:
            href = anchor.attributes.get("href") or ""
            mark.address = href.partition("#")[2]
            mark.group = anchor.attributes.get("data-mw-group") or mark.group
        data = read_data(attributes)
        named = data.get("attrs")
        if isinstance(named, dict):
            name, group = named.get("name"), named.get("group")
            mark.name = name if isinstance(name, str) and name else None
            mark.group = group if isinstance(group, str) and group else mark.group
        if data.get("errors"):
            self.errors += 1
        mark.table_id = sink.table.table_id if sink.table is not None else None
        mark.image_id = sink.image_id if sink.kind == "caption" else None
        mark.cell = sink.cell if sink.kind == "box" else None
        if sink.item is not None:
            mark.inside = sink.item
            sink.item.marks.append(mark)
        self.marks.append(mark)
        self.run.mark(mark)
        return SKIP
