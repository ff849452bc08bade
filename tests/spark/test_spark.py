"""The same snapshot from a Spark cluster that loses a worker as from this machine alone."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from extract.batch import Options, plan_run, run_plan
from extract.batch.pool import run_jobs
from extract.snapshots import open_snapshot

pytestmark = pytest.mark.spark
# Read before the environment is cleaned for the tests.
REQUIRED = bool(os.environ.get("HEWIKI_REQUIRE_SPARK"))
HERE = Path(__file__).resolve().parent
SHARD_BYTES = 8000


def need(condition, what):
    if not condition:
        (pytest.fail if REQUIRED else pytest.skip)(what)


def make_namespace():
    """The command that runs another in a network namespace of its own; none, and why not."""
    words = ""
    for options in (["-n"], ["-r", "-n"]):  # as root, or as root of a user namespace
        command = [shutil.which("unshare") or "unshare", *options]
        try:
            done = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
        except OSError as error:
            return None, str(error)
        if done.returncode == 0:
            return command, ""
        words = done.stderr.strip()
    return None, words


def write_dump(path, texts):
    with path.open("w", encoding="utf-8") as file:
        file.write('<mediawiki xml:lang="he"><siteinfo><dbname>hewiki</dbname></siteinfo>\n')
        for number, text in enumerate(texts, 1):
            file.write(
                f"<page><title>דף {number}</title><ns>0</ns><id>{number}</id><revision>"
                f"<id>{number + 5000}</id><timestamp>2024-01-01T00:00:00Z</timestamp>"
                f"<model>wikitext</model><text>{text}</text></revision></page>\n"
            )
        file.write("</mediawiki>\n")
    return path


def local_manifest(dump, out):
    options = Options(processor="processors:slow_hostile")
    plan = plan_run([dump], options, shard_bytes=SHARD_BYTES)
    run_plan(plan, out, lambda jobs, work: run_jobs(jobs, options, work, 2))
    return (open_snapshot(out).folder / "manifest.json").read_bytes()


def test_a_cluster_that_loses_a_worker_writes_the_same_bytes(tmp_path):
    need(importlib.util.find_spec("pyspark"), "PySpark is not installed: pip install pyspark")
    need(shutil.which("java"), "Spark needs Java 17 or newer")
    namespace, why = make_namespace()
    need(namespace, f"a network namespace cannot be made, Spark would listen outside: {why}")
    texts = [f"טקסט {n} " * 20 for n in range(160)]
    texts[70] = "crash"
    dump = write_dump(tmp_path / "d.xml", texts)
    done = subprocess.run(
        [*namespace, sys.executable, HERE / "cluster.py", dump, tmp_path / "spark", str(SHARD_BYTES)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["code"] == 0, told["driver"]
    tasks = len(plan_run([dump], shard_bytes=SHARD_BYTES).tasks)
    assert 2 <= told["finished_before_the_kill"] < tasks
    assert told["lost_worker"]
    assert told["lost_executor"]
    problems = open_snapshot(tmp_path / "spark").arrow("problems").to_pylist()
    assert [(row["page_id"], row["kind"]) for row in problems] == [(71, "quarantined")]
    manifest = (open_snapshot(tmp_path / "spark").folder / "manifest.json").read_bytes()
    assert manifest == local_manifest(dump, tmp_path / "local")
