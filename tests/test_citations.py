"""Sources of notes and bibliographies."""

from __future__ import annotations

import bz2
import html
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.dates import read_date as find_date
from extract.events.verbs import load_verbs
from extract.hewiki import load_toml
from extract.model import Citation, Document, Link, Mark, Note, Page, Paragraph, Section
from extract.parsing import parse
from extract.references import find_citations
from extract.references.dating import may_hold_date, read_when
from extract.references.notes import read_sources, unwrap
from extract.references.templates import load_forms
from extract.references.values import (
    read_authors,
    read_doi,
    read_isbn,
    read_language,
    read_pages,
    read_title,
    read_url,
    split_names,
)
from extract.wikitext import find_templates

ROOT = Path(__file__).parent.parent
CASES = ROOT / "fixtures" / "cases" / "citations"
BERLIN = ROOT.parent / "shared" / "real" / "berlin-minidump.xml.bz2"
YEAR = 2025


def load_cases() -> list[tuple[str, dict[str, object]]]:
    return [
        (f"{path.stem}: {case['name']}", case)
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def shown(row: Citation, keys: list[str]) -> dict[str, object]:
    """The row's columns as the cases write them: "" for None, lists for tuples."""
    columns = row._asdict()
    result: dict[str, object] = {}
    for key in keys:
        value = columns[key]
        if isinstance(value, tuple):
            value = [list(item) if isinstance(item, tuple) else item for item in value]
        result[key] = "" if value is None else value
    return result


@pytest.mark.parametrize(
    ("name", "case"), load_cases(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_case(name: str, case: dict) -> None:
    rows = read_sources(case["wikitext"], YEAR)
    expected = case["expect"]
    assert [shown(row, list(want)) for row, want in zip(rows, expected, strict=False)] == expected
    assert len(rows) == len(expected)


def test_cases_cover_most_templates() -> None:
    forms = load_forms()
    seen = {
        forms[row.template.casefold().replace("״", '"')].name
        for _, case in load_cases()
        for row in read_sources(str(case["wikitext"]))
        if row.template and row.template.casefold().replace("״", '"') in forms
    }
    assert len(seen) >= 120, sorted({form.name for form in forms.values()} - seen)


# ------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("raw", "isbn"),
    [
        ("0-8044-2957-X", "9780804429573"),
        ("978-0-306-40615-7", "9780306406157"),
        ("9780306406157", "9780306406157"),
        ("ISBN 0306406152", "9780306406157"),
        ("0306406153", None),
        ("9780306406158", None),
        ("1234", None),
        ("", None),
    ],
)
def test_isbn(raw: str, isbn: str | None) -> None:
    assert read_isbn(raw) == isbn


def isbn10(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True))
    check = -total % 11
    return body + ("X" if check == 10 else str(check))


def isbn13(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, [1, 3] * 6, strict=True))
    return body + str(-total % 10)


@given(st.text("0123456789", min_size=9, max_size=9))
@settings(max_examples=100, deadline=None)
def test_isbn_10_is_the_13_with_the_same_body(body: str) -> None:
    assert read_isbn(isbn10(body)) == isbn13("978" + body)


@given(
    st.sampled_from(["978", "979"]),
    st.text("0123456789", min_size=9, max_size=9),
    st.integers(0, 12),
    st.integers(1, 9),
)
@settings(max_examples=100, deadline=None)
def test_one_wrong_digit_is_no_isbn_13(prefix: str, body: str, place: int, shift: int) -> None:
    good = isbn13(prefix + body)
    assert read_isbn(good) == good
    digit = str((int(good[place]) + shift) % 10)
    assert read_isbn(good[:place] + digit + good[place + 1 :]) != good


@pytest.mark.parametrize(
    ("raw", "doi"),
    [
        ("10.1000/ABC.Def", "10.1000/abc.def"),
        ("doi:10.1000/1.", "10.1000/1"),
        ("https://doi.org/10.1000/a(b)c", "10.1000/a(b)c"),
        ("http://dx.doi.org/10.1000%2Fabc", "10.1000/abc"),
        ("(10.1000/abc)", "10.1000/abc"),
        ("10.1000", None),
        ("abc", None),
    ],
)
def test_doi(raw: str, doi: str | None) -> None:
    assert read_doi(raw) == doi


