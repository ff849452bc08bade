"""Where a page's report lies, and where the page itself lives on its wiki."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from extract.hewiki import load_toml

__all__ = ["file_address", "page_address", "report_path", "revision_address", "wiki_host"]

_NOT_WIKIPEDIAS = frozenset(
    {"commons", "meta", "species", "incubator", "sources", "wikidata", "mediawiki", "test"}
)


def report_path(page_id: int) -> str:
    """Return the path of a page's report under the report's folder.

    Folders hold a 256th of the pages each, so that none has too many files.
    """
    name = f"n{-page_id}" if page_id < 0 else str(page_id)
    return f"pages/{page_id % 256:02x}/{name}.html"


def wiki_host(wiki: str | None) -> str | None:
    """Return the host of a Wikimedia wiki by its database name; None for any other.

    ``hewiki`` → ``he.wikipedia.org``, ``zh_min_nanwiki`` → ``zh-min-nan.wikipedia.org``.
    """
    kinds: dict[str, Any] = load_toml("report.toml")["wikis"]
    found = re.fullmatch(rf"([a-z]+(?:_[a-z]+)*?)({'|'.join(map(re.escape, kinds))})", wiki or "")
    if found is None or found[1] in _NOT_WIKIPEDIAS:
        return None
    return f"{found[1].replace('_', '-')}.{kinds[found[2]]}"


def page_address(wiki: str | None, title: str, fragment: str | None = None) -> str | None:
    """Return the address of a page on its wiki; None where the wiki is not known."""
    host = wiki_host(wiki)
    if host is None or not title:
        return None
    place = f"#{quote(fragment.replace(' ', '_'))}" if fragment else ""
    return f"https://{host}/wiki/{quote(title.replace(' ', '_'))}{place}"


def revision_address(wiki: str | None, rev_id: int | None) -> str | None:
    """Return the address of a revision, the one that attribution must name."""
    host = wiki_host(wiki)
    return f"https://{host}/w/index.php?oldid={rev_id}" if host and rev_id is not None else None


def file_address(wiki: str | None, file: str) -> str | None:
    """Return the address of a picture's own page."""
    return page_address(wiki, f"File:{file}")
