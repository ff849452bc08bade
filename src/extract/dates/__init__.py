"""Hebrew dates in running text, by the convention in docs/dates.md.

::

    find_dates(text, context_year=None) -> list[DateExpression]
    read_date(text, compact=False) -> DateExpression | None      a field that is only a date
    read_dates(text, context) -> (dates, context)                a section, paragraph by paragraph

How a text is read, module by module:

``tokens``      cuts the text at its spaces, remembers each piece and its tokens, and keeps only
                passages around an anchor: a number, a letter numeral, a word of the grammar
``lexicon``     finds words of ``hewiki/*.toml`` behind their prefix letters
``numerals``    letters as numbers
``grammar``     what forms are made of: points, prefixes, phrases, number words
``years``       years in digits, words and letters
``months``      names of months, in either calendar
``digits``      dates in digits alone: 27.9.1951
``days``        days of a month, with their weekday
``periods``     years behind a head, decades, centuries, millennia
``pointers``    units that words point to: אותה שנה
``seasons``     seasons
``parts``       parts of these: beginnings, halves, quarters, weeks
``holidays``    holidays and new moons
``forms``       all these forms of one date, in the order they are tried
``edges``       what the words beside an expression are to it: signals, or nothing at all
``drafts``      expressions before the context supplies what they lack
``signals``     what the words before and behind an expression say of it
``members``     members of ranges and lists, and what they take from one another
``links``       what joins members
``names``       expressions that are part of a name, a title or a citation
``weak_years``  whether a number or letters without a head are a year
``admission``   what lets any weak expression in
``phrases``     ranges, lists, alternatives and single dates, put together from these
``offsets``     relative expressions: שנה לאחר מכן, כעבור שלוש שנים, למחרת
``short_ways``  the dates most prose has, where the words beside them say nothing of time:
                decided at once, as ``offsets`` and ``phrases`` decide them
``units``       what a form says, and its EDTF text and days
``calendars``   day numbers of the Gregorian, Julian and Hebrew calendars
``resolution``  what the context supplies: anchors, years, centuries (R1–R7)
``reading``     puts these together

To add a word, edit a data file: ``months``, ``numerals``, ``holidays``, ``date_signals``
(heads, parts, signals, eras, offsets) or ``date_stoplists`` (false friends).

To add a form of one date:

1. write ``some_form(tokens, index) -> Point | None`` in the module of its kind (``days`` to
   ``holidays``); look a bounded number of tokens ahead, and return a ``Unit`` with None where
   the words leave something open;
2. list it in ``forms.FORMS`` under the reading of its first word, above what is less specific;
3. if it is a new level of time, give ``units.evaluate`` its value and
   ``resolution`` its rank as an anchor;
4. add cases, positive and negative, to ``fixtures/cases/dates``.

Ranges, lists, parts, signals and modifiers then work with it unchanged.  A word or a phrase
that goes on with a form from behind it must be one that ``edges.ends`` knows of: a word with
a reading, a link, a phrase of a table.

To read a section, begin with ``DateContext(year)``, the year its heading names or None, and
hand on the context that comes back from paragraph to paragraph::

    context = DateContext(1948)
    for paragraph in paragraphs:
        dates, context = read_dates(paragraph, context)

``DateExpression.anchor`` is a place in the same list; None where the anchor is older.
"""

from extract.dates.reading import find_dates, read_date, read_dates
from extract.dates.resolution import Anchor, DateContext

__all__ = ["Anchor", "DateContext", "find_dates", "read_date", "read_dates"]
