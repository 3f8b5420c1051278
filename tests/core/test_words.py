"""How pages write days, shares, counts and grades, and how form fields are dressed."""

from datetime import UTC, date, datetime

import pytest
from django import forms

from firstbell.core.templatetags import ui

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("word", "value", "expected"),
    [
        (ui.day, date(2026, 5, 12), "Tue 12 May"),
        (ui.day, None, ""),
        (ui.day, datetime(2026, 5, 13, 3, 0, tzinfo=UTC), "Tue 12 May"),  # still Tuesday evening in California
        (ui.short_day, date(2026, 5, 2), "2 May"),
        (ui.long_day, date(2026, 5, 12), "Tuesday 12 May 2026"),
        (ui.clock, datetime(2026, 5, 12, 15, 5, tzinfo=UTC), "8:05 am"),
        (ui.clock, datetime(2026, 5, 12, 12, 30), "12:30 pm"),  # a naive time is local already
        (ui.clock, None, ""),
        (ui.count, 1284, "1,284"),
        (ui.count, None, ""),
        (ui.initials, "Ana Orellana", "AO"),
        (ui.initials, "María de la Luz Vega", "MV"),
        (ui.initials, "Noor", "N"),
        (ui.initials, "", ""),
        (ui.hours, 95, f"1{NBSP}h{NBSP}35"),
        (ui.hours, 120, f"2{NBSP}h"),
        (ui.hours, 45, f"45{NBSP}min"),
        (ui.hours, None, f"0{NBSP}min"),
        (ui.step_words, "void", "no longer stands"),
        (ui.theme_media, "dark", "screen"),
        (ui.theme_media, '"><script>', "screen and (prefers-color-scheme: dark)"),
    ],
)
def test_words(word, value, expected):
    assert word(value) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(41, 168, "24.4"), (1, 3, "33.3"), (2, 3, "66.7"), (10, 100, "10"), (0, 5, "0"), (1, 2000, "0.1"), (1, 2001, "0")],
)
def test_percent_rounds_half_up(part, whole, expected):
    assert ui.percent(part, whole) == f"{expected}{NBSP}%"


def test_percent_of_no_days_is_said_in_words():
    assert ui.percent(0, 0) == ui.percent(None, None) == "no days"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("03", "Grade 3"),
        (12, "Grade 12"),
        ("KN", "Kindergarten"),
        (0, "Kindergarten"),
        ("tk", "Transitional kindergarten"),
        ("US", "Ungraded secondary"),
        ("AD", "AD"),
        (None, ""),
    ],
)
def test_grade(code, expected):
    assert ui.grade(code) == expected


@pytest.mark.parametrize(
    ("number", "words", "expected"),
    [
        (1, "day", "1 day"),
        (3, "day", "3 days"),
        (0, "day", "0 days"),
        (2, "child,children", "2 children"),
        (1, "child,children", "1 child"),
    ],
)
def test_plural(number, words, expected):
    assert ui.plural_s(number, words).replace(NBSP, " ") == expected


def test_cells_know_their_column():
    assert ui.under(["Lincoln", "612"], ["School", {"label": "Students", "number": True}]) == [
        ("Lincoln", "School", False),
        ("612", "Students", True),
    ]
    with pytest.raises(ValueError, match="zip"):
        ui.under(["one cell too few"], ["School", "Students"])


class Form(forms.Form):
    name = forms.CharField(help_text="As the family says it", widget=forms.TextInput(attrs={"class": "input-short"}))
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple, required=False)
    sure = forms.BooleanField(required=False)
    school = forms.ChoiceField(choices=[("1", "Lincoln")])
    note = forms.CharField(widget=forms.Textarea, required=False)
    file = forms.FileField(required=False)


@pytest.mark.parametrize(
    ("name", "kind", "anchor"),
    [
        ("name", "text", "id_name"),
        ("kind", "choices", "id_kind_0"),
        ("many", "choices", "id_many_0"),
        ("sure", "checkbox", "id_sure"),
    ],
)
def test_kinds_of_fields(name, kind, anchor):
    assert (ui.field_kind(Form()[name]), ui.anchor(Form()[name])) == (kind, anchor)


@pytest.mark.parametrize(
    ("name", "css"),
    [
        ("name", "usa-input input-short"),
        ("sure", "usa-checkbox__input"),
        ("school", "usa-select"),
        ("note", "usa-textarea"),
        ("file", "usa-file"),
    ],
)
def test_fields_are_dressed(name, css):
    assert f'class="{css}"' in ui.dressed(Form()[name])


def test_a_faulty_field_is_tied_to_its_hint_and_its_error():
    html = ui.dressed(Form({})["name"], "As the family says it")
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert "usa-input--error" in html


@pytest.mark.parametrize(("name", "kind"), [("kind", "radio"), ("many", "checkbox")])
def test_a_choice_is_dressed_without_djangos_label(name, kind):
    field = Form()[name]
    html = ui.choice_input(next(iter(field)))
    assert ui.choice_kind(field) == kind
    assert f'class="usa-{kind}__input"' in html
    assert "<label" not in html


def test_drawing_tags_pass_values_through():
    assert ui.bar_rows([{"label": "Bus", "count": 2}, {"label": "Flu", "count": 4}], "") == [
        {"label": "Bus", "count": 2, "width": 50.0},
        {"label": "Flu", "count": 4, "width": 100.0},
    ]
    assert [p["fill"] for p in ui.hour_parts([{"label": str(n), "minutes": 10} for n in range(8)], 480)] == [
        1,
        2,
        3,
        4,
        5,
        6,
        1,
        2,
    ]
    assert ui.spark_words(iter([90])) == "Last week: 90 %"
    assert ui.spark_shape(iter([90, 80])).lines != ()
    assert ui.trend_shape([("Aug", 90)], goal=95).goal is not None
    assert ui.calendar_shape([]).months == ()
