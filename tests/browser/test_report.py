"""The report as a browser paints it: headless Chromium on the report of the fixtures.

    apt-get install chromium && pip install playwright
    HEWIKI_REQUIRE_BROWSER=1 python -m pytest tests/browser -m browser

Without a browser the tests skip, unless HEWIKI_REQUIRE_BROWSER is set.  HEWIKI_SCREENSHOTS
names a folder to keep pictures in.  axe-core comes from the npm registry, once, into
``~/.cache/hewiki-extract`` (or under XDG_CACHE_HOME).
"""

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from extract import batch
from extract.report import write_report

pytestmark = pytest.mark.browser

# Read here, since tests run in an environment without our variables.
REQUIRED = bool(os.environ.get("HEWIKI_REQUIRE_BROWSER"))
SCREENSHOTS = os.environ.get("HEWIKI_SCREENSHOTS")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "hewiki-extract"
AXE_VERSION = "4.10.3"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

MIXED = (
    "בשנת 1954 נחתם חוזה בסך 30 מיליון דולר (כ-12,500 TEU לשנה) עם חברת Blue Delta Ltd. "
    "ב-3 במאי 1956 הפליגה."
)
ARTICLE = f"""{MIXED}<ref>{{{{קישור כללי|כתובת=https://example.org/a|כותרת=החוזה|אתר=יומן הנמל}}}}</ref>

GDP של הנמל עלה ב-1960 פי 2.<ref>Port Review (באנגלית), 1961</ref>

הידיעה באתר ynet, 30 אוניות עגנו שם, פורסמה בעיתון Port Review 3 במאי 1961.<ref>רון כהן, הרציף, ynet, 3 במאי 1961</ref>

* 1947 – הוקם הנמל.
* 12 במרץ 1950: 3 אוניות עגנו בו.

== רקע ==
בין השנים 1942 ל-1945 נבנה הרציף. לאחר פברואר 1989 נסגר הנמל.
"""


def missing(what):
    if REQUIRED:
        pytest.fail(f"HEWIKI_REQUIRE_BROWSER is set, but {what}")
    pytest.skip(what)


