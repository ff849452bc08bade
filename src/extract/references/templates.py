"""Which template cites what: ``hewiki/citations.toml`` and ``citations_wiki.json``, typed.

The TOML file is written by hand and says how a block reads; the JSON file is made by
``pipelines/update_citations.py`` from a wiki's own TemplateData.  Where both know a
template, the hand-written block wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from extract.errors import DataError
from extract.hewiki import load_json, load_toml

__all__ = [
    "CitationForm",
    "Marks",
    "UrlRule",
    "find_form",
    "fold",
    "is_work",
    "load_forms",
    "load_marks",
]

_FORM_DEPTH = 8
_SLOT = re.compile(r"\{([a-z]{1,20})(?:\|([^{}]{0,40}))?\}")
_KEYS = {
    "aliases", "like", "kind", "work", "publisher", "language", "positions", "parameters",
    "schemes", "url", "confirmed",
}  # fmt: skip


class UrlRule(NamedTuple):
    """How the address of a source is built from the template's values."""

    parts: tuple[tuple[str, str, str | None], ...]
    """Of each slot the words before it, the role that fills it, and what does where none is given."""
    rest: str
    digits: bool
    """Only where the identifier is a number."""
    starts: str
    """Only where the identifier starts so."""
    section: str | None
    """Only in this section of the site."""
    confirmed: bool


class CitationForm(NamedTuple):
    """What a citation template says: roles of its parameters and what it implies."""

    name: str
    kind: str | None
    work: str | None
    publisher: str | None
    language: str | None
    positions: tuple[str, ...]
    parameters: tuple[tuple[str, tuple[str, ...]], ...]
    schemes: frozenset[str]
    urls: tuple[UrlRule, ...]
    confirmed: bool
    places: Mapping[str, tuple[int, ...]]
    """Of each name, the places in ``parameters`` of the roles that it may fill."""
    lasts: tuple[str, ...]
    firsts: tuple[str, ...]
    """Names of surnames and given names, with ``#`` for the author's number."""

    def __hash__(self) -> int:
        """A form is looked up by being itself."""
        return id(self)


class Marks(NamedTuple):
    """Templates that stand beside a source without citing one; all names folded."""

    archives: frozenset[str]
    archive_url: tuple[str, ...]
    archive_stamp: tuple[str, ...]
    archive_title: tuple[str, ...]
    notes: frozenset[str]
    note_text: frozenset[str]
    note_attributes: frozenset[str]
    explaining_groups: frozenset[str]
    """Groups of notes whose words explain and cite nothing."""
    ignored: frozenset[str]
    languages: Mapping[str, str]


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """Return a template's or parameter's name as it is compared.

    Case, underscores, runs of spaces and the kinds of Hebrew quotation marks do not count.
    """
    name = name.replace("_", " ").replace("\u05f4", '"').replace("\u201d", '"')
    name = name.replace("\u05f3", "'").replace("\u2019", "'")
    return " ".join(name.split()).casefold()


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DataError(f"{where}: a list of strings was expected")
    return tuple(value)


def _parameters(table: Mapping[str, Any], where: str) -> dict[str, tuple[str, ...]]:
    return {
        role: tuple(fold(name) for name in _strings(names, f"{where}.{role}"))
        for role, names in table.items()
    }


def _rule(table: Mapping[str, Any], where: str) -> UrlRule:
    when = table.get("when", "any")
    if when not in {"any", "digits"} or not isinstance(table.get("url"), str):
        raise DataError(f'{where}: url rules need url, and when = "any" or "digits"')
    section = table.get("section")
    starts = table.get("starts", "")
    *words, rest = _SLOT.split(table["url"])
    parts = tuple(zip(words[::3], words[1::3], words[2::3], strict=True))
    confirmed = bool(table.get("confirmed"))
    return UrlRule(parts, rest, when == "digits", starts, section, confirmed)


def _resolve(
    name: str, block: Mapping[str, Any], forms: Mapping[str, Mapping[str, Any]]
) -> CitationForm:
    """Lay the block over the forms it is like; the block's own parameters come first."""
    where = f"hewiki/citations: {name}"
    unknown = set(block) - _KEYS
    if unknown:
        raise DataError(f"{where}: unknown key {min(unknown)!r}")
    chain = [block]
    while (base := chain[-1].get("like")) is not None:
        if base not in forms or len(chain) > _FORM_DEPTH:
            raise DataError(f"{where}: no form {base!r}")
        chain.append(forms[base])
    parameters: dict[str, tuple[str, ...]] = {}
    for layer in chain:
        for role, names in _parameters(layer.get("parameters", {}), where).items():
            parameters[role] = parameters.get(role, ()) + names

    def first(key: str) -> Any:
        return next((layer[key] for layer in chain if key in layer), None)

    return CitationForm(
        name,
        first("kind"),
        first("work"),
        first("publisher"),
        first("language"),
        _strings(first("positions") or [], where),
        tuple(parameters.items()),
        frozenset(fold(item) for item in first("schemes") or ()),
        tuple(_rule(rule, where) for rule in first("url") or ()),
        bool(block.get("confirmed")),
        _find_places(parameters),
        parameters.get("last", ()),
        parameters.get("first", ()),
    )


def _find_places(parameters: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """Of each name of a parameter, the places of its roles, but for those that are numbered."""
    places: dict[str, tuple[int, ...]] = {}
    for place, (role, names) in enumerate(parameters.items()):
        if role not in {"last", "first"}:
            for name in dict.fromkeys(names):
                places[name] = (*places.get(name, ()), place)
    return places


def _claim(forms: dict[str, CitationForm], names: Iterable[str], form: CitationForm) -> None:
    for name in names:
        forms.setdefault(fold(name), form)


@cache
def load_forms() -> Mapping[str, CitationForm]:
    """Return every known citation template by folded name, aliases included.

    Raises DataError, naming the block, where the data is wrong.
    """
    data = load_toml("citations.toml")
    bases = data["form"]
    forms: dict[str, CitationForm] = {}
    for name, block in data["template"].items():
        _claim(forms, (name, *block.get("aliases", ())), _resolve(name, block, bases))
    wiki = load_json("citations_wiki.json")
    for name, block in wiki["templates"].items():
        _claim(forms, (name, *block.get("aliases", ())), _resolve(name, block, bases))
    for name, target in wiki["redirects"].items():
        if form := forms.get(fold(target)):
            _claim(forms, (name,), form)
    return forms


def find_form(name: str) -> CitationForm | None:
    """Return what is known of the template, None where it is no known citation template."""
    return load_forms().get(fold(name))


@cache
def _works() -> frozenset[str]:
    return frozenset(fold(form.work) for form in load_forms().values() if form.work)


def is_work(name: str) -> bool:
    """Whether a name is that of a periodical or site that some template implies."""
    return fold(name) in _works()


@cache
def load_marks() -> Marks:
    """Return the templates that mark a source or a note instead of citing."""
    data = load_toml("citations.toml")

    def names(block: str, key: str = "names") -> tuple[str, ...]:
        return tuple(fold(name) for name in data[block][key])

    return Marks(
        frozenset(names("archive")),
        names("archive", "url"),
        names("archive", "stamp"),
        names("archive", "title"),
        frozenset(names("notes")),
        frozenset(names("notes", "text")),
        frozenset(names("notes", "attributes")),
        frozenset(data["notes"]["explaining_groups"]),
        frozenset(names("ignored")),
        {fold(name): code for name, code in data["language_markers"].items()},
    )
