"""Rows → Arrow → Parquet: the only door to pyarrow besides the schema."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, suppress
from itertools import accumulate, chain, islice, pairwise, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.errors import SnapshotError
from extract.model import Problem, Rows
from extract.schema import TABLES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "PageRows",
    "PartFile",
    "PartWriter",
    "Refusal",
    "build_table",
    "page_range",
    "read_columns",
    "read_parts",
    "replace_pages",
    "sort_parts",
    "spare_pandas",
]

_ROWS = 1 << 16
# Columns in which most rows have a value of their own.
_OWN_VALUES = frozenset(
    ("text", "raw", "value_raw", "value_text", "sha1", "title", "url", "archive_url", "quote")
)
# What Arrow raises where a value does not fit its column; its errors are of these kinds too.
_UNFIT = (OverflowError, TypeError, ValueError)


_spare_pandas = False


def spare_pandas() -> None:
    """Keep Arrow from importing pandas with its first array, in a process that has no use for it.

    It does so only to tell whether a value is of pandas: 50 MB and a third of a second.  A
    later ``to_pandas`` still finds it.
    """
    global _spare_pandas
    _spare_pandas = "pandas" not in sys.modules


class _WithoutPandas:
    """A finder of modules that has no pandas."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def _touch_arrow() -> None:
    global _spare_pandas
    import pyarrow as pa

    _spare_pandas = False
    finder: Any = _WithoutPandas
    sys.meta_path.insert(0, finder)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(finder)


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
    span: tuple[int, int] | None = None
    """First and last page id of rows sorted by it; None where they are not, or there are none."""


class Refusal(NamedTuple):
    """Rows of a page that no column of a table can hold: they are left out."""

    page_id: int
    table: str
    problem: Problem


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


def _build_column(values: Sequence[Any], type: pa.DataType) -> pa.Array:  # noqa: A002
    import pyarrow as pa

    if pa.types.is_list(type) and pa.types.is_struct(type.value_type):
        return _build_structs(values, type)
    try:
        return pa.array(values, type)
    except UnicodeEncodeError:
        return pa.array(_without_surrogates(values), type)


def _build_structs(cells: Sequence[Any], type: pa.DataType) -> pa.Array:  # noqa: A002
    """Return lists of structs, built field by field: many times as fast as from dicts."""
    import pyarrow as pa

    fields = list(type.value_type)
    items = list(chain.from_iterable(cell or () for cell in cells))
    columns = list(zip(*items, strict=True)) if items else [()] * len(fields)
    structs = pa.StructArray.from_arrays(
        [_build_column(part, field.type) for part, field in zip(columns, fields, strict=True)],
        fields=fields,
    )
    ends = accumulate((len(cell) if cell else 0 for cell in cells), initial=0)
    return pa.ListArray.from_arrays(pa.array(list(ends), pa.int32()), structs, type=type)


def build_table(name: str, pages: Iterable[PageRows]) -> pa.Table:
    """Return the Arrow table ``name`` of the given pages, sorted by page id.

    Built column by column.  Raises ArrowInvalid for a null where none may stand.
    """
    import pyarrow as pa

    if _spare_pandas:
        _touch_arrow()
    schema = arrow_schema(name)
    ordered = sorted(pages, key=lambda page: page.page_id)
    ids = chain.from_iterable(repeat(page.page_id, len(page.records)) for page in ordered)
    records = chain.from_iterable(page.records for page in ordered)
    parts = []
    # In steps, for the memory of a page of very many rows.
    while some := list(islice(records, _ROWS)):
        columns = [list(islice(ids, len(some))), *zip(*some, strict=True)]
        arrays = [
            _build_column(column, field.type) for field, column in zip(schema, columns, strict=True)
        ]
        part = pa.Table.from_arrays(arrays, schema=schema)
        if any(a.null_count and not f.nullable for f, a in zip(schema, arrays, strict=True)):
            part = part.cast(schema)  # it alone tells of such a null, and is slow
        parts.append(part)
    return pa.concat_tables(parts) if parts else schema.empty_table()


