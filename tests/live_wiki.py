"""A wiki in memory that behaves as MediaWiki does where a refresh depends on it.

A move keeps the page's id and adds a revision, and so does protecting; deleting a page makes
its edits vanish from the list of changes and leaves only a line of the log; restoring brings
back the same id, or another where the wiki had to make one; a template's edit changes
renderings and no revision, with ``lazy`` only when the wiki's jobs come to it.  A rendering
is kept until the page is touched.  ``meanwhile`` is done by others between our requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from extract.model import Page, Problem
from extract.sources import SourceProblem, derive_id, find_redirect
from extract.sources.api import Change, Reference, Revision, Site

SPACES = {0: "", 10: "תבנית", 14: "קטגוריה", 118: "טיוטה"}
API = "https://wiki.haifa-archive.org/w/api.php"


class Killed(BaseException):
    """Stands for the process being killed."""


class MemoryPage:
    def __init__(self, page_id: int, title: str) -> None:
        self.page_id = page_id
        self.title = title
        self.revisions: list[tuple[int, str, str]] = []
        self.touched = ""
        self.item: str | None = None


class MemoryWiki:
    def __init__(self) -> None:
        self.seconds = 0
        self.pages: dict[str, MemoryPage] = {}
        self.deleted: dict[str, MemoryPage] = {}
        self.log: list[Change] = []
        self.edits: list[Change] = []
        self.forgotten = ""
        self.normalized: dict[str, str] = {}
        self.requests = 0
        self.contents = 0
        self.renderings = 0
        self.fuse: int | None = None
        self.lazy = False
        self.jobs: list[tuple[str, str]] = []
        self.cache: dict[tuple[int, int, str], str] = {}
        self.meanwhile: list[Callable[[], None]] = []
        self.step = 1
        self._pages = self._revisions = 0

    # what editors do

    def pass_time(self, seconds: int | None = None) -> None:
        self.seconds += self.step if seconds is None else seconds

    @property
    def time(self) -> str:
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def edit(self, title: str, text: str) -> None:
        self.pass_time()
        page = self.pages.get(title)
        kind = "edit"
        if page is None:
            kind = "new"
            self._pages += 1
            page = self.pages[title] = MemoryPage(self._pages, title)
        elif page.revisions[-1][2] == text:
            return
        self._save(page, text)
        self.edits.append(Change(kind, self.time, title, space_of(title), page.page_id))

    def _save(self, page: MemoryPage, text: str) -> None:
        self._revisions += 1
        page.revisions.append((self._revisions, self.time, text))
        self._touch(page)

    def _touch(self, page: MemoryPage) -> None:
        page.touched = self.time
        self.jobs.append((page.title, self.time))
        if not self.lazy:
            self.run_jobs()

    def run_jobs(self) -> None:
        for title, stamp in self.jobs:
            for other in self.pages.values():
                if title in self._used(other):
                    other.touched = max(other.touched, stamp)
        self.jobs = []

    def _used(self, page: MemoryPage) -> set[str]:
        """Return the templates a page uses, also through redirects of theirs."""
        found: set[str] = set()
        left = [f"תבנית:{name}" for name in re.findall(r"\{\{(\w+)\}\}", page.revisions[-1][2])]
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                target = self.pages.get(name)
                onward = find_redirect(target.revisions[-1][2]) if target else None
                left += [onward] if onward else []
        return found

    def move(self, old: str, new: str, redirect: bool = True) -> None:
        self.pass_time()
        page = self.pages.pop(old)
        if new in self.pages:
            self.delete(new, "delete_redir")
        page.title = new
        self.pages[new] = page
        self._save(page, page.revisions[-1][2])
        space, target = space_of(old), space_of(new)
        self.log.append(Change("move/move", self.time, old, space, None, new, target))
        if redirect:
            self._pages += 1
            left = self.pages[old] = MemoryPage(self._pages, old)
            self._save(left, f"#הפניה [[{new}]]")

    def delete(self, title: str, action: str = "delete") -> None:
        self.pass_time()
        page = self.pages.pop(title)
        self.deleted[title] = page
        self._touch(page)
        self.edits = [edit for edit in self.edits if edit.page_id != page.page_id]
        self.log.append(Change(f"delete/{action}", self.time, title, space_of(title)))

    def restore(self, title: str, other_id: bool = False) -> None:
        """Bring a page back; where its title has a page again, its revisions join that one's."""
        self.pass_time()
        page = self.deleted.pop(title)
        page.title = title
        there = self.pages.get(title)
        if there is not None:
            there.revisions = sorted([*page.revisions, *there.revisions])
            page = there
        elif other_id:
            self._pages += 1
            page.page_id = self._pages
        self.pages[title] = page
        self._touch(page)
        self.log.append(Change("delete/restore", self.time, title, space_of(title)))

    def protect(self, title: str) -> None:
        self.pass_time()
        page = self.pages[title]
        self._save(page, page.revisions[-1][2])
        self.edits.append(
            Change("protect/protect", self.time, title, space_of(title), page.page_id)
        )

    def join_item(self, title: str, item: str) -> None:
        """Give a page an item of Wikidata, which makes no revision."""
        self.pass_time()
        page = self.pages[title]
        page.item = item
        self.edits.append(Change("external", self.time, title, space_of(title), page.page_id))

    def hide_line(self) -> None:
        """Hide what the last line of a log is about."""
        last = self.log.pop()
        self.log.append(Change(last.kind, last.time, "", 0))

    def forget(self) -> None:
        """Purge the list of changes up to now."""
        self.pass_time()
        self.forgotten = self.time
        self.edits = []

    # what is asked of it

    def _count(self) -> None:
        self.requests += 1
        if self.meanwhile:
            self.meanwhile.pop(0)()
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Killed

    def siteinfo(self) -> Site:
        self._count()
        prefixes = {name: number for number, name in SPACES.items() if name}
        return Site("testwiki", "ארכיון", "he", "MediaWiki", SPACES, prefixes, self.time)

    def revisions(self, *, titles=(), page_ids=(), content=True):
        wanted = [("title", title) for title in titles] + [("id", number) for number in page_ids]
        for place, (kind, value) in enumerate(wanted):
            if place % 50 == 0:
                self._count()
            by_id = {page.page_id: page for page in self.pages.values()}
            if kind == "id":
                yield self._give(by_id.get(value), f"page {value}", value, content)
                continue
            title = value[:1].upper() + value[1:]
            if title != value:
                self.normalized[value] = title
            yield self._give(self.pages.get(title), title, derive_id(title), content)

    def _give(self, page, title, page_id, content):
        if page is None:
            return SourceProblem(title, page_id, Problem("source", "missing", "no such page"))
        rev_id, stamp, text = page.revisions[-1]
        self.contents += content
        target = find_redirect(text)
        found = Page(
            title=page.title,
            text=text if content else "",
            page_id=page.page_id,
            namespace=space_of(page.title),
            rev_id=rev_id,
            rev_timestamp=stamp,
            wiki="testwiki",
            source=API,
            redirect_target=target if content else None,
            wikidata_id=page.item,
        )
        return Revision(found, page.touched, target is not None)

    def html(self, title, rev_id=None):
        self._count()
        self.renderings += 1
        for page in self.pages.values():
            for rev, _, text in page.revisions:
                if rev == rev_id:
                    place = (page.page_id, rev, page.touched)
                    return self.cache.setdefault(place, f"<html>{self._expand(text)}</html>")
        return None

    def _expand(self, text: str) -> str:
        def put_in(found):
            title = f"תבנית:{found[1]}"
            for _ in range(3):
                page = self.pages.get(title)
                if page is None:
                    return "?"
                body = page.revisions[-1][2]
                title = find_redirect(body) or ""
                if not title:
                    return body
            return "?"

        return re.sub(r"\{\{(\w+)\}\}", put_in, text)

    def _list(self, test, namespaces) -> Iterator[Reference]:
        self._count()
        for page in sorted(self.pages.values(), key=lambda page: page.page_id):
            space = space_of(page.title)
            if (namespaces is None or space in namespaces) and test(page):
                yield Reference(page.page_id, page.title, space)

    def members(self, category, namespaces=(0,)):
        mark = f"[[קטגוריה:{category}]]"
        return self._list(lambda page: mark in page.revisions[-1][2], namespaces)

    def linking(self, title, namespaces=(0,)):
        return self._list(lambda page: f"[[{title}]]" in page.revisions[-1][2], namespaces)

    def embedding(self, title, namespaces=(0,)):
        return self._list(lambda page: title in self._used(page), namespaces)

    def everything(self, namespace):
        return self._list(lambda page: True, (namespace,))

    def changes(self, since, namespaces=(0,), *, items=True):
        self._count()
        for change in [*self.edits, *self.log]:
            if change.kind == "external" and not items:
                continue
            spaces = {change.namespace, change.target_namespace}
            wanted = namespaces is None or not change.title or spaces & set(namespaces)
            if change.time >= since and wanted:
                yield change

    def covers(self, since):
        self._count()
        return since >= self.forgotten


def space_of(title: str) -> int:
    prefix = title.partition(":")[0] if ":" in title else ""
    return next((number for number, name in SPACES.items() if name == prefix), 0)
