"""The typed specifications on the page of a product: an input for each field of its category."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.category_tree import path_up
from catalog.models import Category, Product, SpecField
from catalog.specs import BOOLEAN, CHOICE, SEPARATOR, SpecRefused, SpecRule, spec_text

PREFIX = "spec_"


class SpecValueField(forms.Field):
    """The value of a specification field, as it is typed or chosen; empty is not known."""

    def __init__(self, rule: SpecRule, *, initial: Any) -> None:
        self.rule = rule
        several = f"Several, separated by {SEPARATOR}" if rule.is_multiple else ""
        super().__init__(
            required=False,
            label=f"{rule.name} ({rule.unit})" if rule.unit else rule.name,
            help_text="" if rule.type == CHOICE else several,
            initial=initial,
            widget=widget_for(rule),
        )

    def prepare_value(self, value: Any) -> Any:
        """Return a stored value as it is typed or chosen; what was typed stays as it was."""
        if value is None or isinstance(value, str) or (self.rule.type == CHOICE and isinstance(value, list)):
            return value
        return spec_text(value)

    def clean(self, value: Any) -> Any:
        """Return the value, or None; raises ValidationError."""
        text = SEPARATOR.join(value) if isinstance(value, list) else str(value or "").strip()
        if not text:
            return None
        if "\x00" in text:
            raise ValidationError("This holds a character that cannot be stored.", code="invalid")
        try:
            return self.rule.parse(text)
        except SpecRefused as refused:
            raise ValidationError(f"{self.rule.name} {refused.message}", code=refused.code) from refused

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another value was given."""
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


def widget_for(rule: SpecRule) -> forms.Widget:
    """Return what a value is entered with."""
    choices = [(choice, choice) for choice in rule.choices]
    if rule.type == BOOLEAN:
        choices = [("true", "Yes"), ("false", "No")]
    if rule.type in (CHOICE, BOOLEAN):
        if rule.is_multiple:
            return UnfoldAdminCheckboxSelectMultipleWidget(choices=choices)  # type: ignore[no-any-return]
        return UnfoldAdminSelectWidget(choices=[("", "Not known"), *choices])  # type: ignore[no-any-return]
    return UnfoldAdminTextInputWidget()  # type: ignore[no-any-return]


class TypedSpecsForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a product that stores what its specification inputs hold."""

    def save(self, commit: bool = True) -> Product:
        """Save; values of fields that have no input here stay."""
        inputs = {name.removeprefix(PREFIX): name for name in self.fields if name.startswith(PREFIX)}
        values = {code: held for code, held in self.instance.typed_specs.items() if code not in inputs}
        entered = {code: self.cleaned_data.get(name) for code, name in inputs.items()}
        self.instance.typed_specs = {**values, **{code: held for code, held in entered.items() if held is not None}}
        product: Product = super().save(commit)
        return product


class SpecValuesMixin:
    """Adds the inputs to the admin of a kind of product: to its change form, for those who may change it."""

    form: Any

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form with an input for each field of the product's category."""
        inputs = {name: field for _group, name, field in self.spec_inputs(request, obj)}
        kwargs["form"] = type(self.form.__name__, (self.form,), inputs)
        return super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fieldsets, with one for each group of specifications."""
        groups: dict[str, list[str]] = {}
        for group, name, _field in self.spec_inputs(request, obj):
            groups.setdefault(group, []).append(name)
        own = [(f"Specifications: {group}", {"fields": names}) for group, names in groups.items()]
        return [*super().get_fieldsets(request, obj), *own]  # type: ignore[misc]

    def spec_inputs(self, request: HttpRequest, obj: Any) -> list[tuple[str, str, SpecValueField]]:
        """Return the inputs with their groups and names, none for a product that is new or only looked at."""
        if obj is None or not self.has_change_permission(request, obj):  # type: ignore[attr-defined]
            return []
        kept: dict[int, list[SpecRule]] | None = getattr(request, "_spec_rules", None)
        if kept is None or obj.category_id not in kept:
            kept = {obj.category_id: rules_for(obj.category_id)}
            request._spec_rules = kept  # type: ignore[attr-defined]
        return [
            (rule.group, PREFIX + rule.code, SpecValueField(rule, initial=obj.typed_specs.get(rule.code)))
            for rule in kept[obj.category_id]
        ]


def rules_for(category_id: int) -> list[SpecRule]:
    """Return the fields that have values of their own in a category, in their order, in three queries."""
    above = set(path_up(category_id, Category.objects.parents()))
    fields: Iterable[SpecField] = SpecField.objects.filter(trait="").prefetch_related("categories")
    return [
        field.rule
        for field in fields
        if not (roots := {category.pk for category in field.categories.all()}) or roots & above
    ]
