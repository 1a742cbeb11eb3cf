"""The URLs at which payment providers call, beside the API: no frontend uses them."""

from django.urls import path

from orders.views.provider_messages import (
    deposit_check,
    deposit_message,
    event_message,
    payment_message,
    refund_message,
    refund_timeout,
)

urlpatterns = [
    path("callbacks/<uuid:reference>/<str:token>", payment_message, name="payment-callback"),
    path("events/<str:provider>", event_message, name="provider-event"),
    path("refunds/<uuid:reference>/<str:token>", refund_message, name="refund-callback"),
    path("refunds/<uuid:reference>/<str:token>/timeout", refund_timeout, name="refund-timeout"),
    path("deposits/<str:token>", deposit_message, name="deposit"),
    path("deposits/<str:token>/check", deposit_check, name="deposit-check"),
]
