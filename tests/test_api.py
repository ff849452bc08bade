"""The client of a live wiki: its manners, its patience, and what it makes of answers."""

import io
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from extract._version import __version__
from extract.errors import SourceError, UnavailableError, UsageError
from extract.model import Page
from extract.sources import SourceProblem, derive_id
from extract.sources.api import (
    Change,
    Reference,
    Revision,
    Settings,
    Wiki,
    check_contact,
    shift_time,
)

API = "https://wiki.haifa-archive.org/w/api.php"
CONTACT = "ora@haifa-archive.org"
SITE = {
    "curtimestamp": "2026-11-20T10:00:00Z",
    "query": {
        "general": {
            "wikiid": "testwiki",
            "sitename": "ארכיון",
            "lang": "he",
            "generator": "MediaWiki 1.43",
        },
        "namespaces": {
            "0": {"id": 0, "name": ""},
            "10": {"id": 10, "name": "תבנית"},
            "14": {"id": 14, "name": "קטגוריה", "canonical": "Category"},
        },
        "namespacealiases": [{"id": 14, "alias": "קט"}, {"id": 10, "alias": "תב"}],
    },
}


class Answer:
    """What the fake server says to one request."""

    def __init__(self, body=b"", status=200, headers=None, seconds=0.1):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status = status
        self.headers = headers or {}
        self.seconds = seconds


class Server(BaseAdapter):
    """Plays answers in order (the last for ever), or asks a function; writes down requests."""

    def __init__(self, script):
        super().__init__()
        self.script = script
        self.time = 1000.0
        self.slept = []
        self.requests = []
        self.starts = []

    def sleep(self, seconds):
        assert seconds > 0
        self.slept.append(round(seconds, 3))
        self.time += seconds

    def send(self, request, **options):
        self.starts.append(self.time)
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        query = body if request.method == "POST" else urlsplit(request.url).query
        parameters = {k: v[-1] for k, v in parse_qs(query or "", keep_blank_values=True).items()}
        self.requests.append((request, parameters))
        if callable(self.script):
            answer = self.script(parameters, request)
        else:
            answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if not isinstance(answer, (Answer, Exception)):
            answer = Answer(answer)
        self.time += getattr(answer, "seconds", 0)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response.url = request.url
        response.request = request
        response.raw = HTTPResponse(io.BytesIO(answer.body), preload_content=False)
        return response

    def close(self):
        pass


def connect(script, **changes):
    server = Server(script)
    session = requests.Session()
    session.mount("https://", server)
    options = Settings(api=API, contact=CONTACT)._replace(**changes)
    wiki = Wiki(options, session=session, sleep=server.sleep, clock=lambda: server.time)
    return wiki, server


def page(title, page_id, text="", **more):
    slot = {"contentmodel": "wikitext", "content": text} | more.pop("slot", {})
    revision = {"revid": page_id * 10, "timestamp": "2026-01-02T03:04:05Z", "slots": {"main": slot}}
    return {
        "pageid": page_id,
        "ns": 0,
        "title": title,
        "touched": "2026-02-02T00:00:00Z",
        "revisions": [revision],
    } | more


def answer_pages(*pages, **more):
    return {"batchcomplete": True, "query": {"pages": list(pages)}} | more


# -- contact and manners -------------------------------------------------------------------


@pytest.mark.parametrize(
    "contact",
    ["ora@haifa-archive.org", " o.b+wiki@mail.co.il ", "https://haifa-archive.org/bot?x=1"],
)
def test_a_contact_that_leads_to_someone_is_taken(contact):
    assert check_contact(contact) == contact.strip()


