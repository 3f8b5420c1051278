"""An assignment is put into force by a worker: until it is, it says so."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staffing', '0005_qualified'),
    ]

    operations = [
        migrations.AlterField(
            model_name='proposal',
            name='state',
            field=models.CharField(choices=[('waiting', 'Being worked out'), ('ready', 'Ready to look at'), ('going', 'Being put into force'), ('in_force', 'In force'), ('dropped', 'Dropped'), ('failed', 'Came to nothing')], default='waiting', max_length=10),
        ),
    ]
