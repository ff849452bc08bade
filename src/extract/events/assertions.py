"""What a dated clause asserts: whether it is an event at all (E1, E2), and how (E5-E7)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from extract.events.tokens import MARK, NUMBER, WORD, Line, Token
from extract.events.verbs import FUTURE, PAST, PRESENT
from extract.events.words import flag_of, load_words
from extract.model import DateExpression

__all__ = [
    "Assertion",
    "Nominal",
    "find_nominal",
    "is_two_ends",
    "judge",
    "locating_dates",
    "without_names",
]

_IN = "\u05d1\u05dc\u05de\u05d5"

_AFTER, _BEFORE, _DURING, _NOT_HEADS = map(flag_of, ("after", "before", "during", "not_heads"))
_DATING, _AS_OF, _INSCRIBED, _PAGES = map(flag_of, ("dating", "as_of", "inscribed", "pages"))
_COUNTED, _COUNTING, _RECURRING = map(flag_of, ("counted", "counting", "recurring"))
_STORY, _STORIES, _TELLING, _COPULAS = map(flag_of, ("story", "stories", "telling", "copulas"))
_BIRTH, _DEATH, _START, _END, _SINCE, _UNTIL = map(
    flag_of, ("birth", "death", "start", "end", "since", "until")
)
_NEGATIVE, _HYPOTHETICAL, _UNREAL = map(flag_of, ("negative", "hypothetical", "unreal"))
_STATES, _ATTRIBUTE, _OF, _LEADS = map(flag_of, ("states", "attribute", "of", "leads"))
_EVENTS = flag_of("events")
# the same behind prefixes
_ANY_EVENTS, _ANY_SURVEYS, _ANY_RATES, _ANY_BIRTH, _ANY_CREATING, _ANY_WORKS, _ANY_PLANNED = (
    flag_of(name, bare=True)
    for name in ("events", "surveys", "rates", "birth", "creating", "works", "planned")
)


class Assertion(NamedTuple):
    """How a clause stands to its date."""

    role: str
    type: str
    polarity: str
    modality: str


class Nominal(NamedTuple):
    """A dated noun phrase inside a clause."""

    start: int
    end: int
    relation: str
    """``after``, ``before`` or ``during``: how the clause lies to it; ``only`` where the
    clause itself is not located."""


def _strip_prefix(tokens: Line, at: int, among: frozenset[str]) -> int:
    token = tokens[at]
    for cut in (0, 1, 2):
        if token.text[cut:] in among:
            return token.start + cut
    return token.start


def locating_dates(
    tokens: Line, positions: Sequence[int], dates: Sequence[DateExpression]
) -> list[int]:
    """The date tokens that can say when something happened (E2).

    Left out: a date that says what a thing is from, and a day of every year.
    """
    return [
        at
        for at in positions
        if dates[tokens[at].date].kind != "recurring" and not _is_attribute(tokens, at, dates)
    ]


def without_names(
    tokens: Line, positions: Sequence[int], dates: Sequence[DateExpression]
) -> list[int]:
    """Leave out in-name years of a clause that has another date (E7)."""
    named = _named(tokens, positions, dates)
    return [at for at in positions if at not in named] or list(positions)


def _named(tokens: Line, positions: Sequence[int], dates: Sequence[DateExpression]) -> set[int]:
    """The in-name years among dates, with the same year in another calendar beside them."""
    named = {at for at in positions if dates[tokens[at].date].kind == "in_name"}
    if named:
        pairs = {dates[tokens[at].date].same_as for at in named}
        named |= {at for at in positions if tokens[at].date in pairs}
    return named


def _is_attribute(tokens: Line, at: int, dates: Sequence[DateExpression]) -> bool:
    if at == 0 or not tokens[at - 1].flags & (_OF | _ATTRIBUTE):
        return False
    date = dates[tokens[at].date]
    if date.kind in {"in_name", "relative"} or "/" in date.edtf:
        return False
    before = tokens[at - 1]
    if any(signal in date.modifier for signal in ("since", "until", "before", "after")):
        return False
    if before.flags & _OF:
        return not _is_adverbial(tokens, at, dates)
    if not _opens_clause(tokens, at - 1):
        return not (at > 1 and tokens[at - 2].flags & _SINCE)
    return False


def _is_adverbial(tokens: Line, at: int, dates: Sequence[DateExpression]) -> bool:
    """``In the first months of 1942 ...``, ``the strike of 1926``: a date after *of* that
    tells when, because its phrase opens a clause or names what happened."""
    if any(token.flags & _ANY_EVENTS for token in tokens[max(0, at - 4) : at - 1]):
        return True
    first = at - 1
    while first and tokens[first - 1].kind == WORD and not tokens.finite[first - 1]:
        first -= 1
    if first and tokens[first - 1].kind != MARK:
        return False
    exact = dates[tokens[at].date].precision in {"day", "month", "year"}
    told = at + 1 < len(tokens) and tokens.finite[at + 1]
    return tokens[first].text[0] in _IN or (exact and told)


def _opens_clause(tokens: Line, at: int) -> bool:
    """``from 1983 the rate fell``: a date from which the clause holds, not an attribute."""
    if at and tokens[at - 1].kind != MARK:
        return False
    if at and at + 2 < len(tokens) and tokens[at + 2].kind == MARK:
        return False
    return any(tokens.finite[at + 2 : at + 5])


def _is_statistic(tokens: Line) -> bool:
    """A count or a rate at a date (E2)."""
    if tokens.flags & _ANY_SURVEYS:
        return not any(token.verb == PAST and not token.flags & _COUNTING for token in tokens)
    if not tokens.flags & _COUNTING:
        return False
    finite = tokens.finite
    if any(
        finite[at] and token.verb == PAST and not token.relative and not token.flags & _COUNTING
        for at, token in enumerate(tokens)
    ):
        return False
    for at, token in enumerate(tokens):
        if token.kind == NUMBER and token.depth == 0:
            if tokens.flags & _ANY_RATES or "%" in token.text:
                return True
            if any(following.flags & _COUNTED for following in tokens[at + 1 : at + 4]):
                return True
    return False


def _is_story(tokens: Line) -> bool:
    """Time inside a story (E2)."""
    if tokens.flags & _STORY:
        return True
    return (
        bool(tokens.flags & _TELLING and tokens.flags & _STORIES)
        and any(token.flags & _STORIES for token in tokens[:6])
        and not any(token.verb == PAST and not token.relative for token in tokens)
    )


def _is_bare_definition(tokens: Line, kept: Sequence[int], dates: Sequence[DateExpression]) -> bool:
    """``X is Y`` with nothing that happens (E2)."""
    if not tokens.flags & _COPULAS:
        return False
    if not any(token.flags & _COPULAS and token.kind == WORD for token in tokens):
        return False
    if any(dates[tokens[at].date].kind == "lifespan" for at in kept):
        return False
    if tokens.flags & _ANY_BIRTH:
        return False
    for token, finite in zip(tokens, tokens.finite, strict=True):
        if token.kind == WORD and (token.verb == PAST if token.flags & _COPULAS else finite):
            return False
    return not any("/" in dates[tokens[at].date].edtf for at in kept)


def _is_listed(tokens: Line, kept: Sequence[int], dates: Sequence[DateExpression]) -> bool:
    """A date that only stands after a comma or bracket, and nothing happens: a citation."""
    for at in kept:
        if dates[tokens[at].date].kind == "lifespan" or is_two_ends(tokens, kept):
            return False
        if at < 2 or tokens[at - 1].kind != MARK or tokens[at - 1].text not in ",(:\u2013-":
            return False
    after = next((token for token in tokens[kept[-1] + 1 :] if token.kind == WORD), None)
    if after is not None and not after.flags & _PAGES and not after.text.isascii():
        return False
    return not any(
        finite and token.kind == WORD for token, finite in zip(tokens, tokens.finite, strict=True)
    )


def _is_remark(tokens: Line, kept: Sequence[int], dates: Sequence[DateExpression]) -> bool:
    """A year in brackets that dates what stands before them, not the clause (E2).

    The year of a work whose clause does not tell of its making, or of a name or thing that
    the clause then says something about.
    """
    if len(kept) != 1 or tokens[kept[0]].depth == 0 or _is_life(dates[tokens[kept[0]].date]):
        return False
    at = kept[0]
    if at + 1 < len(tokens) and tokens[at + 1].text != ")":
        return False
    opened = next((k for k in range(at - 1, -1, -1) if tokens[k].text == "("), 0)
    told = range(opened, at)
    if any(tokens.finite[k] or tokens[k].flags & _BIRTH for k in told):
        return False
    if tokens.flags & _ANY_CREATING:
        return False
    flags = 0
    for token in tokens[:opened]:
        flags |= token.flags
    if flags & _ANY_WORKS:
        return True
    return not flags & _ANY_EVENTS and not any(tokens.finite[:opened])


def _is_life(date: DateExpression) -> bool:
    return date.kind == "lifespan" or "/" in date.edtf or date.precision == "day"


def judge(
    tokens: Line, positions: Sequence[int], dates: Sequence[DateExpression]
) -> Assertion | None:
    """Return how the clause stands to its dates, None where it is no event (E2)."""
    if not positions or _is_no_event(tokens, positions, dates):
        return None
    verb = _governing_verb(tokens, positions)
    return Assertion(
        _find_role(tokens, positions, dates, verb),
        _find_type(tokens, positions, dates, verb),
        _find_polarity(tokens, verb),
        _find_modality(tokens, verb),
    )


def _is_no_event(tokens: Line, kept: Sequence[int], dates: Sequence[DateExpression]) -> bool:
    """Whether a clause with these dates tells of nothing that happened (E2)."""
    flags = tokens.flags
    if flags & _DATING:
        return True
    if flags & (_AS_OF | _INSCRIBED):
        for at in kept:
            if any(token.flags & _AS_OF for token in tokens[max(0, at - 3) : at]):
                return True
            if any(token.flags & _INSCRIBED for token in tokens[max(0, at - 2) : at]):
                return True
    if flags & _RECURRING and all(dates[tokens[at].date].kind == "implicit" for at in kept):
        return True
    return (
        _is_named_only(tokens, kept, dates)
        or _is_subject(tokens, kept[0])
        or (
            flags & (_ANY_SURVEYS | _COUNTING) != 0
            and not any("/" in dates[tokens[at].date].edtf for at in kept)
            and _is_statistic(tokens)
        )
        or _is_story(tokens)
        or _is_remark(tokens, kept, dates)
        or _is_listed(tokens, kept, dates)
        or _is_bare_definition(tokens, kept, dates)
    )


def _is_named_only(tokens: Line, kept: Sequence[int], dates: Sequence[DateExpression]) -> bool:
    """Only the year of a name, in a clause where nothing happens (E7)."""
    return _named(tokens, kept, dates) == set(kept) and not any(
        token.kind == WORD
        and token.verb != PRESENT
        and not token.flags & _COPULAS
        and tokens.finite[at]
        for at, token in enumerate(tokens)
    )


def _is_subject(tokens: Line, at: int) -> bool:
    """A year that a clause after *that* says something of."""
    return (
        0 < at < len(tokens) - 1
        and tokens[at - 1].text == "\u05e9"
        and tokens[at - 1].end == tokens[at].start
        and tokens[at + 1].flags & _COPULAS != 0
    )


def _governing_verb(tokens: Line, positions: Sequence[int]) -> int:
    """The predicate of the first date: the nearest before it, else the first main one after.

    A word that announces a plan is a predicate as well.
    """
    first = positions[0]
    after = -1
    finite = tokens.finite
    for at in chain(range(first - 1, -1, -1), range(first + 1, len(tokens))):
        token = tokens[at]
        if (finite[at] or token.flags & _ANY_PLANNED) and token.kind == WORD:
            if at < first or not token.relative:
                return at
            after = at if after < 0 else after
    return after


_SIGNALS = (("since", "start"), ("until", "end"), ("before", "before"), ("after", "after"))


def _find_role(
    tokens: Line, positions: Sequence[int], dates: Sequence[DateExpression], verb: int
) -> str:
    if _is_lifespan(tokens, positions, dates):
        return "lifespan"
    near = 0
    for token in tokens[verb : verb + 3] if verb >= 0 else ():
        near |= token.flags
    for token in tokens[max(0, positions[0] - 2) : positions[0]]:
        near |= token.flags
    if near & _BIRTH:
        return "birth"
    if near & _DEATH and verb >= 0 and tokens[verb].verb:
        return "death"
    first = dates[tokens[positions[0]].date]
    if first.modifier != "none":
        signals = first.modifier.split("+")
        for signal, role in _SIGNALS:
            if signal in signals:
                return role
    if "range" in first.rule or ("/" in first.edtf and not first.rule):
        return "duration"
    told = tokens[verb].flags if verb >= 0 else 0
    if told & _START:
        return "start"
    if told & _END:
        return "end"
    return _role_of_leads(tokens, positions[0])


def _role_of_leads(tokens: Line, at: int) -> str:
    """What the small words right before a date make of it."""
    flags = 0
    while at and tokens[at - 1].flags & _LEADS:
        at -= 1
        flags |= tokens[at].flags
    if flags & _UNTIL:
        return "end"
    return "start" if flags & _SINCE else "point"


def _is_lifespan(tokens: Line, positions: Sequence[int], dates: Sequence[DateExpression]) -> bool:
    return any(dates[tokens[at].date].kind == "lifespan" for at in positions) or is_two_ends(
        tokens, positions
    )


def is_two_ends(tokens: Line, positions: Sequence[int]) -> bool:
    """Birth and death in one bracket, with their places between."""
    if len(positions) != 2 or not all(tokens[at].depth for at in positions):
        return False
    between = tokens[positions[0] : positions[1]]
    return any(token.text in "\u2013\u2014-" for token in between) and not any(
        token.text in "()" for token in between
    )


def _find_type(
    tokens: Line, positions: Sequence[int], dates: Sequence[DateExpression], verb: int
) -> str:
    if _is_lifespan(tokens, positions, dates):
        return "lifespan"
    if verb < 0:
        return "nominal" if tokens.flags & _ANY_EVENTS else "clause"
    return "state" if tokens[verb].flags & _STATES else "clause"


def _find_polarity(tokens: Line, verb: int) -> str:
    return "negative" if verb > 0 and tokens[verb - 1].flags & _NEGATIVE else "positive"


def _find_modality(tokens: Line, verb: int) -> str:
    if tokens[0].flags & _UNREAL and len(tokens) > 1 and tokens.finite[1]:
        return "hypothetical"
    if tokens.flags & _HYPOTHETICAL:
        return "hypothetical"
    if verb >= 0 and (tokens[verb].verb == FUTURE or tokens[verb].flags & _ANY_PLANNED):
        return "planned"
    return "asserted"


def find_nominal(tokens: Line, at: int, dates: Sequence[DateExpression]) -> Nominal | None:
    """Return the noun phrase that ends in the date at ``at`` and dates it (E5, E6).

    It is found after a word of *after* or *before* that does not govern the date itself,
    in a relative clause after a word of *during*, or as the object of a definition's
    relative clause.
    """
    modifier = dates[tokens[at].date].modifier
    if "after" in modifier or "before" in modifier:
        return None
    end, depth = tokens[at].end, tokens[at].depth
    nearest = at - 1
    if depth and nearest >= 0 and tokens[nearest].text == "(":
        nearest, depth = nearest - 1, depth - 1
        end = tokens[at + 1].end if at + 1 < len(tokens) and tokens[at + 1].text == ")" else end
    for back in range(nearest, max(-1, at - 14), -1):
        token = tokens[back]
        if token.kind != WORD or token.depth != depth:
            return None
        if token.flags & (_AFTER | _BEFORE):
            relation = "after" if token.flags & _AFTER else "before"
            return _nominal_after(tokens, back, end, relation)
        if token.flags & _DURING and _undated_main(tokens, back):
            return _nominal_after(tokens, back, end, "during")
        if token.verb >= PAST:
            return None
        if token.flags & _ANY_EVENTS and _is_object(token) and _is_definition_before(tokens, back):
            return Nominal(_strip_prefix(tokens, back, load_words().events), end, "only")
    return None


def _nominal_after(tokens: Line, signal: int, end: int, relation: str) -> Nominal | None:
    head = tokens[signal + 1]
    if head.kind != WORD or head.relative or head.flags & (_NOT_HEADS | _LEADS):
        return None
    return Nominal(head.start, end, relation)


def _is_object(token: Token) -> bool:
    text = token.text
    return (
        not token.flags & _EVENTS and text[:1] in "\u05d1\u05dc" and text[1:] in load_words().events
    )


def _is_definition_before(tokens: Line, at: int) -> bool:
    """A definition, then a relative verb: ``X is one of the Y that recognised ...``."""
    copula = next((k for k in range(at) if tokens[k].flags & _COPULAS), -1)
    relative = next((k for k in range(at) if tokens[k].relative and tokens[k].verb), -1)
    return 0 <= copula < relative and not any(
        token.verb >= PAST and not token.relative for token in tokens[:at]
    )


def _undated_main(tokens: Line, at: int) -> bool:
    """Whether a relative verb after a main verb stands between the clause and ``at``."""
    main = next((k for k in range(at) if tokens[k].verb == PAST and not tokens[k].relative), -1)
    last = max((k for k in range(at) if tokens[k].verb == PAST), default=-1)
    return 0 <= main < last and tokens[last].relative
