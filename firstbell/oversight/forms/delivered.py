"""What is said of a day: minutes that no log tells of."""

from datetime import date
from typing import Any

from django import forms

from firstbell.core.models import User
from firstbell.oversight.models import Spent
from firstbell.oversight.queries.time import schools_on
from firstbell.roster.models import School


class Add(forms.Form):
    """Minutes for something, at one school or shared over those of the day."""

    kind = forms.ChoiceField(
        label="What for", choices=Spent.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose what the time was for."},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes", min_value=1, max_value=720,
        error_messages={"required": "Say how many minutes.", "invalid": "Minutes are a whole number, as 45."},
    )  # fmt: skip
    school = forms.ChoiceField(label="For", required=False)
    note = forms.CharField(label="In a few words", max_length=200, required=False, help_text="No student’s name.")

    def __init__(self, *args: Any, user: User, on: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.schools = schools_on(user, on)
        shared = "All my schools of that day" if len(self.schools) > 1 else "No school in particular"
        self.fields["school"].choices = [("", shared), *self.schools]

    def words(self) -> dict[str, Any]:
        """What `actions.add_time` takes."""
        told = dict(self.cleaned_data)
        school = told.pop("school")
        return told | {"school": School.objects.get(pk=school) if school else None}
