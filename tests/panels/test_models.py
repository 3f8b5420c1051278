"""What the database itself refuses, whatever the code does: two places at once, words changed, an override alone."""

from datetime import timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from firstbell.core.access import Scope
from firstbell.panels.kinds import ALL_SEATS, AUDIENCES, KINDS
from firstbell.panels.models import Hearing, Member, Override, Panel, Referral, ReferralMove, Seating
from firstbell.panels.models.referrals import OPEN
from firstbell.panels.rules import HEARING_MOVES, OPEN_HEARINGS, REFERRAL_MOVES, quorum
from firstbell.panels.rules.hearings import HEARING_STATES
from firstbell.panels.rules.referrals import STATES
from tests.attendance.conftest import DAYS, YEAR
from tests.panels.conftest import TERM, at


@pytest.fixture
def heard(referral, day):
    """`heard(9)`: the referral set at nine in room 4."""

    def run(hour: int, room: str = "Room 4", *, family: int = 0, state: str = "set") -> Hearing:
        start = at(day.on, hour)
        return Hearing.objects.create(
            panel=day.panel, school=referral.school, day=day, room=room, family=family or referral.student_id,
            span=DateTimeTZRange(start, start + timedelta(minutes=45)), state=state,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_kind_is_whole(kind):
    assert set(kind.must) <= set(kind.seats) <= set(ALL_SEATS)
    assert len(kind.must) <= kind.quorum <= len(kind.seats)
    assert set(kind.papers) <= set(AUDIENCES)
    assert set(kind.after) <= set(KINDS)
    assert [part.key for part in kind.script] == [
        "introduction", "strengths", "family", "barriers", "options", "agreement",
    ]  # fmt: skip
    assert sum(part.minutes for part in kind.script) == kind.clocks.slot_minutes
    assert kind.clocks.packet_days <= kind.clocks.notice_days
    assert (kind.level, kind.legal) in {("school", False), ("region", False), ("region", True)}


def test_moves_lead_to_states_that_there_are():
    assert {state for state, _ in REFERRAL_MOVES} | set(REFERRAL_MOVES.values()) == set(STATES)
    assert {state for state, _ in HEARING_MOVES} | set(HEARING_MOVES.values()) == set(HEARING_STATES)
    assert set(OPEN) == set(STATES) - {"closed", "withdrawn"}
    assert set(OPEN_HEARINGS) == set(HEARING_STATES) - {"held", "no_show", "called_off"}


@pytest.mark.parametrize(
    ("seats", "enough"),
    [
        (("attendance", "parent", "probation", "welfare"), True),
        (("attendance", "parent", "parent", "parent"), True),  # a member each, not a seat each
        (("attendance", "parent", "probation"), False),
        (("parent", "probation", "welfare", "health_care"), False),
        ((), False),
    ],
)
def test_a_quorum_has_the_seats_it_must_and_enough_people(seats, enough):
    found = quorum(KINDS["sarb"], seats)
    assert found.outcome is enough
    assert bool(found.reasons) is not enough
    assert all(reason.section == "EC 48321" for reason in found.reasons)


def test_a_seat_that_no_panel_has_is_no_seat():
    with pytest.raises(ValueError, match="not a seat of any panel: mayor"):
        quorum(KINDS["sarb"], ["mayor"])


def test_a_room_holds_one_hearing_at_a_time(heard):
    heard(9)
    with pytest.raises(IntegrityError, match="one_hearing_in_a_room"), transaction.atomic():
        heard(9, family=999_999)
    assert heard(9, "Room 5", family=999_999).pk
    assert heard(10, family=999_999).pk


def test_a_family_is_in_one_room_at_a_time(heard):
    heard(9)
    with pytest.raises(IntegrityError, match="one_hearing_of_a_family"), transaction.atomic():
        heard(9, "Room 5")


def test_a_hearing_called_off_frees_room_and_family(heard):
    first = heard(9)
    first.state = "called_off"
    first.save(update_fields=["state"])
    assert heard(9).pk


def test_a_set_hearing_has_a_time_and_a_room(referral, day):
    with pytest.raises(IntegrityError, match="a_set_hearing_has_time_and_room"):
        Hearing.objects.create(panel=day.panel, school=referral.school, family=1, state="set")


def test_nobody_sits_in_two_rooms_at_once(heard, sarb):
    tom = sarb.members.get(name="Tom Abara")
    one, other = heard(9), heard(9, "Room 5", family=999_999)
    Seating.objects.create(hearing=one, member=tom, span=one.span)
    with pytest.raises(IntegrityError, match="nobody_sits_twice_at_once"):
        Seating.objects.create(hearing=other, member=tom, span=other.span)


def test_a_panel_has_one_chair_at_a_time(sarb):
    with pytest.raises(IntegrityError, match="one_chair_at_a_time"):
        Member.objects.create(panel=sarb, name="Ana Sousa", seat="parent", standing="chair", term=TERM)


def test_a_panel_is_a_schools_or_a_regions(district, region):
    with pytest.raises(IntegrityError, match="panel_of_a_school_or_a_region"):
        Panel.objects.create(kind="sart", name="SART", school=district.schools[0], region=region, address="1 Road")


def test_a_student_is_referred_to_a_panel_once_at_a_time(referral):
    again = {"student": referral.student, "panel": referral.panel, "school": referral.school, "year": YEAR}
    again |= {"ground": "habitual", "why": "Again.", "made_on": DAYS[-1], "by": referral.by}
    with pytest.raises(IntegrityError, match="one_open_referral_to_a_panel"), transaction.atomic():
        Referral.objects.create(**again)
    Referral.objects.filter(pk=referral.pk).update(state="withdrawn", closed_on=DAYS[-1])
    assert Referral.objects.create(**again).pk


def test_nobody_lets_through_their_own_override(referral, rosa, ines):
    made = Override.objects.create(referral=referral, missing=["notice"], why="The family asked for it.", asked_by=rosa)
    with pytest.raises(IntegrityError, match="a_second_person_agrees"), transaction.atomic():
        Override.objects.filter(pk=made.pk).update(agreed_by=rosa, agreed_at=at(DAYS[-1], 9))
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Override.objects.filter(pk=made.pk).update(why="Other words.")
    assert Override.objects.filter(pk=made.pk).update(agreed_by=ines, agreed_at=at(DAYS[-1], 9)) == 1


def test_what_a_referral_did_is_never_rewritten(referral, rosa):
    move = ReferralMove.objects.create(referral=referral, what="made", now="draft", on=DAYS[-1], by=rosa)
    with pytest.raises(Error, match="never changed or deleted"), transaction.atomic():
        ReferralMove.objects.filter(pk=move.pk).update(why="Because.")


def test_a_school_sees_its_panels_and_its_regions_and_no_others(sarb, sspt, district, region):
    mine, other = (frozenset({school.pk}) for school in district.schools)
    assert set(Panel.objects.visible_to(Scope(schools=mine))) == {sarb, sspt}
    assert set(Panel.objects.visible_to(Scope(schools=other))) == {sarb}
    assert set(Panel.objects.run_by(Scope(schools=mine))) == {sspt}
    assert set(Panel.objects.run_by(Scope(schools=mine, regions=frozenset({region.pk})))) == {sarb, sspt}
    assert not Panel.objects.visible_to(Scope())
