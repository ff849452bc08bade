"""Typed infobox values: what a plain value says as a number, a date, a place or a picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from extract.hewiki import load_toml
from extract.hewiki.days import read_day
from extract.hewiki.fields import split_label
from extract.model import DateExpression

__all__ = [
    "Value",
    "label_unit",
    "read_coordinates",
    "read_number",
    "read_value",
    "write_coordinates",
]

_LONGEST = 400
"""A longer text is prose: no quantity, date or place is looked for in it."""

_SHORT = 60
"""A longer text tells a story, whose only date need not be the field's."""
_TIDY: dict[int, str | None] = {
    **dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    0xA0: " ",
    0x2009: " ",
    0x202F: " ",
    0x2007: " ",
    ord("−"): "-",
    ord("״"): '"',
}
# Groups of three digits are parted by commas, or by (thin) spaces; never both.
_FIGURE = re.compile(r"\d")
_DIGITS = re.compile(
    r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?"
)
_CURRENCY = "₪$€£¥"
_APPROXIMATED = re.compile(r"\s?[-־–]?\s?(?=[\d₪$€£¥+-])")
_REMARK = re.compile(r"\([^()]*\)")
_GLUED_WORD = re.compile(r"(?<=\d{3})(?=[א-ת])")
_BARE_YEAR = re.compile(r"\d{3,4}(?!\d|[.,]\d)")
_DECIMAL_PAIR = re.compile(
    r"(?<![\d.])([+-]?\d{1,3}(?:\.\d{1,15})?)°?\s?([NS])?\s?[,;/ ]\s?([+-]?\d{1,3}(?:\.\d{1,15})?)°?\s?([EW])?(?![\d.])"
)
_SEXAGESIMAL = re.compile(
    r"(\d{1,3}(?:\.\d{1,15})?)°\s?(?:(\d{1,2}(?:\.\d{1,15})?)['′’׳]\s?)?(?:(\d{1,2}(?:\.\d{1,15})?)(?:\"|″|”|''|״)\s?)?"
    r"([A-Zא-ת]['׳]?[א-ת']{0,5})"
)


class Value(NamedTuple):
    """A value as text and, where it could be read, as its type."""

    value_type: str
    """``text``, ``number``, ``date``, ``coordinates``, ``image`` or ``empty``."""
    text: str
    number: float | None = None
    unit: str | None = None
    """As written, without the preposition; ``%`` for all words for per cent."""
    latitude: float | None = None
    """Degrees, north positive."""
    longitude: float | None = None
    """Degrees, east positive."""
    edtf: str | None = None
    start_date: str | None = None
    end_date: str | None = None


class _Words(NamedTuple):
    magnitudes: dict[str, float]
    approximate: tuple[str, ...]
    negative: tuple[str, ...]
    ranges: frozenset[str]
    percent: frozenset[str]
    preposition: str
    not_units: frozenset[str]
    units: frozenset[str]
    directions: dict[str, tuple[str, int]]
    year_signal: str
    lasting: re.Pattern[str]
    today: str
    endings: tuple[str, ...]
    prefixes: frozenset[str]


@cache
def _words() -> _Words:
    data = load_toml("quantities.toml")
    words = data["words"]
    sides = {"north": ("NS", 1), "south": ("NS", -1), "east": ("EW", 1), "west": ("EW", -1)}
    directions = {
        word: sides[side] for side, listed in data["directions"].items() for word in listed
    }
    return _Words(
        dict(data["magnitudes"]),
        tuple(sorted(words["approximate"], key=len, reverse=True)),
        tuple(words["negative"]),
        frozenset(words["range"]),
        frozenset(words["percent"]),
        words["unit_preposition"],
        frozenset(words["not_units"]),
        frozenset(unit.replace("״", '"') for listed in data["units"].values() for unit in listed),
        directions,
        words["year_signal"],
        re.compile(rf"(?<=[\d\u05d0-\u05ea])\s?[-–—־]\s?(?:{'|'.join(words['still'])})?\Z"),
        words["today"],
        tuple("." + ending for ending in data["files"]["endings"]),
        frozenset(data["files"]["prefixes"]),
    )


def _tidy(text: str) -> str:
    # Of the signs that give way only two are printable; most values have none of them.
    if not text.isprintable() or "−" in text or "״" in text:
        text = text.translate(_TIDY)
    return " ".join(text.split())


def _skip_start(text: str, words: _Words) -> tuple[str, float, str | None]:
    """Return what follows the words before a number, its sign, and a currency sign met."""
    sign, currency = 1.0, None
    for word in words.approximate:
        if text.startswith(word):
            joined = _APPROXIMATED.match(text, len(word))
            if joined:
                text = text[joined.end() :]
                break
    for word in words.negative:
        if text.startswith(word + " "):
            sign, text = -1.0, text[len(word) :].lstrip()
    if text[:1] in {"-", "+"}:
        sign, text = (-1.0 if text[0] == "-" else 1.0), text[1:].lstrip()
    if text[:1] and text[0] in _CURRENCY:
        currency, text = text[0], text[1:].lstrip()
    return text, sign, currency


