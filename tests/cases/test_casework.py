"""Opening, moving and closing a case: one current state, a Move for each change, nobody overwritten."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from firstbell.attendance.models import Standing
from firstbell.cases import actions
from firstbell.cases.models import Case, Move, Task
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.cases import Figures, may_close_as_met, proposed
from firstbell.core.models import JournalLine, User
from firstbell.law.policy import policy_on
from tests.attendance.conftest import YEAR
from tests.cases.conftest import TODAY

pytestmark = pytest.mark.django_db
POLICY = policy_on(TODAY)


@pytest.fixture
def case(truant, rosa) -> Case:
    return actions.open_case(student=truant, by=rosa, tier=2, why="Asked for by her teacher.")


def stands(student, **figures) -> None:
    """What the night served of a student."""
    told = {"enrolled": 100, "absent": 4, "last20": 1, "occasions": 0} | figures
    rest = dict.fromkeys(
        ("excused", "unexcused", "suspended", "unverified", "study_undone", "partial", "half_days", "streak",
         "before20", "can_miss"), 0
    )  # fmt: skip
    Standing.objects.update_or_create(
        student=student, defaults={"school": student.school, "weeks": [], "national_band": "none",
                                   "district_band": "none", **rest, **told}
    )  # fmt: skip


def lines() -> list[str]:
    return list(JournalLine.objects.filter(verb__startswith="cases.").order_by("pk").values_list("verb", flat=True))


# -- the rule ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("enrolled", "absent", "occasions", "tier"),
    [
        (100, 9, 0, 1), (100, 10, 0, 2), (100, 19, 0, 2), (100, 20, 0, 3), (100, 0, 2, 1), (100, 0, 3, 2),
        (19, 19, 9, 1), (20, 4, 0, 3), (20, 2, 0, 2), (90, 9, 0, 2), (91, 9, 0, 1),
    ],
)  # fmt: skip
def test_the_rules_propose_a_tier(enrolled, absent, occasions, tier):
    found = proposed(Figures(enrolled, absent, 0, occasions), POLICY)
    assert found.tier == tier
    assert found.reason.section
    assert found.reason.sentence


@pytest.mark.parametrize(("last20", "may"), [(0, True), (1, True), (2, False), (20, False)])
def test_a_goal_is_met_only_when_attendance_has_held(last20, may):
    assert (may_close_as_met(Figures(100, 12, last20, 0), POLICY) == "") is may


def test_too_few_days_say_nothing_of_a_goal():
    assert "too few" in may_close_as_met(Figures(5, 0, 0, 0), POLICY)


# -- opening -----------------------------------------------------------------------------------------------------------


def test_a_case_opens_in_the_tier_the_rules_propose(truant, rosa):
    stands(truant, absent=22)
    case = actions.open_case(student=truant, by=rosa, lead=rosa)
    assert (case.tier, case.school, case.year, case.state, case.lead) == (3, truant.school, YEAR, "open", rosa)
    move = case.moves.get()
    assert (move.what, move.now) == ("opened", "Tier 3, intensive help")
    assert move.why == "22 of 100 days missed, 20\u00a0% or more."
    assert move.evidence == {"enrolled": 100, "absent": 22, "last20": 1, "occasions": 0}
    assert lines() == ["cases.opened"]


def test_whoever_the_rules_leave_to_all_still_gets_early_help_when_somebody_asks(truant, rosa):
    stands(truant, absent=0)
    assert actions.open_case(student=truant, by=rosa).tier == 2


def test_there_is_one_open_case_a_student_and_year(case, truant, rosa):
    with pytest.raises(NotAllowed, match="open case already"):
        actions.open_case(student=truant, by=rosa)
    with pytest.raises(IntegrityError, match="one_open_case"), transaction.atomic():
        Case.objects.create(student=truant, school=truant.school, year=YEAR, tier=2, tier_on=TODAY, opened_on=TODAY)


def test_no_case_for_a_student_who_left(truant, rosa):
    truant.school = None
    truant.save()
    with pytest.raises(NotAllowed, match="at no school of the district"):
        actions.open_case(student=truant, by=rosa)
    assert not Case.objects.exists()


# -- moving ------------------------------------------------------------------------------------------------------------


def test_a_person_decides_the_tier_and_says_why(case, rosa):
    now = actions.set_tier(case=case, tier=3, why="No call gets through.", by=rosa, version=1)
    assert (now.tier, now.version) == (3, 2)
    move = Move.objects.last()
    assert (move.was, move.now, move.why, move.by) == (
        "Tier 2, early help", "Tier 3, intensive help", "No call gets through.", rosa,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tier", "why", "no"), [(2, "x", "already"), (3, "  ", "Say why"), (4, "x", "tiers 1, 2 and 3")]
)
def test_a_tier_that_cannot_be_set(case, rosa, tier, why, no):
    with pytest.raises(NotAllowed, match=no):
        actions.set_tier(case=case, tier=tier, why=why, by=rosa)
    assert Move.objects.count() == 1


def test_the_named_adult_is_kept_with_who_was_before(case, rosa):
    hugo = User.objects.create(username="hugo", first_name="Hugo", last_name="Barrera")
    actions.name_adult(case=case, lead=rosa, by=hugo)
    actions.name_adult(case=case, lead=hugo, by=rosa)
    assert [(move.was, move.now) for move in Move.objects.filter(what="lead")] == [
        ("", "Rosa Diaz"), ("Rosa Diaz", "Hugo Barrera"),
    ]  # fmt: skip


def test_whoever_acts_on_an_older_version_is_told_and_overwrites_nothing(case, rosa):
    hugo = User.objects.create(username="hugo", first_name="Hugo", last_name="Barrera")
    actions.set_tier(case=case, tier=3, why="Mine.", by=hugo, version=1)
    with pytest.raises(NotAllowed, match=r"Hugo Barrera.*Nothing of theirs was overwritten"):
        actions.set_tier(case=case, tier=1, why="Late.", by=rosa, version=1)
    case.refresh_from_db()
    assert case.tier == 3


def test_moves_are_never_changed(case):
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        Move.objects.update(why="else")


# -- closing and opening again -----------------------------------------------------------------------------------------


def test_closing_drops_what_waits_and_keeps_why(case, rosa):
    actions.ask(case=case, kind="call", due_on=TODAY, by=rosa)
    now = actions.close(case=case, closing="declined", why="Mother asked us to stop calling.", by=rosa)
    assert (now.state, now.closed_on, now.closing) == ("closed", TODAY, "declined")
    task = Task.objects.get()
    assert (task.state, task.outcome) == ("dropped", "Case closed: Family declined further help")
    assert "asked us to stop" in Move.objects.last().why


@pytest.mark.parametrize(
    ("closing", "why", "last20", "no"),
    [
        ("goal_met", "", 3, "3 days of the last 20"), ("declined", " ", 0, "what the family said"),
        ("bored", "", 0, "Choose why"),
    ],
)  # fmt: skip
def test_a_case_that_may_not_be_closed(case, rosa, closing, why, last20, no):
    stands(case.student, last20=last20)
    with pytest.raises(NotAllowed, match=no):
        actions.close(case=case, closing=closing, why=why, by=rosa)
    case.refresh_from_db()
    assert case.state == "open"


def test_a_closed_case_opens_again_with_all_it_had(case, rosa):
    actions.close(case=case, closing="mistake", why="", by=rosa)
    with pytest.raises(NotAllowed, match="closed"):
        actions.set_tier(case=case, tier=3, why="x", by=rosa)
    now = actions.reopen(case=case, why="Absent again.", by=rosa)
    assert (now.state, now.closed_on, now.closing) == ("open", None, "")
    assert [move.what for move in now.moves.all()] == ["opened", "closed", "reopened"]


def test_a_case_of_an_earlier_year_stays_closed(case, rosa, settings):
    actions.close(case=case, closing="year_end", why="", by=rosa)
    settings.TODAY = f"{YEAR}-09-01"
    with pytest.raises(NotAllowed, match="earlier school year"):
        actions.reopen(case=case, why="Again.", by=rosa)


# -- another school ----------------------------------------------------------------------------------------------------


def test_a_case_goes_with_its_student_and_asks_for_a_warm_hand_off(case, rosa, district):
    actions.name_adult(case=case, lead=rosa, by=rosa)
    actions.ask(case=case, kind="visit", due_on=TODAY, by=rosa, owner=rosa)
    case.student.school = district.schools[1]
    case.student.save()
    assert actions.follow_students() == [case]
    case.refresh_from_db()
    assert case.school == district.schools[1]
    assert [(task.kind, task.state, task.owner) for task in case.tasks.order_by("pk")] == [
        ("visit", "open", rosa), ("handoff", "open", rosa),
    ]  # fmt: skip
    assert Move.objects.last().was == "School 1"
    assert actions.follow_students() == []
