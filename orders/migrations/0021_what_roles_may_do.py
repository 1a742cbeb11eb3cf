"""What the roles of staff may do, as of this migration: the table of that day, whatever accounts/roles.py says by now."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "support": {
        "accounts.accountmessage": "view",
        "accounts.user": "view",
        "catalog.accessory": "view",
        "catalog.eventprice": "view",
        "catalog.notice": "view",
        "catalog.product": "view",
        "catalog.productimage": "view",
        "catalog.review": "moderate reply_to view",
        "catalog.saleevent": "view",
        "catalog.sounddevice": "view",
        "catalog.stocklevel": "view",
        "catalog.stocklocation": "view",
        "catalog.stockmovement": "view",
        "catalog.variant": "view",
        "orders.deliverymethod": "view",
        "orders.deliveryrate": "view",
        "orders.holiday": "view",
        "orders.order": "cancel view",
        "orders.orderevent": "view",
        "orders.orderline": "view",
        "orders.ordermessage": "view change",
        "orders.payment": "view",
        "orders.pickupstation": "view",
        "orders.promotion": "view",
        "orders.refund": "view",
    },
    "fulfillment": {
        "catalog.accessory": "view",
        "catalog.product": "view",
        "catalog.productimage": "view",
        "catalog.sounddevice": "view",
        "catalog.stocklevel": "view change",
        "catalog.stocklocation": "view",
        "catalog.stockmovement": "view",
        "catalog.variant": "view",
        "orders.deliverymethod": "view",
        "orders.deliveryrate": "view",
        "orders.holiday": "view add change delete",
        "orders.order": "cancel change view",
        "orders.orderevent": "view",
        "orders.orderline": "view",
        "orders.pickupstation": "view add change delete",
    },
    "catalogue": {
        "catalog.accessory": "view add change delete",
        "catalog.brand": "view add change delete",
        "catalog.category": "view add change delete",
        "catalog.connector": "view add change delete",
        "catalog.connectorpin": "view add change delete",
        "catalog.eventprice": "view add change delete",
        "catalog.product": "view add change delete",
        "catalog.productimage": "view add change delete",
        "catalog.review": "moderate view",
        "catalog.saleevent": "view add change delete",
        "catalog.searchsynonym": "view add change delete",
        "catalog.sounddevice": "view add change delete",
        "catalog.specfield": "view add change delete",
        "catalog.stocklevel": "view",
        "catalog.stocklocation": "view",
        "catalog.stockmovement": "view",
        "catalog.taxclass": "view",
        "catalog.variant": "view add change delete",
    },
    "manager": {
        "accounts.accountmessage": "view",
        "accounts.auditentry": "view",
        "accounts.failurecount": "view delete",
        "accounts.invitation": "view add",
        "accounts.person": "erase export",
        "accounts.session": "view",
        "accounts.user": "sign_out view view_staff",
        "auth.group": "view",
        "catalog.accessory": "view add change delete",
        "catalog.brand": "view add change delete",
        "catalog.category": "view add change delete",
        "catalog.connector": "view add change delete",
        "catalog.connectorpin": "view add change delete",
        "catalog.eventprice": "view add change delete",
        "catalog.notice": "view",
        "catalog.product": "view add change delete",
        "catalog.productimage": "view add change delete",
        "catalog.review": "delete moderate reply_to view",
        "catalog.saleevent": "view add change delete",
        "catalog.searchsynonym": "view add change delete",
        "catalog.sounddevice": "view add change delete",
        "catalog.specfield": "view add change delete",
        "catalog.stocklevel": "view change",
        "catalog.stocklocation": "view add change delete",
        "catalog.stockmovement": "view",
        "catalog.taxclass": "view add change delete",
        "catalog.variant": "view add change delete",
        "orders.deliverymethod": "view add change delete",
        "orders.deliveryrate": "view add change delete",
        "orders.holiday": "view add change delete",
        "orders.ledgerentry": "view add",
        "orders.order": "cancel change view",
        "orders.orderevent": "view",
        "orders.orderline": "view",
        "orders.ordermessage": "view change",
        "orders.payment": "view add change",
        "orders.pickupstation": "view add change delete",
        "orders.promotion": "view add change delete",
        "orders.providermessage": "view change",
        "orders.refund": "view add change",
    },
}
APPS = ("auth", "accounts", "catalog", "orders")


def give_permissions(apps, schema_editor):
    """Give each role what the table says, and take away whatever else it has.

    Django makes permissions after all migrations; on a new database they are made here, before.
    """
    database = schema_editor.connection.alias
    for config in apps.get_app_configs():
        if config.label in APPS:
            config.models_module = True
            create_permissions(config, apps=apps, verbosity=0, using=database)
            config.models_module = None
    rows = permissions_of(apps, database)
    for role, takes in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(database).get_or_create(name=role)
        group.permissions.set([rows[name] for name in names_of(takes)])


def take_permissions(apps, schema_editor):
    """Take from each role what the table gave it; the role and its members stay."""
    database = schema_editor.connection.alias
    rows = permissions_of(apps, database)
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name__in=ROLES):
        group.permissions.remove(*(rows[name] for name in names_of(ROLES[group.name])))


def permissions_of(apps, database):
    """Return the keys of all permissions, by app, codename."""
    rows = apps.get_model("auth", "Permission").objects.using(database)
    found = rows.values_list("content_type__app_label", "codename", "pk")
    return {(app, codename): key for app, codename, key in found}


def names_of(takes):
    """Return the permissions that verbs with models stand for, as app, codename."""
    pairs = [(model.split("."), verb) for model, verbs in takes.items() for verb in verbs.split()]
    return [(app, f"{verb}_{name}") for (app, name), verb in pairs]


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("accounts", "0016_permissions_about_people"),
        ("catalog", "0018_shipping_weight"),
        ("orders", "0020_cancelling_is_a_permission"),
    ]
    operations = [migrations.RunPython(give_permissions, take_permissions)]
