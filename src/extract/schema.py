"""Every table and column: the only place where a column is defined.

``hewiki schema``, the README's tables, the Parquet schema and the column descriptions in
the files are all made from ``TABLES``.  A column's position is the position of its value
in the row records the pipeline builds; ``page_id`` stands first in every table.

Types are Arrow types in Arrow's own spelling.  Positions are code points, end exclusive.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SCHEMA_VERSION", "TABLES", "Column", "Table", "arrow_schema", "find_table"]

SCHEMA_VERSION = "1"
"""Raised whenever a column is added, so that a reader can tell what to expect."""


class Column(NamedTuple):
    """A column: its Arrow type, what it holds, its unit, and whether it may be null."""

    name: str
    type: str
    description: str
    unit: str | None = None
    nullable: bool = True


class Table(NamedTuple):
    """A table: one row is ``row``; ``columns`` in storage order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in storage order."""
        return tuple(column.name for column in self.columns)


_TEXT_UNIT = "code points"
_PAGE_ID = Column(
    "page_id",
    "int64",
    "The wiki's page id; for input without one, a negative number derived from the title",
    nullable=False,
)


def _key(name: str, description: str) -> Column:
    return Column(name, "int32", description, nullable=False)


def _table(name: str, row: str, *columns: Column) -> Table:
    return Table(name, row, (_PAGE_ID, *columns))


def _start(of: str) -> Column:
    return Column("start", "int32", f"Start of the {of} in the paragraph's text", _TEXT_UNIT)


def _end(of: str) -> Column:
    return Column("end", "int32", f"End of the {of} in the paragraph's text, exclusive", _TEXT_UNIT)


_SOURCE_SPAN = (
    Column(
        "source_start", "int32", "Start in the page's wikitext; null for other input", _TEXT_UNIT
    ),
    Column("source_end", "int32", "End in the page's wikitext, exclusive", _TEXT_UNIT),
)
_BOUNDS = (
    Column(
        "start_date",
        "string",
        "First day, ISO 8601, proleptic Gregorian, astronomical years (1 BCE = 0000); null if open",
    ),
    Column("end_date", "string", "Last day, as start_date; null if open"),
)
_JDNS = (
    Column("start_jdn", "int32", "First day as a Julian day number: sorts and subtracts", "days"),
    Column("end_jdn", "int32", "Last day as a Julian day number", "days"),
)
_EDTF = Column(
    "edtf", "string", "The date as EDTF (ISO 8601-2, levels 0 to 2) in the civil calendar in force"
)
_PRECISION = Column(
    "precision",
    "string",
    "day, week, month, season, quarter, half_year, year, decade, century, millennium or mixed",
)
_CALENDAR = Column("calendar", "string", "The calendar the text uses: gregorian, julian or hebrew")
_MODIFIER = Column(
    "modifier",
    "string",
    "none, or since, until, before, after, early, mid, late, approximate, uncertain, "
    "unknown_start joined by +",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "pages",
            "a page",
            Column("title", "string", "Title of the page", nullable=False),
            Column("namespace", "int32", "Namespace number; 0 holds the articles", nullable=False),
            Column("rev_id", "int64", "Revision the rows were read from; null if unknown"),
            Column("rev_timestamp", "string", "When that revision was saved, ISO 8601 in UTC"),
            Column("wiki", "string", "Database name of the wiki, such as hewiki; null if unknown"),
            Column("input_format", "string", "wikitext, html or text", nullable=False),
            Column("source", "string", "File name or URL the page was read from", nullable=False),
            Column(
                "sha1", "string", "SHA-1 of the stored text in UTF-8, hexadecimal", nullable=False
            ),
            Column("redirect_target", "string", "Title the page redirects to; null if it does not"),
            Column("is_disambiguation", "bool", "Whether the page lists meanings", nullable=False),
            Column("wikidata_id", "string", "Wikidata item, such as Q64; null if unknown"),
            Column("categories", "list<string>", "Categories of the page, without namespace"),
            Column("interwiki", "list<string>", "Interlanguage links as prefix:title"),
            Column("extractor_version", "string", "Version of this package", nullable=False),
        ),
        _table(
            "sections",
            "a heading; 0 is the lead",
            _key("section_id", "Number of the section in the page"),
            Column("parent_id", "int32", "The section this one stands in; null for the lead"),
            Column("level", "int32", "Number of equals signs of its heading; 1 for the lead"),
            Column("title", "string", "Text of the heading; empty for the lead", nullable=False),
            Column("path", "list<string>", "Titles from the outermost section to this one"),
        ),
        _table(
            "paragraphs",
            "a paragraph, list item or quotation of the prose",
            _key("paragraph_id", "Number of the paragraph in the page"),
            _key("section_id", "The section it stands in"),
            Column(
                "kind",
                "string",
                "paragraph, list_item, definition_term, definition or quotation",
                nullable=False,
            ),
            Column(
                "text",
                "string",
                "What a reader sees: no markup, no footnote marks; positions point into it",
                nullable=False,
            ),
            *_SOURCE_SPAN,
            Column("depth", "int32", "Nesting of a list item, from 1; 0 for prose", nullable=False),
        ),
        _table(
            "sentences",
            "a sentence",
            _key("sentence_id", "Number of the sentence in the page"),
            _key("paragraph_id", "The paragraph it stands in"),
            _start("sentence"),
            _end("sentence"),
        ),
        _table(
            "links",
            "a link in a paragraph",
            _key("paragraph_id", "The paragraph it stands in"),
            _start("link's words"),
            _end("link's words"),
            Column("kind", "string", "internal, interwiki or external", nullable=False),
            Column(
                "target",
                "string",
                "Title or URL the link leads to; a title as the wiki files it, with a capital",
                nullable=False,
            ),
            Column("fragment", "string", "Part after #; null if none"),
        ),
        _table(
            "infobox",
            "a field of an infobox, for one subject",
            _key("infobox_id", "Number of the infobox in the page"),
            _key("field_id", "Number of the row, counted over all infoboxes of the page"),
            Column("parent_infobox_id", "int32", "The infobox this one is nested in; null if none"),
            Column("template", "string", "Name of the infobox template; null for rendered input"),
            Column(
                "key", "string", "The parameter as written, or the rendered label", nullable=False
            ),
            Column("canonical_key", "string", "Our English name of the field; null if unknown"),
            Column("label", "string", "The label as rendered; null where only wikitext was read"),
            Column("subject", "string", "Column of a comparison box; null in an ordinary one"),
            Column("value_raw", "string", "The value as in the source", nullable=False),
            Column("value_text", "string", "The value as plain text", nullable=False),
            Column(
                "value_type",
                "string",
                "text, number, date, coordinates, link, image, list or empty",
                nullable=False,
            ),
            Column("number", "double", "The value as a number, magnitude words applied"),
            Column("unit", "string", "Unit written with the number or in the label"),
            Column("latitude", "double", "Latitude of coordinates", "degrees north"),
            Column("longitude", "double", "Longitude of coordinates", "degrees east"),
            _EDTF,
            *_BOUNDS,
            Column("items", "list<string>", "The values of a list"),
            Column("links", "list<struct<text: string, target: string>>", "Links in the value"),
            Column("reference_ids", "list<int32>", "Footnotes marked in the field"),
            Column(
                "origin",
                "string",
                "wikitext, rendered (only the page as shown has it) or wikidata",
                nullable=False,
            ),
            *_SOURCE_SPAN,
        ),
        _table(
            "references",
            "a footnote",
            _key("reference_id", "Number of the footnote in the page"),
            _key("list_id", "Which of the page's lists of footnotes prints it"),
            Column(
                "group", "string", "Name of its group; empty for the common one", nullable=False
            ),
            Column("name", "string", "Name it is reused by; null if none"),
            Column("label", "string", "The label as printed, without brackets"),
            Column(
                "label_exact",
                "bool",
                "False where only the wiki's expansion of templates could tell the label",
                nullable=False,
            ),
            Column(
                "syntax", "string", "ref, הערה, ביאור, or text or html by input", nullable=False
            ),
            Column("text", "string", "The footnote as plain text", nullable=False),
            Column("raw", "string", "The footnote as in the source", nullable=False),
            *_SOURCE_SPAN,
        ),
        _table(
            "reference_marks",
            "a footnote mark in the page",
            _key("mark_id", "Number of the mark in the page"),
            _key("reference_id", "The footnote it refers to"),
            Column(
                "context",
                "string",
                "paragraph, infobox, table, caption, heading or reference (inside another note)",
                nullable=False,
            ),
            _key("section_id", "The section it stands in"),
            Column("paragraph_id", "int32", "The paragraph it stands in; null outside the prose"),
            Column("position", "int32", "Where it stands in the paragraph's text", _TEXT_UNIT),
            Column("sentence_id", "int32", "The sentence in or right after which it stands"),
            Column("infobox_id", "int32", "The infobox it stands in"),
            Column("field_id", "int32", "The infobox row it stands in"),
            Column("table_id", "int32", "The table it stands in"),
            Column("image_id", "int32", "The image whose caption it stands in"),
            Column("in_reference_id", "int32", "The footnote it stands in"),
        ),
        _table(
            "citations",
            "a source cited in a footnote or a bibliography list",
            _key("citation_id", "Number of the citation in the page"),
            Column("reference_id", "int32", "The footnote that cites it; null in a bibliography"),
            Column("section_id", "int32", "The bibliography section; null in a footnote"),
            Column(
                "template", "string", "Citation template as written; null for a bare link or text"
            ),
            Column("kind", "string", "web, news, book, journal …; null for an unknown template"),
            Column("title", "string", "Title of the source, markup removed"),
            Column("authors", "list<string>", "Authors, one each"),
            Column("work", "string", "Site, newspaper, journal or larger work"),
            Column("publisher", "string", "Publisher of the source, as written"),
            Column("date_text", "string", "Date of publication as written"),
            _EDTF._replace(description="Date of publication as EDTF; null if it cannot be read"),
            Column("url", "string", "Address of the source"),
            Column("archive_url", "string", "Address of an archived copy"),
            Column("access_date", "string", "When the source was consulted, as EDTF"),
            Column("language", "string", "Language of the source as an ISO 639 code"),
            Column("volume", "string", "Volume of the journal or series, as written"),
            Column("issue", "string", "Issue of the journal or magazine, as written"),
            Column("pages", "string", "Pages cited"),
            Column("isbn", "string", "ISBN, digits only, checksum checked"),
            Column("doi", "string", "DOI, lower case, without a resolver's address"),
            Column("quote", "string", "Words quoted from the source"),
            Column(
                "identifier", "string", "What the template calls the source by: an id or a path"
            ),
            Column("book", "string", "Book of a scripture"),
            Column("chapter", "string", "Chapter of a scripture"),
            Column("verse", "string", "Verse of a scripture"),
            Column("paragraph_id", "int32", "The list item it stands in, in a bibliography"),
            Column(
                "parameters",
                "list<struct<name: string, value: string>>",
                "The template's parameters as written",
            ),
        ),
        _table(
            "dates",
            "a date expression in a paragraph",
            _key("date_id", "Number of the expression in the page"),
            _key("paragraph_id", "The paragraph it stands in"),
            Column("sentence_id", "int32", "The sentence it stands in"),
            _start("expression"),
            _end("expression"),
            Column("text", "string", "The expression as written", nullable=False),
            _EDTF,
            *_BOUNDS,
            *_JDNS,
            _PRECISION,
            _CALENDAR,
            _MODIFIER,
            Column(
                "kind",
                "string",
                "explicit, implicit, relative, in_name, lifespan, recurring or holiday",
            ),
            Column("anchor_date_id", "int32", "The expression this one was resolved by"),
            Column("same_as_date_id", "int32", "The same day in another calendar beside it"),
            Column("rule", "string", "Name of the form that read it"),
        ),
        _table(
            "events",
            "a dated event",
            _key("event_id", "Number of the event in the page"),
            Column("paragraph_id", "int32", "The paragraph it stands in; null for a field's event"),
            Column("sentence_id", "int32", "The sentence it stands in"),
            _start("clause"),
            _end("clause"),
            Column("text", "string", "The clause as written", nullable=False),
            Column("date_ids", "list<int32>", "The date expressions that date it"),
            _EDTF._replace(description="When it happened, as EDTF"),
            *_BOUNDS,
            *_JDNS,
            _PRECISION,
            _MODIFIER,
            _CALENDAR,
            Column(
                "role",
                "string",
                "point, start, end, duration, before, after, birth, death or lifespan",
            ),
            Column("type", "string", "clause, nominal, state, lifespan or field"),
            Column("date_source", "string", "explicit, relative, implicit or inherited"),
            Column("polarity", "string", "positive or negative"),
            Column("modality", "string", "asserted, planned or hypothetical"),
            Column(
                "entities",
                "list<struct<text: string, target: string, start: int32, end: int32>>",
                "Links inside the clause, positions in the paragraph's text",
            ),
            Column("reference_ids", "list<int32>", "Footnotes that support its own sentence"),
            Column(
                "paragraph_reference_ids",
                "list<int32>",
                "Footnotes that close its paragraph, where its own sentence has none",
            ),
            Column("field_id", "int32", "The infobox row it comes from; null for prose"),
        ),
        _table(
            "tables",
            "a cell of a table in the page",
            _key("table_id", "Number of the table in the page"),
            _key("section_id", "The section it stands in"),
            Column("caption", "string", "Caption of the table; null if none"),
            Column("row", "int32", "Row of the cell, from 0", nullable=False),
            Column("column", "int32", "Column of the cell, from 0, spans laid out", nullable=False),
            Column("rowspan", "int32", "Rows it covers", nullable=False),
            Column("colspan", "int32", "Columns it covers", nullable=False),
            Column("is_header", "bool", "Whether it is a header cell", nullable=False),
            Column("text", "string", "The cell as plain text", nullable=False),
        ),
        _table(
            "images",
            "a picture in the page",
            _key("image_id", "Number of the picture in the page"),
            _key("section_id", "The section it stands in"),
            Column("file", "string", "File name without namespace", nullable=False),
            Column("caption", "string", "Caption as plain text; null if none"),
            Column("infobox_id", "int32", "The infobox it stands in; null outside of one"),
            Column("field_id", "int32", "The infobox row it stands in; null if it has none"),
        ),
        _table(
            "problems",
            "something that could not be read",
            Column("title", "string", "Title of the page, as far as it is known", nullable=False),
            Column("stage", "string", "Where it happened: source, parse, dates …", nullable=False),
            Column("kind", "string", "What happened, as one word", nullable=False),
            Column("message", "string", "What happened, for a person", nullable=False),
        ),
    )
}


def find_table(name: str) -> Table:
    """Return the table of that name; raises UsageError naming the tables there are."""
    try:
        return TABLES[name]
    except KeyError:
        known = ", ".join(TABLES)
        raise UsageError(f"no table {name!r}; expected one of {known}") from None


def _arrow_type(spelling: str) -> Any:
    import pyarrow as pa

    simple = {
        "int32": pa.int32(),
        "int64": pa.int64(),
        "string": pa.string(),
        "bool": pa.bool_(),
        "double": pa.float64(),
    }
    if spelling in simple:
        return simple[spelling]
    inner = spelling.partition("<")[2].removesuffix(">")
    if spelling.startswith("list<"):
        return pa.list_(_arrow_type(inner))
    if spelling.startswith("struct<"):
        parts = (field.split(": ") for field in inner.split(", "))
        return pa.struct([(name, _arrow_type(kind)) for name, kind in parts])
    raise UsageError(f"column type {spelling!r} is not one this package writes")


@cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the Arrow schema of a table, descriptions and units as field metadata."""
    import pyarrow as pa

    table = find_table(name)
    fields = []
    for column in table.columns:
        metadata = {"description": column.description}
        if column.unit:
            metadata["unit"] = column.unit
        fields.append(
            pa.field(column.name, _arrow_type(column.type), column.nullable, metadata=metadata)
        )
    return pa.schema(
        fields, metadata={"table": name, "row": table.row, "schema_version": SCHEMA_VERSION}
    )
