"""What a person says when they take a step: that they checked the days, or how a meeting was tried and held."""

from django import forms

HOW = {
    "phone": "Phone call",
    "message": "E-mail or text message",
    "letter": "Letter",
    "visit": "Home visit",
    "in_person": "In person at school",
}
WITH = {"parent": "Parent or guardian", "student": "The student", "both": "Parent or guardian, and the student"}
REACHED = {
    "reached": "Reached them; a conference was agreed",
    "declined": "Reached them; they declined",
    "left_word": "Left a message",
    "no_answer": "No answer",
}
HELD = {"plan": "Held; a plan was agreed", "held": "Held; no plan yet"}


def _radio(label: str, choices: dict[str, str], required: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices.items()), widget=forms.RadioSelect, error_messages={"required": required}
    )


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Say on which day.", "invalid": "Write the day as 2026-05-12."},
    )


def _note() -> forms.CharField:
    return forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class Confirm(forms.Form):
    """`number` is the report that was shown: who confirms sees what they confirm, and twice is once."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    checked = forms.BooleanField(
        label="I have checked these days",
        help_text="Confirming files the report with the attendance supervisor, under your name and today's date.",
        error_messages={"required": "Say that you have checked the days this report rests on."},
    )
    note = _note()

    def said(self) -> dict[str, str]:
        return {}


class Attempt(forms.Form):
    on = _day("When did you try?")
    how = _radio("How?", HOW, "Say how you tried.")
    whom = _radio("Whom did you try to reach?", WITH, "Say whom you tried to reach.")
    outcome = _radio("What came of it?", REACHED, "Say what came of it.")
    note = _note()

    outcomes = REACHED

    def said(self) -> dict[str, str]:
        told = self.cleaned_data
        return {"how": HOW[told["how"]], "whom": WITH[told["whom"]], "outcome": self.outcomes[told["outcome"]]}


class Conference(Attempt):
    on = _day("When was it held?")
    how = _radio("How was it held?", HOW, "Say how it was held.")
    whom = _radio("Who was there?", WITH, "Say who was there.")
    outcome = _radio("What came of it?", HELD, "Say what came of it.")

    outcomes = HELD


class Withdraw(forms.Form):
    step = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="Note", required=False, max_length=300, help_text="Kept on record with your name and today's date."
    )
