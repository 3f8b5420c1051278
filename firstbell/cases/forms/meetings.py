"""What a team says in a meeting: that it meets, whom it talks about, what it decided, who was there."""

from typing import Any

from django import forms

from firstbell.cases.forms.casework import Version, day, taps
from firstbell.cases.rules.meetings import KINDS
from firstbell.cases.rules.tasks import TASKS
from firstbell.core.models import User
from firstbell.roster.models import School


class Plan(forms.Form):
    school = forms.ModelChoiceField(
        label="School",
        queryset=School.objects.none(),
        empty_label=None,
        error_messages={"required": "Choose a school."},
    )
    kind = taps("Who meets?", KINDS.items(), "Choose which team meets.", initial="attendance_team")
    on = day("On", error_messages={"required": "Say on which day."})

    def __init__(self, *args: Any, schools: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["school"].queryset = schools


class Say(Version):
    """What was said of one student; which button was pressed is `to`. Nothing typed is lost by any of them."""

    use_required_attribute = False
    item = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Decided: what", required=False, choices=[("", "Nothing yet"), *TASKS.items()])
    owner = forms.ModelChoiceField(label="Who", queryset=User.objects.none(), required=False, empty_label="Choose")
    due_on = day("By when", required=False)
    text = forms.CharField(label="In words", required=False, max_length=300)
    said = forms.CharField(label="What was said, in a sentence", required=False, max_length=500)
    careful = forms.BooleanField(label="We have read this. Keep it as it is", required=False)

    def __init__(self, *args: Any, people: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_say_%s", **more)
        self.fields["owner"].queryset = people

    @property
    def line(self) -> list[forms.BoundField]:
        """The one line in which a decision is written."""
        return [self[name] for name in ("kind", "owner", "due_on", "text")]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind"):
            for name, words in (("owner", "Say who does it."), ("due_on", "Say by which day.")):
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, words)
        elif told.get("text"):
            self.add_error("kind", "Choose what is to be done.")
        return told
