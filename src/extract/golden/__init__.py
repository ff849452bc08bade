"""Checks: extraction against golden fixtures, scores against pinned floors.

A folder of fixtures holds pages in ``articles/``, ``rendered/`` and ``traps/``, golden rows
in ``expected/<file name>/<table>.jsonl`` (``expected/traps/<file name>/…`` for a trap), each
stating only the columns its author could tell by eye, annotated texts in ``cases/``, and
``floors.json``.  A floor only rises: ``update`` refuses to lower one
unless told to, and what differs from a golden today is pinned by file and table, so that no
page gets worse unnoticed behind a better average.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from extract.dates import find_dates
from extract.errors import DataError, UsageError
from extract.events import find_events_in_text
from extract.golden.scores import Prediction, Score, read_cases, score
from extract.model import Rows
from extract.pipeline import process
from extract.schema import TABLES
from extract.sources import read

__all__ = ["CheckReport", "Difference", "check", "describe", "figure_lines", "predict"]

PAGES = ("articles", "rendered", "traps")
FLOORS = "floors.json"
_TOLERANCE = 0.0005


class Difference(NamedTuple):
    """Golden and extracted rows of one table of one page that do not meet."""

    page: str
    table: str
    missing: tuple[dict[str, Any], ...]
    extra: tuple[dict[str, Any], ...]

    @property
    def row_count(self) -> int:
        """The number of rows that differ."""
        return max(len(self.missing), len(self.extra))


class CheckReport(NamedTuple):
    """The outcome of a check; falsy when something is worse than pinned."""

    pages: int
    precision: Mapping[str, float]
    recall: Mapping[str, float]
    differences: tuple[Difference, ...]
    scores: Mapping[str, Score]
    failures: tuple[str, ...]

    def __bool__(self) -> bool:
        return not self.failures


def predict(text: str, context_year: int | None) -> Prediction:
    """Return the dates and events of a text as the mappings ``scores`` compares."""
    dates = find_dates(text, context_year)
    events = find_events_in_text(text, dates)
    return Prediction(
        [{"start": d.start, "end": d.end, "edtf": d.edtf} for d in dates],
        [{"start": e.start, "end": e.end, "dates": list(e.dates)} for e in events],
    )


def check(
    folder: str | os.PathLike[str] = "fixtures",
    *,
    gold: str | os.PathLike[str] | None = None,
    update: bool = False,
    pin: bool = False,
    allow_lower: bool = False,
) -> CheckReport:
    """Compare extraction with the goldens of a folder and return a report.

    ``gold`` names a further folder of annotated texts (``*.jsonl``) to score.  ``update``
    rewrites the goldens that exist from what is extracted now and raises the floors; ``pin``
    raises the floors alone.
    Raises UsageError where a folder holds nothing to check, DataError for a broken golden.
    """
    base = Path(folder)
    if gold is not None and not any(Path(gold).glob("*.jsonl")):
        raise UsageError(f"{gold}: no annotated texts here; expected *.jsonl in it")
    articles = sorted(p for name in PAGES for p in (base / name).rglob("*") if p.is_file())
    if not articles:
        raise UsageError(f"{base}: no fixtures here; expected articles/ and expected/ in it")
    tally: Counter[tuple[str, str]] = Counter()
    differences: list[Difference] = []
    for path in articles:
        differences += _check_article(base, path, tally, update=update)
    scores = dict(_scores(base, Path(gold) if gold else None))
    tables = [name for name in TABLES if any(key[0] == name for key in tally)]
    report = CheckReport(
        len(articles),
        {name: _ratio(tally[name, "hit"], tally[name, "found"]) for name in tables},
        {name: _ratio(tally[name, "hit"], tally[name, "gold"]) for name in tables},
        tuple(differences),
        scores,
        (),
    )
    floors = _read_floors(base)
    if update or pin:
        _write_floors(base, floors, report, allow_lower=allow_lower)
        floors = _read_floors(base)
    return report._replace(failures=tuple(_failures(report, floors)))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _check_article(
    base: Path, path: Path, tally: Counter[tuple[str, str]], *, update: bool
) -> Iterator[Difference]:
    rows = process(read(path))
    name = path.relative_to(base).as_posix().removeprefix("articles/")
    for golden in sorted((base / "expected" / name).glob("*.jsonl")):
        table = golden.stem
        if table not in TABLES:
            raise DataError(f"{golden}: no table {table!r}; expected one of {', '.join(TABLES)}")
        expected = _read_golden(golden, table)
        columns = list(expected[0]) if expected else []
        found = list(_project(rows, table, columns))
        if update and columns:
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in found)
            golden.write_text("".join(lines), encoding="utf-8")
            expected = found
        missing, extra = _unmatched(expected, found)
        tally[table, "gold"] += len(expected)
        tally[table, "found"] += len(found)
        tally[table, "hit"] += len(expected) - len(missing)
        if missing or extra:
            yield Difference(name, table, tuple(missing), tuple(extra))


def _read_golden(path: Path, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    columns = set(TABLES[table].column_names)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{path}:{number}: not JSON: {error}") from error
        unknown = set(row) - columns
        if unknown or (rows and set(row) != set(rows[0])):
            what = f"unknown column {min(unknown)!r}" if unknown else "columns differ from line 1"
            raise DataError(f"{path}:{number}: {what}")
        rows.append({key: row[key] for key in (rows[0] if rows else row)})
    return rows


def _project(rows: Rows, table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    names = TABLES[table].column_names[1:]
    places = [(column, names.index(column)) for column in columns]
    for record in getattr(rows, table):
        if table != "events" or _is_of_prose(record):
            yield {column: _plain(record[place]) for column, place in places}


def _is_of_prose(event: Any) -> bool:
    """Goldens hold dated clauses: events of infobox fields and inherited ones are derived."""
    return event.paragraph_id is not None and event.date_source != "inherited"


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {key: _plain(part) for key, part in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _unmatched(
    expected: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    def key(row: dict[str, Any]) -> str:
        return json.dumps(row, ensure_ascii=False)

    left = Counter(map(key, found))
    missing = []
    for row in expected:
        if left[key(row)]:
            left[key(row)] -= 1
        else:
            missing.append(row)
    extra = []
    for row in reversed(found):
        if left[key(row)]:
            left[key(row)] -= 1
            extra.append(row)
    return missing, extra[::-1]


def _scores(base: Path, gold: Path | None) -> Iterator[tuple[str, Score]]:
    for folder in sorted(p for p in (base / "cases").glob("*") if p.is_dir()):
        files = sorted(folder.glob("*.jsonl"))
        if files:
            cases = [case for path in files for case in read_cases(path)]
            yield f"cases/{folder.name}", score(cases, predict)
    if gold is not None:
        for path in sorted(gold.glob("*.jsonl")):
            yield f"gold/{path.stem}", score(read_cases(path), predict)


def _read_floors(base: Path) -> dict[str, Any]:
    path = base / FLOORS
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise DataError(f"{path}: not JSON: {error}") from error


def _figures(report: CheckReport) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name in report.precision:
        figures[f"{name}.precision"] = report.precision[name]
        figures[f"{name}.recall"] = report.recall[name]
    for name, result in report.scores.items():
        figures[f"{name}.full_f1"] = result.full_f1
        figures[f"{name}.clean"] = result.clean
        if result.event_f1 is not None:
            figures[f"{name}.event_f1"] = result.event_f1
    return figures


def _known(report: CheckReport) -> dict[str, int]:
    return {f"{d.page}/{d.table}": d.row_count for d in report.differences}


def _failures(report: CheckReport, floors: Mapping[str, Any]) -> Iterator[str]:
    figures = _figures(report)
    for name, floor in floors.get("scores", {}).items():
        if name in figures and figures[name] < floor - _TOLERANCE:
            yield f"{name}: {figures[name]:.4f} is below its floor {floor:.4f}"
    known = floors.get("differences", {})
    for place, count in _known(report).items():
        if count > known.get(place, 0):
            yield f"{place}: {count} rows differ, {known.get(place, 0)} are known to"


def _write_floors(
    base: Path, floors: Mapping[str, Any], report: CheckReport, *, allow_lower: bool
) -> None:
    old: dict[str, float] = dict(floors.get("scores", {}))
    scores = {name: round(value, 4) for name, value in _figures(report).items()}
    known: dict[str, int] = dict(floors.get("differences", {}))
    found = _known(report)
    if not allow_lower and floors:
        scores = {name: max(value, old.get(name, 0.0)) for name, value in scores.items()}
        found = {place: min(count, known.get(place, 0)) for place, count in found.items()}
    content = {
        "scores": dict(sorted({**old, **scores}.items())),
        "differences": dict(sorted((k, v) for k, v in found.items() if v)),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (base / FLOORS).write_text(text, encoding="utf-8")


def describe(difference: Difference, *, most: int = 20) -> Iterator[str]:
    """Yield lines that tell a person what differs: golden ``-``, extracted ``+``.

    A golden row and an extracted one that agree in half of their columns are told as one,
    by the columns in which they differ.
    """
    yield f"{difference.page} · {difference.table}"
    extra = list(difference.extra)
    lines: list[str] = []
    for row in difference.missing:
        twin = max(extra, key=lambda other: _agreement(row, other), default=None)
        if twin is None or _agreement(row, twin) * 2 < len(row):
            lines.append(f"  - {_one_line(row)}")
            continue
        extra.remove(twin)
        lines.append(f"  ~ {_one_line(row)}")
        for column in row:
            if row[column] != twin[column]:
                lines += [f"      {column} - {row[column]!r}", f"      {column} + {twin[column]!r}"]
    lines += [f"  + {_one_line(row)}" for row in extra]
    yield from lines[:most]
    if len(lines) > most:
        yield f"  … and {len(lines) - most} lines more"


def _agreement(row: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    return sum(row[column] == other[column] for column in row)


def _one_line(row: Mapping[str, Any]) -> str:
    text = json.dumps(row, ensure_ascii=False)
    return text if len(text) <= 160 else text[:159] + "…"


def figure_lines(report: CheckReport) -> Iterable[str]:
    """Yield one line a figure: its name and its value, from 0 to 1."""
    width = max((len(name) for name in _figures(report)), default=0)
    for name, value in _figures(report).items():
        yield f"{name:<{width}}  {value:.4f}"
