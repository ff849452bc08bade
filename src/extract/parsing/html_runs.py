"""Running text of a page, gathered piece by piece as a browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from extract.model import Link

__all__ = ["Run", "RunText"]

_SPACES = " \t\r\n\f\v"
_HARD_SPACE = "\u00a0"
_BLANKS = f"{_SPACES}{_HARD_SPACE}"
_UNTIDY = re.compile(r"[\t\r\n\f\v][ \t\r\n\f\v]*+| [ \t\r\n\f\v]++")
_CLOSERS = frozenset(".,;:!?)]}»…")
M = TypeVar("M")


class RunText(NamedTuple, Generic[M]):
    """A finished run: no spaces at its ends, hard ones neither; line breaks are newlines."""

    text: str
    links: tuple[Link, ...]
    marks: tuple[tuple[int, M], ...]
    """Position after which a mark stood, and the mark."""


def _moved_links(links: Iterable[Link], lead: int, size: int) -> Iterator[Link]:
    for link in links:
        start, end = max(link.start - lead, 0), min(link.end - lead, size)
        if end > start:
            yield link._replace(start=start, end=end)


class Run(Generic[M]):
    """Collects words, links and marks; positions are those of the finished text."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.size = 0
        self._gap = ""
        self._dropped = False
        self._links: list[Link] = []
        self._link: tuple[int, str, str, str | None] | None = None
        self._marks: list[tuple[int, M]] = []

    def add(self, text: str) -> None:
        """Add words as they stand in the page's source."""
        stripped = text.strip(_SPACES)
        if not stripped:
            if text:
                self.space()
            return
        if text[0] in _SPACES:
            self.space()
        elif self._dropped and self._gap == " " and stripped[0] in _CLOSERS:
            # What stood between a space and a full stop is gone; the space goes with it.
            self._gap = ""
            self._marks = [(min(at, self.size), mark) for at, mark in self._marks]
        if _UNTIDY.search(stripped):
            stripped = _UNTIDY.sub(" ", stripped)
        self._put(stripped)
        if text[-1] in _SPACES:
            self._gap = " "

    def _put(self, words: str) -> None:
        if self._gap:
            if self.size:
                self._parts.append(self._gap)
                self.size += 1
            self._gap = ""
        self._dropped = False
        if self._link is not None and self._link[0] < 0:
            self._link = (self.size, *self._link[1:])
        self._parts.append(words)
        self.size += len(words)

    def space(self) -> None:
        """Add a space, unless one is due already."""
        self._gap = self._gap or " "
        self._dropped = False

    def line(self) -> None:
        """Begin a new line."""
        self._gap = "\n"
        self._dropped = False

    def drop(self) -> None:
        """Note that something stood here that leaves no words."""
        self._dropped = True

    def mark(self, mark: M) -> None:
        """Add a footnote mark."""
        self._marks.append((self.size + (1 if self._gap and self.size else 0), mark))
        self._dropped = True

    def open_link(self, kind: str, target: str, fragment: str | None) -> None:
        """Begin a link; its first word sets its place."""
        self._link = (-1, kind, target, fragment)

    def close_link(self) -> None:
        """End the link; one without words is none."""
        if self._link is not None and self._link[0] >= 0:
            self._links.append(Link(self._link[0], self.size, *self._link[1:]))
        self._link = None

    def append(self, other: RunText[M]) -> None:
        """Add a finished run as lines of its own."""
        self.line()
        base = self.size + (1 if self.size else 0)
        if other.text:
            self._put(other.text)
            self._links += [
                link._replace(start=link.start + base, end=link.end + base) for link in other.links
            ]
        self._marks += [(base + at, mark) for at, mark in other.marks]
        self.line()

    def skip(self) -> bool:
        """Forget white space where nothing else was gathered; False where something was."""
        if self.size or self._marks or self._link is not None:
            return False
        self._gap = ""
        self._dropped = False
        return True

    def finish(self) -> RunText[M]:
        """Return what was gathered and begin anew."""
        self.close_link()
        text, links = "".join(self._parts), self._links
        lead = 0
        if text and (text[0] == _HARD_SPACE or text[-1] == _HARD_SPACE):
            lead = len(text) - len(text.lstrip(_BLANKS))
            text = text.strip(_BLANKS)
            links = list(_moved_links(links, lead, len(text)))
        size = len(text)
        done = RunText(
            text,
            tuple(links),
            tuple((min(max(at - lead, 0), size), mark) for at, mark in self._marks),
        )
        self.__init__()  # type: ignore[misc]
        return done
