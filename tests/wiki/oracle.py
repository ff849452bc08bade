"""What MediaWiki itself says of a page, read from its HTML without any code of the package."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
NOT_PROSE = frozenset(
    [
        "hatnote",
        "navbox",
        "ambox",
        "sistersitebox",
        "noprint",
        "thumb",
        "gallery",
        "references",
        "toc",
        "mw-editsection",
        "infobox",
        "error",
        "disambig",
        "mw-ext-cite-error",
        "magnify",
        "autonumber",
        "redirectMsg",
    ]
)
LETTERS = ["א", "ב", "ג", "ד", "ה", "ו", "ז", "ח", "ט", "י", "יא", "יב", "יג", "יד", "טו"]
PENCIL = "עריכת הנתון בוויקינתונים"


class Node:
    """An element: its tag, attributes, and children (nodes and strings)."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.classes = set(attributes.get("class", "").split())
        self.children: list[Node | str] = []

    def walk(self):
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root", {})
        self.stack = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_startendtag(self, tag, attrs):
        self.stack[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        for index in range(len(self.stack) - 1, 0, -1):
            if self.stack[index].tag == tag:
                del self.stack[index:]
                return

    def handle_data(self, data):
        self.stack[-1].children.append(data)


def read_tree(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def is_mark(node: Node) -> bool:
    return node.tag == "sup" and bool(node.classes & {"reference", "mw-ref"})


def squeeze(text: str) -> str:
    """Return text with spaces and line breaks as one space, none before a closing sign."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def is_left_out(node: Node) -> bool:
    style = node.attributes.get("style", "").replace(" ", "")
    return (
        is_mark(node)
        or bool(node.classes & NOT_PROSE)
        or "display:none" in style
        or node.tag in {"style", "script", "head", "figure"}
        or "mw:File" in node.attributes.get("typeof", "")
        or "wpDestFile=" in node.attributes.get("href", "")
        or node.attributes.get("rel") == "mw:referencedBy"
        or "mw-cite-backlink" in node.classes
    )


def words(node: Node, without: frozenset[str] = frozenset()) -> str:
    """Return the words of an element, without marks and what is no prose."""
    parts: list[str] = []

    def gather(one: Node) -> None:
        for child in one.children:
            if isinstance(child, str):
                parts.append(child)
            elif child.tag in {"br", "p", "div", "li", "td", "tr"} and child.tag not in without:
                parts.append(" ")
                if not is_left_out(child):
                    gather(child)
                parts.append(" ")
            elif child.tag not in without and not is_left_out(child):
                gather(child)

    gather(node)
    return squeeze("".join(parts))


class Mark(NamedTuple):
    label: str
    group: str
    text: str


def read_label(text: str) -> tuple[str, str]:
    """Return label and group of a printed mark."""
    label = squeeze(text.replace("[", "").replace("]", ""))
    if " " in label:
        group, number = label.rsplit(" ", 1)
        return (LETTERS[int(number) - 1] if group == "ביאור" else label), group
    return label, "ביאור" if label in LETTERS else ""


def all_text(node: Node) -> str:
    return "".join(one if isinstance(one, str) else all_text(one) for one in node.children)


def read_marks(tree: Node) -> list[Mark]:
    """Return the marks of a page in its order, with the text of the note each leads to."""
    notes: dict[str, str] = {}
    for node in tree.walk():
        if node.tag == "li" and node.attributes.get("id", "").startswith("cite_note"):
            text = [
                one for one in node.walk() if one.classes & {"reference-text", "mw-reference-text"}
            ]
            notes[node.attributes["id"]] = words(text[0]) if text else ""
    marks = []
    for node in tree.walk():
        if is_mark(node):
            label, group = read_label(all_text(node))
            address = next(one.attributes["href"] for one in node.walk() if one.tag == "a")
            marks.append(Mark(label, group, notes.get(address.partition("#")[2], "")))
    return marks


def read_cells(tree: Node) -> list[tuple[str, str]]:
    """Return label and value of the infobox cells that hold words."""
    found = []
    for box in tree.walk():
        if "infobox" not in box.classes:
            continue
        heading = None
        for row in (one for one in box.walk() if one.tag == "tr"):
            cells = [
                (one.tag, words(one).replace(PENCIL, "").strip())
                for one in row.children
                if isinstance(one, Node) and one.tag in {"th", "td"}
            ]
            kinds = [kind for kind, _ in cells]
            if kinds == ["th"]:
                heading = cells[0][1]
            elif kinds == ["th", "td"]:
                found.append((cells[0][1], cells[1][1]))
            elif kinds == ["td", "td"] and heading and heading != found_title(box):
                found += [(heading, text) for _, text in cells]
    return [cell for cell in found if cell[1]]


def found_title(box: Node) -> str:
    """Return the title of a box: its first header cell."""
    return next((words(one) for one in box.walk() if one.tag == "th"), "")


def read_paragraphs(tree: Node) -> list[str]:
    """Return the paragraphs, list items and terms of the prose."""
    found: list[str] = []
    lists = frozenset({"ul", "ol", "dl", "p", "blockquote", "table", "div"})

    def visit(node: Node) -> None:
        for child in node.children:
            if isinstance(child, str) or is_left_out(child) or child.tag == "table":
                continue
            if child.tag in {"p", "pre", "li", "dd", "dt"}:
                text = words(child, frozenset() if child.tag in {"p", "pre"} else lists)
                if text:
                    found.append(text)
            if child.tag not in {"p", "pre"}:
                visit(child)

    visit(tree)
    return found
