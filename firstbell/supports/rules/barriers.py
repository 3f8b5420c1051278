"""What stands between a student and school, in four families. Where contacts name the same thing, the key is theirs.

The families are those that Attendance Works sorts root causes into; names and examples are ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from firstbell.cases.rules.entries import BARRIERS as LOGGED


@dataclass(frozen=True, slots=True)
class Family:
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Barrier:
    """One thing that keeps a student away. `examples` are what people say when it is this."""

    key: str
    label: str
    family: str
    examples: tuple[str, ...]


FAMILIES = {
    "barriers": Family("Barriers", "They would come, and something stands in the way."),
    "aversion": Family("Aversion", "They stay away from something at school that hurts."),
    "disengagement": Family("Disengagement", "Nothing and nobody at school draws them."),
    "misconceptions": Family("Misconceptions", "They do not know what the days add up to."),
}
_OURS = {
    "food": "Food and clothes",
    "anxiety": "Worry or fear about school",
    "discipline": "Sent out, sent home or suspended",
    "adult": "No adult at school they trust",
    "interest": "Nothing there that interests them",
    "unexcused_only": "Thinks only unexcused days count",
    "young": "Thinks it does not matter yet at this age",
}
_TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "barriers": {
        "health": ("An illness that comes back", "No doctor or dentist", "Medicine is not at school"),
        "transport": ("The bus was missed", "No car that week", "Too far to walk"),
        "housing": ("Moved in with relatives", "Staying in a motel or a shelter", "About to lose the apartment"),
        "care": ("Watches a younger sibling", "Takes a parent to the doctor", "Translates for the family"),
        "work": ("Works late", "Helps in the family's business"),
        "safety": ("The way to school feels dangerous", "Threatened on the corner"),
        "sleep": ("Nobody is home in the morning", "Up late at night", "Cannot be woken"),
        "food": ("No breakfast", "No clean clothes or shoes that fit"),
        "documents": ("Papers for enrolment are missing", "Waits for a transfer or for records"),
    },
    "aversion": {
        "bullying": ("Teased or left out", "Something on the phone follows them to school"),
        "learning": ("Lost since a long absence", "Fails a class", "Needs help to read"),
        "anxiety": ("Stomach ache on school mornings", "Cries at the gate", "Cannot be in a crowd"),
        "discipline": ("Came back from a suspension", "Is sent out of one class again and again"),
    },
    "disengagement": {
        "belonging": ("New at the school", "Eats alone", "Says nobody would notice"),
        "adult": ("Cannot name an adult they would go to", "The teacher they trusted has left"),
        "interest": ("Bored", "Sees no use in it", "Has given up on graduating"),
    },
    "misconceptions": {
        "misread": ("Thinks two days a month are nothing", "Does not know how many days were missed"),
        "unexcused_only": ("Called in every time, so it is fine", "Trips in term time with a note"),
        "young": ("It is only kindergarten", "They will catch up later"),
    },
}
BARRIERS = {
    key: Barrier(key, _OURS.get(key) or LOGGED[key], family, examples)
    for family, told in _TOLD.items()
    for key, examples in told.items()
}


def words(keys: Iterable[str]) -> list[str]:
    """The labels of these barriers, as they are stored with a plan or a contact."""
    return [BARRIERS[key].label if key in BARRIERS else LOGGED.get(key, key) for key in keys]
