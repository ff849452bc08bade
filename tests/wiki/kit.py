"""A real MediaWiki on loopback, for tests: Debian's package, SQLite, a proxy that misbehaves on demand.

::

    wiki = start_wiki(folder)              # installs into an empty folder, or starts it again
    wiki.api                               # "http://127.0.0.1:PORT/w/api.php"
    wiki.rest                              # "http://127.0.0.1:PORT/w/rest.php/v1"
    wiki.import_pages({"title": "text"})   # any namespace; templates first is not needed
    wiki.import_files({"name.png": data})
    wiki.edit("title", "text")             # -> id of the new revision; so do move and restore
    wiki.move("from", "to")                # leaves a redirect unless redirect=False
    wiki.delete("title"); wiki.restore("title"); wiki.protect("title")
    wiki.hide("title", revision)           # the text of an older revision
    wiki.hide_log("move")                  # what the last line of a log is about
    wiki.lazy = True; wiki.run_jobs()      # what edits leave for later is done only now
    wiki.dump(path)                        # export XML of every page; .bz2 and .gz by the name
    wiki.faults([{"kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "times": 2}])
    wiki.lag(7.5); wiki.lag(None)          # MediaWiki's own "maxlag" answers
    wiki.readonly("reason"); wiki.readonly(None)
    wiki.require_user_agent(True)          # 403 for no User-Agent or a library's own
    wiki.requests()                        # what clients sent, oldest first
    wiki.forget_requests()
    wiki.stop()                            # ends the processes it started; the folder stays

Addresses are those of Wikimedia's wikis: ``/w/api.php``, ``/w/index.php``, ``/w/rest.php/v1/…``,
``/wiki/<title>``, and ``/api/rest_v1/page/html/<title>[/<revision>]``.

A fault is a dict; the first one that applies is used, and spent:

======== ==============================================================================
kind     ``status`` (answers with ``status``, ``headers``, ``body``), ``truncate`` (announces
         the whole answer, sends half, closes), ``reset`` (connection reset before an
         answer), ``delay`` (answers rightly after ``delay`` seconds), ``body`` (200 with
         ``body``)
match    regular expression searched in the decoded address, and the body of a POST after
         a newline; default everything
times    how many requests it spoils, default 1; None for all
skip     how many matching requests it lets pass first, default 0
======== ==============================================================================

A line of ``requests()`` (and of ``requests.jsonl`` in the folder) is a dict: ``time``,
``method``, ``address`` (decoded), ``parameters`` (query and form, last value wins),
``headers`` (names in lower case), ``status`` (0 for a reset), ``seconds``, ``fault`` (its kind or
None), ``together`` (requests not yet answered when it came, itself included).  The kit's own requests go past the proxy and leave no line.

Needs PHP 8 with its SQLite, intl, mbstring, XML and Lua extensions and apt to fetch the
package; as root the former are installed where missing.  ``python kit.py FOLDER`` runs a wiki until
interrupted.
"""

from __future__ import annotations

import bz2
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
USER, PASSWORD = "Keeper", "only-on-loopback-1"
EXTENSIONS = "Cite,ParserFunctions,Scribunto,TemplateData,Poem,SyntaxHighlight_GeSHi"
PHP_MODULES = ("pdo_sqlite", "mbstring", "intl", "dom", "xml", "curl", "iconv")
PHP_PACKAGES = (
    "php-cli",
    "php-sqlite3",
    "php-mbstring",
    "php-intl",
    "php-xml",
    "php-curl",
    "php-luasandbox",
    "lua5.1",
)
LANGUAGES = ("en", "ar", "ru", "fr", "de")


class WikiMissingError(Exception):
    """This machine cannot run the wiki; the message says what is missing."""


# -- the machine ---------------------------------------------------------------------------


