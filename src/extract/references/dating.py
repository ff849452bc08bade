"""Days of publication and of consultation, as EDTF.

Numeric and English forms are read here, everything Hebrew by ``extract.dates.read_date``.
Two-digit years of citations mean the latest century that is not after the page's own
revision (2025 for ``13.06.25``, 1971 for ``12.11.71``): unlike running text (N3), a source
is mostly younger than a century.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache

from extract.hewiki import load_toml
from extract.hewiki.days import read_day
from extract.references.values import read_text

__all__ = ["may_hold_date", "read_when"]

LATEST_YEAR = 2039
"""The latest year a two-digit year may mean where the page's revision is not known."""

_ISO = re.compile(
    r"([12][0-9]{3})[-/.]([01]?[0-9])(?:[-/.]([0-3]?[0-9]))?(?:[T ][0-9:.+\-Z]{0,30})?"
)
_COMPACT = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])(?:[0-9]{6})?")
_DAY_FIRST = re.compile(r"([0-3]?[0-9])[./\-]([01]?[0-9])[./\-]([12][0-9]{3}|[0-9]{2})")
_MONTH_YEAR = re.compile(r"([01]?[0-9])[./]([12][0-9]{3})")
_CIRCA = re.compile(r"(?:c\.|ca\.|circa)\s*(?=[0-9])", re.IGNORECASE)
_CLOCK = re.compile(r"[ ,]+[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?$")
_YEAR = re.compile(r"\(?([12][0-9]{3})[a-z]?\)?")
_ENGLISH = re.compile(
    r"(?:[a-z]{3,9},\s)?(?:([0-3]?[0-9])(?:st|nd|rd|th)?\.?\s(?:of\s|de\s)?)?([^\W\d_]{3,10})\.?"
    r"(?:\s([0-3]?[0-9])(?:st|nd|rd|th)?)?,?\s(?:de\s)?([12][0-9]{3})",
    re.IGNORECASE,
)
_MONTHS = re.compile(r"([^\W\d_]{3,10})\s?[-\u2013/]\s?([^\W\d_]{3,10}),?\s([12][0-9]{3})")


@cache
def _months() -> dict[str, int]:
    table = load_toml("citation_words.toml")["months"]
    return {name: int(number) for number, names in table.items() for name in names}


@cache
def _seasons() -> dict[str, int]:
    table = load_toml("citation_words.toml")["seasons"]
    return {name: int(number) for number, names in table.items() for name in names}


def _edtf(year: int, month: int | None = None, day: int | None = None) -> str | None:
    if month is None:
        return f"{year:04}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04}-{month:02}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _full_year(text: str, latest: int) -> int:
    if len(text) == 4:
        return int(text)
    year = latest // 100 * 100 + int(text)
    return year if year <= latest else year - 100


