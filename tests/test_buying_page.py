"""The page for frontend developers: all that it prints is run against a served shop, the simulator is the provider."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import playwright
import pytest
import yaml
from django.core.management import call_command

from accounts.models import Session
from catalog.models import StockLevel
from electroports.errors import DomainError
from electroports.jobs import background
from electroports.settings import BASE_DIR
from orders.actions.make_demo_coupon import make_demo_coupon
from orders.gateways import registry
from orders.gateways.simulator import STORIES
from orders.models import LedgerEntry, Order, Payment
from tests.fakes.lossy import LossyNetwork
from tests.orders import assert_invariants
from tests.test_readme import ADDRESS, AS_PRINTED, blocks, run_as_printed, section, seed_what_is_named, table_rows

PAGE = BASE_DIR / "docs" / "buying.md"
SHELL, SCRIPT = blocks(PAGE, "bash"), "".join(blocks(PAGE, "ts"))
HINTED = "/api/products/ugreen-usb-a-to-usb-c-cable-us287"  # what the cart says is missing
RUNS_TYPESCRIPT = (22, 18)
COMPILER = "typescript@5.9.3"
STRICT = [
    *("--strict", "--noEmit", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--noUnusedLocals"),
    *("--noImplicitReturns", "--erasableSyntaxOnly", "--target", "es2022", "--module", "nodenext"),
    *("--lib", "es2022,dom,dom.iterable"),
]


@pytest.fixture
def shop(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    """A shop as `make serve` has it, with the products that the page names; jobs run after the answers."""
    settings.DEBUG, settings.JOBS_INLINE = True, True
    settings.PAYMENT_PROVIDERS = ["simulator", "cash_on_delivery"]
    settings.PUBLIC_URL = live_server.url
    registry.gateway.cache_clear()
    (tmp_path / "data").mkdir()
    seed_what_is_named("".join([*SHELL, SCRIPT, HINTED]), tmp_path / "data")
    call_command("load_delivery", verbosity=0)
    make_demo_coupon()
    yield live_server.url
    background.submit(lambda: None).result(timeout=30)  # what was begun ends before the tables are emptied
    registry.gateway.cache_clear()
    assert_invariants()


@AS_PRINTED
def test_calls_work_as_printed(shop: str, tmp_path: Path) -> None:
    made, printed = run_as_printed(SHELL, shop, tmp_path)

    _start, found, empty, problem, fitting, coupons, ways, quoted, placed, again, *paying = printed
    options, _begun, failed, unknown, paid, page, merged, _placed, cash, cancelled = paying
    polled = [call for call, _same in groupby(made)]  # how often is not told beforehand
    assert polled == [
        *("200 GET", "201 POST", "200 PATCH"),
        *("200 GET", "201 POST", "200 GET", "201 POST", "200 PATCH", "200 GET"),
        *("200 POST", "201 POST", "200 GET", "201 POST", "200 GET"),
        *("201 POST", "409 POST", "200 GET", "201 POST", "200 GET"),
        *("201 POST", "200 GET", "201 POST", "200 GET", "200 POST"),
    ]
    assert found == "soundcore-space-one"
    assert Decimal(empty) > 0
    assert problem.splitlines() == ["Fewer than 1000 of Soundcore Space One (Jet Black) are left.", "True"]
    assert fitting.splitlines() == ["2", "3"]
    refused, taken = coupons.splitlines()
    assert refused == "HUJAMBO: There is no such coupon."
    assert "'name': 'Karibu'" in taken
    assert [line.split()[0] for line in ways.splitlines()] == [
        *("shop-nairobi", "nairobi-same-day", "courier-nairobi", "pickup-station")
    ]
    guests, customers = Order.objects.order_by("pk")
    assert (quoted, placed, again) == (str(guests.total), str(guests.total), "the same order")
    assert [option["provider"] for option in json.loads(options)["options"]] == ["simulator", "cash_on_delivery"]
    assert failed.startswith("There is not enough money")
    assert unknown.splitlines()[1:] == ["payment_in_progress", "partially_paid", str(guests.total - 5000)]
    assert paid.splitlines() == [str(guests.total - 5000), "confirmed", "paid"]
    assert (page, merged, cash, cancelled) == ("confirmed", "1", "pending\nconfirmed", "cancelled")
    assert (guests.status, guests.paid, customers.status, customers.paid) == ("confirmed", guests.total, "cancelled", 0)
    assert sum(StockLevel.objects.values_list("allocated", flat=True)) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curl", "data"]


def node() -> str:
    """The path of a Node that runs TypeScript: the one that Playwright brings along, or the machine's."""
    for found in (shutil.which("node", path=str(Path(playwright.__file__).parent / "driver")), shutil.which("node")):
        if found is not None:
            done = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
            if tuple(map(int, done.stdout.strip("v\n").split(".")[:2])) >= RUNS_TYPESCRIPT:
                return found
    pytest.skip("there is no Node that runs TypeScript; Playwright for this machine brings none")


