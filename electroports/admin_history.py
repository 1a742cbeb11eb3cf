"""What the forms of the back office write into the history and the audit trail: before and after, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.forms.models import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest

from electroports.history import ADDED, CHANGED, DELETED, Deed, label_of, record, write
from electroports.snapshots import Changes, diff, snapshot


class Told(str):
    """A line of the history, with what it is about; without changes (None) the audit trail has them already."""

    changes: Changes | None

    def __new__(cls, words: str, changes: Changes | None) -> Told:
        told = super().__new__(cls, words)
        told.changes = changes
        return told


class Described(list[Any]):
    """Django's own description of what a form changed, with before and after."""

    def __init__(self, description: Iterable[Any], changes: Changes) -> None:
        super().__init__(description)
        self.changes: Changes | None = changes


class AuditedAdmin:
    """Writes into the audit trail whatever Django's admin writes into its log, in the same transaction."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Describe what a form changed, for the history and for the audit trail."""
        found: Any = super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]
        return Described(found, form_changes(form, formsets or (), added=add))

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Note that a row is new."""
        return self._log(super().log_addition(request, obj, message), request, obj, message, ADDED)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Note that a row has changed."""
        return self._log(super().log_change(request, obj, message), request, obj, message, CHANGED)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Note, of rows that are about to go, what they held."""
        logged = super().log_deletions(request, queryset)  # type: ignore[misc]
        user: Any = request.user
        write([Deed(user, DELETED, row, diff(snapshot(row), None), "Deleted.") for row in queryset])
        return logged

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show a row's history, with a link to its entries in the audit trail."""
        key = unquote(object_id)
        trail = urlencode({"model__exact": label_of(self.model), "object_id__exact": key})  # type: ignore[attr-defined]
        return super().history_view(request, object_id, {"trail": trail, **(extra_context or {})})  # type: ignore[misc]

    @staticmethod
    def _log(logged: Any, request: HttpRequest, row: Model, message: Any, action: str) -> Any:
        changes = getattr(message, "changes", {})
        if changes is not None:
            user: Any = request.user
            record(acting_user=user, row=row, changes=changes, message=logged.get_change_message(), action=action)
        return logged


def form_changes(form: Any, formsets: Iterable[Any], *, added: bool) -> Changes:
    """Return what a valid form and the formsets of its inlines change, rows of inlines by what they are called."""
    changes = {name: pair for name, pair in _pairs(form, added=added).items() if not added or pair[1] not in (None, "")}
    for formset in formsets:
        going = getattr(formset, "deleted_forms", ())
        for part in formset.forms:
            is_new = part in formset.extra_forms
            if part in going:
                if not is_new:
                    changes[_called(formset, part)] = ({**part.initial}, None)
            elif is_new and part.has_changed():
                values = {name: pair[1] for name, pair in _pairs(part, added=True).items() if pair[1] not in (None, "")}
                changes[_called(formset, part)] = (None, values)
            elif part.has_changed():
                called = _called(formset, part)
                changes |= {f"{called}: {name}": pair for name, pair in _pairs(part, added=False).items()}
    return changes


def _pairs(form: Any, *, added: bool) -> dict[str, tuple[Any, Any]]:
    names = [name for name in form.fields if name in form.cleaned_data] if added else form.changed_data
    return {
        name: (None if added else _before(form, name), form.cleaned_data.get(name, "new"))
        for name in names
        if name != "DELETE"
    }


def _before(form: Any, name: str) -> Any:
    """Return what a field held, a row that was chosen with its words."""
    if name not in form.fields:  # what Django's form of passwords calls its two fields
        return "as it was"
    field, value = form.fields[name], form.get_initial_for_field(form.fields[name], name)
    if isinstance(field, ModelMultipleChoiceField):
        return _rows(field, [getattr(each, "pk", each) for each in value or ()])
    if isinstance(field, ModelChoiceField) and value not in (None, "") and not isinstance(value, Model):
        found = _rows(field, [value])
        return found[0] if found else value
    return value


def _rows(field: Any, keys: list[Any]) -> list[Model]:
    queryset: QuerySet[Any] = field.queryset.model._base_manager.all()
    return list(queryset.filter(pk__in=keys).order_by("pk"))


def _called(formset: Any, part: Any) -> str:
    """Return what a row of an inline is called."""
    row = getattr(part, "new_row", None) if not part.instance.pk else part.instance
    try:
        words = str(row if row is not None else part.instance)
    except (ObjectDoesNotExist, AttributeError, TypeError):
        words = "new"
    return f"{formset.model._meta.verbose_name} {words}"
