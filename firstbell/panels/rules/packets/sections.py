"""What each section of a packet says: a file's records in, sentences with their sources out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from firstbell.cases.rules.entries import SPOKE
from firstbell.law.days import ABSENT, Day
from firstbell.law.policy import policy_on
from firstbell.law.steps import Ground, StepKind, Verdict, standing_steps
from firstbell.letters.packet import Sentence, Value
from firstbell.letters.packet.telling import tell
from firstbell.letters.wording import Wording
from firstbell.panels.rules.packets.audiences import AUDIENCES, Audience
from firstbell.panels.rules.packets.facts import DayFact, Fact, File, StepFact

CELLS = {
    Day.UNEXCUSED: "unexcused", Day.EXCUSED: "excused", Day.SUSPENDED: "suspended", Day.UNVERIFIED: "unverified",
    Day.STUDY_UNDONE: "study_undone", Day.OCCASION: "occasion",
}  # fmt: skip
"""The days that are listed, and their word."""
BARE = (Day.EXCUSED,)
"""Kinds of day whose code is never told: it may be the reason."""
FEW = 10
"""So few students name somebody: no figure tells of them (FERPA, 34 CFR 99.31(b))."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Says things of one file to one audience."""

    said: Wording
    audience: Audience
    file: File

    def __call__(
        self, key: str, *values: Value, tells: str, of: Iterable[Fact], on: date | None = None, own: bool = False
    ) -> Sentence:
        full = key if key.startswith("about.") else f"{self.audience.key}.{key}"
        return tell(self.said, full, *values, tells=tells, sources=[one.key for one in of], on=on, own=own)


Maker = Callable[[Teller, File], Iterable[Sentence]]


# -- whose words come first --------------------------------------------------------------------------------------------


def _words(t: Teller, file: File) -> Iterable[Sentence]:
    if file.referred.asked:
        yield t("words.asked", Value("words", file.referred.asked), tells="asked", of=[file.referred], own=True)
    if file.plan and file.plan.asked:
        yield t("words.plan", Value("words", file.plan.asked), tells="asked", of=[file.plan], own=True)


def _strengths(t: Teller, file: File) -> Iterable[Sentence]:
    if file.plan and file.plan.strengths:
        yield t("strengths.plan", Value("words", file.plan.strengths), tells="strengths", of=[file.plan], own=True)
    if "teacher.strengths" in t.audience.tells:
        for one in file.teachers:
            if one.strengths:
                values = (Value("teacher", one.by), Value("words", one.strengths))
                yield t("strengths.teacher", *values, tells="teacher.strengths", of=[one], on=one.on, own=True)


def _why(t: Teller, file: File) -> Iterable[Sentence]:
    one = file.referred
    values = [on_day("day", one.on), Value("panel", one.panel), Value("ground", one.ground, "word.ground")]
    if "referred" in t.audience.tells:
        values.append(Value("by", one.by))
    yield t("why.ground", *values, tells="ground", of=[one], on=one.on)
    if one.why:
        yield t("why.words", Value("words", one.why), tells="why", of=[one], own=True)


# -- attendance --------------------------------------------------------------------------------------------------------


def _months(t: Teller, file: File) -> Iterable[Sentence]:
    days = file.attendance.days
    for month, several in groupby(days, key=lambda one: f"{one.on:%Y-%m}"):
        yield _counted(t, file, "months.month", list(several), Value("month", month, "month"))
    if days:
        yield _counted(t, file, "months.total", days)


def _counted(t: Teller, file: File, key: str, days: Sequence[DayFact], *more: Value) -> Sentence:
    seen = Counter(Day(one.what) for one in days)
    figures = {
        "enrolled": len(days), "absent": sum(n for day, n in seen.items() if day in ABSENT),
        "excused": seen[Day.EXCUSED], "unexcused": seen[Day.UNEXCUSED], "suspended": seen[Day.SUSPENDED],
        "not_explained": seen[Day.UNVERIFIED] + seen[Day.STUDY_UNDONE], "partial": seen[Day.OCCASION],
    }  # fmt: skip
    figures["others"] = figures["suspended"] + figures["not_explained"]
    values = [Value(name, str(number), "number") for name, number in figures.items()]
    return t(key, *more, *values, tells="months", of=[file.attendance])


def _codes(t: Teller, file: File) -> Iterable[Sentence]:
    counted = Counter(one.code for one in _listed(file) if _shows_code(one))
    bare = sum(not _shows_code(one) for one in _listed(file))
    for code, n in sorted(counted.items()):
        values = (Value("code", code), Value("days", str(n), "number"))
        yield t("codes.code", *values, tells="codes", of=[file.attendance])
    if bare:
        yield t("codes.excused", Value("days", str(bare), "number"), tells="codes", of=[file.attendance])


