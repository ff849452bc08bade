"""The importer of TemplateData, on small invented templates."""

from __future__ import annotations

import bz2
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from extract.hewiki import load_toml
from extract.references import templates
from extract.references.filling import read_template
from extract.wikitext import split_lone

ROOT = Path(__file__).parent.parent

WEB = {
    "title": "תבנית:מקור רשת",
    "params": {
        "קישור": {"label": {"he": "כתובת האתר"}},
        "שם הדף": {},
        "כותב1": {"aliases": ["כותב"]},
        "פרטי1": {},
        "נצפה": {},
        "ציטוט": {"label": "ציטוט מן הדף"},
        "צבע": {},
    },
    "paramOrder": ["קישור", "שם הדף", "כותב1"],
    "maps": {
        "citoid": {
            "url": "קישור",
            "title": "שם הדף",
            "author": [["פרטי1", "כותב1"], ["פרטי2", "כותב2"]],
            "accessDate": "נצפה",
        }
    },
}
SITE = {
    "title": "תבנית:חדשות הנהר",
    "params": {
        "1": {"label": {"he": "שם המחבר"}},
        "2": {"label": {"he": "כותרת"}},
        "3": {"label": {"he": "מספר"}},
        "4": {"label": {"he": "תאריך"}},
    },
}
BOX = {"title": "תבנית:תיבת צבע", "params": {"צבע": {}, "רוחב": {}}}
KNOWN = {"title": "תבנית:Ynet", "params": {"כותרת": {}}}


@pytest.fixture(scope="module")
def importer() -> ModuleType:
    path = ROOT / "pipelines" / "update_citations.py"
    spec = importlib.util.spec_from_file_location("update_citations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_answer_of_the_api(importer: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "answer.json"
    pages = {str(n): page for n, page in enumerate([WEB, SITE, BOX, KNOWN])}
    source.write_text(json.dumps({"pages": pages}, ensure_ascii=False), "utf-8")
    out = tmp_path / "out.json"
    assert importer.main([str(source), "--out", str(out)]) == 0
    blocks = json.loads(out.read_text("utf-8"))["templates"]
    # a box is no citation, and ynet is written by hand
    assert sorted(blocks) == ["חדשות הנהר", "מקור רשת"]
    assert blocks["חדשות הנהר"]["positions"] == ["author", "title", "issue", "date"]
    parameters = blocks["מקור רשת"]["parameters"]
    assert parameters["url"] == ["קישור"]
    assert parameters["title"] == ["שם הדף"]
    assert parameters["last"] == ["כותב#", "כותב"]
    assert parameters["first"] == ["פרטי#"]
    assert parameters["access_date"] == ["נצפה"]
    assert parameters["quote"] == ["ציטוט"]
    assert "צבע" not in json.dumps(parameters, ensure_ascii=False)


def test_kinds_come_from_the_type_map(importer: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "web.json").write_text(json.dumps(WEB), "utf-8")
    (tmp_path / "Citoid-template-type-map.json").write_text(
        json.dumps({"webpage": "מקור רשת", "book": "אחר"}), "utf-8"
    )
    out = tmp_path / "made.txt"
    importer.main([str(tmp_path), "--out", str(out)])
    assert json.loads(out.read_text("utf-8"))["templates"]["מקור רשת"]["kind"] == "web"


def make_dump() -> str:
    def page(title: str, ns: int, text: str) -> str:
        body = text.replace("&", "&amp;").replace("<", "&lt;")
        return f"<page><title>{title}</title><ns>{ns}</ns><revision><text>{body}</text></revision></page>"

    data = json.dumps({key: WEB[key] for key in ("params", "maps")}, ensure_ascii=False)
    return (
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/">'
        + page("תבנית:מקור רשת", 10, "{{{1}}}<noinclude>{{תיעוד}}</noinclude>")
        + page("תבנית:מקור רשת/תיעוד", 10, f"הסבר\n<templatedata>{data}</templatedata>")
        + page("תבנית:אתר כלשהו", 10, "#הפניה [[תבנית:מקור רשת]]")
        + page("תבנית:ווינט ישן", 10, "#REDIRECT [[תבנית:Ynet]]")
        + page("תבנית:שבורה", 10, "<templatedata>{לא תקין</templatedata>")
        + page("ערך", 0, f"<templatedata>{data}</templatedata>")
        + "</mediawiki>"
    )


@pytest.mark.parametrize("name", ["dump.xml", "dump.xml.bz2"])
def test_dump(importer: ModuleType, tmp_path: Path, name: str) -> None:
    raw = make_dump().encode()
    (tmp_path / name).write_bytes(bz2.compress(raw) if name.endswith("bz2") else raw)
    out = tmp_path / "out.json"
    importer.main([str(tmp_path / name), "--out", str(out)])
    made = json.loads(out.read_text("utf-8"))
    assert list(made["templates"]) == ["מקור רשת"]
    assert made["redirects"] == {"אתר כלשהו": "מקור רשת", "ווינט ישן": "Ynet"}


def test_what_it_makes_is_read(importer: ModuleType) -> None:
    vocabulary = importer.known_roles()
    block = importer.make_block(WEB, vocabulary)
    form = templates._resolve("מקור רשת", block, load_toml("citations.toml")["form"])
    text = "{{מקור רשת|קישור=http://a.example.org|שם הדף=דף|כותב=ארז|פרטי1=דנה|כותב2=בר|פרטי2=רון|נצפה=2020-01-02}}"
    lone = split_lone(text)
    assert lone is not None
    row = read_template(*lone, form)
    assert (row.url, row.title, row.access_date) == ("http://a.example.org", "דף", "2020-01-02")
    assert row.authors == ("דנה ארז", "רון בר")


def test_missing_source_is_wrong_use(importer: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        importer.main([str(tmp_path / "none.json")])
    assert stop.value.code == 2
