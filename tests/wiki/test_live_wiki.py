"""Fetch and refresh against a real MediaWiki: right pages, good manners, any trouble."""

import itertools
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen
from xml.sax.saxutils import escape

import pytest
import requests
from refresher import CONTACT, reading

from extract import batch, live
from extract._version import __version__
from extract.errors import SourceError, UnavailableError, UsageError
from extract.pipeline import process
from extract.schema import TABLES
from extract.snapshots import list_snapshots, open_snapshot
from extract.sources import SourceProblem, read_dump
from extract.sources.api import Settings, Wiki
from extract.tables import PageRows, build_table

pytestmark = pytest.mark.wiki

HERE = Path(__file__).resolve().parent


class Killed(BaseException):
    """Stands for the process being killed."""


class MortalWiki(Wiki):
    """A client that dies at a request."""

    fuse = -1

    def _send(self, *arguments):
        self.fuse -= 1
        if self.fuse == 0:
            raise Killed
        return super()._send(*arguments)


def connect(wiki, slept=None, **changes):
    """Return a client that waits hardly at all."""

    def sleep(seconds):
        if slept is not None:
            slept.append(seconds)
        time.sleep(min(seconds, 0.02))

    options = {"interval": 0.0, "slow_pause": 0.0, **changes}
    return MortalWiki(Settings(api=wiki.api, contact=CONTACT, **options), sleep=sleep)


def contents(root, leave_out=()):
    snapshot = open_snapshot(root)
    assert snapshot.verify() == []
    return {
        name: Counter(map(repr, snapshot.arrow(name).drop(list(leave_out)).to_pylist()))
        if name == "pages"
        else Counter(map(repr, snapshot.arrow(name).to_pylist()))
        for name in TABLES
        if snapshot.arrow(name).num_rows
    }


@pytest.fixture(scope="module")
def library(make_wiki, root):
    """Return a wiki with the fixtures and their templates."""
    wiki = make_wiki()
    pages = {}
    for folder in (HERE / "templates", root / "fixtures" / "articles"):
        for path in sorted(folder.glob("*.wiki")):
            pages[path.stem.replace("%2F", "/")] = path.read_text(encoding="utf-8")
    wiki.import_pages(pages)
    wiki.edit("תבנית:מספר אחד", "1")
    wiki.edit("גשר העץ", "הגשר נבנה בשנת 1931 ואורכו {{מספר אחד}} מטר.")
    wiki.edit("גשר עץ", "#הפניה [[גשר העץ#הקמה]]")
    return wiki


def test_a_fetch_is_what_the_dump_gives(library, tmp_path):
    dump = library.dump(tmp_path / "hewiki.xml.bz2")
    batch.run([dump], tmp_path / "dump")
    report = live.fetch(
        [], tmp_path / "live", api=library.api, everything=True, wiki=connect(library)
    )
    assert report.pages >= 12
    expected = contents(tmp_path / "dump", ["source"])
    assert contents(tmp_path / "live", ["source"]) == expected
    assert "infobox" in expected
    assert "events" in expected
    assert "citations" in expected


def test_a_fetch_of_renderings_is_what_the_dump_and_the_wiki_give(library, tmp_path):
    dump = library.dump(tmp_path / "hewiki.xml")
    client = connect(library)
    live.fetch([], tmp_path / "live", api=library.api, everything=True, html=True, wiki=client)
    pages = []
    for page in read_dump(dump):
        assert not isinstance(page, SourceProblem)
        if page.redirect_target is not None:
            pages.append(page._replace(source=library.api))
            continue
        address = f"{library.rest}/page/{quote(page.title.replace(' ', '_'), safe='')}/html"
        with urlopen(Request(address, headers={"User-Agent": "test"})) as answer:
            html = answer.read().decode()
        pages.append(page._replace(html=html, source=library.api))
    rows = {page.page_id: process(page) for page in pages}
    snapshot = open_snapshot(tmp_path / "live")
    for name in TABLES:
        expected = build_table(
            name, [PageRows(i, getattr(row, name)) for i, row in rows.items() if getattr(row, name)]
        )
        assert snapshot.arrow(name).to_pylist() == expected.to_pylist(), name


