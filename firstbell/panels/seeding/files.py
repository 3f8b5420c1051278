"""One invented student's file, whole and in order, for any kind of panel: the same seed always gives the same one."""

from datetime import date, timedelta
from random import Random

from firstbell.cases.rules.entries import KINDS as CONTACTS
from firstbell.law.days import Day
from firstbell.law.notices import Kind as Letter
from firstbell.law.sarb import NOTICE_FIELDS
from firstbell.law.steps import StepKind
from firstbell.panels.kinds import KINDS
from firstbell.panels.rules.packets.facts import (
    Attendance,
    Contact,
    DayFact,
    Decided,
    File,
    Guard,
    Help,
    Met,
    NoteFact,
    NoticeFact,
    Parent,
    PlanFact,
    Profile,
    Promise,
    Pupil,
    Referred,
    StepFact,
    Teacher,
)
from firstbell.panels.rules.packets.phrases import phrases

YEAR = 2026
FIRST, DAYS = date(2025, 8, 18), 150
GIVEN = ("Ana", "Noor", "Luis", "Mina", "Tigran", "Jade", "Omar", "Linh", "Sofía", "Davit", "Keola", "Ruth")
FAMILY = ("Reyes", "Baptiste", "Petrosyan", "Okoye", "Tran", "Haddad", "Lindqvist", "Sarkissian", "Nakamura", "Vega")
STAFF = ("Rosa Diaz", "Hugo Barrera", "Mae Lund", "Daniel Kim", "Ines Quiroga", "Tomas Ochoa")
SAID = (
    "The bus passes before the alarm rings; an earlier one would do.", "She asked for a call before nine.",
    "Grandmother brings him when the car is away.", "Breakfast at school was news to them.", "",
    "They would like an interpreter for the meeting.", "He draws every day and showed me the notebook.",
)  # fmt: skip
ASKED = (
    "That somebody calls by nine when he is not there.", "An earlier bus, and a locker near the gate.",
    "To hear good things too, not only the days.", "Help with the mornings while I work nights.",
)  # fmt: skip
STRENGTHS = (
    "Draws, and looks after the garden.", "Reads to the younger ones at the library.", "Never misses band practice.",
    "Good with numbers; helps in the family's shop.",
)  # fmt: skip
WHY = (
    "The plan did not do it; the mornings are the hard part.", "Letters and visits helped for two weeks, then no more.",
    "The family asks for services that the school does not have.",
)  # fmt: skip
PROMISED = {
    "family": ("Phone off at ten", "Calls the office by eight", "Walks along to the stop"),
    "student": ("Alarm at 6:40", "Goes to the garden club"),
    "school": ("Breakfast is kept warm until 8:15", "A locker near the gate", "Somebody calls by nine"),
}
SECRETS = (
    "My uncle drinks and shouts, so I hide at the river until dark.",
    "I am scared of the boys who wait behind the gym with knives.",
    "Nobody knows that I sleep in the laundromat on Fourth Street.",
)
RESTRICTED = (
    "Father was served with papers; the shelter moved them to Pomona again.",
    "A cousin owes money and people knock on the door every night.",
)


def invented(rng: Random, kind: str) -> File:
    """A good file for this kind of panel: every step in order, every letter proven, help first."""
    on = FIRST + timedelta(DAYS + rng.randint(20, 60))
    student = rng.randint(1, 9_999)
    name, legal = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}", KINDS[kind].legal
    days = _days(rng, on)
    counted = [one.on for one in days if one.what in (Day.UNEXCUSED, Day.OCCASION)]
    steps = _chain(rng, counted, student) if legal else ()
    plan = _plan(rng, student)
    day = steps[-1].on if steps else on - timedelta(6)
    panel = f"{rng.choice(('North', 'Valley', 'Harbor'))} {KINDS[kind].short}"
    place = f"{rng.randint(10, 990)} Alder Street, Room {rng.randint(1, 9)}"
    return File(
        on=on, through=days[-1].on,
        pupil=Pupil(student, None, "", student, YEAR, name, str(rng.randint(1, 12)), f"{rng.choice(FAMILY)} School",
                    rng.choice(("en", "en", "es", "es", "hy", "vi", "so"))),
        attendance=Attendance(YEAR, days[-1].on, "student system", student, YEAR, days),
        referred=Referred(rng.randint(1, 999), day, rng.choice(STAFF), student, YEAR,
                          "habitual" if legal else rng.choice(("chronic", "other")), rng.choice(WHY),
                          rng.choice((*ASKED, "")), panel, kind, place),
        panel=Met(rng.randint(1, 99), None, "", 0, 0, panel, place),
        steps=steps, notices=_notices(rng, steps, student, on), contacts=_contacts(rng, student), plan=plan,
        promises=_promises(rng, on, student) if plan else (), help=_help(rng, student),
        teachers=_teachers(rng, on, student), notes=_notes(rng, on, student),
        profile=Profile(7, on, "", 0, YEAR, f"{rng.choice(FAMILY)} School", rng.randint(300, 2400),
                        rng.randint(31, 280)),
        parent=Parent(rng.randint(1, 999), None, "", student, YEAR, f"Marisol {name.split()[-1]}",
                      (f"{rng.randint(1, 999)} Olive Street", "Rosalia, CA 90099")),
        decisions=(Decided(rng.randint(1, 99), on, rng.choice(STAFF), student, YEAR,
                           rng.choice(("mediation", "court")),
                           "Services were directed on three dates and nobody came; they cannot resolve it."),)
        if legal else (),
        grounds=("chronic", "conduct"), guard=_guard(name),
    )  # fmt: skip


