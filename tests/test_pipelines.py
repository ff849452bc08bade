"""What is made of a snapshot afterwards: exports, questions with pictures, the notebook."""

import csv
import io
import json
import runpy
import sys
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from extract import batch
from extract.model import Citation, Event, Rows
from extract.snapshots import commit_snapshot
from extract.tables import PartWriter


@pytest.fixture(scope="module")
def snapshot(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pipelines")
    return batch.run([root / "fixtures" / "articles"], folder / "outputs" / "demo").snapshot


@pytest.fixture(scope="module")
def export(root):
    return runpy.run_path(str(root / "pipelines" / "export.py"))


def test_every_program_tells_what_it_does_and_does_nothing_else(root, capsys, monkeypatch):
    for path in sorted((root / "pipelines").glob("*.py")):
        monkeypatch.setattr(sys, "argv", [path.name, "--help"])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(path), run_name="__main__")
        assert ended.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: {path.name} ")


def written(export, form, snapshot, titles=()):
    return "".join(export["FORMATS"][form](export["read_events"](snapshot, titles)))


TITLE = "שולמית ארדון"


def events_of(snapshot, title):
    page_id = snapshot.pandas("pages").set_index("title")["page_id"][title]
    events = snapshot.pandas("events")
    return events[events["page_id"] == page_id]


def test_csv_has_every_event_with_its_sources(export, snapshot):
    text = written(export, "csv", snapshot)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    events = snapshot.pandas("events")
    assert [row["text"] for row in rows] == list(events["text"])
    born = next(row for row in rows if row["title"] == TITLE and row["edtf"] == "1939")
    assert born["sources"] == "תיק אישי: ארדון, ארכיון ההר, https://archive.example.org/ardon"


def test_jsonl_keeps_sources_apart(export, snapshot):
    rows = [json.loads(line) for line in written(export, "jsonl", snapshot, [TITLE]).splitlines()]
    assert {row["title"] for row in rows} == {TITLE}
    one = next(row for row in rows if row["edtf"] == "1958-02-03")
    assert [source["work"] for source in one["sources"]] == ["ynet"]


def test_the_calendar_holds_whole_days_in_short_lines(export, snapshot):
    text = written(export, "ics", snapshot, [TITLE])
    lines = text.split("\r\n")
    assert lines.pop() == ""
    assert "\n" not in "".join(lines)
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "").split("\r\n")
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT")
    assert "DTSTART;VALUE=DATE:20110614" in whole
    assert "DTEND;VALUE=DATE:20110615" in whole
    assert "SUMMARY;LANGUAGE=he:בול לזכרה הונפק ב-14 ביוני 2011" in whole
    days = [line[-8:] for line in whole if line.startswith("DTSTART")]
    assert all(date.fromisoformat(day) for day in days)
    uids = [line for line in whole if line.startswith("UID")]
    assert len(set(uids)) == len(uids) == len(days)


def test_a_timeline_says_no_more_than_is_known(export, snapshot):
    slides = json.loads(written(export, "timelinejs", snapshot, [TITLE]))["events"]
    by_date = {slide["display_date"]: slide for slide in slides}
    assert by_date["1939"]["start_date"] == {"year": 1939}
    assert by_date["1948-01"]["start_date"] == {"year": 1948, "month": 1}
    assert by_date["2011-06-14"]["start_date"] == {"year": 2011, "month": 6, "day": 14}
    assert "end_date" not in by_date["2011-06-14"]
    assert "בול לזכרה הונפק" in by_date["2011-06-14"]["text"]["headline"]
    headlines = [slide["text"]["headline"] for slide in slides]
    assert len(set(headlines)) == len(headlines), "what is seen first tells slides apart"


def hostile(folder):
    page = (
        'דף "א"', 0, 5, "2021-08-10T16:23:30Z", "hewiki", "wikitext", "d", "0", None, False, None,
        (), (), "0",
    )  # fmt: skip
    text = 'אמר: "שלום";\r\nוהלך, <b>\\'
    event = Event(
        0, None, None, None, None, text, (), "-0044-03-15", "-0044-03-15", "-0044-03-15", 1, 1,
        "day", "none", "julian", "point", "clause", "explicit", reference_ids=(0,),
    )  # fmt: skip
    cited = Citation(0, 0, None, None, "web", 'כותרת "ב"', url='https://example.org/a b"<c>\n')
    with PartWriter(folder / "work", "part-00000", empty=True) as writer:
        writer.add(3, Rows(pages=(page,), events=(event,), citations=(cited,)))
    return commit_snapshot(folder / "tables", writer.parts, {}), text