def _read_magnitude(text: str, words: _Words) -> tuple[float, str]:
    """Return the factor of the magnitude words that begin a text, and the rest."""
    factor = 1.0
    for _ in range(2):  # "אלף מיליון"
        word, _, rest = text.partition(" ")
        bare = word.rstrip(",;")
        if bare not in words.magnitudes:
            break
        factor, text = factor * words.magnitudes[bare], word[len(bare) :] + rest
    return factor, text


def _read_unit(tail: str, words: _Words) -> tuple[str | None, bool]:
    """Return the unit a tail begins with and whether the tail holds nothing else.

    A remark in brackets is nothing else; what follows a comma or semicolon is.
    """
    head = re.split(r"[(;]|,(?!\d)", tail, maxsplit=1)[0].strip(" .")
    complete = _REMARK.sub("", tail).strip(" .") == head
    if head in words.percent:
        return "%", complete
    if not head:
        return None, complete
    if head in words.units:
        return head, complete
    parts = head.split(" ")
    if parts[0] in words.ranges or any(character.isdigit() for character in head):
        return None, False
    for size in (3, 2, 1):
        unit = " ".join(parts[:size])
        if unit in words.units:
            return unit, complete and unit == head
    return None, False


def read_number(text: str, loose: bool = False) -> tuple[float, str | None] | None:
    """Return the number a value is, with its unit as written, or None.

    Understood: commas of thousands, decimals, signs, Hebrew magnitudes (``3.7 מיליון``), units,
    approximation before it, a remark in brackets after it.  A range is no number.  With
    ``loose`` the number may be followed by other words, of which up to three are the unit.
    """
    words = _words()
    text, sign, currency = _skip_start(_tidy(text), words)
    match = _DIGITS.match(text)
    if match is None or len(match.group()) > 24:
        return None
    digits = match.group()
    tail = text[match.end() :]
    if len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return None
    glued = tail[:1]
    if glued and (glued.isdigit() or (glued in ",.'" and tail[1:2].isdigit())):
        return None
    tail = tail.lstrip()
    if tail[:1] in words.ranges or tail.partition(" ")[0] in words.ranges:
        return None
    factor, tail = _read_magnitude(tail, words)
    unit, complete = _read_unit(tail.strip(), words)
    if not complete and not loose:
        return None
    if unit is None and loose and not complete:
        unit = _loose_unit(tail, words)
        if unit is None and not tail.lstrip().startswith(("(", ",", ";")):
            return None
    return sign * float(digits.replace(",", "").replace(" ", "")) * factor, unit or currency


def _loose_unit(tail: str, words: _Words) -> str | None:
    head = re.split(r"[(;,]", tail, maxsplit=1)[0].strip(" .")
    parts = head.split(" ")
    if not head or len(parts) > 3 or any(character.isdigit() for character in head):
        return None
    return None if parts[0] in words.ranges else head


def label_unit(label: str) -> str | None:
    """Return the unit that the bracket ending a label names, or None.

    ``שטח (בקילומטר רבוע)`` → ``קילומטר רבוע``: the preposition ב before a unit or a magnitude
    goes; any other words led by it are taken for a unit too, unless they hold digits.
    """
    _, bracket = split_label(_tidy(label))
    if not bracket or any(character.isdigit() for character in bracket):
        return None
    words = _words()
    known = words.units | words.magnitudes.keys() | words.percent

    def is_unit(unit: str) -> bool:
        return unit in known or unit.split(" ", 1)[0] in known

    if bracket in words.percent or bracket[1:] in words.percent:
        return "%"
    if is_unit(bracket):
        return bracket
    rest = bracket[1:].lstrip("-־ ")
    if bracket[0] != words.preposition or not rest or bracket in words.not_units:
        return None
    return rest if is_unit(rest) or len(rest.split(" ")) <= 3 else None


def _signed(parts: Sequence[str], direction: tuple[str, int]) -> float | None:
    degrees = 0.0
    for index, part in enumerate(parts):
        try:
            value = float(part) if part.strip() else 0.0
        except ValueError:
            return None
        if not 0 <= abs(value) < (360 if index == 0 else 60):
            return None
        degrees += value / 60**index
    return degrees * direction[1]