@pytest.fixture(scope="module")
def chromium():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed (pip install playwright)")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe():
    script = CACHE / f"axe-core-{AXE_VERSION}" / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        npm = shutil.which("npm")
        if npm is None:
            missing("npm is not installed, so axe-core cannot be had")
        folder = script.parents[2]
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [npm, "install", "--no-audit", "--no-fund", f"axe-core@{AXE_VERSION}"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            missing(f"axe-core cannot be installed: {done.stderr.strip()[-200:]}")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    articles = folder / "articles"
    shutil.copytree(root / "fixtures" / "articles", articles)
    (articles / "שורה מעורבת.wiki").write_text(ARTICLE, encoding="utf-8")
    snapshot = batch.run([articles], folder / "tables").snapshot
    write_report(snapshot, folder / "html")
    titles = snapshot.arrow("pages").select(["title", "page_id"]).to_pydict()
    from extract.report.addresses import report_path

    pages = {t: report_path(i) for t, i in zip(titles["title"], titles["page_id"], strict=True)}
    return folder / "html", pages


class Watched:
    """A page of the browser, and what went wrong on it."""

    def __init__(self, page, html, pages):
        self.page, self.html, self.pages, self.faults = page, html, pages, []
        page.on("console", lambda m: m.type == "error" and self.faults.append(m.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._request)

    def _request(self, request):
        if not request.url.startswith((self.html.as_uri(), "data:")):
            self.faults.append(f"request to {request.url}")

    def open(self, name):
        self.page.goto((self.html / self.pages.get(name, name)).as_uri())
        return self.page


@pytest.fixture
def watched(chromium, site, request):
    options = {"viewport": {"width": 1300, "height": 1000}, **getattr(request, "param", {})}
    context = chromium.new_context(**options)
    watch = Watched(context.new_page(), *site)
    yield watch
    context.close()
    assert watch.faults == []


RECTS = """
(element) => {
  const added = "sup, .number, .tip";
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest(added)) continue;
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i); range.setEnd(node, i + 1);
      const box = range.getClientRects()[0];
      found.push([node.data[i], box ? box.left + box.width / 2 : null, box ? box.bottom : null]);
    }
  }
  return found;
}
"""


def painted(locator):
    """Return (character, x, y) of what is seen of an element, in the order of the text."""
    return [tuple(item) for item in locator.evaluate(RECTS)]


def words_of(characters):
    word = []
    for item in [*characters, (" ", None, None)]:
        if item[0].isspace():
            if word:
                yield word
            word = []
        else:
            word.append(item)


def middle(word):
    return sum(x for _, x, _ in word) / len(word)


def is_falling(values):
    return all(a > b for a, b in itertools.pairwise(values))


def is_rising(values):
    return all(a < b for a, b in itertools.pairwise(values))


# -------------------------------------------------------------------------------- tests


def test_the_page_runs_from_right_to_left(watched):
    page = watched.open("שולמית ארדון")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    prose, side = page.locator("#prose").bounding_box(), page.locator(".side").bounding_box()
    assert prose["x"] > side["x"] + side["width"], "the text stands right of the timeline"
    line = page.locator(".timeline")
    assert line.evaluate("e => getComputedStyle(e).borderRightWidth") == "3px"
    number, text = page.locator("#t1 .number"), page.locator("#t1 .when")
    assert number.bounding_box()["x"] > text.bounding_box()["x"]


@pytest.mark.parametrize("hover", [False, True])
def test_hebrew_with_digits_and_latin_is_painted_in_reading_order(watched, hover):
    page = watched.open("שורה מעורבת")
    paragraph = page.locator("#p0")
    if hover:
        paragraph.locator(".date").first.hover()
    characters = painted(paragraph)
    assert "".join(c for c, _, _ in characters) == MIXED
    hold_reading_order(characters)


@pytest.mark.parametrize("place", ["#p2", "#n2 bdi[dir=rtl]"])
def test_a_number_behind_latin_words_stays_behind_them(watched, place):
    page = watched.open("שורה מעורבת")
    characters = painted(page.locator(place))
    assert "ynet, 3" in "".join(c for c, _, _ in characters)
    hold_reading_order(characters)


def hold_reading_order(characters):
    lines = {}
    for word in words_of(characters):
        lines.setdefault(round(word[0][2] / 8), []).append(word)
    for words in lines.values():
        # A run of Latin words reads left to right: it moves through the line as one.
        runs = []
        for word in words:
            latin = word[0][0].isascii() and word[0][0].isalpha()
            if latin and runs and runs[-1][0]:
                runs[-1][1].append(word)
            else:
                runs.append((latin, [word]))
        places = [sum(map(middle, run)) / len(run) for _, run in runs]
        assert is_falling(places), [("".join(c for c, *_ in w)) for _, r in runs for w in r]
        for latin, run in runs:
            assert not latin or is_rising([middle(word) for word in run])
            for word in run:
                digits = [x for c, x, _ in word if c.isdigit()]
                assert is_rising(digits)
                letters = [x for c, x, _ in word if "א" <= c <= "ת"]
                assert is_falling(letters)


def test_the_sign_of_a_number_stands_left_of_it(watched):
    page = watched.open("נחשול (חברת ספנות)")
    value = page.locator("#infobox bdi", has_text="-3.5 מיליון דולר").first
    characters = painted(value)
    assert "".join(c for c, *_ in characters[:4]) == "-3.5"
    assert is_rising([x for _, x, _ in characters[:4]])


def test_brackets_enclose_what_they_enclose(watched):
    page = watched.open("שורה מעורבת")
    places = {c: x for c, x, _ in painted(page.locator("#p0"))}
    assert places["("] > places["T"] > places[")"]


def test_a_hebrew_sentence_may_begin_in_latin(watched):
    page = watched.open("שורה מעורבת")
    event = page.locator(".timeline .what bdi", has_text="GDP").first
    for line in (page.locator("#p1"), event):
        words = list(words_of(painted(line)))
        assert "".join(c for c, *_ in words[0]) == "GDP"
        assert is_falling([middle(word) for word in words[:5]])


NUMBERS = """
() => [...document.querySelectorAll("#prose .number")].map((number) => {
  const clause = number.nextElementSibling;
  const walker = document.createTreeWalker(clause, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode();
  while (node && node.parentElement.closest("sup, .number, .tip")) node = walker.nextNode();
  const range = document.createRange();
  const word = node.data.match(/^[!-~]+/);
  range.setStart(node, 0); range.setEnd(node, word ? word[0].length : 1);
  const first = range.getClientRects()[0], own = number.getBoundingClientRect();
  return [own.left, own.top, own.bottom, first.right, first.top, first.bottom, node.data];
})
"""


def test_a_number_stands_right_before_its_clause(watched):
    seen = digits = 0
    for title in watched.pages:
        page = watched.open(title)
        for left, top, bottom, right, first_top, first_bottom, words in page.evaluate(NUMBERS):
            seen += 1
            assert top < first_bottom, f"not on one line: {words}"
            assert bottom > first_top, f"not on one line: {words}"
            digits += words[0].isdigit()
            assert -1 < left - right < 12, f"not before its clause: {words}"
    assert seen > 100
    assert digits, "no clause begins with a digit, where numbers could run together"


MARKS = """
() => [...document.querySelectorAll("#prose .mark")].flatMap((mark) => {
  const walker = document.createTreeWalker(mark.closest("[id^=p]"), NodeFilter.SHOW_TEXT);
  walker.currentNode = mark;
  let node = walker.previousNode();
  while (node && node.parentElement.closest(".tip, .number")) node = walker.previousNode();
  if (!node) return [];
  const range = document.createRange();
  range.setStart(node, node.data.search(/\\S+$/)); range.setEnd(node, node.length);
  const lefts = [...range.getClientRects()].map((box) => box.left);
  return [[Math.abs(Math.min(...lefts) - mark.getBoundingClientRect().right) < 12, node.data.slice(-20)]];
})
"""


@pytest.mark.parametrize("width", [360, 1100, 1300])
def test_a_mark_stays_on_the_line_of_what_it_supports(watched, width):
    seen = 0
    for title in watched.pages:
        page = watched.open(title)
        page.set_viewport_size({"width": width, "height": 800})
        for together, words in page.evaluate(MARKS):
            seen += 1
            assert together, f"{title}: {words}"
    assert seen > 50


def test_codes_read_from_left_to_right(watched):
    page = watched.open("שורה מעורבת")
    codes = page.locator(".when .code")
    assert codes.count()
    for number in range(codes.count()):
        characters = painted(codes.nth(number))
        assert is_rising([x for _, x, _ in characters]), characters


def test_a_click_on_a_mark_shows_the_note_and_its_source(watched):
    page = watched.open("שורה מעורבת")
    place = page.evaluate("scrollY")
    page.locator("#prose .mark a").first.click()
    note = page.locator("#n0")
    box = note.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 1000
    assert page.evaluate("scrollY") == place, "the text does not move"
    for words in ("החוזה", "יומן הנמל", "https://example.org/a"):
        assert note.get_by_text(words, exact=False).first.is_visible()
    page.keyboard.press("Tab")
    assert note.evaluate("e => e.contains(document.activeElement)"), "Tab goes on in the note"
    note.locator(".back").first.click()
    assert note.evaluate("e => getComputedStyle(e).position") == "static"
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)").startswith("m")


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_a_date_tells_how_it_was_read(watched, way):
    page = watched.open("שולמית ארדון")
    date = page.locator('.date[data-edtf="1942/1945"]').first
    tip = page.locator(f"#{date.get_attribute('aria-describedby')}")
    assert not tip.is_visible()
    getattr(date, way)()
    assert tip.is_visible()
    assert "1942/1945" in tip.inner_text()
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1300
    near = date.bounding_box()
    assert abs(box["y"] - near["y"]) < 200


def test_a_note_opened_from_a_box_can_be_closed(watched):
    page = watched.open("קרב מעלה הרימון")
    page.locator("#infobox .mark a").first.click()
    note = page.locator("#n0")
    assert note.evaluate("e => getComputedStyle(e).position") == "fixed"
    place = page.evaluate("scrollY")
    note.locator(".close").click()
    assert note.evaluate("e => getComputedStyle(e).position") == "static"
    assert page.evaluate("scrollY") == place, "the text does not move"
    assert not note.locator(".close").is_visible()


def test_numbers_lead_from_the_timeline_to_the_text(watched):
    page = watched.open("שולמית ארדון")
    page.locator("#t4 .number").click()
    assert page.url.endswith("#e4")
    clause = page.locator("#e4 + .clause")
    assert clause.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 243, 196)"


