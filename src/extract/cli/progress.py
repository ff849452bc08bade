"""What a long command shows of itself: a bar on a terminal, or a log for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

__all__ = ["count_pages", "log", "show_progress"]

_LOG_SECONDS = 2.0


def log(event: str, **values: object) -> None:
    """Write one line of the log for machines: a JSON object with the time in UTC."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    click.echo(json.dumps({"time": stamp, "event": event, **values}, ensure_ascii=False), err=True)


@contextmanager
def show_progress(*, log_json: bool = False) -> Iterator[Callable[[Any], None] | None]:
    """Give what shows how far a run is: a bar on a terminal, a line at times with ``log_json``."""
    if log_json:
        last = 0.0

        def write(now: Any) -> None:
            nonlocal last
            if time.monotonic() - last >= _LOG_SECONDS:
                last = time.monotonic()
                log("progress", **now._asdict())

        yield write
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


@contextmanager
def count_pages() -> Iterator[Callable[[int], None] | None]:
    """Give what shows the number of pages read, on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit="page", file=sys.stderr, dynamic_ncols=True) as bar:

        def show(count: int) -> None:
            bar.update(count - bar.n)

        yield show
