"""What the records say of one referral, as plain values: what a packet is made of, and what it is checked against.

Each record has the key of its source ("entry:12") and the SHA-256 of what was read. Nobody's sealed words are in here,
not even as text: `Guard` holds only the hashes of their phrases.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from firstbell.law.days import ABSENT, Day
from firstbell.law.steps import Ground, StepKind
from firstbell.law.steps import Step as Taken
from firstbell.letters.packet import digest


@dataclass(frozen=True, slots=True)
class Fact:
    """One record. `kind` and `number` make the key of its source."""

    number: int
    on: date | None
    by: str
    student: int
    year: int

    kind = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.number}"

    @property
    def digest(self) -> str:
        return _digest(self)


@lru_cache(maxsize=4096)
def _digest(one: "Fact") -> str:
    """A year of days is asked for its hash by every copy and every check."""
    return digest(one)


@dataclass(frozen=True, slots=True)
class Pupil(Fact):
    """`language` is that of a wording or the tag itself; `grade` as the wording has it ("7", "K", "")."""

    name: str = ""
    grade: str = ""
    school: str = ""
    language: str = "en"
    kind = "roster"


@dataclass(frozen=True, slots=True)
class DayFact:
    """One enrolled school day. `what` is a `law.days.Day`. `hidden`: an absence whose reason is nobody's (EC 46010.1).

    `waits`: a reason was given and nobody has decided on it. `file` is what brought the mark. `young`: outside the
    years of compulsory education, when no day is an occasion of truancy (EC 48200).
    """

    on: date
    what: int
    code: str = ""
    file: str = ""
    hidden: bool = False
    waits: bool = False
    young: bool = False

    @property
    def occasion(self) -> bool:
        return self.what in (Day.UNEXCUSED, Day.OCCASION) and not self.young


@dataclass(frozen=True, slots=True)
class Attendance(Fact):
    """The year up to `on`; `by` the student system."""

    days: tuple[DayFact, ...] = ()
    kind = "attendance"

    @property
    def absent(self) -> int:
        return sum(one.what in ABSENT for one in self.days)

    @property
    def occasions(self) -> tuple[date, ...]:
        return tuple(one.on for one in self.days if one.occasion)


@dataclass(frozen=True, slots=True)
class Referred(Fact):
    """The referral. `by` made it `on`; `panel_kind` is a key of `kinds.KINDS`."""

    ground: str = "other"
    why: str = ""
    asked: str = ""
    panel: str = ""
    panel_kind: str = "sspt"
    address: str = ""
    kind = "referral"


@dataclass(frozen=True, slots=True)
class Met(Fact):
    """The panel that meets: name and address, as its own record has them."""

    name: str = ""
    address: str = ""
    kind = "panel"


@dataclass(frozen=True, slots=True)
class StepFact(Fact):
    what: str = ""
    place: int = 1
    ground: str = "habitual"
    rests_on: tuple[date, ...] = ()
    kind = "step"

    @property
    def taken(self) -> Taken:
        assert self.on is not None  # a step is taken on a day
        return Taken(StepKind(self.what), self.on, self.place, self.rests_on, Ground(self.ground), self.number)


@dataclass(frozen=True, slots=True)
class NoticeFact(Fact):
    """A letter about the student. `proofs` are (channel, state, day), the newest of each channel; `items` what the law
    asked of it and it has; `fell`: it was rescinded."""

    what: str = ""
    place: int = 1
    to: str = ""
    proofs: tuple[tuple[str, str, str], ...] = ()
    items: tuple[str, ...] = ()
    fell: bool = False
    kind = "notice"


@dataclass(frozen=True, slots=True)
class Contact(Fact):
    how: str = ""
    outcome: str = ""
    said: str = ""
    home: bool = True
    kind = "entry"


@dataclass(frozen=True, slots=True)
class Promise(Fact):
    """A commitment; `state` is that of its newest check, "open" where nobody has checked."""

    side: str = ""
    text: str = ""
    who: str = ""
    by_on: date | None = None
    state: str = "open"
    kind = "promise"


@dataclass(frozen=True, slots=True)
class PlanFact(Fact):
    """The plan in force, version and all; figures in days up to the packet's last day. `trend` is "" without a plan."""

    version: int = 1
    begins_on: date | None = None
    strengths: str = ""
    asked: str = ""
    barriers: tuple[str, ...] = ()
    goal_from: date | None = None
    goal_days: int = 0
    goal_of: int = 0
    missed: int = 0
    gone: int = 0
    reached: str = "running"
    trend: str = "early"
    since: int = 0
    before: int = 0
    span: int = 0
    kind = "plan"


