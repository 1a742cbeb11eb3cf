"""What is sold: brands and categories, products and their variants, stock, and the read model of the shop window."""

from catalog.models.answers import StaffAnswer
from catalog.models.connectors import Connector, ConnectorPin
from catalog.models.listing import CatalogRevision, ListingPhase, ProductListing
from catalog.models.ports import Port, PortJoin, PortLayout, PowerBudget
from catalog.models.product import Accessory, Product, ProductImage, SoundDevice, Variant
from catalog.models.reviews import Review, ReviewPhoto, ReviewSummary, ReviewVote, VerifiedPurchase
from catalog.models.sales import EventPrice, PriceChange, SaleEvent, SalePrice
from catalog.models.search import SearchDocument, SearchSynonym, SearchWord
from catalog.models.specs import SpecField
from catalog.models.stock import StockLevel, StockLocation, StockMovement
from catalog.models.taxes import TaxClass
from catalog.models.taxonomy import Brand, Category
from catalog.models.together import BoughtTogether
from catalog.models.wishes import Notice, Wishlist, WishlistItem

__all__ = [
    "Accessory",
    "BoughtTogether",
    "Brand",
    "CatalogRevision",
    "Category",
    "Connector",
    "ConnectorPin",
    "EventPrice",
    "ListingPhase",
    "Notice",
    "Port",
    "PortJoin",
    "PortLayout",
    "PowerBudget",
    "PriceChange",
    "Product",
    "ProductImage",
    "ProductListing",
    "Review",
    "ReviewPhoto",
    "ReviewSummary",
    "ReviewVote",
    "SaleEvent",
    "SalePrice",
    "SearchDocument",
    "SearchSynonym",
    "SearchWord",
    "SoundDevice",
    "SpecField",
    "StaffAnswer",
    "StockLevel",
    "StockLocation",
    "StockMovement",
    "TaxClass",
    "Variant",
    "VerifiedPurchase",
    "Wishlist",
    "WishlistItem",
]
