"""A team's meeting: planned with an agenda by need, held one student at a time, closed with who was there.

Everything that happens in a meeting counts its version up: of two who act at once, the second is told.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from firstbell.cases.actions.cases import open_case
from firstbell.cases.actions.notes import Careful
from firstbell.cases.actions.tasks import ask
from firstbell.cases.models import AgendaItem, Case, Meeting, Task
from firstbell.cases.queries.casework import colleagues
from firstbell.cases.queries.meetings import proposed, spent, why_now
from firstbell.cases.rules import refusal
from firstbell.cases.rules.meetings import KINDS, after, turn
from firstbell.cases.rules.notes import cautions
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.law.findings import Reason, spoken
from firstbell.roster.models import School, Student

MOST_STUDENTS = 40
"""On one agenda: more is no meeting."""


@transaction.atomic
def plan_meeting(*, school: School, kind: str, on: date, by: User) -> Meeting:
    """Plan a meeting, with the agenda that the school's students call for. NotAllowed says what is wrong."""
    if kind not in KINDS:
        raise refusal("Choose which team meets.")
    if on < clock.today():
        raise refusal(f"{spoken(on)} is past: choose today or a later day.")
    meeting = Meeting.objects.create(school=school, kind=kind, on=on, held_by=by)
    items = [
        AgendaItem(meeting=meeting, student_id=student, position=place, why=why)
        for place, (student, why) in enumerate(proposed(school), start=1)
    ]
    AgendaItem.objects.bulk_create(items)
    journal.record("cases.meeting_planned", by=by, about=meeting, kind=kind, students=len(items))
    return meeting


@transaction.atomic
def add_to_agenda(*, meeting: Meeting, student: Student, by: User, version: int | None = None) -> AgendaItem:
    """Put a student at the end of the agenda, also of a meeting that runs already."""
    meeting = _current(meeting, version, Meeting.State.PLANNED, Meeting.State.RUNNING)
    if student.school_id != meeting.school_id or not student.live:
        raise refusal(f"{student.name} is no student of {meeting.school} now.")
    places = list(meeting.items.order_by("position").values_list("student", "position"))
    if student.pk in {who for who, _ in places}:
        raise refusal(f"{student.name} is on the agenda already.")
    if len(places) >= MOST_STUDENTS:
        raise refusal(f"There are {MOST_STUDENTS} students on this agenda. Plan a second meeting.")
    item = meeting.items.create(
        student=student, position=places[-1][1] + 1 if places else 1, why=why_now(student) or f"Asked for by {by}."
    )
    _changed(meeting)
    journal.record("cases.agenda_added", by=by, about=item, student=student.pk, meeting=meeting.pk)
    return item


@transaction.atomic
def take_off_agenda(*, item: AgendaItem, by: User, version: int | None = None) -> Meeting:
    """Take a student off the agenda of a meeting that has not begun. Whom a team saw stays on record."""
    meeting = _current(item.meeting, version, Meeting.State.PLANNED)
    journal.record("cases.agenda_removed", by=by, about=meeting, student=item.student_id, meeting=meeting.pk)
    item.delete()
    _number([one for one in _items(meeting) if one.pk != item.pk])
    _changed(meeting)
    return meeting


@transaction.atomic
def move_on_agenda(*, item: AgendaItem, places: int, by: User, version: int | None = None) -> Meeting:
    """Move a student up (fewer) or down the agenda by so many places; at either end nothing moves."""
    meeting = _current(item.meeting, version, Meeting.State.PLANNED)
    items = _items(meeting)
    was = next(at for at, one in enumerate(items) if one.pk == item.pk)
    now = min(max(was + places, 0), len(items) - 1)
    if now != was:
        items.insert(now, items.pop(was))
        _number(items)
        _changed(meeting)
        journal.record(
            "cases.agenda_moved",
            by=by,
            about=item,
            student=item.student_id,
            meeting=meeting.pk,
            was=was + 1,
            now=now + 1,
        )
    return meeting


@transaction.atomic
def start_meeting(*, meeting: Meeting, by: User, version: int | None = None) -> Meeting:
    """Begin: the first student comes up, and the time runs. Whoever begins it holds it."""
    meeting = _current(meeting, version, Meeting.State.PLANNED)
    items = _items(meeting)
    if not items:
        raise refusal("Nobody is on the agenda yet. Add a student first.")
    meeting.state, meeting.started_at = after(meeting.state, "start"), timezone.now()
    meeting.held_by = by
    _changed(meeting, "state", "started_at", "held_by")
    _comes_up(items[0], meeting.started_at)
    journal.record("cases.meeting_started", by=by, about=meeting, students=len(items))
    return meeting


