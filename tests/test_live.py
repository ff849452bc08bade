"""A ROOT beside its wiki: after every refresh it is what a full fetch would give."""

import json
import random
from collections import Counter

import pytest

import extract.snapshots
from extract import live
from extract.errors import SnapshotError, UnavailableError, UsageError
from extract.live import describe, diff
from extract.live import fetch as real_fetch
from extract.live import refresh as real_refresh
from extract.live.reading import KnownPage, Reader
from extract.model import Problem, Rows, Section
from extract.schema import TABLES
from extract.snapshots import list_snapshots, open_snapshot
from extract.sources import SourceProblem, derive_id
from extract.sources.store import Store
from live_wiki import API, Killed, MemoryWiki

TITLES = tuple(f"דף {letter}" for letter in "אבגדהוזחטי")
TEMPLATES = ("תבנית:קו", "תבנית:עמק", "תבנית:הר")


def reading(page):
    """Rows that show everything a page was read from."""
    row = (page.title, page.namespace, page.rev_id, page.rev_timestamp, page.wiki)
    rest = (page.input_format, page.source, "0" * 40, page.redirect_target, False)
    more = (page.wikidata_id, (), (), "0")
    section = Section(0, None, 1, page.html or "", (page.text,))
    return Rows(pages=((*row, *rest, *more),), sections=(section,))


@pytest.fixture(autouse=True)
def _same_version(monkeypatch):
    monkeypatch.setattr("extract.live.reading.__version__", "0")


def fetch(wiki, root, *titles, **options):
    return real_fetch(titles, root, api=API, wiki=wiki, process=reading, **options)


def refresh(wiki, root, **options):
    return real_refresh(root, wiki=wiki, process=reading, **options)


def contents(root):
    snapshot = open_snapshot(root)
    assert snapshot.verify() == []
    return {
        name: Counter(map(repr, snapshot.arrow(name).to_pylist()))
        for name in TABLES
        if snapshot.arrow(name).num_rows
    }


def small_wiki():
    wiki = MemoryWiki()
    for template in TEMPLATES:
        wiki.edit(template, f"תוכן {template}")
    for number, title in enumerate(TITLES[:7]):
        wiki.edit(title, f"נוסח {number} {{{{קו}}}} [[דף א]] [[קטגוריה:ערים]]")
    wiki.edit(TITLES[7], "#הפניה [[דף ב]]")
    return wiki


# -- fetch ---------------------------------------------------------------------------------


def titles_of(root):
    return set(open_snapshot(root).arrow("pages").column("title").to_pylist())


def test_titles_come_with_what_they_redirect_to(tmp_path):
    wiki = small_wiki()
    wiki.edit("דף כפול", "#הפניה [[דף ח]]")
    report = fetch(wiki, tmp_path, "דף_כפול", "דף ג")
    assert titles_of(tmp_path) == {"דף כפול", "דף ח", "דף ב", "דף ג"}
    assert report.pages == 4
    assert report.problems == {}


def test_a_title_without_a_page_is_a_problem_until_it_has_one(tmp_path):
    wiki = small_wiki()
    report = fetch(wiki, tmp_path, "דף ג", "אין כזה")
    assert report.problems == {"source/missing": 1}
    problems = open_snapshot(tmp_path).arrow("problems").to_pylist()
    assert [(row["page_id"], row["title"]) for row in problems] == [
        (derive_id("אין כזה"), "אין כזה")
    ]
    wiki.edit("אין כזה", "עכשיו יש")
    refresh(wiki, tmp_path)
    assert titles_of(tmp_path) == {"דף ג", "אין כזה"}
    assert open_snapshot(tmp_path).arrow("problems").num_rows == 0


def test_lists_choose_pages(tmp_path):
    wiki = small_wiki()
    wiki.edit("דף בודד", "[[דף א]] בלי קטגוריה {{עמק}}")
    fetch(wiki, tmp_path / "a", categories=["ערים"])
    assert titles_of(tmp_path / "a") == set(TITLES[:7])
    fetch(wiki, tmp_path / "b", embedding=["תבנית:עמק"])
    assert titles_of(tmp_path / "b") == {"דף בודד"}
    fetch(wiki, tmp_path / "c", linking=["דף א"])
    assert titles_of(tmp_path / "c") == {*TITLES[:7], "דף בודד"}
    fetch(wiki, tmp_path / "d", everything=True)
    assert titles_of(tmp_path / "d") == {*TITLES[:8], "דף בודד"}
    fetch(wiki, tmp_path / "e", everything=True, namespaces=[10])
    assert titles_of(tmp_path / "e") == set(TEMPLATES)


def test_fetching_adds_to_what_is_there_and_reads_nothing_twice(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, *TITLES[:3])
    wiki.contents = 0
    report = fetch(wiki, tmp_path, *TITLES[:5])
    assert (report.pages, report.kept, wiki.contents) == (2, 3, 2)
    assert titles_of(tmp_path) == set(TITLES[:5])


def test_nothing_to_fetch_is_said(tmp_path):
    with pytest.raises(UsageError, match="nothing to fetch"):
        fetch(small_wiki(), tmp_path, "  ")


def test_a_root_belongs_to_one_wiki_and_one_way(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, TITLES[0])
    with pytest.raises(UsageError, match="another ROOT"):
        real_fetch(
            [TITLES[1]], tmp_path, api="https://other.haifa-archive.org/w/api.php", wiki=wiki
        )
    with pytest.raises(UsageError, match="rendering"):
        fetch(wiki, tmp_path, TITLES[1], html=True)


def test_a_lone_title_is_one_title(tmp_path):
    live.fetch("דף ב", tmp_path, api=API, wiki=small_wiki(), process=reading)
    assert titles_of(tmp_path) == {"דף ב"}


def test_redirects_are_not_rendered(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, "דף ח", html=True)
    assert wiki.renderings == 1


