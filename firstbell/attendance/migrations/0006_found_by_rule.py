"""The signs of a rule are counted along an index; the district's days are added up at night."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('attendance', '0005_most_missed'),
        ('roster', '0004_by_name_and_grade'),
    ]

    operations = [
        migrations.CreateModel(
            name='DistrictDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('enrolled', models.IntegerField()),
                ('absent', models.IntegerField()),
            ],
            options={
                'db_table': 'district_day',
            },
        ),
        migrations.AddIndex(
            model_name='sign',
            index=models.Index(fields=['rule', 'school'], name='sign_by_rule'),
        ),
        migrations.RunSQL(
            "insert into district_day (day, enrolled, absent) select day, sum(enrolled), sum(absent) "
            "from school_day join school on school.id = school_id where school.live group by day",
            migrations.RunSQL.noop,
        ),
    ]
