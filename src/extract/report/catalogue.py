"""Finding a page among many: lists by first letter, and a search over small shards.

The lists need no script.  The search loads, as a script, only the shard of the first two
letters typed: a browser may do that from a disk too, where it may not fetch data.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from extract.report.addresses import report_path
from extract.report.frame import write_frame
from extract.report.markup import Markup, code, isolate, join, tag
from extract.report.words import say

__all__ = ["Entry", "fold", "search_shards", "write_index", "write_letters"]

PER_FILE = 1000
SCRIPTS = ("search.js", "search/starts.js")


class Entry(NamedTuple):
    """A page in the lists: its title, its id, and how much was found in it."""

    title: str
    page_id: int
    events: int
    notes: int
    fields: int
    problems: int


_COUNTS = ("events", "notes", "fields", "problems")


def fold(text: str) -> str:
    """Return a title as it is searched: letters and digits in lower case, spaces between.

    Points and quotation marks inside a word are dropped, so that both spellings of an
    acronym are found.
    """
    plain = unicodedata.normalize("NFKD", text).lower()
    kept = [
        c if c.isalnum() else "" if unicodedata.combining(c) or c in "\"'׳״’”" else " "
        for c in plain
    ]
    return " ".join("".join(kept).split())


def _first(entry: Entry) -> str:
    folded = fold(entry.title)
    return folded[0] if folded else ""


def search_shards(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return entries by the first two letters of each word of their titles."""
    shards: dict[str, list[Entry]] = {}
    for entry in entries:
        for start in {word[:2] for word in fold(entry.title).split()}:
            shards.setdefault(start, []).append(entry)
    return shards


def shard_name(start: str) -> str:
    """Return the file of a search shard: the code points of its letters."""
    return "-".join(f"{ord(letter):04x}" for letter in start) + ".js"


def shard_script(start: str, entries: Sequence[Entry]) -> str:
    """Return a search shard as a script that hands its entries over.

    "<" is written as an escape, so that no title can end a script element.
    """
    rows = [
        [entry.title, fold(entry.title), report_path(entry.page_id), *entry[2:]]
        for entry in entries
    ]
    return _call("found", [start, rows])


def starts_script(starts: Iterable[str]) -> str:
    """Return the script that tells the search which shards there are."""
    return _call("starts", sorted(starts))


def _call(function: str, argument: object) -> str:
    data = json.dumps(argument, ensure_ascii=False, separators=(",", ":"))
    return f"{function}(" + data.replace("<", "\\u003c") + ");\n"


def write_letters(entries: Iterable[Entry]) -> Iterator[tuple[str, str, int, Markup]]:
    """Yield (file, letter, number of pages, HTML) of the lists by first letter."""
    ordered = sorted(entries, key=lambda entry: (_first(entry), fold(entry.title), entry.page_id))
    for letter, group in groupby(ordered, _first):
        members = list(group)
        shown = letter.upper() or say("index", "other")
        stem = f"{ord(letter):04x}" if letter else "other"
        files = [members[i : i + PER_FILE] for i in range(0, len(members), PER_FILE)]
        for number, some in enumerate(files):
            others = _other_parts(stem, [part[0].title for part in files], number)
            title = join((shown, code(f"{number + 1}/{len(files)}")), " ") if others else shown
            body = join((tag("h1", title), others, write_entries(some, "../")))
            yield (
                f"letters/{stem}-{number}.html",
                shown,
                len(some),
                write_frame(shown, tag("div", body, id="list"), depth=1, skip="#list"),
            )


def _other_parts(stem: str, first: Sequence[str], here: int) -> Markup | None:
    """Return links to the parts of a letter, each named by its first page."""
    if len(first) == 1:
        return None
    items = join(
        tag("li", tag("a", isolate(title), href=f"{stem}-{number}.html",
                      aria_current="page" if number == here else None))
        for number, title in enumerate(first)
    )  # fmt: skip
    return tag("nav", tag("ul", items, class_="letters"), aria_label=say("index", "part"))


def write_entries(entries: Iterable[Entry], up: str) -> Markup:
    """Return a table of pages, each a link to its report with its counts."""
    head = tag("tr", *(
        tag("th", say("index", name), scope="col") for name in ("name", *_COUNTS)
    ))  # fmt: skip
    rows = join(
        tag("tr",
            tag("th", tag("a", isolate(e.title), href=f"{up}{report_path(e.page_id)}"), scope="row"),
            *(tag("td", code(n), class_="n") for n in e[2:]))
        for e in entries
    )  # fmt: skip
    table = tag("table", tag("thead", head), tag("tbody", rows), class_="list")
    return tag("div", table, class_="scroll", tabindex="0", role="region",
               aria_label=say("index", "pages"))  # fmt: skip


def write_index(
    counts: Sequence[tuple[str, int]],
    letters: Sequence[tuple[str, str, int]],
    few: Sequence[Entry],
    snapshot_id: str,
) -> Markup:
    """Return the first page: sums, the search, the letters, and the pages where they are few."""
    sums = join(
        tag("div", tag("dt", say("index", name)), tag("dd", code(f"{count:,}")))
        for name, count in counts
    )
    label = tag("label", say("index", "search"), for_="q")
    field = tag("input", type="search", id="q", autocomplete="off", spellcheck="false",
                placeholder=say("index", "search_hint"), aria_describedby="found")  # fmt: skip
    search = tag(
        "form", label, field,
        tag("p", id="found", role="status", data_none=say("index", "none"),
            data_found=say("index", "found"), data_more=say("index", "more")),
        tag("ul", id="results"), role="search", hidden=True,
    )  # fmt: skip
    items = join(
        tag("li", tag("a", isolate(letter), " ", tag("small", code(f"{n:,}")), href=file))
        for file, letter, n in letters
    )
    by_letter = tag("nav", tag("h2", say("index", "letters"), id="letters-title"),
                    tag("ul", items, class_="letters"), aria_labelledby="letters-title")  # fmt: skip
    body = (
        tag("h1", say("index", "title")),
        tag("dl", sums, class_="sums"),
        search,
        by_letter,
        write_entries(few, "") if few else None,
        tag("p", say("index", "snapshot"), " ", code(snapshot_id), class_="minor"),
    )
    inside = tag("div", *body, id="index")
    return write_frame(say("index", "title"), inside, depth=0, skip="#index", scripts=SCRIPTS)
