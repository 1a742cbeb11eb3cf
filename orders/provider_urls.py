"""The URLs at which payment providers call, beside the API: no frontend uses them."""

from django.urls import path

from orders.views.provider_messages import payment_message, refund_message, refund_timeout

urlpatterns = [
    path("callbacks/<uuid:reference>/<str:token>", payment_message, name="payment-callback"),
    path("refunds/<uuid:reference>/<str:token>", refund_message, name="refund-callback"),
    path("refunds/<uuid:reference>/<str:token>/timeout", refund_timeout, name="refund-timeout"),
]
