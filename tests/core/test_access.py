"""Who can see what: the door, and docs/access.md made by really requesting every page as every role."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from firstbell.cases import actions as cases
from firstbell.cases.actions import meetings
from firstbell.core import journal
from firstbell.core.access import EVERYTHING, NOTHING, ROLES, Scope
from firstbell.core.models import AccessRow, User
from firstbell.imports import actions as imports
from firstbell.notices import actions as notices
from firstbell.notices import shelf
from firstbell.notices.models import Letter, Outbox
from firstbell.oversight.models import ActivityReport, Figure, Finding, Question, Sample, SchoolStatement
from firstbell.panels.actions.packets import make_packet
from firstbell.panels.models import Agreement, Hearing, Member, Panel, Referral
from firstbell.recovery import models as recovery
from firstbell.recovery.models import Search
from firstbell.recovery.models.days import AREAS, HOWS
from firstbell.recovery.rules import LANES
from firstbell.roster.models import Contact, Region, School, Student
from firstbell.site import schedule
from firstbell.staffing import actions as staffing
from firstbell.staffing.actions import purchases, rates
from firstbell.staffing.models import Proposal
from firstbell.staffing.queries import scope_of
from firstbell.staffing.rules.purchases import Part
from firstbell.supports import actions as supports
from firstbell.training.actions import consults, courses
from firstbell.training.actions import questions as training
from tests import staff
from tests.imports.extracts import Small
from tests.notices.conftest import HEAD

GOLDEN = Path(__file__).parents[2] / "docs" / "access.md"
BEGINS, TODAY = date(2020, 1, 1), date(2026, 5, 12)
pytestmark = pytest.mark.django_db


@pytest.fixture
def district(tmp_path, settings):
    """The small three-school district, imported and served for real."""
    settings.TODAY = TODAY.isoformat()
    run = imports.apply(Small().write(tmp_path / "files"), by=None)
    schedule.refresh(say=lambda line: None)
    return run


def holder(role: str, **where) -> User:
    """Somebody with a post; a guest has none, and sits on the panels there are."""
    user = User.objects.create(username=f"{role}-{len(where)}", password="!")
    if role == "guest":
        Member.objects.update(user=user)
        return user
    staffing.assign(user=staff.qualify(user), role=role, by=None, begins=BEGINS, **where)
    return user


def post_of(role: str) -> dict[str, object]:
    """Where each role is held in the matrix: the first student's school, its region, or the district."""
    school = Student.objects.order_by("key").first().school
    if role in ("director", "engineer", "fiscal"):
        return {}
    if role in ("coordinator", "region_counselor", "chair"):
        region, _ = Region.objects.get_or_create(
            key="matrix", defaults={"name": "Region", "arrival_id": school.arrival_id}
        )
        School.objects.filter(pk=school.pk).update(region=region)
        return {"region": region}
    return {"school": school}


