"""A draft ladder as a table of rows, one trigger each; rows come and go without JavaScript."""

from collections.abc import Mapping, Sequence

from django import forms

from firstbell.cases.rules.tasks import TASKS
from firstbell.cases.rules.triggers import (
    LONGEST_WAIT,
    LONGEST_WINDOW,
    MOST_DAYS,
    MOST_TRIGGERS,
    ROLES,
    TRACKS,
    Rung,
    refused,
)

_FIELDS = ("track", "count", "window", "asks", "within", "role", "text")


def _whole(label: str, least: int, most: int, say: str) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"size": 2, "inputmode": "numeric", "class": "usa-input input-short"})
    messages = dict.fromkeys(("required", "invalid", "min_value", "max_value"), say)
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget, error_messages=messages)


def _choice(label: str, choices: Mapping[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices.items()), widget=forms.Select(attrs={"class": "usa-select input-short"})
    )


class Row(forms.Form):
    count = _whole("Days", 1, MOST_DAYS, f"Days are from 1 to {MOST_DAYS}.")
    track = _choice("What counts", TRACKS)
    window = _whole("Within", 0, LONGEST_WINDOW, f"0 is the whole year; {LONGEST_WINDOW} at most.")
    asks = _choice("Asks for", TASKS)
    text = forms.CharField(
        label="In your words", required=False, max_length=200,
        widget=forms.TextInput(attrs={"class": "usa-input input-short", "placeholder": "in your words"}),
    )  # fmt: skip
    role = _choice("Of whom", ROLES)
    within = _whole("Due in", 1, LONGEST_WAIT, f"School days are from 1 to {LONGEST_WAIT}.")

    @property
    def cells(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each cell of the table, under its label: the words stand with what is asked."""
        shared = {"asks": [self["asks"], self["text"]]}
        return [(self[name].label, shared.get(name, [self[name]])) for name in self.fields if name != "text"]

    @property
    def rung(self) -> Rung:
        return Rung(**{name: self.cleaned_data[name] for name in _FIELDS})


class _Rows(forms.BaseFormSet):
    def clean(self) -> None:
        if not any(self.errors) and (no := refused(self.rungs)):
            raise forms.ValidationError(no)

    @property
    def rungs(self) -> list[Rung]:
        return [form.rung for form in self.forms]


Rows = forms.formset_factory(Row, formset=_Rows, extra=0, max_num=MOST_TRIGGERS, absolute_max=MOST_TRIGGERS * 2)


class Draft(forms.Form):
    """What goes with the rows: the draft as it was seen (0: there is none yet), and a word on it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = forms.CharField(label="Note", required=False, max_length=300, help_text="Why the ladder changes.")


def shown(rungs: Sequence[Rung]) -> forms.BaseFormSet:
    """The rows of a ladder, to be edited."""
    return Rows(initial=[{name: getattr(rung, name) for name in _FIELDS} for rung in rungs])


def changed(posted: Mapping[str, str], doing: str) -> forms.BaseFormSet:
    """The rows as they were typed, with one more ("add") or without the one that `doing` names ("remove-1")."""
    total = posted.get("form-TOTAL_FORMS", "")
    places = range(min(int(total), MOST_TRIGGERS)) if total.isdecimal() and len(total) < 4 else range(0)
    rows = [{name: posted.get(f"form-{place}-{name}", "") for name in _FIELDS} for place in places]
    if doing == "add":
        blank = {"track": "unexcused", "window": 0, "asks": "call", "role": "counselor", "within": 3}
        return Rows(initial=[*rows, blank][:MOST_TRIGGERS])
    gone = doing.partition("-")[2]
    return Rows(initial=[row for place, row in enumerate(rows) if str(place) != gone])
