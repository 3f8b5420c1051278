"""Tables that keep what was said: the database itself refuses to change or delete their rows."""

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


def kept(table: str, *moving: str) -> migrations.RunSQL:
    """A migration step that lets only these columns of a table's rows ever be written again."""
    function = """
        create or replace function keep_rest() returns trigger language plpgsql as $$
        begin
            if tg_op = 'DELETE' or to_jsonb(old) - tg_argv::text[] is distinct from to_jsonb(new) - tg_argv::text[] then
                raise exception 'what was said in % is never changed or deleted', tg_table_name
                    using errcode = 'insufficient_privilege';
            end if;
            return new;
        end $$;
    """
    columns = ", ".join(f"'{name}'" for name in moving)
    trigger = (
        f"create trigger kept before update or delete on {table} for each row execute function keep_rest({columns});"
    )
    return migrations.RunSQL(function + trigger, f"drop trigger kept on {table};")


def settled(table: str, when: str, *moving: str) -> migrations.RunSQL:
    """A migration step: once `when` holds (SQL over `it`, a row as it was or would be), only these columns move.

    No row comes or goes then.
    """
    columns = ", ".join(f"'{name}'" for name in moving)
    rest = f"- array[{columns}]::text[]"
    trigger = f"""
        create function settle_{table}() returns trigger language plpgsql as $$
        declare
            it {table}%rowtype;
        begin
            if tg_op = 'INSERT' then it := new; else it := old; end if;
            if ({when}) and (tg_op <> 'UPDATE' or to_jsonb(old) {rest} is distinct from to_jsonb(new) {rest}) then
                raise exception 'what was agreed in % is never changed or deleted', tg_table_name
                    using errcode = 'insufficient_privilege';
            end if;
            if tg_op = 'DELETE' then return old; end if;
            return new;
        end $$;
        create trigger settled before insert or update or delete on {table}
            for each row execute function settle_{table}();
    """
    return migrations.RunSQL(trigger, f"drop trigger settled on {table}; drop function settle_{table}();")
