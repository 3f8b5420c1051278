"""The day book: one byte for each line and school day of a year, mapped from disk, written beside and swapped whole.

Build it from `Sources`, `publish` it, read it with `current`. It holds nothing of its own: it can be built again from
the marks at any time and comes out equal to the byte.
"""

from firstbell.facts.arrays import ENROLMENT, MARK, OPEN, ROLL, UNCOUNTED, Uncounted, WhyNot
from firstbell.facts.daybook.book import BadSources, DayBook, Sources
from firstbell.facts.daybook.building import build, rows_rebuilt
from firstbell.facts.daybook.shelf import BadBook, check, current, publish

__all__ = [
    "ENROLMENT",
    "MARK",
    "OPEN",
    "ROLL",
    "UNCOUNTED",
    "BadBook",
    "BadSources",
    "DayBook",
    "Sources",
    "Uncounted",
    "WhyNot",
    "build",
    "check",
    "current",
    "publish",
    "rows_rebuilt",
]
