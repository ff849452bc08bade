"""Dated events of the prose and of infobox fields (rules E1 to E9 of docs/dates.md)."""

from __future__ import annotations

from extract.events.documents import DateRow, EventRows, find_events
from extract.events.finder import Clause, TextEvent, find_clauses, find_events_in_text

__all__ = [
    "Clause",
    "DateRow",
    "EventRows",
    "TextEvent",
    "find_clauses",
    "find_events",
    "find_events_in_text",
]
