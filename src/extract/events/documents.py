"""The sentences, dates and events of a page, as rows (rules R1, E8 and E9)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import count, islice, repeat
from operator import gt, itemgetter
from typing import NamedTuple

from extract.dates import DateContext, read_dates
from extract.events.assertions import is_span
from extract.events.fields import read_fields
from extract.events.finder import Clause, place_dates, read_clauses
from extract.events.inheritance import follows
from extract.events.timing import join_ends, merge_dates, shift_timing, time_of
from extract.hewiki import load_toml
from extract.model import (
    DateExpression,
    Document,
    Entity,
    Event,
    Field,
    Mark,
    Paragraph,
    Sentence,
)
from extract.sentences import find_sentences

__all__ = ["DateRow", "EventRows", "find_events"]

_YEAR = re.compile(r"[12](?<![\d.,:/].)\d{3}(?![\d,:/%])")
"""It begins with one class of characters, which the engine scans for fastest."""


_YEARS = re.compile(r"\(([12]\d{3}) ?[-\u05be\u2010-\u2015] ?([12]\d{3})\)")


class DateRow(NamedTuple):
    """A row of the table ``dates``: an expression at its place in the page."""

    date_id: int
    paragraph_id: int
    sentence_id: int | None
    start: int
    end: int
    text: str
    edtf: str
    start_date: str | None
    end_date: str | None
    start_jdn: int | None
    end_jdn: int | None
    precision: str
    calendar: str
    modifier: str
    kind: str
    anchor_date_id: int | None
    same_as_date_id: int | None
    rule: str


class EventRows(NamedTuple):
    """What a page's prose and fields tell of time."""

    sentences: tuple[Sentence, ...] = ()
    dates: tuple[DateRow, ...] = ()
    events: tuple[Event, ...] = ()
    mark_sentences: tuple[int | None, ...] = ()
    """The sentence each mark of the document supports (E9), None outside the prose."""


def _heading_years(document: Document) -> dict[int, int | None]:
    """The year each section's heading names, or the nearest heading above it."""
    years: dict[int, int | None] = {}
    for section in document.sections:
        match = _YEAR.search(section.title)
        above = years.get(section.parent_id) if section.parent_id is not None else None
        years[section.section_id] = int(match[0]) if match else above
    return years


@cache
def _age_words() -> tuple[str, ...]:
    heads = load_toml("date_signals.toml")["heads"]
    return tuple(word for name in ("century", "centuries", "years") for word in heads[name])


def _heading_ages(document: Document) -> dict[int, DateContext]:
    """The century or decade each section's heading names, or the nearest heading above it (R3)."""
    ages: dict[int, DateContext] = {}
    for section in document.sections:
        title, above = section.title, ages.get(section.parent_id or 0, _NO_CONTEXT)
        if any(word in title for word in _age_words()):
            above = read_dates(title, above)[1]
        ages[section.section_id] = above
    return ages


_NO_CONTEXT = DateContext()


def _page_year(document: Document, lead: Sequence[DateRow]) -> int | None:
    """The year of what the page tells of, where its box or its lead puts all of it in one."""
    bounds = _box_bounds(document.fields)
    if not bounds:
        told = [date for date in lead if date.kind != "recurring"]
        if len(told) > 1 and all(date.precision in {"day", "month"} for date in told):
            bounds = [(date.start_date, date.end_date) for date in told]
    found = {date and int(date.rsplit("-", 2)[0]) for pair in bounds for date in pair}
    return found.pop() or None if len(found) == 1 else None


def _box_bounds(fields: Sequence[Field]) -> list[tuple[str | None, str | None]]:
    """The bounds a box gives what it is about: its date, or where it began and where it ended.

    A start that is one of an office or a reign is no start of what the page tells of.
    """
    first = last = None
    for field in fields:
        if not field.edtf:
            continue
        if field.canonical_key == "date":
            return [(field.start_date, field.end_date)]
        if field.infobox_id == fields[0].infobox_id and field.key in _spanning_keys():
            if field.canonical_key == "start_date":
                first = first or field.start_date
            elif field.canonical_key == "end_date":
                last = last or field.end_date
    return [(first, last)] if first and last else []


@cache
def _spanning_keys() -> frozenset[str]:
    return frozenset(load_toml("clauses.toml")["page"]["spanning"])


@cache
def _titles_of(kind: str) -> frozenset[str]:
    if kind == "story":
        return frozenset(load_toml("clauses.toml")["exclusions"]["story_titles"])
    data = load_toml("sections.toml")
    return frozenset(title for name in ("bibliography", "notes") for title in data[name]["titles"])


def _sections_of(document: Document, kind: str) -> set[int]:
    """The sections of a kind, ``citing`` or ``story``, with what stands under them."""
    titles = _titles_of(kind)
    found: set[int] = set()
    for section in document.sections:
        if section.title.strip(" :") in titles or section.parent_id in found:
            found.add(section.section_id)
    return found


