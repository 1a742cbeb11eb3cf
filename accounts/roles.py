"""The roles of staff, as one table: what each may do, in people's words, and the permissions that this takes.

Every permission of the three apps is in it once: in a duty, or among what administrators (superusers) alone have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

SUPPORT, FULFILLMENT, CATALOGUE, MANAGER = ROLES = ("support", "fulfillment", "catalogue", "manager")
STANDARD = "view add change delete"


class Duty(NamedTuple):
    """Something that people do, the permissions that it takes as models with verbs, and the roles that do it."""

    words: str
    takes: Mapping[str, str]
    roles: tuple[str, ...]

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permissions, as `app.codename`."""
        return names_of(self.takes)


def names_of(takes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the permissions that verbs with models stand for: `orders.view_order` for "view" with `orders.order`."""
    found = []
    for model, verbs in takes.items():
        app, _, name = model.partition(".")
        found += [f"{app}.{verb}_{name}" for verb in verbs.split()]
    return tuple(found)


ORDERS = (
    Duty(
        "Look at orders: lines, contact and address, timeline",
        {"orders.order": "view", "orders.orderline": "view", "orders.orderevent": "view"},
        (SUPPORT, FULFILLMENT, MANAGER),
    ),
    Duty("Confirm, prepare and ship orders, note the delivery", {"orders.order": "change"}, (FULFILLMENT, MANAGER)),
    Duty("Cancel orders", {"orders.order": "cancel"}, (SUPPORT, FULFILLMENT, MANAGER)),
    Duty(
        "Look at messages about orders, send them again",
        {"orders.ordermessage": "view change"},
        (SUPPORT, MANAGER),
    ),
)
DELIVERY = (
    Duty(
        "Look at delivery methods and rates, pick-up stations, holidays",
        {
            "orders.deliverymethod": "view",
            "orders.deliveryrate": "view",
            "orders.pickupstation": "view",
            "orders.holiday": "view",
        },
        (SUPPORT, FULFILLMENT, MANAGER),
    ),
    Duty(
        "Keep pick-up stations and holidays",
        {"orders.pickupstation": "add change delete", "orders.holiday": "add change delete"},
        (FULFILLMENT, MANAGER),
    ),
    Duty(
        "Set delivery methods and what they cost",
        {"orders.deliverymethod": "add change delete", "orders.deliveryrate": "add change delete"},
        (MANAGER,),
    ),
)
MONEY = (
    Duty("Look at payments and refunds", {"orders.payment": "view", "orders.refund": "view"}, (SUPPORT, MANAGER)),
    Duty(
        "Read the ledger, the shop's revenue and providers' messages",
        {"orders.ledgerentry": "view", "orders.providermessage": "view"},
        (MANAGER,),
    ),
    Duty("Record payments and cash, match, settle and fail them", {"orders.payment": "add change"}, (MANAGER,)),
    Duty("Give money back", {"orders.refund": "add change"}, (MANAGER,)),
    Duty("Write off what is due", {"orders.ledgerentry": "add"}, (MANAGER,)),
    Duty("Have providers' messages processed again", {"orders.providermessage": "change"}, (MANAGER,)),
    Duty("Look at promotions and coupons", {"orders.promotion": "view"}, (SUPPORT, MANAGER)),
    Duty("Make, change and delete promotions", {"orders.promotion": "add change delete"}, (MANAGER,)),
)
PRODUCTS = (
    Duty(
        "Look at products of every kind: variants, prices, pictures, ports",
        {
            "catalog.product": "view",
            "catalog.accessory": "view",
            "catalog.sounddevice": "view",
            "catalog.variant": "view",
            "catalog.productimage": "view",
        },
        (SUPPORT, FULFILLMENT, CATALOGUE, MANAGER),
    ),
    Duty(
        "Make, import, change and delete products, their prices and pictures",
        {
            "catalog.product": "add change delete",
            "catalog.accessory": "add change delete",
            "catalog.sounddevice": "add change delete",
            "catalog.variant": "add change delete",
            "catalog.productimage": "add change delete",
        },
        (CATALOGUE, MANAGER),
    ),
    Duty(
        "Keep brands, categories, specification fields, connectors and search synonyms",
        {
            "catalog.brand": STANDARD,
            "catalog.category": STANDARD,
            "catalog.specfield": STANDARD,
            "catalog.connector": STANDARD,
            "catalog.connectorpin": STANDARD,
            "catalog.searchsynonym": STANDARD,
        },
        (CATALOGUE, MANAGER),
    ),
    Duty(
        "Look at sale events and their prices",
        {"catalog.saleevent": "view", "catalog.eventprice": "view"},
        (SUPPORT, CATALOGUE, MANAGER),
    ),
    Duty(
        "Make, change and delete sale events",
        {"catalog.saleevent": "add change delete", "catalog.eventprice": "add change delete"},
        (CATALOGUE, MANAGER),
    ),
    Duty("Look at tax classes", {"catalog.taxclass": "view"}, (CATALOGUE, MANAGER)),
    Duty("Set tax classes and their rates", {"catalog.taxclass": "add change delete"}, (MANAGER,)),
)
STOCK = (
    Duty(
        "Look at stock: levels, movements, locations",
        {"catalog.stocklevel": "view", "catalog.stockmovement": "view", "catalog.stocklocation": "view"},
        (SUPPORT, FULFILLMENT, CATALOGUE, MANAGER),
    ),
    Duty("Receive goods and adjust stock", {"catalog.stocklevel": "change"}, (FULFILLMENT, MANAGER)),
    Duty("Open, change and close locations", {"catalog.stocklocation": "add change delete"}, (MANAGER,)),
)
REVIEWS = (
    Duty("Look at all reviews", {"catalog.review": "view"}, (SUPPORT, CATALOGUE, MANAGER)),
    Duty("Publish and reject reviews", {"catalog.review": "moderate"}, (SUPPORT, CATALOGUE, MANAGER)),
    Duty("Reply to reviews", {"catalog.review": "reply_to"}, (SUPPORT, MANAGER)),
    Duty("Delete reviews", {"catalog.review": "delete"}, (MANAGER,)),
)
CUSTOMERS = (
    Duty("Look at customers", {"accounts.user": "view"}, (SUPPORT, MANAGER)),
    Duty("Look at messages about accounts", {"accounts.accountmessage": "view"}, (SUPPORT, MANAGER)),
    Duty("Look at notices that customers wait for", {"catalog.notice": "view"}, (SUPPORT, MANAGER)),
    Duty("Look at failed sign-ins, lift a customer's lock", {"accounts.failurecount": "view delete"}, (MANAGER,)),
    Duty(
        "Look at a customer's sign-ins, sign them out everywhere",
        {"accounts.session": "view", "accounts.user": "sign_out"},
        (MANAGER,),
    ),
    Duty("Copy out and erase a customer's data", {"accounts.person": "export erase"}, (MANAGER,)),
)
STAFF = (
    Duty("Look at members of staff and their roles", {"accounts.user": "view_staff", "auth.group": "view"}, (MANAGER,)),
    Duty("Invite members of staff, within one's own rights", {"accounts.invitation": "view add"}, (MANAGER,)),
    Duty("Read the audit trail", {"accounts.auditentry": "view"}, (MANAGER,)),
)
DUTIES = (*ORDERS, *DELIVERY, *MONEY, *PRODUCTS, *STOCK, *REVIEWS, *CUSTOMERS, *STAFF)

# What the shop itself writes, or keeps to itself: no page and no call shows or changes these rows as such.
INNER = (
    "accounts.address",
    "accounts.accountanswer",
    "accounts.consent",
    "accounts.link",
    "accounts.emailchange",
    "accounts.externalidentity",
    "accounts.spentidentitytoken",
    "accounts.phonecode",
    "accounts.phonecodecount",
    "accounts.secondfactor",
    "accounts.recoverycode",
    "catalog.staffanswer",
    "catalog.catalogrevision",
    "catalog.productlisting",
    "catalog.listingphase",
    "catalog.port",
    "catalog.portjoin",
    "catalog.powerbudget",
    "catalog.portlayout",
    "catalog.reviewphoto",
    "catalog.reviewvote",
    "catalog.reviewsummary",
    "catalog.verifiedpurchase",
    "catalog.pricechange",
    "catalog.saleprice",
    "catalog.searchdocument",
    "catalog.searchword",
    "catalog.boughttogether",
    "catalog.wishlist",
    "catalog.wishlistitem",
    "orders.allocation",
    "orders.idempotencyrecord",
    "orders.cart",
    "orders.cartline",
    "orders.cartanswer",
    "orders.paircount",
    "orders.paymentanswer",
    "orders.promotionuse",
    "orders.reconciliation",
    "orders.providertoken",
)
# What administrators alone may do; most of it nobody does, since no page has it (a ledger is not rewritten).
ADMINISTRATORS: Mapping[str, str] = {
    "accounts.user": "add change delete",
    "accounts.failurecount": "add change",
    "accounts.accountmessage": "add change delete",
    "accounts.session": "add change delete",
    "catalog.review": "add change",
    "catalog.stocklevel": "add delete",
    "catalog.stockmovement": "add change delete",
    "catalog.notice": "add change delete",
    "orders.order": "add delete",
    "orders.orderline": "add change delete",
    "orders.orderevent": "add change delete",
    "orders.ordermessage": "add delete",
    "orders.payment": "delete",
    "orders.ledgerentry": "change delete",
    "orders.refund": "delete",
    "orders.providermessage": "add delete",
    **dict.fromkeys(INNER, STANDARD),
}


def permitted(role: str) -> frozenset[str]:
    """Return the permissions of a role, as `app.codename`."""
    return frozenset(name for duty in DUTIES if role in duty.roles for name in duty.permissions)


def undecided(names: Iterable[str]) -> set[str]:
    """Return those of `names` that the table gives to no role, and does not leave to administrators either."""
    decided = {name for duty in DUTIES for name in duty.permissions} | set(names_of(ADMINISTRATORS))
    return set(names) - decided
