"""Decisions only this product makes about help: what stands in the way, when a plan is one, whether it helped. Pure."""

from firstbell.supports.rules.barriers import BARRIERS, FAMILIES, Barrier, words
from firstbell.supports.rules.plans import (
    MOST_DAYS_AHEAD,
    PARTIES,
    TOO_EARLY,
    Draft,
    Promise,
    Reached,
    Tally,
    compared,
    goal_words,
    reached,
    refused,
)

__all__ = [
    "BARRIERS", "FAMILIES", "MOST_DAYS_AHEAD", "PARTIES", "TOO_EARLY", "Barrier", "Draft", "Promise", "Reached",
    "Tally", "compared", "goal_words", "reached", "refused", "words",
]  # fmt: skip