@dataclass(frozen=True, slots=True)
class Help(Fact):
    """A session, a group's, team's or panel's meeting: that it was, never what was said. `of` is the source's kind."""

    what: str = ""
    of: str = "session"

    @property
    def key(self) -> str:
        return f"{self.of}:{self.number}"


@dataclass(frozen=True, slots=True)
class Teacher(Fact):
    strengths: str = ""
    seen: str = ""
    tried: str = ""
    suggests: str = ""
    kind = "teacher"


@dataclass(frozen=True, slots=True)
class NoteFact(Fact):
    """A note that somebody consented to share with the panel."""

    text: str = ""
    given_by: str = ""
    given_on: date | None = None
    kind = "note"


@dataclass(frozen=True, slots=True)
class Profile(Fact):
    """A school's roll-up: `students` of it, `chronic` of them chronically absent. `number` is the school."""

    school: str = ""
    students: int = 0
    chronic: int = 0
    kind = "profile"


@dataclass(frozen=True, slots=True)
class Parent(Fact):
    """Who is written to for the court side. `lines` is the address; empty and `withheld` where it may not be told."""

    name: str = ""
    lines: tuple[str, ...] = ()
    withheld: bool = False
    kind = "parent"


@dataclass(frozen=True, slots=True)
class Decided(Fact):
    what: str = ""
    why: str = ""
    kind = "decision"


@dataclass(frozen=True, slots=True)
class Guard:
    """What must not be told. `others` are names of other children that the texts could hold, `places` addresses and
    numbers of whoever is restricted, `locked` the phrases (hashed) of notes under lock, `shared` those of the notes
    that somebody consented to share with the panel, and with nobody else. `blind`: a sealed note could not be compared,
    for its key is lost. None of it is ever stored."""

    others: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    locked: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    blind: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """Everything of one referral, up to `on`; attendance up to `through`. `help` is in order of its days."""

    on: date
    through: date
    pupil: Pupil
    attendance: Attendance
    referred: Referred
    panel: Met
    steps: tuple[StepFact, ...] = ()
    notices: tuple[NoticeFact, ...] = ()
    contacts: tuple[Contact, ...] = ()
    plan: PlanFact | None = None
    promises: tuple[Promise, ...] = ()
    help: tuple[Help, ...] = ()
    teachers: tuple[Teacher, ...] = ()
    notes: tuple[NoteFact, ...] = ()
    profile: Profile | None = None
    parent: Parent | None = None
    decisions: tuple[Decided, ...] = ()
    grounds: tuple[str, ...] = ("conduct",)
    """Grounds other than habitual truancy that hold on their day (`law.steps.standing_steps`)."""
    moved: str = ""
    """The school where the student is now, where it is not the one that referred."""
    guard: Guard = field(default_factory=Guard)

    def records(self) -> Iterable[Fact]:
        """Every record, each once."""
        yield from (self.pupil, self.attendance, self.referred, self.panel)
        for several in (self.steps, self.notices, self.contacts, self.promises, self.help, self.teachers, self.notes):
            yield from several
        yield from self.decisions
        yield from (one for one in (self.plan, self.profile, self.parent) if one is not None)
