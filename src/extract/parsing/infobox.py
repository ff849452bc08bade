"""Infoboxes of a page's wikitext: which template is one, and its parameters as fields.

hewiki names its infoboxes by plain nouns, with no prefix, so a template is one

1. by its name, from ``hewiki/infoboxes.json`` (redirects followed, first letter free), where it
   is used as a block: at the start of its line, with named parameters;
2. else by place and shape: before the first sentence of the article, several named Hebrew
   parameters over several lines or known by meaning, and not one of the notices, citations and
   navigation templates of ``hewiki/infobox_names.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from extract.hewiki import load_json, load_toml
from extract.hewiki.fields import clean_key, find_field, implied_unit
from extract.model import Field, Image, LinkText
from extract.parsing.values import (
    Value,
    label_unit,
    read_coordinates,
    read_value,
    write_coordinates,
)
from extract.wikitext import Parameter, Plain, Template, plain_text, to_plain
from extract.wikitext.scanner import TEMPLATE, Node, scan
from extract.wikitext.templates import read_template
from extract.wikitext.visible import read_plain

__all__ = ["Boxes", "find_infoboxes", "is_infobox_name", "read_infoboxes"]

_NAMES = "infobox_names.toml"
_DEEPEST = 4
"""Boxes within boxes beyond this depth are not looked for."""
_LINE_START = 500
"""How far before a template the beginning of its line is looked for."""
_FIRST_LINES = 1000
_WORD = re.compile(r"[^\W_]")
_HEBREW = re.compile("[א-ת]")
# Typed after a line break, where the wiki makes no list of it.
_BULLET = re.compile(r"^(?:[*•·]\s*|[–-]\s+)")
_FILE_LINE = re.compile(r"\[\[[^\[\]|:]{1,20}:")
_SUBJECT_NUMBER = re.compile(r"[^\d]{1,100}?[ _]?(\d{1,2})$")


_new = tuple.__new__


class Boxes(NamedTuple):
    """What the infoboxes of a page hold."""

    fields: tuple[Field, ...]
    images: tuple[Image, ...]
    """Their pictures, in the order of the fields; ``section_id`` is still to be told."""


class _Names(NamedTuple):
    boxes: frozenset[str]
    aliases: Mapping[str, str]
    nested: frozenset[str]
    others: frozenset[str]
    other_prefixes: tuple[str, ...]
    citation_keys: frozenset[str]
    comparisons: Mapping[str, tuple[tuple[str, ...], ...]]
    lists: frozenset[str]
    coordinates: frozenset[str]
    captions: Mapping[str, str]


@lru_cache(maxsize=1 << 12)
def _fold(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("״", '"').replace("׳", "'").split()).casefold()


@cache
def _names() -> _Names:
    curated, generated = load_toml(_NAMES), load_json("infoboxes.json")
    return _Names(
        frozenset(map(_fold, generated["names"])),
        {_fold(alias): target for alias, target in generated["aliases"].items()},
        frozenset(map(_fold, curated["nested"])),
        frozenset(map(_fold, curated["not_boxes"])),
        tuple(prefix.casefold() for prefix in curated["not_box_prefixes"]),
        frozenset(map(clean_key, curated["citation_keys"])),
        {
            _fold(name): tuple(tuple(map(clean_key, side)) for side in sides)
            for name, sides in curated["comparisons"].items()
        },
        frozenset(map(_fold, curated["templates"]["list"])),
        frozenset(map(_fold, curated["templates"]["coordinates"])),
        curated["captions"],
    )


@lru_cache(maxsize=8192)
def _resolve(name: str) -> str:
    """Return the folded name of the box a template name stands for."""
    folded = _fold(name)
    return _fold(_names().aliases.get(folded, name))


def is_infobox_name(name: str) -> bool:
    """Tell whether a template of this name is an infobox, whatever its use looks like."""
    return _resolve(name) in _names().boxes


def _named(template: Template) -> list[Parameter]:
    return [parameter for parameter in template.parameters if not parameter.positional]


def _opens_line(text: str, template: Template, strict: bool) -> bool:
    low = max(0, template.start - _LINE_START)
    low = max(low, text.rfind("\n", low, template.start) + 1)
    before = text[low : template.start].strip()
    if not before:
        return True
    return not strict and before.endswith(("}}", "-->", "]]", ">"))


def _is_other(name: str) -> bool:
    names = _names()
    folded = _fold(name)
    return (
        folded in names.others
        or folded.startswith(names.other_prefixes)
        or ":" in name
        or "#" in name
    )


def _has_box_shape(text: str, template: Template) -> bool:
    """Tell by its parameters whether a template before the article's first words is a box."""
    named = _named(template)
    hebrew = [parameter for parameter in named if _HEBREW.search(parameter.name)]
    if len(hebrew) < 2 or 2 * len(hebrew) <= len(template.parameters):
        return False
    cited = sum(1 for parameter in named if clean_key(parameter.name) in _names().citation_keys)
    if 2 * cited >= len(named):
        return False
    meant = sum(1 for parameter in hebrew if find_field(parameter.name).canonical_key)
    lines = text.count("\n", template.start, template.end)
    return (lines >= 2 and len(hebrew) >= 3 and meant >= 1) or meant >= 3


