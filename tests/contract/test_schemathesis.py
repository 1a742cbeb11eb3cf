"""Every operation, called as the OpenAPI document allows and as it forbids, with all checks of schemathesis.

The document cannot say what only the shop's data can: which brands, products and orders there are, which contact a
guest owes, which passwords are weak or right, which phone numbers and counties exist, and that a page and a cursor
exclude one another. For the run that is added (`known_to_the_shop`, `with_good_passwords`), so that what the document
allows is accepted and what it forbids is refused, without exception. Each call is rolled back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from accounts.actions.sign_in import sign_in
from accounts.models import PhoneCode, User
from accounts.phone_codes import digits_of
from catalog.files.rows import TYPED_COLUMNS
from catalog.models import Accessory, Brand, Category, Connector, Product, SoundDevice
from electroports.phones import parse_phone
from electroports.wsgi import application
from orders.models import DeliveryMethod
from tests.catalog.events import make_event
from tests.factories import PASSWORD, add_variant, listed_together, make_product, make_spec_field, make_user
from tests.staff import access_of

CHARGER, HEADPHONES, PHONE = 900_001, 900_002, 900_003  # products; their only or first variant has the same number
ADDRESSES = ["charger", "headphones", str(PHONE), "nothing", "anker", "chargers"]
KNOWN = {
    "brand": ["anker"],
    "category": ["chargers"],
    "connector": ["usb-c"],
    "event": ["sale"],
    "spec": ["output_power:1..65.5", "panel:LCD|OLED", "nfc:true"],
    "id_or_slug": ADDRESSES,
    "ids": ["charger", "headphones", str(PHONE)],
    "from": ["charger"],
    "to": ["headphones", str(PHONE)],
    "county": ["Nairobi", "muranga", "047"],
}
MOBILE = r"^(\+?254|0)?(7[0-9]{2}|1(0[0-8]|1[0-9]))[0-9]{6}$"
EXAMPLES = 4
# What is mailed is good once, and nothing that the document could name.
BY_MAILED_TOKEN = [
    *(f"/api/users/email/{step}" for step in ("approve", "confirm", "refuse", "undo", "verify")),
    "/api/users/password/reset/confirm",
    "/api/users/login/code/confirm",
    "/api/users/me/phone/confirm",
]
CONFIG: dict[str, Any] = {
    "generation": {"mode": "all", "deterministic": True, "max-examples": EXAMPLES},
    "phases": {"stateful": {"enabled": False}},
    "checks": {"missing_required_header": {"expected-statuses": [400, 401, 403, 406, 415, 422, 428]}},
    "operations": [
        {"include-path": path, "checks": {"positive_data_acceptance": {"enabled": False}}} for path in BY_MAILED_TOKEN
    ],
}


def say_who_orders(known: dict[str, Any]) -> None:
    """A guest has to say how to be reached."""
    schemas = known["components"]["schemas"]
    contact = deepcopy(schemas["ContactInput"]) | {"required": ["email", "phone"]}
    order = deepcopy(schemas["PlaceOrderInput"])
    order["properties"]["contact"] = contact
    order["required"] = ["items", "contact"]
    for path in ("/api/orders", "/api/orders/create"):
        known["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"] = order


def known_to_the_shop(document: dict[str, Any], *, guest: bool) -> dict[str, Any]:
    """Add to the document what only the shop's data can tell."""
    known = deepcopy(document)
    schemas = known["components"]["schemas"]
    schemas["ItemInput"]["properties"]["product"]["enum"] = [CHARGER, HEADPHONES]
    schemas["ItemInput"]["properties"]["variant"]["enum"] = [CHARGER, HEADPHONES, PHONE]
    schemas["BasketItemInput"]["properties"]["product"]["enum"] = [CHARGER, HEADPHONES, PHONE]
    schemas["BasketItemInput"]["properties"]["variant"]["enum"] = [CHARGER, HEADPHONES, PHONE]
    schemas["WishInput"]["properties"]["product"]["enum"] = [CHARGER, HEADPHONES, PHONE]
    schemas["WishInput"]["properties"]["variant"]["enum"] = [CHARGER, HEADPHONES, PHONE]
    order = schemas["PlaceOrderInput"]  # of items, for the carts are empty; there are no coupons
    del order["properties"]["cart"], order["properties"]["coupon"], order["oneOf"]
    order["required"] = ["items"]
    del schemas["BackInStockInput"]["properties"]["variant"]  # it has to be one of the product
    del schemas["PriceDropInput"]["properties"]["variant"]
    schemas["PriceDropInput"]["properties"]["target_price"]["enum"] = ["99.00", "450"]
    for name in ("AddressInput", "SavedAddressInput", "ChangeAddressInput"):
        schemas[name]["properties"]["county"]["enum"] = ["Nairobi", "muranga", "047"]
    for path in ("token/refresh", "logout"):  # without a cookie
        body = known["paths"][f"/api/users/{path}"]["post"]["requestBody"]["content"]["application/json"]
        body["schema"] = {"$ref": "#/components/schemas/RefreshInput"}
    chosen = schemas["DeliveryInput"]["properties"]  # of which a station and a county have to go with the method
    schemas["DeliveryInput"]["properties"] = {"method": chosen["method"] | {"enum": ["kept"]}}
    for schema in schemas.values():
        phone = schema.get("properties", {}).get("phone", {})
        for variant in (phone, *phone.get("oneOf", ())):
            if "pattern" in variant:
                variant["pattern"] = MOBILE
    if guest:
        say_who_orders(known)
    for operations in known["paths"].values():
        for operation in operations.values():
            operation["parameters"] = list(known_parameters(operation.get("parameters", ())))
    return known


