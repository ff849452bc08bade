"""The sources of a note or list item that is known only as it is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from extract.model import Citation, Link
from extract.references.prose import ExternalLink, find_links, names_site, read_link, read_words
from extract.references.values import split_archive, tidy

__all__ = ["mark_emphasis", "read_rendered"]

_LONG = 20_000


def _external(text: str, links: Sequence[Link]) -> list[ExternalLink]:
    """Return the external links; addresses printed in the text count where none is linked."""
    found = [
        ExternalLink(link.start, link.end, link.target, text[link.start : link.end])
        for link in links
        if link.kind == "external" and 0 <= link.start <= link.end <= len(text)
    ]
    return sorted(found) or find_links(text)


def _is_copy(link: ExternalLink, previous: ExternalLink) -> bool:
    """Whether the link leads to an archived copy of what the one before it leads to."""
    original, copy = split_archive(link.url)
    return copy is not None and (
        original.rstrip("/") == previous.url.rstrip("/") or len(link.label) < 40
    )


_TAG = re.compile(r"<[^<>]{0,2000}>")
_EMPHASIS = re.compile(r"<(b|strong|i|em)(?: [^<>]{0,300})?>", re.IGNORECASE)


def mark_emphasis(text: str, raw: str) -> str:
    """Return the printed text with the first bold or italic words of its HTML marked as such.

    The type in which a book's title is set is all that tells it from the words around it.
    """
    for opener in _EMPHASIS.finditer(raw[:_LONG]):
        name = opener[1].lower()
        end = raw.find(f"</{name}>", opener.end(), opener.end() + 800)
        words = tidy(unescape(_TAG.sub("", raw[opener.end() : end]))) if end >= 0 else ""
        if len(words) > 1 and words in text:
            mark = "'''" if name in {"b", "strong"} else "''"
            return text.replace(words, mark + words + mark, 1)
    return text


def read_rendered(
    text: str, links: Sequence[Link], latest_year: int | None = None, raw: str = ""
) -> list[Citation]:
    """Return the sources of printed text with its links; words alone give one row.

    ``raw`` is the HTML of the text, where there is one.

    A link to an archived copy, and a link to the site's own front page, belong to the source
    before them.
    """
    external = _external(text, links)
    if not external:
        words = mark_emphasis(text, raw) if "<" in raw else text
        return [read_words(words, latest_year)] if text.strip(" .,:;^\u2191") else []
    rows: list[Citation] = []
    main: list[ExternalLink] = []
    previous_end = 0
    for index, link in enumerate(external):
        end = external[index + 1].start if index + 1 < len(external) else len(text)
        between = text[previous_end : link.start]
        previous_end = link.end
        if rows and _is_copy(link, main[-1]):
            rows[-1] = rows[-1]._replace(archive_url=rows[-1].archive_url or link.url)
            continue
        if rows and names_site(between, link, main[-1]):
            rows[-1] = rows[-1]._replace(work=link.label or rows[-1].work)
            continue
        before = between if not rows else between.rpartition(";")[2] if ";" in between else ""
        rows.append(read_link(link, before, text[link.end : end], None, latest_year))
        main.append(link)
    return rows
