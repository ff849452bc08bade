"""The records that flow through the pipeline.

``Page`` comes out of a source, ``Document`` out of a parser, ``Rows`` out of the
pipeline.  All are named tuples: immutable, cheap to make by the hundred thousand, and in
the order of the columns of their table, so that rows become Arrow columns with one
``zip``.

Positions (``start``, ``end``, ``position``) are code points into the stored text they
speak of, end exclusive.  Ids count from 0 in document order within a page.  ``None`` means
"not known" or "does not apply"; an empty string means "known to be empty".
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "Cell",
    "Citation",
    "DateExpression",
    "Document",
    "Entity",
    "Event",
    "Field",
    "Image",
    "Link",
    "LinkText",
    "Mark",
    "Note",
    "Page",
    "Paragraph",
    "Problem",
    "Rows",
    "Section",
    "Sentence",
]


class Page(NamedTuple):
    """One page as its source gives it; ``text`` is stored and never rewritten."""

    title: str
    text: str
    page_id: int
    """The wiki's id, or a negative number derived from the title (``sources.derive_id``)."""
    namespace: int = 0
    rev_id: int | None = None
    rev_timestamp: str | None = None
    """ISO 8601 in UTC, as in ``2021-08-10T16:23:30Z``."""
    wiki: str | None = None
    """Database name of the wiki (``hewiki``), where the source tells it."""
    input_format: str = "wikitext"
    """``wikitext``, ``html`` or ``text`` (rendered text)."""
    source: str = ""
    """File or URL the page was read from, without its folder."""
    redirect_target: str | None = None
    """What the source itself says of a redirect; the parser reads it from the text too."""
    wikidata_id: str | None = None
    html: str | None = None
    """The rendering of the same revision, where both were fetched."""


class Section(NamedTuple):
    """A heading and what follows it; section 0 is the lead, level 1, title empty."""

    section_id: int
    parent_id: int | None
    level: int
    title: str
    path: tuple[str, ...]
    """Titles from the outermost section to this one; empty for the lead."""


class Link(NamedTuple):
    """A link in a paragraph's text: ``text[start:end]`` is what the reader sees."""

    start: int
    end: int
    kind: str
    """``internal``, ``interwiki`` or ``external``."""
    target: str
    fragment: str | None = None


class LinkText(NamedTuple):
    """A link in an infobox value, where positions would point into nothing stored."""

    text: str
    target: str


class Paragraph(NamedTuple):
    """A paragraph, list item or quotation of the prose, as plain text."""

    paragraph_id: int
    section_id: int
    kind: str
    """``paragraph``, ``list_item``, ``definition_term``, ``definition`` or ``quotation``."""
    text: str
    source_start: int | None
    source_end: int | None
    """Span of the paragraph in ``Page.text``; None where the input is not wikitext."""
    links: tuple[Link, ...] = ()
    depth: int = 0
    """Nesting of a list item: 1 for ``*``, 2 for ``**``; 0 for prose."""


class Field(NamedTuple):
    """One infobox field for one subject."""

    infobox_id: int
    field_id: int
    """Counted over all infoboxes of the page."""
    parent_infobox_id: int | None
    """The box this one is nested in."""
    template: str | None
    key: str
    canonical_key: str | None
    label: str | None
    subject: str | None
    value_raw: str
    value_text: str
    value_type: str
    """``text``, ``number``, ``date``, ``coordinates``, ``link``, ``image``, ``list`` or ``empty``."""
    number: float | None = None
    unit: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    edtf: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    items: tuple[str, ...] = ()
    links: tuple[LinkText, ...] = ()
    reference_ids: tuple[int, ...] = ()
    origin: str = "wikitext"
    """``wikitext``, ``rendered`` or ``wikidata``."""
    source_start: int | None = None
    source_end: int | None = None


class Note(NamedTuple):
    """A footnote: defined once, marked any number of times."""

    reference_id: int
    list_id: int
    """Which list of notes of the page prints it: 0, 1, …"""
    group: str
    """Name of its group; empty for the common one."""
    name: str | None
    label: str | None
    """As printed, without brackets: ``3``, ``א``."""
    label_exact: bool
    syntax: str
    """``ref``, ``הערה``, ``ביאור`` or the name of another footnote template; ``text``, ``html``."""
    text: str
    raw: str
    """Its wikitext or HTML; empty where the name is used but never defined."""
    source_start: int | None = None
    source_end: int | None = None
    """Span of ``raw`` in ``Page.text``."""
    links: tuple[Link, ...] = ()
    """Links in ``text``."""


class Mark(NamedTuple):
    """A footnote mark: the place in the page where a note is referred to."""

    mark_id: int
    reference_id: int
    context: str
    """``paragraph``, ``infobox``, ``table``, ``caption``, ``heading`` or ``reference``."""
    section_id: int
    paragraph_id: int | None = None
    position: int | None = None
    """Code point of the paragraph's text after which the mark stands."""
    infobox_id: int | None = None
    field_id: int | None = None
    table_id: int | None = None
    image_id: int | None = None
    in_reference_id: int | None = None
    """The note this mark stands in, where ``context`` is ``reference``."""


class Cell(NamedTuple):
    """A cell of a table of the page, at its place in the grid after spans are laid out."""

    table_id: int
    section_id: int
    caption: str | None
    row: int
    column: int
    rowspan: int
    colspan: int
    is_header: bool
    text: str


