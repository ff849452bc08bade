"""One ``<page>`` of a MediaWiki XML export, and the header before the first.

Format: https://www.mediawiki.org/xml/export-0.11.xsd and its forerunners.  The writer
escapes every ``<`` of a text, so an element is found by its literal tags; no XML parser is
needed for what MediaWiki writes, and damage stays in the page it is in.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from extract.model import Page, Problem
from extract.sources.identity import (
    SourceProblem,
    derive_id,
    find_namespace,
    normalize_title,
    read_timestamp,
)

__all__ = ["Selection", "SiteInfo", "keep_latest", "read_element", "read_header", "unescape"]

# Languages written in Hebrew letters: a Hebrew title does not contradict their headers.
_HEBREW_SCRIPT = frozenset({"he", "iw", "yi", "lad", "jrb", "jpr"})
_WIKI_SUFFIXES = (
    "wiktionary",
    "wikibooks",
    "wikinews",
    "wikiquote",
    "wikisource",
    "wikiversity",
    "wikivoyage",
    "wiki",
)
_TITLE = re.compile(rb"<title>([^<]{1,2000})</title>")
_NAMESPACE = re.compile(r'<namespace\s[^<>]*?key="(-?\d{1,6})"[^<>]*>([^<]{0,200})</namespace>')
_LANGUAGE = re.compile(r'\sxml:lang="([\w-]{1,20})"')
_HOST = re.compile(r"https?://([a-z-]{2,20})\.(?:m\.)?(wik[a-z]{2,20})\.org")
_REDIRECT = re.compile(rb"""<redirect\s+title\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_HEBREW_LETTER = re.compile("[\u05d0-\u05ea]")


class SiteInfo(NamedTuple):
    """What the header of an export says, and the wiki its pages are taken to be of."""

    dbname: str | None
    language: str | None
    base: str | None
    namespaces: dict[str, int]
    """Names in lower case to numbers, as the file gives them."""
    wiki: str | None
    """``dbname``, unless the titles contradict it (see ``read_header``)."""


class Selection(NamedTuple):
    """Which pages of a dump to give."""

    namespaces: frozenset[int] | None = frozenset({0})
    titles: frozenset[str] | None = None

    @classmethod
    def make(cls, namespaces: Collection[int] | None, titles: Collection[str] | None) -> Selection:
        """Return the selection of these namespaces and titles; None selects all."""
        return cls(
            None if namespaces is None else frozenset(namespaces),
            None if titles is None else frozenset(map(normalize_title, titles)),
        )


def unescape(text: str) -> str:
    """Return text with XML's five named and all numeric character references resolved."""
    if "&" not in text:
        return text
    if "&#" in text:
        text = _NUMERIC.sub(_character, text)
    text = text.replace("&lt;", "<").replace("&gt;", ">")
    text = text.replace("&quot;", '"').replace("&apos;", "'")
    # Last, so that an escaped reference ("&amp;lt;") is resolved once only.
    return text.replace("&amp;", "&")


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    if code == 38:
        return "&amp;"
    allowed = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0x110000
    return chr(code) if allowed else "\ufffd"


def read_header(data: bytes) -> SiteInfo:
    """Return what the first bytes of an export say: its header and its first titles.

    Test files and hand-made extracts carry the header of another wiki over Hebrew pages
    (``enwiki`` over hewiki's).  Where the header names a language that is not written in
    Hebrew letters and most of the first titles are Hebrew, the language of ``wiki`` is
    taken to be Hebrew; namespaces are read by number, so nothing else depends on it.
    """
    end = data.find(b"<page")
    head = data[: end if end >= 0 else 1 << 16].decode("utf-8", "replace")
    dbname = _inner(head, "dbname")
    base = _inner(head, "base")
    language_found = _LANGUAGE.search(head)
    language = language_found[1] if language_found else None
    if dbname is None and base:
        host = _HOST.match(base)
        dbname = host[1].replace("-", "_") + _project(host[2]) if host else None
    namespaces = {
        normalize_title(unescape(name)).lower(): int(key)
        for key, name in _NAMESPACE.findall(head)
        if name.strip()
    }
    titles = [found.decode("utf-8", "replace") for found in _TITLE.findall(data)[:200]]
    hebrew = sum(1 for title in titles if _HEBREW_LETTER.search(title))
    wiki = dbname
    if titles and hebrew * 2 > len(titles):
        wiki = _as_hebrew(dbname, language)
    return SiteInfo(dbname, language, base, namespaces, wiki)


