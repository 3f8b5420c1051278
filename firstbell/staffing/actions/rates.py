"""The rate sheet of a fiscal year: a new sheet is new rows, the old ones stay for what was bought by them."""

import csv
import io
from collections.abc import Iterable, Iterator
from operator import itemgetter

from django.db import transaction

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.core.refusals import NotAllowed, refusal
from firstbell.law.findings import Reason
from firstbell.staffing.models import Rate

COLUMNS = ("basis", "tenths", "dollars")
MOST_CENTS = 100_000_000
"""A million dollars: nobody's year costs more, and a slipped comma does."""


MOST_TOLD = 20
"""Faults that are told of one sheet; the others are counted."""


def rows_of(text: str) -> list[tuple[str, int, int]]:
    """(basis, tenths, cents) of a sheet in CSV. ValueError holds a sentence for each fault: its line, what was
    expected, what was found."""
    told = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in COLUMNS if name not in (told.fieldnames or ())]
    if missing:
        found = ", ".join(told.fieldnames or ()) or "nothing"
        raise ValueError(f"Line 1: expected the columns {', '.join(COLUMNS)}; found {found}.")
    rows = [(told.line_num, row) for row in told]
    if not rows:
        raise ValueError("Line 2: expected at least one row, found none.")
    faults = [(number, no) for number, row in rows for no in _faults(number, row)] + list(_twice(rows))
    if faults:
        raise ValueError(*(no for _, no in sorted(faults, key=itemgetter(0))))
    return [(basis, int(tenths), _cents(dollars) or 0) for _, row in rows for basis, tenths, dollars in [_told(row)]]


def _told(row: dict[str, str]) -> tuple[str, str, str]:
    basis, tenths, dollars = ((row[name] or "").strip() for name in COLUMNS)
    return basis, tenths, dollars


def _faults(number: int, row: dict[str, str]) -> Iterator[str]:
    basis, tenths, dollars = _told(row)
    if basis not in Rate.Basis.values:
        yield f"Line {number}, basis: expected one of {', '.join(Rate.Basis.values)}, found “{basis}”."
    if not _is_tenths(tenths):
        yield f"Line {number}, tenths: expected a whole number from 1 to 10, found “{tenths}”."
    amount = _cents(dollars)
    if amount is None:
        yield f"Line {number}, dollars: expected an amount such as 13730.00, found “{dollars}”."
    elif not 0 < amount <= MOST_CENTS:
        yield f"Line {number}, dollars: expected more than 0 and at most 1,000,000; found “{dollars}”."


def _is_tenths(said: str) -> bool:
    return said.isdecimal() and len(said) < 4 and 1 <= int(said) <= 10


def _twice(rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[tuple[int, str]]:
    """The lines of prices that stand there a second time."""
    first: dict[tuple[str, int], int] = {}
    for number, row in rows:
        basis, tenths, _ = _told(row)
        if basis not in Rate.Basis.values or not _is_tenths(tenths):
            continue
        if (before := first.setdefault((basis, int(tenths)), number)) != number:
            words = f"basis {basis} with {int(tenths)} tenths is there twice, first on line {before}"
            yield number, f"Line {number}: {words}: keep one of the rows."


def _cents(dollars: str) -> int | None:
    """None for what is no amount of money."""
    whole, _, cents = dollars.replace(",", "").removeprefix("$").partition(".")
    if not whole.isdecimal() or not (cents or "0").isdecimal() or len(cents) > 2 or len(whole) > 12:
        return None
    return int(whole) * 100 + int((cents + "00")[:2])


@transaction.atomic
def set_rates(*, fiscal_year: int, text: str, by: User | None) -> int:
    """Put a sheet into force for requests written from now on; how many prices it has. NotAllowed with every fault."""
    if not 2000 <= fiscal_year <= 2100:
        raise refusal(f"A fiscal year is named by the calendar year it ends in; {fiscal_year} is none.")
    try:
        found = rows_of(text)
    except ValueError as no:
        more = [f"{len(no.args) - MOST_TOLD} more faults were found."] if len(no.args) > MOST_TOLD else []
        raise NotAllowed(*(Reason("", one) for one in [*no.args[:MOST_TOLD], *more])) from None
    Rate.objects.bulk_create(
        Rate(fiscal_year=fiscal_year, basis=basis, tenths=tenths, cents=cents, by=by) for basis, tenths, cents in found
    )
    journal.record("staffing.rates_set", by=by, fiscal_year=fiscal_year, prices=len(found))
    return len(found)
