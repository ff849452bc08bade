"""Write a dump of made-up Hebrew pages, the same for the same seed.

    python bench/generate.py OUT --pages 1000 --seed 1 --format multistream|xml|export

OUT is a folder.  The pages have the shape of Hebrew Wikipedia's: sizes (log-normal, median
4.3 KB, at most some 260 KB of wikitext), infoboxes, sections, lists, tables, pictures, footnotes
in both syntaxes with citation templates, links, dates of many forms, redirects and pages of
other namespaces.  Words and sentence patterns are in words.toml.  A summary with densities
per KB goes to stderr, so that they can be compared with those of a real dump.
"""

from __future__ import annotations

import argparse
import bz2
import hashlib
import math
import random
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
# What every page has anyway adds to these; the sizes named above come out.
MEDIAN, SIGMA, LARGEST = 2700, 1.55, 256_000
PAGES_PER_STREAM = 100
PAGES_PER_PART = 500
STAMP = "20260101"

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.mediawiki.org/xml/export-0.11/ http://www.mediawiki.org/xml/export-0.11.xsd" version="0.11" xml:lang="he">
  <siteinfo>
    <sitename>ויקיפדיה</sitename>
    <dbname>hewiki</dbname>
    <base>https://he.wikipedia.org/wiki/</base>
    <generator>bench/generate.py</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">שיחה</namespace>
      <namespace key="10" case="first-letter">תבנית</namespace>
      <namespace key="14" case="first-letter">קטגוריה</namespace>
    </namespaces>
  </siteinfo>
