"""The URLs of orders."""

from electroports.routing import ApiRouter
from orders.views import DeliveryViewSet, OrderViewSet

router = ApiRouter()
router.register("orders", OrderViewSet, basename="order")
router.register("delivery", DeliveryViewSet, basename="delivery")

urlpatterns = router.urls
