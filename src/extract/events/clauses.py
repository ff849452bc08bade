"""Which stretch of a sentence each of its dates belongs to (rules E3 and E4).

A sentence is cut between two dates where each has a verb of its own: at the comma,
semicolon or conjunction before the second verb or before the date that opens its clause.
A relative clause with its own date inside another clause becomes a piece of its own and
stays part of the other's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from extract.events.assertions import is_span, is_two_ends
from extract.events.tokens import (
    ADVERBIAL,
    CLOSE,
    COLON,
    COMMA,
    DASH,
    DATE,
    JOINED,
    LONG,
    LONG_DASH,
    MARK,
    NUMBER,
    OPEN,
    PAST,
    RELATIVE,
    SEMICOLON,
    VERB,
    WORD,
    Line,
)
from extract.events.verbs import DOUBTFUL
from extract.events.words import flag_of

__all__ = ["Piece", "cut_sentence"]


class Piece(NamedTuple):
    """Tokens ``first`` to ``last`` (exclusive) as one clause with its date tokens."""

    first: int
    last: int
    dates: tuple[int, ...]
    """Positions of the date tokens that belong to it."""


_SUBJECT = 6
"""Words that a subject with *and* inside it may have before its verb."""


_LONG_NAME = 10
"""Words looked through for the name before a bracket."""
_MANY = 40
"""A sentence with more dates than this is a table or a list and is left whole."""


_OPENERS, _TEMPORAL, _RESUMPTIVES = map(flag_of, ("openers", "temporal_openers", "resumptives"))
_NAME_STOPS, _PRONOUNS, _LEADS, _JOINTS = map(
    flag_of, ("name_stops", "pronouns", "leads", "joints")
)
_SO, _AGAIN, _PERIODS = flag_of("so"), flag_of("again"), flag_of("periods")
_ADVERSATIVE, _UNTIL, _EXCEPTING, _EVEN = map(
    flag_of, ("adversative", "until", "excepting", "even")
)
_NEGATIVE = flag_of("negative")
_RELATIONS = flag_of("during") | flag_of("after") | flag_of("before")
_ANY_EVENTS = flag_of("events", bare=True)
_WORKS, _CREATING, _BIRTH, _COPULAS = map(flag_of, ("works", "creating", "birth", "copulas"))


_BOUNDARIES = COMMA | SEMICOLON | DASH | LONG_DASH
_DASHES = DASH | LONG_DASH
_PREPOSITIONS = frozenset("\u05d1\u05dc\u05de")
_QUOTES = frozenset('"\u201c\u201d\u201e\u05f4')
_CHAINING = _BOUNDARIES | OPEN | CLOSE | _JOINTS
_OPENING = RELATIVE | _RESUMPTIVES
_HEADING = _BOUNDARIES | _OPENERS | RELATIVE | JOINED
"""Only such a token, or a verb, can head a clause or bound it."""
_TURNING = SEMICOLON | _ADVERSATIVE


class _Sentence:
    """A tokenized sentence and the questions the cutter asks about it."""

    __slots__ = ("bits", "dates", "defined", "depths", "finite", "line", "relative")

    def __init__(self, line: Line) -> None:
        self.line = line
        self.bits = line.bits
        self.depths = line.depths
        self.dates = line.dates
        self.finite = line.finite.copy()
        for at in line.dates:
            self.finite[at] = 0
        self.relative = self._mark_relatives()
        self.defined = -1
        """The date in the brackets behind what the sentence defines, -1 if none."""

    def _mark_relatives(self) -> list[bool]:
        """Which verbs are the verb of a relative clause."""
        bits, finite = self.bits, self.finite
        marked = [False] * len(bits)
        if not self.line.flags & _OPENING:
            return marked
        waiting = False
        for at, bit in enumerate(bits):
            if bit & MARK:
                waiting = False
            elif bit & WORD:
                if bit & _OPENING and (
                    (bit & RELATIVE and not (finite[at] and at and bits[at - 1] & _PRONOUNS))
                    or (bit & _RESUMPTIVES and at + 1 < len(bits) and finite[at + 1])
                ):
                    waiting = True
                if waiting and finite[at]:
                    marked[at] = True
                    waiting = False
        return marked

    def has_verb(self, first: int, last: int, main: bool = False) -> bool:
        finite, relative, depths = self.finite, self.relative, self.depths
        return any(
            finite[at] and not (main and relative[at]) and not depths[at]
            for at in range(first, last)
        )

    def parallel(self, a: int, b: int) -> bool:
        """Whether two neighbouring dates are one day, month or year in two calendars."""
        one, two = self.dates[a], self.dates[b]
        if two.same_as is not None and two.same_as == self.line.indexes[a]:
            return True
        if one.calendar == two.calendar:
            same = (one.start_date, one.end_date) == (two.start_date, two.end_date)
            return same and one.kind == "relative" and one.start_date is not None
        if not (one.start_date and one.end_date and two.start_date and two.end_date):
            return False
        if one.start_date.startswith("-") or two.start_date.startswith("-"):
            return one.start_date == two.start_date
        return one.start_date <= two.end_date and two.start_date <= one.end_date

    def joined_only(self, a: int, b: int) -> bool:
        """Whether nothing but joints, commas and brackets stands between two dates."""
        return all(bit & _CHAINING for bit in self.bits[a + 1 : b])

    def is_boundary(self, at: int) -> bool:
        bit = self.bits[at]
        return bool(bit & _BOUNDARIES or (bit & WORD and bit & _OPENERS))

    def verb_after(self, at: int) -> int:
        """The verb whose clause the date at ``at`` opens, -1 if none."""
        bits, finite, depths = self.bits, self.finite, self.depths
        for later in range(at + 1, len(bits)):
            bit = bits[later]
            if depths[later]:
                continue
            if bit & DATE:
                if self.joined_only(at, later):
                    at = later
                    continue
                return -1
            if bit & _TURNING or (bit & JOINED and self._leads_on(later)):
                return -1
            if later == at + 1 and bit & _PRONOUNS and not bit & JOINED:
                return later
            if finite[later]:
                if self.relative[later]:
                    continue
                if bit & JOINED and not bit & _PRONOUNS:
                    return -1
                return later
        return -1

    def _leads_on(self, at: int) -> bool:
        """Whether *and* behind a comma leads on to another subject in the word at ``at``."""
        bits = self.bits
        bit = bits[at]
        if not bits[at - 1] & COMMA or not bit & LONG:
            return False
        return not self.finite[at] and not bit & (_LEADS | _PRONOUNS | ADVERBIAL)

    def opens_clause(self, at: int) -> bool:
        """Whether the word at ``at`` may begin a clause by its conjunction."""
        bit = self.bits[at]
        if not bit & WORD or not bit & JOINED:
            return False
        if bit & (_LEADS | LONG) or self.finite[at]:
            return True
        return bit & _NEGATIVE != 0 and at + 1 < len(self.finite) and self.finite[at + 1] != 0

    def clause_head(self, low: int, at: int) -> tuple[int, int]:
        """Look back from the date at ``at`` to ``low`` for where its clause begins.

        Returns (position of the first token of the clause or -1, position of the verb
        between it and the date or -1).
        """
        bits, finite, depths = self.bits, self.finite, self.depths
        verb = -1
        joined = -1
        for back in range(at - 1, low - 1, -1):
            bit = bits[back]
            if depths[back] or not (bit & _HEADING or finite[back]) or self._excepts(back, at):
                continue
            if bit & _BOUNDARIES:
                if verb < 0 and back > low and self._is_passed(back, at):
                    continue
                if verb < 0 and (start := self._adverbial(low, back, at)) >= 0:
                    return start, verb
                if joined >= 0 and joined - back > _SUBJECT:
                    return joined, verb
                return self._subject_start(low, back + 1) if verb == back + 1 else back + 1, verb
            if not bit & WORD:
                continue
            if finite[back]:
                if joined >= 0:
                    return joined, verb
                verb = back
                if bit & (JOINED | RELATIVE):
                    return self._with_opener(low, back), verb
            elif self._opens_behind(back, at, verb):
                return self._with_opener(low, back), self._doubtful_verb(back) if verb < 0 else verb
            elif bit & JOINED and (joined < 0 or back == low) and self.opens_clause(back):
                joined = back
                if bit & _LEADS:
                    return back, verb
        return joined, verb

    def _excepts(self, back: int, at: int) -> bool:
        """Whether the word at ``back`` ties the date at ``at`` to a negated verb before it:
        *was not opened but in 1950*."""
        bits = self.bits
        if not bits[back] & _EXCEPTING or not all(bit & _LEADS for bit in bits[back + 1 : at]):
            return False
        for before in range(back - 1, 0, -1):
            if bits[before] & (_BOUNDARIES | _OPENERS | DATE):
                return False
            if self.finite[before]:
                return bits[before - 1] & _NEGATIVE != 0
        return False

    def _is_passed(self, comma: int, at: int) -> bool:
        """Whether a comma does not part the date at ``at`` from the clause before: behind a lead, or
        where nothing else stands between and no verb follows, *but he drowned, in June 1190*."""
        bits = self.bits
        if bits[comma - 1] & _LEADS:
            return True
        if not bits[comma] & COMMA or not all(bit & _LEADS for bit in bits[comma + 1 : at]):
            return False
        return self.verb_after(at) < 0

    def _doubtful_verb(self, opener: int) -> int:
        """The verb right behind *but* that may be a noun elsewhere, -1 if none."""
        bits = self.bits
        told = bits[opener] & _ADVERSATIVE and bits[opener + 1] & DOUBTFUL
        return opener + 1 if told else -1

    def _opens_behind(self, back: int, at: int, verb: int) -> bool:
        """Whether the word at ``back`` begins the clause of the date at ``at``, not *even* before a
        date that no verb follows."""
        bit = self.bits[back]
        if bit & _EVEN and verb < 0 and all(bit & _LEADS for bit in self.bits[back + 1 : at]):
            return self.verb_after(at) >= 0
        return bool(bit & _OPENERS or (bit & RELATIVE and verb >= 0))

    def _adverbial(self, low: int, comma: int, at: int) -> int:
        """Where the phrase begins that a comma parts from the date at ``at``, which says its time:
        *and at its end, in 2011*; -1 if there is none."""
        bits = self.bits
        if not all(bit & (_LEADS | _DASHES) for bit in bits[comma + 1 : at]):
            return -1
        for back in range(comma - 1, low, -1):
            bit = bits[back]
            if not bit & (WORD | NUMBER) or bit & DATE or self.finite[back]:
                return -1
            if bit & JOINED and bits[back - 1] & COMMA:
                return back if self.line.word(back)[1:2] in _PREPOSITIONS else -1
        return -1

    def _subject_start(self, low: int, head: int) -> int:
        """Go back over a relative clause between commas to the noun it hangs on."""
        bits = self.bits
        previous = next((k for k in range(head - 2, low - 1, -1) if bits[k] & COMMA), -1)
        if previous < 0 or not bits[previous + 1] & RELATIVE:
            return head
        for back in range(previous - 1, low - 1, -1):
            bit = bits[back]
            if self.finite[back] or bit & DATE:
                return head
            if self.is_boundary(back):
                return back + 1
            if bit & WORD and bit & JOINED and bit & LONG:
                return back
        return head

    def _with_opener(self, low: int, at: int) -> int:
        """Take what a relative clause hangs on into it: a conjunction, or the noun after a
        comma right before it."""
        bits = self.bits
        if at > low and bits[at - 1] & (_TEMPORAL | _AGAIN | _EVEN):
            return at - 1
        if bits[at] & RELATIVE:
            for back in (at - 1, at - 2, at - 3):
                if back < low or self.finite[back] or bits[back] & DATE:
                    break
                if bits[back] & COMMA and not self.depths[back]:
                    return back + 1
        return at

    def tells(self, first: int, last: int) -> bool:
        """Whether the words before the date at ``last`` have a verb, known or, by their build, likely.

        A date after two words that are no adverbial must have a verb before it; a definition
        is told by its copula.
        """
        if last == self.defined or self.has_verb(first, last):
            return True
        if self.dates[last].kind == "in_name":
            return False
        return self.likely(first, last)

    def told_after(self, at: int, head: int) -> bool:
        """Whether the words between the date at ``at`` and the next clause have a verb.

        One that is not known is taken for granted only where a conjunction leads on: behind
        a comma alone stands what the subject is called, and its verb; a participle before it
        is an office.
        """
        bits = self.bits
        if bits[head - 1] & COMMA and not bits[head] & (JOINED | _OPENERS):
            if any(self._is_told(at, k) for k in range(at + 1, head)):
                return True
            # no other word is the verb that the date opens a clause for
            doubtful = bits[at + 1] & DOUBTFUL and self.finite[at + 1]
            return bool(doubtful) and not self.has_verb(head, len(bits), main=True)
        if self.has_verb(at + 1, head):
            return True
        if self.depths[at] and bits[at + 1] & CLOSE:
            at += 1  # the same time in brackets
        between = bits[at + 1 : head]
        return (
            len(between) > 2
            and between[0] & (WORD | JOINED) == WORD
            and sum(bit & WORD for bit in between) > 2
        )

    def must_tell(self, at: int, last: int) -> bool:
        """Whether the word behind the date at ``at`` is its verb though it may be another word:
        no other verb is left for a sentence that goes on with a relative clause to its end."""
        bits, told = self.bits, at + 1
        if not self.finite[told] or not bits[told] & DOUBTFUL:
            return False
        if self.has_verb(0, told) or self.has_verb(told + 1, last, main=True):
            return False
        return all(bit & MARK for bit in bits[last + 1 :])

    def _is_told(self, at: int, k: int) -> bool:
        """Whether the word at ``k`` tells of the date at ``at`` that opens its clause: a past, a
        participle behind a pronoun, or a doubtful form from which a preposition goes on."""
        bits = self.bits
        bit = bits[k]
        if self.finite[k] and (bit & PAST or bits[k - 1] & _PRONOUNS):
            return True
        parted = k == at + 1 or bits[k - 1] & COMMA
        return bool(parted and bit & WORD and bit & DOUBTFUL and bits[k + 1] & ADVERBIAL)

    def likely(self, first: int, last: int) -> bool:
        """Whether the words begin like a subject that has a verb after it."""
        if first >= last:
            return False
        bits = self.bits
        head = bits[first]
        if not head & WORD or head & (_LEADS | JOINED | _RELATIONS):
            return False
        if not any(bit & WORD and not bit & _LEADS for bit in bits[first + 1 : last]):
            return False
        return not head & ADVERBIAL


def _group(sentence: _Sentence, positions: Sequence[int]) -> list[list[int]]:
    """Date tokens outside brackets, with what is the same date in brackets or beside it."""
    groups: list[list[int]] = []
    for at in positions:
        if (
            groups
            and sentence.joined_only(groups[-1][-1], at)
            and sentence.parallel(groups[-1][-1], at)
        ):
            groups[-1].append(at)
        elif not sentence.depths[at] or _dates_clause(
            sentence, groups[-1][-1] if groups else -1, at
        ):
            groups.append([at])
    return groups


def _dates_clause(sentence: _Sentence, previous: int, at: int) -> bool:
    """Whether a year alone in brackets dates the clause told before it."""
    bits = sentence.bits
    if not bits[at - 1] & OPEN or at + 1 >= len(bits) or not bits[at + 1] & CLOSE:
        return False
    date = sentence.dates[at]
    if is_span(date) and any(bit & _PERIODS for bit in bits[max(0, at - 3) : at - 1]):
        return sentence.verb_after(at) >= 0
    if date.kind == "lifespan" or is_span(date):
        return False
    told = 0
    for bit in bits[previous + 1 : at]:
        told |= bit
    if not sentence.has_verb(previous + 1, at, main=True):
        if previous >= 0 or not bits[0] & (_RELATIONS | ADVERBIAL) or not told & _ANY_EVENTS:
            return False
        return sentence.verb_after(at) >= 0  # after the battle (1187) he set out
    return not told & _WORKS or told & _CREATING != 0


def _are_objects_of_one_verb(sentence: _Sentence, positions: Sequence[int]) -> bool:
    """Whether each date stands alone in brackets, behind objects that one verb has (E4)."""
    bits, last = sentence.bits, len(sentence.bits) - 1
    for at in positions:
        if at == last or not bits[at - 1] & OPEN or not bits[at + 1] & CLOSE:
            return False
        if sentence.dates[at].kind == "lifespan":
            return False
    first = positions[0]
    if not sentence.has_verb(0, first, main=True) or sentence.has_verb(first, last + 1):
        return False
    told = 0
    for bit in bits[:first]:
        told |= bit
    return not told & _WORKS or told & _CREATING != 0


def _relative_start(sentence: _Sentence, low: int, at: int) -> int:
    """Start of the relative clause without a comma that the date at ``at`` stands in, or -1."""
    for back in range(at - 1, low - 1, -1):
        bit = sentence.bits[back]
        if bit & SEMICOLON:
            return -1
        if sentence.finite[back] and not sentence.relative[back]:
            return -1
        if bit & RELATIVE:
            return back
        if sentence.relative[back] and not bit & _PRONOUNS:
            return max(low, back - 1)
    return -1


def cut_sentence(line: Line, positions: Sequence[int]) -> list[Piece]:
    """Cut a tokenized sentence into its dated pieces, ``positions`` being its dates."""
    if len(positions) == 1 or len(positions) > _MANY:
        return [Piece(0, len(line.bits), tuple(positions))]
    sentence = _Sentence(line)
    if _are_objects_of_one_verb(sentence, positions):
        return [Piece(0, len(line.bits), tuple(positions))]
    groups = _group(sentence, positions)
    pieces = _cut_brackets(sentence, groups, positions)
    if groups and pieces and _is_life_of_subject(sentence, pieces[0]):
        sentence.defined = pieces[0].dates[-1]
        cut, nested = _decide(sentence, 0, pieces[0].dates[-1], groups[0][0])
        if cut > pieces[0].last and nested is None:
            groups.insert(0, list(pieces.pop(0).dates))
    if not groups:
        return pieces
    return pieces + _cut_groups(sentence, groups)


def _cut_groups(sentence: _Sentence, groups: Sequence[list[int]]) -> list[Piece]:
    """Cut between neighbouring groups of dates where each has its own verb."""
    pieces: list[Piece] = []
    first, current = 0, list(groups[0])
    outer = opened = -1
    """Where a clause begins whose verb comes after the relative clauses just cut, and
    which piece was the first of those."""
    for group in groups[1:]:
        cut, nested = _decide(sentence, first, current[-1], group[0])
        if nested is not None:
            start, end, holds_first = nested
            dates = current if holds_first else group
            inner = tuple(at for at in dates if start <= at < end)
            pieces.append(Piece(start, end, inner))
            if holds_first:
                current = [at for at in current if at not in inner] + group
            else:
                current += [at for at in group if at not in inner]
            continue
        if cut < 0:
            current += group
            continue
        inside = _interrupting(sentence, first, current[-1])
        if outer < 0 <= inside < current[0]:
            pieces.append(Piece(inside, cut, tuple(current)))
            outer, opened, first = first, len(pieces) - 1, cut
        else:
            pieces.append(Piece(first, cut, tuple(current)))
            first = cut
            if outer >= 0 and sentence.finite[cut] and not sentence.bits[cut] & JOINED:
                first, outer = outer, -1
        current = list(group)
    pieces.append(Piece(first, len(sentence.bits), tuple(current)))
    if outer >= 0:
        pieces[opened] = pieces[opened]._replace(first=outer)
        pieces[-1] = pieces[-1]._replace(last=_end_of_relatives(sentence, current[-1]))
    return pieces


def _end_of_relatives(sentence: _Sentence, at: int) -> int:
    """Where relative clauses end behind which an undated main clause goes on."""
    bits = sentence.bits
    comma = next((k for k in range(at + 1, len(bits)) if bits[k] & COMMA), -1)
    if not 0 < comma < len(bits) - 1 or bits[comma + 1] & JOINED:
        return len(bits)
    told = sentence.finite[comma + 1] or bits[comma + 1] & (VERB | _PRONOUNS)
    return comma if told else len(bits)


def _cut_brackets(
    sentence: _Sentence, groups: Sequence[Sequence[int]], positions: Sequence[int]
) -> list[Piece]:
    """Pieces of the brackets that hold dates of their own.

    Where the sentence has no other date, one bracket dates the whole sentence; beside
    other dates a bracket is a piece only if it is a span of years or has a verb.
    """
    bits, depths = sentence.bits, sentence.depths
    free = set(positions).difference(*groups)
    if not free:
        return []
    regions: list[tuple[int, int, list[int]]] = []
    opened = -1
    found: list[int] = []
    for at, bit in enumerate(bits):
        if bit & OPEN and not depths[at]:
            opened, found = at, []
        elif at in free:
            found.append(at)
        if found and opened >= 0 and (at + 1 == len(bits) or (bit & CLOSE and not depths[at])):
            regions.append((opened, at + 1, found))
            opened, found = -1, []
    own = [region for region in regions if _stands_alone(sentence, region)]
    if not groups and (len(regions) == 1 or not own):
        return (
            [Piece(0, len(bits), tuple(at for region in regions for at in region[2]))]
            if regions
            else []
        )
    return [
        Piece(_bracket_head(sentence, region[0]), region[1], tuple(region[2])) for region in own
    ]


def _stands_alone(sentence: _Sentence, region: tuple[int, int, list[int]]) -> bool:
    opened, closed, found = region
    expressions = [sentence.dates[at] for at in found]
    if any(is_span(date) or date.kind == "lifespan" for date in expressions):
        return True
    if is_two_ends(sentence.line, found):
        return True
    return any(sentence.finite[at] or sentence.bits[at] & _BIRTH for at in range(opened, closed))


def _bracket_head(sentence: _Sentence, opened: int) -> int:
    """Where the name begins that a bracket stands after; after the bracket's own mark where
    a whole clause stands in it."""
    bits = sentence.bits
    inside = range(opened + 1, len(bits))
    verb = next((at for at in inside if sentence.finite[at] or bits[at] & CLOSE), 0)
    if verb > opened + 2 and sentence.finite[verb] and bits[opened + 1] & WORD:
        return opened + 1
    for back in range(opened - 1, max(-1, opened - _LONG_NAME), -1):
        if sentence.is_boundary(back) or sentence.finite[back] or bits[back] & (DATE | COLON):
            return back + 1
        if bits[back] & _NAME_STOPS and not sentence.depths[back]:
            return back + 1
    return max(0, opened - _LONG_NAME)


def _is_life_of_subject(sentence: _Sentence, piece: Piece) -> bool:
    """Whether the sentence defines the name before a bracket: ``X (1850-1912) was a Y``."""
    return (
        piece.last < len(sentence.bits)
        and sentence.bits[piece.last] & _COPULAS != 0
        and not sentence.has_verb(0, piece.first)
        and sentence.depths[piece.dates[0]] > 0
    )


class _Cut(NamedTuple):
    """How two neighbouring dates part."""

    at: int = -1
    """Token the second clause begins with, -1 if they stay together."""
    nested: tuple[int, int, bool] | None = None
    """First and last token (exclusive) of a clause inside the other's, and whether the
    first date is the one in it."""


_TOGETHER = _Cut()


def _decide(sentence: _Sentence, first: int, a: int, b: int) -> _Cut:
    """How the dates at ``a`` and ``b`` part; their clauses begin at ``first`` or later."""
    head, verb = sentence.clause_head(a + 1, b)
    stop = _stop_between(sentence, first, a, b)
    if stop >= 0:
        told = head > stop + 1 and sentence.has_verb(stop + 1, head, main=True)
        return _Cut(head if told and verb >= 0 else stop + 1)
    if verb >= 0:
        return _part_by_verb(sentence, first, a, b, head, verb)
    inside = _interrupting(sentence, first, a)
    if inside >= 0 and _is_listed(sentence, a, b):
        return _TOGETHER
    if head >= 0 and sentence.verb_after(b) >= 0:
        if inside >= 0 and not sentence.bits[head] & JOINED:
            return _Cut(nested=(inside, _end_of_inner(sentence, a, b), True))
        told = sentence.tells(first, a) or sentence.told_after(a, head)
        return _Cut(head) if told else _TOGETHER
    after = sentence.verb_after(a)
    if inside >= 0 and a < after < b:
        return _Cut(nested=(inside, after, True))
    aside = _aside(sentence, first, a)
    if aside >= 0 and head == a + 2 and _lasts(sentence, head, b):
        return _Cut(nested=(aside, a + 1, True))
    return _Cut(_gap_head(sentence, a, b))


def _stop_between(sentence: _Sentence, first: int, a: int, b: int) -> int:
    """The last semicolon between two dates, or a colon between two clauses, -1 if none."""
    bits, depths = sentence.bits, sentence.depths
    for at in range(b - 1, a, -1):
        if depths[at]:
            continue
        if bits[at] & SEMICOLON:
            return at
        if bits[at] & COLON and all(bit & _LEADS for bit in bits[at + 1 : b]):
            text, end = sentence.line.text, sentence.line.span_of(at)[1]
            told = sentence.has_verb(first, at, main=True) and sentence.verb_after(b) >= 0
            if told and text[end : end + 2].strip()[:1] not in _QUOTES:
                return at
    return -1


def _gap_head(sentence: _Sentence, a: int, b: int) -> int:
    """Where the clause of the date at ``b`` begins whose verb is that of the clause before, -1 if none.

    A dash stands for the verb, beside the date (*and the third - only in 1881*), or the words
    *and so* before it do; what the dash gives a number to is none.
    """
    bits = sentence.bits
    lead = b
    while lead > a + 1 and bits[lead - 1] & _LEADS:
        lead -= 1
    dashed = (b + 1 < len(bits) and bits[b + 1] & _DASHES) or bits[lead - 1] & _DASHES
    number = any(bit & NUMBER for bit in bits[b + 1 : b + 4])
    if dashed and not number:
        for at in range(lead - 1 if bits[lead - 1] & _DASHES else lead, a, -1):
            if bits[at] & JOINED or bits[at] & _OPENERS:
                return at
    if lead - 1 > a + 1 and bits[lead - 1] & _SO:
        return lead - 1
    return -1


def _part_by_verb(sentence: _Sentence, first: int, a: int, b: int, head: int, verb: int) -> _Cut:
    """How the dates part where a verb stands between the second and its clause's head."""
    inside = -1 if sentence.relative[verb] else _interrupting(sentence, first, a)
    if head < 0:
        return (
            _Cut(nested=(inside, _end_of_inner(sentence, a, verb), True))
            if inside >= 0
            else _TOGETHER
        )
    if not (sentence.tells(first, a) or sentence.told_after(a, head) or sentence.must_tell(a, b)):
        opener = sentence.bits[head] & _TEMPORAL
        if sentence.verb_after(b) >= 0 and (sentence.relative[verb] or opener):
            return _Cut(nested=(head, b + 1, False))
        return _TOGETHER
    if inside >= 0 and not sentence.bits[head] & JOINED:
        return _Cut(nested=(inside, _end_of_inner(sentence, a, verb), True))
    return _Cut(head)


