"""Nothing a wiki or a disk can hold ends a run, whatever the stage that meets it."""

from __future__ import annotations

import bz2
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import pipeline
from extract.batch import run
from extract.errors import DataError
from extract.model import Page, Rows
from extract.pipeline import process
from extract.snapshots import open_snapshot

PATTERNS = """
{{a| | [[a| | {| | <x  | <ref name="a | <ref> | <!-- | <nowiki> | [http://a  | '''a''b | {{{a|
<x ><!-- | <b>a[[<!-- | <table><!--|| | {{הערה|{{צ-ספר|א=ב | <b a=b  | [[{{a| | {{{a|{{b| | {|{{a|
{{הערה| | {{עיר|א= | [[קובץ:א| | }} | ]] | |} | </ref> | {{#if: | &lt; | __ | ~~~~ | {{!}}
"ת | 1917 | ב-1917  | ינואר  | שנות ה- | המאה ה- | 1900– | תשע מאות  | שנה לאחר מכן  | ב-3 במאי,  | א.  | (
""".replace("\n", " | ")
PATTERNS = [p.replace("\\n", "\n") for p in PATTERNS.split(" | ") if p.strip()]
PATTERNS += [
    "===\n",
    "==<!--",
    "==a==<!--b-->",
    "א=ב1990",
    "\n=a",
    "\n*a",
    "\n;a:b",
    "\n|-\n|a",
    "\n!a!!",
    "\n:",
    "<gallery>\na|b\n",
]


def page(text, title="דף"):
    return Page(title, text, 1)


def expected_kind(rows):
    return [row for row in rows.problems if row[2] == "unexpected"]


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: repr(p)[:24])
def test_a_repeated_opener_is_read_in_linear_time(pattern):
    def seconds(size):
        text = (pattern * (size // len(pattern) + 1))[:size]
        best = None
        for _ in range(2):
            start = time.process_time()
            rows = process(page(text))
            took = time.process_time() - start
            best = took if best is None else min(best, took)
        assert expected_kind(rows) == []
        return best

    small, large = seconds(4_000), seconds(32_000)
    # Eight times the text: linear is 8, quadratic 64; the margin is for a busy machine.
    assert large < 0.05 or large / max(small, 1e-4) < 30


@pytest.mark.slow
@pytest.mark.parametrize("head", ["[2] ", "|", "א|", "ב"])
def test_a_long_head_of_a_pipe_table_is_not_repeated_in_every_row(head):
    def seconds(size):
        text = head * (size // len(head)) + "\n" + "| א | ב |\n" * (size // 10)
        start = time.process_time()
        rows = process(page(text)._replace(input_format="text"))
        assert expected_kind(rows) == []
        return time.process_time() - start

    small, large = seconds(2_000), seconds(16_000)
    # Each row had all the columns of the head, or its words: quadratic is 64 times.
    assert large < 0.05 or large / max(small, 1e-4) < 30


COSTLY = [pytest.param(opener, marks=pytest.mark.slow) for opener in ("[[א|", "{{הערה|", "<ref>")]


@pytest.mark.parametrize("opener", ["{{א|", "<div>", "{|\n|", "((", "*", *COSTLY])
def test_nesting_of_twenty_thousand_is_read(opener):
    rows = process(page(opener * 20_000 + "סוף"))
    assert expected_kind(rows) == []
    closed = {"{{א|": "}}", "[[א|": "]]", "<div>": "</div>", "{{הערה|": "}}"}
    if opener in closed:
        rows = process(page(opener * 20_000 + "תוכן" + closed[opener] * 20_000))
        assert expected_kind(rows) == []


@pytest.mark.slow
def test_a_page_of_five_megabytes_is_read():
    sentence = "הבית עומד על הגבעה ומשקיף אל [[ים|הים]] הגדול.{{הערה|מקור}} "
    block = "ב-1917 כבש הצבא את העיר. " + sentence * 25 + "\n\n"
    copies = 5_000_000 // len(block.encode())
    rows = process(page(block * copies))
    assert expected_kind(rows) == []
    assert len(rows.paragraphs) == copies
    assert len(rows.dates) == copies
    assert len(rows.reference_marks) == copies * 25


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*PATTERNS, "א", " ", "\n", "|", "=", "}}", "]]", "-->"]), max_size=30)
)
def test_no_mixture_of_openers_is_unexpected(parts):
    rows = process(page("".join(parts)))
    assert expected_kind(rows) == []
    assert isinstance(rows, Rows)


