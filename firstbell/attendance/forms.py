"""What the office says when it clears an absence, what an administrator decides, and why something is taken back."""

from typing import Any

from django import forms

from firstbell.attendance.models import Clearing
from firstbell.attendance.queries import clearing as queries
from firstbell.law.reasons import Shown

_ON_RECORD = [(one.name, one.value[0].upper() + one.value[1:]) for one in Shown]


class Clear(forms.Form):
    """One row of the page. `row` and `seen` say whose day and which marks were shown; `also` those of siblings."""

    row = forms.CharField(widget=forms.HiddenInput, max_length=60)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    also = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="Also for")
    reason = forms.ChoiceField(label="Reason", error_messages={"required": "Choose a reason."})
    evidence = forms.ChoiceField(
        label="How we know", choices=Clearing.Evidence, initial=Clearing.Evidence.CALL,
        error_messages={"required": "Say how you know."},
    )  # fmt: skip
    said_by = forms.CharField(label="Said by", required=False, max_length=120)
    incident = forms.CharField(
        label="Which event",
        required=False,
        max_length=60,
        help_text="Where a limit is for each event, such as a funeral.",
    )
    shown = forms.MultipleChoiceField(
        label="On record", required=False, choices=_ON_RECORD, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label="Note", required=False, max_length=500)

    def __init__(self, *args: Any, row: queries.Row, first: bool = False, **more: Any) -> None:
        self.conflict = ""
        super().__init__(*args, auto_id=f"id_{row.key}_%s", **more)
        self.fields["reason"].choices = queries.choices(row)
        self.fields["also"].choices = [(f"{one.key}:{one.seen}", one.student.name) for one in row.household]
        self.initial |= {"row": row.key, "seen": row.seen, "also": [key for key, _ in self.fields["also"].choices]}
        if first:
            self.fields["reason"].widget.attrs["autofocus"] = True

    @property
    def whose(self) -> list[tuple[str, str]]:
        """(row, seen) of everyone the decision is for."""
        told = self.cleaned_data
        return [
            (told["row"], told["seen"]),
            *((key, seen) for key, _, seen in (one.partition(":") for one in told["also"])),
        ]

    def words(self) -> dict[str, Any]:
        """What `actions.clear` takes."""
        told = self.cleaned_data
        return {name: told[name] for name in ("reason", "evidence", "said_by", "incident", "note")} | {
            "shown": [Shown[one] for one in told["shown"]]
        }


class Decide(forms.Form):
    clearing = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="Why", max_length=300, help_text="Kept with your name and today's date.",
        error_messages={"required": "Say why: it is kept with the decision."},
    )  # fmt: skip


class TakeBack(Decide):
    why = forms.CharField(
        label="Why it is taken back",
        max_length=300,
        error_messages={"required": "Say why it is taken back: it is kept."},
    )
