"""Hebrew wiki articles to checked tables.

The public names below are loaded on first use, so that importing the package, and every
command of ``hewiki``, starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extract._version import __version__

if TYPE_CHECKING:
    from extract.batch import run
    from extract.dates import find_dates
    from extract.events import find_events
    from extract.golden import check
    from extract.live import diff, fetch, refresh
    from extract.parsing import parse
    from extract.pipeline import process
    from extract.references import find_citations
    from extract.sentences import find_sentences
    from extract.snapshots import open_snapshot
    from extract.sources import read, read_dump

_HOMES = {
    "check": "extract.golden",
    "diff": "extract.live",
    "fetch": "extract.live",
    "find_citations": "extract.references",
    "find_dates": "extract.dates",
    "find_events": "extract.events",
    "find_sentences": "extract.sentences",
    "open_snapshot": "extract.snapshots",
    "parse": "extract.parsing",
    "process": "extract.pipeline",
    "read": "extract.sources",
    "read_dump": "extract.sources",
    "refresh": "extract.live",
    "run": "extract.batch",
}

__all__ = [
    "__version__",
    "check",
    "diff",
    "fetch",
    "find_citations",
    "find_dates",
    "find_events",
    "find_sentences",
    "open_snapshot",
    "parse",
    "process",
    "read",
    "read_dump",
    "refresh",
    "run",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
