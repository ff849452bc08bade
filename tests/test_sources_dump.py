"""MediaWiki XML exports: pages, damage, shards."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import itertools
import tracemalloc
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.errors import FormatError, NotFoundError
from extract.model import Page
from extract.sources import (
    SourceProblem,
    dump,
    iter_pages,
    plan_shards,
    read,
    read_dump,
    read_shard,
    read_siteinfo,
    verify_sums,
)

BERLIN = Path(__file__).parents[2] / "shared/real/berlin-minidump.xml.bz2"

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="{lang}">
  <siteinfo>
    <sitename>ויקי</sitename>
    <dbname>{dbname}</dbname>
    <base>https://{lang}.wikipedia.org/wiki/Main_Page</base>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">שיחה</namespace>
      <namespace key="104" case="first-letter">מדף</namespace>
    </namespaces>
  </siteinfo>
"""
FOOT = "</mediawiki>\n"


def head(lang: str = "he", dbname: str = "hewiki") -> str:
    return HEAD.format(lang=lang, dbname=dbname)


def revision(
    text: str,
    rev_id: int = 900,
    stamp: str = "2024-01-02T03:04:05Z",
    *,
    model: str = "wikitext",
    element: str | None = None,
    late: bool = False,
) -> str:
    """A revision; with ``late`` the contributor stands before the id, the model at the end."""
    contributor = "<contributor><username>דנה</username><id>7</id></contributor>"
    identity = f"<id>{rev_id}</id><parentid>{rev_id - 1}</parentid><timestamp>{stamp}</timestamp>"
    content = f"<model>{model}</model><format>text/x-wiki</format>"
    if element is None:
        element = f'<text bytes="{len(text.encode())}" sha1="x" xml:space="preserve">{escape(text)}</text>'
    if late:
        return f"<revision>{contributor}{identity}<comment>&lt;id&gt;8</comment>{element}{content}</revision>"
    return f"<revision>\n{identity}\n{contributor}<minor/><comment>א</comment>{content}\n{element}<sha1>y</sha1></revision>"


def page(title: str, number: int, *revisions: str, ns: int | None = 0, redirect: str = "") -> str:
    space = "" if ns is None else f"<ns>{ns}</ns>\n"
    to = f"<redirect title={quoteattr(redirect)} />" if redirect else ""
    body = "\n".join(revisions) or revision(f"תוכן של {title}", number + 1000)
    return f"  <page>\n    <title>{escape(title)}</title>\n    {space}<id>{number}</id>\n{to}{body}\n  </page>\n"


def export(*pages: str, **header: str) -> str:
    return head(**header) + "".join(pages) + FOOT


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def multistream(pages: list[str], per_stream: int = 2) -> tuple[bytes, bytes]:
    """The bytes of a multistream dump and of its index, as Wikimedia lays them out."""
    data = bz2.compress(head().encode())
    lines = []
    for first in range(0, len(pages), per_stream):
        group = pages[first : first + per_stream]
        for text in group:
            title = text.split("<title>")[1].split("</title>")[0]
            number = text.split("<id>")[1].split("</id>")[0]
            lines.append(f"{len(data)}:{number}:{title}")
        data += bz2.compress("".join(group).encode())
    data += bz2.compress(FOOT.encode())
    return data, bz2.compress(("\n".join(lines) + "\n").encode())


def pages_of(items) -> list[Page]:
    return [item for item in items if isinstance(item, Page)]


def kinds_of(items) -> list[str]:
    return [item.problem.kind for item in items if isinstance(item, SourceProblem)]


