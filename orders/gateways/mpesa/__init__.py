"""M-Pesa, through Safaricom's Daraja."""

from orders.gateways.mpesa.client import Account, DarajaClient, NoAnswer, NotTaken
from orders.gateways.mpesa.gateway import MpesaGateway

__all__ = ["Account", "DarajaClient", "MpesaGateway", "NoAnswer", "NotTaken"]
