"""What a dated clause asserts: whether it is an event at all (E1, E2), and how (E5-E7)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from extract.events.timing import is_estimate_of
from extract.events.tokens import (
    ADVERBIAL,
    ASKED,
    CLOSE,
    COLON,
    COMMA,
    DASH,
    DATE,
    FINITE,
    JOINED,
    LEADING,
    LONG_DASH,
    MARK,
    NUMBER,
    OPEN,
    RELATIVE,
    SPELT,
    VERB,
    WORD,
    Line,
    is_finite,
)
from extract.events.verbs import DOUBTFUL, FUTURE, PAST, PRESENT
from extract.events.words import flag_of, load_words
from extract.model import DateExpression

__all__ = [
    "Assertion",
    "Nominal",
    "find_nominal",
    "is_span",
    "is_two_ends",
    "judge",
    "locating_dates",
    "may_have_nominal",
    "runs_until",
    "without_datings",
    "without_ends",
    "without_names",
]

_CONSTRUCT = "\u05ea"
_IN = "\u05d1\u05dc\u05de\u05d5"
_THAT, _THE, _TO = "\u05e9", "\u05d4", "\u05dc"

_AFTER, _BEFORE, _DURING, _NOT_HEADS = map(flag_of, ("after", "before", "during", "not_heads"))
_AS_OF, _INSCRIBED, _PAGES = map(flag_of, ("as_of", "inscribed", "pages"))
_DATING = flag_of("dating", bare=True)
_ASCRIBED, _NAMED_AFTER, _SET_IN = map(flag_of, ("ascribed", "named_after", "set_in"))
_ENACTING, _BEGAN = map(flag_of, ("enacting", "began"))
_COUNTED, _COUNTING, _RECURRING = map(flag_of, ("counted", "counting", "recurring"))
_STORY, _STORIES, _TELLING, _COPULAS = map(flag_of, ("story", "stories", "telling", "copulas"))
_BIRTH, _DEATH, _START, _END, _SINCE, _UNTIL = map(
    flag_of, ("birth", "death", "start", "end", "since", "until")
)
_NEGATIVE, _HYPOTHETICAL, _UNREAL = map(flag_of, ("negative", "hypothetical", "unreal"))
_LEFT_OPEN, _WHETHER = flag_of("open"), flag_of("whether")
_THAT_NOT, _DAY_HEADS = flag_of("that_not"), flag_of("day_heads")
_STATES, _ATTRIBUTE, _OF, _LEADS = map(flag_of, ("states", "attribute", "of", "leads"))
_EVENTS, _COMPARING, _IN_TIME, _AMOUNTS = map(
    flag_of, ("events", "comparing", "in_time", "amounts")
)
# the same behind prefixes
_ANY_EVENTS, _ANY_SURVEYS, _ANY_RATES, _ANY_BIRTH, _ANY_CREATING, _ANY_WORKS, _ANY_PLANNED = (
    flag_of(name, bare=True)
    for name in ("events", "surveys", "rates", "birth", "creating", "works", "planned")
)
_ANY_TIMES, _ANY_UTTERANCES = flag_of("times", bare=True), flag_of("utterances", bare=True)
_ANY_MEANT, _EXCEPTING = flag_of("meant", bare=True), flag_of("excepting")
_LONG_TITLE = 8
"""Words between what is said and its date."""
_AGAINST, _DEMONSTRATIVE = map(flag_of, ("against", "demonstrative"))
_ATTRIBUTING = _OF | _ATTRIBUTE
_TELLING_ALONE = FINITE | _ANY_PLANNED | _ANY_MEANT
_LIMITING = _ATTRIBUTING | _COMPARING | _AGAINST
_MODAL = _HYPOTHETICAL | _UNREAL | _WHETHER | FUTURE | _ANY_PLANNED | _ANY_MEANT
_TOLD_BY_VERB = _MODAL | _NEGATIVE | _STATES | _BIRTH | _DEATH | _START | _END | _ANY_EVENTS
"""Without these it is all the same which verb a clause has."""
_LEADING_ROLES = _UNTIL | _SINCE | _ATTRIBUTE
_OUTSIDE = _AFTER | _BEFORE
_RELATING = _AFTER | _BEFORE | _DURING | _SINCE | _UNTIL | _ANY_EVENTS
_PARTING = FINITE | _RELATING
_OPENING = frozenset({"since", "until", "before", "after"})
_LISTING = COMMA | OPEN | COLON | DASH
_EXCLUDING = (
    _DATING
    | _AS_OF
    | _INSCRIBED
    | _ASCRIBED
    | _RECURRING
    | _ANY_SURVEYS
    | _COUNTING
    | _COPULAS
    | _STORY
    | _TELLING
)
_LINKING = COMMA | OPEN | DASH | flag_of("joints")
_DASHES, _BRACKETS = DASH | LONG_DASH, OPEN | CLOSE


Assertion = tuple[str, str, str, str]
"""How a clause stands to its date: role, type, polarity, modality."""


class Nominal(NamedTuple):
    """A dated noun phrase inside a clause."""

    start: int
    end: int
    relation: str
    """``after``, ``before``, ``start``, ``end`` or ``during``: how the clause lies to it;
    ``only`` where the clause itself is not located."""


def _any(bits: Sequence[int], first: int, last: int, wanted: int) -> bool:
    """Whether one of the tokens from ``first`` (0 if negative) to ``last`` has a wanted bit."""
    return any(bit & wanted for bit in bits[max(0, first) : last])


def _strip_prefix(line: Line, at: int, among: frozenset[str]) -> int:
    text, start = line.word(at), line.start_of(at)
    for cut in (0, 1, 2):
        if text[cut:] in among:
            return start + cut
    return start


def is_span(date: DateExpression) -> bool:
    """Whether a date goes from one time to another; a Hebrew year is one time all the same."""
    if "/" not in date.edtf:
        return False
    return not date.rule or ".." in date.edtf or "range" in date.rule or "years" in date.rule


def locating_dates(line: Line) -> list[int]:
    """The date tokens that can say when something happened (E2).

    Left out: a date that says what a thing is from, one that is only compared with, and a
    day of every year.
    """
    bits, limited = line.bits, line.flags & _LIMITING
    found = []
    for at, date in line.dates.items():
        if date.kind == "recurring":
            continue
        if limited:
            if at and bits[at - 1] & _ATTRIBUTING and _is_attribute(line, at):
                continue
            if at > 1 and bits[at - 2] & _COMPARING and "since" in date.modifier:
                continue
            if limited & _AGAINST and _is_held_against(line, at):
                continue
        found.append(at)
    return found


_NEAR = 6
"""Words between what leads a comparison and its date."""


def _is_held_against(line: Line, at: int) -> bool:
    """Whether the date at ``at`` is what another is compared with: *as against four in 1984*."""
    bits, finite = line.bits, line.finite
    for back in range(at - 1, max(-1, at - 1 - _NEAR), -1):
        if bits[back] & _AGAINST:
            return not bits[back + 1] & _DEMONSTRATIVE
        if bits[back] & COMMA or finite[back] or back in line.dates:
            return False
    return False


def without_names(line: Line, positions: Sequence[int]) -> Sequence[int]:
    """Leave out in-name years of a clause that has another date (E7).

    One with which the name's year makes a list, or which says it once more in brackets, leaves
    it in (E4).
    """
    named = _named(line, positions)
    others = [at for at in positions if at not in named]
    if not named or not others:
        return positions
    last = max(named)
    if last < others[0] and all(bit & _LINKING for bit in line.bits[last + 1 : others[0]]):
        return positions
    return others


def without_ends(line: Line, positions: Sequence[int]) -> Sequence[int]:
    """Leave out an end that does not say when the clause happened (E6).

    Beside a date of its own a clause has an end of what it speaks of: *in 1991 they voted to
    go on until 1999*.
    """
    if len(positions) < 2 or not _any(line.bits, positions[0] - 1, positions[0], _IN_TIME):
        return positions
    dates = line.dates
    first = dates[positions[0]]
    if first.modifier != "none" or is_span(first):
        return positions
    return [at for at in positions if "until" not in dates[at].modifier.split("+")]


def without_datings(line: Line, positions: Sequence[int]) -> Sequence[int]:
    """Leave out the age of a find in a clause that has a date of its own (E2)."""
    if not line.flags & _DATING:
        return positions
    return [at for at in positions if not _is_put_to(line, at)] or positions


def _named(line: Line, positions: Sequence[int]) -> set[int]:
    """The in-name years among dates, with the same year in another calendar beside them."""
    dates = line.dates
    named = {at for at in positions if dates[at].kind == "in_name"}
    if named:
        pairs = {dates[at].same_as for at in named}
        named |= {at for at in positions if line.indexes[at] in pairs}
    return named


def _is_attribute(line: Line, at: int) -> bool:
    """Whether the date at ``at``, after a word of *of* or *from*, says what a thing is from."""
    date = line.dates[at]
    if date.kind in {"in_name", "relative"} or (is_span(date) and not _is_headed(date)):
        return False
    if any(signal in date.modifier for signal in ("since", "until", "before", "after")):
        return False
    bits = line.bits
    if bits[at - 1] & _OF:
        return not _is_adverbial(line, at)
    if at + 1 < len(bits) and bits[at + 1] & _UNTIL:
        return False
    if not _opens_clause(line, at - 1):
        return not (at > 1 and bits[at - 2] & _SINCE) and not (
            _lasts_from(bits, at) or _is_uttered(line, at)
        )
    return False


def _is_uttered(line: Line, at: int) -> bool:
    """Whether the date at ``at`` is of what somebody said or wrote, and a verb tells of that: *in
    an interview of 2015 he told*."""
    bits = line.bits
    for back in range(at - 2, max(-1, at - 2 - _LONG_TITLE), -1):
        if not bits[back] & WORD or bits[back] & FINITE:
            return False
        if bits[back] & _ANY_UTTERANCES:
            return bits[back] & LEADING != 0 and (back > 1 or any(line.finite))
    return False


def _is_headed(date: DateExpression) -> bool:
    """Whether a span names its years (*the years 1898-1946*): what is *from* it is no act."""
    return date.text.split(" ", 1)[0] in load_words().year_heads


def _lasts_from(bits: Sequence[int], at: int) -> bool:
    """Whether a verb of what lasts stands before, so that a date *from* which is its start."""
    for back in range(at - 2, -1, -1):
        if bits[back] & MARK:
            return False
        if bits[back] & _STATES:
            return not bits[back] & _COPULAS
    return False


def _is_adverbial(line: Line, at: int) -> bool:
    """``In the first months of 1942 ...``, ``the strike of 1926``: a date after *of* that
    tells when, because its phrase opens a clause or names what happened."""
    bits, finite = line.bits, line.finite
    if _any(bits, at - 4, at - 1, _ANY_EVENTS):
        return True
    if at > 1 and bits[at - 2] & _ANY_TIMES and bits[at - 2] & LEADING:
        return True
    first = at - 1
    while first and bits[first - 1] & WORD and not finite[first - 1]:
        first -= 1
    if first and not bits[first - 1] & MARK:
        return False
    exact = line.dates[at].precision in {"day", "month", "year"}
    told = at + 1 < len(bits) and finite[at + 1]
    return bits[first] & LEADING != 0 or bool(exact and told)


def _opens_clause(line: Line, at: int) -> bool:
    """``from 1983 the rate fell``: a date from which the clause holds, not an attribute."""
    bits = line.bits
    if at and not bits[at - 1] & MARK:
        return False
    if at + 2 < len(bits) and bits[at + 2] & MARK:
        return not at and any(line.finite[at + 3 :])
    return any(line.finite[at + 2 : at + 5])


def _is_statistic(line: Line) -> bool:
    """A count or a rate at a date (E2)."""
    bits, flags = line.bits, line.flags
    if flags & _ANY_SURVEYS:
        return not _has_past(line, _COUNTING)
    if not flags & _COUNTING:
        return False
    if _has_past(line, RELATIVE | _COUNTING):
        return False
    for at, bit in enumerate(bits):
        if bit & NUMBER and not line.depths[at]:
            if flags & _ANY_RATES or "%" in line.word(at):
                return True
            if _any(bits, at + 1, at + 4, _COUNTED):
                return True
        elif bit & _COUNTED and at and bits[at - 1] & _AMOUNTS:
            return True
    return False


def _is_story(line: Line, kept: Sequence[int]) -> bool:
    """Time inside a story (E2)."""
    flags, bits = line.flags, line.bits
    if flags & _STORY:
        plot = next((at for at, bit in enumerate(bits) if bit & _STORY and _is_plot(line, at)), -1)
        if plot > kept[-1] and any(bit & PAST for bit in bits[: kept[0]]):
            return False  # what happened to the work is told before its plot
        if plot >= 0:
            return True
    return (
        bool(flags & _TELLING and flags & _STORIES)
        and _any(bits, 0, 6, _STORIES)
        and (not _has_past(line, RELATIVE) or _is_set_in(bits, kept[0]))
    )


def _is_plot(line: Line, at: int) -> bool:
    """Whether the word at ``at`` is the plot of a work: not *a blood libel*, the same word in Hebrew."""
    if line.flags & _TELLING or line.word(at)[-1] != _CONSTRUCT or at + 1 == len(line.bits):
        return True
    return line.bits[at + 1] & (_STORIES | MARK) != 0


def _is_set_in(bits: Sequence[int], at: int) -> bool:
    """Whether the date at ``at`` is when a story takes place: *which is set in 1948*."""
    return _any(bits, at - 2, at, _SET_IN)


def _is_bare_definition(line: Line, kept: Sequence[int]) -> bool:
    """``X is Y`` with nothing that happens (E2)."""
    bits, dates = line.bits, line.dates
    if line.flags & (_ANY_BIRTH | PAST) or any(bit & FUTURE and not bit & _COPULAS for bit in bits):
        return False  # something happens
    if not any(bit & _COPULAS and bit & WORD for bit in bits):
        return False
    if _tells(line, _COPULAS):
        return False
    return not any(dates[at].kind == "lifespan" or is_span(dates[at]) for at in kept)


def _tells(line: Line, but: int) -> bool:
    """Whether a word, but for those with a bit of ``but``, is the verb of a clause."""
    for bit, finite in zip(line.bits, line.finite, strict=True):
        if finite and bit & WORD and not bit & but:
            return True
    return False


def _has_past(line: Line, but: int) -> bool:
    """Whether there is a verb in the past, but for those with a bit of ``but``."""
    return line.flags & PAST != 0 and any(bit & PAST and not bit & but for bit in line.bits)


def _is_listed(line: Line, kept: Sequence[int]) -> bool:
    """A date that only stands after a comma or bracket, and nothing happens: a citation."""
    bits = line.bits
    for at in kept:
        if at < 2 or not (bits[at - 1] & _LISTING or _closes_imprint(bits, at)):
            return False
    if _is_lifespan(line, kept):
        return False
    after = next((at for at in range(kept[-1] + 1, len(bits)) if bits[at] & WORD), 0)
    if after and not bits[after] & _PAGES and not line.word(after).isascii():
        return False
    return not _tells(line, 0)


_LONGEST_PLACE = 3


def _closes_imprint(bits: Sequence[int], at: int) -> bool:
    """Whether a place of one to three words stands between a comma and the date at ``at``, and
    nothing leads to it: *two volumes, Vilna 1888*."""
    for back in range(at - 1, max(0, at - 2 - _LONGEST_PLACE), -1):
        bit = bits[back]
        if bit & COMMA:
            return back < at - 1
        if not bit & WORD or bit & (_LEADS | VERB | _ANY_EVENTS | _ANY_TIMES):
            return False
    return False


def _is_remark(line: Line, kept: Sequence[int]) -> bool:
    """A year in brackets that dates what stands before them, not the clause (E2).

    The year of a work whose clause does not tell of its making, or of a name or thing that
    the clause then says something about.
    """
    at = kept[0]
    if len(kept) != 1 or _is_life(line.dates[at]):
        return False
    bits, finite = line.bits, line.finite
    if at + 1 < len(bits) and not bits[at + 1] & CLOSE:
        return False
    opened = next((back for back in range(at - 1, -1, -1) if bits[back] & OPEN), 0)
    if any(finite[opened:at]) or _any(bits, opened, at, _BIRTH):
        return False
    if line.flags & _ANY_CREATING:
        return False
    if _any(bits, 0, opened, _ANY_WORKS):
        return True
    if bits[0] & ADVERBIAL and not any(finite[:opened]) and any(finite[at:]):
        return False  # a phrase that opens the clause and says when: באולימפיאדת מינכן (1972) …
    return not _any(bits, 0, opened, _ANY_EVENTS) and not any(finite[:opened])


def _is_life(date: DateExpression) -> bool:
    return date.kind == "lifespan" or is_span(date) or date.precision == "day"


def judge(line: Line, positions: Sequence[int]) -> Assertion | None:
    """Return how the clause stands to its dates, None where it is no event (E2)."""
    if not positions or _is_no_event(line, positions):
        return None
    bits, flags = line.bits, line.flags
    verb = _governing_verb(line, positions[0]) if flags & _TOLD_BY_VERB else -1
    modality = _find_modality(line, verb) if flags & _MODAL else "asserted"
    denied = flags & _NEGATIVE and _is_denied(bits, verb, positions[0])
    polarity = "negative" if denied else "positive"
    if _is_lifespan(line, positions):
        return "lifespan", "lifespan", polarity, modality
    if verb < 0:
        kind = "nominal" if flags & _ANY_EVENTS else "clause"
    else:
        kind = "state" if bits[verb] & _STATES else "clause"
    until = flags & _UNTIL and runs_until(line, positions)
    first, dates = positions[0], line.dates
    if len(positions) > 1 and is_estimate_of(dates[first], dates[positions[1]]):
        first = positions[1]
    role = "duration" if until else _find_role(line, first, verb)
    return role, kind, polarity, modality


def runs_until(line: Line, positions: Sequence[int]) -> bool:
    """``from 1920 until his death in 1950``: two dates that are the ends of one time."""
    if len(positions) != 2:
        return False
    first, last = positions
    between = range(first + 1, last)
    return any(line.bits[at] & _UNTIL for at in between) and not any(
        line.finite[at] for at in between
    )


def _is_denied(bits: Sequence[int], verb: int, at: int) -> bool:
    """Whether the predicate of the date at ``at`` is negated.

    *And not* behind the date goes on with a predicate before it, known as one or not;
    *that was not* says something of a noun.
    """
    if verb <= 0 or not bits[verb - 1] & _NEGATIVE or _any(bits, verb + 1, at, _EXCEPTING):
        return False
    return verb < at or not bits[verb - 1] & (JOINED | _THAT_NOT)


def _is_no_event(line: Line, kept: Sequence[int]) -> bool:
    """Whether a clause with these dates tells of nothing that happened (E2)."""
    flags, dates, at = line.flags, line.dates, kept[0]
    if not flags & SPELT:
        return True  # nothing but dates and their prefix letters
    return (
        (flags & _EXCLUDING != 0 and _is_excluded(line, kept))
        or ((len(kept) > 1 or dates[at].kind == "in_name") and _is_named_only(line, kept))
        or (flags & OPEN != 0 and line.depths[at] > 0 and _is_remark(line, kept))
        or (at > 1 and not line.bits[at - 1] & _LEADS and _is_listed(line, kept))
        or (flags & NUMBER != 0 and _is_bare_count(line, kept[-1]))
    )


def _is_bare_count(line: Line, at: int) -> bool:
    """Whether a dash gives a number to the date at ``at``, and nothing is told: *in 1945 - 1,690*."""
    rest = line.bits[at + 1 :]
    if len(rest) < 2 or not rest[0] & _DASHES or not rest[1] & NUMBER:
        return False
    return not any(line.finite)


def _is_excluded(line: Line, kept: Sequence[int]) -> bool:
    """Whether the words of a clause tell of nothing that happened (E2)."""
    flags, bits, dates = line.flags, line.bits, line.dates
    if flags & _DATING and _is_dating(line, kept):
        return True
    if flags & (_AS_OF | _INSCRIBED | _ASCRIBED):
        for at in kept:
            if _any(bits, at - 3, at, _AS_OF) or _any(bits, at - 2, at, _INSCRIBED):
                return True
            if _is_ascribed(line, at):
                return True
    if flags & _RECURRING and all(dates[at].kind == "implicit" for at in kept):
        return True
    if flags & (_ANY_SURVEYS | _COUNTING):
        spanned = any(is_span(dates[at]) for at in kept)
        since = flags & _SINCE and dates[kept[0]].kind == "in_name"  # since the census of 1931
        if not spanned and not since and _is_statistic(line):
            return True
    if flags & _COPULAS and (_is_subject(line, kept[0]) or _is_bare_definition(line, kept)):
        return True
    return flags & (_STORY | _TELLING) != 0 and _is_story(line, kept)


def _is_dating(line: Line, kept: Sequence[int]) -> bool:
    """Whether a clause only says what time a find or a custom is from, and nothing happens to it."""
    if all(_is_put_to(line, at) for at in kept):
        return True
    verb = _governing_verb(line, kept[0])
    return verb < 0 or line.bits[verb] & _DATING != 0


def _is_put_to(line: Line, at: int) -> bool:
    """Whether the date at ``at`` is what a find is dated to: *found a stone dated to 300 BC*."""
    bits, finite = line.bits, line.finite
    for back in range(at - 1, -1, -1):
        if bits[back] & _DATING:
            return True
        if bits[back] & COMMA or finite[back]:
            return False
    return False


def _is_ascribed(line: Line, at: int) -> bool:
    """Whether the date at ``at`` is what a find is put to: *ascribed to the 6th century*."""
    bits = line.bits
    if at and bits[at - 1] & _ASCRIBED:
        return True
    return at > 1 and bits[at - 2] & _ASCRIBED != 0 and line.word(at - 1) == _TO


def _is_named_only(line: Line, kept: Sequence[int]) -> bool:
    """Only the year of a name, in a clause where nothing happens (E7)."""
    dates = line.dates
    for at in kept:
        if dates[at].kind == "in_name":
            break
    else:
        return False
    if _named(line, kept) != set(kept):
        return False
    if kept[0] and line.bits[kept[0] - 1] & MARK:  # behind a comma, as in the title of a law
        return not line.flags & _ENACTING
    if line.flags & _COMPARING and _any(line.bits, kept[0] - 3, kept[0], _SINCE):
        return True  # the best since the games of 1936
    if _opens_with_verb(line):
        return False
    if _any(line.bits, kept[0] - 4, kept[0], _NAMED_AFTER):
        return True
    return not any(
        finite
        and bit & WORD
        and bit & VERB != PRESENT
        and not bit & _COPULAS
        and not (bit & RELATIVE and at > kept[-1])
        for at, (bit, finite) in enumerate(zip(line.bits, line.finite, strict=True))
    )


def _opens_with_verb(line: Line) -> bool:
    """Whether the second word may be a verb and is one, behind a definite subject: הכפר חרב."""
    return len(line.bits) > 1 and bool(line.bits[1] & DOUBTFUL and line.word(0).startswith(_THE))


def _is_subject(line: Line, at: int) -> bool:
    """A year that a clause after *that* says something of, or that a copula gives: *was 2010*."""
    bits = line.bits
    if at and bits[at - 1] & _COPULAS and all(bit & MARK for bit in bits[at + 1 :]):
        return True
    return (
        0 < at < len(bits) - 1
        and bits[at + 1] & _COPULAS != 0
        and line.word(at - 1) == _THAT
        and line.span_of(at - 1)[1] == line.start_of(at)
    )


def _governing_verb(line: Line, first: int) -> int:
    """The predicate of the date at ``first``: the nearest before it, else the first main one
    after, else the first relative one, else -1.

    A word that announces a plan is a predicate as well.
    """
    bits = line.bits
    for at in range(first - 1, -1, -1):
        if bits[at] & ASKED and bits[at] & WORD and _predicates(bits, at):
            return at
    if first > 1 and _opens_with_verb(line):
        return 1
    after = -1
    for at in range(first + 1, len(bits)):
        if bits[at] & ASKED and bits[at] & WORD and _predicates(bits, at):
            if not (bits[at] & RELATIVE or bits[at - 1] & _THAT_NOT):
                return at
            if after < 0:
                after = at
    return after


def _predicates(bits: Sequence[int], at: int) -> bool:
    return bits[at] & _TELLING_ALONE != 0 or is_finite(bits, at)


_SIGNALS = (("since", "start"), ("until", "end"), ("before", "before"), ("after", "after"))


def _find_role(line: Line, at: int, verb: int) -> str:
    """The role of a clause by its verb and its first date."""
    bits = line.bits
    told = bits[verb] if verb >= 0 else 0
    if line.flags & (_BIRTH | _DEATH):
        near = 0
        for bit in chain(bits[verb : verb + 3] if verb >= 0 else (), bits[max(0, at - 2) : at]):
            near |= bit
        if near & _BIRTH:
            return "birth"
        if near & _DEATH and told & VERB:
            return "death"
    first = line.dates[at]
    if first.modifier != "none":
        signals = first.modifier.split("+")
        for signal, role in _SIGNALS:
            if signal in signals:
                return role
    if "range" in first.rule or ("/" in first.edtf and not first.rule):
        return "duration"
    if told & _START:
        return "start"
    if told & _END:
        return "end"
    return _role_of_leads(line, at) if line.flags & _LEADING_ROLES else "point"


def _role_of_leads(line: Line, at: int) -> str:
    """What the small words right before a date make of it."""
    bits, first, flags = line.bits, at, 0
    while at and bits[at - 1] & _LEADS:
        at -= 1
        flags |= bits[at]
    if flags & _UNTIL:
        return "end"
    return "start" if flags & (_SINCE | _ATTRIBUTE) and not _is_uttered(line, first) else "point"


_SHORTEST_LIFE = 12 * 365
"""Days."""


def _is_lifespan(line: Line, positions: Sequence[int]) -> bool:
    for at in positions:
        if line.dates[at].kind == "lifespan":
            return True
    return len(positions) == 2 and is_two_ends(line, positions)


def is_two_ends(line: Line, positions: Sequence[int]) -> bool:
    """Birth and death in one bracket, with their places between, and years enough for a life."""
    if len(positions) != 2:
        return False
    first, last = positions
    if not line.depths[first] or not line.depths[last]:
        return False
    birth, death = line.dates[first].start_jdn, line.dates[last].end_jdn
    if birth is None or death is None or death - birth < _SHORTEST_LIFE:
        return False
    flags = 0
    for bit in line.bits[first:last]:
        flags |= bit
    return bool(flags & (_DASHES | _DEATH) and not flags & _BRACKETS)


def _find_modality(line: Line, verb: int) -> str:
    bits = line.bits
    if line.flags & (_HYPOTHETICAL | _UNREAL):
        if line.flags & _HYPOTHETICAL:
            return "hypothetical"
        if bits[0] & _UNREAL and len(bits) > 1 and is_finite(bits, 1):
            return "hypothetical"
    if line.flags & _WHETHER and _is_left_open(bits, verb):
        return "hypothetical"
    if verb < 0:
        return "asserted"
    if bits[verb] & _COPULAS and verb and bits[verb - 1] & _ANY_PLANNED:
        return "planned"  # the auxiliary behind its word: אמור היה
    if bits[verb] & (FUTURE | _ANY_PLANNED) or (
        bits[verb] & _ANY_MEANT and _is_meant_for(line, verb)
    ):
        return "planned"
    if verb > 0 and bits[verb] & _COPULAS and bits[verb - 1] & _ANY_PLANNED:
        return "planned"  # אמורה הייתה
    return "asserted"


_INFINITIVE = "\u05dc\u05d4"


def _is_meant_for(line: Line, verb: int) -> bool:
    """Whether the word behind a verb says what it was planned for: a time, or what is to happen."""
    after = verb + 1
    if after + 1 >= len(line.bits) or not line.bits[after] & WORD:
        return False
    word = line.word(after)
    if word == _TO or line.bits[after] & DATE:
        return word[:1] == _TO
    if word[:1] != _TO:
        return False
    return (word.startswith(_INFINITIVE) and len(word) > 4) or _is_event_noun(word)


def _is_left_open(bits: Sequence[int], verb: int) -> bool:
    """Whether the verb says what nobody knows: *it is not known whether they met*."""
    return any(
        bits[at] & _WHETHER and bits[at - 1] & _LEFT_OPEN and at < verb
        for at in range(1, len(bits))
    )


def may_have_nominal(line: Line) -> bool:
    """Whether a clause has a word by which ``find_nominal`` finds a phrase."""
    return line.flags & _RELATING != 0


def find_nominal(line: Line, at: int) -> Nominal | None:
    """Return the noun phrase that ends in the date at ``at`` and dates it (E5, E6).

    It is found after a word of *after*, *before*, *since* or *until* that does not govern
    the date itself, in a relative clause after a word of *during*, or as the object of a
    definition's relative clause.
    """
    modifier = line.dates[at].modifier
    if modifier != "none" and not _OPENING.isdisjoint(modifier.split("+")):
        return None
    bits, depths = line.bits, line.depths
    last, depth, nearest = at, depths[at], at - 1
    if depth and nearest >= 0 and bits[nearest] & OPEN:
        nearest, depth = nearest - 1, depth - 1
        last = at + 1 if at + 1 < len(bits) and bits[at + 1] & CLOSE else at
    for back in range(nearest, max(-1, at - 14), -1):
        bit = bits[back]
        if not bit & WORD or depths[back] != depth:
            return None
        if not bit & _PARTING:
            continue
        if bit & _OUTSIDE:
            relation = "after" if bit & _AFTER else "before"
            return _nominal_after(line, back, last, relation)
        if bit & (_SINCE | _UNTIL) and not _is_beginning(line, back):
            if bit & _SINCE and line.flags & _COMPARING:
                return None  # the best since the games of 1936
            signal = back + (bits[back + 1] & _DAY_HEADS != 0)
            if _is_event_noun(line.word(signal + 1)) or _is_of_year(line, at):
                return _nominal_after(line, signal, last, "start" if bit & _SINCE else "end")
        if bit & _DURING and _undated_main(bits, back):
            return _nominal_after(line, back, last, "during")
        if bit & FINITE:
            return None
        if bit & _ANY_EVENTS and _is_object(line, back) and _is_definition_before(bits, back):
            start = _strip_prefix(line, back, load_words().events)
            return Nominal(start, line.span_of(last)[1], "only")
    return None


def _is_beginning(line: Line, at: int) -> bool:
    """Whether a word of *since* is the verb of its clause: *the builder began the paving in 1964*."""
    bits = line.bits
    told = at > 0 and bits[at - 1] & WORD != 0
    return told and bits[at] & _BEGAN != 0 and line.word(at + 1).startswith(_IN[0])


def _nominal_after(line: Line, signal: int, last: int, relation: str) -> Nominal | None:
    head = line.bits[signal + 1]
    if not head & WORD or head & (RELATIVE | _NOT_HEADS | _LEADS):
        return None
    return Nominal(line.start_of(signal + 1), line.span_of(last)[1], relation)


_OWN = "\u05d5\u05d4\u05dd\u05df"
_ACTION = re.compile(
    "..\u05d9.[\u05d4\u05ea]|.\u05d9.\u05d5.|\u05d4.{2,4}(?<!\u05d5)\u05ea"
    "|\u05d4(?:[\u05ea\u05d9]|[\u05e1\u05e9]\u05ea|\u05e6\u05d8).{2,4}\u05d5\u05ea"
)
"""Nouns of action by their build: the verbal nouns of the stems, absolute or construct."""


def _is_event_noun(text: str) -> bool:
    """Whether a word names what happens: with a preposition or not, with an owner's ending or not."""
    events = load_words().events
    for bare in (text, text[1:]) if text[:1] in _IN else (text,):
        for stem in (bare, bare[:-1]) if bare[-1:] in _OWN else (bare,):
            if stem in events or _ACTION.fullmatch(stem):
                return True
    return False


