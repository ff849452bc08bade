"""Files of one page each: wikitext, HTML, rendered text, or a one-page XML export.

The stored text is the file's, decoded, without a byte order mark and with line ends as LF:
wikis store LF only, and this is done before anything points into the text.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from pathlib import Path

from extract.errors import FormatError, NotFoundError, SourceError, UsageError
from extract.model import Page, Problem
from extract.sources.dump import read_dump
from extract.sources.head import Head, read_head
from extract.sources.identity import (
    COMPRESSIONS,
    PAGE_SUFFIXES,
    SourceProblem,
    derive_id,
    find_namespace,
    find_redirect,
    title_from_name,
)
from extract.sources.streams import Damage, detect_compression, open_file, read_all, read_blocks
from extract.wikitext.rendered import is_separator, peek_title

__all__ = ["FORMATS", "detect_format", "find_files", "read", "read_file"]

FORMATS = ("auto", "wikitext", "html", "text", "xml")
# No wiki stores a page of more than 2 MiB; its HTML is a few times larger.
LARGEST_FILE = 64 << 20
# What is looked at to tell the format.
SHOWN = 1 << 16

_BY_SUFFIX = {
    ".wiki": "wikitext",
    ".wikitext": "wikitext",
    ".mediawiki": "wikitext",
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xml": "xml",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HTML_START = re.compile(
    r"(?:<!--[^<>]{0,2000}-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_HTML_PART = re.compile(
    r'<(?:section|div|p|table)\b[^<>]{0,500}\b(?:data-mw-section-id=|class="[^"<>]{0,200}'
    r'mw-parser-output|typeof="mw:|data-parsoid=|rel="mw:)',
    re.IGNORECASE,
)
_XML_START = re.compile(
    r"(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--[^<>]{0,2000}-->\s*)*<(?:mediawiki|page)[\s>]"
)
_CHARSET = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)
# Signs that are common in wikitext and do not occur in rendered text.
_WIKITEXT = re.compile(
    r"\[\[[^\[\]\n]{1,300}\]\]|\{\{[^{}\n]{1,300}(?:\}\}|\n)|^={2,6}[^=\n]{1,200}={2,6}[ \t]*$"
    r"|^\{\||<ref[ >/]|'''[^'\n]",
    re.MULTILINE,
)
_DIGITS = re.compile(r"([0-9]{1,18})")


def read(path: str | os.PathLike[str], format: str = "auto") -> Page:  # noqa: A002 - the option's name
    """Return the page of a file.

    ``format`` is one of ``FORMATS``; auto looks at the content, then at the name.  Title,
    ids and time come from the input itself where it has them (an export, the head of a saved
    or Parsoid page, the infobox line of rendered text), else the title from the file's name
    and the id from the title.  Raises NotFoundError, UsageError for a folder or an unknown
    format, and FormatError where the file is empty, binary or not what it was read as.
    """
    return read_file(path, format)[0]


def read_file(
    path: str | os.PathLike[str],
    format: str = "auto",  # noqa: A002 - the option's name
) -> tuple[Page, tuple[SourceProblem, ...]]:
    """Return the page of a file and what had to be repaired to read it; see ``read``."""
    path = Path(path)
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}, expected one of {', '.join(FORMATS)}")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder, expected a file")
    if format == "xml" or (format == "auto" and is_export(path)):
        return _read_export(path)
    data, damage = read_all(path, LARGEST_FILE)
    if not data.strip():
        raise FormatError(f"{path.name}: {damage or 'the file is empty'}")
    text, repair = _decode(data, path.name)
    if not text.strip():
        raise FormatError(f"{path.name}: the file is empty")
    if format == "auto":
        format = detect_format(text, path.name)  # noqa: A001 - the option's name
        if format == "xml":
            return _read_export(path)
    page = _make_page(text, format, path.name)
    problems = [Problem("source", "invalid_utf8", repair)] if repair else []
    if damage:
        problems.append(Problem("source", "truncated", damage))
    return page, tuple(SourceProblem(page.title, page.page_id, problem) for problem in problems)


def is_export(path: Path) -> bool:
    """Return whether the file begins as a MediaWiki XML export, whatever its name."""
    with open_file(path) as file:
        try:
            compression = detect_compression(file.read(8))
            start = next(read_blocks(file, compression), (0, b""))[1][:SHOWN]
        except Damage:
            # Not even a first block: only the name can tell what it was to be.
            return ".xml" in path.suffixes
        except OSError as error:
            raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    text = start.removeprefix(codecs.BOM_UTF8).lstrip().decode("utf-8", "replace")
    return _XML_START.match(text) is not None


def _read_export(path: Path) -> tuple[Page, tuple[SourceProblem, ...]]:
    pages: list[Page] = []
    problems: list[SourceProblem] = []
    for item in read_dump(path, namespaces=None):
        if isinstance(item, SourceProblem):
            problems.append(item)
            continue
        pages.append(item)
        if len(pages) > 1:
            raise FormatError(f"{path.name}: holds several pages, expected one; read it as a dump")
    if not pages:
        reason = problems[0].problem.message if problems else "no page of wikitext in it"
        raise FormatError(f"{path.name}: {reason}")
    return pages[0], tuple(problems)


def _decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text and what had to be repaired (empty: nothing)."""
    encoding = "utf-8"
    for mark, of_mark in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], of_mark
            break
    if encoding == "utf-8" and b"\0" in data:
        raise FormatError(f"{name}: is a binary file, expected text")
    repair = ""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text, repair = _decode_broken(data, encoding, name)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise FormatError(f"{name}: is a binary file, expected text")
    return text, repair


