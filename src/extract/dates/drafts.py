"""Drafts: expressions with spans, units and modifiers, before the context supplies what they lack."""

from __future__ import annotations

from typing import NamedTuple

from extract.dates.units import Unit

__all__ = ["Draft", "Offset", "plain_draft"]


class Offset(NamedTuple):
    """A distance from the anchor: כעבור שלוש שנים is (3, "year", 1)."""

    amount: float
    unit: str
    direction: int
    months: int = 0
    """Months beside the years: שנה ושלושה חודשים."""
    whole: bool = False
    """The unit itself, not a distance: השנה שלאחר מכן."""


class Draft(NamedTuple):
    """An expression before resolution."""

    start: int
    end: int
    shape: str
    """single, range, alternatives or offset."""
    units: tuple[Unit, ...]
    modifiers: frozenset[str]
    rule: str
    first: int
    """Index of its first token."""
    next: int
    kind: str = "explicit"
    remark: str = ""
    """julian or gregorian, where the text names the calendar (C3)."""
    aside: bool = False
    """In a parenthesis or a comparison (לראשונה מאז 1990): no anchor (R1)."""
    offset: Offset | None = None
    recurring: bool = False
    beside: bool = False
    """Directly after the expression before it, as a parallel date is."""


_NOTHING: frozenset[str] = frozenset()


def plain_draft(
    start: int, end: int, units: tuple[Unit, ...], rule: str, first: int, after: int
) -> Draft:
    """Return the draft of a date or of a range that nothing qualifies."""
    shape = "single" if len(units) == 1 else "range"
    return tuple.__new__(
        Draft,
        (start, end, shape, units, _NOTHING, rule, first, after, "explicit", "", False, None, False, False),
    )  # fmt: skip
