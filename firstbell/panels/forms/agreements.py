"""What is written of an agreement: a directive, its reading back, a signature, a check."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from firstbell.cases.forms.casework import Version, day, taps
from firstbell.cases.rules.tasks import TASKS
from firstbell.core.models import User
from firstbell.panels.models.agreements import EVIDENCE, OUTCOMES, SIDES
from firstbell.panels.rules.signing import LARGEST_SCAN
from firstbell.roster.models import Student
from firstbell.supports.practices import PRACTICES

WAYS = {
    "draw": "In the box, with a finger or a pen",
    "typed": "I sign: with the name typed above",
    "paper": "On paper, scanned",
    "refused": "Would not sign",
}
"""How somebody signs; the first two are on the device."""


def _number(label: str) -> forms.IntegerField:
    box = forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=60, widget=box)


class Write(Version):
    """One directive. `version` is the agreement's, 0 where there is none yet."""

    use_required_attribute = False
    student = forms.ChoiceField(label="For whom")
    party = forms.ChoiceField(label="Side", choices=list(SIDES.items()))
    who = forms.CharField(label="Who", max_length=120, error_messages={"required": "Say who does it."})
    what = forms.CharField(label="What", max_length=300, error_messages={"required": "Say what is done."})
    due_on = day("By when", error_messages={"required": "Say by which day."})
    evidence = forms.ChoiceField(label="What will show it", choices=list(EVIDENCE.items()), initial="word")
    doing = forms.ChoiceField(
        label="What kind of work it is", choices=list(TASKS.items()), initial="other",
        help_text="The school's and an agency's become a task; a contact of this kind shows it where the log does.",
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        label="Who answers for it", queryset=User.objects.none(), required=False, empty_label="The named adult",
        help_text="At the school; for an agency whoever follows it up.",
    )  # fmt: skip
    target = _number("Days absent at most")
    target_of = _number("in so many school days")
    practice = forms.CharField(required=False, widget=forms.HiddenInput)
    careful = forms.BooleanField(label="We have read this. Keep it as it is", required=False)

    def __init__(self, *args: Any, students: Sequence[Student], people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, auto_id="id_write_%s", **more)
        self.students = {str(one.pk): one for one in students}
        self.fields["student"].choices = [(key, one.name) for key, one in self.students.items()]
        if len(self.students) == 1:
            self.fields["student"].widget = forms.HiddenInput()
            self.initial.setdefault("student", next(iter(self.students)))
        self.fields["owner"].queryset = people

    @property
    def whose(self) -> list[forms.BoundField]:
        """Whose it is and by when, on one line."""
        return [self[name] for name in ("student", "party", "who", "due_on") if not self[name].is_hidden]

    @property
    def proof(self) -> list[forms.BoundField]:
        return [self[name] for name in ("evidence", "target", "target_of", "doing", "owner")]

    def words(self) -> dict[str, Any]:
        """What `actions.add_directive` takes."""
        told = dict(self.cleaned_data)
        return told | {"student": self.students[told["student"]]}


def first_of(practice: str, party: str, today: Any) -> dict[str, Any]:
    """What a new directive begins with: a chosen practice, a side, a day in two weeks."""
    told = {"due_on": today, "party": party if party in SIDES else "family", "evidence": "word", "doing": "other"}
    if practice in PRACTICES:
        told |= {"what": PRACTICES[practice].title, "practice": practice, "party": "school"}
    return told


class ReadBack(Version):
    reader = forms.ChoiceField(label="Who read it aloud?")

    def __init__(self, *args: Any, readers: Iterable[str], **more: Any) -> None:
        super().__init__(*args, auto_id="id_read_%s", **more)
        self.fields["reader"].choices = [(name, name) for name in readers]


class Sign(Version):
    """`strokes` are the pen's points, written by the page's script; without it the name is typed."""

    use_required_attribute = False
    party = forms.ChoiceField(label="For which side?")
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Say who signs."})
    way = taps("How do they sign?", WAYS.items(), "Say how they sign.", initial="typed")
    strokes = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-strokes": ""}))
    scan = forms.FileField(
        label="The scanned paper", required=False, allow_empty_file=True,
        help_text=f"PDF, PNG or JPEG, at most {LARGEST_SCAN // 1024 // 1024} MB. Only where they signed on paper.",
    )  # fmt: skip
    why = forms.CharField(
        label="Why not, in their words", required=False, max_length=300, help_text="Only where they would not sign."
    )

    def __init__(self, *args: Any, sides: Iterable[str], **more: Any) -> None:
        super().__init__(*args, auto_id="id_sign_%s", **more)
        self.fields["party"].choices = [(side, SIDES.get(side, "Panel")) for side in sides]

    def words(self) -> dict[str, Any]:
        """What `actions.sign` takes."""
        told = self.cleaned_data
        way = told["way"]
        return {
            "party": told["party"], "name": told["name"], "method": "device" if way in ("draw", "typed") else way,
            "typed": way == "typed", "strokes": told["strokes"], "why": told["why"],
            "scan": told["scan"].read(LARGEST_SCAN + 1) if told["scan"] and way == "paper" else b"",
            "version": told["version"],
        }  # fmt: skip


class Unsigned(Version):
    why = forms.CharField(
        label="Why is it not signed?", max_length=300, error_messages={"required": "Say why it is not signed."}
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_unsigned_%s", **more)


class Checked(forms.Form):
    outcome = taps("How does it stand?", OUTCOMES.items(), "Say whether it was kept, late, broken or is not known.")
    note = forms.CharField(label="How do you know?", required=False, max_length=300)
