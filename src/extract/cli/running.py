"""``hewiki run``: files, folders and dumps to tables, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from extract.cli.options import (
    EXIT_PROBLEMS,
    PATH,
    ManyNamespaces,
    max_problems_option,
    namespaces_option,
    out_option,
    read_titles,
)
from extract.cli.progress import log, show_progress

__all__ = ["run"]


@click.command(cls=ManyNamespaces, short_help="Extract files, folders and dumps into tables.")
@click.argument("sources", nargs=-1, required=True, type=PATH, metavar="SOURCE...")
@out_option("Folder for the tables.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["auto", "wikitext", "html", "text", "xml"]),
    default="auto",
    show_default=True,
    help="Format of the input; auto looks at the content, then the name.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that read at once.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many pages.")
@namespaces_option("Namespaces of a dump to keep; a file was chosen by naming it.", metavar="N...")
@click.option("--title-list", type=PATH, help="File of titles, one a line: only these pages.")
@click.option("--fresh", is_flag=True, help="Ignore what an interrupted run finished.")
@click.option(
    "--page-seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    help="Time a page may take before it becomes a problem; 0: any.",
)
@click.option(
    "--knowledge",
    type=PATH,
    help="File of pipelines/update_knowledge.py: the dump's own names of templates.",
)
@click.option("--log-json", is_flag=True, help="Log to standard error as JSON, one object a line.")
@max_problems_option("pages")
def run(  # noqa: PLR0913, PLR0917  (one parameter an option)
    sources: tuple[Path, ...],
    out: Path,
    format_: str,
    workers: int,
    limit: int | None,
    namespaces: tuple[int, ...],
    title_list: Path | None,
    fresh: bool,
    page_seconds: float,
    knowledge: Path | None,
    log_json: bool,
    max_problems: float,
) -> int:
    """Extract files, folders and dumps into a snapshot of tables under ROOT."""
    from extract import batch
    from extract.tables import spare_pandas

    spare_pandas()

    options = batch.Options(
        format=format_,
        namespaces=namespaces,
        titles=read_titles(title_list),
        page_seconds=page_seconds,
        knowledge=None if knowledge is None else str(knowledge.resolve()),
    )
    if log_json:
        log("start", sources=[str(path) for path in sources], out=str(out), workers=workers)
    with show_progress(log_json=log_json) as progress:
        report = batch.run(
            sources,
            out,
            options=options,
            workers=workers,
            limit=limit,
            fresh=fresh,
            progress=progress,
        )
    for line in _summary(report):
        click.echo(line)
    if log_json:
        log("end", **{**report._asdict(), "snapshot": str(report.snapshot.folder)})
    complaint = _complain(report, max_problems)
    if complaint:
        click.echo(f"hewiki: {complaint}; {_first_problem(report)}", err=True)
        return EXIT_PROBLEMS
    if not report.pages:
        chosen = f"namespace {', '.join(map(str, namespaces))}"
        if title_list is not None:
            chosen += f" and {title_list}"
        click.echo(f"hewiki: no page was taken: none in {chosen}", err=True)
    return 0


def _complain(report: Any, max_problems: float) -> str:
    """Return what is wrong with a run as a whole, nothing if it went well."""
    if not report.pages and report.problem_pages:
        return "no page could be read"
    if report.is_damaged:
        return "a source is damaged, pages may be missing"
    if report.problem_share > max_problems:
        return (
            f"{report.problem_pages} of {report.pages} pages have problems, "
            f"more than --max-problems {max_problems:g} allows"
        )
    return ""


def _first_problem(report: Any) -> str:
    rows = report.snapshot.arrow("problems").slice(0, 1).to_pylist()
    told = [
        row["message"] if row["title"] in row["message"] else f"{row['title']}: {row['message']}"
        for row in rows
    ]
    return "; ".join((*(" ".join(words.split()) for words in told), "the table problems has all"))


def _summary(report: Any) -> Iterator[str]:
    yield f"pages\t{report.pages}"
    for table, count in report.rows.items():
        if table != "pages":
            yield f"{table}\t{count}"
    for table in ("infobox", "references", "citations", "dates", "events"):
        yield f"pages with {table}\t{report.covered[table]}"
    yield f"pages with problems\t{report.problem_pages}"
    for kind, count in sorted(report.problems.items()):
        yield f"problem {kind}\t{count}"
    yield f"snapshot\t{report.snapshot.folder}"
