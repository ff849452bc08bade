"""One task: read a shard, process its pages, write its Parquet parts, leave a record.

This is the whole of the work, whoever calls it: the pool of this package, a Spark task, or
a test.  It returns a small record and never rows; a task run twice leaves the same bytes.
"""

from __future__ import annotations

import errno
import gc
import hashlib
import json
import shutil
import signal
import threading
import uuid
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from itertools import chain
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from extract.errors import SourceError, UsageError
from extract.model import Page, Problem, Rows
from extract.schema import TABLES
from extract.sources import Shard, SourceProblem, read_shard
from extract.tables import PartWriter, Refusal

__all__ = [
    "Beat",
    "Options",
    "Task",
    "collect_rarely",
    "find_record",
    "load_processor",
    "read_page_ids",
    "run_task",
    "task_folder",
]

RECORD = "shard.json"
PAGE_IDS = "page-ids.bin"
FLUSH_BYTES = 4 << 20
"""Text after which the rows in memory are written as a row group."""

_COLLECTED = 500_000
"""Objects more than there were, after which a collection begins: a task makes fewer."""


class Options(NamedTuple):
    """What a task needs to know besides its input; part of what names a run."""

    format: str = "auto"
    namespaces: tuple[int, ...] | None = (0,)
    titles: frozenset[str] | None = None
    page_seconds: float = 60.0
    """Time a page may take before it becomes a problem."""
    processor: str = "extract.pipeline:process"
    """The function from Page to Rows, as ``module:name``."""
    knowledge: str | None = None
    """File of names learned from a dump (``extract.hewiki.use_knowledge``)."""


class Task(NamedTuple):
    """Shards that one worker reads, in order, into parts of one number."""

    number: int
    shards: tuple[Shard, ...]
    limit: int | None = None
    problems: tuple[SourceProblem, ...] = ()
    """What was wrong with the sources before anything of them was read."""


class Beat(NamedTuple):
    """Sign of life: the last page begun (its ordinal in the task, from 0), and sums so far."""

    ordinal: int
    pages: int
    size: int
    problems: int
    busy: bool = True
    """Whether it is being processed: time to read and write is nobody's fault."""


class PageTimeoutError(BaseException):
    """A page took too long; not an Exception, so that no stage can swallow it."""


def task_folder(work: Path, number: int) -> Path:
    """Return the folder of a task's parts."""
    return work / f"shard-{number:05d}"


def find_record(work: Path, number: int) -> dict[str, Any] | None:
    """Return the record of a finished task whose files are as it says, else None."""
    folder = task_folder(work, number)
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        files = [(f"{part['table']}/{part['file']}", part["sha256"]) for part in record["parts"]]
        for name, digest in (*files, (PAGE_IDS, record["page_ids"]["sha256"])):
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(record)


def read_page_ids(work: Path, number: int) -> array[int]:
    """Return the ids of the pages that a finished task has rows of, in its order."""
    ids = array("q")
    ids.frombytes((task_folder(work, number) / PAGE_IDS).read_bytes())
    return ids


@contextmanager
def collect_rarely() -> Iterator[None]:
    """Let garbage be looked for seldom: rows are many, none is part of a cycle."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(max(before[0], _COLLECTED), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@collect_rarely()
def run_task(
    task: Task,
    options: Options,
    work: Path,
    *,
    quarantine: Mapping[int, str] | None = None,
    repeated: frozenset[int] = frozenset(),
    only: int | None = None,
    beat: Callable[[Beat], None] | None = None,
) -> dict[str, Any]:
    """Do a task and return its record: parts with hashes, counts, problems, page ids.

    ``quarantine`` maps ordinals of pages that must not be processed to the reason that
    becomes their problem; ``repeated`` are page ids that an earlier task has.  ``only``
    processes that one page and writes nothing, to learn whether it can be read alone.
    """
    process = load_processor(options.processor)
    quarantine = quarantine or {}
    folder = task_folder(work, task.number)
    if only is not None:
        for ordinal, item in enumerate(_read(task, options)):
            if ordinal == only and isinstance(item, Page):
                if beat is not None:
                    beat(Beat(ordinal, 0, 0, 0))
                _process(item, process, options.page_seconds)
                break
        return {}
    # A folder of its own: another attempt at the task may be dying, or be as quick.
    attempt = folder.with_name(f".{folder.name}-{uuid.uuid4().hex[:12]}")
    attempt.mkdir(parents=True)
    tally = _Tally()
    seen = _Seen(repeated)
    with PartWriter(attempt, f"part-{task.number:05d}", empty=task.number == 0) as writer:
        for ordinal, item in enumerate(_read(task, options)):
            if beat is not None:
                beat(Beat(ordinal, tally.pages, tally.size, tally.problem_pages))
            rows = _rows_of(item, ordinal, seen, quarantine, process, options.page_seconds)
            if rows.pages:
                seen.add(item.page_id)
            tally.add(item, rows)
            if beat is not None:
                beat(Beat(ordinal, tally.pages, tally.size, tally.problem_pages, busy=False))
            writer.add(item.page_id, rows)
            del rows  # the writer lets go of them table by table
            if tally.unwritten >= FLUSH_BYTES:
                writer.flush()
                tally.unwritten = 0
    for refusal in writer.refused:
        tally.refuse(refusal)
    (attempt / PAGE_IDS).write_bytes(seen.ids.tobytes())
    record = {
        **tally.record(),
        "rows": dict.fromkeys(TABLES, 0) | {part.table: part.rows for part in writer.parts},
        "page_ids": seen.record(),
        "parts": [_part(part) for part in writer.parts],
    }
    (attempt / RECORD).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    _settle(attempt, folder, record)
    return record


def _settle(attempt: Path, folder: Path, record: dict[str, Any]) -> None:
    """Give a finished attempt the task's name, unless the same work already has it."""
    for _ in range(8):
        try:
            attempt.rename(folder)
        except OSError as error:
            if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                raise
        else:
            return
        known = find_record(folder.parent, int(folder.name.rpartition("-")[2]))
        if known is not None and known["parts"] == record["parts"]:
            shutil.rmtree(attempt, ignore_errors=True)
            return
        shutil.rmtree(folder, ignore_errors=True)
    raise SourceError(f"{folder}: cannot be replaced; is another run writing here?")


