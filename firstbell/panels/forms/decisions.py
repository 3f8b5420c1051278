"""What is decided after a hearing, and what an agency reports back."""

from typing import Any

from django import forms

from firstbell.cases.forms.casework import Version, day, taps
from firstbell.panels.rules.decisions import BECAUSE, LONGEST, PLAIN, STEPS


class Decide(Version):
    """Mediation and a petition are offered only of a review board, to whoever may confirm steps."""

    what = taps("What is decided?", PLAIN.items(), "Choose what is decided.")
    because = forms.ChoiceField(
        label="Where mediation is asked for: what failed?", required=False, widget=forms.RadioSelect,
        choices=list(BECAUSE.items()),
    )  # fmt: skip
    why = forms.CharField(
        label="Why", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What was seen, and why this follows. The family may read it.",
        error_messages={"required": "Say why: a decision without reasons is none."},
    )  # fmt: skip
    careful = forms.BooleanField(label="We have read this, and decide so all the same", required=False)
    cautioned = False

    def __init__(self, *args: Any, legal: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["what"].choices = [(key, words) for key, words in PLAIN.items() if legal or key not in STEPS]
        if not legal:
            del self.fields["because"]


class CameBack(forms.Form):
    outcome = forms.CharField(
        label="What came of it?", max_length=300, error_messages={"required": "Say what came of it."}
    )
    by_agency = forms.CharField(
        label="Which agency says so?", max_length=120, error_messages={"required": "Say which agency says so."}
    )
    on = day("On", error_messages={"required": "Say on which day."})

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="id_back_%s", **more)
