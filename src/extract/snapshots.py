"""Snapshots: immutable folders of Parquet parts, a manifest each, one pointer.

Layout under a ROOT::

    snapshots/<id>/<table>/part-00000-<sha12>.parquet
    snapshots/<id>/manifest.json
    snapshots/<id>/README.md, croissant.json, datapackage.json    see packaging.py
    current     symbolic link to the snapshot in force
    LATEST      its id as text, for systems without symbolic links

A snapshot is written beside, synced to the disk, renamed into place, and only then pointed
to, so that a reader who resolved one pointer sees all tables of one moment, and a killed run,
a full disk or a power cut leaves the old snapshot whole.  A manifest holds no time of day and no machine's name: the same input
read by the same version gives the same bytes, and the same id.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from extract._version import __version__
from extract.errors import SnapshotError, UsageError
from extract.model import Rows
from extract.packaging import lay_out, package_files
from extract.schema import SCHEMA_VERSION, TABLES, find_table
from extract.tables import PageRows, PartFile, page_range, read_parts, replace_pages

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "Snapshot",
    "commit_snapshot",
    "list_snapshots",
    "lock_root",
    "open_snapshot",
    "prune_snapshots",
    "update_snapshot",
]

MANIFEST = "manifest.json"
SNAPSHOTS = "snapshots"
_PARTIAL, _GONE = ".partial-", ".gone-"


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
        """Return a table as a ``pyarrow.Table``; raises SnapshotError for a damaged part."""
        return read_parts(table, self.paths(table))

    def pandas(self, table: str) -> pd.DataFrame:
        """Return a table as a ``pandas.DataFrame``."""
        frame: pd.DataFrame = self.arrow(table).to_pandas()
        return frame

    def verify(self) -> list[str]:
        """Return what differs from the manifest: missing or altered files, one line each."""
        return list(_differences(self))


def _differences(snapshot: Snapshot) -> Iterator[str]:
    for table, entry in snapshot.manifest["tables"].items():
        for part in entry["parts"]:
            yield from _difference(snapshot.folder / table / part["file"], part["sha256"])
    for name, entry in snapshot.manifest.get("files", {}).items():
        yield from _difference(snapshot.folder / name, entry["sha256"])


def _difference(path: Path, digest: str) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                yield f"{path}: bytes differ from the manifest"
    except FileNotFoundError:
        yield f"{path}: missing"
    except OSError as error:
        yield f"{path}: cannot be read: {error.strerror}"


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
    """Return the ids of the snapshots under ``root``, oldest first.

    Runs of different input into one ROOT have the same number: of them the time of writing
    tells, as well as the disk knows it.
    """
    folder = Path(root) / SNAPSHOTS
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    ages = [
        (path.name.partition("-")[0], (path / MANIFEST).stat().st_mtime_ns, path.name)
        for path in found
        if (path / MANIFEST).is_file()
    ]
    return [name for _, _, name in sorted(ages)]


@contextmanager
def lock_root(root: str | os.PathLike[str]) -> Iterator[None]:
    """Hold ``root``, made if need be, for one writer; raises UsageError while another has it."""
    base = Path(root)
    if base.exists() and not base.is_dir():
        raise UsageError(f"{base}: is a file, expected a folder for the tables")
    base.mkdir(parents=True, exist_ok=True)
    with (base / ".lock").open("w", encoding="utf-8") as file:
        try:
            import fcntl
        except ImportError:  # Windows has no such lock; two writers there are the user's to avoid
            yield
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"{base}: another run is writing here; wait for it to end") from None
        yield


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
    for rest in snapshots.glob(".*"):  # of a run or a pruning that was killed
        shutil.rmtree(rest, ignore_errors=True)
    manifest = _manifest(parts, about, parent)
    described = package_files(manifest)
    manifest["files"] = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in described.items()
    }
    number = 1 + int(parent.partition("-")[0]) if parent else 1
    digest = hashlib.sha256(lay_out(manifest)).hexdigest()[:12]
    manifest = {"id": f"{number:06d}-{digest}", **manifest}
    folder = snapshots / manifest["id"]
    if not (folder / MANIFEST).is_file() or any(_differences(Snapshot(folder, manifest))):
        partial = snapshots / f"{_PARTIAL}{manifest['id']}"
        for part in parts:
            target = partial / part.table / part.path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            _place(part.path, target)
        for table in TABLES:
            (partial / table).mkdir(parents=True, exist_ok=True)
        for name, data in described.items():
            (partial / name).write_bytes(data)
        (partial / MANIFEST).write_bytes(lay_out(manifest))
        _sync_tree(partial)
        shutil.rmtree(folder, ignore_errors=True)  # if it is there, it is damaged
        partial.replace(folder)
    _sync_folder(snapshots)
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


def _place(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sync_tree(folder: Path) -> None:
    """Have the disk hold the files below a folder, and their names; those it holds cost little."""
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            with (Path(path) / name).open("r+b") as file:
                os.fsync(file.fileno())
        _sync_folder(Path(path))


def _sync_folder(folder: Path) -> None:
    """Have the disk hold the names in a folder, where the system can be asked to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some shares over a network
            raise
    finally:
        os.close(handle)


