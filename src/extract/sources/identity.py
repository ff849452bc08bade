"""Who a page is where its source does not say: title, id, namespace, redirect."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

from extract.hewiki import load_toml
from extract.model import Problem

__all__ = [
    "COMPRESSIONS",
    "PAGE_SUFFIXES",
    "SourceProblem",
    "derive_id",
    "find_namespace",
    "find_redirect",
    "normalize_title",
    "read_timestamp",
    "site_names",
    "title_from_name",
]

PAGE_SUFFIXES = (".wiki", ".wikitext", ".mediawiki", ".txt", ".html", ".htm", ".xml")
COMPRESSIONS = (".bz2", ".gz", ".zst")

_SPACES = re.compile(r"[\s_\u00a0]+")
# MediaWiki drops these from titles: they are invisible and come with copied text.
_DIRECTION_MARKS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), 0xFEFF])
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|[+-]00:?00)$", re.ASCII)
_REDIRECT = re.compile(r"\s*#\s*([^\s:\[\]#|]{1,40})\s*:?\s*\[\[([^\[\]\n|]{1,300})(?:\||\]\])")


class SourceProblem(NamedTuple):
    """Something a source could not give; it stands in the stream in place of its page.

    Where no page is known, ``title`` is the name of the file and ``page_id`` derives from it.
    """

    title: str
    page_id: int
    problem: Problem


def normalize_title(raw: str) -> str:
    """Return the title as a wiki stores it: NFC, single spaces, no underscores or bidi marks.

    The case of the first letter is kept as written.
    """
    cleaned = unicodedata.normalize("NFC", raw).translate(_DIRECTION_MARKS)
    return _SPACES.sub(" ", cleaned).strip()


def derive_id(title: str) -> int:
    """Return the page id of a title that came without one: negative, stable, within int64.

    A SHA-256 of the normalised title (first letter capitalised, as wikis compare titles)
    cut to 62 bits, so that the same title has the same id in every run and on every machine,
    and never the id of a page of the wiki.
    """
    name = normalize_title(title)
    name = name[:1].upper() + name[1:]
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return -1 - (int.from_bytes(digest[:8], "big") >> 2)


def read_timestamp(raw: str) -> str | None:
    """Return a time as MediaWiki writes it (``2021-08-10T16:23:30Z``), None if it is none.

    Fractions of a second, which other writers add, are dropped.
    """
    found = _STAMP.match(raw.strip())
    if found is None:
        return None
    try:
        datetime.fromisoformat(found[1])
    except ValueError:
        return None
    return found[1] + "Z"


def title_from_name(name: str) -> str:
    """Return the title a file name stands for.

    Known extensions are cut (also ``.wiki.bz2``), percent escapes decoded, underscores are
    spaces.  What is no known extension belongs to the title.
    """
    stem = name
    for suffixes in (COMPRESSIONS, PAGE_SUFFIXES):
        lowered = stem.lower()
        for suffix in suffixes:
            if lowered.endswith(suffix) and len(stem) > len(suffix):
                stem = stem[: -len(suffix)]
                break
    # A name that is not UTF-8 on disk arrives with lone surrogates, which no table can hold.
    stem = stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return normalize_title(unquote(stem, errors="replace"))


@cache
def _namespaces() -> dict[str, int]:
    table: dict[str, list[str]] = load_toml("sources.toml")["namespaces"]
    return {name.lower(): int(key) for key, names in table.items() for name in names}


def find_namespace(title: str, names: dict[str, int] | None = None) -> int:
    """Return the number of the namespace a title's prefix names, 0 where it names none.

    ``names`` (lower case) are looked at before the shipped names and aliases of hewiki.
    """
    prefix, colon, rest = title.partition(":")
    if not colon or not rest:
        return 0
    key = normalize_title(prefix).lower()
    if names and key in names:
        return names[key]
    return _namespaces().get(key, 0)


@cache
def _redirect_words() -> frozenset[str]:
    return frozenset(word.lower() for word in load_toml("sources.toml")["redirects"]["words"])


@cache
def site_names() -> tuple[str, ...]:
    """Return the names of sites that a browser's title of a saved page may end with."""
    return tuple(load_toml("sources.toml")["sites"]["names"])


def find_redirect(text: str) -> str | None:
    """Return where wikitext that begins as a redirect points to, without its fragment.

    A light look at the first words, for the source's own record; the parser reads it in full.
    """
    found = _REDIRECT.match(text, 0, 1000)
    if found is None or found[1].lower() not in _redirect_words():
        return None
    return normalize_title(found[2].partition("#")[0].lstrip(":")) or None
