"""The command ``hewiki``: the only place that prints, and that turns errors into a status.

Results go to standard output, everything else to standard error; progress bars appear on a
terminal only.  Heavy modules are imported inside the commands.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from extract._version import __version__
from extract.errors import ExtractError, UsageError

__all__ = ["main"]

EXIT_UNEXPECTED = 1
EXIT_CHECK_FAILED = 3
EXIT_PROBLEMS = 4
EXIT_INTERRUPTED = 130

_PATH = click.Path(path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="hewiki")
def cli() -> None:
    """Hebrew wiki articles to checked tables: infoboxes, dated events, footnotes, sources.

    \b
    Exit status: 0 done · 1 unexpected · 2 wrong use · 3 check failed ·
    4 too many pages with problems · 5 source unreachable · 130 interrupted
    """


def main() -> NoReturn:
    """Run the command line and exit with a status of the documented set."""
    try:
        status = cli.main(prog_name="hewiki", standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted; what is finished is kept", EXIT_INTERRUPTED)
    except _NO_ARGUMENTS as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "hewiki"
        click.echo(f"{path}: {_in_one_line(error)} {path} --help tells more", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        _fail("interrupted; what is finished is kept", EXIT_INTERRUPTED)
    except SystemExit:
        # click itself ends where a reader such as head has seen enough, which is no fault.
        sys.exit(0)
    except ExtractError as error:
        _fail(str(error), error.exit_status)
    except OSError as error:
        _fail(_os_message(error), EXIT_UNEXPECTED)
    except Exception as error:  # a bug of ours: one line, the rest on request
        if os.environ.get("HEWIKI_DEBUG"):
            raise
        told = f"{type(error).__name__}: {error}"
        _fail(f"unexpected {told}; HEWIKI_DEBUG=1 shows where", EXIT_UNEXPECTED)
    sys.exit(status if isinstance(status, int) else 0)


# Of the version of click that has it, where a group without a command shows its help.
_NO_ARGUMENTS: Any = getattr(click.exceptions, "NoArgsIsHelpError", ())


def _in_one_line(error: click.ClickException) -> str:
    words = " ".join(error.format_message().split()).rstrip(".")
    # click may end with a question: "Did you mean 'show'?"
    end = "" if words.rstrip(")").endswith("?") else ";"
    return f"{words[:1].lower()}{words[1:]}{end}"


def _os_message(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def _fail(message: str, status: int) -> NoReturn:
    click.echo(f"hewiki: {message}", err=True)
    sys.exit(status)


_LOG_SECONDS = 2.0


def _log(event: str, **values: object) -> None:
    """Write one line of the log for machines: a JSON object with the time in UTC."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    click.echo(json.dumps({"time": stamp, "event": event, **values}, ensure_ascii=False), err=True)


@contextmanager
def _progress(*, log_json: bool = False) -> Iterator[Callable[[Any], None] | None]:
    if log_json:
        last = 0.0

        def log(now: Any) -> None:
            nonlocal last
            if time.monotonic() - last >= _LOG_SECONDS:
                last = time.monotonic()
                _log("progress", **now._asdict())

        yield log
        return
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    form = "{n_fmt} pages [{elapsed}, {rate_fmt}{postfix}]"
    with tqdm(unit="page", file=sys.stderr, dynamic_ncols=True, bar_format=form) as bar:
        started = time.monotonic()

        def advance(now: Any) -> None:
            passed = time.monotonic() - started
            left = (
                passed * (now.tasks - now.tasks_done) / now.tasks_done if now.tasks_done else None
            )
            eta = f", {left:.0f} s left" if left is not None else ""
            bar.n = now.pages
            bar.set_postfix_str(
                f"{now.size / 1e6 / max(passed, 0.1):.1f} M characters/s, "
                f"shard {now.tasks_done}/{now.tasks}, {now.problems} with problems{eta}",
                refresh=True,
            )

        yield advance


