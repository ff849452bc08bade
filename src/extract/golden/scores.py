"""Scores of date expressions and events against annotated texts.

A file of cases holds one JSON object a line: ``id``, ``text``, ``context_year``, ``dates``
(``start``, ``end``, ``edtf`` …) and ``events`` (``start``, ``end``, ``dates``: indexes),
where ``events: null`` says that nobody judged them.

Expressions of a text are paired one to one with the found ones, best first: equal EDTF,
then the larger overlap (intersection over union), then the earlier.  *full* counts pairs
with equal EDTF.  A golden event is found when a found one covers it with an overlap of at
least one half and both are dated by the same (paired) expressions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from extract.errors import DataError

__all__ = ["Prediction", "Score", "read_cases", "score"]

Span = Mapping[str, Any]


class Prediction(NamedTuple):
    """What was found in one text: dates and events as mappings like those of a case."""

    dates: Sequence[Span]
    events: Sequence[Span]


class Score(NamedTuple):
    """Figures from 0 to 1, and the cases that went wrong, a line each."""

    cases: int
    full_precision: float
    full_recall: float
    full_f1: float
    strict_f1: float
    clean: float
    """Share of the texts without dates in which none was found."""
    event_f1: float | None
    errors: tuple[str, ...]


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Return the cases of a file; raises DataError naming the line that is not one."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
            case["id"], case["text"], case["dates"]
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path}:{number}: not a case with id, text, dates: {error}") from error
        cases.append(case)
    return cases


def _overlap(a: Span, b: Span) -> float:
    shared: int = min(a["end"], b["end"]) - max(a["start"], b["start"])
    if shared <= 0:
        return 0.0
    covered: int = max(a["end"], b["end"]) - min(a["start"], b["start"])
    return shared / covered


def _spelling(edtf: str | None) -> str:
    text = (edtf or "").replace("\u2212", "-").replace(" ", "")
    if text.startswith("[") and text.endswith("]"):
        return "[" + ",".join(sorted(text[1:-1].split(","))) + "]"
    return text


def _pair(gold: Sequence[Span], found: Sequence[Span]) -> dict[int, int]:
    candidates = sorted(
        (
            (_spelling(g["edtf"]) != _spelling(f["edtf"]), -overlap, g["start"], i, j)
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if (overlap := _overlap(g, f))
        ),
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in candidates:
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _f1(hits: int, found: int, gold: int) -> tuple[float, float, float]:
    precision = hits / found if found else float(not gold)
    recall = hits / gold if gold else float(not found)
    total = found + gold
    return precision, recall, 2 * hits / total if total else 1.0


def score(
    cases: Iterable[Mapping[str, Any]],
    find: Callable[[str, int | None], Prediction],
) -> Score:
    """Return how well ``find(text, context_year)`` does on the cases."""
    tally = dict.fromkeys(("cases", "gold", "found", "full", "strict", "empty", "clean"), 0)
    events = [0, 0, 0]
    judged = False
    errors: list[str] = []
    for case in cases:
        prediction = find(case["text"], case.get("context_year"))
        pairs = _tally_dates(case, prediction.dates, tally, errors)
        if case.get("events") is not None:
            judged = True
            _tally_events(case, prediction.events, pairs, events, errors)
    precision, recall, full = _f1(tally["full"], tally["found"], tally["gold"])
    return Score(
        tally["cases"],
        precision,
        recall,
        full,
        _f1(tally["strict"], tally["found"], tally["gold"])[2],
        tally["clean"] / tally["empty"] if tally["empty"] else 1.0,
        _f1(*events)[2] if judged else None,
        tuple(errors),
    )


def _tally_dates(
    case: Mapping[str, Any], found: Sequence[Span], tally: dict[str, int], errors: list[str]
) -> dict[int, int]:
    gold = case["dates"]
    pairs = _pair(gold, found)
    tally["cases"] += 1
    tally["gold"] += len(gold)
    tally["found"] += len(found)
    if not gold:
        tally["empty"] += 1
        tally["clean"] += not found
    for i, g in enumerate(gold):
        f = found[pairs[i]] if i in pairs else None
        if f is None:
            errors.append(f"{case['id']}: missed {g['text']!r} = {g['edtf']}")
        elif _spelling(f["edtf"]) != _spelling(g["edtf"]):
            errors.append(f"{case['id']}: {g['text']!r} is {g['edtf']}, read as {f['edtf']}")
        else:
            tally["full"] += 1
            tally["strict"] += (f["start"], f["end"]) == (g["start"], g["end"])
    used = set(pairs.values())
    errors += [
        f"{case['id']}: {case['text'][f['start'] : f['end']]!r} is no date, read as {f['edtf']}"
        for j, f in enumerate(found)
        if j not in used
    ]
    return pairs


def _tally_events(
    case: Mapping[str, Any],
    found: Sequence[Span],
    pairs: Mapping[int, int],
    tally: list[int],
    errors: list[str],
) -> None:
    gold = case["events"]
    tally[1] += len(found)
    tally[2] += len(gold)
    taken: set[int] = set()
    for g in gold:
        wanted = {pairs.get(i, -1) for i in g["dates"]}
        fits = [
            (_overlap(g, f), -j)
            for j, f in enumerate(found)
            if j not in taken and set(f["dates"]) == wanted and _overlap(g, f) >= 0.5
        ]
        if fits:
            taken.add(-max(fits)[1])
            tally[0] += 1
        else:
            errors.append(f"{case['id']}: event missed: {case['text'][g['start'] : g['end']]!r}")
    errors += [
        f"{case['id']}: not an event as cut: {case['text'][f['start'] : f['end']]!r}"
        for j, f in enumerate(found)
        if j not in taken
    ]
