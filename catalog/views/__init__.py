"""The HTTP face of the catalogue."""

from catalog.views.bulk import BulkViewSet, PricesViewSet
from catalog.views.comparison import ComparisonViewSet
from catalog.views.compatibility import CheckView, CompatibleViewSet, ConnectView
from catalog.views.connectors import ConnectorViewSet
from catalog.views.events import EventViewSet, PriceHistoryViewSet, StaffEventViewSet
from catalog.views.landing import landing
from catalog.views.photos import ReviewPhotosViewSet, ReviewPhotoViewSet
from catalog.views.pictures import PictureOrderViewSet, PictureViewSet, ProductPictureViewSet
from catalog.views.port_writes import PortsViewSet
from catalog.views.product_writes import StaffProductViewSet
from catalog.views.products import AccessoryViewSet, ProductViewSet, SoundDeviceViewSet
from catalog.views.reviews import OwnReviewViewSet, ProductReviewViewSet, ReviewViewSet, StaffReviewViewSet
from catalog.views.searching import FacetsViewSet, SuggestViewSet
from catalog.views.specs import SpecFieldViewSet
from catalog.views.stock import StockLevelViewSet, StockMovementViewSet
from catalog.views.taxonomy import BrandViewSet, CategoryViewSet
from catalog.views.variants import VariantViewSet
from catalog.views.wishes import (
    NoticeViewSet,
    NotifyView,
    SharedWishlistViewSet,
    WishlistItemViewSet,
    WishlistLinkView,
    WishlistView,
)

__all__ = [
    "AccessoryViewSet",
    "BrandViewSet",
    "BulkViewSet",
    "CategoryViewSet",
    "CheckView",
    "ComparisonViewSet",
    "CompatibleViewSet",
    "ConnectView",
    "ConnectorViewSet",
    "EventViewSet",
    "FacetsViewSet",
    "NoticeViewSet",
    "NotifyView",
    "OwnReviewViewSet",
    "PictureOrderViewSet",
    "PictureViewSet",
    "PortsViewSet",
    "PriceHistoryViewSet",
    "PricesViewSet",
    "ProductPictureViewSet",
    "ProductReviewViewSet",
    "ProductViewSet",
    "ReviewPhotoViewSet",
    "ReviewPhotosViewSet",
    "ReviewViewSet",
    "SharedWishlistViewSet",
    "SoundDeviceViewSet",
    "SpecFieldViewSet",
    "StaffEventViewSet",
    "StaffProductViewSet",
    "StaffReviewViewSet",
    "StockLevelViewSet",
    "StockMovementViewSet",
    "SuggestViewSet",
    "VariantViewSet",
    "WishlistItemViewSet",
    "WishlistLinkView",
    "WishlistView",
    "landing",
]
