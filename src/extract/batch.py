"""Many pages: shards, resume, the commit of a snapshot.

A run reads its sources in order, cuts them into shards of about ``SHARD_BYTES`` of text,
writes every shard's Parquet parts into a working folder, and leaves a record beside them
once they are complete.  A run that was interrupted finds these records, checks the files
against them, and goes on with what is missing; only when every shard is there does it
commit a snapshot.  The working folder is named by what is read and how, so that another
input or another version never meets old shards.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from extract._version import __version__
from extract.errors import UsageError
from extract.model import Page, Problem, Rows
from extract.pipeline import process
from extract.schema import SCHEMA_VERSION, TABLES
from extract.snapshots import Part, Snapshot, commit_snapshot
from extract.sources import SourceProblem, iter_pages

__all__ = ["RunReport", "run"]

SHARD_BYTES = 16_000_000
WORK = ".work"
RECORD = "shard.json"


class RunReport(NamedTuple):
    """What a run did: the snapshot, pages read, rows by table, problems by stage and kind."""

    snapshot: Snapshot
    pages: int
    rows: Mapping[str, int]
    problems: Mapping[str, int]
    problem_pages: int

    @property
    def problem_share(self) -> float:
        """Share of the pages that have a problem, from 0 to 1."""
        return self.problem_pages / self.pages if self.pages else float(self.problem_pages > 0)


class _Shard(NamedTuple):
    number: int
    items: Sequence[Page | SourceProblem]


def run(  # noqa: PLR0913  (each keyword is an option of the command)
    sources: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] = "outputs",
    *,
    format: str = "auto",  # noqa: A002  (the contract's name of the option)
    workers: int = 1,
    limit: int | None = None,
    namespaces: Sequence[int] = (0,),
    titles: frozenset[str] | None = None,
    fresh: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> RunReport:
    """Extract every page of the sources and commit a snapshot under ``out``.

    ``progress`` is called after every page with the number of pages and of bytes of text
    read so far.  Raises SourceError when a source cannot be opened at all and UsageError
    for impossible options; a page that cannot be read becomes a row of ``problems``.
    """
    if workers < 1:
        raise UsageError(f"workers: expected 1 or more, got {workers}")
    root = Path(out)
    options = {
        "format": format,
        "namespaces": sorted(namespaces),
        "limit": limit,
        "titles": sorted(titles) if titles is not None else None,
    }
    work = root / WORK / _run_key(sources, options)
    if fresh:
        shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    pages = iter_pages(
        [Path(source) for source in sources],
        format=format,
        namespaces=tuple(namespaces),
        limit=limit,
        titles=titles,
    )
    records = [
        _finished(work, shard) or _write_shard(work, shard)
        for shard in _shards(_first_of_each(pages), progress)
    ]
    report = _commit(root, work, records, {"sources": _source_names(sources), "options": options})
    shutil.rmtree(work, ignore_errors=True)
    return report


def _source_names(sources: Sequence[str | os.PathLike[str]]) -> list[str]:
    return [Path(source).name for source in sources]


def _run_key(sources: Sequence[str | os.PathLike[str]], options: Mapping[str, Any]) -> str:
    files = [str(Path(source).resolve()) for source in sources]
    identity = json.dumps([files, options, __version__, SCHEMA_VERSION], ensure_ascii=False)
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _first_of_each(pages: Iterable[Page | SourceProblem]) -> Iterator[Page | SourceProblem]:
    seen: set[int] = set()
    for page in pages:
        if isinstance(page, Page):
            if page.page_id in seen:
                message = f"page {page.page_id} was read before; {page.source} is left out"
                yield SourceProblem(
                    page.title, page.page_id, Problem("source", "repeated", message)
                )
                continue
            seen.add(page.page_id)
        yield page


def _shards(
    pages: Iterable[Page | SourceProblem], progress: Callable[[int, int], None] | None
) -> Iterator[_Shard]:
    items: list[Page | SourceProblem] = []
    number = size = count = total = 0
    for page in pages:
        items.append(page)
        if isinstance(page, Page):
            length = len(page.text.encode("utf-8", "surrogatepass"))
            size += length
            total += length
            count += 1
        if progress is not None:
            progress(count, total)
        if size >= SHARD_BYTES:
            yield _Shard(number, items)
            items, number, size = [], number + 1, 0
    if items or not number:
        yield _Shard(number, items)


def _fingerprint(shard: _Shard) -> str:
    digest = hashlib.sha256()
    for item in shard.items:
        digest.update(repr(item).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _finished(work: Path, shard: _Shard) -> dict[str, Any] | None:
    try:
        record = json.loads((_folder(work, shard) / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if record.get("input") != _fingerprint(shard):
        return None
    for part in record["parts"]:
        path = work / part["path"]
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
            return None
    return dict(record)


def _folder(work: Path, shard: _Shard) -> Path:
    return work / f"shard-{shard.number:05d}"


def _write_shard(work: Path, shard: _Shard) -> dict[str, Any]:
    from extract.tables import PageRows, build_table, write_part  # noqa: PLC0415

    rows: list[tuple[int, Rows]] = [_rows_of(item) for item in shard.items]
    folder = _folder(work, shard)
    shutil.rmtree(folder, ignore_errors=True)
    parts = []
    counts = {}
    for name in TABLES:
        pages = [PageRows(page_id, getattr(r, name)) for page_id, r in rows if getattr(r, name)]
        counts[name] = sum(len(page.records) for page in pages)
        if not pages and shard.number:
            continue
        written = write_part(build_table(name, pages), folder / name, f"part-{shard.number:05d}")
        parts.append(
            {
                "table": name,
                "path": str(written.path.relative_to(work)),
                "rows": written.rows,
                "size": written.size,
                "sha256": written.sha256,
            }
        )
    problems = Counter(f"{row[1]}/{row[2]}" for _, r in rows for row in r.problems)
    record = {
        "input": _fingerprint(shard),
        "pages": sum(isinstance(item, Page) for item in shard.items),
        "problem_pages": sum(bool(r.problems) for _, r in rows),
        "problems": dict(sorted(problems.items())),
        "rows": counts,
        "parts": parts,
    }
    temporary = folder / f".{RECORD}.tmp"
    temporary.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    temporary.replace(folder / RECORD)
    return record


def _rows_of(item: Page | SourceProblem) -> tuple[int, Rows]:
    if isinstance(item, Page):
        return item.page_id, process(item)
    return item.page_id, Rows(problems=((item.title, *item.problem),))


def _commit(
    root: Path, work: Path, records: Sequence[Mapping[str, Any]], about: Mapping[str, Any]
) -> RunReport:
    parts = [
        Part(part["table"], work / part["path"], part["rows"], part["size"], part["sha256"])
        for record in records
        for part in record["parts"]
    ]
    rows: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for record in records:
        rows.update(record["rows"])
        problems.update(record["problems"])
    pages = sum(record["pages"] for record in records)
    problem_pages = sum(record["problem_pages"] for record in records)
    summary = {
        "pages": pages,
        "problem_pages": problem_pages,
        "problems": dict(sorted(problems.items())),
    }
    snapshot = commit_snapshot(root, parts, {**about, "summary": summary})
    return RunReport(
        snapshot, pages, {name: rows[name] for name in TABLES}, dict(problems), problem_pages
    )