def test_a_page_without_a_rendering_is_kept_and_told(tmp_path, monkeypatch):
    wiki = small_wiki()
    monkeypatch.setattr(wiki, "html", lambda title, rev_id: None)
    report = fetch(wiki, tmp_path, "דף ב", html=True)
    assert report.problems == {"source/not_rendered": 1}
    assert titles_of(tmp_path) == {"דף ב"}


def test_a_contact_is_needed(tmp_path):
    with pytest.raises(UsageError, match="contact"):
        real_fetch([TITLES[0]], tmp_path)


def test_two_writers_do_not_meet(tmp_path):
    wiki = small_wiki()
    with (
        extract.snapshots.lock_root(tmp_path),
        pytest.raises(UsageError, match="another run"),
    ):
        fetch(wiki, tmp_path, TITLES[0])


# -- refresh -------------------------------------------------------------------------------


def test_a_refresh_looks_only_at_what_changed(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, everything=True)
    wiki.pass_time(5000)
    first = open_snapshot(tmp_path)
    wiki.edit("דף ב", "אחר")
    wiki.contents = wiki.requests = 0
    report = refresh(wiki, tmp_path)
    assert (report.pages, report.dropped, wiki.contents) == (1, 0, 1)
    assert wiki.requests <= 5
    second = open_snapshot(tmp_path)
    assert second.manifest["parent"] == first.id
    assert second.manifest["watermark"] == {"api": API, "time": wiki.time}
    same = {p.name for p in first.paths("infobox")} == {p.name for p in second.paths("infobox")}
    assert same


def test_a_quiet_wiki_changes_only_the_watermark(tmp_path):
    wiki = small_wiki()
    wiki.pass_time(5000)
    fetch(wiki, tmp_path, everything=True)
    before = contents(tmp_path)
    wiki.pass_time(5000)
    wiki.contents = 0
    report = refresh(wiki, tmp_path)
    assert (report.pages, report.kept, wiki.contents) == (0, 0, 0)
    assert contents(tmp_path) == before
    assert open_snapshot(tmp_path).manifest["watermark"]["time"] == wiki.time


def test_a_deleted_page_goes_although_the_list_of_changes_forgot_it(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, everything=True)
    wiki.edit("דף ג", "עוד")
    wiki.delete("דף ג")
    assert refresh(wiki, tmp_path).dropped == 1
    assert "דף ג" not in titles_of(tmp_path)
    assert not list((tmp_path / ".store").glob("*/6-*"))


def test_renderings_follow_their_templates(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, *TITLES[:3], html=True)
    wiki.pass_time(5000)
    wiki.edit("תבנית:קו", "קו חדש")
    wiki.contents = 0
    report = refresh(wiki, tmp_path)
    assert (report.pages, wiki.contents) == (3, 0)
    shown = open_snapshot(tmp_path).arrow("sections").column("title").to_pylist()
    assert all("קו חדש" in text for text in shown)


def test_a_wiki_that_forgot_asks_for_a_full_run(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, everything=True)
    before = open_snapshot(tmp_path).id
    wiki.edit("דף ב", "אחר")
    wiki.forget()
    with pytest.raises(UsageError, match="full run") as caught:
        refresh(wiki, tmp_path)
    assert caught.value.exit_status == 2
    assert open_snapshot(tmp_path).id == before
    wiki.delete("דף ג")
    fetch(wiki, tmp_path, everything=True)
    fetch(wiki, tmp_path / "fresh", everything=True)
    assert contents(tmp_path) == contents(tmp_path / "fresh")
    refresh(wiki, tmp_path)


@pytest.mark.parametrize("since", ["yesterday", "2030-01-01T00:00:00Z"])
def test_a_senseless_time_is_refused(tmp_path, since):
    wiki = small_wiki()
    fetch(wiki, tmp_path, TITLES[0])
    with pytest.raises(UsageError):
        refresh(wiki, tmp_path, since=since)


def test_there_must_be_something_to_refresh(tmp_path):
    with pytest.raises(SnapshotError):
        refresh(small_wiki(), tmp_path)
    with pytest.raises(SnapshotError):
        refresh(small_wiki(), tmp_path / "misspelt")
    assert not (tmp_path / "misspelt").exists()


def dump_root(wiki, root, **options):
    """Make a ROOT as ``run`` does of a dump of the wiki's articles."""
    rows = {
        item.page.page_id: reading(item.page._replace(wikidata_id=None))
        for item in wiki.revisions(titles=TITLES[:8])
        if hasattr(item, "page")
    }
    choices = {"format": "auto", "namespaces": [0], "titles": None, "limit": None} | options
    about = {"sources": ["d.xml.bz2"], "options": choices, "summary": {"pages": 8}}
    extract.snapshots.update_snapshot(root, rows.items(), (), about)
    return wiki.time


def test_a_root_of_a_dump_is_refreshed_from_its_day(tmp_path):
    wiki = small_wiki()
    day = dump_root(wiki, tmp_path)
    with pytest.raises(UsageError, match="--since"):
        refresh(wiki, tmp_path)
    wiki.edit("דף חדש", "ערך")
    wiki.edit("תבנית:קו", "אחר")
    wiki.move("דף א", "טיוטה:דף א", redirect=False)
    refresh(wiki, tmp_path, since=day)
    fetch(wiki, tmp_path / "fresh", everything=True)
    assert contents(tmp_path) == contents(tmp_path / "fresh")
    manifest = open_snapshot(tmp_path).manifest
    assert manifest["sources"] == ["d.xml.bz2"]
    assert "summary" not in manifest
    wiki.edit("דף חדש", "ערך שני")
    assert refresh(wiki, tmp_path).pages == 1


