"""The rate sheet of a fiscal year: a new sheet is new rows, the old ones stay for what was bought by them."""

import csv
import io

from django.db import transaction

from firstbell.core import journal
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.staffing.models import Rate

COLUMNS = ("basis", "tenths", "dollars")
MOST_CENTS = 100_000_000
"""A million dollars: nobody's year costs more, and a slipped comma does."""


def rows_of(text: str) -> list[tuple[str, int, int]]:
    """(basis, tenths, cents) of a sheet in CSV. ValueError says where, what was expected, what was found."""
    told = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [name for name in COLUMNS if name not in (told.fieldnames or ())]
    if missing:
        found = ", ".join(told.fieldnames or ()) or "nothing"
        raise ValueError(f"Line 1: expected the columns {', '.join(COLUMNS)}; found {found}.")
    found = [_row(number, row) for number, row in enumerate(told, start=2)]
    if not found:
        raise ValueError("Line 2: expected at least one row, found none.")
    keys = [row[:2] for row in found]
    if twice := next((key for key in keys if keys.count(key) > 1), None):
        raise ValueError(f"Basis {twice[0]} with {twice[1]} tenths is there twice: keep one of the rows.")
    return found


def _row(number: int, row: dict[str, str]) -> tuple[str, int, int]:
    basis, tenths, dollars = ((row[name] or "").strip() for name in COLUMNS)
    if basis not in Rate.Basis.values:
        raise ValueError(f"Line {number}, basis: expected one of {', '.join(Rate.Basis.values)}, found “{basis}”.")
    if not tenths.isdecimal() or not 1 <= int(tenths) <= 10:
        raise ValueError(f"Line {number}, tenths: expected a whole number from 1 to 10, found “{tenths}”.")
    whole, _, cents = dollars.replace(",", "").removeprefix("$").partition(".")
    if not whole.isdecimal() or not (cents or "0").isdecimal() or len(cents) > 2:
        raise ValueError(f"Line {number}, dollars: expected an amount such as 13730.00, found “{dollars}”.")
    amount = int(whole) * 100 + int((cents + "00")[:2])
    if not 0 < amount <= MOST_CENTS:
        raise ValueError(f"Line {number}, dollars: expected more than 0 and at most 1,000,000; found “{dollars}”.")
    return basis, int(tenths), amount


@transaction.atomic
def set_rates(*, fiscal_year: int, text: str, by: User | None) -> int:
    """Put a sheet into force for requests written from now on; how many prices it has. NotAllowed with the line."""
    if not 2000 <= fiscal_year <= 2100:
        raise refusal(f"A fiscal year is named by the calendar year it ends in; {fiscal_year} is none.")
    try:
        found = rows_of(text)
    except ValueError as no:
        raise refusal(str(no)) from None
    Rate.objects.bulk_create(
        Rate(fiscal_year=fiscal_year, basis=basis, tenths=tenths, cents=cents, by=by) for basis, tenths, cents in found
    )
    journal.record("staffing.rates_set", by=by, fiscal_year=fiscal_year, prices=len(found))
    return len(found)
