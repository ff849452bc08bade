"""The golden rows themselves: well formed, consistent with each other and with their articles.

Nothing here runs the extraction; a golden that is wrong in form must fail before it is
compared with anything.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from edtf import parse_edtf

from extract.schema import TABLES

FIXTURES = Path(__file__).parent.parent / "fixtures"
ARTICLES = FIXTURES / "articles"
EXPECTED = FIXTURES / "expected"

Row = dict[str, Any]

GOLDENS = sorted(EXPECTED.rglob("*.jsonl"))
PAGES = sorted({path.parent for path in GOLDENS})
PRECISIONS = {
    "day", "week", "month", "season", "quarter", "half_year", "year", "decade", "century",
    "millennium", "mixed",
}  # fmt: skip
SIGNALS = {
    "since", "until", "before", "after", "early", "mid", "late", "approximate", "uncertain",
    "unknown_start",
}  # fmt: skip
KINDS = {"explicit", "implicit", "relative", "in_name", "lifespan", "recurring", "holiday"}
ROLES = {"point", "start", "end", "duration", "before", "after", "birth", "death", "lifespan"}
CONTEXTS = {"paragraph", "infobox", "table", "caption", "heading", "reference"}
PARAGRAPH_KINDS = {"paragraph", "list_item", "definition_term", "definition", "quotation"}
VALUE_TYPES = {"text", "number", "date", "coordinates", "link", "image", "list", "empty"}
MARKUP = re.compile(r"\{\{|\}\}|\[\[|\]\]|'''|ממוזער|קטגוריה:|\[\d+\]")
WORD = re.compile(r"[א-ת]{2,}")
PLAIN = re.compile(r"\d{4}(?:-(?:0\d|1[0-2])(?:-[0-3]\d)?)?")


def name(path: Path) -> str:
    return str(path.relative_to(EXPECTED))


@cache
def rows(path: Path) -> tuple[Row, ...]:
    if not path.exists():
        return ()
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def table(page: Path, wanted: str) -> tuple[Row, ...]:
    return rows(page / f"{wanted}.jsonl")


def article(page: Path) -> str:
    place = page.relative_to(EXPECTED)
    folder = FIXTURES if place.parts[0] in {"rendered", "traps"} else ARTICLES
    return (folder / place).read_text(encoding="utf-8")


def read_day(iso: str) -> tuple[int, int, int]:
    """Check an ISO day with an astronomical year and return its parts."""
    year, month, day = re.fullmatch(r"(-?\d{4})-(\d\d)-(\d\d)", iso).groups()
    # The proleptic Gregorian calendar repeats every 400 years, so a year in range stands for it.
    date(int(year) % 400 + 2000, int(month), int(day))
    return int(year), int(month), int(day)


def test_there_are_fixtures_to_check() -> None:
    assert len(PAGES) >= 9


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_golden_has_its_article(page: Path) -> None:
    assert article(page).strip()


def test_every_article_has_goldens() -> None:
    articles = {path.relative_to(ARTICLES) for path in ARTICLES.rglob("*") if path.is_file()}
    for folder in ("rendered", "traps"):
        articles |= {path.relative_to(FIXTURES) for path in (FIXTURES / folder).iterdir()}
    assert articles == {page.relative_to(EXPECTED) for page in PAGES}


@pytest.mark.parametrize("path", GOLDENS, ids=name)
def test_rows_have_known_columns_and_the_same_ones(path: Path) -> None:
    assert path.stem in TABLES
    known = TABLES[path.stem].column_names
    seen = {tuple(row) for row in rows(path)}
    assert len(seen) <= 1
    for columns in seen:
        assert set(columns) <= set(known) - {"page_id"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_title_is_the_file_name(page: Path) -> None:
    (row,) = table(page, "pages")
    assert row["title"] == Path(page.name).stem


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_numbers_of_rows_count_from_zero(page: Path) -> None:
    for wanted, column in (
        ("sections", "section_id"),
        ("references", "reference_id"),
        ("images", "image_id"),
    ):
        assert [row[column] for row in table(page, wanted)] == list(range(len(table(page, wanted))))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_sections_nest(page: Path) -> None:
    path: list[tuple[int, str]] = []
    for row in table(page, "sections")[1:]:
        path = [step for step in path if step[0] < row["level"]]
        path.append((row["level"], row["title"]))
        assert row["path"] == [title for _, title in path]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_paragraphs_are_plain_and_in_their_sections(page: Path) -> None:
    sections = {row["section_id"] for row in table(page, "sections")}
    before = 0
    for row in table(page, "paragraphs"):
        assert row["kind"] in PARAGRAPH_KINDS
        assert row["section_id"] in sections
        assert row["section_id"] >= before
        before = row["section_id"]
        assert row["text"] == row["text"].strip()
        assert not MARKUP.search(row["text"])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_word_of_a_paragraph_stands_in_the_article(page: Path) -> None:
    shown = {"אנ"}  # words that a template prints
    source = re.sub(r"\[\[[^\]|]*\||[\[\]]|'''", "", article(page))  # a piped link shows its words
    for row in table(page, "paragraphs"):
        missing = [word for word in WORD.findall(row["text"]) if word not in source]
        assert set(missing) <= shown, (row["text"], missing)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_dates_are_slices_of_their_paragraph(page: Path) -> None:
    paragraphs = table(page, "paragraphs")
    before = (-1, -1)
    for row in table(page, "dates"):
        assert paragraphs[row["paragraph_id"]]["text"][row["start"] : row["end"]] == row["text"]
        assert before <= (row["paragraph_id"], row["start"])  # in order and apart
        before = (row["paragraph_id"], row["end"])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_dates_hold_valid_values(page: Path) -> None:
    for row in table(page, "dates"):
        if not PLAIN.fullmatch(row["edtf"]):  # the parser takes ten milliseconds a value
            assert parse_edtf(row["edtf"]) is not None
        assert row["precision"] in PRECISIONS
        assert row["calendar"] in {"gregorian", "julian", "hebrew"}
        assert row["modifier"] == "none" or set(row["modifier"].split("+")) <= SIGNALS
        assert row["kind"] in KINDS
        bounds = [read_day(row[side]) for side in ("start_date", "end_date") if row[side]]
        assert bounds == sorted(bounds)
        assert (row["start_date"] is None) == row["edtf"].startswith(("..", "/", "XXXX"))
        assert (row["end_date"] is None) == row["edtf"].endswith(("..", "/")) or (
            row["edtf"].startswith("XXXX")
        )


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_events_are_clauses_around_their_dates(page: Path) -> None:
    paragraphs, dates = table(page, "paragraphs"), table(page, "dates")
    notes = {row["reference_id"] for row in table(page, "references")}
    for row in table(page, "events"):
        text = paragraphs[row["paragraph_id"]]["text"]
        assert text[row["start"] : row["end"]] == row["text"]
        assert not row["text"].endswith(".")
        assert row["role"] in ROLES
        assert row["date_ids"]
        for number in row["date_ids"]:
            dated = dates[number]
            assert dated["paragraph_id"] == row["paragraph_id"]
            assert row["start"] <= dated["start"] < dated["end"] <= row["end"]
        assert set(row["reference_ids"]) <= notes


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_sentences_cover_their_paragraphs(page: Path) -> None:
    if not table(page, "sentences"):
        return
    spans: dict[int, list[tuple[int, int]]] = {}
    for row in table(page, "sentences"):
        spans.setdefault(row["paragraph_id"], []).append((row["start"], row["end"]))
    for number, paragraph in enumerate(table(page, "paragraphs")):
        parts = [paragraph["text"][start:end] for start, end in spans[number]]
        assert " ".join(parts) == paragraph["text"]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_stand_in_their_paragraph(page: Path) -> None:
    paragraphs = table(page, "paragraphs")
    for row in table(page, "links"):
        text = paragraphs[row["paragraph_id"]]["text"]
        assert 0 <= row["start"] < row["end"] <= len(text)
        assert text[row["start"] : row["end"]].strip()
        assert row["kind"] in {"internal", "interwiki", "external"}
        assert row["target"] in article(page)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_marks_stand_in_the_text_and_have_a_note(page: Path) -> None:
    paragraphs = table(page, "paragraphs")
    notes = {row["reference_id"] for row in table(page, "references")}
    marks = table(page, "reference_marks")
    for row in marks:
        assert row["reference_id"] in notes
        assert row["context"] in CONTEXTS
        assert (row["context"] == "paragraph") == (row["paragraph_id"] is not None)
        if row["paragraph_id"] is not None:
            assert 0 <= row["position"] <= len(paragraphs[row["paragraph_id"]]["text"])
    assert notes == {row["reference_id"] for row in marks}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_common_labels_count_from_one(page: Path) -> None:
    labels = [
        row["label"]
        for row in table(page, "references")
        if row.get("label") is not None and not row["group"]
    ]
    assert sorted(labels, key=int) == [str(number + 1) for number in range(len(labels))]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_citations_have_their_note_and_valid_dates(page: Path) -> None:
    notes = {row["reference_id"] for row in table(page, "references")}
    for row in table(page, "citations"):
        assert row["reference_id"] is None or row["reference_id"] in notes
        for column in ("edtf", "access_date"):
            if row.get(column):
                assert parse_edtf(row[column]) is not None


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_infobox_rows_are_consistent(page: Path) -> None:
    notes = {row["reference_id"] for row in table(page, "references")}
    for row in table(page, "infobox"):
        assert row["key"] in article(page)
        assert set(row.get("reference_ids", ())) <= notes
        kind = row.get("value_type")
        if kind is not None:
            assert kind in VALUE_TYPES
            if "number" in row:
                assert (kind == "number") == (row["number"] is not None)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_cells_do_not_overlap(page: Path) -> None:
    taken: set[tuple[int, int, int]] = set()
    for row in table(page, "tables"):
        for line in range(row["row"], row["row"] + row.get("rowspan", 1)):
            for column in range(row["column"], row["column"] + row.get("colspan", 1)):
                cell = (row["table_id"], line, column)
                assert cell not in taken
                taken.add(cell)
