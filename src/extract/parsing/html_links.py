"""Links of a rendered page, and the properties it states by links."""

from __future__ import annotations

import re
from urllib.parse import unquote

from extract.parsing.html_nodes import read_file, read_target
from extract.parsing.html_state import SKIP, Element, Leave, PageState
from extract.wikitext import normalize_title

__all__ = ["LinkReader", "with_fragment"]

_LANGUAGE_HOST = re.compile(r"(?:https?:)?//([a-z-]{2,20})\.(?:m\.)?wikipedia\.org/wiki/([^?#]+)")


class LinkReader(PageState):
    """Reads ``a``, ``link`` and ``meta``."""

    def anchor(self, element: Element) -> Leave | None:
        """Read a link."""
        if self.is_pencil(element):
            return SKIP
        if "mw-selflink" in element.classes or "selflink" in element.classes:
            self.run.open_link("internal", self.page.title, None)
            return self.run.close_link
        href = element.attributes.get("href") or ""
        if "wpDestFile=" in href:
            name = read_file(element.attributes)
            if name:
                self.add_file(name)
            self.run.drop()
            return SKIP
        target = read_target(element.attributes)
        if target is None or self.sinks[-1].kind == "picture":
            return None
        title = target.title
        if target.kind == "internal" and target.fragment is not None and title == self.page.title:
            title = ""
        run = self.run
        kind = "internal" if target.kind == "anchor" else target.kind
        run.open_link(kind, title, target.fragment)
        return run.close_link

    def is_pencil(self, element: Element) -> bool:
        """Tell a link to the wiki's data base beside a value, and note where the value is from."""
        words = self.words
        title = element.attributes.get("title") or ""
        found = any(mark in title for mark in words.pencils)
        if not found and (self.sinks[-1].kind in {"box", "picture"}):
            href = element.attributes.get("href") or ""
            if "wpDestFile=" in href or any(host in href for host in words.pencil_hosts):
                text = element.node.text(deep=True) or ""
                found = any(mark in text for mark in words.pencils)
        if found:
            sink = next((one for one in reversed(self.sinks) if one.kind != "picture"), self.prose)
            sink.from_wikidata = True
            if self.sinks[-1].kind == "picture":
                self.sinks[-1].from_wikidata = True
            self.run.drop()
        return found

    def link_tag(self, element: Element) -> Leave:
        """Read a property that the page states by a link."""
        relation = element.attributes.get("rel") or ""
        href = element.attributes.get("href") or ""
        if "mw:PageProp/Category" in relation:
            self.add_category(href.partition("#")[0].removeprefix("./"))
        elif "mw:PageProp/Language" in relation:
            self.add_language(href)
        elif "mw:PageProp/redirect" in relation:
            target = read_target({"href": href})
            if target is not None and target.title:
                self.redirect = with_fragment(target.title, target.fragment)
        return SKIP

    def meta_tag(self, element: Element) -> Leave:
        """Read a property of the page."""
        if (element.attributes.get("property") or "") == "mw:PageProp/disambiguation":
            self.disambiguation = True
        return SKIP

    def add_category(self, path: str) -> None:
        """Add a category by its address."""
        title = normalize_title(unquote(path, errors="replace"))
        prefix, colon, rest = title.partition(":")
        if colon and prefix.strip().lower() in self.words.categories and rest.strip():
            self.categories[normalize_title(rest)] = None

    def add_language(self, href: str) -> None:
        """Add the same article in another language."""
        found = _LANGUAGE_HOST.match(href)
        if found:
            self.interwiki[f"{found[1]}:{normalize_title(unquote(found[2], errors='replace'))}"] = (
                None
            )


def with_fragment(title: str, fragment: str | None) -> str:
    """Return a target as it is stored, with its fragment where it has one."""
    return f"{title}#{fragment}" if fragment else title
