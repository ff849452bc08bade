"""Odd markup of real life: our two readings of a snippet, by its wikitext and by its rendering.

``snippets.txt`` holds them, each behind a line ``@@@ name``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from extract.model import Document, Page
from extract.parsing import parse

pytestmark = pytest.mark.wiki

HERE = Path(__file__).resolve().parent
PARTS = re.split(r"^@@@ (.*)\n", (HERE / "snippets.txt").read_text("utf-8"), flags=re.MULTILINE)
SNIPPETS = dict(zip(PARTS[1::2], PARTS[2::2], strict=True))


@pytest.fixture(scope="module")
def render(make_wiki):
    """Return a function from wikitext to the HTML that the wiki makes of it."""
    wiki = make_wiki()
    # A link keeps its fragment only where it leads to a page.
    pages = {"אי החול": "'''אי החול''' הוא אי."}
    for path in (HERE / "templates").glob("*.wiki"):
        title = path.stem if ":" in path.stem else f"תבנית:{path.stem}"
        pages[title] = path.read_text("utf-8")
    wiki.import_pages(pages)
    session = requests.Session()
    session.trust_env = False

    def post(text: str) -> str:
        query = {"action": "parse", "text": text, "title": "ניסוי", "contentmodel": "wikitext"}
        answer = session.post(
            wiki.api, data={**query, "format": "json", "formatversion": 2}, timeout=60
        )
        return answer.json()["parse"]["text"]

    yield post
    session.close()


def view(document: Document) -> list[tuple[object, ...]]:
    """Return what a reader sees, without what only one of the forms can tell."""
    return [
        *[(section.level, section.title) for section in document.sections],
        *[(p.section_id, p.kind, p.depth, p.text, p.links) for p in document.paragraphs],
        *document.cells,
        *[(image.file, image.caption) for image in document.images],
        *[
            (note.label, note.text, mark.context, mark.paragraph_id, mark.position)
            for mark in document.marks
            for note in [document.notes[mark.reference_id]]
        ],
    ]


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_reads_as_the_wiki_prints_it(render, name):
    text = SNIPPETS[name].rstrip("\n")
    ours = parse(Page("ניסוי", text, 1))
    theirs = parse(Page("ניסוי", render(text), 1, input_format="html"))
    assert view(ours) == view(theirs)
    assert len(view(ours)) > 1
