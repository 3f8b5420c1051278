"""The hearing-day room: who is there, whether enough sit, the script, the no-show path, and what ends a hearing."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from firstbell.cases.actions import Careful
from firstbell.cases.models import Case
from firstbell.cases.rules import NotAllowed
from firstbell.core.models import JournalLine
from firstbell.panels.actions import agreements, room
from firstbell.panels.actions.moving import move
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Agreement, Check, Hearing, Invitation, Present, Recusal, Seating
from firstbell.panels.queries import room as queries
from firstbell.panels.queries.notice import notice_of
from firstbell.panels.rules.room import Told, beside, faults, notice_was_good
from firstbell.roster.models import Contact, FamilyLink
from tests.panels import rooms
from tests.panels.conftest import TERM, at
from tests.panels.rooms import *  # noqa: F403 - fixtures

SARB = KINDS["sarb"]
pytestmark = pytest.mark.django_db


def lines(verb: str) -> int:
    return JournalLine.objects.filter(verb=f"panels.{verb}").count()


def state(referral) -> str:
    referral.refresh_from_db()
    return referral.state


# -- rules -------------------------------------------------------------------------------------------------------------

GOOD = {"to": "Marie", "language": "es", "holds_rights": True, "reachable": True}


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({}, ""),
        ({"delivered": None, "answered": True}, ""),
        ({"days": 13}, "13 days before the hearing; 14 are due"),
        ({"days": -1}, "0 days before"),
        ({"delivered": None}, "Nothing shows that it arrived"),
        ({"language": "en"}, "not in the family's language (es)"),
        ({"holds_rights": False}, "may not decide"),
        ({"holds_rights": None}, "names nobody who is on file"),
        ({"reachable": False}, "must not be written to"),
        ({"moved": 3}, "another address since"),
        ({"days": 3, "waived": True}, ""),
        ({"says_so": False}, "told of another time"),
        ({"lost": True, "answered": True}, "never left, or it came back"),
    ],
)
def test_what_is_wrong_with_a_notice(today, more, wrong):
    more = dict(more)
    told_on = today - timedelta(more.pop("days", 14))
    delivered = today - timedelta(12) if "delivered" not in more else more.pop("delivered")
    moved = today - timedelta(more.pop("moved")) if "moved" in more else None
    one = Told(told_on=told_on, delivered_on=delivered, moved_on=moved, **(GOOD | more))
    said = " ".join(reason.sentence for reason in faults(one, SARB, today, "es"))
    assert (wrong in said) if wrong else said == ""
    assert notice_was_good([one], SARB, today, "es").outcome is (not wrong)


def test_one_good_notice_is_enough_and_none_is_none(today):
    good = Told(told_on=today - timedelta(20), delivered_on=today - timedelta(18), **GOOD)
    late = Told(told_on=today, delivered_on=None, **(GOOD | {"to": "Jean"}))
    assert notice_was_good([late, good], SARB, today, "es").outcome
    found = notice_was_good([late], SARB, today, "es")
    assert not found.outcome
    assert [one.sentence.startswith("To Jean") for one in found.reasons] == [True, True]
    assert "no invitation is on record" in notice_was_good([], SARB, today, "es").reasons[0].sentence


@pytest.mark.parametrize(
    ("part", "to", "comes"),
    [
        ("introduction", "next", "strengths"), ("introduction", "back", "introduction"),
        ("agreement", "next", "agreement"), ("agreement", "back", "options"),
    ],
)  # fmt: skip
def test_the_script_goes_forward_and_back(part, to, comes):
    assert beside(SARB, part, to) == comes


# -- who is there ------------------------------------------------------------------------------------------------------


def test_a_hearing_begins_on_its_day_with_the_first_part(hearing, ines):
    begun = room.start(hearing=hearing, by=ines, version=1)
    assert (begun.state, begun.part, begun.version) == ("running", "introduction", 2)
    assert begun.started_at == begun.part_since is not None
    assert lines("hearing_started") == 1
    with pytest.raises(NotAllowed, match="is running: it cannot begin"):
        room.start(hearing=hearing, by=ines)


def test_a_hearing_of_another_day_does_not_begin(hearing, ines, settings, today):
    settings.TODAY = (today + timedelta(1)).isoformat()
    with pytest.raises(NotAllowed, match=r"is set for October 3, 2025\. Move it on the docket"):
        room.start(hearing=hearing, by=ines)


def test_one_hearing_runs_in_a_room(hearing, ines, set_for, district, counselor, referral):
    room.start(hearing=hearing, by=ines)
    referral.pk, referral.student, referral.state = None, district.student("P-2"), "draft"
    referral.save()
    second = set_for(referral, 10)
    with pytest.raises(NotAllowed, match="Another hearing is running in Room 4"):
        room.start(hearing=second, by=ines)


def test_whoever_comes_is_there_once_and_may_come_back(running, ines, sarb):
    assert running.present.count() == 6
    again = room.arrive(hearing=running, party="family", name=rooms.MARIE, by=ines)
    assert running.present.count() == 6
    assert lines("arrived") == 6
    room.leave(present=again, by=ines)
    assert room.leave(present=again, by=ines).left_at is not None  # twice is once
    assert lines("left") == 1
    back = room.arrive(hearing=running, party="family", name=rooms.MARIE, by=ines)
    assert (back.pk, back.left_at) == (again.pk, None)
    tom = sarb.members.get(name="Tom Abara")
    assert Seating.objects.get(hearing=running, member=tom).came


@pytest.mark.parametrize(("party", "name", "no"), [("mayor", "Ana", "for whom they come"), ("family", " ", "who came")])
def test_somebody_comes_for_somebody(running, ines, party, name, no):
    with pytest.raises(NotAllowed, match=no):
        room.arrive(hearing=running, party=party, name=name, by=ines)


def test_a_recused_member_does_not_sit(hearing, sarb, ines):
    tom = sarb.members.get(name="Tom Abara")
    student = hearing.referrals.get().student
    Recusal.objects.create(member=tom, student=student, why="Neighbour.", by=ines)
    with pytest.raises(NotAllowed, match="Tom Abara is recused"):
        room.arrive(hearing=hearing, party="panel", name="", member=tom, by=ines)


def test_a_member_whose_term_is_over_does_not_sit(hearing, sarb, ines):
    """A member who left between notice and hearing."""
    tom = sarb.members.get(name="Tom Abara")
    tom.term = (TERM.lower, hearing.day.on)  # the upper end is the first day they do not sit
    tom.save(update_fields=["term"])
    with pytest.raises(NotAllowed, match="no member of this panel in term on October 3"):
        room.arrive(hearing=hearing, party="panel", name="", member=tom, by=ines)


def test_an_alternate_takes_a_seat_as_they_come(hearing, sarb, ines):
    Seating.objects.filter(hearing=hearing, member__name="Tom Abara").delete()
    tom = sarb.members.get(name="Tom Abara")
    assert (tom.pk, "Tom Abara, the county probation department") in queries.others_on(hearing)
    room.arrive(hearing=hearing, party="panel", name="", member=tom, by=ines)
    assert Seating.objects.get(hearing=hearing, member=tom).span == hearing.span


def test_nobody_is_in_two_rooms(hearing, sarb, ines, set_for, district, referral, today_day):
    today_day.rooms = ["Room 4", "Room 5"]
    today_day.save(update_fields=["rooms"])
    Seating.objects.all().delete()
    referral.pk, referral.student, referral.state = None, district.student("P-2"), "draft"
    referral.save()
    tom = sarb.members.get(name="Tom Abara")
    other = set_for(referral, room="Room 5")
    with pytest.raises(NotAllowed, match="has a seat in Room 5 at that time"):
        room.arrive(hearing=hearing, party="panel", name="", member=tom, by=ines)
    room.arrive(hearing=other, party="panel", name="", member=tom, by=ines)
    room.start(hearing=other, by=ines)
    Seating.objects.filter(hearing=other).update(span=None)
    with pytest.raises(NotAllowed, match="Tom Abara is in Room 5 now"):
        room.arrive(hearing=hearing, party="panel", name="", member=tom, by=ines)


# -- the script --------------------------------------------------------------------------------------------------------


def test_the_room_goes_through_the_script_and_keeps_what_was_said(running, ines):
    room.say(hearing=running, part="introduction", text="Everybody said who they are.", by=ines)
    moved = room.go_to(hearing=running, part="strengths", by=ines)
    room.say(hearing=moved, part="strengths", text="She draws.", by=ines)
    room.say(hearing=moved, part="strengths", text="She draws every day.", by=ines)
    shown = queries.turns(moved)
    assert [(one.state, one.said) for one in shown[:3]] == [
        ("done", "Everybody said who they are."), ("next", "She draws every day."), ("later", ""),
    ]  # fmt: skip
    assert moved.said.count() == 3
    assert (lines("said"), lines("went_to")) == (3, 1)
    assert room.go_to(hearing=moved, part="strengths", by=ines).part == "strengths"
    assert lines("went_to") == 1  # nothing moved, nothing is written


@pytest.mark.parametrize(
    ("part", "text", "no"),
    [("dance", "x", "no such part"), ("family", "  ", "nothing to save"), ("family", "x" * 2001, "2,001 characters")],
)
def test_words_that_are_none(running, ines, part, text, no):
    with pytest.raises(NotAllowed, match=no):
        room.say(hearing=running, part=part, text=text, by=ines)
    assert not running.said.exists()


def test_private_words_are_asked_about_first(running, ines):
    with pytest.raises(Careful, match="Health is private"):
        room.say(hearing=running, part="family", text="He takes medication.", by=ines)
    assert room.say(hearing=running, part="family", text="He takes medication.", by=ines, careful=True).pk


def test_of_two_who_act_at_once_the_second_is_told(running, ines):
    seen = running.version
    room.go_to(hearing=running, part="strengths", by=ines, version=seen)
    with pytest.raises(NotAllowed, match=r"it is running, at “Strengths”\. Nothing of theirs was overwritten"):
        room.go_to(hearing=running, part="family", by=ines, version=seen)
    with pytest.raises(NotAllowed, match="Somebody else acted"):
        room.say(hearing=running, part="family", text="Mine.", by=ines, version=seen)


# -- held --------------------------------------------------------------------------------------------------------------


def test_a_hearing_is_held_with_quorum_family_and_agreement(running, ines, referral, case):
    held = rooms.heard(running, ines)
    assert (held.state, held.ended_at is not None) == ("held", True)
    assert state(referral) == "heard"
    assert Check.objects.count() == 16
    assert lines("hearing_held") == 1
    assert Seating.objects.filter(hearing=held, came=False).count() == 1  # the fifth member had a seat and did not come
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_without_a_quorum_it_is_not_held_whatever_was_signed(running, ines, referral):
    rooms.draft(running, ines)
    rooms.read_aloud(running, ines)
    rooms.sign_all(running, ines)
    rooms.leaves(running, "Tom Abara", ines)
    with pytest.raises(NotAllowed, match=r"3 members of the 4 it needs\. \(EC 48321\)"):
        room.hold(hearing=running, by=ines)
    assert state(referral) == "set"
    assert not Check.objects.exists()
    room.arrive(hearing=running, party="panel", name="", member=running.panel.members.get(name="Tom Abara"), by=ines)
    assert room.hold(hearing=running, by=ines).state == "held"


def test_a_board_does_not_sit_without_the_seat_it_must_have(running, ines, sarb):
    jude = sarb.members.get(name="Jude Okoro")
    room.arrive(hearing=running, party="panel", name="", member=jude, by=ines)
    rooms.leaves(running, "Ines Quiroga", ines)
    assert [one.sentence for one in queries.quorum_of(running).reasons] == [
        "A SARB does not sit without child welfare and attendance personnel."
    ]


def test_everything_that_is_missing_is_said_at_once(hearing, ines):
    begun = rooms.begin(hearing, ines, members=1, family=False)
    with pytest.raises(NotAllowed) as no:
        room.hold(hearing=begun, by=ines)
    assert [one.sentence[:30] for one in no.value.reasons] == [
        "1 member of the 4 it needs.", "Nobody of the family came: rec", "The agreement is neither signe",
    ]  # fmt: skip


def test_a_family_that_moved_out_is_not_heard(running, ines, referral):
    student = referral.student
    student.live = False
    student.save(update_fields=["live"])
    rooms.draft(running, ines)
    rooms.read_aloud(running, ines)
    rooms.sign_all(running, ines)
    with pytest.raises(NotAllowed, match="at no school of the district now: withdraw that referral"):
        room.hold(hearing=running, by=ines)
    move(referral, "withdraw", by=ines, why="They moved to Fresno.")
    with pytest.raises(NotAllowed, match="No referral of this hearing stands any more"):
        room.hold(hearing=running, by=ines)


# -- not held ----------------------------------------------------------------------------------------------------------


def test_nobody_came_and_nothing_follows(hearing, ines, referral, truant, counselor, case):
    with pytest.raises(NotAllowed, match="Try to reach them first"):
        room.miss(hearing=hearing, why="No word.", by=ines, again=True)
    rooms.call(truant, counselor)
    missed = room.miss(hearing=hearing, why="No word.", by=ines, again=True)
    assert (missed.state, missed.why) == ("no_show", "No word.")
    assert state(referral) == "accepted"
    later = Hearing.objects.get(earlier=missed)
    assert (later.state, later.family, list(later.referrals.all())) == ("waiting", hearing.family, [referral])
    last = referral.moves.last()
    assert (last.what, last.evidence["notice"]) == ("unset", False)
    assert last.evidence["grounds"] == ["Nobody of the family was invited: no invitation is on record."]
    assert lines("no_show") == 1
    assert not Seating.objects.filter(hearing=missed).exclude(span=None).exists()
    assert not referral.decisions.exists()
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_a_family_that_is_there_did_not_stay_away(running, ines, truant, counselor):
    rooms.call(truant, counselor)
    with pytest.raises(NotAllowed, match="Marie Baptiste is here"):
        room.miss(hearing=running, why="No word.", by=ines, again=False)


def test_who_has_no_number_needs_no_call(hearing, ines, mother):
    mother.phones.all().delete()
    assert room.miss(hearing=hearing, why="No word.", by=ines, again=False).state == "no_show"
    assert not Hearing.objects.filter(earlier=hearing).exists()


def test_before_its_day_nobody_missed_it(hearing, ines, settings, today):
    settings.TODAY = (today - timedelta(1)).isoformat()
    with pytest.raises(NotAllowed, match="they can still come"):
        room.miss(hearing=hearing, why="No word.", by=ines, again=False)


def invite(hearing, contact, by, **more) -> Invitation:
    told = {"to": str(contact), "channel": "letter", "language": "es", "told_on": hearing.day.on - timedelta(15),
            "delivered_on": hearing.day.on - timedelta(12)}  # fmt: skip
    return Invitation.objects.create(hearing=hearing, contact=contact, by=by, **(told | more))


def said_of_notice(hearing) -> str:
    return " ".join(one.sentence for one in notice_of(hearing).reasons)


def test_the_notice_is_judged_by_the_file_as_it_is_now(hearing, ines, mother, district, today):
    hearing.language = "es-MX"
    hearing.save(update_fields=["language"])
    sent = invite(hearing, mother, ines)
    assert notice_of(hearing).outcome, said_of_notice(hearing)
    district.arrives(today - timedelta(2))
    district.change(mother, address="77 Oak Avenue")
    assert "another address since October 1, 2025" in said_of_notice(hearing)
    Invitation.objects.filter(pk=sent.pk).update(channel="email")  # an e-mail does not care where they live
    assert notice_of(hearing).outcome
    FamilyLink.objects.update(rights_holder=False)
    assert "may not decide" in said_of_notice(hearing)
    FamilyLink.objects.update(rights_holder=None, restrictions="No contact")
    assert "must not be written to" in said_of_notice(hearing)


def test_a_letter_of_another_time_or_that_came_back_is_no_notice(hearing, ines, mother):
    sent = invite(hearing, mother, ines, language="en", start=hearing.span.lower - timedelta(hours=1))
    assert "It told of another time." in said_of_notice(hearing)
    Invitation.objects.filter(pk=sent.pk).update(start=hearing.span.lower, state="returned")
    assert "it came back" in said_of_notice(hearing)
    Invitation.objects.filter(pk=sent.pk).update(state="delivered", what="reminder")
    assert "no invitation is on record" in said_of_notice(hearing)


def test_what_was_handed_over_arrived(hearing, ines, mother):
    invite(hearing, mother, ines, channel="hand", language="en", delivered_on=None)
    assert notice_of(hearing).outcome


def test_a_stranger_on_the_envelope_is_no_notice(hearing, ines, district):
    stranger = Contact.objects.create(key="C-9", given="Al", family="Roe", arrival=district.arrival)
    invite(hearing, stranger, ines, language="en")
    assert "may not decide" in said_of_notice(hearing)


def test_withdrawn_on_the_day(running, ines, referral):
    ended = room.break_off(hearing=running, why="The family moved to Fresno.", by=ines, withdrawn=True)
    assert (ended.state, state(referral)) == ("called_off", "withdrawn")
    assert lines("broken_off") == lines("referral_withdrawn") == 1


def test_put_off_it_waits_for_another_day(hearing, ines, referral):
    with pytest.raises(NotAllowed, match="Say why"):
        room.break_off(hearing=hearing, why=" ", by=ines, withdrawn=False)
    room.break_off(hearing=hearing, why="The interpreter is ill.", by=ines, withdrawn=False)
    assert state(referral) == "accepted"


def test_what_somebody_signed_is_not_called_off(running, ines):
    rooms.draft(running, ines)
    rooms.read_aloud(running, ines)
    agreements.sign(hearing=running, party="family", name=rooms.MARIE, method="device", typed=True, by=ines)
    with pytest.raises(NotAllowed, match="Somebody has signed"):
        room.break_off(hearing=running, why="Late.", by=ines, withdrawn=True)


# -- what the room shows -----------------------------------------------------------------------------------------------


def test_everybody_who_is_expected_can_be_marked(hearing, ines, truant):
    hearing.interpreter = rooms.INTERPRETER
    hearing.save(update_fields=["interpreter"])
    room.arrive(hearing=hearing, party="agency", name="Sam Ito", by=ines)
    shown = [(one.party, one.name, one.is_here) for one in queries.expected(hearing)]
    assert [one[0] for one in shown[:5]] == ["panel"] * 5
    assert shown[5:] == [
        ("family", "Marie Baptiste", False), ("student", truant.name, False), ("school", "Rosa Diaz", False),
        ("interpreter", "Luz Ortega", False), ("agency", "Sam Ito", True),
    ]  # fmt: skip


def test_case_two_of_three(hearing, set_for, referral, district, ines):
    made = [hearing]
    for hour in (10, 11):
        referral.pk, referral.student, referral.state = None, district.student(f"P-{hour}"), "draft"
        referral.save()
        made.append(set_for(referral, hour))
    assert [queries.place_of(one) for one in made] == [(1, 3), (2, 3), (3, 3)]
    assert queries.after_this(made[0]) == made[1]
    room.break_off(hearing=made[1], why="Ill.", by=ines, withdrawn=False)
    assert queries.place_of(made[2]) == (2, 2)
    assert queries.after_this(made[0]) == made[2]
    assert queries.after_this(made[2]) is None
    assert queries.up_now(made) == hearing


def test_a_hearing_of_another_time_frees_nobody_from_this_one(running, ines, sarb):
    """The seat of a hearing that is over does not keep a member from the next."""
    tom = sarb.members.get(name="Tom Abara")
    held = rooms.heard(running, ines)
    span = DateTimeTZRange(held.span.lower, at(held.day.on, 11))
    later = Hearing.objects.create(
        panel=sarb, school=held.school, day=held.day, room="Room 5", family=held.family + 1, span=span, state="set"
    )
    room.arrive(hearing=later, party="panel", name="", member=tom, by=ines)
    assert Seating.objects.get(hearing=later, member=tom).came


def test_the_journal_never_holds_what_was_said(running, ines):
    room.say(hearing=running, part="family", text="Grandmother is ill at home.", by=ines)
    rooms.draft(running, ines)
    assert not JournalLine.objects.filter(detail__icontains="Grandmother").exists()
    assert not JournalLine.objects.filter(detail__icontains="What the family does").exists()
    assert Present.objects.exists()
    assert Agreement.objects.get().state == "draft"