@pytest.mark.parametrize("how", [{"titles": list(TITLES[:8])}, {"limit": 8}])
def test_a_root_of_chosen_pages_takes_no_new_ones(tmp_path, how):
    wiki = small_wiki()
    day = dump_root(wiki, tmp_path, **how)
    wiki.edit("דף חדש", "ערך")
    wiki.edit("דף ב", "אחר")
    assert refresh(wiki, tmp_path, since=day).pages == 1
    assert titles_of(tmp_path) == set(TITLES[:8])


def test_a_chosen_page_comes_back_with_its_title(tmp_path):
    wiki = small_wiki()
    day = dump_root(wiki, tmp_path, titles=list(TITLES[:8]))
    wiki.delete("דף ב")
    wiki.delete("דף ג")
    wiki.edit("דף ג", "דף אחר בשם זה")
    wiki.move("דף ד", "דף של אחר")
    refresh(wiki, tmp_path, since=day)
    left = {*TITLES[:8]} - {"דף ב"} | {"דף של אחר"}
    assert titles_of(tmp_path) == left
    for _ in range(2):
        wiki.pass_time(5000)
        refresh(wiki, tmp_path)
    assert open_snapshot(tmp_path).arrow("problems").num_rows == 0
    wiki.restore("דף ב")
    refresh(wiki, tmp_path)
    assert titles_of(tmp_path) == left | {"דף ב"}
    assert "lost" not in open_snapshot(tmp_path).manifest["live"]


def test_a_root_of_files_without_ids_is_refreshed_by_title(tmp_path):
    wiki = small_wiki()
    pages = [item.page for item in wiki.revisions(titles=TITLES[:4])]
    rows = {derive_id(page.title): reading(page._replace(page_id=0, rev_id=None)) for page in pages}
    extract.snapshots.update_snapshot(tmp_path, rows.items(), (), {"sources": ["articles"]})
    day = wiki.time
    wiki.pass_time(5000)
    wiki.edit(TITLES[1], "אחר")
    wiki.delete(TITLES[2])
    wiki.edit("דף חדש", "ערך")
    assert refresh(wiki, tmp_path, since=shift(day)).pages >= 1
    ids = {
        row["title"]: row["page_id"] for row in open_snapshot(tmp_path).arrow("pages").to_pylist()
    }
    assert ids.keys() == {TITLES[0], TITLES[1], TITLES[3]}
    assert ids[TITLES[1]] == wiki.pages[TITLES[1]].page_id
    assert open_snapshot(tmp_path).arrow("problems").num_rows == 0


def shift(stamp):
    """Return a time past the overlap with what went before."""
    from extract.sources.api import shift_time

    return shift_time(stamp, 700)


def test_whether_new_pages_belong_can_be_said(tmp_path):
    wiki = small_wiki()
    day = dump_root(wiki, tmp_path)
    wiki.edit("דף חדש", "ערך")
    refresh(wiki, tmp_path, since=day, new_pages=False)
    assert titles_of(tmp_path) == set(TITLES[:8])


# -- any history ---------------------------------------------------------------------------


def disturb(wiki, chance):
    """Do one thing that editors do."""
    pages = [title for title in wiki.pages if not title.startswith("תבנית")]
    free = [title for title in (*TITLES, "טיוטה:דף", "עוד דף") if title not in wiki.pages]
    text = f"נוסח {chance.randrange(10**6)} {{{{{chance.choice(['קו', 'עמק', 'הר'])}}}}}"
    text += chance.choice(["", " [[קטגוריה:ערים]]", " [[דף א]]"])
    kind = chance.choice(
        ["edit", "edit", "new", "move", "move", "delete", "restore", "redirect", "template"]
    )
    if kind == "edit" and pages:
        wiki.edit(chance.choice(pages), text)
    elif kind == "new" and free:
        wiki.edit(chance.choice(free), text)
    elif kind == "move" and pages:
        old, new = chance.choice(pages), chance.choice(free + pages)
        if old != new:
            wiki.move(old, new, redirect=chance.random() < 0.6)
    elif kind == "delete" and len(pages) > 3:
        wiki.delete(chance.choice(pages))
    elif kind == "restore":
        gone = [title for title in wiki.deleted if title not in wiki.pages]
        if gone:
            wiki.restore(chance.choice(gone))
    elif kind == "redirect":
        wiki.edit(chance.choice(TITLES), f"#הפניה [[{chance.choice((*TITLES, 'דף חסר'))}]]")
    elif kind == "template":
        disturb_template(wiki, chance)
    wiki.pass_time(chance.choice([1, 30, 900]))


def disturb_template(wiki, chance):
    name = chance.choice(TEMPLATES)
    if name not in wiki.pages:
        if name in wiki.deleted:
            wiki.restore(name)
        else:
            wiki.edit(name, "חזרה")
    elif chance.random() < 0.2:
        wiki.delete(name)
    elif chance.random() < 0.2:
        wiki.edit(name, f"#הפניה [[{chance.choice(TEMPLATES)}]]")
    else:
        wiki.edit(name, f"גוף {chance.randrange(10**6)}")


SELECTIONS = {
    "titles": {"titles": (*TITLES, "דף חסר")},
    "all": {"everything": True},
    "category": {"categories": ["ערים"]},
    "links": {"linking": ["דף א"]},
    "uses and a title": {"embedding": ["תבנית:עמק"], "titles": (TITLES[3],)},
    "all and drafts": {"everything": True, "namespaces": [0, 118]},
}


def fetch_selection(wiki, root, selection, **options):
    chosen = dict(selection)
    return fetch(wiki, root, *chosen.pop("titles", ()), **chosen, **options)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "html"), [*((name, False) for name in SELECTIONS), ("titles", True), ("all", True)]
)
def test_after_any_history_a_refresh_is_a_full_fetch(tmp_path, name, html):
    chance = random.Random(f"{name} {html}")
    wiki = small_wiki()
    root = tmp_path / "root"
    fetch_selection(wiki, root, SELECTIONS[name], html=html)
    for turn in range(3):
        for _ in range(chance.randrange(2, 12)):
            disturb(wiki, chance)
        refresh(wiki, root)
        fetch_selection(wiki, tmp_path / f"fresh{turn}", SELECTIONS[name], html=html)
        assert contents(root) == contents(tmp_path / f"fresh{turn}"), turn


