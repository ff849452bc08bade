"""Options and arguments that several commands take, or that click does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from extract.errors import UsageError

__all__ = [
    "EXIT_PROBLEMS",
    "PATH",
    "ManyNamespaces",
    "PageById",
    "max_problems_option",
    "namespaces_option",
    "out_option",
    "read_titles",
]

EXIT_PROBLEMS = 4
"""Status of what ended well but for too many pages with problems."""

PATH = click.Path(path_type=Path)


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def out_option(help_: str) -> Decorator:
    """Return the option ``--out ROOT``."""
    return click.option(
        "--out",
        type=PATH,
        default=Path("outputs"),
        show_default=True,
        metavar="ROOT",
        help=help_,
    )


def namespaces_option(help_: str, metavar: str | None = None) -> Decorator:
    """Return the option ``--namespace``, which may be given several times."""
    return click.option(
        "--namespace",
        "namespaces",
        type=int,
        multiple=True,
        default=(0,),
        show_default=True,
        metavar=metavar,
        help=help_,
    )


def max_problems_option(of: str) -> Decorator:
    """Return the option ``--max-problems``, a share of the pages told."""
    return click.option(
        "--max-problems",
        type=click.FloatRange(0, 1),
        default=0.01,
        show_default=True,
        help=f"Share of {of} with problems above which the exit status is 4.",
    )


class ManyNamespaces(click.Command):
    """A command whose --namespace takes every number behind it: ``--namespace 0 14``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the arguments as click reads them, and have them read."""
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


class PageById(click.Command):
    """A command whose arguments may be negative numbers, as the ids of pages of files are."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the arguments as click reads them, and have them read."""
        ids = [argument for argument in args if _NEGATIVE.fullmatch(argument)]
        if ids and "--" not in args:
            args = [*(argument for argument in args if argument not in ids), "--", *ids]
        return super().parse_args(ctx, args)


_NEGATIVE = re.compile(r"-\d+", re.ASCII)


def read_titles(path: Path | None) -> frozenset[str] | None:
    """Return the titles of a file, one a line; raises UsageError where it is none."""
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: no list of titles: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: no list of titles: expected UTF-8, one title a line") from error
    return frozenset(line.strip().replace("_", " ") for line in lines if line.strip())
