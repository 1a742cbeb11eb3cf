"""The engine for PostgreSQL: connections that the server ended, and statements that stay planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.db import DataError, OperationalError, close_old_connections, connection, transaction
from django.db.backends.postgresql import base
from django.test.utils import CaptureQueriesContext

from catalog.models import Brand
from electroports.sql import PreparedRead
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("config.getoption('--db') != 'postgres'", reason="about PostgreSQL"),
]


def end_connection() -> None:
    """Have the server end this process's connection, as a restart or a failover does."""
    connection.ensure_connection()
    pid = connection.connection.get_backend_pid()
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def add(first: int, second: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s + %s", [first, second])
        return cursor.fetchone()[0]


def forbid_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_self: Any) -> bool:
        raise AssertionError("the server was asked")

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", asked)


def test_a_connection_that_the_server_ended_is_replaced_before_the_next_request() -> None:
    assert add(1, 2) == 3

    end_connection()
    close_old_connections()  # what Django does when a request begins

    assert add(1, 2) == 3


def test_without_the_check_the_next_request_would_fail() -> None:
    assert add(1, 2) == 3

    end_connection()

    with pytest.raises(OperationalError):
        add(1, 2)
    connection.close()


def test_a_connection_in_order_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(1, 2) == 3
    forbid_questions(monkeypatch)

    close_old_connections()

    assert add(1, 2) == 3


def test_after_an_error_the_server_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert add(1, 2) == 3
    connection.errors_occurred = True
    forbid_questions(monkeypatch)

    with pytest.raises(AssertionError, match="was asked"):
        close_old_connections()
    connection.close()


def test_a_transaction_that_failed_is_no_connection_in_order() -> None:
    usable: list[bool] = []

    def fail() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            try:
                cursor.execute("SELECT 1 / 0")
            finally:
                usable.append(connection.is_usable())

    with pytest.raises(DataError):
        fail()

    assert [*usable, connection.is_usable()] == [False, True]


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_a_read_is_planned_once_per_connection() -> None:
    product = factories.make_product()
    read = PreparedRead("SELECT name FROM catalog_product WHERE id = %s", "bigint")

    assert [read.row(product.pk) for _ in range(3)] == [(product.name,)] * 3
    assert read.row(product.pk + 1) is None
    assert prepared() == [read.name]
    connection.close()


def grow_old() -> None:
    connection.close_at = 0.0
    close_old_connections()


def be_ended_between_requests() -> None:
    end_connection()
    close_old_connections()


@pytest.mark.parametrize("lose", [connection.close, grow_old, be_ended_between_requests])
def test_on_the_next_connection_a_read_is_planned_anew(lose: Callable[[], None]) -> None:
    product = factories.make_product()
    read = PreparedRead("SELECT name FROM catalog_product WHERE id = %s", "bigint")
    read.row(product.pk)

    lose()

    assert read.row(product.pk) == (product.name,)
    assert read._keeps_plans
    assert prepared() == [read.name]
    connection.close()


def test_a_read_that_failed_is_kept() -> None:
    read = PreparedRead("SELECT 1 / %s", "bigint")

    with pytest.raises(DataError):
        read.row(0)

    assert read.row(1) == (1,)
    assert read._keeps_plans
    connection.close()


def test_inside_a_transaction_a_read_is_planned_each_time() -> None:
    read = PreparedRead("SELECT 1 + %s", "bigint")

    with transaction.atomic():
        assert read.row(1) == (2,)
        assert prepared() == []


@pytest.mark.parametrize("is_known_to", ["this process alone", "the server alone"])
def test_behind_a_pool_that_changes_connections_a_read_is_planned_each_time(is_known_to: str) -> None:
    product = factories.make_product()
    read = PreparedRead("SELECT slug FROM catalog_product WHERE id = %s", "bigint")
    read.row(product.pk)
    if is_known_to == "this process alone":
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
    else:
        connection.prepared.clear()

    assert [read.row(product.pk) for _ in range(3)] == [(product.slug,)] * 3
    assert not read._keeps_plans
    connection.close()


def test_who_watches_the_queries_sees_a_prepared_read() -> None:
    product = factories.make_product()
    read = PreparedRead("SELECT name FROM catalog_product WHERE id = %s", "bigint")

    with CaptureQueriesContext(connection) as seen:
        read.row(product.pk)
        read.row(product.pk)

    assert [query["sql"].split()[0] for query in seen] == ["PREPARE", "EXECUTE", "EXECUTE"]
    connection.close()


def test_a_read_over_an_ended_connection_is_an_error_of_djangos() -> None:
    read = PreparedRead("SELECT name FROM catalog_product WHERE id = %s", "bigint")
    read.row(1)
    end_connection()

    with pytest.raises(OperationalError):
        read.row(1)
    connection.close()
    assert read.row(1) is None
    connection.close()


def test_a_read_survives_a_migration_of_its_table() -> None:
    brand = factories.make_brand()
    read = PreparedRead("SELECT * FROM catalog_brand WHERE id = %s", "bigint")
    assert read.instance(Brand, brand.pk) == brand
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_brand ADD COLUMN motto text DEFAULT 'x'")

    try:
        found = [read.instance(Brand, brand.pk) for _ in range(2)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE catalog_brand DROP COLUMN motto")

    assert found == [brand, brand]
    assert read._keeps_plans
    connection.close()