def known_parameters(parameters: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the parameters of an operation with the names that the shop knows; without cursors, which are opaque."""
    for parameter in parameters:
        name, schema = parameter["name"], parameter["schema"]
        if name in ("cursor", "X-Refresh-Cookie"):  # cookies are for pages of the shop, which say where they are from
            continue
        if name == "If-Match":
            schema.clear()
            schema["enum"] = ["*"]
        if name in KNOWN:
            schema.get("items", schema)["enum"] = KNOWN[name]
        if name == "spec":
            schema["uniqueItems"] = True
        yield parameter


def known_to_staff(document: dict[str, Any]) -> dict[str, Any]:
    """Add to the document what staff know: which rows there are, what no two may share, what a kind has."""
    known = known_to_the_shop(document, guest=False)
    schemas = known["components"]["schemas"]
    # What they send is judged by what is in the shop, or is a picture.
    for path in ("bulk", "{id_or_slug}/images", "{id_or_slug}/images/order"):
        del known["paths"][f"/api/products/{path}"]
    del known["paths"]["/api/variants/prices"]
    changes = schemas["EventChanges"]["properties"]
    schemas["EventChanges"]["properties"] = {name: changes[name] for name in ("name", "text", "banner_alt")}
    body = known["paths"]["/api/events/{id_or_slug}"]["patch"]["requestBody"]["content"]["application/json"]
    body.pop("examples", None)
    for name in ("ProductChanges", "NewProductInput"):
        fields = schemas[name]["properties"]
        for other in (*TYPED_COLUMNS, "specs", "typed_specs"):  # of one kind alone, and pairs whose names differ
            del fields[other]
        fields["brand"]["enum"] = fields["category"]["enum"] = [CHARGER]
        fields["tax_class"]["enum"] = [None, "standard"]
    schemas["NewProductInput"]["properties"]["kind"] = {"enum": ["device"]}
    schemas["NewProductInput"]["properties"]["variants"]["maxItems"] = 1
    schemas["NewProductInput"]["required"].append("slug")
    for name in ("VariantChanges", "NewVariantInput"):
        for other in ("options", "compare_at_price"):  # which is above the price
            del schemas[name]["properties"][other]
    limit_ports(schemas)
    for operations in known["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "If-Match":
                    parameter["schema"] = {"enum": ["*"]}
                if parameter["name"] == "id" and "uuid" not in parameter["schema"].get("format", ""):
                    parameter["schema"]["enum"] = [str(CHARGER), "1"]
    return known


def limit_ports(schemas: dict[str, Any]) -> None:
    """Leave of ports what needs no other port, no other lane, and no more than one kind of connector."""
    schemas["PortsInput"]["properties"]["ports"]["maxItems"] = 1
    del schemas["PortsInput"]["properties"]["power_budget"]  # which asks for ports
    port = schemas["PortInput"]["properties"]
    del port["joined_to"]
    port["connector"]["enum"] = ["usb-c"]
    port["gender"] = {"enum": ["plug", "receptacle"]}
    port["carries"]["maxItems"] = 1
    schemas["LaneInput"]["properties"]["protocol"] = {"enum": ["usb", "usb-pd"]}


def load(*, guest: bool = False, staff: bool = False, refused: bool = False) -> Any:
    """The document as the application serves it, with what the shop knows.

    To whoever is `refused` whatever they send, coverage sends only what the document allows; random calls still err.
    """
    config = deepcopy(CONFIG)
    if refused:
        config["phases"]["coverage"] = {"generation": {"mode": "positive"}}

    @schemathesis.hook
    def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
        raw_schema.update(known_to_staff(raw_schema) if staff else known_to_the_shop(raw_schema, guest=guest))

    try:
        return schemathesis.openapi.from_wsgi("/api/schema", application, config=SchemathesisConfig.from_dict(config))
    finally:
        schemathesis.hooks.unregister(before_load_schema)


def security_of(context: Any) -> list[dict[str, Any]]:
    return list(context.operation.definition.raw["security"])


def needs_a_token(context: Any) -> bool:
    """Tell whether an operation is refused to whoever does not say who is calling."""
    return security_of(context) == [{"jwtAuth": []}]


def looks_at_no_token(context: Any) -> bool:
    """Tell whether an operation does not care who is calling."""
    return {"jwtAuth": []} not in security_of(context)


def is_for_anybody(context: Any) -> bool:
    """Tell whether an operation refuses nobody for who they are."""
    return "403" not in context.operation.definition.raw["responses"]


def is_for_staff(context: Any) -> bool:
    """Tell whether an operation is refused to customers. Of their own accounts they are asked to sign in again."""
    return not is_for_anybody(context) and not context.operation.path.startswith("/api/users/")


def is_not(condition: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda context: not condition(context)


@schemathesis.serializer("image/jpeg", "image/png", "image/webp")
def as_bytes(context: Any, value: Any) -> bytes:
    """A picture in a body, such as is none."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


# Told by what is left out: CONFIG names operations, which what is included here would only be added to.
as_guest, as_stranger = load(guest=True).exclude(needs_a_token), load(refused=True).exclude(is_not(needs_a_token))
as_customer = load().exclude(looks_at_no_token).exclude(is_for_staff)
as_intruder = load(refused=True).exclude(is_not(is_for_staff))
as_staff = (
    load(staff=True)
    .exclude(is_for_anybody)
    .exclude(path="/api/stock/movements", method="POST")  # as bulk
    # Terms, times and scope of an event are judged together: tests/catalog/test_staff_events.py has them.
    .exclude(path="/api/events", method="POST")
)
bounded = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def stocked(opened: None) -> Iterator[None]:
    """A small catalogue with plenty of stock."""
    fill_the_shop()
    with override_settings(ORDER_MAX_QUANTITY=100_000):  # over several items, which the document cannot bound together
        yield


@pytest.fixture
def shop(stocked: None, db: None) -> None:
    """What each operation is called in."""


def fill_the_shop() -> None:
    Brand.objects.create(pk=CHARGER, name="Kept", slug="kept")
    Category.objects.create(pk=CHARGER, name="Kept", slug="kept")
    Connector.objects.create(code="usb-c", name="USB-C", family="usb")
    make_spec_field("output_power", trait="watts", is_filterable=True)
    make_spec_field("panel", type="choice", choices=["LCD", "OLED"], is_filterable=True)
    make_spec_field("nfc", type="boolean", is_filterable=True)
    kinds = {CHARGER: ("charger", Accessory), HEADPHONES: ("headphones", SoundDevice), PHONE: ("phone", Product)}
    with listed_together():
        for pk, (slug, model) in kinds.items():
            product = make_product(pk=pk, slug=slug, model=model, stock=None)
            product.variants.all().delete()
            add_variant(product, id=pk, name="Kept", stock=1_000_000)
        add_variant(product, stock=3, price=Decimal(500))
    make_event(slug="sale", products=[product], percent=10)
    method = DeliveryMethod.objects.create(code="kept", name="Kept", kind="shop_pickup")
    method.rates.create(price=Decimal(100))
    method.stations.create(code="kept", name="Kept", county="047", town="Nairobi")


@pytest.fixture
def bearer(shop: None) -> dict[str, str]:
    """What a customer sends with every call."""
    user = make_user(username="kamau")
    signed_in = sign_in(identifier=user.username, password=PASSWORD, at=timezone.now())
    return {"Authorization": f"Bearer {signed_in.access}"}


@pytest.fixture
def badge(shop: None) -> dict[str, str]:
    """What somebody who may do everything sends with every call."""
    boss = make_user(username="boss", is_staff=True, is_superuser=True)
    return {"Authorization": f"Bearer {access_of(boss)}"}


@pytest.fixture(autouse=True)
def no_flask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have schemathesis not look for Flask on the disk at every call."""
    monkeypatch.setitem(sys.modules, "flask", None)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the connection that holds the test's transaction, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def with_good_passwords(case: Any) -> Any:
    """A call that the document allows, with passwords that the shop allows too."""
    if case.meta.generation.mode.is_positive and isinstance(case.body, dict):
        if case.operation.path == "/api/users/register":
            case.body["password"] = PASSWORD
        if case.operation.path == "/api/users/me/password":
            case.body |= {"current_password": PASSWORD, "new_password": "staple 7 tree lantern"}
        if case.operation.path == "/api/users/login/code/confirm":
            case.body["code"] = code_to(parse_phone(case.body["phone"].strip()), PhoneCode.Purpose.SIGN_IN)
            case.body.pop("otp", None)
        if case.operation.path == "/api/users/me/phone/confirm":
            case.body["code"] = code_to("+254712345678", PhoneCode.Purpose.VERIFY)
    return case


def code_to(phone: str, purpose: PhoneCode.Purpose) -> str:
    """The digits of a code that was sent to a phone; one that verifies it is the only user's."""
    now, user = timezone.now(), User.objects.first() if purpose == PhoneCode.Purpose.VERIFY else None
    times = {"created_at": now, "expires_at": now + PhoneCode.LIFETIME}
    return digits_of(PhoneCode.objects.create(phone=phone, purpose=purpose, user=user, **times))


def call(case: Any, headers: dict[str, str]) -> None:
    """Make one call, check the answer in every way, and undo what it did."""
    with transaction.atomic():
        with_good_passwords(case).call_and_validate(headers=headers)
        transaction.set_rollback(True)


@as_guest.parametrize()
@bounded
def test_as_a_guest(shop: None, case: Any) -> None:
    call(case, {})


@as_stranger.parametrize()
@bounded
def test_as_a_guest_where_a_token_is_needed(shop: None, case: Any) -> None:
    call(case, {})


@as_customer.parametrize()
@bounded
def test_as_a_customer(bearer: dict[str, str], case: Any) -> None:
    call(case, bearer)


@as_intruder.parametrize()
@bounded
def test_as_a_customer_where_staff_are_asked_for(bearer: dict[str, str], case: Any) -> None:
    call(case, bearer)


@as_staff.parametrize()
@bounded
def test_as_staff(badge: dict[str, str], case: Any) -> None:
    call(case, badge)
