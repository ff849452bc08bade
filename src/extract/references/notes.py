"""The sources of one note or one item of a bibliography, in wikitext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from extract.model import Citation
from extract.references.dating import read_when
from extract.references.filling import Parameters, keep_template, read_template
from extract.references.prose import (
    ExternalLink,
    find_links,
    is_copy,
    names_site,
    read_link,
    read_words,
)
from extract.references.templates import CitationForm, Marks, find_form, fold, load_marks
from extract.references.values import read_text, read_url
from extract.wikitext import Template, find_templates, normalize_title, split_lone

__all__ = ["read_note", "read_sources", "unwrap"]

_REF_OPEN = re.compile(r"<ref\b[^<>]{0,2000}>", re.IGNORECASE)
_REF = re.compile(r"<ref\b[^<>]{0,2000}/>|<ref\b[^<>]{0,2000}(?<!/)>|</ref\s*>", re.IGNORECASE)
_HEAD = re.compile(r"\{\{([^][{}<>|:]++)[|}]")
_COMMENT = re.compile(r"<!--|-->")
_DEPTH = 6
_LONG = 200_000
"""A note longer than this is a page swallowed by an opener nobody closed."""


class _Hit(NamedTuple):
    """A template or an external link at its place in the note."""

    start: int
    end: int
    template: Template | None
    link: ExternalLink | None


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text with the spans (in order) blanked out, positions unchanged."""
    if not spans:
        return text
    parts: list[str] = []
    at = 0
    for start, end in spans:
        if start >= at:
            parts += (text[at:start], " " * (end - start))
            at = end
    parts.append(text[at:])
    return "".join(parts)