MANY = [page(f"ערך {number}", number) for number in range(1, 21)]
COMPRESSORS = {
    "xml": bytes,
    "xml.bz2": bz2.compress,
    "xml.gz": gzip.compress,
    "xml.zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_pages_have_their_own_ids_times_and_texts(tmp_path, suffix):
    text = '{{גן|שטח=5}}\n<!-- הערה --> א & ב &amp;nbsp; "ג"\n\n'
    source = export(
        page("גן הפרחים", 12, revision(text, 345, "2020-02-03T04:05:06Z")),
        page("א & ב", 13, revision("טקסט", 346, late=True)),
        page("גן", 14, revision("#הפניה [[גן הפרחים]]", 347), redirect='גן "הפרחים"'),
    )
    path = write(tmp_path, f"w.{suffix}", COMPRESSORS[suffix](source.encode()))
    first, second, third = read_dump(path)
    assert first == Page(
        title="גן הפרחים",
        text=text,
        page_id=12,
        rev_id=345,
        rev_timestamp="2020-02-03T04:05:06Z",
        wiki="hewiki",
        source=f"w.{suffix}",
    )
    assert (second.title, second.rev_id, second.text) == ("א & ב", 346, "טקסט")
    assert third.redirect_target == 'גן "הפרחים"'


def test_selection(tmp_path):
    path = write(
        tmp_path,
        "w.xml",
        export(
            page("א", 1),
            page("שיחה:א", 2, ns=1),
            page("תבנית:ב", 3, ns=10),
            page("ג", 4, revision("{}", 5, model="json")),
            page("ד", 6),
            page("מדף:ה", 7, ns=None),
        ),
    )
    titles = lambda **options: [p.title for p in read_dump(path, **options)]  # noqa: E731
    assert titles() == ["א", "ד"]
    assert titles(namespaces=None) == ["א", "שיחה:א", "תבנית:ב", "ד", "מדף:ה"]
    assert titles(namespaces=[1, 10]) == ["שיחה:א", "תבנית:ב"]
    assert titles(namespaces=[104]) == ["מדף:ה"]
    assert titles(titles=["ד", "א_"]) == ["א", "ד"]
    assert titles(limit=1) == ["א"]
    assert titles(limit=0) == []


def test_the_newest_revision_counts(tmp_path):
    old = revision("ישן", 10, "2019-01-01T00:00:00Z")
    new = revision("חדש", 9, "2021-01-01T00:00:00Z")
    tie = revision("אחרון", 8, "2021-01-01T00:00:00Z")
    path = write(tmp_path, "w.xml", export(page("א", 1, new, old), page("ב", 2, old, new, tie)))
    assert [(p.text, p.rev_id) for p in read_dump(path)] == [("חדש", 9), ("אחרון", 8)]


def test_further_slots_do_not_count(tmp_path):
    slot = "<content><role>data</role><model>json</model><text>{}</text></content>"
    body = revision("ראשי", 5).replace("<sha1>y", slot + "<sha1>y")
    (only,) = read_dump(write(tmp_path, "w.xml", export(page("א", 1, body))))
    assert (only.text, only.rev_id) == ("ראשי", 5)


def test_a_history_larger_than_memory_is_read_as_it_comes(tmp_path, monkeypatch):
    monkeypatch.setattr(dump, "LARGE_PAGE", 20_000)
    monkeypatch.setattr("extract.sources.streams.BLOCK", 4096)
    revisions = [
        revision(f"{number} " + "א" * 900, number, f"{2000 + number}-01-01T00:00:00Z")
        for number in (*range(5, 90), *range(5))
    ]
    path = write(tmp_path, "w.xml", export(page("א", 1, *revisions), page("ב", 2)))
    first, second = read_dump(path)
    assert (first.rev_id, first.text[:3], first.page_id) == (89, "89 ", 1)
    assert second.title == "ב"
    monkeypatch.setattr(dump, "LARGEST_PAGE", 20_000)
    path = write(tmp_path, "v.xml", export(page("א", 1, revision("א" * 30_000)), page("ב", 2)))
    items = list(read_dump(path))
    assert kinds_of(items) == ["too_large"]
    assert (items[0].title, items[0].page_id) == ("א", 1)
    assert [p.title for p in pages_of(items)] == ["ב"]


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (
            page("ב", 2, revision("", element='<text bytes="5" deleted="deleted" />')),
            "text_suppressed",
        ),
        (page("ב", 2, revision("", element='<text bytes="5" sha1="x" />')), "text_missing"),
        (page("ב", 2, revision("", element="")), "no_text"),
        (page("ב", 2, "<!-- -->"), "no_revision"),
        (page("ב", 2, revision("", element="<text>א")), "broken"),
        (page("ב", 2).replace("<title>ב</title>", ""), "no_title"),
        (page("ב", 2).replace("<ns>0", "<ns>x"), "bad_namespace"),
        (page("ב", 2).replace("  </page>", ""), "broken"),
        (page("ב", 2).replace("  <page>", ""), "broken"),
    ],
)
def test_a_broken_page_is_told_and_costs_itself_only(tmp_path, broken, kind):
    path = write(tmp_path, "w.xml", export(page("א", 1), broken, page("ג", 3)))
    items = list(read_dump(path))
    assert [p.title for p in pages_of(items)] == ["א", "ג"]
    assert kinds_of(items) == [kind]
    problem = next(item for item in items if isinstance(item, SourceProblem))
    if kind != "no_title":
        assert (problem.title, problem.page_id) == ("ב", 2)


