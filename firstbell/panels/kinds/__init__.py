"""The kinds of panel there are: what each is for, who sits on it, how many must, its papers, clocks and script.

The TOML files of this folder tell it. What a statute fixes stays in `law` (`law.sarb.SEATS`); here is the own
practice of the district, as data. Start at KINDS.
"""

import tomllib
from dataclasses import dataclass
from importlib import resources

from firstbell.law.sarb import SEATS

LOCAL_SEATS = {
    "administrator": "the principal or an assistant principal",
    "teacher": "a teacher of the student",
    "counselor": "the PSA Counselor",
    "special_education": "special education",
    "nurse": "the school nurse",
    "family_liaison": "the family liaison",
    "region": "the region's Pupil Services office",
}
"""Seats that the district fills itself; the statute's are `law.sarb.SEATS`."""
ALL_SEATS = dict(SEATS) | LOCAL_SEATS
AUDIENCES = {"panel": "Panel", "family": "Family", "attorney": "District attorney or mediation"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the script: what the chair says and asks, and for how many minutes of the slot."""

    key: str
    title: str
    say: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Clocks:
    """Days: of notice before a hearing, for the packet and the teachers' forms before it; minutes of a slot.

    `hear_within` are the days from an accepted referral to the hearing that the district aims at.
    """

    notice_days: int
    packet_days: int
    teacher_days: int
    slot_minutes: int
    hear_within: int


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of panel. `seats` are those it should have, `must` those without which it does not sit.

    `level` says whether a school or a region has it. `legal`: its referral is a step of the truancy ladder (EC 48263).
    `after` are the kinds that usually met first; `papers` the audiences that a packet is made for.
    """

    key: str
    title: str
    short: str
    purpose: str
    level: str
    legal: bool
    seats: tuple[str, ...]
    must: tuple[str, ...]
    quorum: int
    papers: tuple[str, ...]
    after: tuple[str, ...]
    clocks: Clocks
    script: tuple[Part, ...]

    @property
    def minutes(self) -> int:
        return self.clocks.slot_minutes


def _read(name: str) -> Kind:
    told = tomllib.loads(resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    script = tuple(Part(**one) for one in told.pop("script"))
    clocks = Clocks(**told.pop("clocks"))
    lists = {key: tuple(told.pop(key)) for key in ("seats", "must", "papers", "after")}
    return Kind(key=name, clocks=clocks, script=script, **lists, **told)


KINDS = {name: _read(name) for name in ("sspt", "sart", "resource_panel", "sarb")}
"""Every kind by its key, in the order in which a student meets them."""
