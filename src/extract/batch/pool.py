"""Worker processes that lose nothing but the page that cannot be read.

A worker is told a task and tells back its record; no page and no row crosses between
processes.  While it works it leaves its place in shared memory.  The parent takes a worker
that dies, or does not leave a page in time, for killed by that page: the page is read once
more, alone, in a process of its own; if that dies too, the page is quarantined, becomes a
problem, and the task is done again without it.  Everybody else's work goes on meanwhile.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from extract.batch.tasks import Beat, Options, Task, load_processor, run_task
from extract.errors import ExtractError, SourceError
from extract.hewiki import use_knowledge
from extract.tables import spare_pandas

__all__ = ["Job", "Progress", "die_with_parent", "run_alone", "run_jobs"]

T = TypeVar("T")

WORKER_MEMORY = 2 << 30
"""Bytes of private memory a worker may have before its page fails with a memory problem."""
_POLL_SECONDS = 0.2
_SLACK = 2.0
_DEATHS = 3
_PR_SET_PDEATHSIG = 1


class Job(NamedTuple):
    """A task to do, and which pages of it not to process."""

    task: Task
    quarantine: Mapping[int, str] = {}
    repeated: frozenset[int] = frozenset()
    only: int | None = None
    """Read this page alone and write nothing."""
    suspects: tuple[int, ...] = ()
    """Ordinals at which a worker died on this task before."""


class Progress(NamedTuple):
    """Sums over the whole run so far; ``size`` in code points of page text."""

    pages: int
    size: int
    problems: int
    tasks_done: int
    tasks: int


class _Reply(NamedTuple):
    record: dict[str, Any] | None
    error: BaseException | None


class _Worker:
    """One process, its pipe and its sign of life."""

    def __init__(self, options: Options, work: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.beat: Any = context.Array("q", 5, lock=False)
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_work, args=(theirs, self.beat, options, work), daemon=True
        )
        with _interrupts_blocked():
            self.process.start()
        theirs.close()
        self.job: Job | None = None

    def send(self, job: Job) -> None:
        self.job = job
        self.beat[:] = [-1, 0, 0, 0, 0]
        self.pipe.send(job)

    def seen(self) -> Beat:
        ordinal, since, pages, size, problems = self.beat
        return Beat(ordinal, pages, size, problems, since > 0)

    def seconds(self) -> float:
        """Return how long the worker has been at its page, 0 if it is between pages."""
        since = self.beat[1]
        return (_milliseconds() - since) / 1000 if since else 0.0

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _milliseconds() -> int:
    return int(time.monotonic() * 1000)


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Start a process deaf to Ctrl-C: the parent hears it and ends its workers itself."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection, beat: Any, options: Options, work: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(WORKER_MEMORY)
    die_with_parent()
    # Arrow's own allocators keep what they once had; set before pyarrow is first imported.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    spare_pandas()
    if options.knowledge is not None:
        use_knowledge(options.knowledge)
    load_processor(options.processor)
    gc.collect()
    gc.freeze()  # what is imported stays

    def tell(now: Beat) -> None:
        beat[2], beat[3], beat[4] = now.pages, now.size, now.problems
        beat[1] = _milliseconds() if now.busy else 0
        beat[0] = now.ordinal

    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        try:
            reply = _Reply(_run(job, options, work, tell), None)
        except Exception as error:  # noqa: BLE001  (told to the parent, which decides)
            reply = _Reply(
                None,
                error
                if isinstance(error, (ExtractError, OSError))
                else ExtractError(f"{type(error).__name__}: {error}"),
            )
        pipe.send(reply)


def _run(job: Job, options: Options, work: Path, tell: Callable[[Beat], None]) -> dict[str, Any]:
    return run_task(
        job.task,
        options,
        work,
        quarantine=job.quarantine,
        repeated=job.repeated,
        only=job.only,
        beat=tell,
    )


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:
        return  # not on Windows
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def die_with_parent() -> None:
    """End this process as soon as its parent does, so that nobody writes behind its back."""
    parent = os.getppid()
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_follow_parent, args=(parent,), daemon=True).start()


def _follow_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


class _Pool:
    """The state of one run of jobs."""

    def __init__(self, jobs: Iterable[Job], options: Options, work: Path, workers: int) -> None:
        self.waiting = deque(jobs)
        self.total = len(self.waiting)
        self.options = options
        self.work = work
        self.size = max(1, min(workers, len(self.waiting)))
        self.workers: list[_Worker] = []
        self.records: dict[int, dict[str, Any]] = {}
        self.killed: dict[tuple[int, int], str] = {}

    def run(self, on_progress: Callable[[Progress], None] | None) -> dict[int, dict[str, Any]]:
        try:
            while self.waiting or any(worker.job for worker in self.workers):
                self._fill()
                self._collect()
                if on_progress is not None:
                    on_progress(self._progress())
            return self.records
        finally:
            for worker in self.workers:
                worker.stop()

    def _fill(self) -> None:
        while len(self.workers) < self.size:
            self.workers.append(_Worker(self.options, self.work))
        for worker in self.workers:
            if worker.job is None and self.waiting:
                worker.send(self.waiting.popleft())

    def _collect(self) -> None:
        busy = [worker for worker in self.workers if worker.job is not None]
        ready = wait([worker.pipe for worker in busy], timeout=_POLL_SECONDS)
        for worker in busy:
            if worker.pipe in ready:
                self._take(worker)
            elif self._is_late(worker):
                self._bury(worker, f"took over {self.options.page_seconds * _SLACK:g} s")

    def _is_late(self, worker: _Worker) -> bool:
        limit = self.options.page_seconds
        return limit > 0 and worker.seconds() > limit * _SLACK + 1

    def _take(self, worker: _Worker) -> None:
        try:
            reply: _Reply = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            code = worker.process.exitcode
            self._bury(worker, f"ended the process reading it ({_describe_exit(code)})")
            return
        job, worker.job = worker.job, None
        assert job is not None
        if reply.error is not None:
            raise reply.error
        if job.only is not None:
            # It was read alone: whatever ended the worker, try the task again as it is.
            self.waiting.appendleft(job._replace(only=None))
        elif reply.record is not None:
            self.records[job.task.number] = reply.record

    def _bury(self, worker: _Worker, reason: str) -> None:
        job = worker.job
        assert job is not None
        ordinal = worker.seen().ordinal
        worker.stop()
        self.workers.remove(worker)
        again = self._after_death(job, ordinal, reason)
        self.waiting.appendleft(again)

    def _after_death(self, job: Job, ordinal: int, reason: str) -> Job:
        suspects = (*job.suspects, ordinal)
        if job.only is not None:
            quarantine = {**job.quarantine, job.only: reason}
            return job._replace(only=None, quarantine=quarantine)
        if ordinal < 0 and suspects.count(ordinal) >= _DEATHS:
            name = job.task.shards[0].path if job.task.shards else f"shard {job.task.number}"
            raise SourceError(f"{name}: the worker {reason} before the first page, {_DEATHS} times")
        if suspects.count(ordinal) >= _DEATHS:
            quarantine = {**job.quarantine, ordinal: reason}
            return job._replace(quarantine=quarantine, suspects=suspects)
        return job._replace(only=ordinal if ordinal >= 0 else None, suspects=suspects)

    def _progress(self) -> Progress:
        done = self.records.values()
        now = [w.seen() for w in self.workers if w.job is not None and w.job.only is None]
        return Progress(
            sum(r["pages"] for r in done) + sum(b.pages for b in now),
            sum(r["size"] for r in done) + sum(b.size for b in now),
            sum(r["problem_pages"] for r in done) + sum(b.problems for b in now),
            len(self.records),
            self.total,
        )


def _describe_exit(code: int | None) -> str:
    if code is not None and code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit status {code}"


def run_jobs(
    jobs: Iterable[Job],
    options: Options,
    work: Path,
    workers: int,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[int, dict[str, Any]]:
    """Do the jobs in ``workers`` processes and return the records by task number.

    Raises what a worker could not help: SourceError, or OSError when nothing can be
    written.  Tasks finished before stay finished.
    """
    if sys.platform == "win32":  # pragma: no cover  (signals of one page's time differ there)
        options = options._replace(page_seconds=0)
    return _Pool(jobs, options, work, workers).run(on_progress)


def run_alone(function: Callable[..., T]) -> Callable[..., T]:
    """Return the function as one that runs in a process of its own, for its memory's sake."""

    def call(*given: Any) -> T:
        context = multiprocessing.get_context("spawn")
        with (
            ProcessPoolExecutor(1, mp_context=context, initializer=die_with_parent) as pool,
            _interrupts_blocked(),
        ):
            future = pool.submit(function, *given)
        return future.result()

    return call
