"""The words readers of a report see, from ``hewiki/report.toml``."""

from __future__ import annotations

from typing import Any

from extract.hewiki import load_toml

__all__ = ["name_of", "say"]


def say(place: str, key: str) -> str:
    """Return the word for ``key`` in a block of the words; KeyError where there is none."""
    words: dict[str, Any] = load_toml("report.toml")[place]
    return str(words[key])


def name_of(column: str, value: str | None) -> str:
    """Return the reader's name of a column's value, the value itself where it has none."""
    if value is None:
        return ""
    words: dict[str, Any] = load_toml("report.toml").get(column, {})
    if column == "modifier":
        return " + ".join(str(words.get(part, part)) for part in value.split("+"))
    return str(words.get(value, value))
