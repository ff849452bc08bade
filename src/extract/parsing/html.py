"""HTML of a page → Document: Parsoid's (REST) and the legacy parser's (API, saved pages).

One walk over the tree, without recursion.  Words go to the run of the innermost part that keeps
words: the prose, a heading, a cell, a caption, a note.  Block elements end a paragraph in the
prose and a line elsewhere.  What is no word of the article (``hewiki/html.toml``) is not entered.

``html_nodes`` parses and reads single elements, ``html_runs`` gathers running text, ``html_state``
holds what is open; links, pictures, tables and lists each have a reader, one built on the other;
``html_boxes`` lays out infoboxes and ``html_notes`` joins marks to notes at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from extract.model import Cell, Document, Field, Image, Page, Problem
from extract.parsing.html_boxes import lay_out_rows, make_field
from extract.parsing.html_links import with_fragment
from extract.parsing.html_lists import HEADINGS, ITEMS, LISTS, ListReader
from extract.parsing.html_nodes import Words, parse_tree, read_data, read_target
from extract.parsing.html_notes import NoteTable
from extract.parsing.html_state import NO_CLASSES, SKIP, Attributes, Element, Leave
from extract.parsing.html_tables import template_names

__all__ = ["parse_html"]

_HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none", re.IGNORECASE)


class _Reader(ListReader):
    """Reads a page from its root to its document."""

    # the walk

    def walk(self, root: Any) -> None:
        """Read all under an element, in the page's order."""
        stack: list[tuple[Any, Leave | None]] = []
        node = root.child
        while True:
            while node is None:
                if not stack:
                    return
                parent, leave = stack.pop()
                if leave is not None:
                    leave()
                node = parent.next
            tag = node.tag
            if tag == "-text":
                self.add_text(node.text_content or "")
                node = node.next
            elif tag[:1] in "-_!":
                node = node.next
            else:
                leave = self.enter(tag, node)
                if leave is SKIP:
                    node = node.next
                else:
                    stack.append((node, leave))
                    node = node.child

    def add_text(self, text: str) -> None:
        if self.verbatim and "\n" in text:
            for index, line in enumerate(text.split("\n")):
                if index:
                    self.run.line()
                self.run.add(line)
        else:
            self.run.add(text)

    def enter(self, tag: str, node: Any) -> Leave | None:
        """Begin an element; return what ends it, ``SKIP`` where it is not entered."""
        if tag in self.words.drop_tags:
            self.run.drop()
            return SKIP
        attributes: Attributes = node.attributes
        classes = NO_CLASSES
        if attributes:
            classes = (attributes.get("class") or "").split()
            if self.is_dropped(attributes, classes):
                self.run.drop()
                return SKIP
        element = Element(tag, node, attributes, classes)
        if attributes:
            special = self.enter_special(element)
            if special is not None:
                return special
        handler = _HANDLERS.get(tag)
        if handler is not None:
            return handler(self, element)
        if tag in self.words.blocks:
            return self.block()
        return None

    def is_dropped(self, attributes: Attributes, classes: list[str]) -> bool:
        words = self.words
        style = attributes.get("style")
        if style and _HIDDEN.search(style):
            return True
        if "hidden" in attributes or (attributes.get("id") or "") in words.drop_ids:
            return True
        if classes and not words.drop_classes.isdisjoint(classes):
            if "mw-ext-cite-error" in classes:
                self.errors += 1
            return True
        relation = attributes.get("rel")
        if relation and relation in words.drop_relations:
            return True
        kinds = attributes.get("typeof")
        if kinds:
            if not words.drop_kinds.isdisjoint(kinds.split()):
                return True
            if "mw:Transclusion" in kinds and self.is_notice(attributes):
                self.dropped.add(attributes.get("about") or "")
                return True
        return bool(self.dropped) and (attributes.get("about") or " ") in self.dropped

    def is_notice(self, attributes: Attributes) -> bool:
        names = template_names(read_data(attributes))
        if not self.words.disambiguation_templates.isdisjoint(names):
            self.disambiguation = True
        return bool(names) and self.words.drop_templates.issuperset(names)

    def enter_special(self, element: Element) -> Leave | None:
        """Begin an element that its attributes make special; None for any other."""
        words = self.words
        kinds = element.attributes.get("typeof") or ""
        if element.tag == "sup":
            if not words.mark.isdisjoint(element.classes) or "mw:Extension/ref" in kinds.split():
                return self.add_mark(element.node, element.attributes)
            if "".join((element.node.text(deep=True) or "").split()) in words.inline_remarks:
                self.run.drop()
                return SKIP
        if (
            "mw:File" in kinds
            or "mw:Image" in kinds
            or not words.picture.isdisjoint(element.classes)
        ):
            if self.sinks[-1].kind != "picture" or "gallerybox" in element.classes:
                return self.open_picture(element)
        elif not words.caption.isdisjoint(element.classes) and self.sinks[-1].kind == "picture":
            return self.open_caption()
        elif not words.note_text.isdisjoint(element.classes) and self.open_notes:
            return self.open_note_text(element.node)
        elif element.tag == "div" and "poem" in element.classes:
            return self.block()
        return None

    # the document

    def read_around(self, tree: Any) -> None:
        """Read what stands outside the article's own words: categories, languages, redirect."""
        # Hidden categories are the wiki's housekeeping.
        for node in tree.css("#mw-normal-catlinks a") or tree.css("#catlinks a"):
            target = read_target(node.attributes)
            if target is not None and target.kind == "internal":
                self.add_category(target.title)
        for node in tree.css("a.interlanguage-link-target"):
            self.add_language(node.attributes.get("href") or "")
        # A fragment that begins with properties: the parser takes them for a page's head.
        for name, take in (("head > link", self.link_tag), ("head > meta", self.meta_tag)):
            for node in tree.css(name):
                take(Element(node.tag, node, node.attributes, NO_CLASSES))
        redirect = tree.css_first(".redirectText a")
        if redirect is not None and self.redirect is None:
            target = read_target(redirect.attributes)
            if target is not None and target.title:
                self.redirect = with_fragment(target.title, target.fragment)

    def fields(self) -> tuple[list[Field], dict[int, int]]:
        fields: list[Field] = []
        cells: dict[int, int] = {}
        for box in self.boxes:
            for entry in lay_out_rows(box.rows):
                field = make_field(entry, box.infobox_id, box.parent, len(fields), box.template)
                if not field.key:
                    continue
                cells.setdefault(entry.value.number, field.field_id)
                cells.setdefault(entry.label.number, field.field_id)
                fields.append(field)
        return fields, cells

    def number_images(self, cells: Mapping[int, int]) -> tuple[tuple[Image, ...], dict[int, int]]:
        """Return the pictures that have a file, and their new numbers.

        ``cells`` gives the field of a box's cell.
        """
        kept = [image for image in self.images if image.file]
        numbers = {image.image_id: index for index, image in enumerate(kept)}
        images = tuple(
            image._replace(
                image_id=index,
                field_id=cells.get(image.field_id) if image.field_id is not None else None,
            )
            for index, image in enumerate(kept)
        )
        return images, numbers

    def document(self) -> Document:
        self.flush()
        if self.redirect:
            self.paragraphs.clear()
            for mark in self.marks:
                mark.paragraph_id = mark.position = None
        fields, cells = self.fields()
        table = NoteTable(self.marks, self.note_lists)
        references: dict[int, list[int]] = {}
        for mark in self.marks:
            if mark.cell is not None and mark.cell in cells:
                field_ids = references.setdefault(cells[mark.cell], [])
                field_ids.append(table.reference_of(mark))
        marked = [
            field._replace(reference_ids=tuple(dict.fromkeys(references.get(field.field_id, ()))))
            for field in fields
        ]
        problems: list[Problem] = []
        if self.errors:
            problems.append(
                Problem("parse", "footnote_error", f"the page shows {self.errors} footnote errors")
            )
        if not (self.paragraphs or fields or self.tables or self.images or self.redirect):
            problems.append(
                Problem("parse", "empty", "the page has no paragraph, no box and no table")
            )
        images, numbers = self.number_images(cells)
        title = self.page.title
        return Document(
            page=self.page,
            sections=tuple(self.sections),
            paragraphs=tuple(self.paragraphs),
            fields=tuple(marked),
            notes=table.notes(),
            marks=table.place(fields, cells, numbers),
            cells=tuple(
                Cell(one.table_id, one.section_id, one.caption, *cell)
                for one in self.tables
                for cell in one.cells
            ),
            images=images,
            categories=tuple(self.categories),
            interwiki=tuple(self.interwiki),
            redirect_target=self.redirect or self.page.redirect_target,
            is_disambiguation=self.disambiguation
            or not self.words.disambiguation.isdisjoint(self.categories)
            or title.endswith(self.words.disambiguation_ending),
            wikidata_id=self.page.wikidata_id,
            problems=tuple(problems),
        )


