"""Small cells, for pages: which groups of a table of students may be shown. The rule itself is facts.suppression."""

from collections.abc import Sequence

from firstbell.facts.suppression import AT_MOST, suppress

__all__ = ["AT_MOST", "suppress", "without_small"]


def without_small(counts: Sequence[int], *, partition: bool = True) -> list[int | None]:
    """The counts that may be shown; None for a hidden one.

    A cell is the group a figure describes (CDE DataQuest hides groups of 10 or fewer). Where the groups add up to a
    shown total, what is hidden must not add up to a small group, nor to the least it can be: then the next smallest is
    hidden too.
    """
    shown = suppress(counts, total_shown=partition)
    while partition and _tells([n for n, seen in zip(counts, shown, strict=True) if seen is None]):
        rest = [(n, at) for at, n in enumerate(shown) if n is not None]
        if not rest:
            break
        shown[min(rest)[1]] = None
    return shown


def _tells(hidden: Sequence[int]) -> bool:
    """Whether the sum of hidden counts says too much: it is small itself, or, as pages tell a small group from one
    hidden with it, the least there can be (nobody in the small ones, just over AT_MOST in each of the others)."""
    large = sum(n > AT_MOST for n in hidden)
    least = large < len(hidden) and sum(hidden) == (AT_MOST + 1) * large
    return 0 < sum(hidden) <= AT_MOST or (least and large > 0)
