"""What a person sends: a zip of the district's files, and their word that they looked at its surprises."""

from django import forms

LARGEST = 1024**3


class Upload(forms.Form):
    files = forms.FileField(
        label="Zip of the daily extract",
        help_text="One .zip holding oneroster/ and attendance/, 1 GB at most.",
        error_messages={
            "required": "Choose the zip of the daily extract.",
            "empty": "This file is empty. Send the zip.",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".zip", "class": "usa-input"}),
    )
    strict = forms.BooleanField(
        required=False,
        label="Strict",
        help_text="Refuse what would otherwise be mended, such as stray spaces or a date written another way.",
    )

    def clean_files(self):
        files = self.cleaned_data["files"]
        if not files.name.lower().endswith(".zip"):
            raise forms.ValidationError(f"Expected a .zip file, found {files.name}. Zip the two folders and send that.")
        if files.size > LARGEST:
            raise forms.ValidationError(
                f"Expected at most 1 GB, found {files.size / LARGEST:.1f} GB. Send one year's files."
            )
        return files


class Accept(forms.Form):
    """Nothing to fill in for files without surprises."""

    looked = forms.BooleanField(
        label="I have looked at this", error_messages={"required": "Say that you have looked at what is unusual."}
    )
    reason = forms.CharField(
        label="Why is it right?",
        help_text="Kept with the import, under your name.",
        max_length=300,
        error_messages={"required": "Write why these files are right in spite of what is unusual."},
    )

    def __init__(self, *sent, surprises: list) -> None:
        super().__init__(*sent)
        if not surprises:
            self.fields.clear()
