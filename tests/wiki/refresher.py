"""Refreshes in processes of their own, to be killed in the middle.

``python refresher.py`` reads lines of JSON, ``{"api": …, "root": …, "die": N}``, refreshes each ROOT in
a child of its own and answers a line each: ``{"steps": M}``, or ``{"killed": true}`` where the
child killed itself, by SIGKILL, at the Nth step.  A step is anything it is about to do to the
files under ROOT or to send to the wiki.

The pages of ``reading`` also keep their rendering, as a last section, so that tables show
whether it is that of the day.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from typing import Any

from extract import live
from extract.model import Page, Rows, Section
from extract.pipeline import process
from extract.sources.api import Settings, Wiki

CONTACT = "ora@haifa-archive.org"
_HEAD = re.compile(r"<head.*?</head>", re.DOTALL)
_FILE_STEPS = frozenset(
    {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "open"}
)


class Clock:
    """Time that passes only by sleeping, so that no wait takes any and each is exact."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


def connect(api: str, clock: Clock | None = None, **changes: Any) -> Wiki:
    """Return a client that has all the time it needs."""
    clock = clock or Clock()
    settings = Settings(api=api, contact=CONTACT, **changes)
    return Wiki(settings, sleep=clock.sleep, clock=clock)


def reading(page: Page) -> Rows:
    """Return a page's rows and its rendering."""
    rows = process(page)
    if page.html is None:
        return rows
    shown = _HEAD.sub("", page.html, count=1)
    section = Section(len(rows.sections), None, 1, "rendering", (shown,))
    return rows._replace(sections=(*rows.sections, section))


def refresh(api: str, root: str) -> None:
    """Refresh a ROOT with the client and the reading of these tests."""
    live.refresh(root, wiki=connect(api), process=reading)


def count_steps(root: str, die: int) -> Callable[[], int]:
    """Count steps from now on, die at one of them; return what tells how many there were."""
    steps = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps
        if event in _FILE_STEPS:
            if not str(arguments[0]).startswith(root):
                return
            if event == "open" and "w" not in str(arguments[1]):
                return
        elif event != "http.client.send":
            return
        steps += 1
        if steps == die:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    return lambda: steps


def main() -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            count = count_steps(request["root"], request["die"])
            refresh(request["api"], request["root"])
            print(json.dumps({"steps": count()}), flush=True)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print(json.dumps({"killed": os.WTERMSIG(status) == signal.SIGKILL}), flush=True)
        elif status:
            print(json.dumps({"failed": status}), flush=True)


if __name__ == "__main__":
    main()
