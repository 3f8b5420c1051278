"""Getting the house ready: the embedded server runs, the database is there, the tables are current."""

import os

import django


def set_up() -> None:
    """Let Django know its settings and our tables; no database is needed for that."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstbell.site.settings")
    django.setup()


def ready() -> None:
    """Set Django up and bring the database to the code's version; cheap when nothing is to be done."""
    set_up()
    from django.conf import settings  # the settings exist only after setup
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from firstbell.core import postgres

    if "DATABASE_URL" not in os.environ:
        postgres.make_database(settings.DATABASES["default"])
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
