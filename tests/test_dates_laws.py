"""What holds of every text, whatever it says."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from edtf import parse_edtf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extract.dates import (
    DateContext,
    find_dates,
    offsets,
    phrases,
    read_date,
    read_dates,
    short_ways,
    tokens,
)
from extract.dates import calendars as cal
from extract.dates.numerals import gematria

CASES = Path(__file__).parent.parent / "fixtures/cases/dates"
LAWS = settings(max_examples=60, deadline=None)

WORDS = [
    "ב-1917",
    "בשנת",
    "1948",
    'תש"ח',
    "ה'תשכ\"ז",
    "במאי",
    "מאי",
    "ב-3",
    "3–7",
    "באייר",
    'תרצ"ה',
    "שנות",
    "ה-50",
    "המאה",
    "ה-19",
    'לפנה"ס',
    "לספירה",
    "עד",
    "מאז",
    "בין",
    "ל-1950",
    "ו-1960",
    "של",
    "המחצית",
    "השנייה",
    "סוף",
    "ראשית",
    "קיץ",
    "חורף",
    "כעבור",
    "שלוש",
    "שנים",
    "לאחר",
    "מכן",
    "שנה",
    "למחרת",
    "אותה",
    "(",
    ")",
    ",",
    ".",
    "–",
    "-",
    "־",
    "27.9.1951",
    "1983/84",
    "2004-02-04",
    "אלף",
    "תשע",
    "מאות",
    "ארבעים",
    "ושבע",
    "יום",
    "שלישי",
    "שבוע",
    "חודש",
    "בחודש",
    "בו",
    "או",
    "כנראה",
    "בסביבות",
    "לערך",
    "(?)",
    "ואילך",
    "ערב",
    "סוכות",
    "חנוכה",
    "העשור",
    "הראשון",
    "השנים",
    "הרבעון",
    "1914–1918",
    "56'",
    "בשבט",
    "אדר",
    "א'",
    'כ"ט',
    "בנובמבר",
    '"',
    "[3]",
    "לא",
    "יאוחר",
    "לכל",
    "המאוחר",
    "מן",
    "מכ-1950",
    "לכ-1960",
    "עונת",
    "95/96",
    "1995/6",
    "השני",
    "והשלישי",
    "העשורים",
    "נר",
    "דראש",
    "ועד",
    "סופה",
    "אותו",
    "עשור",
    "בלבד",
    "התאריכים",
    "כבר",
    "12",
    "70",
    "\u200f",
    "\u200e",
    "\xa0",
    "\n",
]
PASTED = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
GLUED = st.lists(st.sampled_from(WORDS), max_size=14).map("".join)
ANY = st.one_of(st.text(max_size=80), PASTED, GLUED)


def _written(year: int, month: int, day: int) -> str:
    """A day as signed ISO 8601 text (N1)."""
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


@LAWS
@given(ANY, st.one_of(st.none(), st.integers(min_value=-600, max_value=2100)))
def test_every_expression_is_what_it_says(text: str, year: int | None) -> None:
    last = 0
    for place, date in enumerate(find_dates(text, year)):
        assert text[date.start : date.end] == date.text
        assert last <= date.start < date.end
        last = date.end
        assert date.anchor is None or date.anchor < place
        assert date.same_as is None or date.same_as < place
        assert date.rule
        if date.start_jdn is not None and date.end_jdn is not None:
            assert date.start_jdn <= date.end_jdn
        for day, jdn in ((date.start_date, date.start_jdn), (date.end_date, date.end_jdn)):
            assert (day is None) == (jdn is None)
            if day is not None and jdn is not None:
                assert _written(*cal.gregorian_from_jdn(jdn)) == day


def _strict(text: str) -> str:
    return re.sub(r"[~?%]", "", text)


@LAWS
@given(PASTED)
def test_edtf_is_valid_and_agrees_with_the_days(text: str) -> None:
    for date in find_dates(text):
        parsed = parse_edtf(date.edtf)
        if date.calendar != "gregorian" or {"early", "mid", "late"} & set(date.modifier.split("+")):
            continue  # C2, C4, N5: bounds and text differ by rule
        if date.start_date is None or date.edtf.startswith("XXXX") or re.search(r"-24$", date.edtf):
            continue
        low = parsed.lower_strict()
        first = (low.tm_year, low.tm_mon, low.tm_mday)
        assert _written(*first) == date.start_date, date
        if date.end_date is not None and "[" not in date.edtf:
            high = parsed.upper_strict()
            last = (high.tm_year, high.tm_mon, high.tm_mday)
            assert _written(*last) == date.end_date, date


SENTENCES = (
    "הגשר נפתח ב-{} בנוכחות התושבים.",
    "לפי הרישום, ב־{} נחתם ההסכם.",
    "הבית נבנה ב{} בידי בעליו.",
)
EXPRESSIONS = (
    "3 במרץ 1918", "פברואר 1989", "1917", "שנת 1908", "שנות השבעים", "מאה ה-12", "ה' באייר תש\"ח", "חשוון תש\"י", "תרפ\"ט",
    "קיץ 1941", "סוף 1947", "מחצית השנייה של המאה ה-19", "רבעון הראשון של 2020", "שנים 1936–1950", "3–7 במאי 1948",
    "27.9.1951", "שנת 586 לפנה\"ס", "חג המולד 1914", "שבוע השני של מרץ 1921", "שנת אלף תשע מאות ועשר",
)  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_marks_and_invisible_signs_change_nothing(sentence: str, expression: str) -> None:
    plain = find_dates(sentence.format(expression))
    assert len(plain) == 1
    assert plain[0].text == expression
    spaced = expression.replace(" ", "\u00a0")
    for variant in (
        f"{expression}[3]",
        f"\u200f{expression}",
        f"{expression}\u200e",
        f"\u200e{expression}\u200f",
        spaced,
        f"{spaced}[12]",
    ):
        found = find_dates(sentence.format(variant))
        assert len(found) == 1, variant
        assert found[0].edtf == plain[0].edtf
        assert found[0].modifier == plain[0].modifier
        assert found[0].text.replace("\u00a0", " ").strip("\u200e\u200f") == expression


@pytest.mark.parametrize("quote", ['"', "\u05f4", "\u201d", "''", "\u05f3\u05f3"])
@pytest.mark.parametrize("geresh", ["'", "\u05f3", "\u2019"])
def test_quotes_are_written_many_ways(quote: str, geresh: str) -> None:
    text = "בה' באייר ה'תש\"ח".replace("'", geresh).replace('"', quote)
    assert [d.edtf for d in find_dates(text)] == ["1948-05-14"]


@LAWS
@given(
    st.integers(min_value=4000, max_value=5999),
    st.integers(min_value=1, max_value=13),
    st.integers(min_value=1, max_value=30),
)
def test_hebrew_days_go_there_and_back(year: int, month: int, day: int) -> None:
    if month not in cal.hebrew_year_months(year) or day > cal.hebrew_month_length(year, month):
        return
    jdn = cal.hebrew_jdn(year, month, day)
    assert cal.hebrew_from_jdn(jdn) == (year, month, day)


NAMES = {
    1: "ניסן",
    2: "אייר",
    3: "סיוון",
    4: "תמוז",
    5: "אב",
    6: "אלול",
    7: "תשרי",
    8: "חשוון",
    9: "כסלו",
    10: "טבת",
    11: "שבט",
}


def _lettered(number: int) -> str:
    letters = gematria(number)
    return f"{letters}'" if len(letters) == 1 else f'{letters[:-1]}"{letters[-1]}'


@LAWS
@given(
    st.integers(min_value=5401, max_value=5799),
    st.sampled_from(sorted(NAMES)),
    st.integers(min_value=1, max_value=29),
)
def test_every_hebrew_day_is_read_from_its_letters(year: int, month: int, day: int) -> None:
    text = f"הוא נולד ב{_lettered(day)} ב{NAMES[month]} ה'{_lettered(year % 1000)} בכפר."
    found = find_dates(text)
    assert [d.start_jdn for d in found] == [cal.hebrew_jdn(year, month, day)]
    assert found[0].calendar == "hebrew"


@LAWS
@given(st.lists(PASTED, max_size=5), st.integers(min_value=1500, max_value=2000))
def test_paragraphs_hand_on_their_context(paragraphs: list[str], year: int) -> None:
    context = DateContext(year)
    for paragraph in paragraphs:
        before = context
        dates, context = read_dates(paragraph, context)
        assert before == before._replace()
        assert context.context_year == year
        assert len(context.anchors) <= 6
        assert all(d.anchor is None or 0 <= d.anchor < len(dates) for d in dates)


@LAWS
@given(ANY)
def test_a_field_never_fails(text: str) -> None:
    for compact in (False, True):
        found = read_date(text, compact=compact)
        if found is not None:
            assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("between", [0, 5, 6, 7, 63, 64, 65, 500])
def test_a_month_leans_on_the_last_year_however_far_it_is(between: int) -> None:
    centuries = "במאה ה-15 נכתב הספר. " * between
    dates = find_dates(f"בשנת 1931 נחנך הגשר. {centuries}במאי נפתחה הדרך.")
    assert len(dates) == between + 2
    assert (dates[-1].edtf, dates[-1].anchor) == ("1931-05", 0)


HOSTILE = (
    "1",
    "9 ",
    "1-",
    '"',
    "''",
    'ת"ש ',
    "מאי ",
    "ב-1 ",
    "1917, ",
    "1917–",
    "שנות ה-",
    "(",
    "[3]",
    "א'",
    "כעבור שלוש שנים ",
    "1.1.",
    "ו",
    "אלף תשע מאות ",
    "המאה ה-19 במאי ",
    "ב-1917 ",
    "(1921) ",
    "1914–1918 ",
)


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            find_dates(text)
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(3_000), seconds(24_000)
    assert large < 0.1 + 8 * 4 * small  # quadratic growth would be 64 times


PLAIN_WORDS = [
    "הבית", "נבנה", "בעיר,", "אחרי", "לקראת", "בידי", "ונהרס", "ספרים", "לפי", "קרב", "בשל", "גרסה", "נולד", "החל",
    "(1948)", "(1948–1950)", "ב-1948", "מ-1948", "ב-1948–1950,", "1948.", "בשנת 1948", "השנים 1948–1950", "בין השנים", "ובין",
    "14 במאי 1948", "ב-14 במאי 1948", "במאי 1948.", "ומיוני 1948", "בשנות ה-50", "מהמאה ה-19", "כהמאה ה-19", "500",
    "ב-12", "20,000", "כ-300", "שנים", "–1950,", "ו-1950", "או", "מספר", "בשנה", "היום", "שלישי", "חמש", ", 1994.", "אביב,", "12 שנים", "Name",
    "ועד", "לאפריל 1950", "משנת 1948", "יוני 1948", "1950, ספרים", "מאי 1949, י\"ד", "בין", "3 (", "2]",
]  # fmt: skip
SPACES = st.sampled_from([" ", " ", " ", " ", "", "\n"])
TEXTS = st.lists(
    st.tuples(st.sampled_from(WORDS + 3 * PLAIN_WORDS), SPACES).map("".join), max_size=20
).map("".join)


def _both_ways(text: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[object, object]]:
    """Yield what the short ways and what the long one read at every token of a text that may begin a date."""
    for passage in tokens.find_passages(text):
        for index in passage.starts:
            short = short_ways.read_short(passage, index)
            offset = offsets.read_offset(passage, index)
            alone = [offset] if offset else phrases.read_phrase(passage, index)
            with monkeypatch.context() as patch:
                patch.setattr(phrases, "ends", lambda *_: False)
                long = [offset] if offset else phrases.read_phrase(passage, index)
            yield alone, long
            yield long if short is None else short, long


@settings(LAWS, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_the_short_ways_read_what_the_long_one_does(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for short, long in _both_ways(text, monkeypatch):
        assert short == long


def test_the_short_ways_read_the_cases_as_the_long_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = 0
    for path in sorted(CASES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for short, long in _both_ways(json.loads(line)["text"], monkeypatch):
                assert short == long
                told += 1
    assert told > 1000


PIECES = st.one_of(
    st.text(alphabet="אבהושתםם019-–־()\"'׳״.,:;[]\n \u200f\u05b0aé?%", max_size=12).map(
        lambda text: text.replace(" ", "")
    ),
    st.sampled_from(WORDS + PLAIN_WORDS).map(lambda text: text.replace(" ", "\n")),
)


@settings(LAWS, max_examples=400)
@given(PIECES)
def test_pieces_are_cut_alike_in_every_way(piece: str) -> None:
    cut = tuple(tokens._cut(piece))
    tokens._pieces.clear()
    starts = tuple(at for at, token in enumerate(cut) if tokens._starts(token))
    assert tokens._lookup(piece) == (cut, starts)
    tokens._forget()
    tokens._learn([piece])
    weight = max([tokens._weight(cut, at) for at in range(len(cut))], default=0)
    assert (piece in tokens._plain) == (weight == 0)
    assert (piece in tokens._companions) == any(map(tokens._is_companion, cut))


@pytest.mark.parametrize("sign", ["(", "]]", "[[a|", '"', "&#", "1990–"])
def test_a_long_run_of_signs_is_not_cut(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.dates.tokens._cut", lambda piece: pytest.fail(piece[:9]))
    assert find_dates(sign * 5_000) == []
