"""Append-only tables: the database itself refuses to change or delete their rows."""

from django.db import migrations


def append_only(*tables: str) -> migrations.RunSQL:
    """A migration step that puts the refusing trigger on each table."""
    function = """
        create or replace function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception 'rows of % are never changed or deleted', tg_table_name
                using errcode = 'insufficient_privilege';
        end $$;
    """
    triggers = "".join(
        f"create trigger append_only before update or delete on {table} for each row execute function refuse_change();"
        for table in tables
    )
    drops = "".join(f"drop trigger append_only on {table};" for table in tables)
    return migrations.RunSQL(function + triggers, drops)
