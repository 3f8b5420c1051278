"""What may follow a truancy report, and what no longer may (EC 48264.5, 48293).

Everything here is permitted and nothing is owed: a person decides, help first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from firstbell.law.findings import Finding, Reason, count, spoken
from firstbell.law.policy import Policy


@dataclass(frozen=True, slots=True)
class Action:
    """Something that may follow. `by_counsel` actions belong to a person and counsel, never to a school alone."""

    section: str
    words: str
    by_counsel: bool = False


LADDER: Mapping[int, tuple[Action, ...]] = {
    1: (
        Action("EC 48264.5", "Invite student and parent to meet a counselor about causes, and make a plan together"),
        Action("EC 37223", "Ask the student to attend one weekend make-up class"),
    ),
    2: (
        Action("EC 48264.5", "A peace officer may give a written warning"),
        Action("EC 48264.5", "Assign an after-school or weekend study program"),
    ),
    3: (
        Action("EC 48262", "Class the student as a habitual truant, if a conference was tried after the first report"),
        Action("EC 48263", "Refer the student to the review board, to probation or to mediation"),
    ),
    4: (Action("WIC 601", "The juvenile court may have jurisdiction: a person and counsel decide", by_counsel=True),),
}
"""By report; the fourth stands for every later one."""

LADDER_SINCE = date(2023, 1, 1)
"""SB 1057 (2022). The older ladder is not held here."""

GONE: Mapping[str, tuple[date, str]] = {
    "PC 270.1": (date(2026, 1, 1), "The crime of being the parent of a chronic truant is repealed"),
    "VC 13202.7": (date(2019, 1, 1), "A license can no longer be suspended for truancy"),
}
"""Repealed consequences: the first day on which each was no longer law."""


def may_follow(report: int, on: date, policy: Policy, *, conference_tried: bool = False) -> Finding[tuple[Action, ...]]:
    """What may follow report `report` on a day; of the third, only with a conference tried. ValueError below 1."""
    if report < 1:
        raise ValueError(f"truancy reports are numbered from 1, not {report}")
    if on < LADDER_SINCE:
        old = Reason("EC 48264.5", f"The steps before {spoken(LADDER_SINCE)} are not held here.", LADDER_SINCE)
        return Finding((), (old,), policy.version)
    actions = LADDER[min(report, max(LADDER))]
    if report == policy.truancy.habitual_reports and not conference_tried:
        blocked = Reason("EC 48262", "Nobody has tried to meet the family since the first report: try that first.")
        return Finding((), (blocked,), policy.version)
    return Finding(actions, tuple(Reason(action.section, f"{action.words}.") for action in actions), policy.version)


def is_available(section: str, on: date) -> Finding[bool]:
    """Whether a case of day `on` may rest on `section`: repealed ones may not; what remains is named beside it."""
    begun, words = GONE.get(section, (date.max, ""))
    if on < begun:
        return Finding(True, (Reason(section, f"In force on {spoken(on)}; a person and counsel decide."),))
    remains = Reason("EC 48293", "What remains for a parent is the infraction, after the review board's direction.")
    return Finding(False, (Reason(section, f"{words} since {spoken(begun)}.", begun), remains))


def parent_fine(conviction: int, policy: Policy) -> Finding[int]:
    """The most dollars a parent may be fined at conviction 1, 2, 3 ... (EC 48293). ValueError below 1."""
    if conviction < 1:
        raise ValueError(f"convictions are numbered from 1, not {conviction}")
    fines = policy.consequences.parent_fines
    most = fines[min(conviction, len(fines)) - 1]
    sentence = f"A fine of at most ${most}, or a parent education or counseling program in its place."
    return Finding(most, (Reason(policy.cite("consequences.parent_fines"), sentence),), policy.version)


def ward_orders(policy: Policy) -> Finding[tuple[int, ...]]:
    """For a ward of the court: least and most hours of service, within days, and the highest fine in dollars."""
    rules = policy.consequences
    least, most = rules.service_hours
    sentence = (
        f"The court may order {least} to {most} hours of community service within {count(rules.service_days, 'day')}, "
        f"a fine of at most ${rules.court_fine}, or a truancy prevention program."
    )
    reason = Reason(policy.cite("consequences.court_fine"), sentence)
    return Finding((least, most, rules.service_days, rules.court_fine), (reason,), policy.version)
