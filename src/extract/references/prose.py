"""Sources that no template names: external links with words around them, and words alone.

House style of the notes: ``author, [address title], באתר site, date`` and
``author, '''book''', place: publisher, year, עמ' pages``.  What cannot be told from the
punctuation is left out rather than guessed.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.model import Citation
from extract.references.dating import may_hold_date, read_when
from extract.references.filling import read_labelled
from extract.references.templates import is_work
from extract.references.values import (
    read_language,
    read_text,
    read_title,
    read_url,
    split_names,
    tidy,
    unquote_title,
)

__all__ = ["ExternalLink", "find_links", "is_copy", "names_site", "read_link", "read_words"]

_LINK = re.compile(
    r"\[((?:https?:|ftp:)?//[^\s\[\]<>\"]{1,4000})([^\]\n]{0,800})\]"
    r"|(?<![\[=/\w])((?:https?|ftp)://[^\s\[\]<>\"{}|]{4,4000})",
    re.IGNORECASE,
)
_AUTHOR_WORDS = 12
_WORK_WORDS = 6
_LONG = 4_000
_BRACKETED = re.compile(r"\([^()]{0,200}\)")
_PAGES_ALONE = re.compile(r"[0-9]{1,3}(?: ?[-\u2013] ?[0-9]{1,3})?")
_HEBREW_YEAR_AT_END = re.compile(
    "[\u05d0-\u05ea] ((?:\u05d4['\u05f3]?)?\u05ea[\u05d0-\u05ea]{0,3}[\"\u05f4\u201d][\u05d0-\u05ea])$"
)
_YEAR_AT_END = re.compile(r"(?<![0-9])(1[5-9][0-9]{2}|20[0-9]{2})$")


_OPENING = frozenset('"\u201c\u201d\u201e\u05f4')


class ExternalLink(NamedTuple):
    """An external link in a text; ``label`` is raw and empty for a bare address."""

    start: int
    end: int
    url: str
    label: str


class _Words(NamedTuple):
    see: re.Pattern[str]
    site: re.Pattern[str]
    site_at_end: re.Pattern[str]
    site_before: re.Pattern[str]
    page_word: re.Pattern[str]
    page_number: re.Pattern[str]
    publisher: re.Pattern[str]
    house: re.Pattern[str]
    numbered: re.Pattern[str]
    in_letter: str
    periodical: re.Pattern[str]
    documents: frozenset[str]
    parts: frozenset[str]
    roles: frozenset[str]
    accessed: re.Pattern[str]


@cache
def _words() -> _Words:
    data = load_toml("citation_words.toml")

    def joined(block: str, key: str) -> str:
        return "|".join(re.escape(w) for w in sorted(data[block][key], key=len, reverse=True))

    site = joined("words", "site")
    return _Words(
        re.compile(rf"^(?:{joined('prose', 'see')})[ :,]+", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{site})(?!\w)[ :]*([^,.;()\n]{{1,80}})"),
        re.compile(rf"(?<!\w)(?:{site})[ :\"'(]*$"),
        re.compile(rf"(?:{joined('words', 'site_names')}) +(\S[^,.;()\d]{{1,60}})"),
        re.compile(rf"^(?:{joined('words', 'pages')})[ .:]*[0-9\u05d0-\u05ea]", re.IGNORECASE),
        re.compile(
            rf"(?:{joined('words', 'pages')})[ .:]*[0-9]{{1,5}}(?:[-\u2013][0-9]{{1,5}})?",
            re.IGNORECASE,
        ),
        re.compile(rf"^{data['prose']['in_letter']}?((?:{joined('prose', 'publisher')})\s+.+)"),
        re.compile(
            rf"(?:{joined('prose', 'houses')}|[^\d:]{{2,50}}\s(?:{joined('prose', 'publisher_ends')}))"
        ),
        re.compile(
            rf"(?!(?:{joined('words', 'pages')}|{joined('words', 'issue')}|{joined('words', 'volume')}"
            rf"|{joined('prose', 'parts')}|{joined('prose', 'documents')})(?!\w))"
            r"([^\W\d][^\d,()]{1,40}?) [0-9]{1,3}(?:[-\u2013/][0-9]{1,3})?(?: \(.*)?",
            re.IGNORECASE | re.DOTALL,
        ),
        data["prose"]["in_letter"],
        re.compile(rf"(?<!\w)(?:{joined('prose', 'periodical')}) *$", re.IGNORECASE),
        frozenset(data["prose"]["documents"]),
        frozenset(data["prose"]["parts"]),
        frozenset(data["prose"]["roles"]),
        re.compile(rf"^(?:{joined('dates', 'accessed')})(?!\w{{3}})", re.IGNORECASE),
    )


def find_links(text: str) -> list[ExternalLink]:
    """Return the external links of a text in order, bracketed ones and bare addresses."""
    links = []
    for match in _LINK.finditer(text):
        if match[1]:
            links.append(ExternalLink(match.start(), match.end(), match[1], match[2].strip()))
        else:
            url = match[3].rstrip(".,;:!?')")
            links.append(ExternalLink(match.start(), match.start() + len(url), url, ""))
    return links


def is_copy(url: str, row: Citation) -> bool:
    """Whether an address is an archived copy of the source that the row cites."""
    original, copy = read_url(url)
    if copy is None or original is None or row.url is None:
        return False
    return original.partition("//")[2].rstrip("/") == row.url.partition("//")[2].rstrip("/")


def names_site(before: str, link: ExternalLink, previous: ExternalLink) -> bool:
    """Whether a link only names the site that the link before it leads to."""
    if _words().site_at_end.search(read_text(before)):
        return True
    root = link.url.rstrip("/")
    return len(root) < len(previous.url) and previous.url.startswith(root)


def _read_author(before: str) -> tuple[str, ...]:
    """Return the names that stand right before a title and end with a comma or colon."""
    text = tidy(read_text(before[-_LONG:]))
    text = _words().see.sub("", text)
    if not text.endswith((",", ":", "\u2013", "-")):
        return ()
    text = text.rstrip(" ,:\u2013-")
    if not text or len(text.split()) > _AUTHOR_WORDS or any(map(str.isdigit, text)):
        return ()
    if any(mark in text for mark in ("\u201c", "\u00ab", "(", "?", "!", ". ")) or '"' in (
        text[:1],
        text[-1:],
    ):
        return ()
    return split_names(text)


def _pieces(text: str) -> list[str]:
    return [piece.strip(" .()") for piece in text.split(",")]


def _take_access(tail: str, latest_year: int | None) -> tuple[str | None, list[str]]:
    """Return the day a source was consulted, as EDTF, and the pieces of the text without it."""
    for remark in _BRACKETED.finditer(tail):
        inside = remark[0][1:-1]
        if _words().accessed.match(inside):
            edtf = read_when(inside, latest_year, whole=True)[1]
            if edtf:
                return edtf, _pieces(tail[: remark.start()] + tail[remark.end() :])
    pieces = _pieces(tail)
    for index, piece in enumerate(pieces):
        if not _words().accessed.match(piece) or len(piece) > 60:
            continue
        for end in (index + 2, index + 1):  # an English date has a comma of its own
            edtf = read_when(", ".join(pieces[index:end]), latest_year, whole=True)[1]
            if edtf and (end == index + 1 or index + 1 < len(pieces)):
                return edtf, [*pieces[:index], *pieces[end:]]
    return None, pieces


def _read_tail_date(
    pieces: list[str], latest_year: int | None
) -> tuple[str | None, str | None, int | None]:
    """Return the last piece that is a date, as text and EDTF, and its index."""
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        if not piece or len(piece) > 60 or _words().page_number.fullmatch(piece):
            continue
        if _PAGES_ALONE.fullmatch(piece):
            continue  # more of the pages: 14, 17, 20-22
        before = pieces[index - 1] if index else ""
        if index and (split := f"{before}, {piece}")[-4:].isdecimal() and may_hold_date(before):
            # an English date has a comma of its own: May 5, 2010
            text, edtf = read_when(split, latest_year, whole=True)
            if edtf and "," in (text or "") and "/" not in edtf:
                return text, edtf, index - 1
        # a year in brackets after the number of the volume: 12 (1994)
        for part in dict.fromkeys((piece, piece.rpartition("(")[2])):
            text, edtf = read_when(part, latest_year, whole=True)
            if edtf:
                return text, edtf, index
    for index in range(len(pieces) - 1, -1, -1):
        year = _YEAR_AT_END.search(pieces[index])
        if (
            year
            and len(pieces[index].split()) <= _WORK_WORDS
            and not _words().page_word.match(pieces[index])
        ):
            return year[1], year[1], index
        printed = _HEBREW_YEAR_AT_END.search(pieces[index])
        if printed and len(pieces[index].split()) <= _WORK_WORDS:
            text, edtf = read_when(printed[1], latest_year, whole=True)
            if edtf:
                return text, edtf, index
    return None, None, None


def _read_work(text: str, pieces: list[str], date_at: int | None, *, accessed: bool) -> str | None:
    """Return the site or periodical: after its word, or the piece right before the date, the
    day of consultation where there is no other."""
    marked = _words().site.search(text)
    if marked:
        return unquote_title(marked[1].strip(" :\u2013-")) or None
    # "[address title], work, date": a comma closes the title
    if date_at is None and accessed and len(pieces) == 2:
        date_at = 2
    if date_at is not None and date_at >= 2 and not pieces[0]:
        piece = pieces[date_at - 1]
        if 0 < len(piece.split()) <= _WORK_WORDS and not any(map(str.isdigit, piece)):
            return unquote_title(piece) or None
    return None


_REMARK = re.compile(r"\(([^()]{2,20})\)")


def _take_language(tail: str) -> tuple[str | None, str]:
    """Return the language named in brackets after a link, and the text without it."""
    for match in _REMARK.finditer(tail[:600]):
        if code := read_language(match[1]):
            return code, tail[: match.start()] + tail[match.end() :]
    return None, tail


def read_link(
    link: ExternalLink, before: str, after: str, site: str | None, latest_year: int | None
) -> Citation:
    """Return the row of an external link with the words around it.

    ``site`` is the label of a second link that names the site.
    """
    title, _ = read_title(link.label)
    if before[-1:] in _OPENING and after[:1] in _OPENING:
        before = before[:-1]  # the quotation marks about a linked title
    authors = _read_author(before)
    own_site = _words().site_before.fullmatch(authors[0]) if len(authors) == 1 else None
    url, archive = read_url(link.url)
    language, tail = _take_language(read_text(after[:_LONG]))
    accessed, pieces = _take_access(tail, latest_year)
    date_text, edtf, date_at = _read_tail_date(pieces, latest_year)
    return Citation(
        0,
        None,
        None,
        None,
        "web",
        title=title,
        authors=() if own_site else authors,
        work=read_text(site) or None
        if site
        else _read_work(tail, pieces, date_at, accessed=accessed is not None)
        or (unquote_title(own_site[1]) if own_site else None)
        or _emphasized_work(after)
        or _numbered_work(tail, date_text),
        date_text=date_text,
        edtf=edtf,
        url=url,
        archive_url=archive,
        access_date=accessed,
        language=language,
        pages=read_labelled(tail, "pages"),
    )


# ------------------------------------------------------------------------- words alone


class _Title(NamedTuple):
    start: int
    end: int
    text: str
    is_book: bool


def _find_emphasis(raw: str) -> _Title | None:
    """Return the first run in bold, else in italics: a title of a book."""
    for mark in ("'''", "''"):
        start = raw.find(mark)
        end = raw.find(mark, start + len(mark)) if start >= 0 else -1
        if end > start + len(mark):
            text = unquote_title(read_text(raw[start + len(mark) : end].strip("' ")))
            if text:
                return _Title(start, end + len(mark), text, is_book=True)
    return None


_DATED_AUTHOR = re.compile(r"(?<=\S) ?\((1[5-9][0-9]{2}|20[0-9]{2})[a-z]?\)[.,:]?\s*$")
"""Author and year before a title: Hill, A. (1997)."""
_CLOSES = frozenset(" ,.;:)\n")


def _find_quotation(raw: str) -> _Title | None:
    """Return the first title in quotation marks, at the start or after a comma.

    A quotation mark between letters belongs to a Hebrew abbreviation.
    """
    for opening, closing in (('"', '"'), ("\u201c", "\u201d"), ("\u201e", "\u201d")):
        start = raw.find(opening)
        while 0 <= start < _LONG:
            before = raw[:start].rstrip()
            led = not before or before[-1] in ",:(" or _DATED_AUTHOR.search(before)
            if (start == 0 or raw[start - 1] in " (") and led:
                end = raw.find(closing, start + 1)
                while 0 <= end < start + 500 and end + 1 < len(raw) and raw[end + 1] not in _CLOSES:
                    end = raw.find(closing, end + 1)
                if start + 1 < end < start + 500:
                    return _Title(start, end + 1, read_text(raw[start + 1 : end]), is_book=False)
                return None
            start = raw.find(opening, start + 1)
    return None


_IMPRINT = re.compile(r"\([^().:]{2,30}: [^()]{2,60}\)")
"""Place, publisher and year in brackets: (Oxford: Clarendon Press, 1987)."""
_WIKILINK = re.compile(r"\[\[[^\[\]\n]{1,300}\]\]")


def _read_publisher(tail: str) -> str | None:
    """Return what follows "published by", or the name after a place: ``place: name``."""
    imprint = next((mark[0][1:-1] for mark in _IMPRINT.finditer(tail[:_LONG])), "")
    if imprint.partition(":")[0].casefold() in _words().roles:
        imprint = ""
    for piece in _pieces(_BRACKETED.sub("", tail) + "," + imprint):
        named = _words().publisher.match(piece)
        if named:
            return named[1]
        if _words().house.fullmatch(piece):
            return piece
        place, colon, name = piece.partition(": ")
        head, _, rest = name.partition(". ")
        if _words().page_word.match(rest):
            name = head
        worded = 0 < len(place.split()) <= 4 and 0 < len(name.split()) <= _WORK_WORDS
        if colon and worded and not name[0].isdigit():
            return name.strip()
    return None


def _containing_work(raw: str, end: int) -> str | None:
    """Return the work a quoted title is in: ``"entry" ב[[work]]`` or ``"title", '''work'''``."""
    link = _WIKILINK.search(raw, end, min(len(raw), end + 320))
    if link and raw[end : link.start()].strip(" ,'") in {_words().in_letter, ""}:
        return unquote_title(read_text(link[0])) or None
    emphasis = _find_emphasis(raw[end : end + 600])
    return emphasis.text if emphasis else _numbered_work(read_text(raw[end : end + 600]))


def _numbered_work(tail: str, date: str | None = None) -> str | None:
    """Return the periodical right behind a title, which the number of an issue shows: ``, work 62``."""
    piece = tail.lstrip(' ,"\u201d\u05f4').partition(",")[0].strip(" .")
    numbered = _words().numbered.fullmatch(piece)
    if numbered is None or len(numbered[1].split()) > _WORK_WORDS:
        return None
    if date and date.startswith(numbered[1]):
        return None  # May 5, 2010
    return unquote_title(numbered[1])


_THEN_EMPHASIS = re.compile(r"[\"\u201d\u05f4]?,\s*(?=''(?!'{3}))")


def _emphasized_work(after: str) -> str | None:
    """Return the work in bold or italics right behind the comma that closes a linked title."""
    then = _THEN_EMPHASIS.match(after)
    emphasis = _find_emphasis(after[then.end() : then.end() + 300]) if then else None
    return emphasis.text if emphasis and not emphasis.start else None


def _read_plain_triple(text: str) -> tuple[tuple[str, ...], str | None]:
    """Return author and title of "author, title, עמ' 5", the shape that is left of bold type."""
    pieces = _pieces(text)
    if len(pieces) != 3 or not _words().page_word.match(pieces[2]):
        return (), None
    names, title = pieces[0].split(), pieces[1].split()
    if not 1 <= len(names) <= 4 or not 1 <= len(title) <= _AUTHOR_WORDS:
        return (), None
    words = _words()
    if names[0] in words.documents or title[0] in words.parts or is_work(pieces[0]):
        return (), None
    return split_names(pieces[0]), unquote_title(pieces[1]) or None


def read_words(raw: str, latest_year: int | None = None) -> Citation:
    """Return the row of a source written in words, without any link.

    Its kind is ``book`` where the title stands in bold or italics, else ``text``; the title
    is None where the words do not set one off.
    """
    raw = raw[:_LONG]
    quotation = _find_quotation(raw)
    emphasis = _find_emphasis(raw)
    found = (
        quotation if quotation and (not emphasis or quotation.start < emphasis.start) else emphasis
    )
    pages = read_labelled(read_text(raw), "pages")
    row = Citation(0, None, None, None, "text", pages=pages)
    if found is None:
        authors, title = _read_plain_triple(read_text(raw))
        return row._replace(authors=authors, title=title, kind="book") if title else row
    tail = read_text(raw[found.end :])
    before = raw[: found.start]
    pieces = _pieces(tail)
    date_text, edtf, date_at = _read_tail_date(pieces, latest_year)
    dated = _DATED_AUTHOR.search(before)
    if dated:
        before = f"{before[: dated.start()]},"
        if edtf is None:
            date_text = edtf = dated[1]
    if found.is_book and _words().periodical.search(read_text(before)):
        return row._replace(kind="news", work=found.text, date_text=date_text, edtf=edtf)
    if not found.is_book and before.rstrip().endswith(":"):
        before = ""  # "in early papers:" names nobody
    full = row._replace(
        kind="book" if found.is_book else "text",
        title=found.text,
        authors=_read_author(before),
        work=None
        if found.is_book
        else _containing_work(raw, found.end) or _read_work(tail, pieces, date_at, accessed=False),
        publisher=_read_publisher(tail) if found.is_book else None,
        date_text=date_text,
        edtf=edtf,
        volume=read_labelled(tail, "volume"),
        issue=read_labelled(tail, "issue"),
    )
    # emphasis alone is emphasis: a source says more of itself, or nothing else at all
    told = (full.authors, full.pages, full.edtf, full.publisher, full.volume, full.work)
    alone = not read_text(raw[: found.start]) and not tail.strip(" .")
    return full if any(told) or alone else row
