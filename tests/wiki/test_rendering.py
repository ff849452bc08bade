"""Our readings of a page against what MediaWiki prints of it."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import NamedTuple

import oracle
import pytest

from extract.model import Document, Note, Page
from extract.parsing import parse

pytestmark = pytest.mark.wiki

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KIT = ROOT.parent / "shared" / "mediawiki"


class Rendered(NamedTuple):
    title: str
    wikitext: str
    legacy: str
    parsoid: str
    is_article: bool
    """False for a page of hard cases, which no writer would put on one page."""


def _template_title(path: Path) -> str:
    name = path.stem.replace("%2F", "/")
    return name if ":" in name else "תבנית:" + name


def _render(wiki, templates: Path, *folders: Path) -> list[Rendered]:
    from urllib.parse import quote

    import requests

    paths = [path for folder in folders for path in sorted(folder.glob("*.wiki"))]
    texts = {path.stem: path.read_text("utf-8") for path in paths}
    pages = {_template_title(path): path.read_text("utf-8") for path in templates.glob("*.wiki")}
    wiki.import_pages({**pages, **texts})
    found = []
    with requests.Session() as session:
        session.trust_env = False
        for title, text in texts.items():
            if ":" in title:
                continue
            query = {"action": "parse", "page": title, "format": "json", "formatversion": 2}
            legacy = session.get(wiki.api, params=query, timeout=60).json()["parse"]["text"]
            url = f"{wiki.rest}/page/{quote(title, safe='')}/html"
            answer = session.get(url, params={"redirect": "no"}, timeout=60)
            answer.raise_for_status()
            is_article = not (HERE / "pages" / f"{title}.wiki").exists()
            found.append(Rendered(title, text, legacy, answer.text, is_article))
    return found


@pytest.fixture(scope="session")
def pages(make_wiki) -> list[Rendered]:
    """Return the fixtures, and the articles that may lie beside this checkout, as rendered."""
    found = _render(make_wiki(), HERE / "templates", ROOT / "fixtures" / "articles", HERE / "pages")
    if (KIT / "articles").is_dir():
        found += _render(make_wiki(), KIT / "templates", KIT / "articles")
    assert len(found) >= 10
    return found


FORMS = ["legacy", "parsoid"]


def _read_html(page: Rendered, form: str) -> Document:
    return parse(Page(page.title, getattr(page, form), -1, input_format="html"))


def _read_wikitext(page: Rendered) -> Document:
    return parse(Page(page.title, page.wikitext, -1))


def _share(ours: list, theirs: list) -> tuple[int, int]:
    """Return how many agree in order, of how many."""
    matcher = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return same, max(len(ours), len(theirs))


@pytest.mark.parametrize("form", FORMS)
def test_html_marks_have_the_labels_and_notes_that_the_wiki_prints(pages, form):
    total = 0
    for page in pages:
        document = _read_html(page, form)
        ours = []
        for mark in document.marks:
            note = document.notes[mark.reference_id]
            ours.append(oracle.Mark(note.label, note.group, oracle.squeeze(note.text)))
        theirs = oracle.read_marks(oracle.read_tree(getattr(page, form)))
        if form == "legacy":
            ours = [(mark.label, mark.text) for mark in ours]
            theirs = [(mark.label, mark.text) for mark in theirs]
        assert ours == theirs, page.title
        total += len(ours)
    assert total > 50


@pytest.mark.parametrize("form", FORMS)
def test_html_infobox_cells_are_those_of_the_wiki(pages, form):
    total = 0
    for page in pages:
        ours = [
            (field.label, oracle.squeeze(field.value_text))
            for field in _read_html(page, form).fields
            if field.value_type != "image"
        ]
        theirs = oracle.read_cells(oracle.read_tree(getattr(page, form)))
        assert ours == theirs, page.title
        total += len(ours)
    assert total > 40


def test_comparison_boxes_name_their_subjects(pages):
    for page in pages:
        if page.title != "יחסי אפגניסטן–רוסיה":
            continue
        for form in FORMS:
            areas = {
                field.subject: field.number
                for field in _read_html(page, form).fields
                if field.canonical_key == "area"
            }
            assert areas == {"אפגניסטן": 652230.0, "רוסיה": 17098242.0}


@pytest.mark.parametrize("form", [*FORMS, "wikitext"])
def test_paragraphs_are_those_of_the_wiki(pages, form):
    same = total = 0
    for page in pages:
        document = _read_wikitext(page) if form == "wikitext" else _read_html(page, form)
        ours = [oracle.squeeze(paragraph.text) for paragraph in document.paragraphs]
        html = page.legacy if form == "wikitext" else getattr(page, form)
        theirs = oracle.read_paragraphs(oracle.read_tree(html))
        agreed, size = _share(ours, theirs)
        same, total = same + agreed, total + size
    assert total > 100
    assert same >= 0.99 * total, f"{same} of {total}"


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _find_printed(note: Note, printed: list[oracle.Mark]) -> set[str]:
    """Return the labels of the note printed with these words: templates may end it otherwise."""
    text = oracle.squeeze(note.text)
    sizes = [(_common(text, mark.text), mark) for mark in printed if mark.text or not text]
    longest = max((size for size, _ in sizes), default=0)
    if longest < min(6, len(text)):
        return set()
    return {mark.label for size, mark in sizes if size == longest}


def test_wikitext_labels_that_are_called_exact_are_right(pages):
    exact = right = total = 0
    wrong = []
    for page in pages:
        printed = oracle.read_marks(oracle.read_tree(page.legacy))
        for note in _read_wikitext(page).notes:
            labels = _find_printed(note, printed)
            if page.is_article:
                total += 1
                exact += note.label_exact
                right += note.label in labels
            if note.label_exact and note.label not in labels:
                wrong.append((page.title, note.label, sorted(labels), note.text))
    assert wrong == []
    assert exact >= 0.75 * total, f"{exact} of {total} called exact"
    assert right >= 0.90 * total, f"{right} of {total} right"


@pytest.mark.parametrize("form", FORMS)
def test_both_forms_together_have_every_printed_note(pages, form):
    """A label and its words, each once a list; what the wiki does not print has no label."""
    for page in pages:
        html = getattr(page, form)
        document = parse(Page(page.title, page.wikitext, -1, html=html))
        ours = {
            (note.label, oracle.squeeze(note.text))
            for note in document.notes
            if note.label is not None
        }
        printed = {(one.label, one.text) for one in oracle.read_marks(oracle.read_tree(html))}
        # Words of a note that the wiki prints as an error are those its writer meant.
        assert {one for one in ours if one[1]} >= {one for one in printed if one[1]}, page.title
        assert {label for label, _ in ours} == {label for label, _ in printed}, page.title
        assert all(note.label_exact for note in document.notes)
        cells = oracle.read_cells(oracle.read_tree(html))
        assert {label for label, _ in cells} == {
            field.label for field in document.fields if field.label
        }
        words = " ".join(oracle.squeeze(field.value_text) for field in document.fields)
        for _, text in cells:
            # A box may print a unit after a parameter's number; the number is ours as well.
            assert all(part.split()[0] in words for part in re.split(" – |, ", text)), text


@pytest.mark.parametrize("form", FORMS)
def test_html_and_wikitext_readings_agree_in_the_prose(pages, form):
    """Links and the places of marks, too: what later stages build on."""
    same = total = 0
    for page in pages:
        ours, theirs = _read_html(page, form), _read_wikitext(page)
        readings = [
            [
                (one.kind, one.depth, one.text, tuple(link[:3] for link in one.links))
                for one in document.paragraphs
            ]
            for document in (ours, theirs)
        ]
        agreed, size = _share(*readings)
        same, total = same + agreed, total + size
    assert same >= 0.97 * total, f"{same} of {total}"


@pytest.mark.parametrize("form", FORMS)
def test_html_and_wikitext_readings_agree_in_tables_pictures_and_sections(pages, form):
    found = 0
    for page in pages:
        ours, theirs = _read_html(page, form), _read_wikitext(page)
        assert ours.sections == theirs.sections, page.title
        assert ours.cells == theirs.cells, page.title
        pictures = [
            [(one.file, one.caption) for one in document.images if one.infobox_id is None]
            for document in (ours, theirs)
        ]
        assert pictures[0] == pictures[1], page.title
        boxed = [
            {one.file.replace("_", " ") for one in document.images if one.infobox_id is not None}
            for document in (ours, theirs)
        ]
        # A box may keep a picture to itself, and words of its own stand under it.
        assert boxed[0] <= boxed[1], page.title
        assert ours.redirect_target == theirs.redirect_target
        if form == "parsoid":
            assert set(theirs.categories) <= set(ours.categories), page.title
            assert ours.is_disambiguation == theirs.is_disambiguation
        found += len(ours.cells) + len(ours.images)
    assert found > 60
