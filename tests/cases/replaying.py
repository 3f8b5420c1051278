"""A replayed year: the practice district's files taken in evening by evening, its ladders really asked, and compared.

Each evening the files are written as that evening knew them, imported, made the day book and pulled, as the nightly
run does. `Replay.evening` then compares three tellings of it: the simulator's, the ladder's rows and tasks, and
`Followed`, which follows from evening to evening what the simulator says, in memory, by the rules in words.
`benchmarks.replay` is this at length.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange

from firstbell.attendance.actions import rebuild
from firstbell.cases import actions
from firstbell.cases.models import Reached, Task
from firstbell.cases.queries import simulator
from firstbell.cases.queries.triggers import school_days
from firstbell.cases.rules.tasks import BY_WORD, minutes
from firstbell.cases.rules.triggers import DEFAULT, Rung
from firstbell.core.models import User
from firstbell.imports import actions as imports
from firstbell.practice import Plan, write
from firstbell.practice.district import district
from firstbell.roster.models import School, Student

YEAR = 2026
BUSY = (
    Rung("any", 2, 5, "call", 4, "counselor"),
    Rung("any", 4, 20, "call", 2, "clerk", "Ask what keeps them"),
    Rung("unexcused", 3, 0, "conference", 10, "principal"),
    Rung("unexcused", 2, 5, "visit", 5, "adult"),
    Rung("excused", 3, 10, "call", 3, "clerk"),
    Rung("any", 8, 0, "plan", 10, "counselor"),
)
"""Three ask for a call, in different numbers of days: who waits for one must not be asked for another."""
WORDS = (
    Rung("any", 1, 0, "other", 3, "clerk", "Send the welcome sheet"),
    Rung("excused", 2, 10, "other", 5, "clerk", "Ask the nurse"),
    Rung("any", 3, 15, "other", 8, "clerk", "Ask the nurse"),
    Rung("unexcused", 1, 3, "checkin", 2, "adult"),
)
from tests import staff

LADDERS = (DEFAULT, BUSY, WORDS)
"""The district's, and those of its first two schools."""
Reach = tuple[int, int, date]
"""Trigger, student, day."""


@dataclass
class Asked:
    """A task in memory: whose, for what, due when; the reaches that lean on it."""

    what: tuple[int, tuple[str, str]]
    due: date
    minutes: int
    state: str = "open"
    leaning: set[Reach] = field(default_factory=set)


@dataclass
class Followed:
    """The nights' rules over what the simulator says of each evening, without a database.

    `due` tells by when something asked tonight of a student in so many school days must be done.
    """

    rungs: Mapping[int, Rung]
    due: Callable[[int, int], date]
    rows: dict[Reach, Asked | None] = field(default_factory=dict)
    tasks: list[Asked] = field(default_factory=list)

    def night(self, found: set[Reach], nowhere: set[int]) -> Counter[str]:
        told: Counter[str] = Counter()
        lost = defaultdict(list)
        for reach, task in self.rows.items():
            if reach not in found and task and (task.state == "open" or self.rungs[reach[0]].window == 0):
                lost[reach[:2]].append(reach)
        again = [reach for reach, task in self.rows.items() if reach in found and task is None]
        new = sorted(found - self.rows.keys(), key=lambda reach: (reach[2], reach))
        told["reached"] = len(new)
        self.rows |= dict.fromkeys(new)
        for reach in again + new:
            if lost[reach[:2]]:
                self._lean(reach, self._leave(lost[reach[:2]].pop()))
            elif reach[1] not in nowhere:
                told[self._ask(reach)] += 1
        for reach in [one for listed in lost.values() for one in listed]:
            if self.rows[reach].state == "open" and not self._leave(reach).leaning:
                told["dropped"] += 1
        for task in self.tasks:
            if task.state == "open" and not task.leaning:
                task.state = "dropped"
        return told

    def day(self, today: date) -> None:
        """Whatever is due is done."""
        for task in self.tasks:
            if task.state == "open" and task.due <= today:
                task.state = "done"

    def _ask(self, reach: Reach) -> str:
        rung, student = self.rungs[reach[0]], reach[1]
        what, due = (student, rung.same), self.due(student, rung.within)
        for task in self.tasks:
            if task.state == "open" and task.what == what and task.leaning:
                task.due = min(task.due, due)
                self._lean(reach, task)
                return "joined"
        self.tasks.append(Asked(what, due, minutes(rung.asks)))
        self._lean(reach, self.tasks[-1])
        return "asked"

    def _lean(self, reach: Reach, task: Asked) -> None:
        task.leaning.add(reach)
        self.rows[reach] = task

    def _leave(self, reach: Reach) -> Asked:
        task, self.rows[reach] = self.rows[reach], None
        task.leaning.discard(reach)
        return task


@dataclass(frozen=True)
class Evening:
    """How one evening compared. `wrong`: sentences, none where all three tell the same; `told`: what the ladder did."""

    on: date
    told: Counter[str]
    minutes: int
    standing: int
    wrong: list[str]


