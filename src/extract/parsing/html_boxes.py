"""The rows of a rendered infobox → labels, subjects and values.

Forms seen on hewiki: a header cell beside its value; a header over the whole width, then a row of
values, a value a subject (comparison boxes, the sides of a battle); a header cell and a column a
subject.  A header that no value follows only groups the rows under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from extract.hewiki.fields import find_field
from extract.model import Field, LinkText
from extract.parsing.rendered import strip_remarks
from extract.parsing.values import label_unit, read_value

__all__ = ["BoxCell", "BoxEntry", "lay_out_rows", "make_field"]


class BoxCell(NamedTuple):
    """A cell of a box."""

    text: str
    is_header: bool
    links: tuple[LinkText, ...] = ()
    marks: tuple[int, ...] = ()
    """Numbers of the footnote marks in it."""
    files: tuple[str, ...] = ()
    raw: str = ""
    from_wikidata: bool = False
    number: int = 0
    """Counts the cells of the page's boxes."""


class BoxEntry(NamedTuple):
    """A value with its label and, in a comparison, whose it is."""

    label: BoxCell
    subject: str | None
    value: BoxCell


Row = Sequence[BoxCell]
_MOST_SUBJECTS = 12
_SIDES = "side"
"""Canonical key of the row that names the two sides of a battle."""


def _is_filled(cell: BoxCell) -> bool:
    return bool(cell.text or cell.files or cell.marks)


def _is_label(row: Row) -> bool:
    """Tell a row that is one label over the whole width."""
    return len(row) == 1 and bool(row[0].text) and not row[0].files


def _names_subjects(rows: Sequence[Row], index: int) -> bool:
    """Tell the row that names the subjects: several cells, then a label over a row of values."""
    row = rows[index]
    if not 1 < len(row) <= _MOST_SUBJECTS or index + 2 >= len(rows):
        return False
    over = _is_label(rows[index + 1]) and len(rows[index + 2]) == len(row)
    beside = row[0].is_header and not all(cell.is_header for cell in row)
    return over and not beside and all(cell.text for cell in row)


class _Layout:
    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.entries: list[BoxEntry] = []
        self.subjects: list[str] = []
        self.beside = False
        """Whether subjects are columns beside a column of labels."""
        self.label: BoxCell | None = None
        """A label over the whole width that waits for its values."""
        self.last: BoxCell | None = None
        """The label whose row of values, a value a subject, was the last one read."""
        self.title = False

    def read(self) -> list[BoxEntry]:
        for index, row in enumerate(self.rows):
            if len(row) == 1:
                self.single(index, row[0])
            else:
                self.several(index, row)
        return self.entries

    def single(self, index: int, cell: BoxCell) -> None:
        if cell.files and not cell.text:
            return
        known = find_field(cell.text).canonical_key is not None
        if not self.title and not self.entries and self.label is None:
            self.title = True
            # A box without a title begins with a label at once.
            if not (cell.is_header and known):
                return
        if cell.is_header or self.is_over(index):
            self.label = cell
        elif cell.files:
            self.label = None
        elif self.label is not None:
            self.add(self.label, None, cell)
        else:
            self.label = cell if known else None

    def is_over(self, index: int) -> bool:
        """Tell a row of one cell that stands over a row of values, a value a subject."""
        following = self.rows[index + 1] if index + 1 < len(self.rows) else ()
        return bool(self.subjects) and not self.beside and len(following) == len(self.subjects)

    def several(self, index: int, row: Row) -> None:
        if not self.entries and not self.subjects and self.name_subjects(index, row):
            return
        over = self.subjects and not self.beside and len(row) == len(self.subjects)
        label = self.label or (self.last if over else None)
        self.label = None
        if label is not None and not row[0].is_header and (over or not self.is_pair(index, row)):
            self.last = label
            self.values(label, row)
            return
        head, values = row[0], row[1:]
        if not head.text:
            return
        if self.beside and len(values) == len(self.subjects):
            self.compare(head, values)
        elif len(values) == 1:
            self.add(head, None, values[0])
        else:
            filled = [value for value in values if _is_filled(value)]
            if filled:
                self.add(head, None, _join(filled))

    def is_pair(self, index: int, row: Row) -> bool:
        """Tell whether the row under a heading is itself a label and its value.

        So are the rows of a group: two or more that follow each other.
        """
        if len(row) != 2:
            return False
        following = self.rows[index + 1] if index + 1 < len(self.rows) else ()
        if len(following) == 2 and not following[0].is_header:
            return True
        known = [find_field(cell.text).canonical_key is not None for cell in row]
        return known == [True, False]

    def name_subjects(self, index: int, row: Row) -> bool:
        if self.label is None and _names_subjects(self.rows, index):
            self.subjects = [cell.text for cell in row]
            return True
        blank = not _is_filled(row[0]) and len(row) > 2 and all(cell.text for cell in row[1:])
        if blank and len(row) <= _MOST_SUBJECTS:
            self.subjects = [cell.text for cell in row[1:]]
            self.beside = True
            return True
        return False

    def values(self, label: BoxCell, row: Row) -> None:
        if len(row) == len(self.subjects):
            self.compare(label, row)
            return
        if find_field(label.text).canonical_key == _SIDES and all(cell.text for cell in row):
            # The sides of a battle are themselves the subjects of what follows.
            self.subjects = [" ".join(cell.text.split()) for cell in row]
            self.compare(label, row)
            return
        for value in row:
            if _is_filled(value):
                self.add(label, None, value)

    def compare(self, label: BoxCell, row: Row) -> None:
        for subject, value in zip(self.subjects, row, strict=True):
            if _is_filled(value):
                self.add(label, subject, value)

    def add(self, label: BoxCell, subject: str | None, value: BoxCell) -> None:
        if label.text and _is_filled(value):
            self.entries.append(BoxEntry(label, subject, value))


