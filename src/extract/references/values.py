"""Values of citation parameters: names, titles, languages, numbers, addresses.

Every reader takes raw wikitext or plain text, never raises, and returns None (or an empty
tuple) for what it cannot read: the value itself stays in ``Citation.parameters``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from extract.hewiki import load_toml
from extract.wikitext import plain_text

__all__ = [
    "has_markup",
    "join_names",
    "read_authors",
    "read_code",
    "read_doi",
    "read_isbn",
    "read_language",
    "read_pages",
    "read_text",
    "read_title",
    "read_url",
    "split_names",
    "tidy",
]

# An alternative a sign, so that ``re`` can skip to the next of them.
_MARKUP = re.compile(r"\[|\]|\{|\}|<|>|&|''|__|-\{")
_CODE_MARKUP = re.compile(r"[\[{<&]")
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_QUOTES = (('"', '"'), ("\u201c", "\u201d"), ("\u201e", "\u201c"), ("\u201e", "\u201d"),
           ("\u05f4", "\u05f4"), ("\u00ab", "\u00bb"), ("\u201d", "\u201d"), ("''", "''"))  # fmt: skip
_CLOSING = frozenset(closing[-1] for _, closing in _QUOTES)
_LONG = 20_000
"""Values longer than this are swallowed pages, not values; only their start is read."""
_NAMES = 1_000
"""The same for lists of names."""


def tidy(text: str) -> str:
    """Return visible text on one line: no direction marks, no runs of spaces."""
    # No sign is printable that is invisible, nor any space but the plain one.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return " ".join(_DIRECTION.sub("", text).split())


def has_markup(raw: str) -> bool:
    """Whether any sign in a value may be more than itself."""
    return _MARKUP.search(raw) is not None


def read_text(raw: str) -> str:
    """Return the visible words of a value."""
    if not raw:
        return ""
    raw = raw[:_LONG]
    if not _MARKUP.search(raw):
        return tidy(raw)
    return _read_marked(raw)


@lru_cache(maxsize=8)
def _read_marked(raw: str) -> str:
    """Return the words among signs; for a source in words they are asked for several times."""
    return tidy(plain_text(raw.replace("{{!}}", "|").replace("{{=}}", "=")))


def read_code(raw: str) -> str:
    """Return an identifier as written: underscores and dashes in it are no markup."""
    return read_text(raw) if _CODE_MARKUP.search(raw) else tidy(raw[:_LONG])


# ----------------------------------------------------------------------------- titles

_EXTERNAL = re.compile(r"\[((?:https?:|ftp:)?//[^\s\[\]<>\"]{1,4000})(?:[ \t]+([^\]\n]{0,800}))?\]")


def unquote_title(text: str) -> str:
    """Return a title without one pair of quotation marks around all of it."""
    bare = text[:-1].rstrip() if text.endswith((".", ",")) and len(text) > 2 else text
    if bare[-1:] not in _CLOSING:
        return text
    for opening, closing in _QUOTES:
        inner = bare[len(opening) : len(bare) - len(closing)]
        if (
            len(bare) > len(opening) + len(closing)
            and bare.startswith(opening)
            and bare.endswith(closing)
            and opening not in inner
            and closing not in inner
        ):
            return inner.strip()
    return text


def read_title(raw: str) -> tuple[str | None, str | None]:
    """Return the title and the address it is linked to, where it holds an external link."""
    raw = raw[:_LONG]
    link = _EXTERNAL.search(raw) if "//" in raw else None
    address = None
    if link:
        address = link[1]
        raw = raw[: link.start()] + (link[2] or "") + raw[link.end() :]
    return unquote_title(read_text(raw)) or None, address


# ---------------------------------------------------------------------------- authors


class _AuthorWords(NamedTuple):
    conjunctions: re.Pattern[str]
    letter: str
    lead: re.Pattern[str]
    others: re.Pattern[str]
    bodies: frozenset[str]
    suffixes: frozenset[str]
    agencies: frozenset[str]
    joining: frozenset[str]
    """The words of all that parts names or stands around them."""


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _author_words() -> _AuthorWords:
    data = load_toml("citation_words.toml")["authors"]
    letter = data["conjunction_letter"]
    return _AuthorWords(
        re.compile(
            rf" (?:(?:{_alternatives(data['conjunctions'])}) |{letter}[-\u05be\u2013] ?)| & | / |[;\u2022]",
            re.IGNORECASE,
        ),
        letter,
        re.compile(rf"^(?:{_alternatives(data['lead'])})[ :]+", re.IGNORECASE),
        re.compile(rf"[ ,]+(?:{_alternatives(data['others'])})[ .]*$", re.IGNORECASE),
        frozenset(data["bodies"]),
        frozenset(data["suffixes"]),
        frozenset(data["agencies"]),
        frozenset(
            word
            for kind in ("conjunctions", "lead", "others")
            for phrase in data[kind]
            for word in phrase.casefold().split()
        ),
    )


def _is_surname(text: str) -> bool:
    return 0 < len(text.split()) <= 2


def _is_inverted(parts: list[str]) -> bool:
    """Whether two parts are "surname, given names" rather than two people."""
    return len(parts) == 2 and (
        (len(parts[0].split()) == 1 and 0 < len(parts[1].split()) <= 3)
        or (parts[1].endswith(".") and len(parts[1]) <= 8 and _is_surname(parts[0]))
    )


def _split_letter(name: str, letter: str, listed: bool) -> list[str]:
    """Split "A B וC D": a joining letter counts only between names of two words or more."""
    words = name.split()
    for at in range(len(words) - 2, 0, -1):
        word = words[at]
        if (
            word.startswith(letter)
            and len(word) > 2
            and at >= 2
            and not word.startswith(letter * 2)
        ):
            return [" ".join(words[:at]), " ".join([word[1:], *words[at + 1 :]])]
    if listed and len(words) >= 2 and words[0].startswith(letter) and len(words[0]) > 2:
        return [name[1:]]
    return [name]


def _split_commas(piece: str, words: _AuthorWords) -> list[str]:
    parts = [part for part in map(str.strip, piece.split(",")) if part]
    merged: list[str] = []
    for part in parts:
        if merged and part.casefold() in words.suffixes:
            merged[-1] += ", " + part
        else:
            merged.append(part)
    if _is_inverted(merged) and not any(part.casefold() in words.agencies for part in merged):
        return [f"{merged[1]} {merged[0]}"]
    return merged


_REMARK = re.compile(r"\s*\([^()]{0,60}\)$")
_LETTERS = "[\u05d0-\u05eaA-Za-z]"
_ONE_NAME = re.compile(f"{_LETTERS}+(?: {_LETTERS}+){{0,2}}")
"""Three words hold one name, or else a word that joins two: the letter joins only longer ones."""


def split_names(text: str) -> tuple[str, ...]:
    """Return the people named in plain text, each as "given names surname".

    "A B, C D" is two people, "Surname, Given" one; a Hebrew "and" (the letter vav before a
    name) splits only where a name of two words stands on both sides.  Names of bodies are
    not split.
    """
    words = _author_words()
    text = tidy(text[:_NAMES]).strip(" ,:;-\u2013")
    if _ONE_NAME.fullmatch(text) and words.joining.isdisjoint(text.casefold().split(" ")):
        return (text,)
    text = words.others.sub("", words.lead.sub("", text))
    if not text:
        return ()
    if text.split()[0].casefold() in words.bodies:
        return (text,)
    names: list[str] = []
    for piece in words.conjunctions.split(text):
        parts = _split_commas(piece, words)
        for index, part in enumerate(parts):
            names.extend(_split_letter(part, words.letter, listed=index > 0))
    bare = (_REMARK.sub("", name).strip(" ,;") for name in names)
    return tuple(dict.fromkeys(name for name in bare if name))


_LINKED_AND = re.compile(r"\]\] ?\u05d5-?\[\[")
_BREAK = re.compile(r"<br ?/?>|\{\{ש\}\}")
_WHOLE_LINK = re.compile(r"\[\[[^\[\]]{1,300}\]\]")


def read_authors(raw: str) -> tuple[str, ...]:
    """Return the authors of a free-text value; a value that is one wikilink is one author."""
    if len(raw) > _SHORT:
        return _read_authors(raw)
    return _read_short_list(raw)


_SHORT = 64
"""Longest list of authors that is remembered: the same people write many sources."""


@lru_cache(maxsize=1 << 12)
def _read_short_list(raw: str) -> tuple[str, ...]:
    return _read_authors(raw)


def _read_authors(raw: str) -> tuple[str, ...]:
    raw = raw.strip()[:_LONG]
    if "[[" in raw:
        raw = _LINKED_AND.sub("]];[[", raw)
    if _WHOLE_LINK.fullmatch(raw):
        name = read_text(raw)
        return (name,) if name else ()
    raw = _BREAK.sub(";", raw) if "<" in raw or "{" in raw else raw
    return split_names(read_text(raw.replace("\n", ";")))


def join_names(lasts: Mapping[int, str], firsts: Mapping[int, str]) -> tuple[str, ...]:
    """Return the authors of numbered surnames and given names, in order of number."""
    names: list[str] = []
    for number in sorted(lasts):
        first = read_text(firsts.get(number, ""))
        if first:
            names.append(f"{first} {read_text(lasts[number])}".strip())
        else:
            names.extend(read_authors(lasts[number]))
    return tuple(dict.fromkeys(name for name in names if name))


# -------------------------------------------------------------------------- languages


@cache
def _languages() -> Mapping[str, str]:
    codes = load_toml("languages.toml")["codes"]
    return {name.casefold(): code for code, names in codes.items() for name in (code, *names)}


_BETWEEN_LANGUAGES = re.compile(r"[,/;&+]| \u05d5")
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8}){0,2}", re.IGNORECASE)


def read_language(raw: str) -> str | None:
    """Return the ISO 639 code of the first language named: "he-IL", "גרמנית", "English"."""
    known = _languages()
    if raw in known:
        return known[raw]
    for part in _BETWEEN_LANGUAGES.split(read_text(raw)):
        name = part.strip(" .()'\"").casefold().replace("\u05f3", "'")
        if name in known:
            return known[name]
        if len(name) > 3 and name[1:] in known:  # a fused "in": באנגלית
            return known[name[1:]]
        code = _CODE.fullmatch(name)
        if code and (len(code[1]) == 2 or "-" in name or "_" in name):
            return known.get(code[1], code[1])
    return None


# ------------------------------------------------------------------------ identifiers

_ISBN = re.compile(
    r"(?<![0-9A-Za-z])(?:97[89][- \u2010-\u2013]?)?(?:[0-9][- \u2010-\u2013]?){9}[0-9Xx](?![0-9A-Za-z])"
)


def _check13(digits: str) -> int:
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits[:12]))
    return (10 - total % 10) % 10


def read_isbn(raw: str) -> str | None:
    """Return the first ISBN whose check digit is right, as 13 digits.

    ISBN-10 becomes ISBN-13 (prefix 978); the International ISBN Agency's users' manual
    gives both check rules.
    """
    for match in _ISBN.finditer(read_text(raw)):
        digits = re.sub(r"[^0-9Xx]", "", match[0]).upper()
        if len(digits) == 10:
            total = sum(
                (10 if digit == "X" else int(digit)) * (10 - index)
                for index, digit in enumerate(digits)
            )
            if total % 11:
                continue
            digits = "978" + digits[:9]
            return digits + str(_check13(digits))
        if digits.isdecimal() and int(digits[12]) == _check13(digits):
            return digits
    return None


_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]{1,9}){0,4}/[^\s\"<>]{1,400}")


def read_doi(raw: str) -> str | None:
    """Return a DOI in lower case without a resolver's address, None if it is not one."""
    match = _DOI.search(unquote(read_code(raw)))
    if not match:
        return None
    doi = match[0].rstrip(".,;:'\"")
    for opening, closing in ("()", "[]", "{}"):
        while doi.endswith(closing) and doi.count(closing) > doi.count(opening):
            doi = doi[:-1].rstrip(".,;")
    return doi.lower() if not doi.endswith("/") else None


