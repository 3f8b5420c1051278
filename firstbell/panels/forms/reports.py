"""That the report went to the county: on which day, and to whom."""

from django import forms

from firstbell.cases.forms.casework import day


class Sent(forms.Form):
    on = day("Sent on", error_messages={"required": "Say on which day it was sent."})
    to = forms.CharField(
        label="To whom", max_length=200, help_text="The county superintendent of schools, by name or office.",
        error_messages={"required": "Say to whom it was sent."},
    )  # fmt: skip
