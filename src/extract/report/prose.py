"""A paragraph with everything that was found in it, merged by positions.

Spans of dates, links and clauses may nest and overlap in any way; HTML may not.  The text
is cut at every start and end; neighbours that share a clause, a date and a link share an
element, in that order from the outside in.  A date that a clause's end cuts in two keeps
one explanation, at its last piece.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from extract.report.markup import TURN, Markup, code, directions, is_hebrew, isolate, join, tag
from extract.report.words import name_of, say

__all__ = ["Context", "date_facts", "write_mark", "write_paragraph"]

Row = Mapping[str, Any]
_DEEPEST = 6
# A date that follows Latin words is no part of them.
_LATIN_BEFORE = re.compile(r"[A-Za-z\u00c0-\u024f]\W{0,3}\Z")
_MACHINE_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


class Context(NamedTuple):
    """What a paragraph needs to know of its page."""

    labels: Mapping[int, str]
    """Label of each footnote as printed."""
    numbers: Mapping[int, int]
    """Number of each event in the timeline."""
    address: Callable[[Row], str | None]
    """Where a link leads to."""


class _Piece(NamedTuple):
    start: int
    end: int
    clauses: tuple[int, ...]
    date: int | None
    link: int | None


def write_paragraph(
    text: str,
    dates: Sequence[Row],
    links: Sequence[Row],
    events: Sequence[Row],
    marks: Sequence[Row],
    context: Context,
) -> Markup:
    """Return the inside of a paragraph: text, dates, links, event numbers, footnote marks."""
    writer = _Writer(text, dates, links, events, marks, context)
    return writer.write()


class _Writer:
    def __init__(
        self,
        text: str,
        dates: Sequence[Row],
        links: Sequence[Row],
        events: Sequence[Row],
        marks: Sequence[Row],
        context: Context,
    ) -> None:
        self.text = text
        self.dates = [row for row in dates if _is_inside(row, text)]
        self.links = [row for row in links if _is_inside(row, text)]
        self.events = [row for row in events if _is_inside(row, text)]
        self.context = context
        self.points: dict[int, list[Markup]] = {}
        for mark in marks:
            place = min(max(mark["position"] or 0, 0), len(text))
            self._stand(place, write_mark(mark, context))
        if is_hebrew(text):
            turned = {
                row["start"]: TURN
                for row in self.dates
                if _LATIN_BEFORE.search(text[max(0, row["start"] - 4) : row["start"]])
            }
            for place, direction in sorted({**turned, **dict(directions(text))}.items()):
                self._stand(place, direction)
        self.numbers: dict[int, list[Markup]] = {}
        for event in self.events:
            self.numbers.setdefault(event["start"], []).append(_event_number(event, context))
        self.linked: set[int] = set()
        self.last_piece: dict[int, int] = {}

    def _stand(self, place: int, mark: Markup) -> None:
        self.points.setdefault(place, []).append(mark)

    def write(self) -> Markup:
        pieces = self._cut()
        for number, piece in enumerate(pieces):
            if piece.date is not None:
                self.last_piece[piece.date] = number
        numbered = list(enumerate(pieces))
        out: list[Markup] = []
        for clauses, group in groupby(numbered, lambda item: item[1].clauses):
            members = list(group)
            start = members[0][1].start
            # A note's mark closes what is before it; a number stands right before its clause,
            # so that it can highlight it.
            out.append(self._take_points(start))
            out += self.numbers.get(start, ())
            inside = join(self._write_dates(members))
            if clauses:
                ids = " ".join(
                    str(self.context.numbers[self.events[i]["event_id"]]) for i in clauses
                )
                inside = tag("span", inside, class_="clause", data_events=ids)
            out.append(inside)
        out += self.points.get(len(self.text), ())
        return join(out)

    def _cut(self) -> list[_Piece]:
        cuts = {0, len(self.text), *self.points}
        for row in (*self.dates, *self.links, *self.events):
            cuts.update((row["start"], row["end"]))
        places = sorted(cuts)
        dates = _sweep(places, self.dates)
        links = _sweep(places, self.links)
        events = _sweep(places, self.events)
        return [
            _Piece(a, b, tuple(events[a]), _innermost(dates[a]), _innermost(links[a]))
            for a, b in pairwise(places)
        ]

    def _write_dates(self, pieces: list[tuple[int, _Piece]]) -> Iterable[Markup]:
        for date, group in groupby(pieces, lambda item: item[1].date):
            members = list(group)
            before = self._take_points(members[0][1].start)
            inside = join(self._write_links(members))
            yield before
            if date is None:
                yield inside
            else:
                yield self._date(date, inside, last=members[-1][0] == self.last_piece[date])

    def _write_links(self, pieces: list[tuple[int, _Piece]]) -> Iterable[Markup]:
        for link, group in groupby(pieces, lambda item: item[1].link):
            members = [piece for _, piece in group]
            before = self._take_points(members[0].start)
            inside = join(
                part
                for piece in members
                for part in (self._take_points(piece.start), self.text[piece.start : piece.end])
            )
            yield before
            yield inside if link is None else self._link(link, inside)

    def _take_points(self, place: int) -> Markup:
        return join(self.points.pop(place, ())) if place < len(self.text) else Markup()

    def _link(self, number: int, inside: Markup) -> Markup:
        row = self.links[number]
        address = self.context.address(row)
        again = number in self.linked
        self.linked.add(number)
        if address is None:
            return tag("span", inside, class_="link", title=row["target"])
        kind = None if row["kind"] == "internal" else "external"
        return tag(
            "a", inside, href=address, class_=kind, rel="external" if kind else None,
            tabindex="-1" if again else None,
        )  # fmt: skip

    def _date(self, number: int, inside: Markup, *, last: bool) -> Markup:
        row = self.dates[number]
        edtf = row["edtf"] or ""
        machine = edtf if _MACHINE_DATE.fullmatch(edtf) else None
        tip = f"d{row['date_id']}"
        element = tag(
            "time", inside, class_="date", datetime=machine, data_edtf=edtf,
            tabindex="0" if last else None, aria_describedby=tip if last else None,
        )  # fmt: skip
        if not last:
            return element
        return join((element, tag("span", date_facts(row), role="tooltip", id=tip, class_="tip")))


def _is_inside(row: Row, text: str) -> bool:
    start, end = row["start"], row["end"]
    return start is not None and end is not None and 0 <= start < end <= len(text)


def _sweep(places: Sequence[int], rows: Sequence[Row]) -> dict[int, list[int]]:
    """Return which rows stand at each place, the one that starts last, being inside, last.

    Of more than ``_DEEPEST`` at one place the outer ones are forgotten, so that time and
    output grow with the text and not with its square.
    """
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["start"], -rows[i]["end"]))
    found: dict[int, list[int]] = {}
    active: list[int] = []
    following = 0
    for place in places:
        active = [i for i in active if rows[i]["end"] > place]
        while following < len(order) and rows[order[following]]["start"] <= place:
            active.append(order[following])
            following += 1
        active = active[-_DEEPEST:]
        found[place] = active
    return found


def _innermost(active: Sequence[int]) -> int | None:
    return active[-1] if active else None


def _event_number(event: Row, context: Context) -> Markup:
    number = context.numbers[event["event_id"]]
    return tag(
        "a", isolate(number), href=f"#t{number}", id=f"e{number}", class_="number",
        aria_label=f"{say('page', 'event')} {number}",
    )  # fmt: skip


def write_mark(mark: Row, context: Context) -> Markup:
    """Return a footnote mark that opens its note."""
    note = mark["reference_id"]
    label = context.labels.get(note) or str(note + 1)
    link = tag(
        "a", isolate(f"[{label}]"), href=f"#n{note}", id=f"m{mark['mark_id']}",
        aria_label=f"{say('page', 'note')} {label}",
    )  # fmt: skip
    return tag("sup", link, class_="mark")


def date_facts(row: Row) -> Markup:
    """Return what is known of a date: EDTF, calendar, precision, rule, first and last day."""
    unknown = say("date", "open")
    first, last = row["start_date"] or unknown, row["end_date"] or unknown
    facts: list[tuple[str, Markup]] = [("edtf", code(row["edtf"]))]
    # Two isolates: in a right-to-left line the first day stands on the right.
    days = code(first) if first == last else join((code(first), code(last)), " – ")
    facts.append(("bounds", days))
    for column in ("precision", "calendar", "modifier", "kind"):
        value = row[column]
        if value and value != "none":
            facts.append((column, isolate(name_of(column, value))))
    if row.get("rule"):
        facts.append(("rule", code(row["rule"])))
    return join(
        tag("span", tag("b", say("date", name)), " ", value, class_="fact") for name, value in facts
    )
