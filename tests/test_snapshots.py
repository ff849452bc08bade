"""A snapshot is whole or absent, and a reader sees one moment."""

import json
from pathlib import Path

import pytest

from extract.errors import SnapshotError
from extract.model import Section
from extract.schema import TABLES
from extract.snapshots import Part, commit_snapshot, list_snapshots, open_snapshot
from extract.tables import PageRows, build_table, write_part


def parts(folder, titles=("", "היסטוריה")):
    sections = tuple(Section(i, None, 1, title, ()) for i, title in enumerate(titles))
    pages = {"sections": [PageRows(4, sections)]}
    for name in TABLES:
        written = write_part(build_table(name, pages.get(name, [])), folder / name, "part-00000")
        yield Part(name, written.path, written.rows, written.size, written.sha256)


def test_a_snapshot_opens_as_every_form(tmp_path):
    commit_snapshot(tmp_path / "out", list(parts(tmp_path / "work")), {"summary": {}})
    snapshot = open_snapshot(tmp_path / "out")
    assert snapshot.tables == tuple(TABLES)
    assert snapshot.arrow("sections").num_rows == 2
    assert list(snapshot.pandas("sections")["title"]) == ["", "היסטוריה"]
    assert [path.name[:10] for path in snapshot.paths("sections")] == ["part-00000"]
    assert snapshot.verify() == []
    assert snapshot.manifest["tables"]["sections"]["rows"] == 2


def test_both_pointers_name_the_snapshot(tmp_path):
    snapshot = commit_snapshot(tmp_path, list(parts(tmp_path / "work")), {})
    assert (tmp_path / "current").readlink() == Path("snapshots") / snapshot.id
    assert (tmp_path / "LATEST").read_text() == f"{snapshot.id}\n"
    (tmp_path / "current").unlink()
    assert open_snapshot(tmp_path).id == snapshot.id


def test_the_same_parts_are_the_same_snapshot_wherever_they_are_made(tmp_path):
    one = commit_snapshot(tmp_path / "a", list(parts(tmp_path / "w1")), {"sources": ["x"]})
    two = commit_snapshot(tmp_path / "b", list(parts(tmp_path / "w2")), {"sources": ["x"]})
    assert one.id == two.id
    manifest = one.folder / "manifest.json"
    assert manifest.read_bytes() == (two.folder / "manifest.json").read_bytes()
    again = commit_snapshot(tmp_path / "a", list(parts(tmp_path / "w3")), {"sources": ["x"]})
    assert again.id == one.id
    assert list_snapshots(tmp_path / "a") == [one.id]


def test_a_child_follows_its_parent_and_old_snapshots_stay(tmp_path):
    one = commit_snapshot(tmp_path, list(parts(tmp_path / "w1")), {})
    two = commit_snapshot(tmp_path, list(parts(tmp_path / "w2", ("אחר",))), {}, parent=one.id)
    assert list_snapshots(tmp_path) == [one.id, two.id]
    assert open_snapshot(tmp_path).id == two.id
    assert open_snapshot(tmp_path, one.id).arrow("sections").num_rows == 2


def test_a_reader_who_opened_the_old_snapshot_keeps_it(tmp_path):
    commit_snapshot(tmp_path, list(parts(tmp_path / "w1")), {})
    reader = open_snapshot(tmp_path)
    commit_snapshot(tmp_path, list(parts(tmp_path / "w2", ("אחר",))), {})
    assert list(reader.pandas("sections")["title"]) == ["", "היסטוריה"]


def test_a_half_written_snapshot_is_never_seen(tmp_path):
    one = commit_snapshot(tmp_path, list(parts(tmp_path / "w1")), {})
    partial = tmp_path / "snapshots" / ".partial-000002-ffffffffffff"
    (partial / "pages").mkdir(parents=True)
    assert list_snapshots(tmp_path) == [one.id]
    assert open_snapshot(tmp_path).id == one.id


def test_damage_is_found(tmp_path):
    snapshot = commit_snapshot(tmp_path, list(parts(tmp_path / "w1")), {})
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
    snapshot = commit_snapshot(tmp_path / "out", list(parts(tmp_path / "w1")), {"sources": ["x"]})
    text = json.dumps(dict(snapshot.manifest))
    assert str(tmp_path) not in text
