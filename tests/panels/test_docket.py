"""Hearings set, moved and called off, by proposal or by hand: never against a rule, and every no says why."""

from datetime import date, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.cases.rules import NotAllowed
from firstbell.core.access import EVERYTHING
from firstbell.panels import actions
from firstbell.panels.actions.calling_off import Followed
from firstbell.panels.models import Attending, Away, Day, Hearing, Member, Panel, Recusal, Referral
from firstbell.panels.queries.days import docket
from firstbell.panels.queries.docket import propose, waiting
from firstbell.roster.models import Contact, Student
from tests.attendance.conftest import DAYS
from tests.panels.conftest import TERM, at, somebody
from tests.panels.dockets import TODAY, heads, household, last_line, later, setting, verbs

__all__ = ["heads", "household", "setting"]
ON = TODAY + timedelta(21)


def named(sarb: Panel, *names: str) -> list[Member]:
    return list(sarb.members.filter(name__in=names))


def test_a_day_is_planned(sarb, ines):
    day = actions.plan_day(
        panel=sarb,
        on=ON,
        opens=time(8, 30),
        closes=time(12),
        place=" 12 Alder ",
        rooms=["Room 4", "", "Room 4"],
        by=ines,
    )
    assert (day.rooms, day.place, day.state) == (["Room 4"], "12 Alder", "planned")
    assert last_line("day_planned").detail["on"] == str(ON)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"on": date(2025, 9, 1)}, "September 1, 2025 is past"),
        ({"rooms": ["  "]}, "name a room"),
        ({"rooms": [f"Room {number}" for number in range(9)]}, "9 rooms are more than the 8"),
        ({"closes": time(9)}, "No hearing of 45 minutes fits"),
        ({"pause_from": time(10)}, "when the pause begins and when it ends"),
        ({"pause_from": time(10), "pause_until": time(13)}, "within the day's hours"),
    ],
)
def test_a_day_that_cannot_be_planned_says_why(sarb, ines, change, why):
    given = {"on": ON, "opens": time(8, 30), "closes": time(12), "place": "12 Alder", "rooms": ["Room 4"]}
    with pytest.raises(NotAllowed, match=why):
        actions.plan_day(panel=sarb, by=ines, **(given | change))
    assert verbs() == []


def test_a_panel_has_one_day_a_date_and_says_whose(day, sarb, marisa):
    with pytest.raises(NotAllowed, match="already, planned by Ines Quiroga"):
        actions.plan_day(
            panel=sarb, on=day.on, opens=time(8), closes=time(12), place="Elsewhere", rooms=["1"], by=marisa
        )


def test_a_hearing_set_by_hand_has_its_people_and_its_referral_moves(household, setting, day, counselor, ines):
    one = household("Ana", language="es")
    actions.add_interpreter(day=day, name="Luz Ortega", language="es", by=ines)
    made = setting(one, interpreter="Luz Ortega")
    one.refresh_from_db()
    assert (one.state, made.state, made.room, made.by_hand, made.set_by) == ("set", "set", "Room 4", True, ines)
    assert (made.language, made.interpreter, made.family) == ("es", "Luz Ortega", one.student_id)
    assert (made.span.lower, made.span.upper) == (at(day.on, 9), at(day.on, 9, 45))
    assert made.seatings.count() == 5
    assert {row.user_id for row in made.attending.all()} == {counselor.pk, ines.pk}
    day.refresh_from_db()
    assert day.version == 3
    assert last_line("hearing_set").detail == {"hearing": made.pk, "room": "Room 4", "start": at(day.on, 9).isoformat()}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"hour": 7}, "The day runs from 8:30 am to 12:15 pm: from 7:00 am to 7:45 am is outside of it."),
        ({"hour": 12}, "is outside of it"),
        ({"room": "Room 9"}, "Choose one of the day's rooms: Room 4, Room 5."),
        ({"hour": 9, "minute": 30}, "Room 4 is taken from 9:00 am to 9:45 am by the hearing of Ana Reyes."),
        ({"room": "Room 5"}, "Tom Abara is in Room 4 from 9:00 am to 9:45 am."),
        ({"room": "Room 5", "members": ["Ana Sousa"]}, "1 member of the 4 it needs. (EC 48321)"),
        ({"hour": 10, "members": ["Tom Abara", "Linh Tran", "Ana Sousa", "Jude Okoro"]},
         "A SARB does not sit without child welfare and attendance personnel. (EC 48321)"),
        ({"hour": 10, "interpreter": "Luz Ortega"}, "Luz Ortega does not interpret"),
    ],
)  # fmt: skip
def test_a_place_that_breaks_a_rule_is_refused_in_words(household, setting, sarb, change, why):
    setting(household("Ana"))
    other = household("Leo", by=somebody("ken.ito"))
    before = verbs()
    given = change | ({"members": named(sarb, *change["members"])} if "members" in change else {})
    with pytest.raises(NotAllowed) as no:
        setting(other, **given)
    assert why in str(no.value)
    other.refresh_from_db()
    assert other.state == "accepted"
    assert verbs() == before


