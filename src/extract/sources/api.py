"""A live MediaWiki, read politely: the only door to requests.

::

    wiki = Wiki(Settings(contact="name@your-domain.net"))
    for item in wiki.pages(titles=[...]):      # Page or SourceProblem, 50 a request
        ...
    wiki.html(title, rev_id)                   # Parsoid's rendering

What is kept to (API:Etiquette, the User-Agent policy, the robot policy and the rate limits
of Wikimedia, as of 2026): a User-Agent with a real contact, or none is sent at all; one
request after the other, below the published 200 a minute, with a pause after one that took
the wiki over a second; gzip; ``maxlag``; batches; ``Retry-After``, and where a refusal has
none, at least 5 seconds that double each time.

Tries are counted in one loop of this module and not by an adapter underneath: there the
first repetition comes at once, and none would be seen by the pacing.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from extract._version import __version__
from extract.errors import NotFoundError, SourceError, UnavailableError, UsageError
from extract.model import Page, Problem
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

DEFAULT_API = "https://he.wikipedia.org/w/api.php"
_log = logging.getLogger(__name__)

LOGS = ("delete", "move", "import", "merge")
"""Logs that tell of changes no list of edits shows; restoring is an action of ``delete``."""

_LIST_LIMIT = "500"
_CATEGORY = 14
_FIRST_BACKOFF, _LONGEST_BACKOFF = 5.0, 120.0
_LONGEST_RETRY_AFTER = 900.0
_SLOW = 1.0
_FIRST_TRIES = 3
_BROKEN_STATUS = frozenset({429, 500, 502, 503, 504})
_MOVED_STATUS = frozenset({301, 302, 303, 307, 308})
_PASSING_ERRORS = frozenset({"maxlag", "ratelimited", "readonly"})
_SEPARATOR = "\x1f"

_MAIL = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24})$", re.ASCII)
_ADDRESS = re.compile(r"https?://((?:[\w-]{1,63}\.){1,8}[a-zA-Z]{2,24})(?:[:/][!-~]*)?$", re.ASCII)
_PLACEHOLDER_HOST = re.compile(
    r"(?:^|\.)(?:example\.[a-z]+|(?:your-?|my-?)?(?:domain|company|site|server)\.[a-z]+|bar\.com)$"
    r"|\.(?:example|invalid|test|localhost|local)$"
)
# fmt: off
_PLACEHOLDER_NAMES = frozenset({
    "no-reply", "noreply", "donotreply", "do-not-reply", "your", "you", "yourname", "your.name",
    "your-name", "your.email", "youremail", "your-email", "my", "me", "name", "user", "username",
    "someone", "somebody", "nobody", "foo", "test", "email", "mail", "address", "example",
    "placeholder", "changeme", "change-me",
})
# fmt: on
_HEAD = 4000
_PARSOID_HEAD = re.compile(
    r'\babout="[^"]{0,500}/revision/\d|\bproperty="mw:|\bprefix="[^"]{0,200}mw:'
)
_REVISION_IN_HEAD = re.compile(r'<html[^>]{0,2000}?\babout="[^"]{0,500}/revision/(\d{1,18})"')

T = TypeVar("T")


class Settings(NamedTuple):
    """How a wiki is asked."""

    api: str = DEFAULT_API
    contact: str = ""
    """E-mail or web address of whoever runs this; sent in the User-Agent."""
    html: str = ""
    """Address of a rendering with ``{title}`` and, if wanted, ``{revision}``, as in
    ``https://he.wikipedia.org/api/rest_v1/page/html/{title}/{revision}``; empty: the
    ``rest.php`` beside the API."""
    interval: float = 0.5
    """Least seconds between the starts of two requests."""
    slow_pause: float = 5.0
    """Seconds of rest after a request that took over a second."""
    tries: int = 7
    timeout: float = 60.0
    """Seconds without a byte after which a request is given up."""
    batch: int = 50
    """Pages a request; 50 is what the API allows to anyone."""


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


class _PassingError(Exception):
    """An answer that another try may mend."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def check_contact(contact: str | None) -> str:
    """Return the contact, stripped.

    Raises UsageError where it is missing, neither an e-mail nor a web address, or one that
    leads to nobody: those are what wikis refuse first.
    """
    text = (contact or "").strip()
    if not text:
        raise UsageError(
            "no contact: give --contact or HEWIKI_CONTACT, an e-mail or web address of yours, "
            "which the wiki's User-Agent policy demands"
        )
    found = _MAIL.match(text) or _ADDRESS.match(text)
    if found is None:
        raise UsageError(f"contact {text!r}: expected an e-mail address or a web address")
    name = text.partition("@")[0].lower() if "@" in text else ""
    if _PLACEHOLDER_HOST.search(found[1].lower()) or name in _PLACEHOLDER_NAMES:
        raise UsageError(f"contact {text!r}: is a placeholder; give one that reaches you")
    return text


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
        import requests

        contact = check_contact(settings.contact)
        host = urlsplit(settings.api)
        if host.scheme not in {"http", "https"} or not host.hostname:
            raise UsageError(f"api {settings.api!r}: expected the address of a wiki's api.php")
        self.settings = settings
        self.normalized: dict[str, str] = {}
        """Titles as asked for, where the wiki writes them otherwise."""
        self.requests = 0
        """Requests sent so far, repetitions included."""
        self._sleep = sleep
        self._clock = clock
        self._earliest = 0.0
        self._reached = False
        self._site: Site | None = None
        self._session = session or requests.Session()
        if host.hostname in {"127.0.0.1", "::1", "localhost"}:
            self._session.trust_env = False  # a proxy would look for its own loopback
        self._session.headers.update(
            {
                "User-Agent": f"hewiki-extract/{__version__} ({contact}) "
                f"requests/{requests.__version__}",
                "Accept-Encoding": "gzip",
            }
        )

    # -- asking ----------------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        url: str,
        read: Callable[[requests.Response], T],
        parameters: Mapping[str, str] | None = None,
    ) -> T:
        reason = ""
        turn = 0
        first = min(_FIRST_TRIES, self.settings.tries)
        while turn < (self.settings.tries if self._reached else first):
            try:
                found = read(self._send(method, url, parameters))
            except _PassingError as error:
                reason = str(error)
                wait = min(_FIRST_BACKOFF * 2**turn, _LONGEST_BACKOFF)
                if error.wait is not None:
                    # What it asks for, and longer where that did not help twice.
                    wait = max(error.wait, wait / 4 if turn >= 2 else 0.0)
                if wait > _LONGEST_RETRY_AFTER:
                    raise UnavailableError(
                        f"{url}: {reason}; it asks to come back in {wait:.0f} s"
                    ) from None
                _log.info("%s: %s; again in %.0f s", url, reason, wait)
                self._earliest = max(self._earliest, self._clock() + wait)
                turn += 1
            else:
                self._reached = True
                return found
        raise UnavailableError(f"{url}: {reason}; given up after {turn} tries")

    def _send(
        self, method: str, url: str, parameters: Mapping[str, str] | None
    ) -> requests.Response:
        from requests import exceptions

        pause = self._earliest - self._clock()
        if pause > 0:
            self._sleep(pause)
        started = self._clock()
        self.requests += 1
        try:
            response = self._session.request(
                method,
                url,
                params=parameters if method == "GET" else None,
                data=parameters if method == "POST" else None,
                # asks the wiki to answer from the nearest centre, as it does for GET
                headers={"Promise-Non-Write-API-Action": "true"} if method == "POST" else None,
                timeout=(min(30.0, self.settings.timeout), self.settings.timeout),
                allow_redirects=False,
            )
        except exceptions.SSLError as error:
            raise SourceError(f"{url}: no secure connection: {error}") from error
        except (
            exceptions.ConnectionError,
            exceptions.Timeout,
            exceptions.ChunkedEncodingError,
            exceptions.ContentDecodingError,
        ) as error:
            raise _PassingError(_find_reason(error)) from error
        except exceptions.RequestException as error:
            raise SourceError(f"{url}: {error}") from error
        finally:
            ended = self._clock()
            rest = self.settings.slow_pause if ended - started > _SLOW else 0.0
            self._earliest = max(started + self.settings.interval, ended + rest)
        return response

    def _call(self, parameters: Mapping[str, str], *, post: bool = False) -> dict[str, Any]:
        full = {
            **parameters,
            "format": "json",
            "formatversion": "2",
            "maxlag": "5",
        }
        return self._ask("POST" if post else "GET", self.settings.api, _read_answer, full)

    def _query(self, parameters: Mapping[str, str], *, post: bool = False) -> Iterator[Any]:
        """Yield the answers to a query and all its continuations."""
        more: dict[str, str] = {}
        seen: set[tuple[tuple[str, str], ...]] = set()
        while True:
            answer = self._call({"action": "query", **parameters, **more}, post=post)
            yield answer
            more = {key: str(value) for key, value in (answer.get("continue") or {}).items()}
            if not more:
                return
            place = tuple(sorted(more.items()))
            if place in seen:
                raise SourceError(f"{self.settings.api}: the wiki continues its list in a circle")
            seen.add(place)

    def _rows(self, name: str, **parameters: str) -> Iterator[dict[str, Any]]:
        for answer in self._query({"list": name, **parameters}):
            yield from (answer.get("query") or {}).get(name, [])

    # -- the wiki --------------------------------------------------------------------------

    def siteinfo(self) -> Site:
        """Return what the wiki says of itself, asked anew, with its clock."""
        answer = self._call(
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
        for answer in self._query(parameters, post=True):
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
                if response.status_code in _MOVED_STATUS:
                    return None, response.headers.get("Location") or ""
                if response.status_code == 500 and "Retry-After" not in response.headers:
                    failed += 1
                    if failed == 2:  # a page that cannot be rendered fails each time
                        return None, None
                    raise _PassingError("status 500")
                _check_status(response)
                text = response.content.decode("utf-8", "replace")
                if not text.rstrip().endswith("</html>"):
                    raise _PassingError("the rendering is cut short")
                if not _PARSOID_HEAD.search(text[:_HEAD]):
                    raise _PassingError("the answer is no rendering of Parsoid's")
                return text, None

            try:
                text, moved = self._ask("GET", url, read)
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
        for row in self._rows(name, **parameters):
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
        for row in self._rows(
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
            for row in self._rows(
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
        answer = self._call(
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
        answer = self._call(
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


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in _BROKEN_STATUS:
        raise _PassingError(f"status {status}", _read_retry_after(response))
    where = response.url.partition("?")[0]
    if status in _MOVED_STATUS:
        raise SourceError(f"{where}: has moved to {response.headers.get('Location')!r}")
    if status == 404:
        raise NotFoundError(f"{where}: not found")
    words = " ".join(re.sub(r"<[^<>]{0,300}>", " ", response.text[:2000]).split())[:200]
    raise SourceError(f"{where}: refused with status {status}: {words}")


def _read_retry_after(response: requests.Response) -> float | None:
    from urllib3 import Retry
    from urllib3.exceptions import InvalidHeader

    raw = response.headers.get("Retry-After")
    if raw is None:
        return None
    try:
        return Retry(0).parse_retry_after(raw)
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _find_reason(error: Exception) -> str:
    """Return what went wrong beneath the layers that wrap it: Connection refused, not four names."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return str(inner.strerror)
        inner = inner.__cause__ or inner.__context__
    return f"{type(error).__name__}: {str(error)[:200]}"


def _read_answer(response: requests.Response) -> dict[str, Any]:
    """Return the API's JSON; its errors come with status 200."""
    _check_status(response)
    try:
        answer = response.json()
    except ValueError:
        raise _PassingError("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise _PassingError("the answer is not a JSON object")
    error = answer.get("error")
    if error is None:
        return answer
    if not isinstance(error, dict):
        raise _PassingError("the answer has a malformed error")
    code, info = str(error.get("code")), str(error.get("info"))[:300]
    if code in _PASSING_ERRORS or code.startswith("internal_api_error"):
        raise _PassingError(f"{code}: {info}", _read_retry_after(response))
    raise SourceError(f"{response.url.partition('?')[0]}: {code}: {info}")


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
