"""What a person says of a household: who leads the work with it, and why."""

from typing import Any

from django import forms

from firstbell.core.models import User


class LeadHousehold(forms.Form):
    """`seen` is the decision that the page showed, 0 for none: whoever acts on an older one is told."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    lead = forms.ModelChoiceField(
        label="Lead worker", queryset=User.objects.none(), required=False, empty_label="Nobody leads"
    )
    why = forms.CharField(
        label="Why", max_length=300, help_text="Whoever works with one of these children reads it.",
        error_messages={"required": "Say why: it is kept."},
    )  # fmt: skip

    def __init__(self, *args: Any, people: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_lead_%s", **more)
        self.fields["lead"].queryset = people
