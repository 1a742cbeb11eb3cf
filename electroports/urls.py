"""The URL map: the API, its documentation, the back office, the landing page and the probes."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from accounts.views.privacy import stop_marketing
from catalog.views.landing import landing
from catalog.views.wishes import unsubscribe
from electroports.health import healthz, readyz
from electroports.media import media
from electroports.openapi import SchemaView
from electroports.problems import unknown_path

urlpatterns = [
    path("api/users/", include("accounts.urls")),  # before the catalogue's, which are many, and has users/ as well
    path("api/", include("catalog.urls")),  # early, for it has nearly all traffic
    path("", landing, name="landing"),
    path("notices/unsubscribe/<str:token>", unsubscribe, name="unsubscribe"),
    path("marketing/stop/<str:token>", stop_marketing, name="stop-marketing"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", include("accounts.office.urls")),
    path("admin/", admin.site.urls),
    path("api/schema", SchemaView.as_view(), name="schema"),
    path(
        "api/docs",
        SpectacularSwaggerSplitView.as_view(url_name="schema", http_method_names=["get", "head"]),
        name="docs",
    ),
    path("api/", include("orders.urls")),
    path("payments/", include("orders.provider_urls")),
    re_path(r"^api(?:/[\s\S]*)?$", unknown_path),
]

if not settings.S3_BUCKET:
    urlpatterns.append(re_path(r"^media/(?P<path>.*)$", media, name="media"))

handler400 = "electroports.error_pages.bad_request"
handler403 = "electroports.error_pages.permission_denied"
handler404 = "electroports.error_pages.not_found"
handler500 = "electroports.error_pages.server_error"
