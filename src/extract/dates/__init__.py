"""Dates in Hebrew text, by the convention in docs/dates.md."""

from extract.dates.reading import find_dates, read_date, read_dates
from extract.dates.resolution import Anchor, DateContext

__all__ = ["Anchor", "DateContext", "find_dates", "read_date", "read_dates"]
