"""How a wiki is asked, politely: the only door to requests.

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
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from extract._version import __version__
from extract.errors import NotFoundError, SourceError, UnavailableError, UsageError

if TYPE_CHECKING:
    import requests

__all__ = [
    "DEFAULT_API",
    "MOVED_STATUS",
    "Client",
    "PassingError",
    "Settings",
    "check_contact",
    "check_status",
]

DEFAULT_API = "https://he.wikipedia.org/w/api.php"
_log = logging.getLogger(__name__)

_FIRST_BACKOFF, _LONGEST_BACKOFF = 5.0, 120.0
_LONGEST_RETRY_AFTER = 900.0
_SLOW = 1.0
_FIRST_TRIES = 3
_BROKEN_STATUS = frozenset({429, 500, 502, 503, 504})
MOVED_STATUS = frozenset({301, 302, 303, 307, 308})
"""Answers that point to another address."""
_PASSING_ERRORS = frozenset({"maxlag", "ratelimited", "readonly"})

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


class PassingError(Exception):
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


class Client:
    """Asks one wiki; one request at a time, each repeated until it succeeds or tries run out.

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
        self.requests = 0
        """Requests sent so far, repetitions included."""
        self._sleep = sleep
        self._clock = clock
        self._earliest = 0.0
        self._reached = False
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

    def ask(
        self,
        method: str,
        url: str,
        read: Callable[[requests.Response], T],
        parameters: Mapping[str, str] | None = None,
    ) -> T:
        """Return what ``read`` makes of the answer; where it raises PassingError it is asked for again."""
        reason = ""
        turn = 0
        first = min(_FIRST_TRIES, self.settings.tries)
        while turn < (self.settings.tries if self._reached else first):
            try:
                found = read(self._send(method, url, parameters))
            except PassingError as error:
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
            raise PassingError(_find_reason(error)) from error
        except exceptions.RequestException as error:
            raise SourceError(f"{url}: {error}") from error
        finally:
            ended = self._clock()
            rest = self.settings.slow_pause if ended - started > _SLOW else 0.0
            self._earliest = max(started + self.settings.interval, ended + rest)
        return response

    def call(self, parameters: Mapping[str, str], *, post: bool = False) -> dict[str, Any]:
        """Return the API's answer to one request."""
        full = {
            **parameters,
            "format": "json",
            "formatversion": "2",
            "maxlag": "5",
        }
        return self.ask("POST" if post else "GET", self.settings.api, _read_answer, full)

    def query(self, parameters: Mapping[str, str], *, post: bool = False) -> Iterator[Any]:
        """Yield the answers to a query and all its continuations."""
        more: dict[str, str] = {}
        seen: set[tuple[tuple[str, str], ...]] = set()
        while True:
            answer = self.call({"action": "query", **parameters, **more}, post=post)
            yield answer
            more = {key: str(value) for key, value in (answer.get("continue") or {}).items()}
            if not more:
                return
            place = tuple(sorted(more.items()))
            if place in seen:
                raise SourceError(f"{self.settings.api}: the wiki continues its list in a circle")
            seen.add(place)

    def rows(self, name: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of one of the API's lists, whole."""
        for answer in self.query({"list": name, **parameters}):
            yield from (answer.get("query") or {}).get(name, [])


def check_status(response: requests.Response) -> None:
    """Raise what an answer's status asks for: PassingError, NotFoundError or SourceError; none for 200."""
    status = response.status_code
    if status == 200:
        return
    if status in _BROKEN_STATUS:
        raise PassingError(f"status {status}", _read_retry_after(response))
    where = response.url.partition("?")[0]
    if status in MOVED_STATUS:
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
    check_status(response)
    try:
        answer = response.json()
    except ValueError:
        raise PassingError("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise PassingError("the answer is not a JSON object")
    error = answer.get("error")
    if error is None:
        return answer
    if not isinstance(error, dict):
        raise PassingError("the answer has a malformed error")
    code, info = str(error.get("code")), str(error.get("info"))[:300]
    if code in _PASSING_ERRORS or code.startswith("internal_api_error"):
        raise PassingError(f"{code}: {info}", _read_retry_after(response))
    raise SourceError(f"{response.url.partition('?')[0]}: {code}: {info}")
