"""The one place that knows the order of the stages: ``Page`` → ``Rows``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from extract._version import __version__
from extract.errors import ExtractError
from extract.events import EventRows, find_events
from extract.model import Citation, Document, Page, Paragraph, Problem, Rows, Section
from extract.parsing import parse
from extract.references import find_citations

__all__ = ["document_rows", "process"]

T = TypeVar("T")

_LINKS = Paragraph._fields.index("links")


def process(page: Page) -> Rows:
    """Return every row of every table for one page.

    A stage that fails on the page leaves its tables empty and a row in ``problems``; what
    the other stages found is kept.
    """
    problems: list[Problem] = []
    document = _guard("parse", problems, lambda: parse(page), lambda: _bare(page))
    events = _guard("events", problems, lambda: find_events(document), EventRows)
    citations = _guard("references", problems, lambda: find_citations(document), tuple[Citation])
    document = document._replace(problems=(*document.problems, *problems))
    return document_rows(document, events, citations)


def _guard(
    stage: str, problems: list[Problem], run: Callable[[], T], default: Callable[[], T]
) -> T:
    try:
        return run()
    except ExtractError as error:
        problems.append(Problem(stage, type(error).__name__, str(error)))
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001  (a page must never end a run)
        problems.append(Problem(stage, "unexpected", f"{type(error).__name__}: {error}"))
    return default()


def _bare(page: Page) -> Document:
    return Document(page, (Section(0, None, 1, "", ()),), ())


def document_rows(document: Document, events: EventRows, citations: tuple[Citation, ...]) -> Rows:
    """Return the rows of a document and what the later stages found in it.

    Records come out in the column order of ``schema.TABLES``, without ``page_id``.
    """
    page = document.page
    return Rows(
        pages=(_page_row(document),),
        sections=document.sections,
        paragraphs=tuple([(*p[:_LINKS], *p[_LINKS + 1 :]) for p in document.paragraphs]),
        sentences=events.sentences,
        links=tuple([(p.paragraph_id, *link) for p in document.paragraphs for link in p.links]),
        infobox=document.fields,
        references=tuple([note[:11] for note in document.notes]),
        reference_marks=tuple(
            (*mark[:6], sentence_id, *mark[6:])
            for mark, sentence_id in zip(document.marks, events.mark_sentences, strict=True)
        )
        if events.mark_sentences
        else tuple((*mark[:6], None, *mark[6:]) for mark in document.marks),
        citations=citations,
        dates=events.dates,
        events=events.events,
        tables=document.cells,
        images=document.images,
        problems=tuple((page.title, *problem) for problem in document.problems),
    )


def _page_row(document: Document) -> tuple[object, ...]:
    page = document.page
    return (
        page.title,
        page.namespace,
        page.rev_id,
        page.rev_timestamp,
        page.wiki,
        page.input_format,
        page.source,
        hashlib.sha1(page.text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest(),
        document.redirect_target or page.redirect_target,
        document.is_disambiguation,
        document.wikidata_id or page.wikidata_id,
        document.categories,
        document.interwiki,
        __version__,
    )