def _is_listed(sentence: _Sentence, a: int, b: int) -> bool:
    """Whether two dates are of one list that a comma closes: *who served in 1974 and 1981, ...*."""
    bits = sentence.bits
    after = b + 1
    while after < len(bits) and bits[after] & (DATE | _JOINTS):
        after += 1
    return after < len(bits) and bits[after] & COMMA != 0 and sentence.joined_only(a, b)


def _interrupting(sentence: _Sentence, first: int, a: int) -> int:
    """Start of a relative clause around ``a`` that stands before its sentence's verb, or -1."""
    inside = _relative_start(sentence, first, a)
    if inside <= first or sentence.has_verb(first, inside, main=True):
        return -1
    adverbial = sentence.bits[inside - 1] & (_OPENERS | _TEMPORAL)
    return -1 if adverbial else inside


def _aside(sentence: _Sentence, first: int, a: int) -> int:
    """Start of a relative clause between commas that ends in the date at ``a`` and hangs on a
    noun behind its sentence's verb, or -1."""
    inside = _relative_start(sentence, first, a)
    bits = sentence.bits
    if inside <= first or not bits[inside - 1] & bits[a + 1] & COMMA or is_span(sentence.dates[a]):
        return -1
    return inside if sentence.has_verb(first, inside, main=True) else -1


def _lasts(sentence: _Sentence, head: int, b: int) -> bool:
    """Whether the date at ``b`` says how long something lasted: *from ... to*, *until*."""
    return is_span(sentence.dates[b]) or any(bit & _UNTIL for bit in sentence.bits[head:b])


def _end_of_inner(sentence: _Sentence, a: int, verb: int) -> int:
    """End of the relative clause that holds ``a``: its closing comma or the main verb."""
    return next((at for at in range(a + 1, verb) if sentence.is_boundary(at)), verb)