def test_titles_are_found_however_they_are_written(library, tmp_path):
    asked = [
        "גשר_עץ",
        "Template:מספר אחד",
        "אין כזה",
        "en:Sea",
        "a<b",
        "מיוחד:אקראי",
        "יהודה לייב מזרחי#סוף",
    ]
    report = live.fetch(asked, tmp_path, api=library.api, wiki=connect(library))
    titles = set(open_snapshot(tmp_path).arrow("pages").column("title").to_pylist())
    assert titles == {"גשר עץ", "גשר העץ", "תבנית:מספר אחד", "יהודה לייב מזרחי"}
    assert {kind: n for kind, n in report.problems.items() if kind.startswith("source")} == {
        "source/interwiki": 1,
        "source/invalid_title": 1,
        "source/missing": 1,
        "source/special_page": 1,
    }


def test_lists_give_pages(library):
    client = connect(library)
    assert [item.title for item in client.embedding("תבנית:מספר אחד")] == ["גשר העץ"]
    assert [item.title for item in client.linking("גשר העץ")] == ["גשר עץ"]
    assert "שולמית ארדון" in {item.title for item in client.everything(0)}
    assert list(client.everything(118)) == []


# -- manners -------------------------------------------------------------------------------


def logged(wiki, client):
    """Return what a client sent; a line is written just after its answer has left."""
    deadline = time.monotonic() + 5
    while True:
        lines = [line for line in wiki.requests() if CONTACT in line["headers"]["user-agent"]]
        if len(lines) >= client.requests or time.monotonic() > deadline:
            return sorted(lines, key=lambda line: line["time"])
        time.sleep(0.05)


def test_the_log_shows_good_manners(library, tmp_path):
    library.forget_requests()
    library.require_user_agent(True)
    try:
        generic = requests.get(library.api, params={"action": "query"}, timeout=30)
        assert generic.status_code == 403
        client = Wiki(Settings(api=library.api, contact=CONTACT, slow_pause=0.6))
        live.fetch(["גשר עץ", "נחשול"], tmp_path, api=library.api, html=True, wiki=client)
        live.refresh(tmp_path, wiki=client)
    finally:
        library.require_user_agent(False)
    lines = logged(library, client)
    assert len(lines) == client.requests > 8
    for line in lines:
        assert line["headers"]["user-agent"] == (
            f"hewiki-extract/{__version__} ({CONTACT}) requests/{requests.__version__}"
        )
        assert line["headers"]["accept-encoding"] == "gzip"
        if "api.php" in line["address"]:
            assert line["parameters"]["maxlag"] == "5"
        for key in ("titles", "pageids"):
            values = line["parameters"].get(key, "").strip("\x1f").split("\x1f")
            assert len(values) <= 50
    for before, after in itertools.pairwise(lines):
        assert after["time"] - before["time"] >= 0.49
        assert after["time"] >= before["time"] + before["seconds"] - 0.01
        if before["seconds"] > 1.1:
            assert after["time"] - (before["time"] + before["seconds"]) >= 0.59


def test_a_thousand_pages_take_at_most_25_requests(make_wiki, tmp_path):
    wiki = make_wiki()
    lines = ['<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11">']
    for number in range(1000):
        text = f"יישוב {number} נוסד בשנת {1800 + number % 200}.<ref>עיתון {number}.</ref> " * 8
        lines.append(
            f"<page><title>יישוב {number}</title><revision>"
            f"<timestamp>2024-01-01T00:00:00Z</timestamp><contributor><ip>127.0.0.1</ip>"
            f'</contributor><text xml:space="preserve">{escape(text)}</text></revision></page>'
        )
    path = tmp_path / "many.xml"
    path.write_text("\n".join([*lines, "</mediawiki>"]), encoding="utf-8")
    wiki.run_script("importDump.php", "--no-updates", str(path))
    client = connect(wiki)
    titles = [f"יישוב {number}" for number in range(1000)]
    report = live.fetch(titles, tmp_path / "a", api=wiki.api, wiki=client)
    assert (report.pages, report.problem_pages) == (1000, 0)
    assert client.requests == len(logged(wiki, client)) <= 25
    client = connect(wiki)
    report = live.fetch([], tmp_path / "b", api=wiki.api, everything=True, wiki=client)
    assert report.pages == 1001
    assert client.requests <= 25


