"""Phrases of dates: ranges, lists, alternatives, open ends, and the signals around them.

``read_phrase`` turns the tokens at an index into *drafts*: expressions with spans, units
and modifiers, whose missing years, months and centuries the context still has to supply.
"""

from __future__ import annotations

from extract.dates.admission import is_admitted
from extract.dates.days import day_form
from extract.dates.drafts import Draft
from extract.dates.edges import ends, is_numbered
from extract.dates.forms import read_point
from extract.dates.grammar import BARE, STRONG, Point, era_after, skip_prefix, start_of
from extract.dates.lexicon import is_particle
from extract.dates.links import MOST_MEMBERS, chain
from extract.dates.members import bare_day, fill
from extract.dates.names import is_name, is_place_name, is_title, is_vote_day
from extract.dates.periods import year_form
from extract.dates.signals import (
    Before,
    is_recurring,
    is_unknown_start,
    look_after,
    look_before,
    read_remark,
)
from extract.dates.tokens import DASH, NUMBER, WORD, Tokens
from extract.dates.units import Unit, is_complete

__all__ = ["read_phrase"]

_LAST_YEAR = 2199
"""A greater number is no year but one before the common era."""


def _year_before_era(tokens: Tokens, index: int) -> Point | None:
    """The small number that begins a range of years whose era stands at its end: 70–19 לפנה"ס.

    Or that begins a life in brackets behind a name: (76–138).
    """
    token = tokens[index]
    if token.kind != NUMBER or len(token.text) > 4 or token.text[0] == "0":
        return None
    if len(token.text) == 4 and int(token.text) <= _LAST_YEAR:
        return None
    joint = tokens[index + 1]
    if joint.kind != DASH and joint.text not in {"ל", "ו"} and not is_particle(joint.text, "up_to"):
        return None
    at = skip_prefix(tokens, index + 1)
    at = at if at > index + 1 else index + 2
    at = skip_prefix(tokens, at)
    if tokens[at].kind != NUMBER:
        return None
    if not era_after(tokens, at + 1)[1] and not _is_early_life(tokens, index):
        return None
    return Point(
        tokens.at(index), tokens.end(index), index + 1, Unit("year", int(token.text)), BARE, "year"
    )


_LEAST_EARLY, _MOST_EARLY = 30, 110
"""Years of a life told by small numbers: scores and pages are closer together."""


def _is_early_life(tokens: Tokens, index: int) -> bool:
    opened, last = tokens[index - 1], tokens[index + 2]
    if opened.text != "(" or tokens[index - 2].kind != WORD or tokens[index + 1].kind != DASH:
        return False
    if last.kind != NUMBER or len(last.text) != 3 or tokens[index + 3].text not in {")", ","}:
        return False
    return _LEAST_EARLY <= int(last.text) - int(tokens[index].text) <= _MOST_EARLY


def _glued_years(tokens: Tokens, index: int) -> list[Draft]:
    """Two years whose dash the rendering lost: בין השנים 19551958."""
    token = tokens[index]
    at = index + 1
    if "years" not in token.readings or tokens[at].kind != NUMBER or len(tokens[at].text) != 8:
        return []
    first, last = int(tokens[at].text[:4]), int(tokens[at].text[4:])
    if not 1000 <= first <= 2199 or not 1000 <= last <= 2199:
        return []
    start = start_of(tokens, index, token.readings["years"][0])
    units = (Unit("year", min(first, last)), Unit("year", max(first, last)))
    return [Draft(start, tokens.end(at), "range", units, frozenset(), "glued-years", index, at + 1)]


def read_phrase(tokens: Tokens, index: int, *, trusted: bool = False) -> list[Draft]:
    """Return the drafts of the phrase that begins at a token, none where there is no date.

    ``trusted`` where the text is known to be a date: no signal is asked for.  A draft of
    shape ``name`` covers words that look like a date but name something (C7, F3).
    """
    first = _year_before_era(tokens, index) or read_point(tokens, index)
    if first is None:
        glued = _glued_years(tokens, index)
        if glued:
            return glued
        first = bare_day(tokens, index)
        if first is None:
            return []
    before = look_before(tokens, first, index)
    ended = ends(tokens, first.next)
    strong = first.strength == STRONG and not trusted
    if strong and ended and _stands_alone(tokens, index, first, before):
        return [_single(tokens, index, first, before)]
    unsigned = (
        first.unit.level == "year"
        and first.strength < STRONG
        and not before.prefix
        and not before.signal
    )
    most = 1 if ended else 2 if unsigned else MOST_MEMBERS
    points, links = chain(tokens, first, before, most)
    if first.rule == "bare-day":
        if not any(p.unit.month is not None or p.unit.same for p in points):
            retry = year_form(tokens, index) if tokens[index].kind == NUMBER else None
            if retry is None:
                return []
            points, links = [retry], []
        elif points[1].unit.level != "day":
            return []
    admitted, kind = (
        (True, "explicit") if trusted else is_admitted(tokens, index, points, links, before)
    )
    if not admitted:
        lettered = tokens[index].kind == WORD and '"' in tokens[index].text
        if lettered and is_vote_day(first.unit) and is_place_name(tokens, before, first):
            return [
                Draft(first.start, first.end, "name", (), frozenset(), "name", index, first.next)
            ]
        return []
    if unsigned and len(points) == 2:
        points, links = chain(tokens, first, before)
    units = fill([p.unit for p in points], links)
    if not trusted and is_name(tokens, index, points, units, before):
        last = points[-1]
        return [Draft(first.start, last.end, "name", (), frozenset(), "name", index, last.next)]
    if ended and points[0] is first:
        return [_single(tokens, index, first._replace(unit=units[0]), before, kind)]
    return _drafts(tokens, index, points, links, units, before, kind)


