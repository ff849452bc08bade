"""Snapshots: immutable folders of Parquet parts, a manifest each, one pointer.

Layout under a ROOT::

    snapshots/<id>/<table>/part-00000-<sha12>.parquet
    snapshots/<id>/manifest.json
    current     symbolic link to the snapshot in force
    LATEST      its id as text, for systems without symbolic links

A snapshot is written beside, renamed into place, and only then pointed to, so that a
reader who resolved one pointer sees all tables of one moment, and a killed run leaves the
old snapshot whole.  A manifest holds no time of day and no machine's name: the same input
read by the same version gives the same bytes, and the same id.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from extract._version import __version__
from extract.errors import SnapshotError
from extract.schema import SCHEMA_VERSION, TABLES, find_table
from extract.tables import PartFile, read_parts

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["Snapshot", "commit_snapshot", "list_snapshots", "open_snapshot"]

MANIFEST = "manifest.json"
SNAPSHOTS = "snapshots"
_PARTIAL = ".partial-"


class Snapshot(NamedTuple):
    """A snapshot resolved once: every table it gives is of the same moment."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The snapshot's id, which is also the name of its folder."""
        return str(self.manifest["id"])

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(self.manifest["tables"])

    def paths(self, table: str) -> list[Path]:
        """Return the Parquet files of a table, in row order."""
        find_table(table)
        entry = self.manifest["tables"].get(table, {"parts": []})
        return [self.folder / table / part["file"] for part in entry["parts"]]

    def arrow(self, table: str) -> pa.Table:
        """Return a table as a ``pyarrow.Table``."""

        try:
            return read_parts(table, self.paths(table))
        except FileNotFoundError as error:
            raise SnapshotError(
                f"{self.folder}: a part of table {table} is gone: {error.filename}"
            ) from error

    def pandas(self, table: str) -> pd.DataFrame:
        """Return a table as a ``pandas.DataFrame``."""
        return self.arrow(table).to_pandas()

    def verify(self) -> list[str]:
        """Return what differs from the manifest: missing or altered files, one line each."""
        return list(_differences(self))


def _differences(snapshot: Snapshot) -> Iterator[str]:
    for table, entry in snapshot.manifest["tables"].items():
        for part in entry["parts"]:
            path = snapshot.folder / table / part["file"]
            if not path.is_file():
                yield f"{path}: missing"
            elif hashlib.sha256(path.read_bytes()).hexdigest() != part["sha256"]:
                yield f"{path}: bytes differ from the manifest"


def open_snapshot(root: str | os.PathLike[str], snapshot_id: str | None = None) -> Snapshot:
    """Open the snapshot in force under ``root``, or the one named.

    The pointer is resolved once.  Raises SnapshotError when there is none or its manifest
    cannot be read.
    """
    base = Path(root)
    if snapshot_id is None:
        snapshot_id = _latest_id(base)
    folder = (base / SNAPSHOTS / snapshot_id).resolve()
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SnapshotError(f"{base}: no snapshot {snapshot_id!r}") from error
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{folder / MANIFEST}: cannot be read: {error}") from error
    return Snapshot(folder, manifest)


def _latest_id(base: Path) -> str:
    link = base / "current"
    if link.is_symlink():
        return link.readlink().name
    try:
        return (base / "LATEST").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SnapshotError(
            f"{base}: no snapshot here; expected a folder that hewiki run has written"
        ) from error


def list_snapshots(root: str | os.PathLike[str]) -> list[str]:
    """Return the ids of the snapshots under ``root``, oldest first."""
    folder = Path(root) / SNAPSHOTS
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if (p / MANIFEST).is_file())


def commit_snapshot(
    root: str | os.PathLike[str],
    parts: Sequence[PartFile],
    about: Mapping[str, Any],
    *,
    parent: str | None = None,
) -> Snapshot:
    """Make the parts a snapshot and point to it.

    Parts are moved in from a working folder on the same file system, or linked where they
    belong to another snapshot.  ``about`` is stored in the manifest (source, options,
    summary); it must not hold anything that changes from run to run.
    """
    base = Path(root)
    snapshots = base / SNAPSHOTS
    snapshots.mkdir(parents=True, exist_ok=True)
    manifest = _manifest(parts, about, parent)
    number = 1 + int(parent.partition("-")[0]) if parent else 1
    digest = hashlib.sha256(_dump(manifest)).hexdigest()[:12]
    manifest = {"id": f"{number:06d}-{digest}", **manifest}
    folder = snapshots / manifest["id"]
    if not (folder / MANIFEST).is_file():
        partial = snapshots / f"{_PARTIAL}{manifest['id']}"
        shutil.rmtree(partial, ignore_errors=True)
        for part in parts:
            target = partial / part.table / part.path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            _place(part.path, target)
        for table in TABLES:
            (partial / table).mkdir(parents=True, exist_ok=True)
        _write_durably(partial / MANIFEST, _dump(manifest))
        partial.replace(folder)
    _point(base, manifest["id"])
    return Snapshot(folder.resolve(), manifest)


def _manifest(
    parts: Sequence[PartFile], about: Mapping[str, Any], parent: str | None
) -> dict[str, Any]:
    tables: dict[str, Any] = {name: {"rows": 0, "parts": []} for name in TABLES}
    for part in parts:
        entry = tables[part.table]
        entry["rows"] += part.rows
        entry["parts"].append(
            {
                "file": part.path.name,
                "rows": part.rows,
                "bytes": part.size,
                "sha256": part.sha256,
            }
        )
    return {
        "schema_version": SCHEMA_VERSION,
        "extractor_version": __version__,
        "parent": parent,
        **about,
        "tables": tables,
    }


def _dump(manifest: Mapping[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()


def _place(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _point(base: Path, snapshot_id: str) -> None:
    link = base / ".current.tmp"
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(Path(SNAPSHOTS) / snapshot_id, target_is_directory=True)
        link.replace(base / "current")
    except OSError:
        link.unlink(missing_ok=True)
    latest = base / ".LATEST.tmp"
    _write_durably(latest, f"{snapshot_id}\n".encode())
    latest.replace(base / "LATEST")
