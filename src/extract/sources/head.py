"""What the head of an HTML page says: title, ids, time and wiki.

Forms: Parsoid's output (https://www.mediawiki.org/wiki/Specs/HTML) and pages saved from a
browser, whose head carries MediaWiki's variables (``wgPageName`` and others).
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from extract.sources.identity import normalize_title, read_timestamp, site_names

__all__ = ["Head", "read_head"]

# Heads of saved pages hold inlined styles; bodies may hold other pages' heads as text.
MOST = 1 << 20

_TAG = re.compile(r"<(meta|link|html|base)\b([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:.-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,2000})"|'([^']{0,2000})')""")
_TITLE = re.compile(r"<title\b[^<>]{0,500}>([^<]{0,1000})</title", re.IGNORECASE)
_STRING = re.compile(r'"(wg\w{1,40})"\s{0,9}:\s{0,9}("(?:[^"\\]|\\.){0,1000}"|-?\d{1,18}\b)')
_REVISION = re.compile(r"Special:Redirect/revision/(\d{1,18})|[?&;]oldid=(\d{1,18})")
_HOST = re.compile(r"(?:https?:)?//([a-z-]{2,20})\.(?:m\.)?(wik[a-z]{2,20})\.org/")
_ITEM = re.compile(r"Q[1-9]\d{0,18}$")


class Head(NamedTuple):
    """What was found; None where the head does not say."""

    title: str | None = None
    page_id: int | None = None
    namespace: int | None = None
    rev_id: int | None = None
    rev_timestamp: str | None = None
    wiki: str | None = None
    wikidata_id: str | None = None


def read_head(html: str) -> Head:
    """Return what the head of the page says, from the surest mark to the weakest."""
    end = html.find("</head", 0, MOST)
    head = html[: end if end >= 0 else MOST]
    properties, links, about = _read_tags(head)
    variables: dict[str, str] = {}
    for found in _STRING.finditer(head):
        variables.setdefault(found[1], found[2])
    url = links.get("dc:isversionof") or links.get("canonical") or properties.get("og:url") or ""
    item = _text(variables.get("wgWikibaseItemId"))
    return Head(
        title=_title(head, url, variables, properties),
        page_id=_positive(properties.get("mw:pageid") or variables.get("wgArticleId")),
        namespace=_number(properties.get("mw:pagenamespace") or variables.get("wgNamespaceNumber")),
        rev_id=_revision(properties, variables, about, links),
        rev_timestamp=read_timestamp(properties.get("dc:modified", "")),
        wiki=_wiki(variables, url or links.get("base", "")),
        wikidata_id=item if item and _ITEM.match(item) else None,
    )


def _read_tags(head: str) -> tuple[dict[str, str], dict[str, str], str]:
    """Return meta properties, links by relation, and what the page is about (a URL)."""
    properties: dict[str, str] = {}
    links: dict[str, str] = {}
    about = ""
    for tag in _TAG.finditer(head):
        attributes = {
            found[1].lower(): unescape(found[2] if found[2] is not None else found[3])
            for found in _ATTRIBUTE.finditer(tag[2])
        }
        kind = tag[1].lower()
        if kind == "meta":
            name = attributes.get("property") or attributes.get("name") or ""
            properties.setdefault(name.lower(), attributes.get("content", ""))
        elif kind == "link":
            for relation in attributes.get("rel", "").split():
                links.setdefault(relation.lower(), attributes.get("href", ""))
        elif kind == "base":
            links.setdefault("base", attributes.get("href", ""))
        else:
            about = about or attributes.get("about", "")
    return properties, links, about


def _title(
    head: str, url: str, variables: dict[str, str], properties: dict[str, str]
) -> str | None:
    name = _text(variables.get("wgPageName"))
    if not name and "/wiki/" in url:
        path = url.partition("/wiki/")[2].partition("?")[0].partition("#")[0]
        name = unquote(path, errors="replace")
    if not name:
        name = _without_site(properties.get("og:title", ""))
    if not name:
        found = _TITLE.search(head)
        name = _without_site(unescape(found[1])) if found else ""
    return normalize_title(name) or None


def _without_site(title: str) -> str:
    """Return a browser's title without the name of the site at its end."""
    title = " ".join(title.split())
    for dash in (" – ", " - ", " — ", " | "):
        stem, found, site = title.rpartition(dash)
        if found and site.partition(",")[0].strip() in site_names():
            return stem
    return title


def _revision(
    properties: dict[str, str], variables: dict[str, str], about: str, links: dict[str, str]
) -> int | None:
    for value in (properties.get("mw:revisionid"), variables.get("wgRevisionId")):
        number = _positive(value)
        if number is not None:
            return number
    for url in (about, links.get("canonical", "")):
        found = _REVISION.search(url)
        if found:
            return int(found[1] or found[2])
    return None


def _wiki(variables: dict[str, str], url: str) -> str | None:
    name = _text(variables.get("wgDBname"))
    if name:
        return name
    host = _HOST.match(url)
    if host is None:
        return None
    return host[1].replace("-", "_") + ("wiki" if host[2] == "wikipedia" else host[2])


def _text(value: str | None) -> str:
    """Return the text of a JSON string as written in a script."""
    if not value or not value.startswith('"'):
        return ""
    try:
        # An escape may name half of a pair, which no table can hold.
        return str(json.loads(value)).encode("utf-8", "replace").decode("utf-8")
    except ValueError:
        return ""


def _number(value: str | None) -> int | None:
    try:
        number = int((value or "").strip('"'))
    except ValueError:
        return None
    return number if -(1 << 63) <= number < 1 << 63 else None


def _positive(value: str | None) -> int | None:
    number = _number(value)
    return number if number is not None and number > 0 else None
