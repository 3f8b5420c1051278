"""The audit: so many packets of each defect and so many good ones, each checked as a real one is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from random import Random

import pikepdf

from firstbell.letters.packet import Packet, digest
from firstbell.letters.packet.paper import pdf
from firstbell.letters.press import page_count
from firstbell.panels.kinds import KINDS
from firstbell.panels.rules.packets.checking import complaints, of_paper
from firstbell.panels.rules.packets.complaint import RULES, Complaint, blocking
from firstbell.panels.seeding.defects import DEFECTS, Case, good, seeded

MOST = 5
"""Examples that are told of what went wrong."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of defect, and how many of its packets the rule caught."""

    title: str
    rule: str
    caught: int
    missed: int


@dataclass(frozen=True, slots=True)
class Audited:
    kinds: tuple[Kind, ...]
    good: int
    refused: int
    examples: tuple[str, ...]

    @property
    def seeded(self) -> int:
        return sum(one.caught + one.missed for one in self.kinds)

    @property
    def caught(self) -> int:
        return sum(one.caught for one in self.kinds)

    @property
    def rules(self) -> int:
        return len({one.rule for one in self.kinds})

    @property
    def sound(self) -> bool:
        return not self.refused and self.caught == self.seeded


def audited(rng: Random, *, each: int, good: int) -> Audited:
    """What the checks make of `each` packets of every kind of defect, and of `good` packets without one.

    A defect is caught where its own rule says so and the packet is held back, unless the rule is advice.
    """
    kinds, examples = [], []
    for one in DEFECTS.values():
        missed = [case for case in (seeded(rng, one) for _ in range(each)) if not _caught(one.rule, _found(case))]
        kinds.append(Kind(one.title, one.rule, each - len(missed), len(missed)))
        examples += [f"missed: {one.title}, {case.audience}, {case.packet.reference}" for case in missed]
    paper = [_paper(rng, title, each) for title in _PAPERS]
    refused = [(case, found) for case in _good(rng, good) if (found := blocking(_found(case)))]
    examples += [f"refused: {case.packet.reference}: {found[0]}" for case, found in refused]
    return Audited((*kinds, *paper), good, len(refused), tuple(examples[:MOST]))


def _good(rng: Random, number: int) -> list[Case]:
    places = [(kind, audience) for kind in KINDS for audience in KINDS[kind].papers]
    return [good(rng, *places[at % len(places)]) for at in range(number)]


def _found(case: Case) -> list[Complaint]:
    return complaints(case.packet, case.audience, case.file)


def _caught(rule: str, found: Sequence[Complaint]) -> bool:
    return any(one.rule == rule for one in found) and (not RULES[rule].blocks or bool(blocking(found)))


# -- the paper: what is printed against what was kept ------------------------------------------------------------------


def _paper(rng: Random, title: str, each: int) -> Kind:
    rule, spoil = _PAPERS[title]
    caught = 0
    for _ in range(each):
        case = good(rng, rng.choice(tuple(KINDS)), rng.choice(("panel", "family")))
        made = pdf(case.packet)
        packet, kept, made, pages = spoil(rng, case.packet, digest(case.packet), made)
        caught += any(one.rule == rule for one in of_paper(packet, kept, made, pages))
    return Kind(title, rule, caught, each - caught)


_Spoilt = tuple[Packet, str, bytes, int]


def _changed(rng: Random, packet: Packet, kept: str, made: bytes) -> _Spoilt:
    """The content was changed after it was kept, the paper was not."""
    return replace(packet, school=f"{packet.school} {rng.randint(2, 9)}"), kept, made, page_count(made)


def _other(rng: Random, packet: Packet, kept: str, made: bytes) -> _Spoilt:
    """The PDF of another version lies under this one's name."""
    return packet, kept, pdf(replace(packet, version=packet.version + rng.randint(1, 9))), page_count(made)


def _torn(rng: Random, packet: Packet, kept: str, made: bytes) -> _Spoilt:
    """A page is missing, the one with the records for choice."""
    pages, into = page_count(made), BytesIO()
    with pikepdf.open(BytesIO(made)) as file:
        del file.pages[rng.choice((-1, 0))]
        file.save(into)
    return packet, kept, into.getvalue(), pages


_PAPERS = {
    "the content changed after it was kept": ("hash", _changed),
    "the PDF of another version": ("paper", _other),
    "a page is missing": ("pages", _torn),
}
