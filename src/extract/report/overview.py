"""A whole snapshot in pictures: counted while its pages stream by, drawn as bars.

Bars are HTML and SVG of our own, since chart libraries break Hebrew with digits or cut
labels on a right-to-left axis.  Every picture is also a table, so that nobody needs to see it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from extract.report.frame import write_frame
from extract.report.markup import Markup, code, isolate, join, tag
from extract.report.reading import PageRecord
from extract.report.words import name_of, say

__all__ = ["Tally", "write_overview"]

MOST = 20
"""Bars of a list that could be endless, such as works."""
_DISTINCT = 200_000
_COLUMNS = 40
_COVERED = ("infobox", "events", "references", "tables", "images")


class Tally:
    """Sums over the pages of a snapshot; memory does not grow with their number.

    Of works at most some 200,000 are told apart: when more are met, those seen least are
    forgotten, which cannot touch the most cited ones.
    """

    def __init__(self) -> None:
        self.pages = 0
        self.rows = Counter[str]()
        self.covered = Counter[str]()
        self.decades = Counter[int]()
        self.support = Counter[str]()
        self.works = Counter[str]()
        self.templates = Counter[str]()
        self.problems = Counter[str]()
        self.columns: dict[tuple[str, str], Counter[str]] = {
            ("dates", "precision"): Counter(),
            ("dates", "calendar"): Counter(),
            ("dates", "kind"): Counter(),
            ("citations", "kind"): Counter(),
            ("infobox", "value_type"): Counter(),
        }

    def add(self, record: PageRecord) -> None:
        """Count a page."""
        self.pages += 1
        for table, rows in record.tables.items():
            self.rows[table] += len(rows)
            self.covered[table] += bool(rows)
        for (table, column), counter in self.columns.items():
            counter.update(row[column] or "unknown" for row in record.rows(table))
        for event in record.rows("events"):
            self.support[_support(event)] += 1
            year = _year(event["start_date"] or event["end_date"])
            if year is not None:
                self.decades[year // 10 * 10] += 1
        boxes = {row["infobox_id"]: row["template"] for row in record.rows("infobox")}
        self.templates.update(name for name in boxes.values() if name)
        self.works.update(row["work"] for row in record.rows("citations") if row["work"])
        if len(self.works) > _DISTINCT:
            self.works = Counter(dict(self.works.most_common(_DISTINCT // 2)))
        self.add_problems(record)

    def add_problems(self, record: PageRecord) -> None:
        """Count the problems of a page, or of something that never became one."""
        self.problems.update(f"{row['stage']}/{row['kind']}" for row in record.rows("problems"))


def _support(event: Mapping[str, Any]) -> str:
    if event["reference_ids"]:
        return "own"
    if event["paragraph_reference_ids"]:
        return "paragraph"
    return "unsupported" if event["field_id"] is None else "field"


def _year(date: str | None) -> int | None:
    """Return the astronomical year of an ISO date, which may have a sign and many digits."""
    if not date:
        return None
    sign, digits = (-1, date[1:]) if date.startswith("-") else (1, date)
    year = digits.partition("-")[0]
    return sign * int(year) if year.isdigit() else None


class _Bar(NamedTuple):
    label: Markup
    size: int


def write_overview(tally: Tally, snapshot_id: str) -> Markup:
    """Return the page of pictures."""
    parts = [
        tag("h1", say("overview", "title")),
        tag("p", say("index", "snapshot"), " ", code(snapshot_id)),
        _figure("decades", _draw_decades(tally.decades), class_="wide"),
        _bars("coverage", [
            _Bar(isolate(say("overview", name)), tally.covered[name]) for name in _COVERED
        ], whole=tally.pages, longest=tally.pages),
        _bars("support", [
            _Bar(isolate(say("overview", name)), tally.support[name])
            for name in ("own", "paragraph", "field", "unsupported")
        ]),
        _counted("precision", "precision", tally.columns["dates", "precision"]),
        _counted("calendar", "calendar", tally.columns["dates", "calendar"]),
        _counted("kind", "kind", tally.columns["dates", "kind"]),
        _bars("works", [_Bar(isolate(work), n) for work, n in _most(tally.works)],
              whole=tally.rows["citations"]),
        _counted("source_kind", "source_kind", tally.columns["citations", "kind"]),
        _bars("templates", [_Bar(isolate(name), n) for name, n in _most(tally.templates)],
              whole=tally.templates.total()),
        _counted("value_types", "value_type", tally.columns["infobox", "value_type"]),
        _bars("problems", [_Bar(code(kind), n) for kind, n in _most(tally.problems)]),
    ]  # fmt: skip
    body = tag("div", join(parts), class_="overview", id="overview")
    return write_frame(say("overview", "title"), body, depth=0, skip="#overview")


def _most(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:MOST]


def _counted(name: str, words: str, counter: Counter[str]) -> Markup:
    return _bars(name, [_Bar(isolate(name_of(words, v)), n) for v, n in _most(counter)])


def _figure(name: str, body: Markup, class_: str | None = None) -> Markup:
    return tag("section", tag("h2", say("overview", name), id=f"{name}-title"), body,
               aria_labelledby=f"{name}-title", class_=class_)  # fmt: skip


def _bars(
    name: str, bars: Sequence[_Bar], whole: int | None = None, longest: int | None = None
) -> Markup:
    """Return a table whose last column is drawn: readable with and without eyes."""
    if not any(bar.size for bar in bars):
        return _figure(name, tag("p", say("overview", "nothing"), class_="empty"))
    longest = longest or max(bar.size for bar in bars)
    total = sum(bar.size for bar in bars) if whole is None else whole
    rows = join(
        tag("tr",
            tag("th", bar.label, scope="row"),
            tag("td", code(f"{bar.size:,}"), class_="n"),
            tag("td", code(_percent(bar.size, total)), class_="n"),
            tag("td", tag("span", class_="bar", style=f"inline-size:{bar.size / longest:.1%}"),
                class_="drawn", aria_hidden="true"))
        for bar in bars
    )  # fmt: skip
    head = tag("tr", *(
        tag("th", say("overview", column), scope="col") for column in ("data", "count", "share")
    ), tag("td"))  # fmt: skip
    return _figure(name, tag("table", tag("thead", head), tag("tbody", rows), class_="bars"))


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""


def _draw_decades(decades: Counter[int]) -> Markup:
    """Return events per decade as columns, the earliest on the right."""
    if not decades:
        return tag("p", say("overview", "nothing"), class_="empty")
    last = _last_decade(decades)
    first = min(start for start in decades if start > last - 10 * _COLUMNS)
    columns = [(start, decades[start]) for start in range(first, last + 10, 10)]
    earlier = sum(count for start, count in decades.items() if start < first)
    bars = [(str(start), count) for start, count in columns]
    later = sum(count for start, count in decades.items() if start > last)
    if later:
        bars.append((f"{last + 10}…", later))
    if earlier:
        bars.insert(0, (f"{say('overview', 'before')} {first}", earlier))
    rows = join(
        tag("tr", tag("th", isolate(label), scope="row"), tag("td", code(f"{count:,}"), class_="n"))
        for label, count in bars
        if count
    )
    head = tag("tr", *(tag("th", say("overview", c), scope="col") for c in ("decade", "count")))
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="bars")
    details = tag("details", tag("summary", say("overview", "as_table")), table)
    return join((_columns(bars), details))


def _last_decade(decades: Counter[int]) -> int:
    """Return the last decade to draw: a date far ahead of all others must not stretch the axis."""
    left = decades.total() // 200
    for start in sorted(decades, reverse=True):
        if left < decades[start]:
            return start
        left -= decades[start]
    return max(decades)


def _columns(bars: Sequence[tuple[str, int]]) -> Markup:
    width, height, step = 1000.0, 260, 1000.0 / len(bars)
    highest = max(count for _, count in bars)
    every = 1 + (len(bars) - 1) // 14
    parts: list[Markup] = []
    for number, (label, count) in enumerate(bars):
        size = 200 * count / highest
        left = width - (number + 1) * step
        parts.append(
            tag("rect", x=f"{left + step * 0.12:.1f}", y=f"{220 - size:.1f}",
                width=f"{step * 0.76:.1f}", height=f"{size:.1f}", class_="column")
        )  # fmt: skip
        middle = f"{left + step / 2:.1f}"
        if count and (len(bars) <= 25 or count == highest):
            parts.append(tag("text", f"{count:,}", x=middle, y=f"{214 - size:.1f}", class_="tick"))
        if number % every == 0:
            parts.append(tag("text", label, x=middle, y="242", class_="tick"))
    parts.append(tag("line", x1="0", x2="1000", y1="220", y2="220", class_="axis"))
    # A region that scrolls: on a phone the labels would shrink to nothing.
    chart = tag(
        "svg", join(parts), viewBox=f"-30 0 1060 {height}", role="img",
        class_="columns-chart", aria_label=say("overview", "decades"),
    )  # fmt: skip
    return tag("div", chart, class_="scroll", tabindex="0", role="group",
               aria_label=say("overview", "decades"))  # fmt: skip