class _ManyNamespaces(click.Command):
    """A command whose --namespace takes every number behind it: ``--namespace 0 14``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_repeat_option("--namespace", args)))


def _repeat_option(name: str, arguments: Iterable[str]) -> Iterator[str]:
    """Yield the arguments with the option before each of the numbers that follow it."""
    last, behind = "", False
    for argument in arguments:
        number = argument.removeprefix("-").isdecimal()
        if behind and number and last != name:
            yield name
        yield argument
        behind = argument.partition("=")[0] == name or (behind and number)
        last = argument


@cli.command(cls=_ManyNamespaces, short_help="Extract files, folders and dumps into tables.")
@click.argument("sources", nargs=-1, required=True, type=_PATH, metavar="SOURCE...")
@click.option(
    "--out",
    type=_PATH,
    default=Path("outputs"),
    show_default=True,
    metavar="ROOT",
    help="Folder for the tables.",
)
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
@click.option(
    "--namespace",
    "namespaces",
    type=int,
    multiple=True,
    default=(0,),
    show_default=True,
    metavar="N...",
    help="Namespaces of a dump to keep; a file was chosen by naming it.",
)
@click.option("--title-list", type=_PATH, help="File of titles, one a line: only these pages.")
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
    type=_PATH,
    help="File of pipelines/update_knowledge.py: the dump's own names of templates.",
)
@click.option("--log-json", is_flag=True, help="Log to standard error as JSON, one object a line.")
@click.option(
    "--max-problems",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Share of pages with problems above which the exit status is 4.",
)
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
        titles=_read_titles(title_list),
        page_seconds=page_seconds,
        knowledge=None if knowledge is None else str(knowledge.resolve()),
    )
    if log_json:
        _log("start", sources=[str(path) for path in sources], out=str(out), workers=workers)
    with _progress(log_json=log_json) as progress:
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
        _log("end", **{**report._asdict(), "snapshot": str(report.snapshot.folder)})
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


def _read_titles(path: Path | None) -> frozenset[str] | None:
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: no list of titles: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: no list of titles: expected UTF-8, one title a line") from error
    return frozenset(line.strip().replace("_", " ") for line in lines if line.strip())


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


@cli.command(short_help="Compare with the golden fixtures and the pinned floors.")
@click.argument("folder", type=_PATH, default=Path("fixtures"), metavar="[DIR]")
@click.option("--gold", type=_PATH, help="Folder of further annotated texts (*.jsonl) to score.")
@click.option("--update", is_flag=True, help="Rewrite the goldens and raise the floors.")
@click.option("--pin", is_flag=True, help="Raise the floors and leave the goldens as they are.")
@click.option("--allow-lower", is_flag=True, help="With --update or --pin: floors may fall.")
@click.option(
    "--errors",
    type=click.IntRange(min=0),
    default=0,
    help="Print up to this many misread cases a set.",
)
@click.option("--verbose", is_flag=True, help="Print known differences too.")
def check(
    folder: Path,
    gold: Path | None,
    update: bool,
    pin: bool,
    allow_lower: bool,
    errors: int,
    verbose: bool,
) -> int:
    """Compare extraction with the golden fixtures in DIR and scores with their floors."""
    from extract import golden

    report = golden.check(folder, gold=gold, update=update, pin=pin, allow_lower=allow_lower)
    for line in golden.figure_lines(report):
        click.echo(line)
    broken = {failure.partition(":")[0] for failure in report.failures}
    for difference in report.differences:
        if verbose or f"{difference.page}/{difference.table}" in broken:
            for line in golden.describe(difference):
                click.echo(line)
    for name, result in report.scores.items():
        for line in result.errors[:errors]:
            click.echo(f"{name}\t{line}")
    for failure in report.failures:
        click.echo(f"hewiki: {failure}", err=True)
    return 0 if report else EXIT_CHECK_FAILED


@cli.command(short_help="Read texts as JSON lines, print their dates and events.")
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


class _PageById(click.Command):
    """A command whose arguments may be negative numbers, as the ids of pages of files are."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ids = [argument for argument in args if _NEGATIVE.fullmatch(argument)]
        if ids and "--" not in args:
            args = [*(argument for argument in args if argument not in ids), "--", *ids]
        return super().parse_args(ctx, args)


_NEGATIVE = re.compile(r"-\d+", re.ASCII)


@cli.command(cls=_PageById, short_help="Print a page: infobox, timeline, sources; or its rows.")
@click.argument("root", type=_PATH)
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