def _stands_alone(tokens: Tokens, index: int, point: Point, before: Before) -> bool:
    """Tell whether an expression is one date that nothing beside it qualifies but what is before it.

    It may lack nothing but its century or the anchor's year: such a one is let in unasked.
    """
    previous, unit = tokens[before.at], point.unit
    if before.near or point.rule == "year" or previous.kind == DASH or unit.level == "season":
        return False
    if not (is_complete(unit) or unit.level in {"decade", "year"}):
        return False
    if previous.kind == WORD and (is_numbered(previous.text) or is_particle(previous.text, "of")):
        return False
    whole_day = unit.level == "day" and is_complete(unit)
    return whole_day or not is_title(tokens, index, point.next)


_OPEN = frozenset({"since", "until", "before", "after"})
"""Modifiers of an open end, which a range has not."""
_DRIFTING = frozenset({"day", "month", "season"})
"""Levels of units that come again every year where none is told."""


def _recurs(tokens: Tokens, index: int, after: int, unit: Unit) -> bool:
    return unit.level in _DRIFTING and not is_complete(unit) and is_recurring(tokens, index, after)


def _single(
    tokens: Tokens, index: int, point: Point, before: Before, kind: str = "explicit"
) -> Draft:
    """Return the draft of one date with nothing behind it that belongs to it."""
    start, modifiers = point.start, before.modifiers
    if before.near:
        modifiers |= {"approximate"}
    if is_unknown_start(tokens, before):
        modifiers |= {"unknown_start"}
        start = tokens.at(before.at - 1)
    return Draft(
        start, point.end, "single", (point.unit,), modifiers, point.rule, index, point.next, kind,
        aside="since" in modifiers and is_particle(tokens[before.at].text, "comparing"),
        recurring=_recurs(tokens, index, point.next, point.unit),
    )  # fmt: skip


def _drafts(
    tokens: Tokens,
    index: int,
    points: list[Point],
    links: list[str],
    units: list[Unit],
    before: Before,
    kind: str,
) -> list[Draft]:
    drafts: list[Draft] = []
    at = 0
    while at < len(points):
        stop = at
        while stop < len(links) and links[stop] in {"range", "or"}:
            stop += 1
            if links[stop - 1] == "range":
                break
        shape = "single" if stop == at else "alternatives" if links[at] == "or" else "range"
        if stop == len(points) - 1 and points[stop].unit.level == "day":
            points[stop] = _with_weekday(tokens, points[stop])
        after, closing = look_after(tokens, points[stop].next)
        if at == 0 and before.modifiers & _OPEN:
            after -= _OPEN  # a date has one open end
        if before.near and at == 0:
            if shape == "single":
                after |= {"approximate"}
            else:
                units[at] = units[at]._replace(sign="~")
        modifiers = after | (
            before.modifiers
            if at == 0 or not before.modifiers & {"since", "until"}
            else frozenset()
        )
        if shape == "range":
            modifiers -= _OPEN
        if closing:
            modifiers |= {f"closing-{closing}"}
        start = points[at].start
        if at == 0 and len(points) > 1 and units[0].level == "day":
            start = _start_of_days(tokens, index, start)
        if shape == "single" and is_unknown_start(tokens, before):
            modifiers |= {"unknown_start"}
            start = tokens.at(before.at - 1)
        drafts.append(
            Draft(
                start, points[stop].end, shape, tuple(units[at : stop + 1]), modifiers, points[stop].rule if shape == "single" else f"{shape}-{points[stop].rule}",
                index, points[stop].next, kind, read_remark(tokens, points[stop].next),
                aside="since" in modifiers and is_particle(tokens[before.at].text, "comparing"),
                recurring=_recurs(tokens, index, points[stop].next, units[at]),
            )
        )  # fmt: skip
        at = stop + 1
    return drafts


def _start_of_days(tokens: Tokens, index: int, start: int) -> int:
    """Return where several days start: with their head, בימים 3–5 במאי, if they have one (S3)."""
    joined = tokens[index - 1].kind == DASH and tokens[index - 2].text == "ה"
    head = tokens[index - 3] if joined else tokens[index - 1]
    length = head.readings.get("days", (0, 0))[0]
    if not length or tokens[index - 2 if joined else index].gap != 1:
        return start
    return start_of(tokens, index - 3 if joined else index - 1, length)


def _with_weekday(tokens: Tokens, point: Point) -> Point:
    """Take the weekday behind a day into it: 12 במרץ 1952, יום רביעי (S5)."""
    at = point.next
    if tokens[at].text == "," and tokens[at].gap == 0:
        at += 1
    if "day" not in tokens[at].readings or tokens[at].gap == 2:
        return point
    weekday = tokens[at + 1]
    if "weekday" not in weekday.readings and not is_particle(weekday.text, "weekday_letters"):
        return point
    after = at + 2
    following = after + 1 if tokens[after].text == "," else after
    if day_form(tokens, skip_prefix(tokens, following)):
        return point  # it is the weekday of the next date
    return point._replace(end=tokens.end(at + 1), next=after)