def _read_numeric(text: str, latest: int) -> str | None:
    if match := _ISO.fullmatch(text):
        day = int(match[3]) if match[3] else None
        return _edtf(int(match[1]), int(match[2]), day)
    if match := _COMPACT.fullmatch(text):
        return _edtf(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_FIRST.fullmatch(text):
        return _edtf(_full_year(match[3], latest), int(match[2]), int(match[1]))
    if match := _MONTH_YEAR.fullmatch(text):
        return _edtf(int(match[2]), int(match[1]))
    if match := _YEAR.fullmatch(text):
        return _edtf(int(match[1]))
    return None


def _read_english(text: str) -> str | None:
    if match := _ENGLISH.fullmatch(text):
        word, year = match[2].casefold(), int(match[4])
        day = match[1] or match[3]
        if word in _seasons() and not day:
            return f"{year:04}-{_seasons()[word]}"
        if word in _months():
            return _edtf(year, _months()[word], int(day) if day else None)
    if match := _MONTHS.fullmatch(text):
        first, last = _months().get(match[1].casefold()), _months().get(match[2].casefold())
        if first and last and first < last:
            return f"{match[3]}-{first:02}/{match[3]}-{last:02}"
    return None


_BARE_YEAR = re.compile(r"(?<![0-9./-])(1[4-9][0-9]{2}|20[0-9]{2})(?![0-9./-])")


def _covers(part: str, text: str) -> bool:
    """Whether nothing but punctuation is left of the text beside the part."""
    return not text.replace(part, "", 1).strip(" .,;:()[]-\u2013")


def _read_whole(text: str) -> str | None:
    """Return the EDTF of a text that is a date and nothing else."""
    from extract.dates import read_date

    for way, lead in ((text, ""), (f"{_year_word()} {text}", _year_word())):
        found = read_date(way)
        if found is not None and _covers(found.text.removeprefix(lead).strip(), text):
            return found.edtf
    return None


def _read_within(text: str) -> str | None:
    """Return the EDTF of the first date in a text, civil ones before their Hebrew twins."""
    from extract.dates import find_dates

    # no source is older than print; smaller numbers are clocks, pages and the like
    found = [item for item in find_dates(text) if item.edtf[:1] in "12"]
    civil = [item.edtf for item in found if item.calendar != "hebrew" and item.kind == "explicit"]
    years = _BARE_YEAR.findall(text)
    rest = [item.edtf for item in found]
    return next(iter([*civil, *years, *rest]), None)


_HEBREW_WORDS = re.compile("[\u05d0-\u05ea ]+")


def may_hold_date(text: str) -> bool:
    """Whether there may be a date in a text: not in Hebrew words that its grammar does not know."""
    from extract.dates.lexicon import readable

    return not _HEBREW_WORDS.fullmatch(text) or not readable().isdisjoint(text.split())


@cache
def _year_word() -> str:
    word: str = load_toml("citation_words.toml")["dates"]["year_word"]
    return word


@cache
def _leads() -> re.Pattern[str]:
    words = sorted(load_toml("citation_words.toml")["dates"]["lead"], key=len, reverse=True)
    joined = "|".join(re.escape(word) for word in words)
    return re.compile(rf"^(?:{joined})[-\u05be\u2013: ]*", re.IGNORECASE)


@cache
def _other_edition() -> re.Pattern[str]:
    words = load_toml("citation_words.toml")["dates"]["other_edition"]
    joined = "|".join(re.escape(word) for word in words)
    return re.compile(rf"[,;( ]+(?:{joined}).*$", re.IGNORECASE | re.DOTALL)


def _ways(text: str) -> list[str]:
    """The text, and what is left of it without a label and without another edition."""
    short = _other_edition().sub("", text).strip(" ,.;")
    if ":" in short[:20]:
        short = short.split(":", 1)[1].strip()
    return [text] if short == text or not short else [text, short]


def read_when(
    raw: str, latest_year: int | None = None, *, whole: bool = False
) -> tuple[str | None, str | None]:
    """Return the day as written, without "published on" and the like, and its EDTF.

    ``latest_year`` is the year of the page's revision.  The EDTF is None where the words
    hold no date, and with ``whole`` also where they hold anything beside it.
    """
    if len(raw) > _SHORT:
        return _read_when(raw[:600], latest_year, whole)
    return _read_short(raw, latest_year, whole)


_SHORT = 48
"""Longest value that is remembered: days come back from source to source, words do not."""


@lru_cache(maxsize=1 << 13)
def _read_short(raw: str, latest_year: int | None, whole: bool) -> tuple[str | None, str | None]:
    return _read_when(raw, latest_year, whole)


def _read_when(raw: str, latest_year: int | None, whole: bool) -> tuple[str | None, str | None]:
    if day := read_day(raw):
        return raw, day.edtf
    text = read_text(raw)
    text = _leads().sub("", text).strip(" ,;")
    if not text:
        return None, None
    latest = latest_year or LATEST_YEAR
    bare = _CLOCK.sub("", text.rstrip(".").strip("[]() "))
    if any(form.fullmatch(bare) for form in (_ISO, _COMPACT, _DAY_FIRST, _MONTH_YEAR)):
        return text, _read_numeric(bare, latest)
    if (about := _CIRCA.match(bare)) and (edtf := _read_numeric(bare[about.end() :], latest)):
        return text, edtf + "~"
    edtf = _read_numeric(bare, latest) or _read_english(bare)
    if edtf is not None or not may_hold_date(bare):
        return text, edtf
    if whole:
        edtf = _read_whole(bare)
    else:
        # the edition cited before the one it was made from
        for way in reversed(_ways(bare)):
            edtf = _read_numeric(way, latest) or _read_whole(way) or _read_within(way)
            if edtf:
                break
    return text, edtf
