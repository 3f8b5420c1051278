"""A proposal never breaks a rule, hears as many as can be heard, and says why it does not hear the others."""

from dataclasses import replace
from functools import cache
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstbell.panels.rules.scheduling import (
    Elsewhere,
    Household,
    Kept,
    Plan,
    Sitter,
    Sitting,
    Table,
    Unheard,
    Voice,
    clock,
    plan,
    slots,
)

OPENS, NOON = 8 * 60 + 30, 12 * 60
WHOLE = ((0, 24 * 60),)
SEATS = ("attendance", "parent", "probation", "mental_health", "welfare")


def home(key: int, **more) -> Household:
    return Household(**({"key": key, "name": f"Home {key}", "family": key, "school": 1, "waited": key} | more))


def sitter(key: int, seat: str, *free: tuple[int, int], person: int = 0) -> Sitter:
    return Sitter(key, f"Member {key}", seat, person or -key, free or WHOLE)


def table(*households: Household, slots: int = 4, rooms: int = 1, **more) -> Table:
    members = tuple(sitter(key, seat) for key, seat in enumerate(SEATS, start=1))
    given = {"opens": OPENS, "closes": OPENS + 45 * slots, "minutes": 45, "households": households,
             "rooms": tuple(f"Room {number}" for number in range(4, 4 + rooms)), "members": members,
             "must": ("attendance",), "quorum": 3}  # fmt: skip
    return Table(**(given | more))


def faults(told: Table, made: Plan) -> list[str]:
    """Every rule that a plan breaks, asked of every pair of hearings: slow, and knows nothing of the solver."""
    by_key, members = {one.key: one for one in told.households}, {one.key: one for one in told.members}
    found, held = [], []
    for one in made.sittings:
        who, span = by_key[one.household], (one.start, one.start + told.minutes)
        sits = {members[key] for key in one.members}
        persons = who.attends | {member.person for member in sits}
        held.append((span, one.room, who.family, persons, one.interpreter, one.household))
        found += [f"{who.key} outside the day"] * (span[0] < told.opens or span[1] > told.closes)
        found += [f"{who.key} in a pause" for pause in told.pauses if pause[0] < span[1] and span[0] < pause[1]]
        found += [f"{who.key} too soon"] * bool(who.too_soon)
        found += [f"{who.key} in no room"] * (one.room not in range(len(told.rooms)))
        found += [f"{who.key} without quorum"] * (len(set(one.members)) < told.quorum)
        seats = [member.seat for member in sits]
        found += [f"{who.key} without {seat}" for seat in told.must if seat not in seats]
        found += [f"{member.key} recused" for member in sits if member.key in who.recused]
        found += [f"{member.key} not free" for member in sits
                  if not any(free[0] <= span[0] and span[1] <= free[1] for free in member.free)]  # fmt: skip
        found += [f"{where.person} is {where.where}" for where in told.elsewhere
                  if where.person in persons and where.span[0] < span[1] and span[0] < where.span[1]]  # fmt: skip
        voices = [voice for voice in told.interpreters if voice.name == one.interpreter]
        speaks = any(who.language in voice.languages and any(free[0] <= span[0] and span[1] <= free[1]
                     for free in voice.free) for voice in voices)  # fmt: skip
        found += [f"{who.key} not understood"] * bool(who.language and not speaks)
    for one in told.kept:
        persons = one.persons | {members[key].person for key in one.members if key in members}
        held.append((one.span, one.room, one.family, persons, one.interpreter, f"kept {one.span}"))
    for first, second in combinations(held, 2):
        if first[0][0] < second[0][1] and second[0][0] < first[0][1] and "kept" not in f"{first[5]}":
            found += [f"{what} twice" for what, at in (("room", 1), ("family", 2)) if first[at] == second[at]]
            found += [f"person {person} twice" for person in first[3] & second[3]]
            found += [f"{first[4]} twice"] * bool(first[4] and first[4] == second[4])
    keys = [one.household for one in made.sittings] + [one.household for one in made.unheard]
    found += ["nobody is lost, nobody is heard twice"] * (sorted(keys) != sorted(by_key))
    found += [f"{one.household} unheard without a reason" for one in made.unheard if not any(one.why)]
    return found