# -- trouble -------------------------------------------------------------------------------

JSON = {"Content-Type": "application/json"}
READONLY = '{"error": {"code": "readonly", "info": "locked"}}'
TROUBLES = [
    {"kind": "status", "status": 429, "headers": {"Retry-After": "7"}, "times": 2},
    {"kind": "status", "status": 503, "headers": {"Retry-After": "6"}},
    {"kind": "status", "status": 503, "times": 2},
    {"kind": "status", "status": 500, "match": "api\\.php"},
    {"kind": "truncate", "times": 2},
    {"kind": "reset", "times": 2},
    {"kind": "body", "body": '{"query": ', "headers": JSON},
    {"kind": "body", "body": "[1, 2]", "headers": JSON},
    {"kind": "body", "body": READONLY, "headers": JSON, "match": "api\\.php"},
    {"kind": "delay", "delay": 5},
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: f"{t['kind']} {t.get('status', '')}")
def test_trouble_that_passes_is_waited_out(library, tmp_path, trouble):
    live.fetch(["נחשול"], tmp_path / "calm", api=library.api, html=True, wiki=connect(library))
    slept = []
    library.faults([{**trouble, "skip": 1}])
    try:
        client = connect(library, slept, timeout=3.0)
        live.fetch(["נחשול"], tmp_path / "rough", api=library.api, html=True, wiki=client)
    finally:
        library.faults([])
    wait = float(trouble.get("headers", {}).get("Retry-After", 5))
    assert max(slept) >= wait - 0.1
    assert len(slept) == trouble.get("times", 1)
    assert contents(tmp_path / "rough") == contents(tmp_path / "calm")


def test_a_lagging_database_is_given_time(library):
    slept = []
    library.lag(7.5)

    def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 2:
            library.lag(None)

    settings = Settings(api=library.api, contact=CONTACT, interval=0, slow_pause=0)
    try:
        client = Wiki(settings, sleep=sleep, clock=lambda: 0.0)
        assert client.siteinfo().wiki == "hewiki"
    finally:
        library.lag(None)
    assert slept == [5.0, 5.0]


def test_a_wiki_closed_for_writing_is_read(library, tmp_path):
    library.readonly("repairs")
    try:
        report = live.fetch(["נחשול"], tmp_path, api=library.api, wiki=connect(library))
    finally:
        library.readonly(None)
    assert report.pages == 1


def test_lasting_trouble_ends_with_status_five(library, tmp_path):
    live.fetch(["נחשול"], tmp_path, api=library.api, wiki=connect(library))
    before = open_snapshot(tmp_path).id
    for fault, error in (
        ({"status": 403, "times": None}, SourceError),
        ({"status": 503, "times": None}, UnavailableError),
    ):
        library.faults([fault])
        try:
            with pytest.raises(error) as caught:
                live.refresh(tmp_path, wiki=connect(library))
        finally:
            library.faults([])
        assert caught.value.exit_status == 5
    assert open_snapshot(tmp_path).id == before
    assert live.refresh(tmp_path, wiki=connect(library)).pages == 0


# -- any history ---------------------------------------------------------------------------


