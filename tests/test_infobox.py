"""Which template is an infobox, and what its parameters say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.hewiki import load_json, load_toml
from extract.hewiki.fields import find_field
from extract.model import Field
from extract.parsing.infobox import find_infoboxes, is_infobox_name, read_infoboxes
from extract.wikitext import find_templates


def fields_of(text: str, note_at: dict[int, int] | None = None) -> tuple[Field, ...]:
    return read_infoboxes(text, find_templates(text), note_at or {}).fields


def boxes_of(text: str) -> list[str]:
    return [template.name for template in find_infoboxes(text, find_templates(text))]


LEAD = "\n'''אלון''' הוא יישוב דמיוני."

BOXES = [
    (
        "a known name with two parameters",
        "{{מדען|תאריך לידה = 1962|מקום לידה = אלון}}" + LEAD,
        ["מדען"],
    ),
    ("a known name with one", "{{ספורטאי|תמונה=}}" + LEAD, ["ספורטאי"]),
    ("without parameters it says nothing", "{{מדען}}" + LEAD, []),
    ("underscores and the namespace", "{{תבנית:סכסוך_צבאי|מקום=העמק}}" + LEAD, ["סכסוך צבאי"]),
    ("an alias", "{{עימות צבאי|מקום=העמק}}" + LEAD, ["עימות צבאי"]),
    (
        "first letter of either case",
        "{{טורניר טניס wta|שם=גביע האלון}}" + LEAD,
        ["טורניר טניס wta"],
    ),
    (
        "after a hatnote",
        "{{פירוש נוסף|נוכחי=היישוב|אחר=העץ|ראו=אלון}}\n{{עיר\n|שטח=5\n}}" + LEAD,
        ["עיר"],
    ),
    ("on the line of a hatnote", "{{אקטואלי|כל הערך=כן}}{{עיר|שטח=5}}" + LEAD, ["עיר"]),
    (
        "after a picture and a comment",
        "[[קובץ:A.jpg|ממוזער|נוף]]\n<!-- תיבה -->\n{{עיר|שטח=5}}" + LEAD,
        ["עיר"],
    ),
    (
        "unknown, by place and shape",
        "{{מפעל דמיוני\n| שם = אלון\n| מיקום = העמק\n| תאריך ייסוד = 1950\n}}" + LEAD,
        ["מפעל דמיוני"],
    ),
    (
        "unknown, on one line but with known fields",
        "{{מגדלור דמיוני|גובה=30|מיקום=חוף|תאריך ייסוד=1950}}" + LEAD,
        ["מגדלור דמיוני"],
    ),
    ("unknown, too little to tell", "{{מגדלור דמיוני|גובה=30}}" + LEAD, []),
    (
        "unknown, after the lead",
        "'''אלון''' הוא יישוב.\n{{מפעל דמיוני\n| שם = אלון\n| מיקום = העמק\n| תאריך ייסוד = 1950\n}}",
        [],
    ),
    ("a book is no box of the page", '{{צ-ספר|מחבר=א|שם=ב|מו"ל=ג|שנת הוצאה=1990}}' + LEAD, []),
    (
        "a citation by its parameters",
        "{{מקור דמיוני\n|כתובת=http://a.example\n|כותרת=ב\n|תאריך=2000\n|שפה=he\n}}" + LEAD,
        [],
    ),
    ("Cite web", "{{Cite web|url=http://a.example|title=b|date=2000}}" + LEAD, []),
    (
        "hatnotes with named parameters",
        "{{להשלים\n|כל הערך=כן\n|נושא=היסטוריה\n|נושא2=כלכלה\n}}" + LEAD,
        [],
    ),
    ("a parser function", "{{#תנאי: א\n| שם = ב\n| מיקום = ג\n| שטח = ד\n}}" + LEAD, []),
    ("sort key", "{{מיון רגיל:אלון}}" + LEAD, []),
    ("two boxes", "{{סופר|שם=א}}\n{{חבר הכנסת|סיעה=ב}}" + LEAD, ["סופר", "חבר הכנסת"]),
    (
        "a box in a section",
        "'''אלון''' הוא אלבום.\n== סינגל ==\n{{סינגל\n|שם=א\n|אורך=3:20\n}}\nמלל.",
        ["סינגל"],
    ),
    ("a known noun inside a sentence", "'''אלון''' הוא {{שפה|שם=א|ב=ג}} נפוצה.", []),
    ("positional use of a known noun", "{{הר|אלון}}" + LEAD, []),
    (
        "relations by position",
        "{{יחסי מדינות|אלוניה|ברושיה}}\n'''יחסי אלוניה–ברושיה''' הם",
        ["יחסי מדינות"],
    ),
    ("in a comment", "<!-- {{עיר|שטח=5}} -->" + LEAD, []),
    ("in nowiki", "<nowiki>{{עיר|שטח=5}}</nowiki>" + LEAD, []),
]


@pytest.mark.parametrize(
    ("text", "names"), [case[1:] for case in BOXES], ids=[case[0] for case in BOXES]
)
def test_which_template_is_a_box(text: str, names: list[str]) -> None:
    assert boxes_of(text) == names


PERSON = """{{אישיות
| שם = אלה ברוש
| תמונה = [[קובץ:Ella Brosh.jpg|220px]]
|כיתוב=ברוש ב[[חוף הדקל]]
|לידה={{ש}}[[12 במרץ]] [[1901]]{{הערה|פנקס.}}
| מקום לידה = [[כפר האלה|הכפר]]
|פרסים=
* [[פרס הברוש]]<ref>יומן</ref>
* אות העמק
| עיסוק = ציירת<br />מורה
| אתר = [https://brosh.example האתר של ברוש]
| בן זוג =
| חתימה = -
|קואורדינטות = {{coord|32|30|N|35|0|E|type:city}}
| גובה = 1.62 מטר
| מספר ציורים = כ-1,200
| גובה = 1.63 מטר }}
'''אלה ברוש''' הייתה ציירת."""

ROWS = [
    ("שם", "name", "text", "אלה ברוש"),
    ("תמונה", "image", "image", "Ella Brosh.jpg"),
    ("כיתוב", "caption", "text", "ברוש בחוף הדקל"),
    ("לידה", "birth_date", "date", "12 במרץ 1901"),
    ("מקום לידה", "birth_place", "link", "הכפר"),
    ("פרסים", "awards", "list", "פרס הברוש\nאות העמק"),
    ("עיסוק", "occupation", "list", "ציירת\nמורה"),
    ("אתר", "website", "link", "האתר של ברוש"),
    ("בן זוג", "spouse", "empty", ""),
    ("חתימה", "signature", "empty", "-"),
    ("קואורדינטות", "coordinates", "coordinates", "32°30′N 35°0′E"),
    ("מספר ציורים", None, "number", "כ-1,200"),
    ("גובה", "height", "number", "1.63 מטר"),
]


def test_parameters_become_rows() -> None:
    fields = fields_of(PERSON)
    assert [(f.key, f.canonical_key, f.value_type, f.value_text) for f in fields] == ROWS
    assert [f.field_id for f in fields] == list(range(len(fields)))
    by_key = {field.key: field for field in fields}
    assert by_key["לידה"].edtf == "1901-03-12"
    assert by_key["פרסים"].items == ("פרס הברוש", "אות העמק")
    assert [(link.text, link.target) for link in by_key["מקום לידה"].links] == [
        ("הכפר", "כפר האלה")
    ]
    assert by_key["אתר"].links[0].target == "https://brosh.example"
    assert (by_key["קואורדינטות"].latitude, by_key["קואורדינטות"].longitude) == (32.5, 35.0)
    assert (by_key["גובה"].number, by_key["גובה"].unit) == (1.63, "מטר")
    assert by_key["מספר ציורים"].number == 1200
    assert by_key["פרסים"].value_raw.startswith("* [[פרס הברוש]]<ref>")
    for field in fields:
        assert field.source_start is not None
        assert PERSON[field.source_start : field.source_end].strip() == field.value_raw


def test_notes_in_values_are_joined_to_their_row() -> None:
    note_at = {PERSON.index("{{הערה"): 0, PERSON.index("<ref>"): 1}
    joined = {field.key: field.reference_ids for field in fields_of(PERSON, note_at)}
    assert {key: ids for key, ids in joined.items() if ids} == {"לידה": (0,), "פרסים": (1,)}


NESTED = """{{מנהיג
|שם=אורן ברוש
|תפקיד1={{תפקיד מנהיג
 |תפקיד=ראש העמק
 |תאריך התחלה=1 במאי 1950{{הערה|מינוי.}}
 |הבא={{ש}}דקל תמר}}
|תפקיד2={{אישיות ביטחונית|שם=-|דרגה=אלוף}}
|מקום לידה=אלון}}
'''אורן ברוש''' היה מנהיג."""


def test_nested_boxes_are_kept_apart() -> None:
    fields = fields_of(NESTED, {NESTED.index("{{הערה"): 4})
    rows = [(f.infobox_id, f.parent_infobox_id, f.template, f.key, f.value_text) for f in fields]
    assert rows == [
        (0, None, "מנהיג", "שם", "אורן ברוש"),
        (0, None, "מנהיג", "תפקיד1", ""),
        (1, 0, "תפקיד מנהיג", "תפקיד", "ראש העמק"),
        (1, 0, "תפקיד מנהיג", "תאריך התחלה", "1 במאי 1950"),
        (1, 0, "תפקיד מנהיג", "הבא", "דקל תמר"),
        (0, None, "מנהיג", "תפקיד2", ""),
        (2, 0, "אישיות ביטחונית", "שם", "-"),
        (2, 0, "אישיות ביטחונית", "דרגה", "אלוף"),
        (0, None, "מנהיג", "מקום לידה", "אלון"),
    ]
    assert [f.reference_ids for f in fields if f.reference_ids] == [(4,)]
    assert fields[3].edtf == "1950-05-01"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "{{יחסי מדינות\n|מדינה1=[[אלוניה]]\n|מדינה2=ברושיה\n|שגרירות1=שגרירות בבירת ברושיה\n|תמונה=מפה.svg}}",
            [
                ("מדינה1", "אלוניה"),
                ("מדינה2", "ברושיה"),
                ("שגרירות1", "אלוניה"),
                ("תמונה", None),
            ],
        ),
        (
            "{{יחסי מדינות|אלוניה|ברושיה|שטח2=12}}",
            [("1", "אלוניה"), ("2", "ברושיה"), ("שטח2", "ברושיה")],
        ),
        (
            "{{סכסוך צבאי|צד1=* צבא א\n* צבא ב|צד2=צבא ג|מפקדים_2=דקל|אבדות 1=12 הרוגים|שנה 1950=כן|כוחות3=אין}}",
            [
                ("צד1", "צבא א, צבא ב"),
                ("צד2", "צבא ג"),
                ("מפקדים_2", "צבא ג"),
                ("אבדות 1", "צבא א, צבא ב"),
                ("שנה 1950", None),
                ("כוחות3", None),
            ],
        ),
        ("{{עיר|שם1=א|שם2=ב}}", [("שם1", None), ("שם2", None)]),
    ],
)
def test_subjects_of_comparison_boxes(text: str, rows: list[tuple[str, str | None]]) -> None:
    assert [(field.key, field.subject) for field in fields_of(text)] == rows


def test_units_from_the_key_and_from_the_box() -> None:
    city, other = fields_of("{{עיר|שטח=12.5|אורך החומה (במטרים)=300}}")
    assert (city.number, city.unit) == (12.5, 'קמ"ר')
    assert (other.number, other.unit) == (300, "מטרים")
    (explicit,) = fields_of("{{עיר|שטח=12.5 דונם}}")
    assert explicit.unit == "דונם"


def test_pictures() -> None:
    captioned, two, bare = fields_of(
        "{{עיר|תמונה=[[קובץ:A_b.jpg|250px]] נוף|סמל=[[קובץ:C.svg]][[קובץ:D.svg]]|דגל=Flag of Alon.svg}}"
    )
    assert (captioned.value_type, captioned.value_text) == ("image", "A b.jpg")
    assert (two.value_type, two.items) == ("image", ("C.svg", "D.svg"))
    assert (bare.value_type, bare.value_text) == ("image", "Flag of Alon.svg")


def test_bullets_typed_after_line_breaks() -> None:
    (field,) = fields_of("{{סופר|ספרים={{ש}}* הגל{{ש}}- החוף{{ש}}הים}}")
    assert field.items == ("הגל", "החוף", "הים")
    (single,) = fields_of("{{עיר|גובה=-5}}")
    assert single.number == -5


def test_list_templates() -> None:
    (field,) = fields_of("{{סופר|שפות={{רשימה|[[עברית]]|ארמית<ref>א</ref>}}}}")
    assert (field.value_type, field.items) == ("list", ("עברית", "ארמית"))
    assert [link.target for link in field.links] == ["עברית"]


def test_names_and_their_data_are_consistent() -> None:
    generated, curated = load_json("infoboxes.json"), load_toml("infobox_names.toml")
    names = set(generated["names"])
    assert len(names) > 300
    assert all("/" not in name and ":" not in name for name in names)
    assert not names & set(curated["not_boxes"])
    assert not names & set(curated["drop"])
    assert set(generated["aliases"].values()) <= names
    assert set(curated["comparisons"]) <= names
    assert all(is_infobox_name(name) for name in (*names, *generated["aliases"]))
    assert not is_infobox_name("צ-ספר")
    assert generated["names"] == sorted(names)
    fields = load_toml("infobox_fields.toml")
    assert len(fields["fields"]) >= 120
    assert set(fields["implied_units"]) <= names
    assert all(
        key in fields["fields"] for units in fields["implied_units"].values() for key in units
    )
    assert all(
        find_field(entry["labels"][0]).canonical_key == key
        for key, entry in fields["fields"].items()
    )


def test_the_list_is_made_from_a_listing(tmp_path, root) -> None:
    import subprocess
    import sys

    listing = tmp_path / "names.txt"
    listing.write_text(
        "תבנית:עיר\nמדינה/אוכלוסייה\nמשתמש:א/ב\nאלפבית דמיוני\nתחרות הברווז 2019\nאתר בשורה\nמגדלור\n",
        "utf-8",
    )
    redirects = tmp_path / "redirects.tsv"
    redirects.write_text("תבנית:כרך\tתבנית:עיר\nאחר\tאיננו\n", "utf-8")
    output = tmp_path / "out.json"
    script = root / "pipelines" / "update_infoboxes.py"
    command = [
        sys.executable,
        str(script),
        str(listing),
        "--redirects",
        str(redirects),
        "--output",
        str(output),
    ]
    subprocess.run(command, check=True, capture_output=True)
    written = json.loads(output.read_text("utf-8"))
    curated = load_toml("infobox_names.toml")
    assert set(written["names"]) - set(curated["add"]) == {"עיר", "מגדלור"}
    assert written["aliases"]["כרך"] == "עיר"
    assert "אחר" not in written["aliases"]


def test_the_whole_of_a_real_page(shared) -> None:
    import bz2
    import xml.etree.ElementTree as ET

    dump = bz2.decompress((shared / "real" / "berlin-minidump.xml.bz2").read_bytes())
    root = ET.fromstring(dump)
    text = next(element.text or "" for element in root.iter() if element.tag.endswith("}text"))
    fields = fields_of(text)
    assert {(field.infobox_id, field.template) for field in fields} == {(0, "עיר")}
    assert len(fields) == 20
    by_key = {field.canonical_key: field for field in fields}
    assert by_key["area"].number == 891.85
    assert by_key["elevation"].number == 34
    assert by_key["metropolitan_population"].number == 6_024_000
    assert by_key["coordinates"].latitude == pytest.approx(52 + 31 / 60, abs=1e-6)
    assert by_key["founded"].items == ("1244", "1990 איחוד ברלין המזרחית וברלין המערבית")
    assert by_key["founded"].edtf == "1244"
    assert by_key["website"].links[0].target == "http://www.berlin.de"


PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "|",
        "=",
        "עיר",
        "מנהיג",
        "תפקיד מנהיג",
        "שם",
        "\n",
        "* ",
        "[[",
        "]]",
        "{{ש}}",
        "<ref>",
        "</ref>",
        "<!--",
        "-->",
        "1",
        "coord",
        "'''",
        " ",
        "צד1",
        "סכסוך צבאי",
        "{{עיר|שטח=5",
        "קובץ:A.jpg",
        "\x00",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_is_read_and_spans_hold(text: str) -> None:
    fields = fields_of(text)
    assert [field.field_id for field in fields] == list(range(len(fields)))
    for field in fields:
        assert text[field.source_start : field.source_end].strip() == field.value_raw
        assert field.parent_infobox_id is None or field.parent_infobox_id < field.infobox_id


@pytest.mark.slow
def test_deep_and_broken_boxes_cost_little() -> None:
    import time

    start = time.process_time()
    for text in (
        "{{עיר|שם=" * 5_000,
        "{{מנהיג|תפקיד1=" * 2_000 + "א" + "}}" * 2_000,
        "{{עיר|" + "א=ב|" * 50_000 + "}}",
        "{{עיר|שם=" + "<br>" * 50_000 + "}}",
    ):
        fields_of(text)
    assert time.process_time() - start < 10
