"""Learn from a dump which templates are infoboxes and what other names templates have.

    python pipelines/update_knowledge.py DUMP... --out knowledge.json [--category NAME]
    hewiki run DUMP... --knowledge knowledge.json --out ROOT

A pass of its own over the pages of namespaces 10 and 14: redirects between templates, and
the members of the category of infobox templates and of every category below it.  The file
stands in for the lists shipped with the package (``hewiki/infoboxes.json``, and the redirects
of ``hewiki/citations_wiki.json``), so that a run reads its dump by the names of that day.
Dumps named pages-articles hold both namespaces.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tomllib
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
from update_infoboxes import DATA, choose_names, clean_title

from extract.hewiki import load_json, load_toml
from extract.model import Page
from extract.references.templates import fold, load_forms
from extract.sources import plan_shards, read_shard

TEMPLATES, CATEGORIES = 10, 14
ROOT_CATEGORY = "תבניות מידע"


class Names(NamedTuple):
    """What the two namespaces tell of names."""

    redirects: dict[str, str]
    """Template alias to its target, without the namespace."""
    parents: dict[str, list[str]]
    """Category to those it is in."""
    members: dict[str, list[str]]
    """Category to the templates in it."""


def category_pattern() -> re.Pattern[str]:
    """Return the pattern of a category link, by the namespace's names."""
    names = "|".join(map(re.escape, load_toml("namespaces.toml")["links"]["category"]))
    return re.compile(rf"\[\[[ _]*(?:{names})[ _]*:([^\[\]|\n]{{1,255}})", re.IGNORECASE)


def collect_names(pages: Iterable[Page]) -> Names:
    """Return the redirects and categories of pages of namespaces 10 and 14."""
    found = Names({}, {}, {})
    pattern = category_pattern()
    for page in pages:
        bare = page.title.partition(":")[2].strip()
        if page.namespace == TEMPLATES and page.redirect_target:
            found.redirects[bare] = clean_title(page.redirect_target)
            continue
        for link in pattern.findall(page.text):
            category = " ".join(link.replace("_", " ").split())
            if page.namespace == CATEGORIES:
                found.parents.setdefault(bare, []).append(category)
            else:
                found.members.setdefault(category, []).append(bare)
    return found


def members_below(names: Names, root: str) -> set[str]:
    """Return the templates of a category and of every category below it."""
    children: dict[str, list[str]] = {}
    for child, parents in names.parents.items():
        for parent in parents:
            children.setdefault(parent, []).append(child)
    seen, waiting = {root}, deque([root])
    while waiting:
        for child in children.get(waiting.popleft(), ()):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return {template for category in seen for template in names.members.get(category, ())}


def make_knowledge(names: Names, root: str) -> dict[str, Any]:
    """Return what stands in for the shipped lists: file name to content."""
    curated = tomllib.loads((DATA / "infobox_names.toml").read_text("utf-8"))
    boxes = choose_names((f"תבנית:{name}" for name in members_below(names, root)), curated)
    redirects = {**curated["aliases"], **names.redirects}
    known = load_forms()
    shipped = load_json("citations_wiki.json")
    cited = {
        alias: target
        for alias, target in names.redirects.items()
        if fold(target) in known and fold(alias) not in known
    }
    return {
        "infoboxes.json": {
            "names": boxes,
            "aliases": {a: t for a, t in sorted(redirects.items()) if t in set(boxes)},
        },
        "citations_wiki.json": {
            **shipped,
            "redirects": dict(sorted({**shipped["redirects"], **cited}.items())),
        },
    }


def read_pages(sources: Iterable[Path]) -> Iterable[Page]:
    """Yield the pages of the two namespaces."""
    for shard in plan_shards(list(sources)):
        for item in read_shard(shard, namespaces=(TEMPLATES, CATEGORIES)):
            if isinstance(item, Page):
                yield item


def main() -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sources", nargs="+", type=Path, metavar="DUMP")
    parser.add_argument("--out", type=Path, default=Path("knowledge.json"), metavar="FILE")
    parser.add_argument("--category", default=ROOT_CATEGORY, metavar="NAME")
    options = parser.parse_args()
    names = collect_names(read_pages(options.sources))
    knowledge = make_knowledge(names, options.category)
    if not members_below(names, options.category):
        print(
            f"update_knowledge: no template in category {options.category!r} of this dump: "
            "does it hold namespaces 10 and 14?",
            file=sys.stderr,
        )
        return 2
    text = json.dumps(knowledge, ensure_ascii=False, indent=1) + "\n"
    options.out.write_text(text, encoding="utf-8")
    boxes, cited = knowledge["infoboxes.json"], knowledge["citations_wiki.json"]
    print(
        f"{len(boxes['names'])} infoboxes with {len(boxes['aliases'])} aliases, "
        f"{len(cited['redirects'])} aliases of citation templates → {options.out}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
