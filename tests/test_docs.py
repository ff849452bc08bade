"""The documents say what the code does."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from extract import batch
from extract.cli import cli

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_FILES = [*DOCUMENTS, ROOT / "CONTRIBUTING.md", ROOT / "fixtures" / "README.md"]
BLOCK = re.compile(r"^```(python|sql|sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"`((?:src|tests|docs|fixtures|pipelines|bench|hewiki)/[\w./-]*|\w+\.toml)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def blocks(*languages):
    return [
        pytest.param(match[2], id=f"{path.name}-{text[: match.start()].count(chr(10)) + 2}")
        for path in DOCUMENTS
        for text in [path.read_text(encoding="utf-8")]
        for match in BLOCK.finditer(text)
        if match[1] in languages
    ]


def test_generated_parts_are_up_to_date(root):
    module = runpy.run_path(str(root / "pipelines" / "update_docs.py"))
    for name in module["DOCUMENTS"]:
        text = (root / name).read_text(encoding="utf-8")
        assert module["generate"](text) == text, f"{name}: run python pipelines/update_docs.py"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_option_has_help(name):
    command = cli.commands[name]
    assert command.help
    for option in command.params:
        if option.param_type_name == "option":
            assert option.help, f"{name}: {option.name}"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_in_the_readme(root, name):
    assert f"hewiki {name}" in (root / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_arrive(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.parametrize("path", WITH_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_documents_name_are_there(path):
    knowledge = ROOT / "src" / "extract" / "hewiki"
    for name in FILE.findall(path.read_text(encoding="utf-8")):
        places = (ROOT / name, knowledge / name, knowledge.parent / name)
        assert any(place.exists() for place in places), f"{path.name}: {name}"


def test_the_readme_counts_the_texts_it_speaks_of():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"`(fixtures/cases/\w+)`, over ([\d,]+) texts", text)
    assert len(told) == 2
    for folder, count in told:
        files = (ROOT / folder).glob("*.jsonl")
        lines = sum(file.read_text(encoding="utf-8").count("\n") for file in files)
        assert 0 <= lines - int(count.replace(",", "")) < 300, folder


@pytest.mark.parametrize("script", blocks("sh", "console"))
def test_commands_in_the_documents_exist(script):
    for line in script.splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if not words or words[0] != "hewiki":
            continue
        command = cli.commands[words[1]]
        known = {name for option in command.params for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder as after ``make demo``: the fixtures, and their tables in outputs/demo."""
    folder = tmp_path_factory.mktemp("docs")
    for name in ("fixtures", "pipelines"):
        (folder / name).symlink_to(ROOT / name)
    batch.run([ROOT / "fixtures" / "articles"], folder / "outputs" / "demo")
    return folder


def demo_lines():
    """The commands of the documents that need no more than ``make demo`` leaves behind."""
    for block in blocks("sh"):
        for line in block.values[0].splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] in (["hewiki"], ["python"]) and (
                {"outputs/demo", "fixtures/articles"} & set(words) or "schema" in words
            ):
                yield pytest.param(words, id=f"{block.id}-{words[1].rpartition('/')[2]}")


@pytest.mark.slow
@pytest.mark.parametrize("words", list(demo_lines()))
def test_commands_of_the_documents_run_on_the_demo(words, workplace):
    if "analysis.py" in words[1]:
        pytest.importorskip("duckdb", reason="duckdb is not installed (the extra analysis)")
        pytest.importorskip("polars", reason="polars is not installed (the extra analysis)")
    start = [sys.executable, "-m", "extract"] if words[0] == "hewiki" else [sys.executable]
    done = subprocess.run(
        [*start, *words[1:]], cwd=workplace, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if "--out" in words:
        assert (workplace / words[words.index("--out") + 1]).exists()
    else:
        assert done.stdout


def test_the_first_example_of_the_readme_holds(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (tmp_path / "דוגמה.wiki").write_text(text.split("```")[1].strip(), encoding="utf-8")
    snapshot = batch.run([tmp_path / "דוגמה.wiki"], tmp_path / "out").snapshot
    events = snapshot.arrow("events").to_pylist()
    assert [event["edtf"] for event in events] == ["1958-02-03", "../1986"]
    assert all(event["reference_ids"] or event["paragraph_reference_ids"] for event in events)
    (cited,) = snapshot.arrow("citations").to_pylist()
    told = {key: cited[key] for key in ("authors", "title", "work", "edtf", "url")}
    assert told == {
        "authors": ["אורי מזרחי"],
        "title": "אוצרת הפרחים",
        "work": "ynet",
        "edtf": "2006-09-08",
        "url": "https://www.ynet.co.il/articles/0,7340,L-3296619,00.html",
    }


@pytest.mark.filterwarnings("ignore")  # other people's libraries
@pytest.mark.parametrize("source", blocks("python"))
def test_python_in_the_documents_runs(source, workplace, monkeypatch, capsys):
    for name in ("duckdb", "polars", "datasets"):
        if name in source:
            pytest.importorskip(name, reason=f"{name} is not installed")
    monkeypatch.chdir(workplace)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(workplace / "cache"))
    monkeypatch.setenv("HF_DATASETS_CACHE", str(workplace / "cache" / "datasets"))
    exec(compile(source, "document", "exec"), {"__name__": "document"})
    assert bool(capsys.readouterr().out) == ("print(" in source)


@pytest.mark.filterwarnings("ignore")  # other people's libraries
@pytest.mark.parametrize("source", blocks("sql"))
def test_sql_in_the_documents_finds_sources(source, workplace, monkeypatch):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (the extra analysis)")
    monkeypatch.chdir(workplace)
    rows = duckdb.sql(source).fetchall()
    assert rows, "the README promises events with their sources"
    assert all(row[2] for row in rows)
    dates = [row[0] for row in rows if row[0]]
    assert dates == sorted(dates)


@pytest.mark.filterwarnings("ignore")  # other people's libraries
def test_every_reader_named_sees_the_same_rows(workplace):
    pandas = pytest.importorskip("pandas")
    folder = workplace / "outputs" / "demo" / "current" / "events"
    count = len(pandas.read_parquet(folder))
    assert count > 100
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed (the extra analysis)")
    polars = pytest.importorskip("polars", reason="polars is not installed (the extra analysis)")
    found = duckdb.sql(f"SELECT count(*) FROM '{folder}/*.parquet'").fetchall()
    assert found == [(count,)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert polars.read_parquet(f"{folder}/*.parquet").height == count