@given(
    st.integers(1000, 999_999_999),
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFG0123456789-_()", min_size=1, max_size=30),
    st.sampled_from(["", "doi:", "DOI: ", "https://doi.org/", "http://dx.doi.org/"]),
)
@settings(max_examples=100, deadline=None)
def test_doi_is_the_same_however_written(prefix: int, suffix: str, before: str) -> None:
    plain = read_doi(f"10.{prefix}/{suffix}")
    assert read_doi(before + f"10.{prefix}/{suffix}".upper()) == plain
    assert plain is None or (plain == plain.lower() and read_doi(plain) == plain)


@pytest.mark.parametrize(
    ("raw", "url", "archive"),
    [
        ("http://a.example.org/x", "http://a.example.org/x", None),
        (" <http://a.example.org/x> ", "http://a.example.org/x", None),
        ("//a.example.org/x", "https://a.example.org/x", None),
        ("[http://a.example.org/x title]", "http://a.example.org/x", None),
        ("http://a.example.org/?a=1&amp;b=2", "http://a.example.org/?a=1&b=2", None),
        ("www.example.org/x", "http://www.example.org/x", None),
        ("https://web.archive.org/web/2015/http://a.example.org/", "http://a.example.org/", "https://web.archive.org/web/2015/http://a.example.org/"),
        ("http://web.archive.org/web/20150101000000id_/http:/a.example.org/", "http://a.example.org/", "http://web.archive.org/web/20150101000000id_/http:/a.example.org/"),
        ("https://archive.ph/20150101/http://a.example.org/", "http://a.example.org/", "https://archive.ph/20150101/http://a.example.org/"),
        ("https://archive.org/details/book", "https://archive.org/details/book", None),
        ("no address", None, None),
        ("", None, None),
    ],
)  # fmt: skip
def test_url(raw: str, url: str | None, archive: str | None) -> None:
    assert read_url(raw) == (url, archive)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("דנה ארז", ("דנה ארז",)),
        ("דנה ארז, רון בר", ("דנה ארז", "רון בר")),
        ("דנה ארז ורון בר", ("דנה ארז", "רון בר")),
        ("דנה ארז, רון בר וגלית נווה", ("דנה ארז", "רון בר", "גלית נווה")),
        ("דנה ארז ו-John Doe", ("דנה ארז", "John Doe")),
        ("אבי ויינר", ("אבי ויינר",)),
        ("כהן, דנה", ("דנה כהן",)),
        ("רויטרס, AP", ("רויטרס", "AP")),
        ("Doe, Jane", ("Jane Doe",)),
        ("Doe, Jane; Roe, R. J.", ("Jane Doe", "R. J. Roe")),
        ("Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("Jane Anderson", ("Jane Anderson",)),
        ("John Doe, Jr.", ("John Doe, Jr.",)),
        ("משרד התרבות, החינוך והספורט", ("משרד התרבות, החינוך והספורט",)),
        ("דנה ארז ואחרים", ("דנה ארז",)),
        ("מאת: דנה ארז", ("דנה ארז",)),
        ("דנה ארז (עורכת), רון בר (מתרגם)", ("דנה ארז", "רון בר")),
        ("", ()),
        (", ,", ()),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("he", "he"), ("HE", "he"), ("he-IL", "he"), ("iw", "he"), ("עברית", "he"), ("גרמנית", "de"), ("באנגלית", "en"),
        ("English", "en"), ("en, fr", "en"), ("[[צרפתית]]", "fr"), ("pt-BR", "pt"), ("", None), ("קלינגונית", None),
    ],
)  # fmt: skip
def test_language(raw: str, code: str | None) -> None:
    assert read_language(raw) == code


@pytest.mark.parametrize(
    ("raw", "title", "url"),
    [
        ('"מרכאות סביב"', "מרכאות סביב", None),
        ('"חלק" ועוד "חלק"', '"חלק" ועוד "חלק"', None),
        ('ספר תנ"ך', 'ספר תנ"ך', None),
        ("'''מודגש'''", "מודגש", None),
        ("[[יעד|כתוב]] ועוד", "כתוב ועוד", None),
        ("א {{!}} ב", "א | ב", None),
        ("[http://a.example.org כותרת]", "כותרת", "http://a.example.org"),
        ("", None, None),
    ],
)
def test_title(raw: str, title: str | None, url: str | None) -> None:
    assert read_title(raw) == (title, url)


def test_linked_authors() -> None:
    assert read_authors("[[דנה ארז|ארז]] ו[[בר]]") == ("ארז", "בר")
    assert read_authors("[[ארגון א, ב וג]]") == ("ארגון א, ב וג",)
    assert read_authors("דנה ארז<br />רון בר") == ("דנה ארז", "רון בר")


