"""What the records say of one referral, as the plain values a packet is made of: some thirty queries for a student.

Everything is read up to a day, so that a packet of last week can be made again today: what differs then has changed.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.timezone import localdate

from firstbell.attendance import queries as attendance
from firstbell.attendance.models import Clearing, SchoolReview
from firstbell.cases import queries as cases
from firstbell.cases.models import AgendaItem, Entry, Step
from firstbell.cases.rules.entries import KINDS as CONTACTS
from firstbell.core import clock
from firstbell.law.calendar import SchoolYear
from firstbell.law.days import ABSENT, Day, kind
from firstbell.law.steps import StepKind
from firstbell.letters.wording import LANGUAGES
from firstbell.notices.models import Delivery, Letter, Notice
from firstbell.notices.queries.facts import hidden_days, known_upto
from firstbell.notices.rules import grade_of, language_of
from firstbell.panels.models import Decision, Hearing, NoteConsent, Referral, TeacherForm
from firstbell.panels.queries.packets.guarding import guard_of, parent_of
from firstbell.panels.rules.packets import facts
from firstbell.panels.rules.packets.facts import File
from firstbell.roster.models import FamilyLink, Student
from firstbell.supports.models import Check, Plan, Presence, Session
from firstbell.supports.rules import compared, reached

_LASTING = (StepKind.REFERRAL, StepKind.MEDIATION, StepKind.COURT)


def days_of(referral: Referral, on: date | None = None) -> tuple[date, date]:
    """The day up to which records are read, and that up to which attendance is known; both in the referral's year."""
    upto = min(on or clock.today(), SchoolYear(referral.year).ends)
    return upto, known_upto(upto)


def file_of(referral: Referral, *, on: date | None = None, through: date | None = None) -> File:
    """The file of a referral up to `on` (today), attendance up to `through` (what is known then).

    ValueError when the year has no data, or not of this student.
    """
    upto, known = days_of(referral, on)
    known = through or known
    student, year = referral.student, referral.year
    seen = attendance.year_of(student, known)
    steps = _steps(referral, upto)
    plan, promises = _plan(student, year, upto, seen)
    links = _links(student)
    file = File(
        on=upto, through=known, pupil=_pupil(referral, links), attendance=_attendance(student, year, known, seen),
        referred=_referred(referral), panel=_panel(referral), steps=steps, notices=_notices(student, year, upto),
        contacts=_contacts(student, year, upto), plan=plan, promises=promises, help=_help(referral, upto),
        teachers=_teachers(referral, upto), notes=_notes(referral, upto), profile=_profile(referral, upto),
        parent=parent_of(student, links), decisions=_decisions(referral, upto), grounds=_grounds(referral, steps),
        moved=str(student.school) if student.school_id not in (None, referral.school_id) else "",
    )  # fmt: skip
    return guard_of(referral, file, links)


def _links(student: Student) -> list[FamilyLink]:
    """The live contacts, in the order to try them."""
    rows = FamilyLink.objects.filter(student=student, live=True, contact__live=True).select_related("contact")
    links = list(rows.prefetch_related("contact__phones"))
    return sorted(links, key=lambda one: (not one.primary, one.priority is None, one.priority or 0, one.contact_id))


def _pupil(referral: Referral, links: Iterable[FamilyLink]) -> facts.Pupil:
    student = referral.student
    told = next((one.contact.language for one in links if not one.restrictions and one.contact.language), None)
    return facts.Pupil(
        student.pk, None, "", student.pk, referral.year, student.name, grade_of(student.grade), referral.school.name,
        language_of(told or student.language, LANGUAGES),
    )  # fmt: skip


def _attendance(student: Student, year: int, through: date, seen: attendance.Year) -> facts.Attendance:
    hidden = hidden_days(year, [student.pk]).get(student.pk, set())
    rows = Clearing.objects.filter(student=student, state=Clearing.State.WAITING, day__lte=through)
    waits = set(rows.values_list("day", flat=True))
    told = {one.on: one for one in seen.days}
    days = tuple(
        _day(on, kind(byte), told.get(on), on in hidden, on in waits)
        for on, byte in sorted(seen.bytes_on.items())
        if kind(byte) is not Day.NONE
    )
    return facts.Attendance(year, through, "", student.pk, year, days)


def _day(on: date, what: Day, told: attendance.WhyDay | None, hidden: bool, waits: bool) -> facts.DayFact:
    standing = [one for one in told.statements if one.withdrawn is None] if told else []
    codes = "; ".join(dict.fromkeys(one.code for one in standing))
    file = standing[-1].arrival if standing else ""
    return facts.DayFact(on, int(what), codes, file, hidden, waits, young=bool(told) and not told.subject)


