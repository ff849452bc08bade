"""Pages from a wiki, a store and a ROOT: each text comes from the nearest that has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from extract._version import __version__
from extract.model import Page, Problem
from extract.sources import SourceProblem, find_redirect, normalize_title
from extract.sources.api import Change, Reference, Revision, Site, shift_time
from extract.sources.store import Store
from extract.tables import read_columns

if TYPE_CHECKING:
    from extract.snapshots import Snapshot

__all__ = [
    "Fetched",
    "Kept",
    "KnownPage",
    "LiveWiki",
    "Reader",
    "read_known",
    "read_unsettled",
]

_SAME_MOMENT = 5.0
"""Seconds within which a wiki may change a rendering twice under one time."""
_UNSETTLED = frozenset(
    {"no_answer", "malformed", "no_revision", "text_missing", "text_suppressed", "not_rendered"}
)
"""Kinds of problems that may have passed without any change that the wiki lists."""


class LiveWiki(Protocol):
    """What is asked of a wiki; ``sources.api.Wiki`` is one."""

    @property
    def normalized(self) -> Mapping[str, str]:
        """Titles as asked for, where the wiki writes them otherwise."""

    @property
    def requests(self) -> int:
        """Requests sent so far."""

    def siteinfo(self) -> Site:
        """Return what the wiki says of itself, with its clock."""

    def revisions(
        self,
        *,
        titles: Iterable[str] = (),
        page_ids: Iterable[int] = (),
        content: bool = True,
    ) -> Iterator[Revision | SourceProblem]:
        """Yield the newest revisions of pages."""

    def html(self, title: str, rev_id: int | None = None) -> str | None:
        """Return the rendering of a page."""

    def members(
        self, category: str, namespaces: Collection[int] | None = (0,)
    ) -> Iterator[Reference]:
        """Yield the pages of a category."""

    def linking(self, title: str, namespaces: Collection[int] | None = (0,)) -> Iterator[Reference]:
        """Yield the pages that link to a title."""

    def embedding(
        self, title: str, namespaces: Collection[int] | None = (0,)
    ) -> Iterator[Reference]:
        """Yield the pages that use a template."""

    def everything(self, namespace: int) -> Iterator[Reference]:
        """Yield all pages of a namespace."""

    def changes(
        self, since: str, namespaces: Collection[int] | None = (0,), *, items: bool = True
    ) -> Iterator[Change]:
        """Yield what happened from a time on, also to the pages' ``items`` of Wikidata."""

    def covers(self, since: str) -> bool:
        """Return whether the lists of changes still reach back to a time."""


class KnownPage(NamedTuple):
    """A page as ROOT has it."""

    title: str
    namespace: int
    rev_id: int | None
    redirect_target: str | None
    wikidata_id: str | None
    version: str
    """Version of the package that read it."""


class Kept(NamedTuple):
    """A page of which ROOT already has this revision, under this title."""

    page_id: int


class Fetched(NamedTuple):
    """A page to be processed, and what its fetching met."""

    page: Page
    problems: tuple[Problem, ...] = ()


def read_known(snapshot: Snapshot | None) -> dict[int, KnownPage]:
    """Return the pages of a snapshot by id."""
    if snapshot is None:
        return {}
    columns = ("title", "namespace", "rev_id", "redirect_target", "wikidata_id")
    names = ("page_id", *columns, "extractor_version")
    rows = read_columns(snapshot.paths("pages"), names)
    return {page_id: KnownPage(*rest) for page_id, *rest in rows}


def read_unsettled(snapshot: Snapshot | None) -> dict[int, str]:
    """Return ids and titles of the pages that could not be read rightly and should be again."""
    if snapshot is None:
        return {}
    rows = read_columns(snapshot.paths("problems"), ("page_id", "title", "stage", "kind"))
    return {
        page_id: title
        for page_id, title, stage, kind in rows
        if stage == "source" and kind in _UNSETTLED
    }


