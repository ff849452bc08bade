"""Flattened wikitext of one block → what a reader sees, with links and marks by position."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote

from extract.hewiki import load_toml
from extract.model import Link
from extract.wikitext.blocks import HIDDEN
from extract.wikitext.flatten import RARE_SIGNS, File, Flat
from extract.wikitext.templates import normalize_title

__all__ = ["Plain", "render", "render_common"]


class Plain(NamedTuple):
    """Visible words of a span of wikitext."""

    text: str
    links: tuple[Link, ...]
    marks: tuple[tuple[int, int], ...]
    """Footnote marks: position in ``text``, source position of the note's opener."""
    files: tuple[File, ...]
    """Pictures in the span."""


_BREAK = "\x7f"
"""Stands for a line break until spaces are tidied."""

# Every alternative begins with a literal, or ``re`` cannot skip to the next candidate.
_INLINE = re.compile(
    r"\[\[([^][{}<>|\n\x7f]++)(?:\|([^][{}<|\n\x7f'&_]++))?+\]\]([a-z\u05d0-\u05ea]*+)"
    r"|''()'*+"
    r"|\x7f([a-zA-Z])(\d*+)\x7f"
    r"|&()(?:\#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>"
    r"|\[\[([^][{}<>|\n\x7f]*+)\|"
    r"|\[((?:https?:|ftps?:)?//[^\s\]\[<>\x7f\"]++|mailto:[^\s\]\[<>\x7f\"]++)"
    r"|__()[^\W_]++(?:_[^\W_]++)*+__"
    r"|http()s?://[^\s\]\[<>\x7f\"{}|']++"
)
(
    _SIMPLE,
    _LABEL,
    _TRAIL,
    _QUOTES,
    _LETTER,
    _NUMBER,
    _ENTITY,
    _SLASH,
    _TAG_NAME,
    _TAG_REST,
    _LINK_OPEN,
    _EXTERNAL,
    _SWITCH,
    _BARE,
) = range(1, 15)

# A link whose target is a title as it is stored, or else one that asks for thought.
_COMMON_LINK = re.compile(
    r"\[\[(?:((?![a-z ])[^][|#%_:\n\x7f\u00a0\u200e\u200f\u2028-\u202f]++)(?<! )(?=[|\]])|([^][|\n\x7f]++))"
    r"(?:\|([^][\n\x7f]++))?+\]\]([a-z\u05d0-\u05ea]*+)"
)
_BROKEN_TARGET = re.compile(r"\[\[[^][|\n]*+\n")
_RUNS = re.compile(r" *+\n[ \n]*+| {2,}+(?:\n[ \n]*+)?+")
_QUOTED_LINK = re.compile(r"\[\[[^][\n']*+(?:'[^][\n']++)*+''|\]\][a-z\u05d0-\u05ea]++''")
"""Quotes in a link, or that end its trail: they cannot just be taken out first."""
_GLUED_QUOTE = re.compile(r"(?<!\])\]'|\]'+[\]a-z\u05d0-\u05ea]")
"""Quotes behind a bracket that without them would end a link or have a trail."""
_NO_WORDS = re.compile(r"(?:\x7f[jc]\d*+\x7f|[ \n\t]++)++")
_ODD_TARGET = re.compile(r"[#%&_:\t\u00a0\u200e\u200f\u2028-\u202f]| [ ]|^ | $")
_UNTIDY = re.compile(r"[ \t\r\n\f\v\x7f]*[\t\r\n\f\v\x7f][ \t\r\n\f\v\x7f]*+| {2,}+")
_PLAIN_LABEL = re.compile(r"[ \t]*+([^\[\]\n\x7f'&<_]++)\]")
_BLANKS = " \u00a0"
_TRIMMED = ("", " ", "\n")
_CLOSERS = frozenset(".,;:!?)]}»…")
_NOTHING, _PICTURES = frozenset("jc"), frozenset("fF")
_MOST_INNER_LINKS = 8
_TRAIL_LETTERS = re.compile(r"[a-z\u05d0-\u05ea]*+")