def _begins_prose(gap: str) -> bool:
    # The first lines tell it mostly; the gap may be the whole article.
    if len(gap) > _FIRST_LINES and _begins_prose(gap[:_FIRST_LINES].rpartition("\n")[0]):
        return True
    for line in gap.splitlines():
        words = line.strip()
        if words.startswith(("<!--", "__")) or _FILE_LINE.match(words):
            continue
        if _WORD.search(words):
            return True
    return False


def _find_lead(text: str, templates: Sequence[Template]) -> int:
    """Return where the article's own words begin: the end of the templates before them."""
    position = 0
    for template in templates:
        if _begins_prose(text[position : template.start]):
            break
        position = template.end
    return position


def find_infoboxes(text: str, templates: Sequence[Template]) -> list[Template]:
    """Return those of a page's outermost templates that are infoboxes, in order."""
    lead = _find_lead(text, templates)
    names = _names()
    found = []
    for template in templates:
        if not template.parameters:
            continue
        early = template.end <= lead
        resolved = _resolve(template.name)
        if resolved in names.boxes:
            named = len(_named(template))
            needed = 1 if early else 2
            compared = early and resolved in names.comparisons and len(template.parameters) > 1
            if (named >= needed or compared) and _opens_line(text, template, strict=not early):
                found.append(template)
        elif (
            early
            and not _is_other(template.name)
            and _opens_line(text, template, strict=False)
            and _has_box_shape(text, template)
        ):
            found.append(template)
    return found


def _last_given(template: Template) -> list[Parameter]:
    """Return the parameters that count: of one name the last, as MediaWiki reads them."""
    last = {parameter.name: index for index, parameter in enumerate(template.parameters)}
    return [
        parameter
        for index, parameter in enumerate(template.parameters)
        if last[parameter.name] == index
        and parameter.name
        and not (parameter.positional and not parameter.value.strip())
    ]


def _find_subjects(
    parameters: Sequence[Parameter], sides: Sequence[Sequence[str]]
) -> list[str | None]:
    """Return what names each side of a comparison box; None for a side not given."""
    given = {clean_key(parameter.name): parameter for parameter in parameters}
    subjects: list[str | None] = []
    for side in sides:
        parameter = next((given[key] for key in side if key in given), None)
        words = plain_text(parameter.value) if parameter else ""
        subjects.append(", ".join(words.split("\n")) or None)
    return subjects


def _choose_subject(
    key: str, sides: Sequence[Sequence[str]], subjects: Sequence[str | None]
) -> str | None:
    folded = clean_key(key)
    for side, subject in zip(sides, subjects, strict=True):
        if folded in side:
            return subject
    number = _SUBJECT_NUMBER.match(folded)
    index = int(number[1]) if number else 0
    return subjects[index - 1] if 1 <= index <= len(subjects) else None