def _days(t: Teller, file: File) -> Iterable[Sentence]:
    for one in _listed(file):
        values = [on_day("day", one.on, "day"), Value("what", CELLS[Day(one.what)], "word.what")]
        if one.young:
            values.append(Value("young", "yes"))  # in no sentence: whoever judges the chain again needs it
        key, tells = "days.day", "day"
        if "day.code" in t.audience.tells:
            values.append(Value("file", one.file))
            if _shows_code(one):
                values.append(Value("code", one.code))
                tells = "day.code"
            else:
                key = "days.excused"
        yield t(key, *values, tells=tells, of=[file.attendance], on=one.on)


def _accused(t: Teller, file: File) -> Iterable[Sentence]:
    """For the court side only what is truancy."""
    for one in _listed(file):
        if one.occasion and not one.hidden:
            values = (on_day("day", one.on, "day"), Value("what", CELLS[Day(one.what)], "word.what"))
            yield t("days.day", *values, tells="day", of=[file.attendance], on=one.on)


def _listed(file: File) -> list[DayFact]:
    return [one for one in file.attendance.days if one.what in CELLS]


def _shows_code(one: DayFact) -> bool:
    return bool(one.code) and one.what not in BARE and not one.hidden


# -- the steps of the law, and what was done ---------------------------------------------------------------------------


def judged(file: File) -> list[tuple[StepFact, Verdict | None]]:
    """Each step with the verdict of the law on the days as known; None for one of an earlier year, which lasts."""
    grounds = frozenset(Ground(one) for one in file.grounds)
    ladder = standing_steps(
        file.attendance.occasions, [one.taken for one in file.steps], policy_on(file.on), on=file.on, grounds=grounds
    )
    verdicts = {one.step.key: one for one in ladder.verdicts}
    return [(one, verdicts.get(one.number)) for one in sorted(file.steps, key=lambda one: (one.on, one.number))]


def _ladder(t: Teller, file: File) -> Iterable[Sentence]:
    family, court = t.audience.key == "family", t.audience.key == "attorney"
    for step, verdict in judged(file):
        stands = verdict is None or verdict.stands
        if court and not stands:
            continue
        values = [on_day("day", step.on), *_named(step)]
        if stands and step.what == StepKind.REPORT:
            key = "ladder.report"
            values += [
                Value("count", str(len(step.rests_on)), "count.times"),
                Value("days", _all(step.rests_on), "days"),
            ]
        elif stands:
            key = f"ladder.{step.what}" if family else "ladder.step"
        else:
            key = "ladder.fallen"
            values.append(Value("days", _all(step.rests_on), "days"))
        yield t(key, *values, tells="step", of=[step], on=step.on)


def _named(step: StepFact) -> list[Value]:
    """The ground stands in no sentence: whoever judges the chain again needs it."""
    return [
        Value("step", f"{step.what} {step.place}", "step"), Value("number", str(step.place), "number"),
        Value("ground", step.ground, "word.ground"),
    ]  # fmt: skip


def _notices(t: Teller, file: File) -> Iterable[Sentence]:
    for one in file.notices:
        if one.fell:
            continue
        proofs = ";".join(" ".join(each) for each in one.proofs)
        values = [
            on_day("day", one.on, "day"),
            Value("letter", one.what, "word.letter"),
            Value("proof", proofs, "proofs"),
        ]
        values += [Value("number", str(one.place), "number"), Value("items", " ".join(one.items))]
        if "notice.to" in t.audience.tells:
            values.append(Value("to", one.to))
        yield t("notices.notice", *values, tells="notice", of=[one], on=one.on)


def _contacts(t: Teller, file: File) -> Iterable[Sentence]:
    """The family reads how it was tried to reach them; the panel also what was written of it."""
    words = "contact.words" in t.audience.tells
    for one in file.contacts:
        if not (words or one.home):
            continue
        values = [
            on_day("day", one.on, "day"),
            Value("how", one.how, "word.how"),
            Value("outcome", one.outcome, "word.outcome"),
        ]
        if words:
            values.append(Value("by", one.by))
        if words and one.said:
            values.append(Value("words", one.said))
            yield t("contacts.said", *values, tells="contact.words", of=[one], on=one.on, own=True)
        else:
            yield t("contacts.contact", *values, tells="contact", of=[one], on=one.on)


def _tried(t: Teller, file: File) -> Iterable[Sentence]:
    """Help that was given or offered: sessions, meetings, visits and conferences, the plan."""
    done: list[tuple[date, str, Fact]] = [(one.on, one.what, one) for one in file.help if one.on]
    done += [(one.on, one.how, one) for one in file.contacts if one.on and one.outcome in SPOKE]
    if file.plan and file.plan.begins_on:
        done.append((file.plan.begins_on, "plan", file.plan))
    told = [each for each in done if each[1] in t.audience.helps]
    for on, what, one in sorted(told, key=lambda each: (each[0], each[1], each[2].key)):
        values = [on_day("day", on), Value("help", what, "word.help")]
        if t.audience.key == "panel":
            values.append(Value("by", one.by))
        yield t("tried.help", *values, tells="help", of=[one], on=on)
    home = [one for one in file.contacts if one.home]
    if home and t.audience.key == "panel":
        spoke = sum(one.outcome in SPOKE for one in home)
        figures = (Value("tries", str(len(home)), "count.tries"), Value("reached", str(spoke), "count.times"))
        yield t("tried.contacts", *figures, tells="contact", of=home)


