"""Footnotes of a page's wikitext, numbered as MediaWiki's Cite numbers them.

Numbering follows the order of expansion, not of the source; what the page itself decides is
called exact, the rest is our best estimate (``Note.label_exact`` false):

* Each group counts for itself from 1; a list of notes prints the notes of its group so far,
  after which numbering restarts and names are forgotten.
* A name is used any number of times, before or after its definition, in either syntax.
* A note in the parameter of a note template is expanded, so numbered, before the note round it;
  one inside a ``<ref>`` tag's own text is read only when the list is printed: not exact.
* A template that is not known to show what it is given once and in order (an infobox, an unknown
  template) may order the notes in it by its rows, hide some, or show them twice: from its first
  new note to the end of that list, labels of that group are not exact.  One new note alone in an
  infobox, in a field that such boxes are known to print, keeps its number and is exact.
* A template which the data says brings notes of its own makes all later labels not exact.
* Notes in comments and nowiki are none.  A note without text and name, a name that is an integer,
  an unknown attribute, a definition in a list that nothing uses: an error as on the wiki, a
  Problem here, and no number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.hewiki.fields import find_field
from extract.model import Note, Problem
from extract.parsing.infobox import is_infobox_name
from extract.wikitext import Plain
from extract.wikitext.display import find_pattern, functions, title_key
from extract.wikitext.footnotes import (
    NoteTemplate,
    find_list_template,
    find_note_template,
    label_styles,
)
from extract.wikitext.scanner import TAG, TEMPLATE, Node, scan
from extract.wikitext.templates import Template, read_name, read_template
from extract.wikitext.visible import read_plain

__all__ = ["NoteUses", "read_notes"]

_DEEPEST = 60
_DEEPEST_NOTE = 4
"""Notes inside notes beyond this depth are not read: each level reads its text again."""
_ATTRIBUTE = re.compile(
    r"([^\s=\"'<>/]++)\s*+=\s*+(?:\"([^\"]*+)\"?+|'([^']*+)'?+|([^\s\"'>]++))|([^\s=\"'<>/]++)"
)
_OPENER = re.compile(r"<ref(?:\s[^<>]*+)?+(?<!/)>")
_KNOWN_ATTRIBUTES = frozenset({"name", "group", "follow", "extends", "details", "dir"})
_MESSAGES = {
    "empty": "a footnote has neither text nor name",
    "integer_name": "a footnote's name is a whole number",
    "unknown_attribute": "a footnote has an attribute that footnotes do not have",
    "unused_definition": "a list defines a footnote that nothing uses",
    "conflicting_definition": "a footnote is defined twice with different texts",
    "unclosed": "a footnote holds the opening tag of another: it may swallow what follows it",
    "undefined_name": "a footnote is used but never defined",
}


_new = tuple.__new__
_NOTHING = Plain("", (), (), ())


class NoteUses(NamedTuple):
    """What the footnotes of a page are, and where they are used."""

    notes: tuple[Note, ...]
    note_at: dict[int, int]
    """Reference id by the source position of each opener."""
    inside: dict[int, int]
    """For openers inside another note's text: the reference id of that note."""
    problems: tuple[Problem, ...]


class _Draft:
    """A note while the page is being read."""

    __slots__ = ("exact", "group", "label", "list_id", "name", "nodes", "number", "span", "syntax")

    def __init__(self, group: str, name: str | None, number: int, exact: bool, syntax: str) -> None:
        self.group = group
        self.name = name
        self.number = number
        self.exact = exact
        self.syntax = syntax
        self.span: tuple[int, int] | None = None
        self.nodes: Sequence[Node] = ()
        self.list_id = -1
        self.label = ""


class _Group:
    """The notes of a group since its last list."""

    __slots__ = ("by_name", "drafts", "exact")

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.by_name: dict[str, _Draft] = {}
        self.exact = True


class _Use(NamedTuple):
    name: str | None
    group: str
    span: tuple[int, int] | None
    syntax: str
    error: str = ""


def _letters(number: int, first: str, size: int) -> str:
    word = ""
    while number > 0:
        number, digit = divmod(number - 1, size)
        word = chr(ord(first) + digit) + word
    return word


def _roman(number: int) -> str:
    word = ""
    for value, letters in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        count, number = divmod(number, value)
        word += letters * count
    return word


