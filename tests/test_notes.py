"""Footnotes of wikitext, numbered as MediaWiki's Cite numbers them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Document, Page
from extract.parsing import parse
from extract.parsing.notes import read_attributes, write_label


def read(text: str) -> Document:
    return parse(Page("דף", text, 1))


def labels(text: str) -> list[tuple[str, str, int]]:
    return [(note.label or "", note.text, note.list_id) for note in read(text).notes]


CASES = [
    ("two syntaxes share one count", "א{{הערה|ראשונה}}<ref>שנייה</ref>", [("1", "ראשונה", 0), ("2", "שנייה", 0)]),
    ("name reused after", "א{{הערה|שם=ש|תוכן}} ב{{הערה|שם=ש}}", [("1", "תוכן", 0)]),
    ("name reused before", 'א<ref name="ש" /> ב<ref name=ש>תוכן</ref>', [("1", "תוכן", 0)]),
    ("name across syntaxes", "א{{הערה|שם=ש|תוכן}} ב<ref name='ש' />", [("1", "תוכן", 0)]),
    ("name last", "א{{הערה|תוכן|שם=ש}}{{הערה|שם=ש}}", [("1", "תוכן", 0)]),
    ("spaces in names collapse", 'א<ref name=" א  ב ">ת</ref><ref name="א ב"/>', [("1", "ת", 0)]),
    ("underscore is no space", 'א<ref name="א ב">ת</ref><ref name="א_ב">ג</ref>', [("1", "ת", 0), ("2", "ג", 0)]),
    ("names keep case", "א<ref name=AB>ת</ref><ref name=ab>ג</ref>", [("1", "ת", 0), ("2", "ג", 0)]),
    ("explicit first parameter", "א{{הערה|1=ג=ד}}", [("1", "ג=ד", 0)]),
    ("groups count apart", "א<ref>ת</ref><ref group=מפה>ג</ref><ref>ד</ref>", [("1", "ת", 0), ("מפה 1", "ג", 1), ("2", "ד", 0)]),
    ("remarks have letters", "א{{ביאור|ת}}{{הערה|ג}}{{ביאור|ד}}", [("א", "ת", 0), ("1", "ג", 1), ("ב", "ד", 0)]),
    (
        "a list restarts the count and forgets names",
        "א{{הערה|שם=ש|ת}}\n{{הערות שוליים}}\nב{{הערה|ג}}{{הערה|שם=ש|ד}}\n{{הערות שוליים}}",
        [("1", "ת", 0), ("1", "ג", 1), ("2", "ד", 1)],
    ),
    ("name in quotation marks", "א{{הערה|שם=ש|תוכן}} ב{{הערה|שם=\"ש\"}} ג{{הערה|שם='ש'}}", [("1", "תוכן", 0)]),
    ("list-defined in a template", "א{{הערה|שם=ש}}\n{{הערות שוליים|הערות=\n<ref name=ש>ת</ref>\n}}", [("1", "ת", 0)]),
    ("list-defined in a tag", "א<ref name=ש />\n<references>\n{{הערה|שם=ש|ת}}\n</references>", [("1", "ת", 0)]),
    ("inner before outer", "א{{הערה|חוץ {{הערה|פנים}}}}", [("2", "חוץ", 0), ("1", "פנים", 0)]),
    ("in a heading", "== א{{הערה|ת}} ==\nב", [("1", "ת", 0)]),
    ("in a caption", "[[קובץ:א.jpg|ממוזער|כיתוב{{הערה|ת}}]]\nב", [("1", "ת", 0)]),
    ("in a gallery", "<gallery>\nקובץ:א.jpg|כיתוב{{הערה|ת}}\n</gallery>", [("1", "ת", 0)]),
    ("in a table", "{|\n| א<ref>ת</ref>\n|}", [("1", "ת", 0)]),
    ("in a poem", "<poem>\nא{{הערה|ת}}\nב\n</poem>", [("1", "ת", 0)]),
    ("not in a comment", "א<!--<ref>ת</ref>-->", []),
    ("not in nowiki", "<nowiki><ref>ת</ref>{{הערה|ג}}</nowiki>א", []),
    ("used, never defined", "א{{הערה|שם=ש}}", [("1", "", 0)]),
    ("function", "א{{#tag:ref|ת|name=ש}}<ref name=ש />", [("1", "ת", 0)]),
    ("markup is read", "א{{הערה|[https://a.example '''שם'''], עמ' 3}}", [("1", "שם, עמ' 3", 0)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_numbers(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert labels(text) == expected


ERRORS = [
    ("א{{הערה|ב=ג}}", "footnote_empty"),
    ("א<ref></ref>", "footnote_empty"),
    ("א<ref name=5>ת</ref>", "footnote_integer_name"),
    ("א<ref name=ש foo=ב>ת</ref>", "footnote_unknown_attribute"),
    ("א<references><ref name=ש>ת</ref></references>", "footnote_unused_definition"),
]


@pytest.mark.parametrize(("text", "kind"), ERRORS)
def test_errors_have_no_number(text: str, kind: str) -> None:
    document = read(text)
    assert document.notes == ()
    assert document.marks == ()
    assert [problem.kind for problem in document.problems] == [kind]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("א<ref>ת\n\nב<ref>ג</ref>", ["footnote_unclosed"]),
        ("א<ref>ת <ref name=ש>ב</ref>", ["footnote_unclosed"]),
        ("א<ref>ת<ref name=ש /></ref><ref name=ש>ג</ref>", []),
        ("א<ref>ת <nowiki><ref></nowiki></ref>", []),
    ],
)
def test_a_note_that_swallows_the_next_one_is_a_problem(text: str, kinds: list[str]) -> None:
    assert [problem.kind for problem in read(text).problems] == kinds


@pytest.mark.parametrize(("opener", "end"), [("{{הערה|", "}}"), ("{{#tag:ref|", "}}")])
def test_notes_in_notes_are_read_to_the_same_depth(opener: str, end: str) -> None:
    assert len(read("א" + opener * 30 + "ת" + end * 30).notes) == 5


def test_marks_say_where_they_stand() -> None:
    text = (
        "{{אישיות\n| שם = דנה{{הערה|תיבה}}\n| מקצוע = ציירת\n}}\n'''דנה''' ציירה,{{הערה|פסקה {{ביאור|בתוך}}}} ומכרה.\n"
        "== כותרת{{הערה|כותרת}} ==\n[[קובץ:א.jpg|ממוזער|כיתוב{{הערה|כיתוב}}]]\n{|\n| תא{{הערה|תא}}\n|}\n"
    )
    document = read(text)
    found = {document.notes[mark.reference_id].text: mark for mark in document.marks}
    assert {name: mark.context for name, mark in found.items()} == {
        "תיבה": "infobox", "פסקה": "paragraph", "בתוך": "reference", "כותרת": "heading", "כיתוב": "caption", "תא": "table",
    }  # fmt: skip
    mark = found["פסקה"]
    paragraph = document.paragraphs[mark.paragraph_id or 0]
    assert paragraph.text == "דנה ציירה, ומכרה."
    assert paragraph.text[: mark.position] == "דנה ציירה,"
    assert document.fields[found["תיבה"].field_id or 0].key == "שם"
    assert found["בתוך"].in_reference_id == found["פסקה"].reference_id
    assert found["כיתוב"].image_id == 0
    assert found["תא"].table_id == 0
    assert found["כותרת"].section_id == 1


def test_labels_after_a_box_with_notes_are_not_exact() -> None:
    document = read(
        "{{אישיות\n| שם = א{{הערה|ת}}\n| לידה = א{{הערה|כ}}\n}}\n"
        "ב{{הערה|ג}}{{ביאור|ד}}\n{{הערות שוליים}}\nה{{הערה|ו}}"
    )
    assert [(n.text, n.label, n.label_exact) for n in document.notes] == [
        ("ת", "1", False), ("כ", "2", False), ("ג", "3", False), ("ד", "א", True), ("ו", "1", True),
    ]  # fmt: skip


def test_the_only_note_of_a_box_is_exact_in_a_field_that_boxes_print() -> None:
    for key, exact in (("תאריך לידה", True), ("שדה שאין כמוהו", False)):
        document = read(f"{{{{אישיות\n| {key} = 1962{{{{הערה|ת}}}}\n}}}}\nב{{{{הערה|ג}}}}\n")
        assert [(n.text, n.label, n.label_exact) for n in document.notes] == [
            ("ת", "1", exact), ("ג", "2", exact),
        ]  # fmt: skip


def test_a_box_that_only_reuses_changes_nothing() -> None:
    document = read("א{{הערה|שם=ש|ת}} {{תבנית כלשהי|{{הערה|שם=ש}}}} ב{{הערה|ג}}")
    assert [note.label_exact for note in document.notes] == [True, True]
    assert len(document.marks) == 3


@pytest.mark.parametrize(
    ("group", "number", "label"),
    [("", 12, "12"), ("ביאור", 1, "א"), ("ביאור", 11, "יא"), ("ביאור", 15, "טו"), ("ביאור", 16, "טז"), ("ביאור", 30, "ל"),
     ("ביאור", 115, "קטו"), ("lower-alpha", 27, "aa"), ("upper-roman", 14, "XIV"), ("מפה", 2, "מפה 2")],
)  # fmt: skip
def test_labels(group: str, number: int, label: str) -> None:
    assert write_label(group, number)[0] == label


def test_attributes() -> None:
    assert read_attributes(" name = \"א ב\" group='ג' dir=rtl flag") == [
        ("name", "א ב"), ("group", "ג"), ("dir", "rtl"), ("flag", ""),
    ]  # fmt: skip


PIECES = st.sampled_from(
    ["{{הערה|", "}}", "<ref>", "</ref>", "<ref name=א>", "<ref name=א/>", "{{ביאור|", "{{הערות שוליים}}", "<references/>", "א",
     "שם=ב|", "{{אישיות\n|א=", "\n", "== כ ==\n", "[[קובץ:א|", "]]", "{|\n|", "\n|}", "<gallery>\nא|", "</gallery>", "|"],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_notes_and_marks_hold_together(text: str) -> None:
    document = read(text)
    assert [note.reference_id for note in document.notes] == list(range(len(document.notes)))
    for note in document.notes:
        if note.source_start is not None:
            assert text[note.source_start : note.source_end] == note.raw
        for link in note.links:
            assert note.text[link.start : link.end]
    used = {mark.reference_id for mark in document.marks}
    assert used == set(range(len(document.notes)))
    for mark in document.marks:
        if mark.position is not None:
            assert mark.paragraph_id is not None
            assert mark.position <= len(document.paragraphs[mark.paragraph_id].text)
