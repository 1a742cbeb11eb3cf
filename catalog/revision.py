"""The number of the catalogue's last change, and how processes hear of it."""

from functools import partial

from django.db import connection, transaction

from electroports.broadcast import Ear, tell_own_ear

CHANNEL = "catalog_revision"
ear = Ear(CHANNEL, "SELECT coalesce(max(number), 0) FROM catalog_catalogrevision")


def next_revision() -> int:
    """Raise the revision and return it; must run inside the transaction of the change, as late in it as possible.

    The row stays locked until the commit, so revisions commit in their order: whoever sees revision n sees every
    change up to n. Processes that listen are told at the commit; this one, at once after it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_catalogrevision (id, number) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET number = catalog_catalogrevision.number + 1 RETURNING number"
        )
        number: int = cursor.fetchone()[0]
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(number)])
    transaction.on_commit(partial(tell_own_ear, CHANNEL, number))
    return number