class PartWriter:
    """Writes the parts of one shard, a Parquet file a table, row group by row group.

    Rows are held until ``flush``; a part is hashed and gets its name,
    ``<stem>-<sha12>.parquet``, when the writer closes.  ``empty`` also writes the tables
    that have no row, so that every table of a snapshot can be opened.  Rows that cannot be
    written, as a number beyond its column's type, cost a page that table alone, and become
    a row of ``problems`` and a refusal.  Leaving the context by an exception removes what
    was written.
    """

    def __init__(self, folder: Path, stem: str, *, empty: bool = False) -> None:
        self._folder = folder
        self._stem = stem
        self._empty = empty
        self._pages: dict[str, list[PageRows]] = {name: [] for name in TABLES}
        self._writers: dict[str, Any] = {}
        self._rows: Counter[str] = Counter()
        self._spans: dict[str, tuple[int, int] | None] = {}
        self.parts: list[PartFile] = []
        """What was written, in the order of the tables; complete after the context."""
        self.refused: list[Refusal] = []

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._discard()
            return
        try:
            self._finish()
        except BaseException:
            self._discard()
            raise

    def _discard(self) -> None:
        for name, writer in self._writers.items():
            with suppress(OSError):  # that of a full disk is on its way already
                writer.close()
            writer.is_open = False  # or it tries again, and complains, when it is collected
            self._temporary(name).unlink(missing_ok=True)

    def add(self, page_id: int, rows: Rows) -> None:
        """Hold the rows of one page."""
        for name, records in zip(Rows._fields, rows, strict=True):
            if records:
                self._pages[name].append(PageRows(page_id, records))

    def flush(self) -> None:
        """Write what is held as a row group of each table."""
        titles = {page.page_id: str(page.records[0][0]) for page in self._pages["pages"]}
        # The last table is that of problems, which may grow by pages refused before it.
        for name in TABLES:
            pages, self._pages[name] = self._pages[name], []
            if not pages:
                continue
            try:
                table = build_table(name, pages)
            except _UNFIT:
                table = build_table(name, list(self._fitting(name, pages, titles)))
            self.write(name, table)

    def _fitting(
        self, name: str, pages: Iterable[PageRows], titles: Mapping[int, str]
    ) -> Iterator[PageRows]:
        for page in pages:
            try:
                build_table(name, [page])
            except _UNFIT as error:
                words = f"rows of table {name} left out: {type(error).__name__}: {error}"
                problem = Problem("tables", "unfit", words.splitlines()[0][:300])
                self.refused.append(Refusal(page.page_id, name, problem))
                row = (titles.get(page.page_id, ""), *problem)
                self._pages["problems"].append(PageRows(page.page_id, (row,)))
            else:
                yield page

    def _temporary(self, name: str) -> Path:
        return self._folder / name / f".{self._stem}.{os.getpid()}.tmp"

    def write(self, name: str, table: pa.Table) -> None:
        """Write a table of rows, sorted by page id, as a row group, at once."""
        import pyarrow.parquet as pq

        if name not in self._writers:
            self._temporary(name).parent.mkdir(parents=True, exist_ok=True)
            self._writers[name] = pq.ParquetWriter(
                self._temporary(name),
                table.schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=_with_few_values(table.schema),
            )
        if table.num_rows:
            self._writers[name].write_table(table, row_group_size=table.num_rows)
            ids = table.column("page_id")
            low, high = ids[0].as_py(), ids[-1].as_py()
            before = self._spans.setdefault(name, (low, low))
            self._spans[name] = (before[0], high) if before and before[1] <= low else None
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
        return PartFile(name, path, self._rows[name], size, digest, self._spans.get(name))


def _with_few_values(schema: pa.Schema) -> list[str]:
    """Return the columns of which a dictionary is worth its time."""
    import pyarrow as pa

    return [f.name for f in schema if pa.types.is_string(f.type) and f.name not in _OWN_VALUES]


def read_parts(name: str, paths: Sequence[Path]) -> pa.Table:
    """Return table ``name`` read from Parquet files, in the order of the paths."""
    import pyarrow as pa

    schema = arrow_schema(name)
    if not paths:
        return schema.empty_table()
    return pa.concat_tables([_read_part(path).cast(schema) for path in paths])


