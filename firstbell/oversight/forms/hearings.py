"""What was seen of a hearing."""

from typing import Any

from django import forms

from firstbell.oversight.rules.rubric import CHECKLIST, SEEN


class Observe(forms.Form):
    """Yes, no or not seen for each item of the checklist, and words about the process."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for key, item in CHECKLIST.items():
            self.fields[key] = forms.ChoiceField(
                label=item.title, choices=list(SEEN.items()), widget=forms.RadioSelect,
                error_messages={"required": f"{item.title}: choose yes, no or not seen."},
            )  # fmt: skip
        self.fields["said"] = forms.CharField(
            label="What to keep, and what to do differently", required=False, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 4}), help_text="About the process and the chair, never the family.",
        )  # fmt: skip

    def words(self) -> dict[str, Any]:
        """What `actions.observe` takes."""
        told = dict(self.cleaned_data)
        return {"said": told.pop("said"), "seen": told}
