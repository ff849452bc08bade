"""HTML of a page → Document: Parsoid's (REST) and the legacy parser's (API, saved pages).

One walk over the tree, without recursion.  Words go to the run of the innermost part that keeps
words: the prose, a heading, a cell, a caption, a note.  Block elements end a paragraph in the
prose and a line elsewhere.  What is no word of the article (``hewiki/html.toml``) is not entered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from extract.model import Cell, Document, Field, Image, LinkText, Page, Paragraph, Problem, Section
from extract.parsing.html_boxes import BoxCell, lay_out_rows, make_field
from extract.parsing.html_nodes import (
    Words,
    load_words,
    parse_tree,
    read_data,
    read_file,
    read_target,
)
from extract.parsing.html_notes import MarkUse, NoteItem, NoteList, NoteTable, split_label
from extract.parsing.html_runs import Run, RunText
from extract.parsing.rendered import strip_remarks
from extract.wikitext import normalize_title

__all__ = ["parse_html"]

_HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none", re.IGNORECASE)
_LANGUAGE_HOST = re.compile(r"(?:https?:)?//([a-z-]{2,20})\.(?:m\.)?wikipedia\.org/wiki/([^?#]+)")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_LISTS = frozenset({"ul", "ol", "dl"})
_KINDS = {"li": "list_item", "dt": "definition_term", "dd": "definition"}
_LARGEST_SPAN = 1000
_WIDEST = 256
_DEEPEST_BOX = 4

Attributes = dict[str, str | None]
Leave = Callable[[], None]
_NO_CLASSES: list[str] = []


class Element(NamedTuple):
    """An element at which the walk stands."""

    tag: str
    node: Any
    attributes: Attributes
    classes: list[str]


def _SKIP() -> None:  # noqa: N802
    """Stand for an element that is not entered; compared by identity."""


class _Sink:
    """A part of the page that keeps words of its own."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        """``prose``, ``heading``, ``cell``, ``box``, ``caption``, ``note``, ``picture``, ``aside``."""
        self.run: Run[MarkUse] = Run()
        self.files: list[str] = []
        self.from_wikidata = False
        self.table: _Table | None = None
        self.image_id: int | None = None
        self.item: NoteItem | None = None
        self.cell = 0


class _Table:
    def __init__(self, table_id: int, section_id: int) -> None:
        self.table_id = table_id
        self.section_id = section_id
        self.caption: str | None = None
        self.row = 0
        self.column = 0
        self.taken: dict[int, int] = {}
        self.cells: list[tuple[int, int, int, int, bool, str]] = []

    def next_row(self) -> None:
        if self.cells and self.cells[-1][0] == self.row:
            self.row += 1
        self.column = 0

    def place(self, rowspan: int, colspan: int) -> tuple[int, int]:
        while self.taken.get(self.column, -1) >= self.row:
            self.column += 1
        column = self.column
        if rowspan > 1:
            for taken in range(column, min(column + colspan, _WIDEST)):
                self.taken[taken] = self.row + rowspan - 1
        self.column += colspan
        return self.row, column


class _Box:
    def __init__(self, infobox_id: int, parent: int | None, template: str | None) -> None:
        self.infobox_id = infobox_id
        self.parent = parent
        self.template = template
        self.rows: list[list[BoxCell]] = []


def _read_span(attributes: Attributes, name: str) -> int:
    raw = (attributes.get(name) or "").strip()
    return max(1, min(int(raw[:6]), _LARGEST_SPAN)) if raw.isascii() and raw.isdigit() else 1


class _Reader:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.words: Words = load_words()
        self.sections: list[Section] = [Section(0, None, 1, "", ())]
        self.open: list[Section] = []
        self.paragraphs: list[Paragraph] = []
        self.prose = _Sink("prose")
        self.sinks: list[_Sink] = [self.prose]
        self.run = self.prose.run
        self.kinds: list[tuple[str, int]] = [("paragraph", 0)]
        self.lists = 0
        self.quoted = 0
        self.verbatim = 0
        self.tables: list[_Table] = []
        self.open_tables: list[_Table | _Box | None] = []
        self.boxes: list[_Box] = []
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
                if leave is _SKIP:
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
        """Begin an element; return what ends it, ``_SKIP`` where it is not entered."""
        if tag in self.words.drop_tags:
            self.run.drop()
            return _SKIP
        attributes: Attributes = node.attributes
        classes = _NO_CLASSES
        if attributes:
            classes = (attributes.get("class") or "").split()
            if self.is_dropped(attributes, classes):
                self.run.drop()
                return _SKIP
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
        names = _template_names(read_data(attributes))
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
                return _SKIP
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

    # sinks

    def push(self, sink: _Sink) -> _Sink:
        self.sinks.append(sink)
        self.run = sink.run
        return sink

    def pop(self) -> tuple[_Sink, RunText[MarkUse]]:
        sink = self.sinks.pop()
        self.run = self.sinks[-1].run
        return sink, sink.run.finish()

    def block(self) -> Leave:
        self.break_block()
        return self.break_block

    def break_block(self) -> None:
        if self.sinks[-1] is self.prose:
            self.flush()
        else:
            self.run.line()

    def flush(self) -> None:
        """End the paragraph that is being gathered."""
        done = self.prose.run.finish()
        if not done.text:
            return
        text, _ = (
            strip_remarks(done.text)
            if "[" in done.text or "וויק" in done.text
            else (done.text, False)
        )
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

    # blocks

    def heading(self, element: Element) -> Leave:
        if self.sinks[-1] is not self.prose or self.open_tables:
            return self.block()
        self.flush()
        level = _HEADINGS[element.tag]
        while self.open and self.open[-1].level >= level:
            self.open.pop()
        parent = self.open[-1] if self.open else self.sections[0]
        section = Section(len(self.sections), parent.section_id, level, "", parent.path)
        self.sections.append(section)
        self.push(_Sink("heading"))

        def leave() -> None:
            _, done = self.pop()
            title = " ".join(done.text.split())
            kept = section._replace(title=title, path=(*section.path, title))
            self.sections[kept.section_id] = kept
            self.open.append(kept)

        return leave

    def list_block(self, element: Element) -> Leave:
        if element.tag == "ol" and not self.words.note_list.isdisjoint(element.classes):
            return self.note_list(element.attributes)
        self.break_block()
        self.lists += 1

        def leave() -> None:
            self.break_block()
            self.lists -= 1

        return leave

    def list_item(self, element: Element) -> Leave:
        if element.tag == "li" and self.open_notes and self.sinks[-1].kind == "aside":
            return self.note_item(element.attributes)
        self.break_block()
        self.kinds.append((_KINDS[element.tag], max(1, self.lists)))

        def leave() -> None:
            self.break_block()
            self.kinds.pop()

        return leave

    def quotation(self, _: Element) -> Leave:
        self.break_block()
        self.quoted += 1

        def leave() -> None:
            self.break_block()
            self.quoted -= 1

        return leave

    def preformatted(self, _: Element) -> Leave:
        self.break_block()
        self.verbatim += 1

        def leave() -> None:
            self.break_block()
            self.verbatim -= 1

        return leave

    def line_break(self, _: Element) -> Leave:
        self.run.line()
        return _SKIP

    # links

    def anchor(self, element: Element) -> Leave | None:
        if self.is_pencil(element):
            return _SKIP
        if "mw-selflink" in element.classes or "selflink" in element.classes:
            self.run.open_link("internal", self.page.title, None)
            return self.run.close_link
        href = element.attributes.get("href") or ""
        if "wpDestFile=" in href:
            name = read_file(element.attributes)
            if name:
                self.add_file(name)
            self.run.drop()
            return _SKIP
        target = read_target(element.attributes)
        if target is None or self.sinks[-1].kind == "picture":
            return None
        title = target.title
        if target.kind == "internal" and target.fragment is not None and title == self.page.title:
            title = ""
        run = self.run
        kind = "internal" if target.kind == "anchor" else target.kind
        run.open_link(kind, title, target.fragment)
        return run.close_link

    def is_pencil(self, element: Element) -> bool:
        """Tell a link to the wiki's data base beside a value, and note where the value is from."""
        words = self.words
        title = element.attributes.get("title") or ""
        found = any(mark in title for mark in words.pencils)
        if not found and (self.sinks[-1].kind in {"box", "picture"}):
            href = element.attributes.get("href") or ""
            if "wpDestFile=" in href or any(host in href for host in words.pencil_hosts):
                text = element.node.text(deep=True) or ""
                found = any(mark in text for mark in words.pencils)
        if found:
            sink = next((one for one in reversed(self.sinks) if one.kind != "picture"), self.prose)
            sink.from_wikidata = True
            if self.sinks[-1].kind == "picture":
                self.sinks[-1].from_wikidata = True
            self.run.drop()
        return found

    def link_tag(self, element: Element) -> Leave:
        relation = element.attributes.get("rel") or ""
        href = element.attributes.get("href") or ""
        if "mw:PageProp/Category" in relation:
            self.add_category(href.partition("#")[0].removeprefix("./"))
        elif "mw:PageProp/Language" in relation:
            self.add_language(href)
        elif "mw:PageProp/redirect" in relation:
            target = read_target({"href": href})
            if target is not None and target.title:
                self.redirect = _with_fragment(target.title, target.fragment)
        return _SKIP

    def meta_tag(self, element: Element) -> Leave:
        if (element.attributes.get("property") or "") == "mw:PageProp/disambiguation":
            self.disambiguation = True
        return _SKIP

    def add_category(self, path: str) -> None:
        from urllib.parse import unquote

        title = normalize_title(unquote(path, errors="replace"))
        prefix, colon, rest = title.partition(":")
        if colon and prefix.strip().lower() in self.words.categories and rest.strip():
            self.categories[normalize_title(rest)] = None

    def add_language(self, href: str) -> None:
        from urllib.parse import unquote

        found = _LANGUAGE_HOST.match(href)
        if found:
            self.interwiki[f"{found[1]}:{normalize_title(unquote(found[2], errors='replace'))}"] = (
                None
            )

    # pictures

    def picture_tag(self, element: Element) -> Leave:
        alternative = (element.attributes.get("alt") or "") + (
            element.attributes.get("title") or ""
        )
        if alternative and any(mark in alternative for mark in self.words.pencils):
            self.sinks[-1].from_wikidata = True
            return _SKIP
        name = read_file(element.attributes)
        if name is None and element.node.parent is not None:
            name = (
                read_file(element.node.parent.attributes)
                if element.node.parent.tag == "a"
                else None
            )
        if name:
            self.add_file(name)
        self.run.drop()
        return _SKIP

    def add_file(self, name: str) -> None:
        sink = self.sinks[-1]
        if sink.kind == "picture":
            if name not in sink.files:
                sink.files.append(name)
            return
        if sink.kind == "box":
            sink.files.append(name)
        self.images.append(Image(len(self.images), len(self.sections) - 1, name, None))

    def open_picture(self, element: Element) -> Leave:
        around = self.sinks[-1]
        inline = element.tag == "span" and around.kind != "picture"
        if inline:
            self.run.drop()
        else:
            self.break_block()
        sink = self.push(_Sink("picture"))
        caption = read_data(element.attributes).get("caption")
        if isinstance(caption, str) and any(mark in caption for mark in self.words.pencils):
            sink.from_wikidata = True
        sink.image_id = len(self.images)
        self.images.append(Image(len(self.images), len(self.sections) - 1, "", None))

        def leave() -> None:
            _, done = self.pop()
            number = sink.image_id or 0
            image = self.images[number]
            name = sink.files[0] if sink.files else _file_from(done.text, self.words)
            if sink.from_wikidata:
                around.from_wikidata, name = True, ""
            self.images[number] = image._replace(file=name)
            for other in sink.files[1:]:
                self.images.append(Image(len(self.images), image.section_id, other, None))
            if around.kind == "box" and name:
                around.files.append(name)
            if not inline:
                self.break_block()

        return leave

    def figure_caption(self, _: Element) -> Leave:
        return self.open_caption() if self.sinks[-1].kind == "picture" else self.block()

    def open_caption(self) -> Leave:
        picture = self.sinks[-1]
        sink = self.push(_Sink("caption"))
        sink.image_id = picture.image_id
        around = next((one for one in reversed(self.sinks[:-2]) if one.kind == "box"), None)

        def leave() -> None:
            _, done = self.pop()
            number = sink.image_id or 0
            image = self.images[number]
            self.images[number] = image._replace(caption=image.caption or done.text or None)
            if around is not None:
                for _, mark in done.marks:
                    mark.context, mark.cell, mark.image_id = "infobox", around.cell, None

        return leave

    def broken_picture(self, element: Element) -> Leave | None:
        name = read_file(element.attributes) if element.attributes.get("resource") else None
        if name and any(
            mark in (element.node.text(deep=True) or "") for mark in self.words.pencils
        ):
            self.sinks[-1].from_wikidata = True
            return _SKIP
        if name:
            self.add_file(name)
            return _SKIP
        return None

    # tables

    def table(self, element: Element) -> Leave:
        self.break_block()
        if not self.words.infobox.isdisjoint(element.classes):
            return self.open_box(element.attributes)
        if (
            any(isinstance(one, _Box) for one in self.open_tables[-1:])
            or None in self.open_tables[-1:]
        ):
            # A table that lays out a cell of a box: its rows are lines of that cell.
            self.open_tables.append(None)
            return self.close_table
        table = _Table(len(self.tables), len(self.sections) - 1)
        self.tables.append(table)
        self.open_tables.append(table)
        return self.close_table

    def close_table(self) -> None:
        self.open_tables.pop()
        self.break_block()

    def open_box(self, attributes: Attributes) -> Leave:
        outer = [one for one in self.open_tables if isinstance(one, _Box)]
        if len(outer) >= _DEEPEST_BOX:
            self.open_tables.append(None)
            return self.close_table
        names = _template_names(read_data(attributes))
        box = _Box(
            len(self.boxes),
            outer[-1].infobox_id if outer else None,
            names[0] if names else None,
        )
        self.boxes.append(box)
        self.open_tables.append(box)
        return self.close_table

    def table_row(self, _: Element) -> Leave | None:
        table = self.open_tables[-1] if self.open_tables else None
        if isinstance(table, _Table):
            table.next_row()
        elif isinstance(table, _Box):
            table.rows.append([])
        else:
            return self.block()
        return None

    def table_cell(self, element: Element) -> Leave:
        table = self.open_tables[-1] if self.open_tables else None
        if table is None:
            self.run.space()
            return self.run.space
        if isinstance(table, _Box):
            return self.box_cell(table, element)
        sink = self.push(_Sink("cell"))
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

    def box_cell(self, box: _Box, element: Element) -> Leave:
        sink = self.push(_Sink("box"))
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
        table = self.open_tables[-1] if self.open_tables else None
        sink = self.push(_Sink("cell" if isinstance(table, _Table) else "heading"))
        sink.table = table if isinstance(table, _Table) else None

        def leave() -> None:
            _sink, done = self.pop()
            if isinstance(table, _Table) and table.caption is None:
                table.caption = done.text or None

        return leave

    # notes

    def note_list(self, attributes: Attributes) -> Leave:
        self.break_block()
        one = NoteList(attributes.get("data-mw-group"))
        self.note_lists.append(one)
        self.open_notes.append(one)
        self.push(_Sink("aside"))

        def leave() -> None:
            self.pop()
            self.open_notes.pop()
            self.order += 1
            one.end = self.order
            self.break_block()

        return leave

    def note_item(self, attributes: Attributes) -> Leave:
        self.order += 1
        item = NoteItem(attributes.get("id") or "", self.order)
        self.open_notes[-1].items.append(item)
        sink = self.push(_Sink("note"))
        sink.item = item

        def leave() -> None:
            _, done = self.pop()
            if not item.raw:
                item.text, item.links = done.text, done.links

        return leave

    def open_note_text(self, node: Any) -> Leave | None:
        item = self.sinks[-1].item
        if item is None or item.raw:
            return None
        item.raw = (node.inner_html or "").strip()
        sink = self.push(_Sink("note"))
        sink.item = item

        def leave() -> None:
            _, done = self.pop()
            item.text, item.links = done.text, done.links

        return leave

    def add_mark(self, node: Any, attributes: Attributes) -> Leave:
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
        return _SKIP

    # the document

    def read_around(self, tree: Any) -> None:
        """Read what stands outside the article's own words: categories, languages, redirect."""
        for box in ("#catlinks a", "#mw-normal-catlinks a"):
            for node in tree.css(box):
                target = read_target(node.attributes)
                if target is not None and target.kind == "internal":
                    self.add_category(target.title)
        for node in tree.css("a.interlanguage-link-target"):
            self.add_language(node.attributes.get("href") or "")
        # A fragment that begins with properties: the parser takes them for a page's head.
        for name, take in (("head > link", self.link_tag), ("head > meta", self.meta_tag)):
            for node in tree.css(name):
                take(Element(node.tag, node, node.attributes, _NO_CLASSES))
        redirect = tree.css_first(".redirectText a")
        if redirect is not None and self.redirect is None:
            target = read_target(redirect.attributes)
            if target is not None and target.title:
                self.redirect = _with_fragment(target.title, target.fragment)

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

    def document(self) -> Document:
        self.flush()
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
        title = self.page.title
        return Document(
            page=self.page,
            sections=tuple(self.sections),
            paragraphs=() if self.redirect else tuple(self.paragraphs),
            fields=tuple(marked),
            notes=table.notes(),
            marks=table.place(fields, cells),
            cells=tuple(
                Cell(one.table_id, one.section_id, one.caption, *cell)
                for one in self.tables
                for cell in one.cells
            ),
            images=_number_images(self.images),
            categories=tuple(self.categories),
            interwiki=tuple(self.interwiki),
            redirect_target=self.redirect or self.page.redirect_target,
            is_disambiguation=self.disambiguation
            or not self.words.disambiguation.isdisjoint(self.categories)
            or title.endswith(self.words.disambiguation_ending),
            wikidata_id=self.page.wikidata_id,
            problems=tuple(problems),
        )


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
_HANDLERS: dict[str, Callable[[_Reader, Element], Leave | None]] = {
    **dict.fromkeys(_HEADINGS, _Reader.heading),
    **dict.fromkeys(_LISTS, _Reader.list_block),
    **dict.fromkeys(_KINDS, _Reader.list_item),
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


def _template_names(data: dict[str, Any]) -> list[str]:
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


def _with_fragment(title: str, fragment: str | None) -> str:
    return f"{title}#{fragment}" if fragment else title


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


def _file_from(text: str, words: Words) -> str:
    """Return the file name that stands where a picture is missing."""
    name = normalize_title(text.partition("\n")[0])
    prefix, colon, rest = name.partition(":")
    if colon and prefix.strip().lower() in words.files:
        name = rest.strip()
    return name


def _number_images(images: list[Image]) -> tuple[Image, ...]:
    return tuple(image for image in images if image.file)


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
