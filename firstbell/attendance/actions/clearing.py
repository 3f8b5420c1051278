"""Clear first, then classify: what families and offices say of an absence becomes marks, and can be taken back."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from firstbell.attendance.actions.serving import refresh
from firstbell.attendance.models import Clearing, ReasonCode
from firstbell.attendance.queries import clearing as queries
from firstbell.core import clock, journal, lease
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.days import Day, kind
from firstbell.law.excuses import Claim, Decision, Excuse, judge
from firstbell.law.findings import Finding, Reason
from firstbell.law.policy import policy_on
from firstbell.law.reasons import REASONS, Shown
from firstbell.roster import actions as roster
from firstbell.roster.models import AttendanceCode, Mark, School, Student

State = Clearing.State


class NotAllowed(Exception):  # noqa: N818 - the message is for the person who asked
    """What was asked does not fit how things stand; the message says why, and what to do."""


class Conflict(NotAllowed):
    """Somebody else was first, or new files came in, since the page was opened."""


@transaction.atomic
def clear(
    *, student: Student, school: School, day: date, reason: str, by: User | None, evidence: str = "none",
    said_by: str = "", note: str = "", incident: str = "", shown: Iterable[Shown] = (),
    seen: Sequence[int] | None = None, at_once: bool = True,
) -> Clearing:  # fmt: skip
    """Take down what was said of a student's absence; a valid excuse is stated as marks at once.

    Over a limit, or without what the law asks for, it waits for a decision (EC 48260(c)) and changes no mark. `seen`
    are the marks that the page showed; without `at_once` the standing follows with the night.
    Raises NotAllowed, Conflict or Busy.
    """
    lease.claim(wait=lease.SHORTLY, by=by)
    standing = queries.marks_of(student, school, day)
    _check(student, school, day, standing, seen)
    open_ = [mark for mark in standing if queries.is_open(mark, reason)]
    if not open_:
        raise NotAllowed("Nothing of this day waits for a reason.")
    claim = Claim(day, reason, incident.strip(), frozenset(shown))
    finding = _judged(student, claim)
    done = Clearing(
        student=student, school=school, day=day, was=queries.coded(standing), reason=reason, evidence=evidence,
        incident=claim.incident, shown=sorted(one.value for one in claim.shown), said_by=said_by.strip(),
        note=note.strip(), by=by, finding=_kept(finding),
        state=State.DONE if finding.outcome is Excuse.EXCUSED else State.WAITING,
    )  # fmt: skip
    if done.state == State.DONE:
        _state(done, standing, open_, by)
        if at_once:
            refresh([student.pk])
    done.save()
    verb = "attendance.cleared" if done.state == State.DONE else "attendance.decision_asked"
    journal.record(verb, by=by, about=done, student=student.pk, day=day.isoformat())
    return done


@transaction.atomic
def decide(*, clearing: Clearing, allow: bool, why: str, by: User) -> Clearing:
    """An administrator accepts a reason on the facts, or does not; who, when and why are kept (EC 48260(c)).

    Not accepted, the marks stay as they are. Raises NotAllowed or Busy.
    """
    lease.claim(wait=lease.SHORTLY, by=by)
    one = _in(clearing, State.WAITING)
    try:
        decision = Decision(allow, str(by), clock.today(), why)
    except ValueError:
        raise NotAllowed("Say why: it is kept with the decision.") from None
    one.finding = _kept(_judged(one.student, _claim(one, decision), but=one))
    one.decided_by, one.decided_at, one.why = by, timezone.now(), why.strip()
    one.state = State.DONE if allow else State.REFUSED
    if allow:
        standing = queries.marks_of(one.student, one.school, one.day)
        open_ = [mark for mark in standing if queries.is_open(mark, one.reason)]
        if not open_:
            raise NotAllowed("Newer files say something else of this day: nothing of it waits any more. Refuse it.")
        _state(one, standing, open_, by)
        refresh([one.student_id])
    one.save()
    verb = "attendance.allowed" if allow else "attendance.refused"
    journal.record(verb, by=by, about=one, student=one.student_id, day=one.day.isoformat(), why=one.why)
    return one


@transaction.atomic
def take_back(*, clearing: Clearing, why: str, by: User) -> Clearing:
    """What was said no longer holds: the day is again what the newest files say. Raises NotAllowed or Busy."""
    lease.claim(wait=lease.SHORTLY, by=by)
    one = _in(clearing, State.DONE, State.WAITING)
    if not why.strip():
        raise NotAllowed("Say why it is taken back: it is kept.")
    if one.statement:
        roster.take_back_statement(statement=one.statement, label=f"taken back by {by}", by=by)
        refresh([one.student_id])
    one.state, one.why = State.TAKEN_BACK, why.strip()
    one.decided_by, one.decided_at = by, timezone.now()
    one.save()
    journal.record(
        "attendance.taken_back", by=by, about=one, student=one.student_id, day=one.day.isoformat(), why=one.why
    )
    return one


@transaction.atomic
def settle_overdue(*, on: date, by: User | None = None) -> int:
    """Where the district chose so, state absences that nobody explained in time as unexcused; how many days."""
    policy = policy_on(on)
    if not policy.excuses.overdue_unexcused:
        return 0
    overdue = queries.overdue(SchoolYear.of(on).ending, on, policy)
    for student, school, day in overdue:
        clear(
            student=student, school=school, day=day, reason=Clearing.UNEXCUSED, by=by,
            note="Nobody gave a reason in time.", at_once=False,
        )  # fmt: skip
    return len(overdue)


def _check(student: Student, school: School, day: date, standing: list[Mark], seen: Sequence[int] | None) -> None:
    same = Clearing.objects.filter(student=student, school=school, day=day).select_related("by").order_by("-pk")
    if waiting := same.filter(state=State.WAITING).first():
        raise Conflict(
            f"{waiting.by or 'The system'} has put this day before an administrator; it waits for a decision."
        )
    if seen is None or sorted(seen) == sorted(mark.pk for mark in standing):
        if same.filter(state=State.DONE).exists():
            raise Conflict("This day is cleared already. Take that back first.")
        return
    if last := same.filter(state=State.DONE).first():
        words = queries.reason_words(last.reason, to_all=True)
        raise Conflict(f"Cleared a moment ago by {last.by or 'the system'}: {words}. Nothing of yours was stored.")
    raise Conflict("New marks of this day came in since you opened the page. Look again, then save.")


def _in(clearing: Clearing, *states: State) -> Clearing:
    one = Clearing.objects.select_for_update(of=("self",)).select_related("student", "school").get(pk=clearing.pk)
    if one.state not in states:
        raise Conflict(f"This is settled already: {one.get_state_display().lower()}.")
    return one


def _claim(one: Clearing, decision: Decision | None = None) -> Claim:
    return Claim(one.day, one.reason, one.incident, frozenset(map(Shown, one.shown)), decision)


def _judged(student: Student, claim: Claim, but: Clearing | None = None) -> Finding[Excuse]:
    """The law's word on a claim, beside everything this student was excused for in the school year."""
    if claim.code not in REASONS:
        words = "No valid excuse was given." if claim.code == Clearing.UNEXCUSED else "The student was at school."
        return Finding(Excuse.EXCUSED, (Reason("5 CCR 306", words, claim.on),), policy_on(claim.on).version)
    year = SchoolYear.of(claim.on)
    others = Clearing.objects.filter(student=student, state=State.DONE, day__range=(year.starts, year.ends))
    earlier = [_claim(one) for one in others.exclude(pk=but.pk if but else None) if one.reason in REASONS]
    grade = queries.grade_number(student.grade)
    before, judged = judge(earlier, grade), judge([*earlier, claim], grade)
    found = judged[claim]
    # an absence of an earlier day must not push one that is excused already over the limit
    pushed = [one for one in earlier if before[one].outcome is Excuse.EXCUSED is not judged[one].outcome]
    if not pushed or found.outcome is not Excuse.EXCUSED:
        return found
    outcome, grounds = Excuse.ADMINISTRATOR, judged[pushed[0]].reasons
    if claim.decision:
        outcome = Excuse.EXCUSED if claim.decision.excused else Excuse.NOT_EXCUSED
        grounds = (Reason("EC 48260(c)", f"{claim.decision.by} decided: {claim.decision.why}", claim.on), *grounds)
    return Finding(outcome, grounds, found.policy)