def test_a_time_of_another_day_is_no_time_of_this_one(household, sarb, day, ines):
    with pytest.raises(NotAllowed, match="That time is not on October 24, 2025"):
        actions.set_hearing(
            day=day, referrals=[household("Ana")], room="Room 4", start=at(day.on + timedelta(1), 9),
            members=list(sarb.members.all()), by=ines,
        )  # fmt: skip


def test_a_pause_is_kept_free(household, setting, day):
    Day.objects.filter(pk=day.pk).update(pause_from=time(10), pause_until=time(10, 30))
    with pytest.raises(NotAllowed, match="The pause is from 10:00 am to 10:30 am"):
        setting(household("Ana"), hour=9, minute=30)


def test_who_referred_cannot_be_in_two_rooms(household, setting, sarb, counselor):
    """Even before two different benches."""
    chair = Member.objects.create(panel=sarb, name="Second Chair", seat="attendance", standing="vice", term=TERM)
    more = [
        Member.objects.create(panel=sarb, name=f"Member {n}", seat="welfare", standing="alternate", term=TERM)
        for n in range(3)
    ]
    setting(household("Ana"), members=named(sarb, "Ines Quiroga", "Tom Abara", "Linh Tran", "Ana Sousa"))
    with pytest.raises(NotAllowed, match="Rosa Diaz, who referred, is in Room 4 from 9:00 am to 9:45 am"):
        setting(household("Leo"), room="Room 5", members=[chair, *more])
    assert setting(household("Mia", by=somebody("ken.ito")), room="Room 5", members=[chair, *more]).pk


def test_nobody_recused_or_away_or_out_of_term_sits(household, setting, sarb, day, ines):
    one, tom, linh, jude = household("Ana"), *named(sarb, "Tom Abara", "Linh Tran", "Jude Okoro")
    tom, linh, jude = (sarb.members.get(name=name) for name in ("Tom Abara", "Linh Tran", "Jude Okoro"))
    Recusal.objects.create(member=tom, student_id=one.student_id, why="Neighbour.", by=ines)
    Away.objects.create(member=linh, span=DateRange(day.on, day.on, "[]"), since=time(9, 30), until=time(11), by=ines)
    Member.objects.filter(pk=jude.pk).update(term=DateRange(TERM.lower, day.on))
    with pytest.raises(NotAllowed) as no:
        setting(one)
    said = str(no.value)
    assert "Tom Abara may not judge Ana Reyes: they are recused." in said
    assert "Linh Tran is away from 9:00 am to 9:45 am." in said
    assert "One of those chosen is no member of this panel in term on this day." in said
    assert "2 members" not in said  # a quorum is counted of those chosen; the faults are named one by one


