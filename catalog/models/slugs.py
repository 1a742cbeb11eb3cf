"""What no slug may be, since rows are addressed by id or slug on the same path."""

from django.core.exceptions import ValidationError


def refuse_number(slug: str) -> None:
    """Raise ValidationError for a slug of digits alone: it would be taken for an id."""
    if slug.isdecimal():
        raise ValidationError("A number is no slug: it would be taken for an id.", code="invalid")
