"""Events that an infobox field tells by its name: birth, founding, opening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extract.dates import read_date
from extract.dates.calendars import gregorian_jdn
from extract.events.timing import Timing
from extract.hewiki.days import read_day
from extract.hewiki.fields import find_field
from extract.model import Event, Field

__all__ = ["read_fields"]


def read_fields(fields: Sequence[Field]) -> Iterator[Event]:
    """Yield one event a dated field, numbered from 0, once for two calendars of a day."""
    seen: set[tuple[object, ...]] = set()
    number = 0
    for field in fields:
        if not field.edtf or not field.canonical_key:
            continue
        role = find_field(field.canonical_key).event
        if role is None:
            continue
        name = (field.infobox_id, field.subject, role, field.start_date, field.end_date)
        if name in seen:
            continue
        seen.add(name)
        yield Event(
            number,
            None,
            None,
            None,
            None,
            f"{field.label or field.key}: {field.value_text}",
            (),
            *_timing(field),
            _span_role(role, field.edtf),
            "field",
            "explicit",
            reference_ids=field.reference_ids,
            field_id=field.field_id,
        )
        number += 1


def _span_role(role: str, edtf: str) -> str:
    """A point that lasts is a duration."""
    return "duration" if role == "point" and "/" in edtf and ".." not in edtf else role


def _timing(field: Field) -> Timing:
    """The field's own date, with what a second reading of its words adds: to a common day nothing."""
    day = read_day(field.value_text)
    date = None if day is not None and day.is_gregorian else read_date(field.value_text)
    if date is not None and date.edtf == field.edtf:
        return Timing(
            date.edtf,
            date.start_date,
            date.end_date,
            date.start_jdn,
            date.end_jdn,
            date.precision,
            date.modifier,
            date.calendar,
        )
    return Timing(
        str(field.edtf),
        field.start_date,
        field.end_date,
        _day_number(field.start_date),
        _day_number(field.end_date),
        _precision(str(field.edtf)),
        "none",
        "gregorian",
    )


def _precision(edtf: str) -> str:
    part = edtf.split("/", maxsplit=1)[0].strip("~?%").lstrip("-")
    if "/" in edtf:
        other = edtf.split("/")[1].strip("~?%").lstrip("-")
        if part in {"", ".."}:
            part = other
        elif other not in {"", ".."} and len(other) != len(part):
            return "mixed"
    masks = part.count("X")
    if masks:
        return {1: "decade", 2: "century", 3: "millennium"}.get(masks, "mixed")
    if len(part) == 7:
        return "season" if part[5:].isdigit() and 21 <= int(part[5:]) <= 24 else "month"
    return {4: "year", 10: "day"}.get(len(part), "mixed")


def _day_number(date: str | None) -> int | None:
    """Return the Julian day number of a proleptic Gregorian ISO date with a signed year."""
    if date is None:
        return None
    try:
        year, month, day = (int(part) for part in date.rsplit("-", 2))
    except ValueError:
        return None
    return gregorian_jdn(year, month, day)