def test_a_family_is_told_two_weeks_before_or_agrees_to_less(household, setting, sarb, ines):
    soon = Day.objects.create(
        panel=sarb, on=TODAY + timedelta(13), opens=time(8, 30), closes=time(12), place="12 Alder", rooms=["Room 4"],
        by=ines,
    )  # fmt: skip
    one = household("Ana")
    with pytest.raises(NotAllowed, match=r"A SARB gives a family 14 days' notice: told today, October 17, 2025 is the"):
        setting(one, on=soon)
    made = setting(one, on=soon, waiver="The mother, by telephone: the sooner the better.")
    assert (made.waiver, made.waived_on) == ("The mother, by telephone: the sooner the better.", TODAY)
    assert verbs()[-3:] == ["panels.notice_waived", "panels.referral_set", "panels.hearing_set"]


def test_siblings_are_heard_together_or_not_at_all(household, setting):
    ana = household("Ana")
    leo = household("Leo", mother=Contact.objects.get(family="Reyes 1"))
    leo.joined = ana
    leo.save()
    with pytest.raises(NotAllowed, match="Leo Reyes is heard together with Ana Reyes: set both at once"):
        setting(ana)
    made = setting(ana, leo)
    assert {one.state for one in Referral.objects.all()} == {"set"}
    assert made.family == min(ana.student_id, leo.student_id)
    assert Hearing.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "sent"}, "The referral of Ana Reyes is with the chair: no hearing is due."),
        ({"state": "withdrawn", "closed_on": TODAY}, "is withdrawn"),
    ],
)
def test_only_what_the_chair_accepted_is_heard(household, setting, change, why):
    one = household("Ana")
    Referral.objects.filter(pk=one.pk).update(**change)
    with pytest.raises(NotAllowed, match=why):
        setting(one)


def test_another_panels_referral_and_another_household_are_refused(household, setting, region):
    other = Panel.objects.create(kind="sarb", name="East SARB", region=region, address="1 Road")
    with pytest.raises(NotAllowed, match="is to another panel"):
        setting(household("Ana", panel=other))
    with pytest.raises(NotAllowed, match="one household: join the referrals of siblings first"):
        setting(household("Leo"), household("Mia"))


def test_a_person_of_two_panels_needs_the_way_between_them(household, setting, day, sarb, region, ines, counselor):
    """Ines sits on both; the second place is half an hour away."""
    setting(household("Ana"), hour=9)
    other = Panel.objects.create(
        kind="resource_panel", name="North Resource Panel", region=region, address="9 Elm Street"
    )
    seats = ("region", "attendance", "parent")
    members = [
        Member.objects.create(
            panel=other, name=f"R {seat}", seat=seat, term=TERM, user=ines if seat == "region" else None
        )
        for seat in seats
    ]
    there = Day.objects.create(
        panel=other, on=day.on, opens=time(8), closes=time(16), place="9 Elm Street", rooms=["A"], by=ines
    )
    ken = somebody("ken.ito")
    with pytest.raises(NotAllowed, match=r"R region is at the North SARB from 8:30 am to 10:15 am, the way included\."):
        setting(household("Leo", panel=other, by=ken), on=there, room="A", hour=10, members=members)
    made = setting(household("Mia", panel=other, by=ken), on=there, room="A", hour=10, minute=15, members=members)
    assert Attending.objects.filter(user=ines).count() == 2
    with pytest.raises(NotAllowed, match=r"Rosa Diaz, who referred, is at the North SARB from 8:30 am to 10:15 am"):
        actions.move_hearing(
            hearing=setting(household("Zoe", panel=other), on=there, room="A", hour=12, members=members),
            room="A", start=at(day.on, 9, 30), members=members[1:], by=ines,
        )  # fmt: skip
    assert made.state == "set"