@pytest.mark.parametrize(
    "contact",
    [
        None,
        "",
        "  ",
        "me",
        "ora at haifa",
        "you@example.org",
        "a@mail.example.com",
        "x@y.invalid",
        "no-reply@haifa-archive.org",
        "your-email@haifa-archive.org",
        "someone@yourdomain.net",
        "https://example.org/me",
        "http://localhost/",
        "foo@bar.com",
        "a@b\r\nX-Other: 1",
        "אורה@ארכיון.ישראל",
    ],
)
def test_a_contact_that_leads_to_nobody_is_refused(contact):
    with pytest.raises(UsageError) as caught:
        Wiki(Settings(api=API, contact=contact))
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("api", ["he.wikipedia.org", "file:///etc/passwd", "https://", ""])
def test_an_address_that_is_none_is_refused(api):
    with pytest.raises(UsageError):
        Wiki(Settings(api=api, contact=CONTACT))


def test_every_request_says_who_asks_and_asks_for_gzip_and_maxlag():
    wiki, server = connect([SITE])
    wiki.siteinfo()
    request, parameters = server.requests[0]
    assert request.headers["User-Agent"] == (
        f"hewiki-extract/{__version__} ({CONTACT}) requests/{requests.__version__}"
    )
    assert request.headers["Accept-Encoding"] == "gzip"
    assert parameters["maxlag"] == "5"
    assert parameters["format"] == "json"
    assert parameters["formatversion"] == "2"


def test_requests_stay_below_two_hundred_a_minute():
    wiki, server = connect([SITE])
    for _ in range(30):
        wiki.siteinfo()
    gaps = [b - a for a, b in zip(server.starts, server.starts[1:], strict=False)]
    assert min(gaps) >= 0.5 - 1e-9
    assert 60 / (sum(gaps) / len(gaps)) < 200


def test_a_slow_answer_is_followed_by_a_rest():
    wiki, server = connect([Answer(SITE, seconds=2.0), Answer(SITE)])
    wiki.siteinfo()
    wiki.siteinfo()
    assert server.slept == [5.0]


# -- patience ------------------------------------------------------------------------------

MAXLAG = {"error": {"code": "maxlag", "info": "Waiting for a database: 7 seconds lagged"}}
MOOD = [
    ("429 with Retry-After", Answer(b"slow down", 429, {"Retry-After": "7"}), 7.0),
    ("503 with Retry-After", Answer(b"", 503, {"Retry-After": "2"}), 2.0),
    ("429 without", Answer(b"", 429), 5.0),
    ("503 without", Answer(b"", 503), 5.0),
    ("502", Answer(b"<html>bad gateway</html>", 502), 5.0),
    ("a senseless Retry-After", Answer(b"", 503, {"Retry-After": "soon"}), 5.0),
    ("maxlag", Answer(MAXLAG, 200, {"Retry-After": "5"}), 5.0),
    ("read-only", Answer({"error": {"code": "readonly", "info": "locked"}}), 5.0),
    ("ratelimited", Answer({"error": {"code": "ratelimited", "info": "often"}}), 5.0),
    ("database", Answer({"error": {"code": "internal_api_error_DBQueryError"}}), 5.0),
    ("no JSON", Answer(b"<p>hello</p>"), 5.0),
    ("half of a JSON", Answer(b'{"query": {"gen'), 5.0),
    ("JSON of another kind", Answer(b"[]"), 5.0),
    ("a reset connection", requests.exceptions.ConnectionError("reset"), 5.0),
    ("a time-out", requests.exceptions.ReadTimeout("60 s"), 5.0),
    ("a cut body", requests.exceptions.ChunkedEncodingError("IncompleteRead"), 5.0),
    ("broken gzip", requests.exceptions.ContentDecodingError("gzip"), 5.0),
]


@pytest.mark.parametrize(("answer", "wait"), [m[1:] for m in MOOD], ids=[m[0] for m in MOOD])
def test_a_passing_failure_is_waited_out(answer, wait):
    wiki, server = connect([answer, SITE])
    assert wiki.siteinfo().wiki == "testwiki"
    assert len(server.requests) == 2
    assert server.slept == [wait]


def test_waits_double_where_the_wiki_names_none():
    wiki, server = connect([SITE, *[Answer(b"", 503)] * 6, SITE])
    wiki.siteinfo()
    wiki.siteinfo()
    assert server.slept == [0.4, 5, 10, 20, 40, 80, 120]