class _Reading(NamedTuple):
    """A parameter's value as read: typed, with its list items and plain form."""

    value: Value
    value_type: str
    text: str
    items: tuple[str, ...]
    plain: Plain


def _read_list(text: str, inner: Sequence[Template]) -> list[Plain]:
    """Return the items of a value that is one list template; nothing for any other value."""
    if len(inner) != 1 or _fold(inner[0].name) not in _names().lists:
        return []
    items = [
        to_plain(text, parameter.start, parameter.end)
        for parameter in inner[0].parameters
        if parameter.positional
    ]
    return [item for item in items if item.text]


def _join(plains: Sequence[Plain]) -> Plain:
    links, marks, lines, size = [], [], [], 0
    for plain in plains:
        links += [
            link._replace(start=link.start + size, end=link.end + size) for link in plain.links
        ]
        marks += [(position + size, source) for position, source in plain.marks]
        lines.append(plain.text)
        size += len(plain.text) + 1
    return plains[0]._replace(text="\n".join(lines), links=tuple(links), marks=tuple(marks))


def _read_parameter(
    text: str, plain: Plain, inner: Sequence[Template], key_type: str | None
) -> _Reading:
    """Return what a parameter says: ``plain`` are its words, ``inner`` its outermost templates."""
    if not plain.text.strip():
        listed = _read_list(text, inner)
        plain = _join(listed) if listed else plain
    for template in inner:
        if _fold(template.name) in _names().coordinates:
            parts = [one.value for one in template.parameters if one.positional]
            pair = read_coordinates(parts)
            if pair is not None:
                words = plain.text.strip() or write_coordinates(parts)
                value = Value("coordinates", words, latitude=pair[0], longitude=pair[1])
                return _Reading(value, "coordinates", words, (), plain)
    lines = tuple([bare for line in plain.text.split("\n") if (bare := line.strip())])
    if len(lines) > 1:
        lines = tuple(bare for line in lines if (bare := _BULLET.sub("", line)))
    if plain.files and (not lines or key_type == "image"):
        names = tuple(file.name for file in plain.files)
        value = Value("image", names[0])
        return _Reading(value, "image", names[0], names if len(names) > 1 else (), plain)
    if len(lines) > 1:
        value = read_value(lines[0], key_type)
        return _Reading(value, "list", "\n".join(lines), lines, plain)
    value = read_value(lines[0] if lines else "", key_type)
    value_type = value.value_type
    if value_type == "text" and len(plain.links) == 1:
        link = plain.links[0]
        if plain.text[link.start : link.end].strip() == value.text:
            value_type = "link"
    return _Reading(value, value_type, value.text, (), plain)


class _BoxReader:
    """Reads boxes in document order and counts their ids."""

    def __init__(self, text: str, note_at: Mapping[int, int]) -> None:
        self.text = text
        self.note_at = note_at
        self.boxes = 0
        self.fields: list[Field] = []
        self.images: list[Image] = []

    def read(self, template: Template, parent: int | None = None, depth: int = 0) -> None:
        infobox_id = self.boxes
        self.boxes += 1
        parameters = _last_given(template)
        sides = _names().comparisons.get(_resolve(template.name), ())
        subjects = _find_subjects(parameters, sides) if sides else []
        for parameter in parameters:
            nodes: Sequence[Node] = ()
            if "{{" in parameter.value:
                nodes = scan(self.text, parameter.start, parameter.end)
            inner = [read_template(self.text, node) for node in nodes if node.kind == TEMPLATE]
            boxes = [one for one in inner if depth < _DEEPEST and _is_inner_box(one)]
            subject = _choose_subject(parameter.name, sides, subjects) if sides else None
            plain = (
                read_plain(self.text, parameter.start, parameter.end, nodes)
                if nodes
                else to_plain(self.text, parameter.start, parameter.end)
            )
            self.add_field(template, parameter, plain, inner, boxes, (infobox_id, parent, subject))
            for box in boxes:
                self.read(box, infobox_id, depth + 1)

    def find_notes(self, plain: Plain, boxes: Sequence[Template]) -> tuple[int, ...]:
        if not plain.marks:
            return ()
        found = [
            self.note_at[source]
            for _, source in plain.marks
            if source in self.note_at and not any(box.start <= source < box.end for box in boxes)
        ]
        return tuple(dict.fromkeys(found))

    def add_field(
        self,
        template: Template,
        parameter: Parameter,
        plain: Plain,
        inner: Sequence[Template],
        boxes: Sequence[Template],
        place: tuple[int, int | None, str | None],
    ) -> None:
        infobox_id, parent, subject = place
        box = _resolve(template.name)
        meaning = find_field(parameter.name, box)
        reading = _read_parameter(self.text, plain, inner, meaning.key_type)
        value = reading.value
        unit = value.unit
        if value.number is not None and unit is None:
            unit = label_unit(parameter.name) or implied_unit(box, meaning.canonical_key)
        self.add_images(reading, infobox_id)
        words = reading.plain.text
        links = [
            LinkText(words[link.start : link.end], link.target) for link in reading.plain.links
        ]
        self.fields.append(
            _new(
                Field,
                (
                    infobox_id, len(self.fields), parent, template.name, parameter.name,
                    meaning.canonical_key, None, subject, parameter.value.strip(),
                    reading.text, reading.value_type, value.number, unit,
                    value.latitude, value.longitude, value.edtf, value.start_date, value.end_date,
                    reading.items, tuple(links), self.find_notes(reading.plain, boxes),
                    "wikitext", parameter.start, parameter.end,
                ),
            )
        )  # fmt: skip

    def add_images(self, reading: _Reading, infobox_id: int) -> None:
        """Add the pictures of the field that is about to be added."""
        files: list[tuple[str, str | None]] = []
        for file in reading.plain.files:
            words = to_plain(self.text, *file.caption).text if file.caption else ""
            files.append((file.name, words or None))
        if not files and reading.value_type == "image":
            files.append((reading.text, None))
        for name, caption in files:
            self.images.append(
                Image(len(self.images), 0, name, caption, infobox_id, len(self.fields))
            )

    def caption_images(self) -> tuple[Image, ...]:
        """Return the pictures, those without words of their own with their box's caption."""
        if not self.images:
            return ()
        captions = {
            (field.infobox_id, field.canonical_key): field.value_text for field in self.fields
        }
        told = []
        for image in self.images:
            key = self.fields[image.field_id or 0].canonical_key
            words = captions.get((image.infobox_id or 0, _names().captions.get(key or "")))
            told.append(image._replace(caption=image.caption or words or None))
        return tuple(told)


def _is_inner_box(template: Template) -> bool:
    resolved = _resolve(template.name)
    if resolved in _names().nested:
        return bool(template.parameters)
    return resolved in _names().boxes and bool(_named(template))


def read_infoboxes(text: str, templates: Sequence[Template], note_at: Mapping[int, int]) -> Boxes:
    """Return the fields of a page's infoboxes, in document order, and their pictures.

    ``templates`` are the outermost templates of the page; ``note_at`` gives the reference id of
    the note that opens at a source position.  Each parameter is a row, an empty one too: its
    ``value_type`` is ``empty``, as is that of a value that shows no words of its own (a dash that
    suppresses the field, a map, a nested box).  Of a parameter given twice the last counts.  A
    list (line breaks, bullets, list templates) is typed by its first item.  A box nested in a
    value follows the value's own row, with ids of its own.
    """
    reader = _BoxReader(text, note_at)
    for template in find_infoboxes(text, templates):
        reader.read(template)
    return Boxes(tuple(reader.fields), reader.caption_images())
