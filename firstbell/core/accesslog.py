"""The read-access log: who opened which student's record, when, why they could. Written before the answer.

Source: EDC 49064, 34 CFR 99.32 (what must be kept of disclosures); we keep every opening.
"""

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

INSERT = """
    insert into access_row (by_id, student_id, why, route, ip)
    select %s, one, %s, %s, %s::inet from unnest(%s::bigint[]) as one
"""
"""All rows in one plain statement: a list of fifty students is fifty rows."""


def opens(request: HttpRequest, *students: int) -> None:
    """Say that this answer shows the records of these students (primary keys). The door writes the rows."""
    request.opened = [*getattr(request, "opened", ()), *students]


def write(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Write the rows for what the view opened and let the answer go; without the log, no answer (503)."""
    opened = sorted(set(getattr(request, "opened", ())))
    if not opened:
        return answer
    route = request.resolver_match.view_name if request.resolver_match else ""
    told = [request.user.pk, request.scope.why[:200], route, request.META.get("REMOTE_ADDR") or None, opened]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT, told)
    except DatabaseError:
        return render(request, "503.html", status=503)
    return answer
