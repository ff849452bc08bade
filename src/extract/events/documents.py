"""The sentences, dates and events of a page, as rows (rules R1, E8 and E9)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from extract.dates import DateContext, read_dates
from extract.events.fields import read_fields
from extract.events.finder import Clause, find_clauses
from extract.events.inheritance import follows
from extract.events.timing import Timing, join_ends, merge_dates, shift_timing
from extract.hewiki import load_toml
from extract.model import DateExpression, Document, Entity, Event, Mark, Paragraph, Sentence
from extract.sentences import find_sentences

__all__ = ["DateRow", "EventRows", "find_events"]

_YEAR = re.compile(r"(?<![\d.,:/])[12]\d{3}(?![\d,:/%])")


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


def find_events(document: Document) -> EventRows:
    """Return the sentences, date expressions and dated events of a page.

    Ids count from 0 in document order; events of infobox fields come first.  The year of a
    section's heading, then the last date of its paragraphs so far, stands in where a date
    does not say its year (R1).  Lists of sources hold no dates (F7) and stories tell of no
    events (E2).
    """
    sentences: list[Sentence] = []
    dates: list[DateRow] = []
    events: list[Event] = list(read_fields(document.fields))
    years = _heading_years(document)
    citing, stories = _sections_of(document, "citing"), _sections_of(document, "story")
    section, context = -1, DateContext()
    starts: dict[int, tuple[int, list[int]]] = {}
    marks = _marks_by_paragraph(document.marks)
    for paragraph in document.paragraphs:
        if paragraph.section_id != section:
            section = paragraph.section_id
            context = DateContext(years.get(section))
        spans = find_sentences(paragraph.text)
        first = len(sentences)
        starts[paragraph.paragraph_id] = first, [start for start, _ in spans]
        sentences += [
            Sentence(first + number, paragraph.paragraph_id, start, end)
            for number, (start, end) in enumerate(spans)
        ]
        if section in citing:
            continue
        found, context = read_dates(paragraph.text, context)
        if not found:
            continue
        place = _Place(paragraph, spans, found, len(dates), first)
        dates += _date_rows(place)
        if section in stories:
            continue
        support = _Support.of(marks.get(paragraph.paragraph_id, ()), place)
        events += _paragraph_events(place, support, len(events))
    return EventRows(
        tuple(sentences), tuple(dates), tuple(events), _mark_sentences(document.marks, starts)
    )


class _Place(NamedTuple):
    """A paragraph with what was found in it and where its ids begin."""

    paragraph: Paragraph
    spans: Sequence[tuple[int, int]]
    dates: Sequence[DateExpression]
    first_date: int
    first_sentence: int


def _date_rows(place: _Place) -> Iterator[DateRow]:
    starts = [start for start, _ in place.spans]
    for number, date in enumerate(place.dates):
        sentence = bisect_left(starts, date.start + 1) - 1
        yield DateRow(
            place.first_date + number,
            place.paragraph.paragraph_id,
            place.first_sentence + sentence if sentence >= 0 else None,
            *date[:12],
            None if date.anchor is None else place.first_date + date.anchor,
            None if date.same_as is None else place.first_date + date.same_as,
            date.rule,
        )


class _Support(NamedTuple):
    """The footnotes of a paragraph (E9)."""

    by_sentence: dict[int, tuple[int, ...]]
    """Keyed by the number of the sentence in the paragraph."""
    closing: tuple[int, ...]
    """Those whose marks close the paragraph."""

    @classmethod
    def of(cls, marks: Sequence[Mark], place: _Place) -> _Support:
        if not marks or not place.spans:
            return cls({}, ())
        starts = [start for start, _ in place.spans]
        last = len(place.spans) - 1
        close = place.spans[last][1] - len(
            _final_marks(place.paragraph.text[: place.spans[last][1]])
        )
        found: dict[int, dict[int, None]] = {}
        closing: dict[int, None] = {}
        for mark in marks:
            position = mark.position or 0
            sentence = max(0, bisect_left(starts, position) - 1)
            found.setdefault(sentence, {})[mark.reference_id] = None
            if position >= close:
                closing[mark.reference_id] = None
        return cls({number: tuple(ids) for number, ids in found.items()}, tuple(closing))


def _final_marks(text: str) -> str:
    return text[len(text.rstrip(" .!?\u2026\"'\u201d\u2019)")) :]


def _marks_by_paragraph(marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        if (
            mark.context == "paragraph"
            and mark.paragraph_id is not None
            and mark.position is not None
        ):
            found.setdefault(mark.paragraph_id, []).append(mark)
    return found


def _mark_sentences(
    marks: Sequence[Mark], starts: dict[int, tuple[int, list[int]]]
) -> tuple[int | None, ...]:
    """The sentence in which, or directly after which, each mark stands."""
    found: list[int | None] = []
    for mark in marks:
        if mark.context != "paragraph" or mark.paragraph_id is None or mark.position is None:
            found.append(None)
            continue
        first, begins = starts.get(mark.paragraph_id, (0, []))
        found.append(first + max(0, bisect_left(begins, mark.position) - 1) if begins else None)
    return tuple(found)


def _paragraph_events(place: _Place, support: _Support, first: int) -> list[Event]:
    events: list[Event] = []
    clauses = find_clauses(place.paragraph.text, place.dates, place.spans)
    dated = {clause.sentence for clause in clauses}
    held = _sentences_with_dates(place)
    position = 0
    for number in range(len(place.spans)):
        if number in dated:
            while position < len(clauses) and clauses[position].sentence == number:
                timing = merge_dates([place.dates[k] for k in clauses[position].dates])
                events.append(
                    _event(place, support, clauses[position], timing, first + len(events))
                )
                position += 1
        elif (
            events
            and number not in held
            and events[-1].sentence_id == place.first_sentence + number - 1
        ):
            inherited = _inherit(place, support, number, events[-1], first + len(events))
            if inherited is not None:
                events.append(inherited)
    return events


def _sentences_with_dates(place: _Place) -> set[int]:
    starts = [start for start, _ in place.spans]
    return {bisect_left(starts, date.start + 1) - 1 for date in place.dates}


def _event(
    place: _Place, support: _Support, clause: Clause, timing: Timing, event_id: int
) -> Event:
    if clause.role == "lifespan" and len(clause.dates) == 2:
        timing = join_ends([place.dates[index] for index in clause.dates])
    elif clause.role in {"before", "after"}:
        timing = shift_timing(timing, clause.role)
    return Event(
        event_id,
        place.paragraph.paragraph_id,
        place.first_sentence + clause.sentence,
        clause.start,
        clause.end,
        place.paragraph.text[clause.start : clause.end],
        tuple(place.first_date + index for index in clause.dates),
        *timing,
        clause.role,
        clause.type,
        _date_source([place.dates[index] for index in clause.dates]),
        clause.polarity,
        clause.modality,
        _entities(place.paragraph, clause.start, clause.end),
        *_references(support, clause.sentence),
    )


def _references(support: _Support, sentence: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    own = support.by_sentence.get(sentence, ())
    return own, () if own else support.closing


def _inherit(
    place: _Place, support: _Support, number: int, before: Event, event_id: int
) -> Event | None:
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
    return before._replace(
        event_id=event_id,
        sentence_id=place.first_sentence + number,
        start=start,
        end=end,
        text=text[start:end],
        role="point",
        type="clause",
        date_source="inherited",
        entities=_entities(place.paragraph, start, end),
        reference_ids=_references(support, number)[0],
        paragraph_reference_ids=_references(support, number)[1],
    )


def _date_source(dates: Sequence[DateExpression]) -> str:
    kinds = {date.kind for date in dates}
    for kind in ("relative", "implicit"):
        if kind in kinds:
            return kind
    return "explicit"


def _entities(paragraph: Paragraph, start: int, end: int) -> tuple[Entity, ...]:
    return tuple(
        Entity(paragraph.text[link.start : link.end], link.target, link.start, link.end)
        for link in paragraph.links
        if link.kind == "internal" and link.start >= start and link.end <= end
    )
