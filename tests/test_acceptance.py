"""The two real inputs every release must read right: a rendered text and a dump."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from extract.batch import run
from extract.snapshots import open_snapshot


@pytest.fixture(scope="module")
def seed(shared, tmp_path_factory):
    root = tmp_path_factory.mktemp("seed")
    run([shared / "real" / "000_ba4f887cc142294a.txt"], root)
    return open_snapshot(root)


@pytest.fixture(scope="module")
def gold(shared):
    return json.loads((shared / "gold" / "seed_gold.json").read_text(encoding="utf-8"))


def test_the_seed_gives_its_infobox_by_subject(seed, gold):
    found = [
        (
            r["canonical_key"],
            r["subject"],
            r["number"] if r["number"] is not None else r["value_text"],
        )
        for r in seed.arrow("infobox").to_pylist()
    ]
    assert found == [(r["field"], r["side"], r["value"]) for r in gold["infobox"]["rows"]]


def test_the_seed_gives_its_paragraphs_without_marks(seed, gold):
    found = seed.arrow("paragraphs").column("text").to_pylist()
    assert found == [paragraph["text_clean"] for paragraph in gold["paragraphs"]]


def test_the_seed_gives_its_marks_in_place(seed, gold):
    labels = {r["reference_id"]: r["label"] for r in seed.arrow("references").to_pylist()}
    found = [
        (labels[r["reference_id"]], r["paragraph_id"], r["position"])
        for r in seed.arrow("reference_marks").to_pylist()
    ]
    wanted = [
        (str(note["n"]), paragraph["i"], note["anchor_clean"])
        for paragraph in gold["paragraphs"]
        for note in paragraph["footnotes"]
    ]
    assert len(wanted) == 7
    assert found == wanted


def test_the_seed_gives_its_dates(seed, gold):
    keys = ("start_date", "end_date", "precision", "calendar", "modifier", "kind")
    found = [
        (r["paragraph_id"], r["start"], r["end"], r["text"], r["edtf"], *(r[k] for k in keys))
        for r in seed.arrow("dates").to_pylist()
    ]
    wanted = [
        (p["i"], d["start_clean"], d["end_clean"], d["text"], d["edtf"], *(d[k] for k in keys))
        for p in gold["paragraphs"]
        for d in p["dates"]
    ]
    assert len(wanted) == 15
    assert found == wanted


def test_the_seeds_events_lead_to_their_footnotes(seed, gold):
    labels = {r["reference_id"]: r["label"] for r in seed.arrow("references").to_pylist()}
    found = {
        (r["paragraph_id"], r["start"], r["end"]): [labels[i] for i in r["reference_ids"]]
        for r in seed.arrow("events").to_pylist()
        if r["date_source"] != "inherited"
    }
    wanted = {
        (p["i"], e["start_clean"], e["end_clean"]): [str(n) for n in e["footnotes"]]
        for p in gold["paragraphs"]
        for e in p["events"]
    }
    assert found == wanted


@pytest.fixture(scope="module")
def berlin(shared, tmp_path_factory):
    root = tmp_path_factory.mktemp("berlin")
    report = run([shared / "real" / "berlin-minidump.xml.bz2"], root)
    assert report.problems == {}
    return open_snapshot(root)


def test_the_dump_gives_page_and_revision(berlin):
    (page,) = berlin.arrow("pages").to_pylist()
    assert (page["page_id"], page["rev_id"]) == (623, 31966755)
    assert page["rev_timestamp"] == "2021-08-10T16:23:30Z"
    assert (page["namespace"], page["wiki"]) == (0, "hewiki")
    assert len(page["categories"]) == 8


def test_the_dump_gives_one_infobox_with_every_parameter(berlin):
    rows = berlin.arrow("infobox").to_pylist()
    assert {row["infobox_id"] for row in rows} == {0}
    assert {row["template"] for row in rows} == {"עיר"}
    assert len({row["key"] for row in rows}) == 20


def test_the_dump_gives_every_note_and_mark(berlin):
    notes = {row["reference_id"]: row for row in berlin.arrow("references").to_pylist()}
    marks = berlin.arrow("reference_marks").to_pylist()
    by_syntax = Counter(notes[mark["reference_id"]]["syntax"] for mark in marks)
    assert by_syntax == {"הערה": 18, "ref": 16}
    assert {mark["reference_id"] for mark in marks} == notes.keys()
    assert all(note["text"] for note in notes.values())
    paragraphs = {row["paragraph_id"]: row for row in berlin.arrow("paragraphs").to_pylist()}
    for mark in marks:
        if mark["context"] != "paragraph":
            assert (mark["context"], mark["table_id"] is None) == ("table", False)
            continue
        assert 0 < mark["position"] <= len(paragraphs[mark["paragraph_id"]]["text"])


LEFTOVER = re.compile(
    r"\[\[|\]\]|\{\{|\}\}|\{\||\|\}|''|<[a-z/!]|&[a-z]+;|ממוזער|קטגוריה:|קובץ:|\dpx|\[https?:|  | [,.;]"
)


def test_the_dumps_paragraphs_have_no_leftover(berlin):
    texts = berlin.arrow("paragraphs").column("text").to_pylist()
    assert len(texts) > 100
    assert [text for text in texts if LEFTOVER.search(text)] == []


def test_every_position_fits(berlin, seed):
    for snapshot in (berlin, seed):
        texts = {r["paragraph_id"]: r["text"] for r in snapshot.arrow("paragraphs").to_pylist()}
        for table in ("dates", "events"):
            for row in snapshot.arrow(table).to_pylist():
                if row["paragraph_id"] is not None:
                    text = texts[row["paragraph_id"]]
                    assert text[row["start"] : row["end"]] == row["text"]
        for row in snapshot.arrow("links").to_pylist():
            assert 0 <= row["start"] <= row["end"] <= len(texts[row["paragraph_id"]])
