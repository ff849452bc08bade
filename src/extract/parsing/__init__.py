"""The front ends: a page in any of its forms → a Document."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from extract.model import Document, Page

__all__ = ["parse"]

_FRONT_ENDS = {
    "wikitext": ("extract.parsing.wikitext", "parse_wikitext"),
    "text": ("extract.parsing.text", "parse_text"),
    "html": ("extract.parsing.html", "parse_html"),
    "both": ("extract.parsing.merge", "parse_both"),
}
_loaded: dict[str, Callable[[Page], Document]] = {}


def parse(page: Page) -> Document:
    """Return the document of a page, read by the front end its ``input_format`` names.

    A page of wikitext that brings its rendering along is read from both.  Never raises on the
    page's text: what cannot be read becomes a Problem of the document.  A front end is imported
    when the first page needs it.
    """
    form = page.input_format
    if page.html and form == "wikitext":
        form = "both"
    read = _loaded.get(form)
    if read is None:
        module, name = _FRONT_ENDS[form]
        read = cast("Callable[[Page], Document]", getattr(import_module(module), name))
        _loaded[form] = read
    return read(page)
