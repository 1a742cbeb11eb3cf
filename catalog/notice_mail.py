"""The e-mail that a notice is, with the link that ends all of them (RFC 8058)."""

from __future__ import annotations

from decimal import Decimal
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from catalog.models import Notice, Product, Variant
from catalog.pricing import shown_price

LINE_LENGTH = 998  # RFC 5322, section 2.1.1
SALT = "catalog.notices.unsubscribe"


def unsubscribe_token(customer_id: int) -> str:
    """Return what stands in the link by which this customer, and nobody else, unsubscribes; it never expires."""
    return signing.Signer(salt=SALT).sign(str(customer_id))


def customer_of(token: str) -> int | None:
    """Return whom a token unsubscribes; None for one that the shop did not sign."""
    try:
        return int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def unsubscribe_url(customer_id: int) -> str:
    """Return the whole address of the page where this customer unsubscribes."""
    return settings.PUBLIC_URL + reverse("unsubscribe", args=[unsubscribe_token(customer_id)])


def product_url(product: Product) -> str:
    """Return where the shop frontend shows a product; without one, where the API does."""
    return (
        f"{settings.SHOP_URL}/products/{product.slug}"
        if settings.SHOP_URL
        else (f"{settings.PUBLIC_URL}/api/products/{product.slug}")
    )


class NoticeMessage(EmailMultiAlternatives):
    """A message whose headers have one line each: not every mail program joins a folded List-Unsubscribe."""

    def message(self, **options: Any) -> Any:
        """Return what is sent."""
        message = super().message(**options)
        message.policy = message.policy.clone(max_line_length=LINE_LENGTH)
        return message


def notice_message(notice: Notice, *, price: Decimal, email: str, first_name: str) -> EmailMultiAlternatives:
    """Return the message that tells a customer; `notice.product` and `notice.variant` are loaded.

    Its Message-ID is the same however often it is made: should a machine die between sending it and noting so, what is
    sent again can be told for the same.
    """
    variant: Variant | None = notice.variant
    name = notice.product.name + (f" ({variant.name})" if variant is not None and variant.name else "")
    is_back = notice.kind == Notice.Kind.BACK_IN_STOCK
    stop = unsubscribe_url(notice.customer_id)
    context: dict[str, Any] = {
        "first_name": first_name,
        "name": name,
        "is_back": is_back,
        "price": shown_price(price),
        "url": product_url(notice.product),
        "unsubscribe_url": stop,
    }
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message = NoticeMessage(
        subject=" ".join((f"Back in stock: {name}" if is_back else f"Now {context['price']}: {name}").split()),
        body=render_to_string("emails/notice.txt", context),
        to=[email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Message-ID": f"<notice-{notice.pk}@{domain}>",
        },
    )
    message.attach_alternative(render_to_string("emails/notice.html", context), "text/html")
    return message
