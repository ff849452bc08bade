"""Wikitext of a page → Document."""

from __future__ import annotations

import bz2
import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Document, Page
from extract.parsing import parse


def read(text: str) -> Document:
    return parse(Page("דף", text, 1))


BLOCKS = [
    ("lines join", "א\nב\n\nג", [("paragraph", 0, "א ב"), ("paragraph", 0, "ג")]),
    ("lists", "* א\n** ב\n# ג\n*# ד", [("list_item", 1, "א"), ("list_item", 2, "ב"), ("list_item", 1, "ג"), ("list_item", 2, "ד")]),
    ("definitions", "; מונח : פירוש\n: המשך", [("definition_term", 1, "מונח"), ("definition", 1, "פירוש"), ("definition", 1, "המשך")]),
    ("term with a link", "; [[עזרה:א|מונח]] : פירוש", [("definition_term", 1, "מונח"), ("definition", 1, "פירוש")]),
    ("quotation tag", "א\n<blockquote>ב</blockquote>\nג", [("paragraph", 0, "א"), ("quotation", 0, "ב"), ("paragraph", 0, "ג")]),
    ("quotation template", "{{ציטוט|תוכן=דבר|מקור=אומרו}}", [("quotation", 0, "דבר"), ("quotation", 0, "— אומרו")]),
    ("poem", "<poem>\nא\nב\n\nג\n</poem>", [("paragraph", 0, "א\nב"), ("paragraph", 0, "ג")]),
    ("indented", "א\n\n ב\n ג", [("paragraph", 0, "א"), ("paragraph", 0, "ב\nג")]),
    ("indented under prose", "א\n ב\n\n ג\nד", [("paragraph", 0, "א"), ("paragraph", 0, "ב"), ("paragraph", 0, "ג"), ("paragraph", 0, "ד")]),
    ("colon in quotes", "; ''א: ב'' : ג", [("definition_term", 1, "א: ב"), ("definition", 1, "ג")]),
    ("colon in open quotes", "; '''א: ב", [("definition_term", 1, "א: ב")]),
    ("colon in a tag", "; <b>א: ב</b><br/> : ג", [("definition_term", 1, "א: ב"), ("definition", 1, "ג")]),
    ("colon of an address", "; http://a.example/b : ג", [("definition_term", 1, "http://a.example/b"), ("definition", 1, "ג")]),
    ("div", "<div>א</div>\nב", [("paragraph", 0, "א"), ("paragraph", 0, "ב")]),
    ("html list", "<ul><li>א</li><li>ב</li></ul>", [("list_item", 1, "א"), ("list_item", 1, "ב")]),
    ("hatnote", "{{ערך מורחב|ב}}\nא", [("paragraph", 0, "א")]),
    ("comment line vanishes", "א\n<!-- ב -->\nג", [("paragraph", 0, "א ג")]),
    ("category does not part", "א\n[[קטגוריה:ב]]\nג", [("paragraph", 0, "א ג")]),
    ("picture parts", "א\n[[קובץ:ב.jpg|ממוזער|כ]]\nג", [("paragraph", 0, "א"), ("paragraph", 0, "ג")]),
    ("table is no prose", "א\n{|\n| ב\n|}\nג", [("paragraph", 0, "א"), ("paragraph", 0, "ג")]),
    ("unclosed table ends at the heading", "{|\n| א\n\n== כ ==\nב", [("paragraph", 0, "ב")]),
    ("rule before words", "א\n---- ב\nג", [("paragraph", 0, "א"), ("paragraph", 0, "ב"), ("paragraph", 0, "ג")]),
    ("html terms", "<dl><dt>א</dt><dd>ב</dd></dl>\n<dl>\n<dt>ג\n<dd>ד\n</dl>\nה", [("definition_term", 1, "א"), ("definition", 1, "ב"), ("definition_term", 1, "ג"), ("definition", 1, "ד"), ("paragraph", 0, "ה")]),
    ("tags in a term", ": <div>א</div>\n; <div>ב</div>", [("definition", 1, "א"), ("definition_term", 1, "ב")]),
    ("rule", "א\n----\nב", [("paragraph", 0, "א"), ("paragraph", 0, "ב")]),
    ("columns", "{{טורים|תוכן=\n* א\n* ב\n}}", [("list_item", 1, "א"), ("list_item", 1, "ב")]),
    ("unclosed sort key", "א\n\n{{מיון רגיל:ב\n[[קטגוריה:ג]]", [("paragraph", 0, "א")]),
    ("unclosed sort key under prose", "א.\n{{מיון רגיל:ב\n[[קטגוריה:ג]]\n", [("paragraph", 0, "א.")]),
    ("unclosed template in prose", "א\n{{עיר\n|ב=ג\nד", [("paragraph", 0, "א"), ("paragraph", 0, "ד")]),
    ("navigation", "א\n\n{{מדינות}}\n{{בקרת זהויות}}", [("paragraph", 0, "א")]),
    ("carriage returns", "א\r\nב\r\n\r\nג", [("paragraph", 0, "א ב"), ("paragraph", 0, "ג")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in BLOCKS], ids=[case[0] for case in BLOCKS]
)
def test_blocks(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert [(p.kind, p.depth, p.text) for p in read(text).paragraphs] == expected


UNCLOSED = [
    ("א<ref>ב", {"unclosed_tag": "1 tag(s) are never closed, so that they are text: <ref>; the first: <ref>ב"}),
    (
        "א<ref name=ב>ג\n<gallery>\nד\n<REF>ה",
        {"unclosed_tag": "3 tag(s) are never closed, so that they are text: <gallery>, <ref>; the first: <ref name=ב>ג"},
    ),
    ("א <nowiki>[[ב]]", {"unclosed_tag": "1 tag(s) are never closed, so that they are text: <nowiki>; the first: <nowiki>[[ב]]"}),
    ("א\n<!-- ב\nג", {"unclosed_comment": "a comment is never closed, and hides what follows it; the first: <!-- ב"}),
    ("א [[ב|ג\n\nד [[ה]]", {"unclosed_link": "1 link(s) opened by [[ are never closed; the first: [[ב|ג"}),
    ("א {{ב|ג\n\nד {{ה", {"unclosed_template": "2 template(s) opened by {{ are never closed; the first: {{ב|ג"}),
    (
        "א\n\n{{עיר\n|שם=ב",
        {"unclosed_template": "1 template(s) opened by {{ are never closed, and the lines of 1 are left out; the first: {{עיר"},
    ),
    (
        "א\n{| class=ב\n| ג\n== ד ==\n{|\n|ה\n|}",
        {"unclosed_table": "1 table(s) opened by {| are never closed; a heading ends them; the first: {| class=ב"},
    ),
    ("<nowiki><ref></nowiki> <!-- {{ [[ <gallery> --> <ref>א</ref><ref name=ב/> [[ג]] {{ד}} <pre>{|</pre>", {}),
    ("{|\n|\n{|\n|א\n|}\n|}\nב <!-- ג --> {{{ד}}} {{ה|{{ו}}}} [[ז|[[ח]]", {"unclosed_link": "1 link(s) opened by [[ are never closed; the first: [[ז|[[ח]]"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), UNCLOSED)
def test_what_is_never_closed_is_a_problem_of_its_kind(text: str, expected: dict[str, str]) -> None:
    found = read(text).problems
    assert {p.kind: p.message for p in found if not p.kind.startswith("footnote")} == expected


def test_a_heading_that_ends_a_table_opens_one_section() -> None:
    document = read("{|\n| א\n== ב ==\nג\n{|\n| ד\n=== ה ===\n== ו ==\n")
    assert [s.title for s in document.sections] == ["", "ב", "ה", "ו"]
    assert [(c.section_id, c.text) for c in document.cells] == [(0, "א"), (1, "ד")]


def test_sections() -> None:
    document = read("א\n== ב ==\nג\n=== ד{{הערה|ה}} === <!-- ו -->\n==== ''ז'' ====\n== ח ==\n")
    assert [(s.level, s.title, s.parent_id, s.path) for s in document.sections] == [
        (1, "", None, ()), (2, "ב", 0, ("ב",)), (3, "ד", 1, ("ב", "ד")), (4, "ז", 2, ("ב", "ד", "ז")), (2, "ח", 0, ("ח",)),
    ]  # fmt: skip
    assert [p.section_id for p in document.paragraphs] == [0, 1]


TAG_TABLES = [
    (
        "<table class='א'>\n<caption>ב{{הערה|ג}}</caption>\n<tr><th>ד</th><td>[[ה]]</td></tr>\n<tr><td colspan='2'>ו<br>ז</td></tr>\n</table>\nח",
        [(0, "ב", 0, 0, 1, 1, True, "ד"), (0, "ב", 0, 1, 1, 1, False, "ה"), (0, "ב", 1, 0, 1, 2, False, "ו\nז")],
        ["ח"],
    ),
    (
        "<center><TABLE>\n<tr><th rowspan=2>א<td>\n* ב\n* ג\n<tr><td>ד\n</TABLE></center> ה",
        [(0, None, 0, 0, 2, 1, True, "א"), (0, None, 0, 1, 1, 1, False, "ב\nג"), (0, None, 1, 1, 1, 1, False, "ד")],
        ["ה"],
    ),
    (
        "א<table><tr><td>ב<table><tr><td>ג</td></tr></table>ד</td></tr></table> ה <table><tr></tr><tr><td>ו</td></tr></table>",
        [(0, None, 0, 0, 1, 1, False, "ב\nד"), (1, None, 0, 0, 1, 1, False, "ג"), (2, None, 0, 0, 1, 1, False, "ו")],
        ["א", "ה"],
    ),
    ("{|\n| א <table><tr><td>ב</td></tr></table>\n|}\nג", [(0, None, 0, 0, 1, 1, False, "א\nב")], ["ג"]),
    ("<table><tr><td>א\n\nב", [], ["א", "ב"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "cells", "prose"), TAG_TABLES)
def test_tables_as_tags(text: str, cells: list[tuple[object, ...]], prose: list[str]) -> None:
    document = read(text)
    assert [(c.table_id, *c[2:]) for c in document.cells] == cells
    assert [p.text for p in document.paragraphs] == prose
    assert [mark.context for mark in document.marks] == ["table"] * text.count("הערה")


def test_headings_as_tags() -> None:
    document = read("<h2>א</h2> ב\n<div><H3 class='x'>ג [[ד]]</H3></div>\nה\n<h2></h2>\n")
    assert [(s.level, s.title) for s in document.sections[1:]] == [(2, "א"), (3, "ג ד")]
    assert [(p.section_id, p.text) for p in document.paragraphs] == [(1, "ב"), (2, "ה")]


def test_titles_begin_with_a_capital() -> None:
    document = read(
        "[[city]] [[city|א]] [[city#ב|''ג'']] [[:en:city]] [[קטגוריה:towns<!-- ד -->|ה]]\n[[קובץ:ab_c.png|ממוזער]]"
    )
    (paragraph,) = document.paragraphs
    assert [link.target for link in paragraph.links] == ["City", "City", "City", "en:city"]
    assert document.categories == ("Towns",)
    assert [image.file for image in document.images] == ["Ab c.png"]


def test_a_link_in_the_words_of_an_address_ends_its_link() -> None:
    (paragraph,) = read("[http://a.example א [[ב]]ג ד] [http://a.example [[ה|''ו'' ז]]]").paragraphs
    assert paragraph.text == "א בג ד ו ז"
    assert [(paragraph.text[k.start : k.end], k.kind, k.target) for k in paragraph.links] == [
        ("א", "external", "http://a.example"), ("בג", "internal", "ב"), ("ו ז", "internal", "ה"),
    ]  # fmt: skip
    (paragraph,) = read("[http://a.example/b א\nג]").paragraphs
    assert [(k.start, k.end, k.target) for k in paragraph.links] == [(1, 19, "http://a.example/b")]


def test_an_address_begins_no_link_within_a_word() -> None:
    (paragraph,) = read("אhttp://a.example (http://b.example)").paragraphs
    assert paragraph.text == "אhttp://a.example (http://b.example)"
    assert [link.target for link in paragraph.links] == ["http://b.example"]


def test_positions() -> None:
    text = "{{אישיות\n| שם = א\n}}\n'''ב''' [[ג]]{{הערה|ד}}.\n\n* ה <!-- ו --> ז\n"
    document = read(text)
    assert [text[p.source_start : p.source_end] for p in document.paragraphs] == [
        "'''ב''' [[ג]]{{הערה|ד}}.",
        "ה <!-- ו --> ז",
    ]
    assert [
        (document.paragraphs[0].text[k.start : k.end], k.target)
        for k in document.paragraphs[0].links
    ] == [("ג", "ג")]


def test_tables() -> None:
    text = (
        '{| class="wikitable"\n|+ כותרת\n! א !! ב\n|-\n| rowspan="2" | ג || colspan=2 style="x" | ד\n|-\n| ה\nהמשך\n'
        "| [[ו|ז]]\n|-\n|\n{|\n| פנים\n|}\n| ח\n|}"
    )
    cells = read(text).cells
    assert [(c.table_id, c.row, c.column, c.rowspan, c.colspan, c.is_header, c.text) for c in cells] == [
        (0, 0, 0, 1, 1, True, "א"), (0, 0, 1, 1, 1, True, "ב"), (0, 1, 0, 2, 1, False, "ג"), (0, 1, 1, 1, 2, False, "ד"),
        (0, 2, 1, 1, 1, False, "ה\nהמשך"), (0, 2, 2, 1, 1, False, "ז"), (0, 3, 0, 1, 1, False, ""), (0, 3, 1, 1, 1, False, "ח"),
        (1, 0, 0, 1, 1, False, "פנים"),
    ]  # fmt: skip
    assert {c.caption for c in cells if c.table_id == 0} == {"כותרת"}


def test_bar_template_in_a_table() -> None:
    cells = read("{|\n{{!}} א {{!!}} ב\n|}").cells
    assert [c.text for c in cells] == ["א", "ב"]


def test_images() -> None:
    text = (
        "[[קובץ:א_ב.jpg|ממוזער|שמאל|250 פיקסלים|כיתוב [[ג|עם]] קישור]]\n[[File:c.png|thumb|upright=1.2|alt=x|link=]]\n"
        "[[תמונה:ד.svg|20px]] ה\n<gallery>\nקובץ:ו.jpg|ז\nח.jpg\n</gallery>"
    )
    document = read(text)
    assert [(i.file, i.caption) for i in document.images] == [
        ("א ב.jpg", "כיתוב עם קישור"), ("C.png", None), ("ד.svg", None), ("ו.jpg", "ז"), ("ח.jpg", None),
    ]  # fmt: skip
    assert [p.text for p in document.paragraphs] == ["ה"]


def test_images_of_a_box() -> None:
    text = (
        "[[קובץ:א.jpg|ממוזער|לפני]]\n{{עיר\n|שם=ב\n|תמונה=ג.jpg\n|כיתוב=הכיכר\n|סמל=[[קובץ:ד.svg|שלט]]"
        "\n|מפה=[[קובץ:ה.svg|40px]]\n|ראש העיר=[[קובץ:ו.jpg|20px]] ז\n|דגל=\n}}\n'''ב''' היא עיר.\n"
        "== ח ==\n[[קובץ:ט.jpg|ממוזער|צד{{הערה|י}}]]\nכ"
    )
    document = read(text)
    assert [(i.file, i.caption, i.section_id, i.field_id) for i in document.images] == [
        ("א.jpg", "לפני", 0, None), ("ג.jpg", "הכיכר", 0, 1), ("ד.svg", "שלט", 0, 3),
        ("ה.svg", None, 0, 4), ("ו.jpg", None, 0, 5), ("ט.jpg", "צד", 1, None),
    ]  # fmt: skip
    assert [i.image_id for i in document.images] == list(range(6))
    assert {i.infobox_id for i in document.images if i.field_id is not None} == {0}
    assert document.marks[0].image_id == 5


def test_categories_and_interwiki() -> None:
    document = read(
        "א [[קט:ב|*]] [[Category:ג_ד]] [[קטגוריה:ב]] [[:קטגוריה:ה]] [[en:House]] [[:fr:Maison]]"
    )
    assert document.categories == ("ב", "ג ד")
    assert document.interwiki == ("en:House",)
    assert document.paragraphs[0].text == "א קטגוריה:ה fr:Maison"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("#הפניה [[חיפה]]", "חיפה"),
        ("#הפניה[[חיפה#נמל]]\n[[קטגוריה:א]]", "חיפה#נמל"),
        ("#REDIRECT [[חיפה]]", "חיפה"),
        ("#redirect: [[חיפה_תחתית]]", "חיפה תחתית"),
        ("#ПЕРЕНАПРАВЛЕНИЕ [[חיפה]]", "חיפה"),
        ("# [[חיפה]]", None),
        ("#הפניה חיפה", None),
    ],
)
def test_redirects(text: str, target: str | None) -> None:
    document = read(text)
    assert document.redirect_target == target
    assert (document.paragraphs == ()) == (target is not None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("א\n{{פירושונים}}", True), ("א\n__פירושונים__", True), ("{{פירוש נוסף}}א", False)],
)
def test_disambiguation(text: str, expected: bool) -> None:
    assert read(text).is_disambiguation is expected


def test_berlin(shared: Path) -> None:
    with bz2.open(shared / "real" / "berlin-minidump.xml.bz2", "rt", encoding="utf-8") as file:
        dump = file.read()
    match = re.search(r"<text[^>]*>(.*?)</text>", dump, re.DOTALL)
    assert match is not None
    document = read(html.unescape(match[1]))
    assert {field.template for field in document.fields} == {"עיר"}
    assert len(document.fields) == 20
    syntax = [document.notes[mark.reference_id].syntax for mark in document.marks]
    assert (syntax.count("הערה"), syntax.count("ref")) == (18, 16)
    leftover = re.compile(r"\{\{|\}\}|\[\[|\]\]|''|<[a-z/]|\{\||\|\}|ממוזער|קטגוריה:|  |\n")
    assert [p.text for p in document.paragraphs if leftover.search(p.text)] == []
    assert len(document.categories) == 8


PIECES = st.sampled_from(
    ["א", " ", "\n", "\n\n", "* ", "=", "== א ==", "{|", "|}", "|-", "|", "!", "||", "{{", "}}", "[[", "]]", "'''", "<br>", "<div>", "</div>",
     "<blockquote>", "</blockquote>", "<li>", "<poem>", "</poem>", "<gallery>", "</gallery>", "[[קובץ:א|ממוזער|", "[[קטגוריה:א]]", ";", ":", "&lt;",
     "{{ציטוט|", "{{טורים|תוכן=", "{{עיר\n|א=", "<!--", "-->", "<nowiki>", "</nowiki>", "rowspan=9|", "colspan=99999|", "http://a.b", "\x7f", "\r", "----",
     "__תוכן__", "#הפניה", "{{הערה|", "<ref>", "</ref>", "{{!}}"],
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=80)))
def test_any_text_gives_a_sound_document(text: str) -> None:
    document = read(text)
    assert [s.section_id for s in document.sections] == list(range(len(document.sections)))
    assert [p.paragraph_id for p in document.paragraphs] == list(range(len(document.paragraphs)))
    last = 0
    for paragraph in document.paragraphs:
        assert paragraph.text == paragraph.text.strip(" \n")
        assert paragraph.text
        assert "\x7f" not in paragraph.text
        assert paragraph.source_start is not None
        assert paragraph.source_end is not None
        assert 0 <= paragraph.source_start <= paragraph.source_end <= len(text)
        assert paragraph.section_id >= last
        last = paragraph.section_id
        for link in paragraph.links:
            assert 0 <= link.start < link.end <= len(paragraph.text)
    places = [(c.table_id, c.row, c.column) for c in document.cells]
    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    "unit", ["[[קובץ:א|ממוזער|", "{{הערה|", "{{ציטוט|", "{|\n|", "{{עיר\n|א=", "<ref>", "\n:{|\n|"]
)
@pytest.mark.parametrize("closer", ["", "]]", "}}", "\n|}"])
def test_deep_nesting_is_read_in_time(unit: str, closer: str) -> None:
    read(unit * 4_000 + "א" + closer * 4_000)


@pytest.mark.parametrize("heading", ["={{הערות שוליים}}= שמות ==", "== שמות ={{הערות שוליים}}="])
def test_a_template_among_the_signs_of_a_heading_leaves_nothing_in_its_title(heading: str) -> None:
    assert [section.title for section in read(f"{heading}\nא").sections] == ["", "שמות"]
