"""The vocabulary of infobox fields: what a parameter or a rendered label means."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from extract.errors import DataError
from extract.hewiki import load_toml

__all__ = ["FieldMeaning", "clean_key", "find_field", "implied_unit", "mend_label", "split_label"]

_FILE = "infobox_fields.toml"
_TYPES = {"text", "number", "date", "image", "coordinates", "link", "list", "identifier", "any"}
_EVENTS = {None, "birth", "death", "start", "end", "point", "duration"}


class FieldMeaning(NamedTuple):
    """What is known of a field by its name."""

    canonical_key: str | None
    """English snake_case; None where only the type could be told."""
    key_type: str | None
    """``text``, ``number``, ``date``, ``image``, ``coordinates``, ``link``, ``list``, ``identifier``;
    None where only the value can tell."""
    event: str | None
    """Role of the event that a date in this field tells, as in the events table."""


_UNKNOWN = FieldMeaning(None, None, None)


@cache
def _meanings() -> dict[str, FieldMeaning]:
    meanings: dict[str, FieldMeaning] = {}
    for name, entry in load_toml(_FILE)["fields"].items():
        key_type, event = entry.get("type", "text"), entry.get("event")
        if key_type not in _TYPES or event not in _EVENTS:
            raise DataError(f"hewiki/{_FILE}: fields.{name}: unknown type or event")
        meaning = FieldMeaning(name, None if key_type == "any" else key_type, event)
        for label in entry["labels"]:
            if meanings.setdefault(clean_key(label), meaning) is not meaning:
                raise DataError(f"hewiki/{_FILE}: fields.{name}: {label!r} stands twice")
    return meanings


@cache
def _canonical() -> dict[str, FieldMeaning]:
    return {str(meaning.canonical_key): meaning for meaning in _meanings().values()}


@cache
def _key_words() -> dict[str, str]:
    words = load_toml(_FILE)["key_words"]
    return {word: key_type for key_type, listed in words.items() for word in listed}


@cache
def _implied_units() -> dict[str, dict[str, str]]:
    units = load_toml(_FILE)["implied_units"]
    return {clean_key(template): dict(by_field) for template, by_field in units.items()}


@lru_cache(maxsize=1 << 12)
def clean_key(key: str) -> str:
    """Return a key as it is looked up: spaces for underscores, straight quotes, no case."""
    key = key.replace("_", " ").replace("״", '"').replace("׳", "'").replace("’", "'")
    key = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", key)
    return " ".join(key.split()).strip(" :").lower()


def split_label(label: str) -> tuple[str, str | None]:
    """Return a label without the bracket that ends it, and the bracket's words (or None)."""
    label = label.strip()
    if label.endswith(")"):
        opening = label.rfind("(")
        if opening > 0:
            return label[:opening].strip(), label[opening + 1 : -1].strip()
    return label, None


@cache
def _overrides() -> dict[tuple[str, str], FieldMeaning]:
    overrides: dict[tuple[str, str], FieldMeaning] = {}
    for entry in load_toml(_FILE)["overrides"]:
        for label, name in entry["fields"].items():
            if name not in _canonical():
                raise DataError(f"hewiki/{_FILE}: overrides: {label!r}: no field {name}")
            for template in entry["templates"]:
                overrides[clean_key(template), clean_key(label)] = _canonical()[name]
    return overrides


@lru_cache(maxsize=8192)
def find_field(key: str, template: str | None = None) -> FieldMeaning:
    """Return what a parameter name or rendered label means; all None where nothing is known.

    A number at the end (``תפקיד1``) and a bracket at the end (a unit, a remark) are looked
    through; a canonical key is its own name.  ``template`` is the box the key stands in, where
    it is known: some keys mean another thing in some boxes.
    """
    meanings = _meanings()
    cleaned = clean_key(key)
    base, _ = split_label(cleaned)
    names = (cleaned, base, base.rstrip("0123456789 "))
    if template is not None:
        folded = clean_key(template)
        for name in names:
            if (folded, name) in _overrides():
                return _overrides()[folded, name]
    for name in names:
        if name in meanings:
            return meanings[name]
    if key in _canonical():
        return _canonical()[key]
    first = base.split(" ", 1)[0]
    key_type = _key_words().get(first.rstrip("0123456789"))
    return FieldMeaning(None, key_type, None) if key_type else _UNKNOWN


def mend_label(label: str) -> str:
    """Return a rendered label whose bracket was glued to it with the bracket put back.

    Programs that drop markup lose ``(ב`` before a link: ``שטחקילומטר רבוע)`` is read as
    ``שטח (קילומטר רבוע)``, because it begins with a known label.  Other labels stay.
    """
    if not label.endswith(")") or "(" in label or len(label) > 100:
        return label
    meanings = _meanings()
    for cut in range(len(label) - 2, 1, -1):
        if clean_key(label[:cut]) in meanings:
            return f"{label[:cut].rstrip()} ({label[cut:-1].strip()})"
    return label


def implied_unit(template: str | None, canonical_key: str | None) -> str | None:
    """Return the unit that a box prints after a bare number of a field, where it is known."""
    if template is None or canonical_key is None:
        return None
    return _implied_units().get(clean_key(template), {}).get(canonical_key)
