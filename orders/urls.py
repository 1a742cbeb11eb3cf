"""The URLs of orders."""

from django.urls import path

from electroports.routing import ApiRouter
from orders.views import CartLineViewSet, CartViewSet, DeliveryViewSet, OrderViewSet

router = ApiRouter()
router.register("orders", OrderViewSet, basename="order")
router.register("cart/lines", CartLineViewSet, basename="cart-line")
router.register("delivery", DeliveryViewSet, basename="delivery")

urlpatterns = [
    path(
        "cart",
        CartViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="cart",
    ),
    path("cart/merge", CartViewSet.as_view({"post": "merge"}), name="cart-merge"),
    *router.urls,
]