@cache
def _tags() -> dict[str, str]:
    """Return every tag that leaves no words, lower case, with what stands for it."""
    table = load_toml("tags.toml")
    tags = dict.fromkeys([*table["inline"], *table["extension"], *table["transparent"]], "")
    tags.update(dict.fromkeys(table["block"], _BREAK))
    tags.update({"br": _BREAK, "hr": _BREAK, "td": " ", "th": " ", "q": "", "wbr": ""})
    return tags


@cache
def _prefixes() -> frozenset[str]:
    links = load_toml("namespaces.toml")["links"]
    return frozenset([*links["interlanguage"], *links["interwiki"]])


@cache
def _switches() -> frozenset[str]:
    return frozenset(word.lower() for word in load_toml("namespaces.toml")["switches"]["words"])


def _read_switch(word: str) -> str:
    return "" if word.lower() in _switches() else word


_QUOTE_RUN = re.compile(r"''+|\n")


def find_stray_quotes(source: str, start: int, end: int) -> frozenset[int]:
    """Return where runs of quotes begin that hold one more quote for the reader.

    A line that leaves both bold and italics open has an apostrophe before italics that looks
    like bold: the first one behind a letter that stands alone, else behind a word, else behind
    a space (MediaWiki's ``Parser::doQuotes``).
    """
    found = set()
    runs: list[tuple[int, int]] = []
    for match in chain(_QUOTE_RUN.finditer(source, start, end), (None,)):
        if match is not None and match.group() != "\n":
            runs.append(match.span())
            continue
        bold = [run for run in runs if run[1] - run[0] in {3, 4}]
        both = sum(high - low > 4 for low, high in runs)
        italic = len(runs) - len(bold) - both
        if bold and (len(bold) + both) % 2 and (italic + both) % 2:
            found.add(min(bold, key=lambda run: _unlike_apostrophe(source, start, run[1]))[0])
        runs = []
    return frozenset(found)


def _unlike_apostrophe(source: str, start: int, end: int) -> int:
    """Return how unlike an apostrophe three quotes are, by what stands before them."""
    at = end - 3
    if at > start and source[at - 1] == " ":
        return 2
    # Only a letter of one byte is seen to stand alone.
    alone = at > start + 1 and source[at - 2] == " " and source[at - 1].isascii()
    return 0 if alone else 1


def _has_stray_quote(block: str) -> bool:
    """Tell whether some quotes in a block are not what they seem."""
    bold = block.count("'''")
    if not bold:
        return False
    if "''''" not in block and "\n" not in block:
        return bold % 2 == 1 and (block.count("''") - bold) % 2 == 1
    return bool(find_stray_quotes(block, 0, len(block)))


def read_target(raw: str) -> tuple[str, str, str | None]:
    """Return kind, title and fragment of the target of an internal link."""
    if _ODD_TARGET.search(raw) is None:
        return "internal", raw[:1].upper() + raw[1:], None
    if "%" in raw:
        raw = unquote(raw)
    if "&" in raw:
        raw = html.unescape(raw)
    title, hash_sign, fragment = raw.partition("#")
    title = normalize_title(title).lstrip(":").strip()
    kind = "internal"
    prefix, colon, _ = title.partition(":")
    if colon and prefix.strip().lower() in _prefixes():
        kind = "interwiki"
    else:
        title = title[:1].upper() + title[1:]
    return kind, title, normalize_title(fragment) if hash_sign else None


def _leads_somewhere(target: str) -> bool:
    """Tell whether the target of an internal link has a title, or a fragment."""
    return bool(target.strip(": _\t"))


def show_target(target: str) -> str:
    """Return what a link without a label shows of its target: decoded, underscores and all."""
    shown = target.strip().removeprefix(":")
    if "%" in shown:
        decoded = unquote(shown)
        shown = shown if "\ufffd" in decoded else decoded
    return html.unescape(shown) if "&" in shown else shown


def pipe_trick(target: str) -> str:
    """Return the label MediaWiki makes of a target before an empty bar."""
    label = target.rpartition(":")[2] if ":" in target else target
    before, bracket, _ = label.partition(" (")
    if bracket and label.rstrip().endswith(")"):
        return before
    return label.partition(", ")[0].strip()


