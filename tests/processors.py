"""Stand-ins for the pipeline that do to a run what hostile pages do."""

from __future__ import annotations

import ctypes
import os
import signal
import time

from extract.model import Page, Problem, Rows, Section


def plain(page: Page) -> Rows:
    row = (page.title, page.namespace, page.rev_id, page.rev_timestamp, page.wiki)
    rest = (page.input_format, page.source, "0" * 40, None, False, None, (), (), "0")
    return Rows(pages=((*row, *rest),), sections=(Section(0, None, 1, "", (page.text[:20],)),))


def hostile(page: Page) -> Rows:
    """Do what the page's text says."""
    word = page.text.split()[0] if page.text.strip() else ""
    if word == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "segfault":
        ctypes.string_at(0)
    if word == "hang":
        while True:
            pass
    if word == "stuck":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(3600)
    if word == "memory":
        return Rows(problems=((page.title, *Problem("x", "y", str(bytearray(8 << 30)[:1]))),))
    if word == "overflow":
        return plain(page)._replace(sections=(Section(1 << 40, None, 1, "", ()),))
    if word == "problem":
        return plain(page)._replace(problems=((page.title, "parse", "unclosed", "a template"),))
    return plain(page)


def once(page: Page) -> Rows:
    """Crash on the first page that asks for it, the first time only."""
    marker = page.text.strip()
    if marker.startswith("once "):
        path = marker.removeprefix("once ")
        if not os.path.exists(path):  # noqa: PTH110
            with open(path, "w"):  # noqa: PTH123
                pass
            os.kill(os.getpid(), signal.SIGKILL)
    return plain(page)


def slow(page: Page) -> Rows:
    time.sleep(0.02)
    return plain(page)


def slow_hostile(page: Page) -> Rows:
    time.sleep(0.02)
    return hostile(page)
