"""What a dated clause asserts: whether it is an event at all (E1, E2), and how (E5-E7)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from extract.events.tokens import MARK, NUMBER, WORD, Token, is_finite
from extract.events.verbs import FUTURE, PAST, PRESENT
from extract.events.words import (
    AS_OF,
    BIRTH,
    COPULA,
    COUNTING,
    CREATING,
    DATING,
    EVENT,
    HYPOTHETICAL,
    INSCRIBED,
    PLANNED,
    RATE,
    RECURRING,
    STORY,
    SURVEY,
    TELLING,
    WORK,
    Words,
    load_words,
)
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


def _strip_prefix(tokens: Sequence[Token], at: int, among: frozenset[str]) -> int:
    token = tokens[at]
    for cut in (0, 1, 2):
        if token.text[cut:] in among:
            return token.start + cut
    return token.start


def locating_dates(
    tokens: Sequence[Token], positions: Sequence[int], dates: Sequence[DateExpression]
) -> list[int]:
    """The date tokens that can say when something happened (E2).

    Left out: a date that says what a thing is from, and a day of every year.
    """
    words = load_words()
    return [
        at
        for at in positions
        if dates[tokens[at].date].kind != "recurring"
        and not _is_attribute(tokens, at, dates, words)
    ]


def without_names(
    tokens: Sequence[Token], positions: Sequence[int], dates: Sequence[DateExpression]
) -> list[int]:
    """Leave out in-name years of a clause that has another date (E7)."""
    named = _named(tokens, positions, dates)
    return [at for at in positions if at not in named] or list(positions)


def _named(
    tokens: Sequence[Token], positions: Sequence[int], dates: Sequence[DateExpression]
) -> set[int]:
    """The in-name years among dates, with the same year in another calendar beside them."""
    named = {at for at in positions if dates[tokens[at].date].kind == "in_name"}
    if named:
        pairs = {dates[tokens[at].date].same_as for at in named}
        named |= {at for at in positions if tokens[at].date in pairs}
    return named


def _is_attribute(
    tokens: Sequence[Token], at: int, dates: Sequence[DateExpression], words: Words
) -> bool:
    date = dates[tokens[at].date]
    if at == 0 or date.kind in {"in_name", "relative"} or "/" in date.edtf:
        return False
    before = tokens[at - 1]
    if any(signal in date.modifier for signal in ("since", "until", "before", "after")):
        return False
    if before.text in words.of:
        return not _is_adverbial(tokens, at, dates)
    if before.text in words.attribute and not _opens_clause(tokens, at - 1):
        return not (at > 1 and tokens[at - 2].text in words.since)
    return False


def _is_adverbial(tokens: Sequence[Token], at: int, dates: Sequence[DateExpression]) -> bool:
    """``In the first months of 1942 ...``, ``the strike of 1926``: a date after *of* that
    tells when, because its phrase opens a clause or names what happened."""
    if any(token.traits & EVENT for token in tokens[max(0, at - 4) : at - 1]):
        return True
    first = at - 1
    while first and tokens[first - 1].kind == WORD and not is_finite(tokens, first - 1):
        first -= 1
    if first and tokens[first - 1].kind != MARK:
        return False
    exact = dates[tokens[at].date].precision in {"day", "month", "year"}
    told = at + 1 < len(tokens) and is_finite(tokens, at + 1)
    return tokens[first].text[0] in _IN or (exact and told)


def _opens_clause(tokens: Sequence[Token], at: int) -> bool:
    """``from 1983 the rate fell``: a date from which the clause holds, not an attribute."""
    if at and tokens[at - 1].kind != MARK:
        return False
    if at and at + 2 < len(tokens) and tokens[at + 2].kind == MARK:
        return False
    return any(is_finite(tokens, k) for k in range(at + 2, min(at + 5, len(tokens))))


def _is_statistic(tokens: Sequence[Token], words: Words, traits: int) -> bool:
    """A count or a rate at a date (E2)."""
    if traits & SURVEY:
        return not any(token.verb == PAST and not token.traits & COUNTING for token in tokens)
    if not traits & COUNTING or any(
        token.verb == PAST and not token.relative and not token.traits & COUNTING
        for token in tokens
    ):
        return False
    for at, token in enumerate(tokens):
        if token.kind == NUMBER and token.depth == 0:
            if traits & RATE or "%" in token.text:
                return True
            if any(following.text in words.counted for following in tokens[at + 1 : at + 4]):
                return True
    return False


def _is_story(tokens: Sequence[Token], words: Words, traits: int) -> bool:
    """Time inside a story (E2)."""
    if traits & STORY:
        return True
    return bool(
        traits & TELLING
        and any(token.text in words.stories for token in tokens[:6])
        and not any(token.verb == PAST and not token.relative for token in tokens)
    )


def _is_bare_definition(
    tokens: Sequence[Token], kept: Sequence[int], dates: Sequence[DateExpression], traits: int
) -> bool:
    """``X is Y`` with nothing that happens (E2)."""
    if traits & BIRTH or not traits & COPULA:
        return False
    if any(dates[tokens[at].date].kind == "lifespan" for at in kept):
        return False
    copula = False
    for at, token in enumerate(tokens):
        if token.kind != WORD:
            continue
        if token.traits & COPULA:
            copula = True
            if token.verb == PAST:
                return False
        elif is_finite(tokens, at):
            return False
    return copula and not any("/" in dates[tokens[at].date].edtf for at in kept)


def _is_listed(
    tokens: Sequence[Token], kept: Sequence[int], dates: Sequence[DateExpression]
) -> bool:
    """A date that only stands after a comma or bracket, and nothing happens: a citation."""
    for at in kept:
        if dates[tokens[at].date].kind == "lifespan" or is_two_ends(tokens, kept):
            return False
        if at < 2 or tokens[at - 1].kind != MARK or tokens[at - 1].text not in ",(:\u2013-":
            return False
    words = load_words()
    after = [token for token in tokens[kept[-1] + 1 :] if token.kind == WORD]
    if after and after[0].text not in words.pages and not after[0].text.isascii():
        return False
    return not any(token.kind == WORD and is_finite(tokens, at) for at, token in enumerate(tokens))


def _is_remark(
    tokens: Sequence[Token],
    kept: Sequence[int],
    dates: Sequence[DateExpression],
    words: Words,
    traits: int,
) -> bool:
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
    if any(tokens[k].text in words.birth or is_finite(tokens, k) for k in told):
        return False
    if traits & CREATING:
        return False
    before = tokens[:opened]
    if any(token.traits & WORK for token in before):
        return True
    named = any(token.traits & EVENT for token in before)
    return not named and not any(is_finite(tokens, k) for k in range(opened))


def _is_life(date: DateExpression) -> bool:
    return date.kind == "lifespan" or "/" in date.edtf or date.precision == "day"


def judge(
    tokens: Sequence[Token], positions: Sequence[int], dates: Sequence[DateExpression]
) -> Assertion | None:
    """Return how the clause stands to its dates, None where it is no event (E2)."""
    words = load_words()
    if not positions:
        return None
    traits = _all_traits(tokens)
    if _is_no_event(tokens, positions, dates, words, traits):
        return None
    verb = _governing_verb(tokens, positions)
    return Assertion(
        _find_role(tokens, positions, dates, verb, words),
        _find_type(tokens, positions, dates, verb, words, traits),
        _find_polarity(tokens, verb, words),
        _find_modality(tokens, verb, words, traits),
    )


def _all_traits(tokens: Sequence[Token]) -> int:
    """The traits that any word of the clause has: most questions end with them."""
    traits = 0
    for token in tokens:
        traits |= token.traits
    return traits


def _is_of_record(tokens: Sequence[Token], positions: Sequence[int]) -> bool:
    """A date as of which something is said, or which an object bears."""
    return any(
        any(token.traits & AS_OF for token in tokens[max(0, at - 3) : at])
        or any(token.traits & INSCRIBED for token in tokens[max(0, at - 2) : at])
        for at in positions
    )


def _is_no_event(
    tokens: Sequence[Token],
    kept: Sequence[int],
    dates: Sequence[DateExpression],
    words: Words,
    traits: int,
) -> bool:
    """Whether a clause with these dates tells of nothing that happened (E2)."""
    if traits & DATING or (traits & (AS_OF | INSCRIBED) and _is_of_record(tokens, kept)):
        return True
    if traits & RECURRING and all(dates[tokens[at].date].kind == "implicit" for at in kept):
        return True
    ranged = any("/" in dates[tokens[at].date].edtf for at in kept)
    return (
        _is_named_only(tokens, kept, dates, words)
        or _is_subject(tokens, kept[0], words)
        or (not ranged and _is_statistic(tokens, words, traits))
        or _is_story(tokens, words, traits)
        or _is_remark(tokens, kept, dates, words, traits)
        or _is_listed(tokens, kept, dates)
        or _is_bare_definition(tokens, kept, dates, traits)
    )


def _is_named_only(
    tokens: Sequence[Token], kept: Sequence[int], dates: Sequence[DateExpression], words: Words
) -> bool:
    """Only the year of a name, in a clause where nothing happens (E7)."""
    named = _named(tokens, kept, dates)
    return (
        bool(named)
        and named == set(kept)
        and not any(
            token.kind == WORD
            and token.verb != PRESENT
            and token.text not in words.copulas
            and is_finite(tokens, at)
            for at, token in enumerate(tokens)
        )
    )


def _is_subject(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """A year that a clause after *that* says something of."""
    return (
        0 < at < len(tokens) - 1
        and tokens[at - 1].text == "\u05e9"
        and tokens[at - 1].end == tokens[at].start
        and tokens[at + 1].text in words.copulas
    )


def _governing_verb(tokens: Sequence[Token], positions: Sequence[int]) -> int:
    """The predicate of the first date: the nearest before it, else the first main one after.

    A word that announces a plan is a predicate as well.
    """
    first = positions[0]
    after = -1
    for at in chain(range(first - 1, -1, -1), range(first + 1, len(tokens))):
        token = tokens[at]
        if token.kind == WORD and (token.traits & PLANNED or is_finite(tokens, at)):
            if at < first or not token.relative:
                return at
            after = at if after < 0 else after
    return after


def _find_role(
    tokens: Sequence[Token],
    positions: Sequence[int],
    dates: Sequence[DateExpression],
    verb: int,
    words: Words,
) -> str:
    expressions = [dates[tokens[at].date] for at in positions]
    if any(date.kind == "lifespan" for date in expressions) or is_two_ends(tokens, positions):
        return "lifespan"
    near = {token.text for token in tokens[verb : verb + 3]} if verb >= 0 else set()
    near |= {token.text for token in tokens[max(0, positions[0] - 2) : positions[0]]}
    if near & words.birth:
        return "birth"
    if verb >= 0 and tokens[verb].verb and near & words.death:
        return "death"
    first = expressions[0]
    for signal, role in (
        ("since", "start"),
        ("until", "end"),
        ("before", "before"),
        ("after", "after"),
    ):
        if signal in first.modifier.split("+"):
            return role
    if "range" in first.rule or ("/" in first.edtf and not first.rule):
        return "duration"
    text = tokens[verb].text if verb >= 0 else ""
    if text in words.start:
        return "start"
    if text in words.end:
        return "end"
    lead = positions[0]
    while lead and tokens[lead - 1].text in words.leads:
        lead -= 1
    signals = {token.text for token in tokens[lead : positions[0]]}
    if signals & words.until:
        return "end"
    if signals & words.since:
        return "start"
    return "point"


def is_two_ends(tokens: Sequence[Token], positions: Sequence[int]) -> bool:
    """Birth and death in one bracket, with their places between."""
    if len(positions) != 2 or not all(tokens[at].depth for at in positions):
        return False
    between = tokens[positions[0] : positions[1]]
    return any(token.text in "\u2013\u2014-" for token in between) and not any(
        token.text in "()" for token in between
    )


def _find_type(
    tokens: Sequence[Token],
    positions: Sequence[int],
    dates: Sequence[DateExpression],
    verb: int,
    words: Words,
    traits: int,
) -> str:
    if any(dates[tokens[at].date].kind == "lifespan" for at in positions) or is_two_ends(
        tokens, positions
    ):
        return "lifespan"
    if verb < 0:
        return "nominal" if traits & EVENT else "clause"
    return "state" if tokens[verb].text in words.states else "clause"


def _find_polarity(tokens: Sequence[Token], verb: int, words: Words) -> str:
    if verb > 0 and tokens[verb - 1].text in words.negative:
        return "negative"
    return "positive"


def _find_modality(tokens: Sequence[Token], verb: int, words: Words, traits: int) -> str:
    if tokens[0].text in words.unreal and len(tokens) > 1 and is_finite(tokens, 1):
        return "hypothetical"
    if traits & HYPOTHETICAL:
        return "hypothetical"
    if verb >= 0 and (tokens[verb].verb == FUTURE or tokens[verb].traits & PLANNED):
        return "planned"
    return "asserted"


def find_nominal(
    tokens: Sequence[Token], at: int, dates: Sequence[DateExpression]
) -> Nominal | None:
    """Return the noun phrase that ends in the date at ``at`` and dates it (E5, E6).

    It is found after a word of *after* or *before* that does not govern the date itself,
    in a relative clause after a word of *during*, or as the object of a definition's
    relative clause.
    """
    words = load_words()
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
        if token.text in words.after or token.text in words.before:
            relation = "after" if token.text in words.after else "before"
            return _nominal_after(tokens, back, end, relation, words)
        if token.text in words.during and _undated_main(tokens, back):
            return _nominal_after(tokens, back, end, "during", words)
        if token.verb >= PAST and is_finite(tokens, back):
            return None
        if _is_object(tokens, back, words) and _is_definition_before(tokens, back, words):
            return Nominal(_strip_prefix(tokens, back, words.events), end, "only")
    return None


def _nominal_after(
    tokens: Sequence[Token], signal: int, end: int, relation: str, words: Words
) -> Nominal | None:
    head = tokens[signal + 1]
    if (
        head.kind != WORD
        or head.relative
        or head.text in words.not_heads
        or head.text in words.leads
    ):
        return None
    return Nominal(head.start, end, relation)


def _is_object(tokens: Sequence[Token], at: int, words: Words) -> bool:
    text = tokens[at].text
    return text not in words.events and text[:1] in "\u05d1\u05dc" and text[1:] in words.events


def _is_definition_before(tokens: Sequence[Token], at: int, words: Words) -> bool:
    """A definition, then a relative verb: ``X is one of the Y that recognised ...``."""
    copula = next((k for k in range(at) if tokens[k].text in words.copulas), -1)
    relative = next((k for k in range(at) if tokens[k].relative and tokens[k].verb), -1)
    return 0 <= copula < relative and not any(
        token.verb >= PAST and not token.relative and is_finite(tokens, k)
        for k, token in enumerate(tokens[:at])
    )


def _undated_main(tokens: Sequence[Token], at: int) -> bool:
    """Whether a relative verb after a main verb stands between the clause and ``at``."""
    main = next((k for k in range(at) if tokens[k].verb == PAST and not tokens[k].relative), -1)
    last = max((k for k in range(at) if tokens[k].verb == PAST), default=-1)
    return 0 <= main < last and tokens[last].relative
