"""The confirmation of an order as a document on A4. It is not an invoice, and says so."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from email.utils import parseaddr
from functools import partial
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.html import escape
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from catalog.pricing import shown_price
from orders.bill import delivery_of, sums_of
from orders.life import Status
from orders.models import Order, OrderLine

TEAL, INK, GREY, HAIR, TINT = (HexColor(code) for code in (0x0F766E, 0x18181B, 0x71717A, 0xD4D4D8, 0xF0FDFA))
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN

TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=9.5, leading=13, textColor=INK)
SMALL = ParagraphStyle("small", parent=TEXT, fontSize=8, leading=11, textColor=GREY)
TITLE = ParagraphStyle("title", parent=TEXT, fontName="Helvetica-Bold", fontSize=20, leading=26)
HEAD = ParagraphStyle("head", parent=SMALL, fontName="Helvetica-Bold", textColor=TEAL)
RIGHT = ParagraphStyle("right", parent=TEXT, alignment=TA_RIGHT)
RIGHT_HEAD = ParagraphStyle("right head", parent=HEAD, alignment=TA_RIGHT)

TITLES = {
    Status.PENDING: "Order received",
    Status.CANCELLED: "Order, cancelled",
    Status.EXPIRED: "Order, not paid in time",
}


def confirmation_pdf(order: Order) -> bytes:
    """Return the document of an order as it is now; the same order gives the same bytes."""
    kept = BytesIO()
    title = TITLES.get(Status(order.status), "Order confirmation")
    document = SimpleDocTemplate(
        kept,
        pagesize=A4,
        leftMargin=MARGIN - 6,  # a frame pads its content by as much
        rightMargin=MARGIN - 6,
        topMargin=34 * mm,
        bottomMargin=24 * mm,
        title=f"{title} {order.number}",
        author=settings.SHOP_NAME,
        invariant=1,
    )
    lines = list(order.lines.all())
    story: list[Flowable] = [
        Paragraph(title, TITLE),
        Spacer(0, 4 * mm),
        _facts(order),
        Spacer(0, 7 * mm),
        _lines(lines),
        Spacer(0, 3 * mm),
        KeepTogether([_sums(order), Spacer(0, 7 * mm), *_vat(order, lines)]),
    ]
    frame = partial(_frame, order=order)
    document.build(story, onFirstPage=frame, onLaterPages=frame)
    return kept.getvalue()


def _frame(canvas: Canvas, document: Any, *, order: Order) -> None:
    """Draw what every page has: the word mark, how the shop is reached, and that this is no invoice."""
    top = A4[1] - 20 * mm
    canvas.saveState()
    canvas.setFillColor(TEAL)
    canvas.roundRect(MARGIN, top - 1 * mm, 8 * mm, 8 * mm, 2 * mm, stroke=0, fill=1)
    canvas.setFillColor(HexColor(0xFFFFFF))
    for across in (2.2, 4.6):  # two pins in a port
        canvas.roundRect(MARGIN + across * mm, top + 1 * mm, 1.2 * mm, 4 * mm, 0.5 * mm, stroke=0, fill=1)
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(MARGIN + 11 * mm, top + 1.2 * mm, _plain(settings.SHOP_NAME))
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(GREY)
    for row, text in enumerate(_reached()):
        canvas.drawRightString(A4[0] - MARGIN, top + 4.6 * mm - row * 3.8 * mm, _plain(text))
    canvas.setStrokeColor(HAIR)
    canvas.line(MARGIN, 18 * mm, A4[0] - MARGIN, 18 * mm)
    canvas.drawString(MARGIN, 13 * mm, "This is not a tax invoice. Prices include VAT where it is charged.")
    canvas.drawRightString(A4[0] - MARGIN, 13 * mm, f"{order.number}, page {document.page}")
    canvas.restoreState()


def _reached() -> list[str]:
    """Return how the shop can be reached, in at most three lines."""
    email = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return [text for text in (settings.SHOP_ADDRESS, settings.SHOP_PHONE, email) if text]


def _facts(order: Order) -> Table:
    """Return who ordered what when, beside where it goes."""
    placed = timezone.localtime(order.created_at, timezone.get_default_timezone())
    about = [
        f"<b>{order.number}</b>",
        f"{placed.day} {placed:%B %Y, %H:%M}",
        f"{order.get_status_display()}, {order.get_payment_status_display().lower()}",
    ]
    buyer = [str(escape(_plain(str(order.contact.get(key) or "")))) for key in ("name", "email", "phone")]
    place = [str(escape(_plain(text))) for text in delivery_of(order)]
    columns = [
        [Paragraph(head, HEAD), Paragraph("<br/>".join(filter(None, rows)), TEXT)]
        for head, rows in (("ORDER", about), ("CUSTOMER", buyer), ("DELIVERY", place or ["As agreed with you"]))
    ]
    return Table([columns], colWidths=[WIDTH / 3] * 3, style=[("VALIGN", (0, 0), (-1, -1), "TOP"), *_flush()])


def _lines(lines: Sequence[OrderLine]) -> Table:
    heads = [Paragraph("ITEM", HEAD), *(Paragraph(head, RIGHT_HEAD) for head in ("QUANTITY", "UNIT PRICE", "TOTAL"))]
    rows: list[list[Flowable]] = [heads]
    for line in lines:
        less = f"<br/>Discount: {shown_price(line.discount)}" if line.discount else ""
        rows.append(
            [
                Paragraph(
                    f"{escape(_plain(line.name))}<br/>"
                    f'<font size="8" color="#71717a">{escape(_plain(line.sku))}{less}</font>',
                    TEXT,
                ),
                Paragraph(str(line.quantity), RIGHT),
                Paragraph(shown_price(line.unit_price), RIGHT),
                Paragraph(shown_price(line.unit_price * line.quantity), RIGHT),
            ]
        )
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 1, TEAL),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIR),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    return Table(rows, colWidths=[WIDTH - 84 * mm, 22 * mm, 31 * mm, 31 * mm], repeatRows=1, style=style)


def _sums(order: Order) -> Table:
    """Return the sums below the lines, at the right; what is nothing is left out."""
    rows = [list(row) for row in sums_of(order)]
    total = len(rows)
    rows.append(["Total", shown_price(order.total)])
    net = order.paid - order.repaid
    if net:
        rows.append(["Paid", shown_price(net)])
    if order.to_pay:
        rows.append(["To be paid", shown_price(order.to_pay)])
    style = [
        ("FONT", (0, 0), (-1, -1), "Helvetica", 9.5),
        ("FONT", (0, total), (-1, total), "Helvetica-Bold", 11),
        ("BACKGROUND", (0, total), (-1, total), TINT),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        ("LINEABOVE", (0, total), (-1, total), 1, TEAL),
        ("RIGHTPADDING", (1, 0), (1, -1), 4),
    ]
    return Table(rows, colWidths=[44 * mm, 40 * mm], hAlign="RIGHT", style=style)


def _vat(order: Order, lines: Sequence[OrderLine]) -> list[Flowable]:
    """Return what the total has of VAT, by rate; nothing of a shop that charges none."""
    if not order.vat:
        return []
    groups: dict[str, tuple[Decimal, Decimal]] = {}
    parts = [(_rate(line), line.total, line.vat) for line in lines]
    if order.delivery:
        parts.append(("Delivery", order.delivery, order.delivery_vat))
    for name, gross, vat in parts:
        before = groups.get(name, (Decimal(0), Decimal(0)))
        groups[name] = (before[0] + gross, before[1] + vat)
    rows = [["VAT", "With VAT", "VAT in it", "Without VAT"]]
    rows += [
        [name, shown_price(gross), shown_price(vat), shown_price(gross - vat)] for name, (gross, vat) in groups.items()
    ]
    rows.append(["Sum", "", shown_price(order.vat), ""])
    style = [
        ("FONT", (0, 0), (-1, -1), "Helvetica", 8),
        ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 8),
        ("TEXTCOLOR", (0, 0), (-1, -1), GREY),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.4, HAIR),
        ("LINEABOVE", (0, -1), (-1, -1), 0.4, HAIR),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    return [Table(rows, colWidths=[34 * mm, 30 * mm, 30 * mm, 30 * mm], hAlign="LEFT", style=style)]


def _rate(line: OrderLine) -> str:
    return "Exempt" if line.tax_rate is None else f"{line.tax_rate.normalize():f} %"


def _flush() -> list[tuple[Any, ...]]:
    return [("LEFTPADDING", (0, 0), (-1, -1), 0)]


def _plain(text: str) -> str:
    """Return a text in the characters that the document's letters have: accents stay, other scripts do not."""
    return "".join(
        char
        if char.encode("cp1252", "ignore")
        else (unicodedata.normalize("NFKD", char).encode("cp1252", "ignore").decode("cp1252") or "?")
        for char in unicodedata.normalize("NFC", text)
    )
