"""What a template shows in running text: the small language of ``hewiki/inline_templates.toml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from extract.errors import DataError
from extract.hewiki import load_toml

__all__ = [
    "Pattern",
    "Piece",
    "Places",
    "citation_words",
    "find_pattern",
    "find_places",
    "functions",
    "title_key",
]


class Piece(NamedTuple):
    """A part of a pattern: ``text``, ``parameter``, ``positional`` or ``group``."""

    kind: str
    text: str = ""
    names: tuple[str, ...] = ()
    tests: tuple[tuple[str, str, str | None], ...] = ()
    """(``?``, ``!`` or ``=``; name; value)."""
    pieces: tuple[Piece, ...] = ()


Pattern = tuple[Piece, ...]

_GROUP = re.compile(r"\{\?(.*?)\?\}", re.DOTALL)
_PARAMETER = re.compile(r"\{([^{}?]+)\}")
_TESTS = re.compile(r"((?:!?[^\s:&={}\[\]!]+(?:=[^:&{}\[\]]*)?&?)+):")


@lru_cache(maxsize=1 << 11)
def title_key(name: str) -> str:
    """Return what template names are compared by: their first letter has no case."""
    return name[:1].upper() + name[1:]


def _read_parameters(source: str) -> list[Piece]:
    pieces = []
    position = 0
    for match in _PARAMETER.finditer(source):
        if match.start() > position:
            pieces.append(Piece("text", source[position : match.start()]))
        body = match[1]
        if body.startswith("*"):
            pieces.append(Piece("positional", body[1:]))
        else:
            pieces.append(Piece("parameter", names=tuple(body.split("|"))))
        position = match.end()
    if position < len(source):
        pieces.append(Piece("text", source[position:]))
    return pieces


def _read_tests(source: str) -> tuple[tuple[str, str, str | None], ...]:
    tests: list[tuple[str, str, str | None]] = []
    for test in source.split("&"):
        if test.startswith("!"):
            tests.append(("!", test[1:], None))
        elif "=" in test:
            name, _, value = test.partition("=")
            tests.append(("=", name, value))
        else:
            tests.append(("?", test, None))
    return tuple(tests)


def read_pattern(source: str) -> Pattern:
    """Return a pattern of the data file in parts."""
    pieces: list[Piece] = []
    position = 0
    for match in _GROUP.finditer(source):
        pieces += _read_parameters(source[position : match.start()])
        body = match[1]
        tests = _TESTS.match(body)
        rest = body[tests.end() :] if tests else body
        inner = tuple(_read_parameters(rest))
        pieces.append(Piece("group", tests=_read_tests(tests[1]) if tests else (), pieces=inner))
        position = match.end()
    return tuple(pieces + _read_parameters(source[position:]))


@cache
def _patterns() -> dict[str, Pattern]:
    patterns: dict[str, Pattern] = {}
    for entry in load_toml("inline_templates.toml")["show"]:
        pattern = read_pattern(entry["as"])
        for name in entry["names"]:
            key = title_key(name)
            if key in patterns:
                raise DataError(f"hewiki/inline_templates.toml: {name}: shown in two ways")
            patterns[key] = pattern
    return patterns


@lru_cache(maxsize=512)
def find_pattern(name: str) -> Pattern | None:
    """Return how the template of this name is shown, or None where it is not known."""
    return _patterns().get(title_key(name))


@cache
def functions() -> dict[str, str]:
    """Return the words of parser functions, lower case, with what they do."""
    table = load_toml("inline_templates.toml")["functions"]
    return {
        word.lower(): kind
        for kind, words in table.items()
        if kind not in {"ignored", "default"}
        for word in words
    }


class CitationWords(NamedTuple):
    """Names of parameters and templates that show a source."""

    author: tuple[str, ...]
    further: tuple[str, ...]
    """Those who wrote with the author."""
    title: tuple[str, ...]
    work: tuple[str, ...]
    date: tuple[str, ...]
    url: tuple[str, ...]
    place: tuple[str, ...]
    heading: tuple[str, ...]
    prefixes: tuple[str, ...]
    pages: Mapping[str, str]
    """What is written before the value of each parameter that names pages."""
    first: Mapping[str, str]
    """The parameter with the first name to that with a last one."""
    listed: frozenset[str]
    urls: frozenset[str]


@cache
def citation_words() -> CitationWords:
    """Return the words by which sources are shown."""
    table = load_toml("inline_templates.toml")["citation"]
    parts = {name: tuple(table[name]) for name in CitationWords._fields[:9]}
    return CitationWords(
        **parts,
        pages={name: before for before, names in table["pages"].items() for name in names},
        first=table["first"],
        listed=frozenset(title_key(name) for name in table["listed"]),
        urls=frozenset(table["url"]),
    )


class Places(NamedTuple):
    """The positions of a citation template that are shown, by what stands there."""

    author: tuple[str, ...]
    title: tuple[str, ...]
    work: tuple[str, ...]
    date: tuple[str, ...]
    site: str
    """The work that the template itself names; empty if none."""


@cache
def _places() -> dict[str, Places]:
    data = load_toml("citations.toml")
    places = {}
    for name, block in data["template"].items():
        form = data["form"].get(block.get("like"), {})
        positions = block.get("positions") or form.get("positions") or ()
        if "title" not in positions:
            continue
        at: dict[str, tuple[str, ...]] = {}
        for number, role in enumerate(positions, 1):
            at[role] = (*at.get(role, ()), str(number))
        date = at.get("date") or at.get("details", ())
        entry = Places(
            at.get("author", ()), at["title"], at.get("work", ()), date, block.get("work", "")
        )
        for alias in (name, *block.get("aliases", ())):
            places[title_key(alias).lower()] = entry
    return places


def find_places(name: str) -> Places | None:
    """Return which positions a citation template shows; None where it is known for none."""
    return _places().get(title_key(name).lower())
