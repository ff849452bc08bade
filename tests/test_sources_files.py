"""Single-page files: formats, titles, encodings, heads, and what is refused."""

from __future__ import annotations

import bz2
import gzip
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import FormatError, NotFoundError, UsageError
from extract.model import Page
from extract.sources import (
    SourceProblem,
    derive_id,
    find_files,
    find_namespace,
    find_redirect,
    iter_pages,
    normalize_title,
    plan_shards,
    read,
    read_file,
    read_shard,
    title_from_name,
)

WIKITEXT = "'''גן הפרחים''' הוא [[גן]] קטן.\n\n== היסטוריה ==\nנפתח בשנת 1931.\n"
PROSE = "גן הפרחים הוא גן קטן.\nנפתח בשנת 1931.[1]\n"
RENDERED = (
    "יחסי ארץ אחת–ארץ שנייה | |\n---|---|\nארץ אחת | ארץ שנייה |\nשטח | |\n10 | 20 |\nפסקה.\n"
)

PARSOID = """<!DOCTYPE html>
<html prefix="dc: http://purl.org/dc/terms/ mw: http://mediawiki.org/rdf/" about="https://he.wikipedia.org/wiki/Special:Redirect/revision/777">
<head prefix="mwr: https://he.wikipedia.org/wiki/Special:Redirect/"><meta charset="utf-8"/>
<meta property="mw:pageId" content="42"/><meta property="mw:pageNamespace" content="0"/>
<link rel="dc:replaces" resource="mwr:revision/775"/><meta property="mw:revisionSHA1" content="abc"/>
<meta property="dc:modified" content="2024-03-05T06:07:08.000Z"/>
<link rel="dc:isVersionOf" href="//he.wikipedia.org/wiki/%D7%92%D7%9F_%D7%94%D7%A4%D7%A8%D7%97%D7%99%D7%9D"/>
<base href="//he.wikipedia.org/wiki/"/><title>שם אחר להצגה</title></head>
<body><section data-mw-section-id="0"><p>גן.</p></section></body></html>"""

SAVED = """<!DOCTYPE html>
<html class="client-nojs" lang="he" dir="rtl"><head><meta charset="UTF-8"/>
<title>גן הפרחים – ויקיפדיה</title>
<script>RLCONF={"wgBreakFrames":!1,"wgCanonicalNamespace":"","wgNamespaceNumber":0,
"wgPageName":"\\u05d2\\u05df_הפרחים_\\"ורד\\"","wgTitle":"גן הפרחים","wgCurRevisionId":900,
"wgRevisionId":888,"wgArticleId":43,"wgWikibaseItemId":"Q99"};</script>
<link rel="canonical" href="https://he.wikipedia.org/wiki/X"/></head><body>גן</body></html>"""


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.wiki", WIKITEXT, "wikitext"),
        ("a.txt", WIKITEXT, "wikitext"),
        ("a", WIKITEXT, "wikitext"),
        ("a.wiki", PROSE, "wikitext"),
        ("a.wikitext", "רק מילים", "wikitext"),
        ("a.txt", PROSE, "text"),
        ("a", PROSE, "text"),
        ("a.wiki", RENDERED, "text"),
        ("a.txt", RENDERED, "text"),
        ("a.txt", PARSOID, "html"),
        ("a.wiki", SAVED, "html"),
        ("a", '<section data-mw-section-id="0"><p>גן</p></section>', "html"),
        ("a.html", "<p>גן</p>", "html"),
        ("a.wiki", "<div>'''גן'''</div>", "wikitext"),
        ("a.txt", "#הפניה [[גן]]", "wikitext"),
    ],
)
def test_format_is_told_by_content_then_name(tmp_path, name, content, expected):
    assert read(write(tmp_path, name, content)).input_format == expected


def test_a_format_that_is_asked_for_is_obeyed(tmp_path):
    assert read(write(tmp_path, "a.wiki", WIKITEXT), "text").input_format == "text"
    with pytest.raises(UsageError):
        read(tmp_path / "a.wiki", "pdf")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("גן_הפרחים.wiki", "גן הפרחים"),
        ("גן הפרחים", "גן הפרחים"),
        ("%D7%92%D7%9F.txt", "גן"),
        ("א%2Fב.html", "א/ב"),
        ("ד.ר. כהן.wiki", "ד.ר. כהן"),
        ("ד.ר. כהן", "ד.ר. כהן"),
        ("גן.wikitext.bz2", "גן"),
        ("גן.WIKI", "גן"),
        ("100%.wiki", "100%"),
        (".wiki", ".wiki"),
        ("\u200fגן__הפרחים\u200e .txt", "גן הפרחים"),
        ('הרמטכ"ל.wiki', 'הרמטכ"ל'),
    ],
)
def test_title_from_name(name, title):
    assert title_from_name(name) == title


