"""Footnotes of a rendered page: marks joined to the items of its lists.

A page may print several lists, and numbering begins anew after each: the key of a mark is
(list, group, label).  The address a mark leads to is asked first, but never alone: names may be
empty or the same in two lists, and then the label decides within the list that is printed next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extract.model import Field, Link, Mark, Note
from extract.parsing.notes import write_label
from extract.wikitext.footnotes import label_styles

__all__ = ["MarkUse", "NoteItem", "NoteList", "NoteTable", "split_label"]

_LONGEST_LETTERS = 4
_NAMED_ID = re.compile(r"cite_note-(.+)-\d+$")


class MarkUse:
    """A footnote mark as met on the page, and where."""

    def __init__(self, order: int, context: str, section_id: int) -> None:
        self.order = order
        self.context = context
        self.section_id = section_id
        self.group: str | None = None
        self.label = ""
        self.number: int | None = None
        self.address = ""
        self.name: str | None = None
        self.paragraph_id: int | None = None
        self.position: int | None = None
        self.table_id: int | None = None
        self.image_id: int | None = None
        self.cell: int | None = None
        self.inside: NoteItem | None = None


class NoteItem:
    """An item of a list of notes."""

    def __init__(self, address: str, order: int) -> None:
        self.address = address
        self.order = order
        self.text = ""
        self.links: tuple[Link, ...] = ()
        self.raw = ""
        self.marks: list[MarkUse] = []


class NoteList:
    """A printed list of notes; ``end`` is where it ends among the marks and lists."""

    def __init__(self, group: str | None) -> None:
        self.group = group
        self.items: list[NoteItem] = []
        self.end = 0


def split_label(text: str) -> tuple[str | None, str, int | None]:
    """Return group, label and number of a printed mark: ``[1]``, ``[א]``, ``[group 2]``."""
    words = text.replace("[", " ").replace("]", " ").split()
    if not words:
        return None, "", None
    number = int(words[-1]) if words[-1].isdecimal() and len(words[-1]) < 9 else None
    if len(words) > 1 and number is not None:
        group = " ".join(words[:-1])
        return group, write_label(group, number)[0], number
    label = " ".join(words)
    return (_group_of(label) if number is None else None), label, number


def _group_of(label: str) -> str | None:
    """Return the group whose labels are such letters, where the page does not name it."""
    if not 0 < len(label) <= _LONGEST_LETTERS or not label.isalpha():
        return None
    first = label[0]
    style = "hebrew" if "\u05d0" <= first <= "\u05ea" else ""
    style = style or ("lower-greek" if "\u03b1" <= first <= "\u03c9" else "")
    style = style or ("lower-alpha" if "a" <= first <= "z" else "upper-alpha")
    return next((group for group, known in label_styles().items() if known == style), None)


class _Entry:
    """A note: its item, or a place where its item should be."""

    def __init__(self, item: NoteItem | None, note_list: NoteList | None, index: int) -> None:
        self.item = item
        self.note_list = note_list
        self.index = index
        self.label: str | None = None
        self.group: str | None = None
        self.name: str | None = None


class NoteTable:
    """Joins marks to notes and numbers both."""

    def __init__(self, marks: Sequence[MarkUse], lists: Sequence[NoteList]) -> None:
        self.marks = marks
        self.lists = [one for one in lists if one.items]
        self.by_address: dict[str, list[_Entry]] = {}
        self.by_item: dict[int, _Entry] = {}
        self.loose: dict[tuple[str | None, str], _Entry] = {}
        self.loose_list: dict[str, int] = {}
        self.entries: list[_Entry] = []
        self.entry_of: dict[int, _Entry] = {}
        for one in self.lists:
            for index, item in enumerate(one.items):
                entry = _Entry(item, one, index)
                self.by_item[id(item)] = entry
                if item.address:
                    self.by_address.setdefault(item.address, []).append(entry)
        self.next_list = self._find_groups()
        self._join()

    def _find_groups(self) -> dict[str, list[NoteList]]:
        """Give lists without a group that of the marks that lead into them."""
        for mark in self.marks:
            if mark.group:
                for entry in self.by_address.get(mark.address, ()):
                    if entry.note_list is not None and entry.note_list.group is None:
                        entry.note_list.group = mark.group
        groups: dict[str, list[NoteList]] = {}
        for one in self.lists:
            groups.setdefault(one.group or "", []).append(one)
        return groups

    def _find(self, mark: MarkUse) -> _Entry:
        found = [
            entry
            for entry in self.by_address.get(mark.address, ())[:50]
            if entry.note_list is not None and entry.note_list.end >= mark.order
        ]
        if len(found) == 1:
            return found[0]
        for entry in found:
            if mark.number in {None, entry.index + 1}:
                return entry
        group = mark.group or ""
        following = next(
            (one for one in self.next_list.get(group, ()) if one.end >= mark.order), None
        )
        if following is not None and mark.number and mark.number <= len(following.items):
            return self.by_item[id(following.items[mark.number - 1])]
        anywhere = self.by_address.get(mark.address, ())
        if anywhere:
            return anywhere[0]
        return self.loose.setdefault((group, mark.label), _Entry(None, following, -1))

    def _join(self) -> None:
        """Number notes as a reader meets them, one inside another right after it."""
        for mark in self.marks:
            entry = self._find(mark)
            self.entry_of[id(mark)] = entry
            if entry.label is None and mark.label:
                entry.label = mark.label
            entry.group = entry.group if entry.group is not None else mark.group
            entry.name = entry.name or mark.name
        seen: set[int] = set()
        for mark in self.marks:
            if mark.inside is None:
                self._take(self.entry_of[id(mark)], seen)
        for mark in self.marks:
            self._take(self.entry_of[id(mark)], seen)
        for one in self.lists:
            for item in one.items:
                self._take(self.by_item[id(item)], seen)

    def _take(self, first: _Entry, seen: set[int]) -> None:
        waiting = [first]
        while waiting:
            entry = waiting.pop()
            if id(entry) in seen:
                continue
            seen.add(id(entry))
            self.entries.append(entry)
            if entry.item is not None:
                waiting += [self.entry_of[id(mark)] for mark in reversed(entry.item.marks)]

    def notes(self) -> tuple[Note, ...]:
        """Return the notes; a mark's number in ``marks`` is its place here."""
        list_ids = {id(one): index for index, one in enumerate(self.lists)}
        notes = []
        for number, entry in enumerate(self.entries):
            one = entry.note_list
            group = (one.group if one is not None else entry.group) or entry.group or ""
            if one is not None:
                list_id = list_ids[id(one)]
            else:
                list_id = self.loose_list.setdefault(group, len(self.lists) + len(self.loose_list))
            item = entry.item
            exact = entry.label is not None
            label = entry.label
            if label is None and item is not None:
                label = write_label(group, entry.index + 1)[0]
            found = _NAMED_ID.match(item.address) if item is not None else None
            name = entry.name or (found[1].replace("_", " ") if found else None)
            notes.append(
                Note(
                    reference_id=number,
                    list_id=list_id,
                    group=group,
                    name=name,
                    label=label,
                    label_exact=exact,
                    syntax="html",
                    text=item.text if item else "",
                    raw=item.raw if item else "",
                    links=item.links if item else (),
                )
            )
        return tuple(notes)

    def place(
        self, fields: Sequence[Field], cells: Mapping[int, int], images: Mapping[int, int]
    ) -> tuple[Mark, ...]:
        """Return the marks; ``cells`` gives the field of a box's cell, ``images`` new numbers."""
        ids = {id(entry): index for index, entry in enumerate(self.entries)}
        marks = []
        for number, mark in enumerate(self.marks):
            field = cells.get(mark.cell) if mark.cell is not None else None
            inside = mark.inside
            marks.append(
                Mark(
                    mark_id=number,
                    reference_id=ids[id(self.entry_of[id(mark)])],
                    context=mark.context,
                    section_id=mark.section_id,
                    paragraph_id=mark.paragraph_id,
                    position=mark.position,
                    infobox_id=fields[field].infobox_id if field is not None else None,
                    field_id=field,
                    table_id=mark.table_id,
                    image_id=images.get(mark.image_id) if mark.image_id is not None else None,
                    in_reference_id=ids[id(self.by_item[id(inside)])] if inside else None,
                )
            )
        return tuple(marks)

    def reference_of(self, mark: MarkUse) -> int:
        """Return the number of the note a mark stands for."""
        return self._ids()[id(self.entry_of[id(mark)])]

    def _ids(self) -> dict[int, int]:
        if not hasattr(self, "_known"):
            self._known = {id(entry): index for index, entry in enumerate(self.entries)}
        return self._known