def _is_of_year(line: Line, at: int) -> bool:
    """Whether the date is the year of what stands before it: *the census of 1931*."""
    return line.dates[at].kind == "in_name" or line.bits[at - 1] & _OF != 0


def _is_object(line: Line, at: int) -> bool:
    text = line.word(at)
    return (
        not line.bits[at] & _EVENTS
        and text[:1] in "\u05d1\u05dc"
        and text[1:] in load_words().events
    )


def _is_definition_before(bits: Sequence[int], at: int) -> bool:
    """A definition, then a relative verb: ``X is one of the Y that recognised ...``."""
    copula = next((k for k in range(at) if bits[k] & _COPULAS), -1)
    relative = next((k for k in range(at) if bits[k] & RELATIVE and bits[k] & VERB), -1)
    return 0 <= copula < relative and not any(
        bit & FINITE and not bit & RELATIVE for bit in bits[:at]
    )


def _undated_main(bits: Sequence[int], at: int) -> bool:
    """Whether a relative verb after a main verb stands between the clause and ``at``."""
    past = [k for k in range(at) if bits[k] & PAST]
    main = next((k for k in past if not bits[k] & RELATIVE), -1)
    return bool(past) and 0 <= main < past[-1] and bits[past[-1]] & RELATIVE != 0
