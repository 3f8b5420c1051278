"""Contacts of each household: who they are, how they are reached, and what they are to each student."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.random import Generator
from numpy.typing import NDArray

from firstbell.practice.names import CULTURES, STREET_KINDS, STREETS
from firstbell.practice.people import People
from firstbell.practice.plan import Bools, Bytes, Ints, Plan

AREAS = ("209", "213", "310", "323", "424", "510", "559", "562", "619", "626", "657", "661", "714", "747", "760", "805",
         "818", "831", "909", "916", "925", "949", "951")  # fmt: skip
RELATIONS = ("Mother", "Father", "Grandmother", "Aunt", "Stepfather", "Foster parent", "Social worker")
MOTHER, FATHER, GRANDMOTHER, AUNT, STEPFATHER, FOSTER, WORKER = range(7)
WOMEN = (MOTHER, GRANDMOTHER, AUNT, FOSTER, WORKER)
COURT_ORDER = "No contact: court order"
PHONE_TYPES = ("Mobile", "Home", "Work", "Fax", "Emergency", "Other")
MOBILE, FAX = 0, 3
NO_CONTACT, BAD_PHONE, RESTRICTED, APART = 0.004, 0.012, 0.004, 0.14


@dataclass(frozen=True)
class Contacts:
    """One entry per adult. `household` points to the students; `home` is False for an adult who lives elsewhere."""

    household: Ints
    relation: Bytes
    home: Bools
    barred: Bools
    bad_phone: Bools
    keys: pl.Series


def contacts(plan: Plan, everyone: People, *, no_contact: int, bad_phone: int) -> Contacts:
    """The adults of every household. The two given households have no contact, and no telephone that rings."""
    rng = plan.rng("contacts")
    homes = everyone.households
    silent = rng.random(homes) < NO_CONTACT
    wrong = rng.random(homes) < BAD_PHONE
    silent[no_contact], silent[bad_phone], wrong[bad_phone] = True, False, True
    foster = _any(everyone, everyone.programs["Foster"])
    silent &= ~foster
    household, relation = _adults(rng, homes, silent, foster)
    apart = (relation == FATHER) & (rng.random(len(household)) < APART)
    return Contacts(
        household=household,
        relation=relation,
        home=~apart & (relation != WORKER),
        barred=apart & (rng.random(len(household)) < RESTRICTED / APART * 2),
        bad_phone=wrong[household],
        keys=pl.Series("key", np.arange(len(household)) + 300_001).cast(pl.String).str.zfill(7),
    )


def _any(everyone: People, flags: Bools) -> Bools:
    return np.bincount(everyone.household, weights=flags, minlength=everyone.households) > 0


def _adults(rng: Generator, homes: int, silent: Bools, foster: Bools) -> tuple[Ints, Bytes]:
    """A first adult for every household that has any, a second for most; foster homes have a social worker too."""
    first = rng.choice(np.array([MOTHER, FATHER, GRANDMOTHER, AUNT]), homes, p=[0.83, 0.09, 0.06, 0.02])
    second = np.where(first == FATHER, MOTHER, np.where(rng.random(homes) < 0.9, FATHER, STEPFATHER))
    second = np.where((first == GRANDMOTHER) & (rng.random(homes) < 0.6), AUNT, second)
    first, second = np.where(foster, FOSTER, first), np.where(foster, WORKER, second)
    has_second = ~silent & (foster | (rng.random(homes) < 0.68))
    household = np.concatenate([np.flatnonzero(~silent), np.flatnonzero(has_second)])
    relation = np.concatenate([first[~silent], second[has_second]])
    order = np.lexsort((np.arange(len(household)), household))
    return household[order].astype(np.int32), relation[order].astype(np.uint8)


def _text(values: tuple[str, ...], index: NDArray[np.int64]) -> pl.Series:
    return pl.Series(values, dtype=pl.String).gather(index)


def contact_frame(plan: Plan, everyone: People, adults: Contacts) -> pl.DataFrame:
    """contacts.csv."""
    rng = plan.rng("contact details")
    size = len(adults.household)
    student = np.searchsorted(everyone.household, adults.household)  # the household's first child
    culture, family = everyone.culture[student], everyone.family[student]
    woman = np.isin(adults.relation, WOMEN)
    stranger = adults.relation >= FOSTER
    culture = np.where(stranger, rng.integers(0, len(CULTURES), size), culture)
    family = np.where(stranger | (rng.random(size) < 0.2), rng.integers(0, 1 << 30, size), family)
    given = rng.integers(0, 1 << 30, size)
    language = _text(tuple(c.language for c in CULTURES), culture.astype(np.int64))
    speaks = everyone.speaks[student] & ~stranger
    home = np.where(adults.home, adults.household, adults.household + everyone.households)
    mail = rng.random(size)
    frame = pl.DataFrame({"contactUniqueId": adults.keys})
    return frame.with_columns(
        name_series(culture, given, np.where(woman, 0, 1)).alias("firstName"),
        name_series(culture, family, np.full(size, 2)).alias("lastSurname"),
        pl.lit(None, dtype=pl.String).alias("preferredFirstName"),
        pl.when(pl.Series(speaks)).then(language).otherwise(pl.lit("en")).alias("preferredLanguage"),
        pl.when(pl.Series(mail < 0.83)).then("family" + adults.keys + "@example.org").otherwise(None).alias("email"),
        *_phones(rng, adults),
        *_addresses(plan, home),
    )


def name_series(culture: NDArray[np.integer], number: NDArray[np.integer], kind: NDArray[np.integer]) -> pl.Series:
    """A name of each culture by number; kind 0 girls, 1 boys, 2 family names."""
    lists = [names for c in CULTURES for names in (c.girls, c.boys, c.families)]
    sizes = np.array([len(names) for names in lists])
    starts = np.cumsum(sizes) - sizes
    which = culture.astype(np.int64) * 3 + kind
    every = tuple(name for names in lists for name in names)
    return _text(every, starts[which] + number % sizes[which])


def _phones(rng: Generator, adults: Contacts) -> list[pl.Series]:
    """Three places for a number each, as student systems have them."""
    return [
        column for place, share in ((1, 0.985), (2, 0.42), (3, 0.1)) for column in _phone(rng, adults, place, share)
    ]


def _phone(rng: Generator, adults: Contacts, place: int, share: float) -> list[pl.Series]:
    """The four columns of one place; about one number in a hundred is cut short, a fax or a note that it is dead."""
    size = len(adults.household)
    area, line = rng.integers(0, len(AREAS), size), rng.integers(0, 100, size)
    luck, dead, private = rng.random(size), rng.random(size) < 0.012, rng.random(size) < 0.03
    broken = np.where(adults.bad_phone | dead, line % 3, -1)
    kind = np.where(broken == 2, FAX, _kind(rng, place, size))
    present = ((luck < share) | adults.bad_phone) & ~(adults.bad_phone & (place > 1))
    columns: dict[str, pl.Series] = {
        "": _number(area, line, broken, rng.random(size)),
        "Type": _text(PHONE_TYPES, kind.astype(np.int64)),
        "TextCapable": _flag((kind == MOBILE) & (broken < 0)),
        "DoNotPublish": _flag(private),
    }
    return [_only(pl.Series(present), values).alias(f"phone{place}{suffix}") for suffix, values in columns.items()]


def _number(
    area: NDArray[np.int64], line: NDArray[np.int64], broken: NDArray[np.int64], shape: NDArray[np.float64]
) -> pl.Series:
    """Numbers of the fictional range 555-0100 to 555-0199, written in three ways."""
    number = "(" + _text(AREAS, area) + ") 555-01" + pl.Series(line).cast(pl.String).str.zfill(2)
    written = (
        pl.when(pl.Series(broken == 0)).then(pl.lit("555-01"))
        .when(pl.Series(broken == 1)).then(pl.lit("disconnected"))
        .when(pl.Series(shape < 0.7)).then(number)
        .when(pl.Series(shape < 0.85)).then(number.str.replace_all(r"[() -]", ""))
        .otherwise(number.str.replace(r"^\((\d+)\) ", "$1-"))
    )  # fmt: skip
    return pl.select(written.alias("number"))["number"]


def _kind(rng: Generator, place: int, size: int) -> NDArray[np.integer]:
    shares = {1: [0.86, 0.1, 0.02, 0.004, 0.006, 0.01], 2: [0.3, 0.3, 0.34, 0.01, 0.04, 0.01]}
    return rng.choice(6, size, p=shares.get(place, [0.2, 0.2, 0.2, 0.02, 0.33, 0.05]))


def _flag(values: Bools) -> pl.Series:
    return _text(("false", "true"), values.astype(np.int64))


def _only(present: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(present).then(values).alias("v"))["v"]


def _addresses(plan: Plan, home: NDArray[np.integer]) -> list[pl.Series]:
    """The same home gives the same address; the town is invented and its ZIP is not assigned."""
    rng = plan.rng("addresses")
    homes = int(home.max()) + 1
    number, street = rng.integers(100, 9900, homes), rng.integers(0, len(STREETS), homes)
    kind = rng.integers(0, len(STREET_KINDS), homes)
    unit = rng.random(homes) < 0.3
    line = pl.Series(number[home]).cast(pl.String) + " " + _text(STREETS, street[home]) + " "
    line = line + _text(STREET_KINDS, kind[home])
    apartment = "Apt " + pl.Series((number[home] * 7) % 48 + 1).cast(pl.String)
    size = len(home)
    return [
        line.alias("address1"),
        _only(pl.Series(unit[home]), apartment).alias("address2"),
        pl.repeat("Rosalia", size, eager=True).alias("city"),
        pl.repeat("CA", size, eager=True).alias("state"),
        pl.repeat("90099", size, eager=True).alias("postalCode"),
    ]


def link_frame(everyone: People, adults: Contacts) -> pl.DataFrame:
    """studentContactAssociations.csv: every adult of the household for every student in it."""
    first = np.searchsorted(everyone.household, adults.household)
    children = np.searchsorted(everyone.household, adults.household, "right") - first
    adult = np.repeat(np.arange(len(adults.household)), children)
    nth_child = np.arange(len(adult)) - np.repeat(np.cumsum(children) - children, children)
    student = first[adult] + nth_child
    nth_adult = (np.arange(len(adults.household)) - np.searchsorted(adults.household, adults.household))[adult]
    relation, home, barred = adults.relation[adult], adults.home[adult], adults.barred[adult]
    foster = np.isin(relation, (FOSTER, WORKER))
    guardian = np.isin(relation, (MOTHER, FATHER)) | ((relation == GRANDMOTHER) & (nth_adult == 0))
    rights = np.where(foster, relation == WORKER, guardian & ~barred)
    frame = pl.DataFrame(
        {
            "studentUniqueId": everyone.keys.gather(student),
            "contactUniqueId": adults.keys.gather(adult),
            "relation": _text(RELATIONS, relation.astype(np.int64)),
            "legalGuardian": _flag(guardian & ~barred),
            "livesWith": _flag(home),
            "primaryContactStatus": _flag(nth_adult == 0),
            "emergencyContactStatus": _flag(~barred),
            "contactPriority": nth_adult + 1,
            "contactRestrictions": _only(pl.Series(barred), pl.repeat(COURT_ORDER, len(adult), eager=True)),
            "educationRightsHolder": _flag(rights),
            "mailingReceives": _flag(~barred & (home | rights)),
        }
    )
    order = np.lexsort((nth_adult, student))
    return frame[order]