def _check_pair(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return round(latitude, 7), round(longitude, 7)


def read_coordinates(parts: Sequence[str]) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees from a coordinate template's positional values.

    Forms: two decimals; decimal, N/S, decimal, E/W; degrees, minutes (and seconds) with
    their letters.  Hebrew words for the directions are read too.
    """
    directions = _words().directions
    halves: list[tuple[list[str], tuple[str, int]]] = []
    numbers: list[str] = []
    for raw in parts:
        part = _tidy(raw)
        if part.upper() in directions or part in directions:
            halves.append((numbers, directions.get(part) or directions[part.upper()]))
            numbers = []
            if len(halves) == 2:
                break
        elif re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{1,20})?", part) or not part:
            numbers.append(part)
        else:
            break
    if len(halves) == 2:
        return _pair_halves(halves)
    if not halves and len(numbers) == 2 and all(numbers):
        return _check_pair(float(numbers[0]), float(numbers[1]))
    return None


def _pair_halves(
    halves: Sequence[tuple[Sequence[str], tuple[str, int]]],
) -> tuple[float, float] | None:
    found = {
        direction[0]: _signed(numbers[:3], direction) for numbers, direction in halves if numbers
    }
    return _check_pair(found.get("NS"), found.get("EW"))


def _coordinates_in(text: str) -> tuple[float, float] | None:
    directions = _words().directions
    halves = []
    for match in _SEXAGESIMAL.finditer(text):
        direction = directions.get(match.group(4)) or directions.get(match.group(4)[:1])
        if direction:
            halves.append(([part or "" for part in match.groups()[:3]], direction))
    if len(halves) == 2:
        return _pair_halves(halves)
    pair = _DECIMAL_PAIR.fullmatch(text)
    if pair is None or ("." not in pair.group(1) and "." not in pair.group(3)):
        return None
    return _check_pair(
        float(pair.group(1)) * (-1 if pair.group(2) == "S" else 1),
        float(pair.group(3)) * (-1 if pair.group(4) == "W" else 1),
    )


def _read_date(text: str, loose: bool) -> DateExpression | None:
    """Return the date a value is; with ``loose`` also one that begins it or is its only one."""
    # Here, not above: most values never pay for the date grammar.
    from extract.dates import find_dates, read_date

    if not loose:
        found = read_date(text)
        whole = found is not None and found.start <= 3 and not text[found.end :].strip(" .)")
        return found if whole else None
    dates = find_dates(text)
    if dates and (dates[0].start <= 3 or (len(dates) == 1 and len(text) <= _SHORT)):
        return dates[0]
    if _BARE_YEAR.match(text) is None:
        return None
    # In a field of dates a bare number is a year, which running text has to announce.
    signal = _words().year_signal
    return next((date for date in find_dates(signal + text) if date.start < len(signal)), None)


def _image_name(text: str, words: _Words) -> str | None:
    name = text.strip("[] ").split("|", 1)[0]
    prefix, colon, rest = name.partition(":")
    if colon and prefix.strip().lower() in words.prefixes:
        name = rest
    name = name.replace("_", " ").strip()
    return name if name.lower().endswith(words.endings) and "\n" not in name else None


def _date_value(text: str, plain: str, loose: bool) -> Value | None:
    if not any(character.isdigit() or character in "\"'״׳" for character in plain) and not loose:
        return None
    if loose and len(plain) <= _SHORT and plain[0].isdigit():
        plain = _words().lasting.sub("–" + _words().today, plain)
    day = read_day(plain)
    if day is not None and day.is_gregorian and (loose or len(plain) > 4):
        return Value("date", text, edtf=day.edtf, start_date=day.start_date, end_date=day.end_date)
    # Lost markup glues the place to the year: "1879חיפה".
    date = _read_date(_GLUED_WORD.sub(" ", plain), loose)
    if date is None:
        return None
    return Value("date", text, edtf=date.edtf, start_date=date.start_date, end_date=date.end_date)


def read_value(text: str, key_type: str | None) -> Value:
    """Return a plain value typed by what its field holds, or by its own shape.

    ``key_type`` is a field's type (``number``, ``date``, ``coordinates``, ``image``, ``text``,
    ``link``, ``list``, ``identifier``) or None where nothing is known of the field: then the
    whole value has to be a number, a date, a pair of coordinates or a file name.
    """
    plain = _tidy(text)
    if not plain or plain in {"-", "–", "—"}:
        return Value("empty", text)
    if len(plain) > _LONGEST or key_type in {"text", "link", "list", "identifier"}:
        return Value("text", text)
    words = _words()
    if key_type in {None, "image"}:
        name = _image_name(plain, words)
        if name is not None:
            return Value("image", name)
    figures = _FIGURE.search(plain) is not None
    if figures and key_type in {None, "coordinates"}:
        pair = _coordinates_in(plain)
        if pair is not None:
            return Value("coordinates", text, latitude=pair[0], longitude=pair[1])
    if figures and key_type in {None, "number"}:
        number = read_number(plain, loose=key_type == "number")
        if number is not None:
            return Value("number", text, number=number[0], unit=number[1])
    if key_type in {None, "date"}:
        return _date_value(text, plain, loose=key_type == "date") or Value("text", text)
    return Value("text", text)


def write_coordinates(parts: Sequence[str]) -> str:
    """Return a coordinate template's positional values as they are printed: ``52°31′N 13°24′E``."""
    directions = _words().directions
    signs = "°′″"
    words, size = "", 0
    for raw in parts:
        part = _tidy(raw)
        if part in directions or part.upper() in directions:
            words, size = words + part + " ", 0
        elif re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{1,20})?", part) and size < len(signs):
            words, size = words + part + signs[size], size + 1
        else:
            break
    if not any(part.isalpha() for part in words):
        return ", ".join(_tidy(part) for part in parts[:2])
    return words.strip()
