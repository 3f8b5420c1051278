"""What is said of a question: asked, handed over, answered with what it rests on, and whether it helped."""

from collections.abc import Iterable
from typing import Any

from django import forms

from firstbell.core import clock
from firstbell.core.models import User
from firstbell.training.models.questions import Area, Question
from firstbell.training.rules.questions import doubt

LAWS = ("law_1", "law_2", "law_3")
Choices = Iterable[tuple[str, str]]


def to_choose(choices: Choices) -> list[tuple[str, str]]:
    """A single one is no choice; of several somebody chooses."""
    told = list(choices)
    return told if len(told) == 1 else [("", "Choose"), *told]


class Sure(forms.Form):
    """Words that somebody else reads. Where they may say who a student is, one looks again before they are sent."""

    sure = forms.BooleanField(
        label="I have looked: it may stand as it is", required=False,
        help_text="Only where it says of no student, and of no school, who they are.",
    )  # fmt: skip
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        texts = (*self.also, *(told.get(name, "") for name in self.words))
        if not told.get("sure") and (why := doubt(texts, clock.today(), self.names)):
            self.add_error("sure", why)
        return told


class Ask(Sure):
    school = forms.ChoiceField(label="School", error_messages={"required": "Choose the school."})
    area = forms.ChoiceField(
        label="What is it about?", choices=Area.choices, error_messages={"required": "Choose what it is about."}
    )
    urgency = forms.ChoiceField(
        label="By when do you need it?", choices=Question.Urgency.choices, widget=forms.RadioSelect,
        initial=Question.Urgency.WEEK, error_messages={"required": "Choose by when you need the answer."},
    )  # fmt: skip
    title = forms.CharField(
        label="Your question in a line", max_length=120, error_messages={"required": "Say what you want to know."}
    )
    what = forms.CharField(
        label="What happened, and what do you need to know?", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="No names, no birthdays, no numbers of students: the rule is the same for each of them.",
        error_messages={"required": "Say what happened and what you need to know."},
    )  # fmt: skip
    words = ("title", "what")

    def __init__(self, *args: Any, schools: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["school"].choices = to_choose(schools)


class HandOver(forms.Form):
    to = forms.ChoiceField(label="To whom", error_messages={"required": "Choose who answers it."})

    def __init__(self, *args: Any, people: Iterable[User], but: int | None, **more: Any) -> None:
        super().__init__(*args, auto_id="id_over_%s", **more)
        self.fields["to"].choices = [("", "Choose"), *((str(one.pk), str(one)) for one in people if one.pk != but)]


class Urgency(forms.Form):
    urgency = forms.ChoiceField(
        label="By when", widget=forms.RadioSelect, error_messages={"required": "Choose by when it is answered."}
    )
    why = forms.CharField(
        label="Why", max_length=300, help_text="The school reads it.", error_messages={"required": "Say why."}
    )

    def __init__(self, *args: Any, now: str, **more: Any) -> None:
        super().__init__(*args, auto_id="id_urgency_%s", **more)
        self.fields["urgency"].choices = [one for one in Question.Urgency.choices if one[0] != now]


class Answer(Sure):
    text = forms.CharField(
        label="Your answer", max_length=4000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="What to do first. It stands as you send it.", error_messages={"required": "Write the answer."},
    )  # fmt: skip
    earlier = forms.MultipleChoiceField(
        label="Answers it rests on", required=False, widget=forms.CheckboxSelectMultiple
    )
    share = forms.BooleanField(
        label="Every school may read it", required=False, help_text="With the question, without whose it was."
    )
    words = ("text",)

    def __init__(self, *args: Any, question: Question, names: Iterable[str], laws: Choices,
                 fits: Iterable[Question], **more: Any) -> None:  # fmt: skip
        super().__init__(*args, auto_id="id_answer_%s", **more)
        for at, name in enumerate(LAWS, 1):
            self.fields[name] = forms.ChoiceField(
                label=f"Section of the law, {at}", required=False, choices=[("", "None"), *laws]
            )
        self.fields["earlier"].choices = [(str(one.pk), one.title) for one in fits]
        self._asked, self._names = (question.title, question.what), tuple(names)

    @property
    def laws(self) -> list[forms.BoundField]:
        return [self[name] for name in LAWS]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("share"):
            self.also, self.names = self._asked, self._names
        return super().clean()

    def said(self) -> dict[str, Any]:
        """What `actions.answer` takes."""
        told = self.cleaned_data
        law = [told[name] for name in LAWS if told[name]]
        return {"text": told["text"], "law": law, "earlier": [int(one) for one in told["earlier"]],
                "share": told["share"], "sure": told["sure"]}  # fmt: skip


class Close(forms.Form):
    helped = forms.TypedChoiceField(
        label="Did the answer help?", choices=[("yes", "Yes, it helped"), ("no", "No, it did not")],
        widget=forms.RadioSelect, coerce=lambda told: told == "yes",
        error_messages={"required": "Choose whether it helped."},
    )  # fmt: skip


class Nothing(forms.Form):
    """What needs no words: to take a question, or to withdraw it."""