@pytest.mark.parametrize("seed", range(2))
def test_a_refresh_killed_anywhere_leaves_the_old_snapshot_and_goes_on(tmp_path, seed):
    chance = random.Random(seed)
    wiki = small_wiki()
    root = tmp_path / "root"
    fetch(wiki, root, everything=True, html=True)
    for _turn in range(3):
        for _ in range(5):
            disturb(wiki, chance)
        before, old = contents(root), open_snapshot(root).id
        for _kill in range(3):
            wiki.fuse = chance.randrange(0, 12)
            try:
                refresh(wiki, root)
            except Killed:
                assert open_snapshot(root).id == old
                assert contents(root) == before
            else:
                break
        wiki.fuse = None
        refresh(wiki, root)
    fetch(wiki, tmp_path / "fresh", everything=True, html=True)
    assert contents(root) == contents(tmp_path / "fresh")


@pytest.mark.parametrize("step", ["_place", "_sync_tree", "_point", "_manifest"])
def test_a_death_within_the_commit_leaves_the_old_snapshot_whole(tmp_path, monkeypatch, step):
    wiki = small_wiki()
    fetch(wiki, tmp_path, everything=True)
    before, old = contents(tmp_path), open_snapshot(tmp_path).id
    wiki.edit("דף ב", "אחר")
    wiki.delete("דף ד")
    real = getattr(extract.snapshots, step)
    calls = []

    def die(*arguments, **options):
        calls.append(1)
        if len(calls) == (3 if step == "_place" else 1):
            raise Killed
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(extract.snapshots, step, die)
        with pytest.raises(Killed):
            refresh(wiki, tmp_path)
    assert open_snapshot(tmp_path).id == old
    assert contents(tmp_path) == before
    refresh(wiki, tmp_path)
    fetch(wiki, tmp_path / "fresh", everything=True)
    assert contents(tmp_path) == contents(tmp_path / "fresh")


def test_an_interrupted_fetch_goes_on_where_it_was(tmp_path):
    wiki = MemoryWiki()
    titles = [f"ערך {number}" for number in range(200)]
    for title in titles:
        wiki.edit(title, f"על {title}")
    wiki.fuse = 3  # the wiki itself, and two batches
    with pytest.raises(Killed):
        fetch(wiki, tmp_path, *titles)
    wiki.fuse = None
    wiki.contents = 0
    report = fetch(wiki, tmp_path, *titles)
    assert report.pages == 200
    assert wiki.contents == 100


def test_a_wiki_in_trouble_ends_a_refresh_and_nothing_else(tmp_path, monkeypatch):
    wiki = small_wiki()
    fetch(wiki, tmp_path, everything=True)
    before = open_snapshot(tmp_path).id
    wiki.edit("דף ב", "אחר")

    def fail(*_arguments, **_options):
        raise UnavailableError("503")

    monkeypatch.setattr(wiki, "changes", fail)
    with pytest.raises(UnavailableError):
        refresh(wiki, tmp_path)
    assert open_snapshot(tmp_path).id == before


# -- what could be lost --------------------------------------------------------------------


def assert_fresh(wiki, root, fresh, **choice):
    """Refresh and compare with a full fetch."""
    wiki.meanwhile = []
    refresh(wiki, root)
    fetch(wiki, fresh, *choice.pop("titles", ()), **choice)
    assert contents(root) == contents(fresh)


def swap(wiki):
    wiki.move("דף ב", "דף זמני", redirect=False)
    wiki.move("דף ג", "דף ב", redirect=False)
    wiki.move("דף זמני", "דף ג", redirect=False)


def recreate(wiki):
    wiki.delete("דף ב")
    wiki.edit("דף ב", "דף אחר לגמרי")


def restore_as_another(wiki):
    wiki.delete("דף ב")
    wiki.restore("דף ב", other_id=True)


def restore_into_another(wiki):
    wiki.delete("דף ב")
    wiki.edit("דף ב", "דף אחר לגמרי")
    wiki.restore("דף ב")


def leave_and_return(wiki):
    wiki.move("דף ב", "טיוטה:דף ב", redirect=False)
    wiki.move("טיוטה:דף ב", "דף ב", redirect=False)


def move_over_a_redirect(wiki):
    wiki.delete("דף ח")
    wiki.edit("דף ח", "#הפניה [[דף ב]]")
    wiki.move("דף ב", "דף ח")


def protect(wiki):
    wiki.protect("דף ב")


def make_a_redirect_of_an_article(wiki):
    wiki.edit("דף ב", "#הפניה [[דף ג]]")
    wiki.edit("דף ח", "מעתה ערך {{קו}}")


HISTORIES = (
    swap,
    recreate,
    restore_as_another,
    restore_into_another,
    leave_and_return,
    move_over_a_redirect,
    make_a_redirect_of_an_article,
    protect,
)
CHOICES = {
    "titles": {"titles": ("דף ב", "דף ח")},
    "all": {"everything": True},
    "rendered": {"everything": True, "html": True},
    "category": {"categories": ["ערים"]},
}
# Each history with two choices, each at another pace and from another request on.
CASES = [
    pytest.param(history, choice, (0, 1, 5000)[turn % 3], 1 + turn % 6, id=name)
    for turn, (history, choice, name) in enumerate(
        (history, tuple(CHOICES)[(place + half) % 4], f"{history.__name__} {half}")
        for place, history in enumerate(HISTORIES)
        for half in (0, 2)
    )
]


