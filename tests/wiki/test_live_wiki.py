"""Fetch and refresh against a real MediaWiki: right pages, good manners, any trouble."""

import fcntl
import itertools
import json
import os
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
from refresher import CONTACT, Clock, connect, reading

from extract import batch, live
from extract._version import __version__
from extract.batch import Options
from extract.errors import SourceError, UnavailableError, UsageError
from extract.pipeline import process
from extract.schema import TABLES
from extract.snapshots import list_snapshots, open_snapshot
from extract.sources import SourceProblem, read_dump
from extract.tables import PageRows, build_table

pytestmark = pytest.mark.wiki

HERE = Path(__file__).resolve().parent


def tables(root):
    """Return the tables of the snapshot in force, whole."""
    snapshot = open_snapshot(root)
    assert snapshot.verify() == []
    return {name: snapshot.arrow(name) for name in TABLES}


def assert_same(found, expected, but=()):
    """Compare tables, row by row and in order."""
    for name in TABLES:
        one, two = (side[name].drop_columns(list(but)) if name == "pages" else side[name]
                    for side in (found, expected))  # fmt: skip
        if not one.equals(two):
            rows = [Counter(map(repr, side.to_pylist())) for side in (one, two)]
            assert rows[0] == rows[1], name
            pytest.fail(f"{name}: the same rows in another order")


def titles_of(root):
    return set(open_snapshot(root).arrow("pages").column("title").to_pylist())


@pytest.fixture(scope="module")
def library(make_wiki, root):
    """Return a wiki with the fixtures, their templates, and pages of odd names and redirects."""
    wiki = make_wiki()
    pages = {}
    for path in sorted((HERE / "templates").glob("*.wiki")):
        name = path.stem.replace("%2F", "/")
        pages[name if ":" in name else f"תבנית:{name}"] = path.read_text(encoding="utf-8")
    for path in sorted((root / "fixtures" / "articles").glob("*.wiki")):
        pages[path.stem] = path.read_text(encoding="utf-8")
    wiki.import_pages(pages | ODD_PAGES)
    return wiki


ODD_PAGES = {
    "תבנית:מספר אחד": "1",
    "תבנית:מידות": "אורכו {{מספר אחד}} מטר",
    "גשר העץ": "הגשר נבנה בשנת 1931. {{מידות}}. [[נחשול]] [[קטגוריה:גשרים]]",
    "גשר האבן": "הגשר נבנה בשנת 1940. ראו [[גשר העץ]]. [[קטגוריה:גשרים]]",
    'גשר? "כן" & לא+1%': "הגשר נבנה בשנת 1950 על {{מספר אחד}} עמודים. [[גשר העץ]]",
    "גשר/דף משנה": "נבנה בשנת 1951.",
    "טיוטה:גשר": "ייבנה בשנת 2051. [[גשר העץ]] {{מידות}} [[קטגוריה:גשרים]]",
    "גשר עץ": "#הפניה [[גשר העץ#הקמה]]",
    "הפניה לתבנית": "#REDIRECT [[template:מספר_אחד]]",
    "הפניה לקטגוריה": "#הפניה: [[:קטגוריה:גשרים]]",
    "הפניה לאתר אחר": "#הפניה [[en:Sea]]",
    "הפניה באחוזים": "#redirect [[גשר%20העץ]]",
    "הפניה עם טקסט": "#הפניה [[ גשר_האבן |גשר]] [[קטגוריה:גשרים]]",
    "הפניה לשום מקום": "#הפניה [[אין דף כזה]]",
}


def test_a_fetch_is_what_the_dump_gives(library, tmp_path):
    dump = library.dump(tmp_path / "hewiki.xml.bz2")
    batch.run([dump], tmp_path / "dump")
    client = connect(library.api)
    report = live.fetch([], tmp_path / "live", api=library.api, everything=True, wiki=client)
    expected = tables(tmp_path / "dump")
    assert_same(tables(tmp_path / "live"), expected, ["source"])
    assert report.pages == expected["pages"].num_rows >= 22
    for name in ("infobox", "events", "references", "citations", "tables", "images"):
        assert expected[name].num_rows, name


def render(wiki, title):
    address = f"{wiki.rest}/page/{quote(title.replace(' ', '_'), safe='')}/html"
    with urlopen(Request(address, headers={"User-Agent": "test"})) as answer:
        return answer.read().decode()


