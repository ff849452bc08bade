"""HTML that is escaped by construction.

Only ``Markup`` passes into a tag as it is; every other string is escaped, so that what a
wiki page says can never become markup of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import pairwise, zip_longest

__all__ = [
    "SIGN", "TURN", "Markup", "code", "directions", "is_hebrew", "isolate", "join", "safe_url",
    "tag",
]  # fmt: skip


class Markup(str):
    """A string that is HTML already."""

    __slots__ = ()


TURN = Markup('<i class="turn"></i>')
"""A mark of right-to-left, painted by the style sheet: no letter of the text."""
# "ynet, 30 ביולי": a browser takes the number for a part of the Latin words before it, and
# paints it on their far side.
SIGN = Markup('<i class="sign"></i>')
"""A mark of left-to-right, painted in the same way."""
# "-3 מעלות": the sign belongs to the number, left of it.  Of "ב -1939" it is a hyphen.
_SIGNS = re.compile(r"[-−+](?=\d)(?:(?<=^.)|(?<=\(.)|(?<=\S\S\s.))")
_TURNS = re.compile(r"[A-Za-z\u00c0-\u024f][\"')\]’”]*(?:[,;:]|\s[|·–—-])\s+(?=\d)")
_HEBREW = re.compile(r"[\u05d0-\u05ea]")
_VOID = frozenset({"meta", "link", "input", "br", "hr"})
Child = str | int | None
Attribute = str | int | float | bool | None


def tag(element: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """Return an element; children that are no ``Markup`` are escaped.

    Attribute names: a closing ``_`` is dropped (``class_``), other ``_`` become ``-``.
    None and False leave the attribute out, True writes it without a value.
    """
    written = "".join(map(_attribute, attributes, attributes.values()))
    if element in _VOID:
        return Markup(f"<{element}{written}>")
    return Markup(f"<{element}{written}>{''.join(map(_child, children))}</{element}>")


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    spelled = name.rstrip("_").replace("_", "-")
    return f" {spelled}" if value is True else f' {spelled}="{escape(str(value))}"'


def _child(child: Child) -> str:
    if child is None:
        return ""
    return child if isinstance(child, Markup) else escape(str(child), quote=False)


def join(children: Iterable[Child], separator: str = "") -> Markup:
    """Return the children side by side, escaped as in ``tag``."""
    return Markup(_child(separator).join(map(_child, children)))


def is_hebrew(text: Child) -> bool:
    """Tell whether a text has a Hebrew letter, so that its line runs right to left."""
    return isinstance(text, str) and _HEBREW.search(text) is not None


def isolate(text: Child) -> Markup:
    """Return text that has a direction of its own and disturbs nobody's around it.

    A browser left alone goes by the first letter; but a Hebrew sentence may begin with a
    name in Latin letters, and stays a Hebrew sentence.
    """
    if not is_hebrew(text):
        return tag("bdi", text)
    if not isinstance(text, Markup):
        text = _mark_directions(str(text))
    return tag("bdi", text, dir="rtl")


def _mark_directions(text: str) -> Markup:
    marks = directions(text)
    if not marks:
        return join((text,))
    cuts = [0, *(place for place, _ in marks), len(text)]
    pieces = [text[a:b] for a, b in pairwise(cuts)]
    return join(part for pair in zip_longest(pieces, (mark for _, mark in marks)) for part in pair)


def directions(text: str) -> list[tuple[int, Markup]]:
    """Return the marks of direction that the numbers of a Hebrew line need, and where.

    One before a number behind Latin words that it is no part of, one before a sign.
    """
    turns = [(found.end(), TURN) for found in _TURNS.finditer(text)]
    return sorted([*turns, *((found.start(), SIGN) for found in _SIGNS.finditer(text))])


def code(text: Child) -> Markup:
    """Return a code (EDTF, a date, an id): left to right wherever it stands."""
    return tag("bdi", text, dir="ltr", class_="code")


def safe_url(address: str | None) -> str | None:
    """Return the address where a browser may follow it: http and https only."""
    if address is None:
        return None
    address = address.strip()
    if address.startswith("//"):
        address = f"https:{address}"
    return address if address[:8].lower().startswith(("http://", "https://")) else None
