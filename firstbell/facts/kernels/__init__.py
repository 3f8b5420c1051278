"""Kernels: plain loops over the day book, compiled by Numba, that read like the rule they count.

This is the one place that knows how they are compiled. Numba's decorators are untyped; `kernel` and `part` keep the
type of what they decorate. Compiled code is kept on disk beside the module, or in NUMBA_CACHE_DIR where that is set.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

_njit = cast(Any, numba.njit)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop that runs over `numba.prange` on every core."""
    return cast(Callable[P, R], _njit(parallel=True, cache=True)(function))


def part(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that kernels of the same module call, or a loop that must stay in order."""
    return cast(Callable[P, R], _njit(cache=True)(function))