"""
FOOT = "</mediawiki>\n"
UNITS = ["", "א", "ב", "ג", "ד", "ה", "ו", "ז", "ח", "ט"]
TENS = ["", "י", "כ", "ל", "מ", "נ", "ס", "ע", "פ", "צ"]
HUNDREDS = ["", "ק", "ר", "ש", "ת", "תק", "תר", "תש", "תת", "תתק"]
SYLLABLES = WORDS["syllables"]
# Odd and prime to the number of four-syllable names, so that every page has its own.
STEP = 1_299_709


class Entry(NamedTuple):
    """A generated page before it is XML."""

    number: int
    title: str
    namespace: int
    text: str
    redirect: str | None
    timestamp: str


def name_of(number: int) -> str:
    """Return the made-up name of a page: four syllables, one for each number."""
    base = len(SYLLABLES)
    code = number * STEP % base**4
    parts = []
    for _ in range(4):
        code, digit = divmod(code, base)
        parts.append(SYLLABLES[digit])
    return "".join(parts[:2]) + " " + "".join(parts[2:])


def letters(number: int) -> str:
    """Return a number below 1000 in Hebrew letters with its gershayim."""
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    tail = {15: "טו", 16: "טז"}.get(rest, TENS[tens] + UNITS[units])
    word = HUNDREDS[hundreds] + tail
    return f'{word[:-1]}"{word[-1]}' if len(word) > 1 else f"{word}'"


def compile_pattern(pattern: str) -> list[tuple[str, str]]:
    """Return the pattern as pairs of literal text and the slot behind it."""
    pieces = pattern.replace("}", "{").split("{")
    return [
        (pieces[i], pieces[i + 1] if i + 1 < len(pieces) else "") for i in range(0, len(pieces), 2)
    ]


LETTERS = "אבגדהוזחטיכלמנסעפצקרשת"
FINALS = str.maketrans("כמנפצ", "ךםןףץ")
PREFIXES = ("", "", "", "מ", "ת", "הת", "א")
SUFFIXES = ("", "", "ה", "ים", "ות", "ית", "ון", "ן")


def make_vocabulary(size: int) -> list[str]:
    """Return made-up words of three root letters between an opening and an ending."""
    chance = random.Random("vocabulary").random
    words = []
    for _ in range(size):
        root = "".join(LETTERS[int(chance() * 22)] for _ in range(3))
        word = PREFIXES[int(chance() * 7)] + root + SUFFIXES[int(chance() * 8)]
        words.append(word[:-1] + word[-1].translate(FINALS))
    return words


VOCABULARY = make_vocabulary(40_000)
PATTERNS = [compile_pattern(pattern) for pattern in WORDS["sentences"]]
PLAIN = [compile_pattern(pattern) for pattern in WORDS["plain"]]
PLAIN_SHARE = 0.6
"""Of the sentences; the prose then has some two dates per KB, between the 1.2 of average real
paragraphs and the 3.6 of a long article on a city."""


class Writer:
    """The writer of one page; all its chances come from the seed and the page's number."""

    def __init__(self, seed: int, number: int) -> None:
        self.chance = random.Random(f"{seed}:{number}").random
        self.number = number
        self.names: list[str] = []
        self.slots: dict[str, Callable[[], str]] = {
            "when": self.when,
            "When": self.when,
            "range": self.span,
            "Range": self.span,
            "after": self.after,
            "After": self.after,
            "cent": self.century,
            "Cent": self.century,
            "year": lambda: f"שנת {self.year()}",
            "hebrew": self.hebrew,
            "link": self.link,
            "person": self.person,
            "num": self.amount,
            "noun": lambda: self.pick("nouns") if self.chance() < 0.5 else self.rare(),
            "adj": lambda: self.pick("adjectives") if self.chance() < 0.4 else self.rare(),
            "prof": lambda: self.pick("professions") if self.chance() < 0.5 else self.rare(),
            "thing": lambda: self.pick("things") if self.chance() < 0.4 else self.rare(),
            "word": self.rare,
            "family": lambda: self.pick("family_names"),
            "land": self.land,
        }

    def below(self, limit: int) -> int:
        return int(self.chance() * limit)

    def pick(self, name: str) -> str:
        words = WORDS[name]
        return words[int(self.chance() * len(words))]

    def rare(self) -> str:
        """Return a made-up word: few are common, most are rare, as in any language."""
        return VOCABULARY[int(len(VOCABULARY) ** self.chance() ** 0.5) - 1]

    def clause(self) -> str:
        """Return a run of made-up words, to give the text the variety of a language."""
        words = " ".join(self.rare() for _ in range(3 + self.below(7)))
        return ("ואת ", "ועל ", "עם ", "אשר ", "בשל ")[self.below(5)] + words

    def year(self) -> int:
        return 2024 - int(230 * self.chance() ** 1.7)

    def day(self) -> str:
        return f"{1 + self.below(28)} ב{self.pick('months')}"

    def when(self) -> str:
        chance, year = self.chance(), self.year()
        if chance < 0.25:
            return f"ב-{self.day()} {year}"
        if chance < 0.32:
            return f"ב-[[{self.day()}]] [[{year}]]"
        if chance < 0.5:
            return f"בשנת {year}"
        if chance < 0.66:
            return f"ב-{year}"
        if chance < 0.75:
            return f"ב-[[{year}]]"
        if chance < 0.88:
            return f"ב{self.pick('months')} {year}"
        if chance < 0.94:
            return f"בשנות ה-{10 * (1 + self.below(9))} של [[המאה ה-20]]"
        return f"בראשית שנת {year}"

    def span(self) -> str:
        year = self.year()
        end = min(2025, year + 1 + self.below(30))
        form = self.below(4)
        if form == 0:
            return f"בין השנים {year}–{end}"
        if form == 1:
            return f"בשנים {year}–{end}"
        if form == 2:
            return f"משנת {year} ועד {end}"
        return f"בין {self.pick('months')} {year} ל{self.pick('months')} {end}"

    def after(self) -> str:
        return ("שנתיים לאחר מכן", "באותה שנה", "כעבור שלוש שנים", "חודש לאחר מכן", "לאחר מכן")[
            self.below(5)
        ]

    def century(self) -> str:
        number = 15 + self.below(6)
        return f"[[המאה ה-{number}]]" if self.chance() < 0.4 else f"המאה ה-{number}"

    def hebrew(self) -> str:
        return f"{letters(1 + self.below(29))} ב{self.pick('hebrew_months')} ה'{letters(560 + self.below(220))}"

    def amount(self) -> str:
        return f"{int(10 ** (1 + 4 * self.chance())):,}"

    def target(self) -> str:
        # Links go to pages of the same neighbourhood, so that most targets exist.
        return name_of(abs(self.number + self.below(2000) - 1000) + 1)

    def link(self) -> str:
        chance, target = self.chance(), self.target()
        if chance < 0.55:
            return f"[[{target}]]"
        if chance < 0.85:
            return f"[[{target} ({self.pick('kinds')})|{target}]]"
        if chance < 0.93:
            return f"[[{target}#{self.pick('topics')}|{target.partition(' ')[0]}]]"
        return target

    def land(self) -> str:
        land = self.pick("lands")
        return f"[[{land}]]" if self.chance() < 0.6 else land

    def person(self) -> str:
        name = f"{self.pick('first_names')} {self.pick('family_names')}"
        return f"[[{name}]]" if self.chance() < 0.6 else name

    def sentence(self) -> str:
        parts = []
        slots = self.slots
        patterns = PLAIN if self.chance() < PLAIN_SHARE else PATTERNS
        for literal, slot in patterns[self.below(len(patterns))]:
            parts.append(literal)
            if slot:
                parts.append(slots[slot]())
        chance = self.chance()
        if chance < 0.8:
            return f"{''.join(parts)[:-1]}, {self.clause()}."
        return "".join(parts)

    def citation(self) -> str:
        chance = self.chance()
        title = f"{self.pick('nouns')} {self.pick('adjectives')} ב{self.target()}"
        author = f"{self.pick('first_names')} {self.pick('family_names')}"
        date = f"{self.day()} {2000 + self.below(25)}"
        address = f"https://example.org/{self.below(10**7)}"
        if chance < 0.4:
            return f"{{{{{self.pick('papers')}|{author}|{title}|{self.below(10**7)}|{date}}}}}"
        if chance < 0.62:
            stamp = f"{2005 + self.below(20)}-{1 + self.below(12):02}-{1 + self.below(28):02}"
            return f"{{{{קישור כללי|כתובת={address}|הכותב={author}|כותרת={title}|אתר={self.pick('publishers')}|תאריך={stamp}}}}}"
        if chance < 0.75:
            return (
                f'{{{{צ-ספר|מחבר={author}|שם={title}|מו"ל={self.pick("publishers")}'
                f"|שנת הוצאה={self.year()}|עמ={self.below(400)}}}}}"
            )
        if chance < 0.83:
            return f"{{{{cite web|url={address}|title=A report {self.below(999)}|date={date}|accessdate=2020-01-02}}}}"
        if chance < 0.92:
            return f"[{address} {title}], {self.pick('publishers')}, {date}"
        return f"{author}, '''{title}''', עמ' {self.below(400)}."

    def note(self) -> str:
        chance = self.chance()
        if self.names and chance < 0.16:
            name = self.names[self.below(len(self.names))]
            return f"{{{{הערה|שם={name}}}}}" if name.isascii() else f'<ref name="{name}" />'
        if chance < 0.3:
            name = f"n{len(self.names)}" if chance < 0.22 else f"מקור {len(self.names)}"
            self.names.append(name)
            if name.isascii():
                return f"{{{{הערה|שם={name}|1={self.citation()}}}}}"
            return f'<ref name="{name}">{self.citation()}</ref>'
        if chance < 0.66:
            return (
                f"{{{{הערה|{self.citation()}}}}}"
                if chance < 0.5
                else f"{{{{הערה|1={self.citation()}}}}}"
            )
        return f"<ref>{self.citation()}</ref>"

    def paragraph(self) -> str:
        parts = []
        for _ in range(1 + self.below(6)):
            parts.append(self.sentence())
            chance = self.chance()
            if chance < 0.22:
                parts[-1] += self.note()
            elif chance < 0.28:
                parts.append(f"{{{{ה|{self.target()}}}}} {self.clause()}.")
            elif chance < 0.36:
                parts.append(f"({{{{אנ|Name {self.below(9999)}}}}}) {self.clause()}.")
        return " ".join(parts)

    def bullets(self) -> str:
        mark = "#" if self.chance() < 0.2 else "*"
        lines = []
        for _ in range(3 + self.below(9)):
            form = self.below(4)
            if form == 0:
                lines.append(f"{mark} {self.person()} – {self.pick('professions')}, {self.when()}")
            elif form == 1:
                lines.append(f"{mark} [[{self.target()}]] ({self.year()})")
            elif form == 2 and lines:
                lines.append(f"{mark}{mark} {self.link()}")
            else:
                lines.append(f"{mark} '''{self.target()}''': {self.sentence()}")
        return "\n".join(lines)

    def table(self) -> str:
        lines = [
            '{| class="wikitable sortable"',
            f"|+ {self.pick('topics')}",
            "! שנה !! מקום !! כמות !! הערות",
        ]
        for _ in range(3 + self.below(12)):
            lines.append("|-")
            tail = self.note() if self.chance() < 0.1 else self.pick("things")
            if self.chance() < 0.6:
                lines.append(f"| {self.year()} || {self.link()} || {self.amount()} || {tail}")
            else:
                lines.extend(
                    [
                        f"| {self.year()}",
                        f'| style="text-align:right" | {self.link()}',
                        f"| {self.amount()}",
                        f"| {tail}",
                    ]
                )
        return "\n".join([*lines, "|}"])

    def picture(self) -> str:
        options = ("ממוזער", "ממוזער|שמאל", "ממוזער|200px", "ממוזער|ימין|250px")[self.below(4)]
        return f"[[קובץ:{self.target().replace(' ', '_')} {self.below(99)}.jpg|{options}|{self.pick('nouns')} ב{self.link()}, {self.year()}]]"

    def gallery(self) -> str:
        lines = [
            f"קובץ:Gallery {self.below(9999)}.jpg|{self.link()}" for _ in range(3 + self.below(4))
        ]
        return "<gallery>\n" + "\n".join(lines) + "\n</gallery>"

    def infobox(self, title: str) -> str:
        form = self.below(4)
        if form == 0:
            rows = [
                ("שם", title),
                ("תמונה", f"[[קובץ:{title}.jpg|250px]]"),
                ("תאריך לידה", f"[[{self.day()}]] [[{self.year()}]]"),
                ("מקום לידה", self.link()),
                ("תאריך פטירה", ""),
                ("עיסוק", f"{self.pick('professions')}{{{{ש}}}}{self.pick('professions')}"),
                (
                    "פרסים",
                    f"\n* פרס {self.pick('family_names')} ({self.year()})\n* פרס {self.pick('family_names')}",
                ),
            ]
            return self.box("אישיות", rows)
        if form == 1:
            rows = [
                ("שם", title),
                ("מדינה", f"{{{{דגל|{self.pick('lands')}||+}}}}"),
                ("אוכלוסייה", self.amount() + (self.note() if self.chance() < 0.3 else "")),
                ("שטח", f'{self.amount()} קמ"ר'),
                ("תאריך ייסוד", str(self.year())),
                ("ראש העיר", self.person()),
                (
                    "קואורדינטות",
                    f"{{{{coord|{30 + self.below(5)}|{self.below(60)}|N|{33 + self.below(3)}|{self.below(60)}|E}}}}",
                ),
                ("אתר אינטרנט", f"[https://example.org/{self.below(9999)} האתר]"),
            ]
            return self.box("עיר", rows)
        if form == 2:
            rows = [
                ("שם", f"קרב {title}"),
                ("מלחמה", self.link()),
                ("תאריך התחלה", f"{self.day()} {self.year()}"),
                ("מקום", self.link()),
                ("תוצאה", "ללא הכרעה"),
                ("צד1", self.land()),
                ("צד2", self.land()),
                ("כוחות1", f"{self.amount()} חיילים"),
                ("אבדות1", f"{self.amount()} הרוגים"),
            ]
            return self.box("קרב", rows)
        rows = [
            ("שם", title),
            ("סוג", self.pick("nouns")),
            ("תאריך הקמה", f"{self.pick('months')} {self.year()}"),
            ("מייסדים", f"{self.person()}, {self.person()}"),
            ("הכנסות", f"{self.amount()} אלף"),
            ("עובדים", self.amount()),
        ]
        return self.box("חברה מסחרית", rows)

    def box(self, name: str, rows: list[tuple[str, str]]) -> str:
        gap = " " if self.chance() < 0.5 else ""
        body = "".join(f"|{gap}{key}{gap}={gap}{value}\n" for key, value in rows)
        return f"{{{{{name}\n{body}}}}}"

    def quotation(self) -> str:
        return f"{{{{ציטוט|תוכן={self.sentence()}|מקור={self.person()}}}}}"

    def body(self, size: int) -> list[str]:
        """Return sections of prose, lists and tables of about that many bytes."""
        parts: list[str] = []
        done = 0
        level = 2
        while done < size:
            level = 2 if level == 4 or self.chance() < 0.6 else level + 1
            mark = "=" * level
            section = [
                f"{mark} {self.pick('topics')} {mark}"
                if self.chance() < 0.5
                else f"{mark}{self.pick('topics')}{mark}"
            ]
            if self.chance() < 0.12:
                section.append(f"{{{{ערך מורחב|{self.target()}}}}}")
            if self.chance() < 0.35:
                section.append(self.picture())
            section.extend(self.paragraph() + "\n" for _ in range(1 + self.below(4)))
            chance = self.chance()
            if chance < 0.25:
                section.append(self.bullets() + "\n")
            elif chance < 0.4:
                section.append(self.table() + "\n")
            elif chance < 0.46:
                section.append(self.gallery() + "\n")
            elif chance < 0.54:
                section.append(self.quotation() + "\n")
            elif chance < 0.58:
                section.append(f"<!-- {self.pick('topics')}: לבדוק -->\n")
            text = "\n".join(section)
            parts.append(text)
            done += len(text.encode())
        return parts

    def article(self, title: str) -> str:
        size = min(LARGEST, MEDIAN * math.exp(SIGMA * self.normal()))
        parts: list[str] = []
        if size > 1500 and self.chance() < 0.75:
            if self.chance() < 0.15:
                parts.append(f"{{{{פירוש נוסף|נוכחי={self.pick('kinds')}|ראו={self.target()}}}}}")
            parts.append(self.infobox(title))
        kind, land = self.pick("kinds"), self.land()
        parts.append(
            f"'''{title}''' (ב[[אנגלית]]: ''Name {self.number}'') היא {kind} ב{land}. {self.paragraph()}\n"
        )
        if size > 2500:
            parts.append(self.paragraph() + "\n")
        tail = self.tail(title, size)
        used = len("\n".join([*parts, *tail]).encode())
        parts.extend(self.body(int(size) - used))
        return "\n".join([*parts, *tail])

    def tail(self, title: str, size: float) -> list[str]:
        parts = []
        if size > 3000 and self.chance() < 0.6:
            parts.append(
                "== ראו גם ==\n"
                + "".join(f"* [[{self.target()}]]\n" for _ in range(1 + self.below(4)))
            )
        if size > 5000 and self.chance() < 0.5:
            parts.append(
                "== לקריאה נוספת ==\n"
                + "".join(f"* {self.citation()}\n" for _ in range(1 + self.below(5)))
            )
        if self.chance() < 0.6:
            parts.append(f"== קישורים חיצוניים ==\n{{{{מיזמים}}}}\n* {self.citation()}\n")
        parts.append("== הערות שוליים ==\n{{הערות שוליים}}\n")
        if self.chance() < 0.5:
            parts.append(f"{{{{{self.pick('navigation')}}}}}")
        parts.append(f"{{{{מיון רגיל:{title}}}}}")
        parts.extend(
            f"[[קטגוריה:{self.pick('categories')} ב{self.pick('lands')}]]"
            for _ in range(1 + self.below(4))
        )
        return parts

    def normal(self) -> float:
        """Return a chance of the normal distribution (Box and Muller)."""
        return math.sqrt(-2 * math.log(1 - self.chance())) * math.cos(2 * math.pi * self.chance())

    def entry(self) -> Entry:
        name = name_of(self.number)
        stamp = f"{2010 + self.below(15)}-{1 + self.below(12):02}-{1 + self.below(28):02}T{self.below(24):02}:{self.below(60):02}:00Z"
        chance = self.chance()
        if chance < 0.60:
            return Entry(self.number, name, 0, self.article(name), None, stamp)
        if chance < 0.85:
            target = self.target()
            return Entry(self.number, name, 0, f"#הפניה [[{target}]]", target, stamp)
        if chance < 0.88:
            lines = "".join(f"* [[{name} ({self.pick('kinds')})]]\n" for _ in range(3))
            return Entry(
                self.number, name, 0, f"'''{name}''' הוא:\n{lines}{{{{פירושונים}}}}", None, stamp
            )
        if chance < 0.94:
            text = f'<includeonly>{{| class="infobox"\n! {{{{{{שם|}}}}}}\n|}}</includeonly><noinclude>{self.sentence()}</noinclude>'
            return Entry(self.number, f"תבנית:{name}", 10, text, None, stamp)
        if chance < 0.97:
            return Entry(
                self.number,
                f"קטגוריה:{name}",
                14,
                f"[[קטגוריה:{self.pick('categories')}]]",
                None,
                stamp,
            )
        return Entry(
            self.number,
            f"שיחה:{name}",
            1,
            f"== {self.pick('topics')} ==\n{self.sentence()} --~~~~",
            None,
            stamp,
        )


