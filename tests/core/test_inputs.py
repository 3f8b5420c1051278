"""Inputs that are drawn in one piece look as Django's templates draw them, and vouch for nothing by hand."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from firstbell.core.templatetags import ui
from firstbell.core.ui import inputs

NASTY = "\"><script>alert(1)</script>&amp;'é"
CHOICES = [("", "Any"), ("a", "A & B"), ("b", NASTY), (3, "Three")]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
ATTRS = st.dictionaries(
    st.sampled_from(["class", "id", "required", "data-x", "max"]), WORDS | st.booleans() | st.integers()
)
WIDGETS = [
    forms.TextInput, forms.HiddenInput, forms.EmailInput, forms.NumberInput, forms.URLInput, forms.CheckboxInput,
    forms.DateInput,
]  # fmt: skip


@given(st.sampled_from(WIDGETS), ATTRS, WORDS | st.none() | st.integers() | st.booleans())
def test_an_input_is_what_its_template_writes(widget, attrs, value):
    drawn, theirs = (widget().render("field", value, attrs, renderer) for renderer in RENDERERS)
    assert drawn == theirs
    assert hasattr(drawn, "__html__")


RENDERERS = (inputs.Renderer(), DjangoTemplates())


@pytest.mark.parametrize("field", [
    forms.DateField(widget=forms.DateInput(attrs={"type": "date"})), forms.CharField(widget=forms.Textarea),
    forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect), forms.CharField(max_length=9, initial=NASTY),
    forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple), forms.FileField(),
    forms.BooleanField(), forms.ChoiceField(choices=[("Group", [("x", "X")])]), forms.IntegerField(initial=1234),
])  # fmt: skip
def test_a_whole_form_is_what_django_writes(field):
    def drawn(renderer):
        form = type("Form", (forms.Form,), {"told": field})(
            {"told": ["a", NASTY] if "Multiple" in type(field).__name__ else "2026-05-12"}, renderer=renderer
        )
        form.fields["told"].widget.attrs |= {"data-told": NASTY}
        return str(form["told"]) + "".join(str(one.tag(wrap_label=False)) for one in form["told"])

    assert drawn(RENDERERS[0]) == drawn(RENDERERS[1])


def squeezed(html):
    return re.sub(r">\s+<", "><", str(html))


@pytest.mark.parametrize("value", ["", "a", "b", "3", 3, None, "nothing of it"])
@pytest.mark.parametrize("required", [True, False])
def test_a_select_is_what_django_writes(value, required):
    plain = forms.Select({"class": "usa-select", "data-told": NASTY}, CHOICES)
    plain.is_required = required
    drawn = inputs.quick(plain)
    assert type(drawn) is inputs.Select
    attrs = {"id": "x", "required": required}
    assert squeezed(drawn.render("told", value, attrs)) == squeezed(plain.render("told", value, attrs))


@pytest.mark.parametrize("widget", [
    forms.SelectMultiple(choices=CHOICES), forms.Select(choices=[("Group", [("x", "X")])]), forms.TextInput(),
    forms.NullBooleanSelect(),
])  # fmt: skip
def test_other_widgets_are_left_alone(widget):
    assert inputs.quick(widget) is widget


@pytest.mark.parametrize("many", [2, 2 * inputs.LONG])
def test_the_options_of_a_list_escape_their_words(many):
    choices = [("b", NASTY), *((n, f"School {n}") for n in range(many))]
    template = Template("<select>{{ choices|options:chosen }}</select>")
    for chosen in ("b", 1, "1"):
        shown = template.render(Context({"choices": choices, "chosen": chosen}))
        assert "<script>" not in shown
        assert shown.count("<option") == many + 1
        assert re.findall(r'<option value="([^"]*)" selected>', shown) == [str(chosen)]


def test_a_long_list_is_drawn_anew_when_a_word_changes():
    choices = [(n, f"School {n}") for n in range(2 * inputs.LONG)]
    before = ui.inputs.options(choices)
    choices[7] = (7, "Another name")
    assert "Another name" in inputs.options(choices)
    assert "Another name" not in before


def test_a_list_of_people_is_not_kept():
    inputs._options.cache_clear()
    inputs.options([(n, f"Person {n}") for n in range(inputs.LONG)])
    assert inputs._options.cache_info().currsize == 0


def test_a_dressed_select_keeps_its_hint_and_its_error():
    form = type("Form", (forms.Form,), {"told": forms.ChoiceField(choices=CHOICES)})({"told": "x"})
    shown = ui.dressed(form["told"], "A hint")
    assert 'class="usa-select usa-input--error"' in shown
    assert 'aria-describedby="id_told-hint id_told-error"' in shown
    assert 'aria-invalid="true"' in shown
    assert shown.startswith('<select name="told"')


def test_a_date_reads_as_before():
    form = type("Form", (forms.Form,), {"on": forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))})
    assert 'value="2026-05-12"' in str(form(initial={"on": date(2026, 5, 12)})["on"])
