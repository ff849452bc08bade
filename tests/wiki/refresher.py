"""A refresh in a process of its own, to be killed: ``python refresher.py ROOT``.

Its pages also keep their rendering, as a last section, so that tables show whether it is
that of the day.
"""

from __future__ import annotations

import re
import sys

from extract import live
from extract.model import Page, Rows, Section
from extract.pipeline import process
from extract.sources.api import Settings

CONTACT = "ora@haifa-archive.org"
_HEAD = re.compile(r"<head.*?</head>", re.DOTALL)


def reading(page: Page) -> Rows:
    """Return a page's rows and its rendering."""
    rows = process(page)
    if page.html is None:
        return rows
    shown = _HEAD.sub("", page.html, count=1)
    section = Section(len(rows.sections), None, 1, "rendering", (shown,))
    return rows._replace(sections=(*rows.sections, section))


def main() -> None:
    """Refresh the ROOT named on the command line."""
    settings = Settings(interval=0, slow_pause=0)
    live.refresh(sys.argv[1], contact=CONTACT, settings=settings, process=reading)


if __name__ == "__main__":
    main()
