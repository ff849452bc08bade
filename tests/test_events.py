"""Dated events: clauses, what is no event, how they stand to their dates, and their notes."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.dates import find_dates, read_date
from extract.events import EventRows, find_clauses, find_events, find_events_in_text
from extract.events.timing import shift_timing
from extract.events.tokens import tokenize
from extract.events.verbs import FUTURE, PAST, PRESENT, find_verb
from extract.model import Document, Event, Field, Link, Mark, Note, Page, Paragraph, Section
from extract.parsing import parse
from extract.sentences import find_sentences

WHOLE = [
    # one date: the sentence without its full stop (E3)
    "יצחק רם (נולד ב-4 ביוני 1931) הוא פסל ישראלי.",
    "המוזיאון נפתח לקהל באביב 1978.",
    "מאז 1995 מארח הכפר פסטיבל מחול.",
    "הוא היה ראש העיר בין 1955 ל-1969.",
    "העיר הייתה בירת הדוכסות במאה ה-14.",
    "בבחירות 1951 קיבלה הרשימה שני מנדטים.",
    "רעש 1837 החריב את רובע היהודים.",
    "הגשר צפוי להיפתח לתנועה ב-2031.",
    "המסילה תושלם ב-2029.",
    "פרסומו הראשון היה מאמר על חרקים שהתפרסם ב-1911.",
    "הבריכה נבנתה כנראה בסביבות 1300.",
    "היא הייתה האישה הראשונה שטסה לבדה מעל המדבר, ב-1934.",
    "המלחין האיטלקי אנטוניו רוסי (1702–1770) ביקר בעיר.",
    "היה זה אחרי שנת 1650.",
    "הקרב על הרכס (3 ביוני 1948) הסתיים בנסיגה.",
    "בשנת 1492 גורשו יהודי ספרד, והם התפזרו בארצות הים התיכון.",
    "ב-1909, לאחר ויכוח ממושך, הוחלט על הקמת השכונה.",
    "המדרסה, אחת מארבע בעיר, הוקמה ב-1325 בידי המושל.",
    'בכ"ז באייר תרס"ט הונחה אבן הפינה.',
    "באותו חורף, ב-12 בינואר 1950, ירד שלג בתל אביב.",
    "השר הודיע ב-1999 כי המפעל ייסגר.",
    "שמה הוסב לגבעת התמר ב-1952.",
    "ב-6 במאי 1916 נתלו המורדים בכיכר העיר, יום הזיכרון להם.",
    "תקופת הזוהר של הנמל הייתה בשנות ה-20.",
    "עד 1952 היה במקום מחנה צבאי.",
    "הפסקת האש נכנסה לתוקף בחצות 18 ביולי 1948.",
]
WHOLE += [
    "בחודשים הראשונים של שנת 1942 הפך המחסן למקלט.",
    "בבוקר של 4 באוגוסט 1944 נפרצה הדלת.",
    "ב-1859 פרסם החוקר את חיבורו, שהפתיע את בני זמנו.",
]
SEVERAL = [
    # each date stays with its verb (E3, E4, E6)
    (
        "צי הדייג כלל שתי ספינות: האחת, ששוגרה ב-20 במאי 1978, שבה ב-4 בדצמבר אותה שנה; והשנייה, ששוגרה ב-8 באוגוסט 1979 ונפגעה, הגיעה לנמל ב-9 במרץ 1980.",
        [
            "צי הדייג כלל שתי ספינות: האחת, ששוגרה ב-20 במאי 1978",
            "שבה ב-4 בדצמבר אותה שנה",
            "והשנייה, ששוגרה ב-8 באוגוסט 1979 ונפגעה, הגיעה לנמל ב-9 במרץ 1980",
            "ששוגרה ב-8 באוגוסט 1979 ונפגעה",
        ],
    ),
    (
        "ארמון הקיץ, אשר תוכנן ב-1760 ונבנה ב-1765, נשרף כליל ב-1812.",
        [
            "ארמון הקיץ, אשר תוכנן ב-1760 ונבנה ב-1765, נשרף כליל ב-1812",
            "אשר תוכנן ב-1760",
            "ונבנה ב-1765",
        ],
    ),
    (
        "התזמורת נוסדה ב-1936 בידי כנר פליט וערכה את הופעתה הראשונה ב-26 בדצמבר 1936.",
        ["התזמורת נוסדה ב-1936 בידי כנר פליט", "וערכה את הופעתה הראשונה ב-26 בדצמבר 1936"],
    ),
    (
        "הוא נולד ב-1890 בקייב, למד רפואה בברלין, ובשנת 1921 עלה לארץ ישראל.",
        ["הוא נולד ב-1890 בקייב, למד רפואה בברלין", "ובשנת 1921 עלה לארץ ישראל"],
    ),
    (
        "ב-1924 נרכשו האדמות, ושנתיים לאחר מכן עלו עליהן המתיישבים הראשונים.",
        ["ב-1924 נרכשו האדמות", "ושנתיים לאחר מכן עלו עליהן המתיישבים הראשונים"],
    ),
    (
        "העיתון נסגר ב-1948 אך חודש ב-1951 תחת שם אחר.",
        ["העיתון נסגר ב-1948", "אך חודש ב-1951 תחת שם אחר"],
    ),
    (
        "המפלגה הוקמה ב-1930, התפלגה ב-1944 והתאחדה מחדש ב-1968.",
        ["המפלגה הוקמה ב-1930", "התפלגה ב-1944", "והתאחדה מחדש ב-1968"],
    ),
    (
        "בין 1950 ל-1953 למד משפטים, ובין 1954 ל-1960 עבד כעורך דין בחיפה.",
        ["בין 1950 ל-1953 למד משפטים", "ובין 1954 ל-1960 עבד כעורך דין בחיפה"],
    ),
    (
        "החוק התקבל במרץ 1950, נכנס לתוקף ביוני אותה שנה ובוטל ב-1977.",
        ["החוק התקבל במרץ 1950", "נכנס לתוקף ביוני אותה שנה", "ובוטל ב-1977"],
    ),
    (
        "הכנסייה נהרסה ב-1187, ורק ב-1855 נבנתה מחדש.",
        ["הכנסייה נהרסה ב-1187", "ורק ב-1855 נבנתה מחדש"],
    ),
    (
        "לאחר שסיים את לימודיו ב-1912, התגייס לצבא ונהרג בקרב ב-1916.",
        ["לאחר שסיים את לימודיו ב-1912, התגייס לצבא", "ונהרג בקרב ב-1916"],
    ),
    (
        "המצור החל ב-5 ביוני 1099 והסתיים ב-15 ביולי 1099 בכיבוש העיר.",
        ["המצור החל ב-5 ביוני 1099", "והסתיים ב-15 ביולי 1099 בכיבוש העיר"],
    ),
    (
        "הגן הלאומי הוכרז ב-1964, ובשנות ה-90 הורחב שטחו פי שניים.",
        ["הגן הלאומי הוכרז ב-1964", "ובשנות ה-90 הורחב שטחו פי שניים"],
    ),
    (
        "בשנת 70 לספירה נחרבה ירושלים, וכעבור שלוש שנים נפלה מצדה.",
        ["בשנת 70 לספירה נחרבה ירושלים", "וכעבור שלוש שנים נפלה מצדה"],
    ),
    (
        "הסופרת, שנולדה ב-1902 בעיירה קטנה, פרסמה את ספרה הראשון ב-1925.",
        [
            "הסופרת, שנולדה ב-1902 בעיירה קטנה, פרסמה את ספרה הראשון ב-1925",
            "שנולדה ב-1902 בעיירה קטנה",
        ],
    ),
    (
        "הקו נחנך ב-1905, אולם הרכבת הראשונה הגיעה אליו רק באפריל 1906.",
        ["הקו נחנך ב-1905", "אולם הרכבת הראשונה הגיעה אליו רק באפריל 1906"],
    ),
    (
        "הוא כיהן כשר האוצר בשנים 1952–1963, וכראש הממשלה מ-1963 עד 1969.",
        ["הוא כיהן כשר האוצר בשנים 1952–1963, וכראש הממשלה מ-1963 עד 1969"],
    ),
    (
        "האי התגלה ב-1606 בידי ספן הולנדי, ואילו היישוב האירופי הראשון בו נוסד ב-1788.",
        ["האי התגלה ב-1606 בידי ספן הולנדי", "ואילו היישוב האירופי הראשון בו נוסד ב-1788"],
    ),
    (
        "ב-14 במאי 1948 הוכרזה המדינה; למחרת פלשו צבאות ערב.",
        ["ב-14 במאי 1948 הוכרזה המדינה", "למחרת פלשו צבאות ערב"],
    ),
    (
        "המלך עלה לשלטון ב-1421, בגיל שש, ומת ב-1471 במצודת לונדון.",
        ["המלך עלה לשלטון ב-1421, בגיל שש", "ומת ב-1471 במצודת לונדון"],
    ),
    (
        'אבן הפינה הונחה בל"ג בעומר תרפ"ה, אולם הבנייה הושלמה רק ב-1931.',
        ['אבן הפינה הונחה בל"ג בעומר תרפ"ה', "אולם הבנייה הושלמה רק ב-1931"],
    ),
    (
        "המושבה הוקמה ב-1882 על ידי עולים מרומניה, ניטשה ב-1884 בשל הקדחת ויושבה מחדש בראשית המאה ה-20.",
        [
            "המושבה הוקמה ב-1882 על ידי עולים מרומניה",
            "ניטשה ב-1884 בשל הקדחת",
            "ויושבה מחדש בראשית המאה ה-20",
        ],
    ),
    (
        "דוד ארזי (1888–1951) הקים ב-1920 את בית החרושת הראשון בעיר.",
        ["דוד ארזי (1888–1951) הקים ב-1920 את בית החרושת הראשון בעיר", "דוד ארזי (1888–1951)"],
    ),
    (
        "הספר תורגם לעברית ב-1930, לאנגלית ב-1935 ולצרפתית ב-1938.",
        ["הספר תורגם לעברית ב-1930, לאנגלית ב-1935 ולצרפתית ב-1938"],
    ),
    (
        "ב-1967, ערב המלחמה, גויסו אנשי המילואים, וביוני הם נשלחו לחזית.",
        ["ב-1967, ערב המלחמה, גויסו אנשי המילואים", "וביוני הם נשלחו לחזית"],
    ),
    (
        "המבנה שימש בית ספר מ-1910 ועד 1948, ומאז 1950 פועלת בו ספרייה.",
        ["המבנה שימש בית ספר מ-1910 ועד 1948", "ומאז 1950 פועלת בו ספרייה"],
    ),
    (
        "הפסל הוצב בכיכר ב-1888, הוסר ב-1917 והוחזר למקומו ב-1991.",
        ["הפסל הוצב בכיכר ב-1888", "הוסר ב-1917", "והוחזר למקומו ב-1991"],
    ),
    (
        "עם פרוץ המלחמה ב-1914 גורשו התושבים, וב-1918 הם שבו לבתיהם.",
        ["עם פרוץ המלחמה ב-1914 גורשו התושבים", "וב-1918 הם שבו לבתיהם"],
    ),
    (
        "השביתה פרצה ב-1 במאי 1923 ונמשכה עד 12 במאי.",
        ["השביתה פרצה ב-1 במאי 1923", "ונמשכה עד 12 במאי"],
    ),
    (
        "הזמר זכה בפרס ב-1974 וב-1981.",
        ["הזמר זכה בפרס ב-1974 וב-1981"],
    ),
    (
        "ההסכם נחתם ב-3 במרץ 1921 ואושרר ב-17 באפריל, אך בוטל שנה לאחר מכן.",
        ["ההסכם נחתם ב-3 במרץ 1921", "ואושרר ב-17 באפריל", "אך בוטל שנה לאחר מכן"],
    ),
    (
        "ב-1831 כבש איברהים פאשה את הארץ, שהוחזרה לידי העות'מאנים ב-1840.",
        ["ב-1831 כבש איברהים פאשה את הארץ", "שהוחזרה לידי העות'מאנים ב-1840"],
    ),
    (
        "הפרופסור פרש לגמלאות ב-1988 ומונה לפרופסור אמריטוס, וב-1995 קיבל את פרס ישראל.",
        ["הפרופסור פרש לגמלאות ב-1988 ומונה לפרופסור אמריטוס", "וב-1995 קיבל את פרס ישראל"],
    ),
    (
        "הצוללת הושקה ב-12 במרץ 1943, הוכנסה לשירות כעבור חודשיים וטובעה ב-9 באוקטובר 1944.",
        ["הצוללת הושקה ב-12 במרץ 1943", "הוכנסה לשירות כעבור חודשיים", "וטובעה ב-9 באוקטובר 1944"],
    ),
    (
        "הבית, בן שתי קומות, נבנה ב-1928 בסגנון הבינלאומי, שופץ ב-1985 ומשמש כיום מוזיאון.",
        ["הבית, בן שתי קומות, נבנה ב-1928 בסגנון הבינלאומי", "שופץ ב-1985 ומשמש כיום מוזיאון"],
    ),
    (
        "יצחק נולד בשנת 1870, ומת בשנת 1935.",
        ["יצחק נולד בשנת 1870", "ומת בשנת 1935"],
    ),
    (
        "הקבוצה עלתה לליגה הראשונה ב-1962, ירדה ממנה שנה לאחר מכן ושבה אליה ב-1970.",
        ["הקבוצה עלתה לליגה הראשונה ב-1962", "ירדה ממנה שנה לאחר מכן", "ושבה אליה ב-1970"],
    ),
    (
        "מ-1917 ועד 1948 שלטו בארץ הבריטים.",
        ["מ-1917 ועד 1948 שלטו בארץ הבריטים"],
    ),
    (
        "ההר התפרץ ב-79 לספירה, ב-472 וב-1631.",
        ["ההר התפרץ ב-79 לספירה, ב-472 וב-1631"],
    ),
    (
        "האוניברסיטה נוסדה ב-1425 ונסגרה ב-1797 בידי הצרפתים; ב-1834 נפתחה מחדש כמוסד קתולי.",
        ["האוניברסיטה נוסדה ב-1425", "ונסגרה ב-1797 בידי הצרפתים", "ב-1834 נפתחה מחדש כמוסד קתולי"],
    ),
    (
        "הרכבל, שהיה הראשון מסוגו, הופעל ב-1959 והושבת ב-1986.",
        ["הרכבל, שהיה הראשון מסוגו, הופעל ב-1959", "והושבת ב-1986"],
    ),
    (
        "ב-1880 החלה הבנייה, שנמשכה עד 1889.",
        ["ב-1880 החלה הבנייה", "שנמשכה עד 1889"],
    ),
    (
        "השלטון בעיר עבר ב-1516 לידי העות'מאנים, שהחזיקו בה עד 1917.",
        ["השלטון בעיר עבר ב-1516 לידי העות'מאנים", "שהחזיקו בה עד 1917"],
    ),
    (
        "בימי השלטון הקודם הוקמה כאן תחנת משטרה (1938), ובשנות ה-60 הפכה לגלריה.",
        [
            "בימי השלטון הקודם הוקמה כאן תחנת משטרה (1938)",
            "ובשנות ה-60 הפכה לגלריה",
        ],
    ),
    (
        "לאחר תום המלחמה ב-1945 חזר לעירו.",
        ["לאחר תום המלחמה ב-1945 חזר לעירו", "תום המלחמה ב-1945"],
    ),
    (
        "המוסד הוכר כאוניברסיטה זמן קצר לפני פטירת מייסדו ב-1969.",
        ["המוסד הוכר כאוניברסיטה זמן קצר לפני פטירת מייסדו ב-1969", "פטירת מייסדו ב-1969"],
    ),
    (
        "הצייר רפאל גונן נולד ב-1905 בבוקרשט ונפטר ב-1978 בצפת.",
        ["הצייר רפאל גונן נולד ב-1905 בבוקרשט", "ונפטר ב-1978 בצפת"],
    ),
    (
        "אסתר ניר (12 ביולי 1899, לודז' – 3 בינואר 1980, חולון) הייתה ציירת.",
        ["אסתר ניר (12 ביולי 1899, לודז' – 3 בינואר 1980, חולון) הייתה ציירת"],
    ),
    (
        "אסתר ניר (1899–1980) הייתה ציירת שעלתה לארץ ב-1922.",
        ["אסתר ניר (1899–1980) הייתה ציירת", "שעלתה לארץ ב-1922"],
    ),
    (
        "במרץ 1799 צר נפוליאון על עכו, אך ב-20 במאי נסוג בלי שכבשה.",
        ["במרץ 1799 צר נפוליאון על עכו", "אך ב-20 במאי נסוג בלי שכבשה"],
    ),
    (
        "הפרויקט אושר ב-2005; הבנייה החלה ב-2008; והמגדל נחנך ב-2012.",
        ["הפרויקט אושר ב-2005", "הבנייה החלה ב-2008", "והמגדל נחנך ב-2012"],
    ),
    (
        'הרב שימש ברבנות בעיירה משנת תר"ן עד תרס"ה, ואז עלה לירושלים.',
        ['הרב שימש ברבנות בעיירה משנת תר"ן עד תרס"ה, ואז עלה לירושלים'],
    ),
    (
        "ב-1921 נישאו בני הזוג, וב-1923 נולדה בתם הבכורה.",
        ["ב-1921 נישאו בני הזוג", "וב-1923 נולדה בתם הבכורה"],
    ),
    (
        "הלהקה הוציאה אלבום ב-1971, ובאותה שנה יצאה לסיבוב הופעות.",
        ["הלהקה הוציאה אלבום ב-1971", "ובאותה שנה יצאה לסיבוב הופעות"],
    ),
    (
        "הלהקה התפרקה ב-1975 והתאחדה לזמן קצר ב-1990, אך מאז לא הופיעה עוד.",
        ["הלהקה התפרקה ב-1975", "והתאחדה לזמן קצר ב-1990, אך מאז לא הופיעה עוד"],
    ),
    (
        "בשנת 1873 הפך הכפר לעיירה, ב-1910 לעיר וב-1950 לבירת המחוז.",
        ["בשנת 1873 הפך הכפר לעיירה, ב-1910 לעיר וב-1950 לבירת המחוז"],
    ),
    (
        "ביוני 1941 פלשה גרמניה לברית המועצות. כבר באוקטובר הגיעו כוחותיה לפאתי מוסקבה, ובדצמבר נהדפו.",
        [
            "ביוני 1941 פלשה גרמניה לברית המועצות",
            "כבר באוקטובר הגיעו כוחותיה לפאתי מוסקבה",
            "ובדצמבר נהדפו",
        ],
    ),
    (
        "המנזר חרב במאה ה-7, שוקם במאה ה-11, ושוב חרב ב-1263.",
        ["המנזר חרב במאה ה-7", "שוקם במאה ה-11", "ושוב חרב ב-1263"],
    ),
    (
        "הוא למד באקדמיה מ-1927 עד 1930 ולאחר מכן, ב-1932, פתח סטודיו משלו.",
        ["הוא למד באקדמיה מ-1927 עד 1930", "ולאחר מכן, ב-1932, פתח סטודיו משלו"],
    ),
    (
        "הסכר נבנה ב-1932 ובו טורבינה אחת, ובשנת 1958 הותקנה טורבינה שנייה.",
        ["הסכר נבנה ב-1932 ובו טורבינה אחת", "ובשנת 1958 הותקנה טורבינה שנייה"],
    ),
    (
        "המהפכה פרצה ב-7 בנובמבר 1917 (25 באוקטובר לפי הלוח היוליאני) והביאה להפלת הממשלה.",
        ["המהפכה פרצה ב-7 בנובמבר 1917 (25 באוקטובר לפי הלוח היוליאני) והביאה להפלת הממשלה"],
    ),
    (
        "פסטיבל המחול נערך לראשונה ביולי 1988, וב-1991 התווסף לו שבוע של סדנאות.",
        ["פסטיבל המחול נערך לראשונה ביולי 1988", "וב-1991 התווסף לו שבוע של סדנאות"],
    ),
    (
        "הוא עלה לארץ ב-1934 ובאותה שנה הצטרף לקיבוץ, שם חי עד מותו ב-1980.",
        ["הוא עלה לארץ ב-1934", "ובאותה שנה הצטרף לקיבוץ", "שם חי עד מותו ב-1980"],
    ),
    (
        "השיר נכתב ב-1929, הולחן שנתיים מאוחר יותר והוקלט רק ב-1946.",
        ["השיר נכתב ב-1929", "הולחן שנתיים מאוחר יותר", "והוקלט רק ב-1946"],
    ),
    (
        "מבצע יואב, שנפתח ב-15 באוקטובר 1948, הסתיים ב-22 בו.",
        ["מבצע יואב, שנפתח ב-15 באוקטובר 1948, הסתיים ב-22 בו", "שנפתח ב-15 באוקטובר 1948"],
    ),
]
NO_EVENT = [
    "נח ערבי, דייגים ורשתות, רבעון הים 12, קיץ 2011, עמ' 34–43",
    'מקובל לתארך את המגילה לשנת 150 לפנה"ס.',
    "הפיזיקאים דנו ברעיונות של המאה ה-19.",
    # dates, but nothing that happened (E2)
    '"ענן חולף" הוא רומן בלשי משנת 1962.',
    'הכד, מן המאה ה-6 לפנה"ס, עשוי חרס אדמדם.',
    "נכון לסוף 2021 חיו בעיירה 3,400 תושבים.",
    "בשנת 1931 מנה הכפר 215 נפש.",
    "על פי מפקד האוכלוסין של 1961 התגוררו ביישוב 812 תושבים.",
    "החרבות שנמצאו בקבר תוארכו למאה ה-9.",
    "עלילת הסדרה מתרחשת באנגליה של 1890.",
    "החג נחוג מדי שנה ב-17 במרץ.",
    "הוא היה צייר פלמי בן המאה ה-16.",
    "היא מגדולות המשוררות של המאה ה-20.",
    "כתב היד, המיוחס לשנת 1340, שמור בספרייה.",
    'הסרט "לילה לבן" (1974) זכה לביקורות קרירות.',
    "ב-2020 עמד שיעור האבטלה במחוז על 4.5%.",
    "הרומן מספר על משפחת דייגים בשנות ה-30.",
    "לא נערכו בחירות ב-1941.",
    "בשנת 2011 הייתה אוכלוסיית האי כ-700 נפש.",
    "אילו נבנתה התחנה ב-1950, היה הכפר ניצל.",
    "המטבע מתוארך לשנת 67 לספירה.",
    "זהו מבצר צלבני מן המאה ה-12.",
    "מקור השם במסמך מ-1290.",
]
ROLES = [
    ("הנפח נולד ב-1811.", "birth"),
    ("הנפח נפטר ב-1880.", "death"),
    ("יואב לבון (1811–1880) היה נפח.", "lifespan"),
    ("החפירות החלו ב-1931.", "start"),
    ("החפירות הסתיימו ב-1934.", "end"),
    ("מאז 1948 פועל במקום שוק.", "start"),
    ("עד 1948 פעל במקום שוק.", "end"),
    ("החפירות נמשכו מ-1931 עד 1934.", "duration"),
    ("היישוב נוסד לפני 1596.", "before"),
    ("לאחר 1918 הורחב הנמל.", "after"),
    ("הגשר קרס ב-1902.", "point"),
    ("היא זכתה במדליה באולימפיאדת 1936.", "point"),
]
VERBS = [
    ("נבנה", PAST, False, False),
    ("ונבנתה", PAST, True, False),
    ("שנבנו", PAST, False, True),
    ("ושהוקמו", PAST, True, True),
    ("יוקם", FUTURE, False, False),
    ("ייבנה", FUTURE, False, False),
    ("התקיימו", PAST, False, False),
    ("הסתיימה", PAST, False, False),
    ("פורסמה", PAST, False, False),
    ("מפורסמים", PRESENT, False, False),
    ("שנה", 0, False, False),
    ("מדינה", 0, False, False),
]


def _read(text: str) -> list[str]:
    return [event.text for event in find_events_in_text(text, find_dates(text))]


@pytest.mark.parametrize("text", WHOLE)
def test_one_date_takes_the_whole_sentence(text: str) -> None:
    assert _read(text) == [text.rstrip(".")]


@pytest.mark.parametrize(("text", "clauses"), SEVERAL, ids=[text[:30] for text, _ in SEVERAL])
def test_each_date_stays_with_its_verb(text: str, clauses: list[str]) -> None:
    assert sorted(_read(text)) == sorted(clauses)


@pytest.mark.parametrize("text", NO_EVENT)
def test_leaves_out_what_did_not_happen(text: str) -> None:
    assert find_dates(text)
    assert _read(text) == []


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_tells_the_role_of_the_date(text: str, role: str) -> None:
    assert [event.role for event in find_events_in_text(text, find_dates(text))] == [role]


@pytest.mark.parametrize(("word", "kind", "joined", "relative"), VERBS)
def test_knows_forms_of_verbs(word: str, kind: int, joined: bool, relative: bool) -> None:
    assert find_verb(word) == (kind, joined, relative)


def test_parallel_calendars_and_lists_are_one_event() -> None:
    text = 'בי"ד באייר תש"ט, 13 במאי 1949, נחנך הגשר. הנהר הציף אותו ב-1951, ב-1953 וב-1969.'
    events = find_events_in_text(text, find_dates(text))
    assert [event.dates for event in events] == [(0, 1), (2, 3, 4)]


def test_what_returns_every_year_is_no_event() -> None:
    text = "הכפר נוסד ב-1921. חג הדיג נחוג בו מדי שנה ב-4 ביולי."
    assert _read(text) == ["הכפר נוסד ב-1921"]


def test_marks_negated_and_planned_clauses() -> None:
    text = "ב-1938 לא נחנך הגשר. הגשר החדש ייחנך ב-2031."
    clauses = find_clauses(text, find_dates(text), find_sentences(text))
    assert [(c.polarity, c.modality) for c in clauses] == [
        ("negative", "asserted"),
        ("positive", "planned"),
    ]
    assert len(find_events_in_text(text, find_dates(text))) == 1


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ('ב-1953, בספר "הגשר שלא עמד", הוטען כי הבונים טעו.', "positive"),
        ("ב-1953 שוחזר הגשר שלא שופץ עד אז.", "positive"),
        ("הגשר, שלא נחנך ב-1953, קרס.", "negative"),
        ("הגשר לא נחנך אלא ב-1953.", "positive"),
        ("הגשר לא נחנך ב-1953 אלא נהרס.", "negative"),
    ],
)
def test_what_a_noun_was_not_does_not_deny_the_clause(text: str, polarity: str) -> None:
    (clause,) = find_clauses(text, find_dates(text), find_sentences(text))
    assert clause.polarity == polarity


@pytest.mark.parametrize(
    "text",
    [
        "ב-1953 יכלו הסוחרים לשוב אל השוק.",
        "משנת 1953 יכול כל סוחר לשוב אל השוק.",
        "מ-1953 ועד ימינו שימש המבצר מחסן.",
        "ב-1953 יורש העצר ביקר במבצר.",
        "ב-1953 הקים יובל גלעדי את התזמורת.",
    ],
)
def test_what_only_looks_like_a_future_is_no_plan(text: str) -> None:
    (clause,) = find_clauses(text, find_dates(text), find_sentences(text))
    assert clause.modality == "asserted"


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("הגשר תוכנן להיחנך ב-1953.", "planned"),
        ("הספינה תוכננה להשקה בסתיו 1953.", "planned"),
        ("הנשף תוכנן ל-3 במאי 1953 ובוטל.", "planned"),
        ("הוויכוח נקבע לאפריל 1953.", "planned"),
        ("הגשר נועד להיפתח ב-1953.", "planned"),
        ("השר אמור היה לחנוך את הגשר ב-1953.", "planned"),
        ("השר היה אמור לחנוך את הגשר ב-1953.", "planned"),
        ("הגשר נועד לשאת רכבות ב-1953.", "asserted"),
        ("הגשר תוכנן ב-1953 בידי מהנדס שוודי.", "asserted"),
        ("הגשר תוכנן לראשונה ב-1953.", "asserted"),
        ("הגשר תוכנן לבקשת הנסיך ב-1953.", "asserted"),
    ],
)
def test_what_is_meant_for_a_time_is_a_plan(text: str, modality: str) -> None:
    (clause,) = find_clauses(text, find_dates(text), find_sentences(text))
    assert clause.modality == modality


# ---- the rows of a document ----------------------------------------------------------


def _document(
    *paragraphs: str | Paragraph,
    marks: tuple[Mark, ...] = (),
    fields: tuple[Field, ...] = (),
    titles: tuple[str, ...] = ("",),
) -> Document:
    sections = tuple(
        Section(number, None if number == 0 else 0, 1 if number == 0 else 2, title, ())
        for number, title in enumerate(titles)
    )
    records = tuple(
        p
        if isinstance(p, Paragraph)
        else Paragraph(number, len(titles) - 1, "paragraph", p, None, None)
        for number, p in enumerate(paragraphs)
    )
    notes = tuple(
        Note(number, 0, "", None, None, False, "ref", "", "")
        for number in sorted({mark.reference_id for mark in marks})
    )
    return Document(Page("דף", "", -1), sections, records, fields, notes, marks)


def _mark(number: int, reference: int, position: int, paragraph: int = 0) -> Mark:
    return Mark(number, reference, "paragraph", 0, paragraph, position)


def _field(number: int, key: str, canonical: str, value: str, edtf: str | None) -> Field:
    return Field(
        0, number, None, "תבנית", key, canonical, None, None, value, value, "date",
        edtf=edtf, start_date=edtf, end_date=edtf, reference_ids=(number,),
    )  # fmt: skip


def _check_rows(document: Document, rows: EventRows) -> None:
    texts = {paragraph.paragraph_id: paragraph.text for paragraph in document.paragraphs}
    assert [row.sentence_id for row in rows.sentences] == list(range(len(rows.sentences)))
    assert [row.date_id for row in rows.dates] == list(range(len(rows.dates)))
    assert [row.event_id for row in rows.events] == list(range(len(rows.events)))
    assert len(rows.mark_sentences) == len(document.marks)
    for sentence in rows.sentences:
        assert 0 <= sentence.start < sentence.end <= len(texts[sentence.paragraph_id])
    for date in rows.dates:
        assert texts[date.paragraph_id][date.start : date.end] == date.text
        assert date.sentence_id is not None
        sentence = rows.sentences[date.sentence_id]
        assert sentence.paragraph_id == date.paragraph_id
        assert sentence.start <= date.start < sentence.end
    for event in rows.events:
        if event.paragraph_id is None or event.sentence_id is None:
            continue
        assert texts[event.paragraph_id][event.start : event.end] == event.text
        sentence = rows.sentences[event.sentence_id]
        assert sentence.start <= (event.start or 0) < (event.end or 0) <= sentence.end
        for date_id in event.date_ids:
            assert rows.dates[date_id].paragraph_id == event.paragraph_id


def test_notes_support_the_sentence_they_stand_in_or_after() -> None:
    text = "הגשר נחנך ב-1902. הוא קרס ב-1911. הוא נבנה שוב ב-1920."
    first, second = text.index(" הוא קרס"), text.index(" הוא נבנה")
    marks = (
        _mark(0, 7, first),  # after the full stop
        _mark(1, 8, first),  # a second mark beside it
        _mark(2, 9, second - 1),  # before the full stop
        _mark(3, 7, len(text) - 5),  # inside the sentence
    )
    rows = find_events(_document(text, marks=marks))
    assert [event.reference_ids for event in rows.events] == [(7, 8), (9,), (7,)]
    assert [event.paragraph_reference_ids for event in rows.events] == [(), (), ()]
    assert rows.mark_sentences == (0, 0, 1, 2)


def test_a_mark_after_the_space_supports_the_sentence_before() -> None:
    text = "הגשר נחנך ב-1902. הוא קרס ב-1911."
    rows = find_events(_document(text, marks=(_mark(0, 0, text.index("הוא")),)))
    assert rows.mark_sentences == (0,)


def test_notes_that_close_the_paragraph_are_kept_apart() -> None:
    text = "הגשר נחנך ב-1902. הוא קרס ב-1911."
    for position in (len(text), len(text) - 1):
        rows = find_events(_document(text, marks=(_mark(0, 4, position),)))
        assert [event.reference_ids for event in rows.events] == [(), (4,)]
        assert [event.paragraph_reference_ids for event in rows.events] == [(4,), ()]


def test_a_mark_inside_the_last_sentence_does_not_close_the_paragraph() -> None:
    text = "הגשר נחנך ב-1902. הוא קרס ב-1911 בסערה."
    rows = find_events(_document(text, marks=(_mark(0, 4, text.index(" בסערה")),)))
    assert [event.paragraph_reference_ids for event in rows.events] == [(), ()]


def test_marks_outside_the_prose_have_no_sentence() -> None:
    marks = (Mark(0, 0, "infobox", 0, infobox_id=0, field_id=0), _mark(1, 0, 3))
    rows = find_events(_document("הגשר נחנך ב-1902.", marks=marks))
    assert rows.mark_sentences == (None, 0)


def test_undated_sentences_inherit_and_are_marked() -> None:
    text = "הסכר קרס ב-3 במאי 1911. כתוצאה מכך הוצפו שלושה כפרים. היבול באזור היה דל."
    rows = find_events(_document(text))
    assert [(e.date_source, e.edtf, e.date_ids) for e in rows.events] == [
        ("explicit", "1911-05-03", (0,)),
        ("inherited", "1911-05-03", (0,)),
    ]
    assert rows.events[1].text == "כתוצאה מכך הוצפו שלושה כפרים"


def test_after_a_dated_noun_the_clause_is_open() -> None:
    rows = find_events(_document("הנמל שגשג לאחר חפירת התעלה ב-1869."))
    clause, noun = rows.events
    assert (clause.role, clause.edtf, clause.end_date, clause.end_jdn) == (
        "after",
        "1869/..",
        None,
        None,
    )
    assert (noun.text, noun.type, noun.edtf) == ("חפירת התעלה ב-1869", "nominal", "1869")


def test_a_life_in_one_bracket_is_one_interval() -> None:
    rows = find_events(_document("נח ערבי (3 ביוני 1860, יפו – 9 במאי 1931, עכו) היה דייג."))
    (event,) = rows.events
    assert (event.role, event.type, event.edtf) == ("lifespan", "lifespan", "1860-06-03/1931-05-09")
    assert (event.start_date, event.end_date) == ("1860-06-03", "1931-05-09")


@pytest.mark.parametrize(
    ("titles", "text", "edtf"),
    [
        (("", "המאה ה-19"), "בשנות ה-40 נסללה הדרך.", "184X"),
        (("", "המאה התשע-עשרה"), "בסוף שנות השבעים נסללה הדרך.", "187X"),
        (("", "שנות ה-20 של המאה ה-18"), "בשנות ה-90 נסללה הדרך.", "179X"),
        (("", "תולדות הכפר"), "בשנות ה-40 נסללה הדרך.", "194X"),
        (("", "המאה ה-19"), "ב-6 באוקטובר נסללה הדרך.", "XXXX-10-06"),
        (("", "מאה שערים"), "בשנות ה-40 נסללה הדרך.", "194X"),
    ],
)
def test_a_decade_is_of_the_century_of_its_heading(
    titles: tuple[str, ...], text: str, edtf: str
) -> None:
    assert [date.edtf for date in find_events(_document(text, titles=titles)).dates] == [edtf]


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        (("נחום גלזר (1931–1946)", "ציפורה אלון (1946–1960)", "דוד סלע (1961–1980)"), "explicit"),
        (("דוד סלע (1961-1980)", "ציפורה אלון (1946-1960)"), "explicit"),
        (("נחום גלזר (1871–1946)", "ציפורה אלון (1880–1960)"), "lifespan"),
        (("נחום גלזר (1831–1896)",), "lifespan"),
    ],
)
def test_years_that_take_over_from_others_in_a_list_are_no_lives(
    items: tuple[str, ...], kind: str
) -> None:
    records = [Paragraph(at, 0, "list_item", text, None, None) for at, text in enumerate(items)]
    rows = find_events(_document(*records))
    assert {date.kind for date in rows.dates} == {kind}
    assert any(event.role == "lifespan" for event in rows.events) == (kind == "lifespan")


def test_years_come_from_heading_and_earlier_paragraphs() -> None:
    heading = find_events(_document("ב-6 באוקטובר נחנך הגשר.", titles=("", "אירועי 1931")))
    assert heading.events[0].edtf == "1931-10-06"
    earlier = find_events(_document("הגשר נחנך ב-3 במאי 1902.", "ב-9 ביוני הוא קרס."))
    assert [event.edtf for event in earlier.events] == ["1902-05-03", "1902-06-09"]
    assert [event.date_source for event in earlier.events] == ["explicit", "implicit"]


@pytest.mark.parametrize(
    ("title", "dates", "events"),
    [
        ("הגשר", 1, 1),
        ("עלילה", 1, 0),
        ("לקריאה נוספת", 0, 0),
        ("הערות שוליים:", 0, 0),
        ("קישורים חיצוניים", 0, 0),
    ],
)
def test_lists_of_sources_have_no_dates(title: str, dates: int, events: int) -> None:
    rows = find_events(_document("הספר על הגשר יצא לאור ב-18.10.19.", titles=("", title)))
    assert (len(rows.sentences), len(rows.dates), len(rows.events)) == (1, dates, events)


def test_links_in_the_clause_are_its_entities() -> None:
    text = "הגשר נחנך ב-1902, ובנמל אשר הוקמה ב-1911 סוללה."
    start = text.index("נמל")
    links = (
        Link(0, 4, "internal", "גשר כרמון"),
        Link(start, start + 3, "internal", "נמל יפו"),
        Link(5, 9, "external", "https://example.org"),
    )
    paragraph = Paragraph(0, 0, "paragraph", text, None, None, links)
    rows = find_events(_document(paragraph))
    targets = [[entity.target for entity in event.entities] for event in rows.events]
    assert targets == [["גשר כרמון"], ["נמל יפו"]]
    assert all(text[e.start : e.end] == e.text for event in rows.events for e in event.entities)


@pytest.mark.parametrize(
    "raw", ["3 במאי 1860", "29 בפברואר 2000", "1860-05-03", "מאי 1860", "1860"]
)
def test_a_common_day_of_a_field_tells_what_the_date_grammar_reads(raw: str) -> None:
    date = read_date(raw)
    assert date is not None
    field = _field(0, "לידה", "birth_date", raw, date.edtf)
    field = field._replace(start_date=date.start_date, end_date=date.end_date)
    (event,) = find_events(_document(fields=(field,))).events
    told = (event.edtf, event.start_jdn, event.end_jdn, event.precision, event.modifier)
    assert told == (date.edtf, date.start_jdn, date.end_jdn, date.precision, date.modifier)
    assert event.calendar == date.calendar


def test_fields_that_say_what_happened_are_events() -> None:
    fields = (
        _field(0, "לידה", "birth_date", "3 במאי 1860", "1860-05-03"),
        _field(1, "תאריך לידה עברי", "birth_date_hebrew", 'י"א באייר תר"ך', "1860-05-03"),
        _field(2, "פטירה", "death_date", "1931", None),
        _field(3, "שם", "name", "1860", "1860-05-03"),
    )
    rows = find_events(_document(fields=fields))
    (event,) = rows.events
    assert (event.role, event.type, event.field_id, event.paragraph_id) == (
        "birth",
        "field",
        0,
        None,
    )
    assert (event.edtf, event.precision, event.start_jdn) == ("1860-05-03", "day", 2400534)
    assert event.reference_ids == (0,)


def test_shifting_keeps_what_is_open() -> None:
    rows = find_events(_document("מאז 1948 פועל במקום שוק."))
    event = rows.events[0]
    timing = shift_timing(_timing_of(event), "after")
    assert timing.edtf == event.edtf


def _timing_of(event: Event):
    from extract.events.timing import Timing

    return Timing(*event[7:15])


# ---- laws ----------------------------------------------------------------------------

_WORDS = [
    "ב-1917",
    "הוקם",
    "נהרס",
    "שנבנה",
    "ונסגר",
    "לאחר",
    "לפני",
    "המלחמה",
    "(1850–1912)",
    ",",
    ";",
    ".",
    "–",
    "ובשנת",
    "1930",
    "עד",
    "מאז",
    "1948",
    "הוא",
    "היא",
    "אשר",
    '"שיר"',
    'תש"ח',
    "(1948)",
    "למחרת",
    "אך",
    "כי",
    "לא",
    "במאה",
    "ה-12",
    "משנת",
    "1950",
    "[3]",
    "נכון",
    "ל-2019",
    "מנתה",
    "300",
    "נפש",
    "(",
    ")",
    "צפוי",
    "להיפתח",
]
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=40).map(" ".join) | st.text(max_size=120)


@settings(max_examples=200, deadline=None)
@given(_TEXTS)
def test_events_of_any_text_are_sound(text: str) -> None:
    dates = find_dates(text)
    for event in find_events_in_text(text, dates):
        assert 0 <= event.start < event.end <= len(text)
        assert text[event.start : event.end] == event.text
        assert event.dates
        assert len(set(event.dates)) == len(event.dates)
        assert all(0 <= index < len(dates) for index in event.dates)


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_each_token_is_found_again_in_the_text(text: str) -> None:
    dates = find_dates(text)
    line = tokenize(text, 0, len(text), dates, range(len(dates)))
    spans = [line.span_of(at) for at in range(len(line.bits))]
    assert [start for start, _ in spans] == [line.start_of(at) for at in range(len(spans))]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert [spans[at] for at in line.dates] == [(date.start, date.end) for date in dates]
    between = set(range(len(text))).difference(*(range(*span) for span in spans))
    assert not any(text[at].isdecimal() or "א" <= text[at] <= "ת" for at in between)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_TEXTS, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200)), max_size=6),
)
def test_rows_of_any_document_are_sound(texts: list[str], places: list[tuple[int, int]]) -> None:
    marks = tuple(
        _mark(number, number % 2, min(position, len(texts[paragraph])), paragraph)
        for number, (paragraph, position) in enumerate(p for p in places if p[0] < len(texts))
    )
    document = _document(*texts, marks=marks)
    _check_rows(document, find_events(document))


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "ב-1950 ",
        "הוקם ב-1950 ",
        "(1950) ",
        "לאחר הקרב ב-1950, ",
        "שנבנה ב-1950 ו",
        "הוא ",
        "ולאחר מכן ",
    ],
)
def test_time_grows_with_the_text(unit: str) -> None:
    def measure(size: int) -> float:
        text = "ב-1917 הוקם " + unit * (size // len(unit)) + " ונהרס ב-1920."
        dates = find_dates(text)
        sentences = find_sentences(text)
        best = 9.0
        for _ in range(2):
            started = time.process_time()
            find_clauses(text, dates, sentences)
            best = min(best, time.process_time() - started)
        return best

    assert measure(40_000) < 40 * measure(4_000) + 0.05


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", [")", "(", "[1]", " ", "-", "(1898, ב – 1971, ג) א ", "[[קישור]] הוקם ב-1950. "]
)
def test_time_of_a_page_grows_with_what_closes_a_clause_and_its_links(unit: str) -> None:
    def measure(size: int) -> float:
        document = parse(Page("דף", "הוקם ב-1917" + unit * (size // len(unit)) + ".", -1))
        best = 9.0
        for _ in range(2):
            started = time.process_time()
            find_events(document)
            best = min(best, time.process_time() - started)
        return best

    assert measure(20_000) < 40 * measure(2_000) + 0.05


@pytest.mark.parametrize(
    ("lead", "later", "expected"),
    [
        ("הקרב נערך בין 4 במרץ ל-9 במרץ 1921, ותם ב-10 במרץ 1921.", "ב-6 במרץ נפלה הגבעה.", "1921-03-06"),
        ("האגודה נוסדה ב-4 במרץ 1921 ונסגרה ב-1 ביוני 1960.", "ב-6 במרץ נחנך הבית.", "XXXX-03-06"),
        ("האגודה נוסדה ב-4 במרץ 1921.", "ב-6 במרץ נחנך הבית.", "XXXX-03-06"),
    ],
)  # fmt: skip
def test_a_page_about_one_year_gives_it_to_its_sections(
    lead: str, later: str, expected: str
) -> None:
    text = f"{lead}\n\n== המהלכים ==\n{later}\n"
    rows = find_events(parse(Page("דף", text, -1)))
    assert rows.dates[-1].edtf == expected


def test_a_box_that_dates_an_event_gives_its_year_to_the_page() -> None:
    text = "{{קרב|שם=קרב הגבעה|תאריך=4 במרץ 1921}}\nהקרב היה קצר.\n\n== המהלכים ==\nב-6 במרץ נפלה הגבעה.\n"
    rows = find_events(parse(Page("דף", text, -1)))
    assert rows.dates[-1].edtf == "1921-03-06"


@pytest.mark.parametrize(
    ("box", "edtf"),
    [
        ("{{סכסוך צבאי|תאריך התחלה=2 במאי 1917|תאריך סיום=9 ביוני 1917}}", "1917-05-20"),
        ("{{סכסוך צבאי|תאריך התחלה=2 במאי 1917|תאריך סיום=9 ביוני 1918}}", "XXXX-05-20"),
        ("{{מנהיג|תחילת כהונה=2 במאי 1917|סיום כהונה=9 ביוני 1917}}", "XXXX-05-20"),
    ],
)
def test_a_box_with_a_start_and_an_end_gives_their_year_to_the_page(box: str, edtf: str) -> None:
    text = f"{box}\nהמצור על המבצר נמשך חמישה שבועות.\n\n== סופו ==\nב-20 במאי נבקעה החומה."
    rows = find_events(parse(Page("דף", text, -1)))
    assert [date.edtf for date in rows.dates] == [edtf]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("לא ידוע אם השתתפה במסע ב-1931.", "hypothetical"),
        ("ספק אם ראה את המפה לפני 1931.", "hypothetical"),
        ("ב-1931 נשאל המהנדס אם יבנה את הגשר.", "asserted"),
    ],
)
def test_what_nobody_knows_is_not_asserted(text: str, modality: str) -> None:
    (clause,) = find_clauses(text, find_dates(text), find_sentences(text))
    assert clause.modality == modality


@pytest.mark.parametrize(
    "text",
    [
        "אמורה הייתה המקהלה להופיע בעיר ב-3 במאי 1931.",
        "המקהלה הייתה אמורה להופיע בעיר ב-3 במאי 1931.",
    ],
)
def test_a_plan_may_stand_before_its_copula(text: str) -> None:
    (clause,) = find_clauses(text, find_dates(text), find_sentences(text))
    assert clause.modality == "planned"
