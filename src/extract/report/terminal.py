"""A page for a terminal: its infobox, its timeline and the sources behind it.

Codes (dates, numbers, marks of footnotes) stand first in a line and Hebrew last: so a line
reads in order in a terminal that turns Hebrew round and in one that leaves it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from extract.report.pages import in_time

__all__ = ["PARTS", "align", "write_text"]

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

PARTS = {
    "infobox": ("infobox",),
    "events": ("events", "references", "citations"),
    "references": ("references", "citations"),
}
"""The tables that have a layout to read of their own, and what each is made of."""
_COUNTED = (
    ("sections", "sections"),
    ("paragraphs", "paragraphs"),
    ("events", "events"),
    ("references", "footnotes"),
    ("citations", "sources"),
    ("tables", "table cells"),
    ("images", "pictures"),
)


def write_text(tables: Tables, width: int, only: str | None = None) -> Iterator[str]:
    """Yield the lines of a page, or of ``only`` one of ``PARTS``, at most ``width`` wide.

    Longer are words and addresses that have no place to break.
    """
    if only == "infobox":
        yield from _infobox(tables, width)
    elif only == "references":
        yield from _notes(tables, width, None)
    elif only == "events":
        yield from _timeline(tables, width)
        cited = {
            number
            for row in tables["events"]
            for number in (*row["reference_ids"], *row["paragraph_reference_ids"])
        }
        yield from _block("Sources", _notes(tables, width, cited))
    else:
        yield from _head(tables)
        yield from _block("Infobox", _infobox(tables, width))
        yield from _block("Timeline", _timeline(tables, width))
        yield from _block("Footnotes", _notes(tables, width, None))
        yield from _block("Problems", _problems(tables, width))


def align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns under each other; the last one is as long as it is."""
    if not rows:
        return
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        padded = (
            cell + " " * (size - _columns(cell)) for cell, size in zip(row, widths, strict=False)
        )
        yield "  ".join((*padded, row[-1])).rstrip()


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: points under letters take none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def _block(title: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if not number:
            yield ""
            yield title
        yield line


def _head(tables: Tables) -> Iterator[str]:
    for page in tables["pages"]:
        yield page["title"]
        told = [
            page["wiki"],
            page["rev_id"] and f"revision {page['rev_id']}",
            page["rev_timestamp"],
        ]
        yield " · ".join(filter(None, (*told, page["source"])))
        if page["redirect_target"]:
            yield f"redirect to {page['redirect_target']}"
    counts = ((len(tables[name]), word) for name, word in _COUNTED)
    line = " · ".join(
        f"{count} {word if count > 1 else word.removesuffix('s')}"
        for count, word in counts
        if count
    )
    if line:
        yield line


def _infobox(tables: Tables, width: int) -> Iterator[str]:
    lines = []
    for row in tables["infobox"]:
        if row["value_type"] == "empty":
            continue
        subject = f" ({row['subject']})" if row["subject"] else ""
        words = f"{row['label'] or row['key']}{subject}: {_flat(row['value_text'])}"
        lines.append((row["canonical_key"] or "", _typed(row), words))
    yield from _wrapped(lines, width)


def _typed(row: Row) -> str:
    if row["edtf"]:
        return str(row["edtf"])
    if row["number"] is not None:
        return f"{row['number']:,.10g}"
    if row["latitude"] is not None and row["longitude"] is not None:
        return f"{row['latitude']:.5g}, {row['longitude']:.5g}"
    return ""


def _timeline(tables: Tables, width: int) -> Iterator[str]:
    labels = _labels(tables)
    lines = []
    for row in sorted(tables["events"], key=in_time):
        own = "".join(f"[{labels.get(i, i + 1)}]" for i in row["reference_ids"])
        # What closes the paragraph supports it less surely.
        closing = "".join(f"({labels.get(i, i + 1)})" for i in row["paragraph_reference_ids"])
        box = "infobox" if row["field_id"] is not None else "-"
        lines.append((row["edtf"] or "", own + closing or box, _flat(row["text"])))
    yield from _wrapped(lines, width)
    if any("(" in line[1] for line in lines):
        yield ""
        yield "  [n] footnote of the sentence itself · (n) the one that closes its paragraph"


def _labels(tables: Tables) -> dict[int, str]:
    return {
        row["reference_id"]: row["label"] or str(row["reference_id"] + 1)
        for row in tables["references"]
    }


def _notes(tables: Tables, width: int, wanted: set[int] | None) -> Iterator[str]:
    labels = _labels(tables)
    lines: list[tuple[str, str]] = []
    for row in tables["references"]:
        number = row["reference_id"]
        if wanted is not None and number not in wanted:
            continue
        cited = [c for c in tables["citations"] if c["reference_id"] == number]
        words = _flat(row["text"]) or " · ".join(c["title"] for c in cited if c["title"])
        lines.append((f"[{labels[number]}]", words))
        lines += [("", c["url"]) for c in cited if c["url"]]
    yield from _wrapped(lines, width)


def _problems(tables: Tables, width: int) -> Iterator[str]:
    lines = [(f"{row['stage']}/{row['kind']}", _flat(row["message"])) for row in tables["problems"]]
    yield from _wrapped(lines, width)


def _wrapped(lines: Sequence[tuple[str, ...]], width: int) -> Iterator[str]:
    """Yield the lines aligned, their last column broken between words where it is long."""
    if not lines:
        return
    heads = list(zip(*(line[:-1] for line in lines), strict=True))
    before = 2 + sum(2 + max(map(_columns, column)) for column in heads)
    rows: list[tuple[str, ...]] = []
    for line in lines:
        pieces = wrap(
            line[-1], max(30, width - before), break_long_words=False, break_on_hyphens=False
        )
        for number, piece in enumerate(pieces or [""]):
            head = line[:-1] if not number else ("",) * len(heads)
            rows.append((*head, piece))
    for text in align(rows):
        yield f"  {text}"


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())
