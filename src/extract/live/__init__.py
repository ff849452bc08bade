"""A ROOT beside its live wiki: fetch pages into it, bring it up to date, say what changed.

::

    fetch    titles, categories, links, uses, whole namespaces ─┐
    refresh  lists of changes since the watermark ──────────────┼─ Reader ─ process ─ one commit
    diff     two snapshots, page by page                        ┘

Both writers read everything first and commit one snapshot at the end: whatever ends them
before leaves ROOT as it was, and what they had fetched in its ``.store``, from which the
next one goes on.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from extract.errors import SnapshotError, UsageError
from extract.live.comparison import Difference, describe, diff
from extract.live.reading import (
    Fetched,
    Kept,
    KnownPage,
    LiveWiki,
    Reader,
    read_known,
    read_unsettled,
)
from extract.live.scopes import Scope, State, read_state, write_state
from extract.model import Page, Rows
from extract.pipeline import process as process_page
from extract.schema import SCHEMA_VERSION, find_table
from extract.snapshots import Snapshot, lock_root, open_snapshot, update_snapshot
from extract.sources import SourceProblem, derive_id, normalize_title
from extract.sources.api import DEFAULT_API, Change, Settings, Site, Wiki, shift_time
from extract.sources.store import Store
from extract.tables import read_columns

__all__ = [
    "Difference",
    "LiveReport",
    "Scope",
    "describe",
    "diff",
    "fetch",
    "refresh",
]

OVERLAP = 600.0
"""Seconds before the watermark that are read again: lists of changes lag behind the wiki."""
STORE = ".store"
_UNFINISHED = "unfinished"
_CARRIED = frozenset(
    {
        "id",
        "schema_version",
        "extractor_version",
        "parent",
        "tables",
        "summary",
        "live",
        "watermark",
        "files",
    }
)
"""Manifest entries that are made anew with each snapshot."""

_REDIRECT = find_table("pages").column_names.index("redirect_target") - 1

Process = Callable[[Page], Rows]


class LiveReport(NamedTuple):
    """What a fetch or refresh did."""

    snapshot: Snapshot
    pages: int
    """Pages read and written anew."""
    kept: int
    """Pages looked at that had not changed."""
    dropped: int
    """Pages taken out."""
    problems: Mapping[str, int]
    """By stage and kind, of the pages written anew."""
    problem_pages: int
    requests: int
    """Requests sent to the wiki."""

    @property
    def problem_share(self) -> float:
        """Share of the pages read that have a problem, from 0 to 1."""
        return self.problem_pages / self.pages if self.pages else float(self.problem_pages > 0)


class _Harvest:
    """The rows to write and the pages to drop, as they come together."""

    def __init__(
        self,
        process: Process,
        known: Mapping[int, KnownPage],
        progress: Callable[[int], None] | None,
    ) -> None:
        self._process = process
        self._progress = progress
        self.rows: dict[int, Rows] = {}
        self.drop: set[int] = set()
        self.kept: set[int] = set()
        self.doubtful: set[int] = set()
        """Pages to look at too: another page has their title, or none."""
        self._ids = {page.title: page_id for page_id, page in known.items()}
        self.pages: dict[int, KnownPage] = dict(known)
        """The pages of ROOT as they will be."""

    def add(self, items: Iterable[Fetched | Kept | SourceProblem], titles: frozenset[str]) -> None:
        """Take in what the reader gave; ``titles`` are those whose absence is a problem."""
        for item in items:
            if isinstance(item, Kept):
                self.kept.add(item.page_id)
            elif isinstance(item, Fetched):
                self._add_page(item)
            else:
                self._add_problem(item, titles)

    def _add_page(self, item: Fetched) -> None:
        page = item.page
        rows = self._process(page)
        more = tuple((page.title, *problem) for problem in item.problems)
        self.rows[page.page_id] = rows._replace(problems=(*rows.problems, *more))
        self.drop.discard(page.page_id)
        target = str(rows.pages[0][_REDIRECT] or "") if rows.pages else ""
        self.pages[page.page_id] = KnownPage(
            page.title, page.namespace, page.rev_id, target or None, page.wikidata_id, ""
        )
        self._doubt(page.title, page.page_id)
        if self._progress is not None:
            self._progress(len(self.rows))

    def _add_problem(self, item: SourceProblem, titles: frozenset[str]) -> None:
        self.remove(item.page_id)
        if item.problem.kind not in _SILENT_KINDS or item.title in titles:
            self.rows[item.page_id] = Rows(problems=((item.title, *item.problem),))
        self._doubt(item.title, item.page_id)

    def _doubt(self, title: str, page_id: int) -> None:
        """Note a page whose title is not, or no longer, its own, as when another was moved there."""
        before = self._ids.get(title)
        other = self.pages.get(before) if before is not None and before != page_id else None
        if before is not None and other is not None and other.title == title:
            self.doubtful.add(before)
        if page_id in self.pages:
            self._ids[title] = page_id

    def remove(self, page_id: int) -> None:
        """Take a page out, or what is told of one that could not be read."""
        self.pages.pop(page_id, None)
        self.drop.add(page_id)
        self.rows.pop(page_id, None)


# Nothing is wrong with ROOT where a page went, or is no article; only who named it is told.
_SILENT_KINDS = frozenset(
    {"missing", "invalid_title", "special_page", "interwiki", "content_model"}
)


class _Work:
    """One fetch or refresh under way."""

    def __init__(
        self,
        root: Path,
        wiki: LiveWiki,
        state: State,
        parent: Snapshot | None,
        site: Site,
        process: Process,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.root = root
        self.wiki = wiki
        self.state = state
        self.scope = state.scope or Scope(others=True)
        self.parent = parent
        self.site = site
        self.known = read_known(parent)
        self.unsettled = read_unsettled(parent)
        self.harvest = _Harvest(process, self.known, progress)
        self.store = Store(root / STORE)
        self.store.folder.mkdir(parents=True, exist_ok=True)
        self._marker = self.store.folder / _UNFINISHED
        self._interrupted = self._marker.exists()
        self.items = parent is None or "sources" not in parent.manifest
        self.reader = Reader(
            wiki,
            self.store,
            self.known,
            now=site.time,
            html=state.html,
            items=self.items,
            cautious=self._interrupted,
        )
        self._marker.touch()

    def read(
        self,
        titles: Iterable[str] = (),
        page_ids: Iterable[int] = (),
        *,
        listed: frozenset[int] = frozenset(),
    ) -> None:
        """Read pages, and what those of the titles and lists redirect to."""
        named = frozenset(self.scope.titles)
        asked, doubted = set[str](), set[int]()
        # A redirect that led to no page may do so by now, though itself unchanged.
        wanted, numbers = set(titles) | self._reach(listed)[1], set(page_ids)
        while wanted or numbers:
            asked |= wanted
            found = self.reader.read(titles=sorted(wanted), page_ids=sorted(numbers))
            self.harvest.add(found, named | {self._resolve(title) for title in named})
            wanted = self._reach(listed)[1] - asked
            # Once more even where they were read before: what came after may have changed them.
            numbers = self.harvest.doubtful - doubted
            doubted |= numbers

    def _reach(self, listed: frozenset[int]) -> tuple[set[int], set[str]]:
        """Return the pages that titles and lists lead to, and titles still to be read."""
        pages = self.harvest.pages
        ids = {page.title: page_id for page_id, page in pages.items()}
        left = [page_id for page_id in listed if page_id in pages]
        left += [ids[t] for t in map(self._resolve, self.scope.titles) if t in ids]
        reached, unread = set[int](), set[str]()
        while left:
            page_id = left.pop()
            if page_id in reached:
                continue
            reached.add(page_id)
            target = pages[page_id].redirect_target
            if target is None:
                continue
            title = self._resolve(target.partition("#")[0].strip())
            if title in ids:
                left.append(ids[title])
            else:
                unread.add(title)
        return reached, unread

    def _resolve(self, title: str) -> str:
        return self.wiki.normalized.get(title, title)

    def listed(self) -> frozenset[int]:
        """Return the ids of the pages that the scope's lists give now."""
        scope = self.scope
        found: set[int] = set()
        for read, names in (
            (self.wiki.members, scope.categories),
            (self.wiki.linking, scope.linking),
            (self.wiki.embedding, scope.embedding),
        ):
            for name in names:
                found.update(item.page_id for item in read(name, scope.listed))
        return frozenset(found)

    def read_all(self) -> None:
        """Look at every page that ROOT has or should have."""
        listed = self.listed()
        ids = {*listed, *self.whole(), *self.known, *self.unsettled}
        # Pages read from files have ids of their own; the wiki knows them by title.
        titles = {page.title for page_id, page in self.known.items() if page_id < 0}
        self.read({*self.scope.titles, *self.state.lost, *titles}, ids, listed=listed)
        self.cut(listed)

    def whole(self) -> Iterator[int]:
        """Yield the ids of the pages of the scope's whole namespaces."""
        for space in self.scope.namespaces:
            yield from (item.page_id for item in self.wiki.everything(space))

    def _list_told(self) -> set[str]:
        """Return titles that have rows without an id of the wiki, in ROOT or about to be."""
        told = {page.title for page_id, page in self.known.items() if page_id < 0}
        for page_id, rows in self.harvest.rows.items():
            if page_id < 0:
                told.update(str(row[0]) for row in rows.problems)
        if self.parent is not None:
            rows_there = read_columns(self.parent.paths("problems"), ("page_id", "title"))
            told.update(title for page_id, title in rows_there if page_id < 0)
        return told

    def _list_lost(self) -> tuple[str, ...]:
        if not self.state.scope or not self.state.scope.others:
            return ()
        harvest = self.harvest
        gone = {self.known[page_id].title for page_id in harvest.drop & self.known.keys()}
        there = {page.title for page in harvest.pages.values()}
        return tuple(sorted(({*self.state.lost} | gone) - there))

    def cut(self, listed: frozenset[int]) -> None:
        """Take out the pages that the scope no longer leads to."""
        if self.scope.others:
            return
        reached, _ = self._reach(listed)
        for page_id, page in list(self.harvest.pages.items()):
            if page_id not in reached and page.namespace not in self.scope.namespaces:
                self.harvest.remove(page_id)

    def commit(self, watermark: str | None, *, partial: bool = False) -> LiveReport:
        """Write what was read as a snapshot; ``partial`` where not all of ROOT was looked at."""
        harvest = self.harvest
        titles = {page.title for page_id, page in harvest.pages.items() if page_id > 0}
        # Rows of a time when a title had no page yet go with its first page.
        filled = {derive_id(title) for title in titles & self._list_told()}
        for page_id in filled:
            harvest.rows.pop(page_id, None)
        drop = (harvest.drop | filled) - harvest.rows.keys()
        carried = {}
        if self.parent is not None:
            carried = {k: v for k, v in self.parent.manifest.items() if k not in _CARRIED}
        state = self.state._replace(watermark=watermark, lost=self._list_lost())
        about = {**carried, **write_state(state)}
        rows = sorted(harvest.rows.items())
        snapshot = update_snapshot(self.root, rows, drop, about)
        if not (partial and self._interrupted):
            self._marker.unlink(missing_ok=True)
        problems = Counter(f"{row[1]}/{row[2]}" for _, found in rows for row in found.problems)
        return LiveReport(
            snapshot,
            sum(1 for _, found in rows if found.pages),
            len(harvest.kept),
            len(harvest.drop & self.known.keys()),
            dict(sorted(problems.items())),
            sum(1 for _, found in rows if found.problems),
            self.wiki.requests,
        )


