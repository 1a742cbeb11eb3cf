"""The e-mail that tells a customer of an order."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from catalog.pricing import shown_price
from electroports.outbox import message_id
from orders.bill import delivery_of, sums_of
from orders.confirmation_pdf import confirmation_pdf
from orders.links import order_url
from orders.models import Order, OrderMessage
from orders.order_words import words_for

WITH_LINES = (OrderMessage.Kind.PLACED, OrderMessage.Kind.CONFIRMED)


def order_mail(message: OrderMessage) -> EmailMultiAlternatives:
    """Return the e-mail of a message, as text and as HTML; a confirmation has its document with it."""
    order, words = message.order, words_for(message)
    context: dict[str, Any] = {
        "subject": words.subject,
        "name": str(order.contact.get("name", "")),
        "paragraphs": words.paragraphs,
        "order": order,
        "url": order_url(order),
        "shop": settings.SHOP_NAME,
        "phone": settings.SHOP_PHONE,
        **(bill_of(order) if message.kind in WITH_LINES else {}),
    }
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=render_to_string("emails/order.txt", context),
        to=[message.recipient],
        headers={"Message-ID": message_id(f"order-message-{message.pk}")},
    )
    mail.attach_alternative(render_to_string("emails/order.html", context), "text/html")
    if message.kind == OrderMessage.Kind.CONFIRMED:
        mail.attach(f"{order.number}.pdf", confirmation_pdf(order), "application/pdf")
    return mail


def bill_of(order: Order) -> dict[str, Any]:
    """Return an order's lines and sums as people read them; sums that are nothing are left out."""
    return {
        "lines": [
            {
                "quantity": line.quantity,
                "name": line.name,
                "sku": line.sku,
                "total": shown_price(line.unit_price * line.quantity),  # discounts come below the goods
            }
            for line in order.lines.all()
        ],
        "sums": sums_of(order),
        "total": shown_price(order.total),
        "vat": shown_price(order.vat),
        "paid": shown_price(order.paid - order.repaid) if order.paid > order.repaid else "",
        "due": shown_price(order.due) if order.due > 0 else "",
        "address": delivery_of(order),
    }
