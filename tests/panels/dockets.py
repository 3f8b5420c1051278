"""Households that wait for the board, with homes to write to: what the docket's tests stand on."""

from datetime import date, timedelta

import pytest

from firstbell.core.models import JournalLine, User
from firstbell.notices.actions import set_letterhead
from firstbell.panels.models import Day, Hearing, Panel, Referral
from firstbell.roster.models import Contact, FamilyLink, Phone, Student
from tests.attendance.conftest import DAYS, YEAR
from tests.notices.conftest import HEAD
from tests.panels.conftest import at

TODAY = DAYS[-1]


def verbs(*, about: str = "panels.") -> list[str]:
    return list(JournalLine.objects.filter(verb__startswith=about).order_by("pk").values_list("verb", flat=True))


def last_line(verb: str) -> JournalLine:
    return JournalLine.objects.filter(verb=f"panels.{verb}").latest("pk")


@pytest.fixture
def heads(district, marisa, settings) -> None:
    """Both schools have a letterhead."""
    settings.DISTRICT = "Rosalia Unified School District"
    for school in district.schools:
        set_letterhead(school=school, by=marisa, **HEAD)


@pytest.fixture
def household(district, sarb, counselor, heads):
    """`household("Ana")`: a student whose accepted referral to the board waits, with a mother at home."""
    number = iter(range(1, 100))

    def run(
        given: str, *, waited: int = 10, language: str = "en", school: int = 0, by: User = counselor,
        mother: Contact | None = None, text: bool = False, panel: Panel = sarb, **more,
    ) -> Referral:  # fmt: skip
        at_home = next(number)
        student = district.student(f"D-{at_home}", at=school)
        Student.objects.filter(pk=student.pk).update(given=given, family="Reyes", language=language)
        values = {"email": f"home{at_home}@example.org", "address": f"{at_home} Olive Street", "city": "Rosalia",
                  "state": "CA", "postal": "90099", "language": language}  # fmt: skip
        mother = mother or Contact.objects.create(
            key=f"CD-{at_home}", given="Marisol", family=f"Reyes {at_home}", arrival=district.arrival, **values | more
        )
        FamilyLink.objects.create(
            student=student, contact=mother, relation="Mother", guardian=True, rights_holder=True, lives_with=True,
            primary=True, priority=1, mailing=True, arrival=district.arrival,
        )  # fmt: skip
        if text:
            Phone.objects.create(
                contact=mother, place=1, number=f"+1213555{at_home:04}", kind="mobile", text_ok=True,
                arrival=district.arrival,
            )  # fmt: skip
        return Referral.objects.create(
            student_id=student.pk, panel=panel, school=student.school, year=YEAR, ground="habitual",
            why="Five unexcused days.", made_on=TODAY - timedelta(waited + 5), state="accepted",
            accepted_on=TODAY - timedelta(waited), by=by,
        )  # fmt: skip

    return run


@pytest.fixture
def setting(day, sarb, ines):
    """`setting(referral, 9)`: its hearing set by hand at nine in room 4, before every member."""
    from firstbell.panels import actions  # the fixtures of other tests do without it

    def run(
        *referrals: Referral, hour: int = 9, minute: int = 0, room: str = "Room 4", on: Day = day, **more
    ) -> Hearing:
        given = {"members": list(sarb.members.all()), "by": ines} | more
        return actions.set_hearing(day=on, referrals=list(referrals), room=room, start=at(on.on, hour, minute), **given)

    return run


def later(day: Day, on: date) -> Day:
    """Another day of the same panel."""
    return Day.objects.create(
        panel=day.panel, on=on, opens=day.opens, closes=day.closes, place=day.place, rooms=day.rooms, by=day.by
    )
