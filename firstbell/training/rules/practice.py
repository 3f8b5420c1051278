"""What there is to look at on a practice day, by role, and on how many days somebody worked."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from firstbell.core.access import May


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look at: where, who may, and which journal lines say that somebody did it."""

    title: str
    what: str
    route: str
    may: May
    verbs: tuple[str, ...]


LOOKS: dict[str, Look] = {
    "today": Look(
        "Today", "Open the first students, ask why, and do what comes next.", "desk:today", May.SEE_STUDENTS,
        ("cases.step_taken", "cases.opened", "cases.tier_set", "cases.decided", "cases.note_written",
         "cases.adult_named", "supports."),
    ),
    "tasks": Look(
        "Tasks", "Finish what the ladder asked for, each with its work.", "desk:today", May.WORK_CASES,
        ("cases.task_",),
    ),
    "calls": Look(
        "Calls", "Reach families, and write down each contact.", "desk:calls", May.LOG_CONTACTS,
        ("cases.contact_logged",),
    ),
    "clearing": Look(
        "Clear absences", "Ask for the reason of each day that has none.", "attendance:clearing", May.CLEAR_ABSENCES,
        ("attendance.cleared", "attendance.decision_asked", "attendance.taken_back"),
    ),
    "decisions": Look(
        "Absences to decide", "Accept the excuse or not, and say why.", "attendance:decisions", May.DECIDE_ABSENCES,
        ("attendance.allowed", "attendance.refused"),
    ),
    "letters": Look(
        "Letters due", "Look at each letter and why it is due, then prepare a batch.", "notices:index",
        May.PREPARE_NOTICES, ("notices.prepared",),
    ),
    "batches": Look(
        "Batches to approve", "Read the letters, then approve and issue them.", "notices:batches",
        May.APPROVE_NOTICES, ("notices.approved", "notices.issue_asked", "notices.issued"),
    ),
    "lost": Look(
        "Lost students", "Take the next step of each search.", "recovery:board", May.SEE_RECOVERY, ("recovery.",),
    ),
    "needs": Look(
        "What needs you", "Deadlines that pass, and students nobody reached.", "oversight:exceptions", May.OVERSEE,
        ("oversight.", "panels."),
    ),
    "reviews": Look(
        "Chart reviews", "Draw the month's charts, read one, and give feedback.", "oversight:reviews", May.OVERSEE,
        ("oversight.sample_drawn", "oversight.chart_scored", "oversight.feedback_given"),
    ),
    "questions": Look(
        "Questions of schools", "Answer what schools ask the Region.", "training:board", May.ANSWER_SCHOOLS,
        ("training.question_", "training.consult_logged"),
    ),
    "purchases": Look(
        "Counselor days", "Look at the requests that wait for you.", "staffing:purchases", May.SEE_PURCHASES,
        ("staffing.purchase_", "staffing.rates_set"),
    ),
    "imports": Look(
        "Imports", "See what the night brought, and what it could not count.", "imports:runs", May.SEE_IMPORTS,
        ("imports.",),
    ),
}  # fmt: skip

OF_ROLE = {
    "counselor": ("today", "calls", "tasks", "letters", "lost"),
    "clerk": ("clearing", "letters", "calls"),
    "principal": ("decisions", "batches", "today", "purchases"),
    "coordinator": ("needs", "reviews", "lost", "questions"),
    "region_counselor": ("lost", "questions", "purchases"),
    "director": ("needs", "batches", "reviews", "imports"),
    "chair": ("today", "tasks", "lost"),
    "fiscal": ("purchases",),
    "engineer": ("imports",),
}
"""What each role looks at on a day, what comes first first."""


def looks(roles: Iterable[str]) -> list[tuple[str, Look]]:
    """What somebody with these roles looks at, each thing once."""
    return [(key, LOOKS[key]) for key in dict.fromkeys(key for role in roles for key in OF_ROLE.get(role, ()))]


def done(look: Look, counts: Mapping[str, int]) -> int:
    """Of how many journal lines, counted by verb, this is the work."""
    return sum(number for verb, number in counts.items() if verb.startswith(look.verbs))


def is_work(verb: str) -> bool:
    """Ending the day is none, nor is how somebody arranged their own lists."""
    return not verb.startswith(("core.", "training.day_"))


def worked_through(began: Sequence[datetime], at: Iterable[datetime]) -> int:
    """On how many days that are over something was done; `began` is in order, and its last day is not over."""
    places = {bisect_right(began, moment) for moment in at}
    return len(places - {0, len(began)})
