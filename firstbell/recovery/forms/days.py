"""A recovery day as it is planned, and what came of many stops at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from firstbell.core import clock
from firstbell.law.policy import policy_on
from firstbell.recovery.actions.days import Came
from firstbell.recovery.forms.searching import day
from firstbell.recovery.models import Stop
from firstbell.recovery.rules import lane_words
from firstbell.recovery.rules.days import AREAS, HOWS, RESULTS

LOOKED_FOR = ("few", "several", "many", "left")
"""The columns of students whom nobody has located."""


class Plan(forms.Form):
    name = forms.CharField(
        label="Name", max_length=80, help_text="Such as: Recovery day in September.",
        error_messages={"required": "Give the day a name."},
    )  # fmt: skip
    on = day("Which day?")
    place = forms.ChoiceField(label="Of which school or region")
    how = forms.ChoiceField(label="How", choices=list(HOWS.items()), widget=forms.RadioSelect, initial="visit")
    area = forms.ChoiceField(label="A list for each", choices=list(AREAS.items()), initial="postal")
    phone = forms.CharField(
        label="Number to call back", max_length=40, help_text="It stands on every sheet and card.",
        error_messages={"required": "Say which number volunteers give."},
    )  # fmt: skip
    lanes = forms.MultipleChoiceField(
        label="Whom to look for", widget=forms.CheckboxSelectMultiple, initial=["several", "many", "left"],
        error_messages={"required": "Choose at least one column of the board."},
    )  # fmt: skip
    grade_from = forms.TypedChoiceField(
        label="From grade", coerce=int, initial=0, required=False, empty_value=0,
        choices=[(0, "All grades"), *((n, f"Grade {n} and up") for n in (6, 7, 9))],
    )  # fmt: skip

    def __init__(self, *args: Any, places: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place"].choices = list(places)
        titles = lane_words(policy_on(clock.today()))
        self.fields["lanes"].choices = [(lane, titles[lane]) for lane in LOOKED_FOR]


class Results(forms.Form):
    """A result and a note for each stop without one; a stop left blank stays to be done."""

    def __init__(self, *args: Any, stops: Sequence[Stop], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "–"), *((key, one.label) for key, one in RESULTS.items())]
        self.stops = [one for one in stops if not one.result]
        for stop in self.stops:
            self.fields[f"result_{stop.pk}"] = forms.ChoiceField(
                label=f"What came of it: {stop.search.student.name}", choices=choices, required=False,
            )  # fmt: skip
            self.fields[f"note_{stop.pk}"] = forms.CharField(
                label=f"Note: {stop.search.student.name}", max_length=300, required=False
            )

    @property
    def rows(self) -> list[tuple[Stop, forms.BoundField, forms.BoundField]]:
        return [(stop, self[f"result_{stop.pk}"], self[f"note_{stop.pk}"]) for stop in self.stops]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for stop in self.stops:
            if told.get(f"note_{stop.pk}", "").strip() and not told.get(f"result_{stop.pk}"):
                self.add_error(f"result_{stop.pk}", f"Choose what came of it for {stop.search.student.name}.")
        return told

    def came(self) -> dict[int, Came]:
        """What `actions.enter_results` takes: only the stops of which something was said."""
        told = self.cleaned_data
        return {
            stop.pk: Came(told[f"result_{stop.pk}"], told[f"note_{stop.pk}"])
            for stop in self.stops
            if told[f"result_{stop.pk}"]
        }
