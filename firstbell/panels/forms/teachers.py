"""Whom of the teachers to ask, and what they answer."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from firstbell.cases.forms.casework import Version
from firstbell.core.models import User
from firstbell.panels.actions.teachers import LONGEST


class Ask(Version):
    """A teacher who signs in is chosen; any other is named, and somebody writes down what they say."""

    user = forms.ModelChoiceField(
        label="A teacher of this school", queryset=User.objects.none(), required=False, empty_label="Somebody else"
    )
    teacher = forms.CharField(label="Name, where they are not in the list", required=False, max_length=120)
    subject = forms.CharField(label="Subject", required=False, max_length=80)

    def __init__(self, *args: Any, people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, auto_id="id_ask_%s", **more)
        self.fields["user"].queryset = people


def _words(label: str, hint: str, **more: Any) -> forms.CharField:
    box = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST, widget=box, **more)


class Answer(forms.Form):
    use_required_attribute = False
    strengths = _words(
        "What goes well?", "What this student is good at and likes, and whom they trust.",
        error_messages={"required": "Begin with what goes well: one sentence is enough."},
    )  # fmt: skip
    seen = _words(
        "What do you see?", "What happens on days in class, and what you miss when they are away.", required=False
    )
    tried = _words("What have you tried?", "Also what did not help.", required=False)
    suggests = _words(
        "What could help now?", "What you would do yourself, and what you would ask of others.", required=False
    )
    careful = forms.BooleanField(label="I have read this, and the words stay", required=False)
    cautioned = False