class Replay:
    """A practice district and its ladders, from its first school night on. Needs an empty database and state folder."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.nights = [date.fromordinal(int(day)) for day in district(plan).year.taught]
        self.by = User.objects.create(username="office")
        self.ever: set[Reach] = set()
        self.rungs: dict[int, Rung] = {}
        self.evenings: list[Evening] = []

    def begin(self) -> None:
        """The first evening's files, a counselor at each school, and the ladders switched on."""
        self._take_in(self.nights[0])
        schools = list(School.objects.order_by("key"))
        for school in schools:
            staff.post(user=self.by, role="counselor", school=school, span=DateRange(self.nights[0], None))
        self.ladders = []
        for school, rungs in zip([None, *schools], LADDERS, strict=False):
            draft = actions.draft_ladder(school=school, by=self.by, rungs=rungs)
            made = actions.switch_on(ladder=draft, by=self.by)
            self.ladders.append((school, made, list(made.triggers.all())))
            self.rungs |= {trigger.pk: trigger.rung for trigger in made.triggers.all()}
        self.days = school_days(YEAR, [school.pk for school in schools])
        self.followed = Followed(self.rungs, self._due)
        self._night(self.nights[0])

    def evening(self, on: date) -> Evening:
        """One more day: what was due is done, then the files come and the night asks."""
        settings.TODAY = on.isoformat()
        self._work(on)
        self.followed.day(on)
        self._take_in(on)
        return self._night(on)

    def _take_in(self, on: date) -> None:
        settings.TODAY = on.isoformat()
        write(self.plan, self.folder, as_of=on)
        imports.apply(self.folder, by=None, accept=True)
        rebuild(YEAR)

    def _night(self, on: date) -> Evening:
        before = set(Task.objects.values_list("pk", flat=True))
        actions.follow_students()
        pulled = actions.pull_triggers(year=YEAR)
        told = Counter({name: getattr(pulled, name) for name in ("reached", "asked", "joined", "dropped")})
        spent = sum(Task.objects.exclude(pk__in=before).filter(source="trigger").values_list("minutes", flat=True))
        here = set(Student.objects.filter(live=True).exclude(school=None).values_list("pk", flat=True))
        found = self.simulated()
        nowhere = {student for _, student, _ in found} - here
        followed = self.followed.night(found, nowhere)
        wrong = [*self._whom(found, nowhere), *_differ("the night", followed, told), *self._tasks()]
        self.ever |= found
        self.evenings.append(Evening(on, told, spent, len(found), wrong))
        return self.evenings[-1]

    def simulated(self) -> set[Reach]:
        """What the simulator says of the year so far, by the triggers of the ladders in force."""
        found = set()
        for school, made, triggers in self.ladders:
            rows = simulator.simulate(made.rungs, school, YEAR).rows
            found |= {(triggers[at].pk, who, on) for at, who, on in rows.select("rung", "student", "on").rows()}
        return found

    def weeks(self) -> Counter[date]:
        """Monday to the tasks, and (Monday, "minutes") to the minutes, that the simulator says of the whole year."""
        told: Counter = Counter()
        for school, made, _ in self.ladders:
            for week in simulator.simulate(made.rungs, school, YEAR).weeks:
                told[week.monday] += week.tasks
                told[week.monday, "minutes"] += week.minutes
        return +told

    def weeks_asked(self) -> Counter[date]:
        """The same of what the ladders asked, night by night."""
        told: Counter = Counter()
        for one in self.evenings:
            monday = one.on - timedelta(one.on.weekday())
            told[monday] += one.told["asked"]
            told[monday, "minutes"] += one.minutes
        return +told

    def _whom(self, found: set[Reach], nowhere: set[int]) -> Iterable[str]:
        """Whom and when, and how many a week: the ladder's rows against the simulator.

        A day that a correction took back after its task was done stays on the ladder's record.
        """
        rows = {row.pk: row for row in Reached.objects.exclude(task=None).select_related("task")}
        stands = {(row.trigger_id, row.student_id, row.on): row.task.state for row in rows.values()}
        kept = {reach for reach in stands.keys() - found if stands[reach] == "done" and reach in self.ever}
        asked = stands.keys() - kept
        waits = {reach for reach in found if reach[1] in nowhere and reach not in stands}
        yield from _differ("whom and when", found - waits, asked)
        yield from _differ("a week", _by_week(found - waits), _by_week(asked))

    def _tasks(self) -> Iterable[str]:
        """Every task of a trigger, open, done or dropped, and by when."""
        mine = Counter((what[0], task.state, task.due) for task in self.followed.tasks for what in [task.what])
        rows = Task.objects.filter(source="trigger").values_list("case__student", "state", "due_on")
        yield from _differ("tasks", mine, Counter(rows))

    def _due(self, student: int, within: int) -> date:
        school, day = (
            Student.objects.values_list("school", flat=True).get(pk=student),
            date.fromisoformat(settings.TODAY),
        )
        last, left = self.days[school][-1], within
        while left:
            day += timedelta(1)
            left -= day in self.days[school] or (day > last and day.weekday() < 5)
        return day

    def _work(self, today: date) -> None:
        """The office does what is due, through the same actions as anybody."""
        for task in Task.objects.open().filter(due_on__lte=today).select_related("case__student"):
            if task.kind in BY_WORD:
                actions.finish(task=task, outcome="Done.", by=self.by)
            else:
                actions.log(key=uuid4(), student=task.case.student, kind=task.kind, outcome="reached", by=self.by)


def _by_week(reaches: Iterable[Reach]) -> Counter[date]:
    return Counter(on - timedelta(on.weekday()) for _, _, on in reaches)


def _differ(what: str, said: object, done: object) -> list[str]:
    return [] if said == done else [f"{what}: the simulator says {said!r}, the ladder did {done!r}"[:2000]]
