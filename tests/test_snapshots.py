"""A snapshot is whole or absent, and a reader sees one moment."""

import errno
import gc
import json
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.errors import SnapshotError
from extract.model import Rows, Section
from extract.schema import TABLES
from extract.snapshots import (
    commit_snapshot,
    list_snapshots,
    open_snapshot,
    prune_snapshots,
    update_snapshot,
)
from extract.tables import PartWriter

PAGE = (
    "דף",
    0,
    None,
    None,
    "hewiki",
    "wikitext",
    "d.xml",
    "0" * 40,
    None,
    False,
    None,
    (),
    (),
    "0",
)


def rows(*titles):
    sections = tuple(Section(i, None, 1, title, ()) for i, title in enumerate(titles))
    return Rows(pages=(PAGE,), sections=sections)


def parts(folder, titles=("", "היסטוריה"), ids=(4,), number=0):
    with PartWriter(folder, f"part-{number:05d}", empty=number == 0) as writer:
        for page_id in ids:
            writer.add(page_id, rows(*titles))
    return writer.parts


def test_a_snapshot_opens_as_every_form(tmp_path):
    commit_snapshot(tmp_path / "out", (parts(tmp_path / "work")), {"summary": {}})
    snapshot = open_snapshot(tmp_path / "out")
    assert snapshot.tables == tuple(TABLES)
    assert snapshot.arrow("sections").num_rows == 2
    assert list(snapshot.pandas("sections")["title"]) == ["", "היסטוריה"]
    assert [path.name[:10] for path in snapshot.paths("sections")] == ["part-00000"]
    assert snapshot.verify() == []
    assert snapshot.manifest["tables"]["sections"]["rows"] == 2


def test_both_pointers_name_the_snapshot(tmp_path):
    snapshot = commit_snapshot(tmp_path, (parts(tmp_path / "work")), {})
    assert (tmp_path / "current").readlink() == Path("snapshots") / snapshot.id
    assert (tmp_path / "LATEST").read_text() == f"{snapshot.id}\n"
    (tmp_path / "current").unlink()
    assert open_snapshot(tmp_path).id == snapshot.id


def test_the_same_parts_are_the_same_snapshot_wherever_they_are_made(tmp_path):
    one = commit_snapshot(tmp_path / "a", (parts(tmp_path / "w1")), {"sources": ["x"]})
    two = commit_snapshot(tmp_path / "b", (parts(tmp_path / "w2")), {"sources": ["x"]})
    assert one.id == two.id
    manifest = one.folder / "manifest.json"
    assert manifest.read_bytes() == (two.folder / "manifest.json").read_bytes()
    again = commit_snapshot(tmp_path / "a", (parts(tmp_path / "w3")), {"sources": ["x"]})
    assert again.id == one.id
    assert list_snapshots(tmp_path / "a") == [one.id]


def test_a_child_follows_its_parent_and_old_snapshots_stay(tmp_path):
    one = commit_snapshot(tmp_path, (parts(tmp_path / "w1")), {})
    two = commit_snapshot(tmp_path, (parts(tmp_path / "w2", ("אחר",))), {}, parent=one.id)
    assert list_snapshots(tmp_path) == [one.id, two.id]
    assert open_snapshot(tmp_path).id == two.id
    assert open_snapshot(tmp_path, one.id).arrow("sections").num_rows == 2


def test_of_snapshots_with_one_number_the_time_of_writing_tells(tmp_path):
    made = []
    for age, title in enumerate("אבגדה"):
        made.append(commit_snapshot(tmp_path, parts(tmp_path / title, (title,)), {}).id)
        manifest = tmp_path / "snapshots" / made[-1] / "manifest.json"
        os.utime(manifest, (age, age))
    assert made != sorted(made), "the hash in the name does not tell"
    assert list_snapshots(tmp_path) == made
    assert prune_snapshots(tmp_path, 2) == made[:3]


def test_a_reader_who_opened_the_old_snapshot_keeps_it(tmp_path):
    commit_snapshot(tmp_path, (parts(tmp_path / "w1")), {})
    reader = open_snapshot(tmp_path)
    commit_snapshot(tmp_path, (parts(tmp_path / "w2", ("אחר",))), {})
    assert list(reader.pandas("sections")["title"]) == ["", "היסטוריה"]


def test_a_half_written_snapshot_is_never_seen(tmp_path):
    one = commit_snapshot(tmp_path, (parts(tmp_path / "w1")), {})
    partial = tmp_path / "snapshots" / ".partial-000002-ffffffffffff"
    (partial / "pages").mkdir(parents=True)
    assert list_snapshots(tmp_path) == [one.id]
    assert open_snapshot(tmp_path).id == one.id


def test_damage_is_found(tmp_path):
    snapshot = commit_snapshot(tmp_path, (parts(tmp_path / "w1")), {})
    path = snapshot.paths("sections")[0]
    path.write_bytes(path.read_bytes()[:-1])
    assert snapshot.verify() == [f"{path}: bytes differ from the manifest"]
    path.unlink()
    assert snapshot.verify() == [f"{path}: missing"]
    with pytest.raises(SnapshotError, match="a part of table sections is gone"):
        snapshot.arrow("sections")


def test_no_snapshot_is_one_line(tmp_path):
    with pytest.raises(SnapshotError, match="no snapshot here; expected a folder that hewiki run"):
        open_snapshot(tmp_path)
    with pytest.raises(SnapshotError, match="no snapshot 'nope'"):
        open_snapshot(tmp_path, "nope")


def test_a_manifest_says_nothing_of_time_or_machine(tmp_path):
    snapshot = commit_snapshot(tmp_path / "out", (parts(tmp_path / "w1")), {"sources": ["x"]})
    text = json.dumps(dict(snapshot.manifest))
    assert str(tmp_path) not in text


