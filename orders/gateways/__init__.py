"""Payment providers: one file each, dataclasses in and out, no database."""
