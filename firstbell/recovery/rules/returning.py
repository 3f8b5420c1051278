"""What a return asks of people: the tasks of each way back. Pure."""

from dataclasses import dataclass

from firstbell.law.findings import count
from firstbell.law.returning import WAYS

MOST_CREDITS = 300


@dataclass(frozen=True, slots=True)
class Part:
    """One task of a return: its kind as cases knows it, in words; `after` the welcome meeting, or by its day."""

    kind: str
    text: str
    after: bool = False


_FIRST = {
    "regular": "Papers and schedule ready for the first day back",
    "continuation": "Transfer by choice to continuation school, in writing (EC 48432.3)",
    "study": "Written agreement for independent study, signed by all (EC 51747)",
    "community_day": "Referral to the community day school, with the records",
    "adult": "Walk over to the adult school and enroll together",
    "exam": "Registration for the proficiency examination, and the parent's word where under 18 (EC 48412)",
    "re_enroll": "Enroll again after the certificate, by right (EC 48414)",
}


def parts(way: str, credits_short: int) -> tuple[Part, ...]:
    """The tasks, in the order in which they fall due."""
    credit = (Part("plan", f"Plan for the credits: {count(credits_short, 'credit')} short", after=True),)
    return (
        Part("other", _FIRST[way]),
        Part("conference", f"Welcome meeting. The way back: {WAYS[way].label.lower()}"),
        *(credit if credits_short else ()),
        Part("checkin", "Check in after the first week back", after=True),
    )
