"""The report of one page: what was extracted, beside the text it was extracted from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from extract.report.addresses import file_address, page_address, revision_address
from extract.report.frame import write_frame
from extract.report.markup import Markup, code, is_hebrew, isolate, join, safe_url, tag
from extract.report.prose import Context, write_mark, write_paragraph
from extract.report.reading import PageRecord
from extract.report.words import name_of, say

__all__ = ["in_time", "tell_problem", "write_page"]

Row = Mapping[str, Any]


def write_page(record: PageRecord, find_report: Callable[[str], str | None]) -> Markup:
    """Return the whole HTML of a page.

    ``find_report`` gives the address of another page's report by title, None where the
    report has no such page.
    """
    return _PageWriter(record, find_report).write()


def in_time(row: Row) -> tuple[int, int, int]:
    """Order by first day; what has no first day by its last, what has none at the end."""
    day = row["start_jdn"] if row["start_jdn"] is not None else row["end_jdn"]
    return (int(day is None), day or 0, row["event_id"])


def _group(rows: Sequence[Row], column: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


class _PageWriter:
    """One page's rows, grouped by what they hang on."""

    def __init__(self, record: PageRecord, find_report: Callable[[str], str | None]) -> None:
        self.record = record
        self.page = record.page
        self.find_report = find_report
        self.wiki = self.page.get("wiki")
        self.events = sorted(record.rows("events"), key=in_time)
        self.context = Context(
            labels={row["reference_id"]: row["label"] or "" for row in record.rows("references")},
            numbers={row["event_id"]: n for n, row in enumerate(self.events, 1)},
            address=self.link_address,
        )
        self.marks = record.rows("reference_marks")
        self.marks_at: dict[tuple[str, Any], list[Row]] = {}
        for mark in self.marks:
            self.marks_at.setdefault(_place(mark), []).append(mark)
        self.cited = _group(record.rows("citations"), "reference_id")

    def write(self) -> Markup:
        parts = (
            self.header(),
            tag(
                "div",
                tag("div", self.infobox(), self.prose(), class_="reading"),
                self.timeline(),
                class_="columns",
            ),
            self.notes(),
            self.bibliography(),
            self.tables(),
            self.images(),
            self.problems(),
        )
        return write_frame(self.page["title"], join(parts), depth=2, skip="#prose")

    # ------------------------------------------------------------------------- the head

    def header(self) -> Markup:
        page = self.page
        facts = [
            _link(page_address(self.wiki, page["title"]), say("page", "wiki_page")),
            _link(
                revision_address(self.wiki, page.get("rev_id")),
                say("page", "wiki_revision"),
                code(page.get("rev_id")),
            ),
        ]
        if page.get("rev_id") is not None and facts[1] is None:
            facts.append(join((say("page", "revision"), code(page["rev_id"])), " "))
        if page.get("rev_timestamp"):
            facts.append(join((say("page", "saved"), code(page["rev_timestamp"])), " "))
        facts.append(join((say("page", "read_from"), isolate(page.get("source"))), " "))
        if page.get("redirect_target"):
            title = page["redirect_target"]
            address = self.find_report(title) or page_address(self.wiki, title)
            shown = tag("a", isolate(title), href=address) if address else isolate(title)
            facts.append(join((say("page", "redirect"), shown), " "))
        if page.get("is_disambiguation"):
            facts.append(Markup(say("page", "disambiguation")))
        items = join(tag("li", fact) for fact in facts if fact is not None)
        categories = page.get("categories") or []
        named = tag("p", say("page", "categories"), ": ", join(map(isolate, categories), " · "))
        return tag(
            "header", tag("h1", isolate(page["title"])), tag("ul", items, class_="facts"),
            named if categories else None, self.legend(), class_="head",
        )  # fmt: skip

    def legend(self) -> Markup | None:
        """Return what the signs in the text mean; nothing where it has none."""
        if not self.record.rows("dates") and not self.events:
            return None
        return tag(
            "p",
            tag("span", say("legend", "date"), class_="date-sign"), say("legend", "date_means"), " · ",
            tag("span", isolate(1), class_="number"), say("legend", "number_means"), " · ",
            tag("sup", isolate("[1]"), class_="mark"), " ", say("legend", "mark_means"), " · ",
            tag("sup", isolate("[1]"), class_="mark weak"), " ", say("legend", "weak_means"),
            class_="legend",
        )  # fmt: skip

    def link_address(self, row: Row) -> str | None:
        """Return where a link leads: another report, the wiki's page, or a safe address."""
        if row["kind"] == "external":
            return safe_url(row["target"])
        if row["kind"] != "internal":
            return None
        return self.find_report(row["target"]) or page_address(
            self.wiki, row["target"], row["fragment"]
        )

    # ------------------------------------------------------------------------ the prose

    def prose(self) -> Markup:
        paragraphs = _group(self.record.rows("paragraphs"), "section_id")
        tables = _group(self.record.rows("tables"), "section_id")
        marked = {number for kind, number in self.marks_at if kind == "section"}
        used = self.with_parents({*paragraphs, *tables, *marked})
        parts: list[Markup] = []
        depth = 0
        for section in self.record.rows("sections"):
            number = section["section_id"]
            if number not in used:
                continue
            if section["title"] or number:
                depth = min(len(section["path"] or ()) or 1, depth + 1)
                parts.append(tag(f"h{min(depth + 2, 6)}", isolate(section["title"]),
                                 self.shown_marks("section", number)))  # fmt: skip
            parts += self.paragraphs(paragraphs.get(number, []))
            cells = {cell["table_id"]: cell for cell in tables.get(number, ())}
            parts += (self.table_link(cell) for cell in cells.values())
        if not self.record.rows("paragraphs"):
            parts.append(tag("p", say("page", "no_prose"), class_="empty"))
        return _section("prose", say("page", "prose"), join(parts))

    def with_parents(self, numbers: set[Any]) -> set[Any]:
        """Return the sections named and those they lie in."""
        parents = {row["section_id"]: row["parent_id"] for row in self.record.rows("sections")}
        found: set[Any] = set()
        for start in numbers:
            number = start
            while number is not None and number not in found:
                found.add(number)
                number = parents.get(number)
        return found

    def table_link(self, cell: Row) -> Markup:
        link = tag("a", isolate(self.table_name(cell)), href=f"#table{cell['table_id']}")
        return tag("p", say("page", "see_table"), " ", link, class_="minor")

    def shown_marks(self, kind: str, number: int | None) -> Markup | None:
        """Return the marks of footnotes that stand at a place."""
        marks = self.marks_at.get((kind, number))
        return join(write_mark(mark, self.context) for mark in marks) if marks else None

    def paragraphs(self, rows: Sequence[Row]) -> Iterator[Markup]:
        for is_list, group in groupby(rows, lambda row: row["kind"] == "list_item"):
            if is_list:
                yield tag("ul", join(self.paragraph(row, "li") for row in group), class_="items")
            else:
                for row in group:
                    yield self.paragraph(row, _ELEMENTS.get(row["kind"], "p"))

    def paragraph(self, row: Row, element: str) -> Markup:
        number = row["paragraph_id"]
        inside = write_paragraph(
            row["text"],
            self.by_paragraph("dates").get(number, ()),
            self.by_paragraph("links").get(number, ()),
            self.by_paragraph("events").get(number, ()),
            self.by_paragraph("reference_marks").get(number, ()),
            self.context,
        )
        depth = min(row["depth"], 6) if row["depth"] > 1 else None
        return tag(
            element, inside, id=f"p{number}", dir=None if is_hebrew(row["text"]) else "auto",
            class_=f"depth{depth}" if depth else row["kind"] if element == "p" else None,
        )  # fmt: skip

    def by_paragraph(self, table: str) -> dict[Any, list[Row]]:
        """Return the rows of a table by paragraph, grouped once."""
        cache = self.__dict__.setdefault("_grouped", {})
        if table not in cache:
            rows = [row for row in self.record.rows(table) if row["paragraph_id"] is not None]
            cache[table] = _group(rows, "paragraph_id")
        found: dict[Any, list[Row]] = cache[table]
        return found

    # --------------------------------------------------------------------- the timeline

    def timeline(self) -> Markup:
        title = tag("h2", say("page", "timeline"), id="timeline-title")
        if not self.events:
            body = tag("p", say("page", "no_events"), class_="empty")
        else:
            body = tag("ol", join(map(self.event, self.events)), class_="timeline")
        return tag("aside", title, body, class_="side", aria_labelledby="timeline-title")

    def event(self, row: Row) -> Markup:
        number = self.context.numbers[row["event_id"]]
        in_prose = row["paragraph_id"] is not None and row["start"] is not None
        badge = isolate(number)
        if in_prose:
            label = f"{say('page', 'event')} {number}: {say('page', 'to_event')}"
            badge = tag("a", badge, href=f"#e{number}", class_="number", aria_label=label)
        else:
            badge = tag("span", badge, class_="number")
        words = [name_of("role", row["role"])] if row["role"] != "point" else []
        if row["modality"] not in {None, "asserted"}:
            words.append(name_of("modality", row["modality"]))
        if row["polarity"] == "negative":
            words.append(name_of("polarity", "negative"))
        if row["modifier"] not in {None, "none"}:
            words.append(name_of("modifier", row["modifier"]))
        if row["field_id"] is not None:
            words.append(say("page", "from_field"))
        return tag(
            "li",
            tag("p", badge, " ", tag("span", code(row["edtf"]), class_="when"), " ",
                join((tag("span", w, class_="word") for w in dict.fromkeys(words)), " "), class_="stamp"),
            tag("p", isolate(row["text"]), self.support(row), class_="what"),
            id=f"t{number}",
        )  # fmt: skip

    def support(self, row: Row) -> Markup:
        own, closing = row["reference_ids"] or [], row["paragraph_reference_ids"] or []
        marks = join(tag("sup", self.note_link(i), class_="mark") for i in own)
        if closing:
            closed = join(self.note_link(i) for i in closing)
            marks = join((marks, tag("sup", closed, class_="mark weak",
                                     title=say("page", "paragraph_support"))))  # fmt: skip
        if not own and not closing and row["field_id"] is None:
            marks = tag("span", say("page", "unsupported"), class_="word none")
        return join((" ", marks)) if marks else Markup()

    def note_link(self, number: int) -> Markup:
        label = self.context.labels.get(number) or str(number + 1)
        name = f"{say('page', 'note')} {label}"
        return tag("a", isolate(f"[{label}]"), href=f"#n{number}", aria_label=name)

    # ---------------------------------------------------------------------- the infobox

    def infobox(self) -> Markup | None:
        rows = self.record.rows("infobox")
        if not rows:
            return None
        boxes = [self.box(list(group)) for _, group in groupby(rows, lambda r: r["infobox_id"])]
        return _section("infobox", say("page", "infobox"), join(boxes))

    def box(self, rows: list[Row]) -> Markup:
        subjects = list(dict.fromkeys(row["subject"] for row in rows if row["subject"]))
        marks = self.shown_marks("box", rows[0]["infobox_id"])
        name = rows[0]["template"] or ""
        caption = tag("caption", isolate(name), marks) if name or marks else None
        names = [say("page", "key"), *(subjects or [say("page", "value")])]
        head = tag("tr", join(tag("th", isolate(name), scope="col") for name in names))
        fields: dict[str, list[Row]] = {}
        for row in rows:
            # Only a comparison box has rows that share a line; elsewhere a key may repeat.
            line = row["key"] if row["subject"] else f"\0{row['field_id']}"
            fields.setdefault(line, []).append(row)
        body = join(self.field(group, subjects) for group in fields.values())
        table = tag("table", caption, tag("thead", head), tag("tbody", body), class_="infobox")
        return tag("div", table, class_="scroll", tabindex="0", role="region",
                   aria_label=rows[0]["template"] or say("page", "infobox"))  # fmt: skip

    def field(self, rows: list[Row], subjects: list[str]) -> Markup:
        first = rows[0]
        name = join((isolate(first["label"] or first["key"]), " ",
                     tag("span", code(first["canonical_key"]), class_="minor")
                     if first["canonical_key"] else None))  # fmt: skip
        if not subjects:
            cells = tag("td", self.value(first))
        elif first["subject"] is None:
            cells = tag("td", self.value(first), colspan=len(subjects))
        else:
            by_subject = {row["subject"]: row for row in rows}
            cells = join(
                tag("td", self.value(by_subject[s]) if s in by_subject else None) for s in subjects
            )
        return tag("tr", tag("th", name, scope="row"), cells)

    def value(self, row: Row) -> Markup:
        items = row["items"] or []
        if len(items) > 1:
            shown = tag("ul", join(tag("li", isolate(item)) for item in items))
        else:
            shown = isolate(row["value_text"])
        marked = {
            mark["reference_id"] for mark in self.marks_at.get(("field", row["field_id"]), ())
        }
        marks = join((
            self.shown_marks("field", row["field_id"]),
            *(tag("sup", self.note_link(i), class_="mark")
              for i in row["reference_ids"] or () if i not in marked),
        ))  # fmt: skip
        typed = [tag("span", name_of("value_type", row["value_type"]), class_="word")]
        if row["number"] is not None:
            number = f"{row['number']:,.10g}" if abs(row["number"]) < 1e15 else f"{row['number']:g}"
            unit = join((" ", isolate(row["unit"]))) if row["unit"] else None
            typed.append(join((code(number), unit)))
        if row["edtf"]:
            typed.append(code(row["edtf"]))
        if row["latitude"] is not None and row["longitude"] is not None:
            typed.append(code(f"{row['latitude']:.5g}, {row['longitude']:.5g}"))
        if row["origin"] != "wikitext":
            typed.append(tag("span", name_of("origin", row["origin"]), class_="word"))
        return join((shown, marks, " ", tag("span", join(typed, " "), class_="minor")))

    # ------------------------------------------------------------- footnotes and sources

    def notes(self) -> Markup | None:
        rows = self.record.rows("references")
        if not rows:
            return None
        marks = _group(self.marks, "reference_id")
        items = join(self.note(row, marks.get(row["reference_id"], [])) for row in rows)
        # Where a closed note leads: a place of the window, so that the text does not move.
        closed = tag("span", id="closed")
        return _section("notes", say("page", "notes"),
                        join((closed, tag("ol", items, class_="notes"))))  # fmt: skip

    def note(self, row: Row, marks: Sequence[Row]) -> Markup:
        number = row["reference_id"]
        label = self.context.labels.get(number) or str(number + 1)
        back = join(
            (tag("a", "↑", href=f"#m{mark['mark_id']}", class_="back",
                 aria_label=f"{say('page', 'back')}, {say('page', 'note')} {label}")
             for mark in marks if _place(mark)[0] != "nowhere"),
            " ",
        )  # fmt: skip
        close = tag("a", say("page", "close"), href="#closed", class_="close")
        text = row["text"] or ("" if number in self.cited else say("page", "unread_note"))
        sources = join(map(_source, self.cited.get(number, ())))
        shown = tag("p", tag("b", isolate(f"[{label}]")), " ", isolate(text),
                    self.shown_marks("note", number), " ", back, " ", close)  # fmt: skip
        return tag("li", shown, sources, id=f"n{number}", class_="note")

    def bibliography(self) -> Markup | None:
        rows = self.cited.get(None, [])
        if not rows:
            return None
        items = join(tag("li", _source(row)) for row in rows)
        title = say("page", "bibliography")
        return _section("bibliography", title, tag("ol", items, class_="notes"))

    # ------------------------------------------------------- tables, pictures, problems

    def tables(self) -> Markup | None:
        rows = self.record.rows("tables")
        if not rows:
            return None
        grids = (self.table(n, list(g)) for n, g in groupby(rows, lambda row: row["table_id"]))
        return _section("tables", say("page", "tables"), join(grids))

    def table(self, number: int, cells: list[Row]) -> Markup:
        name = self.table_name(cells[0])
        body = join(
            tag("tr", join(map(_cell, row))) for _, row in groupby(cells, lambda cell: cell["row"])
        )
        caption = tag("caption", isolate(name), self.shown_marks("table", number))
        table = tag("table", caption, tag("tbody", body), class_="grid")
        return tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=name,
                   id=f"table{number}")  # fmt: skip

    def table_name(self, cell: Row) -> str:
        return cell["caption"] or f"{say('page', 'table')} {cell['table_id'] + 1}"

    def images(self) -> Markup | None:
        rows = self.record.rows("images")
        if not rows:
            return None
        items = join(
            tag("li", _link(file_address(self.wiki, row["file"]), isolate(row["file"]))
                or isolate(row["file"]),
                join((": ", isolate(row["caption"]))) if row["caption"] else None,
                self.shown_marks("image", row["image_id"]))
            for row in rows
        )  # fmt: skip
        return _section("images", say("page", "images"), tag("ul", items))

    def problems(self) -> Markup | None:
        rows = self.record.rows("problems")
        if not rows:
            return None
        items = join(
            tag("li", tell_problem(row["stage"], row["kind"], row["message"])) for row in rows
        )
        return _section("problems", say("page", "problems"), tag("ul", items, class_="problems"))


