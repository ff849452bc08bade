"""Signals: what the words before and behind an expression say of it.

Before it stand prefixes, signals, hedges and doubts; behind it, what is approximate or still
open, the remark that names a calendar, and words of what comes again every year.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from extract.dates.edges import may_remark, signal_kinds
from extract.dates.grammar import Point, match_phrase, names_games, skip_prefix
from extract.dates.lexicon import is_particle, is_prefix, lexicon, past_stems
from extract.dates.tokens import DASH, END, NUMBER, NUMERIC, PUNCT, WORD, Token, Tokens

__all__ = [
    "CLAUSE_ENDS",
    "Before",
    "is_doubted",
    "is_outside_head",
    "is_recurring",
    "is_unknown_start",
    "look_after",
    "look_before",
    "read_remark",
]


class Before(NamedTuple):
    """What stands before an expression."""

    prefix: str
    modifiers: frozenset[str]
    opened: str
    """between, from or nothing."""
    signal: bool
    at: int
    """Index of the first token that is none of this."""
    near: bool = False
    """The prefix כ: about."""


def _fused_before(tokens: Tokens, point: Point, index: int) -> tuple[str, int]:
    """Return the prefix letters of an expression and the index before them."""
    at = index - 1
    if tokens[at].text == "[" and tokens[index].gap == 0:
        at -= 1
    previous = tokens[at]
    if previous.kind == DASH and previous.gap == 1 and is_particle(tokens[at - 1].text, "in"):
        return tokens[at - 1].text, at - 2  # with spaces about the hyphen: ב - 1929
    if previous.kind == DASH and previous.gap == 0:
        doubled = tokens[at - 1].kind == DASH and tokens[at - 1].gap == 0
        holder = at - 2 if doubled else at - 1
        if tokens[holder].kind == WORD and is_prefix(tokens[holder].text):
            return tokens[holder].text, holder - 1
    if previous.kind == WORD and is_prefix(previous.text):
        spaced = previous.text in {"ב", "וב"} and tokens[index].kind == NUMBER
        if tokens[at + 1].gap == 0 or spaced:
            return previous.text, at - 1
    return point.prefix, index - 1


_DENIED = {"before": "since", "after": "until"}
"""What a signal means where it is denied: לא לפני 1938 is from 1938 on."""


_LIMITS = (
    ("not", "later_denied", "until"),
    ("not", "earlier_denied", "since"),
    ("at_most", "latest", "until"),
    ("at_most", "earliest", "since"),
)
"""Pairs of words that set a limit, and the open end it is (N3)."""


@cache
def _limiting() -> frozenset[str]:
    """Return the words a limit may end with."""
    names = ("than", *(word for _, word, _ in _LIMITS))
    return frozenset().union(*(lexicon().sets[f"particles.{name}"] for name in names))


def _limit_of(first: Token, last: Token) -> tuple[str, str]:
    """Return the open end that two words make an expression, and the kind of the first."""
    if last.gap < 2:
        for lead, word, kind in _LIMITS:
            if is_particle(last.text, word) and is_particle(first.text, lead):
                return kind, lead
    return "", ""


def _limit_before(tokens: Tokens, at: int, prefix: str) -> tuple[str, int]:
    """Return the open end of a limit that ends at a token, and the index before it.

    "Not later" is followed by "than": לא יאוחר מ-1938; "at the latest" is not, and "at the
    earliest" either way.
    """
    apart = is_particle(tokens[at].text, "than")
    last = at - 1 if apart else at
    kind, lead = _limit_of(tokens[last - 1], tokens[last])
    compared = apart or "מ" in prefix
    fits = kind == "since" if lead == "at_most" and compared else compared == (lead == "not")
    return (kind, last - 2) if kind and fits else ("", at)


def look_before(tokens: Tokens, point: Point, index: int) -> Before:
    """Return what stands before an expression: prefix, signals, hedges and doubts."""
    prefix, at = _fused_before(tokens, point, index)
    modifiers: set[str] = set()
    opened, signal = "", False
    limit = ""
    if tokens[at].text in _limiting():
        limit, at = _limit_before(tokens, at, prefix)
    if limit:
        modifiers.add(limit)
        signal = True
    for _ in range(4):
        token = tokens[at]
        if limit or token.kind != WORD or tokens[at + 1].gap == 2:
            break
        kind = next(iter(signal_kinds(token)), "")
        if not kind:
            signal = signal or (is_outside_head(token) and not names_games(tokens[at - 1]))
            if not prefix and tokens[index].kind in {NUMBER, NUMERIC}:
                modifiers |= _signals_past_head(tokens, at)
            if token.text in lexicon().sets["hedges"] or token.text[1:] in lexicon().sets["hedges"]:
                at -= 1
                continue
            break
        if not _governs(tokens, at, kind, prefix):
            break
        if kind == "between":
            opened = "between"
        elif kind != "neutral":
            denied = kind in _DENIED and is_particle(tokens[at - 1].text, "not")
            modifiers.add(_DENIED[kind] if denied else kind)
        signal = True
        at -= 1
        if kind in {"approximate", "uncertain", "between", "neutral"}:
            continue
        prefix = prefix if prefix or kind == "neutral" else "ה"
        break
    if "uncertain" not in modifiers and is_doubted(tokens, at):
        modifiers.add("uncertain")
    if "מ" in prefix and not opened and not limit:
        opened = "from"
    near = prefix.endswith("כ") or prefix == "כה"
    return Before(prefix, frozenset(modifiers), opened, signal, at, near)


_ENDS = frozenset({"since", "until", "before", "after"})


def _signals_past_head(tokens: Tokens, at: int) -> set[str]:
    """Return the signal before a head that stands outside: עד עונת 1983/84, החל מעונת 1983/84."""
    head, word = tokens[at], tokens[at - 1]
    length = next((n for n in range(3) if is_particle(head.text[n:], "two_years")), -1)
    if length < 0 or head.gap != 1 or word.kind != WORD:
        return set()
    kind = next(iter(signal_kinds(word)), "")
    governed = kind in _ENDS and _governs(tokens, at - 1, kind, head.text[:length])
    return {kind} if governed else set()


def _governs(tokens: Tokens, at: int, kind: str, prefix: str) -> bool:
    """Tell whether a signal governs the date itself, past the prefix between them (N9)."""
    if kind in {"before", "after"}:
        return prefix in {"", "ה", "ל"}
    if kind in {"since", "until"} and "ש" in prefix:
        return False
    return not (kind == "since" and is_particle(tokens[at].text[-3:], "began")) or _is_opening(
        tokens, at, prefix
    )


@cache
def _load_doubts() -> frozenset[str]:
    """Return the words of doubt, alone and behind *and* or *that*."""
    return frozenset(lead + word for word in lexicon().sets["doubts"] for lead in ("", "ו", "ש"))


def is_doubted(tokens: Tokens, at: int) -> bool:
    """Tell whether the verb a date stands with is doubted: ככל הנראה נוסד ב-1780 (S6)."""
    doubts = _load_doubts()
    if (
        tokens[at - 1].text not in doubts
        and tokens[at - 2].text not in doubts
        and tokens[at - 3].text not in doubts
    ):
        return False
    if tokens[at].text == "," and tokens[at - 1].text in doubts:
        return True  # in commas of its own: ככל הנראה,
    for step in range(4):
        token = tokens[at - step]
        if token.kind != WORD or tokens[at - step + 1].gap == 2:
            return False
        if token.text in doubts:
            return step > 0
    return False


def is_outside_head(token: Token) -> bool:
    """Tell whether a word makes the number behind it a year and stands outside (S3)."""
    words = lexicon().sets["outside_heads"]
    return token.text in words or token.text[1:] in words


def _is_opening(tokens: Tokens, at: int, prefix: str) -> bool:
    """Tell whether החל is the signal, not the verb: החל מ always, החל ב opening a clause."""
    if "מ" in prefix:
        return True
    previous = tokens[at - 1]
    if previous.kind in {END, PUNCT} or tokens[at].gap == 2:
        return True
    return _is_told_before(tokens, at) or _has_predicate(tokens, at)


def _has_predicate(tokens: Tokens, at: int) -> bool:
    """Tell whether the clause before החל has a verb that החל dates.

    One of what lasts, or one in the feminine or the plural, which החל could not go on.
    """
    if not is_particle(tokens[at].text, "began"):
        return False
    first = at
    while tokens[first - 1].kind == WORD and tokens[first].gap < 2 and at - first < 10:
        first -= 1
    return any(
        is_particle(token.text, "lasting_verbs") or _is_past_of_others(token.text)
        for token in tokens[first:at]
    )


def _is_past_of_others(text: str) -> bool:
    """Tell whether a word is a verb in the past, feminine or plural, behind *and* or *that* or not."""
    if text[-1] not in "הו":
        return False
    return text[:-1] in past_stems() or (text[0] in "וש" and text[1:-1] in past_stems())


def _is_told_before(tokens: Tokens, at: int) -> bool:
    """Tell whether a clause before החל has its own verb, which החל does not agree with (N3).

    Only what agreement shows: a feminine participle that opens the clause, or one, or a
    plural, after a definite subject of its own kind.
    """
    first = at
    while tokens[first - 1].kind == WORD and tokens[first].gap < 2 and at - first < 10:
        first -= 1
    if at == first or tokens[first - 1].kind not in {END, PUNCT}:
        return False
    subject, verb = tokens[first].text, tokens[first + 1].text
    if len(subject) > 4 and subject[1] == "ו" and subject[-1] == "ת" and subject[-2] not in "וי":
        return True
    if at - first < 3 or subject[0] != "ה" or verb[0] in "הבלו" or len(verb) < 4:
        return False
    plural = subject.endswith("ים") and verb.endswith("ים")
    return plural or (subject.endswith(("ה", "ת")) and verb[-1] == "ת" and verb[-2] != "ו")


# --- what stands after ------------------------------------------------------------------------------


def look_after(tokens: Tokens, index: int) -> tuple[frozenset[str], str]:
    """Return modifiers written after an expression, and the end of an open lifespan."""
    token = tokens[index]
    sets = lexicon().sets
    if token.gap == 2:
        return frozenset(), ""
    if is_particle(token.text, "at_most"):
        return frozenset(_limit_of(token, tokens[index + 1])[:1]) - {""}, ""
    if token.text in sets["after_words.since"]:
        return frozenset({"since"}), ""
    if token.text in sets["after_words.approximate"]:
        quantity = tokens[index + 1].kind not in {WORD, PUNCT, END, DASH} or tokens[
            index + 1
        ].text in {"ב", "כ"}
        return (frozenset() if quantity else frozenset({"approximate"})), ""
    if (
        token.text == "?"
        and token.gap == 0
        and (tokens[index + 1].kind == DASH or tokens[index + 1].text in {")", ","})
    ):
        return frozenset({"uncertain"}), ""
    if token.text == "(" and tokens[index + 1].text == "?" and tokens[index + 2].text == ")":
        return frozenset({"uncertain"}), ""
    if (
        token.text == "("
        and tokens[index + 1].text in sets["after_words.approximate"]
        and tokens[index + 2].text == ")"
    ):
        return frozenset({"approximate"}), ""
    if is_particle(token.text, "up_to") or token.kind == DASH:
        following = tokens[index + 1]
        for length in (0, 1) if following.text[0:1] == "ל" else (0,):
            if match_phrase(tokens, index + 1, "today", length):
                return frozenset({"since"}), ""
    return frozenset(), _open_end(tokens, index)


def _open_end(tokens: Tokens, index: int) -> str:
    """Return how a life in brackets ends that has no end: (1890–) is open, (1890–?) unknown."""
    first, second = tokens[index + 1].text, tokens[index + 2].text
    if tokens[index].kind != DASH:
        return ""
    return "open" if first == ")" else "unknown" if (first, second) == ("?", ")") else ""


def read_remark(tokens: Tokens, index: int) -> str:
    """Return julian or gregorian where the text names the calendar after a date (C3)."""
    at = index
    if tokens[at].text in {"(", ","}:
        at += 1
    if tokens[at].kind != WORD or not may_remark(tokens[at].text):
        return ""
    leads = lexicon().sets["remark_leads"]
    for _ in range(3):
        token = tokens[at]
        if token.kind != WORD:
            return ""
        for length in range(3):
            if length and not is_prefix(token.text[:length]):
                continue
            for table in ("julian_remark", "gregorian_remark"):
                if match_phrase(tokens, at, table, length):
                    return table.partition("_")[0]
        if token.text not in leads:
            return ""
        at = skip_prefix(tokens, at) if skip_prefix(tokens, at) > at else at + 1
    return ""


CLAUSE_ENDS = frozenset({".", ";", "!", "?"})


def is_recurring(tokens: Tokens, first: int, after: int) -> bool:
    """Tell whether the words of a clause make its date one of every year."""
    for step in range(1, 12):
        token = tokens[first - step]
        if token.kind == END or token.text in CLAUSE_ENDS or token.gap == 2:
            break
        if match_phrase(tokens, first - step, "recurrence"):
            return True
    for step in range(10):
        token = tokens[after + step]
        if token.kind == END or token.text in CLAUSE_ENDS or token.gap == 2:
            break
        if step == 1 and tokens[after].text == "," and is_particle(token.text, "feast"):
            continue
        if match_phrase(tokens, after + step, "recurrence"):
            return True
    return False


def is_unknown_start(tokens: Tokens, before: Before) -> bool:
    """Tell whether an expression is the end of a life whose start is unknown: (?–1480)."""
    at = before.at
    return tokens[at].kind == DASH and tokens[at - 1].text == "?" and tokens[at - 2].text == "("
