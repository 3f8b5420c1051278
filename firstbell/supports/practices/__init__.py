"""The practice library: what schools do for attendance, for which barriers, and how strong the evidence is.

The TOML files of this folder tell it in our own words. A source without `verified = true` was cited from memory: nobody
read even its abstract again, so check it before relying on it. Start at PRACTICES.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources

STRENGTHS = {
    "strong": "Strong: several trials, or one large one, found fewer absences",
    "moderate": "Moderate: a trial or good comparisons found fewer absences",
    "promising": "Promising: early or mixed studies, or good reasons",
    "weak": "Weak: little sign that it helps attendance",
    "harm": "Harm: it tends to make attendance worse",
}
TONES = {"strong": "ok", "moderate": "ok", "promising": "info", "weak": "moderate", "harm": "severe"}
_ORDER = list(STRENGTHS)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the evidence is told. `verified` says that somebody read at least its abstract."""

    author: str
    year: int
    journal: str
    verified: bool = False

    def __str__(self) -> str:
        return f"{self.author} ({self.year}), {self.journal}"


@dataclass(frozen=True, slots=True)
class Practice:
    """One way to help. `minutes` are a person's, for one student and week; `barriers` are keys of the taxonomy."""

    key: str
    title: str
    what: str
    tier: int
    strength: str
    evidence: str
    barriers: tuple[str, ...]
    minutes: int
    cost: str
    sources: tuple[Source, ...]

    @property
    def fits_a_group(self) -> bool:
        """Whether a counselor may lead a group over it: not what is for everyone, nor what helps nobody."""
        return self.tier > 1 and self.strength not in ("weak", "harm")

    @property
    def words(self) -> str:
        return self.strength.capitalize()

    @property
    def tone(self) -> str:
        return TONES[self.strength]


def matched(barrier: str) -> list[Practice]:
    """What may help with a barrier, best evidence first; never what does harm."""
    return [one for one in PRACTICES.values() if barrier in one.barriers and one.strength != "harm"]


def _read() -> Iterator[Practice]:
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".toml"):
            for key, told in tomllib.loads(file.read_text(encoding="utf-8")).items():
                sources = tuple(Source(**one) for one in told.pop("sources"))
                yield Practice(key=key, barriers=tuple(told.pop("barriers")), sources=sources, **told)


PRACTICES = {one.key: one for one in sorted(_read(), key=lambda one: (_ORDER.index(one.strength), one.tier, one.title))}
"""Every practice by its key, best evidence first."""
