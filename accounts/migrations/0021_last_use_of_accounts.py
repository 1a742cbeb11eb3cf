from django.db import migrations, models
from django.db.models.functions import Coalesce, Now


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_audit_by_person'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        # Of accounts that are there nobody knows when they were last used: dead sessions have been deleted. They count
        # as used now. As a default for a moment, which PostgreSQL takes without writing every row.
        migrations.AddField(
            model_name='user',
            name='last_used_at',
            field=models.DateTimeField(blank=True, db_default=Now(), editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='user',
            name='last_used_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='unused_warned_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='unused_told_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When the mail went out, as nobody had used the account for long.', null=True, verbose_name='told that it would be closed'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(Coalesce('last_used_at', 'date_joined'), condition=models.Q(('is_active', True), ('is_staff', False), ('is_superuser', False)), name='user_by_use'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('unused_told_at__isnull', False)), fields=['unused_told_at'], name='user_by_warning'),
        ),
    ]
