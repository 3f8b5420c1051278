"""Sessions, groups, who came, and the points of a day."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms

from firstbell.cases.rules.notes import LONGEST
from firstbell.roster.models import Student
from firstbell.supports.forms.plans import day, number, words
from firstbell.supports.models import Card
from firstbell.supports.models import Session as Held
from firstbell.supports.practices import PRACTICES
from firstbell.supports.rules.counseling import MOST_POINTS

TOPIC = "Say in a few words what it was about."


class Session(forms.Form):
    """`key` makes a double click one session."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    kind = forms.ChoiceField(
        label="With whom?", choices=Held.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Say with whom it was."},
    )  # fmt: skip
    on = day("When?")
    minutes = number("Minutes", initial=30)
    topic = forms.CharField(
        label="What was it about?", max_length=120, help_text="A few words; counselors of the school read them.",
        error_messages={"required": TOPIC},
    )  # fmt: skip
    goal = forms.CharField(label="Which goal did it work on?", required=False, max_length=200)
    confided = words(
        "What was confided, for you alone", 5, required=False, max_length=LONGEST,
        help_text="Sealed: encrypted, read by nobody but you, in no packet, export or search (EC 49602)."
        " Danger to life and suspected abuse are reported, not only written down.",
    )  # fmt: skip


class NewGroup(forms.Form):
    school = forms.ChoiceField(label="School", error_messages={"required": "Choose a school."})
    name = forms.CharField(
        label="Name of the group", max_length=80, help_text="Say nothing private in it: it stands on lists.",
        error_messages={"required": "Give the group a name."},
    )  # fmt: skip
    practice = forms.ChoiceField(
        label="Curriculum", choices=[(one.key, one.title) for one in PRACTICES.values() if one.fits_a_group]
    )
    goal = forms.CharField(
        label="Goal", max_length=200, error_messages={"required": "Say in a sentence what the group is for."}
    )
    begins_on = day("First day")

    def __init__(self, *args: Any, schools: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["school"].choices = schools


class Join(forms.Form):
    who = forms.CharField(
        label="Name or student number", max_length=80, error_messages={"required": "Write a name or a student number."}
    )


class Came(forms.Form):
    """A meeting and who came to it; `students` are those of the roster. An old meeting changes only who came."""

    on = day("When?")
    minutes = number("Minutes", initial=45)
    topic = forms.CharField(label="What was it about?", max_length=120, error_messages={"required": TOPIC})
    came = forms.MultipleChoiceField(label="Who came?", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, students: Sequence[Student], amends: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["came"].choices = [(str(one.pk), one.name) for one in students]
        if amends:
            for name in ("on", "minutes", "topic"):
                del self.fields[name]

    @property
    def present(self) -> set[int]:
        return {int(one) for one in self.cleaned_data["came"]}


class Targets(forms.Form):
    targets = words("Targets, one a line", 3, max_length=400,
                    help_text="One to three things the student can reach in a day, such as: in class by the bell.",
                    error_messages={"required": "Name at least one target the student can reach."})  # fmt: skip

    @property
    def lines(self) -> list[str]:
        return self.cleaned_data["targets"].splitlines()


class Points(forms.Form):
    """The points of a day, a choice for each target of the card."""

    on = forms.DateField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, card: Card, **more: Any) -> None:
        super().__init__(*args, **more)
        for n, target in enumerate(card.targets):
            self.fields[f"target_{n}"] = forms.TypedChoiceField(
                label=target, coerce=int, choices=[(n, str(n)) for n in range(MOST_POINTS + 1)],
                error_messages={"required": "Give each target 0, 1 or 2 points."},
            )  # fmt: skip

    @property
    def points(self) -> list[int]:
        return [value for name, value in self.cleaned_data.items() if name.startswith("target_")]
