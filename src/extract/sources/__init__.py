"""Pages from disk: files of one page, folders of them, and MediaWiki XML exports.

::

    iter_pages ─┬─ files.read_file        wikitext, HTML, rendered text
                └─ dump.read_dump ── dump.read_shard ── export.read_element
                                          └─ streams.read_blocks   plain, bz2, gz, zst

What cannot be read never stops a run: it stands in the stream as a SourceProblem.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from extract.errors import FormatError, NotFoundError, SourceError, UsageError
from extract.model import Page, Problem
from extract.sources.dump import (
    Shard,
    check_sums,
    plan_dump,
    read_dump,
    read_siteinfo,
    verify_sums,
)
from extract.sources.dump import read_shard as _read_dump_shard
from extract.sources.export import SiteInfo
from extract.sources.files import FORMATS, detect_format, find_files, is_export, read, read_file
from extract.sources.identity import (
    SourceProblem,
    derive_id,
    find_namespace,
    find_redirect,
    normalize_title,
    title_from_name,
)

__all__ = [
    "FORMATS",
    "Shard",
    "SiteInfo",
    "SourceProblem",
    "check_sums",
    "derive_id",
    "detect_format",
    "find_files",
    "find_namespace",
    "find_redirect",
    "iter_pages",
    "normalize_title",
    "plan_shards",
    "read",
    "read_dump",
    "read_file",
    "read_shard",
    "read_siteinfo",
    "title_from_name",
    "verify_sums",
]

Source = str | os.PathLike[str]


def iter_pages(
    sources: Iterable[Source],
    *,
    format: str = "auto",  # noqa: A002 - the option's name
    namespaces: Collection[int] | None = (0,),
    limit: int | None = None,
    titles: Collection[str] | None = None,
) -> Iterator[Page | SourceProblem]:
    """Yield the pages of files, folders and dumps, in the order given, folders sorted.

    ``namespaces`` chooses among the pages of dumps; a file of a single page was chosen by
    naming it.  ``titles`` chooses among all.  ``limit`` counts pages, not problems.  A file
    that cannot be read as what it is becomes a SourceProblem; a source that does not exist
    raises NotFoundError before the first page.
    """
    shards = plan_shards(sources, format=format, target_bytes=None)
    left = limit
    for shard in shards:
        if left is not None and left <= 0:
            return
        for item in read_shard(shard, format=format, namespaces=namespaces, titles=titles):
            yield item
            if left is not None and isinstance(item, Page):
                left -= 1
                if left <= 0:
                    return


def plan_shards(
    sources: Iterable[Source],
    *,
    format: str = "auto",  # noqa: A002 - the option's name
    target_bytes: int | None = 16 << 20,
) -> list[Shard]:
    """Return the shards of all sources in order, each of about that much wikitext.

    Dumps are cut where workers can begin to read; files of single pages are put together.
    With ``target_bytes`` None nothing is cut.  The same files give the same shards.
    """
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}, expected one of {', '.join(FORMATS)}")
    shards: list[Shard] = []
    group: list[str] = []
    weight = 0
    paths = _list_files(sources)
    for path in paths:
        if format == "xml" or (format == "auto" and _is_dump(path, alone=len(paths) == 1)):
            if group:
                shards.append(_group(group, len(shards)))
                group, weight = [], 0
            shards.extend(_plan_dump(path, len(shards), target_bytes))
            continue
        group.append(str(path))
        weight += path.stat().st_size if path.exists() else 0
        if target_bytes is not None and weight >= target_bytes:
            shards.append(_group(group, len(shards)))
            group, weight = [], 0
    if group:
        shards.append(_group(group, len(shards)))
    return shards


def _list_files(sources: Iterable[Source]) -> list[Path]:
    paths: list[Path] = []
    for source in sources:
        path = Path(source)
        if path.is_dir():
            paths.extend(find_files(path))
        elif path.is_file():
            paths.append(path)
        elif path.exists():
            raise UsageError(f"{path}: is a pipe or device, expected a file or folder")
        else:
            raise NotFoundError(f"{path}: no such file or folder")
    return paths


def _is_dump(path: Path, *, alone: bool) -> bool:
    try:
        return is_export(path)
    except FormatError:
        return False
    except SourceError:
        # One page of many may be lost; a dump that cannot be opened is not passed over.
        if alone or ".xml" in path.suffixes:
            raise
        return False


def _group(files: list[str], number: int) -> Shard:
    return Shard(number, files[0], 0, 0, 0, files=tuple(files))


def _plan_dump(path: Path, number: int, target_bytes: int | None) -> list[Shard]:
    size = path.stat().st_size
    try:
        return plan_dump(path, target_bytes=target_bytes, number=number)
    except FormatError:
        # Told as a problem when it is read, so that the other sources are not lost.
        return [Shard(number, str(path), 0, size, size)]


def read_shard(
    shard: Shard,
    *,
    format: str = "auto",  # noqa: A002 - the option's name
    namespaces: Collection[int] | None = (0,),
    titles: Collection[str] | None = None,
) -> Iterator[Page | SourceProblem]:
    """Yield the pages and problems of one shard, in order."""
    if not shard.files:
        try:
            if shard.start == 0:
                read_siteinfo(shard.path)  # raises where there is no export to read
            yield from _read_dump_shard(shard, namespaces=namespaces, titles=titles)
        except FormatError as error:
            yield _unreadable(Path(shard.path), error)
        return
    wanted = None if titles is None else frozenset(map(normalize_title, titles))
    for name in shard.files:
        try:
            page, problems = read_file(name, format)
        except SourceError as error:
            yield _unreadable(Path(name), error)
            continue
        if wanted is None or page.title in wanted:
            yield page
            yield from problems


def _unreadable(path: Path, error: SourceError) -> SourceProblem:
    title = title_from_name(path.name) or path.name
    return SourceProblem(title, derive_id(title), Problem("source", "unreadable", str(error)))
