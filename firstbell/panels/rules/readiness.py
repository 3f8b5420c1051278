"""What a referral still needs: line by line, who can supply it and by when. Pure: what is known in, lines out.

A line of the statute is never waived. One of the district's own practice may be: somebody says why, a second agrees.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from firstbell.law.findings import Reason, count, spoken
from firstbell.law.policy import Policy
from firstbell.law.sarb import NOTICE_FIELDS
from firstbell.panels.kinds import KINDS, Kind

SETTING = "setting panels.practice"
NOTICE_WORDS = {
    "name": "the board's name", "address": "its address", "reason": "the reason for the referral",
    "meet": "that student and parents will be required to meet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say of a referral today.

    `against` are the reasons why the referral would not stand in the ladder; `taken_on` the day on which it became a
    step of it. `hollow` names steps that no longer stand. `efforts` are days on which help or a meeting was tried.
    `notice` are the parts that the issued notice has, `told_on` the day it went out, `unreachable` says why nobody may
    be written to. `heard` maps the kinds of panel that heard the student in this or the last school year to the day.
    """

    kind: Kind
    made_on: date
    on: date
    against: tuple[Reason, ...] = ()
    taken_on: date | None = None
    hollow: tuple[str, ...] = ()
    efforts: tuple[date, ...] = ()
    notice: frozenset[str] = frozenset()
    told_on: date | None = None
    unreachable: str = ""
    why: str = ""
    asked: str = ""
    plan_on: date | None = None
    adult: str = ""
    heard: tuple[tuple[str, date], ...] = ()
    undecided: int = 0
    live: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `ok` is None for advice that does not hold a referral back; `need` says what to do where it is not met.

    `link` names the page where it is supplied: a route name that takes the student's key, or "".
    """

    key: str
    title: str
    ok: bool | None
    reason: Reason
    need: str = ""
    who: str = ""
    by: date | None = None
    link: str = ""
    waivable: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    items: tuple[Item, ...]
    waived: frozenset[str] = frozenset()

    @property
    def missing(self) -> tuple[Item, ...]:
        """What holds it back, waived lines left out."""
        return tuple(one for one in self.items if one.ok is False and one.key not in self.waived)

    @property
    def ready(self) -> bool:
        return not self.missing

    @property
    def waivable(self) -> tuple[Item, ...]:
        return tuple(one for one in self.missing if one.waivable)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(Reason(one.reason.section, f"{one.reason.sentence} {one.need}".strip()) for one in self.missing)


def readiness(known: Known, policy: Policy, waived: Iterable[str] = ()) -> Readiness:
    """Every line of a referral to this kind of panel, the statute's first."""
    clocks = known.kind.clocks
    by = known.made_on + timedelta(max(clocks.hear_within - clocks.notice_days, 0))
    lines = (*_enrolled(known), *(_legal(known, policy, by) if known.kind.legal else _tried(known, by)))
    items = (*lines, *_practice(known, by), *_advice(known))
    waivable = {one.key for one in items if one.waivable}
    return Readiness(items, frozenset(waived) & waivable)


def _enrolled(known: Known) -> Iterable[Item]:
    if not known.live:
        gone = Reason(SETTING, "The student is at no school of the district now.")
        yield Item("enrolled", "Enrolled here", False, gone, "Withdraw the referral; the new district may make one.")


def _legal(known: Known, policy: Policy, by: date) -> Iterable[Item]:
    hollow = " ".join(known.hollow)
    yield Item(
        "chain", "Every earlier step stands, in order", not hollow,
        Reason("EC 48260", hollow or "No step of this year lost its ground."),
        "Withdraw what no longer stands, and tell the family.", "The counselor", by, "cases:case",
    )  # fmt: skip
    yield _ground(known, by)
    needed = policy.boards.interventions
    efforts = [day for day in known.efforts if day <= known.on]
    last = f", the last on {spoken(max(efforts))}" if efforts else ""
    yield Item(
        "tried", "What the school tried is documented", len(efforts) >= needed,
        Reason("EC 48263(a)", f"{count(len(efforts), 'effort')} on record{last}."),
        "Log the contacts, sessions and meetings there were. Help comes first.", "The counselor", by, "cases:case",
    )  # fmt: skip
    yield from _notice(known, by)


