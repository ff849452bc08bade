"""Rendered text → Document: an article as a reader's program keeps it, a paragraph a line.

The form: a pipe table with the infobox, then paragraphs one a line with footnote marks
``[n]``; headings as ``== x ==``, ``## x`` or a line that still carries its edit link; list items
after a bullet; a list of the notes at the end, where it was kept.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from extract.hewiki import load_toml
from extract.model import Cell, Document, Field, Mark, Note, Page, Paragraph, Problem, Section
from extract.parsing.rendered import (
    WIDEST,
    MarkedText,
    find_marks,
    lay_out_box,
    make_field,
    strip_remarks,
)
from extract.wikitext.rendered import is_separator, peek_title, split_row

__all__ = ["parse_text"]

_BULLET = re.compile(r"(\s*)[-*•·]\s+(?=\S)")
_LIST_NUMBER = re.compile(
    r"(?:[-*•]\s+)?(?:\[(\d{1,4}|[א-ת]{1,2})\]|(\d{1,4}|[א-ת]{1,2})[.)](?=\s|[^\W\d]))\s*"
)
# "א ב" or "1.0 1.1" between a note's arrow and its text: the places it is marked at.
_BACK_LINKS = re.compile(
    r"(?:(?:\d{1,3}\.\d{1,3}|[א-תa-z])(?:[,\s]+|$)){2,}|(?:1\s+2\s+(?:[3-9]\s+)*)"
)
_BOX_COLUMNS = 3
_LONGEST_HEADING = 120
_TALLEST_ROW = 20


class _Line(NamedTuple):
    text: str


class _Table(NamedTuple):
    rows: list[list[str]]


class _Heading(NamedTuple):
    level: int
    title: str


_Block = _Line | _Table | _Heading


@cache
def _data() -> dict[str, Any]:
    return load_toml("rendered.toml")


def _lines(text: str) -> list[str]:
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _is_sentence(words: str) -> bool:
    return words.endswith((".", ":", ";", ",")) or len(words) > _LONGEST_HEADING


def _stands_alone(lines: list[str], index: int) -> bool:
    """Tell whether a line is a heading that lost its mark: short, between empty lines, over prose."""
    words = lines[index].strip()
    if not 0 < index < len(lines) - 2 or lines[index - 1].strip() or lines[index + 1].strip():
        return False
    if len(words) > _LONGEST_HEADING // 2 or not (words[-1].isalpha() or words[-1] in "\"')"):
        return False
    if _BULLET.match(words) or "|" in words or words[0] in _data()["back_arrows"]:
        return False
    below = next((line.strip() for line in lines[index + 2 : index + 5] if line.strip()), "")
    return len(below) > _LONGEST_HEADING or below.endswith(".")


def _read_heading(line: str) -> _Heading | None:
    whole = stripped = line.strip()
    if stripped[:1] in {"#", "="}:
        stripped = strip_remarks(stripped)[0]
    if stripped.startswith("#"):
        level = len(stripped) - len(stripped.lstrip("#"))
        title = stripped[level:].strip(" #")
        # Programs that guess headings mark the line over a list as one too.
        if level <= 6 and stripped[level : level + 1] == " " and not _is_sentence(title):
            return _Heading(level, title)
        return None
    if stripped.startswith("=") and stripped.endswith("=") and len(stripped) > 2:
        left = len(stripped) - len(stripped.lstrip("="))
        right = len(stripped) - len(stripped.rstrip("="))
        level = min(left, right, 6)
        title = stripped[level : len(stripped) - level]
        return _Heading(level, title.strip()) if title.strip(" =") else None
    for edit_link in _data()["edit_links"]:
        if whole.endswith(edit_link) and len(whole) <= 200:
            title, _ = strip_remarks(whole)
            return _Heading(2, title) if title else None
    title = stripped.removesuffix(_data()["glued_edit_link"]).strip()
    if title in _data()["headings"]:
        return _Heading(2, title)
    return None


def _join_row(lines: list[str], start: int, width: int) -> tuple[list[str] | None, int]:
    """Return a row whose cells hold line breaks, and its number of lines; None if it is none."""
    if "|" not in lines[start]:
        return None, 0
    for end in range(start + 1, min(start + _TALLEST_ROW, len(lines))):
        line = lines[end].strip()
        if not line:
            break
        if line.endswith("|"):
            row = split_row("\n".join(lines[start : end + 1]))
            return (row, end + 1 - start) if row is not None and len(row) == width else (None, 0)
    return None, 0


def _read_table(lines: list[str], start: int) -> tuple[_Table, int] | None:
    """Return the table that begins at a line, and the line after it."""
    if "|" not in lines[start]:
        return None
    closed = lines[start].rstrip().endswith("|")
    has_rule = start + 1 < len(lines) and is_separator(lines[start + 1])
    if not (closed or has_rule):
        return None
    # Whether lines begin with a border shows in the rule; a header may begin with an empty cell.
    bordered = lines[start + 1 if has_rule else start].lstrip().startswith("|")
    header = split_row(lines[start], bordered)
    if header is None:
        return None
    rows = [header]
    end = start + (2 if has_rule else 1)
    while end < len(lines):
        if lines[end].rstrip().endswith("|") == closed:
            row, size = split_row(lines[end], bordered), 1
        else:
            row, size = _join_row(lines, end, len(header)) if closed and has_rule else (None, 0)
        if row is None:
            break
        if not is_separator(lines[end]):
            rows.append(row)
        end += size
    if not has_rule and len(rows) < 2:
        return None
    return _Table(rows), end


def _blocks(lines: list[str]) -> list[_Block]:
    blocks: list[_Block] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if not line.strip() or is_separator(line):
            continue
        heading = _read_heading(line)
        if heading is None and blocks and _stands_alone(lines, index - 1):
            heading = _Heading(2, strip_remarks(line)[0])
        if heading is not None:
            blocks.append(heading)
            continue
        table = None if _category_names(line) else _read_table(lines, index - 1)
        if table is not None:
            blocks.append(table[0])
            index = table[1]
        else:
            blocks.append(_Line(line))
    return blocks


def _category_names(line: str) -> list[str]:
    """Return the names of a page's category line, or nothing."""
    for beginning in _data()["category_lines"]:
        if line.lstrip().startswith(beginning):
            names = line.lstrip()[len(beginning) :].replace("•", "|").split("|")
            return [name.strip() for name in names if name.strip()]
    return []


