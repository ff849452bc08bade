"""Dated clauses of a text: cut, judged, trimmed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from extract.events.assertions import (
    find_nominal,
    judge,
    locating_dates,
    may_have_nominal,
    runs_until,
    without_datings,
    without_ends,
    without_names,
)
from extract.events.clauses import cut_sentence
from extract.events.tokens import Line, tokenize
from extract.model import DateExpression

__all__ = [
    "Clause",
    "TextEvent",
    "find_clauses",
    "find_events_in_text",
    "place_dates",
    "read_clauses",
]

_FEW = 8
"""Dates of one clause that are looked at for a noun phrase of their own."""
_EDGES = " \t\u00a0,;:\u2013\u2014-\u200e\u200f"
_FINAL = ".!?\u2026"
_LONGEST_MARK = 10
"""Characters of a footnote mark in a text, brackets included."""


class Clause(NamedTuple):
    """A dated clause; ``dates`` are indexes into the list of dates it was found with."""

    start: int
    end: int
    sentence: int
    """Index into the list of sentences."""
    dates: tuple[int, ...]
    role: str
    type: str
    polarity: str = "positive"
    modality: str = "asserted"


class TextEvent(NamedTuple):
    """An event of a text: ``text[start:end]`` is its clause."""

    start: int
    end: int
    text: str
    role: str
    dates: tuple[int, ...]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out white space, hanging commas and dashes, and the final mark."""
    if (
        end - start > 1
        and text[end - 1] == "."
        and text[end - 2].isalnum()
        and text[start].isalnum()
    ):
        return start, end - 1
    piece = text[start:end].rstrip()
    if piece[-1:] == "]":
        piece = _without_marks(piece)
    piece = piece.rstrip(_EDGES + _FINAL)
    if piece[-1:] in {"(", ")"}:
        piece = piece[: _before_brackets(piece)]
    end = start + len(piece)
    if piece[:1] in _EDGES:
        piece = piece.lstrip(_EDGES)
    if piece[:1] == ")":
        piece = piece[1:].lstrip(_EDGES)
    return end - len(piece), end


def _before_brackets(piece: str) -> int:
    """Where a clause ends before brackets that open at its end or were never opened in it."""
    opened = piece.find("(")
    end = len(piece)
    while end and (piece[end - 1] == "(" or (piece[end - 1] == ")" and not -1 < opened < end)):
        end -= 1
        while end and piece[end - 1] in _EDGES:
            end -= 1
    return end


def _without_marks(piece: str) -> str:
    """Leave out the footnote marks after a clause's final mark."""
    at = len(piece)
    while at and piece[at - 1] == "]":
        opened = piece.rfind("[", max(0, at - _LONGEST_MARK), at)
        inside = piece[opened + 1 : at - 1]
        if opened < 0 or "]" in inside or inside.split() != [inside]:
            break
        at = opened
        while at and piece[at - 1].isspace():
            at -= 1
    return piece[:at] if piece[at - 1 : at] in tuple(_FINAL) else piece


def place_dates(dates: Sequence[DateExpression], sentences: Sequence[tuple[int, int]]) -> list[int]:
    """Return the number of the sentence each date starts in, -1 before the first."""
    held: list[int] = []
    number, last = -1, len(sentences) - 1
    for date in dates:
        begin = date.start
        while number < last and sentences[number + 1][0] <= begin:
            number += 1
        held.append(number)
    return held


def find_clauses(
    text: str, dates: Sequence[DateExpression], sentences: Sequence[tuple[int, int]]
) -> list[Clause]:
    """Return the dated clauses of a text, in order (rules E1 to E7).

    ``dates`` are sorted and disjoint spans of ``text``, ``sentences`` likewise.  Only
    sentences that hold a date are read.  Negative and hypothetical clauses are returned,
    marked; inherited dates are not.
    """
    return read_clauses(text, dates, sentences, place_dates(dates, sentences))


