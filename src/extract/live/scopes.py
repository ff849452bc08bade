"""Which pages of a wiki a ROOT is meant to hold, and how far it is up to date.

Both stand in the manifest, so that a refresh knows whether a new page belongs::

    "live": {"api": …, "html": false, "scope": {"titles": […], "namespaces": […], …}}
    "watermark": {"api": …, "time": "2026-11-23T00:00:00Z"}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from extract.errors import SnapshotError

__all__ = ["Scope", "State", "read_state", "write_state"]


class Scope(NamedTuple):
    """What a ROOT holds; the fields add up."""

    titles: tuple[str, ...] = ()
    """Pages by title, and where they redirect to."""
    categories: tuple[str, ...] = ()
    linking: tuple[str, ...] = ()
    """Titles: the pages that link to them."""
    embedding: tuple[str, ...] = ()
    """Templates: the pages that use them."""
    listed: tuple[int, ...] = (0,)
    """Namespaces of which categories, links and uses are followed."""
    namespaces: tuple[int, ...] = ()
    """Namespaces held as a whole."""
    others: bool = False
    """Whether it also holds pages that came by another way and stay while they exist."""

    def merge(self, other: Scope) -> Scope:
        """Return what both hold."""
        return Scope(
            _join(self.titles, other.titles),
            _join(self.categories, other.categories),
            _join(self.linking, other.linking),
            _join(self.embedding, other.embedding),
            tuple(sorted({*self.listed, *other.listed})),
            tuple(sorted({*self.namespaces, *other.namespaces})),
            self.others or other.others,
        )


class State(NamedTuple):
    """What a manifest says of the live wiki."""

    scope: Scope | None = None
    """None where the ROOT was not made by ``fetch``."""
    html: bool = False
    api: str | None = None
    watermark: str | None = None
    """All changes before this time are in the ROOT."""
    lost: tuple[str, ...] = ()
    """Titles of pages that were deleted and would be back with their title, being ``others``."""


def _join(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*one, *two}))


def read_state(manifest: Mapping[str, Any]) -> State:
    """Return the state of a snapshot; raises SnapshotError for a manifest gone wrong."""
    try:
        live = manifest.get("live") or {}
        mark = manifest.get("watermark") or {}
        raw = live.get("scope")
        scope = None if raw is None else _read_scope(raw)
        api = live.get("api") or mark.get("api")
        lost = tuple(map(str, live.get("lost", ())))
        return State(scope, bool(live.get("html")), api, mark.get("time"), lost)
    except (TypeError, ValueError, AttributeError) as error:
        raise SnapshotError(f"snapshot {manifest.get('id')}: its scope is malformed") from error


def _read_scope(raw: Mapping[str, Any]) -> Scope:
    def names(key: str) -> tuple[str, ...]:
        return tuple(map(str, raw.get(key, ())))

    return Scope(
        names("titles"),
        names("categories"),
        names("linking"),
        names("embedding"),
        tuple(map(int, raw.get("listed", (0,)))),
        tuple(map(int, raw.get("namespaces", ()))),
        bool(raw.get("others")),
    )


def write_state(state: State) -> dict[str, Any]:
    """Return the manifest's entries of a state."""
    scope = state.scope or Scope(others=True)
    entries = {
        key: value if isinstance(value, bool) else list(value)
        for key, value in scope._asdict().items()
    }
    found: dict[str, Any] = {"live": {"api": state.api, "html": state.html, "scope": entries}}
    if state.lost:
        found["live"]["lost"] = list(state.lost)
    if state.watermark is not None:
        found["watermark"] = {"api": state.api, "time": state.watermark}
    return found