def base36(text: bytes) -> str:
    """Return SHA-1 as MediaWiki writes it."""
    number = int.from_bytes(hashlib.sha1(text).digest(), "big")
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits.rjust(31, "0")


def to_xml(entry: Entry) -> bytes:
    """Return the page as MediaWiki's exporter writes it."""
    raw = entry.text.encode()
    sha1 = base36(raw)
    redirect = f"\n    <redirect title={quoteattr(entry.redirect)} />" if entry.redirect else ""
    return f"""  <page>
    <title>{escape(entry.title)}</title>
    <ns>{entry.namespace}</ns>
    <id>{entry.number}</id>{redirect}
    <revision>
      <id>{entry.number * 7 + 1000}</id>
      <parentid>{entry.number * 7 + 993}</parentid>
      <timestamp>{entry.timestamp}</timestamp>
      <contributor>
        <username>עורך {entry.number % 97}</username>
        <id>{entry.number % 97 + 1}</id>
      </contributor>
      <comment>/* עריכה */</comment>
      <origin>{entry.number * 7 + 1000}</origin>
      <model>wikitext</model>
      <format>text/x-wiki</format>
      <text bytes="{len(raw)}" sha1="{sha1}" xml:space="preserve">{escape(entry.text)}</text>
      <sha1>{sha1}</sha1>
    </revision>
  </page>
""".encode()


