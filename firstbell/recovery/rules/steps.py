"""The steps to find a student: which there are, which are done, which comes next and by when. Pure.

A step that is a contact with the home is done by an entry of the contact log, wherever that was written. The others
are written down here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from firstbell.law.findings import count


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `logs` is the kind of contact it is, or empty; `within` the working days in which it is done."""

    label: str
    about: str
    within: int
    logs: str = ""


STEPS: Mapping[str, Step] = {
    "numbers": Step("Numbers on file", "Ring every number of the family, once each at least.", 1, "call"),
    "contacts": Step("Emergency contacts", "Ask the people the family named for an emergency.", 1, "call"),
    "siblings": Step("Schools of brothers and sisters", "Ask whether they come, and where the family is.", 2),
    "visit": Step("Home visit", "Knock at the last address on file.", 3, "visit"),
    "neighbor": Step("Word with a neighbor", "Ask, or leave a card that says only: please call the school.", 3),
    "records": Step("Records request", "See whether a new school asked for the records; ask the likely ones.", 5),
    "state": Step("The state's data", "Look for an enrolment anywhere in the state.", 5),
}
"""In the order in which they are proposed."""
ANSWERS = {"told": "Learned something", "nothing": "Learned nothing", "waiting": "Waiting for an answer"}
"""What came of a step that is no contact."""
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was taken: what came of it, when, by whom. `answered` is False while an answer is awaited."""

    kind: str
    on: date
    outcome: str
    by: str
    words: str = ""
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What is on file to try, and what was tried since the student was missed.

    `numbers` and `contacts` name each number and each emergency contact on file; `rung` and `asked` those tried.
    """

    numbers: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    siblings: int = 0
    address: bool = True
    rung: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    done: tuple[Done, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Line:
    """A step on the page. `state`: done, none (nothing on file to try), waiting, or open."""

    key: str
    step: Step
    state: str
    words: str
    done: tuple[Done, ...]

    @property
    def settled(self) -> bool:
        return self.state in ("done", "none")


def progress(known: Known) -> list[Line]:
    """Every step in its order, with how it stands."""
    by_kind: dict[str, list[Done]] = {}
    for one in known.done:
        by_kind.setdefault(one.kind, []).append(one)
    return [_line(key, known, tuple(by_kind.get(key, ()))) for key in STEPS]


def _line(key: str, known: Known, done: tuple[Done, ...]) -> Line:
    state, words = _stands(key, known, done)
    return Line(key, STEPS[key], state, words, done)


def _stands(key: str, known: Known, done: tuple[Done, ...]) -> tuple[str, str]:
    if key == "numbers":
        return _of_all(known.numbers, known.rung, "number", "No number on file can ring.")
    if key == "contacts":
        return _of_all(known.contacts, known.asked, "emergency contact", "No emergency contact is on file.")
    if key == "siblings" and not known.siblings and not done:
        return "none", "No brother or sister is at a school of the district."
    if key == "visit" and not known.address and not done:
        return "none", "No address is on file."
    if not done:
        return "open", ""
    return ("done", "") if any(one.answered for one in done) else ("waiting", "Nobody has answered yet.")


def _of_all(there: Collection[str], tried: Collection[str], noun: str, none: str) -> tuple[str, str]:
    if not there:
        return "none", none
    left = len(set(there) - set(tried))
    words = f"{len(there) - left} of {count(len(there), noun)} tried."
    return ("done", words) if left == 0 else ("open", words)


def next_of(lines: Iterable[Line]) -> str:
    """The step proposed next: the first that is open, else one that waits for an answer; empty when all are settled."""
    listed = list(lines)
    opened = [one.key for one in listed if one.state == "open"]
    return next(iter(opened or [one.key for one in listed if one.state == "waiting"]), "")


def undone(lines: Iterable[Line]) -> list[str]:
    """The steps that stand against saying that nobody knows where the student is, in words."""
    return [one.step.label.lower() for one in lines if not one.settled]


def due_on(key: str, since: date) -> date:
    """By when a step is done, counted in working days from the day on which the step before it was."""
    day, left = since, STEPS[key].within if key else 5
    while left:
        day += timedelta(1)
        left -= day.weekday() < 5
    return day


def refused(kind: str, outcome: str, *, on: date, today: date, since: date, said: str) -> str:
    """Why a step that is no contact cannot be written down so; empty when it can."""
    if kind not in STEPS or STEPS[kind].logs:
        return "Choose which step it was."
    if outcome not in ANSWERS:
        return "Choose what came of it."
    if on > today:
        return "It has not happened yet: choose today or an earlier day."
    if on < since:
        return f"The student was not missed before {since:%-d %B}: choose that day or a later one."
    if outcome == "told" and not said.strip():
        return "Say what you learned."
    return f"That is {len(said)} characters; {LONGEST} fit here." if len(said) > LONGEST else ""