def test_no_text_breaks_a_format(export, tmp_path):
    snapshot, text = hostile(tmp_path)
    rows = list(csv.reader(io.StringIO(written(export, "csv", snapshot)[1:], newline="")))
    assert rows[1][3] == text
    assert json.loads(written(export, "jsonl", snapshot))["text"] == text
    assert "BEGIN:VEVENT" not in written(export, "ics", snapshot), "no such year in a calendar"
    slide = json.loads(written(export, "timelinejs", snapshot))["events"][0]
    assert "<b>" not in slide["text"]["headline"]
    assert slide["start_date"] == {"year": -44, "month": 3, "day": 15}
    turtle = written(export, "turtle", snapshot)
    assert '"אמר: \\"שלום\\";\\r\\nוהלך, <b>\\\\"@he' in turtle
    assert "<https://example.org/a%20b%22%3Cc%3E%0A>" in turtle


@pytest.mark.filterwarnings("ignore")  # other people's libraries
def test_turtle_is_read_by_an_rdf_library(export, snapshot, tmp_path):
    rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed")
    sem = "http://semanticweb.cs.vu.nl/2009/11/sem/"
    graph = rdflib.Graph().parse(data=written(export, "turtle", snapshot), format="turtle")
    kinds = list(graph.subjects(rdflib.RDF.type, rdflib.URIRef(sem + "Event")))
    assert len(kinds) == snapshot.arrow("events").num_rows
    first = graph.triples((None, rdflib.URIRef(sem + "hasBeginTimeStamp"), None))
    assert sum(1 for _ in first) == snapshot.pandas("events")["start_date"].notna().sum()
    bad, text = hostile(tmp_path)
    graph = rdflib.Graph().parse(data=written(export, "turtle", bad), format="turtle")
    words = rdflib.URIRef("http://purl.org/dc/terms/description")
    assert [str(value) for value in graph.objects(None, words)] == [text]