@pytest.mark.slow
@pytest.mark.parametrize(("history", "choice", "step", "_request"), CASES)
def test_one_history_is_followed_at_any_pace(tmp_path, history, choice, step, _request):
    wiki = small_wiki()
    wiki.pass_time(5000)
    root = tmp_path / "root"
    fetch_selection(wiki, root, CHOICES[choice])
    wiki.step = step
    history(wiki)
    assert_fresh(wiki, root, tmp_path / "fresh", **CHOICES[choice])


@pytest.mark.slow
@pytest.mark.parametrize(("history", "choice", "_step", "request_number"), CASES)
def test_what_happens_while_we_read_is_found_the_next_time(
    tmp_path, history, choice, _step, request_number
):
    wiki = small_wiki()
    wait = [lambda: None] * request_number
    wiki.meanwhile = [*wait, lambda: history(wiki)]
    fetch_selection(wiki, tmp_path / "first", CHOICES[choice])
    assert_fresh(wiki, tmp_path / "first", tmp_path / "fresh", **CHOICES[choice])

    wiki = small_wiki()
    wiki.pass_time(5000)
    fetch_selection(wiki, tmp_path / "second", CHOICES[choice])
    wiki.pass_time(5000)
    wiki.edit("דף ב", "נוסח אחר {{קו}} [[קטגוריה:ערים]]")
    wiki.meanwhile = [*wait, lambda: history(wiki)]
    refresh(wiki, tmp_path / "second")
    assert_fresh(wiki, tmp_path / "second", tmp_path / "fresh2", **CHOICES[choice])


def test_a_page_moved_over_another_that_was_just_read_leaves_no_two_of_one_title(tmp_path):
    wiki = small_wiki()
    wiki.pass_time(5000)
    fetch(wiki, tmp_path / "root", everything=True)
    wiki.pass_time(5000)
    wiki.edit("דף א", "נוסח אחר")
    wiki.edit("דף ד", "נוסח אחר")
    real = wiki._give

    def give(page, title, page_id, content):
        found = real(page, title, page_id, content)
        if title == "page 4" and "דף ד" in wiki.pages:
            wiki.move("דף ד", "דף א")  # the page just given is deleted for it
        return found

    wiki._give = give
    refresh(wiki, tmp_path / "root")
    titles = open_snapshot(tmp_path / "root").arrow("pages").column("title").to_pylist()
    assert len(titles) == len(set(titles))
    wiki._give = real
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", everything=True)


def test_a_title_that_was_missing_for_a_moment_is_no_problem_for_ever(tmp_path):
    wiki = small_wiki()
    wiki.pass_time(5000)
    fetch(wiki, tmp_path / "root", "דף ב", "דף ג")
    wiki.pass_time(5000)
    wiki.delete("דף ב")
    wiki.meanwhile = [*[lambda: None] * 4, lambda: wiki.restore("דף ב")]
    refresh(wiki, tmp_path / "root")
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", titles=("דף ב", "דף ג"))


def test_a_rendering_is_read_again_when_the_wiki_gets_to_it(tmp_path):
    wiki = small_wiki()
    wiki.pass_time(5000)
    fetch(wiki, tmp_path / "root", everything=True, html=True)
    wiki.lazy = True
    wiki.pass_time(5000)
    wiki.edit("תבנית:קו", "קו חדש")
    refresh(wiki, tmp_path / "root")
    wiki.pass_time(5000)
    refresh(wiki, tmp_path / "root")
    wiki.run_jobs()
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", everything=True, html=True)
    shown = open_snapshot(tmp_path / "root").arrow("sections").column("title").to_pylist()
    assert sum("קו חדש" in text for text in shown) == 7


def test_a_rendering_of_the_moment_is_not_relied_on(tmp_path):
    wiki = small_wiki()
    wiki.step = 0
    fetch(wiki, tmp_path / "root", everything=True, html=True)
    wiki.edit("תבנית:קו", "קו של אותה שנייה")
    wiki.cache.clear()
    wiki.pass_time(5000)
    wiki.renderings = 0
    refresh(wiki, tmp_path / "root")
    assert wiki.renderings == 7
    shown = open_snapshot(tmp_path / "root").arrow("sections").column("title").to_pylist()
    assert sum("קו של אותה שנייה" in text for text in shown) == 7
    assert refresh(wiki, tmp_path / "root").pages == 0
    assert wiki.renderings == 7


def test_a_rendering_that_never_came_into_the_tables_is_taken_from_the_store(tmp_path):
    wiki = small_wiki()
    wiki.pass_time(5000)
    root = tmp_path / "root"
    fetch(wiki, root, "דף ב", "דף ג", html=True)
    wiki.pass_time(5000)
    wiki.edit("תבנית:קו", "קו חדש")
    wiki.pass_time(5000)

    def die(*_arguments):
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "update_snapshot", die)
        with pytest.raises(Killed):
            refresh(wiki, root)
    fetch(wiki, root, "דף ד", html=True)  # looks at other pages only
    wiki.renderings = 0
    choice = {"titles": ("דף ב", "דף ג", "דף ד")}
    refresh(wiki, root)
    assert wiki.renderings == 0
    assert_fresh(wiki, root, tmp_path / "fresh", html=True, **choice)


def test_a_page_that_could_not_be_read_is_tried_again(tmp_path, monkeypatch):
    wiki = small_wiki()
    wiki.pass_time(5000)
    real = wiki._give

    def stumble(page, title, page_id, content):
        found = real(page, title, page_id, content)
        if page is not None and title in {"page 4", "page 6"}:
            return SourceProblem(
                page.title, page.page_id, Problem("source", "no_revision", "replication lags")
            )
        return found

    with monkeypatch.context() as patch:
        patch.setattr(wiki, "_give", stumble)
        report = fetch(wiki, tmp_path / "root", everything=True)
    assert report.problems == {"source/no_revision": 2}
    wiki.pass_time(5000)
    wiki.delete(wiki_title(wiki, 6))
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", everything=True)


