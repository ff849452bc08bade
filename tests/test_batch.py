"""Runs of many pages: order, resume, and what a hostile page may take with it."""

from __future__ import annotations

import bz2
import contextlib
import gc
import hashlib
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
from extract.batch.tasks import collect_rarely, find_record, run_task
from extract.errors import NotFoundError, SnapshotError, SourceError, UsageError
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
    14: ("hang", "timeout", "took over 0.5 s"),
    19: ("stuck", "quarantined", "took over 1 s"),
    24: ("memory", "memory", "more memory"),
}


@pytest.mark.slow
def test_hostile_pages_cost_themselves_alone(tmp_path, small_shards, monkeypatch):
    monkeypatch.setattr("extract.batch._SMALL_INPUT", 0)
    texts = [f"טקסט {n} " * 20 for n in range(1, 31)]
    for page_id, (text, *_) in HOSTILE.items():
        texts[page_id - 1] = text
    dump = write_dump(tmp_path / "d.xml", texts)
    report = run([dump], tmp_path / "out", options=options("hostile", 0.5), workers=2)
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


def test_rows_that_fit_no_column_cost_a_page_that_table(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["א", "overflow", "ב"])
    report = run([dump], tmp_path / "out", options=options("hostile"))
    snapshot = open_snapshot(tmp_path / "out")
    assert snapshot.arrow("pages").column("page_id").to_pylist() == [1, 2, 3]
    assert snapshot.arrow("sections").column("page_id").to_pylist() == [1, 3]
    (row,) = snapshot.arrow("problems").to_pylist()
    assert (row["page_id"], row["title"], row["stage"]) == (2, "דף 2", "tables")
    assert "sections" in row["message"]
    assert (report.pages, report.problem_pages, report.rows["sections"]) == (3, 1, 2)
    assert (report.covered["sections"], report.covered["problems"]) == (2, 1)


def test_rows_come_by_page_id_in_whatever_order_the_pages_are_read(tmp_path, monkeypatch):
    """Pages from files have ids of their names; dumps may be given in any order."""
    monkeypatch.setattr(
        "extract.batch.plan_run.__kwdefaults__", {"limit": None, "shard_bytes": 1500}
    )
    monkeypatch.setattr("extract.batch.tasks.FLUSH_BYTES", 600)
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(30):
        (folder / f"דף {number}.wiki").write_text(f"problem {number} " * 20, encoding="utf-8")
    sources = [
        write_dump(tmp_path / "two.xml", ["problem " * 20] * 20, first_id=50),
        folder,
        write_dump(tmp_path / "one.xml", ["problem " * 20] * 20, first_id=20),
    ]
    report = run(sources, tmp_path / "out", options=options("hostile"))
    assert report.pages == 70
    snapshot = open_snapshot(tmp_path / "out")
    for table in ("pages", "sections", "problems"):
        ids = snapshot.arrow(table).column("page_id").to_pylist()
        assert (ids, len(set(ids))) == (sorted(ids), 70)
        assert len(snapshot.paths(table)) > 3
    assert not list((tmp_path / "out").glob("snapshots/*/*/.*"))


def test_problems_of_no_page_are_put_in_order_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "extract.batch.plan_run.__kwdefaults__", {"limit": None, "shard_bytes": 3000}
    )
    dump = write_dump(tmp_path / "d.xml", ["problem " * 20] * 30)
    whole = dump.read_bytes()
    run([dump], tmp_path / "whole", options=options("hostile"))
    dump.write_bytes(whole.removesuffix(b"</mediawiki>\n"))
    report = run([dump], tmp_path / "out", options=options("hostile"))
    assert report.problems == {"parse/unclosed": 30, "source/truncated": 1}
    assert report.is_damaged
    ids = open_snapshot(tmp_path / "out").arrow("problems").column("page_id").to_pylist()
    assert ids == sorted(ids)
    assert ids[0] < 0
    tables = [open_snapshot(tmp_path / name).manifest["tables"] for name in ("whole", "out")]
    assert tables[0]["pages"] == tables[1]["pages"]
    # Where Arrow is not in the process, the rows are put in order in another.
    process = start_run(dump, tmp_path / "alone", "hostile")
    assert process.wait(60) == 4, process.stderr.read()
    process.stderr.close()
    assert manifest(tmp_path / "alone") == manifest(tmp_path / "out")


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


def python_path():
    return os.pathsep.join(filter(None, (str(HERE), os.environ.get("PYTHONPATH"))))


