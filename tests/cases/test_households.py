"""One lead worker for a household: proposed by rule, decided by a person, handed on with a task; one entry for all."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from hypothesis import given
from hypothesis import strategies as st

from firstbell.cases import actions
from firstbell.cases.models import Entry, LeadWorker, Move, Step, Task
from firstbell.cases.queries.households import homes_of, household_of, leads_of, proposed_lead, who_led
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.households import Child, leading, proposed
from firstbell.core.models import JournalLine, User
from firstbell.core.months import next_month
from firstbell.oversight.queries.work import work_of
from firstbell.roster import models as roster
from firstbell.staffing.models import Post
from tests import staff
from tests.cases.conftest import DAYS, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def hugo(db, district) -> User:
    """A counselor at the other school."""
    user = User.objects.create(username="hugo", first_name="Hugo", last_name="Petrosyan")
    staff.post(user=user, role="counselor", school=district.schools[1], span=DateRange(DAYS[0], None))
    return user


@pytest.fixture
def rosa(rosa, district) -> User:
    staff.post(user=rosa, role="counselor", school=district.schools[0], span=DateRange(DAYS[0], None))
    return rosa


@pytest.fixture
def mother(truant, district) -> roster.Contact:
    contact = roster.Contact.objects.create(key="C1", given="Marisol", family="Baptiste", arrival=district.arrival)
    lives(truant, contact)
    return contact


def lives(student, contact) -> None:
    roster.FamilyLink.objects.create(
        student=student, contact=contact, relation="Mother", lives_with=True, arrival=student.arrival
    )


@pytest.fixture
def brother(mother, district):
    """At the same school, without an absence."""
    pupil = district.student("P-2")
    lives(pupil, mother)
    return pupil


@pytest.fixture
def sister(mother, district):
    """At the other school."""
    pupil = district.student("P-3", at=1)
    lives(pupil, mother)
    return pupil


@pytest.fixture
def lead(truant, rosa):
    def run(who: User | None, why: str = "She knows the mother.", **more):
        return actions.lead_household(**({"student": truant, "lead": who, "why": why, "by": rosa} | more))

    return run


# -- the rules ---------------------------------------------------------------------------------------------------------


def child(student: int, tier: int, band: str, adult: int | None, day: int = 1) -> Child:
    return Child(student, tier, band, adult, date(2026, 5, day))


@pytest.mark.parametrize(
    ("children", "adult"),
    [
        ([], None), ([child(1, 3, "severe", None)], None), ([child(1, 2, "severe", 7), child(2, 3, "at_risk", 8)], 8),
        ([child(1, 2, "at_risk", 7), child(2, 2, "severe", 8)], 8),
        ([child(1, 2, "severe", 7, 9), child(2, 2, "severe", 8, 2)], 8),
        ([child(1, 2, "severe", 7), child(2, 2, "severe", 8)], 7),
        ([child(1, 3, "severe", None), child(2, 2, "none", 8)], 8),
    ],
)  # fmt: skip
def test_the_adult_of_the_child_in_greatest_need_is_proposed(children, adult):
    found = proposed(children)
    assert (found.adult if found else None) == adult
    assert proposed(reversed(children)) == found


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["none", "moderate", "severe"]), st.integers(1, 28))))
def test_whoever_is_proposed_has_the_highest_tier_of_those_with_an_adult(rows):
    children = [child(at, tier, band, at % 3 or None, day) for at, (tier, band, day) in enumerate(rows)]
    found = proposed(children)
    assert (found is None) is all(one.adult is None for one in children)
    if found:
        assert all(one.tier <= found.tier for one in children if one.adult is not None)


@pytest.mark.parametrize(
    ("newest", "decision"),
    [({}, None), ({1: 5}, 5), ({1: 5, 2: 5, 3: 9}, 5), ({1: 5, 2: 9}, 9)],
)
def test_a_child_who_moved_in_does_not_bring_a_lead_along(newest, decision):
    assert leading(newest) == decision


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_the_rule_reads_the_cases_of_all_children(truant, sister, rosa, hugo):
    actions.open_case(student=truant, by=rosa, lead=rosa, tier=2)
    assert proposed_lead(household_of(truant)).lead == rosa
    case = actions.open_case(student=sister, by=hugo, lead=hugo, tier=3)
    found = proposed_lead(household_of(truant))
    assert (found.lead, found.case) == (hugo, case)
    assert {row["adult"] for row in found.evidence["children"]} == {rosa.pk, hugo.pk}
    User.objects.filter(pk=hugo.pk).update(is_active=False)
    assert proposed_lead(household_of(truant)).lead == rosa


def test_who_was_named_longest_wins_a_tie(truant, brother, rosa, hugo):
    case = actions.open_case(student=truant, by=rosa, lead=hugo, tier=2)
    actions.open_case(student=brother, by=rosa, lead=rosa, tier=2)
    Move.objects.create(case=case, what=Move.What.LEAD, on=TODAY + timedelta(1), by=rosa)
    assert proposed_lead(household_of(truant)).lead == rosa


def test_a_person_decides_and_it_is_kept_for_every_child(truant, sister, rosa, hugo, lead):
    actions.open_case(student=sister, by=hugo, lead=hugo, tier=3)
    row, task = lead(rosa)
    assert task is None
    assert set(row.students.all()) == {truant, sister}
    assert (row.proposed, row.why, row.evidence["children"][0]["student"]) == (hugo, "She knows the mother.", sister.pk)
    assert leads_of({0: household_of(sister)})[0] == row
    assert JournalLine.objects.get(verb="cases.household_led").detail["students"] == household_of(truant)


def test_handing_on_leaves_a_task_with_whoever_led(truant, sister, rosa, hugo, lead):
    case = actions.open_case(student=truant, by=rosa, lead=rosa)
    lead(rosa)
    _, task = lead(hugo, "He speaks Armenian.")
    assert (task.kind, task.source, task.owner, task.case, task.due_on) == (
        "handoff", Task.Source.HANDOFF, rosa, case, TODAY,
    )  # fmt: skip
    assert "Tell Hugo Petrosyan" in str(task)
    assert [(one.row.lead, one.until) for one in who_led(household_of(truant))] == [(hugo, None), (rosa, TODAY)]
    assert JournalLine.objects.filter(verb="cases.task_asked").count() == 1
    assert homes_of([truant.pk])[truant.pk].words.replace("\u00a0", " ") == (
        "1 other child in this home; lead: Hugo Petrosyan"
    )


def test_who_has_left_cannot_tell_so_whoever_leads_asks(truant, sister, rosa, hugo, lead):
    actions.open_case(student=truant, by=rosa)
    lead(hugo)
    Post.objects.filter(user=hugo).delete()
    _, task = lead(rosa)
    assert task.owner == rosa
    assert "Hugo Petrosyan has left" in str(task)


def test_to_end_it_leaves_nothing_to_hand_on(truant, rosa, lead):
    actions.open_case(student=truant, by=rosa)
    lead(rosa)
    row, task = lead(None, "Nothing is left to lead.")
    assert (row.lead, task, leads_of({0: [truant.pk]})[0].lead) == (None, None, None)


def test_what_is_refused(truant, sister, rosa, hugo, lead):
    with pytest.raises(NotAllowed, match="has an open case"):
        lead(rosa)
    actions.open_case(student=truant, by=rosa)
    for who, more, no in (
        (None, {}, "nothing to end"), (rosa, {"why": " "}, "Say why"),
        (User.objects.create(username="else"), {}, "no post at a school of these children"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=no):
            lead(who, **more)
    first, _ = lead(rosa)
    with pytest.raises(NotAllowed, match="leads already"):
        lead(rosa)
    with pytest.raises(NotAllowed, match="Somebody decided while you had this open: Rosa Diaz leads since"):
        lead(hugo, seen=0)
    assert lead(hugo, seen=first.pk)[0].lead == hugo
    assert LeadWorker.objects.count() == 2


@pytest.mark.parametrize("table", ["case_lead_worker", "case_lead_worker_student"])
def test_a_decision_is_never_changed(truant, rosa, lead, table):
    actions.open_case(student=truant, by=rosa)
    lead(rosa)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"delete from {table}")


def test_a_child_who_moves_out_leaves_the_lead_of_the_home_as_it_is(
    truant, brother, sister, rosa, hugo, lead, district
):
    actions.open_case(student=truant, by=rosa)
    lead(rosa)
    roster.FamilyLink.objects.filter(student=sister).update(live=False)
    aunt = roster.Contact.objects.create(key="C2", given="Ani", family="Baptiste", arrival=district.arrival)
    lives(sister, aunt)
    actions.open_case(student=sister, by=hugo, lead=hugo)
    actions.lead_household(student=sister, lead=hugo, why="Her aunt's home.", by=hugo)
    roster.FamilyLink.objects.filter(student=sister).update(live=True)  # and back, some weekends
    assert leads_of({0: household_of(truant)})[0].lead == rosa


# -- one entry for several children ------------------------------------------------------------------------------------


def log(student, by, also=(), **more) -> Entry:
    told = {"key": uuid4(), "kind": "call", "outcome": "reached"} | more
    return actions.log(student=student, by=by, also=also, **told)


def test_one_contact_is_in_each_childs_log_and_its_minutes_count_once(truant, brother, sister, rosa):
    for one in (truant, brother):
        actions.ask(case=actions.open_case(student=one, by=rosa), kind="call", due_on=TODAY, by=rosa)
    entry = log(truant, rosa, [brother], said="The bus is late.", took=20, barriers=["transport"])
    other = entry.others.get()
    assert (other.student, other.minutes, other.said, other.barriers) == (
        brother, 0, "The bus is late.", ["transport"],
    )  # fmt: skip
    assert not Entry.objects.filter(student=sister).exists()
    assert set(Task.objects.values_list("state", flat=True)) == {"done"}
    assert [
        (one.student, one.minutes) for one in work_of([rosa.pk], (TODAY.replace(day=1), next_month(TODAY)), None)
    ] == [(truant, 20)]
    assert JournalLine.objects.filter(verb="cases.contact_logged").count() == 2


def test_sent_twice_it_is_one(truant, brother, rosa):
    key = uuid4()
    first = log(truant, rosa, [brother], key=key)
    assert log(truant, rosa, [brother], key=key) == first
    assert Entry.objects.count() == 2


def test_it_is_the_attempt_the_law_asks_for_only_of_the_children_it_names(
    truant, brother, district, absences, rosa, night
):
    for one in (brother, named := district.student("P-4")):
        absences(one, "U.U.U.....U...U")
    lives(named, roster.Contact.objects.get(key="C1"))
    night()
    for one in (truant, brother, named):
        actions.take_step(student=one, kind="report", on=DAYS[5], by=rosa)
    log(truant, rosa, [named], counts_as_effort=True, on=DAYS[8])
    filed = set(Step.objects.filter(kind="attempt").values_list("student", flat=True))
    assert filed == {truant.pk, named.pk}


def test_a_child_of_whom_it_would_not_count_has_the_entry_without_a_step(truant, brother, rosa, take):
    take("report", 5)
    entry = log(truant, rosa, [brother], counts_as_effort=True)
    assert entry.step is not None
    assert entry.others.get().step is None


def test_taken_back_it_was_about_nobody(truant, brother, rosa, take):
    take("report", 5)
    entry = log(truant, rosa, [brother], counts_as_effort=True)
    actions.undo(entry=entry, by=rosa)
    assert not Entry.objects.standing().exists()
    assert not Step.objects.counted().filter(kind="attempt").exists()


def test_whom_it_cannot_be_about(truant, brother, rosa, district, mother):
    stranger = district.student("P-9")
    aunt = roster.Contact.objects.create(key="C8", given="Ani", family="Baptiste", arrival=district.arrival)
    roster.FamilyLink.objects.create(student=truant, contact=aunt, relation="Aunt", arrival=district.arrival)
    for also, more, no in (
        ([stranger], {}, "does not live in the same home"), ([brother], {"kind": "checkin"}, "with the family"),
        ([brother], {"contact": aunt}, "no contact of Noor Baptiste: log it for each child"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=no):
            log(truant, rosa, also, **more)
    assert not Entry.objects.exists()
    assert log(truant, rosa, [brother], contact=mother).others.get().contact == mother
