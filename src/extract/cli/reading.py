"""``hewiki show``, ``diff``, ``report``, ``schema``: what a snapshot holds, for a person to read."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from extract.cli.options import PATH, PageById
from extract.cli.progress import count_pages
from extract.errors import UsageError

__all__ = ["diff", "report", "schema", "show"]


@click.command(cls=PageById, short_help="Print a page: infobox, timeline, sources; or its rows.")
@click.argument("root", type=PATH)
@click.argument("title")
@click.option("--table", metavar="TABLE", help="One table only.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, every column.")
@click.option(
    "--text/--tsv",
    "as_text",
    default=None,
    help="A layout to read, or rows with tabs between; default: the first on a terminal.",
)
def show(root: Path, title: str, table: str | None, as_json: bool, as_text: bool | None) -> None:
    """Print a page to read: its infobox, its timeline and the sources behind it.

    In a pipe, or with --tsv, its rows of every table; TITLE may be a page id.
    """
    from extract.report.terminal import PARTS, write_text
    from extract.schema import TABLES, find_table
    from extract.snapshots import open_snapshot

    only = find_table(table).name if table else None
    snapshot = open_snapshot(root)
    page_ids = _page_ids(snapshot, title)
    if as_text is None:
        as_text = sys.stdout.isatty()
    if as_text and not as_json and (only is None or only in PARTS):
        names = PARTS[only] if only else tuple(TABLES)
        tables = {name: _rows_of_pages(snapshot, name, page_ids) for name in names}
        width = shutil.get_terminal_size().columns
        for line in write_text(tables, width, only):
            click.echo(line)
        return
    for name in [only] if only else list(TABLES):
        rows = _rows_of_pages(snapshot, name, page_ids)
        if as_json:
            lines = _json_lines(name, rows, alone=only is not None)
        else:
            lines = _show_lines(name, rows, alone=only is not None, aligned=as_text)
        for line in lines:
            click.echo(line)


def _page_ids(snapshot: Any, title: str) -> set[int]:
    wanted = title.replace("_", " ").strip()
    known: dict[str, set[int]] = {}
    # What could not be read has a title in ``problems`` alone.
    for name in ("pages", "problems"):
        columns = snapshot.arrow(name).select(["page_id", "title"]).to_pydict()
        for page_id, found in zip(columns["page_id"], columns["title"], strict=True):
            known.setdefault(found, set()).add(page_id)
    if wanted in known:
        return known[wanted]
    by_id = {page_id for ids in known.values() for page_id in ids if str(page_id) == wanted}
    if not by_id:
        near = _near(wanted, known)
        hint = f"; did you mean {' · '.join(near)}?" if near else ""
        raise UsageError(f"no page titled {wanted!r} in {snapshot.folder}{hint}")
    return by_id


def _near(wanted: str, titles: Iterable[str]) -> list[str]:
    """Return at most three titles that hold the one wanted, or differ in a few letters."""
    titles = list(titles)
    holding = sorted((title for title in titles if wanted in title), key=len)
    if holding:
        return holding[:3]
    from difflib import get_close_matches

    # A measure of many titles takes long; few have about as many letters and share most.
    letters = Counter(wanted)
    alike = [
        title
        for title in titles
        if abs(len(title) - len(wanted)) <= 2
        and (letters - Counter(title)).total() <= max(1, len(wanted) // 4)
    ]
    return get_close_matches(wanted, alike, 3, 0.7)


def _rows_of_pages(snapshot: Any, name: str, page_ids: set[int]) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = []
    for path in snapshot.paths(name):
        part = pq.read_table(path, filters=[("page_id", "in", page_ids)])
        rows += part.to_pylist()
    return rows


_BRIEF = {
    "infobox": ("key", "subject", "value_text", "number", "unit", "edtf"),
    "references": ("label", "syntax", "name", "text"),
    "citations": ("reference_id", "kind", "title", "work", "edtf", "url"),
    "dates": ("text", "edtf", "precision", "calendar", "modifier"),
    "events": ("edtf", "role", "text", "reference_ids"),
    "paragraphs": ("paragraph_id", "section_id", "kind", "text"),
    "sections": ("section_id", "level", "title"),
}


def _json_lines(name: str, rows: list[dict[str, Any]], *, alone: bool) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row if alone else {"table": name, **row}, ensure_ascii=False)


def _show_lines(
    name: str, rows: list[dict[str, Any]], *, alone: bool, aligned: bool
) -> Iterator[str]:
    if not rows:
        return
    if not alone:
        yield f"\n# {name} ({len(rows)})"
    columns = _BRIEF.get(name) or tuple(key for key in rows[0] if key != "page_id")
    cells = [columns, *([_cell(row[column]) for column in columns] for row in rows)]
    if aligned:
        from extract.report.terminal import align

        yield from align(cells)
    else:
        yield from map("\t".join, cells)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value).replace("\t", " ").replace("\n", " ")


@click.command(short_help="Write static HTML to look at, right to left.")
@click.argument("root", type=PATH)
@click.option(
    "--out",
    type=PATH,
    required=True,
    metavar="DIR",
    help="Folder for the report: empty, or holding an earlier report.",
)
@click.option("--snapshot", "snapshot_id", metavar="ID", help="A snapshot other than the current.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many pages.")
def report(root: Path, out: Path, snapshot_id: str | None, limit: int | None) -> None:
    """Write static HTML to look at: each page beside what was found in it, and an overview."""
    from extract.report import write_report
    from extract.snapshots import open_snapshot

    snapshot = open_snapshot(root, snapshot_id)
    with count_pages() as progress:
        summary = write_report(snapshot, out, limit=limit, progress=progress)
    click.echo(f"pages\t{summary.pages}")
    click.echo(f"report\t{summary.start}")


@click.command(short_help="Print what changed between two snapshots.")
@click.argument("root", type=PATH)
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option("--since-snapshot", metavar="ID", help="The older snapshot; the same as OLD.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, a row that changed each.")
def diff(
    root: Path, old: str | None, new: str | None, since_snapshot: str | None, as_json: bool
) -> None:
    """Print what changed between two snapshots: pages, infobox fields, events, references.

    NEW is the snapshot in force and OLD the one it was made from unless they are named.
    """
    from extract import live

    if old and since_snapshot:
        raise UsageError("give the older snapshot once: OLD or --since-snapshot")
    shown = None
    for item in live.diff(root, old or since_snapshot, new):
        if as_json:
            click.echo(json.dumps(item._asdict(), ensure_ascii=False))
            continue
        if item.table != "pages" and item.page_id != shown:
            click.echo(f"= {item.title}")
        shown = item.page_id
        click.echo(live.describe(item))


@click.command(short_help="Print every table and column with its meaning.")
@click.argument("table", required=False)
@click.option("--markdown", "form", flag_value="markdown", help="As Markdown tables.")
@click.option("--json", "form", flag_value="json", help="As one JSON document.")
def schema(table: str | None, form: str | None) -> None:
    """Print every table and column with type, unit and description."""
    from extract.schema import SCHEMA_VERSION, TABLES, find_table

    chosen = [find_table(table)] if table else list(TABLES.values())
    if form == "json":
        document = {
            "schema_version": SCHEMA_VERSION,
            "tables": {
                t.name: {"row": t.row, "columns": [column._asdict() for column in t.columns]}
                for t in chosen
            },
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for one in chosen:
        for line in _schema_lines(one, markdown=form == "markdown"):
            click.echo(line)


def _schema_lines(table: Any, *, markdown: bool) -> Iterator[str]:
    if not markdown:
        yield f"{table.name}: {table.row}"
        rows = [
            (f"  {c.name}", c.type, f"{c.description} [{c.unit}]" if c.unit else c.description)
            for c in table.columns
        ]
        if sys.stdout.isatty():
            from extract.report.terminal import align

            yield from align(rows)
        else:
            yield from map("\t".join, rows)
        yield ""
        return
    yield f"### {table.name}: {table.row}"
    yield ""
    yield "| column | type | unit | description |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        kind = column.type.replace("|", "\\|")
        yield f"| `{column.name}` | `{kind}` | {column.unit or ''} | {column.description} |"
    yield ""