class Summary:
    """Counts over the generated wikitext."""

    MARKS = ("{{", "[[", "|", "\n")

    def __init__(self) -> None:
        self.pages = self.articles = self.size = self.notes = self.xml = 0
        self.counts = dict.fromkeys(self.MARKS, 0)
        self.sizes: list[int] = []

    def add(self, entry: Entry) -> None:
        size = len(entry.text.encode())
        self.pages += 1
        self.size += size
        if entry.namespace == 0 and entry.redirect is None:
            self.articles += 1
            self.sizes.append(size)
        for mark in self.MARKS:
            self.counts[mark] += entry.text.count(mark)
        self.notes += entry.text.count("{{הערה|") + entry.text.count("<ref")

    def __str__(self) -> str:
        kilobytes = max(self.size, 1) / 1000
        sizes = sorted(self.sizes) or [0]
        densities = " ".join(
            f"{mark!r} {count / kilobytes:.2f}" for mark, count in self.counts.items()
        )
        return (
            f"{self.pages} pages, {self.articles} articles, {self.size / 1e6:.1f} MB of wikitext; article bytes: "
            f"median {sizes[len(sizes) // 2]}, mean {sum(sizes) // len(sizes)}, most {sizes[-1]}; "
            f"per KB: {densities} notes {self.notes / kilobytes:.2f}"
        )


