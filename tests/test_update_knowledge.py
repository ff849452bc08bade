"""What a dump tells of its templates, and a run that reads by it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from extract.batch import Options, run
from extract.errors import DataError
from extract.hewiki import load_json, use_knowledge
from extract.snapshots import open_snapshot

SCRIPT = Path(__file__).parents[1] / "pipelines/update_knowledge.py"
PAGES = [
    ("תבנית:מגדלור", 10, "[[קטגוריה:תבניות מידע - מבנים]]", None),
    ("תבנית:פנס חוף", 10, "#הפניה [[תבנית:מגדלור]]", "תבנית:מגדלור"),
    ("תבנית:צ-ס חדש", 10, "#הפניה [[תבנית:צ-ספר]]", "תבנית:צ-ספר"),
    ("תבנית:אזהרה", 10, "[[קטגוריה:תבניות תחזוקה]]", None),
    ("קטגוריה:תבניות מידע - מבנים", 14, "[[ קטגוריה : תבניות_מידע |ב]]", None),
    ("קטגוריה:תבניות מידע", 14, "[[קטגוריה:תבניות מידע - מבנים]]", None),
    (
        "מגדלור צוק הינשוף",
        0,
        "{{פנס חוף|גובה=31}}\n'''המגדלור''' הוקם ב-1931.{{הערה|{{צ-ס חדש|מחבר=א' אלון|שם=אורות}}}}",
        None,
    ),
]


@pytest.fixture
def dump(tmp_path):
    path = tmp_path / "d.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write('<mediawiki xml:lang="he"><siteinfo><dbname>hewiki</dbname></siteinfo>\n')
        for number, (title, namespace, text, target) in enumerate(PAGES, 1):
            redirect = f"<redirect title={quoteattr(target)} />" if target else ""
            file.write(
                f"<page><title>{escape(title)}</title><ns>{namespace}</ns><id>{number}</id>{redirect}"
                f"<revision><id>{number}</id><timestamp>2024-01-01T00:00:00Z</timestamp>"
                f"<model>wikitext</model><text>{escape(text)}</text></revision></page>\n"
            )
        file.write("</mediawiki>\n")
    return path


def learn(dump, out):
    if not SCRIPT.exists():
        pytest.skip("the pipelines are not part of this installation")
    return subprocess.run(
        [sys.executable, SCRIPT, dump, "--out", out], capture_output=True, text=True, check=False
    )


def test_a_run_reads_by_the_names_of_its_dump(dump, tmp_path):
    file = tmp_path / "knowledge.json"
    done = learn(dump, file)
    assert done.returncode == 0, done.stderr
    learned = json.loads(file.read_text(encoding="utf-8"))
    assert "מגדלור" in learned["infoboxes.json"]["names"]
    assert "אזהרה" not in learned["infoboxes.json"]["names"]
    assert learned["infoboxes.json"]["aliases"]["פנס חוף"] == "מגדלור"
    assert learned["citations_wiki.json"]["redirects"]["צ-ס חדש"] == "צ-ספר"
    run([dump], tmp_path / "before")
    run([dump], tmp_path / "after", options=Options(knowledge=str(file)))
    before, after = open_snapshot(tmp_path / "before"), open_snapshot(tmp_path / "after")
    titles = [s.arrow("citations").column("title").to_pylist() for s in (before, after)]
    assert titles == [[None], ["אורות"]]
    boxes = after.arrow("infobox").to_pylist()
    assert [(row["key"], row["value_text"]) for row in boxes] == [("גובה", "31")]
    assert before.folder.name.split("-")[1] != after.folder.name.split("-")[1]


def test_a_dump_without_templates_is_told(tmp_path):
    path = tmp_path / "d.xml"
    path.write_text('<mediawiki xml:lang="he"></mediawiki>\n', encoding="utf-8")
    done = learn(path, tmp_path / "k.json")
    assert done.returncode == 2
    assert "no template in category" in done.stderr
    assert not (tmp_path / "k.json").exists()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"a.txt": {}}', '{"infoboxes.json": {}}', '{"infoboxes.json": 3}']
)
def test_a_file_that_holds_no_lists_is_refused(tmp_path, content):
    before = load_json("infoboxes.json")
    (tmp_path / "k.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"k\.json"):
        use_knowledge(tmp_path / "k.json")
    assert load_json("infoboxes.json") == before
