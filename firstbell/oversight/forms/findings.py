"""What is said of a finding: what was found, the plan, what was done, and how an appeal is decided."""

from typing import Any

from django import forms

from firstbell.cases.forms.casework import day
from firstbell.oversight.models import Appeal

STEPS = 5
"""Rows for steps of a plan."""
_TEXT = forms.Textarea(attrs={"rows": 3})


class Find(forms.Form):
    what = forms.CharField(
        label="What was found", max_length=1000, widget=_TEXT, help_text="A sentence that somebody else can check.",
        error_messages={"required": "Say what was found."},
    )  # fmt: skip
    evidence = forms.CharField(
        label="Where it can be seen", max_length=300, help_text="The address of a page of this system, from / on.",
        error_messages={"required": "Link the page that shows it."},
    )  # fmt: skip
    rule = forms.CharField(
        label="The rule it breaks", max_length=200, help_text="A section, the district's policy, or what was agreed.",
        error_messages={"required": "Name the rule it breaks."},
    )  # fmt: skip


class Version(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class Say(Version):
    """A few sentences to a finding: an answer, an appeal, or why something follows."""

    text = forms.CharField(max_length=2000, widget=_TEXT, error_messages={"required": "Write what you have to say."})

    def __init__(self, *args: Any, label: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].label = label


class Plan(Version):
    """Up to STEPS steps with a day each, and the day of the review."""

    review_on = day("Somebody looks on", error_messages={"required": "Say on which day it is reviewed."})

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for at in range(1, STEPS + 1):
            self.fields[f"text_{at}"] = forms.CharField(
                label=f"Step {at}", max_length=300, required=at == 1,
                error_messages={"required": "A plan has at least one step."},
            )  # fmt: skip
            self.fields[f"due_{at}"] = day(f"Step {at} by", required=False)

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"text_{at}"], self[f"due_{at}"]) for at in range(1, STEPS + 1)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for at in range(1, STEPS + 1):
            if told.get(f"text_{at}") and not told.get(f"due_{at}") and f"due_{at}" not in self.errors:
                self.add_error(f"due_{at}", f"Step {at}: say by which day.")
        return told

    def words(self) -> dict[str, Any]:
        """What `actions.plan` takes."""
        told = self.cleaned_data
        steps = [(told[f"text_{at}"], told[f"due_{at}"]) for at in range(1, STEPS + 1) if told[f"text_{at}"]]
        return {"steps": steps, "review_on": told["review_on"], "version": told["version"]}


class Done(forms.Form):
    said = forms.CharField(
        label="What was done", max_length=500, error_messages={"required": "Say what was done, and where it shows."}
    )


class Settle(Say):
    what = forms.ChoiceField(
        label="What follows", widget=forms.RadioSelect, error_messages={"required": "Choose what follows."}
    )

    def __init__(self, *args: Any, may: set[str], **more: Any) -> None:
        super().__init__(*args, label="Why", **more)
        offered = {"sign_off": "Sign it off", "reopen": "More to do", "withdraw": "Withdraw it"}
        self.fields["what"].choices = [(key, words) for key, words in offered.items() if key in may]

    def words(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {"what": told["what"], "why": told["text"], "version": told["version"]}


class Decide(forms.Form):
    outcome = forms.ChoiceField(
        label="Does the finding stand?", choices=Appeal.Outcome.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it stands."},
    )  # fmt: skip
    reasons = forms.CharField(
        label="Why", max_length=2000, widget=_TEXT, error_messages={"required": "Say why: both sides read it."}
    )
