"""What people say of a referral: which panel and why, what is returned, joined, let through or withdrawn."""

from collections.abc import Iterable
from typing import Any

from django import forms

from firstbell.panels.actions.referrals import LONGEST
from firstbell.panels.models import Panel, Referral
from firstbell.panels.rules.referrals import GROUNDS

_TEXT = forms.Textarea(attrs={"rows": 3})


class Version(forms.Form):
    """The referral as it was on the page: nobody overwrites what they have not seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class _Words(forms.Form):
    why = forms.CharField(
        label="Why is the panel asked?", widget=_TEXT, max_length=LONGEST * 3,
        help_text="What happened and what has not helped. The panel and the family read it.",
        error_messages={"required": "Say why the panel is asked: one sentence is enough."},
    )  # fmt: skip
    asked = forms.CharField(
        label="What does the family ask for?", required=False, widget=_TEXT, max_length=LONGEST * 3,
        help_text="In their words, where somebody has asked them.",
    )  # fmt: skip
    careful = forms.BooleanField(
        label="I have read this, and the words stay", required=False,
        help_text="The panel and the family read them.",
    )  # fmt: skip
    cautioned = False
    """Whether the words were found to ask for care: then `careful` is asked."""


class Refer(_Words):
    """A new referral."""

    panel = forms.ModelChoiceField(
        label="To which panel?", queryset=Panel.objects.none(), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": "Choose a panel.", "invalid_choice": "Choose one of the panels shown."},
    )  # fmt: skip
    ground = forms.ChoiceField(
        label="On which ground?", choices=list(GROUNDS.items()), widget=forms.RadioSelect,
        help_text="A review board needs one of the first three (EC 48263).",
        error_messages={"required": "Choose the ground."},
    )  # fmt: skip
    field_order = ("panel", "ground", "why", "asked", "careful")

    def __init__(self, *args: Any, panels: Iterable[Panel], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["panel"].queryset = Panel.objects.filter(pk__in=[one.pk for one in panels])
        self.fields["panel"].label_from_instance = lambda one: f"{one.name} ({one.get_kind_display()})"


class Reword(_Words, Version):
    pass


class Because(Version):
    """A decision that is never without a reason."""

    why = forms.CharField(label="Why", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, asks: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["why"].error_messages["required"] = asks


class Join(Version):
    to = forms.ModelChoiceField(
        label="Together with", queryset=Referral.objects.none(), empty_label=None,
        error_messages={"required": "Choose whose referral it is heard with."},
    )  # fmt: skip

    def __init__(self, *args: Any, siblings: Iterable[Referral], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].queryset = Referral.objects.filter(pk__in=[one.pk for one in siblings])
        self.fields["to"].label_from_instance = lambda one: one.student.name
