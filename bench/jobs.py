"""Do measured jobs on request: a process that run.py starts once for each environment.

Reads one JSON object a line from stdin, answers with one a line: ``{"load": path}`` takes
texts as corpora, ``{"job": name, "corpus": name}`` does a job over a corpus and tells its
CPU seconds, ``{"predict": path}`` gives the dates found in annotated texts.  Run by our own
interpreter it knows this project and mwparserfromhell, by that of the peers the peers.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.metadata
import json
import logging
import re
import resource
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Text = tuple[str, str]
"""Title and wikitext; for a job on prose, the prose."""


@cache
def pages(texts: tuple[Text, ...]) -> list[Any]:
    from extract.model import Page

    return [Page(title, text, n) for n, (title, text) in enumerate(texts, 1)]


@cache
def documents(texts: tuple[Text, ...]) -> list[Any]:
    from extract.parsing import parse

    return [parse(page) for page in pages(texts)]


def ours(texts: tuple[Text, ...]) -> None:
    from extract.pipeline import process

    for page in pages(texts):
        process(page)


def our_parse(texts: tuple[Text, ...]) -> None:
    from extract.parsing import parse

    for page in pages(texts):
        parse(page)


def our_dates(texts: tuple[Text, ...]) -> None:
    from extract.dates import find_dates

    for document in documents(texts):
        for paragraph in document.paragraphs:
            find_dates(paragraph.text)


def our_events(texts: tuple[Text, ...]) -> None:
    from extract.events import find_events

    for document in documents(texts):
        find_events(document)


def our_citations(texts: tuple[Text, ...]) -> None:
    from extract.references import find_citations

    for document in documents(texts):
        find_citations(document)


def our_find_dates(texts: tuple[Text, ...]) -> None:
    from extract.dates import find_dates

    for _, prose in texts:
        for line in prose.split("\n"):
            find_dates(line)


def mwp_parse(texts: tuple[Text, ...]) -> None:
    import mwparserfromhell

    for _, text in texts:
        mwparserfromhell.parse(text)


def mwp_typical(texts: tuple[Text, ...]) -> None:
    """Templates with parameters, links, footnotes, and the prose, as scripts take them."""
    import mwparserfromhell

    for _, text in texts:
        code = mwparserfromhell.parse(text)
        for template in code.filter_templates():
            for parameter in template.params:
                str(parameter.name).strip(), str(parameter.value).strip()
        for link in code.filter_wikilinks():
            str(link.title), str(link.text or "")
        for tag in code.filter_tags(matches=lambda node: node.tag == "ref"):
            str(tag.contents)
        for section in code.get_sections(flat=True):
            section.strip_code()


def wtp_typical(texts: tuple[Text, ...]) -> None:
    import wikitextparser

    for _, text in texts:
        code = wikitextparser.parse(text)
        for template in code.templates:
            for argument in template.arguments:
                argument.name.strip(), argument.value.strip()
        for link in code.wikilinks:
            _ = link.target, link.text
        for tag in code.get_tags("ref"):
            _ = tag.contents
        for section in code.sections:
            _ = section.title
        code.plain_text()


def clean_text(texts: tuple[Text, ...]) -> None:
    from wikiextractor.extract import Extractor

    for title, text in texts:
        Extractor(1, 1, "https://example.org/wiki", title, text).clean_text(
            text, expand_templates=False
        )


def dateparser_search(texts: tuple[Text, ...]) -> None:
    from dateparser.search import search_dates

    for _, prose in texts:
        for line in prose.split("\n"):
            if line:
                with contextlib.suppress(
                    Exception
                ):  # it fails on some phrases, as on ושנה לאחר מכן
                    search_dates(line, languages=["he"])


def dateparser_dates(text: str) -> list[dict[str, Any]]:
    """What dateparser finds, each as precise as dateparser itself says it is."""
    from dateparser.date import DateDataParser
    from dateparser.search import search_dates

    reader = DateDataParser(languages=["he"])
    found, at = [], 0
    for words, moment in search_dates(text, languages=["he"]) or ():
        start = text.find(words, at)
        if start < 0:
            continue
        at = start + len(words)
        period = reader.get_date_data(words).period
        form = {"year": "%Y", "month": "%Y-%m"}.get(period, "%Y-%m-%d")
        found.append({"start": start, "end": at, "edtf": moment.strftime(form)})
    return found


def bare_years(text: str) -> list[dict[str, Any]]:
    return [
        {"start": m.start(), "end": m.end(), "edtf": m[0]}
        for m in re.finditer(r"(?<!\d)(?:1\d{3}|20\d{2})(?!\d)", text)
    ]


def our_prediction(text: str, context_year: int | None) -> dict[str, Any]:
    from extract.golden import predict

    return dict(predict(text, context_year)._asdict())


JOBS: Mapping[str, Callable[[tuple[Text, ...]], None]] = {
    "process": ours,
    "parse": our_parse,
    "dates": our_dates,
    "events": our_events,
    "citations": our_citations,
    "find_dates": our_find_dates,
    "mwparserfromhell.parse": mwp_parse,
    "mwparserfromhell typical": mwp_typical,
    "wikitextparser typical": wtp_typical,
    "WikiExtractor clean_text": clean_text,
    "dateparser.search": dateparser_search,
}


PREPARED: Mapping[str, Callable[[tuple[Text, ...]], Any]] = {
    "process": pages, "parse": pages, "dates": documents, "events": documents, "citations": documents,
}  # fmt: skip
"""What a job takes, made before its time begins."""


def version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def answer(request: Mapping[str, Any], corpora: dict[str, tuple[Text, ...]]) -> dict[str, Any]:
    if "load" in request:
        with Path(request["load"]).open(encoding="utf-8") as file:
            loaded = json.load(file)
        corpora.update({name: tuple(map(tuple, texts)) for name, texts in loaded.items()})
        return {}
    if "version" in request:
        return {"version": version(request["version"])}
    if "text" in request:
        text, year = request["text"], request.get("context_year")
        if request["by"] == "ours":
            return our_prediction(text, year)
        find = {"dateparser": dateparser_dates, "years": bare_years}[request["by"]]
        return {"dates": find(text), "events": []}
    do, texts = JOBS[request["job"]], corpora[request["corpus"]]
    if request.get("warm"):
        do(texts)
        gc.collect()
        gc.freeze()
        return {}
    prepare = PREPARED.get(request["job"])
    if prepare is not None:
        prepare(texts)
    start = time.process_time()
    do(texts)
    return {
        "seconds": time.process_time() - start,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


def main() -> None:
    # What a peer prints would break the answers.
    logging.disable(logging.CRITICAL)
    out, sys.stdout = sys.stdout, sys.stderr
    corpora: dict[str, tuple[Text, ...]] = {}
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), corpora)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        out.write(json.dumps(reply) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