def _kept(finding: Finding[Excuse]) -> dict[str, object]:
    reasons = [{"section": one.section, "sentence": one.sentence} for one in finding.reasons]
    return {"outcome": finding.outcome.value, "reasons": reasons, "policy": finding.policy}


def _state(one: Clearing, standing: list[Mark], open_: list[Mark], by: User | None) -> None:
    """State the day's marks as the reason has them."""
    stays = [mark for mark in standing if mark not in open_]
    marks = [(mark.period, mark.code_id, mark.minutes, mark.share) for mark in stays]
    codes = [(mark.period, mark.code.code) for mark in stays]
    if one.reason != Clearing.PRESENT:
        for mark in open_:
            code = _code_for(one.reason, mark)
            marks.append((mark.period, code.pk, mark.minutes, mark.share))
            codes.append((mark.period, code.code))
    one.now = sorted(map(list, codes))
    one.statement = roster.state_marks(
        student=one.student, school=one.school, day=one.day, marks=marks, by=by,
        label=f"said in Firstbell, taken down by {by or 'the system'}",
    )  # fmt: skip


def _code_for(reason: str, mark: Mark) -> AttendanceCode:
    """The district's code for a reason: the one it named, else the one whose words fit best. NotAllowed when none."""
    own = Q(school=None) | Q(school=mark.school_id)
    codes = AttendanceCode.objects.filter(own, year=mark.year, live=True, suspension="", study="")
    wanted = _settles(reason, mark)
    fit = [code for code in codes.order_by("code", "pk") if code.absence == mark.code.absence and wanted(code)]
    if not fit:
        words = queries.reason_words(reason, to_all=True)
        of = "a whole absence" if mark.code.absence else "a part of a day"
        raise NotAllowed(
            f"The district's attendance codes have none that says “{words}” of {of}."
            " The code table of the student system needs one."
        )
    named = set(ReasonCode.objects.filter(reason=reason).values_list("code", flat=True))
    sought = set(queries.reason_words(reason).replace(",", "").split())

    def fitness(code: AttendanceCode) -> tuple[bool, int]:
        said = set((code.description or "").lower().replace(",", "").split())
        return code.code in named, len(sought & said)

    return max(fit, key=fitness)


def _settles(reason: str, mark: Mark) -> Callable[[AttendanceCode], bool]:
    if reason == Clearing.UNEXCUSED:
        return lambda code: kind(queries.byte(code, mark)) in (Day.UNEXCUSED, Day.OCCASION)
    return lambda code: bool(code.excused) and kind(queries.byte(code, mark)) in (Day.EXCUSED, Day.PARTIAL)
