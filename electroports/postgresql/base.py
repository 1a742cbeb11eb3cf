"""Django's PostgreSQL engine, with a health check that costs no round trip, and statements that stay planned."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_IDLE


class DatabaseWrapper(base.DatabaseWrapper):
    """A persistent connection that is checked before its first use in every request.

    Django asks `SELECT 1`, which costs a request as much as a page of products does. A server that ended a connection
    (a restart, a failover, an administrator) has said so on the socket, and on one that is in order nothing waits to be
    read: the server speaks only when it is spoken to. So the question is put only where something waits, after an
    error, and inside a transaction.

    `prepared` names the statements that this connection has prepared.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared: set[str] = set()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; what the connection before had prepared is gone."""
        self.prepared.clear()
        return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Tell whether the connection still works."""
        return (not self.errors_occurred and self._is_quiet()) or bool(super().is_usable())

    def _is_quiet(self) -> bool:
        if self.connection is None or self.connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            return False
        poll = select.poll()  # not select.select, which refuses file descriptors from 1024 on
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
