"""How Firstbell says no: an answer with its grounds, in words for the person who asked."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction

from firstbell.law.findings import Reason


class NotAllowed(Exception):  # noqa: N818 - it is an answer, not a fault
    """What somebody wants to do has no ground; `reasons` say why, each with its section."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(
            " ".join(f"{one.sentence} ({one.section})" if one.section else one.sentence for one in reasons)
        )
        self.reasons = reasons


def refusal(sentence: str) -> NotAllowed:
    """An answer that rests on no section: only on what is so, or what was left out."""
    return NotAllowed(Reason("", sentence))


def tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What the action made; None where the form or the action says no, which then stands in the form."""
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return act()
    except NotAllowed as no:
        form.add_error(None, str(no))
    return None
