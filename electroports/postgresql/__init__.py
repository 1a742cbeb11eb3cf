"""The database engine for PostgreSQL: Django's, with a cheap health check and statements that stay planned."""
