"""The letters that wait are counted by kind and state along an index."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0003_checked'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='due',
            name='due_open',
        ),
        migrations.AddIndex(
            model_name='due',
            index=models.Index(condition=models.Q(('state__in', ['open', 'held'])), fields=['kind', 'state'], name='due_waiting'),
        ),
    ]