def test_the_search_finds_beginnings_of_words(watched):
    page = watched.open("index.html")
    field = page.locator("#q")
    assert field.evaluate("e => getComputedStyle(e).direction") == "rtl", "also while it is empty"
    page.fill("#q", "ארדון")
    page.locator("#results a").first.wait_for()
    assert page.locator("#results a").all_inner_texts() == ["שולמית ארדון"]
    page.fill("#q", "חבר נח")
    page.wait_for_function("document.querySelector('#results a')?.textContent.includes('נחשול')")
    page.fill("#q", "נחשול")
    page.wait_for_function("document.querySelectorAll('#results a').length === 2")
    assert page.locator("#results a").first.inner_text() == "נחשול", "the name itself comes first"
    page.fill("#q", "קקקק")
    page.wait_for_function("document.querySelectorAll('#results a').length === 0")
    assert page.locator("#found").inner_text() == "לא נמצא דף מתאים"


PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
@pytest.mark.parametrize("name", ["index.html", "overview.html", "קרב מעלה הרימון"])
def test_nothing_is_wider_than_a_phone(watched, name):
    page = watched.open(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_the_chart_can_be_read_on_a_phone(watched):
    page = watched.open("overview.html")
    labels = page.locator(".columns-chart .tick")
    assert min(labels.nth(n).bounding_box()["height"] for n in range(labels.count())) > 10
    bars = [page.locator(".bars .drawn").nth(n).bounding_box()["width"] for n in range(3)]
    assert min(bars) > 70


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_no_date_of_a_box_is_broken_on_a_phone(watched):
    page = watched.open("שולמית ארדון")
    dates = page.locator("#infobox td .code")
    assert dates.count() == 2
    assert {len(dates.nth(n).evaluate("e => [...e.getClientRects()]")) for n in range(2)} == {1}
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_print_leaves_out_what_paper_cannot_do(watched, tmp_path):
    page = watched.open("שולמית ארדון")
    page.emulate_media(media="print")
    assert not page.locator(".ways").is_visible()
    assert page.locator("#n0").is_visible()
    assert page.locator(".side").evaluate("e => getComputedStyle(e).breakBefore") == "auto"
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    pages = (tmp_path / "page.pdf").read_bytes().count(b"/Type /Page\n")
    assert 1 <= pages <= 4


FILES = ["index.html", "overview.html", "problems.html", "מסילת העמק העליון", "קרב מעלה הרימון"]


@pytest.mark.parametrize("watched", [{}, {"color_scheme": "dark"}], indirect=True)
@pytest.mark.parametrize("name", FILES)
def test_axe_finds_nothing_serious(watched, axe, name):
    page = watched.open(name)
    page.evaluate(axe)
    found = page.evaluate("axe.run({preload: false}).then((result) => result.violations)")
    serious = [
        f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]
    assert serious == []


@pytest.mark.skipif(SCREENSHOTS is None, reason="HEWIKI_SCREENSHOTS names no folder")
@pytest.mark.parametrize("watched", [{"viewport": {"width": 1100, "height": 700}}], indirect=True)
def test_pictures_are_kept(watched):
    folder = Path(SCREENSHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    page = watched.open("שולמית ארדון")
    page.locator('.date[data-edtf="1942/1945"]').first.hover()
    page.screenshot(path=folder / "report-page.png")
    page = watched.open("overview.html")
    page.screenshot(
        path=folder / "report-overview.png", clip={"x": 0, "y": 0, "width": 1100, "height": 620}
    )
