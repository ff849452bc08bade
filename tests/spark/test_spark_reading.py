"""Spark opens the tables with one line, and the SQL of docs/spark.md runs."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest

from extract import batch

pytestmark = pytest.mark.spark
# Read before the environment is cleaned for the tests.
REQUIRED = bool(os.environ.get("HEWIKI_REQUIRE_SPARK"))

PROGRAM = """
import sys
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .getOrCreate()
)
print("rows", spark.read.parquet("outputs/hewiki/current/events").count())
exec(sys.argv[1])
decades = DECADES.collect()
print("in decades", sum(row[1] for row in decades), len(decades))
spark.stop()
"""


def test_spark_reads_what_its_page_promises(root, tmp_path):
    for there, what in (
        (importlib.util.find_spec("pyspark") is not None, "PySpark is not installed"),
        (shutil.which("java") is not None, "Java is not installed"),
    ):
        if not there:
            (pytest.fail if REQUIRED else pytest.skip)(what)
    report = batch.run([root / "fixtures" / "articles"], tmp_path / "outputs" / "hewiki")
    page = (root / "docs" / "spark.md").read_text(encoding="utf-8")
    block = re.search(r"```\n(spark\.read.*?)```", page, re.DOTALL)[1]
    # A process of its own: a Spark session leaves threads, sockets and a JVM behind.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("DECADES", "decades"),
         block.replace("spark.sql", "decades = spark.sql")],
        cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"rows {report.rows['events']}\n" in done.stdout
    assert f"in decades {report.rows['events']} " in done.stdout
