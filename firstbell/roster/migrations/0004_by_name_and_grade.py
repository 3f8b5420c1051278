"""Lists of a whole district walk the schools by name, and the students of a grade by theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('roster', '0003_statements'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='school',
            index=models.Index(fields=['name'], name='school_by_name'),
        ),
        migrations.AddIndex(
            model_name='student',
            index=models.Index(fields=['grade', 'family', 'given'], name='student_by_grade'),
        ),
    ]
