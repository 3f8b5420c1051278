"""Django's handle on core."""

from django.apps import AppConfig


class Core(AppConfig):
    name = "firstbell.core"
    label = "core"