def most(told: Table) -> int:
    """How many can be heard, by trying every way to place everybody; for days of a few households."""
    places = [None, *product(slots(told), range(len(told.rooms)))]
    best = 0
    for tried in product(places, repeat=len(told.households)):
        heard = [(one, at) for one, at in zip(told.households, tried, strict=True) if at]
        if len(heard) > best and len({at for _, at in heard}) == len(heard) and _benches(told, tuple(heard)):
            best = len(heard)
    return best


def _benches(told: Table, heard: tuple) -> bool:
    """Whether members and interpreters can be shared out so that no rule is broken: every subset is tried."""
    for start in {at[0] for _, at in heard}:
        here = [(one, at) for one, at in heard if at[0] == start]
        ways = product(*(_ways(told, one) for one, _ in here))
        if not any(_right(told, here, way) for way in ways):
            return False
    return True


def _ways(told: Table, one: Household) -> list[tuple[tuple[int, ...], str]]:
    voices = [voice.name for voice in told.interpreters if one.language in voice.languages] if one.language else [""]
    keys = [member.key for member in told.members]
    benches = [bench for size in range(told.quorum, len(keys) + 1) for bench in combinations(keys, size)]
    return [(bench, voice) for bench in benches for voice in voices]


def _right(told: Table, here: list, way: tuple) -> bool:
    sat = tuple(Sitting(one.key, at[0], at[1], bench, voice)
                for (one, at), (bench, voice) in zip(here, way, strict=True))  # fmt: skip
    rest = tuple(Unheard(one.key, ("why",)) for one in told.households if one.key not in {one.key for one, _ in here})
    return not faults(told, Plan(sat, rest))


@cache
def _free(lengths: int) -> st.SearchStrategy:
    whole = (OPENS, OPENS + 45 * lengths)
    part = st.tuples(st.integers(0, lengths - 1), st.integers(1, lengths)).map(
        lambda at: (OPENS + 45 * at[0], OPENS + 45 * max(at[0] + 1, at[1]))
    )
    return st.one_of(st.just((whole,)), part.map(lambda one: (one,)), st.just(()))


@st.composite
def days(draw, households: int = 7, most_slots: int = 5, members: int = 7) -> Table:
    """Days of every shape: members who come for a part, who sit and refer, who may not judge; kept hearings, pauses."""
    length, rooms = draw(st.integers(1, most_slots)), draw(st.integers(1, 2))
    closes = OPENS + 45 * length
    sit = tuple(
        Sitter(key, f"M{key}", draw(st.sampled_from(SEATS)),
               draw(st.sampled_from([-key, 101, 102])) if key < 3 else -key, draw(_free(length)))
        for key in range(1, draw(st.integers(2, members)) + 1)
    )  # fmt: skip
    if len({one.person for one in sit}) < len(sit):
        sit = tuple(replace(one, person=-one.key) for one in sit)
    voices = tuple(Voice(name, frozenset(draw(st.sets(st.sampled_from(["es", "hy"]), min_size=1))), draw(_free(length)))
                   for name in draw(st.sampled_from([(), ("Ana",), ("Ana", "Davit")])))  # fmt: skip
    homes = tuple(
        Household(
            key=key, name=f"Home {key}", family=draw(st.integers(1, 9)), school=draw(st.integers(1, 2)),
            waited=draw(st.integers(0, 60)), language=draw(st.sampled_from(["", "", "es", "hy"])),
            attends=frozenset(draw(st.sets(st.sampled_from([101, 102, 103]), max_size=2))),
            recused=frozenset(draw(st.sets(st.integers(1, 4), max_size=1))),
            wish=draw(st.sampled_from(["", "morning", "afternoon"])),
            too_soon=draw(st.sampled_from(["", "", "", "The notice is too short."])),
            was=draw(st.sampled_from([None, (OPENS, 0)])),
        )
        for key in range(1, draw(st.integers(1, households)) + 1)
    )  # fmt: skip
    kept = draw(st.sampled_from([(), (Kept((OPENS + 10, OPENS + 55), 0, 3, frozenset({1}), frozenset({101}), "Ana"),)]))
    where = draw(st.sampled_from([(), (Elsewhere(102, (OPENS, OPENS + 60), "at East SARB"),)]))
    pauses = draw(st.sampled_from([(), ((OPENS + 45, OPENS + 75),)]))
    return Table(OPENS, closes, 45, tuple(f"Room {number}" for number in range(rooms)), homes, sit, ("attendance",),
                 draw(st.integers(1, 3)), pauses, voices, kept, where)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days())