def _close_external(source: str, start: int, close: int, end: int) -> int:
    """Return the bracket that ends an external link, at or behind ``close``; -1 if there is none."""
    for _ in range(_MOST_INNER_LINKS):
        if not source.startswith("]]", close) or source.find("[[", start, close) < 0:
            return close
        inner, close = close, source.find("]", close + 2, end)
        if close < 0 or source.find("\n", inner, close) >= 0:
            break
    return -1


@cache
def _tags_named(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?)(?i:{name})\b[^<>]*+>")


class _Renderer:
    def __init__(self, flat: Flat, start: int, end: int) -> None:
        self.source = flat.text
        self.items = flat.items
        self.start = start
        self.end = end
        self.parts: list[str] = []
        self.size = 0
        self.links: list[Link] = []
        self.marks: list[tuple[int, int]] = []
        self.files: list[File] = []
        self.next_close = -2
        self.next_bracket = -2
        self.pending: tuple[int, int, int, str, str, str | None] | None = None
        self.outer: list[tuple[int, int, int, str, str, str | None]] = []
        """External links that another link stands in."""
        self.tag_ends: dict[str, dict[int, int]] = {}
        quoted = self.source.find("'''", start, end) >= 0
        self.stray = find_stray_quotes(self.source, start, end) if quoted else frozenset[int]()

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)

    def last(self) -> str:
        parts = self.parts
        while parts and not parts[-1]:
            parts.pop()
        return parts[-1][-1] if parts else ""

    def trim(self, characters: str) -> None:
        """Take characters off the end of what is written, but not out of a link."""
        floor = self.links[-1].end if self.links else 0
        parts = self.parts
        while parts and self.size > floor:
            kept = parts[-1].rstrip(characters)
            cut = min(len(parts[-1]) - len(kept), self.size - floor)
            parts[-1] = parts[-1][: len(parts[-1]) - cut]
            self.size -= cut
            if parts[-1]:
                return
            parts.pop()

    def close(self) -> int:
        """End the link whose label has been written; return where reading goes on."""
        pending = self.pending
        if pending is None:
            return self.end
        self.pending = self.outer.pop() if self.outer else None
        label_end, start, width, kind, target, fragment = pending
        after = label_end + width
        if width == 2:
            trail = _TRAIL_LETTERS.match(self.source, after, self.end)
            if trail and trail.group():
                self.put(trail.group())
                after = trail.end()
        if self.size > start and kind:
            self.links.append(Link(start, self.size, kind, target, fragment))
        return after

    def cut_external(self) -> None:
        """End the external link round a place where another link begins: none holds another."""
        if self.pending is not None and self.pending[3] == "external":
            label_end, start, width, kind, target, fragment = self.pending
            stop = self.size - (self.parts[-1][-1:] == " ") if self.parts else start
            if stop > start:
                self.links.append(Link(start, stop, kind, target, fragment))
            self.pending = (label_end, start, width, "", target, fragment)

    def run(self) -> None:
        source, end = self.source, self.end
        parts, links = self.parts, self.links
        odd = _ODD_TARGET.search
        position = self.start
        size = 0
        for match in _INLINE.finditer(source, position, end):
            at, after = match.span()
            if at < position:
                continue
            if self.pending is not None:
                self.size = size
                while self.pending is not None and at >= self.pending[0]:
                    self.put(source[position : self.pending[0]])
                    position = self.close()
                size = self.size
                if at < position:
                    continue
            if at > position:
                parts.append(source[position:at])
                size += at - position
            position = after
            group = match.lastindex
            if group == _TRAIL:
                target, label, trail = match.group(1, 2, 3)
                plain = odd(target) is None and not "a" <= target[0] <= "z"
                if plain and self.pending is None:
                    shown = (label or target) + trail
                    parts.append(shown)
                    stop = size + len(shown)
                    links.append(Link(size, stop, "internal", target, None))
                    size = stop
                    continue
            elif group == _QUOTES:
                count = after - at
                if count in {2, 3, 5} and at not in self.stray:
                    continue
            self.size = size
            position = self.token(match, group, at, after)
            size = self.size
        self.size = size
        while self.pending is not None:
            self.put(source[position : self.pending[0]])
            position = self.close()
        if position < end:
            self.put(source[position:end])

    def token(self, match: re.Match[str], group: int | None, at: int, after: int) -> int:
        """Write what a token shows; return where reading goes on."""
        if group == _TRAIL:
            self.simple(match[1], match[2], match[3])
        elif group == _QUOTES:
            count = after - at
            self.put("'" * ((at in self.stray) + (count == 4) + max(0, count - 5)))
        elif group == _NUMBER:
            return self.marker(match[_LETTER], match[_NUMBER], after)
        elif group == _ENTITY:
            self.put(_read_entity(match.group()))
        elif group == _TAG_REST:
            name = match[_TAG_NAME].lower()
            shown = _tags().get(name)
            if shown is not None and HIDDEN.search(match[_TAG_REST]):
                after = self.find_tag_ends(name).get(at, after)
            self.put(match.group() if shown is None else shown)
        elif group == _LINK_OPEN:
            return self.open_link(match[_LINK_OPEN], at, after)
        elif group == _EXTERNAL:
            return self.open_external(match[_EXTERNAL], at, after)
        elif group == _BARE:
            self.bare(match.group(), at)
        elif group == _SWITCH:
            self.put(_read_switch(match.group()))
        return after

    def find_tag_ends(self, name: str) -> dict[int, int]:
        """Return where each tag of a name is closed, by where it opens."""
        ends = self.tag_ends.get(name)
        if ends is None:
            ends = self.tag_ends[name] = {}
            stack = []
            for match in _tags_named(name).finditer(self.source, self.start, self.end):
                if not match[1]:
                    stack.append(match.start())
                elif stack:
                    ends[stack.pop()] = match.end()
        return ends

    def simple(self, target: str, label: str | None, trail: str) -> None:
        shown = show_target(target) if label is None else label
        if not _leads_somewhere(target):
            self.put(f"[[{target}]]{trail}" if label is None else f"[[{target}|{label}]]{trail}")
            return
        self.cut_external()
        start = self.size
        self.put(shown + trail)
        if self.pending is None or self.pending[2] == 1:
            kind, title, fragment = read_target(target)
            self.links.append(Link(start, self.size, kind, title, fragment))

    def open_link(self, target: str, at: int, position: int) -> int:
        source, end = self.source, self.end
        close = self.next_close
        if close != -1 and close < position:
            close = self.next_close = source.find("]]", position, end)
        if (
            close < 0
            or source.find("[[", position, close) >= 0
            or not _leads_somewhere(target)
            or (self.pending and (self.pending[2] == 2 or self.pending[0] < close))
        ):
            self.put(source[at : at + 2])
            return at + 2
        self.cut_external()
        if self.pending:
            self.outer.append(self.pending)
        kind, title, fragment = read_target(target)
        if close == position:
            self.put(pipe_trick(target))
        self.pending = (
            close,
            self.size - (len(self.parts[-1]) if close == position else 0),
            2,
            kind,
            title,
            fragment,
        )
        return position

    def open_external(self, url: str, at: int, position: int) -> int:
        source, end = self.source, self.end
        close = self.next_bracket
        if close != -1 and close < position:
            close = self.next_bracket = source.find("]", position, end)
        if close >= 0 and not self.pending and source.find("\n", position, close) < 0:
            close = _close_external(source, position, close, end)
        else:
            close = -1
        if close < 0:
            self.put("[")
            if url.startswith("http"):
                self.bare(url, at + 1)
                return position
            return at + 1
        while position < close and source[position] in " \t":
            position += 1
        if position == close:
            self.put("")
            return close + 1
        self.pending = (close, self.size, 1, "external", html.unescape(url), None)
        return position

    def bare(self, url: str, at: int) -> None:
        before = self.source[at - 1] if at > self.start else ""
        if before.isalnum() or before == "_":
            self.put(url)
            return
        kept = url.rstrip(",;.:!?\\)" if "(" not in url else ",;.:!?\\")
        start = self.size
        self.put(kept)
        if self.pending is None:
            self.links.append(Link(start, self.size, "external", html.unescape(kept)))
        self.put(url[len(kept) :])

    def marker(self, letter: str, number: str, position: int) -> int:
        if letter == "t":
            item = self.items[int(number)]
            if isinstance(item, str):
                self.put(html.unescape(item) if "&" in item else item)
            return position
        if letter == "p":
            item = self.items[int(number)]
            if isinstance(item, str):
                self.put(_BREAK + item.replace("\n", _BREAK) + _BREAK)
            return position
        following = self.source[position : position + 1] if position < self.end else ""
        if following in _CLOSERS and following:
            if letter == "j" and following == ")":
                self.trim(" ,;\n")
                if self.last() == "(":
                    self.trim("(")
                    self.trim(" ")
                    position += 1
            else:
                self.trim(" \n")
        if letter == "n":
            self.marks.append((self.size, int(number)))
        elif letter in "fF":
            item = self.items[int(number)]
            if isinstance(item, File):
                self.files.append(item)
        return position


