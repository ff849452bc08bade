"""Templates and their parameters, split as MediaWiki splits them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.wikitext import find_templates, normalize_title, plain_text, to_plain

CASES = [
    ("{{א}}", [("א", [])]),
    ("{{ א_ב \n}}", [("א ב", [])]),
    ("{{תבנית:א|ב}}", [("א", [("1", "ב")])]),
    ("{{א|ב|ג=ד|ה}}", [("א", [("1", "ב"), ("ג", "ד"), ("2", "ה")])]),
    ("{{א| ב | ג = ד \n}}", [("א", [("1", " ב "), ("ג", "ד")])]),
    ("{{א|{{ב|ג=ד}}|[[ה|ו]]}}", [("א", [("1", "{{ב|ג=ד}}"), ("2", "[[ה|ו]]")])]),
    ("{{א|[[ב=ג]]}}", [("א", [("1", "[[ב=ג]]")])]),
    ("{{א|{{ב}}=ג}}", [("א", [("{{ב}}", "ג")])]),
    ("{{א<!-- הערה -->|ב<!-- | -->=ג}}", [("א", [("ב", "ג")])]),
    ("{{א|<nowiki>}}|</nowiki>}}", [("א", [("1", "<nowiki>}}|</nowiki>")])]),
    ("{{א|<ref name=ב|>ג=ד</ref>}}", [("א", [("1", "<ref name=ב|>ג=ד</ref>")])]),
    ("{{א|\n== כותרת ==\nתוכן}}", [("א", [("1", "\n== כותרת ==\nתוכן")])]),
    ("{{א|https://a.example/?ב=ג}}", [("א", [("https://a.example/?ב", "ג")])]),
    ("{{{א|ב}}}", []),
    ("{{{{א}}}}", []),  # an argument between single braces
    ("{{א|{{{ב|}}}}}", [("א", [("1", "{{{ב|}}}")])]),
    ("{{א", []),
    ("{{א|[[ב}}", []),
    ("א}} {{ב}}", [("ב", [])]),
    ("<!-- {{א}} -->{{ב}}", [("ב", [])]),
    ("<nowiki>{{א}}</nowiki>", []),
    ("<nowiki>{{א}}", [("א", [])]),
    ("{{א|ב=1|ב=2}}", [("א", [("ב", "1"), ("ב", "2")])]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0][:20] for case in CASES])
def test_split(text: str, expected: list[tuple[str, list[tuple[str, str]]]]) -> None:
    found = find_templates(text)
    assert [(t.name, [(p.name, p.value) for p in t.parameters]) for t in found] == expected
    for template in found:
        assert text[template.start : template.end].startswith("{{")
        for parameter in template.parameters:
            assert text[parameter.start : parameter.end] == parameter.value


def test_last_given_wins() -> None:
    template = find_templates("{{א|ב=1|ג=|ב=2}}")[0]
    assert template.get("ב") == "2"
    assert template.get("ג") == ""
    assert template.get("ד", "ב") == "2"
    assert template.get("ד") is None


def test_span() -> None:
    text = "{{א}}{{ב}}{{ג}}"
    assert [t.name for t in find_templates(text, 5, 10)] == ["ב"]


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("  א__ב ", "א ב"),
        ("א\u200f", "א"),
        ("א ב", "א ב"),
        ("_", ""),
        ("א\nב", "א ב"),
        ("א\xa0ב", "א ב"),
    ],
)
def test_normalize_title(raw: str, title: str) -> None:
    assert normalize_title(raw) == title


def test_doubling_templates_stay_linear() -> None:
    assert len(plain_text("{{ה|" * 60 + "א" + "}}" * 60)) < 40_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "opener", ["{{א|", "[[א|", "{{{א|", "<ref>", "{{א|[[ב", "[[קובץ:א|", "{{ה|", "{{הערה|", "<div>"]
)
@pytest.mark.parametrize("closer", ["", "}}", "]]", "}}}", "]]}}"])
def test_deep_nesting_neither_crashes_nor_recurses(opener: str, closer: str) -> None:
    text = opener * 8_000 + closer * 8_000
    find_templates(text)
    to_plain(text)


FRAGMENTS = [
    "{{א|", "[[א|", "{|", "<x ", '<ref name="א', "<ref>", "<!--", "<nowiki>", "[http://a ", "'''א''ב", "\n=א", "{{{א|",
    "{{", "}}", "[[", "]]", "|", "\n|", "</ref>", "\n*", "<div>", "&amp", "__", "[[קובץ:א|", "{{ש}}", "\n{|",
]  # fmt: skip


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        find_templates(text)
        to_plain(text)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=3))
def test_time_is_linear(parts: list[str]) -> None:
    unit = "".join(parts)
    once = unit * (8_000 // len(unit))
    short, long = _seconds(once), _seconds(once * 4)
    # Quadratic time would be sixteen times as long, linear four; small times are all noise.
    assert long < 0.05 or long / short < 10


WIKITEXT = st.lists(
    st.sampled_from(
        [
            *FRAGMENTS,
            "א",
            " ",
            "\n",
            "=",
            "א=ב",
            "</nowiki>",
            "-->",
            "}}}",
            "{{הערה|א}}",
            "<br>",
            "''",
            "\x7f",
            "\r",
        ]
    ),
    max_size=30,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.one_of(WIKITEXT, st.text(max_size=60)))
def test_any_text_has_visible_words_and_true_positions(text: str) -> None:
    plain = to_plain(text)
    assert "\x7f" not in plain.text
    for link in plain.links:
        assert 0 <= link.start < link.end <= len(plain.text)
        assert plain.text[link.start : link.end].strip()
    for position, source in plain.marks:
        assert 0 <= position <= len(plain.text)
        assert text[source : source + 1] in {"{", "<"}
    for template in find_templates(text):
        assert text[template.start : template.start + 2] == "{{"
        assert text[template.end - 2 : template.end] == "}}"