def generate(
    seed: int, pages: int | None, megabytes: float | None, summary: Summary
) -> Iterator[Entry]:
    """Yield pages 1, 2, … until so many pages or so much wikitext."""
    number = 0
    while (pages is None or number < pages) and (
        megabytes is None or summary.size < megabytes * 1e6
    ):
        number += 1
        entry = Writer(seed, number).entry()
        summary.add(entry)
        yield entry


def write_multistream(
    folder: Path, entries: Iterator[Entry], summary: Summary | None = None
) -> list[Path]:
    dump = folder / f"hewiki-{STAMP}-pages-articles-multistream.xml.bz2"
    index = folder / f"hewiki-{STAMP}-pages-articles-multistream-index.txt.bz2"
    with dump.open("wb") as out, bz2.open(index, "wt", encoding="utf-8") as lines:
        out.write(bz2.compress(HEAD.encode()))
        group: list[Entry] = []

        def flush() -> None:
            offset = out.tell()
            data = b"".join(map(to_xml, group))
            out.write(bz2.compress(data))
            if summary is not None:
                summary.xml += len(data)
            for entry in group:
                lines.write(f"{offset}:{entry.number}:{entry.title}\n")
            group.clear()

        for entry in entries:
            group.append(entry)
            if len(group) == PAGES_PER_STREAM:
                flush()
        if group:
            flush()
        out.write(bz2.compress(FOOT.encode()))
    return [dump, index]


