"""Form inputs in one piece. Django fetches one or two templates for each, and a page of rows has hundreds of them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_FOLDER = "django/forms/widgets"
PLAIN = {f"{_FOLDER}/{name}.html" for name in ("input", "text", "hidden", "email", "number", "url", "date", "checkbox")}
OF_A_SET = {f"{_FOLDER}/{name}_option.html" for name in ("radio", "checkbox")}
LONG = 100
"""Options of a list that is kept once it is drawn: of schools, never of people."""


class Renderer(DjangoTemplates):
    """What Django's templates of an `<input>` write, letter for letter; everything else by its template."""

    def render(self, template_name: str, context: Mapping[str, Any], request: Any = None) -> SafeString:
        widget = context.get("widget", {})
        if template_name in PLAIN or (template_name in OF_A_SET and not widget["wrap_label"]):
            value = "" if widget["value"] is None else format_html(' value="{}"', str(widget["value"]))
            return format_html(
                '<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, _attrs(widget["attrs"])
            )
        return super().render(template_name, context, request)


def _attrs(attrs: Mapping[str, Any]) -> SafeString:
    told = [(name, value) for name, value in attrs.items() if value is not False]
    return format_html_join(
        "", "{}", ((format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
                   for name, value in told),
    )  # fmt: skip


class Select(forms.Select):
    """A select without a template for each option: of a thousand schools that takes a tenth of a second."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        told = _attrs({"name": name} | self.build_attrs(self.attrs, attrs))
        return format_html("<select{}>{}</select>", told, options(self.choices, *self.format_value(value)))


def quick(widget: forms.Widget) -> forms.Widget:
    """The same widget, drawn in one piece where it is a plain select."""
    if type(widget) is not forms.Select or any(isinstance(words, list | tuple) for _, words in widget.choices):
        return widget
    drawn = Select(widget.attrs, widget.choices)
    drawn.is_required = widget.is_required
    return drawn


def options(choices: Iterable[tuple[Any, Any]], chosen: Any = "") -> SafeString:
    """The options of a select from (value, words), the chosen one selected. A thousand schools are drawn once."""
    told = tuple(("" if value is None else str(value), str(words)) for value, words in choices)
    return (_options if len(told) > LONG else _options.__wrapped__)(told, str(chosen))


@lru_cache(maxsize=32)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    parts = ((value, " selected" if value == chosen else "", words) for value, words in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', parts)
