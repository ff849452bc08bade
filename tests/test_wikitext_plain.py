"""What a reader sees of a span of wikitext."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.wikitext import inline, plain_text, to_plain
from extract.wikitext.flatten import Flat

CASES = [
    ("'''מודגש''' ו''נטוי'' ו'''''שניהם'''''", "מודגש ונטוי ושניהם"),
    ("אל[[בית ספר|בית הספר]]", "אלבית הספר"),
    ("[[מס]]ים ו[[ספר|ספר]]ו", "מסים וספרו"),
    ("[[בית (מבנה)|]]", "בית"),
    ("{{תבנית כלשהי}}<nowiki>'''</nowiki>", "'''"),
    ("&nbsp;[[א]]&nbsp;", "א"),
    ("[[בית_ספר]]ים [[ה%D7%91%D7%99%D7%AA]] [[100%]] [[א%zz]]", "בית_ספרים הבית 100% א%zz"),
    ('<span style="display:none">א <span>ב</span> ג</span>ד <small style=\'DISPLAY : none\'>ה</small>', "ד"),
    ('<div style="display:none">א <div>ב</div></div>ג<div>ד</div>', "ג\nד"),
    ('<span style="display:none">א', "א"),
    ('<div style="display:none">א\nב</div>', "א\nב"),
    ("א<includeonly>ב\nג", "א"),
    ("[https://a.example שם\nאתר]", "[https://a.example שם אתר]"),
    ("[https://a.example [[א]] ב", "[https://a.example א ב"),
    ("[[:קטגוריה:בתים]]", "קטגוריה:בתים"),
    ("[[בית#גג|גג]]", "גג"),
    ("[[א|''ב'' ו־ג]]", "ב ו־ג"),
    ("[https://a.example שם האתר] ועוד", "שם האתר ועוד"),
    ("אתר[https://a.example].", "אתר."),
    ("א&nbsp;ב &quot;ג&quot; &#1488; &לא;", 'א\u00a0ב "ג" א &לא;'),
    ("א<br>ב<br />ג", "א\nב\nג"),
    ("<small>א</small> <span style=\"x\">ב</span>", "א ב"),
    ("א <x> ב", "א <x> ב"),
    ("3 < 5 ו־5 > 3", "3 < 5 ו־5 > 3"),
    ("לפני{{הערה|תוכן}}, אחרי<ref>ב</ref>.", "לפני, אחרי."),
    ("לפני {{הערה|תוכן}} אחרי", "לפני אחרי"),
    ("מילה {{תבנית כלשהי}}.", "מילה."),
    ("שם ({{תבנית כלשהי}}) עוד", "שם עוד"),
    ("שם (לועזית: X; {{תבנית כלשהי}}) עוד", "שם (לועזית: X) עוד"),
    ("<nowiki>'''[[א]]'''</nowiki>", "'''[[א]]'''"),
    ("א<!-- ב -->ג", "אג"),
    ("א{{ש}}ב", "א\nב"),
    ("{{mako|דנה לב|הגשר|4d8c1|culture|23 במאי 2011}}", "דנה לב, הגשר, mako, 23 במאי 2011"),
    ("{{הצופה|א. גל|הבאר|1951/02/03|3}}", "א. גל, הבאר, הצופה, 1951/02/03"),
    ("{{צ-ספר|מחבר=רון כץ|שם=הבאר|שנת הוצאה=1994|עמ=31–44}}", "רון כץ, הבאר, 1994, עמ' 31–44"),
    ("{{URL|www.example.org}}, {{URL|example.org|האתר}}", "www.example.org, האתר"),
    ("{{cite book|title=Wells|year=1989|page=17}}", "Wells, 1989, p. 17"),
    ("{{cite book|last=Roe|first=Anne|title=Fog|year=1990}}", "Anne Roe, Fog, 1990"),
    (
        "{{cite journal|last1=Roe|first1=A.|last2=Poe|first2=Ed|author3=Lee|title=Fog}}",
        "A. Roe, Ed Poe, Lee, Fog",
    ),
    ("{{cite web|first=Anne|title=Fog|url=http://a.example.org}}", "Fog"),
    ("{{Iucnredlist|Passer deserti|22718200}}", "Passer deserti, IUCN Red List"),
    ("{{דעת|רון כץ|/a/b.htm|על הבאר}}", "רון כץ, על הבאר, דעת"),
    ("{{imdb title|id=7|title=הבאר}}{{אתר רשמי}}{{בריטניקה}}", "הבאר, IMDb"),
    ("נערך ב{{ה|אצטדיון החדש}}", "נערך באצטדיון החדש"),
    ("{{דגל|ישראל||+}} ו{{דגל|ישראל}}כן", "ישראל וכן"),
    ("{{קישור שפה|אנגלית|Door|דלת}}", "דלת"),
    ("{{ללא גלישה|10 ק\"מ}}", "10 ק\"מ"),
    ("{{ציטוטון|טוב}}", '"טוב"'),
    ("{{#if:כן|א|ב}}{{#if: |א|ב}}", "אב"),
    ("{{#תנאי:|א}}{{#קיים:א|ב}}", ""),
    ("{{#switch:א|א=ב|ג=ד}} {{#בחר: ג |א=ב|ב|ג|ד= ה }}", "ב ה"),
    ("{{#בחר:ת|א=ב|#ברירת מחדל=ג|ד=ה}}{{#בחר:ת|א=ב|ו}}{{#בחר:ת|א=ב}}", "גו"),
    ("{{#בחר:א|א=[[ב|ג]]{{הערה|ד}}|ה}} סוף", "ג סוף"),
    ("{{#expr: 7 - 2 * 3}} {{#חשב:53772/118.46 round 0}} {{#חשב:(1+2)^2 mod 4}}", "1 454 1"),
    ("{{#חשב:-2.5 round 0}} {{#חשב:1/3 round 2}} {{#חשב:10/4}}", "-3 0.33 2.5"),
    ("א{{#חשב:1/0}}{{#חשב:שתיים}}{{#חשב:(1}}{{#חשב:2 2}}{{#חשב:9^9^9^9^9}}ב", "אב"),
    ('ה{{מונחון|חומ"ג|חומה ומגדל}} הוקם', 'החומ"ג הוקם'),
    ("{{מיון רגיל:שם}}א", "א"),
    ("{{{1|ברירה}}}", "ברירה"),
    ("[[קובץ:א.jpg|ממוזער|שמאל|כיתוב]]א [[תמונה:ב.png|20px]]ב", "א ב"),
    ("א[[קטגוריה:ב|*]][[en:C]]", "א"),
    ("* א\n** ב\n# ג", "א\nב\nג"),
    ("א\nב\n\nג", "א ב\nג"),
    ("{|\n! א !! ב\n|-\n| ג || ד\n|}", "א\nב\nג\nד"),
    ("__ללא_תוכן__א", "א"),
    ("__notoc__א __init__ ב __לא_מתג__", "א __init__ ב __לא_מתג__"),
    ("{{צ-ספר|מחבר=דנה כהן|שם=הגשר|מקום הוצאה=חיפה|מו\"ל=אבן|שנת הוצאה=1990}}", "דנה כהן, הגשר, חיפה: אבן, 1990"),
    ("{{ynet|דנה כהן|הכותרת|123|1 במאי 2001}}", "דנה כהן, הכותרת, ynet, 1 במאי 2001"),
    ("{{חברה|שם=אבן|אתר=אבן|כתובת=הרצל 1}}", ""),
    ("{{קישור כללי|כתובת=https://a.example|כותרת=שם|אתר=אתר}}", "שם, אתר"),
    ("{{תנ\"ך|במדבר|כג|כד}}", "תנ\"ך במדבר, כג, כד"),
    ("{{טורים|תוכן=\n* א\n* ב\n}}", "א\nב"),
    ("''''א'''", "'א"),
    # A line that leaves bold and italics open has an apostrophe before one of them.
    ("הספר ''קולג''' יצא", "הספר קולג' יצא"),
    ("''ג'ורג''' ו''בץ'''", "ג'ורג ובץ"),
    ("''ג'ורג'''\n''בץ'''", "ג'ורג' בץ'"),
    ("'''א''ב''' ג", "אב ג"),
    ("'''א''' ''ב''' ג", "'א ב ג"),
    ("א '''ב ''ג'' ד'''ה'''", "א ב ג דה"),
    ("a'''b ''c'' '''d''' e''f", "a'b c d ef"),
    ("a'''b ''c'' '''d''' x'''e''f''", "ab c d xef"),
    ("מ a'''b'' c", "מ a'b c"),
    ("זה ''' א ו'''ב''' ''ג", "זה א ו'ב ג"),
    ("[[א", "[[א"),
    ("א [[:]] ב [[_]]", "א [[:]] ב [[_]]"),
    ("[[:|]] [[:|א]] '''ב'''", "[[:|]] [[:|א]] ב"),
    ("{{א", "{{א"),
    ("בעיר {{formatnum:1234567.25}} תושבים", "בעיר 1,234,567.25 תושבים"),
    ("{{עיצוב מספר:1,234|R}}", "1,234"),
    ("ב-{{תבנית זרה|15}} אחוזים", "ב-15 אחוזים"),
    ("וכש{{תבנית זרה|[[פרח|הפרח]]}} נבל", "וכשהפרח נבל"),
    ("העיר{{תבנית זרה|אבג}} ב{{תבנית זרה}} ו-{{תבנית זרה|3|5|1955}}", "העיר ב ו-"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0][:24] for case in CASES])
def test_visible_words(text: str, expected: str) -> None:
    assert plain_text(text) == expected


LINKS = [
    ("ב[[חיפה]]ים", ("חיפהים", "internal", "חיפה", None)),
    ("[[בית#קומה_ב|קומה]]", ("קומה", "internal", "בית", "קומה ב")),
    ("[[#כאן]]", ("#כאן", "internal", "", "כאן")),
    ("[[:en:House|בית]]", ("בית", "interwiki", "en:House", None)),
    ("[https://a.example/x?y=1 כאן]", ("כאן", "external", "https://a.example/x?y=1", None)),
    ("https://a.example/x.", ("https://a.example/x", "external", "https://a.example/x", None)),
    ("[[א_ב|'''ג''']]", ("ג", "internal", "א ב", None)),
]


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_links(text: str, expected: tuple[str, str, str, str | None]) -> None:
    plain = to_plain("קודם\n" + text)
    (link,) = plain.links
    assert (plain.text[link.start : link.end], link.kind, link.target, link.fragment) == expected


def test_marks_point_into_text_and_source() -> None:
    text = "ראשון,{{הערה|א}} שני {{הערה|ב}}.<ref name=א/>"
    plain = to_plain(text)
    assert plain.text == "ראשון, שני."
    assert plain.marks == ((6, 6), (10, text.index("{{הערה|ב")), (11, text.index("<ref")))


def test_span_gives_absolute_sources() -> None:
    text = "xxx [[א]]{{הערה|ב}} yyy"
    plain = to_plain(text, 4, 19)
    assert plain.text == "א"
    assert plain.marks == ((1, 9),)


SIGNS = [
    "א", "ב ", " ", "  ", "\n", "[[", "]]", "[[א]]", "[[א|ב]]", "[[א ב]]ים", "[[א#ב|ג]]", "[[:א:ב]]", "|", "''", "'''",
    "'", "\x7fn7\x7f", "\x7fj0\x7f", "\x7fc\x7f", ".", ")", "(", "[", "]", "[http://a.b ", "[//a ג]", "http://a.b", "&nbsp;",
    "&", "<br>", "<b>", "_", "__TOC__", "{", "}", ":", "a",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), max_size=12).map("".join))
def test_the_short_ways_read_what_the_long_one_does(body: str) -> None:
    body = body.strip(" \n\t")
    flat = Flat(body, [0], [(0, len(body))], [], [])
    renderer = inline._Renderer(flat, 0, len(body))
    renderer.run()
    long = "".join(renderer.parts)
    expected = inline._finish(long, renderer.links, renderer.marks, renderer.files)
    assert inline.render(flat, 0, len(body)) == expected


def test_a_source_alone_is_shown_as_it_is_beside_a_comment() -> None:
    for path in sorted((Path(__file__).parent.parent / "fixtures/cases/citations").glob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            raw = case["wikitext"]
            assert to_plain(raw) == to_plain(f"{raw}<!-- -->"), raw


def test_cells_and_links_of_odd_shape_are_shown_alike_in_long_and_short() -> None:
    for block in (
        "[[א#ב|ג]] ד",
        "[[א_ב]]ים",
        "[[ א ]] ב",
        "[[א|ב ]] ג",
        "[[:ו:ז|ח]]",
        "[[a|ב]]",
        "[[א|ב|ג]]",
        "[[א|]]",
        "א [[ב",
    ):
        # A reference to a character sends it the longer way.
        shown, longer = to_plain(block), to_plain(f"{block} &#1514;")
        assert longer.text == f"{shown.text} ת"
        assert longer.links == shown.links