def _terms_of_office(paragraphs: Sequence[Paragraph]) -> set[int]:
    """The items of lists in which one's years in brackets take over from another's (R7).

    They held an office one after the other; lives in a list overlap, or years lie between.
    """
    found: set[int] = set()
    run: list[int] = []
    section, bounds, taken = -1, (0, 0), False
    for paragraph in paragraphs:
        listed = paragraph.kind == "list_item"
        if not listed or paragraph.section_id != section:
            if taken:
                found.update(run)
            run, section, bounds, taken = [], paragraph.section_id if listed else -1, (0, 0), False
        if listed and (match := _YEARS.search(paragraph.text)):
            first, last = sorted((int(match[1]), int(match[2])))
            taken = taken or 0 <= first - bounds[1] <= 1 or 0 <= bounds[0] - last <= 1
            bounds = first, last
            run.append(paragraph.paragraph_id)
    return found.union(run) if taken else found


def find_events(document: Document) -> EventRows:
    """Return the sentences, date expressions and dated events of a page.

    Ids count from 0 in document order; events of infobox fields come first.  Where a date does
    not say its year, the last date of the section so far stands in, else the year or the age of
    its heading (R1, R3), else the one year that all of the page is about.  Lists of sources
    hold no dates (F7) and stories tell of no events (E2).
    """
    sentences: list[tuple[int, int]] = []
    paragraphs: list[int] = []
    """The paragraph of each sentence."""
    dates: list[DateRow] = []
    events: list[Event] = list(read_fields(document.fields))
    years, ages = _heading_years(document), _heading_ages(document)
    citing, stories = _sections_of(document, "citing"), _sections_of(document, "story")
    section, context, page_year = -1, DateContext(), None
    marks = _marks_by_paragraph(document.marks)
    supported: list[int | None] = [None] * len(document.marks)
    terms = _terms_of_office(document.paragraphs)
    for paragraph in document.paragraphs:
        if paragraph.section_id != section:
            if section <= 0:
                page_year = _page_year(document, dates)
            section = paragraph.section_id
            anchors = ages.get(section, _NO_CONTEXT).anchors
            context = DateContext(years.get(section) or page_year, anchors)
        text, number, first = paragraph.text, paragraph.paragraph_id, len(sentences)
        spans = find_sentences(text)
        sentences += spans
        paragraphs += [number] * len(spans)
        own = marks.get(number, ())
        if own and spans:
            for mark_at, mark in own:
                supported[mark_at] = first + _sentence_of(mark, spans)
        if section in citing:
            continue
        found, context = read_dates(text, context)
        if not found:
            continue
        if number in terms:
            found = [
                date._replace(kind="explicit") if date.kind == "lifespan" else date
                for date in found
            ]
        place = _Place(paragraph, spans, found, len(dates), first)
        held = place_dates(found, spans)
        dates += _date_rows(place, held)
        if section not in stories:
            events += _paragraph_events(place, own, held, len(events))
    starts, ends = map(itemgetter(0), sentences), map(itemgetter(1), sentences)
    rows = map(tuple.__new__, repeat(Sentence), zip(count(), paragraphs, starts, ends))
    return EventRows(tuple(rows), tuple(dates), tuple(events), tuple(supported))


class _Place(NamedTuple):
    """A paragraph with what was found in it and where its ids begin."""

    paragraph: Paragraph
    spans: Sequence[tuple[int, int]]
    dates: Sequence[DateExpression]
    first_date: int
    first_sentence: int


def _date_rows(place: _Place, held: Sequence[int]) -> list[DateRow]:
    """``held`` is the number of the sentence that each date starts in, -1 for none."""
    number, first, sentence = place.paragraph.paragraph_id, place.first_date, place.first_sentence
    new = tuple.__new__
    return [
        new(
            DateRow,
            (
                date_id,
                number,
                sentence + inside if inside >= 0 else None,
                *date[:12],
                None if (anchor := date.anchor) is None else first + anchor,
                None if (same := date.same_as) is None else first + same,
                date.rule,
            ),
        )
        for date_id, (date, inside) in enumerate(zip(place.dates, held, strict=True), first)
    ]


_PlacedMark = tuple[int, Mark]
"""A mark in the prose with its index in the list of the page's marks."""


def _marks_by_paragraph(marks: Sequence[Mark]) -> dict[int, list[_PlacedMark]]:
    found: dict[int, list[_PlacedMark]] = {}
    for at, mark in enumerate(marks):
        if (
            mark.context == "paragraph"
            and mark.paragraph_id is not None
            and mark.position is not None
        ):
            found.setdefault(mark.paragraph_id, []).append((at, mark))
    return found


def _sentence_of(mark: Mark, spans: Sequence[tuple[int, int]]) -> int:
    """The number of the sentence in which, or directly after which, a mark stands (E9)."""
    return max(0, bisect_left(spans, (mark.position or 0,)) - 1)


