#!/usr/bin/env python
"""Django's own commands (makemigrations, shell) for developers; everyone else uses `firstbell`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstbell.site.settings")
    from django.core.management import execute_from_command_line  # after the settings are named

    execute_from_command_line(sys.argv)
