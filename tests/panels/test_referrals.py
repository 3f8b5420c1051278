"""What people do with a referral: each doing's state, its line of history, its journal line, and what is refused."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from firstbell.cases import actions as cases
from firstbell.cases.actions import Careful
from firstbell.cases.models import Step
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.law.sarb import NOTICE_FIELDS
from firstbell.notices.models import Batch, Due, Notice
from firstbell.panels import actions
from firstbell.panels.models import Hearing, Panel, Referral
from firstbell.panels.queries.readiness import fallen, readiness_of
from firstbell.panels.queries.referrals import panels_for, siblings_to_join
from firstbell.roster.models import Contact, FamilyLink
from firstbell.supports import actions as supports
from tests.attendance.conftest import DAYS, YEAR
from tests.panels.conftest import at, somebody
from tests.panels.test_readiness import reported
from tests.supports.conftest import draft

WHY = "Five unexcused days; the plan did not do it."


def verbs() -> list[str]:
    return list(JournalLine.objects.filter(verb__startswith="panels.").order_by("pk").values_list("verb", flat=True))


def told_in_writing(referral: Referral) -> Notice:
    """The letter about the referral, issued with all it must say."""
    due = Due.objects.create(
        student=referral.student, kind="sarb_referral", year=YEAR, step=referral.step, since=DAYS[-1], state="sent"
    )
    batch = Batch.objects.create(
        school=referral.school, kinds=["sarb_referral"], channels=["print"], send_on=DAYS[-1], as_of=DAYS[-1],
        state="issued", needs=1, prepared_by=referral.by,
    )  # fmt: skip
    return Notice.objects.create(
        student=referral.student, year=YEAR, kind="sarb_referral", due=due, batch=batch, state="issued",
        evidence={"items": [*NOTICE_FIELDS, "interventions"]}, step=referral.step, issued_at=at(DAYS[-1], 9),
    )  # fmt: skip


def heard_before(referral: Referral, region) -> None:
    """The Resource Panel met about the student a week ago."""
    panel = Panel.objects.create(kind="resource_panel", name="North Resource Panel", region=region, address="12 Alder")
    earlier = Referral.objects.create(
        student=referral.student, panel=panel, school=referral.school, year=YEAR, ground="other", why=WHY,
        made_on=DAYS[5], state="closed", closed_on=DAYS[-4], by=referral.by,
    )  # fmt: skip
    day = panel.days.create(on=DAYS[-5], opens="09:00", closes="12:00", place="12 Alder", rooms=["1"], by=referral.by)
    start = at(DAYS[-5], 9)
    held = Hearing.objects.create(
        panel=panel, school=referral.school, day=day, room="1", family=referral.student_id, state="held",
        span=DateTimeTZRange(start, start + timedelta(minutes=45)),
    )  # fmt: skip
    held.referrals.add(earlier)


@pytest.fixture
def ready(referral, take, rosa, truant, region) -> Referral:
    """The truant's referral with everything it needs."""
    reported(take)
    supports.write_plan(student=truant, draft=draft(), by=rosa)
    cases.open_case(student=truant, by=rosa, lead=rosa, why="Three reports.")
    heard_before(referral, region)
    actions.confirm_step(referral=referral, by=rosa)
    referral.refresh_from_db()
    told_in_writing(referral)
    return referral


def test_a_referral_begins_as_a_draft(truant, sarb, counselor):
    made = actions.refer(student=truant, panel=sarb, ground="habitual", why=f" {WHY} ", by=counselor)
    assert (made.state, made.why, made.version, made.school) == ("draft", WHY, 1, truant.school)
    assert [(one.what, one.now) for one in made.moves.all()] == [("made", "draft")]
    assert verbs() == ["panels.referral_made"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"why": " "}, "Say why the panel is asked"),
        ({"why": "x" * 2001}, "2,001 characters; 2,000 fit"),
        ({"ground": "other"}, "Choose one of the three grounds"),
        ({"ground": "because"}, "Choose one of the three grounds"),
    ],
)
def test_a_referral_that_cannot_be_is_refused(truant, sarb, counselor, changes, words):
    said = {"ground": "habitual", "why": WHY} | changes
    with pytest.raises(NotAllowed, match=words):
        actions.refer(student=truant, panel=sarb, by=counselor, **said)
    assert not Referral.objects.exists()
    assert verbs() == []


def test_private_words_are_asked_about_once(truant, sarb, counselor):
    said = {"student": truant, "panel": sarb, "ground": "habitual", "why": "Her anxiety.", "by": counselor}
    with pytest.raises(Careful, match="Health is private"):
        actions.refer(**said)
    assert actions.refer(**said, careful=True).pk


