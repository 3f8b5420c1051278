"""Drafts: kept every few seconds while somebody writes, for them alone. No record, so no journal line."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from firstbell.cases.actions.notes import hold_keys
from firstbell.cases.models import Draft, Entry, Note
from firstbell.cases.queries.drafts import KEPT
from firstbell.core import sealing
from firstbell.core.models import User
from firstbell.roster.models import Student

LARGEST = 60_000
"""Characters of a draft: three notes of the longest kind."""
JUST_NOW = timedelta(seconds=15)


@transaction.atomic
def keep_draft(*, student: Student, form: str, told: Mapping[str, Sequence[str]], by: User) -> Draft | None:
    """Keep what a form holds now in place of what it held before; None where there is nothing to keep.

    What comes late, after the form itself was saved, is none.
    """
    text = json.dumps({name: list(values) for name, values in told.items()})
    if len(text) > LARGEST or _saved(student, form, told, by):
        return None
    Draft.objects.filter(by=by, at__lt=timezone.now() - KEPT).delete()
    hold_keys("shared")
    draft, _ = Draft.objects.update_or_create(
        by=by, student=student, form=form, defaults={"sealed": sealing.seal(text), "at": timezone.now()}
    )
    return draft


@transaction.atomic
def forget_draft(*, student: Student, form: str, by: User) -> int:
    """It was saved, or is not wanted any more; how many drafts that was."""
    return Draft.objects.filter(by=by, student=student, form=form).delete()[0]


def _saved(student: Student, form: str, told: Mapping[str, Sequence[str]], by: User) -> bool:
    """Whether the form was saved already: a contact by its key, a note a moment ago."""
    if form == Draft.Form.LOG:
        return Entry.objects.filter(student=student, by=by, key__in=told.get("key", ())).exists()
    return Note.objects.filter(student=student, by=by, at__gte=timezone.now() - JUST_NOW).exists()