_HANDLERS: dict[str, Callable[[_Reader, Element], Leave | None]] = {
    **dict.fromkeys(HEADINGS, _Reader.heading),
    **dict.fromkeys(LISTS, _Reader.list_block),
    **dict.fromkeys(ITEMS, _Reader.list_item),
    "blockquote": _Reader.quotation,
    "pre": _Reader.preformatted,
    "br": _Reader.line_break,
    "a": _Reader.anchor,
    "link": _Reader.link_tag,
    "meta": _Reader.meta_tag,
    "img": _Reader.picture_tag,
    "video": _Reader.picture_tag,
    "audio": _Reader.picture_tag,
    "figcaption": _Reader.figure_caption,
    "span": _Reader.broken_picture,
    "table": _Reader.table,
    "tr": _Reader.table_row,
    "td": _Reader.table_cell,
    "th": _Reader.table_cell,
    "caption": _Reader.table_caption,
}


def _find_content(tree: Any, words: Words) -> Any:
    for name in words.content:
        for place in (f"#mw-content-text .{name}", f".{name}"):
            found = tree.css_first(place)
            if found is not None:
                return found
    for place in ("#mw-content-text", "#bodyContent", "main"):
        found = tree.css_first(place)
        if found is not None:
            return found
    return tree.body or tree.root


def parse_html(page: Page) -> Document:
    """Return the document of a rendered page; never raises, linear in its length.

    Reads Parsoid's HTML (https://www.mediawiki.org/wiki/Specs/HTML), the legacy parser's, and
    pages saved from a browser.  Labels of notes are as printed (``label_exact``); positions in the
    source are None.
    """
    tree = parse_tree(page.text)
    reader = _Reader(page)
    root = _find_content(tree, reader.words)
    if root is not None:
        reader.walk(root)
    reader.read_around(tree)
    return reader.document()