class Editors:
    """Make changes at random, of kinds that follow each other in turn."""

    KINDS = (
        "edit", "new", "template", "move", "delete", "redirect", "edit", "restore",
        "move back", "hide", "draft", "module",
    )  # fmt: skip

    def __init__(self, wiki, chance):
        self.wiki = wiki
        self.chance = chance
        self.pages = []
        self.deleted = []
        self.done = Counter()
        self._turn = 0
        for name in ("קו", "הר"):
            wiki.edit(f"תבנית:{name}", "ראשון")
        wiki.edit("יחידה:מונה", module(0))
        for number in range(6):
            title = f"מקום {number}"
            wiki.edit(title, self.text())
            self.pages.append(title)

    def text(self):
        name = self.chance.choice(["{{קו}}", "{{הר}}", "{{#invoke:מונה|main}}"])
        year = self.chance.randrange(1800, 2020)
        return f"המקום נוסד בשנת {year}.<ref>עיתון {year}.</ref> {name} הוא נסגר בשנת {year + 9}."

    def change(self):
        kind = self.KINDS[self._turn % len(self.KINDS)]
        self._turn += 1
        self.done[kind] += 1
        getattr(self, "do_" + kind.replace(" ", "_"))()

    def fresh(self):
        return f"מקום {self.chance.randrange(100, 10**6)}"

    def do_edit(self):
        self.wiki.edit(self.chance.choice(self.pages), self.text())

    def do_new(self):
        title = self.fresh()
        self.wiki.edit(title, self.text())
        self.pages.append(title)

    def do_template(self):
        name = self.chance.choice(["קו", "הר"])
        self.wiki.edit(f"תבנית:{name}", f"נוסח {self.chance.randrange(10**6)}")

    def do_module(self):
        self.wiki.edit("יחידה:מונה", module(self.chance.randrange(10**6)))

    def do_move(self):
        old, new = self.pages.pop(self.chance.randrange(len(self.pages))), self.fresh()
        self.wiki.move(old, new, redirect=self.chance.random() < 0.5)
        self.pages.append(new)

    def do_move_back(self):
        old, new = self.chance.choice(self.pages), self.fresh()
        self.wiki.move(old, new)
        self.wiki.move(new, old)

    def do_draft(self):
        title = self.chance.choice(self.pages)
        self.wiki.move(title, f"טיוטה:{title}", redirect=False)
        if self.chance.random() < 0.5:
            self.wiki.move(f"טיוטה:{title}", title, redirect=False)
        else:
            self.pages.remove(title)

    def do_delete(self):
        title = self.pages.pop(self.chance.randrange(len(self.pages)))
        self.wiki.edit(title, self.text())
        self.wiki.delete(title)
        self.deleted.append(title)

    def do_restore(self):
        if self.deleted:
            title = self.deleted.pop(0)
            self.wiki.restore(title)
            self.pages.append(title)

    def do_redirect(self):
        target = self.chance.choice(self.pages)
        self.wiki.edit(f"הפניה {self.chance.randrange(3)}", f"#הפניה [[{target}]]")

    def do_hide(self):
        title = self.chance.choice(self.pages)
        old = self.wiki.revision(title)
        self.wiki.edit(title, self.text())
        self.wiki._write(
            action="revisiondelete", type="revision", ids=old, target=title, hide="content"
        )


def module(number):
    return f'return {{ main = function() return "מונה {number}" end }}'


def choose_faults(chance):
    return [
        {**trouble, "times": 1, "skip": chance.randrange(0, 12)}
        for trouble in chance.sample(TROUBLES[:-1], 3)
    ]


def kill_refresh(root, chance):
    """Start a refresh in a process of its own and kill it at a random moment."""
    process = subprocess.Popen([sys.executable, str(HERE / "refresher.py"), str(root)])
    try:
        process.wait(chance.uniform(0.6, 2.0))
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()