def _days(rng: Random, on: date) -> tuple[DayFact, ...]:
    """Weekdays of the year with enough unexcused ones for three reports, weeks apart."""
    weekdays = [day for n in range(DAYS) if (day := FIRST + timedelta(n)).weekday() < 5 and day < on]
    must = {3, 7, 12, 20, 21, 40, 44, 60, 66}
    found = []
    for place, day in enumerate(weekdays):
        luck, file = rng.random(), f"files of {day + timedelta(1)}"
        if place in must or luck < 0.06:
            found.append(DayFact(day, int(Day.UNEXCUSED), "U", file))
        elif luck < 0.10:
            found.append(DayFact(day, int(Day.OCCASION), "T", file))
        elif luck < 0.16:
            found.append(DayFact(day, int(Day.EXCUSED), "E", file, hidden=luck > 0.15))
        elif luck < 0.17:
            found.append(DayFact(day, int(Day.SUSPENDED), "S", file))
        else:
            found.append(DayFact(day, int(Day.PRESENT)))
    return tuple(found)


def _chain(rng: Random, counted: list[date], student: int) -> tuple[StepFact, ...]:
    """Three reports with a notice each, two attempts at a conference and the referral, each on its day."""
    steps: list[StepFact] = []

    def add(what: StepKind, on: date, place: int = 1, rests_on: tuple[date, ...] = ()) -> None:
        steps.append(
            StepFact(len(steps) + 1, on, rng.choice(STAFF), student, YEAR, what.value, place, "habitual", rests_on)
        )

    last = date.min
    for place in (1, 2, 3):
        fresh = [day for day in counted if day > last]
        named = tuple(fresh[: 3 if place == 1 else rng.randint(1, 2)])
        last = named[-1] + timedelta(rng.randint(1, 2))
        add(StepKind.REPORT, last, place, tuple(day for day in counted if _before(steps, place) < day <= last))
        add(StepKind.NOTICE, last + timedelta(rng.randint(1, 3)), place)
        if place < 3:
            met = StepKind.ATTEMPT if place == 1 else rng.choice((StepKind.ATTEMPT, StepKind.CONFERENCE))
            add(met, last + timedelta(rng.randint(4, 6)))
            last = steps[-1].on or last
    add(StepKind.REFERRAL, (steps[-1].on or last) + timedelta(rng.randint(8, 20)))
    return tuple(sorted(steps, key=lambda one: (one.on or last, one.number)))


def _before(steps: list[StepFact], place: int) -> date:
    return max(
        (one.on for one in steps if one.what == StepKind.REPORT and one.place < place and one.on), default=date.min
    )


def _notices(rng: Random, steps: tuple[StepFact, ...], student: int, on: date) -> tuple[NoticeFact, ...]:
    found = []
    for step in steps:
        if step.on is None or step.what not in (StepKind.NOTICE, StepKind.REFERRAL):
            continue
        first = Letter.FIRST_TRUANCY if step.place == 1 else Letter.NEXT_TRUANCY
        letter = Letter.SARB if step.what == StepKind.REFERRAL else first
        sent = step.on + timedelta(rng.randint(0, 1))
        proofs = [("print", rng.choice(("sent", "delivered")), (sent + timedelta(1)).isoformat())]
        if rng.random() < 0.4:
            proofs.append(("email", rng.choice(("sent", "delivered", "failed")), sent.isoformat()))
        items = NOTICE_FIELDS if letter is Letter.SARB else ("a", "b", "c")
        found.append(
            NoticeFact(step.number, sent, rng.choice(STAFF), student, YEAR, letter.value, step.place, "Marisol Vega",
                       tuple(proofs), items)
        )  # fmt: skip
    return tuple(one for one in found if one.on is not None and one.on <= on)