class _Support(NamedTuple):
    """The footnotes of a paragraph (E9)."""

    by_sentence: dict[int, tuple[int, ...]]
    """Keyed by the number of the sentence in the paragraph."""
    closing: tuple[int, ...]
    """Those whose marks close the paragraph."""


_UNSUPPORTED = _Support({}, ())


def _find_support(marks: Sequence[_PlacedMark], place: _Place) -> _Support:
    spans = place.spans
    close = len(place.paragraph.text[: spans[-1][1]].rstrip(" .!?\u2026\"'\u201d\u2019)"))
    found: dict[int, dict[int, None]] = {}
    closing: dict[int, None] = {}
    for _, mark in marks:
        found.setdefault(_sentence_of(mark, spans), {})[mark.reference_id] = None
        if (mark.position or 0) >= close:
            closing[mark.reference_id] = None
    return _Support({number: tuple(ids) for number, ids in found.items()}, tuple(closing))


class _Links:
    """The links of a paragraph to pages of the wiki, to be asked for by their place."""

    __slots__ = ("_links", "_starts", "_text")

    def __init__(self, paragraph: Paragraph) -> None:
        self._text = paragraph.text
        self._links = links = [link for link in paragraph.links if link[2] == "internal"]
        self._starts = starts = [link[0] for link in links]
        if any(map(gt, starts, islice(starts, 1, None))):
            links.sort(key=itemgetter(0))
            starts.sort()

    def inside(self, start: int, end: int) -> tuple[Entity, ...]:
        """Return the links within a span."""
        starts = self._starts
        first = bisect_left(starts, start)
        last = bisect_right(starts, end, first)
        if first == last:
            return ()
        text, new = self._text, tuple.__new__
        return tuple(
            [
                new(Entity, (text[low:high], target, low, high))
                for low, high, _, target, _ in self._links[first:last]
                if high <= end
            ]
        )


def _paragraph_events(
    place: _Place, marks: Sequence[_PlacedMark], held: Sequence[int], first: int
) -> list[Event]:
    """The events of a paragraph, numbered from ``first``; the sentences ``held`` have dates."""
    clauses = read_clauses(place.paragraph.text, place.dates, place.spans, held)
    if not clauses:
        return []
    support = _find_support(marks, place) if marks else _UNSUPPORTED
    links = _Links(place.paragraph)
    events: list[Event] = []
    dated = set(held)
    last, total = len(clauses) - 1, len(place.spans)
    for at, clause in enumerate(clauses):
        events.append(_event(place, support, links, clause, first + len(events)))
        number = clause.sentence + 1
        if number in dated or (at < last and clauses[at + 1].sentence < number):
            continue
        while number < total and number not in dated:
            inherited = _inherit(place, support, links, number, events[-1], first + len(events))
            if inherited is None:
                break
            events.append(inherited)
            number += 1
    return events


def _event(place: _Place, support: _Support, links: _Links, clause: Clause, event_id: int) -> Event:
    start, end, sentence, indexes, role, kind, polarity, modality = clause
    paragraph, _, found, first, first_sentence = place
    if len(indexes) == 1:
        index = indexes[0]
        date = found[index]
        timing, source = time_of(date), date.kind
        date_ids: tuple[int, ...] = (first + index,)
    else:
        dates = [found[index] for index in indexes]
        apart = role == "lifespan" or (role == "duration" and not any(map(is_span, dates)))
        timing = join_ends(dates) if apart else merge_dates(dates)
        kinds = {date.kind for date in dates}
        source = "relative" if "relative" in kinds else "implicit" if "implicit" in kinds else ""
        date_ids = tuple([first + index for index in indexes])
    if role in {"before", "after"}:
        timing = shift_timing(timing, role)
    own = support.by_sentence.get(sentence, ())
    return tuple.__new__(
        Event,
        (
            event_id,
            paragraph.paragraph_id,
            first_sentence + sentence,
            start,
            end,
            paragraph.text[start:end],
            date_ids,
            *timing,
            role,
            kind,
            source if source in {"relative", "implicit"} else "explicit",
            polarity,
            modality,
            links.inside(start, end),
            own,
            () if own else support.closing,
            None,
        ),
    )


def _inherit(
    place: _Place, support: _Support, links: _Links, number: int, before: Event, event_id: int
) -> Event | None:
    """The event of an undated sentence that goes on with the one before it (E8)."""
    start, end = place.spans[number]
    text = place.paragraph.text
    if before.type == "lifespan" or before.start_date is None or before.end_date is None:
        return None
    if (
        before.polarity != "positive"
        or before.modality != "asserted"
        or not follows(text, start, end)
    ):
        return None
    end = start + len(text[start:end].rstrip(" .!?\u2026"))
    own = support.by_sentence.get(number, ())
    return before._replace(
        event_id=event_id,
        sentence_id=place.first_sentence + number,
        start=start,
        end=end,
        text=text[start:end],
        role="point",
        type="clause",
        date_source="inherited",
        entities=links.inside(start, end),
        reference_ids=own,
        paragraph_reference_ids=() if own else support.closing,
    )