def test_a_template_that_swallows_the_categories_leaves_the_prose():
    text = "'''אלון''' נוסד ב-1917.\n{{מיון רגיל:אלון\n[[קטגוריה:יישובים]]\n"
    rows = process(page(text))
    assert [p[3] for p in rows.paragraphs] == ["אלון נוסד ב-1917."]


TEXT = "'''אלון''' נוסד ב-3 במרץ 1918.{{הערה|עדות.}}\n\nנבנה ב-1920.\n"
GOOD = TEXT.encode()
FILES = {
    "שורות.wiki": GOOD.replace(b"\n", b"\r\n"),
    "סימן.wiki": b"\xef\xbb\xbf" + GOOD,
    "רחב.wiki": TEXT.encode("utf-16"),
    "פגום.wiki": GOOD + b"\xff\xfe\xd7",
}


@pytest.mark.parametrize("name", FILES)
def test_encodings_and_line_ends_are_read(tmp_path, name):
    (tmp_path / name).write_bytes(FILES[name])
    run([tmp_path / name], tmp_path / "out")
    dates = open_snapshot(tmp_path / "out").arrow("dates").column("edtf").to_pylist()
    assert dates[:2] == ["1918-03-03", "1920"]


DUMP = (
    '<mediawiki xml:lang="he"><siteinfo><dbname>hewiki</dbname></siteinfo>'
    + "".join(
        f"<page><title>דף {n}</title><ns>0</ns><id>{n}</id><revision><id>{n}</id>"
        f"<timestamp>2024-01-01T00:00:00Z</timestamp><text>ב-{1900 + n} נבנה בית.</text>"
        "</revision></page>\n"
        for n in range(1, 400)
    )
    + "</mediawiki>"
).encode()


@pytest.mark.parametrize(
    ("name", "data"),
    [("cut.xml", DUMP[: len(DUMP) // 2]), ("cut.xml.bz2", bz2.compress(DUMP)[:-200])],
)
def test_a_truncated_dump_keeps_what_was_read(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    report = run([tmp_path / name], tmp_path / "out")
    assert 1 <= sum(report.problems.values()) <= 2
    assert report.problem_pages >= 1
    if name == "cut.xml":
        assert report.pages > 150


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02\x03" * 100, b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_a_file_that_is_no_page_is_a_problem_beside_the_others(tmp_path, data):
    (tmp_path / "רע.wiki").write_bytes(data)
    (tmp_path / "טוב.wiki").write_bytes(GOOD)
    report = run([tmp_path / "רע.wiki", tmp_path / "טוב.wiki"], tmp_path / "out")
    assert report.pages == 1
    assert report.problem_pages == 1
    assert report.rows["dates"] == 2


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ValueError("לא ציפינו"), "unexpected", "ValueError: לא ציפינו"),
        (RecursionError("deep"), "unexpected", "RecursionError: deep"),
        (DataError("months.toml: wrong"), "DataError", "months.toml: wrong"),
    ],
)
@pytest.mark.parametrize(
    ("stage", "name", "lost"),
    [
        ("parse", "parse", {"paragraphs", "references", "events", "citations"}),
        ("events", "find_events", {"events"}),
        ("references", "find_citations", {"citations"}),
    ],
)
def test_a_stage_that_fails_loses_its_own_tables(
    monkeypatch, stage, name, lost, error, kind, message
):
    def fail(_):
        raise error

    alon = page("נוסד ב-3 במרץ 1918.<ref>{{ynet|דן|אלון|1|8.9.2006}}</ref>", "אלון")
    filled = {"paragraphs", "references", "events", "citations"}
    assert all(getattr(process(alon), table) for table in filled)
    monkeypatch.setattr(pipeline, name, fail)
    rows = process(alon)
    assert {table for table in filled if not getattr(rows, table)} == lost
    assert rows.problems == (("אלון", stage, kind, message),)
    assert rows.pages[0][0] == "אלון"
    assert [section[0] for section in rows.sections] == [0]


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_what_is_no_fault_of_the_page_goes_up(monkeypatch, error):
    def fail(_):
        raise error

    monkeypatch.setattr(pipeline, "find_events", fail)
    with pytest.raises(error):
        process(page("נוסד ב-1918."))