def test_a_proposal_hears_everybody_and_is_accepted_whole(household, day, ines, counselor):
    actions.add_interpreter(day=day, name="Luz Ortega", language="es", by=ines)
    day.refresh_from_db()
    ken = somebody("ken.ito")
    homes = [household(f"Child {n}", waited=n, language="es" if n % 2 else "en", by=ken if n % 2 else counselor)
             for n in range(1, 5)]  # fmt: skip
    offered = propose(day)
    assert offered.left == ()
    assert {line.news for line in offered.lines} == {"New"}
    assert {line.interpreter for line in offered.lines} == {"Luz Ortega", ""}
    actions.accept_proposal(day=day, sittings=offered.as_data, by=ines, version=day.version)
    made = list(day.hearings.all())
    assert {one.state for one in made} == {"set"}
    assert not any(one.by_hand for one in made)
    assert len({(one.room, one.span) for one in made}) == len(homes)
    assert last_line("proposal_accepted").detail == {"hearings": 4}
    day.refresh_from_db()
    again = propose(day)
    assert {line.news for line in again.lines} == {"Stays"}  # the same day, the same plan


def test_what_was_set_by_hand_or_told_stays_where_it_is(household, setting, day, ines):
    by_hand = setting(household("Ana"), hour=10, minute=10)
    household("Leo", waited=50)
    offered = propose(Day.objects.get(pk=day.pk))
    assert [line.home.name for line in offered.lines] == ["Leo Reyes"]
    actions.accept_proposal(day=day, sittings=offered.as_data, by=ines)
    by_hand.refresh_from_db()
    assert (by_hand.span.lower, by_hand.by_hand) == (at(day.on, 10, 10), True)


def test_a_proposal_that_time_overtook_is_refused_whole(household, day, sarb, ines):
    one, two = household("Ana"), household("Leo")
    offered = propose(day)
    Recusal.objects.create(member=sarb.members.get(seat="attendance"), student_id=one.student_id, why="Kin.", by=ines)
    with pytest.raises(NotAllowed, match="Ines Quiroga may not judge Ana Reyes"):
        actions.accept_proposal(day=day, sittings=offered.as_data, by=ines)
    assert not Hearing.objects.filter(state="set").exists()
    Referral.objects.filter(pk=two.pk).update(state="withdrawn", closed_on=TODAY)
    with pytest.raises(NotAllowed, match="changed since this was proposed"):
        actions.accept_proposal(day=day, sittings=offered.as_data, by=ines)


def test_a_proposal_says_whom_it_cannot_hear(household, day, sarb):
    sarb.members.filter(seat="attendance").update(term=DateRange(TERM.lower, DAYS[-1]))
    household("Ana")
    [(home, why)] = propose(day).left
    assert home.name == "Ana Reyes"
    seat = "child welfare and attendance personnel"
    assert why == (f"No member for the seat “{seat}” is free on this day, and the quorum needs one.",)


def test_a_hearing_that_loses_its_place_waits_again(household, setting, day, sarb, ines):
    household("Ana")
    actions.accept_proposal(day=day, sittings=propose(day).as_data, by=ines)
    leo = household("Leo", by=somebody("ken.ito"))
    sittings = [one for one in propose(Day.objects.get(pk=day.pk)).as_data if one["key"] == leo.pk]
    actions.accept_proposal(day=day, sittings=sittings, by=ines)
    assert {one.student.given: one.state for one in Referral.objects.select_related("student")} == {
        "Ana": "accepted", "Leo": "set",
    }  # fmt: skip
    assert Hearing.objects.get(referrals__student__given="Ana").state == "waiting"


def test_a_hearing_is_moved_and_keeps_its_people(household, setting, day, ines, counselor):
    made = setting(household("Ana"))
    moved = actions.move_hearing(hearing=made, room="Room 5", start=at(day.on, 11), by=ines)
    assert (moved.pk, moved.room, moved.span.lower) == (made.pk, "Room 5", at(day.on, 11))
    assert moved.seatings.count() == 5
    assert {row.span for row in moved.seatings.all()} == {moved.span}
    assert moved.version > made.version
    assert last_line("hearing_moved").detail["was"]["room"] == "Room 4"


