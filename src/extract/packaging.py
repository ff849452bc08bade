"""Descriptions written with every snapshot, for tools that were not told of ours.

``README.md``         a dataset card: a configuration a table
                      (https://huggingface.co/docs/hub/datasets-manual-configuration)
``croissant.json``    Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html)
``datapackage.json``  Data Package 2.0 (https://datapackage.org/standard/data-package/)

All three are made from the schema and the manifest, never guessed from the data: a guesser
takes EDTF for dates.  They hold no time and no machine's name, so that the same parts give
the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from extract.schema import TABLES, Column, Table

__all__ = ["lay_out", "package_files"]

NAME = "hewiki-extract"
TITLE = "Hebrew wiki articles as tables"
ABOUT = (
    "Infoboxes, paragraphs, dated events, footnotes and the sources behind them, "
    "extracted from Hebrew wiki articles."
)
LICENSE = "CC-BY-SA-4.0"
LICENSE_TITLE = "Creative Commons Attribution-ShareAlike 4.0 International"
LICENSE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"
ATTRIBUTION = (
    "The text, and what is taken from it, was written by the contributors of the wiki and is "
    f"under {LICENSE}. Whoever passes rows on names the page and its revision: `title`, "
    "`rev_id` and `wiki` of the table `pages`, by `page_id`. On a Wikimedia wiki the history of "
    "a page lists its authors."
)


def package_files(manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the descriptions of a snapshot by file name, made from its manifest."""
    return {
        "README.md": _card(manifest).encode(),
        "croissant.json": lay_out(_croissant(manifest)),
        "datapackage.json": lay_out(_datapackage(manifest)),
    }


def lay_out(value: Mapping[str, Any]) -> bytes:
    """Return an object as JSON to read: a key a line, and what lists and objects hold likewise.

    Deeper levels stay on their line: the library indents them at a tenth of its speed.
    """
    lines = (f" {_line(key)}: {_block(item)}" for key, item in value.items())
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _block(value: object) -> str:
    if isinstance(value, Mapping) and value:
        held = [f"{_line(key)}: {_line(item)}" for key, item in value.items()]
        return "{\n  " + ",\n  ".join(held) + "\n }"
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(map(_line, value)) + "\n ]"
    return _line(value)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _rows(manifest: Mapping[str, Any], table: str) -> int:
    return int(manifest["tables"][table]["rows"])


def _about(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.description}{unit}"


# ------------------------------------------------------------------------- dataset card

_SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
)  # fmt: skip


def _card(manifest: Mapping[str, Any]) -> str:
    most = max(_rows(manifest, name) for name in TABLES)
    size = next((name for bound, name in _SIZES if most < bound), "n>1B")
    configs = "".join(
        f"- config_name: {name}\n  data_files: {name}/*.parquet\n"
        + ("  default: true\n" if name == "events" else "")
        for name in TABLES
    )
    lines = "".join(
        f"| `{table.name}` | {table.row} | {_rows(manifest, table.name):,} |\n"
        for table in TABLES.values()
    )
    return f"""---
license: {LICENSE.lower()}
language:
- he
pretty_name: {TITLE}
size_categories:
- {size}
tags:
- wikipedia
- infobox
- events
- dates
- references
configs:
{configs}---

# {TITLE}

{ABOUT}

| table | one row | rows |
| --- | --- | --- |
{lines}
Every table has `page_id`; `events.reference_ids` names rows of `references` of the same page,
and `citations.reference_id` says which footnote cites a source. Dates are EDTF (ISO 8601-2)
with first and last day. `datapackage.json` and `croissant.json` describe every column,
`manifest.json` holds the size and SHA-256 of every file.

```python
import pandas
events = pandas.read_parquet("events")

from datasets import load_dataset
citations = load_dataset(".", "citations", split="train")
```

## Licence and attribution

{ATTRIBUTION}

Made by {NAME} {manifest["extractor_version"]}, schema {manifest["schema_version"]}.
"""


