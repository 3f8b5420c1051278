"""Template words: how days, shares, grades and counts are written, and the geometry components draw with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import SafeString

from firstbell.core import citing
from firstbell.core.ui import inputs, shapes

register = template.Library()
register.filter("options", inputs.options)
NBSP = "\u00a0"


def _date(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def day(value: date | None) -> str:
    """`Tue 12 May`; an empty value stays empty."""
    return f"{_date(value):%a} {_date(value).day} {_date(value):%b}" if value else ""


@register.filter
def short_day(value: date | None) -> str:
    """`12 May`."""
    return f"{_date(value).day} {_date(value):%b}" if value else ""


@register.filter
def long_day(value: date | None) -> str:
    """`Tuesday 12 May 2026`."""
    return f"{_date(value):%A} {_date(value).day} {_date(value):%B %Y}" if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """`8:05 am` in the district's time zone."""
    if not value:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


@register.filter
def percent(part: int | None, whole: int | None) -> str:
    """`24.4 %` of two counts, rounded half up to a tenth; `no days` of none. For reading: never compare it."""
    if not whole:
        return "no days"
    tenths = (2000 * (part or 0) + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}{NBSP}%" if tenths % 10 else f"{tenths // 10}{NBSP}%"


@register.filter
def count(value: int | None) -> str:
    """`1,284`."""
    return f"{value:,}" if value is not None else ""


@register.filter
def plural_s(number: int, words: str) -> str:
    """`3|plural_s:"day"` is `3 days`; `plural_s:"child,children"` when the plural is not an s."""
    one, _, many = words.partition(",")
    return f"{number:,}{NBSP}{one if number == 1 else many or one + 's'}"


@register.filter
def section_address(cited: str) -> str:
    """The library's page of a cited section; empty where none is held."""
    return citing.address(cited) if cited else ""


@register.filter
def section_words(cited: str) -> str:
    """`EC 48260(a)`, or `District setting`."""
    return citing.words(cited)


GRADES = {
    "TK": "Transitional kindergarten",
    "KN": "Kindergarten",
    "KG": "Kindergarten",
    "K": "Kindergarten",
    "UE": "Ungraded elementary",
    "US": "Ungraded secondary",
}


@register.filter
def grade(code: str | int | None) -> str:
    """`Grade 3` from CALPADS' `03`; `Kindergarten` from `KN`."""
    text = str(code if code is not None else "").strip().upper()
    if text.isdigit() and int(text) > 0:
        return f"Grade {int(text)}"
    return GRADES.get(text, "Kindergarten" if text.isdigit() else text)


LANGUAGES = {
    "ar": "Arabic", "en": "English", "es": "Spanish", "fa": "Farsi", "fil": "Filipino", "hy": "Armenian",
    "km": "Khmer", "ko": "Korean", "ru": "Russian", "tl": "Tagalog", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


@register.filter
def language(code: str | None) -> str:
    """`Spanish` from `es` or `es-MX`; what is no code we know is shown as it was written."""
    return LANGUAGES.get((code or "").split("-")[0].casefold(), code or "")


@register.filter
def initials(name: str) -> str:
    """`AO` from `Ana Orellana`: the first and the last word's first letter."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def hours(minutes: int | None) -> str:
    """`1 h 35` from 95; `45 min` below an hour."""
    minutes = minutes or 0
    if minutes < 0:
        return f"\u2212{hours(-minutes)}"
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    return f"{minutes // 60}{NBSP}h{NBSP}{minutes % 60:02d}" if minutes % 60 else f"{minutes // 60}{NBSP}h"


@register.simple_tag
@cache
def sprite() -> str:
    """The address of the icons, which each of them asks for."""
    return static("vendor/uswds/sprite.svg")


@register.simple_tag
def spark_shape(values: Iterable[float | None]) -> shapes.Spark:
    return shapes.spark(tuple(values))


@register.filter
def spark_words(values: Iterable[float | None]) -> str:
    return shapes.spark_words(list(values))


@register.simple_tag
def bar_rows(items: Sequence[Mapping[str, Any]], whole: float | None = None) -> list[dict[str, Any]]:
    """Each item of `{label, count, ...}` with its bar's `width` in percent."""
    widths = shapes.shares([item["count"] for item in items], whole or None)
    return [{**item, "width": width} for item, width in zip(items, widths, strict=True)]


@register.filter
def under(cells: Sequence[Any], columns: Sequence[Any]) -> list[tuple[Any, Any, bool]]:
    """Each cell of a table row with its column's label and whether that column holds numbers."""
    heads = [c if isinstance(c, Mapping) else {"label": c} for c in columns]
    return [(cell, head["label"], bool(head.get("number"))) for cell, head in zip(cells, heads, strict=True)]


@register.simple_tag
def hour_parts(items: Sequence[Mapping[str, Any]], whole: float) -> list[dict[str, Any]]:
    """Each item of `{label, minutes}` with `x` and `width` in percent of `whole` minutes and a `fill` from 1 to 6."""
    placed = shapes.stacked([item["minutes"] for item in items], whole)
    return [
        {**item, "x": x, "width": w, "fill": i % 6 + 1}
        for i, (item, (x, w)) in enumerate(zip(items, placed, strict=True))
    ]


@register.simple_tag
def trend_shape(points: Sequence[tuple[str, float | None]], goal: float | None = None) -> shapes.Trend:
    return shapes.trend(list(points), goal=goal)


@register.simple_tag
def calendar_shape(months: Sequence[Mapping[str, Any]]) -> shapes.Calendar:
    return shapes.calendar(months)


THEMES = {"dark": "screen", "light": "not all"}


@register.filter
def theme_media(choice: str | None) -> str:
    """The media query under which the dark sheet counts, from the reader's `theme` cookie."""
    return THEMES.get(choice or "", "screen and (prefers-color-scheme: dark)")


STEP_WORDS = {"done": "done", "next": "next", "later": "not yet", "void": "no longer stands"}


@register.filter
def step_words(state: str) -> str:
    return STEP_WORDS[state]


@register.filter
def field_kind(field: BoundField) -> str:
    """`checkbox`, `choices` (a set of radios or checkboxes) or `text` (anything with one label before it)."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "choices" if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else "text"


@register.filter
def choice_kind(field: BoundField) -> str:
    return "checkbox" if isinstance(field.field.widget, forms.CheckboxSelectMultiple) else "radio"


@register.filter
def choice_input(choice: BoundWidget) -> SafeString:
    """One radio or checkbox of a set, dressed, without Django's own label around it."""
    choice.data["attrs"] = {**choice.data["attrs"], "class": f"usa-{choice.data['type']}__input"}
    return choice.tag(wrap_label=False)


@register.filter
def anchor(field: BoundField) -> str:
    """The id an error summary jumps to: the input, or the first of a set."""
    return f"{field.auto_id}_0" if field_kind(field) == "choices" else field.id_for_label


DRESS = [
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.Textarea, "usa-textarea"),
    (forms.Select, "usa-select"),
    (forms.ClearableFileInput, "usa-file"),
    (forms.Widget, "usa-input"),
]


@register.filter
def dressed(field: BoundField, hint: str = "") -> SafeString:
    """The field's own widget with the design system's class, tied to its hint and its error."""
    css = next(name for kind, name in DRESS if isinstance(field.field.widget, kind))
    given = field.field.widget.attrs.get("class", "")
    told = [f"{field.auto_id}-{what}" for what, there in (("hint", hint), ("error", field.errors)) if there]
    attrs = {"class": " ".join(filter(None, [css, given, "usa-input--error" if field.errors else ""]))}
    return field.as_widget(
        inputs.quick(field.field.widget), attrs | ({"aria-describedby": " ".join(told)} if told else {})
    )
