"""The words of ``hewiki/clauses.toml``, as sets."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from extract.hewiki import load_toml

__all__ = ["Words", "load_words"]

_Set = frozenset[str]


class Words(NamedTuple):
    """One set a list of the data file; see its comments for what each is for."""

    openers: _Set
    temporal_openers: _Set
    relatives: _Set
    resumptives: _Set
    name_stops: _Set
    there: _Set
    pronouns: _Set
    leads: _Set
    joints: _Set
    after: _Set
    before: _Set
    during: _Set
    not_heads: _Set
    events: _Set
    dating: _Set
    as_of: _Set
    counted: _Set
    counting: _Set
    surveys: _Set
    rates: _Set
    story: _Set
    stories: _Set
    telling: _Set
    inscribed: _Set
    pages: _Set
    recurring: _Set
    copulas: _Set
    works: _Set
    creating: _Set
    negative: _Set
    hypothetical: _Set
    unreal: _Set
    birth: _Set
    death: _Set
    start: _Set
    end: _Set
    since: _Set
    until: _Set
    states: _Set
    attribute: _Set
    of: _Set
    alone: tuple[str, ...]
    causal: _Set
    demonstrative: _Set
    planned: _Set


@cache
def load_words() -> Words:
    """Read the sets once."""
    data = load_toml("clauses.toml")
    found: dict[str, str] = {}
    for name in (
        "boundaries",
        "phrases",
        "nominal",
        "exclusions",
        "polarity",
        "roles",
        "inherited",
    ):
        found |= {key: value for key, value in data[name].items() if isinstance(value, str)}
    found |= {"before": data["nominal"]["before"], "attribute": data["attribute"]["before"]}
    found["of"] = data["attribute"]["of"]
    found["planned"] = load_toml("verbs.toml")["planned"]["words"]
    sets = {name: frozenset(value.split()) for name, value in found.items()}
    alone = tuple(phrase.replace("_", " ") for phrase in found["alone"].split())
    return Words(**{name: alone if name == "alone" else sets[name] for name in Words._fields})  # type: ignore[arg-type]