def start_run(dump, out, processor="slow"):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(dump), str(out), processor],
        env={**os.environ, "PYTHONPATH": python_path()},
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


@pytest.mark.slow
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
        # What ended before the blow is reaped: its number may be another's by now.
        if running:
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


def test_a_snapshot_that_was_damaged_later_is_made_whole_again(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["א", "ב"])
    snapshot = run([dump], tmp_path / "out", options=options()).snapshot
    (part,) = snapshot.paths("pages")
    part.write_bytes(part.read_bytes()[:-9])
    with pytest.raises(SnapshotError, match=r"pages.*is damaged"):
        snapshot.arrow("pages")
    again = run([dump], tmp_path / "out", options=options()).snapshot
    assert (again.id, again.verify()) == (snapshot.id, [])


def test_a_source_that_changes_while_it_is_read_is_told(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["א", "ב"])
    plan = plan_run([dump], options())

    def do(jobs, work):
        with dump.open("a", encoding="utf-8") as file:
            file.write("\n")
        return {job.task.number: run_task(job.task, plan.options, work) for job in jobs}

    with pytest.raises(SourceError, match=r"d\.xml: changed while it was read"):
        run_plan(plan, tmp_path / "out", do)
    assert not list_snapshots(tmp_path / "out")


def test_a_small_dump_is_cut_small_enough_for_several_workers(tmp_path):
    dump = write_dump(tmp_path / "d.xml", ["טקסט " * 1000] * 700)
    assert dump.stat().st_size > 6 << 20
    assert 3 <= len(plan_run([dump]).tasks) <= 5
    assert len(plan_run([dump], shard_bytes=16 << 20).tasks) == 1


def test_a_run_does_not_go_on_with_shards_cut_elsewhere(tmp_path):
    """A lost index changes where a dump is cut, though not the dump."""
    dump = write_dump(tmp_path / "d.xml", [f"טקסט {n} " * 20 for n in range(20)])
    keys = {plan_run([dump], shard_bytes=size).key for size in (1000, 1000, 2000)}
    assert len(keys) == 2
    assert plan_run([dump], options(seconds=5)).key != plan_run([dump], options(seconds=6)).key


def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path):
    dump = write_dump(tmp_path / "d.xml", [f"טקסט {n} " * 20 for n in range(60)])
    script = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))\n" + SCRIPT
    done = subprocess.run(
        [sys.executable, "-c", script, str(dump), str(tmp_path / "out"), "plain"],
        env={**os.environ, "PYTHONPATH": python_path()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"hewiki: {tmp_path / 'out'}: cannot be written: File too large" in done.stderr


def test_one_unreadable_page_of_many_is_a_problem(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in "אב":
        (folder / f"{name}.wiki").write_text("טקסט", encoding="utf-8")
    (folder / "ג.wiki").symlink_to(tmp_path / "gone.wiki")
    report = run([folder], tmp_path / "out", options=options())
    assert (report.pages, report.problems) == (2, {"source/unreadable": 1})
    with pytest.raises(SourceError):
        run([folder / "ג.wiki"], tmp_path / "other", options=options())
    os.mkfifo(tmp_path / "pipe.xml")
    with pytest.raises(UsageError, match="is a pipe or device"):
        run([tmp_path / "pipe.xml"], tmp_path / "other", options=options())


def test_an_export_folder_is_held_to_its_sums(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    names = ("w-p1p5.xml.bz2", "w-p6p10.xml.bz2", "w-p11p15.xml.bz2")
    sums = []
    for number, name in enumerate(names):
        plain = write_dump(tmp_path / "d.xml", ["א"] * 5, first_id=1 + 5 * number)
        data = bz2.compress(plain.read_bytes())
        (folder / name).write_bytes(data)
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(sums))
    assert not run([folder], tmp_path / "a", options=options()).problems
    (folder / names[2]).unlink()
    (folder / names[1]).write_bytes((folder / names[0]).read_bytes())
    assert not run([folder / names[0]], tmp_path / "b", options=options()).problems
    report = run([folder], tmp_path / "c", options=options())
    counts = {"source/missing": 1, "source/repeated": 5, "source/sum_differs": 1}
    assert (report.problems, report.is_damaged) == (counts, True)


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


def test_garbage_is_collected_rarely_in_a_task_and_as_before_after_it() -> None:
    before = gc.get_threshold()
    with collect_rarely():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before
