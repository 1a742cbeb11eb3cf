"""The confirmation of an order as a document."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from catalog.models import TaxClass
from electroports.throttling import ScopedThrottle
from orders.confirmation_pdf import confirmation_pdf
from orders.models import Order
from tests.factories import listed_together, make_product, make_user
from tests.orders import CONTACT, client_of, placed, refused

pytestmark = pytest.mark.django_db


def texts(pdf: bytes) -> list[str]:
    """What is written in a document, piece by piece."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    pages = b"".join(zlib.decompress(a85decode(stream.strip(), adobe=False)) for stream in map(_ascii85, streams))
    found = re.findall(rb"\((.*?[^\\])\) Tj", pages, re.DOTALL)
    return [re.sub(rb"\\(\d{3}|.)", _unescaped, text).decode("cp1252").strip() for text in found]


def _ascii85(stream: bytes) -> bytes:
    return stream.strip().removesuffix(b"~>")


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 8)]) if match[1].isdigit() else match[1]


def document(client: APIClient, order: dict[str, Any]) -> list[str]:
    token = f"?token={order['token']}" if "token" in order else ""
    response = client.get(f"/api/orders/{order['id']}/confirmation{token}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf"), response.content
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == f'inline; filename="{order["number"]}.pdf"'
    return texts(response.content)


def test_it_has_lines_sums_and_vat_by_rate(client: APIClient, settings: Any) -> None:
    settings.SHOP_PHONE = "+254 700 000 000"
    taxed = make_product(name="Nano II 65W", price="1160.00")
    zero = TaxClass.objects.create(code="lamps", name="Lamps", percent=0)
    exempt = make_product(name="Solar lamp", price="500.00", tax_class=zero)
    order = placed(client, {"product": taxed.pk, "quantity": 2}, {"product": exempt.pk, "quantity": 1})

    said = document(client, order)

    for text in (
        *("Order received", order["number"], "Nano II 65W", "KES 1,160", "Solar lamp", "KES 500"),
        *("16 %", "KES 2,320", "KES 320", "KES 2,000", "0 %", "Total", "KES 2,820", "To be paid"),
        *("ElectroPorts & Pins", "+254 700 000 000", "Wanjiku Kamau"),
        "This is not a tax invoice. Prices include VAT where it is charged.",
    ):
        assert text in said, (text, said)


def test_what_is_agreed_is_a_confirmation(client: APIClient) -> None:
    order = placed(client, {"product": make_product().pk, "quantity": 1})
    Order.objects.update(paid=Decimal(order["total"]), payment_status="paid", status="confirmed")

    said = document(client, order)

    assert "Order confirmation" in said
    assert "Paid" in said
    assert "To be paid" not in said
    Order.objects.update(paid=0, payment_status="unpaid", status="pending")


def test_the_same_order_gives_the_same_bytes(client: APIClient) -> None:
    placed(client, {"product": make_product().pk, "quantity": 1})

    assert confirmation_pdf(Order.objects.get()) == confirmation_pdf(Order.objects.get())


def test_a_hundred_lines_take_several_pages(client: APIClient) -> None:
    with listed_together():
        items = [{"product": make_product().pk, "quantity": 1} for _ in range(60)]
    order = placed(client, *items)

    said = document(client, order)

    assert f"{order['number']}, page 2" in said
    assert said.count("ITEM") > 1


def test_names_in_any_letters_are_no_markup(client: APIClient) -> None:
    contact = {"name": "<b>Ngũgĩ</b> & 王", "email": "w@example.com", "phone": "0712345678"}
    order = placed(client, {"product": make_product(name="A <i>&amp; “B”").pk, "quantity": 1}, contact=contact)

    said = document(client, order)

    written = "".join(said).replace(" ", "")  # what stands for markup is written in pieces
    assert "<b>Ngugi</b>&?" in written
    assert "A<i>&amp;“B”" in written


def test_only_whoever_may_see_the_order_reads_it(api: APIClient, client: APIClient) -> None:
    own = placed(client, {"product": make_product().pk, "quantity": 1})
    guests = placed(api, {"product": make_product().pk, "quantity": 1}, contact=CONTACT)

    assert document(api, guests)
    for caller in (api, client_of(make_user()), client_of(make_user(is_staff=True))):
        refused(caller.get(f"/api/orders/{own['id']}/confirmation"), 404, "not_found")
        refused(caller.get(f"/api/orders/{guests['id']}/confirmation"), 404, "not_found")
        refused(caller.get(f"/api/orders/{guests['id']}/confirmation?token=x"), 404, "not_found")
    refused(client.get(f"/api/orders/{own['id']}/confirmation?size=A5"), 400, "invalid")


def test_queries_do_not_grow_with_lines(client: APIClient, django_assert_num_queries: Any) -> None:
    for lines in (1, 50):
        with listed_together():
            items = [{"product": make_product().pk, "quantity": 1} for _ in range(lines)]
        order = placed(client, *items)
        with django_assert_num_queries(3):
            client.get(f"/api/orders/{order['id']}/confirmation")


def test_documents_have_a_limit_of_their_own(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    order = placed(client, {"product": make_product().pk, "quantity": 1})
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {"documents": "2/hour", "default": None})

    answers = [client.get(f"/api/orders/{order['id']}/confirmation").status_code for _ in range(3)]

    assert answers == [200, 200, 429]
    assert client.get(f"/api/orders/{order['id']}").status_code == 200
