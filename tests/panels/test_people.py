"""Panels and their people: seats and gaps by the law and by the district, terms, recusals, and what is signed."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from firstbell.cases.rules import NotAllowed
from firstbell.core.access import NOTHING, May, Scope
from firstbell.core.models import JournalLine
from firstbell.law.sarb import SEATS
from firstbell.panels.actions import people as actions
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Hearing, Member, Packet, Panel, Recusal, Roster, Seating
from firstbell.panels.queries.guests import guest_scope, readings, seats_of
from firstbell.panels.queries.people import in_term, panels, people_of
from firstbell.panels.rules.people import Seated, advice, against_signing, gaps
from tests.attendance.conftest import DAYS
from tests.panels.conftest import TERM, at, somebody

ON = date(2026, 3, 2)
SARB = KINDS["sarb"]
FOUR = [Seated(name, seat, standing, ON, ON) for name, seat, standing in (
    ("Ines", "attendance", "chair"), ("Tom", "probation", "member"), ("Ana", "parent", "member"),
    ("Linh", "mental_health", "member"),
)]  # fmt: skip


def verbs() -> list[str]:
    return list(JournalLine.objects.filter(verb__startswith="panels.").order_by("pk").values_list("verb", flat=True))


@pytest.mark.parametrize(
    ("board", "members", "words"),
    [
        ("local", FOUR, []),
        ("local", FOUR[1:], ["Nobody chairs", "does not sit without", "3 members of the 4"]),
        ("local", FOUR[:3], ["3 members of the 4"]),
        ("county", FOUR, ["must include"] * 9),
        ("county", [Seated(seat, seat, "chair") for seat in SEATS], []),
        ("local", [], ["Nobody chairs", "does not sit without", "0 members of the 4"]),
    ],
)
def test_a_roster_is_signed_once_it_can_sit(board, members, words):
    found = [reason.sentence for reason in against_signing(SARB, board, members)]
    assert len(found) == len(words)
    assert all(part in said for part, said in zip(words, found, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_panel_has_no_gap_and_an_empty_one_has_all(kind):
    one = KINDS[kind]
    assert gaps(one, "", one.seats) == []
    assert len(gaps(one, "", [])) == len(one.seats)


def test_what_should_be_mended_soon_is_said():
    soon = Seated("Tom", "probation", "member", None, ON, ON + timedelta(60))
    later = Seated("Ana", "parent", "member", ON, None, ON + timedelta(61))
    said = " ".join(one.sentence for one in advice([soon, later], ON))
    assert "The term of Tom ends" in said
    assert "The term of Ana" not in said
    assert "1 member without training on record: Tom." in said
    assert "promised confidentiality: Ana." in said


def opened(by, **more) -> Panel:
    return actions.open_panel(**({"name": "North SARB", "address": "12 Alder", "by": by, "kind": "sarb"} | more))


def test_a_panel_is_opened_where_its_kind_belongs(district, region, ines):
    made = opened(ines, region=region)
    assert (made.kind, made.board, made.region) == ("sarb", "local", region)
    assert opened(ines, kind="sspt", school=district.schools[0]).board == ""
    with pytest.raises(NotAllowed, match="A SARB is a region"):
        opened(ines, school=district.schools[0])
    with pytest.raises(NotAllowed, match="SSPT is a school"):
        opened(ines, kind="sspt", region=region)
    with pytest.raises(NotAllowed, match=r"a notice to a family must say both"):
        opened(ines, region=region, address=" ")
    assert verbs() == ["panels.panel_opened", "panels.panel_opened"]


def seat(panel, by, **more) -> Member:
    said = {"name": "Tom Abara", "seat": "probation", "standing": "member", "begins": DAYS[0]}
    return actions.add_member(panel=panel, by=by, **({**said, "ends": DAYS[0] + timedelta(300)} | more))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Say who it is"),
        ({"seat": "teacher"}, "one of the seats of a SARB"),
        ({"standing": "boss"}, "whether they chair"),
        ({"ends": DAYS[0] - timedelta(1)}, "before it begins"),
        ({"ends": DAYS[0] + timedelta(2000)}, "four years at most"),
        ({"standing": "chair"}, "Ines Quiroga chairs the North SARB then"),
    ],
)
def test_a_member_that_cannot_be_seated_is_refused(sarb, ines, changes, words):
    before = Member.objects.count()
    with pytest.raises(NotAllowed, match=words):
        seat(sarb, ines, **changes)
    assert Member.objects.count() == before
    assert verbs() == []


def test_a_chair_follows_a_chair(sarb, ines):
    actions.end_member(member=sarb.members.get(standing="chair"), on=DAYS[5], why="A new post.", by=ines)
    after = seat(sarb, ines, standing="chair", begins=DAYS[6], seat="attendance")
    assert in_term(sarb, DAYS[5])[0].name == "Ines Quiroga"
    assert in_term(sarb, DAYS[6])[0] == after
    assert verbs() == ["panels.member_ended", "panels.member_seated"]
    with pytest.raises(NotAllowed, match="already"):
        actions.end_member(member=sarb.members.get(name="Ines Quiroga"), on=DAYS[7], why="Again.", by=ines)


def test_nobody_judges_kin(sarb, truant, ines):
    tom = sarb.members.get(name="Tom Abara")
    with pytest.raises(NotAllowed, match="Say why"):
        actions.recuse(member=tom, student=truant, why="", by=ines)
    actions.recuse(member=tom, student=truant, why="Uncle.", by=ines)
    with pytest.raises(NotAllowed, match="recused from Noor Baptiste already"):
        actions.recuse(member=tom, student=truant, why="Uncle.", by=ines)
    assert Recusal.objects.count() == 1


def test_signing_freezes_who_sits(sarb, marisa, ines, today):
    signed = actions.sign_roster(panel=sarb, on=today, by=marisa)
    assert [one["name"] for one in signed.members] == [name.name for name in sarb.members.order_by("pk")]
    assert any("welfare" in sentence for sentence in signed.gaps)
    assert people_of(sarb, today).changed is False
    seat(sarb, ines, name="Ada Roe", seat="welfare", begins=today, ends=today + timedelta(90))
    assert people_of(sarb, today).changed is True
    with pytest.raises(NotAllowed, match="is past"):
        actions.sign_roster(panel=sarb, on=today - timedelta(1), by=marisa)
    sarb.members.exclude(standing="chair").update(term=DateRange(DAYS[0], DAYS[1]))
    with pytest.raises(NotAllowed, match="1 member of the 4"):
        actions.sign_roster(panel=sarb, on=today, by=marisa)
    assert Roster.objects.count() == 1


def test_students_are_consulted_once_a_year(sarb, sspt, ines, today):
    assert people_of(sarb, today).consultation.outcome is True
    with pytest.raises(NotAllowed, match="Say with whom"):
        actions.consult(panel=sarb, on=today, with_whom="", heard="Buses.", by=ines)
    with pytest.raises(NotAllowed, match="has not come yet"):
        actions.consult(panel=sarb, on=today + timedelta(1), with_whom="Twelve", heard="Buses.", by=ines)
    with pytest.raises(NotAllowed, match="Only a review board"):
        actions.consult(panel=sspt, on=today, with_whom="Twelve", heard="Buses.", by=ines)
    actions.consult(
        panel=sarb, on=today, with_whom="Twelve students, grades 7 to 12", heard="Buses come late.", by=ines
    )
    assert people_of(sarb, today).consultation.outcome is False
    assert people_of(sspt, today).consultation is None


def test_a_panel_for_which_something_waits_is_not_closed(referral, sspt, ines):
    with pytest.raises(NotAllowed, match="1 of its referrals"):
        actions.close_panel(panel=referral.panel, by=ines)
    assert actions.close_panel(panel=sspt, by=ines).closed_on == DAYS[-1]


def test_the_list_counts_members_and_what_waits(referral, sspt, django_assert_num_queries, today):
    with django_assert_num_queries(2):
        rows = panels(Scope(everywhere=True), today)
    assert [(row.panel.kind, row.members, row.open) for row in rows] == [("sspt", 3, 0), ("sarb", 5, 1)]
    assert rows[1].empty == len(set(SARB.seats)) - 5


@pytest.fixture
def guest(sarb):
    """Tom signs in; he holds no post."""
    tom = somebody("tom.abara")
    sarb.members.filter(name="Tom Abara").update(user=tom)
    return tom


@pytest.fixture
def packet(referral, ines):
    return Packet.objects.create(
        referral=referral, audience="panel", version=1, data={}, facts="0" * 64, digest="0" * 64, pages=3, by=ines,
        released_at=at(DAYS[-1], 9), released_by=ines,
    )  # fmt: skip


@pytest.fixture
def hearing(referral, day, guest, sarb) -> Hearing:
    span = DateTimeTZRange(at(day.on, 9), at(day.on, 10))
    made = Hearing.objects.create(
        panel=sarb, school=referral.school, day=day, room="Room 4", span=span, family=referral.student_id, state="set"
    )
    made.referrals.add(referral)
    Seating.objects.create(hearing=made, member=sarb.members.get(user=guest), span=span)
    return made


def test_a_guest_reads_from_the_release_to_the_end(hearing, guest, packet, today):
    assert list(seats_of(guest, today)) == [hearing]
    assert [(one.name, one.packet) for one in readings(hearing)] == [("Noor Baptiste", packet)]
    Packet.objects.filter(pk=packet.pk).update(withdrawn_at=at(DAYS[-1], 10), withdrawn_why="Corrected.")
    assert list(seats_of(guest, today)) == []


@pytest.mark.parametrize("state", ["held", "called_off"])
def test_a_guest_reads_nothing_after_it(hearing, guest, packet, today, state):
    Hearing.objects.filter(pk=hearing.pk).update(state=state)
    assert list(seats_of(guest, today)) == []


def test_a_guest_reads_nothing_before_release_after_the_term_or_of_kin(hearing, guest, truant, ines, sarb, today):
    assert list(seats_of(guest, today)) == []
    Packet.objects.create(
        referral=hearing.referrals.get(), audience="panel", version=1, data={}, facts="0", digest="0", pages=1, by=ines,
        released_at=at(DAYS[-1], 9), released_by=ines,
    )  # fmt: skip
    assert list(seats_of(guest, today)) == [hearing]
    assert list(seats_of(guest, TERM.upper)) == []
    actions.recuse(member=sarb.members.get(user=guest), student=truant, why="Uncle.", by=ines)
    assert list(seats_of(guest, today)) == []


def test_who_holds_no_post_has_a_seat_and_no_more(guest, today):
    scope = guest_scope(guest, today, NOTHING)
    assert scope.may == {May.SIGNED_IN, May.SEE_LIBRARY, May.SEE_TRAINING, May.SIT_ON_PANELS}
    assert (scope.schools, scope.students, scope.everywhere) == (frozenset(), frozenset(), False)
    assert scope.why == "Member of the North SARB"
    assert guest_scope(guest, TERM.upper, NOTHING) == NOTHING
    held = Scope(may=frozenset({May.SEE_CASES}))
    assert guest_scope(guest, today, held) is held
