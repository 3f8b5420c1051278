"""Recovery days: what a stop can come to, and what that is in the contact log. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

HOWS = {"visit": "Knocking at doors", "call": "Ringing numbers"}
AREAS = {"school": "School", "postal": "Postal code"}
MOST = 500
"""Stops of one day: what fifty volunteers can do."""
NO_AREA = "No area"


@dataclass(frozen=True, slots=True)
class Result:
    """What a stop came to. `outcome` is that of the contact log, empty where nobody tried; `found` is to locate."""

    label: str
    outcome: str
    found: bool = False


RESULTS: Mapping[str, Result] = {
    "student": Result("Spoke with the student", "reached", found=True),
    "family": Result("The family told where the student is", "reached", found=True),
    "unsure": Result("Spoke with the family, who do not know", "reached"),
    "word": Result("Left word", "left_word"),
    "nobody": Result("Nobody there", "no_answer"),
    "moved": Result("Moved away, or not known there", "no_answer"),
    "wrong": Result("Wrong number or address", "wrong_number"),
    "not_tried": Result("Not tried", ""),
}


def said_of(result: str, day: str, note: str) -> str:
    """The sentence of the contact log: `Recovery day in March: moved away, or not known there. To Fresno.`"""
    return f"{day}: {RESULTS[result].label.lower()}. {note}".strip()