def run_script(shop: str, folder: Path, text: str = SCRIPT) -> list[str]:
    """Run the program of the page, as it is printed unless told otherwise, and return what it said."""
    assert len(blocks(PAGE, "ts")) == 4  # as the page says
    script = folder / "buying.mts"
    script.write_text(text.replace(ADDRESS, shop))
    done = subprocess.run([node(), script], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_program_buys(shop: str, tmp_path: Path) -> None:
    said = run_script(shop, tmp_path)

    guests, customers = Order.objects.order_by("pk")
    assert said == [
        f"Nairobi and around next day: {guests.delivery}. In all: {guests.total}.",
        f"Order {guests.number}: {guests.total}.",
        "You cancelled the payment. Start it again when you are ready.",
        "Thank you, your order is paid.",
        "1 in the cart of the customer.",
        f"Your order is confirmed. You pay {customers.total} on delivery.",
        "Order cancelled.",
    ]
    assert (guests.status, guests.payment_status, guests.discount > 0) == ("confirmed", "paid", True)
    assert (customers.status, customers.user and customers.user.username) == ("cancelled", "njeri")


def test_program_buys_once_where_the_first_answer_to_everything_is_lost(shop: str, tmp_path: Path) -> None:
    with LossyNetwork(shop) as network:
        said = run_script(network.url, tmp_path)

    assert said[-1] == "Order cancelled."
    assert network.lost >= {"/api/cart/lines", "/api/orders/create"}
    guests, customers = Order.objects.order_by("pk")
    assert sorted(guests.payments.values_list("status", flat=True)) == ["failed", "succeeded"]
    assert list(LedgerEntry.objects.values_list("amount", flat=True)) == [guests.total]
    assert [payment.status for payment in customers.payments.all()] == ["withdrawn"]
    assert sum(StockLevel.objects.values_list("allocated", flat=True)) == 1


def test_program_renews_a_session_once_for_all_that_wait(shop: str, tmp_path: Path) -> None:
    merge = "const { body: cart } = await call<Cart>"
    stale = f'session.access = "stale";\nawait Promise.all([1, 2, 3].map(() => call("/api/users/me")));\n{merge}'
    assert SCRIPT.count(merge) == 1

    said = run_script(shop, tmp_path, SCRIPT.replace(merge, stale))

    assert said[-1] == "Order cancelled."
    session = Session.objects.get()
    assert (session.rotated_at is not None, session.ended_at) == (True, None)


@pytest.mark.no_database
def test_program_is_strictly_typed(tmp_path: Path) -> None:
    script = tmp_path / "buying.mts"
    script.write_text(SCRIPT)
    if shutil.which("tsc"):
        compiler = ["tsc"]
    elif shutil.which("npx"):
        compiler = ["npx", "--yes", "--fetch-retries=0", "--package", COMPILER, "--", "tsc"]
    else:
        pytest.skip("neither the TypeScript compiler nor npx is installed")
    there = subprocess.run([*compiler, "--version"], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    if there.returncode:
        pytest.skip(f"{COMPILER} cannot be had from npm here")

    done = subprocess.run(
        [*compiler, *STRICT, script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_types_of_the_program_are_those_of_the_api() -> None:
    schemas = yaml.safe_load((BASE_DIR / "docs" / "openapi.yaml").read_text())["components"]["schemas"]
    interfaces = dict(re.findall(r"^interface (\w+) \{\n(.*?)^\}", SCRIPT, re.MULTILINE | re.DOTALL))
    answers = interfaces.keys() - {"Options", "Checkout", "PaymentWish", "Session"}

    assert answers <= schemas.keys()
    for name in answers:
        schema = schemas[name]
        for field, optional, kind in re.findall(r"^  (\w+)(\??): (.+);", interfaces[name], re.MULTILINE):
            described = schema["properties"][field]
            is_nullable = "null" in described.get("type", ()) or {"type": "null"} in described.get("oneOf", ())
            assert is_nullable == kind.endswith("| null"), (name, field)
            assert (field in schema["required"]) == (optional == ""), (name, field)
    words = re.findall(r'"(\w+)"', SCRIPT.partition("type OrderStatus")[2].partition(";")[0])
    assert sorted(words) == sorted(Order.Status)
    for name, choices in (("Payment", Payment.Status), ("Payments", Order.PaymentStatus)):
        (listed,) = re.findall(r'(?:payment_)?status: ("\w+" \|.*);', interfaces[name])
        assert set(re.findall(r'"(\w+)"', listed)) == set(choices) - {"starting"}


def test_tables_name_what_there_is() -> None:
    def words(cell: str) -> list[str]:
        return re.findall(r"`([a-z_]+)`", cell)

    ways = table_rows(section(PAGE, "Each way of paying"))
    assert sorted(word for row in ways for word in words(row[0])) == sorted(registry.CHOSEN_BY_CUSTOMERS)
    stories = table_rows(section(PAGE, "What the simulator plays"))
    assert sorted(word for row in stories for word in words(row[0])) == sorted(STORIES)
    for order, money, payment, *_shown in table_rows(section(PAGE, "What to show when")):
        assert set(words(order)) <= set(Order.Status)
        assert set(words(money)) <= set(Order.PaymentStatus)
        assert set(words(payment)) <= set(Payment.Status)


def test_diagram_shows_calls_that_there_are() -> None:
    paths = yaml.safe_load((BASE_DIR / "docs" / "openapi.yaml").read_text())["paths"]
    there = {(method.upper(), path.replace("{id}", "{number}")) for path, calls in paths.items() for method in calls}

    (diagram,) = blocks(PAGE, "mermaid")
    assert set(re.findall(r"(GET|POST|PATCH) (/api/[a-z/{}]+)", diagram)) <= there


def refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for below in kind.__subclasses__():
        yield below
        yield from refusals(below)


def test_codes_are_those_of_the_shop() -> None:
    apps = ("electroports", "accounts", "catalog", "orders")
    sources = "".join(path.read_text() for app in apps for path in (BASE_DIR / app).rglob("*.py"))
    statuses = {refusal.code: refusal.status for refusal in refusals()}
    rows = table_rows(section(PAGE, "Codes on this way"))
    documented = [(row[0], code) for row in rows if row[0].isdigit() for code in re.findall(r"`([a-z_]+)`", row[1])]
    fields = {code for row in rows if not row[0].isdigit() for code in re.findall(r"`([a-z_]+)`", row[1])}

    assert len(documented) > 10
    assert len(fields) > 5
    assert [pair for pair in documented if str(statuses.get(pair[1], pair[0])) != pair[0]] == []
    known = (
        statuses.keys() | set(re.findall(r'"([a-z_]+)"', sources)) | {"not_authenticated"}
    )  # Django REST framework's
    assert {code for _status, code in documented} | fields <= known
