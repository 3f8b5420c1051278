"""Two people at once on connections of their own, and long random walks: nothing and nobody is in two places."""

import random
from datetime import timedelta
from itertools import combinations
from threading import Event

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from firstbell.cases.rules import NotAllowed
from firstbell.panels import actions
from firstbell.panels.kinds import KINDS
from firstbell.panels.models import Attending, Day, Hearing, Recusal, Referral, Seating
from firstbell.panels.queries.docket import propose
from firstbell.panels.rules import quorum
from tests.notices.conftest import at_once
from tests.panels.conftest import at, somebody
from tests.panels.dockets import TODAY, heads, household, setting

__all__ = ["heads", "household", "setting"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_is_told_who_was_faster(household, setting, day, ines, marisa):
    one, two = household("Ana"), household("Leo", by=somebody("ken.ito"))
    first, second = at_once(lambda: setting(one, by=ines), lambda: setting(two, by=marisa))
    made, no = (first, second) if isinstance(first, Hearing) else (second, first)
    assert isinstance(no, NotAllowed)
    assert "Room 4 is taken from 9:00 am to 9:45 am by the hearing of" in str(no)
    assert [row.pk for row in Hearing.objects.filter(state="set")] == [made.pk]
    assert sorted(Referral.objects.values_list("state", flat=True)) == ["accepted", "set"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_docket_the_second_is_told(household, setting, day, ines, marisa):
    one, two = household("Ana"), household("Leo")
    seen = day.version
    answers = at_once(
        lambda: setting(one, by=ines, version=seen), lambda: setting(two, by=marisa, hour=10, version=seen)
    )
    [no] = [answer for answer in answers if isinstance(answer, NotAllowed)]
    assert "changed this docket while you had it open" in str(no)
    assert Hearing.objects.filter(state="set").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("clash", "why"),
    [
        ({"room": "Room 4"}, "Room 4 is taken from 9:00 am to 9:45 am by the hearing of Leo Reyes"),
        ({"family": True}, "This household is before the North SARB from 9:00 am to 9:45 am"),
        ({"interpreter": "Luz Ortega"}, "Luz Ortega interprets in another room from 9:00 am to 9:45 am"),
        ({"member": True}, "Somebody who must be there was just seated at another hearing from 9:00 am to 9:45 am"),
        ({"user": True}, "Somebody who must be there was just seated at another hearing from 9:00 am to 9:45 am"),
    ],
)
def test_what_only_the_database_sees_is_refused_in_words(household, setting, day, ines, counselor, clash, why):
    """Another connection writes the same place past every question, and commits while we wait for it."""
    one, two = household("Ana", language="es"), household("Leo", by=somebody("ken.ito"))
    actions.add_interpreter(day=day, name="Luz Ortega", language="es", by=ines)
    written, span = Event(), DateTimeTZRange(at(day.on, 9), at(day.on, 9, 45))

    def past_every_question():
        with transaction.atomic():
            made = Hearing.objects.create(
                panel=day.panel, school=two.school, day=day, room=clash.get("room", "Room 5"), span=span, state="set",
                family=one.student_id if "family" in clash else two.student_id, set_by=ines,
                interpreter=clash.get("interpreter", ""),
            )  # fmt: skip
            made.referrals.add(two)
            if "member" in clash:
                Seating.objects.create(hearing=made, member=day.panel.members.get(seat="parent"), span=span)
            if "user" in clash:
                Attending.objects.create(hearing=made, user=counselor, span=span)
            written.set()
            _until_somebody_waits()
        return made

    def asks_first():
        assert written.wait(20)
        return setting(one, interpreter="Luz Ortega")

    made, no = at_once(past_every_question, asks_first)
    assert isinstance(made, Hearing)
    assert isinstance(no, NotAllowed)
    assert why in str(no)
    assert Hearing.objects.filter(state="set").count() == 1


def _until_somebody_waits() -> None:
    """Return when another connection waits for what this one holds."""
    waits = (
        "select exists (select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"
    )
    with connection.cursor() as cursor:
        for _ in range(4000):
            cursor.execute("select pg_sleep(0.005)")
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(waits)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody came to wait")


def double_booked(day: Day) -> list[str]:
    """Every pair of hearings of a day that share a room, a family, a member, an interpreter or a person at a time; and
    every one without its quorum, without notice, or before somebody recused."""
    rows = list(day.hearings.filter(state="set"))
    found = []
    for one, other in combinations(rows, 2):
        if one.span.lower < other.span.upper and other.span.lower < one.span.upper:
            found += [what for what in ("room", "family") if getattr(one, what) == getattr(other, what)]
            found += ["interpreter"] * bool(one.interpreter and one.interpreter == other.interpreter)
            found += [f"{table.__name__} twice" for table, key in ((Seating, "member"), (Attending, "user"))
                      if set(table.objects.filter(hearing=one).values_list(key, flat=True))
                      & set(table.objects.filter(hearing=other).values_list(key, flat=True))]  # fmt: skip
    for one in rows:
        members = [row.member for row in one.seatings.select_related("member")]
        found += ["quorum"] * (not quorum(KINDS["sarb"], [member.seat for member in members]).outcome)
        students = one.referrals.values("student")
        found += ["recused"] * Recusal.objects.filter(member__in=members, student__in=students).exists()
        referred = set(one.referrals.values_list("by", flat=True))
        found += ["counselor"] * (not referred <= set(one.attending.values_list("user", flat=True)))
        found += ["notice"] * (day.on < TODAY + timedelta(14))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_no_walk_over_a_docket_books_anything_twice(household, setting, day, sarb, ines, counselor, seed):
    """Two dozen things done in any order, many of them refused: what stands is always right."""
    chance = random.Random(seed)
    ken = somebody("ken.ito")
    actions.add_interpreter(day=day, name="Luz Ortega", language="es", by=ines)
    members = list(sarb.members.all())
    for n in range(3):
        members.append(sarb.members.create(name=f"More {n}", seat=("attendance", "welfare", "parent")[n],
                                           standing="alternate", term=members[0].term))  # fmt: skip
    homes = [household(f"Child {n}", language=chance.choice(["en", "es"]), by=chance.choice([ken, counselor]))
             for n in range(6)]  # fmt: skip
    for n in range(4):
        Recusal.objects.create(member=members[n], student_id=homes[n].student_id, why="Kin.", by=ines)
    done = refused = 0
    for _ in range(24):
        day.refresh_from_db()
        set_ones = list(day.hearings.filter(state="set"))
        start = at(day.on, 8) + timedelta(minutes=15 * chance.randrange(2, 16))
        room, bench = chance.choice(day.rooms), chance.sample(members, chance.randrange(3, 9))
        try:
            match chance.choice(["set", "set", "move", "seats", "off", "propose"] if set_ones else ["set", "propose"]):
                case "set":
                    one = chance.choice(homes)
                    actions.set_hearing(day=day, referrals=[one], room=room, start=start, members=bench, by=ines,
                                        interpreter=chance.choice(["", "Luz Ortega"]))  # fmt: skip
                case "move":
                    actions.move_hearing(hearing=chance.choice(set_ones), room=room, start=start, by=ines)
                case "seats":
                    actions.change_seats(hearing=chance.choice(set_ones), members=bench, by=ines)
                case "off":
                    actions.unset_hearing(hearing=chance.choice(set_ones), why="Another day.", by=ines)
                case "propose":
                    actions.accept_proposal(day=day, sittings=propose(day).as_data, by=ines)
            done += 1
        except NotAllowed:
            refused += 1
        assert double_booked(day) == []
    assert done >= 5
    assert refused >= 3
