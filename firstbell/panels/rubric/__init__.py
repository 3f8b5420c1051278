"""What a board shows when it asks the state for recognition as a Model SARB: areas and criteria, as data.

`model_sarb.toml` tells it; what fills each criterion is `panels.rules.rubric`. Start at AREAS.
"""

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to show. `who` can supply what is missing."""

    key: str
    title: str
    who: str


@dataclass(frozen=True, slots=True)
class Area:
    """`rests_on` says which words of the state it follows; `elsewhere` what no record can show, and whose it is."""

    key: str
    title: str
    rests_on: str
    elsewhere: tuple[str, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Program:
    title: str
    page: str
    letter: str
    caution: str


def _read() -> tuple[Program, tuple[Area, ...]]:
    told = tomllib.loads(resources.files(__name__).joinpath("model_sarb.toml").read_text(encoding="utf-8"))
    areas = tuple(
        Area(
            one["key"], one["title"], one["rests_on"], tuple(one["elsewhere"]),
            tuple(Criterion(**each) for each in one["criteria"]),
        )
        for one in told["areas"]
    )  # fmt: skip
    return Program(**told["program"]), areas


PROGRAM, AREAS = _read()
