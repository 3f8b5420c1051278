"""One invented letter of every kind: what previews, the linter and the tests look at."""

from datetime import date, time, timedelta

from firstbell.law.notices import Kind
from firstbell.letters.data import (
    SPANS,
    Board,
    Contact,
    Earlier,
    Effort,
    Grade,
    Ground,
    Letter,
    Meeting,
    Occasion,
    Person,
    School,
    Span,
    Step,
    Student,
    What,
)

SENT = date(2026, 10, 15)
SCHOOL = School(
    name="Manzanita Middle School",
    district="Arroyo Verde Unified School District",
    address=("4120 Calle del Sol", "Arroyo Verde, CA 93999"),
    phone="(555) 010-0140",
    opens=time(7, 30),
    closes=time(16),
    principal="Denise Okafor",
)
PERSON = Person("Hugo Barrera", "Attendance Counselor", "(555) 010-0142")
FAMILY = Contact("Marisol Reyes", ("815 Olive Street, Apt. 4", "Arroyo Verde, CA 93999"))
DAYS = {
    Kind.FIRST_TRUANCY: (What.ABSENT, What.LATE, What.ABSENT),
    Kind.NEXT_TRUANCY: (What.OUT,),
    Kind.EXCUSED: (What.EXCUSED,) * 12,
    Kind.CORRECTION: (What.EXCUSED, What.PRESENT),
    Kind.SUMMARY: (What.EXCUSED, What.ABSENT),
}


def sample(kind: Kind, language: str, sent_on: date = SENT) -> Letter:
    """A letter of this kind as it could be sent on that day."""
    needs_meeting = kind in {Kind.CONFERENCE, Kind.SART, Kind.HEARING, Kind.CALLED_OFF}
    referred = kind is Kind.SARB
    return Letter(
        kind=kind,
        language=language,
        sent_on=sent_on,
        school=SCHOOL,
        to=FAMILY,
        students=(_student(kind, sent_on),),
        person=PERSON,
        reference="MM-2026-000417",
        meeting=Meeting(sent_on + timedelta(12), time(15, 30), "Room 12, Manzanita Middle School")
        if needs_meeting
        else None,
        report=2 if kind is Kind.NEXT_TRUANCY else 0,
        board=Board(
            "School Attendance Review Board of Arroyo Verde Unified", ("900 Mission Road", "Arroyo Verde, CA 93999")
        )
        if referred or kind in {Kind.HEARING, Kind.CALLED_OFF}
        else None,
        ground=Ground.HABITUAL if referred else None,
        steps=_steps(sent_on) if referred or kind is Kind.SART else (),
        earlier=Earlier(Kind.FIRST_TRUANCY, sent_on - timedelta(9)) if kind is Kind.CORRECTION else None,
    )


def _student(kind: Kind, sent_on: date) -> Student:
    days = DAYS.get(kind, ())
    weekdays = (day for back in range(1, 60) if (day := sent_on - timedelta(2 * back)).weekday() < 5)
    occasions = tuple(Occasion(on, what) for on, what in zip(weekdays, days, strict=False))
    spans = (
        Span(sent_on - timedelta(70), sent_on - timedelta(36), 24, 6),
        Span(sent_on - timedelta(35), sent_on - timedelta(1), 24, 1),
    )
    return Student("Ana Lucía Reyes", Grade.G7, occasions, spans[-SPANS[kind] :] if kind in SPANS else (), "Ana")


def _steps(sent_on: date) -> tuple[Step, ...]:
    efforts = (Effort.LETTER, Effort.CALL, Effort.CONFERENCE, Effort.PLAN)
    monday = sent_on - timedelta(sent_on.weekday())
    return tuple(Step(monday - timedelta(56 - 15 * n), what) for n, what in enumerate(efforts))
