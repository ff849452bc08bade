"""The exceptions of the package.

::

    ExtractError                 everything this package raises on purpose
    ├── UsageError               wrong use or configuration       (exit status 2)
    ├── DataError                a shipped data file is wrong      (exit status 2)
    ├── SourceError              a source cannot be read           (exit status 5)
    │   ├── NotFoundError        … because it is not there
    │   ├── FormatError          … because it is not what it claims to be
    │   └── UnavailableError     … now; a later try may succeed
    ├── SnapshotError            a snapshot is missing or damaged  (exit status 2)
    └── OutputError              nothing can be written there      (exit status 1)

Malformed wikitext is never an error: it becomes a row of the ``problems`` table.
Every message says what is wrong, where, and what was expected, in one line.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "ExtractError",
    "FormatError",
    "NotFoundError",
    "OutputError",
    "SnapshotError",
    "SourceError",
    "UnavailableError",
    "UsageError",
]


class ExtractError(Exception):
    """Base of every exception raised on purpose by this package."""

    exit_status = 1


class UsageError(ExtractError):
    """The caller asked for something that cannot be done as asked."""

    exit_status = 2


class DataError(ExtractError):
    """A data file shipped with the package is wrong; the message names file and key."""

    exit_status = 2


class SourceError(ExtractError):
    """A source of pages cannot be read."""

    exit_status = 5


class NotFoundError(SourceError):
    """The file or page does not exist."""


class FormatError(SourceError):
    """The input is not in the format it was read as."""


class UnavailableError(SourceError):
    """The source does not answer now; trying again later may help."""


class SnapshotError(ExtractError):
    """A snapshot or its manifest is missing, incomplete or damaged."""

    exit_status = 2


class OutputError(ExtractError):
    """What was found cannot be written: a full disk, a folder that may not be written to."""