def _referred(referral: Referral) -> facts.Referred:
    panel = referral.panel
    return facts.Referred(
        referral.pk, referral.made_on, str(referral.by), referral.student_id, referral.year, referral.ground,
        referral.why.strip(), referral.asked.strip(), panel.name, panel.kind, panel.address,
    )  # fmt: skip


def _panel(referral: Referral) -> facts.Met:
    return facts.Met(referral.panel_id, None, "", 0, 0, referral.panel.name, referral.panel.address)


def _steps(referral: Referral, upto: date) -> tuple[facts.StepFact, ...]:
    """The year's steps that nobody withdrew, and those of earlier years that outlive July 1."""
    rows = Step.objects.filter(student=referral.student_id, on__lte=upto).counted().select_related("by")
    return tuple(
        facts.StepFact(
            one.pk, one.on, str(one.by or ""), one.student_id, one.year, one.kind, one.number, one.ground,
            tuple(date.fromisoformat(day) for day in one.rests_on),
        )
        for one in rows.order_by("on", "pk")
        if one.year == referral.year or (one.year < referral.year and one.kind in _LASTING)
    )  # fmt: skip


def _grounds(referral: Referral, steps: Iterable[facts.StepFact]) -> tuple[str, ...]:
    referred = [(one.ground, one.on) for one in steps if one.year == referral.year and one.on]
    return tuple(sorted(cases.grounds_of(referral.student, referred)))


def _notices(student: Student, year: int, upto: date) -> tuple[facts.NoticeFact, ...]:
    rows = Notice.objects.filter(student=student, year=year, letters__sent_on__lte=upto)
    rows = rows.filter(state__in=(Notice.State.ISSUED, Notice.State.RESCINDED)).distinct()
    found = []
    for one in rows.prefetch_related("letters__deliveries").select_related("batch__prepared_by").order_by("pk"):
        letters = [each for each in one.letters.all() if each.state != Letter.State.CANCELLED and not each.copy]
        if not letters:
            continue
        found.append(
            facts.NoticeFact(
                letters[0].pk, letters[0].sent_on, str(one.batch.prepared_by or ""), student.pk, year, one.kind,
                one.number, "; ".join(each.to_name for each in letters), tuple(_proofs(letters, upto)),
                tuple(one.evidence.get("items", ())), one.state == Notice.State.RESCINDED,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.on, one.number)))


def _proofs(letters: Iterable[Letter], upto: date) -> Iterable[tuple[str, str, str]]:
    """How the letter stands on each of its ways, and since when."""
    newest: dict[str, Delivery] = {}
    for each in letters:
        for one in each.deliveries.all():
            newest[one.channel] = one
    for channel, one in sorted(newest.items()):
        yield channel, one.state, _day_of(one.at, upto).isoformat()


def _day_of(at: datetime, upto: date) -> date:
    """The local day of an instant; a practice district's own day where its calendar is behind the real one."""
    return min(localdate(at), upto)


def _contacts(student: Student, year: int, upto: date) -> tuple[facts.Contact, ...]:
    rows = Entry.objects.standing().filter(student=student, on__range=(SchoolYear(year).starts, upto))
    return tuple(
        facts.Contact(
            one.pk, one.on, str(one.by), student.pk, year, one.kind, one.outcome, one.said.strip(),
            CONTACTS[one.kind].reaches_home,
        )
        for one in rows.select_related("by").order_by("on", "pk")
    )  # fmt: skip


def _plan(
    student: Student, year: int, upto: date, seen: attendance.Year
) -> tuple[facts.PlanFact | None, tuple[facts.Promise, ...]]:
    """The version in force on the day, its figures on the days known then, and what each side promised."""
    rows = Plan.objects.filter(student=student, year=year, on__lte=upto).select_related("by").order_by("-version")
    one = rows.first()
    if one is None or (one.ended_on and one.ended_on <= upto):
        return None, ()
    told = {day: kind(byte) for day, byte in seen.bytes_on.items()}
    missed = {day: what in ABSENT for day, what in told.items() if what is not Day.NOT_TAKEN}
    goal = reached(missed, one.goal_from, one.goal_days, one.goal_of)
    window = [gone for day, gone in sorted(missed.items()) if day > one.goal_from][: one.goal_of]
    tally = compared(missed, one.begins_on)
    was, now = tally.before, tally.since
    trend = "early" if not tally.span else "fewer" if now < was else "more" if now > was else "same"
    plan = facts.PlanFact(
        one.pk, one.on, str(one.by), student.pk, year, one.version, one.begins_on, one.strengths.strip(),
        one.asked_for.strip(), tuple(one.barriers), one.goal_from, one.goal_days, one.goal_of, sum(window), len(window),
        goal.state, trend, now if tally.span else 0, was, tally.span,
    )  # fmt: skip
    return plan, tuple(_promises(one, upto))