def test_a_fetch_of_renderings_is_what_the_dump_and_the_wiki_give(library, tmp_path):
    dump = library.dump(tmp_path / "hewiki.xml")
    client = connect(library.api)
    live.fetch([], tmp_path / "live", api=library.api, everything=True, html=True, wiki=client)
    pages = []
    for page in read_dump(dump):
        assert not isinstance(page, SourceProblem)
        html = None if page.redirect_target else render(library, page.title)
        pages.append(page._replace(html=html, source=library.api))
    rows = {page.page_id: process(page) for page in pages}
    expected = {
        name: build_table(
            name, [PageRows(i, getattr(row, name)) for i, row in rows.items() if getattr(row, name)]
        )
        for name in TABLES
    }
    found = tables(tmp_path / "live")
    assert_same(found, expected)
    assert "rendered" in found["infobox"].column("origin").to_pylist()
    assert found["infobox"].column("label").null_count < found["infobox"].num_rows / 2


# -- choosing ------------------------------------------------------------------------------


def follow(wiki, titles):
    """Return titles and what they redirect to, as the wiki itself resolves them."""
    answer = wiki.call(action="query", titles="|".join(titles), redirects="1")["query"]
    found = set(titles) | {page["title"] for page in answer["pages"] if not page.get("missing")}
    return found | {step["to"] for step in answer.get("redirects", ())} - {"אין דף כזה"}


def find_users(wiki, prop, title):
    """Return the articles that name a page, asked of each article and not of the page."""
    limits = {"pllimit": "max", "tllimit": "max", "cllimit": "max", "gaplimit": "max"}
    answer = wiki.call(action="query", generator="allpages", prop=prop, **limits)
    assert "continue" not in answer
    return {
        page["title"]
        for page in answer["query"]["pages"]
        if title in {item["title"] for item in page.get(prop, ())}
    }