def _read_entity(entity: str) -> str:
    text = html.unescape(entity)
    return "" if text in {_BREAK, "\x00"} else text


def _tidy(text: str, links: list[Link], marks: list[tuple[int, int]], files: list[File]) -> Plain:
    """Collapse spaces as a browser does and move positions with them."""
    cuts: list[int] = []
    shifts: list[int] = []
    parts: list[str] = []
    position = 0
    size = 0
    length = len(text)
    for match in _UNTIDY.finditer(text):
        start, end = match.span()
        parts.append(text[position:start])
        size += start - position
        inside = start > 0 and end < length
        kept = ("\n" if _BREAK in match.group() else " ") if inside else ""
        cuts.append(start)
        shifts.append(size)
        parts.append(kept)
        size += len(kept)
        cuts.append(end)
        shifts.append(size)
        position = end
    parts.append(text[position:])
    result = "".join(parts)
    lead = len(result) - len(result.lstrip(_BLANKS))
    result = result.strip(_BLANKS)
    final = len(result)

    def move(at: int) -> int:
        index = bisect_right(cuts, at) - 1
        if index >= 0:
            moved = shifts[index] + at - cuts[index]
            if index % 2 == 0:
                moved = min(moved, shifts[index + 1])
        else:
            moved = at
        return min(max(moved - lead, 0), final)

    return Plain(
        result,
        tuple(_moved_links(result, links, move)),
        tuple((move(at), source) for at, source in marks),
        tuple(files),
    )


