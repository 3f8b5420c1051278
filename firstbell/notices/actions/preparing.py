"""A batch: prepared once, looked at, approved as it is by named people, or cancelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from firstbell.core import clock, journal
from firstbell.core.access import Scope
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import Reason
from firstbell.law.notices import Kind
from firstbell.law.policy import policy_on
from firstbell.letters.data import Grade
from firstbell.letters.data import Letter as Paper
from firstbell.letters.frozen import as_data
from firstbell.letters.text import text
from firstbell.notices.models import Approval, Batch, Due, Letter, Notice
from firstbell.notices.queries.facts import known_upto
from firstbell.notices.queries.planning import Left, Meeting, Plan, Sheet, letters_of, plan
from firstbell.notices.queries.waiting import waiting
from firstbell.notices.rules import MEETING, ONCE_A_YEAR, WITHIN, NotAllowed, Out, after, approvals_needed, grade_of
from firstbell.roster.models import Region, School, fold


@dataclass(frozen=True, slots=True)
class Worded:
    """A sheet with its letters, before it has a row."""

    sheet: Sheet
    letters: tuple[Paper, ...]
    reference: str


@transaction.atomic
def prepare(
    *, scope: Scope, kinds: Sequence[str], send_on: date, by: User | None, school: School | None = None,
    region: Region | None = None, channels: Sequence[str] = ("print",), meeting: Meeting | None = None,
    only: Iterable[int] | None = None,
) -> Batch:  # fmt: skip
    """Make the letters of everyone in scope who is due one of these kinds and can be sent it, dated `send_on`.

    Who is left out is kept with the reasons. `only` limits it to these Due. NotAllowed where nobody is in.
    """
    today = clock.today()
    if not today <= send_on <= today + WITHIN:
        raise NotAllowed("Letters are dated from today to a week from today.")
    if set(kinds) & set(MEETING) and (meeting is None or meeting.on <= send_on):
        raise NotAllowed("An invitation says when and where to meet: give a day after the letters go out.")
    rows = waiting(scope, kinds, school, region).select_for_update(of=("self",))
    dues = list((rows.filter(pk__in=list(only)) if only is not None else rows).select_related("step"))
    as_of = known_upto(send_on)
    made = plan(dues, send_on=send_on, as_of=as_of, meeting=meeting, district=settings.DISTRICT)
    batch = Batch.objects.create(
        school=school, region=region, kinds=list(kinds), channels=list(channels), send_on=send_on, as_of=as_of,
        needs=1, meeting_on=meeting.on if meeting else None, meeting_at=meeting.at if meeting else None,
        meeting_place=meeting.place if meeting else "", prepared_by=by,
    )  # fmt: skip
    worded, left = _worded(made, batch)
    if not worded:
        raise NotAllowed(_nobody(left))
    try:
        with transaction.atomic():
            _write(batch, made, worded)
    except IntegrityError as clash:
        raise NotAllowed("Somebody prepared letters to some of these homes just now. Prepare it again.") from clash
    batch.left_out = [_left(made, one) for one in left]
    batch.needs = approvals_needed(len(worded), policy_on(send_on))
    batch.save(update_fields=["left_out", "needs"])
    journal.record("notices.prepared", by=by, about=batch, letters=len(worded), left_out=len(left), kinds=list(kinds))
    return batch


def _nobody(left: Sequence[Left]) -> str:
    if not left:
        return "Nobody is due such a letter."
    first = left[0].out
    return f"Nobody is in: {len(left)} left out. The first: {first.reasons[0].sentence} {first.remedy}"


def _worded(made: Plan, batch: Batch) -> tuple[list[Worded], list[Left]]:
    """The letters in print order, and who is left out. A student is in with all of their letters or with none."""
    taken = _taken(made, batch.send_on)
    by_due = {one.due.pk: one.due for sheet in made.sheets for one in sheet.told}
    worded, out = [], {}
    for place, sheet in enumerate(sorted(made.sheets, key=_print_order), 1):
        found = _refused(made, sheet, taken) or letters_of(made, sheet, f"{batch.pk}-{place:04}")
        if isinstance(found, Out):
            out |= dict.fromkeys(sheet.dues, found)
        else:
            taken |= _openers(sheet.told[0].due.kind, sheet.home.key, sheet.home.contacts)
            worded.append(Worded(sheet, found, f"{batch.pk}-{place:04}"))
    _spread(worded, out)
    left = [*made.left, *(Left(by_due[pk], found) for pk, found in out.items())]
    return [one for one in worded if not one.sheet.dues & out.keys()], left


def _spread(worded: Sequence[Worded], out: dict[int, Out]) -> None:
    """Whoever shares a letter with one who is left out is left out too: the letter was worded for both."""
    before = -1
    while before != len(out):
        before = len(out)
        for one in worded:
            if hit := [out[pk] for pk in one.sheet.dues if pk in out]:
                out |= dict.fromkeys(one.sheet.dues - out.keys(), hit[0])


def _taken(made: Plan, send_on: date) -> set[tuple[str, str]]:
    """Kind and opener of the letters of that day."""
    kinds = {sheet.told[0].due.kind for sheet in made.sheets}
    rows = Letter.objects.filter(sent_on=send_on, kind__in=kinds).exclude(state=Letter.State.CANCELLED)
    return {one for row in rows.values_list("kind", "home", "contacts") for one in _openers(*row)}


def _openers(kind: str, home: str, contacts: Iterable[int]) -> set[tuple[str, str]]:
    """Whoever opens a letter opens no other of its kind that day; a home with a student in its key is theirs alone."""
    return {(kind, home)} if "s" in home else {(kind, f"c{one}") for one in contacts}


def _refused(made: Plan, sheet: Sheet, taken: set[tuple[str, str]]) -> Out | None:
    kind = sheet.told[0].due.kind
    if taken & _openers(kind, sheet.home.key, sheet.home.contacts):
        sentence = "A letter of this kind goes to this home on that day already."
        return Out((Reason("", sentence),), "Send it on another day.", waits=True)
    if kind in ONCE_A_YEAR:
        students = [one.student.pk for one in sheet.told]
        year = SchoolYear.of(made.facts.send_on).ending
        had = Notice.objects.filter(student__in=students, kind=kind, year=year, state__in=("prepared", "issued"))
        if had.exists():
            sentence = "The family has this letter already; it is sent once in a school year."
            return Out(
                (Reason("EC 48260.5" if kind == Kind.FIRST_TRUANCY else "", sentence),), "Nothing is to be done."
            )
    return None


def _print_order(sheet: Sheet) -> tuple[Any, ...]:
    """School, grade, name: as the envelopes are handed out."""
    first = sheet.told[0].student
    return (
        str(first.school), sheet.home.copy, _GRADES.index(grade_of(first.grade)), fold(first.family),
        fold(first.given), sheet.home.key, sheet.told[0].due.kind,
    )  # fmt: skip


_GRADES = list(Grade)


def _write(batch: Batch, made: Plan, worded: Sequence[Worded]) -> None:
    told = {one.due.pk: one for item in worded for one in item.sheet.told}
    notices = Notice.objects.bulk_create(
        (
            Notice(
                student=one.student, year=one.due.year, kind=one.due.kind, number=one.due.number, due=one.due,
                batch=batch, evidence=made.evidence[pk],
            )
            for pk, one in told.items()
        ),
        batch_size=1000,
    )  # fmt: skip
    by_due = {notice.due_id: notice for notice in notices}
    parcels = _parcels(worded)
    letters = Letter.objects.bulk_create(
        (_row(batch, item, parcels, place) for place, item in enumerate(worded, 1)), batch_size=500
    )
    through = Letter.notices.through
    through.objects.bulk_create(
        (
            through(letter_id=letter.pk, notice_id=by_due[pk].pk)
            for letter, item in zip(letters, worded, strict=True)
            for pk in sorted(item.sheet.dues)
        ),
        batch_size=2000,
    )
    Due.objects.filter(pk__in=list(told)).update(state=Due.State.BATCHED, held=[], remedy="")


def _row(batch: Batch, item: Worded, parcels: dict[int, int], place: int) -> Letter:
    home = item.sheet.home
    first = item.sheet.told[0]
    return Letter(
        batch=batch, school_id=first.student.school_id, kind=first.due.kind, sent_on=batch.send_on,
        reference=item.reference, parcel=parcels[first.due.pk], place=place, home=home.key, copy=home.copy,
        to_name=home.name, to_lines=list(home.lines), contacts=list(home.contacts), email=home.email[:254],
        phone=home.phone[:40], languages=list(item.sheet.languages), data=[as_data(one) for one in item.letters],
        text="\n\n".join(text(one) for one in item.letters),
    )  # fmt: skip


def _parcels(worded: Sequence[Worded]) -> dict[int, int]:
    """Due to the number of its parcel: letters that share a student are issued together (union of overlapping sets)."""
    root: dict[int, int] = {}

    def find(pk: int) -> int:
        while root.setdefault(pk, pk) != pk:
            pk = root[pk]
        return pk

    for item in worded:
        first, *others = sorted(item.sheet.dues)
        for other in others:
            root[find(other)] = find(first)
    numbers: dict[int, int] = {}
    for item in worded:
        for pk in sorted(item.sheet.dues):
            numbers.setdefault(find(pk), len(numbers) + 1)
    return {pk: numbers[find(pk)] for item in worded for pk in item.sheet.dues}


def _left(made: Plan, one: Left) -> dict[str, Any]:
    student = made.facts.students[one.due.student_id]
    return {
        "due": one.due.pk, "student": student.pk, "name": student.name, "kind": one.due.kind,
        "reasons": [[reason.section, reason.sentence] for reason in one.out.reasons], "remedy": one.out.remedy,
    }  # fmt: skip


@transaction.atomic
def approve(*, batch: Batch, by: User, seen: int | None = None) -> Batch:
    """One person's approval. `seen` is how many letters the page showed: what changed since is looked at again.

    Two at once: the second is told what the first did. NotAllowed says why not.
    """
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    given = list(batch.approvals.select_related("by"))
    if batch.state != Batch.State.DRAFT:
        who = " and ".join(str(one.by) for one in given)
        raise NotAllowed(f"This batch is {batch.get_state_display().lower()}{f', by {who}' if who else ''}. {_NO_MORE}")
    if any(one.by_id == by.pk for one in given):
        raise NotAllowed("You approved this batch already; another person must look at it too.")
    standing = batch.letters.filter(state=Letter.State.PREPARED).count()
    if seen is not None and seen != standing:
        raise NotAllowed(f"This batch held {seen} letters when you opened it, and {standing} now. Look at it again.")
    if not standing:
        raise NotAllowed("No letter of this batch stands any more. Cancel it.")
    Approval.objects.create(batch=batch, by=by)
    if len(given) + 1 >= batch.needs:
        batch.state = after(batch.state, "approve")
        batch.save(update_fields=["state"])
    journal.record("notices.approved", by=by, about=batch, letters=standing, of=batch.needs, given=len(given) + 1)
    return batch


_NO_MORE = "It needs no further approval."


@transaction.atomic
def cancel(*, batch: Batch, by: User | None, why: str = "") -> Batch:
    """Send none of it: its letters are due again. NotAllowed once it is being issued."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    batch.state = after(batch.state, "cancel")
    batch.save(update_fields=["state"])
    put_back(list(batch.notices.filter(state=Notice.State.PREPARED)))
    journal.record("notices.cancelled", by=by, about=batch, why=why)
    return batch


def put_back(notices: Sequence[Notice]) -> list[Notice]:
    """Cancel prepared notices with their whole parcels, which they shared a letter with; all that were cancelled.

    What they answered is due again until the night has looked.
    """
    hit = Letter.objects.filter(batch=OuterRef("batch"), parcel=OuterRef("parcel"), notices__in=notices)
    letters = list(Letter.objects.filter(Exists(hit), state=Letter.State.PREPARED).values_list("pk", flat=True))
    found = list(Notice.objects.filter(letters__in=letters, state=Notice.State.PREPARED).distinct())
    Letter.objects.filter(pk__in=letters).update(state=Letter.State.CANCELLED)
    Notice.objects.filter(pk__in=[one.pk for one in found]).update(state=Notice.State.CANCELLED)
    Due.objects.filter(pk__in=[one.due_id for one in found]).update(state=Due.State.OPEN)
    return found