def test_pages() -> None:
    assert read_pages("עמ' 12–14") == "12–14"
    assert read_pages("pp. 5-6.") == "5-6"
    assert read_pages("215-214") == "215-214"
    assert read_pages("") is None


@pytest.mark.parametrize(
    ("raw", "latest", "edtf"),
    [
        ("2019-06-23", None, "2019-06-23"), ("2019-06", None, "2019-06"), ("2019", None, "2019"),
        ("13.06.25", 2025, "2025-06-13"), ("13.06.48", 2025, "1948-06-13"), ("13/6/2025", None, "2025-06-13"),
        ("1971/11/12", None, "1971-11-12"), ("19711112", None, "1971-11-12"), ("31.2.2019", None, None),
        ("7 April 2012", None, "2012-04-07"), ("7th of April, 2012", None, "2012-04-07"), ("Apr 7, 2012", None, "2012-04-07"),
        ("פורסם ב-5 במאי 2012", None, "2012-05-05"), ("בתאריך 5.5.2012", None, "2012-05-05"), ("מאי 2012", None, "2012-05"),
        ("{{כ}}5 במאי 2012.", None, "2012-05-05"), ("[[5 במאי]] [[2012]]", None, "2012-05-05"),
        ("12/2004", None, "2004-12"), ("19.6.2013 20:30", None, "2013-06-19"), ('תש"ב', None, "1941-09-22/1942-09-11"),
        ('תשס"ט, 2008', None, "2008"), ("1990 בערך", None, "1990~"), ("c. 1990", None, "1990~"), ("מרץ–אפריל 1995", None, "1995-03/1995-04"),
        ("", None, None), ("ללא תאריך", None, None), ("גרסה 20:30", None, None),
    ],
)  # fmt: skip
def test_date(raw: str, latest: int | None, edtf: str | None) -> None:
    assert read_when(raw, latest)[1] == edtf


# --------------------------------------------------------------------------- documents


def make_document(text: str, notes: tuple[Note, ...] = (), **more: object) -> Document:
    sections = [Section(0, None, 1, "", ())]
    for match in re.finditer(r"^(=+) *(.*?) *\1$", text, re.MULTILINE):
        sections.append(Section(len(sections), 0, len(match[1]), match[2], (match[2],)))
    page = Page("עמוד לבדיקה", text, -1, input_format=str(more.pop("input_format", "wikitext")))
    return Document(page, tuple(sections), notes=notes, **{"paragraphs": (), **more})  # type: ignore[arg-type]


def make_note(index: int, raw: str, syntax: str = "ref") -> Note:
    return Note(index, 0, "", None, str(index + 1), True, syntax, "", raw)


@pytest.mark.parametrize("day", ["", "1 ", "1 ב", "09 ב", "28 ב", "30 ב", "31 ב"])
def test_a_day_read_the_short_way_is_what_the_date_grammar_reads(day: str) -> None:
    for names in load_toml("months.toml")["gregorian"].values():
        for name in names:
            for year in (1066, 1582, 1799, 1948, 2012, 2039, 2999):
                raw = f"{day}{name} {year}"
                date = find_date(raw)
                if date is not None and date.text == raw:
                    assert read_when(raw) == (raw, date.edtf)


def test_words_called_dateless_are_none_to_the_date_grammar() -> None:
    dateless = [word for word in [*load_verbs()][::25] if not may_hold_date(word)]
    assert len(dateless) > 500
    for word in dateless:
        assert find_date(word) is None
        assert find_date(f"שנת {word}") is None
        date = find_date(f"{word}, 7 במאי 2013")
        assert date is None or word not in date.text


def test_a_template_alone_is_read_as_it_is_among_words() -> None:
    for _, case in load_cases():
        raw = str(case["wikitext"])
        assert read_sources(raw) == read_sources(f"<!-- -->{raw}")


def test_note_rows_carry_their_note() -> None:
    notes = (
        make_note(0, "<ref name=a>{{ynet|דן גל|א|3290010}} {{הארץ||ב|1.5}}</ref>"),
        make_note(1, "{{הערה|שם=x|1=[http://c.example.org/?a=b ג]}}", "הערה"),
        make_note(2, ""),
    )
    marks = (Mark(0, 0, "paragraph", 3), Mark(1, 0, "paragraph", 5), Mark(2, 1, "paragraph", 4))
    rows = find_citations(make_document("", notes, marks=marks))
    assert [(r.citation_id, r.reference_id, r.section_id) for r in rows] == [
        (0, 0, None),
        (1, 0, None),
        (2, 1, None),
    ]
    assert rows[2].url == "http://c.example.org/?a=b"


