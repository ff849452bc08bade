"""Keys and positions of every row of every table, on all pages there are to read.

A reader joins the tables by these numbers, so each must count from 0 in the order of its
table and each that points somewhere must point at a row; each position must lie in the text
it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from extract.model import Page, Rows
from extract.pipeline import process
from extract.schema import TABLES
from extract.sources import SourceProblem, iter_pages, read

FIXTURES = Path(__file__).parent.parent / "fixtures"
SHARED = FIXTURES.parent.parent / "shared"
FILES = sorted(
    path
    for folder in ("articles", "rendered", "traps")
    for path in (FIXTURES / folder).rglob("*")
    if path.is_file()
)

HTML = """<!DOCTYPE html><html><head><title>נחל הדס</title></head><body>
<section data-mw-section-id="0">
<table class="infobox"><tr><th>אורך</th><td>12 ק"מ<sup class="mw-ref reference"><a
href="./X#cite_note-1"><span class="mw-reflink-text">[1]</span></a></sup></td></tr></table>
<p>נחל הדס נסקר ב-3 במאי 1931.<sup class="mw-ref reference"><a href="./X#cite_note-1"><span
class="mw-reflink-text">[1]</span></a></sup> שנה לאחר מכן הוקם עליו
<a rel="mw:WikiLink" href="./גשר">גשר</a>.<sup class="mw-ref reference"><a
href="./X#cite_note-2"><span class="mw-reflink-text">[2]</span></a></sup></p></section>
<section data-mw-section-id="1"><h2>גשרים</h2>
<table class="wikitable"><caption>הגשרים</caption><tr><th>שם</th><th>שנה</th></tr>
<tr><td rowspan="2">הישן<sup class="mw-ref reference"><a href="./X#cite_note-2"><span
class="mw-reflink-text">[2]</span></a></sup></td><td>1932</td></tr><tr><td>1940</td></tr></table>
<figure typeof="mw:File/Thumb"><a href="./קובץ:Bridge.jpg"><img resource="./קובץ:Bridge.jpg"/></a>
<figcaption>הגשר ב-1932</figcaption></figure>
<ol class="mw-references references" typeof="mw:Extension/references">
<li id="cite_note-1"><span class="mw-reference-text">אבנר לביא, הנחלים, 1950.</span></li>
<li id="cite_note-2"><span class="mw-reference-text"><a rel="mw:ExtLink"
href="https://a.example/b">הגשר</a></span></li></ol></section></body></html>"""

WIKITEXT = """נחל הדס נסקר ב-3 במאי 1931.<ref>אבנר לביא, הנחלים, 1950.</ref> שנה לאחר מכן הוקם עליו
[[גשר]].<ref name=b>[https://a.example/b הגשר]</ref> ראו [[#גשרים|להלן]].
== גשרים ==
{| class="wikitable"
|+ הגשרים
! שם !! שנה
|-
| rowspan=2 | הישן<ref name=b/> || 1932
|-
| 1940
|}
[[קובץ:Bridge.jpg|ממוזער|הגשר ב-1932]]
"""

OWN_NUMBERS = {
    "sections": "section_id",
    "paragraphs": "paragraph_id",
    "sentences": "sentence_id",
    "infobox": "field_id",
    "references": "reference_id",
    "reference_marks": "mark_id",
    "citations": "citation_id",
    "dates": "date_id",
    "events": "event_id",
    "images": "image_id",
}
POINTERS = [
    (table.name, column.name, target)
    for table in TABLES.values()
    for column in table.columns
    for target, key in (
        ("sections", "section_id"),
        ("sections", "parent_id"),
        ("paragraphs", "paragraph_id"),
        ("sentences", "sentence_id"),
        ("infobox", "field_id"),
        ("references", "reference_id"),
        ("references", "in_reference_id"),
        ("references", "reference_ids"),
        ("references", "paragraph_reference_ids"),
        ("dates", "date_ids"),
        ("dates", "anchor_date_id"),
        ("dates", "same_as_date_id"),
        ("images", "image_id"),
    )
    if column.name == key and OWN_NUMBERS.get(table.name) != key
]

Table = list[dict[str, Any]]
Tables = dict[str, Table]


def as_tables(rows: Rows) -> Tables:
    return {
        name: [dict(zip(TABLES[name].column_names[1:], row, strict=True)) for row in records]
        for name, records in zip(Rows._fields, rows, strict=True)
    }


@cache
def pages() -> dict[str, Page]:
    found = {str(path.relative_to(FIXTURES)): read(path) for path in FILES}
    found["html"] = Page("נחל הדס", HTML, -7, input_format="html")
    found["html beside wikitext"] = Page("נחל הדס", WIKITEXT, 7, html=HTML)
    found["empty"] = Page("ריק", "", -8)
    real = SHARED / "real"
    if real.is_dir():
        sources = [real / "berlin-minidump.xml.bz2", real / "000_ba4f887cc142294a.txt"]
        for item in iter_pages(sources):
            assert not isinstance(item, SourceProblem)
            found[f"shared: {item.title}"] = item
    return found


@cache
def tables_of(name: str) -> Tables:
    return as_tables(process(pages()[name]))


every_page = pytest.mark.parametrize("name", sorted(pages()))


def values(rows: Table, column: str) -> Iterable[int]:
    for row in rows:
        value = row[column]
        if isinstance(value, int):
            yield value
        elif value is not None:
            yield from value


def test_every_number_that_points_is_checked() -> None:
    """A new column that ends in _id or _ids must be added above."""
    known = {(table, column) for table, column, _ in POINTERS}
    known |= set(OWN_NUMBERS.items())
    # Numbers of things that have no table of their own, and the wiki's own numbers.
    known |= {
        ("infobox", "infobox_id"), ("infobox", "parent_infobox_id"),
        ("reference_marks", "infobox_id"), ("reference_marks", "table_id"),
        ("tables", "table_id"), ("references", "list_id"), ("images", "infobox_id"),
        ("pages", "rev_id"), ("pages", "wikidata_id"),
    }  # fmt: skip
    for table in TABLES.values():
        for column in table.column_names[1:]:
            if column.endswith(("_id", "_ids")):
                assert (table.name, column) in known


@every_page
def test_no_stage_failed(name: str) -> None:
    problems = tables_of(name)["problems"]
    assert [row for row in problems if row["kind"] == "unexpected"] == []


@every_page
def test_own_numbers_count_from_zero(name: str) -> None:
    for table, column in OWN_NUMBERS.items():
        rows = tables_of(name)[table]
        assert [row[column] for row in rows] == list(range(len(rows))), table


@every_page
def test_every_pointer_finds_its_row(name: str) -> None:
    tables = tables_of(name)
    for table, column, target in POINTERS:
        allowed = range(len(tables[target]))
        assert [v for v in values(tables[table], column) if v not in allowed] == [], (table, column)


@every_page
def test_boxes_tables_and_lists_are_numbered_in_order(name: str) -> None:
    tables = tables_of(name)
    for table, column in (("infobox", "infobox_id"), ("tables", "table_id")):
        seen = list(dict.fromkeys(values(tables[table], column)))
        assert seen == list(range(len(seen))), table
    cells = [(row["table_id"], row["row"], row["column"]) for row in tables["tables"]]
    assert cells == sorted(set(cells))
    boxes = {row["infobox_id"] for row in tables["infobox"]}
    for row in tables["infobox"]:
        assert row["parent_infobox_id"] in {None, *boxes} - {row["infobox_id"]}
    lists = {row["list_id"] for row in tables["references"]}
    assert lists == set(range(len(lists)))


@every_page
def test_text_runs_in_the_order_of_the_sections(name: str) -> None:
    tables = tables_of(name)
    for table in ("paragraphs", "images"):
        order = list(values(tables[table], "section_id"))
        assert order == sorted(order), table
    for table in ("sentences", "dates", "links"):
        order = [(row["paragraph_id"], row["start"]) for row in tables[table]]
        assert order == sorted(order), table


@every_page
def test_a_mark_stands_where_its_context_says(name: str) -> None:
    tables = tables_of(name)
    boxes = {row["field_id"]: row["infobox_id"] for row in tables["infobox"]}
    grids = {row["table_id"] for row in tables["tables"]}
    for mark in tables["reference_marks"]:
        where = {
            column
            for column in ("paragraph_id", "infobox_id", "table_id", "image_id", "in_reference_id")
            if mark[column] is not None
        }
        wanted = {
            "paragraph": {"paragraph_id"},
            "infobox": {"infobox_id"},
            "table": {"table_id"},
            "caption": {"image_id"},
            "reference": {"in_reference_id"},
            "heading": set(),
        }[mark["context"]]
        assert where <= wanted, mark
        assert where == wanted or mark["context"] in {"infobox", "caption", "table"}, mark
        assert (mark["position"] is None) == (mark["context"] != "paragraph")
        assert mark["context"] == "paragraph" or mark["sentence_id"] is None
        if mark["field_id"] is not None:
            assert boxes[mark["field_id"]] == mark["infobox_id"]
        if mark["table_id"] is not None:
            assert mark["table_id"] in grids


@every_page
def test_a_mark_and_its_field_name_each_other(name: str) -> None:
    tables = tables_of(name)
    by_field = {
        (field["field_id"], reference)
        for field in tables["infobox"]
        for reference in field["reference_ids"]
    }
    by_mark = {
        (mark["field_id"], mark["reference_id"])
        for mark in tables["reference_marks"]
        if mark["field_id"] is not None
    }
    assert by_mark <= by_field


@every_page
def test_a_mark_stands_in_its_sentence_or_right_after_it(name: str) -> None:
    tables = tables_of(name)
    texts = [row["text"] for row in tables["paragraphs"]]
    sentences = tables["sentences"]
    sections = [row["section_id"] for row in tables["paragraphs"]]
    for mark in tables["reference_marks"]:
        if mark["context"] != "paragraph":
            continue
        assert mark["section_id"] == sections[mark["paragraph_id"]]
        text = texts[mark["paragraph_id"]]
        assert 0 <= mark["position"] <= len(text)
        if mark["sentence_id"] is None:
            assert not any(row["paragraph_id"] == mark["paragraph_id"] for row in sentences)
            continue
        sentence = sentences[mark["sentence_id"]]
        assert sentence["paragraph_id"] == mark["paragraph_id"]
        between = text[sentence["end"] : mark["position"]]
        assert sentence["start"] <= mark["position"]
        assert not any(letter.isalnum() for letter in between), (mark, between)


@every_page
def test_sentences_part_their_paragraph(name: str) -> None:
    tables = tables_of(name)
    texts = [row["text"] for row in tables["paragraphs"]]
    ends = dict.fromkeys(range(len(texts)), 0)
    for row in tables["sentences"]:
        text, before = texts[row["paragraph_id"]], ends[row["paragraph_id"]]
        assert before <= row["start"] < row["end"] <= len(text)
        assert not text[before : row["start"]].strip()
        ends[row["paragraph_id"]] = row["end"]
    for paragraph, end in ends.items():
        assert not any(letter.isalnum() for letter in texts[paragraph][end:])


@every_page
def test_dates_and_clauses_lie_in_their_sentence(name: str) -> None:
    tables = tables_of(name)
    texts = [row["text"] for row in tables["paragraphs"]]
    for table in ("dates", "events"):
        for row in tables[table]:
            if row["paragraph_id"] is None:
                assert row["field_id"] is not None
                assert (row["start"], row["end"], row["sentence_id"]) == (None, None, None)
                continue
            assert texts[row["paragraph_id"]][row["start"] : row["end"]] == row["text"]
            sentence = tables["sentences"][row["sentence_id"]]
            assert sentence["paragraph_id"] == row["paragraph_id"]
            assert sentence["start"] <= row["start"] < row["end"] <= sentence["end"], row


@every_page
def test_an_event_is_dated_by_dates_before_or_in_it(name: str) -> None:
    tables = tables_of(name)
    for event in tables["events"]:
        dates = [tables["dates"][number] for number in event["date_ids"]]
        if event["paragraph_id"] is None:
            assert tables["infobox"][event["field_id"]]["edtf"] is not None
            continue
        assert dates, event
        if event["date_source"] == "inherited":
            assert all(date["paragraph_id"] <= event["paragraph_id"] for date in dates)
            continue
        for date in dates:
            assert date["sentence_id"] == event["sentence_id"], (event, date)


@every_page
def test_bounds_are_in_order_and_their_numbers_agree(name: str) -> None:
    tables = tables_of(name)
    for table in ("dates", "events"):
        for row in tables[table]:
            for column in ("start", "end"):
                assert (row[f"{column}_date"] is None) == (row[f"{column}_jdn"] is None), row
            if row["start_jdn"] is not None and row["end_jdn"] is not None:
                assert row["start_jdn"] <= row["end_jdn"], row


@every_page
def test_links_lie_in_their_text(name: str) -> None:
    tables = tables_of(name)
    texts = [row["text"] for row in tables["paragraphs"]]
    for row in tables["links"]:
        text = texts[row["paragraph_id"]]
        assert 0 <= row["start"] < row["end"] <= len(text), row
        assert text[row["start"] : row["end"]].strip(), row
        assert row["target"] or row["fragment"], row
        assert row["kind"] in {"internal", "interwiki", "external"}
    for event in tables["events"]:
        for link, target, start, end in event["entities"]:
            assert texts[event["paragraph_id"]][start:end] == link
            assert event["start"] <= start < end <= event["end"]
            assert target


@every_page
def test_source_spans_lie_in_the_page(name: str) -> None:
    page = pages()[name]
    for table in ("paragraphs", "infobox", "references"):
        for row in tables_of(name)[table]:
            start, end = row["source_start"], row["source_end"]
            if page.input_format != "wikitext":
                assert (start, end) == (None, None)
            elif start is not None:
                assert 0 <= start <= end <= len(page.text), (table, row)
                if table == "references":
                    assert page.text[start:end] == row["raw"]


@every_page
def test_cells_do_not_overlap(name: str) -> None:
    taken: set[tuple[int, int, int]] = set()
    for cell in tables_of(name)["tables"]:
        assert cell["rowspan"] >= 1
        assert cell["colspan"] >= 1
        at = (cell["table_id"], cell["row"], cell["column"])
        assert at not in taken, cell
        taken |= {
            (cell["table_id"], row, column)
            for row in range(cell["row"], cell["row"] + cell["rowspan"])
            for column in range(cell["column"], cell["column"] + cell["colspan"])
        }


@every_page
def test_a_citation_belongs_to_a_note_or_a_section(name: str) -> None:
    for row in tables_of(name)["citations"]:
        assert (row["reference_id"] is None) != (row["section_id"] is None), row
        assert (row["paragraph_id"] is None) or row["reference_id"] is None, row
