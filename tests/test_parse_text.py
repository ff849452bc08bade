"""Rendered text: box, paragraphs, marks, headings, notes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Document, Page
from extract.parsing.rendered import find_marks, lay_out_box, strip_remarks
from extract.parsing.text import parse_text
from extract.wikitext.rendered import is_separator, peek_title, split_row


def parse(text: str, title: str = "קובץ", page_id: int = -7) -> Document:
    return parse_text(Page(title, text, page_id, input_format="text"))


RELATIONS = """יחסי אלוניה–ברושיה | |
---|---|
אלוניה | ברושיה |
שטח (בקילומטר רבוע) | |
1,250 | 98,400 |
הוצאות צבא (במיליארדי דולרים)[1] | |
2.5[2] | 12 |
צבא | |
שגרירים | |
דקל אורן | |
מטבע | |
| אלון |
משטר | |
מונרכיה | רפובליקה |
יחסי אלוניה–ברושיה נכונו ב-1950.[3] הם נותקו ב-1960[4][5]
בשנת 1970 חודשו.[1]
"""


def test_a_comparison_box_gives_a_row_a_field_and_subject() -> None:
    document = parse(RELATIONS)
    assert document.page.title == "יחסי אלוניה–ברושיה"
    assert document.page.page_id == -7
    rows = [
        (f.key, f.canonical_key, f.subject, f.value_text, f.number, f.unit) for f in document.fields
    ]
    assert rows == [
        ("שטח (בקילומטר רבוע)", "area", "אלוניה", "1,250", 1250, "קילומטר רבוע"),
        ("שטח (בקילומטר רבוע)", "area", "ברושיה", "98,400", 98400, "קילומטר רבוע"),
        (
            "הוצאות צבא (במיליארדי דולרים)",
            "military_spending",
            "אלוניה",
            "2.5",
            2.5,
            "מיליארדי דולרים",
        ),
        (
            "הוצאות צבא (במיליארדי דולרים)",
            "military_spending",
            "ברושיה",
            "12",
            12,
            "מיליארדי דולרים",
        ),
        ("שגרירים", "embassies", "אלוניה", "דקל אורן", None, None),
        ("מטבע", "currency", "ברושיה", "אלון", None, None),
        ("משטר", "government", "אלוניה", "מונרכיה", None, None),
        ("משטר", "government", "ברושיה", "רפובליקה", None, None),
    ]
    assert {field.origin for field in document.fields} == {"rendered"}
    assert [field.reference_ids for field in document.fields[2:4]] == [(0, 1), (0,)]


def test_marks_of_box_and_prose_are_one_list() -> None:
    document = parse(RELATIONS)
    first = "יחסי אלוניה–ברושיה נכונו ב-1950. הם נותקו ב-1960"
    assert [paragraph.text for paragraph in document.paragraphs] == [first, "בשנת 1970 חודשו."]
    marks = [
        (m.reference_id, m.context, m.field_id, m.paragraph_id, m.position) for m in document.marks
    ]
    assert marks == [
        (0, "infobox", 2, None, None),
        (1, "infobox", 2, None, None),
        (2, "paragraph", None, 0, first.index(" הם")),
        (3, "paragraph", None, 0, len(first)),
        (4, "paragraph", None, 0, len(first)),
        (0, "paragraph", None, 1, len("בשנת 1970 חודשו.")),
    ]
    notes = [(note.reference_id, note.label, note.syntax, note.text) for note in document.notes]
    assert notes == [(index, str(index + 1), "text", "") for index in range(5)]


BOXES = [
    (
        "label and value side by side",
        [["אלון", ""], ["מדינה", "אלוניה"], ["שטח", '5 קמ"ר'], ["היסטוריה", ""], ["ייסוד", "1901"]],
        [("מדינה", None, "אלוניה"), ("שטח", None, '5 קמ"ר'), ("ייסוד", None, "1901")],
    ),
    (
        "no title",
        [["מדינה", "אלוניה"], ["שטח", "5"]],
        [("מדינה", None, "אלוניה"), ("שטח", None, "5")],
    ),
    (
        "a label over its only value",
        [["אלון", ""], ["מדינה", "אלוניה"], ["קואורדינטות", ""], ["32°30′N 35°0′E", ""]],
        [("מדינה", None, "אלוניה"), ("קואורדינטות", None, "32°30′N 35°0′E")],
    ),
    (
        "a value continued under its label",
        [["אלון", ""], ["תפקיד", "ראש העיר"], ["", "שר"]],
        [("תפקיד", None, "ראש העיר"), ("תפקיד", None, "שר")],
    ),
    (
        "subjects in the head, labels beside",
        [["השוואה", "", ""], ["", "אלוניה", "ברושיה"], ["שטח", "5", "6"], ["משטר", "מונרכיה", ""]],
        [("שטח", "אלוניה", "5"), ("שטח", "ברושיה", "6"), ("משטר", "אלוניה", "מונרכיה")],
    ),
    (
        "three subjects",
        [
            ["ועידה", "", ""],
            ["א", "ב", "ג"],
            ["שטח", "", ""],
            ["1", "2", "3"],
            ["משטר", "", ""],
            ["ד", "ה", "ו"],
        ],
        [
            ("שטח", "א", "1"),
            ("שטח", "ב", "2"),
            ("שטח", "ג", "3"),
            ("משטר", "א", "ד"),
            ("משטר", "ב", "ה"),
            ("משטר", "ג", "ו"),
        ],
    ),
    ("empty", [], []),
    ("only a title", [["אלון", ""]], []),
]


@pytest.mark.parametrize(
    ("rows", "entries"), [case[1:] for case in BOXES], ids=[case[0] for case in BOXES]
)
def test_layouts(rows: list[list[str]], entries: list[tuple[str, str | None, str]]) -> None:
    assert [tuple(entry) for entry in lay_out_box(rows).entries] == entries


PAGE = """\ufeffאלון | |\r
---|---|\r
מדינה | אלוניה עריכת הנתון בוויקינתונים |\r
שטח | 5 קמ"ר |\r
אוכלוסייה | 1,200[1] |\r
לעריכה בוויקינתונים שמשמש מקור לחלק מהמידע בתבנית | |\r
לחצו כדי להקטין חזרה אלוניהברושיה | |\r
אלון הוא יישוב.[2] בו [דרוש מקור] 5 בתים.\r
\r
== היסטוריה ==[עריכת קוד מקור | עריכה]\r
היסטוריה[עריכת קוד מקור | עריכה]\r
ערך מורחב – תולדות אלון\r
היישוב נוסד ב-1901 [3].\r
### ימי הבראשית\r
- ראשון[ביאור 1]\r
  - פנימי\r
