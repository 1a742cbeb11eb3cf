"""Using pages of the back office: their forms with what they hold, and what they answer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db.models.fields.files import FieldFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import factories


def values_of(form: Any) -> dict[str, Any]:
    """Return what a browser would send of a form as it is shown."""
    values: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value is None or value is False or isinstance(value, FieldFile):
            continue
        if value is True:
            values[field.html_name] = "on"
        elif isinstance(value, list):
            values[field.html_name] = [str(getattr(row, "pk", row)) for row in value]
        else:
            widget = getattr(field.field.widget, "widget", field.field.widget)
            values[field.html_name] = widget.format_value(value) or ""
    return values


def read_form(client: Client, address: str) -> dict[str, Any]:
    """Return what the form on that page holds, its inlines included, ready to be sent back."""
    response: Any = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    context = response.context_data
    if "adminform" not in context:
        return values_of(context["form"])
    values = values_of(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        values.update(values_of(inline.formset.management_form))
        for form in inline.formset:
            values.update(values_of(form))
    return values


def change_page(row: Any) -> str:
    """Return the address of a row's page."""
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row.pk])


def save(client: Client, row: Any, **changes: Any) -> Any:
    """Open a row's page, change what is named, and press Save; return the response."""
    address = change_page(row)
    return client.post(address, {**read_form(client, address), **changes})


def errors_on(response: Any) -> str:
    """Return everything that the page of a refused form complains of."""
    assert response.status_code == 200, "the form was accepted"
    form = response.context_data["adminform"].form
    formsets = [inline.formset for inline in response.context_data["inline_admin_formsets"]]
    found = [form.errors.as_text()]
    for formset in formsets:
        found += [formset.non_form_errors().as_text(), *map(str, formset.errors)]
    return "\n".join(text for text in found if text)


def messages_after(client: Client, response: Any) -> list[str]:
    """Return the notices that the user sees next."""
    if response.status_code == 302:
        response = client.get(response.headers["Location"])
    return [str(message) for message in get_messages(response.wsgi_request)]


def twice(client: Client, address: str, entered: dict[str, Any]) -> list[str]:
    """Press the button twice; return what the user is told each time."""
    return [messages_after(client, client.post(address, entered))[-1] for _ in range(2)]


def sign_in_with(*permissions: str) -> Client:
    """Return the browser of a member of staff who has just these permissions (`app.codename`)."""
    user: User = factories.make_user(is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client = Client()
    client.force_login(user)
    return client


def shown(product: Any) -> dict[str, Any]:
    """Return the product's page in the shop window."""
    response = Client().get(f"/api/products/{product.slug}")
    assert response.status_code == 200
    document: dict[str, Any] = response.json()
    return document
