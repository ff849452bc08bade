"""Sources: every note and every item of a bibliography to rows that say what it cites.

``find_citations(document)`` gives one row a source.  A note may hold several; a note in
whose words no source is recognised still has one row, of kind ``text``, so that a join
from an event over its note always arrives somewhere.  A template that is not known is kept
whole (``template`` and ``parameters``, ``kind`` None).

How to add a template
    Write a block in ``hewiki/citations.toml``; no code changes.  Say in a ``# source:``
    line where the meaning of its parameters is known from.  If it is like its neighbours,
    a form does most of it::

        # source: the template's documentation
        [template."שם התבנית"]
        like = "site"            # author, title, id, date
        work = "שם האתר"
        url = [{ url = "https://example.org/{identifier}", confirmed = true }]

    Add a case in ``fixtures/cases/citations/``.  For a whole wiki at once run
    ``pipelines/update_citations.py`` on its TemplateData; what it writes stands behind the
    hand-written blocks.

Modules: ``templates`` loads the data, ``filling`` turns one template into a row, ``prose``
reads links and words, ``notes`` finds the sources of one note, ``bibliography`` finds the
lists at the end of an article, ``values`` and ``dating`` read single values.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from extract.model import Citation, Document
from extract.references.bibliography import find_items
from extract.references.notes import read_note, read_sources
from extract.references.rendered import read_rendered
from extract.references.templates import load_marks

__all__ = ["find_citations"]


def _year(document: Document) -> int | None:
    stamp = document.page.rev_timestamp or ""
    return int(stamp[:4]) if stamp[:4].isdecimal() else None


def _note_rows(document: Document, latest_year: int | None) -> Iterator[tuple[int, Citation]]:
    """Yield the rows of the notes, in their order, with the ids of these."""
    wikitext = document.page.input_format == "wikitext"
    explaining = load_marks().explaining_groups
    for note in document.notes:
        if wikitext and note.syntax not in {"html", "text"}:
            found = read_note(note.raw, latest_year) if note.raw else []
        else:
            found = read_rendered(note.text, note.links, latest_year, note.raw)
        for row in found:
            if row.kind != "text" or note.group not in explaining:
                yield note.reference_id, row


def _tells(row: Citation) -> bool:
    """Whether a row says anything: ``{{אתר רשמי}}`` alone leaves all to the wiki's own data."""
    return row.template is None or bool(row.parameters or row.work)


def _list_rows(
    document: Document, latest_year: int | None
) -> Iterator[tuple[int | None, int | None, Citation]]:
    """Yield the rows of the bibliographies, in their order, with their section and paragraph."""
    for item in find_items(document):
        if item.raw is not None:
            found = read_sources(item.raw, latest_year)
            if not item.is_listed:
                found = [row for row in found if row.kind != "text" and row.template]
            found = [row for row in found if _tells(row)]
        else:
            found = read_rendered(item.text, item.links, latest_year)
        for row in found:
            yield item.section_id, item.paragraph_id, row


_IDS, _PARAGRAPH = 3, Citation._fields.index("paragraph_id")
_make = partial(tuple.__new__, Citation)


def find_citations(document: Document) -> tuple[Citation, ...]:
    """Return the sources of a page: those of its notes, then those of its bibliographies.

    ``citation_id`` counts from 0.  A note's rows carry its ``reference_id`` (its marks tell
    the sections); a bibliography's rows have ``reference_id`` None and the section and
    paragraph they stand in.  Nothing raises on malformed text.
    """
    latest_year = _year(document)
    rows: list[Citation] = []
    for note, row in _note_rows(document, latest_year):
        rows.append(_make((len(rows), note, None, *row[_IDS:])))
    for section, paragraph, row in _list_rows(document, latest_year):
        about, rest = row[_IDS:_PARAGRAPH], row[_PARAGRAPH + 1 :]
        rows.append(_make((len(rows), None, section, *about, paragraph, *rest)))
    return tuple(rows)
