"""The Idempotency-Key header."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from orders import tasks
from orders.models import IdempotencyRecord, Order
from tests.factories import make_product, make_user
from tests.orders import CONTACT, client_of, everything, field_codes, level_of, refused

pytestmark = pytest.mark.django_db


def send(client: APIClient, key: str, body: Any, path: str = "/api/orders/create") -> Any:
    return client.post(path, body, headers={"Idempotency-Key": key})


def order_of(quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"items": [{"product": make_product().pk, "quantity": quantity}], **more}


@pytest.mark.parametrize("path", ["/api/orders/create", "/api/orders"])
def test_replay_is_byte_for_byte(client: APIClient, path: str) -> None:
    body = order_of()
    first = send(client, "k1", body)
    before = everything()

    again = send(client, "k1", body, path)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Content-Type"] == first["Content-Type"] == "application/json"
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert everything() == before


def test_replay_is_of_then_even_when_it_has_changed_since(client: APIClient) -> None:
    product = make_product(stock=1)
    body = {"items": [{"product": product.pk, "quantity": 1}]}
    first = send(client, "k1", body)
    client.post(f"/api/orders/{first.json()['id']}/cancel")
    product.is_published = False
    product.save()

    again = send(client, "k1", body)

    assert (again.status_code, again.content) == (201, first.content)


def test_quoted_and_bare_are_the_same_key(client: APIClient) -> None:
    body = order_of()

    first, again = send(client, "a-key 1", body), send(client, '"a-key 1"', body)

    assert again.content == first.content
    assert Order.objects.count() == 1


def test_spaces_and_order_of_fields_do_not_matter(client: APIClient) -> None:
    product = make_product().pk
    texts = [
        f'{{"note":"x","items":[{{"product":{product},"quantity":1}}]}}',
        f'{{ "items": [ {{"quantity": 1, "product": {product}}} ], "note": "x" }}',
    ]

    responses = [
        client.post("/api/orders", text, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for text in texts
    ]

    assert responses[0].content == responses[1].content
    assert Order.objects.count() == 1


def test_same_key_with_another_body(client: APIClient) -> None:
    send(client, "k1", order_of(1))
    other = order_of(2)
    before = everything()

    refused(send(client, "k1", other), 422, "idempotency_key_reused")

    assert everything() == before


def test_without_a_key_nothing_is_kept(client: APIClient) -> None:
    body = order_of()

    numbers = {client.post("/api/orders", body).json()["number"] for _ in range(2)}

    assert len(numbers) == 2
    assert not IdempotencyRecord.objects.exists()


def test_keys_belong_to_their_caller(client: APIClient) -> None:
    body = order_of()
    other = client_of(make_user())

    first, second = send(client, "k1", body), send(other, "k1", body)

    assert second.status_code == 201
    assert "Idempotent-Replayed" not in second
    assert first.json()["number"] != second.json()["number"]


def test_guests_are_told_apart_by_their_contact(api: APIClient) -> None:
    body = order_of(contact=CONTACT)
    other = {**body, "contact": {**CONTACT, "phone": "0712345679"}}

    first, again, others = (send(api, "k1", sent) for sent in (body, body, other))

    assert again.content == first.content
    assert again.json()["token"] == first.json()["token"]
    assert others.status_code == 201
    assert others.json()["number"] != first.json()["number"]


def test_guest_and_account_do_not_share_keys(client: APIClient, api: APIClient) -> None:
    body = order_of(contact=CONTACT)

    first, second = send(client, "k1", body), send(api, "k1", body)

    assert first.json()["number"] != second.json()["number"]


def test_guests_contact_is_not_readable_in_the_record(api: APIClient) -> None:
    send(api, "k1", order_of(contact=CONTACT))

    caller = IdempotencyRecord.objects.get().caller
    assert caller.startswith("guest:")
    assert "wanjiku" not in caller
    assert "712345678" not in caller


def test_refusals_are_not_kept(client: APIClient, api: APIClient) -> None:
    product = make_product(stock=1)
    too_many = {"items": [{"product": product.pk, "quantity": 2}]}

    refused(send(client, "k1", too_many), 409, "insufficient_stock")
    refused(send(client, "k1", {"items": []}), 400, "invalid")
    refused(send(api, "k1", too_many), 400, "invalid")

    assert not IdempotencyRecord.objects.exists()
    assert send(client, "k1", {"items": [{"product": product.pk, "quantity": 1}]}).status_code == 201
    assert level_of(product).allocated == 1


@pytest.mark.parametrize("key", ["", '""', "k" * 256, "tab\tkey", "caf\xe9", '"' + "k" * 256 + '"'])
def test_bad_keys(client: APIClient, key: str) -> None:
    body = order_of()
    before = everything()

    problem = refused(send(client, key, body), 400, "invalid")

    assert field_codes(problem) == {("Idempotency-Key", "invalid")}
    assert everything() == before


@pytest.mark.parametrize("key", ["k", "k" * 255, '"' + "k" * 255 + '"', "~!@#$%^&*()", r'"a\"b\\c"', '"half'])
def test_good_keys(client: APIClient, key: str) -> None:
    body = order_of()

    first, again = send(client, key, body), send(client, key, body)

    assert first.status_code == 201
    assert again.content == first.content


def test_key_is_free_again_after_a_day(client: APIClient) -> None:
    body = order_of()
    first = send(client, "k1", body)
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24))

    second, again = send(client, "k1", body), send(client, "k1", body)

    assert second.json()["number"] != first.json()["number"]
    assert again.content == second.content
    assert IdempotencyRecord.objects.count() == 1


def test_sweep_forgets_what_is_a_day_old(client: APIClient) -> None:
    send(client, "old", order_of())
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24))
    send(client, "new", order_of())

    assert tasks.forget_idempotency_keys() == 1

    assert IdempotencyRecord.objects.get().key == "new"
    assert Order.objects.count() == 2