# ---------------------------------------------------------------------------- Croissant

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_CROISSANT_TYPES = {
    "string": "sc:Text",
    "int32": "sc:Integer",
    "int64": "sc:Integer",
    "double": "sc:Float",
    "bool": "sc:Boolean",
}


def _croissant(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": NAME,
        "description": f"{ABOUT} {ATTRIBUTION}",
        "inLanguage": "he",
        "license": LICENSE_URL,
        "url": "https://he.wikipedia.org/",
        "version": str(manifest["extractor_version"]),
        "citeAs": f"{TITLE}, made by {NAME} {manifest['extractor_version']}; {LICENSE}",
        "distribution": [
            {
                "@type": "cr:FileSet",
                "@id": f"{name}-files",
                "name": f"{name}-files",
                "description": f"Parts of the table {name}.",
                "encodingFormat": "application/x-parquet",
                "includes": f"{name}/*.parquet",
            }
            for name in TABLES
        ],
        "recordSet": [_record_set(table) for table in TABLES.values()],
    }


def _record_set(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"One record is {table.row}.",
        "field": [_croissant_field(table, column) for column in table.columns],
    }


def _croissant_field(table: Table, column: Column) -> dict[str, Any]:
    inner, repeated = column.type, False
    if inner.startswith("list<"):
        inner, repeated = inner[5:-1], True
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": _about(column),
    }
    if repeated:
        field["repeated"] = True
    source = {"fileSet": {"@id": f"{table.name}-files"}, "extract": {"column": column.name}}
    if inner.startswith("struct<"):
        members = (member.split(": ") for member in inner[7:-1].split(", "))
        field["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{table.name}/{column.name}/{name}",
                "name": name,
                "dataType": _CROISSANT_TYPES[kind],
                "source": {**source, "transform": {"jsonPath": name}},
            }
            for name, kind in members
        ]
    else:
        field |= {"dataType": _CROISSANT_TYPES[inner], "source": source}
    return field


# ------------------------------------------------------------------------- Data Package

_PACKAGE_TYPES = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
}
_KEYS = {
    "pages": ("page_id",),
    "sections": ("page_id", "section_id"),
    "paragraphs": ("page_id", "paragraph_id"),
    "sentences": ("page_id", "sentence_id"),
    "infobox": ("page_id", "field_id"),
    "references": ("page_id", "reference_id"),
    "reference_marks": ("page_id", "mark_id"),
    "citations": ("page_id", "citation_id"),
    "dates": ("page_id", "date_id"),
    "events": ("page_id", "event_id"),
    "tables": ("page_id", "table_id", "row", "column"),
    "images": ("page_id", "image_id"),
}


def _datapackage(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": f"{ABOUT} {ATTRIBUTION}",
        "version": str(manifest["extractor_version"]),
        "licenses": [{"name": LICENSE, "title": LICENSE_TITLE, "path": LICENSE_URL}],
        "sources": [{"title": source} for source in manifest.get("sources", ())]
        or [{"title": "Hebrew wiki articles"}],
        "resources": [
            _resource(table, manifest) for table in TABLES.values() if _paths(table, manifest)
        ],
    }


def _paths(table: Table, manifest: Mapping[str, Any]) -> list[str]:
    parts = manifest["tables"][table.name]["parts"]
    return [f"{table.name}/{part['file']}" for part in parts]


def _resource(table: Table, manifest: Mapping[str, Any]) -> dict[str, Any]:
    # An empty text is a value of its own; what is missing is null.
    fields = [_package_field(column) for column in table.columns]
    schema: dict[str, Any] = {"fields": fields, "missingValues": []}
    if table.name in _KEYS:
        schema["primaryKey"] = list(_KEYS[table.name])
    return {
        "name": table.name.replace("_", "-"),
        "title": table.name,
        "description": f"One row is {table.row}.",
        "path": _paths(table, manifest),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": schema,
    }


def _package_field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _PACKAGE_TYPES.get(column.type, "array"),
        "description": _about(column),
    }
    if not column.nullable:
        field["constraints"] = {"required": True}
    return field
