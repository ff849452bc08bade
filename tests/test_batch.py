"""Runs of many pages: order, resume, and what a hostile page may take with it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from extract.batch import Options, plan_run, run, run_plan
from extract.batch.tasks import find_record, run_task
from extract.errors import NotFoundError, UsageError
from extract.snapshots import list_snapshots, open_snapshot

HERE = Path(__file__).parent


def write_dump(path, texts, first_id=1):
    with path.open("w", encoding="utf-8") as file:
        file.write('<mediawiki xml:lang="he"><siteinfo><dbname>hewiki</dbname></siteinfo>\n')
        for number, text in enumerate(texts, first_id):
            file.write(
                f"<page><title>דף {number}</title><ns>0</ns><id>{number}</id><revision>"
                f"<id>{number + 5000}</id><timestamp>2024-01-01T00:00:00Z</timestamp>"
                f"<model>wikitext</model><text>{escape(text)}</text></revision></page>\n"
            )
        file.write("</mediawiki>\n")
    return path


def options(name="plain", seconds=60.0):
    return Options(processor=f"processors:{name}", page_seconds=seconds)


def manifest(root):
    return (open_snapshot(root).folder / "manifest.json").read_bytes()


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(
        "extract.batch.plan_run.__kwdefaults__", {"limit": None, "shard_bytes": 4000}
    )


def test_one_worker_two_workers_and_no_worker_give_the_same_bytes(
    tmp_path, small_shards, monkeypatch
):
    dump = write_dump(tmp_path / "d.xml", [f"טקסט {n} " * 20 for n in range(60)])
    reports = [run([dump], tmp_path / "a", options=options())]
    monkeypatch.setattr("extract.batch._SMALL_INPUT", 0)
    reports += [run([dump], tmp_path / f"b{n}", options=options(), workers=n) for n in (1, 2)]
    assert {report.pages for report in reports} == {60}
    assert len({manifest(tmp_path / name) for name in ("a", "b1", "b2")}) == 1
    parts = open_snapshot(tmp_path / "a").paths("pages")
    assert len(parts) > 3
    ids = open_snapshot(tmp_path / "a").arrow("pages").column("page_id").to_pylist()
    assert ids == list(range(1, 61))


def test_every_table_can_be_opened_even_when_empty(tmp_path):
    import pandas as pd

    dump = write_dump(tmp_path / "d.xml", ["א"])
    run([dump], tmp_path / "out", options=options())
    for table in open_snapshot(tmp_path / "out").tables:
        pd.read_parquet(tmp_path / "out" / "current" / table)


HOSTILE = {
    4: ("crash", "quarantined", "SIGKILL"),
    9: ("segfault", "quarantined", "SIGSEGV"),
    14: ("hang", "timeout", "took over 1 s"),
    19: ("stuck", "quarantined", "took over 2 s"),
    24: ("memory", "memory", "more memory"),
}


def test_hostile_pages_cost_themselves_alone(tmp_path, small_shards, monkeypatch):
    monkeypatch.setattr("extract.batch._SMALL_INPUT", 0)
    texts = [f"טקסט {n} " * 20 for n in range(1, 31)]
    for page_id, (text, *_) in HOSTILE.items():
        texts[page_id - 1] = text
    dump = write_dump(tmp_path / "d.xml", texts)
    report = run([dump], tmp_path / "out", options=options("hostile", 1.0), workers=2)
    assert (report.pages, report.problem_pages) == (30, len(HOSTILE))
    snapshot = open_snapshot(tmp_path / "out")
    kept = snapshot.arrow("pages").column("page_id").to_pylist()
    assert kept == [page_id for page_id in range(1, 31) if page_id not in HOSTILE]
    problems = {row["page_id"]: row for row in snapshot.arrow("problems").to_pylist()}
    assert problems.keys() == HOSTILE.keys()
    for page_id, (_, kind, reason) in HOSTILE.items():
        row = problems[page_id]
        assert (row["title"], row["stage"], row["kind"]) == (f"דף {page_id}", "worker", kind)
        assert reason in row["message"]


def test_a_death_that_is_not_the_pages_fault_costs_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("extract.batch._SMALL_INPUT", 0)
    dump = write_dump(tmp_path / "d.xml", ["א", f"once {tmp_path / 'marker'}", "ב"])
    report = run([dump], tmp_path / "out", options=options("once"))
    assert (report.pages, report.problem_pages) == (3, 0)
    assert (tmp_path / "marker").exists()


def test_problems_are_counted_by_page(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["problem", "א", "ב", "ג"])
    report = run([dump], tmp_path / "out", options=options("hostile"))
    assert report.problem_share == 0.25
    assert report.problems == {"parse/unclosed": 1}


def test_a_page_that_comes_twice_is_kept_once(tmp_path, small_shards):
    one = write_dump(tmp_path / "one.xml", [f"טקסט {n} " * 20 for n in range(20)])
    two = write_dump(tmp_path / "two.xml", [f"אחר {n} " * 20 for n in range(3)], first_id=19)
    report = run([one, two], tmp_path / "out", options=options())
    snapshot = open_snapshot(tmp_path / "out")
    assert sorted(snapshot.arrow("pages").column("page_id").to_pylist()) == list(range(1, 22))
    assert report.problems == {"source/repeated": 2}
    assert snapshot.arrow("problems").column("page_id").to_pylist() == [19, 20]


def test_a_limit_counts_pages(tmp_path, small_shards):
    dump = write_dump(tmp_path / "d.xml", [f"טקסט {n} " * 20 for n in range(60)])
    report = run([dump], tmp_path / "out", options=options(), limit=7)
    assert report.pages == 7


def test_a_finished_run_leaves_no_working_files(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["א"])
    run([dump], tmp_path / "out", options=options())
    run([dump], tmp_path / "out", options=options())
    assert len(list_snapshots(tmp_path / "out")) == 1
    assert not (tmp_path / "out" / ".work").exists()


SCRIPT = """
import sys
import extract.batch as batch
import extract.cli as cli

