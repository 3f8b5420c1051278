"""What went wrong, said to the person who can mend it: where, what it means for the data, and what to do."""

import errno
import shutil
import tempfile
from collections.abc import Iterator

import psycopg
from django.db import OperationalError

from firstbell.core.home import home
from firstbell.core.lease import Busy
from firstbell.imports.reading import Unreadable

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SAID = ("No space left on device", " requested and ")
"""By PostgreSQL and Polars; and by NumPy, which says how much of an array it could write but not why no more."""
_TIGHT = 24
"""Free megabytes below which a database that stops answering has most likely stopped for want of room: a WAL file
and a little more."""
_WHOLE = "Nothing is torn: a step that ended stands, the one at work was taken back whole."


def explain(fault: BaseException) -> str | None:
    """A message for a fault that lies outside the program; None for a fault of our own, whose trace is wanted."""
    if isinstance(fault, Unreadable):
        r = fault.remark
        at = f"{r.file}" + (f" row {r.row}" if r.row else "") + (f", column {r.column}" if r.column else "")
        return f"{at or 'the files'}: expected {r.expected}; found {r.found}. {r.remedy}"
    if isinstance(fault, Busy):
        return str(fault)
    chain = list(_chain(fault))
    stopped = any(_is_database(one) for one in chain)
    if any(_is_full(one) for one in chain) or (stopped and _free(str(home())) < _TIGHT):
        return f"The disk is full. {_disks()}. {_WHOLE} Make room, then run the same command again. ({_short(fault)})"
    if stopped:
        return f"The database does not answer. {_WHOLE} See that it runs, then run the same command again.\n{fault}"
    return None


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__


def _is_full(fault: BaseException) -> bool:
    return (isinstance(fault, OSError) and fault.errno in _FULL) or any(words in str(fault) for words in _SAID)


def _is_database(fault: BaseException) -> bool:
    did_not_start = isinstance(fault, RuntimeError) and "PostgreSQL" in str(fault)
    return did_not_start or isinstance(fault, OperationalError | psycopg.OperationalError)


def _disks() -> str:
    """The disks that a run writes to, as far as this machine knows, and what room they have."""
    there = {"the state folder": str(home()), "the temporary folder": tempfile.gettempdir()}
    return "; ".join(f"{what} {path} has {_free(path):,} MB left" for what, path in there.items())


def _free(path: str) -> int:
    return shutil.disk_usage(path).free // 2**20


def _short(fault: BaseException) -> str:
    return str(fault).strip().split("\n", 1)[0][:200]
