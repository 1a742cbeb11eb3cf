"""The caller's addresses: `/api/users/me/addresses`."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import add_address as adding
from accounts.models import AccountAnswer, Address, User
from accounts.tasks import forget_answers
from tests.accounts.calls import field_codes, refused
from tests.concurrency import Meeting, at_once, tally
from tests.factories import make_user
from tests.orders import client_of

URL = "/api/users/me/addresses"
HOME = {
    "recipient": "Wanjiku Kamau",
    "phone": "0712 345 678",
    "county": "nairobi city",
    "town": "Westlands",
    "street": "Mpaka Road 12",
    "landmark": "opposite the fire station",
}
ON_POSTGRESQL = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="On SQLite no two transactions write at a time, whatever is locked."
)


@pytest.fixture
def client(db: None) -> APIClient:
    return client_of(make_user())


def add(client: APIClient, **fields: Any) -> dict[str, Any]:
    response = client.post(URL, {**HOME, **fields})
    assert response.status_code == 201, response.content
    return dict(response.json())


def listed(client: APIClient) -> list[tuple[int, bool]]:
    response = client.get(URL)
    assert response.status_code == 200
    return [(row["id"], row["is_default"]) for row in response.json()["results"]]


def rows() -> list[tuple[Any, ...]]:
    return list(Address.objects.order_by("pk").values_list())


def defaults(user: User) -> int:
    return Address.objects.filter(user=user, is_default=True).count()


def test_first_is_the_default_and_kept_as_it_will_be_used(client: APIClient) -> None:
    made = add(client)

    assert made == {
        **HOME,
        "id": made["id"],
        "phone": "+254712345678",
        "county": "Nairobi",
        "is_default": True,
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }
    assert client.get(f"{URL}/{made['id']}").json() == made
    assert client.get(URL).json() == {"count": 1, "next": None, "previous": None, "results": [made]}


def test_default_moves_to_what_is_added_as_one(client: APIClient) -> None:
    first, second, third = add(client), add(client), add(client, is_default=True)

    assert listed(client) == [(third["id"], True), (second["id"], False), (first["id"], False)]


def test_default_moves_to_what_is_made_one(client: APIClient) -> None:
    first, second = add(client), add(client)

    response = client.patch(f"{URL}/{second['id']}", {"is_default": True})

    assert response.status_code == 200
    assert response.json()["is_default"] is True
    assert listed(client) == [(second["id"], True), (first["id"], False)]


def test_change_writes_what_is_given_alone(client: APIClient) -> None:
    made = add(client)

    response = client.patch(f"{URL}/{made['id']}", {"town": "Kilimani", "landmark": ""})

    changed = response.json()
    assert changed == {**made, "town": "Kilimani", "landmark": "", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > made["updated_at"]


def test_default_cannot_be_given_up_without_another(client: APIClient) -> None:
    made = add(client)
    before = rows()

    problem = refused(client.patch(f"{URL}/{made['id']}", {"is_default": False, "town": "Kilimani"}), 400, "invalid")

    assert field_codes(problem) == {("is_default", "default_needed")}
    assert rows() == before


def test_deleted_default_leaves_the_newest_as_one(client: APIClient) -> None:
    first, second, third = add(client), add(client), add(client)

    assert client.delete(f"{URL}/{first['id']}").status_code == 204
    assert listed(client) == [(third["id"], True), (second["id"], False)]
    assert client.delete(f"{URL}/{second['id']}").status_code == 204
    assert client.delete(f"{URL}/{third['id']}").status_code == 204
    assert listed(client) == []


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.parametrize("is_there", [True, False])
def test_strangers_address_does_not_exist(client: APIClient, method: str, is_there: bool) -> None:
    theirs = add(client_of(make_user()))
    before = rows()

    response = getattr(client, method)(
        f"{URL}/{theirs['id'] if is_there else 10**17}", *([{"is_default": True}] if method == "patch" else [])
    )

    refused(response, 404, "not_found")
    assert rows() == before


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"phone": "12"}, "phone", "invalid_phone"),
        ({"county": "Nairobbery"}, "county", "unknown_county"),
        ({"town": " "}, "town", "blank"),
        ({"recipient": "x" * 151}, "recipient", "max_length"),
        ({"street": "a\u202eb"}, "street", "invalid"),
        ({"user": 1}, "user", "unknown_field"),
        ({"id": 1}, "id", "unknown_field"),
        ({"is_default": "perhaps"}, "is_default", "invalid"),
    ],
)
def test_bad_address_is_refused(client: APIClient, fields: dict[str, Any], field: str, code: str) -> None:
    made = add(client)
    before = rows()

    for response in (client.post(URL, HOME | fields), client.patch(f"{URL}/{made['id']}", fields)):
        problem = refused(response, 400, "unknown_field" if code == "unknown_field" else "invalid")
        assert field_codes(problem) == {(field, code)}
    assert rows() == before


def test_nobody_has_more_than_enough(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Address, "MOST", 2)
    add(client)
    add(client)
    before = rows()

    refused(client.post(URL, HOME), 409, "too_many_addresses")

    assert rows() == before
    add(client_of(make_user()))  # of one customer


def test_guests_have_none(api: APIClient, db: None) -> None:
    refused(api.get(URL), 401, "not_authenticated")
    refused(api.post(URL, HOME), 401, "not_authenticated")

    assert rows() == []


def test_sent_again_it_is_added_once(client: APIClient) -> None:
    headers = {"Idempotency-Key": "home-1"}

    first, again = (client.post(URL, HOME, headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotent-Replayed" in again
    assert Address.objects.count() == 1
    refused(client.post(URL, HOME | {"town": "Karen"}, headers=headers), 422, "idempotency_key_reused")
    AccountAnswer.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert forget_answers() == 1


def test_queries_do_not_grow(client: APIClient) -> None:
    counts = []
    for many in (1, 49):
        for _ in range(many):
            add(client)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            listed(client)
        counts.append(len(queries))
    assert counts == [2, 2]  # who is calling, and the addresses


@pytest.mark.django_db(transaction=True)
def test_of_many_added_as_default_at_once_one_is() -> None:
    user = make_user()

    responses = at_once(*[partial(client_of(user).post, URL, {**HOME, "is_default": True})] * 8)

    assert tally([response.status_code for response in responses]) == {201: 8}
    assert (Address.objects.count(), defaults(user)) == (8, 1)


@pytest.mark.django_db(transaction=True)
def test_default_survives_changes_and_deletions_at_once() -> None:
    user = make_user()
    client = client_of(user)
    ids = [add(client)["id"] for _ in range(6)]

    at_once(
        *[partial(client.patch, f"{URL}/{one}", {"is_default": True}) for one in ids],
        *[partial(client.delete, f"{URL}/{one}") for one in ids[:4]],
    )

    assert set(Address.objects.values_list("pk", flat=True)) == set(ids[4:])
    assert defaults(user) == 1


@ON_POSTGRESQL
@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_some_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    user, meeting, save = make_user(), Meeting(4), Address.save

    def save_together(address: Address, **options: Any) -> None:
        meeting.wait()
        save(address, **options)

    monkeypatch.setattr(adding, "lock_user", lambda **_: None)
    monkeypatch.setattr(Address, "save", save_together)

    def add_one() -> str:
        try:
            adding.add_address(user=user, values={"recipient": "W", "is_default": True}, at=timezone.now())
        except Exception as error:  # noqa: BLE001
            return type(error).__name__
        return "added"

    assert tally(at_once(*[add_one] * 4)) == {"IntegrityError": 3, "added": 1}
