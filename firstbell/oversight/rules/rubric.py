"""What a chart is read for, and what a hearing is watched for: the district's own wording, as data."""

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the rubric. `levels` are the words of 0 to 3."""

    key: str
    title: str
    asks: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """One item of the process of a hearing, and what it rests on."""

    key: str
    title: str
    section: str


def _told(name: str) -> dict[str, dict[str, object]]:
    folder = resources.files("firstbell.oversight").joinpath("wording")
    return tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))


RUBRIC = {
    key: Item(key, str(one["title"]), str(one["asks"]), tuple(one["levels"]))  # type: ignore[arg-type]
    for key, one in _told("rubric").items()
}
CHECKLIST = {key: Watched(key, str(one["title"]), str(one["section"])) for key, one in _told("checklist").items()}
SEEN = {"yes": "Yes", "no": "No", "unseen": "Not seen"}
WEAK = 1
"""Levels up to this one say that something is amiss."""


def weak(levels: list[int]) -> bool:
    """Whether an item is amiss often enough to propose training: in a third of at least eleven charts."""
    return len(levels) >= 11 and 3 * sum(one <= WEAK for one in levels) >= len(levels)
