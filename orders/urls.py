"""The URLs of orders."""

from electroports.routing import ApiRouter
from orders.views import OrderViewSet

router = ApiRouter()
router.register("orders", OrderViewSet, basename="order")

urlpatterns = router.urls