def _decode_broken(data: bytes, encoding: str, name: str) -> tuple[str, str]:
    declared = _CHARSET.search(data, 0, 4096) if encoding == "utf-8" else None
    if declared and b"<" in data[:200]:
        try:
            return data.decode(declared[1].decode("ascii")), ""
        except (LookupError, ValueError):
            pass
    text = data.decode(encoding, "replace")
    replaced = text.count("\ufffd")
    if replaced * 3 > len(text):
        raise FormatError(f"{name}: is not text in UTF-8 or UTF-16")
    return text, f"bytes that are not {encoding.upper()} were replaced by U+FFFD ({replaced} times)"


def detect_format(text: str, name: str = "") -> str:
    """Return ``wikitext``, ``html``, ``text`` or ``xml``: by the content, then by the name."""
    start = text[:SHOWN].lstrip("\ufeff \t\n")
    if _XML_START.match(start) or _names_dump(name):
        return "xml"
    if _HTML_START.match(start) or _HTML_PART.match(start):
        return "html"
    by_name = _by_name(name)
    if by_name == "html":
        return "html" if "<" in start else "text"
    if by_name == "xml" and start.startswith("<?xml"):
        # Some other XML: its tags must not become a page's words.
        return "xml"
    marked = _WIKITEXT.search(start) is not None
    if marked:
        return "wikitext"
    return "wikitext" if by_name == "wikitext" and not _begins_with_box(start) else "text"


def _by_name(name: str) -> str:
    lowered = name.lower()
    for suffix in COMPRESSIONS:
        lowered = lowered.removesuffix(suffix)
    return _BY_SUFFIX.get(Path(lowered).suffix, "")


def _names_dump(name: str) -> bool:
    """Return whether only a dump has such a name: what it holds instead is an error's words."""
    return name.lower().endswith(COMPRESSIONS) and _by_name(name) == "xml"


def _begins_with_box(text: str) -> bool:
    """Return whether the text begins with the head of a table as rendered text has it."""
    lines = text[:2000].split("\n", 2)
    return len(lines) > 1 and "|" in lines[0] and is_separator(lines[1])


def _make_page(text: str, input_format: str, name: str) -> Page:
    head = Head()
    title = None
    if input_format == "html":
        head = read_head(text)
        title = head.title
    elif input_format == "text":
        title = peek_title(text)
    title = title or title_from_name(name) or name
    namespace = head.namespace if head.namespace is not None else find_namespace(title)
    return Page(
        title=title,
        text=text,
        page_id=head.page_id if head.page_id is not None else derive_id(title),
        namespace=namespace,
        rev_id=head.rev_id,
        rev_timestamp=head.rev_timestamp,
        wiki=head.wiki,
        input_format=input_format,
        source=name,
        redirect_target=find_redirect(text) if input_format == "wikitext" else None,
        wikidata_id=head.wikidata_id,
    )


def find_files(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield the files of pages and dumps under a folder, in the order of their paths.

    Numbers in names order by value, so that the parts of an export come in page order.
    Files are known by their suffix, also under a compression's; hidden ones and the indexes
    of multistream dumps are left out.
    """
    top = Path(folder)
    if not top.is_dir():
        raise NotFoundError(f"{top}: no such folder")
    found: list[tuple[list[list[tuple[int, str]]], Path]] = []
    for here, folders, names in os.walk(top):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and _is_known(name):
                path = Path(here, name)
                found.append(([_order(part) for part in path.relative_to(top).parts], path))
    for _, path in sorted(found):
        yield path


def _order(name: str) -> list[tuple[int, str]]:
    """Return a key that orders digits by value and all else by code point."""
    return [
        (int(part), part) if part.isdecimal() and part.isascii() else (-1, part)
        for part in _DIGITS.split(name)
        if part
    ]


def _is_known(name: str) -> bool:
    lowered = name.lower()
    for suffix in COMPRESSIONS:
        lowered = lowered.removesuffix(suffix)
    if lowered.endswith("-multistream-index.txt"):
        return False
    return lowered.endswith(PAGE_SUFFIXES)