run = batch.run
batch.plan_run.__kwdefaults__["shard_bytes"] = 3000
batch._SMALL_INPUT = 0
processor = "processors:" + sys.argv[3]
batch.run = lambda *given, options, **named: run(
    *given, options=options._replace(processor=processor), **named
)
sys.argv = ["hewiki", "run", sys.argv[1], "--out", sys.argv[2], "--workers", "2"]
cli.main()
"""


def start_run(dump, out, processor="slow"):
    paths = [str(HERE), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(dump), str(out), processor],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finished(out):
    folders = (out / ".work").glob("*/shard-*")
    return sum(
        find_record(f.parent, int(f.name.removeprefix("shard-"))) is not None for f in folders
    )


def whole_manifest(dump, out):
    """The manifest of an undisturbed run, read in this process."""
    plan = plan_run([dump], options("slow"), shard_bytes=3000)
    run_plan(
        plan,
        out,
        lambda jobs, work: {
            job.task.number: run_task(
                job.task, plan.options._replace(processor="processors:plain"), work
            )
            for job in jobs
        },
    )
    return manifest(out)


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path):
    dump = write_dump(tmp_path / "d.xml", [f"טקסט {n} " * 20 for n in range(60)])
    kept = 0
    for number in (signal.SIGKILL, signal.SIGINT):
        process = start_run(dump, tmp_path / "out")
        deadline = time.monotonic() + 30
        while finished(tmp_path / "out") <= kept and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(30) != 0
        process.stderr.close()
        assert finished(tmp_path / "out") > kept
        kept = finished(tmp_path / "out")
    last = start_run(dump, tmp_path / "out")
    assert last.wait(60) == 0, last.stderr.read()
    last.stderr.close()
    assert manifest(tmp_path / "out") == whole_manifest(dump, tmp_path / "whole")


def processes_of(session, *, workers=False):
    """Ids of the live processes of a session, or of the pool's workers in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, sid = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(sid) == session and state != "Z" and (not workers or b"spawn_main" in command):
            found.append(int(folder.name))
    return found


def kill_parent(process):
    process.kill()


def kill_all(process):
    os.killpg(process.pid, signal.SIGKILL)


def interrupt(process):
    os.killpg(process.pid, signal.SIGINT)