def _open_parent(root: Path) -> Snapshot | None:
    if not (root / "LATEST").is_file() and not (root / "current").is_symlink():
        return None
    snapshot = open_snapshot(root)
    version = snapshot.manifest.get("schema_version")
    if version != SCHEMA_VERSION:
        raise SnapshotError(
            f"{root}: its tables are of schema {version}, this version writes {SCHEMA_VERSION}; "
            "make it anew"
        )
    return snapshot


def _connect(api: str, contact: str | None, settings: Settings | None) -> Wiki:
    chosen = settings or Settings()
    who = contact or chosen.contact or os.environ.get("HEWIKI_CONTACT", "")
    return Wiki(chosen._replace(api=api, contact=who))


def _list_names(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return names as titles are written, sorted, each once; a lone string is one name."""
    given = [names] if isinstance(names, str) else names
    return tuple(sorted({normalize_title(name) for name in given} - {""}))


def fetch(  # noqa: PLR0913  (every way to choose pages is one)
    titles: str | Iterable[str] = (),
    out: str | os.PathLike[str] = "outputs",
    *,
    api: str = DEFAULT_API,
    contact: str | None = None,
    html: bool = False,
    categories: str | Iterable[str] = (),
    linking: str | Iterable[str] = (),
    embedding: str | Iterable[str] = (),
    namespaces: Iterable[int] = (0,),
    everything: bool = False,
    settings: Settings | None = None,
    wiki: LiveWiki | None = None,
    process: Process = process_page,
    progress: Callable[[int], None] | None = None,
) -> LiveReport:
    """Read pages of a live wiki into the tables under ``out``, redirects with their targets.

    Pages are chosen by title, by category, by linking to a title, by using a template, or
    as everything in ``namespaces``.  ``contact`` is an e-mail or web address for the
    User-Agent (else HEWIKI_CONTACT).  ``html`` adds Parsoid's rendering of each page but
    redirects.  A page that ROOT already has in this revision is not read again.
    ``progress`` is told how many pages were read.  Raises UsageError for a contact or ROOT
    that will not do, SourceError where the wiki refuses or does not answer.
    """
    root = Path(out)
    live = wiki or _connect(api, contact, settings)
    spaces = tuple(sorted(set(namespaces)))
    chosen = Scope(
        titles=_list_names(titles),
        categories=_list_names(categories),
        linking=_list_names(linking),
        embedding=_list_names(embedding),
        listed=spaces,
        namespaces=spaces if everything else (),
    )
    if not any(chosen._replace(listed=(), others=False)):
        raise UsageError("nothing to fetch: name titles, a category, links, a template or all")
    with lock_root(root):
        parent = _open_parent(root)
        before = read_state(parent.manifest) if parent else State(Scope(listed=spaces))
        _check_root(root, before, api, html=html, empty=parent is None)
        site = live.siteinfo()
        state = before._replace(html=html, api=api)
        work = _Work(root, live, state, parent, site, process, progress)
        base = before.scope or _guess_scope(parent, work.known, site)
        merged = base.merge(chosen)
        # Whole namespaces fetched anew bring all of ROOT up to this day.
        full = parent is None or (everything and {*base.namespaces} <= {*chosen.namespaces})
        if full:
            work.scope = merged
            work.read_all()
        else:
            work.scope = chosen
            listed = work.listed()
            work.read(chosen.titles, {*listed, *work.whole()}, listed=listed)
        names = {live.normalized.get(title, title) for title in merged.titles}
        scope = merged._replace(titles=tuple(sorted(names)))
        work.state = state._replace(scope=scope)
        return work.commit(site.time if full else before.watermark, partial=not full)


def _check_root(root: Path, state: State, api: str, *, html: bool, empty: bool) -> None:
    if empty:
        return
    if state.api is not None and state.api != api:
        raise UsageError(f"{root}: holds pages of {state.api}, not of {api}; use another ROOT")
    if state.html != html:
        how = "with" if state.html else "without"
        raise UsageError(f"{root}: was made {how} renderings; keep to that or use another ROOT")


def refresh(  # noqa: PLR0913  (an option each)
    root: str | os.PathLike[str],
    *,
    api: str | None = None,
    contact: str | None = None,
    since: str | None = None,
    new_pages: bool | None = None,
    full: bool = False,
    settings: Settings | None = None,
    wiki: LiveWiki | None = None,
    process: Process = process_page,
    progress: Callable[[int], None] | None = None,
) -> LiveReport:
    """Bring the tables under ``root`` up to the live wiki, as one new snapshot.

    What may have changed is taken from the wiki's lists of changes and logs since the
    watermark of the last fetch or refresh, or since ``since`` (for a ROOT made from a dump:
    the day of the dump).  ``new_pages`` says whether pages made since belong; by default
    they do where ROOT holds whole namespaces, of a wiki or of a dump.  Raises UsageError
    where the wiki no longer lists the changes of that time: then only a full run helps.
    ``full`` is one: it asks for the head of every page instead of for lists of changes.
    """
    base = Path(root)
    missing = f"{base}: no snapshot to refresh; fetch or run comes first"
    if not base.is_dir():
        raise SnapshotError(missing)
    with lock_root(base):
        parent = _open_parent(base)
        if parent is None:
            raise SnapshotError(missing)
        state = read_state(parent.manifest)
        address = api or state.api or DEFAULT_API
        _check_root(base, state, address, html=state.html, empty=False)
        live = wiki or _connect(address, contact, settings)
        site = live.siteinfo()
        start = None if full else _find_start(base, since or state.watermark, site, live)
        work = _Work(base, live, state._replace(api=address), parent, site, process, progress)
        scope = state.scope or _guess_scope(parent, work.known, site, new_pages=new_pages)
        if new_pages is False and scope.namespaces:
            scope = scope._replace(namespaces=(), others=True)
        work.scope = scope
        work.state = work.state._replace(scope=scope)
        if start is None:
            work.read_all()
        else:
            _follow_changes(work, start)
        return work.commit(site.time)


def _find_start(root: Path, since: str | None, site: Site, wiki: LiveWiki) -> str:
    if since is None:
        raise UsageError(
            f"{root}: does not say how far it is up to date; give --since, the day of its dump, "
            "or --full"
        )
    start = shift_time(since, -OVERLAP)
    if start > site.time:
        raise UsageError(f"since {since}: lies after the wiki's clock, {site.time}")
    if not wiki.covers(shift_time(since, 0)):
        raise UsageError(
            f"{root}: is of {since}, and the wiki no longer lists all changes since; a full run "
            "is needed: 'hewiki refresh --full' looks at each page, 50 a request; of a whole "
            "Wikipedia rather run the newest dump"
        )
    return start


def _guess_scope(
    parent: Snapshot | None,
    known: Mapping[int, KnownPage],
    site: Site,
    *,
    new_pages: bool | None = None,
) -> Scope:
    """Return the scope of a ROOT that ``run`` made: what the run was told to read.

    One of whole dumps holds whole namespaces; pages without an id of the wiki, or a choice
    of titles, show that it does not.
    """
    options = (parent.manifest.get("options") or {}) if parent else {}
    if new_pages is None:
        chosen = options.get("titles") is not None or options.get("limit") is not None
        new_pages = not chosen and bool(known) and min(known) > 0
    if not new_pages:
        return Scope(others=True)
    spaces = options.get("namespaces", [0])
    if spaces is None:
        spaces = [number for number in site.namespaces if number >= 0]
    return Scope(listed=tuple(spaces), namespaces=tuple(sorted(spaces)))


def _follow_changes(work: _Work, start: str) -> None:
    scope = work.scope
    ids_by_title: dict[str, list[int]] = {}
    for page_id, page in work.known.items():
        ids_by_title.setdefault(page.title, []).append(page_id)
    spaces = _watched_namespaces(work)
    listed = work.listed()
    ids = {*(listed - work.known.keys()), *work.unsettled}
    if work.state.html:
        # A rendering changes with all that a page uses; only its head tells when.
        ids.update(work.known)
    titles = {title for page_id, title in work.unsettled.items() if page_id < 0}
    chosen = {*scope.titles, *work.state.lost}
    if scope.others:
        chosen.update(ids_by_title)  # another page may stand there by now
    is_hidden = False
    for change in work.wiki.changes(start, sorted(spaces), items=work.items):
        if not change.title:
            is_hidden = True
            continue
        if change.kind == "delete/revision":  # what the wiki took back is not kept here either
            for page_id in ids_by_title.get(change.title, ()):
                work.store.forget(page_id)
        if change.page_id is not None and _belongs(change, work):
            ids.add(change.page_id)
        for title, space in _sides(change):
            for known_id in ids_by_title.get(title, ()):
                if known_id > 0:
                    ids.add(known_id)
                else:
                    titles.add(title)  # read from a file that did not say its id
            new = change.page_id is None and change.kind != "delete/delete"
            belongs = title in chosen or (new and space in scope.namespaces)
            if belongs and change.page_id not in work.known:
                titles.add(title)
    if is_hidden:
        ids.update(_find_moved(work))
        titles.update(chosen)
    work.read(titles, ids, listed=listed)
    work.cut(listed)


def _find_moved(work: _Work) -> set[int]:
    """Return the pages that a line of a log which hides its title may be about.

    Those which the wiki's lists of whole namespaces do not have as ROOT does, and those of
    ROOT which are in no such list.
    """
    unlisted = dict(work.known)
    found: set[int] = set()
    for space in work.scope.namespaces:
        for item in work.wiki.everything(space):
            page = unlisted.pop(item.page_id, None)
            if page is None or page.title != item.title:
                found.add(item.page_id)
    return found | unlisted.keys()


def _watched_namespaces(work: _Work) -> set[int]:
    spaces = {page.namespace for page in work.known.values()}
    spaces.update(work.scope.namespaces, work.scope.listed)
    spaces.update(work.site.find_namespace(title) for title in work.scope.titles)
    return spaces


def _belongs(change: Change, work: _Work) -> bool:
    return change.page_id in work.known or change.namespace in work.scope.namespaces


def _sides(change: Change) -> Iterator[tuple[str, int | None]]:
    yield change.title, change.namespace
    if change.target is not None:
        yield change.target, change.target_namespace