def _point(base: Path, snapshot_id: str) -> None:
    link = base / ".current.tmp"
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(Path(SNAPSHOTS) / snapshot_id, target_is_directory=True)
        link.replace(base / "current")
    except OSError:
        link.unlink(missing_ok=True)
    latest = base / ".LATEST.tmp"
    with latest.open("wb") as file:
        file.write(f"{snapshot_id}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    latest.replace(base / "LATEST")
    _sync_folder(base)


def update_snapshot(
    root: str | os.PathLike[str],
    rows: Iterable[tuple[int, Rows]],
    drop: Collection[int],
    about: Mapping[str, Any],
    *,
    work: Path | None = None,
) -> Snapshot:
    """Commit a child of the snapshot in force with the rows of some pages replaced.

    ``rows`` are page ids with all their rows, ``drop`` further ids that are gone.  Parts in
    which nothing changes are shared with the parent, byte for byte; a page goes into the
    part whose range of ids it falls into, so that the order of the rows is kept.  Without a
    snapshot under ``root`` the rows are its first.
    """
    base = Path(root)
    scratch = work or base / ".update"
    shutil.rmtree(scratch, ignore_errors=True)
    new = dict(rows)
    gone = frozenset(new) | frozenset(drop)
    has_parent = (base / "LATEST").is_file() or (base / "current").is_symlink()
    parent = open_snapshot(base) if has_parent else None
    old = _parts_by_bucket(parent) if parent else {}
    ranges = _bucket_ranges(old)
    buckets = sorted({*old, *(_bucket_of(page_id, ranges) for page_id in new)} or {0})
    parts: dict[str, list[PartFile]] = {name: [] for name in TABLES}
    for bucket in buckets:
        mine = {i: r for i, r in new.items() if _bucket_of(i, ranges) == bucket}
        for name in TABLES:
            before = old.get(bucket, {}).get(name)
            pages = [PageRows(i, getattr(r, name)) for i, r in mine.items() if getattr(r, name)]
            if before is None and not pages and bucket != buckets[0]:
                continue
            after = replace_pages(
                name,
                before.path if before else None,
                gone,
                pages,
                scratch / str(bucket),
                f"part-{bucket:05d}",
            )
            parts[name].append(after or cast("PartFile", before))
    flat = [part for name in TABLES for part in parts[name]]
    snapshot = commit_snapshot(base, flat, about, parent=parent.id if parent else None)
    shutil.rmtree(scratch, ignore_errors=True)
    return snapshot


def _parts_by_bucket(snapshot: Snapshot) -> dict[int, dict[str, PartFile]]:
    found: dict[int, dict[str, PartFile]] = {}
    for table, entry in snapshot.manifest["tables"].items():
        for part in entry["parts"]:
            bucket = int(part["file"].split("-")[1])
            found.setdefault(bucket, {})[table] = PartFile(
                table,
                snapshot.folder / table / part["file"],
                part["rows"],
                part["bytes"],
                part["sha256"],
            )
    return found


def _bucket_ranges(parts: Mapping[int, Mapping[str, PartFile]]) -> list[tuple[int, int]]:
    """Return (smallest page id, bucket) of each bucket, by page id."""
    found = []
    for bucket, tables in parts.items():
        ends = page_range(tables["pages"].path) if "pages" in tables else None
        if ends is not None:
            found.append((ends[0], bucket))
    return sorted(found)


def _bucket_of(page_id: int, ranges: Sequence[tuple[int, int]]) -> int:
    if not ranges:
        return 0
    place = bisect_right(ranges, (page_id, sys.maxsize)) - 1
    return ranges[max(place, 0)][1]


def prune_snapshots(root: str | os.PathLike[str], keep: int) -> list[str]:
    """Remove all but the newest ``keep`` snapshots and return the ids removed.

    The snapshot in force always stays.  Files shared with a kept snapshot stay with it.
    """
    current = open_snapshot(root).id
    ids = list_snapshots(root)
    gone = [name for name in ids[: max(0, len(ids) - max(1, keep))] if name != current]
    for name in gone:
        # Renamed first: killed in the middle, no half of a snapshot passes for one.
        folder = Path(root) / SNAPSHOTS / name
        gone_folder = folder.replace(folder.with_name(f"{_GONE}{name}"))
        shutil.rmtree(gone_folder, ignore_errors=True)
    return gone