def _promises(plan: Plan, upto: date) -> Iterable[facts.Promise]:
    checks: dict[int, str] = {}
    for check in Check.objects.filter(commitment__plans=plan, on__lte=upto).order_by("pk"):
        checks[check.commitment_id] = check.state
    for one in plan.commitments.select_related("by"):
        yield facts.Promise(
            one.pk, plan.on, str(one.by), plan.student_id, plan.year, one.party, one.text.strip(), one.who, one.by_on,
            checks.get(one.pk, "open"),
        )  # fmt: skip


def _help(referral: Referral, upto: date) -> tuple[facts.Help, ...]:
    """Sessions, groups, the school's teams and earlier panels: that they were, never what was said in them."""
    student, year = referral.student_id, referral.year
    within = (SchoolYear(year).starts, upto)
    found = [
        facts.Help(one.pk, one.on, str(one.by), student, year, one.kind, "session")
        for one in Session.objects.filter(student=student, on__range=within).select_related("by")
    ]
    came = Presence.objects.filter(student=student, came=True, meeting__on__range=within)
    found += [
        facts.Help(one.meeting_id, one.meeting.on, str(one.meeting.by), student, year, "group", "group")
        for one in came.select_related("meeting__by")
    ]
    talked = AgendaItem.objects.filter(
        student=student, state=AgendaItem.State.DISCUSSED, meeting__on__range=within, meeting__closed_at__isnull=False
    )
    found += [
        facts.Help(one.meeting_id, one.meeting.on, str(one.meeting.held_by), student, year, one.meeting.kind, "meeting")
        for one in talked.select_related("meeting__held_by")
    ]
    heard = Hearing.objects.filter(referrals__student=student, state="held", day__on__range=within)
    found += [
        facts.Help(one.pk, one.day.on, one.panel.name, student, year, one.panel.kind, "hearing")
        for one in heard.select_related("day", "panel").distinct()
        if one.day is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.on or upto, one.key)))


def _teachers(referral: Referral, upto: date) -> tuple[facts.Teacher, ...]:
    rows = TeacherForm.objects.filter(referral=referral, answered_at__isnull=False).order_by("pk")
    return tuple(
        facts.Teacher(
            one.pk, _day_of(one.answered_at, upto), f"{one.teacher}{f' ({one.subject})' if one.subject else ''}",
            referral.student_id, referral.year, one.strengths.strip(), one.seen.strip(), one.tried.strip(),
            one.suggests.strip(),
        )
        for one in rows
    )  # fmt: skip


def _notes(referral: Referral, upto: date) -> tuple[facts.NoteFact, ...]:
    """What somebody consented to by name. A sealed note is never among them, whatever a row may say."""
    rows = NoteConsent.objects.filter(referral=referral, note__lock="restricted").select_related("note__by")
    return tuple(
        facts.NoteFact(
            one.note_id, _day_of(one.note.at, upto), str(one.note.by), referral.student_id, referral.year,
            one.note.text.strip(), one.given_by.strip(), one.on,
        )
        for one in rows.order_by("note__at", "pk")
        if one.on <= upto
    )  # fmt: skip


def _profile(referral: Referral, upto: date) -> facts.Profile | None:
    """The school's newest roll-up: nothing is counted here."""
    one = SchoolReview.objects.filter(school=referral.school_id, on__lte=upto).order_by("-on").first()
    if one is None:
        return None
    chronic = one.moderate + one.severe
    return facts.Profile(referral.school_id, one.on, "", 0, referral.year, referral.school.name, one.students, chronic)


def _decisions(referral: Referral, upto: date) -> tuple[facts.Decided, ...]:
    asked = (Decision.What.MEDIATION, Decision.What.COURT)
    rows = Decision.objects.filter(referral=referral, what__in=asked, on__lte=upto).select_related("by")
    return tuple(
        facts.Decided(one.pk, one.on, str(one.by), referral.student_id, referral.year, one.what, one.why.strip())
        for one in rows.order_by("on", "pk")
    )
