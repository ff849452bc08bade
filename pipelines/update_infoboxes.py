"""Write the list of hewiki's infobox templates from a listing of their category.

    python pipelines/update_infoboxes.py NAMES [--redirects FILE] [--output FILE]

NAMES has a template title a line, as a dump or the API lists the members of the category of
infobox templates and its subcategories (with or without the namespace).  The redirects file
has ``alias<TAB>target`` lines.  What the listing cannot tell (members that are no box, boxes
it lacks) stands in ``src/extract/hewiki/infobox_names.toml``.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "src" / "extract" / "hewiki"
TEMPLATE_NAMESPACES = ("תבנית:", "תב:", "template:")
# Rows, headers and cells of tables; pages about one year's event; column tables.
HELPER_SHAPES = re.compile(
    r" (?:בשורה|כותרת|שורה)$|^(?:Demography|אלפבית) |\b(?:19|20)\d\d(?:/|\b)|ים מוויקינתונים$"
)


def clean_title(line: str) -> str:
    """Return the bare template name of a listing's line; empty for a page that is none."""
    title = " ".join(line.replace("_", " ").split())
    for prefix in TEMPLATE_NAMESPACES:
        if title.lower().startswith(prefix):
            return title[len(prefix) :].strip()
    return "" if re.match(r"[^:]+:\S", title) else title


def choose_names(lines: Iterable[str], curated: dict[str, Any]) -> list[str]:
    """Return the sorted names of a listing that are boxes, with the curated additions."""
    dropped = set(curated["drop"]) | set(curated["not_boxes"]) | set(curated["nested"])
    names = {name for name in map(clean_title, lines) if name and "/" not in name}
    kept = {name for name in names if name not in dropped and not HELPER_SHAPES.search(name)}
    return sorted(kept | set(curated["add"]))


def read_redirects(path: Path | None) -> dict[str, str]:
    """Return alias → target of a tab-separated file; nothing without a file."""
    if path is None:
        return {}
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return {clean_title(row[0]): clean_title(row[1]) for row in rows}


def main() -> None:
    """Read the listing named on the command line and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", type=Path)
    parser.add_argument("--redirects", type=Path)
    parser.add_argument("--output", type=Path, default=DATA / "infoboxes.json")
    options = parser.parse_args()
    curated = tomllib.loads((DATA / "infobox_names.toml").read_text("utf-8"))
    names = choose_names(options.names.read_text("utf-8").splitlines(), curated)
    redirects = {**curated["aliases"], **read_redirects(options.redirects)}
    aliases = {alias: target for alias, target in sorted(redirects.items()) if target in set(names)}
    result = {"generated_by": "pipelines/update_infoboxes.py", "names": names, "aliases": aliases}
    options.output.write_text(
        json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{len(names)} infoboxes, {len(aliases)} aliases → {options.output.name}")


if __name__ == "__main__":
    main()
