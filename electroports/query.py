"""Query parameters: those that an endpoint does not know are refused, never ignored."""

from collections.abc import Collection

from django.http import QueryDict
from rest_framework.exceptions import ErrorDetail, ValidationError


def refuse_unknown(params: QueryDict, allowed: Collection[str]) -> None:
    """Raise ValidationError if `params` names a parameter outside `allowed`, one twice, or holds U+0000."""
    errors: dict[str, list[ErrorDetail]] = {}
    for name, values in params.lists():
        if name not in allowed:
            errors[name[:100]] = [ErrorDetail("There is no such parameter here.", code="unknown_parameter")]
        elif len(values) > 1:
            errors[name] = [ErrorDetail("Give this parameter once.", code="repeated_parameter")]
        elif "\x00" in values[0]:
            errors[name] = [ErrorDetail("The character U+0000 is not accepted.", code="invalid")]
    if errors:
        raise ValidationError(errors)
