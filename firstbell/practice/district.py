"""The whole practice district put together, before a line of it is written."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from firstbell.practice.attendance import Group, household_drift, season_sample
from firstbell.practice.calendars import SchoolYear, school_year
from firstbell.practice.families import Contacts, contacts
from firstbell.practice.moves import Moves, moves
from firstbell.practice.people import People, people
from firstbell.practice.plan import Bools, Floats, Ints, Plan
from firstbell.practice.schools import TK, School, schools
from firstbell.practice.stories import Cast, cast

ROOM, SECTION = 25, 28


@dataclass(frozen=True)
class District:
    """Everything that is true of the year, whatever the evening on which it is looked at."""

    plan: Plan
    year: SchoolYear
    schools: list[School]
    people: People
    cast: Cast
    moves: Moves
    adults: Contacts
    drift: Floats

    @cached_property
    def by_school(self) -> list[Ints]:
        """Enrolment indexes of each school, in file order."""
        order = np.argsort(self.moves.school, kind="stable")
        edges = np.searchsorted(self.moves.school[order], np.arange(1, len(self.schools)))
        return [part.astype(np.int32) for part in np.split(order, edges)]

    @cached_property
    def room(self) -> Ints:
        """Homeroom of each enrolment, from 1 within its school and grade."""
        grade = self.people.grade[self.moves.student] - TK
        group = self.moves.school.astype(np.int64) * 14 + grade
        order = np.argsort(group, kind="stable")
        rank = np.arange(len(group)) - np.searchsorted(group[order], group[order])
        rooms = np.maximum(1, np.bincount(group, minlength=14 * len(self.schools)) // ROOM)
        room = np.empty(len(group), np.int32)
        room[order] = rank % rooms[group[order]] + 1
        return room

    def sections(self, school: School) -> int:
        """Sections in each period; a student's section follows from their place in the school."""
        return len(self.by_school[school.index]) // SECTION + 1

    @cached_property
    def second(self) -> dict[int, int]:
        """Student -> enrolment, for those who have a second enrolment beside their own school's."""
        rows = np.flatnonzero(~self.moves.primary)
        return {int(self.moves.student[row]): int(row) for row in rows}

    def taught_at(self, school: School, enrolment: int, days: Ints) -> Bools:
        """Which of these days one enrolment has school there, and roll was taken."""
        taught = np.isin(days, school.calendar(self.moves.calendar[enrolment]).days)
        taught &= (days >= self.moves.entry[enrolment]) & (days <= self.moves.last[enrolment])
        return taught & ~np.isin(days, self.untaken(school))

    def known(self, on: int) -> Bools:
        """The enrolments entered by the evening of `on`."""
        return self.moves.entry <= on

    def group(self, school: School) -> Group:
        """One school's enrolments by days, as it finally ran."""
        mine = self.by_school[school.index]
        student = self.moves.student[mine]
        days = np.unique(np.concatenate([calendar.days for calendar in school.calendars]))
        held = (self.moves.entry[mine] <= days[:, None]) & (days[:, None] <= self.moves.last[mine])
        held &= (self.moves.exit_type[mine] != 6) & self.moves.primary[mine]
        for calendar in school.calendars[1:]:
            theirs = np.array([self.moves.calendar[m] == calendar.code for m in mine], np.bool_)
            held[np.ix_(~np.isin(days, calendar.days), theirs)] = False
        held[np.isin(days, self.untaken(school))] = False
        return Group(
            days=days.astype(np.int32),
            held=held,
            absence=self.people.absence[student],
            unexcused=self.people.unexcused[student],
            upper=school.lowest >= 6,
            drift=self.drift[self.people.household[student]],
        )

    def untaken(self, school: School) -> Ints:
        """Days on which a whole school took no roll, for schools that take it by period."""
        if not school.by_period:
            return np.array([], np.int32)
        days = school.calendars[0].days
        return np.sort(self.plan.rng("untaken", school.index).choice(days[5:150], 2, replace=False))


def district(plan: Plan) -> District:
    """Build the district of a plan."""
    year, every = school_year(plan.year), schools(plan)
    everyone = people(plan, every, season_sample(year))
    players = cast(plan, everyone, every)
    home = {role: int(everyone.household[students[0]]) for role, students in players.roles.items()}
    return District(
        plan=plan,
        year=year,
        schools=every,
        people=everyone,
        cast=players,
        moves=moves(plan, everyone, every, year, players.settled),
        adults=contacts(plan, everyone, no_contact=home["no_contact"], bad_phone=home["wrong_phone_only"]),
        drift=household_drift(plan, everyone.households),
    )