def _hebrew(number: int) -> str:
    letters = load_toml("footnotes.toml")["hebrew"]
    units: str = letters["units"]
    tens: str = letters["tens"]
    hundreds: str = letters["hundreds"]
    word = ""
    while number >= 100:
        step = min(number // 100, 4)
        word += hundreds[step - 1]
        number -= 100 * step
    if number in {15, 16}:
        return word + units[8] + units[number - 10]
    if number >= 10:
        word += tens[number // 10 - 1]
    return word + (units[number % 10 - 1] if number % 10 else "")


def write_label(group: str, number: int) -> tuple[str, bool]:
    """Return the label of a note and whether the wiki's settings cannot change it."""
    if not group:
        return str(number), True
    style = label_styles().get(group)
    if style == "hebrew":
        return _hebrew(number), True
    if style == "decimal":
        return str(number), True
    if style is None:
        return f"{group} {number}", True
    kind = style.partition("-")[2]
    if kind == "roman":
        word = _roman(min(number, 3999))
    elif kind == "greek":
        word = _letters(number, "α", 24)
    else:
        word = _letters(number, "a", 26)
    return word.upper() if style.startswith("upper") else word, False


@cache
def _adding() -> frozenset[str]:
    return frozenset(title_key(name) for name in load_toml("footnotes.toml")["adds"]["names"])


@lru_cache(maxsize=512)
def _adds_notes(name: str) -> bool:
    """Tell whether the template of this name brings notes of its own."""
    return title_key(name) in _adding()


def _clean_name(name: str | None) -> str | None:
    return " ".join(name.split()) or None if name else None


def _unquote(value: str | None) -> str | None:
    """Return an attribute's value without the quotation marks that ``{{#tag:}}`` takes off."""
    bare = value.strip() if value else ""
    if len(bare) > 1 and bare[0] in "\"'" and bare[-1] in "\"'":
        return bare[1:-1]
    return value


def read_attributes(text: str) -> list[tuple[str, str]]:
    """Return the attributes of a tag, names in lower case, in order."""
    found = []
    for match in _ATTRIBUTE.finditer(text):
        if match[5] is not None:
            found.append((match[5].lower(), ""))
        else:
            found.append((match[1].lower(), match[2] or match[3] or match[4] or ""))
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    value = text[start:end]
    bare = value.strip()
    if len(bare) < end - start:
        start += len(value) - len(value.lstrip())
    return start, start + len(bare)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.groups: dict[str, _Group] = {}
        self.note_at: dict[int, _Draft] = {}
        self.inside: dict[int, _Draft] = {}
        self.waiting: list[tuple[_Draft, Sequence[Node]]] = []
        self.problems: dict[str, int] = {}
        self.lists = 0
        self.nesting = 0

    def group(self, name: str) -> _Group:
        found = self.groups.get(name)
        if found is None:
            found = self.groups[name] = _Group()
        return found

    def walk(self, nodes: Sequence[Node], depth: int, opaque: bool) -> list[int]:
        """Read the notes among nodes, in order; return the positions of their openers."""
        openers: list[int] = []
        if depth > _DEEPEST:
            return openers
        for node in nodes:
            kind = node.kind
            if kind == TEMPLATE:
                openers += self.template(node, depth, opaque)
            elif kind == TAG:
                openers += self.tag(node, depth, opaque)
            elif node.children:
                openers += self.walk(node.children, depth + 1, opaque)
        return openers

    def template(self, node: Node, depth: int, opaque: bool) -> list[int]:
        name = read_name(self.text, node)
        kind = find_note_template(name)
        if kind is not None:
            return self.note_template(node, kind, depth, opaque)
        printed = find_list_template(name)
        if printed is not None:
            self.list_template(node, printed, depth)
            return []
        if _adds_notes(name):
            for group in self.groups.values():
                group.exact = False
            self.group("").exact = False
        if ":" in name and functions().get(name.partition(":")[0].strip().lower()) == "tag":
            return self.tag_function(node, depth, opaque)
        if not node.children:
            return []
        if opaque or find_pattern(name) is not None:
            return self.walk(node.children, depth + 1, opaque)
        before = {
            key: (group, len(group.drafts), group.exact) for key, group in self.groups.items()
        }
        openers = self.walk(node.children, depth + 1, True)
        if openers and is_infobox_name(name):
            self.trust_box(node, openers, before)
        return openers

    def trust_box(
        self, node: Node, openers: Sequence[int], before: Mapping[str, tuple[_Group, int, bool]]
    ) -> None:
        """Call the one new note of a group in an infobox exact, where it stands in a known field.

        Whatever the order of the box's rows, one note alone keeps its number.
        """
        unknown = [child for child in node.children if child.kind == TEMPLATE]
        for key, group in self.groups.items():
            earlier, count, exact = before.get(key, (group, 0, True))
            if earlier is not group or not exact or len(group.drafts) != count + 1:
                continue
            draft = group.drafts[-1]
            opener = next((at for at in openers if self.note_at[at] is draft), None)
            if opener is None or any(
                child.start < opener < child.end
                and find_pattern(read_name(self.text, child)) is None
                for child in unknown
            ):
                continue
            for parameter in read_template(self.text, node).parameters:
                known = find_field(parameter.name).canonical_key is not None
                if parameter.start <= opener < parameter.end and known:
                    draft.exact = group.exact = True

    def note_template(self, node: Node, kind: NoteTemplate, depth: int, opaque: bool) -> list[int]:
        inner = self.inner_notes(node, depth, opaque)
        use = self.read_use(read_template(self.text, node), kind)
        return self.use(node, use, inner, opaque)

    def inner_notes(self, node: Node, depth: int, opaque: bool) -> list[int]:
        """Read the notes inside a note, which come before it."""
        if not node.children or self.nesting >= _DEEPEST_NOTE:
            return []
        self.nesting += 1
        inner = self.walk(node.children, depth + 1, opaque)
        self.nesting -= 1
        return inner

    def read_use(self, template: Template, kind: NoteTemplate) -> _Use:
        group = _unquote(template.get(*kind.group)) if kind.group else None
        span = None
        for wanted in kind.text:
            for parameter in template.parameters:
                if parameter.name == wanted:
                    low, high = _trimmed(self.text, parameter.start, parameter.end)
                    span = (low, high) if high > low else None
            if span:
                break
        name = _clean_name(_unquote(template.get(*kind.name_parameters)))
        error = ""
        if name is not None and name.isdecimal():
            error = "integer_name"
        elif span is None and name is None:
            error = "empty"
        group = kind.fixed_group or _clean_name(group) or ""
        return _new(_Use, (name, group, span, kind.name, error))

    def tag_function(self, node: Node, depth: int, opaque: bool) -> list[int]:
        template = read_template(self.text, node)
        if template.name.partition(":")[2].strip().lower() != "ref":
            return self.walk(node.children, depth + 1, opaque)
        inner = self.inner_notes(node, depth, opaque)
        kind = NoteTemplate("ref", ("1",), ("name",), ("group",), "")
        return self.use(node, self.read_use(template, kind), inner, opaque)

    def tag(self, node: Node, depth: int, opaque: bool) -> list[int]:
        name = node.name
        if name == "ref":
            return self.use(node, self.read_ref(node), [], opaque)
        if name == "references":
            attributes = dict(self.attributes(node))
            group = _clean_name(attributes.get("group")) or ""
            nodes = scan(self.text, *node.inner) if node.inner else []
            self.print_list(group, nodes, depth)
            return []
        if name in {"poem", "gallery", "imagemap"} and node.inner:
            return self.walk(scan(self.text, *node.inner), depth + 1, opaque)
        return []

    def attributes(self, node: Node) -> list[tuple[str, str]]:
        if node.inner and node.inner[0] == node.start + len(node.name) + 2:
            return []
        end = node.inner[0] - 1 if node.inner else node.end - 2
        return read_attributes(self.text[node.start + 1 + len(node.name) : end])

    def read_ref(self, node: Node) -> _Use:
        attributes = self.attributes(node)
        values = dict(attributes)
        span = None
        if node.inner:
            low, high = _trimmed(self.text, *node.inner)
            span = (low, high) if high > low else None
            self.look_for_opener(self.text[low:high])
        name = _clean_name(values.get("name"))
        group = _clean_name(values.get("group")) or ""
        error = ""
        if not values.keys() <= _KNOWN_ATTRIBUTES:
            error = "unknown_attribute"
        elif name is not None and name.isdecimal():
            error = "integer_name"
        elif span is None and name is None:
            error = "empty"
        return _new(_Use, (name, group, span, "ref", error))

    def look_for_opener(self, words: str) -> None:
        """Complain of a tag in the text of a tag, which ends it where the inner one should end."""
        if "<ref" in words and "<nowiki" not in words and _OPENER.search(words):
            self.complain("unclosed")

    def complain(self, kind: str) -> None:
        self.problems[kind] = self.problems.get(kind, 0) + 1

    def use(self, node: Node, use: _Use, inner: list[int], opaque: bool) -> list[int]:
        """Count one use of a note; return its opener, or those of the notes an error leaves."""
        if use.error:
            self.complain(use.error)
            return inner
        group = self.group(use.group)
        draft = group.by_name.get(use.name) if use.name else None
        if draft is None:
            if opaque:
                group.exact = False
            draft = _Draft(use.group, use.name, len(group.drafts) + 1, group.exact, use.syntax)
            group.drafts.append(draft)
            if use.name:
                group.by_name[use.name] = draft
        self.define(draft, node, use)
        self.note_at[node.start] = draft
        for opener in inner:
            self.inside[opener] = draft
        return [node.start]

    def define(self, draft: _Draft, node: Node, use: _Use) -> None:
        if use.span is None:
            return
        if draft.span is None:
            draft.span = use.span
            draft.syntax = use.syntax
            if node.kind == TAG:
                draft.nodes = scan(self.text, *use.span)
                if draft.nodes:
                    self.waiting.append((draft, draft.nodes))
            elif node.children:
                low, high = use.span
                draft.nodes = [child for child in node.children if low <= child.start < high]
        elif self.text[slice(*draft.span)] != self.text[slice(*use.span)]:
            self.complain("conflicting_definition")

    def list_template(self, node: Node, kind: NoteTemplate, depth: int) -> None:
        template = read_template(self.text, node)
        group = (
            kind.fixed_group or _clean_name(template.get(*kind.group) if kind.group else None) or ""
        )
        self.print_list(group, node.children, depth)

    def print_list(self, name: str, nodes: Sequence[Node], depth: int) -> None:
        """Print the notes of a group: take the definitions in the list, then start anew."""
        group = self.group(name)
        for node in nodes:
            use: _Use | None = None
            if node.kind == TAG and node.name == "ref":
                use = self.read_ref(node)
            elif node.kind == TEMPLATE:
                kind = find_note_template(read_name(self.text, node))
                if kind is not None:
                    use = self.read_use(read_template(self.text, node), kind)
            if use is None:
                continue
            draft = group.by_name.get(use.name) if use.name else None
            if draft is None:
                self.complain(use.error or "unused_definition")
                continue
            self.define(draft, node, use)
            if node.kind == TEMPLATE:
                for opener in self.walk(node.children, depth + 1, True):
                    self.inside[opener] = draft
        self.read_waiting(depth)
        if group.drafts:
            for draft in group.drafts:
                draft.list_id = self.lists
            self.lists += 1
            self.groups[name] = _Group()

    def read_waiting(self, depth: int) -> None:
        """Read the notes inside the text of ref tags, which count when their list is printed."""
        waiting, self.waiting = self.waiting, []
        for draft, nodes in waiting:
            for opener in self.walk(nodes, depth + 1, True):
                self.inside[opener] = draft

    def finish(self) -> NoteUses:
        rounds = 0
        while self.waiting and rounds < _DEEPEST:
            self.read_waiting(0)
            rounds += 1
        for group in self.groups.values():
            if group.drafts:
                for draft in group.drafts:
                    draft.list_id = self.lists
                self.lists += 1
        ids: dict[int, int] = {}
        ordered: list[_Draft] = []
        for _, draft in sorted(self.note_at.items(), key=itemgetter(0)):
            if id(draft) not in ids:
                ids[id(draft)] = len(ordered)
                ordered.append(draft)
        notes = tuple(self.note(draft, index) for index, draft in enumerate(ordered))
        problems = tuple(
            Problem(
                "parse",
                f"footnote_{kind}",
                _MESSAGES[kind] + (f" ({count} times)" if count > 1 else ""),
            )
            for kind, count in self.problems.items()
        )
        return NoteUses(
            notes,
            {position: ids[id(draft)] for position, draft in self.note_at.items()},
            {position: ids[id(draft)] for position, draft in self.inside.items()},
            problems,
        )

    def note(self, draft: _Draft, index: int) -> Note:
        label, certain = write_label(draft.group, draft.number)
        exact = draft.exact and certain
        start = end = None
        raw = ""
        plain = _NOTHING
        if draft.span is None:
            self.complain("undefined_name")
        else:
            start, end = draft.span
            raw = self.text[start:end]
            plain = read_plain(self.text, start, end, draft.nodes)
        return _new(
            Note,
            (
                index, draft.list_id, draft.group, draft.name, label, exact, draft.syntax,
                plain.text, raw, start, end, plain.links,
            ),
        )  # fmt: skip


def read_notes(text: str, nodes: Sequence[Node]) -> NoteUses:
    """Return the footnotes of a page in the order of their first uses, and all their uses.

    ``nodes`` is what ``scan`` found in the whole text.
    """
    reader = _Reader(text)
    reader.walk(nodes, 0, False)
    return reader.finish()
