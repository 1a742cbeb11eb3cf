"""Somebody about whom the shop holds everything that it can hold, and where all of it is looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ, Task
from rest_framework.test import APIClient

from accounts.models import PhoneCode, User
from catalog.models import Review
from electroports.history import CHANGE, record_change
from orders.models import Order, Payment, ProviderMessage
from tests.admin.money import make_paid
from tests.catalog.reviewing import address, moderate
from tests.catalog.test_review_photos import picture, send
from tests.factories import PASSWORD, make_product, make_user
from tests.staff import manager, member_with

DEVICE = "TecnoSpark 20C of Zawadi"
HERE = "41.90.64.7"
# As no other test writes them. Numbers are looked for however they are written.
MARKS = {
    "user name": "zawadikip",
    "e-mail": "zawadi.kiprotich@barua.example",
    "first name": "Zawadi",
    "last name": "Kiprotich",
    "phone": "719876543",
    "other phone": "798765431",
    "street": "Jacaranda Crescent 9",
    "landmark": "behind the Total at Kilimani",
    "note": "The blue gate; ask for Cheptoo",
    "device": "TecnoSpark",
    "address": HERE,
    "payer": "ZAWADI K",
    "wishlist": "For my graduation",
    "subject": "subject-of-zawadik",
    "new e-mail": "kip.z@elsewhere.example",
    "old phone": "733445566",
}
PLACE = {
    "recipient": "Zawadi Kiprotich",
    "phone": "0719 876 543",
    "county": "Nairobi",
    "town": "Kilimani",
    "street": MARKS["street"],
    "landmark": MARKS["landmark"],
}
CONTACT = {"name": "Zawadi Kiprotich", "email": MARKS["e-mail"], "phone": "0719876543"}


def client_at_home(access: str = "") -> APIClient:
    """A client with the person's device and address."""
    headers = {"User-Agent": DEVICE} | ({"Authorization": f"Bearer {access}"} if access else {})
    return APIClient(headers=headers, REMOTE_ADDR=HERE)


def registered() -> tuple[User, APIClient]:
    """The person, with an account whose address is shown to be theirs, and their client."""
    body = {
        "username": MARKS["user name"],
        "email": MARKS["e-mail"],
        "password": PASSWORD,
        "phone": "+254 719 876 543",
        "consents": {"email": True, "sms": True, "wording": "2026-11"},
    }
    response = client_at_home().post("/api/users/register", body)
    assert response.status_code == 201, response.content
    user = User.objects.get(username=MARKS["user name"])
    User.objects.filter(pk=user.pk).update(email_verified_at=timezone.now())
    client = client_at_home(response.json()["access"])
    names = {"first_name": "Zawadi", "last_name": "Kiprotich"}
    assert client.patch("/api/users/me", names).status_code == 200
    user.refresh_from_db()
    return user, client


def fill(user: User, client: APIClient) -> None:
    """Do everything that leaves a trace, by the API where it has a call; every order is finished."""
    client_at_home().post("/api/users/login", {"email": user.email, "password": "not this one"})
    assert client_at_home().post("/api/users/login", {"email": user.email, "password": PASSWORD}).status_code == 200
    assert client.post("/api/users/me/addresses", PLACE, headers={"Idempotency-Key": "a1"}).status_code == 201
    _say(client)
    _buy(user, client)
    _sign_in_otherwise(user, client)
    helper = member_with("accounts.change_user")
    record_change(acting_user=helper, row=user, flag=CHANGE, message=f"Called {user.first_name} about {user.email}.")
    Task.objects.create(
        id="0" * 32,
        name="mail",
        func="accounts.tasks.send_messages",
        args=(),
        started=timezone.now(),
        stopped=timezone.now(),
        success=False,
        result=f"SMTPRecipientsRefused: {user.email}",
    )


def _sign_in_otherwise(user: User, client: APIClient) -> None:
    """A Google account, codes to a phone that is theirs, a forgotten password, and another address that waits."""
    at = timezone.now()
    names = {"subject": MARKS["subject"], "email": MARKS["e-mail"]}
    user.identities.create(provider="google", **names, created_at=at, last_used_at=at)
    User.objects.filter(pk=user.pk).update(phone_verified_at=at)
    assert client_at_home().post("/api/users/login/code", {"phone": CONTACT["phone"]}).status_code == 204
    assert PhoneCode.objects.get().user is None
    assert client_at_home().post("/api/users/password/reset", {"email": user.email}).status_code == 204
    moved = client.post("/api/users/me/email", {"email": MARKS["new e-mail"], "current_password": PASSWORD})
    assert moved.status_code == 204, moved.content
    changes = {"phone": (f"+254{MARKS['old phone']}", user.phone)}
    record_change(
        acting_user=member_with("accounts.change_user"), row=user, flag=CHANGE, message="By phone.", changes=changes
    )


