"""Rows → Arrow → Parquet: the only door to pyarrow besides the schema."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.model import Rows
from extract.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "PageRows",
    "PartFile",
    "PartWriter",
    "build_table",
    "page_range",
    "read_columns",
    "read_parts",
    "replace_pages",
]

_EMPTY: list[Any] = []


class PageRows(NamedTuple):
    """The rows of one page for one table: records without their ``page_id``."""

    page_id: int
    records: Sequence[tuple[object, ...]]


class PartFile(NamedTuple):
    """A written Parquet file: its table, path, row count, byte size and SHA-256."""

    table: str
    path: Path
    rows: int
    size: int
    sha256: str


def _as_structs(column: Iterable[Any], names: Sequence[str]) -> list[list[dict[str, Any]]]:
    return [
        [dict(zip(names, item, strict=True)) for item in cell] if cell else _EMPTY
        for cell in column
    ]


def _without_surrogates(value: Any) -> Any:
    """Return the value with halves of pairs, which UTF-8 cannot hold, replaced by ``?``.

    They come of escapes in a page's JSON; positions stay, for each is one code point.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _without_surrogates(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_surrogates(part) for part in value]
    return value


def build_table(name: str, pages: Iterable[PageRows]) -> pa.Table:
    """Return the Arrow table ``name`` of the given pages, sorted by page id.

    Built column by column and finished by a cast to the schema, which, unlike
    ``validate``, refuses a null where none may stand.
    """
    import pyarrow as pa

    schema = arrow_schema(name)
    ordered = sorted(pages, key=lambda page: page.page_id)
    ids = chain.from_iterable(repeat(page.page_id, len(page.records)) for page in ordered)
    columns = list(zip(*chain.from_iterable(page.records for page in ordered), strict=True))
    if not columns:
        return schema.empty_table()
    arrays = [pa.array(list(ids), schema.field(0).type)]
    for field, column in zip(list(schema)[1:], columns, strict=True):
        values: Any = column
        if pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type):
            values = _as_structs(column, [part.name for part in field.type.value_type])
        try:
            arrays.append(pa.array(values, field.type))
        except UnicodeEncodeError:
            arrays.append(pa.array(_without_surrogates(values), field.type))
    return pa.Table.from_arrays(arrays, names=schema.names).cast(schema)


class PartWriter:
    """Writes the parts of one shard, a Parquet file a table, row group by row group.

    Rows are held until ``flush``; a part is hashed and gets its name,
    ``<stem>-<sha12>.parquet``, when the writer closes.  ``empty`` also writes the tables
    that have no row, so that every table of a snapshot can be opened.  Leaving the context
    by an exception removes what was written.
    """

    def __init__(self, folder: Path, stem: str, *, empty: bool = False) -> None:
        self._folder = folder
        self._stem = stem
        self._empty = empty
        self._pages: dict[str, list[PageRows]] = {name: [] for name in TABLES}
        self._writers: dict[str, Any] = {}
        self._rows: Counter[str] = Counter()
        self.parts: list[PartFile] = []
        """What was written, in the order of the tables; complete after the context."""

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._finish()
            return
        for writer in self._writers.values():
            writer.close()
        for name in self._writers:
            self._temporary(name).unlink(missing_ok=True)

    def add(self, page_id: int, rows: Rows) -> None:
        """Hold the rows of one page."""
        for name, records in zip(Rows._fields, rows, strict=True):
            if records:
                self._pages[name].append(PageRows(page_id, records))

    def flush(self) -> None:
        """Write what is held as a row group of each table."""
        for name, pages in self._pages.items():
            if pages:
                self.write(name, build_table(name, pages))
                self._pages[name] = []

    def _temporary(self, name: str) -> Path:
        return self._folder / name / f".{self._stem}.{os.getpid()}.tmp"

    def write(self, name: str, table: pa.Table) -> None:
        """Write a table of rows as a row group, at once."""
        import pyarrow.parquet as pq

        if name not in self._writers:
            self._temporary(name).parent.mkdir(parents=True, exist_ok=True)
            self._writers[name] = pq.ParquetWriter(
                self._temporary(name), table.schema, compression="zstd", compression_level=3
            )
        if table.num_rows:
            self._writers[name].write_table(table, row_group_size=table.num_rows)
        self._rows[name] += table.num_rows

    def _finish(self) -> None:
        self.flush()
        for name in TABLES:
            if self._empty and name not in self._writers:
                self.write(name, build_table(name, []))
            if name in self._writers:
                self._writers[name].close()
                self.parts.append(self._name_by_hash(name))

    def _name_by_hash(self, name: str) -> PartFile:
        temporary = self._temporary(name)
        with temporary.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = temporary.stat().st_size
        path = temporary.with_name(f"{self._stem}-{digest[:12]}.parquet")
        temporary.replace(path)
        return PartFile(name, path, self._rows[name], size, digest)


def read_parts(name: str, paths: Sequence[Path]) -> pa.Table:
    """Return table ``name`` read from Parquet files, in the order of the paths."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(name)
    if not paths:
        return schema.empty_table()
    return pa.concat_tables([pq.read_table(path).cast(schema) for path in paths])


def read_columns(
    paths: Iterable[os.PathLike[str]],
    columns: Sequence[str],
    page_ids: Collection[int] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of Parquet files as tuples of some columns, of all pages or some."""
    import pyarrow.parquet as pq

    chosen = None if page_ids is None else [("page_id", "in", set(page_ids))]
    for path in paths:
        part = pq.read_table(path, columns=list(columns), filters=chosen)
        yield from zip(*(part.column(name).to_pylist() for name in columns), strict=True)


def page_range(path: Path) -> tuple[int, int] | None:
    """Return the smallest and largest page id in a part, None where it has no rows."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    column = pq.read_table(path, columns=["page_id"]).column("page_id")
    if not len(column):
        return None
    ends = pc.min_max(column).as_py()
    return ends["min"], ends["max"]


def replace_pages(
    name: str, old: Path | None, drop: Set[int], pages: Iterable[PageRows], folder: Path, stem: str
) -> PartFile | None:
    """Write a part anew without the pages of ``drop`` and with the rows given, sorted.

    Returns None where nothing changes: no page of ``drop`` is in it and no row is new.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    new = build_table(name, pages)
    tables = [new]
    if old is not None:
        before = read_parts(name, [old])
        gone = pc.is_in(before.column("page_id"), pa.array(sorted(drop), pa.int64()))
        if not new.num_rows and not pc.any(gone).as_py():
            return None
        tables = [before.filter(pc.invert(gone)), new]
    both = pa.concat_tables(tables)
    order = pa.table({"page": both.column("page_id"), "row": range(both.num_rows)})
    both = both.take(pc.sort_indices(order, [("page", "ascending"), ("row", "ascending")]))
    with PartWriter(folder, stem) as writer:
        writer.write(name, both)
    return writer.parts[0]
