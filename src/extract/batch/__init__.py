"""Many pages: plan, work, resume, and commit a snapshot.

The sources are cut into shards, each a task that a worker does by itself (``tasks``,
``pool``).  A finished task leaves its Parquet parts and a record in a working folder under
ROOT; a run that was interrupted, however, finds the records, checks the files against them
by hash, and does what is missing.  Only when all tasks are done is a snapshot committed, so
it has the same bytes as that of a run nobody disturbed.  The working folder is named by
what is read and how, so that another input or version never meets old shards.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from extract._version import __version__
from extract.batch.pool import Job, Progress, run_alone, run_jobs
from extract.batch.tasks import Options, Task, find_record, read_page_ids, run_task, task_folder
from extract.errors import NotFoundError, OutputError, SourceError, UsageError
from extract.hewiki import read_knowledge
from extract.schema import SCHEMA_VERSION, TABLES
from extract.snapshots import Snapshot, commit_snapshot, lock_root
from extract.sources import Shard, SourceProblem, check_sums, plan_shards
from extract.tables import PartFile, sort_parts

__all__ = [
    "Job",
    "Options",
    "Plan",
    "Progress",
    "RunReport",
    "commit_run",
    "plan_run",
    "run",
    "run_plan",
]

WORK = ".work"
SHARD_BYTES = 16 << 20
SMALL_SHARD_BYTES = 2 << 20
ENOUGH_SHARDS = 16
"""So many keep a few workers busy to the end; smaller inputs are cut into smaller shards."""
_SMALL_INPUT = 1 << 20
_UNWRITABLE = frozenset(
    getattr(errno, name, 0)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EFBIG", "ENOTDIR", "EEXIST")
)
_DAMAGE = ("source/truncated", "source/corrupt", "source/sum_differs", "source/missing")


class RunReport(NamedTuple):
    """What a run did: the snapshot, pages read, rows by table, problems by stage and kind."""

    snapshot: Snapshot
    pages: int
    rows: Mapping[str, int]
    problems: Mapping[str, int]
    problem_pages: int
    covered: Mapping[str, int]
    """Pages with at least one row, by table."""

    @property
    def problem_share(self) -> float:
        """Share of the pages that have a problem, from 0 to 1."""
        return self.problem_pages / self.pages if self.pages else float(self.problem_pages > 0)

    @property
    def is_damaged(self) -> bool:
        """Whether a source was cut short or altered, so that pages nobody knows of are missing."""
        return any(kind in self.problems for kind in _DAMAGE)


class Plan(NamedTuple):
    """What a run will do: its tasks, its options, and what the manifest says of them."""

    tasks: tuple[Task, ...]
    options: Options
    about: Mapping[str, Any]
    key: str
    """Names the working folder."""
    stamps: tuple[tuple[str, int, int], ...] = ()
    """Path, bytes and time of change of every dump, which workers read piece by piece."""
    size: int = 0
    """Bytes of all files."""


def plan_run(
    sources: Sequence[str | os.PathLike[str]],
    options: Options | None = None,
    *,
    limit: int | None = None,
    shard_bytes: int | None = None,
) -> Plan:
    """Cut the sources into tasks; the same sources give the same plan.

    ``shard_bytes`` is about how much text a task is to have, by default what suits the size
    of the whole.  With ``limit`` everything is one task, since only reading in order can
    count.  Raises SourceError for a source that is not there.
    """
    options = options or Options()
    paths = [Path(source) for source in sources]
    shards = _cut(paths, options.format, shard_bytes)
    if not shards:
        names = ", ".join(map(str, paths))
        raise NotFoundError(
            f"{names}: nothing to read; expected pages (.wiki, .txt, .html) or dumps"
        )
    if limit is not None:
        tasks: tuple[Task, ...] = (Task(0, tuple(shards), limit),)
    else:
        tasks = tuple(Task(number, (shard,)) for number, shard in enumerate(shards))
    wrong = tuple(_check_exports(paths, [shard.path for shard in shards if not shard.files]))
    tasks = (tasks[0]._replace(problems=wrong), *tasks[1:])
    choices: dict[str, Any] = {
        "format": options.format,
        "namespaces": sorted(options.namespaces) if options.namespaces is not None else None,
        "titles": sorted(options.titles) if options.titles is not None else None,
        "limit": limit,
    }
    if options.knowledge is not None:
        choices["knowledge"] = _hash_knowledge(options.knowledge)
    about = {"sources": [path.name for path in paths], "options": choices}
    stamps = sorted({_stamp(name) for shard in shards for name in shard.files or (shard.path,)})
    cuts = [(s.start, s.end, s.compression, len(s.files)) for s in shards]
    work = (options.processor, options.page_seconds, __version__, SCHEMA_VERSION)
    identity = json.dumps([stamps, cuts, wrong, about, work], ensure_ascii=False)
    key = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    dumps = tuple(sorted({_stamp(shard.path) for shard in shards if not shard.files}))
    return Plan(tasks, options, about, key, dumps, sum(size for _, size, _ in stamps))


def _cut(paths: Sequence[Path], form: str, target: int | None) -> list[Shard]:
    shards = plan_shards(paths, format=form, target_bytes=target or SHARD_BYTES)
    if target is None and len(shards) < ENOUGH_SHARDS:
        target = max(SMALL_SHARD_BYTES, SHARD_BYTES * len(shards) // ENOUGH_SHARDS)
        shards = plan_shards(paths, format=form, target_bytes=target)
    return shards


def _check_exports(sources: Sequence[Path], dumps: Sequence[str]) -> Iterator[SourceProblem]:
    """Yield what lists of sums say: of all their files in folders given, else of those given."""
    named: dict[Path, set[str]] = {}
    for dump in dict.fromkeys(map(Path, dumps)):
        named.setdefault(dump.parent, set()).add(dump.name)
    for folder, names in named.items():
        whole = any(folder / name not in sources for name in names)
        yield from check_sums(folder, None if whole else names)


def _hash_knowledge(path: str) -> str:
    read_knowledge(path)  # here, where an error can be told
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _stamp(name: str) -> tuple[str, int, int]:
    path = Path(name)
    try:
        state = path.stat()
    except OSError:
        return (str(path.resolve()), 0, 0)
    return (str(path.resolve()), state.st_size, state.st_mtime_ns)


def run(
    sources: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] = "outputs",
    *,
    options: Options | None = None,
    workers: int = 1,
    limit: int | None = None,
    fresh: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> RunReport:
    """Extract every page of the sources and commit a snapshot under ``out``.

    Small inputs are read in this process, others by ``workers`` processes.  Raises
    SourceError when a source is not there and UsageError for impossible options or when
    another run is writing to ``out``; a page that cannot be read becomes a row of
    ``problems``.
    """
    if workers < 1:
        raise UsageError(f"workers: expected 1 or more, got {workers}")
    plan = plan_run(sources, options, limit=limit)
    # Names learned from a dump hold for a process: never for the caller's own.
    alone = workers == 1 and plan.options.knowledge is None
    in_process = alone and plan.size < _SMALL_INPUT

    def do(jobs: Sequence[Job], work: Path) -> Mapping[int, dict[str, Any]]:
        if not in_process:
            return run_jobs(jobs, plan.options, work, workers, progress)
        return {
            job.task.number: run_task(job.task, plan.options, work, repeated=job.repeated)
            for job in jobs
        }

    return run_plan(plan, out, do, fresh=fresh)


def run_plan(
    plan: Plan,
    out: str | os.PathLike[str],
    do: Callable[[Sequence[Job], Path], Mapping[int, dict[str, Any]]],
    *,
    fresh: bool = False,
) -> RunReport:
    """Do what is left of a plan and commit a snapshot under ``out``.

    ``do`` is the engine: given jobs and the working folder, it does them in any order and
    place (``run_task`` in a process that may die) and returns the records by task number.
    It is not called with nothing, and called again for tasks that share pages.
    """
    root = Path(out)
    with _writing_to(root), lock_root(root):
        work = root / WORK / plan.key
        if fresh:
            shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        for attempt in work.glob(".shard-*"):  # of workers that were killed
            shutil.rmtree(attempt, ignore_errors=True)
        records = _do_tasks(plan, work, do)
        _check_unchanged(plan)
        report = commit_run(root, work, plan, records)
        shutil.rmtree(root / WORK, ignore_errors=True)
    return report


@contextmanager
def _writing_to(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Of a file that is read it would be a SourceError.
        if error.errno not in _UNWRITABLE:
            raise
        raise OutputError(
            f"{root}: cannot be written: {os.strerror(error.errno or 0)}; "
            "what is finished is kept, start again to go on"
        ) from error


def _check_unchanged(plan: Plan) -> None:
    for before in plan.stamps:
        if _stamp(before[0]) != before:
            raise SourceError(
                f"{before[0]}: changed while it was read; start again to read it anew"
            )


def _do_tasks(
    plan: Plan, work: Path, do: Callable[[Sequence[Job], Path], Mapping[int, dict[str, Any]]]
) -> list[dict[str, Any]]:
    records = {
        task.number: record
        for task in plan.tasks
        if (record := find_record(work, task.number)) is not None
    }
    left = [Job(task) for task in plan.tasks if task.number not in records]
    if left:
        records.update(do(left, work))
    again = list(_again_without_repeated(plan, records, work))
    if again:
        records.update(do(again, work))
    return [records[task.number] for task in plan.tasks]


def _again_without_repeated(
    plan: Plan, records: Mapping[int, Mapping[str, Any]], work: Path
) -> Iterator[Job]:
    """Yield the tasks to do again because an earlier one has some of their pages."""
    owner: dict[int, int] = {}
    overlapping = _overlapping(records)
    for task in plan.tasks:
        if task.number not in overlapping:
            continue
        repeated = {
            page_id
            for page_id in read_page_ids(work, task.number)
            if owner.setdefault(page_id, task.number) != task.number
        }
        if repeated:
            yield Job(task, repeated=frozenset(repeated))


def _overlapping(records: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """Return the tasks whose range of page ids meets that of another: none in most dumps."""
    ranges = sorted(
        (record["page_ids"]["low"], record["page_ids"]["high"], number)
        for number, record in records.items()
        if record["page_ids"]["low"] is not None
    )
    found: set[int] = set()
    reach, last = 0, -1
    for low, high, number in ranges:
        if last >= 0 and low <= reach:
            found |= {last, number}
        if last < 0 or high > reach:
            reach, last = high, number
    return found


def commit_run(
    root: Path, work: Path, plan: Plan, records: Sequence[Mapping[str, Any]]
) -> RunReport:
    """Make the parts of the finished tasks a snapshot and return what was done."""
    parts = [
        PartFile(
            part["table"],
            task_folder(work, task.number) / part["table"] / part["file"],
            part["rows"],
            part["size"],
            part["sha256"],
            tuple(part["span"]) if part["span"] else None,
        )
        for task, record in zip(plan.tasks, records, strict=True)
        for part in record["parts"]
    ]
    parts = _put_in_order(parts, work)
    rows, problems, covered = Counter[str](), Counter[str](), Counter[str]()
    for record in records:
        rows.update(record["rows"])
        problems.update(record["problems"])
        covered.update(record["covered"])
    pages = sum(record["pages"] for record in records)
    problem_pages = sum(record["problem_pages"] for record in records)
    summary = {
        "pages": pages,
        "problem_pages": problem_pages,
        "problems": dict(sorted(problems.items())),
        "pages_with": {name: covered[name] for name in TABLES},
    }
    snapshot = commit_snapshot(root, parts, {**plan.about, "summary": summary})
    return RunReport(
        snapshot,
        pages,
        {name: rows[name] for name in TABLES},
        dict(sorted(problems.items())),
        problem_pages,
        summary["pages_with"],
    )


def _put_in_order(parts: list[PartFile], work: Path) -> list[PartFile]:
    """Return parts with rows sorted by page id over all parts of a table.

    Those of a dump are, mostly: its pages come by id.  Problems that belong to no page have
    ids of their own, so that their table alone may need it.
    """
    unsorted = {name for name in TABLES if not _sorted_parts(parts, name)}
    if not unsorted:
        return parts
    if unsorted != {"problems"}:
        unsorted = set(TABLES)
    chosen = {
        name: [part.path for part in parts if part.table == name]
        for name in TABLES
        if name in unsorted
    }
    pages = [part.path for part in parts if part.table == "pages"]
    folder = work / "sorted"
    shutil.rmtree(folder, ignore_errors=True)
    # Arrow is large, and in this process only where it has read pages itself.
    call = sort_parts if "pyarrow" in sys.modules else run_alone(sort_parts)
    return [part for part in parts if part.table not in unsorted] + call(chosen, pages, folder)


def _sorted_parts(parts: Sequence[PartFile], table: str) -> bool:
    full = [part.span for part in parts if part.table == table and part.rows]
    spans = [span for span in full if span is not None]
    return len(spans) == len(full) and all(a[1] <= b[0] for a, b in pairwise(spans))
