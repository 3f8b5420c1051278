"""What is said of one person: a paper that was seen, a post, its end, days away, who stands in."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from firstbell.core.models import User
from firstbell.core.templatetags.ui import LANGUAGES
from firstbell.staffing.models import Absence, Credential, Post
from firstbell.staffing.rules.hours import A_DAY, WEEKDAYS

_DATE = {"type": "date", "class": "input-short"}
EVERYWHERE = (Post.Role.CLERK, Post.Role.PRINCIPAL, Post.Role.TEACHER, Post.Role.COORDINATOR, Post.Role.CHAIR,
              Post.Role.REGION_COUNSELOR, Post.Role.FISCAL)  # fmt: skip
"""Roles that only who serves the whole district gives; directors and engineers are made where users are made."""


def day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DATE), **more)


class Paper(forms.Form):
    """One paper that was seen."""

    kind = forms.ChoiceField(
        label="Which paper?", choices=Credential.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose which paper it is."},
    )  # fmt: skip
    number = forms.CharField(
        label="Number", max_length=40, required=False, help_text="As it stands on the paper. A degree needs none."
    )
    language = forms.ChoiceField(
        label="Language", required=False, help_text="Where the paper says which language they speak.",
        choices=[("", "None"), *((code, name) for code, name in LANGUAGES.items() if code != "en")],
    )  # fmt: skip
    issued_on = day("In force from", error_messages={"required": "Say from which day: it stands on the paper."})
    expires_on = day("Last day in force", required=False, help_text="A degree does not end.")
    scan = forms.FileField(
        label="Scan", required=False, help_text="A PDF, PNG or JPEG of at most 2 MB, if one is kept.",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg", "class": "input-short"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind") == "language":
            if not told.get("language"):
                self.add_error("language", "Choose the language.")
            told["number"] = told.get("language", "")
        return told

    def words(self) -> dict[str, Any]:
        """What `actions.credentials.record` takes."""
        told = {name: self.cleaned_data[name] for name in ("kind", "number", "issued_on", "expires_on")}
        scan: UploadedFile | None = self.cleaned_data["scan"]
        return told | {"scan": scan.read() if scan else b""}


class OfARow(forms.Form):
    """A form that a page shows for each of several rows: each has ids of its own."""

    @classmethod
    def of(cls, name: str, data: Any = None, **more: Any) -> Self:
        return cls(data, auto_id=f"id_{name}_%s", **more)


class Withdraw(OfARow):
    on = day("Counts no longer from", error_messages={"required": "Say from which day."})
    why = forms.CharField(
        label="Why", max_length=200, help_text="The person reads it.", error_messages={"required": "Say why."}
    )


class Week(forms.Form):
    """Hours of each weekday, as minutes."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        box = forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric", "step": "30"})
        for at, name in enumerate(WEEKDAYS):
            self.fields[f"day{at}"] = forms.IntegerField(
                label=f"{name}, minutes", required=False, min_value=0, max_value=A_DAY, widget=box,
                error_messages={"max_value": f"{name} has at most {A_DAY} minutes, eight hours."},
            )  # fmt: skip

    def week(self) -> list[int]:
        return [self.cleaned_data.get(f"day{at}") or 0 for at in range(5)]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[f"day{at}"] for at in range(5)]


class Assign(Week):
    """A new post. `where` is a school, or for who serves the whole district a region."""

    role = forms.ChoiceField(label="As what?", widget=forms.RadioSelect, initial=Post.Role.COUNSELOR)
    where = forms.ChoiceField(label="Where?", error_messages={"required": "Choose a school."})
    begins = day("First day", error_messages={"required": "Say from which day."})
    ends = day("Last day", required=False, help_text="Open when left blank. A counselor's ends with their papers.")

    def __init__(
        self, *args: Any, schools: Iterable[tuple[str, str]], regions: Iterable[tuple[str, str]], everywhere: bool,
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        roles = [Post.Role.COUNSELOR, *(EVERYWHERE if everywhere else ())]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]
        places = [(f"school {key}", name) for key, name in schools]
        if everywhere:
            places += [(f"region {key}", f"{name} (region)") for key, name in regions]
            places += [("district", "The whole district")]
        self.fields["where"].choices = [("", "Choose"), *places]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("role") == Post.Role.COUNSELOR and not told.get("where", "school").startswith("school"):
            self.add_error("where", "A PSA Counselor works at a school: choose one.")
        if told.get("where") == "district" and told.get("role") not in (Post.Role.FISCAL,):
            self.add_error("where", "Only a fiscal specialist works for the whole district here: choose a place.")
        return told

    def words(self) -> dict[str, Any]:
        """What `actions.assign` takes, with `where` as (school or region, key)."""
        told, week = self.cleaned_data, self.week()
        kind, _, key = told["where"].partition(" ")
        return {
            "role": told["role"], "begins": told["begins"], "ends": _after(told["ends"]),
            "week": week if any(week) else None, "where": (kind, key),
        }  # fmt: skip


def _after(last: date | None) -> date | None:
    return last + timedelta(1) if last else None


class End(OfARow):
    on = day("Last day", error_messages={"required": "Say which day is the last."})


class Away(forms.Form):
    begins_on = day("Away from", error_messages={"required": "Say from which day."})
    ends_on = day("to", help_text="The last day away.", error_messages={"required": "Say until which day."})
    why = forms.ChoiceField(
        label="Why", choices=Absence.Why.choices, widget=forms.RadioSelect, error_messages={"required": "Say why."}
    )


class Cover(forms.Form):
    """Who stands in, of the people who were offered."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), error_messages={"required": "Choose somebody."})

    def __init__(self, *args: Any, people: QuerySet[User], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["user"].queryset = people


class Lend(Week, Cover):
    """Days lent to a school."""

    begins = day("First day", error_messages={"required": "Say from which day."})
    ends = day("Last day", error_messages={"required": "Say until which day."})
