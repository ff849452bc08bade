"""A page's wikitext and its rendering → one Document.

Names, templates, parameters, positions and prose come from the wikitext.  The rendering tells what
only expansion can: the printed labels of notes, their words with templates filled in, rows of
infoboxes that the page itself does not hold, notes that templates bring.  Each field's ``origin``
says where it is from.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from extract.hewiki.fields import find_field
from extract.model import Document, Field, Mark, Note, Page

__all__ = ["merge_documents", "parse_both"]

_PIECES = re.compile(r"\n|, | [–-] ")


def _fold(text: str) -> str:
    return " ".join(text.split())


def _pair_in_order(ours: Iterable[str], theirs: Iterable[str]) -> dict[int, int]:
    """Return, for each of theirs, the first of ours with the same key that is still free."""
    free: dict[str, deque[int]] = defaultdict(deque)
    for index, key in enumerate(ours):
        free[key].append(index)
    pairs = {}
    for index, key in enumerate(theirs):
        if free.get(key):
            pairs[index] = free[key].popleft()
    return pairs


# notes


def _spots(document: Document, paragraphs: Mapping[int, int] | None) -> list[tuple[str, int]]:
    """Return a key of the place of each mark, and its note; ``paragraphs`` renames paragraphs."""
    spots = []
    for mark in document.marks:
        place: int | None = mark.paragraph_id
        if place is not None and paragraphs is not None:
            place = paragraphs.get(place, -1 - place)
        if mark.context == "paragraph" and place is not None:
            spots.append((f"paragraph {place} {mark.position}", mark.reference_id))
        elif mark.context in {"heading", "table", "caption"}:
            spots.append((f"{mark.context} {mark.section_id}", mark.reference_id))
    return spots


def _pair_notes(ours: Document, theirs: Document, paragraphs: Mapping[int, int]) -> dict[int, int]:
    """Return our note for each of theirs: by place, then by name, then by words."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def take(theirs_id: int, ours_id: int) -> None:
        note, other = ours.notes[ours_id], theirs.notes[theirs_id]
        if theirs_id in pairs or ours_id in taken or note.group != other.group:
            return
        pairs[theirs_id] = ours_id
        taken.add(ours_id)

    our_spots, their_spots = _spots(ours, None), _spots(theirs, paragraphs)
    placed = _pair_in_order((key for key, _ in our_spots), (key for key, _ in their_spots))
    for theirs_index, ours_index in placed.items():
        mine, other = our_spots[ours_index][1], their_spots[theirs_index][1]
        if ours.notes[mine].name in {None, theirs.notes[other].name}:
            take(other, mine)
    keys: list[tuple[Sequence[str], Sequence[str]]] = [
        ([note.name or "" for note in ours.notes], [note.name or " " for note in theirs.notes]),
        (
            [_fold(note.text) or "" for note in ours.notes],
            [_fold(note.text) or " " for note in theirs.notes],
        ),
    ]
    for mine_keys, their_keys in keys:
        left = [index for index in range(len(ours.notes)) if index not in taken]
        open_ = [index for index in range(len(theirs.notes)) if index not in pairs]
        found = _pair_in_order(
            (f"{ours.notes[index].group}|{mine_keys[index]}" for index in left),
            (f"{theirs.notes[index].group}|{their_keys[index]}" for index in open_),
        )
        for theirs_index, ours_index in found.items():
            take(open_[theirs_index], left[ours_index])
    return pairs


def _merge_note(note: Note, other: Note | None) -> Note:
    if other is None:
        # The wiki prints no such note: a hidden parameter, a branch not taken, an error.
        return note._replace(label=None, label_exact=True)
    return note._replace(
        label=other.label,
        label_exact=other.label_exact,
        list_id=other.list_id,
        text=other.text or note.text,
        links=other.links if other.text else note.links,
    )


def _add_marks(
    ours: Document,
    theirs: Document,
    ids: Mapping[int, int],
    paragraphs: Mapping[int, int],
    fields: Mapping[int, Field],
) -> list[Mark]:
    """Return the marks of notes and fields that only the rendering has."""
    marks: list[Mark] = []
    count = len(ours.notes)
    for mark in theirs.marks:
        reference_id = ids[mark.reference_id]
        field = fields.get(mark.field_id) if mark.field_id is not None else None
        if reference_id < count and field is None:
            continue
        paragraph_id = None
        if mark.paragraph_id is not None:
            paragraph_id = paragraphs.get(mark.paragraph_id)
        inside = mark.in_reference_id
        marks.append(
            mark._replace(
                mark_id=len(ours.marks) + len(marks),
                reference_id=reference_id,
                section_id=min(mark.section_id, len(ours.sections) - 1),
                paragraph_id=paragraph_id,
                position=mark.position if paragraph_id is not None else None,
                infobox_id=field.infobox_id if field else None,
                field_id=field.field_id if field else None,
                table_id=None,
                image_id=None,
                in_reference_id=ids[inside] if inside is not None else None,
            )
        )
    return marks


# infoboxes