def _project(host: str) -> str:
    return "wiki" if host == "wikipedia" else host


def _as_hebrew(dbname: str | None, language: str | None) -> str | None:
    if dbname is None or (language or "").partition("-")[0] in _HEBREW_SCRIPT:
        return dbname
    suffix = next((suffix for suffix in _WIKI_SUFFIXES if dbname.endswith(suffix)), None)
    if suffix is None or dbname.removesuffix(suffix) in _HEBREW_SCRIPT:
        return dbname
    return "he" + suffix


def _inner(head: str, tag: str) -> str | None:
    start = head.find(f"<{tag}>")
    end = head.find(f"</{tag}>", start)
    if start < 0 or end < 0:
        return None
    return unescape(head[start + len(tag) + 2 : end].strip()) or None


def _between(raw: bytes, tag: bytes, low: int, high: int) -> bytes | None:
    start = raw.find(b"<" + tag + b">", low, high)
    if start < 0:
        return None
    start += len(tag) + 2
    end = raw.find(b"</", start, high)
    return raw[start:end] if end >= 0 else None


def _number(raw: bytes | None) -> int | None:
    if raw is None:
        return None
    try:
        number = int(raw)
    except ValueError:
        return None
    return number if -(1 << 63) <= number < 1 << 63 else None


def _revisions(raw: bytes) -> list[tuple[int, int]]:
    """Return the spans of the complete revisions of a page."""
    spans: list[tuple[int, int]] = []
    start = raw.find(b"<revision>")
    while start >= 0:
        following = raw.find(b"<revision>", start + 10)
        end = raw.find(b"</revision>", start, following if following >= 0 else len(raw))
        if end >= 0:
            spans.append((start, end + 11))
        start = following
    return spans


