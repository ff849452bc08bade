"""The sources of a note or list item that is known only as it is printed."""

from __future__ import annotations

from collections.abc import Sequence

from extract.model import Citation, Link
from extract.references.prose import ExternalLink, find_links, names_site, read_link, read_words
from extract.references.values import split_archive

__all__ = ["read_rendered"]


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


def read_rendered(
    text: str, links: Sequence[Link], latest_year: int | None = None
) -> list[Citation]:
    """Return the sources of printed text with its links; words alone give one row.

    A link to an archived copy, and a link to the site's own front page, belong to the source
    before them.
    """
    external = _external(text, links)
    if not external:
        return [read_words(text, latest_year)] if text.strip(" .,:;^\u2191") else []
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
