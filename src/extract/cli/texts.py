"""``hewiki dates``: dates and events of texts given as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from extract.errors import UsageError

__all__ = ["dates"]


@click.command(short_help="Read texts as JSON lines, print their dates and events.")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"), default="-")
def dates(file: Iterable[str]) -> None:
    """Read JSON lines {"id","text","context_year"}; print the dates and events of each."""
    from extract.dates import find_dates
    from extract.events import find_events_in_text

    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        case = _read_case(line, number)
        text = case["text"]
        found = find_dates(text, case.get("context_year"))
        events = find_events_in_text(text, found)
        row = {
            "id": case.get("id"),
            "dates": [_date_object(date) for date in found],
            "events": [
                {
                    "start": event.start,
                    "end": event.end,
                    "text": event.text,
                    "role": event.role,
                    "dates": list(event.dates),
                }
                for event in events
            ],
        }
        # An escape of the input may name half of a pair, which cannot be printed.
        click.echo(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))


def _lines(file: Iterable[str]) -> Iterator[str]:
    try:
        yield from file
    except UnicodeDecodeError as error:
        raise UsageError(f"the input is not UTF-8: {error}") from error


def _read_case(line: str, number: int) -> dict[str, Any]:
    try:
        case = json.loads(line)
        text, year = case["text"], case.get("context_year")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        text = year = None
    if not isinstance(text, str) or not (year is None or type(year) is int):
        raise UsageError(
            f'line {number}: expected a JSON object with "text", as in '
            '{"id": 1, "text": "…", "context_year": null}'
        )
    return dict(case)


_DATE_KEYS = (
    "start", "end", "text", "edtf", "start_date", "end_date", "precision", "calendar",
    "modifier", "kind",
)  # fmt: skip


def _date_object(date: Any) -> dict[str, Any]:
    return {key: getattr(date, key) for key in _DATE_KEYS}
