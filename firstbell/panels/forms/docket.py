"""What people say of a hearing day and of a hearing: when and where, who sits and interprets, what a family answers."""

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django import forms

from firstbell.cases.forms.casework import Version, day, taps
from firstbell.panels.actions.invitations import WAYS
from firstbell.panels.models import Day, Hearing, Invitation, Member, Panel
from firstbell.panels.queries.docket import SPOKEN, Waiting, tongue

WAIVER = "Less notice: what the family said, who and how"
_YES_NO = (("", "Not asked yet"), ("yes", "Yes"), ("no", "No"))


def at(label: str, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time", "class": "input-short"}), **more)


def _tongues(wanted: Iterable[str]) -> list[tuple[str, str]]:
    """English first, then every language there is a name for, and those that families were found to speak."""
    known = SPOKEN | {code: tongue(code) for code in wanted if code}
    return [("en", known.pop("en")), *sorted(known.items(), key=lambda one: one[1])]


class PlanDay(forms.Form):
    panel = forms.ModelChoiceField(
        label="Panel", queryset=Panel.objects.none(), empty_label=None, error_messages={"required": "Choose a panel."}
    )
    on = day("On", error_messages={"required": "Say on which day."})
    opens = at("From", initial=time(8, 30), error_messages={"required": "Say from when."})
    closes = at("until", initial=time(12, 15), error_messages={"required": "Say until when."})
    pause_from = at("Pause from", required=False)
    pause_until = at("until", required=False)
    place = forms.CharField(label="Where", max_length=200, error_messages={"required": "Say where it is."})
    rooms = forms.CharField(
        label="Rooms", widget=forms.Textarea(attrs={"rows": 3}), help_text="One to a line.",
        error_messages={"required": "Name a room."},
    )  # fmt: skip
    travel_minutes = forms.IntegerField(
        label="Minutes to any other place", min_value=0, max_value=240, initial=30,
        help_text="For members and counselors who must be at two places on that day.",
    )  # fmt: skip

    def __init__(self, *args: Any, panels: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["panel"].queryset = panels

    def clean_rooms(self) -> list[str]:
        return [line.strip()[:60] for line in self.cleaned_data["rooms"].splitlines() if line.strip()]


class Place(Version):
    """A room and a time of a day."""

    room = forms.ChoiceField(label="Room", error_messages={"required": "Choose a room."})
    start = at("Begins at", error_messages={"required": "Say when it begins."})
    waiver = forms.CharField(label=WAIVER, required=False, max_length=300)

    def __init__(self, *args: Any, rooms: Iterable[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["room"].choices = [(room, room) for room in rooms]


class Seats(Version):
    """Who sits, and who interprets. A member who could not is shown with why."""

    members = forms.ModelMultipleChoiceField(
        label="Who sits", queryset=Member.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who sits."},
    )  # fmt: skip
    interpreter = forms.ChoiceField(label="Interpreter", required=False)

    def __init__(
        self, *args: Any, members: Sequence[tuple[Member, str]], voices: Iterable[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["members"].queryset = Member.objects.filter(pk__in=[one.pk for one, _ in members])
        self.fields["members"].choices = [(one.pk, _seat(one, why)) for one, why in members]
        self.fields["interpreter"].choices = [("", "None"), *voices]


def _seat(member: Member, why: str) -> str:
    said = f"{member.name}, {member.agency or member.get_seat_display()}"
    return f"{said} ({why.lower()})" if why else said


class SetHearing(Seats, Place):
    """A household's hearing, whole."""

    home = forms.ChoiceField(label="Household", error_messages={"required": "Choose who is heard."})
    field_order = ("version", "home", "room", "start", "members", "interpreter", "waiver")

    def __init__(self, *args: Any, homes: Sequence[Waiting], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["home"].choices = [(str(one.key), f"{one.name}, waits {one.waited} days") for one in homes]


class Move(Place):
    """Another time, room or day."""

    day = forms.ModelChoiceField(label="Day", queryset=Day.objects.none(), empty_label=None)
    field_order = ("version", "day", "room", "start", "waiver")

    def __init__(self, *args: Any, days: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["day"].queryset = days
        self.fields["day"].label_from_instance = lambda one: f"{one.on:%a %-d %b}, {one.place}"


class Why(Version):
    why = forms.CharField(
        label="Why", max_length=300, help_text="It is kept. The family and the members are told that it does not take"
        " place, not why.", error_messages={"required": "Say why: it is kept."},
    )  # fmt: skip


class Waive(Version):
    said = forms.CharField(label=WAIVER, max_length=300, error_messages={"required": "Say who agreed, and how."})


class AddInterpreter(Version):
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Say who interprets."})
    language = forms.ChoiceField(label="Language")
    opens = at("From", required=False)
    closes = at("until", required=False)

    def __init__(self, *args: Any, wanted: Iterable[str] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["language"].choices = _tongues(wanted)[1:]


class Hours(Version):
    member = forms.ModelChoiceField(label="Member", queryset=Member.objects.none(), empty_label=None)
    since = at("Comes from", error_messages={"required": "Say from when."})
    until = at("until", error_messages={"required": "Say until when."})

    def __init__(self, *args: Any, members: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["member"].queryset = members


class Wish(forms.Form):
    wish = forms.ChoiceField(
        label="The family asks for", choices=Hearing.Wish.choices, widget=forms.RadioSelect, required=False
    )
    language = forms.ChoiceField(label="and speaks")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["language"].choices = _tongues([self.initial.get("language", "")])


class Invite(forms.Form):
    channel = taps(
        "How is the family told?",
        [(key, words) for key, words in zip(WAYS, ("By letter", "By e-mail where there is an address",
                                                   "By hand: somebody brings the letter"), strict=True)],
        "Choose how.", initial=WAYS[0],
    )  # fmt: skip


class Arrived(forms.Form):
    proof = forms.CharField(
        label="How do you know?", max_length=200, help_text="Handed to whom, signed for, heard on the telephone.",
        error_messages={"required": "Say how you know that it arrived."},
    )  # fmt: skip
    on = day("On", error_messages={"required": "Say on which day."})


class CameBack(forms.Form):
    why = forms.CharField(label="What came of it?", max_length=300, required=False)


class Answer(forms.Form):
    answer = taps("They say", Invitation.Answer.choices[1:], "Choose what they say.")
    childcare = forms.ChoiceField(label="Child care", choices=_YES_NO, required=False)
    transport = forms.ChoiceField(label="A ride", choices=_YES_NO, required=False)

    def words(self) -> dict[str, Any]:
        """What `actions.answer` takes."""
        told = self.cleaned_data
        asked = {"yes": True, "no": False, "": None}
        return {"answer": told["answer"]} | {name: asked[told[name]] for name in ("childcare", "transport")}
