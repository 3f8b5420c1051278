"""What is said of a consult: with whom, how long, about what, and what was advised."""

from typing import Any

from django import forms

from firstbell.training.forms.questions import Choices, Sure, to_choose
from firstbell.training.models.questions import Area, Consult
from firstbell.training.rules.consults import LONGEST


class Log(Sure):
    school = forms.ChoiceField(label="School", error_messages={"required": "Choose the school."})
    way = forms.ChoiceField(
        label="What was it?", choices=Consult.Way.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what it was."},
    )  # fmt: skip
    on = forms.DateField(
        label="On", widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}),
        error_messages={"required": "Say on which day."},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes", min_value=1, max_value=LONGEST,
        error_messages={
            "required": "Say how many minutes it took.", "min_value": "Say how many minutes it took, at least one.",
            "max_value": f"A consult takes at most {LONGEST} minutes. Log two where there were two.",
        },
    )  # fmt: skip
    whom = forms.CharField(
        label="With whom", max_length=200, help_text="The principal, the clerk.",
        error_messages={"required": "Say with whom."},
    )  # fmt: skip
    area = forms.ChoiceField(
        label="About", choices=Area.choices, error_messages={"required": "Choose what it was about."}
    )
    about = forms.CharField(
        label="What was the question?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="No names or numbers of students.", error_messages={"required": "Say what it was about."},
    )  # fmt: skip
    advised = forms.CharField(
        label="What did you advise?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what you advised."},
    )  # fmt: skip
    words = ("whom", "about", "advised")

    def __init__(self, *args: Any, schools: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["school"].choices = to_choose(schools)
