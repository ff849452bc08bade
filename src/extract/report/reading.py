"""The pages of a snapshot with all their rows, one at a time.

Parts of one number hold the same pages in every table, in the same order; so the tables
are read side by side, a batch of rows of each in memory, and every file once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from extract.errors import SnapshotError
from extract.snapshots import Snapshot

__all__ = ["PageRecord", "read_pages", "read_titles"]

Row = dict[str, Any]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "pages": (
        "page_id", "title", "rev_id", "rev_timestamp", "wiki", "input_format", "source",
        "redirect_target", "is_disambiguation", "categories",
    ),
    "sections": ("page_id", "section_id", "parent_id", "level", "title", "path"),
    "paragraphs": ("page_id", "paragraph_id", "section_id", "kind", "text", "depth"),
    "links": ("page_id", "paragraph_id", "start", "end", "kind", "target", "fragment"),
    "infobox": (
        "page_id", "infobox_id", "field_id", "parent_infobox_id", "template", "key",
        "canonical_key", "label", "subject", "value_text", "value_type", "number", "unit",
        "latitude", "longitude", "edtf", "items", "reference_ids", "origin",
    ),
    "references": ("page_id", "reference_id", "group", "label", "text"),
    "reference_marks": (
        "page_id", "mark_id", "reference_id", "context", "section_id", "paragraph_id", "position",
        "infobox_id", "field_id", "table_id", "image_id", "in_reference_id",
    ),
    "citations": (
        "page_id", "citation_id", "reference_id", "template", "kind", "title", "authors", "work",
        "publisher", "date_text", "edtf", "url", "archive_url", "access_date", "language",
        "volume", "issue", "pages", "isbn", "doi", "quote", "identifier", "book", "chapter",
        "verse",
    ),
    "dates": (
        "page_id", "date_id", "paragraph_id", "start", "end", "text", "edtf", "start_date",
        "end_date", "precision", "calendar", "modifier", "kind", "rule",
    ),
    "events": (
        "page_id", "event_id", "paragraph_id", "start", "end", "text", "edtf", "start_date",
        "end_date", "start_jdn", "end_jdn", "precision", "modifier", "calendar", "role", "type",
        "polarity", "modality", "reference_ids", "paragraph_reference_ids", "field_id",
    ),
    "tables": (
        "page_id", "table_id", "section_id", "caption", "row", "column", "rowspan", "colspan",
        "is_header", "text",
    ),
    "images": ("page_id", "image_id", "file", "caption"),
    "problems": ("page_id", "title", "stage", "kind", "message"),
}  # fmt: skip
BATCH_ROWS = 4096


class PageRecord(NamedTuple):
    """A page: its row of ``pages`` and its rows of every other table, in row order."""

    page: Row
    tables: Mapping[str, list[Row]]

    def rows(self, table: str) -> list[Row]:
        """Return the page's rows of a table."""
        return self.tables.get(table, [])


def read_titles(snapshot: Snapshot) -> Iterator[tuple[int, str]]:
    """Yield the id and title of every page."""
    for path in snapshot.paths("pages"):
        for row in _rows(path, ("page_id", "title")):
            yield row["page_id"], row["title"]


def read_pages(
    snapshot: Snapshot, columns: Mapping[str, tuple[str, ...]] = COLUMNS
) -> Iterator[PageRecord]:
    """Yield every page of the snapshot with its rows.

    ``columns`` names what to read of each table, ``page_id`` first; a table it leaves out is
    not read.
    Rows of pages that the table ``pages`` lacks come as a page of their own, with what
    ``problems`` says of it.  Raises SnapshotError where the tables disagree in the order
    of their pages.
    """
    for parts in _buckets(snapshot, columns):
        yield from _read_bucket(parts, columns)


def _buckets(snapshot: Snapshot, tables: Iterable[str]) -> list[dict[str, Path]]:
    found: dict[str, dict[str, Path]] = {}
    for table in tables:
        for path in snapshot.paths(table):
            found.setdefault(path.name.split("-")[1], {})[table] = path
    return [found[number] for number in sorted(found)]


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(columns)):
                yield from batch.to_pylist()
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read: {error}") from error


class _Cursor:
    """A table's rows, page by page."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._groups = groupby(rows, itemgetter("page_id"))
        self._advance()

    def _advance(self) -> None:
        group = next(self._groups, None)
        self.page_id: int | None = group[0] if group else None
        self._rows = list(group[1]) if group else []

    def take(self, page_id: int) -> list[Row]:
        """Return the rows of the page if it is the next one, else nothing."""
        if self.page_id != page_id:
            return []
        rows = self._rows
        self._advance()
        return rows


def _read_bucket(
    parts: Mapping[str, Path], columns: Mapping[str, tuple[str, ...]]
) -> Iterator[PageRecord]:
    problems: dict[int, list[Row]] = {}
    for row in _rows(parts["problems"], columns["problems"]) if "problems" in parts else ():
        problems.setdefault(row["page_id"], []).append(row)
    cursors = {
        name: _Cursor(_rows(path, columns[name]))
        for name, path in parts.items()
        if name not in {"pages", "problems"}
    }
    for page in _rows(parts["pages"], columns["pages"]) if "pages" in parts else ():
        page_id = page["page_id"]
        tables = {name: cursor.take(page_id) for name, cursor in cursors.items()}
        tables["problems"] = problems.pop(page_id, [])
        yield PageRecord(page, tables)
    for name, cursor in cursors.items():
        if cursor.page_id is not None:
            raise SnapshotError(
                f"{parts[name]}: rows of page {cursor.page_id} stand out of the order of pages"
            )
    for page_id, rows in problems.items():
        yield PageRecord({"page_id": page_id, "title": rows[0]["title"]}, {"problems": rows})