* שני [2] וסוף\r
> ציטוט ארוך.\r
שנה | תושבים | הערה | מקור |\r
---|---|---|---|\r
1950 | 20[4] | א | ב |\r
## הערות שוליים\r
1. ^ ראשונה.\r
2. ↑ 1 2 שנייה\r
- ↑ שלישית, 1950\r
4. רביעית\r
ביאורים\r
↑ הסבר אחד\r
קטגוריות: יישובים | עצים\r
"""


def test_a_page_with_everything() -> None:
    document = parse(PAGE)
    assert [(f.key, f.value_text, f.origin) for f in document.fields] == [
        ("מדינה", "אלוניה", "wikidata"),
        ("שטח", '5 קמ"ר', "rendered"),
        ("אוכלוסייה", "1,200", "rendered"),
    ]
    sections = [(section.level, section.title, section.path) for section in document.sections]
    assert sections == [
        (1, "", ()),
        (2, "היסטוריה", ("היסטוריה",)),
        (2, "היסטוריה", ("היסטוריה",)),
        (3, "ימי הבראשית", ("היסטוריה", "ימי הבראשית")),
        (2, "הערות שוליים", ("הערות שוליים",)),
        (2, "ביאורים", ("ביאורים",)),
    ]
    assert [(p.kind, p.depth, p.section_id, p.text) for p in document.paragraphs] == [
        ("paragraph", 0, 0, "אלון הוא יישוב. בו 5 בתים."),
        ("paragraph", 0, 2, "היישוב נוסד ב-1901."),
        ("list_item", 1, 3, "ראשון"),
        ("list_item", 2, 3, "פנימי"),
        ("list_item", 1, 3, "שני וסוף"),
        ("quotation", 0, 3, "ציטוט ארוך."),
    ]
    assert [(cell.row, cell.column, cell.is_header, cell.text) for cell in document.cells][:6] == [
        (0, 0, True, "שנה"),
        (0, 1, True, "תושבים"),
        (0, 2, True, "הערה"),
        (0, 3, True, "מקור"),
        (1, 0, False, "1950"),
        (1, 1, False, "20"),
    ]
    notes = {(note.group, note.label): note.text for note in document.notes}
    assert notes == {
        ("", "1"): "ראשונה.",
        ("", "2"): "שנייה",
        ("", "3"): "שלישית, 1950",
        ("", "4"): "רביעית",
        ("ביאור", "1"): "הסבר אחד",
    }
    assert [note.list_id for note in document.notes if note.group] == [1]
    contexts = [(mark.context, mark.section_id, mark.table_id) for mark in document.marks]
    assert contexts[0] == ("infobox", 0, None)
    assert contexts[-1] == ("table", 3, 0)
    assert document.categories == ("יישובים", "עצים")


MARKS = [
    ("סוף.[1]", "סוף.", [(4, "", "1")]),
    ("סוף[1]", "סוף", [(3, "", "1")]),
    ("סוף.[1][2] עוד", "סוף. עוד", [(4, "", "1"), (4, "", "2")]),
    ("סוף [1] .", "סוף .", [(3, "", "1")]),
    ("סוף [12], עוד", "סוף, עוד", [(3, "", "12")]),
    ("[3]פתיחה", "פתיחה", [(0, "", "3")]),
    ("מילה[א] וגם[ביאור 2]", "מילה וגם", [(4, "ביאור", "א"), (8, "ביאור", "2")]),
    ("מילה[a] וגם", "מילה וגם", [(4, "", "a")]),
    ('נאמר ש"[ה]ילד בא"', 'נאמר ש"[ה]ילד בא"', []),
    ("הדפסה [1984] שנייה", "הדפסה [1984] שנייה", []),
    ("התנועה [a] היא", "התנועה [a] היא", []),
    ("[sic] [] [ ] [-] [1", "[sic] [] [ ] [-] [1", []),
    ("", "", []),
    ("[1]", "", [(0, "", "1")]),
]


@pytest.mark.parametrize(("raw", "clean", "marks"), MARKS)
def test_marks(raw: str, clean: str, marks: list[tuple[int, str, str]]) -> None:
    assert find_marks(raw) == (clean, tuple(marks))


def test_marks_alone_on_a_line_belong_to_what_stands_before() -> None:
    document = parse("פסקה ראשונה.\n[1][2]\nפסקה שנייה.")
    assert [paragraph.text for paragraph in document.paragraphs] == ["פסקה ראשונה.", "פסקה שנייה."]
    assert [(mark.paragraph_id, mark.position) for mark in document.marks] == [(0, 12), (0, 12)]


def test_glued_labels_are_read_through() -> None:
    text = "אלון | |\n---|---|\nשטחקילומטר רבוע) | 12 |\nגובהבמטרים) | 7 |\nמשהו) | 3 |\n"
    rows = [(f.key, f.canonical_key, f.number, f.unit) for f in parse(text).fields]
    assert rows == [
        ("שטחקילומטר רבוע)", "area", 12, "קילומטר רבוע"),
        ("גובהבמטרים)", "elevation", 7, "מטרים"),
        ("משהו)", None, 3, None),
    ]


def test_cells_with_line_breaks_and_glued_places() -> None:
    text = (
        "אלה ברוש | |\n---|---|\nלידה | 12 במרץ 1901כפר האלה |\nפרסים | פרס הברוש[1]\nאות העמק |\n"
        "עיסוק | ציירת |\nאלה הייתה ציירת | ומורה.\nובשנת 1950 פרשה.\n"
    )
    document = parse(text)
    rows = [(f.canonical_key, f.value_type, f.value_text, f.edtf, f.items) for f in document.fields]
    assert rows == [
        ("birth_date", "date", "12 במרץ 1901כפר האלה", "1901-03-12", ()),
        ("awards", "list", "פרס הברוש\nאות העמק", None, ("פרס הברוש", "אות העמק")),
        ("occupation", "text", "ציירת", None, ()),
    ]
    assert [mark.field_id for mark in document.marks] == [1]
    assert len(document.paragraphs) == 2


def test_the_mobile_edit_link_goes() -> None:
    document = parse("עריכהאלון הוא עץ.\nהיסטוריהעריכה\nנשתל ב-1950.", title="אלון")
    assert [p.text for p in document.paragraphs] == ["אלון הוא עץ.", "נשתל ב-1950."]
    assert [section.title for section in document.sections] == ["", "היסטוריה"]


def test_headings_that_lost_their_mark_and_marks_that_are_none() -> None:
    text = (
        "אלון הוא עץ גדול.\n\nתפוצה\n\nהאלון גדל בהרים ובעמקים.\n\n## בעץ שני חלקים:\nגזע\nעלים\n\n"
        "בשנת 1950 נשתל.\n\nבשנת 1960 נשתל שוב\n"
    )
    document = parse(text, title="אלון")
    assert [section.title for section in document.sections] == ["", "תפוצה"]
    assert [(p.section_id, p.text) for p in document.paragraphs] == [
        (0, "אלון הוא עץ גדול."),
        (1, "האלון גדל בהרים ובעמקים."),
        (1, "בעץ שני חלקים:"),
        (1, "גזע"),
        (1, "עלים"),
        (1, "בשנת 1950 נשתל."),
        (1, "בשנת 1960 נשתל שוב"),
    ]


@pytest.mark.parametrize("text", ["", "\n \n", "[1]", "---|---|"])
def test_a_page_of_nothing_is_a_problem(text: str) -> None:
    assert [problem.kind for problem in parse(text).problems] == ["empty"]


def test_pages_that_list_meanings() -> None:
    assert parse("אלון יכול להיות:", title="אלון (פירושונים)").is_disambiguation
    assert not parse("אלון הוא עץ.", title="אלון").is_disambiguation


def test_remarks_of_the_wiki_go() -> None:
    assert strip_remarks("ירושלים עריכת הנתון בוויקינתונים") == ("ירושלים", True)
    assert strip_remarks("שטח [דרוש מקור]") == ("שטח", False)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("אלון | |\n---|---|\nא | ב |", "אלון"),
        ("\ufeffהערת פתיחה\n\nאלון[1] | |\r\n---|---|\r\nא | ב |", "אלון"),
        ("| אלון | |\n|---|---|\n| א | ב |", "אלון"),
        ("# אלון הגליל\n\nפסקה", "אלון הגליל"),
        ("מדינה | אלוניה |\n---|---|\nא | ב |", None),
        ("פסקה בלי תיבה", None),
        ("", None),
        ("a" * 300 + " | |\n---|---|\n", None),
        ("<b> | |\n---|---|\n", None),
    ],
)
def test_the_title_a_text_tells(text: str, title: str | None) -> None:
    assert peek_title(text) == title


def test_a_page_with_an_id_of_the_wiki_keeps_its_title() -> None:
    assert parse(RELATIONS, title="שם אחר", page_id=12).page.title == "שם אחר"


def test_a_page_without_box_or_marks() -> None:
    document = parse("אלון\n\nאלון הוא עץ | ולא שיח.\nהוא גדל לאט.", title="אלון")
    assert [paragraph.text for paragraph in document.paragraphs] == [
        "אלון הוא עץ | ולא שיח.",
        "הוא גדל לאט.",
    ]
    assert (document.fields, document.marks, document.notes, document.cells) == ((), (), (), ())


def test_a_table_after_prose_is_no_box() -> None:
    document = parse("פסקה אחת.\nפסקה שתיים.\nא | ב |\n---|---|\n1 | 2 |\n")
    assert document.fields == ()
    assert [cell.text for cell in document.cells] == ["א", "ב", "1", "2"]


@pytest.mark.parametrize(
    ("line", "bordered", "cells"),
    [
        ("א | ב |", False, ["א", "ב"]),
        ("| א | ב |", True, ["א", "ב"]),
        ("| א |", False, ["", "א"]),
        ("א | |", False, ["א", ""]),
        ("|", False, [""]),
        ("|", True, [""]),
        ("א", False, None),
    ],
)
def test_rows(line: str, bordered: bool, cells: list[str] | None) -> None:
    assert split_row(line, bordered) == cells


def test_separators() -> None:
    assert is_separator("---|---|")
    assert is_separator("| :--- | ---: |")
    assert not is_separator("א | -- |")
    assert not is_separator("| |")


def test_the_sample_page_as_annotated(shared) -> None:
    text = (shared / "real" / "000_ba4f887cc142294a.txt").read_text("utf-8")
    gold = json.loads((shared / "gold" / "seed_gold.json").read_text("utf-8"))
    document = parse(text)
    assert document.page.title == gold["infobox"]["title"]
    found = [
        (f.canonical_key, f.label, f.unit, f.subject, f.value_text, f.number or f.value_text)
        for f in document.fields
    ]
    assert found == [
        (row["field"], row["label"], row["unit"], row["side"], row["value_text"], row["value"])
        for row in gold["infobox"]["rows"]
    ]
    assert [p.text for p in document.paragraphs] == [p["text_clean"] for p in gold["paragraphs"]]
    assert [
        (mark.paragraph_id, document.notes[mark.reference_id].label, mark.position)
        for mark in document.marks
    ] == [
        (paragraph["i"], str(mark["n"]), mark["anchor_clean"])
        for paragraph in gold["paragraphs"]
        for mark in paragraph["footnotes"]
    ]


PIECES = st.sampled_from(
    [
        "[1]",
        "[2]",
        "[א]",
        "|",
        " | ",
        "---|---|",
        "\n",
        "\r\n",
        "אלון",
        " ",
        "== ",
        " ==",
        "## ",
        "- ",
        "↑ ",
        "1. ",
        "הערות שוליים",
        "ביאורים",
        "קטגוריות: ",
        "שטח",
        "5",
        "[",
        "]",
        "> ",
        "\ufeff",
        "\x00",
        "[עריכה]",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=50).map("".join))
def test_any_text_is_read(text: str) -> None:
    document = parse(text)
    assert [paragraph.paragraph_id for paragraph in document.paragraphs] == list(
        range(len(document.paragraphs))
    )
    assert [note.reference_id for note in document.notes] == list(range(len(document.notes)))
    for mark in document.marks:
        assert mark.reference_id < len(document.notes)
        if mark.paragraph_id is not None:
            assert mark.position is not None
            assert 0 <= mark.position <= len(document.paragraphs[mark.paragraph_id].text)
    for paragraph in document.paragraphs:
        assert paragraph.text == paragraph.text.strip()
        assert paragraph.text
        assert "\n" not in paragraph.text


@pytest.mark.slow
def test_long_pages_take_linear_time() -> None:
    import time

    start = time.process_time()
    for piece in (
        "א | ב\n",
        "א | ב |\nא | ב\n",
        "[1]",
        "↑ א ב ",
        "אב\n\n",
        "ביאורים\n↑ א\n",
        "| " * 50 + "\n",
    ):
        parse(piece * (100_000 // len(piece)))
        parse("א | |\n---|---|\n" + piece * (100_000 // len(piece)))
    assert time.process_time() - start < 15
