"""When an event happened, from the date expressions of its clause."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from extract.model import DateExpression

__all__ = ["Timing", "is_estimate_of", "join_ends", "merge_dates", "shift_timing", "time_of"]


class Timing(NamedTuple):
    """The columns of an event that its dates fill, in their order."""

    edtf: str
    start_date: str | None
    end_date: str | None
    start_jdn: int | None
    end_jdn: int | None
    precision: str
    modifier: str
    calendar: str


_FINENESS = (
    "day",
    "week",
    "month",
    "season",
    "quarter",
    "half_year",
    "year",
    "decade",
    "century",
    "millennium",
)


_LONGEST_SET = 40
"""Members of a set of dates; a longer list is written as a span."""


def time_of(date: DateExpression) -> Timing:
    """Return the time of one date expression."""
    return tuple.__new__(Timing, (*date[3:9], date.modifier, date.calendar))


def _fineness(date: DateExpression) -> tuple[int, bool]:
    order = _FINENESS.index(date.precision) if date.precision in _FINENESS else len(_FINENESS)
    return order, date.calendar != "gregorian"


_BESIDE = 8
"""Characters between two dates of which the second says the first more exactly."""


def is_estimate_of(rough: DateExpression, exact: DateExpression) -> bool:
    """Whether a date is only a rough way to the one beside it: ``some ten years later, in 1889``."""
    return (
        rough.kind == "relative"
        and "approximate" in rough.modifier
        and "approximate" not in exact.modifier
        and 0 <= exact.start - rough.end <= _BESIDE
    )


def merge_dates(dates: Sequence[DateExpression]) -> Timing:
    """Return the time that one or several dates of a clause give together (E4).

    Parallel calendars give the finest of them, civil first; two ends of a life their
    interval; a list the set of its members as ``{a,b}``, bounds from the first to the last.
    An estimate gives way to the date beside it.
    """
    rough = {one for one, two in pairwise(dates) if is_estimate_of(one, two)}
    if rough:
        dates = [date for date in dates if date not in rough]
    first = min(dates, key=_fineness)
    if len(dates) == 1 or all(_meets(first, date) for date in dates):
        return time_of(first)
    edtfs = [date.edtf for date in dates]
    simple = len(dates) <= _LONGEST_SET and not any(
        sign in edtf for edtf in edtfs for sign in "/[{"
    )
    bounds = [(date.start_date, date.start_jdn, date.end_date, date.end_jdn) for date in dates]
    low = min(bounds, key=lambda bound: _order(bound[0], bound[1], low=True))
    high = max(bounds, key=lambda bound: _order(bound[2], bound[3], low=False))
    edtf = "{" + ",".join(dict.fromkeys(edtfs)) + "}" if simple else _span(dates)
    precisions = {date.precision for date in dates}
    return Timing(
        edtf,
        low[0],
        high[2],
        low[1],
        high[3],
        precisions.pop() if len(precisions) == 1 else "mixed",
        first.modifier,
        first.calendar,
    )


def join_ends(dates: Sequence[DateExpression]) -> Timing:
    """Return the interval of a life whose two ends are written apart, in one calendar or two."""
    birth = [date for date in dates if _meets(dates[0], date)] or dates[:1]
    death = [date for date in dates if not _meets(dates[0], date)] or dates[-1:]
    first = min(birth, key=_fineness)
    last = min(death, key=_fineness)
    return Timing(
        _span((first, last)),
        first.start_date,
        last.end_date,
        first.start_jdn,
        last.end_jdn,
        first.precision if first.precision == last.precision else "mixed",
        first.modifier,
        first.calendar,
    )


def _order(date: str | None, day: int | None, *, low: bool) -> tuple[int, int, str]:
    if date is None:
        return (-1 if low else 1), 0, ""
    year = int(date.rsplit("-", 2)[0])
    return 0, day if day is not None else year, date


def _span(dates: Sequence[DateExpression]) -> str:
    low = dates[0].edtf.split("/")[0].strip("[]{}").split(",")[0]
    high = dates[-1].edtf.split("/")[-1].strip("[]{}").split(",")[-1]
    return f"{low}/{high}"


def _meets(one: DateExpression, two: DateExpression) -> bool:
    """Whether two dates of different calendars share a day."""
    if one is two or one.edtf == two.edtf:
        return True
    if one.calendar == two.calendar:
        return False
    if None in {one.start_jdn, one.end_jdn, two.start_jdn, two.end_jdn}:
        return one.start_date == two.start_date
    return (one.start_jdn or 0) <= (two.end_jdn or 0) and (two.start_jdn or 0) <= (one.end_jdn or 0)


def shift_timing(timing: Timing, role: str) -> Timing:
    """Return the open time after or before a dated occurrence (E6).

    The bound is the occurrence itself, included, as for a date after such a word (N3).
    """
    if ".." in timing.edtf:
        return timing
    modifier = role if timing.modifier == "none" else f"{role}+{timing.modifier}"
    if role == "after":
        edge = _edge(timing.edtf.split("/")[0], timing.start_date)
        return timing._replace(edtf=f"{edge}/..", end_date=None, end_jdn=None, modifier=modifier)
    edge = _edge(timing.edtf.rsplit("/", maxsplit=1)[-1], timing.end_date)
    return timing._replace(edtf=f"../{edge}", start_date=None, start_jdn=None, modifier=modifier)


def _edge(edtf: str, date: str | None) -> str:
    """A masked or listed value cannot stand in an interval; its outer year can (N6)."""
    if date is not None and any(sign in edtf for sign in "X[{,"):
        return date.rsplit("-", 2)[0]
    return edtf