def _read_note_line(line: str, in_list: bool) -> tuple[str | None, str] | None:
    """Return the label (None: by its place) and the text of a line of the list of notes."""
    line = line.strip()
    arrows = tuple(_data()["back_arrows"])
    match = _LIST_NUMBER.match(line)
    label = (match[1] or match[2]) if match else None
    rest = line[match.end() :] if match else line.lstrip("-*• ")
    if not rest.startswith(arrows):
        return (label, rest) if in_list else None
    rest = rest.lstrip("".join(arrows) + " ")
    links = _BACK_LINKS.match(rest)
    return label, rest[links.end() :] if links else rest


class _Reader:
    """The growing Document of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sections = [Section(0, None, 1, "", ())]
        self.paragraphs: list[Paragraph] = []
        self.fields: list[Field] = []
        self.marks: list[Mark] = []
        self.cells: list[Cell] = []
        self.categories: list[str] = []
        self.references: dict[tuple[str, str], int] = {}
        self.labels: dict[str, list[str]] = {}
        self.note_texts: dict[tuple[str, str], str] = {}
        self.placed: dict[str, int] = {}
        self.boxes = 0
        self.tables = 0
        self.note_group: str | None = None

    @property
    def section_id(self) -> int:
        return len(self.sections) - 1

    def find_note(self, group: str, label: str) -> int:
        if (group, label) not in self.references:
            self.references[group, label] = len(self.references)
            self.labels.setdefault(group, []).append(label)
        return self.references[group, label]

    def add_mark(self, group: str, label: str, context: str, **place: int | None) -> None:
        self.marks.append(
            Mark(len(self.marks), self.find_note(group, label), context, self.section_id, **place)
        )

    def add_heading(self, heading: _Heading) -> None:
        title = find_marks(heading.title)
        if not self.paragraphs and heading.level == 1 and title.text == self.page.title:
            return
        parent = self.section_id
        while parent and self.sections[parent].level >= heading.level:
            parent = self.sections[parent].parent_id or 0
        path = (*self.sections[parent].path, title.text)
        self.sections.append(Section(len(self.sections), parent, heading.level, title.text, path))
        for _, group, label in title.marks:
            self.add_mark(group, label, "heading")
        name = title.text.strip(" :")
        self.note_group = None
        if name in _data()["note_headings"]:
            self.note_group = ""
        elif name in _data()["remark_headings"]:
            self.note_group = str(_data()["remark_group"])

    def add_box(self, rows: list[list[str]]) -> None:
        layout = lay_out_box(rows)
        seen: set[str] = set()
        for entry in layout.entries:
            field = make_field(entry, self.boxes, len(self.fields), self.find_note)
            if not field.key or field.value_type == "empty":
                continue
            self.fields.append(field)
            marked = [entry.value] if entry.label in seen else [entry.label, entry.value]
            seen.add(entry.label)
            for words in marked:
                for _, group, label in find_marks(strip_remarks(words)[0]).marks:
                    self.add_mark(
                        group, label, "infobox", infobox_id=self.boxes, field_id=field.field_id
                    )
        self.boxes += 1

    def add_table(self, rows: list[list[str]]) -> None:
        width = min(max(len(row) for row in rows), WIDEST)
        for index, row in enumerate(rows):
            for column in range(max(width, len(row))):
                cell = find_marks(strip_remarks(row[column])[0] if column < len(row) else "")
                self.cells.append(
                    Cell(
                        self.tables,
                        self.section_id,
                        None,
                        index,
                        column,
                        1,
                        1,
                        index == 0,
                        cell.text,
                    )
                )
                for _, group, label in cell.marks:
                    self.add_mark(group, label, "table", table_id=self.tables)
        self.tables += 1

    def is_box(self, rows: list[list[str]]) -> bool:
        """Tell a box from a table of the page: it stands before the prose and is narrow."""
        if self.section_id or len(self.paragraphs) > 1:
            return False
        titled = bool(rows[0]) and bool(rows[0][0]) and not any(rows[0][1:])
        widest = max(sum(1 for cell in row if cell) for row in rows)
        return widest <= _BOX_COLUMNS and (titled or not self.paragraphs)

    def add_note_text(self, line: str, in_list: bool) -> bool:
        """Take a line of the list of notes; False where it is none."""
        found = _read_note_line(line, in_list)
        if found is None:
            return False
        group = self.note_group or ""
        label, text = found
        place = self.placed[group] = self.placed.get(group, 0) + 1
        if label is None:
            named = self.labels.get(group, [])
            label = str(place) if not group or place > len(named) else named[place - 1]
        self.find_note(group, label)
        self.note_texts.setdefault((group, label), find_marks(text).text)
        return True

    def add_line(self, line: str) -> None:
        self.categories.extend(names := _category_names(line))
        if names or line.strip().startswith(tuple(_data()["line_remarks"])):
            return
        in_list = self.note_group is not None
        arrows = tuple(_data()["back_arrows"])
        if (in_list or line.lstrip().startswith(arrows)) and self.add_note_text(line, in_list):
            return
        bullet = _BULLET.match(line)
        kind, depth, body = "paragraph", 0, line.strip()
        if bullet:
            kind, depth, body = (
                "list_item",
                1 + len(bullet[1].expandtabs(4)) // 2,
                line[bullet.end() :],
            )
        elif body.startswith("> "):
            kind, body = "quotation", body[2:]
        elif body.startswith("#"):
            body = body.lstrip("# ")
        glued = _data()["glued_edit_link"] + self.page.title
        if self.page.title and body.startswith(glued):
            body = body[len(glued) - len(self.page.title) :]
        self.add_paragraph(kind, depth, find_marks(strip_remarks(body)[0]))

    def add_paragraph(self, kind: str, depth: int, content: MarkedText) -> None:
        if not content.text and self.paragraphs:
            # Marks alone on a line belong to what stands before them.
            position = len(self.paragraphs[-1].text)
            content = MarkedText("", tuple((position, *rest) for _, *rest in content.marks))  # type: ignore[misc]
        elif not content.text or (not self.paragraphs and content.text == self.page.title):
            return
        else:
            self.paragraphs.append(
                Paragraph(
                    len(self.paragraphs), self.section_id, kind, content.text, None, None, (), depth
                )
            )
        for position, group, label in content.marks:
            self.add_mark(
                group, label, "paragraph", paragraph_id=len(self.paragraphs) - 1, position=position
            )

    def notes(self) -> tuple[Note, ...]:
        groups = list(dict.fromkeys(sorted(group for group, _ in self.references)))
        marked = {mark.reference_id for mark in self.marks}
        return tuple(
            Note(
                reference_id=reference_id,
                list_id=groups.index(group),
                group=group,
                name=None,
                label=label,
                label_exact=reference_id in marked,
                syntax="text",
                text=self.note_texts.get((group, label), ""),
                raw="",
            )
            for (group, label), reference_id in self.references.items()
        )

    def problems(self) -> tuple[Problem, ...]:
        if self.paragraphs or self.fields or self.cells:
            return ()
        return (Problem("parse", "empty", "the text has no paragraph, no box and no table"),)


def parse_text(page: Page) -> Document:
    """Return the Document of a page of rendered text.

    A page without an id of a wiki takes the title that its own text tells
    (``wikitext.rendered.peek_title``); the id stays as the source gave it.  Positions of marks
    are code points of the stored paragraph, from which the marks themselves are gone.
    """
    if page.page_id < 0:
        title = peek_title(page.text)
        if title is not None and title != page.title:
            page = page._replace(title=title)
    reader = _Reader(page)
    for block in _blocks(_lines(page.text)):
        if isinstance(block, _Heading):
            reader.add_heading(block)
        elif isinstance(block, _Line):
            reader.add_line(block.text)
        elif reader.is_box(block.rows):
            reader.add_box(block.rows)
        else:
            reader.add_table(block.rows)
    return Document(
        page=page,
        sections=tuple(reader.sections),
        paragraphs=tuple(reader.paragraphs),
        fields=tuple(reader.fields),
        notes=reader.notes(),
        marks=tuple(reader.marks),
        cells=tuple(reader.cells),
        categories=tuple(dict.fromkeys(reader.categories)),
        is_disambiguation=page.title.endswith(_data()["disambiguation_ending"]),
        problems=reader.problems(),
    )
