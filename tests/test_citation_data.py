"""The data of the citation templates keeps its own rules."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from extract.errors import DataError
from extract.hewiki import load_json, load_toml
from extract.model import Citation
from extract.references import templates
from extract.references.templates import find_form, fold, load_forms, load_marks

FOLDER = Path(templates.__file__).parent.parent / "hewiki"
FILES = ["citations.toml", "sections.toml", "languages.toml", "citation_words.toml"]
# roles that no column is named after: citations.toml says in its head what becomes of them
OTHER_ROLES = {
    "author", "last", "first", "date", "details", "note", "section", "series", "prefix", "place", "",
}  # fmt: skip
KINDS = {
    "web", "news", "press-archive", "book", "journal", "magazine", "encyclopedia", "report", "thesis", "conference",
    "press-release", "law", "map", "video", "audio", "post", "scripture", "database", "text",
}  # fmt: skip


def blocks() -> dict[str, dict[str, object]]:
    return load_toml("citations.toml")["template"]


@pytest.mark.parametrize("name", FILES)
def test_every_block_names_its_source(name: str) -> None:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    for index, line in enumerate(lines):
        if not line.startswith("[") or line.endswith(".parameters]"):
            continue
        above = index - 1
        while lines[above].startswith("#") and not lines[above].startswith("# source: "):
            above -= 1
        assert lines[above].startswith("# source: "), f"{name}:{index + 1} {line}"


def test_there_are_enough() -> None:
    assert len(blocks()) >= 90


def test_no_name_is_claimed_twice() -> None:
    names = [fold(n) for key, block in blocks().items() for n in (key, *block.get("aliases", ()))]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    marks = load_marks()
    cited = set(names)
    for group in (marks.archives, marks.notes, marks.ignored, frozenset(marks.languages)):
        assert not cited & group


def test_every_role_is_a_column_or_explained() -> None:
    head = (FOLDER / "citations.toml").read_text("utf-8").split("# ---")[0]
    roles = {
        role
        for form in load_forms().values()
        for role in (*form.positions, *(r for r, _ in form.parameters))
    }
    columns = set(Citation._fields) - {
        "citation_id",
        "reference_id",
        "section_id",
        "template",
        "kind",
        "parameters",
    }
    assert roles <= columns | OTHER_ROLES
    assert all(re.search(rf"\b{role}\b", head) for role in roles if role)


def test_every_kind_is_in_the_list() -> None:
    head = (FOLDER / "citations.toml").read_text("utf-8").split("# ---")[0]
    kinds = {form.kind for form in load_forms().values() if form.kind}
    assert kinds <= KINDS
    assert all(kind in head for kind in kinds)


def test_addresses_use_only_roles_of_their_template() -> None:
    for form in load_forms().values():
        roles = {*form.positions, *(role for role, _ in form.parameters)}
        for rule in form.urls:
            words = [*(before for before, _, _ in rule.parts), rule.rest]
            assert rule.parts, form.name
            assert {role for _, role, _ in rule.parts} <= roles, form.name
            assert not re.search(r"[{}]", "".join(words)), form.name
            assert words[0].startswith(("http://", "https://"))


def test_no_citation_template_is_a_note_or_a_mark_too() -> None:
    marks = load_marks()
    assert not load_forms().keys() & (marks.notes | marks.archives | marks.languages.keys())


def test_names_are_compared_without_case_marks_and_underscores() -> None:
    assert find_form("cite_Web") is find_form("Cite web")
    assert find_form("תנ״ך") is find_form('תנ"ך')
    assert find_form("אין תבנית כזאת") is None


def test_languages_are_codes_and_names_are_not_shared() -> None:
    codes = load_toml("languages.toml")["codes"]
    assert all(re.fullmatch("[a-z]{2,3}", code) for code in codes)
    names = [name for names in codes.values() for name in names]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert set(load_marks().languages.values()) <= set(codes)


def test_months_are_twelve() -> None:
    assert sorted(map(int, load_toml("citation_words.toml")["months"])) == list(range(1, 13))


def test_imported_data_has_the_same_form() -> None:
    data = load_json("citations_wiki.json")
    assert data["made by"] == "pipelines/update_citations.py"
    assert isinstance(data["templates"], dict)


@pytest.mark.parametrize(
    "block",
    [
        {"like": "nothing"},
        {"unknown": 1},
        {"positions": "title"},
        {"url": [{"when": "x", "url": "http://a"}]},
    ],
)
def test_wrong_data_is_named(block: dict[str, object]) -> None:
    with pytest.raises(DataError, match="בדיקה"):
        templates._resolve("בדיקה", block, {})
