"""Extract a dump on a Spark cluster: the same snapshot as ``hewiki run``, byte for byte.

    python pipelines/spark_batch.py SOURCE... --out ROOT [--master URL] [--namespace N ...]

Needs the extra ``[spark]`` and, at the same paths on every machine, this package, SOURCE and
ROOT (a shared file system).  Each Spark task does one task of the run in a child interpreter:
it writes its Parquet parts under ROOT and returns a small record; no row passes through
Spark.  A page that kills its interpreter becomes a row of ``problems``, as in the local pool;
a lost worker costs the tasks it was at, which Spark gives to another.  The driver commits the
snapshot when every record is there, and a job started again does only what is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.batch import Job, Options, RunReport, plan_run, run_plan
from extract.batch.single import pack_job, run_packed
from extract.errors import ExtractError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession


def do_rows(
    packed: Sequence[bytes],
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return the function that Spark maps over rows: the number of a job to its record."""

    def do(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        for batch in batches:
            records = [run_packed(packed[row]) for row in batch.column(0).to_pylist()]
            yield pa.RecordBatch.from_arrays(
                [batch.column(0), pa.array(records, pa.string())], ["id", "record"]
            )

    return do


def run_on_spark(
    spark: SparkSession,
    sources: Sequence[Path],
    out: Path,
    options: Options,
    *,
    shard_bytes: int | None = None,
    fresh: bool = False,
) -> RunReport:
    """Extract the sources with the workers of a Spark session and commit a snapshot."""
    # A worker has another folder to stand in.
    plan = plan_run([source.resolve() for source in sources], options, shard_bytes=shard_bytes)

    def do(jobs: Sequence[Job], work: Path) -> Mapping[int, dict[str, Any]]:
        packed = [pack_job(job, plan.options, work.resolve()) for job in jobs]
        # A range has as many rows as partitions: one job a task, which Spark can give again.
        rows = spark.range(0, len(packed), 1, numPartitions=len(packed))
        found = rows.mapInArrow(do_rows(packed), "id long, record string").collect()
        return {jobs[row.id].task.number: json.loads(row.record) for row in found}

    return run_plan(plan, out, do, fresh=fresh)


def main() -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
    parser.add_argument("--out", type=Path, default=Path("outputs"), metavar="ROOT")
    parser.add_argument(
        "--master", help="cluster to use; else what spark-submit or Spark's own configuration says"
    )
    parser.add_argument("--namespace", type=int, action="extend", nargs="+", metavar="N")
    parser.add_argument(
        "--fresh", action="store_true", help="ignore what an interrupted run finished"
    )
    parser.add_argument("--page-seconds", type=float, default=Options().page_seconds)
    parser.add_argument("--shard-bytes", type=int, help="text of a task; by default as hewiki run")
    parser.add_argument(
        "--processor", default=Options().processor, help="module:function from page to rows"
    )
    given = parser.parse_args()
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        print(
            "spark_batch: PySpark is missing; pip install 'hewiki-extract[spark]'", file=sys.stderr
        )
        return 2
    options = Options(
        namespaces=tuple(given.namespace or (0,)),
        page_seconds=given.page_seconds,
        processor=given.processor,
    )
    builder = SparkSession.builder.appName("hewiki-extract")
    if given.master:
        builder = builder.master(given.master)
    spark = builder.getOrCreate()
    try:
        report = run_on_spark(
            spark,
            given.sources,
            given.out,
            options,
            shard_bytes=given.shard_bytes,
            fresh=given.fresh,
        )
    except ExtractError as error:
        print(f"spark_batch: {error}", file=sys.stderr)
        return error.exit_status
    finally:
        spark.stop()
    print(f"pages\t{report.pages}\nsnapshot\t{report.snapshot.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
