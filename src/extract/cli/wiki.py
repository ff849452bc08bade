"""``hewiki fetch`` and ``hewiki refresh``: tables beside a live wiki."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from extract.cli.options import (
    EXIT_PROBLEMS,
    PATH,
    max_problems_option,
    namespaces_option,
    out_option,
    read_titles,
)
from extract.cli.progress import count_pages

__all__ = ["fetch", "refresh"]

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
_MAX_PROBLEMS = max_problems_option("the pages read")


@click.command(short_help="Read pages of a live wiki into tables.")
@click.argument("titles", nargs=-1, metavar="[TITLE]...")
@out_option("Folder whose tables the pages are added to.")
@click.option("--title-list", type=PATH, help="File of titles, one a line.")
@click.option("--category", "categories", multiple=True, help="The pages of a category.")
@click.option("--links-to", "linking", multiple=True, help="The pages that link to a title.")
@click.option("--embeds", "embedding", multiple=True, help="The pages that use a template.")
@click.option("--all", "everything", is_flag=True, help="Every page of the namespaces.")
@namespaces_option("Namespace of the pages that lists give; may be given several times.")
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
@_MAX_PROBLEMS
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

    with count_pages() as progress:
        report = live.fetch(
            [*titles, *(read_titles(title_list) or ())],
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


@click.command(short_help="Bring the tables up to the live wiki.")
@click.argument("root", type=PATH)
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
@_MAX_PROBLEMS
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

    with count_pages() as progress:
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
