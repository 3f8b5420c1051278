"""Panels for the practice district: a region's board and Resource Panel, a school's teams, hearings past and to come.

Everything goes through the very actions the pages use; what lies in the past is done on its own day.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.timezone import make_aware

from firstbell.cases import actions as cases
from firstbell.cases.models import Case, Entry, Step
from firstbell.cases.rules import NotAllowed
from firstbell.core import clock
from firstbell.core.models import User
from firstbell.panels import actions as panels
from firstbell.panels.actions import agreements, people, room
from firstbell.panels.actions.checks import fill_checks
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Day, Panel, Referral
from firstbell.panels.queries.agreements import agreement_of, still_to_sign
from firstbell.panels.queries.people import in_term
from firstbell.panels.queries.readiness import readiness_of
from firstbell.panels.queries.room import spoken_in
from firstbell.roster.models import School, Student
from firstbell.staffing.models import Post

SEATED = {
    "sarb": (
        ("Ines Quiroga", "attendance", "chair", "Pupil Services"),
        ("Tom Abara", "probation", "member", "County Probation"),
        ("Linh Tran", "mental_health", "member", "Harbor Counseling"),
        ("Ana Sousa", "parent", "member", "Parent council"),
        ("Jude Okoro", "law_enforcement", "member", "Sheriff's youth unit"),
        ("Priya Raman", "health_care", "alternate", "School clinic"),
    ),
    "resource_panel": (
        ("Ines Quiroga", "attendance", "chair", "Pupil Services"),
        ("Noel Fuentes", "region", "member", "Region office"),
        ("Linh Tran", "mental_health", "member", "Harbor Counseling"),
        ("Ada Roe", "youth_services", "member", "Youth House"),
    ),
    "sspt": (
        ("Daniel Kim", "administrator", "chair", ""),
        ("Mae Lund", "teacher", "member", ""),
        ("Rosa Diaz", "counselor", "member", ""),
        ("Bea Ortiz", "nurse", "member", ""),
    ),
    "sart": (
        ("Daniel Kim", "administrator", "chair", ""),
        ("Rosa Diaz", "counselor", "member", ""),
        ("Mae Lund", "teacher", "member", ""),
    ),
}
"""Who sits on each kind of panel; those who are personas sign in."""
GUEST = "Tom Abara"
WHY = (
    "Nine Mondays were missed since October. Calls were answered, and the plan helped for two weeks.",
    "The family moved across town; the bus takes an hour. What was agreed with the school alone did not last.",
    "Comes late or not at all on days with mathematics. Likes the garden and the music room.",
)


@transaction.atomic
def live(today: date) -> int:
    """Open the panels, seat and sign, and refer students of the personas' school; how many referrals. Only once."""
    if Panel.objects.exists():
        return 0
    coordinator = Post.objects.filter(role="coordinator").select_related("user", "region").first()
    school = Post.objects.filter(role="principal").select_related("school").get().school
    rosa = Post.objects.filter(role="counselor", school=school).select_related("user").get().user
    made = {kind: _open(kind, school, coordinator, today) for kind in KINDS}
    students = list(_with_cases(school))
    _past(made["sspt"], students[:2], rosa, today - timedelta(31))
    _soon(made["sspt"], students[2:5], rosa, today)
    _waiting(made["resource_panel"], students[:2], rosa, coordinator.user, _person("Ines Quiroga") or rosa)
    _board(made["sarb"])
    fill_checks(on=today)
    return Referral.objects.count()


def _open(kind: str, school: School, post: Post, today: date) -> Panel:
    """A panel with its members in term and its roster signed."""
    own = {"school": school} if KINDS[kind].level == "school" else {"region": post.region}
    place = school.name if "school" in own else str(post.region)
    made = people.open_panel(
        kind=kind, name=f"{KINDS[kind].short}, {place}", address="12 Alder Street, Room 4", phone="(213) 555-0142",
        by=post.user, **own,
    )  # fmt: skip
    for name, seat, standing, agency in SEATED[kind]:
        people.add_member(
            panel=made, name=name, seat=seat, standing=standing, agency=agency, begins=today - timedelta(200),
            ends=today + timedelta(400), user=_person(name), by=post.user, trained_on=today - timedelta(180),
            sworn_on=today - timedelta(180),
        )  # fmt: skip
    people.sign_roster(panel=made, on=today, by=post.user)
    return made


def _person(name: str) -> User | None:
    """Who signs in: the personas among the staff, and one guest from outside."""
    given, _, family = name.partition(" ")
    if name == GUEST:
        return User.objects.get_or_create(
            username="tom.abara", defaults={"first_name": given, "last_name": family, "password": "!"}
        )[0]
    return User.objects.filter(first_name=given, last_name=family).first()


def _with_cases(school: School) -> Iterator[Student]:
    """Students whose family somebody tried to reach, those with a case first opened on top."""
    tried = Entry.objects.standing().filter(kind__in=("call", "visit", "conference")).values("student")
    rows = Case.objects.open().filter(school=school, student__in=tried, student__live=True).order_by("pk")
    return (case.student for case in rows.select_related("student__school"))