def test_no_plan_breaks_a_rule(told):
    made = plan(told, effort=0.3)
    assert faults(told, made) == []
    assert all(one.value <= one.bound for one in made.efforts if one.stage == "whom")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"start": OPENS + 45}, "room twice"),
        ({"start": OPENS - 45}, "1 outside the day"),
        ({"members": (2, 3, 4)}, "1 without attendance"),
        ({"members": (1, 2)}, "1 without quorum"),
        ({"members": (1, 2, 3, 5)}, "5 recused"),
        ({"interpreter": ""}, "1 not understood"),
    ],
)
def test_the_checker_sees_a_plan_that_breaks_a_rule(change, fault):
    told = table(home(1, language="es", recused=frozenset({5}), waited=9), home(2), slots=2,
                 interpreters=(Voice("Ana", frozenset({"es"}), WHOLE),))  # fmt: skip
    made = Plan((Sitting(1, OPENS, 0, (1, 2, 3), "Ana"), Sitting(2, OPENS + 45, 0, (1, 2, 3, 5))), ())
    assert faults(told, made) == []
    first, second = made.sittings
    assert fault in faults(told, replace(made, sittings=(replace(first, **change), second)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days(households=3, most_slots=2, members=4))
def test_as_many_are_heard_as_every_way_together_allows(told):
    assert len(plan(told, effort=0.5).sittings) == most(told)


def test_the_same_day_has_the_same_plan():
    told = table(*(home(key, language="es" if key % 3 else "") for key in range(1, 7)), rooms=2,
                 interpreters=(Voice("Ana", frozenset({"es"}), WHOLE),))  # fmt: skip
    assert plan(told, seed=7) == plan(told, seed=7)


def test_who_waits_longest_is_heard_first():
    made = plan(table(home(1, waited=3), home(2, waited=30), home(3, waited=20), slots=2))
    assert {one.household for one in made.sittings} == {2, 3}
    [left] = made.unheard
    assert left.why == ("2 hearings fit between 8:30 am and 10:00 am in Room 4, and those who wait longer come first.",)
    assert made.efforts[0].proven
    assert made.efforts[0].gap == 0


def test_an_interpreters_hearings_follow_each_other():
    told = table(*(home(key, language="es" if key in (1, 4) else "") for key in range(1, 5)),
                 interpreters=(Voice("Ana", frozenset({"es"}), WHOLE),))  # fmt: skip
    starts = sorted(one.start for one in plan(told).sittings if one.interpreter == "Ana")
    assert starts[1] - starts[0] == 45


def test_a_schools_hearings_follow_each_other():
    starts = sorted(
        one.start
        for one in plan(table(*(home(key, school=key % 2) for key in range(1, 5)))).sittings
        if one.household % 2
    )
    assert starts[1] - starts[0] == 45


def test_a_wish_is_met_where_it_can_be():
    told = table(home(1, wish="afternoon"), home(2, wish="morning"), opens=NOON - 45, closes=NOON + 45)
    assert {one.household: one.start for one in plan(told).sittings} == {1: NOON, 2: NOON - 45}


def test_what_an_earlier_proposal_gave_stays_unless_it_must_go():
    held = OPENS + 90
    made = plan(table(home(1, was=(held, 0)), home(2)))
    assert next(one.start for one in made.sittings if one.household == 1) == held


def test_everybody_who_can_sits_and_the_load_is_even():
    two = (*(sitter(key, seat) for key, seat in enumerate(SEATS, start=1)), sitter(6, "parent"))
    made = plan(table(*(home(key) for key in range(1, 5)), members=two))
    loads = {key: sum(key in one.members for one in made.sittings) for key in range(1, 7)}
    assert [loads[key] for key in (1, 3, 4, 5)] == [4, 4, 4, 4]  # the only one of their seat
    assert loads[2] + loads[6] >= 4
    assert min(loads[2], loads[6]) >= 1


NOBODY = "The notice of 14 days ends later."
AT_TEN = OPENS + 90


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (table(home(1, too_soon=NOBODY)), NOBODY),
        (table(home(1, language="hy"), tongues={"hy": "Armenian"}),
         "There is no interpreter for Armenian on this day."),
        (table(home(1, language="hy"), home(2, language="hy"), slots=1, rooms=2, quorum=2, must=(),
               interpreters=(Voice("Davit", frozenset({"hy"}), WHOLE),), tongues={"hy": "Armenian"}),
         "2 families need Armenian, and one interpreter is in one room at a time."),
        (table(home(1), members=(sitter(1, "attendance"), sitter(2, "parent"))),
         "The quorum is 3 members; only 2 are free on this day."),
        (table(home(1), must=("mental_health",), seats={"mental_health": "mental health"},
               kept=(Kept((OPENS, AT_TEN), 0, 50, frozenset(), frozenset()),),
               members=(*(sitter(key, "parent") for key in range(1, 5)), sitter(5, "mental_health", (0, AT_TEN)))),
         "No member for the seat “mental health” is free after 10:00 am, and the quorum needs one."),
        (table(home(1), home(2), slots=1, rooms=2, quorum=2, seats={"attendance": "attendance"}),
         "The quorum needs a member for the seat “attendance” in every room; only 1 is free at a time."),
        (table(home(1), home(2), slots=1, rooms=2, must=()),
         "The quorum is 3 members in each room; 5 are free at a time, too few for 2 rooms at once."),
        (table(home(1, recused=frozenset({1})),), "Member 1 may not judge in this case, and without them there is no"
         " quorum at any free time."),
        (table(home(1, attends=frozenset({9})), slots=1, people={9: "Rosa Diaz"},
               elsewhere=(Elsewhere(9, (OPENS, OPENS + 30), "at East SARB"),)),
         "Rosa Diaz, who referred, is at East SARB from 8:30 am to 9:00 am, the way included."),
        (table(home(1, attends=frozenset({9})), home(2, attends=frozenset({9})), slots=1, rooms=2, quorum=2, must=(),
               people={9: "Rosa Diaz"}), "Rosa Diaz referred 2 of these families and can be in one room at a time."),
        (table(home(1), home(2, family=1), slots=1, rooms=2, quorum=2, must=()),
         "The other hearings of this household take every time that is left for it."),
        (table(home(1), home(2), quorum=1, members=(sitter(1, "attendance", (OPENS, OPENS + 45)),)),
         "1 hearing fits between 8:30 am and 11:30 am in Room 4 with the members who are free then, and those who wait"
         " longer come first."),
        (table(home(1), slots=0), "No hearing of 45 minutes fits between 8:30 am and 8:30 am."),
    ],
)  # fmt: skip
def test_why_it_is_not_heard(told, why):
    made = plan(told)
    assert faults(told, made) == []
    assert [one.why for one in made.unheard] == [(why,)]


def test_two_rules_that_both_bar_are_both_named():
    told = table(home(1, language="hy"), members=(sitter(1, "attendance"),), tongues={"hy": "Armenian"})
    assert plan(told).unheard[0].why == (
        "There is no interpreter for Armenian on this day.",
        "The quorum is 3 members; only one is free on this day.",
    )


@pytest.mark.parametrize(
    ("pauses", "starts"),
    [((), "8:30 9:15 10:00 10:45"), (((600, 615),), "8:30 9:15 10:15"), (((OPENS, OPENS + 5),), "8:35 9:20 10:05")],
)
def test_slots_step_over_a_pause(pauses, starts):
    assert [clock(one).split()[0] for one in slots(table(pauses=pauses))] == starts.split()


def test_a_clock_is_said_as_people_say_it():
    assert [clock(minute) for minute in (0, 570, NOON, NOON + 65)] == ["12:00 am", "9:30 am", "12:00 pm", "1:05 pm"]
