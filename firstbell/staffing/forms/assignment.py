"""What is said of an assignment: from which day it is asked for, and one line of it set by hand."""

from collections.abc import Iterable
from typing import Any

from django import forms

from firstbell.staffing.forms.people import day
from firstbell.staffing.rules.assignment import HALVES, half_words
from firstbell.staffing.rules.purchases import fiscal_year

HALF_DAYS = [(str(at), half_words(at)) for at in range(HALVES)]


class Ask(forms.Form):
    """From which day; the fiscal year is the one it lies in."""

    begins = day("From which day?", error_messages={"required": "Say from which day the posts would begin."})

    def words(self) -> dict[str, Any]:
        begins = self.cleaned_data["begins"]
        return {"begins": begins, "fiscal_year": fiscal_year(begins)[1].year}


class Place(forms.Form):
    """Who is at a school on which half days. `version` is what stood when the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    user = forms.TypedChoiceField(label="Who?", coerce=int)
    halves = forms.MultipleChoiceField(
        label="When?", choices=HALF_DAYS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="None at all takes this line away.",
    )  # fmt: skip

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["user"].choices = list(people)

    @property
    def ten(self) -> list[int]:
        return [int(str(at) in self.cleaned_data["halves"]) for at in range(HALVES)]
