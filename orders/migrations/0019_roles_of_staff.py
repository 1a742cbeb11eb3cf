"""The roles of staff. Here, because orders is the app that stands on all others: their permissions are there by now."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from accounts.actions.sync_roles import sync_roles


def make_roles(apps, schema_editor):
    """Make the roles; permissions, which Django makes after all migrations, are made before."""
    for config in apps.get_app_configs():
        if config.label in ("accounts", "catalog", "orders"):
            config.models_module = True
            create_permissions(config, apps=apps, verbosity=0)
            config.models_module = None
    sync_roles(
        groups=apps.get_model("auth", "Group").objects, permissions=apps.get_model("auth", "Permission").objects
    )


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("accounts", "0012_changes_of_email"),
        ("catalog", "0018_shipping_weight"),
        ("orders", "0018_claimed_orders"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