def wiki_title(wiki, page_id):
    return next(title for title, page in wiki.pages.items() if page.page_id == page_id)


def test_a_rendering_that_failed_is_asked_for_again(tmp_path, monkeypatch):
    wiki = small_wiki()
    wiki.pass_time(5000)
    with monkeypatch.context() as patch:
        patch.setattr(wiki, "html", lambda title, rev_id: None)
        fetch(wiki, tmp_path / "root", "דף ב", html=True)
    wiki.pass_time(5000)
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", titles=("דף ב",), html=True)


def test_a_page_may_get_another_item_of_wikidata_without_an_edit(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, "דף ב", "דף ג")
    wiki.pass_time(5000)
    wiki.join_item("דף ב", "Q12")
    wiki.contents = 0
    assert (refresh(wiki, tmp_path).pages, wiki.contents) == (1, 0)
    items = open_snapshot(tmp_path).arrow("pages").column("wikidata_id").to_pylist()
    assert items == ["Q12", None]


def test_a_dump_has_no_items_and_no_page_is_read_for_its_item_alone(tmp_path):
    wiki = small_wiki()
    for number, title in enumerate(TITLES[:8]):
        wiki.join_item(title, f"Q{number}")
    day = dump_root(wiki, tmp_path)
    wiki.pass_time(5000)
    wiki.join_item("דף ב", "Q12")
    wiki.edit("דף ג", "אחר")
    wiki.contents = 0
    assert (refresh(wiki, tmp_path, since=day).pages, wiki.contents) == (1, 1)


def test_many_known_pages_are_looked_at_in_linear_time(tmp_path):
    class Counted(int):
        looks = 0

        def __hash__(self):
            Counted.looks += 1
            return super().__hash__()

    numbers = [Counted(number) for number in range(1, 401)]
    known = {n: KnownPage(f"דף {n}", 0, None, None, None, "0") for n in range(1, 401)}
    reader = Reader(MemoryWiki(), Store(tmp_path), known, now="2026-01-01T00:00:00Z")
    assert len(list(reader.read(page_ids=numbers))) == 400
    assert Counted.looks < 20 * 400


@pytest.mark.parametrize("choice", ["all", "titles"])
def test_lines_of_a_log_may_hide_what_they_are_about(tmp_path, choice):
    wiki = small_wiki()
    wiki.pass_time(5000)
    fetch_selection(wiki, tmp_path / "root", CHOICES[choice])
    wiki.pass_time(5000)
    wiki.delete("דף ח")
    wiki.hide_line()
    wiki.move("דף ב", "דף של אחר", redirect=False)
    wiki.hide_line()
    wiki.edit("טיוטה:דף", "טיוטה")
    wiki.move("טיוטה:דף", "דף מטיוטה", redirect=False)
    wiki.hide_line()
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", **CHOICES[choice])
    wiki.pass_time(5000)
    wiki.requests = 0
    refresh(wiki, tmp_path / "root")
    assert wiki.requests <= 4


def test_a_full_refresh_needs_no_list_of_changes(tmp_path):
    wiki = small_wiki()
    choice = {"titles": ("דף ב", "דף ח"), "categories": ["ערים"]}
    fetch(wiki, tmp_path / "root", "דף ב", "דף ח", categories=["ערים"])
    wiki.edit("דף ג", "בלי קטגוריה")
    wiki.delete("דף ד")
    swap(wiki)
    wiki.forget()
    with pytest.raises(UsageError, match="--full"):
        refresh(wiki, tmp_path / "root")
    report = refresh(wiki, tmp_path / "root", full=True)
    assert (report.pages, report.dropped) == (2, 1)
    assert open_snapshot(tmp_path / "root").manifest["watermark"]["time"] == wiki.time
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", **choice)


def test_a_full_refresh_needs_no_day_of_a_dump(tmp_path):
    wiki = small_wiki()
    dump_root(wiki, tmp_path / "root")
    wiki.edit("דף חדש", "ערך")
    wiki.delete("דף ב")
    refresh(wiki, tmp_path / "root", full=True)
    assert_fresh(wiki, tmp_path / "root", tmp_path / "fresh", everything=True)


# -- the store -----------------------------------------------------------------------------


def test_the_store_keeps_the_last_of_each_kind(tmp_path):
    store = Store(tmp_path)
    store.write(7, 1, "wikitext", "ראשון")
    store.write(7, 2, "wikitext", "שני")
    store.write(7, 2, "html", "<p>", "2026-01-01T00:00:00Z")
    store.write(1007, 9, "wikitext", "אחר")
    assert store.read(7, 1, "wikitext") is None
    assert store.read(7, 2, "wikitext") == "שני"
    assert store.read(7, 2, "html", "2026-01-01T00:00:00Z") == "<p>"
    assert store.read(7, 2, "html", "2026-01-02T00:00:00Z") is None
    store.forget(7)
    assert store.read(7, 2, "wikitext") is None
    assert store.read(1007, 9, "wikitext") == "אחר"


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-3], lambda d: b"", lambda d: d[:9] + b"x" + d[10:]]
)
def test_the_store_takes_no_damaged_file(tmp_path, damage):
    store = Store(tmp_path)
    store.write(7, 1, "wikitext", "טקסט ארוך דיו " * 20)
    (file,) = tmp_path.glob("*/7-*")
    file.write_bytes(damage(file.read_bytes()))
    assert store.read(7, 1, "wikitext") is None


@pytest.mark.parametrize("text", ["", "א\n", "\ud800", "x" * 10**6])
def test_the_store_gives_back_what_it_got(tmp_path, text):
    Store(tmp_path).write(3, 4, "wikitext", text)
    assert Store(tmp_path).read(3, 4, "wikitext") == text