class Image(NamedTuple):
    """A picture in the page."""

    image_id: int
    section_id: int
    file: str
    """File name without namespace, first letter as written, spaces for underscores."""
    caption: str | None
    infobox_id: int | None = None
    """The infobox it stands in."""
    field_id: int | None = None
    """The field it is the value of, or stands in."""


class Problem(NamedTuple):
    """Something that could not be read; the rest of the page is kept."""

    stage: str
    """``source``, ``parse``, ``dates``, ``events``, ``references``, ``tables`` or ``worker``."""
    kind: str
    message: str


class Document(NamedTuple):
    """A parsed page: everything the later stages need, whatever the input was."""

    page: Page
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    fields: tuple[Field, ...] = ()
    notes: tuple[Note, ...] = ()
    marks: tuple[Mark, ...] = ()
    cells: tuple[Cell, ...] = ()
    images: tuple[Image, ...] = ()
    categories: tuple[str, ...] = ()
    interwiki: tuple[str, ...] = ()
    """Interlanguage links as ``prefix:title``."""
    redirect_target: str | None = None
    is_disambiguation: bool = False
    wikidata_id: str | None = None
    problems: tuple[Problem, ...] = ()


class Sentence(NamedTuple):
    """A sentence of a paragraph, its final mark included."""

    sentence_id: int
    paragraph_id: int
    start: int
    end: int


class DateExpression(NamedTuple):
    """A date expression in a text, by the convention in docs/dates.md."""

    start: int
    end: int
    text: str
    edtf: str
    start_date: str | None
    """First day, proleptic Gregorian ISO 8601 with astronomical years; None if open."""
    end_date: str | None
    start_jdn: int | None
    """The same as Julian day number of that civil day."""
    end_jdn: int | None
    precision: str
    calendar: str
    modifier: str
    kind: str
    anchor: int | None = None
    """Index, in the same list, of the expression this one was resolved by."""
    rule: str = ""
    """Name of the form that read it."""
    same_as: int | None = None
    """Index of the same day in another calendar, standing beside it."""


class Entity(NamedTuple):
    """A link inside an event's clause; positions into the paragraph's text."""

    text: str
    target: str
    start: int
    end: int


class Event(NamedTuple):
    """A dated clause."""

    event_id: int
    paragraph_id: int | None
    """None where the event comes from an infobox field."""
    sentence_id: int | None
    start: int | None
    end: int | None
    text: str
    date_ids: tuple[int, ...]
    edtf: str
    start_date: str | None
    end_date: str | None
    start_jdn: int | None
    end_jdn: int | None
    precision: str
    modifier: str
    calendar: str
    role: str
    """``point``, ``start``, ``end``, ``duration``, ``before``, ``after``, ``birth``, ``death``, ``lifespan``."""
    type: str
    """``clause``, ``nominal``, ``state``, ``lifespan`` or ``field``."""
    date_source: str
    """``explicit``, ``relative``, ``implicit`` or ``inherited``."""
    polarity: str = "positive"
    modality: str = "asserted"
    """``asserted``, ``planned`` or ``hypothetical``."""
    entities: tuple[Entity, ...] = ()
    reference_ids: tuple[int, ...] = ()
    paragraph_reference_ids: tuple[int, ...] = ()
    field_id: int | None = None
    """The infobox field the event comes from."""


class Citation(NamedTuple):
    """A source cited in a footnote or in a bibliography list."""

    citation_id: int
    reference_id: int | None
    section_id: int | None
    template: str | None
    kind: str | None
    title: str | None = None
    authors: tuple[str, ...] = ()
    work: str | None = None
    publisher: str | None = None
    date_text: str | None = None
    edtf: str | None = None
    url: str | None = None
    archive_url: str | None = None
    access_date: str | None = None
    """EDTF of the day the source was consulted."""
    language: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    isbn: str | None = None
    doi: str | None = None
    quote: str | None = None
    identifier: str | None = None
    """What the template calls the source by: an article id, a path."""
    book: str | None = None
    chapter: str | None = None
    verse: str | None = None
    """Place in a scripture, where the template cites one."""
    paragraph_id: int | None = None
    """The list item it stands in, in a bibliography section."""
    parameters: tuple[tuple[str, str], ...] = ()
    """The template's parameters as written, so that nothing is lost."""


class Rows(NamedTuple):
    """All rows of one page, a tuple of records a table, in the tables' order."""

    pages: tuple[tuple[object, ...], ...] = ()
    sections: tuple[tuple[object, ...], ...] = ()
    paragraphs: tuple[tuple[object, ...], ...] = ()
    sentences: tuple[tuple[object, ...], ...] = ()
    links: tuple[tuple[object, ...], ...] = ()
    infobox: tuple[tuple[object, ...], ...] = ()
    references: tuple[tuple[object, ...], ...] = ()
    reference_marks: tuple[tuple[object, ...], ...] = ()
    citations: tuple[tuple[object, ...], ...] = ()
    dates: tuple[tuple[object, ...], ...] = ()
    events: tuple[tuple[object, ...], ...] = ()
    tables: tuple[tuple[object, ...], ...] = ()
    images: tuple[tuple[object, ...], ...] = ()
    problems: tuple[tuple[object, ...], ...] = ()