def test_tries_run_out():
    wiki, server = connect([SITE, Answer(b"", 503, {"Retry-After": "1"})])
    wiki.siteinfo()
    with pytest.raises(UnavailableError, match=r"503.*7 tries") as caught:
        wiki.siteinfo()
    assert caught.value.exit_status == 5
    assert len(server.requests) == 8


def test_a_connection_that_fails_is_told_by_its_cause():
    error = requests.exceptions.ConnectionError("HTTPConnectionPool(host='x')")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    wiki, _ = connect([error])
    with pytest.raises(UnavailableError, match=r"api\.php: Connection refused; given up after"):
        wiki.siteinfo()


def test_a_wiki_that_never_answered_is_given_up_sooner():
    wiki, server = connect([requests.exceptions.ConnectionError("no route")])
    with pytest.raises(UnavailableError, match=r"no route.* 3 tries"):
        wiki.siteinfo()
    assert len(server.requests) == 3


def test_a_very_long_retry_after_ends_the_work_and_says_how_long():
    wiki, _ = connect([Answer(b"", 429, {"Retry-After": "7200"})])
    with pytest.raises(UnavailableError, match="7200"):
        wiki.siteinfo()


LASTING = [
    Answer(b"<h1>Forbidden</h1>set a user agent", 403),
    Answer(b"", 404),
    Answer({"error": {"code": "badvalue", "info": "no such module"}}),
    Answer(b"", 301, {"Location": "https://other.haifa-archive.org/w/api.php"}),
    requests.exceptions.SSLError("certificate"),
    Answer({"query": {}}),
]


@pytest.mark.parametrize("answer", LASTING)
def test_a_lasting_refusal_is_told_at_once(answer):
    wiki, server = connect([answer])
    with pytest.raises(SourceError) as caught:
        wiki.siteinfo()
    assert caught.value.exit_status == 5
    assert len(server.requests) == 1
    assert "<" not in str(caught.value)


# -- pages ---------------------------------------------------------------------------------


def serve(articles, *, together=50):
    """Serve a dict of title to text; content of at most ``together`` pages an answer."""
    ids = {title: number for number, title in enumerate(articles, 1)}
    titles = {str(number): title for title, number in ids.items()}

    def respond(parameters, _request):
        if parameters.get("meta") == "siteinfo":
            return SITE
        key = "titles" if "titles" in parameters else "pageids"
        values = parameters[key].strip("\x1f").split("\x1f")
        names = values if key == "titles" else [titles.get(value) for value in values]
        done = int(parameters.get("rvcontinue") or 0)
        pages = []
        for place, (name, value) in enumerate(zip(names, values, strict=True)):
            if name not in articles:
                missing = {"missing": True}
                missing |= {"title": value, "ns": 0} if key == "titles" else {"pageid": int(value)}
                pages.append(missing)
            elif done <= place < done + together:
                pages.append(page(name, ids[name], articles[name]))
            else:
                pages.append({"pageid": ids[name], "ns": 0, "title": name})
        if done + together < len(values):
            more = {"rvcontinue": str(done + together), "continue": "||info|pageprops"}
            return {"query": {"pages": pages}, "continue": more}
        return answer_pages(*pages)

    return respond


def test_a_thousand_pages_take_twenty_requests_and_one_for_the_wiki():
    articles = {f"מבוא {n}": f"ערך מספר {n}." for n in range(1000)}
    wiki, server = connect(serve(articles))
    wiki.siteinfo()
    found = list(wiki.pages(titles=articles))
    assert {p.title: p.text for p in found} == articles
    assert len(server.requests) == 21
    assert all(r.method == "POST" for r, _ in server.requests[1:])


def test_pages_that_do_not_fit_come_in_the_continuation_in_order():
    articles = {f"דף {n}": "א" * n for n in range(120)}
    wiki, server = connect(serve(articles, together=7))
    found = list(wiki.pages(page_ids=range(1, 121)))
    assert [(p.page_id, p.text) for p in found] == [(n + 1, "א" * n) for n in range(120)]
    assert len(server.requests) > 17