def test_a_hearing_is_moved_to_another_day_with_new_notice(household, setting, day, ines):
    made = setting(household("Ana"))
    other = later(day, day.on + timedelta(7))
    near = later(day, TODAY + timedelta(5))
    with pytest.raises(NotAllowed, match="14 days' notice"):
        actions.move_hearing(hearing=made, day=near, room="Room 4", start=at(near.on, 9), by=ines)
    moved = actions.move_hearing(hearing=made, day=other, room="Room 4", start=at(other.on, 9), by=ines)
    assert moved.day == other
    assert [one.version for one in (Day.objects.get(pk=day.pk), Day.objects.get(pk=other.pk))] == [3, 2]


def test_another_room_at_the_same_time_needs_no_new_notice(household, setting, sarb, ines):
    near = Day.objects.create(panel=sarb, on=TODAY + timedelta(2), opens=time(8), closes=time(12), place="12 Alder",
                              rooms=["Room 4", "Room 5"], by=ines)  # fmt: skip
    made = setting(household("Ana"), on=near, waiver="The father: any day.")
    moved = actions.move_hearing(hearing=made, room="Room 5", start=at(near.on, 9), by=ines)
    assert (moved.room, moved.waiver) == ("Room 5", "The father: any day.")
    with pytest.raises(NotAllowed, match="14 days' notice"):
        actions.move_hearing(hearing=moved, room="Room 5", start=at(near.on, 10), by=ines)


def test_seats_are_changed_and_never_below_the_quorum(household, setting, sarb, ines):
    made = setting(household("Ana"))
    four = named(sarb, "Ines Quiroga", "Tom Abara", "Linh Tran", "Ana Sousa")
    actions.change_seats(hearing=made, members=four, by=ines)
    assert {one.member.name for one in made.seatings.all()} == {one.name for one in four}
    with pytest.raises(NotAllowed, match="3 members of the 4 it needs"):
        actions.change_seats(hearing=made, members=four[:3], by=ines)
    assert made.seatings.count() == 4
    assert last_line("seats_changed").detail["members"] == [one.pk for one in four]


def test_a_hearing_taken_off_waits_again(household, setting, day, ines):
    one = household("Ana")
    made = setting(one)
    with pytest.raises(NotAllowed, match="Say why"):
        actions.unset_hearing(hearing=made, why=" ", by=ines)
    actions.unset_hearing(hearing=made, why="The chair is ill.", by=ines)
    made.refresh_from_db()
    one.refresh_from_db()
    assert (made.state, made.span, made.day, one.state) == ("waiting", None, None, "accepted")
    assert not made.seatings.exists()
    assert [home.hearing for home in waiting(day.panel)] == [made]
    again = setting(one, hour=10)
    assert again.pk == made.pk


def test_a_hearing_called_off_frees_its_place_and_stays_on_record(household, setting, day, ines):
    one = household("Ana")
    made = actions.call_off(hearing=setting(one), why="The school withdrew the evidence.", by=ines)
    one.refresh_from_db()
    assert (made.state, made.room, one.state) == ("called_off", "Room 4", "accepted")
    assert made.seatings.count() == 5
    assert setting(household("Leo")).room == "Room 4"
    assert setting(one, hour=10).pk != made.pk
    assert one.moves.order_by("pk").values_list("what", "why")[1] == ("unset", "The school withdrew the evidence.")


def test_a_case_withdrawn_on_the_day_takes_its_hearing_with_it(household, setting, ines):
    one = household("Ana")
    made = actions.withdraw_from(hearing=setting(one), referral=one, why="They moved to Fresno.", by=ines)
    one.refresh_from_db()
    assert (made.state, one.state) == ("called_off", "withdrawn")
    assert {"panels.hearing_called_off", "panels.referral_withdrawn"} <= set(verbs())