def _moved_links(text: str, links: list[Link], move: Callable[[int], int]) -> list[Link]:
    moved = []
    for link in links:
        start, end = move(link.start), move(link.end)
        while start < end and text[start] in " \n":
            start += 1
        while end > start and text[end - 1] in " \n":
            end -= 1
        if end > start:
            moved.append(Link(start, end, link.kind, link.target, link.fragment))
    return moved


def _is_untidy(text: str) -> bool:
    # Each is a search in C, many times faster than one regular expression.
    return (
        not text
        or text[0] in _BLANKS
        or text[-1] in _BLANKS
        or "  " in text
        or "\n" in text
        or _BREAK in text
        or "\t" in text
        or "\r" in text
        or "\f" in text
        or "\v" in text
    )


_new = tuple.__new__
_EMPTY = Plain("", (), (), ())


@lru_cache(maxsize=4096)
def _read_simple(target: str, label: str | None) -> tuple[str, str, str, str | None] | None:
    """Return what a plain link shows, its kind, title and fragment; None where it is no link."""
    if not _leads_somewhere(target):
        return None
    if label is None:
        label = show_target(target)
    return label, *read_target(target)


def render_common(  # noqa: C901, PLR0911, PLR0912 -- the hot loop
    block: str, rare: Sequence[str] = RARE_SIGNS, items: Sequence[str | File] = ()
) -> Plain | None:
    """Return what a reader sees of a block of links, marks and quotes; None where more is in it.

    Such blocks are most of all, and cutting them by ``str`` methods costs a third of reading
    them token by token.  Whatever may need thought is left to the longer ways.  ``rare`` are
    those of the rare signs that may occur in the block, ``items`` what its markers stand for.
    """
    for sign in rare:
        if sign in block:
            return None
    quoted = "''" in block
    if quoted and _has_stray_quote(block):
        return None
    if "\n" in block or "  " in block:
        if _BROKEN_TARGET.search(block):
            return None
        block = _RUNS.sub(" ", block)
        if "[[ " in block or " ]]" in block or " |" in block:
            return None
    if quoted:
        if _touches_link(block):
            return None
        block = block.replace("'''", "").replace("''", "")
    if "[[" not in block and "\x7f" not in block:
        return None if _is_loose(block) else _new(Plain, (block, (), (), ()))
    parts: list[str] = []
    links: list[Link] = []
    marks: list[tuple[int, int]] = []
    files: list[File] = []
    groups = iter(_COMMON_LINK.split(block))
    first = next(groups)
    if "\x7f" in first:
        size = _put_marked(first, 0, parts, marks, items, files)
        if size < 0:
            return None
    else:
        parts.append(first)
        size = len(first)
    for target, odd, label, trail, rest in zip(*[groups] * 5, strict=True):
        start = size
        if target:
            shown = label or target
            if trail:
                shown += trail
            size += len(shown)
            links.append(_new(Link, (start, size, "internal", target, None)))
        else:
            read = _read_simple(odd, label)
            if read is None:
                return None
            shown, kind, title, fragment = read
            if trail:
                shown += trail
            size += len(shown)
            links.append(_new(Link, (start, size, kind, title, fragment)))
        parts.append(shown)
        if "\x7f" in rest:
            size = _put_marked(rest, size, parts, marks, items, files)
            if size < 0:
                return None
        else:
            parts.append(rest)
            size += len(rest)
    text = "".join(parts)
    if "[[" in text or (_is_loose(text) and (text or links)):
        return None
    return _new(Plain, (text, tuple(links), tuple(marks), tuple(files)))