@cache
def _pages_label() -> re.Pattern[str]:
    words = load_toml("citation_words.toml")["words"]["pages"]
    return re.compile(rf"^(?:{_alternatives(words)})[ .:]*(?=[0-9\u05d0-\u05ea])", re.IGNORECASE)


def read_pages(raw: str) -> str | None:
    """Return page numbers as written, without the word for "page"."""
    return _pages_label().sub("", read_text(raw)).strip(" .,") or None


# -------------------------------------------------------------------------- addresses

_WAYBACK = re.compile(
    r"(?:https?:)?//(?:web|www|liveweb|wayback)?\.?archive\.org/(?:web/)?[0-9*]{1,14}[a-z_*]{0,5}/",
    re.IGNORECASE,
)
_ARCHIVE_TODAY = re.compile(
    r"(?:https?:)?//(?:www\.)?archive\.(?:is|today|ph|fo|li|md|vn)/(?:[0-9.\-]{4,20}/)?(?=https?:)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?:|ftp:)?//[^\s<>\"\[\]]{1,4000}", re.IGNORECASE)
_BARE_HOST = re.compile(
    r"(?:www\.|[a-z0-9-]{1,60}\.(?:co\.il|org\.il|gov\.il|ac\.il|com|org|net)(?=/))[^\s<>\"\[\]{}|]{1,4000}",
    re.IGNORECASE,
)


