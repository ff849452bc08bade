"""The case files under fixtures/cases keep to their own format.

Nothing here reads dates: the files are checked against themselves, against the EDTF
parser and against plain calendar arithmetic.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import edtf
import pytest

ROOT = Path(__file__).parent.parent / "fixtures" / "cases"
FILES = sorted(path for folder in ("dates", "blind") for path in (ROOT / folder).glob("*.jsonl"))
PRECISIONS = {
    "day",
    "week",
    "month",
    "season",
    "quarter",
    "half_year",
    "year",
    "decade",
    "century",
    "millennium",
    "mixed",
}
CALENDARS = {"gregorian", "julian", "hebrew"}
KINDS = {"explicit", "implicit", "relative", "in_name", "lifespan", "recurring", "holiday"}
# (N8): the parts of a modifier stand in this order, joined by "+".
MODIFIERS = re.compile(
    r"none|(?=.)(?:since|until|before|after|unknown_start)?\+?(?:early|mid|late)?\+?"
    r"(?:approximate)?\+?(?:uncertain)?"
)
ROLES = {"point", "start", "end", "duration", "before", "after", "birth", "death", "lifespan"}
RECORD = {"id", "text", "context_year", "dates", "events", "tags"}
DATE = {
    "start",
    "end",
    "text",
    "edtf",
    "start_date",
    "end_date",
    "precision",
    "calendar",
    "modifier",
    "kind",
}
EVENT = {"start", "end", "text", "role", "dates"}
# What the parser reads but gives other bounds for: winters, quarters and half years.
UNBOUNDED = re.compile(r"-?\d{4}-(?:24|3[3-6]|4[01])[~?%]?")
ISO = re.compile(r"-?\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")

Record = dict[str, Any]


def read_cases(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def all_dates(path: Path) -> Iterator[tuple[str, Record]]:
    for case in read_cases(path):
        for date in case["dates"]:
            yield case["id"], date


def order(day: str) -> tuple[int, int, int]:
    """Year, month and day of an ISO date with astronomical years, to compare by."""
    sign = -1 if day.startswith("-") else 1
    year, month, number = day.lstrip("-").split("-")
    return sign * int(year), int(month), int(number)


each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@each_file
def test_records_have_the_agreed_keys(path: Path) -> None:
    for case in read_cases(path):
        assert set(case) == RECORD, case["id"]
        assert all(set(date) == DATE for date in case["dates"]), case["id"]
        assert all(set(event) == EVENT for event in case["events"] or ()), case["id"]
        assert case["tags"], case["id"]
        assert case["context_year"] is None or isinstance(case["context_year"], int)
        assert case["id"].startswith(("blind-", f"{path.stem}-")), case["id"]


@each_file
def test_spans_cut_their_own_text(path: Path) -> None:
    for case in read_cases(path):
        for span in [*case["dates"], *(case["events"] or ())]:
            assert 0 <= span["start"] < span["end"] <= len(case["text"]), case["id"]
            assert case["text"][span["start"] : span["end"]] == span["text"], case["id"]
            assert span["text"] == span["text"].strip(), case["id"]


@each_file
def test_dates_are_sorted_and_disjoint(path: Path) -> None:
    for case in read_cases(path):
        dates = case["dates"]
        for left, right in pairwise(dates):
            assert left["end"] <= right["start"], case["id"]


@each_file
def test_words_are_known(path: Path) -> None:
    for name, date in all_dates(path):
        assert date["precision"] in PRECISIONS, name
        assert date["calendar"] in CALENDARS, name
        assert date["kind"] in KINDS, name
        assert MODIFIERS.fullmatch(date["modifier"]), name
        assert "++" not in date["modifier"], name
        assert not date["modifier"].startswith("+"), name
        assert not date["modifier"].endswith("+"), name


@each_file
def test_modifiers_agree_with_edtf(path: Path) -> None:
    for name, date in all_dates(path):
        value, parts = date["edtf"], set(date["modifier"].split("+"))
        assert ("approximate" in parts) == any(mark in value for mark in "~%"), name
        assert ("uncertain" in parts) == any(mark in value for mark in "?%["), name
        assert bool(parts & {"since", "after"}) == value.endswith("/.."), name
        assert bool(parts & {"until", "before"}) == value.startswith("../"), name
        assert ("unknown_start" in parts) == value.startswith("/"), name


@each_file
def test_days_are_iso_and_in_order(path: Path) -> None:
    for name, date in all_dates(path):
        first, last, value = date["start_date"], date["end_date"], date["edtf"]
        assert (first is None) == value.startswith(("../", "/", "XXXX")), name
        assert (last is None) == value.endswith("/..") or value.startswith("XXXX"), name
        assert all(ISO.fullmatch(day) for day in (first, last) if day is not None), name
        if first is not None and last is not None:
            assert order(first) <= order(last), name


parse_edtf = cache(edtf.parse_edtf)


def check_bounds(name: str, date: Record) -> None:
    """Hold the bounds of a date to its EDTF, but where the rules say otherwise: C2 (Julian days),
    C9, N5 (early, mid, late), winters, and what the parser gives no bounds for."""
    value = date["edtf"]
    if ISO.fullmatch(value) and value > "0001":
        dt.date.fromisoformat(value)
        if date["calendar"] == "gregorian":
            assert date["start_date"] == date["end_date"] == value, name
        return
    parsed = parse_edtf(value)
    narrowed = set(date["modifier"].split("+")) & {"early", "mid", "late"}
    if date["calendar"] != "gregorian" or (narrowed and "/" not in value):
        return
    if value.startswith("XXXX") or UNBOUNDED.fullmatch(value):
        return
    if date["start_date"] is not None:
        low = parsed.lower_strict()
        assert (low.tm_year, low.tm_mon, low.tm_mday) == order(date["start_date"]), name
    if date["end_date"] is not None:
        high = parsed.upper_strict()
        assert (high.tm_year, high.tm_mon, high.tm_mday) == order(date["end_date"]), name


def test_edtf_of_each_shape_parses_to_the_bounds() -> None:
    """The parser takes ten milliseconds a value; ``make slow`` reads all of them."""
    shapes = {}
    for path in FILES:
        for name, date in all_dates(path):
            shape = re.sub(r"\d", "0", date["edtf"]), date["modifier"], date["calendar"]
            shapes.setdefault(shape, (name, date))
    for name, date in shapes.values():
        check_bounds(name, date)


@pytest.mark.slow
@each_file
def test_edtf_values_parse_to_the_bounds(path: Path) -> None:
    for name, date in all_dates(path):
        check_bounds(name, date)


@each_file
def test_events_speak_of_dates(path: Path) -> None:
    for case in read_cases(path):
        for event in case["events"] or ():
            assert event["role"] is None or event["role"] in ROLES, case["id"]
            assert event["dates"], case["id"]
            for index in event["dates"]:
                date = case["dates"][index]
                assert event["start"] <= date["start"], case["id"]
                assert date["end"] <= event["end"], case["id"]
                assert date["kind"] != "recurring", case["id"]


def test_ids_and_texts_are_unique() -> None:
    cases = [case for path in FILES for case in read_cases(path)]
    for key in ("id", "text"):
        twice = [value for value, n in Counter(case[key] for case in cases).items() if n > 1]
        assert not twice


def test_there_are_enough_cases() -> None:
    dates = [case for path in FILES if path.parent.name == "dates" for case in read_cases(path)]
    blind = [case for path in FILES if path.parent.name == "blind" for case in read_cases(path)]
    assert len(dates) >= 600
    assert sum(not case["dates"] for case in dates) >= 120
    assert len(blind) >= 160