def _ground(known: Known, by: date) -> Item:
    if known.taken_on:
        stands = not known.against
        words = f"The referral is a step of the ladder since {spoken(known.taken_on)}."
        lost = " ".join(one.sentence for one in known.against)
        section = "EC 48263" if stands else known.against[0].section
        return Item(
            "ground", "The ground holds", stands, Reason(section, words if stands else lost),
            "Withdraw the referral: what it rested on is no longer so.", "The counselor", by,
        )  # fmt: skip
    if known.against:
        lost = " ".join(one.sentence for one in known.against)
        return Item(
            "ground", "The ground holds", False, Reason(known.against[0].section, lost),
            "The ladder says what comes first.", "The counselor", by, "desk:student",
        )  # fmt: skip
    return Item(
        "ground", "The ground holds and a named person confirmed it", False,
        Reason("EC 48263", "The facts allow the referral; nobody has confirmed it as a step yet."),
        "Confirm it here.", "The counselor", by,
    )  # fmt: skip


def _notice(known: Known, by: date) -> Iterable[Item]:
    if known.unreachable:
        yield Item(
            "addressee", "Somebody may be written to", False, Reason("EC 48263(a)", known.unreachable),
            "Correct the family's contacts in the student system.", "The office", by,
        )  # fmt: skip
    if known.told_on is None or known.told_on > known.on:
        told = Reason("EC 48263(a)", "Student and parents have not been told in writing.")
        yield Item(
            "notice", "The written notice of the referral went out", False, told,
            "Prepare the letter \"Review board referral\" and issue it.", "The office", by, "notices:index",
        )  # fmt: skip
        return
    lacks = [NOTICE_WORDS[name] for name in NOTICE_FIELDS if name not in known.notice]
    words = f"Issued on {spoken(known.told_on)}, with all four parts." if not lacks else f"It lacks {', '.join(lacks)}."
    yield Item(
        "notice", "The written notice has its four parts", not lacks, Reason("EC 48263(a)", words),
        "Rescind it and issue a complete one.", "The office", by, "notices:index",
    )  # fmt: skip


def _tried(known: Known, by: date) -> Iterable[Item]:
    """No statute describes these panels: the district asks that somebody tried to reach the home first."""
    efforts = [day for day in known.efforts if day <= known.on]
    last = f", the last on {spoken(max(efforts))}" if efforts else ""
    yield Item(
        "tried", "Somebody tried to reach the family", bool(efforts),
        Reason(SETTING, f"{count(len(efforts), 'effort')} on record{last}."),
        "Call or visit first, and log it.", "The counselor", by, "cases:case", waivable=True,
    )  # fmt: skip


def _practice(known: Known, by: date) -> Iterable[Item]:
    yield Item(
        "why", "Why the panel is asked is said", bool(known.why.strip()),
        Reason(SETTING, "Said." if known.why.strip() else "Nobody has said why."), "Say it in a sentence or two.",
        "Whoever refers", by,
    )  # fmt: skip
    if known.kind.after:
        yield _earlier(known, by)
    if known.kind.level == "region":
        yield Item(
            "plan", "A plan is in force", known.plan_on is not None,
            Reason(SETTING, f"Since {spoken(known.plan_on)}." if known.plan_on else "No plan is in force."),
            "Make one with the student and the family.", "The counselor", by, "supports:plan", waivable=True,
        )  # fmt: skip
        yield Item(
            "adult", "A named adult answers for the student", bool(known.adult),
            Reason(SETTING, f"{known.adult}." if known.adult else "The case names nobody."),
            "Name one in the case.", "The counselor", by, "cases:case", waivable=True,
        )  # fmt: skip


def _earlier(known: Known, by: date) -> Item:
    heard = dict(known.heard)
    met = [kind for kind in known.kind.after if kind in heard]
    names = " or ".join(KINDS[kind].short for kind in known.kind.after)
    if met:
        said = f"The {KINDS[met[0]].short} met on {spoken(heard[met[0]])}."
    else:
        said = f"No {names} has met about this student this year or last."
    return Item(
        "earlier", f"{names} first", bool(met), Reason(SETTING, said), f"Refer to the {names} first.",
        "The counselor", by, waivable=True,
    )  # fmt: skip


def _advice(known: Known) -> Iterable[Item]:
    if known.undecided:
        words = f"{count(known.undecided, 'absence')} of this year has no reason yet: clear first, then decide."
        yield Item("cleared", "Absences are cleared", None, Reason(SETTING, words), "Clear them.", "The office",
                   link="attendance:clearing")  # fmt: skip
    if not known.asked.strip():
        words = "What the family asks for is not written down."
        yield Item("asked", "The family's own wish", None, Reason(SETTING, words), "Ask them before the panel does.",
                   "Whoever refers")  # fmt: skip


def waivable_keys(items: Sequence[Item]) -> list[str]:
    return [one.key for one in items if one.waivable and one.ok is False]