def test_nested_note_is_not_a_source_of_the_outer() -> None:
    raw = "<ref>{{ynet|דן גל|חוץ|1}} {{הערה|{{ynet|דן גל|פנים|2}}}}</ref>"
    assert [row.title for row in read_sources(unwrap(raw))] == ["חוץ"]


def test_emphasis_alone_is_no_book() -> None:
    (row,) = read_sources("יש להבחין בין '''העמק''' ובין הבקעה שמצפון לו.")
    assert (row.kind, row.title) == ("text", None)


def test_an_equals_sign_hides_no_source() -> None:
    for raw in (
        "{{הערה|http://a.example.org/?id=5}}",
        "{{הערה|שם=x|1=http://a.example.org/?id=5}}",
    ):
        assert [row.url for row in read_sources(unwrap(raw))] == ["http://a.example.org/?id=5"]
    assert unwrap("{{הערה|שם=x}}") == ""


def test_bibliography_items() -> None:
    text = (
        "פתיח עם [http://lead.example.org קישור].\n"
        "== לקריאה נוספת ==\n"
        "* דן בר, '''ספר העמק''', הוצאת השדה, 1990.\n"
        "* {{צ-ספר|מחבר=רות גל\n |שם=ההר\n |שנת הוצאה=1991}}\n"
        "=== מאמרים ===\n"
        "# [http://art.example.org מאמר]\n"
        "== קישורים חיצוניים ==\n"
        "{{מיזמים|ויקישיתוף=Category:X}}\n"
        "* {{אתר רשמי|http://site.example.org}}\n"
        "* {{ויקישיתוף בשורה}}\n"
        "* {{אתר רשמי}}\n"
        "{{ynet|דן גל|ללא כוכבית|3290010}}\n"
        "== הערות שוליים ==\n"
        "* [http://note.example.org לא כאן]\n"
        "[[קטגוריה:דברים]]\n"
    )
    start = text.index("* דן בר")
    paragraph = Paragraph(7, 1, "list_item", "…", start, text.index("\n", start))
    rows = find_citations(make_document(text, paragraphs=(paragraph,)))
    assert [(row.section_id, row.paragraph_id, row.template, row.title) for row in rows] == [
        (1, 7, None, "ספר העמק"),
        (1, None, "צ-ספר", "ההר"),
        (2, None, None, "מאמר"),
        (3, None, "אתר רשמי", None),
        (3, None, "ynet", "ללא כוכבית"),
    ]
    assert {row.reference_id for row in rows} == {None}


@pytest.mark.parametrize(
    "heading",
    [
        "==לקריאה נוספת==",
        "== לקריאה נוספת == ",
        "== לקריאה נוספת == <!-- לבדוק --> <!-- = -->",
        "== <!-- פעם: ספרים --> לקריאה נוספת ==",
        "=== לקריאה נוספת ==",
    ],
)
def test_a_heading_of_a_bibliography_as_a_wiki_reads_headings(heading) -> None:
    rows = find_citations(make_document(f"פתיח.\n{heading}\n* [http://a.example.org מאמר]\n"))
    assert [row.title for row in rows] == ["מאמר"]


@pytest.mark.parametrize(
    "line", ["== לקריאה נוספת == ועוד", "== לקריאה נוספת", " == לקריאה נוספת =="]
)
def test_a_line_that_is_no_heading_opens_no_bibliography(line) -> None:
    assert find_citations(make_document(f"פתיח.\n{line}\n* [http://a.example.org מאמר]\n")) == ()


def test_rendered_note_and_item() -> None:
    text = 'דנה ארז, הגשר נפתח, באתר "הבאר", 5 במאי 2012'
    start = text.index("הגשר")
    link = Link(start, start + len("הגשר נפתח"), "external", "http://n.example.org/1")
    note = Note(0, 0, "", None, "1", True, "html", text, "<li>…</li>", links=(link,))
    item = Paragraph(4, 1, "list_item", text, None, None, links=(link,))
    sections = (
        Section(0, None, 1, "", ()),
        Section(1, 0, 2, "קישורים חיצוניים", ("קישורים חיצוניים",)),
    )
    page = Page("עמוד", "", -1, input_format="html")
    rows = find_citations(Document(page, sections, (item,), notes=(note,)))
    for row in rows:
        assert (row.title, row.authors, row.url, row.edtf) == (
            "הגשר נפתח",
            ("דנה ארז",),
            "http://n.example.org/1",
            "2012-05-05",
        )
    assert [(row.reference_id, row.paragraph_id) for row in rows] == [(0, None), (None, 4)]


