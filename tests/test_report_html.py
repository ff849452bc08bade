"""The report shows what is in the tables, where it stands, and nothing that is not."""

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote, urldefrag

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import batch
from extract.cli import cli
from extract.errors import SnapshotError, UsageError
from extract.model import Citation, DateExpression, Link, Mark, Note, Paragraph, Rows, Section
from extract.report import write_report
from extract.report.addresses import page_address, report_path, revision_address, wiki_host
from extract.report.catalogue import Entry, fold, search_shards, shard_script, write_letters
from extract.report.markup import SIGN, TURN, code, isolate, join, safe_url, tag
from extract.report.overview import Tally, write_overview
from extract.report.prose import Context, write_paragraph
from extract.report.reading import PageRecord, read_pages
from extract.snapshots import commit_snapshot, open_snapshot
from extract.tables import PartWriter

VOID = {"meta", "link", "input", "br", "hr"}


class Outline(HTMLParser):
    """Reads a file strictly: every element closed in order, every attribute kept."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.stack, self.elements, self.text = [], [], []
        self.hidden = 0
        self.feed(html)
        self.close()
        assert self.stack == [], f"never closed: {self.stack}"

    def handle_starttag(self, name, attributes):
        attributes = dict(attributes)
        self.elements.append((name, attributes))
        if name not in VOID:
            added = _is_added(name, attributes)
            self.hidden += added
            self.stack.append((name, added))

    def handle_endtag(self, name):
        open_name, added = self.stack.pop()
        assert open_name == name, f"</{name}> closes <{open_name}>"
        self.hidden -= added

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)

    def attributes(self, name):
        return [value for _, each in self.elements if (value := each.get(name)) is not None]


def _is_added(name, attributes):
    """What the report adds to a paragraph: marks, numbers, explanations."""
    return name == "sup" or attributes.get("class") in {"number", "tip"}


# ------------------------------------------------------------------------------- markup


@given(st.text(), st.text())
@settings(max_examples=100, deadline=None)
def test_no_text_becomes_markup(text, value):
    read = Outline(f"{tag('p', text, isolate(text), join([text]), title=value)}")
    assert [name for name, _ in read.elements] == ["p", "bdi"]
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    assert "".join(read.text) in {text * 3, clean * 3}


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("IBM הקימה ב-1911 סניף", '<bdi dir="rtl">IBM הקימה ב-1911 סניף</bdi>'),
        ("Berlin 1989", "<bdi>Berlin 1989</bdi>"),
        ("אתר ynet, 3 במאי", f'<bdi dir="rtl">אתר ynet, {TURN}3 במאי</bdi>'),
        ("-3.5 מיליון", f'<bdi dir="rtl">{SIGN}-3.5 מיליון</bdi>'),
        ("ירד אל -3 מעלות", f'<bdi dir="rtl">ירד אל {SIGN}-3 מעלות</bdi>'),
        ("נולד ב -1939", '<bdi dir="rtl">נולד ב -1939</bdi>'),
        ("Boeing 747 נחת", '<bdi dir="rtl">Boeing 747 נחת</bdi>'),
        (12, "<bdi>12</bdi>"),
    ],
)
def test_a_hebrew_line_runs_right_to_left_whatever_it_begins_with(text, markup):
    assert isolate(text) == markup


def test_attributes_may_be_left_out_or_stand_alone():
    made = tag("a", class_="x", hidden=True, href=None, open=False, aria_label='"<')
    assert made == '<a class="x" hidden aria-label="&quot;&lt;"></a>'
    assert code("1947/..") == '<bdi dir="ltr" class="code">1947/..</bdi>'


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/א", "https://example.org/א"),
        (" HTTP://example.org", "HTTP://example.org"),
        ("//example.org/a", "https://example.org/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("httpsx://a", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links(address, safe):
    assert safe_url(address) == safe


@pytest.mark.parametrize(
    ("wiki", "host"),
    [
        ("hewiki", "he.wikipedia.org"),
        ("hewikisource", "he.wikisource.org"),
        ("zh_min_nanwiki", "zh-min-nan.wikipedia.org"),
        ("commonswiki", None),
        ("wikidatawiki", None),
        ("wiki", None),
        ("my wiki", None),
        ("evil.example/hewiki", None),
        (None, None),
    ],
)
def test_a_wiki_is_known_by_its_database_name(wiki, host):
    assert wiki_host(wiki) == host


def test_addresses_of_a_page_and_its_revision():
    assert page_address("hewiki", "תל אביב", "א ב").endswith(
        "/wiki/%D7%AA%D7%9C_%D7%90%D7%91%D7%99%D7%91#%D7%90_%D7%91"
    )
    assert revision_address("hewiki", 77) == "https://he.wikipedia.org/w/index.php?oldid=77"
    assert revision_address("hewiki", None) is None
    assert revision_address(None, 77) is None


# -------------------------------------------------------------------------------- prose

TEXT = "בשנת 1947 החלה <הבנייה> של 3 בתים, ובמאי 1948 נסתיימה."
_place = st.integers(0, len(TEXT))
_span = st.tuples(_place, _place).map(sorted).map(tuple)


def date_row(number, start, end):
    return {
        "date_id": number, "start": start, "end": end, "text": TEXT[start:end], "edtf": "1947",
        "start_date": "1947-01-01", "end_date": None, "precision": "year",
        "calendar": "gregorian", "modifier": "since+approximate", "kind": "explicit",
        "rule": "year",
    }  # fmt: skip


def link_row(start, end, target="דף"):
    return {"start": start, "end": end, "kind": "internal", "target": target, "fragment": None}


def paragraph(dates=(), links=(), events=(), marks=(), address=lambda row: None):
    context = Context({0: "1"}, {i: i + 1 for i in range(len(events))}, address)
    return write_paragraph(
        TEXT,
        [date_row(n, *span) for n, span in enumerate(dates)],
        [link_row(*span) for span in links],
        [{"event_id": n, "start": a, "end": b} for n, (a, b) in enumerate(events)],
        [{"mark_id": n, "reference_id": 0, "position": p} for n, p in enumerate(marks)],
        context,
    )


@given(*[st.lists(_span, max_size=5)] * 3, st.lists(_place, max_size=4), st.booleans())
@settings(max_examples=200, deadline=None)
def test_spans_that_cross_in_any_way_keep_the_text_and_each_other(dates, links, events, marks, on):
    html = paragraph(dates, links, events, marks, lambda row: "x" if on else None)
    read = Outline(html)
    assert "".join(read.text) == TEXT
    ids = Counter(read.attributes("id"))
    assert all(count == 1 for count in ids.values())
    for number in range(len(marks)):
        assert f"m{number}" in ids
    shown = [n for n, (a, b) in enumerate(events) if a < b]
    assert {i for i in ids if i.startswith("e")} == {f"e{n + 1}" for n in shown}
    tips = [i for i in ids if i.startswith("d")]
    assert sorted(read.attributes("aria-describedby")) == sorted(tips)


def test_a_link_inside_a_date_and_a_date_inside_a_link():
    year = TEXT.index("1947")
    html = paragraph(dates=[(0, year + 4)], links=[(year, year + 4)], address=lambda row: "a")
    assert '<time class="date" datetime="1947" data-edtf="1947" tabindex="0"' in html
    assert '<a href="a">1947</a></time>' in html
    html = paragraph(dates=[(year, year + 4)], links=[(0, 14)], address=lambda row: "a")
    links = [each for name, each in Outline(html).elements if name == "a"]
    assert [link.get("tabindex") for link in links] == [None, "-1", "-1"]


def test_many_spans_over_each_other_take_linear_room():
    text = "א" * 6000
    events = [{"event_id": n, "start": n, "end": 6000} for n in range(3000)]
    dates = [date_row(n, n, 6000 - n) for n in range(2000)]
    numbers = {n: n + 1 for n in range(3000)}
    html = write_paragraph(text, dates, [], events, [], Context({}, numbers, lambda row: None))
    assert len(html) < 6_000_000
    assert html.count('class="number"') == 3000


def test_a_mark_stands_before_the_number_of_what_follows():
    html = paragraph(events=[(0, 10), (10, 20)], marks=[10])
    assert html.index('id="e1"') < html.index('id="m0"') < html.index('id="e2"')


def test_spans_outside_the_text_are_left_out():
    html = paragraph(dates=[(5, 999), (7, 7)], links=[(-3, 2)], marks=[999])
    read = Outline(html)
    assert "".join(read.text) == TEXT
    assert [name for name, _ in read.elements] == ["sup", "a", "bdi"]


# ------------------------------------------------------------------- a whole small report


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    snapshot = batch.run([root / "fixtures" / "articles"], folder / "tables").snapshot
    write_report(snapshot, folder / "html")
    return snapshot, folder / "html"


@pytest.fixture(scope="module")
def outlines(built):
    _, html = built
    return {p: Outline(p.read_text(encoding="utf-8")) for p in sorted(html.rglob("*.html"))}


def test_every_file_is_whole_and_right_to_left(outlines):
    assert len(outlines) > 10
    for path, read in outlines.items():
        names = Counter(name for name, _ in read.elements)
        assert (names["main"], names["h1"], names["title"]) == (1, 1, 1), path
        name, attributes = read.elements[0]
        assert (name, attributes["dir"], attributes["lang"]) == ("html", "rtl", "he")


def test_ids_are_unique_and_every_reference_between_files_arrives(outlines):
    ids = {path.resolve(): Counter(read.attributes("id")) for path, read in outlines.items()}
    for path, read in outlines.items():
        assert max(ids[path.resolve()].values()) == 1, path
        for name in ("href", "src"):
            for address in read.attributes(name):
                if address.startswith(("https://", "http://", "data:")):
                    continue
                file, fragment = urldefrag(unquote(address))
                target = (path.parent / file).resolve() if file else path.resolve()
                assert target.is_file(), f"{path}: {address}"
                if fragment:
                    assert fragment in ids[target], f"{path}: {address}"
        for described in read.attributes("aria-describedby") + read.attributes("aria-labelledby"):
            assert described in ids[path.resolve()]


def test_nothing_is_loaded_from_elsewhere(outlines, built):
    for path, read in outlines.items():
        assert not [a for a in read.attributes("src") if "//" in a], path
        loaded = [e["href"] for n, e in read.elements if n == "link"]
        assert not [address for address in loaded if "//" in address]
    _, html = built
    for name in ("report.css", "search.js"):
        assert "//" not in (html / name).read_text(encoding="utf-8").replace("// ", "")


def test_headings_come_in_order(outlines):
    for path, read in outlines.items():
        levels = [int(n[1]) for n, _ in read.elements if n in {"h1", "h2", "h3", "h4", "h5", "h6"}]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), path


def test_every_row_of_a_page_is_shown(built):
    snapshot, html = built
    for record in read_pages(snapshot):
        page = html / report_path(record.page["page_id"])
        read = Outline(page.read_text(encoding="utf-8"))
        ids = set(read.attributes("id"))
        assert {f"t{n + 1}" for n in range(len(record.rows("events")))} <= ids
        assert {f"d{row['date_id']}" for row in record.rows("dates")} <= ids
        assert {f"n{row['reference_id']}" for row in record.rows("references")} <= ids
        assert {f"m{row['mark_id']}" for row in record.rows("reference_marks")} <= ids
        shown = "".join(read.text)
        for table, column in (
            ("paragraphs", "text"),
            ("images", "file"),
            ("tables", "text"),
            ("problems", "message"),
            ("citations", "title"),
            ("infobox", "key"),
        ):
            for row in record.rows(table):
                if row.get("label") is None or table != "infobox":
                    assert (row[column] or "") in shown, (table, row)


def test_every_mark_leads_to_its_note_and_every_note_back(built):
    snapshot, html = built
    places = set()
    for record in read_pages(snapshot):
        read = Outline((html / report_path(record.page["page_id"])).read_text(encoding="utf-8"))
        back = [address for address in read.attributes("href") if address.startswith("#m")]
        assert sorted(back) == sorted(
            f"#m{row['mark_id']}" for row in record.rows("reference_marks")
        )
        places.update(row["context"] for row in record.rows("reference_marks"))
    assert places >= {"paragraph", "infobox", "table", "caption", "reference"}


def headings(snapshot, html, title):
    (record,) = (record for record in read_pages(snapshot) if record.page["title"] == title)
    text = (html / report_path(record.page["page_id"])).read_text(encoding="utf-8")
    prose = text.partition('id="prose"')[2].partition("</section>")[0]
    found = re.findall(r"<h[3-6]><bdi[^>]*>(.*?)</bdi>", prose)
    return found, [row["title"] for row in record.rows("sections") if row["title"]]


def test_a_heading_of_nothing_is_left_out(built):
    shown, written = headings(*built, "הקיץ של אביב")
    assert set(written) - set(shown) == {"גלריה", "הערות שוליים"}
    shown, written = headings(*built, "שולמית ארדון")
    assert "ביוגרפיה" in shown, "it holds sections that hold something"


def test_a_section_names_the_tables_it_had(built):
    _, html = built
    (text,) = (
        text
        for path in html.rglob("*.html")
        if "<title>הקיץ של אביב" in (text := path.read_text(encoding="utf-8"))
    )
    assert 'href="#table0"' in text
    assert 'id="table0"' in text


def test_a_redirect_leads_to_its_target(tmp_path):
    source = (*page_row("א")[:8], "ב", *page_row("א")[9:])
    make(tmp_path, [(1, Rows(pages=(source,))), (2, Rows(pages=(page_row("ב"),)))])
    write_report(tmp_path / "tables", tmp_path / "html")
    page = (tmp_path / "html" / report_path(1)).read_text(encoding="utf-8")
    assert f'href="../../{report_path(2)}"' in page


def test_the_overview_counts_what_the_tables_hold(built):
    snapshot, _ = built
    tally = Tally()
    for record in read_pages(snapshot):
        if "input_format" in record.page:
            tally.add(record)
        else:
            tally.add_problems(record)
    assert tally.pages == snapshot.arrow("pages").num_rows
    for table in ("events", "dates", "infobox", "citations", "paragraphs"):
        assert tally.rows[table] == snapshot.arrow(table).num_rows
    precision = Counter(snapshot.arrow("dates").column("precision").to_pylist())
    assert tally.columns["dates", "precision"] == precision
    assert tally.support.total() == snapshot.arrow("events").num_rows
    boxes = snapshot.pandas("infobox")[["page_id", "infobox_id"]].drop_duplicates()
    assert tally.templates.total() == len(boxes)
    assert tally.problems.total() == snapshot.arrow("problems").num_rows
    Outline(write_overview(tally, "x"))
    Outline(write_overview(Tally(), "x"))


def test_the_earliest_decade_stands_on_the_right():
    tally = Tally()
    event = {"reference_ids": [], "paragraph_reference_ids": [], "field_id": None, "end_date": None}
    events = [{**event, "start_date": day} for day in ("1850-01-01", "1990-05-05", "-0300-01-01")]
    tally.add(PageRecord({}, {"events": events}))
    read = Outline(write_overview(tally, "x"))
    places = [float(e["x"]) for n, e in read.elements if n == "rect" and float(e["height"])]
    assert len(places) == 3
    assert places == sorted(places, reverse=True)
    assert tally.decades == {1850: 1, 1990: 1, -300: 1}


# ------------------------------------------------------------- invented pages and snapshots


def page_row(title, wiki="hewiki", rev_id=7):
    return (
        title, 0, rev_id, "2020-01-01T00:00:00Z", wiki, "wikitext", "d.xml", "0" * 40, None, False,
        None, (), (), "0",
    )  # fmt: skip


def make(folder, *parts):
    files = []
    for number, pages in enumerate(parts):
        with PartWriter(folder / "work", f"part-{number:05d}", empty=number == 0) as writer:
            for page_id, rows in pages:
                writer.add(page_id, rows)
        files += writer.parts
    return commit_snapshot(folder / "tables", files, {})


BAD = '<script>alert("1")</script>'


def hostile():
    text = f"{BAD} בשנת 1947"
    start = text.index("1947")
    date = DateExpression(
        start, start + 4, "1947", "1947", "1947-01-01", "1947-12-31", 1, 2, "year", "gregorian",
        "none", "explicit", None, BAD,
    )  # fmt: skip
    link = Link(0, 4, "external", "javascript:alert(1)")
    return Rows(
        pages=(page_row(f"דף {BAD}"),),
        sections=(Section(0, None, 1, "", ()), Section(1, 0, 2, BAD, (BAD,))),
        paragraphs=((*Paragraph(0, 0, "paragraph", text, 0, 9)[:6], 0),),
        links=((0, *link),),
        references=(Note(0, 0, "", None, BAD, True, "ref", BAD, BAD)[:-1],),
        reference_marks=((*Mark(0, 0, "paragraph", 0, 0, 4)[:6], None, *([None] * 5)),),
        citations=(Citation(0, 0, None, None, "web", title=BAD, url="javascript:alert(1)"),),
        dates=((0, 0, None, *date[:12], None, None, date.rule),),
        problems=((BAD, "parse", BAD, BAD),),
    )


def test_what_a_page_says_is_never_markup(tmp_path):
    make(tmp_path, [(5, hostile())])
    write_report(tmp_path / "tables", tmp_path / "html")
    for path in tmp_path.joinpath("html").rglob("*.html"):
        read = Outline(path.read_text(encoding="utf-8"))
        scripts = [e for n, e in read.elements if n == "script"]
        assert [e["src"] for e in scripts] in ([], ["search.js", "search/starts.js"])
        assert not [a for a in read.attributes("href") if a.startswith("javascript")]
    for path in tmp_path.joinpath("html", "search").iterdir():
        assert "<" not in path.read_text(encoding="utf-8")
    page = (tmp_path / "html" / report_path(5)).read_text(encoding="utf-8")
    assert "https://he.wikipedia.org/w/index.php?oldid=7" in page
    assert 'href="#n0" id="m0"' in page


def test_pages_come_with_their_rows_from_every_part(tmp_path):
    def rows(title, *sections):
        named = tuple(Section(n, None, 1, name, ()) for n, name in enumerate(sections))
        return Rows(pages=(page_row(title),), sections=named)

    lost = Rows(problems=(("לא נקרא", "source", "bad_xml", "נגמר באמצע"),))
    snapshot = make(
        tmp_path, [(2, rows("ב", "x", "y")), (1, rows("א"))], [(9, lost), (4, rows("ד", "z"))]
    )
    found = {record.page["title"]: len(record.rows("sections")) for record in read_pages(snapshot)}
    assert found == {"א": 0, "ב": 2, "ד": 1, "לא נקרא": 0}
    summary = write_report(snapshot, tmp_path / "html")
    assert summary.pages == 3
    listed = (tmp_path / "html" / "problems.html").read_text(encoding="utf-8")
    assert "נגמר באמצע" in listed
    assert not (tmp_path / "html" / report_path(9)).exists()


def test_an_english_message_that_quotes_hebrew_runs_from_left_to_right(tmp_path):
    told = "the first: {{מיון רגיל:נחושת, שוק"
    rows = Rows(pages=(page_row("א"),), problems=(("א", "parse", "unclosed_template", told),))
    make(tmp_path, [(1, rows)])
    write_report(tmp_path / "tables", tmp_path / "html")
    for name in ("problems.html", report_path(1)):
        page = (tmp_path / "html" / name).read_text(encoding="utf-8")
        assert f'<bdi dir="ltr">{told}</bdi>' in page


def test_a_problem_told_of_a_page_in_another_part_keeps_the_page(tmp_path):
    again = Rows(problems=(("א", "source", "repeated", "נקרא כבר"),))
    make(tmp_path, [(1, Rows(pages=(page_row("א"),)))], [(1, again)])
    assert write_report(tmp_path / "tables", tmp_path / "html").pages == 1
    assert "נקרא מתוך" in (tmp_path / "html" / report_path(1)).read_text(encoding="utf-8")


def test_rows_out_of_order_are_damage(tmp_path):
    sections = (Section(0, None, 1, "", ()),)
    snapshot = make(tmp_path, [(1, Rows(pages=(page_row("א"),), sections=sections))])
    stray = Rows(sections=sections)
    with PartWriter(tmp_path / "more", "part-00001") as writer:
        writer.add(3, stray)
    commit_snapshot(tmp_path / "both", writer.parts, {})
    assert len(list(read_pages(snapshot))) == 1
    with pytest.raises(SnapshotError, match="page 3 stand out of the order"):
        list(read_pages(open_snapshot(tmp_path / "both")))


def test_a_report_replaces_a_report_and_nothing_else(tmp_path):
    make(tmp_path, [(1, Rows(pages=(page_row("א"),)))])
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match="no report"):
        write_report(tmp_path / "tables", mine)
    with pytest.raises(UsageError, match="expected a folder"):
        write_report(tmp_path / "tables", mine / "letter.txt")
    html = tmp_path / "html"
    write_report(tmp_path / "tables", html)
    stale = html / "pages" / "00" / "256.html"
    stale.parent.mkdir(exist_ok=True)
    stale.write_text("old", encoding="utf-8")
    write_report(tmp_path / "tables", html)
    assert not stale.exists()
    assert (html / report_path(1)).is_file()


def test_the_command_writes_the_report(tmp_path):
    make(tmp_path, [(n, Rows(pages=(page_row(f"דף {n}"),))) for n in range(1, 4)])
    arguments = ["report", str(tmp_path / "tables"), "--out", str(tmp_path / "h"), "--limit", "2"]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0
    assert result.output == f"pages\t2\nreport\t{tmp_path / 'h' / 'index.html'}\n"


def test_a_lonely_date_far_ahead_does_not_stretch_the_axis():
    tally = Tally()
    event = {"reference_ids": [], "paragraph_reference_ids": [], "field_id": None, "end_date": None}
    days = ["1990-01-01"] * 150 + ["2005-01-01"] * 149 + ["9999-01-01"]
    tally.add(PageRecord({}, {"events": [{**event, "start_date": day} for day in days]}))
    read = Outline(write_overview(tally, "x"))
    assert sum(name == "rect" for name, _ in read.elements) == 3, "1990, 2000, and what is later"
    assert "2010…" in read.text


# ------------------------------------------------------------------------------ the index


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ('אצ"ל', "אצל"),
        ("אצ״ל", "אצל"),
        ("יחסי ישראל–צרפת", "יחסי ישראל צרפת"),
        ("שָׁלוֹם", "שלום"),
        ("Élan  2000", "elan 2000"),
        ("!", ""),
    ],
)
def test_titles_are_searched_by_letters(title, folded):
    assert fold(title) == folded


def entries(count):
    return [Entry(f"אגם מספר {n}", n, 0, 0, 0, 0) for n in range(count)]


def test_lists_and_shards_stay_small():
    files = list(write_letters(entries(2500)))
    assert [count for _, _, count, _ in files] == [1000, 1000, 500]
    assert len({file for file, *_ in files}) == 3
    shards = search_shards([*entries(3), Entry("!", 9, 0, 0, 0, 0)])
    assert {start: len(found) for start, found in shards.items()} == {
        "אג": 3, "מס": 3, "0": 1, "1": 1, "2": 1,
    }  # fmt: skip
    assert shard_script("אג", [Entry("</script>", 1, 0, 0, 0, 0)]).count("<") == 0
