"""Numbers, units, coordinates, pictures and dates of infobox values."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.dates import find_dates
from extract.hewiki import load_toml
from extract.hewiki.fields import find_field, implied_unit
from extract.parsing.values import (
    label_unit,
    read_coordinates,
    read_number,
    read_value,
    write_coordinates,
)

NUMBERS = [
    ("652,230", 652230, None),
    ("0", 0, None),
    ("0.5", 0.5, None),
    ("1,234.75", 1234.75, None),
    ("3 000 000", 3_000_000, None),
    ('12.4 קמ"ר', 12.4, 'קמ"ר'),
    ("12.4 קמ״ר", 12.4, 'קמ"ר'),
    ("כ-3.7 מיליון תושבים", 3_700_000, "תושבים"),
    ("כ־500", 500, None),
    ('כ 12 ק"מ', 12, 'ק"מ'),
    ("בערך 80", 80, None),
    ("למעלה מ-3 אלף איש", 3000, "איש"),
    ("יותר מ־100 הרוגים", 100, "הרוגים"),
    ("5 מיליון דולר (2019)", 5_000_000, "דולר"),
    ('2 מיליארד ש"ח', 2e9, 'ש"ח'),
    ("7 אלף מיליון", 7e9, None),
    ("$5.5 מיליון", 5_500_000, "$"),
    ("₪ 300", 300, "₪"),
    ("12%", 12, "%"),
    ("12.5 אחוזים", 12.5, "%"),
    ("−392 מטר", -392, "מטר"),
    ("מינוס 392", -392, None),
    ("+3", 3, None),
    ("\u200f1,500\u200e", 1500, None),
    ("104 דקות", 104, "דקות"),
]

NOT_NUMBERS = [
    "",
    "-",
    "–",
    "אין",
    "30–40",
    "30-40",
    "10 עד 20",
    "5 או 6",
    "007",
    "20,770643,801",
    "3,5",
    "1.2.3",
    "12 בנובמבר 1990",
    "3:2",
    "2/3",
    "1990–1995",
    "נבנה ב-1950",
    '5 ק"מ ו-300 מטר',
    "4x4",
]


@pytest.mark.parametrize(("text", "number", "unit"), NUMBERS)
def test_numbers(text: str, number: float, unit: str | None) -> None:
    assert read_number(text) == (pytest.approx(number), unit)


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("8,000 (מקום 3 בעולם)", 8000, None),
        ("250,000 (2008), 260,000 (2010)", 250_000, None),
        ('120 ק"מ צפונית לעיר', 120, 'ק"מ'),
        ("14 ניצבים", 14, "ניצבים"),
    ],
)
def test_a_number_field_may_say_more(text: str, number: float, unit: str | None) -> None:
    assert read_number(text, loose=True) == (number, unit)
    assert read_value(text, "number").number == number


@pytest.mark.parametrize("text", ["30–40 איש", "בין 3 ל-5", "10 עד 20 בתים", "20,770643,801"])
def test_a_range_is_no_number_even_in_a_number_field(text: str) -> None:
    value = read_value(text, "number")
    assert (value.value_type, value.number, value.text) == ("text", None, text)


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("שטח (בקילומטר רבוע)", "קילומטר רבוע"),
        ('תמ"ג (במיליוני דולרים)', "מיליוני דולרים"),
        ('תמ"ג לנפש (בדולרים)', "דולרים"),
        ('אורך (ק"מ)', 'ק"מ'),
        ('אורך (בק"מ)', 'ק"מ'),
        ("אבטלה (באחוזים)", "%"),
        ("אבטלה (%)", "%"),
        ("משקל (בליטראות)", "ליטראות"),
        ("אוכלוסייה (2019)", None),
        ("אוכלוסייה (ב-2019)", None),
        ("שם (באנגלית)", None),
        ("שטח", None),
        ("()", None),
        ("שטח ()", None),
    ],
)
def test_unit_of_a_label(label: str, unit: str | None) -> None:
    assert label_unit(label) == unit


@pytest.mark.parametrize(
    ("parts", "pair"),
    [
        ("52|31|N|13|24|E|display=inline", (52.5166667, 13.4)),
        ("52|30|36|N|13|24|0|W", (52.51, -13.4)),
        ("33.9|S|151.2|E", (-33.9, 151.2)),
        ("-33.9|151.2", (-33.9, 151.2)),
        ("31|46|12|צפון|35|13|0|מזרח|type:city", (31.77, 35.2166667)),
        ("32|30|n|35|0|e", (32.5, 35.0)),
        ("95|N|13|E", None),
        ("12|99|N|13|E", None),
        ("12", None),
        ("", None),
        ("N|E", None),
        ("12|N|13|N", None),
    ],
)
def test_coordinates(parts: str, pair: tuple[float, float] | None) -> None:
    assert read_coordinates(parts.split("|")) == pair


def test_coordinates_are_written_as_printed() -> None:
    assert write_coordinates(["52", "31", "N", "13", "24", "E", "type:city"]) == "52°31′N 13°24′E"
    assert write_coordinates(["31.5", "35.2"]) == "31.5, 35.2"


@pytest.mark.parametrize(
    ("text", "key_type", "value_type", "content"),
    [
        ("52°31′N 13°24′E", None, "coordinates", (52.5166667, 13.4)),
        ("31°46′12″ צפון, 35°13′ מזרח", "coordinates", "coordinates", (31.77, 35.2166667)),
        ("31.5, 35.25", None, "coordinates", (31.5, 35.25)),
        ("קובץ:Gan_Alon.jpg", "image", "image", "Gan Alon.jpg"),
        ("Gan Alon.SVG", None, "image", "Gan Alon.SVG"),
        ("ללא", "image", "text", "ללא"),
        ("1984", "text", "text", "1984"),
        ("055-1234567", None, "text", "055-1234567"),
        ("-", None, "empty", "-"),
        ("", "number", "empty", ""),
        ("רפובליקה", None, "text", "רפובליקה"),
        ("12 " * 300, "number", "text", "12 " * 300),
    ],
)
def test_types(text: str, key_type: str | None, value_type: str, content: object) -> None:
    value = read_value(text, key_type)
    assert value.value_type == value_type
    pair = (value.latitude, value.longitude)
    assert content == (pair if value_type == "coordinates" else value.text)


@pytest.mark.parametrize(
    ("text", "key_type", "edtf"),
    [
        ("12 באוקטובר 1891", "date", "1891-10-12"),
        ("1244", "date", "1244"),
        ("כפר האלה, 12 במאי 1950", "date", "1950-05-12"),
        ("1934–1991", "date", "1934/1991"),
        ("1948 (השלמה)", "date", "1948"),
        ("3 במאי 1920", None, "1920-05-03"),
        ("3 במאי 1920 (בגיל 80)", "date", "1920-05-03"),
        ("1990 איחוד שני חלקי היישוב", "date", "1990"),
        ("1990–", "date", "1990/.."),
        ("4 ביוני 1990 – מכהנת", "date", "1990-06-04/.."),
        ("1984–1990", "date", "1984/1990"),
    ],
)
def test_dates(text: str, key_type: str | None, edtf: str) -> None:
    value = read_value(text, key_type)
    assert (value.value_type, value.edtf, value.text) == ("date", edtf, text)
    assert value.start_date is not None


@pytest.mark.parametrize(
    ("key", "canonical", "key_type", "event"),
    [
        ("תאריך לידה", "birth_date", "date", "birth"),
        ("תאריך_לידה", "birth_date", "date", "birth"),
        ("פטירה", "death_date", "date", "death"),
        ("שטח (בקילומטר רבוע)", "area", "number", None),
        ("תמ״ג לנפש (בדולרים)", "gdp_per_capita", "number", None),
        ("מפקדים2", "commanders", "text", None),
        ("קבוצה_5", "team", "text", None),
        ("תאריך ביקור המלכה", None, "date", None),
        ("מספר ברווזים", None, "number", None),
        ("תמונת הברווז", None, "image", None),
        ("גודל הברווז", None, None, None),
        ("", None, None, None),
    ],
)
def test_fields_by_name(
    key: str, canonical: str | None, key_type: str | None, event: str | None
) -> None:
    assert find_field(key) == (canonical, key_type, event)


@pytest.mark.parametrize(
    ("text", "key_type"),
    [
        ("ביקור ב-12 במאי 1950 בעיר", None),
        ("שופץ ב-1950 ושוב ב-1960", "date"),
        ("12", "date"),
        ("12,000", "date"),
    ],
)
def test_what_is_no_date(text: str, key_type: str | None) -> None:
    assert read_value(text, key_type).edtf is None


@pytest.mark.parametrize(
    ("key", "template", "canonical"),
    [
        ("גובה", "עיר", "elevation"),
        ("גובה", None, "elevation"),
        ("גובה", "ספורטאי", "height"),
        ("משפחה", "מיון", "family"),
        ("משפחה", "אישיות", "relatives"),
        ("אורך", "סינגל", "running_time"),
        ("אורך", "נהר", "length"),
        ("מקור", "נהר", "source_of_river"),
    ],
)
def test_some_keys_mean_another_thing_in_some_boxes(
    key: str, template: str | None, canonical: str
) -> None:
    assert find_field(key, template).canonical_key == canonical


def test_units_that_a_box_implies() -> None:
    assert implied_unit("עיר", "area") == 'קמ"ר'
    assert implied_unit("עיר", "mayor") is None
    assert implied_unit(None, "area") is None


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("0123456789,.-–%°′'\"NEכב מיליוןקמר()₪$א\u200f²٣\x00|"),
        max_size=60,
    ),
    st.sampled_from([None, "number", "date", "coordinates", "image", "text"]),
)
def test_any_value_is_read(text: str, key_type: str | None) -> None:
    value = read_value(text, key_type)
    assert value.number is None or math.isfinite(value.number)
    assert (value.value_type == "number") == (value.number is not None)
    assert value.latitude is None or (abs(value.latitude) <= 90 and value.longitude is not None)


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_integers_with_commas_read_back(number: int) -> None:
    assert read_number(f"{number:,}") == (number, None)


@pytest.mark.parametrize(
    "form", ["{day} ב{month} {year}", "{month} {year}", "{year}-{number:02}-0{day}"]
)
def test_a_day_read_the_short_way_is_what_the_date_grammar_reads(form: str) -> None:
    for number, names in load_toml("months.toml")["gregorian"].items():
        for year in (1500, 1582, 1583, 1799, 1948, 2024):
            raw = form.format(day=3, month=names[0], year=year, number=int(number))
            value, date = read_value(raw, "date"), find_dates(raw)[0]
            assert (value.edtf, value.start_date, value.end_date) == (
                date.edtf, date.start_date, date.end_date,
            )  # fmt: skip
