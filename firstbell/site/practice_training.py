"""Training and advice in the practice district: the catalogue, two sessions, questions of a school, a consult."""

from datetime import date, time, timedelta

from django.db import transaction

from firstbell.core.models import User
from firstbell.roster.models import Region, School
from firstbell.site.practice_staffing import somebody
from firstbell.staffing.models import Post
from firstbell.training.actions import consults, courses, questions
from firstbell.training.models import Course, Question


@transaction.atomic
def live(today: date) -> int:
    """Offer the catalogue, hold a session, plan the next, ask and answer; how many completed something. Only once."""
    if Course.objects.exists():
        return 0
    courses.take_up_catalogue(by=None)
    region = Region.objects.filter(posts__role=Post.Role.COORDINATOR).order_by("pk").first()
    if region is None:
        return 0
    noor, marisa, rosa, daniel = (somebody(one) for one in NAMES)
    completed = _trained(region, today, noor, marisa, (rosa, daniel, somebody("Grace Okafor")))
    _asked(rosa, daniel, noor, today)
    return completed


NAMES = ("Noor Rahimi", "Marisa Tolentino", "Rosa Diaz", "Daniel Kim")


def _trained(region: Region, today: date, noor: User, marisa: User, people: tuple[User, ...]) -> int:
    """Today's session with who came; one to come with more who ask than seats; a certificate of elsewhere."""
    letters, privacy = Course.objects.get(key="truancy-letters"), Course.objects.get(key="records-privacy")
    told = {"region": region, "place": "Region office, Room 2", "led_by": noor, "by": noor}
    held = courses.plan_session(course=privacy, on=today, begins=time(8, 15), minutes=60, seats=12, **told)
    for who in people[:2]:
        courses.sign_up(session=held, user=who, by=who)
    held.refresh_from_db()
    made = courses.close_session(
        session=held, came=set(held.taken.values_list("pk", flat=True)), version=held.version, by=noor
    )
    later = courses.plan_session(course=letters, on=today + timedelta(8), begins=time(13, 30), seats=2, **told)
    for who in (*people[:0:-1], people[0]):
        courses.sign_up(session=later, user=who, by=who)
    proof = "Certificate of the county office, shown on paper"
    courses.record_completion(
        user=people[0], course=Course.objects.get(key="mandated-reporting"), on=today - timedelta(340), proof=proof,
        by=noor,
    )  # fmt: skip
    courses.propose(
        user=people[0], course=Course.objects.get(key="chart-barrier-plan"), source="practice", by=marisa,
        why="The calls are well told. The plan could say who does what by when.",
    )  # fmt: skip
    return len(made) + 1


def _asked(rosa: User, daniel: User, noor: User, today: date) -> None:
    """One answered and shared, one that waits until the end of the week, one for today that somebody has."""
    school = School.objects.filter(posts__user=daniel).order_by("pk").first()
    if school is None:
        return
    first = questions.ask(
        school=school, area="absences", urgency="week", by=daniel, title="A funeral in another state",
        what="A family was away for four days for the funeral of a grandparent in another state. How many are excused?",
    )  # fmt: skip
    questions.answer(
        question=first, by=noor, law=["EC 48205"], share=True,
        text="Five days for each incident are excused (EC 48205(a)(5)), wherever the service is. Write down who told"
        " you and when, and clear all four days as a bereavement.",
    )  # fmt: skip
    questions.close(question=Question.objects.get(pk=first.pk), helped=True, by=daniel)
    urgent = questions.ask(
        school=school, area="truancy", urgency="today", by=daniel, title="A letter came back",
        what="The first notice came back as undeliverable. May the second report be made before it is mailed again?",
    )  # fmt: skip
    questions.take(question=urgent, by=noor)
    questions.ask(
        school=school, area="rights", urgency="week", by=rosa, title="School of origin after a move",
        what="A family without a home moved to the next district last week. Does the student stay with us to the end"
        " of the year?",
    )  # fmt: skip
    consults.log_consult(
        school=school, area="casework", way="visit", on=today - timedelta(6), minutes=50, whom="Principal and clerk",
        about="Who calls home on the first day of an absence.", by=noor,
        advised="The clerk before ten, the counselor after the second day; both in one log.",
    )  # fmt: skip
