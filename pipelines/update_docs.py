"""Write the generated parts of the documents: tables from the schema, what commands print,
counts of the cases.

    python pipelines/update_docs.py           rewrite the documents
    python pipelines/update_docs.py --check   only say whether they are up to date

A generated part stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from click.testing import CliRunner

from extract import batch
from extract.cli import cli
from extract.schema import TABLES

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "fixtures" / "cases"
DEMO = "יחסי אפגניסטן–רוסיה"
DOCUMENTS = ("README.md", "docs/tables.md", "fixtures/cases/README.md")
_PART = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def case_list(before: str) -> str:
    """Return the files of cases with their counts; what each shows is kept as it was written."""
    shows = dict(re.findall(r"^\| `([^`]+)` \|.*\| ([^|]*) \|$", before, re.MULTILINE))
    lines = [
        "| file | cases | without dates | dates | events | what it shows |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for folder in ("dates", "blind"):
        counts = [_count_cases(path) for path in sorted((CASES / folder).glob("*.jsonl"))]
        for name, numbers in counts:
            lines.append(f"| `{name}` | {_cells(numbers)} | {shows.get(name, '')} |")
        total = [sum(column) for column in zip(*(numbers for _, numbers in counts), strict=True)]
        lines.append(f"| all of `{folder}/` | {_cells(total)} | |")
    return "\n".join(lines) + "\n"


def _count_cases(path: Path) -> tuple[str, list[int]]:
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    numbers = [
        len(cases),
        sum(not case["dates"] for case in cases),
        sum(len(case["dates"]) for case in cases),
        sum(len(case["events"] or ()) for case in cases),
    ]
    return f"{path.parent.name}/{path.name}", numbers


def _cells(numbers: Sequence[int]) -> str:
    return " | ".join(map(str, numbers))


def table_list(_: str) -> str:
    """Return the tables, a line each, with the names of their columns."""
    lines = ["| table | one row | columns |", "| --- | --- | --- |"]
    for table in TABLES.values():
        columns = " ".join(f"`{name}`" for name in table.column_names[1:])
        lines.append(f"| `{table.name}` | {table.row} | {columns} |")
    return "\n".join(lines) + "\n"


def column_list(_: str) -> str:
    """Return every column of every table, as the command prints them."""
    return CliRunner().invoke(cli, ["schema", "--markdown"]).output


def command_list(_: str) -> str:
    """Return the help of the command."""
    help_text = CliRunner().invoke(cli, ["--help"], prog_name="hewiki").output
    return f"```\n{help_text.rstrip()}\n```\n"


def demo(_: str) -> str:
    """Return the timeline that ``make demo`` ends with."""
    with tempfile.TemporaryDirectory() as folder:
        batch.run([ROOT / "fixtures" / "articles" / f"{DEMO}.wiki"], folder)
        command = ["show", folder, DEMO, "--text", "--table", "events"]
        shown = CliRunner().invoke(cli, command, env={"COLUMNS": "100"}).output
    return f"```\n{shown.rstrip()}\n```\n"


PARTS: dict[str, Callable[[str], str]] = {
    "cases": case_list,
    "tables": table_list,
    "columns": column_list,
    "commands": command_list,
    "demo": demo,
}


def generate(text: str) -> str:
    """Return the document with its generated parts made anew."""
    return _PART.sub(lambda part: f"{part[1]}{PARTS[part[2]](part[3])}{part[4]}", text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the documents, or with ``--check`` return 1 if one is out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="only say whether they are up to date")
    check = parser.parse_args(arguments).check
    stale = []
    for name in DOCUMENTS:
        path = ROOT / name
        old = path.read_text(encoding="utf-8")
        new = generate(old)
        if new != old:
            stale.append(name)
            if not check:
                path.write_text(new, encoding="utf-8")
    for name in stale:
        print(f"{name}: {'out of date' if check else 'rewritten'}")
    return int(bool(stale) and check)


if __name__ == "__main__":
    sys.exit(main())
