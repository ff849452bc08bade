"""The tree of an HTML page: parsing that no page can slow down, and what its elements say.

selectolax (lexbor) reads a page many times faster than other parsers, but takes quadratic time
on tags nested without end and on formatting left open.  Such pages are thinned before.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from extract.hewiki import load_toml
from extract.wikitext import normalize_title

__all__ = ["Target", "Words", "load_words", "parse_tree", "read_data", "read_file", "read_target"]

_DEEPEST = 400
"""Levels of elements; deeper ones lose their tags. Articles stay under 60."""
_OPEN_FORMATS = 40
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>\"'<=]{0,40})")
# Never have an end tag, or end by themselves.
# fmt: off
_SHALLOW = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "html", "head", "body", "p", "li", "dt", "dd", "td", "th", "tr", "tbody",
    "thead", "tfoot", "option", "colgroup", "caption",
))
_FORMATS = frozenset((
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
))
# fmt: on
_FORMAT_TAG = re.compile(
    r"</?(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^<>]*+>",
    re.IGNORECASE,
)


class Words(NamedTuple):
    """Names that the HTML of a wiki gives its parts."""

    drop_classes: frozenset[str]
    drop_ids: frozenset[str]
    drop_tags: frozenset[str]
    drop_kinds: frozenset[str]
    drop_relations: frozenset[str]
    drop_templates: frozenset[str]
    infobox: frozenset[str]
    content: tuple[str, ...]
    mark: frozenset[str]
    note_text: frozenset[str]
    note_list: frozenset[str]
    caption: frozenset[str]
    picture: frozenset[str]
    quotation: frozenset[str]
    pencils: tuple[str, ...]
    pencil_hosts: tuple[str, ...]
    inline_remarks: frozenset[str]
    hosts: frozenset[str]
    blocks: frozenset[str]
    files: frozenset[str]
    categories: frozenset[str]
    interlanguage: frozenset[str]
    disambiguation: frozenset[str]
    disambiguation_templates: frozenset[str]
    disambiguation_ending: str


@cache
def load_words() -> Words:
    """Return the names, from the data files."""
    data, text = load_toml("html.toml"), load_toml("rendered.toml")
    drop, names = data["drop"], data["names"]
    links = load_toml("namespaces.toml")
    return Words(
        frozenset(drop["classes"]),
        frozenset(drop["ids"]),
        frozenset(drop["tags"]),
        frozenset(drop["kinds"]),
        frozenset(drop["relations"]),
        frozenset(drop["templates"]),
        frozenset(names["infobox"]),
        tuple(names["content"]),
        frozenset(names["mark"]),
        frozenset(names["note_text"]),
        frozenset(names["note_list"]),
        frozenset(names["caption"]),
        frozenset(names["picture"]),
        frozenset(names["quotation"]),
        (*text["wikidata_marks"], *text["box_remarks"]),
        tuple(data["pencil"]["hosts"]),
        frozenset("".join(remark.split()) for remark in text["inline_remarks"]),
        frozenset(data["host"]["own"]),
        frozenset(load_toml("tags.toml")["block"]) | {"main", "header", "pre", "figure", "aside"},
        frozenset(links["links"]["file"]),
        frozenset(links["links"]["category"]),
        frozenset(links["links"]["interlanguage"]),
        frozenset(data["disambiguation"]["categories"]),
        frozenset(links["disambiguation"]["templates"]),
        str(text.get("disambiguation_ending", "")),
    )


def _thin(html: str) -> str:
    """Return the page without the tags that nest deeper than articles do."""
    depth = formats = deepest = most = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _SHALLOW:
            continue
        step = -1 if match[1] else 1
        depth = max(0, depth + step)
        deepest = max(deepest, depth)
        if name in _FORMATS:
            formats = max(0, formats + step)
            most = max(most, formats)
    if most > _OPEN_FORMATS:
        html = _FORMAT_TAG.sub("", html)
    if deepest <= _DEEPEST:
        return html
    parts: list[str] = []
    position = depth = 0
    for match in _TAG.finditer(html):
        if match[2].lower() in _SHALLOW:
            continue
        if match[1]:
            over = depth > _DEEPEST
            depth = max(0, depth - 1)
        else:
            depth += 1
            over = depth > _DEEPEST
        if over:
            end = html.find(">", match.end())
            end = len(html) if end < 0 else end + 1
            if match.start() >= position:
                parts.append(html[position : match.start()])
                position = end
    parts.append(html[position:])
    return "".join(parts)


def parse_tree(html: str) -> Any:
    """Return the parsed page (``selectolax.lexbor.LexborHTMLParser``)."""
    from selectolax.lexbor import LexborHTMLParser

    # Lone surrogates cannot be encoded; NUL ends the text for the parser.
    clean = html.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
    return LexborHTMLParser(_thin(clean) or "<p></p>")


def read_data(attributes: dict[str, str | None]) -> dict[str, Any]:
    """Return Parsoid's ``data-mw`` of an element; empty where it has none."""
    raw = attributes.get("data-mw")
    if not raw:
        return {}
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