def _accepted(panel: Panel, students: Sequence[Student], by: User, chair: User) -> list[Referral]:
    """Referrals that went through; who is not ready stays a draft."""
    found = []
    for place, who in enumerate(students):
        made = panels.refer(student=who, panel=panel, ground="other", why=WHY[place % len(WHY)], by=by,
                            asked="Somebody who calls before first bell.")  # fmt: skip
        try:
            with transaction.atomic():
                panels.send(referral=made, by=by)
                found.append(panels.accept(referral=made, by=chair))
        except NotAllowed:
            continue
    return found


def _past(panel: Panel, students: Sequence[Student], by: User, on: date) -> None:
    """A month ago the team met: what was agreed is being checked."""
    with _living_on(_school_day(on - timedelta(10))):
        for who in students:
            cases.log(
                key=uuid.uuid5(uuid.NAMESPACE_OID, f"practice {who.key} before the team"), student=who, kind="call",
                outcome="reached", by=by, on=clock.today(), said="They will come to the team's meeting.",
            )  # fmt: skip
        referrals = _accepted(panel, students, by, by)
        day = _day(panel, _school_day(on), by) if referrals else None
        hearings = [_set(day, one, place, by) for place, one in enumerate(referrals)]
    with _living_on(_school_day(on)):
        for hearing in hearings:
            _hold(hearing, by)


def _hold(hearing, by: User) -> None:
    student = hearing.referrals.get().student
    for member in in_term(hearing.panel, hearing.day.on):
        room.arrive(hearing=hearing, party="panel", name="", member=member, by=by)
    for party, name in (("family", "Mother"), ("student", student.preferred_given or student.given)):
        room.arrive(hearing=hearing, party=party, name=name, by=by)
    room.start(hearing=hearing, by=by)
    room.say(hearing=hearing, part="strengths", text="Comes on the days with music; kind to the younger ones.", by=by)
    due = hearing.day.on + timedelta(14)
    for party, who, what, evidence, more in (
        ("family", "Mother", "Call the office before nine on a day at home", "word", {}),
        ("student", student.given, "At most two days absent in the next twenty", "attendance",
         {"target": 2, "target_of": 20}),
        ("school", "Rosa Diaz", "Call each Friday before four", "contacts", {"owner": by, "doing": "call"}),
    ):  # fmt: skip
        agreements.add_directive(
            hearing=hearing, student=student, party=party, who=who, what=what, due_on=due, evidence=evidence, by=by,
            **more,
        )  # fmt: skip
    reader = "Daniel Kim"
    if spoken_in(hearing) != "en":
        reader = "Luz Ortega"
        room.arrive(hearing=hearing, party="interpreter", name=reader, by=by)
    agreements.read_back(hearing=hearing, reader=reader, by=by)
    names = {"family": "Mother", "student": student.given, "school": "Rosa Diaz"}
    for party in still_to_sign(agreement_of(hearing)):
        agreements.sign(
            hearing=hearing, party=party, name=names.get(party, "Daniel Kim"), method="device", typed=True, by=by
        )
    room.hold(hearing=hearing, by=by)


def _soon(panel: Panel, students: Sequence[Student], by: User, today: date) -> None:
    """Today the team meets again, and one referral waits for a day."""
    with _living_on(_school_day(today - timedelta(9))):
        referrals = _accepted(panel, students, by, by)
        day = _day(panel, today, by) if len(referrals) > 1 else None
        for place, one in enumerate(referrals[:2] if day else ()):
            _set(day, one, place, by)


def _waiting(panel: Panel, students: Sequence[Student], by: User, second: User, chair: User) -> None:
    """The Resource Panel's referrals wait for a hearing day; what they lack was let through by two people."""
    for place, who in enumerate(students):
        made = panels.refer(student=who, panel=panel, ground="other", why=WHY[place], by=by)
        if readiness_of(made).waivable:
            asked = panels.ask_override(referral=made, why="The family asks for it now.", by=by)
            panels.agree_override(override=asked, by=second)
        if readiness_of(made).ready:
            panels.send(referral=made, by=by)
            panels.accept(referral=made, by=chair)


def _board(panel: Panel) -> None:
    """Referrals that stand in the ladder, being prepared for the board: most still owe the written notice."""
    stands = Step.objects.filter(kind="referral", stands=True, withdrawn_on=None, student__school__region=panel.region)
    for step in stands.select_related("student__school", "by").order_by("pk"):
        made = panels.refer(student=step.student, panel=panel, ground=step.ground, why=WHY[0], by=step.by)
        panels.confirm_step(referral=made, by=step.by)


def _day(panel: Panel, on: date, by: User) -> Day:
    return panels.plan_day(panel=panel, on=on, opens=time(8, 30), closes=time(11, 30), place=str(panel.school),
                           rooms=["Library"], by=by)  # fmt: skip


def _set(day: Day, referral: Referral, place: int, by: User):
    start = make_aware(datetime.combine(day.on, time(8, 30)) + timedelta(minutes=45 * place))
    return panels.set_hearing(
        day=day, referrals=[referral], room="Library", start=start, members=in_term(day.panel, day.on), by=by,
        waiver="The family asked for this day by telephone.",
    )  # fmt: skip


@contextmanager
def _living_on(day: date) -> Iterator[None]:
    """It is another day meanwhile: what is done is dated then."""
    today, settings.TODAY = settings.TODAY, day.isoformat()
    try:
        yield
    finally:
        settings.TODAY = today


def _school_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))