class Reader:
    """Gives pages, asking the wiki for no text that the store or ROOT has.

    Of pages that may be known (in ``known``, or all after an interruption: ``cautious``)
    the heads are asked for first.  A page known in its revision is left alone; with ``html``
    only if the store also has its rendering of the time when the wiki says it last changed.
    ``items`` says whether ROOT has the pages' items of Wikidata, which dumps do not.
    That time has whole seconds: of a page touched just before ``now``, the wiki's clock when
    reading began, the rendering is not relied on later.
    """

    def __init__(
        self,
        wiki: LiveWiki,
        store: Store,
        known: Mapping[int, KnownPage],
        *,
        now: str,
        html: bool = False,
        items: bool = True,
        cautious: bool = False,
    ) -> None:
        self._wiki = wiki
        self._store = store
        self._known = known
        self._ids = {page.title: page_id for page_id, page in known.items()}
        self._html = html
        self._items = items
        self._cautious = cautious
        self._moment = shift_time(now, -_SAME_MOMENT)

    def read(
        self,
        *,
        titles: Iterable[str] = (),
        page_ids: Iterable[int] = (),
    ) -> Iterator[Fetched | Kept | SourceProblem]:
        """Yield each page of the titles and ids once."""
        seen: set[int] = set()
        names = dict.fromkeys(map(normalize_title, titles))
        numbers = dict.fromkeys(page_ids)
        known_names = {name: None for name in names if self._cautious or name in self._ids}
        known_numbers = {n: None for n in numbers if self._cautious or n in self._known}
        unread: dict[int, None] = {}
        for item in self._wiki.revisions(titles=known_names, page_ids=known_numbers, content=False):
            if isinstance(item, SourceProblem):
                self._store.forget(item.page_id)
                yield item
            elif item.page.page_id not in seen:
                seen.add(item.page.page_id)
                found = self._recall(item)
                if found is None:
                    unread[item.page.page_id] = None
                else:
                    yield found
        for item in self._wiki.revisions(
            titles=[name for name in names if name not in known_names],
            page_ids=[*(n for n in numbers if n not in known_numbers), *unread],
        ):
            if isinstance(item, SourceProblem):
                self._store.forget(item.page_id)
                yield item
                continue
            page = item.page
            if page.page_id not in seen or page.page_id in unread:
                seen.add(page.page_id)
                self._store.write(page.page_id, page.rev_id or 0, "wikitext", page.text)
                yield self._finish(item, page)

    def _recall(self, item: Revision) -> Fetched | Kept | None:
        page = item.page
        known = self._known.get(page.page_id)
        if (
            known is not None
            and (known.title, known.rev_id, known.version) == (page.title, page.rev_id, __version__)
            and (not self._items or known.wikidata_id == page.wikidata_id)
            and (not self._is_rendered(item) or self._shows_today(item))
        ):
            return Kept(page.page_id)
        text = self._store.read(page.page_id, page.rev_id or 0, "wikitext")
        if text is None:
            return None
        target = find_redirect(text) if item.is_redirect else None
        return self._finish(item, page._replace(text=text, redirect_target=target))

    def _is_rendered(self, item: Revision) -> bool:
        return self._html and not item.is_redirect

    def _shows_today(self, item: Revision) -> bool:
        """Return whether ROOT surely has the rendering of this day."""
        # After an interruption the store may hold what never came into ROOT.
        page, state = item.page, self._state(item)
        place = (page.page_id, page.rev_id or 0, "html")
        return not self._cautious and bool(state) and self._store.has(*place, state)

    def _state(self, item: Revision) -> str:
        return item.touched if item.touched < self._moment else ""

    def _finish(self, item: Revision, page: Page) -> Fetched:
        if not self._is_rendered(item):
            return Fetched(page)
        place, state = (page.page_id, page.rev_id or 0, "html"), self._state(item)
        html = self._store.read(*place, state) if state else None
        if html is None:
            html = self._wiki.html(page.title, page.rev_id)
            if html is None:
                message = "the wiki gave no rendering of it"
                return Fetched(page, (Problem("source", "not_rendered", message),))
            self._store.write(*place, html, state)
        return Fetched(page._replace(html=html))
