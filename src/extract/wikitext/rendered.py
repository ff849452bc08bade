"""Pipe tables of rendered text: how an article's boxes and tables look once the page is text.

A table is a header line, a line of dashes and rows, cells ended or parted by ``|``::

    Title | |
    ---|---|
    label | value |
"""

from __future__ import annotations

import re

__all__ = ["is_separator", "peek_title", "split_row"]

_SEPARATOR = re.compile(r"[\s|:-]+")
_MARK = re.compile(r"\[[^\[\]\s]{1,12}\]")
_TOP_LINES = 40
"""A page's box stands at its top; a table further down names something else."""


def split_row(line: str, bordered: bool = False) -> list[str] | None:
    """Return the cells of a table line, or None for a line that is none.

    The cell after a pipe that ends the line is no cell; nor, in a ``bordered`` table, is the
    one before a pipe that begins it.
    """
    stripped = line.strip()
    if "|" not in stripped:
        return None
    cells = [cell.strip() for cell in stripped.split("|")]
    if stripped.endswith("|"):
        cells.pop()
    if bordered and stripped.startswith("|") and len(cells) > 1:
        cells.pop(0)
    return cells


def is_separator(line: str) -> bool:
    """Tell whether a line is the row of dashes under a table's header."""
    return "|" in line and "--" in line and _SEPARATOR.fullmatch(line.strip()) is not None


def peek_title(text: str) -> str | None:
    """Return the page title that rendered text itself tells, or None.

    That is the only filled cell of the header of a box at the top of the page, or a
    first-level markdown heading before anything else.
    """
    before = ""
    for line in text[:20_000].lstrip("\ufeff").splitlines()[:_TOP_LINES]:
        if is_separator(line):
            cells = split_row(before, bordered=line.lstrip().startswith("|")) or []
            return _check_title(cells[0]) if cells and not any(cells[1:]) else None
        if not before.strip() and line.startswith("# "):
            return _check_title(line[2:])
        before = line
    return None


def _check_title(words: str) -> str | None:
    title = " ".join(_MARK.sub("", words.strip("*# ")).replace("_", " ").split())
    if (
        not title
        or len(title.encode("utf-8", "replace")) > 255
        or any(c in "[]{}<>|#" for c in title)
    ):
        return None
    return title
