"""What single sentences say, case by case; rules are those of docs/dates.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyluach import dates as luach

from extract.dates import DateContext, find_dates, read_date, read_dates
from extract.dates import calendars as cal
from extract.dates.numerals import gematria, value_of

FOLDER = Path(__file__).parent.parent / "fixtures" / "cases" / "dates"

READ = [
    ("התחנה נפתחה ב-7 באוקטובר 1931.", "7 באוקטובר 1931", "1931-10-07"),
    ("התחנה נפתחה ב־7 לאוקטובר 1931.", "7 לאוקטובר 1931", "1931-10-07"),
    ("המשלחת יצאה ביום רביעי, ה-7 באוקטובר 1931, מהנמל.", "יום רביעי, ה-7 באוקטובר 1931", "1931-10-07"),
    ("הגן ניטע בעשרים וארבעה ביוני 1927.", "עשרים וארבעה ביוני 1927", "1927-06-24"),
    ("החשבון נסגר ב-31/12/1954.", "31/12/1954", "1954-12-31"),
    ("בשנת אלף שמונה מאות תשעים ושתיים נסלל הכביש.", "שנת אלף שמונה מאות תשעים ושתיים", "1892"),
    ("בשנות התשעים של המאה השמונה-עשרה ירדו המחירים.", "שנות התשעים של המאה השמונה-עשרה", "179X"),
    ("האגם התייבש במאה הט\"ז.", "מאה הט\"ז", "15XX"),
    ("החומה נבנתה בשנות ה-20 של המאה ה-3 לפנה\"ס.", "שנות ה-20 של המאה ה-3 לפנה\"ס", "-0228/-0219"),
    ("במחצית הראשונה של ינואר 1933 ירד שלג.", "מחצית הראשונה של ינואר 1933", "1933-01-01/1933-01-15"),
    ("ברבע האחרון של המאה ה-18 פעל כאן בית דפוס.", "רבע האחרון של המאה ה-18", "1775/1799"),
    ("הרבעון השני של 2011 היה רווחי.", "הרבעון השני של 2011", "2011-34"),
    ("בשבוע האחרון של אפריל 1930 הוצפה העיר.", "שבוע האחרון של אפריל 1930", "1930-04-24/1930-04-30"),
    ("המסע נמשך מדצמבר עד פברואר 1912.", "דצמבר עד פברואר 1912", "1911-12/1912-02"),
    ("בין השנים 18701884 נחפרה התעלה.", "השנים 18701884", "1870/1884"),
    ("בין אמצע 1903 לסוף 1905 נבנה הסכר.", "אמצע 1903 לסוף 1905", "1903-05/1905"),
    ("המלך שלט בשנים 80–62 לפנה\"ס.", "שנים 80–62 לפנה\"ס", "-0079/-0061"),
    ("ב-ד' בטבת תרס\"ב נפטר הסבא.", "ד' בטבת תרס\"ב", "1901-12-14"),
    ("הספר נדפס בקיץ תרמ\"ז.", "קיץ תרמ\"ז", "1887-22"),
    ("הטקס נערך בערב פסח תרצ\"א.", "ערב פסח תרצ\"א", "1931-04-01"),
    ("בפורים 1938 נפתח התיאטרון.", "פורים 1938", "1938-03-17"),
]  # fmt: skip

SEVERAL = [
    ("ב-4, ב-5 וב-8 במרץ 1922 נערכו נשפים.", None, ["1922-03-04", "1922-03-05", "1922-03-08"]),
    ("במאות ה-14 וה-15 פרח המסחר.", None, ["13XX", "14XX"]),
    ("בשנות ה-60 וה-70 של המאה ה-19 נבנו מפעלים.", None, ["186X", "187X"]),
    ("השיטפונות של 1911, 1923 ו-1936 הרסו את הגשר.", None, ["1911", "1923", "1936"]),
    ("הצריף הוקם ב-1940. שלוש שנים אחר כך נשרף, וכעבור עשור שוקם.", None, ["1940", "1943", "1953~"]),
    ("המפעל נפתח ב-9 ביוני 1953. למחרת שבתו עובדיו, ושבוע לאחר מכן נסגר.", None, ["1953-06-09", "1953-06-10", "1953-06-17~"]),
    ("ב-14 בפברואר 1911 פרצה השביתה; ב-20 בו הסתיימה.", None, ["1911-02-14", "1911-02-20"]),
    ("ב-2 בנובמבר 1930 הונחה האבן. בינואר החלה הבנייה.", None, ["1930-11-02", "1931-01"]),
    ("בקיץ 1902 חלה. באותה שנה נפטר.", None, ["1902-22", "1902"]),
    ("בסתיו נקטף היבול. ב-3 בדצמבר חזרו הקוטפים.", 1924, ["1924-23", "1924-12-03"]),
    ("בשנת תתנ\"ו (1096) נפגעה הקהילה.", None, ["1095-09-03/1096-09-19", "1096"]),
    ("ב-5 בינואר 1905 (23 בדצמבר לפי הלוח היוליאני) נסגר השער.", None, ["1905-01-05", "1905-01-05"]),
    ("תקנות הדואר, תשט\"ז–1956, בוטלו.", None, ["1955-09-17/1956-09-05", "1956"]),
    ("הפסטיבל נערך מדי שנה ב-12 ביולי.", None, ["XXXX-07-12"]),
    ("יליד 1888 (?) הגיע ב-1910 לערך.", None, ["1888?", "1910~"]),
]  # fmt: skip

NONE = [
    "במחסן נספרו 1,850 ארגזים.",
    "המגרש משתרע על 1900 מטר.",
    "הוא גר ברחוב הנביאים 1948 בקומה שנייה.",
    "במנזר חיו כ-1600 נזירים.",
    '"1876" הוא שמו של מחזה.',
    'סגן שר הביטחון ביקר בתע"ש ובתמ"ג.',
    "מאי ויוני הן תאומות.",
    "לפי דברי כהן (1987), אין לכך ראיה.",
    "המכשיר הוא מדגם 1960 של החברה.",
    "הוועידה ה-19 של התנועה ננעלה.",
    'בית העלמין סמוך לרחוב כ"ט בנובמבר.',
    "בשנות ה-60 לחייו חזר לציור.",
    "גרסה 3.1.2 הופצה.",
    "המשחק הסתיים 98–87.",
    "לפני 2000 שנה היה כאן ים.",
    "כעבור זמן מה חזר.",
    "בין 1400 ל-1700 משתתפים צעדו.",
]


@pytest.mark.parametrize(("text", "surface", "edtf"), READ)
def test_one_date(text: str, surface: str, edtf: str) -> None:
    assert [(d.text, d.edtf) for d in find_dates(text)] == [(surface, edtf)]


@pytest.mark.parametrize(("text", "year", "edtf"), SEVERAL)
def test_several_dates(text: str, year: int | None, edtf: list[str]) -> None:
    assert [d.edtf for d in find_dates(text, year)] == edtf


@pytest.mark.parametrize("text", NONE)
def test_false_friends(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_recorded_cases(path: Path) -> None:
    """At most one case in twenty of a file may differ: reading is judged as a whole."""
    cases = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    wrong = []
    for case in cases:
        found = [(d.start, d.edtf) for d in find_dates(case["text"], case.get("context_year"))]
        if found != [(d["start"], d["edtf"]) for d in case["dates"]]:
            wrong.append(case["id"])
    assert len(wrong) <= max(1, len(cases) // 20), wrong


def test_days_before_the_reform_are_julian() -> None:
    (date,) = find_dates("המגדל קרס ב-2 ביוני 1410.")
    assert (date.edtf, date.start_date, date.calendar) == ("1410-06-02", "1410-06-11", "julian")


@pytest.mark.parametrize(
    ("text", "edtf", "start", "end", "modifier"),
    [
        ("מאז 1931 פועל כאן דואר.", "1931/..", "1931-01-01", None, "since"),
        ("עד סוף 1931 פעל כאן דואר.", "../1931", None, "1931-12-31", "until+late"),
        ("בראשית המאה ה-14 נוסד הכפר.", "13XX", "1300-01-01", "1329-12-31", "early"),
        ("בסביבות אמצע 1922 נסגר.", "1922~", "1922-05-01", "1922-08-31", "mid+approximate"),
        (
            "אולי בסביבות שנת 900 נבנה.",
            "0900%",
            "0900-01-01",
            "0900-12-31",
            "approximate+uncertain",
        ),
        ("הרועה יוחנן (?–1322) כתב שירים.", "/1322", None, "1322-12-31", "unknown_start"),
        ("נולד ב-1410 או ב-1411.", "[1410,1411]", "1410-01-01", "1411-12-31", "uncertain"),
    ],
)
def test_modifiers(text: str, edtf: str, start: str | None, end: str | None, modifier: str) -> None:
    (date,) = find_dates(text)
    assert (date.edtf, date.start_date, date.end_date, date.modifier) == (
        edtf,
        start,
        end,
        modifier,
    )


@pytest.mark.parametrize(
    ("text", "edtf", "kind", "modifier"),
    [
        ("המשפחה גרה ברחוב כ\"ט בנובמבר ליד הפארק.", [], [], []),
        ("התושבים ברחוב ה' במרץ דנו.", ["2005-03"], ["implicit"], ["none"]),
        ("לפי חוק המזקקות תש\"י-1950 שולם מס.", ["1949-09-24/1950-09-11", "1950"], ["in_name"] * 2, ["none"] * 2),
        ("רעידת האדמה של שנת 1837 החריבה את הכפר.", ["1837"], ["in_name"], ["none"]),
        ("השוק של שנת 1837 היה קטן.", ["1837"], ["explicit"], ["none"]),
        ("במאות ה-5 וה-4 לפנה\"ס פעל הנמל.", ["-04XX", "-03XX"], ["explicit"] * 2, ["none"] * 2),
        ("סוקרת את הנחל החל ב-1983.", ["1983/.."], ["explicit"], ["since"]),
        ("המקהלה מופיעה ומשדרת, הלהקה מנגנת באולם החל ב-1983.", ["1983/.."], ["explicit"], ["since"]),
        ("הנגרים עובדים במפעל החל ב-1983.", ["1983/.."], ["explicit"], ["since"]),
        ("השיפוץ של האולם החל ב-1983.", ["1983"], ["explicit"], ["none"]),
        ("בית הדפוס החל ב-1983 להדפיס.", ["1983"], ["explicit"], ["none"]),
    ],
)  # fmt: skip
def test_kind_and_modifier(
    text: str, edtf: list[str], kind: list[str], modifier: list[str]
) -> None:
    """Names of places, laws and what happened; a signal that could be a verb (C7, F3, R7, N3)."""
    found = find_dates(text, 2005)
    assert [d.edtf for d in found] == edtf
    assert [d.kind for d in found] == kind
    assert [d.modifier for d in found] == modifier


def test_anchors_and_parallel_calendars_point_back() -> None:
    dates = find_dates("הוא נולד בט' באדר תרנ\"ט (19 בפברואר 1899). עשר שנים מאוחר יותר היגר.")
    assert [d.edtf for d in dates[:2]] == ["1899-02-19", "1899-02-19"]
    assert dates[1].same_as == 0
    assert dates[2].anchor == 0


def test_context_goes_from_paragraph_to_paragraph() -> None:
    context = DateContext(1906)
    first, context = read_dates("ב-3 במאי נפתח בית הספר.", context)
    second, context = read_dates("למחרת הגיעו התלמידים.", context)
    third, _ = read_dates("שנתיים לאחר מכן נסגר.", context)
    assert [d.edtf for d in (*first, *second, *third)] == ["1906-05-03", "1906-05-04", "1908"]
    assert second[0].anchor is None


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("1917", "1917"),
        (" 4 ביוני 1901 ", "1901-06-04"),
        ("04.06.1901", "1901-06-04"),
        ("4.6.01", "1901-06-04"),
        ("1901-06-04", "1901-06-04"),
        ('י"ז בסיוון תרס"א', "1901-06-04"),
        ("כ-1850", "1850~"),
        ("בערך 1850", "1850~"),
        ("המאה ה-12", "11XX"),
        ('384 לפנה"ס', "-0383"),
        ('4 ביוני 1901 (י"ז בסיוון תרס"א)', "1901-06-04"),
        ("תל אביב", None),
        ("45", None),
        ("", None),
    ],
)
def test_fields(text: str, edtf: str | None) -> None:
    found = read_date(text)
    assert (found and found.edtf) == edtf


@pytest.mark.parametrize("text", ["19711112", "1971/11/12"])
def test_solid_fields_only_where_asked(text: str) -> None:
    found = read_date(text, compact=True)
    assert found is not None
    assert (found.edtf, found.text) == ("1971-11-12", text)
    assert read_date("19711112") is None


def test_hebrew_calendar_agrees_with_pyluach() -> None:
    for year in range(3762, 6400, 11):
        for month in cal.hebrew_year_months(year):
            day = luach.HebrewDate(year, month, 1)
            assert cal.hebrew_jdn(year, month, 1) == int(day.jd + 0.5)
        months = cal.hebrew_year_months(year)
        total = sum(cal.hebrew_month_length(year, month) for month in months)
        assert total == cal.hebrew_new_year(year + 1) - cal.hebrew_new_year(year)


def test_civil_calendars_go_there_and_back() -> None:
    for jdn in range(1_300_000, 2_700_000, 997):
        assert cal.gregorian_jdn(*cal.gregorian_from_jdn(jdn)) == jdn
        assert cal.julian_jdn(*cal.julian_from_jdn(jdn)) == jdn
    assert cal.civil_from_jdn(cal.GREGORIAN_START) == (1582, 10, 15)
    assert cal.civil_from_jdn(cal.GREGORIAN_START - 1) == (1582, 10, 4)


def test_letters_go_there_and_back() -> None:
    for number in range(1, 1600):
        assert value_of(gematria(number)) == number
    for letters in ("אא", "אב", "יק", "שת", "כך", ""):
        assert value_of(letters) == 0


@pytest.mark.parametrize("month", ["באוגוסט 1898", 'אייר תש"ח'])
def test_a_month_may_open_a_line(month: str) -> None:
    first, last = find_dates(f"{month} היה חם.\n{month} היה חם.")
    assert first.edtf == last.edtf
    assert first.text == last.text == month.removeprefix("ב")


def test_words_kept_in_memory_are_short() -> None:
    """What is remembered by a word must not grow with the words of a hostile text."""
    from extract.dates import tokens

    long = "ש" * 5000
    for text in (f"{long} ב-1931", f"מאז {long}-1931", f'נבנה ב{"ת" * 400}"ש'):
        assert all(len(t.text) <= 60 for p in tokens.find_passages(text) for t in p)
