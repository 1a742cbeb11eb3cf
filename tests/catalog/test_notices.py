"""Notices: asked for by customers, come due with the change, and sent once, whatever the mail server does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from smtplib import SMTPServerDisconnected
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.core.mail.message import sanitize_address
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from accounts.models import User
from catalog.actions import send_notices as sending
from catalog.actions.adjust_stock import adjust_stock
from catalog.actions.mark_due_notices import mark_due_notices
from catalog.actions.send_notices import forget_sent_notices, pause_after, send_notices
from catalog.models import Notice, Product, StockLevel, Variant
from catalog.notice_mail import unsubscribe_url
from catalog.tasks import look_at_notices, send_due_notices, sweep_notices
from tests.catalog.events import make_event
from tests.concurrency import at_once
from tests.factories import add_stock, add_variant, make_product, make_user, refresh_now
from tests.staff import client_of, manager
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
MINE = "/api/users/me/notices"


@pytest.fixture
def customer() -> User:
    return make_user(first_name="Wanjiku", last_name="Kamau")


@pytest.fixture
def client(customer: User) -> APIClient:
    return client_of(customer)


def ask(client: APIClient, product: Product, kind: str = "back_in_stock", **more: Any) -> Any:
    return client.post(f"/api/products/{product.pk}/notify", {"kind": kind, **more})


def asked(client: APIClient, product: Product, kind: str = "back_in_stock", **more: Any) -> dict[str, Any]:
    response = ask(client, product, kind, **more)
    assert response.status_code == 201, response.content
    return dict(response.json())


def restock(variant: Variant, units: int) -> None:
    """Add or take units as staff do it."""
    level = StockLevel.objects.get(variant=variant)
    adjust_stock(level=level, change=units, reason="counted", acting_user=None, at=timezone.now())


def set_price(variant: Variant, price: str) -> None:
    """Change a price as staff do it."""
    with transaction.atomic():
        Variant.objects.filter(pk=variant.pk).update(price=Decimal(price))
        refresh_now([variant.product_id])


def run_jobs() -> None:
    """Run what is in the queue, as a worker does."""
    for queued in list(OrmQ.objects.all()):
        task = queued.task
        queued.delete()
        name = task["func"].rpartition(".")[2]
        {"look_at_notices": look_at_notices, "send_due_notices": send_due_notices}[name](*task["args"])


def everything() -> list[tuple[Any, ...]]:
    return list(Notice.objects.order_by("pk").values_list())


# Asking.


def test_a_notice_is_asked_for_once(client: APIClient) -> None:
    product = make_product(stock=0)
    variant = product.variants.get()

    first = asked(client, product)
    assert (first["kind"], first["status"], first["variant"], first["target_price"]) == (
        "back_in_stock",
        "waiting",
        None,
        None,
    )
    assert asked(client, product) == first
    of_variant = asked(client, product, variant=variant.pk)
    assert of_variant["variant"]["sku"] == variant.sku
    drop = asked(client, product, "price_drop", target_price="900.00")
    assert asked(client, product, "price_drop", target_price="800.00") == {**drop, "target_price": "800.00"}

    assert [row["id"] for row in client.get(MINE).json()["results"]] == [drop["id"], of_variant["id"], first["id"]]


def test_notices_that_are_refused(client: APIClient, api: APIClient) -> None:
    product, sold_out = make_product(slug="charger"), make_product(stock=0)
    hidden = make_product(stock=0)
    Product.objects.filter(pk=hidden.pk).update(is_published=False)
    refresh_now([hidden.pk])
    before = everything()

    problem_in(ask(client, product), 409, "already_in_stock")
    problem_in(ask(client, product, variant=product.variants.get().pk), 409, "already_in_stock")
    problem_in(ask(client, hidden), 404, "not_found")
    problem_in(ask(api, sold_out), 401, "not_authenticated")
    for more, field, code in [
        ({"kind": "sold_out"}, "kind", "invalid_choice"),
        ({"variant": sold_out.variants.get().pk}, "variant", "does_not_exist"),
        ({"kind": "price_drop", "target_price": "1000.00"}, "target_price", "not_below_price"),
        ({"kind": "price_drop", "target_price": 900}, "target_price", "invalid"),
        ({"target_price": "900.00"}, "target_price", "unknown_field"),
        ({"email": "other@example.com"}, "email", "unknown_field"),
    ]:
        body = client.post("/api/products/charger/notify", {"kind": "back_in_stock", **more}).json()
        assert [(error["field"], error["code"]) for error in body["errors"]] == [(field, code)]
    assert everything() == before


def test_waiting_is_bounded(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Notice, "MAX_OPEN", 1)
    product = make_product(stock=0)
    asked(client, product)
    before = everything()

    problem_in(ask(client, product, "price_drop"), 409, "too_many_notices")
    asked(client, product)

    assert everything() == before


def test_whose_notice_it_is(client: APIClient, api: APIClient) -> None:
    notice = asked(client, make_product(stock=0))
    before = everything()

    for stranger in (client_of(make_user()), manager()):
        assert stranger.get(MINE).json()["results"] == []
        problem_in(stranger.delete(f"{MINE}/{notice['id']}"), 404, "not_found")
    problem_in(api.get(MINE), 401, "not_authenticated")
    problem_in(api.delete(f"{MINE}/{notice['id']}"), 401, "not_authenticated")
    assert everything() == before

    assert client.delete(f"{MINE}/{notice['id']}").status_code == 204
    assert client.get(MINE).json()["count"] == 0


def test_queries_do_not_grow_with_the_rows(customer: User, client: APIClient) -> None:
    asked(client, make_product(stock=0))

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{MINE}?page_size=100").status_code == 200
        return len(seen)

    at_one = queries()
    for _ in range(49):
        variant = make_product().variants.get()
        Notice.objects.create(
            kind="back_in_stock",
            customer=customer,
            product_id=variant.product_id,
            variant=variant,
            created_at=timezone.now(),
        )

    assert queries() == at_one
    assert at_one <= 4


# Coming due.


def test_back_in_stock_is_told_once(client: APIClient, customer: User) -> None:
    product = make_product(stock=0, name="Nano II")
    asked(client, product)

    restock(product.variants.get(), 3)
    assert OrmQ.objects.count() == 1
    run_jobs()

    (message,) = mail.outbox
    assert message.to == [customer.email]
    assert message.subject == "Back in stock: Nano II"
    assert "Hello Wanjiku," in message.body
    assert "KES 1,000" in message.body
    assert f"/products/{product.slug}" in message.body
    for units in (-3, 3):
        restock(product.variants.get(), units)
        run_jobs()
    sweep_notices()
    assert len(mail.outbox) == 1
    assert client.get(MINE).json()["results"][0]["status"] == "sent"
    restock(product.variants.get(), -3)
    assert asked(client, product)["status"] == "waiting"  # and may be asked for again


def test_changes_that_nobody_waits_for_make_no_job(client: APIClient) -> None:
    waited, other = make_product(stock=0), make_product(stock=0)
    asked(client, waited)

    restock(other.variants.get(), 3)

    assert not OrmQ.objects.exists()


def test_more_of_what_is_there_tells_nothing(client: APIClient) -> None:
    product = make_product(stock=0)
    here = product.variants.get()
    there = add_variant(product, stock=0)
    asked(client, product, variant=here.pk)

    restock(there, 5)
    run_jobs()

    assert mail.outbox == []
    restock(here, 1)
    run_jobs()
    assert len(mail.outbox) == 1
    assert there.name not in mail.outbox[0].subject


def test_a_location_that_opens_brings_it_back(client: APIClient) -> None:
    product = make_product(stock=2)
    location = StockLevel.objects.get().location
    location.is_active = False
    location.save()
    refresh_now([product.pk])
    asked(client, product)

    location.is_active = True
    location.save()
    refresh_now([product.pk])
    run_jobs()

    assert len(mail.outbox) == 1


@pytest.mark.parametrize("is_of_variant", [False, True])
@pytest.mark.parametrize(
    ("target", "price", "is_due"),
    [(None, "999.99", True), (None, "1000.00", False), ("900.00", "900.00", True), ("900.00", "900.01", False)],
)
def test_a_price_drop(client: APIClient, *, is_of_variant: bool, target: str | None, price: str, is_due: bool) -> None:
    product = make_product(price="1000.00")
    variant = product.variants.get()
    more: dict[str, Any] = {"variant": variant.pk} if is_of_variant else {}
    asked(client, product, "price_drop", **more, **({"target_price": target} if target else {}))
    set_price(variant, "1200.00")
    run_jobs()

    set_price(variant, price)
    run_jobs()

    assert len(mail.outbox) == int(is_due)
    if is_due:
        assert mail.outbox[0].subject.startswith(f"Now KES {Decimal(price):,.2f}".removesuffix(".00"))


@pytest.mark.parametrize("is_of_variant", [False, True])
def test_a_sale_that_begins_is_told_without_a_write(client: APIClient, *, is_of_variant: bool) -> None:
    product = make_product(price="1000.00")
    now = timezone.now()
    begin, end = now + timedelta(hours=1), now + timedelta(hours=2)
    make_event(products=[product], percent=Decimal(10), starts_at=begin, ends_at=end, at=now)
    more: dict[str, Any] = {"variant": product.variants.get().pk} if is_of_variant else {}
    notice = asked(client, product, "price_drop", **more)
    run_jobs()

    assert mark_due_notices(product_ids=None, at=begin - timedelta(seconds=1)) == 0
    assert mark_due_notices(product_ids=None, at=end) == 0
    assert mark_due_notices(product_ids=None, at=begin + timedelta(seconds=1)) == 1
    send_notices(at=begin + timedelta(seconds=1))

    assert mail.outbox[0].subject == f"Now KES 900: {product.name}"
    assert Notice.objects.get(pk=notice["id"]).status == "sent"


def test_a_price_drop_is_from_what_applies_when_it_is_asked_for(client: APIClient) -> None:
    product = make_product(price="1000.00")
    now = timezone.now()
    begin, end = now - timedelta(hours=1), now + timedelta(hours=2)
    make_event(products=[product], percent=Decimal(10), starts_at=begin, ends_at=end, at=now)
    asked(client, product, "price_drop")
    problem_in(ask(client, product, "price_drop", target_price="900.00"), 400, "invalid")
    run_jobs()

    assert mark_due_notices(product_ids=None, at=timezone.now()) == 0
    assert Notice.objects.get().below == Decimal("900.00")


def test_what_left_the_shop_is_not_told(client: APIClient) -> None:
    product = make_product(price="1000.00")
    variant = product.variants.get()
    asked(client, product, "price_drop")
    asked(client, product, "price_drop", variant=variant.pk)
    Product.objects.filter(pk=product.pk).update(is_published=False)

    set_price(variant, "500.00")
    run_jobs()

    assert mail.outbox == []


def test_a_sweep_finds_what_no_job_was_made_for(client: APIClient) -> None:
    product = make_product(stock=0)
    asked(client, product)
    restock(product.variants.get(), 3)
    OrmQ.objects.all().delete()

    assert sweep_notices() == 1
    assert len(mail.outbox) == 1


# Sending.


def waiting(number: int, *, product: Product | None = None) -> list[Notice]:
    """So many customers who wait for one product, which is in stock again."""
    product = product or make_product(stock=0)
    rows = [
        Notice.objects.create(kind="back_in_stock", customer=make_user(), product=product, created_at=timezone.now())
        for _ in range(number)
    ]
    level = StockLevel.objects.filter(variant__product=product).get()
    StockLevel.objects.filter(pk=level.pk).update(on_hand=5)
    refresh_now([product.pk])
    OrmQ.objects.all().delete()
    return rows


def test_many_are_sent_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.tasks.BATCH", 3)
    monkeypatch.setattr("catalog.tasks.send_notices", partial(send_notices, limit=3))
    (notice, *_) = waiting(8)

    look_at_notices([notice.product_id])
    assert len(mail.outbox) == 3
    for expected in (6, 8, 8):
        run_jobs()
        assert len(mail.outbox) == expected

    assert len({message.to[0] for message in mail.outbox}) == 8
    assert not OrmQ.objects.exists()


class DownBackend:
    """A mail server that is not there, or hangs up in the middle."""

    accepts = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def open(self) -> None:
        if not type(self).accepts:
            raise ConnectionRefusedError(111, "Connection refused")

    def close(self) -> None:
        pass

    def send_messages(self, messages: list[Any]) -> int:
        if type(self).accepts <= 0:
            raise SMTPServerDisconnected("Connection unexpectedly closed")
        type(self).accepts -= 1
        mail.outbox += messages
        return len(messages)


def test_a_mail_server_that_is_down_delays_and_loses_none(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = waiting(3)
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.DownBackend"

    assert send_notices(at=now) == 0
    assert set(Notice.objects.values_list("status", "attempts", "claimed_at")) == {("due", 0, None)}

    monkeypatch.setattr(DownBackend, "accepts", 1)
    assert send_notices(at=now) == 3
    assert len(mail.outbox) == 1
    assert sorted(Notice.objects.values_list("status", "attempts")) == [("due", 1), ("due", 1), ("sent", 1)]

    settings.EMAIL_BACKEND = usual
    assert send_notices(at=now) == 0  # not before the pause is over
    assert send_notices(at=now + timedelta(minutes=1)) == 2
    assert sorted(message.to[0] for message in mail.outbox) == sorted(row.customer.email for row in rows)


def test_pauses_double_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [pause_after(n) for n in (1, 2, 3)] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert pause_after(10_000) == timedelta(hours=6)
    assert sum((pause_after(n) for n in range(1, sending.GIVE_UP_AFTER)), timedelta()) > timedelta(days=7)


def test_a_claim_whose_sender_died_is_free_again() -> None:
    waiting(1)
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)
    Notice.objects.update(claimed_at=now)

    assert send_notices(at=now + Notice.LEASE) == 0
    assert send_notices(at=now + Notice.LEASE + timedelta(seconds=1)) == 1
    assert len(mail.outbox) == 1


def test_what_is_sold_out_again_waits_on() -> None:
    (notice,) = waiting(1)
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)
    StockLevel.objects.update(on_hand=0)
    refresh_now([notice.product_id])

    assert send_notices(at=now) == 0

    notice.refresh_from_db()
    assert (notice.status, notice.due_at) == ("waiting", None)
    assert mail.outbox == []


class WritingBackend(locmem.EmailBackend):
    """Reads the addresses and writes a message whole before it takes it, as the one for SMTP does."""

    def send_messages(self, messages: list[Any]) -> int:
        for message in messages:
            for address in message.recipients():
                sanitize_address(address, "utf-8")
            message.message().as_bytes()
        return int(super().send_messages(messages))


@pytest.mark.parametrize("between", ["\x0b", "\n"])
def test_an_address_that_no_mail_can_be_sent_to_stops_nobody_elses(settings: Any, between: str) -> None:
    poisoned, *others = waiting(3)
    User.objects.filter(pk=poisoned.customer_id).update(email=f'"a{between}bcc:victim@example.com"@example.com')
    settings.EMAIL_BACKEND = f"{__name__}.WritingBackend"
    now = timezone.now()
    mark_due_notices(product_ids=None, at=now)

    assert send_notices(at=now) == 3

    assert sorted(message.to[0] for message in mail.outbox) == sorted(row.customer.email for row in others)
    poisoned.refresh_from_db()
    assert (poisoned.status, poisoned.attempts, poisoned.claimed_at) == ("due", 1, None)
    assert send_notices(at=now) == 0  # not before the pause is over
    Notice.objects.filter(pk=poisoned.pk).update(attempts=sending.GIVE_UP_AFTER - 1)
    assert send_notices(at=now + timedelta(minutes=1)) == 1
    poisoned.refresh_from_db()
    assert (poisoned.status, len(mail.outbox)) == ("failed", 2)


def test_a_name_of_two_lines_is_one_subject() -> None:
    product = make_product(stock=0)
    Product.objects.filter(pk=product.pk).update(name="Nano\nBcc: victim@example.com\u2028 II")
    waiting(1, product=product)

    sweep_notices()

    (message,) = mail.outbox
    assert message.message()["Subject"] == "Back in stock: Nano Bcc: victim@example.com II"
    assert message.message()["Bcc"] is None


def test_the_link_that_ends_them_is_on_the_line_of_its_header() -> None:
    (notice,) = waiting(1)

    look_at_notices([notice.product_id])

    lines = mail.outbox[0].message().as_bytes().decode().splitlines()
    (line,) = [line for line in lines if line.startswith("List-Unsubscribe:")]
    assert line == f"List-Unsubscribe: <{unsubscribe_url(notice.customer_id)}>"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_fails_inline_fails_no_call(client: APIClient, settings: Any) -> None:
    product = make_product(slug="charger")
    asked(client, product, "price_drop")
    settings.JOBS_INLINE = True
    settings.EMAIL_BACKEND = "tests.there_is_no_such.Backend"

    response = manager().patch(
        f"/api/variants/{product.variants.get().pk}", {"price": "1.00"}, headers={"If-Match": "*"}
    )

    assert response.status_code == 200, response.content
    assert product.variants.get().price == 1
    assert Notice.objects.get().status == "due"


def dearer_again(variant: Variant) -> None:
    set_price(variant, "99999.00")


def off_the_shelf(variant: Variant) -> None:
    Variant.objects.filter(pk=variant.pk).update(is_active=False)
    refresh_now([variant.product_id])


def unpublished(variant: Variant) -> None:
    Product.objects.filter(pk=variant.product_id).update(is_published=False)
    refresh_now([variant.product_id])


@pytest.mark.parametrize("spoil", [dearer_again, off_the_shelf, unpublished])
@pytest.mark.parametrize("is_of_variant", [False, True])
@pytest.mark.parametrize("is_late", [False, True])
def test_a_price_that_rose_again_is_not_told(
    client: APIClient, monkeypatch: pytest.MonkeyPatch, spoil: Any, is_of_variant: bool, is_late: bool
) -> None:
    variant = make_product(stock=1).variants.get()
    asked(client, variant.product, "price_drop", **({"variant": variant.pk} if is_of_variant else {}))
    set_price(variant, "1.00")
    now = timezone.now()
    assert mark_due_notices(product_ids=None, at=now) == 1
    if is_late:  # after the look at all, before this one's turn
        look = sending._no_longer_due

        def look_then_spoil(at: Any) -> None:
            look(at)
            spoil(variant)

        monkeypatch.setattr(sending, "_no_longer_due", look_then_spoil)
    else:
        spoil(variant)

    send_notices(at=now)

    assert mail.outbox == []
    assert list(Notice.objects.values_list("status", "due_at", "claimed_at")) == [("waiting", None, None)]


def test_accounts_that_are_off_get_no_mail() -> None:
    (notice,) = waiting(1)
    User.objects.filter(pk=notice.customer_id).update(is_active=False)

    look_at_notices([notice.product_id])

    assert mail.outbox == []
    assert not Notice.objects.exists()


def test_old_notices_are_forgotten() -> None:
    (notice,) = waiting(1)
    look_at_notices([notice.product_id])
    sent_at = Notice.objects.get().sent_at
    assert sent_at is not None

    assert forget_sent_notices(at=sent_at + Notice.KEPT) == 0
    assert forget_sent_notices(at=sent_at + Notice.KEPT + timedelta(seconds=1)) == 1


def test_names_are_escaped_in_html_and_plain_in_text(settings: Any) -> None:
    settings.SHOP_URL = "https://shop.example"
    product = make_product(stock=0, name='Fish & <Chips> 6"')
    waiting(1, product=product)

    sweep_notices()

    (message,) = mail.outbox
    assert 'Fish & <Chips> 6"' in message.body
    html = message.alternatives[0][0]
    assert "Fish &amp; &lt;Chips&gt;" in html
    assert f'href="https://shop.example/products/{product.slug}"' in html


# Unsubscribing.


def test_one_click_unsubscribes(client: APIClient, customer: User) -> None:
    product = make_product(stock=0)
    asked(client, product)
    asked(client, product, "price_drop")
    asked(client_of(make_user()), product)
    StockLevel.objects.update(on_hand=1)
    refresh_now([product.pk])
    mark_due_notices(product_ids=None, at=timezone.now())
    send_notices(at=timezone.now(), limit=1)

    headers = mail.outbox[0].message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address == unsubscribe_url(customer.pk)
    assert address in mail.outbox[0].body
    path = address.removeprefix("http://127.0.0.1:8000").removeprefix("https://testserver")
    browser = Client(enforce_csrf_checks=True)

    assert b"Stop all notices?" in browser.get(path).content
    assert Notice.objects.open().filter(customer=customer).count() == 1
    response = browser.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")

    assert (response.status_code, b"Done" in response.content) == (200, True)
    assert not Notice.objects.open().filter(customer=customer).exists()
    assert Notice.objects.open().count() == 1
    assert browser.post(path).status_code == 200


@pytest.mark.parametrize("forge", ["x", "1", "1:", "1:abc", "None:abc", "%00", "²:x"])
def test_a_forged_link_unsubscribes_nobody(client: APIClient, forge: str) -> None:
    asked(client, make_product(stock=0))
    before = everything()

    assert Client().post(f"/notices/unsubscribe/{forge}").status_code == 404
    assert Client().get(f"/notices/unsubscribe/{forge}").status_code == 404

    assert everything() == before


def test_a_link_outlives_a_new_secret_key(client: APIClient, customer: User, settings: Any) -> None:
    asked(client, make_product(stock=0))
    path = unsubscribe_url(customer.pk).partition("/notices")[2]
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-for-tests-that-is-long-enough-for-it"

    assert Client().post(f"/notices{path}").status_code == 200

    assert not Notice.objects.exists()


# Races.


@pytest.mark.django_db(transaction=True)
def test_senders_at_once_send_each_once() -> None:
    waiting(12)
    now = timezone.now()
    calls = [partial(sweep_notices), partial(look_at_notices, list(Product.objects.values_list("pk", flat=True)))]

    at_once(*calls * 3)
    at_once(*[partial(send_notices, at=timezone.now())] * 4)

    assert len(mail.outbox) == 12
    assert len({message.to[0] for message in mail.outbox}) == 12
    assert Notice.objects.filter(status="sent", sent_at__gte=now).count() == 12


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_they_send_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(4)
    mark_due_notices(product_ids=None, at=timezone.now())
    barrier = Barrier(3)

    def send_unclaimed(notice_id: int, backend: Any, at: Any) -> None:
        """Look whether it is sent, send it, note it."""
        notice = Notice.objects.select_related("product", "variant", "customer").get(pk=notice_id)
        is_due = notice.status == "due"
        barrier.wait(timeout=30)
        if is_due:
            message = sending.notice_message(notice, price=Decimal(1), email=notice.customer.email, first_name="")
            message.connection = backend
            message.send()
            Notice.objects.filter(pk=notice_id).update(status="sent", sent_at=at)

    monkeypatch.setattr(sending, "_send", send_unclaimed)

    at_once(*[partial(send_notices, at=timezone.now())] * 3)

    assert len(mail.outbox) > 4


@pytest.mark.django_db(transaction=True)
def test_what_comes_back_while_somebody_asks_is_either_seen_or_told() -> None:
    """Whoever asks while the stock comes is told that it is there, or gets the mail: never neither."""
    products = [make_product(stock=None) for _ in range(6)]
    levels = [add_stock(product.variants.get(), 0) for product in products]
    clients = [client_of(make_user()) for _ in products]
    calls: list[Any] = []
    for product, level, client in zip(products, levels, clients, strict=True):
        calls.append(partial(ask, client, product))
        calls.append(partial(adjust_stock, level=level, change=1, reason="x", acting_user=None, at=timezone.now()))

    answers = at_once(*calls)[::2]
    run_jobs()

    told = len(mail.outbox)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert told == sum(answer.status_code == 201 for answer in answers)
