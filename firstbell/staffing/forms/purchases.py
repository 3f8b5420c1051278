"""What is said of a purchase: the request with the funds that pay it; a rate sheet."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from firstbell.core.templatetags.ui import LANGUAGES
from firstbell.roster.models import School
from firstbell.staffing.forms.people import day
from firstbell.staffing.funds import FUNDS
from firstbell.staffing.models import Purchase, Rate
from firstbell.staffing.rules.hours import LETTERS
from firstbell.staffing.rules.purchases import Part, days_words

DAYS = [(str(tenths), days_words(tenths)) for tenths in range(1, 11)]


class Request(forms.Form):
    """How much, when, and which fund pays how much of it. `version` is what stood when the page was opened."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    school = forms.ModelChoiceField(label="School", queryset=School.objects.none(), empty_label=None)
    tenths = forms.TypedChoiceField(
        label="How much?", choices=DAYS, coerce=int, initial="2", error_messages={"required": "Say how much."}
    )
    basis = forms.ChoiceField(label="Basis", choices=Rate.Basis.choices, initial=Rate.Basis.C)
    begins = day("From", error_messages={"required": "Say from which day."})
    ends = day("Last day", error_messages={"required": "Say until which day."})
    weekdays = forms.MultipleChoiceField(
        label="Which days suit best?", choices=list(LETTERS.items()), required=False,
        widget=forms.CheckboxSelectMultiple, help_text="A wish: the Region assigns by what fits everybody.",
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label="Languages", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, name) for code, name in LANGUAGES.items() if code != "en"],
    )  # fmt: skip
    focus = forms.CharField(
        label="What matters most?", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as: ninth graders in their first term.",
    )  # fmt: skip

    def __init__(self, *args: Any, schools: QuerySet[School], stays: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["school"].queryset = schools
        if stays:  # a request that is edited, changed or written again stays with its school
            self.fields["school"].widget = forms.HiddenInput()
        for fund in FUNDS.values():
            box = forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"})
            self.fields[f"{fund.key}_tenths"] = forms.IntegerField(
                label="Half days a week", required=False, min_value=0, max_value=10, widget=box
            )
            if fund.students:
                self.fields[f"{fund.key}_students"] = forms.CharField(
                    label="Which students it serves", required=False, max_length=300
                )
            if fund.plan_page:
                self.fields[f"{fund.key}_plan_page"] = forms.CharField(
                    label="Where the school plan says so", required=False, max_length=80
                )

    @property
    def by_fund(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """(fund, its fields)."""
        return [
            (fund, [self[name] for name in self.fields if name.startswith(f"{fund.key}_")]) for fund in FUNDS.values()
        ]

    @property
    def terms(self) -> list[forms.BoundField]:
        return [self[name] for name in ("school", "tenths", "basis", "begins", "ends") if not self[name].is_hidden]

    @property
    def parts(self) -> list[Part]:
        """What each fund pays, where it pays anything."""
        told = self.cleaned_data
        return [
            Part(key, told[f"{key}_tenths"], told.get(f"{key}_students", ""), told.get(f"{key}_plan_page", ""))
            for key in FUNDS
            if told.get(f"{key}_tenths")
        ]

    def words(self) -> dict[str, Any]:
        """What `actions.purchases` takes, but for the school."""
        told = self.cleaned_data
        return {name: told[name] for name in ("begins", "ends", "tenths", "basis", "languages", "focus")} | {
            "parts": self.parts, "weekdays": "".join(told["weekdays"]),
        }  # fmt: skip

    def so_far(self) -> tuple[dict[str, Any], list[str]]:
        """What `queries.cost` takes, empty where the amount is not said yet; and what is wrong with it, in words."""
        self.is_valid()
        told = self.cleaned_data
        funds = {f"{one.key}_tenths": one.name for one in FUNDS.values()}
        no = [error for name in ("tenths", "basis", "begins", "ends") for error in self.errors.get(name, ())]
        no += [f"{words}: {error}" for name, words in funds.items() for error in self.errors.get(name, ())]
        if "tenths" not in told or "basis" not in told:
            return {}, no
        terms = {"tenths": told["tenths"], "basis": told["basis"]}
        return terms | {"begins": told.get("begins"), "ends": told.get("ends"), "parts": self.parts}, no


def as_asked(one: Purchase) -> dict[str, Any]:
    """What a form begins with that edits or changes a purchase."""
    told: dict[str, Any] = {
        "school": one.school_id, "tenths": one.tenths, "basis": one.basis, "begins": one.begins_on,
        "ends": one.ends_on, "weekdays": list(one.weekdays), "languages": one.languages, "focus": one.focus,
        "version": one.version,
    }  # fmt: skip
    for share in one.shares.all():
        told |= {
            f"{share.fund}_tenths": share.tenths, f"{share.fund}_students": share.students,
            f"{share.fund}_plan_page": share.plan_page,
        }  # fmt: skip
    return told


def fresh(today: date) -> dict[str, Any]:
    """What a new request begins with: from today or the coming school year's August, to the middle of June."""
    ending = today.year + (today > date(today.year, 6, 10))
    return {"begins": max(today, date(ending - 1, 8, 10)), "ends": date(ending, 6, 11), "general_tenths": 2}


class Sign(forms.Form):
    """The principal's signature: drawn in the box (`strokes`, by the page's script), or the name typed."""

    use_required_attribute = False
    strokes = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-strokes": ""}))
    typed = forms.CharField(label="Or type your name", required=False, max_length=120)

    def __init__(self, *args: Any, name: str, **more: Any) -> None:
        super().__init__(*args, auto_id="id_sign_%s", **more)
        self.name = name
        self.fields["typed"].help_text = f"As it stands in the letter: {name}."
        self.fields["typed"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        typed = " ".join(told.get("typed", "").split())
        if not self.errors and not told["strokes"] and typed.casefold() != self.name.casefold():
            found = f"found “{typed}”" if typed else "nothing is there yet"
            raise forms.ValidationError(f"Sign in the box, or type your name as “{self.name}”: {found}.")
        return told

    @property
    def said(self) -> str:
        """Why it is no signature, in words."""
        return " ".join(error for errors in self.errors.values() for error in errors)


class Sheet(forms.Form):
    """A rate sheet as CSV."""

    fiscal_year = forms.IntegerField(
        label="Fiscal year that ends in", min_value=2000, max_value=2100,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )  # fmt: skip
    text = forms.CharField(
        label="The sheet", widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000,
        help_text="Columns basis, tenths, dollars; a row for each price, such as C,2,27460.00.",
        error_messages={"required": "Paste the sheet."},
    )  # fmt: skip
