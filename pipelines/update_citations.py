"""Make ``hewiki/citations_wiki.json`` from a wiki's own TemplateData and Citoid maps.

    python pipelines/update_citations.py SOURCE... [--out FILE] [--kinds FILE]

A SOURCE is a JSON file, a folder of JSON files, or a dump (XML, also ``.bz2``):

* the answer of ``action=templatedata``: ``{"pages": {"1": {"title": …, "params": …}}}``;
* one template's TemplateData: ``{"title": …, "params": …, "maps": {"citoid": …}}``, the
  name taken from the file where it has no title;
* ``Citoid-template-type-map.json``, which says which template cites which kind of source;
* pages of namespace 10 with a ``<templatedata>`` block, redirects among them as other names.

A parameter's role comes from the Citoid map first, then from the names, aliases and labels
that the hand-written ``citations.toml`` already knows.  A template without a title or an
address, an identifier or a book among its roles is no citation template and is left out.
What is written stands behind the hand-written blocks.

Formats: https://www.mediawiki.org/wiki/Help:TemplateData and
https://www.mediawiki.org/wiki/Citoid/Enabling_Citoid_on_your_wiki
"""

from __future__ import annotations

import argparse
import bz2
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

from extract.hewiki import load_toml
from extract.references.templates import fold

OUT = Path(__file__).parent.parent / "src" / "extract" / "hewiki" / "citations_wiki.json"

# Fields of Zotero items, as Citoid's maps name them, and our roles.
FIELDS = {
    "title": "title", "url": "url", "date": "date", "accessDate": "access_date", "language": "language",
    "publicationTitle": "work", "websiteTitle": "work", "blogTitle": "work", "forumTitle": "work",
    "encyclopediaTitle": "work", "dictionaryTitle": "work", "bookTitle": "work", "proceedingsTitle": "work",
    "programTitle": "work", "publisher": "publisher", "institution": "publisher", "university": "publisher",
    "studio": "publisher", "network": "publisher", "company": "publisher", "distributor": "publisher",
    "label": "publisher", "source": "publisher", "place": "place", "volume": "volume", "issue": "issue",
    "number": "issue", "pages": "pages", "ISBN": "isbn", "DOI": "doi", "abstractNote": "quote",
    "PMID": "identifier", "PMCID": "identifier", "ISSN": "identifier", "oclc": "identifier",
    "reportNumber": "identifier", "patentNumber": "identifier", "archiveLocation": "archive_url",
}  # fmt: skip
PEOPLE = ("author", "contributor", "interviewee", "inventor", "podcaster", "director", "presenter")

# Zotero item types and our kinds.
KINDS = {
    "webpage": "web", "blogPost": "web", "forumPost": "post", "newspaperArticle": "news", "book": "book",
    "bookSection": "book", "journalArticle": "journal", "magazineArticle": "magazine", "report": "report",
    "encyclopediaArticle": "encyclopedia", "dictionaryEntry": "encyclopedia", "thesis": "thesis",
    "conferencePaper": "conference", "videoRecording": "video", "film": "video", "tvBroadcast": "video",
    "audioRecording": "audio", "podcast": "audio", "radioBroadcast": "audio", "map": "map", "patent": "law",
    "statute": "law", "case": "law", "bill": "law", "interview": "news", "presentation": "conference",
    "email": "post", "letter": "post", "computerProgram": "database", "manuscript": "book",
}  # fmt: skip
ENOUGH = {"title", "url", "identifier", "book"}


class TemplateText(NamedTuple):
    """A template's TemplateData, or the template it redirects to."""

    name: str
    data: Mapping[str, Any]
    redirect: str | None = None


# ------------------------------------------------------------------------------ reading


def bare_name(title: str) -> str:
    """Return a template's name without its namespace."""
    namespace, colon, name = title.replace("_", " ").partition(":")
    prefixes = {fold(p) for p in load_toml("namespaces.toml")["links"]["template"]}
    return (
        name.strip() if colon and fold(namespace) in prefixes else title.replace("_", " ").strip()
    )