def test_a_page_has_all_that_the_wiki_says_of_it():
    wiki, _ = connect(
        lambda p, _: (
            SITE
            if "meta" in p
            else answer_pages(
                page("ים", 7, "#הפניה [[הים]]", redirect=True, pageprops={"wikibase_item": "Q1"})
            )
        )
    )
    assert list(wiki.pages(titles=["ים"])) == [
        Page(
            title="ים",
            text="#הפניה [[הים]]",
            page_id=7,
            namespace=0,
            rev_id=70,
            rev_timestamp="2026-01-02T03:04:05Z",
            wiki="testwiki",
            source=API,
            redirect_target="הים",
            wikidata_id="Q1",
        )
    ]


TROUBLES = [
    ({"title": "חסר", "ns": 0, "missing": True}, "missing"),
    ({"title": "חסר", "invalid": True, "invalidreason": "brackets"}, "invalid_title"),
    ({"title": "חסר", "ns": -1, "special": True}, "special_page"),
    (page("חסר", 3, slot={"texthidden": True}), "text_suppressed"),
    (page("חסר", 3, slot={"contentmodel": "Scribunto"}), "content_model"),
    ({"pageid": 3, "ns": 0, "title": "חסר"}, "no_revision"),
    ({"pageid": 3, "ns": 0, "title": "חסר", "revisions": [{}]}, "text_missing"),
    (page("חסר", 3, revisions=[{"slots": {"main": {"content": "x"}}}]), "malformed"),
    (page("חסר", "שלוש"), "malformed"),
    (page("אחר", 3), "no_answer"),
]


@pytest.mark.parametrize(("item", "kind"), TROUBLES, ids=[t[1] for t in TROUBLES])
def test_what_is_no_page_is_told_as_a_problem(item, kind):
    wiki, _ = connect(lambda p, _: SITE if "meta" in p else answer_pages(item))
    (found,) = wiki.pages(titles=["חסר"])
    assert isinstance(found, SourceProblem)
    assert (found.title, found.problem.stage, found.problem.kind) == ("חסר", "source", kind)


def test_a_title_of_another_wiki_is_told_as_one():
    query = {"interwiki": [{"title": "en:Sea", "iw": "en"}], "pages": []}
    wiki, _ = connect([{"query": query}])
    (found,) = wiki.pages(titles=["en:Sea"])
    assert (found.problem.kind, found.page_id) == ("interwiki", derive_id("en:Sea"))


def test_titles_are_asked_for_once_however_written():
    def respond(parameters, _):
        if "meta" in parameters:
            return SITE
        assert parameters["titles"] == "\x1fים המלח\x1fhaifa"
        query = {
            "normalized": [{"from": "haifa", "to": "Haifa"}],
            "pages": [page("Haifa", 2), page("ים המלח", 1)],
        }
        return {"query": query}

    wiki, _ = connect(respond)
    found = list(wiki.pages(titles=["ים_המלח", " ים  המלח", "haifa", ""]))
    assert [p.title for p in found] == ["ים המלח", "Haifa"]
    assert wiki.normalized == {"haifa": "Haifa"}


def test_heads_come_without_text():
    seen = []

    def respond(parameters, _):
        if "meta" in parameters:
            return SITE
        seen.append(parameters["rvprop"])
        return answer_pages(page("ים", 7, slot={"content": None}))

    wiki, _ = connect(respond)
    (found,) = wiki.revisions(page_ids=[7], content=False)
    assert isinstance(found, Revision)
    assert (found.page.text, found.page.rev_id, found.touched) == ("", 70, "2026-02-02T00:00:00Z")
    assert "content|" not in seen[0] + "|"


