"""What people do with the yearly report: say that it went to the county (EC 48273)."""

from datetime import date

from django.db import transaction

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.access import EVERYTHING
from firstbell.core.models import User
from firstbell.law.calendar import SchoolYear
from firstbell.law.findings import spoken
from firstbell.panels.models import CountyReport
from firstbell.panels.queries.tracking import report


@transaction.atomic
def send_report(*, year: SchoolYear, on: date, to: str, by: User) -> CountyReport:
    """Record that the whole district's report of a school year went to the county, with the numbers of this moment.

    NotAllowed for a day to come, a day before the year began, or nobody named.
    """
    if on > clock.today():
        raise refusal(f"{spoken(on)} is to come: say it once the report is sent.")
    if on < year.starts:
        raise refusal(f"{spoken(on)} is before the school year {year} began on {spoken(year.starts)}.")
    if not to.strip():
        raise refusal("Say to whom it was sent: the county superintendent, by name or office.")
    told = report(EVERYTHING, year)
    totals = [[words, number] for words, number in (*told.totals, *told.types)]
    made = CountyReport.objects.create(year=year.ending, sent_on=on, to=to.strip()[:200], totals=totals, by=by)
    journal.record("panels.county_report_sent", by=by, about=made, year=year.ending, on=str(on))
    return made
