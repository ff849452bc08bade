"""A snapshot to look at: static HTML, right to left, that needs no network.

Files under the folder given:

``index.html``       sums, a search, the pages by first letter
``overview.html``    the whole snapshot in pictures
``problems.html``    what could not be read
``pages/xx/N.html``  a page: its prose with dates and events marked, a timeline, sources
``letters/``         lists by first letter, at most 1,000 pages a file
``search/``          a small script for each beginning of words
``report.css``, ``search.js``, ``report.json`` (which snapshot this is)

Pages are read from the snapshot one at a time and written as they come.  What is kept of
each is a line in the lists (some 300 bytes).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from extract._version import __version__
from extract.errors import OutputError, UsageError
from extract.report.addresses import report_path
from extract.report.catalogue import (
    Entry,
    search_shards,
    shard_name,
    shard_script,
    starts_script,
    write_index,
    write_letters,
)
from extract.report.frame import write_frame
from extract.report.markup import Markup, code, isolate, join, tag
from extract.report.overview import Tally, write_overview
from extract.report.pages import tell_problem, write_page
from extract.report.reading import PageRecord, read_pages, read_titles
from extract.report.words import say
from extract.snapshots import Snapshot, open_snapshot

__all__ = ["ReportSummary", "write_report"]

ABOUT = "report.json"
FEW = 200
"""Up to so many pages are listed on the first page itself."""
PROBLEMS_PER_FILE = 2000
_SUMS = (
    ("paragraphs", "paragraphs"),
    ("dates", "dates"),
    ("events", "events"),
    ("notes", "references"),
    ("sources", "citations"),
    ("fields", "infobox"),
    ("problems", "problems"),
)


class ReportSummary(NamedTuple):
    """What was written: the file to open first, and how many pages."""

    start: Path
    pages: int


def write_report(
    snapshot: Snapshot | str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> ReportSummary:
    """Write the report of a snapshot, or of the one in force under a ROOT, into ``out``.

    ``limit`` stops after that many pages; ``progress`` is told how many are written.
    Raises SnapshotError where there is no snapshot or it is damaged, UsageError where
    ``out`` has files that no report has written, OutputError where nothing can be written.
    """
    if not isinstance(snapshot, Snapshot):
        snapshot = open_snapshot(snapshot)
    try:
        return _write(snapshot, _prepare(Path(out)), limit, progress)
    except OSError as error:
        # Of a part that is read it would be a SnapshotError.
        told = error.strerror or error
        raise OutputError(f"{out}: the report cannot be written: {told}") from error


def _write(
    snapshot: Snapshot, base: Path, limit: int | None, progress: Callable[[int], None] | None
) -> ReportSummary:
    tally, entries, problems = Tally(), [], _Problems()
    ids = {title: page_id for page_id, title in read_titles(snapshot)} if limit is None else {}
    folders: set[Path] = set()

    def find_report(title: str) -> str | None:
        found = ids.get(title)
        return None if found is None else f"../../{report_path(found)}"

    for record in read_pages(snapshot):
        problems.add(record)
        if "input_format" not in record.page:
            tally.add_problems(record)
            continue
        path = base / report_path(record.page["page_id"])
        if path.parent not in folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            folders.add(path.parent)
        path.write_text(write_page(record, find_report), encoding="utf-8")
        tally.add(record)
        entries.append(_entry(record))
        if progress is not None:
            progress(len(entries))
        if limit is not None and len(entries) >= limit:
            break
    _write_lists(base, snapshot, tally, entries)
    problems.write(base, {entry.page_id for entry in entries})
    about = {"snapshot": snapshot.id, "extractor_version": __version__, "pages": len(entries)}
    (base / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return ReportSummary(base / "index.html", len(entries))


def _prepare(out: Path) -> Path:
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: expected a folder to write the report into")
    if out.is_dir() and any(out.iterdir()) and not (out / ABOUT).is_file():
        raise UsageError(f"{out}: has files that are no report; expected an empty folder")
    for name in ("pages", "letters", "search"):
        shutil.rmtree(out / name, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    # Written first, so that a report that was interrupted can be written again.
    (out / ABOUT).write_text("{}\n", encoding="utf-8")
    for name in ("report.css", "search.js"):
        (out / name).write_bytes(files(__name__).joinpath(name).read_bytes())
    return out


def _entry(record: PageRecord) -> Entry:
    counts = (len(record.rows(name)) for name in ("events", "references", "infobox", "problems"))
    return Entry(record.page["title"], record.page["page_id"], *counts)


def _write_lists(base: Path, snapshot: Snapshot, tally: Tally, entries: list[Entry]) -> None:
    letters = []
    (base / "letters").mkdir(exist_ok=True)
    for file, letter, count, html in write_letters(entries):
        (base / file).write_text(html, encoding="utf-8")
        letters.append((file, letter, count))
    (base / "search").mkdir(exist_ok=True)
    shards = search_shards(entries)
    (base / "search" / "starts.js").write_text(starts_script(shards), encoding="utf-8")
    for start, found in shards.items():
        script = shard_script(start, found)
        (base / "search" / shard_name(start)).write_text(script, encoding="utf-8")
    counts = [("pages", tally.pages), *((name, tally.rows[table]) for name, table in _SUMS[:-1])]
    counts.append(("problems", tally.problems.total()))
    few = sorted(entries) if len(entries) <= FEW else []
    index = write_index(counts, letters, few, snapshot.id)
    (base / "index.html").write_text(index, encoding="utf-8")
    (base / "overview.html").write_text(write_overview(tally, snapshot.id), encoding="utf-8")


class _Problems:
    """Lines of the problem list, kept as a table of plain strings."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str, str, str, str]] = []

    def add(self, record: PageRecord) -> None:
        page_id = record.page["page_id"]
        self.rows += [
            (page_id, row["title"], row["stage"], row["kind"], row["message"])
            for row in record.rows("problems")
        ]

    def write(self, base: Path, page_ids: set[int]) -> None:
        rows = self.rows
        files = [rows[i : i + PROBLEMS_PER_FILE] for i in range(0, len(rows), PROBLEMS_PER_FILE)]
        names = [f"problems{f'-{n}' if n else ''}.html" for n in range(max(1, len(files)))]
        for number, name in enumerate(names):
            some = files[number] if files else []
            parts = [tag("h1", say("page", "problems_page")), _part_links(names, number)]
            if some:
                items = (_problem(row, page_ids) for row in some)
                parts.append(tag("ul", join(items), class_="problem-list"))
            else:
                parts.append(tag("p", say("index", "no_problems"), class_="empty"))
            body = tag("div", join(parts), id="list")
            html = write_frame(say("page", "problems_page"), body, depth=0, skip="#list")
            (base / name).write_text(html, encoding="utf-8")


def _part_links(names: Iterable[str], here: int) -> Markup:
    names = list(names)
    if len(names) == 1:
        return Markup()
    items = join(
        tag("li", tag("a", code(number + 1), href=name,
                      aria_current="page" if number == here else None))
        for number, name in enumerate(names)
    )  # fmt: skip
    return tag("nav", tag("ul", items, class_="letters"), aria_label=say("index", "part"))


def _problem(row: tuple[int, str, str, str, str], page_ids: set[int]) -> Markup:
    page_id, title, stage, kind, message = row
    name: Markup = isolate(title)
    if page_id in page_ids:
        name = tag("a", name, href=f"{report_path(page_id)}#problems")
    return tag("li", name, " · ", tell_problem(stage, kind, message))