def write_xml(folder: Path, entries: Iterator[Entry]) -> list[Path]:
    dump = folder / f"hewiki-{STAMP}-pages-articles.xml"
    with dump.open("wb") as out:
        out.write(HEAD.encode())
        for entry in entries:
            out.write(to_xml(entry))
        out.write(FOOT.encode())
    return [dump]


def write_export(folder: Path, entries: Iterator[Entry]) -> list[Path]:
    """Write parts of whole XML documents; the list of their sums comes last."""
    paths: list[Path] = []
    sums: list[str] = []
    group: list[Entry] = []

    def flush() -> None:
        name = f"hewiki-2026-01-01-p{group[0].number}p{group[-1].number}.xml.bz2"
        data = bz2.compress(HEAD.encode() + b"".join(map(to_xml, group)) + FOOT.encode())
        paths.append(folder / name)
        paths[-1].write_bytes(data)
        sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        group.clear()

    for entry in entries:
        group.append(entry)
        if len(group) == PAGES_PER_PART:
            flush()
    if group:
        flush()
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return paths


WRITERS = {"multistream": write_multistream, "xml": write_xml, "export": write_export}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="folder to write into")
    parser.add_argument(
        "--pages", type=int, help="number of pages (default 1000, if no --megabytes)"
    )
    parser.add_argument("--megabytes", type=float, help="megabytes of wikitext")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=sorted(WRITERS), default="multistream")
    options = parser.parse_args()
    pages = options.pages
    if pages is None and options.megabytes is None:
        pages = 1000
    options.out.mkdir(parents=True, exist_ok=True)
    summary = Summary()
    entries = generate(options.seed, pages, options.megabytes, summary)
    for path in WRITERS[options.format](options.out, entries):
        print(path)
    print(summary, file=sys.stderr)


if __name__ == "__main__":
    main()