def _say(client: APIClient) -> None:
    kept, naming, wished, sold_out = make_product(), make_product(), make_product(), make_product(stock=0)
    words = {"rating": 4, "title": "Solid", "text": "Does what it should."}
    published = client.post(address(kept), words).json()
    assert send(client, Review.objects.get(pk=published["id"]), picture()).status_code == 201
    moderate(manager(), published["id"], {"status": "published"})
    signed = client.post(address(naming), {**words, "text": f"Call me: {MARKS['first name']}, 0719-876 543."}).json()
    moderate(manager(), signed["id"], {"status": "published"})
    assert (
        client.patch("/api/users/me/wishlist", {"title": MARKS["wishlist"], "owner_name": "Zawadi"}).status_code == 200
    )
    client.post("/api/users/me/wishlist/items", {"product": wished.pk})
    client.post("/api/users/me/wishlist/link", {})
    asked = client.post(f"/api/products/{sold_out.pk}/notify", {"kind": "back_in_stock"})
    assert asked.status_code in (200, 201)
    variant = wished.variants.get().pk
    put = client.post("/api/cart/lines", {"variant": variant, "quantity": 1}, headers={"Idempotency-Key": "c1"})
    assert put.status_code in (200, 201), put.content


def _buy(user: User, client: APIClient) -> None:
    body = {
        "items": [{"product": make_product().pk, "quantity": 1}],
        "contact": CONTACT,
        "address": PLACE,
        "note": MARKS["note"],
    }
    cancelled = client.post("/api/orders/create", body, headers={"Idempotency-Key": "o1"})
    assert cancelled.status_code == 201, cancelled.content
    assert client.post(f"/api/orders/{cancelled.json()['number']}/cancel", {}).status_code == 200
    number = client.post("/api/orders/create", body, headers={"Idempotency-Key": "o2"}).json()["number"]
    order = Order.objects.get(number=number)
    with transaction.atomic():
        payment = make_paid(
            order=order,
            phone="+254798765431",
            payer=MARKS["payer"],
            account="Zawadi",
            receipt="TKZ9876543",
            detail="Zawadi",
        )
    payment.document.save("slip of Zawadi.png", ContentFile(b"paid by Zawadi Kiprotich"))
    for name, value in (("reference", str(payment.reference)), ("reference", "")):
        ProviderMessage.objects.create(
            provider="mpesa",
            kind="payment",
            **{name: value},
            body=json.dumps({"MSISDN": "254798765431", "FirstName": "ZAWADI K", "TransID": "TKZ9876543"}).encode(),
            status="processed",
            received_at=timezone.now(),
        )
    helper = make_user(is_staff=True)
    record_change(acting_user=helper, row=order, flag=CHANGE, message=f"Called {user.get_full_name()}.")
    order.events.create(
        type="payment", to_status="delivered", reason="Zawadi paid at the door", created_at=timezone.now()
    )
    Order.objects.filter(pk=order.pk).update(status=Order.Status.DELIVERED)
    Payment.objects.filter(pk=payment.pk).update(document=payment.document.name)


def texts_of_the_database() -> Iterator[tuple[str, str]]:
    """Every value of every column of every table, as a text, with its place; what is packed is unpacked."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None and not isinstance(value, bool | int | float):
                        yield f"{table}.{column}", _text(value)
    for task in Task.objects.all():
        yield "django_q_task (unpacked)", repr((task.args, task.kwargs, task.result))
    for job in OrmQ.objects.all():
        yield "django_q_ormq (unpacked)", repr(job.task)


def texts_of_files() -> Iterator[tuple[str, str]]:
    """The names and contents of all files of the media folder, and the database's own where it is one."""
    paths = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        name = str(connection.settings_dict["NAME"])
        paths += [Path(name + end) for end in ("", "-wal", "-journal") if Path(name + end).exists()]
    for path in paths:
        yield str(path), f"{path.name} {path.read_bytes().decode('latin-1')}"


def traces(texts: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    """Which marks of the person are found, and where."""
    found: dict[str, set[str]] = {}
    for place, text in texts:
        plain = text.casefold()
        close = re.sub(r"[\s().-]", "", plain)
        for mark, word in MARKS.items():
            if (word in close) if word.isdigit() else (word.casefold() in plain):
                found.setdefault(mark, set()).add(place)
    return found


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