def test_a_siblings_withdrawal_leaves_the_hearing(household, setting, ines):
    ana = household("Ana")
    leo = household("Leo", mother=Contact.objects.get(family="Reyes 1"))
    Referral.objects.filter(pk=leo.pk).update(joined=ana)
    made = actions.withdraw_from(hearing=setting(ana, leo), referral=leo, why="Exempt since Monday.", by=ines)
    assert (made.state, [one.pk for one in made.referrals.all()]) == ("set", [ana.pk])
    assert last_line("referral_off_hearing").detail["referral"] == leo.pk
    with pytest.raises(NotAllowed, match="not heard at this hearing"):
        actions.withdraw_from(hearing=made, referral=leo, why="Again.", by=ines)


def test_a_day_called_off_frees_everybody(household, setting, day, ines):
    one, two = household("Ana"), household("Leo")
    setting(one), setting(two, hour=10)
    made = actions.call_off_day(day=day, why="The building is closed.", by=ines)
    assert (made.state, made.why) == ("called_off", "The building is closed.")
    assert {row.state for row in Hearing.objects.all()} == {"called_off"}
    assert {row.state for row in Referral.objects.all()} == {"accepted"}
    with pytest.raises(NotAllowed, match="This hearing day is called off"):
        setting(household("Mia"))


def test_a_day_is_fixed_when_every_hearing_can_be_held(household, setting, day, sarb, ines):
    with pytest.raises(NotAllowed, match="No hearing is set"):
        actions.fix_day(day=day, by=ines)
    setting(household("Ana", language="es"))
    with pytest.raises(NotAllowed, match="Ana Reyes, Room 4: No interpreter for Spanish yet"):
        actions.fix_day(day=day, by=ines)
    actions.add_interpreter(day=day, name="Luz Ortega", language="es", by=ines)
    made = day.hearings.get()
    actions.change_seats(hearing=made, members=[one.member for one in made.seatings.all()], interpreter="Luz Ortega",
                         by=ines)  # fmt: skip
    fixed = actions.fix_day(day=day, by=ines)
    assert fixed.state == "fixed"
    with pytest.raises(NotAllowed, match="This hearing day is fixed"):
        actions.accept_proposal(day=day, sittings=[], by=ines)
    assert actions.open_day_again(day=day, by=ines).state == "planned"
    assert verbs()[-2:] == ["panels.day_fixed", "panels.day_opened_again"]


def test_a_wish_is_kept_until_there_is_a_time(household, setting, day, ines):
    one = household("Ana")
    made = actions.note_wish(referrals=[one], wish="afternoon", language="ko", by=ines)
    assert (made.state, made.wish, made.language) == ("waiting", "afternoon", "ko")
    [home] = waiting(day.panel)
    assert (home.wish, home.language, home.hearing) == ("afternoon", "ko", made)
    assert propose(day).left[0][1] == ("There is no interpreter for Korean on this day.",)
    assert setting(one).pk == made.pk
    with pytest.raises(NotAllowed, match="has a time already"):
        actions.note_wish(referrals=[one], wish="", language="en", by=ines)


def test_an_interpreter_has_one_name_and_hours(day, household, setting, ines):
    luz = actions.add_interpreter(day=day, name="Luz Ortega", language="es", opens=time(9), closes=time(10), by=ines)
    with pytest.raises(NotAllowed, match="interprets Spanish on this day already"):
        actions.add_interpreter(day=day, name="Luz Ortega", language="es", by=ines)
    with pytest.raises(NotAllowed, match="Say who interprets, and which language"):
        actions.add_interpreter(day=day, name="Luz Ortega", language="en", by=ines)
    one = household("Ana", language="es")
    with pytest.raises(NotAllowed, match=r"Luz Ortega is not there from 10:00 am to 10:45 am\."):
        setting(one, hour=10, interpreter="Luz Ortega")
    setting(one, hour=9, interpreter="Luz Ortega")
    with pytest.raises(NotAllowed, match="Luz Ortega interprets in Room 4 at 9:00 am"):
        actions.drop_interpreter(interpreter=luz, by=ines)
    dee = actions.add_interpreter(day=day, name="Dee", language="ko", by=ines)
    actions.drop_interpreter(interpreter=dee, by=ines)
    assert [row.name for row in day.interpreters.all()] == ["Luz Ortega"]


