"""Sessions, groups, who is in them and who came."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from firstbell.cases import actions as cases
from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.roster.models import School, Student
from firstbell.supports.models import Group, Meeting, Member, Plan, Presence, Session
from firstbell.supports.practices import PRACTICES
from firstbell.supports.rules.counseling import refused


@transaction.atomic
def hold_session(
    *, key: UUID, student: Student, kind: str, on: date, minutes: int, topic: str, by: User, goal: str = "",
    confided: str = "",
) -> Session:  # fmt: skip
    """Record a session, once: with the same `key` again, what was recorded the first time.

    What was `confided` becomes a sealed note of its author; the journal and the session do not repeat it.
    """
    Student.objects.select_for_update(of=("self",)).get(pk=student.pk)  # a double click comes as two at once
    if before := Session.objects.filter(key=key, student=student).first():
        return before
    if kind not in Session.Kind.values:
        raise refusal("Say with whom it was.")
    _fits(on, minutes, topic)
    if len(goal) > 200:
        raise refusal("The goal it worked on: at most 200 characters.")
    note = cases.write_note(student=student, lock="sealed", text=confided, by=by) if confided.strip() else None
    plan = Plan.objects.in_force().filter(student=student).first()
    session = Session.objects.create(
        key=key, student=student, kind=kind, on=on, minutes=minutes, topic=topic.strip(), goal=goal.strip(), plan=plan,
        note=note, by=by,
    )  # fmt: skip
    journal.record("supports.session_held", by=by, about=session, student=student.pk, kind=kind, minutes=minutes)
    return session


@transaction.atomic
def start_group(*, school: School, name: str, practice: str, goal: str, begins_on: date, by: User) -> Group:
    """Begin a group over a practice of the library; whoever begins it leads it."""
    if practice not in PRACTICES or not PRACTICES[practice].fits_a_group:
        raise refusal("Choose a curriculum of the practice library.")
    if not name.strip() or not goal.strip():
        raise refusal("A group has a name, and a goal in a sentence.")
    if begins_on not in SchoolYear.of(clock.today()):
        raise refusal("The first day is one of this school year.")
    School.objects.select_for_update(of=("self",)).get(pk=school.pk)
    if Group.objects.filter(school=school, name=name.strip(), ended_on=None).exists():
        raise refusal(f"{school} has a group of that name already.")
    group = Group.objects.create(
        school=school, name=name.strip(), practice=practice, goal=goal.strip(), begins_on=begins_on, lead=by
    )
    journal.record("supports.group_started", by=by, about=group, school=school.pk)
    return group


@transaction.atomic
def end_group(*, group: Group, by: User) -> Group:
    """End a group today; its members' stays end with it."""
    group = _running(group)
    today = max(clock.today(), group.begins_on)
    group.ended_on = today
    group.save(update_fields=["ended_on"])
    stays = list(group.members.filter(ended_on=None))
    for stay in stays:
        stay.ended_on = max(today, stay.begins_on)
    Member.objects.bulk_update(stays, ["ended_on"])
    journal.record("supports.group_ended", by=by, about=group, members=len(stays))
    return group


@transaction.atomic
def add_member(*, group: Group, student: Student, by: User, begins_on: date | None = None) -> Member:
    """Take a student of the group's school into it."""
    group = _running(group)
    begins_on = begins_on or max(clock.today(), group.begins_on)
    if student.school_id != group.school_id or not student.live:
        raise refusal(f"{student.name} is not at {group.school}. A group is of one school's students.")
    if begins_on < group.begins_on:
        raise refusal("That is before the group began.")
    if group.members.exclude(ended_on__lt=begins_on).filter(student=student).exists():
        raise refusal(f"{student.name} is in this group already.")
    member = Member.objects.create(group=group, student=student, begins_on=begins_on, by=by)
    journal.record("supports.member_added", by=by, about=group, student=student.pk)
    return member


@transaction.atomic
def end_member(*, member: Member, by: User) -> Member:
    """A student leaves the group, after today."""
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if member.ended_on:
        raise refusal("This student has left the group already.")
    member.ended_on = max(clock.today(), member.begins_on)
    member.save(update_fields=["ended_on"])
    journal.record("supports.member_left", by=by, about=member.group, student=member.student_id)
    return member


@transaction.atomic
def hold_meeting(*, group: Group, on: date, minutes: int, topic: str, came: Collection[int], by: User) -> Meeting:
    """Record a meeting and who of the roster of that day came (`came` are students)."""
    group = _running(group)
    _fits(on, minutes, topic)
    if group.meetings.filter(on=on).exists():
        raise refusal("The meeting of that day is recorded already. Open it to correct who came.")
    expected = {stay.student_id for stay in group.members.all() if _is_in(stay, on)}
    if not expected:
        raise refusal("Nobody was in the group on that day. Add its members first.")
    if strangers := set(came) - expected:
        raise refusal(f"{len(strangers)} of those who came were not in the group on that day.")
    meeting = Meeting.objects.create(group=group, on=on, minutes=minutes, topic=topic.strip(), by=by)
    Presence.objects.bulk_create(
        Presence(meeting=meeting, student_id=one, came=one in came) for one in sorted(expected)
    )
    journal.record("supports.meeting_held", by=by, about=meeting, group=group.pk, came=sorted(came))
    return meeting


@transaction.atomic
def amend_meeting(*, meeting: Meeting, came: Collection[int], by: User) -> Meeting:
    """Correct who came; the journal keeps what was said before."""
    rows = list(Presence.objects.select_for_update(of=("self",)).filter(meeting=meeting))
    if strangers := set(came) - {row.student_id for row in rows}:
        raise refusal(f"{len(strangers)} of those who came were not in the group on that day.")
    was = sorted(row.student_id for row in rows if row.came)
    for row in rows:
        row.came = row.student_id in came
    Presence.objects.bulk_update(rows, ["came"])
    journal.record("supports.meeting_amended", by=by, about=meeting, was=was, came=sorted(came))
    return meeting


def _is_in(stay: Member, on: date) -> bool:
    return stay.begins_on <= on and (stay.ended_on is None or on <= stay.ended_on)


def _running(group: Group) -> Group:
    group = Group.objects.select_for_update(of=("self",)).select_related("school").get(pk=group.pk)
    if group.ended_on:
        raise refusal("This group has ended. Begin another one.")
    return group


def _fits(on: date, minutes: int, topic: str) -> None:
    today = clock.today()
    if no := refused(on=on, minutes=minutes, topic=topic, today=today, year_starts=SchoolYear.of(today).starts):
        raise refusal(no)
