"""A live MediaWiki: its pages, its lists and what changed in it.

::

    wiki = Wiki(Settings(contact="name@your-domain.net"))
    for item in wiki.pages(titles=[...]):      # Page or SourceProblem, 50 a request
        ...
    wiki.html(title, rev_id)                   # Parsoid's rendering

``client`` tells how politely it is asked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from extract.errors import NotFoundError, SourceError, UsageError
from extract.model import Page, Problem
from extract.sources.client import (
    DEFAULT_API,
    MOVED_STATUS,
    Client,
    PassingError,
    Settings,
    check_contact,
    check_status,
)
from extract.sources.identity import (
    SourceProblem,
    derive_id,
    find_redirect,
    normalize_title,
    read_timestamp,
)

if TYPE_CHECKING:
    import requests

__all__ = [
    "DEFAULT_API",
    "Change",
    "Reference",
    "Revision",
    "Settings",
    "Site",
    "Wiki",
    "check_contact",
    "shift_time",
]

LOGS = ("delete", "move", "import", "merge")
"""Logs that tell of changes no list of edits shows; restoring is an action of ``delete``."""

_LIST_LIMIT = "500"
_CATEGORY = 14
_SEPARATOR = "\x1f"

_HEAD = 4000
_PARSOID_HEAD = re.compile(
    r'\babout="[^"]{0,500}/revision/\d|\bproperty="mw:|\bprefix="[^"]{0,200}mw:'
)
_REVISION_IN_HEAD = re.compile(r'<html[^>]{0,2000}?\babout="[^"]{0,500}/revision/(\d{1,18})"')

T = TypeVar("T")


class Site(NamedTuple):
    """What a wiki says of itself."""

    wiki: str
    """Database name, such as ``hewiki``."""
    name: str
    language: str
    generator: str
    namespaces: Mapping[int, str]
    """Numbers to names, the empty name for the articles."""
    prefixes: Mapping[str, int]
    """All names of namespaces in lower case, the wiki's own, the common ones and aliases."""
    time: str
    """The wiki's clock when it answered, ISO 8601 in UTC."""

    def find_namespace(self, title: str) -> int:
        """Return the number of a title's namespace, 0 for an article's."""
        prefix, colon, _ = title.partition(":")
        return self.prefixes.get(normalize_title(prefix).lower(), 0) if colon else 0


class Reference(NamedTuple):
    """A page as a list names it."""

    page_id: int
    title: str
    namespace: int


class Revision(NamedTuple):
    """The newest revision of a page; ``page.text`` is empty where only its head was asked for."""

    page: Page
    touched: str
    """When its rendering last may have changed, by its own edits or its templates'."""
    is_redirect: bool = False


class Change(NamedTuple):
    """A line of the wiki's lists of changes."""

    kind: str
    """``edit``, ``new``, ``external``, or a log and its action as in ``move/move``."""
    time: str
    title: str
    """Empty where the wiki hides what the line is about."""
    namespace: int
    page_id: int | None = None
    """None where the list does not say: for what is deleted, moved or merged."""
    target: str | None = None
    """New title of what was moved; title merged into."""
    target_namespace: int | None = None


def shift_time(stamp: str, seconds: float) -> str:
    """Return a time of a wiki (or the start of a day), moved by that many seconds.

    Raises UsageError where it is no time.
    """
    known = read_timestamp(f"{stamp}T00:00:00Z" if len(stamp) == 10 else stamp)
    if known is None:
        raise UsageError(f"time {stamp!r}: expected one such as 2026-11-23T00:00:00Z")
    moved = datetime.fromisoformat(known) + timedelta(seconds=seconds)
    return moved.strftime("%Y-%m-%dT%H:%M:%SZ")


