"""What a contact is: its kinds and outcomes, the minutes it usually takes, and what it counts as. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of contact. `minutes` it usually takes; `activity` is its line of the activity report."""

    label: str
    minutes: int
    activity: str
    reaches_home: bool = True
    """Whether it is an effort to reach the family: what EC 48262 calls a conscientious effort."""


KINDS = {
    "call": Kind("Call", 10, "Parent contact"),
    "text": Kind("Text", 3, "Parent contact"),
    "mail": Kind("E-mail or letter", 5, "Parent contact"),
    "visit": Kind("Home visit", 45, "Home visit"),
    "conference": Kind("Conference", 30, "Parent conference"),
    "checkin": Kind("Check-in", 10, "Student contact", reaches_home=False),
    "teacher": Kind("Word with a teacher", 10, "Consultation with staff", reaches_home=False),
}
OUTCOMES = {
    "reached": "Reached",
    "left_word": "Left a message",
    "no_answer": "No answer",
    "wrong_number": "Wrong number",
    "declined": "Declined",
    "plan": "Agreed on a plan",
}
SPOKE = ("reached", "declined", "plan")
"""Outcomes in which a person was reached: the clock since the last contact starts again."""
BARRIERS = {
    "health": "Health",
    "transport": "Getting to school",
    "housing": "Housing",
    "care": "Caring for others",
    "work": "Work",
    "safety": "Safety on the way or at school",
    "bullying": "Bullying",
    "learning": "Hard to keep up",
    "belonging": "Does not feel they belong",
    "sleep": "Sleep and mornings",
    "misread": "Thinks absences do not add up",
    "documents": "Papers and enrolment",
}
LONGEST = 4000
"""Characters of what is said: two pages. Longer belongs into a note."""


def refused(kind: str, outcome: str, *, on: date, today: date, said: str, minutes: int) -> str:
    """Why an entry cannot be what it says it is; empty when it can."""
    if kind not in KINDS:
        return "Choose what kind of contact it was."
    if outcome not in OUTCOMES:
        return "Choose what came of it."
    if on > today:
        return "It has not happened yet: choose today or an earlier day, or make it a task."
    if len(said) > LONGEST:
        return f"That is {len(said):,} characters; {LONGEST:,} fit here. Put the rest into a note."
    if not 0 <= minutes <= 600:
        return "Minutes are from 0 to 600."
    return ""


def clears(task: str, kind: str, outcome: str) -> bool:
    """Whether a contact is the work a task waits for: a visit is a visit, whoever is called must have been tried."""
    if task == "reach":
        return KINDS[kind].reaches_home and outcome in SPOKE
    return task == kind and outcome != "wrong_number"