def test_after_any_history_a_refresh_is_a_full_fetch(make_wiki, tmp_path):
    chance = random.Random(1948)
    wiki = make_wiki()
    editors = Editors(wiki, chance)
    everything = {"api": wiki.api, "everything": True, "html": True, "process": reading}
    titled = [f"מקום {number}" for number in range(6)]
    calm, rough, chosen = tmp_path / "calm", tmp_path / "rough", tmp_path / "chosen"
    for root in (calm, rough):
        live.fetch([], root, wiki=connect(wiki), **everything)
    live.fetch(titled, chosen, api=wiki.api, wiki=connect(wiki))
    killed = changes = 0
    while changes < 66:
        step = chance.randrange(3, 7)
        changes += step
        for _ in range(step):
            editors.change()
        live.refresh(calm, wiki=connect(wiki), process=reading)
        fresh = tmp_path / f"fresh{changes}"
        live.fetch([], fresh, wiki=connect(wiki), **everything)
        expected = contents(fresh)
        assert contents(calm) == expected, changes

        before, old = contents(rough), open_snapshot(rough).id
        wiki.faults(choose_faults(chance))
        client = connect(wiki, timeout=3.0)
        client.fuse = chance.randrange(1, 25)
        try:
            live.refresh(rough, wiki=client, process=reading)
        except Killed:
            killed += 1
            assert open_snapshot(rough).id == old
            assert contents(rough) == before
            wiki.faults([])
            kill_refresh(rough, chance)
            assert contents(rough) in (before, expected)
            wiki.faults(choose_faults(chance))
        live.refresh(rough, wiki=connect(wiki, timeout=3.0), process=reading)
        wiki.faults([])
        assert contents(rough) == expected, changes

        live.refresh(chosen, wiki=connect(wiki))
        live.fetch(titled, tmp_path / f"chosen{changes}", api=wiki.api, wiki=connect(wiki))
        assert contents(chosen) == contents(tmp_path / f"chosen{changes}"), changes
    assert killed >= 2
    assert min(editors.done.values()) >= 4
    assert len(list_snapshots(calm)) > 10


def test_a_wiki_that_forgot_is_found_out(make_wiki, tmp_path):
    wiki = make_wiki()
    client = connect(wiki)
    wiki.edit("מקום", "ראשון")
    live.fetch([], tmp_path / "root", api=wiki.api, everything=True, wiki=client)
    assert client.covers("2020-01-01T00:00:00Z")  # nothing happened before the first line
    mark = open_snapshot(tmp_path / "root").manifest["watermark"]["time"]
    wiki.edit("מקום", "שני")
    database = sqlite3.connect(wiki.folder / "data" / "hewiki.sqlite", timeout=30)
    with database:
        database.execute("DELETE FROM recentchanges")
    database.close()
    wiki.edit("מקום אחר", "שלישי")
    assert not client.covers(mark)
    with pytest.raises(UsageError, match="full run"):
        live.refresh(tmp_path / "root", wiki=client)
    live.fetch([], tmp_path / "root", api=wiki.api, everything=True, wiki=client)
    live.fetch([], tmp_path / "fresh", api=wiki.api, everything=True, wiki=client)
    assert contents(tmp_path / "root") == contents(tmp_path / "fresh")
    assert live.refresh(tmp_path / "root", wiki=client).pages == 0


def test_renderings_come_from_the_older_address_too(library):
    host = library.api.partition("/w/")[0]
    form = host + "/api/rest_v1/page/html/{title}/{revision}"
    rev_id = library.revision("גשר עץ")
    old = connect(library, html=form).html("גשר עץ", rev_id)
    assert old is not None
    assert old == connect(library).html("גשר עץ", rev_id)
    assert f"revision/{rev_id}" in old


def test_a_rendering_of_an_older_revision_can_be_had(library):
    library.edit("גשר הנחל", "נבנה בשנת 1901.")
    rev_id = library.revision("גשר הנחל")
    library.edit("גשר הנחל", "נבנה בשנת 1902.")
    assert "1901" in (connect(library).html("גשר הנחל", rev_id) or "")
    assert "1902" in (connect(library).html("גשר הנחל") or "")
    assert connect(library).html("אין כזה") is None