def _read_part(path: Path, **options: Any) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path, **options)
    except FileNotFoundError:
        raise SnapshotError(f"{path}: a part of table {path.parent.name} is gone") from None
    except (OSError, pa.ArrowInvalid) as error:
        raise SnapshotError(f"{path}: is damaged, cannot be read: {_line(error)}") from error


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def read_columns(
    paths: Iterable[os.PathLike[str]],
    columns: Sequence[str],
    page_ids: Collection[int] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of Parquet files as tuples of some columns, of all pages or some."""
    chosen = None if page_ids is None else [("page_id", "in", set(page_ids))]
    for path in paths:
        part = _read_part(Path(path), columns=list(columns), filters=chosen)
        yield from zip(*(part.column(name).to_pylist() for name in columns), strict=True)


def page_range(path: Path) -> tuple[int, int] | None:
    """Return the smallest and largest page id in a part, None where it has no rows."""
    import pyarrow.compute as pc

    column = _read_part(path, columns=["page_id"]).column("page_id")
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
    with PartWriter(folder, stem) as writer:
        writer.write(name, _sort_rows(pa.concat_tables(tables)))
    return writer.parts[0]


def _sort_rows(table: pa.Table) -> pa.Table:
    """Return the rows by page id, those of a page in the order they have."""
    import pyarrow as pa
    import pyarrow.compute as pc

    order = pa.table({"page": table.column("page_id"), "row": range(table.num_rows)})
    return table.take(pc.sort_indices(order, [("page", "ascending"), ("row", "ascending")]))


def sort_parts(
    parts: Mapping[str, Sequence[Path]], pages: Sequence[Path], folder: Path
) -> list[PartFile]:
    """Write tables anew with the rows of all their parts sorted by page id.

    ``parts`` are the files of each table to sort, ``pages`` those of the table ``pages``:
    where its parts do not overlap, theirs are the ranges of the new parts, else there are as
    many with as many pages each.  Holds the rows of one part in memory.
    """
    cuts = _find_cuts(pages)
    return [
        part
        for name in TABLES
        if name in parts
        for part in _sort_table(name, parts[name], cuts, folder)
    ]


def _find_cuts(pages: Sequence[Path]) -> list[int]:
    """Return the first page id of each part to write but the first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    spans = [span for path in pages if (span := page_range(path)) is not None]
    if all(one[1] < two[0] for one, two in pairwise(spans)):
        return [low for low, _ in spans[1:]]
    columns = [_read_part(path, columns=["page_id"]).column("page_id") for path in pages]
    ids = pc.unique(pa.chunked_array([chunk for column in columns for chunk in column.chunks]))
    ids = ids.take(pc.sort_indices(ids))
    chosen = {ids[len(ids) * number // len(spans)].as_py() for number in range(1, len(spans))}
    return sorted(chosen - {ids[0].as_py()})


def _sort_table(
    name: str, paths: Sequence[Path], cuts: Sequence[int], folder: Path
) -> Iterator[PartFile]:
    import pyarrow as pa

    heaps = folder / f".{name}"
    heaps.mkdir(parents=True)
    files = [heaps / str(number) for number in range(len(cuts) + 1)]
    with ExitStack() as stack:
        sinks = [stack.enter_context(pa.ipc.new_stream(f, arrow_schema(name))) for f in files]
        for group in _read_groups(paths):
            rows = _sort_rows(group.cast(arrow_schema(name)))
            ids = rows.column("page_id").to_pylist()
            bounds = [0, *(bisect_left(ids, cut) for cut in cuts), len(ids)]
            for sink, (low, high) in zip(sinks, pairwise(bounds), strict=True):
                if high > low:
                    sink.write_table(rows.slice(low, high - low))
    for number, file in enumerate(files):
        with pa.OSFile(str(file)) as source, pa.ipc.open_stream(source) as stream:
            rows = stream.read_all()
        if rows.num_rows or not number:
            with PartWriter(folder, f"part-{number:05d}") as writer:
                writer.write(name, _sort_rows(rows).combine_chunks())
            yield writer.parts[0]
    shutil.rmtree(heaps)


def _read_groups(paths: Sequence[Path]) -> Iterator[pa.Table]:
    import pyarrow.parquet as pq

    for path in paths:
        with pq.ParquetFile(path) as part:
            for number in range(part.num_row_groups):
                yield part.read_row_group(number)
