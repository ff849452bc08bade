"""Wikitext as text with structure: templates, links, notes, visible words."""

from __future__ import annotations

from extract.wikitext.flatten import File
from extract.wikitext.inline import Plain
from extract.wikitext.templates import (
    Parameter,
    Template,
    find_templates,
    normalize_title,
    read_lone,
    split_lone,
)
from extract.wikitext.visible import plain_text, to_plain

__all__ = [
    "File",
    "Parameter",
    "Plain",
    "Template",
    "find_templates",
    "normalize_title",
    "plain_text",
    "read_lone",
    "split_lone",
    "to_plain",
]