def test_a_list_that_continues_in_a_circle_ends():
    rows = {"query": {"embeddedin": []}, "continue": {"eicontinue": "1|2", "continue": "-||"}}
    wiki, _ = connect(lambda p, _: SITE if "meta" in p else rows)
    with pytest.raises(SourceError, match="circle"):
        list(wiki.embedding("תבנית:קו"))


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["pageid", "ns", "title", "revisions", "slots", "main", "revid"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    ).filter(lambda value: isinstance(value, dict))
)
def test_no_answer_about_a_page_breaks_the_reader(item):
    wiki, _ = connect(lambda p, _: SITE if "meta" in p else answer_pages(item))
    for found in wiki.pages(page_ids=[3, 4]):
        assert isinstance(found, (Page, SourceProblem))


# -- renderings ----------------------------------------------------------------------------


def rendering(rev_id, text="שלום"):
    about = f"https://wiki.haifa-archive.org/w/index.php/Special:Redirect/revision/{rev_id}"
    return Answer(f'<!DOCTYPE html><html about="{about}"><p>{text}</p></html>\n'.encode())


def test_a_rendering_is_asked_for_by_title():
    wiki, server = connect([rendering(5)])
    assert "שלום" in wiki.html("א ב/ג", 5)
    (request, _), *_ = server.requests
    assert request.url.endswith("/w/rest.php/v1/page/%D7%90_%D7%91%2F%D7%92/html?redirect=no")


def test_a_rendering_of_a_later_revision_is_not_taken_for_the_one_wanted():
    wiki, server = connect([rendering(6, "אחרי"), rendering(5, "לפני")])
    assert "לפני" in wiki.html("א", 5)
    assert server.requests[1][0].url.endswith("/w/rest.php/v1/revision/5/html")


def test_the_older_address_is_a_setting():
    form = "https://wiki.haifa-archive.org/api/rest_v1/page/html/{title}/{revision}"
    wiki, server = connect([rendering(5)], html=form)
    wiki.html("א", 5)
    assert server.requests[0][0].url.endswith("/api/rest_v1/page/html/%D7%90/5")


@pytest.mark.parametrize("status", [301, 307])
def test_redirects_of_the_same_host_are_followed(status):
    wiki, server = connect([Answer(b"", status, {"Location": "/w/other"}), rendering(5)])
    assert wiki.html("א", 5)
    assert server.requests[1][0].url == "https://wiki.haifa-archive.org/w/other"


def test_redirects_to_elsewhere_are_not():
    wiki, _ = connect([Answer(b"", 302, {"Location": "https://tracker.net/"})])
    with pytest.raises(SourceError, match="away"):
        wiki.html("א", 5)


def test_a_page_without_a_rendering_has_none():
    assert connect([Answer(b"", 404)])[0].html("א") is None
    wiki, server = connect([Answer(b"cannot", 500)])
    assert wiki.html("א") is None
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "body", [b"<html><p>ab", b"", b"<!DOCTYPE html><html><h1>Back soon</h1></html>"]
)
def test_a_rendering_cut_short_or_none_at_all_is_asked_for_again(body):
    wiki, server = connect([Answer(body), rendering(5)])
    assert wiki.html("א", 5)
    assert len(server.requests) == 2


# -- lists and changes ---------------------------------------------------------------------


def test_lists_are_read_to_their_end():
    def respond(parameters, _):
        if "meta" in parameters:
            return SITE
        name = parameters["list"]
        first = {"pageid": 1, "ns": 0, "title": "א"}
        if "cmcontinue" in parameters:
            return {"query": {name: [{"pageid": 2, "ns": 0, "title": "ב"}]}}
        more = {"cmcontinue": "x", "continue": "-||"}
        assert parameters["cmtitle"] == "Category:ערים"
        return {"query": {name: [first]}, "continue": more}

    wiki, _ = connect(respond)
    assert list(wiki.members("ערים")) == [Reference(1, "א", 0), Reference(2, "ב", 0)]


