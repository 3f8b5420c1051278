"""Statements: written by the night after 25 school days, for every school that had bought days, and never changed."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from firstbell.cases.queries.triggers import school_days
from firstbell.core import journal
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.oversight.models import SchoolStatement
from firstbell.oversight.queries import statements as queries
from firstbell.oversight.queries.ledger import terms_of
from firstbell.oversight.queries.whatif import ratios_of
from firstbell.oversight.rules.statements import Span, spans
from firstbell.staffing.rules.credentials import DAY

AT_ONCE = 50
"""Schools that are counted together."""


@transaction.atomic
def close_statements(*, on: date, by: User | None = None) -> int:
    """Write the newest statement of each school that is over before a day and not written yet; how many.

    Only the newest: what stood at the end of an earlier span nobody can count any more.
    """
    year = SchoolYear.of(on).ending
    due = _due(on, year)
    if not due:
        return 0
    came, ratios = queries.outcomes_of(due), ratios_of(on)
    keys = sorted(due)
    for at in range(0, len(keys), AT_ONCE):
        part = {key: due[key] for key in keys[at : at + AT_ONCE]}
        told = queries.figures(part, on)
        more = queries.another_days({key: told[key]["need"] for key in part}, ratios, on)
        SchoolStatement.objects.bulk_create(
            SchoolStatement(
                school_id=key, year=year, number=span.number, begins_on=span.begins, ends_on=span.ends,
                data=told[key] | more[key] | {"outcome": came[key]},
            )
            for key, span in part.items()
        )  # fmt: skip
    journal.record("oversight.statements_written", by=by, on=str(on), schools=len(due))
    return len(due)


def _due(on: date, year: int) -> dict[int, Span]:
    first = SchoolYear.of(on).starts
    schools = queries.buyers((first, on))
    rows = SchoolStatement.objects.filter(school__in=schools, year=year).order_by("number")
    written = {school: (number, ends) for school, number, ends in rows.values_list("school", "number", "ends_on")}
    found: dict[int, Span] = {}
    for school, days in school_days(year, schools).items():
        number, ended = written.get(school, (0, date.min))
        # after what is written, whatever the calendar says of those days now: no day is in two statements or in none
        over = [span for span in spans(day for day in days if day > ended) if span.ends < on]
        if over:
            found[school] = replace(over[-1], number=number + over[-1].number)
    bought = _bought(found)
    return {school: span for school, span in found.items() if school in bought}


def _bought(found: dict[int, Span]) -> set[int]:
    """Of these schools, those with bought days on a day of their span."""
    return {
        school
        for (begins, ends), schools in queries.by_span(found).items()
        for school, terms in terms_of(schools, (begins, ends + DAY)).items()
        if terms
    }
