"""What was fetched from a wiki, kept on disk so that no revision is fetched twice.

::

    <folder>/<last digits of the page id>/<page id>-<revision>-<kind>[-<state>].zst

A text is compressed with its checksum and written beside, then renamed into place: a file
is whole or, if something else spoilt it, ignored.  Of each kind a page has one file, that of
the revision last written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Store"]

_FOLDERS = 1000


class Store:
    """Texts by page id, revision and kind (``wikitext``, ``html``).

    ``state`` tells apart renderings of one revision: the time they were last out of date.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, page_id: int, rev_id: int, kind: str, state: str) -> Path:
        digits = "".join(filter(str.isdigit, state))
        name = f"{page_id}-{rev_id}-{kind}" + (f"-{digits}" if digits else "")
        return self.folder / f"{page_id % _FOLDERS:03d}" / f"{name}.zst"

    def _files(self, page_id: int, kind: str | None = None) -> Iterator[Path]:
        for path in (self.folder / f"{page_id % _FOLDERS:03d}").glob(f"{page_id}-*.zst"):
            if kind is None or path.stem.split("-")[2] == kind:
                yield path

    def has(self, page_id: int, rev_id: int, kind: str, state: str = "") -> bool:
        """Return whether there is a text, be it damaged."""
        return self._path(page_id, rev_id, kind, state).is_file()

    def read(self, page_id: int, rev_id: int, kind: str, state: str = "") -> str | None:
        """Return what is kept, None where nothing is or the file is damaged."""
        import zstandard

        try:
            data = self._path(page_id, rev_id, kind, state).read_bytes()
            return zstandard.ZstdDecompressor().decompress(data).decode("utf-8", "surrogatepass")
        except (OSError, zstandard.ZstdError, UnicodeDecodeError):
            return None

    def write(self, page_id: int, rev_id: int, kind: str, text: str, state: str = "") -> None:
        """Keep a text, in place of what the page has of this kind."""
        import zstandard

        path = self._path(page_id, rev_id, kind, state)
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = zstandard.ZstdCompressor(level=3, write_checksum=True).compress(
            text.encode("utf-8", "surrogatepass")
        )
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.write_bytes(packed)
        for older in list(self._files(page_id, kind)):
            older.unlink(missing_ok=True)
        temporary.replace(path)

    def forget(self, page_id: int) -> None:
        """Remove all that is kept of a page, as where the wiki took it back."""
        for path in list(self._files(page_id)):
            path.unlink(missing_ok=True)