def test_nobody_refers_twice_or_to_a_strangers_panel(referral, district, counselor, sspt, region):
    pupil = referral.student
    again = {"student": pupil, "ground": "habitual", "why": WHY, "by": counselor}
    with pytest.raises(NotAllowed, match="is open already: being prepared"):
        actions.refer(panel=referral.panel, **again)
    neighbour = Panel.objects.create(kind="sart", name="SART of School 2", school=district.schools[1], address="2 Road")
    with pytest.raises(NotAllowed, match="another school's"):
        actions.refer(panel=neighbour, **again)
    sspt.closed_on = DAYS[-1]
    sspt.save(update_fields=["closed_on"])
    with pytest.raises(NotAllowed, match="was closed"):
        actions.refer(panel=sspt, **again)
    assert [one.kind for one in panels_for(pupil)] == ["sarb"]


def test_a_student_who_left_is_not_referred(referral, truant, sarb, counselor):
    Referral.objects.filter(pk=referral.pk).update(state="withdrawn", closed_on=DAYS[-1])
    truant.live = False
    truant.save(update_fields=["live"])
    with pytest.raises(NotAllowed, match="at no school of the district now"):
        actions.refer(student=truant, panel=sarb, ground="habitual", why=WHY, by=counselor)


def test_an_unready_referral_goes_nowhere_and_says_all_it_lacks(referral, counselor):
    with pytest.raises(NotAllowed) as no:
        actions.send(referral=referral, by=counselor)
    assert {one.section for one in no.value.reasons} >= {"EC 48263(a)", "setting panels.practice"}
    referral.refresh_from_db()
    assert (referral.state, referral.version) == ("draft", 1)
    assert not referral.moves.filter(what="send").exists()


def test_confirming_makes_a_step_of_the_ladder_once(referral, take, rosa):
    with pytest.raises(NotAllowed, match="would not count"):
        actions.confirm_step(referral=referral, by=rosa)
    reported(take)
    step = actions.confirm_step(referral=referral, by=rosa)
    referral.refresh_from_db()
    assert (step.kind, step.ground, step.stands) == ("referral", "habitual", True)
    assert step.evidence["said"] == {"to": "North SARB"}
    assert (referral.step, referral.version) == (step, 2)
    with pytest.raises(NotAllowed, match="confirmed already"):
        actions.confirm_step(referral=referral, by=rosa)
    assert verbs() == ["panels.referral_confirmed"]


def test_from_the_school_to_the_docket_and_back(ready, rosa, ines):
    assert readiness_of(ready).ready
    sent = actions.send(referral=ready, by=rosa)
    assert (sent.state, sent.sent_on) == ("sent", DAYS[-1])
    back = actions.send_back(referral=sent, why="Ask the family first.", by=ines)
    assert back.state == "returned"
    actions.send(referral=back, by=rosa)
    taken = actions.accept(referral=back, by=ines)
    assert (taken.state, taken.accepted_on) == ("accepted", DAYS[-1])
    history = [(one.what, one.was, one.now, one.why) for one in taken.moves.all()]
    assert history == [
        ("send", "draft", "sent", ""),
        ("return", "sent", "returned", "Ask the family first."),
        ("send", "returned", "sent", ""),
        ("accept", "sent", "accepted", ""),
    ]
    assert verbs()[-4:] == [
        "panels.referral_sent", "panels.referral_returned", "panels.referral_sent", "panels.referral_accepted",
    ]  # fmt: skip


def test_returning_needs_a_reason_and_a_state(ready, rosa, ines):
    with pytest.raises(NotAllowed, match="being prepared cannot return"):
        actions.send_back(referral=ready, why="Because.", by=ines)
    actions.send(referral=ready, by=rosa)
    with pytest.raises(NotAllowed, match="Say what the school is to do"):
        actions.send_back(referral=ready, why=" ", by=ines)


def test_a_code_corrected_before_the_chair_reads_it_stops_it(ready, rosa, ines, truant, correct, night):
    actions.send(referral=ready, by=rosa)
    correct(truant.told[DAYS[2]])
    night()
    assert list(fallen()) == [ready]
    with pytest.raises(NotAllowed) as no:
        actions.accept(referral=ready, by=ines)
    assert "EC 48260" in {one.section for one in no.value.reasons}
    ready.refresh_from_db()
    assert ready.state == "sent"


def test_of_two_people_the_second_is_told(ready, rosa, ines):
    seen = ready.version
    actions.send(referral=ready, by=rosa, version=seen)
    with pytest.raises(NotAllowed, match=r"it is now with the chair\. Rosa Diaz did that\. Nothing of theirs"):
        actions.withdraw(referral=ready, why="Moved away.", by=ines, version=seen)


def test_withdrawing_takes_the_step_back_so_that_the_family_is_told(ready, rosa):
    step = ready.step
    gone = actions.withdraw(referral=ready, why="The days were excused.", by=rosa)
    step.refresh_from_db()
    assert (gone.state, gone.closed_on) == ("withdrawn", DAYS[-1])
    assert (step.stands, step.withdrawn_by) == (False, rosa)
    assert Step.objects.hollow().filter(pk=step.pk).exists() is False
    with pytest.raises(NotAllowed, match="what follows a hearing is a decision"):
        actions.withdraw(referral=gone, why="Again.", by=rosa)


