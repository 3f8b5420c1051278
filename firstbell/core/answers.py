"""Answers that are files: a table to save, a paper to read or to save."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse


def csv_answer(rows: Iterable[Sequence[Any]], name: str) -> HttpResponse:
    """A table as a file `name` to save. What somebody typed has gone through `spreadsheets.csv_safe` before."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    csv.writer(answer).writerows(rows)
    return _named(answer, "attachment", name)


def pdf_answer(made: bytes, name: str, *, save: bool = False) -> HttpResponse:
    """A paper that opens in the browser, or (`save`) as a file `name` to save."""
    return _named(HttpResponse(made, content_type="application/pdf"), "attachment" if save else "inline", name)


def _named(answer: HttpResponse, how: str, name: str) -> HttpResponse:
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer
