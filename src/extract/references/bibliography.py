"""The lists of sources at the end of an article.

Wikitext is read from the page itself, line by line: an item that is only a citation
template shows no words until it is expanded, so the paragraphs alone would not hold it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.model import Document, Link, Section
from extract.references.templates import fold
from extract.references.values import has_markup, read_text
from extract.wikitext.blocks import heading_level
from extract.wikitext.scanner import TEMPLATE, scan

__all__ = ["Item", "find_items", "is_bibliography"]

_HEADING_LINE = re.compile(r"\n(=[^\n]*+)")
"""It begins with literal signs, which the engine skips to."""


class Item(NamedTuple):
    """One entry of a bibliography; ``raw`` is its wikitext, None where only ``text`` is known."""

    section_id: int | None
    paragraph_id: int | None
    raw: str | None
    text: str
    links: tuple[Link, ...]
    is_listed: bool
    """Whether it stands in a list; a line between the lists counts only for its templates."""


_new = tuple.__new__


@cache
def _titles(kind: str) -> frozenset[str]:
    return frozenset(fold(title) for title in load_toml("sections.toml")[kind]["titles"])


_LONGEST_TITLE = 100


def is_bibliography(title: str) -> bool:
    """Whether a section of this title lists sources."""
    return len(title) <= _LONGEST_TITLE and _lists_sources(title)


@lru_cache(maxsize=1 << 10)
def _lists_sources(title: str) -> bool:
    return fold(title).strip(" :.") in _titles("bibliography")


def _is_closed(title: str) -> bool:
    """Whether a section ends a bibliography it stands inside: notes, other articles."""
    folded = fold(title).strip(" :.")
    return folded in _titles("notes") or folded in _titles("see_also")


class _Stretch(NamedTuple):
    start: int
    end: int
    section_id: int | None


class _Line(NamedTuple):
    """A line that is a heading; ``raw`` is its title as written."""

    start: int
    end: int
    level: int
    raw: str


def _without_comments(line: str) -> str:
    parts = []
    at = 0
    while (start := line.find("<!--", at)) >= 0 and (end := line.find("-->", start + 4)) >= 0:
        parts.append(line[at:start])
        at = end + 3
    return "".join([*parts, line[at:]])


def _find_headings(text: str) -> list[_Line]:
    lines = []
    # One sign before the text, so that its first line is like the others.
    for match in _HEADING_LINE.finditer("\n" + text):
        line = match[1]
        if "<!--" in line:
            line = _without_comments(line)
        line = line.rstrip(" \t")
        level = heading_level(line) if line[-1:] == "=" else 0
        if level:
            start, end = match.span()
            lines.append(_new(_Line, (start, end - 1, level, line.strip("= "))))
    return lines


_Heading = tuple[_Line, str, int | None]
"""A heading's line, its title, and the section of the document that it opens."""


def _headings(document: Document) -> list[_Heading]:
    """Return the headings of the wikitext in order."""
    lines = _find_headings(document.page.text)
    if not lines:
        return []
    sections = document.sections[1:]
    if len(lines) == len(sections) and all(map(_opens, lines, sections)):
        return [
            (line, section.title, section.section_id)
            for line, section in zip(lines, sections, strict=True)
        ]
    return list(_match_sections(lines, sections))


def _opens(line: _Line, section: Section) -> bool:
    """Whether a line may be that of a section: of its level, and its title but for markup."""
    return line.level == section.level and (line.raw == section.title or has_markup(line.raw))


def _match_sections(lines: Iterable[_Line], sections: Iterable[Section]) -> Iterator[_Heading]:
    """Yield headings some of which open no section, as in a comment, or are of no line."""
    places: dict[str, list[int]] = {}
    for section in sections:
        places.setdefault(fold(section.title), []).append(section.section_id)
    last = 0
    for line in lines:
        title = read_text(line.raw)
        found = places.get(fold(title), [])
        index = bisect_right(found, last)
        section_id = found[index] if index < len(found) else None
        last = last if section_id is None else section_id
        yield line, title, section_id


def _stretches(document: Document) -> list[_Stretch]:
    """Return the parts of the wikitext that are bibliographies, sub-sections included."""
    marks = _headings(document)
    stretches: list[_Stretch] = []
    open_level: int | None = None
    for index, (line, title, section_id) in enumerate(marks):
        if open_level is not None and line.level <= open_level:
            open_level = None
        if open_level is None and is_bibliography(title):
            open_level = line.level
        if open_level is not None and not _is_closed(title):
            stop = marks[index + 1][0].start if index + 1 < len(marks) else len(document.page.text)
            stretches.append(_Stretch(line.end, stop, section_id))
    return stretches


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of a span; a newline inside a template does not end one."""
    inside = [(node.start, node.end) for node in scan(text, start, end) if node.kind == TEMPLATE]
    starts = [span[0] for span in inside]
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        while stop >= 0:
            index = bisect_left(starts, stop) - 1
            if index < 0 or inside[index][1] <= stop:
                break
            stop = text.find("\n", inside[index][1], end)
        stop = end if stop < 0 else stop
        yield at, stop
        at = stop + 1


_TAIL = re.compile(r"\[\[[^\[\]\n|]{1,100}:")


def _wikitext_items(document: Document) -> Iterator[Item]:
    text = document.page.text
    stretches = _stretches(document)
    if not stretches:
        return
    spans = sorted(
        (p.source_start, p.paragraph_id) for p in document.paragraphs if p.source_start is not None
    )
    starts = [span[0] for span in spans]
    for stretch in stretches:
        for start, end in _lines(text, stretch.start, stretch.end):
            raw = text[start:end]
            bare = raw.lstrip("*#:; \t")
            listed = raw[:1] in {"*", "#", ":", ";"}
            if not bare.strip() or (not listed and ("{{" not in bare or _TAIL.match(bare))):
                continue
            index = bisect_left(starts, start)
            inside = index < len(spans) and spans[index][0] < end
            paragraph = spans[index][1] if inside else None
            yield Item(stretch.section_id, paragraph, bare, "", (), listed)


def _rendered_items(document: Document) -> Iterator[Item]:
    """Yield the list items of bibliography sections of a page that is not wikitext."""
    listing: dict[int, bool] = {}
    for section in document.sections:
        inherited = section.parent_id is not None and listing.get(section.parent_id, False)
        here = is_bibliography(section.title) or (inherited and not _is_closed(section.title))
        listing[section.section_id] = here
    for paragraph in document.paragraphs:
        if paragraph.kind == "list_item" and listing.get(paragraph.section_id, False):
            yield Item(
                paragraph.section_id,
                paragraph.paragraph_id,
                None,
                paragraph.text,
                paragraph.links,
                is_listed=True,
            )


def find_items(document: Document) -> Iterator[Item]:
    """Yield the entries of every bibliography of the page, in order."""
    if document.page.input_format == "wikitext":
        yield from _wikitext_items(document)
    else:
        yield from _rendered_items(document)