_ELEMENTS = {"quotation": "blockquote"}


def _place(mark: Row) -> tuple[str, Any]:
    """Return where on the page a mark is shown."""
    for kind, column in (
        ("paragraph", "paragraph_id"), ("field", "field_id"), ("box", "infobox_id"),
        ("table", "table_id"), ("image", "image_id"), ("note", "in_reference_id"),
    ):  # fmt: skip
        if mark[column] is not None:
            return kind, mark[column]
    if mark["context"] == "heading" and mark["section_id"] is not None:
        return "section", mark["section_id"]
    return "nowhere", None


def tell_problem(stage: str, kind: str, message: str) -> Markup:
    """Return a problem in words; its message is an English sentence, whatever it quotes."""
    words = tag("bdi", message, dir="ltr")
    return join((isolate(name_of("stage", stage)), " · ", code(kind), ": ", words))


def _section(name: str, title: str, body: Markup) -> Markup:
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, body, id=name, aria_labelledby=f"{name}-title")


def _link(address: str | None, *words: str) -> Markup | None:
    if address is None:
        return None
    return tag("a", join(words, " "), href=address, rel="external")


def _cell(cell: Row) -> Markup:
    return tag(
        "th" if cell["is_header"] else "td", isolate(cell["text"]),
        rowspan=cell["rowspan"] if cell["rowspan"] > 1 else None,
        colspan=cell["colspan"] if cell["colspan"] > 1 else None,
    )  # fmt: skip