class Target(NamedTuple):
    """Where a link leads; ``kind`` is also ``anchor`` for a place in the page itself."""

    kind: str
    title: str
    fragment: str | None = None


def _decode(path: str) -> str:
    return normalize_title(unquote(path, errors="replace"))


def _split(path: str) -> tuple[str, str | None]:
    title, hash_sign, fragment = path.partition("#")
    return _decode(title), _decode(fragment) if hash_sign else None


def read_target(attributes: dict[str, str | None]) -> Target | None:
    """Return where an ``a`` element leads; None for a link that is none for readers."""
    href: str = (attributes.get("href") or "").strip()
    classes = (attributes.get("class") or "").split()
    relation = attributes.get("rel") or ""
    if "mw:WikiLink/Interwiki" in relation or "extiw" in classes:
        title = normalize_title(attributes.get("title") or "")
        fragment = href.partition("#")[2]
        if title:
            return Target("interwiki", title, _decode(fragment) if fragment else None)
        return Target("external", href)
    if not href:
        return None
    if "mw:ExtLink" in relation or "external" in classes:
        return Target("external", href)
    if href.startswith("./"):
        title, place = _split(href[2:].partition("?")[0])
        return Target("internal", title.lstrip(":"), place)
    if href.startswith("#"):
        return Target("anchor", "", _decode(href[1:]))
    return _read_address(href)


def _read_address(href: str) -> Target | None:
    """Return the target of an address that only its path tells to be the wiki's own."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return Target("external", href)
    if parts.netloc and parts.netloc.lower() not in load_words().hosts:
        known = parts.scheme in {"http", "https", "ftp", "", "mailto"}
        return Target("external", href) if known else None
    if parts.path.startswith("/wiki/"):
        fragment = _decode(parts.fragment) if parts.fragment else None
        return Target("internal", _decode(parts.path[6:]), fragment)
    if parts.path.endswith("/index.php"):
        query = parse_qs(parts.query)
        if "title" in query and ("redlink" in query or "action" not in query):
            return Target("internal", normalize_title(query["title"][0]))
        return None
    return Target("external", href) if parts.scheme in {"mailto", "tel"} else None


def _strip_prefix(title: str) -> str | None:
    """Return a file's name without its namespace; None where it has another or none."""
    prefix, colon, rest = title.partition(":")
    if colon and prefix.strip().lower() in load_words().files:
        return normalize_title(rest) or None
    return None


def read_file(attributes: dict[str, str | None]) -> str | None:
    """Return the file that an element shows or links to."""
    for name in ("resource", "href"):
        value = attributes.get(name) or ""
        path = value.partition("#")[0]
        if "wpDestFile=" in path:
            path = path.partition("wpDestFile=")[2].partition("&")[0]
            return _decode(path) or None
        path = path.partition("?")[0]
        if path.startswith("./"):
            return _strip_prefix(_decode(path[2:]))
        if "/wiki/" in path:
            return _strip_prefix(_decode(path.partition("/wiki/")[2]))
    return None
