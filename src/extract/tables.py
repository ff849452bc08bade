"""Rows → Arrow → Parquet: the only door to pyarrow besides the schema."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PageRows", "PartFile", "build_table", "read_parts", "write_part"]

_EMPTY: list[Any] = []


class PageRows(NamedTuple):
    """The rows of one page for one table: records without their ``page_id``."""

    page_id: int
    records: Sequence[tuple[object, ...]]


class PartFile(NamedTuple):
    """A written Parquet file: its path, row count, byte size and SHA-256."""

    path: Path
    rows: int
    size: int
    sha256: str


def _as_structs(column: Iterable[Any], names: Sequence[str]) -> list[list[dict[str, Any]]]:
    return [
        [dict(zip(names, item, strict=True)) for item in cell] if cell else _EMPTY
        for cell in column
    ]


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
        arrays.append(pa.array(values, field.type))
    return pa.Table.from_arrays(arrays, names=schema.names).cast(schema)


def write_part(table: pa.Table, folder: Path, stem: str) -> PartFile:
    """Write a Parquet file named ``<stem>-<sha12>.parquet`` and return what was written.

    The name carries the hash of the bytes, so that a task run twice leaves the same file.
    """
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{stem}.tmp"
    pq.write_table(table, temporary, compression="zstd", compression_level=3, store_schema=True)
    data = temporary.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{stem}-{digest[:12]}.parquet"
    temporary.replace(path)
    return PartFile(path, table.num_rows, len(data), digest)


def read_parts(name: str, paths: Sequence[Path]) -> pa.Table:
    """Return table ``name`` read from Parquet files, in the order of the paths."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema(name)
    if not paths:
        return schema.empty_table()
    return pa.concat_tables([pq.read_table(path).cast(schema) for path in paths])


def count_rows(rows: Mapping[str, Sequence[object]]) -> dict[str, int]:
    """Return the number of rows by table, zero included."""
    return {name: len(rows.get(name, ())) for name in TABLES}
