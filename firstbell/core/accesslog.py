"""The read-access log: who opened which student's record, when, why they could. Written before the answer.

Source: EDC 49064, 34 CFR 99.32 (what must be kept of disclosures); we keep every opening.
"""

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from firstbell.core.models import AccessRow


def opens(request: HttpRequest, *students: int) -> None:
    """Say that this answer shows the records of these students (primary keys). The door writes the rows."""
    request.opened = [*getattr(request, "opened", ()), *students]


def write(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Write the rows for what the view opened and let the answer go; without the log, no answer (503)."""
    opened = sorted(set(getattr(request, "opened", ())))
    if not opened:
        return answer
    try:
        with transaction.atomic():
            AccessRow.objects.bulk_create(
                AccessRow(
                    by_id=request.user.pk,
                    student_id=student,
                    why=request.scope.why[:200],
                    route=request.resolver_match.view_name if request.resolver_match else "",
                    ip=request.META.get("REMOTE_ADDR") or None,
                )
                for student in opened
            )
    except DatabaseError:
        return render(request, "503.html", status=503)
    return answer
