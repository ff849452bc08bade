"""The command as a newcomer types it: results, errors in one line, exit statuses."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from unittest import mock

import pytest

from extract.cli import main
from extract.schema import TABLES

ARTICLE = "{{יישוב|שם=אלון|שטח=12 קמ\"ר}}\n'''אלון''' נוסד ב-3 במרץ 1918.{{הערה|עדות.}}\n"


@dataclass
class Ended:
    """What a command left: its exit status and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def hewiki(*arguments, stdin="", cwd=None):
    """Run the command in this process, with streams of its own as a shell gives them."""
    given, out, err = (
        io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", write_through=True)
        for text in (stdin.encode(), b"", b"")
    )
    with (
        contextlib.chdir(cwd or os.curdir),
        mock.patch.object(sys, "argv", ["hewiki", *map(str, arguments)]),
        mock.patch.multiple(sys, stdin=given, stdout=out, stderr=err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    written = (stream.buffer.getvalue().decode() for stream in (out, err))
    return Ended(ended.value.code or 0, *written)


def test_the_command_is_a_process_of_its_own(tmp_path):
    command = [sys.executable, "-m", "extract", "show", "nowhere", "דף"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "no snapshot here" in one_line(done)


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "אלון_(יישוב).wiki"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def one_line(result):
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_run_and_show(article, tmp_path):
    ran = hewiki("run", article, "--out", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    summary = dict(line.split("\t") for line in ran.stdout.splitlines())
    assert (summary["pages"], summary["infobox"], summary["dates"]) == ("1", "2", "1")
    shown = hewiki("show", tmp_path / "out", "אלון (יישוב)", "--table", "events")
    header, event = (line.split("\t") for line in shown.stdout.splitlines())
    assert header == ["edtf", "role", "text", "reference_ids"]
    assert (event[0], *event[2:]) == ("1918-03-03", "אלון נוסד ב-3 במרץ 1918", "[0]")
    rows = hewiki("show", tmp_path / "out", "אלון_(יישוב)", "--table", "references", "--json")
    assert json.loads(rows.stdout)["text"] == "עדות."
    everything = hewiki("show", tmp_path / "out", "אלון (יישוב)", "--json").stdout.splitlines()
    assert {json.loads(line)["table"] for line in everything} <= set(TABLES)


def test_dates_reads_json_lines():
    line = {"id": "a", "text": "ב-1917 כבש הצבא את העיר.", "context_year": None}
    result = hewiki("dates", stdin=json.dumps(line) + "\n\n")
    row = json.loads(result.stdout)
    assert row["id"] == "a"
    assert [(d["text"], d["edtf"]) for d in row["dates"]] == [("1917", "1917")]
    assert [(e["text"], e["dates"]) for e in row["events"]] == [("ב-1917 כבש הצבא את העיר", [0])]
    keys = "start end text edtf start_date end_date precision calendar modifier kind"
    assert set(row["dates"][0]) == set(keys.split())
    assert set(row["events"][0]) == {"start", "end", "text", "role", "dates"}


def test_a_byte_order_mark_is_no_part_of_a_line(tmp_path):
    line = '\ufeff{"id": 1, "text": "ב-3 במאי 1948"}\n'
    path = tmp_path / "bom.jsonl"
    path.write_text(line, encoding="utf-8")
    for given in (hewiki("dates", stdin=line), hewiki("dates", path)):
        assert json.loads(given.stdout)["dates"][0]["edtf"] == "1948-05-03"


def test_dates_prints_what_half_of_a_pair_came_in():
    line = '{"id": "\\ud800", "text": "\\ud800 ב-1917 כבש הצבא את העיר."}\n'
    result = hewiki("dates", stdin=line)
    assert result.returncode == 0, result.stderr
    (date,) = json.loads(result.stdout)["dates"]
    assert (date["start"], date["text"]) == (4, "1917")


@pytest.mark.parametrize(
    "line",
    [
        "לא JSON", "[]", "3", "null", '{"text": 7}', '{"id": 1}', "[" * 100_000,
        '{"text": "ב-1917", "context_year": "1917"}',
    ],
)  # fmt: skip
def test_dates_tells_a_wrong_line_in_one_line(line):
    result = hewiki("dates", stdin=line + "\n")
    assert result.returncode == 2
    assert "line 1: expected a JSON object" in one_line(result)


def test_dates_tells_bytes_that_are_not_utf8(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"text": "שלום"}\n'.encode("cp1255"))
    result = hewiki("dates", path)
    assert result.returncode == 2
    assert "not UTF-8" in one_line(result)


def test_schema_prints_every_column():
    result = hewiki("schema", "--json")
    tables = json.loads(result.stdout)["tables"]
    assert {name: len(t["columns"]) for name, t in tables.items()} == {
        name: len(table.columns) for name, table in TABLES.items()
    }


WRONG = [
    (["run", "absent.xml"], 5, "absent.xml"),
    (["run", "."], 5, "nothing to read"),
    (["run", "x.wiki", "--workers", "0"], 2, "workers"),
    (["run"], 2, "SOURCE"),
    (["rnu"], 2, "rnu"),
    (["shwo"], 2, "no such command 'shwo'"),
    (["run", "x.wiki", "--fromat", "xml"], 2, "--fromat"),
    (["run", "x.wiki", "--format", "docx"], 2, "'docx' is not one of"),
    (["run", ".", "--title-list", "none.txt"], 2, "none.txt: no list of titles"),
    (["fetch", "דף"], 2, "no contact"),
    (["report", "nowhere", "--out", "r"], 2, "no snapshot here"),
    (["report", "nowhere"], 2, "hewiki report: missing option '--out'"),
    (["show", "nowhere", "דף"], 2, "no snapshot here"),
    (["schema", "event"], 2, "no table 'event'; expected one of pages"),
    (["check", "nowhere"], 2, "no fixtures here"),
    (["check", ".", "--gold", "none"], 2, "none: no annotated texts here"),
    (["dates", "absent.jsonl"], 2, "absent.jsonl"),
]


@pytest.mark.parametrize(("arguments", "status", "words"), WRONG, ids=lambda value: str(value)[:30])
def test_wrong_use_is_told_in_one_line_and_has_its_status(tmp_path, arguments, status, words):
    result = hewiki(*arguments, cwd=tmp_path)
    assert result.returncode == status, result.stderr
    line = one_line(result)
    assert words in line
    assert line.startswith("hewiki")
    assert "?;" not in line
    assert ".;" not in line


def test_without_a_command_the_help_is_shown():
    result = hewiki()
    assert result.returncode in {0, 2}
    assert "Usage: hewiki" in result.stdout + result.stderr


def test_a_reader_that_has_seen_enough_is_no_fault():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "extract", "schema"],
        stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_list_of_commands_has_whole_sentences():
    lines = hewiki("--help").stdout.partition("Commands:\n")[2].splitlines()
    assert len(lines) == 9
    assert all(line.endswith(".") and not line.endswith("...") for line in lines)


def test_a_broken_line_of_dates_is_named():
    result = hewiki("dates", stdin='{"id": 1, "text": "א"}\nnot json\n')
    assert result.returncode == 2
    assert result.stderr.startswith("hewiki: line 2: expected a JSON object")
    assert len(result.stdout.splitlines()) == 1


def test_a_missing_title_suggests_a_near_one(article, tmp_path):
    hewiki("run", article, "--out", tmp_path / "out")
    result = hewiki("show", tmp_path / "out", "אלון")
    assert result.returncode == 2
    assert "did you mean אלון (יישוב)?" in one_line(result)


@pytest.mark.parametrize("title", ["אלן (יישוב)", "אלון (ישוב)", "אולן (יישוב)", "אלוןן יישוב"])
def test_a_title_with_a_letter_wrong_suggests_the_right_one(article, tmp_path, title):
    hewiki("run", article, "--out", tmp_path / "out")
    line = one_line(hewiki("show", tmp_path / "out", title))
    assert "did you mean אלון (יישוב)?" in line


def test_one_page_that_cannot_be_read_says_why(tmp_path):
    (tmp_path / "ריק.wiki").write_bytes(b"")
    ran = hewiki("run", tmp_path / "ריק.wiki", "--out", tmp_path / "out")
    assert ran.returncode == 4
    assert ran.stderr.startswith("hewiki: no page could be read; ריק.wiki: the file is empty")
    shown = hewiki("show", tmp_path / "out", "ריק", "--table", "problems")
    assert "the file is empty" in shown.stdout


def test_a_folder_that_may_not_be_written_to_is_told(article, tmp_path):
    hewiki("run", article, "--out", tmp_path / "out")
    result = hewiki("report", tmp_path / "out", "--out", "/proc/report")
    assert result.returncode == 1
    assert "/proc/report: the report cannot be written" in one_line(result)


def test_a_file_is_no_folder_for_tables(article):
    result = hewiki("run", article, "--out", article)
    assert result.returncode == 2
    assert "is a file, expected a folder for the tables" in one_line(result)


def test_a_run_that_chose_no_page_says_what_chose(tmp_path):
    dump, titles = tmp_path / "d.xml", tmp_path / "titles.txt"
    dump.write_text(DUMP, encoding="utf-8")
    titles.write_text("אין כזה\n", encoding="utf-8")
    ran = hewiki("run", dump, "--out", tmp_path / "out", "--namespace", "99")
    assert ran.returncode == 0
    assert ran.stderr == "hewiki: no page was taken: none in namespace 99\n"
    ran = hewiki("run", dump, "--out", tmp_path / "out", "--title-list", titles)
    assert ran.stderr == f"hewiki: no page was taken: none in namespace 0 and {titles}\n"


def test_show_gives_a_page_to_read(root, tmp_path):
    hewiki("run", root / "fixtures" / "articles", "--out", tmp_path / "out")
    shown = hewiki("show", tmp_path / "out", "יחסי אפגניסטן–רוסיה", "--text").stdout
    lines = shown.splitlines()
    assert lines[0] == "יחסי אפגניסטן–רוסיה"
    assert max(map(len, lines)) <= 80
    place = {line: number for number, line in enumerate(lines)}
    assert place["Infobox"] < place["Timeline"] < place["Footnotes"]
    timeline = lines[place["Timeline"] + 1 : place["Footnotes"]]
    dated = [line.split()[:2] for line in timeline if line[2:3].isdigit()]
    assert dated[0] == ["1917", "(1)"], (
        "the earliest first, with the note that closes its paragraph"
    )
    assert ["2010-10", "[3]"] in dated
    notes = "\n".join(lines[place["Footnotes"] :])
    assert "[3]  דן רז, קרזאי מחה על הפעולה, חדשות היום, 31 באוקטובר 2010" in notes
    assert "       https://news.example.org/karzai" in notes
    events = hewiki(
        "show", tmp_path / "out", "יחסי אפגניסטן–רוסיה", "--text", "--table", "events"
    ).stdout
    assert "https://news.example.org/karzai" in events


def test_a_page_of_a_file_is_shown_by_its_id(article, tmp_path):
    hewiki("run", article, "--out", tmp_path / "out")
    row = json.loads(
        hewiki("show", tmp_path / "out", "אלון (יישוב)", "--json", "--table", "pages").stdout
    )
    for arguments in ([row["page_id"], "--table", "pages"], ["--table", "pages", row["page_id"]]):
        shown = hewiki("show", tmp_path / "out", *arguments, "--json")
        assert json.loads(shown.stdout) == row
    wrong = hewiki("show", tmp_path / "out", "-x")
    assert "no such option '-x'" in one_line(wrong)


def test_one_thing_is_told_of_in_the_singular(article, tmp_path):
    hewiki("run", article, "--out", tmp_path / "out")
    shown = hewiki("show", tmp_path / "out", "אלון (יישוב)", "--text").stdout
    assert "1 section · 1 paragraph · 1 event · 1 footnote · 1 source" in shown


def test_columns_of_a_table_stand_under_each_other(article, tmp_path):
    hewiki("run", article, "--out", tmp_path / "out")
    shown = hewiki("show", tmp_path / "out", "אלון (יישוב)", "--text", "--table", "dates").stdout
    header, row = shown.splitlines()
    assert row.index("1918-03-03") == header.index("edtf")


def test_two_runs_are_compared_by_name(article, tmp_path):
    first = hewiki("run", article, "--out", tmp_path / "out").stdout.splitlines()[-1]
    article.write_text(ARTICLE.replace("1918", "1919"), encoding="utf-8")
    hewiki("run", article, "--out", tmp_path / "out")
    old = first.rpartition("/")[2]
    alone = hewiki("diff", tmp_path / "out")
    assert alone.returncode == 2
    assert f"name the older one, such as {old}" in one_line(alone)
    lines = hewiki("diff", tmp_path / "out", old).stdout.splitlines()
    assert lines[0] == "~ אלון (יישוב)", "a file has no revision to name"
    assert any("1918" in line for line in lines)
    assert any("1919" in line for line in lines)


DUMP = "<mediawiki>{}</mediawiki>".format(
    "".join(
        f"<page><title>{title}</title><ns>{namespace}</ns><id>{number}</id>"
        "<revision><id>1</id><text>א</text></revision></page>"
        for number, (title, namespace) in enumerate([("א", 0), ("קטגוריה:ב", 14), ("פורטל:ג", 100)])
    )
)


@pytest.mark.parametrize(
    ("chosen", "pages"),
    [
        ([], 1),
        (["--namespace", "14"], 1),
        (["--namespace", "0", "14"], 2),
        (["--namespace=0", "14", "100"], 3),
        (["--namespace", "0", "--namespace", "14"], 2),
        (["--namespace", "-1", "100"], 1),
    ],
)
def test_namespaces_are_given_one_after_the_other(tmp_path, chosen, pages):
    dump = tmp_path / "d.xml"
    dump.write_text(DUMP, encoding="utf-8")
    for order in ([*chosen, dump], [dump, *chosen]):
        ran = hewiki("run", "--out", tmp_path / "out", *order)
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.startswith(f"pages\t{pages}\n")


def test_too_many_problems_have_a_status_of_their_own(tmp_path):
    (tmp_path / "רע.wiki").write_bytes(b"\x00\x01\x02binary\x00")
    (tmp_path / "טוב.wiki").write_text(ARTICLE, encoding="utf-8")
    result = hewiki("run", tmp_path / "רע.wiki", tmp_path / "טוב.wiki", "--out", tmp_path / "out")
    assert result.returncode == 4, result.stderr
    assert "--max-problems" in result.stderr
    again = ["--out", tmp_path / "b", "--max-problems", "1"]
    assert hewiki("run", tmp_path / "רע.wiki", tmp_path / "טוב.wiki", *again).returncode == 0


def test_damage_to_a_source_is_not_a_matter_of_shares(tmp_path):
    page = "<page><title>{0}</title><ns>0</ns><id>{1}</id><revision><id>1</id><text>א</text></revision></page>"
    pages = "".join(page.format(name, number) for number, name in enumerate("אבג", 1))
    dump = tmp_path / "d.xml"
    dump.write_text(f"<mediawiki>{pages}<page><title>ד", encoding="utf-8")
    result = hewiki("run", dump, "--out", tmp_path / "out", "--max-problems", "1")
    assert result.returncode == 4, result.stderr
    assert result.stdout.startswith("pages\t3\n")
    assert "a source is damaged, pages may be missing" in result.stderr
    dump.write_text("<mediawiki><page><title>ד", encoding="utf-8")
    result = hewiki("run", dump, "--out", tmp_path / "out", "--max-problems", "1")
    assert result.returncode == 4
    assert "no page could be read" in result.stderr


def test_check_fails_with_its_status_on_a_difference(article, tmp_path):
    base = tmp_path / "fixtures"
    (base / "articles").mkdir(parents=True)
    (base / "articles" / "אלון.wiki").write_text(ARTICLE, encoding="utf-8")
    golden = base / "expected" / "אלון.wiki" / "dates.jsonl"
    golden.parent.mkdir(parents=True)
    golden.write_text('{"text": "3 במרץ 1918", "edtf": "1918-03-03"}\n', encoding="utf-8")
    assert hewiki("check", base).returncode == 0
    golden.write_text('{"text": "3 במרץ 1918", "edtf": "1918-03-04"}\n', encoding="utf-8")
    result = hewiki("check", base)
    assert result.returncode == 3
    assert "edtf - '1918-03-04'" in result.stdout
    assert "edtf + '1918-03-03'" in result.stdout
    assert "dates: 1 rows differ, 0 are known to" in result.stderr


def test_a_floor_rises_and_does_not_fall_unless_told(tmp_path):
    base = tmp_path / "fixtures"
    (base / "articles").mkdir(parents=True)
    (base / "articles" / "אלון.wiki").write_text(ARTICLE, encoding="utf-8")
    (base / "cases" / "dates").mkdir(parents=True)
    case = {"id": "1", "text": "ב-1917 כבש הצבא את העיר.", "context_year": None, "events": None}
    good = {**case, "dates": [{"start": 2, "end": 6, "text": "1917", "edtf": "1917"}]}
    path = base / "cases" / "dates" / "a.jsonl"
    path.write_text(json.dumps(good), encoding="utf-8")
    assert hewiki("check", base, "--update").returncode == 0
    floors = json.loads((base / "floors.json").read_text(encoding="utf-8"))["scores"]
    assert floors["cases/dates.full_f1"] == 1.0
    bad = {**case, "dates": [{"start": 2, "end": 6, "text": "1917", "edtf": "1918"}]}
    path.write_text(json.dumps(bad), encoding="utf-8")
    assert hewiki("check", base).returncode == 3
    assert hewiki("check", base, "--update").returncode == 3
    assert hewiki("check", base, "--update", "--allow-lower").returncode == 0
