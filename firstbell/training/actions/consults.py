"""Consults: what the Region advised a school, logged by who did; undone within the day."""

from datetime import date

from django.db import transaction
from django.utils.timezone import localtime

from firstbell.core import clock, journal
from firstbell.core.access import May
from firstbell.core.models import User
from firstbell.core.refusals import refusal
from firstbell.roster.models import School
from firstbell.staffing.queries import scope_of
from firstbell.training.actions.questions import look_again
from firstbell.training.models.questions import Area, Consult
from firstbell.training.queries.consults import year_begins
from firstbell.training.queries.questions import now, reaches
from firstbell.training.rules.consults import refused
from firstbell.training.rules.questions import said

WHOM, WORDS = 200, 1000


@transaction.atomic
def log_consult(
    *, school: School, area: str, way: str, on: date, minutes: int, whom: str, about: str, advised: str, by: User,
    sure: bool = False,
) -> Consult:  # fmt: skip
    """Write down a consult that took place in this school year. `sure`: what looked like a student is none."""
    if not reaches(scope_of(by, clock.today()), school.pk, May.ANSWER_SCHOOLS):
        raise refusal("Log consults with a school of your region. Choose one of the list.")
    if area not in Area.values or way not in Consult.Way.values:
        raise refusal("Choose what it was about, and whether it was a call, a visit, a meeting or mail.")
    if no := refused(on, minutes, clock.today(), year_begins(clock.today())):
        raise no
    whom = said(whom, WHOM, "Say with whom: the principal, the clerk.")
    about = said(about, WORDS, "Say what it was about.")
    advised = said(advised, WORDS, "Say what you advised.")
    look_again((whom, about, advised), sure=sure)
    made = Consult.objects.create(
        school=school, area=area, way=way, on=on, minutes=minutes, whom=whom, about=about, advised=advised, at=now(),
        by=by,
    )  # fmt: skip
    journal.record("training.consult_logged", by=by, about=made, school=school.pk, area=area, minutes=minutes)
    return made


@transaction.atomic
def undo_consult(*, consult: Consult, by: User) -> Consult:
    """Take back a consult on the day it was logged; it stays on record as undone."""
    consult = Consult.objects.select_for_update(of=("self",)).select_related("by").get(pk=consult.pk)
    if consult.by_id != by.pk:
        raise refusal(f"{consult.by} logged this consult, and may undo it on the day it was logged.")
    if consult.undone_at:
        raise refusal("This consult is undone already.")
    if localtime(consult.at).date() != clock.today():
        raise refusal("A consult may be undone on the day it was logged. It stands now; log what is to be said to it.")
    consult.undone_at, consult.undone_by = now(), by
    consult.save(update_fields=["undone_at", "undone_by"])
    journal.record("training.consult_undone", by=by, about=consult, school=consult.school_id)
    return consult