_SOURCE_COLUMNS = (
    "title", "authors", "work", "publisher", "date_text", "edtf", "volume", "issue", "pages",
    "book", "chapter", "verse", "isbn", "doi", "identifier", "language", "access_date", "quote",
    "url", "archive_url", "kind", "template",
)  # fmt: skip
_CODES = frozenset({"edtf", "isbn", "doi", "identifier", "language", "access_date"})


def _source(row: Row) -> Markup:
    """Return the columns of a citation that hold something, as a list of terms."""
    parts: list[Markup] = []
    for column in _SOURCE_COLUMNS:
        value = row[column]
        if not value or (column == "edtf" and value == row["date_text"]):
            continue
        parts.append(tag("div", tag("dt", say("citation", column)),
                         tag("dd", _source_value(column, value))))  # fmt: skip
    only_kind = not any(row[column] for column in _SOURCE_COLUMNS[:-2])
    return Markup() if only_kind else tag("dl", join(parts), class_="source")


def _source_value(column: str, value: Any) -> Markup:
    if column == "authors":
        return join(map(isolate, value), " · ")
    if column == "kind":
        return isolate(name_of("source_kind", value))
    if column in {"url", "archive_url"}:
        address = safe_url(value)
        return tag("a", code(value), href=address, rel="external") if address else code(value)
    return code(value) if column in _CODES else isolate(value)
