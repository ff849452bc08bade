"""The box of a rendered page, from its rows of cells: title, labels, values by subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.hewiki.fields import find_field, mend_label
from extract.model import Field
from extract.parsing.values import label_unit, read_value

__all__ = [
    "WIDEST",
    "BoxEntry",
    "BoxLayout",
    "MarkedText",
    "find_marks",
    "lay_out_box",
    "make_field",
    "strip_remarks",
]

Row = Sequence[str]


class BoxEntry(NamedTuple):
    """One value of a box, with the label over or beside it."""

    label: str
    subject: str | None
    value: str


class BoxLayout(NamedTuple):
    """A box read from rows of cells."""

    title: str | None
    entries: tuple[BoxEntry, ...]


class MarkedText(NamedTuple):
    """Text with its footnote marks taken out."""

    text: str
    marks: tuple[tuple[int, str, str], ...]
    """Position in ``text`` after which a mark stood, its group, its label."""


_LONGEST_NAME = 300
WIDEST = 64
"""Columns beyond this one are not filled up in shorter rows."""


@cache
def _data() -> dict[str, list[str]]:
    return load_toml("rendered.toml")


@cache
def _remark_group() -> str:
    return str(load_toml("rendered.toml")["remark_group"])


@cache
def _mark_pattern() -> re.Pattern[str]:
    # A number; a letter or two, only glued to what it marks and not inside a word (as editors
    # add letters to quotations); the group of explanatory notes with a number.
    group = re.escape(_remark_group())
    return re.compile(
        r"\[ ?(?:(?P<number>\d{1,3})|(?P<glued>(?<=\S\[)1[0-4]\d\d)"
        r"|(?P<letter>(?<=\S\[)(?:[א-ת]{1,2}|[a-z]{1,2})(?= ?\](?![א-ת])))"
        rf"|(?P<remark>{group} (?:\d{{1,3}}|[א-ת]{{1,2}}))) ?\]"
    )


def find_marks(text: str) -> MarkedText:
    """Return text without its footnote marks, and the marks.

    Forms: ``[1]``, several glued ``[1][2]``, ``[א]``, ``[ביאור 1]``.  A number over 999 is
    a mark only where it is glued to a word; a space before a mark goes with it where it would be
    left at the end or before another space or a full stop.
    """
    pieces: list[str] = []
    marks: list[tuple[int, str, str]] = []
    length = last = 0
    for match in _mark_pattern().finditer(text):
        piece = text[last : match.start()]
        following = text[match.end() : match.end() + 1]
        if piece.endswith(" ") and following in {"", " ", ".", ",", ";", ":", "["}:
            piece = piece.rstrip(" ")
        pieces.append(piece)
        length += len(piece)
        last = match.end()
        remark = match["remark"]
        label = match["number"] or match["glued"] or match["letter"]
        if remark:
            marks.append((length, _remark_group(), remark.rsplit(" ", 1)[1]))
        elif match["letter"] and match["letter"][0] >= "\u0590":
            marks.append((length, _remark_group(), label))
        else:
            marks.append((length, "", label))
    pieces.append(text[last:])
    clean = "".join(pieces)
    lead = len(clean) - len(clean.lstrip())
    stripped = clean.strip()
    shifted = tuple(
        (min(max(position - lead, 0), len(stripped)), *rest) for position, *rest in marks
    )
    return MarkedText(stripped, shifted)  # type: ignore[arg-type]


def strip_remarks(text: str) -> tuple[str, bool]:
    """Return a cell or line without the wiki's controls, and whether Wikidata's pencil stood there."""
    data = _data()
    for control in data["map_controls"]:
        text = text.split(control, 1)[0]
    for remark in data["box_remarks"]:
        text = text.replace(remark, "")
    from_wikidata = False
    for mark in data["wikidata_marks"]:
        if mark in text:
            text, from_wikidata = text.replace(mark, ""), True
    for remark in (*data["edit_links"], *data["inline_remarks"]):
        if remark in text:
            text = text.replace(" " + remark, "").replace(remark, "")
    return text.strip(), from_wikidata


def _is_known(label: str) -> bool:
    return find_field(mend_label(find_marks(label).text)).canonical_key is not None


def _is_long(cell: str) -> bool:
    """Tell whether a cell is no name of something, to be repeated with each of its rows."""
    return len(cell) > _LONGEST_NAME


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell)


def _is_label(row: Row) -> bool:
    return bool(row) and bool(row[0]) and not any(row[1:])


def _is_comparison(rows: Sequence[Row]) -> bool:
    """Tell whether rows are a line of subjects, then labels that each have a line of values."""
    if len(rows) < 3 or _is_label(rows[0]) or not all(rows[0]) or len(rows[0]) < 2:
        return False
    if any(map(_is_long, rows[0])):
        return False
    if _is_known(rows[0][0]) and not _is_known(rows[1][0]):
        return False
    steps = list(pairwise(rows[1:]))
    over = sum(1 for upper, lower in steps if _is_label(upper) and not _is_label(lower))
    beside = sum(1 for upper, lower in steps if not _is_label(upper) and _filled(lower) > 1)
    return _is_label(rows[1]) and over > beside


def _compare(rows: Sequence[Row]) -> list[BoxEntry]:
    subjects = [find_marks(cell).text for cell in rows[0]]
    entries: list[BoxEntry] = []
    index = 1
    while index < len(rows):
        if not _is_label(rows[index]) or index + 1 == len(rows):
            index += 1
            continue
        values = rows[index + 1]
        # A lone cell may be the one value of the first subject; else the label is a heading
        # over the next label, which has a meaning of its own or a full line under it.
        if _is_label(values) and (
            _is_known(values[0]) or (index + 2 < len(rows) and not _is_label(rows[index + 2]))
        ):
            index += 1
            continue
        entries.extend(
            BoxEntry(rows[index][0], subject, value)
            for subject, value in zip(subjects, values, strict=False)
            if value
        )
        index += 2
    return entries


def _pair(rows: Sequence[Row], subjects: Sequence[str]) -> list[BoxEntry]:
    entries: list[BoxEntry] = []
    label = ""
    skip = False
    for index, row in enumerate(rows):
        if skip or not _filled(row):
            skip = False
            continue
        if _is_label(row):
            following = rows[index + 1] if index + 1 < len(rows) else ()
            label = row[0]
            if _is_known(label) and _is_label(following) and not _is_known(following[0]):
                entries.append(BoxEntry(label, None, following[0]))
                skip = True
            continue
        label = row[0] or ("" if _is_long(label) else label)
        values = [cell for cell in row[1:] if cell]
        if not label:
            continue
        if subjects and len(row) == len(subjects) + 1:
            pairs = zip(subjects, row[1:], strict=True)
            entries.extend(BoxEntry(label, subject, cell) for subject, cell in pairs if cell)
        else:
            entries.append(BoxEntry(label, None, " ".join(values)))
    return entries


def lay_out_box(rows: Sequence[Row]) -> BoxLayout:
    """Read rows of cells, the header first, as an infobox.

    Three forms: labels over lines of values, a value a subject (the line after the title names
    the subjects); label and value side by side; labels beside a column a subject, named in a
    line whose first cell is empty.
    """
    rows = [row for row in rows if _filled(row)]
    title = None
    if rows and _is_label(rows[0]):
        title, rows = find_marks(rows[0][0]).text, rows[1:]
    width = min(max((len(row) for row in rows), default=0), WIDEST)
    rows = [[*row, *[""] * (width - len(row))] for row in rows]
    if _is_comparison(rows):
        return BoxLayout(title, tuple(_compare(rows)))
    subjects: list[str] = []
    if rows and not rows[0][0] and _filled(rows[0]) > 1 and not any(map(_is_long, rows[0])):
        subjects, rows = [find_marks(cell).text for cell in rows[0][1:]], rows[1:]
    return BoxLayout(title, tuple(_pair(rows, subjects)))


def make_field(
    entry: BoxEntry,
    infobox_id: int,
    field_id: int,
    find_note: Callable[[str, str], int],
) -> Field:
    """Return the field of an entry; ``find_note`` gives the reference id of a group and label."""
    label_text, label_wikidata = strip_remarks(entry.label)
    value_text, wikidata = strip_remarks(entry.value)
    label = find_marks(label_text)
    value = find_marks(value_text)
    mended = mend_label(label.text)
    meaning = find_field(mended)
    lines = tuple(line.strip() for line in value.text.split("\n") if line.strip())
    typed = read_value(lines[0] if len(lines) > 1 else value.text, meaning.key_type)
    if len(lines) > 1:
        typed = typed._replace(text="\n".join(lines), value_type="list")
    unit = typed.unit or (label_unit(mended) if typed.number is not None else None)
    notes = [find_note(group, name) for _, group, name in (*label.marks, *value.marks)]
    return Field(
        infobox_id=infobox_id,
        field_id=field_id,
        parent_infobox_id=None,
        template=None,
        key=label.text,
        canonical_key=meaning.canonical_key,
        label=label.text,
        subject=entry.subject,
        value_raw=entry.value,
        value_text=typed.text,
        value_type=typed.value_type,
        number=typed.number,
        unit=unit,
        latitude=typed.latitude,
        longitude=typed.longitude,
        edtf=typed.edtf,
        start_date=typed.start_date,
        end_date=typed.end_date,
        items=lines if len(lines) > 1 else (),
        reference_ids=tuple(dict.fromkeys(notes)),
        origin="wikidata" if wikidata or label_wikidata else "rendered",
    )
