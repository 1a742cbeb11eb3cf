"""The database engine for PostgreSQL: Django's, with a health check that costs no round trip."""
