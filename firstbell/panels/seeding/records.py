"""Defects of the records themselves, one change each: the builder tells them as they are, and the checks must say so.

Each takes the lot and a good file, and gives the file with its defect, or None where it has nothing to spoil.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from firstbell.law.days import Day
from firstbell.law.notices import Kind as Letter
from firstbell.law.sarb import NOTICE_FIELDS
from firstbell.law.steps import StepKind
from firstbell.panels.rules.packets.facts import Contact, Fact, File, NoticeFact, StepFact
from firstbell.panels.seeding.files import RESTRICTED, SECRETS, YEAR

T = TypeVar("T", bound=Fact)
_MEETINGS = (StepKind.ATTEMPT, StepKind.CONFERENCE)
_REPORTS = (Letter.FIRST_TRUANCY, Letter.NEXT_TRUANCY)
_PLEASANTRIES = ("She said: ", "Heard today: ", "As he told it, ", "")


def one_of(
    rng: Random, rows: Iterable[T], change: Callable[[T], T], wanted: Callable[[T], bool]
) -> tuple[T, ...] | None:
    """The rows with one of those wanted changed; None where there is none."""
    every = tuple(rows)
    places = [at for at, one in enumerate(every) if wanted(one)]
    if not places:
        return None
    at = rng.choice(places)
    return (*every[:at], change(every[at]), *every[at + 1 :])


def _with(file: File, **rows: Any) -> File | None:
    return None if None in rows.values() else replace(file, **rows)


def _moved(step: StepFact, on: date) -> StepFact:
    return replace(step, on=on)


def _day_of(file: File, what: StepKind, place: int = 1) -> date:
    return next(one.on for one in file.steps if one.what == what and one.place == place and one.on)


# -- the chain ---------------------------------------------------------------------------------------------------------


def referral_early(rng: Random, file: File) -> File | None:
    third = _day_of(file, StepKind.REPORT, 3)
    early = third - timedelta(rng.randint(1, 5))
    return _with(file, steps=_where(file, lambda one: one.what == StepKind.REFERRAL, lambda one: _moved(one, early)))


def meeting_early(rng: Random, file: File) -> File | None:
    first = _day_of(file, StepKind.REPORT)
    early = first - timedelta(rng.randint(1, 4))
    steps = one_of(rng, file.steps, lambda one: _moved(one, early), lambda one: one.what in _MEETINGS)
    return _with(file, steps=steps)


def no_meeting(rng: Random, file: File) -> File | None:
    return replace(file, steps=tuple(one for one in file.steps if one.what not in _MEETINGS))


def few_occasions(rng: Random, file: File) -> File | None:
    """A report that names one or two days where the law asks for three."""
    left = rng.choice((1, 2))
    return _with(file, steps=_where(file, _first_report, lambda one: replace(one, rests_on=one.rests_on[:left])))


def lost_occasions(rng: Random, file: File) -> File | None:
    """Days of the first report that turned out to be excused: the report hangs in the air."""
    named = next(one.rests_on for one in file.steps if _first_report(one))
    lost = set(rng.sample(named, len(named) - rng.choice((0, 1, 2))))
    days = tuple(
        replace(one, what=int(Day.EXCUSED), code="E") if one.on in lost else one for one in file.attendance.days
    )
    return replace(file, attendance=replace(file.attendance, days=days))


def notice_early(rng: Random, file: File) -> File | None:
    early = _day_of(file, StepKind.REPORT) - timedelta(rng.randint(1, 3))
    return _with(
        file, steps=_where(file, lambda one: (one.what, one.place) == ("notice", 1), lambda one: _moved(one, early))
    )


def no_referral(rng: Random, file: File) -> File | None:
    return replace(file, steps=tuple(one for one in file.steps if one.what != StepKind.REFERRAL))


def _first_report(one: StepFact) -> bool:
    return one.what == StepKind.REPORT and one.place == 1


def _where(
    file: File, chosen: Callable[[StepFact], bool], change: Callable[[StepFact], StepFact]
) -> tuple[StepFact, ...]:
    changed = [change(one) if chosen(one) else one for one in file.steps]
    return tuple(sorted(changed, key=lambda one: (one.on or file.on, one.number)))


# -- letters and help --------------------------------------------------------------------------------------------------


def no_proof(rng: Random, file: File) -> File | None:
    """A letter of which nothing is on record, or that is not on its way yet."""
    proofs = rng.choice(((), (("print", "queued", file.on.isoformat()),), (("email", "failed", file.on.isoformat()),)))
    return _with(file, notices=one_of(rng, file.notices, lambda one: replace(one, proofs=proofs), _accuses))


def came_back(rng: Random, file: File) -> File | None:
    proofs = (("print", "returned", file.on.isoformat()),)
    return _with(file, notices=one_of(rng, file.notices, lambda one: replace(one, proofs=proofs), _accuses))


def no_letter(rng: Random, file: File) -> File | None:
    gone = rng.choice([one.number for one in file.notices if one.what in _REPORTS])
    return replace(file, notices=tuple(one for one in file.notices if one.number != gone))


def no_referral_notice(rng: Random, file: File) -> File | None:
    return replace(file, notices=tuple(one for one in file.notices if one.what != Letter.SARB))


def notice_lacks(rng: Random, file: File) -> File | None:
    gone = rng.choice(NOTICE_FIELDS)
    left = tuple(one for one in NOTICE_FIELDS if one != gone)
    return _with(
        file,
        notices=one_of(rng, file.notices, lambda one: replace(one, items=left), lambda one: one.what == Letter.SARB),
    )


def _accuses(one: NoticeFact) -> bool:
    return one.what in (*_REPORTS, Letter.SARB)


def no_help(rng: Random, file: File) -> File | None:
    kept = tuple(one for one in file.contacts if one.how not in ("visit", "conference"))
    return replace(file, help=(), plan=None, promises=(), contacts=kept)


def no_grade(rng: Random, file: File) -> File | None:
    return replace(file, pupil=replace(file.pupil, grade=""))


def to_come(rng: Random, file: File) -> File | None:
    day = file.on + timedelta(rng.randint(1, 30))
    return _contact(rng, file, lambda one: replace(one, on=day), lambda one: one.home)


def last_year(rng: Random, file: File) -> File | None:
    day = date(YEAR - 1, 5, rng.randint(1, 28))
    return _contact(rng, file, lambda one: replace(one, on=day), lambda one: one.home)


def _contact(
    rng: Random, file: File, change: Callable[[Contact], Contact], wanted: Callable[[Contact], bool]
) -> File | None:
    found = one_of(rng, file.contacts, change, wanted)
    return replace(file, contacts=tuple(sorted(found, key=lambda one: one.on or file.on))) if found else None


def waits(rng: Random, file: File) -> File | None:
    day = rng.choice([one.on for one in file.attendance.days if one.what in (Day.UNEXCUSED, Day.OCCASION)])
    days = tuple(replace(one, waits=True) if one.on == day else one for one in file.attendance.days)
    return replace(file, attendance=replace(file.attendance, days=days))


# -- what must not be said ---------------------------------------------------------------------------------------------


def _part(rng: Random, text: str) -> str:
    """Most of a text, from a place drawn by lot: nobody types a whole note again."""
    words = text.rstrip(".").split()
    first = rng.randint(0, len(words) - 8)
    return f"{rng.choice(_PLEASANTRIES)}{' '.join(words[first : first + rng.randint(8, len(words))])}"


def _said(rng: Random, file: File, text: str) -> File | None:
    return _contact(rng, file, lambda one: replace(one, said=f"{one.said} {text}".strip()), lambda one: True)


def _asked(file: File, text: str) -> File:
    return replace(file, referred=replace(file.referred, asked=f"{file.referred.asked} {text}".strip()))


def _because(file: File, text: str) -> File:
    return replace(file, referred=replace(file.referred, why=f"{file.referred.why} {text}"))


def sealed_in_log(rng: Random, file: File) -> File | None:
    return _said(rng, file, _part(rng, rng.choice(SECRETS)))


def sealed_in_referral(rng: Random, file: File) -> File | None:
    return _because(file, _part(rng, rng.choice(SECRETS)).upper())


def restricted_in_promise(rng: Random, file: File) -> File | None:
    text = _part(rng, rng.choice(RESTRICTED))
    return _with(file, promises=one_of(rng, file.promises, lambda one: replace(one, text=text), lambda one: True))


def shared_to_family(rng: Random, file: File) -> File | None:
    """A note that a parent let the panel read, told again where the other parent reads it."""
    return _because(file, _part(rng, file.notes[0].text)) if file.notes else None


def address_in_log(rng: Random, file: File) -> File | None:
    return _said(rng, file, f"They stay at {file.guard.places[0].upper()}, apartment {rng.randint(1, 20)}.")


def number_in_referral(rng: Random, file: File) -> File | None:
    return _because(file, f"He answers on {file.guard.places[1].replace(' ', '-')}.")


def sibling_named(rng: Random, file: File) -> File | None:
    return _asked(file, f"The same bus that {rng.choice(file.guard.others)} takes.")


def status_told(rng: Random, file: File) -> File | None:
    words = rng.choice(("undocumented", "waiting for a visa status", "afraid of being deported"))
    return _because(file, f"The parents are {words}.")


def number_told(rng: Random, file: File) -> File | None:
    return _asked(file, f"Their number is {rng.randint(100, 899)}-{rng.randint(10, 99)}-{rng.randint(1000, 9999)}.")


def consent_to_come(rng: Random, file: File) -> File | None:
    day = file.on + timedelta(rng.randint(1, 9))
    return _with(file, notes=one_of(rng, file.notes, lambda one: replace(one, given_on=day), lambda one: True))


def threat(rng: Random, file: File) -> File | None:
    es = ("Podrían acabar en la cárcel.", "Habrá una multa.")
    en = ("They will be prosecuted.", "A fine of $500 comes next.")
    return _because(file, rng.choice(es if file.pupil.language == "es" else en))


# -- the court side ----------------------------------------------------------------------------------------------------


def withheld(rng: Random, file: File) -> File | None:
    assert file.parent is not None  # every invented file has one
    return replace(file, parent=replace(file.parent, lines=(), withheld=True))


def no_parent(rng: Random, file: File) -> File | None:
    return replace(file, parent=None)


def no_determination(rng: Random, file: File) -> File | None:
    return replace(file, decisions=())


def health_told(rng: Random, file: File) -> File | None:
    words = rng.choice(("depressed since spring", "in therapy on Mondays", "on medication"))
    return replace(
        file, decisions=tuple(replace(one, why=f"{one.why} The student is {words}.") for one in file.decisions)
    )
