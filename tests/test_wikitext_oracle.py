"""The scanner against mwparserfromhell, the grammar that others use.

Differences that are tolerated, because MediaWiki agrees with the scanner:

* ``=`` in an external link parts a parameter's name from its value (mwparserfromhell shields it);
* direction marks at the ends of a name are not part of a title;
* an unclosed ``[[`` keeps the braces round it from being a template;
* comments are not part of names.
"""

from __future__ import annotations

import bz2
import html
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import mwparserfromhell
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mwparserfromhell.nodes import Heading, Tag

from extract.model import Page
from extract.parsing import parse
from extract.wikitext.scanner import TAG, TEMPLATE, scan
from extract.wikitext.templates import normalize_title, read_template

COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
HEADING_TAGS = {f"h{level}": level for level in range(1, 7)}
PREFIXES = ("תבנית:", "תב:", "template:", "Template:")
Found = tuple[str, tuple[tuple[str, str], ...]]


def read_ours(text: str) -> tuple[Counter[Found], Counter[str | None]]:
    templates: Counter[Found] = Counter()
    refs: Counter[str | None] = Counter()
    waiting = [scan(text)]
    while waiting:
        for node in waiting.pop():
            if node.kind == TEMPLATE:
                template = read_template(text, node)
                parts = tuple((p.name, p.value.strip()) for p in template.parameters)
                templates[template.name, parts] += 1
            if node.kind == TAG and node.name == "ref":
                refs[text[slice(*node.inner)] if node.inner else None] += 1
            if (
                node.kind == TAG
                and node.inner
                and node.name in {"ref", "poem", "references", "includeonly", "indicator"}
            ):
                waiting.append(scan(text, *node.inner))
            waiting.append(list(node.children))
    return templates, refs


def read_theirs(text: str) -> tuple[Counter[Found], Counter[str | None]]:
    code = mwparserfromhell.parse(text, skip_style_tags=True)
    templates: Counter[Found] = Counter()
    for template in code.filter_templates():
        name = normalize_title(COMMENT.sub("", str(template.name)))
        for prefix in PREFIXES:
            if name.startswith(prefix):
                name = name[len(prefix) :].strip()
        parts = (
            (COMMENT.sub("", str(p.name)).strip(), str(p.value).strip()) for p in template.params
        )
        templates[name, tuple(parts)] += 1
    tags = code.filter_tags(matches=lambda tag: str(tag.tag).lower() == "ref")
    refs = Counter(None if tag.self_closing else str(tag.contents) for tag in tags)
    return templates, refs


def drop_shielded(ours: Counter[Found], theirs: Counter[Found]) -> Counter[Found]:
    """Return what only they see, without templates whose parameters hold ``=`` in a URL."""
    return Counter(
        {
            f: n
            for f, n in (theirs - ours).items()
            if not any("//" in v and "=" in v for _, v in f[1])
        }
    )


def compare(text: str) -> None:
    (ours, our_refs), (theirs, their_refs) = read_ours(text), read_theirs(text)
    assert drop_shielded(ours, theirs) == Counter()
    assert sum(ours.values()) == sum(theirs.values())
    assert our_refs == their_refs
    links = {
        normalize_title(html.unescape(unquote(str(link.title))).partition("#")[0]).lstrip(": ")
        for link in mwparserfromhell.parse(text, skip_style_tags=True).filter_wikilinks()
    }
    seen = {
        k.target
        for p in parse(Page("דף", text, 1)).paragraphs
        for k in p.links
        if k.kind != "external"
    }
    links |= {link[:1].upper() + link[1:] for link in links}
    # A template that links names its target in a parameter; only such links are not theirs too.
    assert [
        target for target in seen - links if target.rpartition(":")[2].lower() not in text.lower()
    ] == []
    document = parse(Page("דף", text, 1))
    if document.redirect_target is None:
        assert [section.level for section in document.sections[1:]] == read_levels(text)


def read_levels(text: str) -> list[int]:
    """Return the levels of headings, of those written as tags too, in the order of the page."""
    nodes = mwparserfromhell.parse(text).ifilter(forcetype=(Heading, Tag))
    levels = (
        node.level if isinstance(node, Heading) else HEADING_TAGS.get(str(node.tag).lower())
        for node in nodes
    )
    return [level for level in levels if level is not None]


FIXTURES = sorted((Path(__file__).parent.parent / "fixtures").glob("[at]*/*.wiki"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixtures(path: Path) -> None:
    compare(path.read_text(encoding="utf-8"))


def test_berlin(shared: Path) -> None:
    with bz2.open(shared / "real" / "berlin-minidump.xml.bz2", "rt", encoding="utf-8") as file:
        dump = file.read()
    match = re.search(r"<text[^>]*>(.*?)</text>", dump, re.DOTALL)
    assert match is not None
    compare(html.unescape(match[1]))


@pytest.mark.slow
def test_project_pages(shared: Path) -> None:
    pages = sorted((shared / "real" / "project-pages").glob("*.wiki"))
    assert len(pages) > 100
    for path in pages:
        compare(path.read_text(encoding="utf-8"))


WORDS = st.sampled_from(["א", "בית", "עיר גדולה", "1948", "א ב"])
VALUE = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(WORDS, st.lists(inner, max_size=3)).map(
            lambda t: "{{" + "|".join([t[0], *t[1]]) + "}}"
        ),
        st.tuples(WORDS, WORDS, inner).map(lambda t: "{{" + f"{t[0]}|{t[1]} = {t[2]}" + "}}"),
        st.tuples(WORDS, inner).map(lambda t: f"[[{t[0]}|{t[1]}]]" if "[[" not in t[1] else t[1]),
        inner.map(lambda t: f"<ref>{t}</ref>" if "<ref" not in t else t),
        inner.map(lambda t: f'<ref name="{len(t)}" />{t}'),
        inner.map(lambda t: f"{t}<!-- {{{{א}}}} -->"),
        inner.map(lambda t: f"<nowiki>{{{{א|</nowiki>{t}"),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUE, max_size=6).map("\n".join))
def test_generated(text: str) -> None:
    (ours, our_refs), (theirs, their_refs) = read_ours(text), read_theirs(text)
    assert ours == theirs
    assert our_refs == their_refs
