"""What a person says on a list of students: whom, and what is to be done for all of them."""

from collections.abc import Iterable
from typing import Any

from django import forms

from firstbell.cases.models import Bulk
from firstbell.cases.rules.bulk import MOST
from firstbell.cases.rules.tasks import TASKS
from firstbell.core import clock

WHICH = {"ticked": "Those ticked", "page": "All on this page", "all": "All that match"}


class Together(forms.Form):
    """`ticked` are the students with a tick, `on_page` all that the page showed."""

    which = forms.ChoiceField(label="For whom", choices=list(WHICH.items()))
    what = forms.ChoiceField(label="What", choices=Bulk.What.choices)
    lead = forms.ChoiceField(label="Whom to name", required=False)
    kind = forms.ChoiceField(label="Which task", required=False, choices=list(TASKS.items()))
    text = forms.CharField(label="In words", required=False, max_length=300)
    due_on = forms.DateField(
        label="By", required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input-short"})
    )

    def __init__(self, *args: Any, adults: Iterable[tuple[str, str]], matching: str, **more: Any) -> None:
        super().__init__(*args, auto_id="id_bulk_%s", **more)
        self.fields["lead"].choices = list(adults)
        self.fields["which"].choices = [(key, matching if key == "all" else words) for key, words in WHICH.items()]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("what") == Bulk.What.TASK and "due_on" not in self.errors:
            due = told.get("due_on")
            if due is None or due < clock.today():
                self.add_error("due_on", "Choose today or a later day.")
            if told.get("kind") == "other" and not told.get("text", "").strip():
                self.add_error("text", "Say what is to be done.")
        return told

    def said(self) -> dict[str, Any]:
        """What `plan_bulk` keeps."""
        told = self.cleaned_data
        if told["what"] == Bulk.What.ADULT:
            return {"lead": int(told["lead"]) if told["lead"] else None}
        if told["what"] == Bulk.What.TASK:
            return {"kind": told["kind"], "text": told["text"].strip(), "due_on": told["due_on"].isoformat()}
        return {}


def matching_words(count: int, *, more: bool) -> str:
    """`All 74 that match`; `The first 500 that match` where there are more than may be done at once."""
    return f"The first {MOST} that match" if more or count > MOST else f"All {count} that match"
