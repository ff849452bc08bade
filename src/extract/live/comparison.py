"""What changed between two snapshots: pages, and their fields, events and references.

Snapshots share the parts in which nothing changed, under the same name; only the others are
read.  Rows are compared by what they say and not by their numbers, which shift with every
row put in before them.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from extract.errors import UsageError
from extract.snapshots import Snapshot, list_snapshots, open_snapshot
from extract.tables import read_columns

__all__ = ["Difference", "describe", "diff"]

Row = Mapping[str, Any]
Content = tuple[tuple[str, Any], ...]


class Difference(NamedTuple):
    """One row that came, went or changed, or a page that did."""

    page_id: int
    title: str
    """Of the newer snapshot, where it has the page."""
    table: str
    """``pages``, ``infobox``, ``events`` or ``references``."""
    change: str
    """``added``, ``removed`` or ``changed``."""
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


class _Compared(NamedTuple):
    """How the rows of a table are compared."""

    columns: tuple[str, ...]
    """What they say."""
    keys: tuple[tuple[str, ...], ...]
    """By which of these the rows that differ are paired, in turn."""


_COMPARED = {
    "pages": _Compared(
        ("title", "rev_id", "sha1", "redirect_target", "is_disambiguation", "wikidata_id"), ((),)
    ),
    "infobox": _Compared(
        ("template", "key", "label", "subject", "value_text", "value_raw", "edtf", "origin"),
        (("template", "key", "label", "subject", "origin"), ("key", "label", "subject", "origin")),
    ),
    "events": _Compared(
        ("text", "edtf", "role", "type", "date_source", "polarity", "modality"),
        (("text",), ("edtf", "role", "type")),
    ),
    "references": _Compared(
        ("group", "name", "syntax", "text", "raw"), (("group", "name"), ("text",))
    ),
}


def diff(
    root: str | os.PathLike[str], old: str | None = None, new: str | None = None
) -> Iterator[Difference]:
    """Yield what changed from one snapshot to another, by page id and table.

    ``new`` defaults to the snapshot in force, ``old`` to the one it was made from.  Of a
    page that came or went only the row of ``pages`` is given.  Raises UsageError where
    there is no older snapshot, SnapshotError where one is missing.
    """
    after = open_snapshot(root, new)
    parent = old or after.manifest.get("parent")
    if parent is None:
        others = [name for name in list_snapshots(root) if name != after.id]
        if others:
            raise UsageError(
                f"{root}: snapshot {after.id} was made from no other; name the older one, "
                f"such as {others[-1]}"
            )
        raise UsageError(f"{root}: snapshot {after.id} is the first; there is nothing to compare")
    before = open_snapshot(root, parent)
    found = list(_compare_table("pages", before, after, {}, frozenset()))
    whole = frozenset(item.page_id for item in found if item.change != "changed")
    titles = {item.page_id: item.title for item in found}
    for table in ("infobox", "events", "references"):
        found += _compare_table(table, before, after, titles, whole)
    order = list(_COMPARED)
    found.sort(key=lambda item: (item.page_id, order.index(item.table)))
    missing = {item.page_id for item in found if not item.title}
    names = _find_titles(after, missing) if missing else {}
    for item in found:
        yield item if item.title else item._replace(title=names.get(item.page_id, ""))


def _compare_table(
    table: str,
    before: Snapshot,
    after: Snapshot,
    titles: Mapping[int, str],
    skip: frozenset[int],
) -> Iterator[Difference]:
    olds, news = _changed_rows(table, before, after)
    for page_id in sorted(olds.keys() | news.keys()):
        if page_id in skip:
            continue
        for old, new in _pair(olds.get(page_id, []), news.get(page_id, []), _COMPARED[table].keys):
            change = "changed" if old and new else "added" if new else "removed"
            title = titles.get(page_id, "")
            if table == "pages":
                title = str((new or old or {})["title"])
            yield Difference(page_id, title, table, change, old, new)


def _changed_rows(
    table: str, before: Snapshot, after: Snapshot
) -> tuple[dict[int, list[Row]], dict[int, list[Row]]]:
    """Return the rows of parts that the two do not share, without those that are in both."""
    old_paths, new_paths = before.paths(table), after.paths(table)
    shared = {path.name for path in old_paths} & {path.name for path in new_paths}
    olds = _read_rows(table, [path for path in old_paths if path.name not in shared])
    news = _read_rows(table, [path for path in new_paths if path.name not in shared])
    for page_id in olds.keys() & news.keys():
        same = _contents(olds[page_id]) & _contents(news[page_id])
        if same:
            olds[page_id] = _without(olds[page_id], same)
            news[page_id] = _without(news[page_id], same)
    return olds, news


def _read_rows(table: str, paths: Iterable[os.PathLike[str]]) -> dict[int, list[Row]]:
    columns = _COMPARED[table].columns
    found: dict[int, list[Row]] = defaultdict(list)
    for page_id, *row in read_columns(paths, ("page_id", *columns)):
        found[page_id].append(dict(zip(columns, row, strict=True)))
    return found


def _contents(rows: Iterable[Row]) -> Counter[Content]:
    return Counter(tuple(row.items()) for row in rows)


def _without(rows: Iterable[Row], same: Counter[Content]) -> list[Row]:
    left = Counter(same)
    kept = []
    for row in rows:
        content = tuple(row.items())
        if left[content]:
            left[content] -= 1
        else:
            kept.append(row)
    return kept


def _pair(
    olds: Sequence[Row], news: Sequence[Row], keys: Sequence[tuple[str, ...]]
) -> Iterator[tuple[Row | None, Row | None]]:
    """Yield rows of one page that differ, paired by the first key that two of them share."""
    left, right = list(olds), list(news)
    for key in keys:
        waiting: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in left:
            waiting[tuple(row[name] for name in key)].append(row)
        unpaired = []
        for row in right:
            value = tuple(row[name] for name in key)
            # A nameless note is no other nameless note's successor.
            named = not key or any(part is not None and part != "" for part in value)
            if named and waiting[value]:
                yield waiting[value].pop(0), row
            else:
                unpaired.append(row)
        left, right = [row for rows in waiting.values() for row in rows], unpaired
    for row in left:
        yield row, None
    for row in right:
        yield None, row


def _find_titles(snapshot: Snapshot, page_ids: set[int]) -> dict[int, str]:
    return dict(read_columns(snapshot.paths("pages"), ("page_id", "title"), page_ids))


_SHOWN = {
    "pages": ("title", "rev_id"),
    "infobox": ("key", "subject"),
    "events": ("edtf", "role"),
    "references": ("name",),
}
_SAID = {"pages": "title", "infobox": "value_text", "events": "text", "references": "text"}


def describe(difference: Difference) -> str:
    """Return a difference as a line to read: ``+`` came, ``-`` went, ``~`` changed."""
    old, new = difference.old, difference.new
    sign = {"added": "+", "removed": "-", "changed": "~"}[difference.change]
    row = new or old or {}
    if difference.table == "pages":
        if old and new and old["title"] != new["title"]:
            return f"{sign} {old['title']} → {new['title']}"
        revisions = [str(side["rev_id"]) for side in (old, new) if side and side["rev_id"]]
        between = f" [{' → '.join(revisions)}]" if revisions else ""
        return f"{sign} {row['title']}{between}"
    about = " ".join(str(row[name]) for name in _SHOWN[difference.table] if row[name])
    said = [_shorten(side[_SAID[difference.table]]) for side in (old, new) if side]
    if len(said) == 2 and said[0] == said[1]:
        parts = [
            f"{name}: {_shorten(old[name])} → {_shorten(new[name])}"
            for name in _COMPARED[difference.table].columns
            if old and new and old[name] != new[name]
        ]
        said = [said[0], *parts]
        return f"  {sign} {difference.table} {about}: {'; '.join(said)}"
    return f"  {sign} {difference.table} {about}: {' → '.join(said)}"


def _shorten(value: Any) -> str:
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= 120 else f"{text[:119]}…"