def _touches_link(block: str) -> bool:
    """Tell whether some quotes of a block cannot just be taken out of it."""
    return (
        "''''" in block
        or "['" in block
        or _QUOTED_LINK.search(block, 0, block.rindex("''") + 2) is not None
        or ("]'" in block and _GLUED_QUOTE.search(block) is not None)
    )


def _is_loose(text: str) -> bool:
    """Tell whether there are spaces to tidy in a text without other white space than ``" "``."""
    return not text or text[0] in _BLANKS or text[-1] in _BLANKS or "  " in text


def _put_marked(
    text: str,
    size: int,
    parts: list[str],
    marks: list[tuple[int, int]],
    items: Sequence[str | File],
    files: list[File],
) -> int:
    """Write text with markers; return the size of what is written, -1 where one needs thought."""
    pieces = text.split("\x7f")
    if len(pieces) % 2 == 0:
        return -1
    parts.append(pieces[0])
    size += len(pieces[0])
    for index in range(1, len(pieces), 2):
        marker, words = pieces[index], pieces[index + 1]
        letter = marker[:1]
        if letter == "n" and marker[1:].isdecimal():
            marks.append((size, int(marker[1:])))
        elif letter in _PICTURES and marker[1:].isdecimal():
            item = items[int(marker[1:])]
            if isinstance(item, File):
                files.append(item)
        elif letter not in _NOTHING:
            return -1
        if words:
            if words[0] in _CLOSERS:
                return -1
            parts.append(words)
            size += len(words)
    return size