def read_clauses(
    text: str,
    dates: Sequence[DateExpression],
    sentences: Sequence[tuple[int, int]],
    held: Sequence[int],
) -> list[Clause]:
    """Return the dated clauses of a text whose dates lie in the sentences ``held``."""
    clauses: list[Clause] = []
    for number, group in groupby(range(len(dates)), held.__getitem__):
        if number < 0:
            continue
        span = sentences[number]
        end = span[1]
        indexes = [at for at in group if dates[at].end <= end]
        if indexes:
            clauses += _read_sentence(text, span, number, dates, indexes)
    return clauses


def _read_sentence(
    text: str,
    span: tuple[int, int],
    number: int,
    dates: Sequence[DateExpression],
    indexes: Sequence[int],
) -> list[Clause]:
    start, end = span
    line = tokenize(text, start, end, dates, indexes)
    positions = locating_dates(line)
    if not positions:
        return []
    if len(positions) == 1:
        clauses = _read_clause(text, line, positions, span, number)
    else:
        clauses = []
        for piece in cut_sentence(line, positions):
            words = line.part(piece.first, piece.last)
            first = line.start_of(piece.first) if piece.first else start
            last = line.start_of(piece.last) if piece.last < len(line.bits) else end
            kept: Sequence[int] = [at - piece.first for at in piece.dates]
            if len(kept) > 1:
                kept = without_datings(words, without_ends(words, without_names(words, kept)))
            clauses += _read_clause(text, words, kept, (first, last), number)
    if len(clauses) > 1:
        clauses.sort(key=_order)
    return clauses


def _order(clause: Clause) -> tuple[int, int]:
    return clause.start, -clause.end


def _read_clause(
    text: str, line: Line, kept: Sequence[int], span: tuple[int, int], number: int
) -> list[Clause]:
    """The clause of a span, if it is an event, and the dated noun phrase in it."""
    clauses: list[Clause] = []
    relation = ""
    if may_have_nominal(line) and not runs_until(line, kept):
        relation, kept = _read_nominal(line, kept, number, clauses)
        if relation == "only":
            return clauses
    found = judge(line, kept)
    if found is None:
        return clauses
    start, end = _trim(text, *span)
    role, kind, polarity, modality = found
    if relation in {"after", "before", "start"} or (relation == "end" and len(kept) == 1):
        role = relation
    if start < end:
        indexes = tuple([line.indexes[at] for at in kept])
        clause = (start, end, number, indexes, role, kind, polarity, modality)
        clauses.append(tuple.__new__(Clause, clause))
    return clauses


def _read_nominal(
    line: Line, kept: Sequence[int], number: int, clauses: list[Clause]
) -> tuple[str, Sequence[int]]:
    """Append the dated noun phrase of a clause to ``clauses``; return how the clause lies to
    it, and the dates that are left for the clause."""
    for at in kept[:_FEW]:
        nominal = find_nominal(line, at)
        if nominal is None:
            continue
        if nominal.relation == "end":  # it bounds the clause and is told by it
            return "end", kept
        clauses.append(
            Clause(nominal.start, nominal.end, number, (line.indexes[at],), "point", "nominal")
        )
        if len(kept) > 1:
            return "", [other for other in kept if other != at]
        return nominal.relation, kept
    return "", kept


def find_events_in_text(
    text: str,
    dates: Sequence[DateExpression],
    sentences: Sequence[tuple[int, int]] | None = None,
) -> list[TextEvent]:
    """Return the events a text asserts, without inherited dates (rules E1 to E7).

    What did not happen is left out; what did not happen *until* or *since* a date ended or
    began there.
    """
    from extract.sentences import find_sentences

    spans = find_sentences(text) if sentences is None else sentences
    return [
        TextEvent(
            clause.start, clause.end, text[clause.start : clause.end], clause.role, clause.dates
        )
        for clause in find_clauses(text, dates, spans)
        if (clause.polarity == "positive" or clause.role in {"start", "end"})
        and clause.modality != "hypothetical"
    ]
