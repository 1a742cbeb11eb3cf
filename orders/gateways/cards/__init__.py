"""Cards, through Stripe's PaymentIntents."""

from orders.gateways.cards.account import Account
from orders.gateways.cards.gateway import CardGateway, build

__all__ = ["Account", "CardGateway", "build"]
