"""Whole articles: their footnotes, sources, box values and what the notes support."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from extract.model import Page
from extract.pipeline import process
from extract.schema import TABLES

CASES = Path(__file__).parent.parent / "fixtures" / "cases" / "footnotes"
NAMES = sorted(path.stem for path in CASES.glob("*.wiki"))
Row = dict[str, Any]
MISSING = "(no row)"


class Cell(NamedTuple):
    """One value a reader stated, and what the program gave."""

    place: str
    expected: object
    found: object

    @property
    def right(self) -> bool:
        if isinstance(self.expected, float | int) and isinstance(self.found, float | int):
            return abs(self.expected - self.found) < 1e-3
        return self.expected == self.found


def read_case(name: str) -> Row:
    return tomllib.loads((CASES / f"{name}.toml").read_text("utf-8"))


def read_rows(name: str) -> dict[str, list[Row]]:
    text = (CASES / f"{name}.wiki").read_text("utf-8")
    rows = process(Page(title=name, text=text, page_id=-1))
    return {
        table: [
            dict(zip(TABLES[table].column_names[1:], row, strict=True))
            for row in getattr(rows, table)
        ]
        for table in rows._fields
    }


def shown(value: object) -> object:
    if value is None:
        return ""
    return list(value) if isinstance(value, tuple) else value


def compare(place: str, expected: Row, found: Row | None) -> list[Cell]:
    if found is None:
        return [Cell(f"{place} {key}", value, MISSING) for key, value in expected.items()]
    return [Cell(f"{place} {key}", value, shown(found.get(key))) for key, value in expected.items()]


def align(expected: list[str], found: list[str]) -> list[int | None]:
    """For every expected key the index of the row found for it."""
    places: list[int | None] = [None] * len(expected)
    matcher = SequenceMatcher(None, expected, found, autojunk=False)
    for tag, start, end, other, other_end in matcher.get_opcodes():
        if tag in {"equal", "replace"}:
            for step in range(min(end - start, other_end - other)):
                places[start + step] = other + step
    return places


def compare_references(case: Row, rows: dict[str, list[Row]]) -> list[Cell]:
    found = rows["references"]
    cells = [Cell("references: rows", len(case["references"]), len(found))]
    for index, expected in enumerate(case["references"]):
        row = found[index] if index < len(found) else None
        cells += compare(f"references {index}", expected, row)
    return cells


def read_mark(mark: Row, rows: dict[str, list[Row]]) -> Row:
    labels = {row["reference_id"]: row["label"] for row in rows["references"]}
    fields = {row["field_id"]: row["key"] for row in rows["infobox"]}
    row = {"context": mark["context"], "label": labels.get(mark["reference_id"])}
    if mark["paragraph_id"] is not None:
        row["before"] = rows["paragraphs"][mark["paragraph_id"]]["text"][: mark["position"]]
    if mark["field_id"] is not None:
        row["key"] = fields[mark["field_id"]]
    if mark["image_id"] is not None:
        row["image"] = rows["images"][mark["image_id"]]["file"]
    row["section"] = rows["sections"][mark["section_id"]]["title"]
    return row


def compare_marks(case: Row, rows: dict[str, list[Row]]) -> list[Cell]:
    found = [read_mark(mark, rows) for mark in rows["reference_marks"]]
    expected = case["marks"]
    cells = [Cell("marks: rows", len(expected), len(found))]
    keys = align([row["label"] for row in expected], [str(row["label"]) for row in found])
    for index, (row, place) in enumerate(zip(expected, keys, strict=True)):
        wanted = dict(row)
        got = dict(found[place]) if place is not None else None
        after = wanted.pop("after", None)
        if after is not None:
            wanted["context"] = "paragraph"
            before = got.get("before", "") if got else ""
            cells.append(Cell(f"marks {index} after", after, before.rstrip()[-len(after) :]))
        cells += compare(f"marks {index}", wanted, got)
    return cells


def compare_citations(case: Row, rows: dict[str, list[Row]]) -> list[Cell]:
    labels = {row["reference_id"]: row["label"] for row in rows["references"]}
    found = defaultdict(list)
    for row in rows["citations"]:
        if row["reference_id"] is not None:
            found[labels[row["reference_id"]]].append(row)
        else:
            found[rows["sections"][row["section_id"]]["title"]].append(row)
    expected = defaultdict(list)
    for row in case["citations"]:
        expected[row.get("label") or row["section"]].append(row)
    cells = []
    for place, wanted in expected.items():
        got = found.get(place, [])
        cells.append(Cell(f"citations {place}: rows", len(wanted), len(got)))
        for index, row in enumerate(wanted):
            columns = {key: value for key, value in row.items() if key not in {"label", "section"}}
            match = got[index] if index < len(got) else None
            cells += compare(f"citations {place}.{index}", columns, match)
    return cells


def compare_infobox(case: Row, rows: dict[str, list[Row]]) -> list[Cell]:
    labels = {row["reference_id"]: row["label"] for row in rows["references"]}
    found = []
    for field in rows["infobox"]:
        row = dict(field)
        row["labels"] = [labels[number] for number in field["reference_ids"]]
        row["links"] = [
            link["target"] if isinstance(link, dict) else link[1] for link in field["links"]
        ]
        found.append(row)
    expected = case["infobox"]
    cells = [Cell("infobox: rows", len(expected), len(found))]
    keys = align([row["key"] for row in expected], [row["key"] for row in found])
    for row, place in zip(expected, keys, strict=True):
        cells += compare(f"infobox {row['key']}", row, found[place] if place is not None else None)
    return cells


def compare_support(case: Row, rows: dict[str, list[Row]]) -> list[Cell]:
    labels = {row["reference_id"]: row["label"] for row in rows["references"]}
    cells = []
    for wanted in case["support"]:
        events = [row for row in rows["events"] if wanted["event"] in row["text"]]
        row = None
        if events:
            event = events[0]
            row = {
                "event": wanted["event"],
                "labels": sorted(labels[number] for number in event["reference_ids"]),
                "paragraph_labels": sorted(
                    labels[number] for number in event["paragraph_reference_ids"]
                ),
            }
        sorted_row = {
            key: sorted(value) if isinstance(value, list) else value
            for key, value in wanted.items()
        }
        cells += compare(f"support {wanted['event']}", sorted_row, row)
    return cells


def compare_images(case: Row, rows: dict[str, list[Row]]) -> list[Cell]:
    return [Cell("images", case["images"], [row["file"] for row in rows["images"]])]


@cache
def compare_article(name: str) -> dict[str, list[Cell]]:
    """Every stated cell of an article, by table."""
    case, rows = read_case(name), read_rows(name)
    return {
        "references": compare_references(case, rows),
        "reference_marks": compare_marks(case, rows),
        "citations": compare_citations(case, rows),
        "infobox": compare_infobox(case, rows),
        "events": compare_support(case, rows),
        "images": compare_images(case, rows),
    }


@pytest.mark.parametrize("name", NAMES)
def test_article_gives_what_a_reader_finds(name: str) -> None:
    """All cells are right but those that the case lists as open; no listed one is right."""
    wrong = {
        cell.place: f"{cell.place}: {cell.expected!r} expected, {cell.found!r} found"
        for cells in compare_article(name).values()
        for cell in cells
        if not cell.right
    }
    known = set(read_case(name).get("open", ()))
    assert set(wrong) == known, "\n".join(
        [text for place, text in wrong.items() if place not in known]
        + [f"{place}: right, but listed as open" for place in sorted(known - set(wrong))]
    )


def test_most_of_what_a_reader_finds_is_given() -> None:
    cells = [cell for name in NAMES for table in compare_article(name).values() for cell in table]
    assert sum(cell.right for cell in cells) >= 0.95 * len(cells)
    assert len(cells) > 1800