def _join(cells: Sequence[BoxCell]) -> BoxCell:
    first = cells[0]
    return first._replace(
        text=" ".join(cell.text for cell in cells if cell.text),
        links=tuple(link for cell in cells for link in cell.links),
        marks=tuple(mark for cell in cells for mark in cell.marks),
        files=tuple(file for cell in cells for file in cell.files),
        raw=" ".join(cell.raw for cell in cells),
        from_wikidata=any(cell.from_wikidata for cell in cells),
    )


def lay_out_rows(rows: Sequence[Row]) -> list[BoxEntry]:
    """Return the entries of a box, in its order; rows without words or pictures are none."""
    return _Layout([row for row in rows if any(map(_is_filled, row))]).read()


def make_field(
    entry: BoxEntry,
    infobox_id: int,
    parent: int | None,
    field_id: int,
    template: str | None,
) -> Field:
    """Return the field of an entry, its footnotes still to be filled in."""
    label, label_wikidata = strip_remarks(entry.label.text)
    text, wikidata = strip_remarks(entry.value.text)
    label = " ".join(label.split())
    meaning = find_field(label)
    lines = tuple(line.strip() for line in text.split("\n") if line.strip())
    value = read_value(lines[0] if lines else "", meaning.key_type)
    value_text, value_type = value.text, value.value_type
    items: tuple[str, ...] = ()
    if not lines and entry.value.files:
        value_text, value_type = entry.value.files[0], "image"
    elif len(lines) > 1:
        value_text, value_type, items = "\n".join(lines), "list", lines
    elif value_type == "text" and [link.text for link in entry.value.links] == [value_text]:
        value_type = "link"
    unit = value.unit
    if value.number is not None and unit is None:
        unit = label_unit(label)
    from_wikidata = (
        wikidata or label_wikidata or entry.value.from_wikidata or entry.label.from_wikidata
    )
    return Field(
        infobox_id=infobox_id,
        field_id=field_id,
        parent_infobox_id=parent,
        template=template,
        key=label,
        canonical_key=meaning.canonical_key,
        label=label,
        subject=entry.subject,
        value_raw=entry.value.raw,
        value_text=value_text,
        value_type=value_type,
        number=value.number,
        unit=unit,
        latitude=value.latitude,
        longitude=value.longitude,
        edtf=value.edtf,
        start_date=value.start_date,
        end_date=value.end_date,
        items=items,
        links=entry.value.links,
        origin="wikidata" if from_wikidata else "rendered",
    )