_SQUEEZED = re.compile(r"(?:https?|ftp):/[^/]", re.IGNORECASE)


def _whole(url: str) -> str:
    if url.startswith("//"):
        return "https:" + url
    if _SQUEEZED.match(url):  # archives squeeze the slashes
        scheme, _, rest = url.partition(":/")
        return f"{scheme}://{rest}"
    return url if "://" in url else "http://" + url


def split_archive(url: str) -> tuple[str, str | None]:
    """Return the original address and the archived copy's, where the address is of a copy."""
    if "archive." not in url.lower():
        return _whole(url), None
    for pattern in (_WAYBACK, _ARCHIVE_TODAY):
        match = pattern.match(url)
        if match and len(url) > match.end():
            return _whole(url[match.end() :]), _whole(url)
    return _whole(url), None


def read_url(raw: str) -> tuple[str | None, str | None]:
    """Return the address in a value and, where it is an archived copy, the copy's address.

    An archived copy gives (original, copy).  The address is kept as written, without
    entity references, brackets and what follows a space.
    """
    text = raw.strip()[:_LONG]
    if not text:
        return None, None
    text = text.replace("&amp;", "&").replace("{{=}}", "=").replace("{{!}}", "|")
    match = _ADDRESS.search(text) or _BARE_HOST.match(text)
    if not match:
        return None, None
    url = match[0].rstrip(".,;'")
    if len(url) < 8:
        return None, None
    return split_archive(url)