def read_json(path: Path) -> Iterator[TemplateText]:
    """Yield the templates of one JSON file; other JSON yields nothing."""
    value = json.loads(path.read_text("utf-8"))
    if not isinstance(value, dict):
        return
    pages = value.get("pages")
    found = list(pages.values()) if isinstance(pages, dict) else [value]
    for page in found:
        if isinstance(page, dict) and isinstance(page.get("params"), dict):
            yield TemplateText(bare_name(page.get("title") or path.stem), page)


REDIRECT = re.compile(r"\s*#\S+\s*\[\[\s*:?([^\]|#\n]+)")
BLOCK = re.compile(r"<templatedata\s*>", re.IGNORECASE)


def read_block(text: str) -> Mapping[str, Any] | None:
    """Return the JSON of a page's ``<templatedata>`` block, None where it is none."""
    opened = BLOCK.search(text)
    if not opened:
        return None
    end = text.lower().find("</templatedata", opened.end())
    try:
        value = json.loads(text[opened.end() : end if end >= 0 else len(text)])
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("params"), dict) else None


def read_dump(path: Path) -> Iterator[TemplateText]:
    """Yield the templates of a dump: pages of namespace 10, documentation sub-pages too."""
    with bz2.open(path) if path.suffix == ".bz2" else path.open("rb") as stream:
        for _, element in ET.iterparse(stream):  # noqa: S314 (the user's own file)
            if element.tag.rpartition("}")[2] != "page":
                continue
            fields = {node.tag.rpartition("}")[2]: node.text or "" for node in element.iter()}
            element.clear()
            if fields.get("ns", "").strip() != "10":
                continue
            name = bare_name(fields.get("title", ""))
            target = REDIRECT.match(fields.get("text", ""))
            if target:
                yield TemplateText(name, {}, bare_name(target[1]))
            elif (data := read_block(fields.get("text", ""))) is not None:
                yield TemplateText(name.partition("/")[0], data)


def read_source(path: Path) -> Iterator[TemplateText]:
    """Yield the templates of a file or of the JSON files in a folder, in order of name."""
    if path.is_dir():
        for child in sorted(path.glob("*.json")):
            yield from read_json(child)
    elif path.suffix == ".json":
        yield from read_json(path)
    else:
        yield from read_dump(path)


def read_kinds(paths: Sequence[Path]) -> dict[str, str]:
    """Return kinds by folded template name from every Citoid-template-type-map among the sources."""
    kinds: dict[str, str] = {}
    files = [c for p in paths for c in (sorted(p.glob("*.json")) if p.is_dir() else [p])]
    for path in files:
        if path.suffix != ".json" or "type-map" not in path.name:
            continue
        for item, template in json.loads(path.read_text("utf-8")).items():
            if item in KINDS and isinstance(template, str):
                kinds.setdefault(fold(bare_name(template)), KINDS[item])
    return kinds


# ------------------------------------------------------------------------------- roles


def known_roles() -> dict[str, str]:
    """Return the role of every parameter name in the hand-written data, its labels too."""
    data = load_toml("citations.toml")
    roles: dict[str, str] = {}
    for block in (*data["form"].values(), *data["template"].values()):
        for role, names in block.get("parameters", {}).items():
            for name in names:
                roles.setdefault(fold(name), role)
    return roles


def citoid_roles(data: Mapping[str, Any]) -> dict[str, str]:
    """Return roles by folded parameter name from the Citoid map."""
    roles: dict[str, str] = {}
    citoid = (data.get("maps") or {}).get("citoid") or {}
    for field, value in citoid.items():
        if field in PEOPLE:
            for pair in value if isinstance(value, list) else [value]:
                names = [pair] if isinstance(pair, str) else list(pair)
                # a pair is [given name, surname]; one name alone is the whole name
                if len(names) == 2 and names[0] and names[0] != names[1]:
                    roles.setdefault(fold(names[0]), "first")
                if names and names[-1]:
                    roles.setdefault(fold(names[-1]), "last")
        elif field in FIELDS:
            for name in [value] if isinstance(value, str) else value:
                if isinstance(name, str):
                    roles.setdefault(fold(name), FIELDS[field])
    return roles


