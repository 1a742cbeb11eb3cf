"""How each kind of database is connected to."""

from typing import Any

import dj_database_url


def database_config(url: str, *, conn_max_age: int) -> dict[str, Any]:
    """Return Django's settings for the database at `url`, whose connections live for so many seconds.

    SQLite runs in WAL mode with IMMEDIATE transactions: a deferred read transaction that upgrades to a write fails
    at once with "database is locked", whatever the time-out. What is deleted is overwritten in the file. PostgreSQL
    connections persist and are health-checked.
    """
    config = dict(dj_database_url.parse(url, conn_max_age=conn_max_age, conn_health_checks=True))
    if config["ENGINE"] == "django.db.backends.postgresql":
        config["ENGINE"] = "electroports.postgresql"
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; "
            "PRAGMA secure_delete=ON; PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;",
        }
    return config