def _pair_boxes(ours: Sequence[Field], theirs: Sequence[Field]) -> dict[int, int]:
    """Return our box for each of theirs: by template, else by place."""
    mine = {field.infobox_id: field for field in ours if field.parent_infobox_id is None}
    other = {field.infobox_id: field for field in theirs if field.parent_infobox_id is None}
    our_ids, their_ids = list(mine), list(other)
    pairs = _pair_in_order(
        (_fold(mine[box].template or "") for box in our_ids),
        (_fold(other[box].template or " ") for box in their_ids),
    )
    found = {their_ids[a]: our_ids[b] for a, b in pairs.items()}
    free = deque(box for box in our_ids if box not in set(found.values()))
    for box in their_ids:
        if box not in found and free and other[box].template is None:
            found[box] = free.popleft()
    return found


class _Labels:
    """Finds, within one box, the parameters that a rendered row shows."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.by_key: dict[tuple[str | None, str | None], list[Field]] = defaultdict(list)
        self.by_text: dict[str, list[Field]] = defaultdict(list)
        for field in fields:
            if field.value_type != "empty":
                key = field.canonical_key or _fold(field.key)
                self.by_key[key, field.subject].append(field)
                self.by_text[_fold(field.value_text)].append(field)

    def find(self, row: Field) -> tuple[list[Field], bool]:
        """Return the parameters, and whether they say all that the row says."""
        text = _fold(row.value_text)
        same = [field for field in self.by_text.get(text, ()) if _may_be(field, row)]
        key = row.canonical_key or _fold(row.key)
        known = self.by_key.get((key, row.subject), [])
        pieces = [self.by_text.get(_fold(piece), []) for piece in _PIECES.split(row.value_text)]
        found = [*same, *known]
        for fields in () if same else pieces:
            found += [field for field in fields[:1] if field not in found]
        if same or all(pieces):
            return found, True
        # A field printed in other words is whole; one more line beside it says something new.
        return found, bool(known) and "\n" not in row.value_text.strip()


def _may_be(field: Field, row: Field) -> bool:
    """Tell whether equal words are the same fact: not where both fields are known and differ."""
    meaning = find_field(field.key).canonical_key
    same_subject = row.subject is None or field.subject in {None, row.subject}
    return same_subject and (
        meaning is None or row.canonical_key is None or meaning == row.canonical_key
    )


def _merge_fields(
    ours: Document, theirs: Document, ids: Mapping[int, int]
) -> tuple[list[Field], dict[int, Field]]:
    """Return all fields, and those that came of the rendering by their number there."""
    fields = list(ours.fields)
    boxes = _pair_boxes(ours.fields, theirs.fields)
    labels = {
        box: _Labels(
            field for field in fields if box in {field.infobox_id, field.parent_infobox_id}
        )
        for box in set(boxes.values())
    }
    count = 1 + max((field.infobox_id for field in fields), default=-1)
    added: dict[int, Field] = {}
    for row in theirs.fields:
        box = boxes.get(row.infobox_id)
        found, whole = labels[box].find(row) if box in labels else ([], False)
        for field in found:
            if fields[field.field_id].label is None:
                fields[field.field_id] = fields[field.field_id]._replace(label=row.label)
        if whole:
            continue
        if box is None:
            box = boxes[row.infobox_id] = count
            count += 1
        parent = row.parent_infobox_id
        template = next((one.template for one in ours.fields if one.infobox_id == box), None)
        field = row._replace(
            infobox_id=box,
            field_id=len(fields),
            parent_infobox_id=boxes.get(parent) if parent is not None else None,
            template=row.template or template,
            reference_ids=tuple(ids[note] for note in row.reference_ids),
        )
        fields.append(field)
        added[row.field_id] = field
    return fields, added


def merge_documents(ours: Document, theirs: Document) -> Document:
    """Return the wikitext's document with what its rendering adds.

    ``theirs`` is the rendering of the same revision.  Ids of the wikitext's rows stay; rows that
    only the rendering has follow them.  A note that the wiki does not print has no label.
    """
    paragraphs = _pair_in_order(
        (_fold(one.text) for one in ours.paragraphs), (_fold(one.text) for one in theirs.paragraphs)
    )
    pairs = _pair_notes(ours, theirs, paragraphs)
    ids = dict(pairs)
    extra: list[Note] = []
    for note in theirs.notes:
        if note.reference_id not in ids:
            ids[note.reference_id] = len(ours.notes) + len(extra)
            extra.append(note._replace(reference_id=ids[note.reference_id]))
    printed = {mine: theirs.notes[other] for other, mine in pairs.items()}
    notes = [_merge_note(note, printed.get(note.reference_id)) for note in ours.notes]
    fields, added = _merge_fields(ours, theirs, ids)
    marks = _add_marks(ours, theirs, ids, paragraphs, added)
    return ours._replace(
        fields=tuple(fields),
        notes=(*notes, *extra),
        marks=(*ours.marks, *marks),
        problems=(*ours.problems, *(one for one in theirs.problems if one.kind != "empty")),
    )


def parse_both(page: Page) -> Document:
    """Return the document of a page of wikitext that brings its rendering along."""
    from extract.parsing.html import parse_html
    from extract.parsing.wikitext import parse_wikitext

    document = parse_wikitext(page)
    if not page.html or document.redirect_target is not None:
        return document
    rendered = parse_html(page._replace(text=page.html, html=None, input_format="html"))
    return merge_documents(document, rendered)