def texts_of(value: Any) -> list[str]:
    """Return the strings of a label, which is a string or one for each language."""
    if isinstance(value, dict):
        return [text for text in value.values() if isinstance(text, str)]
    return [value] if isinstance(value, str) else []


def numbered(names: Sequence[str]) -> list[str]:
    """Return names with ``#`` for their number, each once: last1, last2 → last#."""
    return list(dict.fromkeys(re.sub(r"[0-9]+", "#", name, count=1) for name in names))


def make_block(data: Mapping[str, Any], vocabulary: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the block of one template in the form of ``citations.toml``, None if it cites nothing."""
    citoid = citoid_roles(data)
    positions: dict[int, str] = {}
    parameters: dict[str, list[str]] = {}
    params: Mapping[str, Any] = data["params"]
    order = [name for name in data.get("paramOrder") or params if name in params]
    for name in [*order, *(name for name in params if name not in order)]:
        entry = params[name] if isinstance(params[name], dict) else {}
        names = [name, *(alias for alias in entry.get("aliases") or () if isinstance(alias, str))]
        hints = [*names, *texts_of(entry.get("label"))]
        role = next((citoid[fold(n)] for n in names if fold(n) in citoid), None)
        role = role or next((vocabulary[fold(h)] for h in hints if fold(h) in vocabulary), None)
        if role is None:
            continue
        words = [n for n in names if not n.isdecimal()]
        for number in (int(n) for n in names if n.isdecimal()):
            positions.setdefault(number, "author" if role == "last" else role)
        if words:
            listed = numbered(words) if role in {"last", "first"} else words
            parameters[role] = list(dict.fromkeys([*parameters.get(role, []), *listed]))
    if not ENOUGH & {*positions.values(), *parameters}:
        return None
    block: dict[str, Any] = {"confirmed": True}
    if positions and max(positions) <= 50:
        block["positions"] = [positions.get(n, "") for n in range(1, max(positions) + 1)]
    if parameters:
        block["parameters"] = parameters
    return block


def make_data(templates: Sequence[TemplateText], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return the blocks of all citation templates by name, but those written by hand."""
    vocabulary = known_roles()
    hand_written = {fold(name) for name in load_toml("citations.toml")["template"]}
    blocks: dict[str, dict[str, Any]] = {}
    for template in templates:
        if template.redirect is not None or fold(template.name) in hand_written:
            continue
        block = make_block(template.data, vocabulary)
        if block is not None and (kind := kinds.get(fold(template.name))):
            block["kind"] = kind
        if block is not None:
            blocks.setdefault(template.name, block)
    return dict(sorted(blocks.items()))


def find_redirects(templates: Sequence[TemplateText], blocks: Mapping[str, Any]) -> dict[str, str]:
    """Return other names of known citation templates: redirect to target."""
    data = load_toml("citations.toml")["template"]
    written = {fold(n) for name, block in data.items() for n in (name, *block.get("aliases", ()))}
    known = written | {fold(name) for name in blocks}
    found = {
        template.name: template.redirect
        for template in templates
        if template.redirect is not None
        and fold(template.redirect) in known
        and fold(template.name) not in known
    }
    return dict(sorted(found.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the sources, write the data, say how many templates were found."""
    parser = argparse.ArgumentParser(description=unescape((__doc__ or "").splitlines()[0]))
    parser.add_argument("source", nargs="+", type=Path, help="JSON file, folder or dump")
    parser.add_argument("--out", type=Path, default=OUT, help="file to write (%(default)s)")
    options = parser.parse_args(arguments)
    missing = [path for path in options.source if not path.exists()]
    if missing:
        parser.error(f"{missing[0]}: no such file or folder")
    templates = [template for path in options.source for template in read_source(path)]
    blocks = make_data(templates, read_kinds(options.source))
    value = {
        "made by": "pipelines/update_citations.py",
        "source": ", ".join(path.name for path in options.source),
        "templates": blocks,
        "redirects": find_redirects(templates, blocks),
    }
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    options.out.write_text(text, "utf-8")
    print(f"{len(blocks)} citation templates of {len(templates)} pages", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
