"""Decisions only this product makes about cases. Pure: values in, answers out."""

from firstbell.cases.rules.steps import (
    LABELS,
    LAST,
    MEETINGS,
    NEWS,
    RANKS,
    TITLES,
    Line,
    Stand,
    hollow_words,
    line,
    stand,
    title_of,
    turned,
    why_not,
    words,
)
from firstbell.core.refusals import NotAllowed, refusal

__all__ = [
    "LABELS", "LAST", "MEETINGS", "NEWS", "RANKS", "TITLES", "Line", "NotAllowed", "Stand", "hollow_words", "line",
    "refusal", "stand", "title_of", "turned", "why_not", "words",
]  # fmt: skip