class Wiki:
    """A wiki's API; one request at a time, each repeated until it succeeds or tries run out.

    Raises UsageError for a contact that will not do, SourceError where the wiki refuses,
    UnavailableError where it does not answer rightly in ``tries`` tries.  ``session``,
    ``sleep`` and ``clock`` stand for requests and time in tests.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.normalized: dict[str, str] = {}
        """Titles as asked for, where the wiki writes them otherwise."""
        self._site: Site | None = None
        self._client = Client(settings, session=session, sleep=sleep, clock=clock)

    @property
    def requests(self) -> int:
        """Requests sent so far, repetitions included."""
        return self._client.requests

    # -- the wiki --------------------------------------------------------------------------

    def siteinfo(self) -> Site:
        """Return what the wiki says of itself, asked anew, with its clock."""
        answer = self._client.call(
            {
                "action": "query",
                "meta": "siteinfo",
                "siprop": "general|namespaces|namespacealiases",
                "curtimestamp": "1",
            }
        )
        try:
            general = answer["query"]["general"]
            spaces = answer["query"]["namespaces"].values()
            site = Site(
                str(general["wikiid"]),
                str(general["sitename"]),
                str(general["lang"]),
                str(general["generator"]),
                {int(space["id"]): str(space["name"]) for space in spaces},
                _read_prefixes([*spaces, *answer["query"].get("namespacealiases", [])]),
                str(answer["curtimestamp"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SourceError(
                f"{self.settings.api}: no MediaWiki answers here: its siteinfo lacks {error}"
            ) from error
        self._site = site
        return site

    def now(self) -> str:
        """Return the wiki's clock, ISO 8601 in UTC."""
        return self.siteinfo().time

    def _known_site(self) -> Site:
        return self._site or self.siteinfo()

    # -- pages -----------------------------------------------------------------------------

    def pages(
        self, *, titles: Iterable[str] = (), page_ids: Iterable[int] = ()
    ) -> Iterator[Page | SourceProblem]:
        """Yield the pages of these titles and ids, in order, each once.

        A redirect is given as the page it is.  What is missing, invalid, not a page of this
        wiki, suppressed or not wikitext comes as a SourceProblem.
        """
        for item in self.revisions(titles=titles, page_ids=page_ids):
            yield item.page if isinstance(item, Revision) else item

    def revisions(
        self,
        *,
        titles: Iterable[str] = (),
        page_ids: Iterable[int] = (),
        content: bool = True,
    ) -> Iterator[Revision | SourceProblem]:
        """Yield the newest revisions of pages, with their text or only their heads."""
        done: set[str] = set()
        cleaned = dict.fromkeys(map(normalize_title, titles))
        for batch in _batches((title for title in cleaned if title), self.settings.batch):
            for item in self._read_batch("titles", batch, content=content):
                title = item.page.title if isinstance(item, Revision) else item.title
                if title not in done:
                    done.add(title)
                    yield item
        numbers = (str(number) for number in dict.fromkeys(page_ids) if number > 0)
        for batch in _batches(numbers, self.settings.batch):
            yield from self._read_batch("pageids", batch, content=content)

    def _read_batch(
        self, key: str, values: list[str], *, content: bool
    ) -> Iterator[Revision | SourceProblem]:
        """Yield what a batch gives, in the order asked, complete after its last continuation."""
        parameters = {
            "prop": "revisions|info|pageprops",
            "rvprop": "ids|timestamp|contentmodel" + ("|content" if content else ""),
            "rvslots": "main",
            "ppprop": "wikibase_item",
            key: _SEPARATOR + _SEPARATOR.join(values),
        }
        found: dict[str, dict[str, Any]] = {}
        away: dict[str, str] = {}
        for answer in self._client.query(parameters, post=True):
            query = answer.get("query") or {}
            for change in query.get("normalized") or []:
                self.normalized[change["from"]] = change["to"]
            for other in query.get("interwiki") or []:
                away[other["title"]] = str(other.get("iw"))
            for page in query.get("pages") or []:
                name = str(page.get("pageid")) if key == "pageids" else str(page.get("title"))
                kept = found.setdefault(name, {})
                kept.update(page)
        for value in values:
            name = self.normalized.get(value, value) if key == "titles" else value
            label, page_id = name, derive_id(name)
            if key == "pageids":
                label, page_id = f"page {name}", int(name)
            if name in away:
                message = f"stands in another wiki ({away[name]})"
                yield _problem(label, page_id, "interwiki", message)
            elif name in found:
                yield self._read_item(found[name], label, page_id, content=content)
            else:
                yield _problem(label, page_id, "no_answer", "the wiki did not speak of it")

    def _read_item(
        self, item: Mapping[str, Any], name: str, asked_id: int, *, content: bool
    ) -> Revision | SourceProblem:
        title = str(item.get("title") or name)
        try:
            page_id = int(item.get("pageid") or asked_id)
            trouble = _find_trouble(item)
            if trouble is not None:
                return _problem(title, page_id, *trouble)
            revision = item["revisions"][0]
            slot = (revision.get("slots") or {}).get("main", revision)
            trouble = _find_slot_trouble(slot, content=content)
            if trouble is not None:
                return _problem(title, page_id, *trouble)
            text = str(slot["content"]) if content else ""
            props = item.get("pageprops") or {}
            is_redirect = bool(item.get("redirect"))
            page = Page(
                title=title,
                text=text,
                page_id=page_id,
                namespace=int(item["ns"]),
                rev_id=int(revision["revid"]),
                rev_timestamp=read_timestamp(str(revision["timestamp"])),
                wiki=self._known_site().wiki,
                source=self.settings.api,
                redirect_target=find_redirect(text) if is_redirect else None,
                wikidata_id=props.get("wikibase_item"),
            )
            return Revision(page, str(item.get("touched") or ""), is_redirect)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            message = f"the wiki's answer about it lacks something: {error!r}"
            return _problem(title, asked_id, "malformed", message)

    def html(self, title: str, rev_id: int | None = None) -> str | None:
        """Return Parsoid's rendering of a page, None where the wiki has none for it.

        Where the page was edited meanwhile the rendering of ``rev_id`` itself is asked for.
        """
        name = quote(title.replace(" ", "_"), safe="")
        root = self.settings.api.rpartition("/")[0]
        revision_form = f"{root}/rest.php/v1/revision/{rev_id}/html"
        if self.settings.html:
            form = self.settings.html
            if rev_id is None:
                form = form.replace("/{revision}", "")
            url = form.replace("{title}", name).replace("{revision}", str(rev_id))
        else:
            url = f"{root}/rest.php/v1/page/{name}/html?redirect=no"
        text = self._render(url)
        about = _REVISION_IN_HEAD.search(text[:_HEAD]) if text else None
        if rev_id is not None and about and int(about[1]) != rev_id:
            return self._render(revision_form)
        return text

    def _render(self, url: str) -> str | None:
        for _ in range(4):
            failed = 0

            def read(response: requests.Response) -> tuple[str | None, str | None]:
                nonlocal failed
                if response.status_code in MOVED_STATUS:
                    return None, response.headers.get("Location") or ""
                if response.status_code == 500 and "Retry-After" not in response.headers:
                    failed += 1
                    if failed == 2:  # a page that cannot be rendered fails each time
                        return None, None
                    raise PassingError("status 500")
                check_status(response)
                text = response.content.decode("utf-8", "replace")
                if not text.rstrip().endswith("</html>"):
                    raise PassingError("the rendering is cut short")
                if not _PARSOID_HEAD.search(text[:_HEAD]):
                    raise PassingError("the answer is no rendering of Parsoid's")
                return text, None

            try:
                text, moved = self._client.ask("GET", url, read)
            except NotFoundError:
                return None
            if moved is None:
                return text
            target = urljoin(url, moved)
            if not moved or urlsplit(target).netloc != urlsplit(url).netloc:
                raise SourceError(f"{url}: points away, to {moved!r}")
            url = target
        raise SourceError(f"{url}: is redirected again and again")

    # -- lists -----------------------------------------------------------------------------

    def members(
        self, category: str, namespaces: Collection[int] | None = (0,)
    ) -> Iterator[Reference]:
        """Yield the pages of a category, named with or without its prefix, not its subcategories'."""
        title = normalize_title(category)
        if self._known_site().find_namespace(title) != _CATEGORY:
            title = f"Category:{title}"
        return self._references(
            "categorymembers",
            {"cmtitle": title, "cmlimit": _LIST_LIMIT, "cmtype": "page"},
            "cmnamespace",
            namespaces,
        )

    def linking(self, title: str, namespaces: Collection[int] | None = (0,)) -> Iterator[Reference]:
        """Yield the pages that link to a title."""
        parameters = {"bltitle": normalize_title(title), "bllimit": _LIST_LIMIT}
        return self._references("backlinks", parameters, "blnamespace", namespaces)

    def embedding(
        self, title: str, namespaces: Collection[int] | None = (0,)
    ) -> Iterator[Reference]:
        """Yield the pages that use a template or module, directly or through others.

        As in ``{{name}}``, a title without a prefix is a template, one after a colon a page.
        """
        name = normalize_title(title)
        if not name.startswith(":") and not self._known_site().find_namespace(name):
            name = f"Template:{name}"
        parameters = {"eititle": name, "eilimit": _LIST_LIMIT}
        return self._references("embeddedin", parameters, "einamespace", namespaces)

    def everything(self, namespace: int) -> Iterator[Reference]:
        """Yield all pages of a namespace, redirects too."""
        parameters = {"apnamespace": str(namespace), "aplimit": _LIST_LIMIT}
        return self._references("allpages", parameters, "", None)

    def _references(
        self,
        name: str,
        parameters: dict[str, str],
        filter_name: str,
        namespaces: Collection[int] | None,
    ) -> Iterator[Reference]:
        if namespaces is not None:
            parameters[filter_name] = "|".join(map(str, sorted(namespaces)))
        for row in self._client.rows(name, **parameters):
            if not row.get("missing") and int(row.get("pageid") or 0) > 0:
                yield Reference(int(row["pageid"]), str(row["title"]), int(row["ns"]))

    # -- changes ---------------------------------------------------------------------------

    def changes(
        self, since: str, namespaces: Collection[int] | None = (0,), *, items: bool = True
    ) -> Iterator[Change]:
        """Yield what happened from a time on: edits, new pages, and the lines of ``LOGS``.

        Logs are read besides the list of recent changes because that one forgets the edits
        of deleted pages and never had those of imported and merged ones.  A line of a log is
        given where either of its titles lies in the namespaces, or is hidden.  Of other logs that list has
        what belongs to a page: protecting one, for instance, adds a revision; and with
        ``items`` that of Wikidata which belongs to a page changed, as no revision tells.
        """
        spaces = (
            {} if namespaces is None else {"rcnamespace": "|".join(map(str, sorted(namespaces)))}
        )
        for row in self._client.rows(
            "recentchanges",
            rcdir="newer",
            rcstart=since,
            rctype="edit|new|log" + ("|external" if items else ""),
            rcprop="title|ids|timestamp|loginfo",
            rclimit=_LIST_LIMIT,
            **spaces,
        ):
            if row.get("title") and row.get("logtype") not in LOGS:
                kind = str(row["type"])
                yield Change(
                    f"{row['logtype']}/{row['logaction']}" if row.get("logtype") else kind,
                    str(row["timestamp"]),
                    str(row["title"]),
                    int(row["ns"]),
                    int(row.get("pageid") or 0) or None,
                )
        for log in LOGS:
            for row in self._client.rows(
                "logevents",
                ledir="newer",
                lestart=since,
                letype=log,
                leprop="title|type|timestamp|details",
                lelimit=_LIST_LIMIT,
            ):
                change = _read_log_line(row)
                if (
                    namespaces is None
                    or not change.title
                    or change.namespace in namespaces
                    or change.target_namespace in namespaces
                ):
                    yield change

    def covers(self, since: str) -> bool:
        """Return whether the lists of changes still reach back to a time.

        Wikis forget recent changes after some weeks and do not say after how many.  Where
        the oldest line is younger than ``since``, lines were lost if the wiki has a revision
        of the time between.
        """
        oldest = self._oldest_change()
        if oldest is not None and oldest <= since:
            return True
        end = oldest or self.now()
        answer = self._client.call(
            {
                "action": "query",
                "list": "allrevisions",
                "arvdir": "newer",
                "arvstart": since,
                "arvend": end,
                "arvlimit": "1",
                "arvprop": "ids|timestamp",
            }
        )
        stamps = [
            str(revision.get("timestamp"))
            for page in (answer.get("query") or {}).get("allrevisions", [])
            for revision in page.get("revisions", [])
        ]
        return not any(stamp < end for stamp in stamps)

    def _oldest_change(self) -> str | None:
        answer = self._client.call(
            {
                "action": "query",
                "list": "recentchanges",
                "rcdir": "newer",
                "rctype": "edit|new|log",
                "rcprop": "timestamp",
                "rclimit": "1",
            }
        )
        rows = (answer.get("query") or {}).get("recentchanges") or []
        return str(rows[0]["timestamp"]) if rows else None


