"""The roles of staff. What they may do follows in 0021, once every permission that it names is there."""

from django.db import migrations

ROLES = ("support", "fulfillment", "catalogue", "manager")


def make_roles(apps, schema_editor):
    """Make the roles."""
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for role in ROLES:
        groups.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("accounts", "0012_changes_of_email"),
        ("catalog", "0018_shipping_weight"),
        ("orders", "0018_claimed_orders"),
    ]
    # A role that has members is not taken from them on the way back.
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