def kill_worker(process):
    for worker in processes_of(process.pid, workers=True)[:1]:
        os.kill(worker, signal.SIGKILL)


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_worker_deep_in_a_page_does_not_outlive_its_parent(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["א", "stuck"])
    process = start_run(dump, tmp_path / "out", "hostile")
    assert wait_until(lambda: processes_of(process.pid, workers=True), 30)
    assert wait_until(lambda: list((tmp_path / "out").glob(".work/*/.shard-*")), 30)
    process.kill()
    process.wait(10)
    assert wait_until(lambda: not processes_of(process.pid))
    process.stderr.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_runs_killed_at_random_points_end_with_the_same_bytes(tmp_path):
    """Wherever the blow falls, in start, work or commit, on whomever: nobody outlives it."""
    dump = write_dump(tmp_path / "d.xml", [f"טקסט {n} " * 20 for n in range(120)])
    tasks = len(plan_run([dump], options("slow"), shard_bytes=3000).tasks)
    expected = whole_manifest(dump, tmp_path / "whole")
    started = time.monotonic()
    process = start_run(dump, tmp_path / "first")
    assert process.wait(120) == 0, process.stderr.read()
    process.stderr.close()
    length = time.monotonic() - started
    assert manifest(tmp_path / "first") == expected
    seed = random.randrange(1000)
    chance = random.Random(seed)
    kinds = (kill_parent, kill_all, interrupt, kill_worker)
    hits = dict.fromkeys((kind.__name__ for kind in kinds), 0)
    amid = ended = 0
    for number in range(200):
        out = tmp_path / f"out{ended}"
        process = start_run(dump, out)
        kill = kinds[number % len(kinds)]
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.1, 1.0) * length)
        running = process.poll() is None
        workers = processes_of(process.pid, workers=True)
        kill(process)
        code = process.wait(60)
        assert wait_until(lambda p=process: not processes_of(p.pid)), (kill, seed)
        words = process.stderr.read()
        process.stderr.close()
        # A worker is the run's to replace; the other blows are its end.
        struck = running and (code == 0 and workers if kill is kill_worker else code != 0)
        hits[kill.__name__] += bool(struck)
        amid += bool(struck) and kill is not kill_worker and 0 < finished(out) < tasks
        if code == 0:
            assert manifest(out) == expected, (kill, seed)
            ended += 1
        else:
            assert running, words
            expected_codes = {130, -signal.SIGINT} if kill is interrupt else {-signal.SIGKILL}
            assert code in expected_codes, words
        if min(hits.values()) >= 5 and sum(hits.values()) >= 24 and amid >= 5 and ended >= 5:
            break
    assert min(hits.values()) >= 5, (hits, seed)
    assert (sum(hits.values()) >= 24, amid >= 5, ended >= 5) == (True, True, True), (hits, seed)


def test_a_damaged_shard_is_done_again(tmp_path, small_shards, monkeypatch):
    dump = write_dump(tmp_path / "d.xml", [f"טקסט {n} " * 20 for n in range(40)])
    run([dump], tmp_path / "whole", options=options())
    monkeypatch.setattr("extract.batch.commit_snapshot", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run([dump], tmp_path / "out", options=options())
    monkeypatch.undo()
    monkeypatch.setattr(
        "extract.batch.plan_run.__kwdefaults__", {"limit": None, "shard_bytes": 4000}
    )
    part = next((tmp_path / "out" / ".work").rglob("pages/part-00001-*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    run([dump], tmp_path / "out", options=options())
    assert manifest(tmp_path / "out") == manifest(tmp_path / "whole")


def test_wrong_use_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="workers: expected 1 or more, got 0"):
        run([tmp_path], tmp_path / "out", workers=0)
    with pytest.raises(NotFoundError):
        run([tmp_path / "absent.xml"], tmp_path / "out")


def test_two_runs_do_not_write_to_one_place(tmp_path):
    import fcntl

    dump = write_dump(tmp_path / "d.xml", ["א"])
    (tmp_path / "out").mkdir()
    with (tmp_path / "out" / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="another run is writing here"):
            run([dump], tmp_path / "out", options=options())


def test_the_manifest_tells_what_was_covered(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["א", "problem"])
    run([dump], tmp_path / "out", options=options("hostile"))
    about = json.loads(manifest(tmp_path / "out"))
    assert about["sources"] == ["d.xml"]
    assert about["summary"]["pages"] == 2
    assert about["summary"]["pages_with"]["sections"] == 2
    assert about["summary"]["problems"] == {"parse/unclosed": 1}
