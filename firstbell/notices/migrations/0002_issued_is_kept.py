"""What was issued is kept whole: its paper and the step it took are never written again."""

from django.db import migrations

FUNCTION = """
    create or replace function keep_letter() returns trigger language plpgsql as $$
    declare
        moving text[] := array[
            'state', 'step_id', 'issued_at', 'pdf_sha256', 'rescinded_on', 'rescinded_why', 'rescinded_by_id'
        ];
        before jsonb := to_jsonb(old);
        after jsonb := to_jsonb(new);
    begin
        if tg_op = 'DELETE' or before - moving is distinct from after - moving
            or (old.issued_at is not null and (
                new.issued_at is distinct from old.issued_at
                or before->'pdf_sha256' is distinct from after->'pdf_sha256'
                or before->'step_id' is distinct from after->'step_id')) then
            raise exception 'what was prepared in % is never changed or deleted', tg_table_name
                using errcode = 'insufficient_privilege';
        end if;
        return new;
    end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop)]
