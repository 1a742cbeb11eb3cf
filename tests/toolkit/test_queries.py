"""Query strings: what an endpoint does not know, or cannot read, is 400 and named, on every endpoint."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from orders.models import Order
from tests.catalog.events import make_event
from tests.contract.document import Operation, operations
from tests.factories import make_product, make_user
from tests.staff import client_of
from tests.toolkit.problem import problem_in

READS = [operation for operation in operations() if operation.method == "get"]
UNKNOWN = ["colour=red", "%00=1", "%FF=1", "a%00b", "PAGE=1", "page[]=1", "x" * 8000 + "=1", "=1"]
ANY = ["%00", "a%00b", "%FF", "%ED%A0%80", "NaN", "-1", "1e999999", "%D9%A3", "x" * 8000, "", "%20", "1,", "null", "[]"]


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def client(opened: None) -> APIClient:
    """Somebody who may do everything, with an order of the one product that there is."""
    product = make_product(slug="charger")
    make_event(slug="charger", products=[product], percent=10)
    client = client_of(make_user(is_staff=True, is_superuser=True))
    item = {"variant": product.variants.get().pk, "quantity": 1}
    assert client.post("/api/orders/create", {"items": [item]}).status_code == 201
    return client


def address(operation: Operation) -> str:
    """The path of an operation, with what is there in its place."""
    order = Order.objects.get()
    words = {"/api/brands": "anker", "/api/categories": "chargers", "/api/products": "charger"}
    slug = words.get(operation.path.rpartition("/")[0], "charger")
    return operation.path.format(id=order.pk, id_or_slug=slug, id_or_code="usb-c")


def filters(operation: Operation) -> list[str]:
    """The parameters of an operation, but for those that may be any text."""
    return [row["name"] for row in operation.parameters("query") if row["name"] not in ("token", "search")]


def test_every_read_with_a_query_is_there() -> None:
    names = {(operation.path, name) for operation in READS for name in filters(operation)}

    assert {("/api/products", "min_price"), ("/api/accessories", "page"), ("/api/orders", "cursor")} <= names


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
def test_a_parameter_that_is_not_known(client: APIClient, operation: Operation) -> None:
    for query in UNKNOWN:
        body = problem_in(client.get(f"{address(operation)}?{query}"), 400, "invalid")

        assert [error["code"] for error in body["errors"]] == ["unknown_parameter"], query
        assert len(body["errors"][0]["field"] or "") <= 100


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
def test_a_value_that_cannot_be_read(client: APIClient, operation: Operation) -> None:
    path = address(operation)

    for name in set(filters(operation)) - {"search", "q"}:  # which may be any text
        for value in ANY:
            body = problem_in(client.get(f"{path}?{name}={value}"), 400, "invalid")
            wrong = {
                error["field"] for error in body["errors"] if error["code"] != "required" or error["field"] == name
            }
            assert wrong == {name}, value


WORDS = [
    (operation, row["name"], "Give true or false." if "enum" not in row["schema"] else "Give one of ")
    for operation in operations()
    for row in operation.parameters("query")
    if "enum" in row["schema"] or row["schema"]["type"] == "boolean"
]


@pytest.mark.parametrize(("operation", "name", "message"), WORDS, ids=lambda part: getattr(part, "name", None))
def test_a_word_that_is_none_of_those_known(client: APIClient, operation: Operation, name: str, message: str) -> None:
    response = getattr(client, operation.method)(f"{address(operation)}?{name}=nonsense")

    body = problem_in(response, 400, "invalid")
    (error,) = [error for error in body["errors"] if error["field"] == name]
    assert (error["code"], error["message"][: len(message)]) == ("invalid", message)


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
def test_a_parameter_twice(client: APIClient, operation: Operation) -> None:
    for name in filters(operation):
        body = problem_in(client.get(f"{address(operation)}?{name}=1&{name}=1"), 400, "invalid")

        assert [(error["field"], error["code"]) for error in body["errors"]] == [(name, "repeated_parameter")]


NOWHERE = {
    "page": ["0", "-1", "1e9", "abc", "1.0", "+1", "1000001", str(2**63), "9" * 5000, "1 "],
    "page_size": ["0", "-1", "101", "abc", "1.0", str(2**31)],
    "cursor": ["a", "!!!!", "YWJj", "bnVsbA", "W10", "WzFd", "WyJhIl0", "e30", "x" * 5000],
}


@pytest.mark.parametrize("name", NOWHERE)
@pytest.mark.parametrize("path", ["/api/products", "/api/orders", "/api/brands", "/api/categories"])
def test_paging_that_leads_nowhere(client: APIClient, path: str, name: str) -> None:
    for value in NOWHERE[name]:
        body = problem_in(client.get(f"{path}?{name}={quote(value)}"), 400, "invalid")

        assert {error["field"] for error in body["errors"]} == {name}, value


@pytest.mark.parametrize("path", ["/api/products", "/api/orders"])
def test_a_page_and_a_cursor(client: APIClient, path: str) -> None:
    item = {"variant": make_product().variants.get().pk, "quantity": 1}
    assert client.post("/api/orders/create", {"items": [item]}).status_code == 201
    following = client.get(f"{path}?page_size=1").json()["next"]

    problem_in(client.get(f"{following}&page=1"), 400, "invalid")


NO_FILTERS = [
    "min_price=0.001", "min_price=1.", "min_price=.5", "min_price=1_000", "min_price=12345678901", "rating=0.99",
    "rating=5.01", "rating=6", "brand=nobody", "category=nowhere", "brand=ANKER", "kind=phone", "kind=device,",
    "condition=new,,used", "in_stock=1", "in_stock=True", "ordering=cheapest", "ordering=--price", "ordering=id",
    "brand=" + ",".join(["anker"] * 21), "min_watts=NaN", "max_length=inf",
]  # fmt: skip


def test_filters_that_are_none(client: APIClient) -> None:
    for query in NO_FILTERS:
        body = problem_in(client.get(f"/api/products?{query}"), 400, "invalid")

        assert {error["field"] for error in body["errors"]} == {query.partition("=")[0]}


def test_every_wrong_parameter_is_named(client: APIClient) -> None:
    body = problem_in(client.get("/api/products?min_price=x&page=0&kind=y"), 400, "invalid")

    assert {error["field"] for error in body["errors"]} == {"min_price", "page", "kind"}


@pytest.mark.parametrize("operation", [row for row in operations() if row.method != "get"], ids=lambda row: row.name)
def test_writes_take_no_unknown_parameter_either(client: APIClient, operation: Operation) -> None:
    orders = Order.objects.count()
    path = address(operation)

    body = problem_in(getattr(client, operation.method)(f"{path}?colour=red", {}), 400, "invalid")

    assert [error["code"] for error in body["errors"]] == ["unknown_parameter"]
    assert Order.objects.count() == orders
