"""Where a Hebrew sentence ends."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.sentences import find_sentences

CASES = {
    "two plain sentences": ["הנחל יבש.", "הגשר נותר."],
    "no final mark": ["הנחל יבש.", "הגשר נותר"],
    "question, exclamation and their run": ["מי בנה אותו?", "איש אינו יודע!", "באמת?!", "כן."],
    "ellipsis": ["הוא חיכה…", "איש לא בא.", "היא המתינה...", "ואז שבה."],
    "initials": ["הסופר מ. ל. ארדון כתב על ש. כרמי.", "הספר נשכח."],
    "initial with a geresh": ["הרב י'. שמעון לימד כאן.", "תלמידיו התפזרו."],
    "latin initials and titles": ["המהנדס J. R. Ardon והיועץ Dr. Kest תכננו אותו.", "הוא קרס."],
    "geresh and gershayim end nothing": ['ראו עמ\' 45 אצל ד"ר לביא, בארה"ב.', "שם נדפס."],
    "etcetera may end a sentence": ["נמכרו בו דגים, פירות, תבלינים וכו'.", "הרציף התרחב."],
    "abbreviations with a stop": ["ראו עמ. 12 בספר.", "מס. 7 חסר."],
    "decimals and thousands": ["המסילה נמשכה 3.5 קילומטר ועלתה 1,200.75 לירות.", "היא נסגרה."],
    "dotted dates": ["ההסכם נחתם ב-27.9.1951.", "הוא פקע לבסוף בליל ה-3. 10. 1958 בעיר."],
    "a number before a number": ["הכפר נזכר כבר במאה ה-15.", "40 שנה עמד בחורבנו."],
    "brackets in brackets": [
        "הכפר ננטש ((כך) במקור).",
        "השדות שסביבו (וגם הכרם. והבאר) נותרו ריקים.",
    ],
    "section numbers": ["1. ההקמה נמשכה שנה.", "2.3. ההרחבה נדחתה."],
    "addresses": ["האתר www.example.org.il נסגר.", "קובץ data.csv נמחק."],
    "a quotation that closes after the mark": ['הוא אמר: "נבנה את הנמל."', "הנמל נבנה."],
    "a question inside a title": ['הספר "מי שומר על המגדלור?" יצא בחיפה.', "הוא אזל."],
    "a quotation and its verb": ['"מי שם?" שאל השומר.', "איש לא ענה."],
    "brackets opened in the sentence": ["הכפר (נוסד מחדש. ראו להלן) ננטש.", "השדות נותרו."],
    "a doubt in brackets": ["הוא נולד בשנת 1483 (?) בעיירה קטנה.", "אביו היה נפח."],
    "footnote marks after the stop": ["הגשר נחנך.[3][4]", "הוא נהרס.[5]"],
    "footnote marks before the stop": ["הגשר נחנך[3].", "הוא נהרס[5]."],
    "a footnote mark and no space": ["הגשר נחנך.[3]", "הוא נהרס."],
    "no space after the stop": ["הגשר נחנך בחורף.", "הוא נהרס באביב."],
    "lines are sentences": ["רשימת הכפרים", "כרמון", "גבעת אורן."],
    "a grade before the stop": ["היא למדה בכיתה א.", "אחיה עבד."],
    "in brackets as a whole": ["(הקטע הבא אבד.)", "היתר נשמר."],
}
JOINED = {
    "a footnote mark and no space": "",
    "no space after the stop": "",
    "lines are sentences": "\n",
}


@pytest.mark.parametrize("name", CASES)
def test_finds_each_sentence(name: str) -> None:
    sentences = CASES[name]
    text = JOINED.get(name, " ").join(sentences)
    assert [text[start:end] for start, end in find_sentences(text)] == sentences


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.sampled_from("אבגדה וש.!?…\"'()[]1234567890 \n,;:–-\u05f4\u05f3\u200fAb/"), max_size=120
    )
)
def test_sentences_cover_all_words_once(text: str) -> None:
    spans = find_sentences(text)
    covered = 0
    for start, end in spans:
        assert covered <= start < end <= len(text)
        assert not text[covered:start].strip()
        assert text[start:end] == text[start:end].strip()
        covered = end
    assert not text[covered:].strip()


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_never_fails(text: str) -> None:
    find_sentences(text)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["(", ")", '"', ".", "א. ", "1.2.", '"?" ', "[1]", "(א.) ", "\n"])
def test_time_grows_with_the_text(unit: str) -> None:
    def measure(size: int) -> float:
        text = unit * (size // len(unit))
        best = 9.0
        for _ in range(3):
            started = time.process_time()
            find_sentences(text)
            best = min(best, time.process_time() - started)
        return best

    assert measure(80_000) < 40 * measure(8_000) + 0.02
