"""What a person says when they prepare a batch, ask for a letter, or set what letters need."""

from typing import Any

from django import forms

from firstbell.law.notices import Kind
from firstbell.letters.wording import LANGUAGES
from firstbell.notices.models import Delivery, Letterhead
from firstbell.notices.queries import Meeting
from firstbell.notices.rules import ASKED, MEETING, TITLES

DISTRICT = "district"
_DATE = {"type": "date", "class": "input-short"}
_TIME = {"type": "time", "class": "input-short"}


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DATE), **more)


class New(forms.Form):
    """Which letters, of where, dated when, and how they go. `offered` are (kind, label); `places` (key, name)."""

    kinds = forms.MultipleChoiceField(
        label="Which letters?", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one kind of letter."},
    )  # fmt: skip
    place = forms.ChoiceField(label="Where?", error_messages={"required": "Choose where these letters are for."})
    send_on = _day(
        "Date of the letters", help_text="Today, or up to a week ahead.",
        error_messages={"required": "Say which day the letters bear."},
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label="How do they go out?", widget=forms.CheckboxSelectMultiple, choices=Delivery.Channel.choices,
        help_text="A home without an e-mail address gets its letter by mail. A text only says that a letter comes.",
        error_messages={"required": "Choose at least one way."},
    )  # fmt: skip
    meeting_on = _day("Day of the meeting", required=False, help_text="Only an invitation needs day, time and place.")
    meeting_at = forms.TimeField(
        label="Time of the meeting",
        required=False,
        widget=forms.TimeInput(attrs=_TIME),
    )
    meeting_place = forms.CharField(label="Place of the meeting", required=False, max_length=200)

    def __init__(self, *args: Any, offered: list[tuple[str, str]], places: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kinds"].choices = offered
        self.fields["place"].choices = [(key or DISTRICT, name) for key, name in places]
        if len(places) == 1:
            self.fields["place"].widget = forms.HiddenInput()
            self.initial["place"] = places[0][0] or DISTRICT
        if not set(MEETING) & {kind for kind, _ in offered}:
            for name in ("meeting_on", "meeting_at", "meeting_place"):
                del self.fields[name]

    def clean_place(self) -> str:
        """As `place` takes it: the whole district has no key."""
        chosen: str = self.cleaned_data["place"]
        return "" if chosen == DISTRICT else chosen

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if set(MEETING) & set(told.get("kinds", ())) and self.meeting() is None:
            self.add_error("meeting_on", "An invitation says when and where to meet: give day, time and place.")
        return told

    def meeting(self) -> Meeting | None:
        on, at, place = (self.cleaned_data.get(f"meeting_{name}") for name in ("on", "at", "place"))
        return Meeting(on, at, place) if on and at and place else None


class Approve(forms.Form):
    """`seen` is how many letters the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    checked = forms.BooleanField(
        label="I have looked at these letters and at who is left out",
        error_messages={"required": "Say that you have looked at the letters."},
    )


class Why(forms.Form):
    why = forms.CharField(label="Why?", max_length=300, required=False)


class Rescind(forms.Form):
    why = forms.CharField(label="Why does it not stand?", max_length=300, error_messages={"required": "Say why."})


class Ask(forms.Form):
    kind = forms.ChoiceField(
        label="Which letter?", widget=forms.RadioSelect, choices=[(kind.value, TITLES[Kind(kind)]) for kind in ASKED],
        error_messages={"required": "Choose a letter."},
    )  # fmt: skip
    note = forms.CharField(label="Why?", max_length=200, required=False)


class Read(forms.Form):
    language = forms.ChoiceField(widget=forms.HiddenInput, choices=[(code, code) for code in LANGUAGES])
    digest = forms.CharField(widget=forms.HiddenInput)
    read_by = forms.CharField(
        label="Who read it, and how they know the language", max_length=200,
        error_messages={"required": "Say who read it, and how they know the language."},
    )  # fmt: skip


_LINES = forms.Textarea(attrs={"rows": 2})


class Head(forms.ModelForm):
    class Meta:
        model = Letterhead
        fields = (
            "address", "phone", "opens", "closes", "principal", "person", "person_title", "person_phone", "board",
            "board_address",
        )  # fmt: skip
        labels = {
            "address": "Address of the school", "phone": "Telephone of the office", "opens": "The office opens at",
            "closes": "The office closes at", "person": "Who signs and answers", "person_title": "Their title",
            "person_phone": "Their telephone", "board": "Review board", "board_address": "Address of the review board",
        }  # fmt: skip
        help_texts = {"board": "Without it and its address no referral letter can be made."}
        widgets = {
            "address": _LINES, "board_address": _LINES,
            "opens": forms.TimeInput(attrs=_TIME), "closes": forms.TimeInput(attrs=_TIME),
        }  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.error_messages["required"] = f"{field.label}: every letter says it, so fill it in."