def routes(patterns=None, prefix="") -> list[str]:
    found = []
    for entry in patterns or get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            found += routes(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            found.append(prefix + str(entry.pattern))
    return found


@pytest.fixture
def letter(district, settings) -> Letter:
    """A letter of the first student's, asked for, approved, issued and sent for real, into the practice outbox."""
    settings.EMAIL_BACKEND = "firstbell.notices.providers.LocalMail"  # pytest-django put its own in its place
    student, by = Student.objects.order_by("key").first(), User.objects.create(username="writer", password="!")
    student.language = "en"
    student.save(update_fields=["language"])
    Contact.objects.update(email="home@example.org")
    notices.set_letterhead(school=student.school, by=by, **HEAD)
    notices.ask(student=student, kind="attendance_summary", note="", by=by)
    batch = notices.prepare(
        scope=EVERYTHING,
        kinds=["attendance_summary"],
        send_on=TODAY,
        by=by,
        channels=["print", "email"],
        school=student.school,
    )
    notices.approve(batch=batch, by=by)
    notices.issue(batch=notices.ask_issue(batch=batch, by=by).pk)
    notices.deliver(batch=batch.pk)
    return batch.letters.get()


@pytest.fixture
def work(district) -> dict[str, int]:
    """The first student's case with what is in it, a group and meetings of their school: values of addresses."""
    student, by = Student.objects.order_by("key").first(), User.objects.create(username="worker", password="!")
    case = cases.open_case(student=student, by=by)
    entry = cases.log(key=uuid4(), student=student, kind="call", outcome="reached", by=by)
    task = cases.ask(case=case, kind="plan", due_on=TODAY, by=by)
    meeting = meetings.plan_meeting(school=student.school, kind="sspt", on=TODAY, by=by)
    item = meetings.add_to_agenda(meeting=meeting, student=student, by=by)
    group = supports.start_group(
        school=student.school,
        name="Breakfast",
        practice="home-visits",
        goal="All in by the bell",
        begins_on=TODAY,
        by=by,
    )
    supports.add_member(group=group, student=student, by=by)
    met = supports.hold_meeting(group=group, on=TODAY, minutes=30, topic="Mornings", came=[student.pk], by=by)
    return {
        "<int:case_id>": case.pk, "<int:entry_id>": entry.pk, "<int:task_id>": task.pk,
        "<int:item_id>": item.pk, "cases/meetings/<int:meeting_id>": meeting.pk,
        "supports/meetings/<int:meeting_id>": met.pk, "<int:group_id>": group.pk, "<slug:key>": "home-visits",
    }  # fmt: skip


@pytest.fixture
def hearing(district) -> dict[str, int]:
    """The first student before their region's board, on a day to come: values of addresses."""
    student, by = Student.objects.order_by("key").first(), User.objects.create(username="chairs", password="!")
    region, _ = Region.objects.get_or_create(
        key="matrix", defaults={"name": "Region", "arrival_id": student.school.arrival_id}
    )
    School.objects.filter(pk=student.school_id).update(region=region)
    panel = Panel.objects.create(kind="sarb", name="Board", region=region, address="1 Road", board="local")
    member = Member.objects.create(panel=panel, name="Ann Lee", seat="attendance", term=DateRange(BEGINS, None))
    referral = Referral.objects.create(
        student=student, panel=panel, school=student.school, year=2026, ground="habitual", why="Absences.",
        made_on=TODAY, state="accepted", accepted_on=TODAY, by=by,
    )  # fmt: skip
    day = panel.days.create(
        on=TODAY + timedelta(30), opens="08:30", closes="12:15", place="1 Road", rooms=["Room 4"], by=by
    )
    start = datetime(2026, 6, 11, 16, tzinfo=UTC)
    made = Hearing.objects.create(
        panel=panel, school=student.school, day=day, room="Room 4", family=student.pk, state="set",
        span=DateTimeTZRange(start, start + timedelta(minutes=45)),
    )  # fmt: skip
    made.referrals.add(referral)
    voice = day.interpreters.create(name="Luz Ortega", language="es", by=by)
    told = made.invitations.create(
        to="Ann", channel="letter", told_on=TODAY, start=start, room="Room 4", digest=shelf.keep(b"%PDF-1.7"), by=by
    )
    packet = make_packet(referral=referral, audience="panel", by=by)
    asked = referral.overrides.create(missing=["plan"], why="Urgent.", asked_by=by)
    agreed = Agreement.objects.create(hearing=made)
    promise = agreed.directives.create(
        student=student, party="school", who="Ann", what="Call", due_on=TODAY + timedelta(40), evidence="word", by=by
    )
    check = promise.checks.create(after_days=10, due_on=TODAY + timedelta(40))
    decided = referral.decisions.create(what="review", why="Late.", on=TODAY, by=by)
    form = referral.teacher_forms.create(teacher="Mae Lund", asked_on=TODAY, due_on=TODAY, by=by)
    return {
        "<int:override_id>": asked.pk, "<int:agreement_id>": agreed.pk, "<int:directive_id>": promise.pk,
        "<int:check_id>": check.pk, "<int:decision_id>": decided.pk, "<int:form_id>": form.pk,
        "<int:packet_id>": packet.pk, "<int:panel_id>": panel.pk, "<int:member_id>": member.pk,
        "<int:referral_id>": referral.pk, "<int:day_id>": day.pk, "<int:hearing_id>": made.pk,
        "<int:interpreter_id>": voice.pk, "<int:invitation_id>": told.pk,
    }  # fmt: skip


@pytest.fixture
def lost(district) -> dict[str, int]:
    """A search for the first student, and a day on which people look: values of addresses."""
    student, by = Student.objects.order_by("key").first(), User.objects.create(username="seeks", password="!")
    search = Search.objects.create(
        student=student, school=student.school, year=2026, kind="unseen", since=TODAY, opened_on=TODAY, lane=LANES[0]
    )
    day = recovery.Day.objects.create(
        school=student.school, name="Day", on=TODAY, how=next(iter(HOWS)), area=next(iter(AREAS)), phone="1", by=by
    )
    return {"<int:search_id>": search.pk, "recovery/days/<int:day_id>": day.pk}


def staffing_of(people: dict[str, User]) -> dict[str, int]:
    """A paper with its scan, the post and an absence of the counselor: values of addresses."""
    counselor, by = people["counselor"], people["director"]
    paper = counselor.credentials.create(
        kind="pps", number="2", issued_on=BEGINS, expires_on=TODAY, scan=b"%PDF-1.7", seen_by=by
    )
    absence = counselor.absences.create(begins_on=TODAY, ends_on=TODAY, why="ill", by=by)
    return {
        "<int:paper_id>": paper.pk, "<int:post_id>": counselor.posts.get().pk, "<int:absence_id>": absence.pk,
    }  # fmt: skip


def bought_of(people: dict[str, User], school: School) -> dict[str, int]:
    """A signed purchase of the school, and a proposal that places its counselor there."""
    by = people["principal"]
    rates.set_rates(fiscal_year=2026, text="basis,tenths,dollars\nC,2,100\n", by=None)
    one = purchases.draft(
        school=school, begins=TODAY, ends=TODAY, tenths=2, parts=[Part("general", 2)], by=by
    )  # fmt: skip
    one = purchases.sign(purchase=one, seen=1, by=by)
    proposal = Proposal.objects.create(fiscal_year=2026, begins_on=TODAY, state="ready")
    placed = proposal.placements.create(purchase=one, user=people["counselor"], halves=[1] * 2 + [0] * 8)
    return {
        "<int:purchase_id>": one.pk, "<int:proposal_id>": proposal.pk, "<int:placement_id>": placed.pk,
    }  # fmt: skip


def oversight_of(people: dict[str, User], case: int) -> dict[str, int]:
    """Of the counselor: a chart with feedback, a month, a question, and a finding with a step of its plan."""
    counselor, by, first = people["counselor"], people["director"], TODAY.replace(day=1)
    drawn = Sample.objects.create(user=counselor, month=first, seed="1", charts=[case], frame=1, by=by)
    chart = drawn.reviews.create(case_id=case, place=1)
    drawn.reviews.update(feedback="Well told.", feedback_at=now(), feedback_by=by)
    told = {"month": first, "opens_on": TODAY + timedelta(7)}
    month = Figure.objects.create(
        user=counselor, counted_on=TODAY, **told,
        data={
            "load": {"students": 0, "weight": 0, "minutes": 0, "a_week": None}, "coverage": {"part": 0, "whole": 0},
            "timeliness": {"met": 0, "due": 0, "kept": 0, "promised": 0}, "quality": {"good": 0, "of": 0},
            "outcome": {"students": 0, "alone": 0, "raw": None, "middle": None, "low": None, "high": None},
        },
    )  # fmt: skip
    asked = Question.objects.create(
        user=counselor, kind="burst", words="How?", innocent="Paper.", asked_on=TODAY, **told
    )
    found = Finding.objects.create(user=counselor, what="Late.", evidence="/", rule="Policy", on=TODAY, by=by)
    step = found.steps.create(text="Call", owner=counselor, due_on=TODAY, by=by)
    return {
        "<int:sample_id>": drawn.pk, "<int:review_id>": chart.pk, "<int:figure_id>": month.pk,
        "<int:question_id>": asked.pk, "<int:finding_id>": found.pk, "<int:step_id>": step.pk,
    }  # fmt: skip


def delivered_of(people: dict[str, User], school: School) -> dict[str, object]:
    """Approved days of the school, a report of its counselor over them, and a statement."""
    made = staff.bought(school, TODAY, TODAY, by=people["principal"], funds=[("general", 2)])
    report = ActivityReport.objects.create(
        user=people["counselor"], school=school, purchase=made, month=date(2025, 9, 1), activities={}, funds=[],
        total=0, pdf=b"%PDF", signed_at=now(),
    )  # fmt: skip
    data = {
        "bought": 0, "delivered": 0, "students": 0, "need": 0, "need_reached": 0, "legal": {"met": 0, "due": 0},
        "plans": {"cases": 0, "planned": 0, "overdue": 0}, "outcome": None, "people": [], "activities": [],
        "on": str(TODAY),
    }  # fmt: skip
    told = SchoolStatement.objects.create(school=school, year=2026, number=1, begins_on=TODAY, ends_on=TODAY, data=data)
    return {
        "<int:report_id>": report.pk, "<int:statement_id>": told.pk, "<slug:month>": f"{TODAY:%Y-%m}",
        "<slug:monday>": TODAY.isoformat(), "reports/of/<int:purchase_id>": made.pk,
    }  # fmt: skip


def asked_of(people: dict[str, User], school: School) -> dict[str, int]:
    """A question of the school's counselor to the Region, and a consult of the director with the school."""
    told = {"area": "truancy", "school": school}
    asked = training.ask(urgency="week", title="Which letter?", what="She was away.", by=people["counselor"], **told)
    consult = consults.log_consult(
        way="call", on=TODAY, minutes=5, whom="Ann", about="Letters", advised="Send it.", by=people["director"], **told
    )
    return {"<int:asked_id>": asked.pk, "<int:consult_id>": consult.pk}


def training_of(people: dict[str, User]) -> dict[str, int]:
    """A course that the counselor completed and that is proposed to them, with their seat in a session."""
    user, by = people["counselor"], people["director"]
    course = courses.write_course(title="Letters", what="Write.", minutes=60, months=None, roles=[], items=[], by=by)
    session = courses.plan_session(
        course=course, region=None, on=TODAY, begins=time(9), place="Room 4", seats=9, led_by=by, by=by
    )
    seat = courses.sign_up(session=session, user=user, by=user)
    done = courses.record_completion(user=user, course=course, on=TODAY, proof="Seen.", by=by)
    proposed = courses.propose(user=user, course=course, why="Charts.", source="gap:1", by=by)
    return {
        "<int:course_id>": course.pk, "<int:session_id>": session.pk, "<int:seat_id>": seat.pk,
        "<int:completion_id>": done.pk, "training/proposals/<int:proposal_id>": proposed.pk,
    }  # fmt: skip


def test_access_matrix_is_current(district, letter, work, hearing, lost, client):
    student = Student.objects.order_by("key").first()
    roles = list(ROLES)
    people = {role: holder(role, **post_of(role)) for role in roles}
    values = {
        "<int:student_id>": student.pk, "<int:school_id>": student.school_id, "<int:run_id>": district.pk,
        "<int:region_id>": Region.objects.get(key="matrix").pk, "<slug:slug>": "ec-48260",
        "<int:batch_id>": letter.batch_id, "<int:letter_id>": letter.pk, "<int:part>": 1,
        "<int:user_id>": people["counselor"].pk, "<int:message_id>": Outbox.objects.get(channel="email").pk,
    }  # fmt: skip
    made = work | hearing | lost | staffing_of(people) | oversight_of(people, work["<int:case_id>"])
    made |= bought_of(people, student.school) | delivered_of(people, student.school)
    made |= asked_of(people, student.school) | training_of(people)
    at = {blank: value for blank, value in made.items() if "/" in blank}
    values |= {blank: value for blank, value in made.items() if "/" not in blank}
    lines = ["# Who can see what", "", "Made by requesting every page as every role; a test keeps it current.", ""]
    lines += [f"| page | nobody | {' | '.join(roles)} |", f"|---|---|{'---|' * len(roles)}"]
    for route in sorted(set(routes())):
        address = "/" + route
        for blank, value in at.items():
            address = address.replace(blank, blank.rpartition("/")[0] + f"/{value}")
        for blank, value in values.items():
            address = address.replace(blank, str(value))
        cells = []
        for person in (None, *people.values()):
            client.logout()
            if person:
                client.force_login(person)
            cells.append(str(client.get(address).status_code))
        lines.append(f"| `/{route}` | {' | '.join(cells)} |")
    made = "\n".join(lines) + "\n"
    if not GOLDEN.exists():
        GOLDEN.write_text(made)
    assert made == GOLDEN.read_text(), "docs/access.md is not current: delete it, run again, and read the difference"


def test_a_neighbour_school_is_invisible(district, client):
    mine = Student.objects.order_by("key").first()
    theirs = Student.objects.exclude(school=mine.school).first()
    assert theirs is not None
    user = holder("counselor", school=mine.school)
    scope = scope_of(user, TODAY)
    assert mine in Student.objects.visible_to(scope)
    assert theirs not in Student.objects.visible_to(scope)
    client.force_login(user)
    assert client.get(f"/students/{mine.pk}/").status_code == 200
    assert client.get(f"/students/{theirs.pk}/").status_code == 404
    assert client.get(f"/students/{theirs.pk}/why/").status_code == 404


def test_opening_a_record_is_logged_before_the_answer(district, client):
    student = Student.objects.order_by("key").first()
    client.force_login(holder("counselor", school=student.school))
    assert AccessRow.objects.count() == 0
    client.get(f"/students/{student.pk}/")
    row = AccessRow.objects.get()
    assert (row.student_id, row.route) == (student.pk, "desk:student")
    assert "Counselor" in row.why


def test_without_the_log_there_is_no_answer(district, client):
    student = Student.objects.order_by("key").first()
    client.force_login(holder("counselor", school=student.school))
    with connection.cursor() as cursor:
        cursor.execute("alter table access_row add constraint shut check (false) not valid")
    answer = client.get(f"/students/{student.pk}/")
    assert answer.status_code == 503
    assert student.family not in answer.content.decode()


def test_an_empty_scope_sees_nothing_and_an_ended_post_gives_none(district):
    assert Student.objects.visible_to(NOTHING).count() == 0
    assert Student.objects.visible_to(Scope(may=EVERYTHING.may)).count() == 0
    user = holder("counselor", school=School.objects.first())
    assert scope_of(user, TODAY).schools
    staffing.end(post=user.posts.get(), on=TODAY, by=None)
    assert scope_of(user, TODAY) == NOTHING


@pytest.mark.parametrize("change", ["update journal_line set verb = 'x'", "delete from journal_line"])
def test_the_journal_is_append_only(change):
    journal.record("core.tried", by=None)
    with (
        pytest.raises(DatabaseError, match="never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
