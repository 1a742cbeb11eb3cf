"""The URLs of the catalogue. Later parts (search, facets, compatibility, reviews, events) register here."""

from catalog.views import (
    AccessoryViewSet,
    BrandViewSet,
    CategoryViewSet,
    ConnectorViewSet,
    ProductViewSet,
    SoundDeviceViewSet,
    StaffProductViewSet,
)
from electroports.routing import ApiRouter

router = ApiRouter()
router.register("products", ProductViewSet, basename="product")
router.register("accessories", AccessoryViewSet, basename="accessory")
router.register("sound-devices", SoundDeviceViewSet, basename="sound-device")
router.register("categories", CategoryViewSet, basename="category")
router.register("brands", BrandViewSet, basename="brand")
router.register("connectors", ConnectorViewSet, basename="connector")

router.register("staff/products", StaffProductViewSet, basename="staff-product")

urlpatterns = router.urls