@transaction.atomic
def decide(
    *, item: AgendaItem, kind: str, owner: User | None, due_on: date, by: User, text: str = "",
    version: int | None = None, careful: bool = False,
) -> Task:  # fmt: skip
    """What the team decided becomes somebody's task as it is spoken; where there is no open case, one is opened.

    Careful as for an open note: the whole team and the recap read it.
    """
    meeting = _current(item.meeting, version, Meeting.State.RUNNING)
    if owner is None:
        raise refusal("Say who does it.")
    if owner.pk != by.pk and not colleagues(meeting).filter(pk=owner.pk).exists():
        raise refusal(f"{owner} has no post at {meeting.school} now.")
    if item.student.school_id != meeting.school_id:
        raise refusal(f"{item.student.name} is no student of {meeting.school} now: their new school decides.")
    _with_care(text, careful)
    case = Case.objects.open().filter(student=item.student_id).first()
    if case is None:
        case = open_case(student=item.student, by=by, why=f"Decided in a meeting: {meeting.get_kind_display()}.")
    task = ask(case=case, kind=kind, text=text, owner=owner, due_on=due_on, by=by, source=Task.Source.DECISION)
    item.tasks.add(task)
    _changed(meeting)
    journal.record("cases.decided", by=by, about=item, student=item.student_id, meeting=meeting.pk, task=task.pk)
    return task


@transaction.atomic
def note_words(
    *, item: AgendaItem, said: str, by: User, version: int | None = None, careful: bool = False
) -> AgendaItem:
    """What was said of a student, in a sentence. Careful as for an open note."""
    meeting = _current(item.meeting, version, Meeting.State.RUNNING)
    _with_care(said, careful)
    item.decision = said.strip()[:500]
    item.save(update_fields=["decision"])
    _changed(meeting)
    journal.record("cases.meeting_noted", by=by, about=item, student=item.student_id, meeting=meeting.pk)
    return item


@transaction.atomic
def go_on(*, meeting: Meeting, to: str, by: User, version: int | None = None) -> AgendaItem | None:
    """To the next student, past this one (skip), or back; who is up now, or None when everybody had their turn."""
    meeting = _current(meeting, version, Meeting.State.RUNNING)
    if to not in ("next", "skip", "back"):
        raise refusal("A meeting goes to the next student, skips one, or goes back.")
    items = _items(meeting)
    here = next((one for one in items if one.since), None)
    comes = turn([(one.pk, one.state) for one in items], here and here.pk, to)
    if here and to == "back" and comes == here.pk:
        raise refusal("This is the first student of the agenda.")
    if here:
        state = {"next": AgendaItem.State.DISCUSSED, "skip": AgendaItem.State.SKIPPED}.get(to, here.state)
        _goes(here, state)
    up = next((one for one in items if one.pk == comes), None)
    if up:
        _comes_up(up, timezone.now())
    _changed(meeting)
    journal.record("cases.meeting_went_on", by=by, about=meeting, to=to, student=up and up.student_id)
    return up


@transaction.atomic
def close_meeting(*, meeting: Meeting, by: User, present: str = "", version: int | None = None) -> Meeting:
    """End a meeting, with who was there; or call a planned one off. Who had no turn was skipped."""
    meeting = _current(meeting, version, Meeting.State.PLANNED, Meeting.State.RUNNING)
    if meeting.state == Meeting.State.RUNNING and not present.strip():
        raise refusal("Say who was there.")
    for item in _items(meeting):
        spoken_of = item.decision or item.tasks.exists()
        if item.since or item.state == AgendaItem.State.WAITING:
            _goes(item, AgendaItem.State.DISCUSSED if spoken_of else AgendaItem.State.SKIPPED)
    meeting.state, meeting.closed_at, meeting.present = (
        after(meeting.state, "close"), timezone.now(), present.strip()[:500],
    )  # fmt: skip
    _changed(meeting, "state", "closed_at", "present")
    journal.record("cases.meeting_closed", by=by, about=meeting, called_off=meeting.called_off)
    return meeting


def _items(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.items.select_for_update(of=("self",)).order_by("position", "pk"))


def _number(items: list[AgendaItem]) -> None:
    for place, one in enumerate(items, start=1):
        one.position = place
    AgendaItem.objects.bulk_update(items, ["position"])


def _comes_up(item: AgendaItem, at: datetime) -> None:
    item.since = at
    item.save(update_fields=["since"])


def _goes(item: AgendaItem, state: str) -> None:
    item.seconds, item.since, item.state = spent(item), None, state
    item.save(update_fields=["seconds", "since", "state"])


def _current(meeting: Meeting, version: int | None, *states: str) -> Meeting:
    """The meeting as it is, locked. NotAllowed when somebody acted since it was shown, or it is in no such state."""
    now = Meeting.objects.select_for_update(of=("self",)).select_related("school", "held_by").get(pk=meeting.pk)
    if now.state not in states:
        raise refusal(f"This meeting is {now.get_state_display().lower()}, and was held by {now.held_by}.")
    if version is not None and version != now.version:
        up = now.items.filter(since__isnull=False).select_related("student").first()
        where = f" {up.student.name} is talked about now." if up else ""
        raise refusal(
            f"Somebody else acted in this meeting while you had it open.{where} Nothing of theirs was overwritten,"
            " and nothing of yours is saved yet: look, and say it again."
        )
    return now


def _changed(meeting: Meeting, *fields: str) -> None:
    meeting.version += 1
    meeting.save(update_fields=[*fields, "version"])


def _with_care(text: str, careful: bool) -> None:
    if not careful and (found := cautions(text)):
        raise Careful(*(Reason(one.section, one.advice) for one in found))