# -- what changed --------------------------------------------------------------------------

BEFORE = """{{אישיות
|שם=דן
|תאריך לידה=1 במרץ 1901
|מקצוע=נגר
}}
'''דן''' נולד ב-1 במרץ 1901.<ref>עיתון העמק, 1950.</ref> הוא מת בשנת 1950.<ref name="ספר">ספר ראשון.</ref>
"""
AFTER = """{{אישיות
|שם=דן
|תאריך לידה=2 במרץ 1901
|פרסים=אות העמק
}}
'''דן''' נולד ב-2 במרץ 1901.<ref>עיתון ההר, 1951.</ref> הוא מת בשנת 1950.<ref name="ספר">ספר ראשון, 1952.</ref>
"""


def test_a_page_is_compared_by_fields_events_and_references(tmp_path):
    wiki = MemoryWiki()
    wiki.edit("דן", BEFORE)
    wiki.edit("נשאר", "הוא נוסד בשנת 1920.")
    wiki.edit("הולך", "הוא נוסד בשנת 1920.")
    real_fetch([], tmp_path, api=API, wiki=wiki, everything=True)
    wiki.edit("דן", AFTER)
    wiki.move("נשאר", "עבר", redirect=False)
    wiki.delete("הולך")
    wiki.edit("בא", "הוא נוסד בשנת 1930.")
    real_refresh(tmp_path, wiki=wiki)
    found = list(diff(tmp_path))
    pages = {(item.title, item.change) for item in found if item.table == "pages"}
    assert pages == {("דן", "changed"), ("עבר", "changed"), ("הולך", "removed"), ("בא", "added")}
    rest = [item for item in found if item.table != "pages"]
    assert {item.title for item in rest} == {"דן"}
    fields = {
        (item.change, (item.new or item.old)["key"]) for item in rest if item.table == "infobox"
    }
    assert fields == {("changed", "תאריך לידה"), ("removed", "מקצוע"), ("added", "פרסים")}
    notes = {
        (item.change, (item.old or {}).get("text"), (item.new or {}).get("text"))
        for item in rest
        if item.table == "references"
    }
    assert notes == {
        ("removed", "עיתון העמק, 1950.", None),
        ("added", None, "עיתון ההר, 1951."),
        ("changed", "ספר ראשון.", "ספר ראשון, 1952."),
    }
    events = {(item.change) for item in rest if item.table == "events"}
    assert events  # the day of birth moved
    lines = [describe(item) for item in found]
    assert "~ נשאר → עבר" in lines
    assert any(line.startswith("  ~ infobox תאריך לידה") and "→" in line for line in lines)


def test_nothing_changed_is_nothing(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, everything=True)
    with pytest.raises(UsageError, match="first"):
        list(diff(tmp_path))
    wiki.pass_time(5000)
    refresh(wiki, tmp_path)
    assert list(diff(tmp_path)) == []
    old, new = list_snapshots(tmp_path)
    assert list(diff(tmp_path, new, old)) == []
    with pytest.raises(SnapshotError):
        list(diff(tmp_path, "000099-nothing"))


def test_the_manifest_says_what_a_root_holds(tmp_path):
    fetch(small_wiki(), tmp_path, "דף ב", categories=["ערים"])
    manifest = json.loads((tmp_path / "current" / "manifest.json").read_text())
    assert manifest["live"]["api"] == API
    assert manifest["live"]["scope"]["titles"] == ["דף ב"]
    assert manifest["live"]["scope"]["categories"] == ["ערים"]
    assert live.read_state(manifest).scope.namespaces == ()


# -- commands ------------------------------------------------------------------------------