def test_the_export_command(export, snapshot, tmp_path):
    root = snapshot.folder.parent.parent
    out = tmp_path / "events.jsonl"
    arguments = [str(root), "--format", "jsonl", "--title", TITLE, "--out", str(out)]
    assert export["main"](arguments) == 0
    assert len(out.read_text(encoding="utf-8").splitlines()) == len(events_of(snapshot, TITLE))


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["nowhere", "--format", "csv"], 2, "no snapshot here"),
        (["ROOT", "--format", "csv", "--title", "אין דף כזה"], 2, "no page titled אין דף כזה"),
        (["ROOT", "--format", "csv", "--out", "no/such/folder.csv"], 1, "no/such/folder.csv"),
    ],
)
def test_a_wrong_export_is_told_in_one_line(export, snapshot, arguments, status, words, capsys):
    root = str(snapshot.folder.parent.parent)
    assert export["main"]([root if a == "ROOT" else a for a in arguments]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1


# ------------------------------------------------------------------- questions, pictures


@pytest.fixture(scope="module")
def analysis(root):
    for name in ("duckdb", "polars"):
        pytest.importorskip(name, reason=f"{name} is not installed (the extra analysis)")
    return runpy.run_path(str(root / "pipelines" / "analysis.py"))


@pytest.mark.filterwarnings("ignore")  # other people's libraries
class TestAnalysis:
    def test_the_timeline_is_in_order_and_sourced(self, analysis, snapshot):
        rows = analysis["timeline"](snapshot, TITLE)
        events = events_of(snapshot, TITLE)
        assert sorted(rows["event_id"]) == sorted(events["event_id"])
        days = events.set_index("event_id").loc[rows["event_id"]]
        order = days["start_jdn"].fillna(days["end_jdn"])
        assert order.is_monotonic_increasing
        by_date = dict(zip(rows["edtf"], rows["sources"], strict=True))
        assert list(by_date["1958-02-03"]) == ["אוצרת הפרחים"]

    def test_unsupported_events_are_those_without_a_footnote(self, analysis, snapshot):
        answer = {row["title"]: row for row in analysis["unsupported"](snapshot).to_dicts()}
        events = snapshot.pandas("events")
        prose = events[events["field_id"].isna()]
        alone = prose[
            (prose["reference_ids"].str.len() == 0)
            & (prose["paragraph_reference_ids"].str.len() == 0)
        ]
        assert sum(row["unsupported"] for row in answer.values()) == len(alone)
        assert sum(row["events"] for row in answer.values()) == len(prose)

    def test_population_is_compared_with_the_prose(self, analysis, snapshot):
        rows = analysis["population"](snapshot)
        box = snapshot.pandas("infobox").query("canonical_key == 'population' and number > 0")
        assert set(rows["in_infobox"]) == set(box["number"])
        same = rows[rows["title"] == "גבעת אורנית"]
        assert 1.0 in set(same["ratio"])

    def test_press_is_counted_by_decade(self, analysis, snapshot):
        rows = analysis["press"](snapshot)
        cited = snapshot.pandas("citations").query("kind == 'news'")
        known = cited[cited["work"].notna() & cited["edtf"].str.match(r"\d{4}", na=False)]
        assert rows["citations"].sum() == len(known)
        assert (rows["decade"] % 10 == 0).all()

    def test_every_decade_has_its_press(self, analysis, tmp_path):
        rows = [(f"{year}-01-01", f"עיתון {n}") for year in (1950, 1990) for n in range(5)]
        cited = tuple(
            Citation(n, None, None, None, "news", f"כותרת {n}", work=work, edtf=edtf)
            for n, (edtf, work) in enumerate([*rows, *rows[:1]])
        )
        page = ("דף", 0, 5, None, "hewiki", "wikitext", "d", "0", None, False, None, (), (), "0")
        with PartWriter(tmp_path / "work", "part-00000", empty=True) as writer:
            writer.add(3, Rows(pages=(page,), citations=cited))
        found = analysis["press"](commit_snapshot(tmp_path / "tables", writer.parts, {}), 2)
        assert list(found["decade"]) == [1950, 1950, 1990, 1990]
        assert list(found["citations"]) == [2, 1, 1, 1]

    def test_a_picture_of_many_boxes_shows_those_that_differ(self, analysis):
        import pandas as pd

        boxes = pd.DataFrame(
            [(f"יישוב {n}", 100.0, 100 + 50 * n, None) for n in range(40)],
            columns=["title", "in_infobox", "in_prose", "subject"],
        )
        bars = analysis["_people"](boxes, 3)
        assert [bar.label for bar in bars[::2]] == [f"יישוב {n} · תיבה" for n in (39, 38, 37)]

    def test_a_wrong_root_is_told_in_one_line(self, analysis, capsys):
        assert analysis["main"](["nowhere"]) == 2
        assert "no snapshot here" in capsys.readouterr().err

    def test_pictures_are_whole_and_hold_their_labels(self, analysis, snapshot):
        pictures = analysis["draw_all"](snapshot, TITLE)
        assert set(pictures) == {"timeline", "unsupported", "population", "press"}
        for picture in pictures.values():
            drawing = ET.fromstring(picture.svg)
            assert drawing.tag.endswith("svg")
            width = float(drawing.get("width"))
            for shape in drawing.iter("{http://www.w3.org/2000/svg}rect"):
                assert 0 <= float(shape.get("x", 0)) <= width
        assert "1921-03-04" in pictures["timeline"].svg
        assert "&lt;x&gt;" in analysis["draw_bars"]("<x>", []).svg

    def test_the_command_answers_and_draws(self, analysis, snapshot, tmp_path, capsys):
        root = snapshot.folder.parent.parent
        assert analysis["main"]([str(root), "--title", TITLE, "--out", str(tmp_path)]) == 0
        assert "# press" in capsys.readouterr().out
        assert len(list(tmp_path.glob("*.svg"))) == 4

    def test_the_notebook_runs(self, analysis, root, snapshot, monkeypatch):
        notebook = json.loads((root / "docs" / "analysis.ipynb").read_text(encoding="utf-8"))
        monkeypatch.chdir(snapshot.folder.parents[3])
        monkeypatch.setattr(sys, "path", [str(root / "pipelines"), *sys.path])
        scope = {}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                assert cell["outputs"] == []
                exec(compile("".join(cell["source"]), "analysis.ipynb", "exec"), scope)
        assert scope["counts"].sum() == snapshot.arrow("dates").num_rows
