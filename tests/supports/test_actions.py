"""What each action leaves behind: rows, one journal line, and nothing at all where it is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from firstbell.cases import actions as cases
from firstbell.cases.models import Note
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.supports import actions, queries
from firstbell.supports.models import Card, CardDay, Check, Commitment, Group, Meeting, Member, Plan, Presence, Session
from firstbell.supports.rules import Promise
from tests.attendance.conftest import DAYS
from tests.supports.conftest import PROMISES, draft

pytestmark = pytest.mark.django_db
SECRET = "She sleeps in the car on school nights"


def journal(verb: str) -> list[JournalLine]:
    return list(JournalLine.objects.filter(verb=f"supports.{verb}").order_by("pk"))


def test_a_plan_is_written_with_what_each_side_promised(plan, truant, rosa):
    assert (plan.version, plan.state, plan.begins_on, plan.goal_from) == (1, "in_force", DAYS[-1], DAYS[-1])
    assert [(one.party, one.text) for one in plan.commitments.all()] == [(one.party, one.text) for one in PROMISES]
    [line] = journal("plan_written")
    assert (line.by, line.detail) == (rosa, {"student": truant.pk, "version": 1})
    assert "garden" not in str(line.detail)


def test_an_edit_is_a_new_version_and_the_old_one_stays(plan, truant, rosa, stand_on):
    family, student, _ = plan.commitments.all()
    actions.check(commitment=family, state="kept", by=rosa)
    kept = tuple(Promise(one.party, one.text, one.who, one.by_on, one.pk) for one in (family, student))
    changed = (kept[0], Promise("student", "Alarm at 6:30", "Noor", None, student.pk))
    made = actions.write_plan(student=truant, draft=draft(promises=changed, strengths="Runs."), by=rosa, seen=1)
    plan.refresh_from_db()
    assert (plan.state, plan.strengths) == ("replaced", "Draws, and looks after the garden.")
    assert [one.pk for one in plan.commitments.all()][:1] == [family.pk]
    assert plan.commitments.count() == 3
    assert (made.version, made.state, made.begins_on, made.goal_from) == (2, "in_force", DAYS[-1], DAYS[-1])
    texts = {one.text: one for one in made.commitments.all()}
    assert texts["Phone off at ten"].pk == family.pk  # goes on in the same words, with its check
    assert texts["Phone off at ten"].checks.get().state == "kept"
    assert texts["Alarm at 6:30"].pk != student.pk
    assert Plan.objects.in_force().get() == made


def test_a_changed_goal_counts_from_the_day_it_was_changed(truant, rosa, stand_on):
    stand_on(5)
    actions.write_plan(student=truant, draft=draft(), by=rosa)
    stand_on(10)
    same = actions.write_plan(student=truant, draft=draft(strengths="New"), by=rosa, seen=1)
    other = actions.write_plan(student=truant, draft=draft(goal_days=1), by=rosa, seen=2)
    assert (same.begins_on, same.goal_from) == (DAYS[5], DAYS[5])
    assert (other.begins_on, other.goal_from) == (DAYS[5], DAYS[10])


@pytest.mark.parametrize(("change", "words"), [
    ({"goal_days": None}, "A plan without a goal is refused"), ({"review_on": DAYS[0]}, "is past"),
    ({"strengths": "x" * 10_000}, "10,000 characters"),
])  # fmt: skip
def test_no_plan_is_written_that_is_none(truant, rosa, change, words):
    with pytest.raises(NotAllowed, match=words):
        actions.write_plan(student=truant, draft=draft(**change), by=rosa)
    assert (Plan.objects.count(), Commitment.objects.count(), JournalLine.objects.count()) == (0, 0, 0)


def test_a_student_who_left_gets_no_plan(truant, rosa):
    truant.school = None
    with pytest.raises(NotAllowed, match="at no school"):
        actions.write_plan(student=truant, draft=draft(), by=rosa)


@pytest.mark.parametrize("seen", [0, 2])
def test_nobody_overwrites_what_they_have_not_read(plan, truant, rosa, seen):
    with pytest.raises(NotAllowed, match="Rosa Diaz wrote version 1"):
        actions.write_plan(student=truant, draft=draft(), by=rosa, seen=seen)
    assert Plan.objects.get().version == 1


def test_an_ended_plan_is_followed_by_the_next_version_from_its_own_day(plan, truant, rosa):
    with pytest.raises(NotAllowed, match="Say why"):
        actions.end_plan(plan=plan, why=" ", by=rosa)
    ended = actions.end_plan(plan=plan, why="Goal met", by=rosa)
    assert (ended.state, ended.ended_on, ended.ended_why) == ("ended", DAYS[-1], "Goal met")
    assert len(journal("plan_ended")) == 1
    with pytest.raises(NotAllowed, match="not in force"):
        actions.end_plan(plan=plan, why="again", by=rosa)
    with pytest.raises(NotAllowed, match="was ended while"):
        actions.write_plan(student=truant, draft=draft(), by=rosa, seen=1)
    assert actions.write_plan(student=truant, draft=draft(), by=rosa).version == 2


@pytest.mark.parametrize(("model", "change"), [
    (Plan, {"strengths": "other"}), (Plan, {"goal_days": 3}), (Commitment, {"text": "other"}), (Check, {"state": "x"}),
    (Plan.commitments.through, {"plan": None}),
])  # fmt: skip
def test_what_was_agreed_is_never_rewritten_or_deleted(plan, rosa, model, change):
    actions.check(commitment=plan.commitments.first(), state="kept", by=rosa)
    for rewrite in (lambda rows: rows.update(**change), lambda rows: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rewrite(model.objects.all())


def test_two_plans_in_force_cannot_be(plan):
    plan.pk, plan.version = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.save()


def test_a_check_says_who_and_when_and_the_newest_counts(plan, rosa):
    one = plan.commitments.first()
    actions.check(commitment=one, state="unknown", by=rosa)
    actions.check(commitment=one, state="not_kept", note="Bus came late", by=rosa)
    [side, *_] = queries.commitments_of(plan)
    assert (side.rows[0][1].state, side.rows[0][1].by, side.rows[0][1].on) == ("not_kept", rosa, DAYS[-1])
    assert [line.detail["state"] for line in journal("commitment_checked")] == ["unknown", "not_kept"]
    assert "Bus" not in str(journal("commitment_checked")[1].detail)


def test_what_cannot_be_checked(plan, rosa):
    one = plan.commitments.first()
    for told, words in (({"state": "maybe"}, "Say whether"), ({"state": "kept", "note": "x" * 301}, "301 characters")):
        with pytest.raises(NotAllowed, match=words):
            actions.check(commitment=one, by=rosa, **told)
    actions.end_plan(plan=plan, why="done", by=rosa)
    with pytest.raises(NotAllowed, match="in no plan that is in force"):
        actions.check(commitment=one, state="kept", by=rosa)
    assert Check.objects.count() == 0


@tuned(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["write", "stale", "end", "check"]), max_size=8))
def test_whatever_happens_there_is_one_plan_and_a_line_for_each_change(truant, rosa, doings):
    with transaction.atomic():
        done = 0
        for doing in doings:
            now = Plan.objects.in_force().filter(student=truant).first()
            try:
                if doing in ("write", "stale"):
                    seen = (now.version if now else 0) + (doing == "stale")
                    actions.write_plan(student=truant, draft=draft(), by=rosa, seen=seen)
                elif now:
                    one = now.commitments.first()
                    _ = (
                        actions.end_plan(plan=now, why="x", by=rosa)
                        if doing == "end"
                        else actions.check(commitment=one, state="kept", by=rosa)
                    )
                else:
                    continue
                done += 1
            except NotAllowed:
                pass
        assert Plan.objects.in_force().count() <= 1
        versions = list(Plan.objects.order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, len(versions) + 1))
        assert JournalLine.objects.filter(verb__startswith="supports.").count() == done
        transaction.set_rollback(True)


# -- sessions ----------------------------------------------------------------------------------------------------------


def hold(student, by, **more):
    told = {"key": uuid4(), "kind": "individual", "on": DAYS[-1], "minutes": 40, "topic": "Mornings"}
    return actions.hold_session(student=student, by=by, **(told | more))


def test_a_session_keeps_what_was_confided_only_sealed(truant, rosa, plan):
    session = hold(truant, rosa, confided=SECRET, goal=plan.goal)
    assert (session.plan, session.minutes) == (plan, 40)
    assert (session.note.lock, session.note.text, session.note.by) == ("sealed", "", rosa)
    assert SECRET.encode() not in bytes(session.note.sealed)
    assert SECRET not in str(list(JournalLine.objects.values()))
    [line] = journal("session_held")
    assert line.detail == {"student": truant.pk, "kind": "individual", "minutes": 40}
    assert queries.confided(session, rosa) == SECRET


def test_what_was_confided_outlives_a_turn_of_the_keys(truant, rosa, django_capture_on_commit_callbacks):
    session = hold(truant, rosa, confided=SECRET)
    with django_capture_on_commit_callbacks(execute=True):
        cases.turn_keys()
    session = Session.objects.select_related("note").get()
    assert queries.confided(session, rosa) == SECRET


def test_a_double_click_is_one_session(truant, rosa):
    key = uuid4()
    assert hold(truant, rosa, key=key, confided=SECRET) == hold(truant, rosa, key=key, confided=SECRET)
    assert (Session.objects.count(), Note.objects.count(), len(journal("session_held"))) == (1, 1, 1)


@pytest.mark.parametrize(("change", "words"), [
    ({"on": DAYS[-1] + timedelta(1)}, "has not happened yet"), ({"kind": "seance"}, "with whom"),
    ({"minutes": 0}, "Minutes"), ({"topic": ""}, "about"), ({"goal": "x" * 201}, "at most 200"),
    ({"confided": "x" * 20_001}, "20,001 characters"),
])  # fmt: skip
def test_no_session_is_recorded_that_is_none(truant, rosa, change, words):
    with pytest.raises(NotAllowed, match=words):
        hold(truant, rosa, **change)
    assert (Session.objects.count(), Note.objects.count(), JournalLine.objects.count()) == (0, 0, 0)


# -- groups ------------------------------------------------------------------------------------------------------------


def test_a_group_meets_and_who_came_counts_for_each(group, members, rosa):
    one, two = members(2)
    came = {one.student_id}
    meeting = actions.hold_meeting(group=group, on=DAYS[12], minutes=45, topic="Small steps", came=came, by=rosa)
    told = {row.student_id: row.came for row in meeting.presences.all()}
    assert told == {one.student_id: True, two.student_id: False}
    [first, second] = queries.roster(group)
    assert [(one.came, one.expected) for one in (first, second)] == [(1, 1), (0, 1)]
    [held] = queries.sessions_of(one.student, rosa)
    assert (held.kind, held.minutes, held.topic) == ("Group: Mornings", 45, "Small steps")
    assert queries.sessions_of(two.student, rosa) == []
    actions.amend_meeting(meeting=meeting, came={two.student_id}, by=rosa)
    assert [(place.came, place.expected) for place in queries.roster(group)] == [(0, 1), (1, 1)]
    [line] = journal("meeting_amended")
    assert line.detail == {"was": [one.student_id], "came": [two.student_id]}


def test_what_a_group_refuses(group, members, district, rosa):
    [one] = members(1)
    there = district.student("N-1", at=1)
    meet = {"group": group, "minutes": 45, "topic": "Steps", "came": set(), "by": rosa}
    for refused, words in (
        (lambda: actions.add_member(group=group, student=there, by=rosa), "is not at School 1"),
        (lambda: actions.add_member(group=group, student=one.student, by=rosa), "is in this group already"),
        (lambda: actions.hold_meeting(**meet, on=DAYS[5]), "Nobody was in the group"),
        (lambda: actions.hold_meeting(**(meet | {"came": {there.pk}}), on=DAYS[12]), "1 of those who came were not"),
        (lambda: actions.start_group(school=group.school, name="Mornings", practice="wraparound", goal="x",
                                     begins_on=DAYS[0], by=rosa), "of that name already"),
        (lambda: actions.start_group(school=group.school, name="Fines", practice="punitive-measures", goal="x",
                                     begins_on=DAYS[0], by=rosa), "Choose a curriculum"),
        (lambda: actions.start_group(school=group.school, name="Old", practice="wraparound", goal="x",
                                     begins_on=DAYS[0].replace(year=2024), by=rosa), "one of this school year"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=words):
            refused()
    actions.hold_meeting(**meet, on=DAYS[12])
    with pytest.raises(NotAllowed, match="recorded already"):
        actions.hold_meeting(**meet, on=DAYS[12])
    assert (Meeting.objects.count(), Member.objects.count(), Group.objects.count()) == (1, 1, 1)
    assert Presence.objects.count() == 1


def test_an_ended_group_keeps_its_roster_and_takes_nobody(group, members, rosa, truant):
    members(2)
    actions.end_group(group=group, by=rosa)
    assert set(Member.objects.values_list("ended_on", flat=True)) == {DAYS[-1]}
    for refused in (
        lambda: actions.add_member(group=group, student=truant, by=rosa),
        lambda: actions.end_group(group=group, by=rosa),
    ):
        with pytest.raises(NotAllowed, match="has ended"):
            refused()
    assert len(journal("group_ended")) == 1


def test_a_member_who_left_is_expected_no_more_and_may_come_back_later(group, members, rosa, stand_on):
    [one] = members(1)
    stand_on(14)
    actions.end_member(member=one, by=rosa)
    with pytest.raises(NotAllowed, match="left the group already"):
        actions.end_member(member=one, by=rosa)
    stand_on(20)
    with pytest.raises(NotAllowed, match="Nobody was in the group"):
        actions.hold_meeting(group=group, on=DAYS[15], minutes=45, topic="x", came=set(), by=rosa)
    actions.add_member(group=group, student=one.student, by=rosa)
    assert Member.objects.count() == 2


def test_few_members_are_never_counted_together_and_many_are(group, members, absences, rosa, district):
    district.arrives(DAYS[-1])
    for place, letters in zip(members(11), ["AA.........." for _ in range(11)], strict=True):
        absences(place.student, letters.replace("A", "U"))
    places = queries.roster(group, measured=True)
    assert [one.tally.span for one in places] == [11] * 11  # the day they joined is neither
    assert [(one.tally.before, one.tally.since) for one in places] == [(2, 0)] * 11
    assert "0 days absent since they joined, 22 in as many school days before, over 11 members." in queries.figures_of(
        places
    )
    assert "fewer than 11" in queries.figures_of(places[:10])


# -- the daily card ----------------------------------------------------------------------------------------------------


def test_a_card_is_scored_and_scored_anew(truant, rosa, stand_on):
    stand_on(20)
    card = actions.start_card(student=truant, targets=["By the bell", "Homework"], by=rosa)
    stand_on(22)
    actions.mark_day(card=card, on=DAYS[21], points=[2, 1], by=rosa)
    actions.mark_day(card=card, on=DAYS[21], points=[2, 2], by=rosa)
    assert CardDay.objects.get().points == [2, 2]
    assert [line.detail["was"] for line in journal("day_scored")] == [None, [2, 1]]
    week = queries.week_of(card, DAYS[21])
    assert week.monday == DAYS[20]
    assert week.score.sentence == "4 of 4 points on 1 day."
    assert [is_open for _, _, is_open in week.rows] == [True, True, True, False, False]


@pytest.mark.parametrize(("on", "points", "words"), [
    (DAYS[19], [1], "Score a day from"), (DAYS[-1], [1], "to today"), (DAYS[20], [3], "0, 1 or 2"),
    (DAYS[20], [1, 1], "0, 1 or 2"), (DAYS[20], [-1], "0, 1 or 2"),
])  # fmt: skip
def test_what_a_card_refuses(truant, rosa, stand_on, on, points, words):
    stand_on(20)
    card = actions.start_card(student=truant, targets=["By the bell"], by=rosa)
    with pytest.raises(NotAllowed, match=words):
        actions.mark_day(card=card, on=on, points=points, by=rosa)
    assert CardDay.objects.count() == 0


def test_one_card_at_a_time_and_an_ended_one_stays(truant, rosa):
    card = actions.start_card(student=truant, targets=["By the bell"], by=rosa)
    with pytest.raises(NotAllowed, match="has a card already"):
        actions.start_card(student=truant, targets=["Homework"], by=rosa)
    with pytest.raises(NotAllowed, match="too many"):
        actions.start_card(student=truant, targets=["a", "b", "c", "d"], by=rosa)
    actions.end_card(card=card, by=rosa)
    with pytest.raises(NotAllowed, match="has ended"):
        actions.mark_day(card=card, on=DAYS[-1], points=[1], by=rosa)
    actions.start_card(student=truant, targets=["Homework"], by=rosa)
    assert [one.targets for one in queries.cards_of(truant)] == [["Homework"], ["By the bell"]]
    assert Card.objects.running().count() == 1