def _comment_spans(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _COMMENT.finditer(text):
        if match[0] == "<!--":
            opened = match.start() if opened is None else opened
        elif opened is not None:
            spans.append((opened, match.end()))
            opened = None
    if opened is not None:
        spans.append((opened, len(text)))
    return spans


def _nested_note_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of whole ``<ref>`` notes: they are notes of their own."""
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _REF.finditer(text):
        if match[0].startswith("</"):
            if opened is not None:
                spans.append((opened, match.end()))
                opened = None
        elif match[0].endswith("/>"):
            if opened is None:
                spans.append(match.span())
        elif opened is None:
            opened = match.start()
    return spans


def unwrap(raw: str) -> str:
    """Return what a note holds: the content of its tag, or its template's unnamed text."""
    text = raw[:_LONG].strip()
    opener = _REF_OPEN.match(text)
    if opener:
        end = text.lower().rfind("</ref")
        return text[opener.end() : end if end >= opener.end() else len(text)]
    if not text.startswith("{{") or not _may_be_note(text):
        return text
    templates = find_templates(text)
    if len(templates) == 1 and templates[0].end == len(text) and templates[0].start == 0:
        template = templates[0]
        if fold(template.name) in load_marks().notes:
            return _note_text(template)
    return text


def _may_be_note(text: str) -> bool:
    """Whether the template that begins a text may be a note; most are plainly sources."""
    head = _HEAD.match(text)
    return head is None or fold(normalize_title(head[1])) in load_marks().notes


def _note_text(template: Template) -> str:
    """Return the text of a note template, also where a ``=`` in it made it a parameter."""
    marks = load_marks()
    given = {fold(p.name): p for p in template.parameters}
    for name in marks.note_text:
        if name in given and given[name].value.strip():
            return given[name].value
    rest = [p for name, p in given.items() if name not in marks.note_attributes]
    return "\n".join(p.value if p.positional else f"{p.name}={p.value}" for p in rest)


def _citing(template: Template, text: str, marks: Marks, depth: int) -> Iterator[Template]:
    """Yield the templates that cite: this one, or known ones inside it."""
    name = fold(template.name)
    if find_form(name) or name in marks.archives or name in marks.languages:
        yield template
        return
    if name in marks.notes:
        return
    inner: list[Template] = []
    if depth < _DEPTH:
        for parameter in template.parameters:
            if "{{" in parameter.value:
                for child in find_templates(text, parameter.start, parameter.end):
                    inner.extend(_citing(child, text, marks, depth + 1))
    if any(find_form(item.name) for item in inner):
        yield from inner
    elif depth == 0 and name not in marks.ignored and template.parameters:
        yield template


def _attach(rows: list[Citation], template: Template, marks: Marks, latest: int | None) -> bool:
    """Let a mark speak of the source before it; False where the template is no mark."""
    name = fold(template.name)
    if name in marks.languages:
        if rows and rows[-1].language is None:
            rows[-1] = rows[-1]._replace(language=marks.languages[name])
        return True
    if name not in marks.archives:
        return False
    raw = template.get(*marks.archive_url) or ""
    url, archive = read_url(raw)
    if url is None:
        return True
    if archive is None:
        stamp = read_text(template.get(*marks.archive_stamp) or "")
        compact = stamp.replace("-", "")
        if compact.isdecimal() and len(compact) in {8, 14}:
            archive = f"https://web.archive.org/web/{compact}/{url}"
    if rows and rows[-1].archive_url is None:
        rows[-1] = rows[-1]._replace(archive_url=archive or url, url=rows[-1].url or url)
    elif not rows:
        edtf = read_when(template.get("date") or "", latest)[1]
        title = read_text(template.get(*marks.archive_title) or "") or None
        rows.append(
            Citation(
                0,
                None,
                None,
                template.name,
                "web",
                title=title,
                url=url,
                archive_url=archive,
                access_date=edtf,
            )
        )
    return True


def _find_hits(text: str, marks: Marks) -> tuple[list[_Hit], str]:
    """Return templates and links in order, and the text with the templates blanked out."""
    hits: list[_Hit] = []
    outermost = find_templates(text) if "{{" in text else []
    for template in outermost:
        hits.extend(
            _Hit(item.start, item.end, item, None) for item in _citing(template, text, marks, 0)
        )
    bare = _blank(text, [(item.start, item.end) for item in outermost])
    for link in find_links(bare) if "//" in bare else ():
        label = ""
        if link.label:
            label = text[link.start : link.end - 1].partition(link.url)[2].strip()
        hits.append(_Hit(link.start, link.end, None, link._replace(label=label)))
    hits.sort()
    return hits, bare


_PARTS = re.compile(r";\s|\n")
_FIRST_SEPARATOR = re.compile(r";(?=\s)|\n")
_SEPARATOR = re.compile(r"(?<![&#a-z0-9]);|;(?=\s)|\n[*#:]*|\u2022|\.\s")


def _last_piece(text: str) -> str:
    """Return what follows the last separator of sources."""
    return text[max((m.end() for m in _SEPARATOR.finditer(text)), default=0) :]


def _first_piece(text: str) -> str:
    first = _FIRST_SEPARATOR.search(text)
    return text[: first.start()] if first else text


def _is_mark(name: str) -> bool:
    """Whether a template says something of the source before it."""
    folded = fold(name)
    return folded in load_marks().archives or folded in load_marks().languages


def _read_links(
    rows: list[Citation], hits: list[_Hit], bare: str, latest: int | None, index: int
) -> int:
    """Read the link at ``index`` with the words around it; return the next index to read."""
    link = hits[index].link
    if link is None:
        return index + 1
    if rows and is_copy(link.url, rows[-1]):
        rows[-1] = rows[-1]._replace(archive_url=rows[-1].archive_url or read_url(link.url)[1])
        return index + 1
    previous = hits[index - 1].end if index else 0
    before = bare[previous : link.start]
    if index:
        piece = _last_piece(before)
        before = piece if len(piece) < len(before) else ""
    else:
        before = _last_piece(before)
    site = None
    following = index + 1
    while following < len(hits) and (second := hits[following].link) is not None:
        if not names_site(bare[hits[following - 1].end : second.start], second, link):
            break
        site = second.label
        following += 1
    stop = following
    while stop < len(hits) and (mark := hits[stop].template) and _is_mark(mark.name):
        stop += 1
    end = hits[stop].start if stop < len(hits) else len(bare)
    after = _first_piece(bare[hits[following - 1].end : end])
    if site is not None:
        after = _first_piece(bare[link.end : hits[index + 1].start]) + after
    rows.append(read_link(link, before, after, site, latest))
    return following


def _read_gaps(hits: list[_Hit], bare: str, latest: int | None) -> Iterator[tuple[int, Citation]]:
    """Yield the books and articles written out between the other sources, and after which hit."""
    if "''" not in bare and '"' not in bare:
        return
    spans = [(hit.start, hit.end) for hit in hits]
    at = 0
    for start, end in [*spans, (len(bare), len(bare))]:
        gap = bare[at:start]
        pieces = _PARTS.split(gap)
        whole = pieces if at == 0 else pieces[1:]
        for piece in whole[: None if start == len(bare) else -1]:
            if "''" in piece or '"' in piece:
                row = read_words(piece.strip(" ,"), latest)
                if row.title and row.pages:
                    yield start, row
        at = max(at, end)


def _with_gaps(
    rows: list[Citation], starts: list[int], hits: list[_Hit], bare: str, latest: int | None
) -> list[Citation]:
    """Return the rows, which begin at ``starts``, and those of the words between, in order."""
    found = [(end, 0, row) for end, row in _read_gaps(hits, bare, latest)]
    if not found:
        return rows
    found += [(start, 1, row) for start, row in zip(starts, rows, strict=True)]
    return [row for _, _, row in sorted(found, key=itemgetter(0, 1))]


def _read_words_only(bare: str, text: str, latest: int | None) -> list[Citation]:
    content = read_text(bare)
    if not content.strip(" .,:;*#-\u2013"):
        return []
    pieces = [piece.strip(" *#:") for piece in _PARTS.split(bare.strip()) if piece.strip()]
    if len(pieces) > 1:
        several = [read_words(piece, latest) for piece in pieces]
        if all(row.title for row in several):
            return several
    return [read_words(text.strip(" *#:"), latest)]


def _keep_lone(text: str, marks: Marks) -> list[Citation]:
    """Keep an unknown template without parameters where it is all there is."""
    lone = find_templates(text) if "{{" in text else []
    unknown = [t for t in lone if fold(t.name) not in marks.ignored | marks.notes]
    return [keep_template(t.name, _parameters(t)) for t in unknown[:1]]


def _lone_source(text: str, latest: int | None) -> Citation | None:
    """Return the row of a known template that is all there is, as in most notes."""
    lone = split_lone(text.strip(" .\n"))
    if lone is None:
        return None
    name, parameters = lone
    form = _source_form(name)
    if form is None or (form.kind == "scripture" and not parameters):
        return None
    return read_template(name, parameters, form, latest)


@lru_cache(maxsize=1 << 11)
def _source_form(name: str) -> CitationForm | None:
    """Return what is known of a template that cites, None of one that only marks a source."""
    return None if _is_mark(name) else find_form(name)


def _parameters(template: Template) -> Parameters:
    return tuple([(item.name, item.value.strip()) for item in template.parameters])


def read_note(raw: str, latest_year: int | None = None) -> list[Citation]:
    """Return the sources of a whole note, as ``read_sources`` does of what it holds."""
    if (lone := _lone_source(raw[:_LONG], latest_year)) is not None:
        return [lone]
    return read_sources(unwrap(raw), latest_year)


def read_sources(raw: str, latest_year: int | None = None) -> list[Citation]:
    """Return the sources cited in a note's content or a list item, in order; ids are 0.

    Known citation templates first of all; templates that mark a source (an archived copy,
    a language) change the row before them; external links with the words around them;
    templates that are not known are kept whole.  Words in which no source is recognised
    give one row of kind ``text``, so that every note leads somewhere; nothing gives none.
    """
    text = raw[:_LONG]
    if (lone := _lone_source(text, latest_year)) is not None:
        return [lone]
    if "<!--" in text:
        text = _blank(text, _comment_spans(text))
    if "<" in text:
        text = _blank(text, _nested_note_spans(text))
    marks = load_marks()
    hits, bare = _find_hits(text, marks)
    rows: list[Citation] = []
    starts: list[int] = []
    index = 0
    while index < len(hits):
        start, template = hits[index].start, hits[index].template
        if template is None:
            index = _read_links(rows, hits, bare, latest_year, index)
        else:
            index += 1
            if not _attach(rows, template, marks, latest_year):
                form = find_form(template.name)
                if form and form.kind == "scripture" and not template.parameters:
                    continue  # the name of the work as a word, no place in it
                given = template.name, _parameters(template)
                rows.append(
                    read_template(*given, form, latest_year) if form else keep_template(*given)
                )
        starts += [start] * (len(rows) - len(starts))
    if rows:
        return _with_gaps(rows, starts, hits, bare, latest_year)
    return _read_words_only(bare, text, latest_year) or _keep_lone(text, marks)
