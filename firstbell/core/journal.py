"""The journal: every action writes its line in its own transaction."""

from typing import Any

from django.db import models

from firstbell.core.models import JournalLine, User


def record(verb: str, *, by: User | None, about: models.Model | None = None, **detail: Any) -> JournalLine:
    """Write one line: `verb` is slice.past_tense, `by` the person or None for the system itself."""
    return JournalLine.objects.create(
        verb=verb,
        by=by,
        about=about._meta.label_lower if about else "",
        about_id=about.pk if about else None,
        detail=detail,
    )