@pytest.mark.parametrize(("state", "words"), [("set", "Call the hearing off first"), ("heard", "is a decision")])
def test_what_is_set_or_heard_is_not_just_withdrawn(referral, rosa, state, words):
    Referral.objects.filter(pk=referral.pk).update(state=state)
    with pytest.raises(NotAllowed, match=words):
        actions.withdraw(referral=referral, why="Moved.", by=rosa)


def test_two_people_let_through_what_the_districts_own_practice_asks(referral, take, rosa, marisa):
    reported(take)
    actions.confirm_step(referral=referral, by=rosa)
    referral.refresh_from_db()
    told_in_writing(referral)
    asked = actions.ask_override(referral=referral, why="The Resource Panel has no day before June.", by=rosa)
    assert asked.missing == ["earlier", "plan", "adult"]
    with pytest.raises(NotAllowed, match="already"):
        actions.ask_override(referral=referral, why="Again.", by=rosa)
    with pytest.raises(NotAllowed, match="a second person must agree"):
        actions.agree_override(override=asked, by=rosa)
    with pytest.raises(NotAllowed):
        actions.send(referral=referral, by=rosa)
    actions.agree_override(override=asked, by=marisa)
    with pytest.raises(NotAllowed, match="agreed already"):
        actions.agree_override(override=asked, by=marisa)
    sent = actions.send(referral=referral, by=rosa)
    assert sent.moves.get(what="send").evidence["waived"] == ["adult", "earlier", "plan"]
    assert verbs()[-3:] == ["panels.override_asked", "panels.override_agreed", "panels.referral_sent"]


def test_what_the_law_requires_is_never_let_through(referral, rosa, truant, region):
    supports.write_plan(student=truant, draft=draft(), by=rosa)
    cases.open_case(student=truant, by=rosa, lead=rosa, why="Days.")
    heard_before(referral, region)
    with pytest.raises(NotAllowed, match="what the law requires is never waived"):
        actions.ask_override(referral=referral, why="It is urgent.", by=rosa)


@pytest.fixture
def sibling(district, truant, sarb, counselor) -> Referral:
    """A brother who lives with the same adult, with the chair like the truant."""
    brother = district.student("P-2")
    home = Contact.objects.create(key="C-1", given="Ana", family="Baptiste", arrival=district.arrival)
    for child in (truant, brother):
        FamilyLink.objects.create(
            student=child, contact=home, relation="Mother", guardian=True, lives_with=True, arrival=district.arrival
        )
    return Referral.objects.create(
        student=brother, panel=sarb, school=brother.school, year=YEAR, ground="habitual", why=WHY, made_on=DAYS[-1],
        by=counselor, state="sent",
    )  # fmt: skip


def test_children_of_one_home_are_heard_together(referral, sibling, ines):
    with pytest.raises(NotAllowed, match="while they are with the chair"):
        actions.join(referral=referral, to=sibling, by=ines)
    Referral.objects.filter(pk=referral.pk).update(state="accepted")
    assert siblings_to_join(referral) == [sibling]
    joined = actions.join(referral=referral, to=sibling, by=ines)
    assert (joined.joined, joined.version) == (sibling, 2)
    with pytest.raises(NotAllowed, match="Another referral is heard with this one"):
        actions.join(referral=sibling, to=referral, by=ines)
    assert actions.take_apart(referral=joined, by=ines).joined is None
    assert verbs() == ["panels.referral_joined", "panels.referral_taken_apart"]


def test_children_of_two_homes_are_not(referral, district, sarb, counselor, ines):
    Referral.objects.filter(pk=referral.pk).update(state="sent")
    other = Referral.objects.create(
        student=district.student("P-9"), panel=sarb, school=referral.school, year=YEAR, ground="habitual", why=WHY,
        made_on=DAYS[-1], by=counselor, state="sent",
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="do not live together"):
        actions.join(referral=referral, to=other, by=ines)
    with pytest.raises(NotAllowed, match="not joined with itself"):
        actions.join(referral=referral, to=referral, by=ines)


def test_a_withdrawn_referral_lets_its_siblings_go(referral, sibling, ines, rosa):
    Referral.objects.filter(pk=referral.pk).update(state="accepted")
    actions.join(referral=referral, to=sibling, by=ines)
    actions.withdraw(referral=sibling, why="He moved to his aunt.", by=rosa)
    referral.refresh_from_db()
    assert referral.joined is None
    assert referral.state == "accepted"


def test_words_are_changed_while_the_school_prepares_it(referral, rosa):
    said = actions.reword(referral=referral, why="Nine days now.", asked="A bus pass.", by=rosa, version=1)
    assert (said.why, said.asked, said.version) == ("Nine days now.", "A bus pass.", 2)
    Referral.objects.filter(pk=referral.pk).update(state="sent")
    with pytest.raises(NotAllowed, match="kept as the chair read them"):
        actions.reword(referral=referral, why="Other.", asked="", by=somebody("mae.lund"))
