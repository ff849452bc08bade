"""What every file of a report has: its head, its way back, its licence."""

from __future__ import annotations

from extract._version import __version__
from extract.report.markup import Markup, join, tag
from extract.report.words import say

__all__ = ["write_frame"]


def write_frame(
    title: str, body: Markup, *, depth: int, skip: str, scripts: tuple[str, ...] = ()
) -> Markup:
    """Return a whole HTML file.

    ``depth`` is how many folders below the report's own it lies, ``skip`` the place the
    first link jumps to, ``scripts`` files of the report to run.
    """
    up = "../" * depth
    head = join(
        (
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("meta", name="generator", content=f"hewiki-extract {__version__}"),
            tag("title", title),
            tag("link", rel="icon", href="data:,"),
            tag("link", rel="stylesheet", href=f"{up}report.css"),
            *(tag("script", src=f"{up}{script}", defer=True) for script in scripts),
        )
    )
    ways = tag(
        "nav",
        tag("a", say("page", "skip"), href=skip, class_="skip"),
        tag("a", say("page", "home"), href=f"{up}index.html"),
        tag("a", say("page", "overview"), href=f"{up}overview.html"),
        tag("a", say("page", "problems_page"), href=f"{up}problems.html"),
        class_="ways",
        aria_label=say("page", "home"),
    )
    licence = tag("a", say("page", "licence"), href=say("page", "license_url"), rel="license")
    foot = tag("footer", tag("p", licence), tag("p", say("page", "made_by")))
    page = tag("html", tag("head", head), tag("body", ways, tag("main", body), foot),
               lang="he", dir="rtl")  # fmt: skip
    return Markup(f"<!doctype html>\n{page}\n")
