"""The public readers: a text's dates, a field's date, a section's paragraphs in turn."""

from __future__ import annotations

from collections.abc import Sequence

from extract.dates.lexicon import lexicon
from extract.dates.offsets import read_offset
from extract.dates.phrases import Draft, read_phrase
from extract.dates.resolution import Anchor, DateContext, resolve
from extract.dates.tokens import DASH, END, NUMBER, PUNCT, WORD, Token, find_passages
from extract.dates.units import Unit
from extract.model import DateExpression

__all__ = ["find_dates", "read_date", "read_dates"]


def _drafts_of(tokens: Sequence[Token]) -> list[Draft]:
    """Return the drafts of a passage, in order and disjoint."""
    drafts: list[Draft] = []
    opened = -1
    index, last_end = 0, -1
    while index < len(tokens):
        token = tokens[index]
        kind = token.kind
        if kind == PUNCT:
            if token.text == "(":
                opened = index
            elif token.text == ")":
                opened = -1
        elif kind == END or token.gap == 2:
            opened = -1
        if not token.starts:
            index += 1
            continue
        offset = read_offset(tokens, index) if kind in {WORD, NUMBER} else None
        found = [offset] if offset else read_phrase(tokens, index)
        if not found or found[0].start < last_end:
            index += 1
            continue
        found = [_placed(tokens, draft, opened, drafts) for draft in found]
        drafts.extend(found)
        last_end = found[-1].end
        index = max(found[-1].next, index + 1)
    return _with_lifespans(tokens, drafts)


def _placed(tokens: Sequence[Token], draft: Draft, opened: int, drafts: list[Draft]) -> Draft:
    """Mark a draft that stands in a parenthesis or directly beside the one before."""
    beside = (
        bool(drafts)
        and 0 <= draft.first - drafts[-1].next <= 3
        and all(
            t.kind in {PUNCT, DASH} or len(t.text) <= 2
            for t in tokens[drafts[-1].next : draft.first]
        )
        and any(t.text == "(" for t in tokens[drafts[-1].next : draft.first])
    )
    return draft._replace(aside=opened >= 0, beside=beside)


_LEAST_LIFE, _LONGEST_LIFE = 12, 115


def _with_lifespans(tokens: Sequence[Token], drafts: list[Draft]) -> list[Draft]:
    """Mark what a parenthesis after a name says of a life: one range, or two dates and places (R7)."""
    for index, draft in enumerate(drafts):
        if not draft.aside or draft.kind != "explicit":
            continue
        opening = tokens[draft.first - 1]
        if opening.text != "(" or _names_period(tokens, draft.first - 2):
            continue
        if draft.shape == "range":
            if tokens[draft.next].text in {")", ",", ";"} and _spans_life(
                draft.units[0], draft.units[1]
            ):
                drafts[index] = draft._replace(kind="lifespan")
        elif draft.modifiers & {"unknown_start", "closing-open", "closing-unknown"}:
            drafts[index] = draft._replace(kind="lifespan")
        elif index + 1 < len(drafts) and _is_pair(tokens, draft, drafts[index + 1]):
            drafts[index] = draft._replace(kind="lifespan")
            drafts[index + 1] = drafts[index + 1]._replace(kind="lifespan")
    return drafts


def _spans_life(first: Unit, last: Unit) -> bool:
    if first.level not in {"day", "month", "year"} or last.level not in {"day", "month", "year"}:
        return False
    if first.year is None or last.year is None:
        return False
    return _LEAST_LIFE <= abs(last.year - first.year) <= _LONGEST_LIFE


def _is_pair(tokens: Sequence[Token], first: Draft, second: Draft) -> bool:
    """Tell whether two dates of one parenthesis have places and a dash between them."""
    if not second.aside or first.shape != "single" or second.shape != "single":
        return False
    between = tokens[first.next : second.first]
    if len(between) > 16 or any(t.text in {"(", ")"} for t in between):
        return False
    return any(t.kind == DASH and t.gap for t in between) and _spans_life(
        first.units[0], second.units[0]
    )


def _names_period(tokens: Sequence[Token], at: int) -> bool:
    periods = lexicon().sets["periods"]
    for step in range(5):
        token = tokens[at - step]
        if token.kind == END or token.gap == 2 or token.text in {".", ")", ";"}:
            return False
        if token.text in periods or token.text[1:] in periods:
            return True
    return False


def _anchored(context: DateContext) -> list[Anchor]:
    return [anchor._replace(index=None) for anchor in context.anchors]


def read_dates(text: str, context: DateContext) -> tuple[list[DateExpression], DateContext]:
    """Return the dates of one text, and the context for the text after it (R1).

    Start a section with ``DateContext(year of its heading or None)`` and hand on what comes
    back from paragraph to paragraph.
    """
    anchors = _anchored(context)
    dates: list[DateExpression] = []
    for tokens in find_passages(text):
        for draft in _drafts_of(tokens):
            if dates and draft.start < dates[-1].end:
                continue
            found = resolve(draft, anchors, context.context_year, len(dates))
            if found is not None:
                dates.append(found._replace(text=text[found.start : found.end]))
    return dates, DateContext(
        context.context_year, tuple(a._replace(index=None) for a in anchors[-6:])
    )


def find_dates(text: str, context_year: int | None = None) -> list[DateExpression]:
    """Return the date expressions of a text by the convention in docs/dates.md.

    Sorted by position, disjoint, ``text[d.start:d.end] == d.text``; ``context_year`` is the
    year a heading names.  Never raises on a string; time grows linearly with its length.
    """
    return read_dates(text, DateContext(context_year))[0]


def read_date(text: str) -> DateExpression | None:
    """Return the date that a whole string is."""
    dates = find_dates(text)
    return dates[0] if dates else None