def call(monkeypatch, wiki, *arguments):
    """Run the command with a wiki in memory; return its status and output."""
    from click.testing import CliRunner

    from extract.cli import cli

    asked = []

    def connect(api, contact, settings):
        asked.append((api, contact, settings))
        return wiki

    monkeypatch.setattr(live, "_connect", connect)
    done = CliRunner().invoke(cli, list(map(str, arguments)), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value or 0, done.output, asked


def test_the_commands_fetch_refresh_and_compare(tmp_path, monkeypatch):
    monkeypatch.setattr("extract.live.reading.__version__", extract.__version__)
    wiki = small_wiki()
    root = tmp_path / "root"
    titles = tmp_path / "titles.txt"
    titles.write_text("דף_ח\n\nדף ג\n", encoding="utf-8")
    who = ["--contact", "ora@haifa-archive.org"]
    status, output, asked = call(
        monkeypatch, wiki, "fetch", "דף א", "--title-list", titles, "--out", root, *who,
        "--api", API, "--interval", "0.7",
    )  # fmt: skip
    assert status == 0
    assert "pages\t4\n" in output
    assert titles_of(root) == {"דף א", "דף ח", "דף ב", "דף ג"}
    assert asked[0][:2] == (API, "ora@haifa-archive.org")
    assert asked[0][2].interval == 0.7

    wiki.edit("דף ג", "'''דף ג''' נוסד בשנת 1931.")
    wiki.pass_time(5000)
    status, output, asked = call(monkeypatch, wiki, "refresh", root, *who, "--keep", "1")
    assert (status, asked[0][0]) == (0, API)
    assert "pages\t1\n" in output
    assert len(list_snapshots(root)) == 1

    wiki.edit("דף ג", "'''דף ג''' נוסד בשנת 1932.")
    call(monkeypatch, wiki, "refresh", root, *who)
    _, output, _ = call(monkeypatch, wiki, "diff", root)
    assert output.splitlines()[0].startswith("~ דף ג [")
    assert "1931" in output
    assert "1932" in output
    old = list_snapshots(root)[0]
    _, lines, _ = call(monkeypatch, wiki, "diff", root, "--since-snapshot", old, "--json")
    found = [json.loads(line) for line in lines.splitlines()]
    assert {row["table"] for row in found} == {"pages", "events"}
    with pytest.raises(UsageError):
        call(monkeypatch, wiki, "diff", root, old, "--since-snapshot", old)


def test_a_fetch_of_a_missing_page_fails_on_it(tmp_path, monkeypatch):
    status, output, _ = call(monkeypatch, small_wiki(), "fetch", "אין כזה", "--out", tmp_path)
    assert status == 4
    assert "problem source/missing\t1" in output


def test_no_contact_is_wrong_use(tmp_path):
    from click.testing import CliRunner

    from extract.cli import cli

    for contact in ([], ["--contact", "me@example.org"]):
        done = CliRunner().invoke(cli, ["fetch", "דף", "--out", str(tmp_path), *contact])
        assert isinstance(done.exception, UsageError)
        assert done.exception.exit_status == 2


def test_a_title_that_lost_its_page_loses_its_rows_with_the_next_fetch(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, "דף ב", "דף ג", "דף ד")
    wiki.delete("דף ב")
    wiki.move("דף ג", "דף ט")
    wiki.move("דף ד", "דף י", redirect=False)
    fetch(wiki, tmp_path, "דף ב", "דף ג", "דף ד")
    assert titles_of(tmp_path) == {"דף ג", "דף ט", "דף י"}


def test_a_missing_title_is_filled_by_a_move(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, "דף ט")
    wiki.pass_time(5000)
    wiki.move("דף ג", "דף ט", redirect=False)
    refresh(wiki, tmp_path)
    assert titles_of(tmp_path) == {"דף ט"}
    assert open_snapshot(tmp_path).arrow("problems").num_rows == 0


def test_a_redirect_to_nowhere_is_followed_once_it_leads_somewhere(tmp_path):
    wiki = small_wiki()
    wiki.edit("דף ט", "#הפניה [[דף י]]")
    fetch(wiki, tmp_path, "דף ט")
    assert titles_of(tmp_path) == {"דף ט"}
    wiki.pass_time(5000)
    wiki.move("דף ג", "דף י", redirect=False)
    refresh(wiki, tmp_path)
    assert titles_of(tmp_path) == {"דף ט", "דף י"}


def test_fetching_everything_anew_brings_all_of_a_root_up_to_this_day(tmp_path):
    wiki = small_wiki()
    wiki.edit("תבנית:לוח", "לוח")
    fetch(wiki, tmp_path, "דף ב", "תבנית:לוח", "תבנית:קו", html=True)
    wiki.delete("דף ב")
    wiki.delete("תבנית:לוח")
    wiki.edit("תבנית:קו", "קו חדש")
    fetch(wiki, tmp_path, everything=True, html=True)
    assert titles_of(tmp_path) == {"תבנית:קו", *TITLES[:8]} - {"דף ב"}
    problems = open_snapshot(tmp_path).arrow("problems").column("title").to_pylist()
    assert sorted(problems) == ["דף ב", "תבנית:לוח"]
    assert open_snapshot(tmp_path).manifest["watermark"]["time"] == wiki.time
    wiki.edit("תבנית:קו", "קו חדש מאוד")
    fetch(wiki, tmp_path, everything=True, html=True)
    shown = open_snapshot(tmp_path).arrow("sections").column("title").to_pylist()
    assert sum("קו חדש מאוד" in text for text in shown) == 7


def test_fetching_more_titles_does_not_move_the_watermark(tmp_path):
    wiki = small_wiki()
    fetch(wiki, tmp_path, "דף ב")
    before = open_snapshot(tmp_path).manifest["watermark"]
    wiki.edit("דף ב", "אחר")
    wiki.pass_time(5000)
    fetch(wiki, tmp_path, "דף ג")
    assert open_snapshot(tmp_path).manifest["watermark"] == before
    assert refresh(wiki, tmp_path).pages == 1


# -- cron ----------------------------------------------------------------------------------


@pytest.fixture
def cron(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "pipelines"))
    import refresh as module

    return module


def test_a_run_from_cron_leaves_a_line_and_the_changes(tmp_path, cron):
    wiki = small_wiki()
    fetch(wiki, tmp_path / "root", everything=True)
    wiki.edit("דף ב", "אחר")
    log, folder = tmp_path / "log", tmp_path / "changes"
    options = [str(tmp_path / "root"), "--keep", "1", "--log", str(log), "--changes", str(folder)]
    assert cron.main(options, lambda given: refresh(wiki, given.root)) == 0
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert "status 0" in line
    assert "1 pages read" in line
    assert "pages changed 1" in line
    (file,) = folder.glob("*.jsonl")
    (row,) = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert (row["title"], row["change"]) == ("דף ב", "changed")
    assert len(list_snapshots(tmp_path / "root")) == 1


def test_a_failed_run_from_cron_says_why_and_with_what_status(tmp_path, cron):
    fetch(small_wiki(), tmp_path / "root", everything=True)
    before = open_snapshot(tmp_path / "root").id
    log = tmp_path / "log"

    def fail(_options):
        raise UnavailableError("503 again and again")

    assert cron.main([str(tmp_path / "root"), "--log", str(log)], fail) == 5
    assert "status 5: 503 again" in log.read_text(encoding="utf-8")

    def break_down(_options):
        raise KeyError("קו")

    with pytest.raises(KeyError):
        cron.main([str(tmp_path / "root"), "--log", str(log)], break_down)
    assert "status 1: KeyError: 'קו'" in log.read_text(encoding="utf-8")
    assert cron.main([str(tmp_path / "root"), "--log", str(log)]) == 2
    assert "contact" in log.read_text(encoding="utf-8").splitlines()[-1]
    assert open_snapshot(tmp_path / "root").id == before