def test_a_member_comes_for_a_part_of_the_day(day, sarb, household, setting, ines):
    tom = sarb.members.get(name="Tom Abara")
    actions.come_for(day=day, member=tom, since=time(10), until=time(11), by=ines)
    with pytest.raises(NotAllowed, match="Tom Abara is away from 9:00 am to 9:45 am"):
        setting(household("Ana"), hour=9)
    setting(household("Leo"), hour=10)
    actions.come_for(day=day, member=tom, since=time(9), until=time(11), by=ines)
    assert Away.objects.filter(member=tom).count() == 2
    with pytest.raises(NotAllowed, match="Tom Abara sits at 10:00 am on this day"):
        actions.come_for(day=day, member=tom, since=time(10, 30), until=time(12), by=ines)


def test_two_chairs_never_overwrite_each_other(household, setting, day, ines, marisa):
    seen = day.version
    setting(household("Ana"), by=marisa)
    with pytest.raises(
        NotAllowed, match=r"Marisa Tolentino changed this docket while you had it open\. Nothing of the"
    ):
        setting(household("Leo"), hour=10, version=seen)
    assert Hearing.objects.filter(state="set").count() == 1
    assert last_line("hearing_set").by == marisa


def test_a_member_who_leaves_loses_the_seat_and_the_day_shows_it(household, setting, day, sarb, ines):
    made = setting(household("Ana"))
    jude = sarb.members.get(name="Jude Okoro")
    Member.objects.filter(pk=jude.pk).update(term=DateRange(TERM.lower, TODAY))
    [cell] = docket(day, EVERYTHING, runs=True).cells
    assert cell.flags == ("Jude Okoro: their term ends before that day",)
    assert cell.quorum.outcome
    sarb.members.filter(name="Tom Abara").update(term=DateRange(TERM.lower, TODAY))
    [cell] = docket(day, EVERYTHING, runs=True).cells
    assert "3 members of the 4 it needs." in cell.flags
    assert actions.follow_up(on=TODAY) == Followed(2, 0)
    assert made.seatings.count() == 3
    assert last_line("seat_emptied").detail["why"] == "their term ends before that day"
    assert actions.follow_up(on=TODAY).seats == 0


def test_a_night_calls_off_what_nobody_stands_behind_any_more(household, setting):
    one = household("Ana")
    made = setting(one)
    Referral.objects.filter(pk=one.pk).update(state="withdrawn", closed_on=TODAY)
    assert actions.follow_up(on=TODAY).called_off == 1
    made.refresh_from_db()
    assert (made.state, made.why) == ("called_off", "Every referral of it was withdrawn.")
    assert last_line("hearing_called_off").by is None


def test_a_family_that_moved_out_is_shown_and_a_person_decides(household, setting, day, ines):
    one = household("Ana")
    made = setting(one)
    Student.objects.filter(pk=one.student_id).update(live=False)
    [cell] = docket(day, EVERYTHING, runs=True).cells
    assert cell.flags == ("Ana Reyes is at no school of the district now: call it off, or withdraw the referral.",)
    assert actions.follow_up(on=TODAY).called_off == 0
    actions.withdraw_from(hearing=made, referral=one, why="Moved to Fresno.", by=ines)
    assert last_line("referral_withdrawn").detail["student"] == one.student_id
