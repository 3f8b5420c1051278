"""The database itself refuses a counselor's post on a day without the papers for it, and says which paper it is.

Posts that stood before keep their days until they are next changed.
"""

from django.db import migrations, models

QUALIFIED = """
    -- The paper that somebody lacks on one of these days; null where they have all. What each need takes is said by
    -- staffing.rules.credentials.NEEDS too, and a test holds the two together.
    create function missing_paper(who bigint, days daterange) returns text language sql stable as $$
        select need.words
        from (values
            (1, 'Master''s in Social Work or School Counseling', array['social_work', 'counseling']),
            (2, 'Pupil Personnel Services credential', array['pps']),
            (3, 'Child Welfare and Attendance authorization', array['cwa'])
        ) as need (place, words, kinds)
        where not days <@ coalesce(
            (
                select range_agg(daterange(issued_on, least(expires_on + 1, withdrawn_on)))
                from credential
                where user_id = who and kind = any(need.kinds) and (withdrawn_on is null or withdrawn_on > issued_on)
            ),
            '{}'::datemultirange
        )
        order by need.place
        limit 1
    $$;

    create function refuse_unqualified(who bigint, days daterange) returns void language plpgsql as $$
    declare
        lacks text := missing_paper(who, days);
        named text;
    begin
        if lacks is null then
            return;
        end if;
        select coalesce(nullif(display_name, ''), nullif(trim(first_name || ' ' || last_name), ''), username)
            into named from person where id = who;
        raise exception '% has no % on some day from % until %', named, lacks,
            coalesce(lower(days)::text, 'the beginning'), coalesce(upper(days)::text, 'an open end')
            using errcode = 'check_violation', constraint = 'post_is_qualified', table = 'post';
    end $$;

    create function post_is_qualified() returns trigger language plpgsql as $$
    begin
        if not isempty(new.span) then
            perform refuse_unqualified(new.user_id, new.span);
        end if;
        return new;
    end $$;

    create trigger post_is_qualified before insert or update of user_id, role, span on post
        for each row when (new.role = 'counselor') execute function post_is_qualified();

    create function paper_is_not_missed() returns trigger language plpgsql as $$
    begin
        perform refuse_unqualified(new.user_id, span)
            from post where user_id = new.user_id and role = 'counselor' and not isempty(span);
        return null;
    end $$;

    create trigger paper_is_not_missed after update of withdrawn_on on credential
        for each row execute function paper_is_not_missed();
"""
DROP = """
    drop trigger paper_is_not_missed on credential;
    drop trigger post_is_qualified on post;
    drop function paper_is_not_missed();
    drop function post_is_qualified();
    drop function refuse_unqualified(bigint, daterange);
    drop function missing_paper(bigint, daterange);
"""


class Migration(migrations.Migration):
    dependencies = [("staffing", "0004_bought_days")]

    operations = [
        migrations.RemoveConstraint(model_name="credential", name="a_credential_has_a_number_and_an_end"),
        migrations.AlterField(
            model_name="credential",
            name="expires_on",
            field=models.DateField(help_text="The last day it is in force; a degree has none.", null=True),
        ),
        migrations.AlterField(
            model_name="credential",
            name="kind",
            field=models.CharField(
                choices=[
                    ("social_work", "Master's in Social Work"),
                    ("counseling", "Master's in School Counseling"),
                    ("pps", "Pupil Personnel Services credential"),
                    ("cwa", "Child Welfare and Attendance authorization"),
                    ("language", "Language other than English"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="credential",
            name="number",
            field=models.CharField(blank=True, help_text="Of a language: its code.", max_length=40),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["social_work", "counseling"]),
                    models.Q(
                        models.Q(("number", ""), _negated=True),
                        models.Q(("kind", "language"), ("expires_on__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="a_credential_has_a_number_and_an_end",
            ),
        ),
        migrations.RunSQL(QUALIFIED, DROP),
    ]
