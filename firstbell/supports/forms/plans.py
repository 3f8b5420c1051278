"""A plan as it is written: what is strong, what is in the way, what is promised, what is aimed at."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from firstbell.core import clock
from firstbell.supports.models import Check, Commitment, Plan
from firstbell.supports.rules import FAMILIES, MOST_DAYS_AHEAD, PARTIES, Draft, Promise
from firstbell.supports.rules.barriers import BARRIERS
from firstbell.supports.rules.plans import LONGEST, PROMISE

NO_GOAL = "A plan without a goal is refused."
DATE = {"type": "date", "class": "input-short"}


def day(label: str, **more: Any) -> forms.DateField:
    told = {"invalid": "Write the day as 2026-05-12.", "required": "Say which day."}
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
                           error_messages=told, **more)  # fmt: skip


def number(label: str, *, required_words: str = "Write a whole number.", **more: Any) -> forms.IntegerField:
    box = forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"})
    told = {"invalid": "Write a whole number.", "required": required_words}
    return forms.IntegerField(label=label, widget=box, error_messages=told, **more)


def words(label: str, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class PlanForm(forms.Form):
    """`seen` is the version that was on the page, 0 for none."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    strengths = words("What goes well?", required=False, max_length=LONGEST,
                      help_text="What the student is good at and likes, and whom they trust.")  # fmt: skip
    asked_for = words("What did the family ask for?", required=False, max_length=LONGEST,
                      help_text="In their words. The family may read all of this plan.")  # fmt: skip
    goal_days = number("Goal: days absent, at most", required_words=f"{NO_GOAL} Say how many days absent at most.")
    goal_of = number(
        "in the next so many school days", help_text="5 to 100; 20 are four weeks.",
        required_words=f"{NO_GOAL} Say in how many school days.",
    )  # fmt: skip
    review_on = day("When do we look at it again?", help_text=f"At most {MOST_DAYS_AHEAD} days away.")
    agreed_by = forms.CharField(
        label="Who agreed to this plan?", max_length=200, help_text="Names: the student, the family, the school.",
        error_messages={"required": "Say who agreed: a plan is made with the student and the family, not for them."},
    )  # fmt: skip

    careful = forms.BooleanField(
        label="I have read this, and the words stay", required=False,
        help_text="A version of a plan is never changed or deleted.",
    )  # fmt: skip
    cautioned = False
    """Whether the words were found to ask for care: then `careful` is asked."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for key, family in FAMILIES.items():
            self.fields[f"barriers_{key}"] = forms.MultipleChoiceField(
                label=family.title, required=False, widget=forms.CheckboxSelectMultiple, help_text=family.about,
                choices=[(one.key, one.label) for one in BARRIERS.values() if one.family == key],
            )  # fmt: skip

    @property
    def families(self) -> list[forms.BoundField]:
        return [self[f"barriers_{key}"] for key in FAMILIES]

    @classmethod
    def of(cls, plan: Plan | None, data: QueryDict | None) -> "PlanForm":
        """The form of the next version, filled in with the one in force."""
        if plan is None:
            return cls(data, initial={"seen": 0, "goal_of": 20})
        told = {name: getattr(plan, name) for name in ("strengths", "asked_for", "goal_days", "goal_of", "agreed_by")}
        told |= {f"barriers_{key}": plan.barriers for key in FAMILIES}
        ahead = plan.review_on if plan.review_on > clock.today() else None  # the next review is another day
        return cls(data, initial={**told, "seen": plan.version, "review_on": ahead})


class Promised(forms.Form):
    """One commitment; without words it is none. `key` is the one it goes on as."""

    key = forms.IntegerField(required=False, widget=forms.HiddenInput)
    party = forms.ChoiceField(widget=forms.HiddenInput, choices=list(PARTIES.items()))
    text = forms.CharField(label="What", required=False, max_length=PROMISE)
    who = forms.CharField(label="Who", required=False, max_length=120)
    by_on = day("By when", required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if "text" not in self.errors and not told.get("text") and (told.get("who") or told.get("by_on")):
            self.add_error("text", "Say what is promised, or clear the name and the day.")
        return told

    @property
    def cells(self) -> list[forms.BoundField]:
        """The fields of a table row, each named for those who do not see its column."""
        for name in ("text", "who", "by_on"):
            field = self.fields[name]
            field.widget.attrs["aria-label"] = f"{field.label}, {self.title.lower()}"
        return [self[name] for name in ("text", "who", "by_on")]

    @property
    def title(self) -> str:
        return PARTIES.get(str(self["party"].value()), "Somebody")


_Promises = forms.formset_factory(Promised, extra=0, max_num=40, absolute_max=60)


def promises_form(plan: Plan | None, data: QueryDict | None) -> forms.BaseFormSet:
    """A row for each commitment in force and a blank one for each side, sorted by side."""
    now: Sequence[Commitment] = list(plan.commitments.all()) if plan else []
    rows = []
    for party in PARTIES:
        rows += [
            {"key": one.pk, "party": party, "text": one.text, "who": one.who, "by_on": one.by_on}
            for one in now
            if one.party == party
        ]
        rows.append({"party": party})
    return _Promises(data, initial=rows, prefix="promise")


def draft_of(form: PlanForm, promises: forms.BaseFormSet) -> Draft:
    """What both say, as the action takes it."""
    told = form.cleaned_data
    made = [one.cleaned_data for one in promises if one.cleaned_data.get("text")]
    return Draft(
        strengths=told["strengths"], asked_for=told["asked_for"], goal_days=told["goal_days"], goal_of=told["goal_of"],
        barriers=tuple(key for family in FAMILIES for key in told[f"barriers_{family}"]), review_on=told["review_on"],
        agreed_by=told["agreed_by"],
        promises=tuple(Promise(one["party"], one["text"], one["who"], one["by_on"], one["key"]) for one in made),
    )  # fmt: skip


class Checked(forms.Form):
    commitment = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label="Was it kept?", choices=Check.State.choices, widget=forms.RadioSelect,
        error_messages={"required": "Say whether it was kept, not kept, or is not known."},
    )  # fmt: skip
    note = forms.CharField(label="How do you know?", required=False, max_length=300)


class End(forms.Form):
    why = forms.CharField(
        label="Why does the plan end?", max_length=300,
        error_messages={"required": "Say why the plan ends: the reason is kept with it."},
    )  # fmt: skip
