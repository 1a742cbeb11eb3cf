"""The URLs of the catalogue."""

from django.urls import path, re_path

from catalog.views import (
    AccessoryViewSet,
    BrandViewSet,
    BulkViewSet,
    CategoryViewSet,
    CheckView,
    ComparisonViewSet,
    CompatibleViewSet,
    ConnectorViewSet,
    ConnectView,
    EventViewSet,
    FacetsViewSet,
    NoticeViewSet,
    NotifyView,
    OwnReviewViewSet,
    PictureOrderViewSet,
    PictureViewSet,
    PortsViewSet,
    PriceHistoryViewSet,
    PricesViewSet,
    ProductPictureViewSet,
    ProductReviewViewSet,
    ProductViewSet,
    ReviewPhotosViewSet,
    ReviewPhotoViewSet,
    ReviewViewSet,
    SharedWishlistViewSet,
    SoundDeviceViewSet,
    SpecFieldViewSet,
    StaffEventViewSet,
    StaffProductViewSet,
    StaffReviewViewSet,
    StockLevelViewSet,
    StockMovementViewSet,
    SuggestViewSet,
    VariantViewSet,
    WishlistItemViewSet,
    WishlistLinkView,
    WishlistView,
)
from electroports.addresses import ID_PATTERN
from electroports.routing import ApiRouter

router = ApiRouter()
router.register("products/bulk", BulkViewSet, basename="product-bulk")  # before the products themselves
router.register("products", ProductViewSet, basename="product")
router.register("accessories", AccessoryViewSet, basename="accessory")
router.register("sound-devices", SoundDeviceViewSet, basename="sound-device")
router.register("categories", CategoryViewSet, basename="category")
router.register("brands", BrandViewSet, basename="brand")
router.register("connectors", ConnectorViewSet, basename="connector")
router.register(r"products/(?P<id_or_slug>[A-Za-z0-9_-]+)/reviews", ProductReviewViewSet, basename="product-review")
router.register(f"reviews/(?P<id>{ID_PATTERN})/photos", ReviewPhotosViewSet, basename="review-photos")
router.register("review-photos", ReviewPhotoViewSet, basename="review-photo")
router.register("reviews", ReviewViewSet, basename="review")
router.register("users/me/reviews", OwnReviewViewSet, basename="own-review")
router.register("staff/reviews", StaffReviewViewSet, basename="staff-review")
router.register("spec-fields", SpecFieldViewSet, basename="spec-field")
router.register("staff/products", StaffProductViewSet, basename="staff-product")
router.register("variants/prices", PricesViewSet, basename="variant-prices")
router.register("variants", VariantViewSet, basename="variant")
router.register(r"products/(?P<id_or_slug>[A-Za-z0-9_-]+)/images", ProductPictureViewSet, basename="product-image")
router.register("images", PictureViewSet, basename="image")
router.register("users/me/wishlist/items", WishlistItemViewSet, basename="wishlist-item")
router.register("wishlists", SharedWishlistViewSet, basename="shared-wishlist")
router.register("users/me/notices", NoticeViewSet, basename="notice")
router.register("events", EventViewSet, basename="event")
router.register("staff/events", StaffEventViewSet, basename="staff-event")
router.register("stock/levels", StockLevelViewSet, basename="stock-level")
router.register("stock/movements", StockMovementViewSet, basename="stock-movement")

urlpatterns = [
    path("products/facets", FacetsViewSet.as_view({"get": "counts"})),  # before the product of that name
    path("products/suggest", SuggestViewSet.as_view({"get": "complete"})),
    path("products/compare", ComparisonViewSet.as_view({"get": "compare"}), name="compare"),
    *router.urls,
    re_path(r"^products/(?P<id_or_slug>[A-Za-z0-9_-]+)/notify$", NotifyView.as_view(), name="notify"),
    re_path(
        r"^products/(?P<id_or_slug>[A-Za-z0-9_-]+)/price-history$",
        PriceHistoryViewSet.as_view({"get": "retrieve"}),
        name="price-history",
    ),
    re_path(
        r"^products/(?P<id_or_slug>[A-Za-z0-9_-]+)/compatible$",
        CompatibleViewSet.as_view({"get": "list"}),
        name="compatible",
    ),
    path("compatibility/connect", ConnectView.as_view({"get": "retrieve"}), name="connect"),
    path("compatibility/check", CheckView.as_view(), name="check-compatibility"),
    re_path(
        r"^products/(?P<id_or_slug>[A-Za-z0-9_-]+)/images/order$",
        PictureOrderViewSet.as_view({"put": "update"}),
        name="image-order",
    ),
    re_path(
        r"^products/(?P<id_or_slug>[A-Za-z0-9_-]+)/ports$",
        PortsViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="product-ports",
    ),
    re_path(
        r"^staff/products/(?P<id_or_slug>[A-Za-z0-9_-]+)/ports$",
        PortsViewSet.as_view({"get": "retrieve"}),
        name="staff-product-ports",
    ),
    path("users/me/wishlist", WishlistView.as_view(), name="wishlist"),
    path("users/me/wishlist/link", WishlistLinkView.as_view(), name="wishlist-link"),
]
