"""What a person sends: a zip of the district's files."""

from django import forms


class Upload(forms.Form):
    files = forms.FileField(label="Zip of the daily extract", help_text="One .zip holding oneroster/ and attendance/.")
    strict = forms.BooleanField(required=False, label="Strict: refuse what lenient reading would mend")

    def clean_files(self):
        files = self.cleaned_data["files"]
        if not files.name.lower().endswith(".zip"):
            raise forms.ValidationError(f"Expected a .zip file, found {files.name}. Zip the two folders and send that.")
        return files