def test_rendered_book_is_known_by_its_type() -> None:
    text = "דנה ארז, דרכי העמק: קווים & צמתים, עמ' 7"
    raw = "<li><a>↑</a> <span>דנה ארז, <b class='x'><a href='/x'>דרכי העמק</a>: קווים &amp; צמתים</b>, עמ' 7</span></li>"
    note = Note(0, 0, "", None, "1", True, "html", text, raw)
    (row,) = find_citations(
        Document(Page("עמוד", "", -1, input_format="html"), (), (), notes=(note,))
    )
    assert (row.kind, row.title, row.authors, row.pages) == (
        "book",
        "דרכי העמק: קווים & צמתים",
        ("דנה ארז",),
        "7",
    )


def test_rendered_archive_link_belongs_to_its_source() -> None:
    text = "כתבה, עותק"
    links = (
        Link(0, 4, "external", "http://a.example.org/p"),
        Link(6, 10, "external", "https://web.archive.org/web/2015/http://a.example.org/p"),
    )
    note = Note(0, 0, "", None, "1", True, "html", text, "x", links=links)
    (row,) = find_citations(
        Document(Page("עמוד", "", -1, input_format="html"), (), (), notes=(note,))
    )
    assert (row.url, row.archive_url) == ("http://a.example.org/p", links[1].target)


def test_every_note_of_a_parsed_page_leads_somewhere() -> None:
    text = (
        "'''העמק''' נוסד ב-1900.{{הערה|שם=א|{{ynet|דן גל|א|3290010|2012}}}} ושוב.{{הערה|שם=א}}\n\n"
        "== תולדות ==\nהגשר{{הערה|1=[http://b.example.org/?a=1 ב]}} נבנה{{ביאור|הסבר במילים.}}"
        "<ref>{{cite web|url=http://c.example.org|title=C}}</ref>.\n\n"
        "== קישורים חיצוניים ==\n* {{הארץ|רות לב|ד|1.5|1 במאי 2013}}\n* [http://e.example.org ה]\n\n"
        "== הערות שוליים ==\n{{הערות שוליים}}\n"
    )
    document = parse(Page("העמק", text, -1))
    rows = find_citations(document)
    cited = {row.reference_id for row in rows if row.reference_id is not None}
    assert cited == {note.reference_id for note in document.notes if note.group != "ביאור"}
    found = {(row.template, row.title, row.section_id) for row in rows}
    assert found == {
        ("ynet", "א", None),
        (None, "ב", None),
        ("cite web", "C", None),
        ("הארץ", "ד", 2),
        (None, "ה", 2),
    }


# -------------------------------------------------------------------------------- laws

wikitext = st.lists(
    st.sampled_from(
        ["{{", "}}", "[[", "]]", "[http://a.org ", "]", "|", "=", "ynet", "cite web", "title", "הערה", "Webarchive", "\n", "* ",
         "== מקורות ==", "<ref>", "</ref>", "<!--", "-->", "'''", '"', "עמ' 5", "; ", "1.2.2010", "א", "http://b.org/x", ",", " ", "&amp;"]
    )
    | st.text(max_size=6),
    max_size=40,
).map("".join)  # fmt: skip