def contents(snapshot, table="sections"):
    return [(row["page_id"], row["title"]) for row in snapshot.arrow(table).to_pylist()]


def three_buckets(tmp_path):
    made = []
    for number, ids in enumerate([(1, 2), (10, 11), (20, 21)]):
        made += parts(tmp_path / f"w{number}", ("א",), ids, number)
    return commit_snapshot(tmp_path / "out", made, {})


def test_an_update_replaces_adds_and_drops_in_order(tmp_path):
    three_buckets(tmp_path)
    changed = [(11, rows("ב", "ג")), (15, rows("ד")), (30, rows("ה"))]
    child = update_snapshot(tmp_path / "out", changed, {2, 99}, {})
    assert contents(child) == [
        (1, "א"), (10, "א"), (11, "ב"), (11, "ג"), (15, "ד"), (20, "א"), (21, "א"), (30, "ה"),
    ]  # fmt: skip
    assert child.manifest["parent"] == open_snapshot(tmp_path / "out", child.manifest["parent"]).id
    assert child.verify() == []


def test_parts_without_a_change_are_shared(tmp_path):
    parent = three_buckets(tmp_path)
    child = update_snapshot(tmp_path / "out", [(11, rows("ב"))], set(), {})
    before, after = parent.paths("sections"), child.paths("sections")
    assert [a.name == b.name for a, b in zip(before, after, strict=True)] == [True, False, True]
    assert before[0].samefile(after[0])
    assert contents(parent)[3] == (11, "א")


def test_a_bucket_may_lose_all_its_pages_and_get_new_ones(tmp_path):
    three_buckets(tmp_path)
    update_snapshot(tmp_path / "out", [], {10, 11}, {})
    child = update_snapshot(tmp_path / "out", [(12, rows("חדש"))], set(), {})
    assert contents(child) == [(1, "א"), (2, "א"), (12, "חדש"), (20, "א"), (21, "א")]
    assert child.verify() == []


def test_the_first_update_makes_the_first_snapshot(tmp_path):
    snapshot = update_snapshot(tmp_path, [(7, rows("א")), (3, rows("ב"))], set(), {})
    assert contents(snapshot) == [(3, "ב"), (7, "א")]
    assert {table for table in snapshot.tables if snapshot.paths(table)} == set(TABLES)


def test_old_snapshots_are_pruned_and_shared_files_stay(tmp_path):
    three_buckets(tmp_path)
    for number in range(3):
        update_snapshot(tmp_path / "out", [(11, rows(str(number)))], set(), {})
    gone = prune_snapshots(tmp_path / "out", 2)
    assert len(gone) == 2
    assert len(list_snapshots(tmp_path / "out")) == 2
    assert open_snapshot(tmp_path / "out").verify() == []


def test_what_a_killed_writer_left_is_no_snapshot_and_goes(tmp_path, monkeypatch):
    root = tmp_path / "out"
    first = update_snapshot(root, [(4, rows("א"))], (), {"summary": {}})

    def die(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            update_snapshot(root, [(5, rows("ב"))], (), {"summary": {}})
    assert list_snapshots(root) == [first.id]
    second = update_snapshot(root, [(6, rows("ג"))], (), {"summary": {}})
    assert sorted(path.name for path in (root / "snapshots").iterdir()) == [first.id, second.id]


def test_the_disk_holds_all_of_a_snapshot_before_a_pointer_names_it(tmp_path, monkeypatch):
    root = tmp_path / "out"
    done = []
    sync, replace = os.fsync, Path.replace

    def record_sync(handle):
        done.append(os.fstat(handle).st_ino)
        sync(handle)

    def record_move(path, target):
        done.append(Path(target).name)
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", record_sync)
        patch.setattr(Path, "replace", record_move)
        snapshot = update_snapshot(root, [(4, rows("א"))], (), {"summary": {}})
    moved, named = done.index(snapshot.id), done.index("current")
    whole = [snapshot.folder, *snapshot.folder.rglob("*")]
    assert len(whole) > 2 * len(TABLES)
    assert {path.stat().st_ino for path in whole} <= set(done[:moved])
    assert snapshot.folder.parent.stat().st_ino in done[moved:named]
    assert done[named + 1 :] == [
        (root / "LATEST").stat().st_ino,
        "LATEST",
        root.stat().st_ino,
    ]


def test_a_disk_that_is_full_when_it_should_hold_a_snapshot_leaves_the_old_one(
    tmp_path, monkeypatch
):
    root = tmp_path / "out"
    first = update_snapshot(root, [(4, rows("א"))], (), {"summary": {}})

    def fail(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            update_snapshot(root, [(5, rows("ב"))], (), {"summary": {}})
    assert list_snapshots(root) == [first.id] == [open_snapshot(root).id]
    assert open_snapshot(root).verify() == []


def test_a_disk_that_is_full_when_a_part_ends_is_told_once(tmp_path, monkeypatch):
    def close(writer):
        if writer.is_open:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "close", close)
        with pytest.raises(OSError, match="No space left"):
            parts(tmp_path)
        gc.collect()  # where a writer that is still open would complain once more
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_pruning_that_was_killed_leaves_no_half_of_a_snapshot(tmp_path, monkeypatch):
    root = tmp_path / "out"
    first = update_snapshot(root, [(4, rows("א"))], (), {"summary": {}})
    second = update_snapshot(root, [(5, rows("ב"))], (), {"summary": {}})

    def die(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("extract.snapshots.shutil.rmtree", die)
        with pytest.raises(KeyboardInterrupt):
            prune_snapshots(root, 1)
    assert first.id != second.id
    assert list_snapshots(root) == [second.id]
    assert open_snapshot(root).verify() == []
