"""The public readers: a text's dates, a field's date, a section's paragraphs in turn."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.dates.drafts import Draft
from extract.dates.edges import signal_kinds
from extract.dates.grammar import skip_prefix
from extract.dates.lexicon import lexicon
from extract.dates.lives import LEAST_LIFE, LONGEST_LIFE, find_lives, overlap
from extract.dates.offsets import read_offset
from extract.dates.phrases import read_phrase
from extract.dates.resolution import Anchor, DateContext, resolve
from extract.dates.short_ways import read_short
from extract.dates.tokens import DASH, END, PUNCT, WORD, Tokens, find_passages
from extract.dates.units import Unit
from extract.model import DateExpression

__all__ = ["find_dates", "read_date", "read_dates"]


def _drafts_of(tokens: Tokens, *, bracketed: bool) -> list[Draft]:
    """Return the drafts of a passage, in order and disjoint.

    ``bracketed`` where its text has parentheses at all.
    """
    drafts: list[Draft] = []
    opened = False
    seen, last_end = 0, -1
    for index in tokens.starts:
        if index < seen:
            continue
        found = read_short(tokens, index)
        if found is None:
            offset = read_offset(tokens, index)
            found = [offset] if offset else read_phrase(tokens, index)
        if not found or found[0].start < last_end:
            continue
        if bracketed:
            opened = _is_open(tokens, seen, index, opened)
            for draft in found:
                drafts.append(_placed(tokens, draft, opened, drafts))
        else:
            drafts += found
        last_end = found[-1].end
        seen = max(found[-1].next, index + 1)
    if len(drafts) < 2 and not (drafts and drafts[0].aside):
        return drafts
    return _with_lifespans(tokens, _with_thousands(drafts))


def _is_open(tokens: Tokens, first: int, last: int, before: bool) -> bool:
    """Tell whether a parenthesis is open at a token, given whether one was at ``first``."""
    for token in reversed(tokens[first : last + 1]):
        if token.kind == PUNCT:
            if token.text == "(":
                return True
            if token.text == ")":
                return False
        elif token.gap == 2:
            return False
    return before


def _placed(tokens: Tokens, draft: Draft, opened: bool, drafts: list[Draft]) -> Draft:
    """Mark a draft that stands in a parenthesis or directly beside the one before."""
    beside = False
    if drafts and 0 < draft.first - drafts[-1].next <= 3:
        between = tokens[drafts[-1].next : draft.first]
        beside = any(t.text == "(" for t in between) and all(
            t.kind in {PUNCT, DASH} or len(t.text) <= 2 for t in between
        )
    return draft._replace(aside=opened, beside=beside) if opened or beside else draft


def _with_thousands(drafts: list[Draft]) -> list[Draft]:
    """Read a Hebrew year without its thousands as the civil year beside it tells (C5)."""
    for index, draft in enumerate(drafts):
        unit = draft.units[0] if draft.units else None
        if unit is None or unit.calendar != "hebrew" or unit.marked or unit.year is None:
            continue
        for other in (*drafts[index + 1 : index + 2], *drafts[max(0, index - 1) : index]):
            civil = (
                other.units[0].year
                if other.units and other.units[0].calendar == "gregorian"
                else None
            )
            distance = (
                other.first - draft.next if other.first > draft.first else draft.first - other.next
            )
            if civil is None or distance > 4:
                continue
            thousand = next(
                (t for t in (0, -1000, -2000) if unit.year + t - civil in {3760, 3761}), 0
            )
            if thousand:
                units = tuple(
                    u._replace(year=u.year + thousand) if u.year is not None and not u.marked else u
                    for u in draft.units
                )
                drafts[index] = draft._replace(units=units)
                break
    return drafts


def _with_lifespans(tokens: Tokens, drafts: list[Draft]) -> list[Draft]:
    """Mark what a parenthesis after a name says of a life: one range, or two dates and places (R7)."""
    for index, draft in enumerate(drafts):
        if not draft.aside or draft.kind != "explicit":
            continue
        if "unknown_start" in draft.modifiers:
            drafts[index] = draft._replace(kind="lifespan")
            continue
        opening = _opening(tokens, draft.first)
        if tokens[opening].text not in {"(", ";"} or _names_period(tokens, opening - 1):
            continue
        if draft.shape == "range":
            if index and tokens[opening].text == "(" and drafts[index - 1].next == opening:
                continue  # it says once more what stands before the bracket
            hedged = tokens[draft.next].text in _HEDGES_AFTER
            closing = tokens[draft.next + hedged].text
            if closing in {")", ",", ";"} and _spans_life(draft.units[0], draft.units[1]):
                drafts[index] = draft._replace(kind="lifespan")
        elif draft.modifiers & {"closing-open", "closing-unknown"}:
            drafts[index] = draft._replace(kind="lifespan")
        elif index + 1 < len(drafts) and _is_pair(tokens, draft, drafts[index + 1]):
            drafts[index] = draft._replace(kind="lifespan")
            drafts[index + 1] = drafts[index + 1]._replace(kind="lifespan")
    return drafts


_HEDGES = frozenset({"approximate", "uncertain", "before", "after"})
_HEDGES_AFTER = frozenset({"?", *lexicon().sets["after_words.approximate"]})


def _opening(tokens: Tokens, first: int) -> int:
    """Return the index of what stands before an expression and the words that qualify it."""
    at = first - 1
    if tokens[at].kind == DASH and tokens[at - 1].kind == WORD:
        at -= 2
    while tokens[at].kind == WORD and not _HEDGES.isdisjoint(signal_kinds(tokens[at])):
        at -= 1
    return at


def _spans_life(first: Unit, last: Unit) -> bool:
    if first.level not in {"day", "month", "year"} or last.level not in {"day", "month", "year"}:
        return False
    if first.year is None or last.year is None:
        return False
    return LEAST_LIFE <= abs(last.year - first.year) <= LONGEST_LIFE


def _is_pair(tokens: Tokens, first: Draft, second: Draft) -> bool:
    """Tell whether two dates of one parenthesis have places and a dash between them."""
    if not second.aside or first.shape != "single" or second.shape != "single":
        return False
    between = tokens[first.next : second.first]
    if len(between) > 16 or any(t.text in {"(", ")"} for t in between):
        return False
    return any(t.kind == DASH and t.gap for t in between) and _spans_life(
        first.units[0], second.units[0]
    )


def _names_period(tokens: Tokens, at: int) -> bool:
    periods = lexicon().sets["periods"]
    for step in range(5):
        token = tokens[at - step]
        if token.kind == END or token.gap == 2 or token.text in {".", ")", ";"}:
            return False
        if token.text in periods or token.text[1:] in periods:
            return True
    return False


_MEMORY, _MOST_ANCHORS = 6, 64
_new = tuple.__new__  # a named tuple's own constructor costs as much again


def _without_places(anchors: Sequence[Anchor]) -> list[Anchor]:
    """Return anchors as a later text sees them."""
    return [a if a.place is None else _new(Anchor, (*a[:6], None, a.single)) for a in anchors]


def _lasting_anchors(anchors: Sequence[Anchor]) -> list[Anchor]:
    """Return the one anchor before the last few that a day or a month may still lean on (R2)."""
    return [anchor for anchor in anchors[:-_MEMORY] if anchor.rank <= 2][-1:]


_YEAR_1000 = 2086303
"""JDN of its first day: with such a date before it a small number may be a year."""


def _is_old(anchors: list[Anchor], dates: list[DateExpression]) -> bool:
    last = dates[-1].end_jdn if dates else None
    return bool(anchors and anchors[-1].last[0] < 1000) or (last is not None and last < _YEAR_1000)


def read_dates(text: str, context: DateContext) -> tuple[list[DateExpression], DateContext]:
    """Return the dates of one text, and the context for the text after it (R1).

    Start a section with ``DateContext(year of its heading or None)`` and hand on what comes
    back from paragraph to paragraph.
    """
    anchors = [*context.anchors]
    dates = _read(text, context.context_year, anchors)
    if not dates:
        return dates, context
    return dates, DateContext(context.context_year, tuple(_without_places(anchors[-_MEMORY:])))


def _read(text: str, context_year: int | None, anchors: list[Anchor]) -> list[DateExpression]:
    """Return the dates of a text; their anchors are appended to those before it."""
    dates: list[DateExpression] = []
    bracketed = "(" in text
    lives = find_lives(text, read_date) if bracketed else []
    for passage in find_passages(text):
        for draft in _drafts_of(passage, bracketed=bracketed):
            while lives and lives[0][0].start < draft.end:
                _append_life(dates, lives.pop(0))
            if dates and draft.start < dates[-1].end:
                continue
            if draft.kind == "ancient" and not _is_old(anchors, dates):
                continue
            found = resolve(draft, text, anchors, context_year, len(dates))
            if found is not None:
                if (
                    dates
                    and dates[-1].calendar != found.calendar
                    and _is_same(text, dates[-1], found)
                ):
                    found = found._replace(same_as=len(dates) - 1)
                dates.append(found)
                if len(anchors) > _MOST_ANCHORS:
                    anchors[:-_MEMORY] = _lasting_anchors(anchors)
    for life in lives:
        _append_life(dates, life)
    return dates


def _append_life(dates: list[DateExpression], life: list[DateExpression]) -> None:
    """Append the dates of a life, in place of what was read in front of them inside it."""
    first = len(dates)
    dates += [d if d.same_as is None else d._replace(same_as=first + d.same_as) for d in life]


_MOST_BETWEEN = 24
_JOINTS = re.compile(
    r"[\s(,/)\u2013\u2014\u05be-]*(?:\[\d{1,3}\])?[\s(,/)\u2013\u2014\u05be-]*(?:\w{1,2}[-\u05be\u2013]?)?"
)


def _is_same(text: str, first: DateExpression, second: DateExpression) -> bool:
    """Tell whether two expressions side by side give one time in two calendars (S9, E4)."""
    if second.start - first.end > _MOST_BETWEEN:
        return False
    return overlap(first, second) and _JOINTS.fullmatch(text, first.end, second.start) is not None


def find_dates(text: str, context_year: int | None = None) -> list[DateExpression]:
    """Return the date expressions of a text by the convention in docs/dates.md.

    Sorted by position, disjoint, ``text[d.start:d.end] == d.text``; ``context_year`` is the
    year a heading names.  Never raises on a string; time grows linearly with its length.
    """
    return _read(text, context_year, [])


_LONGEST_FIELD = 120
_SOLID = re.compile(r"(\d{4})([/.-]?)(\d{2})\2(\d{2})")


def read_date(text: str, *, compact: bool = False) -> DateExpression | None:
    """Return the date that a whole string is, as in an infobox or a citation, else None.

    No signal is asked for: ``1917`` is a year here, ``3.11.48`` a day.  With ``compact``
    also ``1971/11/12`` and ``19711112``.  Brackets after the date are passed over.
    """
    if len(text) > _LONGEST_FIELD:
        return None
    solid = _SOLID.fullmatch(text.strip()) if compact else None
    if solid:
        year, _, month, day = solid.groups()
        found = read_date(f"{year}-{month}-{day}")
        start = text.index(solid.group()) if found else 0
        return found and found._replace(
            start=start, end=start + len(solid.group()), text=solid.group()
        )
    for tokens in find_passages(f"{text} "):
        index = next((i for i, token in enumerate(tokens) if token.kind != END), len(tokens))
        index = _after_prefix(tokens, index)
        drafts = read_phrase(tokens, index, trusted=True) if index < len(tokens) else []
        if not drafts or not _closes(tokens, drafts[-1].next) or len(drafts) > 1:
            return None
        return resolve(drafts[0], text, [], None, 0)
    return None


def _after_prefix(tokens: Tokens, index: int) -> int:
    """Pass over words a field may begin with: כ-, בסביבות, לפני."""
    for _ in range(4):
        skipped = skip_prefix(tokens, index)
        if skipped > index:
            index = skipped
        elif tokens[index].kind == WORD and signal_kinds(tokens[index]):
            index += 1
        else:
            break
    return index


def _closes(tokens: Tokens, index: int) -> bool:
    token = tokens[index]
    if (
        token.text
        in lexicon().sets["after_words.since"] | lexicon().sets["after_words.approximate"]
    ):
        token = tokens[index + 1]
    return (
        token.kind == END
        or token.text in {"(", ".", "?", "[", "<"}
        or (token.kind == PUNCT and tokens[index + 1].kind == END)
    )
