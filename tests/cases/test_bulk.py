"""The same thing for many: planned exactly, run to the end, stopped, taken back; each its own line, nothing twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from firstbell.cases import actions
from firstbell.cases.actions import bulk as module
from firstbell.cases.models import Bulk, Case, Task
from firstbell.cases.queries.bulk import adults, asked_words, turns
from firstbell.cases.rules import NotAllowed
from firstbell.cases.rules.bulk import MOST, MOVES, Facts, after, why_not
from firstbell.core.access import EVERYTHING
from firstbell.core.models import JournalLine, User
from firstbell.staffing.models import Post
from firstbell.staffing.queries import scope_of
from tests import staff
from tests.cases.conftest import DAYS, TODAY

pytestmark = pytest.mark.django_db
CALL = {"kind": "call", "text": "", "due_on": TODAY.isoformat()}


@pytest.fixture
def me(sign_in) -> User:
    sign_in("counselor")
    return User.objects.get(username="counselor-0")


@pytest.fixture
def class_of(district):
    """`class_of(5)`: that many students of the first school."""
    return lambda n, at=0: [district.student(f"C-{at}-{one}", at=at) for one in range(n)]


def planned(me, students, what="open", said=None) -> Bulk:
    return actions.plan_bulk(what=what, said=said or {}, students=[who.pk for who in students], by=me)


def run(bulk: Bulk, me: User) -> Bulk:
    actions.start_bulk(bulk=bulk, by=me)
    actions.carry_out(bulk=bulk.pk)
    return Bulk.objects.get(pk=bulk.pk)


def back(bulk: Bulk, me: User) -> Bulk:
    actions.undo_bulk(bulk=bulk, by=me)
    actions.carry_out(bulk=bulk.pk)
    return Bulk.objects.get(pk=bulk.pk)


# -- the rules ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "facts", "no"),
    [
        ("open", Facts(enrolled=True, has_case=False), ""),
        ("open", Facts(enrolled=True, has_case=True), "open case already"),
        ("open", Facts(enrolled=False, has_case=False), "at no school"),
        ("adult", Facts(enrolled=True, has_case=True), ""),
        ("adult", Facts(enrolled=True, has_case=False), "no open case"),
        ("adult", Facts(enrolled=True, has_case=True, lead=7), "this named adult already"),
        ("adult", Facts(enrolled=True, has_case=True, lead=8), ""),
        ("task", Facts(enrolled=True, has_case=True), ""),
        ("task", Facts(enrolled=True, has_case=False), "no open case"),
        ("task", Facts(enrolled=True, has_case=True, asked_by=TODAY), "asked for already"),
        ("open", None, "do not serve"), ("task", None, "do not serve"),
    ],
)  # fmt: skip
def test_whom_it_does_not_fit_and_why(what, facts, no):
    said = why_not(what, facts, adult=7)
    assert no in said if no else said == ""


def test_an_adult_without_a_post_there():
    assert "no post" in why_not("adult", Facts(enrolled=True, has_case=True), adult=7, serves=False)


@pytest.mark.parametrize("state", Bulk.State.values)
@pytest.mark.parametrize("move", ["start", "cancel", "finish", "undo"])
def test_what_may_follow(state, move):
    if (state, move) in MOVES:
        assert after(state, move) == MOVES[state, move]
    else:
        with pytest.raises(NotAllowed, match="it cannot be"):
            after(state, move)


# -- planned -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "said", "many", "no"),
    [
        ("open", {}, 0, "at least one"), ("open", {}, MOST + 1, "At most 500"), ("bake", {}, 1, "what is to be done"),
        ("adult", {"lead": None}, 1, "whom to name"), ("adult", {"lead": 9**9}, 1, "whom to name"),
        ("task", CALL | {"kind": "sing"}, 1, "what is to be done"), ("task", CALL | {"kind": "other"}, 1, "Say what"),
        ("task", CALL | {"due_on": "2020-01-01"}, 1, "today or a later"),
        ("task", CALL | {"due_on": ""}, 1, "a later day"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned(rosa, what, said, many, no):
    with pytest.raises(NotAllowed, match=no):
        actions.plan_bulk(what=what, said=said, students=range(1, many + 1), by=rosa)
    assert not Bulk.objects.exists()


def test_the_preview_is_exactly_what_then_happens(me, class_of):
    mine, theirs = class_of(6), class_of(2, at=1)
    for who in mine[:2]:
        actions.open_case(student=who, by=me)
    bulk = planned(me, [*mine, *theirs])
    fits = [turn.student.pk for turn in turns(bulk) if not turn.no]
    out = [(turn.student and turn.student.pk, turn.no) for turn in turns(bulk) if turn.no]
    assert fits == [who.pk for who in mine[2:]]
    assert [no for _, no in out] == ["Has an open case already."] * 2 + ["You do not serve this student any more."] * 2
    bulk = run(bulk, me)
    assert [one["student"] for one in bulk.done] == fits
    assert [one["why"] for one in bulk.skipped] == [no for _, no in out]
    assert bulk.state == "done"


def test_a_plan_alone_does_nothing_and_is_not_changed(me, class_of):
    bulk = planned(me, class_of(2))
    assert not Case.objects.exists()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Bulk.objects.filter(pk=bulk.pk).update(students=[])


def test_the_preview_asks_as_many_queries_for_many(me, class_of):
    def asked(n: int) -> int:
        bulk = planned(me, pupils[:n])
        with CaptureQueriesContext(connection) as seen:
            turns(bulk)
        return len(seen)

    pupils = class_of(8)
    assert asked(8) == asked(1) <= 8


# -- run ---------------------------------------------------------------------------------------------------------------


def test_each_case_is_opened_with_its_own_lines(me, class_of):
    pupils = class_of(3)
    bulk = run(planned(me, pupils), me)
    assert [(case.student_id, case.tier) for case in Case.objects.order_by("pk")] == [(who.pk, 2) for who in pupils]
    assert JournalLine.objects.filter(verb="cases.opened", by=me).count() == 3
    assert JournalLine.objects.filter(verb="cases.bulk_done", about_id=bulk.pk).get().detail["done"] == 3


def test_a_task_goes_to_the_named_adult_and_nobody_is_asked_twice(me, rosa, class_of):
    pupils = class_of(3)
    actions.open_case(student=pupils[0], by=me, lead=rosa)
    case = actions.open_case(student=pupils[1], by=me)
    actions.ask(case=case, kind="call", due_on=TODAY, by=me)
    bulk = run(planned(me, pupils, "task", CALL), me)
    assert [one["student"] for one in bulk.done] == [pupils[0].pk]
    assert Task.objects.get(case__student=pupils[0]).owner == rosa
    assert [one["why"].split(",")[0] for one in bulk.skipped] == [
        "Was asked for already",
        "Has no open case: open one first.",
    ]


def test_a_turn_that_comes_twice_does_nothing_twice(me, class_of):
    bulk = planned(me, class_of(3))
    actions.start_bulk(bulk=bulk, by=me)
    assert ProcrastinateJob.objects.filter(task_name="cases.bulk", args={"bulk": bulk.pk}).count() == 1
    for _ in range(3):
        actions.carry_out(bulk=bulk.pk)
    assert Case.objects.count() == 3
    with pytest.raises(NotAllowed, match="is done"):
        actions.start_bulk(bulk=bulk, by=me)


def test_stopped_in_the_middle_what_was_done_stands(me, class_of, monkeypatch):
    bulk = planned(me, class_of(5))
    actions.start_bulk(bulk=bulk, by=me)
    step, taken = module._next, []

    def twice(pk):
        if len(taken) == 2:
            actions.cancel_bulk(bulk=bulk, by=me)
        taken.append(pk)
        return step(pk)

    monkeypatch.setattr(module, "_next", twice)
    actions.carry_out(bulk=bulk.pk)
    now = Bulk.objects.get()
    assert (now.state, len(now.done), len(now.waiting)) == ("cancelled", 2, 3)
    assert Case.objects.count() == 2


def test_who_lost_their_post_while_it_ran_does_no_more(me, class_of):
    bulk = planned(me, class_of(2))
    actions.start_bulk(bulk=bulk, by=me)
    Post.objects.filter(user=me).update(span=DateRange(DAYS[0], TODAY))
    actions.carry_out(bulk=bulk.pk)
    assert not Case.objects.exists()
    assert {one["why"] for one in Bulk.objects.get().skipped} == {"You do not serve this student any more."}


def test_a_job_that_never_ends_says_so_and_can_be_stopped(me, class_of):
    bulk = planned(me, class_of(2))
    actions.start_bulk(bulk=bulk, by=me)
    actions.give_up(bulk=bulk.pk)
    assert "never ended" in Bulk.objects.get().error
    assert actions.cancel_bulk(bulk=bulk, by=me).error == ""


# -- taken back --------------------------------------------------------------------------------------------------------


def test_opened_cases_close_as_a_mistake_unless_somebody_worked_them(me, class_of):
    pupils = class_of(3)
    bulk = run(planned(me, pupils), me)
    actions.log(key=uuid4(), student=pupils[0], kind="call", outcome="reached", by=me)
    actions.set_tier(case=Case.objects.get(student=pupils[1]), tier=3, why="Worse.", by=me)
    bulk = back(bulk, me)
    assert bulk.state == "undone"
    assert [(case.state, case.closing) for case in Case.objects.order_by("pk")] == [
        ("open", ""), ("open", ""), ("closed", "mistake"),
    ]  # fmt: skip
    assert ["worked since" in one["why"] for one in bulk.back] == [True, True, False]


def test_adults_go_back_to_who_was_unless_another_was_named(me, rosa, class_of, district):
    staff.post(user=rosa, role="counselor", school=district.schools[0], span=DateRange(DAYS[0], None))
    pupils = class_of(3)
    cases = [actions.open_case(student=who, by=me, lead=lead) for who, lead in zip(pupils, (None, me, me), strict=True)]
    bulk = run(planned(me, pupils, "adult", {"lead": rosa.pk}), me)
    assert set(Case.objects.values_list("lead", flat=True)) == {rosa.pk}
    cases[2].refresh_from_db()
    actions.name_adult(case=cases[2], lead=None, by=me)
    bulk = back(bulk, me)
    assert list(Case.objects.order_by("pk").values_list("lead", flat=True)) == [None, me.pk, None]
    assert [one["why"] for one in bulk.back] == ["", "", "Somebody named another adult since."]


def test_tasks_are_dropped_with_the_reason_unless_done(me, class_of):
    pupils = class_of(2)
    for who in pupils:
        actions.open_case(student=who, by=me)
    bulk = run(planned(me, pupils, "task", CALL), me)
    actions.log(key=uuid4(), student=pupils[0], kind="call", outcome="reached", by=me)
    bulk = back(bulk, me)
    assert list(Task.objects.order_by("pk").values_list("state", flat=True)) == ["done", "dropped"]
    assert "taken back" in Task.objects.last().outcome
    assert "is done" in bulk.back[0]["why"]


def test_after_a_day_or_when_nothing_was_done_it_cannot_be_taken_back(me, class_of):
    bulk = run(planned(me, class_of(1)), me)
    assert bulk.may_undo
    Bulk.objects.update(ended_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(NotAllowed, match="more than a day ago"):
        actions.undo_bulk(bulk=bulk, by=me)
    nothing = planned(me, class_of(1, at=1))
    actions.cancel_bulk(bulk=nothing, by=me)
    with pytest.raises(NotAllowed, match="nothing was done"):
        actions.undo_bulk(bulk=nothing, by=me)


def test_taking_back_that_never_ended_may_be_asked_for_again(me, class_of):
    bulk = run(planned(me, class_of(2)), me)
    actions.undo_bulk(bulk=bulk, by=me)
    with pytest.raises(NotAllowed, match="already"):
        actions.undo_bulk(bulk=bulk, by=me)
    actions.give_up(bulk=bulk.pk)
    assert back(bulk, me).state == "undone"
    assert set(Case.objects.values_list("closing", flat=True)) == {"mistake"}


def test_it_is_its_authors_alone(me, rosa, class_of):
    bulk = planned(me, class_of(1))
    for act in (actions.start_bulk, actions.cancel_bulk):
        with pytest.raises(NotAllowed, match="Only Hugo Petrosyan"):
            act(bulk=bulk, by=rosa)


# -- the pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def counselor(me, client):
    client.force_login(me)
    return client


def say(client, status=302, **sent):
    answer = client.post(reverse("desk:plan") + "?list=case", sent)
    assert answer.status_code == status
    return answer


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def test_from_the_list_over_the_preview_to_the_end_and_back(counselor, me, class_of):
    pupils = class_of(3)
    actions.open_case(student=pupils[0], by=me)
    answer = say(counselor, which="ticked", what="open", ticked=[who.pk for who in pupils])
    page = text(counselor.get(answer.url))
    assert "Do it for 2 students" in page
    assert "Has an open case already." in page
    bulk = Bulk.objects.get()
    do = {name: reverse("desk:bulk_do", args=[bulk.pk, name]) for name in ("start", "undo", "cancel", "luck")}
    assert counselor.post(do["luck"]).status_code == 404
    counselor.post(do["start"])
    assert "0 of 3" in text(counselor.get(answer.url))
    assert "1 of 3" not in text(counselor.get(answer.url, headers={"HX-Request": "true"}))
    actions.carry_out(bulk=bulk.pk)
    assert counselor.get(answer.url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "Take all 2 back" in text(counselor.get(answer.url))
    counselor.post(do["undo"])
    actions.carry_out(bulk=bulk.pk)
    assert "taken back" in text(counselor.get(answer.url))
    assert "cannot be" in text(counselor.post(do["undo"], follow=True))


def test_a_neighbours_student_is_never_planned(counselor, class_of):
    theirs = class_of(2, at=1)
    page = say(counselor, 409, which="ticked", what="open", ticked=[who.pk for who in theirs]).content.decode()
    assert "Choose at least one student." in page
    assert not Bulk.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"what": "bake"}, "Select a valid choice"), ({"which": "none"}, "Select a valid choice"),
        ({"what": "task", "kind": "call"}, "today or a later day"),
        ({"what": "adult", "lead": "99999"}, "Select a valid"),
        ({"what": "task", "kind": "other", "due_on": TODAY.isoformat()}, "Say what is to be done."),
        ({"ticked": ["x", "9" * 30]}, "Choose at least one student."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_on_the_list(counselor, class_of, sent, words):
    who = class_of(1)[0]
    page = say(counselor, 409, **({"which": "ticked", "what": "open", "ticked": [who.pk]} | sent)).content.decode()
    assert words in page
    assert not Bulk.objects.exists()


def test_anothers_bulk_action_is_not_there(counselor, rosa, class_of):
    bulk = planned(rosa, class_of(1))
    assert counselor.get(reverse("desk:bulk", args=[bulk.pk])).status_code == 404
    assert counselor.post(reverse("desk:bulk_do", args=[bulk.pk, "start"])).status_code == 404


def test_who_may_be_named(me, rosa, district):
    staff.post(user=rosa, role="counselor", school=district.schools[0], span=DateRange(DAYS[0], None))
    far = User.objects.create(username="far")
    staff.post(user=far, role="counselor", school=district.schools[1], span=DateRange(DAYS[0], None))
    assert [key for key, _ in adults(scope_of(me, TODAY), me)] == [str(me.pk), str(rosa.pk)]
    assert [key for key, _ in adults(EVERYTHING, me)] == [str(me.pk)]
    assert [key for key, _ in adults(EVERYTHING, me, str(district.schools[1].pk))] == [str(me.pk), str(far.pk)]


def test_what_is_asked_in_words(me, rosa, class_of):
    pupils = class_of(1)
    assert asked_words(planned(me, pupils)) == "Open a case in tier 2"
    assert asked_words(planned(me, pupils, "adult", {"lead": rosa.pk})) == "Name Rosa Diaz as the adult"
    assert asked_words(planned(me, pupils, "task", CALL)).startswith("Ask for: Call home, by ")