def _render_plainly(  # noqa: C901, PLR0912, PLR0915 -- the hot loop: one token, one branch
    flat: Flat, start: int, end: int
) -> Plain | None:
    """Return what a reader sees of a block without rare markup; None where there is some."""
    source = flat.text
    parts: list[str] = []
    links: list[Link] = []
    marks: list[tuple[int, int]] = []
    files: list[File] = []
    odd = _ODD_TARGET.search
    position = start
    size = 0
    for match in _INLINE.finditer(source, start, end):
        at, after = match.span()
        if at > position:
            parts.append(source[position:at])
            size += at - position
        group = match.lastindex
        if group == _TRAIL:
            target, label, trail = match.group(1, 2, 3)
            if odd(target) is None and not "a" <= target[0] <= "z":
                shown = (label or target) + trail
                stop = size + len(shown)
                links.append(_new(Link, (size, stop, "internal", target, None)))
            else:
                read = _read_simple(target, label)
                if read is None:
                    return None
                shown = read[0] + trail
                stop = size + len(shown)
                links.append(_new(Link, (size, stop, *read[1:])))
            parts.append(shown)
            size = stop
        elif group == _QUOTES:
            count = after - at
            if count not in {2, 3, 5}:
                shown = "'" if count == 4 else "'" * (count - 5)
                parts.append(shown)
                size += len(shown)
        elif group == _NUMBER:
            letter = match[_LETTER]
            if letter not in "njcfF":
                return None
            # What stands before the mark may lose its space.
            if (
                after < end
                and source[after] in _CLOSERS
                and (source[after] == ")" or not parts or parts[-1][-1:] in _TRIMMED)
            ):
                return None
            if letter == "n":
                marks.append((size, int(match[_NUMBER])))
            elif letter in "fF":
                item = flat.items[int(match[_NUMBER])]
                if isinstance(item, File):
                    files.append(item)
        elif group == _EXTERNAL:
            inside = _PLAIN_LABEL.match(source, after, end)
            if inside is None:
                return None
            shown = inside[1]
            if "http" in shown:
                return None
            url = match[_EXTERNAL]
            stop = size + len(shown)
            if "&" in url:
                url = html.unescape(url)
            links.append(_new(Link, (size, stop, "external", url, None)))
            parts.append(shown)
            size = stop
            after = inside.end()
        elif group == _ENTITY:
            shown = _read_entity(match.group())
            parts.append(shown)
            size += len(shown)
        elif group == _TAG_REST:
            if "display" in match[_TAG_REST]:
                return None
            tag = _tags().get(match[_TAG_NAME].lower())
            shown = match.group() if tag is None else tag
            parts.append(shown)
            size += len(shown)
        elif group == _SWITCH:
            shown = _read_switch(match.group())
            parts.append(shown)
            size += len(shown)
        else:
            return None
        position = after
    if position < end:
        parts.append(source[position:end])
    text = "".join(parts)
    return _finish(text, links, marks, files)


def _finish(text: str, links: list[Link], marks: list[tuple[int, int]], files: list[File]) -> Plain:
    if not text:
        return _new(Plain, ("", (), tuple(marks), tuple(files)))
    if _is_untidy(text):
        return _tidy(text, links, marks, files)
    return _new(Plain, (text, tuple(links), tuple(marks), tuple(files)))


def render(flat: Flat, start: int, end: int) -> Plain:
    """Return what a reader sees of ``flat.text[start:end]``, which must be one block."""
    source = flat.text
    block = source[start:end].strip(" \n\t")
    if block.isalnum():
        return _new(Plain, (block, (), (), ()))
    if block.startswith("\x7f") and "'''" not in block:
        # What leaves no words leaves the space behind it at the beginning.
        empty = _NO_WORDS.match(source, start, end)
        if empty:
            start = empty.end()
            block = source[start:end].rstrip(" \n\t")
    if not block:
        return _EMPTY
    plain = render_common(block, flat.rare, flat.items)
    if plain is not None:
        return plain
    if len(block) < end - start:
        start = source.index(block, start)
        end = start + len(block)
    if not ("'''" in block and _has_stray_quote(block)):
        plain = _render_plainly(flat, start, end)
        if plain is not None:
            return plain
    renderer = _Renderer(flat, start, end)
    renderer.run()
    return _finish("".join(renderer.parts), renderer.links, renderer.marks, renderer.files)
