"""Which templates make footnotes and lists of footnotes."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.wikitext.display import title_key

__all__ = ["NoteTemplate", "find_list_template", "find_note_template", "label_styles"]


class NoteTemplate(NamedTuple):
    """A template that makes a note or a list of notes, and where it takes its parts from."""

    name: str
    """The name its notes are filed under: the first of its block in the data."""
    text: tuple[str, ...]
    name_parameters: tuple[str, ...]
    group: tuple[str, ...]
    fixed_group: str


def _read(table: str, text: str) -> dict[str, NoteTemplate]:
    found = {}
    for entry in load_toml("footnotes.toml")[table]:
        template = NoteTemplate(
            entry["names"][0],
            tuple(entry[text]),
            tuple(entry.get("name", ())),
            tuple(entry["group"]),
            entry["fixed_group"],
        )
        found.update({title_key(name): template for name in entry["names"]})
    return found


@cache
def _notes() -> dict[str, NoteTemplate]:
    return _read("note", "text")


@cache
def _lists() -> dict[str, NoteTemplate]:
    return _read("list", "notes")


@lru_cache(maxsize=512)
def find_note_template(name: str) -> NoteTemplate | None:
    """Return what the template of this name does if it makes a footnote."""
    return _notes().get(title_key(name))


@lru_cache(maxsize=512)
def find_list_template(name: str) -> NoteTemplate | None:
    """Return what the template of this name does if it prints a list of footnotes."""
    return _lists().get(title_key(name))


@cache
def label_styles() -> dict[str, str]:
    """Return the style of the labels of a group, by its name."""
    return dict(load_toml("footnotes.toml")["labels"])
