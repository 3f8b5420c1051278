"""Drafts as their author finds them again."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from firstbell.cases.models import Draft
from firstbell.core import sealing
from firstbell.core.models import User
from firstbell.roster.models import Student

KEPT = timedelta(days=14)
"""How long a draft waits for its author."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What a form held; `told` are {field: [values]}."""

    at: datetime
    told: dict[str, list[str]]

    def initial(self, *several: str) -> dict[str, Any]:
        """For a form: one value of each field, a list of those that hold `several`."""
        return {name: values if name in several else values[-1] for name, values in self.told.items() if values}


def drafts_of(student: Student, by: User) -> dict[str, Unsaved]:
    """Form to one's draft about this student. What no key opens any more is gone. One query."""
    found = {}
    for row in Draft.objects.filter(student=student, by=by, at__gte=timezone.now() - KEPT):
        try:
            found[row.form] = Unsaved(row.at, json.loads(sealing.opened(row.sealed)))
        except sealing.NoKey:
            continue
    return found
