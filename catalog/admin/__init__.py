"""The catalogue in the back office."""

from catalog.admin.connectors import ConnectorAdmin
from catalog.admin.events import SaleEventAdmin
from catalog.admin.products import AccessoryAdmin, ProductAdmin, SoundDeviceAdmin
from catalog.admin.reviews import NoticeAdmin, ReviewAdmin
from catalog.admin.search import SearchSynonymAdmin
from catalog.admin.specs import SpecFieldAdmin
from catalog.admin.stock import StockLevelAdmin, StockLocationAdmin, StockMovementAdmin
from catalog.admin.taxes import TaxClassAdmin
from catalog.admin.taxonomy import BrandAdmin, CategoryAdmin
from catalog.admin.variants import VariantAdmin

__all__ = [
    "AccessoryAdmin",
    "BrandAdmin",
    "CategoryAdmin",
    "ConnectorAdmin",
    "NoticeAdmin",
    "ProductAdmin",
    "ReviewAdmin",
    "SaleEventAdmin",
    "SearchSynonymAdmin",
    "SoundDeviceAdmin",
    "SpecFieldAdmin",
    "StockLevelAdmin",
    "StockLocationAdmin",
    "StockMovementAdmin",
    "TaxClassAdmin",
    "VariantAdmin",
]