@given(wikitext)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(text: str) -> None:
    rows = find_citations(make_document(text, (make_note(0, text), make_note(1, text, "הערה"))))
    assert [row.citation_id for row in rows] == list(range(len(rows)))
    document = make_document(
        text, (make_note(0, text, "html")._replace(text=text),), input_format="html"
    )
    find_citations(document)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "{{ynet|",
        "[http://a.org ",
        "'''",
        '"',
        "<ref>",
        "<!--",
        "[[",
        ", ",
        "; ",
        "{{a|{{b|",
        "עמ' ",
        "\n* ",
        "http://",
        "&",
        "= ",
    ],
)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    import time

    text = "== מקורות ==\n* " + unit * (60_000 // len(unit))
    before = time.process_time()
    find_citations(make_document(text, (make_note(0, text),)))
    assert time.process_time() - before < 5


# -------------------------------------------------------------------------- a real page


def berlin_document() -> Document:
    if not BERLIN.exists():
        pytest.skip("needs the shared copy of a real page, ../shared/real/berlin-minidump.xml.bz2")
    dump = bz2.decompress(BERLIN.read_bytes()).decode()
    start = dump.index(">", dump.index("<text")) + 1
    text = html.unescape(dump[start : dump.index("</text>", start)])
    found = [(m.start(), m[0], "ref") for m in re.finditer("<ref>.*?</ref>", text)]
    found += [
        (t.start, text[t.start : t.end], t.name)
        for t in find_templates(text)
        if t.name == "הערה" and any(p.positional for p in t.parameters)
    ]
    notes = tuple(make_note(i, raw, syntax) for i, (_, raw, syntax) in enumerate(sorted(found)))
    return make_document(text, notes)


BERLIN_NOTES = [
    # template, host of the address (or None), in the order of the page
    ("קישור כללי", "m.morgenpost.de"), ("קישור כללי", "www.citypopulation.de"), (None, None), (None, "www1.yadvashem.org"),
    (None, "www.urbistat.it"), (None, "www.businesslocationcenter.de"), ("קישור כללי", "zmanmekomi.com"),
    ("קישור כללי", "www.globes.co.il"), ("קישור כללי", "www.lawcom.co.il"), ("cite web", "www.abc.net.au"),
    ("cite web", "www.fifa.com"), ("cite web", "www.berlin2009.org"), ("cite web", "www.euroleague.net"),
    ("cite web", "www.specialolympics.org"), ("cite web", "www.scc-events.com"), ("cite web", "www.lsb-berlin.net"),
    ("cite web", "www.newinthecity.de"), ("cite web", "www.berlin-sportmetropole.de"), ("cite web", "www.herthabsc.de"),
    ("cite web", "www.fc-union-berlin.de"), ("cite web", "www.albaberlin.de"), ("cite web", "www.eisbaeren.de"),
    ("cite web", "www.fuechse-berlin.de"), (None, None), (None, None), (None, None), (None, None), (None, None), (None, None),
    (None, None), (None, None),
]  # fmt: skip
BERLIN_PAGES = {2: "31", 23: "20", 24: "21", 25: "7", 26: "19", 27: "215-214", 28: "259", 29: "91"}
BERLIN_LISTS = [
    # template, host, identifier
    (None, None, None), (None, "www.xnet.co.il", None), (None, None, None), (None, None, None),
    (None, "www.ynet.co.il", None), (None, "www.masa.co.il", None), (None, "www.daat.ac.il", None), (None, "www.ynet.co.il", None),
    (None, "wcities.co.il", None), (None, None, None), (None, "twistedsifter.com", None), ("דבר", None, "02100"),
    (None, "www.e-mago.co.il", None), ("הארץ", "www.haaretz.co.il", "1.3346523"), ("הארץ", "www.haaretz.co.il", "1.1480868"),
    ("TheMarker", "www.themarker.com", "1.2201073"), ("GoTravel", None, "3253"), ("גלובס", "www.globes.co.il", "1001206363"),
    ("ידיעות אחרונות", None, "5502877"), (None, "matityaho.files.wordpress.com", None), (None, "mekomit.co.il", None),
    ("בריטניקה", None, None),
]  # fmt: skip


def host(url: str | None) -> str | None:
    return url.split("/")[2] if url else None


def test_every_note_of_a_real_page_has_its_source() -> None:
    rows = find_citations(berlin_document())
    notes = [row for row in rows if row.reference_id is not None]
    assert [row.reference_id for row in notes] == list(range(len(BERLIN_NOTES)))
    assert [(row.template, host(row.url)) for row in notes] == BERLIN_NOTES
    assert all(row.title for row in notes)
    assert {row.reference_id: row.pages for row in notes if row.pages} == BERLIN_PAGES
    assert [row.reference_id for row in notes if row.archive_url] == [10, 11, 17, 18]


def test_bibliography_of_a_real_page() -> None:
    rows = [row for row in find_citations(berlin_document()) if row.reference_id is None]
    assert [(row.template, host(row.url), row.identifier) for row in rows] == BERLIN_LISTS
    assert [row.template for row in rows if not row.title] == ["בריטניקה"]
    dated = {row.template: row.edtf for row in rows if row.template and row.edtf}
    assert dated == {
        "דבר": "1971-11-12", "הארץ": "2011-09-23", "TheMarker": "2013-12-27", "גלובס": "2017-09-29", "ידיעות אחרונות": "2019-05-06",
    }  # fmt: skip
    assert sum(row.archive_url is not None for row in rows) == 3
