"""The limit: a bare Django view, without middleware, that returns bytes or does nothing but verify a password hash."""

import os
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="bare",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    PASSWORD_HASHERS=["accounts.hashers.ShopArgon2PasswordHasher"],
    HASHES_AT_ONCE=1,
    HASHES_WAITING=64,
    HASH_WAIT=timedelta(seconds=30),
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.hashers import check_password, make_password  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

FOLDER = Path(os.environ.get("BARE_FOLDER", "."))
BODIES = {file.stem: file.read_bytes() for file in FOLDER.glob("*.json")}
PASSWORD = "correct horse 42 battery"
HASH = make_password(PASSWORD)


def constant(request: HttpRequest, name: str) -> HttpResponse:
    """Return the bytes that the shop returned for the same page."""
    return HttpResponse(BODIES[name], content_type="application/json")


def verify(request: HttpRequest) -> HttpResponse:
    """Verify one password."""
    return HttpResponse(b"1" if check_password(PASSWORD, HASH) else b"0")


urlpatterns = [path("bytes/<str:name>", constant), path("verify", verify)]
application = get_wsgi_application()
