"""Ways back to school for a student who was lost, and at which age and in which grade each is open (EC 48432.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.law.compulsory import birthday
from firstbell.law.findings import Finding, Reason, spoken
from firstbell.law.policy import Policy

GRADES = range(9, 13)
"""High school: the grades that continuation school teaches."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way back. `age` is the name of the policy's value from which it is open, or empty."""

    label: str
    section: str
    sentence: str
    age: str = ""
    grades: range | None = None


WAYS: Mapping[str, Way] = {
    "regular": Way("Back to the school", "EC 48200", "The school of the home must take a student back."),
    "continuation": Way(
        "Continuation school", "EC 48432.3", "By choice, and the way back to the regular school stays open.",
        "exits.continuation_age", GRADES,
    ),
    "study": Way("Independent study", "EC 51747", "By a written agreement; back in class when the student asks."),
    "community_day": Way(
        "Community day school", "EC 48660", "For a student whom a board, probation or the district refers there."
    ),
    "adult": Way(
        "Adult education", "setting exits.adult_age", "School is no longer required; a diploma is still open.",
        "exits.adult_age",
    ),
    "exam": Way(
        "The proficiency examination", "EC 48412", "The certificate stands in for a diploma.", "exits.exam_age"
    ),
    "re_enroll": Way(
        "Back after the certificate", "EC 48414", "Who left with the certificate may come back once by right.",
        "exits.exam_age",
    ),
}  # fmt: skip


def ways(born_on: date | None, grade: int, on: date, policy: Policy) -> dict[str, Finding[bool]]:
    """Every way with whether it is open on a day, and why. Without a date of birth those with an age are not."""
    return {key: _open(way, born_on, grade, on, policy) for key, way in WAYS.items()}


def _open(way: Way, born_on: date | None, grade: int, on: date, policy: Policy) -> Finding[bool]:
    if way.grades is not None and grade not in way.grades:
        told = f"For grades {way.grades[0]} to {way.grades[-1]}."
        return Finding(False, (Reason(way.section, told),), policy.version)
    if way.age:
        age = _age(way, policy)
        if born_on is None:
            told = f"Open from age {age}; no date of birth is on record."
            return Finding(False, (Reason(policy.cite(way.age), told),), policy.version)
        if on < (opens := birthday(born_on, age)):
            told = f"Open from age {age}: on {spoken(opens)}."
            return Finding(False, (Reason(policy.cite(way.age), told, opens),), policy.version)
    return Finding(True, (Reason(way.section, way.sentence),), policy.version)


def _age(way: Way, policy: Policy) -> int:
    exits = policy.exits
    ages = {
        "exits.continuation_age": exits.continuation_age, "exits.adult_age": exits.adult_age,
        "exits.exam_age": exits.exam_age,
    }  # fmt: skip
    return ages[way.age]
