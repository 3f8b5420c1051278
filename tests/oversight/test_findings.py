"""Findings: on evidence and a rule, mended by a plan, signed off, or appealed to another person; none is rewritten."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from firstbell.core.models import JournalLine
from firstbell.core.refusals import NotAllowed
from firstbell.oversight.actions import findings as actions
from firstbell.oversight.models import Appeal, Finding, FindingMove, PlanStep
from firstbell.oversight.queries import findings as queries
from tests.oversight.conftest import days, somebody

REFUSED = (InternalError, ProgrammingError, IntegrityError)
RULE = "EC 48260.5: the family is notified of the first report."


@pytest.fixture
def found(counselor, marisa) -> Finding:
    return actions.find(
        user=counselor, what="Three first reports of September have no notice.", evidence="/notices/", rule=RULE,
        by=marisa,
    )  # fmt: skip


@pytest.fixture
def planned(found, marisa, today) -> Finding:
    steps = [("Notify the three families", today + days(2)), ("Look at the list each Monday", today + days(9))]
    return actions.plan(finding=found, steps=steps, review_on=today + days(14), by=marisa)


def done(finding, counselor) -> Finding:
    for step in finding.steps.filter(dropped_on=None, done_on=None):
        actions.do_step(step=step, said="Sent on Tuesday, see the batch.", by=counselor)
    return again(finding)


def again(row):
    return type(row).objects.get(pk=row.pk)


# -- found and answered ------------------------------------------------------------------------------------------------


def test_a_finding_rests_on_a_page_and_a_rule(found, counselor, marisa):
    assert (found.state, found.version, found.by, found.user) == ("open", 1, marisa, counselor)
    assert [(one.what, one.was, one.now) for one in found.moves.all()] == [("find", "", "open")]
    assert JournalLine.objects.get(verb="oversight.found").detail == {"user": counselor.pk}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"what": " "}, "Say what was found"), ({"evidence": ""}, "an opinion"), ({"rule": ""}, "Name the rule"),
        ({"evidence": "https://example.org/"}, "no page of this system"), ({"evidence": "//example.org"}, "no page"),
        ({"evidence": "javascript:alert(1)"}, "no page"), ({"evidence": "/\\example.org"}, "no page"),
    ],
)  # fmt: skip
def test_what_is_no_finding(counselor, marisa, wrong, why):
    with pytest.raises(NotAllowed, match=why):
        actions.find(
            **({"what": "Late.", "evidence": "/notices/", "rule": RULE, "user": counselor, "by": marisa} | wrong)
        )
    assert not Finding.objects.exists()


def test_nobody_finds_of_themselves(marisa):
    with pytest.raises(NotAllowed, match="themselves"):
        actions.find(user=marisa, what="Late.", evidence="/notices/", rule=RULE, by=marisa)


def test_the_person_answers_once(found, counselor, marisa):
    with pytest.raises(NotAllowed, match="Only the person"):
        actions.answer(finding=found, text="No.", by=marisa)
    told = actions.answer(finding=found, text="Two of them moved away.", by=counselor, version=1)
    assert (told.answer, told.state, told.version) == ("Two of them moved away.", "open", 2)
    with pytest.raises(NotAllowed, match="You have answered"):
        actions.answer(finding=found, text="And more.", by=counselor)


# -- plan, steps, sign-off ---------------------------------------------------------------------------------------------


def test_a_plan_has_steps_days_and_a_review(planned, counselor):
    assert planned.state == "planned"
    assert [one.owner for one in planned.steps.all()] == [counselor, counselor]
    assert JournalLine.objects.filter(verb="oversight.finding_planned").exists()


@pytest.mark.parametrize(
    ("steps", "review", "why"),
    [
        ([], 5, "at least one step"), ([(" ", 3)], 5, "at least one step"), ([("Call", -1)], 5, "from today on: Call"),
        ([("Call", 9)], 5, "choose that day or a later one"),
    ],
)  # fmt: skip
def test_what_is_no_plan(found, marisa, today, steps, review, why):
    told = [(text, today + days(due)) for text, due in steps]
    with pytest.raises(NotAllowed, match=why):
        actions.plan(finding=found, steps=told, review_on=today + days(review), by=marisa)
    assert not PlanStep.objects.exists()


def test_the_last_step_takes_it_to_its_review(planned, counselor, marisa, hugo):
    first, second = planned.steps.all()
    with pytest.raises(NotAllowed, match="Whoever has the step"):
        actions.do_step(step=first, said="Done.", by=hugo)
    with pytest.raises(NotAllowed, match="Say what was done"):
        actions.do_step(step=first, said=" ", by=counselor)
    actions.do_step(step=first, said="Sent.", by=counselor)
    assert again(planned).state == "planned"
    with pytest.raises(NotAllowed, match="not open any more"):
        actions.do_step(step=first, said="Again.", by=counselor)
    actions.do_step(step=second, said="Looked.", by=marisa)
    assert again(planned).state == "done"


def test_it_is_signed_off_with_words(planned, counselor, marisa, today):
    with pytest.raises(NotAllowed, match="cannot be signed off now"):
        actions.settle(finding=planned, what="sign_off", why="Good.", by=marisa)
    finding = done(planned, counselor)
    with pytest.raises(NotAllowed, match="Say why"):
        actions.settle(finding=finding, what="sign_off", why="", by=marisa)
    signed = actions.settle(finding=finding, what="sign_off", why="All three have theirs.", by=marisa)
    assert (signed.state, signed.settled_on) == ("signed_off", today)
    with pytest.raises(NotAllowed, match="nothing any more"):
        actions.settle(finding=signed, what="withdraw", why="Wrong.", by=marisa)


def test_more_to_do_makes_another_plan_that_drops_what_is_left(planned, counselor, marisa, today):
    first = planned.steps.first()
    actions.do_step(step=first, said="Sent.", by=counselor)
    actions.plan(finding=planned, steps=[("Ask the clerk", today)], review_on=today + days(1), by=marisa)
    assert [(one.text, bool(one.done_on), bool(one.dropped_on)) for one in planned.steps.order_by("pk")] == [
        ("Notify the three families", True, False), ("Look at the list each Monday", False, True),
        ("Ask the clerk", False, False),
    ]  # fmt: skip
    assert (
        actions.settle(finding=done(planned, counselor), what="reopen", why="One is missing.", by=marisa).state
        == "planned"
    )


def test_the_person_neither_plans_nor_signs(found, counselor, today):
    for act in (
        lambda: actions.plan(finding=found, steps=[("x", today)], review_on=today, by=counselor),
        lambda: actions.settle(finding=found, what="withdraw", why="Wrong.", by=counselor),
    ):
        with pytest.raises(NotAllowed, match="about themselves"):
            act()


def test_two_at_once_are_told_of_each_other(found, counselor, marisa, today):
    shown = found.version
    actions.answer(finding=found, text="Two moved.", by=counselor)
    with pytest.raises(NotAllowed, match="Rosa Diaz says “answered”"):
        actions.plan(finding=found, steps=[("x", today)], review_on=today, by=marisa, version=shown)


# -- appeal ------------------------------------------------------------------------------------------------------------


def decide(appeal, samir, scope, outcome="upheld", reasons="The dates bear it out."):
    return actions.decide(appeal=appeal, outcome=outcome, reasons=reasons, by=samir, scope=scope(samir))


def test_an_appeal_stops_everything_until_another_person_decides(planned, counselor, marisa, samir, scope, today):
    asked = actions.appeal(finding=planned, why="The notices were mailed.", by=counselor)
    assert (again(planned).state, asked.was, asked.found_by) == ("appealed", "planned", marisa)
    with pytest.raises(NotAllowed, match="This finding is appealed"):
        actions.settle(finding=planned, what="withdraw", why="Wrong.", by=marisa)
    with pytest.raises(NotAllowed, match="not open any more"):
        actions.do_step(step=planned.steps.first(), said="Sent.", by=counselor)
    decide(asked, samir, scope)
    assert again(planned).state == "planned"
    assert [one.what for one in planned.moves.all()] == ["find", "plan", "appeal", "uphold"]


def test_an_overturned_finding_is_over(found, counselor, samir, scope, today):
    asked = actions.appeal(finding=found, why="They were mailed.", by=counselor)
    decide(asked, samir, scope, "overturned", "The proofs were filed late.")
    assert (again(found).state, again(found).settled_on) == ("overturned", today)
    with pytest.raises(NotAllowed, match="has decided"):
        decide(asked, samir, scope)


def test_who_decides_no_appeal(found, counselor, marisa, samir, scope):
    asked = actions.appeal(finding=found, why="They were mailed.", by=counselor)
    with pytest.raises(NotAllowed, match="by the director"):
        actions.decide(appeal=asked, outcome="upheld", reasons="x", by=marisa, scope=scope(marisa))
    for wrong, why in (({"outcome": "maybe"}, "whether the finding stands"), ({"reasons": " "}, "Say why")):
        with pytest.raises(NotAllowed, match=why):
            decide(asked, samir, scope, **wrong)
    assert again(asked).outcome == ""


def test_a_director_who_found_it_does_not_decide(counselor, samir, scope, region):
    found = actions.find(user=counselor, what="Late.", evidence="/notices/", rule=RULE, by=samir)
    asked = actions.appeal(finding=found, why="They were mailed.", by=counselor)
    with pytest.raises(NotAllowed, match="Somebody else decides"):
        decide(asked, samir, scope)
    with pytest.raises(REFUSED), transaction.atomic():
        Appeal.objects.filter(pk=asked.pk).update(
            outcome="upheld", reasons="x", decided_by=samir, decided_at="2025-10-03T00:00Z"
        )
    other = somebody("mei.tanaka", "director")
    assert decide(asked, other, scope).decided_by == other


def test_one_appeal_of_a_finding(found, counselor, samir, scope, marisa):
    with pytest.raises(NotAllowed, match="Only the person"):
        actions.appeal(finding=found, why="x", by=marisa)
    decide(actions.appeal(finding=found, why="They were mailed.", by=counselor), samir, scope)
    with pytest.raises(NotAllowed, match="appealed and decided once"):
        actions.appeal(finding=found, why="Again.", by=counselor)


# -- kept --------------------------------------------------------------------------------------------------------------


def test_the_database_keeps_what_was_found_and_decided(planned, counselor, marisa, samir, scope):
    step = planned.steps.first()
    actions.do_step(step=step, said="Sent.", by=counselor)
    asked = actions.appeal(finding=planned, why="They were mailed.", by=counselor)
    decide(asked, samir, scope)
    for change in (
        lambda: Finding.objects.filter(pk=planned.pk).update(what="Otherwise."),
        lambda: Finding.objects.filter(pk=planned.pk).update(user=marisa),
        lambda: PlanStep.objects.filter(pk=step.pk).update(said="Nothing was done."),
        lambda: PlanStep.objects.filter(pk=step.pk).update(due_on="2030-01-01"),
        lambda: Appeal.objects.filter(pk=asked.pk).update(reasons="Otherwise."),
        lambda: FindingMove.objects.filter(finding=planned).update(why="Otherwise."),
        lambda: FindingMove.objects.filter(finding=planned).delete(),
    ):
        with pytest.raises(REFUSED), transaction.atomic():
            change()


def test_who_sees_a_finding(found, counselor, hugo, marisa, samir, elsewhere, scope):
    seen = {who: found in Finding.objects.visible_to(scope(who)) for who in (counselor, marisa, samir, hugo, elsewhere)}
    assert seen == {counselor: True, marisa: True, samir: True, hugo: False, elsewhere: False}


def test_lists_put_the_soonest_review_first(planned, counselor, marisa, hugo, scope, today):
    other = actions.find(user=hugo, what="Late.", evidence="/notices/", rule=RULE, by=marisa)
    actions.plan(finding=other, steps=[("Call", today)], review_on=today + days(3), by=marisa)
    assert list(queries.findings(scope(marisa), "open")) == [other, planned]
    assert list(queries.findings(scope(marisa), "open", str(counselor.pk))) == [planned]
    actions.settle(finding=other, what="withdraw", why="Mistaken.", by=marisa)
    assert list(queries.findings(scope(marisa), "settled")) == [other]
    assert queries.look(planned, today + days(15)).late
