"""One child on one screen for the room: attendance, ladder in a line, strengths, wishes, plan, what was tried.

It is read aloud before the family: figures and facts of the record, no words of any note.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from firstbell.attendance.models import Standing
from firstbell.cases.queries import efforts, ladder_of, last_reached
from firstbell.cases.rules.entries import KINDS, SPOKE
from firstbell.core.templatetags.ui import plural_s
from firstbell.law.bands import NationalBand
from firstbell.panels.models import Directive, Hearing, Referral, TeacherForm
from firstbell.roster.models import Student
from firstbell.supports.queries import plan_card

LINE = 280
"""Characters of a wish or a strength on the brief; all of it is in the packet."""


@dataclass(frozen=True, slots=True)
class Brief:
    student: Student
    figures: Sequence[dict[str, str]]
    weeks: Sequence[int | None]
    band: str
    band_text: str
    ladder: str
    strengths: Sequence[tuple[str, str]]
    """(what, who says so)."""
    asked: Sequence[str]
    goal: str
    progress: str
    barriers: str
    tried: str
    reached: date | None
    agreed: Sequence[Directive]
    """What an earlier hearing agreed, and how it stands."""


def briefs(hearing: Hearing) -> list[Brief]:
    """The brief of every child of a hearing whose referral stands, the eldest first."""
    rows = hearing.referrals.exclude(state="withdrawn").select_related("student__school")
    return [_brief(one) for one in rows.order_by("student__born_on", "pk")]


def _brief(referral: Referral) -> Brief:
    student = referral.student
    standing = Standing.objects.filter(student=student).first()
    card = plan_card(student)
    plan = card.plan
    forms = TeacherForm.objects.filter(referral=referral, answered_at__isnull=False).exclude(strengths="")
    said = [(plan.strengths[:LINE], "the plan")] if plan and plan.strengths else []
    agreed = Directive.objects.filter(student=student, stands__in=("open", "kept", "late", "broken", "unknown"))
    return Brief(
        student=student,
        figures=_figures(standing),
        weeks=[None if week < 0 else week for week in standing.weeks] if standing else [],
        band=standing.national_band if standing else "none",
        band_text=NationalBand(standing.national_band).label if standing and standing.enrolled else "",
        ladder=_ladder(student),
        strengths=said + [(one.strengths[:LINE], one.teacher) for one in forms],
        asked=[text[:LINE] for text in (referral.asked, plan.asked_for if plan else "") if text],
        goal=card.goal if plan else "",
        progress=card.progress.tally.sentence if card.progress else "",
        barriers=card.barriers if plan else "",
        tried=_tried(student),
        reached=last_reached([student.pk]).get(student.pk),
        agreed=list(agreed.order_by("party", "due_on", "pk")[:6]),
    )


def _figures(standing: Standing | None) -> list[dict[str, str]]:
    if standing is None:
        return []
    return [
        {"value": str(standing.absent), "unit": f"of {plural_s(standing.enrolled, 'day')}",
         "note": "absent, for any reason"},
        {"value": str(standing.unexcused), "unit": plural_s(standing.unexcused, "day").partition("\u00a0")[2],
         "note": "without a valid excuse"},
        {"value": str(standing.last20), "unit": f"of the last {min(20, standing.enrolled)}", "note": "absent lately"},
    ]  # fmt: skip


def _ladder(student: Student) -> str:
    """`Report 1, notice of report 1. Missing: conference attempt.`"""
    climb = ladder_of(student)
    if climb is None:
        return "No step of the truancy process."
    done = [one["title"] for one in climb.items if one["state"] == "done"]
    fallen = [one["title"] for one in climb.items if one["state"] == "void"]
    ahead = [one["title"] for one in climb.items if one["state"] == "next"]
    told = [", ".join(done)] if done else []
    told += [f"No longer stands: {', '.join(fallen)}"] if fallen else []
    return ". ".join([*told, *ahead]) + "." if told or ahead else "No step of the truancy process."


def _tried(student: Student) -> str:
    """`call 4 times (2 reached); home visit once (reached)` of this school year."""
    rows = efforts(student)
    made = Counter(one.kind for one in rows)
    spoke = Counter(one.kind for one in rows if one.outcome in SPOKE)
    return "; ".join(
        f"{KINDS[kind].label.lower()} {_times(times)} ({_reached(spoke[kind], times)})"
        for kind, times in made.most_common()
    )


def _times(many: int) -> str:
    return "once" if many == 1 else f"{many} times"


def _reached(many: int, of: int) -> str:
    if not many:
        return "nobody reached"
    return "reached" if many == of else f"{many} reached"