def test_an_empty_page_is_a_page(tmp_path):
    body = revision("", element='<text bytes="0" xml:space="preserve" />')
    (only,) = read_dump(write(tmp_path, "w.xml", export(page("א", 1, body))))
    assert only.text == ""


@pytest.mark.parametrize("stamp", ["yesterday", "2021-13-01T00:00:00Z", "2021-02-30T00:00:00Z", ""])
def test_a_time_that_is_none_is_not_kept(tmp_path, stamp):
    path = write(tmp_path, "w.xml", export(page("א", 1, revision("ב", 5, stamp))))
    (only,) = read_dump(path)
    assert (only.rev_id, only.rev_timestamp) == (5, None)


def test_invalid_utf8_and_line_ends(tmp_path):
    body = export(page("א", 1, revision("ab\r\ncd&#13;\n"))).replace("&amp;#13;", "&#13;").encode()
    items = list(read_dump(write(tmp_path, "w.xml", body.replace(b"cd", b"c\xff\xd7d"))))
    assert pages_of(items)[0].text == "ab\nc\ufffd\ufffdd\n"
    assert kinds_of(items) == ["invalid_utf8"]


@pytest.mark.parametrize("suffix", COMPRESSORS)
@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
def test_a_cut_file_gives_the_pages_before_the_cut(tmp_path, suffix, share):
    noise = [
        page(f"ערך {n}", n, revision(hashlib.sha512(b"%d" % n).hexdigest() * 40, n))
        for n in range(1, 400)
    ]
    data = COMPRESSORS[suffix](export(*noise).encode())
    whole = pages_of(read_dump(write(tmp_path, f"w.{suffix}", data)))
    path = write(tmp_path, f"cut.{suffix}", data[: int(len(data) * share)])
    items = list(iter_pages([path]))
    got = pages_of(items)
    assert 0 < len(got) < len(whole) or suffix == "xml.bz2"
    assert [p.text for p in got] == [p.text for p in whole[: len(got)]]
    assert {"truncated", "unreadable"} & set(kinds_of(items))
    assert "truncated" in kinds_of(items) or not got
    assert all(
        "\n" not in item.problem.message for item in items if isinstance(item, SourceProblem)
    )


def test_a_file_that_ends_between_pages_is_told(tmp_path):
    items = list(read_dump(write(tmp_path, "w.xml", head() + MANY[0])))
    assert len(pages_of(items)) == 1
    assert kinds_of(items) == ["truncated"]
    # A bare list of pages claims nothing about its end.
    assert kinds_of(read_dump(write(tmp_path, "v.xml", MANY[0] + MANY[1]))) == []


def test_a_corrupt_stream_costs_its_own_pages(tmp_path):
    data, _ = multistream(MANY)
    starts = [i for i in range(len(data)) if data.startswith(b"BZh91AY&SY", i)]
    hurt = bytearray(data)
    hurt[starts[3] + 60] ^= 0xFF
    items = list(read_dump(write(tmp_path, "w.xml.bz2", bytes(hurt))))
    assert kinds_of(items) == ["corrupt"]
    assert [p.page_id for p in pages_of(items)] == [n for n in range(1, 21) if n not in {5, 6}]


