"""What a page opens and never closes, as problems an editor can find and mend.

MediaWiki shows such an opener as text, or hides what follows it, and seldom says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extract.model import Problem

__all__ = ["unclosed_problems"]

_LONGEST_QUOTE = 40


def unclosed_problems(
    text: str, openers: Mapping[str, Sequence[int]], tables: Sequence[int], left_out: int
) -> list[Problem]:
    """Return a problem for each kind of thing that is opened and never closed.

    ``openers`` are the positions that ``scan`` gives, ``tables`` those of tables, ``left_out``
    of how many templates the lines are left out of the prose.
    """
    if not openers and not tables:
        return []
    problems: list[Problem] = []

    def add(kind: str, positions: Sequence[int], message: str) -> None:
        if positions:
            at = min(positions)
            quote = text[at : at + _LONGEST_QUOTE].partition("\n")[0].strip()
            problems.append(Problem("parse", f"unclosed_{kind}", f"{message}; the first: {quote}"))

    templates, links, comments = (openers.get(opener, ()) for opener in ("{{", "[[", "<!--"))
    lines = f", and the lines of {left_out} are left out" if left_out else ""
    add(
        "template",
        templates,
        f"{len(templates)} template(s) opened by {{{{ are never closed{lines}",
    )
    add("link", links, f"{len(links)} link(s) opened by [[ are never closed")
    add(
        "table",
        tables,
        f"{len(tables)} table(s) opened by {{| are never closed; a heading ends them",
    )
    add("comment", comments, "a comment is never closed, and hides what follows it")
    tags = {name: found for name, found in openers.items() if name[0] not in "{[<"}
    count = sum(map(len, tags.values()))
    names = ", ".join(f"<{name}>" for name in sorted(tags))
    places = [found[0] for found in tags.values()]
    add("tag", places, f"{count} tag(s) are never closed, so that they are text: {names}")
    return problems
