"""Many pages: plan, work, resume, and commit a snapshot.

The sources are cut into shards, each a task that a worker does by itself (``tasks``,
``pool``).  A finished task leaves its Parquet parts and a record in a working folder under
ROOT; a run that was interrupted, however, finds the records, checks the files against them
by hash, and does what is missing.  Only when all tasks are done is a snapshot committed, so
it has the same bytes as that of a run nobody disturbed.  The working folder is named by
what is read and how, so that another input or version never meets old shards.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from extract._version import __version__
from extract.batch.pool import Job, Progress, run_jobs
from extract.batch.tasks import Options, Task, find_record, run_task, task_folder
from extract.errors import NotFoundError, UsageError
from extract.hewiki import read_knowledge
from extract.schema import SCHEMA_VERSION, TABLES
from extract.snapshots import Snapshot, commit_snapshot
from extract.sources import plan_shards
from extract.tables import PartFile

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
_SMALL_INPUT = 1 << 20


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


class Plan(NamedTuple):
    """What a run will do: its tasks, its options, and what the manifest says of them."""

    tasks: tuple[Task, ...]
    options: Options
    about: Mapping[str, Any]
    key: str
    """Names the working folder."""


def plan_run(
    sources: Sequence[str | os.PathLike[str]],
    options: Options | None = None,
    *,
    limit: int | None = None,
    shard_bytes: int = SHARD_BYTES,
) -> Plan:
    """Cut the sources into tasks; the same sources give the same plan.

    With ``limit`` everything is one task, since only reading in order can count.  Raises
    SourceError for a source that is not there.
    """
    options = options or Options()
    paths = [Path(source) for source in sources]
    shards = plan_shards(paths, format=options.format, target_bytes=shard_bytes)
    if not shards:
        names = ", ".join(map(str, paths))
        raise NotFoundError(
            f"{names}: nothing to read; expected pages (.wiki, .txt, .html) or dumps"
        )
    if limit is not None:
        tasks: tuple[Task, ...] = (Task(0, tuple(shards), limit),)
    else:
        tasks = tuple(Task(number, (shard,)) for number, shard in enumerate(shards))
    choices: dict[str, Any] = {
        "format": options.format,
        "namespaces": sorted(options.namespaces) if options.namespaces is not None else None,
        "titles": sorted(options.titles) if options.titles is not None else None,
        "limit": limit,
    }
    if options.knowledge is not None:
        choices["knowledge"] = _hash_knowledge(options.knowledge)
    about = {"sources": [path.name for path in paths], "options": choices}
    stamps = sorted({_stamp(name) for shard in shards for name in (shard.path, *shard.files)})
    identity = json.dumps(
        [stamps, about, options.processor, shard_bytes, __version__, SCHEMA_VERSION],
        ensure_ascii=False,
    )
    return Plan(tasks, options, about, hashlib.sha256(identity.encode()).hexdigest()[:16])


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
    in_process = alone and _input_bytes(plan) < _SMALL_INPUT

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
    with _locked(root):
        work = root / WORK / plan.key
        if fresh:
            shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        records = _do_tasks(plan, work, do)
        report = commit_run(root, work, plan, records)
        shutil.rmtree(root / WORK, ignore_errors=True)
    return report


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w", encoding="utf-8") as file:
        try:
            import fcntl
        except ImportError:  # Windows has no such lock; two runs there are the user's to avoid
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"{root}: another run is writing here; wait for it to end") from None
        yield


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
    again = list(_again_without_repeated(plan, records))
    if again:
        records.update(do(again, work))
    return [records[task.number] for task in plan.tasks]


def _input_bytes(plan: Plan) -> int:
    return sum(shard.end - shard.start for task in plan.tasks for shard in task.shards)


def _again_without_repeated(plan: Plan, records: Mapping[int, Mapping[str, Any]]) -> Iterator[Job]:
    """Yield the tasks to do again because an earlier one has some of their pages."""
    owner: dict[int, int] = {}
    everyone = array("q")
    for task in plan.tasks:
        everyone.extend(records[task.number]["page_ids"])
    if len(set(everyone)) == len(everyone):
        return
    for task in plan.tasks:
        repeated = set()
        for page_id in records[task.number]["page_ids"]:
            if owner.setdefault(page_id, task.number) != task.number:
                repeated.add(page_id)
        if repeated:
            yield Job(task, repeated=frozenset(repeated))


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
        )
        for task, record in zip(plan.tasks, records, strict=True)
        for part in record["parts"]
    ]
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
