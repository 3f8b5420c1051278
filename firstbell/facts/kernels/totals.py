"""How often each byte stands in a book."""

from typing import Any

import numpy as np
from numba import prange
from numpy.typing import NDArray

from firstbell.facts.arrays import Bytes
from firstbell.facts.kernels import kernel

_SHARES = 8


@kernel
def _count(cells: Bytes, out: NDArray[np.int64]) -> None:
    """`out[share, byte]`: rows are dealt to the shares, so that no two threads write to one counter."""
    shares = len(out)
    for share in prange(shares):
        for row in range(share, len(cells), shares):
            for column in range(cells.shape[1]):
                out[share, cells[row, column]] += 1


def bytes_used(cells: Bytes) -> NDArray[Any]:
    """int64[256]: the number of cells that hold each byte."""
    out = np.zeros((_SHARES, 256), np.int64)
    _count(cells, out)
    return np.asarray(out.sum(axis=0))
