"""MediaWiki XML exports: whole files, folders of parts, and byte ranges for workers.

A file is read as shards.  A shard is a range of bytes, and the pages that *begin* in it are
its own: its reader skips the end of a page begun before the range and reads on behind the
range until its last page is complete.  So ranges need not be cut at pages, any compressed
stream may end within a page, and all shards of a file together give what the whole file
gives, in its order.

Layouts: ``pages-articles.xml``, plain or ``.bz2``, ``.gz``, ``.zst``; multistream ``.bz2``
(with or without its index of stream positions); the folders of MediaWiki Content File
Exports (parts in ``.xml.bz2`` with ``SHA256SUMS``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from extract.errors import FormatError, SourceError
from extract.model import Page, Problem
from extract.sources.export import Selection, SiteInfo, keep_latest, read_element, read_header
from extract.sources.identity import SourceProblem, derive_id, normalize_title
from extract.sources.streams import (
    STREAM_MAGIC,
    Damage,
    detect_compression,
    find_streams,
    is_stream,
    open_file,
    read_blocks,
)

__all__ = [
    "Shard",
    "check_sums",
    "plan_dump",
    "read_dump",
    "read_shard",
    "read_siteinfo",
    "verify_sums",
]

# Where a page grows beyond this its older revisions are let go while it is read.
LARGE_PAGE = 8 << 20
# A page that is still larger without them is given up (MediaWiki stores 2 MiB at most).
LARGEST_PAGE = 64 << 20
# Bytes of a broken page that are looked at for its title and id.
SHOWN = 4000
# XML bytes for each byte of bzip2 in dumps of this kind (measured: 4.1 to 5.7).
BZ2_RATIO = 5
# The list that completes an export folder.
SUMS = "SHA256SUMS"
# The header and the first titles are within these.
_HEADER_BYTES = 1 << 20

_PAGE = re.compile(rb"<page[\s>]")
_TITLE = re.compile(rb"<title>([^<]{1,2000})</title>")
_ID = re.compile(rb"<id>([0-9]{1,18})</id>")
# A line of a multistream index: position of the stream, id and title of a page in it.
_POSITION = re.compile(rb"^([0-9]{1,18}):", re.MULTILINE)


class Shard(NamedTuple):
    """A part of the input that one worker reads by itself."""

    number: int
    """Place in the order of the whole input."""
    path: str
    start: int
    """First byte in the file as stored; the start of a bzip2 stream in such files."""
    end: int
    """Byte behind the last one."""
    size: int
    """Bytes of the whole file, so that the last shard is known as such."""
    compression: str = ""
    """``bz2``, ``gz``, ``zst`` or empty."""
    wiki: str | None = None
    files: tuple[str, ...] = ()
    """Files of single pages, where the shard is no part of a dump; ``path`` is the first."""


def read_siteinfo(path: str | Path) -> SiteInfo:
    """Return the header of an export.

    Raises NotFoundError, or FormatError where the file is no MediaWiki export.
    """
    path = Path(path)
    with open_file(path) as file:
        data, damage = _read_start(file)
    if not data.strip():
        reason = damage or "no data in it"
        raise FormatError(f"{path.name}: {reason}, expected a MediaWiki XML export")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatError(f"{path.name}: is UTF-16, expected a MediaWiki XML export in UTF-8")
    if b"<mediawiki" not in data and not _PAGE.search(data):
        raise FormatError(
            f"{path.name}: no <mediawiki> or <page> in it, expected a MediaWiki XML export"
        )
    return read_header(data)


def _read_start(file: BinaryIO) -> tuple[bytes, str]:
    parts: list[bytes] = []
    trouble = ""
    compression = detect_compression(file.read(8))
    total = 0
    try:
        for _, block in read_blocks(file, compression):
            parts.append(block)
            total += len(block)
            if total >= _HEADER_BYTES:
                break
    except Damage as damage:
        trouble = str(damage)
    return b"".join(parts)[:_HEADER_BYTES], trouble


def read_dump(
    path: str | Path,
    *,
    namespaces: Collection[int] | None = (0,),
    limit: int | None = None,
    titles: Collection[str] | None = None,
) -> Iterator[Page | SourceProblem]:
    """Yield the pages of an export in file order, in bounded memory.

    ``namespaces`` None means all; pages of other content models than wikitext are left out;
    of several revisions the newest is given.  What cannot be read comes as a SourceProblem:
    a broken or suppressed page, and, once for the file, that it is cut short or corrupt (a
    multistream file is taken up again at its next stream).  Raises NotFoundError and
    FormatError at the first step where there is no export to read.
    """
    path = Path(path)
    info = read_siteinfo(path)
    shard = _whole(path, info, 0)
    yield from _limit(read_shard(shard, namespaces=namespaces, titles=titles), limit)


def _limit(
    items: Iterator[Page | SourceProblem], limit: int | None
) -> Iterator[Page | SourceProblem]:
    if limit is None:
        yield from items
        return
    left = limit
    while left > 0:
        item = next(items, None)
        if item is None:
            return
        yield item
        left -= isinstance(item, Page)


def _whole(path: Path, info: SiteInfo, number: int) -> Shard:
    with open_file(path) as file:
        compression = detect_compression(file.read(8))
    size = path.stat().st_size
    return Shard(number, str(path), 0, size, size, compression, info.wiki)


def plan_dump(
    path: str | Path, *, target_bytes: int | None = 16 << 20, number: int = 0
) -> list[Shard]:
    """Return the shards of one export, numbered from ``number``, each of about that much XML.

    bzip2 files of many streams are cut at streams (found by the index beside the file, else
    by their magic bytes), plain files anywhere; all others are one shard, and all are where
    ``target_bytes`` is None.
    """
    path = Path(path)
    whole = _whole(path, read_siteinfo(path), number)
    if target_bytes is None or whole.compression in {"gz", "zst"}:
        return [whole]
    if whole.compression == "bz2":
        step = max(1, target_bytes // BZ2_RATIO)
        starts = _read_index(path, whole.size) or find_streams(path)
    else:
        step = max(1, target_bytes)
        starts = list(range(0, whole.size, step))
    cuts = [0]
    for start in starts:
        if start - cuts[-1] >= step:
            cuts.append(start)
    return [
        whole._replace(number=number + index, start=start, end=end)
        for index, (start, end) in enumerate(zip(cuts, [*cuts[1:], whole.size], strict=True))
    ]


def _read_index(path: Path, size: int) -> list[int]:
    """Return the stream positions of a multistream index, empty where it does not fit."""
    stem = path.name.removesuffix(".xml.bz2")
    for name in (f"{stem}-index.txt.bz2", f"{stem}-index.txt"):
        index = path.with_name(name)
        if index.is_file():
            break
    else:
        return []
    positions: set[bytes] = set()
    rest = b""
    try:
        with open_file(index) as file:
            compression = detect_compression(file.read(8))
            for _, block in read_blocks(file, compression):
                lines, _, rest = (rest + block).rpartition(b"\n")
                positions.update(_POSITION.findall(lines))
    except Damage:
        return []
    starts = sorted(map(int, positions))
    with open_file(path) as file:
        for start in starts:
            file.seek(start)
            if start >= size or not is_stream(file.read(STREAM_MAGIC)):
                return []  # the index of another file
    return starts


def verify_sums(folder: str | Path) -> tuple[str, ...]:
    """Return the names in a folder's ``SHA256SUMS`` whose file is missing or differs, sorted.

    Raises FormatError where there is no such list: an export without it is not complete.
    """
    folder = Path(folder)
    try:
        listing = (folder / SUMS).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise FormatError(f"{folder}: no {SUMS} in it, the export is not complete") from error
    return tuple(sorted(name for name, _ in _compare_sums(folder, listing)))


def check_sums(
    folder: str | Path, chosen: Collection[str] | None = None
) -> tuple[SourceProblem, ...]:
    """Return what a folder's ``SHA256SUMS`` says against its files; nothing if it has none.

    With ``chosen`` only these files are looked at.
    """
    folder = Path(folder)
    try:
        listing = (folder / SUMS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    return tuple(
        SourceProblem(name, derive_id(name), Problem("source", kind, message))
        for name, kind in sorted(_compare_sums(folder, listing, chosen))
        for message in (
            f"{SUMS} names it, and it is not there"
            if kind == "missing"
            else f"is not the file that {SUMS} names: it was altered, or not fetched whole",
        )
    )


def _compare_sums(
    folder: Path, listing: str, chosen: Collection[str] | None = None
) -> Iterator[tuple[str, str]]:
    for line in listing.splitlines():
        sum_, _, name = line.strip().partition(" ")
        name = Path(name.strip().removeprefix("*")).name
        if not name or (chosen is not None and name not in chosen):
            continue
        part = folder / name
        if not part.is_file():
            yield name, "missing"
            continue
        with part.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sum_.lower():
                yield name, "sum_differs"


def read_shard(
    shard: Shard,
    *,
    namespaces: Collection[int] | None = (0,),
    titles: Collection[str] | None = None,
) -> Iterator[Page | SourceProblem]:
    """Yield the pages that begin in the shard, in file order; see ``read_dump``."""
    path = Path(shard.path)
    selection = Selection.make(namespaces, titles)
    info: SiteInfo | None = None
    with open_file(path) as file:
        for piece, trouble in _read_pieces(file, shard):
            if trouble is not None:
                yield _report(piece, path.name, *trouble)
                continue
            if info is None and b"<ns>" not in piece:
                info = read_siteinfo(path)
            names = info.namespaces if info else {}
            page, problem = read_element(piece, selection, names, shard.wiki, path.name)
            if problem is not None:
                yield problem
            if page is not None:
                yield page


Trouble = tuple[str, str]
Piece = tuple[bytes, Trouble | None]

_UNCLOSED: Trouble = ("broken", "a page without its end; the next one begins within it")
_UNOPENED: Trouble = ("broken", "the end of a page without its beginning")
_TOO_LARGE: Trouble = ("too_large", f"a page of more than {LARGEST_PAGE >> 20} MiB was given up")


def _report(piece: bytes, source: str, kind: str, message: str) -> SourceProblem:
    title_found = _TITLE.search(piece)
    title = normalize_title(title_found[1].decode("utf-8", "replace")) if title_found else source
    id_found = _ID.search(piece)
    page_id = int(id_found[1]) if title_found and id_found else derive_id(title)
    return SourceProblem(title, page_id, Problem("source", kind, message))


def _read_pieces(file: BinaryIO, shard: Shard) -> Iterator[Piece]:
    """Yield each page element of the shard, and what is wrong where one is not whole.

    Damage in a stream costs what is left of it; bzip2 is taken up at its next stream.
    """
    start = shard.start
    while True:
        pieces = _split(file, shard, start)
        try:
            yield from pieces
        except Damage as damage:
            yield b"", (damage.kind, f"{damage} near byte {damage.position} of {shard.size}")
            if shard.compression != "bz2" or damage.kind == "truncated":
                return
            path = Path(shard.path)
            following = next(iter(find_streams(path, damage.position)), shard.end)
            if following >= shard.end:
                return
            start = following
        except OSError as error:
            raise SourceError(f"{shard.path}: cannot be read: {error.strerror}") from error
        else:
            return


def _split(file: BinaryIO, shard: Shard, start: int) -> Iterator[Piece]:
    buffer = bytearray()
    # What stands before the first "<page" of a later range belongs to the range before it.
    whose = start == 0
    rooted = start > 0
    seen = False
    limit = LARGE_PAGE
    blocks = read_blocks(file, shard.compression, start, shard.end)
    try:
        for offset, block in blocks:
            if offset >= shard.end:
                yield from _finish(buffer, chain([(offset, block)], blocks))
                return
            scan = max(0, len(buffer) - 6)
            buffer += block
            rooted = rooted or b"<mediawiki" in block
            if buffer.find(b"</page>", scan) >= 0:
                *pieces, rest = bytes(buffer).split(b"</page>")
                for piece in pieces:
                    yield from _trim(piece, whose)
                    whose = seen = True
                buffer, limit = bytearray(rest), LARGE_PAGE
            elif len(buffer) > limit:
                buffer, given_up = _shrink(buffer)
                limit = max(LARGE_PAGE, 2 * len(buffer))
                if given_up:
                    yield given_up, _TOO_LARGE
                    whose = False
    except Damage:
        yield from _leave(buffer, "the data breaks off within this page")
        raise
    if buffer.find(b"<page") >= 0:
        yield from _leave(buffer, "the file ends within this page")
    elif rooted and shard.end == shard.size and not _ends(buffer, start > 0 and not seen):
        yield b"", ("truncated", "the file ends before </mediawiki>: pages may be missing")


def _ends(buffer: bytearray, within: bool) -> bool:
    """Return whether the file ends with its root; its tag may begin before the range."""
    if b"</mediawiki>" in buffer:
        return True
    return within and b"</mediawiki>".endswith(buffer.strip())


def _trim(piece: bytes, whose: bool) -> Iterator[Piece]:
    """Yield the page that ends a piece, and what was begun before it and not ended."""
    first = piece.find(b"<page")
    if first < 0:
        if whose:
            yield piece[-SHOWN:], _UNOPENED
        return
    last = piece.rfind(b"<page")
    if last > first:
        yield piece[first : first + SHOWN], _UNCLOSED
    yield piece[last:], None


def _leave(buffer: bytearray, message: str) -> Iterator[Piece]:
    opened = buffer.find(b"<page")
    if opened >= 0:
        yield bytes(buffer[opened : opened + SHOWN]), ("truncated", message)


def _finish(buffer: bytearray, blocks: Iterable[tuple[int, bytes]]) -> Iterator[Piece]:
    """Yield the page that begins in the shard and ends behind it, if there is one."""
    own = len(buffer)
    opened = buffer.find(b"<page")
    if opened < 0:
        opened = buffer.rfind(b"<")
        if opened < 0 or not b"<page".startswith(buffer[opened:]):
            return
    limit = LARGE_PAGE
    del buffer[:opened]
    own -= opened
    try:
        for _, block in blocks:
            scan = max(0, len(buffer) - 6)
            buffer += block
            if len(buffer) >= 5 and not buffer.startswith(b"<page"):
                return
            end = buffer.find(b"</page>", scan)
            if end >= 0:
                piece = bytes(buffer[:end])
                last = piece.rfind(b"<page")
                if last > 0:
                    yield piece[:SHOWN], _UNCLOSED
                if last < own:
                    yield piece[last:], None
                return
            if len(buffer) > limit:
                buffer, given_up = _shrink(buffer)
                limit = max(LARGE_PAGE, 2 * len(buffer))
                if given_up:
                    yield given_up, _TOO_LARGE
                    return
    except Damage:
        yield from _leave(buffer, "the data breaks off within this page")
        raise
    yield from _leave(buffer, "the file ends within this page")


def _shrink(buffer: bytearray) -> tuple[bytearray, bytes]:
    """Return what must be kept of a growing buffer, and the head of a page given up."""
    opened = buffer.find(b"<page")
    if opened < 0:
        return buffer[-6:], b""
    kept = keep_latest(bytes(buffer[opened:]))
    if len(kept) > LARGEST_PAGE:
        return buffer[-6:], kept[:SHOWN]
    return bytearray(kept), b""