@pytest.mark.parametrize("prefix", ["קטגוריה:", "קט:", "category:", "Category :"])
def test_a_category_may_bear_any_of_the_wikis_prefixes(prefix):
    wiki, server = connect(lambda p, _: SITE if "meta" in p else {"query": {"categorymembers": []}})
    assert list(wiki.members(f"{prefix}ערים")) == []
    assert server.requests[-1][1]["cmtitle"] == f"{prefix}ערים"
    list(wiki.members("ים: ערים"))
    assert server.requests[-1][1]["cmtitle"] == "Category:ים: ערים"


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("קו", "Template:קו"),
        ("תבנית:קו", "תבנית:קו"),
        ("תב:קו", "תב:קו"),
        (":קו", ":קו"),
        ("קו: המשך", "Template:קו: המשך"),
    ],
)
def test_a_name_of_a_template_is_read_as_within_braces(name, asked):
    wiki, server = connect(lambda p, _: SITE if "meta" in p else {"query": {"embeddedin": []}})
    assert list(wiki.embedding(name)) == []
    assert server.requests[-1][1]["eititle"] == asked


LOG = {
    "move": [
        {
            "type": "move",
            "action": "move",
            "title": "טיוטה:ד",
            "ns": 118,
            "timestamp": "2026-11-20T08:00:00Z",
            "params": {"target_ns": 0, "target_title": "ד"},
        },
        {"type": "move", "action": "move", "actionhidden": True, "timestamp": "t"},
    ],
    "delete": [
        {
            "type": "delete",
            "action": "restore",
            "title": "ה",
            "ns": 0,
            "timestamp": "2026-11-20T09:00:00Z",
        },
        {
            "type": "delete",
            "action": "delete",
            "title": "שיחה:ה",
            "ns": 1,
            "timestamp": "2026-11-20T09:00:00Z",
        },
    ],
}


def test_changes_come_from_edits_and_logs():
    def respond(parameters, _):
        if parameters["list"] == "recentchanges":
            assert parameters["rcstart"] == "2026-11-20T00:00:00Z"
            assert parameters["rctype"] == "edit|new|log|external"
            row = {"type": "edit", "ns": 0, "title": "ג", "pageid": 9, "timestamp": "t"}
            log = row | {"type": "log", "logtype": "protect", "logaction": "modify"}
            seen = row | {"type": "log", "logtype": "move", "logaction": "move"}
            hidden = {"type": "log", "ns": 0, "logtype": "protect", "actionhidden": True}
            return {"query": {"recentchanges": [row, log, seen, hidden]}}
        return {"query": {"logevents": LOG.get(parameters["letype"], [])}}

    wiki, _ = connect(respond)
    assert list(wiki.changes("2026-11-20T00:00:00Z")) == [
        Change("edit", "t", "ג", 0, 9),
        Change("protect/modify", "t", "ג", 0, 9),
        Change("delete/restore", "2026-11-20T09:00:00Z", "ה", 0),
        Change("move/move", "2026-11-20T08:00:00Z", "טיוטה:ד", 118, None, "ד", 0),
        Change("move/move", "t", "", 0),
    ]


@pytest.mark.parametrize(
    ("oldest", "revisions", "reach"),
    [
        ("2026-11-01T00:00:00Z", [], True),
        ("2026-11-20T00:00:00Z", [], True),
        ("2026-11-20T00:00:00Z", ["2026-11-20T00:00:00Z"], True),
        ("2026-11-20T00:00:00Z", ["2026-11-12T00:00:00Z"], False),
        (None, [], True),
        (None, ["2026-11-12T00:00:00Z"], False),
    ],
)
def test_a_wiki_that_forgot_is_found_out(oldest, revisions, reach):
    def respond(parameters, _):
        if "meta" in parameters:
            return SITE
        if parameters["list"] == "recentchanges":
            return {"query": {"recentchanges": [{"timestamp": oldest}] if oldest else []}}
        rows = [{"revisions": [{"timestamp": stamp} for stamp in revisions]}]
        return {"query": {"allrevisions": rows}}

    assert connect(respond)[0].covers("2026-11-10T00:00:00Z") is reach


def test_times_are_shifted_and_checked():
    assert shift_time("2026-03-01T00:05:00Z", -600) == "2026-02-28T23:55:00Z"
    for wrong in ("yesterday", "2026-13-01T00:00:00Z", ""):
        with pytest.raises(UsageError):
            shift_time(wrong, 0)
