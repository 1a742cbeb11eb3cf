"""Products side by side: what the shop and their specifications say of each, what differs, what is best. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.specs import CHOICE, HIGHER, LOWER, NUMBER, SpecRule, SpecRules
from catalog.stock import Availability

MONEY = "money"
SHOP_GROUP = "In the shop"


class Cell(NamedTuple):
    """What is known of one product: for programs, for people, and how good it is (None: no direction says)."""

    value: Any
    display: str
    rank: float | Decimal | None


def comparison_document(
    cards: Sequence[Mapping[str, Any]], details: Sequence[Mapping[str, Any]], rules: SpecRules
) -> dict[str, Any]:
    """Return the comparison of products, given by their cards and the documents of their pages, in their order."""
    ids = [card["id"] for card in cards]
    groups: dict[str, list[dict[str, Any]]] = {SHOP_GROUP: shop_rows(ids, details)}
    known = [{each["code"]: each for each in detail["typed_specs"]} for detail in details]
    for code, rule in rules.items():
        if any(code in values for values in known):
            cells = [spec_cell(rule, values.get(code)) for values in known]
            row = comparison_row(ids, code, rule.name, rule.type, rule.unit, rule.better, cells)
            groups.setdefault(rule.group, []).append(row)
    return {
        "currency": cards[0]["currency"],
        "products": cards,
        "groups": [{"name": name, "rows": rows} for name, rows in groups.items()],
    }


def spec_cell(rule: SpecRule, value: Mapping[str, Any] | None) -> Cell | None:
    """Return what a product's page says of a specification field, if anything."""
    return None if value is None else Cell(value["value"], value["display"], rule.rank(value["value"]))


def shop_rows(ids: Sequence[int], details: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of what the shop says: price, rating, availability, warranty."""
    price = [price_cell(detail["price"], detail["currency"]) for detail in details]
    rating = [rating_cell(detail["rating"]) for detail in details]
    words = [Availability(detail["availability"]) for detail in details]
    stock = [Cell(word.value, str(word.label), None) for word in words]
    months = [detail["warranty_months"] for detail in details]
    warranty = [Cell(count, f"{count} months" if count else "None", count) for count in months]
    return [
        comparison_row(ids, "price", "Price", MONEY, details[0]["currency"], LOWER, price),
        comparison_row(ids, "rating", "Rating", NUMBER, "", HIGHER, rating),
        comparison_row(ids, "availability", "Availability", CHOICE, "", "none", stock),
        comparison_row(ids, "warranty_months", "Warranty", NUMBER, "months", HIGHER, warranty),
    ]


def price_cell(price: str, currency: str) -> Cell:
    """Return a price; the lower, the better."""
    amount = Decimal(price)
    return Cell(price, f"{currency} {amount:,.2f}", -amount)


def rating_cell(rating: Mapping[str, Any]) -> Cell | None:
    """Return an average with the number of reviews behind it; None without any."""
    if rating["average"] is None:
        return None
    average = float(rating["average"])
    return Cell(average, f"{rating['average']} of 5 ({rating['count']})", average)


def comparison_row(
    ids: Sequence[int], code: str, name: str, kind: str, unit: str, better: str, cells: Sequence[Cell | None]
) -> dict[str, Any]:
    """Return one row. What is not known is null: it differs from nothing, and is neither better nor worse."""
    known = [cell for cell in cells if cell is not None]
    return {
        "code": code,
        "name": name,
        "type": kind,
        "unit": unit,
        "better": better,
        "values": [None if cell is None else {"value": cell.value, "display": cell.display} for cell in cells],
        "differs": any(cell.value != known[0].value for cell in known),
        "best": best_of(ids, cells),
    }


def best_of(ids: Sequence[int], cells: Sequence[Cell | None]) -> list[int]:
    """Return the products with the best value; none where no direction says, or all that are known are as good."""
    ranks = {pk: cell.rank for pk, cell in zip(ids, cells, strict=True) if cell is not None and cell.rank is not None}
    if len(set(ranks.values())) < 2:
        return []
    highest = max(ranks.values())
    return [pk for pk, rank in ranks.items() if rank == highest]
