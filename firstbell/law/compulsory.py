"""Who must attend school: from the sixth birthday until the eighteenth, unless exempt (EC 48200)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import Finding, Reason, spoken
from firstbell.law.policy import policy_on


@dataclass(frozen=True, slots=True)
class Ground:
    """A kind of exemption: its section, the ages it is open to (from, before), and whether part-time school remains."""

    section: str
    words: str
    age_from: int = 6
    age_before: int = 18
    part_time: bool = False


GROUNDS = {
    "private_school": Ground("EC 48222", "attends a private full-time day school"),
    "tutor": Ground("EC 48224", "is taught by a credentialed tutor"),
    "work_permit": Ground("EC 48230", "holds a work permit", part_time=True),
    "new_arrival": Ground("EC 48231", "arrived from another state at the end of a term", age_from=12),
    "leave_at_15": Ground("EC 48232", "is on a leave of absence", age_from=15, age_before=16),
    "leave_from_16": Ground("EC 48416", "is on a leave of absence", age_from=16),
    "home_or_hospital": Ground("EC 48206.3", "is taught at home or in hospital"),
    "immunization": Ground("EC 48216", "is kept out until immunizations are complete"),
    "continuation": Ground("EC 48410", "is exempt from continuation classes", age_from=16),
    "proficiency": Ground("EC 48412", "holds the proficiency certificate", age_from=16),
}


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption on record. `kind` is a key of GROUNDS; both days are included, `ends` None while it lasts.

    `evidence` names the paper that was seen; without it the exemption does not count.
    """

    kind: str
    begins: date
    ends: date | None
    evidence: str

    def covers(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day <= self.ends)


def birthday(born_on: date, age: int) -> date:
    """The day a person reaches an age; for someone born on February 29, March 1 of a common year (FAM 6500)."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def window(born_on: date, *, age_from: int = 6, age_before: int = 18) -> tuple[date, date]:
    """The days of compulsory education: from the first, included, to the second, excluded (EC 48200)."""
    return birthday(born_on, age_from), birthday(born_on, age_before)


def subject(
    born_on: date, on: date, *, graduated_on: date | None = None, exemptions: Iterable[Exemption] = ()
) -> Finding[bool]:
    """Whether a child must attend school on a day, full time or part time. KeyError for an unknown exemption."""
    policy = policy_on(on)
    rules = policy.truancy
    begins, ends = window(born_on, age_from=rules.age_from, age_before=rules.age_before)
    if on < begins:
        reasons = (Reason("EC 48200", f"School is not required before {spoken(begins)}.", begins),)
        return Finding(False, reasons, policy.version)
    if on >= ends:
        reasons = (Reason("EC 48200", f"School is not required since {spoken(ends)}.", ends),)
        return Finding(False, reasons, policy.version)
    if graduated_on is not None and graduated_on <= on:
        reasons = (Reason("EC 48410(a)", f"Graduated on {spoken(graduated_on)}.", graduated_on),)
        return Finding(False, reasons, policy.version)
    weighed = [_weigh(one, born_on, on) for one in exemptions if one.covers(on)]
    if freeing := tuple(reason for frees, reason in weighed if frees):
        return Finding(False, freeing, policy.version)
    required = Reason("EC 48200", f"School is required from {spoken(begins)} until {spoken(ends)}.", begins)
    return Finding(True, (required, *(reason for _, reason in weighed)), policy.version)


def _weigh(exemption: Exemption, born_on: date, on: date) -> tuple[bool, Reason]:
    """Whether an exemption frees the child on a day, and why or why not."""
    ground = GROUNDS[exemption.kind]
    if not exemption.evidence.strip():
        return False, Reason(ground.section, f"It is noted that the student {ground.words}, but no proof is on record.")
    if not birthday(born_on, ground.age_from) <= on < birthday(born_on, ground.age_before):
        return False, Reason(ground.section, "The exemption on record is not open to a student of this age.")
    if ground.part_time:
        return False, Reason(ground.section, f"The student {ground.words}: part-time classes remain required.")
    return True, Reason(ground.section, f"The student {ground.words}.", exemption.begins)
