"""What people say of a panel: itself, a member, days away, a recusal, a consultation, the day a roster is in force."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms

from firstbell.cases.forms.casework import day, taps
from firstbell.core.models import User
from firstbell.panels.kinds import ALL_SEATS, KINDS
from firstbell.panels.models import Member, Panel

BOARDS = (("local", "Local board: may have every seat of EC 48321"), ("county", "County board: must have every seat"))


class About(forms.Form):
    """What a panel is called and where it sits."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give its name."})
    address = forms.CharField(
        label="Address", max_length=200, help_text="A notice to a family must say it (EC 48263(a)).",
        error_messages={"required": "Give its address: a notice to a family must say it."},
    )  # fmt: skip
    phone = forms.CharField(label="Telephone", max_length=30, required=False)
    board = forms.ChoiceField(label="Which board is it?", choices=BOARDS, widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        if kind != "sarb":
            del self.fields["board"]


class Open(About):
    """A new panel. `where` is a school or a region that this person may run a panel of."""

    kind = taps("What kind of panel?", ((one.key, one.title) for one in KINDS.values()), "Choose what kind it is.")
    where = forms.ChoiceField(label="Of which school or region?", error_messages={"required": "Choose where it sits."})
    field_order = ("kind", "where", "name", "address", "phone", "board")

    def __init__(self, *args: Any, where: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, kind="sarb", **more)
        self.fields["where"].choices = list(where)
        self.fields["board"].help_text = "For a review board only."


class Seat(forms.Form):
    """One member."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Say who it is."})
    seat = forms.ChoiceField(label="Sits for", error_messages={"required": "Choose for whom they sit."})
    standing = taps("As", Member.Standing.choices, "Choose whether they chair, sit, or stand in.", initial="member")
    agency = forms.CharField(label="Agency or school", max_length=120, required=False)
    begins = day("Term from", error_messages={"required": "Say from which day."})
    ends = day("until", help_text="Four years at most.", error_messages={"required": "Say until which day."})
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(label="Telephone", max_length=30, required=False)
    languages = forms.CharField(label="Languages", max_length=120, required=False)
    trained_on = day("Training done on", required=False)
    sworn_on = day(
        "Promised confidentiality on", required=False, help_text="Members may read records because of it (EC 49076)."
    )
    user = forms.ModelChoiceField(
        label="Signs in as", queryset=User.objects.none(), required=False, empty_label="Does not sign in",
        help_text="They then read the packets of their own hearings, and nothing else.",
    )  # fmt: skip

    def __init__(self, *args: Any, panel: Panel, people: Iterable[User], **more: Any) -> None:
        super().__init__(*args, **more)
        seats = KINDS[panel.kind].seats
        self.fields["seat"].choices = [(key, ALL_SEATS[key]) for key in seats]
        self.fields["user"].queryset = people

    @classmethod
    def of(cls, member: Member, data: Any, **more: Any) -> "Seat":
        """Filled in with what is known of a member."""
        names = ("name", "seat", "standing", "agency", "email", "phone", "languages", "trained_on", "sworn_on", "user")
        last = member.term.upper - timedelta(1) if member.term.upper else None
        known = {name: getattr(member, name) for name in names} | {"begins": member.term.lower, "ends": last}
        return cls(data, panel=member.panel, initial=known, **more)


class Leave(forms.Form):
    on = day("Last day", error_messages={"required": "Say on which day they leave."})
    why = forms.CharField(label="Why", max_length=300, error_messages={"required": "Say why."})


class Gone(forms.Form):
    begins = day("Away from", error_messages={"required": "Say from which day."})
    ends = day("until", error_messages={"required": "Say until which day."})


class Recuse(forms.Form):
    student = forms.CharField(
        label="Student's number", max_length=40, help_text="As the student system has it.",
        error_messages={"required": "Give the student's number."},
    )  # fmt: skip
    why = forms.CharField(
        label="Why", max_length=300, help_text="Kin, neighbour, own pupil. Only who runs the panel reads it.",
        error_messages={"required": "Say why in a few words."},
    )  # fmt: skip


class Consult(forms.Form):
    on = day("On", error_messages={"required": "Say on which day."})
    with_whom = forms.CharField(
        label="With which students?", max_length=300, help_text="How many, which grades and schools; no names.",
        error_messages={"required": "Say with whom."},
    )  # fmt: skip
    heard = forms.CharField(
        label="What did they say?", widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what they said."},
    )  # fmt: skip


class Sign(forms.Form):
    on = day("In force from", error_messages={"required": "Say from which day."})