def _contacts(rng: Random, student: int) -> tuple[Contact, ...]:
    days = sorted(rng.sample(range(10, 140), rng.randint(3, 7)))
    kinds = ["call", "visit", *(rng.choice(tuple(CONTACTS)) for _ in days[2:])]
    outcomes = ["no_answer", "reached", *(rng.choice(("reached", "left_word", "no_answer", "plan")) for _ in days[2:])]
    return tuple(
        Contact(n + 1, FIRST + timedelta(day), rng.choice(STAFF), student, YEAR, how, outcome, rng.choice(SAID),
                CONTACTS[how].reaches_home)
        for n, (day, how, outcome) in enumerate(zip(days, kinds, outcomes, strict=True))
    )  # fmt: skip


def _plan(rng: Random, student: int) -> PlanFact | None:
    if rng.random() < 0.15:
        return None
    begins = FIRST + timedelta(rng.randint(40, 80))
    early = rng.random() < 0.3
    return PlanFact(
        rng.randint(1, 99), begins, rng.choice(STAFF), student, YEAR, rng.randint(1, 3), begins, rng.choice(STRENGTHS),
        rng.choice((*ASKED, "")), tuple(sorted(rng.sample(("sleep", "transport", "work", "belonging"), 2))), begins,
        rng.randint(1, 3), 20, rng.randint(0, 6), rng.randint(5, 20), rng.choice(("met", "missed", "running")),
        "early" if early else rng.choice(("fewer", "more", "same")), rng.randint(0, 6), rng.randint(0, 9), 20,
    )  # fmt: skip


def _promises(rng: Random, on: date, student: int) -> tuple[Promise, ...]:
    found = []
    for side, texts in PROMISED.items():
        for text in rng.sample(texts, rng.randint(1, 2)):
            due = rng.choice((None, on - timedelta(9), on + timedelta(9)))
            state = rng.choice(("open", "kept", "not_kept", "unknown"))
            found.append(
                Promise(len(found) + 1, FIRST + timedelta(60), rng.choice(STAFF), student, YEAR, side, text,
                        rng.choice(("", "Marisol Vega")), due, state)
            )  # fmt: skip
    return tuple(found)


def _help(rng: Random, student: int) -> tuple[Help, ...]:
    kinds = (("session", "individual"), ("session", "family"), ("meeting", "sspt"), ("meeting", "attendance_team"))
    days = sorted(rng.sample(range(30, 140), rng.randint(1, 4)))
    found = []
    for n, day in enumerate(days):
        of, what = rng.choice(kinds)
        found.append(Help(n + 1, FIRST + timedelta(day), rng.choice(STAFF), student, YEAR, what, of))
    return tuple(found)


def _teachers(rng: Random, on: date, student: int) -> tuple[Teacher, ...]:
    texts = ("Quick to help others.", "Tired before ten.", "A seat near the door.", "Ask what the mornings are like.")
    return tuple(
        Teacher(n + 1, on - timedelta(3 + n), rng.choice(STAFF), student, YEAR, *texts)
        for n in range(rng.randint(0, 2))
    )


def _notes(rng: Random, on: date, student: int) -> tuple[NoteFact, ...]:
    text = "Works evenings at the market to help with the rent; asks for later mornings."
    note = NoteFact(41, on - timedelta(30), "Rosa Diaz", student, YEAR, text, "Marisol Vega", on - timedelta(10))
    return (note,) if rng.random() < 0.4 else ()


def _guard(name: str) -> Guard:
    """What is around the student and must not be told: a sibling, a restricted parent's home, locked notes."""
    others = tuple(f"{given} {name.split()[-1]}" for given in GIVEN if given not in name)[:2]
    locked = frozenset().union(*(phrases(text) for text in (*SECRETS, *RESTRICTED)))
    shared = phrases("Works evenings at the market to help with the rent; asks for later mornings.")
    return Guard(others, ("77 Elm Court", "555 0199"), locked, shared)
