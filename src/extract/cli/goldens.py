"""``hewiki check``: extraction against goldens, scores against floors."""

from __future__ import annotations

from pathlib import Path

import click

from extract.cli.options import PATH

__all__ = ["check"]

EXIT_CHECK_FAILED = 3


@click.command(short_help="Compare with the golden fixtures and the pinned floors.")
@click.argument("folder", type=PATH, default=Path("fixtures"), metavar="[DIR]")
@click.option("--gold", type=PATH, help="Folder of further annotated texts (*.jsonl) to score.")
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
