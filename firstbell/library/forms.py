"""Forms of the library: a letter to look at, and a text to check."""

from django import forms

from firstbell.library.labels import KINDS, LANGUAGES


class SampleForm(forms.Form):
    """Which letter of which language, as it would be sent on which day."""

    kind = forms.ChoiceField(label="Kind of letter", choices=list(KINDS.items()))
    language = forms.ChoiceField(label="Language", choices=list(LANGUAGES.items()))
    sent_on = forms.DateField(
        label="Send date", widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")
    )


class TextForm(SampleForm):
    """A letter that somebody else wrote."""

    text = forms.CharField(
        label="Text of the letter",
        help_text="Nothing you paste is kept.",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": "Paste the text of the letter."},
    )

    field_order = ("text", "kind", "language", "sent_on")