def test_a_name_that_is_not_utf8_gives_a_title_a_table_can_hold():
    title_from_name("\udcff\udce9.wiki").encode("utf-8")


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("גן", 0),
        ("שיחה:גן", 1),
        ("משתמש:דנה", 2),
        ("Template:X", 10),
        ("קט:גנים", 14),
        ("א:ב", 0),
        ("ספר:", 0),
    ],
)
def test_namespace_of_a_title(title, number):
    assert find_namespace(title) == number


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("#הפניה [[גן]]", "גן"),
        ("#הפניה[[גן_ורדים#חלק|שם]]", "גן ורדים"),
        ("\n # REDIRECT : [[:קטגוריה:גנים]]", "קטגוריה:גנים"),
        ("#redirect [[גן]]", "גן"),
        ("# [[גן]]", None),
        ("#רשימה [[גן]]", None),
        ("גן #הפניה [[גן]]", None),
        ("#הפניה [[גן", None),
    ],
)
def test_redirect(text, target, tmp_path):
    assert find_redirect(text) == target
    assert read(write(tmp_path, "a.wiki", text)).redirect_target == target


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_derived_ids_are_negative_stable_and_fit(title):
    number = derive_id(title)
    assert -(1 << 63) <= number < 0
    assert number == derive_id(title) == derive_id(f" {normalize_title(title)} ")


def test_derived_ids_do_not_change_between_versions():
    # Ids of pages without one are keys of tables that people keep.
    assert derive_id("גן_הפרחים") == derive_id("גן הפרחים")
    assert derive_id("x") == derive_id("X") != derive_id("Y")
    # The first eight bytes of SHA-256 of "A", without their two lowest bits.
    assert derive_id("a") == -1 - (0x559AEAD08264D579 >> 2)


ENCODINGS = {
    "utf-8": WIKITEXT.encode(),
    "bom": b"\xef\xbb\xbf" + WIKITEXT.encode(),
    "utf-16-le": b"\xff\xfe" + WIKITEXT.encode("utf-16-le"),
    "utf-16-be": b"\xfe\xff" + WIKITEXT.encode("utf-16-be"),
    "crlf": WIKITEXT.replace("\n", "\r\n").encode(),
    "cr": WIKITEXT.replace("\n", "\r").encode(),
    "bz2": bz2.compress(WIKITEXT.encode()),
    "gz": gzip.compress(WIKITEXT.encode()),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_give_one_text(tmp_path, encoding):
    page, problems = read_file(write(tmp_path, "גן.wiki", ENCODINGS[encoding]))
    assert page.text == WIKITEXT
    assert problems == ()
    assert page.title == "גן"
    assert page.source == "גן.wiki"


def test_invalid_bytes_are_replaced_and_told(tmp_path):
    page, problems = read_file(
        write(tmp_path, "גן.wiki", "גן ".encode() + b"\xff\xd7" + " ורד".encode())
    )
    assert page.text.startswith("גן \ufffd")
    assert page.text.endswith(" ורד")
    assert [(p.page_id, p.problem.kind) for p in problems] == [(page.page_id, "invalid_utf8")]


def test_html_in_its_declared_charset(tmp_path):
    html = '<html><head><meta charset="windows-1255"><title>גן</title></head><body>גן</body></html>'
    page, problems = read_file(write(tmp_path, "x.html", html.encode("cp1255")))
    assert page.title == "גן"
    assert problems == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \r\n\n",
        b"\xef\xbb\xbf",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00",
        b"\xfe\xfd\xfc" * 100,
        b"\x80\x81\x82" * 100,
        bz2.compress(b""),
        bz2.compress(WIKITEXT.encode())[:20],
        gzip.compress(WIKITEXT.encode(), mtime=0)[:12],
        b"\x28\xb5\x2f\xfd\x00",
        "גן".encode("utf-16-le") + b" \0",
    ],
)
@pytest.mark.parametrize("name", ["גן.wiki", "גן.xml", "גן.html"])
def test_what_is_no_page_is_refused_in_one_line(tmp_path, data, name):
    path = write(tmp_path, name, data)
    with pytest.raises(FormatError) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)
    items = list(iter_pages([path]))
    assert [type(item) for item in items] == [SourceProblem]
    assert items[0].title == "גן"


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(NotFoundError):
        read(tmp_path / "none.wiki")
    with pytest.raises(UsageError):
        read(tmp_path)
    with pytest.raises(NotFoundError):
        next(iter_pages([tmp_path / "none"]))


def test_parsoid_head(tmp_path):
    page = read(write(tmp_path, "dump-7.html", PARSOID))
    assert page._replace(text="") == Page(
        title="גן הפרחים",
        text="",
        page_id=42,
        rev_id=777,
        rev_timestamp="2024-03-05T06:07:08Z",
        wiki="hewiki",
        input_format="html",
        source="dump-7.html",
    )