def _read_log_line(row: Mapping[str, Any]) -> Change:
    details = row.get("params") or {}
    target = details.get("target_title") or details.get("dest_title")
    space = details.get("target_ns", details.get("dest_ns"))
    return Change(
        f"{row.get('type')}/{row.get('action')}",
        str(row.get("timestamp")),
        str(row.get("title") or ""),
        int(row.get("ns") or 0),
        None,
        str(target) if target else None,
        int(space) if space is not None else None,
    )


def _read_prefixes(spaces: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return {
        str(space[key]).lower(): int(space["id"])
        for space in spaces
        for key in ("name", "canonical", "alias")
        if space.get(key)
    }


def _problem(title: str, page_id: int, kind: str, message: str) -> SourceProblem:
    return SourceProblem(title, page_id, Problem("source", kind, message))


def _find_trouble(item: Mapping[str, Any]) -> tuple[str, str] | None:
    if item.get("invalid"):
        return "invalid_title", str(item.get("invalidreason") or "is not a title")
    if item.get("special") or int(item.get("ns") or 0) < 0:
        return "special_page", "is made by the wiki's software and has no text"
    if item.get("missing"):
        return "missing", "the wiki has no such page"
    if not item.get("revisions"):
        return "no_revision", "the wiki gave no revision of it"
    return None


def _find_slot_trouble(slot: Mapping[str, Any], *, content: bool) -> tuple[str, str] | None:
    if slot.get("texthidden"):
        return "text_suppressed", "its text is suppressed"
    model = slot.get("contentmodel", "wikitext")
    if model != "wikitext":
        return "content_model", f"its content is {model}, not wikitext"
    if content and "content" not in slot:
        return "text_missing", "the wiki did not give its text"
    return None


def _batches(values: Iterable[str], size: int) -> Iterator[list[str]]:
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch
