"""How the back office looks: its name, its colours and its sidebar, as the setting UNFOLD."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.text import format_lazy


def list_link(title: str, icon: str, model: str) -> dict[str, Any]:
    """Return the sidebar's link to the list of `model` (`app.model`), for those who may see that list."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": lambda request: (
            request.user.has_perm(f"{app}.view_{name}") or request.user.has_perm(f"{app}.change_{name}")
        ),
    }


def queue_link(title: str, icon: str, model: str, query: str, badge: str) -> dict[str, Any]:
    """Return the sidebar's link to those rows of a list that wait for a person, with how many there are."""
    link = list_link(title, icon, model)
    name, value = query.split("=")
    is_there = lambda request: request.path == link["link"] and request.GET.get(name) == value  # noqa: E731  # unfold asks a callable
    return {
        **link,
        "link": format_lazy("{}?{}", link["link"], query),
        "active": is_there,
        "badge": badge,
        "badge_variant": "warning",
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "ElectroPorts & Pins",
    "SITE_HEADER": "ElectroPorts & Pins",
    "SITE_SUBHEADER": "Back office",
    "SITE_URL": "/",
    "SITE_SYMBOL": "electrical_services",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
            "%3Crect width='16' height='16' rx='4' fill='%230f766e'/%3E"
            "%3Cpath d='M5 3v3M11 3v3M4 6h8v2a4 4 0 0 1-8 0zM8 12v2' fill='none' stroke='white' stroke-width='1.5'/%3E"
            "%3C/svg%3E",
        }
    ],
    "STYLES": [lambda _request: static("accounts/office.css")],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "ACCOUNT": {
        "navigation": [
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
            {"title": "Authenticator app", "link": reverse_lazy("second-factor-set-up")},
            {"title": "Recovery codes", "link": reverse_lazy("recovery-codes")},
        ]
    },
    "DASHBOARD_CALLBACK": "orders.dashboard.dashboard_context",
    "COLORS": {
        "primary": {
            "50": "#f0fdfa",
            "100": "#ccfbf1",
            "200": "#99f6e4",
            "300": "#5eead4",
            "400": "#2dd4bf",
            "500": "#14b8a6",
            "600": "#0f766e",
            "700": "#115e59",
            "800": "#134e4a",
            "900": "#0f3d3a",
            "950": "#042f2e",
        }
    },
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "Shop",
                "items": [
                    {"title": "Dashboard", "icon": "dashboard", "link": reverse_lazy("admin:index")},
                    list_link("Orders", "receipt_long", "orders.order"),
                    list_link("Promotions", "redeem", "orders.promotion"),
                    list_link("Messages about orders", "outbox", "orders.ordermessage"),
                ],
            },
            {
                "title": "Money",
                "items": [
                    list_link("Payments", "payments", "orders.payment"),
                    queue_link(
                        "Unmatched money",
                        "link_off",
                        "orders.payment",
                        "queue=unmatched",
                        "orders.queues.unmatched_badge",
                    ),
                    queue_link(
                        "Payments to look at",
                        "visibility",
                        "orders.payment",
                        "queue=attention",
                        "orders.queues.payments_badge",
                    ),
                    queue_link("Money to give back", "undo", "orders.order", "owing=yes", "orders.queues.owing_badge"),
                    {
                        **list_link("Refunds", "currency_exchange", "orders.refund"),
                        "badge": "orders.queues.refunds_badge",
                        "badge_variant": "warning",
                    },
                    list_link("Ledger entries", "menu_book", "orders.ledgerentry"),
                    list_link("Providers' messages", "forum", "orders.providermessage"),
                ],
            },
            {
                "title": "Catalogue",
                "items": [
                    list_link("Products", "devices", "catalog.product"),
                    list_link("Accessories", "cable", "catalog.accessory"),
                    list_link("Sound devices", "headphones", "catalog.sounddevice"),
                    list_link("Variants", "barcode", "catalog.variant"),
                    list_link("Categories", "account_tree", "catalog.category"),
                    list_link("Specification fields", "straighten", "catalog.specfield"),
                    list_link("Brands", "sell", "catalog.brand"),
                    list_link("Tax classes", "account_balance", "catalog.taxclass"),
                    list_link("Sale events", "percent", "catalog.saleevent"),
                    list_link("Connectors", "settings_input_hdmi", "catalog.connector"),
                    list_link("Search synonyms", "manage_search", "catalog.searchsynonym"),
                ],
            },
            {
                "title": "Delivery",
                "items": [
                    list_link("Delivery methods", "local_shipping", "orders.deliverymethod"),
                    list_link("Pick-up stations", "store", "orders.pickupstation"),
                    list_link("Public holidays", "event_busy", "orders.holiday"),
                ],
            },
            {
                "title": "Customers' words",
                "items": [
                    {
                        **list_link("Reviews", "reviews", "catalog.review"),
                        "badge": "catalog.admin.reviews.pending_badge",
                    },
                    list_link("Notices", "notifications", "catalog.notice"),
                ],
            },
            {
                "title": "Stock",
                "items": [
                    list_link("Stock levels", "inventory_2", "catalog.stocklevel"),
                    list_link("Stock movements", "swap_vert", "catalog.stockmovement"),
                    list_link("Stock locations", "warehouse", "catalog.stocklocation"),
                ],
            },
            {
                "title": "People",
                "items": [
                    list_link("Users", "person", "accounts.user"),
                    list_link("Invitations", "person_add", "accounts.invitation"),
                    list_link("Failed sign-ins", "lock_clock", "accounts.failurecount"),
                    list_link("Messages to users", "mail", "accounts.accountmessage"),
                    list_link("Roles", "badge", "auth.group"),
                    list_link("Audit trail", "history", "accounts.auditentry"),
                ],
            },
            {
                "title": "Jobs",
                "collapsible": True,
                "items": [
                    list_link("Schedules", "schedule", "django_q.schedule"),
                    list_link("Waiting", "hourglass_empty", "django_q.ormq"),
                    list_link("Failed", "error", "django_q.failure"),
                    list_link("Done", "task_alt", "django_q.success"),
                ],
            },
        ],
    },
}