@cli.command(short_help="Write static HTML to look at, right to left.")
@click.argument("root", type=_PATH)
@click.option(
    "--out",
    type=_PATH,
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
    with _count_pages() as progress:
        summary = write_report(snapshot, out, limit=limit, progress=progress)
    click.echo(f"pages\t{summary.pages}")
    click.echo(f"report\t{summary.start}")


_CONTACT = click.option(
    "--contact",
    envvar="HEWIKI_CONTACT",
    help="Your e-mail or web address, for the User-Agent; or HEWIKI_CONTACT.",
)
_HTML_ADDRESS = click.option(
    "--html-address",
    metavar="URL",
    help="Where renderings are, with {title} and {revision}; default: the API's own rest.php.",
)
_INTERVAL = click.option(
    "--interval",
    type=click.FloatRange(min=0),
    default=0.5,
    show_default=True,
    help="Least seconds between two requests; less only for a wiki of your own.",
)
_LIVE_MAX_PROBLEMS = click.option(
    "--max-problems",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Share of the pages read with problems above which the exit status is 4.",
)


@cli.command(short_help="Read pages of a live wiki into tables.")
@click.argument("titles", nargs=-1, metavar="[TITLE]...")
@click.option(
    "--out",
    type=_PATH,
    default=Path("outputs"),
    show_default=True,
    metavar="ROOT",
    help="Folder whose tables the pages are added to.",
)
@click.option("--title-list", type=_PATH, help="File of titles, one a line.")
@click.option("--category", "categories", multiple=True, help="The pages of a category.")
@click.option("--links-to", "linking", multiple=True, help="The pages that link to a title.")
@click.option("--embeds", "embedding", multiple=True, help="The pages that use a template.")
@click.option("--all", "everything", is_flag=True, help="Every page of the namespaces.")
@click.option(
    "--namespace",
    "namespaces",
    type=int,
    multiple=True,
    default=(0,),
    show_default=True,
    help="Namespace of the pages that lists give; may be given several times.",
)
@click.option("--html", is_flag=True, help="Read each page's rendering too.")
@click.option(
    "--api",
    default="https://he.wikipedia.org/w/api.php",
    show_default=True,
    metavar="URL",
    help="Address of the wiki's api.php.",
)
@_CONTACT
@_HTML_ADDRESS
@_INTERVAL
@_LIVE_MAX_PROBLEMS
def fetch(  # noqa: PLR0913, PLR0917  (one parameter an option)
    titles: tuple[str, ...],
    out: Path,
    title_list: Path | None,
    categories: tuple[str, ...],
    linking: tuple[str, ...],
    embedding: tuple[str, ...],
    everything: bool,
    namespaces: tuple[int, ...],
    html: bool,
    api: str,
    contact: str | None,
    html_address: str | None,
    interval: float,
    max_problems: float,
) -> int:
    """Read pages of a live wiki into ROOT's tables, redirects with their targets."""
    from extract import live
    from extract.sources.api import Settings

    with _count_pages() as progress:
        report = live.fetch(
            [*titles, *(_read_titles(title_list) or ())],
            out,
            api=api,
            contact=contact,
            html=html,
            categories=categories,
            linking=linking,
            embedding=embedding,
            namespaces=namespaces,
            everything=everything,
            settings=Settings(html=html_address or "", interval=interval),
            progress=progress,
        )
    return _tell_live(report, max_problems)


@cli.command(short_help="Bring the tables up to the live wiki.")
@click.argument("root", type=_PATH)
@click.option(
    "--api", metavar="URL", help="Address of the wiki's api.php; default: the one ROOT is from."
)
@click.option(
    "--since",
    metavar="TIME",
    help="Day or time (UTC) up to which ROOT is complete; default: its last fetch or refresh.",
)
@click.option(
    "--new-pages/--no-new-pages",
    default=None,
    help="Whether pages made since belong; default: where ROOT holds whole namespaces.",
)
@click.option(
    "--full", is_flag=True, help="Look at every page instead of at the wiki's lists of changes."
)
@click.option("--keep", type=click.IntRange(min=1), help="Keep only this many snapshots.")
@_CONTACT
@_HTML_ADDRESS
@_INTERVAL
@_LIVE_MAX_PROBLEMS
def refresh(  # noqa: PLR0913, PLR0917  (one parameter an option)
    root: Path,
    api: str | None,
    since: str | None,
    new_pages: bool | None,
    full: bool,
    keep: int | None,
    contact: str | None,
    html_address: str | None,
    interval: float,
    max_problems: float,
) -> int:
    """Bring ROOT up to the live wiki: changed, moved, deleted and restored pages only."""
    from extract import live
    from extract.snapshots import prune_snapshots
    from extract.sources.api import Settings

    with _count_pages() as progress:
        report = live.refresh(
            root,
            api=api,
            contact=contact,
            since=since,
            new_pages=new_pages,
            full=full,
            settings=Settings(html=html_address or "", interval=interval),
            progress=progress,
        )
    if keep is not None:
        prune_snapshots(root, keep)
    return _tell_live(report, max_problems)


@contextmanager
def _count_pages() -> Iterator[Callable[[int], None] | None]:
    """Give what shows the number of pages read, on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit="page", file=sys.stderr, dynamic_ncols=True) as bar:

        def show(count: int) -> None:
            bar.update(count - bar.n)

        yield show


def _tell_live(report: Any, max_problems: float) -> int:
    click.echo(f"pages\t{report.pages}\nunchanged\t{report.kept}\ndropped\t{report.dropped}")
    for kind, count in report.problems.items():
        click.echo(f"problem {kind}\t{count}")
    click.echo(f"requests\t{report.requests}\nsnapshot\t{report.snapshot.folder}")
    if report.problem_share > max_problems:
        click.echo(
            f"hewiki: {report.problem_pages} of the pages read have problems, more than "
            f"--max-problems {max_problems:g} allows; see the table problems",
            err=True,
        )
        return EXIT_PROBLEMS
    return 0


@cli.command(short_help="Print what changed between two snapshots.")
@click.argument("root", type=_PATH)
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


@cli.command(short_help="Print every table and column with its meaning.")
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
