"""What is said in the room: who came, what was said in a part, why a hearing ends before it was one."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms

from firstbell.cases.forms.casework import Version, taps
from firstbell.cases.queries.casework import Line
from firstbell.cases.rules.entries import OUTCOMES
from firstbell.panels.queries.room import HOME_PARTIES
from firstbell.panels.rules.room import LONGEST
from firstbell.roster.models import Student


class Came(forms.Form):
    """Somebody whom nobody expected: a member without a seat, or anybody else by name."""

    member = forms.ChoiceField(label="A member without a seat", required=False)
    party = forms.ChoiceField(label="Comes for", required=False, choices=list(HOME_PARTIES.items()))
    name = forms.CharField(label="Name", required=False, max_length=120)

    def __init__(self, *args: Any, members: Iterable[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, auto_id="id_came_%s", **more)
        self.members = [(str(pk), words) for pk, words in members]
        self.fields["member"].choices = [("", "None: somebody else"), *self.members]


class SayPart(Version):
    """What was said in the part that is up; which button was pressed is `to`."""

    part = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="What was said, in a few sentences", required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    careful = forms.BooleanField(label="We have read this. Keep it as it is", required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_part_%s", **more)


class Tried(forms.Form):
    """One number that was tried today. `key` is made with the page: sent twice, it is one entry."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    line = forms.CharField(widget=forms.HiddenInput, required=False)
    student = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label="What came of it", choices=list(OUTCOMES.items()), initial="no_answer")
    said = forms.CharField(label="In a sentence", required=False, max_length=300)

    @classmethod
    def of(cls, student: Student, line: Line | None, place: int) -> "Tried":
        first = {"key": uuid4(), "student": student.pk, "line": line.key if line else ""}
        return cls(initial=first, auto_id=f"id_try_{place}_%s")


class Missed(Version):
    why = forms.CharField(
        label="What do you know of why they did not come?", max_length=300,
        help_text="In their words where you reached them. “Nobody answered” is an answer.",
        error_messages={"required": "Say what you know of why they did not come."},
    )  # fmt: skip
    again = taps(
        "What happens next?", [("yes", "They get another day"), ("no", "It waits: the chair looks at it first")],
        "Say whether they get another day.", initial="yes",
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_miss_%s", **more)


class BrokenOff(Version):
    how = taps(
        "What becomes of it?",
        [("again", "It waits for another day"), ("withdrawn", "It is withdrawn: the case before the panel ends here")],
        "Say whether it waits or is withdrawn.", initial="again",
    )  # fmt: skip
    why = forms.CharField(
        label="Why is it not held?", max_length=300,
        error_messages={"required": "Say why: the reason is kept, and the family is told it."},
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_off_%s", **more)
