"""The arrays that facts are made of: their types, records and few constants."""

from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]
Records: TypeAlias = NDArray[np.void]
"""A structured array; its dtype is named where it is used."""

Record: TypeAlias = Any
"""One record of it inside a kernel: Numba knows its fields, the type checker cannot."""

Uncounted: TypeAlias = Records
"""Structured array UNCOUNTED, by student, school and day: every mark that reached no cell, and the `WhyNot`."""

OPEN = 2**31 - 1
"""The `last` of an enrolment that has not ended."""

ENROLMENT = np.dtype(
    [("student", "i4"), ("school", "i4"), ("calendar", "i4"), ("entry", "i4"), ("last", "i4"), ("primary", "?")],
    align=True,
)
"""One enrolment. `entry` and `last` are proleptic ordinals, both inclusive; `last` is OPEN while it runs."""

MARK = np.dtype([("student", "i4"), ("school", "i4"), ("day", "i4"), ("byte", "u1"), ("mark", "i8")], align=True)
"""The one byte of a student, school and day, with the id of the mark it comes from."""

ROLL = np.dtype([("school", "i4"), ("day", "i4")])
"""A school and a day."""

UNCOUNTED = np.dtype([("mark", "i8"), ("reason", "u1")])


class WhyNot(IntEnum):
    """Why a mark is in no cell. The first that holds is given."""

    UNKNOWN_STUDENT = 1
    AFTER_THROUGH = 2
    OUTSIDE_ENROLMENT = 3
    NOT_INSTRUCTIONAL = 4
