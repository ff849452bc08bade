"""In what order a template shows a source: by its name and the names it is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from extract.wikitext.display import citation_words, title_key
from extract.wikitext.templates import Parameter, Template

__all__ = ["Part", "find_address", "find_parts", "given_values", "is_listed"]

_ADDRESS = re.compile(r"https?://[^\s\[\]<>{}|\x7f]++")


class Part(NamedTuple):
    """A part of a source as shown, and what parts it from the one before."""

    before: str
    name: str
    """The parameter; empty for the name of the template itself."""
    url: str
    """The parameter that the part is linked to, where it is no link yet; mostly none."""


@lru_cache(maxsize=512)
def _citation_kind(name: str) -> str:
    """Return how a template shows a source by its name, nothing where its name does not tell."""
    words = citation_words()
    key = title_key(name)
    if key in words.listed:
        return "listed"
    if key in words.positional:
        return "positional"
    return "named" if name.lower().startswith(words.prefixes) else ""


def is_listed(name: str) -> bool:
    """Tell whether a template shows its name and all that it is given, in order."""
    return _citation_kind(name) == "listed"


def given_values(template: Template) -> dict[str, Parameter]:
    """Return the parameters that say something, by name; of one name the last."""
    return {p.name: p for p in template.parameters if p.value and not p.value.isspace()}


def find_parts(template: Template, given: Mapping[str, Parameter]) -> tuple[Part, ...] | None:
    """Return the parts of a source in the order they are shown; None where it is none.

    A template is a source by its name, or by an address with a heading.
    """
    kind = _citation_kind(template.name)
    if not kind and citation_words().urls.isdisjoint(given):
        return None
    return _lay_out(kind, tuple(given))


@lru_cache(maxsize=1 << 11)
def _lay_out(kind: str, given: tuple[str, ...]) -> tuple[Part, ...] | None:
    words = citation_words()
    groups = [words.author, words.title, words.place, words.work, words.date]
    if kind == "positional":
        if "1" in given or "2" in given:
            groups = [("1",), ("2",), ("",), ("4",)]
    elif not any(title in given for title in (words.title if kind else words.heading)):
        return None
    parts = []
    separator = ""
    for names in groups:
        name = next((name for name in names if name in given or not name), None)
        if name is None:
            continue
        url = ""
        if names is words.title:
            url = next((url for url in words.url if url in given), "")
        parts.append(Part(separator, name, url))
        separator = ": " if names is words.place else ", "
    return tuple(parts)


def find_address(part: Part, given: Mapping[str, Parameter]) -> str:
    """Return what a part is linked to; nothing where it holds a link, or there is no address."""
    if not part.url or "[" in given[part.name].value:
        return ""
    address = given[part.url].value.strip()
    return address if _ADDRESS.fullmatch(address) else ""
