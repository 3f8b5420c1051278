"""What is said of a chart: a level in words for each item, and feedback."""

from typing import Any

from django import forms

from firstbell.oversight.queries.charts import Evidence
from firstbell.oversight.rules.rubric import RUBRIC


class Score(forms.Form):
    """A level and a note for each item; the level's own words are what is chosen."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for key, item in RUBRIC.items():
            self.fields[f"level_{key}"] = forms.TypedChoiceField(
                label=item.title, help_text=item.asks, coerce=int, widget=forms.RadioSelect,
                choices=list(enumerate(item.levels)), error_messages={"required": f"{item.title}: choose a level."},
            )  # fmt: skip
            self.fields[f"note_{key}"] = forms.CharField(
                label=f"{item.title}: what it rests on", required=False, max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def rows(self, evidence: Evidence) -> list[tuple[forms.BoundField, forms.BoundField, list[str]]]:
        """(level, note, what the chart shows) of each item."""
        return [(self[f"level_{key}"], self[f"note_{key}"], evidence[key]) for key in RUBRIC]

    def words(self) -> dict[str, Any]:
        """What `actions.score` takes."""
        told = self.cleaned_data
        return {
            "levels": {key: told[f"level_{key}"] for key in RUBRIC},
            "notes": {key: told[f"note_{key}"] for key in RUBRIC},
        }


class Text(forms.Form):
    """A few sentences, such as feedback or an answer to it."""

    text = forms.CharField(
        label="In your own words", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what you want to say."},
    )  # fmt: skip

    def __init__(self, *args: Any, label: str, hint: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].label, self.fields["text"].help_text = label, hint
