"""The sentences, dates and events of a page, as rows (rules R1, E8 and E9)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from extract.events.finder import Clause, find_clauses
from extract.events.inheritance import follows
from extract.hewiki.fields import find_field
from extract.model import DateExpression, Document, Entity, Event, Field, Mark, Paragraph, Sentence
from extract.sentences import find_sentences

__all__ = ["DateRow", "EventRows", "find_events"]