def _part(part: Any) -> dict[str, Any]:
    return {
        "table": part.table,
        "file": part.path.name,
        "rows": part.rows,
        "size": part.size,
        "sha256": part.sha256,
        "span": part.span,
    }


def load_processor(processor: str) -> Callable[[Page], Rows]:
    """Return the function named ``module:function``; raises UsageError where there is none."""
    module, _, name = processor.partition(":")
    try:
        function: Callable[[Page], Rows] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"processor {processor!r}: expected module:function: {error}") from error
    return function


def _read(task: Task, options: Options) -> Iterator[Page | SourceProblem]:
    items: Iterator[Page | SourceProblem] = chain(
        task.problems,
        chain.from_iterable(
            read_shard(
                shard, format=options.format, namespaces=options.namespaces, titles=options.titles
            )
            for shard in task.shards
        ),
    )
    return items if task.limit is None else _up_to(task.limit, items)


def _up_to(limit: int, items: Iterator[Page | SourceProblem]) -> Iterator[Page | SourceProblem]:
    left = limit
    for item in items:
        yield item
        left -= isinstance(item, Page)
        if not left:
            return


def _rows_of(
    item: Page | SourceProblem,
    ordinal: int,
    seen: _Seen,
    quarantine: Mapping[int, str],
    process: Callable[[Page], Rows],
    seconds: float,
) -> Rows:
    if isinstance(item, SourceProblem):
        return Rows(problems=((item.title, *item.problem),))
    if ordinal in quarantine:
        return _problem_rows(item, Problem("worker", "quarantined", quarantine[ordinal]))
    if item.page_id in seen:
        message = f"page {item.page_id} was read before; the one from {item.source} is left out"
        return Rows(problems=((item.title, *Problem("source", "repeated", message)),))
    return _process(item, process, seconds)


def _process(page: Page, process: Callable[[Page], Rows], seconds: float) -> Rows:
    try:
        with _time_limit(seconds):
            return process(page)
    except PageTimeoutError:
        return _problem_rows(page, Problem("worker", "timeout", f"took over {seconds:g} s"))
    except MemoryError:
        return _problem_rows(page, Problem("worker", "memory", "needs more memory than allowed"))


def _problem_rows(page: Page, problem: Problem) -> Rows:
    return Rows(problems=((page.title, *problem),))


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    if seconds <= 0 or threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_number: int, _frame: FrameType | None) -> None:
        raise PageTimeoutError

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _Seen:
    """The pages that a task has rows of, and those it must not have.

    Ids mostly rise through a dump, so that eight bytes each are enough; a set is made when
    one does not.
    """

    def __init__(self, repeated: frozenset[int]) -> None:
        self.ids = array("q")
        self._known: set[int] | None = set(repeated) or None

    def __contains__(self, page_id: int) -> bool:
        if self._known is None:
            if not self.ids or page_id > self.ids[-1]:
                return False
            self._known = set(self.ids)
        return page_id in self._known

    def add(self, page_id: int) -> None:
        self.ids.append(page_id)
        if self._known is not None:
            self._known.add(page_id)

    def record(self) -> dict[str, Any]:
        return {
            "low": min(self.ids, default=None),
            "high": max(self.ids, default=None),
            "sha256": hashlib.sha256(self.ids).hexdigest(),
        }


class _Tally:
    """Sums over the pages of a task."""

    def __init__(self) -> None:
        self.pages = self.size = self.unwritten = self.problem_pages = 0
        self.problems: Counter[str] = Counter()
        self.covered: Counter[str] = Counter()
        self._troubled: set[int] = set()

    def add(self, item: Page | SourceProblem, rows: Rows) -> None:
        if isinstance(item, Page):
            length = len(item.text)
            self.pages += 1
            self.size += length
            self.unwritten += 2 * length
        for name, records in zip(Rows._fields, rows, strict=True):
            if records:
                self.covered[name] += 1
        if rows.problems:
            self.problem_pages += 1
            self._troubled.add(item.page_id)
            self.problems.update(f"{row[1]}/{row[2]}" for row in rows.problems)

    def refuse(self, refusal: Refusal) -> None:
        """Count what the writer could not write."""
        self.covered[refusal.table] -= 1
        if refusal.page_id not in self._troubled:
            self._troubled.add(refusal.page_id)
            self.covered["problems"] += 1
            self.problem_pages += 1
        self.problems[f"{refusal.problem.stage}/{refusal.problem.kind}"] += 1

    def record(self) -> dict[str, Any]:
        return {
            "pages": self.pages,
            "size": self.size,
            "problem_pages": self.problem_pages,
            "problems": dict(sorted(self.problems.items())),
            "covered": {name: self.covered[name] for name in TABLES},
        }