# -- the plan ----------------------------------------------------------------------------------------------------------


def _plan(t: Teller, file: File) -> Iterable[Sentence]:
    one = file.plan
    if one is None:
        return
    goal = (
        Value("goal_days", str(one.goal_days), "count.days"),
        Value("goal_of", str(one.goal_of), "count.school_days"),
    )
    yield t("plan.goal", on_day("day", one.goal_from), *goal, tells="plan", of=[one], on=one.goal_from)
    if "plan.barriers" in t.audience.tells and one.barriers:
        value = Value("barriers", " ".join(one.barriers), "words.barrier")
        yield t("plan.barriers", value, tells="plan.barriers", of=[one])
    so_far = (
        Value("missed", str(one.missed), "count.days"), Value("gone", str(one.gone), "count.school_days"),
        Value("reached", one.reached, "word.reached"),
    )  # fmt: skip
    yield t("plan.progress", *so_far, tells="plan", of=[one, file.attendance])
    if t.audience.key == "panel":
        yield _trend(t, file)


def _trend(t: Teller, file: File) -> Sentence:
    one = file.plan
    assert one is not None  # asked for with a plan only
    if one.trend == "early":
        return t("plan.early", tells="plan", of=[one, file.attendance])
    values = (
        Value("trend", one.trend, "word.trend"), Value("since", str(one.since), "count.days"),
        Value("span", str(one.span), "count.school_days"), Value("before", str(one.before), "count.days"),
    )  # fmt: skip
    return t("plan.trend", *values, tells="plan", of=[one, file.attendance])


def _promises(t: Teller, file: File) -> Iterable[Sentence]:
    for one in file.promises:
        values = [
            Value("side", one.side, "word.side"),
            Value("words", one.text),
            Value("state", one.state, "word.kept"),
        ]
        if t.audience.key == "panel":
            values.append(Value("who", one.who or "–"))
        key = "promises.promise" if one.by_on else "promises.always"
        if one.by_on:
            values.append(on_day("by_on", one.by_on, "day"))
        yield t(key, *values, tells="promise", of=[one], own=True)


# -- what only the panel, or only the court side, reads ----------------------------------------------------------------


def _teachers(t: Teller, file: File) -> Iterable[Sentence]:
    for one in file.teachers:
        for name in ("seen", "tried", "suggests"):
            if words := getattr(one, name):
                values = (Value("teacher", one.by), Value("words", words))
                yield t(f"teachers.{name}", *values, tells="teacher", of=[one], on=one.on, own=True)


def _notes(t: Teller, file: File) -> Iterable[Sentence]:
    for one in file.notes:
        values = (
            Value("by", one.by), on_day("day", one.on), Value("words", one.text), Value("giver", one.given_by),
            on_day("asked", one.given_on),
        )  # fmt: skip
        yield t("notes.note", *values, tells="note", of=[one], on=one.on, own=True)


def _profile(t: Teller, file: File) -> Iterable[Sentence]:
    one = file.profile
    if one is None:
        return
    if min(one.chronic, one.students - one.chronic) <= FEW:
        yield t("profile.small", Value("school", one.school), tells="profile", of=[one])
        return
    tenths = (2000 * one.chronic + one.students) // (2 * one.students)  # half up, to be read and never compared
    values = (
        Value("school", one.school), Value("students", f"{one.students:,}", "number"),
        Value("share", f"{tenths // 10}.{tenths % 10} %", "number"), on_day("day", one.on),
    )  # fmt: skip
    yield t("profile.school", *values, tells="profile", of=[one], on=one.on)


def _determinations(t: Teller, file: File) -> Iterable[Sentence]:
    for one in file.decisions:
        values = (on_day("day", one.on), Value("words", one.why))
        yield t(f"determinations.{one.what}", *values, tells="determination", of=[one], on=one.on, own=True)


_SHARED: dict[str, Maker] = {
    "words": _words, "strengths": _strengths, "why": _why, "months": _months, "codes": _codes, "days": _days,
    "ladder": _ladder, "notices": _notices, "contacts": _contacts, "tried": _tried, "plan": _plan,
    "promises": _promises, "teachers": _teachers, "notes": _notes, "profile": _profile,
    "determinations": _determinations,
}  # fmt: skip
SECTIONS: dict[tuple[str, str], Maker] = {
    (one.key, key): _accused if (one.key, key) == ("attorney", "days") else _SHARED[key]
    for one in AUDIENCES.values()
    for key in one.sections
}


def on_day(name: str, on: date | None, form: str = "date") -> Value:
    assert on is not None  # what is told of has a day
    return Value(name, on.isoformat(), form)


def _all(days: Iterable[date]) -> str:
    return " ".join(day.isoformat() for day in sorted(days))
