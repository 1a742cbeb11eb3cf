"""Query parameters: what an endpoint does not know of them is refused, never ignored."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, cast

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


def choice_of(name: str, text: str, known: Collection[str]) -> str:
    """Return the value of a parameter that is one of the words `known`; raises ValidationError that names them."""
    if text not in known:
        raise ValidationError({name: [ErrorDetail(f"Give one of {', '.join(known)}.", code="invalid")]})
    return text


def truth_of(name: str, text: str) -> bool:
    """Return the truth that the value of a parameter spells; raises ValidationError."""
    if text not in ("true", "false"):
        raise ValidationError({name: [ErrorDetail("Give true or false.", code="invalid")]})
    return text == "true"


@contextmanager
def refusals_into(errors: dict[str, Any]) -> Iterator[None]:
    """Add a refusal that names its parameter to `errors`: a request learns of all its wrong parameters at once."""
    try:
        yield
    except ValidationError as refused:
        errors.update(cast("dict[str, Any]", refused.detail))