def test_what_is_no_export_is_refused(tmp_path):
    for data in (b"", b"<html></html>", bz2.compress(b"words"), "<mediawiki>".encode("utf-16")):
        with pytest.raises(FormatError):
            next(read_dump(write(tmp_path, "w.xml", data)))
    with pytest.raises(NotFoundError):
        next(read_dump(tmp_path / "none.xml"))


@pytest.mark.parametrize(
    ("lang", "dbname", "titles", "wiki"),
    [
        ("he", "hewiki", ["גן"], "hewiki"),
        ("en", "enwiki", ["גן", "ורד", "Rose"], "hewiki"),
        ("en", "enwiki", ["Garden", "Rose", "גן"], "enwiki"),
        ("en", "enwikisource", ["גן"], "hewikisource"),
        ("he", "mywiki", ["גן"], "mywiki"),
        ("yi", "yiwiki", ["גן"], "yiwiki"),
        ("en", "archive", ["גן"], "archive"),
    ],
)
def test_a_header_that_the_titles_contradict(tmp_path, lang, dbname, titles, wiki):
    pages = [page(title, number) for number, title in enumerate(titles, 1)]
    path = write(tmp_path, "w.xml", export(*pages, lang=lang, dbname=dbname))
    assert {p.wiki for p in read_dump(path)} == {wiki}
    info = read_siteinfo(path)
    assert (info.dbname, info.language, info.namespaces["מדף"]) == (dbname, lang, 104)


def test_a_single_page_export_is_a_file_too(tmp_path):
    assert read(write(tmp_path, "x.xml", export(page("שיחה:א", 1, ns=1)))).namespace == 1
    with pytest.raises(FormatError):
        read(write(tmp_path, "y.xml", export(*MANY)))


def all_shards(path: Path, target: int) -> list:
    shards = plan_shards([path], target_bytes=target)
    assert shards == plan_shards([path], target_bytes=target)
    assert [shard.number for shard in shards] == list(range(len(shards)))
    return shards


def from_shards(shards) -> list[Page | SourceProblem]:
    return list(itertools.chain.from_iterable(map(read_shard, shards)))


@pytest.mark.parametrize("indexed", [False, True])
def test_multistream_shards(tmp_path, indexed):
    data, index = multistream(MANY)
    path = write(tmp_path, "w-multistream.xml.bz2", data)
    if indexed:
        write(tmp_path, "w-multistream-index.txt.bz2", index)
    shards = all_shards(path, 1)
    assert len(shards) >= 11
    assert shards[0].start == 0
    assert all(a.end == b.start for a, b in itertools.pairwise(shards))
    assert from_shards(shards) == list(read_dump(path))
    assert len(list(read_dump(path))) == 20


def test_an_index_of_another_file_is_not_believed(tmp_path):
    data, _ = multistream(MANY)
    path = write(tmp_path, "w-multistream.xml.bz2", data)
    for index in (b"17:1:x\n", b"not:an:index\n", b"99999999:1:x\n"):
        write(tmp_path, "w-multistream-index.txt.bz2", bz2.compress(index))
        assert from_shards(all_shards(path, 1)) == list(read_dump(path))


def test_streams_that_end_within_pages(tmp_path):
    raw = export(*MANY).encode()
    for size in (101, 997):
        data = b"".join(bz2.compress(raw[i : i + size]) for i in range(0, len(raw), size))
        path = write(tmp_path, "w.xml.bz2", data)
        assert from_shards(all_shards(path, 1)) == pages_of(read_dump(path))
        assert [p.page_id for p in read_dump(path)] == list(range(1, 21))


@pytest.mark.parametrize("target", [1 << 20, 4000, 700, 97, 13])
def test_plain_shards(tmp_path, target):
    path = write(tmp_path, "w.xml", export(*MANY))
    items = from_shards(all_shards(path, target))
    assert items == list(read_dump(path))


