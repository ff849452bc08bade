"""Bytes of a file that may be compressed, in blocks of bounded size.

Formats: bzip2 (one or many streams, as in multistream dumps), gzip (one or many members),
Zstandard (one or many frames), and plain.
"""

from __future__ import annotations

import bz2
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from extract.errors import FormatError, NotFoundError, SourceError, UsageError

__all__ = [
    "Damage",
    "detect_compression",
    "find_streams",
    "is_stream",
    "open_file",
    "read_all",
    "read_blocks",
]

BLOCK = 1 << 20
# The decompressors are fed in small bites: what one bite can swell to stays bounded.
BITE = 1 << 16
# Four bytes of Zstandard can stand for 128 KiB, and its reader has no limit for one bite.
ZSTD_BITE = 1 << 9

_MAGIC = ((b"BZh", "bz2"), (b"\x1f\x8b", "gz"), (b"\x28\xb5\x2f\xfd", "zst"))
# The magic of a stream with its first block: ten fixed bytes, so chance hits do not happen.
_STREAM = re.compile(rb"BZh[1-9]1AY&SY")
STREAM_MAGIC = 10
# Bytes that are searched for streams at once.
SEARCHED = 4 << 20


class Damage(FormatError):  # noqa: N818 - it is passed on as a problem, not as an error
    """Compressed data that is cut short or corrupt; what came before it is good."""

    def __init__(self, message: str, position: int, kind: str) -> None:
        """Say what is wrong at which byte of the file."""
        super().__init__(message)
        self.position = position
        self.kind = kind


def open_file(path: Path) -> BinaryIO:
    """Open a file to read; raises NotFoundError, UsageError or SourceError in one line."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise UsageError(f"{path}: is a folder, expected a file") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error


def detect_compression(head: bytes) -> str:
    """Return ``bz2``, ``gz``, ``zst`` or an empty string, by the first bytes of a file."""
    return next((name for magic, name in _MAGIC if head.startswith(magic)), "")


def read_blocks(
    file: BinaryIO, compression: str, start: int = 0, stop: int = -1
) -> Iterator[tuple[int, bytes]]:
    """Yield decompressed blocks of at most about 1 MiB, each with the byte it belongs to.

    That byte is where the block's bzip2 stream starts in the file, or the block itself in a
    plain file (blocks end at ``stop`` and go on behind it), or ``start`` elsewhere.
    Raises Damage where the data is cut short or corrupt, after all blocks before it.
    """
    if compression == "bz2":
        return _read_bz2(file, start)
    if compression == "gz":
        return _read_gz(file, start)
    if compression == "zst":
        return _read_zst(file, start)
    return _read_plain(file, start, stop)


def _read_plain(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
    file.seek(start)
    position = start
    while True:
        size = min(BLOCK, stop - position) if position < stop else BLOCK
        block = file.read(size)
        if not block:
            return
        yield position, block
        position += len(block)


def _read_bz2(file: BinaryIO, start: int) -> Iterator[tuple[int, bytes]]:
    file.seek(start)
    stream = start
    data = file.read(BITE)
    while data:
        decoder = bz2.BZ2Decompressor()
        while not decoder.eof:
            if decoder.needs_input and not data:
                data = file.read(BITE)
                if not data:
                    raise Damage("bzip2 data is cut short", file.tell(), "truncated")
            try:
                block = decoder.decompress(data, BLOCK)
            except OSError as error:
                raise Damage("bzip2 data is corrupt", stream + 1, "corrupt") from error
            data = b""
            if block:
                yield stream, block
        data = decoder.unused_data or file.read(BITE)
        stream = file.tell() - len(data)


def _read_gz(file: BinaryIO, start: int) -> Iterator[tuple[int, bytes]]:
    file.seek(start)
    data = file.read(BITE)
    while data:
        decoder = zlib.decompressobj(31)
        while not decoder.eof:
            if not data:
                data = file.read(BITE)
                if not data:
                    raise Damage("gzip data is cut short", file.tell(), "truncated")
            try:
                block = decoder.decompress(data, BLOCK)
            except zlib.error as error:
                raise Damage("gzip data is corrupt", file.tell() - len(data), "corrupt") from error
            data = decoder.unconsumed_tail
            if block:
                yield start, block
        # Zero padding after the last member is allowed (tapes, some writers).
        data = (decoder.unused_data or file.read(BITE)).lstrip(b"\0")


def _read_zst(file: BinaryIO, start: int) -> Iterator[tuple[int, bytes]]:
    parts: list[bytes] = []
    size = 0
    try:
        for part in _decode_zst(file, start):
            parts.append(part)
            size += len(part)
            if size >= BLOCK:
                yield start, b"".join(parts)
                parts, size = [], 0
    except Damage:
        if parts:
            yield start, b"".join(parts)
        raise
    if parts:
        yield start, b"".join(parts)


def _decode_zst(file: BinaryIO, start: int) -> Iterator[bytes]:
    import zstandard

    file.seek(start)
    data = file.read(ZSTD_BITE)
    context = zstandard.ZstdDecompressor(max_window_size=1 << 31)
    while data:
        decoder = context.decompressobj()
        while not decoder.eof:
            if not data:
                data = file.read(ZSTD_BITE)
                if not data:
                    raise Damage("zstd data is cut short", file.tell(), "truncated")
            try:
                block = decoder.decompress(data)
            except zstandard.ZstdError as error:
                raise Damage("zstd data is corrupt", file.tell() - len(data), "corrupt") from error
            data = b""
            if block:
                yield block
        data = decoder.unused_data or file.read(ZSTD_BITE)


def read_all(path: Path, most: int) -> tuple[bytes, str]:
    """Return the whole decompressed file and what is damaged in it (empty: nothing).

    Raises FormatError where it holds more than ``most`` bytes: no single page does.
    """
    parts: list[bytes] = []
    total = 0
    with open_file(path) as file:
        try:
            head = file.read(8)
            for _, block in read_blocks(file, detect_compression(head)):
                total += len(block)
                if total > most:
                    raise FormatError(f"{path.name}: larger than {most >> 20} MiB, no single page")
                parts.append(block)
        except Damage as damage:
            return b"".join(parts), str(damage)
        except OSError as error:
            raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    return b"".join(parts), ""


def find_streams(path: Path, start: int = 0) -> list[int]:
    """Return the byte positions at which bzip2 streams that hold data begin, in order."""
    found: list[int] = []
    with open_file(path) as file:
        file.seek(start)
        tail = b""
        # Not a memory map: what it has touched counts as the process's own.
        while block := file.read(SEARCHED):
            data = tail + block
            found += [start + hit.start() - len(tail) for hit in _STREAM.finditer(data)]
            start += len(block)
            tail = data[-(STREAM_MAGIC - 1) :]
    return found


def is_stream(data: bytes) -> bool:
    """Return whether a bzip2 stream that holds data begins with these bytes."""
    return _STREAM.match(data) is not None
