"""The HTTP face of the catalogue."""

from catalog.views.connectors import ConnectorViewSet
from catalog.views.landing import landing
from catalog.views.product_writes import StaffProductViewSet
from catalog.views.products import AccessoryViewSet, ProductViewSet, SoundDeviceViewSet
from catalog.views.reviews import OwnReviewViewSet, ProductReviewViewSet, ReviewViewSet, StaffReviewViewSet
from catalog.views.specs import SpecFieldViewSet
from catalog.views.taxonomy import BrandViewSet, CategoryViewSet
from catalog.views.variants import VariantViewSet

__all__ = [
    "AccessoryViewSet",
    "BrandViewSet",
    "CategoryViewSet",
    "ConnectorViewSet",
    "OwnReviewViewSet",
    "ProductReviewViewSet",
    "ProductViewSet",
    "ReviewViewSet",
    "SoundDeviceViewSet",
    "SpecFieldViewSet",
    "StaffProductViewSet",
    "StaffReviewViewSet",
    "VariantViewSet",
    "landing",
]
