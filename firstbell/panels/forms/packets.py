"""What people say of packets: for whom one is made, in which language, why one is withdrawn, who shares a note."""

from collections.abc import Iterable
from typing import Any

from django import forms

from firstbell.cases.forms.casework import day
from firstbell.panels.actions.packets import LONGEST, NAME
from firstbell.panels.models import Packet


class Make(forms.Form):
    """Of one audience; the language is asked only of the family's copy."""

    audience = forms.ChoiceField(widget=forms.HiddenInput, choices=list(Packet._meta.get_field("audience").choices))
    language = forms.ChoiceField(
        label="In which language", required=False,
        error_messages={"invalid_choice": "Choose one of the languages shown."},
    )  # fmt: skip

    def __init__(self, *args: Any, languages: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["language"].choices = [("", "The family's language"), *languages]


class Why(forms.Form):
    why = forms.CharField(
        label="Why is it withdrawn?", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Whoever read it is told.",
        error_messages={"required": "Say why it is withdrawn: whoever read it is told."},
    )  # fmt: skip


class Consent(forms.Form):
    """A named consent for one restricted note. It is never taken back."""

    note = forms.IntegerField(widget=forms.HiddenInput)
    given_by = forms.CharField(
        label="Who consented", max_length=NAME, help_text="The name of the parent, or of the student of 18.",
        error_messages={"required": "Say who consented, by name."},
    )  # fmt: skip
    on = day("When", error_messages={"required": "Say on which day.", "invalid": "Write the day as 2026-05-12."})
