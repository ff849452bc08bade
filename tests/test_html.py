"""Rendered pages: Parsoid's HTML, the legacy parser's, saved pages; and the two forms together."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.model import Document, Page
from extract.parsing import parse
from extract.parsing.html import parse_html


def read(html: str, title: str = "גבעת הדרור") -> Document:
    return parse(Page(title, html, -1, input_format="html"))


def texts(document: Document) -> list[str]:
    return [one.text for one in document.paragraphs]


PROSE = [
    ("line breaks in the source are spaces", "<p>נהר\nהדרור  זורם</p>", ["נהר הדרור זורם"]),
    ("a break is a new line", "<p>נהר<br>הדרור<br/>זורם</p>", ["נהר\nהדרור\nזורם"]),
    ("a hard space stays", "<p>12&nbsp;ק&quot;מ</p>", ['12\u00a0ק"מ']),
    ("blocks part paragraphs", "<div>אחד<p>שניים</p>שלוש</div>", ["אחד", "שניים", "שלוש"]),
    (
        "a mark takes the space before a full stop along",
        '<p>נחפר <sup class="reference"><a href="#cite_note-1">[1]</a></sup>.</p>',
        ["נחפר."],
    ),
    (
        "edit links, styles and hidden words leave nothing",
        """<p>א<span class="mw-editsection">[עריכה]</span><style>p{}</style>
        <span style="display: none">סמוי</span> ב</p>""",
        ["א ב"],
    ),
    (
        "boxes of the frame leave nothing",
        """<div class="hatnote">ראו שם</div><table class="navbox"><tr><td>ניווט</td></tr></table>
        <table class="ambox"><tr><td>להשלים</td></tr></table><div id="toc">תוכן</div><p>גוף</p>""",
        ["גוף"],
    ),
    (
        "a request for a source is none of the words",
        "<p>נמדד<sup>[<a href='/wiki/X'>דרוש מקור</a>]</sup> בקיץ.</p>",
        ["נמדד בקיץ."],
    ),
    (
        "an exponent is",
        "<p>12 ק&quot;מ<sup>2</sup></p>",
        ['12 ק"מ2'],
    ),
    (
        "a template that Parsoid names as a pointer goes with all its parts",
        """<div about="#mwt1" typeof="mw:Transclusion"
        data-mw='{"parts":[{"template":{"target":{"wt":"ערך מורחב"}}}]}'>ערך מורחב – נהר</div>
        <p about="#mwt1">שארית</p><p>גוף</p>""",
        ["גוף"],
    ),
]


@pytest.mark.parametrize(
    ("html", "expected"), [one[1:] for one in PROSE], ids=[c[0] for c in PROSE]
)
def test_prose(html, expected):
    assert texts(read(html)) == expected


def test_lists_have_kind_and_depth():
    document = read(
        "<ul><li>א<ul><li>ב</li></ul></li><li>ג</li></ul><dl><dt>מונח</dt><dd>פירוש</dd></dl>"
        "<blockquote><p>צוטט</p></blockquote><p>סוף</p>"
    )
    assert [(one.kind, one.depth, one.text) for one in document.paragraphs] == [
        ("list_item", 1, "א"),
        ("list_item", 2, "ב"),
        ("list_item", 1, "ג"),
        ("definition_term", 1, "מונח"),
        ("definition", 1, "פירוש"),
        ("quotation", 0, "צוטט"),
        ("paragraph", 0, "סוף"),
    ]


HEADINGS = {
    "parsoid": '<section data-mw-section-id="0"><p>א</p></section><section data-mw-section-id="1">'
    '<h2 id="x">רקע</h2><p>ב</p><section data-mw-section-id="2"><h3>מים</h3><p>ג</p></section>'
    '</section><section data-mw-section-id="3"><h2>סוף</h2><p>ד</p></section>',
    "legacy": '<p>א</p><h2><span id="x"></span><span class="mw-headline">רקע</span>'
    '<span class="mw-editsection">[עריכה]</span></h2><p>ב</p><h3>מים</h3><p>ג</p><h2>סוף</h2><p>ד</p>',
    "newer": '<p>א</p><div class="mw-heading mw-heading2"><h2 id="x">רקע</h2>'
    '<span class="mw-editsection">[עריכה]</span></div><p>ב</p><div class="mw-heading"><h3>מים</h3>'
    '</div><p>ג</p><div class="mw-heading mw-heading2"><h2>סוף</h2></div><p>ד</p>',
}


@pytest.mark.parametrize("html", HEADINGS.values(), ids=list(HEADINGS))
def test_sections(html):
    document = read(html)
    assert [one[1:] for one in document.sections] == [
        (None, 1, "", ()),
        (0, 2, "רקע", ("רקע",)),
        (1, 3, "מים", ("רקע", "מים")),
        (0, 2, "סוף", ("סוף",)),
    ]
    assert [(one.section_id, one.text) for one in document.paragraphs] == [
        (0, "א"),
        (1, "ב"),
        (2, "ג"),
        (3, "ד"),
    ]


LINKS = [
    ('rel="mw:WikiLink" href="./נהר_הדרור#מקור_המים"', ("internal", "נהר הדרור", "מקור המים")),
    ('href="/wiki/%D7%A0%D7%94%D7%A8"', ("internal", "נהר", None)),
    ('href="https://he.wikipedia.org/wiki/%D7%A0%D7%94%D7%A8"', ("internal", "נהר", None)),
    (
        'class="new" href="/w/index.php?title=%D7%92%D7%A9%D7%A8&action=edit&redlink=1"',
        ("internal", "גשר", None),
    ),
    ('href="#מקור"', ("internal", "", "מקור")),
    ('href="./גבעת_הדרור#מקור"', ("internal", "", "מקור")),
    ('class="mw-selflink selflink"', ("internal", "גבעת הדרור", None)),
    (
        'class="external text" href="https://x.example/a?b=1"',
        ("external", "https://x.example/a?b=1", None),
    ),
    ('rel="mw:ExtLink" href="//x.example"', ("external", "//x.example", None)),
    (
        'class="extiw" title="en:River" href="https://en.wikipedia.org/wiki/River"',
        ("interwiki", "en:River", None),
    ),
]


@pytest.mark.parametrize(("attributes", "expected"), LINKS)
def test_links(attributes, expected):
    (paragraph,) = read(f"<p>אל <a {attributes}>המים </a> שם</p>").paragraphs
    (link,) = paragraph.links
    assert paragraph.text[link.start : link.end] == "המים"
    assert (link.kind, link.target, link.fragment) == expected


def test_hard_spaces_at_the_ends_are_no_words():
    document = read(
        '<p>&#160;<a href="/wiki/א" title="א">&#160;א ב&#160;</a><sup class="reference">'
        '<a href="#cite_note-1">[1]</a></sup>&#160;</p><p>&#160;</p><p>ג&#160;ד</p>'
        '<ol class="references"><li id="cite_note-1"><span class="reference-text">ה</span></li></ol>'
    )
    assert texts(document) == ["א ב", "ג\u00a0ד"]
    assert [(k.start, k.end) for k in document.paragraphs[0].links] == [(0, 3)]
    assert [mark.position for mark in document.marks] == [3]


def test_a_link_without_words_is_none():
    (paragraph,) = read(
        '<p>א<a class="external autonumber" href="https://x.example">[1]</a> ב</p>'
    ).paragraphs
    assert (paragraph.text, paragraph.links) == ("א ב", ())


def test_tables_are_laid_out_and_captioned():
    document = read(
        "<table class='wikitable'><caption>מידות</caption><tr><th rowspan='2'>שנה</th><th>א</th></tr>"
        "<tr><td>1<br>2</td></tr><tr><td colspan='2'>סך</td></tr></table>"
    )
    assert [tuple(one[2:]) for one in document.cells] == [
        ("מידות", 0, 0, 2, 1, True, "שנה"),
        ("מידות", 0, 1, 1, 1, True, "א"),
        ("מידות", 1, 1, 1, 1, False, "1\n2"),
        ("מידות", 2, 0, 1, 2, False, "סך"),
    ]
    assert document.paragraphs == ()


def test_a_table_in_a_table_is_a_table_of_its_own():
    document = read("<table><tr><td>חוץ<table><tr><td>פנים</td></tr></table>שוב</td></tr></table>")
    assert [(one.table_id, one.text) for one in document.cells] == [(0, "חוץ\nשוב"), (1, "פנים")]


PICTURES = {
    "parsoid": '<figure typeof="mw:File/Thumb"><a href="./קובץ:הגשר_הישן.jpg"><img '
    'resource="./קובץ:הגשר_הישן.jpg" src="x"/></a><figcaption>הגשר בשנת 1930</figcaption></figure>',
    "legacy": '<div class="thumb tright"><div class="thumbinner"><a href="/wiki/%D7%A7%D7%95%D7%91%D7%A5:'
    '%D7%94%D7%92%D7%A9%D7%A8_%D7%94%D7%99%D7%A9%D7%9F.jpg" class="image"><img src="x"></a>'
    '<div class="thumbcaption"><div class="magnify"><a href="/wiki/X"></a></div>הגשר בשנת 1930</div></div></div>',
    "missing": '<figure typeof="mw:Error mw:File/Thumb"><a href="./Special:FilePath/x"><span '
    'class="mw-broken-media" resource="./קובץ:הגשר_הישן.jpg">קובץ:הגשר הישן.jpg</span></a>'
    "<figcaption>הגשר בשנת 1930</figcaption></figure>",
    "gallery": '<ul class="gallery"><li class="gallerybox"><div class="thumb"><span typeof="mw:File"><a '
    'href="./קובץ:הגשר_הישן.jpg"><img resource="./קובץ:הגשר_הישן.jpg"/></a></span></div>'
    '<div class="gallerytext"><p>הגשר בשנת 1930</p></div></li></ul>',
}


@pytest.mark.parametrize("html", PICTURES.values(), ids=list(PICTURES))
def test_pictures(html):
    document = read(f"<p>לפני</p>{html}<p>אחרי</p>")
    assert [tuple(one[2:4]) for one in document.images] == [("הגשר הישן.jpg", "הגשר בשנת 1930")]
    assert texts(document) == ["לפני", "אחרי"]


def box(rows: str, attributes: str = "") -> str:
    return f'<table class="infobox vcard" {attributes}><tbody>{rows}</tbody></table><p>גוף</p>'


def test_box_rows_are_fields():
    html = box(
        '<tr><th colspan="2">גבעת הדרור</th></tr>'
        '<tr><td colspan="2"><img resource="./קובץ:גבעה.jpg"></td></tr>'
        '<tr><th colspan="2">נתונים</th></tr>'
        '<tr><th>אוכלוסייה</th><td>3,120<sup class="reference"><a href="#cite_note-1">[1]</a></sup></td></tr>'
        '<tr><th>ראש המועצה</th><td><a href="./דנה_שקד">דנה שקד</a></td></tr>'
        "<tr><th>שפות</th><td><ul><li>עברית</li><li>ערבית</li></ul></td></tr>"
        '<tr><th>שטח</th><td>14 קמ"ר <span><a href="https://www.wikidata.org/wiki/Q1#P2" '
        'title="עריכת הנתון בוויקינתונים"><img alt="עריכת הנתון בוויקינתונים"></a></span></td></tr>'
        '<tr><td colspan="2">לעריכה בוויקינתונים שמשמש מקור לחלק מהמידע בתבנית</td></tr>',
        "typeof='mw:Transclusion' data-mw='"
        + json.dumps({"parts": [{"template": {"target": {"wt": "יישוב "}}}]})
        + "'",
    )
    document = read(html + '<ol class="references"><li id="cite_note-1">מפקד</li></ol>')
    rows = [
        (one.template, one.key, one.value_text, one.value_type, one.number, one.origin)
        for one in document.fields
    ]
    assert rows == [
        ("יישוב", "אוכלוסייה", "3,120", "number", 3120.0, "rendered"),
        ("יישוב", "ראש המועצה", "דנה שקד", "link", None, "rendered"),
        ("יישוב", "שפות", "עברית\nערבית", "list", None, "rendered"),
        ("יישוב", "שטח", '14 קמ"ר', "number", 14.0, "wikidata"),
    ]
    population, head, languages, _ = document.fields
    assert population.reference_ids == (0,)
    assert [tuple(link) for link in head.links] == [("דנה שקד", "דנה שקד")]
    assert languages.items == ("עברית", "ערבית")
    (mark,) = document.marks
    assert (mark.context, mark.infobox_id, mark.field_id) == ("infobox", 0, 0)
    assert [tuple(one[2:]) for one in document.images] == [("גבעה.jpg", None, 0, None)]
    assert texts(document) == ["גוף"]


COMPARED = {
    "labels over values": '<tr><th colspan="2">יחסים</th></tr><tr><td>דרוריה</td><td>צפוניה</td></tr>'
    '<tr><th colspan="2">שטח (בקילומטר רבוע)</th></tr><tr><td>1,200</td><td>950</td></tr>'
    '<tr><th colspan="2">משטר</th></tr><tr><td>רפובליקה</td><td>ממלכה</td></tr>',
    "no header cells": '<tr><td colspan="2">יחסים</td></tr><tr><td>דרוריה</td><td>צפוניה</td></tr>'
    '<tr><td colspan="2">שטח (בקילומטר רבוע)</td></tr><tr><td>1,200</td><td>950</td></tr>'
    '<tr><td colspan="2">משטר</td></tr><tr><td>רפובליקה</td><td>ממלכה</td></tr>',
    "labels beside values": '<tr><th colspan="3">יחסים</th></tr>'
    "<tr><th></th><th>דרוריה</th><th>צפוניה</th></tr>"
    "<tr><th>שטח (בקילומטר רבוע)</th><td>1,200</td><td>950</td></tr>"
    "<tr><th>משטר</th><td>רפובליקה</td><td>ממלכה</td></tr>",
}


@pytest.mark.parametrize("rows", COMPARED.values(), ids=list(COMPARED))
def test_a_comparison_gives_a_field_a_subject(rows):
    fields = read(box(rows)).fields
    assert [(one.key, one.subject, one.value_text, one.number) for one in fields] == [
        ("שטח (בקילומטר רבוע)", "דרוריה", "1,200", 1200.0),
        ("שטח (בקילומטר רבוע)", "צפוניה", "950", 950.0),
        ("משטר", "דרוריה", "רפובליקה", None),
        ("משטר", "צפוניה", "ממלכה", None),
    ]


def test_rows_without_header_cells_under_a_heading_are_labels_and_values():
    rows = (
        '<tr><th colspan="2">גבעת הדרור</th></tr><tr><th colspan="2">נתוני המקום</th></tr>'
        "<tr><td><b>מייסדת</b></td><td>דנה שקד</td></tr><tr><td><b>פרסה</b></td><td>12</td></tr>"
        '<tr><th colspan="2">עוד</th></tr><tr><td><b>שטח</b></td><td>14 קמ"ר</td></tr>'
    )
    fields = read(box(rows)).fields
    assert [(one.key, one.value_text) for one in fields] == [
        ("מייסדת", "דנה שקד"),
        ("פרסה", "12"),
        ("שטח", '14 קמ"ר'),
    ]


def test_the_sides_of_a_battle_are_subjects():
    rows = (
        '<tr><th colspan="2">קרב</th></tr><tr><th>תוצאה</th><td>תיקו</td></tr>'
        '<tr><th colspan="2">הצדדים הלוחמים</th></tr><tr><td>הצפון</td><td>הדרום</td></tr>'
        '<tr><th colspan="2">אבדות</th></tr><tr><td>12</td><td></td></tr>'
    )
    fields = read(box(rows)).fields
    assert [(one.key, one.subject, one.value_text) for one in fields] == [
        ("תוצאה", None, "תיקו"),
        ("הצדדים הלוחמים", "הצפון", "הצפון"),
        ("הצדדים הלוחמים", "הדרום", "הדרום"),
        ("אבדות", "הצפון", "12"),
    ]


def mark(label: str, address: str, more: str = "") -> str:
    return (
        f'<sup class="reference" {more}><a href="#{address}">'
        f'<span class="cite-bracket">[</span>{label}<span class="cite-bracket">]</span></a></sup>'
    )


def item(address: str, text: str) -> str:
    return (
        f'<li id="{address}"><span class="mw-cite-backlink"><a href="#x">↑</a></span> '
        f'<span class="reference-text">{text}</span></li>'
    )


def joined(document: Document) -> list[tuple[str | None, str, int, str]]:
    notes = [document.notes[one.reference_id] for one in document.marks]
    return [(note.label, note.group, note.list_id, note.text) for note in notes]


def test_marks_meet_their_notes_in_several_lists():
    document = read(
        f"<p>א{mark('1', 'cite_note-1')} ב{mark('2', 'cite_note-2')}</p>"
        f"<ol class='references'>{item('cite_note-1', 'ספר')}{item('cite_note-2', 'עיתון')}</ol>"
        f"<p>ג{mark('1', 'cite_note-1')}{mark('א', 'cite_note-5')}</p>"
        f"<ol class='references'>{item('cite_note-5', 'הסבר')}</ol>"
        f"<ol class='references'>{item('cite_note-1', 'מפה')}</ol>"
    )
    assert joined(document) == [
        ("1", "", 0, "ספר"),
        ("2", "", 0, "עיתון"),
        ("1", "", 2, "מפה"),
        ("א", "ביאור", 1, "הסבר"),
    ]
    assert all(note.label_exact for note in document.notes)
    places = [(one.paragraph_id, one.position) for one in document.marks]
    assert places == [(0, 1), (0, 3), (1, 1), (1, 1)]


def test_a_broken_address_is_mended_by_the_label():
    document = read(
        f"<p>א{mark('1', 'cite_note-')} ב{mark('2', 'cite_note-')} ג{mark('1', 'cite_note-')}</p>"
        f"<ol class='references'>{item('cite_note-1-1', 'ספר')}{item('cite_note-2-2', 'עיתון')}</ol>"
    )
    assert [text for *_, text in joined(document)] == ["ספר", "עיתון", "ספר"]
    assert len(document.notes) == 2


def test_parsoid_groups_are_printed_as_style_sheets_print_them():
    document = read(
        "<p>א<sup class='mw-ref reference' typeof='mw:Extension/ref' "
        """data-mw='{"name":"ref","attrs":{"name":"שם ההר","group":"ביאור"}}'>"""
        "<a href='./גבעת_הדרור#cite_note-שם_ההר-1' data-mw-group='ביאור'>[ביאור 2]</a></sup></p>"
        "<ol class='mw-references references' data-mw-group='ביאור'>"
        "<li id='cite_note-0'><span class='mw-reference-text'>אחר</span></li>"
        "<li id='cite_note-שם_ההר-1'><a rel='mw:referencedBy' href='#x'>↑</a> "
        "<span class='mw-reference-text'>הר <a href='./נישא'>נישא</a></span></li></ol>"
    )
    note = document.notes[0]
    assert (note.label, note.group, note.name, note.text) == ("ב", "ביאור", "שם ההר", "הר נישא")
    assert note.text[note.links[0].start : note.links[0].end] == "נישא"
    unused = document.notes[1]
    assert (unused.text, unused.label_exact) == ("אחר", False)


def test_a_note_inside_a_note():
    document = read(
        f"<p>א{mark('2', 'cite_note-2')}</p><ol class='references'>{item('cite_note-1', 'פנימית')}"
        f"{item('cite_note-2', 'חיצונית' + mark('1', 'cite_note-1'))}</ol>"
    )
    outer, inner = document.notes
    assert [(one.label, one.text) for one in (outer, inner)] == [("2", "חיצונית"), ("1", "פנימית")]
    assert [one.context for one in document.marks] == ["paragraph", "reference"]
    assert document.marks[1].in_reference_id == outer.reference_id


def test_a_mark_without_a_list_is_a_note_without_words():
    document = read(f"<p>א{mark('7', 'cite_note-9')}</p>")
    assert [(one.label, one.text) for one in document.notes] == [("7", "")]


def test_footnote_errors_are_problems():
    document = read('<p>א<span class="error mw-ext-cite-error">שגיאת ציטוט</span> ב</p>')
    assert texts(document) == ["א ב"]
    assert [one.kind for one in document.problems] == ["footnote_error"]


def test_a_saved_page_keeps_only_its_article():
    document = read(
        '<html><body><div id="mw-navigation">תפריט</div><h1 id="firstHeading">גבעת הדרור</h1>'
        '<div id="mw-content-text"><div class="mw-parser-output"><p>גוף</p></div></div>'
        '<div id="catlinks"><div id="mw-normal-catlinks"><a href="/wiki/מיוחד:קטגוריות">קטגוריות</a>: '
        '<ul><li><a href="/wiki/%D7%A7%D7%98%D7%92%D7%95%D7%A8%D7%99%D7%94:גבעות">גבעות</a></li></ul></div></div>'
        '<ul><li class="interlanguage-link"><a class="interlanguage-link-target" '
        'href="https://en.wikipedia.org/wiki/Sparrow_Hill">English</a></li></ul></body></html>'
    )
    assert texts(document) == ["גוף"]
    assert document.categories == ("גבעות",)
    assert document.interwiki == ("en:Sparrow Hill",)


def test_properties_of_a_parsoid_page():
    document = read(
        '<p>גוף</p><link rel="mw:PageProp/Category" href="./קטגוריה:גבעות_בצפון#דרור"/>'
        '<link rel="mw:PageProp/Language" href="https://de.wikipedia.org/wiki/H%C3%BCgel"/>'
        '<meta property="mw:PageProp/disambiguation"/>'
    )
    assert document.categories == ("גבעות בצפון",)
    assert document.interwiki == ("de:Hügel",)
    assert document.is_disambiguation


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="mw:PageProp/redirect" href="./הר_הדרור#שביל"/>',
        """<div class="redirectMsg"><p>הפניה ל:</p><ul class="redirectText"><li>
        <a href="/wiki/הר_הדרור#שביל">הר הדרור</a></li></ul></div>""",
    ],
)
def test_redirects(html):
    document = read(html)
    assert document.redirect_target == "הר הדרור#שביל"
    assert document.paragraphs == ()


WIKITEXT = (
    "{{יישוב\n| אוכלוסייה = 3,120<ref>מפקד</ref>\n| ראש המועצה = \n}}\n"
    "הגבעה נושבה.<ref name=a>{{ynet|א|ב|1|2 במאי 2001}}</ref>\n"
)
RENDERED = (
    box(
        '<tr><th colspan="2">גבעת הדרור</th></tr>'
        f"<tr><th>תושבים</th><td>3,120{mark('2', 'cite_note-2')}</td></tr>"
        f"<tr><th>שטח</th><td>14 קמ&quot;ר{mark('1', 'cite_note-1')}</td></tr>"
    ).replace("<p>גוף</p>", "")
    + f"<p>הגבעה נושבה.{mark('3', 'cite_note-a-3')}</p><ol class='references'>"
    + item("cite_note-1", "מאגר")
    + item("cite_note-2", "מפקד")
    + item("cite_note-a-3", "א, &quot;ב&quot;, באתר ynet, 2 במאי 2001")
    + "</ol>"
)


def test_both_forms_together():
    document = parse(Page("גבעת הדרור", WIKITEXT, 5, html=RENDERED))
    rows = [(one.key, one.label, one.value_text, one.origin) for one in document.fields]
    assert rows == [
        ("אוכלוסייה", "תושבים", "3,120", "wikitext"),
        ("ראש המועצה", None, "", "wikitext"),
        ("שטח", "שטח", '14 קמ"ר', "rendered"),
    ]
    assert [(one.label, one.label_exact, one.name) for one in document.notes] == [
        ("2", True, None),
        ("3", True, "a"),
        ("1", True, None),
    ]
    assert document.notes[1].raw == "{{ynet|א|ב|1|2 במאי 2001}}"
    assert document.notes[1].text == 'א, "ב", באתר ynet, 2 במאי 2001'
    assert (document.notes[2].text, document.notes[2].syntax) == ("מאגר", "html")
    assert document.fields[2].reference_ids == (2,)
    new = document.marks[-1]
    assert (new.context, new.reference_id, new.field_id) == ("infobox", 2, 2)
    assert len(document.marks) == 3


def test_a_note_that_is_not_printed_has_no_label():
    page = Page("גבעת הדרור", "{{יישוב|סמל=<ref>א</ref>|שטח=5}}\nגוף<ref>ב</ref>", 5)
    html = f"<p>גוף{mark('1', 'cite_note-1')}</p><ol class='references'>{item('cite_note-1', 'ב')}</ol>"
    document = parse(page._replace(html=html))
    assert [(one.text, one.label) for one in document.notes] == [("א", None), ("ב", "1")]


# Laws


PIECES = [
    "<p>", "</p>", "<div>", "</div>", "<table class=infobox>", "</table>", "<tr>", "<th>", "<td colspan=2>",
    "<ul>", "<li>", "<dl>", "<dd>", "<ol class=references>", '<li id="cite_note-1">', "<sup class=reference>",
    '<a href="#cite_note-1">', "</a>", "</sup>", "[1]", "שטח", "5", " ", "\n", "<h2>", "</h2>", "<b>", "<figure",
    " typeof='mw:File'>", "<figcaption>", "<span class=reference-text>", "&nbsp;", "<!--", "-->", "\x00", "\ud800",
    "<table>", "<caption>", "<br>", "<blockquote>", "<div class=thumb>", "<div class=thumbcaption>", "<a href='",
    "./נהר'>", "data-mw='{", "}'", "<pre>", "<template>", "<svg>",
    '<a rel="mw:WikiLink" href="./נהר">נהר</a>', '<p>גוף<sup class="reference" id="cite_ref-1"><a href="#cite_note-1">[1]</a></sup>.</p>',
    '<ol class="references"><li id="cite_note-1"><span class="reference-text">דן</span></li></ol>',
]  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join)))
@settings(max_examples=150, deadline=None)
def test_nothing_raises_and_everything_points_into_its_text(html):
    document = parse_html(Page("דף", html, -1, input_format="html"))
    for one in document.paragraphs:
        assert one.text
        assert one.text == one.text.strip(" \n\t")
        for link in one.links:
            assert 0 <= link.start < link.end <= len(one.text)
    for one in document.marks:
        assert 0 <= one.reference_id < len(document.notes)
        if one.paragraph_id is not None:
            text = document.paragraphs[one.paragraph_id].text
            assert 0 <= (one.position or 0) <= len(text)
    assert [one.field_id for one in document.fields] == list(range(len(document.fields)))


@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.lists(
        st.sampled_from(["{{יישוב|שטח=5}}", "<ref>א</ref>", "שטח", "\n", "<ref name=a />"])
    ).map("".join),
)
@settings(max_examples=60, deadline=None)
def test_joining_two_forms_never_raises(html, text):
    document = parse(Page("דף", text, -1, html=html))
    numbers = range(len(document.notes))
    assert [one.reference_id for one in document.notes] == list(numbers)
    assert all(one.reference_id in numbers for one in document.marks)
    assert all(number in numbers for one in document.fields for number in one.reference_ids)


DEEP = [
    "<div>",
    "<b id=x>",
    "<ul><li>",
    "<table class=infobox><tr><td>",
    "<p><font color=a>",
    "<sup class=reference>",
]


@pytest.mark.slow
@pytest.mark.parametrize("opening", DEEP)
def test_nesting_without_end_takes_linear_time(opening):
    started = time.process_time()
    read(opening * 30_000 + "גוף")
    assert time.process_time() - started < 10
