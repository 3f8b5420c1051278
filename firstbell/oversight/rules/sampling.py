"""Which charts are reviewed: a random sample that anybody can draw again from the seed that was written down. Pure."""

from collections.abc import Iterable
from hashlib import sha256

SAMPLE = 5
"""Charts of each counselor and month."""
DOUBLE_EVERY = 5
"""One chart in so many is scored by a second person, who does not see what the first said."""


def draw(charts: Iterable[int], seed: str, size: int = SAMPLE) -> list[int]:
    """`size` of the charts (primary keys), or all where there are fewer: those whose hash with the seed is lowest."""
    return sorted(set(charts), key=lambda one: (_hash(seed, one), one))[:size]


def doubled(drawn: Iterable[int], seed: str) -> set[int]:
    """Which of a sample are scored twice: one in five, and at least one."""
    ordered = sorted(drawn, key=lambda one: (_hash(f"{seed}:second", one), one))
    return set(ordered[: max(1, len(ordered) // DOUBLE_EVERY)]) if ordered else set()


def frame_digest(charts: Iterable[int]) -> str:
    """The SHA-256 of what was drawn from, so that it can be shown later that nobody left a chart out."""
    return sha256(",".join(map(str, sorted(set(charts)))).encode()).hexdigest()


def _hash(seed: str, one: int) -> str:
    return sha256(f"{seed}:{one}".encode()).hexdigest()
