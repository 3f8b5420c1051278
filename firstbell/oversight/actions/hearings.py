"""Hearings attended: what was seen of the process, written once."""

from collections.abc import Mapping

from django.db import transaction

from firstbell.cases.rules import refusal
from firstbell.core import clock, journal
from firstbell.core.models import User
from firstbell.oversight.models import Observation
from firstbell.oversight.rules.rubric import CHECKLIST, SEEN
from firstbell.panels.models import Hearing


@transaction.atomic
def observe(*, hearing: Hearing, seen: Mapping[str, str], by: User, said: str = "") -> Observation:
    """Write down what was seen of a hearing that has begun. Nothing about the family belongs into it."""
    hearing = Hearing.objects.select_for_update(of=("self",)).select_related("day").get(pk=hearing.pk)
    if hearing.state not in ("running", "held"):
        raise refusal(f"This hearing is {hearing.get_state_display().lower()}: there is nothing to have seen yet.")
    if missing := [one.title for key, one in CHECKLIST.items() if seen.get(key) not in SEEN]:
        raise refusal(f"Say yes, no or not seen for each item. Missing: {'; '.join(missing)}.")
    if Observation.objects.filter(hearing=hearing, by=by).exists():
        raise refusal("You have written down what you saw of this hearing. It stands.")
    made = Observation.objects.create(
        hearing=hearing, seen={key: seen[key] for key in CHECKLIST}, said=said.strip()[:2000], on=clock.today(), by=by
    )
    journal.record("oversight.hearing_observed", by=by, about=made, hearing=hearing.pk)
    return made