@given(st.integers(1, 400), st.sampled_from(["  </page>", "  <page>", "</text>"]))
@settings(max_examples=60, deadline=None)
def test_shards_of_a_broken_file_give_each_page_once(tmp_path_factory, target, missing):
    middle = page("ב", 2).replace(missing, "")
    path = write(tmp_path_factory.getbasetemp(), "broken.xml", export(MANY[0], middle, *MANY[2:5]))
    items = from_shards(plan_shards([path], target_bytes=target))
    assert [p.page_id for p in pages_of(items)] == [1, 3, 4, 5]


XML_TEXT = st.text(
    st.characters(
        blacklist_categories=["Cs"],
        blacklist_characters=[chr(c) for c in range(32) if c not in {9, 10}],
    ),
    max_size=300,
)


@given(
    st.lists(XML_TEXT, min_size=1, max_size=8),
    st.integers(60, 2000),
    st.sampled_from(list(COMPRESSORS)),
)
@settings(max_examples=100, deadline=None)
def test_texts_come_back_as_they_were_written(tmp_path_factory, texts, target, suffix):
    pages = [page(f"ערך {n}", n, revision(text, n)) for n, text in enumerate(texts, 1)]
    data = COMPRESSORS[suffix](export(*pages).encode())
    path = write(tmp_path_factory.getbasetemp(), f"round.{suffix}", data)
    assert [p.text for p in read_dump(path)] == texts
    assert [p.text for p in from_shards(plan_shards([path], target_bytes=target))] == texts


def test_export_folders(tmp_path):
    parts = {"w-2026-p1p10.xml.bz2": MANY[:10], "w-2026-p11p20.xml.bz2": MANY[10:]}
    sums = []
    for name, group in parts.items():
        data = bz2.compress(export(*group).encode())
        write(tmp_path, name, data)
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}")
    with pytest.raises(FormatError):
        verify_sums(tmp_path)
    write(tmp_path, "SHA256SUMS", "\n".join([*sums, f"{'0' * 64}  w-2026-p21p30.xml.bz2"]))
    assert verify_sums(tmp_path) == ("w-2026-p21p30.xml.bz2",)
    assert [p.page_id for p in iter_pages([tmp_path])] == list(range(1, 21))
    assert [p.page_id for p in iter_pages([tmp_path], limit=12)] == list(range(1, 13))
    write(tmp_path, "w-2026-p11p20.xml.bz2", b"BZh9")
    assert verify_sums(tmp_path) == ("w-2026-p11p20.xml.bz2", "w-2026-p21p30.xml.bz2")
    items = list(iter_pages([tmp_path]))
    assert len(pages_of(items)) == 10
    assert kinds_of(items) == ["unreadable"]


def test_files_and_dumps_mix_in_the_order_given(tmp_path):
    data, _ = multistream(MANY)
    one = write(tmp_path, "ב.wiki", "'''ב'''")
    two = write(tmp_path, "w.xml.bz2", data)
    three = write(tmp_path, "א.txt", "מילים")
    items = list(iter_pages([one, two, three]))
    assert [item.source for item in items] == ["ב.wiki", *["w.xml.bz2"] * 20, "א.txt"]
    assert from_shards(plan_shards([one, two, three], target_bytes=1)) == items


@pytest.mark.skipif(not BERLIN.exists(), reason="the real dump is not beside the project")
def test_the_real_dump_under_a_foreign_header():
    (berlin,) = read_dump(BERLIN)
    assert (berlin.page_id, berlin.rev_id) == (623, 31966755)
    assert berlin.rev_timestamp == "2021-08-10T16:23:30Z"
    assert (berlin.title, berlin.wiki, berlin.namespace) == ("ברלין", "hewiki", 0)
    assert len(berlin.text.encode()) == 59863
    assert read_siteinfo(BERLIN).dbname == "enwiki"


@pytest.mark.parametrize("suffix", ["xml", "xml.gz", "xml.zst"])
def test_memory_is_bounded_whatever_the_dump(tmp_path, suffix):
    body = revision("א" * 20_000, 5)
    data = export(*(page(f"ערך {number}", number, body) for number in range(1, 1001)))
    path = write(tmp_path, f"w.{suffix}", COMPRESSORS[suffix](data.encode()))
    size = len(data.encode())
    del data
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_dump(path)) == 1000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 40_000_000
    assert peak < 20_000_000
