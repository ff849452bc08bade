"""One citation template to one row: roles of its values, columns of its roles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.model import Citation
from extract.references.dating import read_when
from extract.references.templates import CitationForm, UrlRule, fold
from extract.references.values import (
    join_names,
    read_authors,
    read_code,
    read_doi,
    read_isbn,
    read_language,
    read_pages,
    read_text,
    read_title,
    read_url,
)

__all__ = ["build_url", "keep_template", "read_labelled", "read_template"]

_IN_WORDS = frozenset(("work", "publisher", "volume", "issue", "quote", "book", "chapter", "verse"))
"""Roles whose column is what a reader sees of the value."""
_NUMBER = re.compile(r"[0-9]{1,3}")
_LONGEST_NAME = 64
"""Longest name of a parameter with a number in it."""

Parameters = tuple[tuple[str, str], ...]
"""Names and values of a template's parameters, without outer space."""

_make_citation = partial(tuple.__new__, Citation)


class _Plan(NamedTuple):
    """Which of the given parameters fill which roles of a template, by their places."""

    roles: tuple[str, ...]
    places: tuple[int, ...]
    words: tuple[tuple[str, int], ...]
    """The roles whose column is what a reader sees of the value."""
    lasts: dict[int, int]
    firsts: dict[int, int]
    """The places of the numbered surnames and given names."""
    work: str
    """The name of the parameter that names the work."""
    scheme: str
    """What stands before an identifier to tell its kind."""


def keep_template(name: str, parameters: Parameters) -> Citation:
    """Return a row that keeps an unknown template whole: its name and parameters."""
    return Citation(0, None, None, name, None, parameters=parameters)


def _numbered(given: Sequence[str], patterns: tuple[str, ...]) -> dict[int, str]:
    """Return the names with a number (``last2``) by it; no number counts as 1."""
    order = {pattern: index for index, pattern in enumerate(patterns)}
    order.update({pattern.replace("#", ""): order[pattern] for pattern in patterns})
    best: dict[int, tuple[int, str]] = {}
    for name in given:
        rank = order.get(name)
        number = 1
        if rank is None and len(name) <= _LONGEST_NAME and (digits := _NUMBER.search(name)):
            number = int(digits[0])
            rank = order.get(f"{name[: digits.start()]}#{name[digits.end() :]}")
        if rank is not None and (number not in best or rank < best[number][0]):
            best[number] = (rank, name)
    return {number: name for number, (_, name) in best.items()}


@lru_cache(maxsize=1 << 11)
def _plan(form: CitationForm, written: tuple[str, ...]) -> _Plan:
    """Return what the names given in a template mean, most of which come again and again."""
    given = {fold(name): place for place, name in enumerate(written)}
    names: dict[str, str] = {}
    for position, role in enumerate(form.positions, 1):
        if role and str(position) in given:
            names[role] = str(position)
    used = set(names.values())
    places = form.places
    for place in sorted({place for name in given if name in places for place in places[name]}):
        role, candidates = form.parameters[place]
        if role not in names:
            name = next((item for item in candidates if item in given and item not in used), None)
            if name is not None:
                names[role] = name
                used.add(name)
    lasts = _numbered(tuple(given), form.lasts) if form.lasts else {}
    firsts = _numbered(tuple(given), form.firsts) if lasts else {}
    identifier = names.get("identifier")
    return _Plan(
        tuple(names),
        tuple([given[name] for name in names.values()]),
        tuple([(role, given[name]) for role, name in names.items() if role in _IN_WORDS]),
        {number: given[name] for number, name in lasts.items()},
        {number: given[name] for number, name in firsts.items()},
        names.get("work", ""),
        f"{identifier}:" if identifier in form.schemes else "",
    )


def _fits(rule: UrlRule, values: Mapping[str, str]) -> bool:
    if rule.digits or rule.starts:
        identifier = read_code(values.get("identifier", ""))
        if (rule.digits and not identifier.isdecimal()) or not identifier.startswith(rule.starts):
            return False
    return rule.section is None or read_code(values.get("section", "")).casefold() == rule.section


def build_url(form: CitationForm, values: Mapping[str, str]) -> str | None:
    """Return the address made by the first rule whose conditions and values are all there."""
    for rule in form.urls:
        if not rule.confirmed or not _fits(rule, values):
            continue
        parts: list[str] = []
        for before, role, default in rule.parts:
            value = read_code(values.get(role, "")) or default
            if value is None:
                break
            parts += (before, value.strip("/ ").replace(" ", "%20"))
        else:
            return "".join(parts) + rule.rest
    return None


def _addresses(
    values: Mapping[str, str], form: CitationForm, linked: str | None
) -> tuple[str | None, str | None]:
    """Return the source's address and its archived copy's."""
    url, archive = read_url(values.get("url", ""))
    if url is None and linked is not None:
        url, archive = read_url(linked)
    if url is None and values.get("identifier", "").lower().startswith(("http:", "https:")):
        url, archive = read_url(values["identifier"])
    if url is None and form.urls:
        url = build_url(form, values)
    if "archive_url" in values:
        original, copy = read_url(values["archive_url"])
        if original is not None:
            archive = copy or original
            if url is None and copy is not None:
                url = original
    return url, archive


