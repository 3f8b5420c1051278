"""One search: a step, where the student is, a proof, the way back. `version` is the search as it was on the page."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django import forms

from firstbell.cases.queries.casework import Line as Number
from firstbell.cases.rules.entries import OUTCOMES
from firstbell.law.exits import CODES, PROOFS
from firstbell.law.findings import Finding
from firstbell.law.returning import Way
from firstbell.recovery.rules import ANSWERS, STEPS
from firstbell.recovery.rules.returning import MOST_CREDITS

_DATE = {"type": "date", "class": "input-short"}
_TOLD = {"invalid": "Write the day as 2026-05-12.", "required": "Say which day."}
_CALLS = {"call": "Call", "text": "Text", "mail": "E-mail or letter", "visit": "Home visit"}
_LEAVINGS = [(code, f"{code} {words}") for code, words in CODES.items() if code != "E155"]


def day(label: str, **more: Any) -> forms.DateField:
    box = forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=box, error_messages=_TOLD, **more)


def words(label: str, told: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, error_messages={"required": told}, **more)


def taps(label: str, choices: Iterable[tuple[str, str]], required: str) -> forms.ChoiceField:
    told = {"required": required}
    return forms.ChoiceField(label=label, choices=list(choices), widget=forms.RadioSelect, error_messages=told)


class Contact(forms.Form):
    """A step that is a contact: it becomes an entry of the contact log. `key` makes a double click one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    how = taps("How?", _CALLS.items(), "Choose how the family was tried.")
    outcome = taps("What came of it?", OUTCOMES.items(), "Choose what came of it.")
    whom = forms.ChoiceField(label="With whom", required=False)
    said = words("In a sentence", "", required=False)
    on = day("On another day", required=False, help_text="Today when left blank.")

    def __init__(self, *args: Any, numbers: Sequence[Number], **more: Any) -> None:
        super().__init__(*args, auto_id="id_contact_%s", **more)
        self.numbers = {one.key: one for one in numbers}
        named = [(one.key, f"{one.number or 'no number'}, {one.whose}{_wrong(one)}") for one in numbers]
        self.fields["whom"].choices = [*named, ("", "Somebody else")]
        self.initial.setdefault("whom", named[0][0] if named else "")

    def told(self) -> dict[str, Any]:
        """What `actions.log_contact` takes."""
        said = dict(self.cleaned_data)
        one = self.numbers.get(said.pop("whom"))
        return said | {"contact": one.contact if one else None, "number": one.number if one else ""}


def _wrong(one: Number) -> str:
    return f", wrong since {one.wrong_on:%-d %b}" if one.wrong_on else ""


class Taken(forms.Form):
    """A step that is none."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = taps(
        "Which step?", ((k, one.label) for k, one in STEPS.items() if not one.logs), "Choose which step it was."
    )
    outcome = taps("What came of it?", ANSWERS.items(), "Choose what came of it.")
    said = words("In a sentence", "", required=False)
    on = day("On another day", required=False, help_text="Today when left blank.")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_taken_%s", **more)

    def told(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **more)


class Begin(forms.Form):
    why = words("What was heard, and from whom?", "Say why: what was heard, and from whom.")


class Locate(Versioned):
    where = words("Where is the student?", "Say where the student is.")
    how = words("How do we know?", "Say who told it, or who saw the student.")


class Lose(Versioned):
    why = words("What turned out to be wrong?", "Say what turned out to be wrong.")


class Reopen(Versioned):
    why = words("What turned out to be wrong?", "Say what turned out to be wrong.")


class Back(Versioned):
    on = day("Which day were they at school?")
    seen_by = words("Who saw them?", "Say who saw the student at school.")


class Hand(Versioned):
    owner = forms.ModelChoiceField(label="Who looks for them", queryset=None, required=False, empty_label="Nobody yet")
    due_on = day("Next step by", required=False)

    def __init__(self, *args: Any, people: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = people


class Paper(Versioned):
    """A proof. Which kinds are enough is the law's to say; the action does."""

    code = forms.ChoiceField(label="For the exit code", choices=_LEAVINGS)
    kind = forms.ChoiceField(label="Kind of proof", choices=[(k, w) for k, w in PROOFS.items() if k != "steps"])
    place = forms.CharField(label="School or place it names", max_length=120, required=False)
    dated_on = day("Date of the paper")
    reference = forms.CharField(
        label="Where the paper is kept", max_length=120, help_text="A file number, a folder, a message.",
        error_messages={"required": "Say where the paper is kept."},
    )  # fmt: skip
    seen = forms.BooleanField(
        label="I have seen it and vouch for it",
        error_messages={"required": "Somebody must have seen the paper and vouch for it."},
    )


class Close(Versioned):
    code = forms.ChoiceField(label="Exit code", choices=_LEAVINGS)


class WayBack(Versioned):
    way = taps("The way back", (), "Choose a way back.")
    meets_on = day("Welcome meeting")
    adult = forms.ModelChoiceField(
        label="Named adult", queryset=None, empty_label=None, error_messages={"required": "Name the adult."}
    )
    credits_short = forms.IntegerField(
        label="Credits short", min_value=0, max_value=MOST_CREDITS, initial=0,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
        error_messages={"required": "Write 0 where none are short.", "invalid": "Write a whole number."},
    )  # fmt: skip
    note = words("What was agreed", "", required=False)

    def __init__(self, *args: Any, people: Any, ways: Iterable[tuple[str, Way, Finding[bool]]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["adult"].queryset = people
        self.fields["way"].choices = [(key, way.label) for key, way, found in ways if found.outcome]
