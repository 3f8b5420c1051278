"""What is said of a course, of a session and who came, of something completed elsewhere, and to a proposal."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from firstbell.core.models import User
from firstbell.roster.models import Region
from firstbell.training.models import Course, Proposal, Seat, Session
from firstbell.training.queries.courses import ROLES
from firstbell.training.rules.courses import ITEMS

_TEXT = forms.Textarea(attrs={"rows": 3})
_DATE = {"type": "date", "class": "input-short"}
_SHORT = forms.NumberInput(attrs={"class": "input-short"})


def day(label: str, required: str) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs=_DATE), error_messages={"required": required}
    )  # fmt: skip


class Written(forms.Form):
    """A course. `version` is what it was when the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="Name", max_length=120, error_messages={"required": "Name the course."})
    what = forms.CharField(
        label="What somebody can do afterwards", max_length=1000, widget=_TEXT,
        error_messages={"required": "Say what somebody can do afterwards."},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="What it is", choices=Course.Kind.choices, widget=forms.RadioSelect, initial=Course.Kind.COURSE,
        error_messages={"required": "Choose what it is."},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes it takes", min_value=5, max_value=2400, widget=_SHORT, initial=90,
        error_messages={"required": "Say how many minutes it takes."},
    )  # fmt: skip
    months = forms.IntegerField(
        label="Months it counts", min_value=1, max_value=120, widget=_SHORT, required=False,
        help_text="Leave it empty where it counts for good.",
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label="Required of", choices=list(ROLES.items()), widget=forms.CheckboxSelectMultiple, required=False
    )
    items = forms.MultipleChoiceField(
        label="What of a chart review it helps with", choices=list(ITEMS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


NAMES = ("version", "title", "what", "kind", "minutes", "months", "roles", "items")


def as_written(course: Course) -> dict[str, Any]:
    return {name: getattr(course, name) for name in NAMES}


class Held(forms.Form):
    """What of a session may change later: place, seats, leader, note."""

    place = forms.CharField(label="Where", max_length=200, error_messages={"required": "Say where it is."})
    seats = forms.IntegerField(
        label="Seats", min_value=1, max_value=500, widget=_SHORT, initial=20,
        error_messages={"required": "Say how many seats there are."},
    )  # fmt: skip
    led_by = forms.ModelChoiceField(
        label="Who leads it", queryset=User.objects.none(), empty_label="Choose",
        error_messages={"required": "Choose who leads it."},
    )  # fmt: skip
    note = forms.CharField(
        label="Note", max_length=500, required=False, widget=_TEXT, help_text="What to bring, where to park."
    )

    def __init__(self, *args: Any, leaders: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["led_by"].queryset = leaders  # type: ignore[attr-defined]


class Plan(Held):
    """A session on a day; for the whole district only where somebody serves it."""

    on = day("Day", "Say on which day.")
    begins = forms.TimeField(
        label="Begins at", widget=forms.TimeInput(attrs={"type": "time", "class": "input-short"}),
        error_messages={"required": "Say at which hour."},
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes", min_value=5, max_value=2400, widget=_SHORT,
        error_messages={"required": "Say how many minutes it takes."},
    )  # fmt: skip
    region = forms.ModelChoiceField(
        label="For", queryset=Region.objects.none(), empty_label=None, error_messages={"required": "Choose a region."}
    )
    field_order = ("on", "begins", "minutes", "region", "place", "seats", "led_by", "note")

    def __init__(self, *args: Any, regions: QuerySet[Region], everywhere: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["region"]
        field.queryset = regions
        if everywhere:
            field.required, field.empty_label = False, "The whole district"


class Version(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class Change(Held, Version):
    """A session as it stands, with the version that was seen."""


class Cancel(Version):
    why = forms.CharField(
        label="Why it does not take place", max_length=300, help_text="Whoever has a seat reads it.",
        error_messages={"required": "Say why: whoever has a seat reads it."},
    )  # fmt: skip


class Close(Version):
    """Who came, of those who have a seat; `seen` are the seats that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    came = forms.TypedMultipleChoiceField(
        label="Who came", coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="They have completed the course. This is said once.",
    )  # fmt: skip

    def __init__(self, *args: Any, seats: Iterable[Seat], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["came"].choices = [(one.pk, str(one.user)) for one in seats]  # type: ignore[attr-defined]
        self.fields["seen"].initial = " ".join(str(key) for key, _ in self.fields["came"].choices)  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """What `actions.close_session` takes."""
        told = self.cleaned_data
        seen = {int(one) for one in told["seen"].split() if one.isdecimal()} if told["seen"] else None
        return {"came": set(told["came"]), "version": told["version"], "seen": seen}


class OfCourse(forms.Form):
    """Something about one person and one course."""

    course = forms.ModelChoiceField(
        label="Course", queryset=Course.objects.none(), empty_label="Choose",
        error_messages={"required": "Choose the course."},
    )  # fmt: skip

    def __init__(self, *args: Any, courses: QuerySet[Course], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]


class Complete(OfCourse):
    on = day("Completed on", "Say on which day.")
    proof = forms.CharField(
        label="What was shown", max_length=200, help_text="The certificate and who gave it.",
        error_messages={"required": "Say what was shown, such as a certificate and who gave it."},
    )  # fmt: skip


class Propose(OfCourse):
    why = forms.CharField(
        label="Why", max_length=500, widget=_TEXT, help_text="They read it.",
        error_messages={"required": "Say why: they read it."},
    )  # fmt: skip


class GiveSeat(forms.Form):
    session = forms.ModelChoiceField(
        label="Session", queryset=Session.objects.none(), empty_label="Choose",
        error_messages={"required": "Choose the session."},
    )  # fmt: skip

    def __init__(self, *args: Any, sessions: QuerySet[Session], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]


class Answer(forms.Form):
    answer = forms.ChoiceField(
        label="What do you say?", widget=forms.RadioSelect, error_messages={"required": "Choose whether you agree."},
        choices=[(Proposal.State.TAKEN, "I agree"), (Proposal.State.DECLINED, "Not now")],
    )  # fmt: skip
    said = forms.CharField(
        label="Why not now", max_length=500, required=False, widget=_TEXT, help_text="Whoever proposed it reads this."
    )
