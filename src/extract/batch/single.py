"""One job in an interpreter of its own, for engines that bring their own workers.

    python -m extract.batch.single < job > record

Standard input is a pickled ``(job, options, work)``, standard output the record as JSON.
The job has a worker process below this one, as in the pool, so that a page that kills its
interpreter is found and left out, and the engine sees a job that went well.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from extract.batch.pool import Job, die_with_parent, run_jobs
from extract.batch.tasks import Options
from extract.errors import SourceError

__all__ = ["pack_job", "run_packed"]


def pack_job(job: Job, options: Options, work: Path) -> bytes:
    """Return a job as bytes that ``run_packed`` takes anywhere the paths are the same."""
    return pickle.dumps((job, options, work))


def run_packed(packed: bytes) -> str:
    """Do a packed job in a child interpreter and return its record as JSON.

    Raises SourceError with the child's last words if it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", "extract.batch.single"],
        input=packed,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(words[-1] if words else f"the child ended with {done.returncode}")
    return done.stdout.decode("utf-8")


def _main() -> None:
    die_with_parent()
    job, options, work = pickle.load(sys.stdin.buffer)  # noqa: S301  (our own driver's)
    records: dict[int, dict[str, Any]] = run_jobs([job], options, work, 1)
    sys.stdout.write(json.dumps(records[job.task.number], ensure_ascii=False))


if __name__ == "__main__":
    _main()
