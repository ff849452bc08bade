"""In what order a template shows a source: by its name and the names it is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from extract.wikitext.display import Places, citation_words, find_places, title_key

__all__ = ["Part", "find_address", "find_parts", "is_listed"]

_ADDRESS = re.compile(r"https?://[^\s\[\]<>{}|\x7f]++")


class Part(NamedTuple):
    """A part of a source as shown, and what parts it from the one before."""

    before: str
    name: str
    """The parameter; empty for the work that the template itself names."""
    url: str
    """The parameter that the part is linked to, where it is no link yet; mostly none."""
    site: str = ""
    """What is shown where there is no parameter."""


@lru_cache(maxsize=512)
def _read_name(name: str) -> tuple[bool, bool, Places | None]:
    """Return how a template shows a source by its name: all of it in order; by the names of
    its parameters; or by their positions."""
    words = citation_words()
    if title_key(name) in words.listed:
        return True, False, None
    return False, name.lower().startswith(words.prefixes), find_places(name)


def is_listed(name: str) -> bool:
    """Tell whether a template shows its name and all that it is given, in order."""
    return _read_name(name)[0]


def find_parts(name: str, given: Mapping[str, object]) -> tuple[Part, ...] | None:
    """Return the parts of a source in the order they are shown; None where it is none.

    A template is a source by its name, or by an address with a heading.  ``given`` are the
    names of the parameters that say something.
    """
    _, named, places = _read_name(name)
    if not named and places is None and citation_words().urls.isdisjoint(given):
        return None
    return _lay_out(named, places, tuple(given))


@lru_cache(maxsize=1 << 11)
def _lay_out(named: bool, places: Places | None, given: tuple[str, ...]) -> tuple[Part, ...] | None:
    words = citation_words()
    author, title, work, date = words.author, words.title, words.work, words.date
    site = ""
    if places is not None:
        author, title = places.author + author, places.title + title
        work, date, site = places.work + work, places.date + date, places.site
        if not any(name in given for name in (*title, *author)):
            return None
    elif not any(name in given for name in (title if named else words.heading)):
        return None
    parts = []
    separator = ""
    for names in (author, title, words.place, work, date):
        name = next((name for name in names if name in given), "")
        shown = site if names is work and not name else ""
        if not name and not shown:
            continue
        if names is author:
            parts += _lay_out_people((name, *words.further), given)
        else:
            url = next((url for url in words.url if url in given), "") if names is title else ""
            parts.append(Part(separator, name, url, shown))
        separator = ": " if names is words.place else ", "
    page = next((name for name in words.pages if name in given), "")
    if page and parts:
        parts.append(Part(f", {words.pages[page]}", page, ""))
    return tuple(parts)


def _lay_out_people(names: tuple[str, ...], given: tuple[str, ...]) -> list[Part]:
    """Return those who wrote a source, each with the first name before the last."""
    parts: list[Part] = []
    for name in names:
        if name not in given:
            continue
        first = citation_words().first.get(name, "")
        before = ", " if parts else ""
        if first in given:
            parts.append(Part(before, first, ""))
            before = " "
        parts.append(Part(before, name, ""))
    return parts


def find_address(shown: str, address: str) -> str:
    """Return what a part is linked to; nothing where it holds a link, or there is no address."""
    if "[" in shown:
        return ""
    address = address.strip()
    return address if _ADDRESS.fullmatch(address) else ""
