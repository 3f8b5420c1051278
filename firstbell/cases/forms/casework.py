"""What a person says on a case's page: a contact, a task, a note, a decision about the case."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms

from firstbell.cases.actions import Next
from firstbell.cases.models import Note
from firstbell.cases.queries.casework import Line
from firstbell.cases.queries.drafts import Unsaved
from firstbell.cases.rules.cases import CLOSINGS, TIERS
from firstbell.cases.rules.entries import BARRIERS, KINDS, OUTCOMES
from firstbell.cases.rules.tasks import BY_WORD, TASKS
from firstbell.core import clock
from firstbell.core.models import User
from firstbell.roster.models import Student

_DATE = {"type": "date", "class": "input-short"}
_TEXT = forms.Textarea(attrs={"rows": 2})


def day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DATE), **more)


def taps(label: str, choices: Iterable[tuple[str, str]], required: str, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices), widget=forms.RadioSelect, error_messages={"required": required}, **more
    )


class Log(forms.Form):
    """One contact. `key` is made with the page: sent twice, it is one entry."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = taps("What was it?", ((key, kind.label) for key, kind in KINDS.items()), "Choose what it was.")
    outcome = taps("What came of it?", OUTCOMES.items(), "Choose what came of it.")
    whom = forms.ChoiceField(label="With whom", required=False)
    said = forms.CharField(label="In a sentence", required=False, widget=_TEXT)
    barriers = forms.MultipleChoiceField(
        label="What stands in the way", required=False, choices=list(BARRIERS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    effort = forms.BooleanField(label="Count it as an attempt at a conference (EC 48262)", required=False)
    also = forms.MultipleChoiceField(
        label="Also about", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="One contact: the minutes count once, and each child named has it in their log.",
    )  # fmt: skip
    next_kind = forms.ChoiceField(label="Next step", required=False, choices=[("", "None"), *TASKS.items()])
    next_on = day("By", required=False)
    on = day("On another day", required=False, help_text="Today when left blank.")
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=0, max_value=600)

    def __init__(
        self, *args: Any, lines: Iterable[Line], effort: bool, siblings: Iterable[Student] = (),
        draft: Unsaved | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, auto_id="id_log_%s", **more)
        self.siblings = {str(one.pk): one for one in siblings}
        self.fields["also"].choices = [(key, one.name) for key, one in self.siblings.items()]
        self.lines = {one.key: one for one in lines}
        offered = [(one.key, _line(one)) for one in self.lines.values()]
        self.fields["whom"].choices = [*offered, ("", "Somebody else")]
        self.initial |= {"key": uuid4(), "whom": offered[0][0] if offered else ""}
        self.initial |= draft.initial("barriers", "also") if draft else {}
        if not effort:
            del self.fields["effort"]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("next_kind") and not told.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", "Say by which day.")
        return told

    def words(self) -> dict[str, Any]:
        """What `actions.log` takes."""
        told = self.cleaned_data
        line = self.lines.get(told["whom"])
        return {
            "key": told["key"], "kind": told["kind"], "outcome": told["outcome"], "said": told["said"],
            "barriers": told["barriers"], "on": told["on"] or clock.today(), "took": told["minutes"],
            "contact": line.contact if line else None, "number": line.number if line else "",
            "counts_as_effort": told.get("effort", False), "also": [self.siblings[key] for key in told["also"]],
            "next_step": Next(told["next_kind"], told["next_on"]) if told["next_kind"] else None,
        }  # fmt: skip


def _line(one: Line) -> str:
    wrong = f", wrong number since {one.wrong_on:%-d %b}" if one.wrong_on else ""
    return f"{one.whose} {one.number or 'no number'}{wrong}"


class Version(forms.Form):
    """`version` is the one the page showed: whoever acts on an older one is told."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class Open(forms.Form):
    tier = taps("Tier", [(str(key), words) for key, words in TIERS.items() if key > 1], "Choose a tier.")
    why = forms.CharField(label="Why now", required=False, max_length=300)


class Tier(Version):
    tier = taps("Tier", [(str(key), words) for key, words in TIERS.items()], "Choose a tier.")
    why = forms.CharField(label="Why", max_length=300, error_messages={"required": "Say why: it is kept."})


class Lead(Version):
    lead = forms.ModelChoiceField(
        label="Named adult", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )

    def __init__(self, *args: Any, people: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["lead"].queryset = people


class Close(Version):
    closing = taps("Why is it closed?", CLOSINGS.items(), "Choose why the case is closed.")
    why = forms.CharField(label="In a sentence", required=False, max_length=300)


class Reopen(Version):
    why = forms.CharField(label="Why is it opened again?", max_length=300, error_messages={"required": "Say why."})


class Ask(forms.Form):
    kind = forms.ChoiceField(label="What", choices=list(TASKS.items()))
    text = forms.CharField(label="In words", required=False, max_length=300)
    due_on = day("By", error_messages={"required": "Say by which day."})


class Finish(Version):
    outcome = forms.CharField(label="What was done?", max_length=500, error_messages={"required": "Say what was done."})


class Drop(Version):
    why = forms.CharField(
        label="Why is it not needed?", max_length=300, error_messages={"required": "Say why it is not needed."}
    )


class PutOff(forms.Form):
    until = day("Until", error_messages={"required": "Say until when."})
    why = forms.CharField(label="Why can it wait?", max_length=200, error_messages={"required": "Say why it can wait."})


class Snooze(Version, PutOff):
    pass


class Write(forms.Form):
    """`careful` is sent once its author has read what an open note should not hold."""

    lock = taps("Who may read it?", Note.Lock.choices, "Choose who may read it.", initial=Note.Lock.OPEN)
    text = forms.CharField(
        label="Note", widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "There is nothing to save yet."},
    )  # fmt: skip
    readers = forms.ModelMultipleChoiceField(
        label="Who else reads it", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    careful = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_note_%s", **more)
        self.fields["readers"].queryset = people


def proves_itself(kind: str) -> bool:
    """Whether a task of this kind is done by logging a contact, and not by saying so."""
    return kind not in BY_WORD
