"""Give the events of a snapshot, with their sources, to tools that read no Parquet.

    python pipelines/export.py ROOT --format FORMAT [--title TITLE]... [--out FILE]

FORMAT is one of

``csv``         an event a line, UTF-8 with a byte order mark for spreadsheets
``jsonl``       an event an object, its sources as a list
``ics``         a calendar (RFC 5545): events known to the day
``timelinejs``  the JSON of https://timeline.knightlab.com/docs/json-format.html
``turtle``      RDF: events and times in the terms of EventKG (Simple Event Model),
                pages and sources in those of schema.org

Pages are read one at a time; only ``timelinejs`` holds all events at once.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date, timedelta
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from extract import open_snapshot
from extract.errors import ExtractError, UsageError
from extract.report.addresses import page_address, revision_address
from extract.report.reading import read_pages, read_titles
from extract.snapshots import Snapshot

COLUMNS = {
    "pages": ("page_id", "title", "rev_id", "rev_timestamp", "wiki", "input_format"),
    "events": (
        "page_id", "event_id", "text", "edtf", "start_date", "end_date", "precision", "modifier",
        "calendar", "role", "polarity", "modality", "reference_ids", "paragraph_reference_ids",
        "entities",
    ),
    "citations": (
        "page_id", "citation_id", "reference_id", "title", "authors", "work", "publisher", "edtf",
        "url",
    ),
}  # fmt: skip


class DatedEvent(NamedTuple):
    """An event, the page it comes from, and the sources its footnotes cite."""

    page: dict[str, Any]
    event: dict[str, Any]
    sources: list[dict[str, Any]]

    @property
    def id(self) -> str:
        """A name of the event in its snapshot."""
        return f"{self.page['page_id']}-{self.event['event_id']}"


def read_events(snapshot: Snapshot, titles: Sequence[str] = ()) -> Iterator[DatedEvent]:
    """Yield the events of the pages named, or of all, in the order of the pages."""
    for record in read_pages(snapshot, COLUMNS):
        if titles and record.page["title"] not in titles:
            continue
        cited: dict[int, list[dict[str, Any]]] = {}
        for row in record.rows("citations"):
            if row["reference_id"] is not None:
                cited.setdefault(row["reference_id"], []).append(row)
        for event in record.rows("events"):
            marks = event["reference_ids"] or event["paragraph_reference_ids"] or ()
            sources = [row for mark in marks for row in cited.get(mark, ())]
            yield DatedEvent(record.page, event, sources)


# ------------------------------------------------------------------------- CSV and JSONL

_EVENT_COLUMNS = (
    "text", "edtf", "start_date", "end_date", "precision", "modifier", "calendar", "role",
    "polarity", "modality",
)  # fmt: skip
_SOURCE_COLUMNS = ("title", "authors", "work", "publisher", "edtf", "url")


def source_line(row: dict[str, Any]) -> str:
    """Return a source as a line: authors, title, work, date, address; what there is of them."""
    parts = ["; ".join(row["authors"] or ()), row["title"], row["work"], row["edtf"], row["url"]]
    return ", ".join(part for part in parts if part)


def write_csv(events: Iterable[DatedEvent]) -> Iterator[str]:
    """Yield the lines of a CSV file."""
    yield "\ufeff" + _csv_line(["page_id", "title", "rev_id", *_EVENT_COLUMNS, "sources"])
    for page, event, sources in events:
        cited = " | ".join(map(source_line, sources))
        found = [event[name] for name in _EVENT_COLUMNS]
        yield _csv_line([page["page_id"], page["title"], page["rev_id"], *found, cited])


def _csv_line(values: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue()


def write_jsonl(events: Iterable[DatedEvent]) -> Iterator[str]:
    """Yield a JSON object a line."""
    for page, event, sources in events:
        row = {
            "page_id": page["page_id"],
            "title": page["title"],
            "rev_id": page["rev_id"],
            **{name: event[name] for name in _EVENT_COLUMNS},
            "entities": [entity["target"] for entity in event["entities"] or ()],
            "sources": [{name: source[name] for name in _SOURCE_COLUMNS} for source in sources],
        }
        yield json.dumps(row, ensure_ascii=False) + "\n"


# ------------------------------------------------------------------------------ calendar


def write_ics(events: Iterable[DatedEvent]) -> Iterator[str]:
    """Yield the lines of a calendar; events not known to the day are left out.

    A calendar knows the years 1 to 9999.  DTSTAMP is when the page's revision was saved, so
    that the same snapshot gives the same calendar.
    """
    yield from map(_fold, ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hewiki-extract//HE"))
    for item in events:
        page, event, sources = item
        first, last = _day(event["start_date"]), _day(event["end_date"])
        if event["precision"] != "day" or first is None or last is None or last == date.max:
            continue
        about = [f"{page['title']} ({event['edtf']})", *map(source_line, sources)]
        address = page_address(page["wiki"], page["title"])
        stamp = "".join(c for c in page["rev_timestamp"] or "19700101T000000Z" if c not in "-:")
        lines = (
            "BEGIN:VEVENT",
            f"UID:{item.id}@hewiki-extract",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{_ics_day(first)}",
            f"DTEND;VALUE=DATE:{_ics_day(last + timedelta(days=1))}",
            f"SUMMARY;LANGUAGE=he:{_ics_text(event['text'])}",
            f"DESCRIPTION:{_ics_text(chr(10).join(about))}",
            f"URL:{address}" if address else "",
            "END:VEVENT",
        )
        yield from (_fold(line) for line in lines if line)
    yield _fold("END:VCALENDAR")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _ics_day(day: date) -> str:
    return day.isoformat().replace("-", "")


def _ics_text(text: str) -> str:
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(mark, written)
    return text.replace("\r", "")


def _fold(line: str) -> str:
    """Return a content line in pieces of at most 75 octets, no character cut (RFC 5545 §3.1)."""
    pieces, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > 74:
            pieces.append("")
            size = 0
        pieces[-1] += character
        size += width
    return "\r\n ".join(pieces) + "\r\n"


# ---------------------------------------------------------------------------- TimelineJS


def write_timelinejs(events: Iterable[DatedEvent]) -> Iterator[str]:
    """Yield the JSON of a timeline: every event with a first or a last day."""
    slides = []
    for item in events:
        page, event, sources = item
        days = [day for day in (event["start_date"], event["end_date"]) if day]
        if not days:
            continue
        cited = "".join(f"<li>{escape(source_line(source))}</li>" for source in sources)
        slide = {
            "unique_id": f"e{item.id}",
            "start_date": _parts(days[0], event["precision"]),
            "display_date": event["edtf"],
            "group": page["title"],
            "text": {
                "headline": f'<span dir="rtl">{escape(event["text"])}</span>',
                "text": f'<p dir="rtl">{escape(page["title"])}</p><ul dir="auto">{cited}</ul>',
            },
        }
        if len(days) == 2 and days[0] != days[1]:
            slide["end_date"] = _parts(days[1], event["precision"])
        slides.append(slide)
    yield json.dumps({"events": slides}, ensure_ascii=False, indent=1) + "\n"


def _parts(day: str, precision: str) -> dict[str, int]:
    sign, digits = (-1, day[1:]) if day.startswith("-") else (1, day)
    numbers = [int(number) for number in digits.split("-")]
    numbers[0] *= sign
    known = {"day": 3, "week": 3, "month": 2, "season": 2, "quarter": 2, "half_year": 2}
    return dict(zip(("year", "month", "day"), numbers[: known.get(precision, 1)], strict=False))


# ------------------------------------------------------------------------------- Turtle

_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "http://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_URN = "urn:hewiki-extract"


def write_turtle(events: Iterable[DatedEvent]) -> Iterator[str]:
    """Yield RDF in Turtle."""
    for prefix, address in _PREFIXES.items():
        yield f"@prefix {prefix}: <{address}> .\n"
    page_id = None
    told: set[str] = set()
    for item in events:
        page, event, sources = item
        if page["page_id"] != page_id:
            page_id, told = page["page_id"], set()
            yield _node(_page_iri(page), "schema:Article", _page_terms(page))
        terms = [
            ("dcterms:description", _literal(event["text"], "@he")),
            ("dcterms:temporal", _literal(event["edtf"])),
            ("prov:wasDerivedFrom", _page_iri(page)),
        ]
        if event["start_date"]:
            terms.append(("sem:hasBeginTimeStamp", _literal(event["start_date"], "^^xsd:date")))
        if event["end_date"]:
            terms.append(("sem:hasEndTimeStamp", _literal(event["end_date"], "^^xsd:date")))
        for entity in event["entities"] or ():
            about = page_address(page["wiki"], entity["target"])
            if about:
                terms.append(("schema:about", f"<{about}>"))
        cited = {f"<{_URN}:source:{page_id}-{row['citation_id']}>": row for row in sources}
        terms += [("schema:citation", iri) for iri in cited]
        yield _node(f"<{_URN}:event:{item.id}>", "sem:Event", terms)
        for iri, row in cited.items():
            if iri not in told:
                told.add(iri)
                yield _node(iri, "schema:CreativeWork", _source_terms(row))


def _node(iri: str, kind: str, terms: Iterable[tuple[str, str]]) -> str:
    said = "".join(f" ;\n  {name} {value}" for name, value in dict.fromkeys(terms))
    return f"\n{iri} a {kind}{said} .\n"


def _page_iri(page: dict[str, Any]) -> str:
    address = page_address(page["wiki"], page["title"])
    return f"<{address}>" if address else f"<{_URN}:page:{page['page_id']}>"


def _page_terms(page: dict[str, Any]) -> list[tuple[str, str]]:
    terms = [
        ("schema:name", _literal(page["title"], "@he")),
        ("schema:license", "<https://creativecommons.org/licenses/by-sa/4.0/>"),
    ]
    revision = revision_address(page["wiki"], page["rev_id"])
    return [*terms, ("schema:isBasedOn", f"<{revision}>")] if revision else terms


def _source_terms(row: dict[str, Any]) -> list[tuple[str, str]]:
    terms = [("schema:author", _literal(author)) for author in row["authors"] or ()]
    for name, column in (("name", "title"), ("isPartOf", "work"), ("datePublished", "edtf")):
        if row[column]:
            terms.append((f"schema:{name}", _literal(row[column])))
    if row["url"]:
        # Whatever stands in a page as an address must stay one inside <…>.
        terms.append(("schema:url", f"<{quote(row['url'], safe=_SAFE)}>"))
    return terms


_SAFE = ":/?#[]@!$&'()*+,;=%~"


def _literal(text: str, kind: str = "") -> str:
    for mark, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(mark, written)
    return f'"{text}"{kind}'


# ------------------------------------------------------------------------------ command

FORMATS: dict[str, Callable[[Iterable[DatedEvent]], Iterator[str]]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "ics": write_ics,
    "timelinejs": write_timelinejs,
    "turtle": write_turtle,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and write the export."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("root", type=Path, help="folder that hewiki run has written")
    parser.add_argument("--format", choices=FORMATS, required=True, help="what to write")
    parser.add_argument("--title", action="append", default=[], help="only this page; repeatable")
    parser.add_argument("--out", type=Path, help="file to write; standard output if left out")
    options = parser.parse_args(arguments)
    try:
        snapshot = open_snapshot(options.root)
        missing = set(options.title) - {title for _, title in read_titles(snapshot)}
        if missing:
            raise UsageError(f"no page titled {', '.join(sorted(missing))} in {snapshot.folder}")
        pieces = FORMATS[options.format](read_events(snapshot, options.title))
        target = options.out.open("w", encoding="utf-8", newline="") if options.out else None
        with target or nullcontext(sys.stdout) as out:
            out.writelines(pieces)
    except ExtractError as error:
        print(f"export.py: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"export.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