def _run(
    command: list[str], folder: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    done = subprocess.run(
        command, cwd=folder, env=env, text=True, capture_output=True, check=False, timeout=600
    )
    if done.returncode:
        tail = (done.stdout + done.stderr).strip()[-1500:]
        raise WikiMissingError(f"{' '.join(command[:4])} … failed: {tail}")
    return done.stdout


def _lacks_php() -> bool:
    php = shutil.which("php")
    if php is None:
        return True
    modules = {line.strip().lower() for line in _run([php, "-m"]).splitlines()}
    lua = "luasandbox" in modules or shutil.which("lua5.1") is not None
    return not (lua and modules.issuperset(PHP_MODULES))


def prepare_php() -> None:
    """Install what PHP lacks, as root; raise WikiMissingError where that cannot be done."""
    if not _lacks_php():
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise WikiMissingError(
            "PHP 8 with sqlite3, mbstring, intl, xml, curl and luasandbox is needed"
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-qq", "-o", "DPkg::Lock::Timeout=300"]
    _run(["apt-get", *options, "update"], env=env)
    _run(["apt-get", *options, "install", "-y", "--no-install-recommends", *PHP_PACKAGES], env=env)
    if _lacks_php():
        raise WikiMissingError("PHP still lacks an extension after apt-get install")


def prepare_code() -> Path:
    """Return the folder of MediaWiki's code, unpacked from Debian's package once a machine."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hewiki-extract"
    ready = sorted(cache.glob("mediawiki-*/api.php"))
    if ready:
        return ready[-1].parent
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise WikiMissingError(
            "apt-get and dpkg-deb are needed to fetch Debian's mediawiki package"
        )
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".unpack-") as name:
        folder = Path(name)
        command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download"]
        packages = ["mediawiki", "mediawiki-classes"]
        try:
            _run([*command, *packages], folder)
        except WikiMissingError:
            if os.geteuid() != 0:
                raise
            _run(["apt-get", "-qq", "update"])
            _run([*command, *packages], folder)
        debs = sorted(folder.glob("*.deb"))
        for deb in debs:
            _run(["dpkg-deb", "-x", str(deb), str(folder / "root")])
        version = next(deb.name.split("_")[1] for deb in debs if deb.name.startswith("mediawiki_"))
        code = folder / "root" / "usr" / "share" / "mediawiki"
        _cut_links(code)
        target = cache / ("mediawiki-" + re.sub(r"[^\w.+-]", "-", unquote(version)))
        with suppress(OSError):
            code.rename(target)
    if not (target / "api.php").is_file():
        raise WikiMissingError("Debian's mediawiki package has no api.php where it was expected")
    return target


def _cut_links(code: Path) -> None:
    """Replace the package's links into /etc and /var, which are not there when only unpacked."""
    for name in ("LocalSettings.php", "config", "extensions", "images"):
        (code / name).unlink(missing_ok=True)
    (code / "extensions").symlink_to("extensions-core")
    (code / "images").mkdir()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# -- the proxy -----------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    """Passes requests on to PHP, writes them down, and spoils those that a fault names."""

    protocol_version = "HTTP/1.1"
    server: _Proxy

    def log_message(self, *args: Any) -> None:
        """Say nothing on stderr."""

    def _serve(self) -> None:
        started = time.time()
        size = int(self.headers.get("Content-Length") or 0)
        try:
            body = self.rfile.read(size) if size else b""
        except ConnectionResetError:
            body = b""
        if len(body) < size:  # the client died in the middle; nothing was asked
            self.close_connection = True
            return
        subject = unquote(self.path, errors="replace")
        form = body.decode("utf-8", "replace")
        kind = self.headers.get("Content-Type", "")
        if form and "urlencoded" in kind:
            subject += "\n" + unquote(form.replace("+", " "), errors="replace")
        elif form:
            subject += "\n" + form
        fault = self.server.wiki.take_fault(subject, self.headers.get("User-Agent") or "")
        status, together = 0, self.server.wiki.enter()
        self._together = together
        try:
            status = self._answer(body, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self._leave()
            self.server.wiki.log(self, form, status, started, fault, together)

    def _leave(self) -> None:
        """Count the request as answered, before a client can have the answer."""
        if self._together:
            self._together = 0
            self.server.wiki.leave()

    def _answer(self, body: bytes, fault: dict[str, Any] | None) -> int:
        kind = fault["kind"] if fault else ""
        if fault and fault.get("delay"):
            time.sleep(fault["delay"])
        if kind == "reset":
            self._leave()
            # linger of zero seconds: the system answers with RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return 0
        if fault and kind in {"status", "body"}:
            headers = {"Content-Type": "text/html; charset=utf-8", **fault.get("headers", {})}
            status = int(fault.get("status", 200))
            self._send(status, list(headers.items()), fault.get("body", "<p>spoiled</p>").encode())
            return status
        status, headers_in, answer = self._pass_on(body)
        if kind == "truncate":
            self._send(status, headers_in, answer, len(answer) // 2)
            self.close_connection = True
            return status
        if "gzip" in (self.headers.get("Accept-Encoding") or "") and len(answer) > 200:
            answer = gzip.compress(answer, 4)
            headers_in = [*headers_in, ("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        self._send(status, headers_in, answer)
        return status

    def _pass_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        path = self.path
        old = re.match(r"/api/rest_v1/page/html/([^/?]+)(?:/(\d+))?(\?.*)?$", path)
        if old:
            page = f"revision/{old[2]}" if old[2] else f"page/{old[1]}"
            path = f"/w/rest.php/v1/{page}/html{old[3] or ''}"
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in {"connection", "accept-encoding", "keep-alive"}
        }
        inner = http.client.HTTPConnection("127.0.0.1", self.server.php_port, timeout=300)
        try:
            inner.request(self.command, path, body or None, headers)
            answer = inner.getresponse()
            kept = [
                (name, value)
                for name, value in answer.getheaders()
                if name.lower() not in {"connection", "transfer-encoding", "content-length"}
            ]
            return answer.status, kept, answer.read()
        finally:
            inner.close()

    def _send(
        self, status: int, headers: Iterable[tuple[str, str]], body: bytes, sent: int | None = None
    ) -> None:
        self._leave()
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body if sent is None else body[:sent])

    do_GET = do_POST = do_HEAD = _serve  # noqa: N815


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True
    wiki: Wiki
    php_port: int

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients of tests that break off are no news."""


# -- the wiki ------------------------------------------------------------------------------


class Wiki:
    """A running wiki; made by ``start_wiki``."""

    def __init__(self, folder: Path, code: Path) -> None:
        self.folder = folder
        self.code = code
        self._proxy = _Proxy(("127.0.0.1", 0), _Handler)
        self._proxy.wiki = self
        self._proxy.php_port = _free_port()
        self.server = f"http://127.0.0.1:{self._proxy.server_address[1]}"
        self.api = self.server + "/w/api.php"
        self.rest = self.server + "/w/rest.php/v1"
        self._faults: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._wants_agent = False
        self._unanswered = 0
        self.lazy = False
        self._requests: list[dict[str, Any]] = []
        self._last = 0.0
        self._session: Any = None
        self._token = ""
        self._imported = 0
        self._php: subprocess.Popen[bytes] | None = None
        self._env = {
            **os.environ,
            "MW_INSTALL_PATH": str(code),
            "MW_CONFIG_FILE": str(folder / "LocalSettings.php"),
            "WIKI_FOLDER": str(folder),
            "WIKI_SERVER": self.server,
            "PHP_CLI_SERVER_WORKERS": "4",
        }

    # starting and stopping

    def _install(self) -> None:
        for name in ("data", "images", "cache"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        # install.php makes nothing new while a configuration is named
        env = {name: value for name, value in self._env.items() if name != "MW_CONFIG_FILE"}
        options = {
            "confpath": self.folder,
            "dbtype": "sqlite",
            "dbpath": self.folder / "data",
            "dbname": "hewiki",
            "server": self.server,
            "scriptpath": "/w",
            "lang": "he",
            "pass": PASSWORD,
            "skins": "Vector",
            "extensions": EXTENSIONS,
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        install = str(self.code / "maintenance" / "install.php")
        _run(["php", install, *flags, "ויקיפדיה", USER], env=env)
        shutil.copy(HERE / "settings.php", self.folder / "settings.php")
        with (self.folder / "LocalSettings.php").open("a", encoding="utf-8") as file:
            file.write("\nrequire __DIR__ . '/settings.php';\n")
        database = sqlite3.connect(self.folder / "data" / "hewiki.sqlite")
        database.executemany(
            "INSERT OR REPLACE INTO interwiki VALUES (?, ?, '', ?, 1, 0)",
            [
                (code, f"https://{code}.wikipedia.org/wiki/$1".encode(), code + "wiki")
                for code in LANGUAGES
            ],
        )
        database.commit()
        database.close()
        for file in (self.folder / "data").glob("*.sqlite"):
            database = sqlite3.connect(file)
            database.execute("PRAGMA journal_mode=WAL")
            database.close()

    def start(self) -> None:
        """Install where needed, start PHP and the proxy, wait for the first answer."""
        if not (self.folder / "settings.php").exists():
            self._install()
        options = {"opcache.enable": 1, "memory_limit": "512M", "max_execution_time": 120}
        flags = [part for name, value in options.items() for part in ("-d", f"{name}={value}")]
        address = f"127.0.0.1:{self._proxy.php_port}"
        with (self.folder / "server.log").open("ab") as log:
            # A session of its own, since PHP's workers outlive their parent: the group is ended,
            # by us or, once our end of the pipe is gone with us, by the shell that waits on it.
            guard = ["sh", "-c", '"$@" & cat; kill -TERM 0', "sh"]
            self._php = subprocess.Popen(
                [*guard, "php", *flags, "-S", address, str(HERE / "router.php")],
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        threading.Thread(target=self._proxy.serve_forever, daemon=True).start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._php.poll() is not None:
                break
            try:
                if self.call(action="query", meta="siteinfo").get("query"):
                    return
            except (OSError, ValueError):
                time.sleep(0.2)
        log_text = (self.folder / "server.log").read_text("utf-8", "replace")
        self.stop()
        raise WikiMissingError(f"the wiki did not answer: {log_text[-1500:]}")

    def stop(self) -> None:
        """End the processes that ``start`` made."""
        self._proxy.shutdown()
        self._proxy.server_close()
        if self._php is not None:
            if self._php.stdin is not None:
                self._php.stdin.close()
            with suppress(ProcessLookupError):
                os.killpg(self._php.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._php.wait(5)
            with suppress(ProcessLookupError):
                os.killpg(self._php.pid, signal.SIGKILL)
            self._php = None
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> Wiki:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # faults and what was asked

    def take_fault(self, subject: str, agent: str) -> dict[str, Any] | None:
        """Return the fault that spoils a request, spending it."""
        if self._wants_agent and re.match(
            r"(?:$|python-requests|python-urllib|curl|aiohttp|httpx)", agent, re.IGNORECASE
        ):
            return {"kind": "status", "status": 403, "body": "Please identify yourself."}
        with self._lock:
            for fault in self._faults:
                if fault["times"] == 0 or not re.search(fault.get("match", ""), subject):
                    continue
                if fault["skip"] > 0:
                    fault["skip"] -= 1
                    continue
                if fault["times"] is not None:
                    fault["times"] -= 1
                return fault
        return None

    def enter(self) -> int:
        """Count a request that came; return how many are not answered yet."""
        with self._lock:
            self._unanswered += 1
            return self._unanswered

    def leave(self) -> None:
        """Count a request as answered."""
        with self._lock:
            self._unanswered -= 1
            self._last = time.time()

    def log(
        self,
        handler: _Handler,
        form: str,
        status: int,
        started: float,
        fault: dict[str, Any] | None,
        together: int,
    ) -> None:
        """Write down one request."""
        query = urlsplit(handler.path).query
        line = {
            "time": started,
            "method": handler.command,
            "address": unquote(handler.path, errors="replace"),
            "parameters": dict(parse_qsl(query, True) + parse_qsl(form, True)),
            "headers": {name.lower(): value for name, value in handler.headers.items()},
            "status": status,
            "seconds": round(time.time() - started, 3),
            "fault": fault["kind"] if fault else None,
            "together": together,
        }
        with self._lock:
            self._requests.append(line)
            with (self.folder / "requests.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def faults(self, faults: Iterable[Mapping[str, Any]]) -> None:
        """Set the faults that spoil requests from now on; an empty list ends them."""
        with self._lock:
            self._faults = [{"times": 1, "skip": 0, "kind": "status", **fault} for fault in faults]

    def requests(self) -> list[dict[str, Any]]:
        """Return what clients sent so far."""
        with self._lock:
            return list(self._requests)

    def forget_requests(self) -> None:
        """Begin a new list of requests."""
        with self._lock:
            self._requests.clear()

    def require_user_agent(self, required: bool) -> None:
        """Refuse requests without a User-Agent of their own, with 403."""
        self._wants_agent = required

    def lag(self, seconds: float | None) -> None:
        """Make the database lag, for requests with ``maxlag``."""
        self._state("lag", None if seconds is None else str(seconds))

    def readonly(self, reason: str | None) -> None:
        """Lock the database for writing."""
        self._state("readonly", reason)

    def _state(self, name: str, text: str | None) -> None:
        if text is None:
            (self.folder / name).unlink(missing_ok=True)
        else:
            (self.folder / name).write_text(text, encoding="utf-8")

    # pages

    def call(self, **parameters: Any) -> dict[str, Any]:
        """Ask the API past the proxy, as the wiki's keeper where logged in; return its JSON."""
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.trust_env = False
        url = f"http://127.0.0.1:{self._proxy.php_port}/w/api.php"
        data = {"format": "json", "formatversion": "2", **parameters}
        answer = self._session.post(url, data=data, timeout=120)
        found: dict[str, Any] = answer.json()
        return found

    def _write(self, **parameters: Any) -> dict[str, Any]:
        if not self._token:
            token = self.call(action="query", meta="tokens", type="login")
            name, word = USER, token["query"]["tokens"]["logintoken"]
            self.call(action="login", lgname=name, lgpassword=PASSWORD, lgtoken=word)
            tokens = self.call(action="query", meta="tokens")
            self._token = tokens["query"]["tokens"]["csrftoken"]
        # Time stamps are whole seconds: a rendering of this same second would stay in the cache.
        deadline = time.monotonic() + 60
        while self._unanswered or time.time() < self._last + 1.1:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self._unanswered} requests are not answered")
            time.sleep(0.05)
        answer = self.call(token=self._token, **parameters)
        if "error" in answer:
            raise RuntimeError(f"{parameters.get('action')}: {answer['error']}")
        if not self.lazy:
            self.run_jobs()
        found: dict[str, Any] = answer[parameters["action"]]
        return found

    def revision(self, title: str) -> int:
        """Return the id of the page's newest revision."""
        answer = self.call(action="query", titles=title, prop="revisions", rvprop="ids")
        return int(answer["query"]["pages"][0]["revisions"][0]["revid"])

    def edit(self, title: str, text: str, summary: str = "") -> int:
        """Save a text as the page's newest revision, making the page where it is not."""
        done = self._write(action="edit", title=title, text=text, summary=summary)
        return int(done.get("newrevid") or self.revision(title))

    def move(self, old: str, new: str, redirect: bool = True) -> int:
        """Rename a page."""
        options = {} if redirect else {"noredirect": "1"}
        self._write(action="move", **{"from": old, "to": new}, ignorewarnings="1", **options)
        return self.revision(new)

    def delete(self, title: str) -> None:
        """Delete a page."""
        self._write(action="delete", title=title)

    def restore(self, title: str) -> int:
        """Bring a deleted page back."""
        self._write(action="undelete", title=title)
        return self.revision(title)

    def protect(self, title: str) -> None:
        """Let only keepers edit a page."""
        self._write(action="protect", title=title, protections="edit=sysop")

    def hide(self, title: str, revision: int) -> None:
        """Take back the text of a revision that is not the newest."""
        options = {"type": "revision", "target": title, "hide": "content"}
        self._write(action="revisiondelete", ids=revision, **options)

    def hide_log(self, log: str) -> None:
        """Take back what the last line of a log is about."""
        answer = self.call(action="query", list="logevents", letype=log, lelimit=1, leprop="ids")
        line = answer["query"]["logevents"][0]["logid"]
        self._write(action="revisiondelete", type="logging", ids=line, hide="content")

    def run_script(self, name: str, *arguments: str) -> str:
        """Run one of MediaWiki's maintenance scripts; return what it prints."""
        script = str(self.code / "maintenance" / name)
        return _run(["php", script, *arguments], env=self._env)

    def run_jobs(self) -> None:
        """Do what edits left for later: links, categories, pages that use a template."""
        self.run_script("runJobs.php")

    def import_pages(self, pages: Mapping[str, str]) -> None:
        """Bring in pages with all their links, a minute apart from 2024-01-01 on.

        White space at the end of a text goes, as it does when an editor saves a page.
        """
        lines = ['<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11">']
        for title, text in pages.items():
            moment = time.gmtime(1704067200 + 60 * self._imported)
            self._imported += 1
            lines.append(
                f"<page><title>{escape(title)}</title><revision>"
                f"<timestamp>{time.strftime('%Y-%m-%dT%H:%M:%SZ', moment)}</timestamp>"
                f"<contributor><username>{USER}</username></contributor>"
                f'<text xml:space="preserve">{escape(text.rstrip())}</text></revision></page>'
            )
        lines.append("</mediawiki>")
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "pages.xml"
            path.write_text("\n".join(lines), encoding="utf-8")
            self.run_script("importDump.php", "--username-prefix=", str(path))
        self.run_script("rebuildrecentchanges.php")
        self.run_jobs()

    def import_files(self, files: Mapping[str, bytes]) -> None:
        """Bring in pictures."""
        with tempfile.TemporaryDirectory() as name:
            for file, data in files.items():
                (Path(name) / file).write_bytes(data)
            self.run_script("importImages.php", f"--user={USER}", "--extensions=png,jpg,svg", name)

    def dump(self, path: Path, history: bool = False) -> Path:
        """Write all pages as MediaWiki's own export does, the newest revisions or all."""
        with tempfile.TemporaryDirectory() as name:
            plain = Path(name) / "dump.xml"
            which = "--full" if history else "--current"
            self.run_script("dumpBackup.php", which, f"--output=file:{plain}", "--quiet")
            data = plain.read_bytes()
        pack = {".bz2": bz2.compress, ".gz": gzip.compress}.get(path.suffix)
        path.write_bytes(pack(data) if pack else data)
        return path


def start_wiki(folder: Path) -> Wiki:
    """Start the wiki that lies in a folder, making it where the folder is empty.

    Raises WikiMissingError, with the reason, where this machine cannot run it.
    """
    prepare_php()
    code = prepare_code()
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wiki = Wiki(folder, code)
    try:
        wiki.start()
    except BaseException:
        wiki.stop()
        raise
    return wiki


def main() -> None:
    """Run a wiki in the folder named on the command line until interrupted."""
    wiki = start_wiki(Path(sys.argv[1]))
    print(wiki.api, flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        wiki.stop()


if __name__ == "__main__":
    main()
