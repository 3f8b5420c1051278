"""What people do in a search: the state it leaves, its line in the journal, its turn, and what is refused in words."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from firstbell.cases.models import Case, Entry, Task
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.recovery import actions
from firstbell.recovery.models import Proof, Return, Search, Step, Turn, Unseen
from firstbell.recovery.queries.proofs import verdict
from tests.attendance.conftest import DAYS

pytestmark = pytest.mark.django_db
TODAY = DAYS[9]
PAPER = {"kind": "records_request", "code": "T160", "dated_on": TODAY, "reference": "Folder 12", "place": "Fresno High"}


def said(verb: str) -> int:
    return JournalLine.objects.filter(verb=f"recovery.{verb}").count()


def now(search: Search) -> Search:
    return Search.objects.select_related("student", "owner", "proof").get(pk=search.pk)


def refuses(words: str, act, **told) -> None:
    before = (JournalLine.objects.count(), Turn.objects.count(), Entry.objects.count())
    with pytest.raises(NotAllowed, match=words), transaction.atomic():
        act(**told)
    assert (JournalLine.objects.count(), Turn.objects.count(), Entry.objects.count()) == before


# -- beginning ---------------------------------------------------------------------------------------------------------


def test_somebody_begins_a_search_before_the_night_would(pupil, lost_night, rosa):
    who = pupil(".......UUU")
    lost_night(9)
    assert Unseen.objects.filter(student=who).exists()
    search = actions.begin(student=who, why="A friend says she ran away.", by=rosa)
    assert (search.kind, search.since, search.unseen, search.owner, search.lane) == ("unseen", DAYS[7], 3, rosa, "few")
    assert not Unseen.objects.exists()
    assert (said("begun"), search.turns.get().why) == (1, "A friend says she ran away.")
    refuses("Somebody looks for this student already", actions.begin, student=who, why="Again.", by=rosa)


def test_who_was_seen_today_is_missed_from_tomorrow(pupil, lost_night, rosa):
    who = pupil()
    lost_night(9)
    search = actions.begin(student=who, why="Left at noon and did not come home.", by=rosa)
    assert search.since == TODAY + timedelta(1)
    assert lost_night(9).back == 0
    assert now(search).state == "unseen"


def test_a_search_is_not_begun_without_a_reason_or_a_school(pupil, lost_night, rosa):
    who = pupil()
    lost_night(9)
    refuses("Say why", actions.begin, student=who, why=" ", by=rosa)
    who.school = None
    refuses("at no school of the district", actions.begin, student=who, why="Gone.", by=rosa)


# -- steps -------------------------------------------------------------------------------------------------------------


def test_a_step_that_is_a_contact_is_an_entry_and_nothing_else(lost, family, rosa):
    people = family(lost.student)
    entry = actions.log_contact(
        search=lost, key=uuid4(), how="call", outcome="left_word", by=rosa, contact=people["mother"],
        number="(213) 555-0140", said="Machine answered.",
    )  # fmt: skip
    assert Entry.objects.get() == entry
    assert (entry.kind, entry.outcome, entry.student) == ("call", "left_word", lost.student)
    assert not Step.objects.exists()
    assert (said("step_logged"), JournalLine.objects.filter(verb="cases.contact_logged").count()) == (1, 1)
    assert now(lost).next_step == "numbers"  # the uncle's number is left
    assert now(lost).first  # a message reaches nobody


def test_reaching_somebody_takes_the_search_out_of_the_first_line(lost, family, rosa):
    people = family(lost.student)
    actions.log_contact(search=lost, key=uuid4(), how="call", outcome="reached", by=rosa,
                        contact=people["uncle"], number="(213) 555-0141")  # fmt: skip
    search = now(lost)
    assert (search.reached_on, search.first) == (TODAY, False)


def test_the_next_step_and_its_day_follow_what_was_done(lost, family, rosa, take):
    people = family(lost.student)
    for whom, number in (("mother", "(213) 555-0140"), ("uncle", "(213) 555-0141")):
        take(lost, "numbers", "no_answer", contact=people[whom], number=number)
    search = now(lost)
    assert (search.next_step, search.due_on) == ("visit", date(2025, 9, 17))  # no brother or sister; three working days
    take(lost, "visit", "no_answer")
    for kind in ("neighbor", "records", "state"):
        assert now(lost).next_step == kind
        take(lost, kind, "nothing")
    assert (now(lost).next_step, now(lost).due_on) == ("", date(2025, 9, 19))


def test_a_step_sent_twice_is_one(lost, rosa):
    told = {"search": lost, "key": uuid4(), "kind": "state", "outcome": "nothing", "by": rosa}
    assert actions.log_step(**told) == actions.log_step(**told)
    assert (Step.objects.count(), said("step_logged")) == (1, 1)


@pytest.mark.parametrize(("change", "words"), [
    ({"kind": "visit"}, "Choose which step"), ({"outcome": "reached"}, "Choose what came of it"),
    ({"outcome": "told"}, "Say what you learned"), ({"on": TODAY + timedelta(3)}, "has not happened yet"),
    ({"on": DAYS[0]}, "was not missed before"),
])  # fmt: skip
def test_a_step_that_is_none_is_refused(lost, rosa, change, words):
    told = {"kind": "state", "outcome": "nothing"} | change
    refuses(words, actions.log_step, search=lost, key=uuid4(), by=rosa, **told)


@pytest.mark.parametrize(("change", "words"), [
    ({"how": "pigeon"}, "Choose how the family was tried"), ({"how": "teacher"}, "Choose how the family was tried"),
    ({"outcome": "told"}, "Choose what came of it"),
])  # fmt: skip
def test_a_contact_that_is_none_is_refused(lost, rosa, change, words):
    told = {"how": "call", "outcome": "reached"} | change
    refuses(words, actions.log_contact, search=lost, key=uuid4(), by=rosa, **told)


# -- found, lost again, handed over, back ------------------------------------------------------------------------------


def test_located_and_lost_again(lost, rosa):
    actions.locate(search=lost, where="With an aunt in Fresno", how="The aunt called", by=rosa)
    search = now(lost)
    assert (search.state, search.lane, search.located_on, search.next_step) == ("located", "located", TODAY, "")
    assert search.turns.last().why == "With an aunt in Fresno. The aunt called"
    actions.lose(search=search, why="The aunt has not seen her since May.", by=rosa)
    search = now(lost)
    assert (search.state, search.lane, search.located_where, search.next_step) == ("unseen", "several", "", "neighbor")
    assert (said("located"), said("lost_again")) == (1, 1)
    refuses("This search is not located", actions.lose, search=search, why="No.", by=rosa)


@pytest.mark.parametrize(("told", "words"), [
    ({"where": "", "how": "x"}, "Say where"), ({"where": "x", "how": " "}, "Say how we know"),
])  # fmt: skip
def test_where_and_how_are_said(lost, rosa, told, words):
    refuses(words, actions.locate, search=lost, by=rosa, **told)


def test_who_acts_on_an_older_page_is_told_who_was_first(lost, rosa, hugo):
    actions.locate(search=lost, where="At home", how="Neighbor", by=hugo, version=lost.version)
    refuses(r"Somebody changed this search .*Located.*by Hugo Petrosyan", actions.locate, search=lost, where="Away",
            how="x", by=rosa, version=lost.version)  # fmt: skip


def test_somebody_else_looks_for_them_by_a_day(lost, rosa, hugo):
    search = actions.hand_to(search=lost, owner=hugo, by=rosa, due_on=TODAY + timedelta(1))
    assert (search.owner, search.due_on, said("handed")) == (hugo, TODAY + timedelta(1), 1)
    assert search.turns.last().now == "Hugo Petrosyan"
    refuses("due today or later", actions.hand_to, search=lost, owner=None, by=rosa, due_on=TODAY - timedelta(1))
    assert actions.hand_to(search=search, owner=None, by=rosa).owner is None


def test_a_day_that_was_agreed_on_stands_until_the_step_is_done(lost, rosa, hugo, take, family):
    agreed = TODAY + timedelta(20)
    actions.hand_to(search=lost, owner=hugo, by=rosa, due_on=agreed)
    take(lost, "state", "waiting")
    assert (now(lost).next_step, now(lost).due_on) == ("neighbor", agreed)
    take(lost, "neighbor", "nothing")
    assert now(lost).due_on != agreed


def test_back_at_school(lost, rosa):
    search = actions.come_back(search=lost, on=TODAY, seen_by="the attendance clerk", by=rosa)
    assert (search.state, search.back_on, search.closed_on, search.closed_by) == ("back", TODAY, TODAY, rosa)
    assert (said("back"), search.turns.last().why) == (1, "Seen by the attendance clerk.")
    refuses("This search is back at school", actions.come_back, search=search, on=TODAY, seen_by="x", by=rosa)


@pytest.mark.parametrize(("on", "who", "words"), [
    (DAYS[3], "x", "Choose the day from 5 September to today"), (TODAY + timedelta(1), "x", "Choose the day"),
    (TODAY, "", "Say who saw"),
])  # fmt: skip
def test_a_return_has_a_day_and_a_witness(lost, rosa, on, who, words):
    refuses(words, actions.come_back, search=lost, on=on, seen_by=who, by=rosa)


# -- proof -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["records_request", "enrolment_letter", "state_record"])
def test_enrolled_elsewhere_is_proven_by_one_of_three(lost, rosa, kind):
    proof = actions.record_proof(search=lost, by=rosa, **(PAPER | {"kind": kind}))
    search = actions.prove(search=lost, code="T160", by=rosa)
    assert (search.state, search.code, search.proof, search.closed_by) == ("elsewhere", "T160", proof, rosa)
    assert (said("proof_recorded"), said("proven")) == (1, 1)
    assert now(lost).turns.last().was == "Not located"


def test_without_proof_nobody_leaves_and_the_refusal_says_what_is_missing(lost, rosa):
    refuses("No proof is on record. One of these is enough: the new school asked for the records", actions.prove,
            search=lost, code="T160", by=rosa)  # fmt: skip
    actions.record_proof(search=lost, by=rosa, **PAPER)
    refuses("No proof is on record. One of these is enough: the institution", actions.prove, search=lost, code="T380",
            by=rosa)  # fmt: skip
    refuses("Choose an exit code", actions.prove, search=lost, code="T999", by=rosa)
    refuses("is no leaving", actions.prove, search=lost, code="E155", by=rosa)
    assert now(lost).state == "unseen"


@pytest.mark.parametrize(("change", "words"), [
    ({"kind": "steps", "code": "E140"}, "Choose what kind of proof"), ({"kind": "a hunch"}, "Choose what kind"),
    ({"kind": "family_statement"}, "is no proof for the exit code T160"), ({"code": ""}, "that is missing"),
    ({"code": "E155"}, "is no proof for the exit code E155"),
    ({"dated_on": TODAY + timedelta(1)}, "dated today or earlier"), ({"reference": " "}, "Say where the paper is kept"),
])  # fmt: skip
def test_a_paper_that_proves_nothing_is_refused(lost, rosa, change, words):
    refuses(words, actions.record_proof, search=lost, by=rosa, **(PAPER | change))


def test_a_dropout_code_comes_only_after_every_step(lost, rosa, take, family):
    people = family(lost.student)
    refuses("Not done yet: numbers on file; emergency contacts; home visit; word with a neighbor; records request; the"
            " state's data", actions.prove, search=lost, code="E140", by=rosa)  # fmt: skip
    for whom, number in (("mother", "(213) 555-0140"), ("uncle", "(213) 555-0141")):
        take(lost, "numbers", "no_answer", contact=people[whom], number=number)
    take(lost, "visit", "no_answer")
    take(lost, "neighbor", "nothing")
    take(lost, "records", "waiting")
    take(lost, "state", "nothing")
    refuses("Not done yet: records request", actions.prove, search=lost, code="E140", by=rosa)
    take(lost, "records", "nothing")
    search = actions.prove(search=lost, code="E140", by=rosa)
    assert (search.state, search.code, search.proof.kind) == ("exited", "E140", "steps")
    assert search.proof.reference == "8 steps, 2025-09-12 to 2025-09-12"


def test_no_known_enrolment_asks_for_unexcused_days_too(pupil, lost_night, rosa, exhausted):
    """Three of them (CALPADS E140): a search begun by hand after two days is too early for it."""
    who = pupil(".......UU.")
    lost_night(8)
    search = exhausted(actions.begin(student=who, why="Heard something.", by=rosa))
    found = verdict(search, "E140")
    assert not found.outcome
    assert "2 unexcused days of 3" in found.reasons[0].sentence


def test_the_code_of_an_expulsion_asks_for_the_order_and_the_steps(lost, rosa, exhausted):
    exhausted(lost)
    refuses("the board's order of expulsion", actions.prove, search=lost, code="E300", by=rosa)
    actions.record_proof(search=lost, by=rosa, kind="expulsion_order", code="E300", dated_on=TODAY, reference="Minutes")
    assert actions.prove(search=lost, code="E300", by=rosa).state == "exited"


def test_never_attended_is_the_laws_to_say(pupil, lost_night, rosa, exhausted):
    who = pupil("UUUUUUUUUU")
    lost_night(9)
    search = exhausted(Search.objects.get(student=who))
    assert actions.prove(search=search, code="N470", by=rosa).state == "exited"


def test_who_came_for_a_day_is_no_never_attended(lost, exhausted):
    found = verdict(exhausted(lost), "N470")
    assert "Attended 4 days" in found.reasons[0].sentence


@pytest.mark.parametrize(("code", "kind", "state"), [
    ("T240", "family_statement", "elsewhere"), ("T370", "institution_letter", "elsewhere"),
    ("T380", "institution_letter", "exited"), ("E130", "death_record", "exited"), ("E230", "certificate", "exited"),
])  # fmt: skip
def test_other_endings(lost, rosa, code, kind, state):
    actions.record_proof(search=lost, by=rosa, kind=kind, code=code, dated_on=TODAY, reference="Folder 12")
    assert actions.prove(search=lost, code=code, by=rosa).state == state


def test_a_proof_that_was_none_puts_the_student_back(lost, rosa, lost_night):
    actions.record_proof(search=lost, by=rosa, **PAPER)
    search = actions.prove(search=lost, code="T160", by=rosa)
    refuses("Say what turned out", actions.reopen, search=search, why="", by=rosa)
    search = actions.reopen(search=search, why="The request was for another student.", by=rosa)
    assert (search.state, search.code, search.proof, search.closed_on) == ("unseen", "", None, None)
    assert (said("reopened"), now(lost).turns.last().was) == (1, "Enrolled elsewhere, proven")
    assert Proof.objects.count() == 1  # what somebody vouched for stays on record


def test_proven_stays_proven_while_the_file_is_behind(lost, rosa, lost_night):
    actions.record_proof(search=lost, by=rosa, **PAPER)
    actions.prove(search=lost, code="T160", by=rosa)
    assert lost_night(12).begun == 0
    assert not Unseen.objects.exists()
    assert not Search.objects.open().exists()


# -- the way back ------------------------------------------------------------------------------------------------------


def test_the_way_back_is_a_task_list_with_a_named_adult(lost, rosa, hugo):
    located = actions.locate(search=lost, where="At home", how="Mother called", by=rosa)
    plan = actions.plan_return(search=located, way="regular", meets_on=TODAY + timedelta(3), adult=hugo,
                               credits_short=40, by=rosa, note="Mornings with Mr. Ochoa.")  # fmt: skip
    case = Case.objects.get()
    assert (case.lead, case.tier, case.student) == (hugo, 3, lost.student)
    tasks = list(plan.tasks.order_by("due_on", "pk"))
    assert [task.kind for task in tasks] == ["other", "conference", "plan", "checkin"]
    assert {task.owner for task in tasks} == {hugo}
    assert [task.due_on for task in tasks] == [
        date(2025, 9, 15),
        date(2025, 9, 15),
        date(2025, 9, 22),
        date(2025, 9, 22),
    ]
    assert (now(lost).credits_short, said("return_planned")) == (40, 1)
    assert plan.offered == ["regular", "study", "community_day"]  # fourteen: too young for the rest


def test_a_new_plan_takes_the_place_of_the_old_and_its_open_tasks(lost, rosa):
    located = actions.locate(search=lost, where="At home", how="Mother called", by=rosa)
    told = {"search": located, "meets_on": TODAY, "adult": rosa, "credits_short": 0, "by": rosa}
    first = actions.plan_return(way="regular", **told)
    second = actions.plan_return(way="study", **told)
    assert set(first.tasks.values_list("state", "outcome")) == {("dropped", "The way back was planned anew.")}
    assert set(second.tasks.values_list("state", flat=True)) == {"open"}


def test_an_open_case_goes_on_with_the_new_adult(lost, rosa, hugo):
    from firstbell.cases import actions as cases  # only this test works a case by itself

    cases.open_case(student=lost.student, by=rosa, lead=rosa)
    located = actions.locate(search=lost, where="At home", how="Mother called", by=rosa)
    actions.plan_return(search=located, way="study", meets_on=TODAY, adult=hugo, credits_short=0, by=rosa)
    assert (Case.objects.count(), Case.objects.get().lead) == (1, hugo)
    assert Task.objects.count() == 3


@pytest.mark.parametrize(("change", "words"), [
    ({"way": "magic"}, "Choose a way back"), ({"way": "adult"}, "Adult education is not open now. Open from age 18"),
    ({"meets_on": TODAY - timedelta(1)}, "today or later"), ({"credits_short": 301}, "from 0 to 300"),
    ({"credits_short": -1}, "from 0 to 300"),
])  # fmt: skip
def test_a_way_back_that_is_none_is_refused(lost, rosa, change, words):
    located = actions.locate(search=lost, where="At home", how="Mother called", by=rosa)
    told = {"way": "regular", "meets_on": TODAY, "credits_short": 0} | change
    refuses(words, actions.plan_return, search=located, adult=rosa, by=rosa, **told)


def test_nobody_plans_a_return_of_somebody_nobody_has_located(lost, rosa):
    refuses("This search is not located", actions.plan_return, search=lost, way="regular", meets_on=TODAY, adult=rosa,
            credits_short=0, by=rosa)  # fmt: skip


def test_the_tasks_wait_until_the_student_is_at_a_school_again(lost, rosa, lost_night, district):
    located = actions.locate(search=lost, where="At home", how="Mother called", by=rosa)
    district.change(lost.student, live=False)
    plan = actions.plan_return(search=located, way="regular", meets_on=TODAY, adult=rosa, credits_short=0, by=rosa)
    assert (plan.tasks.count(), Case.objects.count()) == (0, 0)
    assert lost_night(10).asked == 0
    district.change(lost.student, live=True)
    assert lost_night(11).asked == 1
    assert Return.objects.get().tasks.count() == 3
    assert lost_night(11).asked == 0


# -- what the database itself refuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [
    {"state": "back"}, {"state": "elsewhere"}, {"state": "exited"}, {"state": "gone"},
    {"state": "elsewhere", "code": "T160"}, {"state": "back", "closed_on": TODAY},
    {"state": "back", "closed_on": TODAY, "back_on": DAYS[0]}, {"closed_on": TODAY}, {"code": "E140"},
    {"state": "located"}, {"state": "located", "located_on": TODAY},
])  # fmt: skip
def test_nobody_leaves_the_board_without_a_proof_or_a_return(lost, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Search.objects.filter(pk=lost.pk).update(**change)


def test_a_proof_must_be_of_this_search(lost, pupil, lost_night, rosa):
    other = actions.begin(student=pupil(), why="Gone.", by=rosa)
    strange = actions.record_proof(search=other, by=rosa, **PAPER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Search.objects.filter(pk=lost.pk).update(
            state="elsewhere", code="T160", proof=strange, closed_on=TODAY, closed_by=rosa
        )


@pytest.mark.parametrize("change", [
    "delete from recovery_search", "update recovery_search set since = since - 1",
    "update recovery_search set student_id = student_id + 1", "delete from recovery_turn",
    "update recovery_turn set why = ''", "delete from recovery_proof", "update recovery_proof set reference = 'x'",
    "update recovery_step set said = 'x'", "delete from recovery_step", "update recovery_return set note = 'x'",
])  # fmt: skip
def test_what_was_said_is_never_changed_or_deleted(lost, rosa, take, change):
    take(lost, "state", "nothing")
    actions.record_proof(search=lost, by=rosa, **PAPER)
    actions.locate(search=lost, where="At home", how="x", by=rosa)
    actions.plan_return(search=now(lost), way="regular", meets_on=TODAY, adult=rosa, credits_short=0, by=rosa)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_two_searches_for_one_student_cannot_be_open(lost):
    lost.pk = None
    with pytest.raises(IntegrityError, match="one_search_open"), transaction.atomic():
        lost.save(force_insert=True)
