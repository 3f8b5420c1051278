"""The steps of a rule are counted along an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_drafts'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ladder',
            index=models.Index(fields=['rule', 'rank', 'school'], name='case_ladder_by_rule'),
        ),
    ]