CHOICES = {
    "category": ("categories", "קט:גשרים", "קטגוריה:גשרים"),
    "links": ("linking", "גשר העץ", "גשר העץ"),
    "uses": ("embedding", "מספר אחד", "תבנית:מספר אחד"),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_lists_give_what_the_dump_gives_of_the_same_pages(library, tmp_path, monkeypatch, choice):
    monkeypatch.setattr("extract.sources.api._LIST_LIMIT", "2")  # continued again and again
    option, name, title = CHOICES[choice]
    prop = {"linking": "links", "embedding": "templates"}.get(option, option)
    titles = find_users(library, prop, title)
    assert len(titles) >= 2
    expected = follow(library, titles)
    live.fetch(
        [], tmp_path / "live", api=library.api, wiki=connect(library.api), **{option: [name]}
    )
    assert titles_of(tmp_path / "live") == expected
    options = Options(titles=frozenset(expected))
    batch.run([library.dump(tmp_path / "d.xml")], tmp_path / "dump", options=options)
    assert_same(tables(tmp_path / "live"), tables(tmp_path / "dump"), ["source"])


def test_lists_may_be_empty(library, tmp_path):
    client = connect(library.api)
    assert list(client.members("קטגוריה שאיננה")) == []
    assert list(client.embedding("תבנית שאיננה")) == []
    assert list(client.linking("דף שאיננו")) == []
    assert list(client.everything(119)) == []
    report = live.fetch([], tmp_path, api=library.api, categories="קטגוריה שאיננה", wiki=client)
    assert (report.pages, report.problem_pages) == (0, 0)
    library.edit("מעבורת", "נבנתה בשנת 1960. [[קטגוריה:קטגוריה שאיננה]]")
    assert live.refresh(tmp_path, wiki=client).pages == 1
    library.delete("מעבורת")
    assert live.refresh(tmp_path, wiki=client).dropped == 1


def test_titles_are_found_however_they_are_written(library, tmp_path):
    asked = [
        "גשר_עץ",
        "Template:מספר אחד",
        "תב:מידות",
        ":גשר/דף_משנה",
        'גשר? "כן" & לא+1%',
        "הפניה באחוזים",
        "הפניה לקטגוריה",
        "הפניה לשום מקום",
        "אין כזה",
        "en:Sea",
        "a<b",
        "מיוחד:אקראי",
        "יהודה לייב מזרחי#סוף",
    ]
    report = live.fetch(asked, tmp_path, api=library.api, wiki=connect(library.api))
    assert titles_of(tmp_path) == {
        "גשר עץ",
        "גשר העץ",
        "תבנית:מספר אחד",
        "תבנית:מידות",
        "גשר/דף משנה",
        'גשר? "כן" & לא+1%',
        "הפניה באחוזים",
        "הפניה לקטגוריה",
        "הפניה לשום מקום",
        "יהודה לייב מזרחי",
    }
    assert {kind: n for kind, n in report.problems.items() if kind.startswith("source")} == {
        "source/interwiki": 1,
        "source/invalid_title": 1,
        "source/missing": 1,
        "source/special_page": 1,
    }


# -- manners -------------------------------------------------------------------------------


def logged(wiki, client):
    """Return what a client sent; a line is written just after its answer has left."""
    deadline = time.monotonic() + 60
    while True:
        lines = [line for line in wiki.requests() if CONTACT in line["headers"]["user-agent"]]
        if len(lines) >= client.requests or time.monotonic() > deadline:
            return sorted(lines, key=lambda line: line["time"])
        time.sleep(0.05)


class Stopwatch(requests.Session):
    """Writes down when, by the client's own clock, a request is sent and answered."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock
        self.times = []
        self.lengths = itertools.cycle([0.2, 0.2, 1.5, 0.2, 3.0])

    def request(self, *arguments, **options):
        started = self.clock()
        answer = super().request(*arguments, **options)
        self.clock.now += next(self.lengths)
        self.times.append((started, self.clock()))
        return answer


def test_the_log_shows_good_manners(library, tmp_path):
    library.forget_requests()
    library.require_user_agent(True)
    try:
        generic = requests.get(library.api, params={"action": "query"}, timeout=60)
        assert generic.status_code == 403
        clock = Clock()
        client = connect(library.api, clock)
        watch = Stopwatch(clock)
        watch.trust_env = False
        watch.headers = client._client._session.headers
        client._client._session = watch
        live.fetch(["גשר עץ", "נחשול"], tmp_path, api=library.api, html=True, wiki=client)
        live.refresh(tmp_path, wiki=client)
    finally:
        library.require_user_agent(False)
    lines = logged(library, client)
    assert len(lines) == client.requests == len(watch.times) > 8
    for line in lines:
        assert line["headers"]["user-agent"] == (
            f"hewiki-extract/{__version__} ({CONTACT}) requests/{requests.__version__}"
        )
        assert line["headers"]["accept-encoding"] == "gzip"
        assert line["together"] == 1
        if "api.php" in line["address"]:
            assert line["parameters"]["maxlag"] == "5"
        for key in ("titles", "pageids"):
            values = line["parameters"].get(key, "").strip("\x1f").split("\x1f")
            assert len(values) <= 50
    for (started, ended), (after, _) in itertools.pairwise(watch.times):
        assert after - started >= 0.5 - 1e-9
        assert after - ended >= (5.0 if ended - started > 1 else 0.0) - 1e-9
    minutes = (watch.times[-1][0] - watch.times[0][0]) / 60
    assert (len(lines) - 1) / minutes < 200


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
    client = connect(wiki.api)
    titles = [f"יישוב {number}" for number in range(1000)]
    report = live.fetch(titles, tmp_path / "a", api=wiki.api, wiki=client)
    assert (report.pages, report.problem_pages) == (1000, 0)
    assert client.requests == len(logged(wiki, client)) <= 25
    client = connect(wiki.api)
    report = live.fetch([], tmp_path / "b", api=wiki.api, everything=True, wiki=client)
    assert report.pages == 1001
    assert client.requests <= 25


# -- trouble -------------------------------------------------------------------------------

JSON = {"Content-Type": "application/json"}
READONLY = '{"error": {"code": "readonly", "info": "locked"}}'
MAXLAG = '{"error": {"code": "maxlag", "info": "7 seconds lagged"}}'
SLOW = {"kind": "delay", "delay": 10}
TROUBLES = [
    {"kind": "status", "status": 429, "headers": {"Retry-After": "7"}, "times": 2},
    {"kind": "status", "status": 503, "headers": {"Retry-After": "6"}},
    {"kind": "status", "status": 503, "times": 2},
    {"kind": "status", "status": 500, "match": "api\\.php"},
    {"kind": "truncate", "times": 2},
    {"kind": "reset", "times": 2},
    {"kind": "body", "body": '{"query": ', "headers": JSON},
    {"kind": "body", "body": "[1, 2]", "headers": JSON},
    {"kind": "body", "body": "<!DOCTYPE html><html><h1>Back soon</h1></html>", "times": 2},
    {"kind": "body", "body": READONLY, "headers": JSON, "match": "api\\.php"},
    {"kind": "body", "body": MAXLAG, "headers": {**JSON, "Retry-After": "5"}, "match": "api\\.php"},
]
TROUBLE_NAMES = (
    "429", "503 with a time", "503", "500", "cut short", "reset", "half of a JSON",
    "another JSON", "HTML", "read-only", "maxlag",
)  # fmt: skip


@pytest.fixture(scope="module")
def calm(library, tmp_path_factory):
    """Return the tables of a page as they are without any trouble."""
    root = tmp_path_factory.mktemp("calm")
    live.fetch(["נחשול"], root, api=library.api, html=True, wiki=connect(library.api))
    return tables(root)


PLACES = [
    pytest.param(trouble, place, id=f"{name} for {what}")
    for place, what in enumerate(("the wiki", "a text", "a rendering"))
    for trouble, name in zip(TROUBLES, TROUBLE_NAMES, strict=True)
    if not (place == 2 and "match" in trouble)
]


@pytest.mark.parametrize(("trouble", "place"), PLACES)
def test_trouble_that_passes_is_waited_out(library, tmp_path, calm, trouble, place):
    clock = Clock()
    library.faults([{**trouble, "skip": place}])
    try:
        client = connect(library.api, clock, interval=0, slow_pause=0)
        live.fetch(["נחשול"], tmp_path, api=library.api, html=True, wiki=client)
    finally:
        library.faults([])
    first = float(trouble.get("headers", {}).get("Retry-After", 5))
    second = first if "Retry-After" in trouble.get("headers", {}) else 2 * first
    assert clock.slept == [first, second][: trouble.get("times", 1)]
    assert_same(tables(tmp_path), calm)


def test_an_answer_that_does_not_come_is_asked_for_again(library, tmp_path, calm):
    clock = Clock()
    library.faults([{**SLOW, "skip": 1}])
    try:
        client = connect(library.api, clock, timeout=SLOW["delay"] * 0.8)
        live.fetch(["נחשול"], tmp_path, api=library.api, html=True, wiki=client)
    finally:
        library.faults([])
    assert max(clock.slept) >= 5
    assert_same(tables(tmp_path), calm)


def test_a_lagging_database_is_given_time(library):
    class Waiting(Clock):
        def sleep(self, seconds):
            super().sleep(seconds)
            if len(self.slept) == 2:
                library.lag(None)

    clock = Waiting()
    library.lag(7.5)
    try:
        assert connect(library.api, clock, interval=0).siteinfo().wiki == "hewiki"
    finally:
        library.lag(None)
    assert clock.slept == [5.0, 5.0]


def test_a_wiki_closed_for_writing_is_read(library, tmp_path, calm):
    library.readonly("repairs")
    try:
        live.fetch(["נחשול"], tmp_path, api=library.api, html=True, wiki=connect(library.api))
    finally:
        library.readonly(None)
    assert_same(tables(tmp_path), calm)


def test_lasting_trouble_ends_with_status_five(library, tmp_path):
    live.fetch(["נחשול"], tmp_path, api=library.api, wiki=connect(library.api))
    before = open_snapshot(tmp_path).id
    for fault, error in (
        ({"status": 403, "times": None}, SourceError),
        ({"status": 503, "times": None}, UnavailableError),
        ({"kind": "reset", "times": None}, UnavailableError),
    ):
        library.faults([fault])
        try:
            with pytest.raises(error) as caught:
                live.refresh(tmp_path, wiki=connect(library.api))
        finally:
            library.faults([])
        assert caught.value.exit_status == 5
    assert open_snapshot(tmp_path).id == before
    assert live.refresh(tmp_path, wiki=connect(library.api)).pages == 0


# -- any history ---------------------------------------------------------------------------


class Editors:
    """Make changes at random, of kinds that follow each other in turn."""

    KINDS = (
        "edit", "template", "move", "swap", "delete", "redirect", "edit", "restore", "new",
        "protect", "move over", "hide", "transcluded", "draft", "module", "recreate",
        "move back", "turn", "template away",
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
        wiki.edit("לוח", "לוח ראשון")
        for number in range(6):
            title = f"מקום {number}"
            wiki.edit(title, self.text())
            self.pages.append(title)

    def text(self):
        uses = ["{{קו}}", "{{הר}}", "{{#invoke:מונה|main}}", "{{:לוח}}"]
        year = self.chance.randrange(1800, 2020)
        return (
            f"המקום נוסד בשנת {year}.<ref>עיתון {year}.</ref> {self.chance.choice(uses)} הוא נסגר "
            f"בשנת {year + 9}. {self.chance.choice(['', '[[מקום 1]]', '[[קטגוריה:ערים]]'])}"
        )

    def change(self):
        kind = self.KINDS[self._turn % len(self.KINDS)]
        self._turn += 1
        self.done[kind] += 1
        getattr(self, "do_" + kind.replace(" ", "_"))()

    def fresh(self):
        return f"מקום {self.chance.randrange(100, 10**6)}"

    def take(self):
        return self.pages.pop(self.chance.randrange(len(self.pages)))

    def do_edit(self):
        self.wiki.edit(self.chance.choice(self.pages), self.text())

    def do_new(self):
        for _ in range(2):
            title = self.fresh()
            self.wiki.edit(title, self.text())
            self.pages.append(title)

    def do_template(self):
        name = self.chance.choice(["קו", "הר"])
        self.wiki.edit(f"תבנית:{name}", f"נוסח {self.chance.randrange(10**6)}")

    def do_template_away(self):
        self.wiki.delete("תבנית:הר")
        self.wiki.move("תבנית:קו", "תבנית:הר", redirect=self.chance.random() < 0.5)
        self.wiki.edit("תבנית:קו", f"נוסח {self.chance.randrange(10**6)}")

    def do_module(self):
        self.wiki.edit("יחידה:מונה", module(self.chance.randrange(10**6)))

    def do_transcluded(self):
        self.wiki.edit("לוח", f"לוח {self.chance.randrange(10**6)}")

    def do_move(self):
        old, new = self.take(), self.fresh()
        self.wiki.move(old, new, redirect=self.chance.random() < 0.5)
        self.pages.append(new)

    def do_move_back(self):
        old, new = self.chance.choice(self.pages), self.fresh()
        self.wiki.move(old, new)
        self.wiki.move(new, old)

    def do_move_over(self):
        old, new = self.take(), self.fresh()
        self.wiki.edit(new, f"#הפניה [[{old}]]")
        self.wiki.move(old, new)
        self.pages.append(new)

    def do_swap(self):
        one, two = self.chance.sample(self.pages, 2)
        self.wiki.move(one, "מקום זמני", redirect=False)
        self.wiki.move(two, one, redirect=False)
        self.wiki.move("מקום זמני", two, redirect=False)

    def do_draft(self):
        title = self.take()
        self.wiki.move(title, f"טיוטה:{title}", redirect=False)
        if self.chance.random() < 0.5:
            self.wiki.move(f"טיוטה:{title}", title, redirect=False)
            self.pages.append(title)

    def do_delete(self):
        title = self.take()
        self.wiki.edit(title, self.text())
        self.wiki.delete(title)
        self.deleted.append(title)

    def do_recreate(self):
        title = self.chance.choice(self.pages)
        self.wiki.delete(title)
        self.wiki.edit(title, self.text())
        self.deleted.append(title)

    def do_restore(self):
        """Bring a page back, perhaps into one that has its title by now."""
        title = self.deleted.pop(0)
        self.wiki.restore(title)
        if title not in self.pages:
            self.pages.append(title)

    def do_redirect(self):
        target = self.chance.choice(self.pages)
        self.wiki.edit(f"הפניה {self.chance.randrange(3)}", f"#הפניה [[{target}]]")

    def do_turn(self):
        """Make a redirect of an article and an article of a redirect."""
        one, two = self.chance.sample(self.pages, 2)
        self.wiki.edit(one, f"#הפניה [[{two}]]")
        self.wiki.edit(f"הפניה {self.chance.randrange(3)}", self.text())

    def do_protect(self):
        self.wiki.protect(self.chance.choice(self.pages))

    def do_hide(self):
        title = self.chance.choice(self.pages)
        old = self.wiki.revision(title)
        self.wiki.edit(title, self.text())
        self.wiki.hide(title, old)


def module(number):
    return f'return {{ main = function() return "מונה {number}" end }}'


def choose_faults(chance):
    return [
        {**trouble, "times": 1, "skip": chance.randrange(0, 12)}
        for trouble in chance.sample(TROUBLES, 3)
    ]


class Meddler:
    """Lets an editor change something before one of a client's requests."""

    def __init__(self, client, editors, place):
        self.send = client._client._send
        self.editors = editors
        self.place = place
        client._client._send = self

    def __call__(self, *arguments):
        self.place -= 1
        if self.place == 0:
            self.editors.change()
        return self.send(*arguments)


@pytest.fixture
def refresher():
    """Return what refreshes a ROOT in a process of its own, which may die at a step."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "refresher.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(api, root, die=0):
        process.stdin.write(json.dumps({"api": api, "root": str(root), "die": die}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert "failed" not in answer
        return answer

    yield ask
    process.stdin.close()
    process.wait(60)
    process.stdout.close()


CHANGES = 76


def test_after_any_history_a_refresh_is_a_full_fetch(make_wiki, tmp_path, refresher, monkeypatch):
    monkeypatch.setattr("extract.sources.api._LIST_LIMIT", "80")  # changes come in continuations
    chance = random.Random(1948)
    wiki = make_wiki()
    wiki.require_user_agent(True)
    editors = Editors(wiki, chance)
    everything = {"api": wiki.api, "everything": True, "html": True, "process": reading}
    chosen = {
        "titles": [f"מקום {number}" for number in range(6)],
        "categories": ["ערים"],
        "linking": ["מקום 1"],
        "embedding": ["קו"],
        "api": wiki.api,
    }
    roots = calm, rough, some = tmp_path / "calm", tmp_path / "rough", tmp_path / "some"
    for root in (calm, rough):
        live.fetch(out=root, wiki=connect(wiki.api), **everything)
    live.fetch(out=some, wiki=connect(wiki.api), **chosen)
    killed, steps = Counter(), 60
    wiki.lazy = True
    while editors.done.total() < CHANGES:
        for _ in range(chance.randrange(5, 9)):
            editors.change()
        turn = str(editors.done.total())
        client = connect(wiki.api)
        Meddler(client, editors, chance.randrange(2, 24))
        live.refresh(calm, wiki=client, process=reading)
        wiki.run_jobs()
        live.refresh(calm, wiki=connect(wiki.api), process=reading)
        live.fetch(out=tmp_path / "fresh" / turn, wiki=connect(wiki.api), **everything)
        expected = tables(tmp_path / "fresh" / turn)
        assert_same(tables(calm), expected)

        before, old = tables(rough), open_snapshot(rough).id
        for _ in range(chance.randrange(1, 3)):
            wiki.faults(choose_faults(chance))
            if "killed" in refresher(wiki.api, rough, die=chance.randrange(1, steps + 1)):
                whole = open_snapshot(rough).id == old
                killed["reading" if whole else "done"] += 1
                assert_same(tables(rough), before if whole else expected)
        steps = max(20, refresher(wiki.api, rough)["steps"])
        wiki.faults([])
        assert_same(tables(rough), expected)

        live.refresh(some, wiki=connect(wiki.api))
        live.fetch(out=tmp_path / "some fresh" / turn, wiki=connect(wiki.api), **chosen)
        assert_same(tables(some), tables(tmp_path / "some fresh" / turn))
    editors.do_move()
    wiki.hide_log("move")
    editors.do_delete()
    wiki.hide_log("delete")
    wiki.run_jobs()
    live.fetch(out=tmp_path / "last", wiki=connect(wiki.api), **everything)
    live.fetch(out=tmp_path / "some last", wiki=connect(wiki.api), **chosen)
    live.refresh(calm, wiki=connect(wiki.api), process=reading)
    live.refresh(some, wiki=connect(wiki.api))
    assert_same(tables(calm), tables(tmp_path / "last"))
    assert_same(tables(some), tables(tmp_path / "some last"))
    assert killed["reading"] >= 3
    assert min(editors.done.values()) >= 4
    assert all(len(list_snapshots(root)) >= 7 for root in roots)


# -- from the command line -----------------------------------------------------------------


def run(*arguments, status=0, **environment):
    """Run a program of the project; return what it prints."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**os.environ, "HEWIKI_CONTACT": CONTACT, **environment},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def test_a_wiki_that_forgot_is_found_out(make_wiki, tmp_path, root):
    wiki = make_wiki()
    wiki.edit("מקום", "הוא נוסד בשנת 1901.")
    hewiki = ("-m", "extract")
    fetch = (*hewiki, "fetch", "--api", wiki.api, "--interval", "0")
    run(*fetch, "--all", "--out", tmp_path / "root")
    run(*fetch, "מקום", "--out", tmp_path / "some")
    assert connect(wiki.api).covers("2020-01-01T00:00:00Z")  # nothing came before the first line
    mark = open_snapshot(tmp_path / "root").manifest["watermark"]["time"]
    wiki.edit("מקום", "הוא נוסד בשנת 1902.")
    database = sqlite3.connect(wiki.folder / "data" / "hewiki.sqlite", timeout=30)
    with database:
        database.execute("DELETE FROM recentchanges")
    database.close()
    time.sleep(1.1)  # what was forgotten is older than what was not
    wiki.edit("מקום אחר", "הוא נוסד בשנת 1903.")
    assert not connect(wiki.api).covers(mark)
    with pytest.raises(UsageError, match="full run"):
        live.refresh(tmp_path / "root", wiki=connect(wiki.api))
    refresh = (*hewiki, "refresh", "--interval", "0")
    for name in ("root", "some"):
        assert "--full" in run(*refresh, tmp_path / name, status=2)
        run(*refresh, tmp_path / name, "--full")
        assert live.refresh(tmp_path / name, wiki=connect(wiki.api)).pages == 0
    live.fetch([], tmp_path / "fresh", api=wiki.api, everything=True, wiki=connect(wiki.api))
    assert_same(tables(tmp_path / "root"), tables(tmp_path / "fresh"))
    assert titles_of(tmp_path / "some") == {"מקום"}
    check_cron(wiki, tmp_path, root / "pipelines" / "refresh.py")


def check_cron(wiki, folder, script):
    """Refresh as cron does: a line a run whatever happens, changes, few snapshots."""
    base, log, changes = folder / "root", folder / "log", folder / "changes"
    options = [base, "--interval", "0", "--keep", "3", "--log", log, "--changes", changes]
    first = open_snapshot(base).id
    for year in (1911, 1912):
        wiki.edit("מקום", f"הוא נוסד בשנת {year}.")
        run(script, *options)
    since = run("-m", "extract", "diff", base, "--since-snapshot", first, "--json")
    rows = [json.loads(line) for line in since.splitlines()]
    assert {row["table"] for row in rows} == {"pages", "events"}
    assert "1902" in since
    assert "1911" not in since
    assert "1912" in since
    last = [json.loads(line) for line in (max(changes.iterdir())).read_text("utf-8").splitlines()]
    assert {(row["title"], row["table"]) for row in last} == {("מקום", "pages"), ("מקום", "events")}

    with (base / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run(script, *options, status=2)
    run(script, *options, HEWIKI_CONTACT="me@example.org", status=2)
    wiki.faults([{"status": 403, "times": None}])
    run(script, *options, status=5)
    wiki.faults([])
    run(script, *options)
    said = [line.partition(" ")[2] for line in log.read_text("utf-8").splitlines()]
    assert [line[:8] for line in said] == ["status 0"] * 2 + ["failed w"] * 3 + ["status 0"]
    assert ["with status 2" in line for line in said] == [False, False, True, True, False, False]
    assert "another run" in said[2]
    assert "placeholder" in said[3]
    assert "with status 5" in said[4]
    assert len(list_snapshots(base)) == 3
    assert open_snapshot(base).verify() == []


# -- renderings ----------------------------------------------------------------------------


def test_renderings_come_from_the_older_address_too(library):
    host = library.api.partition("/w/")[0]
    form = host + "/api/rest_v1/page/html/{title}/{revision}"
    rev_id = library.revision("גשר העץ")
    old = connect(library.api, html=form).html("גשר העץ", rev_id)
    assert old is not None
    assert old == connect(library.api).html("גשר העץ", rev_id)
    assert f"revision/{rev_id}" in old


def test_a_rendering_of_an_older_revision_can_be_had(library):
    library.edit("גשר הנחל", "נבנה בשנת 1901.")
    rev_id = library.revision("גשר הנחל")
    library.edit("גשר הנחל", "נבנה בשנת 1902.")
    assert "1901" in (connect(library.api).html("גשר הנחל", rev_id) or "")
    assert "1902" in (connect(library.api).html("גשר הנחל") or "")
    assert connect(library.api).html("אין כזה") is None