def test_saved_page_head(tmp_path):
    page = read(write(tmp_path, "x.html", SAVED))
    assert (page.title, page.page_id, page.rev_id) == ('גן הפרחים "ורד"', 43, 888)
    assert (page.wiki, page.wikidata_id, page.namespace) == ("hewiki", "Q99", 0)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>גן הפרחים – ויקיפדיה</title>", "גן הפרחים"),
        ("<title>גן &amp; פרח - המכלול</title>", "גן & פרח"),
        ("<title>יחסי ארץ–ארץ</title>", "יחסי ארץ–ארץ"),
        ('<meta property="og:title" content="גן – ויקיפדיה"><title>אחר</title>', "גן"),
        ("<title></title>", "קובץ"),
        ("", "קובץ"),
    ],
)
def test_html_titles(tmp_path, head, title):
    page = read(write(tmp_path, "קובץ.html", f"<html><head>{head}</head><body>טקסט</body></html>"))
    assert page.title == title
    assert page.page_id == derive_id(title)


def test_half_of_a_pair_in_a_head_is_replaced(tmp_path):
    head = '<script>RLCONF={"wgPageName":"\\ud800_גן","wgArticleId":5};</script>'
    page = read(write(tmp_path, "א.html", f"<html><head>{head}</head><body><p>ב</p></body></html>"))
    assert (page.title, page.page_id) == ("? גן", 5)


def test_other_xml_is_no_page(tmp_path):
    path = write(tmp_path, "feed.xml", '<?xml version="1.0"?>\n<rss><title>א</title></rss>')
    with pytest.raises(FormatError):
        read(path)


@pytest.mark.parametrize("data", ["404 Not Found\n", SAVED, WIKITEXT])
@pytest.mark.parametrize("name", ["hewiki.xml.bz2", "hewiki.xml.gz", "HEWIKI.XML.ZST"])
def test_an_answer_saved_under_the_name_of_a_dump_is_no_page(tmp_path, data, name):
    path = write(tmp_path, name, data)
    with pytest.raises(FormatError, match=f"{name}: .*expected a MediaWiki XML export"):
        read(path)
    assert read(path, "wikitext").text == data.replace("\r\n", "\n")


def test_rendered_text_names_itself(tmp_path):
    page = read(write(tmp_path, "000_f00.txt", RENDERED))
    assert page.title == "יחסי ארץ אחת–ארץ שנייה"
    assert read(write(tmp_path, "גן.txt", PROSE)).title == "גן"


def test_folders_are_walked_in_order(tmp_path):
    (tmp_path / "ב").mkdir()
    (tmp_path / ".git").mkdir()
    for name in (
        "ג.wiki",
        "א.txt",
        "ב/א.html",
        "x.json",
        ".hidden.wiki",
        ".git/a.txt",
        "SHA256SUMS",
    ):
        write(tmp_path, name, WIKITEXT)
    write(tmp_path, "w-multistream-index.txt.bz2", bz2.compress(b"1:2:x"))
    names = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path)]
    assert names == ["א.txt", "ב/א.html", "ג.wiki"]
    pages = list(iter_pages([tmp_path / "ג.wiki", tmp_path]))
    assert [page.source for page in pages] == ["ג.wiki", "א.txt", "א.html", "ג.wiki"]
    assert len(list(iter_pages([tmp_path], limit=2))) == 2
    assert [page.title for page in iter_pages([tmp_path], titles=["ג"])] == ["ג"]


def test_small_files_are_put_together_for_workers(tmp_path):
    for number in range(10):
        write(tmp_path, f"{number}.wiki", WIKITEXT)
    size = len(WIKITEXT.encode())
    shards = plan_shards([tmp_path], target_bytes=3 * size)
    assert [len(shard.files) for shard in shards] == [3, 3, 3, 1]
    assert [shard.number for shard in shards] == [0, 1, 2, 3]
    titles = [page.title for shard in shards for page in read_shard(shard)]
    assert titles == [str(number) for number in range(10)]


@given(
    st.binary(max_size=300), st.sampled_from(["a.wiki", "a.txt", "a.html", "a.xml", "a.xml.bz2"])
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_raise_anything_but_a_format_error(tmp_path_factory, data, name):
    path = write(tmp_path_factory.getbasetemp(), name, data)
    for item in iter_pages([path]):
        assert isinstance(item, Page | SourceProblem)


HOSTILE = [
    "<meta ",
    "<link rel=",
    "{{a|",
    "[[",
    "<!--",
    "'''",
    '"wgTitle":"\\',
    "\n==",
    "<div ",
    "#הפניה ",
    "---|",
]


@pytest.mark.slow
@pytest.mark.parametrize("fragment", HOSTILE)
@pytest.mark.parametrize("name", ["a.html", "a.txt"])
def test_hostile_text_is_read_fast(tmp_path, fragment, name):
    path = write(tmp_path, name, fragment * (256_000 // len(fragment)))
    start = time.process_time()
    read(path)
    assert time.process_time() - start < 1
