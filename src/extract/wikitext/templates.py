"""Templates and their parameters, as MediaWiki splits them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache, partial
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.wikitext.scanner import COMMENT, TEMPLATE, Node, find_barriers, read_pipes, scan

__all__ = [
    "Parameter",
    "Template",
    "find_templates",
    "normalize_title",
    "read_lone",
    "read_template",
    "split_lone",
    "without_comments",
]

_SPACES = re.compile(r"[ _\t\n\r\f\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_ODD_TITLE = re.compile(
    r"[_\t\n\r\f\v\u00a0\u1680\u2000-\u200a\u200e\u200f\u2028-\u202f\u205f\u3000]| [ ]|^ | $"
)
_LONE = re.compile(r"\{\{(?!\{)[^][{}<]*+\}\}")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e]+")


class Parameter(NamedTuple):
    """A parameter as given: ``text[start:end] == value`` in the text it was read from."""

    name: str
    """``1``, ``2``, … where positional, else as written, without spaces and comments."""
    value: str
    """Raw wikitext: without outer space where named, as it stands where positional."""
    start: int
    end: int
    positional: bool

    @property
    def says_something(self) -> bool:
        """Tell whether the value is more than spaces."""
        return bool(self.value) and not self.value.isspace()


class Template(NamedTuple):
    """A template as used; ``name`` is tidied, without its namespace."""

    name: str
    start: int
    end: int
    parameters: tuple[Parameter, ...]

    def get(self, *names: str) -> str | None:
        """Return the value given last under the first of ``names`` that is given at all."""
        for name in names:
            for parameter in reversed(self.parameters):
                if parameter.name == name:
                    return parameter.value
        return None


_make_parameter = partial(tuple.__new__, Parameter)
_make_template = partial(tuple.__new__, Template)


def normalize_title(raw: str) -> str:
    """Return a title as MediaWiki stores it: spaces for underscores, runs and ends trimmed."""
    if _ODD_TITLE.search(raw) is None:
        return raw
    raw = _DIRECTIONS.sub("", raw)
    return _SPACES.sub(" ", raw).strip(" ")


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(load_toml("namespaces.toml")["links"]["template"])


def without_comments(text: str, start: int, end: int, children: Sequence[Node]) -> str:
    """Return ``text[start:end]`` without the comments among the nodes in it."""
    parts = []
    for node in children:
        if node.kind == COMMENT:
            parts.append(text[start : node.start])
            start = node.end
    parts.append(text[start:end])
    return "".join(parts)


def read_name(text: str, node: Node) -> str:
    """Return the tidied name of a template node, read once."""
    if node.title is None:
        node.title = _read_name(text, node)
    return node.title


def _read_name(text: str, node: Node) -> str:
    start = node.start + 2
    end = node.end - 2
    if node.children or node.shields:
        pipes = read_pipes(text, node)
        end = pipes[0] if pipes else end
        if node.children and node.children[0].start < end:
            first = [child for child in node.children if child.end <= end]
            return _tidy_name(without_comments(text, start, end, first))
    else:
        bar = text.find("|", start, end)
        end = end if bar < 0 else bar
    return _tidy_name(text[start:end])


@lru_cache(maxsize=1 << 11)
def _tidy_name(raw: str) -> str:
    name = normalize_title(raw)
    if ":" in name:
        prefix, _, rest = name.partition(":")
        if prefix.strip().lower() in _prefixes():
            name = rest.strip()
    return name


def _find_equals(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> int:
    """Return the first ``=`` of ``text[start:end]`` that parts a name from a value, or -1.

    None does inside the spans, or in a line that begins with two: that is a heading.
    """
    for low, high in [*spans, (end, end)]:
        while start < low:
            at = text.find("=", start, low)
            if at < 0:
                break
            if at == 0 or text[at - 1] != "\n" or text[at + 1 : at + 2] != "=":
                return at
            line_end = text.find("\n", at, end)
            start = end if line_end < 0 else line_end
        start = max(start, high)
    return -1


def read_template(text: str, node: Node) -> Template:
    """Return a template node as a record, read once; linear in what is not in inner nodes."""
    if node.template is None:
        node.template = _read_template(text, node)
    return node.template


def _read_template(text: str, node: Node) -> Template:
    name = read_name(text, node)
    if not node.children and not node.shields:
        bare = _read_bare(text, node.start, node.end)
        return _make_template((name, node.start, node.end, bare))
    pipes = read_pipes(text, node)
    if not pipes:
        return _make_template((name, node.start, node.end, ()))
    spans = find_barriers(node)
    parameters = []
    count = 0
    index = 0
    ends = [*pipes[1:], node.end - 2]
    for pipe, end in zip(pipes, ends, strict=True):
        start = pipe + 1
        equals = text.find("=", start, end)
        if equals >= 0:
            while index < len(spans) and spans[index][1] <= start:
                index += 1
            first = index
            while index < len(spans) and spans[index][0] < end:
                index += 1
            if (first < index and spans[first][0] < equals) or text[equals - 1] == "\n":
                equals = _find_equals(text, start, end, spans[first:index])
        if equals < 0:
            count += 1
            parameters.append(_make_parameter((str(count), text[start:end], start, end, True)))
            continue
        raw = text[start:equals]
        if "<!--" in raw:
            comments = [c for c in node.children if start <= c.start < equals]
            raw = without_comments(text, start, equals, comments)
        low, high = equals + 1, end
        value = text[low:high]
        stripped = value.lstrip()
        low = high - len(stripped)
        value = stripped.rstrip()
        parameters.append(_make_parameter((raw.strip(), value, low, low + len(value), False)))
    return _make_template((name, node.start, node.end, tuple(parameters)))


def _read_bare(text: str, start: int, end: int) -> tuple[Parameter, ...]:
    """Return the parameters of a template with nothing inside that could hide a sign."""
    bar = text.find("|", start + 2, end - 2)
    if bar < 0:
        return ()
    inside = text[bar + 1 : end - 2]
    headed = "\n==" in inside
    start = bar + 1
    parameters = []
    count = 0
    for piece in inside.split("|"):
        end = start + len(piece)
        if headed:
            equals = _find_equals(text, start, end, [])
            sign = "=" if equals >= 0 else ""
            name, value = (text[start:equals], text[equals + 1 : end]) if sign else (piece, "")
        else:
            name, sign, value = piece.partition("=")
        if sign:
            value = value.lstrip()
            low = end - len(value)
            value = value.rstrip()
            parameters.append(_make_parameter((name.strip(), value, low, low + len(value), False)))
        else:
            count += 1
            parameters.append(_make_parameter((str(count), piece, start, end, True)))
        start = end + 1
    return tuple(parameters)


def read_values(text: str, node: Node) -> dict[str, str]:
    """Return the values that say something in a template with nothing inside it, by name.

    It is ``read_template`` for those who ask neither for positions nor for what is empty.
    """
    pairs = _split_bare(text[node.start : node.end])
    return {name: value for name, value in pairs if value and not value.isspace()}


def _split_bare(template: str) -> tuple[tuple[str, str], ...]:
    """Return the names and values of a template with nothing inside that could hide a sign.

    What a note shows and what it cites are read one after the other, both of its template.
    """
    return _remembered(template) if len(template) <= _LONGEST_NOTE else _cut_bare(template)


def _cut_bare(template: str) -> tuple[tuple[str, str], ...]:
    _, bar, inside = template[2:-2].partition("|")
    if not bar:
        return ()
    if "\n==" in inside:
        return tuple([(item.name, item.value) for item in _read_bare(template, 0, len(template))])
    pairs = []
    count = 0
    for piece in inside.split("|"):
        name, sign, value = piece.partition("=")
        if sign:
            pairs.append((name.strip(), value.strip()))
        else:
            count += 1
            pairs.append((str(count), piece))
    return tuple(pairs)


_LONGEST_NOTE = 2_000
"""Characters of a template that is remembered."""
_remembered = lru_cache(maxsize=1 << 9)(_cut_bare)


def read_lone(text: str) -> Template | None:
    """Return the template that a whole text is, where nothing stands in it; else None."""
    if not _LONE.fullmatch(text):
        return None
    return _read_template(text, Node(TEMPLATE, 0, len(text)))


def split_lone(text: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return what ``read_lone`` would, as a name and pairs of name and value without outer space."""
    if not _LONE.fullmatch(text):
        return None
    name = text[2:-2].partition("|")[0]
    return _tidy_name(name), tuple([(key, value.strip()) for key, value in _split_bare(text)])


def find_templates(text: str, start: int = 0, end: int | None = None) -> list[Template]:
    """Return the outermost templates of ``text[start:end]``, in order, in linear time.

    Templates in comments, nowiki and other cut-out content are none; parser functions are
    returned too, under their name with its colon and first argument.
    """
    limit = len(text) if end is None else end
    if limit - start == len(text) and (lone := read_lone(text)) is not None:
        return [lone]
    return [read_template(text, node) for node in scan(text, start, limit) if node.kind == TEMPLATE]