def _infer_kind(work: str, values: Mapping[str, str]) -> str:
    """Tell the kind of {{citation}}, which serves them all, from the names it was given."""
    kinds = {
        "newspaper": "news",
        "journal": "journal",
        "magazine": "magazine",
        "periodical": "journal",
    }
    encyclopedias = {"encyclopedia", "encyclopaedia", "dictionary"}
    if work in encyclopedias:
        return "encyclopedia"
    if work in kinds:
        return kinds[work]
    if "isbn" in values or ("publisher" in values and "url" not in values):
        return "book"
    return "web"


_NO_YEAR = "(?!(?:1[5-9]|20)[0-9]{2}(?![0-9]))"
_LETTERS = "[\u05d0-\u05ea]{1,3}['\"\u05f3\u05f4][\u05d0-\u05ea]?(?![\u05d0-\u05ea])"
"""A number in letters."""


@cache
def _label(kind: str) -> re.Pattern[str]:
    words = sorted(load_toml("citation_words.toml")["words"][kind], key=len, reverse=True)
    joined = "|".join(re.escape(word) for word in words)
    others = "|".join(load_toml("citation_words.toml")["words"]["not_numbers"])
    return re.compile(
        rf"(?<![\w'\"])(?:{joined})[ .:]*([0-9]{{1,5}}(?: ?[-\u2013\u05be] ?[0-9]{{1,5}}| ?, ?{_NO_YEAR}[0-9]{{1,5}}){{0,8}}"
        rf"|{_LETTERS}(?: ?[-\u2013\u05be] ?{_LETTERS})?"
        rf"|(?!(?:{others})(?![\u05d0-\u05ea]))[\u05d0-\u05ea]{{1,3}}(?=\s*(?:[-\u2013,.;:)]|$)))",
        re.IGNORECASE,
    )


def read_labelled(text: str, kind: str) -> str | None:
    """Return the number after the word for ``pages``, ``issue`` or ``volume`` in free text."""
    match = _label(kind).search(text[:2000])
    return match[1].strip() if match else None


def _read_free(
    values: Mapping[str, str], latest_year: int | None
) -> tuple[str | None, str | None, str]:
    """Return date text and EDTF from the free-text roles, and the free text itself."""
    if raw := values.get("date"):
        text, edtf = read_when(raw, latest_year)
        return text, edtf, read_text(raw) if edtf is None else ""
    free = read_text(values.get("details", "") or values.get("note", ""))
    if not free:
        return None, None, ""
    if "details" in values:
        for piece in reversed(free.split(",")):
            text, edtf = read_when(piece, latest_year)
            if edtf:
                return text, edtf, free
    text, edtf = read_when(free, latest_year, whole=True)
    return (text, edtf, free) if edtf else (None, None, free)


def read_template(
    name: str, parameters: Parameters, form: CitationForm, latest_year: int | None = None
) -> Citation:
    """Return the row of a known citation template; ids are set by the caller.

    Values come from the parameters first, then from what the template implies.
    """
    names, given = zip(*parameters, strict=True) if parameters else ((), ())
    if "" in given:
        kept = {fold(name): value for name, value in parameters}
        names = tuple([name for name, value in kept.items() if value])
        given = tuple([value for value in kept.values() if value])
    plan = _plan(form, names)
    values = dict(zip(plan.roles, [given[place] for place in plan.places], strict=True))
    title, linked = read_title(values.get("title", ""))
    url, archive = _addresses(values, form, linked)
    date_text, edtf, free = _read_free(values, latest_year)
    identifier = read_code(values["identifier"]) if "identifier" in values else ""
    authors: tuple[str, ...] = ()
    if plan.lasts:
        authors = join_names(
            {number: given[place] for number, place in plan.lasts.items()},
            {number: given[place] for number, place in plan.firsts.items()},
        )
    if "author" in values:
        others = read_authors(values["author"])
        authors = tuple(dict.fromkeys(authors + others)) if authors else others
    accessed, language = values.get("access_date"), values.get("language")
    words = {role: text for role, place in plan.words if (text := read_text(given[place]))}
    if free:
        for role in ("volume", "issue", "pages"):
            if role not in words and (number := read_labelled(free, role)):
                words[role] = number
    told = words.get
    return _make_citation(
        (
            0,
            None,
            None,
            name,
            form.kind or _infer_kind(plan.work, values),
            title,
            authors,
            told("work") or form.work,
            told("publisher") or form.publisher,
            date_text,
            edtf,
            url,
            archive,
            read_when(accessed, latest_year)[1] if accessed else None,
            (read_language(language) if language else None) or form.language,
            told("volume"),
            told("issue"),
            read_pages(values["pages"]) if "pages" in values else told("pages"),
            read_isbn(values["isbn"]) if "isbn" in values else None,
            read_doi(values["doi"]) if "doi" in values else None,
            told("quote"),
            plan.scheme + identifier if identifier else None,
            told("book"),
            told("chapter"),
            told("verse"),
            None,
            parameters,
        )
    )
