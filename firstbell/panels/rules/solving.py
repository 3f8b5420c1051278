"""The solver of a hearing day: OR-Tools CP-SAT on one thread, stage by stage, so that the same day has the same plan.

Stages: whom to hear; at which times; before whom, once `placing` has chosen the rooms. Rooms are alike to the first
two: a slot has as many places as it has free rooms, and only who is recused, or sits and refers, needs to know which.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic

from ortools.sat.python import cp_model

from firstbell.panels.rules import scheduling as day
from firstbell.panels.rules.placing import Placed, placed
from firstbell.panels.rules.scheduling import Effort, Household, Plan, Sitter, Sitting, Table

Group = tuple[str, str | int]
Cell = tuple[int, int]
Literal = cp_model.IntVar
MOVED, WISH, VOICE, SCHOOL, LATE = 120, 60, 24, 12, 1
"""What a plan costs: a household moved, a wish not met, a language's or a school's block begun, a slot later; three
times that for the third of those heard who have waited longest."""
SEAT, LOAD, ROOM, CHAIR = 60, 12, 3, 1
"""What the last stage weighs: a seat in the room, a sitting more than the member who sits least, a change of room, and
a chair that adds no seat."""
SHARES = {"whom": 0.2, "when": 0.55, "before whom": 0.25}
WALL, LIMIT = 6.0, 25.0
"""Seconds after which a stage, and all of it with the reasons, ends in any case: for a machine too busy for its work.
A person waits for the page, and the server gives it up after two minutes."""


@dataclass
class Model:
    """`x`: a household at a slot; `z`: in which of its places, where that matters; `y`: a member at a place; `used`: a
    place holds a hearing. `broken` are the groups of rules that may give way, each with its literal; none for a plan.
    """

    table: Table
    households: tuple[Household, ...]
    relaxing: bool = False
    longer: bool = False
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    x: dict[Cell, Literal] = field(default_factory=dict)
    z: dict[tuple[int, int, int], Literal] = field(default_factory=dict)
    y: dict[tuple[int, int, int], Literal] = field(default_factory=dict)
    used: dict[Cell, Literal] = field(default_factory=dict)
    broken: dict[Group, Literal] = field(default_factory=dict)
    outside: dict[int, Literal] = field(default_factory=dict)

    @cached_property
    def spans(self) -> list[day.Span]:
        return [(start, start + self.table.minutes) for start in day.slots(self.table)]

    @property
    def slots(self) -> range:
        return range(len(self.spans))

    @cached_property
    def free(self) -> list[list[Sitter]]:
        """The members who can sit, by slot."""
        return [[one for one in self.table.members if day.member_free(self.table, one, span)] for span in self.spans]

    @cached_property
    def rooms(self) -> list[list[int]]:
        """The rooms that are free, by slot."""
        every = range(len(self.table.rooms))
        return [[room for room in every if day.room_free(self.table, span, room)] for span in self.spans]

    @cached_property
    def bound(self) -> list[Household]:
        """Those for whom it matters which members sit: somebody may not judge, or who refers is a member."""
        known, persons = {one.key for one in self.table.members}, {one.person for one in self.table.members}
        return [one for one in self.households if one.recused & known or one.attends & persons]

    def held(self, key: int) -> cp_model.LinearExpr:
        """1 where the household is heard on this day."""
        return sum(self.x[key, s] for s in self.slots)

    def rule(self, group: Group, constraint: cp_model.Constraint) -> None:
        """A rule of this group: hard, unless a group may be broken as a whole."""
        if self.relaxing:
            constraint.only_enforce_if(~self.breaking(group))

    def breaking(self, group: Group) -> Literal:
        if group not in self.broken:
            self.broken[group] = self.cp.new_bool_var(f"without {group}")
        return self.broken[group]


def build(table: Table, households: Collection[Household], *, relaxing: bool = False, longer: bool = False) -> Model:
    """All rules of the day for these households, each of whom is heard at most once; `longer` lets a day that may be
    `relaxing` go on, at a time when everybody is free."""
    made = Model(table, tuple(households), relaxing, longer)
    new = made.cp.new_bool_var
    made.x = {(one.key, s): new(f"x {one.key} {s}") for one in made.households for s in made.slots}
    for one in made.households:
        made.cp.add_at_most_one(made.x[one.key, s] for s in made.slots)
        if longer:
            made.outside[one.key] = new(f"outside {one.key}")
            made.cp.add_implication(made.outside[one.key], made.breaking(("time", "")))
    for add in (_places, _families, _languages, _persons):
        add(made)
    if made.bound:
        _benches(made)
    return made


def _at(made: Model, slot: int, keys: Iterable[int]) -> cp_model.LinearExpr:
    return sum(made.x[key, slot] for key in keys)


def _places(made: Model) -> None:
    """As many hearings at once as there are rooms, and as there are members to judge them."""
    table, keys = made.table, [one.key for one in made.households]
    for s in made.slots:
        together = _at(made, s, keys)
        rooms = made.cp.add(together <= len(made.rooms[s]))
        if made.relaxing and not made.longer:
            rooms.only_enforce_if(~made.breaking(("time", "")))
        people = len(made.free[s]) // max(table.quorum, len(table.must), 1)
        made.rule(("quorum", ""), made.cp.add(together <= people))
        for seat in table.must:
            made.rule(("must", seat), made.cp.add(together <= sum(one.seat == seat for one in made.free[s])))


def _families(made: Model) -> None:
    """Children of one home who are not heard together are heard one after the other."""
    for family in sorted({one.family for one in made.households}):
        keys = [one.key for one in made.households if one.family == family]
        for s in made.slots:
            most = int(day.family_free(made.table, family, made.spans[s]))
            if most < len(keys):
                made.rule(("family", family), made.cp.add(_at(made, s, keys) <= most))


def _languages(made: Model) -> None:
    """An interpreter is in one room at a time and interprets what they speak."""
    table = made.table
    wanted = sorted({one.language for one in made.households if one.language})
    for s in made.slots:
        speaks: dict[str, list[Literal | int]] = {language: [] for language in wanted}
        for number, voice in enumerate(table.interpreters):
            mine = [language for language in wanted if language in voice.languages]
            if not day.voice_free(table, voice, made.spans[s]):
                continue
            if len(mine) == 1:
                speaks[mine[0]].append(1)
            elif mine:
                either = {language: made.cp.new_bool_var(f"voice {number} {s} {language}") for language in mine}
                made.cp.add_at_most_one(either.values())
                for language, literal in either.items():
                    speaks[language].append(literal)
        for language, voices in speaks.items():
            keys = [one.key for one in made.households if one.language == language]
            made.rule(("language", language), made.cp.add(_at(made, s, keys) <= sum(voices)))


def _persons(made: Model) -> None:
    """Who referred is in one room at a time, and not while they are at another place."""
    for person in sorted({person for one in made.households for person in one.attends}):
        keys = [one.key for one in made.households if person in one.attends]
        for s in made.slots:
            most = int(day.person_free(made.table, person, made.spans[s]))
            if most < len(keys):
                made.rule(("attends", person), made.cp.add(_at(made, s, keys) <= most))


def _benches(made: Model) -> None:
    """Who sits at which place, where it matters: nobody recused, nobody in another room than whom they referred."""
    new, table, keys = made.cp.new_bool_var, made.table, [one.key for one in made.households]
    for s in made.slots:
        places = range(len(table.rooms if made.relaxing else made.rooms[s]))
        made.used |= {(s, p): new(f"used {s} {p}") for p in places}
        made.cp.add(_at(made, s, keys) == sum(made.used[s, p] for p in places))
        for p in places:
            made.y |= {(one.key, s, p): new(f"y {one.key} {s} {p}") for one in made.free[s]}
            made.z |= {(one.key, s, p): new(f"z {one.key} {s} {p}") for one in made.bound}
            bench(made, s, p, made.free[s], made.used[s, p])
            made.cp.add(sum(made.z[one.key, s, p] for one in made.bound) <= made.used[s, p])
        for member in made.free[s]:
            made.cp.add_at_most_one(made.y[member.key, s, p] for p in places)
        for one in made.bound:
            made.cp.add(sum(made.z[one.key, s, p] for p in places) == made.x[one.key, s])
            for p in places:
                _judges(made, one, s, p)
        for p in places[1:]:
            made.cp.add_implication(made.used[s, p], made.used[s, p - 1])


def bench(made: Model, s: int, p: int, free: Sequence[Sitter], used: Literal | int) -> None:
    """The quorum of one place, where it is used."""
    there = {one.key: made.y[one.key, s, p] for one in free}
    made.rule(("quorum", ""), made.cp.add(sum(there.values()) >= made.table.quorum * used))
    for seat in made.table.must:
        for_it = sum(there[one.key] for one in free if one.seat == seat)
        made.rule(("must", seat), made.cp.add(for_it >= used))


def _judges(made: Model, one: Household, s: int, p: int) -> None:
    for member in made.free[s]:
        sits, here = made.y[member.key, s, p], made.z[one.key, s, p]
        if member.key in one.recused:
            made.rule(("recused", ""), made.cp.add(sits + here <= 1))
        if member.person in one.attends:
            elsewhere = made.x[one.key, s] - here
            made.rule(("attends", member.person), made.cp.add(elsewhere + sits <= 1))


Found = tuple[cp_model.CpSolver, Effort]


def run(made: Model, stage: str, *, seed: int, effort: float, until: float) -> Found | None:
    """Solve what was built; None where nothing satisfies it, or nothing was found in the effort allowed, or by `until`
    on the monotonic clock."""
    left = min(WALL, until - monotonic())
    if left <= 0:
        return None
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2  # the bounds are far better, and the plans with them
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_time_in_seconds = left
    found = solver.solve(made.cp)
    if found not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    value, bound = round(solver.objective_value), round(solver.best_objective_bound)
    return solver, Effort(stage, value, bound, found == cp_model.OPTIMAL)


def solve(table: Table, *, seed: int, effort: float) -> Plan:
    """The plan of a day; `scheduling.plan` says what it is good for."""
    from firstbell.panels.rules.unheard import unheard  # it asks this module again, with rules that may be broken

    until = monotonic() + LIMIT
    made = build(table, [one for one in table.households if not one.too_soon])
    whom = _stage(made, "whom", _whom, seed, effort, until)
    if whom is None:
        return Plan((), unheard(table, frozenset(), seed=seed, until=until))
    heard = frozenset(key for (key, _), literal in made.x.items() if whom[0].value(literal))
    when = _stage(made, "when", lambda now: _when(now, heard), seed, effort, until, whom[0]) or whom
    rooms = placed(table, {key: s for (key, s), literal in made.x.items() if when[0].value(literal)})
    before = _seated(table, rooms, seed, effort, until)
    if before is None:
        return Plan((), unheard(table, frozenset(), seed=seed, until=until), (whom[1], when[1]))
    efforts = {one.stage: one for one in (whom[1], when[1], before[1])}
    return Plan(before[0], unheard(table, heard, seed=seed, until=until), tuple(efforts.values()))


def _stage(
    made: Model, stage: str, aim: Callable[[Model], None], seed: int, effort: float, until: float,
    hint: cp_model.CpSolver | None = None,
) -> Found | None:  # fmt: skip
    made.cp.clear_hints()
    if hint:
        for literal in (*made.x.values(), *made.z.values(), *made.y.values(), *made.used.values()):
            made.cp.add_hint(literal, hint.value(literal))
    aim(made)
    return run(made, stage, seed=seed, effort=effort * SHARES[stage], until=until)


def _whom(made: Model) -> None:
    """As many as possible; among as many, those who are on the docket; then those who have waited longest."""
    keeps = sum(one.waited for one in made.households) + 1
    counts = keeps * (len(made.households) + 1)
    worth = {one.key: counts + keeps * bool(one.was) + one.waited for one in made.households}
    made.cp.maximize(sum(worth[one.key] * made.held(one.key) for one in made.households))


def _when(made: Model, heard: Collection[int]) -> None:
    """Few changes, wishes met, a language's and a school's hearings together, early rather than late."""
    costs: list[cp_model.LinearExpr] = []
    longest = sorted((one for one in made.households if one.key in heard), key=lambda one: one.waited, reverse=True)
    thirds = dict.fromkeys((one.key for one in made.households), 1)
    thirds |= {one.key: 3 - 3 * at // len(longest) for at, one in enumerate(longest)}
    for one in made.households:
        made.cp.add(made.held(one.key) == (one.key in heard))
        for s in made.slots:
            start = made.spans[s][0]
            cost = LATE * s * thirds[one.key] + (0 if day.wished(one, start) else WISH)
            cost += MOVED if one.was and one.was[0] != start else 0
            costs.append(cost * made.x[one.key, s])
    groups = [("language", language, VOICE) for language in {one.language for one in made.households if one.language}]
    groups += [("school", school, SCHOOL) for school in {one.school for one in made.households}]
    for kind, which, cost in sorted(groups, key=str):
        keys = [one.key for one in made.households if getattr(one, kind) == which]
        if len(keys) > 1:
            costs += begun(made, [[made.x[key, s] for key in keys] for s in made.slots], cost)
    made.cp.minimize(sum(costs))


def begun(made: Model, at: Sequence[Sequence[Literal]], cost: int) -> Iterable[cp_model.LinearExpr]:
    """A cost for every slot at which something is that was not in the slot before."""
    before: Literal | None = None
    for literals in at:
        here, begins = made.cp.new_bool_var(""), made.cp.new_bool_var("")
        made.cp.add_max_equality(here, literals) if literals else made.cp.add(here == 0)
        made.cp.add_bool_or([~here, begins] if before is None else [~here, before, begins])
        before = here
        yield cost * begins


def _seated(
    table: Table, rooms: Sequence[Placed], seed: int, effort: float, until: float
) -> tuple[tuple[Sitting, ...], Effort] | None:
    """Who sits where: every seat that can be in the room, an even load, members who stay in their room."""
    by_key = {one.key: one for one in table.households}
    made = Model(table, tuple(by_key[one.household] for one in rooms))
    for one in rooms:
        free = [
            member
            for member in made.free[one.slot]
            if member.key not in by_key[one.household].recused
            and not any(
                member.person in by_key[other.household].attends and other.slot == one.slot and other is not one
                for other in rooms
            )
        ]
        made.y |= {(m.key, one.slot, one.room): made.cp.new_bool_var(f"y {m.key} {one.slot} {one.room}") for m in free}
        bench(made, one.slot, one.room, free, 1)
    made.cp.maximize(_fair(made, rooms))
    found = run(made, "before whom", seed=seed, effort=effort * SHARES["before whom"], until=until)
    if found is None:
        return None
    solver, made_of = found
    sittings = (
        Sitting(
            one.household, made.spans[one.slot][0], one.room,
            tuple(m.key for m in table.members
                  if (m.key, one.slot, one.room) in made.y and solver.value(made.y[m.key, one.slot, one.room])),
            one.interpreter,
        )
        for one in rooms
    )  # fmt: skip
    return tuple(sorted(sittings, key=lambda one: (one.start, one.room))), made_of


def _fair(made: Model, rooms: Sequence[Placed]) -> cp_model.LinearExpr:
    table, gains, loads = made.table, [], []
    for member in table.members:
        mine = [literal for (key, _, _), literal in made.y.items() if key == member.key]
        for s in made.slots:
            made.cp.add_at_most_one(literal for (key, at, _), literal in made.y.items() if (key, at) == (member.key, s))
        if mine:
            loads.append(sum(mine))
        for room in range(1, len(table.rooms)):
            there = [[made.y[member.key, s, room]] if (member.key, s, room) in made.y else [] for s in made.slots]
            gains += [-cost for cost in begun(made, there, ROOM)]
    for one in rooms:
        for seat in sorted({member.seat for member in table.members}):
            for_it = [made.y[m.key, one.slot, one.room] for m in table.members
                      if m.seat == seat and (m.key, one.slot, one.room) in made.y]  # fmt: skip
            if for_it:
                there = made.cp.new_bool_var("")
                made.cp.add_max_equality(there, for_it)
                gains.append(SEAT * there)
    most, least = (made.cp.new_int_var(0, len(rooms) or 1, name) for name in ("most", "least"))
    for load in loads:
        made.cp.add(load <= most)
        made.cp.add(load >= least)
    return sum(gains) - LOAD * (most - least) - CHAIR * sum(made.y.values())