def _latest(raw: bytes, spans: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the span of the newest revision; the later one of two of the same second."""
    if len(spans) == 1:
        return spans[0]
    # ISO 8601 in UTC sorts as text.
    stamps = [
        (_between(raw, b"timestamp", *span) or b"", index) for index, span in enumerate(spans)
    ]
    return spans[max(stamps)[1]]


def keep_latest(raw: bytes) -> bytes:
    """Return an unfinished page without its complete revisions, the newest excepted.

    A page of a history dump can be larger than memory; its newest revision is not.
    """
    spans = _revisions(raw)
    if len(spans) < 2:
        return raw
    low, high = _latest(raw, spans)
    return raw[: spans[0][0]] + raw[low:high] + raw[spans[-1][1] :]


def read_element(
    raw: bytes, selection: Selection, names: dict[str, int], wiki: str | None, source: str
) -> tuple[Page | None, SourceProblem | None]:
    """Return the page of the bytes from ``<page>`` to before ``</page>``, or what is wrong.

    Both are None where the page is not selected or its content model is not wikitext;
    both are given where the text was repaired.  Of several revisions the newest counts.
    """
    head_end = raw.find(b"<revision>")
    if head_end < 0:
        head_end = len(raw)
    space_raw = _between(raw, b"ns", 0, head_end)
    space = _number(space_raw)
    wanted = selection.namespaces
    if space is not None and wanted is not None and space not in wanted:
        return None, None
    title_raw = _between(raw, b"title", 0, head_end)
    title = normalize_title(unescape((title_raw or b"").decode("utf-8", "replace")))
    page_id = _number(_between(raw, b"id", 0, head_end))
    if page_id is None or page_id < 0:
        page_id = derive_id(title or source)
    if not title:
        return None, _problem(source, page_id, "no_title", "a page without a title")
    if space_raw is None:
        space = find_namespace(title, names)
    if space is None:
        return None, _problem(title, page_id, "bad_namespace", "its namespace is not a number")
    if wanted is not None and space not in wanted:
        return None, None
    if selection.titles is not None and title not in selection.titles:
        return None, None
    redirect_found = _REDIRECT.search(raw, 0, head_end)
    redirect = None
    if redirect_found:
        target = redirect_found[1] if redirect_found[1] is not None else redirect_found[2]
        redirect = normalize_title(unescape(target.decode("utf-8", "replace"))) or None
    spans = _revisions(raw)
    if not spans:
        return None, _problem(title, page_id, "no_revision", "a page without a whole revision")
    revision = _read_revision(raw, *_latest(raw, spans))
    if revision.failure:
        return None, _problem(title, page_id, *revision.failure)
    if revision.text is None:
        return None, None
    page = Page(
        title=title,
        text=revision.text,
        page_id=page_id,
        namespace=space,
        rev_id=revision.rev_id,
        rev_timestamp=revision.timestamp,
        wiki=wiki,
        source=source,
        redirect_target=redirect,
    )
    if revision.repaired:
        message = "bytes that are not UTF-8 were replaced by U+FFFD"
        return page, _problem(title, page_id, "invalid_utf8", message)
    return page, None


def _problem(title: str, page_id: int, kind: str, message: str) -> SourceProblem:
    return SourceProblem(title, page_id, Problem("source", kind, message))


class _Revision(NamedTuple):
    """A revision as read: ``text`` None and no failure where it is not wikitext."""

    text: str | None = None
    rev_id: int | None = None
    timestamp: str | None = None
    repaired: bool = False
    failure: tuple[str, str] | None = None


def _read_revision(raw: bytes, low: int, high: int) -> _Revision:
    opened = raw.find(b"<text", low, high)
    gap = raw.find(b">", opened, high)
    if opened < 0 or gap < 0:
        return _Revision(failure=("no_text", "its revision has no text element"))
    attributes = raw[opened + 5 : gap]
    closed = gap - 1
    if not attributes.endswith(b"/"):
        closed = raw.find(b"</text>", gap, high)
        if closed < 0:
            return _Revision(failure=("broken", "its text element is not closed"))
    # Ids of contributors and models of further slots are not those of the revision.
    about = _cut(raw[low:opened], b"contributor") + _cut(raw[closed:high], b"content")
    model = _between(about, b"model", 0, len(about))
    if model is not None and model.strip() != b"wikitext":
        return _Revision()
    if b"deleted=" in attributes:
        return _Revision(failure=("text_suppressed", "its text is suppressed in the dump"))
    body = raw[gap + 1 : closed] if closed > gap else b""
    if not body and attributes.endswith(b"/") and not _is_empty(attributes):
        return _Revision(failure=("text_missing", "the dump has no text of it (a stub dump?)"))
    repaired = False
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text, repaired = body.decode("utf-8", "replace"), True
    text = unescape(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    stamp = _between(about, b"timestamp", 0, len(about))
    return _Revision(
        text=text,
        rev_id=_number(_between(about, b"id", 0, len(about))),
        timestamp=read_timestamp(stamp.decode("ascii", "replace")) if stamp else None,
        repaired=repaired,
    )


def _cut(about: bytes, tag: bytes) -> bytes:
    """Return the bytes without the elements of this name."""
    while True:
        start = about.find(b"<" + tag + b">")
        end = about.find(b"</" + tag + b">", start)
        if start < 0 or end < 0:
            return about
        about = about[:start] + about[end + len(tag) + 3 :]


def _is_empty(attributes: bytes) -> bool:
    return b"bytes=" not in attributes or b'bytes="0"' in attributes
